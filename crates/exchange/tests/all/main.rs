//! Tests of the exchange room: one binary, a module per subject.

mod export;
mod family;
mod reading;
mod references;
mod trees;
mod write;
