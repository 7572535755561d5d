//! Laws that hold whatever the numbers are.

use case::model::Law;
use game::beta::{beta_cdf, beta_quantile};
use game::binomial::{pmf_into, tail, tails};
use game::choice::logit_into;
use game::law::quantile;
use game::normal::normal_quantile;
use game::real::{exp, exp_m1, ln, ln_1p, sigmoid};
use game::sobol::{DIMENSIONS, coordinate, dimensions};
use proptest::prelude::*;

fn near(a: f64, b: f64, relative: f64) -> bool {
    a == b || (a - b).abs() <= relative * a.abs().max(b.abs())
}

fn choose(prior: &[f64], utilities: &[f64], lambda: f64) -> Vec<f64> {
    let mut out = vec![f64::NAN; prior.len()];
    logit_into(prior, utilities, lambda, &mut out);
    out
}

/// Weights with some zeros among them, at least one above, and a utility each.
fn menus() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let weight = prop_oneof![1 => Just(0.0), 4 => 0.01..4.0];
    prop::collection::vec((weight, -2.0..2.0), 1..12)
        .prop_filter("someone must be choosable", |menu| menu.iter().any(|&(weight, _)| weight > 0.0))
}

fn ranges() -> impl Strategy<Value = Law> {
    let share = || (0.001..0.999, 0.001..0.999);
    prop_oneof![
        (-9.0..9.0, 0.0..5.0).prop_map(|(low, width): (f64, f64)| Law::Normal { low, high: low + width }),
        share().prop_map(|(a, b): (f64, f64)| Law::LogitNormal { low: a.min(b), high: a.max(b) }),
        (1e-6..50.0, 1.0..20.0).prop_map(|(low, factor): (f64, f64)| Law::LogNormal { low, high: low * factor }),
        (-9.0..9.0, 0.01..5.0, 0.0..=1.0).prop_map(|(low, width, at): (f64, f64, f64)| Law::Pert {
            low,
            mode: low + at * width,
            high: low + width
        }),
    ]
}

proptest! {
    #[test]
    fn exponential_and_logarithm_undo_each_other(x in -700.0..700.0_f64, y in 1e-300..1e300_f64) {
        // An error of half an ulp in x is an error of x/2 ulp in eˣ.
        prop_assert!((ln(exp(x)) - x).abs() <= 1e-15 * x.abs().max(1.0));
        prop_assert!(near(exp(ln(y)), y, 1e-15 * ln(y).abs().max(2.0)));
    }

    #[test]
    fn exponentials_multiply(x in -300.0..300.0_f64, y in -300.0..300.0_f64) {
        let sum = x + y;
        let lost = (x - (sum - y)) + (y - (sum - (sum - y)));
        prop_assert!(near(exp(x) * exp(y), exp(sum) * (1.0 + lost), 1e-15));
    }

    #[test]
    fn small_changes_are_kept(x in -0.5..0.5_f64, tiny in -1e-12..1e-12_f64) {
        prop_assert!(near(exp_m1(x), exp(x) - 1.0, 1e-15 / x.abs().max(1e-300)));
        prop_assert!(near(ln_1p(exp_m1(tiny)), tiny, 1e-15));
        prop_assert!(near(exp_m1(ln_1p(x)), x, 2e-15));
    }

    #[test]
    fn every_float_has_an_answer(bits: u64) {
        let x = f64::from_bits(bits);
        prop_assert!(x.is_nan() && exp(x).is_nan() || exp(x) >= 0.0);
        prop_assert!(ln(x).is_nan() == (x.is_nan() || x < 0.0));
        prop_assert!(x.is_nan() || (0.0..=1.0).contains(&sigmoid(x)));
        prop_assert!(x.is_nan() && exp_m1(x).is_nan() || exp_m1(x) >= -1.0);
        prop_assert!(ln_1p(x).is_nan() == (x.is_nan() || x < -1.0));
        let _ = (normal_quantile(x), beta_quantile(2.0, 4.0, x), beta_cdf(2.0, 4.0, x), beta_cdf(x, 1.0, 0.3));
        let _ = (tail(5, x, 2), tails(5, x, 2));
    }

    #[test]
    fn yes_and_no_make_one(x in -800.0..800.0_f64) {
        prop_assert!(near(sigmoid(x) + sigmoid(-x), 1.0, 1e-15));
        prop_assert!(sigmoid(x) <= sigmoid(x + 0.01));
    }

    #[test]
    fn quantiles_rise(law in ranges(), u in 1e-9..1.0_f64, v in 1e-9..1.0_f64) {
        let (low, high) = (quantile(&law, u.min(v)), quantile(&law, u.max(v)));
        // Equal up to rounding where the two are next to each other.
        prop_assert!(low <= high || near(low, high, 1e-14), "{law:?}: {low} and {high}");
        let inside = match law {
            Law::LogitNormal { .. } => low > 0.0 && high < 1.0,
            Law::LogNormal { .. } => low > 0.0 && high.is_finite(),
            Law::Pert { low: from, high: to, .. } => low >= from && high <= to,
            _ => low.is_finite() && high.is_finite(),
        };
        prop_assert!(inside, "{law:?}: {low} and {high}");
    }

    #[test]
    fn beta_quantiles_undo_the_distribution(a in 0.5..60.0_f64, b in 0.5..60.0_f64, u in 1e-9..0.999_f64) {
        let x = beta_quantile(a, b, u);
        // One rounding of x moves the probability by the density times that much.
        let slope = (beta_cdf(a, b, (x * 1.0001).min(1.0)) - beta_cdf(a, b, x * 0.9999)) / 2e-4;
        prop_assert!((beta_cdf(a, b, x) - u).abs() <= 1e-13 * u + 4e-16 * (slope + slope * (1.0 - x) / x), "{x}");
    }

    #[test]
    fn choices_are_chances(menu in menus(), lambda in 0.0..200.0_f64) {
        let (prior, utilities): (Vec<f64>, Vec<f64>) = menu.into_iter().unzip();
        let p = choose(&prior, &utilities, lambda);
        prop_assert!(near(p.iter().sum::<f64>(), 1.0, 1e-14));
        for i in 0..p.len() {
            prop_assert!(p[i] >= 0.0 && (prior[i] > 0.0 || p[i] == 0.0));
            for j in 0..p.len() {
                // The odds of two options depend on them alone.
                let odds = prior[i] / prior[j] * exp(lambda * (utilities[i] - utilities[j]));
                prop_assert!(p[i] < 1e-280 || p[j] < 1e-280 || near(p[i] / p[j], odds, 1e-12), "{p:?}");
            }
        }
    }

    #[test]
    fn choices_ignore_what_does_not_matter(menu in menus(), lambda in 0.0..100.0_f64, shift in -5.0..5.0_f64, power in -3..4_i32, turn in 0..12_usize) {
        let (prior, utilities): (Vec<f64>, Vec<f64>) = menu.into_iter().unzip();
        let p = choose(&prior, &utilities, lambda);
        let same = |q: &[f64], relative: f64| p.iter().zip(q).all(|(p, q)| near(*p, *q, relative));
        // Where utility is 0; its unit, with λ's; the scale of the weights; the order.
        let moved: Vec<f64> = utilities.iter().map(|u| u + shift).collect();
        prop_assert!(same(&choose(&prior, &moved, lambda), 1e-12));
        let unit = f64::from_bits(((1023 + power) as u64) << 52);
        let scaled: Vec<f64> = utilities.iter().map(|u| u * unit).collect();
        prop_assert!(same(&choose(&prior, &scaled, lambda / unit), 0.0));
        let heavier: Vec<f64> = prior.iter().map(|w| w * unit).collect();
        prop_assert!(same(&choose(&heavier, &utilities, lambda), 0.0));
        let turned = |v: &[f64]| { let mut v = v.to_vec(); v.rotate_left(turn % p.len()); v };
        let mut back = choose(&turned(&prior), &turned(&utilities), lambda);
        back.rotate_right(turn % p.len());
        prop_assert!(same(&back, 1e-14));
    }

    #[test]
    fn more_precision_is_a_better_choice(menu in menus(), lambda in 0.0..60.0_f64, more in 0.0..40.0_f64) {
        let (prior, utilities): (Vec<f64>, Vec<f64>) = menu.into_iter().unzip();
        let value = |lambda| choose(&prior, &utilities, lambda).iter().zip(&utilities).map(|(p, u)| p * u).sum::<f64>();
        prop_assert!(value(lambda + more) >= value(lambda) - 1e-13);
    }

    #[test]
    fn binomials_are_consistent(n in 0..600_u32, p in 0.0..=1.0_f64, k in 0..620_u32) {
        let mut pmf = Vec::new();
        pmf_into(n, p, &mut pmf);
        prop_assert!(near(pmf.iter().sum::<f64>(), 1.0, 1e-13));
        let mean: f64 = pmf.iter().enumerate().map(|(k, q)| k as f64 * q).sum();
        prop_assert!((mean - f64::from(n) * p).abs() < 1e-11);
        let sum: f64 = pmf.iter().skip(k as usize).rev().sum();
        prop_assert!((tail(n, p, k) - sum).abs() < 1e-14);
        prop_assert!((tails(n, p, k)[n as usize] - sum).abs() < 1e-14);
        prop_assert!(tail(n, p, k + 1) <= tail(n, p, k) + 1e-15);
    }

    #[test]
    fn any_run_of_points_is_even(dimension in 0..DIMENSIONS, seed: u64, replicate: u32, k in 0..9_u32, block in 0..1000_u32) {
        let n = 1_u32 << k;
        let mut seen = vec![false; n as usize];
        for index in block * n..(block + 1) * n {
            let u = coordinate(dimension, index, seed, replicate);
            prop_assert!(u > 0.0 && u < 1.0);
            seen[(u * f64::from(n)) as usize] = true;
        }
        prop_assert!(seen.into_iter().all(|s| s));
    }

    #[test]
    fn dimensions_never_clash(keys in prop::collection::hash_set("[a-z.]{0,12}", 0..300), turn in 0..300_usize) {
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        keys.sort_unstable();
        let found = dimensions(&keys).expect("few keys");
        let mut distinct = found.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), keys.len());
        let turn = turn % keys.len().max(1);
        keys.rotate_left(turn);
        let mut again = dimensions(&keys).expect("few keys");
        again.rotate_right(turn);
        prop_assert_eq!(again, found);
    }
}
