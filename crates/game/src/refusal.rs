//! Why a case cannot become a game.

use case::diagnostic::Span;
use case::expr::Value;
use case::model::Case;
use thiserror::Error;

/// What a game may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// States that a period can begin in.
    pub states: usize,
    /// Places of play: a state at a step of a period, such as a turn, counts once in each kind of period.
    pub places: usize,
    /// Edges of all kinds of period together.
    pub edges: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { states: 300_000, places: 2_000_000, edges: 6_000_000 }
    }
}

/// Why a case cannot become a game.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refusal {
    #[error("the case has more than {limit} {what}; what multiplies them: {}", listed(.causes))]
    TooLarge {
        what: &'static str,
        limit: usize,
        /// Variables with how many of their values were met, most first.
        causes: Vec<(String, usize)>,
    },
    #[error("`{what}` sets `{variable}` to `{value}`, which is not one of its values{}", reached(.path))]
    OutOfDomain { what: String, variable: String, value: String, path: Vec<String>, span: Span },
    #[error("`{variable}` has {values} values; a variable may have 255")]
    Domain { variable: String, values: usize },
    #[error("the variables need {bits} bits together; 128 are possible: fewer variables, or fewer values each")]
    Variables { bits: u32 },
    #[error("`{action}` cannot be done at the beginning: {why}")]
    NotPossible { action: String, why: &'static str },
    #[error(transparent)]
    Numbers(#[from] crate::sobol::TooManyKeys),
}

fn listed(causes: &[(String, usize)]) -> String {
    let shown: Vec<String> =
        causes.iter().take(5).map(|(variable, values)| format!("`{variable}` ({values})")).collect();
    shown.join(", ")
}

fn reached(path: &[String]) -> String {
    if path.is_empty() { String::new() } else { format!(" (reached by {})", path.join(", then ")) }
}

/// A value as the author writes it.
pub(crate) fn written(case: &Case, value: Value) -> String {
    match value {
        Value::Name(name) => case.names[name.index()].clone(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => x.to_string(),
        Value::Boolean(b) => b.to_string(),
    }
}
