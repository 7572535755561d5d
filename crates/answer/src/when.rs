//! When something is first so: a distribution over dates from one over periods.

use crate::band::{Weights, quantile as spread};
use game::graph::Period;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

/// Quantiles of a date over all paths and draws. A quantile is `None` where `never` exceeds what is above it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct When {
    pub median: Option<Date>,
    pub p10: Option<Date>,
    pub p25: Option<Date>,
    pub p75: Option<Date>,
    pub p90: Option<Date>,
    /// Probability that it is not so by `until`.
    pub never: f64,
    /// Cumulative, by the end of each month.
    pub by_month: Vec<ByMonth>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByMonth {
    /// Last day counted.
    pub until: Date,
    pub probability: f64,
    /// A tenth of the draws lie below.
    pub p10: f64,
    /// A tenth of the draws lie above.
    pub p90: f64,
}

impl When {
    /// From each draw's chance of having been so by the beginning of each period and at the end: `[draw][n_periods + 1]`.
    pub fn of(by_period: &[Vec<f64>], periods: &[Period], weights: &Weights) -> When {
        let n = periods.len();
        let reached: Vec<f64> = (0..=n).map(|t| weights.mean(|draw| by_period[draw][t])).collect();
        let begins = periods.first().map_or(Date::ZERO, |p| p.begins);
        // Days from the first period's beginning to each of its bounds; within a period chance passes evenly.
        let mut bounds = vec![0.0];
        for period in periods {
            bounds.push(bounds[bounds.len() - 1] + period.days);
        }
        let date = |days: f64| begins.checked_add((days.floor() as i64).days()).unwrap_or(Date::MAX);
        let quantile = |q: f64| -> Option<Date> {
            if reached[0] >= q {
                return Some(begins);
            }
            let t = (1..=n).find(|t| reached[*t] >= q)?;
            let share = (q - reached[t - 1]) / (reached[t] - reached[t - 1]);
            // The day on which it is reached: the last instant of a period still belongs to it.
            let days = bounds[t - 1] + share * (bounds[t] - bounds[t - 1]);
            Some(date((days - 1e-9).max(0.0)))
        };
        let by = |reached: &[f64], day_after: f64| -> f64 {
            let t = (1..=n).find(|t| bounds[*t] >= day_after).unwrap_or(n);
            let share = ((day_after - bounds[t - 1]) / (bounds[t] - bounds[t - 1])).clamp(0.0, 1.0);
            reached[t - 1] + share * (reached[t] - reached[t - 1])
        };
        let end = periods.last().map_or(begins, |p| p.ends);
        let mut by_month = Vec::new();
        let mut month = begins.last_of_month();
        loop {
            let until = month.min(end.yesterday().unwrap_or(end));
            let days = f64::from(begins.until(until).map_or(0, |span| span.get_days())) + 1.0;
            let mut draws: Vec<(f64, f64)> =
                by_period.iter().enumerate().map(|(draw, own)| (by(own, days), weights.of(draw))).collect();
            draws.sort_by(|a, b| a.0.total_cmp(&b.0));
            by_month.push(ByMonth {
                until,
                probability: by(&reached, days),
                p10: spread(&draws, 0.1),
                p90: spread(&draws, 0.9),
            });
            if until < month {
                break;
            }
            let Ok(next) = month.tomorrow() else { break };
            if next >= end {
                break;
            }
            month = next.last_of_month();
        }
        When {
            median: quantile(0.5),
            p10: quantile(0.1),
            p25: quantile(0.25),
            p75: quantile(0.75),
            p90: quantile(0.9),
            never: (1.0 - reached[n]).max(0.0),
            by_month,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::When;
    use crate::band::Weights;
    use game::graph::Period;
    use jiff::civil::date;

    fn periods() -> Vec<Period> {
        let begins = date(2026, 1, 1);
        (0..6)
            .map(|i| Period {
                begins: begins + jiff::Span::new().days(10 * i),
                ends: begins + jiff::Span::new().days(10 * (i + 1)),
                days: 10.0,
                segment: 0,
            })
            .collect()
    }

    #[test]
    fn chance_passes_evenly_within_a_period() {
        let reached = vec![vec![0.0, 0.2, 0.4, 0.6, 0.6, 0.6, 0.6]];
        let when = When::of(&reached, &periods(), &Weights::equal(1));
        // A quarter is reached 2.5 days into the second ten: on the thirteenth day.
        assert_eq!(when.p25, Some(date(2026, 1, 13)));
        assert_eq!(when.median, Some(date(2026, 1, 25)));
        assert_eq!(when.p75, None);
        assert!((when.never - 0.4).abs() < 1e-12);
        assert_eq!(when.by_month[0].until, date(2026, 1, 31));
        assert!((when.by_month[0].probability - 0.6).abs() < 1e-12);
        assert_eq!(when.by_month.last().map(|m| m.until), Some(date(2026, 3, 1)));
    }
}
