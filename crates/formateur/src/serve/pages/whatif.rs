//! The page *What if*: numbers to turn, moves to take away, what follows, and the scenario as address, file and command.

use super::{App, Asked, FIRST, Open, one, query};
use crate::ask::Question;
use crate::page;
use crate::plot::Kind;
use crate::serve::api::answer;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use case::model::{Case, Number};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;

/// A number one can turn: ends of its range and what follows the figure.
struct Turned<'c> {
    number: &'c Number,
    low: f64,
    high: f64,
    unit: String,
}

fn turned(number: &Number) -> Option<Turned<'_>> {
    let (low, rest) = number.written.split_once(" to ")?;
    let (high, unit) = rest.trim().split_once(' ').map_or((rest.trim(), ""), |(high, unit)| (high, unit));
    let percent = |text: &str| text.trim().strip_suffix('%').map(str::to_owned);
    let (low, high, unit) = match (percent(low), percent(high)) {
        (_, Some(high)) => (low.trim().trim_end_matches('%').to_owned(), high, format!("%{unit}")),
        _ => (low.trim().to_owned(), high.to_owned(), unit.to_owned()),
    };
    let (low, high): (f64, f64) = (low.parse().ok()?, high.parse().ok()?);
    (low < high).then(|| Turned { number, low, high, unit })
}

pub async fn whatif(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let mut open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let mut set: BTreeMap<String, String> = BTreeMap::new();
    for (_, pair) in asked.iter().filter(|(key, _)| key == "set") {
        if let Some((path, value)) = pair.split_once('=') {
            set.insert(path.trim().to_owned(), value.trim().to_owned());
        }
    }
    let remove: Vec<String> =
        asked.iter().filter(|(key, v)| key == "remove" && !v.is_empty()).map(|(_, v)| v.clone()).collect();
    let question = Question::Whatif { set: set.clone(), remove: remove.clone(), rules: None };
    let changed = !set.is_empty() || !remove.is_empty();
    // While one drags only the result is fetched, from few draws.
    let part = one(&asked, "part").is_some();
    let result = if !changed {
        Ok(None)
    } else if part && open.draws.is_some() {
        answer(&bench, open.case, &question, &open.depth(&question)).await.map(Some)
    } else {
        open.want_now(&question).await.map(Some)
    };
    let base = if changed { None } else { open.want_now(&Question::Run).await.ok() };
    let shown = match &result {
        Ok(Some(found)) => html! {
            p .note { "From " (found["changed"]["formateur"]["draws"]) " draws, the same for both sides. Grey: as it is; coloured: changed; lines: 80 % of draws." }
            (page::figure(Kind::Change, found, true, "answer"))
        },
        Ok(None) => html! {
            p .note { "As it is; nothing is changed yet. Turn a number, or take a move away." }
            @if let Some(base) = &base { (page::figure(Kind::Outcomes, base, true, "answer")) }
        },
        Err(no) => html! { p .warn role="alert" { (no.message()) } },
    };
    if part {
        return Html(shown.into_string()).into_response();
    }
    let leading = match open.want_now(&Question::Leading { outcome: None }).await {
        Ok(found) => found["numbers"].as_array().cloned().unwrap_or_default(),
        Err(no) => return open.failed("/whatif", &no),
    };
    let case = open.read();
    let mut numbers: Vec<Turned> = Vec::new();
    let paths = set.keys().map(String::as_str).chain(leading.iter().filter_map(Value::as_str));
    for path in paths {
        let known = case.numbers.iter().find(|n| n.path == path).and_then(turned);
        if let Some(number) = known.filter(|t| numbers.iter().all(|k| k.number.path != t.number.path)) {
            numbers.push(number);
        }
    }
    numbers.truncate(8.max(set.len()));
    let moves = moves(case);
    let command = std::iter::once(format!("formateur whatif {}", case.id))
        .chain(set.iter().map(|(path, value)| format!("--set '{path}={value}'")))
        .chain(remove.iter().map(|name| format!("--remove '{name}'")))
        .collect::<Vec<_>>()
        .join(" ");
    let address: String = set
        .iter()
        .map(|(path, value)| format!("set={}", query(&format!("{path}={value}"))))
        .chain(remove.iter().map(|name| format!("remove={}", query(name))))
        .collect::<Vec<_>>()
        .join("&");
    let id = open.case.id.clone();
    let body = html! {
        (open.title(None))
        div .bench {
            section .result {
                h2 { "What follows" }
                div #result aria-live="polite" { (shown) }
                p .note #work role="status" {}
            }
            form #whatif method="get" data-few=(FIRST) {
                section {
                    h2 { "The numbers that matter most" }
                    p .note { "In the order in which the likeliest outcome follows them. The ends of a slider are the ends of the range; until one touches it, the whole range counts." }
                    div .sliders { @for (i, turned) in numbers.iter().enumerate() { (slider(i, turned, set.get(&turned.number.path))) } }
                }
                section {
                    h2 { "Without a move" }
                    fieldset .blocs { legend { "Taken off the menu, everybody knowing it" }
                        @for name in &moves { label { input type="checkbox" name="remove" value=(name) checked[remove.iter().any(|r| r == name)]; " " (page::plain(&name.replace('.', ": "))) } }
                    }
                    div .row { button .first { "Solve" } a href=(format!("/case/{id}/whatif")) { "As it is" } }
                }
            }
        }
        section {
            h2 { "To share" }
            p .note { "The address holds the changes; so does a file, for " code { "formateur whatif --scenarios" } " and for this page; so does the command." }
            div .row {
                label { "Address" input #address type="text" readonly size="60" value=(format!("/case/{id}/whatif{}{address}", if address.is_empty() { "" } else { "?" })); }
                button #copy type="button" { "Copy" }
                a #scenario-out download="scenario.toml" href=(format!("/api/cases/{id}/scenario?{address}")) { "Save as a file" }
                label { "Open a file" input #scenario-in type="file" accept=".toml"; }
            }
            p #scenarios role="status" aria-live="polite" {}
            pre #command tabindex="0" data-case=(case.id) { (command) }
        }
    };
    open.page("/whatif", &body)
}

/// Moves of actors and bodies; the procedure's own steps cannot be taken away.
fn moves(case: &Case) -> Vec<&str> {
    let mut moves: Vec<&str> = Vec::new();
    for action in case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu) {
        let own = !action.move_id.starts_with("stages.") && !action.move_id.starts_with("motions.");
        if own && action.move_id.contains('.') && !moves.contains(&action.move_id.as_str()) {
            moves.push(&action.move_id);
        }
    }
    moves
}

/// A number to turn; `set`: what the address has for it.
fn slider(i: usize, turned: &Turned, set: Option<&String>) -> Markup {
    let Turned { number, low, high, unit } = turned;
    let written = set.and_then(|v| v.split([' ', '%']).next()).and_then(|v| v.parse::<f64>().ok());
    let value = written.unwrap_or(f64::midpoint(*low, *high));
    html! {
        div .slider {
            label for=(format!("n{i}")) { (number.path) }
            input type="range" id=(format!("n{i}")) min=(low) max=(high) step=(step(high - low)) value=(value)
                data-path=(number.path) data-unit=(unit) data-on[set.is_some()];
            div .ends {
                span { (low) " " (unit) }
                output for=(format!("n{i}")) { @match set { Some(v) => { (v) } None => { "the whole range" } } }
                span { (high) " " (unit) }
            }
        }
    }
}

/// A round step of about a hundredth.
fn step(span: f64) -> f64 {
    10.0_f64.powf((span / 100.0).log10().floor())
}
