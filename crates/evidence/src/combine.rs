//! From claims to what they say together: experts' intervals pooled, reports weighed, copies counted once.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// On which scale intervals are pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Chances and shares, strictly between 0 and 1.
    LogOdds,
    /// Rates and other positive quantities.
    Log,
    /// The whole line.
    Plain,
}

/// An expert's 90 % interval: 5 % below `low`, 5 % above `high`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    pub expert: String,
    pub low: f64,
    pub high: f64,
    /// Relative weight; equal weights are 1.
    #[serde(default = "unit")]
    pub weight: f64,
    /// Claims this opinion rests on: without any of them it is not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

fn unit() -> f64 {
    1.0
}

/// A report of something that is so or not so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub claim: String,
    /// Reports of one origin are one observation.
    pub origin: String,
    /// Chance that the source passes on what it saw, as against printing this anyway.
    pub reliability: f64,
    /// Chance of what is reported under each reading, in the assessment's order.
    pub given: Vec<f64>,
    /// How often a wrong source would print this.
    pub anyway: f64,
}

/// How a number or a set of readings is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum Method {
    /// Experts' intervals: quantiles averaged on a scale, equal weights unless said otherwise.
    Pool { scale: Scale, opinions: Vec<Opinion> },
    /// Readings with a prior, and reports about them.
    Reports {
        readings: Vec<String>,
        prior: Vec<f64>,
        reports: Vec<Report>,
        /// Dependence between different origins, 0 (independent) to 1 (one source): set by the analyst.
        #[serde(default)]
        between: f64,
    },
}

/// A number or hypothesis of a case, what was concluded about it and from what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub id: String,
    /// The number's path in the case.
    pub path: String,
    #[serde(flatten)]
    pub method: Method,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What came out when it was made, all claims standing: replay must find the same, bit for bit.
    pub result: Answer,
}

/// What an assessment says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// A 90 % interval.
    Interval { low: f64, high: f64 },
    /// A probability per reading, in order.
    Posterior(Vec<f64>),
    /// Nothing is left to go by.
    Nothing,
}

impl Answer {
    /// As a case file writes it: `0.12 to 0.4`; of readings one weight each.
    pub fn text(&self) -> String {
        match self {
            Answer::Interval { low, high } => format!("{} to {}", round(*low), round(*high)),
            Answer::Posterior(weights) => weights.iter().map(|w| round(*w).to_string()).collect::<Vec<_>>().join(", "),
            Answer::Nothing => "nothing".into(),
        }
    }
}

/// Four significant digits: nobody knows more.
fn round(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}

/// An assessment that means nothing.
#[derive(Debug, Error, PartialEq)]
pub enum CombineError {
    #[error("{0}")]
    Wrong(String),
}

fn wrong(message: impl Into<String>) -> CombineError {
    CombineError::Wrong(message.into())
}

impl Method {
    /// The claims it uses.
    pub fn claims(&self) -> BTreeSet<&str> {
        match self {
            Method::Pool { opinions, .. } => {
                opinions.iter().flat_map(|o| o.claims.iter().map(String::as_str)).collect()
            }
            Method::Reports { reports, .. } => reports.iter().map(|r| r.claim.as_str()).collect(),
        }
    }

    /// What follows while the claims in `gone` do not count.
    pub fn answer(&self, gone: &BTreeSet<String>) -> Result<Answer, CombineError> {
        match self {
            Method::Pool { scale, opinions } => {
                let standing: Vec<&Opinion> = opinions
                    .iter()
                    .filter(|o| o.claims.is_empty() || o.claims.iter().any(|claim| !gone.contains(claim)))
                    .collect();
                if opinions.is_empty() {
                    return Err(wrong("no opinion is given"));
                }
                if standing.is_empty() {
                    return Ok(Answer::Nothing);
                }
                let (low, high) = pool(*scale, &standing)?;
                Ok(Answer::Interval { low, high })
            }
            Method::Reports { readings, prior, reports, between } => {
                if readings.len() != prior.len() || readings.len() < 2 {
                    return Err(wrong("each of at least two readings needs a prior"));
                }
                let standing: Vec<&Report> = reports.iter().filter(|report| !gone.contains(&report.claim)).collect();
                Ok(Answer::Posterior(update(prior, &standing, *between)?))
            }
        }
    }
}

/// The 5 % and 95 % points averaged on a scale, by weight.
///
/// Averaging in log odds with equal weights is the geometric pool of odds without extremising (Satopää et al. 2014,
/// *International Journal of Forecasting* 30); with few experts and no calibration questions nothing better is known.
pub fn pool(scale: Scale, opinions: &[&Opinion]) -> Result<(f64, f64), CombineError> {
    let to = |x: f64| match scale {
        Scale::LogOdds => libm::log(x / (1.0 - x)),
        Scale::Log => libm::log(x),
        Scale::Plain => x,
    };
    let from = |y: f64| match scale {
        Scale::LogOdds => 1.0 / (1.0 + libm::exp(-y)),
        Scale::Log => libm::exp(y),
        Scale::Plain => y,
    };
    let (mut low, mut high, mut total) = (0.0, 0.0, 0.0);
    for opinion in opinions {
        let fits = |x: f64| match scale {
            Scale::LogOdds => x > 0.0 && x < 1.0,
            Scale::Log => x > 0.0 && x.is_finite(),
            Scale::Plain => x.is_finite(),
        };
        if !(fits(opinion.low) && fits(opinion.high) && opinion.low < opinion.high) {
            return Err(wrong(format!(
                "{}: an interval goes from a lower to a higher number of its scale",
                opinion.expert
            )));
        }
        if !(opinion.weight > 0.0 && opinion.weight.is_finite()) {
            return Err(wrong(format!("{}: a weight is above 0", opinion.expert)));
        }
        low += opinion.weight * to(opinion.low);
        high += opinion.weight * to(opinion.high);
        total += opinion.weight;
    }
    Ok((from(low / total), from(high / total)))
}

/// Bayes with sources that can be wrong.
///
/// ```text
/// P(report | θ) = r · P(reported | θ) + (1 − r) · q
/// ```
///
/// - Of one origin only one report counts: the most reliable, and of equals the first.
/// - `between` is the dependence ρ of different origins: all likelihoods are raised to `n_eff / n`, `n_eff = n / (1 + (n − 1) ρ)`.
/// - Returns the posterior, summing to 1.
pub fn update(prior: &[f64], reports: &[&Report], between: f64) -> Result<Vec<f64>, CombineError> {
    let is_chance = |p: f64| (0.0..=1.0).contains(&p);
    if !prior.iter().all(|p| is_chance(*p)) || (prior.iter().sum::<f64>() - 1.0).abs() > 1e-6 {
        return Err(wrong("priors are probabilities that sum to 1"));
    }
    if !is_chance(between) {
        return Err(wrong("dependence lies between 0 and 1"));
    }
    let mut one_each: BTreeMap<&str, &Report> = BTreeMap::new();
    for report in reports {
        if report.given.len() != prior.len() || !report.given.iter().all(|p| is_chance(*p)) {
            return Err(wrong(format!("{}: a probability for each reading is needed", report.claim)));
        }
        if !is_chance(report.reliability) || !is_chance(report.anyway) {
            return Err(wrong(format!("{}: reliability and rate of wrong reports are probabilities", report.claim)));
        }
        let kept = one_each.entry(&report.origin).or_insert(report);
        if report.reliability > kept.reliability {
            *kept = report;
        }
    }
    let n = one_each.len() as f64;
    let power = if n > 0.0 { 1.0 / (1.0 + (n - 1.0) * between) } else { 1.0 };
    let mut logs: Vec<f64> = prior.iter().map(|p| libm::log(*p)).collect();
    for report in one_each.values() {
        for (log, given) in logs.iter_mut().zip(&report.given) {
            *log += power * libm::log(report.reliability * given + (1.0 - report.reliability) * report.anyway);
        }
    }
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return Err(wrong("no reading is left that allows these reports"));
    }
    let weights: Vec<f64> = logs.iter().map(|log| libm::exp(log - most)).collect();
    let total: f64 = weights.iter().sum();
    Ok(weights.into_iter().map(|weight| weight / total).collect())
}

#[cfg(test)]
mod tests {
    use super::{Answer, Method, Opinion, Report, Scale, update};
    use std::collections::BTreeSet;

    fn report(claim: &str, origin: &str, reliability: f64) -> Report {
        Report { claim: claim.into(), origin: origin.into(), reliability, given: vec![0.8, 0.2], anyway: 0.3 }
    }

    /// Five copies of one report with a likelihood ratio of 2.316 for a prior of 0.35, worked out by hand.
    #[test]
    fn copies_count_once_and_dependence_weakens() {
        // r = 1 and chances with the ratio: 0.6948 to 0.3.
        let five = |origins: [&str; 5]| -> Vec<Report> {
            origins
                .iter()
                .enumerate()
                .map(|(k, o)| Report {
                    claim: format!("c{k}"),
                    origin: (*o).into(),
                    reliability: 1.0,
                    given: vec![0.6948, 0.3],
                    anyway: 0.0,
                })
                .collect()
        };
        let posterior = |reports: &[Report], between: f64| {
            update(&[0.35, 0.65], &reports.iter().collect::<Vec<_>>(), between).expect("valid")[0]
        };
        let apart = five(["a", "b", "c", "d", "e"]);
        for (between, expected) in [(0.0, 0.973), (0.3, 0.784), (0.6, 0.650), (0.9, 0.573), (1.0, 0.555)] {
            assert!(
                (posterior(&apart, between) - expected).abs() < 0.0015,
                "{between}: {}",
                posterior(&apart, between)
            );
        }
        assert_eq!(posterior(&five(["a"; 5]), 0.0), posterior(&five(["a"; 5])[..1], 0.0));
    }

    #[test]
    fn a_source_that_is_always_wrong_says_nothing() {
        let p = update(&[0.35, 0.65], &[&report("c", "o", 0.0)], 0.0).expect("valid");
        assert!((p[0] - 0.35).abs() < 1e-15);
        // r = 0.9: 0.9·0.8 + 0.1·0.3 = 0.75 against 0.21.
        let p = update(&[0.5, 0.5], &[&report("c", "o", 0.9)], 0.0).expect("valid");
        assert!((p[0] - 0.75 / 0.96).abs() < 1e-12);
        assert!(update(&[0.5, 0.6], &[], 0.0).is_err());
        assert!(update(&[0.5, 0.5], &[&report("c", "o", 1.2)], 0.0).is_err());
    }

    #[test]
    fn intervals_are_pooled_in_log_odds_and_fall_with_their_claims() {
        let opinion = |expert: &str, low, high, claims: &[&str]| Opinion {
            expert: expert.into(),
            low,
            high,
            weight: 1.0,
            claims: claims.iter().map(|c| (*c).to_owned()).collect(),
        };
        let method = Method::Pool {
            scale: Scale::LogOdds,
            opinions: vec![opinion("a", 0.1, 0.5, &["c1"]), opinion("b", 0.2, 0.8, &[])],
        };
        let Answer::Interval { low, high } = method.answer(&BTreeSet::new()).expect("valid") else {
            panic!("an interval")
        };
        // Odds 1/9 and 1/4: their geometric mean 1/6 is the chance 1/7; 1 and 4 give 2, the chance 2/3.
        assert!((low - 1.0 / 7.0).abs() < 1e-12 && (high - 2.0 / 3.0).abs() < 1e-12);
        let without = method.answer(&BTreeSet::from(["c1".to_owned()])).expect("valid");
        assert_eq!(without, Answer::Interval { low: 0.2, high: 0.8 }.rounded_like(&without));
        let bad = Method::Pool { scale: Scale::LogOdds, opinions: vec![opinion("a", 0.0, 0.5, &[])] };
        assert!(bad.answer(&BTreeSet::new()).is_err());
    }

    impl Answer {
        /// This, if the other differs by rounding alone.
        fn rounded_like(self, other: &Answer) -> Answer {
            match (&self, other) {
                (Answer::Interval { low: a, high: b }, Answer::Interval { low: c, high: d })
                    if (a - c).abs() < 1e-12 && (b - d).abs() < 1e-12 =>
                {
                    other.clone()
                }
                _ => self,
            }
        }
    }
}
