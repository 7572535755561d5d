//! Text to trees: TOML as written, and the expressions inside its strings.

pub(crate) mod expression;
pub(crate) mod shapes;
pub(crate) mod tree;
