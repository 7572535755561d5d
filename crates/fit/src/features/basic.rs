//! What nearly every covariate starts from: seats, sizes and ends of every coalition.

use crate::chamber::Chamber;
use crate::coalitions::{Coalitions, members};
use std::cell::OnceCell;

/// What nearly every covariate starts from; what only some need is worked out when it is asked for.
pub struct Basic<'c> {
    chamber: &'c Chamber,
    pub all: Coalitions,
    pub seats: Vec<u32>,
    pub parties: Vec<u32>,
    pub majority: Vec<bool>,
    /// A majority that no member can leave.
    pub minimal: Vec<bool>,
    /// Left-right distance of the outermost members.
    pub range: Vec<f64>,
    share: OnceCell<Vec<f64>>,
    smallest: OnceCell<Vec<f64>>,
    biggest: OnceCell<Vec<f64>>,
}

impl<'c> Basic<'c> {
    pub fn of(chamber: &'c Chamber) -> Self {
        let all = chamber.coalitions();
        let seats = all.count(&chamber.seats);
        let parties = all.masks().map(u32::count_ones).collect();
        let majority: Vec<bool> = seats.iter().map(|&s| s >= chamber.quota).collect();
        let least = all.least(&chamber.seats);
        let minimal = seats.iter().zip(&least).map(|(&s, &l)| s >= chamber.quota && s - l < chamber.quota).collect();
        let place = &chamber.positions[0];
        let range =
            all.masks().map(|m| place[31 - m.leading_zeros() as usize] - place[m.trailing_zeros() as usize]).collect();
        let (share, smallest, biggest) = <_>::default();
        Self { chamber, all, seats, parties, majority, minimal, range, share, smallest, biggest }
    }

    /// Share of all seats.
    pub fn share(&self) -> &[f64] {
        self.share.get_or_init(|| self.all.sum(&self.chamber.share))
    }

    /// Smallest member's share of seats.
    pub fn smallest(&self) -> &[f64] {
        let negated = || self.chamber.share.iter().map(|s| -s).collect::<Vec<_>>();
        self.smallest.get_or_init(|| self.all.max(&negated()).into_iter().map(|s| -s).collect())
    }

    /// Largest member's share of seats.
    pub fn biggest(&self) -> &[f64] {
        self.biggest.get_or_init(|| self.all.max(&self.chamber.share))
    }
}

/// 1 or 0.
pub fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// Whether the party with this bit is in.
pub fn has(mask: u32, bit: usize) -> bool {
    mask >> bit & 1 == 1
}

/// The bit set of the parties for which this holds.
pub fn set_of(flags: &[bool]) -> u32 {
    flags.iter().enumerate().filter(|(_, f)| **f).map(|(i, _)| 1 << i).sum()
}

/// Each party's share of all swings (the normalised Banzhaf index).
pub fn pivotality(c: &Chamber, b: &Basic) -> Vec<f64> {
    let mut swings = vec![0u64; c.n];
    for (mask, &seats) in b.all.masks().zip(&b.seats) {
        if seats >= c.quota {
            for i in members(mask) {
                swings[i] += u64::from(seats - c.seats[i] < c.quota);
            }
        }
    }
    let total: u64 = swings.iter().sum();
    swings.iter().map(|&s| s as f64 / total.max(1) as f64).collect()
}
