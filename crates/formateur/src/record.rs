//! Forecasts kept: frozen, compared, and scored once it is known what happened.

use crate::load::{self, LoadError};
use crate::progress::Progress;
use crate::view::paint::{STRONG, cell, date, heading, note, percent};
use crate::{Common, Ended, contradicted, print, print_json, ready, threads, write};
use answer::Request;
use answer::score::{Scored, scores};
use answer::standing::words;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Forecast {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Run a case and keep the answer, with what it rested on.
    Record(Record),
    /// What moved between two kept forecasts, and because of what.
    Diff(Diff),
    /// Kept forecasts against what happened, as told by the cases' outcome.toml.
    Score(Score),
    /// The forecasts kept.
    List(List),
}

#[derive(Args)]
struct Store {
    /// Where forecasts are kept.
    #[arg(long, env = "FORMATEUR_STORE", default_value = "forecasts", value_name = "DIR")]
    store: PathBuf,
}

#[derive(Args)]
struct Record {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Diff {
    /// The earlier forecast, by its id or the beginning of it.
    before: String,
    after: String,
    #[command(flatten)]
    store: Store,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Score {
    /// Cases whose outcome is known: folders with an outcome.toml.
    #[arg(required_unless_present = "authors")]
    cases: Vec<PathBuf>,
    /// Score authors instead: forecasts made in documents, from the evidence store.
    #[arg(long, conflicts_with = "cases")]
    authors: bool,
    /// The evidence store, for `--authors`.
    #[arg(long, value_name = "S", default_value = "evidence.db", env = "FORMATEUR_STORE")]
    evidence: PathBuf,
    #[command(flatten)]
    store: Store,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    store: Store,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// A forecast as kept: the answer, and what it rested on.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    /// The answer of `run --json`.
    forecast: Value,
    /// Entries of the log up to then: date and words.
    log: Vec<(String, String)>,
    /// Each number as written, by its path.
    numbers: Vec<(String, String)>,
}

pub fn forecast(args: &Forecast) -> Result<Ended, Box<dyn Error>> {
    match &args.what {
        What::Record(args) => record(args),
        What::Diff(args) => diff(args),
        What::Score(args) => score(args),
        What::List(args) => list(args),
    }
}

fn record(args: &Record) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    let progress = Progress::new(request.draws, "draws", common.quiet);
    let answer = answer::run(case, &ready.game, &ready.drawing, &request, &|n| progress.add(n));
    progress.finish();
    let answer = match answer {
        Ok(answer) => answer,
        Err(found) => return contradicted(&found, &ready.loaded, common.json),
    };
    let seen = (0..case.log.len()).filter(|entry| case.log[*entry].on <= case.calendar.now);
    let mut kept = Kept {
        id: String::new(),
        forecast: serde_json::to_value(&answer)?,
        log: seen.map(|entry| (case.log[entry].on.to_string(), words(case, entry))).collect(),
        numbers: case.numbers.iter().map(|n| (n.path.clone(), n.written.clone())).collect(),
    };
    // The id is the content's: the same forecast is kept once.
    let digest = Sha256::digest(serde_json::to_vec(&kept)?);
    kept.id = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let file = args.store.store.join(format!("{}.json", kept.id));
    if !file.exists() {
        std::fs::create_dir_all(&args.store.store)?;
        write::create(&file, &(serde_json::to_string_pretty(&kept)? + "\n"))?;
    }
    if common.json {
        print_json(&json!({ "id": kept.id, "file": file.to_string_lossy() }))?;
    } else {
        print(&format!("kept as {} in {}\n", kept.id, file.display()))?;
    }
    Ok(Ended::Good)
}

/// Every forecast of a store, in order of day and id; what is no forecast is said and passed over.
fn kept(store: &Path) -> Result<Vec<Kept>, Box<dyn Error>> {
    let mut all = Vec::new();
    let entries = match std::fs::read_dir(store) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
        Err(source) => return Err(LoadError::Read { path: store.to_path_buf(), source }.into()),
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "json")
            || path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        match serde_json::from_str::<Kept>(&load::text(&path)?) {
            Ok(kept) => all.push(kept),
            Err(error) => writeln!(crate::call::stderr(), "warning: {} is no kept forecast: {error}", path.display())?,
        }
    }
    all.sort_by(|a, b| (text(&a.forecast["now"]), &a.id).cmp(&(text(&b.forecast["now"]), &b.id)));
    Ok(all)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// Outcomes and chances of questions of a kept forecast: id and mean.
fn means(forecast: &Value) -> Vec<(String, f64)> {
    let rows = |list: &Value| -> Vec<(String, f64)> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| Some((text(&row["id"]).to_owned(), row["mean"].as_f64()?)))
            .collect()
    };
    let mut all = rows(&forecast["headline"]["outcomes"]);
    all.extend(rows(&forecast["questions"]));
    all
}

fn find<'k>(all: &'k [Kept], id: &str) -> Result<&'k Kept, String> {
    let mut found = all.iter().filter(|kept| kept.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(kept), None) => Ok(kept),
        (Some(_), Some(_)) => Err(format!("more than one kept forecast begins with `{id}`")),
        (None, _) => Err(format!(
            "no kept forecast `{id}`; kept are {}",
            if all.is_empty() {
                "none".into()
            } else {
                all.iter().map(|k| k.id.as_str()).collect::<Vec<_>>().join(", ")
            }
        )),
    }
}

fn diff(args: &Diff) -> Result<Ended, Box<dyn Error>> {
    let all = kept(&args.store.store)?;
    let (before, after) = match (find(&all, &args.before), find(&all, &args.after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(why), _) | (_, Err(why)) => {
            writeln!(crate::call::stderr(), "error: {why}")?;
            return Ok(Ended::Usage);
        }
    };
    let (old, new) = (means(&before.forecast), means(&after.forecast));
    let of = |list: &[(String, f64)], id: &str| list.iter().find(|(known, _)| known == id).map(|(_, mean)| *mean);
    let mut ids: Vec<&String> = old.iter().map(|(id, _)| id).collect();
    ids.extend(new.iter().map(|(id, _)| id).filter(|id| of(&old, id).is_none()));
    let rows: Vec<(&String, Option<f64>, Option<f64>)> =
        ids.into_iter().map(|id| (id, of(&old, id), of(&new, id))).collect();
    let because = because(before, after);
    if args.json {
        let rows: Vec<Value> =
            rows.iter().map(|(id, before, after)| json!({ "id": id, "before": before, "after": after })).collect();
        print_json(&json!({ "before": before.id, "after": after.id, "diff": rows, "because": because }))?;
        return Ok(Ended::Good);
    }
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}: what moved{STRONG:#}", text(&after.forecast["case"]["title"]));
    let _ = writeln!(
        out,
        "  {} as of {}, then {} as of {}",
        before.id,
        text(&before.forecast["now"]),
        after.id,
        text(&after.forecast["now"])
    );
    heading(&mut out, "Outcomes and questions");
    let shown = |p: &Option<f64>| p.map_or_else(|| "–".into(), percent);
    for (id, before, after) in &rows {
        let by = before.zip(*after).map_or_else(String::new, |(b, a)| format!("{:+.1} points", (a - b) * 100.0));
        let _ = writeln!(out, "  {} {:>6} {:>6}  {by}", cell(&id.replace('_', " "), 36), shown(before), shown(after));
    }
    heading(&mut out, "Because of");
    if because.is_empty() {
        let _ = writeln!(out, "  nothing that is kept: the same case, log and version");
    }
    for reason in &because {
        let _ = writeln!(out, "  {reason}");
    }
    print(&out)?;
    Ok(Ended::Good)
}

/// What differs in what two forecasts rested on.
fn because(before: &Kept, after: &Kept) -> Vec<String> {
    let mut because = Vec::new();
    for (key, name) in [("version", "formateur"), ("seed", "seed"), ("draws", "draws")] {
        let (old, new) = (&before.forecast["formateur"][key], &after.forecast["formateur"][key]);
        if old != new {
            because.push(format!("{name}: {old} → {new}"));
        }
    }
    for entry in after.log.iter().filter(|entry| !before.log.contains(entry)) {
        because.push(format!("seen since: {}, {}", entry.0, entry.1));
    }
    for entry in before.log.iter().filter(|entry| !after.log.contains(entry)) {
        because.push(format!("no longer in the log: {}, {}", entry.0, entry.1));
    }
    let written = |kept: &Kept, path: &str| kept.numbers.iter().find(|(p, _)| p == path).map(|(_, w)| w.clone());
    for (path, new) in &after.numbers {
        match written(before, path) {
            Some(old) if old != *new => because.push(format!("{path}: {old} → {new}")),
            Some(_) => {}
            None => because.push(format!("new number {path}: {new}")),
        }
    }
    for (path, old) in before.numbers.iter().filter(|(path, _)| written(after, path).is_none()) {
        because.push(format!("no longer a number: {path} ({old})"));
    }
    let hash = |kept: &Kept| text(&kept.forecast["formateur"]["case_hash"]).to_owned();
    if because.is_empty() && hash(before) != hash(after) {
        because.push("the case's files: something else than its numbers and its log".into());
    }
    because
}

/// What happened, as outcome.toml says it.
#[derive(Deserialize)]
pub struct Happened {
    /// The headline's value, or the stage at which the case ended, or `none`.
    pub headline: String,
    /// The day on which it was settled, where known.
    settled: Option<toml::Value>,
    /// What it is about, where several cases are about one thing: the days of one formation.
    pub formation: Option<String>,
    #[serde(default)]
    questions: std::collections::BTreeMap<String, bool>,
}

impl Happened {
    /// Reads a case's outcome.toml; says what is wrong with it.
    pub fn read(folder: &Path) -> Result<Result<Happened, Ended>, Box<dyn Error>> {
        let file = folder.join("outcome.toml");
        match toml::from_str(&load::text(&file)?) {
            Ok(happened) => Ok(Ok(happened)),
            Err(error) => {
                writeln!(crate::call::stderr(), "error: {}: {}", file.display(), error.to_string().trim_end())?;
                Ok(Err(Ended::Wrong))
            }
        }
    }

    /// What happened, where it is known and can be read.
    pub fn of(folder: &Path) -> Option<Happened> {
        toml::from_str(&load::text(&folder.join("outcome.toml")).ok()?).ok()
    }

    pub fn settled(&self) -> Option<jiff::civil::Date> {
        self.settled.as_ref().and_then(|day| day.to_string().parse().ok())
    }
}

fn score(args: &Score) -> Result<Ended, Box<dyn Error>> {
    if args.authors {
        return crate::evidence::authors(&args.evidence, args.json);
    }
    let all = kept(&args.store.store)?;
    let mut headlines = Vec::new();
    let mut questions = Vec::new();
    let mut scored_rows = Vec::new();
    for folder in &args.cases {
        let happened = match Happened::read(folder)? {
            Ok(happened) => happened,
            Err(ended) => return Ok(ended),
        };
        let id = std::path::absolute(folder)?.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        for kept in all.iter().filter(|kept| text(&kept.forecast["case"]["id"]) == id) {
            let outcomes: Vec<(String, f64)> = means(&json!({ "headline": kept.forecast["headline"] }));
            let scored = Scored {
                happened: outcomes.iter().position(|(known, _)| *known == happened.headline),
                probabilities: outcomes.iter().map(|(_, p)| *p).collect(),
            };
            scored_rows.push(json!({
                "id": kept.id, "case": id, "as_of": kept.forecast["now"], "outcome": happened.headline,
                "probability": scored.happened.map_or(0.0, |h| scored.probabilities[h]),
                "brier": answer::score::brier(&scored.probabilities, scored.happened),
            }));
            headlines.push(scored);
            for (question, truth) in &happened.questions {
                if let Some((_, p)) = means(&json!({ "questions": kept.forecast["questions"] }))
                    .into_iter()
                    .find(|(known, _)| known == question)
                {
                    questions.push(Scored { probabilities: vec![p, 1.0 - p], happened: Some(usize::from(!truth)) });
                }
            }
        }
    }
    let (about, asked) = (scores(&headlines), scores(&questions));
    if args.json {
        let mut value = serde_json::to_value(&about)?;
        value["forecasts"] = json!(scored_rows);
        value["questions"] = serde_json::to_value(&asked)?;
        print_json(&value)?;
        return Ok(Ended::Good);
    }
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{} kept forecasts of cases whose outcome is known{STRONG:#}", about.n);
    for row in &scored_rows {
        let _ = writeln!(
            out,
            "  {} as of {}: {} had {}, Brier {:.2}",
            cell(text(&row["case"]), 28),
            text(&row["as_of"]),
            text(&row["outcome"]),
            percent(row["probability"].as_f64().unwrap_or(0.0)),
            row["brier"].as_f64().unwrap_or(0.0)
        );
    }
    if let (Some(brier), Some(log)) = (about.brier, about.log) {
        heading(&mut out, "Who governs");
        let _ = writeln!(out, "  Brier score {brier:.3} (0 best, 2 worst), log score {log:.3}");
        for against in &about.against {
            let _ = writeln!(
                out,
                "  against {}: Brier {:+.3} ± {:.3}",
                against.baseline, against.brier_difference, against.error
            );
        }
        heading(&mut out, "Said, and happened");
        for bin in &about.calibration {
            let _ = writeln!(
                out,
                "  {:>3.0}–{:.0} %: said {:>5}, happened {:>5}, of {}",
                bin.from * 100.0,
                bin.to * 100.0,
                percent(bin.forecast),
                percent(bin.observed),
                bin.n
            );
        }
    } else {
        note(&mut out, "None is kept of these cases: `formateur forecast record CASE` keeps one.");
    }
    if let Some(brier) = asked.brier {
        heading(&mut out, "Questions");
        let _ = writeln!(out, "  {} answers, Brier score {brier:.3}", asked.n);
    }
    note(
        &mut out,
        "Below 0 against a baseline is better than it. Few forecasts tell little: look at the errors first.",
    );
    print(&out)?;
    Ok(Ended::Good)
}

fn list(args: &List) -> Result<Ended, Box<dyn Error>> {
    let all = kept(&args.store.store)?;
    if args.json {
        let rows: Vec<Value> = all
            .iter()
            .map(|kept| json!({ "id": kept.id, "case": kept.forecast["case"]["id"], "now": kept.forecast["now"] }))
            .collect();
        print_json(&json!({ "forecasts": rows }))?;
        return Ok(Ended::Good);
    }
    let mut out = String::new();
    for kept in &all {
        let outcomes = means(&json!({ "headline": kept.forecast["headline"] }));
        let first = outcomes.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let answer = first.map_or_else(String::new, |(id, p)| format!("{id} {}", percent(*p)));
        let day: Option<jiff::civil::Date> = text(&kept.forecast["now"]).parse().ok();
        let day = day.map_or_else(String::new, date);
        let _ = writeln!(
            out,
            "  {}  {}  {}  {answer}",
            kept.id,
            cell(&day, 18),
            cell(text(&kept.forecast["case"]["id"]), 28)
        );
    }
    if all.is_empty() {
        let _ = writeln!(out, "  no forecast is kept in {}", args.store.store.display());
    }
    print(&out)?;
    Ok(Ended::Good)
}
