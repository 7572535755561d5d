//! Exponential and logarithm, the same bits everywhere: the one place that forecasts take them from.
//!
//! The functions of the standard library call whatever the platform offers, so that two machines may differ in the last
//! digit, and a choice probability after a thousand periods in more than that. Here only additions, subtractions,
//! multiplications, divisions and shifts of bits are used. IEEE 754 rounds each of them in one way, Rust never fuses them,
//! and nothing branches; so a value does not depend on the machine, on the width of its vectors, or on whether it was
//! computed alone or among others. (The old x87 floating-point unit, which keeps extra digits, is not supported.)
//!
//! Every function is `#[inline(always)]` so that a loop over an array becomes vector code in a caller compiled with
//! wide vectors: a call would keep each element apart.
//!
//! Errors are in units in the last place (ulp) of the exact result: the bound follows from the rounding of each step, the
//! largest seen is over the points of the tests below, which compute their reference in twice the precision.
#![expect(clippy::inline_always, reason = "loops over lanes become vector code only where nothing is called")]

/// Below this, ln 2⁻¹⁰²², [`exp`] is 0.
pub const EXP_MIN: f64 = -708.396_418_532_264_1;

/// Above this, ln 2¹⁰²⁴, [`exp`] is infinite.
pub const EXP_MAX: f64 = 709.782_712_893_384;

/// eˣ.
///
/// - 0 below [`EXP_MIN`]: subnormal results are flushed, so that the product of a chance and something finite is exact or 0.
/// - Infinite above [`EXP_MAX`]; not a number for not a number.
/// - Error below 0.75 ulp; largest seen 0.61 ulp.
///
/// ```
/// use game::real::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert_eq!(exp(1.0), std::f64::consts::E);
/// assert_eq!(exp(f64::NEG_INFINITY), 0.0);
/// ```
///
/// Source: x = n ln 2 + r with ln 2 in two parts (Cody and Waite 1980, *Software Manual for the Elementary Functions*);
/// for eʳ a polynomial of degree 12 through Chebyshev points of |r| ≤ ln 2 / 2, off by less than 2⁻⁶¹.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let Reduced { power, head, tail } = reduce(x);
    // Adding to the exponent's bits multiplies by 2ⁿ; 2ⁿ itself would overflow for n = 1024.
    let y = f64::from_bits((head + tail).to_bits().wrapping_add(power << 52));
    let y = if x < EXP_MIN { 0.0 } else { y };
    if x <= EXP_MAX { y } else { x + f64::INFINITY }
}

/// eˣ − 1, exact to the last digits where x is near 0: the chance 1 − e⁻ʳ of a small rate is `-exp_m1(-r)`.
///
/// - −1 below −40, infinite above [`EXP_MAX`]; not a number for not a number.
/// - Error below 2 ulp; largest seen 1.02 ulp.
///
/// ```
/// use game::real::exp_m1;
/// assert_eq!(exp_m1(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn exp_m1(x: f64) -> f64 {
    let Reduced { power, head, tail } = reduce(x);
    // Half of 2ⁿ, twice: 2ⁿ itself would overflow for n = 1024.
    let half = f64::from_bits(power.wrapping_add(1022) << 52);
    let y = 2.0 * ((half * head - 0.5) + half * tail);
    // From here on −1 is the nearest number, and before long 2ⁿ⁻¹ would not be normal.
    let y = if x < -40.0 { -1.0 } else { y };
    if x <= EXP_MAX { y } else { x + f64::INFINITY }
}

/// ln x.
///
/// - −∞ for 0 of either sign, not a number below 0 and for not a number; subnormal numbers are taken at their value.
/// - Error below 1 ulp; largest seen 0.75 ulp.
///
/// ```
/// use game::real::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert_eq!(ln(0.0), f64::NEG_INFINITY);
/// assert!(ln(-1.0).is_nan());
/// ```
///
/// Source: the scheme of `e_log.c` in fdlibm (Sun Microsystems 1993): x = 2ᵏ(1 + f), s = f/(2 + f),
/// ln(1 + f) = f − (f²/2 − s(f²/2 + R(s²))), R with coefficients of our own, off by less than 2⁻⁵⁷ of the result.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * TWO_54 } else { x };
    let bits = scaled.to_bits();
    // Counting from √½ leaves 1 + f in [√½, √2), so that ln 2 and ln(1 + f) never cancel.
    let biased = bits.wrapping_sub(SQRT_HALF).wrapping_add(1024 << 52) >> 52;
    let f = f64::from_bits(bits.wrapping_sub(biased.wrapping_sub(1024) << 52)) - 1.0;
    // The integer becomes a float as the last digits of 2⁵² + k: vectors have no other conversion before AVX-512.
    let k = f64::from_bits(biased | 0x4330_0000_0000_0000) - (TWO_52 + 1024.0);
    let k = if subnormal { k - 54.0 } else { k };
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = LN[0] + w * (LN[2] + w * (LN[4] + w * LN[6]));
    let odd = LN[1] + w * (LN[3] + w * LN[5]);
    let rest = z * (even + z * odd);
    let half = 0.5 * f * f;
    let y = k * LN_2_HEAD - ((half - (s * (half + rest) + k * LN_2_TAIL)) - f);
    let y = if x < f64::INFINITY { y } else { x };
    let outside = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    if x > 0.0 { y } else { outside }
}

/// ln(1 + x), exact to the last digits where x is near 0: the rate of a small chance p is `-ln_1p(-p)`.
///
/// - −∞ at −1, not a number below and for not a number.
/// - Error below 3 ulp; largest seen 0.99 ulp.
///
/// ```
/// use game::real::ln_1p;
/// assert_eq!(ln_1p(-1e-20), -1e-20);
/// ```
///
/// Source: what rounding takes from 1 + x is given back to first order, as in `log1p` of Hewlett-Packard's calculators
/// (Goldberg 1991, *ACM Computing Surveys* 23, theorem 4, in the additive form).
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let lost = x - (sum - 1.0);
    let main = ln(sum);
    // At the ends the correction is 0/0 or ∞ − ∞.
    let correction = if sum > 0.0 && sum < f64::INFINITY { lost / sum } else { 0.0 };
    main + correction
}

/// The logistic function 1 / (1 + e⁻ˣ): the chance of a yes whose stake is x in units of 1/λ.
///
/// - From 0 to 1, ½ at 0; no overflow on either side, small chances to full relative accuracy.
/// - Error below 2.5 ulp; largest seen 1.97 ulp. Not a number for not a number.
///
/// ```
/// use game::real::sigmoid;
/// assert_eq!(sigmoid(0.0), 0.5);
/// assert_eq!(sigmoid(-1000.0), 0.0);
/// assert!(sigmoid(-40.0) > 0.0);
/// ```
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    let small = exp(-x.abs());
    let above = if x < 0.0 { small } else { 1.0 };
    above / (1.0 + small)
}

/// Replaces each element by its [`exp`], with the same bits.
#[inline(always)]
pub fn exp_lanes<const N: usize>(lanes: &mut [f64; N]) {
    for x in lanes {
        *x = exp(*x);
    }
}

/// Replaces each element by its [`ln`], with the same bits.
#[inline(always)]
pub fn ln_lanes<const N: usize>(lanes: &mut [f64; N]) {
    for x in lanes {
        *x = ln(*x);
    }
}

/// Replaces each element by its [`sigmoid`], with the same bits.
#[inline(always)]
pub fn sigmoid_lanes<const N: usize>(lanes: &mut [f64; N]) {
    for x in lanes {
        *x = sigmoid(*x);
    }
}

/// eˣ = 2ⁿ (head + tail), `power` holding n in its low bits, as a two's complement.
struct Reduced {
    power: u64,
    /// 1 + r, rounded.
    head: f64,
    /// What is missing from eʳ, at most 0.07 in size: only its rounding, an eighth of a unit, and the last one count.
    tail: f64,
}

#[inline(always)]
fn reduce(x: f64) -> Reduced {
    // Adding 1.5·2⁵² rounds to the nearest integer and leaves it in the low bits.
    let shifted = x * LOG2_E + TO_INTEGER;
    let n = shifted - TO_INTEGER;
    let above = x - n * LN_2_HEAD;
    let below = n * LN_2_TAIL;
    let r = above - below;
    let lost = (above - r) - below;
    let head = 1.0 + r;
    let slip = (1.0 - head) + r;
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (EXP[0] + r * EXP[1]) + r2 * (EXP[2] + r * EXP[3]);
    let high = (EXP[4] + r * EXP[5]) + r2 * (EXP[6] + r * EXP[7]);
    let cubic = low + r4 * (high + r4 * (EXP[8] + r * EXP[9]));
    let curved = r2 * (0.5 + r * cubic);
    Reduced { power: shifted.to_bits(), head, tail: curved + (slip + lost) }
}

const TWO_52: f64 = 4_503_599_627_370_496.0;
const TWO_54: f64 = 18_014_398_509_481_984.0;
const TO_INTEGER: f64 = 1.5 * TWO_52;
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// The first 32 bits of ln 2, so that its products with exponents are exact.
const LN_2_HEAD: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN_2_TAIL: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;

/// (eʳ − 1 − r − r²/2)/r³, lowest power first.
const EXP: [f64; 10] = [
    0.166_666_666_666_666_69,
    0.041_666_666_666_666_664,
    0.008_333_333_333_330_062,
    0.001_388_888_888_888_655_2,
    0.000_198_412_698_630_536_18,
    0.000_024_801_587_317_144_498,
    0.000_002_755_726_845_999_706_4,
    0.000_000_275_572_829_695_495_5,
    0.000_000_025_100_385_495_510_32,
    0.000_000_002_091_123_663_026_154_5,
];

/// (ln((1 + s)/(1 − s)) − 2s)/s³ in powers of s², lowest first.
const LN: [f64; 7] = [
    0.666_666_666_666_667,
    0.399_999_999_998_993_8,
    0.285_714_286_260_310_65,
    0.222_222_111_257_228_1,
    0.181_828_897_861_910_42,
    0.153_316_996_335_438_58,
    0.146_167_211_798_618_16,
];

/// Keeps a compiler from turning a loop around whole lanes inside out.
///
/// Loops over lanes (`[f64; N]`, draws side by side) are unrolled and become single vector operations. Where they stand in
/// a longer loop, compilers may vectorise that one instead and gather its operands from afar, several times slower. A
/// fence costs no instruction and no loop is vectorised across it.
#[inline(always)]
pub fn whole_lanes() {
    std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::AcqRel);
}
