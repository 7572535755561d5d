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

/// Forecasts beside a simpler forecaster of the same things.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    pub baseline: &'static str,
    /// Forecasts on which the baseline has something to say.
    pub n: usize,
    /// The baseline's own scores on them.
    pub brier: f64,
    pub log: f64,
    /// Ours minus the baseline's: below 0 ours are better.
    pub brier_difference: f64,
    /// Standard error, with forecasts of one group counted as one; 0 for a single group.
    pub error: f64,
    pub log_difference: f64,
    pub log_error: f64,
}

/// A simpler forecaster.
pub struct Baseline {
    pub name: &'static str,
    /// `[n_forecasts]`, each over the same outcomes as the forecast; `None` where it has nothing to say.
    pub forecasts: Vec<Option<Vec<f64>>>,
}

/// The least chance the log score reckons with.
const LEAST: f64 = 1e-4;

/// Scores forecasts that have nothing to do with each other. Baselines: `uniform` and `base rate`, as in [`scores_in_groups`].
pub fn scores(all: &[Scored]) -> Scores {
    scores_in_groups(all, &(0..all.len()).collect::<Vec<_>>(), &[])
}

/// Scores forecasts, some of which are of one thing.
///
/// - `groups` `[n_forecasts]`: forecasts with the same number are of one thing (one formation on several days) and do not
///   count as independent.
/// - `others`: baselines beside the two that need nothing but the forecasts: all outcomes alike; and the base rate, the
///   share of outcomes at the same rank (likeliest first) that happened in the other groups' forecasts, one more of each
///   counted (Laplace).
pub fn scores_in_groups(all: &[Scored], groups: &[usize], others: &[Baseline]) -> Scores {
    let n = all.len();
    let uniform = Baseline {
        name: "uniform",
        forecasts: all
            .iter()
            .map(|s| Some(vec![1.0 / s.probabilities.len().max(1) as f64; s.probabilities.len()]))
            .collect(),
    };
    let rate = Baseline { name: "base rate", forecasts: (0..n).map(|i| Some(base_rate(all, groups, i))).collect() };
    let briers: Vec<f64> = all.iter().map(|s| brier(&s.probabilities, s.happened)).collect();
    let logs: Vec<f64> = all.iter().map(|s| log(&s.probabilities, s.happened)).collect();
    Scores {
        n,
        brier: (n > 0).then(|| mean_in_groups(&briers, groups).0),
        log: (n > 0).then(|| mean_in_groups(&logs, groups).0),
        calibration: calibration(all),
        against: [&uniform, &rate].into_iter().chain(others).filter_map(|b| against(all, groups, b)).collect(),
    }
}

/// What the forecasts have over a baseline; `None` where it has nothing to say about any.
fn against(all: &[Scored], groups: &[usize], baseline: &Baseline) -> Option<Against> {
    let said: Vec<(&Scored, usize, &Vec<f64>)> = all
        .iter()
        .zip(groups)
        .zip(&baseline.forecasts)
        .filter_map(|((scored, group), forecast)| Some((scored, *group, forecast.as_ref()?)))
        .collect();
    if said.is_empty() {
        return None;
    }
    let of: Vec<usize> = said.iter().map(|(_, group, _)| *group).collect();
    let mean = |score: &dyn Fn(&Scored, &[f64]) -> f64| {
        mean_in_groups(&said.iter().map(|(scored, _, theirs)| score(scored, theirs)).collect::<Vec<_>>(), &of)
    };
    let apart = |score: fn(&[f64], Option<usize>) -> f64| {
        mean(&|scored, theirs| score(&scored.probabilities, scored.happened) - score(theirs, scored.happened))
    };
    let (brier_difference, error) = apart(brier);
    let (log_difference, log_error) = apart(log);
    Some(Against {
        baseline: baseline.name,
        n: said.len(),
        brier: mean(&|scored, theirs| brier(theirs, scored.happened)).0,
        log: mean(&|scored, theirs| log(theirs, scored.happened)).0,
        brier_difference,
        error,
        log_difference,
        log_error,
    })
}

/// The mean of values, and its standard error where values of one group are not independent: with G groups,
/// √(G/(G−1) Σ (Σ of a group's deviations)²)/n (Liang and Zeger 1986, *Biometrika* 73). 0 for a single group.
///
/// - `values` `[n]`, at least one; `groups` `[n]`.
pub fn mean_in_groups(values: &[f64], groups: &[usize]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let mut sums = std::collections::BTreeMap::<usize, f64>::new();
    for (value, group) in values.iter().zip(groups) {
        *sums.entry(*group).or_default() += value - mean;
    }
    let count = sums.len() as f64;
    if count < 2.0 {
        return (mean, 0.0);
    }
    let squares: f64 = sums.values().map(|sum| sum * sum).sum();
    (mean, (count / (count - 1.0) * squares).sqrt() / n)
}

/// −ln of the chance given to what happened; a chance below one in 10,000 counts as that.
pub fn log(probabilities: &[f64], happened: Option<usize>) -> f64 {
    -happened.map_or(0.0, |h| probabilities[h]).max(LEAST).ln()
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

fn base_rate(all: &[Scored], groups: &[usize], left_out: usize) -> Vec<f64> {
    let n_outcomes = all[left_out].probabilities.len();
    let mut counts = vec![1.0; n_outcomes];
    for (i, other) in all.iter().enumerate() {
        let rank = other.happened.and_then(|h| ranked(&other.probabilities).iter().position(|k| *k == h));
        if let (true, Some(count)) = (groups[i] != groups[left_out], rank.and_then(|rank| counts.get_mut(rank))) {
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
    use super::{Baseline, Scored, brier, mean_in_groups, scores, scores_in_groups};

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

    /// Two forecasts of one thing are no more than one: repeating every value changes neither mean nor error.
    #[test]
    fn values_of_one_group_count_once() {
        let (mean, error) = mean_in_groups(&[1.0, 2.0, 6.0], &[0, 1, 2]);
        let (again, wider) = mean_in_groups(&[1.0, 1.0, 2.0, 2.0, 6.0, 6.0], &[0, 0, 1, 1, 2, 2]);
        assert!((mean - 3.0).abs() < 1e-12 && (again - mean).abs() < 1e-12 && (wider - error).abs() < 1e-12);
        // The usual error of a mean where everybody stands alone: sd √7, n 3.
        assert!((error - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_base_rate_does_not_learn_from_its_own_group() {
        let all = [forecast(&[0.9, 0.1], 0), forecast(&[0.8, 0.2], 0)];
        assert_eq!(scores_in_groups(&all, &[0, 0], &[]).against[1].brier, 0.5, "one of each, and nothing learnt");
        assert!(scores_in_groups(&all, &[0, 1], &[]).against[1].brier < 0.5);
    }

    #[test]
    fn a_baseline_is_met_where_it_speaks() {
        let all = [forecast(&[0.5, 0.5], 0), forecast(&[1.0, 0.0], 0)];
        let other = Baseline { name: "half", forecasts: vec![None, Some(vec![0.5, 0.5])] };
        let found = &scores_in_groups(&all, &[0, 1], &[other]).against[2];
        assert_eq!((found.baseline, found.n, found.brier_difference, found.error), ("half", 1, -0.5, 0.0));
        assert!((found.log_difference + 2.0_f64.ln()).abs() < 1e-12);
    }
}
