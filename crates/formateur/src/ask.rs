//! What can be asked of a case by page, picture and report: an answer as the JSON the commands print, or why there is none.

use crate::coalitions::Unranked;
use crate::load::{self, LoadError, Loaded};
use crate::whatif::without;
use crate::{compile, contradiction, examined, listed, look_from, refused};
use answer::options::OptionsError;
use answer::power::PowerError;
use answer::whatif::{AsIs, Side, WhatIfError};
use answer::why::WhyError;
use answer::{Contradiction, Request};
use case::diagnostic::{Diagnostic, Severity};
use game::{Drawing, Game, Limits, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// Cases as they are, solved lately, for changes to be held against.
#[derive(Default)]
pub struct Solved(Mutex<VecDeque<Arc<Before>>>);

/// At most so many.
const MOST_SOLVED: usize = 3;

/// A case as it is, solved to some depth.
struct Before {
    loaded: Loaded,
    depth: Depth,
    as_is: AsIs,
}

impl Solved {
    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<Before>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The case of a folder as its files are now; solved where that has not been done.
    fn before(&self, folder: &Path, depth: &Depth, meter: &Meter) -> Result<Arc<Before>, Failure> {
        let hash = load::load(folder)?.hash;
        let known = self.kept().iter().find(|kept| kept.loaded.hash == hash && kept.depth == *depth).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let (loaded, game, drawing) = ready(folder, depth)?;
        let case = loaded.checked.case.as_ref().expect("a ready case has been read");
        let request = Request { case_hash: loaded.hash.clone(), seed: depth.seed, draws: depth.draws };
        let as_is = AsIs::solve(&Side { case, drawing: &drawing, request }, &game, &|n| meter.add(n))
            .map_err(|found| contradicting(&found, &loaded))?;
        let before = Arc::new(Before { loaded, depth: depth.clone(), as_is });
        let mut kept = self.kept();
        kept.push_front(before.clone());
        kept.truncate(MOST_SOLVED);
        Ok(before)
    }
}

/// Answers a question.
///
/// # Errors
/// [`Failure`] with the case's diagnostics where there is no answer.
pub fn ask(folder: &Path, question: &Question, depth: &Depth, meter: &Meter) -> Result<Value, Failure> {
    ask_again(folder, question, depth, meter, &Solved::default())
}

/// The same for one who asks again and again: what is asked of changes is held against the case as it was solved before.
///
/// # Errors
/// As [`ask`].
pub fn ask_again(
    folder: &Path,
    question: &Question,
    depth: &Depth,
    meter: &Meter,
    solved: &Solved,
) -> Result<Value, Failure> {
    match catch_unwind(AssertUnwindSafe(|| answer(folder, question, depth, meter, solved))) {
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

fn answer(folder: &Path, question: &Question, depth: &Depth, meter: &Meter, solved: &Solved) -> Result<Value, Failure> {
    if let Question::Whatif { set, remove, rules } = question {
        return changed(folder, (set, remove, rules.as_deref()), depth, meter, solved);
    }
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
        Question::Power => {
            total(2 * depth.draws);
            let covered = answer::power::COVERED;
            match answer::power::power(case, &game, &drawing, &request, covered, &done) {
                Ok(played) => value(&crate::play::beside(&played, 0, depth.seed, false)),
                Err(PowerError::Contradicted(found)) => Err(contradicting(&found, &loaded)),
                Err(PowerError::Refused(refusal)) => Err(refusing(&refusal, &loaded)),
            }
        }
        Question::Check | Question::Coalitions { .. } | Question::Whatif { .. } => unreachable!("answered above"),
    }
}

/// The case as it is beside what values, removed moves and other rules make of it.
fn changed(
    folder: &Path,
    (set, remove, rules): (&BTreeMap<String, String>, &[String], Option<&str>),
    depth: &Depth,
    meter: &Meter,
    solved: &Solved,
) -> Result<Value, Failure> {
    meter.total.store(2 * depth.draws, Ordering::Relaxed);
    let before = solved.before(folder, depth, meter)?;
    let case = before.loaded.checked.case.as_ref().expect("a solved case has been read");
    let mut replaced: Vec<(String, String)> = set.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    replaced.extend(rules.iter().map(|rules| ("rules".to_owned(), (*rules).to_owned())));
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
    let drawing = Drawing::of(changed).map_err(|refusal| refusing(&refusal.into(), &other))?;
    let request = Request { case_hash: other.hash.clone(), seed: depth.seed, draws: depth.draws };
    let side = Side { case: changed, drawing: &drawing, request };
    match before.as_is.against(case, &side, &Limits::default(), &|n| meter.add(n)) {
        Ok(answer) => value(&answer),
        Err(WhatIfError::Contradicted(found)) => Err(contradicting(&found, &before.loaded)),
        Err(WhatIfError::Refused(refusal)) => Err(refusing(&refusal, &other)),
        Err(error @ WhatIfError::Elsewhere(_)) => Err(Failure::wrong(error.to_string())),
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
