//! Ground cases in few words.

use case::diagnostic::Span;
use case::expr::{Comparison, Expr, Value};
use case::model::{
    Action, Actor, ActorId, Assigned, Assignment, Calendar, Case, Interest, Name, Outcome, Payday, Slot, Step, Turn,
    Variable, VariableId, Who,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};

const NOW: Date = date(2026, 1, 1);

/// A case with these actors of one precision, of so many weeks, in which nothing can happen yet.
pub fn case(actors: &[String], weeks: u32, precision: f64) -> Case {
    let until = NOW.checked_add(i64::from(weeks * 7).days()).expect("a date of this century");
    let mut case = Case {
        id: "test".into(),
        title: "A test".into(),
        question: String::new(),
        calendar: Calendar { from: NOW, now: NOW, until, steps: vec![Step { days: 7.0, until }] },
        names: Vec::new(),
        actors: Vec::new(),
        variables: Vec::new(),
        numbers: Vec::new(),
        hypotheses: Vec::new(),
        electorates: Vec::new(),
        turns: Vec::new(),
        events: Vec::new(),
        clocks: Vec::new(),
        interests: Vec::new(),
        precision: Vec::new(),
        discount: Expr::ZERO,
        headline: None,
        stage: None,
        settled: Expr::FALSE,
        ends: Expr::FALSE,
        questions: Vec::new(),
        beliefs: Vec::new(),
        plans: Vec::new(),
        log: Vec::new(),
        labels: Vec::new(),
    };
    for id in actors {
        name(&mut case, id);
        let span = Span::default();
        case.actors.push(Actor { id: id.clone(), name: id.clone(), kind: "party".into(), scope: None, span });
        case.precision.push(real(precision));
    }
    case
}

fn name(case: &mut Case, id: &str) -> Name {
    let known = case.names.iter().position(|name| name == id);
    let position = known.unwrap_or_else(|| {
        case.names.push(id.into());
        case.names.len() - 1
    });
    Name(u32::try_from(position).expect("few names"))
}

/// A variable over names that starts at the first.
pub fn variable(case: &mut Case, id: &str, values: &[String]) -> VariableId {
    let values = values.iter().map(|value| Value::Name(name(case, value))).collect();
    push_variable(case, id, values)
}

/// A variable over 0 to `most` that starts at 0.
pub fn counter(case: &mut Case, id: &str, most: usize) -> VariableId {
    push_variable(case, id, (0..=most as i64).map(Value::Integer).collect())
}

fn push_variable(case: &mut Case, id: &str, values: Vec<Value>) -> VariableId {
    case.variables.push(Variable { id: id.into(), values, start: 0, scope: None, span: Span::default() });
    VariableId(u32::try_from(case.variables.len() - 1).expect("few variables"))
}

pub fn real(x: f64) -> Expr {
    Expr::Constant(Value::Real(x))
}

pub fn value(case: &Case, variable: VariableId, position: usize) -> Expr {
    Expr::Constant(case.variables[variable.index()].values[position])
}

/// The variable has its value at this position.
pub fn is(case: &Case, variable: VariableId, position: usize) -> Expr {
    let value = value(case, variable, position);
    Expr::Compare(Comparison::Equal, Box::new(Expr::Variable(variable)), Box::new(value))
}

/// The variable is at this position or above.
pub fn at_least(variable: VariableId, position: usize) -> Expr {
    let position = Expr::Constant(Value::Integer(position as i64));
    Expr::Compare(Comparison::GreaterOrEqual, Box::new(Expr::Rank(variable)), Box::new(position))
}

pub fn set(variable: VariableId, value: Expr) -> Assignment {
    Assignment { variable, value: Assigned::Value(value), span: Span::default() }
}

pub fn outcome(chance: Option<f64>, then: Vec<Assignment>) -> Outcome {
    Outcome { chance: chance.map(real), then, pays: Vec::new() }
}

pub fn action(id: &str, when: Expr, then: Vec<Assignment>) -> Action {
    Action {
        id: id.into(),
        move_id: id.split('(').next().unwrap_or(id).into(),
        bindings: Vec::new(),
        when,
        weight: None,
        pays: Vec::new(),
        ballot: None,
        results: vec![outcome(None, then)],
        failed: Vec::new(),
        seen: true,
        obliged: false,
        span: Span::default(),
    }
}

pub fn slot(when: Expr, who: Who, menu: Vec<Action>, obliged: bool) -> Slot {
    Slot { when, who, menu, obliged }
}

/// A turn that surely comes up.
pub fn turn(case: &mut Case, id: &str, slots: Vec<Slot>) {
    let (reacts_to, span) = (Vec::new(), Span::default());
    case.turns.push(Turn { id: id.into(), pace: Expr::ALWAYS, slots, reacts_to, span });
}

/// What the last state is worth to an actor.
pub fn last(case: &mut Case, actor: ActorId, worth: Expr) {
    let id = format!("last.{}", case.actors[actor.index()].id);
    case.interests.push(Interest { id, actor, worth, when: Payday::Last(Expr::TRUE), span: Span::default() });
}

/// An expression for each position of a variable's domain.
pub fn by(case: &Case, variable: VariableId, cells: Vec<Expr>) -> Expr {
    let arms = case.variables[variable.index()].values.iter().copied().zip(cells).collect();
    Expr::Match { on: Box::new(Expr::Variable(variable)), arms, otherwise: None }
}
