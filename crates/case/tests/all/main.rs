//! Tests of the room as a whole: text in, findings and cases out.

mod golden;
mod hostile;
mod pages;
mod support;
