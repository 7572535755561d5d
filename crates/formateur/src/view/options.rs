//! Options side by side, and what a change changes.

use super::paint::{STRONG, WIDTH, cell, date, heading, note, percent, thousands, wrap};
use answer::options::{OptionAnswer, Options};
use answer::whatif::WhatIf;
use answer::{Band, words};
use case::model::Case;
use std::fmt::Write;

/// One screen: a row per option, then what each costs whom and when it is the best.
pub fn page(options: &Options, question: &str, who: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}: the options of {who}{STRONG:#}", options.head.case.title);
    for line in wrap(question, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out);
    note(
        &mut out,
        &format!(
            "as of {} · to {} · {} draws · all others respond, knowing that the option is taken",
            date(options.head.now),
            date(options.head.until),
            thousands(options.head.formateur.draws)
        ),
    );
    heading(&mut out, "What each leads to");
    let ids = outcomes(options);
    let width = 9;
    let _ = write!(out, "  {}", cell("", 24));
    for (_, label) in &ids {
        let _ = write!(out, " {:>width$}", cell(short(label), width).trim_end());
    }
    let _ = writeln!(out);
    for option in &options.options {
        let _ = write!(out, "  {}", cell(&option.label, 24));
        for (id, _) in &ids {
            let mean = option.outcomes.iter().find(|o| o.id == *id).map_or(0.0, |o| o.band.mean);
            let _ = write!(out, " {:>width$}", percent(mean));
        }
        let _ = writeln!(out);
    }
    heading(&mut out, "What it is worth to them, and when it is the best");
    let _ = writeln!(
        out,
        "  {} {:>7} {:>15} {:>6} {:>7} {:>14}",
        cell("", 24),
        "utils",
        "80 %",
        "best",
        "regret",
        "median"
    );
    for option in &options.options {
        let median = option.when.median.map_or_else(|| "later".into(), |d| d.strftime("%-d %b %Y").to_string());
        let _ = writeln!(
            out,
            "  {} {:>+7.2} {:>15} {:>6} {:>7.2} {:>14}",
            cell(&option.label, 24),
            option.own.mean,
            spread(&option.own),
            percent(option.best_share),
            option.max_regret,
            median
        );
    }
    if let Some(option) = options.options.first() {
        note(
            &mut out,
            &format!(
                "Utils against the unforced path (80 % of draws beside it); best: share of draws in which it is the best of \
                 these; regret: the most it loses against the best. Playing without error, unrestricted, would gain them \
                 {:+.2}: an option's figure contains as much of that as it removes noise.",
                option.noise.mean
            ),
        );
    }
    for option in &options.options {
        detail(&mut out, option);
    }
    if !options.misperception.is_empty() {
        heading(&mut out, "What errors cost on the unforced path");
        super::forecast::misperceived(&mut out, &options.misperception);
    }
    if !options.impossible.is_empty() {
        heading(&mut out, "Not possible at the beginning");
        for option in &options.impossible {
            let _ = writeln!(out, "  {}", option.why);
        }
    }
    out
}

/// Every outcome of any option, the likeliest overall first.
fn outcomes(options: &Options) -> Vec<(String, String)> {
    let mut all: Vec<(String, String, f64)> = Vec::new();
    for outcome in options.options.iter().flat_map(|option| &option.outcomes) {
        match all.iter_mut().find(|(id, _, _)| *id == outcome.id) {
            Some(known) => known.2 += outcome.band.mean,
            None => all.push((outcome.id.clone(), outcome.label.clone(), outcome.band.mean)),
        }
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2));
    all.into_iter().take(5).map(|(id, label, _)| (id, label)).collect()
}

/// A name's last word, as newspapers shorten it; a description's first words.
fn short(label: &str) -> &str {
    let is_name =
        label.split(' ').next_back().is_some_and(|last| last.contains('-') || last.starts_with(char::is_uppercase));
    if is_name { label.rsplit(' ').next().unwrap_or(label) } else { label }
}

fn spread(band: &Band) -> String {
    format!("{:+.2} to {:+.2}", band.p10, band.p90)
}

fn detail(out: &mut String, option: &OptionAnswer) {
    heading(out, &option.label);
    let mut others: Vec<_> = option.others.iter().collect();
    others.sort_by(|a, b| b.band.mean.abs().total_cmp(&a.band.mean.abs()));
    let list = |gains: bool| -> String {
        let named: Vec<String> = others
            .iter()
            .filter(|o| (o.band.mean > 0.0) == gains && o.band.mean.abs() >= 0.005)
            .take(4)
            .map(|o| format!("{} {:+.2}", o.actor.replace('_', " "), o.band.mean))
            .collect();
        if named.is_empty() { "nobody to speak of".into() } else { named.join(", ") }
    };
    let mut text = format!("Gains: {}. Loses: {}.", list(true), list(false));
    if let Some(likelier) = &option.likelier {
        let _ = write!(text, " Likelier: {} ({:+.0} points).", likelier.label, likelier.difference * 100.0);
    }
    for line in wrap(&text, WIDTH - 2) {
        let _ = writeln!(out, "  {line}");
    }
    if let (false, Some(coverage), Some(density)) = (option.best_if.is_empty(), option.coverage, option.density) {
        let conditions: Vec<String> =
            option.best_if.iter().map(|c| format!("{} {} {:.3}", c.path, c.op, c.value)).collect();
        let text = format!(
            "Best if {} (true in {} of the draws in which it is best; where true, it is best in {}).",
            conditions.join(" and "),
            percent(coverage),
            percent(density)
        );
        for line in wrap(&text, WIDTH - 2) {
            let _ = writeln!(out, "  {line}");
        }
    }
}

/// Base and changed side by side.
pub fn whatif(answer: &WhatIf, case: &Case, changes: &[String]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}: what if{STRONG:#}", answer.base.head.case.title);
    for change in changes {
        let _ = writeln!(out, "  {change}");
    }
    heading(&mut out, &format!("On {}", date(answer.base.head.until)));
    let _ = writeln!(out, "  {} {:>7} {:>8} {:>9} {:>8}", cell("", 34), "as is", "changed", "points", "error");
    for difference in &answer.difference {
        let of = |forecast: &answer::Forecast| -> Option<f64> {
            let outcome = forecast.headline.outcomes.iter().find(|o| o.id == difference.id).map(|o| o.band.mean);
            outcome.or_else(|| {
                forecast.questions.iter().find(|q| q.id == difference.id).and_then(|q| match &q.answer {
                    answer::forecast::Answer::Chance(band) => Some(band.mean),
                    _ => None,
                })
            })
        };
        let (before, after) = (of(&answer.base).unwrap_or(0.0), of(&answer.changed).unwrap_or(0.0));
        let _ = writeln!(
            out,
            "  {} {:>7} {:>8} {:>+9.1} {:>8.1}",
            cell(&answer::forecast::outcome_label(case, &difference.id), 34),
            percent(before),
            percent(after),
            difference.mean * 100.0,
            difference.error * 100.0
        );
    }
    let median = |when: &answer::when::When| when.median.map_or_else(|| "later or never".into(), date);
    let _ = writeln!(
        out,
        "\n  settled (median): {} as is, {} changed",
        median(&answer.base.when),
        median(&answer.changed.when)
    );
    note(&mut out, "Points: changed minus as is, over the same draws; error: Monte-Carlo error of that difference.");
    if let Some(largest) = answer.difference.iter().max_by(|a, b| a.mean.abs().total_cmp(&b.mean.abs())) {
        let name = answer::forecast::outcome_label(case, &largest.id);
        let after = answer.changed.headline.outcomes.iter().find(|o| o.id == largest.id).map(|o| o.band.mean);
        if let Some(p) = after {
            note(&mut out, &format!("Most changed: {name}, now {}.", words::phrase(p)));
        }
    }
    out
}

/// Several what-ifs in one table.
pub fn scenarios(rows: &[(String, Vec<String>, &WhatIf)], case: &Case) -> String {
    let mut out = String::new();
    let Some((_, _, first)) = rows.first() else { return out };
    let _ = writeln!(out, "{STRONG}{}: what if{STRONG:#}", first.base.head.case.title);
    for (k, (label, changes, _)) in rows.iter().enumerate() {
        for (i, line) in wrap(&format!("{label}: {}", changes.join(", ")), WIDTH - 6).iter().enumerate() {
            let number = if i == 0 { format!("{}", k + 1) } else { String::new() };
            let _ = writeln!(out, "  {number:>2}  {line}");
        }
    }
    heading(&mut out, &format!("On {}", date(first.base.head.until)));
    let shown: Vec<_> = first.base.headline.outcomes.iter().filter(|o| o.band.mean >= 0.005).take(6).collect();
    let _ = write!(out, "  {}", cell("", 18));
    for outcome in &shown {
        let _ = write!(out, " {:>9}", cell(short(&outcome.label), 9).trim_end());
    }
    let _ = writeln!(out);
    let mean = |forecast: &answer::Forecast, id: &str| {
        forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
    };
    let line = |out: &mut String, name: &str, forecast: &answer::Forecast| {
        let _ = write!(out, "  {}", cell(name, 18));
        for outcome in &shown {
            let _ = write!(out, " {:>9}", percent(mean(forecast, &outcome.id)));
        }
        let median = forecast.when.median.map_or_else(|| "later".into(), |d| d.strftime("%-d %b %y").to_string());
        let _ = writeln!(out, "  {median:>9}");
    };
    line(&mut out, "as is", &first.base);
    for (label, _, answer) in rows {
        line(&mut out, label, &answer.changed);
    }
    heading(&mut out, "Points, changed minus as is");
    for (label, _, answer) in rows {
        let mut moved: Vec<_> = answer.difference.iter().filter(|d| d.mean.abs() >= 0.005).collect();
        moved.sort_by(|a, b| b.mean.abs().total_cmp(&a.mean.abs()));
        let words: Vec<String> = moved
            .iter()
            .take(4)
            .map(|d| {
                let name = answer::forecast::outcome_label(case, &d.id);
                format!("{name} {:+.1} (±{:.1})", d.mean * 100.0, d.error * 100.0)
            })
            .collect();
        let text = if words.is_empty() { "nothing to speak of".to_owned() } else { words.join(", ") };
        for (i, words) in wrap(&text, WIDTH - 22).iter().enumerate() {
            let _ = writeln!(out, "  {} {words}", cell(if i == 0 { label } else { "" }, 18));
        }
    }
    note(
        &mut out,
        "Over the same draws; ±: Monte-Carlo error of the difference. Median: as likely settled by then as not.",
    );
    out
}
