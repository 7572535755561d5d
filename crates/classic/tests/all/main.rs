//! One binary: known answers, laws, and bad files.

mod bargain;
mod conflict;
mod power;
mod seats;
mod shared;
