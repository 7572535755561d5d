//! When it is settled: the chance by the end of each month, its spread over draws, median and middle half.

use crate::data::Run;
use crate::scale::Scale;
use crate::svg::{At, Chart};
use crate::words::{bold_width, day, percent};
use jiff::civil::Date;

/// Cumulative chance by month.
pub fn when(run: &Run, width: f64) -> Chart {
    let when = &run.when;
    let (left, right, top, bottom) = (44.0, 64.0, 26.0, 196.0);
    let mut chart = Chart::new("when", width, 240.0);
    chart.title = format!("{}: when it is settled", run.case.title);
    let date = |d: Option<Date>| d.map_or_else(|| "later or never".to_owned(), day);
    chart.description = format!(
        "Chance that it is settled by the end of each month. Median {}; middle half from {} to {}; not settled by the end {}. {}",
        date(when.median),
        date(when.p25),
        date(when.p75),
        percent(when.never),
        when.by_month
            .iter()
            .map(|m| format!("By {}: {}", day(m.until), percent(m.probability)))
            .collect::<Vec<_>>()
            .join("; ")
    );
    let days = |d: Date| f64::from(run.now.until(d).map_or(0, |span| span.get_days()));
    let x = Scale::new((0.0, days(run.until)), (left, width - right));
    let y = Scale::new((0.0, 1.0), (bottom, top));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        chart.line((left, y.at(share)), (width - right, y.at(share)), "rule thin");
        chart.text((left - 8.0, y.at(share) + 4.0), "soft small", At::End, &percent(share));
    }
    if let (Some(p25), Some(p75)) = (when.p25, when.p75) {
        let (a, b) = (x.at(days(p25)), x.at(days(p75)));
        chart.rect((a, bottom - 5.0), (b - a, 10.0), "f1 veil");
        chart.line((a, bottom), (b, bottom), "s1 bold");
    }
    let points: Vec<(f64, f64, f64, f64)> = std::iter::once((x.at(0.0), 0.0, 0.0, 0.0))
        .chain(when.by_month.iter().map(|m| {
            let p = m.probability;
            (x.at(days(m.until)), p, m.p10.unwrap_or(p), m.p90.unwrap_or(p))
        }))
        .collect();
    let mut area: Vec<(f64, f64)> = points.iter().map(|p| (p.0, y.at(p.3))).collect();
    area.extend(points.iter().rev().map(|p| (p.0, y.at(p.2))));
    chart.polygon(&area, "f0 veil");
    let line: Vec<(f64, f64)> = points.iter().map(|p| (p.0, y.at(p.1))).collect();
    chart.polyline(&line, "s0 bold round");
    let n = when.by_month.len();
    let every = (n as f64 * 42.0 / (width - left - right)).ceil().max(1.0) as usize;
    for (i, month) in when.by_month.iter().enumerate() {
        let at = x.at(days(month.until));
        chart.line((at, bottom), (at, bottom + 4.0), "rule thin");
        if i % every == 0 || i + 1 == n {
            let close = i + 1 == n && (n - 1) % every != 0;
            if !close {
                chart.text((at, bottom + 20.0), "soft small", At::Middle, &month.until.strftime("%b").to_string());
                if i == 0 || month.until.month() <= every as i8 {
                    let year = month.until.strftime("%Y").to_string();
                    chart.text((at, bottom + 34.0), "soft small", At::Middle, &year);
                }
            }
        }
    }
    if let Some(last) = points.last() {
        chart.dot((last.0, y.at(last.1)), 3.5, "f0");
        chart.text((last.0 + 8.0, y.at(last.1) + 5.0), "num x0", At::Start, &percent(last.1));
    }
    if let Some(median) = when.median {
        let at = x.at(days(median));
        chart.line((at, top - 8.0), (at, bottom), "ink thin dash");
        let text = format!("median {}", day(median));
        let right_side = at + 6.0 + bold_width(&text, 14.0) < width || at < f64::midpoint(left, width - right);
        let (place, anchor) = if right_side { (at + 6.0, At::Start) } else { (at - 6.0, At::End) };
        let place = if right_side { place.min(width - bold_width(&text, 14.0)) } else { place };
        chart.text((place, top - 12.0), "lab halo", anchor, &text);
    } else {
        let text = format!("{} not settled by {}", percent(when.never), day(run.until));
        chart.text((left, top - 12.0), "lab", At::Start, &text);
    }
    chart
}
