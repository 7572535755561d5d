//! On speaking terms with Gambit, PRISM and Storm: their files read and written, their games solved.
//!
//! ```text
//! Gambit's EFG text → Tree → Profile (choice probabilities)        Game × Draw → EFG, PRISM, DRN, JSON text
//! ```
//!
//! Reading and solving stand beside the river, writing at its end; nothing of the forecast depends on this room.

pub mod backward;
pub mod branch;
pub mod chain;
pub mod drawn;
pub mod drn;
pub mod efg;
pub mod json;
mod linear;
pub mod prism;
pub mod profile;
pub mod read;
pub mod tree;
mod votes;

pub use branch::Meeting;
pub use profile::{Profile, Stop, Unsolved, solve};
pub use read::{Mistake, read};
pub use tree::Tree;
