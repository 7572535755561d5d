//! Why we believe it: documents in, passages, claims, and the numbers they carry out.
//!
//! ```text
//! documents → passages → claims → reasons of a case, entries of a log
//! ```
//!
//! Rules propose, a person accepts; nothing in this room changes a case. What was decided is a row of an append-only ledger in
//! one `SQLite` file, from which everything else can be made again, byte for byte.

pub mod ask;
pub mod claims_file;
pub mod combine;
pub mod cue;
pub mod date;
pub mod event;
pub mod extract;
pub mod fold;
pub mod gazetteer;
pub mod log;
pub mod near;
pub mod number;
pub mod propose;
pub mod quote;
pub mod read;
pub mod record;
pub mod review;
pub mod sentence;
pub mod span;
pub mod store;
pub mod track;

mod day;
mod words;
