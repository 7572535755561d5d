//! The case as it is and changed, side by side: a line from one to the other per outcome.

use crate::data::{Outcome, WhatIf};
use crate::style::colour_of;
use crate::svg::{At, Chart};
use crate::words::{bold_width, fit, percent, signed};

/// A row per outcome: a hollow mark as it is, a full one changed, each over its spread; the difference with its error.
pub fn change(answer: &WhatIf, width: f64) -> Chart {
    let (before, after) = (&answer.base.headline.outcomes, &answer.changed.headline.outcomes);
    let mut rows: Vec<(&Outcome, Option<&Outcome>)> =
        after.iter().map(|o| (o, before.iter().find(|b| b.id == o.id))).collect();
    rows.sort_by(|a, b| {
        let weight = |row: &(&Outcome, Option<&Outcome>)| row.0.band.mean.max(row.1.map_or(0.0, |b| b.band.mean));
        weight(b).total_cmp(&weight(a))
    });
    let narrow = width < 600.0;
    let widest = rows.iter().map(|(o, _)| bold_width(&o.label, 14.0)).fold(60.0, f64::max).min(width * 0.3);
    let (left, right) = if narrow { (8.0, 74.0) } else { (widest + 16.0, 210.0) };
    let (row, top) = if narrow { (56.0, 8.0) } else { (44.0, 26.0) };
    let bottom = top + row * rows.len() as f64;
    let mut chart = Chart::new("change", width, bottom + 24.0);
    chart.title = "As it is and changed".into();
    let track = width - left - right;
    let x = |share: f64| left + track * share;
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        chart.line((x(share), top), (x(share), bottom), "rule thin");
        chart.text((x(share), bottom + 16.0), "soft small", At::Middle, &percent(share));
    }
    let figures = width - right + 16.0;
    if !narrow {
        chart.text((figures, 16.0), "soft small", At::Start, "changed");
        chart.text((figures + 62.0, 16.0), "soft small", At::Start, "points, ± error");
    }
    let mut said = Vec::new();
    for (i, (now, was)) in rows.iter().enumerate() {
        let from = top + row * i as f64;
        let y = if narrow { from + 34.0 } else { from + row / 2.0 };
        let colour = colour_of(after.iter().map(|o| o.id.as_str()), &now.id);
        if narrow {
            chart.text((0.0, from + 16.0), "lab", At::Start, &fit(&now.label, 14.0, width - right));
        } else {
            chart.text((0.0, y + 5.0), "lab", At::Start, &fit(&now.label, 14.0, left - 10.0));
        }
        if let Some(was) = was {
            chart.whisker((x(was.band.p10), x(was.band.p90)), y - 8.0, 3.0, "sn mid");
            chart.dot((x(was.band.mean), y - 8.0), 4.5, "fn");
        }
        chart.whisker((x(now.band.p10), x(now.band.p90)), y + 7.0, 4.0, &format!("s{colour} bold"));
        chart.dot((x(now.band.mean), y + 7.0), 6.0, &format!("f{colour}"));
        chart.text((figures, y + 9.0), "num", At::Start, &percent(now.band.mean));
        let apart = answer.difference.iter().find(|d| d.id == now.id);
        if let Some(d) = apart {
            let text = format!("{} ± {:.1}", signed(d.mean * 100.0, 1), d.error * 100.0);
            if narrow {
                chart.text((width, y - 10.0), "soft small", At::End, &signed(d.mean * 100.0, 1));
            } else {
                chart.text((figures + 62.0, y + 9.0), "soft", At::Start, &text);
            }
            said.push(format!("{}: {} ({text} points)", now.label, percent(now.band.mean)));
        }
    }
    chart.description = format!(
        "Grey: as it is. Coloured: changed. Lines cover 80 percent of draws. Difference over the same draws with its error. {}",
        said.join("; ")
    );
    chart
}
