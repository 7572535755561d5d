//! How an actor chooses: the one formula that solving and fitting share.
#![expect(clippy::inline_always, reason = "loops over lanes become vector code only where nothing is called")]

use crate::real::{exp, whole_lanes};

/// How often each option is chosen by an actor who errs, but errs less when more is at stake.
///
/// ```text
/// pₖ = exp(λ uₖ) / Σⱼ exp(λ uⱼ)
/// ```
///
/// - `utilities` `[n_options]`, utils, finite, at least one.
/// - `lambda`, 1/utils, finite and ≥ 0; 0 is a uniform choice.
/// - Returns `[n_options]`, probabilities that sum to 1 up to rounding.
///
/// ```
/// # use game::choice::logit;
/// let p = logit(&[1.0, 1.0, 0.0], 2.0);
/// assert_eq!(p[0], p[1]); // equal stakes, equal chances
/// assert!(p[0] > p[2]);
/// ```
///
/// Source: McKelvey and Palfrey (1995), *Games and Economic Behavior* 10, logit response.
pub fn logit(utilities: &[f64], lambda: f64) -> Vec<f64> {
    let mut chances = vec![0.0; utilities.len()];
    logit_into(&vec![1.0; utilities.len()], utilities, lambda, &mut chances);
    chances
}

/// The same with prior weights, written to `out`: how often each option is chosen by an actor who would take it with chance
/// μₖ/Σμ if nothing were at stake.
///
/// ```text
/// pₖ = μₖ exp(λ uₖ) / Σⱼ μⱼ exp(λ uⱼ)
/// ```
///
/// - `prior` `[n_options]`, weights μ ≥ 0 of any scale; an option without weight has chance 0 whatever its utility. Weights
///   below 0 count as 0.
/// - `utilities` `[n_options]`, utils; `lambda` ≥ 0, 1/utils; the products finite.
/// - `out` `[n_options]`: probabilities that sum to 1 up to rounding; all 0 where no option has weight.
///
/// Only differences of utility matter, and no difference is too large: the best option with weight is the reference, so
/// that nothing overflows and its own term is its weight.
///
/// ```
/// # use game::choice::logit_into;
/// let mut p = [0.0; 3];
/// logit_into(&[1.0, 0.5, 0.5], &[0.0, 0.0, 0.0], 20.0, &mut p);
/// assert_eq!(p, [0.5, 0.25, 0.25]); // nothing at stake: the prior
/// logit_into(&[1.0, 0.5, 0.5], &[0.0, 0.1, 0.0], 20.0, &mut p);
/// assert!(p[1] > 2.0 * p[0]); // two nats of advantage outweigh half the prior
/// ```
///
/// Panics if the slices differ in length.
///
/// Source: Matějka and McKay (2015), *American Economic Review* 105, theorem 1.
pub fn logit_into(prior: &[f64], utilities: &[f64], lambda: f64, out: &mut [f64]) {
    logit_lanes(prior.as_chunks().0, utilities.as_chunks().0, &[lambda], out.as_chunks_mut().0);
}

/// [`logit_into`] for several draws side by side, one per lane, with the same bits as one by one.
///
/// - `prior`, `utilities`, `out`: `[n_options][lane]`; `lambda`: `[lane]`. Each lane is a choice of its own.
///
/// Panics if the slices differ in length.
#[inline(always)]
pub fn logit_lanes<const N: usize>(
    prior: &[[f64; N]],
    utilities: &[[f64; N]],
    lambda: &[f64; N],
    out: &mut [[f64; N]],
) {
    assert!(
        prior.len() == out.len() && utilities.len() == out.len(),
        "{} weights and {} utilities for {} options",
        prior.len(),
        utilities.len(),
        out.len()
    );
    // Few options, as nearly always: loops of known length, which compilers turn into whole vectors.
    match out.len() {
        2 => return logit_two(prior, utilities, lambda, out),
        3 => return logit_few::<3, N>(prior, utilities, lambda, out),
        4 => return logit_few::<4, N>(prior, utilities, lambda, out),
        5 => return logit_few::<5, N>(prior, utilities, lambda, out),
        _ => {}
    }
    let mut best = [f64::NEG_INFINITY; N];
    for (weight, utility) in prior.iter().zip(utilities) {
        whole_lanes();
        for lane in 0..N {
            let counts = weight[lane] > 0.0 && utility[lane] > best[lane];
            best[lane] = if counts { utility[lane] } else { best[lane] };
        }
    }
    let mut sum = [0.0; N];
    for ((weight, utility), chance) in prior.iter().zip(utilities).zip(out.iter_mut()) {
        whole_lanes();
        for lane in 0..N {
            let term = weight[lane] * exp(lambda[lane] * (utility[lane] - best[lane]));
            chance[lane] = if weight[lane] > 0.0 { term } else { 0.0 };
            sum[lane] += chance[lane];
        }
    }
    // Where no option has weight every term is 0, and 0 stays 0.
    for lane in &mut sum {
        *lane = if *lane > 0.0 { 1.0 / *lane } else { 0.0 };
    }
    for chance in out {
        for lane in 0..N {
            chance[lane] *= sum[lane];
        }
    }
}

/// [`logit_lanes`] for two options: the same bits, with one exponential, for the better one's is 1.
#[inline(always)]
fn logit_two<const N: usize>(prior: &[[f64; N]], utilities: &[[f64; N]], lambda: &[f64; N], out: &mut [[f64; N]]) {
    let (first, second, lambda) = (prior[0], prior[1], *lambda);
    let (here, there) = (utilities[0], utilities[1]);
    let (mut apart, mut worse) = ([0.0; N], [0.0; N]);
    for lane in 0..N {
        apart[lane] = lambda[lane] * (there[lane] - here[lane]);
    }
    for lane in 0..N {
        worse[lane] = exp(-apart[lane].abs());
    }
    let (mut a, mut b) = ([0.0; N], [0.0; N]);
    for lane in 0..N {
        // What has no weight is nobody's better.
        a[lane] = if apart[lane] > 0.0 && second[lane] > 0.0 { worse[lane] } else { 1.0 };
        b[lane] = if apart[lane] > 0.0 || first[lane] <= 0.0 { 1.0 } else { worse[lane] };
    }
    for lane in 0..N {
        a[lane] = if first[lane] > 0.0 { first[lane] * a[lane] } else { 0.0 };
        b[lane] = if second[lane] > 0.0 { second[lane] * b[lane] } else { 0.0 };
    }
    let mut share = [0.0; N];
    for lane in 0..N {
        let sum = a[lane] + b[lane];
        share[lane] = if sum > 0.0 { 1.0 / sum } else { 0.0 };
    }
    for lane in 0..N {
        a[lane] *= share[lane];
        b[lane] *= share[lane];
    }
    (out[0], out[1]) = (a, b);
}

/// [`logit_lanes`] for a number of options known in advance: the same operations in the same order.
#[inline(always)]
fn logit_few<const K: usize, const N: usize>(
    prior: &[[f64; N]],
    utilities: &[[f64; N]],
    lambda: &[f64; N],
    out: &mut [[f64; N]],
) {
    let (prior, utilities): (&[[f64; N]; K], &[[f64; N]; K]) =
        (prior.try_into().expect("K weights"), utilities.try_into().expect("K utilities"));
    let out: &mut [[f64; N]; K] = out.try_into().expect("K places");
    let mut best = [f64::NEG_INFINITY; N];
    for k in 0..K {
        let (prior, utility) = (prior[k], utilities[k]);
        for lane in 0..N {
            let counts = prior[lane] > 0.0 && utility[lane] > best[lane];
            best[lane] = if counts { utility[lane] } else { best[lane] };
        }
    }
    let (mut sum, lambda) = ([0.0; N], *lambda);
    let mut terms = [[0.0; N]; K];
    for k in 0..K {
        let (prior, utility) = (prior[k], utilities[k]);
        let mut term = [0.0; N];
        for lane in 0..N {
            term[lane] = exp(lambda[lane] * (utility[lane] - best[lane]));
        }
        for lane in 0..N {
            term[lane] = if prior[lane] > 0.0 { prior[lane] * term[lane] } else { 0.0 };
        }
        for lane in 0..N {
            sum[lane] += term[lane];
        }
        terms[k] = term;
    }
    for lane in 0..N {
        sum[lane] = if sum[lane] > 0.0 { 1.0 / sum[lane] } else { 0.0 };
    }
    for k in 0..K {
        let mut chance = terms[k];
        for lane in 0..N {
            chance[lane] *= sum[lane];
        }
        out[k] = chance;
    }
}
