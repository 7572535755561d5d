//! What was seen before `now`, against every path written out.

use crate::generate::{Game, make};
use ::solve::{Solved, Solver, Want};
use game::graph::{Child, Kind, Voicing};
use game::sight::{Said, Sighting, Sightings, Sights};
use game::{Draw, Limits};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// Games tried; those with too many paths are left out.
const GAMES: u64 = 120;
const MOST_PATHS: usize = 20_000;

/// What can be seen on the way, period by period, with the probability of it all and of where it leads.
type Seen = BTreeMap<Vec<(usize, u32)>, BTreeMap<u32, f64>>;

struct Walk<'s> {
    solved: &'s Solved<'s>,
    sights: &'s Sights,
    paths: usize,
    seen: Seen,
}

impl Walk<'_> {
    fn state(&mut self, period: usize, state: u32, mass: f64, seen: &[(usize, u32)]) {
        let game = self.solved.game();
        if mass == 0.0 {
            return;
        }
        if period == game.now {
            self.paths += 1;
            *self.seen.entry(seen.to_vec()).or_default().entry(state).or_default() += mass;
            return;
        }
        let root = game.segments[game.periods[period].segment].roots[state as usize].expect("a root");
        self.child(period, root.child, mass, seen);
    }

    fn child(&mut self, period: usize, child: Child, mass: f64, seen: &[(usize, u32)]) {
        if mass == 0.0 || self.paths > MOST_PATHS {
            return;
        }
        let node = match child {
            Child::Next(state) => return self.state(period + 1, state, mass, seen),
            Child::Node(node) => node as usize,
        };
        let game = self.solved.game();
        let kind = game.periods[period].segment;
        let segment = &game.segments[kind];
        for k in 0..segment.nodes[node].count as usize {
            let edge = segment.nodes[node].first as usize + k;
            let mass = mass * self.solved.probability(period, node, k);
            let mut seen = seen.to_vec();
            let sight = self.sights.of_edge[kind][edge];
            if sight != Sights::NONE {
                seen.push((period, sight));
            }
            self.child(period, segment.edges[edge].to.child, mass, &seen);
        }
    }
}

/// A generated game whose first periods are past.
fn past(seed: u64) -> Option<(Game, game::Game)> {
    let mut game = make(seed, 0);
    let begins = crate::oracle::periods(&game.case);
    if begins.len() < 3 {
        return None;
    }
    // Two periods before `now`: the steps of these cases are counted from there, too.
    let days = game.case.calendar.steps[0].days;
    game.case.calendar.now = game.case.calendar.from.checked_add(((2.0 * days).round() as i64).days()).ok()?;
    let compiled = game::compile(&game.case, &Limits::default()).ok()?;
    (compiled.now >= 1).then_some((game, compiled))
}

fn draw(game: &Game) -> Draw {
    Draw { numbers: game.numbers.clone(), readings: game.readings.clone(), standing: Vec::new() }
}

fn every_path(compiled: &game::Game, sights: &Sights, draw: &Draw) -> Option<Seen> {
    let solver = Solver::new(compiled, Want::Answers);
    solver
        .each(std::slice::from_ref(draw), &|_| (), |_, solved| {
            let mut walk = Walk { solved, sights, paths: 0, seen: BTreeMap::new() };
            for (state, mass) in solved.standing().into_iter().enumerate() {
                walk.state(0, state as u32, mass, &[]);
            }
            (walk.paths <= MOST_PATHS).then_some(walk.seen)
        })
        .pop()?
}

fn sighting(compiled: &game::Game, sights: &Sights, entry: usize, (period, sight): (usize, u32)) -> Sighting {
    let kind = compiled.periods[period].segment;
    Sighting {
        entry,
        period,
        edges: sights.of_edge[kind].iter().map(|s| *s == sight).collect(),
        actions: Vec::new(),
        answers: Vec::new(),
        reliability: 1.0,
        unobserved: false,
    }
}

fn visible(sights: &Sights) -> Vec<Vec<bool>> {
    sights.of_edge.iter().map(|edges| edges.iter().map(|s| *s != Sights::NONE).collect()).collect()
}

/// Likelihood and where play stands, by the filter.
fn filtered(compiled: &game::Game, seen: Vec<Sighting>, sights: &Sights, draw: &Draw) -> (f64, Vec<f64>) {
    let sightings = Sightings { seen, visible: visible(sights), idle: Vec::new() };
    let solver = Solver::new(compiled, Want::Answers).seeing(&sightings, true);
    solver
        .each(std::slice::from_ref(draw), &|_| (), |_, solved| (solved.likelihood(), solved.standing()))
        .pop()
        .expect("one draw")
}

fn close(what: &str, seed: u64, a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12, "{what}, seed {seed}: {a} and {b}");
}

#[test]
fn a_log_has_the_probability_of_the_paths_that_show_it_and_nothing_else() {
    let mut logs = 0;
    for seed in 0..GAMES {
        let Some((game, compiled)) = past(seed) else { continue };
        let sights = Sights::of(&game.case, &compiled);
        let draw = draw(&game);
        let Some(paths) = every_path(&compiled, &sights, &draw) else { continue };
        let mut all = 0.0;
        for (seen, ends) in paths.iter().take(40) {
            let entries = seen.iter().enumerate().map(|(k, s)| sighting(&compiled, &sights, k, *s)).collect();
            let (likelihood, standing) = filtered(&compiled, entries, &sights, &draw);
            let probability: f64 = ends.values().sum();
            close("likelihood", seed, likelihood, probability);
            for (state, &mass) in ends {
                close("standing", seed, standing[*state as usize] * likelihood, mass);
            }
            all += likelihood;
            logs += usize::from(!seen.is_empty());
        }
        if paths.len() <= 40 {
            close("all that can be seen", seed, all, 1.0);
        }
    }
    assert!(logs > 200, "only {logs} logs were tried");
}

#[test]
fn a_report_that_may_be_false_is_a_mixture_and_what_went_unseen_is_summed_over() {
    let mut tried = 0;
    for seed in 0..GAMES {
        let Some((game, compiled)) = past(seed) else { continue };
        let sights = Sights::of(&game.case, &compiled);
        let draw = draw(&game);
        let Some(paths) = every_path(&compiled, &sights, &draw) else { continue };
        let of = |seen: &[(usize, u32)]| paths.get(seen).map_or(0.0, |ends| ends.values().sum::<f64>());
        for seen in paths.keys().filter(|seen| seen.len() == 1).take(5) {
            let mut report = sighting(&compiled, &sights, 0, seen[0]);
            report.reliability = 0.7;
            let (likelihood, _) = filtered(&compiled, vec![report], &sights, &draw);
            close("false report", seed, likelihood, 0.7 * of(seen) + 0.3 * of(&[]));
            // Anything may have happened before it, but for itself in its own period.
            let mut late = sighting(&compiled, &sights, 0, seen[0]);
            late.unobserved = true;
            let (likelihood, _) = filtered(&compiled, vec![late], &sights, &draw);
            let any: f64 = paths
                .iter()
                .filter(|(all, _)| {
                    let first = all.iter().position(|s| s == &seen[0]);
                    first.is_some_and(|first| first + 1 == all.len())
                })
                .map(|(_, ends)| ends.values().sum::<f64>())
                .sum();
            close("unobserved", seed, likelihood, any);
            tried += 1;
        }
    }
    assert!(tried > 60, "only {tried} reports were tried");
}

#[test]
fn known_answers_and_unknown_ones_add_up() {
    let mut tried = 0;
    for seed in 0..GAMES {
        let Some((game, compiled)) = past(seed) else { continue };
        let sights = Sights::of(&game.case, &compiled);
        let draw = draw(&game);
        for (kind, segment) in compiled.segments.iter().enumerate() {
            let Some(period) = compiled.periods[..compiled.now].iter().position(|p| p.segment == kind) else {
                continue;
            };
            for node in &segment.nodes {
                let Kind::Ballot { action, answers, sitting: false, .. } = node.kind else { continue };
                let sight = sights.of_edge[kind][node.first as usize];
                let electors = &compiled.answers[answers as usize];
                let weighs = electors.iter().position(|answering| matches!(answering.voice, Voicing::Actor(_)));
                let (Some(elector), true) = (weighs, sight != Sights::NONE && tried < 200) else { continue };
                let known = |yes: Option<bool>| {
                    let mut entry = sighting(&compiled, &sights, 0, (period, sight));
                    entry.actions = vec![action];
                    entry.answers = yes.map(|yes| Said { elector, sitting: false, yes }).into_iter().collect();
                    filtered(&compiled, vec![entry], &sights, &draw).0
                };
                close("answers", seed, known(Some(true)) + known(Some(false)), known(None));
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "only {tried} ballots were tried");
}
