//! How much of an answer's variance each group of inputs carries: Sobol indices.
//!
//! First order: Saltelli et al. 2010, *Computer Physics Communications* 181, table 2 (b); total: Jansen 1999, *Computer
//! Physics Communications* 117. Both from the same evaluations: a sample A, a sample B, and A with one group from B.

/// Share of variance of one group of inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// What fixing the group would take away on average.
    pub first_order: f64,
    pub first_order_error: f64,
    /// What would be left if everything else were fixed, on average.
    pub total: f64,
    /// Standard error of the total.
    pub error: f64,
}

/// Indices from evaluations: `a` and `b` `[n]` of two independent samples, `mixed` `[n_groups][n]` of A with the group's
/// inputs taken from B. All zero where nothing varies.
pub fn indices(a: &[f64], b: &[f64], mixed: &[Vec<f64>]) -> Vec<Index> {
    let n = a.len() as f64;
    let mean = a.iter().chain(b).sum::<f64>() / (2.0 * n);
    let variance = a.iter().chain(b).map(|x| (x - mean).powi(2)).sum::<f64>() / (2.0 * n - 1.0).max(1.0);
    mixed
        .iter()
        .map(|mixed| {
            if variance <= 0.0 {
                return Index { first_order: 0.0, first_order_error: 0.0, total: 0.0, error: 0.0 };
            }
            // Centred, which changes the mean of neither and lowers the noise of both.
            let first = estimate(a.iter().zip(b).zip(mixed).map(|((a, b), m)| (b - mean) * (m - a) / variance));
            let total = estimate(a.iter().zip(mixed).map(|(a, m)| 0.5 * (a - m).powi(2) / variance));
            Index { first_order: first.0, first_order_error: first.1, total: total.0, error: total.1 }
        })
        .collect()
}

/// Mean and its standard error.
fn estimate(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::indices;
    use game::sobol::coordinate;
    use std::f64::consts::PI;

    /// Holds the indices of a function of uniform inputs to their exact values, within four of their own errors and
    /// never worse than `most`.
    fn holds(inputs: u32, f: impl Fn(&[f64]) -> f64, exact: &[(f64, f64)], most: f64) {
        let n = 1 << 13;
        // One sequence of twice as many dimensions: A its first half, B the other.
        let point =
            |i: u32, half: u32| -> Vec<f64> { (0..inputs).map(|d| coordinate(half * inputs + d, i, 1, 0)).collect() };
        let (a, b): (Vec<_>, Vec<_>) = (0..n).map(|i| (point(i, 0), point(i, 1))).unzip();
        let of = |points: &[Vec<f64>]| points.iter().map(|x| f(x)).collect::<Vec<f64>>();
        let mixed: Vec<Vec<f64>> = (0..inputs as usize)
            .map(|group| {
                let points: Vec<Vec<f64>> = a
                    .iter()
                    .zip(&b)
                    .map(|(a, b)| {
                        let mut x = a.clone();
                        x[group] = b[group];
                        x
                    })
                    .collect();
                of(&points)
            })
            .collect();
        for (index, (first, total)) in indices(&of(&a), &of(&b), &mixed).into_iter().zip(exact) {
            assert!(
                (index.first_order - first).abs() <= (4.0 * index.first_order_error).min(most),
                "{index:?} {first}"
            );
            assert!((index.total - total).abs() <= (4.0 * index.error).min(most), "{index:?} {total}");
            assert!(index.error > 0.0 || *total == 0.0);
        }
    }

    /// Ishigami and Homma 1990 with a = 7, b = 0.1; exact values: Saltelli et al. 2008, *Global Sensitivity Analysis*.
    #[test]
    fn the_ishigami_function() {
        let (a, b) = (7.0, 0.1);
        let f = |x: &[f64]| {
            let x: Vec<f64> = x.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            x[0].sin() + a * x[1].sin().powi(2) + b * x[2].powi(4) * x[0].sin()
        };
        let v1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
        let v2 = a * a / 8.0;
        let v13 = b * b * PI.powi(8) * 8.0 / 225.0;
        let v = v1 + v2 + v13;
        holds(3, f, &[(v1 / v, (v1 + v13) / v), (v2 / v, v2 / v), (0.0, v13 / v)], 0.05);
    }

    /// Sobol's G function; exact values: Sobol 1993.
    #[test]
    fn the_g_function() {
        let a = [0.0, 1.0, 4.5, 9.0, 99.0];
        let f = |x: &[f64]| x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product::<f64>();
        let part: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
        let all: f64 = part.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
        let exact: Vec<(f64, f64)> = part.iter().map(|v| (v / all, v * (1.0 + all) / (1.0 + v) / all)).collect();
        holds(5, f, &exact, 0.05);
    }
}
