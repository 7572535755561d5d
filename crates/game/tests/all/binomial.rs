//! Binomial chances against exact fractions and against the slow recursion over members.

use game::binomial::{pmf_into, tail, tails};

/// Exact: whole numbers of Python, `Fraction(sum(comb(n, j) * a**j * b**(n - j) for j in range(k, n + 1)), d**n)` with
/// p = a/d the float's own value and b = d − a, rounded once at the end; scipy 1.17.1's `binom.sf` agrees to 4e-16.
const TAILS: [(u32, f64, u32, f64); 18] = [
    (10, 0.5, 6, 0.376_953_125),
    (26, 0.93, 24, 0.727_174_870_093_267_2),
    (329, 0.95, 220, 1.0),
    (329, 0.65, 220, 0.257_958_481_086_974_4),
    (329, 0.67, 220, 0.546_009_085_605_195_5),
    (100, 0.01, 5, 0.003_432_321_587_754_515_5),
    (100, 1e-6, 2, 4.949_676_611_763_373_5e-9),
    (2000, 0.5, 1001, 0.491_080_494_427_072_86),
    (2000, 0.5, 1100, 4.228_544_767_751_963e-6),
    (2000, 0.25, 450, 0.995_783_887_642_538_9),
    (2000, 0.001, 1, 0.864_800_074_602_500_3),
    (2000, 0.999, 1999, 0.405_870_446_713_814_9),
    (2000, 0.9, 1750, 0.999_866_948_237_057_7),
    (2000, 0.2, 500, 3.103_884_810_359_650_6e-8),
    (735, 0.97, 368, 1.0),
    (735, 0.5, 400, 0.009_090_710_587_527_652),
    (1, 0.3, 1, 0.3),
    (2000, 0.05, 300, 3.404_055_048_488_792e-63),
];

/// The same for single counts: `comb(n, k) * p**k * (1 - p)**(n - k)`.
const COUNTS: [(u32, f64, u32, f64); 9] = [
    (10, 0.5, 5, 0.246_093_75),
    (329, 0.95, 313, 0.101_057_872_493_128_54),
    (329, 0.95, 250, 1.320_295_976_933_128_6e-31),
    (2000, 0.5, 1000, 0.017_839_011_145_854_32),
    (2000, 0.5, 900, 8.004_611_877_464_946e-7),
    (2000, 0.01, 20, 0.089_282_815_732_650_4),
    (2000, 0.01, 50, 6.149_317_213_909_518e-9),
    (2000, 0.99, 1985, 0.051_517_625_553_295_25),
    (600, 1.0 / 3.0, 200, 0.034_532_624_187_111_8),
];

fn pmf(n: u32, p: f64) -> Vec<f64> {
    let mut out = vec![9.0; 3];
    pmf_into(n, p, &mut out);
    out
}

#[test]
fn agrees_with_exact_fractions() {
    let mut most: f64 = 0.0;
    for (n, p, k, expected) in TAILS {
        let value = tail(n, p, k);
        let series = tails(n, p, k)[n as usize];
        most = most.max((value - expected).abs()).max((series - expected).abs());
        assert!(expected > 0.5 || (value / expected - 1.0).abs() < 1e-12, "{n} {p} {k}: {value:e}, not {expected:e}");
    }
    for (n, p, k, expected) in COUNTS {
        let value = pmf(n, p)[k as usize];
        assert!((value - expected).abs() < 1e-15, "{n} {p} {k}: {value:e}, not {expected:e}");
        assert!((value / expected - 1.0).abs() < 1e-12, "{n} {p} {k}: {value:e}, not {expected:e}");
    }
    println!("tails: absolute error at most {most:e}");
    assert!(most < 1e-14, "{most:e}");
}

#[test]
fn agrees_with_one_member_after_the_other() {
    // Every term is positive, so that the recursion is exact to n roundings, which go this way and that.
    let most = 400;
    for p in [1e-9, 0.003, 0.2, 0.5, 0.77, 0.98, 1.0 - 1e-9] {
        let mut counts = vec![1.0];
        let series: Vec<(u32, Vec<f64>)> = [0, 1, 7, 100, 250, 399, 400].map(|k| (k, tails(most, p, k))).into();
        for n in 0..=most {
            let own = pmf(n, p);
            for (k, (a, b)) in own.iter().zip(&counts).enumerate() {
                assert!((a - b).abs() < 1e-14, "P(Bin({n}, {p}) = {k}): {a:e}, not {b:e}");
            }
            for (k, tails) in &series {
                let expected: f64 = counts.iter().skip(*k as usize).rev().sum();
                assert!((tails[n as usize] - expected).abs() < 1e-14, "tails({most}, {p}, {k})[{n}]");
                assert!((tail(n, p, *k) - expected).abs() < 1e-14, "tail({n}, {p}, {k})");
            }
            let mut next = vec![0.0; counts.len() + 1];
            for (k, chance) in counts.iter().enumerate() {
                next[k] += chance - chance * p;
                next[k + 1] += chance * p;
            }
            counts = next;
        }
    }
}

#[test]
fn long_series_hold_where_the_first_terms_fade() {
    // 0.2^499 is below every float, and the tail at 2,000 is not small.
    for (p, k) in [(0.2, 500), (0.2, 400), (0.5, 1000), (0.05, 300), (0.9, 1800)] {
        let series = tails(2000, p, k);
        for n in [0, k - 1, k, u32::midpoint(k, 2000), 1999, 2000] {
            assert!((series[n as usize] - tail(n, p, k)).abs() < 1e-14, "tails(2000, {p}, {k})[{n}]");
        }
        assert!(series.windows(2).all(|pair| pair[0] <= pair[1]), "more members, more chance");
    }
}

#[test]
fn sums_to_one_and_mirrors() {
    for n in [0, 1, 2, 50, 329, 2000] {
        for p in [0.0, 1e-300, 1e-5, 0.3, 0.5, 0.999, 1.0 - f64::EPSILON / 2.0, 1.0] {
            let pmf = pmf(n, p);
            assert_eq!(pmf.len(), n as usize + 1);
            assert!((pmf.iter().sum::<f64>() - 1.0).abs() < 1e-13, "{n} {p}");
            assert!(pmf.iter().all(|&q| (0.0..=1.0).contains(&q)), "{n} {p}");
        }
    }
    for k in 0..=301 {
        assert!((tail(300, 0.25, k) - (1.0 - tail(300, 0.75, 301 - k))).abs() < 1e-14, "{k}");
    }
}

#[test]
fn certainties_and_nonsense_have_answers() {
    for n in [0, 1, 5] {
        for k in 0..7 {
            let (never, always) = (f64::from(u8::from(k == 0)), f64::from(u8::from(k <= n)));
            assert_eq!((tail(n, 0.0, k), tail(n, -3.0, k)), (never, never));
            assert_eq!((tail(n, 1.0, k), tail(n, 7.0, k)), (always, always));
            assert_eq!((tails(n, 0.0, k)[n as usize], tails(n, 1.0, k)[n as usize]), (never, always));
            assert!(tail(n, f64::NAN, k).is_nan());
            assert!(tails(n, f64::NAN, k).iter().all(|t| t.is_nan()) && tails(n, f64::NAN, k).len() == n as usize + 1);
        }
    }
    assert_eq!((pmf(2, 0.0), pmf(2, 1.0), pmf(0, 0.4)), (vec![1.0, 0.0, 0.0], vec![0.0, 0.0, 1.0], vec![1.0]));
    assert!(pmf(2, f64::NAN).iter().all(|q| q.is_nan()));
    assert_eq!((tail(3, 0.5, 4), tail(u32::MAX, 0.5, 0), tail(5, 0.5, u32::MAX)), (0.0, 1.0, 0.0));
    assert_eq!(tails(3, 0.5, u32::MAX), [0.0; 4]);
}
