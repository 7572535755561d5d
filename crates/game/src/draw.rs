//! One value for every number and one reading for every hypothesis.

use crate::law::quantile;
use crate::normal::{normal_cdf, normal_quantile};
use crate::real;
use crate::sobol::{self, TooManyKeys};
use case::expr::{Expr, Value};
use case::model::{Case, Law};

/// One draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Value of each number, by its position in the case.
    pub numbers: Vec<f64>,
    /// Position of each hypothesis's reading.
    pub readings: Vec<usize>,
    /// Chance that play stands in each of the states a game may begin in; not read where there is only one.
    pub standing: Vec<f64>,
}

/// How draws are made from a case: each number's law and its dimension.
#[derive(Debug, Clone)]
pub struct Drawing {
    laws: Vec<Law>,
    /// Dimension of each number, then of each hypothesis.
    dimensions: Vec<u32>,
    /// Prior of each reading of each hypothesis.
    priors: Vec<Vec<Option<Expr>>>,
}

/// How many independent scrambles a set of draws is split into; their spread is the Monte-Carlo error.
pub const SCRAMBLES: u32 = 10;

impl Drawing {
    /// A number keeps its dimension by a hash of its key, so that adding one leaves the others' draws alone.
    ///
    /// # Errors
    /// Where the case has more numbers than there are dimensions (4,096).
    pub fn of(case: &Case) -> Result<Drawing, TooManyKeys> {
        let hypothesis_keys: Vec<String> = case.hypotheses.iter().map(|h| format!("hypotheses.{}", h.id)).collect();
        let keys: Vec<&str> = case
            .numbers
            .iter()
            .map(|number| number.key.as_str())
            .chain(hypothesis_keys.iter().map(String::as_str))
            .collect();
        Ok(Drawing {
            laws: case.numbers.iter().map(|number| number.law.clone()).collect(),
            dimensions: sobol::dimensions(&keys)?,
            priors: case.hypotheses.iter().map(|h| h.readings.iter().map(|r| r.prior.clone()).collect()).collect(),
        })
    }

    /// Draw number `index` of a run with this seed: point ⌊index / 10⌋ of scramble `index` mod 10, so that the first
    /// draws of a longer run are the draws of a shorter one.
    pub fn draw(&self, seed: u64, index: u32) -> Draw {
        let (point, scramble) = (index / SCRAMBLES, index % SCRAMBLES);
        self.at(|dimension| sobol::coordinate(dimension, point, seed, scramble))
    }

    /// The coordinate of draw number `index` in a dimension.
    pub fn coordinate(seed: u64, index: u32, dimension: u32) -> f64 {
        sobol::coordinate(dimension, index / SCRAMBLES, seed, index % SCRAMBLES)
    }

    /// Draw number `index`, moved to where the tilt looks.
    pub fn tilted(&self, seed: u64, index: u32, tilt: &Tilt) -> Draw {
        self.at(|dimension| tilt.moved(dimension, Drawing::coordinate(seed, index, dimension)))
    }

    /// Every number at its median, every hypothesis at the reading that holds half of the prior.
    pub fn middle(&self) -> Draw {
        self.at(|_| 0.5)
    }

    /// The draw whose number in each dimension stands at the quantile that `coordinate` gives the dimension.
    pub fn at(&self, coordinate: impl Fn(u32) -> f64) -> Draw {
        let n_numbers = self.laws.len();
        let numbers: Vec<f64> =
            self.laws.iter().zip(&self.dimensions).map(|(law, &d)| quantile(law, coordinate(d))).collect();
        let readings = self
            .priors
            .iter()
            .enumerate()
            .map(|(h, priors)| {
                let weights = prior(priors, &numbers);
                let u = coordinate(self.dimensions[n_numbers + h]);
                let mut reached = 0.0;
                for (reading, weight) in weights.iter().enumerate() {
                    reached += weight;
                    if u < reached {
                        return reading;
                    }
                }
                weights.len() - 1
            })
            .collect();
        Draw { numbers, readings, standing: Vec::new() }
    }

    /// Prior weight of each reading of a hypothesis in a draw with these numbers; they sum to 1.
    pub fn prior_of(&self, hypothesis: usize, numbers: &[f64]) -> Vec<f64> {
        prior(&self.priors[hypothesis], numbers)
    }

    /// Every dimension in use, in the order of numbers, then hypotheses; numbers drawn together share one.
    pub fn dimensions(&self) -> impl Iterator<Item = u32> {
        self.dimensions.iter().copied()
    }

    /// The dimension of a number or, after all numbers, of a hypothesis.
    pub fn dimension(&self, position: usize) -> u32 {
        self.dimensions[position]
    }
}

/// A draw as somebody sees it who takes some numbers to be otherwise.
pub fn perceived(draw: &Draw, view: &crate::graph::View) -> Draw {
    let mut seen = draw.clone();
    for (number, expr) in &view.numbers {
        seen.numbers[*number as usize] = weight(expr, &draw.numbers);
    }
    seen
}

/// Where draws are to be taken: the normal scores of some dimensions about another mean, with standard deviation 1 as ever.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tilt {
    /// Dimension and mean, by dimension.
    pub shifts: Vec<(u32, f64)>,
}

impl Tilt {
    /// Mean of the normal score in a dimension.
    pub fn shift(&self, dimension: u32) -> f64 {
        self.shifts.binary_search_by_key(&dimension, |(known, _)| *known).map_or(0.0, |at| self.shifts[at].1)
    }

    /// A coordinate of a plain draw where the tilted one has it.
    pub fn moved(&self, dimension: u32, u: f64) -> f64 {
        let shift = self.shift(dimension);
        // Never quite 0 or 1, where a law has no value.
        if shift == 0.0 { u } else { normal_cdf(shift + normal_quantile(u)).clamp(1e-12, 1.0 - 1e-12) }
    }

    /// Density of the tilted draws over that of the plain ones at a draw with these normal scores: exp Σ (m z − m²/2).
    pub fn density(&self, score: impl Fn(u32) -> f64) -> f64 {
        real::exp(self.shifts.iter().map(|&(dimension, mean)| mean * (score(dimension) - 0.5 * mean)).sum())
    }
}

fn prior(priors: &[Option<Expr>], numbers: &[f64]) -> Vec<f64> {
    let stated: Vec<Option<f64>> = priors.iter().map(|p| p.as_ref().map(|e| weight(e, numbers).max(0.0))).collect();
    let total: f64 = stated.iter().flatten().sum();
    let n_rest = stated.iter().filter(|s| s.is_none()).count();
    let rest = (1.0 - total).max(0.0);
    let scale = if total > 1.0 || (n_rest == 0 && total > 0.0) { 1.0 / total } else { 1.0 };
    stated.iter().map(|s| s.map_or(rest / n_rest as f64, |p| p * scale)).collect()
}

/// The value of numbers, or of arithmetic on them.
fn weight(expr: &Expr, numbers: &[f64]) -> f64 {
    use case::expr::Arithmetic::{Add, Divide, Multiply, Subtract};
    match expr {
        Expr::Constant(Value::Real(x)) => *x,
        Expr::Constant(Value::Integer(n)) => *n as f64,
        Expr::Number(n) => numbers[n.index()],
        Expr::Negate(a) => -weight(a, numbers),
        Expr::Arithmetic(operation, a, b) => {
            let (a, b) = (weight(a, numbers), weight(b, numbers));
            match operation {
                Add => a + b,
                Subtract => a - b,
                Multiply => a * b,
                Divide if b == 0.0 => 0.0,
                Divide => a / b,
            }
        }
        Expr::Minimum(all) => all.iter().map(|e| weight(e, numbers)).fold(f64::INFINITY, f64::min),
        Expr::Maximum(all) => all.iter().map(|e| weight(e, numbers)).fold(f64::NEG_INFINITY, f64::max),
        _ => 0.0,
    }
}
