//! `game::real` against twice the precision, at its edges, and bit for bit.

use crate::double::{self, Double};
use game::real::{EXP_MAX, EXP_MIN, exp, exp_lanes, exp_m1, ln, ln_1p, ln_lanes, sigmoid, sigmoid_lanes};

/// Points of a fixed sequence (`SplitMix64`, Steele et al. 2014), even over (0, 1).
fn points(n: usize) -> impl Iterator<Item = f64> {
    (1..=n as u64).map(|i| {
        let mut z = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0
    })
}

/// FNV-1a over the bits of a function's values: one number that any difference between machines changes.
fn bits_hash(values: impl Iterator<Item = f64>) -> u64 {
    values
        .flat_map(|y| y.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn exp_ulps(x: f64) -> f64 {
    let (mantissa, power) = double::exp_parts(x.into());
    let down = Double::from(exp(x)).scaled(-power);
    assert_eq!(down.scaled(power).high, exp(x), "taking the power off is exact at {x}");
    mantissa.ulps(down.high)
}

fn ln_ulps(x: f64) -> f64 {
    double::ln(x.into()).ulps(ln(x))
}

fn worst(name: &str, bound: f64, points: impl Iterator<Item = f64>, ulps: impl Fn(f64) -> f64) {
    let (at, most) = points.map(|x| (x, ulps(x))).fold((0.0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
    println!("{name}: at most {most:.4} ulp, at {at:?}");
    assert!(most <= bound, "{name}: {most} ulp at {at:?}, stated {bound}");
}

#[test]
fn reference_agrees_with_mpmath() {
    let close = |a: Double, b: Double| {
        let difference = a.minus(b).high / b.high;
        assert!(difference.abs() < 1e-24, "{a:?} and {b:?} differ by {difference:e}");
    };
    // mpmath 1.4.1 at 40 digits, rounded to two floats.
    let exps = [
        (-345.6789, 0x20c3_9297_7184_d1ee, 0x9d6d_263c_2336_f31b),
        (-37.5, 0x3c8d_d5c5_6630_1ec8, 0xb928_8483_5ad0_1ca7),
        (-1.0, 0x3fd7_8b56_362c_ef38, 0xbc6c_a8a4_270f_adf5_u64),
        (-1e-5, 0x3fef_ffeb_0751_5653, 0x3c5a_6d17_a564_b029),
        (1e-10, 0x3ff0_0000_0006_df38, 0xbc63_112d_8e5e_6d4c),
        (0.34657, 0x3ff6_a099_138a_089d, 0xbc95_8820_59b8_f8c7),
        (10.0, 0x40d5_829d_cf95_0560, 0xbd78_3e05_5cfe_a4bb),
        (300.25, 0x5b01_fda3_eaeb_3d0e, 0xd78f_fdd8_d3d6_b20a),
    ];
    for (x, high, low) in exps {
        close(double::exp(Double::from(x)), Double { high: f64::from_bits(high), low: f64::from_bits(low) });
    }
    let lns = [
        (5e-324, 0xc087_4385_446d_71c3, 0xbd28_e569_fa8e_e781),
        (1e-200, 0xc07c_c845_b54b_54f2, 0x3d18_dc65_fe0f_133c),
        (1e-5, 0xc027_069e_2aa2_aa5b, 0x3cb4_1ab1_3744_99c7),
        (std::f64::consts::FRAC_1_SQRT_2, 0xbfd6_2e42_fefa_39ee, 0x3c37_16fd_fdbc_882e),
        (0.999_999_9, 0xbe7a_d7f2_b104_9b9f, 0xbb1a_bda4_42e8_2e0d),
        (12_345.678, 0x4022_d795_5979_1e31, 0xbcab_815c_bf5b_dc23),
        (1.7e308, 0x4086_2dd0_8fdc_6f88, 0x3d21_6a68_7db2_877d_u64),
    ];
    for (x, high, low) in lns {
        close(double::ln(Double::from(x)), Double { high: f64::from_bits(high), low: f64::from_bits(low) });
    }
}

#[test]
fn exp_is_as_exact_as_stated() {
    worst("exp over its range", 0.75, points(6000).map(|u| EXP_MIN + u * (EXP_MAX - EXP_MIN)), exp_ulps);
    worst("exp near 0", 0.75, points(6000).map(|u| 4.0 * u - 2.0), exp_ulps);
    worst("exp of small numbers", 0.75, points(2000).map(|u| (u - 0.5) * 1e-6), exp_ulps);
}

#[test]
fn exp_m1_is_as_exact_as_stated() {
    let ulps = |x: f64| double::exp_m1(x).ulps(exp_m1(x));
    worst("exp_m1 over its range", 2.0, points(3000).map(|u| u * 740.0 - 40.0), ulps);
    worst("exp_m1 near 0", 2.0, points(6000).map(|u| 4.0 * u - 2.0), ulps);
    worst("exp_m1 of small numbers", 2.0, points(3000).map(|u| (u - 0.5) * 1e-6), ulps);
}

#[test]
fn ln_is_as_exact_as_stated() {
    let everywhere = points(6000).map(|u| f64::from_bits((u * f64::MAX.to_bits() as f64) as u64 + 1));
    worst("ln over its range", 1.0, everywhere, ln_ulps);
    worst("ln near 1", 1.0, points(6000).map(|u| 0.5 + 1.5 * u), ln_ulps);
    worst("ln close to 1", 1.0, points(2000).map(|u| 1.0 + (u - 0.5) * 1e-6), ln_ulps);
    worst("ln of subnormals", 1.0, points(500).map(|u| u * f64::MIN_POSITIVE), ln_ulps);
}

#[test]
fn ln_1p_is_as_exact_as_stated() {
    let ulps = |x: f64| {
        let sum = Double::from(1.0).plus(x.into());
        // Below 1e-8 the logarithm of the sum would lose the digits of x.
        let series = Double::from(x).minus(Double::from(x).times(x.into()).scaled(-1));
        let cube = Double::from(x).times(x.into()).times(x.into()).over(3.0.into());
        if x.abs() < 1e-8 { series.plus(cube) } else { double::ln(sum) }.ulps(ln_1p(x))
    };
    worst("ln_1p in (-1, 3)", 3.0, points(6000).map(|u| 4.0 * u - 1.0), ulps);
    worst("ln_1p of small numbers", 3.0, points(3000).map(|u| (u - 0.5) * 1e-3), ulps);
    worst("ln_1p of tiny numbers", 3.0, points(1000).map(|u| (u - 0.5) * 1e-8), ulps);
    worst("ln_1p of large numbers", 3.0, points(1000).map(|u| exp(u * 600.0)), ulps);
}

#[test]
fn sigmoid_is_as_exact_as_stated() {
    let ulps = |x: f64| {
        let one = Double::from(1.0);
        let reference = if x < 0.0 {
            let small = double::exp(x.into());
            small.over(one.plus(small))
        } else {
            one.over(one.plus(double::exp((-x).into())))
        };
        reference.ulps(sigmoid(x))
    };
    worst("sigmoid near 0", 2.5, points(6000).map(|u| 8.0 * u - 4.0), ulps);
    worst("sigmoid far out", 2.5, points(3000).map(|u| 1200.0 * u - 600.0), ulps);
}

#[test]
fn edges_hold() {
    assert!(exp(EXP_MIN) >= f64::MIN_POSITIVE && exp(EXP_MIN) < 1.000_001 * f64::MIN_POSITIVE);
    assert_eq!(exp(EXP_MIN.next_down()), 0.0);
    assert!(exp(EXP_MAX) > 0.999_999 * f64::MAX && exp(EXP_MAX).is_finite());
    assert_eq!(exp(EXP_MAX.next_up()), f64::INFINITY);
    for x in [f64::NEG_INFINITY, f64::MIN, -1e9, -746.0, -709.0] {
        assert_eq!((exp(x), exp_m1(x), sigmoid(x)), (0.0, -1.0, 0.0), "{x}");
    }
    for x in [f64::INFINITY, f64::MAX, 1e9, 710.0] {
        assert_eq!((exp(x), exp_m1(x), sigmoid(x)), (f64::INFINITY, f64::INFINITY, 1.0), "{x}");
    }
    for x in [0.0, -0.0] {
        assert_eq!((exp(x), exp_m1(x), ln_1p(x), sigmoid(x)), (1.0, 0.0, 0.0, 0.5));
        assert_eq!(ln(x), f64::NEG_INFINITY);
    }
    for f in [exp, exp_m1, ln, ln_1p, sigmoid] {
        assert!(f(f64::NAN).is_nan() && f(-f64::NAN).is_nan());
    }
    assert_eq!(exp_m1(EXP_MAX.next_up()), f64::INFINITY);
    assert!(exp_m1(EXP_MAX).is_finite());
    assert_eq!((ln(f64::INFINITY), ln_1p(f64::INFINITY)), (f64::INFINITY, f64::INFINITY));
    assert_eq!((ln(1.0), ln_1p(-1.0)), (0.0, f64::NEG_INFINITY));
    for x in [-f64::MIN_POSITIVE, -1.0, f64::NEG_INFINITY] {
        assert!(ln(x).is_nan() && ln_1p(x - 1.5).is_nan(), "{x}");
    }
}

#[test]
fn lanes_have_the_bits_of_one() {
    let xs: Vec<f64> = points(4096).map(|u| 1500.0 * u - 750.0).collect();
    for chunk in xs.chunks_exact(8) {
        let mut lanes: [f64; 8] = chunk.try_into().expect("eight");
        exp_lanes(&mut lanes);
        let mut logistic: [f64; 8] = chunk.try_into().expect("eight");
        sigmoid_lanes(&mut logistic);
        let mut logs = lanes;
        ln_lanes(&mut logs);
        for i in 0..8 {
            assert_eq!(lanes[i].to_bits(), exp(chunk[i]).to_bits());
            assert_eq!(logistic[i].to_bits(), sigmoid(chunk[i]).to_bits());
            assert_eq!(logs[i].to_bits(), ln(lanes[i]).to_bits());
        }
    }
}

#[test]
fn order_is_kept() {
    for start in [-700.0, -1.0, 0.0, 0.346_573, 1.0, 50.0] {
        let xs: Vec<f64> = std::iter::successors(Some(start), |x: &f64| Some(x.next_up())).take(2000).collect();
        for pair in xs.windows(2) {
            assert!(exp(pair[0]) <= exp(pair[1]), "exp at {pair:?}");
        }
    }
}

#[test]
fn bits_are_the_same_everywhere() {
    let n = 200_000;
    let hashes = [
        bits_hash(points(n).map(|u| exp(1500.0 * u - 750.0))),
        bits_hash(points(n).map(|u| exp_m1(8.0 * u - 4.0))),
        bits_hash(points(n).map(|u| ln(f64::from_bits((u * f64::MAX.to_bits() as f64) as u64)))),
        bits_hash(points(n).map(|u| ln_1p(4.0 * u - 1.0))),
        bits_hash(points(n).map(|u| sigmoid(100.0 * u - 50.0))),
    ];
    let expected = [
        0x0b99_e340_cbb1_cf8f,
        0xbcac_3d3a_48b4_afac,
        0xfe7e_ae22_e99d_e2b4,
        0x5fc8_282a_7bc7_75c0,
        0xe0a1_e7fc_4ab7_0969,
    ];
    assert_eq!(hashes, expected, "exp, exp_m1, ln, ln_1p, sigmoid: {hashes:#x?}");
}
