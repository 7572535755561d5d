//! Forecasts against what happened: Brier and log scores, calibration, and what simpler forecasters would have got.

use serde::Serialize;

/// One forecast of which of several things would happen, and which did.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// `[n_outcomes]`; sums to 1.
    pub probabilities: Vec<f64>,
    /// Position of what happened; `None`: something the forecast gave no chance at all.
    pub happened: Option<usize>,
}

/// Scores of several forecasts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    pub n: usize,
    /// Mean over forecasts of Σ (p − y)² over outcomes (Brier 1950, *Monthly Weather Review* 78): 0 is best, 2 worst.
    pub brier: Option<f64>,
    /// Mean of −ln p of what happened; a chance below one in 10,000 counts as that.
    pub log: Option<f64>,
    /// Of all outcomes of all forecasts, by what was said.
    pub calibration: Vec<Bin>,
    pub against: Vec<Against>,
}

/// Outcomes to which about the same chance was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub n: usize,
    /// Mean chance given.
    pub forecast: f64,
    /// Share that happened.
    pub observed: f64,
}

/// The forecasts minus a baseline: below 0 they are better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    pub baseline: &'static str,
    pub brier_difference: f64,
    /// Standard error over forecasts; 0 for a single one.
    pub error: f64,
}

/// The least chance the log score reckons with.
const LEAST: f64 = 1e-4;

/// Scores forecasts. Baselines: all outcomes alike; and the base rate, the share of outcomes at the same rank (likeliest
/// first) that happened in the other forecasts, one more of each counted (Laplace).
pub fn scores(all: &[Scored]) -> Scores {
    let n = all.len();
    let mean = |values: &[f64]| (n > 0).then(|| values.iter().sum::<f64>() / n as f64);
    let ours: Vec<f64> = all.iter().map(|s| brier(&s.probabilities, s.happened)).collect();
    let logs: Vec<f64> = all.iter().map(|s| -s.happened.map_or(0.0, |h| s.probabilities[h]).max(LEAST).ln()).collect();
    let uniform = |i: usize| vec![1.0 / all[i].probabilities.len().max(1) as f64; all[i].probabilities.len()];
    let rate = |i: usize| base_rate(all, i);
    let against = |baseline: &'static str, forecast: &dyn Fn(usize) -> Vec<f64>| {
        let apart: Vec<f64> = (0..n).map(|i| ours[i] - brier(&forecast(i), all[i].happened)).collect();
        let centre = apart.iter().sum::<f64>() / n as f64;
        let variance = apart.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (n as f64 - 1.0).max(1.0);
        Against { baseline, brier_difference: centre, error: (variance / n as f64).sqrt() }
    };
    Scores {
        n,
        brier: mean(&ours),
        log: mean(&logs),
        calibration: calibration(all),
        against: if n == 0 { Vec::new() } else { vec![against("uniform", &uniform), against("base rate", &rate)] },
    }
}

/// Σ (p − y)²; what was given no place counts as missed altogether.
pub fn brier(probabilities: &[f64], happened: Option<usize>) -> f64 {
    let listed: f64 =
        probabilities.iter().enumerate().map(|(k, p)| (p - f64::from(u8::from(Some(k) == happened))).powi(2)).sum();
    listed + if happened.is_none() { 1.0 } else { 0.0 }
}

/// Positions of outcomes, likeliest first.
fn ranked(probabilities: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
    order
}

fn base_rate(all: &[Scored], left_out: usize) -> Vec<f64> {
    let n_outcomes = all[left_out].probabilities.len();
    let mut counts = vec![1.0; n_outcomes];
    for (i, other) in all.iter().enumerate() {
        let rank = other.happened.and_then(|h| ranked(&other.probabilities).iter().position(|k| *k == h));
        if let (true, Some(count)) = (i != left_out, rank.and_then(|rank| counts.get_mut(rank))) {
            *count += 1.0;
        }
    }
    let total: f64 = counts.iter().sum();
    let mut rates = vec![0.0; n_outcomes];
    for (rank, position) in ranked(&all[left_out].probabilities).into_iter().enumerate() {
        rates[position] = counts[rank] / total;
    }
    rates
}

fn calibration(all: &[Scored]) -> Vec<Bin> {
    const BINS: usize = 10;
    let mut bins = vec![(0_usize, 0.0, 0.0); BINS];
    for scored in all {
        for (k, &p) in scored.probabilities.iter().enumerate() {
            let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
            bin.0 += 1;
            bin.1 += p;
            bin.2 += f64::from(u8::from(scored.happened == Some(k)));
        }
    }
    bins.into_iter()
        .enumerate()
        .filter(|(_, (n, _, _))| *n > 0)
        .map(|(k, (n, said, happened))| Bin {
            from: k as f64 / BINS as f64,
            to: (k + 1) as f64 / BINS as f64,
            n,
            forecast: said / n as f64,
            observed: happened / n as f64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Scored, brier, scores};

    fn forecast(probabilities: &[f64], happened: usize) -> Scored {
        Scored { probabilities: probabilities.to_vec(), happened: Some(happened) }
    }

    /// Brier's own example: a forecast of 0.7 rain that rains scores (0.3)² + (0.3)².
    #[test]
    fn a_forecast_of_rain() {
        assert!((brier(&[0.7, 0.3], Some(0)) - 0.18).abs() < 1e-12);
        assert!((brier(&[1.0, 0.0], Some(1)) - 2.0).abs() < 1e-12);
        assert!((brier(&[1.0], None) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_sure_and_right_forecaster_beats_every_baseline() {
        let scores = scores(&[forecast(&[1.0, 0.0], 0), forecast(&[0.0, 1.0], 1), forecast(&[1.0, 0.0], 0)]);
        assert_eq!(scores.brier, Some(0.0));
        assert!(scores.against.iter().all(|a| a.brier_difference < 0.0));
        assert!(scores.calibration.iter().all(|bin| (bin.forecast - bin.observed).abs() < 1e-12));
    }

    #[test]
    fn the_uniform_forecaster_draws_with_itself() {
        let scores = scores(&[forecast(&[0.5, 0.5], 0), forecast(&[0.25; 4], 3)]);
        let uniform = &scores.against[0];
        assert_eq!((uniform.baseline, uniform.brier_difference), ("uniform", 0.0));
        assert!((scores.log.expect("two forecasts") - (2.0_f64.ln() + 4.0_f64.ln()) / 2.0).abs() < 1e-12);
    }
}
