//! The forecast through time: a chart of the outcomes after each entry of the log, and what each entry moved.

use super::paint::{STRONG, WIDTH, cell, date, heading, note, percent, thousands, wrap};
use answer::update::{Step, Update};
use std::fmt::Write;

/// Outcomes shown; the others are small.
const MOST: usize = 4;
const MARKS: [char; MOST] = ['●', '○', '■', '□'];

/// The whole page.
pub fn page(update: &Update, question: &str) -> String {
    let mut out = String::new();
    let head = &update.head;
    let _ = writeln!(out, "{STRONG}{}: what the news changed{STRONG:#}", head.case.title);
    for line in wrap(question, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out);
    note(
        &mut out,
        &format!(
            "from {} to {} · {} draws, of which the log leaves the worth of {}",
            date(head.from),
            date(head.now),
            thousands(head.formateur.draws),
            thousands(head.formateur.effective_draws.round() as usize)
        ),
    );
    let shown = leading(update);
    heading(&mut out, "The forecast after each entry");
    chart(&mut out, update, &shown);
    table(&mut out, update, &shown);
    for (before, step) in update.steps.iter().zip(&update.steps[1..]) {
        detail(&mut out, before, step);
    }
    if !update.hypotheses.is_empty() {
        heading(&mut out, "Rival readings");
        for h in &update.hypotheses {
            let _ = writeln!(
                out,
                "  {} {:>5} before, {:>5} after the log",
                cell(&format!("{}: {}", h.id.replace('_', " "), h.reading.replace('_', " ")), 40),
                percent(h.prior),
                percent(h.posterior)
            );
        }
    }
    if !update.idle.is_empty() {
        heading(&mut out, "Left out");
        for entry in &update.idle {
            let _ = writeln!(out, "  {entry}: changes nothing in the case, so that it tells nothing");
        }
    }
    out
}

/// The outcomes that matter most over the whole log.
fn leading(update: &Update) -> Vec<(String, String)> {
    let mut all: Vec<(String, String, f64)> = Vec::new();
    for outcome in update.steps.iter().flat_map(|step| &step.outcomes) {
        match all.iter_mut().find(|(id, _, _)| *id == outcome.id) {
            Some(known) => known.2 = known.2.max(outcome.band.mean),
            None => all.push((outcome.id.clone(), outcome.label.clone(), outcome.band.mean)),
        }
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2));
    all.into_iter().take(MOST).map(|(id, label, _)| (id, label)).collect()
}

fn mean(step: &Step, id: &str) -> f64 {
    step.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
}

/// A column per step, ten points a line.
fn chart(out: &mut String, update: &Update, shown: &[(String, String)]) {
    let width = ((WIDTH - 10) / update.steps.len().max(1)).clamp(2, 8);
    let line_of = |p: f64| (p * 10.0).round() as usize;
    for line in (0..=10).rev() {
        let mut row = String::new();
        for step in &update.steps {
            let here: String = shown
                .iter()
                .zip(MARKS)
                .filter(|((id, _), _)| line_of(mean(step, id)) == line)
                .map(|(_, mark)| mark)
                .collect();
            let here: String = here.chars().take(width).collect();
            let _ = write!(row, "{}", cell(&here, width));
        }
        let _ = writeln!(out, "  {:>4} │ {}", format!("{} %", line * 10), row.trim_end());
    }
    let mut below = String::new();
    for step in 0..update.steps.len() {
        let _ = write!(below, "{}", cell(&step.to_string(), width));
    }
    let _ = writeln!(out, "       └ {}", below.trim_end());
    let legend: Vec<String> = shown.iter().zip(MARKS).map(|((_, label), mark)| format!("{mark} {label}")).collect();
    for line in wrap(&legend.join("   "), WIDTH - 9) {
        let _ = writeln!(out, "         {line}");
    }
    let _ = writeln!(out);
}

fn table(out: &mut String, update: &Update, shown: &[(String, String)]) {
    let _ = write!(out, "  {:>2} {} {}", "", cell("", 6), cell("", 30));
    for ((_, _), mark) in shown.iter().zip(MARKS) {
        let _ = write!(out, " {mark:>5}");
    }
    let _ = writeln!(out, "   median");
    for (k, step) in update.steps.iter().enumerate() {
        let entry = step.entry.as_deref().unwrap_or("before anything was seen");
        let _ = write!(out, "  {k:>2} {} {}", cell(&step.date.strftime("%-d %b").to_string(), 6), cell(entry, 30));
        for (id, _) in shown {
            let _ = write!(out, " {:>5}", percent(mean(step, id)));
        }
        let median = step.when.median.map_or_else(|| "later".into(), |d| d.strftime("%-d %b %y").to_string());
        let _ = writeln!(out, "  {median:>9}");
    }
    note(out, "Mean over draws as of each entry; median: the day by which it is as likely settled as not.");
}

/// What an entry moved.
fn detail(out: &mut String, before: &Step, step: &Step) {
    let changes: Vec<String> = {
        let mut changes: Vec<(f64, String)> = step
            .outcomes
            .iter()
            .map(|o| (o.band.mean - mean(before, &o.id), o.label.clone()))
            .filter(|(by, _)| by.abs() >= 0.005)
            .collect();
        changes.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        changes.into_iter().take(3).map(|(by, label)| format!("{label} {:+.0} points", by * 100.0)).collect()
    };
    let surprise = (before.log_likelihood - step.log_likelihood).max(0.0);
    let title = format!("{}, {}", step.date.strftime("%-d %B"), step.entry.as_deref().unwrap_or(""));
    heading(out, &title);
    let mut text = if changes.is_empty() { "Moves no outcome.".to_owned() } else { format!("{}.", changes.join(", ")) };
    let _ = write!(
        text,
        " The case gave it {}; it leaves the worth of {} draws.",
        odds((-surprise).exp()),
        thousands(step.effective_draws.round() as usize)
    );
    for line in wrap(&text, WIDTH - 2) {
        let _ = writeln!(out, "  {line}");
    }
    for moved in &step.moved {
        let _ = writeln!(out, "    {} {:>9.3} → {:.3}", cell(&moved.path, 46), moved.before, moved.after);
    }
}

/// A chance, small ones as one in so many.
fn odds(p: f64) -> String {
    if p >= 0.01 { percent(p) } else { format!("one in {}", thousands((1.0 / p.max(1e-12)).round() as usize)) }
}
