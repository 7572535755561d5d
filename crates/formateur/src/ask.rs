//! What can be asked of a case by page, picture and report: an answer as the JSON the commands print, or why there is none.

use crate::coalitions::Unranked;
use crate::load::{self, LoadError, Loaded};
use crate::whatif::without;
use crate::{compile, contradiction, examined, listed, look_from, refused};
use answer::options::OptionsError;
use answer::power::PowerError;
use answer::whatif::{Side, WhatIfError};
use answer::why::WhyError;
use answer::{Contradiction, Request};
use case::diagnostic::{Diagnostic, Severity};
use game::{Drawing, Game, Limits, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A question to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase", deny_unknown_fields)]
pub enum Question {
    Run,
    Update,
    Check,
    Options {
        actor: String,
    },
    Why {
        #[serde(default)]
        outcome: Option<String>,
    },
    Whatif {
        #[serde(default)]
        set: BTreeMap<String, String>,
        #[serde(default)]
        remove: Vec<String>,
        #[serde(default)]
        rules: Option<String>,
    },
    /// The numbers an outcome follows most closely.
    Leading {
        #[serde(default)]
        outcome: Option<String>,
    },
    /// Who is pivotal in the case's ballots, by weight and in play.
    Power,
    /// The likeliest coalitions, by what past governments teach.
    Coalitions {
        /// No more than so many; 200 unless said otherwise.
        #[serde(default)]
        top: Option<usize>,
    },
    /// Blocs and the numbers of members its rules ask for.
    Chamber,
}

/// How thoroughly, and as of when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Depth {
    pub draws: usize,
    pub seed: u64,
    pub as_of: Option<Date>,
}

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The case has errors, or nobody goes by the name asked for.
    Wrong,
    /// The game is too large.
    Refused,
    /// A file cannot be read.
    Outside,
    /// Somebody stopped it.
    Stopped,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub trouble: Trouble,
    pub message: String,
    /// In the contract's form.
    pub diagnostics: Vec<Value>,
}

impl Failure {
    pub fn wrong(message: impl Into<String>) -> Failure {
        Failure { trouble: Trouble::Wrong, message: message.into(), diagnostics: Vec::new() }
    }

    fn of(trouble: Trouble, found: &[Diagnostic], loaded: &Loaded) -> Failure {
        let first = found.iter().find(|d| d.severity == Severity::Error).or(found.first());
        Failure {
            trouble,
            message: first.map_or_else(|| "the case has errors".into(), |d| d.message.clone()),
            diagnostics: listed(found, &loaded.checked.sources),
        }
    }

    pub fn json(&self) -> Value {
        json!({ "error": self.message, "diagnostics": self.diagnostics })
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        let trouble = if matches!(error, LoadError::Read { .. }) { Trouble::Outside } else { Trouble::Wrong };
        Failure { trouble, message: error.to_string(), diagnostics: Vec::new() }
    }
}

/// How far a piece of work is, and the way to stop it.
#[derive(Debug, Default)]
pub struct Meter {
    done: AtomicUsize,
    total: AtomicUsize,
    stop: AtomicBool,
}

/// What unwinds out of a stopped run.
struct Stopped;

impl Meter {
    /// Ends the run at the next block of draws any of its threads finishes.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Draws or solutions finished, and how many there will be.
    pub fn at(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    fn add(&self, n: usize) {
        self.done.fetch_add(n, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) {
            // Nothing of a solution is shared between draws, so leaving in the middle leaves nothing half done; no panic is
            // reported because none is raised.
            resume_unwind(Box::new(Stopped));
        }
    }
}

/// Answers a question.
///
/// # Errors
/// [`Failure`] with the case's diagnostics where there is no answer.
pub fn ask(folder: &Path, question: &Question, depth: &Depth, meter: &Meter) -> Result<Value, Failure> {
    match catch_unwind(AssertUnwindSafe(|| answer(folder, question, depth, meter))) {
        Ok(answer) => answer,
        Err(thrown) if thrown.is::<Stopped>() => {
            Err(Failure { trouble: Trouble::Stopped, message: "stopped".into(), diagnostics: Vec::new() })
        }
        Err(thrown) => resume_unwind(thrown),
    }
}

fn ready(folder: &Path, depth: &Depth) -> Result<(Loaded, Game, Drawing), Failure> {
    let mut loaded = load::load(folder)?;
    let Some(case) = &mut loaded.checked.case else {
        let errors: Vec<Diagnostic> =
            loaded.checked.diagnostics.iter().filter(|d| d.severity == Severity::Error).cloned().collect();
        return Err(Failure::of(Trouble::Wrong, &errors, &loaded));
    };
    if let Some(day) = depth.as_of {
        look_from(case, day).map_err(Failure::wrong)?;
    }
    match compile(case) {
        Ok((game, drawing)) => Ok((loaded, game, drawing)),
        Err(refusal) => Err(refusing(&refusal, &loaded)),
    }
}

fn refusing(refusal: &Refusal, loaded: &Loaded) -> Failure {
    let trouble = if matches!(refusal, Refusal::OutOfDomain { .. }) { Trouble::Wrong } else { Trouble::Refused };
    Failure::of(trouble, &[refused(refusal)], loaded)
}

fn contradicting(found: &Contradiction, loaded: &Loaded) -> Failure {
    Failure::of(Trouble::Wrong, &[contradiction(found, loaded)], loaded)
}

fn value(answer: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|error| Failure::wrong(error.to_string()))
}

fn answer(folder: &Path, question: &Question, depth: &Depth, meter: &Meter) -> Result<Value, Failure> {
    if *question == Question::Check {
        let (all, ..) = examined(&load::load(folder)?).map_err(|error| Failure::wrong(error.to_string()))?;
        return Ok(all);
    }
    if let Question::Coalitions { top } = question {
        return coalitions(folder, top.unwrap_or(200));
    }
    let (loaded, game, drawing) = ready(folder, depth)?;
    let case = loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: loaded.hash.clone(), seed: depth.seed, draws: depth.draws };
    let limits = Limits::default();
    let done = |n: usize| meter.add(n);
    let total = |n: usize| meter.total.store(n, Ordering::Relaxed);
    total(depth.draws);
    match question {
        Question::Run => match answer::run(case, &game, &drawing, &request, &done) {
            Ok(forecast) => value(&forecast),
            Err(found) => Err(contradicting(&found, &loaded)),
        },
        Question::Update => match answer::update::update(case, &game, &drawing, &request, &done) {
            Ok(update) => value(&update),
            Err(found) => Err(contradicting(&found, &loaded)),
        },
        Question::Options { actor } => {
            total(depth.draws * answer::options::solutions(case, actor));
            match answer::options::options(case, &game, &drawing, &request, actor, &limits, &done) {
                Ok(options) => value(&options),
                Err(OptionsError::Contradicted(found)) => Err(contradicting(&found, &loaded)),
                Err(OptionsError::Refused(refusal)) => Err(refusing(&refusal, &loaded)),
                Err(other) => Err(Failure::wrong(other.to_string())),
            }
        }
        Question::Why { outcome } => {
            total(answer::why::solutions(case, depth.draws));
            let ask = answer::why::Ask { outcome: outcome.as_deref(), cells: false };
            explained(answer::why::why(case, &game, &drawing, &request, &ask, &limits, &done), &loaded)
        }
        Question::Leading { outcome } => {
            let found = answer::why::leading(case, &game, &drawing, &request, outcome.as_deref(), &done);
            explained(found.map(|numbers| json!({ "numbers": numbers })), &loaded)
        }
        Question::Chamber => Ok(crate::chamber::chamber(case).map_or(Value::Null, |chamber| json!(chamber))),
        Question::Whatif { set, remove, rules } => {
            total(2 * depth.draws);
            let mut replaced: Vec<(String, String)> = set.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            replaced.extend(rules.iter().map(|rules| ("rules".to_owned(), rules.clone())));
            let mut other = load::load_with(folder, &replaced, None)?;
            let Some(changed) = &mut other.checked.case else {
                return Err(Failure::of(Trouble::Wrong, &other.checked.diagnostics, &other));
            };
            if let Some(day) = depth.as_of {
                look_from(changed, day).map_err(Failure::wrong)?;
            }
            for name in remove {
                if !without(changed, name) {
                    return Err(Failure::wrong(format!("there is no move `{name}` in this case")));
                }
            }
            let changed = other.checked.case.as_ref().expect("read above");
            let other_drawing = Drawing::of(changed).map_err(|refusal| refusing(&refusal.into(), &other))?;
            let request = |hash: &str| Request { case_hash: hash.into(), seed: depth.seed, draws: depth.draws };
            let found = answer::whatif::whatif(
                &Side { case, drawing: &drawing, request: request(&loaded.hash) },
                &game,
                &Side { case: changed, drawing: &other_drawing, request: request(&other.hash) },
                &limits,
                &done,
            );
            match found {
                Ok(answer) => value(&answer),
                Err(WhatIfError::Contradicted(found)) => Err(contradicting(&found, &loaded)),
                Err(WhatIfError::Refused(refusal)) => Err(refusing(&refusal, &other)),
                Err(error @ WhatIfError::Elsewhere(_)) => Err(Failure::wrong(error.to_string())),
            }
        }
        Question::Power => {
            total(2 * depth.draws);
            let covered = answer::power::COVERED;
            match answer::power::power(case, &game, &drawing, &request, covered, &done) {
                Ok(played) => value(&crate::play::beside(&played, 0, depth.seed, false)),
                Err(PowerError::Contradicted(found)) => Err(contradicting(&found, &loaded)),
                Err(PowerError::Refused(refusal)) => Err(refusing(&refusal, &loaded)),
            }
        }
        Question::Check | Question::Coalitions { .. } => unreachable!("answered above"),
    }
}

fn coalitions(folder: &Path, top: usize) -> Result<Value, Failure> {
    let loaded = load::load(folder)?;
    let Some(case) = &loaded.checked.case else {
        return Err(Failure::of(Trouble::Wrong, &loaded.checked.diagnostics, &loaded));
    };
    let wrong = |why: Unranked| Failure::wrong(why.message);
    let fit = crate::coalitions::shipped().map_err(wrong)?;
    let (situation, ranking) = crate::coalitions::ranked(case, &loaded.checked.past, &fit).map_err(wrong)?;
    Ok(crate::coalitions::told(case, &loaded.hash, &fit, &situation, &ranking, top))
}

fn explained<T: Serialize>(found: Result<T, WhyError>, loaded: &Loaded) -> Result<Value, Failure> {
    match found {
        Ok(answer) => value(&answer),
        Err(WhyError::Contradicted(found)) => Err(contradicting(&found, loaded)),
        Err(WhyError::Refused(refusal)) => Err(refusing(&refusal, loaded)),
        Err(other @ WhyError::NoOutcome { .. }) => Err(Failure::wrong(other.to_string())),
    }
}
