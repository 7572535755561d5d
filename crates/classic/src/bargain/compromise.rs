//! The weighted compromise, the weighted median, and Nash's bargaining solution.

use super::Actor;

/// The mean position in one dimension, weighted by capability times salience.
///
/// Source: Van den Bos (1991), *Dutch EC Policy Making*; Achen (2006), in Thomson et al., *The European Union Decides*, on why it
/// forecasts as well as bargaining models.
pub fn weighted_mean(actors: &[Actor], dimension: usize) -> f64 {
    let weight = |a: &Actor| a.capability * a.salience[dimension];
    let total: f64 = actors.iter().map(weight).sum();
    actors.iter().map(|a| weight(a) * a.position[dimension]).sum::<f64>() / total
}

/// The position held that the least weighted distance speaks against: with weights capability times salience, the
/// weighted median; the lowest where several tie.
///
/// Source: Black (1948), *Journal of Political Economy* 56 (single-peaked preferences).
pub fn weighted_median(actors: &[Actor], dimension: usize) -> f64 {
    let mut best = (f64::INFINITY, f64::NAN);
    let mut positions: Vec<f64> = actors.iter().map(|a| a.position[dimension]).collect();
    positions.sort_by(f64::total_cmp);
    positions.dedup();
    let span = (positions[positions.len() - 1] - positions[0]).max(f64::MIN_POSITIVE);
    for x in positions {
        let against: f64 = actors
            .iter()
            .map(|a| a.capability * a.salience[dimension] * (a.position[dimension] - x).abs() / span)
            .sum();
        // Differences below rounding are ties.
        if against < best.0 * (1.0 - 1e-12) - 1e-15 {
            best = (against, x);
        }
    }
    best.1
}

/// Nash's bargaining solution: the point that maximises `Σ wᵢ ln uᵢ(x)`.
///
/// - `uᵢ(x) = 1 − Σ_k s_ik ((x_k − x_ik)/range_k)² / Σ_k s_ik`: 1 at the ideal, 0 at the far end, where disagreement is
///   put for everybody.
/// - `wᵢ`: capability times the sum of saliences, the bargaining power of the asymmetric solution.
///
/// The function is concave; it is climbed dimension by dimension. Sources: Nash (1950), *Econometrica* 18; Harsanyi and Selten
/// (1972), *Management Science* 18 (weights).
pub fn nash(actors: &[Actor], scale: &[(f64, f64)]) -> Vec<f64> {
    let dimensions = scale.len();
    let unit = |x: f64, k: usize| (x - scale[k].0) / (scale[k].1 - scale[k].0).max(f64::MIN_POSITIVE);
    let ideals: Vec<Vec<f64>> =
        actors.iter().map(|a| (0..dimensions).map(|k| unit(a.position[k], k).clamp(0.0, 1.0)).collect()).collect();
    let care: Vec<f64> = actors.iter().map(|a| a.salience.iter().sum::<f64>().max(f64::MIN_POSITIVE)).collect();
    let gain = |x: &[f64]| -> f64 {
        actors
            .iter()
            .zip(&ideals)
            .zip(&care)
            .map(|((a, ideal), care)| {
                let loss: f64 = (0..dimensions).map(|k| a.salience[k] * (x[k] - ideal[k]).powi(2)).sum::<f64>() / care;
                // A floor keeps the far end finite; it is far below any solution's utility.
                a.capability * care * (1.0 - loss).max(1e-12).ln()
            })
            .sum()
    };
    let mut x = vec![0.5; dimensions];
    for _ in 0..200 {
        let before = x.clone();
        for k in 0..dimensions {
            let (mut low, mut high) = (0.0, 1.0);
            let golden = (5f64.sqrt() - 1.0) / 2.0;
            let at = |t: f64, x: &mut Vec<f64>| {
                x[k] = t;
                gain(x)
            };
            for _ in 0..80 {
                let (a, b) = (high - golden * (high - low), low + golden * (high - low));
                if at(a, &mut x) < at(b, &mut x) { low = a } else { high = b }
            }
            x[k] = f64::midpoint(low, high);
        }
        if x.iter().zip(&before).all(|(a, b)| (a - b).abs() < 1e-10) {
            break;
        }
    }
    x.iter().zip(scale).map(|(t, (low, high))| low + t * (high - low)).collect()
}
