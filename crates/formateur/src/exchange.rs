//! `solve` and `export`: Gambit's trees solved, a case's game written for Gambit, PRISM and Storm.

use crate::load::LoadError;
use crate::{Ended, Ready, print, print_json, ready, report};
use ::exchange::chain::Chain;
use ::exchange::drawn::{Drawn, Marks, TooLarge};
use ::exchange::efg::Unfolded;
use ::exchange::profile::Answer;
use ::exchange::{Meeting, Unsolved, drn, json as game_json, prism};
use answer::forecast::{Survey, written};
use case::diagnostic::{Diagnostic, FileId, Label, Severity, Source, Span};
use case::model::Case;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::error::Error;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Files are read up to the largest place a diagnostic can name.
const MOST_BYTES: u64 = u32::MAX as u64;

/// Information sets shown to people; JSON has all.
const SETS_SHOWN: usize = 40;

#[derive(Args)]
pub struct Solve {
    /// A game tree in Gambit's EFG 2 format.
    file: PathBuf,
    /// How surely everybody does what suits him best, 1/payoff.
    #[arg(long, value_parser = precision, allow_negative_numbers = true)]
    lambda: f64,
    /// Where other branches of solutions meet the one followed from lambda = 0, go on in the same direction instead of
    /// stopping there.
    #[arg(long)]
    past_bifurcations: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Export {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    #[arg(long)]
    to: Format,
    /// The numbers of this draw, counted from 0, instead of the middle of every number.
    #[arg(long)]
    draw: Option<u32>,
    /// The seed of the draws.
    #[arg(long, default_value_t = 1, requires = "draw")]
    seed: u64,
    /// Refuse a tree (`efg`) of more nodes.
    #[arg(long, default_value_t = 500_000)]
    nodes: u64,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// Gambit's game tree; ballots as roll calls.
    Efg,
    /// The chain that everybody's choices induce, in PRISM's language.
    Prism,
    /// The same chain in Storm's explicit format.
    Drn,
    /// The game's graph with the draw's numbers.
    Json,
}

fn precision(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(lambda) if lambda.is_finite() && lambda >= 0.0 => Ok(lambda),
        _ => Err("a finite number of at least 0 is wanted".into()),
    }
}

/// `formateur solve`.
pub fn solve(args: &Solve) -> Result<Ended, Box<dyn Error>> {
    let text = text(&args.file)?;
    let name = args.file.to_string_lossy().replace('\\', "/");
    let tree = match ::exchange::read(&text) {
        Ok(tree) => tree,
        Err(mistakes) => {
            let found: Vec<Diagnostic> =
                mistakes.into_iter().map(|m| diagnostic("efg", m.message, Some(m.at), None)).collect();
            report(&found, &[Source::new(name, text)], args.json)?;
            return Ok(Ended::Wrong);
        }
    };
    let meeting = if args.past_bifurcations { Meeting::GoOn } else { Meeting::Stop };
    let profile = match ::exchange::solve(&tree, args.lambda, meeting) {
        Ok(profile) => profile,
        Err(unsolved) => {
            let too_large = matches!(unsolved, Unsolved::TooLarge { .. });
            let code = if too_large { "too-large" } else { "efg-unsolved" };
            let at = match unsolved {
                Unsolved::Forgets { line, .. }
                | Unsolved::AbsentMinded { line, .. }
                | Unsolved::Unreached { line, .. } => Some(beginning(&text, line)),
                Unsolved::Lambda(_) | Unsolved::TooLarge { .. } => None,
            };
            let found = diagnostic(code, unsolved.to_string(), at, None);
            report(&[found], &[Source::new(name, text)], args.json)?;
            return Ok(if too_large { Ended::Refused } else { Ended::Wrong });
        }
    };
    let answer = Answer { tree: &tree, profile: &profile, version: env!("CARGO_PKG_VERSION") };
    if args.json {
        print_json(&answer)?;
    } else {
        print(&answer.text(SETS_SHOWN))?;
    }
    Ok(Ended::Good)
}

/// `formateur export`.
pub fn export(args: &Export) -> Result<Ended, Box<dyn Error>> {
    let ready = match ready(&args.case, None, false)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let Ready { loaded, game, drawing } = &ready;
    let case = loaded.checked.case.as_ref().expect("a ready case has been read");
    let draw = args.draw.map_or_else(|| drawing.middle(), |index| drawing.draw(args.seed, index));
    let drawn = Drawn::of(game, &draw);
    let survey = Survey::of(case, game);
    let marks = Marks {
        outcomes: survey.outcomes.clone(),
        outcome_of: (0..game.n_states()).map(|state| survey.outcome_of(state)).collect(),
        settled: survey.settled().to_vec(),
    };
    let about = about(case, &loaded.hash, args);
    let mut out = BufWriter::new(crate::call::stdout());
    let written: Result<std::io::Result<()>, TooLarge> = match args.to {
        Format::Efg => Unfolded::of(&drawn, &marks, args.nodes).map(|tree| tree.write(&case.title, &about, &mut out)),
        Format::Prism | Format::Drn => {
            let (most, advice) = match args.to {
                Format::Prism => (prism::MOST_STATES, prism::ADVICE),
                _ => (drn::MOST_STATES, drn::ADVICE),
            };
            let chain = solve::solve(game, &draw, |solved| Chain::of(&drawn, solved, &marks, most, advice));
            chain.map(|chain| match args.to {
                Format::Prism => prism::write(&chain, &about, &mut out),
                _ => drn::write(&chain, &about, &mut out),
            })
        }
        Format::Json => {
            let mut all = json!({
                "formateur": {
                    "version": env!("CARGO_PKG_VERSION"), "case_hash": loaded.hash, "seed": args.draw.map(|_| args.seed),
                    "draw": args.draw,
                },
                "case": { "id": case.id, "title": case.title },
            });
            crate::merge(&mut all, game_json::write(&drawn, &marks, &variables(case)));
            Ok(serde_json::to_writer(&mut out, &all).map_err(Into::into).and_then(|()| writeln!(out)))
        }
    };
    match written.map(|written| written.and_then(|()| out.flush())) {
        Ok(Ok(())) => Ok(Ended::Good),
        // A reader who closes the pipe early is no error.
        Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(Ended::Good),
        Ok(Err(error)) => Err(error.into()),
        Err(refusal) => {
            report(&[diagnostic("too-large", refusal.to_string(), None, None)], &loaded.checked.sources, false)?;
            Ok(Ended::Refused)
        }
    }
}

/// What every exported file says about where it comes from.
fn about(case: &Case, hash: &str, args: &Export) -> Vec<String> {
    let numbers = match args.draw {
        None => "the middle of every number".to_owned(),
        Some(index) => format!("draw {index} of seed {}", args.seed),
    };
    let mut about = vec![format!(
        "Case {} ({}), SHA-256 {hash}; numbers: {numbers}; formateur {}.",
        case.id,
        case.title,
        env!("CARGO_PKG_VERSION")
    )];
    match args.to {
        Format::Drn => about.push(
            "What happens once everybody chooses as solved. P=? [F \"label\"] for settled and each outcome; \
             R{\"actor\"}=? [F \"end\"] is an actor's expected payoff."
                .into(),
        ),
        Format::Prism => about.push(
            "What happens once everybody chooses as solved. P=? [F \"label\"] for settled and each outcome; an actor's \
             expected payoff is R{\"actor_gain\"}=? [F \"end\"] less R{\"actor_loss\"}=? [F \"end\"]."
                .into(),
        ),
        Format::Efg | Format::Json => {}
    }
    about
}

fn variables(case: &Case) -> Vec<(String, Vec<String>)> {
    case.variables
        .iter()
        .map(|variable| (variable.id.clone(), variable.values.iter().map(|value| written(case, *value)).collect()))
        .collect()
}

fn diagnostic(code: &'static str, message: String, at: Option<usize>, help: Option<String>) -> Diagnostic {
    let label = |at: usize| {
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        Label { span: Span { file: FileId(0), start: place, end: place }, text: String::new() }
    };
    Diagnostic { code, severity: Severity::Error, message, labels: at.map(label).into_iter().collect(), help }
}

/// The byte at which a line begins.
fn beginning(text: &str, line: u32) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    before.map(str::len).sum()
}

fn text(path: &Path) -> Result<String, LoadError> {
    let read = |source| LoadError::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(read)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(read)?;
    if bytes.len() as u64 > MOST_BYTES {
        let source = std::io::Error::new(ErrorKind::FileTooLarge, format!("it is longer than {MOST_BYTES} bytes"));
        return Err(LoadError::Read { path: path.to_path_buf(), source });
    }
    String::from_utf8(bytes)
        .map_err(|error| LoadError::NotText { path: path.to_path_buf(), at: error.utf8_error().valid_up_to() })
}
