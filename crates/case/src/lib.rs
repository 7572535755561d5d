//! What is written: text in, a checked [`Case`](model::Case) out.
//!
//! ```text
//! text → syntax → Case        (this room)        → Game → Solution → Forecast
//! ```
//!
//! Nothing here reads a file, a clock or the environment: sources arrive as text, and every mistake of the
//! author comes back as a [`Diagnostic`](diagnostic::Diagnostic) with its place.

pub mod diagnostic;
pub mod expr;
pub mod model;
