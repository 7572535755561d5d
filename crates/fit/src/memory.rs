//! What a country's own past adds to the general model: parties, pairs and tastes that differ from the rest.
//!
//! Utilities get a part of the country's own, U(S) = ln p(S) + x_S·δ + Σᵢ uᵢ + Σᵢⱼ vᵢⱼ over members, with normal priors
//! around zero. Going through the country's formations in time, each is first predicted with the mean so far, then learned
//! from by a Newton step on its likelihood and the normal so far (Laplace's approximation; an extended Kalman filter for
//! choices, after Fahrmeir 1992, *JASA* 87). Nothing here is fitted over countries but three prior spreads, so a country
//! that was never seen is treated like any other.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::logit::solve;
use crate::num::{ln, softmax};
use crate::records::PartyId;
use crate::task::Task;

/// Prior standard deviations of the country's own part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Of a party's own utility, and of a pair's.
    pub party: f64,
    pub pair: f64,
    /// Of a taste, per unit of the covariate's spread; and which covariates, with their spreads.
    pub taste: f64,
    pub covariates: Vec<(usize, f64)>,
    /// Share of the knowledge kept from one formation to the next.
    pub keep: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Taste(usize),
    Party(PartyId),
    Pair(PartyId, PartyId),
}

/// What is known of one country at one time.
#[derive(Debug, Clone, Default)]
pub struct Belief {
    index: BTreeMap<Key, usize>,
    prior: Vec<f64>,
    mean: Vec<f64>,
    precision: DMatrix<f64>,
}

/// Alternatives less likely than this do not shape the curvature.
const FAINT: f64 = 1e-5;

impl Memory {
    /// The general model's probabilities `[2ⁿ − 1]` bent by what is known of the country.
    pub fn predict(&self, belief: &Belief, task: &Task, general: &[f64]) -> Vec<f64> {
        let mut u = self.utilities(belief, task, general);
        softmax(&mut u);
        u
    }

    /// Learns from what formed.
    pub fn learn(&self, belief: &mut Belief, task: &Task, general: &[f64]) {
        let keys = self.keys(task);
        for &key in &keys {
            belief.admit(key, self.precision_of(key));
        }
        let size = belief.mean.len();
        if self.keep < 1.0 {
            belief.precision *= self.keep;
            for (i, prior) in belief.prior.iter().enumerate() {
                belief.precision[(i, i)] += (1.0 - self.keep) * prior;
            }
        }
        let places: Vec<usize> = keys.iter().map(|k| belief.index[k]).collect();
        let before = DVector::from_column_slice(&belief.mean);
        let mut curvature = DMatrix::zeros(size, size);
        for _ in 0..2 {
            let p = self.predict(belief, task, general);
            let kept: Vec<usize> = (0..p.len()).filter(|&r| p[r] > FAINT).collect();
            let k = keys.len();
            let mut rows: Vec<Vec<f64>> = kept.iter().map(|&r| self.row(task, r)).collect();
            let total: f64 = kept.iter().map(|&r| p[r]).sum();
            let mut mean = vec![0.0; k];
            for (row, &r) in rows.iter().zip(&kept) {
                for (m, x) in mean.iter_mut().zip(row) {
                    *m += p[r] / total * x;
                }
            }
            let chosen = self.row(task, task.choice.chosen);
            let now = DVector::from_column_slice(&belief.mean);
            let mut slope = &belief.precision * (&before - &now);
            for (i, &place) in places.iter().enumerate() {
                slope[place] += chosen[i] - mean[i];
            }
            let mut local = vec![0.0; k * k];
            for (row, &r) in rows.iter_mut().zip(&kept) {
                for (x, m) in row.iter_mut().zip(&mean) {
                    *x -= m;
                }
                for i in 0..k {
                    let scaled = p[r] * row[i];
                    if scaled != 0.0 {
                        for (t, x) in local[i * k..(i + 1) * k].iter_mut().zip(row.iter()) {
                            *t += scaled * x;
                        }
                    }
                }
            }
            curvature.fill(0.0);
            for i in 0..k {
                for j in 0..k {
                    curvature[(places[i], places[j])] = local[i * k + j];
                }
            }
            let Some(step) = solve(&(&belief.precision + &curvature), &slope) else { return };
            for (m, s) in belief.mean.iter_mut().zip(step.iter()) {
                *m += s;
            }
        }
        belief.precision += curvature;
    }

    fn utilities(&self, belief: &Belief, task: &Task, general: &[f64]) -> Vec<f64> {
        let c = &task.chamber;
        let own = |key: Key| belief.index.get(&key).map_or(0.0, |&i| belief.mean[i]);
        let party: Vec<f64> = c.ids.iter().map(|&i| own(Key::Party(i))).collect();
        let all = c.coalitions();
        let (parties, pairs) = (all.sum(&party), all.pairs(|i, j| own(pair(c.ids[i], c.ids[j]))));
        let mut u: Vec<f64> = general.iter().map(|p| ln(p.max(1e-12))).collect();
        for ((u, a), b) in u.iter_mut().zip(parties).zip(pairs) {
            *u += a + b;
        }
        for &(column, spread) in &self.covariates {
            let taste = own(Key::Taste(column)) / spread;
            if taste != 0.0 {
                for (u, &x) in u.iter_mut().zip(task.choice.column(column)) {
                    *u += taste * f64::from(x);
                }
            }
        }
        u
    }

    fn keys(&self, task: &Task) -> Vec<Key> {
        let ids = &task.chamber.ids;
        let pairs = (0..ids.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
        self.covariates
            .iter()
            .map(|&(column, _)| Key::Taste(column))
            .chain(ids.iter().map(|&i| Key::Party(i)))
            .chain(pairs.map(|(i, j)| pair(ids[i], ids[j])))
            .collect()
    }

    fn row(&self, task: &Task, index: usize) -> Vec<f64> {
        let mask = index as u32 + 1;
        let n = task.chamber.n;
        let bit = |i: usize| f64::from(mask >> i & 1);
        let tastes = self.covariates.iter().map(|&(k, s)| f64::from(task.choice.column(k)[index]) / s);
        let pairs = (0..n).flat_map(|j| (0..j).map(move |i| bit(i) * bit(j)));
        tastes.chain((0..n).map(bit)).chain(pairs).collect()
    }

    fn precision_of(&self, key: Key) -> f64 {
        let sd = match key {
            Key::Taste(_) => self.taste,
            Key::Party(_) => self.party,
            Key::Pair(..) => self.pair,
        };
        1.0 / (sd * sd).max(1e-12)
    }
}

impl Belief {
    fn admit(&mut self, key: Key, precision: f64) {
        if !self.index.contains_key(&key) {
            let at = self.mean.len();
            self.index.insert(key, at);
            self.mean.push(0.0);
            self.prior.push(precision);
            let old = std::mem::take(&mut self.precision);
            self.precision = old.resize(at + 1, at + 1, 0.0);
            self.precision[(at, at)] = precision;
        }
    }
}

fn pair(a: PartyId, b: PartyId) -> Key {
    Key::Pair(a.min(b), a.max(b))
}
