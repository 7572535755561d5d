//! What history teaches: records of past formations in, draws of choice parameters out.
//!
//! ```text
//! three tables → Records → Task (chamber, covariates of every coalition) → members → Fit → Forecast → Scores
//! ```
//!
//! [`records::read`] names every mistake with its place; [`model::fit`] learns on the rows of split `train`;
//! [`model::Fit::forecast`] says what an opportunity leads to, from what was known before it; [`score::score`] says how good
//! that was; [`cases::rank`] does the same for a chamber outside the data. Nothing here reads a file, a clock or the
//! environment. Sums run in a fixed order, so results do not depend on the number of threads.

pub mod baseline;
pub mod cases;
pub mod chamber;
pub mod coalitions;
pub mod duration;
pub mod features;
pub mod formateur;
pub mod gram;
pub mod history;
pub mod logit;
pub mod members;
pub mod memory;
pub mod mixed;
pub mod model;
pub mod num;
pub mod premier;
pub mod priors;
pub mod random;
pub mod records;
pub mod score;
pub mod table;
pub mod task;
pub mod trees;
pub mod turnover;
