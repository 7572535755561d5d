//! The forecast: who, when, and the case's questions.

use crate::band::{Band, Weights};
use crate::head::{Head, Request, label};
use crate::standing::{Base, Contradiction, Heard, Standing, ahead, base, words};
use crate::when::When;
use case::expr::Value;
use case::model::{Case, QuestionKind, VariableId};
use game::Limits;
use game::draw::{Draw, Drawing};
use game::graph::{By, Game, Period};
use jiff::civil::Date;
use serde::Serialize;
use solve::{Solved, Solver, Want};

/// What a run answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    #[serde(flatten)]
    pub head: Head,
    pub headline: Headline,
    pub when: When,
    pub questions: Vec<Answered>,
    /// Paths of the numbers that rest on neither a claim nor a fact.
    pub assumptions: Vec<String>,
    pub hypotheses: Vec<Posterior>,
    /// What an actor's error costs it; empty where nobody errs.
    pub misperception: Vec<Misperceived>,
    /// The outcomes if nobody erred; absent where nobody does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_misperception: Vec<OutcomeBand>,
    /// How each entry of the log, and the silence after the last, fits the case; empty where there is no log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Entered>,
}

/// An entry of the log as the case took it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entered {
    pub date: Date,
    /// As written; `None` for the silence after the last.
    pub entry: Option<String>,
    /// Of everything up to it, over draws; a natural logarithm.
    pub log_likelihood: f64,
    pub effective_draws: f64,
}

impl Entered {
    pub fn of(case: &Case, heard: &Heard) -> Entered {
        Entered {
            date: heard.on,
            entry: heard.entry.map(|entry| words(case, entry)),
            log_likelihood: heard.log_likelihood,
            effective_draws: heard.effective,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Headline {
    pub variable: String,
    pub outcomes: Vec<OutcomeBand>,
}

/// One outcome's probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeBand {
    pub id: String,
    pub label: String,
    #[serde(flatten)]
    pub band: Band,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    pub id: String,
    /// The question in words, where the case gives them.
    pub label: String,
    pub kind: &'static str,
    #[serde(flatten)]
    pub answer: Answer,
}

/// A question's answer in the form of its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Chance(Band),
    Values { values: Vec<OutcomeBand> },
    Date { values: When },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Posterior {
    pub id: String,
    pub reading: String,
    pub prior: f64,
    pub posterior: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Misperceived {
    pub actor: String,
    #[serde(flatten)]
    pub band: Band,
}

/// What one draw says: everything linear in the probabilities of states, taken down in one pass forwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Probability of each outcome of [`Survey::outcomes`].
    pub outcomes: Vec<f64>,
    /// Chance of being settled by the beginning of each period from `now` on and at the end.
    pub settled: Vec<f64>,
    /// Per question.
    pub questions: Vec<QuestionReading>,
    /// Expected payoff of each actor.
    pub payoffs: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum QuestionReading {
    /// Chance of each cell together with the condition, and of each cell's condition.
    Cells {
        above: Vec<f64>,
        below: Vec<f64>,
    },
    /// Cumulative chance by period.
    Dates(Vec<f64>),
    Days(f64),
}

/// What to take down of a solved draw: the classes of states that the answers speak of.
pub struct Survey {
    /// Ids of outcomes, in the order of their ranks.
    pub outcomes: Vec<String>,
    /// Outcome of each last state.
    outcome_of: Vec<usize>,
    settled: Watch,
    questions: Vec<Asked>,
}

/// States in which something is so, and whether it stays so.
struct Watch {
    states: Vec<bool>,
    closed: bool,
}

enum Asked {
    /// Cell of each state, by variable or single; where it holds; where it is asked.
    Cells {
        labels: Vec<String>,
        cell: Vec<usize>,
        holds: Vec<bool>,
        given: Vec<bool>,
    },
    Shares {
        labels: Vec<String>,
        cell: Vec<usize>,
        given: Vec<bool>,
    },
    Date(Watch),
    Days(Vec<bool>),
    /// What first ends something: causes, then never; and which of the game's watched conditions it is.
    Ended {
        watch: usize,
        causes: Vec<By>,
        labels: Vec<String>,
    },
}

impl Survey {
    pub fn of(case: &Case, game: &Game) -> Survey {
        let end = game.periods.last().map_or(case.calendar.until, |p| p.begins);
        let truth = |condition: &case::expr::Expr| -> Vec<bool> {
            (0..game.n_states()).map(|s| game::holds(case, condition, game.state(s), end)).collect()
        };
        let watch = |states: Vec<bool>| {
            let closed = game.is_closed(&states);
            Watch { states, closed }
        };
        let settled = truth(&case.settled);
        let (outcomes, outcome_of) = outcomes(case, game, &settled);
        let mut watched = 0..;
        let questions = case
            .questions
            .iter()
            .map(|question| {
                let given = question.given.as_ref().map_or_else(|| vec![true; game.n_states()], &truth);
                match &question.kind {
                    QuestionKind::Chance(condition) => {
                        let (labels, cell) = cells(case, game, question.by);
                        Asked::Cells { labels, cell, holds: truth(condition), given }
                    }
                    QuestionKind::Shares(variable) => {
                        let (labels, cell) = cells(case, game, Some(*variable));
                        Asked::Shares { labels, cell, given }
                    }
                    QuestionKind::DateOf(condition) => Asked::Date(watch(truth(condition))),
                    QuestionKind::HowLong(condition) => Asked::Days(truth(condition)),
                    QuestionKind::EndedBy(_) => {
                        let watch = watched.next().unwrap_or_default();
                        let (causes, labels) = crate::ended::causes(case, game, watch);
                        Asked::Ended { watch, causes, labels }
                    }
                }
            })
            .collect();
        Survey { outcomes, outcome_of, settled: watch(settled), questions }
    }

    /// The outcome a last state stands for, by its position among [`Survey::outcomes`].
    pub fn outcome_of(&self, state: usize) -> usize {
        self.outcome_of[state]
    }

    /// Whether the case is settled in each state.
    pub fn settled(&self) -> &[bool] {
        &self.settled.states
    }

    /// Whether a reading has the shape of what [`Survey::read`] takes down of this game: for one that comes from elsewhere.
    pub fn fits(&self, game: &Game, reading: &Reading) -> bool {
        let n_bounds = game.periods.len() - game.now + 1;
        reading.outcomes.len() == self.outcomes.len()
            && reading.settled.len() == n_bounds
            && reading.payoffs.len() == game.actors.len()
            && reading.questions.len() == self.questions.len()
            && self.questions.iter().zip(&reading.questions).all(|(asked, reading)| match (asked, reading) {
                (
                    Asked::Cells { labels, .. } | Asked::Shares { labels, .. } | Asked::Ended { labels, .. },
                    QuestionReading::Cells { above, below },
                ) => above.len() == labels.len() && below.len() == labels.len(),
                (Asked::Date(_), QuestionReading::Dates(by)) => by.len() == n_bounds,
                (Asked::Days(_), QuestionReading::Days(_)) => true,
                _ => false,
            })
    }

    /// How likely each outcome is, over what the draws said.
    pub(crate) fn bands<'r>(
        &self,
        case: &Case,
        readings: impl IntoIterator<Item = &'r Reading> + Clone,
        weights: &Weights,
    ) -> Vec<OutcomeBand> {
        let outcome = |o: usize| readings.clone().into_iter().map(|r| r.outcomes[o]).collect::<Vec<f64>>();
        let band = |(o, id): (usize, &String)| OutcomeBand {
            id: id.clone(),
            label: outcome_label(case, id),
            band: Band::of(&outcome(o), weights),
        };
        self.outcomes.iter().enumerate().map(band).collect()
    }

    /// Takes down what a solved draw says.
    pub fn read(&self, solved: &Solved) -> Reading {
        let (from, n) = (solved.from(), solved.game().periods.len());
        let mut outcomes = vec![0.0; self.outcomes.len()];
        let mut settled = vec![0.0; n - from + 1];
        let mut questions: Vec<QuestionReading> = self
            .questions
            .iter()
            .map(|asked| match asked {
                Asked::Cells { labels, .. } | Asked::Shares { labels, .. } | Asked::Ended { labels, .. } => {
                    QuestionReading::Cells { above: vec![0.0; labels.len()], below: vec![0.0; labels.len()] }
                }
                Asked::Date(_) => QuestionReading::Dates(vec![0.0; n - from + 1]),
                Asked::Days(_) => QuestionReading::Days(0.0),
            })
            .collect();
        solved.forward(|t, states| {
            if self.settled.closed {
                settled[t - from] = within(states, &self.settled.states);
            }
            let days = solved.game().periods.get(t).map_or(0.0, |p| p.days);
            for (asked, reading) in self.questions.iter().zip(&mut questions) {
                match (asked, reading) {
                    (Asked::Days(holds), QuestionReading::Days(sum)) => *sum += days * within(states, holds),
                    (Asked::Date(watch), QuestionReading::Dates(by)) if watch.closed => {
                        by[t - from] = within(states, &watch.states);
                    }
                    (Asked::Cells { cell, holds, given, .. }, QuestionReading::Cells { above, below }) if t == n => {
                        for (s, p) in states.iter().enumerate().filter(|(s, _)| given[*s]) {
                            below[cell[s]] += p;
                            above[cell[s]] += if holds[s] { *p } else { 0.0 };
                        }
                    }
                    (Asked::Shares { cell, given, .. }, QuestionReading::Cells { above, below }) if t == n => {
                        for (s, p) in states.iter().enumerate().filter(|(s, _)| given[*s]) {
                            above[cell[s]] += p;
                            below.iter_mut().for_each(|b| *b += p);
                        }
                    }
                    _ => {}
                }
            }
            if t == n {
                for (s, p) in states.iter().enumerate() {
                    outcomes[self.outcome_of[s]] += p;
                }
            }
        });
        if !self.settled.closed {
            settled = solved.first_time(&self.settled.states);
        }
        for (asked, reading) in self.questions.iter().zip(&mut questions) {
            if let (Asked::Ended { watch, causes, .. }, QuestionReading::Cells { above, below }) =
                (&asked, &mut *reading)
            {
                crate::ended::read(solved, *watch, causes, above);
                below.fill(1.0);
            }
            if let (Asked::Date(watch), QuestionReading::Dates(by)) = (asked, reading)
                && !watch.closed
            {
                *by = solved.first_time(&watch.states);
            }
        }
        Reading { outcomes, settled, questions, payoffs: solved.payoffs() }
    }
}

fn within(states: &[f64], set: &[bool]) -> f64 {
    states.iter().zip(set).map(|(p, within)| if *within { *p } else { 0.0 }).sum()
}

/// The outcome of each state: the headline's value where settled, else the stage's name where the case is over, else none.
fn outcomes(case: &Case, game: &Game, settled: &[bool]) -> (Vec<String>, Vec<usize>) {
    let value = |variable: VariableId, state: usize| -> String {
        written(case, case.variables[variable.index()].values[usize::from(game.state(state)[variable.index()])])
    };
    let ids: Vec<String> = (0..game.n_states())
        .map(|s| match (settled[s], game.ended[s], case.headline, case.stage) {
            (true, _, Some(headline), _) => value(headline, s),
            (false, true, _, Some(stage)) => value(stage, s),
            _ => "none".into(),
        })
        .collect();
    // The headline's values in their order, then stages, then none.
    let mut order: Vec<String> = Vec::new();
    if let Some(headline) = case.headline {
        order.extend(case.variables[headline.index()].values.iter().map(|v| written(case, *v)).filter(|v| v != "none"));
    }
    if let Some(stage) = case.stage {
        order.extend(case.variables[stage.index()].values.iter().map(|v| written(case, *v)));
    }
    order.push("none".into());
    let mut known = Vec::new();
    for id in order {
        if ids.contains(&id) && !known.contains(&id) {
            known.push(id);
        }
    }
    let of = ids.iter().map(|id| known.iter().position(|k| k == id).unwrap_or(0)).collect();
    (known, of)
}

fn cells(case: &Case, game: &Game, by: Option<VariableId>) -> (Vec<String>, Vec<usize>) {
    match by {
        None => (vec![String::new()], vec![0; game.n_states()]),
        Some(variable) => (
            case.variables[variable.index()].values.iter().map(|v| written(case, *v)).collect(),
            (0..game.n_states()).map(|s| usize::from(game.state(s)[variable.index()])).collect(),
        ),
    }
}

/// A value as the author writes it.
pub fn written(case: &Case, value: Value) -> String {
    match value {
        Value::Name(name) => case.names[name.index()].clone(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => x.to_string(),
        Value::Boolean(b) => if b { "yes" } else { "no" }.into(),
    }
}

/// The draws of a run.
pub fn draws(drawing: &Drawing, seed: u64, n: usize) -> Vec<Draw> {
    (0..n as u32).map(|index| drawing.draw(seed, index)).collect()
}

/// Runs a case: draws, what was seen up to `now`, solutions, forecast. `done` is told how many draws have been finished.
///
/// # Errors
/// [`Contradiction`] where the log says what the case cannot show.
pub fn run(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Forecast, Contradiction> {
    kept(case, game, drawing, request, done).map(|(forecast, _)| forecast)
}

/// The same, with the draws it rests on.
///
/// # Errors
/// As [`run`].
pub fn kept(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    done: &(dyn Fn(usize) + Sync),
) -> Result<(Forecast, Base), Contradiction> {
    let base = base(case, game, drawing, (request.seed, request.draws), done)?;
    let seeing = Seeing::of(case, &base.standing);
    let readings = seeing.as_ref().map_or_else(Vec::new, |seeing| seeing.solve(&base.standing.draws, done));
    let forecast = whole(case, game, drawing, request, &base, seeing.as_ref(), &readings);
    Ok((forecast, base))
}

/// Puts together what draws said and what they would say if nobody erred.
pub(crate) fn whole(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    base: &Base,
    seeing: Option<&Seeing>,
    readings: &[Reading],
) -> Forecast {
    let mut forecast = forecast(case, game, drawing, request, &base.survey, &base.readings, &base.standing);
    if let Some(seeing) = seeing {
        (forecast.misperception, forecast.without_misperception) = seeing.costs(case, base, readings);
    }
    forecast.log = base.heard.iter().map(|heard| Entered::of(case, heard)).collect();
    forecast
}

/// What errors cost each actor from `now` on: its payoff with them minus its payoff in the same case, standing where it
/// stands, in which nobody errs; and the outcomes there. Empty where nobody errs.
pub fn misperception(case: &Case, base: &Base, done: &(dyn Fn(usize) + Sync)) -> (Vec<Misperceived>, Vec<OutcomeBand>) {
    Seeing::of(case, &base.standing).map_or_else(Default::default, |seeing| {
        let readings = seeing.solve(&base.standing.draws, done);
        seeing.costs(case, base, &readings)
    })
}

/// The case from `now` on as it would be if nobody erred.
pub(crate) struct Seeing {
    game: Game,
    pub survey: Survey,
}

impl Seeing {
    /// `None` where nobody errs.
    pub fn of(case: &Case, standing: &Standing) -> Option<Seeing> {
        if case.beliefs.is_empty() {
            return None;
        }
        let mut seeing = case.clone();
        seeing.beliefs.clear();
        // It is the same graph without the views: what compiled before does so again.
        let game = ahead(&seeing, standing, None, &Limits::default()).ok()?;
        let survey = Survey::of(&seeing, &game);
        Some(Seeing { game, survey })
    }

    /// What draws say there.
    pub fn solve(&self, draws: &[Draw], done: &(dyn Fn(usize) + Sync)) -> Vec<Reading> {
        Solver::new(&self.game, Want::Policy).each(draws, done, |_, solved| self.survey.read(solved))
    }

    /// Whether a reading is of this game's shape.
    pub fn fits(&self, reading: &Reading) -> bool {
        self.survey.fits(&self.game, reading)
    }

    fn costs(&self, case: &Case, base: &Base, readings: &[Reading]) -> (Vec<Misperceived>, Vec<OutcomeBand>) {
        let weights = &base.standing.weights;
        let costs = case
            .actors
            .iter()
            .enumerate()
            .map(|(a, actor)| {
                let apart: Vec<f64> =
                    base.readings.iter().zip(readings).map(|(errs, sees)| errs.payoffs[a] - sees.payoffs[a]).collect();
                Misperceived { actor: actor.id.clone(), band: Band::of(&apart, weights) }
            })
            .collect();
        let outcomes = self.survey.bands(case, readings, weights);
        (costs, outcomes)
    }
}

/// Puts what the draws said together.
pub fn forecast(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    survey: &Survey,
    readings: &[Reading],
    standing: &Standing,
) -> Forecast {
    let weights = &standing.weights;
    let periods = &game.periods[game.now..];
    let outcomes = survey.bands(case, readings, weights);
    let settled: Vec<Vec<f64>> = readings.iter().map(|r| r.settled.clone()).collect();
    Forecast {
        head: Head::of(case, request, weights),
        headline: Headline {
            variable: case.headline.map_or_else(String::new, |v| case.variables[v.index()].id.clone()),
            outcomes,
        },
        when: When::of(&settled, periods, weights),
        questions: questions(case, periods, survey, readings, weights),
        assumptions: assumptions(case),
        hypotheses: hypotheses(case, drawing, standing),
        misperception: Vec::new(),
        without_misperception: Vec::new(),
        log: Vec::new(),
    }
}

fn questions(
    case: &Case,
    periods: &[Period],
    survey: &Survey,
    readings: &[Reading],
    weights: &Weights,
) -> Vec<Answered> {
    let mut answered = Vec::new();
    for (q, (question, asked)) in case.questions.iter().zip(&survey.questions).enumerate() {
        let cell_band = |cell: usize| {
            let (above, below): (Vec<f64>, Vec<f64>) = readings
                .iter()
                .filter_map(|r| match &r.questions[q] {
                    QuestionReading::Cells { above, below } => Some((above[cell], below[cell])),
                    QuestionReading::Dates(_) | QuestionReading::Days(_) => None,
                })
                .unzip();
            Band::of_ratio(&above, &below, weights)
        };
        let dates = || -> Vec<Vec<f64>> {
            readings
                .iter()
                .filter_map(|r| if let QuestionReading::Dates(by) = &r.questions[q] { Some(by.clone()) } else { None })
                .collect()
        };
        let labelled = |labels: &[String]| {
            labels
                .iter()
                .enumerate()
                .map(|(cell, id)| OutcomeBand { id: id.clone(), label: label(case, id), band: cell_band(cell) })
                .collect::<Vec<_>>()
        };
        let (kind, answer) = match asked {
            Asked::Cells { labels, .. } if question.by.is_none() => {
                debug_assert_eq!(labels.len(), 1);
                (if question.given.is_some() { "given" } else { "chance" }, Answer::Chance(cell_band(0)))
            }
            Asked::Cells { labels, .. } => ("by", Answer::Values { values: labelled(labels) }),
            Asked::Shares { labels, .. } => ("shares", Answer::Values { values: labelled(labels) }),
            Asked::Date(_) => ("date_of", Answer::Date { values: When::of(&dates(), periods, weights) }),
            Asked::Days(_) => {
                let days: Vec<f64> = readings
                    .iter()
                    .map(|r| if let QuestionReading::Days(days) = r.questions[q] { days } else { 0.0 })
                    .collect();
                let band = Band::of(&days, weights);
                let values = vec![OutcomeBand { id: "days".into(), label: "days".into(), band }];
                ("how_long", Answer::Values { values })
            }
            Asked::Ended { causes, labels, .. } => ("ended_by", {
                let named = |cell: usize, id: &String| OutcomeBand {
                    id: id.clone(),
                    label: causes.get(cell).map_or_else(|| "nothing".into(), |by| crate::ended::label(case, *by)),
                    band: cell_band(cell),
                };
                let mut values: Vec<OutcomeBand> = labels.iter().enumerate().map(|(c, id)| named(c, id)).collect();
                // What never comes about in any draw is not listed; `none` always is.
                values.retain(|value| value.band.mean > 0.0 || value.id == "none");
                Answer::Values { values }
            }),
        };
        answered.push(Answered { id: question.id.clone(), label: question.label.clone(), kind, answer });
    }
    answered
}

/// Paths of the numbers that rest on neither a claim nor a fact, in the case's order.
pub fn assumptions(case: &Case) -> Vec<String> {
    case.numbers.iter().filter(|n| n.reasons.because.is_empty()).map(|n| n.path.clone()).collect()
}

/// What each reading of each hypothesis is held to be worth, before the log and after it.
pub fn hypotheses(case: &Case, drawing: &Drawing, standing: &Standing) -> Vec<Posterior> {
    let draws = &standing.draws;
    let mut all = Vec::new();
    for (h, hypothesis) in case.hypotheses.iter().enumerate() {
        for (r, reading) in hypothesis.readings.iter().enumerate() {
            let prior = standing.prior.mean(|draw| drawing.prior_of(h, &draws[draw].numbers)[r]);
            let posterior = standing.weights.mean(|draw| if draws[draw].readings[h] == r { 1.0 } else { 0.0 });
            all.push(Posterior {
                id: hypothesis.id.clone(),
                reading: case.names[reading.name.index()].clone(),
                prior,
                posterior,
            });
        }
    }
    all
}

/// An outcome as people read it.
pub fn outcome_label(case: &Case, id: &str) -> String {
    if id == "none" { "nobody yet".into() } else { label(case, id) }
}

/// The day by which an answer about the horizon speaks.
pub fn horizon(game: &Game, case: &Case) -> Date {
    game.periods.last().map_or(case.calendar.until, |p| p.ends)
}
