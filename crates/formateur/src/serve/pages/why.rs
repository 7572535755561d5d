//! The pages *Paths* and *Trust*: the ways to an outcome and why each act is done; what an answer hangs on and how far to believe it.

use super::{App, Asked, FIRST, Open, one, query, waiting};
use crate::ask::{Depth, Question};
use crate::load::Loaded;
use crate::page::{self, evidence as claims};
use crate::report;
use crate::serve::api::{No, answer};
use crate::serve::jobs::key;
use crate::serve::{Bench, Shown};
use answer::score::{Scored, brier, scores};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use case::model::{Action, Case};
use chart::data::{Run, Why};
use chart::{Links, NARROW, Style, WIDE, percent, signed};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};
use std::sync::Arc;

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
    let about = chosen.as_ref().map_or_else(String::new, |c| format!("outcome={}", query(c)));
    if tab == "/paths" {
        if why.is_some() {
            open.pictures.push(("ways".into(), "flow".into(), about));
        }
        let body = html! {
            (open.title(None))
            (chooser(&outcomes, chosen.as_deref()))
            @match &why {
                Some(why) => { (flow(&open, why, chosen.as_deref(), one(asked, "who"), one(asked, "did"))) (page::decisions(why)) }
                None => { (waiting("Why")) }
            }
        };
        return open.page(tab, &body);
    }
    if why.is_some() {
        open.pictures.push(("what it hangs on".into(), "tornado".into(), about));
    }
    let check = answer(bench, open.case, &Question::Check, &open.depth(&Question::Check)).await.ok();
    let known = known_cases(&mut open);
    let body = html! {
        (open.title(None))
        (chooser(&outcomes, chosen.as_deref()))
        @match &why { Some(why) => { (page::drivers(why)) } None => { (waiting("What it hangs on")) } }
        @if let Some(check) = &check { (examination(check)) }
        (calibration(&open, &known))
        section { h2 { "Numbers without a claim" } (claims::assumed(open.read())) }
        (report::method(&run, open.read()))
    };
    open.page(tab, &body)
}

/// The flow, each act leading to why it is done; below it, of the chosen act.
fn flow(open: &Open, answer: &Value, outcome: Option<&str>, who: Option<&str>, did: Option<&str>) -> Markup {
    let Some(why) = page::data::<Why>(answer) else { return html! {} };
    let outcome = outcome.map_or_else(String::new, |id| format!("outcome={}&", query(id)));
    let to = |who: &str, did: &str| format!("?{outcome}who={}&did={}#why", query(who), query(did));
    let chosen = who.zip(did);
    let draw = |width: f64, layout: &str| {
        let drawn = chart::flow_with(&why, width, Some(&Links { to: &to, chosen }));
        PreEscaped(drawn.named(&format!("answer-{layout}")).svg(Style::Page))
    };
    html! {
        section {
            h2 { "Ways to " (why.label) }
            p .note { (percent(why.probability)) " of all ways lead there. Each act once, with the day by which half of these ways had come to it; ± from " (why.sampled) " sampled ways. Follow an act to see why it is done." }
            figure { div .wide { (draw(WIDE, "wide")) } div .narrow { (draw(NARROW, "narrow")) } }
        }
        @if let Some((who, did)) = chosen { (why_act(open, &why, who, did)) }
    }
}

/// The action of the case that an act of a way is, if it is one.
fn action<'c>(case: &'c Case, who: &str, did: &str) -> Option<&'c Action> {
    let actions = || case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu);
    if let Some(rest) = did.strip_prefix("ballot(") {
        let ballot = rest.rsplit_once(')').map_or(rest, |(ballot, _)| ballot);
        return actions().find(|a| a.ballot.as_ref().is_some_and(|b| b.id == ballot));
    }
    let own = |a: &&Action| a.id == did && a.move_id.split_once('.').is_some_and(|(owner, _)| owner == who);
    actions().find(own).or_else(|| actions().find(|a| a.id == did))
}

/// Why an act is done and what it changes: how much hangs on it, the rule in the case's own words, numbers and their reasons.
fn why_act(open: &Open, why: &Why, who: &str, did: &str) -> Markup {
    let case = open.read();
    let found = action(case, who, did);
    let swing = why.swings.iter().find(|s| s.who == who && s.action == did);
    let move_id = found.map(|a| a.move_id.as_str());
    let lever = why.levers.iter().find(|l| Some(l.lever.as_str()) == move_id || l.lever == who);
    let share: f64 =
        why.paths.iter().filter(|p| p.steps.iter().any(|s| s.who == who && s.did == did)).map(|p| p.probability).sum();
    // What moves, turns and ballots are written with, each under its own table.
    let tables: Vec<String> = found
        .map(|a| {
            let (owner, name) = a.move_id.split_once('.').unwrap_or(("", a.move_id.as_str()));
            let ballot = a.ballot.as_ref().map(|b| b.id.split('(').next().unwrap_or("").to_owned());
            let mut tables = vec![format!("moves.{}", a.move_id), format!("stages.{name}"), format!("pace.{owner}")];
            tables.extend(ballot.map(|b| format!("pace.procedure.{b}")));
            tables
        })
        .unwrap_or_default();
    let under = |path: &str| tables.iter().any(|t| path == t || path.starts_with(&format!("{t}.")));
    let numbers: Vec<_> = case.numbers.iter().filter(|n| under(&n.path)).take(12).collect();
    html! {
        section #why tabindex="-1" {
            h2 { "Why " @if !who.is_empty() { (report::who(case, who)) ": " } (page::plain(did)) }
            ul {
                li { "It is done on ways that make up " b { (percent(share)) } " of all, " (percent(share / why.probability.max(1e-9))) " of those that lead to " (why.label) "." }
                @if let Some(s) = swing { li { "Surely done wherever it can be, against surely not: " b { (signed(s.swing * 100.0, 0)) " ± " (format!("{:.0}", s.error * 100.0)) " points" } " for " (why.label) "." } }
                @else { li { "It is not among the decisions that " (why.label) " turns on most." } }
                @if let Some(l) = lever { li { "Without " (page::plain(&l.lever.replace('.', ": "))) ", everybody knowing that it is gone, " (why.label) " has " b { (percent(l.without)) } " instead of " (percent(why.probability)) "." } }
            }
            @if let Some((place, text)) = found.and_then(|a| written(&open.loaded, a)) {
                h3 { "As the case has it" }
                p .note .mono { (place) }
                pre tabindex="0" { (text) }
            }
            @if !numbers.is_empty() {
                h3 { "Its numbers" }
                div .scroll tabindex="0" role="region" aria-label="Numbers of this act" {
                    table {
                        thead { tr { th scope="col" { "Number" } th scope="col" { "Range" } th scope="col" { "Rests on" } } }
                        tbody { @for n in &numbers { tr {
                            th scope="row" { a href=(format!("/case/{}/whatif?set={}", open.case.id, query(&format!("{}={}", n.path, n.written)))) { (n.path) } }
                            td .n { (n.written) } td { (reasons(&open.case.id, &n.reasons)) }
                        } } }
                    }
                }
            }
        }
    }
}

fn reasons(case: &str, reasons: &case::model::Reasons) -> Markup {
    let link = |id: &str| html! { a href=(format!("/case/{case}/evidence#{id}")) { (id) } " " };
    html! {
        @for id in &reasons.because { "for " (link(id)) }
        @for id in &reasons.against { "against " (link(id)) }
        @if let Some(why) = &reasons.assume { span .soft { "assumed: " (why) } }
        @else if reasons.because.is_empty() && reasons.against.is_empty() { span .soft { "assumption without a reason" } }
    }
}

/// The table an action is written in, with its place.
fn written(loaded: &Loaded, action: &Action) -> Option<(String, String)> {
    let source = loaded.checked.sources.get(usize::from(action.span.file.0))?;
    let (line, _) = source.locate(action.span.start as usize);
    let lines: Vec<&str> = source.text.lines().collect();
    let first = line.checked_sub(1)?;
    let heads = |l: &str| l.trim_start().starts_with('[');
    // A move on one line of its owner's table, or a table of its own.
    let last = if lines.get(first).copied().is_some_and(heads) {
        (first + 1..lines.len()).find(|i| heads(lines[*i])).unwrap_or(lines.len())
    } else {
        first + 1
    };
    let text = lines.get(first..last.min(first + 40))?.join("\n").trim_end().to_owned();
    let name = source.name.rsplit('/').next().unwrap_or(&source.name);
    Some((format!("{name}:{line}"), text))
}

/// A case whose outcome is known, and what it was given when run as if it were not.
struct Known {
    id: String,
    title: String,
    /// Chances, and what happened; `None` until it has been run.
    scored: Option<Scored>,
    happened: String,
}

/// Draws of the runs that are only scored.
const SCORED: usize = 64;

/// The cases shown whose outcome is known; those not run yet are wanted.
fn known_cases(open: &mut Open) -> Vec<Known> {
    let depth = Depth { draws: SCORED, ..open.bench.depth.clone() };
    let mut all = Vec::new();
    for case in &open.bench.cases {
        if let Some((known, wanted)) = known_case(open.bench, case, &depth) {
            if wanted {
                open.wanted.push(json!({ "ask": "run", "draws": depth.draws, "seed": depth.seed, "case": case.id }));
            }
            all.push(known);
        }
    }
    all
}

fn known_case(bench: &Bench, shown: &Shown, depth: &Depth) -> Option<(Known, bool)> {
    let happened = crate::record::Happened::of(&shown.folder)?;
    let loaded = crate::load::load(&shown.folder).ok()?;
    let case = loaded.checked.case.as_ref()?;
    let answer = bench.jobs.answer(&key(&loaded.hash, &Question::Run, depth));
    let scored = answer.as_deref().and_then(page::data::<Run>).map(|run| {
        let outcomes = &run.headline.outcomes;
        Scored {
            probabilities: outcomes.iter().map(|o| o.band.mean).collect(),
            happened: outcomes.iter().position(|o| o.id == happened.headline),
        }
    });
    let wanted = scored.is_none();
    Some((Known { id: shown.id.clone(), title: case.title.clone(), scored, happened: happened.headline }, wanted))
}

/// How far such forecasts have been right: cases whose outcome is known, and the model of past governments.
fn calibration(open: &Open, known: &[Known]) -> Markup {
    let all: Vec<Scored> = known.iter().filter_map(|k| k.scored.clone()).collect();
    let summary = scores(&all);
    let history = page::history_scores();
    html! {
        section {
            h2 { "How such forecasts have done" }
            @if known.is_empty() {
                p { "What happened in this case is not known to the program, and no other case shown here has an outcome: nothing can be scored yet." }
            } @else {
                p .note { "Cases shown here whose outcome is known, run from " (SCORED) " draws as if it were not. Their authors knew it: such scores say whether the machine is sane, not how well it foresees. Brier: 0 best, 2 worst." }
                div .scroll tabindex="0" role="region" aria-label="Cases whose outcome is known" {
                    table {
                        thead { tr { th scope="col" { "Case" } th scope="col" { "Happened" } th scope="col" { "Had been given" } th scope="col" { "Brier" } } }
                        tbody { @for k in known { tr {
                            th scope="row" { @if k.id == open.case.id { (k.title) " (this case)" } @else { a href=(format!("/case/{}", k.id)) { (k.title) } } }
                            td { (page::plain(&k.happened)) }
                            @match &k.scored {
                                Some(s) => { td .n { (percent(s.happened.map_or(0.0, |h| s.probabilities[h]))) } td .n { (format!("{:.2}", brier(&s.probabilities, s.happened))) } }
                                None => { td .soft { "not run yet" } td {} }
                            }
                        } } }
                    }
                }
                @if let (true, Some(mean), Some(log)) = (summary.n > 1, summary.brier, summary.log) {
                    p { "Together " (summary.n) " cases: Brier " b { (format!("{mean:.2}")) } ", logarithm of the chance given to what happened " b { (format!("−{log:.2}")) }
                        @for a in &summary.against { ", against " (a.baseline) " " (signed(a.brier_difference, 2)) " ± " (format!("{:.2}", a.error)) }
                        ". Below 0 is better than the baseline; so few cases tell little." }
                }
            }
            @if let Some(history) = &history {
                div .two {
                    figure { (PreEscaped(chart::reliability(&history.reliability, chart::HALF).named("history").svg(Style::Page))) }
                    div {
                        h3 { "The model of past governments" }
                        p { "Behind " a href=(format!("/case/{}/chamber", open.case.id)) { "coalitions" } " and numbers with " code { "prior = \"history\"" } ": fitted on governments before 2000, scored on " (history.n) " formed from then to 2009, which it had not seen." }
                        table { tbody {
                            tr { th scope="row" { "The coalition it found likeliest formed" } td .n { (percent(history.top1)) } td .soft { "± " (percent(history.top1_error)) } }
                            tr { th scope="row" { "It was among its five likeliest" } td .n { (percent(history.top5)) } td .soft { "± " (percent(history.top5_error)) } }
                            tr { th scope="row" { "The prime minister's party was its first" } td .n { (percent(history.pm)) } td .soft { "± " (percent(history.pm_error)) } }
                        } }
                        p .note { "Left: chances of parties to sit in the government, by tenths, against how often they did; upright lines: 95 % sampling error as if parties were independent, so somewhat short." }
                    }
                }
            }
        }
    }
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
                        @for key in ["per_year_if_free", "per_year_if_quarter", "per_year_if_half"] { td .n { (percent(of(row, key))) } }
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
