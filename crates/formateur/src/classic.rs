//! The older questions at the command line: `power`, `conflict`, `seats`, `bargain`.
//!
//! Each command reads one file, asks crate `classic`, prints. Each returns its exit code: 0 good, 1 the file has errors, 2 wrong
//! usage, 3 refused as too large, 4 input or output failed.

use ::classic::conflict::stability::{Conventions, JointMoves, Sanction};
use ::classic::decimal::Decimal;
use ::classic::findings::{Findings, line_and_column};
use ::classic::power::quota::Quota;
use ::classic::{bargain, conflict, power, seats, text};
use case::diagnostic::{Diagnostic, FileId, Label, Severity, Source, Span};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Who is pivotal in the ballots of a case, or in a weighted ballot.
#[derive(Args)]
pub struct Power {
    /// A case: its ballots, by their weights and in play.
    #[arg(required_unless_present = "weights")]
    pub case: Option<PathBuf>,
    /// Weights: CSV with the header `id,weight`, a further column per further criterion, `union` for a-priori unions; `-`
    /// is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "case", requires = "quota")]
    weights: Option<PathBuf>,
    /// What wins, once per criterion: `165`, `50%` (more than), `2/3`, `85%` (at least), `> 60%`.
    #[arg(long, value_name = "Q", value_delimiter = ',', requires = "weights")]
    quota: Vec<String>,
    /// A player without whom nothing passes; may be repeated.
    #[arg(long, value_name = "ID", requires = "weights")]
    veto: Vec<String>,
    /// The weight that must be present, of the first criterion: says who can deny it by staying away.
    #[arg(long, value_name = "Q", requires = "weights")]
    quorum: Option<String>,
    /// List minimal coalitions when there are at most this many.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub list: usize,
    /// Count Banzhaf figures only: quicker where weights are large.
    #[arg(long)]
    pub banzhaf_only: bool,
    /// Draws of a case's numbers (1,000 unless said otherwise); of weights, samples where exact counting would take too
    /// long (200,000).
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub draws: Option<u32>,
    /// Seed of draws and samples.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores unless said otherwise.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// One JSON object on standard output.
    #[arg(long)]
    pub json: bool,
    /// No progress bar.
    #[arg(long)]
    pub quiet: bool,
}

/// Which outcomes of a conflict in options form, or of a case seen as one, are stable.
#[derive(Args)]
pub struct Conflict {
    /// A case (a folder, or its case.toml), or a conflict, or several under `conflicts`: JSON or TOML; `-` is standard input.
    pub file: PathBuf,
    /// Of a case: the variables whose values make a state; otherwise those that moves of actors and bodies change, and the
    /// headline.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub variables: Vec<String>,
    /// What opponents can do together.
    #[arg(long, value_enum, default_value_t = Joint::Closure)]
    joint_moves: Joint,
    /// When an answer is a sanction.
    #[arg(long, value_enum, default_value_t = Punishes::NoBetter)]
    sanction: Punishes,
    /// Moves of several decision makers together.
    #[arg(long)]
    pub coalitions: bool,
    /// Which states can be reached from this one.
    #[arg(long, value_name = "STATE")]
    pub status_quo: Option<u64>,
    /// Which preferences would make this state stable.
    #[arg(long, value_name = "STATE")]
    pub wanted: Option<u64>,
    /// Why, for every state.
    #[arg(long)]
    pub sentences: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    pub json: bool,
}

impl Conflict {
    /// Whether it is asked about a case.
    pub fn is_case(&self) -> bool {
        self.file.is_dir() || self.file.file_name().is_some_and(|name| name == "case.toml")
    }

    /// How stability is to be understood.
    pub fn conventions(&self) -> Conventions {
        Conventions {
            joint_moves: match self.joint_moves {
                Joint::Closure => JointMoves::Closure,
                Joint::Once => JointMoves::Once,
                Joint::Single => JointMoves::Single,
            },
            sanction: match self.sanction {
                Punishes::NoBetter => Sanction::NoBetter,
                Punishes::Worse => Sanction::Worse,
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Joint {
    /// Any sequence in which nobody moves twice in succession.
    Closure,
    /// Any sequence in which everybody moves at most once.
    Once,
    /// One move of one of them.
    Single,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Punishes {
    /// It leaves the decision maker no better off.
    NoBetter,
    /// It leaves the decision maker worse off.
    Worse,
}

/// Seats from votes.
#[derive(Args)]
pub struct Seats {
    /// Votes: CSV with the header `id,votes`, `exempt` for parties without a hurdle; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    votes: PathBuf,
    /// How many seats.
    #[arg(long = "seats", value_name = "N")]
    number: u64,
    #[arg(long, value_enum, default_value_t = Method::Dhondt)]
    method: Method,
    /// The first divisor of the modified method: 1.4 in Norway, 1.2 in Sweden, 1.7 in Iraq.
    #[arg(long, default_value = "1.4", value_name = "F")]
    first_divisor: String,
    /// The share of votes a party needs: `5%` or `0.05`.
    #[arg(long, value_name = "H")]
    hurdle: Option<String>,
    /// Seats that votes alone do not decide.
    #[arg(long, value_enum, default_value_t = Ties::Report)]
    ties: Ties,
    /// The votes are a poll of this many answers: seats with their spread.
    #[arg(long, value_name = "ANSWERS")]
    poll: Option<f64>,
    /// With --poll: the chance of a majority, `a+b`; may be repeated.
    #[arg(long, value_name = "A+B", requires = "poll")]
    coalition: Vec<String>,
    /// Print the chamber for a case instead.
    #[arg(long, conflicts_with = "json")]
    chamber: bool,
    /// Draws of a poll.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    draws: u32,
    /// Seed of draws and lots.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Divisors 1, 2, 3.
    #[value(alias = "d-hondt")]
    Dhondt,
    /// Divisors 1, 3, 5.
    SainteLague,
    /// Divisors 1.4, 3, 5 (see --first-divisor).
    Modified,
    /// Largest remainders, Hare quota.
    Hare,
    /// Largest remainders, Droop quota.
    Droop,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ties {
    /// Say between whom, and leave the seats open.
    Report,
    /// The party with more votes.
    Votes,
    /// Draw lots, from the seed.
    Lot,
}

/// Where positions will settle.
#[derive(Args)]
pub struct Bargain {
    /// Actors with position, salience and capability: CSV `id,capability,position,salience`, KTAB's CSV, JSON or TOML; `-` is
    /// standard input.
    file: PathBuf,
    /// Rounds of the challenge model.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=1000))]
    rounds: u16,
    /// Draws, where numbers are ranges (`4 to 6`).
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    draws: u32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// Why a command did not answer; said by [`finish`].
enum Stopped {
    /// The file has errors.
    Wrong {
        source: Source,
        findings: Vec<Diagnostic>,
    },
    /// The command line is wrong.
    Usage(String),
    TooLarge(String),
    Failed(String),
}

/// Runs `power` and gives the exit code.
pub fn power(args: &Power) -> u8 {
    finish(power_answer(args), args.json)
}

/// Runs `conflict` and gives the exit code.
pub fn conflict(args: &Conflict) -> u8 {
    finish(conflict_answer(args), args.json)
}

/// Runs `seats` and gives the exit code.
pub fn seats(args: &Seats) -> u8 {
    finish(seats_answer(args), args.json)
}

/// Runs `bargain` and gives the exit code.
pub fn bargain(args: &Bargain) -> u8 {
    finish(bargain_answer(args), args.json)
}

fn power_answer(args: &Power) -> Result<String, Stopped> {
    let Some(path) = &args.weights else { return Err(Stopped::Usage("say whose power: a case, or --weights".into())) };
    let source = read(path)?;
    let (weights, findings) = power::weights::parse(&source.text);
    let Some(weights) = weights else { return Err(wrong(source, findings)) };
    let quota = |text: &String| Quota::parse(text).map_err(Stopped::Usage);
    let quotas = args.quota.iter().map(quota).collect::<Result<Vec<_>, _>>()?;
    let game = weights.game(&quotas).map_err(|messages| at_top(&source, "bad-quota", messages))?;
    let vetoes = args
        .veto
        .iter()
        .map(|id| {
            game.ids
                .iter()
                .position(|x| x == id)
                .ok_or_else(|| Stopped::Usage(format!("there is no player `{id}` to give a veto")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let first = &game.criteria[0];
    let quorum = args
        .quorum
        .as_ref()
        .map(|q| quota(q)?.needed(first.total(), first.scale).map_err(Stopped::Usage))
        .transpose()?;
    let request = power::Request {
        id: stem(path),
        vetoes,
        quorum,
        unions: weights.unions.clone(),
        list: args.list,
        seed: args.seed,
        samples: args.draws.unwrap_or(200_000),
        banzhaf_only: args.banzhaf_only,
    };
    let ballot = power::answer(&game, &request);
    if !args.json {
        return Ok(text::power(&ballot));
    }
    let draws = ballot.samples;
    let id = ballot.id.clone();
    with_head(&id, None, args.seed, draws, &power::Answer { ballots: vec![ballot] })
}

fn conflict_answer(args: &Conflict) -> Result<String, Stopped> {
    let source = read(&args.file)?;
    let (file, findings) = conflict::parse::parse(&source.text);
    let file = match file {
        Ok(file) => file,
        Err(conflict::parse::Refusal::Mistakes) => return Err(wrong(source, findings)),
        Err(conflict::parse::Refusal::TooLarge(why)) => return Err(Stopped::TooLarge(why)),
    };
    let conventions = args.conventions();
    let mut answers = Vec::new();
    for conflict in &file.conflicts {
        let place = |number: Option<u64>| {
            number
                .map(|n| {
                    let found = conflict.states.iter().position(|s| s.number == n);
                    found.ok_or_else(|| Stopped::Usage(format!("there is no state {n}")))
                })
                .transpose()
        };
        let request = conflict::Request {
            conventions,
            status_quo: place(args.status_quo)?,
            wanted: place(args.wanted)?,
            coalitions: args.coalitions,
            sentences_up_to: if args.sentences { usize::MAX } else { 256 },
        };
        answers.push(conflict::answer(conflict, &request));
    }
    if !args.json {
        let pages: Vec<String> = answers.iter().map(|a| text::conflict(a, args.sentences)).collect();
        return Ok(pages.join("\n"));
    }
    let id = stem(&args.file);
    match answers.as_slice() {
        [one] if !file.listed => with_head(one.id.as_deref().unwrap_or(&id), one.title.as_deref(), 1, None, one),
        all => with_head(&id, None, 1, None, &json!({ "conflicts": all })),
    }
}

fn seats_answer(args: &Seats) -> Result<String, Stopped> {
    let source = read(&args.votes)?;
    let (votes, findings) = seats::parse::parse(&source.text);
    let Some(votes) = votes else { return Err(wrong(source, findings)) };
    let first = Decimal::parse(&args.first_divisor)
        .map_err(|why| Stopped::Usage(format!("the first divisor `{}` {why}", args.first_divisor)))?;
    let request = seats::Request {
        seats: args.number,
        method: match args.method {
            Method::Dhondt => seats::Method::DHondt,
            Method::SainteLague => seats::Method::SainteLague,
            Method::Modified => seats::Method::Modified { first },
            Method::Hare => seats::Method::Hare,
            Method::Droop => seats::Method::Droop,
        },
        hurdle: args.hurdle.as_ref().map(|h| seats::parse::hurdle(h)).transpose().map_err(Stopped::Usage)?,
        ties: match args.ties {
            Ties::Report => seats::Ties::Report,
            Ties::Votes => seats::Ties::MoreVotes,
            Ties::Lot => seats::Ties::Lot,
        },
        seed: args.seed,
        poll: args.poll.map(|answers| seats::poll::Request {
            answers,
            draws: args.draws,
            coalitions: args.coalition.iter().map(|c| c.split('+').map(|p| p.trim().to_owned()).collect()).collect(),
        }),
    };
    let answer = seats::answer(&votes, &request).map_err(|why| at_top(&source, "no-seats", vec![why]))?;
    if args.chamber {
        return Ok(seats::chamber(&answer));
    }
    if !args.json {
        return Ok(text::seats(&answer));
    }
    with_head(&stem(&args.votes), None, args.seed, args.poll.map(|_| args.draws), &answer)
}

fn bargain_answer(args: &Bargain) -> Result<String, Stopped> {
    let source = read(&args.file)?;
    let (issues, findings) = bargain::parse::parse(&source.text);
    if findings.any_error() {
        return Err(wrong(source, findings));
    }
    let request = bargain::Request { rounds: usize::from(args.rounds), draws: args.draws, seed: args.seed };
    let cases: Vec<_> = issues.iter().map(|issue| bargain::answer(issue, &request)).collect();
    if !args.json {
        let pages: Vec<String> = cases.iter().map(text::bargain).collect();
        return Ok(pages.join("\n"));
    }
    let draws = cases.iter().map(|c| c.draws).max().filter(|d| *d > 0);
    with_head(&stem(&args.file), None, args.seed, draws, &bargain::Answer { cases })
}

/// Prints what came of a command and gives its exit code.
fn finish(result: Result<String, Stopped>, json: bool) -> u8 {
    let (code, said) = match result {
        Ok(page) => {
            return match write!(crate::call::stdout(), "{page}") {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => 4,
                _ => 0,
            };
        }
        Err(Stopped::Wrong { source, findings }) => (1, (source, findings)),
        Err(Stopped::TooLarge(why)) => (3, (Source::default(), vec![bare("too-large", why)])),
        Err(Stopped::Usage(why)) => {
            let _ = writeln!(crate::call::stderr(), "error: {why}");
            return 2;
        }
        Err(Stopped::Failed(why)) => {
            let _ = writeln!(crate::call::stderr(), "error: {why}");
            return 4;
        }
    };
    let (source, findings) = said;
    let listed: Vec<Value> = findings.iter().map(|d| shown(d, &source)).collect();
    let written = if json {
        serde_json::to_string_pretty(&json!({ "diagnostics": listed }))
            .map_err(std::io::Error::other)
            .and_then(|text| writeln!(crate::call::stdout(), "{text}"))
    } else {
        findings.iter().try_for_each(|d| write!(crate::call::stderr(), "{}", drawn(d, &source)))
    };
    if written.is_err_and(|e| e.kind() != ErrorKind::BrokenPipe) { 4 } else { code }
}

/// A diagnostic in the contract's form.
fn shown(d: &Diagnostic, source: &Source) -> Value {
    let place = d.labels.first().map(|l| line_and_column(&source.text, l.span.start));
    json!({
        "code": d.code,
        "severity": d.severity,
        "file": place.map(|_| &source.name),
        "line": place.map(|p| p.0),
        "column": place.map(|p| p.1),
        "message": d.message,
        "help": d.help,
    })
}

/// A diagnostic with its line and a mark under the place.
fn drawn(d: &Diagnostic, source: &Source) -> String {
    use std::fmt::Write;
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut out = format!("{severity}[{}]: {}\n", d.code, d.message);
    if let Some(label) = d.labels.first() {
        let (line, column) = line_and_column(&source.text, label.span.start);
        let text = source.line(line);
        let (_, end) = line_and_column(&source.text, label.span.end);
        let pad = " ".repeat(line.to_string().len());
        let _ = write!(out, "{pad} ┌ {}:{line}:{column}\n", source.name);
        // Very long lines would bury the message.
        if text.chars().count() <= 200 {
            let marks = "^".repeat(end.saturating_sub(column).clamp(1, 200));
            let _ = write!(out, "{line}│ {text}\n{pad}│ {}{marks}\n", " ".repeat(column - 1));
        }
    }
    if let Some(help) = &d.help {
        let _ = write!(out, "  help: {help}\n");
    }
    out
}

/// The answer in JSON behind what every answer carries.
fn with_head(
    id: &str,
    title: Option<&str>,
    seed: u64,
    draws: Option<u32>,
    answer: &impl Serialize,
) -> Result<String, Stopped> {
    #[derive(Serialize)]
    struct Whole<'a, A: Serialize> {
        formateur: Value,
        case: Value,
        from: Option<()>,
        now: Option<()>,
        until: Option<()>,
        #[serde(flatten)]
        answer: &'a A,
    }
    let whole = Whole {
        formateur: json!({
            "version": env!("CARGO_PKG_VERSION"),
            "case_hash": null,
            "seed": seed,
            "draws": draws,
            "effective_draws": draws,
        }),
        case: json!({ "id": id, "title": title }),
        from: None,
        now: None,
        until: None,
        answer,
    };
    serde_json::to_string_pretty(&whole).map(|t| t + "\n").map_err(|e| Stopped::Failed(e.to_string()))
}

/// The most bytes of a file.
const MOST_BYTES: u64 = 64 << 20;

fn read(path: &Path) -> Result<Source, Stopped> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let failed = |error: std::io::Error| Stopped::Failed(format!("cannot read `{name}`: {error}"));
    if path.as_os_str() == "-" {
        std::io::stdin().take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(path).and_then(|f| f.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Stopped::TooLarge(format!("`{name}` is larger than {} MiB", MOST_BYTES >> 20)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { name, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.into_bytes()).into_owned();
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { file: FileId(0), start, end: start };
            let mut d = bare("not-text", "the file is not UTF-8 text".into());
            d.labels.push(Label { span, text: String::new() });
            d.help = Some("save it as UTF-8".into());
            Err(Stopped::Wrong { source: Source { name, text }, findings: vec![d] })
        }
    }
}

fn wrong(source: Source, findings: Findings) -> Stopped {
    Stopped::Wrong { source, findings: findings.0 }
}

/// Mistakes about the file as a whole.
fn at_top(source: &Source, code: &'static str, messages: Vec<String>) -> Stopped {
    let span = Span { file: FileId(0), start: 0, end: 0 };
    let findings = messages
        .into_iter()
        .map(|m| Diagnostic { labels: vec![Label { span, text: String::new() }], ..bare(code, m) })
        .collect();
    Stopped::Wrong { source: source.clone(), findings }
}

fn bare(code: &'static str, message: String) -> Diagnostic {
    Diagnostic { code, severity: Severity::Error, message, labels: Vec::new(), help: None }
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "ballot".into(), |s| s.to_string_lossy().into_owned())
}
