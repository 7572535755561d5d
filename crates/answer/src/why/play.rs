//! Play itself: ways sampled from it, and what it would be if decisions went the other way.

use super::{Act, Path, Swing, mean_and_error};
use crate::forecast::{Survey, written};
use case::model::{Case, Form, Who};
use game::draw::Draw;
use game::graph::{ActionRef, Cause, Edge, Game, Kind};
use game::sight::{Result, Sight, Sights};
use jiff::civil::Date;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use solve::{Solved, Solver, Want};
use std::collections::BTreeMap;

/// Ways sampled in each draw.
const WAYS: usize = 30;
/// Ways shown.
const MOST_PATHS: usize = 5;
const MOST_SWINGS: usize = 12;
/// Draws in which decisions are weighed.
const MOST_WEIGHED: usize = 24;

/// Something that can be made sure, or impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    /// An action is taken (a body's: proposed and passed).
    Act(ActionRef),
    /// A ballot passes.
    Passes(ActionRef),
    /// A name wins.
    Wins(ActionRef, u16),
    Event(u16),
}

/// Samples the ways to an outcome and weighs the decisions on them.
pub fn play(
    case: &Case,
    game: &Game,
    draws: &[Draw],
    outcome: &str,
    seed: u64,
    done: &(dyn Fn(usize) + Sync),
) -> (Vec<Path>, usize, Vec<Swing>) {
    let survey = Survey::of(case, game);
    let Some(wanted) = survey.outcomes.iter().position(|id| id == outcome) else { return (Vec::new(), 0, Vec::new()) };
    let sights = Sights::of(case, game);
    let decisions = decisions(&sights);
    let touched: Vec<Vec<Vec<bool>>> = decisions.iter().map(|decision| places(game, *decision)).collect();
    let read: Vec<(Vec<Vec<(u32, usize)>>, Vec<f64>)> =
        Solver::new(game, Want::Policy).each(draws, done, |d, solved| {
            // Weighing a decision takes two ways forwards through everything: some draws tell enough.
            let weighed = if d < MOST_WEIGHED { decisions.len() } else { 0 };
            let swings = decisions[..weighed]
                .iter()
                .zip(&touched)
                .map(|(decision, touched)| {
                    let chance = |sure: bool| {
                        let states = solved.end_if(touched, |segment, node, chances| {
                            force(game, *decision, segment, node, sure, chances);
                        });
                        states
                            .iter()
                            .enumerate()
                            .filter(|(s, _)| survey.outcome_of(*s) == wanted)
                            .map(|(_, p)| p)
                            .sum::<f64>()
                    };
                    chance(true) - chance(false)
                })
                .collect();
            (ways(solved, &sights, &survey, wanted, seed, d), swings)
        });
    let sampled = draws.len() * WAYS;
    let paths = paths(case, game, &sights, read.iter().flat_map(|(ways, _)| ways), sampled);
    let mut swings: Vec<Swing> = decisions
        .iter()
        .enumerate()
        .map(|(k, decision)| {
            let weighed: Vec<f64> = read.iter().filter_map(|(_, swings)| swings.get(k).copied()).collect();
            let (swing, error) = mean_and_error(&weighed);
            let (who, action) = named(case, shown(*decision));
            Swing { who, action, swing, error }
        })
        .filter(|swing| swing.swing.abs() >= 0.001)
        .collect();
    swings.sort_by(|a, b| b.swing.abs().total_cmp(&a.swing.abs()).then_with(|| a.action.cmp(&b.action)));
    swings.truncate(MOST_SWINGS);
    (paths, sampled, swings)
}

fn shown(decision: Decision) -> Sight {
    match decision {
        Decision::Act(a) => Sight::Act(a),
        Decision::Passes(a) => Sight::Ballot(a, Result::Passed),
        Decision::Wins(a, name) => Sight::Ballot(a, Result::Name(name)),
        Decision::Event(event) => Sight::Event(event),
    }
}

/// Everything that somebody, or chance, decides in the open.
fn decisions(sights: &Sights) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = sights
        .all
        .iter()
        .filter_map(|sight| match *sight {
            Sight::Act(a) => Some(Decision::Act(a)),
            Sight::Ballot(a, Result::Passed) => Some(Decision::Passes(a)),
            Sight::Ballot(a, Result::Name(name)) => Some(Decision::Wins(a, name)),
            Sight::Event(event) => Some(Decision::Event(event)),
            Sight::Ballot(..) | Sight::Lapse(_) => None,
        })
        .collect();
    decisions.sort_unstable();
    decisions.dedup();
    decisions
}

/// The nodes of each segment at which a decision falls.
fn places(game: &Game, decision: Decision) -> Vec<Vec<bool>> {
    game.segments
        .iter()
        .map(|segment| {
            segment
                .nodes
                .iter()
                .map(|node| {
                    let edges = &segment.edges[node.first as usize..][..node.count as usize];
                    edge_of(decision, node.kind, edges).is_some()
                })
                .collect()
        })
        .collect()
}

/// Which edge of a node is the decision, if one is.
fn edge_of(decision: Decision, kind: Kind, edges: &[Edge]) -> Option<usize> {
    let labelled = |label: u32| edges.iter().position(|edge| edge.label == label);
    match (decision, kind) {
        (Decision::Act(a), Kind::Decide { turn, slot, .. } | Kind::Chance { cause: Cause::Nature(turn, slot) })
            if (turn, slot) == (a.turn, a.slot) =>
        {
            labelled(u32::from(a.action))
        }
        (Decision::Act(a) | Decision::Passes(a), Kind::Ballot { action, sitting: false, .. }) if action == a => Some(0),
        (Decision::Wins(a, name), Kind::Names { action, .. }) if action == a => labelled(u32::from(name)),
        (Decision::Event(event), Kind::Chance { cause: Cause::Event(e) }) if e == event => Some(0),
        _ => None,
    }
}

/// Makes the decision sure, or impossible where anything else is possible.
fn force(game: &Game, decision: Decision, segment: usize, node: usize, sure: bool, chances: &mut [f64]) {
    let spec = game.segments[segment].nodes[node];
    let edges = &game.segments[segment].edges[spec.first as usize..][..spec.count as usize];
    let Some(edge) = edge_of(decision, spec.kind, edges) else { return };
    if sure {
        chances.fill(0.0);
        chances[edge] = 1.0;
        return;
    }
    let left: f64 = chances.iter().enumerate().filter(|(k, _)| *k != edge).map(|(_, p)| p).sum();
    if left > 0.0 {
        chances.iter_mut().for_each(|p| *p /= left);
        chances[edge] = 0.0;
    } else if let Some(other) = (0..chances.len()).find(|k| *k != edge) {
        chances[edge] = 0.0;
        chances[other] = 1.0;
    }
}

/// The sights on ways that lead to the outcome, each sight once, with its period.
fn ways(
    solved: &Solved,
    sights: &Sights,
    survey: &Survey,
    wanted: usize,
    seed: u64,
    draw: usize,
) -> Vec<Vec<(u32, usize)>> {
    let mut random = Pcg64::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(draw as u64));
    let mut found = Vec::new();
    for _ in 0..WAYS {
        let mut way: Vec<(u32, usize)> = Vec::new();
        let last = solved.wander(
            || random.random::<f64>(),
            |period, segment, edge| {
                let sight = sights.of_edge[segment][edge];
                if sight != Sights::NONE && way.iter().all(|(known, _)| *known != sight) {
                    way.push((sight, period));
                }
            },
        );
        if survey.outcome_of(last) == wanted {
            found.push(way);
        }
    }
    found
}

/// The ways that occur most often.
fn paths<'w>(
    case: &Case,
    game: &Game,
    sights: &Sights,
    ways: impl Iterator<Item = &'w Vec<(u32, usize)>>,
    sampled: usize,
) -> Vec<Path> {
    let mut groups: BTreeMap<Vec<u32>, Vec<Vec<usize>>> = BTreeMap::new();
    for way in ways {
        let (key, periods): (Vec<u32>, Vec<usize>) = way.iter().copied().unzip();
        groups.entry(key).or_default().push(periods);
    }
    let mut groups: Vec<(Vec<u32>, Vec<Vec<usize>>)> = groups.into_iter().collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    groups
        .into_iter()
        .take(MOST_PATHS)
        .map(|(key, periods)| Path {
            probability: periods.len() as f64 / sampled as f64,
            steps: key
                .iter()
                .enumerate()
                .map(|(step, sight)| {
                    let mut dates: Vec<Date> = periods.iter().map(|p| game.periods[p[step]].begins).collect();
                    dates.sort_unstable();
                    let (who, did) = named(case, sights.all[*sight as usize]);
                    Act { date: dates[dates.len() / 2], who, did }
                })
                .collect(),
        })
        .collect()
}

/// Who did it, and what, as the log would name it.
pub fn named(case: &Case, sight: Sight) -> (String, String) {
    let action = |a: ActionRef| &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
    match sight {
        Sight::Act(a) => {
            let spec = action(a);
            let owner = spec.move_id.split_once('.').map_or("", |(owner, _)| owner);
            (owner.to_owned(), spec.id.clone())
        }
        Sight::Ballot(a, result) => {
            let spec = action(a);
            let body = matches!(case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].who, Who::Body(_));
            let Some(ballot) = &spec.ballot else { return (String::new(), spec.id.clone()) };
            let result = match (result, &ballot.form) {
                (Result::Name(name), Form::Names { names, .. }) => written(case, names[usize::from(name)].value),
                (Result::Passed | Result::Name(_), _) => "passed".into(),
                (Result::Failed, _) => "failed".into(),
                (Result::Inquorate, _) => "inquorate".into(),
            };
            let who = if body {
                spec.move_id.split_once('.').map_or("", |(owner, _)| owner).to_owned()
            } else {
                case.electorates[ballot.electorate.index()].id.clone()
            };
            (who, format!("ballot({}) {result}", ballot.id))
        }
        Sight::Event(event) => (String::new(), case.events[usize::from(event)].id.clone()),
        Sight::Lapse(clock) => (String::new(), case.clocks[usize::from(clock)].id.clone()),
    }
}
