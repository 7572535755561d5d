//! The forecast as an analyst wants to read it: the answer first.

use super::paint::{STRONG, WIDTH, bar, cell, date, heading, note, percent, range, thousands, wrap};
use answer::forecast::{Answer, Forecast, OutcomeBand};
use answer::when::When;
use answer::words;
use std::fmt::Write;

/// The whole page. `question` is the case's; `title_of` names a question; `n_numbers` counts the case's numbers.
pub fn page(forecast: &Forecast, question: &str, n_numbers: usize) -> String {
    let mut out = String::new();
    let head = &forecast.head;
    let _ = writeln!(out, "{STRONG}{}{STRONG:#}", head.case.title);
    for line in wrap(question, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    let draws = thousands(head.formateur.draws);
    let effective = head.formateur.effective_draws;
    let effective = if (effective - head.formateur.draws as f64).abs() < 0.5 {
        String::new()
    } else {
        format!(", effective {}", thousands(effective.round() as usize))
    };
    let about = format!(
        "as of {} · to {} · {draws} draws{effective} · {} of {n_numbers} numbers rest on assumption",
        date(head.now),
        date(head.until),
        forecast.assumptions.len(),
    );
    let _ = writeln!(out);
    note(&mut out, &about);
    let _ = writeln!(out);
    for line in wrap(&sentence(forecast), WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    who(&mut out, forecast);
    when(&mut out, &forecast.when);
    questions(&mut out, forecast);
    errors(&mut out, forecast);
    rests_on(&mut out, forecast, n_numbers);
    out
}

/// The answer in a sentence or two.
pub fn sentence(forecast: &Forecast) -> String {
    let mut ranked: Vec<&OutcomeBand> = forecast.headline.outcomes.iter().collect();
    ranked.sort_by(|a, b| b.band.mean.total_cmp(&a.band.mean));
    let until = date(forecast.head.until);
    let mut text = match ranked.first() {
        None => format!("The case says nothing about {until}."),
        Some(first) if first.id == "none" => {
            format!("That nothing is settled by {until} is the likeliest outcome: {}.", chance(first.band.mean))
        }
        Some(first) => format!("By {until} the likeliest outcome is {}: {}", first.label, chance(first.band.mean)),
    };
    if let (Some(first), Some(second)) = (ranked.first(), ranked.get(1))
        && first.id != "none"
    {
        let _ = write!(text, ", before {} ({}).", second.label, percent(second.band.mean));
    }
    let when = &forecast.when;
    match (when.p25, when.p75, when.median) {
        (Some(p25), Some(p75), Some(median)) => {
            let _ = write!(
                text,
                " An outcome is as likely before {} as after; half of the chance lies between {} and {}.",
                date(median),
                date(p25),
                date(p75)
            );
        }
        (_, _, Some(median)) => {
            let _ = write!(text, " An outcome is as likely before {} as after, or never by then.", date(median));
        }
        _ => {
            let _ = write!(text, " It is not settled by then with {}.", chance(when.never));
        }
    }
    text
}

fn chance(p: f64) -> String {
    format!("{}, {}", percent(p), words::phrase(p))
}

fn who(out: &mut String, forecast: &Forecast) {
    let headline = match forecast.headline.variable.as_str() {
        "government" => "Who governs".to_owned(),
        other => format!("The last of {}", other.replace('_', " ")),
    };
    heading(out, &format!("{headline} on {}", date(forecast.head.until)));
    let mut ranked: Vec<&OutcomeBand> = forecast.headline.outcomes.iter().collect();
    ranked.sort_by(|a, b| b.band.mean.total_cmp(&a.band.mean));
    bars(out, &ranked);
    note(out, "Bars: mean over draws; range: 80 % of draws, in percent; words: ICD 203.");
}

fn bars(out: &mut String, rows: &[&OutcomeBand]) {
    for row in rows {
        let _ = writeln!(
            out,
            "  {} {} {:>5} {:>7}  {}",
            cell(&row.label, 25),
            bar(row.band.mean, 7),
            percent(row.band.mean),
            range(row.band.p10, row.band.p90),
            words::phrase(row.band.mean)
        );
    }
}

fn when(out: &mut String, when: &When) {
    heading(out, "When it is settled");
    dates(out, when);
    let mut before = 0.0;
    for month in &when.by_month {
        let _ = writeln!(
            out,
            "  by {} {} {:>5}  {}",
            cell(&date(month.until), 17),
            bar(month.probability, 30),
            percent(month.probability),
            format_args!("{:+.0}", (month.probability - before) * 100.0)
        );
        before = month.probability;
    }
    note(out, "Cumulative, over all paths and draws; right: points added in the month.");
}

fn dates(out: &mut String, when: &When) {
    let or_later = |d: Option<jiff::civil::Date>| d.map_or_else(|| "later or never".into(), date);
    let _ = writeln!(out, "  median {}", or_later(when.median));
    let _ = writeln!(out, "  50 %   {} to {}", or_later(when.p25), or_later(when.p75));
    let _ = writeln!(out, "  80 %   {} to {}", or_later(when.p10), or_later(when.p90));
    let _ = writeln!(out, "  not settled by the end: {}", percent(when.never));
}

fn questions(out: &mut String, forecast: &Forecast) {
    if forecast.questions.is_empty() {
        return;
    }
    heading(out, "The case's questions");
    for question in &forecast.questions {
        for line in wrap(&capitalised(&question.label), WIDTH - 2) {
            let _ = writeln!(out, "  {line}");
        }
        match &question.answer {
            Answer::Chance(band) => {
                let row = OutcomeBand { id: question.id.clone(), label: "  chance".into(), band: *band };
                bars(out, &[&row]);
            }
            Answer::Values { values } if question.kind == "how_long" => {
                for value in values {
                    let band = value.band;
                    let _ = writeln!(
                        out,
                        "    {:.0} days on average, {:.0}–{:.0} in 80 % of draws",
                        band.mean, band.p10, band.p90
                    );
                }
            }
            // Long names get a line of their own.
            Answer::Values { values } if values.iter().any(|v| v.label.chars().count() > 23) => {
                for value in values {
                    for line in wrap(&value.label, WIDTH - 4) {
                        let _ = writeln!(out, "    {line}");
                    }
                    bars(out, &[&OutcomeBand { label: String::new(), ..value.clone() }]);
                }
            }
            Answer::Values { values } => {
                let indented: Vec<OutcomeBand> =
                    values.iter().map(|v| OutcomeBand { label: format!("  {}", v.label), ..v.clone() }).collect();
                bars(out, &indented.iter().collect::<Vec<_>>());
            }
            Answer::Date { values } => {
                let or_later = |d: Option<jiff::civil::Date>| d.map_or_else(|| "later or never".into(), date);
                let _ = writeln!(
                    out,
                    "    median {}; not by the end: {}\n    80 %   {} to {}",
                    or_later(values.median),
                    percent(values.never),
                    or_later(values.p10),
                    or_later(values.p90)
                );
            }
        }
    }
}

/// What it costs that somebody errs.
fn errors(out: &mut String, forecast: &Forecast) {
    if forecast.misperception.is_empty() {
        return;
    }
    heading(out, "What errors cost");
    misperceived(out, &forecast.misperception);
    let before = |id: &str| forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean);
    let moved: Vec<String> = forecast
        .without_misperception
        .iter()
        .filter(|o| (o.band.mean - before(&o.id)).abs() >= 0.005)
        .map(|o| format!("{} {} instead of {}", o.label, percent(o.band.mean), percent(before(&o.id))))
        .collect();
    let text = if moved.is_empty() { "no outcome moves".to_owned() } else { moved.join(", ") };
    for line in wrap(&format!("If nobody erred: {text}."), WIDTH - 2) {
        let _ = writeln!(out, "  {line}");
    }
}

/// A line per actor whom it touches.
pub fn misperceived(out: &mut String, costs: &[answer::forecast::Misperceived]) {
    let mut touched: Vec<_> = costs.iter().filter(|cost| cost.band.mean.abs() >= 0.0005).collect();
    touched.sort_by(|a, b| a.band.mean.total_cmp(&b.band.mean));
    for cost in touched.iter().take(8) {
        let _ = writeln!(
            out,
            "  {} {:>+7.3}  ({:+.3} to {:+.3} in 80 % of draws)",
            cell(&cost.actor.replace('_', " "), 26),
            cost.band.mean,
            cost.band.p10,
            cost.band.p90
        );
    }
    note(out, "Utils, against the same case in which nobody errs.");
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn rests_on(out: &mut String, forecast: &Forecast, n_numbers: usize) {
    heading(out, "What it rests on");
    for h in &forecast.hypotheses {
        let moved = if (h.prior - h.posterior).abs() < 0.01 {
            percent(h.posterior)
        } else {
            format!("{} (prior {})", percent(h.posterior), percent(h.prior))
        };
        let _ = writeln!(
            out,
            "  {} {moved}",
            cell(&format!("{}: {}", h.id.replace('_', " "), h.reading.replace('_', " ")), 40)
        );
    }
    let largest = forecast.headline.outcomes.iter().map(|o| o.band.error).fold(0.0, f64::max);
    note(
        out,
        &format!(
            "{} of {n_numbers} numbers rest on the author's assumption, the others on claims and facts (`formateur check` \
             lists them). Monte-Carlo error of the bars: at most {:.1} points. Case {}, seed {}, formateur {}.",
            forecast.assumptions.len(),
            largest * 100.0,
            &forecast.head.formateur.case_hash[..forecast.head.formateur.case_hash.len().min(12)],
            forecast.head.formateur.seed,
            forecast.head.formateur.version
        ),
    );
}
