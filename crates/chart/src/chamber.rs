//! The chamber: a dot per member, blocs side by side, and how far in one must count for a quorum or a majority.

use crate::data::Chamber;
use crate::svg::{At, Chart};
use crate::words::{fit, text_width};
use std::f64::consts::PI;

/// A hemicycle, its blocs from left to right in the order given, with the number each rule asks for.
pub fn chamber(chamber: &Chamber, width: f64) -> Chart {
    let narrow = width < 600.0;
    let seats: u32 = chamber.blocs.iter().map(|b| b.seats).sum();
    let aside = if narrow { 14.0 } else { 190.0 };
    let radius = (width / 2.0 - aside).clamp(60.0, 300.0);
    let (cx, cy) = (width / 2.0, radius + 34.0);
    let places = hemicycle(seats.max(1), radius);
    let mut chart = Chart::new("chamber", width, 0.0);
    chart.title = format!("{}: {} members", chamber.name, chamber.members);
    chart.description = format!(
        "{}. {}",
        chamber.blocs.iter().map(|b| format!("{} {}", b.label, b.seats)).collect::<Vec<_>>().join(", "),
        chamber.marks.iter().map(|m| format!("{}: {}", m.label, m.seats)).collect::<Vec<_>>().join("; ")
    );
    let spacing = places.first().map_or(4.0, |p| p.2);
    let mut next = 0_usize;
    let mut labels = Vec::new();
    for (b, bloc) in chamber.blocs.iter().enumerate() {
        let colour = shade(b);
        let first = next;
        for _ in 0..bloc.seats {
            if let Some((r, angle, _)) = places.get(next) {
                chart.dot((cx - r * angle.cos(), cy - r * angle.sin()), spacing * 0.4, &colour);
            }
            next += 1;
        }
        let middle = (first + next).saturating_sub(1) / 2;
        if let Some((_, angle, _)) = places.get(middle) {
            labels.push((*angle, format!("{} {}", bloc.label, bloc.seats), bloc.seats, b));
        }
    }
    let rank = |k: u32| -> Option<f64> {
        let k = k as usize;
        let inner = places.get(k.checked_sub(1)?)?.1;
        Some(places.get(k).map_or(PI, |outer| f64::midpoint(inner, outer.1)))
    };
    let mut marks = chamber.marks.clone();
    marks.sort_by_key(|m| m.seats);
    for mark in &marks {
        if let Some(angle) = rank(mark.seats) {
            let at = |r: f64| (cx - r * angle.cos(), cy - r * angle.sin());
            chart.line(at(radius * 0.34), at(radius + 9.0), "ink mid");
            let (x, y) = at(radius * 0.30);
            chart.text((x, y + 4.0), "lab", At::Middle, &mark.seats.to_string());
        }
    }
    chart.text((cx, cy - 2.0), "big", At::Middle, &chamber.members.to_string());
    chart.text((cx, cy + 16.0), "soft small", At::Middle, "members");
    if !narrow {
        let large = f64::from(seats) * 0.04;
        let mut free_left = f64::INFINITY;
        let mut free_right = f64::NEG_INFINITY;
        for (angle, text, count, _) in &labels {
            if f64::from(*count) < large {
                continue;
            }
            let (x, y) = (cx - (radius + 16.0) * angle.cos(), cy - (radius + 16.0) * angle.sin());
            let at = if *angle < PI * 0.42 {
                At::End
            } else if *angle > PI * 0.58 {
                At::Start
            } else {
                At::Middle
            };
            let free = match at {
                At::End => (free_left - y).abs() > 14.0,
                At::Start => (free_right - y).abs() > 14.0,
                At::Middle => true,
            };
            let room = match at {
                At::End => x,
                At::Start => width - x,
                At::Middle => 120.0,
            };
            if free {
                chart.text((x, y), "small", at, &fit(text, 11.5, room));
                match at {
                    At::End => free_left = y,
                    At::Start => free_right = y,
                    At::Middle => {}
                }
            }
        }
    }
    // Every bloc once more in rows below: small ones have no room beside the arc.
    let mut y = cy + 46.0;
    for mark in &marks {
        chart.text((0.0, y), "num", At::Start, &mark.seats.to_string());
        chart.text((44.0, y), "soft", At::Start, &fit(&mark.label, 13.0, width - 44.0));
        y += 20.0;
    }
    y += 8.0;
    let mut x = 0.0;
    // Half a page shows the large ones; a phone, having nothing beside the arc, and a whole page show all.
    let least = if (400.0..600.0).contains(&width) { seats / 25 } else { 0 };
    let small = labels.iter().filter(|l| l.2 < least).count();
    let more = (0.0, format!("and {small} smaller"), 0, usize::MAX);
    let listed = labels.iter().filter(|l| l.2 >= least).chain(std::iter::once(&more).filter(|_| small > 0));
    for (_, text, _, b) in listed {
        let wide = text_width(text, 13.0) + 30.0;
        if x > 0.0 && x + wide > width {
            x = 0.0;
            y += 22.0;
        }
        if *b == usize::MAX {
            chart.text((x, y), "soft", At::Start, text);
        } else {
            chart.dot((x + 6.0, y - 4.0), 5.5, &shade(*b));
            chart.text((x + 16.0, y), "", At::Start, text);
        }
        x += wide;
    }
    chart.height = y + 12.0;
    chart
}

/// Neighbours differ: the ten colours, then again.
fn shade(bloc: usize) -> String {
    format!("f{}", bloc % 10)
}

/// Radius, angle from the left end and spacing of each seat, ordered by angle, so that blocs are wedges.
fn hemicycle(seats: u32, radius: f64) -> Vec<(f64, f64, f64)> {
    let n = f64::from(seats);
    let inner = 0.42;
    // Rows so that the spacing along a row and between rows is about the same.
    let mut rows = 1;
    while rows < 30 {
        let between = (1.0 - inner) / f64::from(rows);
        let length: f64 = (0..=rows).map(|r| PI * (inner + between * f64::from(r))).sum();
        if length / between >= n {
            break;
        }
        rows += 1;
    }
    let between = (1.0 - inner) / f64::from(rows);
    let radii: Vec<f64> = (0..=rows).map(|r| inner + between * f64::from(r)).collect();
    let total: f64 = radii.iter().sum();
    let mut counts: Vec<u32> = radii.iter().map(|r| (n * r / total).round() as u32).collect();
    let last = counts.len() - 1;
    let others: u32 = counts[..last].iter().sum();
    counts[last] = seats.saturating_sub(others);
    let mut places: Vec<(f64, f64, f64)> = Vec::new();
    for (r, count) in radii.iter().zip(&counts) {
        for k in 0..*count {
            let angle = if *count == 1 { PI / 2.0 } else { PI * f64::from(k) / f64::from(count - 1) };
            places.push((r * radius, angle, between * radius));
        }
    }
    places.sort_by(|a, b| a.1.total_cmp(&b.1).then(b.0.total_cmp(&a.0)));
    places.truncate(seats as usize);
    places
}

#[cfg(test)]
mod tests {
    use super::hemicycle;

    #[test]
    fn everybody_has_a_seat() {
        for seats in [1, 2, 9, 41, 120, 329, 709] {
            assert_eq!(hemicycle(seats, 200.0).len(), seats as usize, "{seats}");
        }
    }
}
