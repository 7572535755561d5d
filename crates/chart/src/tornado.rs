//! What the outcome hangs on: its probability with each number at its low and at its high end.

use crate::data::{Sensitivity, Why};
use crate::scale::{Scale, ticks};
use crate::svg::{At, Chart};
use crate::words::{bold_width, fit, percent};

/// A bar per table of numbers, the weightiest first; at its ends the probability with the leading number low and high.
pub fn tornado(why: &Why, width: f64) -> Chart {
    let rows: Vec<&Sensitivity> = why.sensitivity.iter().collect();
    let narrow = width < 600.0;
    let name = |s: &Sensitivity| s.cell.replace('_', " ");
    let widest = rows.iter().map(|s| bold_width(&name(s), 14.0)).fold(60.0, f64::max).min(width * 0.36);
    let (left, right) = if narrow { (8.0, 8.0) } else { (widest + 16.0, 142.0) };
    let (row, top) = if narrow { (50.0, 24.0) } else { (34.0, 28.0) };
    let bottom = top + row * rows.len() as f64;
    let mut chart = Chart::new("tornado", width, bottom + 28.0);
    chart.title = format!("What {} hangs on", why.label);
    chart.description = format!(
        "Probability of {} ({}) with a number at its 5 and at its 95 percent point, and its table's total share of the variance. {}",
        why.label,
        percent(why.probability),
        rows.iter()
            .map(|s| {
                format!(
                    "{}: low {}, high {}, share {} plus or minus {}",
                    name(s),
                    percent(s.low),
                    percent(s.high),
                    percent(s.total.clamp(0.0, 1.0)),
                    percent(s.error)
                )
            })
            .collect::<Vec<_>>()
            .join("; ")
    );
    if rows.is_empty() {
        chart.text((0.0, 20.0), "soft", At::Start, "No number moves it.");
        return chart;
    }
    let ends = || rows.iter().flat_map(|s| [s.low, s.high]).chain([why.probability]);
    let (low, high) = (ends().fold(1.0, f64::min), ends().fold(0.0, f64::max));
    let room = ((high - low) * 0.16).max(0.02);
    let x = Scale::new(((low - room).max(0.0), (high + room).min(1.0)), (left, width - right));
    for mark in ticks(x.low, x.high, if narrow { 3 } else { 6 }) {
        chart.line((x.at(mark), top), (x.at(mark), bottom), "rule thin");
        chart.text((x.at(mark), bottom + 16.0), "soft small", At::Middle, &percent(mark));
    }
    let middle = x.at(why.probability);
    chart.line((middle, top - 6.0), (middle, bottom), "ink mid");
    chart.text((middle, top - 11.0), "small", At::Middle, &format!("now {}", percent(why.probability)));
    if !narrow {
        chart.text((width - right + 14.0, top - 11.0), "soft small", At::Start, "share of variance");
    }
    for (i, s) in rows.iter().enumerate() {
        let from = top + row * i as f64;
        let (y, bar) = if narrow { (from + 24.0, 16.0) } else { (from + 8.0, 18.0) };
        if narrow {
            chart.text((0.0, from + 17.0), "halo lab", At::Start, &fit(&name(s), 14.0, width));
        } else {
            chart.text((0.0, y + 14.0), "lab", At::Start, &fit(&name(s), 14.0, left - 10.0));
        }
        for (value, colour, word) in [(s.low, "1", "low"), (s.high, "0", "high")] {
            let at = x.at(value);
            chart.rect((at.min(middle), y), ((at - middle).abs(), bar), &format!("f{colour}"));
            let (place, anchor) = if value < why.probability { (at - 5.0, At::End) } else { (at + 5.0, At::Start) };
            let other = if word == "low" { s.high } else { s.low };
            let same_side = (value < why.probability) == (other < why.probability);
            let hidden = same_side && (value - why.probability).abs() < (other - why.probability).abs();
            if !hidden {
                chart.text((place, y + bar / 2.0 + 4.0), "small halo", anchor, &format!("{word} {}", percent(value)));
            }
        }
        if !narrow {
            let at = width - right + 14.0;
            let share = s.total.clamp(0.0, 1.0);
            chart.text((at, y + 14.0), "num", At::Start, &percent(share));
            chart.text((at + 58.0, y + 14.0), "soft small", At::Start, &format!("± {}", percent(s.error)));
        }
    }
    chart
}
