//! What was read, in words: for people who check a case without knowing its language.

mod ground;
mod outline;
mod prose;
mod words;

pub use ground::ground;
pub use outline::syntax;
pub use prose::{procedure, procedure_of, prose};
