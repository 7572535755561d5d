//! Stability of states for one decision maker at a time.
//!
//! With `R(s)` the moves of the decision maker, `R⁺(s)` those that improve its lot, and `O(s)` the states its opponents can
//! bring about from s (the convention chosen), state s is
//!
//! - *Nash* (R) stable if `R⁺(s)` is empty;
//! - *GMR* stable if for each `s₁ ∈ R⁺(s)` some `s₂ ∈ O(s₁)` is a sanction: no better than s;
//! - *SMR* stable if moreover no answer to that `s₂` gets out of it: every `s₃ ∈ R(s₂)` is no better than s;
//! - *SEQ* stable as GMR, but the opponents make only moves that improve their own lot;
//! - *SIM* stable if for each `s₁ ∈ R⁺(s)` some opponents, each making an improvement of its own from s at the same moment,
//!   turn the joint outcome into one that is feasible and no better than s.
//!
//! Only the worst that opponents can do matters, so each concept is one backward search from the worst states, linear
//! in the moves.

use super::Conflict;
use serde::Serialize;
use std::collections::VecDeque;

/// Solution concepts, weakest assumption about opponents first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Concept {
    Nash,
    #[serde(rename = "GMR")]
    Gmr,
    #[serde(rename = "SMR")]
    Smr,
    #[serde(rename = "SEQ")]
    Seq,
    #[serde(rename = "SIM")]
    Sim,
}

impl Concept {
    pub const ALL: [Self; 5] = [Self::Nash, Self::Gmr, Self::Smr, Self::Seq, Self::Sim];

    /// The usual abbreviation.
    pub fn short(self) -> &'static str {
        match self {
            Self::Nash => "Nash",
            Self::Gmr => "GMR",
            Self::Smr => "SMR",
            Self::Seq => "SEQ",
            Self::Sim => "SIM",
        }
    }
}

/// What several opponents can do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JointMoves {
    /// Any sequence in which nobody moves twice in succession (Fang, Hipel and Kilgour 1993).
    #[default]
    Closure,
    /// Any sequence in which everybody moves at most once.
    Once,
    /// One move of one opponent.
    Single,
}

/// When an answer is a sanction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sanction {
    /// It leaves the decision maker no better off.
    #[default]
    NoBetter,
    /// It leaves the decision maker worse off.
    Worse,
}

/// The conventions of an analysis; programs differ in them without saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Conventions {
    pub joint_moves: JointMoves,
    pub sanction: Sanction,
}

/// What the opponents' worst answer to one's move is, and how they get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worst {
    /// `[state]`: the least value opponents can bring about from there, if they can move at all.
    pub value: Vec<Option<i64>>,
    /// `[state]`: their way, as (who, to) moves; only filled on request.
    ways: Vec<Option<(u32, u32)>>,
    next: Vec<Option<(u32, u32)>>,
    width: usize,
}

impl Worst {
    /// The opponents' way from `state` to the worst they can do: (who, state reached), in order.
    pub fn way(&self, state: usize) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut at = self.ways[state];
        while let Some((node, who)) = at {
            let reached = node as usize / self.width;
            out.push((who as usize, reached));
            at = self.next[node as usize];
        }
        out
    }
}

/// Which opponents' moves count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Any,
    Improving,
}

/// The worst the opponents of `focal` can do from each state, by `value` (ordinal, `[state]`).
pub fn worst(conflict: &Conflict, focal: &[usize], answers: Answers, value: &[i64], joint: JointMoves) -> Worst {
    let opponents: Vec<usize> = (0..conflict.decision_makers.len()).filter(|d| !focal.contains(d)).collect();
    let edges = |who: usize, s: usize| {
        conflict.moves[who][s]
            .iter()
            .copied()
            .filter(move |&t| answers == Answers::Any || conflict.prefers(who, t as usize, s))
    };
    match joint {
        JointMoves::Once if opponents.len() <= 16 => once(conflict.states.len(), &opponents, edges, value),
        JointMoves::Single => single(conflict.states.len(), &opponents, edges, value),
        JointMoves::Closure | JointMoves::Once => closure(conflict.states.len(), &opponents, edges, value),
    }
}

/// Nodes are (state, who moved last): from there everyone else may go on.
fn closure<I: Iterator<Item = u32>>(
    states: usize,
    opponents: &[usize],
    edges: impl Fn(usize, usize) -> I,
    value: &[i64],
) -> Worst {
    let width = opponents.len().max(1);
    let mut back: Vec<Vec<Vec<u32>>> = vec![vec![Vec::new(); states]; opponents.len()];
    for (k, &who) in opponents.iter().enumerate() {
        for s in 0..states {
            for t in edges(who, s) {
                back[k][t as usize].push(s as u32);
            }
        }
    }
    let mut order: Vec<usize> = (0..states).collect();
    order.sort_by_key(|&s| (value[s], s));
    let mut best: Vec<Option<i64>> = vec![None; states * width];
    let mut next: Vec<Option<(u32, u32)>> = vec![None; states * width];
    let mut queue = VecDeque::new();
    for s in order {
        for k in 0..opponents.len() {
            let node = s * width + k;
            if best[node].is_none() {
                best[node] = Some(value[s]);
                queue.push_back(node);
            }
            while let Some(node) = queue.pop_front() {
                let (reached, mover) = (node / width, node % width);
                for &from in &back[mover][reached] {
                    for last in (0..opponents.len()).filter(|&l| l != mover) {
                        let before = from as usize * width + last;
                        if best[before].is_none() {
                            best[before] = best[node];
                            next[before] = Some((node as u32, opponents[mover] as u32));
                            queue.push_back(before);
                        }
                    }
                }
            }
        }
    }
    first_moves(states, opponents, edges, width, next, |t, k| (best[t * width + k], t * width + k))
}

/// Nodes are (state, who has moved).
fn once<I: Iterator<Item = u32>>(
    states: usize,
    opponents: &[usize],
    edges: impl Fn(usize, usize) -> I,
    value: &[i64],
) -> Worst {
    let width = 1usize << opponents.len();
    let mut best: Vec<i64> = vec![0; states * width];
    let mut next: Vec<Option<(u32, u32)>> = vec![None; states * width];
    for moved in (0..width).rev() {
        for s in 0..states {
            let mut least = value[s];
            for (k, &who) in opponents.iter().enumerate().filter(|(k, _)| moved >> k & 1 == 0) {
                for t in edges(who, s) {
                    let node = t as usize * width + (moved | 1 << k);
                    if best[node] < least {
                        least = best[node];
                        next[s * width + moved] = Some((node as u32, who as u32));
                    }
                }
            }
            best[s * width + moved] = least;
        }
    }
    first_moves(states, opponents, edges, width, next, |t, k| {
        let node = t * width + (1 << k);
        (Some(best[node]), node)
    })
}

fn single<I: Iterator<Item = u32>>(
    states: usize,
    opponents: &[usize],
    edges: impl Fn(usize, usize) -> I,
    value: &[i64],
) -> Worst {
    first_moves(states, opponents, edges, 1, vec![None; states], |t, _| (Some(value[t]), t))
}

fn first_moves<I: Iterator<Item = u32>>(
    states: usize,
    opponents: &[usize],
    edges: impl Fn(usize, usize) -> I,
    width: usize,
    next: Vec<Option<(u32, u32)>>,
    node: impl Fn(usize, usize) -> (Option<i64>, usize),
) -> Worst {
    let mut worst = Worst { value: vec![None; states], ways: vec![None; states], next, width };
    for s in 0..states {
        for (k, &who) in opponents.iter().enumerate() {
            for t in edges(who, s) {
                let (value, at) = node(t as usize, k);
                if value.is_some() && (worst.value[s].is_none() || value < worst.value[s]) {
                    worst.value[s] = value;
                    worst.ways[s] = Some((at as u32, who as u32));
                }
            }
        }
    }
    worst
}

/// Everything about one decision maker's stability.
pub struct View {
    pub decision_maker: usize,
    pub gmr: Worst,
    pub smr: Worst,
    pub seq: Worst,
    /// `[state]`: stable?, `None` where simultaneous moves cannot be composed (no options, or too many combinations).
    pub sim: Option<Vec<bool>>,
}

impl View {
    /// Works out what the opponents of `decision_maker` can do to it.
    pub fn new(conflict: &Conflict, decision_maker: usize, conventions: Conventions) -> Self {
        let payoff = &conflict.payoffs[decision_maker];
        // After a sanction the decision maker may still choose among its own moves: a sanction is worth the best of them.
        let escape: Vec<i64> = (0..conflict.states.len())
            .map(|s| {
                let best = conflict.moves[decision_maker][s].iter().map(|&t| payoff[t as usize]).max();
                best.map_or(payoff[s], |b| b.max(payoff[s]))
            })
            .collect();
        let focal = [decision_maker];
        let joint = conventions.joint_moves;
        Self {
            decision_maker,
            gmr: worst(conflict, &focal, Answers::Any, payoff, joint),
            smr: worst(conflict, &focal, Answers::Any, &escape, joint),
            seq: worst(conflict, &focal, Answers::Improving, payoff, joint),
            sim: simultaneous(conflict, decision_maker, conventions.sanction),
        }
    }

    /// Whether `state` is stable, `None` where the concept does not apply.
    pub fn stable(
        &self,
        conflict: &Conflict,
        concept: Concept,
        state: usize,
        conventions: Conventions,
    ) -> Option<bool> {
        let here = conflict.payoffs[self.decision_maker][state];
        let mut improvements = conflict.improvements(self.decision_maker, state);
        let held = |worst: &Worst, s1: usize| worst.value[s1].is_some_and(|w| sanctions(w, here, conventions.sanction));
        Some(match concept {
            Concept::Nash => improvements.next().is_none(),
            Concept::Gmr => improvements.all(|s1| held(&self.gmr, s1)),
            Concept::Smr => improvements.all(|s1| held(&self.smr, s1)),
            Concept::Seq => improvements.all(|s1| held(&self.seq, s1)),
            Concept::Sim => return self.sim.as_ref().map(|sim| sim[state]),
        })
    }
}

/// Whether ending with `value` punishes leaving `here`.
pub fn sanctions(value: i64, here: i64, sanction: Sanction) -> bool {
    match sanction {
        Sanction::NoBetter => value <= here,
        Sanction::Worse => value < here,
    }
}

/// Simultaneous stability of every state.
fn simultaneous(conflict: &Conflict, focal: usize, sanction: Sanction) -> Option<Vec<bool>> {
    const MOST: u64 = 200_000_000;
    let taken: Vec<u64> = conflict.states.iter().map(|s| s.taken).collect::<Option<_>>()?;
    let index: rustc_hash::FxHashMap<u64, usize> = taken.iter().enumerate().map(|(s, &t)| (t, s)).collect();
    let mut work = 0u64;
    let mut out = Vec::with_capacity(taken.len());
    for s in 0..taken.len() {
        let own: Vec<usize> = conflict.improvements(focal, s).collect();
        if own.is_empty() {
            out.push(true);
            continue;
        }
        // What each opponent may change at the same moment, nothing included.
        let mut joint = vec![0u64];
        for d in (0..conflict.decision_makers.len()).filter(|&d| d != focal) {
            let flips: Vec<u64> = conflict.improvements(d, s).map(|t| taken[t] ^ taken[s]).collect();
            let before = joint.clone();
            for flip in flips {
                joint.extend(before.iter().map(|j| j ^ flip));
            }
            work += joint.len() as u64;
            if work > MOST {
                return None;
            }
        }
        work += (joint.len() * own.len()) as u64;
        let here = conflict.payoffs[focal][s];
        out.push(own.iter().all(|&s1| {
            joint.iter().skip(1).any(|flip| {
                index
                    .get(&(taken[s1] ^ flip))
                    .is_some_and(|&end| sanctions(conflict.payoffs[focal][end], here, sanction))
            })
        }));
    }
    Some(out)
}
