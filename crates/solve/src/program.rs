//! A game made ready for sweeping: value places reused after their last reader, and a place for every stored choice.

use crate::ended::Marked;
use game::graph::{Child, Game, Kind, PaymentsId, Segment};

/// All kinds of period of a game.
pub struct Program {
    pub segments: Vec<SegmentProgram>,
    /// By watched condition: what marks do to it.
    pub marked: Vec<Marked>,
}

/// One kind of period.
pub struct SegmentProgram {
    /// Place of each node's value.
    pub place: Vec<u32>,
    pub n_places: usize,
    /// Where each node's choice probabilities begin among those stored for a period.
    pub policy: Vec<u32>,
    pub n_policy: usize,
    /// Whether electors' answers are stored too.
    pub answers: bool,
    /// Roots that are nodes, by node: `(node, boundary state, payments)`, in order of nodes.
    pub roots: Vec<(u32, u32, PaymentsId)>,
    /// Roots that lead straight to the next period: `(boundary state, next state, payments)`.
    pub passing: Vec<(u32, u32, PaymentsId)>,
}

impl Program {
    /// `answers`: whether each elector's chance of a yes is stored beside a ballot's chance of passing.
    pub fn of(game: &Game, answers: bool) -> Program {
        Program {
            segments: game.segments.iter().map(|s| segment(game, s, answers)).collect(),
            marked: (0..game.watched.len()).map(|watch| Marked::of(game, watch)).collect(),
        }
    }
}

/// How many probabilities a node stores per period: one per edge of a decision or of a round among names; the chance of
/// passing of a ballot; both followed, where wanted, by its electors' chances of a yes, or of saying each name.
fn stored(game: &Game, kind: Kind, count: u32, with_answers: bool) -> u32 {
    match kind {
        Kind::Names { answers, names, .. } if with_answers => {
            count + u32::from(names) * game.answers[answers as usize].len() as u32
        }
        Kind::Decide { .. } | Kind::Names { .. } => count,
        Kind::Ballot { answers, .. } if with_answers => 1 + game.answers[answers as usize].len() as u32,
        Kind::Ballot { .. } => 1,
        Kind::Chance { .. } => 0,
    }
}

fn segment(game: &Game, segment: &Segment, answers: bool) -> SegmentProgram {
    let n = segment.nodes.len();
    let mut last_use: Vec<u32> = (0..n as u32).collect();
    for (i, node) in segment.nodes.iter().enumerate() {
        for edge in &segment.edges[node.first as usize..][..node.count as usize] {
            if let Child::Node(child) = edge.to.child {
                last_use[child as usize] = i as u32;
            }
        }
    }
    // Nodes whose value is read for the last time at node i, as a linked list per i.
    let mut freed_head = vec![u32::MAX; n];
    let mut freed_next = vec![u32::MAX; n];
    for (node, &last) in last_use.iter().enumerate() {
        freed_next[node] = freed_head[last as usize];
        freed_head[last as usize] = node as u32;
    }
    let (mut place, mut free, mut n_places) = (vec![0; n], Vec::new(), 0_u32);
    let (mut policy, mut n_policy) = (Vec::with_capacity(n), 0_u32);
    for i in 0..n {
        // The children are read before the value is written, so their places are free for it.
        let mut done = freed_head[i];
        let mut own = false;
        while done != u32::MAX {
            if done as usize == i {
                own = true;
            } else {
                free.push(place[done as usize]);
            }
            done = freed_next[done as usize];
        }
        place[i] = free.pop().unwrap_or_else(|| {
            n_places += 1;
            n_places - 1
        });
        if own {
            free.push(place[i]);
        }
        policy.push(n_policy);
        n_policy += stored(game, segment.nodes[i].kind, segment.nodes[i].count, answers);
    }
    let (mut roots, mut passing) = (Vec::new(), Vec::new());
    for (boundary, root) in segment.roots.iter().enumerate() {
        match root {
            Some(step) => match step.child {
                Child::Node(node) => roots.push((node, boundary as u32, step.payments)),
                Child::Next(next) => passing.push((boundary as u32, next, step.payments)),
            },
            None => {}
        }
    }
    roots.sort_unstable();
    SegmentProgram { place, n_places: n_places as usize, policy, n_policy: n_policy as usize, answers, roots, passing }
}
