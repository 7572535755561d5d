//! What actors then do: a game and its draws in, choice probabilities and payoffs out.
//!
//! Structure is compiled once ([`game::compile`]); here each draw is swept backwards over the calendar, several side by
//! side, and then forwards, so that the states each period begins in get their probabilities.

#![allow(clippy::inline_always, reason = "loops over lanes become vector code only where nothing is called")]

mod count;
mod ended;
mod filter;
mod forwards;
mod kernel;
mod names;
mod perceive;
mod program;
mod rows;
mod settled;
mod solution;
mod wide;

pub use solution::{LANES, Node, Solved, Solver, Want, solve};
