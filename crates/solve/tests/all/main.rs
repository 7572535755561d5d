//! One binary: the slow solver that keeps the real one honest, the games it is tried on, and the laws both must obey.
//!
//! - [`oracle`] solves a ground case by plain recursion, as `DESIGN.md` defines it, on [`expression`], [`outcome`],
//!   [`menu`] and [`ballot`].
//! - [`build`] writes a ground case in few words.
//! - [`by_hand`] holds the slow solver to games whose answer is written out in the test.

mod ballot;
mod build;
mod by_hand;
mod compare;
mod expression;
mod generate;
mod menu;
mod oracle;
mod outcome;
mod show;
mod shrink;
