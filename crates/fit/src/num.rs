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

/// Turns utilities into the logit's probabilities in place: pⱼ = eᵘʲ / Σ eᵘ. Returns ln Σ eᵘ. Utilities may be −∞.
///
/// Sums run in eight interleaved lanes, so that the result has the same bits whatever the processor's vectors.
pub fn softmax(u: &mut [f64]) -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::softmax_512(u) };
        }
        if is_x86_feature_detected!("avx2") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::softmax_256(u) };
        }
    }
    plain_softmax(u)
}

#[cfg(target_arch = "x86_64")]
mod wide {
    #[target_feature(enable = "avx512f")]
    pub fn softmax_512(u: &mut [f64]) -> f64 {
        super::plain_softmax(u)
    }

    #[target_feature(enable = "avx2")]
    pub fn softmax_256(u: &mut [f64]) -> f64 {
        super::plain_softmax(u)
    }
}

/// As [`softmax`], to be compiled into functions for wider vectors.
#[allow(clippy::inline_always, reason = "compiled anew into functions for wider vectors")]
#[inline(always)]
pub fn plain_softmax(u: &mut [f64]) -> f64 {
    const LANES: usize = 8;
    let mut tops = [f64::NEG_INFINITY; LANES];
    let (whole, rest) = u.as_chunks::<LANES>();
    for x in whole {
        for l in 0..LANES {
            tops[l] = if x[l] > tops[l] { x[l] } else { tops[l] };
        }
    }
    let top = tops.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
    // a loop of its own, so that compilers see that it goes in vectors
    for x in u.iter_mut() {
        *x = exp_below(*x - top);
    }
    let mut sums = [0.0; LANES];
    let (whole, rest) = u.as_chunks::<LANES>();
    for x in whole {
        for l in 0..LANES {
            sums[l] += x[l];
        }
    }
    for (x, sum) in rest.iter().zip(&mut sums) {
        *sum += *x;
    }
    let total: f64 = sums.iter().sum();
    let scale = 1.0 / total;
    for x in u.iter_mut() {
        *x *= scale;
    }
    top + ln(total)
}

/// eˣ for x ≤ 0, within two units in the last place; 0 below −708.
///
/// x = k ln 2 + r with |r| ≤ ln 2 / 2, and eʳ by its series to the thirteenth power: additions and multiplications alone, so
/// that eight of them go side by side. (`libm` has a table and branches.)
#[allow(clippy::inline_always, reason = "compiled anew into functions for wider vectors")]
#[inline(always)]
fn exp_below(x: f64) -> f64 {
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2⁵²: adding it leaves the nearest whole number in the low bits
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let low = x < -708.0;
    let x = if low { 0.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut e = 1.0 / 6_227_020_800.0;
    for c in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        e = e * r + c;
    }
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    if low { 0.0 } else { e * power }
}

#[cfg(test)]
mod tests {
    use super::{exp, exp_below, plain_softmax, softmax};

    #[test]
    fn exponentials_are_within_two_units_in_the_last_place() {
        for i in 0..=70_790 {
            let x = -f64::from(i) / 100.0;
            let (ours, theirs) = (exp_below(x), exp(x));
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs, "{x}: {ours:e} and {theirs:e}");
        }
        assert_eq!((exp_below(0.0), exp_below(-709.0), exp_below(f64::NEG_INFINITY)), (1.0, 0.0, 0.0));
    }

    #[test]
    fn probabilities_have_the_same_bits_whatever_the_vectors() {
        for n in [1, 7, 8, 31, 255] {
            let u: Vec<f64> =
                (0..n).map(|i| if i == 5 { f64::NEG_INFINITY } else { f64::from(i * 37 % 101) / 9.0 }).collect();
            let (mut wide, mut plain) = (u.clone(), u.clone());
            assert_eq!(softmax(&mut wide), plain_softmax(&mut plain));
            assert_eq!(wide, plain);
            let total: f64 = u.iter().map(|x| exp(*x)).sum();
            for (p, u) in wide.iter().zip(&u) {
                assert!((p - exp(*u) / total).abs() < 1e-14);
            }
        }
    }
}
