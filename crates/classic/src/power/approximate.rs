//! Where exact counting would take too long: quadrature with a bound, and sampling with an error.

use super::Game;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// Shapley–Shubik indices of the `distinct` weights of `[quota; weights]`, and a bound on their error.
///
/// The index is the chance to be pivotal when everybody says yes with the same chance p, averaged over p in 0–1
/// (Straffin 1977, *Public Choice* 30; Owen 1972, *Management Science* 18, multilinear extension). For each p the
/// distribution of weights is one product of polynomials; p is integrated by Gauss and Legendre's rule with 16, 32, …
/// nodes until two rules agree. With n/2 nodes the rule is exact up to rounding. The bound is the last change,
/// plus 1e-10 for rounding.
pub fn shapley_by_quadrature(weights: &[u64], quota: u64, distinct: &[u64], tolerance: f64) -> (Vec<f64>, f64) {
    let mut sorted = weights.to_vec();
    sorted.sort_unstable();
    let total: u64 = sorted.iter().sum();
    let enough = weights.len().div_ceil(2).max(1);
    let rule = |nodes: usize| -> Vec<f64> {
        let terms: Vec<Vec<f64>> = gauss_legendre(nodes)
            .into_par_iter()
            .map(|(p, mass)| {
                let dual = total - quota + 1;
                let chances = if p <= 0.5 {
                    pivotal(&sorted, quota, p, distinct)
                } else {
                    pivotal(&sorted, dual, 1.0 - p, distinct)
                };
                chances.into_iter().map(|c| c * mass).collect()
            })
            .collect();
        // Summed in order of the nodes, so that the result does not depend on the number of threads.
        terms.iter().fold(vec![0.0; distinct.len()], |sum, t| sum.iter().zip(t).map(|(a, b)| a + b).collect())
    };
    let mut nodes = 16.min(enough);
    let mut last = rule(nodes);
    loop {
        if nodes >= enough {
            return (last, 1e-10);
        }
        nodes = (nodes * 2).min(enough);
        let next = rule(nodes);
        let change = last.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        last = next;
        if change < tolerance {
            return (last, change + 1e-10);
        }
    }
}

/// The chance that a player of each weight is pivotal if each other says yes with chance p ≤ 1/2.
fn pivotal(sorted: &[u64], quota: u64, p: f64, distinct: &[u64]) -> Vec<f64> {
    let ratio = p / (1.0 - p);
    let cap = (quota - 1) as usize;
    let mut table = vec![0.0f64; cap + 1];
    // Scaled at the start by all the chances to say no; underflows only where p^n does.
    table[0] = (1.0 - p).powi(i32::try_from(sorted.len()).unwrap_or(i32::MAX));
    let mut reached = 0usize;
    for &w in sorted {
        let w = usize::try_from(w).unwrap_or(usize::MAX);
        reached = reached.saturating_add(w).min(cap);
        if w == 0 {
            table[..=reached].iter_mut().for_each(|c| *c *= 1.0 + ratio);
            continue;
        }
        let mut end = reached + 1;
        while end > w {
            let start = end.saturating_sub(w).max(w);
            let (low, high) = table.split_at_mut(start);
            for (cell, other) in high[..end - start].iter_mut().zip(&low[start - w..end - w]) {
                *cell += ratio * other;
            }
            end = start;
        }
    }
    let mut sum = 0.0;
    for cell in &mut table {
        let here = *cell;
        *cell = sum;
        sum += here;
    }
    table.push(sum);
    distinct
        .iter()
        .map(|&w| {
            let (mut top, mut factor, mut chance) = (quota, 1.0 / (1.0 - p), 0.0);
            while top > 0 && w > 0 && factor.abs() > 1e-30 {
                let bottom = top.saturating_sub(w);
                chance += factor * (table[top as usize] - table[bottom as usize]);
                factor *= -ratio;
                top = bottom;
            }
            chance
        })
        .collect()
}

/// Nodes and masses of Gauss and Legendre's rule on 0–1, by Newton's method on the Legendre polynomial.
fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|k| {
            let mut x = (std::f64::consts::PI * (k as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (mut before, mut value) = (1.0, x);
                for j in 2..=n {
                    let j = j as f64;
                    (before, value) = (value, ((2.0 * j - 1.0) * x * value - (j - 1.0) * before) / j);
                }
                slope = n as f64 * (x * value - before) / (x * x - 1.0);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (0.5 * (1.0 - x), 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// Indices estimated from random coalitions and orders.
pub struct Sampled {
    /// Chance to be critical in a random coalition of the others.
    pub banzhaf_absolute: Vec<f64>,
    pub shapley_shubik: Vec<f64>,
    /// The share of coalitions that win.
    pub winning_share: f64,
    /// Largest standard error of any figure above.
    pub error: f64,
    pub samples: u32,
}

/// Draws `samples` coalitions and as many orders of the players.
pub fn sample(game: &Game, samples: u32, seed: u64) -> Sampled {
    let n = game.players();
    let mut rng = Pcg64::seed_from_u64(seed);
    let (mut critical, mut pivot, mut wins) = (vec![0u32; n], vec![0u32; n], 0u32);
    let mut inside = vec![false; n];
    let mut order: Vec<usize> = (0..n).collect();
    for _ in 0..samples {
        let mut sums: Vec<u128> = vec![0; game.criteria.len()];
        for (i, member) in inside.iter_mut().enumerate() {
            *member = rng.random::<bool>();
            if *member {
                for (s, c) in sums.iter_mut().zip(&game.criteria) {
                    *s += c.weights[i];
                }
            }
        }
        wins += u32::from(game.wins(&sums));
        for i in 0..n {
            let with = |on: bool| {
                game.criteria.iter().zip(&sums).all(|(c, &s)| {
                    let others = if inside[i] { s - c.weights[i] } else { s };
                    others + if on { c.weights[i] } else { 0 } >= c.quota
                })
            };
            critical[i] += u32::from(with(true) && !with(false));
        }
        for k in (1..n).rev() {
            order.swap(k, rng.random_range(0..=k));
        }
        let mut sums: Vec<u128> = vec![0; game.criteria.len()];
        for &i in &order {
            for (s, c) in sums.iter_mut().zip(&game.criteria) {
                *s += c.weights[i];
            }
            if game.wins(&sums) {
                pivot[i] += 1;
                break;
            }
        }
    }
    let share = |count: u32| f64::from(count) / f64::from(samples);
    let banzhaf_absolute: Vec<f64> = critical.iter().map(|&c| share(c)).collect();
    let shapley_shubik: Vec<f64> = pivot.iter().map(|&c| share(c)).collect();
    let error = banzhaf_absolute
        .iter()
        .chain(&shapley_shubik)
        .map(|p| (p * (1.0 - p) / f64::from(samples)).sqrt())
        .fold(0.0, f64::max);
    Sampled { banzhaf_absolute, shapley_shubik, winning_share: share(wins), error, samples }
}
