//! Tests of the room as a whole: text in, findings and cases out.

mod drafts;
mod golden;
mod ground;
mod hostile;
mod manual;
mod pages;
mod replaced;
mod schema;
mod seats;
mod shown;
mod support;
