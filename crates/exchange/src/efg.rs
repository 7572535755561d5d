//! A game of ours as Gambit's EFG text: every path of play a branch, ballots as roll calls.
//!
//! Gambit's trees know neither ballots answered *as if each vote decided*, nor prior weights, nor a precision per actor. So a
//! ballot becomes a roll call: electors answer one after the other, each seeing the answers before its own, and whoever
//! has a habit, presence and cohesion are chance's move at its end. The comment of the file says which of these matter in
//! it. Where none does, and all precisions are equal, the quantal response of the file at that precision is ours.

use crate::drawn::{Drawn, Marks, TooLarge};
use crate::votes::{self, Line};
use game::graph::{Answering, Cause, Child, Edge, Kind, Step, Voicing};
use rustc_hash::FxHashMap;
use std::io::{self, Write};

/// A tree ready to be written.
pub struct Unfolded<'a> {
    drawn: &'a Drawn<'a>,
    marks: &'a Marks,
    /// Nodes it has.
    pub nodes: u64,
    /// Whether a ballot is among them.
    pub ballots: bool,
    /// Whether prior weights of some choice are unequal.
    pub weighted: bool,
}

/// How many steps counting roll calls' ends may take, about a nanosecond each; beyond it they are bounded from below.
const MOST_COUNTING: f64 = 5e8;

impl<'a> Unfolded<'a> {
    /// Counts the nodes, without building them.
    ///
    /// # Errors
    /// [`TooLarge`] with the count where it is above `limit`.
    pub fn of(drawn: &'a Drawn<'a>, marks: &'a Marks, limit: u64) -> Result<Unfolded<'a>, TooLarge> {
        let mut counter = Counter {
            drawn,
            limit: limit as f64,
            calls: FxHashMap::default(),
            cost: 0.0,
            exact: true,
            ballots: false,
            weighted: false,
        };
        let nodes = counter.tree();
        if nodes > limit as f64 || !counter.exact {
            return Err(TooLarge::Tree { nodes, limit: limit as usize, exact: counter.exact });
        }
        Ok(Unfolded { drawn, marks, nodes: nodes as u64, ballots: counter.ballots, weighted: counter.weighted })
    }

    /// What the file says about itself, a sentence a line.
    pub fn about(&self) -> Vec<String> {
        let drawn = self.drawn;
        let mut about = vec!["Payoffs are added up along the path and stated in full at every end.".to_owned()];
        let list = |precision: &[f64]| -> String {
            let each: Vec<String> =
                drawn.game.actors.iter().zip(precision).map(|(actor, p)| format!("{actor} {p}")).collect();
            each.join(", ")
        };
        match drawn.precision.first() {
            Some(first) if drawn.precision.iter().all(|p| p == first) => {
                about.push(format!("Precision (lambda) of all actors: {first}."));
            }
            Some(_) => about.push(format!(
                "Precision (lambda) differs by actor, which this format cannot say: {}. One lambda for all gives other \
                 choices.",
                list(&drawn.precision)
            )),
            None => {}
        }
        if self.weighted {
            about.push(
                "Some choices have unequal prior weights, which this format cannot say: a quantal response of this file \
                 takes them as equal."
                    .to_owned(),
            );
        }
        if self.ballots {
            about.push(
                "Ballots are written out as roll calls, each elector seeing the answers before its own. In the case each \
                 answers as if its vote decided, which is not an agent quantal response: solving this file gives other \
                 probabilities."
                    .to_owned(),
            );
        }
        if drawn.discounts.last().is_some_and(|d| *d != 1.0) {
            about.push("Payoffs are discounted to the start.".to_owned());
        }
        about
    }

    /// Writes the tree; `comment` goes before what [`Unfolded::about`] says.
    pub fn write(&self, title: &str, comment: &[String], out: &mut impl Write) -> io::Result<()> {
        let game = self.drawn.game;
        let players: Vec<String> = game.actors.iter().map(|actor| quoted(actor)).collect();
        writeln!(out, "EFG 2 R {} {{ {} }}", quoted(title), players.join(" "))?;
        let comment: Vec<String> = comment.iter().cloned().chain(self.about()).collect();
        writeln!(out, "{}\n", quoted(&comment.join("\n")))?;
        let mut numbers = Numbers { sets: vec![0; game.actors.len()], chance: 0, outcomes: FxHashMap::default() };
        let start = At::Begin { period: 0, state: game.start };
        let mut open = vec![(start, vec![0.0; game.actors.len()])];
        let mut n_nodes = 0_u64;
        while let Some((at, paid)) = open.pop() {
            n_nodes += 1;
            // Gambit wants names of nodes unique.
            let unique = |name: &str| quoted(&format!("{n_nodes}: {name}"));
            match self.look(at, paid) {
                Met::End { state, paid } => self.end(state, &paid, &mut numbers, out)?,
                Met::Chance { name, branches } => {
                    numbers.chance += 1;
                    let chances: Vec<f64> = branches.iter().map(|b| b.1).collect();
                    write!(out, "c {} {} \"\" {{", unique(&name), numbers.chance)?;
                    for ((label, ..), chance) in branches.iter().zip(exact(&chances)) {
                        write!(out, " {} {chance}", quoted(label))?;
                    }
                    writeln!(out, " }} 0")?;
                    open.extend(branches.into_iter().rev().map(|(_, _, at, paid)| (at, paid)));
                }
                Met::Choice { actor, name, branches } => {
                    let number = &mut numbers.sets[usize::from(actor)];
                    *number += 1;
                    write!(out, "p {} {} {number} \"\" {{", unique(&name), actor + 1)?;
                    for (label, ..) in &branches {
                        write!(out, " {}", quoted(label))?;
                    }
                    writeln!(out, " }} 0")?;
                    open.extend(branches.into_iter().rev().map(|(_, at, paid)| (at, paid)));
                }
            }
        }
        Ok(())
    }

    fn end(&self, state: u32, paid: &[f64], numbers: &mut Numbers, out: &mut impl Write) -> io::Result<()> {
        let n = numbers.outcomes.len() + 1;
        let bits: Vec<u64> = paid.iter().map(|x| x.to_bits()).collect();
        let outcome = self.marks.outcome_of[state as usize];
        let number = *numbers.outcomes.entry((outcome, bits)).or_insert(n);
        let name = format!("{} {number}", self.marks.outcomes[outcome]);
        let payoffs: Vec<String> = paid.iter().map(ToString::to_string).collect();
        writeln!(out, "t \"\" {number} {} {{ {} }}", quoted(&name), payoffs.join(" "))
    }

    /// What is at a place: passes over what has a single way on.
    fn look(&self, mut at: At, mut paid: Vec<f64>) -> Met {
        let drawn = self.drawn;
        let n_periods = drawn.game.periods.len();
        loop {
            let (period, node, lines) = match at {
                At::Begin { period, state } if period == n_periods => {
                    drawn.pay(drawn.game.last[state as usize], drawn.discounts[period], &mut paid);
                    return Met::End { state, paid };
                }
                At::Begin { period, state } => {
                    let root = drawn.game.segments[drawn.game.periods[period].segment].roots[state as usize]
                        .expect("a period begins only in states that have a root in it");
                    at = follow(drawn, period, root, &mut paid);
                    continue;
                }
                At::Node { period, node } => (period, node, Vec::new()),
                At::Vote { period, node, lines } => (period, node, lines),
            };
            let (graph, edges) = drawn.node(period, node);
            match graph.kind {
                Kind::Chance { .. } | Kind::Decide { .. } => {
                    let open = open_edges(drawn, edges);
                    if let [k] = open[..] {
                        at = follow(drawn, period, edges[k].to, &mut paid);
                        continue;
                    }
                    return self.branch(period, graph.kind, edges, &open, &paid);
                }
                Kind::Ballot { answers, .. } | Kind::Names { answers, .. } => {
                    match self.vote(period, node, graph.kind, edges, answers, lines, &paid) {
                        Vote::Settled(exit) => at = follow(drawn, period, edges[exit].to, &mut paid),
                        Vote::Goes(lines) => at = At::Vote { period, node, lines },
                        Vote::Met(met) => return met,
                    }
                }
            }
        }
    }

    fn branch(&self, period: usize, kind: Kind, edges: &[Edge], open: &[usize], paid: &[f64]) -> Met {
        let drawn = self.drawn;
        let to = |k: usize| {
            let mut paid = paid.to_vec();
            let at = follow(drawn, period, edges[k].to, &mut paid);
            (at, paid)
        };
        match kind {
            Kind::Decide { actor, turn, slot, .. } => {
                let names = &drawn.game.turns[usize::from(turn)];
                let branches = open
                    .iter()
                    .map(|&k| {
                        let label = match edges[k].label {
                            Edge::HOLD => "hold".to_owned(),
                            action => names.slots[usize::from(slot)][action as usize].clone(),
                        };
                        let (at, paid) = to(k);
                        (label, at, paid)
                    })
                    .collect();
                Met::Choice { actor, name: format!("period {period}, {}", names.id), branches }
            }
            Kind::Chance { cause } => {
                let (name, label) = self.cause(cause);
                let branches = open
                    .iter()
                    .map(|&k| {
                        let (at, paid) = to(k);
                        (label(k), drawn.value(edges[k].weight), at, paid)
                    })
                    .collect();
                Met::Chance { name: format!("period {period}, {name}"), branches }
            }
            Kind::Ballot { .. } | Kind::Names { .. } => unreachable!("ballots are voted on"),
        }
    }

    /// What a move of chance is about, and what its branches are called.
    fn cause(&self, cause: Cause) -> (String, fn(usize) -> String) {
        let game = self.drawn.game;
        let whether: fn(usize) -> String = |k| if k == 0 { "yes".into() } else { "no".into() };
        let numbered: fn(usize) -> String = |k| format!("{}", k + 1);
        match cause {
            Cause::Turn(turn) => (format!("{} comes up", game.turns[usize::from(turn)].id), whether),
            Cause::Proposer(turn) => (format!("{}: who proposes", game.turns[usize::from(turn)].id), numbered),
            Cause::Nature(turn, _) => (game.turns[usize::from(turn)].id.clone(), numbered),
            Cause::Result(a) => {
                let id = &game.turns[usize::from(a.turn)].slots[usize::from(a.slot)][usize::from(a.action)];
                (format!("{id}: how it turns out"), numbered)
            }
            Cause::Event(event) => (game.events[usize::from(event)].clone(), whether),
            Cause::EventResult(event) => (format!("{}: how it turns out", game.events[usize::from(event)]), numbered),
            Cause::Clock(clock) => (format!("{}: a phase passes", game.clocks[usize::from(clock)]), whether),
            Cause::Lapse(clock) => (format!("{} runs out", game.clocks[usize::from(clock)]), whether),
            Cause::Breach(clock) => (format!("{}: what follows", game.clocks[usize::from(clock)]), numbered),
        }
    }

    /// One elector's answer, or, when all have answered, what follows.
    #[allow(clippy::too_many_arguments, reason = "where the vote stands, each part once")]
    fn vote(
        &self,
        period: usize,
        node: u32,
        kind: Kind,
        edges: &[Edge],
        answers: u32,
        lines: Vec<Line>,
        paid: &[f64],
    ) -> Vote {
        let drawn = self.drawn;
        let electors = &drawn.game.answers[answers as usize];
        let (Kind::Ballot { action, .. } | Kind::Names { action, .. }) = kind else {
            unreachable!("only ballots are voted on")
        };
        let id =
            &drawn.game.turns[usize::from(action.turn)].slots[usize::from(action.slot)][usize::from(action.action)];
        if let Some(answering) = electors.get(lines.len()) {
            let says = says(kind);
            let with = |answer: usize| {
                let mut lines = lines.clone();
                lines.push(Line::Says(answer));
                let mut paid = paid.to_vec();
                if let Voicing::Actor(actor) = answering.voice {
                    paid[usize::from(actor)] += drawn.discounts[period] * drawn.value(answering.pays[answer]);
                }
                (At::Vote { period, node, lines }, paid)
            };
            let name = format!("period {period}, {id}: elector {}", lines.len() + 1);
            return match (answering.voice, kind) {
                (Voicing::Actor(actor), _) => {
                    let branches = (0..answering.pays.len())
                        .map(|answer| {
                            let (at, paid) = with(answer);
                            (says(answer), at, paid)
                        })
                        .collect();
                    Vote::Met(Met::Choice { actor, name, branches })
                }
                // A habit among names says each with equal chance.
                (Voicing::Habit { .. }, Kind::Names { names, .. }) => {
                    let branches = (0..usize::from(names))
                        .map(|answer| {
                            let (at, paid) = with(answer);
                            (says(answer), 1.0 / f64::from(names), at, paid)
                        })
                        .collect();
                    Vote::Met(Met::Chance { name, branches })
                }
                _ => {
                    let mut lines = lines;
                    lines.push(votes::habit(drawn, answering));
                    Vote::Goes(lines)
                }
            };
        }
        let exits = exits(drawn, kind, edges.len(), &lines);
        let open: Vec<usize> = (0..exits.len()).filter(|&k| exits[k] > 0.0).collect();
        if let [exit] = open[..] {
            return Vote::Settled(exit);
        }
        let branches = open
            .iter()
            .map(|&k| {
                let mut paid = paid.to_vec();
                let at = follow(drawn, period, edges[k].to, &mut paid);
                let label = match kind {
                    Kind::Ballot { .. } => if k == 0 { "passes" } else { "fails" }.to_owned(),
                    _ => format!("result {}", k + 1),
                };
                (label, exits[k], at, paid)
            })
            .collect();
        Vote::Met(Met::Chance { name: format!("period {period}, {id}: the count"), branches })
    }
}

/// Where play stands.
enum At {
    Begin {
        period: usize,
        state: u32,
    },
    Node {
        period: usize,
        node: u32,
    },
    /// A roll call: the answers so far.
    Vote {
        period: usize,
        node: u32,
        lines: Vec<Line>,
    },
}

/// What is found there.
enum Met {
    End { state: u32, paid: Vec<f64> },
    Chance { name: String, branches: Vec<(String, f64, At, Vec<f64>)> },
    Choice { actor: u16, name: String, branches: Vec<(String, At, Vec<f64>)> },
}

enum Vote {
    Settled(usize),
    Goes(Vec<Line>),
    Met(Met),
}

/// Numbers given so far.
struct Numbers {
    sets: Vec<u64>,
    chance: u64,
    outcomes: FxHashMap<(usize, Vec<u64>), usize>,
}

fn follow(drawn: &Drawn, period: usize, step: Step, paid: &mut [f64]) -> At {
    drawn.pay(step.payments, drawn.discounts[period], paid);
    match step.child {
        Child::Node(node) => At::Node { period, node },
        Child::Next(state) => At::Begin { period: period + 1, state },
    }
}

/// Edges that can be taken: of positive probability or prior weight.
fn open_edges(drawn: &Drawn, edges: &[Edge]) -> Vec<usize> {
    (0..edges.len()).filter(|&k| drawn.value(edges[k].weight) > 0.0).collect()
}

/// What answers are called.
fn says(kind: Kind) -> fn(usize) -> String {
    match kind {
        Kind::Ballot { sitting: true, .. } => |k| if k == 0 { "attend".into() } else { "stay away".into() },
        Kind::Names { .. } => |k| format!("name {}", k + 1),
        _ => |k| if k == 0 { "yes".into() } else { "no".into() },
    }
}

/// Chance of each exit of a ballot once everybody has answered.
fn exits(drawn: &Drawn, kind: Kind, n_edges: usize, lines: &[Line]) -> Vec<f64> {
    match kind {
        Kind::Ballot { tally, .. } => {
            let passes = votes::passes(drawn, &drawn.game.tallies[tally as usize], lines);
            vec![passes, 1.0 - passes]
        }
        Kind::Names { tally, names, pairs, .. } => {
            votes::poll(drawn, &drawn.game.tallies[tally as usize], lines, usize::from(names), pairs, n_edges)
        }
        Kind::Chance { .. } | Kind::Decide { .. } => Vec::new(),
    }
}

/// The shape of a roll call: nodes of its answers, and how often its end leaves which exits open.
#[derive(Clone)]
enum RollCall {
    Counted {
        answers: f64,
        ends: Vec<(Vec<usize>, f64)>,
    },
    /// Too many ends to look at each.
    Bounded {
        answers: f64,
        ends: f64,
    },
}

struct Counter<'a> {
    drawn: &'a Drawn<'a>,
    limit: f64,
    /// Roll calls counted already, by what their shape depends on.
    calls: FxHashMap<(u32, Vec<Voicing>, usize), RollCall>,
    /// Counting done so far.
    cost: f64,
    /// Whether no roll call has been bounded instead of counted.
    exact: bool,
    ballots: bool,
    weighted: bool,
}

impl Counter<'_> {
    /// Nodes of the whole tree. Counts are floating-point numbers: exact up to 2⁵³, infinite where they overflow.
    fn tree(&mut self) -> f64 {
        let drawn = self.drawn;
        let game = drawn.game;
        let reachable = self.reachable();
        let mut next = vec![1.0; game.n_states()];
        for period in (0..game.periods.len()).rev() {
            let segment = &game.segments[game.periods[period].segment];
            let mut counts = vec![0.0; segment.nodes.len()];
            for (node, graph) in segment.nodes.iter().enumerate() {
                if !reachable[period].1[node] {
                    continue;
                }
                let (_, edges) = drawn.node(period, node as u32);
                let below = |k: usize| match edges[k].to.child {
                    Child::Node(child) => counts[child as usize],
                    Child::Next(state) => next[state as usize],
                };
                counts[node] = match graph.kind {
                    Kind::Chance { .. } | Kind::Decide { .. } => {
                        let open = open_edges(drawn, edges);
                        let sum: f64 = open.iter().map(|&k| below(k)).sum();
                        if matches!(graph.kind, Kind::Decide { .. }) && open.len() > 1 {
                            let first = drawn.value(edges[open[0]].weight);
                            self.weighted |= open.iter().any(|&k| drawn.value(edges[k].weight) != first);
                        }
                        if open.len() > 1 { 1.0 + sum } else { sum }
                    }
                    Kind::Ballot { tally, answers, .. } | Kind::Names { tally, answers, .. } => {
                        self.ballots = true;
                        match self.roll_call(tally, answers, graph.kind, edges.len()) {
                            RollCall::Bounded { answers, ends } => {
                                self.exact = false;
                                answers + ends * (0..edges.len()).map(below).fold(f64::INFINITY, f64::min)
                            }
                            RollCall::Counted { answers, ends } => {
                                let ends: f64 = ends
                                    .iter()
                                    .map(|(open, times)| {
                                        let sum: f64 = open.iter().map(|&k| below(k)).sum();
                                        times * if open.len() > 1 { 1.0 + sum } else { sum }
                                    })
                                    .sum();
                                answers + ends
                            }
                        }
                    }
                };
            }
            next = segment
                .roots
                .iter()
                .map(|root| match root.map(|root| root.child) {
                    Some(Child::Node(node)) => counts[node as usize],
                    Some(Child::Next(state)) => next[state as usize],
                    None => 0.0,
                })
                .collect();
        }
        next[game.start as usize]
    }

    /// States and nodes that can be come to in each period, so that what cannot is not counted.
    fn reachable(&self) -> Vec<(Vec<bool>, Vec<bool>)> {
        let game = self.drawn.game;
        let mut states = vec![false; game.n_states()];
        states[game.start as usize] = true;
        let mut reachable = Vec::with_capacity(game.periods.len());
        for period in 0..game.periods.len() {
            let segment = &game.segments[game.periods[period].segment];
            let (mut nodes, mut after) = (vec![false; segment.nodes.len()], vec![false; states.len()]);
            let mut mark = |child: Child, nodes: &mut [bool]| match child {
                Child::Node(node) => nodes[node as usize] = true,
                Child::Next(state) => after[state as usize] = true,
            };
            for (root, _) in segment.roots.iter().zip(&states).filter(|(_, reached)| **reached) {
                if let Some(root) = root {
                    mark(root.child, &mut nodes);
                }
            }
            for node in (0..nodes.len()).rev().collect::<Vec<_>>() {
                if nodes[node] {
                    let (graph, edges) = self.drawn.node(period, node as u32);
                    let vote = matches!(graph.kind, Kind::Ballot { .. } | Kind::Names { .. });
                    for edge in edges.iter().filter(|edge| vote || self.drawn.value(edge.weight) > 0.0) {
                        mark(edge.to.child, &mut nodes);
                    }
                }
            }
            reachable.push((std::mem::replace(&mut states, after), nodes));
        }
        reachable
    }

    fn roll_call(&mut self, tally: u32, answers: u32, kind: Kind, n_edges: usize) -> RollCall {
        let electors = &self.drawn.game.answers[answers as usize];
        let key = (tally, electors.iter().map(|answering| answering.voice).collect(), n_edges);
        if let Some(known) = self.calls.get(&key) {
            return known.clone();
        }
        // An end adds up every elector's votes: members times members, once more where both sides are weighed.
        let tally = &self.drawn.game.tallies[tally as usize];
        let members = f64::from(tally.total().max(1));
        let steps = members * members * if tally.counts_cast() { members } else { 1.0 };
        let (call, ends) =
            call(self.drawn, electors, kind, n_edges, ((MOST_COUNTING - self.cost) / steps).min(self.limit));
        self.cost += ends * steps;
        self.calls.insert(key, call.clone());
        call
    }
}

/// The shape of a roll call and how many ends were looked at: none where there are more than `most`.
fn call(drawn: &Drawn, electors: &[Answering], kind: Kind, n_edges: usize, most: f64) -> (RollCall, f64) {
    // How many answers each elector has; 1 for those that are no node of the tree.
    let choices: Vec<usize> = electors
        .iter()
        .map(|answering| match (answering.voice, kind) {
            (Voicing::Actor(_), _) => answering.pays.len(),
            (Voicing::Habit { .. }, Kind::Names { names, .. }) => usize::from(names),
            _ => 1,
        })
        .collect();
    let (mut answers, mut ends) = (0.0, 1.0);
    for (answering, &n) in electors.iter().zip(&choices) {
        if matches!(answering.voice, Voicing::Actor(_)) || n > 1 {
            answers += ends;
        }
        ends *= n as f64;
    }
    if ends > most {
        return (RollCall::Bounded { answers, ends }, 0.0);
    }
    let mut open: FxHashMap<Vec<usize>, f64> = FxHashMap::default();
    for end in 0..ends as u64 {
        let mut rest = end;
        let lines: Vec<Line> = electors
            .iter()
            .zip(&choices)
            .map(|(answering, &n)| match (answering.voice, kind) {
                (Voicing::Actor(_), _) | (Voicing::Habit { .. }, Kind::Names { .. }) => {
                    let said = (rest % n as u64) as usize;
                    rest /= n as u64;
                    Line::Says(said)
                }
                _ => votes::habit(drawn, answering),
            })
            .collect();
        let exits = exits(drawn, kind, n_edges, &lines);
        let left: Vec<usize> = (0..exits.len()).filter(|&k| exits[k] > 0.0).collect();
        *open.entry(left).or_insert(0.0) += 1.0;
    }
    let mut counted: Vec<(Vec<usize>, f64)> = open.into_iter().collect();
    counted.sort_by(|a, b| a.0.cmp(&b.0));
    (RollCall::Counted { answers, ends: counted }, ends)
}

/// In double quotes, as Gambit reads them: a quote inside is escaped, a backslash before one or at the end cannot be said.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "/").replace('"', "\\\""))
}

/// Probabilities as decimals of 18 places that sum to exactly 1, as Gambit, which reads them as fractions, wants them.
fn exact(chances: &[f64]) -> Vec<String> {
    const ONE: u64 = 1_000_000_000_000_000_000;
    let sum: f64 = chances.iter().sum();
    let mut parts: Vec<u64> = chances.iter().map(|p| ((p / sum * ONE as f64).round() as u64).clamp(1, ONE)).collect();
    let largest = (0..parts.len()).max_by_key(|&i| (parts[i], std::cmp::Reverse(i))).unwrap_or(0);
    let others: u64 = parts.iter().enumerate().filter(|(i, _)| *i != largest).map(|(_, p)| p).sum();
    parts[largest] = ONE.saturating_sub(others);
    parts
        .iter()
        .map(|&part| {
            if part == ONE {
                return "1".to_owned();
            }
            format!("0.{part:018}").trim_end_matches('0').to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{exact, quoted};

    #[test]
    fn probabilities_sum_to_one_in_decimals() {
        assert_eq!(exact(&[0.1, 0.9]), ["0.1", "0.9"]);
        for chances in [vec![1.0 / 3.0; 3], vec![0.1; 10], vec![1e-30, 1.0], vec![0.3, 0.7 - 1e-17]] {
            let units: u64 = exact(&chances)
                .iter()
                .map(|text| {
                    let digits = text.strip_prefix("0.").map(|d| format!("{d:0<18}"));
                    digits.map_or(1_000_000_000_000_000_000, |d| d.parse().expect("digits"))
                })
                .sum();
            assert_eq!(units, 1_000_000_000_000_000_000, "{chances:?}");
        }
    }

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(quoted("a \"b\" \\"), "\"a \\\"b\\\" /\"");
    }
}
