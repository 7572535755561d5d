//! How the forecast moved with each entry of the log.

use crate::data::Update;
use crate::scale::{Scale, apart, ticks};
use crate::style::colour_of;
use crate::svg::{At, Chart};
use crate::words::{bold_width, fit, percent, plain, short_day, wrap};

/// Lines drawn with a colour and a name; the others are small.
const MOST: usize = 6;

/// Probability of the outcomes after each entry; lines through means, upright lines over 80 % of draws.
pub fn trajectory(update: &Update, width: f64) -> Chart {
    let mut chart = Chart::new("trajectory", width, 320.0);
    chart.title = "How the forecast moved with each entry of the log".into();
    let (Some(first), Some(last)) = (update.steps.first(), update.steps.last()) else {
        chart.description = "Nothing has been seen yet.".into();
        chart.text((0.0, 30.0), "soft", At::Start, "Nothing has been seen yet.");
        return chart;
    };
    let mut ranked: Vec<usize> = (0..last.outcomes.len()).collect();
    let peak =
        |o: usize| update.steps.iter().filter_map(|s| s.outcomes.get(o)).map(|o| o.band.mean).fold(0.0, f64::max);
    ranked.sort_by(|a, b| peak(*b).total_cmp(&peak(*a)));
    ranked.truncate(MOST);
    ranked.retain(|o| peak(*o) >= 0.01);
    let names: Vec<String> = ranked
        .iter()
        .map(|o| {
            format!("{} {}", fit(&last.outcomes[*o].label, 14.0, width * 0.22), percent(last.outcomes[*o].band.mean))
        })
        .collect();
    let right = names.iter().map(|n| bold_width(n, 14.0)).fold(60.0, f64::max) + 16.0;
    let (left, top, bottom) = (44.0, 12.0, 236.0);
    let highest = update
        .steps
        .iter()
        .flat_map(|s| ranked.iter().filter_map(|o| s.outcomes.get(*o)))
        .map(|o| o.band.p90)
        .fold(0.1, f64::max);
    let y = Scale::new((0.0, (highest * 10.0).ceil() / 10.0), (bottom, top));
    for mark in ticks(0.0, y.high, 4) {
        chart.line((left, y.at(mark)), (width - right, y.at(mark)), "rule thin");
        chart.text((left - 8.0, y.at(mark) + 4.0), "soft small", At::End, &percent(mark));
    }
    let n = update.steps.len();
    let gap = (width - right - left - 40.0) / (n.max(2) - 1) as f64;
    let x = |step: usize| left + 20.0 + gap * step as f64;
    let every = (46.0 / gap).ceil().max(1.0) as usize;
    for (i, step) in update.steps.iter().enumerate() {
        chart.line((x(i), bottom), (x(i), bottom + 4.0), "rule thin");
        if i % every != 0 && i + 1 != n {
            continue;
        }
        chart.text((x(i), bottom + 18.0), "lab", At::Middle, &short_day(step.date));
        let said = step.entry.as_deref().map_or_else(|| "nothing seen".to_owned(), plain);
        let said = said.split_once(": ").map_or(said.clone(), |(who, what)| format!("{who}: {what}"));
        for (l, line) in wrap(&said, 11.5, (gap * every as f64 - 8.0).max(40.0), 4).iter().enumerate() {
            chart.text((x(i), bottom + 34.0 + 13.0 * l as f64), "soft small", At::Middle, line);
        }
    }
    let colours = |o: usize| colour_of(first.outcomes.iter().map(|o| o.id.as_str()), &last.outcomes[o].id);
    for (k, &o) in ranked.iter().enumerate() {
        let colour = colours(o);
        let aside = (k as f64 - (ranked.len() as f64 - 1.0) / 2.0) * 4.0;
        let bands: Vec<(f64, crate::data::Band)> = update
            .steps
            .iter()
            .enumerate()
            .filter_map(|(i, s)| s.outcomes.get(o).map(|o| (x(i) + aside, o.band)))
            .collect();
        for (at, band) in &bands {
            chart.line((*at, y.at(band.p10)), (*at, y.at(band.p90)), &format!("s{colour} mid"));
        }
        let line: Vec<(f64, f64)> = bands.iter().map(|(at, band)| (*at, y.at(band.mean))).collect();
        chart.polyline(&line, &format!("s{colour} bold round"));
        for point in &line {
            chart.dot(*point, 3.6, &format!("f{colour}"));
        }
    }
    let wanted: Vec<f64> = ranked.iter().map(|o| y.at(last.outcomes[*o].band.mean) + 5.0).collect();
    for ((place, name), &o) in apart(&wanted, 18.0, (top + 8.0, bottom + 8.0)).iter().zip(&names).zip(&ranked) {
        chart.text((width - right + 6.0, *place), &format!("lab x{}", colours(o)), At::Start, name);
    }
    chart.description = format!(
        "Probability of each outcome after each entry. {}",
        update
            .steps
            .iter()
            .map(|s| {
                let said = s.entry.as_deref().map_or_else(|| "nothing seen".to_owned(), plain);
                let list: Vec<String> = ranked
                    .iter()
                    .filter_map(|o| s.outcomes.get(*o))
                    .map(|o| format!("{} {}", o.label, percent(o.band.mean)))
                    .collect();
                format!("{}, {said}: {}", short_day(s.date), list.join(", "))
            })
            .collect::<Vec<_>>()
            .join("; ")
    );
    chart
}
