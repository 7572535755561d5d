//! Who is pivotal: voting power of weighted ballots.
//!
//! A coalition wins if it meets every criterion: at least the quota of each column of weights. Everything countable is
//! counted in whole numbers; what cannot be is labelled `bounded` (a float with a bound on its error) or `sampled` (with
//! a standard error). Sources stand at the figures.

pub mod answer;
pub mod approximate;
pub mod dense;
pub mod layers;
pub mod minimal;
pub mod quota;
pub mod unions;
pub mod weights;
mod wide;

pub use answer::{Answer, Ballot, Request, answer};

/// One criterion of a ballot, in whole units of `10^-scale`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    pub name: String,
    pub weights: Vec<u128>,
    /// The least that wins, at least 1 and at most the total.
    pub quota: u128,
    pub scale: u32,
    /// The rule in words.
    pub rule: String,
}

impl Criterion {
    /// The weight of everybody.
    pub fn total(&self) -> u128 {
        self.weights.iter().sum()
    }
}

/// A ballot: players and the criteria that a winning coalition meets, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Game {
    pub ids: Vec<String>,
    pub criteria: Vec<Criterion>,
}

impl Game {
    /// How many players there are.
    pub fn players(&self) -> usize {
        self.criteria.first().map_or(0, |c| c.weights.len())
    }

    /// Whether sums of weights, criterion by criterion, win.
    pub fn wins(&self, sums: &[u128]) -> bool {
        self.criteria.iter().zip(sums).all(|(c, &s)| s >= c.quota)
    }

    /// The same game in the smallest units: weights without their common divisor, and a veto of some players made a
    /// weight that the quota cannot be reached without.
    #[must_use]
    pub fn reduced(&self, vetoes: &[usize]) -> Game {
        let mut game = self.clone();
        for c in &mut game.criteria {
            let divisor = c.weights.iter().fold(0, |a, &b| gcd(a, b)).max(1);
            c.weights.iter_mut().for_each(|w| *w /= divisor);
            c.quota = c.quota.div_ceil(divisor);
        }
        if let (Some(first), false) = (game.criteria.first_mut(), vetoes.is_empty()) {
            let more = first.total() + 1;
            for &i in vetoes {
                first.weights[i] += more;
            }
            first.quota += more * vetoes.len() as u128;
        }
        game
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
