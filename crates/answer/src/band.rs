//! What draws say about one quantity: mean, spread, Monte-Carlo error.

use game::draw::SCRAMBLES;
use serde::Serialize;

/// A quantity over draws.
///
/// The spread `p10`–`p90` is what the analyst does not know; `error` is only that of having taken finitely many draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    pub mean: f64,
    /// A tenth of the draws lie below.
    pub p10: f64,
    /// A tenth of the draws lie above.
    pub p90: f64,
    /// Monte-Carlo standard error of the mean, from independent scrambles.
    pub error: f64,
}

/// How much each draw counts; they sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    weights: Vec<f64>,
    /// Which of the independent scrambles each draw comes from.
    scrambles: Vec<u32>,
}

impl Weights {
    /// All draws alike.
    pub fn equal(n: usize) -> Weights {
        Weights::of_draws(vec![1.0 / n as f64; n])
    }

    /// Draws in proportion to these; all alike where none counts.
    pub fn proportional(weights: &[f64]) -> Weights {
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            Weights::of_draws(weights.iter().map(|w| w / total).collect())
        } else {
            Weights::equal(weights.len())
        }
    }

    fn of_draws(weights: Vec<f64>) -> Weights {
        let scrambles = (0..weights.len() as u32).map(|draw| draw % SCRAMBLES).collect();
        Weights { weights, scrambles }
    }

    /// The same for draws that stand at these places of the sequence.
    pub fn at(self, places: &[u32]) -> Weights {
        Weights { scrambles: places.iter().map(|place| place % SCRAMBLES).collect(), ..self }
    }

    pub fn len(&self) -> usize {
        self.weights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    pub fn of(&self, draw: usize) -> f64 {
        self.weights[draw]
    }

    /// Effective number of draws: 1 / Σ w² (Kish 1965, *Survey Sampling*).
    pub fn effective(&self) -> f64 {
        1.0 / self.weights.iter().map(|w| w * w).sum::<f64>()
    }

    /// Weighted sum, in draw order.
    pub fn mean(&self, values: impl Fn(usize) -> f64) -> f64 {
        self.weights.iter().enumerate().map(|(draw, w)| w * values(draw)).sum()
    }
}

impl Band {
    /// Of one value per draw.
    pub fn of(values: &[f64], weights: &Weights) -> Band {
        Band::of_ratio(values, &vec![1.0; values.len()], weights)
    }

    /// Of a ratio of sums: mean Σw·above / Σw·below, spread over the draws' own ratios, counted by what lies below.
    /// `None`-like draws, with nothing below, say nothing about the spread.
    pub fn of_ratio(above: &[f64], below: &[f64], weights: &Weights) -> Band {
        let ratio = |draws: &dyn Fn(usize) -> bool| -> Option<f64> {
            let sum = |values: &[f64]| -> f64 {
                (0..values.len()).filter(|d| draws(*d)).map(|d| weights.of(d) * values[d]).sum()
            };
            let under = sum(below);
            (under > 0.0).then(|| sum(above) / under)
        };
        let mean = ratio(&|_| true).unwrap_or(0.0);
        let scrambles: Vec<f64> =
            (0..SCRAMBLES as usize).filter_map(|s| ratio(&|draw| weights.scrambles[draw] as usize == s)).collect();
        let n = scrambles.len() as f64;
        let error = if scrambles.len() > 1 {
            let centre = scrambles.iter().sum::<f64>() / n;
            (scrambles.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt()
        } else {
            0.0
        };
        let mut draws: Vec<(f64, f64)> = above
            .iter()
            .zip(below)
            .enumerate()
            .filter(|(_, (_, under))| **under > 0.0)
            .map(|(draw, (over, under))| (over / under, weights.of(draw) * under))
            .collect();
        draws.sort_by(|a, b| a.0.total_cmp(&b.0));
        Band { mean, p10: quantile(&draws, 0.1), p90: quantile(&draws, 0.9), error }
    }
}

/// Mean and Monte-Carlo error of the difference of two ratios over common draws: `changed` minus `base`, each above and below.
pub fn difference(changed: (&[f64], &[f64]), base: (&[f64], &[f64]), weights: &Weights) -> (f64, f64) {
    let ratio = |(above, below): (&[f64], &[f64]), draws: &dyn Fn(usize) -> bool| -> f64 {
        let sum = |values: &[f64]| -> f64 {
            (0..values.len()).filter(|d| draws(*d)).map(|d| weights.of(d) * values[d]).sum()
        };
        let under = sum(below);
        if under > 0.0 { sum(above) / under } else { 0.0 }
    };
    let of = |draws: &dyn Fn(usize) -> bool| ratio(changed, draws) - ratio(base, draws);
    let scrambles: Vec<f64> = (0..(SCRAMBLES as usize).min(weights.len()))
        .map(|s| of(&|draw| weights.scrambles[draw] as usize == s))
        .collect();
    let n = scrambles.len() as f64;
    let centre = scrambles.iter().sum::<f64>() / n;
    let variance = scrambles.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (of(&|_| true), (variance / n).sqrt())
}

/// Weighted quantile of sorted `(value, weight)`: the value at which the weights below and half of its own reach `q`,
/// linear in between.
pub fn quantile(sorted: &[(f64, f64)], q: f64) -> f64 {
    let total: f64 = sorted.iter().map(|(_, w)| w).sum();
    let Some(&(first, _)) = sorted.first() else { return 0.0 };
    let mut below = 0.0;
    let (mut at, mut value) = (f64::NEG_INFINITY, first);
    for &(x, w) in sorted {
        let middle = (below + w / 2.0) / total;
        if middle >= q {
            if at == f64::NEG_INFINITY || middle <= at {
                return x;
            }
            return value + (x - value) * (q - at) / (middle - at);
        }
        (at, value) = (middle, x);
        below += w;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{Band, Weights, quantile};

    #[test]
    fn quantiles_of_equal_weights() {
        let sorted: Vec<(f64, f64)> = (1..=10).map(|x| (f64::from(x), 0.1)).collect();
        assert!((quantile(&sorted, 0.5) - 5.5).abs() < 1e-12);
        assert!((quantile(&sorted, 0.0) - 1.0).abs() < 1e-12);
        assert!((quantile(&sorted, 1.0) - 10.0).abs() < 1e-12);
        assert!((quantile(&sorted, 0.1) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn weights_that_are_alike_count_fully() {
        assert!((Weights::proportional(&[2.0; 8]).effective() - 8.0).abs() < 1e-12);
        assert!((Weights::proportional(&[1.0, 0.0, 0.0, 0.0]).effective() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_ratio_is_of_sums_and_draws_without_a_base_say_nothing() {
        let band = Band::of_ratio(&[0.1, 0.0, 0.3], &[0.2, 0.0, 0.3], &Weights::equal(3));
        assert!((band.mean - 0.8).abs() < 1e-12);
        assert!(band.p10 >= 0.5 && band.p90 <= 1.0);
    }
}
