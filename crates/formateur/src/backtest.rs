//! The past as a test: cases run blind, then set against what happened.

use crate::chamber::largest;
use crate::progress::Progress;
use crate::record::Happened;
use crate::view::paint::{STRONG, cell, heading, note, percent};
use crate::{Common, Ended, contradicted, print, print_json, ready, threads};
use answer::Request;
use answer::score::{Baseline, Scored, Scores, brier, log, mean_in_groups, scores_in_groups};
use case::model::Case;
use case::past::Past;
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

/// How often the largest list's party had the prime minister: 156 of the 212 core formations after an election in
/// `data/formation`, split `train` (before 2000); one more of each counted (Laplace). A test counts them again.
const LARGEST_GOVERNS: f64 = 157.0 / 214.0;

/// One case run and looked up.
struct Row {
    id: String,
    as_of: String,
    outcome: String,
    /// What it is a forecast of: rows with the same are not independent.
    formation: String,
    scored: Scored,
    /// Median minus what happened; `None` where either is missing.
    days: Option<i32>,
    /// From the day of the case to the day it was settled, where known.
    took: Option<i32>,
    /// The forecast of one who holds that the largest list's man governs.
    largest: Option<Vec<f64>>,
}

impl Row {
    fn probability(&self) -> f64 {
        self.scored.happened.map_or(0.0, |h| self.scored.probabilities[h])
    }
}

/// How far off the days were.
struct Days {
    n: usize,
    mean: f64,
    absolute: f64,
    error: f64,
    /// Of the median of what it took in the other formations; `None` where there are none.
    others: Option<f64>,
    /// Ours minus theirs, and its standard error.
    difference: Option<(f64, f64)>,
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
        let ids: Vec<&str> = outcomes.iter().map(|o| o.id.as_str()).collect();
        let days_to = |day: Option<jiff::civil::Date>, from: jiff::civil::Date| {
            day.and_then(|day| from.until(day).ok()).map(|span| span.get_days())
        };
        let settled = happened.settled();
        rows.push(Row {
            as_of: forecast.head.now.to_string(),
            scored: Scored {
                probabilities: outcomes.iter().map(|o| o.band.mean).collect(),
                happened: ids.iter().position(|id| *id == happened.headline),
            },
            days: settled.and_then(|day| days_to(forecast.when.median, day)),
            took: days_to(settled, forecast.head.now),
            largest: largest_governs(case, &ready.loaded.checked.past, &ids),
            formation: happened.formation.unwrap_or_else(|| case.id.clone()),
            outcome: happened.headline,
            id: case.id.clone(),
        });
    }
    progress.finish();
    let all: Vec<Scored> = rows.iter().map(|row| row.scored.clone()).collect();
    let groups = groups(&rows);
    let others = [Baseline { name: "largest list", forecasts: rows.iter().map(|row| row.largest.clone()).collect() }];
    let summary = scores_in_groups(&all, &groups, &others);
    let days = days(&rows, &groups);
    if common.json {
        print_json(&as_json(&rows, &groups, &summary, days.as_ref()))?;
    } else {
        print(&page(&rows, &groups, &summary, days.as_ref()))?;
    }
    Ok(Ended::Good)
}

/// The chance [`LARGEST_GOVERNS`] to the candidates of the largest list (alike), the rest to all other outcomes alike.
/// `None` where the headline is not about candidates or none is of the largest list: it has nothing to say.
fn largest_governs(case: &Case, past: &Past, outcomes: &[&str]) -> Option<Vec<f64>> {
    let largest = largest(case, past)?;
    let of = |id: &str| past.candidates.iter().any(|(candidate, actor)| candidate == id && *actor == largest);
    let theirs: Vec<bool> = outcomes.iter().map(|id| of(id)).collect();
    let count = theirs.iter().filter(|own| **own).count();
    let rest = theirs.len() - count;
    if count == 0 || rest == 0 {
        return None;
    }
    let share = |own: &bool| {
        if *own { LARGEST_GOVERNS / count as f64 } else { (1.0 - LARGEST_GOVERNS) / rest as f64 }
    };
    Some(theirs.iter().map(share).collect())
}

/// Numbers the formations that rows are of.
fn groups(rows: &[Row]) -> Vec<usize> {
    rows.iter().map(|row| rows.iter().position(|other| other.formation == row.formation).unwrap_or_default()).collect()
}

fn count(groups: &[usize]) -> usize {
    groups.iter().collect::<std::collections::BTreeSet<_>>().len()
}

fn days(rows: &[Row], groups: &[usize]) -> Option<Days> {
    let known: Vec<(f64, usize, Option<f64>)> = rows
        .iter()
        .zip(groups)
        .filter_map(|(row, group)| {
            let others: Vec<i32> =
                rows.iter().zip(groups).filter(|(_, g)| *g != group).filter_map(|(other, _)| other.took).collect();
            Some((f64::from(row.days?), *group, median(others).map(|m| (m - f64::from(row.took.unwrap_or(0))).abs())))
        })
        .collect();
    if known.is_empty() {
        return None;
    }
    let of: Vec<usize> = known.iter().map(|(_, group, _)| *group).collect();
    let absolute: Vec<f64> = known.iter().map(|(off, _, _)| off.abs()).collect();
    let theirs: Option<Vec<f64>> = known.iter().map(|(_, _, theirs)| *theirs).collect();
    let (mean_absolute, error) = mean_in_groups(&absolute, &of);
    Some(Days {
        n: known.len(),
        mean: known.iter().map(|(off, _, _)| off).sum::<f64>() / known.len() as f64,
        absolute: mean_absolute,
        error,
        others: theirs.as_ref().map(|theirs| mean_in_groups(theirs, &of).0),
        difference: theirs.map(|theirs| {
            let apart: Vec<f64> = absolute.iter().zip(&theirs).map(|(ours, theirs)| ours - theirs).collect();
            mean_in_groups(&apart, &of)
        }),
    })
}

fn median(mut values: Vec<i32>) -> Option<f64> {
    values.sort_unstable();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(f64::from(values[half])),
        _ => Some(f64::midpoint(f64::from(values[half - 1]), f64::from(values[half]))),
    }
}

fn as_json(rows: &[Row], groups: &[usize], summary: &Scores, days: Option<&Days>) -> Value {
    let cases: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id, "as_of": row.as_of, "formation": row.formation, "outcome": row.outcome,
                "probability": row.probability(),
                "brier": brier(&row.scored.probabilities, row.scored.happened),
                "log": log(&row.scored.probabilities, row.scored.happened), "days_error": row.days,
            })
        })
        .collect();
    json!({
        "cases": cases, "n": summary.n, "formations": count(groups), "brier": summary.brier, "log": summary.log,
        "calibration": summary.calibration, "against": summary.against,
        "days": days.map(|days| json!({
            "n": days.n, "mean_error": days.mean, "mean_absolute_error": days.absolute, "error": days.error,
            "other_formations": days.others, "difference": days.difference.map(|d| d.0),
            "difference_error": days.difference.map(|d| d.1),
        })),
    })
}

fn page(rows: &[Row], groups: &[usize], summary: &Scores, days: Option<&Days>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{} cases run blind, of {} formations{STRONG:#}", rows.len(), count(groups));
    let head = cell("", 32);
    let _ = writeln!(
        out,
        "  {head} {:<10} {} {:>6} {:>6} {:>6} {:>6}",
        "as of",
        cell("happened", 14),
        "had",
        "Brier",
        "log",
        "days"
    );
    for row in rows {
        let days = row.days.map_or_else(|| "–".into(), |days| format!("{days:+}"));
        let _ = writeln!(
            out,
            "  {} {:<10} {} {:>6} {:>6.2} {:>6.2} {days:>6}",
            cell(&row.id, 32),
            row.as_of,
            cell(&row.outcome, 14),
            percent(row.probability()),
            brier(&row.scored.probabilities, row.scored.happened),
            log(&row.scored.probabilities, row.scored.happened),
        );
    }
    note(&mut out, "Had: the chance given to what happened. Days: the forecast's median minus the day it was settled.");
    let (Some(mean), Some(mean_log)) = (summary.brier, summary.log) else { return out };
    heading(&mut out, "Together");
    let _ = writeln!(out, "  Brier score {mean:.3} (0 best, 2 worst), log score {mean_log:.3} (0 best)");
    let _ = writeln!(
        out,
        "  {} {:>5} {:>7} {:>17} {:>7} {:>17}",
        cell("against", 14),
        "cases",
        "Brier",
        "ours less theirs",
        "log",
        "ours less theirs"
    );
    for against in &summary.against {
        let _ = writeln!(
            out,
            "  {} {:>5} {:>7.3} {:>+9.3} ± {:<5.3} {:>7.3} {:>+9.3} ± {:<5.3}",
            cell(against.baseline, 14),
            against.n,
            against.brier,
            against.brier_difference,
            against.error,
            against.log,
            against.log_difference,
            against.log_error
        );
    }
    if let Some(days) = days {
        let _ = writeln!(
            out,
            "  Days: off by {:.0} ± {:.0} on average, {:+.0} with sign, in {} cases{}",
            days.absolute,
            days.error,
            days.mean,
            days.n,
            days.others.zip(days.difference).map_or_else(String::new, |(theirs, (difference, error))| format!(
                "; the median of the other formations {theirs:.0} (ours less theirs {difference:+.0} ± {error:.0})"
            ))
        );
    }
    note(
        &mut out,
        "Below 0 is better than the baseline; ± is one standard error with the days of one formation counted together. \
         Uniform: all outcomes alike. Base rate: how often the outcome at each rank happened in the other formations. \
         Largest list: its man governs with 73 %, as in the record before 2000. So few cases tell little, and none was \
         written by somebody who did not know.",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_GOVERNS, median};
    use std::collections::{BTreeMap, BTreeSet};

    fn table(name: &str) -> Vec<BTreeMap<String, String>> {
        let path = format!("{}/../../data/formation/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the record");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        rows.deserialize().map(|row| row.expect("a row")).collect()
    }

    #[test]
    fn the_largest_list_governs_as_often_as_the_record_says() {
        let core: BTreeSet<String> = table("split")
            .into_iter()
            .filter(|row| row["split"] == "train" && row["core"] == "1")
            .map(|row| row["formation_id"].clone())
            .collect();
        let after_elections: BTreeSet<String> = table("formations")
            .into_iter()
            .filter(|row| row["opportunity"] == "post_election" && core.contains(&row["formation_id"]))
            .map(|row| row["formation_id"].clone())
            .collect();
        // Most seats and, of those who have them, whether one had the prime minister.
        let mut found: BTreeMap<String, (u32, u32, u32)> = BTreeMap::new();
        for row in table("parties").iter().filter(|row| row["residual"] != "1") {
            let seats = row["seats"].parse().unwrap_or(0);
            let entry = found.entry(row["formation_id"].clone()).or_default();
            if seats > entry.0 {
                *entry = (seats, 0, 0);
            }
            if seats == entry.0 {
                entry.1 += 1;
                entry.2 += u32::from(row["pm"] == "1");
            }
        }
        let governed: f64 = after_elections.iter().map(|id| f64::from(found[id].2) / f64::from(found[id].1)).sum();
        let n = after_elections.len() as f64;
        assert_eq!((governed, n), (156.0, 212.0));
        assert_eq!(LARGEST_GOVERNS, (governed + 1.0) / (n + 2.0));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!((median(vec![]), median(vec![3, 1, 2]), median(vec![4, 1, 2, 3])), (None, Some(2.0), Some(2.5)));
    }
}
