//! Reading the state out of expressions: what depends on few variables becomes a dense table over their values.

use crate::state::{Field, Layout, State};
use crate::table::{Slot, Table, Term, compare};
use case::expr::{Arithmetic, Expr, Value};
use case::model::{Case, Law, VariableId};
use jiff::civil::Date;

/// A state spread out: the position of each variable's value in its domain.
pub type Positions = [u8];

/// What an expression is worth once the state is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    /// It does not depend on the draw.
    Value(Value),
    /// It does: its place in the table.
    Slot(Slot),
}

/// Whether an actor takes this number to be otherwise than it is.
fn is_believed(case: &Case, number: case::model::NumberId) -> bool {
    case.beliefs.iter().any(|belief| belief.numbers.iter().any(|(believed, _)| *believed == number))
}

/// What the compiler knows where it reads an expression.
pub struct Reader<'c> {
    pub case: &'c Case,
    /// First day of the period; `Since` asks for it.
    pub begins: Date,
}

impl Reader<'_> {
    /// The value of a guard, or of any expression without numbers of the draw.
    pub fn value(&self, expr: &Expr, at: &Positions) -> Value {
        match self.read(expr, at, None) {
            Known::Value(value) => value,
            Known::Slot(_) => unreachable!("without a table nothing gets a slot"),
        }
    }

    /// The slot of a number in a state.
    pub fn slot(&self, expr: &Expr, at: &Positions, table: &mut Table) -> Slot {
        let known = self.read(expr, at, Some(table));
        into_slot(known, table)
    }

    fn read(&self, expr: &Expr, at: &Positions, mut table: Option<&mut Table>) -> Known {
        match expr {
            Expr::Constant(value) => Known::Value(*value),
            Expr::Variable(v) => Known::Value(self.case.variables[v.index()].values[usize::from(at[v.index()])]),
            Expr::Rank(v) => Known::Value(Value::Integer(i64::from(at[v.index()]))),
            Expr::Since(date) => Known::Value(Value::Boolean(self.begins >= *date)),
            Expr::Number(n) => match (table, &self.case.numbers[n.index()].law) {
                // What no draw changes is part of the structure.
                (None, Law::Exact(x)) => Known::Value(Value::Real(*x)),
                // Somebody may take it to be otherwise.
                (Some(_), Law::Exact(x)) if !is_believed(self.case, *n) => Known::Value(Value::Real(*x)),
                (Some(table), _) => Known::Slot(table.term(Term::Number(n.0))),
                // The checker keeps numbers out of guards; a guard with one reads as 0.
                (None, _) => Known::Value(Value::Real(0.0)),
            },
            Expr::Reading(_) => Known::Value(Value::Integer(-1)),
            Expr::Not(a) => match self.read(a, at, table.as_deref_mut()) {
                Known::Value(value) => Known::Value(Value::Boolean(!truth(value))),
                Known::Slot(slot) => Known::Slot(table.expect("a slot comes from a table").term(Term::Not(slot))),
            },
            Expr::All(parts) => self.junction(parts, at, table, false),
            Expr::Any(parts) => self.junction(parts, at, table, true),
            Expr::Compare(comparison, a, b) => {
                let a = self.read(a, at, table.as_deref_mut());
                let b = self.read(b, at, table.as_deref_mut());
                if let (Known::Value(a), Known::Value(b)) = (a, b) {
                    Known::Value(Value::Boolean(compare_values(*comparison, a, b)))
                } else {
                    let table = table.expect("a slot comes from a table");
                    let (a, b) = (into_slot(a, table), into_slot(b, table));
                    Known::Slot(table.term(Term::Compare(*comparison, a, b)))
                }
            }
            Expr::Arithmetic(operation, a, b) => {
                let a = self.read(a, at, table.as_deref_mut());
                let b = self.read(b, at, table.as_deref_mut());
                if let (Known::Value(a), Known::Value(b)) = (a, b) {
                    Known::Value(calculate(*operation, a, b))
                } else {
                    let table = table.expect("a slot comes from a table");
                    let (a, b) = (into_slot(a, table), into_slot(b, table));
                    Known::Slot(table.term(Term::Arithmetic(*operation, a, b)))
                }
            }
            Expr::Negate(a) => match self.read(a, at, table.as_deref_mut()) {
                Known::Value(Value::Integer(n)) => Known::Value(Value::Integer(-n)),
                Known::Value(value) => Known::Value(Value::Real(-real(value))),
                Known::Slot(slot) => Known::Slot(table.expect("a slot comes from a table").term(Term::Negate(slot))),
            },
            Expr::Minimum(parts) => self.extreme(parts, at, table, false),
            Expr::Maximum(parts) => self.extreme(parts, at, table, true),
            Expr::If(condition, yes, no) => match self.read(condition, at, table.as_deref_mut()) {
                Known::Value(value) => self.read(if truth(value) { yes } else { no }, at, table),
                Known::Slot(condition) => {
                    let table = table.expect("a slot comes from a table");
                    let (yes, no) = (self.slot(yes, at, table), self.slot(no, at, table));
                    Known::Slot(table.term(Term::If(condition, yes, no)))
                }
            },
            Expr::Match { on, arms, otherwise } => self.choose(on, arms, otherwise.as_deref(), at, table),
            Expr::Hazard { chance, days } => match table {
                Some(table) => {
                    let chance = self.slot(chance, at, table);
                    Known::Slot(table.term(Term::Hazard(chance, days.to_bits())))
                }
                None => Known::Value(Value::Real(0.0)),
            },
        }
    }

    fn junction(&self, parts: &[Expr], at: &Positions, mut table: Option<&mut Table>, any: bool) -> Known {
        let mut open = Vec::new();
        for part in parts {
            match self.read(part, at, table.as_deref_mut()) {
                Known::Value(value) if truth(value) == any => return Known::Value(Value::Boolean(any)),
                Known::Value(_) => {}
                Known::Slot(slot) => open.push(slot),
            }
        }
        if open.is_empty() {
            return Known::Value(Value::Boolean(!any));
        }
        let table = table.expect("a slot comes from a table");
        Known::Slot(table.term(if any { Term::Any(open) } else { Term::All(open) }))
    }

    fn extreme(&self, parts: &[Expr], at: &Positions, mut table: Option<&mut Table>, largest: bool) -> Known {
        let parts: Vec<Known> = parts.iter().map(|part| self.read(part, at, table.as_deref_mut())).collect();
        let known: Vec<Value> =
            parts.iter().filter_map(|part| if let Known::Value(value) = part { Some(*value) } else { None }).collect();
        if known.len() == parts.len() {
            let best = known.into_iter().reduce(|a, b| if (real(b) > real(a)) == largest { b } else { a });
            return Known::Value(best.unwrap_or(Value::Real(0.0)));
        }
        let table = table.expect("a slot comes from a table");
        let slots = parts.into_iter().map(|part| into_slot(part, table)).collect();
        Known::Slot(table.term(if largest { Term::Maximum(slots) } else { Term::Minimum(slots) }))
    }

    fn choose(
        &self,
        on: &Expr,
        arms: &[(Value, Expr)],
        otherwise: Option<&Expr>,
        at: &Positions,
        mut table: Option<&mut Table>,
    ) -> Known {
        let arm = |value: Value| arms.iter().find(|(v, _)| same(*v, value)).map(|(_, e)| e).or(otherwise);
        if let (Expr::Reading(hypothesis), Some(table)) = (on, table.as_deref_mut()) {
            let readings = &self.case.hypotheses[hypothesis.index()].readings;
            let slots: Vec<Slot> = readings
                .iter()
                .map(|reading| arm(Value::Name(reading.name)).map_or(Table::ZERO, |e| self.slot(e, at, table)))
                .collect();
            return Known::Slot(table.term(Term::Reading(hypothesis.0, slots)));
        }
        let Known::Value(value) = self.read(on, at, table.as_deref_mut()) else {
            return Known::Value(Value::Real(0.0));
        };
        match arm(value) {
            Some(chosen) => self.read(chosen, at, table),
            None => Known::Value(Value::Real(0.0)),
        }
    }
}

/// Whether a condition holds in a state, given as positions of the variables' values, on a day.
pub fn holds(case: &Case, condition: &Expr, at: &Positions, begins: Date) -> bool {
    truth(Reader { case, begins }.value(condition, at))
}

fn into_slot(known: Known, table: &mut Table) -> Slot {
    match known {
        Known::Value(value) => table.constant(real(value)),
        Known::Slot(slot) => slot,
    }
}

pub(crate) fn truth(value: Value) -> bool {
    match value {
        Value::Boolean(b) => b,
        Value::Real(x) => x != 0.0,
        Value::Integer(n) => n != 0,
        Value::Name(_) => false,
    }
}

fn real(value: Value) -> f64 {
    match value {
        Value::Real(x) => x,
        Value::Integer(n) => n as f64,
        Value::Boolean(b) => f64::from(u8::from(b)),
        Value::Name(_) => 0.0,
    }
}

/// Equality of values: whole numbers and reals compare as numbers.
pub(crate) fn same(a: Value, b: Value) -> bool {
    match (a, b) {
        (Value::Name(a), Value::Name(b)) => a == b,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Name(_), _) | (_, Value::Name(_)) => false,
        (a, b) => real(a) == real(b),
    }
}

fn compare_values(comparison: case::expr::Comparison, a: Value, b: Value) -> bool {
    use case::expr::Comparison::{Equal, NotEqual};
    match comparison {
        Equal => same(a, b),
        NotEqual => !same(a, b),
        _ => compare(comparison, real(a), real(b)),
    }
}

fn calculate(operation: Arithmetic, a: Value, b: Value) -> Value {
    if let (Value::Integer(a), Value::Integer(b)) = (a, b) {
        let whole = match operation {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::Divide => (b != 0 && a % b == 0).then(|| a / b),
        };
        if let Some(n) = whole {
            return Value::Integer(n);
        }
    }
    let (a, b) = (real(a), real(b));
    Value::Real(match operation {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b == 0.0 => 0.0,
        Arithmetic::Divide => a / b,
    })
}

/// The variables an expression reads, each once, in order.
pub fn variables(expr: &Expr) -> Vec<VariableId> {
    fn walk(expr: &Expr, found: &mut Vec<VariableId>) {
        match expr {
            Expr::Variable(v) | Expr::Rank(v) => found.push(*v),
            Expr::Constant(_) | Expr::Number(_) | Expr::Reading(_) | Expr::Since(_) => {}
            Expr::Not(a) | Expr::Negate(a) | Expr::Hazard { chance: a, .. } => walk(a, found),
            Expr::All(parts) | Expr::Any(parts) | Expr::Minimum(parts) | Expr::Maximum(parts) => {
                parts.iter().for_each(|part| walk(part, found));
            }
            Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => {
                walk(a, found);
                walk(b, found);
            }
            Expr::If(a, b, c) => {
                walk(a, found);
                walk(b, found);
                walk(c, found);
            }
            Expr::Match { on, arms, otherwise } => {
                walk(on, found);
                arms.iter().for_each(|(_, arm)| walk(arm, found));
                if let Some(other) = otherwise {
                    walk(other, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(expr, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

/// A function of the state, tabulated over the variables it reads as it is asked for.
#[derive(Debug)]
pub(crate) struct Lookup<T> {
    /// Variable, by position, with its stride among the combinations.
    reads: Vec<(usize, u128)>,
    cells: Cells<T>,
}

#[derive(Debug)]
enum Cells<T> {
    /// Every combination has a place.
    Dense(Vec<(Field, u32)>, Vec<Option<T>>),
    /// Too many combinations to give each a place.
    Sparse(Vec<(Field, u128)>, rustc_hash::FxHashMap<u128, T>),
}

/// Above this many combinations a lookup is kept as a map.
const DENSE: u128 = 1 << 16;

impl<T: Copy> Lookup<T> {
    /// A function of these variables of the case. All variables together have at most 2^128 combinations.
    pub fn over(case: &Case, layout: &Layout, reads: &[VariableId]) -> Lookup<T> {
        let mut stride = 1_u128;
        let mut strides = Vec::with_capacity(reads.len());
        for v in reads {
            strides.push((v.index(), stride));
            stride = stride.saturating_mul(case.variables[v.index()].values.len() as u128);
        }
        let fields = strides.iter().map(|&(v, stride)| (layout.field(v), stride));
        let cells = if stride <= DENSE {
            let fields = fields.map(|(field, stride)| (field, stride as u32)).collect();
            Cells::Dense(fields, vec![None; stride as usize])
        } else {
            Cells::Sparse(fields.collect(), rustc_hash::FxHashMap::default())
        };
        Lookup { reads: strides, cells }
    }

    /// The variables it reads, by position.
    pub fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        self.reads.iter().map(|(v, _)| *v)
    }

    /// The value at a state; computed the first time.
    #[inline]
    pub fn at(&mut self, state: State, compute: impl FnOnce() -> T) -> T {
        match &mut self.cells {
            Cells::Dense(fields, cells) => *cells[dense(fields, state)].get_or_insert_with(compute),
            Cells::Sparse(fields, cells) => *cells.entry(sparse(fields, state)).or_insert_with(compute),
        }
    }

    /// The value at a state, if it has been noted.
    #[inline]
    pub fn known(&self, state: State) -> Option<T> {
        match &self.cells {
            Cells::Dense(fields, cells) => cells[dense(fields, state)],
            Cells::Sparse(fields, cells) => cells.get(&sparse(fields, state)).copied(),
        }
    }
}

#[inline]
fn dense(fields: &[(Field, u32)], state: State) -> usize {
    fields.iter().fold(0, |key, &(field, stride)| key + field.of(state) as usize * stride as usize)
}

fn sparse(fields: &[(Field, u128)], state: State) -> u128 {
    fields.iter().fold(0, |key, &(field, stride)| key + u128::from(field.of(state)) * stride)
}
