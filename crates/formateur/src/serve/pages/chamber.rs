//! The page *Chamber*: who sits where, what a coalition would have, what votes are worth.

use super::{App, Asked, Open, waiting};
use crate::ask::Question;
use crate::page;
use crate::plot::Kind;
use crate::serve::builder::{Assembly, Built};
use crate::serve::files;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use chart::percent;
use maud::{Markup, html};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Coalitions listed with what history says.
const LISTED: usize = 8;

pub async fn chamber(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let mut open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let assembly = match bench.assemblies.of(open.case).await {
        Ok(Some(assembly)) => assembly,
        Ok(None) => {
            let body = html! { (open.title(None)) p { "Nobody votes in this case." } };
            return open.page("/chamber", &body);
        }
        Err(no) => return open.failed("/chamber", &no),
    };
    let within: BTreeSet<&str> = asked.iter().filter(|(key, _)| key == "in").map(|(_, v)| v.as_str()).collect();
    let built = assembly.built(&within);
    // While one ticks, only the count is fetched.
    if asked.iter().any(|(key, _)| key == "part") {
        return Html(count(&built).into_string()).into_response();
    }
    let chamber = &assembly.chamber;
    let answer = json!(chamber);
    let played = open.want(&Question::Power);
    let tables: Vec<String> = files::names(open.case).into_iter().filter(|name| name.ends_with(".csv")).collect();
    open.pictures.push(("the chamber".into(), "chamber".into(), String::new()));
    let body = html! {
        (open.title(None))
        section {
            h2 { (chamber.name) }
            p .note {
                "A dot per member; where a bloc's size is uncertain, at its largest. "
                @if !chamber.marks.is_empty() { "Lines: how many members the rules ask for, counted from the left." }
            }
            (page::figure(Kind::Chamber, &answer, false, "answer"))
            @for name in &tables {
                p .note { "The blocs are read from " a href=(format!("/case/{}/files?file={name}", open.case.id)) { (name) } ", where they can be changed." }
            }
        }
        section {
            h2 { "Build a coalition" }
            form #coalition method="get" {
                fieldset .blocs { legend { "Who is in" }
                    @for b in &chamber.blocs { label { input type="checkbox" name="in" value=(b.id) checked[within.contains(b.id.as_str())]; " " (b.label) " " span .soft { (b.seats) } } }
                }
                noscript { button { "Count" } }
            }
            div #built aria-live="polite" { (count(&built)) }
        }
        (history(&assembly, &open.case.id))
        (worth(&assembly))
        section {
            h2 { "Who decides in play" }
            p .note { "By seats everybody counts alike; here by how often a bloc's own answer changes the result, the others answering as they do in equilibrium." }
            @match &played { Some(played) => { (in_play(played)) } None => { (waiting("Who decides")) } }
        }
    };
    open.page("/chamber", &body)
}

/// What a coalition has and lacks.
fn count(built: &Built) -> Markup {
    html! {
        p .answer { em #together { (built.seats) } " of " (built.members) " members"
            @if let Some(said) = &built.history {
                ". Of coalitions in chambers like this one, past governments give it "
                em { (percent(said.probability)) } ": number " (said.rank) " of " (said.of) "."
            }
        }
        div .two {
            div {
                table {
                    thead { tr { th scope="col" { "Asked for" } th scope="col" { "Members" } th scope="col" { "Reached" } } }
                    tbody { @for mark in &built.marks { tr {
                        th scope="row" { (page::plain(&mark.label)) } td .n { (mark.seats) }
                        td { @if mark.short == 0 { span .good { "yes" } } @else { (mark.short) " short" } }
                    } } }
                }
            }
            div {
                @if built.parties.is_empty() { p .note { "Tick who is in." } } @else {
                    table {
                        thead { tr { th scope="col" { "In" } th scope="col" { "Seats" } th scope="col" { "Without it" } } }
                        tbody { @for member in &built.parties { tr {
                            th scope="row" { (member.label) } td .n { (member.seats) }
                            td { @match member.needed { Some(true) => { "no majority" } Some(false) => { "still a majority" } None => { span .soft { "no majority as it is" } } } }
                        } } }
                    }
                }
            }
        }
        @if let Some(said) = &built.history {
            p .note {
                (kind(&said.kind))
                @if let Some(range) = said.range { ", its outermost members " (format!("{range:.1}")) " of 10 apart from left to right" }
                @if !said.prime_minister.is_empty() {
                    "; led by " @for (i, leader) in said.prime_minister.iter().enumerate() { @if i > 0 { ", " } (leader.label) " (" (percent(leader.probability)) ")" }
                }
                ". History's view, from seats, positions and past cabinets; it knows nothing of this case's own interests."
            }
        } @else { p .note { "History says nothing of it: " (built.silent) "." } }
    }
}

fn kind(kind: &Value) -> &'static str {
    match kind.as_str() {
        Some("minimal_winning") => "A majority of which no member can be spared",
        Some("minority") => "A minority",
        _ => "More than a majority needs",
    }
}

/// The likeliest coalitions by history, each a link that builds it.
fn history(assembly: &Assembly, case: &str) -> Markup {
    let Ok((situation, ranking)) = &assembly.history else { return html! {} };
    html! {
        section {
            h2 { "What past governments suggest" }
            p .note { "The fitted model of " a href=(format!("/case/{case}/trust")) { "government formations" } ": its likeliest coalitions of parties with at least 1 % of the " (situation.chamber) " seats." }
            div .scroll tabindex="0" role="region" aria-label="Coalitions by history" {
                table {
                    thead { tr { th scope="col" { "Coalition" } th scope="col" { "Seats" } th scope="col" { "Chance" } th scope="col" { "Kind" } th scope="col" { "Led by" } } }
                    tbody { @for c in ranking.coalitions.iter().take(LISTED) { tr {
                        th scope="row" { a href=(format!("/case/{case}/chamber?{}", c.parties.iter().map(|p| format!("in={p}")).collect::<Vec<_>>().join("&"))) {
                            (c.parties.iter().map(|p| assembly.label(p)).collect::<Vec<_>>().join(", ")) } }
                        td .n { (c.seats) } td .n { (percent(c.probability)) } td { (kind(&json!(c.kind))) }
                        td { @if let Some(first) = c.prime_minister.first() { (assembly.label(&first.party)) " (" (percent(first.probability)) ")" } }
                    } } }
                }
            }
            @if ranking.missing.iter().any(|m| m == "left-right positions") {
                p .warn { "The case does not say where its parties stand (table " code { "[history]" } "), so this ranks by seats and little else: parties that would never sit together stand high." }
            }
            @if !ranking.missing.is_empty() { p .note { "Not known to it: " (ranking.missing.join(", ").replace('`', "")) "." } }
        }
    }
}

/// A-priori power where so many members are needed.
fn worth(assembly: &Assembly) -> Markup {
    let shown: Vec<_> = assembly.power.iter().take(3).collect();
    let share = |x: Option<f64>| x.map_or_else(|| "–".into(), percent);
    html! {
        section {
            h2 { "What votes are worth" }
            p .note { "By seats alone, everybody as ready to join as anybody: share of all swings (Banzhaf), and chance to turn the vote over all orders (Shapley and Shubik)." }
            div .scroll tabindex="0" role="region" aria-label="Power by seats" {
                table {
                    thead {
                        tr { th scope="col" { "Bloc" } th scope="col" { "Seats" } @for p in &shown { th scope="col" colspan="2" { "of " (p.mark.seats) " needed" } } }
                        tr { td {} td {} @for _ in &shown { th scope="col" { "Banzhaf" } th scope="col" { "Shapley–Shubik" } } }
                    }
                    tbody { @for (i, bloc) in assembly.chamber.blocs.iter().enumerate() { tr {
                        th scope="row" { (bloc.label) } td .n { (bloc.seats) }
                        @for p in &shown { @let w = p.blocs[i]; td .n { (share(w.banzhaf)) } td .n { (share(w.shapley)) } }
                    } } }
                }
            }
            @for p in &shown { p .note { (p.mark.seats) ": " (page::plain(&p.mark.label)) "." } }
        }
    }
}

fn in_play(played: &Value) -> Markup {
    let ballots: Vec<&Value> = played["ballots"].as_array().into_iter().flatten().collect();
    html! {
        div .scroll tabindex="0" role="region" aria-label="Who decides in play" {
            table {
                thead { tr { th scope="col" { "Ballot" } th scope="col" { "Held" } th scope="col" { "Passes" } th scope="col" { "Decided most by" } } }
                tbody { @for ballot in &ballots {
                    @let band = |key: &str| ballot[key]["mean"].as_f64().unwrap_or(0.0);
                    tr {
                        th scope="row" { (page::plain(&ballot["id"].as_str().unwrap_or("").replace('.', " "))) br; span .soft { (ballot["rule"].as_str().unwrap_or("")) } }
                        td .n { (format!("{:.1}×", band("held"))) } td .n { (percent(band("passes"))) }
                        td { (deciders(ballot)) }
                    }
                } }
            }
        }
        p .note { "Held: times on an average path. Decided: share of its ballots in which the bloc's own answer makes the difference." }
    }
}

fn deciders(ballot: &Value) -> Markup {
    let mut electors: Vec<(&str, f64, f64, f64)> = ballot["play"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| {
            let of = |key: &str| e["decides"][key].as_f64().unwrap_or(0.0);
            (e["label"].as_str().unwrap_or(""), of("mean"), of("p10"), of("p90"))
        })
        .collect();
    electors.sort_by(|a, b| b.1.total_cmp(&a.1));
    html! {
        @for (i, (label, mean, low, high)) in electors.iter().take(4).enumerate() {
            @if i > 0 { ", " } (label) " " b .n { (percent(*mean)) } " " span .soft { "(" (percent(*low)) "–" (percent(*high)) ")" }
        }
    }
}
