//! From a coordinate of the unit interval to a number's value.

use crate::beta::beta_quantile;
use crate::normal::{Z_95, normal_quantile};
use crate::real::{exp, ln, ln_1p, sigmoid};
use case::model::Law;

/// The value that a number with this law stays below with probability `u`.
///
/// A range "a to b" has 5 % below a and 5 % above b:
///
/// | law | value |
/// |---|---|
/// | `Exact` | itself |
/// | `Normal` | m + s Φ⁻¹(u), m = (a + b)/2, s = (b − a)/(2 Φ⁻¹(0.95)) |
/// | `LogitNormal` | the same in ln(p / (1 − p)), strictly between 0 and 1 |
/// | `LogNormal` | the same in logarithms |
/// | `Pert` | low + (high − low) · beta quantile with parameters 1 + 4 (mode − low)/(high − low) and 1 + 4 (high − mode)/(high − low), whose mean is (low + 4 mode + high)/6 |
/// | `OneOf` | the first of n for u < 1/n, the next for u < 2/n, … |
///
/// - `u` strictly between 0 and 1, as [`crate::sobol::coordinate`] gives it.
/// - A range whose ends are equal is that value. A mode outside its range is taken as the nearer end.
/// - Not a number for ends that the law does not admit (a logit of 0, a logarithm of −1) and for `OneOf` of nothing; the
///   checker refuses those.
///
/// ```
/// use case::model::Law;
/// use game::law::quantile;
/// let precision = Law::LogNormal { low: 10.0, high: 40.0 };
/// assert!((quantile(&precision, 0.05) - 10.0).abs() < 1e-13);
/// assert!((quantile(&precision, 0.5) - 20.0).abs() < 1e-13); // the geometric mean
/// ```
///
/// Source of PERT: Malcolm, Roseboom, Clark and Fazar (1959), *Operations Research* 7; as a beta distribution, Vose (2008),
/// *Risk Analysis*.
pub fn quantile(law: &Law, u: f64) -> f64 {
    match *law {
        Law::Exact(value) => value,
        Law::Normal { low, high } => between(low, high, u),
        Law::LogitNormal { low, high } => {
            sigmoid(between(logit(low), logit(high), u)).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
        }
        Law::LogNormal { low, high } => exp(between(ln(low), ln(high), u)),
        Law::Pert { low, mode, high } => pert(low, mode, high, u),
        Law::OneOf(ref values) => one_of(values, u),
    }
}

/// The normal quantile with 5 % below `low` and 5 % above `high`.
fn between(low: f64, high: f64, u: f64) -> f64 {
    0.5 * (low + high) + (high - low) * (0.5 / Z_95) * normal_quantile(u)
}

fn logit(p: f64) -> f64 {
    ln(p) - ln_1p(-p)
}

fn pert(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    let width = high - low;
    if width == 0.0 {
        return low;
    }
    let at = ((mode - low) / width).clamp(0.0, 1.0);
    low + width * beta_quantile(1.0 + 4.0 * at, 1.0 + 4.0 * (1.0 - at), u)
}

fn one_of(values: &[f64], u: f64) -> f64 {
    let position = (u * values.len() as f64) as usize;
    values.get(position.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
