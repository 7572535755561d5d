//! What history teaches: records of past formations in, draws of choice parameters out.

pub mod baseline;
pub mod cases;
pub mod chamber;
pub mod coalitions;
pub mod duration;
pub mod features;
pub mod formateur;
pub mod history;
pub mod logit;
pub mod members;
pub mod memory;
pub mod mixed;
pub mod model;
pub mod num;
pub mod premier;
pub mod random;
pub mod records;
pub mod score;
pub mod table;
pub mod task;
pub mod trees;
pub mod turnover;
