//! The conditional logit over choice sets, with penalty, analytic derivatives and errors clustered by country.
//!
//! ```text
//! pⱼ = exp(oⱼ + xⱼ·β) / Σₖ exp(oₖ + xₖ·β)        ℓ(β) = Σₛ wₛ ln p(chosen of s) − ½ Σₖ λₖ βₖ²
//! ```
//!
//! Source: McFadden (1974), *Conditional logit analysis of qualitative choice behavior*; cluster-robust covariance after
//! Liang and Zeger (1986), *Biometrika* 73.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use std::collections::BTreeMap;

use crate::gram::{self, LANES};
use crate::num::{plain_softmax, softmax};

/// One choice: its alternatives' covariates, and what was chosen.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Number of alternatives.
    pub rows: usize,
    /// `[n_covariates · rows]`, one covariate after the other.
    pub columns: Vec<f32>,
    /// Index of the chosen alternative.
    pub chosen: usize,
    /// How much the choice counts.
    pub weight: f64,
    /// Choices of one cluster may depend on each other.
    pub cluster: usize,
    /// `[rows]`, a known part of the utility; empty for none.
    pub offset: Vec<f64>,
}

/// Coefficients with what is needed to judge them.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// `[n_covariates]`
    pub beta: Vec<f64>,
    /// `[n_covariates]`, cluster-robust standard errors.
    pub error: Vec<f64>,
    /// ℓ without the penalty.
    pub log_likelihood: f64,
    pub iterations: usize,
    /// Whether the last step promised less than the tolerance.
    pub converged: bool,
}

/// Alternatives less likely than this are left out of the curvature while climbing; the gradient sees all of them, so the
/// summit is the same.
const FAINT: f64 = 1e-4;
/// The same far from the summit, where the curvature is soon another.
const FAINT_FAR: f64 = 1e-3;
/// A step that promises less than this (in log-likelihood) is near enough to the summit to keep the curvature.
const CLOSE: f64 = 200.0;
/// A step that promised more than this is far from the summit.
const FAR_OFF: f64 = 300.0;
/// Steps with an old curvature go on while each promises at most this share of the one before.
const SLOWER: f64 = 0.5;
/// The climb ends where a step promises less than this share of the log-likelihood; and on a part of the choices.
const TOLERANCE: f64 = 1e-9;
const TOLERANCE_NEAR: f64 = 1e-4;
/// The part of all alternatives that a start near the summit is sought on.
const PART: usize = 12;
/// Number of blocks the choices are summed in; fixed, so that sums do not depend on the number of threads.
const BLOCKS: usize = 16;

impl Choice {
    /// Number of covariates.
    pub fn covariates(&self) -> usize {
        self.columns.len().checked_div(self.rows).unwrap_or(0)
    }

    /// One covariate of all alternatives.
    pub fn column(&self, k: usize) -> &[f32] {
        &self.columns[k * self.rows..(k + 1) * self.rows]
    }

    /// Utilities `[rows]` under `beta`.
    pub fn utilities(&self, beta: &[f64]) -> Vec<f64> {
        let mut out = Vec::new();
        plain_utilities(self, beta, &mut out);
        out
    }

    /// Choice probabilities `[rows]` under `beta`.
    pub fn probabilities(&self, beta: &[f64]) -> Vec<f64> {
        let mut u = self.utilities(beta);
        softmax(&mut u);
        u
    }
}

/// Log-likelihood, without penalty.
pub fn log_likelihood(choices: &[Choice], beta: &[f64]) -> f64 {
    blocks(choices, |choice| {
        let mut u = choice.utilities(beta);
        let chosen = u[choice.chosen];
        choice.weight * (chosen - softmax(&mut u))
    })
    .iter()
    .sum()
}

/// Log-likelihood and its gradient `[n_covariates]`, without penalty.
pub fn gradient(choices: &[Choice], beta: &[f64]) -> (f64, Vec<f64>) {
    climb(choices, beta, &mut room(choices))
}

/// Room for every choice's probabilities, so that a climb need not ask for it.
fn room(choices: &[Choice]) -> Vec<Vec<f64>> {
    choices.iter().map(|c| vec![0.0; c.rows]).collect()
}

/// Log-likelihood and gradient; `chances` becomes every choice's probabilities.
fn climb(choices: &[Choice], beta: &[f64], chances: &mut [Vec<f64>]) -> (f64, Vec<f64>) {
    let mut rest = chances;
    let mut blocks = Vec::new();
    for (from, to) in bounds(choices) {
        let (now, later) = std::mem::take(&mut rest).split_at_mut(to - from);
        blocks.push((&choices[from..to], now));
        rest = later;
    }
    let parts: Vec<Vec<(f64, Vec<f64>)>> = blocks
        .into_par_iter()
        .map(|(choices, chances)| choices.iter().zip(chances).map(|(choice, p)| score(choice, beta, p)).collect())
        .collect();
    let (mut total, mut slope) = (0.0, vec![0.0; beta.len()]);
    for (ll, part) in parts.into_iter().flatten() {
        total += ll;
        for (s, x) in slope.iter_mut().zip(part) {
            *s += x;
        }
    }
    (total, slope)
}

/// The negative Hessian of the log-likelihood, without penalty; alternatives with probability below `faint` are left out
/// (0 for the exact matrix).
pub fn curvature(choices: &[Choice], beta: &[f64], faint: f64) -> DMatrix<f64> {
    let chances = blocks(choices, |choice| choice.probabilities(beta));
    curvature_at(choices, &chances, beta.len(), faint)
}

/// The same where the alternatives' probabilities are known.
fn curvature_at(choices: &[Choice], chances: &[Vec<f64>], k: usize, faint: f64) -> DMatrix<f64> {
    let stride = k.next_multiple_of(LANES);
    let parts: Vec<Vec<f64>> = bounds(choices)
        .into_par_iter()
        .map(|(from, to)| {
            let mut sum = vec![0.0; stride * stride];
            for (choice, p) in choices[from..to].iter().zip(&chances[from..to]) {
                add_curvature(choice, p, k, faint, &mut sum);
            }
            sum
        })
        .collect();
    let mut total = vec![0.0; stride * stride];
    for part in parts {
        for (t, p) in total.iter_mut().zip(&part) {
            *t += p;
        }
    }
    DMatrix::from_fn(k, k, |i, j| total[i.min(j) * stride + i.max(j)])
}

/// Fits by Newton's method with step halving, from `start` or from a place near the summit.
///
/// `penalty` `[n_covariates]`, each ≥ 0: λₖ of the formula above. `errors` asks for standard errors (one exact Hessian
/// more); otherwise they are not a number.
pub fn fit(choices: &[Choice], penalty: &[f64], start: Option<&[f64]>, errors: bool) -> Estimate {
    let start = start.map(<[f64]>::to_vec).or_else(|| near(choices, penalty));
    let mut found = ascend(choices, penalty, start, TOLERANCE);
    if errors {
        found.error = robust_errors(choices, &found.beta, penalty);
    }
    found
}

/// Climbs from `start`, which is near the summit, or from zero, until a step promises less than `tolerance`, as a share of the log-likelihood.
///
/// Near the summit the curvature hardly changes, and a step with an old one costs a climb alone; what the slopes seen since
/// say of its change corrects it (Nocedal and Wright 2006, *Numerical Optimization*, algorithm 7.4).
fn ascend(choices: &[Choice], penalty: &[f64], start: Option<Vec<f64>>, tolerance: f64) -> Estimate {
    let k = penalty.len();
    let mut beta = start.unwrap_or_else(|| vec![0.0; k]);
    let penalised = |ll: f64, beta: &[f64]| ll - 0.5 * beta.iter().zip(penalty).map(|(b, p)| p * b * b).sum::<f64>();
    let uphill = |slope: &[f64], beta: &[f64]| {
        DVector::from_iterator(k, slope.iter().zip(beta.iter().zip(penalty)).map(|(s, (b, p))| s - p * b))
    };
    let (mut chances, mut others) = (room(choices), room(choices));
    let (mut ll, slope) = climb(choices, &beta, &mut chances);
    let mut slope = uphill(&slope, &beta);
    let (mut iterations, mut converged) = (0, false);
    let mut held: Option<Held> = None;
    while iterations < 60 && !converged {
        iterations += 1;
        let mut step = held.as_ref().filter(|h| h.promise < CLOSE).map(|h| h.solve(&slope));
        let stale = step.as_ref().zip(held.as_ref()).is_some_and(|(step, h)| step.dot(&slope) <= SLOWER * h.promise);
        if !stale {
            let faint = if held.as_ref().is_some_and(|h| h.promise < FAR_OFF) { FAINT } else { FAINT_FAR };
            let mut hessian = curvature_at(choices, &chances, k, faint);
            for (i, p) in penalty.iter().enumerate() {
                hessian[(i, i)] += p + 1e-8;
            }
            held = factor(&hessian).map(|factor| Held { factor, promise: f64::INFINITY, seen: Vec::new() });
            step = held.as_ref().map(|h| h.solve(&slope));
        }
        let Some((step, held_now)) = step.zip(held.as_mut()) else { break };
        let promise = step.dot(&slope);
        held_now.promise = promise;
        let here = penalised(ll, &beta);
        if promise < tolerance * (1.0 + here.abs()) {
            // so near that the surface is its own parabola: the last step needs no look
            let there: Vec<f64> = beta.iter().zip(step.iter()).map(|(b, s)| b + s).collect();
            ll += here + promise / 2.0 - penalised(ll, &there);
            (beta, converged) = (there, true);
            break;
        }
        let (mut scale, mut moved) = (1.0, false);
        while scale > 1e-6 {
            let trial: Vec<f64> = beta.iter().zip(step.iter()).map(|(b, s)| b + scale * s).collect();
            let (trial_ll, trial_slope) = climb(choices, &trial, &mut others);
            if penalised(trial_ll, &trial) >= here - 1e-12 * here.abs() {
                let next = uphill(&trial_slope, &trial);
                held_now.learn(&step * scale, &slope - &next);
                (beta, ll, slope, moved) = (trial, trial_ll, next, true);
                std::mem::swap(&mut chances, &mut others);
                break;
            }
            scale /= 2.0;
        }
        if stale && !moved {
            held = None;
        }
        converged = !(moved || stale);
    }
    Estimate { beta, error: vec![f64::NAN; k], log_likelihood: ll, iterations, converged }
}

/// The curvature in use.
struct Held {
    factor: Factor,
    /// What the last step with it promised.
    promise: f64,
    /// Steps taken with it, and how much the slope fell over each.
    seen: Vec<(DVector<f64>, DVector<f64>)>,
}

impl Held {
    /// The step to where the slope would vanish.
    fn solve(&self, slope: &DVector<f64>) -> DVector<f64> {
        let mut rest = slope.clone();
        let mut shares = Vec::with_capacity(self.seen.len());
        for (step, fall) in self.seen.iter().rev() {
            let share = step.dot(&rest) / step.dot(fall);
            rest.axpy(-share, fall, 1.0);
            shares.push(share);
        }
        let mut out = self.factor.solve(&rest);
        for ((step, fall), share) in self.seen.iter().zip(shares.iter().rev()) {
            let have = fall.dot(&out) / step.dot(fall);
            out.axpy(share - have, step, 1.0);
        }
        out
    }

    /// Keeps a step along which the slope fell, as it does where the surface is curved at all.
    fn learn(&mut self, step: DVector<f64>, fall: DVector<f64>) {
        if step.dot(&fall) > 1e-12 * step.norm() * fall.norm() {
            self.seen.push((step, fall));
        }
    }
}

/// A place near the summit, climbed to on the choices with fewest alternatives: they are most of the choices and a small
/// part of the work, and from there a few steps on all of them are enough. `None` where there are few, or where the part
/// says what the whole would not (a covariate that it does not bound).
fn near(choices: &[Choice], penalty: &[f64]) -> Option<Vec<f64>> {
    if choices.len() < 256 {
        return None;
    }
    let mut order: Vec<usize> = (0..choices.len()).collect();
    // of those alike every eighth comes first, as neighbours are of one country
    order.sort_by_key(|&i| (choices[i].rows, i % 8));
    let mut left = choices.iter().map(|c| c.rows).sum::<usize>() / PART;
    order.retain(|&i| {
        let fits = choices[i].rows <= left;
        left -= if fits { choices[i].rows } else { left };
        fits
    });
    order.sort_unstable();
    let few: Vec<Choice> = order.iter().map(|&i| choices[i].clone()).collect();
    let share = few.len() as f64 / choices.len() as f64;
    // a little more penalty than their share: few choices leave much open that all of them bound
    let penalty: Vec<f64> = penalty.iter().map(|p| p * share + 0.5).collect();
    let found = ascend(&few, &penalty, None, TOLERANCE_NEAR);
    (found.converged && found.beta.iter().all(|b| b.abs() < FAR)).then_some(found.beta)
}

/// Coefficients beyond this come from a covariate that the choices hardly bound.
const FAR: f64 = 20.0;

/// Solves A x = b for a symmetric positive definite A; a ridge is added where it is not.
pub fn solve(a: &DMatrix<f64>, b: &DVector<f64>) -> Option<DVector<f64>> {
    factor(a).map(|f| f.solve(b))
}

type Factor = nalgebra::Cholesky<f64, nalgebra::Dyn>;

fn factor(a: &DMatrix<f64>) -> Option<Factor> {
    let size = (0..a.nrows()).map(|i| a[(i, i)].abs()).fold(0.0, f64::max).max(1e-12);
    let mut ridge = 0.0;
    for _ in 0..12 {
        let mut m = a.clone();
        for i in 0..m.nrows() {
            m[(i, i)] += ridge;
        }
        if let Some(factor) = m.cholesky() {
            return Some(factor);
        }
        ridge = if ridge == 0.0 { 1e-10 * size } else { ridge * 10.0 };
    }
    None
}

/// The sandwich A⁻¹ B A⁻¹ with B summed over clusters, times G/(G − 1).
pub fn robust_errors(choices: &[Choice], beta: &[f64], penalty: &[f64]) -> Vec<f64> {
    let k = beta.len();
    let mut a = curvature(choices, beta, 0.0);
    for (i, p) in penalty.iter().enumerate() {
        a[(i, i)] += p + 1e-10;
    }
    let mut by_cluster: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for choice in choices {
        let sum = by_cluster.entry(choice.cluster).or_insert_with(|| vec![0.0; k]);
        for (s, x) in sum.iter_mut().zip(score(choice, beta, &mut Vec::new()).1) {
            *s += x;
        }
    }
    let groups = by_cluster.len() as f64;
    let mut b = DMatrix::zeros(k, k);
    for sum in by_cluster.values() {
        let v = DVector::from_column_slice(sum);
        b += &v * v.transpose();
    }
    let Some(inverse) = a.cholesky().map(|c| c.inverse()) else { return vec![f64::NAN; k] };
    let factor = if groups > 1.0 { groups / (groups - 1.0) } else { 1.0 };
    let covariance = &inverse * b * &inverse * factor;
    (0..k).map(|i| covariance[(i, i)].max(0.0).sqrt()).collect()
}

/// One choice's part of log-likelihood and gradient; `p` becomes its probabilities.
fn score(choice: &Choice, beta: &[f64], p: &mut Vec<f64>) -> (f64, Vec<f64>) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::score_512(choice, beta, p) };
        }
        if is_x86_feature_detected!("avx2") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::score_256(choice, beta, p) };
        }
    }
    plain_score(choice, beta, p)
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::Choice;

    #[target_feature(enable = "avx512f")]
    pub fn score_512(choice: &Choice, beta: &[f64], p: &mut Vec<f64>) -> (f64, Vec<f64>) {
        super::plain_score(choice, beta, p)
    }

    #[target_feature(enable = "avx2")]
    pub fn score_256(choice: &Choice, beta: &[f64], p: &mut Vec<f64>) -> (f64, Vec<f64>) {
        super::plain_score(choice, beta, p)
    }
}

#[allow(clippy::inline_always, reason = "compiled anew into functions for wider vectors")]
#[inline(always)]
fn plain_score(choice: &Choice, beta: &[f64], p: &mut Vec<f64>) -> (f64, Vec<f64>) {
    plain_utilities(choice, beta, p);
    let chosen = p[choice.chosen];
    let ll = choice.weight * (chosen - plain_softmax(p));
    let mut slope = Vec::with_capacity(beta.len());
    for k in 0..beta.len() {
        let column = choice.column(k);
        slope.push(choice.weight * (f64::from(column[choice.chosen]) - dot(p, column)));
    }
    (ll, slope)
}

/// Covariates taken side by side, so that what they share is loaded once.
const ABREAST: usize = 4;
/// Alternatives taken at a time, so that their utilities stay near.
const STRETCH: usize = 4096;

#[allow(clippy::inline_always, reason = "compiled anew into functions for wider vectors")]
#[inline(always)]
fn plain_utilities(choice: &Choice, beta: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend_from_slice(&choice.offset);
    out.resize(choice.rows, 0.0);
    for (part, u) in out.chunks_mut(STRETCH).enumerate() {
        let stretch = part * STRETCH..part * STRETCH + u.len();
        let column = |k: usize| &choice.column(k)[stretch.clone()];
        let mut k = 0;
        while k + ABREAST <= beta.len() {
            let b = [beta[k], beta[k + 1], beta[k + 2], beta[k + 3]];
            let [x0, x1, x2, x3] = [column(k), column(k + 1), column(k + 2), column(k + 3)];
            for ((((u, &x0), &x1), &x2), &x3) in u.iter_mut().zip(x0).zip(x1).zip(x2).zip(x3) {
                *u = (((*u + b[0] * f64::from(x0)) + b[1] * f64::from(x1)) + b[2] * f64::from(x2))
                    + b[3] * f64::from(x3);
            }
            k += ABREAST;
        }
        for (k, &b) in beta.iter().enumerate().skip(k) {
            for (u, &x) in u.iter_mut().zip(column(k)) {
                *u += b * f64::from(x);
            }
        }
    }
}

/// Σ pᵢ xᵢ in interleaved sums: a fixed order that vectors can follow.
#[allow(clippy::inline_always, reason = "compiled anew into functions for wider vectors")]
#[inline(always)]
fn dot(p: &[f64], x: &[f32]) -> f64 {
    const LANES: usize = 64;
    let mut lanes = [0.0; LANES];
    for (p, x) in p.chunks(LANES).zip(x.chunks(LANES)) {
        for ((lane, p), &x) in lanes.iter_mut().zip(p).zip(x) {
            *lane += p * f64::from(x);
        }
    }
    let (eights, _) = lanes.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, x) in sums.iter_mut().zip(eight) {
            *sum += x;
        }
    }
    sums.iter().sum()
}

fn add_curvature(choice: &Choice, p: &[f64], k: usize, faint: f64, sum: &mut [f64]) {
    let stride = k.next_multiple_of(LANES);
    let kept: Vec<usize> = (0..choice.rows).filter(|&r| p[r] > faint).collect();
    let total: f64 = kept.iter().map(|&r| p[r]).sum();
    if total <= 0.0 {
        return;
    }
    let mut rows = vec![0.0; kept.len() * stride];
    for i in 0..k {
        let column = choice.column(i);
        for (row, &r) in rows.chunks_exact_mut(stride).zip(&kept) {
            row[i] = f64::from(column[r]);
        }
    }
    let mut mean = vec![0.0; stride];
    for (row, &r) in rows.chunks_exact(stride).zip(&kept) {
        let share = p[r] / total;
        for (m, x) in mean.iter_mut().zip(row) {
            *m += share * x;
        }
    }
    for row in rows.chunks_exact_mut(stride) {
        for (x, m) in row.iter_mut().zip(&mean) {
            *x -= m;
        }
    }
    let weights: Vec<f64> = kept.iter().map(|&r| choice.weight * p[r]).collect();
    gram::add(&rows, &weights, stride, sum);
}

/// Stretches of the choices with about equal numbers of alternatives, the same for any number of threads.
fn bounds(choices: &[Choice]) -> Vec<(usize, usize)> {
    let total: usize = choices.iter().map(|c| c.rows).sum();
    let target = total.div_ceil(BLOCKS).max(1);
    let (mut out, mut from, mut rows) = (Vec::new(), 0, 0);
    for (i, choice) in choices.iter().enumerate() {
        rows += choice.rows;
        if rows >= target {
            out.push((from, i + 1));
            (from, rows) = (i + 1, 0);
        }
    }
    if from < choices.len() {
        out.push((from, choices.len()));
    }
    out
}

/// Maps every choice, block by block; results stand in the choices' order.
fn blocks<T: Send>(choices: &[Choice], f: impl Fn(&Choice) -> T + Sync) -> Vec<T> {
    let parts: Vec<Vec<T>> =
        bounds(choices).into_par_iter().map(|(from, to)| choices[from..to].iter().map(&f).collect()).collect();
    parts.into_iter().flatten().collect()
}
