//! How answers are counted: who has how many members, and what suffices.

use crate::table::Slot;

/// The counting of one kind of ballot: electorate, cohesion and rule; shared by all ballots of that kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tally {
    pub members: Vec<Members>,
    /// Share of an elector's present members who follow its line.
    pub cohesion: Slot,
    /// One per reading of the hypothesis, or a single one.
    pub rules: Vec<Counting>,
    /// The hypothesis the rule depends on.
    pub hypothesis: Option<u32>,
    /// Weight of electors without a voice: their members are not in the room.
    pub silent: u32,
}

/// The members an elector speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Members {
    /// The largest weight it can have.
    pub most: u32,
    /// Weight and share present, where either is other than `most` and 1.
    pub uncertain: Option<(Slot, Slot)>,
}

/// What suffices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counting {
    pub what: Suffices,
    /// The *no* side is counted, and the ballot passes unless it suffices.
    pub negative: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suffices {
    /// At least so many votes.
    Votes(u32),
    /// More than (`strict`), or at least, this share of the votes cast.
    Cast { part: (u32, u32), strict: bool },
    /// Everybody with a voice; presence and cohesion play no part.
    Consent,
    /// The better placed of two; ties by lot.
    Better,
}

impl Tally {
    /// Whether how many cast no vote matters, beside how many said yes.
    pub fn counts_cast(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.what, Suffices::Cast { .. } | Suffices::Better))
    }

    /// All members that electors can have.
    pub fn total(&self) -> u32 {
        self.members.iter().map(|m| m.most).sum()
    }
}
