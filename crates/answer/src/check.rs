//! What the checker can only say once the case is a game: its size, how sharply actors choose, what slips would cost.

use crate::forecast::assumptions;
use case::model::{Case, Who};
use game::Limits;
use game::draw::Drawing;
use game::graph::{ActionRef, Cause, Edge, Game, Kind, Node, Voicing};
use game::tally::Suffices;
use serde::Serialize;
use solve::{Solved, solve};
use std::collections::{BTreeMap, BTreeSet};

/// A case's examination.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checkup {
    pub size: Size,
    pub irreversible: Vec<Irreversible>,
    /// Paths of the numbers that rest on neither a claim nor a fact.
    pub assumptions: Vec<String>,
    pub sharpness: Vec<Sharpness>,
    /// Actions that are enabled nowhere: `turn: action`.
    pub never: Vec<String>,
}

/// How large the game is and what solving it costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Size {
    /// States a period can begin in.
    pub states: usize,
    pub edges_per_period: usize,
    pub nodes_per_period: usize,
    /// Ballots of one draw, over the whole calendar.
    pub ballots: usize,
    pub periods: usize,
    pub actors: usize,
    /// Memory of one solving thread, at most.
    pub bytes: usize,
    /// On one core, estimated from the operations; a figure of time.
    pub seconds_per_1000_draws: f64,
}

/// How likely a move that cannot be undone is within a year, if it cost its own actor nothing, a quarter, half a util.
///
/// The others' moves are taken to be worth as much as holding; a ballot it needs is voted on by the same stake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Irreversible {
    #[serde(rename = "move")]
    pub action: String,
    pub per_year_if_free: f64,
    pub per_year_if_quarter: f64,
    pub per_year_if_half: f64,
}

/// Mean of precision × stake over the nodes of a kind, weighted by how often they are come to; below 1 is noise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sharpness {
    pub kind: String,
    pub mean_lambda_stake: f64,
    /// How often such a node is come to in one play of the game.
    pub met: f64,
}

/// Examines a case at the middle of its numbers.
pub fn check(case: &Case, game: &Game, drawing: &Drawing, limits: &Limits) -> Checkup {
    // What compiled once does so again.
    let final_moves = game::irreversible(case, limits).unwrap_or_default();
    let (irreversible, sharpness) = solve(game, &drawing.middle(), |solved| {
        (irreversible(case, game, solved, &final_moves), sharpness(game, solved))
    });
    Checkup { size: size(game), irreversible, assumptions: assumptions(case), sharpness, never: never(case, game) }
}

/// The size of a game and an estimate of what solving it costs.
pub fn size(game: &Game) -> Size {
    let actors = game.actors.len();
    let per_kind: Vec<(usize, usize)> = game
        .segments
        .iter()
        .map(|segment| {
            let ballots = segment.nodes.iter().filter(|n| matches!(n.kind, Kind::Ballot { .. } | Kind::Names { .. }));
            let sums: usize = segment
                .nodes
                .iter()
                .map(|n| match n.kind {
                    Kind::Ballot { tally, .. } | Kind::Names { tally, .. } => {
                        let tally = &game.tallies[tally as usize];
                        tally.members.len() * (tally.total() as usize / 2 + 40)
                    }
                    Kind::Decide { .. } | Kind::Chance { .. } => 0,
                })
                .sum();
            let divided: f64 = segment.nodes.iter().map(|n| divisions(game, n.kind)).sum();
            // A term of a ballot's sums takes a quarter of what an actor's share of an edge does, a division of the votes
            // among several names some twenty times as much.
            (ballots.count(), segment.edges.len() * (actors + 6) + sums / 4 + (23.0 * divided) as usize)
        })
        .collect();
    let ballots = game.periods.iter().map(|p| per_kind[p.segment].0).sum();
    let operations: usize = game.periods.iter().map(|p| per_kind[p.segment].1).sum();
    let versions = if game.views.is_empty() { 1 } else { 2 * (game.views.len() + 3) };
    let stored: usize = game.periods.iter().map(|p| game.segments[p.segment].edges.len()).sum();
    Size {
        states: game.n_states(),
        edges_per_period: game.edges_per_period(),
        nodes_per_period: game.segments.iter().map(|s| s.nodes.len()).max().unwrap_or(0),
        ballots,
        periods: game.periods.len(),
        actors,
        // Eight draws at a time: values of all nodes and of both bounds of a period, and the choices of every period.
        bytes: 64
            * (game.segments.iter().map(|s| s.nodes.len()).max().unwrap_or(0) * actors
                + 2 * game.n_states() * actors
                + stored / 2
                + game.table.len()),
        // A seventh of a nanosecond for an actor's share of an edge in one of eight lanes, measured on the shipped cases; where
        // somebody errs, every version of the game is solved, at twice the price.
        seconds_per_1000_draws: (operations * versions) as f64 * 0.14e-9 * 1000.0,
    }
}

/// Divisions of the votes gone through in a round where it matters which of three names or more are best placed: as many as
/// electors can say different names, or as there are different results, if these are fewer.
fn divisions(game: &Game, kind: Kind) -> f64 {
    let Kind::Names { tally, names, pairs, .. } = kind else { return 0.0 };
    let tally = &game.tallies[tally as usize];
    let best_matter = pairs || tally.rules.iter().any(|rule| rule.what == Suffices::Better);
    if names < 3 || !best_matter {
        return 0.0;
    }
    let (names, electors) = (f64::from(names), tally.members.len() as i32);
    let results: f64 = (1..=names as u32).map(|i| f64::from(tally.total() + i) / f64::from(i)).product();
    names * results.min(names.powi(electors))
}

fn turn_name(game: &Game, turn: u16) -> &str {
    &game.turns[usize::from(turn)].id
}

/// A move as the checker's tables name it: `framework: nominate(sudani)`.
pub fn action_name(game: &Game, action: ActionRef) -> String {
    let turn = &game.turns[usize::from(action.turn)];
    format!("{}: {}", turn.id, turn.slots[usize::from(action.slot)][usize::from(action.action)])
}

fn sharpness(game: &Game, solved: &Solved) -> Vec<Sharpness> {
    let mut kinds: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut count = |kind: String, reach: f64, stake: f64| {
        let (met, sum) = kinds.entry(kind).or_default();
        *met += reach;
        // Beyond this a choice is as good as sure.
        *sum += reach * stake.min(700.0);
    };
    let periods = game.periods.len();
    solved.forward(|t, states| {
        if t == periods {
            return;
        }
        for node in solved.choices(t, states) {
            match node.kind {
                Kind::Decide { turn, .. } => {
                    let mut scores: Vec<f64> = node
                        .edges
                        .iter()
                        .zip(&node.priors)
                        .map(|((_, p), prior)| if *p > 0.0 { (p / prior).ln() } else { f64::NEG_INFINITY })
                        .collect();
                    scores.sort_by(|a, b| b.total_cmp(a));
                    count(turn_name(game, turn).into(), node.reach, scores[0] - scores[1]);
                }
                Kind::Ballot { tally, answers, action, sitting } => {
                    let electors = &game.answers[answers as usize];
                    let weights = &game.tallies[tally as usize].members;
                    let (mut sum, mut total) = (0.0, 0.0);
                    for ((answering, p), weight) in electors.iter().zip(&node.answers).zip(weights) {
                        if matches!(answering.voice, Voicing::Actor(_)) {
                            let odds = if *p > 0.0 && *p < 1.0 { (p / (1.0 - p)).ln().abs() } else { 700.0 };
                            sum += f64::from(weight.most) * odds;
                            total += f64::from(weight.most);
                        }
                    }
                    let turn = &game.turns[usize::from(action.turn)];
                    let id = &turn.slots[usize::from(action.slot)][usize::from(action.action)];
                    let id = id.split('(').next().unwrap_or(id);
                    let part = if sitting { "sitting" } else { "vote" };
                    let kind = if turn.id == "procedure" {
                        format!("{id} ({part})")
                    } else {
                        format!("{}.{id} ({part})", turn.id)
                    };
                    if total > 0.0 {
                        count(kind, node.reach, sum / total);
                    }
                }
                Kind::Names { .. } | Kind::Chance { .. } => {}
            }
        }
    });
    kinds.into_iter().map(|(kind, (met, sum))| Sharpness { kind, mean_lambda_stake: sum / met, met }).collect()
}

fn irreversible(case: &Case, game: &Game, solved: &Solved, actions: &[ActionRef]) -> Vec<Irreversible> {
    actions
        .iter()
        .filter(|action| turn_name(game, action.turn) != "procedure")
        .filter_map(|&action| {
            let turns = occasions(case, game, solved, action)?;
            let per_year = |cost: f64| per_year(case, solved, action, &turns, cost);
            Some(Irreversible {
                action: action_name(game, action),
                per_year_if_free: per_year(0.0),
                per_year_if_quarter: per_year(0.25),
                per_year_if_half: per_year(0.5),
            })
        })
        .collect()
}

/// Where an action can be chosen: the nodes that offer it, with the chance per period that one comes up.
struct Occasions<'g> {
    decisions: Vec<(&'g Node, &'g [Edge])>,
    ballots: Vec<(u32, u32)>,
    per_period: f64,
    days: f64,
}

fn occasions<'g>(case: &Case, game: &'g Game, solved: &Solved, action: ActionRef) -> Option<Occasions<'g>> {
    let by_itself = matches!(case.turns[usize::from(action.turn)].slots[usize::from(action.slot)].who, Who::Nature);
    let is_of = |node: &Node| matches!(node.kind, Kind::Ballot { action: of, .. } if of == action);
    // The first kind of period in which it can be chosen, or comes up by itself.
    let (segment, decisions) =
        game.periods.iter().map(|period| &game.segments[period.segment]).find_map(|segment| {
            let decisions: Vec<(&Node, &[Edge])> = segment
                .nodes
                .iter()
                .map(|node| (node, &segment.edges[node.first as usize..][..node.count as usize]))
                .filter(|(node, edges)| {
                    matches!(node.kind, Kind::Decide { turn, slot, .. } if turn == action.turn && slot == action.slot)
                        && edges.iter().any(|edge| edge.label == u32::from(action.action))
                })
                .collect();
            let found = !decisions.is_empty() || (by_itself && segment.nodes.iter().any(is_of));
            found.then_some((segment, decisions))
        })?;
    let ballots = segment
        .nodes
        .iter()
        .filter_map(|node| match node.kind {
            Kind::Ballot { tally, answers, action: of, .. } if of == action => Some((tally, answers)),
            _ => None,
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    // The fastest pace at which its turn comes up anywhere.
    let comes = |node: &&Node| matches!(node.kind, Kind::Chance { cause: Cause::Turn(turn) } if turn == action.turn);
    let per_period = segment
        .nodes
        .iter()
        .filter(comes)
        .map(|node| solved.value(segment.edges[node.first as usize].weight))
        .fold(0.0, f64::max);
    // A turn that always comes up has no node of chance.
    let per_period = if per_period == 0.0 { 1.0 } else { per_period };
    Some(Occasions { decisions, ballots, per_period, days: segment.days })
}

fn per_year(case: &Case, solved: &Solved, action: ActionRef, occasions: &Occasions, cost: f64) -> f64 {
    let chosen = |node: &Node, edges: &[Edge]| -> f64 {
        let Kind::Decide { actor, .. } = node.kind else { return 0.0 };
        let lambda = solved.precision(usize::from(actor));
        let (mut this, mut all) = (0.0, 0.0);
        for edge in edges {
            let cost = if edge.label == u32::from(action.action) { cost } else { 0.0 };
            let weight = solved.value(edge.weight).max(0.0) * (-lambda * cost).exp();
            all += weight;
            this += if edge.label == u32::from(action.action) { weight } else { 0.0 };
        }
        this / all
    };
    let turn = &case.turns[usize::from(action.turn)];
    let is_body = matches!(turn.slots[usize::from(action.slot)].who, Who::Body(_));
    let most = occasions.decisions.iter().map(|(node, edges)| chosen(node, edges)).reduce(f64::max).unwrap_or(1.0);
    let passes = occasions
        .ballots
        .iter()
        .map(|&(tally, answers)| solved.passes(tally, answers, |_| -cost))
        .fold(None, |best: Option<f64>, p| Some(best.map_or(p, |b| if is_body { b.max(p) } else { b * p })))
        .unwrap_or(1.0);
    let per_period = occasions.per_period * most * passes;
    1.0 - (1.0 - per_period).powf(365.25 / occasions.days)
}

/// Actions that no reachable state enables, or that do nothing wherever they are enabled.
fn never(case: &Case, game: &Game) -> Vec<String> {
    let mut never = Vec::new();
    for (t, turn) in case.turns.iter().enumerate() {
        for (s, slot) in turn.slots.iter().enumerate() {
            for a in 0..slot.menu.len() {
                let action = ActionRef { turn: t as u16, slot: s as u16, action: a as u16 };
                if !game.offered.contains(&action) {
                    never.push(action_name(game, action));
                }
            }
        }
    }
    never
}
