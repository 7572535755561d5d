//! The evidence room: how well its rules read, what its store keeps, what hostile input gets.

mod ask;
mod hostile;
mod score;
mod store;
mod support;
