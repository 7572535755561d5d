//! What a case may take from the record where its author knows no better: what parties want of a government, and how fast
//! one is formed.
//!
//! Interests. A party is taken to value a government by
//!
//! ```text
//! uᵢ(S) = office (i governs)  +  closeness · |xᵢ − x̄(S)|  +  incumbency (i governs on)
//! ```
//!
//! and a coalition to form with utility λ Σ wᵢ uᵢ(S) over its members, wᵢ = seatsᵢ / seats(S), beside what the rules of a
//! chamber do whatever its parties want (minority, minimal winning, number of parties). A conditional logit gives
//! λ·closeness and λ·incumbency, with errors clustered by country; in utils they are these over λ, for which the language's
//! own range stands (10 to 40). Office is the unit and no estimate: what it is worth to be in rather than out is not
//! identified by which coalitions form (the share of the offices that a member gets has a coefficient that does not differ
//! from zero). The covariance of the two is not kept.
//!
//! Pace. Formations after elections come to their end at rate r (n / 6)^power; countries differ in ln r with a variance
//! got from their means (DerSimonian and Laird's moments), and a country that was never seen is one more of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::logit::{self, Choice};
use crate::num::{exp, ln};
use crate::task::Task;

/// A mean with its standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub mean: f64,
    pub error: f64,
}

/// What the record says of interests and of pace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Priors {
    /// λ times utils per point of distance from the government on a scale from 0 to 10, and for governing on.
    pub closeness: Estimate,
    pub incumbency: Estimate,
    /// ln of formations per day in a chamber of [`PARTIES`] parties; the error is that of a country never seen.
    pub rate: Estimate,
    pub power: f64,
    pub countries: usize,
    pub formations: usize,
}

/// The chamber that the rate is for.
pub const PARTIES: f64 = 6.0;
/// 5 % lie above so many standard deviations.
const TAIL: f64 = 1.644_853_6;
const TERMS: usize = 5;
/// The language's own range for a precision: 5 % below and 5 % above.
const PRECISION: (f64, f64) = (10.0, 40.0);

/// A formation after an election: country, parties in the choice set, days.
pub type Waiting = (usize, f64, f64);

impl Priors {
    /// Estimates both on core rows; `waits` are the formations after elections among them.
    pub fn fit(tasks: &[&Task], waits: &[Waiting]) -> Self {
        let choices: Vec<Choice> = tasks.iter().map(|task| terms(task)).collect();
        let beta = logit::fit(&choices, &[1e-6; TERMS], None, true);
        let of = |k: usize| Estimate { mean: beta.beta[k], error: beta.error[k] };
        let (rate, power, countries) = pace(waits);
        Self { closeness: of(3), incumbency: of(4), rate, power, countries, formations: tasks.len() }
    }

    /// The record as a file that cases can read.
    pub fn write(&self) -> String {
        let mut text = format!(
            "# What {} formations before 2000 teach, for numbers with `prior = \"history\"`; see docs/history.md.\n\
             # Written by `formateur history fit --record`. Data: ParlGov (CC0 1.0), see data/formation/README.md.\n\
             formateur = 1\nkind      = \"record\"\n",
            self.formations
        );
        text.push_str("\n# Utils. To be in office rather than out is the unit; the others are logit coefficients over a precision of 10 to 40.\n");
        text.push_str("[interests]\noffice     = 1\n");
        for (name, e, says) in [
            (
                "closeness ",
                self.closeness,
                "per point between the party and the government, left to right from 0 to 10",
            ),
            ("incumbency", self.incumbency, "for a party of the outgoing cabinet that governs on"),
        ] {
            let (low, high) = in_utils(e);
            let _ = writeln!(text, "{name} = \"{low:.4} to {high:.4}\"   # {says}");
        }
        let month = 30.4375;
        let _ = write!(
            text,
            "\n# A government after an election, in a chamber of {PARTIES} parties; in one of n parties times (n / {PARTIES})^power.\n\
             # {} countries; the interval is for one that was never seen.\n[pace]\nrate    = \"lognormal({:.4} to {:.4}) per month\"\nparties = {PARTIES}\npower   = {:.4}\n",
            self.countries,
            month * exp(self.rate.mean - TAIL * self.rate.error),
            month * exp(self.rate.mean + TAIL * self.rate.error),
            self.power
        );
        text
    }
}

/// A logit coefficient over a precision, both uncertain: the ends that 5 % lie beyond, as if both were lognormal.
fn in_utils(e: Estimate) -> (f64, f64) {
    let (low, high) = (ln(PRECISION.0), ln(PRECISION.1));
    let middle = e.mean / exp(f64::midpoint(low, high));
    let relative = e.error / e.mean.abs().max(1e-9);
    let spread = (((high - low) / 2.0).powi(2) + (TAIL * relative).powi(2)).sqrt();
    let (near, far) = (middle * exp(-spread), middle * exp(spread));
    (near.min(far), near.max(far))
}

/// The terms of every coalition: minority, minimal winning, parties, closeness, incumbency.
fn terms(task: &Task) -> Choice {
    let c = &task.chamber;
    let all = c.coalitions();
    let n = c.n;
    let share = all.sum(&c.share);
    let mass = all.sum(&(0..n).map(|i| c.share[i] * c.positions[0][i]).collect::<Vec<_>>());
    let before = all.sum(&(0..n).map(|i| if c.incumbent[i] { c.share[i] } else { 0.0 }).collect::<Vec<_>>());
    let basic = [0, 1, 2].map(|k| task.choice.column(k));
    let mut columns: Vec<f32> = Vec::with_capacity(TERMS * task.choice.rows);
    for column in basic {
        columns.extend_from_slice(column);
    }
    columns.extend(all.masks().enumerate().map(|(row, mask)| {
        let centre = mass[row] / share[row];
        let sum: f64 = crate::coalitions::members(mask).map(|i| c.share[i] * (c.positions[0][i] - centre).abs()).sum();
        (sum / share[row]) as f32
    }));
    columns.extend(before.iter().zip(&share).map(|(b, s)| (b / s) as f32));
    Choice {
        rows: task.choice.rows,
        columns,
        chosen: task.choice.chosen,
        weight: 1.0,
        cluster: task.choice.cluster,
        offset: Vec::new(),
    }
}

/// ln rate for [`PARTIES`] parties with the error of an unseen country, the power, and how many countries.
fn pace(waits: &[Waiting]) -> (Estimate, f64, usize) {
    let n = waits.len() as f64;
    if waits.len() < 3 {
        return (Estimate { mean: ln(1.0 / 30.0), error: 1.0 }, 0.0, 0);
    }
    let x = |w: &Waiting| ln(w.1.max(1.0) / PARTIES);
    // half a day, since what is dated to the day of election took part of it
    let days = |w: &Waiting| w.2 + 0.5;
    // mean days as exp(a + slope·x), by the quasi-likelihood of a gamma (or exponential) with that mean
    let (mut a, mut slope) = (ln(waits.iter().map(days).sum::<f64>() / n), 0.0);
    for _ in 0..50 {
        let (mut g, mut h) = ([0.0; 2], [0.0; 3]);
        for wait in waits {
            let (x, part) = (x(wait), days(wait) * exp(-a - slope * x(wait)));
            g = [g[0] + part - 1.0, g[1] + x * (part - 1.0)];
            h = [h[0] + part, h[1] + x * part, h[2] + x * x * part];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant <= 1e-9 {
            break;
        }
        a += (h[2] * g[0] - h[1] * g[1]) / determinant;
        slope += (h[0] * g[1] - h[1] * g[0]) / determinant;
    }
    let mut by_country: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for wait in waits {
        by_country.entry(wait.0).or_default().push(days(wait) * exp(-slope * x(wait)));
    }
    // ln of each country's mean days with its sampling variance (delta method; spreads pooled over countries)
    let mean = |days: &[f64]| days.iter().sum::<f64>() / days.len() as f64;
    let pooled: f64 =
        by_country.values().map(|days| days.iter().map(|d| (d / mean(days) - 1.0).powi(2)).sum::<f64>()).sum::<f64>()
            / (n - by_country.len() as f64).max(1.0);
    let groups: Vec<(f64, f64)> =
        by_country.values().map(|days| (ln(mean(days)), pooled / days.len() as f64)).collect();
    let k = groups.len() as f64;
    let weight: f64 = groups.iter().map(|g| 1.0 / g.1).sum();
    let fixed = groups.iter().map(|g| g.0 / g.1).sum::<f64>() / weight;
    let q: f64 = groups.iter().map(|g| (g.0 - fixed).powi(2) / g.1).sum();
    let squares: f64 = groups.iter().map(|g| 1.0 / (g.1 * g.1)).sum();
    let between = ((q - (k - 1.0)) / (weight - squares / weight).max(1e-12)).max(0.0);
    let whole: f64 = groups.iter().map(|g| 1.0 / (g.1 + between)).sum();
    let centre = groups.iter().map(|g| g.0 / (g.1 + between)).sum::<f64>() / whole;
    (Estimate { mean: -centre, error: (between + 1.0 / whole).sqrt() }, -slope, groups.len())
}
