//! `evidence`: documents in, claims reviewed, numbers traced.

pub mod act;
mod pdf;

use crate::load::{self, Loaded};
use crate::{Ended, compile, print, print_json, report, view};
use ::evidence::ask::{Endpoint, ask};
use ::evidence::claims_file::{self, ClaimsFile};
use ::evidence::gazetteer::{Aliases, Gazetteer};
use ::evidence::propose::proposals;
use ::evidence::read::sha256;
use ::evidence::record::{Basis, Claim, Document, Entry, Grade, Source, Stamp, Status};
use ::evidence::review;
use ::evidence::store::{Standing, Store};
use ::evidence::{log, read, track};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Documents, claims, and the numbers that rest on them.
#[derive(Args)]
pub struct Evidence {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Take documents in: text, HTML, PDF.
    Add(Add),
    /// Find documents by words.
    Search(Search),
    /// Propose claims, by rules or by a model of your own; nothing is accepted.
    Propose(Propose),
    /// Accept claims, by id, by file, or one after the other.
    Accept(act::Decide),
    /// Reject proposals.
    Reject(act::Decide),
    /// Change what a claim says, or whose copy a document is.
    Edit(Box<act::Edit>),
    /// Whether case, claims.toml and store fit together.
    Check(Check),
    /// What a number rests on, down to passages and sources.
    Trace(Trace),
    /// Say what would move without a claim; with --yes take it back.
    Retract(act::Retract),
    /// Claims, log entries or the whole record, on standard output.
    Export(Export),
    /// Take in a record in JSON Lines, or a case's claims.toml.
    Import(Import),
    /// Grade a source, as of a day.
    Source(SourceOf),
    /// Pool experts' intervals, or weigh reports, for a number of a case.
    Assess(act::Assess),
    /// How often authors were right.
    Records(StoreOnly),
    /// Whether the store follows from its ledger, byte for byte.
    Replay(StoreOnly),
    /// Text of a PDF on standard input, for `add`.
    #[command(hide = true)]
    ReadPdf,
}

/// Where, and as whom.
#[derive(Args)]
struct At {
    /// The store: one file, made if it is not there.
    #[arg(long, value_name = "S", default_value = "evidence.db", env = "FORMATEUR_STORE")]
    store: PathBuf,
    /// Who decides; it stands in the ledger.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "analyst")]
    by: String,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

impl At {
    fn open(&self) -> Result<Store, Box<dyn Error>> {
        open(&self.store)
    }

    /// Opens a store that must be there already.
    fn there(&self) -> Result<Store, Box<dyn Error>> {
        existing(&self.store)
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: jiff::Timestamp::now().to_string(), by: self.by.clone() }
    }
}

fn open(path: &Path) -> Result<Store, Box<dyn Error>> {
    Store::open(path).map_err(|error| format!("{}: {}", path.display(), chain(&error)).into())
}

fn existing(path: &Path) -> Result<Store, Box<dyn Error>> {
    if path.exists() { open(path) } else { Err(format!("there is no store {}", path.display()).into()) }
}

fn chain(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

#[derive(Args)]
struct StoreOnly {
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct Add {
    /// Text, HTML or PDF.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The day of publication, or `unknown` with `--basis unknown`: relative dates are read by it.
    #[arg(long, value_name = "DATE")]
    published: String,
    /// How that day is known.
    #[arg(long, value_enum)]
    basis: BasisOf,
    #[arg(long)]
    title: Option<String>,
    #[arg(long)]
    outlet: Option<String>,
    #[arg(long)]
    author: Option<String>,
    /// Where it can be read.
    #[arg(long)]
    address: Option<String>,
    /// Whose grade counts, if not the outlet's: an id given to `evidence source`.
    #[arg(long)]
    source: Option<String>,
    #[command(flatten)]
    at: At,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum BasisOf {
    Stated,
    Inferred,
    Unknown,
}

#[derive(Args)]
struct Search {
    /// All of them must occur; "in marks" together; `word*` begins so.
    #[arg(required = true)]
    words: Vec<String>,
    /// No more than so many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    most: u32,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct Propose {
    /// The case whose actors are looked for.
    #[arg(long)]
    case: PathBuf,
    /// Only this document: its hash or the beginning of it.
    #[arg(long, value_name = "HASH")]
    document: Option<String>,
    /// Write a file to review, for `accept --file`.
    #[arg(long, value_name = "FILE.toml")]
    to: Option<PathBuf>,
    /// Also ask a model behind an OpenAI-compatible endpoint: http://HOST:PORT/v1
    #[arg(long, value_name = "URL", requires = "model")]
    ask: Option<String>,
    #[arg(long, requires = "ask")]
    model: Option<String>,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct Check {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct Trace {
    /// A number's path, or a table's: `numbers.sanction_pain`, `interests.law`.
    path: String,
    #[arg(long)]
    case: PathBuf,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct Export {
    #[arg(long, value_enum, default_value_t = To::Claims)]
    to: To,
    /// For `claims` the case whose names of documents are kept; for `log` the case whose moves are offered.
    #[arg(long)]
    case: Option<PathBuf>,
    #[command(flatten)]
    at: At,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum To {
    /// `claims.toml`: accepted claims.
    Claims,
    /// `log.toml`: accepted events, to be read over.
    Log,
    /// The whole record, a JSON object a line.
    Jsonl,
    /// W3C Web Annotations (JSON-LD).
    Annotations,
}

#[derive(Args)]
struct Import {
    /// JSON Lines as `export --to jsonl` writes them, or a `claims.toml`.
    file: PathBuf,
    #[command(flatten)]
    at: At,
}

#[derive(Args)]
struct SourceOf {
    /// A short name.
    id: String,
    #[arg(long)]
    name: Option<String>,
    /// Newspaper, ministry, party…
    #[arg(long)]
    kind: Option<String>,
    /// What it gains by being believed.
    #[arg(long)]
    interests: Option<String>,
    /// A (completely reliable) to E (unreliable); F: cannot be judged.
    #[arg(long, value_name = "A-F", requires = "since")]
    grade: Option<char>,
    /// From which day on.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    #[arg(long, default_value = "")]
    why: String,
    #[command(flatten)]
    at: At,
}

pub fn run(args: &Evidence) -> Result<Ended, Box<dyn Error>> {
    match &args.what {
        What::Add(args) => add(args),
        What::Search(args) => search(args),
        What::Propose(args) => propose(args),
        What::Accept(args) => act::decide(args, Status::Accepted),
        What::Reject(args) => act::decide(args, Status::Rejected),
        What::Edit(args) => act::edit(args),
        What::Check(args) => check(args),
        What::Trace(args) => trace(args),
        What::Retract(args) => act::retract(args),
        What::Export(args) => export(args),
        What::Import(args) => import(args),
        What::Source(args) => source(args),
        What::Assess(args) => act::assess(args),
        What::Records(args) => authors(&args.at.store, args.at.json),
        What::Replay(args) => replay(&args.at),
        What::ReadPdf => pdf::child(),
    }
}

/// Says what is wrong with what was typed.
fn usage(message: &str) -> Result<Ended, Box<dyn Error>> {
    writeln!(crate::call::stderr(), "error: {message}")?;
    Ok(Ended::Usage)
}

/// Says what is wrong with what came in.
fn wrong(message: &str) -> Result<Ended, Box<dyn Error>> {
    writeln!(crate::call::stderr(), "error: {message}")?;
    Ok(Ended::Wrong)
}

fn add(args: &Add) -> Result<Ended, Box<dyn Error>> {
    let basis = match args.basis {
        BasisOf::Stated => Basis::Stated,
        BasisOf::Inferred => Basis::Inferred,
        BasisOf::Unknown => Basis::Unknown,
    };
    let published = match (args.published.as_str(), args.basis) {
        ("unknown", BasisOf::Unknown) => None,
        ("unknown", _) => return usage("`--published unknown` goes with `--basis unknown`"),
        (text, _) => match text.parse::<Date>() {
            Ok(date) => Some(date),
            Err(_) => return usage(&format!("`{text}` is no day: YYYY-MM-DD is expected, or `unknown`")),
        },
    };
    let mut store = args.at.open()?;
    let (mut said, mut bad) = (Vec::new(), false);
    for file in &args.files {
        let read = match read_file(file)? {
            Ok(read) => read,
            Err(why) => {
                bad = true;
                writeln!(crate::call::stderr(), "error: {}: {why}", file.display())?;
                continue;
            }
        };
        let document = Document {
            id: sha256(read.text.as_bytes()),
            file_sha256: read.file_sha256,
            format: read.format,
            title: args.title.clone().or(read.title),
            outlet: args.outlet.clone(),
            author: args.author.clone(),
            address: args.address.clone(),
            source: args.source.clone(),
            published,
            basis,
            characters: read.text.chars().count(),
            flags: read.flags.clone(),
        };
        let characters = document.characters;
        let added = store.add(&args.at.stamp(), document, &read.text)?;
        said.push(json!({
            "document": added.id,
            "characters": characters,
            "flags": read.flags,
            "file": file.display().to_string(),
            "new": added.new,
            "copy_of": added.copy_of.as_ref().map(|(id, share)| json!({ "document": id, "share": share })),
        }));
    }
    if args.at.json {
        // One file, one object, as the contract has it; several are listed.
        match said.as_slice() {
            [one] => print_json(one)?,
            many => print_json(&json!({ "documents": many }))?,
        }
    } else {
        print(&view::evidence::added(&said))?;
    }
    Ok(if bad { Ended::Wrong } else { Ended::Good })
}

/// A file's text; the inner error is the file's fault.
fn read_file(file: &Path) -> Result<Result<read::Read, String>, Box<dyn Error>> {
    use std::io::Read;
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", file.display());
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .map_err(cannot)?
        .take(read::MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    let name = file.to_string_lossy();
    if read::format_of(&name, &bytes) == read::Format::Pdf && bytes.len() <= read::MOST_BYTES {
        return pdf::in_child(&bytes);
    }
    Ok(read::read(&name, &bytes).map_err(|error| error.to_string()))
}

fn search(args: &Search) -> Result<Ended, Box<dyn Error>> {
    let store = args.at.there()?;
    let hits = store.search(&args.words.join(" "), args.most as usize)?;
    if args.at.json {
        let found: Vec<Value> = hits
            .iter()
            .map(|hit| {
                json!({
                    "document": hit.document.id, "title": hit.document.title, "outlet": hit.document.outlet,
                    "published": hit.document.published, "start": hit.start, "end": hit.end, "around": hit.around,
                    "score": hit.score,
                })
            })
            .collect();
        print_json(&json!({ "hits": found }))?;
    } else {
        print(&view::evidence::hits(&hits))?;
    }
    Ok(Ended::Good)
}

/// A case, its claims file and its names.
pub struct CaseFiles {
    pub loaded: Loaded,
    pub claims: ClaimsFile,
}

impl CaseFiles {
    pub fn case(&self) -> &case::model::Case {
        self.loaded.checked.case.as_ref().expect("only cases without errors are kept")
    }

    /// Reads a case; says what is wrong with it where it cannot be used.
    fn read(path: &Path, json: bool) -> Result<Result<CaseFiles, Ended>, Box<dyn Error>> {
        let loaded = load::load(path)?;
        if loaded.checked.case.is_none() {
            report(&loaded.checked.diagnostics, &loaded.checked.sources, json)?;
            return Ok(Err(Ended::Wrong));
        }
        Ok(Ok(CaseFiles::of(loaded)?))
    }

    /// The same of a case that was read and has no errors.
    pub fn of(loaded: Loaded) -> Result<CaseFiles, toml::de::Error> {
        let text =
            loaded.checked.sources.iter().find(|s| s.name.ends_with("claims.toml")).map_or("", |s| s.text.as_str());
        let claims = ClaimsFile::parse(text)?;
        Ok(CaseFiles { loaded, claims })
    }
}

/// Names of a case's actors: from its tables, and from `aliases.toml` beside it.
pub fn gazetteer(folder: &Path, files: &CaseFiles) -> Result<(Gazetteer, Vec<String>), Box<dyn Error>> {
    let folder = if folder.is_dir() { folder } else { folder.parent().unwrap_or(Path::new(".")) };
    let path = folder.join("aliases.toml");
    let aliases = if path.exists() {
        Aliases::parse(&load::text(&path)?).map_err(|error| format!("{}: {error}", path.display()))?
    } else {
        Aliases::default()
    };
    let mut extra: Vec<(String, String)> = files.case().labels.clone();
    extra.retain(|(_, name)| name.starts_with(char::is_uppercase));
    let situation = files.loaded.checked.sources.first().map_or("", |s| s.text.as_str());
    extra.extend(leaders(situation));
    let gazetteer = Gazetteer::of_case(files.case(), &extra, &aliases)?;
    let mut ids: Vec<String> = files.case().actors.iter().map(|actor| actor.id.clone()).collect();
    ids.extend(extra.into_iter().map(|(id, _)| id));
    ids.extend(aliases.names.keys().cloned());
    ids.sort();
    ids.dedup();
    Ok((gazetteer, ids))
}

/// Actors' leaders: a key of the case file that the game has no use for. Candidates of the same name keep theirs.
fn leaders(situation: &str) -> Vec<(String, String)> {
    let Ok(table) = situation.parse::<toml::Table>() else { return Vec::new() };
    let candidates: Vec<&str> = table
        .get("candidates")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(|kinds| kinds.values().filter_map(toml::Value::as_table))
        .flat_map(|list| list.values().filter_map(|c| c.get("name").and_then(toml::Value::as_str)))
        .collect();
    let mut found = Vec::new();
    for (id, actor) in table.get("actors").and_then(toml::Value::as_table).into_iter().flatten() {
        for name in actor.get("leader").and_then(toml::Value::as_str).unwrap_or("").split(',').map(str::trim) {
            if !name.is_empty() && !candidates.contains(&name) {
                found.push((id.clone(), name.trim_end_matches(" and others").to_owned()));
            }
        }
    }
    found
}

fn propose(args: &Propose) -> Result<Ended, Box<dyn Error>> {
    let files = match CaseFiles::read(&args.case, args.at.json)? {
        Ok(files) => files,
        Err(ended) => return Ok(ended),
    };
    let (gazetteer, actors) = gazetteer(&args.case, &files)?;
    let mut store = args.at.there()?;
    let documents = match &args.document {
        Some(id) => vec![store.document(id)?],
        None => store.documents()?,
    };
    let mut dropped = Vec::new();
    for stored in &documents {
        let text = store.text(&stored.document.id)?;
        let mut entries: Vec<Entry> =
            proposals(&stored.document, &text, &gazetteer).into_iter().map(Entry::Claim).collect();
        if let (Some(address), Some(model)) = (&args.ask, &args.model) {
            let endpoint = Endpoint {
                address: address.clone(),
                model: model.clone(),
                token: std::env::var("FORMATEUR_MODEL_TOKEN").ok(),
                timeout: Duration::from_mins(3),
            };
            let nonce =
                &sha256(format!("{} {} {}", args.at.stamp().at, std::process::id(), stored.document.id).as_bytes())
                    [..24];
            let answered = ask(&endpoint, &stored.document, &text, &actors, nonce)?;
            dropped.extend(answered.dropped);
            entries.extend(answered.claims.into_iter().map(Entry::Claim));
            entries.push(Entry::Asked(answered.record));
        }
        store.append(&args.at.stamp(), &entries)?;
    }
    let waiting: Vec<Claim> = match &args.document {
        Some(_) => store.claims(documents.first().map(|d| d.document.id.as_str()), Some(Status::Proposed))?,
        None => store.claims(None, Some(Status::Proposed))?,
    }
    .into_iter()
    .map(|standing| standing.claim)
    .collect();
    if let Some(path) = &args.to {
        let text = act::review_file(&waiting);
        std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    let copies: Vec<Value> = store
        .documents()?
        .into_iter()
        .filter(|stored| stored.origin != stored.document.id)
        .map(|stored| json!({ "document": stored.document.id, "origin": stored.origin }))
        .collect();
    if args.at.json {
        let listed: Vec<Value> = waiting.iter().map(proposal).collect();
        let rates: Vec<Value> = store
            .acceptance()?
            .into_iter()
            .map(|(who, n, yes, no)| json!({ "extractor": who, "proposed": n, "accepted": yes, "rejected": no }))
            .collect();
        print_json(&json!({ "proposals": listed, "copies": copies, "acceptance": rates, "dropped": dropped }))?;
    } else {
        print(&view::evidence::proposals(&waiting, &copies, &dropped, args.to.as_deref()))?;
    }
    Ok(Ended::Good)
}

/// A proposal in the contract's form.
fn proposal(claim: &Claim) -> Value {
    let span = claim.spans.first();
    json!({
        "id": claim.id,
        "document": claim.document,
        "start": span.map(|s| s.start),
        "end": span.map(|s| s.end),
        "exact": span.map(|s| s.exact.as_str()),
        "kind": claim.kind,
        "actors": claim.actors,
        "date": claim.date,
        "number": claim.number,
        "attribution": claim.attribution,
        "hedge": claim.modality.hedges.first(),
        "modality": claim.modality,
        "event": claim.event,
        "extractor": claim.extractor,
    })
}

fn check(args: &Check) -> Result<Ended, Box<dyn Error>> {
    let files = match CaseFiles::read(&args.case, args.at.json)? {
        Ok(files) => files,
        Err(ended) => return Ok(ended),
    };
    let store = if args.at.store.exists() { Some(args.at.open()?) } else { None };
    let checkup = review::check(files.case(), &files.claims, store.as_ref())?;
    let good = checkup.orphans.is_empty() && checkup.conflicts.is_empty() && checkup.unsupported.is_empty();
    if args.at.json {
        print_json(&checkup)?;
    } else {
        print(&view::evidence::checkup(&checkup, store.is_some()))?;
    }
    Ok(if good { Ended::Good } else { Ended::Wrong })
}

fn trace(args: &Trace) -> Result<Ended, Box<dyn Error>> {
    let files = match CaseFiles::read(&args.case, args.at.json)? {
        Ok(files) => files,
        Err(ended) => return Ok(ended),
    };
    let store = if args.at.store.exists() { Some(args.at.open()?) } else { None };
    let traces = review::trace(files.case(), &files.claims, store.as_ref(), &args.path)?;
    if traces.is_empty() {
        return wrong(&format!("there is no number `{}` in this case", args.path));
    }
    if args.at.json {
        print_json(&json!({ "traces": traces }))?;
    } else {
        print(&view::evidence::traces(&traces))?;
    }
    Ok(Ended::Good)
}

fn export(args: &Export) -> Result<Ended, Box<dyn Error>> {
    let store = args.at.there()?;
    let files = match &args.case {
        Some(path) => match CaseFiles::read(path, false)? {
            Ok(files) => Some(files),
            Err(ended) => return Ok(ended),
        },
        None => None,
    };
    match args.to {
        To::Claims => {
            let present = files.map(|files| files.claims).unwrap_or_default();
            print(&claims_file::write(&store, &present)?)?;
        }
        To::Log => {
            let Some(files) = files else { return usage("`--to log` needs `--case`") };
            let offers = log::offers(files.case(), &store)?;
            if args.at.json { print_json(&json!({ "offers": offers }))? } else { print(&log::write(&offers))? }
        }
        To::Jsonl => {
            let mut out = std::io::BufWriter::new(crate::call::stdout());
            store.write_lines(&mut out)?;
            out.flush()?;
        }
        To::Annotations => print_json(&annotations(&store)?)?,
    }
    Ok(Ended::Good)
}

/// Claims as W3C Web Annotations: each passage with both selectors.
fn annotations(store: &Store) -> Result<Value, Box<dyn Error>> {
    let mut items = Vec::new();
    for Standing { claim, status } in store.claims(None, None)? {
        let targets: Vec<Value> = claim
            .spans
            .iter()
            .map(|span| {
                json!({
                    "source": format!("urn:sha256:{}", claim.document),
                    "selector": [
                        { "type": "TextPositionSelector", "start": span.start, "end": span.end },
                        { "type": "TextQuoteSelector", "exact": span.exact, "prefix": span.prefix, "suffix": span.suffix },
                    ],
                })
            })
            .collect();
        items.push(json!({
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": format!("urn:formateur:{}", claim.id),
            "type": "Annotation",
            "motivation": "classifying",
            "body": [
                { "type": "TextualBody", "purpose": "describing", "value": claim.says },
                { "type": "TextualBody", "purpose": "tagging", "value": claim.kind },
                { "type": "TextualBody", "purpose": "tagging", "value": status.word() },
            ],
            "target": targets,
        }));
    }
    Ok(Value::Array(items))
}

fn import(args: &Import) -> Result<Ended, Box<dyn Error>> {
    let mut store = args.at.open()?;
    let said = if args.file.extension().is_some_and(|end| end == "toml") {
        let file = ClaimsFile::parse(&load::text(&args.file)?)?;
        let claims = claims_file::as_claims(&file, &store)?;
        let known: Vec<String> = store.claims(None, None)?.into_iter().map(|s| s.claim.id).collect();
        let mut entries = Vec::new();
        for claim in claims.into_iter().filter(|claim| !known.contains(&claim.id)) {
            let id = claim.id.clone();
            entries.push(Entry::Claim(claim));
            entries.push(Entry::Decide { claim: id, status: Status::Accepted, why: "as in claims.toml".into() });
        }
        let rows = store.append(&args.at.stamp(), &entries)?;
        json!({ "claims": rows / 2, "without_text": file.claims.len() - rows / 2 - known.iter().filter(|id| file.claims.contains_key(*id)).count() })
    } else {
        let file =
            std::fs::File::open(&args.file).map_err(|error| format!("cannot read {}: {error}", args.file.display()))?;
        serde_json::to_value(store.read_lines(BufReader::new(file))?)?
    };
    if args.at.json {
        print_json(&said)?;
    } else {
        let text: Vec<String> =
            said.as_object().into_iter().flatten().map(|(k, v)| format!("{} {v}", k.replace('_', " "))).collect();
        print(&format!("{}\n", text.join(", ")))?;
    }
    Ok(Ended::Good)
}

fn source(args: &SourceOf) -> Result<Ended, Box<dyn Error>> {
    let mut store = args.at.open()?;
    let grade = args.grade.map(|c| c.to_ascii_uppercase());
    if grade.is_some_and(|grade| !('A'..='F').contains(&grade)) {
        return usage("a grade is a letter from A to F");
    }
    let grades = grade.zip(args.since).map(|(reliability, since)| Grade { since, reliability, why: args.why.clone() });
    let before = store.sources()?.into_iter().find(|known| known.id == args.id);
    let name = args.name.clone().or(before.map(|known| known.name)).unwrap_or_else(|| args.id.clone());
    let source = Source {
        id: args.id.clone(),
        name,
        kind: args.kind.clone(),
        interests: args.interests.clone(),
        grades: grades.into_iter().collect(),
    };
    store.append(&args.at.stamp(), &[Entry::Source(source)])?;
    let now = store.sources()?.into_iter().find(|known| known.id == args.id).expect("it was just written");
    if args.at.json {
        print_json(&now)?;
    } else {
        print(&view::evidence::source(&now))?;
    }
    Ok(Ended::Good)
}

/// Track records of the authors in a store.
pub fn authors(store: &Path, as_json: bool) -> Result<Ended, Box<dyn Error>> {
    let records = track::records(&track::scored(&existing(store)?)?);
    if as_json {
        print_json(&json!({ "authors": records }))?;
    } else {
        print(&view::evidence::records(&records))?;
    }
    Ok(Ended::Good)
}

fn replay(at: &At) -> Result<Ended, Box<dyn Error>> {
    let store = at.there()?;
    let (stored, replayed) = store.replay()?;
    let same = stored == replayed && store.is_sound()?;
    if at.json {
        print_json(&json!({ "same": same, "stored": stored, "replayed": replayed }))?;
    } else {
        let said = if same {
            "The store follows from its ledger, byte for byte."
        } else {
            "The store does not follow from its ledger."
        };
        print(&format!("{said}\n"))?;
    }
    Ok(if same { Ended::Good } else { Ended::Wrong })
}
