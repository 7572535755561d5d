//! What every answer carries: from which case, which draws, which version.

use crate::band::Weights;
use case::model::Case;
use jiff::civil::Date;
use serde::Serialize;

/// The common keys of every answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    pub formateur: Provenance,
    pub case: CaseName,
    pub from: Date,
    pub now: Date,
    pub until: Date,
}

/// With what an answer was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    pub version: String,
    /// SHA-256 of all files of the case, its pack included.
    pub case_hash: String,
    pub seed: u64,
    pub draws: usize,
    pub effective_draws: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseName {
    pub id: String,
    pub title: String,
}

/// What a run was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub case_hash: String,
    pub seed: u64,
    pub draws: usize,
}

impl Head {
    pub fn of(case: &Case, request: &Request, weights: &Weights) -> Head {
        Head {
            formateur: Provenance {
                version: env!("CARGO_PKG_VERSION").into(),
                case_hash: request.case_hash.clone(),
                seed: request.seed,
                draws: weights.len(),
                // Equal weights may miss a whole number by a rounding error that would show in the answer.
                effective_draws: (weights.effective() * 1e6).round() / 1e6,
            },
            case: CaseName { id: case.id.clone(), title: case.title.clone() },
            from: case.calendar.from,
            now: case.calendar.now,
            until: case.calendar.until,
        }
    }
}

/// A name as people read it.
pub fn label(case: &Case, id: &str) -> String {
    case.labels
        .iter()
        .find(|(written, _)| written == id)
        .map_or_else(|| id.replace('_', " "), |(_, label)| label.clone())
}
