//! Profiles of numbers over logs.

use super::paint::{STRONG, bar, heading, note};
use answer::calibrate::{Calibrated, FALL, Identified};
use std::fmt::Write;

/// A profile per number, with what the logs do not say.
pub fn page(cases: &[(String, usize)], found: &[Calibrated], draws: u32) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{STRONG}What the logs of {} say{STRONG:#}",
        if cases.len() == 1 { "one case" } else { "several cases" }
    );
    for (title, entries) in cases {
        let _ = writeln!(out, "  {title}: {entries} entries");
    }
    note(&mut out, &format!("{draws} draws of everything else at each setting"));
    for number in found {
        heading(&mut out, &number.path);
        for point in &number.points {
            let mark = if point.profile < -FALL { ' ' } else { '·' };
            let _ = writeln!(
                out,
                "  {:>10} {:>9.2} ± {:<5.2} {mark} {}",
                figure(point.value),
                point.log_likelihood,
                point.error,
                bar(point.profile.exp(), 30).trim_end()
            );
        }
        let (low, high) = (number.low.map_or("?".into(), figure), number.high.map_or("?".into(), figure));
        let says = match number.identified {
            Identified::Both => format!("best {}, 95 % from {low} to {high}", figure(number.estimate)),
            Identified::Below => format!("at least {low}; not bounded above"),
            Identified::Above => format!("at most {high}; not bounded below"),
            Identified::No => "not identified: the logs are about as likely at every value".to_owned(),
        };
        let _ = writeln!(out, "  {says}");
        let _ = writeln!(
            out,
            "  prior {} to {}; other cases may draw \"{} to {}\"",
            figure(number.prior.0),
            figure(number.prior.1),
            figure(number.draws.0),
            figure(number.draws.1)
        );
    }
    note(
        &mut out,
        "Log-likelihood with its Monte-Carlo error; marked values lie within 1.92 of the best. The bar is the likelihood beside the best.",
    );
    out
}

fn figure(x: f64) -> String {
    if x.abs() >= 10.0 { format!("{x:.1}") } else { format!("{x:.3}") }
}
