//! Expressions after checking: names resolved, bindings and group names written out, units folded in.
//!
//! One type serves guards (over the state) and numbers (over the state and the draw). The checker guarantees the
//! types, so evaluation is total: see [`Expr`].

use crate::model::{HypothesisId, Name, NumberId, VariableId};
use jiff::civil::Date;

/// What an expression can be worth.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Value {
    /// A name: a value of an enumeration, a candidate, an actor.
    Name(Name),
    /// A whole number: the value of a ranged variable.
    Integer(i64),
    /// A number of a draw.
    Real(f64),
    Boolean(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    /// Division by zero is 0, so that expressions stay total; the checker warns where it can happen.
    Divide,
}

/// A checked expression. Guards contain neither [`Expr::Number`] nor [`Expr::Reading`]: structure does not depend on
/// the draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Constant(Value),
    /// The value a variable has in the state.
    Variable(VariableId),
    /// The position of a variable's value in its domain, from 0: ordered comparisons use it.
    Rank(VariableId),
    /// A number of the draw.
    Number(NumberId),
    /// The reading a hypothesis has in the draw, as a name.
    Reading(HypothesisId),
    /// True in periods that begin on this date or later.
    Since(Date),
    Not(Box<Expr>),
    /// True where all are; an empty list is true.
    All(Vec<Expr>),
    /// True where any is; an empty list is false.
    Any(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Minimum(Vec<Expr>),
    Maximum(Vec<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The arm whose value `on` has; the checker sees to it that there is one, or an `otherwise`.
    Match {
        on: Box<Expr>,
        arms: Vec<(Value, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// A chance per `days` days as a rate per day: −ln(1 − p) / days.
    Hazard {
        chance: Box<Expr>,
        days: f64,
    },
}

impl Expr {
    pub const TRUE: Expr = Expr::Constant(Value::Boolean(true));
    pub const FALSE: Expr = Expr::Constant(Value::Boolean(false));
    pub const ZERO: Expr = Expr::Constant(Value::Real(0.0));
    pub const ONE: Expr = Expr::Constant(Value::Real(1.0));
    /// The rate of what happens in every period without fail.
    pub const ALWAYS: Expr = Expr::Constant(Value::Real(f64::INFINITY));

    /// Whether this is the number 0 whatever the state and the draw.
    pub fn is_zero(&self) -> bool {
        matches!(self, Expr::Constant(Value::Real(x)) if *x == 0.0) || matches!(self, Expr::Constant(Value::Integer(0)))
    }
}
