//! The door: commands that read files, ask the rooms, print. The program is [`main`]; [`call`] is the same from within a program.

mod ask;
mod author;
mod backtest;
mod calibrate;
pub mod call;
mod chamber;
mod classic;
mod coalitions;
mod evidence;
mod exchange;
mod history;
pub mod load;
mod page;
mod play;
mod plot;
mod progress;
mod record;
mod report;
mod rows;
mod serve;
mod shards;
mod typst;
mod update;
mod view;
mod whatif;
mod why;
mod write;

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
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

/// Who can govern, when, and what can each actor still do about it.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The version that every answer carries.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether draws can be written as Parquet (the feature `parquet`, on unless it is left out).
pub const PARQUET: bool = cfg!(feature = "parquet");

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
    /// Puts the shards of a run together: the same answer as the run on one machine, byte for byte.
    Merge(shards::Merge),
    /// What an actor can do: each option's outcomes, price, risk, and when it is the best.
    Options(OptionsOf),
    /// What the log changed: the forecast after each entry, and the numbers each entry moved.
    Update(update::Update),
    /// Why an outcome is as likely as it is: ways, decisions, levers, numbers.
    Why(why::Why),
    /// The case as it is and changed, side by side over the same draws.
    Whatif(whatif::Changes),
    /// Diagnostics, size, sharpness of choice, moves that cannot be undone, numbers that rest on assumption.
    Check(Check),
    /// One stage of the river from text to solution, for looking at.
    Show(Show),
    /// The past as a test: cases run blind, then set against what happened.
    Backtest(backtest::Backtest),
    /// One answer as a picture.
    Plot(plot::Plot),
    /// The brief one sends: one self-contained page with answer, options, drivers, dates, evidence, method.
    Report(report::Report),
    /// The workbench in the browser, on this machine.
    Serve(serve::Serve),
    /// Forecasts kept: frozen, compared, scored against what happened.
    Forecast(record::Forecast),
    /// Who is pivotal: in the ballots of a case, by weight and in play; in any weighted ballot.
    Power(classic::Power),
    /// Which outcomes of a conflict in options form, or of a case seen as one, are stable, and why.
    Conflict(classic::Conflict),
    /// Seats from votes, and the seats behind a poll.
    Seats(classic::Seats),
    /// Where positions settle: compromise, bargaining, challenges, elections.
    Bargain(classic::Bargain),
    /// Documents, claims, and the numbers that rest on them.
    Evidence(evidence::Evidence),
    /// What history teaches: fit choice models to past formations, and score them.
    History(history::History),
    /// Who could govern together, by what past governments teach: every coalition with its chance.
    Coalitions(coalitions::Coalitions),
    /// How sharply actors choose, by what the logs of several cases show.
    Calibrate(calibrate::Calibrate),
    /// The quantal response of a game tree in Gambit's EFG format.
    Solve(exchange::Solve),
    /// The game of a case for Gambit, PRISM or Storm, on standard output.
    Export(exchange::Export),
}

#[derive(Args)]
struct Run {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// Also write the draws: a row each with its numbers, outcomes and payoffs; by the name's end CSV or Parquet.
    #[arg(long, value_name = "FILE")]
    draws_out: Option<PathBuf>,
    #[command(flatten)]
    part: shards::Part,
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
    /// For `procedure`: also draw it, stages, exits, quorums and clocks, as an SVG file.
    #[arg(long, short = 'o', value_name = "FILE.svg")]
    svg: Option<PathBuf>,
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

/// The program: the command line of the process; returns its exit code.
pub fn main() -> u8 {
    command(std::env::args_os())
}

/// A command line, the program's name first.
fn command(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(said) => {
            if call::under_way().is_some() {
                let text = said.render();
                let mut to = if said.use_stderr() { call::stderr() } else { call::stdout() };
                let _ = write!(to, "{text}");
            } else {
                let _ = said.print();
            }
            return said.exit_code() as u8;
        }
    };
    let ended = match &cli.command {
        Command::New(args) => author::new(args),
        Command::Fmt(args) => author::fmt(args),
        Command::Run(args) => run(args),
        Command::Merge(args) => shards::merge(args),
        Command::Options(args) => options(args),
        Command::Update(args) => update::update(args),
        Command::Why(args) => why::why(args),
        Command::Backtest(args) => backtest::backtest(args),
        Command::Plot(args) => plot::plot(args),
        Command::Report(args) => report::report(args),
        Command::Serve(args) => serve::serve(args),
        Command::Forecast(args) => record::forecast(args),
        Command::Whatif(args) => whatif::whatif(args),
        Command::Check(args) => check(args),
        Command::Show(args) => show(args),
        Command::Power(args) => match &args.case {
            Some(path) => play::power(args, path),
            None => return classic::power(args),
        },
        Command::Conflict(args) if args.is_case() => play::conflict(args, &args.file),
        Command::Conflict(args) => return classic::conflict(args),
        Command::Seats(args) => return classic::seats(args),
        Command::Bargain(args) => return classic::bargain(args),
        Command::History(args) => return history::run(args),
        Command::Evidence(args) => evidence::run(args),
        Command::Coalitions(args) => coalitions::run(args),
        Command::Calibrate(args) => calibrate::calibrate(args),
        Command::Solve(args) => exchange::solve(args),
        Command::Export(args) => exchange::export(args),
    };
    match ended {
        Ok(Ended::Good) => 0,
        Ok(Ended::Wrong) => 1,
        Ok(Ended::Usage) => 2,
        Ok(Ended::Refused) => 3,
        Err(error) => {
            let not_text = error.downcast_ref::<LoadError>().is_some_and(|e| matches!(e, LoadError::NotText { .. }));
            let mut message = format!("error: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                message.push_str(&format!(": {inner}"));
                cause = inner.source();
            }
            let _ = writeln!(call::stderr(), "{message}");
            if not_text { 1 } else { 4 }
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
    ready_of(load::load(path)?, as_of, json)
}

/// Compiles a case that has been read.
fn ready_of(mut loaded: Loaded, as_of: Option<Date>, json: bool) -> Result<Result<Ready, Ended>, Box<dyn Error>> {
    let Some(case) = &mut loaded.checked.case else {
        report(&loaded.checked.diagnostics, &loaded.checked.sources, json)?;
        return Ok(Err(Ended::Wrong));
    };
    if let Some(day) = as_of
        && let Err(why) = look_from(case, day)
    {
        writeln!(call::stderr(), "error: {why}")?;
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
    let out = match args.draws_out.as_deref().map(rows::Form::of).transpose() {
        Ok(out) => out,
        Err(why) => return usage(&why),
    };
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    if args.part.is_asked() {
        return shards::solve(&args.part, &ready, &request, common);
    }
    let progress = Progress::new(request.draws, "draws", common.quiet);
    let answered = answer::forecast::kept(case, &ready.game, &ready.drawing, &request, &|n| progress.add(n));
    progress.finish();
    match answered {
        Ok((forecast, base)) => {
            if let Some(out) = out {
                out.write(case, &forecast, &base)?;
            }
            said(case, &forecast, common.json)
        }
        Err(found) => contradicted(&found, &ready.loaded, common.json),
    }
}

/// Prints a forecast.
fn said(case: &case::model::Case, forecast: &answer::Forecast, json: bool) -> Result<Ended, Box<dyn Error>> {
    if json {
        print_json(forecast)?;
    } else {
        print(&view::forecast::page(forecast, &case.question, case.numbers.len()))?;
    }
    Ok(Ended::Good)
}

/// Says what is wrong with the command line.
fn usage(why: &str) -> Result<Ended, Box<dyn Error>> {
    writeln!(call::stderr(), "error: {why}")?;
    Ok(Ended::Usage)
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

/// What `check` says of a case, as JSON, and how it ends.
fn examined(
    loaded: &Loaded,
) -> Result<(Value, Option<answer::check::Checkup>, Vec<Diagnostic>, Ended), Box<dyn Error>> {
    let mut diagnostics = loaded.checked.diagnostics.clone();
    let (mut checkup, mut ended) = (None, Ended::Good);
    match &loaded.checked.case {
        None => ended = Ended::Wrong,
        Some(case) => match compile(case) {
            Ok((game, drawing)) => checkup = Some(answer::check::check(case, &game, &drawing, &Limits::default())),
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
    if args.svg.is_some() && args.stage != Stage::Procedure {
        writeln!(
            call::stderr(),
            "error: only `procedure` can be drawn: `formateur show procedure PACK --svg FILE.svg`"
        )?;
        return Ok(Ended::Usage);
    }
    if args.stage == Stage::Procedure
        && let Some(pack) = load::pack(&args.case.to_string_lossy())?
    {
        drawn(args, || case::show::diagram(&pack))?;
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
                _ => {
                    drawn(args, || case::show::diagram_of(checked))?;
                    (case::show::procedure_of(checked), "procedure")
                }
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

/// Writes the drawing where one is asked for.
fn drawn(args: &Show, drawing: impl FnOnce() -> String) -> Result<(), Box<dyn Error>> {
    match &args.svg {
        Some(path) => Ok(write::whole(path, &drawing())?),
        None => Ok(()),
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
    // A call brings its own threads.
    if let (Some(n), None) = (n, call::under_way()) {
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
        write!(call::stderr(), "{text}")?;
        Ok(())
    }
}

/// Diagnostics in the contract's form: line and column from 1, columns in characters.
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
    let text = serde_json::to_string_pretty(value)?;
    writeln!(call::stdout(), "{text}")?;
    Ok(())
}

/// Prints a page; a reader who closes the pipe early is no error.
fn print(text: &str) -> Result<(), Box<dyn Error>> {
    match write!(call::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
