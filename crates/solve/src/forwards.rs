//! Going forwards: how likely play is to come where, draws side by side.

use crate::kernel::Lanes;
use crate::program::{Program, SegmentProgram};
use crate::rows::Rows;
use crate::solution::Run;
use crate::wide::widest;
use game::graph::{Child, Edge, Game, Kind, Segment};
use game::real::whole_lanes;

/// A number per draw: a probability of coming somewhere.
pub type Mass<const L: usize> = [f64; L];

/// A way forwards with all it takes to go it.
pub struct Way<'s, const L: usize> {
    pub game: &'s Game,
    pub program: &'s Program,
    pub lanes: &'s Lanes<L>,
    /// `[period][stored]`.
    pub policy: &'s [Rows<L>],
    pub run: &'s Run<L>,
}

/// `to += mass × probability`.
#[inline(always)]
pub fn flow<const L: usize>(to: &mut Mass<L>, mass: &Mass<L>, probability: &Mass<L>) {
    let (mut sum, mass, probability) = (*to, *mass, *probability);
    for lane in 0..L {
        sum[lane] += mass[lane] * probability[lane];
    }
    *to = sum;
}

/// Probability of an edge, by its position at a node of this kind; `stored`: where the node's choices begin.
#[inline(always)]
pub fn probability<const L: usize>(
    kind: Kind,
    edge: &Edge,
    k: usize,
    lanes: &Lanes<L>,
    policy: &[Mass<L>],
    stored: usize,
) -> Mass<L> {
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
    pub fn period<const L: usize>(
        segment: &Segment,
        program: &SegmentProgram,
        lanes: &Lanes<L>,
        policy: &[Mass<L>],
        before: &[Mass<L>],
        after: &mut [Mass<L>],
        nodes: &mut Rows<L>,
    ) {
        nodes.reset(segment.nodes.len());
        let nodes = &mut nodes[..];
        for &(node, boundary, _) in &program.roots {
            flow(&mut nodes[node as usize], &before[boundary as usize], &[1.0; L]);
        }
        for &(boundary, next, _) in &program.passing {
            flow(&mut after[next as usize], &before[boundary as usize], &[1.0; L]);
        }
        for (i, node) in segment.nodes.iter().enumerate().rev() {
            let mass = nodes[i];
            if mass == [0.0; L] {
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
pub fn first_time<const L: usize>(way: &Way<L>, set: &[bool]) -> Rows<L> {
    let Way { game, program, lanes, policy, run } = way;
    let mut by = Rows::zeros(game.periods.len() - run.from + 1);
    let (mut states, mut after, mut nodes) = (run.start.clone(), Rows::zeros(run.start.len()), Rows::default());
    let mut reached = [0.0; L];
    for (by, t) in by.iter_mut().zip(run.from..) {
        for (mass, _) in states.iter_mut().zip(set).filter(|(_, within)| **within) {
            flow(&mut reached, mass, &[1.0; L]);
            *mass = [0.0; L];
        }
        *by = reached;
        let Some(kind) = game.periods.get(t).map(|period| period.segment) else { break };
        after.fill([0.0; L]);
        period(&game.segments[kind], &program.segments[kind], lanes, &policy[t], &states, &mut after, &mut nodes);
        std::mem::swap(&mut states, &mut after);
    }
    by
}
