//! The mixed logit: some tastes differ from formation to formation.
//!
//! ```text
//! P(j) = ∫ exp(xⱼ·(β + s∘z)) / Σₖ exp(xₖ·(β + s∘z)) φ(z) dz,   by R seeded draws of z
//! ```
//!
//! Source: Train (2009), *Discrete Choice Methods with Simulation*, chapter 6; climbing by the outer product of the scores
//! after Berndt, Hall, Hall and Hausman (1974).

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::logit::{Choice, solve};
use crate::num::{ln, softmax};
use crate::random::Random;

/// A fitted mixed logit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mixed {
    /// `[n_covariates]` mean tastes.
    pub mean: Vec<f64>,
    /// Covariates whose taste varies, and its standard deviation.
    pub random: Vec<usize>,
    pub spread: Vec<f64>,
    pub draws: usize,
    pub seed: u64,
}

/// A choice's part: simulated log-likelihood and gradient `[n_covariates + n_random]`.
pub type Score = (f64, Vec<f64>);

impl Mixed {
    /// Fits from `start` (mean tastes, usually the conditional logit's), with small spreads to begin with.
    pub fn fit(choices: &[Choice], penalty: &[f64], random: &[usize], start: &[f64], draws: usize, seed: u64) -> Self {
        let mut mixed =
            Self { mean: start.to_vec(), random: random.to_vec(), spread: vec![0.3; random.len()], draws, seed };
        let k = penalty.len();
        let all: Vec<f64> = penalty.iter().copied().chain(random.iter().map(|&r| penalty[r])).collect();
        let penalised = |m: &Self, ll: f64| {
            ll - 0.5 * m.mean.iter().chain(&m.spread).zip(&all).map(|(b, p)| p * b * b).sum::<f64>()
        };
        let mut scores = mixed.scores(choices);
        for _ in 0..30 {
            let (ll, mut slope, mut outer) = gather(&scores, choices);
            for (i, b) in mixed.mean.iter().chain(&mixed.spread).enumerate() {
                slope[i] -= all[i] * b;
                outer[(i, i)] += all[i] + 1e-6;
            }
            let Some(step) = solve(&outer, &slope) else { break };
            let here = penalised(&mixed, ll);
            let (mut scale, mut moved) = (1.0, false);
            while scale > 0.02 {
                let mut trial = mixed.clone();
                for (b, s) in trial.mean.iter_mut().zip(step.iter()) {
                    *b += scale * s;
                }
                for (b, s) in trial.spread.iter_mut().zip(step.iter().skip(k)) {
                    *b += scale * s;
                }
                let trial_scores = trial.scores(choices);
                if penalised(&trial, gather(&trial_scores, choices).0) > here {
                    (mixed, scores, moved) = (trial, trial_scores, true);
                    break;
                }
                scale /= 2.0;
            }
            if !moved || step.dot(&slope) < 1e-4 {
                break;
            }
        }
        mixed
    }

    /// Simulated choice probabilities `[rows]`; `index` picks the draws.
    pub fn probabilities(&self, choice: &Choice, index: u64) -> Vec<f64> {
        let base = choice.utilities(&self.mean);
        let mut out = vec![0.0; choice.rows];
        for z in self.draw(index) {
            let mut p = self.shifted(choice, &base, &z);
            softmax(&mut p);
            for (o, p) in out.iter_mut().zip(p) {
                *o += p / self.draws as f64;
            }
        }
        out
    }

    /// Every choice's simulated log-likelihood and gradient, in order; unweighted.
    pub fn scores(&self, choices: &[Choice]) -> Vec<Score> {
        choices.par_iter().enumerate().map(|(i, choice)| self.score(choice, i as u64)).collect()
    }

    fn score(&self, choice: &Choice, index: u64) -> Score {
        let (k, m) = (self.mean.len(), self.random.len());
        let base = choice.utilities(&self.mean);
        let mut mixture = vec![0.0; choice.rows];
        let mut slope = vec![0.0; k + m];
        let mut total = 0.0;
        for z in self.draw(index) {
            let mut p = self.shifted(choice, &base, &z);
            softmax(&mut p);
            let chosen = p[choice.chosen];
            total += chosen;
            for (to, p) in mixture.iter_mut().zip(&p) {
                *to += chosen * p;
            }
            for (i, &column) in self.random.iter().enumerate() {
                let x = choice.column(column);
                let mean: f64 = p.iter().zip(x).map(|(p, &x)| p * f64::from(x)).sum();
                slope[k + i] += chosen * z[i] * (f64::from(x[choice.chosen]) - mean);
            }
        }
        let total = total.max(1e-300);
        for s in &mut slope[k..] {
            *s /= total;
        }
        for (i, s) in slope[..k].iter_mut().enumerate() {
            let x = choice.column(i);
            let mean: f64 = mixture.iter().zip(x).map(|(p, &x)| p * f64::from(x)).sum::<f64>() / total;
            *s = f64::from(x[choice.chosen]) - mean;
        }
        (ln(total / self.draws as f64), slope)
    }

    /// Antithetic standard normal draws `[draws][n_random]`.
    fn draw(&self, index: u64) -> Vec<Vec<f64>> {
        let mut random = Random::of(self.seed, index);
        let mut out: Vec<Vec<f64>> = Vec::with_capacity(self.draws);
        while out.len() < self.draws {
            let z: Vec<f64> = self.random.iter().map(|_| random.normal()).collect();
            let opposite = z.iter().map(|z| -z).collect();
            out.push(z);
            if out.len() < self.draws {
                out.push(opposite);
            }
        }
        out
    }

    fn shifted(&self, choice: &Choice, base: &[f64], z: &[f64]) -> Vec<f64> {
        let mut u = base.to_vec();
        for ((&column, s), z) in self.random.iter().zip(&self.spread).zip(z) {
            let taste = s * z;
            for (u, &x) in u.iter_mut().zip(choice.column(column)) {
                *u += taste * f64::from(x);
            }
        }
        u
    }
}

/// Sums in the choices' order: log-likelihood, gradient, outer product of the scores.
fn gather(scores: &[Score], choices: &[Choice]) -> (f64, DVector<f64>, DMatrix<f64>) {
    let k = scores.first().map_or(0, |s| s.1.len());
    let (mut ll, mut slope, mut outer) = (0.0, DVector::zeros(k), DMatrix::zeros(k, k));
    for ((part, gradient), choice) in scores.iter().zip(choices) {
        ll += choice.weight * part;
        let g = DVector::from_column_slice(gradient);
        outer.ger(choice.weight, &g, &g, 1.0);
        slope += choice.weight * g;
    }
    (ll, slope, outer)
}
