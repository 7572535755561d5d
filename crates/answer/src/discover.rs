//! Scenario discovery: the one or two thresholds on numbers that best separate some draws from the others.
//!
//! A box is grown threshold by threshold as in PRIM (Friedman and Fisher 1999, *Statistics and Computing* 9; Bryant and
//! Lempert 2010, *Technological Forecasting and Social Change* 77), scored by the harmonic mean of coverage and density, so
//! that neither a box around everything nor one around a single draw wins.

use case::model::{Case, Law};
use game::draw::Draw;
use serde::Serialize;

/// A threshold on a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    pub path: String,
    /// `<` or `>`.
    pub op: &'static str,
    pub value: f64,
}

/// What separates, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub conditions: Vec<Condition>,
    /// Share of the wanted draws inside; `None` where there is nothing to separate.
    pub coverage: Option<f64>,
    /// Share of the draws inside that are wanted.
    pub density: Option<f64>,
}

/// Share by which a second threshold must better the first to be worth saying.
const WORTH_SAYING: f64 = 0.05;

/// From fewer wanted draws than this, or than one in fifty, nothing can be learned.
const FEWEST: usize = 10;

/// Finds at most two thresholds that tell the wanted draws from the others.
///
/// - `wanted` `[n_draws]`. Where all or hardly any are wanted there is nothing to find.
pub fn discover(case: &Case, draws: &[Draw], wanted: &[bool]) -> Rule {
    let n_wanted = wanted.iter().filter(|w| **w).count();
    if n_wanted < FEWEST.max(draws.len() / 50) || n_wanted == draws.len() {
        return Rule { conditions: Vec::new(), coverage: None, density: None };
    }
    let everything = 2.0 * n_wanted as f64 / (n_wanted + draws.len()) as f64;
    let mut inside: Vec<bool> = vec![true; draws.len()];
    let mut conditions: Vec<Condition> = Vec::new();
    let mut reached = everything;
    for _ in 0..2 {
        let Some((score, condition)) = best_threshold(case, draws, wanted, &inside, n_wanted) else { break };
        if score < reached * (1.0 + WORTH_SAYING) {
            break;
        }
        reached = score;
        let number = case.numbers.iter().position(|number| number.path == condition.path);
        for (draw, within) in draws.iter().zip(&mut inside) {
            let x = number.map_or(0.0, |n| draw.numbers[n]);
            *within &= if condition.op == "<" { x < condition.value } else { x > condition.value };
        }
        conditions.push(condition);
    }
    let within = inside.iter().filter(|i| **i).count();
    let hits = inside.iter().zip(wanted).filter(|(i, w)| **i && **w).count();
    Rule {
        conditions,
        coverage: Some(hits as f64 / n_wanted as f64),
        density: Some(if within > 0 { hits as f64 / within as f64 } else { 0.0 }),
    }
}

fn best_threshold(
    case: &Case,
    draws: &[Draw],
    wanted: &[bool],
    inside: &[bool],
    n_wanted: usize,
) -> Option<(f64, Condition)> {
    let mut best: Option<(f64, Condition)> = None;
    for (n, number) in case.numbers.iter().enumerate() {
        if matches!(number.law, Law::Exact(_)) {
            continue;
        }
        let mut within: Vec<(f64, bool)> = draws
            .iter()
            .zip(wanted)
            .zip(inside)
            .filter(|(_, inside)| **inside)
            .map(|((draw, wanted), _)| (draw.numbers[n], *wanted))
            .collect();
        within.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all_hits = within.iter().filter(|(_, w)| *w).count();
        let mut hits_below = 0;
        for k in 1..within.len() {
            hits_below += usize::from(within[k - 1].1);
            // Every twentieth is fine enough for a sentence, and coarse enough not to follow single draws.
            if k % (within.len() / 20).max(1) != 0 || within[k].0 == within[k - 1].0 {
                continue;
            }
            let value = (within[k].0 + within[k - 1].0) / 2.0;
            for (op, hits, size) in [("<", hits_below, k), (">", all_hits - hits_below, within.len() - k)] {
                let score = 2.0 * hits as f64 / (n_wanted + size) as f64;
                if best.as_ref().is_none_or(|(reached, _)| score > *reached) {
                    best = Some((score, Condition { path: number.path.clone(), op, value }));
                }
            }
        }
    }
    best
}
