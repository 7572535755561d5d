//! How good authors' forecasts were.

use crate::record::Status;
use crate::store::{Store, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

/// A forecast whose day has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Author, outlet, speaker: whoever is scored.
    pub whose: String,
    /// What the words were taken to mean, between 0 and 1.
    pub probability: f64,
    pub came_true: bool,
}

/// A track record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    pub whose: String,
    /// Forecasts scored.
    pub n: usize,
    /// How many were right: thought likelier than not and so, or less likely and not so; an even chance counts half.
    pub right: f64,
    /// 90 % interval (Wilson) for the share right: with few forecasts it is wide, and says so.
    pub low: f64,
    pub high: f64,
    /// Mean squared error of the probabilities; 0.25 is what "fifty-fifty" always gets.
    pub brier: f64,
    /// Standard error of `brier`; none below two forecasts.
    pub brier_error: Option<f64>,
}

/// Records by whom, most forecasts first, then by name.
pub fn records(scored: &[Scored]) -> Vec<Record> {
    let mut by: BTreeMap<&str, Vec<&Scored>> = BTreeMap::new();
    for one in scored {
        by.entry(&one.whose).or_default().push(one);
    }
    let mut records: Vec<Record> = by
        .into_iter()
        .map(|(whose, list)| {
            let n = list.len();
            let right: f64 =
                list.iter()
                    .map(|s| {
                        if s.probability == 0.5 {
                            0.5
                        } else {
                            f64::from(u8::from((s.probability > 0.5) == s.came_true))
                        }
                    })
                    .sum();
            let errors: Vec<f64> =
                list.iter().map(|s| (s.probability - f64::from(u8::from(s.came_true))).powi(2)).collect();
            let brier = errors.iter().sum::<f64>() / n as f64;
            let brier_error = (n > 1).then(|| {
                let variance = errors.iter().map(|e| (e - brier).powi(2)).sum::<f64>() / (n - 1) as f64;
                (variance / n as f64).sqrt()
            });
            let (low, high) = wilson(right, n as f64);
            Record { whose: whose.to_owned(), n, right, low, high, brier, brier_error }
        })
        .collect();
    records.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.whose.cmp(&b.whose)));
    records
}

/// 90 % interval for a share of which `right` of `n` were seen.
///
/// ```text
/// (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n),  z = 1.6449
/// ```
///
/// Source: Wilson (1927), *Journal of the American Statistical Association* 22; recommended for small n by Brown, Cai and
/// `DasGupta` (2001), *Statistical Science* 16.
pub fn wilson(right: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.644_853_626_951_472_2;
    if n <= 0.0 {
        return (0.0, 1.0);
    }
    let p = right / n;
    let z2 = Z * Z / n;
    let middle = p + z2 / 2.0;
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n)).sqrt();
    (((middle - half) / (1.0 + z2)).max(0.0), ((middle + half) / (1.0 + z2)).min(1.0))
}

/// Accepted forecasts of the store whose outcome is known, by the document's author (or outlet), one per origin and passage.
pub fn scored(store: &Store) -> Result<Vec<Scored>, StoreError> {
    let mut all = Vec::new();
    for standing in store.claims(None, Some(Status::Accepted))? {
        let claim = standing.claim;
        let Some(foretold) = &claim.foretold else { continue };
        let Some(came_true) = foretold.came_true else { continue };
        let stored = store.document(&claim.document)?;
        if stored.origin != stored.document.id {
            continue; // A copy adds nothing to anybody's record.
        }
        let quoted = claim.speaker.iter().rev().find(|s| *s != "author").cloned();
        let whose = quoted.or(stored.document.author).or(stored.document.outlet).unwrap_or_else(|| "not stated".into());
        all.push(Scored { whose, probability: foretold.probability, came_true });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{Scored, records, wilson};

    #[test]
    fn few_forecasts_say_little() {
        let (low, high) = wilson(3.0, 3.0);
        // Worked out by hand: 1/(1 + z²/3).
        assert!((low - 1.0 / (1.0 + 1.644_853_626_951_472_2_f64.powi(2) / 3.0)).abs() < 1e-12 && high == 1.0);
        assert_eq!(wilson(0.0, 0.0), (0.0, 1.0));
        let one = |p, t| Scored { whose: "a".into(), probability: p, came_true: t };
        let r = &records(&[one(0.8, true), one(0.6, false), one(0.5, true)])[0];
        assert_eq!((r.n, r.right), (3, 1.5));
        assert!((r.brier - (0.04 + 0.36 + 0.25) / 3.0).abs() < 1e-12);
        assert_eq!(records(&[one(0.8, true)])[0].brier_error, None);
    }
}
