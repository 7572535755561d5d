//! Side by side: the case as it is and as it would be, over the same draws.

use crate::band::{self, Band, Weights};
use crate::forecast::{Forecast, QuestionReading, Reading, Survey, forecast};
use crate::head::Request;
use crate::standing::{self, Base, Contradiction, Standing, ahead};
use case::model::{Case, Law, Number};
use game::draw::Drawing;
use game::graph::Game;
use game::{Limits, Refusal};
use serde::Serialize;
use solve::{Solver, Want};
use std::sync::OnceLock;
use thiserror::Error;

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
    pub drawing: &'c Drawing,
    pub request: Request,
}

/// Why two versions cannot be compared.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WhatIfError {
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("where the case stands cannot be carried over: {0}")]
    Elsewhere(String),
}

/// Runs both sides on the same draws: a number keeps its dimension whatever else changes. What was seen before `now` was
/// seen in the case as it is; the change counts from `now` on.
///
/// # Errors
/// [`WhatIfError`] where the log contradicts the case, or the changed case is refused.
pub fn whatif(
    base: &Side,
    game: &Game,
    changed: &Side,
    limits: &Limits,
    done: &(dyn Fn(usize) + Sync),
) -> Result<WhatIf, WhatIfError> {
    AsIs::solve(base, game, done)?.against(base.case, changed, limits, done)
}

/// The same for several changes; the case as it is is solved once.
///
/// # Errors
/// As [`whatif`].
pub fn against(
    base: &Side,
    game: &Game,
    changes: &[Side],
    limits: &Limits,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<WhatIf>, WhatIfError> {
    let as_is = AsIs::solve(base, game, done)?;
    changes.iter().map(|changed| as_is.against(base.case, changed, limits, done)).collect()
}

/// The case as it is, solved once and held against one change after another.
pub struct AsIs {
    base: Base,
    forecast: Forecast,
    /// Whether the case has a past that was watched.
    has_past: bool,
    /// The game from `now` on, for changes that leave it as it is.
    ahead: OnceLock<Result<Game, Refusal>>,
}

impl AsIs {
    /// `game`: of `base`, from the beginning.
    ///
    /// # Errors
    /// Where the log contradicts the case.
    pub fn solve(base: &Side, game: &Game, done: &(dyn Fn(usize) + Sync)) -> Result<AsIs, Contradiction> {
        let Side { case, drawing, request } = base;
        let before = standing::base(case, game, drawing, (request.seed, request.draws), done)?.thinned();
        let Base { survey, readings, standing, .. } = &before;
        let forecast = forecast(case, game, drawing, request, survey, readings, standing);
        Ok(AsIs { forecast, base: before, has_past: game.now > 0, ahead: OnceLock::new() })
    }

    /// What a change makes of it. `case`: the one solved. A change of numbers alone keeps the game and solves it with the
    /// other numbers; any other is compiled.
    ///
    /// # Errors
    /// As [`whatif`].
    pub fn against(
        &self,
        case: &Case,
        changed: &Side,
        limits: &Limits,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<WhatIf, WhatIfError> {
        // Without a past, the other version begins where it says itself.
        let standing = if self.has_past {
            self.base.standing.of_version(case, changed.case, changed.drawing).map_err(WhatIfError::Elsewhere)?
        } else {
            Standing::fresh(changed.case, changed.drawing, changed.request.seed, changed.request.draws)
        };
        let compiled;
        let game = if differs_in_numbers_alone(case, changed.case) {
            let kept = self.ahead.get_or_init(|| ahead(case, &self.base.standing, None, limits));
            kept.as_ref().map_err(Clone::clone)?
        } else {
            compiled = ahead(changed.case, &standing, None, limits)?;
            &compiled
        };
        let survey = Survey::of(changed.case, game);
        let readings = Solver::new(game, Want::Policy).each(&standing.draws, done, |_, solved| survey.read(solved));
        let answer = forecast(changed.case, game, changed.drawing, &changed.request, &survey, &readings, &standing);
        let difference = differences(case, &self.base, changed.case, &survey, &readings, &standing.weights);
        Ok(WhatIf { base: self.forecast.clone(), changed: answer, difference })
    }
}

/// Whether two versions make the same game: they differ in what is drawn for numbers, none of which was exact before (what
/// is exact is compiled into the game).
fn differs_in_numbers_alone(case: &Case, changed: &Case) -> bool {
    let alike = |(a, b): (&Number, &Number)| a.path == b.path && (a.law == b.law || !matches!(a.law, Law::Exact(_)));
    case.numbers.len() == changed.numbers.len()
        && case.numbers.iter().zip(&changed.numbers).all(alike)
        && *case == Case { numbers: case.numbers.clone(), ..changed.clone() }
}

/// Outcomes and questions, changed minus as is.
fn differences(
    base: &Case,
    Base { survey: base_survey, readings: base_readings, .. }: &Base,
    changed: &Case,
    changed_survey: &Survey,
    changed_readings: &[Reading],
    weights: &Weights,
) -> Vec<Difference> {
    let mut ids: Vec<&String> = base_survey.outcomes.iter().collect();
    ids.extend(changed_survey.outcomes.iter().filter(|id| !base_survey.outcomes.contains(id)));
    let of = |survey: &Survey, readings: &[Reading], id: &str, draw: usize| {
        survey.outcomes.iter().position(|known| known == id).map_or(0.0, |o| readings[draw].outcomes[o])
    };
    let mut difference: Vec<Difference> = ids
        .into_iter()
        .map(|id| {
            let values: Vec<f64> = (0..weights.len())
                .map(|d| of(changed_survey, changed_readings, id, d) - of(base_survey, base_readings, id, d))
                .collect();
            let band = Band::of(&values, weights);
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
    for (q, question) in base.questions.iter().enumerate() {
        let Some(p) = changed.questions.iter().position(|other| other.id == question.id) else { continue };
        if let (Some(before), Some(after)) = (cells(base_readings, q), cells(changed_readings, p)) {
            let (mean, error) = band::difference((&after.0, &after.1), (&before.0, &before.1), weights);
            difference.push(Difference { id: question.id.clone(), mean, error });
        }
    }
    difference
}
