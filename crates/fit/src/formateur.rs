//! Formateur first: a party is asked to form a government, then it picks its partners.
//!
//! ```text
//! P(S) = Σ_f P(f asked) · P(S | f),   S ∋ f
//! ```
//!
//! The formateur is not observed; the prime minister's party stands for it while fitting. Source: the two steps follow
//! Bäck and Dumont (2008), *Public Choice* 135, there estimated as conditional logits.

use serde::{Deserialize, Serialize};

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::logit::{self, Choice};
use crate::num::ln;
use crate::premier::Leaders;
use crate::task::Task;

/// Coefficients of the second step: the coalition's covariates and those it has with its formateur.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Partners {
    pub coalition: Vec<f64>,
    pub with_formateur: Vec<f64>,
}

const WITH: usize = 6;

impl Partners {
    /// Fits the choice of partners; `penalty` `[n_covariates]` belongs to the coalition's covariates, `own` to the others.
    pub fn fit(tasks: &[Task], penalty: &[f64], own: f64, start: Option<&[f64]>) -> Self {
        let choices: Vec<Choice> = tasks
            .iter()
            .filter_map(|task| {
                let formateur = task.premier?;
                let choice = &task.choice;
                let kept: Vec<usize> = with(formateur, choice.rows).collect();
                let mut columns = Vec::with_capacity(kept.len() * (choice.covariates() + WITH));
                for k in 0..choice.covariates() {
                    let column = choice.column(k);
                    columns.extend(kept.iter().map(|&r| column[r]));
                }
                let extra = describe(&task.chamber, formateur, choice.rows);
                columns.extend(extra.iter().flat_map(|column| column.iter().map(|&x| x as f32)));
                Some(Choice {
                    rows: kept.len(),
                    columns,
                    chosen: kept.iter().position(|&r| r == choice.chosen)?,
                    weight: choice.weight,
                    cluster: choice.cluster,
                    offset: Vec::new(),
                })
            })
            .collect();
        let k = penalty.len();
        let penalty: Vec<f64> = penalty.iter().copied().chain([own; WITH]).collect();
        let start: Option<Vec<f64>> = start.map(|s| s.iter().copied().chain([0.0; WITH]).collect());
        let beta = logit::fit(&choices, &penalty, start.as_deref(), false).beta;
        Self { coalition: beta[..k].to_vec(), with_formateur: beta[k..].to_vec() }
    }

    /// Chance of every coalition `[2ⁿ − 1]`.
    pub fn probabilities(&self, leaders: &Leaders, chamber: &Chamber, choice: &Choice) -> Vec<f64> {
        let asked = leaders.of_chamber(chamber);
        let plain = Choice { offset: Vec::new(), ..choice.clone() }.utilities(&self.coalition);
        let mut out = vec![0.0; choice.rows];
        for (formateur, &chance) in asked.iter().enumerate() {
            let extra = describe(chamber, formateur, choice.rows);
            let mut u: Vec<f64> = with(formateur, choice.rows).map(|r| plain[r]).collect();
            for (column, b) in extra.iter().zip(&self.with_formateur) {
                for (u, x) in u.iter_mut().zip(column) {
                    *u += b * x;
                }
            }
            crate::num::softmax(&mut u);
            for (row, p) in with(formateur, choice.rows).zip(u) {
                out[row] += chance * p;
            }
        }
        out
    }
}

/// The coalitions with this party, as indices.
fn with(party: usize, rows: usize) -> impl Iterator<Item = usize> {
    (0..rows).filter(move |row| (row + 1) >> party & 1 == 1)
}

/// Covariates of the coalitions with their formateur, `[WITH][2ⁿ⁻¹]`.
fn describe(c: &Chamber, formateur: usize, rows: usize) -> Vec<Vec<f64>> {
    let mut out = vec![Vec::new(); WITH];
    let (p, n, f) = (&c.past, c.n, formateur);
    for row in with(formateur, rows) {
        let mask = row as u32 + 1;
        let total: f64 = members(mask).map(|i| c.share[i]).sum();
        let centre: f64 = members(mask).map(|i| c.share[i] * c.positions[0][i]).sum::<f64>() / total.max(1e-9);
        let rest = || members(mask).filter(move |&i| i != f);
        out[0].push(c.share[f] / total.max(1e-9));
        out[1].push(f64::from(u8::from(rest().all(|i| c.share[i] <= c.share[f]))));
        out[2].push(rest().map(|i| (c.positions[0][i] - c.positions[0][f]).abs()).sum());
        out[3].push(rest().map(|i| (c.positions[0][i] - c.positions[0][f]).abs()).fold(0.0, f64::max));
        out[4].push((centre - c.positions[0][f]).abs());
        out[5].push(rest().map(|i| ln((p.both[i * n + f] + 0.25) / (p.one[i * n + f] + 1.0))).sum());
    }
    out
}
