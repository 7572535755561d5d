//! The past as a test: cases run blind, then set against what happened.

use crate::progress::Progress;
use crate::record::Happened;
use crate::view::paint::{STRONG, cell, heading, note, percent};
use crate::{Common, Ended, contradicted, print, print_json, ready, threads};
use answer::Request;
use answer::score::{Scored, brier, scores};
use clap::Args;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Args)]
pub struct Backtest {
    /// Cases whose outcome is known: folders with an outcome.toml.
    #[arg(required = true)]
    cases: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// One case run and looked up.
struct Row {
    id: String,
    as_of: String,
    outcome: String,
    probability: f64,
    scored: Scored,
    /// Median minus what happened; `None` where either is missing.
    days: Option<i32>,
}

pub fn backtest(args: &Backtest) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let mut rows = Vec::new();
    let progress = Progress::new(args.cases.len() * common.draws as usize, "draws", common.quiet);
    for folder in &args.cases {
        let ready = match ready(folder, common.as_of, common.json)? {
            Ok(ready) => ready,
            Err(ended) => return Ok(ended),
        };
        let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
        let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
        let forecast = match answer::run(case, &ready.game, &ready.drawing, &request, &|n| progress.add(n)) {
            Ok(forecast) => forecast,
            Err(found) => return contradicted(&found, &ready.loaded, common.json),
        };
        // Only now is it looked up what happened.
        let happened = match Happened::read(folder)? {
            Ok(happened) => happened,
            Err(ended) => return Ok(ended),
        };
        let outcomes = &forecast.headline.outcomes;
        let scored = Scored {
            probabilities: outcomes.iter().map(|o| o.band.mean).collect(),
            happened: outcomes.iter().position(|o| o.id == happened.headline),
        };
        let settled = happened.settled();
        rows.push(Row {
            id: case.id.clone(),
            as_of: forecast.head.now.to_string(),
            probability: scored.happened.map_or(0.0, |h| scored.probabilities[h]),
            days: settled
                .zip(forecast.when.median)
                .and_then(|(day, median)| day.until(median).ok().map(|span| span.get_days())),
            outcome: happened.headline,
            scored,
        });
    }
    progress.finish();
    let all: Vec<Scored> = rows.iter().map(|row| row.scored.clone()).collect();
    let summary = scores(&all);
    if common.json {
        let cases: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({
                    "id": row.id, "as_of": row.as_of, "outcome": row.outcome, "probability": row.probability,
                    "brier": brier(&row.scored.probabilities, row.scored.happened),
                    "log": -row.probability.max(1e-4).ln(), "days_error": row.days,
                })
            })
            .collect();
        print_json(&json!({
            "cases": cases, "n": summary.n, "brier": summary.brier, "log": summary.log,
            "calibration": summary.calibration, "against": summary.against,
        }))?;
        return Ok(Ended::Good);
    }
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{} cases run blind{STRONG:#}", rows.len());
    let _ = writeln!(
        out,
        "  {} {:<10} {} {:>6} {:>6} {:>6}",
        cell("", 32),
        "as of",
        cell("happened", 14),
        "had",
        "Brier",
        "days"
    );
    for row in &rows {
        let days = row.days.map_or_else(|| "–".into(), |days| format!("{days:+}"));
        let _ = writeln!(
            out,
            "  {} {:<10} {} {:>6} {:>6.2} {days:>6}",
            cell(&row.id, 32),
            row.as_of,
            cell(&row.outcome, 14),
            percent(row.probability),
            brier(&row.scored.probabilities, row.scored.happened)
        );
    }
    note(&mut out, "Had: the chance given to what happened. Days: the forecast's median minus the day it was settled.");
    if let (Some(mean), Some(log)) = (summary.brier, summary.log) {
        heading(&mut out, "Together");
        let _ = writeln!(out, "  Brier score {mean:.3} (0 best, 2 worst), log score {log:.3}");
        for against in &summary.against {
            let _ = writeln!(
                out,
                "  against {}: {:+.3} ± {:.3}",
                against.baseline, against.brier_difference, against.error
            );
        }
        note(
            &mut out,
            "Below 0 is better than the baseline. So few cases tell little; none was written by somebody who did not know.",
        );
    }
    print(&out)?;
    Ok(Ended::Good)
}
