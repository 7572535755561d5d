//! Who decides a ballot: what one elector's answer changes while the others answer as they do.
//!
//! The chance of passing is linear in each elector's chances, so that P(pass | yes) − P(pass | no) of every elector
//! follows from one pass over the sums forwards (who has said what so far) and one backwards (what a sum so far is worth).

use super::{Balance, Block, Count, Even, weighed};

impl<const L: usize> Count<L> {
    /// P(pass | the elector says yes) − P(pass | it says no) for each elector, in one lane.
    ///
    /// Since more on the counted side never hurts it, this is the chance that the ballot's result hangs on the elector's
    /// answer: that it passes with a yes and fails with a no, its members and the others' coming and following their line
    /// as chance has it.
    ///
    /// - `yes`, `no` `[n_electors]`: the electors' chances of each line.
    /// - Returns `[n_electors]`, each in 0–1.
    pub fn pivots(&self, lane: usize, yes: &[f64], no: &[f64]) -> Vec<f64> {
        let (counted, other) = if self.negative[lane] { (no, yes) } else { (yes, no) };
        if let Some(balance) = self.balances.iter().find(|balance| balance.counts[lane]) {
            return balance.pivots(lane, counted, other);
        }
        match weighed(&self.rules[lane]).filter(|_| !self.away.is_empty()) {
            None => self.pivots_along(lane, counted),
            // Some may be away, which this has no need to be fast about.
            Some(share) => Balance::between(self.cast(), &self.rules, share).pivots(lane, counted, other),
        }
    }

    fn pivots_along(&self, lane: usize, counted: &[f64]) -> Vec<f64> {
        let part = &self.parts[0];
        let top = part.sure;
        let mut pivots = vec![0.0; counted.len()];
        if top == 0 {
            return pivots;
        }
        // The sums up to `top`, which stands for all that surely suffice.
        let mut worth: Vec<f64> = part.suffices[..top].iter().map(|chance| chance[lane]).collect();
        worth.push(1.0);
        let steps: Vec<Steps> = self
            .electors
            .iter()
            .map(|(position, block)| {
                let ours = match block {
                    Block::All(members) => vec![(*members as isize, 1.0)],
                    Block::Some(chances) => likely(chances.iter().enumerate().map(|(j, c)| (j as isize, c[lane]))),
                };
                (*position, ours)
            })
            .chain(self.away.iter().map(|(position, members)| (*position, vec![(*members as isize, 1.0)])))
            .map(|(position, ours)| Steps { position, ours, theirs: vec![(0, 1.0)], p: counted[position], r: 0.0 })
            .collect();
        hang_on(&steps, 0, worth, &mut pivots);
        pivots
    }
}

impl<const L: usize> super::Balance<L> {
    fn pivots(&self, lane: usize, counted: &[f64], other: &[f64]) -> Vec<f64> {
        let most: usize = self.votes.iter().map(|votes| votes.len() - 1).sum();
        let zero = most * self.down;
        let mut worth = vec![0.0; zero + most * self.up + 1];
        worth[zero + 1..].fill(1.0);
        // That nobody votes decides nothing, but is as likely with either answer.
        worth[zero] = match self.even[lane] {
            Even::Fails => 0.0,
            Even::Passes => 1.0,
            Even::ByLot => 0.5,
        };
        let steps: Vec<Steps> = self
            .votes
            .iter()
            .enumerate()
            .map(|(position, votes)| {
                let side = |each: isize| likely(votes.iter().enumerate().map(|(j, c)| (j as isize * each, c[lane])));
                let (ours, theirs) = (side(self.up as isize), side(-(self.down as isize)));
                Steps { position, ours, theirs, p: counted[position], r: other[position] }
            })
            .collect();
        let mut pivots = vec![0.0; counted.len()];
        hang_on(&steps, zero, worth, &mut pivots);
        pivots
    }
}

/// What an elector adds to the sum on the counted side, on the other side, and its chances of each.
struct Steps {
    position: usize,
    ours: Vec<(isize, f64)>,
    theirs: Vec<(isize, f64)>,
    p: f64,
    r: f64,
}

fn likely(all: impl Iterator<Item = (isize, f64)>) -> Vec<(isize, f64)> {
    all.filter(|(_, chance)| *chance > 0.0).collect()
}

/// Sums outside the table stand at its ends.
fn hang_on(steps: &[Steps], start: usize, last: Vec<f64>, pivots: &mut [f64]) {
    let size = last.len();
    // Worth of each sum after the first k electors, from the last back.
    let mut worths = vec![last];
    for step in steps.iter().rev() {
        let after = &worths[worths.len() - 1];
        let away = 1.0 - step.p - step.r;
        let mut before: Vec<f64> = after.iter().map(|worth| away * worth).collect();
        for (chance, side) in [(step.p, &step.ours), (step.r, &step.theirs)] {
            if chance > 0.0 {
                for (by, share) in side {
                    look(&mut before, after, *by, chance * share);
                }
            }
        }
        worths.push(before);
    }
    let (mut reached, mut next) = (vec![0.0; size], vec![0.0; size]);
    reached[start] = 1.0;
    let (mut low, mut high) = (start, start);
    for (step, after) in steps.iter().zip(worths.iter().rev().skip(1)) {
        let value = |side: &[(isize, f64)]| -> f64 {
            side.iter().map(|(by, share)| share * meet(&reached[low..=high], after, low, *by)).sum()
        };
        pivots[step.position] = (value(&step.ours) - value(&step.theirs)).clamp(0.0, 1.0);
        let away = 1.0 - step.p - step.r;
        next.fill(0.0);
        for (next, here) in next[low..=high].iter_mut().zip(&reached[low..=high]) {
            *next = here * away;
        }
        let (mut lowest, mut highest) = (low, high);
        for (chance, side) in [(step.p, &step.ours), (step.r, &step.theirs)] {
            if chance > 0.0 {
                for (by, share) in side {
                    let (from, to) = (put(low, *by, size), put(high, *by, size));
                    (lowest, highest) = (lowest.min(from), highest.max(to));
                    carry(&mut next, &reached[low..=high], low, *by, chance * share);
                }
            }
        }
        (low, high) = (lowest, highest);
        std::mem::swap(&mut reached, &mut next);
        // What is all but never reached is not looked at.
        while low < high && reached[low] < NEVER {
            low += 1;
        }
        while low < high && reached[high] < NEVER {
            high -= 1;
        }
    }
}

/// A chance that is taken for 0: hundreds of these make no difference to a figure of twelve digits.
const NEVER: f64 = 1e-17;

/// `Σ reached[at] × worth[at + by]`, the first of `reached` standing at `low`.
fn meet(reached: &[f64], worth: &[f64], low: usize, by: isize) -> f64 {
    let size = worth.len();
    let first = low as isize + by;
    if first < 0 {
        return reached.iter().enumerate().map(|(at, chance)| chance * worth[put(low + at, by, size)]).sum();
    }
    let first = (first as usize).min(size - 1);
    let inside = (size - first).min(reached.len());
    let within: f64 = reached[..inside].iter().zip(&worth[first..]).map(|(chance, worth)| chance * worth).sum();
    within + worth[size - 1] * reached[inside..].iter().sum::<f64>()
}

fn put(at: usize, by: isize, size: usize) -> usize {
    at.saturating_add_signed(by).min(size - 1)
}

/// `to[at] += share × from[at + by]`.
fn look(to: &mut [f64], from: &[f64], by: isize, share: f64) {
    let size = from.len();
    let shift = by.unsigned_abs().min(size - 1);
    if by >= 0 {
        for (to, from) in to.iter_mut().zip(&from[shift..]) {
            *to += share * from;
        }
        to[size - shift..].iter_mut().for_each(|to| *to += share * from[size - 1]);
    } else {
        to[..shift].iter_mut().for_each(|to| *to += share * from[0]);
        for (to, from) in to[shift..].iter_mut().zip(from) {
            *to += share * from;
        }
    }
}

/// `to[at + by] += share × from[at]`, the first of `from` standing at `low`.
fn carry(to: &mut [f64], from: &[f64], low: usize, by: isize, share: f64) {
    let size = to.len();
    let first = low as isize + by;
    if first >= 0 && first as usize + from.len() <= size {
        for (to, from) in to[first as usize..].iter_mut().zip(from) {
            *to += share * from;
        }
        return;
    }
    for (at, from) in from.iter().enumerate() {
        to[put(low + at, by, size)] += share * from;
    }
}
