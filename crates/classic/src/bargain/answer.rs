//! The four settlements side by side, as plain data.

use super::challenge::{self, Offer, Reading, Rules};
use super::{Actor, Issue, Range, compromise, condorcet};
use crate::conflict::answer::Ordered;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    pub rounds: usize,
    pub draws: u32,
    pub seed: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self { rounds: 10, draws: 1000, seed: 1 }
    }
}

/// Every issue of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub cases: Vec<CaseAnswer>,
}

/// Where one issue settles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseAnswer {
    pub id: Option<String>,
    pub title: Option<String>,
    pub dimensions: Vec<String>,
    pub scale: Vec<(f64, f64)>,
    pub actors: Vec<ActorShown>,
    /// In the first dimension.
    pub initial_weighted_mean: f64,
    pub settlements: Vec<Settlement>,
    /// The challenge model's runs, for an issue of one dimension.
    #[serde(flatten)]
    pub challenge: Option<Challenge>,
    /// And for each dimension by itself where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub challenge_by_dimension: Vec<DimensionChallenge>,
    /// `null` where saliences add up to more than 1 for some actor.
    pub condorcet: Option<Condorcet>,
    /// Draws behind the bands; 0 where no number is in doubt.
    pub draws: u32,
    pub seed: u64,
}

/// An actor at its medians, with the range where there is doubt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActorShown {
    pub name: String,
    pub capability: f64,
    pub position: Vec<f64>,
    pub salience: Vec<f64>,
    pub ranges: bool,
}

/// Where one model says the issue settles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settlement {
    pub method: &'static str,
    pub convention: &'static str,
    /// Per dimension, every number at its median.
    pub point: Vec<f64>,
    /// Per dimension, over draws, where any number is in doubt.
    pub band: Option<Vec<Band>>,
}

/// A figure over draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    pub mean: f64,
    pub p10: f64,
    pub p90: f64,
    /// Monte-Carlo standard error of the mean.
    pub error: f64,
}

/// The challenge model under its three conventions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Challenge {
    pub run_scholz: RunShown,
    pub run_scholz_no_capitulation: RunShown,
    pub run_paper: RunShown,
}

/// The challenge model in one of several dimensions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionChallenge {
    pub dimension: String,
    #[serde(flatten)]
    pub challenge: Challenge,
}

/// A run round by round, the first entries being the inputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunShown {
    pub median: Vec<f64>,
    pub weighted_mean: Vec<f64>,
    pub positions: Vec<Vec<f64>>,
    pub risk_exponent_round1: Vec<f64>,
    /// Who moved, how (`conf`, `comp`, `cap`), towards whom, to where.
    pub moves_round1: Vec<(String, Offer, String, f64)>,
    /// The same for every round.
    pub moves: Vec<Vec<(String, Offer, String, f64)>>,
    /// What the last rounds do: `settled`, `still`, `cycle of N rounds`, or `moving`.
    pub end: String,
}

/// The probabilistic Condorcet election, turn by turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condorcet {
    pub fractional_change_by_turn: Vec<f64>,
    pub winner_probability_by_turn: Ordered<Vec<f64>>,
    /// `[turn][actor][dimension]`, on the file's scale.
    pub positions: Vec<Vec<Vec<f64>>>,
    pub end: &'static str,
}

const MEAN: &str = "mean position weighted by capability times salience";
const MEDIAN: &str = "position held that minimises the distances weighted by capability times salience";
const NASH: &str =
    "maximises Σ capability·salience·ln(1 − squared distance); disagreement is worth the far end to everybody";
const CHALLENGE: &str = "median after the last round; Scholz's reading, capitulation on";
const CONDORCET: &str = "KTAB's defaults; mean of the last positions weighted by their chance to win";

/// Works out all settlements of an issue.
pub fn answer(issue: &Issue, request: &Request) -> CaseAnswer {
    let middle = issue.middle();
    let dimensions = issue.dimensions.len();
    let points = settle(issue, &middle, request.rounds);
    let bands = issue.in_doubt().then(|| bands(issue, request, &points));
    let named = [
        ("weighted_mean", MEAN),
        ("weighted_median", MEDIAN),
        ("nash", NASH),
        ("challenge", CHALLENGE),
        ("condorcet", CONDORCET),
    ];
    let settlements = named
        .into_iter()
        .zip(&points)
        .enumerate()
        .filter_map(|(m, ((method, convention), point))| {
            let band = bands.as_ref().map(|b| b[m].clone());
            point.clone().map(|point| Settlement { method, convention, point, band })
        })
        .collect();
    let mut by_dimension: Vec<DimensionChallenge> = (0..dimensions)
        .map(|k| DimensionChallenge {
            dimension: issue.dimensions[k].clone(),
            challenge: challenges(issue, &middle, k, request.rounds),
        })
        .collect();
    let challenge = if dimensions == 1 { by_dimension.pop().map(|d| d.challenge) } else { None };
    CaseAnswer {
        id: issue.id.clone(),
        title: issue.title.clone(),
        dimensions: issue.dimensions.clone(),
        scale: issue.scale.clone(),
        actors: issue
            .parties
            .iter()
            .zip(&middle)
            .map(|(p, a)| ActorShown {
                name: p.name.clone(),
                capability: a.capability,
                position: a.position.clone(),
                salience: a.salience.clone(),
                ranges: !p.capability.is_exact()
                    || p.positions.iter().chain(&p.saliences).any(|r: &Range| !r.is_exact()),
            })
            .collect(),
        initial_weighted_mean: compromise::weighted_mean(&middle, 0),
        settlements,
        challenge,
        challenge_by_dimension: by_dimension,
        condorcet: on_unit_scale(issue, &middle).map(|actors| shown_election(issue, &actors)),
        draws: if bands.is_some() { request.draws } else { 0 },
        seed: request.seed,
    }
}

/// The five settlements, in the order of the answer; `None` where a model does not apply.
fn settle(issue: &Issue, actors: &[Actor], rounds: usize) -> [Option<Vec<f64>>; 5] {
    let each = |f: &dyn Fn(usize) -> f64| Some((0..issue.dimensions.len()).map(f).collect());
    let rules = Rules { rounds, ..Rules::default() };
    [
        each(&|k| compromise::weighted_mean(actors, k)),
        each(&|k| compromise::weighted_median(actors, k)),
        Some(compromise::nash(actors, &issue.scale)),
        each(&|k| challenge::run(actors, k, rules).median.last().copied().unwrap_or(f64::NAN)),
        on_unit_scale(issue, actors).map(|unit| {
            let run = condorcet::run(&unit, condorcet::MOST_TURNS);
            run.expected.iter().zip(&issue.scale).map(|(x, (low, high))| low + x * (high - low)).collect()
        }),
    ]
}

/// Actors with positions between 0 and 1, if their saliences add up to at most 1.
fn on_unit_scale(issue: &Issue, actors: &[Actor]) -> Option<Vec<Actor>> {
    let fits = |a: &Actor| {
        let all: f64 = a.salience.iter().sum();
        all > 0.0 && all <= 1.0 + 1e-9
    };
    actors.iter().all(fits).then(|| {
        actors
            .iter()
            .map(|a| Actor {
                position: a
                    .position
                    .iter()
                    .zip(&issue.scale)
                    .map(|(x, (low, high))| ((x - low) / (high - low)).clamp(0.0, 1.0))
                    .collect(),
                ..a.clone()
            })
            .collect()
    })
}

fn bands(issue: &Issue, request: &Request, points: &[Option<Vec<f64>>; 5]) -> Vec<Vec<Band>> {
    let draws: Vec<[Option<Vec<f64>>; 5]> = (0..request.draws)
        .into_par_iter()
        .map(|d| {
            let mix = request.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(u64::from(d));
            settle(issue, &issue.draw(&mut Pcg64::seed_from_u64(mix)), request.rounds)
        })
        .collect();
    (0..points.len())
        .map(|m| {
            (0..issue.dimensions.len())
                .map(|k| {
                    band(draws.iter().filter_map(|d| d[m].as_ref()).map(|p| p[k]).filter(|x| x.is_finite()).collect())
                })
                .collect()
        })
        .collect()
}

fn band(mut values: Vec<f64>) -> Band {
    if values.is_empty() {
        return Band { mean: f64::NAN, p10: f64::NAN, p90: f64::NAN, error: f64::NAN };
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    values.sort_by(f64::total_cmp);
    let at = |q: f64| values[((q * n).ceil() as usize).clamp(1, values.len()) - 1];
    Band { mean, p10: at(0.1), p90: at(0.9), error: (variance / n).sqrt() }
}

fn challenges(issue: &Issue, actors: &[Actor], dimension: usize, rounds: usize) -> Challenge {
    let run = |reading, capitulation| {
        let rules = Rules { reading, capitulation, rounds, ..Rules::default() };
        shown(issue, challenge::run(actors, dimension, rules))
    };
    Challenge {
        run_scholz: run(Reading::Scholz, true),
        run_scholz_no_capitulation: run(Reading::Scholz, false),
        run_paper: run(Reading::Paper, true),
    }
}

fn shown(issue: &Issue, run: challenge::Run) -> RunShown {
    let name = |i: usize| issue.parties[i].name.clone();
    let moves: Vec<Vec<(String, Offer, String, f64)>> = run
        .moves
        .iter()
        .map(|round| round.iter().map(|m| (name(m.actor), m.offer, name(m.towards), m.position)).collect())
        .collect();
    let end = end(&run);
    RunShown {
        median: run.median,
        weighted_mean: run.weighted_mean,
        positions: run.positions,
        risk_exponent_round1: run.risk.into_iter().next().unwrap_or_default(),
        moves_round1: moves.first().cloned().unwrap_or_default(),
        moves,
        end,
    }
}

/// Whether the run has come to rest, or round to where it was before.
fn end(run: &challenge::Run) -> String {
    let last = run.positions.len() - 1;
    if run.settled {
        return "settled".into();
    }
    let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-9 * (1.0 + x.abs()));
    match (1..=last).find(|back| same(&run.positions[last], &run.positions[last - back])) {
        Some(1) => "still".into(),
        Some(n) => format!("cycle of {n} rounds"),
        None => "moving".into(),
    }
}

fn shown_election(issue: &Issue, actors: &[Actor]) -> Condorcet {
    let run = condorcet::run(actors, condorcet::MOST_TURNS);
    let by_actor = issue
        .parties
        .iter()
        .enumerate()
        .map(|(i, p)| (p.name.clone(), run.winner_probability.iter().map(|turn| turn[i]).collect()))
        .collect();
    let on_scale = |x: &[f64]| x.iter().zip(&issue.scale).map(|(x, (low, high))| low + x * (high - low)).collect();
    Condorcet {
        fractional_change_by_turn: run.fractional_change,
        winner_probability_by_turn: Ordered(by_actor),
        positions: run.positions.iter().map(|turn| turn.iter().map(|x| on_scale(x)).collect()).collect(),
        end: if run.quiet { "little moves" } else { "the most turns are reached" },
    }
}
