//! What was read, in words: for people who check a case without knowing its language.

mod diagram;
mod ground;
mod outline;
mod prose;
mod words;

pub use diagram::{diagram, diagram_of};
pub use ground::ground;
pub use outline::syntax;
pub use prose::{procedure, procedure_of, prose};
