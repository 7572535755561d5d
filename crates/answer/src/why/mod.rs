//! Why the answer is what it is: the ways that lead there, the decisions it turns on, the levers, the numbers.

mod groups;
mod play;

use crate::forecast::{Misperceived, Survey, misperception, outcome_label};
use crate::head::{Head, Request};
use crate::sensitivity::indices;
use crate::standing::{Base, Contradiction, Standing, ahead, base};
use case::model::Case;
use game::draw::{Draw, Drawing};
use game::graph::Game;
use game::{Limits, Refusal};
use groups::{Group, groups};
use jiff::civil::Date;
use serde::Serialize;
use solve::{Solver, Want};
use thiserror::Error;

/// Why one outcome is as likely as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    #[serde(flatten)]
    pub head: Head,
    pub outcome: String,
    pub label: String,
    /// Mean over draws.
    pub probability: f64,
    /// Ways that lead to it, the likeliest first.
    pub paths: Vec<Path>,
    /// Ways play was sampled.
    pub sampled: usize,
    /// Decisions it turns on, the weightiest first.
    pub swings: Vec<Swing>,
    /// What others could no longer do.
    pub levers: Vec<Lever>,
    /// What an actor's error costs it; empty where nobody errs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misperception: Vec<Misperceived>,
    /// Numbers by tables, or cell by cell, the weightiest first.
    pub sensitivity: Vec<Sensitivity>,
}

/// What was seen on the way, each act once, with the day by which half of these ways had come to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// Share of all ways, not only of those that lead to the outcome.
    pub probability: f64,
    pub steps: Vec<Act>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Act {
    pub date: Date,
    /// Empty for what happens by chance.
    pub who: String,
    /// As the log would name it.
    pub did: String,
}

/// What the outcome's probability would be if something were surely done wherever it can be, minus if it surely were not,
/// everybody else choosing as before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swing {
    pub who: String,
    #[serde(rename = "move")]
    pub action: String,
    pub swing: f64,
    /// Standard error over draws.
    pub error: f64,
}

/// What the outcome's probability is without a lever, everybody knowing that it is gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lever {
    /// A move, or an actor for all moves of its own.
    pub lever: String,
    /// The outcome's probability over all draws, moved by the difference.
    pub without: f64,
    /// Without minus with, over common draws.
    pub difference: f64,
    pub error: f64,
}

/// How much of the variance over draws a table of numbers carries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// A table, or a number.
    pub path: String,
    pub first_order: f64,
    pub total: f64,
    /// Standard error of the total.
    pub error: f64,
    /// The number of the table that moves the outcome most.
    pub cell: String,
    /// The outcome's probability with that number at its 5 and 95 % points.
    pub low: f64,
    pub high: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assume: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WhyError {
    #[error("no outcome of this case is called `{name}`; its outcomes: {known}")]
    NoOutcome { name: String, known: String },
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What to look into, and how far.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// The likeliest where nothing is said.
    pub outcome: Option<&'a str>,
    /// Single numbers instead of tables.
    pub cells: bool,
}

/// Groups whose indices are computed; the others are small by the draws' own correlations.
const MOST_GROUPS: usize = 8;

/// How many draws go into indices, levers, swings and paths, of so many draws altogether.
fn sample_size(draws: usize) -> usize {
    (draws / 16).clamp(8, 64)
}

/// How many solutions an answer needs beyond the draws, for progress.
pub fn solutions(case: &Case, draws: usize) -> usize {
    let n = sample_size(draws);
    draws + n * (1 + levers(case).len() + MOST_GROUPS) + 2 * MOST_GROUPS * (n / 2)
}

/// Explains an outcome.
///
/// # Errors
/// [`WhyError`] where there is no such outcome, the log contradicts the case, or a game is refused.
pub fn why(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    ask: &Ask,
    limits: &Limits,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Why, WhyError> {
    let base = base(case, game, drawing, (request.seed, request.draws), done)?;
    let (misperception, _) = misperception(case, &base, done);
    let Base { survey, readings, standing, .. } = &base;
    let means: Vec<f64> =
        (0..survey.outcomes.len()).map(|o| standing.weights.mean(|d| readings[d].outcomes[o])).collect();
    let outcome = match ask.outcome {
        Some(name) => survey
            .outcomes
            .iter()
            .position(|id| id == name)
            .ok_or_else(|| WhyError::NoOutcome { name: name.to_owned(), known: survey.outcomes.join(", ") })?,
        None => (0..means.len()).max_by(|a, b| means[*a].total_cmp(&means[*b])).unwrap_or(0),
    };
    let id = survey.outcomes[outcome].clone();
    let f: Vec<f64> = readings.iter().map(|r| r.outcomes[outcome]).collect();
    let n = sample_size(request.draws);
    let sample = standing.sample(2 * n);
    let (a, b): (Vec<usize>, Vec<usize>) = (0..n).map(|i| (sample[2 * i], sample[2 * i + 1])).unzip();

    let now = ahead(case, standing, None, limits)?;
    let ask_of = |game: &Game, draws: &[Draw]| -> Vec<f64> {
        let survey = Survey::of(case, game);
        let at = survey.outcomes.iter().position(|known| *known == id);
        let read = |solved: &solve::Solved| at.map_or(0.0, |o| survey.read(solved).outcomes[o]);
        Solver::new(game, Want::Policy).each(draws, done, |_, solved| read(solved))
    };
    let chosen: Vec<Draw> = a.iter().map(|d| standing.draws[*d].clone()).collect();
    let (paths, sampled, swings) = play::play(case, &now, &chosen, &id, request.seed, done);
    let with: Vec<f64> = a.iter().map(|d| f[*d]).collect();
    let levers = remove(case, standing, &chosen, (&with, means[outcome]), limits, &ask_of)?;
    let sensitivity = sensitivity(case, drawing, standing, &f, (&a, &b), ask.cells, &|draws| ask_of(&now, draws));
    Ok(Why {
        head: Head::of(case, request, &standing.weights),
        label: outcome_label(case, &id),
        outcome: id,
        probability: means[outcome],
        paths,
        sampled,
        swings,
        levers,
        misperception,
        sensitivity,
    })
}

/// The single numbers that an outcome follows most closely over draws, the closest first: what to turn, before the slower
/// indices are known. The likeliest outcome where nothing is said.
///
/// # Errors
/// [`WhyError`] where there is no such outcome or the log contradicts the case.
pub fn leading(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    outcome: Option<&str>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<String>, WhyError> {
    let Base { survey, readings, standing, .. } = base(case, game, drawing, (request.seed, request.draws), done)?;
    let mean = |o: usize| standing.weights.mean(|d| readings[d].outcomes[o]);
    let at = match outcome {
        Some(name) => survey
            .outcomes
            .iter()
            .position(|id| id == name)
            .ok_or_else(|| WhyError::NoOutcome { name: name.to_owned(), known: survey.outcomes.join(", ") })?,
        None => (0..survey.outcomes.len()).max_by(|a, b| mean(*a).total_cmp(&mean(*b))).unwrap_or(0),
    };
    let f: Vec<f64> = readings.iter().map(|r| r.outcomes[at]).collect();
    Ok(groups(case, drawing, &standing, &f, true).into_iter().map(|group| group.cell).collect())
}

/// Moves of actors and bodies, and actors with several: what can be taken out. Steps of the procedure stay.
fn levers(case: &Case) -> Vec<(String, Vec<String>)> {
    let mut moves: Vec<String> = Vec::new();
    for (_, action) in game::sight::actions(case) {
        let owner = action.move_id.split_once('.').map_or("", |(owner, _)| owner);
        if !["", "stages", "motions"].contains(&owner) && !moves.contains(&action.move_id) {
            moves.push(action.move_id.clone());
        }
    }
    let mut levers: Vec<(String, Vec<String>)> = moves.iter().map(|id| (id.clone(), vec![id.clone()])).collect();
    for actor in &case.actors {
        let own: Vec<String> =
            moves.iter().filter(|id| id.split_once('.').is_some_and(|(owner, _)| owner == actor.id)).cloned().collect();
        if own.len() > 1 {
            levers.push((actor.id.clone(), own));
        }
    }
    levers
}

/// Solves the case again without each lever.
fn remove(
    case: &Case,
    standing: &Standing,
    draws: &[Draw],
    (with, mean): (&[f64], f64),
    limits: &Limits,
    ask: &dyn Fn(&Game, &[Draw]) -> Vec<f64>,
) -> Result<Vec<Lever>, Refusal> {
    let mut levers = levers(case)
        .into_iter()
        .map(|(lever, moves)| {
            let mut without = case.clone();
            for slot in without.turns.iter_mut().flat_map(|turn| &mut turn.slots) {
                slot.menu.retain(|action| !moves.contains(&action.move_id));
            }
            let values = ask(&ahead(&without, standing, None, limits)?, draws);
            let apart: Vec<f64> = values.iter().zip(with).map(|(v, w)| v - w).collect();
            let (difference, error) = mean_and_error(&apart);
            Ok(Lever { lever, without: (mean + difference).clamp(0.0, 1.0), difference, error })
        })
        .collect::<Result<Vec<Lever>, Refusal>>()?;
    levers.sort_by(|a, b| b.difference.abs().total_cmp(&a.difference.abs()));
    Ok(levers)
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}

/// Sobol indices of the groups that matter, and a tornado of the number in each that matters most.
fn sensitivity(
    case: &Case,
    drawing: &Drawing,
    standing: &Standing,
    f: &[f64],
    (a, b): (&[usize], &[usize]),
    cells: bool,
    ask: &dyn Fn(&[Draw]) -> Vec<f64>,
) -> Vec<Sensitivity> {
    let mean = standing.weights.mean(|d| f[d]);
    let mut groups = groups(case, drawing, standing, f, cells);
    groups.truncate(MOST_GROUPS);
    let with = |group: &Group, i: usize| -> Draw {
        let mixed = drawing.at(|dimension| {
            let from = if group.dimensions.contains(&dimension) { b[i] } else { a[i] };
            standing.coordinate(from, dimension)
        });
        Draw { standing: standing.draws[a[i]].standing.clone(), ..mixed }
    };
    let mixed: Vec<Vec<f64>> =
        groups.iter().map(|group| ask(&(0..a.len()).map(|i| with(group, i)).collect::<Vec<_>>())).collect();
    let of = |draws: &[usize]| draws.iter().map(|d| f[*d]).collect::<Vec<f64>>();
    let found = indices(&of(a), &of(b), &mixed);
    let at = |dimension: u32, u: f64| -> f64 {
        let draws: Vec<Draw> = a[..a.len().div_ceil(2)]
            .iter()
            .map(|d| {
                let moved = drawing.at(|other| if other == dimension { u } else { standing.coordinate(*d, other) });
                Draw { standing: standing.draws[*d].standing.clone(), ..moved }
            })
            .collect();
        // Some draws tell how far it moves; from where, all of them do.
        let moved: Vec<f64> = ask(&draws).iter().zip(a).map(|(value, d)| value - f[*d]).collect();
        (mean + mean_and_error(&moved).0).clamp(0.0, 1.0)
    };
    let mut rows: Vec<Sensitivity> = groups
        .into_iter()
        .zip(found)
        .map(|(group, index)| Sensitivity {
            low: at(group.leading, 0.05),
            high: at(group.leading, 0.95),
            path: group.path,
            first_order: index.first_order,
            total: index.total,
            error: index.error,
            cell: group.cell,
            because: group.reasons.because,
            against: group.reasons.against,
            assume: group.reasons.assume,
        })
        .collect();
    rows.sort_by(|a, b| b.total.total_cmp(&a.total).then_with(|| a.path.cmp(&b.path)));
    rows
}
