//! What is said of every coalition before one of them forms: the covariates of the choice models.

mod alternatives;
mod basic;
mod context;
mod ideology;
mod incumbency;
mod literature;
mod names;
mod past;
mod shape;
mod steps;

use crate::chamber::Chamber;

pub use basic::{Basic, pivotality};
pub use names::RICH;

/// Covariates of every coalition of a chamber, one array per covariate.
#[derive(Debug, Clone, Default)]
pub struct Covariates {
    pub names: Vec<&'static str>,
    /// `[n_covariates][2ⁿ − 1]`
    pub columns: Vec<Vec<f32>>,
}

/// A named set of covariates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// Ten of the literature.
    Literature10,
    /// Those and twelve more.
    Literature22,
    /// All of ours.
    Rich,
}

/// How many covariates the literature's sets have; they stand first in [`RICH`].
pub const LITERATURE10: usize = 10;
pub const LITERATURE22: usize = 22;

/// Where a covariate stands in [`RICH`].
pub fn place_of(name: &str) -> Option<usize> {
    RICH.iter().position(|have| *have == name)
}

/// Describes every coalition of a chamber.
pub fn describe(set: Set, chamber: &Chamber) -> Covariates {
    let basic = Basic::of(chamber);
    let mut out = Covariates::default();
    literature::literature10(chamber, &basic, &mut out);
    if set != Set::Literature10 {
        literature::literature22(chamber, &basic, &mut out);
    }
    if set == Set::Rich {
        rich(chamber, &basic, &mut out);
    }
    out
}

impl Covariates {
    fn put(&mut self, name: &'static str, values: impl IntoIterator<Item = f64>) {
        self.names.push(name);
        self.columns.push(values.into_iter().map(|x| x as f32).collect());
    }
}

fn rich(c: &Chamber, b: &Basic, out: &mut Covariates) {
    shape::shape(c, b, out);
    ideology::ideology(c, b, out);
    incumbency::incumbency(c, b, out);
    past::party_history(c, b, out);
    past::pair_history(c, b, out);
    past::country_history(c, b, out);
    alternatives::alternatives(c, b, out);
    alternatives::crowds(c, b, out);
    steps::steps(c, b, out);
    context::context(c, b, out);
}
