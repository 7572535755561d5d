//! Where positions settle: actors with a position, how much they care (salience) and what they can bring to bear
//! (capability), on one issue or several.
//!
//! Four old answers, each with its conventions named: the weighted compromise, Nash bargaining, the expected-utility
//! challenge model, and a probabilistic Condorcet election with bargains. All are point models; intervals on the inputs
//! are carried through by draws.

pub mod answer;
pub mod challenge;
pub mod compromise;
pub mod condorcet;
pub mod parse;

pub use answer::{Answer, Request, answer};

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// A number as written: exact, or with 5 % of belief below `low` and 5 % above `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
}

/// Which values a number can take, and so how it is distributed within its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On the whole line: normal.
    Position,
    /// Between 0 and 1: normal in log odds.
    Salience,
    /// Above 0: normal in logarithms.
    Capability,
}

/// One who takes part.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    pub name: String,
    pub capability: Range,
    /// Per dimension.
    pub positions: Vec<Range>,
    /// Per dimension, 0–1.
    pub saliences: Vec<Range>,
}

/// One issue, or several settled together.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    pub id: Option<String>,
    pub title: Option<String>,
    pub dimensions: Vec<String>,
    /// The ends of each dimension's scale.
    pub scale: Vec<(f64, f64)>,
    pub parties: Vec<Party>,
}

/// An actor with every number fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    pub capability: f64,
    pub position: Vec<f64>,
    pub salience: Vec<f64>,
}

/// The 95 % point of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

impl Range {
    /// A number without doubt.
    pub fn exact(x: f64) -> Self {
        Self { low: x, high: x }
    }

    /// Whether there is no doubt about it.
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// The median of its distribution.
    pub fn middle(self, kind: Kind) -> f64 {
        self.at(kind, 0.0)
    }

    /// The value `z` standard deviations from the median, on the scale on which it is normal.
    pub fn at(self, kind: Kind, z: f64) -> f64 {
        if self.is_exact() {
            return self.low;
        }
        let between = |low: f64, high: f64| f64::midpoint(low, high) + z * (high - low) / (2.0 * Z95);
        match kind {
            Kind::Position => between(self.low, self.high),
            Kind::Capability => between(self.low.ln(), self.high.ln()).exp(),
            Kind::Salience => {
                let logit = |p: f64| (p / (1.0 - p)).ln();
                1.0 / (1.0 + (-between(logit(self.low), logit(self.high))).exp())
            }
        }
    }

    /// A draw.
    pub fn draw(self, kind: Kind, rng: &mut impl Rng) -> f64 {
        // One normal per number, exact or not, so that a number's draws do not depend on its neighbours' ranges.
        let z: f64 = StandardNormal.sample(rng);
        self.at(kind, z)
    }
}

impl Issue {
    /// Every number at its median.
    pub fn middle(&self) -> Vec<Actor> {
        self.fix(Range::middle)
    }

    /// Every number drawn.
    pub fn draw(&self, rng: &mut impl Rng) -> Vec<Actor> {
        self.fix(|range, kind| range.draw(kind, rng))
    }

    /// Whether any number is in doubt.
    pub fn in_doubt(&self) -> bool {
        self.parties
            .iter()
            .any(|p| !p.capability.is_exact() || p.positions.iter().chain(&p.saliences).any(|r| !r.is_exact()))
    }

    fn fix(&self, mut value: impl FnMut(Range, Kind) -> f64) -> Vec<Actor> {
        self.parties
            .iter()
            .map(|p| Actor {
                capability: value(p.capability, Kind::Capability),
                position: p.positions.iter().map(|&r| value(r, Kind::Position)).collect(),
                salience: p.saliences.iter().map(|&r| value(r, Kind::Salience)).collect(),
            })
            .collect()
    }
}
