//! One binary: known answers, laws, and bad files.

mod conflict;
mod power;
mod shared;
