//! One criterion, whole weights: counts of coalitions by weight (and by size), from generating functions.
//!
//! `F(x) = Π (1 + x^wᵢ)` counts coalitions by weight. A player's swings are the coalitions of the others whose weight
//! lies in `[q − w, q − 1]`; the others' function is `F / (1 + x^w)`, and over that window the division telescopes to
//! alternating differences of the cumulated counts `P(t) = Σ_{s<t} F(s)`:
//!
//! ```text
//! swings(w) = Σ_j (−1)^j [ P(q − jw) − P(q − (j+1)w) ]
//! ```
//!
//! so that after one product the indices of all players cost next to nothing. A game and its dual (quota W − q + 1) have
//! the same swings; the smaller quota of the two is counted.
//!
//! Sources: Mann and Shapley (1962), RAND RM-3158 (generating functions); Bilbao, Fernández, Jiménez Losada and López
//! (2000), *Top* 8 (generating functions for Banzhaf and Shapley–Shubik).

use super::wide::{Wide, with_limbs};
use num_bigint::BigUint;

/// Raw swings of every distinct weight, and the number of winning coalitions.
pub struct Swings {
    /// In the order of `distinct`.
    pub swings: Vec<BigUint>,
    pub winning: BigUint,
}

/// The cost of counting, in table cells touched.
pub fn cells(weights: &[u64], quota: u64) -> u128 {
    let mut sorted = weights.to_vec();
    sorted.sort_unstable();
    let cap = u128::from(smaller_quota(weights, quota));
    let mut sum = 0u128;
    sorted.iter().map(|&w| (sum += u128::from(w), sum.min(cap)).1).sum()
}

/// Swings of the `distinct` weights in the game `[quota; weights]`.
///
/// - `weights`: whole numbers, their sum at least `quota` ≥ 1, which makes the table
///   `min(quota, total − quota + 1)` cells of `n` bits.
/// - `None` above 2,048 players.
pub fn swings(weights: &[u64], quota: u64, distinct: &[u64]) -> Option<Swings> {
    with_limbs!(weights.len() + 1, swings_wide(weights, quota, distinct))
}

fn swings_wide<const L: usize>(weights: &[u64], quota: u64, distinct: &[u64]) -> Swings {
    let total: u64 = weights.iter().sum();
    let q = smaller_quota(weights, quota);
    let below = cumulate(counts::<L>(weights, q - 1));
    let swings = distinct.iter().map(|&w| alternating(w, q, |t| below[t as usize]).to_big()).collect();
    let losing = below[q as usize].to_big();
    let all = BigUint::from(1u8) << weights.len();
    let winning = if q == quota { all - losing } else { losing };
    debug_assert!(total >= quota);
    Swings { swings, winning }
}

/// For each distinct weight, the swings by size of the coalition the player joins (0 to n − 1).
///
/// Sizes are those of the counted game; in the dual they are mirrored, which leaves the Shapley–Shubik index as it is.
pub fn swings_by_size(weights: &[u64], quota: u64, distinct: &[u64]) -> Option<Vec<Vec<BigUint>>> {
    with_limbs!(weights.len() + 1, by_size_wide(weights, quota, distinct))
}

fn by_size_wide<const L: usize>(weights: &[u64], quota: u64, distinct: &[u64]) -> Vec<Vec<BigUint>> {
    let n = weights.len();
    let q = smaller_quota(weights, quota);
    let rows = counts_by_size::<L>(weights, q - 1);
    let below: Vec<Vec<Wide<L>>> = rows.into_iter().map(cumulate).collect();
    distinct.iter().map(|&w| (0..n).map(|size| diagonal(&below, w, q, size).to_big()).collect()).collect()
}

/// Bytes and cell updates that [`swings_by_size`] needs.
pub fn by_size_cost(weights: &[u64], quota: u64) -> (u128, u128) {
    let n = weights.len() as u128;
    let cap = u128::from(smaller_quota(weights, quota));
    let limbs = (n + 1).div_ceil(64);
    (n * cap * limbs * 8, n * n / 2 * cap * limbs)
}

/// Which of a game and its dual has the smaller quota.
pub fn smaller_quota(weights: &[u64], quota: u64) -> u64 {
    let total: u64 = weights.iter().sum();
    quota.min(total - quota + 1)
}

/// `F(s)` for `s` in `0..=cap`.
fn counts<const L: usize>(weights: &[u64], cap: u64) -> Vec<Wide<L>> {
    let mut sorted = weights.to_vec();
    // Light players first: the reachable sums, and with them the work, stay small for longest.
    sorted.sort_unstable();
    let mut table = vec![Wide::ZERO; cap as usize + 1];
    table[0] = Wide::ONE;
    let mut reached = 0u64;
    for &w in &sorted {
        reached = reached.saturating_add(w).min(cap);
        multiply(&mut table, w, reached);
    }
    table
}

/// Multiplies by `1 + x^w` in place, for sums up to `reached`.
fn multiply<const L: usize>(table: &mut [Wide<L>], w: u64, reached: u64) {
    let (w, reached) = (w as usize, reached as usize);
    if w > reached {
        return;
    }
    if w == 0 {
        for cell in &mut table[..=reached] {
            *cell = cell.plus(*cell);
        }
        return;
    }
    // From the top in blocks no longer than w, so that a block and what it reads do not overlap.
    let mut end = reached + 1;
    while end > w {
        let start = end.saturating_sub(w).max(w);
        let (low, high) = table.split_at_mut(start);
        for (cell, other) in high[..end - start].iter_mut().zip(&low[start - w..end - w]) {
            *cell = cell.plus(*other);
        }
        end = start;
    }
}

/// `F(size, s)` for every size below n and `s` in `0..=cap`.
pub(super) fn counts_by_size<const L: usize>(weights: &[u64], cap: u64) -> Vec<Vec<Wide<L>>> {
    let mut sorted = weights.to_vec();
    sorted.sort_unstable();
    let mut rows = vec![vec![Wide::ZERO; cap as usize + 1]; weights.len().max(1)];
    rows[0][0] = Wide::ONE;
    let mut reached = 0u64;
    for (placed, &w) in sorted.iter().enumerate() {
        reached = reached.saturating_add(w).min(cap);
        join_by_size(&mut rows, placed, w, reached);
    }
    rows
}

/// Multiplies by `1 + y·x^w` in place, `placed` players being in already.
pub(super) fn join_by_size<const L: usize>(rows: &mut [Vec<Wide<L>>], placed: usize, w: u64, reached: u64) {
    let (w, reached) = (w as usize, reached as usize);
    if w > reached {
        return;
    }
    for size in (1..=(placed + 1).min(rows.len() - 1)).rev() {
        let (low, high) = rows.split_at_mut(size);
        let (from, to) = (&low[size - 1][..=reached - w], &mut high[0][w..=reached]);
        for (cell, other) in to.iter_mut().zip(from) {
            *cell = cell.plus(*other);
        }
    }
}

/// `P(t) = Σ_{s<t} F(s)`, one cell longer than `F`.
pub(super) fn cumulate<const L: usize>(mut table: Vec<Wide<L>>) -> Vec<Wide<L>> {
    let mut sum = Wide::ZERO;
    for cell in &mut table {
        let here = *cell;
        *cell = sum;
        sum = sum.plus(here);
    }
    table.push(sum);
    table
}

/// `Σ_j (−1)^j [P(q − jw) − P(q − (j+1)w)]`.
fn alternating<const L: usize>(w: u64, q: u64, below: impl Fn(u64) -> Wide<L>) -> Wide<L> {
    if w == 0 {
        return Wide::ZERO;
    }
    let mut sum = Wide::ZERO;
    let (mut top, mut odd) = (q, false);
    while top > 0 {
        let bottom = top.saturating_sub(w);
        let block = below(top).minus(below(bottom));
        sum = if odd { sum.minus(block) } else { sum.plus(block) };
        odd = !odd;
        top = bottom;
    }
    sum
}

/// The same by size: each step down takes one more copy of the player out.
fn diagonal<const L: usize>(below: &[Vec<Wide<L>>], w: u64, q: u64, size: usize) -> Wide<L> {
    if w == 0 {
        return Wide::ZERO;
    }
    let mut sum = Wide::ZERO;
    let mut top = q;
    for j in 0..=size {
        if top == 0 {
            break;
        }
        let row = &below[size - j];
        let bottom = top.saturating_sub(w);
        let block = row[top as usize].minus(row[bottom as usize]);
        sum = if j % 2 == 1 { sum.minus(block) } else { sum.plus(block) };
        top = bottom;
    }
    sum
}
