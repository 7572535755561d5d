//! What an actor can do: each option's outcomes, price, risk, and what would have to be true for it to be the best.

use crate::band::{Band, Weights};
use crate::discover::{Condition, Rule, discover};
use crate::forecast::{Misperceived, OutcomeBand, Reading, Survey, misperception, outcome_label};
use crate::head::{Head, Request};
use crate::standing::{Base, Contradiction, Standing, ahead, base};
use crate::when::When;
use case::model::{ActorId, Case, Holder, Plan, Voice};
use game::draw::{Draw, Drawing};
use game::graph::Game;
use game::{Limits, Refusal};
use serde::Serialize;
use solve::{Solver, Want, solve};
use thiserror::Error;

/// The options of one actor, body or group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Options {
    #[serde(flatten)]
    pub head: Head,
    pub actor: String,
    pub options: Vec<OptionAnswer>,
    /// What an actor's error costs it on the unforced path; empty where nobody errs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misperception: Vec<Misperceived>,
    /// Options that cannot be taken at `now`, and why.
    pub impossible: Vec<Impossible>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impossible {
    pub id: String,
    pub why: String,
}

/// One option against the unforced path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionAnswer {
    pub id: String,
    pub label: String,
    pub outcomes: Vec<OutcomeBand>,
    pub when: When,
    /// Own payoff minus that of the unforced path, utils; of a body or group the mean by weight.
    pub own: Band,
    /// What the best unrestricted play would gain: the actor's own noise, which an option also removes.
    pub noise: Band,
    /// The bad end that becomes likelier, if one does.
    pub likelier: Option<Likelier>,
    pub others: Vec<OtherBand>,
    /// Share of draws in which it is the best of the options; they sum to 1.
    pub best_share: f64,
    /// The most it loses against the best option in any draw.
    pub max_regret: f64,
    /// What would have to be true for it to be the best.
    pub best_if: Vec<Condition>,
    /// Share of the draws in which it is best that the conditions cover.
    pub coverage: Option<f64>,
    /// Share of the draws that meet the conditions in which it is best.
    pub density: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Likelier {
    pub id: String,
    pub label: String,
    pub difference: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherBand {
    pub actor: String,
    #[serde(flatten)]
    pub band: Band,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum OptionsError {
    #[error("nobody named `{name}` has options or moves in this case; known: {known}")]
    Nobody { name: String, known: String },
    #[error("`{name}` has no option that can be taken at the beginning")]
    NothingPossible { name: String },
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// As if one could err no more: precision of an actor whose noise is taken away, 1/utils.
const SURE: f64 = 1e5;

/// How many solutions of all draws the options of an actor need, for progress.
pub fn solutions(case: &Case, owner: &str) -> usize {
    2 + plans(case, owner).len()
}

/// Answers for one actor, body, role or group.
///
/// # Errors
/// [`OptionsError`] where nobody goes by the name, nothing can be done, or the game is refused.
pub fn options(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    owner: &str,
    limits: &Limits,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Options, OptionsError> {
    let plans = plans(case, owner);
    if plans.is_empty() {
        return Err(OptionsError::Nobody { name: owner.to_owned(), known: known(case).join(", ") });
    }
    let watched = base(case, game, drawing, (request.seed, request.draws), done)?;
    let (misperception, _) = misperception(case, &watched, done);
    // Of all draws, not only of those that are worth solving again.
    let head = Head::of(case, request, &watched.standing.weights);
    let Base { survey: base_survey, readings: base, standing, .. } = watched.thinned();
    let (draws, weights) = (&standing.draws, &standing.weights);
    let read = |game: &Game| -> (Survey, Vec<Reading>) {
        let survey = Survey::of(case, game);
        let readings = Solver::new(game, Want::Policy).each(draws, done, |_, solved| survey.read(solved));
        (survey, readings)
    };
    let share = shares(case, owner, &plans[0]);
    let own = |reading: &Reading| -> f64 { share.iter().map(|(actor, w)| w * reading.payoffs[actor.index()]).sum() };
    let now = ahead(case, &standing, None, limits)?;
    let mut sure = now.clone();
    for (actor, _) in &share {
        sure.precision[actor.index()] = sure.table.constant(SURE);
    }
    let (_, noiseless) = read(&sure);
    let noise: Vec<f64> = base.iter().zip(&noiseless).map(|(b, n)| own(n) - own(b)).collect();
    let noise = Band::of(&noise, weights);
    let values = worths(&now, drawing, &Survey::of(case, &now), &standing, &share);

    let mut impossible = Vec::new();
    let mut solved: Vec<(&Plan, Survey, Vec<Reading>)> = Vec::new();
    for plan in &plans {
        match ahead(case, &standing, Some(plan), limits) {
            Ok(game) => {
                let (survey, readings) = read(&game);
                solved.push((plan, survey, readings));
            }
            Err(refusal @ Refusal::NotPossible { .. }) => {
                done(draws.len());
                impossible.push(Impossible { id: plan.id.clone(), why: refusal.to_string() });
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if solved.is_empty() {
        return Err(OptionsError::NothingPossible { name: owner.to_owned() });
    }
    let payoffs: Vec<Vec<f64>> = solved.iter().map(|(_, _, readings)| readings.iter().map(own).collect()).collect();
    let best: Vec<f64> =
        (0..draws.len()).map(|d| payoffs.iter().map(|p| p[d]).fold(f64::NEG_INFINITY, f64::max)).collect();
    let answers = solved
        .iter()
        .zip(&payoffs)
        .map(|((plan, survey, readings), payoff)| {
            let outcomes = survey.bands(case, readings, weights);
            let settled: Vec<Vec<f64>> = readings.iter().map(|r| r.settled.clone()).collect();
            let difference: Vec<f64> = payoff.iter().zip(&base).map(|(p, b)| p - own(b)).collect();
            let is_best = |d: usize| payoff[d] >= best[d];
            let ties = |d: usize| payoffs.iter().filter(|p| p[d] >= best[d]).count() as f64;
            let wins: Vec<bool> = (0..draws.len()).map(is_best).collect();
            let Rule { conditions, coverage, density } = discover(case, draws, &wins);
            OptionAnswer {
                id: plan.id.clone(),
                label: plan.label.clone(),
                likelier: likelier(case, &outcomes, &base_survey, &base, weights, &values),
                outcomes,
                when: When::of(&settled, &now.periods, weights),
                own: Band::of(&difference, weights),
                noise,
                others: case
                    .actors
                    .iter()
                    .enumerate()
                    .filter(|(a, _)| share.len() > 1 || share.iter().all(|(actor, _)| actor.index() != *a))
                    .map(|(a, actor)| {
                        let d: Vec<f64> =
                            readings.iter().zip(&base).map(|(r, b)| r.payoffs[a] - b.payoffs[a]).collect();
                        OtherBand { actor: actor.id.clone(), band: Band::of(&d, weights) }
                    })
                    .collect(),
                best_share: weights.mean(|d| if is_best(d) { 1.0 / ties(d) } else { 0.0 }),
                max_regret: (0..draws.len()).map(|d| best[d] - payoff[d]).fold(0.0, f64::max),
                best_if: conditions,
                coverage,
                density,
            }
        })
        .collect();
    Ok(Options { head, actor: owner.to_owned(), options: answers, misperception, impossible })
}

/// Everybody who can be asked about.
fn known(case: &Case) -> Vec<String> {
    let mut names: Vec<String> = case.plans.iter().map(|plan| plan.owner.clone()).collect();
    for action in case.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu) {
        if let Some((owner, _)) = action.move_id.split_once('.')
            && owner != "stages"
            && owner != "motions"
        {
            names.push(owner.to_owned());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The owner's named options; without any, each of its moves as a first one.
fn plans(case: &Case, owner: &str) -> Vec<Plan> {
    let named: Vec<Plan> = case.plans.iter().filter(|plan| plan.owner == owner).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    let prefix = format!("{owner}.");
    let mut plans: Vec<Plan> = Vec::new();
    for action in case.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu) {
        if action.move_id.starts_with(&prefix) && plans.iter().all(|plan| plan.id != action.id) {
            plans.push(Plan {
                owner: owner.to_owned(),
                members: members(case, owner),
                acts_as: vec![owner.to_owned()],
                id: action.id.clone(),
                label: action.id.replace('_', " "),
                first: Some(action.id.clone()),
                never: Vec::new(),
                keep: None,
                stay_away: Vec::new(),
                days: None,
                until: None,
                span: action.span,
            });
        }
    }
    plans
}

fn members(case: &Case, owner: &str) -> Vec<ActorId> {
    if let Some(actor) = case.actors.iter().position(|actor| actor.id == owner) {
        return vec![ActorId(actor as u32)];
    }
    let body = case.electorates.iter().find(|electorate| electorate.id == owner);
    body.map_or_else(Vec::new, |body| {
        body.electors
            .iter()
            .filter_map(|elector| match &elector.voice {
                Voice::Actor(Holder::Actor(actor)) => Some(*actor),
                _ => None,
            })
            .collect()
    })
}

/// How much each member's payoff counts: a body's by weight, a group's alike.
fn shares(case: &Case, owner: &str, plan: &Plan) -> Vec<(ActorId, f64)> {
    let body = case.electorates.iter().find(|electorate| electorate.id == owner);
    let weight = |member: &ActorId| -> f64 {
        body.and_then(|body| {
            body.electors
                .iter()
                .find(|elector| matches!(&elector.voice, Voice::Actor(Holder::Actor(actor)) if actor == member))
                .map(|elector| f64::from(elector.most))
        })
        .unwrap_or(1.0)
    };
    let total: f64 = plan.members.iter().map(weight).sum();
    plan.members.iter().map(|member| (*member, weight(member) / total)).collect()
}

/// What each outcome's last states are worth to the owner, at the middle of all numbers, and what the case is worth as a whole.
fn worths(
    game: &Game,
    drawing: &Drawing,
    survey: &Survey,
    standing: &Standing,
    share: &[(ActorId, f64)],
) -> (Vec<(String, f64)>, f64) {
    let stands =
        |state: usize| standing.weights.mean(|d| standing.draws[d].standing.get(state).copied().unwrap_or(0.0));
    let middle = Draw { standing: (0..standing.states.len()).map(stands).collect(), ..drawing.middle() };
    solve(game, &middle, |solved| {
        let mut sums = vec![(0.0, 0.0); survey.outcomes.len()];
        let end = game.periods.len();
        solved.forward(|t, states| {
            if t == end {
                for (s, p) in states.iter().enumerate() {
                    let worth: f64 = game
                        .payments
                        .list(game.last[s])
                        .iter()
                        .map(|(actor, slot)| {
                            let share =
                                share.iter().find(|(a, _)| a.index() == usize::from(*actor)).map_or(0.0, |s| s.1);
                            share * solved.value(*slot)
                        })
                        .sum();
                    let sum = &mut sums[survey.outcome_of(s)];
                    sum.0 += p;
                    sum.1 += p * worth;
                }
            }
        });
        let all: f64 = sums.iter().map(|s| s.1).sum();
        let values = survey
            .outcomes
            .iter()
            .zip(&sums)
            .map(|(id, (p, worth))| (id.clone(), if *p > 0.0 { worth / p } else { f64::NEG_INFINITY }))
            .collect();
        (values, all)
    })
}

/// Of the outcomes that are worse than the case as a whole, the one that gains most.
fn likelier(
    case: &Case,
    outcomes: &[OutcomeBand],
    base_survey: &Survey,
    base: &[Reading],
    weights: &Weights,
    (values, all): &(Vec<(String, f64)>, f64),
) -> Option<Likelier> {
    let before = |id: &str| {
        let at = base_survey.outcomes.iter().position(|known| known == id);
        at.map_or(0.0, |o| weights.mean(|d| base[d].outcomes[o]))
    };
    outcomes
        .iter()
        .filter(|outcome| values.iter().find(|(id, _)| *id == outcome.id).is_none_or(|(_, worth)| worth < all))
        .map(|outcome| (outcome, outcome.band.mean - before(&outcome.id)))
        .filter(|(_, difference)| *difference > 1e-6)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(outcome, difference)| Likelier {
            id: outcome.id.clone(),
            label: outcome_label(case, &outcome.id),
            difference,
        })
}
