//! Documents, claims and what rests on them, as text.

use super::paint::{QUIET, STRONG, WIDTH, heading, note, percent, wrap};
use crate::evidence::act::Shift;
use ::evidence::combine::Answer;
use ::evidence::fold::is_invisible;
use ::evidence::record::{Claim, Source};
use ::evidence::review::{Checkup, Consequences, Finding, Reason, Trace};
use ::evidence::store::Hit;
use ::evidence::track::Record;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// Text of a document on a terminal: no control character, nothing invisible, nothing that turns the line around.
fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_invisible(*c)).collect()
}

fn lines(out: &mut String, first: &str, rest: &str, text: &str) {
    for (k, line) in wrap(&safe(text), WIDTH - first.chars().count()).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if k == 0 { first } else { rest });
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// What `add` did.
pub fn added(said: &[Value]) -> String {
    let mut out = String::new();
    for one in said {
        let hash = one["document"].as_str().unwrap_or("");
        let there = if one["new"] == true { "" } else { ", was there already" };
        let _ = writeln!(out, "{} {} characters{there}", short(hash), one["characters"]);
        let flags: Vec<&str> = one["flags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !flags.is_empty() {
            let _ = writeln!(out, "  odd: {}", flags.join(", "));
        }
        if let Some(other) = one["copy_of"]["document"].as_str() {
            let share = one["copy_of"]["share"].as_f64().unwrap_or(0.0);
            let _ = writeln!(
                out,
                "  looks like a copy of {} ({:.0} % alike); counted with it",
                short(other),
                share * 100.0
            );
        }
    }
    out
}

/// Documents found.
pub fn hits(hits: &[Hit]) -> String {
    if hits.is_empty() {
        return "nothing found\n".into();
    }
    let mut out = String::new();
    for hit in hits {
        let day = hit.document.published.map_or_else(|| "unknown day".into(), |day| day.to_string());
        let title = hit.document.title.as_deref().or(hit.document.outlet.as_deref()).unwrap_or("");
        lines(&mut out, "", "  ", &format!("{} {day} {title}", short(&hit.document.id)));
        lines(&mut out, "  ", "  ", &format!("{}–{}: {}", hit.start, hit.end, hit.around));
    }
    out
}

/// One claim, as it is reviewed.
pub fn claim(claim: &Claim) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} {}, {}", claim.id, claim.kind, claim.modality.word());
    for span in &claim.spans {
        lines(&mut out, "  ", "  ", &span.exact);
    }
    let mut facts = vec![format!("in {}", short(&claim.document))];
    if !claim.actors.is_empty() {
        facts.push(claim.actors.join(", "));
    }
    if let Some(when) = claim.date {
        facts.push(if when.from == when.to { when.from.to_string() } else { format!("{} to {}", when.from, when.to) });
    }
    if let Some(number) = &claim.number {
        facts.push(format!("{} {}", number.value, number.unit.as_deref().unwrap_or("")).trim().to_owned());
    }
    if let Some(said) = &claim.attribution {
        facts.push(format!("says {}", said.actor.as_deref().unwrap_or(&said.speaker)));
    }
    if let Some(hedge) = claim.modality.hedges.first() {
        facts.push(format!("“{hedge}”"));
    }
    if let Some(code) = claim.event.as_ref().and_then(|e| e.coded.as_ref()).and_then(|c| c.plover.as_ref()) {
        facts.push(code.clone());
    }
    for line in wrap(&safe(&facts.join("; ")), WIDTH - 2) {
        let _ = writeln!(out, "  {QUIET}{line}{QUIET:#}");
    }
    out
}

/// What waits for a decision.
pub fn proposals(waiting: &[Claim], copies: &[Value], dropped: &[String], file: Option<&Path>) -> String {
    let mut out = String::new();
    for one in waiting {
        out.push_str(&claim(one));
    }
    let _ = writeln!(out, "{} proposals wait for a decision.", waiting.len());
    if !copies.is_empty() {
        let _ = writeln!(out, "{} documents count as copies of another.", copies.len());
    }
    if !dropped.is_empty() {
        let _ = writeln!(out, "{} items of the model's answer were dropped.", dropped.len());
    }
    if let Some(file) = file {
        let _ = writeln!(out, "Written to {}: decide there, then `evidence accept --file`.", file.display());
    }
    out
}

/// What does not fit together.
pub fn checkup(checkup: &Checkup, with_store: bool) -> String {
    let mut out = String::new();
    let parts: [(&str, &[Finding]); 3] = [
        ("Passages that are not where they should be", &checkup.orphans),
        ("Things that contradict each other", &checkup.conflicts),
        ("Numbers that rest on nothing", &checkup.unsupported),
    ];
    for (title, list) in parts {
        if list.is_empty() {
            continue;
        }
        heading(&mut out, title);
        for finding in list {
            lines(&mut out, "  ", "    ", &format!("{}: {}", finding.id, finding.message));
        }
    }
    if out.is_empty() {
        out.push_str("Everything fits together.\n");
    }
    if !with_store {
        note(&mut out, "There is no store; only the case and its claims.toml were compared.");
    }
    out
}

/// What numbers rest on.
pub fn traces(traces: &[Trace]) -> String {
    let mut out = String::new();
    for trace in traces {
        let _ = writeln!(out, "{STRONG}{}{STRONG:#} = {}", trace.path, trace.written);
        for (word, list) in [("for", &trace.supporting), ("against", &trace.opposing)] {
            for one in list {
                reason(&mut out, word, one);
            }
        }
        if let Some(assume) = &trace.assume {
            lines(&mut out, "  assumed: ", "    ", assume);
        }
        for judged in &trace.assessments {
            lines(
                &mut out,
                "  assessed: ",
                "    ",
                &format!("{} ({}) {}", judged.answer.text(), judged.id, judged.note),
            );
        }
        if trace.supporting.is_empty() && trace.opposing.is_empty() && trace.assume.is_none() {
            out.push_str("  nothing\n");
        }
    }
    out
}

fn reason(out: &mut String, word: &str, reason: &Reason) {
    let grade = reason.credibility.map_or_else(String::new, |n| n.to_string());
    let document = reason.document.as_ref();
    let letter = document.and_then(|d| d.reliability.as_ref()).map_or_else(String::new, |g| g.reliability.to_string());
    let graded = format!("{letter}{grade}");
    let status = if reason.status == "file" { String::new() } else { format!(", {}", reason.status) };
    let graded = if graded.is_empty() { graded } else { format!(", {graded}") };
    lines(
        out,
        "  ",
        "    ",
        &format!(
            "{word} {}: {} [{}{graded}{status}]",
            reason.claim,
            reason.says,
            reason.kind.as_deref().unwrap_or("?")
        ),
    );
    if let Some(document) = document {
        let by = document.author.as_deref().or(document.outlet.as_deref()).unwrap_or("");
        lines(
            out,
            "      ",
            "      ",
            &format!("{}, {by}, {} ({})", document.title, document.published, document.basis),
        );
        if let Some(address) = &document.address {
            let _ = writeln!(out, "      {}", safe(address));
        }
    }
    for span in &reason.passages {
        lines(out, "      ", "      ", &format!("{}–{}: “{}”", span.start, span.end, span.exact));
    }
}

/// What would move, or has moved.
pub fn consequences(claim: &Claim, found: &Consequences, done: bool) -> String {
    let mut out = String::new();
    lines(
        &mut out,
        "",
        "  ",
        &format!(
            "{}: {}",
            claim.id,
            if claim.says.is_empty() { claim.spans.first().map_or("", |s| &s.exact) } else { &claim.says }
        ),
    );
    if found.numbers.is_empty() && found.log.is_empty() && found.assessments.is_empty() {
        out.push_str("No number, log entry or assessment rests on it.\n");
    }
    for number in &found.numbers {
        let left = match (number.side, number.left, number.assumed) {
            ("against", ..) => "loses an objection".to_owned(),
            (_, 0, false) => "would rest on nothing".to_owned(),
            (_, 0, true) => "would rest on its stated assumption alone".to_owned(),
            (_, n, _) => format!("keeps {n} claim{}", if n == 1 { "" } else { "s" }),
        };
        lines(&mut out, "  ", "    ", &format!("{} = {}: {left}", number.path, number.written));
    }
    for entry in &found.log {
        lines(&mut out, "  ", "    ", &format!("log entry {entry} rests on it"));
    }
    for moved in &found.assessments {
        let text = |answer: &Answer| answer.text();
        lines(
            &mut out,
            "  ",
            "    ",
            &format!("{}: assessed {}, then {}", moved.path, text(&moved.before), text(&moved.after)),
        );
    }
    out.push_str(if done { "It is retracted.\n" } else { "Nothing was changed; `--yes` retracts it.\n" });
    out
}

/// How the forecast moves.
pub fn shifts(shifts: &[Shift]) -> String {
    let mut out = String::new();
    heading(&mut out, "The forecast with it and without");
    for shift in shifts {
        let _ = writeln!(
            out,
            "  {} {:>6} {:>6}   {:+.1} ± {:.1} points",
            super::paint::cell(&safe(&shift.label), 34),
            percent(shift.before),
            percent(shift.after),
            (shift.after - shift.before) * 100.0,
            shift.error * 100.0
        );
    }
    out
}

/// A source and its grades.
pub fn source(source: &Source) -> String {
    let mut out = format!("{} {}\n", source.id, safe(&source.name));
    for grade in &source.grades {
        lines(&mut out, "  ", "    ", &format!("{} since {}: {}", grade.reliability, grade.since, grade.why));
    }
    out
}

/// Track records.
pub fn records(records: &[Record]) -> String {
    if records.is_empty() {
        return "No forecast in the store has an outcome yet.\n".into();
    }
    let mut out = String::from("  whose                          n  right  90 % interval   Brier\n");
    for r in records {
        let error = r.brier_error.map_or_else(String::new, |e| format!(" ± {e:.2}"));
        let share = r.right / r.n as f64 * 100.0;
        let _ = writeln!(
            out,
            "  {} {:>3}  {share:>3.0} %  {:>3.0}–{:<3.0} %       {:.2}{error}",
            super::paint::cell(&safe(&r.whose), 28),
            r.n,
            r.low * 100.0,
            r.high * 100.0,
            r.brier
        );
    }
    out
}
