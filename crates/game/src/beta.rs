//! The beta distribution's quantiles, which PERT estimates need.
//!
//! Own code rather than a library's: those take logarithms from the platform and so differ between machines.

use crate::real::{exp, ln, ln_1p};

/// ln Γ(x), the logarithm of the gamma function (Γ(n) = (n − 1)! for whole n).
///
/// - `x` > 0; not a number elsewhere.
/// - Absolute error below 1e-14 for x ≤ 20, relative error below 1e-15 beyond.
///
/// ```
/// use game::beta::ln_gamma;
/// assert!((ln_gamma(5.0) - 24_f64.ln()).abs() < 1e-14);
/// ```
///
/// Source: Stirling's series with eight terms (*NIST Digital Library of Mathematical Functions* 5.11.1), from 10 on
/// right to 2e-18; smaller arguments are brought there by Γ(x + 1) = x Γ(x).
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let mut z = x;
    let mut product = 1.0;
    while z < 10.0 {
        product *= z;
        z += 1.0;
    }
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let series = inverse * STIRLING.iter().rev().fold(0.0, |sum, &c| sum * square + c);
    ((z - 0.5) * ln(z) - z) + (HALF_LN_TWO_PI + series) - ln(product)
}

/// The probability that a beta variable with parameters `a` and `b` is at most `x`: the regularised incomplete beta
/// function.
///
/// - `a`, `b` > 0 (tested from 0.5 to 200); `x` from 0 to 1, taken as the nearer end outside.
/// - Relative error below 1e-13 on the side of the smaller tail. Not a number where an argument is, or `a`, `b` are not
///   positive.
///
/// ```
/// use game::beta::beta_cdf;
/// assert!((beta_cdf(1.0, 3.0, 0.5) - 0.875).abs() < 1e-15); // 1 − (1 − x)³
/// ```
///
/// Source: the continued fraction of *NIST Digital Library of Mathematical Functions* 8.17.22, evaluated by Lentz's
/// method.
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    Beta::new(a, b).below(x)
}

/// The number that a beta variable with parameters `a` and `b` stays below with probability `u`.
///
/// - `a`, `b` > 0 (tested from 0.5 to 200); `u` from 0 to 1, taken as the nearer end outside; the answer too.
/// - Relative error below 1e-13 of the answer, and of 1 minus the answer where `u` is above ½.
///
/// ```
/// use game::beta::beta_quantile;
/// assert!((beta_quantile(1.0, 3.0, 0.875) - 0.5).abs() < 1e-15);
/// ```
///
/// Method: Newton's steps on the distribution function from below its power near 0, held inside a bracket that every
/// step narrows; a step that leaves the bracket halves it instead.
pub fn beta_quantile(a: f64, b: f64, u: f64) -> f64 {
    // The lower tail keeps its relative accuracy, so that the upper one is worked out in the mirror.
    if u > 0.5 { 1.0 - Beta::new(b, a).lower_quantile(1.0 - u) } else { Beta::new(a, b).lower_quantile(u) }
}

struct Beta {
    a: f64,
    b: f64,
    /// ln B(a, b), what makes the density integrate to 1.
    ln_norm: f64,
}

impl Beta {
    fn new(a: f64, b: f64) -> Beta {
        Beta { a, b, ln_norm: ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b) }
    }

    fn mirrored(&self) -> Beta {
        Beta { a: self.b, b: self.a, ln_norm: self.ln_norm }
    }

    /// xᵃ (1 − x)ᵇ / B(a, b): the density times x (1 − x).
    fn weight(&self, x: f64) -> f64 {
        exp(self.a * ln(x) + self.b * ln_1p(-x) - self.ln_norm)
    }

    fn below(&self, x: f64) -> f64 {
        if x.is_nan() || self.ln_norm.is_nan() {
            return f64::NAN;
        }
        if x <= 0.0 || x >= 1.0 {
            return if x <= 0.0 { 0.0 } else { 1.0 };
        }
        // The fraction converges fast below the mean and hardly at all far above it.
        if x <= (self.a + 1.0) / (self.a + self.b + 2.0) {
            self.weight(x) * self.fraction(x) / self.a
        } else {
            let mirror = self.mirrored();
            1.0 - self.weight(x) * mirror.fraction(1.0 - x) / self.b
        }
    }

    fn fraction(&self, x: f64) -> f64 {
        let Beta { a, b, .. } = *self;
        // Lentz's method divides by what may vanish; the smallest normal number stands for 0.
        let guard = |v: f64| if v.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { v };
        let mut c = 1.0;
        let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
        let mut value = d;
        for m in 1..=FRACTION_STEPS {
            let m = f64::from(m);
            let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
            d = 1.0 / guard(1.0 + even * d);
            c = guard(1.0 + even / c);
            value *= d * c;
            let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
            d = 1.0 / guard(1.0 + odd * d);
            c = guard(1.0 + odd / c);
            value *= d * c;
            if (d * c - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        value
    }

    /// The quantile of `u` ≤ ½.
    fn lower_quantile(&self, u: f64) -> f64 {
        if u.is_nan() || self.ln_norm.is_nan() {
            return f64::NAN;
        }
        if u <= 0.0 {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        // Near 0 the distribution function is xᵃ / (a B(a, b)).
        let mut x = exp((ln(u) + ln(self.a) + self.ln_norm) / self.a).clamp(f64::MIN_POSITIVE, 0.5);
        for _ in 0..NEWTON_STEPS {
            let error = self.below(x) - u;
            if error > 0.0 {
                high = x;
            } else {
                low = x;
            }
            let step = error * x * (1.0 - x) / self.weight(x);
            let newton = x - step;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            let moved = (next - x).abs();
            x = next;
            if moved <= 2.0 * f64::EPSILON * x {
                break;
            }
        }
        x
    }
}

/// Enough for parameters up to 1e4; the fraction needs about the square root of the larger one.
const FRACTION_STEPS: u32 = 400;
/// Newton's steps settle in about six; halving alone would need as many as there are bits.
const NEWTON_STEPS: u32 = 100;
/// ln(2π)/2.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;
/// Bernoulli numbers over 2k(2k − 1).
const STIRLING: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
];
