//! What first ends something: the paths on which a condition ceases to hold, by what made it.

use crate::solution::Solved;
use game::graph::{By, Child, PaymentsId};
use std::collections::BTreeMap;

/// Where a path stands: the condition has not held yet, or it holds for the first time.
const WAITS: usize = 0;
const HOLDS: usize = 1;

impl Solved<'_> {
    /// Chance of each thing by which a watched condition first ceases to hold, over all paths from now on. Where it does
    /// not hold at the start it must first come to; a path on which it never ends is in none of them.
    ///
    /// - `watch`: position in [`game::Game::watched`].
    pub fn ended_by(&self, watch: usize) -> BTreeMap<By, f64> {
        let game = self.game();
        let truths = &game.watched[watch];
        let mut ended: BTreeMap<By, f64> = BTreeMap::new();
        let mut states = vec![[0.0; 2]; game.n_states()];
        let status = |t: usize, state: usize| {
            let kind = game.periods.get(t).map_or(truths.len() - 1, |period| period.segment);
            if truths[kind][state] { HOLDS } else { WAITS }
        };
        if self.from() > 0 {
            for (state, mass) in self.standing().into_iter().enumerate().filter(|(_, mass)| *mass > 0.0) {
                states[state][status(self.from(), state)] += mass;
            }
        } else {
            for opening in &game.openings {
                // Where it stood before a forced first move follows from what that move changed.
                let mut marks = game.payments.marks(opening.payments).iter();
                let start = match marks.find(|mark| usize::from(mark.watch) == watch) {
                    Some(mark) if mark.ended_by.is_some() => HOLDS,
                    Some(_) => WAITS,
                    None => status(0, opening.state as usize),
                };
                let mass = self.value(opening.probability);
                match self.passes_marks(start, opening.payments, watch) {
                    Ok(at) => states[opening.state as usize][at] += mass,
                    Err(by) => *ended.entry(by).or_insert(0.0) += mass,
                }
            }
        }
        let mut nodes: Vec<[f64; 2]> = Vec::new();
        for (t, period) in game.periods.iter().enumerate().skip(self.from()) {
            date(&mut states, &truths[period.segment], &mut ended);
            let segment = &game.segments[period.segment];
            let mut after = vec![[0.0; 2]; states.len()];
            nodes.clear();
            nodes.resize(segment.nodes.len(), [0.0; 2]);
            for (state, masses) in states.iter().enumerate() {
                for at in [WAITS, HOLDS] {
                    if masses[at] > 0.0
                        && let Some(root) = segment.roots[state]
                    {
                        match self.passes_marks(at, root.payments, watch) {
                            Err(by) => *ended.entry(by).or_insert(0.0) += masses[at],
                            Ok(at) => match root.child {
                                Child::Node(node) => nodes[node as usize][at] += masses[at],
                                Child::Next(next) => after[next as usize][at] += masses[at],
                            },
                        }
                    }
                }
            }
            for node in (0..segment.nodes.len()).rev() {
                let masses = nodes[node];
                if masses == [0.0; 2] {
                    continue;
                }
                let n = segment.nodes[node];
                let chance = self.chances(t, node);
                for (k, edge) in segment.edges[n.first as usize..][..n.count as usize].iter().enumerate() {
                    let p = chance(k);
                    for at in [WAITS, HOLDS] {
                        if masses[at] == 0.0 {
                            continue;
                        }
                        match self.passes_marks(at, edge.to.payments, watch) {
                            Err(by) => *ended.entry(by).or_insert(0.0) += masses[at] * p,
                            Ok(at_then) => match edge.to.child {
                                Child::Node(child) => nodes[child as usize][at_then] += masses[at] * p,
                                Child::Next(next) => after[next as usize][at_then] += masses[at] * p,
                            },
                        }
                    }
                }
            }
            states = after;
        }
        date(&mut states, &truths[truths.len() - 1], &mut ended);
        ended.retain(|_, chance| *chance > 0.0);
        ended
    }

    /// Where a path stands after what is marked on the way; by what it ended, if it did.
    fn passes_marks(&self, at: usize, payments: PaymentsId, watch: usize) -> Result<usize, By> {
        let mut at = at;
        for mark in self.game().payments.marks(payments) {
            if usize::from(mark.watch) == watch {
                match mark.ended_by {
                    None => at = HOLDS,
                    Some(by) if at == HOLDS => return Err(by),
                    Some(_) => {}
                }
            }
        }
        Ok(at)
    }
}

/// A condition that names dates may change between two periods.
fn date(states: &mut [[f64; 2]], truths: &[bool], ended: &mut BTreeMap<By, f64>) {
    for (masses, holds) in states.iter_mut().zip(truths) {
        if *holds {
            masses[HOLDS] += std::mem::take(&mut masses[WAITS]);
        } else if masses[HOLDS] > 0.0 {
            *ended.entry(By::Date).or_insert(0.0) += std::mem::take(&mut masses[HOLDS]);
        }
    }
}
