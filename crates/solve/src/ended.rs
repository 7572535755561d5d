//! What first ends something: the paths on which a condition ceases to hold, by what made it.

use crate::forwards::{Mass, Way, flow, probability};
use crate::kernel::Lanes;
use crate::program::SegmentProgram;
use crate::rows::Rows;
use crate::wide::widest;
use game::graph::{By, Child, Game, PaymentsId, Segment};
use std::collections::BTreeMap;

/// Chance of each thing that ended something, in each draw.
pub type Ended<const L: usize> = BTreeMap<By, Mass<L>>;

/// Where a path stands: the condition has not held yet, it holds for the first time, or (from here on) so many things ended it.
const WAITS: usize = 0;
const HOLDS: usize = 1;
const ENDED: usize = 2;

/// What lists of payments and marks do to a watched condition.
pub struct Marked {
    /// Where a path that waits or holds stands after each list.
    after: Vec<[usize; 2]>,
    /// What can end the condition.
    causes: Vec<By>,
}

/// Chance of each thing by which a watched condition first ceases to hold, over all paths of a way.
pub fn by<const L: usize>(way: &Way<L>, watch: usize) -> Ended<L> {
    let Way { game, program, lanes, policy, run } = *way;
    let Marked { after: turns, causes } = &program.marked[watch];
    let mut ended = vec![[0.0; L]; causes.len()];
    let mut by_date = [0.0; L];
    let truths = &game.watched[watch];
    // `[status][state]`, one after the other.
    let n = game.n_states();
    let mut states = Rows::zeros(2 * n);
    let status = |t: usize, state: usize| {
        let kind = game.periods.get(t).map_or(truths.len() - 1, |period| period.segment);
        if truths[kind][state] { HOLDS } else { WAITS }
    };
    if run.from > 0 {
        for (state, mass) in run.start.iter().enumerate() {
            flow(&mut states[status(run.from, state) * n + state], mass, &[1.0; L]);
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
            let mass = &lanes.values[opening.probability.index()];
            match turns[opening.payments.0 as usize][start].checked_sub(ENDED) {
                Some(cause) => flow(&mut ended[cause], mass, &[1.0; L]),
                None => {
                    let at = turns[opening.payments.0 as usize][start];
                    flow(&mut states[at * n + opening.state as usize], mass, &[1.0; L]);
                }
            }
        }
    }
    let (mut after, mut nodes) = (Rows::zeros(2 * n), Rows::default());
    for (t, period) in game.periods.iter().enumerate().skip(run.from) {
        date(&mut states, &truths[period.segment], &mut by_date);
        after.fill([0.0; L]);
        let (segment, program) = (&game.segments[period.segment], &program.segments[period.segment]);
        go(segment, program, lanes, &policy[t], turns, &states, &mut after, &mut nodes, &mut ended);
        std::mem::swap(&mut states, &mut after);
    }
    date(&mut states, &truths[truths.len() - 1], &mut by_date);
    let mut all: Ended<L> = causes.iter().copied().zip(ended).collect();
    flow(all.entry(By::Date).or_insert([0.0; L]), &by_date, &[1.0; L]);
    all
}

impl Marked {
    /// Of the condition at this position in [`Game::watched`].
    pub fn of(game: &Game, watch: usize) -> Marked {
        let mut causes: Vec<By> = Vec::new();
        let mut follow = |list: usize, from: usize| {
            let mut at = from;
            let marks = game.payments.marks(PaymentsId(list as u32));
            for mark in marks.iter().filter(|mark| usize::from(mark.watch) == watch) {
                match mark.ended_by {
                    None => at = HOLDS,
                    Some(by) if at == HOLDS => {
                        let cause = causes.iter().position(|known| *known == by).unwrap_or_else(|| {
                            causes.push(by);
                            causes.len() - 1
                        });
                        return ENDED + cause;
                    }
                    Some(_) => {}
                }
            }
            at
        };
        let after = (0..game.payments.len()).map(|list| [follow(list, WAITS), follow(list, HOLDS)]).collect();
        Marked { after, causes }
    }
}

widest! {
    /// One period: `states` and `after` `[2 · n_states]`, by where the condition stands.
    fn go<const L: usize>(
        segment: &Segment,
        program: &SegmentProgram,
        lanes: &Lanes<L>,
        policy: &[Mass<L>],
        turns: &[[usize; 2]],
        states: &[Mass<L>],
        after: &mut [Mass<L>],
        nodes: &mut Rows<L>,
        ended: &mut [Mass<L>],
    ) {
        let (n_states, n_nodes) = (states.len() / 2, segment.nodes.len());
        nodes.reset(2 * n_nodes);
        let nodes = &mut nodes[..];
        for at in [WAITS, HOLDS] {
            for (state, root) in segment.roots.iter().enumerate() {
                let mass = &states[at * n_states + state];
                if let Some(root) = root
                    && *mass != [0.0; L]
                {
                    let to = turns[root.payments.0 as usize][at];
                    arrive(nodes, after, ended, root.child, to, mass, &[1.0; L]);
                }
            }
        }
        for (i, node) in segment.nodes.iter().enumerate().rev() {
            let (waits, holds) = (nodes[i], nodes[n_nodes + i]);
            let (some_wait, some_hold) = (waits != [0.0; L], holds != [0.0; L]);
            if !some_wait && !some_hold {
                continue;
            }
            let stored = program.policy[i] as usize;
            for (k, edge) in segment.edges[node.first as usize..][..node.count as usize].iter().enumerate() {
                let probability = probability(node.kind, edge, k, lanes, policy, stored);
                let [from_waiting, from_holding] = turns[edge.to.payments.0 as usize];
                if some_wait {
                    arrive(nodes, after, ended, edge.to.child, from_waiting, &waits, &probability);
                }
                if some_hold {
                    arrive(nodes, after, ended, edge.to.child, from_holding, &holds, &probability);
                }
            }
        }
    }
}

/// Mass comes to a child: where the condition still stands, or to what ended it. `nodes`, `after`: by where it stands, one
/// half each. (No closure, which would not be compiled for wide vectors.)
#[inline(always)]
fn arrive<const L: usize>(
    nodes: &mut [Mass<L>],
    after: &mut [Mass<L>],
    ended: &mut [Mass<L>],
    child: Child,
    to: usize,
    mass: &Mass<L>,
    probability: &Mass<L>,
) {
    let (n_nodes, n_states) = (nodes.len() / 2, after.len() / 2);
    let at = match (to, child) {
        (WAITS | HOLDS, Child::Node(node)) => &mut nodes[to * n_nodes + node as usize],
        (WAITS | HOLDS, Child::Next(next)) => &mut after[to * n_states + next as usize],
        (cause, _) => &mut ended[cause - ENDED],
    };
    flow(at, mass, probability);
}

/// A condition that names dates may change between two periods.
fn date<const L: usize>(states: &mut [Mass<L>], truths: &[bool], ended: &mut Mass<L>) {
    let (waits, holds) = states.split_at_mut(states.len() / 2);
    for ((waits, holds), true_here) in waits.iter_mut().zip(holds).zip(truths) {
        if *true_here {
            flow(holds, &std::mem::replace(waits, [0.0; L]), &[1.0; L]);
        } else {
            flow(ended, &std::mem::replace(holds, [0.0; L]), &[1.0; L]);
        }
    }
}
