//! Side by side: the case as it is and as it would be, over the same draws.

use crate::band::{self, Band, Weights};
use crate::forecast::{Forecast, QuestionReading, Reading, Survey, draws, forecast};
use crate::head::Request;
use case::model::Case;
use game::draw::Drawing;
use game::graph::Game;
use serde::Serialize;
use solve::{Solver, Want};

/// What changing something changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhatIf {
    pub base: Forecast,
    pub changed: Forecast,
    pub difference: Vec<Difference>,
}

/// Changed minus base, over common draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// An outcome or a question.
    pub id: String,
    pub mean: f64,
    /// Monte-Carlo error of the difference.
    pub error: f64,
}

/// One side of a comparison.
pub struct Side<'c> {
    pub case: &'c Case,
    pub game: &'c Game,
    pub drawing: &'c Drawing,
    pub request: Request,
}

/// Runs both sides on the same draws: a number keeps its dimension whatever else changes.
pub fn whatif(base: &Side, changed: &Side, done: &(dyn Fn(usize) + Sync)) -> WhatIf {
    let (base_survey, base_readings, base_forecast) = run(base, done);
    let (changed_survey, changed_readings, changed_forecast) = run(changed, done);
    let weights = Weights::equal(base.request.draws);
    let mut ids: Vec<&String> = base_survey.outcomes.iter().collect();
    ids.extend(changed_survey.outcomes.iter().filter(|id| !base_survey.outcomes.contains(id)));
    let of = |survey: &Survey, readings: &[Reading], id: &str, draw: usize| {
        survey.outcomes.iter().position(|known| known == id).map_or(0.0, |o| readings[draw].outcomes[o])
    };
    let mut difference: Vec<Difference> = ids
        .into_iter()
        .map(|id| {
            let values: Vec<f64> = (0..base.request.draws)
                .map(|d| of(&changed_survey, &changed_readings, id, d) - of(&base_survey, &base_readings, id, d))
                .collect();
            let band = Band::of(&values, &weights);
            Difference { id: id.clone(), mean: band.mean, error: band.error }
        })
        .collect();
    let cells = |readings: &[Reading], q: usize| -> Option<(Vec<f64>, Vec<f64>)> {
        readings
            .iter()
            .map(|r| match &r.questions[q] {
                QuestionReading::Cells { above, below } if above.len() == 1 => Some((above[0], below[0])),
                _ => None,
            })
            .collect()
    };
    for (q, question) in base.case.questions.iter().enumerate() {
        let Some(p) = changed.case.questions.iter().position(|other| other.id == question.id) else { continue };
        if let (Some(before), Some(after)) = (cells(&base_readings, q), cells(&changed_readings, p)) {
            let (mean, error) = band::difference((&after.0, &after.1), (&before.0, &before.1), &weights);
            difference.push(Difference { id: question.id.clone(), mean, error });
        }
    }
    WhatIf { base: base_forecast, changed: changed_forecast, difference }
}

fn run(side: &Side, done: &(dyn Fn(usize) + Sync)) -> (Survey, Vec<Reading>, Forecast) {
    let draws = draws(side.drawing, side.request.seed, side.request.draws);
    let survey = Survey::of(side.case, side.game);
    let readings = Solver::new(side.game, Want::Policy).each(&draws, done, |_, solved| survey.read(solved));
    let weights = Weights::equal(draws.len());
    let answer = forecast(side.case, side.game, side.drawing, &side.request, &survey, &draws, &readings, &weights);
    (survey, readings, answer)
}
