//! Simulate, fit, find the parameters again.

use crate::{pick, simulate};
use fit::duration::{Duration, Spell};
use fit::logit::{self, Choice};
use fit::memory::{Belief, Memory};
use fit::mixed::Mixed;
use fit::random::Random;
use fit::trees::{Forest, Growth};

#[test]
fn a_conditional_logit_finds_its_coefficients_within_their_errors() {
    let truth = [1.0, -0.5, 0.25, 0.0];
    let estimate = logit::fit(&simulate(1500, 12, &truth, 1), &[0.0; 4], None, true);
    assert!(estimate.converged);
    for (i, t) in truth.iter().enumerate() {
        let (b, e) = (estimate.beta[i], estimate.error[i]);
        assert!(e > 0.0 && e < 0.1, "error {e}");
        assert!((b - t).abs() < 3.5 * e, "{i}: {b} ± {e}, truly {t}");
    }
}

/// Shortcuts on the way up (a part of the choices, a curvature kept, faint alternatives left out) do not move the summit: there
/// the slope of all choices and all alternatives is what the penalty takes back, from wherever one starts.
#[test]
fn the_summit_is_where_the_slope_ends() {
    let choices = simulate(900, 40, &[2.5, -1.5, 0.5], 6);
    let penalty = [0.0, 3.0, 20.0];
    let found = logit::fit(&choices, &penalty, None, false);
    assert!(found.converged);
    let (_, slope) = logit::gradient(&choices, &found.beta);
    for (i, s) in slope.iter().enumerate() {
        assert!((s - penalty[i] * found.beta[i]).abs() < 0.02, "{i}: {s} at {:?}", found.beta);
    }
    let far = logit::fit(&choices, &penalty, Some(&[-8.0, 8.0, 8.0]), false);
    assert!(far.converged && far.beta.iter().zip(&found.beta).all(|(a, b)| (a - b).abs() < 1e-4), "{far:?}");
}

#[test]
fn a_penalty_holds_coefficients_back() {
    let choices = simulate(200, 6, &[1.0, -1.0], 2);
    let free = logit::fit(&choices, &[0.0; 2], None, false);
    let held = logit::fit(&choices, &[500.0; 2], None, false);
    assert!(held.beta.iter().zip(&free.beta).all(|(h, f)| h.abs() < 0.5 * f.abs()));
}

#[test]
fn clusters_that_repeat_themselves_widen_the_errors() {
    let choices = simulate(300, 6, &[0.6], 8);
    let copied: Vec<Choice> = (0..4)
        .flat_map(|_| choices.clone())
        .enumerate()
        .map(|(i, mut c)| {
            c.cluster = i % 300;
            c
        })
        .collect();
    let once: Vec<Choice> = choices
        .iter()
        .cloned()
        .enumerate()
        .map(|(i, mut c)| {
            c.cluster = i;
            c
        })
        .collect();
    let (a, b) = (logit::fit(&once, &[0.0], None, true), logit::fit(&copied, &[0.0], None, true));
    // four copies in one cluster say no more than one
    assert!((a.error[0] - b.error[0]).abs() < 1e-6 * a.error[0].max(1e-9) + 1e-9, "{} {}", a.error[0], b.error[0]);
}

#[test]
fn a_mixed_logit_finds_mean_and_spread() {
    let (mean, spread) = (1.0, 1.5);
    let choices: Vec<Choice> = (0..1500)
        .map(|i| {
            let mut random = Random::of(17, i);
            let columns = (0..16).map(|_| random.normal() as f32).collect();
            let mut choice = Choice { rows: 8, columns, chosen: 0, weight: 1.0, cluster: 0, offset: Vec::new() };
            let taste = mean + spread * random.normal();
            choice.chosen = pick(&choice.probabilities(&[taste, -0.5]), random.uniform());
            choice
        })
        .collect();
    let mixed = Mixed::fit(&choices, &[0.0; 2], &[0], &[0.0; 2], 100, 2);
    assert!((mixed.mean[0] - mean).abs() < 0.2, "{:?}", mixed.mean);
    assert!((mixed.mean[1] + 0.5).abs() < 0.12, "{:?}", mixed.mean);
    assert!((mixed.spread[0].abs() - spread).abs() < 0.25, "{:?}", mixed.spread);
}

#[test]
fn trees_learn_what_no_line_can() {
    // the first covariate helps where the second is positive and hurts where it is not
    let choices: Vec<Choice> = (0..600)
        .map(|i| {
            let mut random = Random::of(5, i);
            let columns: Vec<f32> = (0..20).map(|_| random.normal() as f32).collect();
            let u: Vec<f64> =
                (0..10).map(|r| 2.0 * f64::from(columns[r]) * f64::from(columns[10 + r].signum())).collect();
            let mut p = u;
            fit::num::softmax(&mut p);
            Choice {
                rows: 10,
                columns,
                chosen: pick(&p, random.uniform()),
                weight: 1.0,
                cluster: 0,
                offset: Vec::new(),
            }
        })
        .collect();
    let (train, test) = choices.split_at(400);
    let growth = Growth {
        rounds: 80,
        leaves: 6,
        rate: 0.1,
        ridge: 2.0,
        columns: 1.0,
        least_curvature: 1.0,
        least_rows: 10,
        faint: 0.0,
    };
    let forest = Forest::grow(train, growth, 1);
    let loss = |c: &Choice| {
        let mut u = forest.utilities(c);
        let chosen = u[c.chosen];
        fit::num::softmax(&mut u) - chosen
    };
    let trees: f64 = test.iter().map(loss).sum::<f64>() / test.len() as f64;
    let line = logit::fit(train, &[0.0; 2], None, false);
    let straight = -logit::log_likelihood(test, &line.beta) / test.len() as f64;
    assert!(straight > 2.2 && trees < straight - 0.5, "trees {trees}, line {straight}");
}

#[test]
fn a_countrys_habit_is_learned_from_its_own_past() {
    let [formations, parties, split] = crate::countries(&["IRL"]);
    let read = fit::records::read(&[formations, parties, split]);
    let history = fit::history::History::default();
    let index: Vec<usize> = (0..read.records.len()).filter(|&i| fit::task::teaches(&read.records[i])).take(1).collect();
    let task = fit::task::prepare(fit::features::Set::Rich, &read.records, &index, &history).remove(0);
    let memory = Memory { party: 0.5, pair: 0.5, taste: 0.1, covariates: vec![(0, 1.0)], keep: 1.0 };
    let general = vec![1.0 / task.choice.rows as f64; task.choice.rows];
    let mut belief = Belief::default();
    let before = memory.predict(&belief, &task, &general);
    assert!(before.iter().zip(&general).all(|(a, b)| (a - b).abs() < 1e-12));
    for _ in 0..5 {
        memory.learn(&mut belief, &task, &general);
    }
    let after = memory.predict(&belief, &task, &general);
    assert!(after[task.choice.chosen] > 1.5 * general[0], "{}", after[task.choice.chosen]);
    assert!((after.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn durations_are_found_again() {
    let spells: Vec<Spell> = (0..800)
        .map(|i| {
            let mut random = Random::of(9, i);
            let x = vec![random.normal()];
            // log-normal with median 30 at x = 0, doubled by one more x
            let days = (30.0f64.ln() + 2f64.ln() * x[0] + 0.4 * random.normal()).exp() - 1.0;
            Spell { x, days, weight: 1.0, group: i as usize % 10 }
        })
        .collect();
    let duration = Duration::fit(&spells);
    for (x, median) in [(0.0, 29.0), (1.0, 59.0), (-1.0, 14.0)] {
        for found in [duration.log_linear_median(&[x]), duration.hazard_median(&[x]), duration.median(&[x])] {
            assert!((found - median).abs() < 0.25 * median, "at {x}: {found}, truly {median}");
        }
    }
}

/// Waits drawn from known rates: the pace, its power and the spread over countries are found again.
#[test]
fn the_pace_of_formation_is_found_again() {
    use fit::random::Random;
    let mut random = Random::of(5, 0);
    let mut waits = Vec::new();
    let (rate, power, spread): (f64, f64, f64) = (1.0 / 40.0, -0.7, 0.5);
    for country in 0..60 {
        let own = rate * (spread * random.normal()).exp();
        for i in 0..40 {
            let parties = f64::from(3 + (i + country as u32) % 8);
            let chance = 0.5 * libm::erfc(random.normal() / std::f64::consts::SQRT_2);
            let days = -chance.ln() / (own * (parties / 6.0).powf(power));
            waits.push((country, parties, days));
        }
    }
    let found = fit::priors::Priors::fit(&[], &waits);
    // 60 countries leave an error of about 0.5 / √60 in the middle
    assert!((found.rate.mean - rate.ln()).abs() < 0.2, "{found:?}");
    assert!((found.power - power).abs() < 0.15, "{found:?}");
    assert!((found.rate.error - spread).abs() < 0.15, "{found:?}");
}
