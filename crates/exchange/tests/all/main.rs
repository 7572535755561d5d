//! Tests of the exchange room: one binary, a module per subject.

mod reading;
mod references;
mod trees;
