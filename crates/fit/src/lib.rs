//! What history teaches: records of past formations in, draws of choice parameters out.

pub mod chamber;
pub mod coalitions;
pub mod features;
pub mod history;
pub mod logit;
pub mod num;
pub mod random;
pub mod records;
pub mod table;
pub mod trees;
