//! Why we believe it: documents in, passages, claims, and the numbers they carry out.
//!
//! ```text
//! documents → passages → claims → reasons of a case, entries of a log
//! ```
//!
//! Rules propose, a person accepts; nothing in this room changes a case. What was decided is a row of an append-only ledger in
//! one SQLite file, from which everything else can be made again, byte for byte.

pub mod combine;
pub mod cue;
pub mod date;
pub mod event;
pub mod extract;
pub mod fold;
pub mod gazetteer;
pub mod near;
pub mod number;
pub mod quote;
pub mod read;
pub mod record;
pub mod sentence;
pub mod span;
pub mod store;

mod day;
mod words;
