//! One answer as a picture.

use crate::ask::{Depth, Failure, Meter, Question, Trouble, ask};
use crate::progress::Progress;
use crate::{Ended, threads, write};
use chart::{Chart, Style};
use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Plot {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    kind: Kind,
    /// The picture's file.
    #[arg(short, long, value_name = "FILE.svg|FILE.png")]
    out: PathBuf,
    /// Whose options, for `options`.
    #[arg(long)]
    actor: Option<String>,
    /// Which outcome, for `tornado` and `flow`; the likeliest where nothing is said.
    #[arg(long, value_name = "ID")]
    outcome: Option<String>,
    /// Another value for a number, for `change`; repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Pixels across: below 600 the layout of a phone.
    #[arg(long, default_value_t = 860, value_parser = clap::value_parser!(u32).range(240..=2400))]
    width: u32,
    /// Of a PNG: its pixels per pixel of the width; 2 suits a screen, 4 print.
    #[arg(long, default_value_t = 2.0, value_parser = scale)]
    scale: f64,
    #[command(flatten)]
    common: crate::Common,
}

/// A scale of a PNG.
pub fn scale(text: &str) -> Result<f64, String> {
    let scale = text.parse().ok().filter(|scale| (0.25..=8.0).contains(scale));
    scale.ok_or_else(|| "expected a number from 0.25 to 8".into())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// How likely each outcome is.
    Outcomes,
    /// When it is settled.
    When,
    /// How the forecast moved with the log.
    Trajectory,
    /// An actor's options.
    Options,
    /// What an outcome hangs on.
    Tornado,
    /// As it is and changed.
    Change,
    /// Blocs, quorums and majorities.
    Chamber,
    /// Ways to an outcome.
    Flow,
}

/// What a picture is about, besides its kind.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub actor: Option<String>,
    pub outcome: Option<String>,
    pub set: BTreeMap<String, String>,
    pub remove: Vec<String>,
}

impl Kind {
    /// What has to be asked to draw it; `None` where it is not said whose options.
    pub fn question(self, about: About) -> Option<Question> {
        Some(match self {
            Kind::Outcomes | Kind::When => Question::Run,
            Kind::Trajectory => Question::Update,
            Kind::Options => Question::Options { actor: about.actor? },
            Kind::Tornado | Kind::Flow => Question::Why { outcome: about.outcome },
            Kind::Change => Question::Whatif { set: about.set, remove: about.remove, rules: None },
            Kind::Chamber => Question::Chamber,
        })
    }
}

pub fn plot(args: &Plot) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let mut set = BTreeMap::new();
    for pair in &args.set {
        let Some((path, value)) = pair.split_once('=') else {
            writeln!(anstream::stderr(), "error: `--set {pair}` needs PATH=VALUE")?;
            return Ok(Ended::Usage);
        };
        set.insert(path.trim().to_owned(), value.trim().to_owned());
    }
    let about = About { actor: args.actor.clone(), outcome: args.outcome.clone(), set, remove: Vec::new() };
    let Some(question) = args.kind.question(about) else {
        writeln!(anstream::stderr(), "error: `plot CASE options` needs `--actor`")?;
        return Ok(Ended::Usage);
    };
    let end = args.out.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let pixels = match end.as_deref() {
        Some("svg") => false,
        Some("png") => true,
        _ => {
            writeln!(anstream::stderr(), "error: {} ends neither in .svg nor in .png", args.out.display())?;
            return Ok(Ended::Usage);
        }
    };
    let depth = Depth { draws: common.draws as usize, seed: common.seed, as_of: common.as_of };
    let answer = match watched(&args.case, &question, &depth, common.quiet) {
        Ok(answer) => answer,
        Err(failure) => return said(&failure),
    };
    let Some(chart) = drawn(args.kind, &answer, f64::from(args.width))? else {
        writeln!(anstream::stderr(), "error: there is no chamber in this case")?;
        return Ok(Ended::Wrong);
    };
    if pixels {
        save(&args.out, chart.png(args.scale)?)?;
    } else {
        save(&args.out, chart.svg(Style::Alone))?;
    }
    Ok(Ended::Good)
}

/// Answers a question with a progress bar on standard error.
pub fn watched(folder: &Path, question: &Question, depth: &Depth, quiet: bool) -> Result<Value, Failure> {
    let meter = Meter::default();
    std::thread::scope(|scope| {
        let work = scope.spawn(|| ask(folder, question, depth, &meter));
        let (mut bar, mut seen): (Option<Progress>, usize) = (None, 0);
        while !work.is_finished() {
            let (done, total) = meter.at();
            if total > 0 {
                let bar = bar.get_or_insert_with(|| Progress::new(total, "solutions", quiet));
                bar.add(done - seen);
                seen = done;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        if let Some(bar) = bar {
            bar.finish();
        }
        work.join().unwrap_or_else(|thrown| std::panic::resume_unwind(thrown))
    })
}

/// Says a failure as the other commands do.
pub fn said(failure: &Failure) -> Result<Ended, Box<dyn Error>> {
    let mut text = format!("error: {}\n", failure.message);
    for found in failure.diagnostics.iter().filter(|d| d["severity"] == "error") {
        if let (Some(file), Some(line), Some(column)) =
            (found["file"].as_str(), found["line"].as_u64(), found["column"].as_u64())
        {
            text.push_str(&format!("  {file}:{line}:{column}: {}\n", found["message"].as_str().unwrap_or("")));
        }
    }
    write!(anstream::stderr(), "{text}")?;
    Ok(match failure.trouble {
        Trouble::Wrong => Ended::Wrong,
        Trouble::Refused => Ended::Refused,
        Trouble::Outside | Trouble::Stopped => return Err("no answer".into()),
    })
}

/// Whole or not at all, also where something is there already.
pub fn save(path: &Path, text: impl AsRef<[u8]>) -> std::io::Result<()> {
    if path.exists() { write::replace(path, text) } else { write::create(path, text) }
}

/// The picture of an answer; `None` where the case has no chamber to draw.
pub fn drawn(kind: Kind, answer: &Value, width: f64) -> Result<Option<Chart>, serde_json::Error> {
    Ok(Some(match kind {
        Kind::Outcomes => chart::outcomes(&data(answer)?, width),
        Kind::When => chart::when(&data(answer)?, width),
        Kind::Trajectory => chart::trajectory(&data(answer)?, width),
        Kind::Options => chart::options(&data(answer)?, width),
        Kind::Tornado => chart::tornado(&data(answer)?, width),
        Kind::Change => chart::change(&data(answer)?, width),
        Kind::Flow => chart::flow(&data(answer)?, width),
        Kind::Chamber => match data::<Option<chart::data::Chamber>>(answer)? {
            Some(chamber) => chart::chamber(&chamber, width),
            None => return Ok(None),
        },
    }))
}

fn data<T: DeserializeOwned>(answer: &Value) -> Result<T, serde_json::Error> {
    T::deserialize(answer)
}
