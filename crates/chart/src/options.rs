//! An actor's options side by side: own payoff against the unforced path with its spread, and how often each is the best.

use crate::data::{OptionRow, Options};
use crate::scale::{Scale, ticks};
use crate::svg::{At, Chart};
use crate::words::{bold_width, fit, percent, signed, wrap};

/// A row per option, the best on average first.
pub fn options(answer: &Options, width: f64) -> Chart {
    let mut rows: Vec<&OptionRow> = answer.options.iter().collect();
    rows.sort_by(|a, b| b.own.mean.total_cmp(&a.own.mean));
    let narrow = width < 600.0;
    let widest = rows.iter().map(|o| bold_width(&o.label, 14.0)).fold(60.0, f64::max).min(width * 0.34);
    let (left, right) = if narrow { (6.0, 62.0) } else { (widest + 22.0, 210.0) };
    let (row, top) = if narrow { (54.0, 24.0) } else { (40.0, 34.0) };
    let bottom = top + row * rows.len() as f64;
    let mut chart = Chart::new("options", width, bottom + 40.0);
    chart.title = format!("Options of {}: own payoff against the unforced path", answer.actor.replace('_', " "));
    chart.description = format!(
        "Mean and the range of 80 percent of draws, in utils; share of draws in which it is the best. {}",
        rows.iter()
            .map(|o| {
                format!(
                    "{}: {}, from {} to {}, best in {}",
                    o.label,
                    signed(o.own.mean, 2),
                    signed(o.own.p10, 2),
                    signed(o.own.p90, 2),
                    percent(o.best_share)
                )
            })
            .collect::<Vec<_>>()
            .join("; ")
    );
    let low = rows.iter().map(|o| o.own.p10).fold(0.0, f64::min);
    let high = rows.iter().map(|o| o.own.p90).fold(0.0, f64::max);
    let room = ((high - low) * 0.06).max(0.005);
    let x = Scale::new((low - room, high + room), (left, width - right));
    for mark in ticks(x.low, x.high, if narrow { 3 } else { 5 }) {
        let class = if mark.abs() < 1e-12 { "ink thin" } else { "rule thin" };
        chart.line((x.at(mark), top), (x.at(mark), bottom), class);
        chart.text((x.at(mark), bottom + 16.0), "soft small", At::Middle, &signed(mark, decimals(x.high - x.low)));
    }
    chart.text(
        (f64::midpoint(left, width - right), bottom + 34.0),
        "soft small",
        At::Middle,
        "worse ← utils against the unforced path → better",
    );
    let figures = width - right + 14.0;
    if narrow {
        chart.text((width, 12.0), "soft small", At::End, "best in");
    } else {
        chart.text((figures, 18.0), "soft small", At::Start, "mean");
        chart.text((figures + 60.0, 18.0), "soft small", At::Start, "best in");
        chart.text((figures + 120.0, 18.0), "soft small", At::Start, "worst regret");
    }
    for (i, option) in rows.iter().enumerate() {
        let from = top + row * i as f64;
        let y = if narrow { from + 34.0 } else { from + row / 2.0 };
        let colour = if option.own.p10 > 0.0 {
            "0"
        } else if option.own.p90 < 0.0 {
            "3"
        } else {
            "9"
        };
        if narrow {
            chart.text((0.0, from + 16.0), "lab", At::Start, &fit(&option.label, 14.0, width - right));
        } else {
            let lines = wrap(&option.label, 14.0, left - 16.0, 2);
            let first = y + 5.0 - 8.0 * (lines.len().max(1) - 1) as f64;
            for (l, line) in lines.iter().enumerate() {
                chart.text((0.0, first + 16.0 * l as f64), "lab", At::Start, line);
            }
        }
        chart.whisker((x.at(option.own.p10), x.at(option.own.p90)), y, 5.0, &format!("s{colour} bold"));
        chart.dot((x.at(option.own.mean), y), 6.0, &format!("f{colour}"));
        if narrow {
            chart.text((width, y + 5.0), "num", At::End, &percent(option.best_share));
        } else {
            chart.text((figures, y + 5.0), "num", At::Start, &signed(option.own.mean, 2));
            chart.text((figures + 60.0, y + 5.0), "num", At::Start, &percent(option.best_share));
            chart.text((figures + 120.0, y + 5.0), "soft", At::Start, &format!("{:.2}", option.max_regret));
        }
    }
    chart
}

fn decimals(span: f64) -> usize {
    if span > 2.0 {
        1
    } else if span > 0.1 {
        2
    } else {
        3
    }
}
