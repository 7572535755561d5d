//! The pages: written on the server from answers that are there; what is not there yet is named, and the page's script asks
//! for it, shows how far it is, and fetches the page again.

mod chamber;
mod evidence;
mod whatif;
mod why;

pub use chamber::chamber;
pub use evidence::evidence;
pub use whatif::whatif;
pub use why::{paths, trust};

use super::api::{No, answer, hash, usual};
use super::jobs::key;
use super::{Bench, Shown, files as case_files};
use crate::ask::{Depth, Question};
use crate::load::{self, Loaded};
use crate::page;
use crate::report;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use case::model::Case;
use chart::data::{Run, Why};
use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};
use std::sync::Arc;

type App = State<Arc<Bench>>;
type Asked = Query<Vec<(String, String)>>;

const SCRIPT: &str = include_str!("../assets/app.js");

/// The type the program carries, so that pages look alike on every machine; a brief, which is one file, does without.
const FACES: &str = "@font-face{font-family:'Source Sans 3';font-weight:400;src:url(sans-regular.ttf)}\
                     @font-face{font-family:'Source Sans 3';font-weight:600 700;src:url(sans-semibold.ttf)}\n";

/// Draws of a first answer, of a slider's answer.
const FIRST: usize = 16;

pub async fn asset(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "app.js" => ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response(),
        "sans-regular.ttf" => ([(header::CONTENT_TYPE, "font/ttf")], chart::REGULAR).into_response(),
        "sans-semibold.ttf" => ([(header::CONTENT_TYPE, "font/ttf")], chart::SEMIBOLD).into_response(),
        "page.css" => {
            ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], format!("{FACES}{}{}", page::CSS, chart::css()))
                .into_response()
        }
        _ => No::new(StatusCode::NOT_FOUND, "there is nothing here").into_response(),
    }
}

pub async fn home(State(bench): App) -> Response {
    if let [only] = bench.cases.as_slice() {
        return Redirect::to(&format!("/case/{}", only.id)).into_response();
    }
    let titled: Vec<(&str, String, String)> = bench
        .cases
        .iter()
        .map(|case| {
            let read = load::load(&case.folder).ok().and_then(|l| l.checked.case);
            let (title, question) =
                read.map_or_else(|| (case.id.clone(), "has errors".into()), |c| (c.title, c.question));
            (case.id.as_str(), title, question)
        })
        .collect();
    let body = html! {
        h1 { "Cases" }
        ul .plain { @for (id, title, question) in &titled {
            li { a href=(format!("/case/{id}")) { b { (title) } } br; span .soft { (question) } }
        } }
    };
    Html(frame(None, "", "Cases", &[], &body).into_string()).into_response()
}

const TABS: [(&str, &str); 9] = [
    ("", "Overview"),
    ("/options", "Options"),
    ("/whatif", "What if"),
    ("/paths", "Paths"),
    ("/chamber", "Chamber"),
    ("/evidence", "Evidence"),
    ("/news", "News"),
    ("/trust", "Trust"),
    ("/files", "Case"),
];

/// A page around its body; `wanted`: what its script asks for.
fn frame(case: Option<&str>, tab: &str, title: &str, wanted: &[Value], body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · formateur" }
                link rel="stylesheet" href="/assets/page.css";
                link rel="icon" href="data:,";
                script src="/assets/app.js" defer {}
            }
            body {
                a .skip href="#main" { "To the content" }
                header .top { div {
                    a .home href="/" { "formateur" }
                    @if let Some(id) = case {
                        nav aria-label="Case pages" { @for (path, name) in TABS {
                            a href=(format!("/case/{id}{path}")) aria-current=[(path == tab).then_some("page")] { (name) }
                        } }
                    }
                } }
                main id="main" data-case=[case] data-wanted=(Value::from(wanted.to_vec()).to_string()) { (body) }
                footer { div .foot { "formateur " (env!("CARGO_PKG_VERSION")) @if case.is_some() { " · every figure is the model's, not the future's; what it leaves out is on the page Trust" } } }
            }
        }
    }
}

/// A case as a page needs it, or the page that says what is wrong with it.
struct Open<'b> {
    bench: &'b Bench,
    case: &'b Shown,
    loaded: Loaded,
    hash: String,
    /// Draws the address asks for instead of the usual.
    draws: Option<usize>,
    wanted: Vec<Value>,
    notes: Vec<Markup>,
    /// Charts of the page, to keep: what, kind, and what else the address of its picture says.
    pictures: Vec<(String, String, String)>,
}

impl<'b> Open<'b> {
    async fn new(bench: &'b Bench, id: &str, asked: &[(String, String)]) -> Result<Open<'b>, Response> {
        let Some(case) = bench.case(id) else { return Err(No::no_case().into_response()) };
        let folder = case.folder.clone();
        let loaded = tokio::task::spawn_blocking(move || load::load(&folder)).await;
        let loaded = match loaded {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(error)) => return Err(wrong(case, &error.to_string(), &[])),
            Err(_) => return Err(wrong(case, "the case cannot be read", &[])),
        };
        if loaded.checked.case.is_none() {
            let found = crate::listed(&loaded.checked.diagnostics, &loaded.checked.sources);
            return Err(wrong(case, "The case has errors.", &found));
        }
        let hash = hash(case).await.map_err(IntoResponse::into_response)?;
        let draws = one(asked, "draws").and_then(|n| n.parse().ok()).filter(|n| (1..=100_000).contains(n));
        Ok(Open { bench, case, loaded, hash, draws, wanted: Vec::new(), notes: Vec::new(), pictures: Vec::new() })
    }

    fn read(&self) -> &Case {
        self.loaded.checked.case.as_ref().expect("a case without errors was opened")
    }

    fn depth(&self, question: &Question) -> Depth {
        Depth { draws: self.draws.unwrap_or_else(|| usual(self.bench, question)), ..self.bench.depth.clone() }
    }

    /// The settled answer if it is known; else it is wanted, and what an earlier session left stands in, if anything does.
    fn want(&mut self, question: &Question) -> Option<Arc<Value>> {
        let depth = self.depth(question);
        let key = key(&self.hash, question, &depth);
        if let Some(answer) = self.bench.jobs.answer(&key) {
            return Some(answer);
        }
        match self.bench.jobs.earlier(&self.case.folder, question, &key) {
            Some((answer, true)) => {
                self.notes.push(html! { "Kept from an earlier session: the same files, version, draws and seed." });
                Some(answer)
            }
            other => {
                let mut body = json!(question);
                body["draws"] = json!(depth.draws);
                body["seed"] = json!(depth.seed);
                self.wanted.push(body);
                other.map(|(answer, _)| {
                    self.notes
                        .push(html! { "Kept from an earlier state of the files; the present one is being solved." });
                    answer
                })
            }
        }
    }

    /// The same, but a quick answer stands in where nothing is known.
    async fn want_now(&mut self, question: &Question) -> Result<Arc<Value>, No> {
        if let Some(answer) = self.want(question) {
            return Ok(answer);
        }
        let depth = Depth { draws: FIRST.min(self.depth(question).draws), ..self.bench.depth.clone() };
        let first = answer(self.bench, self.case, question, &depth).await?;
        self.notes.push(html! { "A first answer from " (depth.draws) " draws; it is being settled with more." });
        Ok(first)
    }

    fn page(self, tab: &str, body: &Markup) -> Response {
        let title = self.read().title.clone();
        let body = html! {
            @for note in &self.notes { p .warn role="status" { (note) } }
            @if !self.wanted.is_empty() { p .soft #progress aria-live="polite" { noscript { "This page needs its script to go on." } } }
            (body)
            @if !self.pictures.is_empty() {
                p .note .noprint { "Charts to keep: "
                    @for (i, (what, kind, about)) in self.pictures.iter().enumerate() {
                        @let address = |form: &str| format!("/api/cases/{}/plot/{kind}.{form}{}{about}", self.case.id, if about.is_empty() { "" } else { "?" });
                        @if i > 0 { "; " }
                        (what) " " a href=(address("svg")) download=(format!("{}-{kind}.svg", self.case.id)) { "SVG" } ", " a href=(address("png")) download=(format!("{}-{kind}.png", self.case.id)) { "PNG" }
                    }
                    "."
                }
            }
        };
        Html(frame(Some(&self.case.id), tab, &title, &self.wanted, &body).into_string()).into_response()
    }

    fn title(&self, run: Option<&Value>) -> Markup {
        let case = self.read();
        html! {
            h1 { (case.title) }
            p .k { (case.question) @if let Some(run) = run { " · " (page::provenance(run, case.numbers.len())) } }
        }
    }

    fn failed(self, tab: &str, no: &No) -> Response {
        let status = no.status();
        let body = html! { (self.title(None)) (trouble(&self.case.id, no.message(), no.diagnostics())) };
        let mut response = self.page(tab, &body);
        *response.status_mut() = status;
        response
    }
}

fn wrong(case: &Shown, message: &str, found: &[Value]) -> Response {
    let body = html! { h1 { (case.id) } (trouble(&case.id, message, found)) };
    (StatusCode::UNPROCESSABLE_ENTITY, Html(frame(Some(&case.id), "", &case.id, &[], &body).into_string()))
        .into_response()
}

fn trouble(case: &str, message: &str, found: &[Value]) -> Markup {
    html! {
        p .warn role="alert" { (message) " " a href=(format!("/case/{case}/files")) { "To the files" } }
        ul .diags { @for d in found.iter().filter(|d| d["severity"] == "error") {
            li { b { (d["message"].as_str().unwrap_or("")) } " "
                span .soft .mono { (d["file"].as_str().unwrap_or("")) ":" (d["line"]) ":" (d["column"]) }
                @if let Some(help) = d["help"].as_str() { br; (help) } }
        } }
    }
}

fn one<'a>(asked: &'a [(String, String)], name: &str) -> Option<&'a str> {
    asked.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

/// A text as part of an address.
pub fn query(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn waiting(what: &str) -> Markup {
    html! { p .note { (what) " is being worked out; it appears here when it is there." } }
}

pub async fn overview(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let mut open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let run = match open.want_now(&Question::Run).await {
        Ok(run) => run,
        Err(no) => return open.failed("", &no),
    };
    let chamber = answer(&bench, open.case, &Question::Chamber, &open.depth(&Question::Chamber)).await.ok();
    let update = if open.read().log.is_empty() { None } else { open.want_now(&Question::Update).await.ok() };
    open.notes.dedup_by_key(|note| note.0.clone());
    for (what, kind) in
        [("outcomes", "outcomes"), ("when", "when"), ("the chamber", "chamber"), ("the log", "trajectory")]
    {
        let there = match kind {
            "chamber" => chamber.as_ref().is_some_and(|chamber| !chamber.is_null()),
            "trajectory" => update.is_some(),
            _ => true,
        };
        if there {
            open.pictures.push((what.into(), kind.into(), String::new()));
        }
    }
    let question = Question::Why { outcome: None };
    let why = bench.jobs.answer(&key(&open.hash, &question, &open.depth(&question)));
    let why: Option<Why> = why.as_deref().and_then(page::data);
    let body = html! {
        (open.title(Some(&run)))
        @if let Some(run) = page::data::<Run>(&run) { (page::sentence(&run, why.as_ref())) }
        (page::outlook(&run, chamber.as_deref()))
        @if let Some(update) = &update { (page::history(update)) }
    };
    open.page("", &body)
}

/// Everybody who has options named, then everybody with moves.
fn askable(case: &Case) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let movers =
        case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu).filter_map(|a| a.move_id.split_once('.'));
    let owners = movers.map(|(owner, _)| owner).filter(|o| !["stages", "motions"].contains(o));
    for id in case.plans.iter().map(|p| p.owner.as_str()).chain(owners) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

pub async fn options(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let mut open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let actors = askable(open.read());
    let Some(actor) = one(&asked, "actor").map(str::to_owned).or_else(|| actors.first().cloned()) else {
        let body = html! { (open.title(None)) p { "Nobody in this case can do anything." } };
        return open.page("/options", &body);
    };
    if !actors.contains(&actor) {
        return open.failed("/options", &No::new(StatusCode::NOT_FOUND, "nobody goes by that name"));
    }
    let found = open.want(&Question::Options { actor: actor.clone() });
    if found.is_some() {
        open.pictures.push(("options".into(), "options".into(), format!("actor={}", query(&actor))));
    }
    let case = open.read();
    let body = html! {
        (open.title(None))
        form .row method="get" {
            label { "Whose options" select name="actor" { @for id in &actors { option value=(id) selected[*id == actor] { (report::who(case, id)) } } } }
            button { "Show" }
        }
        @match &found {
            Some(found) => { (page::options(found, &report::who(case, &actor))) }
            None => { (waiting(&format!("What {} can do", report::who(case, &actor)))) }
        }
    };
    open.page("/options", &body)
}

pub async fn news(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let mut open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let text = case_files::text(open.case, "log.toml").ok().flatten();
    let version = case_files::version(text.as_deref());
    let update = if open.read().log.is_empty() { None } else { Some(open.want_now(&Question::Update).await) };
    let case = open.read();
    let mut acts: Vec<(String, String)> = Vec::new();
    for action in case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu) {
        let owner = action.move_id.split_once('.').map_or("", |(owner, _)| owner);
        if !["", "stages", "motions"].contains(&owner) && !acts.iter().any(|(o, a)| o == owner && *a == action.id) {
            acts.push((owner.to_owned(), action.id.clone()));
        }
    }
    let body = html! {
        (open.title(None))
        @match &update {
            Some(Ok(update)) => { (page::history(update)) }
            Some(Err(no)) => { (trouble(&open.case.id, no.message(), no.diagnostics())) }
            None => { p { "Nothing has been seen yet." } }
        }
        section {
            h2 { "Something was seen" }
            form #news data-version=(version) {
                div .row {
                    label { "On" input type="date" name="on" required value=(case.calendar.now) min=(case.calendar.from) max=(case.calendar.now); }
                    label { "Who did what" select name="act" required {
                        @for (owner, act) in &acts { option value=(format!("{owner}\n{act}")) { (report::who(case, owner)) ": " (page::plain(act)) } }
                    } }
                    label { "Resting on claims (ids, with commas)" input name="because"; }
                    button .first { "Add to the log" }
                }
            }
            p #said role="status" aria-live="polite" {}
            p .note { "The log counts up to the day of the case, " (chart::day(case.calendar.now)) "; a later one is set on the page Case, as " code { "now" } "." }
        }
        section {
            h2 { "The log" }
            @if case.log.is_empty() { p .soft { "empty" } } @else {
                pre tabindex="0" { (text.unwrap_or_default()) }
                button #undo data-version=(version) { "Take the last entry out again" }
            }
        }
    };
    open.page("/news", &body)
}

pub async fn files(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let Some(case) = bench.case(&id) else { return No::no_case().into_response() };
    let names = case_files::names(case);
    let name = one(&asked, "file").unwrap_or("case.toml").to_owned();
    let text = match case_files::text(case, &name) {
        Ok(text) => text,
        Err(no) => return no.into_response(),
    };
    let body = html! {
        h1 { (name) }
        p .row { @for other in &names { a href=(format!("/case/{id}/files?file={other}")) aria-current=[(*other == name).then_some("true")] { (other) } } }
        form #file data-name=(name) data-version=(case_files::version(text.as_deref())) {
            label .soft for="text" { "Text; checked as you type, saved when you say so" }
            textarea .file #text name="text" spellcheck="false" { "\n" (text.unwrap_or_default()) }
            div .row { button .first { "Save" } span #said role="status" aria-live="polite" {} }
        }
        section { h2 { "What the checker says" } ul .diags #diags aria-live="polite" {} }
        section { h2 { "Changed against what is saved" } pre .diff #diff tabindex="0" { "nothing" } }
    };
    Html(frame(Some(&id), "/files", &format!("{name} · {id}"), &[], &body).into_string()).into_response()
}
