//! Which outcomes are stable: the graph model for conflict resolution.
//!
//! ```text
//! decision makers and their options → feasible states and moves → preferences → stability → sentences
//! ```
//!
//! Sources: Fraser and Hipel (1984), *Conflict Analysis: Models and Resolutions*; Fang, Hipel and Kilgour (1993),
//! *Interactive Decision Making: The Graph Model for Conflict Resolution*.

pub mod answer;
pub mod coalition;
pub mod inverse;
pub mod parse;
pub mod preference;
pub mod say;
pub mod stability;
pub mod status_quo;

pub use answer::{Answer, Request, answer};

/// A conflict: who can move from which state to which, and what they think of the states.
///
/// States are numbered from 0 inside; their [`number`](State::number) is what the author and the reader see.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub id: Option<String>,
    pub title: Option<String>,
    pub decision_makers: Vec<DecisionMaker>,
    pub options: Vec<Choice>,
    /// Combinations of options that cannot be.
    pub infeasible: Vec<Vec<(usize, bool)>>,
    pub states: Vec<State>,
    /// `[decision maker][state]`: states reachable in one move, ascending.
    pub moves: Vec<Vec<Vec<u32>>>,
    /// `[decision maker][state]`: ordinal, more is better.
    pub payoffs: Vec<Vec<i64>>,
    pub status_quo: Option<usize>,
}

/// One who decides, and the options under its control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionMaker {
    pub name: String,
    pub options: Vec<usize>,
}

/// Something that is done or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub direction: Direction,
}

/// Which changes of an option are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Both,
    /// Once taken it cannot be taken back.
    OnlyOn,
    /// Once given up it cannot be taken again.
    OnlyOff,
    Fixed,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub number: u64,
    /// The options taken, option 0 being the lowest bit, where the conflict is in option form.
    pub taken: Option<u64>,
    pub name: Option<String>,
}

impl Direction {
    /// Whether an option may change from `before` to `after`.
    pub fn allows(self, before: bool, after: bool) -> bool {
        before == after
            || match self {
                Self::Both => true,
                Self::OnlyOn => after,
                Self::OnlyOff => before,
                Self::Fixed => false,
            }
    }

    /// As written in files.
    pub fn written(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::OnlyOn => "N->Y only",
            Self::OnlyOff => "Y->N only",
            Self::Fixed => "none",
        }
    }
}

impl Conflict {
    /// The options of a state as `Y` and `N`, option 0 first.
    pub fn letters(&self, state: usize) -> Option<String> {
        let taken = self.states[state].taken?;
        Some((0..self.options.len()).map(|o| if taken >> o & 1 == 1 { 'Y' } else { 'N' }).collect())
    }

    /// Whether `decision_maker` prefers `a` to `b`.
    pub fn prefers(&self, decision_maker: usize, a: usize, b: usize) -> bool {
        self.payoffs[decision_maker][a] > self.payoffs[decision_maker][b]
    }

    /// Moves of a decision maker that improve its lot.
    pub fn improvements(&self, decision_maker: usize, state: usize) -> impl Iterator<Item = usize> + '_ {
        self.moves[decision_maker][state]
            .iter()
            .map(|&s| s as usize)
            .filter(move |&s| self.prefers(decision_maker, s, state))
    }
}
