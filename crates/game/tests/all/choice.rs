//! The choice formula at its edges, and in lanes.

use game::choice::{logit, logit_into, logit_lanes};

fn chances(prior: &[f64], utilities: &[f64], lambda: f64) -> Vec<f64> {
    let mut out = vec![f64::NAN; prior.len()];
    logit_into(prior, utilities, lambda, &mut out);
    out
}

#[test]
fn two_options_are_a_logistic_choice() {
    for (stake, lambda) in [(0.3, 15.0), (-0.02, 40.0), (1.0, 0.0), (5.0, 100.0)] {
        let p = logit(&[stake, 0.0], lambda);
        assert!((p[0] - 1.0 / (1.0 + (-lambda * stake).exp())).abs() < 1e-15, "{stake} {lambda}: {p:?}");
    }
}

#[test]
fn no_difference_is_too_large() {
    assert_eq!(logit(&[1e6, 0.0, -1e6], 40.0), [1.0, 0.0, 0.0]);
    assert_eq!(logit(&[-1e300, -1e300], 1.0), [0.5, 0.5]);
    assert_eq!(logit(&[0.7], 1e9), [1.0]);
    assert_eq!(logit(&[], 1.0), Vec::<f64>::new());
}

#[test]
fn an_option_without_weight_is_no_option() {
    // Even where its utility is far above all others': it must not become the reference.
    assert_eq!(chances(&[0.0, 1.0, 1.0], &[1e6, 0.5, 0.5], 30.0), [0.0, 0.5, 0.5]);
    assert_eq!(chances(&[-1.0, 1.0], &[1.0, 0.0], 30.0), [0.0, 1.0]);
    assert_eq!(chances(&[0.0, 0.0], &[1.0, 0.0], 30.0), [0.0, 0.0]);
    assert_eq!(chances(&[0.0, 1.0], &[f64::NAN, 0.0], 30.0), [0.0, 1.0]);
}

#[test]
fn splitting_an_option_changes_nothing() {
    let whole = chances(&[1.0, 1.0], &[0.0, 0.1], 20.0);
    let split = chances(&[1.0, 0.25, 0.25, 0.25, 0.25], &[0.0, 0.1, 0.1, 0.1, 0.1], 20.0);
    assert!((split[0] - whole[0]).abs() < 1e-15);
}

#[test]
#[should_panic(expected = "2 weights and 3 utilities for 3 options")]
fn lengths_must_agree() {
    logit_into(&[1.0, 1.0], &[0.0; 3], 1.0, &mut [0.0; 3]);
}

#[test]
fn lanes_have_the_bits_of_one() {
    const LANES: usize = 8;
    let value = |i: usize, lane: usize| ((i * 37 + lane * 101) % 113) as f64 / 113.0 - 0.5;
    for options in [1, 2, 3, 7, 24] {
        let utilities: Vec<[f64; LANES]> = (0..options).map(|i| std::array::from_fn(|lane| value(i, lane))).collect();
        let prior: Vec<[f64; LANES]> = (0..options)
            .map(|i| std::array::from_fn(|lane| if (i + lane) % 5 == 4 { 0.0 } else { 1.0 / (i + 1) as f64 }))
            .collect();
        let lambda = std::array::from_fn(|lane| 5.0 * lane as f64);
        let mut out = vec![[f64::NAN; LANES]; options];
        logit_lanes(&prior, &utilities, &lambda, &mut out);
        for lane in 0..LANES {
            let column = |table: &[[f64; LANES]]| table.iter().map(|row| row[lane]).collect::<Vec<f64>>();
            let one = chances(&column(&prior), &column(&utilities), lambda[lane]);
            assert_eq!(
                column(&out).iter().map(|p| p.to_bits()).collect::<Vec<_>>(),
                one.iter().map(|p| p.to_bits()).collect::<Vec<_>>()
            );
        }
    }
}
