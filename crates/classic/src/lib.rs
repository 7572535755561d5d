//! The older questions: who is pivotal, which outcomes are stable, where positions settle, seats from votes.
//!
//! ```text
//! a file's text → checked data + diagnostics → answer (plain data) → text
//! ```
//!
//! - [`power`]: voting power of weighted ballots, exact where it can be and labelled where it is not.
//! - [`conflict`]: the graph model for conflict resolution: states, moves, preferences, stability.
//! - [`seats`]: divisor methods, hurdles, ties, and seats behind a poll.
//! - [`bargain`]: where positions settle: compromise, Nash bargaining, challenges, probabilistic Condorcet.
//! - [`text`]: the same answers as tables and sentences for a terminal.
//!
//! Nothing here reads a file, a clock or the environment; every mistake of an author is a
//! [`Diagnostic`](case::diagnostic::Diagnostic) with its place.

pub mod bargain;
pub mod conflict;
pub mod decimal;
pub mod findings;
pub mod node;
pub mod power;
pub mod seats;
pub mod table;
pub mod text;
