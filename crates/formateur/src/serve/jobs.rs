//! Runs in the background: few at a time, watched by whoever asked, stopped when nobody does any more.

use crate::ask::{Depth, Failure, Meter, Question, Solved, Trouble, ask_again};
use crate::load;
use crate::plot::save;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// Long runs at a time; each uses all cores.
const SLOW: usize = 1;
/// Short ones beside them: sliders and first answers.
const QUICK: usize = 2;
/// Draws up to which a run is short.
const FEW: usize = 64;
/// Runs that may wait; more are turned away.
const MOST_WAITING: usize = 64;
/// Answers kept in memory.
const MOST_KEPT: usize = 160;

/// Where a run is.
#[derive(Debug, Clone)]
pub enum State {
    Waiting,
    Running,
    Done(Arc<Value>),
    Failed(Arc<Failure>),
}

impl State {
    pub fn is_over(&self) -> bool {
        matches!(self, State::Done(_) | State::Failed(_))
    }
}

pub struct Job {
    pub id: u64,
    key: String,
    meter: Meter,
    state: watch::Sender<State>,
    watching: AtomicUsize,
}

impl Job {
    /// Finished pieces and how many there will be.
    pub fn at(&self) -> (usize, usize) {
        self.meter.at()
    }

    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Stops it for everybody who waits.
    pub fn stop(&self) {
        self.meter.stop();
        self.state.send_if_modified(|state| {
            let open = !state.is_over();
            if open {
                *state = State::Failed(Arc::new(stopped()));
            }
            open
        });
    }
}

fn stopped() -> Failure {
    Failure { trouble: Trouble::Stopped, message: "stopped".into(), diagnostics: Vec::new() }
}

/// Somebody's wait for a run; when the last one goes before the end, the run is stopped.
pub struct Watch {
    pub job: Arc<Job>,
    changes: watch::Receiver<State>,
}

impl Watch {
    fn new(job: Arc<Job>) -> Watch {
        job.watching.fetch_add(1, Ordering::SeqCst);
        let changes = job.state.subscribe();
        Watch { job, changes }
    }

    /// Waits for something new.
    pub async fn changed(&mut self) {
        let _ = self.changes.changed().await;
    }

    /// Waits for the end.
    pub async fn answer(mut self) -> Result<Arc<Value>, Arc<Failure>> {
        loop {
            match self.job.state() {
                State::Done(answer) => return Ok(answer),
                State::Failed(failure) => return Err(failure),
                State::Waiting | State::Running => self.changed().await,
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.job.watching.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.job.stop();
        }
    }
}

/// An answer on disk, from an earlier session.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    answer: Value,
}

/// Answers known, and runs under way.
pub struct Jobs {
    running: Mutex<BTreeMap<u64, Arc<Job>>>,
    answers: Mutex<VecDeque<(String, Arc<Value>)>>,
    next: AtomicU64,
    slow: Semaphore,
    quick: Semaphore,
    keep: Option<PathBuf>,
    solved: Arc<Solved>,
}

/// What makes an answer the same: files, version, question, depth.
pub fn key(hash: &str, question: &Question, depth: &Depth) -> String {
    let about = serde_json::to_string(&(question, depth)).unwrap_or_default();
    format!("{} {hash} {about}", env!("CARGO_PKG_VERSION"))
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is whole between two statements, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Jobs {
    pub fn new(keep: Option<PathBuf>) -> Arc<Jobs> {
        Arc::new(Jobs {
            running: Mutex::default(),
            answers: Mutex::default(),
            next: AtomicU64::new(1),
            slow: Semaphore::new(SLOW),
            quick: Semaphore::new(QUICK),
            keep,
            solved: Arc::default(),
        })
    }

    /// An answer that is there already.
    pub fn answer(&self, key: &str) -> Option<Arc<Value>> {
        held(&self.answers).iter().find(|(known, _)| known == key).map(|(_, answer)| answer.clone())
    }

    pub fn job(&self, id: u64) -> Option<Arc<Job>> {
        held(&self.running).get(&id).cloned()
    }

    pub fn watch(&self, id: u64) -> Option<Watch> {
        self.job(id).map(Watch::new)
    }

    /// Begins a run, or joins one under way for the same answer; `None` where too many wait.
    pub fn start(self: &Arc<Jobs>, folder: &Path, hash: &str, question: &Question, depth: &Depth) -> Option<Watch> {
        let key = key(hash, question, depth);
        let mut running = held(&self.running);
        if let Some(job) = running.values().find(|job| job.key == key && !job.state().is_over()) {
            return Some(Watch::new(job.clone()));
        }
        running.retain(|id, job| !job.state().is_over() || id + 200 > self.next.load(Ordering::Relaxed));
        if running.values().filter(|job| !job.state().is_over()).count() >= MOST_WAITING {
            return None;
        }
        let job = Arc::new(Job {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            key: key.clone(),
            meter: Meter::default(),
            state: watch::Sender::new(State::Waiting),
            watching: AtomicUsize::new(0),
        });
        running.insert(job.id, job.clone());
        drop(running);
        let watch = Watch::new(job.clone());
        if let Some(answer) = self.answer(&key) {
            job.state.send_replace(State::Done(answer));
            return Some(watch);
        }
        let (jobs, folder, hash, question, depth) =
            (self.clone(), folder.to_path_buf(), hash.to_owned(), question.clone(), depth.clone());
        tokio::spawn(async move { jobs.run(job, folder, hash, question, depth).await });
        Some(watch)
    }

    async fn run(self: Arc<Jobs>, job: Arc<Job>, folder: PathBuf, hash: String, question: Question, depth: Depth) {
        let long =
            depth.draws > FEW || matches!(question, Question::Options { .. } | Question::Why { .. } | Question::Power);
        let Ok(_turn) = (if long { &self.slow } else { &self.quick }).acquire().await else { return };
        if job.state().is_over() {
            return;
        }
        job.state.send_replace(State::Running);
        let (worker, solved) = (job.clone(), self.solved.clone());
        let kept = (folder.clone(), question.clone());
        let solved = tokio::task::spawn_blocking(move || {
            let answer = ask_again(&folder, &question, &depth, &worker.meter, &solved);
            // A file saved meanwhile: the answer is good, but of which state of the files nobody knows.
            let same = load::load(&folder).is_ok_and(|loaded| loaded.hash == hash);
            (answer, same)
        })
        .await;
        let state = match solved {
            Ok((Ok(answer), same)) => {
                let answer = Arc::new(answer);
                if same {
                    self.remember(&job.key, &answer);
                    if long {
                        self.put_by(&kept.0, &kept.1, &job.key, &answer);
                    }
                }
                State::Done(answer)
            }
            Ok((Err(failure), _)) => State::Failed(Arc::new(failure)),
            Err(_) => State::Failed(Arc::new(Failure::wrong("the program failed at this; please report it"))),
        };
        job.state.send_if_modified(|now| {
            let open = !now.is_over();
            if open {
                *now = state;
            }
            open
        });
    }

    fn remember(&self, key: &str, answer: &Arc<Value>) {
        let mut answers = held(&self.answers);
        answers.retain(|(known, _)| known != key);
        answers.push_back((key.to_owned(), answer.clone()));
        while answers.len() > MOST_KEPT {
            answers.pop_front();
        }
    }

    fn place(&self, folder: &Path, question: &Question) -> Option<PathBuf> {
        let about = serde_json::to_string(question).ok()?;
        let digest = Sha256::digest(format!("{}\n{about}", folder.display()).as_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(self.keep.as_ref()?.join(format!("{name}.json")))
    }

    /// Keeps an answer for the next session; one that cannot be kept is computed again.
    fn put_by(&self, folder: &Path, question: &Question, key: &str, answer: &Value) {
        if !matches!(question, Question::Run | Question::Update | Question::Why { outcome: None }) {
            return;
        }
        let Some(file) = self.place(folder, question) else { return };
        let Ok(text) = serde_json::to_string(&Kept { key: key.to_owned(), answer: answer.clone() }) else { return };
        if let Some(parent) = file.parent() {
            let _ = std::fs::create_dir_all(parent).and_then(|()| save(&file, &text));
        }
    }

    /// The last answer of an earlier session, and whether it is of these very files, version, draws and seed.
    pub fn earlier(&self, folder: &Path, question: &Question, key: &str) -> Option<(Arc<Value>, bool)> {
        let kept: Kept = serde_json::from_str(&load::text(&self.place(folder, question)?).ok()?).ok()?;
        let same = kept.key == key;
        let answer = Arc::new(kept.answer);
        if same {
            self.remember(key, &answer);
        }
        Some((answer, same))
    }
}
