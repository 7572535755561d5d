//! One binary: known answers, laws, and bad files.

mod bargain;
mod codes;
mod conflict;
mod power;
mod seats;
mod shared;
