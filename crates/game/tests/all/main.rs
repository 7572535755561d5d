//! Tests of the game crate through its public items, in one binary because links are slow.

mod binomial;
mod choice;
mod distributions;
mod double;
mod properties;
mod real;
mod sizes;
mod sobol;
