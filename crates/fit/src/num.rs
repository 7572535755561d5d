//! The one place the room takes its exponentials and logarithms from, so that results agree across machines.
//!
//! `libm` is a port of the MUSL library, within one unit in the last place; the platform's own would differ between
//! systems in the last digit, and an optimiser would carry that on.

/// eˣ.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln Σ eᵘ, without overflow. `u` finite and not empty.
pub fn log_sum_exp(u: &[f64]) -> f64 {
    let top = u.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + ln(u.iter().map(|&x| exp(x - top)).sum())
}

/// Turns utilities into the logit's probabilities in place: pⱼ = eᵘʲ / Σ eᵘ. Returns ln Σ eᵘ.
pub fn softmax(u: &mut [f64]) -> f64 {
    let top = u.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for x in u.iter_mut() {
        *x = exp(*x - top);
        total += *x;
    }
    for x in u.iter_mut() {
        *x /= total;
    }
    top + ln(total)
}
