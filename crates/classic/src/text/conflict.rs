use super::{item, left, list, right, wrap};
use crate::conflict::Answer;
use crate::conflict::answer::Inverse;
use crate::conflict::coalition::Coalitions;
use crate::conflict::status_quo::StatusQuo;
use std::collections::BTreeSet;

/// The most states a table shows.
const ROWS: usize = 40;

/// A conflict: which states are stable, for whom and why.
pub fn conflict(answer: &Answer, all_sentences: bool) -> String {
    let mut out = String::new();
    if let Some(title) = answer.title.as_ref().or(answer.id.as_ref()) {
        out += &wrap(title, 2);
    }
    let names: Vec<&str> = answer.decision_makers.iter().map(|d| d.name.as_str()).collect();
    out += &wrap(&format!("{} decision makers ({}), {} states.", names.len(), list(&names, 6), answer.states.len()), 2);
    for line in &answer.conventions.meaning[..2] {
        out += &wrap(&format!("Convention: {line}."), 2);
    }
    if !answer.options.is_empty() {
        out.push('\n');
        for (o, option) in answer.options.iter().enumerate() {
            let owner = answer.decision_makers.iter().find(|d| d.options.contains(&o)).map_or("nobody", |d| &d.name);
            let direction = if option.direction == "both" { String::new() } else { format!(" ({})", option.direction) };
            put!(out, "{} {owner}: {}{direction}\n", right(&(o + 1).to_string(), 3), option.name);
        }
    }
    out.push('\n');
    out += &table(answer);
    out.push('\n');
    out += &meaning(answer);
    out += &sentences(answer, all_sentences);
    if let Some(coalitions) = &answer.coalitions {
        out += &by_coalition(coalitions);
    }
    if let Some(status_quo) = &answer.status_quo {
        out += &from_status_quo(answer, status_quo);
    }
    if let Some(inverse) = &answer.inverse {
        out += &wanted(inverse);
    }
    out
}

fn equilibria(answer: &Answer) -> BTreeSet<u64> {
    answer.equilibria.0.iter().flat_map(|(_, states)| states.iter().copied()).collect()
}

fn table(answer: &Answer) -> String {
    let some = equilibria(answer);
    let few = answer.states.len() <= ROWS;
    let shown: Vec<_> = answer.states.iter().filter(|s| few || some.contains(&s.number)).take(ROWS).collect();
    let width = shown
        .iter()
        .map(|s| s.name.as_ref().or(s.options.as_ref()).map_or(0, |t| t.chars().count()))
        .max()
        .unwrap_or(0)
        .clamp(7, 50);
    let mut out = format!("{} {}", right("state", 5), left("options", width));
    for (concept, _) in &answer.equilibria.0 {
        out += &right(concept, 6);
    }
    out.push('\n');
    let total = answer.decision_makers.len();
    for s in &shown {
        let what = s.name.as_ref().or(s.options.as_ref()).map_or("", String::as_str);
        put!(out, "{} {}", right(&s.number.to_string(), 5), left(what, width));
        for (_, rows) in &answer.stability.0 {
            let n = rows.iter().filter(|r| r.stable_states.contains(&s.number)).count();
            out += &right(&if n == total { "●".to_owned() } else { format!("{n}/{total}") }, 6);
        }
        out.push('\n');
    }
    out += "● stable for everybody, 1/2 for one of two\n";
    if shown.len() < answer.states.len() {
        let left_out = answer.states.len() - shown.len();
        out += &wrap(&format!("{left_out} states are not shown (--json has all)."), 2);
    }
    out
}

fn meaning(answer: &Answer) -> String {
    let mut out = String::new();
    for (concept, states) in &answer.equilibria.0 {
        let numbers: Vec<String> = states.iter().map(ToString::to_string).collect();
        let shown: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let text = match states.len() {
            0 => format!("{concept}: no equilibrium."),
            1 => format!("{concept}: state {} is the only equilibrium.", shown[0]),
            n => format!("{concept}: {n} equilibria: {}.", list(&shown, 20)),
        };
        out += &wrap(&text, 2);
    }
    let strong: Vec<String> = answer
        .states
        .iter()
        .map(|s| s.number)
        .filter(|n| answer.equilibria.0.iter().all(|(_, states)| states.contains(n)))
        .map(|n| n.to_string())
        .collect();
    let strong: Vec<&str> = strong.iter().map(String::as_str).collect();
    if !strong.is_empty() {
        let verb = if strong.len() == 1 { "is an equilibrium" } else { "are equilibria" };
        out += &wrap(&format!("State {} {verb} however far the actors look ahead.", list(&strong, 20)), 2);
    }
    out
}

fn sentences(answer: &Answer, all: bool) -> String {
    let some = equilibria(answer);
    let mut states: Vec<u64> = answer.sentences.iter().map(|s| s.state).filter(|n| all || some.contains(n)).collect();
    states.dedup();
    let cut = if all { states.len() } else { 12.min(states.len()) };
    let mut out = String::new();
    for number in &states[..cut] {
        put!(out, "\nState {number}\n");
        for s in answer.sentences.iter().filter(|s| s.state == *number) {
            out += &item(&s.text);
        }
    }
    if cut < states.len() || !all && !answer.sentences.is_empty() && states.len() < answer.states.len() {
        out += "\n--sentences says why for every state.\n";
    }
    out
}

fn by_coalition(coalitions: &Coalitions) -> String {
    let mut out = String::from("\nMoves together\n");
    for c in &coalitions.coalitions {
        let members: Vec<&str> = c.members.iter().map(String::as_str).collect();
        if c.improvements.is_empty() {
            out += &item(&format!("{} have nothing to gain together from any state.", list(&members, 6)));
            continue;
        }
        let from: Vec<String> = c.improvements.iter().map(|i| i.from.to_string()).collect();
        let from: Vec<&str> = from.iter().map(String::as_str).collect();
        out += &item(&format!("{} could all gain by leaving {}.", list(&members, 6), list(&from, 20)));
    }
    let shown = |states: &[u64]| {
        let names: Vec<String> = states.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { list(&names, 20) }
    };
    out += &wrap(
        &format!(
            "Stable against every coalition: Nash {}; GMR {}.",
            shown(&coalitions.equilibria.nash),
            shown(&coalitions.equilibria.gmr)
        ),
        2,
    );
    out
}

fn from_status_quo(answer: &Answer, status_quo: &StatusQuo) -> String {
    let mut out = format!("\nFrom the status quo (state {})\n", status_quo.state);
    let some = equilibria(answer);
    if status_quo.by_improvements.is_empty() {
        out += "  nobody gains by a move.\n";
    }
    for way in status_quo.by_improvements.iter().filter(|w| some.contains(&w.state)).take(12) {
        let path: Vec<String> = way.path.iter().map(|s| format!("{} to {}", s.dm, s.state)).collect();
        out += &item(&format!("state {} by improvements: {}.", way.state, path.join(", ")));
    }
    out += &item(&format!(
        "{} states can be reached by improvements alone, {} by any moves.",
        status_quo.by_improvements.len(),
        status_quo.by_moves.len()
    ));
    out
}

fn wanted(inverse: &Inverse) -> String {
    let mut out = format!("\nWhat would make state {} stable\n", inverse.wanted);
    for r in &inverse.requirements {
        let text = if r.stable {
            format!("{} ({}): stable as it is.", r.dm, r.concept.short())
        } else {
            let above: Vec<String> = r.rise_above.iter().map(ToString::to_string).collect();
            let above: Vec<&str> = above.iter().map(String::as_str).collect();
            format!(
                "{} ({}): state {} must be at least as good for it as {}.",
                r.dm,
                r.concept.short(),
                inverse.wanted,
                list(&above, 12)
            )
        };
        out += &item(&text);
    }
    out
}
