//! A sentence for every decision maker and state.

use super::Conflict;
use super::stability::{Concept, Conventions, Sanction, View, Worst, sanctions};
use serde::Serialize;

/// What a decision maker can do at a state, and why it would or would not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sentence {
    pub dm: String,
    pub state: u64,
    /// The concepts under which the state is stable for it.
    pub stable: Vec<Concept>,
    pub text: String,
}

/// A state in words: its name, or the options taken.
pub fn describe(conflict: &Conflict, state: usize) -> String {
    let s = &conflict.states[state];
    if let Some(name) = &s.name {
        return format!("{} ({name})", s.number);
    }
    let Some(taken) = s.taken else { return s.number.to_string() };
    let names: Vec<&str> = conflict
        .options
        .iter()
        .enumerate()
        .filter(|(o, _)| taken >> o & 1 == 1)
        .map(|(_, c)| c.name.as_str())
        .collect();
    if names.is_empty() {
        format!("{} (nothing done)", s.number)
    } else {
        format!("{} ({})", s.number, names.join(", "))
    }
}

/// The sentence about `view`'s decision maker at `state`.
pub fn sentence(conflict: &Conflict, view: &View, state: usize, conventions: Conventions) -> Sentence {
    let name = &conflict.decision_makers[view.decision_maker].name;
    let number = conflict.states[state].number;
    let stable: Vec<Concept> =
        Concept::ALL.into_iter().filter(|&c| view.stable(conflict, c, state, conventions) == Some(true)).collect();
    let here = conflict.payoffs[view.decision_maker][state];
    let improvements: Vec<usize> = conflict.improvements(view.decision_maker, state).collect();
    let text = if improvements.is_empty() {
        let why =
            if conflict.moves[view.decision_maker][state].is_empty() { "it cannot move" } else { "no move is better" };
        format!("{name} stays at {number}: {why}.")
    } else {
        let held = |worst: &Worst, s1: usize| worst.value[s1].is_some_and(|w| sanctions(w, here, conventions.sanction));
        let free: Vec<usize> = improvements.iter().copied().filter(|&s1| !held(&view.gmr, s1)).collect();
        if free.is_empty() {
            let s1 = improvements[0];
            let credible = improvements.iter().all(|&s1| held(&view.seq, s1));
            let worst = if credible { &view.seq } else { &view.gmr };
            let more = match improvements.len() - 1 {
                0 => String::new(),
                1 => "; the other move is answered likewise".into(),
                n => format!("; the {n} other moves are answered likewise"),
            };
            let threat = if credible { "and would gain by that" } else { "though that may cost it" };
            let how = match conventions.sanction {
                Sanction::NoBetter => "no better",
                Sanction::Worse => "worse",
            };
            format!(
                "{name} would gain by moving from {number} to {}, but then {}, {threat}; that is {how} for {name} than {number}{more}.",
                conflict.states[s1].number,
                way(conflict, worst, s1),
            )
        } else {
            let list: Vec<String> = free.iter().take(3).map(|&s| describe(conflict, s)).collect();
            let more = if free.len() > 3 { format!(" and {} more", free.len() - 3) } else { String::new() };
            format!("{name} would leave {number} for {}{more}: nobody can make it regret that.", list.join(" or "))
        }
    };
    Sentence { dm: name.clone(), state: number, stable, text }
}

fn way(conflict: &Conflict, worst: &Worst, from: usize) -> String {
    let steps: Vec<String> = worst
        .way(from)
        .into_iter()
        .map(|(who, to)| format!("{} can go on to {}", conflict.decision_makers[who].name, conflict.states[to].number))
        .collect();
    steps.join(", then ")
}
