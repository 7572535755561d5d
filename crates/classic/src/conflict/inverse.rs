//! Which preferences would make a wanted state stable.
//!
//! For each of a decision maker's moves s₁ away from the wanted state w there is a set of states of which at least one must
//! be no better than w in its eyes: s₁ itself (then it would not go), or a state its opponents can answer with. The others'
//! preferences are as they are, which matters for SEQ.
//!
//! Source: Kinsara, Kilgour and Hipel (2015), *IEEE Transactions on Systems, Man, and Cybernetics: Systems* 45 (the inverse
//! approach).

use super::Conflict;
use super::stability::{Answers, Concept, Conventions, JointMoves, Sanction, View};
use serde::Serialize;

/// What one decision maker would have to think for the wanted state to be stable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Requirement {
    pub dm: String,
    pub concept: Concept,
    /// Whether it holds already.
    pub stable: bool,
    /// For each move away: of these states at least one must be no better than the wanted one.
    pub conditions: Vec<Condition>,
    /// States better than the wanted one now that it would have to overtake (or draw level with), if only the
    /// wanted state moved up in the ranking; the fewest that will do.
    pub rise_above: Vec<u64>,
}

/// One move and what would keep the decision maker from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// The move, by the state it leads to.
    pub move_to: u64,
    /// Any of these no better than the wanted state is enough.
    pub any_no_better: Vec<u64>,
}

/// Requirements for `wanted`, decision maker by decision maker, for Nash, GMR, SMR and SEQ.
pub fn inverse(conflict: &Conflict, views: &[View], wanted: usize, conventions: Conventions) -> Vec<Requirement> {
    let mut out = Vec::new();
    for view in views {
        for concept in [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq] {
            out.push(requirement(conflict, view, concept, wanted, conventions));
        }
    }
    out
}

fn requirement(
    conflict: &Conflict,
    view: &View,
    concept: Concept,
    wanted: usize,
    conventions: Conventions,
) -> Requirement {
    let me = view.decision_maker;
    let payoff = &conflict.payoffs[me];
    let number = |s: usize| conflict.states[s].number;
    let mut conditions = Vec::new();
    let mut threshold = i64::MIN;
    for &s1 in &conflict.moves[me][wanted] {
        let s1 = s1 as usize;
        // (a state to be no better than the wanted one, the payoff the wanted one would need)
        let mut enough: Vec<(usize, i64)> = vec![(s1, payoff[s1])];
        let answers = match concept {
            Concept::Nash | Concept::Sim => Vec::new(),
            Concept::Gmr | Concept::Smr => opponents_reach(conflict, me, s1, Answers::Any, conventions.joint_moves),
            Concept::Seq => opponents_reach(conflict, me, s1, Answers::Improving, conventions.joint_moves),
        };
        for s2 in answers {
            let escape = if concept == Concept::Smr {
                conflict.moves[me][s2].iter().map(|&t| payoff[t as usize]).max().unwrap_or(i64::MIN)
            } else {
                i64::MIN
            };
            let strict = i64::from(conventions.sanction == Sanction::Worse);
            enough.push((s2, payoff[s2].max(escape).saturating_add(strict)));
        }
        threshold = threshold.max(enough.iter().map(|&(_, need)| need).min().unwrap_or(i64::MIN));
        let mut any: Vec<u64> = enough.iter().map(|&(s, _)| number(s)).collect();
        any.sort_unstable();
        any.dedup();
        conditions.push(Condition { move_to: number(s1), any_no_better: any });
    }
    let here = payoff[wanted];
    let rise_above = (0..payoff.len()).filter(|&s| payoff[s] > here && payoff[s] <= threshold).map(number).collect();
    let stable = view.stable(conflict, concept, wanted, conventions).unwrap_or(false);
    Requirement { dm: conflict.decision_makers[me].name.clone(), concept, stable, conditions, rise_above }
}

/// The states the opponents can bring about from `from`, under the convention for joint moves.
fn opponents_reach(conflict: &Conflict, me: usize, from: usize, answers: Answers, joint: JointMoves) -> Vec<usize> {
    let opponents: Vec<usize> = (0..conflict.decision_makers.len()).filter(|&d| d != me).collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut reached = vec![false; conflict.states.len()];
    // (state, last mover, who has moved)
    let mut stack = vec![(from, usize::MAX, 0u32)];
    while let Some((s, last, moved)) = stack.pop() {
        for (k, &who) in opponents.iter().enumerate() {
            let allowed = match joint {
                JointMoves::Closure => k != last,
                JointMoves::Once => moved >> k & 1 == 0,
                JointMoves::Single => last == usize::MAX,
            };
            if !allowed {
                continue;
            }
            for &t in &conflict.moves[who][s] {
                let t = t as usize;
                if answers == Answers::Improving && !conflict.prefers(who, t, s) {
                    continue;
                }
                reached[t] = true;
                let done = if joint == JointMoves::Closure { 0 } else { moved | 1 << k };
                if seen.insert((t, k, done)) {
                    stack.push((t, k, done));
                }
            }
        }
    }
    (0..conflict.states.len()).filter(|&s| reached[s]).collect()
}
