//! What a person decides: accept, reject, edit, assess, retract.

use super::{At, CaseFiles, compile, usage, wrong};
use crate::view::paint::wrap;
use crate::{Ended, Request, load, print, print_json, view};
use ::evidence::combine::{Answer, Assessment, Method, Opinion, Report, Scale};
use ::evidence::date::{Grain, When};
use ::evidence::record::{Claim, Edit as Change, Entry, Foretold, Status};
use ::evidence::review;
use ::evidence::span::Span;
use ::evidence::store::Store;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

#[derive(Args)]
pub struct Decide {
    /// Claims by id; none on a terminal: one proposal after the other is shown.
    claims: Vec<String>,
    /// A reviewed file, as `propose --to` writes it.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "claims")]
    file: Option<PathBuf>,
    /// Why, for the ledger.
    #[arg(long, default_value = "")]
    why: String,
    #[command(flatten)]
    at: At,
}

/// One claim of a review file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    id: String,
    #[serde(default)]
    decide: String,
    #[serde(flatten)]
    change: Change,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewFile {
    #[serde(default)]
    claim: Vec<Value>,
}

/// A file to review: a table per proposal, what it says as a comment, `decide` left empty.
pub fn review_file(claims: &[Claim]) -> String {
    let mut out = String::from(
        "# Write `accept` or `reject` after `decide`, a paraphrase after `says`; what is left empty stays a proposal.\n\
         # Then: formateur evidence accept --file THIS\n",
    );
    for claim in claims {
        out.push_str("\n[[claim]]\n");
        for span in &claim.spans {
            for line in wrap(&span.exact, 116) {
                // Invisible characters have no business in a file that people read.
                let seen: String =
                    line.chars().filter(|c| !c.is_control() && !::evidence::fold::is_invisible(*c)).collect();
                let _ = writeln!(out, "# {seen}");
            }
        }
        let _ = writeln!(out, "id     = \"{}\"\ndecide = \"\"\nsays   = \"\"\nkind   = \"{}\"", claim.id, claim.kind);
    }
    out
}

pub fn decide(args: &Decide, status: Status) -> Result<Ended, Box<dyn Error>> {
    let mut store = args.at.there()?;
    if let Some(path) = &args.file {
        return by_file(args, path, &mut store);
    }
    if args.claims.is_empty() {
        if !std::io::stdin().is_terminal() {
            return usage("name claims, or give a reviewed file with `--file`");
        }
        return one_by_one(args, &mut store);
    }
    let mut done = Vec::new();
    for claim in &args.claims {
        let entry = Entry::Decide { claim: claim.clone(), status, why: args.why.clone() };
        match store.append(&args.at.stamp(), &[entry]) {
            Ok(_) => {
                done.push(claim.clone());
                if !args.at.json {
                    // Said only when it is on the disk.
                    print(&format!("{} {claim}\n", status.word()))?;
                    crate::call::stdout().flush()?;
                }
            }
            Err(error) => return wrong(&super::chain(&error)),
        }
    }
    if args.at.json {
        print_json(&json!({ status.word(): done }))?;
    }
    Ok(Ended::Good)
}

fn by_file(args: &Decide, path: &std::path::Path, store: &mut Store) -> Result<Ended, Box<dyn Error>> {
    let text = load::text(path)?;
    let table: ReviewFile = match toml::from_str(&text) {
        Ok(table) => table,
        Err(error) => return wrong(&format!("{}: {error}", path.display())),
    };
    let mut entries = Vec::new();
    let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
    for (n, value) in table.claim.into_iter().enumerate() {
        let reviewed: Reviewed = match serde_json::from_value(value) {
            Ok(reviewed) => reviewed,
            Err(error) => return wrong(&format!("{}: claim {}: {error}", path.display(), n + 1)),
        };
        let mut change = reviewed.change;
        change.says = change.says.filter(|says| !says.trim().is_empty());
        let status = match reviewed.decide.as_str() {
            "accept" => Status::Accepted,
            "reject" => Status::Rejected,
            "" => continue,
            other => {
                return wrong(&format!("{}: claim {}: `{other}` is neither accept nor reject", path.display(), n + 1));
            }
        };
        let list = if status == Status::Accepted { &mut accepted } else { &mut rejected };
        list.push(reviewed.id.clone());
        if change != Change::default() {
            entries.push(Entry::Edit { claim: reviewed.id.clone(), to: change });
        }
        entries.push(Entry::Decide { claim: reviewed.id, status, why: args.why.clone() });
    }
    if let Err(error) = store.append(&args.at.stamp(), &entries) {
        return wrong(&format!("{}: {}; nothing was decided", path.display(), super::chain(&error)));
    }
    if args.at.json {
        print_json(&json!({ "accepted": accepted, "rejected": rejected }))?;
    } else {
        print(&format!("accepted {}, rejected {}\n", accepted.len(), rejected.len()))?;
    }
    Ok(Ended::Good)
}

/// Proposals one after the other: a, r, e (a paraphrase, then accepted), s, q.
fn one_by_one(args: &Decide, store: &mut Store) -> Result<Ended, Box<dyn Error>> {
    let waiting = store.claims(None, Some(Status::Proposed))?;
    let total = waiting.len();
    let mut lines = std::io::stdin().lock().lines();
    for (n, standing) in waiting.into_iter().enumerate() {
        let claim = standing.claim;
        print(&format!("\n{} of {total}\n{}", n + 1, view::evidence::claim(&claim)))?;
        loop {
            print("accept, reject, edit, skip, quit? [a/r/e/s/q] ")?;
            crate::call::stdout().flush()?;
            let Some(line) = lines.next().transpose()? else { return Ok(Ended::Good) };
            let decided = |status| Entry::Decide { claim: claim.id.clone(), status, why: args.why.clone() };
            let entries = match line.trim() {
                "a" => vec![decided(Status::Accepted)],
                "r" => vec![decided(Status::Rejected)],
                "e" => {
                    print("it says: ")?;
                    crate::call::stdout().flush()?;
                    let says = lines.next().transpose()?.unwrap_or_default();
                    let to = Change { says: Some(says.trim().to_owned()), ..Change::default() };
                    vec![Entry::Edit { claim: claim.id.clone(), to }, decided(Status::Accepted)]
                }
                "s" => break,
                "q" => return Ok(Ended::Good),
                _ => continue,
            };
            store.append(&args.at.stamp(), &entries)?;
            break;
        }
    }
    Ok(Ended::Good)
}

#[derive(Args)]
pub struct Edit {
    /// A claim's id, or with `--copy-of` a document's hash.
    id: String,
    /// The paraphrase.
    #[arg(long)]
    says: Option<String>,
    #[arg(long)]
    kind: Option<String>,
    /// From the author to whoever is quoted; repeatable.
    #[arg(long)]
    speaker: Vec<String>,
    #[arg(long)]
    actor: Vec<String>,
    /// What of the model it bears on; repeatable.
    #[arg(long)]
    about: Vec<String>,
    /// 1 (confirmed) to 5 (improbable); 6: cannot be judged.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=6))]
    credibility: Option<u8>,
    /// Claims of one origin are one observation.
    #[arg(long)]
    origin: Option<String>,
    /// Of an event: what the case calls it, `reject`.
    #[arg(long)]
    did: Option<String>,
    /// The time it speaks of, where the rules misread it: a day, or `FROM..TO`.
    #[arg(long, value_name = "DATE", value_parser = spoken_of)]
    date: Option<When>,
    /// A further passage that says the same, in code points of the document; repeatable.
    #[arg(long, value_name = "START-END", value_parser = place)]
    also: Vec<(usize, usize)>,
    /// Of a forecast: the day it is known.
    #[arg(long, value_name = "DATE", requires = "probability")]
    resolves: Option<Date>,
    /// Of a forecast: what its words are taken to mean.
    #[arg(long, value_name = "P", requires = "resolves")]
    probability: Option<f64>,
    /// Of a forecast: whether it came true.
    #[arg(long, value_enum, value_name = "YES|NO")]
    came_true: Option<YesNo>,
    /// Of a document: it is a copy of this one's report; `own`: it is not a copy.
    #[arg(long, value_name = "HASH", conflicts_with_all = ["says", "kind"])]
    copy_of: Option<String>,
    #[command(flatten)]
    at: At,
}

/// A day, or two with `..` between them.
fn spoken_of(text: &str) -> Result<When, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (from.parse::<Date>(), to.parse::<Date>()) {
        (Ok(from), Ok(to)) if from <= to => Ok(When { from, to, grain: Grain::Day }),
        _ => Err("a day is expected, or two: 2030-04-01..2030-04-07".into()),
    }
}

/// Two places with `-` between them.
fn place(text: &str) -> Result<(usize, usize), String> {
    let ends = text.split_once('-').map(|(a, b)| (a.parse::<usize>(), b.parse::<usize>()));
    match ends {
        Some((Ok(start), Ok(end))) if start < end => Ok((start, end)),
        _ => Err("two places are expected: 120-180".into()),
    }
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

pub fn edit(args: &Edit) -> Result<Ended, Box<dyn Error>> {
    let mut store = args.at.there()?;
    let entry = if let Some(other) = &args.copy_of {
        let document = store.document(&args.id)?.document.id;
        let origin = if other == "own" { document.clone() } else { store.document(other)?.origin };
        Entry::Origin { document, origin, why: format!("as {} says", args.at.by) }
    } else {
        let claim = match store.claim(&args.id) {
            Ok(standing) => standing.claim,
            Err(error) => return wrong(&super::chain(&error)),
        };
        let list = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        let mut foretold = claim.foretold.clone();
        if let (Some(resolves), Some(probability)) = (args.resolves, args.probability) {
            foretold = Some(Foretold { resolves, probability, came_true: None });
        }
        if let Some(came_true) = args.came_true {
            let Some(foretold) = &mut foretold else {
                return usage("say first with `--resolves` and `--probability` what was foretold");
            };
            foretold.came_true = Some(came_true == YesNo::Yes);
        }
        let event = args.did.as_ref().map(|did| {
            let mut event = claim.event.clone().unwrap_or_default();
            event.did = Some(did.clone());
            event
        });
        let mut also = Vec::new();
        if !args.also.is_empty() {
            let text = store.text(&claim.document)?;
            for (start, end) in &args.also {
                match Span::of_points(&text, *start, *end) {
                    Some(span) => also.push(span),
                    None => return wrong(&format!("the document has no passage {start}–{end}")),
                }
            }
        }
        let to = Change {
            says: args.says.clone(),
            kind: args.kind.clone(),
            speaker: list(&args.speaker),
            actors: list(&args.actor),
            about: list(&args.about),
            date: args.date,
            credibility: args.credibility,
            origin: args.origin.clone(),
            event,
            foretold: (foretold != claim.foretold).then_some(foretold).flatten(),
            modality: None,
            also,
        };
        if to == Change::default() {
            return usage("nothing to change");
        }
        Entry::Edit { claim: args.id.clone(), to }
    };
    if let Err(error) = store.append(&args.at.stamp(), &[entry]) {
        return wrong(&super::chain(&error));
    }
    if args.at.json {
        print_json(&json!({ "edited": args.id }))?;
    } else {
        print(&format!("edited {}\n", args.id))?;
    }
    Ok(Ended::Good)
}

#[derive(Args)]
pub struct Assess {
    /// The number's path in the case.
    path: String,
    /// The file of the assessment: method, opinions or reports (see the manual).
    #[arg(long, value_name = "FILE.toml")]
    from: Option<PathBuf>,
    /// An expert's 90 % interval, `NAME=LOW..HIGH`, resting on claims `@c1,c2` where they are named; repeatable.
    #[arg(long, value_name = "NAME=LOW..HIGH[@CLAIMS]", conflicts_with = "from")]
    expert: Vec<String>,
    /// Scale on which intervals are averaged.
    #[arg(long, value_enum, default_value_t = OnScale::LogOdds)]
    scale: OnScale,
    #[arg(long, default_value = "")]
    note: String,
    #[command(flatten)]
    at: At,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum OnScale {
    LogOdds,
    Log,
    Plain,
}

/// `assess --from`: reports about readings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsFile {
    readings: Vec<String>,
    prior: Vec<f64>,
    #[serde(default)]
    between: f64,
    #[serde(default)]
    report: Vec<FiledReport>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FiledReport {
    claim: String,
    /// Left out: the claim's own, else that of its document.
    origin: Option<String>,
    reliability: f64,
    given: Vec<f64>,
    anyway: f64,
}

pub fn assess(args: &Assess) -> Result<Ended, Box<dyn Error>> {
    let mut store = args.at.open()?;
    let method = if let Some(path) = &args.from {
        let file: ReportsFile = match toml::from_str(&load::text(path)?) {
            Ok(file) => file,
            Err(error) => return wrong(&format!("{}: {error}", path.display())),
        };
        let mut reports = Vec::new();
        for filed in file.report {
            let claim = match store.claim(&filed.claim) {
                Ok(standing) => standing.claim,
                Err(error) => return wrong(&super::chain(&error)),
            };
            let origin = match filed.origin.or(claim.origin) {
                Some(origin) => origin,
                None => store.document(&claim.document)?.origin,
            };
            reports.push(Report {
                claim: filed.claim,
                origin,
                reliability: filed.reliability,
                given: filed.given,
                anyway: filed.anyway,
            });
        }
        Method::Reports { readings: file.readings, prior: file.prior, reports, between: file.between }
    } else {
        let mut opinions = Vec::new();
        for text in &args.expert {
            match opinion(text) {
                Some(opinion) => opinions.push(opinion),
                None => return usage(&format!("`{text}` is not NAME=LOW..HIGH")),
            }
        }
        let scale = match args.scale {
            OnScale::LogOdds => Scale::LogOdds,
            OnScale::Log => Scale::Log,
            OnScale::Plain => Scale::Plain,
        };
        Method::Pool { scale, opinions }
    };
    let result = match method.answer(&BTreeSet::new()) {
        Ok(result) => result,
        Err(error) => return wrong(&error.to_string()),
    };
    let now = method.answer(&store.not_standing()?)?;
    let assessment =
        Assessment { id: format!("a-{}", args.path), path: args.path.clone(), method, note: args.note.clone(), result };
    if let Err(error) = store.append(&args.at.stamp(), &[Entry::Assess(assessment.clone())]) {
        return wrong(&super::chain(&error));
    }
    if args.at.json {
        print_json(&json!({ "assessment": assessment, "now": now }))?;
    } else {
        let mut text = format!("{} = \"{}\"\n", args.path, now.text());
        if now != assessment.result {
            let _ = writeln!(text, "(all claims accepted, it would be {})", assessment.result.text());
        }
        print(&text)?;
    }
    Ok(Ended::Good)
}

fn opinion(text: &str) -> Option<Opinion> {
    let (expert, rest) = text.split_once('=')?;
    let (interval, claims) = rest.split_once('@').unwrap_or((rest, ""));
    let (low, high) = interval.split_once("..")?;
    let claims = claims.split(',').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
    Some(Opinion {
        expert: expert.trim().to_owned(),
        low: low.trim().parse().ok()?,
        high: high.trim().parse().ok()?,
        weight: 1.0,
        claims,
    })
}

#[derive(Args)]
pub struct Retract {
    claim: String,
    /// The case whose numbers and forecast are looked at.
    #[arg(long)]
    case: PathBuf,
    /// Do it; otherwise it is only said what would move.
    #[arg(long)]
    yes: bool,
    /// Why, for the ledger.
    #[arg(long, default_value = "")]
    why: String,
    /// Draws of the forecast with and without.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    draws: u32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    at: At,
}

pub fn retract(args: &Retract) -> Result<Ended, Box<dyn Error>> {
    let files = match CaseFiles::read(&args.case, args.at.json)? {
        Ok(files) => files,
        Err(ended) => return Ok(ended),
    };
    let mut store = args.at.there()?;
    let standing = match store.claim(&args.claim) {
        Ok(standing) => standing,
        Err(error) => return wrong(&super::chain(&error)),
    };
    if standing.status != Status::Accepted {
        return wrong(&format!(
            "claim {} is {}: only what is accepted is retracted",
            args.claim,
            standing.status.word()
        ));
    }
    let consequences = review::without(files.case(), &store, &args.claim)?;
    let forecast = forecast_without(args, &files, &consequences)?;
    if args.yes {
        let entry = Entry::Decide { claim: args.claim.clone(), status: Status::Retracted, why: args.why.clone() };
        store.append(&args.at.stamp(), &[entry])?;
    }
    if args.at.json {
        let mut said = serde_json::to_value(&consequences)?;
        said["forecast"] = forecast.map(serde_json::to_value).transpose()?.unwrap_or(Value::Null);
        said["retracted"] = json!(args.yes);
        print_json(&said)?;
    } else {
        print(&view::evidence::consequences(&standing.claim, &consequences, args.yes))?;
        if let Some(shifts) = &forecast {
            print(&view::evidence::shifts(shifts))?;
        }
    }
    Ok(Ended::Good)
}

/// An outcome's probability with the claim and without it.
#[derive(Serialize)]
pub struct Shift {
    pub id: String,
    pub label: String,
    pub before: f64,
    pub after: f64,
    /// Monte-Carlo error of the difference at most: both sides share their draws.
    pub error: f64,
}

/// The forecast with the assessments' new values and without the log entries that rest on the claim, against the present one;
/// none where neither changes.
fn forecast_without(
    args: &Retract,
    files: &CaseFiles,
    consequences: &review::Consequences,
) -> Result<Option<Vec<Shift>>, Box<dyn Error>> {
    let mut replaced = Vec::new();
    for moved in &consequences.assessments {
        if let Answer::Interval { .. } = moved.after
            && files.case().numbers.iter().any(|n| n.path == moved.path)
        {
            replaced.push((moved.path.clone(), moved.after.text()));
        }
    }
    if replaced.is_empty() && consequences.log.is_empty() {
        return Ok(None);
    }
    let mut other = load::load_with(&args.case, &replaced, None)?;
    let Some(case) = &mut other.checked.case else { return Ok(None) };
    case.log = review::log_without(case, &args.claim);
    let run = |case: &case::model::Case, hash: &str| -> Result<answer::forecast::Forecast, Box<dyn Error>> {
        let (game, drawing) = compile(case)?;
        let request = Request { case_hash: hash.into(), seed: args.seed, draws: args.draws as usize };
        Ok(answer::run(case, &game, &drawing, &request, &|_| {})?)
    };
    let (before, after) = (run(files.case(), &files.loaded.hash)?, run(case, &other.hash)?);
    let shifts = after
        .headline
        .outcomes
        .iter()
        .map(|outcome| {
            let was = before.headline.outcomes.iter().find(|known| known.id == outcome.id);
            Shift {
                id: outcome.id.clone(),
                label: outcome.label.clone(),
                before: was.map_or(0.0, |o| o.band.mean),
                after: outcome.band.mean,
                error: outcome.band.error.hypot(was.map_or(0.0, |o| o.band.error)),
            }
        })
        .collect();
    Ok(Some(shifts))
}
