//! The contract's objects over HTTP, with progress and a way to stop.

use super::jobs::{State as JobState, Watch, key};
use super::{Bench, Shown};
use crate::ask::{Depth, Failure, Question, Trouble};
use crate::load;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, unfold};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// Draws one may ask for over HTTP.
pub const MOST_DRAWS: usize = 100_000;
/// A run begun by `POST …/jobs` waits so long for somebody to watch it.
const GRACE: Duration = Duration::from_secs(15);

type App = State<Arc<Bench>>;

/// What comes back in place of an answer.
pub struct No(StatusCode, Value);

impl No {
    pub fn new(status: StatusCode, why: &str) -> No {
        No(status, json!({ "error": why, "diagnostics": [] }))
    }

    pub fn with(status: StatusCode, body: Value) -> No {
        No(status, body)
    }

    pub fn no_case() -> No {
        No::new(StatusCode::NOT_FOUND, "no such case")
    }

    pub fn message(&self) -> &str {
        self.1["error"].as_str().unwrap_or("")
    }

    pub fn status(&self) -> StatusCode {
        self.0
    }

    pub fn diagnostics(&self) -> &[Value] {
        self.1["diagnostics"].as_array().map_or(&[], Vec::as_slice)
    }
}

impl From<&Failure> for No {
    fn from(failure: &Failure) -> No {
        let status = match failure.trouble {
            Trouble::Wrong | Trouble::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::Outside => StatusCode::INTERNAL_SERVER_ERROR,
            Trouble::Stopped => StatusCode::CONFLICT,
        };
        No(status, failure.json())
    }
}

impl From<Failure> for No {
    fn from(failure: Failure) -> No {
        No::from(&failure)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

pub async fn nowhere() -> No {
    No::new(StatusCode::NOT_FOUND, "there is nothing here")
}

/// The description of this interface.
pub const OPENAPI: &str = include_str!("../../../../docs/json/openapi.json");

pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

pub async fn cases(State(bench): App) -> Json<Value> {
    let list: Vec<Value> = bench
        .cases
        .iter()
        .map(|case| {
            let title = load::load(&case.folder).ok().and_then(|l| l.checked.case.map(|c| c.title));
            json!({ "id": case.id, "title": title })
        })
        .collect();
    Json(json!({ "cases": list }))
}

pub async fn ask(
    State(bench): App,
    Path((case, question)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let mut asked: Map<String, Value> = query.into_iter().map(|(k, v)| (k, Value::String(v))).collect();
    asked.insert("ask".into(), Value::String(question));
    let (question, depth) = read(&bench, asked)?;
    Ok(Json(answer(&bench, case, &question, &depth).await?.as_ref().clone()))
}

pub async fn whatif(State(bench): App, Path(case): Path<String>, Json(body): Json<Value>) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let Value::Object(mut asked) = body else { return Err(malformed("an object is expected")) };
    asked.insert("ask".into(), Value::String("whatif".into()));
    let (question, depth) = read(&bench, asked)?;
    Ok(Json(answer(&bench, case, &question, &depth).await?.as_ref().clone()))
}

fn malformed(why: &str) -> No {
    No::new(StatusCode::BAD_REQUEST, why)
}

/// A question and its depth from what was sent; numbers may come as text, as addresses have them.
fn read(bench: &Bench, mut asked: Map<String, Value>) -> Result<(Question, Depth), No> {
    let mut number = |name: &str| -> Result<Option<u64>, No> {
        match asked.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(n)) if n.is_u64() => Ok(n.as_u64()),
            Some(Value::String(text)) => {
                text.parse().map(Some).map_err(|_| malformed(&format!("`{name}` is a whole number")))
            }
            Some(_) => Err(malformed(&format!("`{name}` is a whole number"))),
        }
    };
    let (draws, seed, top) = (number("draws")?, number("seed")?, number("top")?);
    let as_of = match asked.remove("as_of") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.parse().map_err(|_| malformed("`as_of` is a date, YYYY-MM-DD"))?),
        Some(_) => return Err(malformed("`as_of` is a date, YYYY-MM-DD")),
    };
    if let Some(top) = top {
        asked.insert("top".into(), Value::from(top));
    }
    let question: Question = serde_json::from_value(Value::Object(asked))
        .map_err(|error| malformed(&format!("no such question: {error}")))?;
    let draws = draws.map_or_else(|| usual(bench, &question), |n| usize::try_from(n).unwrap_or(usize::MAX));
    if !(1..=MOST_DRAWS).contains(&draws) {
        return Err(malformed(&format!("`draws` is between 1 and {MOST_DRAWS}")));
    }
    Ok((question, Depth { draws, seed: seed.unwrap_or(bench.depth.seed), as_of }))
}

/// Draws of a settled answer: what solves the case many times over takes fewer.
pub fn usual(bench: &Bench, question: &Question) -> usize {
    match question {
        Question::Options { .. } | Question::Why { .. } | Question::Power => (bench.depth.draws / 5).max(16),
        Question::Whatif { .. } => (bench.depth.draws / 2).max(16),
        Question::Leading { .. } => 48.min(bench.depth.draws),
        Question::Run | Question::Update | Question::Check | Question::Chamber | Question::Coalitions { .. } => {
            bench.depth.draws
        }
    }
}

/// The digest of a case's files as they are now.
pub async fn hash(case: &Shown) -> Result<String, No> {
    let folder = case.folder.clone();
    let loaded = tokio::task::spawn_blocking(move || load::load(&folder).map(|loaded| loaded.hash)).await;
    match loaded {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(error)) => Err(Failure::from(error).into()),
        Err(_) => Err(No::new(StatusCode::INTERNAL_SERVER_ERROR, "the case cannot be read")),
    }
}

/// An answer: known, or waited for. Whoever goes away before it is there stops the run, unless others wait too.
pub async fn answer(bench: &Bench, case: &Shown, question: &Question, depth: &Depth) -> Result<Arc<Value>, No> {
    let hash = hash(case).await?;
    if let Some(answer) = bench.jobs.answer(&key(&hash, question, depth)) {
        return Ok(answer);
    }
    let watch = bench.jobs.start(&case.folder, &hash, question, depth).ok_or_else(busy)?;
    watch.answer().await.map_err(|failure| No::from(failure.as_ref()))
}

fn busy() -> No {
    No::new(StatusCode::SERVICE_UNAVAILABLE, "too many runs are waiting")
}

pub async fn start(State(bench): App, Path(case): Path<String>, Json(body): Json<Value>) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let Value::Object(asked) = body else { return Err(malformed("an object is expected")) };
    let (question, depth) = read(&bench, asked)?;
    let hash = hash(case).await?;
    let watch = bench.jobs.start(&case.folder, &hash, &question, &depth).ok_or_else(busy)?;
    let id = watch.job.id;
    tokio::spawn(async move {
        tokio::time::sleep(GRACE).await;
        drop(watch);
    });
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": id }))).into_response())
}

pub async fn job(State(bench): App, Path(id): Path<u64>) -> Result<Response, No> {
    let job = bench.jobs.job(id).ok_or_else(|| No::new(StatusCode::NOT_FOUND, "no such run"))?;
    let (done, total) = job.at();
    Ok(match job.state() {
        JobState::Done(answer) => {
            Json(json!({ "state": "done", "done": done, "total": total, "answer": *answer })).into_response()
        }
        JobState::Failed(failure) => {
            let state = if failure.trouble == Trouble::Stopped { "stopped" } else { "failed" };
            let mut body = failure.json();
            crate::merge(&mut body, json!({ "state": state, "done": done, "total": total }));
            Json(body).into_response()
        }
        JobState::Waiting => Json(json!({ "state": "waiting", "done": done, "total": total })).into_response(),
        JobState::Running => Json(json!({ "state": "running", "done": done, "total": total })).into_response(),
    })
}

pub async fn stop(State(bench): App, Path(id): Path<u64>) -> Result<StatusCode, No> {
    let job = bench.jobs.job(id).ok_or_else(|| No::new(StatusCode::NOT_FOUND, "no such run"))?;
    job.stop();
    Ok(StatusCode::NO_CONTENT)
}

/// `progress` with `done`, `total`, `state`; then `done`, or `failed` with the error. Closing the stream is ceasing to wait.
pub async fn events(
    State(bench): App,
    Path(id): Path<u64>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, No> {
    let watch = bench.jobs.watch(id).ok_or_else(|| No::new(StatusCode::NOT_FOUND, "no such run"))?;
    let stream = unfold((watch, false, true), |(mut watch, over, first): (Watch, bool, bool)| async move {
        if over {
            return None;
        }
        if !first {
            let _ = tokio::time::timeout(Duration::from_millis(250), watch.changed()).await;
        }
        let (done, total) = watch.job.at();
        let event = |name: &str, body: Value| Event::default().event(name).data(body.to_string());
        let (event, over) = match watch.job.state() {
            JobState::Done(_) => (event("done", json!({ "job": watch.job.id })), true),
            JobState::Failed(failure) => (event("failed", failure.json()), true),
            JobState::Waiting => {
                (event("progress", json!({ "state": "waiting", "done": done, "total": total })), false)
            }
            JobState::Running => {
                (event("progress", json!({ "state": "running", "done": done, "total": total })), false)
            }
        };
        Some((Ok(event), (watch, over, false)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}
