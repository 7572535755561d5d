//! The choice models side by side: fitted on the same rows, each giving every coalition a chance.

use serde::{Deserialize, Serialize};

use crate::chamber::Chamber;
use crate::features::{LITERATURE10, LITERATURE22, RICH, place_of};
use crate::formateur::Partners;
use crate::logit::{self, Choice, Estimate};
use crate::mixed::Mixed;
use crate::premier::Leaders;
use crate::task::Task;
use crate::trees::{Forest, Growth};
use crate::turnover::Turnover;

/// A kind of choice model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Literature10,
    Literature22,
    Rich,
    Mixed,
    FormateurFirst,
    Turnover,
    Learned,
}

impl Kind {
    /// The name it has on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Literature10 => "literature10",
            Self::Literature22 => "literature22",
            Self::Rich => "rich",
            Self::Mixed => "mixed",
            Self::FormateurFirst => "formateur_first",
            Self::Turnover => "turnover",
            Self::Learned => "learned",
        }
    }
}

/// The members of the average.
pub const AVERAGED: [Kind; 2] = [Kind::Turnover, Kind::Learned];

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Member {
    Literature10 { beta: Vec<f64> },
    Literature22 { beta: Vec<f64> },
    Rich { beta: Vec<f64> },
    Mixed { mixed: Mixed },
    FormateurFirst { partners: Partners },
    Turnover { turnover: Turnover },
    Learned { beta: Vec<f64>, forests: Vec<Forest> },
}

/// How strongly coefficients are held at zero, and how trees grow. Chosen by cross-validation inside the training rows
/// (see `docs/history.md`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    pub rich: f64,
    pub weak: f64,
    pub formateur: f64,
    pub turnover: f64,
    pub mixed: f64,
    pub mixed_draws: usize,
    pub growth: Growth,
    pub forests: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rich: 70.0,
            weak: 1000.0,
            formateur: 70.0,
            turnover: 50.0,
            mixed: 3.0,
            mixed_draws: 50,
            growth: Growth {
                rounds: 200,
                leaves: 8,
                rate: 0.05,
                ridge: 20.0,
                columns: 0.2,
                least_curvature: 1.0,
                least_rows: 20,
                faint: 1e-4,
            },
            forests: 3,
        }
    }
}

/// Covariates whose taste varies in the mixed logit.
const VARYING: [&str; 8] = [
    "minority",
    "minimal_winning",
    "parties",
    "range",
    "incumbent_coalition",
    "incumbent_parties",
    "largest_in",
    "previous_premier_in",
];
/// Covariates the mixed logit takes beyond the literature's.
const CROWDS: [&str; 8] = [
    "crowd_kind",
    "crowd_size",
    "crowd_relation",
    "crowd_kind_size",
    "crowd_kind_largest",
    "crowd_relation_kind",
    "crowd_kind_largest_median",
    "crowd_incumbent",
];

/// The penalty that stands for `strength` per unit of each covariate's spread.
pub fn penalty(spreads: &[f64], strength: f64) -> Vec<f64> {
    spreads.iter().map(|s| strength * s * s).collect()
}

/// Fits one model. `spreads` `[n_covariates]` as of [`task::spreads`](crate::task::spreads).
pub fn fit(kind: Kind, tasks: &[Task], spreads: &[f64], settings: &Settings, seed: u64) -> Member {
    let choices = || -> Vec<Choice> { tasks.iter().map(|t| t.choice.clone()).collect() };
    match kind {
        Kind::Literature10 => Member::Literature10 { beta: literature(tasks, LITERATURE10).beta },
        Kind::Literature22 => Member::Literature22 { beta: literature(tasks, LITERATURE22).beta },
        Kind::Rich => Member::Rich { beta: logit::fit(&choices(), &penalty(spreads, settings.rich), None, false).beta },
        Kind::Mixed => {
            let taken = mixed_covariates();
            let choices: Vec<Choice> = tasks.iter().filter(|t| t.core).map(|t| narrow(&t.choice, &taken)).collect();
            let spreads: Vec<f64> = taken.iter().map(|&k| spreads[k]).collect();
            let penalty = penalty(&spreads, settings.mixed);
            let start = logit::fit(&choices, &penalty, None, false).beta;
            let kept: Vec<Choice> = choices.iter().map(|c| likely(c, &start, 1e-6)).collect();
            let varying: Vec<usize> =
                VARYING.iter().filter_map(|v| taken.iter().position(|&k| RICH[k] == *v)).collect();
            let mixed = Mixed::fit(&kept, &penalty, &varying, &start, settings.mixed_draws, seed);
            Member::Mixed { mixed }
        }
        Kind::FormateurFirst => {
            let partners = Partners::fit(tasks, &penalty(spreads, settings.formateur), 3.0, None);
            Member::FormateurFirst { partners }
        }
        Kind::Turnover => {
            Member::Turnover { turnover: Turnover::fit(tasks, &penalty(spreads, settings.turnover), None) }
        }
        Kind::Learned => {
            let mut choices = choices();
            let beta = logit::fit(&choices, &penalty(spreads, settings.weak), None, false).beta;
            for choice in &mut choices {
                choice.offset = choice.utilities(&beta);
            }
            let forests = (0..settings.forests).map(|b| Forest::grow(&choices, settings.growth, seed + b)).collect();
            Member::Learned { beta, forests }
        }
    }
}

impl Member {
    /// Chance of every coalition `[2ⁿ − 1]`. The task's outcome is not looked at.
    pub fn probabilities(&self, leaders: &Leaders, chamber: &Chamber, choice: &Choice) -> Vec<f64> {
        match self {
            Self::Literature10 { beta } | Self::Literature22 { beta } | Self::Rich { beta } => {
                choice.probabilities(beta)
            }
            Self::Mixed { mixed } => mixed.probabilities(&narrow(choice, &mixed_covariates()), u64::MAX >> 1),
            Self::FormateurFirst { partners } => partners.probabilities(leaders, chamber, choice),
            Self::Turnover { turnover } => turnover.probabilities(chamber, choice),
            Self::Learned { beta, forests } => {
                let mut u = choice.utilities(beta);
                for forest in forests {
                    for (u, x) in u.iter_mut().zip(forest.utilities(choice)) {
                        *u += x / forests.len() as f64;
                    }
                }
                crate::num::softmax(&mut u);
                u
            }
        }
    }
}

/// The literature's logit on the core rows, with a penalty just large enough to hold what is not identified.
pub fn literature(tasks: &[Task], covariates: usize) -> Estimate {
    let taken: Vec<usize> = (0..covariates).collect();
    let choices: Vec<Choice> = tasks.iter().filter(|t| t.core).map(|t| narrow(&t.choice, &taken)).collect();
    logit::fit(&choices, &vec![1e-6; covariates], None, true)
}

/// Names of the mixed logit's covariates.
pub fn mixed_names() -> Vec<&'static str> {
    mixed_covariates().into_iter().map(|k| RICH[k]).collect()
}

fn mixed_covariates() -> Vec<usize> {
    (0..LITERATURE22).chain(CROWDS.iter().filter_map(|c| place_of(c))).collect()
}

/// The choice with some of its covariates.
pub fn narrow(choice: &Choice, taken: &[usize]) -> Choice {
    Choice {
        columns: taken.iter().flat_map(|&k| choice.column(k).iter().copied()).collect(),
        offset: choice.offset.clone(),
        ..*choice
    }
}

/// The choice without alternatives of next to no chance under `beta`.
fn likely(choice: &Choice, beta: &[f64], least: f64) -> Choice {
    let p = choice.probabilities(beta);
    let kept: Vec<usize> = (0..choice.rows).filter(|&r| r == choice.chosen || p[r] > least).collect();
    let columns = (0..choice.covariates()).flat_map(|k| {
        let column = choice.column(k);
        kept.iter().map(move |&r| column[r])
    });
    Choice {
        rows: kept.len(),
        columns: columns.collect(),
        chosen: kept.iter().position(|&r| r == choice.chosen).unwrap_or(0),
        offset: Vec::new(),
        ..*choice
    }
}
