//! A run in shards: `run --shard I/N` solves some of the draws and writes what they say, `merge` puts the files together.
//!
//! A shard is a line of JSON that says what it is a part of, the texts of the case included, then the words of its draws
//! (`answer::shard::encode`), then the SHA-256 of all that.

use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::{Common, Ended, Ready, call, contradicted, print_json, ready_of, rows, said, threads, usage, write};
use answer::Request;
use answer::shard::{Known, Parts, PartsError, Round, decode, encode, range};
use answer::standing::Watched;
use case::Sources;
use case::diagnostic::Source;
use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The form of the file; another is refused.
const FORM: u32 = 2;
/// Bytes of the digest at the end.
const DIGEST: usize = 32;

/// What `run` does of a run.
#[derive(Args)]
pub struct Part {
    /// Solve one of so many parts of the draws, `3/8`, and write it for `merge`.
    #[arg(long, value_name = "I/N", requires = "out", conflicts_with = "draws_out")]
    shard: Option<String>,
    /// Where to write the part.
    #[arg(long, value_name = "FILE", requires = "shard")]
    out: Option<PathBuf>,
    /// All parts of the rounds before: where there is a log or somebody errs, `merge --next` says that there is another round to
    /// divide.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "shard")]
    after: Vec<PathBuf>,
}

impl Part {
    /// Whether only a part is asked for.
    pub fn is_asked(&self) -> bool {
        self.shard.is_some()
    }
}

#[derive(Args)]
pub struct Merge {
    /// All shards of one run.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only say which round could be divided next, as JSON: `{"round": 2, "draws": 750}`, or `round` null.
    #[arg(long, conflicts_with_all = ["json", "draws_out"])]
    next: bool,
    /// Also write the draws: a row each with its numbers, outcomes and payoffs; by the name's end CSV or Parquet.
    #[arg(long, value_name = "FILE")]
    draws_out: Option<PathBuf>,
    /// Threads; the answer does not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
}

/// What a shard is a part of, and which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Label {
    formateur_shard: u32,
    version: String,
    case: Written,
    case_hash: String,
    now: Date,
    seed: u64,
    draws: usize,
    round: u8,
    part: usize,
    parts: usize,
    /// How many draws of the round there are.
    of: usize,
}

/// A case's texts by their place in its folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Written {
    id: String,
    case: String,
    claims: Option<String>,
    log: Option<String>,
    packs: Vec<(String, String)>,
    tables: Vec<(String, String)>,
}

/// A shard as read.
struct Shard {
    path: PathBuf,
    label: Label,
    watched: Vec<Watched>,
}

/// Solves a part of the draws and writes it.
pub fn solve(part: &Part, ready: &Ready, request: &Request, common: &Common) -> Result<Ended, Box<dyn Error>> {
    let (Some(shard), Some(out)) = (&part.shard, &part.out) else {
        return usage("`--shard` needs `--out FILE`");
    };
    let numbers = shard.split_once('/').map(|(i, n)| (i.parse::<usize>(), n.parse::<usize>()));
    let Some((Ok(part_number), Ok(parts))) = numbers else {
        return usage(&format!("`--shard {shard}` should be like 3/8"));
    };
    if part_number == 0 || part_number > parts || parts > 1_000_000 {
        return usage(&format!("`--shard {shard}`: parts are counted from 1, and there may be a million of them"));
    }
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let parts_of = Parts { case, game: &ready.game, drawing: &ready.drawing, request };
    let mut known = Known::default();
    if !part.after.is_empty() {
        let shards = match read_all(&part.after)? {
            Ok(shards) => shards,
            Err(why) => return refused(&why),
        };
        let label = &shards[0].label;
        if (&label.case_hash, label.seed, label.draws, label.now)
            != (&request.case_hash, request.seed, request.draws, case.calendar.now)
        {
            return refused("the parts before are of another run: another case, seed, number of draws or day");
        }
        known = match gather(shards) {
            Ok(known) => known,
            Err(why) => return refused(&why),
        };
    }
    let (round, n) = match parts_of.next(&known) {
        Ok(Some(next)) => next,
        Ok(None) => return refused("no round is left to divide: `formateur merge` puts the parts together"),
        Err(error) => return failed(&error, &ready.loaded, common.json),
    };
    let range = range(part_number, parts, n);
    let progress = Progress::new(range.len(), "draws", common.quiet);
    let watched = parts_of.solve(round, range, &known, &|n| progress.add(n));
    progress.finish();
    let watched = match watched {
        Ok(watched) => watched,
        Err(error) => return failed(&error, &ready.loaded, common.json),
    };
    let label = Label {
        formateur_shard: FORM,
        version: env!("CARGO_PKG_VERSION").into(),
        case: Written::of(&ready.loaded),
        case_hash: request.case_hash.clone(),
        now: case.calendar.now,
        seed: request.seed,
        draws: request.draws,
        round: round.number(),
        part: part_number,
        parts,
        of: n,
    };
    write::whole(out, bytes(&label, &watched)?)?;
    if common.json {
        print_json(&json!({ "round": label.round, "part": part_number, "parts": parts, "draws": watched.len() }))?;
    }
    Ok(Ended::Good)
}

/// Puts shards together.
pub fn merge(args: &Merge) -> Result<Ended, Box<dyn Error>> {
    threads(args.threads)?;
    let out = match args.draws_out.as_deref().map(rows::Form::of).transpose() {
        Ok(out) => out,
        Err(why) => return usage(&why),
    };
    let shards = match read_all(&args.files)? {
        Ok(shards) => shards,
        Err(why) => return refused(&why),
    };
    let label = shards[0].label.clone();
    let known = match gather(shards) {
        Ok(known) => known,
        Err(why) => return refused(&why),
    };
    let loaded = label.case.read();
    if loaded.hash != label.case_hash {
        return refused("the case inside the shards is not the one they were solved for");
    }
    let as_of = loaded.checked.case.as_ref().is_some_and(|case| case.calendar.now != label.now).then_some(label.now);
    let ready = match ready_of(loaded, as_of, args.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: label.case_hash, seed: label.seed, draws: label.draws };
    let parts = Parts { case, game: &ready.game, drawing: &ready.drawing, request: &request };
    if args.next {
        return match parts.next(&known) {
            Ok(next) => {
                let (round, draws) = next.unzip();
                print_json(&json!({ "round": round.map(Round::number), "draws": draws }))?;
                Ok(Ended::Good)
            }
            Err(error) => failed(&error, &ready.loaded, args.json),
        };
    }
    let progress = Progress::new(request.draws, "draws", args.quiet);
    let answered = parts.answer(&known, &|n| progress.add(n));
    progress.finish();
    match answered {
        Ok((forecast, base)) => {
            if let Some(out) = out {
                out.write(case, &forecast, &base)?;
            }
            said(case, &forecast, args.json)
        }
        Err(error) => failed(&error, &ready.loaded, args.json),
    }
}

fn refused(why: &str) -> Result<Ended, Box<dyn Error>> {
    writeln!(call::stderr(), "error: {why}")?;
    Ok(Ended::Wrong)
}

fn failed(error: &PartsError, loaded: &Loaded, json: bool) -> Result<Ended, Box<dyn Error>> {
    match error {
        PartsError::Contradicted(found) => contradicted(found, loaded, json),
        PartsError::Misfit(_) | PartsError::NotNow(_) => refused(&error.to_string()),
    }
}

/// Reads shards of one run; the inner error is what is wrong with them, in words.
fn read_all(paths: &[PathBuf]) -> Result<Result<Vec<Shard>, String>, Box<dyn Error>> {
    let mut shards: Vec<Shard> = Vec::new();
    for path in paths {
        let bytes = std::fs::read(path).map_err(|source| load::LoadError::Read { path: path.clone(), source })?;
        let shard = match parse(path, &bytes) {
            Ok(shard) => shard,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(first) = shards.first()
            && let Some(what) = apart(&first.label, &shard.label)
        {
            let (a, b) = (first.path.display(), path.display());
            return Ok(Err(format!("{a} and {b} are of different runs: {what}")));
        }
        shards.push(shard);
    }
    Ok(if shards.is_empty() { Err("there are no shards".into()) } else { Ok(shards) })
}

/// What makes two shards parts of different runs.
fn apart(a: &Label, b: &Label) -> Option<String> {
    if a.case_hash != b.case_hash || a.case != b.case {
        return Some("the case is another".into());
    }
    if a.now != b.now {
        return Some(format!("the day is {} and {}", a.now, b.now));
    }
    if a.seed != b.seed {
        return Some(format!("the seed is {} and {}", a.seed, b.seed));
    }
    (a.draws != b.draws).then(|| format!("{} and {} draws were asked for", a.draws, b.draws))
}

/// Puts the parts of each round in order; an error in words where one is missing or there twice.
fn gather(mut shards: Vec<Shard>) -> Result<Known, String> {
    shards.sort_by_key(|shard| (shard.label.round, shard.label.part));
    let mut known = Known::default();
    let mut rounds = 0;
    while let Some(first) = shards.first() {
        let (round, parts, of) = (first.label.round, first.label.parts, first.label.of);
        let rest = shards.split_off(shards.partition_point(|shard| shard.label.round == round));
        for pair in shards.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            if (b.label.parts, b.label.of) != (parts, of) {
                let (n, m) = (a.label.parts, b.label.parts);
                return Err(format!("{} is one of {n} parts, {} one of {m}", a.path.display(), b.path.display()));
            }
            if a.label.part == b.label.part {
                let which = a.label.part;
                return Err(format!("part {which} is there twice: {} and {}", a.path.display(), b.path.display()));
            }
        }
        let missing: Vec<String> = (1..=parts)
            .filter(|part| shards.binary_search_by_key(part, |shard| shard.label.part).is_err())
            .map(|part| part.to_string())
            .take(11)
            .collect();
        if !missing.is_empty() {
            let some = missing.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
            let more = if missing.len() > 10 { " and more" } else { "" };
            return Err(format!("of the {parts} parts of round {round}, missing: {some}{more}"));
        }
        let watched = shards.into_iter().flat_map(|shard| shard.watched);
        if round == Round::LAST {
            known.seeing = watched.map(|w| w.reading).collect();
        } else if round == rounds + 1 {
            rounds = round;
            known.draws.extend(watched);
        } else {
            return Err(format!("the parts of round {} are missing", rounds + 1));
        }
        shards = rest;
    }
    if rounds == 0 {
        return Err("the parts of the first round are missing".into());
    }
    Ok(known)
}

fn bytes(label: &Label, watched: &[Watched]) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(label)?;
    bytes.push(b'\n');
    watched.iter().for_each(|w| encode(w, &mut bytes));
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    Ok(bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Shard, String> {
    let name = path.display();
    let damaged = || format!("{name} is no shard, or is damaged: solve it again");
    let end = bytes.len().checked_sub(DIGEST).ok_or_else(damaged)?;
    let (said, digest) = bytes.split_at(end);
    if Sha256::digest(said).as_slice() != digest {
        return Err(damaged());
    }
    let line = said.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
    let label: Label = serde_json::from_slice(&said[..line]).map_err(|_| damaged())?;
    let ours = env!("CARGO_PKG_VERSION");
    if label.formateur_shard != FORM || label.version != ours {
        return Err(format!("{name} was solved by version {}, this is {ours}: answers may differ", label.version));
    }
    let (part, parts, of) = (label.part, label.parts, label.of);
    if part == 0 || part > parts || parts > 1_000_000 || !(1..=Round::LAST).contains(&label.round) {
        return Err(damaged());
    }
    let mut rest = &said[line + 1..];
    let mut watched = Vec::new();
    while !rest.is_empty() {
        watched.push(decode(&mut rest).ok_or_else(damaged)?);
    }
    if watched.len() != range(part, parts, of).len() {
        return Err(damaged());
    }
    Ok(Shard { path: path.to_owned(), label, watched })
}

impl Written {
    fn of(loaded: &Loaded) -> Written {
        let Sources { case, claims, log, packs, tables } = &loaded.sources;
        let read = |source: &Source| loaded.checked.sources.contains(source);
        let pairs = |list: &[(String, Source)]| -> Vec<(String, String)> {
            list.iter().filter(|(_, s)| read(s)).map(|(name, source)| (name.clone(), source.text.clone())).collect()
        };
        Written {
            id: loaded.id.clone(),
            case: case.text.clone(),
            claims: claims.as_ref().map(|source| source.text.clone()),
            log: log.as_ref().map(|source| source.text.clone()),
            packs: pairs(packs),
            tables: pairs(tables),
        }
    }

    fn read(&self) -> Loaded {
        let at = |name: String, text: &String| Source::new(format!("{}/{name}", self.id), text.clone());
        let sources = Sources {
            case: at("case.toml".into(), &self.case),
            claims: self.claims.as_ref().map(|text| at("claims.toml".into(), text)),
            log: self.log.as_ref().map(|text| at("log.toml".into(), text)),
            packs: self
                .packs
                .iter()
                .map(|(name, text)| (name.clone(), at(format!("packs/{name}.toml"), text)))
                .collect(),
            tables: self.tables.iter().map(|(name, text)| (name.clone(), at(name.clone(), text))).collect(),
        };
        load::read(self.id.clone(), sources, &[])
    }
}
