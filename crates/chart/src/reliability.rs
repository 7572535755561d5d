//! Whether chances mean what they say: how often what was given about a chance came true.

use crate::data::Reliability;
use crate::scale::Scale;
use crate::svg::{At, Chart};
use crate::words::{bold_width, percent};

/// A dot per tenth of the chances given: across what was said, upwards how often it came true, with 95 % of sampling error.
///
/// - The error is binomial, as if the things foretold were independent; those of one chamber are not, so it is too short.
pub fn reliability(found: &Reliability, width: f64) -> Chart {
    let side = (width - 130.0).clamp(160.0, 380.0);
    let (left, top) = (56.0, 14.0);
    let mut chart = Chart::new("reliability", width, top + side + 56.0);
    chart.title = format!("{}: said and happened", found.of);
    chart.description = found
        .bins
        .iter()
        .map(|b| format!("said {}, happened {}, of {}", percent(b.forecast), percent(b.happened), b.n))
        .collect::<Vec<_>>()
        .join("; ");
    let x = Scale::new((0.0, 1.0), (left, left + side));
    let y = Scale::new((0.0, 1.0), (top + side, top));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        chart.line((left, y.at(share)), (left + side, y.at(share)), "rule thin");
        chart.text((left - 8.0, y.at(share) + 4.0), "soft small", At::End, &percent(share));
        chart.text((x.at(share), top + side + 18.0), "soft small", At::Middle, &percent(share));
    }
    chart.line((x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)), "ink thin dash");
    for b in found.bins.iter().filter(|b| b.n > 0) {
        let n = f64::from(b.n);
        let reach = 1.96 * (b.happened * (1.0 - b.happened)).max(1.0 / n).sqrt() / n.sqrt();
        let (low, high) = ((b.happened - reach).max(0.0), (b.happened + reach).min(1.0));
        chart.line((x.at(b.forecast), y.at(low)), (x.at(b.forecast), y.at(high)), "s0 mid");
        chart.dot((x.at(b.forecast), y.at(b.happened)), (2.0 + n.sqrt() / 3.0).min(9.0), "f0");
    }
    chart.text((left + side / 2.0, top + side + 42.0), "small", At::Middle, "chance given");
    let said = "came true";
    chart.text((left + side + 10.0, y.at(1.0) + 4.0), "small", At::Start, said);
    let right = "as often as said";
    if width - (left + side) > bold_width(right, 11.5) * 0.5 {
        chart.text((left + side + 10.0, y.at(1.0) + 20.0), "soft small", At::Start, "dashed: as");
        chart.text((left + side + 10.0, y.at(1.0) + 34.0), "soft small", At::Start, "often as said");
    }
    chart
}
