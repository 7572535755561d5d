//! Ground cases in few words: what the tests write their games with.

use case::diagnostic::Span;
use case::expr::{Comparison, Expr, Value};
use case::model::{
    Action, Actor, ActorId, Answer, Assigned, Assignment, Ballot, Calendar, Case, Clock, Elector, Electorate,
    ElectorateId, Event, Form, Holder, Interest, Law, Name, NameOption, Number, NumberId, Outcome, Pay, Payday,
    Reasons, Round, Rule, Slot, Step, Timing, Turn, Variable, VariableId, Voice, VotePay, Who,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The first day of every game of the tests.
pub const NOW: Date = date(2026, 1, 1);

/// The day so many days after [`NOW`].
pub fn day(days: i64) -> Date {
    NOW.checked_add(days.days()).expect("a date of this century")
}

/// A case with these actors, of so many periods of so many days, in which nothing can happen yet.
pub fn case(actors: &[&str], periods: u32, days: u32) -> Case {
    let until = day(i64::from(periods * days));
    let mut case = Case {
        id: "test".into(),
        title: String::new(),
        question: String::new(),
        calendar: Calendar { from: NOW, now: NOW, until, steps: vec![Step { days: f64::from(days), until }] },
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
        actor(&mut case, id, real(1.0));
    }
    case
}

pub fn actor(case: &mut Case, id: &str, precision: Expr) -> ActorId {
    name(case, id);
    let span = Span::default();
    case.actors.push(Actor { id: id.into(), name: id.into(), kind: "party".into(), scope: None, span });
    case.precision.push(precision);
    ActorId(last(&case.actors))
}

/// The position of a name, interned.
pub fn name(case: &mut Case, id: &str) -> Name {
    let known = case.names.iter().position(|name| name == id);
    let position = known.unwrap_or_else(|| {
        case.names.push(id.into());
        case.names.len() - 1
    });
    Name(u32::try_from(position).expect("few names"))
}

/// A variable over names that starts at the first.
pub fn variable(case: &mut Case, id: &str, values: &[&str]) -> VariableId {
    let values = values.iter().map(|value| Value::Name(name(case, value))).collect();
    case.variables.push(Variable { id: id.into(), values, start: 0, scope: None, span: Span::default() });
    VariableId(last(&case.variables))
}

/// A variable over 0 to `most` that starts at 0.
pub fn counter(case: &mut Case, id: &str, most: i64) -> VariableId {
    let values = (0..=most).map(Value::Integer).collect();
    case.variables.push(Variable { id: id.into(), values, start: 0, scope: None, span: Span::default() });
    VariableId(last(&case.variables))
}

/// A number of the draw. The law is what a draw would be taken from; the tests set the draw themselves.
pub fn number(case: &mut Case, path: &str, law: Law) -> Expr {
    case.numbers.push(Number {
        path: path.into(),
        law,
        key: path.into(),
        written: String::new(),
        reasons: Reasons::default(),
        span: Span::default(),
    });
    Expr::Number(NumberId(last(&case.numbers)))
}

pub fn real(x: f64) -> Expr {
    Expr::Constant(Value::Real(x))
}

/// The value at a position of a variable's domain, as a constant.
pub fn value(case: &Case, variable: VariableId, position: usize) -> Expr {
    Expr::Constant(case.variables[variable.index()].values[position])
}

/// The variable has its value at this position.
pub fn at(case: &Case, variable: VariableId, position: usize) -> Expr {
    let value = value(case, variable, position);
    Expr::Compare(Comparison::Equal, Box::new(Expr::Variable(variable)), Box::new(value))
}

pub fn not(inner: Expr) -> Expr {
    Expr::Not(Box::new(inner))
}

/// Assigns the value at this position.
pub fn to(case: &Case, variable: VariableId, position: usize) -> Assignment {
    assigned(variable, Assigned::Value(value(case, variable, position)))
}

pub fn assigned(variable: VariableId, value: Assigned) -> Assignment {
    Assignment { variable, value, span: Span::default() }
}

/// What surely follows.
pub fn then(assignments: Vec<Assignment>) -> Vec<Outcome> {
    vec![Outcome { chance: None, then: assignments, pays: Vec::new() }]
}

pub fn maybe(chance: Option<Expr>, assignments: Vec<Assignment>) -> Outcome {
    Outcome { chance, then: assignments, pays: Vec::new() }
}

pub fn pay(actor: ActorId, amount: Expr) -> Pay {
    Pay { to: Holder::Actor(actor), amount }
}

/// A move of its own with these results, always enabled.
pub fn action(id: &str, results: Vec<Outcome>) -> Action {
    Action {
        id: id.into(),
        move_id: id.split('(').next().unwrap_or(id).into(),
        bindings: Vec::new(),
        when: Expr::TRUE,
        weight: None,
        pays: Vec::new(),
        ballot: None,
        results,
        failed: Vec::new(),
        seen: true,
        obliged: false,
        span: Span::default(),
    }
}

/// A turn with one slot that always acts.
pub fn turn(case: &mut Case, id: &str, pace: Expr, who: Who, menu: Vec<Action>) -> usize {
    let slots = vec![Slot { when: Expr::TRUE, who, menu, obliged: false }];
    case.turns.push(Turn { id: id.into(), pace, slots, reacts_to: Vec::new(), span: Span::default() });
    case.turns.len() - 1
}

pub fn event(case: &mut Case, id: &str, when: Expr, timing: Timing, results: Vec<Outcome>) {
    case.events.push(Event { id: id.into(), when, timing, results, span: Span::default() });
}

/// A clock with its variable.
pub fn clock(case: &mut Case, id: &str, running: Expr, phases: u32, days: Expr, breach: Vec<Outcome>) -> VariableId {
    let variable = counter(case, id, i64::from(phases) - 1);
    case.variables[variable.index()].scope = Some(running.clone());
    case.clocks.push(Clock { id: id.into(), variable, running, phases, days, breach, span: Span::default() });
    variable
}

pub fn interest(case: &mut Case, actor: ActorId, worth: Expr, when: Payday) {
    let id = format!("{}.{}", case.actors[actor.index()].id, case.interests.len());
    case.interests.push(Interest { id, actor, worth, when, span: Span::default() });
}

/// Who votes: seats, and an actor or a habit.
pub fn electorate(case: &mut Case, id: &str, members: u32, electors: Vec<(u32, Voice)>) -> ElectorateId {
    let elector = |(i, (weight, voice)): (usize, (u32, Voice))| Elector {
        id: format!("{id}{i}"),
        weight: real(f64::from(weight)),
        most: weight,
        present: Expr::ONE,
        voice,
    };
    case.electorates.push(Electorate {
        id: id.into(),
        name: id.into(),
        members,
        electors: electors.into_iter().enumerate().map(elector).collect(),
        cohesion: Expr::ONE,
        span: Span::default(),
    });
    ElectorateId(last(&case.electorates))
}

pub fn voice(actor: ActorId) -> Voice {
    Voice::Actor(Holder::Actor(actor))
}

pub fn yes_or_no(electorate: ElectorateId, rule: Rule) -> Ballot {
    Ballot { id: "ballot".into(), electorate, sitting: None, form: Form::YesNo { rule }, pays: Vec::new() }
}

pub fn among(electorate: ElectorateId, names: Vec<(Value, Vec<Outcome>)>, rounds: Vec<Round>) -> Ballot {
    let names = names.into_iter().map(|(value, results)| NameOption { value, results }).collect();
    let form = Form::Names { names, rounds };
    Ballot { id: "election".into(), electorate, sitting: None, form, pays: Vec::new() }
}

pub fn vote_pay(elector: usize, answer: Answer, amount: Expr) -> VotePay {
    VotePay { elector, answer, amount }
}

fn last<T>(list: &[T]) -> u32 {
    u32::try_from(list.len() - 1).expect("short lists")
}
