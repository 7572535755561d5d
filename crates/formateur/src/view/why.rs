//! Why: ways in words, decisions, levers, a tornado, and what the numbers rest on.

use super::paint::{STRONG, WIDTH, cell, date, heading, note, percent, thousands, wrap};
use answer::head::label;
use answer::why::{Act, Why};
use case::model::Case;
use std::fmt::Write;

/// The whole page.
pub fn page(why: &Why, case: &Case) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "{STRONG}{}: why {} ({}){STRONG:#}", why.head.case.title, why.label, percent(why.probability));
    let _ = writeln!(out);
    note(
        &mut out,
        &format!(
            "as of {} · to {} · {} draws · {} ways sampled",
            date(why.head.now),
            date(why.head.until),
            thousands(why.head.formateur.draws),
            thousands(why.sampled)
        ),
    );
    heading(&mut out, &format!("The likeliest ways to {}", why.label));
    for path in &why.paths {
        let steps: Vec<String> = path.steps.iter().map(|act| step(act, case)).collect();
        let text = if steps.is_empty() { "nothing that is seen".to_owned() } else { steps.join("; ") };
        for (k, line) in wrap(&text, WIDTH - 11).iter().enumerate() {
            let share = if k == 0 { percent(path.probability) } else { String::new() };
            let _ = writeln!(out, "  {share:>6}  {line}");
        }
    }
    if why.paths.is_empty() {
        let _ = writeln!(out, "  no sampled way leads there");
    }
    note(
        &mut out,
        "Share of all ways; each act once, with its median date. Ways that differ in one act are counted apart.",
    );
    heading(&mut out, "The decisions it turns on");
    for swing in &why.swings {
        let what = words(&swing.who, &swing.action, case);
        let _ =
            writeln!(out, "  {} {:>+6.0} points  ±{:.0}", cell(&what, 56), swing.swing * 100.0, swing.error * 100.0);
    }
    note(
        &mut out,
        "If it surely happened wherever it can, minus if it surely did not, everybody else choosing as before.",
    );
    heading(&mut out, "Without a lever");
    for lever in why.levers.iter().take(10) {
        let what = lever.lever.split_once('.').map_or_else(
            || format!("{}: none of its moves", label(case, &lever.lever)),
            |(who, action)| words(who, action, case),
        );
        let _ = writeln!(
            out,
            "  {} {:>6} {:>+6.0} points  ±{:.0}",
            cell(&what, 49),
            percent(lever.without),
            lever.difference * 100.0,
            lever.error * 100.0
        );
    }
    note(&mut out, "Solved again, everybody knowing that it is gone.");
    if !why.misperception.is_empty() {
        heading(&mut out, "What errors cost");
        super::forecast::misperceived(&mut out, &why.misperception);
    }
    numbers(&mut out, why);
    out
}

fn numbers(out: &mut String, why: &Why) {
    heading(out, "The numbers it rests on");
    let _ = writeln!(out, "  {} {:>6} {:>6} {:>5}  {}", cell("", 34), "alone", "in all", "±", "from low to high");
    for row in &why.sensitivity {
        let _ = writeln!(
            out,
            "  {} {:>6} {:>6} {:>5}  {:>5} {} {}",
            cell(&row.path, 34),
            percent(row.first_order.max(0.0)),
            percent(row.total),
            format!("{:.0}", row.error * 100.0),
            percent(row.low),
            tornado(row.low, row.high, why.probability),
            percent(row.high)
        );
        if row.cell != row.path {
            let _ = writeln!(out, "    most of it {}", row.cell);
        }
        let mut reasons = Vec::new();
        if !row.because.is_empty() {
            reasons.push(format!("for it {}", row.because.join(", ")));
        }
        if !row.against.is_empty() {
            reasons.push(format!("against it {}", row.against.join(", ")));
        }
        if let Some(assume) = &row.assume {
            reasons.push(assume.clone());
        }
        for line in wrap(&reasons.join(". "), WIDTH - 6) {
            if !line.is_empty() {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    note(
        out,
        "Share of the variance over draws that the table carries alone and with everything it works with (Sobol indices; ± in \
         points, of the second); the outcome with the table's weightiest number at its 5 and its 95 % point.",
    );
}

/// A bar from low to high on a scale of 0 to 100 %, with a mark at the mean.
fn tornado(low: f64, high: f64, mean: f64) -> String {
    const COLUMNS: usize = 10;
    let column = |p: f64| ((p.clamp(0.0, 1.0) * COLUMNS as f64) as usize).min(COLUMNS - 1);
    let (from, to) = (column(low.min(high)), column(low.max(high)));
    (0..COLUMNS)
        .map(|c| {
            if c == column(mean) {
                '┃'
            } else if (from..=to).contains(&c) {
                '━'
            } else {
                '·'
            }
        })
        .collect()
}

fn step(act: &Act, case: &Case) -> String {
    format!("{} {}", act.date.strftime("%-d %b"), words(&act.who, &act.did, case))
}

/// An act as people say it: bindings by their names.
fn words(who: &str, did: &str, case: &Case) -> String {
    let (verb, rest) = did.split_once('(').unwrap_or((did, ""));
    let named = |text: &str| label(case, text.trim());
    let did = match (verb, rest.split_once(')')) {
        ("ballot", Some((ballot, result))) => {
            let ballot = ballot.rsplit('.').next().unwrap_or(ballot);
            let (ballot, about) = ballot.split_once('(').unwrap_or((ballot, ""));
            let about =
                if about.is_empty() { String::new() } else { format!(" ({})", named(about.trim_end_matches(')'))) };
            let result = named(result.trim_start_matches(')').trim());
            format!("votes on {}{about}: {result}", ballot.replace('_', " "))
        }
        (_, Some((about, _))) => {
            let about: Vec<String> = about.split(',').map(named).collect();
            format!("{} {}", verb.replace('_', " "), about.join(", "))
        }
        _ => did.replace('_', " "),
    };
    if who.is_empty() { did } else { format!("{}: {did}", label(case, who)) }
}
