//! A learned scorer: shallow trees added one by one to the utilities, each a step down the choice model's own loss.
//!
//! Every round fits one tree to the gradient wₛ(pⱼ − yⱼ) with curvature wₛ pⱼ(1 − pⱼ) of the choice set's softmax, on a
//! random tenth of the covariates, and adds a small share of it. Source: Friedman (2001), *Annals of Statistics* 29;
//! second-order gains after Chen and Guestrin (2016), *KDD*.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::logit::Choice;
use crate::num::softmax;
use crate::random::Random;

/// How the trees are grown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub rounds: usize,
    pub leaves: usize,
    /// Share of each tree that is added.
    pub rate: f64,
    /// Ridge on the leaves' values.
    pub ridge: f64,
    /// Share of covariates a tree may use.
    pub columns: f64,
    /// Least curvature and rows in a leaf.
    pub least_curvature: f64,
    pub least_rows: usize,
    /// Alternatives less likely than this under the offset are left out of the growing.
    pub faint: f64,
}

/// A sum of trees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    pub trees: Vec<Tree>,
}

/// A binary tree: a node's test is x < threshold, then `yes`, else `no`; children from `LEAF` on are leaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// (covariate, threshold, yes, no)
    pub nodes: Vec<(u16, f32, u16, u16)>,
    pub leaves: Vec<f32>,
}

const LEAF: u16 = 1 << 12;
const BINS: usize = 48;

impl Forest {
    /// What the trees add to each alternative's utility, `[rows]`.
    pub fn utilities(&self, choice: &Choice) -> Vec<f64> {
        let mut out = vec![0.0; choice.rows];
        for tree in &self.trees {
            for (row, u) in out.iter_mut().enumerate() {
                *u += f64::from(tree.value(|k| choice.columns[k * choice.rows + row]));
            }
        }
        out
    }

    /// Grows trees on the choices' covariates, starting from their offsets.
    pub fn grow(choices: &[Choice], growth: Growth, seed: u64) -> Self {
        let Some(first) = choices.first() else { return Self::default() };
        let k = first.covariates();
        let mut field = Field::of(choices, k, growth.faint);
        let mut random = Random::of(seed, 0);
        let picked = ((k as f64 * growth.columns).ceil() as usize).clamp(1, k);
        let mut forest = Self::default();
        for _ in 0..growth.rounds {
            field.slopes();
            let mut columns = random.pick(k, picked);
            columns.sort_unstable();
            forest.trees.push(field.tree(&columns, growth));
        }
        forest
    }
}

impl Tree {
    fn value(&self, x: impl Fn(usize) -> f32) -> f32 {
        if self.nodes.is_empty() {
            return self.leaves.first().copied().unwrap_or(0.0);
        }
        let mut at = 0u16;
        loop {
            let (k, threshold, yes, no) = self.nodes[at as usize];
            at = if x(k as usize) < threshold { yes } else { no };
            if at >= LEAF {
                return self.leaves[(at - LEAF) as usize];
            }
        }
    }
}

/// The rows trees are grown on.
struct Field {
    /// `[n_covariates][n_rows]` bin of each value, and `[n_covariates][n_bins − 1]` the values between bins.
    codes: Vec<Vec<u8>>,
    cuts: Vec<Vec<f32>>,
    /// First row of each set, and one past the last.
    starts: Vec<usize>,
    chosen: Vec<usize>,
    weights: Vec<f64>,
    utilities: Vec<f64>,
    slope: Vec<f64>,
    curvature: Vec<f64>,
}

struct Leaf {
    rows: Vec<u32>,
    slope: f64,
    curvature: f64,
    best: Option<Cut>,
    /// The node and side that lead here.
    parent: Option<(usize, bool)>,
}

#[derive(Clone, Copy)]
struct Cut {
    gain: f64,
    column: usize,
    bin: usize,
}

impl Field {
    fn of(choices: &[Choice], k: usize, faint: f64) -> Self {
        let kept: Vec<Vec<usize>> = choices
            .iter()
            .map(|c| {
                let mut p = if c.offset.is_empty() { vec![0.0; c.rows] } else { c.offset.clone() };
                softmax(&mut p);
                (0..c.rows).filter(|&r| r == c.chosen || p[r] > faint).collect()
            })
            .collect();
        let mut starts = vec![0];
        for rows in &kept {
            starts.push(starts[starts.len() - 1] + rows.len());
        }
        let chosen = choices
            .iter()
            .zip(&kept)
            .zip(&starts)
            .map(|((c, rows), start)| start + rows.iter().position(|&r| r == c.chosen).unwrap_or(0))
            .collect();
        let utilities = choices
            .iter()
            .zip(&kept)
            .flat_map(|(c, rows)| rows.iter().map(|&r| c.offset.get(r).copied().unwrap_or(0.0)))
            .collect();
        let binned: Vec<(Vec<u8>, Vec<f32>)> = (0..k)
            .into_par_iter()
            .map(|column| {
                let values: Vec<f32> = choices
                    .iter()
                    .zip(&kept)
                    .flat_map(|(c, rows)| {
                        let x = c.column(column);
                        rows.iter().map(move |&r| x[r])
                    })
                    .collect();
                let cuts = cuts(&values);
                let codes = values.iter().map(|v| cuts.partition_point(|c| c <= v) as u8).collect();
                (codes, cuts)
            })
            .collect();
        let (codes, cuts) = binned.into_iter().unzip();
        let n = starts[starts.len() - 1];
        Self {
            codes,
            cuts,
            starts,
            chosen,
            weights: choices.iter().map(|c| c.weight).collect(),
            utilities,
            slope: vec![0.0; n],
            curvature: vec![0.0; n],
        }
    }

    /// Gradient and curvature of the loss at the present utilities.
    fn slopes(&mut self) {
        let mut p = Vec::new();
        for (set, &weight) in self.weights.iter().enumerate() {
            let rows = self.starts[set]..self.starts[set + 1];
            p.clear();
            p.extend_from_slice(&self.utilities[rows.clone()]);
            softmax(&mut p);
            for (row, &p) in rows.zip(&p) {
                self.slope[row] = weight * (p - f64::from(u8::from(row == self.chosen[set])));
                self.curvature[row] = weight * (p * (1.0 - p)).max(1e-9);
            }
        }
    }

    /// Grows one tree, best leaf first, and adds it to the utilities.
    fn tree(&mut self, columns: &[usize], growth: Growth) -> Tree {
        let all: Vec<u32> = (0..self.utilities.len() as u32).collect();
        let mut leaves = vec![self.leaf(all, None, columns, growth)];
        let mut tree = Tree::default();
        while leaves.len() < growth.leaves {
            let Some((at, cut)) = leaves
                .iter()
                .enumerate()
                .filter_map(|(i, l)| l.best.map(|cut| (i, cut)))
                .max_by(|a, b| a.1.gain.total_cmp(&b.1.gain).then(b.0.cmp(&a.0)))
            else {
                break;
            };
            let leaf = leaves.swap_remove(at);
            let node = tree.nodes.len();
            tree.nodes.push((cut.column as u16, self.cuts[cut.column][cut.bin], 0, 0));
            tree.point(leaf.parent, node as u16);
            let codes = &self.codes[cut.column];
            let (yes, no): (Vec<u32>, Vec<u32>) =
                leaf.rows.iter().partition(|&&r| codes[r as usize] as usize <= cut.bin);
            let yes = self.leaf(yes, Some((node, true)), columns, growth);
            let no = self.leaf(no, Some((node, false)), columns, growth);
            leaves.push(yes);
            leaves.push(no);
        }
        for leaf in leaves {
            let value = short(-growth.rate * leaf.slope / (leaf.curvature + growth.ridge));
            tree.point(leaf.parent, LEAF + tree.leaves.len() as u16);
            tree.leaves.push(value);
            for &row in &leaf.rows {
                self.utilities[row as usize] += f64::from(value);
            }
        }
        tree
    }

    fn leaf(&self, rows: Vec<u32>, parent: Option<(usize, bool)>, columns: &[usize], growth: Growth) -> Leaf {
        let slope = rows.iter().map(|&r| self.slope[r as usize]).sum();
        let curvature = rows.iter().map(|&r| self.curvature[r as usize]).sum();
        let best = columns
            .par_iter()
            .filter_map(|&column| self.best_cut(&rows, slope, curvature, column, growth))
            .collect::<Vec<_>>()
            .into_iter()
            .reduce(|a, b| if b.gain > a.gain { b } else { a });
        Leaf { rows, slope, curvature, best, parent }
    }

    fn best_cut(&self, rows: &[u32], slope: f64, curvature: f64, column: usize, growth: Growth) -> Option<Cut> {
        let bins = self.cuts[column].len() + 1;
        if bins < 2 {
            return None;
        }
        let codes = &self.codes[column];
        let mut sums = [(0.0f64, 0.0f64, 0u32); BINS + 1];
        for &row in rows {
            let sum = &mut sums[codes[row as usize] as usize];
            sum.0 += self.slope[row as usize];
            sum.1 += self.curvature[row as usize];
            sum.2 += 1;
        }
        let worth = |s: f64, c: f64| s * s / (c + growth.ridge);
        let whole = worth(slope, curvature);
        let (mut left, mut best) = ((0.0, 0.0, 0usize), None::<Cut>);
        for (bin, sum) in sums.iter().enumerate().take(bins - 1) {
            left = (left.0 + sum.0, left.1 + sum.1, left.2 + sum.2 as usize);
            let right = (slope - left.0, curvature - left.1, rows.len() - left.2);
            if left.2 < growth.least_rows
                || right.2 < growth.least_rows
                || left.1 < growth.least_curvature
                || right.1 < growth.least_curvature
            {
                continue;
            }
            let gain = worth(left.0, left.1) + worth(right.0, right.1) - whole;
            if gain > 1e-9 && best.is_none_or(|b| gain > b.gain) {
                best = Some(Cut { gain, column, bin });
            }
        }
        best
    }
}

impl Tree {
    fn point(&mut self, parent: Option<(usize, bool)>, child: u16) {
        if let Some((node, yes)) = parent {
            let node = &mut self.nodes[node];
            *(if yes { &mut node.2 } else { &mut node.3 }) = child;
        }
    }
}

/// Five significant digits: a forest is written out, and more would be noise in the file.
fn short(x: f64) -> f32 {
    format!("{x:.4e}").parse().unwrap_or(x as f32)
}

/// Values between bins: between neighbouring distinct values where these are few, else at quantiles.
fn cuts(values: &[f32]) -> Vec<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    let middle = |a: f32, b: f32| {
        let m = short(f64::from(a) + f64::from(b - a) / 2.0);
        if m > a && m <= b { m } else { b }
    };
    if distinct.len() <= BINS {
        return distinct.windows(2).map(|w| middle(w[0], w[1])).collect();
    }
    let mut out: Vec<f32> = (1..BINS)
        .filter_map(|q| {
            let value = sorted[q * sorted.len() / BINS];
            let next = distinct.partition_point(|d| *d <= value);
            distinct.get(next).map(|&above| middle(value, above))
        })
        .collect();
    out.dedup();
    out
}
