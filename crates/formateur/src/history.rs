//! `formateur history`: fits choice models to past formations and scores them.

use crate::listed;
use case::diagnostic::{Severity, Source, Style};
use clap::{Args, Subcommand, ValueEnum};
use fit::members::Settings;
use fit::model::{Fit, FitError, Model, fit as fit_model, scorable_core};
use fit::records::{Record, Records, exclusions, read};
use fit::score::{Group, Scores, score};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What history teaches: who forms governments, and how long it takes.
#[derive(Args)]
pub struct History {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fits a model on the rows of split `train` and writes it.
    Fit(FitArgs),
    /// Scores a fit on the core rows of a split.
    Score(ScoreArgs),
}

#[derive(Args)]
struct FitArgs {
    /// A folder with formations.csv, parties.csv and split.csv.
    #[arg(long)]
    data: PathBuf,
    /// What to fit.
    #[arg(long, value_enum, default_value = "best")]
    model: Choice,
    /// Where to write the fit.
    #[arg(long)]
    out: PathBuf,
    /// Where to write what cases may take with `prior = "history"`.
    #[arg(long)]
    record: Option<PathBuf>,
    /// Seed of the draws and of the trees' choice of covariates.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the fit does not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct ScoreArgs {
    /// A folder with formations.csv, parties.csv and, where there are splits, split.csv.
    #[arg(long)]
    data: PathBuf,
    /// A fit written by `history fit`.
    #[arg(long)]
    fit: PathBuf,
    /// Which split's core rows to score; `all` for every row. Without it `valid`, or, where there is none, every row that
    /// is not `train`.
    #[arg(long)]
    split: Option<String>,
    /// Threads; the scores do not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// Conditional logit with the ten covariates of the literature.
    Literature10,
    /// The same with twelve more.
    Literature22,
    /// All our covariates, held back by a penalty.
    Rich,
    /// Mixed logit: tastes that differ between formations.
    Mixed,
    /// A party is asked first and picks its partners.
    #[value(name = "formateur_first", alias = "formateur-first")]
    FormateurFirst,
    /// Stay or change first, then which change.
    Turnover,
    /// Shallow trees on top of the covariates.
    Learned,
    /// The average of them, and what each country's own past adds.
    Best,
}

/// Reads, fits or scores, and prints; returns the exit code.
pub fn run(args: &History) -> u8 {
    let outcome = match &args.command {
        Command::Fit(args) => fit(args),
        Command::Score(args) => score_fit(args),
    };
    outcome.unwrap_or_else(|failure| {
        let (code, message) = match failure {
            Failure::Outside(message) => (4, message),
            Failure::Input(message) => (1, message),
        };
        let _ = writeln!(crate::call::stderr(), "error: {message}");
        code
    })
}

enum Failure {
    /// A file that cannot be read or written.
    Outside(String),
    /// A file that does not say what it should.
    Input(String),
}

impl From<FitError> for Failure {
    fn from(error: FitError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Outside(error.to_string())
    }
}

fn fit(args: &FitArgs) -> Result<u8, Failure> {
    threads(args.threads);
    let begun = std::time::Instant::now();
    let (sources, records) = load(&args.data)?;
    if has_errors(&records) {
        return say(&records, &sources, args.json);
    }
    let model = match args.model {
        Choice::Literature10 => Model::Literature10,
        Choice::Literature22 => Model::Literature22,
        Choice::Rich => Model::Rich,
        Choice::Mixed => Model::Mixed,
        Choice::FormateurFirst => Model::FormateurFirst,
        Choice::Turnover => Model::Turnover,
        Choice::Learned => Model::Learned,
        Choice::Best => Model::Best,
    };
    let fitted = fit_model(&records.records, model, &Settings::default(), args.seed)?;
    write_whole(&args.out, &fitted.write()?)?;
    if let Some(path) = &args.record {
        write_whole(path, &fitted.priors.write())?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    if args.json {
        print_json(&json!({
            "formateur": { "version": env!("CARGO_PKG_VERSION"), "seed": args.seed },
            "model": fitted.model,
            "n": fitted.n,
            "n_core": fitted.n_core,
            "excluded": fitted.excluded,
            "coefficients": fitted.coefficients,
            "log_likelihood": fitted.log_likelihood,
            "weights": fitted.members.len().gt(&1).then_some(&fitted.weights),
            "diagnostics": listed(&records.diagnostics, &sources),
            "seconds": seconds,
        }))?;
        return Ok(0);
    }
    print(&fit_page(&fitted, seconds, &args.out))?;
    Ok(0)
}

fn score_fit(args: &ScoreArgs) -> Result<u8, Failure> {
    threads(args.threads);
    let text = std::fs::read_to_string(&args.fit)
        .map_err(|error| Failure::Outside(format!("{}: {error}", args.fit.display())))?;
    let fitted = Fit::read(&text)?;
    let (sources, records) = load(&args.data)?;
    // rows with a mistake are named and left out; only where nothing is left there is nothing to score
    if has_errors(&records) && records.records.is_empty() {
        return say(&records, &sources, args.json);
    }
    let (asked, of_split) = asked(&records.records, args.split.as_deref());
    let wanted: Vec<usize> = of_split.iter().copied().filter(|&i| scorable_core(&records.records[i])).collect();
    if wanted.is_empty() {
        let mut splits: Vec<&str> = records.records.iter().map(|r| r.split.as_str()).collect();
        splits.sort_unstable();
        splits.dedup();
        return Err(Failure::Input(format!("no core formation in split `{asked}`; there are {}", splits.join(", "))));
    }
    let scores = score(&fitted, &records.records, &wanted);
    let mut excluded = exclusions(of_split.iter().map(|&i| &records.records[i]));
    for diagnostic in records.diagnostics.iter().filter(|d| d.severity == Severity::Error) {
        *excluded.entry(diagnostic.code.to_owned()).or_insert(0) += 1;
    }
    if has_errors(&records) && !args.json {
        write!(crate::call::stderr(), "{}", case::diagnostic::render(&records.diagnostics, &sources, Style::Plain))?;
    }
    if args.json {
        let mut all = serde_json::to_value(&scores).map_err(FitError::from)?;
        if let Value::Object(object) = &mut all {
            object.insert("formateur".into(), json!({ "version": env!("CARGO_PKG_VERSION"), "seed": fitted.seed }));
            object.insert("model".into(), json!(fitted.model));
            object.insert("split".into(), json!(asked));
            let excluded: Vec<Value> =
                excluded.iter().map(|(reason, count)| json!({ "reason": reason, "count": count })).collect();
            object.insert("excluded".into(), Value::Array(excluded));
            object.insert("diagnostics".into(), Value::Array(listed(&records.diagnostics, &sources)));
        }
        print_json(&all)?;
        return Ok(0);
    }
    print(&score_page(&scores, &asked))?;
    Ok(0)
}

/// What is to be scored, in words, and its rows.
fn asked(records: &[Record], split: Option<&str>) -> (String, Vec<usize>) {
    let rows = |keep: &dyn Fn(&str) -> bool| (0..records.len()).filter(|&i| keep(&records[i].split)).collect();
    match split {
        Some("all") => ("all".to_owned(), rows(&|_| true)),
        Some(name) => (name.to_owned(), rows(&|split| split == name)),
        None if records.iter().any(|r| r.split == "valid") => ("valid".to_owned(), rows(&|split| split == "valid")),
        None => ("all but train".to_owned(), rows(&|split| split != "train")),
    }
}

fn load(folder: &Path) -> Result<([Source; 3], Records), Failure> {
    let mut sources = Vec::new();
    for name in ["formations.csv", "parties.csv", "split.csv"] {
        let path = folder.join(name);
        if name == "split.csv" && !path.exists() {
            // all rows are then of one split
            sources.push(Source { name: String::new(), text: String::new() });
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| Failure::Outside(format!("{}: {error}", path.display())))?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Failure::Input(format!("{}: not text in UTF-8: {error}", path.display())))?;
        sources.push(Source { name: name.to_owned(), text });
    }
    let sources: [Source; 3] = sources.try_into().map_err(|_| Failure::Input("three tables are needed".to_owned()))?;
    let records = read(&sources);
    Ok((sources, records))
}

fn has_errors(records: &Records) -> bool {
    records.diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Says what is wrong with the data; exit code 1.
fn say(records: &Records, sources: &[Source; 3], json: bool) -> Result<u8, Failure> {
    if json {
        let mut by_code = std::collections::BTreeMap::new();
        for d in &records.diagnostics {
            *by_code.entry(d.code).or_insert(0) += 1;
        }
        let excluded: Vec<Value> =
            by_code.iter().map(|(reason, count)| json!({ "reason": reason, "count": count })).collect();
        print_json(&json!({ "diagnostics": listed(&records.diagnostics, sources), "excluded": excluded }))?;
    } else {
        let text = case::diagnostic::render(&records.diagnostics, sources, Style::Plain);
        write!(crate::call::stderr(), "{text}")?;
    }
    Ok(1)
}

/// What a fit says of itself, for a terminal.
pub fn fit_page(fitted: &Fit, seconds: f64, out: &Path) -> String {
    let mut text = format!(
        "fitted on {} formations, {} of them core; log-likelihood {:.1}; {seconds:.1} s\nwritten to {}\n",
        fitted.n,
        fitted.n_core,
        fitted.log_likelihood,
        out.display()
    );
    text.push_str("\nleft out of the core set (a row may have several reasons)\n");
    for excluded in &fitted.excluded {
        text.push_str(&format!("  {:<40} {:>5}\n", excluded.reason, excluded.count));
    }
    text.push_str("\ncoefficients\n");
    for c in fitted.coefficients.iter().take(40) {
        let error = c.error.map_or(String::new(), |e| format!("{e:>10.3}"));
        text.push_str(&format!("  {:<40} {:>9.3}{error}\n", c.name, c.estimate));
    }
    if fitted.coefficients.len() > 40 {
        text.push_str(&format!("  and {} more (--json lists them)\n", fitted.coefficients.len() - 40));
    }
    text
}

/// Scores, for a terminal.
pub fn score_page(scores: &Scores, split: &str) -> String {
    let mut text = format!("split {split}; plus or minus one standard error\n\n");
    text.push_str("                   n   log-loss        top 1          top 5          premier        Brier\n");
    for (name, group) in [
        ("all", &scores.all),
        ("post-election", &scores.post_election),
        ("mid-term", &scores.midterm),
        ("changed", &scores.changed),
        ("repeats", &scores.repeats),
    ] {
        text.push_str(&line(name, group));
    }
    if let (Some(share), Some(error)) = (scores.changed.top1_struck, scores.changed.top1_struck_error) {
        text.push_str(&format!(
            "\nchanged, incumbents struck out: top 1 {}\n",
            percent(Some(share), Some(error)).trim()
        ));
    }
    let days = &scores.duration;
    if let (Some(mae), Some(error)) = (days.mae, days.mae_error) {
        text.push_str(&format!(
            "\ndays from election to government: n {}, mean absolute error {mae:.1} ± {error:.1}, order right {}\n",
            days.n,
            days.c_index.map_or("–".to_owned(), |c| format!("{:.0} %", 100.0 * c)),
        ));
    }
    text.push_str("\nlog-loss minus that of                      theirs   difference\n");
    for against in &scores.against {
        if let (Some(theirs), Some(d), Some(e)) = (against.log_loss, against.log_loss_difference, against.error) {
            text.push_str(&format!("  {:<38} {theirs:>8.2}   {d:>6.2} ± {e:.2}\n", against.baseline));
        }
    }
    text
}

fn line(name: &str, group: &Group) -> String {
    let number = |mean: Option<f64>, error: Option<f64>| match (mean, error) {
        (Some(m), Some(e)) => format!("{m:.2} ± {e:.2}"),
        _ => "–".to_owned(),
    };
    format!(
        "{name:<15} {:>4}   {:<13}{:<15}{:<15}{:<15}{}\n",
        group.n,
        number(group.log_loss, group.log_loss_error),
        percent(group.top1, group.top1_error),
        percent(group.top5, group.top5_error),
        percent(group.pm, group.pm_error),
        match (group.brier, group.brier_error) {
            (Some(m), Some(e)) => format!("{m:.3} ± {e:.3}"),
            _ => "–".to_owned(),
        }
    )
}

fn percent(mean: Option<f64>, error: Option<f64>) -> String {
    match (mean, error) {
        (Some(m), Some(e)) => format!("{:.1} ± {:.1} %", 100.0 * m, 100.0 * e),
        _ => "–".to_owned(),
    }
}

fn threads(n: Option<u32>) {
    if let (Some(n), None) = (n, crate::call::under_way()) {
        // a pool that exists already stays; answers do not depend on it
        let _ = rayon::ThreadPoolBuilder::new().num_threads(n as usize).build_global();
    }
}

/// Writes the file whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let aside = path.with_extension("partial");
    std::fs::write(&aside, text)
        .and_then(|()| std::fs::rename(&aside, path))
        .map_err(|error| Failure::Outside(format!("{}: {error}", path.display())))
}

fn print_json(value: &Value) -> Result<(), Failure> {
    print(&(serde_json::to_string_pretty(value).map_err(FitError::from)? + "\n"))
}

/// Prints a page; a reader who closes the pipe early is no error.
fn print(text: &str) -> Result<(), Failure> {
    match write!(crate::call::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
