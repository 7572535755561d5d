//! Games that tests and measurements share.

pub mod chamber;
pub mod family;
pub mod limits;
pub mod write;
