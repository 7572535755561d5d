//! Changes of the page *What if* as a file, the one `formateur whatif --scenarios` reads; out and in.

use super::Bench;
use super::api::No;
use crate::whatif::{Scenario, plain, scenarios};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A file with what the address holds.
pub async fn out(
    State(bench): State<Arc<Bench>>,
    Path(case): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut set = String::new();
    let mut remove = Vec::new();
    let mut name = "changed".to_owned();
    for (key, value) in &asked {
        match key.as_str() {
            "set" => {
                let (path, value) =
                    value.split_once('=').ok_or_else(|| No::new(StatusCode::BAD_REQUEST, "`set` is PATH=VALUE"))?;
                set.push_str(&format!("{} = {}\n", text(path.trim()), text(value.trim())));
            }
            "remove" if !value.is_empty() => remove.push(text(value)),
            "name" if !value.trim().is_empty() => name = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut file = format!(
        "# formateur whatif {} --scenarios THIS\n[scenarios.changed]\nname = {}\nremove = [{}]\n",
        case.id,
        text(&name),
        remove.join(", ")
    );
    if !set.is_empty() {
        file.push_str(&format!("[scenarios.changed.set]\n{set}"));
    }
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"scenario.toml\""),
    ];
    Ok((headers, file).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    text: String,
}

/// What a file of scenarios holds, as the page's address has it.
pub async fn into(
    State(bench): State<Arc<Bench>>,
    Path(case): Path<String>,
    Json(file): Json<File>,
) -> Result<Json<Value>, No> {
    bench.case(&case).ok_or_else(No::no_case)?;
    let read = scenarios(&file.text).map_err(|why| No::new(StatusCode::UNPROCESSABLE_ENTITY, &why))?;
    let listed: Vec<Value> = read.iter().map(|(id, scenario)| told(id, scenario)).collect();
    Ok(Json(json!({ "scenarios": listed })))
}

fn told(id: &str, scenario: &Scenario) -> Value {
    let set: Vec<String> = scenario.set.iter().map(|(path, value)| format!("{path}={}", plain(value))).collect();
    // Files beside the file, and other rules, only the command line takes in.
    let left_out = scenario.add.is_some() || scenario.rules.is_some();
    json!({
        "id": id,
        "name": scenario.name.clone().unwrap_or_else(|| id.replace('_', " ")),
        "set": set,
        "remove": scenario.remove,
        "left_out": left_out,
    })
}
