//! How good forecasts were: proper scores with their errors, for all formations and for the kinds that differ in difficulty.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::baseline;
use crate::features::Set;
use crate::history::History;
use crate::model::{Fit, Forecast};
use crate::num::ln;
use crate::records::Record;
use crate::task::{Task, prepare};

/// A mean with its standard error; both unknown where nothing was scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    pub mean: f64,
    pub error: f64,
}

/// Scores of a group of formations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    pub n: usize,
    /// Mean −ln p of what formed.
    pub log_loss: Option<f64>,
    pub log_loss_error: Option<f64>,
    /// Share in which what formed was likeliest, and among the five likeliest; ties count in part.
    pub top1: Option<f64>,
    pub top1_error: Option<f64>,
    pub top5: Option<f64>,
    pub top5_error: Option<f64>,
    /// Share in which the likeliest prime minister's party was right, where it is known.
    pub pm: Option<f64>,
    pub pm_error: Option<f64>,
    /// Mean over parties of (chance to sit in the cabinet − whether it did)².
    pub brier: Option<f64>,
    pub brier_error: Option<f64>,
    /// For changes: as `top1`, with the incumbent coalition struck out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1_struck: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1_struck_error: Option<f64>,
}

/// Scores of the days from election to government.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Days {
    pub n: usize,
    /// Mean absolute error in days.
    pub mae: Option<f64>,
    pub mae_error: Option<f64>,
    /// Share of pairs whose order was foretold.
    pub c_index: Option<f64>,
    /// Mean absolute error of ln(days + 1).
    pub log_error: Option<f64>,
    /// The log-linear regression's mean absolute error, and the paired difference of ours to it.
    pub log_linear_mae: Option<f64>,
    pub difference: Option<f64>,
    pub difference_error: Option<f64>,
}

/// Ours minus a baseline's log-loss, formation by formation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    pub baseline: &'static str,
    pub log_loss: Option<f64>,
    pub top1: Option<f64>,
    pub top5: Option<f64>,
    pub log_loss_difference: Option<f64>,
    pub error: Option<f64>,
}

/// Forecast chances of parties to govern, by tenths: how many, the mean chance, and how often they did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    pub n: usize,
    pub forecast: f64,
    pub happened: f64,
}

/// Everything `history score` answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    pub all: Group,
    pub post_election: Group,
    pub midterm: Group,
    pub changed: Group,
    pub repeats: Group,
    pub duration: Days,
    pub against: Vec<Against>,
    pub reliability: Vec<Bin>,
    /// Formations without a score (no choice set) among those asked for.
    pub passed_over: usize,
}

struct Row {
    post_election: bool,
    changed: bool,
    loss: f64,
    top1: f64,
    top5: f64,
    premier: Option<f64>,
    brier: f64,
    struck: f64,
    baselines: Vec<(f64, f64, f64)>,
}

/// Scores a fit on the wanted rows. Later rows and the rows' own outcomes do not reach their forecasts.
pub fn score(fit: &Fit, records: &[Record], wanted: &[usize]) -> Scores {
    let forecasts = fit.forecast(records, wanted);
    let history = History::of(records).with(&fit.history);
    let tasks = prepare(Set::Rich, records, wanted, &history);
    let by_record: BTreeMap<usize, &Task> = tasks.iter().map(|t| (t.record, t)).collect();
    let (mut rows, mut bins) = (Vec::new(), vec![(0usize, 0.0, 0.0); 10]);
    let mut days = Vec::new();
    for (&index, forecast) in wanted.iter().zip(&forecasts) {
        let (Some(forecast), Some(task)) = (forecast, by_record.get(&index)) else { continue };
        rows.push(judge(fit, &records[index], task, forecast, &mut bins));
        if let (Some(actual), Some(foretold)) = (records[index].outcome.days, forecast.days) {
            let line =
                fit.duration.log_linear_median(&fit.duration_covariates(&records[index].opportunity, task, &history));
            days.push((actual, foretold, line));
        }
    }
    let group =
        |keep: &dyn Fn(&Row) -> bool, struck: bool| group(&rows.iter().filter(|r| keep(r)).collect::<Vec<_>>(), struck);
    let against = baseline::NAMES
        .iter()
        .enumerate()
        .map(|(b, &baseline)| {
            let difference = mean(rows.iter().map(|r| r.loss - r.baselines[b].0));
            let of = |f: &dyn Fn(&Row) -> f64| mean(rows.iter().map(f)).map(|m| m.mean);
            Against {
                baseline,
                log_loss: of(&|r| r.baselines[b].0),
                top1: of(&|r| r.baselines[b].1),
                top5: of(&|r| r.baselines[b].2),
                log_loss_difference: difference.map(|m| m.mean),
                error: difference.map(|m| m.error),
            }
        })
        .collect();
    Scores {
        all: group(&|_| true, false),
        post_election: group(&|r| r.post_election, false),
        midterm: group(&|r| !r.post_election, false),
        changed: group(&|r| r.changed, true),
        repeats: group(&|r| !r.changed, false),
        duration: score_days(&days),
        against,
        reliability: bins
            .into_iter()
            .filter(|b| b.0 > 0)
            .map(|(n, p, y)| Bin { n, forecast: p / n as f64, happened: y / n as f64 })
            .collect(),
        passed_over: wanted.len() - rows.len(),
    }
}

fn judge(fit: &Fit, record: &Record, task: &Task, forecast: &Forecast, bins: &mut [(usize, f64, f64)]) -> Row {
    let p = &forecast.probabilities;
    let chosen = task.choice.chosen;
    let incumbents = task.chamber.incumbents as usize;
    let n = task.chamber.n;
    let mut governs = vec![0.0; n];
    for (index, &p) in p.iter().enumerate() {
        for i in crate::coalitions::members(index as u32 + 1) {
            governs[i] += p;
        }
    }
    let mut brier = 0.0;
    for (i, &chance) in governs.iter().enumerate() {
        let sat = f64::from((chosen + 1) as u32 >> i & 1);
        brier += (chance - sat).powi(2) / n as f64;
        let bin = &mut bins[((chance * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1, bin.1 + chance, bin.2 + sat);
    }
    let mut struck = p.clone();
    if incumbents > 0 && incumbents != chosen + 1 {
        struck[incumbents - 1] = 0.0;
    }
    let premier = record.premier().map(|actual| among_top(&forecast.premier, actual, 1));
    let baselines = baseline::probabilities(&fit.baselines, &task.chamber, &task.choice)
        .iter()
        .map(|p| (loss(p[chosen]), among_top(p, chosen, 1), among_top(p, chosen, 5)))
        .collect();
    Row {
        post_election: record.opportunity.post_election,
        changed: incumbents != chosen + 1,
        loss: loss(p[chosen]),
        top1: among_top(p, chosen, 1),
        top5: among_top(p, chosen, 5),
        premier,
        brier,
        struck: among_top(&struck, chosen, 1),
        baselines,
    }
}

fn loss(p: f64) -> f64 {
    -ln(p.max(1e-300))
}

/// Whether the chosen one is among the `k` likeliest; among equals the chance that it is drawn.
pub fn among_top(p: &[f64], chosen: usize, k: usize) -> f64 {
    let better = p.iter().filter(|x| **x > p[chosen]).count();
    let equal = p.iter().filter(|x| **x == p[chosen]).count();
    if better >= k { 0.0 } else { ((k - better) as f64 / equal as f64).min(1.0) }
}

/// Mean and its standard error; `None` for nothing.
pub fn mean(x: impl Iterator<Item = f64>) -> Option<Mean> {
    let x: Vec<f64> = x.collect();
    let n = x.len() as f64;
    if x.is_empty() {
        return None;
    }
    let mean = x.iter().sum::<f64>() / n;
    let squares: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
    let error = if x.len() > 1 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 };
    Some(Mean { mean, error })
}

fn group(rows: &[&Row], struck: bool) -> Group {
    let of = |f: &dyn Fn(&Row) -> f64| mean(rows.iter().map(|r| f(r)));
    let (log_loss, top1, top5, brier) = (of(&|r| r.loss), of(&|r| r.top1), of(&|r| r.top5), of(&|r| r.brier));
    let premier = mean(rows.iter().filter_map(|r| r.premier));
    let struck = if struck { of(&|r| r.struck) } else { None };
    let split = |m: Option<Mean>| (m.map(|m| m.mean), m.map(|m| m.error));
    let ((log_loss, log_loss_error), (top1, top1_error), (top5, top5_error)) =
        (split(log_loss), split(top1), split(top5));
    let ((pm, pm_error), (brier, brier_error), (top1_struck, top1_struck_error)) =
        (split(premier), split(brier), split(struck));
    Group {
        n: rows.len(),
        log_loss,
        log_loss_error,
        top1,
        top1_error,
        top5,
        top5_error,
        pm,
        pm_error,
        brier,
        brier_error,
        top1_struck,
        top1_struck_error,
    }
}

/// Scores of (actual, foretold, the regression's) days.
fn score_days(days: &[(f64, f64, f64)]) -> Days {
    let absolute = mean(days.iter().map(|(a, f, _)| (a - f).abs()));
    let line = mean(days.iter().map(|(a, _, l)| (a - l).abs()));
    let difference = mean(days.iter().map(|(a, f, l)| (a - f).abs() - (a - l).abs()));
    let (mut right, mut pairs) = (0.0, 0.0);
    for (i, a) in days.iter().enumerate() {
        for b in &days[i + 1..] {
            if a.0 != b.0 {
                pairs += 1.0;
                right += match (a.1 - b.1) * (a.0 - b.0) {
                    d if d > 0.0 => 1.0,
                    0.0 => 0.5,
                    _ => 0.0,
                };
            }
        }
    }
    Days {
        n: days.len(),
        mae: absolute.map(|m| m.mean),
        mae_error: absolute.map(|m| m.error),
        c_index: (pairs > 0.0).then(|| right / pairs),
        log_error: mean(days.iter().map(|(a, f, _)| (ln(a + 1.0) - ln(f + 1.0)).abs())).map(|m| m.mean),
        log_linear_mae: line.map(|m| m.mean),
        difference: difference.map(|m| m.mean),
        difference_error: difference.map(|m| m.error),
    }
}
