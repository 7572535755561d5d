//! Log-likelihoods by hand, and analytic derivatives against differences.

use crate::simulate;
use fit::logit::{self, Choice};
use fit::mixed::Mixed;

/// Two alternatives, one covariate: p = 1/(1 + e^(−β(x₁ − x₂))).
#[test]
fn a_tiny_likelihood_agrees_with_the_hand() {
    let choice = |x: [f32; 2], chosen, weight| Choice {
        rows: 2,
        columns: x.to_vec(),
        chosen,
        weight,
        cluster: 0,
        offset: Vec::new(),
    };
    let choices = [choice([1.0, 0.0], 0, 1.0), choice([0.0, 2.0], 0, 1.0), choice([3.0, 1.0], 1, 0.5)];
    // ln p = −ln(1 + e^(−0.5)), −ln(1 + e^1), −½ ln(1 + e^1) at β = 0.5
    let by_hand = -(1.0 + (-0.5f64).exp()).ln() - 1.5 * (1.0 + 1.0f64.exp()).ln();
    assert!((logit::log_likelihood(&choices, &[0.5]) - by_hand).abs() < 1e-14);
}

#[test]
fn an_offset_is_utility_that_is_known() {
    let with = Choice {
        rows: 3,
        columns: vec![0.0; 3],
        chosen: 2,
        weight: 1.0,
        cluster: 0,
        offset: vec![0.0, 0.0, 2f64.ln()],
    };
    assert!((logit::log_likelihood(&[with], &[7.0]) - 0.5f64.ln()).abs() < 1e-14);
}

#[test]
fn gradient_and_curvature_agree_with_differences() {
    let beta = [0.7, -0.4, 0.2];
    let mut choices = simulate(40, 9, &beta, 3);
    choices[5].weight = 0.3;
    let at = [0.3, 0.1, -0.6];
    let (_, slope) = logit::gradient(&choices, &at);
    let curvature = logit::curvature(&choices, &at, 0.0);
    let h = 1e-5;
    for i in 0..3 {
        let moved = |d: f64| {
            let mut b = at;
            b[i] += d;
            b
        };
        let difference =
            (logit::log_likelihood(&choices, &moved(h)) - logit::log_likelihood(&choices, &moved(-h))) / (2.0 * h);
        assert!((slope[i] - difference).abs() < 1e-6, "{i}: {} against {difference}", slope[i]);
        let (up, down) = (logit::gradient(&choices, &moved(h)).1, logit::gradient(&choices, &moved(-h)).1);
        for j in 0..3 {
            let difference = -(up[j] - down[j]) / (2.0 * h);
            assert!((curvature[(i, j)] - difference).abs() < 1e-5, "{i} {j}: {} {difference}", curvature[(i, j)]);
        }
    }
}

#[test]
fn the_mixed_gradient_agrees_with_differences() {
    let choices = simulate(12, 7, &[0.7, -0.4], 5);
    let mixed = Mixed { mean: vec![0.5, -0.2], random: vec![1], spread: vec![0.8], draws: 20, seed: 4 };
    let total = |m: &Mixed| m.scores(&choices).iter().map(|s| s.0).sum::<f64>();
    let slope: Vec<f64> = (0..3).map(|i| mixed.scores(&choices).iter().map(|s| s.1[i]).sum()).collect();
    let h = 1e-5;
    for (i, &analytic) in slope.iter().enumerate() {
        let moved = |d: f64| {
            let mut m = mixed.clone();
            if i < 2 {
                m.mean[i] += d
            } else {
                m.spread[0] += d
            }
            m
        };
        let difference = (total(&moved(h)) - total(&moved(-h))) / (2.0 * h);
        assert!((analytic - difference).abs() < 1e-6, "{i}: {analytic} against {difference}");
    }
}
