//! A case's files through the browser: read, checked as one types, saved whole and only over the version one saw.

use super::api::No;
use super::{Bench, Shown};
use crate::plot::save as put;
use crate::{listed, load};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use case::diagnostic::Severity;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

type App = State<Arc<Bench>>;

/// What a text is known by; `none` where there is no file.
pub fn version(text: Option<&str>) -> String {
    text.map_or_else(
        || "none".into(),
        |text| Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect(),
    )
}

/// Files one may open: the case's own, its tables, its packs; nothing with a path in it.
fn allowed(name: &str) -> bool {
    let stem = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    matches!(name, "case.toml" | "claims.toml" | "log.toml")
        || name.strip_suffix(".csv").is_some_and(stem)
        || name.strip_prefix("packs/").and_then(|n| n.strip_suffix(".toml")).is_some_and(stem)
}

/// Names of the files there are, the usual ones first whether there or not.
pub fn names(case: &Shown) -> Vec<String> {
    let mut names: Vec<String> = ["case.toml", "claims.toml", "log.toml"].map(str::to_owned).into();
    let situation = load::text(&case.folder.join("case.toml")).unwrap_or_default();
    names.extend(load::named_tables(&case.folder, &situation).into_iter().filter(|name| allowed(name)));
    for path in load::own_packs(&case.folder).unwrap_or_default() {
        let name = format!("packs/{}", path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
        if allowed(&name) {
            names.push(name);
        }
    }
    names
}

/// The text of a file, if it is there.
pub fn text(case: &Shown, name: &str) -> Result<Option<String>, No> {
    if !allowed(name) {
        return Err(No::new(StatusCode::NOT_FOUND, "a case has no such file"));
    }
    // A table nobody names is none of the case's business.
    if name.ends_with(".csv") && !names(case).iter().any(|known| known == name) {
        return Err(No::new(StatusCode::NOT_FOUND, "the case names no such table"));
    }
    let path = case.folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    load::text(&path).map(Some).map_err(|error| No::new(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

pub async fn list(State(bench): App, Path(case): Path<String>) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let mut files = Vec::new();
    for name in names(case) {
        let text = text(case, &name)?;
        files.push(json!({ "name": name, "version": version(text.as_deref()) }));
    }
    Ok(Json(json!({ "files": files })))
}

pub async fn read(State(bench): App, Path((case, name)): Path<(String, String)>) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let text = text(case, &name)?;
    let tag = version(text.as_deref());
    let body = json!({ "name": name, "version": tag, "text": text.unwrap_or_default() });
    Ok(([(header::ETAG, format!("\"{tag}\""))], Json(body)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    text: String,
}

/// Diagnostics of the case as if the file held this text.
pub async fn check(
    State(bench): App,
    Path((case, name)): Path<(String, String)>,
    Json(body): Json<Text>,
) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    text(case, &name)?;
    let (diagnostics, _) = judged(case, &name, &body.text)?;
    Ok(Json(json!({ "diagnostics": diagnostics })))
}

/// What the checker says, and whether anything in it is an error.
pub fn judged(case: &Shown, name: &str, text: &str) -> Result<(Vec<Value>, bool), No> {
    let loaded = load::load_as_if(&case.folder, name, text)
        .map_err(|error| No::new(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()))?;
    let mut diagnostics = listed(&loaded.checked.diagnostics, &loaded.checked.sources);
    let root = format!("{}/", case.folder.display());
    for found in &mut diagnostics {
        if let Some(short) = found["file"].as_str().and_then(|f| f.strip_prefix(&root)).map(str::to_owned) {
            found["file"] = Value::String(short);
        }
    }
    Ok((diagnostics, loaded.checked.diagnostics.iter().any(|d| d.severity == Severity::Error)))
}

/// The version one saw, from `If-Match`.
pub fn seen(headers: &HeaderMap) -> Result<String, No> {
    let tag = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok()).map(|v| v.trim_matches('"').to_owned());
    tag.ok_or_else(|| No::new(StatusCode::PRECONDITION_REQUIRED, "say in If-Match which version you saw"))
}

/// Refuses to go over an edit one has not seen; hands that one back.
pub fn unchanged(text: Option<&str>, seen: &str) -> Result<(), No> {
    let now = version(text);
    if now == seen {
        return Ok(());
    }
    let body = json!({ "error": "the file was changed by somebody else meanwhile", "diagnostics": [],
                       "version": now, "text": text.unwrap_or_default() });
    Err(No::with(StatusCode::PRECONDITION_FAILED, body))
}

pub async fn save(
    State(bench): App,
    Path((case, name)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Text>,
) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let seen = seen(&headers)?;
    let _writing = case.writing.lock().await;
    unchanged(text(case, &name)?.as_deref(), &seen)?;
    write(case, &name, &body.text)?;
    // A text with errors may be saved: it is the author's, and half a thought is worth keeping.
    let (diagnostics, _) = judged(case, &name, &body.text)?;
    Ok(Json(json!({ "name": name, "version": version(Some(&body.text)), "diagnostics": diagnostics })).into_response())
}

pub fn write(case: &Shown, name: &str, text: &str) -> Result<(), No> {
    let path = case.folder.join(name);
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| put(&path, text));
    made.map_err(|error| No::new(StatusCode::INTERNAL_SERVER_ERROR, &format!("cannot write {name}: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    on: String,
    who: String,
    did: String,
    #[serde(default)]
    because: Vec<String>,
}

impl Entry {
    /// As `log.toml` has it.
    fn written(&self) -> Result<String, No> {
        let on: jiff::civil::Date =
            self.on.parse().map_err(|_| No::new(StatusCode::BAD_REQUEST, "`on` is a date, YYYY-MM-DD"))?;
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut out = format!("\n[[entry]]\non  = {on}\nwho = {}\ndid = {}\n", quoted(&self.who), quoted(&self.did));
        if !self.because.is_empty() {
            let list: Vec<String> = self.because.iter().map(|id| quoted(id)).collect();
            out.push_str(&format!("because = [{}]\n", list.join(", ")));
        }
        Ok(out)
    }
}

/// Adds an entry to the log; one the case does not understand is not added.
pub async fn news(
    State(bench): App,
    Path(case): Path<String>,
    headers: HeaderMap,
    Json(entry): Json<Entry>,
) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let seen = seen(&headers)?;
    let _writing = case.writing.lock().await;
    let before = text(case, "log.toml")?;
    unchanged(before.as_deref(), &seen)?;
    let mut after = before.unwrap_or_default();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    after.push_str(&entry.written()?);
    let (diagnostics, wrong) = judged(case, "log.toml", &after)?;
    if wrong {
        let errors: Vec<&Value> = diagnostics.iter().filter(|d| d["severity"] == "error").collect();
        let first = errors.first().and_then(|d| d["message"].as_str()).unwrap_or("the entry does not fit the case");
        return Err(No::with(StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": first, "diagnostics": errors })));
    }
    write(case, "log.toml", &after)?;
    Ok((StatusCode::CREATED, Json(json!({ "version": version(Some(&after)), "diagnostics": diagnostics })))
        .into_response())
}

/// Takes the last entry out of the log again.
pub async fn undo(State(bench): App, Path(case): Path<String>, headers: HeaderMap) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let seen = seen(&headers)?;
    let _writing = case.writing.lock().await;
    let before = text(case, "log.toml")?;
    unchanged(before.as_deref(), &seen)?;
    let before = before.unwrap_or_default();
    let mut at = None;
    let mut offset = 0;
    for line in before.split_inclusive('\n') {
        if line.trim() == "[[entry]]" {
            at = Some(offset);
        }
        offset += line.len();
    }
    let at = at.ok_or_else(|| No::new(StatusCode::CONFLICT, "the log has no entry to take out"))?;
    let kept = before[..at].trim_end();
    let after = if kept.is_empty() { String::new() } else { format!("{kept}\n") };
    let (diagnostics, wrong) = judged(case, "log.toml", &after)?;
    if wrong {
        return Err(No::with(
            StatusCode::UNPROCESSABLE_ENTITY,
            json!({ "error": "without its last entry the log would not read", "diagnostics": diagnostics }),
        ));
    }
    write(case, "log.toml", &after)?;
    Ok(Json(json!({ "version": version(Some(&after)), "diagnostics": diagnostics })))
}
