//! Several criteria at once, or weights too large for a table: a decision diagram, player by player.
//!
//! A node of layer k is what is still needed, criterion by criterion, after the first k players have said yes or no. Two
//! needs that no coalition of the remaining players tells apart are the same node: every need is rounded up to the next
//! sum the rest can reach. With `α(node)` the ways to get there and `β(node)` the ways to win from there, player k's
//! swings are `Σ α(node) · (β(yes) − β(no))`; carried by size they give the Shapley–Shubik index as well.
//!
//! Source for the diagrams: Bolus (2011), *European Journal of Operational Research* 210 (power indices of simple games by
//! binary decision diagrams); the rounding of needs is the interval merging described there.

use super::Game;
use super::wide::{Wide, with_limbs};
use num_bigint::BigUint;
use rustc_hash::FxHashMap;

/// Swings by size of the coalition joined, player by player, and the number of winning coalitions.
pub struct Layers {
    pub swings_by_size: Vec<Vec<BigUint>>,
    pub winning: BigUint,
}

/// Why there is no answer: more nodes than `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyNodes;

/// Counts by decision diagram, with at most `limit` nodes.
pub fn count(game: &Game, limit: usize) -> Result<Layers, TooManyNodes> {
    let diagram = match game.criteria.len() {
        1 => build::<1>(game, limit),
        2 => build::<2>(game, limit),
        3 => build::<3>(game, limit),
        4 => build::<4>(game, limit),
        _ => build::<8>(game, limit),
    }?;
    let n = game.players();
    with_limbs!(n + 1, sweep(&diagram, n)).ok_or(TooManyNodes)
}

/// The most criteria a diagram can carry.
pub const MOST_CRITERIA: usize = 8;

const LOST: u32 = u32::MAX;
const WON: u32 = u32::MAX - 1;

struct Diagram {
    /// The player each layer asks.
    order: Vec<usize>,
    /// `[layer][node] = (no, yes)`, nodes of the next layer, [`LOST`] or [`WON`].
    layers: Vec<Vec<(u32, u32)>>,
}

fn build<const C: usize>(game: &Game, limit: usize) -> Result<Diagram, TooManyNodes> {
    let n = game.players();
    let mut order: Vec<usize> = (0..n).collect();
    // Heavy players first: they decide early, and light ones have few sums.
    let share = |i: usize| -> f64 { game.criteria.iter().map(|c| c.weights[i] as f64 / c.quota as f64).sum() };
    order.sort_by(|&a, &b| share(b).total_cmp(&share(a)).then(a.cmp(&b)));
    let weight = |i: usize| -> [u128; C] { std::array::from_fn(|c| game.criteria.get(c).map_or(0, |k| k.weights[i])) };
    let reach: Vec<[Reach; C]> = {
        let columns: [Vec<Reach>; C] = std::array::from_fn(|c| {
            let column: Vec<u128> = order.iter().map(|&i| weight(i)[c]).collect();
            reachable(&column, game.criteria.get(c).map_or(0, |k| k.quota))
        });
        (0..=n).map(|k| std::array::from_fn(|c| columns[c][k].clone())).collect()
    };
    let mut needs: Vec<[u128; C]> = vec![std::array::from_fn(|c| game.criteria.get(c).map_or(0, |k| k.quota))];
    let mut layers = Vec::with_capacity(n);
    let mut nodes = 0usize;
    for k in 0..n {
        let w = weight(order[k]);
        let mut next: Vec<[u128; C]> = Vec::new();
        let mut known: FxHashMap<[u128; C], u32> = FxHashMap::default();
        let mut place = |need: [u128; C]| -> u32 {
            let mut rounded = need;
            for (c, r) in rounded.iter_mut().enumerate() {
                match reach[k + 1][c].round_up(*r) {
                    Some(up) => *r = up,
                    None => return LOST,
                }
            }
            if rounded.iter().all(|&r| r == 0) {
                return WON;
            }
            *known.entry(rounded).or_insert_with(|| {
                next.push(rounded);
                (next.len() - 1) as u32
            })
        };
        let edges = needs
            .iter()
            .map(|need| (place(*need), place(std::array::from_fn(|c| need[c].saturating_sub(w[c])))))
            .collect();
        layers.push(edges);
        nodes += next.len();
        if nodes > limit {
            return Err(TooManyNodes);
        }
        needs = next;
    }
    Ok(Diagram { order, layers })
}

/// The sums the remaining players can reach, as far as it pays to know them.
#[derive(Clone)]
enum Reach {
    /// All of them, ascending, from 0.
    Sums(std::rc::Rc<Vec<u128>>),
    /// Only the largest.
    UpTo(u128),
}

impl Reach {
    fn round_up(&self, need: u128) -> Option<u128> {
        match self {
            Self::Sums(sums) => sums.get(sums.partition_point(|&s| s < need)).copied(),
            Self::UpTo(most) => (need <= *most).then_some(need),
        }
    }
}

fn reachable(column: &[u128], quota: u128) -> Vec<Reach> {
    const KEPT: usize = 1 << 16;
    let mut out = vec![Reach::Sums(std::rc::Rc::new(vec![0]))];
    let mut sums = vec![0u128];
    let mut rest = 0u128;
    for &w in column.iter().rev() {
        rest += w;
        if sums.len() <= KEPT {
            let shifted: Vec<u128> = sums.iter().map(|s| s + w).collect();
            sums = merge(&sums, &shifted);
            // Sums beyond the quota are as good as the first that reaches it.
            let cut = sums.partition_point(|&s| s < quota) + 1;
            sums.truncate(cut);
        }
        out.push(if sums.len() <= KEPT { Reach::Sums(std::rc::Rc::new(sums.clone())) } else { Reach::UpTo(rest) });
    }
    out.reverse();
    out
}

fn merge(a: &[u128], b: &[u128]) -> Vec<u128> {
    let mut out: Vec<u128> = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let next = if j >= b.len() || i < a.len() && a[i] <= b[j] {
            i += 1;
            a[i - 1]
        } else {
            j += 1;
            b[j - 1]
        };
        if out.last() != Some(&next) {
            out.push(next);
        }
    }
    out
}

fn sweep<const L: usize>(diagram: &Diagram, n: usize) -> Layers {
    // Backward: winning completions of each node by how many of the rest say yes.
    let choose = binomials::<L>(n);
    let mut beta: Vec<Vec<Wide<L>>> = vec![Vec::new(); n + 1];
    for k in (0..n).rev() {
        let width = n - k + 1;
        let mut here = vec![Wide::ZERO; diagram.layers[k].len() * width];
        for (node, &(no, yes)) in diagram.layers[k].iter().enumerate() {
            let row = &mut here[node * width..(node + 1) * width];
            for (size, cell) in row.iter_mut().enumerate() {
                let without = ways(&beta[k + 1], no, n - k - 1, size, &choose);
                let with = if size > 0 { ways(&beta[k + 1], yes, n - k - 1, size - 1, &choose) } else { Wide::ZERO };
                *cell = without.plus(with);
            }
        }
        beta[k] = here;
    }
    let mut swings_by_size = vec![Vec::new(); n];
    let mut alpha: Vec<Wide<L>> = vec![Wide::ONE];
    for k in 0..n {
        let rest = n - k - 1;
        let mut swings = vec![Wide::<L>::ZERO; n];
        let next_nodes = diagram.layers.get(k + 1).map_or(0, Vec::len);
        let mut next = vec![Wide::ZERO; next_nodes * (k + 2)];
        let mut gain = vec![Wide::<L>::ZERO; rest + 1];
        for (node, &(no, yes)) in diagram.layers[k].iter().enumerate() {
            let from = &alpha[node * (k + 1)..(node + 1) * (k + 1)];
            if no != yes {
                for (size, cell) in gain.iter_mut().enumerate() {
                    let with = ways(&beta[k + 1], yes, rest, size, &choose);
                    *cell = with.minus(ways(&beta[k + 1], no, rest, size, &choose));
                }
                for (before, a) in from.iter().enumerate().filter(|(_, a)| !a.is_zero()) {
                    for (after, g) in gain.iter().enumerate() {
                        swings[before + after] = swings[before + after].plus(a.times(*g));
                    }
                }
            }
            for (to, joined) in [(no, 0), (yes, 1)] {
                if to != LOST && to != WON {
                    let row = &mut next[to as usize * (k + 2)..(to as usize + 1) * (k + 2)];
                    for (before, a) in from.iter().enumerate() {
                        row[before + joined] = row[before + joined].plus(*a);
                    }
                }
            }
        }
        swings_by_size[diagram.order[k]] = swings.into_iter().map(Wide::to_big).collect();
        alpha = next;
    }
    let winning = beta[0].iter().fold(Wide::ZERO, |sum, w| sum.plus(*w)).to_big();
    Layers { swings_by_size, winning }
}

/// Ways to win from a node when exactly `size` of the `rest` say yes.
fn ways<const L: usize>(beta: &[Wide<L>], node: u32, rest: usize, size: usize, choose: &[Vec<Wide<L>>]) -> Wide<L> {
    match node {
        LOST => Wide::ZERO,
        _ if size > rest => Wide::ZERO,
        WON => choose[rest][size],
        _ => beta[node as usize * (rest + 1) + size],
    }
}

fn binomials<const L: usize>(n: usize) -> Vec<Vec<Wide<L>>> {
    let mut rows: Vec<Vec<Wide<L>>> = vec![vec![Wide::ONE]];
    for k in 1..=n {
        let last = &rows[k - 1];
        let at = |j: usize| last.get(j).copied().unwrap_or(Wide::ZERO);
        rows.push((0..=k).map(|j| if j == 0 { Wide::ONE } else { at(j - 1).plus(at(j)) }).collect());
    }
    rows
}
