//! What nearly every covariate starts from: seats, sizes and ends of every coalition.

use crate::chamber::Chamber;
use crate::coalitions::{Coalitions, members};

/// What nearly every covariate starts from.
pub struct Basic {
    pub all: Coalitions,
    pub seats: Vec<u32>,
    pub share: Vec<f64>,
    pub parties: Vec<u32>,
    pub majority: Vec<bool>,
    /// A majority that no member can leave.
    pub minimal: Vec<bool>,
    /// Left-right distance of the outermost members.
    pub range: Vec<f64>,
    /// Smallest member's share of seats.
    pub smallest: Vec<f64>,
    /// Largest member's share of seats.
    pub biggest: Vec<f64>,
}

impl Basic {
    pub fn of(chamber: &Chamber) -> Self {
        let all = chamber.coalitions();
        let seats = all.count(&chamber.seats);
        let share = all.sum(&chamber.share);
        let parties = all.masks().map(u32::count_ones).collect();
        let majority: Vec<bool> = seats.iter().map(|&s| s >= chamber.quota).collect();
        let negated: Vec<f64> = chamber.share.iter().map(|s| -s).collect();
        let smallest: Vec<f64> = all.max(&negated).into_iter().map(|s| -s).collect();
        let biggest = all.max(&chamber.share);
        let least = min_count(&all, &chamber.seats);
        let minimal = seats.iter().zip(&least).map(|(&s, &l)| s >= chamber.quota && s - l < chamber.quota).collect();
        let place = &chamber.positions[0];
        let range =
            all.masks().map(|m| place[31 - m.leading_zeros() as usize] - place[m.trailing_zeros() as usize]).collect();
        Self { all, seats, share, parties, majority, minimal, range, smallest, biggest }
    }
}

fn min_count(all: &Coalitions, seats: &[u32]) -> Vec<u32> {
    let negated: Vec<f64> = seats.iter().map(|&s| -f64::from(s)).collect();
    all.max(&negated).into_iter().map(|s| (-s) as u32).collect()
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
