//! The command line: reads files, asks the rooms, prints.

mod ask;
mod author;
mod chamber;
mod classic;
mod exchange;
mod history;
mod load;
mod page;
mod plot;
mod progress;
mod record;
mod report;
mod serve;
mod update;
mod view;
mod why;
mod write;

use answer::whatif::WhatIfError;
use answer::{Contradiction, Request};
use case::diagnostic::{Diagnostic, Severity, Source};
use clap::{Args, Parser, Subcommand, ValueEnum};
use game::{Drawing, Game, Limits, Refusal};
use jiff::civil::Date;
use load::{LoadError, Loaded};
use progress::Progress;
use serde::Serialize;
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Who can govern, when, and what can each actor still do about it.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 good; 1 the input has errors; 2 wrong usage; 3 refused as too large; \
                          4 input or output failed; 130 interrupted.";

#[derive(Subcommand)]
enum Command {
    /// A small complete case to begin with, in a new folder.
    New(author::New),
    /// Lay a case's files out; what they say and their comments stay.
    Fmt(author::Fmt),
    /// The forecast: who governs, when, and the case's questions.
    Run(Run),
    /// What an actor can do: each option's outcomes, price, risk, and when it is the best.
    Options(OptionsOf),
    /// What the log changed: the forecast after each entry, and the numbers each entry moved.
    Update(update::Update),
    /// Why an outcome is as likely as it is: ways, decisions, levers, numbers.
    Why(why::Why),
    /// The case as it is and changed, side by side over the same draws.
    Whatif(Changes),
    /// Diagnostics, size, sharpness of choice, moves that cannot be undone, numbers that rest on assumption.
    Check(Check),
    /// One stage of the river from text to solution, for looking at.
    Show(Show),
    /// One answer as a picture.
    Plot(plot::Plot),
    /// The brief one sends: one self-contained page with answer, options, drivers, dates, evidence, method.
    Report(report::Report),
    /// The workbench in the browser, on this machine.
    Serve(serve::Serve),
    /// Forecasts kept: frozen, compared, scored against what happened.
    Forecast(record::Forecast),
    /// Who is pivotal: voting power of a weighted ballot.
    Power(classic::Power),
    /// Which outcomes of a conflict in options form are stable, and why.
    Conflict(classic::Conflict),
    /// Seats from votes, and the seats behind a poll.
    Seats(classic::Seats),
    /// Where positions settle: compromise, bargaining, challenges, elections.
    Bargain(classic::Bargain),
    /// What history teaches: fit choice models to past formations, and score them.
    History(history::History),
    /// The quantal response of a game tree in Gambit's EFG format.
    Solve(exchange::Solve),
    /// The game of a case for Gambit, PRISM or Storm, on standard output.
    Export(exchange::Export),
}

#[derive(Args)]
struct Run {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct OptionsOf {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// Whose options: an actor, body, role or group of the case.
    #[arg(long)]
    actor: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Changes {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// Another value for a number, by its path; repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Take a move off its owner's menu: `washington.enforce`, or one binding of it, `framework.nominate(maliki)`.
    #[arg(long, value_name = "MOVE")]
    remove: Vec<String>,
    /// Add the tables of a file: an event, a move.
    #[arg(long, value_name = "EVENT.toml")]
    add: Option<PathBuf>,
    /// Under another procedure pack.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Check {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    /// Say each diagnostic in plain sentences, without drawings: for a screen reader.
    #[arg(long)]
    aloud: bool,
}

#[derive(Args)]
struct Show {
    stage: Stage,
    /// A case's folder; for `procedure` also the name of a pack.
    case: PathBuf,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Stage {
    /// An outline of what was read.
    Syntax,
    /// The case in prose: who may do what when, what each wants, what rests on what.
    Case,
    /// States, turns, periods.
    Game,
    /// Payoffs and the first period's choices, at the middle of all numbers.
    Solution,
    /// The rules, with their articles.
    Procedure,
}

#[derive(Args)]
struct Common {
    /// How many draws of the uncertain numbers.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    draws: u32,
    /// The seed of the draws: the same seed gives the same answer, byte for byte.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the answer does not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// As if it were this day: the log up to it, the day itself included, and the forecast from it on.
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
}

/// How a command ended.
enum Ended {
    Good,
    /// The input has errors; they have been said.
    Wrong,
    /// The command line asks for something that makes no sense; said.
    Usage,
    /// Refused as too large; said.
    Refused,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ended = match &cli.command {
        Command::New(args) => author::new(args),
        Command::Fmt(args) => author::fmt(args),
        Command::Run(args) => run(args),
        Command::Options(args) => options(args),
        Command::Update(args) => update::update(args),
        Command::Why(args) => why::why(args),
        Command::Plot(args) => plot::plot(args),
        Command::Report(args) => report::report(args),
        Command::Serve(args) => serve::serve(args),
        Command::Forecast(args) => record::forecast(args),
        Command::Whatif(args) => whatif(args),
        Command::Check(args) => check(args),
        Command::Show(args) => show(args),
        Command::Power(args) => return ExitCode::from(classic::power(args)),
        Command::Conflict(args) => return ExitCode::from(classic::conflict(args)),
        Command::Seats(args) => return ExitCode::from(classic::seats(args)),
        Command::Bargain(args) => return ExitCode::from(classic::bargain(args)),
        Command::History(args) => return ExitCode::from(history::run(args)),
        Command::Solve(args) => exchange::solve(args),
        Command::Export(args) => exchange::export(args),
    };
    match ended {
        Ok(Ended::Good) => ExitCode::SUCCESS,
        Ok(Ended::Wrong) => ExitCode::from(1),
        Ok(Ended::Usage) => ExitCode::from(2),
        Ok(Ended::Refused) => ExitCode::from(3),
        Err(error) => {
            let not_text = error.downcast_ref::<LoadError>().is_some_and(|e| matches!(e, LoadError::NotText { .. }));
            let mut message = format!("error: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                message.push_str(&format!(": {inner}"));
                cause = inner.source();
            }
            let _ = writeln!(anstream::stderr(), "{message}");
            ExitCode::from(if not_text { 1 } else { 4 })
        }
    }
}

/// A case that compiles, with what is needed to draw from it.
struct Ready {
    loaded: Loaded,
    game: Game,
    drawing: Drawing,
}

/// Reads and compiles a case; says what is wrong with it where it cannot be.
fn ready(path: &std::path::Path, as_of: Option<Date>, json: bool) -> Result<Result<Ready, Ended>, Box<dyn Error>> {
    let mut loaded = load::load(path)?;
    let Some(case) = &mut loaded.checked.case else {
        report(&loaded.checked.diagnostics, &loaded.checked.sources, json)?;
        return Ok(Err(Ended::Wrong));
    };
    if let Some(day) = as_of
        && let Err(why) = look_from(case, day)
    {
        writeln!(anstream::stderr(), "error: {why}")?;
        return Ok(Err(Ended::Usage));
    }
    match compile(case) {
        Ok((game, drawing)) => Ok(Ok(Ready { loaded, game, drawing })),
        Err(refusal) => {
            let found = refused(&refusal);
            report(std::slice::from_ref(&found), &loaded.checked.sources, json)?;
            Ok(Err(if matches!(refusal, Refusal::OutOfDomain { .. }) { Ended::Wrong } else { Ended::Refused }))
        }
    }
}

/// Puts `now` on a day of the case.
fn look_from(case: &mut case::model::Case, day: Date) -> Result<(), String> {
    let calendar = &mut case.calendar;
    if day < calendar.from || day >= calendar.until {
        return Err(format!("--as-of {day}: the case runs from {} to {}", calendar.from, calendar.until));
    }
    calendar.now = day;
    Ok(())
}

/// Says what in the log the case cannot show.
fn contradicted(found: &Contradiction, loaded: &Loaded, json: bool) -> Result<Ended, Box<dyn Error>> {
    let diagnostic = contradiction(found, loaded);
    report(std::slice::from_ref(&diagnostic), &loaded.checked.sources, json)?;
    Ok(Ended::Wrong)
}

/// A log that the case cannot show, as a diagnostic.
fn contradiction(found: &Contradiction, loaded: &Loaded) -> Diagnostic {
    let case = loaded.checked.case.as_ref();
    let span = found.entry().and_then(|entry| case.map(|case| case.log[entry].span));
    Diagnostic {
        code: "contradiction",
        severity: Severity::Error,
        message: found.to_string(),
        labels: span
            .map(|span| case::diagnostic::Label { span, text: "seen here".into() })
            .into_iter()
            .collect(),
        help: Some("the entry, an earlier one, or the case is wrong: `formateur update --as-of` a day before shows what it expected; \
                    `reliability` says that a report may be false, `unobserved = true` that something before it went unseen".into()),
    }
}

fn compile(case: &case::model::Case) -> Result<(Game, Drawing), Refusal> {
    let game = game::compile(case, &Limits::default())?;
    let drawing = Drawing::of(case)?;
    Ok((game, drawing))
}

/// A refusal as a diagnostic.
fn refused(refusal: &Refusal) -> Diagnostic {
    let (code, help, span) = match refusal {
        Refusal::TooLarge { .. } => (
            "too-large",
            Some("scope variables with `while`, drop values nothing depends on, or lengthen `period`".to_owned()),
            None,
        ),
        Refusal::OutOfDomain { span, .. } => ("out-of-domain", None, Some(*span)),
        Refusal::NotPossible { .. } => ("not-possible", None, None),
        Refusal::Domain { .. } | Refusal::Variables { .. } | Refusal::Numbers(_) => ("too-large", None, None),
    };
    Diagnostic {
        code,
        severity: Severity::Error,
        message: refusal.to_string(),
        labels: span.map(|span| case::diagnostic::Label { span, text: "set here".into() }).into_iter().collect(),
        help,
    }
}

fn run(args: &Run) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    let progress = Progress::new(request.draws, "draws", common.quiet);
    let forecast = answer::run(case, &ready.game, &ready.drawing, &request, &|n| progress.add(n));
    progress.finish();
    let forecast = match forecast {
        Ok(forecast) => forecast,
        Err(found) => return contradicted(&found, &ready.loaded, common.json),
    };
    if common.json {
        print_json(&forecast)?;
    } else {
        print(&view::forecast::page(&forecast, &case.question, case.numbers.len()))?;
    }
    Ok(Ended::Good)
}

fn options(args: &OptionsOf) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    let total = request.draws * answer::options::solutions(case, &args.actor);
    let progress = Progress::new(total, "solutions", common.quiet);
    let answer =
        answer::options::options(case, &ready.game, &ready.drawing, &request, &args.actor, &Limits::default(), &|n| {
            progress.add(n)
        });
    progress.finish();
    match answer {
        Ok(answer) => {
            if common.json {
                print_json(&answer)?;
            } else {
                let actor = case.actors.iter().find(|actor| actor.id == args.actor).map(|actor| actor.name.clone());
                let who = actor.unwrap_or_else(|| answer::head::label(case, &args.actor));
                print(&view::options::page(&answer, &case.question, &who))?;
            }
            Ok(Ended::Good)
        }
        Err(answer::options::OptionsError::Contradicted(found)) => contradicted(&found, &ready.loaded, common.json),
        Err(error) => {
            let found = Diagnostic {
                code: "no-options",
                severity: Severity::Error,
                message: error.to_string(),
                labels: Vec::new(),
                help: None,
            };
            report(std::slice::from_ref(&found), &ready.loaded.checked.sources, common.json)?;
            Ok(Ended::Wrong)
        }
    }
}

fn whatif(args: &Changes) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let base = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let mut replaced = Vec::new();
    for set in &args.set {
        let Some((path, value)) = set.split_once('=') else {
            writeln!(anstream::stderr(), "error: `--set {set}` needs PATH=VALUE")?;
            return Ok(Ended::Usage);
        };
        replaced.push((path.trim().to_owned(), value.trim().to_owned()));
    }
    if let Some(rules) = &args.rules {
        replaced.push(("rules".into(), rules.clone()));
    }
    let mut loaded = load::load_with(&args.case, &replaced, args.add.as_deref())?;
    let Some(case) = &mut loaded.checked.case else {
        report(&loaded.checked.diagnostics, &loaded.checked.sources, common.json)?;
        return Ok(Ended::Wrong);
    };
    if let Some(day) = common.as_of {
        look_from(case, day)?;
    }
    for name in &args.remove {
        if !without(case, name) {
            let message = format!("there is no move `{name}` in this case");
            let wrong =
                Diagnostic { code: "unknown-move", severity: Severity::Error, message, labels: Vec::new(), help: None };
            report(std::slice::from_ref(&wrong), &loaded.checked.sources, common.json)?;
            return Ok(Ended::Wrong);
        }
    }
    let drawing = Drawing::of(case)?;
    let request = |hash: &str| Request { case_hash: hash.into(), seed: common.seed, draws: common.draws as usize };
    let progress = Progress::new(2 * common.draws as usize, "solutions", common.quiet);
    let before = base.loaded.checked.case.as_ref().expect("a ready case has been read");
    let answer = answer::whatif::whatif(
        &answer::whatif::Side { case: before, drawing: &base.drawing, request: request(&base.loaded.hash) },
        &base.game,
        &answer::whatif::Side { case, drawing: &drawing, request: request(&loaded.hash) },
        &Limits::default(),
        &|n| progress.add(n),
    );
    let answer = match answer {
        Ok(answer) => answer,
        Err(WhatIfError::Contradicted(found)) => return contradicted(&found, &base.loaded, common.json),
        Err(WhatIfError::Refused(refusal)) => {
            report(std::slice::from_ref(&refused(&refusal)), &loaded.checked.sources, common.json)?;
            return Ok(if matches!(refusal, Refusal::OutOfDomain { .. }) { Ended::Wrong } else { Ended::Refused });
        }
        Err(error @ WhatIfError::Elsewhere(_)) => {
            let wrong = Diagnostic {
                code: "elsewhere",
                severity: Severity::Error,
                message: error.to_string(),
                labels: Vec::new(),
                help: None,
            };
            report(std::slice::from_ref(&wrong), &loaded.checked.sources, common.json)?;
            return Ok(Ended::Wrong);
        }
    };
    progress.finish();
    if common.json {
        print_json(&answer)?;
    } else {
        let mut changes: Vec<String> = args.set.iter().map(|set| format!("{set}, as set")).collect();
        changes.extend(args.remove.iter().map(|name| format!("without {name}")));
        changes.extend(args.add.iter().map(|path| format!("with {}", path.display())));
        changes.extend(args.rules.iter().map(|rules| format!("under the rules {rules}")));
        print(&view::options::whatif(&answer, before, &changes))?;
    }
    Ok(Ended::Good)
}

/// Takes a move, or one binding of it, off its owner's menu; whether there was one.
fn without(case: &mut case::model::Case, name: &str) -> bool {
    let mut found = false;
    for slot in case.turns.iter_mut().flat_map(|turn| &mut turn.slots) {
        slot.menu.retain(|action| {
            let owner = action.move_id.split_once('.').map_or("", |(owner, _)| owner);
            let gone = action.move_id == name || format!("{owner}.{}", action.id) == name;
            found |= gone;
            !gone
        });
    }
    found
}

/// What `check` says of a case, as JSON, and how it ends.
fn examined(
    loaded: &Loaded,
) -> Result<(Value, Option<answer::check::Checkup>, Vec<Diagnostic>, Ended), Box<dyn Error>> {
    let mut diagnostics = loaded.checked.diagnostics.clone();
    let (mut checkup, mut ended) = (None, Ended::Good);
    match &loaded.checked.case {
        None => ended = Ended::Wrong,
        Some(case) => match compile(case) {
            Ok((game, drawing)) => checkup = Some(answer::check::check(case, &game, &drawing)),
            Err(refusal) => {
                ended = if matches!(refusal, Refusal::OutOfDomain { .. }) { Ended::Wrong } else { Ended::Refused };
                diagnostics.push(refused(&refusal));
            }
        },
    }
    let mut all = json!({ "diagnostics": listed(&diagnostics, &loaded.checked.sources) });
    if let (Some(case), Some(checkup)) = (&loaded.checked.case, &checkup) {
        let request = Request { case_hash: loaded.hash.clone(), seed: 0, draws: 1 };
        merge(&mut all, serde_json::to_value(answer::Head::of(case, &request, &answer::Weights::equal(1)))?);
        merge(&mut all, serde_json::to_value(checkup)?);
    }
    Ok((all, checkup, diagnostics, ended))
}

fn check(args: &Check) -> Result<Ended, Box<dyn Error>> {
    let loaded = load::load(&args.case)?;
    let (all, checkup, diagnostics, ended) = examined(&loaded)?;
    let sources = &loaded.checked.sources;
    if args.json {
        print_json(&all)?;
        return Ok(ended);
    }
    let style = if args.aloud { case::diagnostic::Style::Aloud } else { case::diagnostic::Style::Plain };
    let shown: Vec<Diagnostic> = diagnostics.iter().filter(|d| d.severity != Severity::Note).cloned().collect();
    let mut text = case::diagnostic::render(&shown, sources, style);
    let count = |severity, word: &str| {
        let n = diagnostics.iter().filter(|d| d.severity == severity).count();
        format!("{n} {word}{}", if n == 1 { "" } else { "s" })
    };
    let notes = count(Severity::Note, "note");
    text.push_str(&format!(
        "{}, {}, {notes}{}\n",
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
        if notes == "0 notes" { "" } else { " (--json lists them)" }
    ));
    if let Some(checkup) = &checkup {
        text.push_str(&view::check::page(checkup));
    }
    print(&text)?;
    Ok(ended)
}

fn show(args: &Show) -> Result<Ended, Box<dyn Error>> {
    if args.stage == Stage::Procedure
        && let Some(pack) = load::pack(&args.case.to_string_lossy())?
    {
        let text = case::show::procedure(&pack);
        return shown(&text, args.json, "procedure");
    }
    match args.stage {
        Stage::Syntax | Stage::Case | Stage::Procedure => {
            let loaded = load::load(&args.case)?;
            let checked = &loaded.checked;
            if checked.case.is_none() && args.stage != Stage::Syntax {
                report(&checked.diagnostics, &checked.sources, args.json)?;
                return Ok(Ended::Wrong);
            }
            let (text, name) = match args.stage {
                Stage::Syntax => (case::show::syntax(checked), "syntax"),
                Stage::Case => (case::show::prose(checked), "case"),
                _ => (case::show::procedure_of(checked), "procedure"),
            };
            shown(&text, args.json, name)
        }
        Stage::Game | Stage::Solution => {
            let ready = match ready(&args.case, None, args.json)? {
                Ok(ready) => ready,
                Err(ended) => return Ok(ended),
            };
            let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
            if args.stage == Stage::Game {
                let view = answer::show::game(case, &ready.game);
                if args.json { print_json(&view)? } else { print(&view.text())? }
            } else {
                let view = answer::show::solution(&ready.game, &ready.drawing);
                if args.json { print_json(&view)? } else { print(&view.text())? }
            }
            Ok(Ended::Good)
        }
    }
}

fn shown(text: &str, json: bool, name: &str) -> Result<Ended, Box<dyn Error>> {
    if json {
        print_json(&json!({ name: text.lines().collect::<Vec<_>>() }))?
    } else {
        print(text)?
    }
    Ok(Ended::Good)
}

fn threads(n: Option<u32>) -> Result<(), Box<dyn Error>> {
    if let Some(n) = n {
        rayon::ThreadPoolBuilder::new().num_threads(n as usize).build_global()?;
    }
    Ok(())
}

/// Says diagnostics: as text on standard error, or as JSON on standard output.
fn report(diagnostics: &[Diagnostic], sources: &[Source], json: bool) -> Result<(), Box<dyn Error>> {
    if json {
        print_json(&json!({ "diagnostics": listed(diagnostics, sources) }))
    } else {
        let errors: Vec<Diagnostic> = diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
        let text = case::diagnostic::render(&errors, sources, case::diagnostic::Style::Plain);
        write!(anstream::stderr(), "{text}")?;
        Ok(())
    }
}

/// Diagnostics in the contract's form.
fn listed(diagnostics: &[Diagnostic], sources: &[Source]) -> Vec<Value> {
    diagnostics
        .iter()
        .map(|d| {
            let place = d.labels.first().map(|label| label.span);
            let (line, column) = place.map_or((None, None), |span| {
                let (line, column) = case::locate(sources, span);
                (Some(line), Some(column))
            });
            json!({
                "code": d.code,
                "severity": d.severity,
                "file": place.map(|span| case::file_name(sources, span.file)),
                "line": line,
                "column": column,
                "message": d.message,
                "help": d.help,
            })
        })
        .collect()
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn print_json(value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints a page; a reader who closes the pipe early is no error.
fn print(text: &str) -> Result<(), Box<dyn Error>> {
    match write!(anstream::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
