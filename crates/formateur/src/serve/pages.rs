//! The pages: written on the server from answers that are there; what is not there yet is named, and the page's script asks
//! for it, shows how far it is, and fetches the page again.

use super::api::{No, answer, hash, usual};
use super::jobs::key;
use super::{Bench, Shown, files as case_files};
use crate::ask::{Depth, Question};
use crate::load::{self, Loaded};
use crate::page::{self, evidence as claims};
use crate::plot::Kind;
use crate::report;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use case::model::{Case, Number};
use chart::data::{Run, Why};
use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

type App = State<Arc<Bench>>;
type Asked = Query<Vec<(String, String)>>;

const SCRIPT: &str = include_str!("assets/app.js");

/// Draws of a first answer, of a slider's answer.
const FIRST: usize = 16;

pub async fn asset(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "app.js" => ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response(),
        "page.css" => ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], format!("{}{}", page::CSS, chart::css()))
            .into_response(),
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
        Ok(Open { bench, case, loaded, hash, draws, wanted: Vec::new(), notes: Vec::new() })
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
    let shown = match &result {
        Ok(Some(found)) => html! {
            p .note { "From " (found["changed"]["formateur"]["draws"]) " draws, the same for both sides. Grey: as it is; coloured: changed; lines: 80 % of draws." }
            (page::figure(Kind::Change, found, false, "answer"))
        },
        Ok(None) => html! { p .note { "Nothing is changed yet: turn a number below, or take a move away." } },
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
    let mut moves: Vec<&str> = Vec::new();
    for action in case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu) {
        let own = !action.move_id.starts_with("stages.") && !action.move_id.starts_with("motions.");
        if own && action.move_id.contains('.') && !moves.contains(&action.move_id.as_str()) {
            moves.push(&action.move_id);
        }
    }
    let command = std::iter::once(format!("formateur whatif {}", case.id))
        .chain(set.iter().map(|(path, value)| format!("--set '{path}={value}'")))
        .chain(remove.iter().map(|name| format!("--remove '{name}'")))
        .collect::<Vec<_>>()
        .join(" ");
    let body = html! {
        (open.title(None))
        section {
            h2 { "What would change" }
            div #result aria-live="polite" { (shown) }
        }
        form #whatif method="get" data-few=(FIRST) {
            section {
                h2 { "The numbers that matter most" }
                p .note { "In the order in which the likeliest outcome follows them. The ends of a slider are the ends of the range; until one touches it, the whole range counts." }
                div .sliders {
                    @for (i, t) in numbers.iter().enumerate() {
                        @let at = set.get(&t.number.path);
                        @let value = at.and_then(|v| v.split([' ', '%']).next()).and_then(|v| v.parse::<f64>().ok()).unwrap_or(f64::midpoint(t.low, t.high));
                        div .slider {
                            label for=(format!("n{i}")) { (t.number.path) }
                            input type="range" id=(format!("n{i}")) min=(t.low) max=(t.high) step=(step(t.high - t.low)) value=(value)
                                data-path=(t.number.path) data-unit=(t.unit) data-on[at.is_some()];
                            div .ends { span { (t.low) " " (t.unit) } output for=(format!("n{i}")) { @match at { Some(v) => { (v) } None => { "the whole range" } } } span { (t.high) " " (t.unit) } }
                        }
                    }
                }
            }
            section {
                h2 { "Without a move" }
                fieldset .blocs { legend { "Taken off the menu, everybody knowing it" }
                    @for name in &moves { label { input type="checkbox" name="remove" value=(name) checked[remove.iter().any(|r| r == name)]; " " (page::plain(&name.replace('.', ": "))) } }
                }
                div .row { button .first { "Solve" } a href=(format!("/case/{}/whatif", open.case.id)) { "As it is" } }
            }
        }
        section {
            h2 { "To share" }
            p .note { "The address of this page holds the changes. On the command line:" }
            pre #command tabindex="0" data-case=(case.id) { (command) }
        }
    };
    open.page("/whatif", &body)
}

/// A round step of about a hundredth.
fn step(span: f64) -> f64 {
    10.0_f64.powf((span / 100.0).log10().floor())
}

/// Outcomes by id and label, from whatever run is there.
fn known_outcomes(run: &Value) -> Vec<(String, String)> {
    page::data::<Run>(run).map_or_else(Vec::new, |r| r.headline.outcomes.into_iter().map(|o| (o.id, o.label)).collect())
}

fn chooser(outcomes: &[(String, String)], chosen: Option<&str>) -> Markup {
    html! {
        form .row method="get" {
            label { "Which outcome" select name="outcome" {
                option value="" { "the likeliest" }
                @for (id, label) in outcomes { option value=(id) selected[chosen == Some(id)] { (label) } }
            } }
            button { "Show" }
        }
    }
}

async fn explained(bench: &Arc<Bench>, id: &str, asked: &[(String, String)], tab: &str) -> Response {
    let mut open = match Open::new(bench, id, asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let few = Depth { draws: FIRST.min(bench.depth.draws), ..bench.depth.clone() };
    let run = match answer(bench, open.case, &Question::Run, &few).await {
        Ok(run) => run,
        Err(no) => return open.failed(tab, &no),
    };
    let outcomes = known_outcomes(&run);
    let chosen = one(asked, "outcome").map(str::to_owned);
    if chosen.as_ref().is_some_and(|c| outcomes.iter().all(|(id, _)| id != c)) {
        return open.failed(tab, &No::new(StatusCode::NOT_FOUND, "the case has no such outcome"));
    }
    let why = open.want(&Question::Why { outcome: chosen.clone() });
    let body = if tab == "/paths" {
        html! {
            (open.title(None))
            (chooser(&outcomes, chosen.as_deref()))
            @match &why { Some(why) => { (page::ways(why)) } None => { (waiting("Why")) } }
        }
    } else {
        let check = answer(bench, open.case, &Question::Check, &open.depth(&Question::Check)).await.ok();
        html! {
            (open.title(None))
            (chooser(&outcomes, chosen.as_deref()))
            @match &why { Some(why) => { (page::drivers(why)) } None => { (waiting("What it hangs on")) } }
            @if let Some(check) = &check { (examination(check)) }
            section { h2 { "Numbers without a claim" } (claims::assumed(open.read())) }
            (report::method(&run, open.read()))
        }
    };
    open.page(tab, &body)
}

fn examination(check: &Value) -> Markup {
    let list = |key: &str| check[key].as_array().cloned().unwrap_or_default();
    let of = |row: &Value, key: &str| row[key].as_f64().unwrap_or(0.0);
    html! {
        div .two {
            section {
                h2 { "How sharply actors choose" }
                p .note { "Precision times stake, by kind of decision; below 1 it is mostly noise." }
                table {
                    thead { tr { th scope="col" { "Kind" } th scope="col" { "Mean" } th scope="col" { "Met in a play" } } }
                    tbody { @for row in list("sharpness") { tr { td { (row["kind"].as_str().unwrap_or("")) } td .n { (format!("{:.2}", of(&row, "mean_lambda_stake"))) } td .n { (format!("{:.1}", of(&row, "met"))) } } } }
                }
            }
            section {
                h2 { "Moves that cannot be undone" }
                p .note { "Chance within a year if it cost nothing, a quarter, half a util." }
                table {
                    thead { tr { th scope="col" { "Move" } th scope="col" { "Free" } th scope="col" { "¼" } th scope="col" { "½" } } }
                    tbody { @for row in list("irreversible").iter().take(10) { tr {
                        td { (page::plain(row["move"].as_str().unwrap_or(""))) }
                        @for key in ["per_year_if_free", "per_year_if_quarter", "per_year_if_half"] { td .n { (chart::percent(of(row, key))) } }
                    } } }
                }
            }
        }
    }
}

pub async fn paths(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    explained(&bench, &id, &asked, "/paths").await
}

pub async fn trust(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    explained(&bench, &id, &asked, "/trust").await
}

pub async fn chamber(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let found = match answer(&bench, open.case, &Question::Chamber, &open.depth(&Question::Chamber)).await {
        Ok(found) => found,
        Err(no) => return open.failed("/chamber", &no),
    };
    let Some(chamber) = page::data::<chart::data::Chamber>(&found) else {
        let body = html! { (open.title(None)) p { "Nobody votes in this case." } };
        return open.page("/chamber", &body);
    };
    let within: Vec<&str> = asked.iter().filter(|(key, _)| key == "in").map(|(_, v)| v.as_str()).collect();
    let together: u32 = chamber.blocs.iter().filter(|b| within.contains(&b.id.as_str())).map(|b| b.seats).sum();
    let body = html! {
        (open.title(None))
        section {
            h2 { (chamber.name) }
            p .note { "A dot per member. Lines: how many members the rules ask for, counted from the left; where a bloc's size is uncertain, at its largest." }
            (page::figure(Kind::Chamber, &found, false, "answer"))
        }
        section {
            h2 { "Build a coalition" }
            form #coalition method="get" {
                fieldset .blocs { legend { "Who is in" }
                    @for b in &chamber.blocs { label { input type="checkbox" name="in" value=(b.id) data-seats=(b.seats) checked[within.contains(&b.id.as_str())]; " " (b.label) " " span .soft { (b.seats) } } }
                }
                noscript { button { "Count" } }
            }
            p .answer aria-live="polite" { em #together { (together) } " of " (chamber.members) " members" }
            table {
                thead { tr { th scope="col" { "Asked for" } th scope="col" { "Members" } th scope="col" { "Reached" } } }
                tbody { @for mark in &chamber.marks { tr {
                    th scope="row" { (mark.label) } td .n { (mark.seats) }
                    td .reached data-seats=(mark.seats) { @if together >= mark.seats { "yes" } @else { (mark.seats - together) " short" } }
                } } }
            }
            p .note { "Seats alone: who would in fact join is on the pages Overview and Options." }
        }
    };
    open.page("/chamber", &body)
}

pub async fn evidence(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let found = match claims::read(&open.case.folder) {
        Ok(found) => found,
        Err(error) => return open.failed("/evidence", &No::new(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())),
    };
    let body = html! {
        (open.title(None))
        section {
            h2 { "Claims" }
            p .note { "Credibility from 1 (confirmed) to 5 (improbable); 6 says nothing. Paraphrases; the passages are in the sources." }
            @if found.is_empty() { p { "No claims are written down: every number of this case is its author's assumption." } } @else { (found.table(open.read())) }
        }
        section { h2 { "Sources" } (found.sources()) }
        section { h2 { "Numbers without a claim" } (claims::assumed(open.read())) }
    };
    open.page("/evidence", &body)
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
