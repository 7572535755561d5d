//! What can happen: a case in, a [`Game`](graph::Game) out; numbers, draws and the one choice formula.
//!
//! ```text
//! Case → Game (structure, once)      numbers → Draw (values, many times)
//! ```
//!
//! The exact meaning is in the repository's `DESIGN.md`.

mod activity;
mod calendar;
mod content;
mod explore;
mod fragment;
mod from_case;
mod lookup;
mod menu;
mod noted;
mod refusal;
mod rules;
mod shared;
mod state;
mod tools;

pub mod beta;
pub mod binomial;
pub mod choice;
pub mod draw;
pub mod graph;
pub mod law;
pub mod normal;
pub mod real;
pub mod sight;
pub mod sobol;
pub mod table;
pub mod tally;

pub use draw::{Draw, Drawing};
pub use from_case::{Change, changes, compile, compile_at, irreversible, start};
pub use graph::Game;
pub use lookup::holds;
pub use refusal::{Limits, Refusal};
pub use rules::votes;
