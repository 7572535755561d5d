//! Reading a conflict file: one conflict, or several under `conflicts`; JSON or TOML.

use super::preference::{self, MOST_STATEMENTS};
use super::{Choice, Conflict, DecisionMaker, Direction, State};
use crate::findings::{Findings, nearest, span};
use crate::node::{self, Node, Value};
use case::diagnostic::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// A file's conflicts, and whether they stood in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub conflicts: Vec<Conflict>,
    pub listed: bool,
}

/// Why a file gives no conflicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The author's mistakes.
    Mistakes,
    /// More states or moves than can be analysed, in words.
    TooLarge(String),
}

/// The most states, and the most moves over all decision makers, of one conflict.
pub const MOST_STATES: usize = 1 << 18;
pub const MOST_MOVES: usize = 40_000_000;

/// Reads a conflict file; every mistake is reported with its place.
pub fn parse(text: &str) -> (Result<File, Refusal>, Findings) {
    let root = match node::parse(text) {
        Ok(root) => root,
        Err(findings) => return (Err(Refusal::Mistakes), findings),
    };
    let mut findings = Findings::default();
    let (nodes, listed): (Vec<&Node>, bool) = match (&root.value, root.at("conflicts")) {
        (Value::List(items), _) => (items.iter().collect(), true),
        (_, Some(list)) => (list.list("`conflicts`", &mut findings).unwrap_or_default().iter().collect(), true),
        _ => (vec![&root], false),
    };
    if nodes.is_empty() && !findings.any_error() {
        findings.error("no-conflict", root.span, "there is no conflict in this file", None);
    }
    let mut conflicts = Vec::new();
    for node in nodes {
        match conflict(node, &mut findings) {
            Ok(c) => conflicts.push(c),
            Err(Refusal::Mistakes) => {}
            Err(too_large) => return (Err(too_large), findings),
        }
    }
    let result = if findings.any_error() { Err(Refusal::Mistakes) } else { Ok(File { conflicts, listed }) };
    (result, findings)
}

const KEYS: [&str; 17] = [
    "id",
    "title",
    "source",
    "decision_makers",
    "options",
    "infeasible",
    "states",
    "payoff_ordinal",
    "preferences",
    "reachable",
    "status_quo",
    // An answer may be read again; what it adds is ignored.
    "stability",
    "equilibria",
    "peer_disagreement",
    "note",
    "verified",
    "licence",
];

fn conflict(node: &Node, findings: &mut Findings) -> Result<Conflict, Refusal> {
    let before = findings.0.len();
    node.only(&KEYS, findings);
    let text = |key: &str, findings: &mut Findings| {
        node.at(key).and_then(|n| n.text(&format!("`{key}`"), findings)).map(str::to_owned)
    };
    let id = text("id", findings);
    let title = text("title", findings);
    let options = options(node, findings);
    let names: Vec<String> = options.iter().map(|o| o.name.clone()).collect();
    let decision_makers = decision_makers(node, &names, findings);
    let infeasible = infeasible(node, &names, findings);
    if findings.0[before..].iter().any(|d| d.severity == case::diagnostic::Severity::Error) {
        return Err(Refusal::Mistakes);
    }
    let states = states(node, &options, &infeasible, findings)?;
    if states.is_empty() {
        findings.error("no-state", node.span, "no state is feasible", None);
    }
    let numbers: FxHashMap<u64, usize> = states.iter().enumerate().map(|(k, s)| (s.number, k)).collect();
    let moves = moves(node, &decision_makers, &options, &states, &numbers, findings)?;
    let payoffs = payoffs(node, &decision_makers, &names, &states, &numbers, findings);
    let status_quo = node.at("status_quo").and_then(|n| {
        let number = n.whole("`status_quo`", findings)?;
        let found = numbers.get(&number).copied();
        if found.is_none() {
            findings.error("unknown-state", n.span, format!("there is no state {number}"), None);
        }
        found
    });
    if findings.0[before..].iter().any(|d| d.severity == case::diagnostic::Severity::Error) {
        return Err(Refusal::Mistakes);
    }
    Ok(Conflict { id, title, decision_makers, options, infeasible, states, moves, payoffs, status_quo })
}

fn options(node: &Node, findings: &mut Findings) -> Vec<Choice> {
    let Some(list) = node.at("options").and_then(|n| n.list("`options`", findings)) else { return Vec::new() };
    if list.len() > 63 {
        findings.error("too-many-options", list[63].span, "at most 63 options can be handled", None);
        return Vec::new();
    }
    list.iter()
        .map(|item| {
            if let Value::Text(name) = &item.value {
                return Choice { name: name.clone(), direction: Direction::Both };
            }
            item.only(&["name", "direction"], findings);
            let name = if let Some(n) = item.at("name") {
                n.text("an option's name", findings).unwrap_or_default().to_owned()
            } else {
                findings.error("no-name", item.span, "an option needs a `name`", None);
                String::new()
            };
            let direction = item.at("direction").map_or(Direction::Both, |n| direction(n, findings));
            Choice { name, direction }
        })
        .collect()
}

fn direction(node: &Node, findings: &mut Findings) -> Direction {
    let text = node.text("a direction", findings).unwrap_or("both");
    match text.to_lowercase().replace(' ', "").as_str() {
        "both" => Direction::Both,
        "n->yonly" | "n->y" | "fwd" | "forward" => Direction::OnlyOn,
        "y->nonly" | "y->n" | "back" | "backward" => Direction::OnlyOff,
        "none" | "fixed" => Direction::Fixed,
        _ => {
            let help = Some("write `both`, `N->Y only`, `Y->N only` or `none`".into());
            findings.error("unknown-direction", node.span, format!("`{text}` is not a direction"), help);
            Direction::Both
        }
    }
}

fn decision_makers(node: &Node, options: &[String], findings: &mut Findings) -> Vec<DecisionMaker> {
    let Some(list) = node.at("decision_makers") else {
        findings.error("no-decision-makers", node.span, "`decision_makers` is missing", None);
        return Vec::new();
    };
    let mut owner: Vec<Option<String>> = vec![None; options.len()];
    let mut out: Vec<DecisionMaker> = Vec::new();
    for item in list.list("`decision_makers`", findings).unwrap_or_default() {
        if let Value::Text(name) = &item.value {
            out.push(DecisionMaker { name: name.clone(), options: Vec::new() });
            continue;
        }
        item.only(&["name", "options"], findings);
        let Some(name) = item.at("name") else {
            findings.error("no-name", item.span, "a decision maker needs a `name`", None);
            continue;
        };
        let place = name.span;
        let name = name.text("a decision maker's name", findings).unwrap_or_default().to_owned();
        if out.iter().any(|d| d.name == name) {
            findings.error("duplicate-id", place, format!("there are two decision makers `{name}`"), None);
        }
        let mut own = Vec::new();
        for o in item.at("options").and_then(|n| n.list("`options`", findings)).unwrap_or_default() {
            let Some(option) = option(o, options, findings) else { continue };
            if let Some(other) = &owner[option] {
                let message = format!("option {option} (`{}`) already belongs to `{other}`", options[option]);
                findings.error("option-twice", o.span, message, None);
            }
            owner[option] = Some(name.clone());
            own.push(option);
        }
        if own.len() > 20 {
            findings.error("too-many-options", item.span, format!("`{name}` has more than 20 options"), None);
        }
        out.push(DecisionMaker { name, options: own });
    }
    if out.is_empty() {
        findings.error("no-decision-makers", list.span, "there is no decision maker", None);
    }
    if out.len() > 16 {
        findings.error("too-many-decision-makers", list.span, "at most 16 decision makers can be handled", None);
    }
    for (o, name) in owner.iter().enumerate().filter(|(_, owner)| owner.is_none()).map(|(o, _)| (o, &options[o])) {
        findings.warning("nobodys-option", list.span, format!("option {o} (`{name}`) belongs to nobody"), None);
    }
    out
}

fn option(node: &Node, names: &[String], findings: &mut Findings) -> Option<usize> {
    let word = match &node.value {
        Value::Text(word) => word.clone(),
        _ => node.whole("an option", findings)?.to_string(),
    };
    match preference::option(&word, names) {
        Ok(o) => Some(o),
        Err(why) => {
            findings.error("unknown-option", node.span, why, None);
            None
        }
    }
}

fn infeasible(node: &Node, names: &[String], findings: &mut Findings) -> Vec<Vec<(usize, bool)>> {
    let list = node.at("infeasible").and_then(|n| n.list("`infeasible`", findings)).unwrap_or_default();
    list.iter()
        .filter_map(|item| {
            if let Value::Text(pattern) = &item.value {
                return letters(pattern, names.len(), true, item.span, findings);
            }
            let mut out = Vec::new();
            for pair in item.list("an infeasible combination", findings)? {
                let [o, taken] = pair.list("[option, true or false]", findings)? else {
                    let help = Some("write [option, true] or [option, false]".into());
                    findings.error("wrong-kind", pair.span, "this is not an option and whether it is taken", help);
                    return None;
                };
                out.push((option(o, names, findings)?, taken.bool("`taken`", findings)?));
            }
            Some(out)
        })
        .collect()
}

/// `YN-`: taken, not taken, either.
fn letters(
    pattern: &str,
    options: usize,
    dashes: bool,
    place: Span,
    findings: &mut Findings,
) -> Option<Vec<(usize, bool)>> {
    let mut out = Vec::new();
    let mut length = 0;
    for (o, c) in pattern.chars().enumerate() {
        length += 1;
        match c {
            'Y' | 'y' | '1' => out.push((o, true)),
            'N' | 'n' | '0' => out.push((o, false)),
            '-' | '*' if dashes => {}
            _ => {
                findings.error("bad-pattern", place, format!("`{c}` is neither Y nor N"), None);
                return None;
            }
        }
    }
    if length != options {
        let message = format!("`{pattern}` has {length} letters for {options} options");
        findings.error("bad-pattern", place, message, None);
        return None;
    }
    Some(out)
}

fn states(
    node: &Node,
    options: &[Choice],
    infeasible: &[Vec<(usize, bool)>],
    findings: &mut Findings,
) -> Result<Vec<State>, Refusal> {
    if let Some(list) = node.at("states") {
        let mut states: Vec<State> = Vec::new();
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        let mut taken_before: FxHashMap<u64, u64> = FxHashMap::default();
        for (k, item) in list.list("`states`", findings).unwrap_or_default().iter().enumerate() {
            let Some(state) = state(item, k, options.len(), findings) else { continue };
            if !seen.insert(state.number) {
                findings.error("duplicate-id", item.span, format!("state {} comes twice", state.number), None);
            }
            if let Some(taken) = state.taken {
                if let Some(before) = taken_before.insert(taken, state.number) {
                    let message = format!("states {before} and {} are the same combination", state.number);
                    findings.error("same-state", item.span, message, None);
                }
                if infeasible.iter().any(|p| p.iter().all(|&(o, on)| (taken >> o & 1 == 1) == on)) {
                    let message = format!("state {} is one of the infeasible combinations", state.number);
                    findings.error("infeasible-state", item.span, message, None);
                }
            }
            states.push(state);
        }
        if states.len() > MOST_STATES {
            return Err(too_many_states(states.len()));
        }
        return Ok(states);
    }
    if options.is_empty() {
        findings.error("no-options", node.span, "there are neither `options` nor `states`", None);
        return Ok(Vec::new());
    }
    // Combinations are built option by option, from the last one on, so that a pattern cuts off all that completes it.
    let mut masks = Vec::new();
    let patterns: Vec<(u64, u64, usize)> = infeasible
        .iter()
        .map(|p| {
            let care = p.iter().fold(0, |m, &(o, _)| m | 1u64 << o);
            let want = p.iter().filter(|(_, on)| *on).fold(0, |m, &(o, _)| m | 1u64 << o);
            (care, want, p.iter().map(|&(o, _)| o).min().unwrap_or(0))
        })
        .collect();
    let mut budget = 1u64 << 26;
    enumerate(options.len(), 0, &patterns, &mut masks, &mut budget)?;
    Ok(masks
        .into_iter()
        .enumerate()
        .map(|(k, taken)| State { number: k as u64 + 1, taken: Some(taken), name: None })
        .collect())
}

fn too_many_states(states: usize) -> Refusal {
    Refusal::TooLarge(format!("{states} or more states are more than the {MOST_STATES} that can be analysed"))
}

fn enumerate(
    open: usize,
    taken: u64,
    patterns: &[(u64, u64, usize)],
    out: &mut Vec<u64>,
    budget: &mut u64,
) -> Result<(), Refusal> {
    *budget = budget.checked_sub(1).ok_or_else(|| too_many_states(out.len()))?;
    if patterns.iter().any(|&(care, want, lowest)| lowest >= open && taken & care == want) {
        return Ok(());
    }
    if open == 0 {
        out.push(taken);
        return if out.len() > MOST_STATES { Err(too_many_states(out.len())) } else { Ok(()) };
    }
    enumerate(open - 1, taken, patterns, out, budget)?;
    enumerate(open - 1, taken | 1 << (open - 1), patterns, out, budget)
}

fn state(item: &Node, k: usize, options: usize, findings: &mut Findings) -> Option<State> {
    match &item.value {
        Value::Text(text) if options > 0 => {
            let taken = bits(&letters(text, options, false, item.span, findings)?);
            return Some(State { number: k as u64 + 1, taken: Some(taken), name: None });
        }
        Value::Text(text) => return Some(State { number: k as u64 + 1, taken: None, name: Some(text.clone()) }),
        Value::Number(_) => {
            return Some(State { number: item.whole("a state", findings)?, taken: None, name: None });
        }
        _ => {}
    }
    item.only(&["number", "decimal", "options", "name"], findings);
    let number = match item.at("number") {
        Some(n) => n.whole("a state's number", findings)?,
        None => k as u64 + 1,
    };
    let name = item.at("name").and_then(|n| n.text("a state's name", findings)).map(str::to_owned);
    let from_letters = match item.at("options") {
        Some(n) => Some(bits(&letters(n.text("a state's options", findings)?, options, false, n.span, findings)?)),
        None => None,
    };
    let decimal = item.at("decimal").and_then(|n| n.whole("`decimal`", findings).map(|d| (d, n.span)));
    if let (Some(taken), Some((decimal, place))) = (from_letters, decimal)
        && taken != decimal
    {
        let message = format!("state {number} says {decimal} here but {taken} by its options (option 0 counts 1)");
        findings.error("decimal-differs", place, message, None);
    }
    let taken = from_letters.or_else(|| decimal.map(|(d, _)| d).filter(|d| options > 0 && *d < 1 << options));
    Some(State { number, taken, name })
}

fn bits(pattern: &[(usize, bool)]) -> u64 {
    pattern.iter().filter(|(_, on)| *on).fold(0, |m, &(o, _)| m | 1u64 << o)
}

fn moves(
    node: &Node,
    decision_makers: &[DecisionMaker],
    options: &[Choice],
    states: &[State],
    numbers: &FxHashMap<u64, usize>,
    findings: &mut Findings,
) -> Result<Vec<Vec<Vec<u32>>>, Refusal> {
    let derived = derived_moves(decision_makers, options, states)?;
    let Some(given) = node.at("reachable").filter(|n| !matches!(n.value, Value::Text(_))) else {
        if derived.is_none() && !states.is_empty() {
            let help = Some("give the moves under `reachable`, or the states' options".into());
            findings.error("no-moves", node.span, "the moves cannot be derived: states without options", help);
        }
        return Ok(derived.unwrap_or_default());
    };
    let mut moves = vec![vec![Vec::new(); states.len()]; decision_makers.len()];
    let mut told = vec![false; decision_makers.len()];
    for item in given.list("`reachable`", findings).unwrap_or_default() {
        item.only(&["dm", "moves"], findings);
        let Some(who) = item.at("dm").and_then(|n| decision_maker(n, decision_makers, findings)) else { continue };
        told[who] = true;
        let Some(Node { value: Value::Table(table), .. }) = item.at("moves") else {
            findings.error("wrong-kind", item.span, "`moves` lists states by the state they start from", None);
            continue;
        };
        for (from, place, to) in table {
            let Some(&start) = from.parse().ok().and_then(|n: u64| numbers.get(&n)) else {
                findings.error("unknown-state", *place, format!("there is no state {from}"), None);
                continue;
            };
            for t in to.list("the states reached", findings).unwrap_or_default() {
                let Some(end) = known_state(t, numbers, findings) else { continue };
                if end == start {
                    findings.error(
                        "move-nowhere",
                        t.span,
                        format!("state {from} is not a move away from itself"),
                        None,
                    );
                }
                moves[who][start].push(end as u32);
            }
        }
    }
    for (who, _) in told.iter().enumerate().filter(|(_, t)| !**t) {
        let message = format!("`{}` is missing from `reachable` and never moves", decision_makers[who].name);
        findings.warning("no-moves", given.span, message, None);
    }
    for list in moves.iter_mut().flatten() {
        list.sort_unstable();
        list.dedup();
    }
    if derived.is_some_and(|d| d != moves) {
        let message = "`reachable` differs from what the options allow; the moves given are used";
        findings.note("moves-differ", given.span, message, None);
    }
    Ok(moves)
}

fn derived_moves(
    decision_makers: &[DecisionMaker],
    options: &[Choice],
    states: &[State],
) -> Result<Option<Vec<Vec<Vec<u32>>>>, Refusal> {
    let Some(taken) = states.iter().map(|s| s.taken).collect::<Option<Vec<u64>>>() else { return Ok(None) };
    let index: FxHashMap<u64, u32> = taken.iter().enumerate().map(|(k, &t)| (t, k as u32)).collect();
    let mut count = 0usize;
    let mut all = Vec::with_capacity(decision_makers.len());
    for d in decision_makers {
        let own = d.options.iter().fold(0u64, |m, &o| m | 1 << o);
        let mut by_rest: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (k, t) in taken.iter().enumerate() {
            by_rest.entry(t & !own).or_default().push(k as u32);
        }
        let mut moves = vec![Vec::new(); states.len()];
        for (k, &t) in taken.iter().enumerate() {
            let row: Vec<u32> = by_rest[&(t & !own)]
                .iter()
                .copied()
                .filter(|&to| {
                    let after = taken[to as usize];
                    to != index[&t]
                        && d.options.iter().all(|&o| options[o].direction.allows(t >> o & 1 == 1, after >> o & 1 == 1))
                })
                .collect();
            count += row.len();
            if count > MOST_MOVES {
                let message = format!("more than {MOST_MOVES} moves are more than can be analysed");
                return Err(Refusal::TooLarge(message));
            }
            moves[k] = row;
        }
        all.push(moves);
    }
    Ok(Some(all))
}

fn decision_maker(node: &Node, all: &[DecisionMaker], findings: &mut Findings) -> Option<usize> {
    let name = node.text("`dm`", findings)?;
    let found = all.iter().position(|d| d.name == name);
    if found.is_none() {
        let near = nearest(name, all.iter().map(|d| d.name.as_str()));
        let help = near.map(|n| format!("did you mean `{n}`?"));
        findings.error("unknown-decision-maker", node.span, format!("there is no decision maker `{name}`"), help);
    }
    found
}

fn known_state(node: &Node, numbers: &FxHashMap<u64, usize>, findings: &mut Findings) -> Option<usize> {
    let number = node.whole("a state's number", findings)?;
    let found = numbers.get(&number).copied();
    if found.is_none() {
        findings.error("unknown-state", node.span, format!("there is no state {number}"), None);
    }
    found
}

fn payoffs(
    node: &Node,
    decision_makers: &[DecisionMaker],
    options: &[String],
    states: &[State],
    numbers: &FxHashMap<u64, usize>,
    findings: &mut Findings,
) -> Vec<Vec<i64>> {
    let mut out: Vec<Option<Vec<i64>>> = vec![None; decision_makers.len()];
    for key in ["payoff_ordinal", "preferences"] {
        for item in node.at(key).and_then(|n| n.list(&format!("`{key}`"), findings)).unwrap_or_default() {
            item.only(&["dm", "by_state", "ranking", "statements"], findings);
            let Some(who) = item.at("dm").and_then(|n| decision_maker(n, decision_makers, findings)) else {
                if item.at("dm").is_none() {
                    findings.error("no-name", item.span, "whose preference is this? `dm` is missing", None);
                }
                continue;
            };
            let name = &decision_makers[who].name;
            if out[who].is_some() {
                findings.error("duplicate-id", item.span, format!("`{name}` has its preference twice"), None);
            }
            let ways: Vec<&str> =
                ["by_state", "ranking", "statements"].into_iter().filter(|w| item.at(w).is_some()).collect();
            let payoff = match ways.as_slice() {
                ["by_state"] => by_state(item, states.len(), name, findings),
                ["ranking"] => ranking(item, states, numbers, name, findings),
                ["statements"] => statements(item, options, states, findings),
                _ => {
                    let message = "a preference is either `by_state`, or a `ranking`, or `statements`";
                    findings.error("wrong-preference", item.span, message, None);
                    None
                }
            };
            out[who] = Some(payoff.unwrap_or_else(|| vec![0; states.len()]));
        }
    }
    decision_makers
        .iter()
        .zip(out)
        .map(|(d, payoff)| {
            payoff.unwrap_or_else(|| {
                let message = format!("the preference of `{}` is missing", d.name);
                let help = Some("add it to `payoff_ordinal` (more is better) or `preferences`".into());
                findings.error("no-preference", node.span, message, help);
                Vec::new()
            })
        })
        .collect()
}

fn by_state(item: &Node, states: usize, name: &str, findings: &mut Findings) -> Option<Vec<i64>> {
    let list = item.at("by_state")?;
    let items = list.list("`by_state`", findings)?;
    if items.len() != states {
        let message = format!("`{name}` has {} payoffs for {states} states", items.len());
        findings.error("wrong-length", list.span, message, Some("give one per state, in the order of states".into()));
        return None;
    }
    let values: Vec<f64> = items.iter().map(|i| i.number("a payoff", findings)).collect::<Option<_>>()?;
    // Only the order counts; whole numbers are kept as written, others become ranks.
    if values.iter().all(|v| v.fract() == 0.0 && v.abs() <= 9e15) {
        return Some(values.iter().map(|&v| v as i64).collect());
    }
    let mut ranks = values.clone();
    ranks.sort_by(f64::total_cmp);
    ranks.dedup();
    Some(values.iter().map(|v| ranks.partition_point(|r| r < v) as i64 + 1).collect())
}

fn ranking(
    item: &Node,
    states: &[State],
    numbers: &FxHashMap<u64, usize>,
    name: &str,
    findings: &mut Findings,
) -> Option<Vec<i64>> {
    let list = item.at("ranking")?;
    let groups = list.list("`ranking`, best first", findings)?;
    let mut payoff: Vec<Option<i64>> = vec![None; states.len()];
    for (k, group) in groups.iter().enumerate() {
        let tied: &[Node] = match &group.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(group),
        };
        for node in tied {
            let Some(s) = known_state(node, numbers, findings) else { continue };
            if payoff[s].is_some() {
                let message = format!("`{name}` ranks state {} twice", states[s].number);
                findings.error("duplicate-id", node.span, message, None);
            }
            payoff[s] = Some((groups.len() - k) as i64);
        }
    }
    let missing: Vec<String> =
        payoff.iter().zip(states).filter(|(p, _)| p.is_none()).map(|(_, s)| s.number.to_string()).collect();
    if !missing.is_empty() {
        let shown = missing.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        let more = if missing.len() > 10 { ", …" } else { "" };
        findings.error("not-ranked", list.span, format!("`{name}` does not rank state {shown}{more}"), None);
        return None;
    }
    payoff.into_iter().collect()
}

fn statements(item: &Node, options: &[String], states: &[State], findings: &mut Findings) -> Option<Vec<i64>> {
    let list = item.at("statements")?;
    let items = list.list("`statements`, most important first", findings)?;
    if items.len() > MOST_STATEMENTS {
        let message = format!("more than {MOST_STATEMENTS} statements");
        findings.error("too-many-statements", items[MOST_STATEMENTS].span, message, None);
        return None;
    }
    let mut parsed = Vec::new();
    for node in items {
        let text = node.text("a statement", findings)?;
        match preference::parse(text, options) {
            Ok(statement) => parsed.push(statement),
            Err((at, why)) => {
                // The text begins behind its quote; escapes before the place would shift it, which is rare here.
                let start = node.span.start as usize + 1 + at;
                let end = (start + 1).min(node.span.end as usize);
                findings.error("bad-statement", span(start.min(end), end), why, None);
            }
        }
    }
    let Some(taken) = states.iter().map(|s| s.taken).collect::<Option<Vec<u64>>>() else {
        findings.error("no-options", list.span, "statements need states with options", None);
        return None;
    };
    (parsed.len() == items.len()).then(|| preference::payoffs(&parsed, &taken))
}
