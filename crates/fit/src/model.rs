//! The river of this room: records in, a fitted model out, and what it says of an opportunity.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use crate::chamber::Chamber;
use crate::duration::{self, Duration, Spell};
use crate::features::{LITERATURE10, LITERATURE22, RICH, Set};
use crate::history::History;
use crate::logit::{self, Choice};
use crate::members::{self, AVERAGED, Kind, Member, Settings, penalty};
use crate::memory::{Belief, Memory};
use crate::num::ln;
use crate::premier::Leaders;
use crate::priors::{Priors, Waiting};
use crate::records::{Opportunity, Record, exclusions};
use crate::task::{self, Task, describe_opportunity, prepare, spreads, teaches};

/// What one may ask to be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    Literature10,
    Literature22,
    Rich,
    Mixed,
    FormateurFirst,
    Turnover,
    Learned,
    /// The average of the members, and what each country's own past adds.
    Best,
}

/// Version of the form below; a file of another version is refused.
pub const VERSION: u32 = 2;

/// A fitted model, complete in itself: what `history fit` writes and `history score` and `coalitions` read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    pub format: String,
    pub version: u32,
    pub model: Model,
    /// Names of the covariates the coefficients belong to, in order.
    pub covariates: Vec<String>,
    pub seed: u64,
    /// Formations fitted on: all of them, and those of the core set.
    pub n: usize,
    pub n_core: usize,
    pub excluded: Vec<Excluded>,
    pub members: Vec<Member>,
    /// `[n_members]`, non-negative, sum to 1; chosen out of sample inside the training rows.
    pub weights: Vec<f64>,
    pub memory: Option<Memory>,
    pub leaders: Leaders,
    pub duration: Duration,
    pub baselines: Baselines,
    /// What cases may take from the record.
    pub priors: Priors,
    /// In-sample log-likelihood of the core rows.
    pub log_likelihood: f64,
    pub coefficients: Vec<Coefficient>,
    /// The training rows' cabinets, for countries whose past the scored data leave out.
    pub history: History,
}

/// Rows left out of the core set for one reason; a row may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub reason: String,
    pub count: usize,
}

/// A coefficient with its cluster-robust standard error, where there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    pub name: String,
    pub estimate: f64,
    pub error: Option<f64>,
}

/// What every model is compared to. The rules give their share to the coalitions they name, and the rest to all alike;
/// the share is how often the rule held in the training rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    pub minimal_winning: f64,
    pub least_range: f64,
    pub same_again: f64,
    pub literature10: Vec<f64>,
    pub literature22: Vec<f64>,
}

/// What a model says of one opportunity.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// `[2ⁿ − 1]`, sum to 1.
    pub probabilities: Vec<f64>,
    /// `[n_actors]`: chance that the party leads the government.
    pub premier: Vec<f64>,
    /// Median days from the election, for opportunities after one.
    pub days: Option<f64>,
}

/// Why a fit cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    #[error("no formation of split `{0}` can be learned from")]
    Nothing(String),
    #[error("not a fit of this program: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the fit has version {0}, this program reads version {VERSION}")]
    Version(u32),
    #[error("the fit has other covariates than this program (`{0}`)")]
    Covariates(String),
}

/// Prior spreads of a country's own part (party, pair, taste) and what is kept from one formation to the next; chosen by
/// cross-validation inside the training rows.
const MEMORY: (f64, f64, f64, f64) = (0.3, 0.3, 0.08, 0.95);

/// Coalitions less likely than this do not count when asking who leads.
const FAINT: f64 = 1e-6;

/// Fits a model on the rows of split `train`.
///
/// Members are fitted on all rows that teach (core ones, and with half the weight those before 1945 and those with a
/// single party's majority). The average's weights come from predictions of rows left out: three folds of countries and
/// one of time. Same records and seed, same fit, for any number of threads.
pub fn fit(records: &[Record], model: Model, settings: &Settings, seed: u64) -> Result<Fit, FitError> {
    let train: Vec<usize> = (0..records.len()).filter(|&i| records[i].split == "train").collect();
    let teaching: Vec<usize> = train.iter().copied().filter(|&i| teaches(&records[i])).collect();
    let history = History::of(train.iter().map(|&i| &records[i]));
    let tasks = prepare(Set::Rich, records, &teaching, &history);
    if !tasks.iter().any(|t| t.core) {
        return Err(FitError::Nothing("train".to_owned()));
    }
    let spread = spreads(&tasks);
    let leaders = Leaders::fit(&tasks);
    let kinds: Vec<Kind> = match model {
        Model::Literature10 => vec![Kind::Literature10],
        Model::Literature22 => vec![Kind::Literature22],
        Model::Rich => vec![Kind::Rich],
        Model::Mixed => vec![Kind::Mixed],
        Model::FormateurFirst => vec![Kind::FormateurFirst],
        Model::Turnover => vec![Kind::Turnover],
        Model::Learned => vec![Kind::Learned],
        Model::Best => AVERAGED.to_vec(),
    };
    let weights = if kinds.len() == 1 { vec![1.0] } else { choose_weights(records, &tasks, &kinds, settings, seed) };
    let members: Vec<Member> = kinds.iter().map(|&k| members::fit(k, &tasks, &spread, settings, seed)).collect();
    let memory = (model == Model::Best).then(|| Memory {
        party: MEMORY.0,
        pair: MEMORY.1,
        taste: MEMORY.2,
        covariates: memory_covariates().into_iter().map(|k| (k, spread[k])).collect(),
        keep: MEMORY.3,
    });
    let (ten, twenty_two) = (members::literature(&tasks, LITERATURE10), members::literature(&tasks, LITERATURE22));
    let spells: Vec<Spell> = tasks.iter().filter_map(|t| spell(&records[t.record], t, &history)).collect();
    let core: Vec<&Task> = tasks.iter().filter(|t| t.core).collect();
    let waits: Vec<Waiting> = core
        .iter()
        .filter_map(|t| {
            let record = &records[t.record];
            let days = record.outcome.days.filter(|_| record.opportunity.post_election)?;
            Some((t.choice.cluster, t.chamber.n as f64, days))
        })
        .collect();
    let log_likelihood = core
        .par_iter()
        .map(|t| ln(average(&members, &weights, &leaders, &t.chamber, &t.choice)[t.choice.chosen].max(1e-300)))
        .collect::<Vec<f64>>()
        .iter()
        .sum();
    let coefficients = coefficients(model, &kinds, &weights, &tasks, &spread, settings, (&ten, &twenty_two), &members);
    Ok(Fit {
        format: "formateur-fit".to_owned(),
        version: VERSION,
        model,
        covariates: RICH.iter().map(|&n| n.to_owned()).collect(),
        seed,
        n: tasks.len(),
        n_core: core.len(),
        excluded: exclusions(train.iter().map(|&i| &records[i]))
            .into_iter()
            .map(|(reason, count)| Excluded { reason, count })
            .collect(),
        members,
        weights,
        memory,
        leaders,
        duration: Duration::fit(&spells),
        baselines: Baselines {
            literature10: ten.beta,
            literature22: twenty_two.beta,
            ..crate::baseline::shares(&core)
        },
        priors: Priors::fit(&core, &waits),
        log_likelihood,
        coefficients,
        history,
    })
}

impl Fit {
    /// Reads a fit and checks that it belongs to this program.
    pub fn read(text: &str) -> Result<Self, FitError> {
        let fit: Self = serde_json::from_str(text)?;
        if fit.version != VERSION {
            return Err(FitError::Version(fit.version));
        }
        if let Some(odd) = fit.covariates.iter().zip(RICH).find(|(have, want)| have != want) {
            return Err(FitError::Covariates(odd.0.clone()));
        }
        if fit.covariates.len() != RICH.len() {
            return Err(FitError::Covariates(format!("{} of {}", fit.covariates.len(), RICH.len())));
        }
        Ok(fit)
    }

    /// The fit as text.
    pub fn write(&self) -> Result<String, FitError> {
        Ok(serde_json::to_string(self)?)
    }

    /// What the model says of the wanted rows, in their order. Of each country's rows only those before count.
    pub fn forecast(&self, records: &[Record], wanted: &[usize]) -> Vec<Option<Forecast>> {
        let history = History::of(records).with(&self.history);
        let countries: std::collections::BTreeSet<&str> =
            wanted.iter().map(|&i| records[i].opportunity.country.as_str()).collect();
        let by_country: Vec<HashMap<usize, Forecast>> = countries
            .into_iter()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|country| {
                let mine: Vec<usize> =
                    wanted.iter().copied().filter(|&i| records[i].opportunity.country == country).collect();
                self.forecast_country(records, &mine, &history)
            })
            .collect();
        wanted.iter().map(|i| by_country.iter().find_map(|found| found.get(i)).cloned()).collect()
    }

    /// What the model says of an opportunity outside the data, given what is known of the past.
    pub fn forecast_opportunity(&self, opportunity: &Opportunity, history: &History) -> Forecast {
        let (chamber, choice) = describe_opportunity(Set::Rich, opportunity, history);
        let probabilities = average(&self.members, &self.weights, &self.leaders, &chamber, &choice);
        let days = opportunity.post_election.then(|| self.days(opportunity, &chamber, history));
        self.finish(&chamber, probabilities, days)
    }

    fn forecast_country(&self, records: &[Record], wanted: &[usize], history: &History) -> HashMap<usize, Forecast> {
        let country = wanted.first().map_or("", |&i| records[i].opportunity.country.as_str());
        let mut cache: HashMap<usize, (Task, Vec<f64>)> = HashMap::new();
        let mut misses: HashMap<usize, Option<f64>> = HashMap::new();
        let mut out = HashMap::new();
        // what is known so far, and the rows it was learned from, in order
        let (mut belief, mut learned): (Belief, Vec<usize>) = (Belief::default(), Vec::new());
        for &index in wanted {
            let opportunity = &records[index].opportunity;
            let earlier: Vec<usize> = (0..records.len())
                .filter(|&i| i != index && records[i].opportunity.country == country && teaches(&records[i]))
                .filter(|&i| began_before(&records[i], opportunity))
                .collect();
            let general = |i: usize, known: &mut HashMap<usize, (Task, Vec<f64>)>| {
                if !known.contains_key(&i) {
                    let (chamber, mut choice) = describe_opportunity(Set::Rich, &records[i].opportunity, history);
                    choice.chosen = records[i].formed().map_or(0, |m| m as usize - 1);
                    let p = average(&self.members, &self.weights, &self.leaders, &chamber, &choice);
                    let task =
                        Task { record: i, country: country.to_owned(), chamber, choice, premier: None, core: true };
                    known.insert(i, (task, p));
                }
            };
            if records[index].actors().len() < 2 || records[index].actors().len() > crate::records::MAX_ACTORS {
                continue;
            }
            general(index, &mut cache);
            if !earlier.starts_with(&learned) {
                (belief, learned) = (Belief::default(), Vec::new());
            }
            if let Some(memory) = &self.memory {
                for &i in &earlier[learned.len()..] {
                    general(i, &mut cache);
                    let (task, p) = &cache[&i];
                    memory.learn(&mut belief, task, p);
                }
                learned.clone_from(&earlier);
            }
            let (task, p) = &cache[&index];
            let p = self.memory.as_ref().map_or_else(|| p.clone(), |m| m.predict(&belief, task, p));
            let days = opportunity.post_election.then(|| {
                let past: Vec<f64> = earlier
                    .iter()
                    .filter_map(|&i| *misses.entry(i).or_insert_with(|| self.miss(&records[i], history)))
                    .collect();
                duration::mended(self.days(opportunity, &task.chamber, history), &past)
            });
            out.insert(index, self.finish(&task.chamber, p, days));
        }
        out
    }

    fn finish(&self, chamber: &Chamber, probabilities: Vec<f64>, days: Option<f64>) -> Forecast {
        let mut premier = vec![0.0; chamber.n];
        for (index, &p) in probabilities.iter().enumerate().filter(|(_, p)| **p > FAINT) {
            for (to, share) in premier.iter_mut().zip(self.leaders.of_coalition(chamber, index as u32 + 1)) {
                *to += p * share;
            }
        }
        let total: f64 = premier.iter().sum();
        premier.iter_mut().for_each(|p| *p /= total.max(1e-300));
        Forecast { probabilities, premier, days }
    }

    /// The covariates the duration is foretold from.
    pub fn duration_covariates(&self, opportunity: &Opportunity, task: &Task, history: &History) -> Vec<f64> {
        duration::describe(&task.chamber, &past_days(opportunity, history))
    }

    fn days(&self, opportunity: &Opportunity, chamber: &Chamber, history: &History) -> f64 {
        let past = past_days(opportunity, history);
        self.duration.foretell(&duration::describe(chamber, &past), &past)
    }

    /// By how much the days of a formation after an election were missed.
    fn miss(&self, record: &Record, history: &History) -> Option<f64> {
        let days = record.outcome.days.filter(|_| record.opportunity.post_election)?;
        let chamber = Chamber::of(&record.opportunity, &history.before(&record.opportunity));
        Some(duration::miss(days, self.days(&record.opportunity, &chamber, history)))
    }
}

/// The members' weighted mean.
pub fn average(members: &[Member], weights: &[f64], leaders: &Leaders, chamber: &Chamber, choice: &Choice) -> Vec<f64> {
    let mut out = vec![0.0; choice.rows];
    for (member, &w) in members.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
        for (to, p) in out.iter_mut().zip(member.probabilities(leaders, chamber, choice)) {
            *to += w * p;
        }
    }
    out
}

/// Whether a row's cabinet had begun when the opportunity arose; as [`History::before`] has it.
fn began_before(record: &Record, opportunity: &Opportunity) -> bool {
    opportunity.previous.as_ref().is_some_and(|p| record.outcome.start < p.start || record.outcome.cabinet == p.cabinet)
}

/// Days of the country's earlier formations after elections, oldest first.
fn past_days(opportunity: &Opportunity, history: &History) -> Vec<f64> {
    history.before(opportunity).iter().filter_map(|c| c.days).collect()
}

fn spell(record: &Record, task: &Task, history: &History) -> Option<Spell> {
    let days = record.outcome.days.filter(|_| record.opportunity.post_election)?;
    let x = duration::describe(&task.chamber, &past_days(&record.opportunity, history));
    Some(Spell { x, days, weight: task.choice.weight, group: task.choice.cluster })
}

/// Covariates in which a country may have tastes of its own: the literature's and every fourth of the others.
fn memory_covariates() -> Vec<usize> {
    (0..RICH.len()).filter(|&k| !RICH[k].starts_with("at_") && (k < LITERATURE22 || k % 4 == 0)).collect()
}

/// Weights of the average that make rows left out likeliest, by expectation and maximisation from equal ones.
fn choose_weights(records: &[Record], tasks: &[Task], kinds: &[Kind], settings: &Settings, seed: u64) -> Vec<f64> {
    let mut countries: Vec<usize> = tasks.iter().map(|t| t.choice.cluster).collect();
    countries.dedup();
    let fold = |t: &Task| countries.iter().position(|&c| c == t.choice.cluster).unwrap_or(0) % 3;
    let year = |t: &Task| records[t.record].opportunity.election.year();
    let mut seen: Vec<Vec<f64>> = Vec::new();
    // one forest stands for their mean: weights hardly differ, and most of the time goes into trees
    let settings = &Settings { forests: 1, ..*settings };
    for part in 0..4 {
        let (test, train): (Vec<&Task>, Vec<&Task>) =
            tasks.iter().partition(|t| if part < 3 { fold(t) == part } else { year(t) >= 1985 });
        let train: Vec<Task> = train.into_iter().cloned().collect();
        if !train.iter().any(|t| t.core) {
            continue;
        }
        let (spread, leaders) = (spreads(&train), Leaders::fit(&train));
        let members: Vec<Member> = kinds.iter().map(|&k| members::fit(k, &train, &spread, settings, seed)).collect();
        let rows: Vec<Vec<f64>> = test
            .into_par_iter()
            .filter(|t| t.core)
            .map(|t| {
                members.iter().map(|m| m.probabilities(&leaders, &t.chamber, &t.choice)[t.choice.chosen]).collect()
            })
            .collect();
        seen.extend(rows);
    }
    let k = kinds.len();
    let mut weights = vec![1.0 / k as f64; k];
    // ten imaginary rows that each member explains equally well keep the weights off the edge
    let prior = 10.0 / k as f64;
    for _ in 0..500 {
        let mut next = vec![prior; k];
        for row in &seen {
            let total: f64 = weights.iter().zip(row).map(|(w, p)| w * p).sum::<f64>().max(1e-300);
            for ((next, w), p) in next.iter_mut().zip(&weights).zip(row) {
                *next += w * p / total;
            }
        }
        let total: f64 = next.iter().sum();
        weights = next.into_iter().map(|n| n / total).collect();
    }
    weights
}

#[allow(clippy::too_many_arguments, reason = "one call site; a struct would be named once and read once")]
fn coefficients(
    model: Model,
    kinds: &[Kind],
    weights: &[f64],
    tasks: &[Task],
    spread: &[f64],
    settings: &Settings,
    literature: (&logit::Estimate, &logit::Estimate),
    members: &[Member],
) -> Vec<Coefficient> {
    let named = |names: &[&str], beta: &[f64], error: Option<&[f64]>| -> Vec<Coefficient> {
        names
            .iter()
            .zip(beta)
            .enumerate()
            .map(|(i, (name, &estimate))| Coefficient {
                name: (*name).to_owned(),
                estimate,
                error: error.map(|e| e[i]).filter(|e| e.is_finite()),
            })
            .collect()
    };
    match (model, members.first()) {
        (Model::Literature10, _) => named(&RICH[..LITERATURE10], &literature.0.beta, Some(&literature.0.error)),
        (Model::Literature22, _) => named(&RICH[..LITERATURE22], &literature.1.beta, Some(&literature.1.error)),
        (Model::Rich, Some(Member::Rich { beta })) => {
            let choices: Vec<Choice> = tasks.iter().map(|t| t.choice.clone()).collect();
            let error = logit::robust_errors(&choices, beta, &penalty(spread, settings.rich));
            named(&RICH, beta, Some(&error))
        }
        (Model::Learned, Some(Member::Learned { beta, .. })) => named(&RICH, beta, None),
        (Model::Mixed, Some(Member::Mixed { mixed })) => {
            let names = members::mixed_names();
            let mut out = named(&names, &mixed.mean, None);
            for (&place, &spread) in mixed.random.iter().zip(&mixed.spread) {
                out.push(Coefficient { name: format!("{}.spread", names[place]), estimate: spread.abs(), error: None });
            }
            out
        }
        (Model::FormateurFirst, Some(Member::FormateurFirst { partners })) => named(&RICH, &partners.coalition, None),
        (Model::Turnover, Some(Member::Turnover { turnover })) => {
            let mut out = named(&crate::turnover::COVARIATES, &turnover.stay, None);
            out.iter_mut().for_each(|c| c.name.insert_str(0, "stay."));
            out.extend(named(&RICH, &turnover.change, None));
            out
        }
        _ => kinds
            .iter()
            .zip(weights)
            .map(|(kind, &estimate)| Coefficient { name: format!("weight.{}", kind.name()), estimate, error: None })
            .collect(),
    }
}

/// Formations of a split that are scored: the core ones.
pub fn scored(records: &[Record], split: &str) -> Vec<usize> {
    (0..records.len()).filter(|&i| records[i].split == split && scorable_core(&records[i])).collect()
}

/// Whether a row counts in scores: a core one with a choice set of which something formed.
pub fn scorable_core(record: &Record) -> bool {
    record.core && task::scorable(record)
}
