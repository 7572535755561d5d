//! One binary: known answers, laws, and bad files.

mod power;
mod shared;
