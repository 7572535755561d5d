//! Who decides: power by the numbers beside power in play.

use super::paint::{STRONG, WIDTH, cell, date, heading, note, percent, thousands, wrap};
use crate::play::{Ballot, Ballots};
use answer::power::{Elector, Part, Power};
use std::fmt::Write;

/// The most electors a table shows.
const ROWS: usize = 30;

/// A table per kind of ballot, with what it means.
pub fn page(ballots: &Ballots, played: &Power, question: &str) -> String {
    let mut out = String::new();
    let head = &played.head;
    let _ = writeln!(out, "{STRONG}{}: who decides{STRONG:#}", head.case.title);
    for line in wrap(question, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out);
    note(
        &mut out,
        &format!("as of {} · to {} · {} draws", date(head.now), date(head.until), thousands(head.formateur.draws)),
    );
    if ballots.ballots.is_empty() {
        note(&mut out, "Nothing is put to a ballot from now on.");
        return out;
    }
    for (ballot, occasion) in ballots.ballots.iter().zip(&played.ballots) {
        heading(&mut out, &occasion.id);
        said(&mut out, &about(ballot, occasion));
        table(&mut out, ballot);
        said(&mut out, &meaning(ballot, occasion));
    }
    let _ = writeln!(out);
    note(
        &mut out,
        "Banzhaf: share of all swings. By coin: the chance that its vote decides if the others toss coins. In play: how often \
         its own answer changes the result of a ballot that is held, the others answering as they do in equilibrium (80 % of \
         draws beside it).",
    );
    out
}

fn said(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH - 2) {
        let _ = writeln!(out, "  {line}");
    }
}

fn about(ballot: &Ballot, occasion: &answer::power::Occasion) -> String {
    let what = match ballot.part {
        Part::Sitting => "who attends",
        Part::Vote => "yes or no",
        Part::Round => "among names",
        Part::RunOff => "among names, the best placed wins",
    };
    let reading = if occasion.readings.is_empty() {
        String::new()
    } else {
        format!(" (reading: {})", occasion.readings.join(", ").replace('_', " "))
    };
    let result = match ballot.part {
        Part::Sitting => "is quorate",
        Part::Vote => "passes",
        Part::Round | Part::RunOff => "elects somebody",
    };
    let held = occasion.held.mean;
    let often = if held < 0.005 {
        "hardly ever held".to_owned()
    } else {
        format!("held {held:.2} times on a path and {result} {} of the time", percent(occasion.passes.mean))
    };
    format!("{}, {what}: {}{reading}; {often}.", occasion.electorate_name, occasion.rule)
}

fn table(out: &mut String, ballot: &Ballot) {
    let yes = match ballot.part {
        Part::Sitting => "attends",
        Part::Vote => "yes",
        Part::Round | Part::RunOff => "",
    };
    let _ = writeln!(
        out,
        "  {} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>11}",
        cell("", 20),
        "weight",
        "Banzhaf",
        "Shapley",
        "by coin",
        yes,
        "in play",
        "80 %"
    );
    let mut order: Vec<usize> = (0..ballot.play.len()).collect();
    order.sort_by(|a, b| ballot.play[*b].decides.mean.total_cmp(&ballot.play[*a].decides.mean).then(a.cmp(b)));
    for &e in order.iter().take(ROWS) {
        let elector = &ballot.play[e];
        let player = ballot.indices().map(|indices| &indices.players[e]);
        let index = |of: &dyn Fn(&::classic::power::answer::Player) -> Option<f64>| {
            player.and_then(of).map_or_else(|| "–".to_owned(), percent)
        };
        let _ = writeln!(
            out,
            "  {} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>11}",
            cell(&elector.label, 20),
            elector.median,
            index(&|p| p.banzhaf.value()),
            index(&|p| p.shapley_shubik.value()),
            index(&|p| p.banzhaf_absolute.value()),
            elector.yes.map_or_else(String::new, |yes| percent(yes.mean)),
            percent(elector.decides.mean),
            format!("{:.0}–{:.0} %", elector.decides.p10 * 100.0, elector.decides.p90 * 100.0),
        );
    }
    if order.len() > ROWS {
        let _ = writeln!(out, "  … and {} more (--json has all)", order.len() - ROWS);
    }
}

fn meaning(ballot: &Ballot, occasion: &answer::power::Occasion) -> String {
    let mut text = String::new();
    let Some(first) = ballot.play.iter().reduce(|a, b| if b.decides.mean > a.decides.mean { b } else { a }) else {
        return text;
    };
    if occasion.held.mean < 0.005 {
        text.push_str("Too rarely held for its figures in play to say much.");
    } else if first.decides.mean < 0.01 {
        text.push_str("No single answer changes it: the others' answers leave it beyond doubt.");
    } else {
        let coin = |elector: &Elector| -> Option<f64> {
            let at = ballot.play.iter().position(|other| other.id == elector.id)?;
            ballot.indices()?.players[at].banzhaf_absolute.value()
        };
        let beside =
            coin(first).map_or_else(String::new, |c| format!("; by its weight alone {} of the time", percent(c)));
        let _ = write!(
            text,
            "{} decides most often: {} of the time it is held{beside}.",
            first.label,
            percent(first.decides.mean)
        );
    }
    if let Some(indices) = ballot.indices() {
        let count = |c: &::classic::power::answer::Coalitions| match &c.count {
            ::classic::power::answer::Count::Number(n) => Some(thousands(usize::try_from(*n).unwrap_or(usize::MAX))),
            ::classic::power::answer::Count::Text(digits) => Some(digits.clone()),
            ::classic::power::answer::Count::None => None,
        };
        if let (Some(winning), Some(blocking)) = (count(&indices.minimal_winning), count(&indices.minimal_blocking)) {
            let _ = write!(text, " {winning} minimal winning and {blocking} minimal blocking coalitions.");
        }
        let listed = indices.minimal_blocking.coalitions.iter().flatten().filter(|c| c.len() == 1);
        let alone: Vec<String> = listed.map(|c| c[0].replace('_', " ")).collect();
        if !alone.is_empty() {
            let _ = write!(text, " Can block alone: {}.", alone.join(", "));
        }
    } else {
        text.push_str(" By weights alone nothing, or everything, would pass: there are no indices to count.");
    }
    if !ballot.uncertain.is_empty() {
        let _ = write!(
            text,
            " The weights of {} are uncertain; the indices are of their medians.",
            ballot.uncertain.iter().map(|id| id.replace('_', " ")).collect::<Vec<_>>().join(", ")
        );
    }
    text
}
