//! From the status quo on: which states can be reached, by improvements alone or by any moves, and how soon.
//!
//! Source: Li, Kilgour and Hipel (2005), *Journal of the Operational Research Society* 56 (status quo analysis).

use super::Conflict;
use serde::Serialize;
use std::collections::VecDeque;

/// What can come of the status quo.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusQuo {
    pub state: u64,
    /// By moves that improve the mover's lot, nobody moving twice in succession.
    pub by_improvements: Vec<Way>,
    /// By any moves.
    pub by_moves: Vec<Way>,
}

/// A shortest way to a state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Way {
    pub state: u64,
    pub path: Vec<Step>,
}

/// One move on a way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub dm: String,
    pub state: u64,
}

/// Shortest ways from a state to every other that can be reached.
pub fn status_quo(conflict: &Conflict, from: usize) -> StatusQuo {
    StatusQuo {
        state: conflict.states[from].number,
        by_improvements: ways(conflict, from, true),
        by_moves: ways(conflict, from, false),
    }
}

fn ways(conflict: &Conflict, from: usize, improving: bool) -> Vec<Way> {
    let n = conflict.decision_makers.len();
    // Nodes: (state, who moved last), the status quo with nobody.
    let mut before: Vec<Option<usize>> = vec![None; conflict.states.len() * n];
    let mut first: Vec<Option<usize>> = vec![None; conflict.states.len()];
    let mut queue: VecDeque<(usize, usize, usize)> = VecDeque::from([(from, usize::MAX, usize::MAX)]);
    while let Some((s, last, node)) = queue.pop_front() {
        for who in (0..n).filter(|&d| d != last) {
            for &t in &conflict.moves[who][s] {
                let t = t as usize;
                let next = t * n + who;
                if before[next].is_some() || improving && !conflict.prefers(who, t, s) {
                    continue;
                }
                before[next] = Some(node);
                first[t].get_or_insert(next);
                queue.push_back((t, who, next));
            }
        }
    }
    let mut out: Vec<Way> = (0..conflict.states.len())
        .filter(|&s| s != from)
        .filter_map(|s| {
            let mut at = first[s]?;
            let mut path = Vec::new();
            while at != usize::MAX {
                path.push(Step {
                    dm: conflict.decision_makers[at % n].name.clone(),
                    state: conflict.states[at / n].number,
                });
                at = before[at]?;
            }
            path.reverse();
            Some(Way { state: conflict.states[s].number, path })
        })
        .collect();
    out.sort_by_key(|w| (w.path.len(), w.state));
    out
}
