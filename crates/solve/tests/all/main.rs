//! One binary: the slow solver that keeps the real one honest, the games it is tried on, and the laws both must obey.
//!
//! - [`oracle`] solves a ground case by plain recursion, as `DESIGN.md` defines it, on [`expression`], [`outcome`],
//!   [`menu`] and [`ballot`].
//! - [`build`] writes a ground case in few words.
//! - [`by_hand`] holds the slow solver to games whose answer is written out in the test.
//! - [`compiling`] holds what cannot become a game to its reasons.
//! - [`generate`] makes small hard games, [`compare`] sets both solvers beside each other on them; [`shrink`] finds the
//!   smallest game on which they still differ, [`show`] prints it.
//! - [`log`] holds what was seen against every path written out, [`options`] a bound actor against a case rewritten.
//! - [`laws`] asks of the real solver what must hold in every game; [`rewrite`] makes the changes that must not matter.

mod ballot;
mod build;
mod by_hand;
mod compare;
mod compiling;
mod expression;
mod generate;
mod laws;
mod log;
mod menu;
mod options;
mod oracle;
mod outcome;
mod rewrite;
mod show;
mod shrink;
