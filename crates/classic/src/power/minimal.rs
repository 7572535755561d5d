//! Minimal winning and minimal blocking coalitions: nobody in them can be spared.

use super::dense::{cumulate, join_by_size};
use super::wide::{Wide, with_limbs};
use super::{Criterion, Game};
use num_bigint::BigUint;

/// What wins: every criterion met (the game), or one of them (its dual: enough to block).
#[derive(Debug, Clone)]
pub struct Wins<'a> {
    pub criteria: &'a [Criterion],
    /// Quotas, criterion by criterion.
    pub quotas: Vec<u128>,
    pub any: bool,
}

impl<'a> Wins<'a> {
    /// The coalitions that pass.
    pub fn passing(game: &'a Game) -> Self {
        Self { criteria: &game.criteria, quotas: game.criteria.iter().map(|c| c.quota).collect(), any: false }
    }

    /// The coalitions without which nothing passes.
    pub fn blocking(game: &'a Game) -> Self {
        let quotas = game.criteria.iter().map(|c| c.total() - c.quota + 1).collect();
        Self { criteria: &game.criteria, quotas, any: true }
    }

    /// Whether these sums win.
    pub fn hold(&self, sums: impl Iterator<Item = u128>) -> bool {
        let mut met = sums.zip(&self.quotas).map(|(s, q)| s >= *q);
        if self.any { met.any(|m| m) } else { met.all(|m| m) }
    }
}

/// The minimal coalitions found by search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub count: u64,
    /// Members as player numbers, ascending; at most `list` of them, fewest members first.
    pub listed: Option<Vec<Vec<usize>>>,
    /// `[player][size − 1]`: minimal coalitions of that size with the player.
    pub by_player_and_size: Vec<Vec<u64>>,
}

/// Searches all minimal coalitions, or gives up (`None`) after `steps` steps; lists them if there are at most `list`.
pub fn search(wins: &Wins, players: usize, steps: u64, list: usize) -> Option<Found> {
    let criteria = wins.criteria.len();
    let mut order: Vec<usize> = (0..players).collect();
    let heavy = |i: usize| -> f64 {
        wins.criteria.iter().zip(&wins.quotas).map(|(c, &q)| c.weights[i] as f64 / q.max(1) as f64).sum()
    };
    order.sort_by(|&a, &b| heavy(b).total_cmp(&heavy(a)).then(a.cmp(&b)));
    let mut rest = vec![vec![0u128; criteria]; players + 1];
    for k in (0..players).rev() {
        rest[k] = rest[k + 1].iter().zip(wins.criteria).map(|(r, c)| r + c.weights[order[k]]).collect();
    }
    let mut search = Search {
        wins,
        order: &order,
        rest: &rest,
        chosen: Vec::new(),
        sums: vec![0; criteria],
        found: Found { count: 0, listed: Some(Vec::new()), by_player_and_size: vec![vec![0; players.max(1)]; players] },
        steps,
        list,
    };
    search.extend(0)?;
    let mut found = search.found;
    if let Some(listed) = &mut found.listed {
        listed.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    }
    Some(found)
}

struct Search<'a> {
    wins: &'a Wins<'a>,
    order: &'a [usize],
    rest: &'a [Vec<u128>],
    chosen: Vec<usize>,
    sums: Vec<u128>,
    found: Found,
    steps: u64,
    list: usize,
}

impl Search<'_> {
    /// Extends the losing coalition chosen so far by players from place `from` on.
    fn extend(&mut self, from: usize) -> Option<()> {
        for k in from..self.order.len() {
            self.steps = self.steps.checked_sub(1)?;
            if !self.wins.hold(self.sums.iter().zip(&self.rest[k]).map(|(s, r)| s + r)) {
                return Some(());
            }
            let player = self.order[k];
            self.add(player, true);
            if self.wins.hold(self.sums.iter().copied()) {
                if self.nobody_to_spare() {
                    self.record();
                }
            } else {
                self.extend(k + 1)?;
            }
            self.add(player, false);
        }
        Some(())
    }

    fn add(&mut self, player: usize, joins: bool) {
        for (sum, c) in self.sums.iter_mut().zip(self.wins.criteria) {
            if joins { *sum += c.weights[player] } else { *sum -= c.weights[player] }
        }
        if joins {
            self.chosen.push(player);
        } else {
            self.chosen.pop();
        }
    }

    fn nobody_to_spare(&self) -> bool {
        self.chosen
            .iter()
            .all(|&i| !self.wins.hold(self.sums.iter().zip(self.wins.criteria).map(|(s, c)| s - c.weights[i])))
    }

    fn record(&mut self) {
        self.found.count += 1;
        let size = self.chosen.len();
        for &i in &self.chosen {
            self.found.by_player_and_size[i][size - 1] += 1;
        }
        if self.found.count > self.list as u64 {
            self.found.listed = None;
        }
        if let Some(listed) = &mut self.found.listed {
            let mut members = self.chosen.clone();
            members.sort_unstable();
            listed.push(members);
        }
    }
}

/// The number of minimal winning coalitions of `[quota; weights]`, by table.
///
/// Ordered from heavy to light, a coalition is minimal if and only if it wins and loses without its last member; so with
/// the last member j given, the rest is a coalition of heavier players with a weight in `[q − wⱼ, q − 1]`.
pub fn count(weights: &[u64], quota: u64) -> Option<BigUint> {
    with_limbs!(weights.len() + 1, count_wide(weights, quota))
}

fn count_wide<const L: usize>(weights: &[u64], quota: u64) -> BigUint {
    let mut sorted: Vec<u64> = weights.iter().copied().filter(|&w| w > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut rest: u64 = sorted.iter().sum();
    let mut reached = 0u64;
    let q = quota as usize;
    let mut table = vec![Wide::<L>::ZERO; q];
    table[0] = Wide::ONE;
    let mut minimal = Wide::<L>::ZERO;
    for &w in &sorted {
        let (w_len, top) = (w as usize, (reached + 1).min(quota) as usize);
        for cell in &table[q.saturating_sub(w_len).min(top)..top] {
            minimal = minimal.plus(*cell);
        }
        rest -= w;
        // Sums from which the lighter players cannot reach the quota no longer matter.
        let useful = quota.saturating_sub(rest) as usize;
        let new_top = (reached + w + 1).min(quota) as usize;
        let mut end = new_top;
        while end > w_len.max(useful) {
            let start = end.saturating_sub(w_len).max(w_len).max(useful);
            let (low, high) = table.split_at_mut(start);
            for (cell, other) in high[..end - start].iter_mut().zip(&low[start - w_len..end - w_len]) {
                *cell = cell.plus(*other);
            }
            end = start;
        }
        reached += w;
    }
    minimal.to_big()
}

/// For each player and size − 1, the minimal winning coalitions of that size with the player, by table.
pub fn count_by_player(weights: &[u64], quota: u64) -> Option<Vec<Vec<BigUint>>> {
    with_limbs!(weights.len() + 1, count_by_player_wide(weights, quota))
}

/// Cell updates that [`count_by_player`] needs.
pub fn count_by_player_cost(weights: &[u64], quota: u64) -> u128 {
    let n = weights.len() as u128;
    n * n * (u128::from(quota) + n * n / 2)
}

fn count_by_player_wide<const L: usize>(weights: &[u64], quota: u64) -> Vec<Vec<BigUint>> {
    let n = weights.len();
    let mut order: Vec<usize> = (0..n).filter(|&i| weights[i] > 0).collect();
    order.sort_by(|&a, &b| weights[b].cmp(&weights[a]).then(a.cmp(&b)));
    let mut rows = vec![vec![Wide::<L>::ZERO; quota as usize]; n + 1];
    rows[0][0] = Wide::ONE;
    let mut out = vec![vec![Wide::<L>::ZERO; n]; n];
    let mut reached = 0u64;
    for (place, &j) in order.iter().enumerate() {
        let w = weights[j];
        let below: Vec<Vec<Wide<L>>> = rows[..=place].iter().map(|row| cumulate(row.clone())).collect();
        let window = |size: usize, shift: u64| -> Wide<L> {
            let at = |s: u64| below[size][s as usize];
            at(quota.saturating_sub(shift)).minus(at(quota.saturating_sub(w).saturating_sub(shift)))
        };
        for (size, cell) in out[j].iter_mut().enumerate().take(place + 1) {
            *cell = cell.plus(window(size, 0));
        }
        let mut last: Option<(u64, Vec<Wide<L>>)> = None;
        for &i in &order[..place] {
            // Heavier players of equal weight appear in equally many.
            let with = match &last {
                Some((weight, with)) if *weight == weights[i] => with.clone(),
                _ => (0..=place).map(|size| with_player(&window, weights[i], size)).collect(),
            };
            for (size, w) in with.iter().enumerate() {
                out[i][size] = out[i][size].plus(*w);
            }
            last = Some((weights[i], with));
        }
        reached = (reached + w).min(quota - 1);
        join_by_size(&mut rows, place, w, reached);
    }
    out.into_iter().map(|row| row.into_iter().map(Wide::to_big).collect()).collect()
}

/// Coalitions of `size` with a player of `weight`: take it out again and again, with alternating signs.
fn with_player<const L: usize>(window: &impl Fn(usize, u64) -> Wide<L>, weight: u64, size: usize) -> Wide<L> {
    let mut sum = Wide::ZERO;
    for m in 1..=size {
        let term = window(size - m, weight.saturating_mul(m as u64));
        sum = if m % 2 == 1 { sum.plus(term) } else { sum.minus(term) };
    }
    sum
}
