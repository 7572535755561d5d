//! Rows made ready for fitting: the chamber, every coalition's covariates, and which one formed.

use rayon::prelude::*;

use crate::chamber::Chamber;
use crate::features::{Set, describe};
use crate::history::History;
use crate::logit::Choice;
use crate::records::{Opportunity, Record};

/// A formation to learn from or to be judged on.
#[derive(Debug, Clone)]
pub struct Task {
    /// Index of the record it was made of.
    pub record: usize,
    pub country: String,
    pub chamber: Chamber,
    pub choice: Choice,
    /// The prime minister's party, as a bit of the coalitions, where it is an actor and in the cabinet.
    pub premier: Option<usize>,
    /// In the core set; other rows teach with half the weight.
    pub core: bool,
}

/// Reasons for which a row is left out of the core set and may teach nevertheless.
pub const TEACHING_REASONS: [&str; 2] = ["before_1945", "single_party_majority"];
/// How much a row outside the core set counts. Chosen by cross-validation inside the training rows.
pub const TEACHING_WEIGHT: f64 = 0.5;

/// Whether a model may learn from this row: nothing is wrong with it but its date or a single party's majority.
pub fn teaches(record: &Record) -> bool {
    record.formed().is_some() && record.reasons.iter().all(|r| TEACHING_REASONS.contains(&r.as_str()))
}

/// Whether a row has a choice set and something of it formed.
pub fn scorable(record: &Record) -> bool {
    record.formed().is_some()
}

/// The covariates of an opportunity's coalitions, given what is known of the past.
pub fn describe_opportunity(set: Set, opportunity: &Opportunity, history: &History) -> (Chamber, Choice) {
    let chamber = Chamber::of(opportunity, &history.before(opportunity));
    let covariates = describe(set, &chamber);
    let rows = chamber.coalitions().len();
    let columns = covariates.columns.concat();
    (chamber, Choice { rows, columns, chosen: 0, weight: 1.0, cluster: 0, offset: Vec::new() })
}

/// Makes the chosen rows ready. Rows without a coalition that could be chosen are passed over.
pub fn prepare(set: Set, records: &[Record], wanted: &[usize], history: &History) -> Vec<Task> {
    let mut countries: Vec<&str> = records.iter().map(|r| r.opportunity.country.as_str()).collect();
    countries.sort_unstable();
    countries.dedup();
    wanted
        .par_iter()
        .filter_map(|&index| {
            let record = &records[index];
            let formed = record.formed()?;
            let (chamber, mut choice) = describe_opportunity(set, &record.opportunity, history);
            choice.chosen = formed as usize - 1;
            choice.weight = if record.core { 1.0 } else { TEACHING_WEIGHT };
            let country = &record.opportunity.country;
            choice.cluster = countries.binary_search(&country.as_str()).unwrap_or(0);
            let premier = record.premier().filter(|p| formed >> p & 1 == 1);
            Some(Task { record: index, country: country.clone(), chamber, choice, premier, core: record.core })
        })
        .collect()
}

/// What is added to every spread. A kind of party or cabinet that was rare in the rows at hand has a tiny spread, its
/// coefficient would go nearly free, and the kind may be common where the model is used (green and far-right parties
/// were). In cross-validation over time the floor was worth 0.08 of log-loss.
const FLOOR: f64 = 0.2;

/// Standard deviation of each covariate within choice sets, averaged over the core rows; what a penalty is measured by.
pub fn spreads(tasks: &[Task]) -> Vec<f64> {
    let k = tasks.first().map_or(0, |t| t.choice.covariates());
    let mut sum = vec![0.0; k];
    let mut n = 0.0;
    for task in tasks.iter().filter(|t| t.core) {
        n += 1.0;
        for (i, s) in sum.iter_mut().enumerate() {
            *s += variance(task.choice.column(i));
        }
    }
    sum.iter().map(|s| (s / f64::max(n, 1.0) + FLOOR * FLOOR).sqrt()).collect()
}

fn variance(x: &[f32]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n
}
