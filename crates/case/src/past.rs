//! What a case says of its chamber's past: what the record of past governments is asked with.
//!
//! The game does not read it. `formateur coalitions` does, and so do numbers whose `prior` is the history.

use crate::diagnostic::Span;
use jiff::civil::Date;

/// The table `[history]`, with the chamber it speaks of. Empty where the case has neither.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// The chamber that has to carry a government: the one named, else `chamber`, else the first of `chambers`.
    pub chamber: Option<String>,
    /// The country as the record names it; its earlier cabinets then count.
    pub country: Option<String>,
    /// The election before; `from` of the case where it is not said.
    pub election: Option<Date>,
    /// A government formed without an election.
    pub midterm: bool,
    /// Blocs of the outgoing cabinet.
    pub cabinet: Vec<String>,
    /// The bloc that leads it.
    pub premier: Option<String>,
    /// It only takes care.
    pub caretaker: bool,
    /// What is said of blocs, in the order written.
    pub parties: Vec<Party>,
    /// Candidates for any office and the actor each is of, or that would lead it; in the order of their offices and names.
    pub candidates: Vec<(String, String)>,
    pub span: Option<Span>,
}

/// What is said of one bloc.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Party {
    /// The bloc, as the chamber names it.
    pub bloc: String,
    /// The party's number in the record (ParlGov's).
    pub record: Option<u32>,
    /// Left-right, state-market, liberty-authority, against-for European integration: 0 to 10.
    pub positions: [Option<f64>; 4],
    /// One of [`FAMILIES`].
    pub family: Option<String>,
    /// Share of the cabinets of the last ten years it sat in, 0 to 1.
    pub governed: Option<f64>,
    /// Seats in the chamber before the election.
    pub seats_before: Option<u32>,
}

/// The families of parties.
pub const FAMILIES: [&str; 9] =
    ["communist", "green", "social", "liberal", "christian", "agrarian", "conservative", "right", "special"];

impl Past {
    /// What is said of a bloc.
    pub fn party(&self, bloc: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.bloc == bloc)
    }
}
