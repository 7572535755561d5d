//! Going forwards: how likely play is to come where, draws side by side.

use crate::kernel::Lanes;
use crate::program::{Program, SegmentProgram};
use crate::rows::Rows;
use crate::solution::{LANES, Run};
use crate::wide::widest;
use game::graph::{Child, Edge, Game, Kind, Segment};
use game::real::whole_lanes;

/// A number per draw: a probability of coming somewhere.
pub type Mass = [f64; LANES];

/// A way forwards with all it takes to go it.
pub struct Way<'s> {
    pub game: &'s Game,
    pub program: &'s Program,
    pub lanes: &'s Lanes<LANES>,
    /// `[period][stored]`.
    pub policy: &'s [Rows<LANES>],
    pub run: &'s Run,
}

/// `to += mass × probability`.
#[inline(always)]
pub fn flow(to: &mut Mass, mass: &Mass, probability: &Mass) {
    let (mut sum, mass, probability) = (*to, *mass, *probability);
    for lane in 0..LANES {
        sum[lane] += mass[lane] * probability[lane];
    }
    *to = sum;
}

/// Probability of an edge, by its position at a node of this kind; `stored`: where the node's choices begin.
#[inline(always)]
pub fn probability(kind: Kind, edge: &Edge, k: usize, lanes: &Lanes<LANES>, policy: &[Mass], stored: usize) -> Mass {
    match kind {
        Kind::Chance { .. } => lanes.values[edge.weight.index()],
        Kind::Decide { .. } | Kind::Names { .. } => policy[stored + k],
        Kind::Ballot { .. } => {
            let mut passed = policy[stored];
            if k > 0 {
                for p in &mut passed {
                    *p = 1.0 - *p;
                }
            }
            passed
        }
    }
}

widest! {
    /// Probability of every state at the end of a period (`after`, to which it is added) from that at its beginning.
    /// `nodes`: room; gets the probability of coming to each node.
    pub fn period(
        segment: &Segment,
        program: &SegmentProgram,
        lanes: &Lanes<LANES>,
        policy: &[Mass],
        before: &[Mass],
        after: &mut [Mass],
        nodes: &mut Rows<LANES>,
    ) {
        nodes.reset(segment.nodes.len());
        let nodes = &mut nodes[..];
        for &(node, boundary, _) in &program.roots {
            flow(&mut nodes[node as usize], &before[boundary as usize], &[1.0; LANES]);
        }
        for &(boundary, next, _) in &program.passing {
            flow(&mut after[next as usize], &before[boundary as usize], &[1.0; LANES]);
        }
        for (i, node) in segment.nodes.iter().enumerate().rev() {
            let mass = nodes[i];
            if mass == [0.0; LANES] {
                continue;
            }
            let stored = program.policy[i] as usize;
            for (k, edge) in segment.edges[node.first as usize..][..node.count as usize].iter().enumerate() {
                whole_lanes();
                let probability = probability(node.kind, edge, k, lanes, policy, stored);
                match edge.to.child {
                    Child::Node(child) => flow(&mut nodes[child as usize], &mass, &probability),
                    Child::Next(next) => flow(&mut after[next as usize], &mass, &probability),
                }
            }
        }
    }
}

/// Chance of having been in a set of states by the beginning of each period of a way and by its end.
pub fn first_time(way: &Way, set: &[bool]) -> Rows<LANES> {
    let Way { game, program, lanes, policy, run } = way;
    let mut by = Rows::zeros(game.periods.len() - run.from + 1);
    let (mut states, mut after, mut nodes) = (run.start.clone(), Rows::zeros(run.start.len()), Rows::default());
    let mut reached = [0.0; LANES];
    for (by, t) in by.iter_mut().zip(run.from..) {
        for (mass, _) in states.iter_mut().zip(set).filter(|(_, within)| **within) {
            flow(&mut reached, mass, &[1.0; LANES]);
            *mass = [0.0; LANES];
        }
        *by = reached;
        let Some(kind) = game.periods.get(t).map(|period| period.segment) else { break };
        after.fill([0.0; LANES]);
        period(&game.segments[kind], &program.segments[kind], lanes, &policy[t], &states, &mut after, &mut nodes);
        std::mem::swap(&mut states, &mut after);
    }
    by
}
