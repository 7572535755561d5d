//! Coalitions by what past governments teach.

use super::paint::{STRONG, WIDTH, bar, cell, heading, note, percent, wrap};
use answer::head::label;
use case::model::Case;
use fit::cases::{CoalitionKind, Ranking, Situation};
use std::fmt::Write;

/// One screen: the likeliest coalitions, each party's chances, what was not known.
pub fn page(case: &Case, situation: &Situation, ranking: &Ranking, fitted_on: usize, top: usize) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}: who could govern together{STRONG:#}", case.title);
    let _ = writeln!(out);
    note(
        &mut out,
        &format!(
            "by what {fitted_on} formations before 2000 teach · majority {} of {} · {} coalitions · {} earlier cabinets of \
             the country known",
            situation.chamber / 2 + 1,
            situation.chamber,
            ranking.coalitions.len(),
            ranking.earlier_cabinets
        ),
    );
    heading(&mut out, "Coalitions");
    let _ = writeln!(
        out,
        "  {:>6} {:>5}  {:<9} {:>5}  parties, the likelier premier first",
        "chance", "seats", "kind", "range"
    );
    for coalition in ranking.coalitions.iter().take(top) {
        let kind = match coalition.kind {
            CoalitionKind::MinimalWinning => "winning",
            CoalitionKind::Minority => "minority",
            CoalitionKind::Oversized => "oversized",
        };
        let range = coalition.range.map_or_else(|| "–".to_owned(), |range| format!("{range:.1}"));
        let parties: Vec<String> = coalition.prime_minister.iter().map(|l| name(case, &l.party)).collect();
        let mut lines = wrap(&parties.join(", "), WIDTH - 34).into_iter();
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(
            out,
            "  {:>6} {:>5}  {} {:>5}  {first}",
            percent(coalition.probability),
            coalition.seats,
            cell(kind, 9),
            range
        );
        for line in lines {
            let _ = writeln!(out, "{}{line}", " ".repeat(34));
        }
    }
    let shown: f64 = ranking.coalitions.iter().take(top).map(|c| c.probability).sum();
    note(&mut out, &format!("together {}; the others are less likely each", percent(shown)));
    heading(&mut out, "Parties");
    let _ = writeln!(out, "  {} {:>7} {:>6}", cell("", 34), "governs", "leads");
    for party in &ranking.parties {
        let _ = writeln!(
            out,
            "  {} {:>7} {:>6}  {}",
            cell(&name(case, &party.party), 34),
            percent(party.governs),
            percent(party.leads),
            bar(party.governs, 24).trim_end()
        );
    }
    if let Some(days) = ranking.days {
        note(&mut out, &format!("half of such formations end within {days:.0} days of the election"));
    }
    if !ranking.missing.is_empty() {
        heading(&mut out, "Not known");
        note(&mut out, &ranking.missing.join("; "));
        note(
            &mut out,
            "The model reads neutral values for what `[history]` does not say, and knows less than it could.",
        );
    }
    if !ranking.left_out.is_empty() {
        heading(&mut out, "Left out");
        let list: Vec<String> =
            ranking.left_out.iter().map(|l| format!("{} ({})", name(case, &l.party), l.why)).collect();
        note(&mut out, &list.join("; "));
    }
    out
}

/// A party's name where it is an actor, else what the bloc is called.
fn name(case: &Case, id: &str) -> String {
    case.actors.iter().find(|actor| actor.id == id).map_or_else(|| label(case, id), |actor| actor.name.clone())
}
