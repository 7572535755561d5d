//! The checker's tables.

use super::paint::{cell, heading, note, thousands};
use answer::check::Checkup;
use std::fmt::Write;

/// Size, sharpness, irreversible moves, assumptions.
pub fn page(checkup: &Checkup) -> String {
    let mut out = String::new();
    let size = &checkup.size;
    heading(&mut out, "Size");
    for (name, value) in [
        ("states", size.states),
        ("edges per period", size.edges_per_period),
        ("periods", size.periods),
        ("actors", size.actors),
        ("ballots per draw", size.ballots),
    ] {
        let _ = writeln!(out, "  {} {:>12}", cell(name, 20), thousands(value));
    }
    let _ = writeln!(
        out,
        "  {} {:>12}",
        cell("memory per thread", 20),
        format!("{} MB", thousands(size.bytes.div_ceil(1_000_000)))
    );
    let _ =
        writeln!(out, "  {} {:>12}", cell("1,000 draws", 20), format!("about {:.1} s", size.seconds_per_1000_draws));
    note(&mut out, "Seconds are an estimate for one core; the rest is counted.");

    heading(&mut out, "How sharply actors choose");
    let _ = writeln!(out, "  {} {:>14} {:>10}", cell("at", 40), "λ × stake", "met");
    for row in &checkup.sharpness {
        let warn = if row.mean_lambda_stake < 1.0 { "  noise" } else { "" };
        let _ = writeln!(out, "  {} {:>14.1} {:>10.1}{warn}", cell(&row.kind, 40), row.mean_lambda_stake, row.met);
    }
    note(
        &mut out,
        "Precision times what is at stake between the two best options (at ballots, between yes and no, by weight), at the \
         middle of all numbers: below 1 a choice is close to a coin toss. Met: how often in one play of the case.",
    );

    heading(&mut out, "Moves that cannot be undone: chance within a year if it cost its actor");
    if checkup.irreversible.is_empty() {
        let _ = writeln!(out, "  none: whatever is done can be undone");
    } else {
        let _ = writeln!(out, "  {} {:>8} {:>8} {:>8}", cell("move", 48), "nothing", "0.25", "0.5");
        for row in &checkup.irreversible {
            let _ = writeln!(
                out,
                "  {} {:>8} {:>8} {:>8}",
                cell(&row.action, 48),
                slip(row.per_year_if_free),
                slip(row.per_year_if_quarter),
                slip(row.per_year_if_half)
            );
        }
        note(
            &mut out,
            "Slips add up: a move that costs half a util and is still taken within a year is noise, not politics; give it \
             a `rate` of its own or a higher precision.",
        );
    }
    if !checkup.never.is_empty() {
        heading(&mut out, "Moves that are never possible");
        for action in &checkup.never {
            let _ = writeln!(out, "  {action}");
        }
    }
    heading(&mut out, "Numbers that rest on assumption");
    if checkup.assumptions.is_empty() {
        let _ = writeln!(out, "  none");
    }
    for path in &checkup.assumptions {
        let _ = writeln!(out, "  {path}");
    }
    out
}

fn slip(p: f64) -> String {
    if p < 0.0005 { "<0.1 %".into() } else { format!("{:.1} %", p * 100.0) }
}
