//! Moves by several decision makers together.
//!
//! A coalition improves from s to s₁ if its members can get there by moves of their own (nobody twice in succession) and
//! every one of them prefers s₁. A state is coalitionally Nash stable for it if it cannot improve, and coalitionally GMR
//! stable if after each improvement the others can bring about something that some member likes no better than s.
//!
//! Sources: Kilgour, Hipel, Fang and Peng (2001), *Group Decision and Negotiation* 10; Inohara and Hipel (2008), *Systems
//! Engineering* 11.

use super::Conflict;
use super::stability::Concept;
use serde::Serialize;

/// What one coalition can do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoalitionMoves {
    pub members: Vec<String>,
    /// States from which it can improve, and where to (state numbers).
    pub improvements: Vec<Improvement>,
    /// States where it cannot improve.
    #[serde(rename = "Nash")]
    pub nash: Vec<u64>,
    /// States where each of its improvements can be sanctioned.
    #[serde(rename = "GMR")]
    pub gmr: Vec<u64>,
}

/// Where a coalition can improve to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Improvement {
    pub from: u64,
    pub to: Vec<u64>,
}

/// Every coalition of two or more, and the states no coalition upsets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coalitions {
    pub coalitions: Vec<CoalitionMoves>,
    /// Stable against every coalition and every single decision maker.
    pub equilibria: CoalitionEquilibria,
}

/// States that no coalition upsets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoalitionEquilibria {
    #[serde(rename = "Nash")]
    pub nash: Vec<u64>,
    #[serde(rename = "GMR")]
    pub gmr: Vec<u64>,
}

/// The largest conflict whose coalitions are examined.
pub const MOST_STATES: usize = 1024;
pub const MOST_DECISION_MAKERS: usize = 6;

/// Coalition moves; `stable` says whether a state is an equilibrium of a concept for all single decision makers. `None`
/// where the conflict is too large.
pub fn coalitions(conflict: &Conflict, stable: impl Fn(Concept, usize) -> bool) -> Option<Coalitions> {
    let (n, states) = (conflict.decision_makers.len(), conflict.states.len());
    if states > MOST_STATES || n > MOST_DECISION_MAKERS {
        return None;
    }
    let number = |s: usize| conflict.states[s].number;
    let mut out = Vec::new();
    let mut nash_all: Vec<bool> = (0..states).map(|s| stable(Concept::Nash, s)).collect();
    let mut gmr_all: Vec<bool> = (0..states).map(|s| stable(Concept::Gmr, s)).collect();
    for mask in 1u32..1 << n {
        if mask.count_ones() < 2 {
            continue;
        }
        let members: Vec<usize> = (0..n).filter(|d| mask >> d & 1 == 1).collect();
        let others: Vec<usize> = (0..n).filter(|d| mask >> d & 1 == 0).collect();
        let reach: Vec<Vec<usize>> = (0..states).map(|s| reachable(conflict, &members, s)).collect();
        let answers: Vec<Vec<usize>> = (0..states).map(|s| reachable(conflict, &others, s)).collect();
        let mut moves = CoalitionMoves {
            members: members.iter().map(|&d| conflict.decision_makers[d].name.clone()).collect(),
            improvements: Vec::new(),
            nash: Vec::new(),
            gmr: Vec::new(),
        };
        for s in 0..states {
            let better = |t: usize| members.iter().all(|&d| conflict.prefers(d, t, s));
            let to: Vec<usize> = reach[s].iter().copied().filter(|&t| better(t)).collect();
            let held = to.iter().all(|&t| answers[t].iter().any(|&end| !better(end)));
            if to.is_empty() {
                moves.nash.push(number(s));
            } else {
                nash_all[s] = false;
            }
            if held {
                moves.gmr.push(number(s));
            } else {
                gmr_all[s] = false;
            }
            if !to.is_empty() {
                let to = to.into_iter().map(number).collect();
                moves.improvements.push(Improvement { from: number(s), to });
            }
        }
        out.push(moves);
    }
    let listed = |flags: &[bool]| (0..states).filter(|&s| flags[s]).map(number).collect();
    Some(Coalitions {
        coalitions: out,
        equilibria: CoalitionEquilibria { nash: listed(&nash_all), gmr: listed(&gmr_all) },
    })
}

/// States a group can bring about from `from` by a sequence of its moves, nobody twice in succession; ascending.
fn reachable(conflict: &Conflict, group: &[usize], from: usize) -> Vec<usize> {
    let width = group.len().max(1);
    let mut seen = vec![false; conflict.states.len() * width];
    let mut reached = vec![false; conflict.states.len()];
    let mut stack: Vec<(usize, usize)> = vec![(from, usize::MAX)];
    while let Some((s, last)) = stack.pop() {
        for (k, &who) in group.iter().enumerate().filter(|(k, _)| *k != last) {
            for &t in &conflict.moves[who][s] {
                let node = t as usize * width + k;
                if !seen[node] {
                    seen[node] = true;
                    reached[t as usize] = true;
                    stack.push((t as usize, k));
                }
            }
        }
    }
    (0..conflict.states.len()).filter(|&s| reached[s] && s != from).collect()
}
