//! What a page says: sections that the workbench and the brief share.

pub mod evidence;

use crate::plot::{Kind, drawn};
use chart::data::{OptionRow, Options, Outcome, Run, Update, Why};
use chart::{HALF, NARROW, Style, WIDE, day, percent, signed};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The sheet of every page; charts have their own, [`chart::css`].
pub const CSS: &str = include_str!("page.css");

/// What charts and sections read of an answer, where it has the form.
pub fn data<T: DeserializeOwned>(answer: &Value) -> Option<T> {
    T::deserialize(answer).ok()
}

/// A chart in the layouts of a laptop and of a phone; a style sheet shows the one that fits.
pub fn figure(kind: Kind, answer: &Value, half: bool, name: &str) -> Markup {
    let draw = |width: f64, layout: &str| {
        let chart = drawn(kind, answer, width).ok().flatten()?;
        Some(PreEscaped(chart.named(&format!("{name}-{layout}")).svg(Style::Page)))
    };
    html! {
        figure {
            @if let Some(svg) = draw(if half { HALF } else { WIDE }, "wide") { div .wide { (svg) } }
            @if let Some(svg) = draw(NARROW, "narrow") { div .narrow { (svg) } }
        }
    }
}

fn ranked(run: &Run) -> Vec<&Outcome> {
    let mut ranked: Vec<&Outcome> = run.headline.outcomes.iter().collect();
    ranked.sort_by(|a, b| b.band.mean.total_cmp(&a.band.mean));
    ranked
}

/// The answer in words: who, how likely, when, and what decides it.
pub fn sentence(run: &Run, why: Option<&Why>) -> Markup {
    let ranked = ranked(run);
    let until = day(run.until);
    let when = &run.when;
    html! {
        p .answer {
            @match ranked.first() {
                None => { "The case says nothing about " (until) "." }
                Some(first) => {
                    @if first.id == "none" { "That nothing is settled by " (until) " is the likeliest outcome: " }
                    @else { "By " (until) " the likeliest outcome is " (first.label) ": " }
                    em { (percent(first.band.mean)) ", " (answer::words::phrase(first.band.mean)) }
                    @if let Some(second) = ranked.get(1) { ", before " (second.label) " (" (percent(second.band.mean)) ")" }
                    ". "
                }
            }
            @match (when.p25, when.p75, when.median) {
                (Some(p25), Some(p75), _) => { "An outcome most likely comes " em { "between " (day(p25)) " and " (day(p75)) } "." }
                (_, _, Some(median)) => { "An outcome is as likely before " em { (day(median)) } " as after, or never by then." }
                _ => { "Nothing is settled by then with " em { (percent(when.never)) ", " (answer::words::phrase(when.never)) } "." }
            }
            @if let Some(swing) = why.and_then(|w| w.swings.first()) {
                " What decides it most: "
                em { @if !["", "stages"].contains(&swing.who.as_str()) { (named(&swing.who)) ", " } (plain(&swing.action)) }
                " (" (signed(swing.swing * 100.0, 0)) " points if surely so, against surely not)."
            }
        }
    }
}

/// The line below a title: as of when, how many draws, what rests on assumption.
pub fn provenance(answer: &Value, n_numbers: usize) -> Markup {
    let head = &answer["formateur"];
    let draws = head["draws"].as_u64().unwrap_or(0);
    let effective = head["effective_draws"].as_f64().unwrap_or(0.0);
    let assumed = answer["assumptions"].as_array().map(Vec::len);
    let now = answer["now"].as_str().and_then(|d| d.parse::<jiff::civil::Date>().ok());
    html! {
        @if let Some(now) = now { "as of " (day(now)) " · " }
        (draws) " draws"
        @if (effective - draws as f64).abs() > 0.5 { ", effective " (format!("{effective:.0}")) }
        @if let Some(assumed) = assumed { " · " (assumed) " of " (n_numbers) " numbers rest on assumption" }
    }
}

/// Who, and when.
pub fn outlook(answer: &Value, chamber: Option<&Value>) -> Markup {
    let Some(run) = data::<Run>(answer) else { return html! {} };
    html! {
        section {
            h2 { (heading(&run)) }
            p .note { "Bars: mean over draws. Lines: 80 % of draws. Words and ranges: ICD 203." }
            (figure(Kind::Outcomes, answer, false, "answer"))
        }
        div .two {
            section {
                h2 { "When" }
                p .note { "Chance that it is settled by the end of each month; shaded: 80 % of draws; on the axis: the middle half." }
                (figure(Kind::When, answer, true, "answer"))
            }
            @if let Some(chamber) = chamber.filter(|c| !c.is_null()) {
                section {
                    h2 { "The chamber" }
                    p .note { "A dot per member" @if chamber["marks"].as_array().is_some_and(|marks| !marks.is_empty()) { "; lines: how many its rules ask for, counted from the left" } "." }
                    (figure(Kind::Chamber, chamber, true, "answer"))
                }
            }
        }
        (questions(answer))
    }
}

fn heading(run: &Run) -> String {
    match run.headline.variable.as_str() {
        "government" => format!("Who governs on {}", day(run.until)),
        other => format!("{} on {}", capital(&plain(other)), day(run.until)),
    }
}

/// The case's own questions.
fn questions(answer: &Value) -> Markup {
    let Some(list) = answer["questions"].as_array().filter(|list| !list.is_empty()) else { return html! {} };
    html! {
        section {
            h2 { "The case's questions" }
            div .scroll tabindex="0" role="region" aria-label="The case's questions" {
                table {
                    thead { tr { th scope="col" { "Question" } th scope="col" { "Answer" } th scope="col" { "80 % of draws" } th scope="col" { "In words" } } }
                    tbody { @for question in list { (asked(question)) } }
                }
            }
        }
    }
}

fn asked(question: &Value) -> Markup {
    let label = capital(question["label"].as_str().filter(|l| !l.is_empty()).or(question["id"].as_str()).unwrap_or(""));
    if let Some(mean) = question["mean"].as_f64() {
        return html! { tr { th scope="row" { (label) } (chance(mean, question)) } };
    }
    if let Some(rows) = question["values"].as_array() {
        return html! {
            @for (i, row) in rows.iter().enumerate() {
                @let mean = row["mean"].as_f64().unwrap_or(0.0);
                tr {
                    th scope="row" { @if i == 0 { (label) br; } span .soft { (row["label"].as_str().unwrap_or("")) } }
                    (measured(question["kind"].as_str().unwrap_or(""), mean, row))
                }
            }
        };
    }
    let date = |key: &str| question["values"][key].as_str().and_then(|d| d.parse().ok()).map(day);
    html! {
        tr {
            th scope="row" { (label) }
            @if question["values"].is_object() {
                td .n { (date("median").unwrap_or_else(|| "later or never".into())) }
                td .n { (date("p10").unwrap_or_else(|| "–".into())) " to " (date("p90").unwrap_or_else(|| "later or never".into())) }
                td { "never by then: " (percent(question["values"]["never"].as_f64().unwrap_or(0.0))) }
            } @else { td { "this version cannot say" } td {} td {} }
        }
    }
}

/// Days are days, everything else is a share.
fn measured(kind: &str, mean: f64, row: &Value) -> Markup {
    if kind == "how_long" {
        let of = |key: &str| row[key].as_f64().unwrap_or(0.0);
        return html! { td .n { (format!("{mean:.0}")) " days" } td .n { (format!("{:.0} to {:.0}", of("p10"), of("p90"))) } td {} };
    }
    chance(mean, row)
}

fn chance(mean: f64, row: &Value) -> Markup {
    let of = |key: &str| percent(row[key].as_f64().unwrap_or(mean));
    html! { td .n { (percent(mean)) } td .n { (of("p10")) " to " (of("p90")) } td .soft { (answer::words::phrase(mean)) } }
}

/// The forecast through the log, with what each entry moved.
pub fn history(answer: &Value) -> Markup {
    let Some(update) = data::<Update>(answer) else { return html! {} };
    html! {
        section {
            h2 { "How we got here" }
            p .note { "The forecast after each entry of the log; upright lines: 80 % of draws." }
            (figure(Kind::Trajectory, answer, false, "answer"))
            @if let Some(moved) = update.steps.iter().rev().find(|s| !s.moved.is_empty()) {
                p .note {
                    "Last to move numbers, on " (day(moved.date)) ": "
                    @for (i, m) in moved.moved.iter().enumerate() {
                        @if i > 0 { "; " }
                        (m.path) " " (format!("{:.3} → {:.3}", m.before, m.after))
                    }
                    "."
                }
            }
        }
    }
}

/// What an actor can do, side by side.
pub fn options(answer: &Value, who: &str) -> Markup {
    let Some(options) = data::<Options>(answer) else { return html! {} };
    let mut rows: Vec<&OptionRow> = options.options.iter().collect();
    rows.sort_by(|a, b| b.own.mean.total_cmp(&a.own.mean));
    html! {
        section {
            h2 { "What " (who) " can do" }
            p .note { "Own payoff against the unforced path, in utils: mean, and a line over 80 % of draws. Best in: share of draws in which it is the best of these." }
            (figure(Kind::Options, answer, false, &options.actor))
            div .scroll tabindex="0" role="region" aria-label=(format!("Options of {who} in figures")) {
                table {
                    thead { tr {
                        th scope="col" { "Option" } th scope="col" { "Likeliest" } th scope="col" { "Median date" } th scope="col" { "Own payoff" } th scope="col" { "80 % of draws" }
                        th scope="col" { "Who gains" } th scope="col" { "Who loses" } th scope="col" { "What becomes likelier" } th scope="col" { "Best in" } th scope="col" { "Best if" }
                    } }
                    tbody { @for row in &rows { (option(row)) } }
                }
            }
            @for other in &options.impossible { p .note { (plain(&other.id)) ": cannot be taken, " (other.why) } }
            @if let Some(first) = rows.first() {
                p .note { "Every option also takes away the actor's own noise, which alone is worth " (signed(first.noise.mean, 3)) "." }
            }
        }
    }
}

fn option(row: &OptionRow) -> Markup {
    let first = row.outcomes.iter().max_by(|a, b| a.band.mean.total_cmp(&b.band.mean));
    let mut others: Vec<_> = row.others.iter().filter(|o| o.band.mean.abs() >= 0.01).collect();
    others.sort_by(|a, b| b.band.mean.total_cmp(&a.band.mean));
    let list = |all: Vec<String>| if all.is_empty() { "—".to_owned() } else { all.join(", ") };
    let gain = others.iter().take_while(|o| o.band.mean > 0.0).take(3).map(|o| named(&o.actor)).collect();
    let lose = others.iter().rev().take_while(|o| o.band.mean < 0.0).take(3).map(|o| named(&o.actor)).collect();
    let if_best = row.best_if.iter().map(|c| format!("{} {} {:.3}", c.path, c.op, c.value)).collect::<Vec<_>>();
    html! {
        tr {
            th scope="row" { (row.label) }
            td { @if let Some(first) = first { (first.label) " " (percent(first.band.mean)) } }
            td .n { (row.when.median.map_or_else(|| "later or never".to_owned(), day)) }
            td .n { (signed(row.own.mean, 2)) }
            td .n { (signed(row.own.p10, 2)) " … " (signed(row.own.p90, 2)) }
            td { (list(gain)) }
            td { (list(lose)) }
            td { @match &row.likelier { Some(l) => { (l.label) " " (signed(l.difference * 100.0, 0)) " points" } None => { "—" } } }
            td .n { (percent(row.best_share)) }
            td .soft { (list(if_best)) @if let (Some(c), Some(d)) = (row.coverage, row.density) { br; "covers " (percent(c)) ", right in " (percent(d)) } }
        }
    }
}

/// Ways to an outcome, and what they turn on.
pub fn ways(answer: &Value) -> Markup {
    let Some(why) = data::<Why>(answer) else { return html! {} };
    html! {
        section {
            h2 { "Ways to " (why.label) }
            p .note { (percent(why.probability)) " of all ways lead there. Each act once, with the day by which half of these ways had come to it; ± from " (why.sampled) " sampled ways." }
            (figure(Kind::Flow, answer, false, "answer"))
        }
        (decisions(answer))
    }
}

/// Decisions and levers of an outcome.
pub fn decisions(answer: &Value) -> Markup {
    let Some(why) = data::<Why>(answer) else { return html! {} };
    html! {
        div .two {
            section {
                h2 { "Decisions it turns on" }
                p .note { "Points if surely done wherever it can be, minus if surely not." }
                table {
                    thead { tr { th scope="col" { "Who" } th scope="col" { "Does" } th scope="col" { "Points" } } }
                    tbody { @for s in why.swings.iter().take(8) {
                        tr { td { (named(&s.who.replace('.', " "))) } td { (plain(&s.action)) } td .n { (signed(s.swing * 100.0, 0)) " ± " (format!("{:.0}", s.error * 100.0)) } }
                    } }
                }
            }
            section {
                h2 { "Levers" }
                p .note { "Chance without it, everybody knowing that it is gone." }
                table {
                    thead { tr { th scope="col" { "Without" } th scope="col" { "Chance" } th scope="col" { "Points" } } }
                    tbody { @for l in why.levers.iter().take(8) {
                        tr { td { (plain(&l.lever.replace('.', ": "))) } td .n { (percent(l.without)) } td .n { (signed(l.difference * 100.0, 0)) " ± " (format!("{:.0}", l.error * 100.0)) } }
                    } }
                }
            }
        }
    }
}

/// How the model of past governments did on those it had not seen.
#[derive(Debug, Deserialize)]
pub struct HistoryScores {
    fit_sha256: String,
    pub n: u32,
    pub top1: f64,
    pub top1_error: f64,
    pub top5: f64,
    pub top5_error: f64,
    pub pm: f64,
    pub pm_error: f64,
    pub reliability: chart::data::Reliability,
}

/// Scores of the fit that comes with the program, where they are of this very fit.
pub fn history_scores() -> Option<HistoryScores> {
    let scores: HistoryScores =
        serde_json::from_str(include_str!("../../../../data/formation/fit/scores.json")).ok()?;
    let digest = Sha256::digest(crate::coalitions::FIT.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    (digest == scores.fit_sha256).then_some(scores)
}

/// The numbers an outcome hangs on.
pub fn drivers(answer: &Value) -> Markup {
    let Some(why) = data::<Why>(answer) else { return html! {} };
    html! {
        section {
            h2 { "What " (why.label) " hangs on" }
            p .note { "Chance with the leading number of each table at its 5 and at its 95 % point; right: the table's total share of the variance over draws (Sobol), with its error." }
            (figure(Kind::Tornado, answer, false, "answer"))
            div .scroll tabindex="0" role="region" aria-label="Numbers and what they rest on" {
                table {
                    thead { tr { th scope="col" { "Number" } th scope="col" { "Alone" } th scope="col" { "Altogether" } th scope="col" { "Rests on" } } }
                    tbody { @for s in &why.sensitivity { tr {
                        th scope="row" { (s.cell) }
                        td .n { (percent(s.first_order.clamp(0.0, 1.0))) }
                        td .n { (percent(s.total.clamp(0.0, 1.0))) " ± " (percent(s.error)) }
                        td {
                            @for id in &s.because { "for " a href=(format!("#{id}")) { (id) } " " }
                            @for id in &s.against { "against " a href=(format!("#{id}")) { (id) } " " }
                            @if let Some(why) = &s.assume { span .soft { "assumed: " (why) } }
                            @else if s.because.is_empty() && s.against.is_empty() { span .soft { "assumption without a reason" } }
                        }
                    } } }
                }
            }
        }
    }
}

/// Names of moves and variables without brackets and underscores.
pub fn plain(text: &str) -> String {
    text.replace("ballot(", "")
        .replace(['_', '('], " ")
        .replace(')', "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// An actor by its id, for running text.
pub fn named(id: &str) -> String {
    capital(&plain(id))
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + rest.as_str())
}

#[cfg(test)]
mod tests {
    /// Where the fit is made anew, so are its scores: `formateur history score --json` on `valid`, as `tests/slow/history_fit.py --scores` writes them.
    #[test]
    fn the_scores_shown_are_of_the_fit_that_ships() {
        assert!(super::history_scores().is_some(), "data/formation/fit/scores.json is of another fit than best.json");
    }
}
