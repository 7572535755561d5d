//! How long formation takes after an election: a discrete-time hazard in five-day steps, averaged with regressions of the
//! logarithm to its mean (the baseline) and to its median; then drawn towards the country's own last times, and mended by
//! how earlier forecasts for it were missed.
//!
//! Each step a government forms with chance 1 − exp(−exp(αₜ + x·β)) (complementary log-log, the grouped form of a
//! proportional hazard; Prentice and Gloeckler 1978, *Biometrics* 34). αₜ is a smooth function of the step.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::logit::solve;
use crate::num::{exp, ln};

/// Covariates known before formation, in the order of [`describe`].
pub const COVARIATES: [&str; 30] = [
    "actors",
    "effective_parties",
    "majority_party",
    "incumbent_majority",
    "incumbent_gain",
    "caretaker",
    "country_pace",
    "country_pace_known",
    "parties_habit",
    "minority_habit",
    "lead",
    "largest",
    "spread",
    "repeats",
    "continuity",
    "short_history",
    "same_day_habit",
    "pace_lately",
    "pace_long",
    "long_habit",
    "last_time",
    "middle_of_last_seven",
    "anti_system_seats",
    "premier_gain",
    "premier_largest",
    "largest_incumbent",
    "incumbent_share",
    "incumbent_parties",
    "volatility",
    "times_known",
];

/// A fitted model of days from election to government.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Duration {
    /// `[n_covariates]`: mean and spread each covariate is measured by; beyond three spreads it counts as three.
    pub measure: Vec<(f64, f64)>,
    /// Log-linear regression of ln(days + 1): constant and coefficients.
    pub log_linear: Vec<f64>,
    /// Residual standard deviation of that regression.
    pub residual: f64,
    /// Hazard: coefficients of the step's function (constant, ln, linear), then of the covariates.
    pub hazard: Vec<f64>,
    /// The same by least absolute deviations, which aims at the median.
    pub log_median: Vec<f64>,
    /// Weights of hazard, regression to the mean and to the median.
    pub shares: [f64; 3],
}

/// One formation's covariates and days.
#[derive(Debug, Clone, PartialEq)]
pub struct Spell {
    pub x: Vec<f64>,
    pub days: f64,
    pub weight: f64,
    pub group: usize,
}

const STEP: f64 = 5.0;
const STEPS: usize = 60;
const TIME: usize = 4;
/// Penalty of the covariates, measured in spreads; chosen by cross-validation inside the training rows.
const RIDGE: f64 = 80.0;

impl Duration {
    /// Fits all three.
    pub fn fit(spells: &[Spell]) -> Self {
        let measure = measure(spells);
        let spells: Vec<Spell> = spells.iter().map(|s| Spell { x: measured(&measure, &s.x), ..s.clone() }).collect();
        let log_linear = regress(&spells);
        let residual = {
            let n: f64 = spells.iter().map(|s| s.weight).sum::<f64>().max(1.0);
            let sum: f64 = spells.iter().map(|s| s.weight * (ln(s.days + 1.0) - line(&log_linear, &s.x)).powi(2)).sum();
            (sum / n).sqrt()
        };
        let log_median = regress_to_median(&spells, &log_linear);
        Self { measure, log_linear, residual, log_median, hazard: fit_hazard(&spells), shares: SHARES }
    }

    /// Median days until a government forms.
    pub fn median(&self, x: &[f64]) -> f64 {
        let z = measured(&self.measure, x);
        let parts = [ln(self.hazard_median(x) + 1.0), line(&self.log_linear, &z), line(&self.log_median, &z)];
        days_of(parts.iter().zip(self.shares).map(|(p, s)| p * s).sum())
    }

    /// Days until a government forms, as the models and the country's own last times have it. `past_days` are those times,
    /// oldest first.
    pub fn foretell(&self, x: &[f64], past_days: &[f64]) -> f64 {
        let mut own: Vec<f64> = past_days.iter().rev().take(LATEST).map(|d| ln(d + 1.0)).collect();
        own.push(GENERAL_MEAN);
        own.sort_by(f64::total_cmp);
        let middle = f64::midpoint(own[(own.len() - 1) / 2], own[own.len() / 2]);
        days_of((1.0 - OWN) * ln(self.median(x) + 1.0) + OWN * middle)
    }

    /// The regression's prediction, exp of the mean of logs.
    pub fn log_linear_median(&self, x: &[f64]) -> f64 {
        days_of(line(&self.log_linear, &measured(&self.measure, x)))
    }

    /// The day by which the hazard's survival falls to one half.
    pub fn hazard_median(&self, x: &[f64]) -> f64 {
        if self.hazard.is_empty() {
            return 0.0;
        }
        let x = &measured(&self.measure, x);
        let mut survival = 1.0;
        for step in 0..STEPS {
            let next = survival * (1.0 - self.chance(step, x));
            if next <= 0.5 {
                return STEP * (step as f64 + (survival - 0.5) / (survival - next).max(1e-12));
            }
            survival = next;
        }
        STEP * STEPS as f64
    }

    fn chance(&self, step: usize, x: &[f64]) -> f64 {
        let eta: f64 = time(step).iter().chain(x).zip(&self.hazard).map(|(x, b)| x * b).sum();
        1.0 - exp(-exp(eta.clamp(-20.0, 4.0)))
    }
}

/// How many of the country's last times count, and the share that the middle one of them has.
const LATEST: usize = 9;
const OWN: f64 = 0.25;
/// Imaginary misses of nothing beside a country's own, and after how many formations one counts half.
const STEADY: f64 = 6.0;
const FADING: f64 = 4.0;

/// By how much a forecast was missed, in ln(days + 1); no more than 1 either way.
pub fn miss(days: f64, foretold: f64) -> f64 {
    (ln(days + 1.0) - ln(foretold + 1.0)).clamp(-1.0, 1.0)
}

/// Days foretold, mended by how the country's earlier forecasts were missed (oldest first).
pub fn mended(foretold: f64, misses: &[f64]) -> f64 {
    days_of(ln(foretold + 1.0) + faded(misses, FADING, |m| m, 0.0, STEADY))
}

fn days_of(log: f64) -> f64 {
    (exp(log) - 1.0).max(0.0)
}

/// What is wanted is the median; chosen by cross-validation inside the training rows.
const SHARES: [f64; 3] = [0.25, 0.0, 0.75];

fn measure(spells: &[Spell]) -> Vec<(f64, f64)> {
    let n = spells.len().max(1) as f64;
    (0..spells.first().map_or(0, |s| s.x.len()))
        .map(|k| {
            let mean = spells.iter().map(|s| s.x[k]).sum::<f64>() / n;
            let square = spells.iter().map(|s| (s.x[k] - mean).powi(2)).sum::<f64>() / n;
            (mean, if square > 1e-12 { square.sqrt() } else { 1.0 })
        })
        .collect()
}

fn measured(measure: &[(f64, f64)], x: &[f64]) -> Vec<f64> {
    x.iter().zip(measure).map(|(x, (mean, spread))| ((x - mean) / spread).clamp(-3.0, 3.0)).collect()
}

/// Covariates of a formation after an election. `past_days` are the country's earlier formation times, oldest first.
pub fn describe(c: &Chamber, past_days: &[f64]) -> Vec<f64> {
    let p = &c.past;
    let flag = |yes: bool| f64::from(u8::from(yes));
    let incumbent: u32 = members(c.incumbents).map(|i| c.seats[i]).sum();
    let gain: f64 = members(c.incumbents).map(|i| c.gain[i]).sum();
    let squares: f64 = c.share.iter().map(|s| s * s).sum();
    let total: f64 = c.share.iter().sum::<f64>().max(1e-9);
    let mean: f64 = (0..c.n).map(|i| c.share[i] * c.positions[0][i]).sum::<f64>() / total;
    let spread: f64 = (0..c.n).map(|i| c.share[i] * (c.positions[0][i] - mean).powi(2)).sum::<f64>() / total;
    // later formations count more; an imaginary one at the general mean
    let (mut sum, mut weight) = (0.0, 1.0);
    for (age, days) in past_days.iter().rev().enumerate() {
        let w = libm::exp2(-(age as f64) / 4.0);
        sum += w * (ln(days + 1.0) - GENERAL_MEAN);
        weight += w;
    }
    let premier = (0..c.n).find(|&i| c.premier[i]);
    let mut last: Vec<f64> = past_days.iter().rev().take(7).copied().collect();
    last.sort_by(f64::total_cmp);
    let log = |days: f64| ln(days + 1.0);
    vec![
        (c.n as f64 - 6.0) / 3.0,
        ln(1.0 / squares.max(1e-3)) - 1.3,
        flag(c.seats.iter().any(|&s| s >= c.quota)),
        flag(incumbent >= c.quota),
        5.0 * gain,
        flag(c.caretaker_before),
        sum / weight,
        1.0 - 1.0 / weight,
        (p.mean_parties - 2.3) / 2.0 * flag(p.weight > 0.0),
        p.minority / (p.weight + 1.0),
        3.0 * (c.share[c.largest] - c.share[c.second]),
        3.0 * (c.share[c.largest] - 0.35),
        spread.sqrt() - 1.8,
        p.repeated - 0.35,
        p.continuity - 0.7,
        1.0 / (1.0 + p.weight),
        faded(past_days, 6.0, |d| flag(d <= 1.0), 0.1, 1.0),
        faded(past_days, 1.5, log, GENERAL_MEAN, 0.7),
        faded(past_days, 12.0, log, GENERAL_MEAN, 1.0),
        faded(past_days, 4.0, |d| flag(d > 60.0), 0.15, 1.0),
        past_days.last().map_or(GENERAL_MEAN, |&d| log(d)),
        last.get(last.len() / 2).map_or(GENERAL_MEAN, |&d| log(d)),
        (0..c.n).filter(|&i| c.anti_system(i)).map(|i| c.share[i]).sum(),
        premier.map_or(0.0, |i| c.gain[i]),
        flag(premier == Some(c.largest)),
        flag(c.incumbents >> c.largest & 1 == 1),
        members(c.incumbents).map(|i| c.share[i]).sum(),
        f64::from(c.incumbents.count_ones()),
        c.gain.iter().map(|g| g.abs()).sum::<f64>() / 2.0,
        past_days.len() as f64,
    ]
}

/// Mean of `f` over the earlier formations, of which one `half` formations ago counts half; `weight` imaginary ones have
/// the value `usual`.
fn faded(past_days: &[f64], half: f64, f: impl Fn(f64) -> f64, usual: f64, weight: f64) -> f64 {
    let (mut sum, mut total) = (weight * usual, weight);
    for (age, &days) in past_days.iter().rev().enumerate() {
        let w = libm::exp2(-(age as f64) / half);
        sum += w * f(days);
        total += w;
    }
    sum / total
}

/// Mean of ln(days + 1) that a country without earlier formations is measured against.
const GENERAL_MEAN: f64 = 3.3;

fn line(beta: &[f64], x: &[f64]) -> f64 {
    beta.first().copied().unwrap_or(0.0) + x.iter().zip(beta.iter().skip(1)).map(|(x, b)| x * b).sum::<f64>()
}

fn time(step: usize) -> [f64; TIME] {
    let t = (step as f64 + 0.5) * STEP;
    [1.0, ln(t / 30.0), (t - 30.0) / 100.0, f64::from(u8::from(step == 0))]
}

fn regress(spells: &[Spell]) -> Vec<f64> {
    weighted(spells, |_| 1.0)
}

/// Least absolute deviations by reweighting (deviations below a tenth count as a tenth).
fn regress_to_median(spells: &[Spell], start: &[f64]) -> Vec<f64> {
    let mut beta = start.to_vec();
    for _ in 0..30 {
        beta = weighted(spells, |s| 0.5 / (ln(s.days + 1.0) - line(&beta, &s.x)).abs().max(0.1));
    }
    beta
}

fn weighted(spells: &[Spell], weight: impl Fn(&Spell) -> f64) -> Vec<f64> {
    let k = spells.first().map_or(0, |s| s.x.len()) + 1;
    let (mut a, mut b) = (DMatrix::zeros(k, k), DVector::zeros(k));
    for spell in spells {
        let x = DVector::from_iterator(k, std::iter::once(1.0).chain(spell.x.iter().copied()));
        let w = spell.weight * weight(spell);
        a.ger(w, &x, &x, 1.0);
        b += &x * (w * ln(spell.days + 1.0));
    }
    for i in 1..k {
        a[(i, i)] += RIDGE;
    }
    solve(&a, &b).map_or_else(Vec::new, |x| x.iter().copied().collect())
}

fn fit_hazard(spells: &[Spell]) -> Vec<f64> {
    let k = TIME + spells.first().map_or(0, |s| s.x.len());
    let mut beta = DVector::zeros(k);
    beta[0] = -2.0;
    for _ in 0..25 {
        let (mut slope, mut curvature) = (DVector::zeros(k), DMatrix::zeros(k, k));
        for spell in spells {
            let last = ((spell.days / STEP) as usize).min(STEPS - 1);
            for step in 0..=last {
                let z = DVector::from_iterator(k, time(step).into_iter().chain(spell.x.iter().copied()));
                let rate = exp(beta.dot(&z).clamp(-20.0, 4.0));
                let gone = exp(-rate);
                // expected curvature of a complementary log-log, and its score
                let weight = spell.weight * rate * rate * gone / (1.0 - gone).max(1e-12);
                let score = if step == last { rate * gone / (1.0 - gone).max(1e-12) } else { -rate };
                slope += &z * (spell.weight * score);
                curvature.ger(weight, &z, &z, 1.0);
            }
        }
        for i in TIME..k {
            slope[i] -= RIDGE * beta[i];
            curvature[(i, i)] += RIDGE;
        }
        for i in 0..TIME {
            curvature[(i, i)] += 1e-3;
        }
        let Some(step) = solve(&curvature, &slope) else { break };
        let size = step.norm();
        beta += &step * (2.0 / size.max(2.0));
        if size < 1e-8 {
            break;
        }
    }
    beta.iter().copied().collect()
}
