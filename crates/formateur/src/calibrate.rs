//! `formateur calibrate`: how sharply actors choose, by what several cases' logs show.

use crate::progress::Progress;
use crate::{Common, Ended, contradicted, print, print_json, refused, report, threads, view};
use crate::{compile, load};
use answer::calibrate::{Calibrated, calibrated};
use answer::standing::base;
use case::model::{Case, Law};
use clap::Args;
use game::law::quantile;
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;

/// Precision and chosen numbers by what the logs of several cases show.
#[derive(Args)]
pub struct Calibrate {
    /// Cases with logs: folders with a case.toml and a log.toml.
    #[arg(required = true)]
    cases: Vec<PathBuf>,
    /// A number to calibrate beside the precision, by its path; repeatable. Each is profiled together with the precision.
    #[arg(long, value_name = "PATH")]
    of: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// Precisions looked at, from near tossing coins to near certainty.
const PRECISIONS: [f64; 9] = [1.0, 2.5, 5.0, 10.0, 14.0, 20.0, 28.0, 40.0, 80.0];
/// Quantiles of its own law at which another number is looked at.
const QUANTILES: [f64; 7] = [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];
/// The language's own precision.
const USUAL: Law = Law::LogNormal { low: 10.0, high: 40.0 };

/// Of all logs at one setting: log-likelihood and its Monte-Carlo variance.
type Heard = (f64, f64);

/// Goes over the grid, prints profiles.
pub fn calibrate(args: &Calibrate) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let mut cases = Vec::new();
    for path in &args.cases {
        let loaded = load::load(path)?;
        let Some(case) = loaded.checked.case.clone() else {
            report(&loaded.checked.diagnostics, &loaded.checked.sources, common.json)?;
            return Ok(Ended::Wrong);
        };
        cases.push((path, case, loaded.hash));
    }
    for path in &args.of {
        if !cases.iter().any(|(_, case, _)| case.numbers.iter().any(|n| n.path == *path)) {
            writeln(&format!("error: no case has a number `{path}`"))?;
            return Ok(Ended::Usage);
        }
    }
    let steps = PRECISIONS.len() * (1 + args.of.len() * QUANTILES.len()) * cases.len();
    let progress = Progress::new(steps, "settings", common.quiet);
    let mut found: Vec<Calibrated> = Vec::new();
    let mut alone: Vec<(f64, f64, f64)> = Vec::new();
    for precision in PRECISIONS {
        match heard(&cases, &[("precision".to_owned(), precision)], common, &progress)? {
            Ok((ll, variance)) => alone.push((precision, ll, variance.sqrt())),
            Err(ended) => return Ok(ended),
        }
    }
    found.push(calibrated("precision", &law_of(&cases[0].1, "precision").unwrap_or(USUAL), &alone));
    for path in &args.of {
        let law = cases.iter().find_map(|(_, case, _)| law_of(case, path)).unwrap_or(USUAL);
        let mut values: Vec<f64> = QUANTILES.iter().map(|&u| quantile(&law, u)).collect();
        values.dedup();
        let mut grid = Vec::new();
        for value in values {
            let mut best: Option<Heard> = None;
            for precision in PRECISIONS {
                let set = [("precision".to_owned(), precision), (path.clone(), value)];
                match heard(&cases, &set, common, &progress)? {
                    Ok(heard) if best.is_none_or(|best| heard.0 > best.0) => best = Some(heard),
                    Ok(_) => {}
                    Err(ended) => return Ok(ended),
                }
            }
            let (ll, variance) = best.unwrap_or((f64::NEG_INFINITY, 0.0));
            grid.push((value, ll, variance.sqrt()));
        }
        found.push(calibrated(path, &law, &grid));
    }
    progress.finish();
    if common.json {
        print_json(&json!({
            "formateur": { "version": env!("CARGO_PKG_VERSION"), "seed": common.seed, "draws": common.draws },
            "cases": cases.iter().map(|(_, case, hash)| json!({
                "id": case.id, "title": case.title, "case_hash": hash, "entries": case.log.len(),
            })).collect::<Vec<_>>(),
            "numbers": found,
        }))?;
    } else {
        let names: Vec<(String, usize)> = cases.iter().map(|(_, c, _)| (c.title.clone(), c.log.len())).collect();
        print(&view::calibrate::page(&names, &found, common.draws))?;
    }
    Ok(Ended::Good)
}

fn law_of(case: &Case, path: &str) -> Option<Law> {
    case.numbers.iter().find(|n| n.path == path).map(|n| n.law.clone())
}

fn writeln(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(crate::call::stderr(), "{text}")
}

/// All logs at one setting of the numbers that the cases have.
fn heard(
    cases: &[(&PathBuf, Case, String)],
    set: &[(String, f64)],
    common: &Common,
    progress: &Progress,
) -> Result<Result<Heard, Ended>, Box<dyn Error>> {
    let (mut sum, mut variance) = (0.0, 0.0);
    for (path, case, _) in cases {
        progress.add(1);
        if case.log.iter().all(|entry| entry.on > case.calendar.now) {
            // nothing was seen, so nothing is said
            continue;
        }
        let has = |path: &str| path == "precision" || case.numbers.iter().any(|n| n.path == path);
        let replaced: Vec<(String, String)> =
            set.iter().filter(|(path, _)| has(path)).map(|(path, value)| (path.clone(), value.to_string())).collect();
        let loaded = load::load_with(path, &replaced, None)?;
        let Some(version) = &loaded.checked.case else {
            report(&loaded.checked.diagnostics, &loaded.checked.sources, common.json)?;
            return Ok(Err(Ended::Wrong));
        };
        let (game, drawing) = match compile(version) {
            Ok(compiled) => compiled,
            Err(refusal) => {
                report(&[refused(&refusal)], &loaded.checked.sources, common.json)?;
                return Ok(Err(Ended::Refused));
            }
        };
        match base(version, &game, &drawing, (common.seed, common.draws as usize), &|_| ()) {
            Ok(base) => {
                if let Some(last) = base.heard.last() {
                    sum += last.log_likelihood;
                    variance += (1.0 / last.effective.max(1.0) - 1.0 / base.standing.draws.len() as f64).max(0.0);
                }
            }
            // at a precision that makes what was seen impossible the likelihood is 0; at all of them the case is wrong
            Err(_) if set.iter().any(|(path, _)| path == "precision") => sum = f64::NEG_INFINITY,
            Err(found) => return contradicted(&found, &loaded, common.json).map(Err),
        }
    }
    Ok(Ok((sum, variance)))
}
