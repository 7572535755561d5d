//! How likely each outcome is: a bar per outcome, its spread over draws as a line, figures and words beside it.

use crate::data::{Outcome, Run};
use crate::style::colour_of;
use crate::svg::{At, Chart};
use crate::words::{bold_width, day, fit, percent, wrap};

/// Bars of the headline's outcomes, the likeliest first.
pub fn outcomes(run: &Run, width: f64) -> Chart {
    let list = &run.headline.outcomes;
    let mut ranked: Vec<&Outcome> = list.iter().collect();
    ranked.sort_by(|a, b| b.band.mean.total_cmp(&a.band.mean));
    let narrow = width < 600.0;
    let widest = ranked.iter().map(|o| bold_width(&o.label, 14.0)).fold(60.0, f64::max).min(width * 0.34);
    let (left, right) = if narrow { (0.0, 58.0) } else { (widest + 12.0, 280.0) };
    let (row, bar) = if narrow { (52.0, 16.0) } else { (34.0, 18.0) };
    let track = width - left - right;
    let mut chart = Chart::new("outcomes", width, row * ranked.len() as f64 + 24.0);
    chart.title = format!("{}: {}", run.case.title, heading(run));
    chart.description = format!(
        "Mean over draws and the range of 80 percent of draws. {}",
        ranked
            .iter()
            .map(|o| {
                format!(
                    "{}: {}, from {} to {}",
                    o.label,
                    percent(o.band.mean),
                    percent(o.band.p10),
                    percent(o.band.p90)
                )
            })
            .collect::<Vec<_>>()
            .join("; ")
    );
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = left + track * share;
        chart.line((x, 0.0), (x, row * ranked.len() as f64), "rule thin");
        let at = if share == 0.0 { At::Start } else { At::Middle };
        chart.text((x, row * ranked.len() as f64 + 16.0), "soft small", at, &percent(share));
    }
    for (i, outcome) in ranked.iter().enumerate() {
        let top = i as f64 * row;
        let y = if narrow { top + 24.0 } else { top + 8.0 };
        let colour = colour_of(list.iter().map(|o| o.id.as_str()), &outcome.id);
        let band = &outcome.band;
        if narrow {
            chart.text((0.0, top + 16.0), "lab", At::Start, &fit(&outcome.label, 14.0, width));
        } else {
            let lines = wrap(&outcome.label, 15.6, left - 4.0, 1);
            chart.text((0.0, y + 14.0), "lab", At::Start, lines.first().map_or("", String::as_str));
        }
        chart.rect((left, y), (track, bar), "track");
        chart.rect((left, y), (track * band.mean, bar), &format!("f{colour}"));
        let x = |share: f64| left + track * share;
        for class in ["halo", "ink mid"] {
            chart.whisker((x(band.p10), x(band.p90)), y + bar / 2.0, 5.0, class);
        }
        let figures = left + track + 14.0;
        chart.text((figures, y + 14.0), "num", At::Start, &percent(band.mean));
        if !narrow {
            chart.text((figures + 56.0, y + 14.0), "soft", At::Start, &answer::words::phrase(band.mean));
        }
    }
    chart
}

/// What the bars are about.
pub(crate) fn heading(run: &Run) -> String {
    match run.headline.variable.as_str() {
        "government" => format!("who governs on {}", day(run.until)),
        other => format!("{} on {}", other.replace('_', " "), day(run.until)),
    }
}
