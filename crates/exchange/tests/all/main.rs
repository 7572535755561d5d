//! Tests of the exchange room: one binary, a module per subject.

mod export;
mod reading;
mod references;
mod trees;
