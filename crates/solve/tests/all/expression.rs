//! What an expression is worth in a state, on a day, in a draw: the plainest evaluator that can be written.

use case::expr::{Arithmetic, Comparison, Expr, Value};
use case::model::{ActorId, Case, Holder, Rule};
use jiff::civil::Date;

/// One value for every number and one reading for every hypothesis.
#[derive(Debug, Clone, Copy)]
pub struct Draw<'a> {
    /// By `NumberId`.
    pub numbers: &'a [f64],
    /// Position of the reading, by `HypothesisId`.
    pub readings: &'a [usize],
}

/// Everything an expression may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub case: &'a Case,
    pub draw: Draw<'a>,
    /// A position in its domain for each variable.
    pub state: &'a [usize],
    /// Days from `now` to the beginning of the period.
    pub day: f64,
}

/// Whole days from `now` to a date.
pub fn days_to(case: &Case, date: Date) -> f64 {
    f64::from(case.calendar.now.until(date).expect("dates of one calendar").get_days())
}

impl View<'_> {
    pub fn holds(&self, expr: &Expr) -> bool {
        match self.value(expr) {
            Value::Boolean(b) => b,
            other => panic!("a condition is worth {other:?}"),
        }
    }

    pub fn number(&self, expr: &Expr) -> f64 {
        as_number(self.value(expr))
    }

    /// A number between 0 and 1.
    pub fn share(&self, expr: &Expr) -> f64 {
        self.number(expr).clamp(0.0, 1.0)
    }

    /// Chance that something of this rate per day comes up within `days` days.
    pub fn comes_up(&self, rate: &Expr, days: f64) -> f64 {
        let rate = self.number(rate);
        if rate == f64::INFINITY { 1.0 } else { 1.0 - (-rate.max(0.0) * days).exp() }
    }

    /// Who holds a post in this state; nobody where it is vacant or the actor has left the game.
    pub fn decider(&self, holder: &Holder) -> Option<ActorId> {
        self.holder(holder).filter(|actor| {
            let scope = &self.case.actors[actor.index()].scope;
            scope.as_ref().is_none_or(|scope| self.holds(scope))
        })
    }

    /// Who holds a post in this state, in the game or not.
    pub fn holder(&self, holder: &Holder) -> Option<ActorId> {
        match holder {
            Holder::Actor(actor) => Some(*actor),
            Holder::Cases(cases) => cases.iter().find(|(when, _)| self.holds(when)).and_then(|(_, actor)| *actor),
        }
    }

    /// True in periods that begin on the date or later; a period that begins in the course of a day begins on that day.
    pub fn since(&self, date: Date) -> bool {
        (self.day + 1e-6).floor() >= days_to(self.case, date)
    }

    /// The rule in force: readings and dates resolved at the top.
    pub fn rule<'r>(&self, rule: &'r Rule) -> &'r Rule {
        match rule {
            Rule::Readings(hypothesis, rules) => self.rule(&rules[self.draw.readings[hypothesis.index()]]),
            Rule::Since { date, before, after } => self.rule(if self.since(*date) { after } else { before }),
            rule => rule,
        }
    }

    pub fn value(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Constant(value) => *value,
            Expr::Variable(id) => self.case.variables[id.index()].values[self.state[id.index()]],
            Expr::Rank(id) => Value::Integer(i64::try_from(self.state[id.index()]).expect("small domains")),
            Expr::Number(id) => Value::Real(self.draw.numbers[id.index()]),
            Expr::Reading(id) => {
                let reading = self.draw.readings[id.index()];
                Value::Name(self.case.hypotheses[id.index()].readings[reading].name)
            }
            Expr::Since(date) => Value::Boolean(self.since(*date)),
            Expr::Not(inner) => Value::Boolean(!self.holds(inner)),
            Expr::All(parts) => Value::Boolean(parts.iter().all(|part| self.holds(part))),
            Expr::Any(parts) => Value::Boolean(parts.iter().any(|part| self.holds(part))),
            Expr::Compare(comparison, left, right) => {
                Value::Boolean(compare(*comparison, self.value(left), self.value(right)))
            }
            Expr::Arithmetic(operation, left, right) => {
                let (left, right) = (self.number(left), self.number(right));
                Value::Real(match operation {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide if right == 0.0 => 0.0,
                    Arithmetic::Divide => left / right,
                })
            }
            Expr::Negate(inner) => Value::Real(-self.number(inner)),
            Expr::Minimum(parts) => Value::Real(parts.iter().map(|p| self.number(p)).fold(f64::INFINITY, f64::min)),
            Expr::Maximum(parts) => Value::Real(parts.iter().map(|p| self.number(p)).fold(f64::NEG_INFINITY, f64::max)),
            Expr::If(condition, then, otherwise) => self.value(if self.holds(condition) { then } else { otherwise }),
            Expr::Match { on, arms, otherwise } => {
                let on = self.value(on);
                let arm = arms.iter().find(|(value, _)| equal(*value, on)).map(|(_, arm)| arm);
                self.value(arm.or(otherwise.as_deref()).expect("the checker sees to an arm or an otherwise"))
            }
            Expr::Hazard { chance, days } => {
                let chance = self.share(chance);
                Value::Real(if chance == 1.0 { f64::INFINITY } else { -(1.0 - chance).ln() / days })
            }
        }
    }
}

/// Equal names, equal numbers whether whole or not, equal truths.
pub fn equal(left: Value, right: Value) -> bool {
    match (left, right) {
        (Value::Name(left), Value::Name(right)) => left == right,
        (Value::Boolean(left), Value::Boolean(right)) => left == right,
        (Value::Integer(_) | Value::Real(_), Value::Integer(_) | Value::Real(_)) => as_number(left) == as_number(right),
        _ => false,
    }
}

fn compare(comparison: Comparison, left: Value, right: Value) -> bool {
    match comparison {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => !equal(left, right),
        Comparison::Less => as_number(left) < as_number(right),
        Comparison::LessOrEqual => as_number(left) <= as_number(right),
        Comparison::Greater => as_number(left) > as_number(right),
        Comparison::GreaterOrEqual => as_number(left) >= as_number(right),
    }
}

fn as_number(value: Value) -> f64 {
    match value {
        Value::Real(x) => x,
        Value::Integer(n) => n as f64,
        other => panic!("a number is worth {other:?}"),
    }
}
