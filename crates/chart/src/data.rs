//! What charts read of the answers' JSON; keys they do not need are passed over.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct Band {
    pub mean: f64,
    pub p10: f64,
    pub p90: f64,
    pub error: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Outcome {
    pub id: String,
    pub label: String,
    #[serde(flatten)]
    pub band: Band,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Headline {
    pub variable: String,
    pub outcomes: Vec<Outcome>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct When {
    pub median: Option<Date>,
    pub p10: Option<Date>,
    pub p25: Option<Date>,
    pub p75: Option<Date>,
    pub p90: Option<Date>,
    pub never: f64,
    pub by_month: Vec<ByMonth>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ByMonth {
    pub until: Date,
    pub probability: f64,
    /// A tenth of the draws lie below.
    pub p10: Option<f64>,
    /// A tenth of the draws lie above.
    pub p90: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CaseName {
    pub id: String,
    pub title: String,
}

/// What `run` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Run {
    pub case: CaseName,
    pub now: Date,
    pub until: Date,
    pub headline: Headline,
    pub when: When,
}

/// What `update` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Update {
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Step {
    pub date: Date,
    pub entry: Option<String>,
    pub outcomes: Vec<Outcome>,
    pub effective_draws: f64,
    #[serde(default)]
    pub moved: Vec<Moved>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Moved {
    pub path: String,
    pub before: f64,
    pub after: f64,
}

/// What `options` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Options {
    pub actor: String,
    pub options: Vec<OptionRow>,
    #[serde(default)]
    pub impossible: Vec<Impossible>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Impossible {
    pub id: String,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OptionRow {
    pub id: String,
    pub label: String,
    pub outcomes: Vec<Outcome>,
    pub when: When,
    pub own: Band,
    pub noise: Band,
    pub likelier: Option<Likelier>,
    pub others: Vec<OtherBand>,
    pub best_share: f64,
    pub max_regret: f64,
    pub best_if: Vec<Condition>,
    pub coverage: Option<f64>,
    pub density: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Likelier {
    pub id: String,
    pub label: String,
    pub difference: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OtherBand {
    pub actor: String,
    #[serde(flatten)]
    pub band: Band,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Condition {
    pub path: String,
    pub op: String,
    pub value: f64,
}

/// What `why` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Why {
    pub outcome: String,
    pub label: String,
    pub probability: f64,
    pub paths: Vec<Path>,
    #[serde(default)]
    pub sampled: usize,
    pub swings: Vec<Swing>,
    pub levers: Vec<Lever>,
    pub sensitivity: Vec<Sensitivity>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Path {
    pub probability: f64,
    pub steps: Vec<Act>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Act {
    pub date: Date,
    pub who: String,
    pub did: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Swing {
    pub who: String,
    #[serde(rename = "move")]
    pub action: String,
    pub swing: f64,
    pub error: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Lever {
    pub lever: String,
    pub without: f64,
    pub difference: f64,
    pub error: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sensitivity {
    pub path: String,
    pub first_order: f64,
    pub total: f64,
    pub error: f64,
    pub cell: String,
    pub low: f64,
    pub high: f64,
    #[serde(default)]
    pub because: Vec<String>,
    #[serde(default)]
    pub against: Vec<String>,
    pub assume: Option<String>,
}

/// What `whatif` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct WhatIf {
    pub base: Run,
    pub changed: Run,
    pub difference: Vec<Difference>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Difference {
    pub id: String,
    pub mean: f64,
    pub error: f64,
}

/// A chamber, its blocs in the order they sit, and how many of the members its rules ask for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Chamber {
    pub name: String,
    pub members: u32,
    pub blocs: Vec<Bloc>,
    pub marks: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Bloc {
    pub id: String,
    pub label: String,
    pub seats: u32,
}

/// A number of members that decides something: a quorum, a majority.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Mark {
    pub label: String,
    pub seats: u32,
}

/// What forecasts said and how often it came true, by tenths of the chance given.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Reliability {
    /// What was foretold, in words.
    pub of: String,
    pub bins: Vec<Bin>,
}

/// Forecasts of about the same chance.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Bin {
    pub n: u32,
    /// Mean chance given.
    pub forecast: f64,
    /// Share that came true.
    #[serde(alias = "observed")]
    pub happened: f64,
}
