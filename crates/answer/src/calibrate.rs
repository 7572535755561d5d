//! What several cases' logs say of one number: its profile likelihood, and the draws other cases may use.
//!
//! A case's log has, at a value of the number, the likelihood L(θ) = E[Π chances of what was seen], the mean over draws of
//! everything else that is uncertain (quantal response gives each act its chance). Cases are independent given the number, so
//! logarithms add. Where a second number is calibrated beside it, its best value is taken at each value of the first: the
//! profile. A value is left standing where the profile lies within 1.92 of the top (95 %, by the χ² of one degree of freedom;
//! Signorino 1999, *APSR* 93, fits such models by likelihood). What is left standing at an end of the grid is not identified
//! on that side, and is said to be so.

use case::model::Law;
use game::law::quantile;
use serde::Serialize;

/// The profile falls so far at the ends of a 95 % interval: half of the χ² quantile 3.84.
pub const FALL: f64 = 1.92;
/// Strips the prior is cut into for the draws.
const STRIPS: usize = 400;

/// Log-likelihood of all logs at one value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    pub value: f64,
    pub log_likelihood: f64,
    /// Monte-Carlo standard error of it.
    pub error: f64,
    /// Log-likelihood less that of the best value.
    pub profile: f64,
}

/// A number as the logs leave it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibrated {
    pub path: String,
    pub points: Vec<Point>,
    pub estimate: f64,
    /// Ends of the 95 % interval; `None` where the logs do not bound it on that side.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub identified: Identified,
    /// 5 % and 95 % points of prior times likelihood: what other cases may draw from.
    pub draws: (f64, f64),
    /// The same of the prior alone.
    pub prior: (f64, f64),
}

/// On which sides the logs bound a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Identified {
    Both,
    Below,
    Above,
    No,
}

/// Reads a profile off a grid: values in rising order, each with its log-likelihood and error.
///
/// - `grid` at least one value; a log-likelihood may be −∞ (what was seen cannot happen there).
/// - Between values the profile is taken to be straight.
pub fn calibrated(path: &str, prior: &Law, grid: &[(f64, f64, f64)]) -> Calibrated {
    let best = grid.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.total_cmp(&a.0)));
    let (estimate, top) = best.map_or((f64::NAN, 0.0), |(value, ll, _)| (value, ll));
    let points: Vec<Point> = grid
        .iter()
        .map(|&(value, log_likelihood, error)| Point { value, log_likelihood, error, profile: log_likelihood - top })
        .collect();
    let end = |from: &mut dyn Iterator<Item = &Point>| {
        let mut inner: Option<&Point> = None;
        for point in from {
            if point.profile < -FALL {
                return inner.map(|inner| {
                    let fall = (inner.profile - point.profile).max(1e-12);
                    let part = if fall.is_finite() { (inner.profile + FALL) / fall } else { 0.0 };
                    inner.value + part * (point.value - inner.value)
                });
            }
            inner = Some(point);
        }
        None
    };
    let at = points.iter().position(|p| p.value == estimate).unwrap_or(0);
    let low = end(&mut points[..=at.min(points.len().saturating_sub(1))].iter().rev());
    let high = end(&mut points[at..].iter());
    let identified = match (low.is_some(), high.is_some()) {
        (true, true) => Identified::Both,
        (true, false) => Identified::Below,
        (false, true) => Identified::Above,
        (false, false) => Identified::No,
    };
    Calibrated {
        path: path.to_owned(),
        estimate,
        low,
        high,
        identified,
        draws: weighted(prior, |x| profile_at(&points, x).exp()),
        prior: weighted(prior, |_| 1.0),
        points,
    }
}

/// The profile at a value, straight between grid values and level beyond them.
fn profile_at(points: &[Point], value: f64) -> f64 {
    let after = points.partition_point(|p| p.value < value);
    match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
        (Some(a), Some(b)) if a.profile.is_finite() && b.profile.is_finite() => {
            a.profile + (b.profile - a.profile) * (value - a.value) / (b.value - a.value)
        }
        (Some(a), Some(b)) => a.profile.min(b.profile),
        (Some(one), None) | (None, Some(one)) => one.profile,
        (None, None) => 0.0,
    }
}

/// 5 % and 95 % points of a law whose strips are weighted.
fn weighted(law: &Law, weight: impl Fn(f64) -> f64) -> (f64, f64) {
    let strips: Vec<(f64, f64)> = (0..STRIPS)
        .map(|i| {
            let value = quantile(law, (i as f64 + 0.5) / STRIPS as f64);
            (value, weight(value))
        })
        .collect();
    let total: f64 = strips.iter().map(|s| s.1).sum();
    let point = |share: f64| {
        let mut sum = 0.0;
        for &(value, w) in &strips {
            sum += w;
            if sum >= share * total {
                return value;
            }
        }
        strips.last().map_or(f64::NAN, |s| s.0)
    };
    (point(0.05), point(0.95))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bell(values: &[f64], middle: f64, width: f64) -> Vec<(f64, f64, f64)> {
        values.iter().map(|&x| (x, -0.5 * ((x - middle) / width).powi(2), 0.0)).collect()
    }

    #[test]
    fn a_bell_is_bounded_by_two_standard_deviations() {
        let values: Vec<f64> = (0..=200).map(|i| f64::from(i) / 10.0).collect();
        let law = Law::Normal { low: 0.0, high: 20.0 };
        let found = calibrated("x", &law, &bell(&values, 8.0, 1.5));
        assert_eq!((found.estimate, found.identified), (8.0, Identified::Both));
        let (low, high) = (found.low.expect("bounded"), found.high.expect("bounded"));
        assert!((low - (8.0 - 1.96 * 1.5)).abs() < 0.02 && (high - (8.0 + 1.96 * 1.5)).abs() < 0.02);
        // a prior of mean 10 and standard deviation 6.08 and a likelihood of 8 ± 1.5
        let precision = 1.0 / 6.08f64.powi(2) + 1.0 / 1.5f64.powi(2);
        let middle = (10.0 / 6.08f64.powi(2) + 8.0 / 1.5f64.powi(2)) / precision;
        let reach = 1.645 / precision.sqrt();
        assert!((found.draws.0 - (middle - reach)).abs() < 0.1 && (found.draws.1 - (middle + reach)).abs() < 0.1);
        assert!(found.prior.0 < 0.1 && found.prior.1 > 19.9);
    }

    #[test]
    fn what_the_logs_do_not_bound_is_said() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let law = Law::LogNormal { low: 1.0, high: 8.0 };
        let flat: Vec<_> = values.iter().map(|&x| (x, -3.0, 0.1)).collect();
        let found = calibrated("x", &law, &flat);
        assert_eq!((found.identified, found.low, found.high), (Identified::No, None, None));
        assert_eq!(found.draws, found.prior);
        let rising: Vec<_> = values.iter().map(|&x| (x, -10.0 / x, 0.1)).collect();
        let found = calibrated("x", &law, &rising);
        assert_eq!((found.identified, found.estimate), (Identified::Below, 8.0));
        let impossible = [(1.0, f64::NEG_INFINITY, 0.0), (2.0, -1.0, 0.0), (4.0, -1.5, 0.0)];
        let found = calibrated("x", &law, &impossible);
        assert_eq!((found.low, found.high), (Some(2.0), None));
    }
}
