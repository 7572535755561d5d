//! What was read, in words: for people who check a case without knowing its language.

mod outline;
mod prose;
mod words;

pub use outline::syntax;
pub use prose::{case, procedure};
