//! What the news changed: the forecast as of each entry of the log, and the numbers each entry moved.

use crate::band::Weights;
use crate::forecast::{OutcomeBand, Posterior, Reading, hypotheses};
use crate::head::{Head, Request};
use crate::standing::{Contradiction, watch, words};
use crate::when::When;
use case::model::{Case, Law};
use game::draw::{Draw, Drawing};
use game::graph::Game;
use jiff::civil::Date;
use serde::Serialize;

/// The forecast through time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Update {
    #[serde(flatten)]
    pub head: Head,
    pub variable: String,
    /// Nothing seen; then after each entry; then at `now`, nothing more having been seen.
    pub steps: Vec<Step>,
    pub hypotheses: Vec<Posterior>,
    /// Entries of things that change nothing in the case: they tell nothing, and are left out.
    pub idle: Vec<String>,
}

/// The forecast as of one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub date: Date,
    /// As written; `None` before anything was seen.
    pub entry: Option<String>,
    /// Claims the entry rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    pub outcomes: Vec<OutcomeBand>,
    pub when: When,
    pub effective_draws: f64,
    /// Of everything seen up to here, over draws; a natural logarithm.
    pub log_likelihood: f64,
    /// Numbers and readings this entry moved, most first.
    pub moved: Vec<Moved>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    pub path: String,
    /// Mean over draws before the entry, and after it.
    pub before: f64,
    pub after: f64,
}

/// What the last step, in which nothing more is seen, is called.
pub const SILENCE: &str = "nothing more seen";

/// A number that moved by less than this many of its standard deviations is not worth saying.
const WORTH_SAYING: f64 = 0.05;
const MOST_MOVED: usize = 5;

/// Goes through the log.
///
/// # Errors
/// [`Contradiction`] where the log says what the case cannot show.
pub fn update(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Update, Contradiction> {
    let (base, runs) = watch(case, game, drawing, (request.seed, request.draws), true, done, |survey, solved| {
        solved.runs().map(|run| (survey.read(&run), run.likelihood(), run.from())).collect::<Vec<_>>()
    })?;
    let standing = &base.standing;
    let n_draws = standing.draws.len();
    let step = |weights: &Weights, readings: &[&Reading], from: usize| {
        let outcomes = base.survey.bands(case, readings.iter().copied(), weights);
        let settled: Vec<Vec<f64>> = readings.iter().map(|r| r.settled.clone()).collect();
        Step {
            date: case.calendar.from,
            entry: None,
            because: Vec::new(),
            outcomes,
            when: When::of(&settled, &game.periods[from..], weights),
            effective_draws: weights.effective(),
            log_likelihood: 0.0,
            moved: Vec::new(),
        }
    };
    let mut steps = Vec::new();
    let mut before = standing.prior.clone();
    if base.heard.is_empty() {
        steps.push(step(&standing.weights, &base.readings.iter().collect::<Vec<_>>(), 0));
    } else {
        let of_run = |k: usize| -> Vec<&Reading> { runs.iter().map(|run| &run[k].0).collect() };
        steps.push(step(&before, &of_run(0), 0));
        for (k, heard) in base.heard.iter().enumerate() {
            let is_last = heard.entry.is_none();
            let weights = if is_last {
                standing.weights.clone()
            } else {
                let reached: Vec<f64> = (0..n_draws).map(|d| standing.prior.of(d) * runs[d][k + 1].1).collect();
                Weights::proportional(&reached)
            };
            let readings: Vec<&Reading> = if is_last { base.readings.iter().collect() } else { of_run(k + 1) };
            steps.push(Step {
                date: heard.on,
                entry: Some(heard.entry.map_or_else(|| SILENCE.into(), |entry| words(case, entry))),
                because: heard.entry.map_or_else(Vec::new, |entry| case.log[entry].because.clone()),
                log_likelihood: heard.log_likelihood,
                moved: moved(case, &standing.draws, &standing.prior, &before, &weights),
                ..step(&weights, &readings, heard.from)
            });
            before = weights;
        }
    }
    Ok(Update {
        head: Head::of(case, request, &standing.weights),
        variable: case.headline.map_or_else(String::new, |v| case.variables[v.index()].id.clone()),
        steps,
        hypotheses: hypotheses(case, drawing, standing),
        idle: idle(case, game),
    })
}

fn idle(case: &Case, game: &Game) -> Vec<String> {
    if game.now == 0 {
        return Vec::new();
    }
    game::sight::Sightings::of(case, game).idle.into_iter().map(|entry| words(case, entry)).collect()
}

/// What moved between two sets of weights, by prior standard deviations.
fn moved(case: &Case, draws: &[Draw], prior: &Weights, before: &Weights, after: &Weights) -> Vec<Moved> {
    let mut moved: Vec<(f64, Moved)> = Vec::new();
    let mut compare = |path: String, value: &dyn Fn(usize) -> f64, least: f64| {
        let mean = prior.mean(value);
        let sd = prior.mean(|d| (value(d) - mean).powi(2)).sqrt();
        let (from, to) = (before.mean(value), after.mean(value));
        let by = if sd > 0.0 { (to - from).abs() / sd } else { 0.0 };
        if by >= WORTH_SAYING && (to - from).abs() >= least {
            moved.push((by, Moved { path, before: from, after: to }));
        }
    };
    for (n, number) in case.numbers.iter().enumerate() {
        if !matches!(number.law, Law::Exact(_)) {
            compare(number.path.clone(), &|d| draws[d].numbers[n], 0.0);
        }
    }
    for (h, hypothesis) in case.hypotheses.iter().enumerate() {
        for (r, reading) in hypothesis.readings.iter().enumerate() {
            let path = format!("hypotheses.{}.{}", hypothesis.id, case.names[reading.name.index()]);
            compare(path, &|d| if draws[d].readings[h] == r { 1.0 } else { 0.0 }, 0.01);
        }
    }
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    moved.into_iter().take(MOST_MOVED).map(|(_, moved)| moved).collect()
}
