//! The table of distinct expressions: everything that depends on the draw and not on the state, once.
//!
//! Compiling reads the state out of every number (see [`crate::lookup`]); what remains is an expression over the
//! numbers of a draw. Equal remainders share a [`Slot`]; a draw evaluates each slot once, children first.

use crate::draw::Draw;
use crate::real;
use case::expr::{Arithmetic, Comparison};
use rustc_hash::FxHashMap;

/// A place in the table, and in the values a draw gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

impl Slot {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One distinct expression. Truth is 1, falsehood 0. Constants are kept by their bits, so that terms can be hashed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    Constant(u64),
    /// Value of a number (by position in the case's list).
    Number(u32),
    /// Chance that play stands in this one of the states it may begin in.
    Standing(u32),
    /// The slot that goes with the reading a hypothesis has.
    Reading(u32, Vec<Slot>),
    Arithmetic(Arithmetic, Slot, Slot),
    Negate(Slot),
    Minimum(Vec<Slot>),
    Maximum(Vec<Slot>),
    Compare(Comparison, Slot, Slot),
    Not(Slot),
    All(Vec<Slot>),
    Any(Vec<Slot>),
    If(Slot, Slot, Slot),
    /// −ln(1 − p)/days: a chance per so many days (by its bits) as a rate per day.
    Hazard(Slot, u64),
    /// 1 − exp(−rate·days): the chance that something with this rate per day comes up in so many days (bits).
    Comes(Slot, u64),
    /// min(1, phases·Δ/days): the chance that a phase of a clock passes; the numerator by its bits.
    Passes(Slot, u64),
    /// (1 − d)^years, years by their bits.
    Discount(Slot, u64),
    /// pᵢ / max(1, Σ p): stated chances scaled so that they never exceed 1 together.
    Scaled(Slot, Vec<Slot>),
    /// max(0, 1 − Σ p) / shares: what the stated chances leave, split among so many.
    Rest(Vec<Slot>, u32),
    /// A weight as a whole number of members: rounded, from 0 to so many.
    Whole(Slot, u32),
}

/// The distinct expressions of a game, children before parents.
#[derive(Debug, Clone, Default)]
pub struct Table {
    terms: Vec<Term>,
    index: FxHashMap<Term, Slot>,
}

impl Table {
    pub const ZERO: Slot = Slot(0);
    pub const ONE: Slot = Slot(1);

    pub fn new() -> Table {
        let mut table = Table::default();
        assert_eq!(table.constant(0.0), Table::ZERO);
        assert_eq!(table.constant(1.0), Table::ONE);
        table
    }

    pub fn len(&self) -> usize {
        self.terms.len()
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub fn constant(&mut self, x: f64) -> Slot {
        // −0 and 0 are one number.
        self.intern(Term::Constant((if x == 0.0 { 0.0 } else { x }).to_bits()))
    }

    /// The value of a slot that does not depend on the draw.
    pub fn known(&self, slot: Slot) -> Option<f64> {
        match self.terms[slot.index()] {
            Term::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The slot of a term; a term whose parts are all constant becomes a constant.
    pub fn term(&mut self, term: Term) -> Slot {
        match &term {
            Term::Arithmetic(Arithmetic::Add, a, b) if *b == Table::ZERO => return *a,
            Term::Arithmetic(Arithmetic::Add, a, b) if *a == Table::ZERO => return *b,
            Term::Arithmetic(Arithmetic::Subtract, a, b) if *b == Table::ZERO => return *a,
            Term::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, a, b) if *b == Table::ONE => return *a,
            Term::Arithmetic(Arithmetic::Multiply, a, b) if *a == Table::ONE => return *b,
            Term::Arithmetic(Arithmetic::Multiply, a, b) if *a == Table::ZERO || *b == Table::ZERO => {
                return Table::ZERO;
            }
            Term::Reading(_, slots) if slots.windows(2).all(|pair| pair[0] == pair[1]) => return slots[0],
            Term::If(condition, yes, no) => {
                if let Some(c) = self.known(*condition) {
                    return if c == 0.0 { *no } else { *yes };
                }
                if yes == no {
                    return *yes;
                }
            }
            _ => {}
        }
        if !matches!(term, Term::Constant(_) | Term::Number(_) | Term::Standing(_) | Term::Reading(..))
            && parts(&term).iter().all(|part| self.known(*part).is_some())
        {
            let x = evaluate(&term, |slot| self.known(slot).unwrap_or(0.0), &|_| 0.0, &|_| 0.0, &|_| 0);
            return self.constant(x);
        }
        self.intern(term)
    }

    pub fn sum(&mut self, a: Slot, b: Slot) -> Slot {
        // One order for both ways round, so that a + b and b + a are one slot.
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.term(Term::Arithmetic(Arithmetic::Add, a, b))
    }

    pub fn product(&mut self, a: Slot, b: Slot) -> Slot {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.term(Term::Arithmetic(Arithmetic::Multiply, a, b))
    }

    /// 1 − a.
    pub fn complement(&mut self, a: Slot) -> Slot {
        self.term(Term::Arithmetic(Arithmetic::Subtract, Table::ONE, a))
    }

    fn intern(&mut self, term: Term) -> Slot {
        if let Some(&slot) = self.index.get(&term) {
            return slot;
        }
        let slot = Slot(u32::try_from(self.terms.len()).expect("fewer than 2^32 distinct expressions"));
        self.terms.push(term.clone());
        self.index.insert(term, slot);
        slot
    }

    /// Values of all slots in `L` draws, `[n_slots][L]`.
    pub fn evaluate<const L: usize>(&self, draws: &[&Draw; L]) -> Vec<[f64; L]> {
        let mut values: Vec<[f64; L]> = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let mut lane_values = [0.0; L];
            for (lane, value) in lane_values.iter_mut().enumerate() {
                *value = evaluate(
                    term,
                    |slot| values[slot.index()][lane],
                    &|number| draws[lane].numbers[number as usize],
                    &|state| draws[lane].standing[state as usize],
                    &|hypothesis| draws[lane].readings[hypothesis as usize],
                );
            }
            values.push(lane_values);
        }
        values
    }
}

/// The slots a term is made of.
fn parts(term: &Term) -> Vec<Slot> {
    match term {
        Term::Constant(_) | Term::Number(_) | Term::Standing(_) => Vec::new(),
        Term::Reading(_, slots) | Term::Minimum(slots) | Term::Maximum(slots) | Term::All(slots) | Term::Any(slots) => {
            slots.clone()
        }
        Term::Rest(slots, _) => slots.clone(),
        Term::Arithmetic(_, a, b) | Term::Compare(_, a, b) => vec![*a, *b],
        Term::Negate(a)
        | Term::Not(a)
        | Term::Hazard(a, _)
        | Term::Comes(a, _)
        | Term::Passes(a, _)
        | Term::Discount(a, _)
        | Term::Whole(a, _) => vec![*a],
        Term::If(a, b, c) => vec![*a, *b, *c],
        Term::Scaled(a, slots) => slots.iter().copied().chain([*a]).collect(),
    }
}

fn evaluate(
    term: &Term,
    value: impl Fn(Slot) -> f64,
    number: &dyn Fn(u32) -> f64,
    standing: &dyn Fn(u32) -> f64,
    reading: &dyn Fn(u32) -> usize,
) -> f64 {
    let truth = |b: bool| if b { 1.0 } else { 0.0 };
    match term {
        Term::Constant(bits) => f64::from_bits(*bits),
        Term::Number(n) => number(*n),
        Term::Standing(state) => standing(*state),
        Term::Reading(hypothesis, slots) => value(slots[reading(*hypothesis)]),
        Term::Arithmetic(operation, a, b) => {
            let (a, b) = (value(*a), value(*b));
            match operation {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide if b == 0.0 => 0.0,
                Arithmetic::Divide => a / b,
            }
        }
        Term::Negate(a) => -value(*a),
        Term::Minimum(slots) => slots.iter().map(|s| value(*s)).fold(f64::INFINITY, f64::min),
        Term::Maximum(slots) => slots.iter().map(|s| value(*s)).fold(f64::NEG_INFINITY, f64::max),
        Term::Compare(comparison, a, b) => truth(compare(*comparison, value(*a), value(*b))),
        Term::Not(a) => truth(value(*a) == 0.0),
        Term::All(slots) => truth(slots.iter().all(|s| value(*s) != 0.0)),
        Term::Any(slots) => truth(slots.iter().any(|s| value(*s) != 0.0)),
        Term::If(condition, yes, no) => value(if value(*condition) == 0.0 { *no } else { *yes }),
        Term::Hazard(chance, days) => -real::ln_1p(-value(*chance).clamp(0.0, 1.0)) / f64::from_bits(*days),
        Term::Comes(rate, days) => {
            let exposure = value(*rate) * f64::from_bits(*days);
            if exposure > 0.0 { -real::exp_m1(-exposure) } else { 0.0 }
        }
        Term::Passes(days, numerator) => {
            let days = value(*days);
            if days > 0.0 { (f64::from_bits(*numerator) / days).min(1.0) } else { 1.0 }
        }
        Term::Discount(discount, years) => {
            let kept = 1.0 - value(*discount);
            if kept > 0.0 { real::exp(real::ln(kept) * f64::from_bits(*years)) } else { 0.0 }
        }
        Term::Scaled(chance, all) => {
            value(*chance).max(0.0) / all.iter().map(|s| value(*s).max(0.0)).sum::<f64>().max(1.0)
        }
        Term::Rest(stated, shares) => {
            (1.0 - stated.iter().map(|s| value(*s).max(0.0)).sum::<f64>()).max(0.0) / f64::from(*shares)
        }
        Term::Whole(weight, most) => value(*weight).round().max(0.0).min(f64::from(*most)),
    }
}

/// One comparison of numbers.
pub(crate) fn compare(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}
