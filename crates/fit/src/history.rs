//! A country's governments up to a date, and never after it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::records::{Opportunity, PartyId, Record};

/// A cabinet of the past with the chamber it faced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Line", from = "Line")]
pub struct PastCabinet {
    pub country: String,
    pub cabinet: u32,
    pub start: Date,
    pub election: Date,
    pub caretaker: bool,
    /// Seats in the chamber and its majority.
    pub chamber: u32,
    pub quota: u32,
    /// Parties of the chamber with their seats.
    pub parties: Vec<(PartyId, u32)>,
    /// Parties of the cabinet.
    pub members: Vec<PartyId>,
    pub premier: Option<PartyId>,
    /// Days from the election, for regular cabinets formed after one.
    pub days: Option<f64>,
}

/// A past cabinet as it stands in a file: the fields in order, the parties with their seats one after the other.
type Line = (String, u32, Date, Date, bool, u32, Vec<u32>, Vec<PartyId>, Option<PartyId>, Option<f64>);

impl From<PastCabinet> for Line {
    fn from(c: PastCabinet) -> Self {
        let parties = c.parties.iter().flat_map(|&(id, seats)| [id.0, seats]).collect();
        (c.country, c.cabinet, c.start, c.election, c.caretaker, c.chamber, parties, c.members, c.premier, c.days)
    }
}

impl From<Line> for PastCabinet {
    fn from((country, cabinet, start, election, caretaker, chamber, parties, members, premier, days): Line) -> Self {
        let parties = parties.as_chunks::<2>().0.iter().map(|&[id, seats]| (PartyId(id), seats)).collect();
        let quota = chamber / 2 + 1;
        Self { country, cabinet, start, election, caretaker, chamber, quota, parties, members, premier, days }
    }
}

/// Past cabinets, oldest first within a country.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History {
    cabinets: Vec<PastCabinet>,
}

impl History {
    /// What the rows say of the past.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut cabinets: Vec<_> = records.into_iter().map(PastCabinet::of).collect();
        cabinets.sort_by(|a, b| (&a.country, a.start, a.cabinet).cmp(&(&b.country, b.start, b.cabinet)));
        Self { cabinets }
    }

    /// These cabinets.
    pub fn from_cabinets(mut cabinets: Vec<PastCabinet>) -> Self {
        cabinets.sort_by(|a, b| (&a.country, a.start, a.cabinet).cmp(&(&b.country, b.start, b.cabinet)));
        Self { cabinets }
    }

    /// This history with another's cabinets added; where both know a cabinet, this one's account stands.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut cabinets = self.cabinets.clone();
        let known: std::collections::HashSet<_> = cabinets.iter().map(|c| (c.country.clone(), c.cabinet)).collect();
        cabinets.extend(other.cabinets.iter().filter(|c| !known.contains(&(c.country.clone(), c.cabinet))).cloned());
        cabinets.sort_by(|a, b| (&a.country, a.start, a.cabinet).cmp(&(&b.country, b.start, b.cabinet)));
        Self { cabinets }
    }

    /// The cabinets of the same country that had begun when the opportunity arose, oldest first: those that began before
    /// the previous cabinet, and the previous one itself. Its own start is an outcome and is not looked at.
    pub fn before(&self, opportunity: &Opportunity) -> Vec<&PastCabinet> {
        let Some(previous) = &opportunity.previous else { return Vec::new() };
        let from = self.cabinets.partition_point(|c| c.country < opportunity.country);
        self.cabinets[from..]
            .iter()
            .take_while(|c| c.country == opportunity.country)
            .filter(|c| c.start < previous.start || c.cabinet == previous.cabinet)
            .collect()
    }

    /// Number of cabinets known.
    pub fn len(&self) -> usize {
        self.cabinets.len()
    }

    /// Whether no cabinet is known.
    pub fn is_empty(&self) -> bool {
        self.cabinets.is_empty()
    }
}

impl PastCabinet {
    fn of(record: &Record) -> Self {
        let (opportunity, outcome) = (&record.opportunity, &record.outcome);
        let parties = &opportunity.parties;
        Self {
            country: opportunity.country.clone(),
            cabinet: outcome.cabinet,
            start: outcome.start,
            election: opportunity.election,
            caretaker: outcome.caretaker,
            chamber: opportunity.chamber,
            quota: opportunity.quota,
            parties: parties.iter().filter(|p| p.seats > 0).map(|p| (p.id, p.seats)).collect(),
            members: parties.iter().zip(&outcome.members).filter(|&(_, &m)| m).map(|(p, _)| p.id).collect(),
            premier: outcome.premier.map(|p| parties[p].id),
            days: outcome.days,
        }
    }

    /// Seats of a party in this chamber; 0 where it is not there.
    pub fn seats(&self, party: PartyId) -> u32 {
        self.parties.iter().find(|p| p.0 == party).map_or(0, |p| p.1)
    }

    /// Seats of the cabinet's parties.
    pub fn cabinet_seats(&self) -> u32 {
        self.members.iter().map(|&m| self.seats(m)).sum()
    }

    /// Whether the cabinet had a majority, and whether it still had one without its smallest party.
    pub fn majority(&self) -> bool {
        self.cabinet_seats() >= self.quota
    }

    /// A majority that would survive the loss of one of its parties.
    pub fn oversized(&self) -> bool {
        let total = self.cabinet_seats();
        self.members.iter().any(|&m| self.seats(m) > 0 && total >= self.quota + self.seats(m))
    }
}

/// Years from one day to another; negative where `to` is earlier.
pub fn years(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days()) / 365.25
}
