//! Numbers by the tables they stand in, those that move an outcome most first.

use crate::standing::Standing;
use case::model::{Case, Law, Reasons};
use game::draw::Drawing;
use game::normal::normal_quantile;

/// Numbers that are varied together.
pub struct Group {
    pub path: String,
    pub dimensions: Vec<u32>,
    /// The number whose normal score the outcome follows most closely, its dimension and reasons.
    pub cell: String,
    pub leading: u32,
    pub reasons: Reasons,
}

/// The tables (or, with `cells`, the numbers) of a case, by the largest correlation of a number of theirs with the outcome
/// `f` over the draws as they count.
pub fn groups(case: &Case, drawing: &Drawing, standing: &Standing, f: &[f64], cells: bool) -> Vec<Group> {
    let weights = &standing.weights;
    let mean = weights.mean(|d| f[d]);
    let sd = weights.mean(|d| (f[d] - mean).powi(2)).sqrt();
    let correlation = |dimension: u32| -> f64 {
        let z: Vec<f64> = (0..f.len()).map(|d| normal_quantile(standing.coordinate(d, dimension))).collect();
        let centre = weights.mean(|d| z[d]);
        let spread = weights.mean(|d| (z[d] - centre).powi(2)).sqrt();
        let together = weights.mean(|d| (f[d] - mean) * (z[d] - centre));
        if sd * spread > 0.0 { (together / (sd * spread)).abs() } else { 0.0 }
    };
    let n_numbers = case.numbers.len();
    let numbers = case
        .numbers
        .iter()
        .enumerate()
        .filter(|(_, number)| !matches!(number.law, Law::Exact(_)))
        .map(|(n, number)| (number.path.clone(), drawing.dimension(n), number.reasons.clone()));
    let hypotheses = case.hypotheses.iter().enumerate().map(|(h, hypothesis)| {
        (format!("hypotheses.{}", hypothesis.id), drawing.dimension(n_numbers + h), hypothesis.reasons.clone())
    });
    let mut groups: Vec<(f64, Group)> = Vec::new();
    for (path, dimension, reasons) in numbers.chain(hypotheses) {
        // Numbers drawn together are one, wherever they stand.
        if groups.iter().any(|(_, group)| group.dimensions.contains(&dimension)) {
            continue;
        }
        let name = if cells { path.clone() } else { table(&path) };
        let weight = correlation(dimension);
        match groups.iter_mut().find(|(_, group)| group.path == name) {
            Some((most, group)) => {
                group.dimensions.push(dimension);
                if weight > *most {
                    *most = weight;
                    (group.cell, group.leading, group.reasons) = (path, dimension, reasons);
                }
            }
            None => {
                let group = Group { path: name, dimensions: vec![dimension], cell: path, leading: dimension, reasons };
                groups.push((weight, group));
            }
        }
    }
    // A table of many small numbers may weigh as much as one large one: by the sum of squares, roughly its share.
    let share = |group: &Group| group.dimensions.iter().map(|d| correlation(*d).powi(2)).sum::<f64>();
    let mut ranked: Vec<(f64, Group)> = groups.into_iter().map(|(_, group)| (share(&group), group)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    ranked.into_iter().map(|(_, group)| group).collect()
}

/// The table a number belongs to: shared numbers and hypotheses by themselves, interests by table, moves by move, all paces
/// and the whole chamber together.
fn table(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    let n = match parts[0] {
        "pace" | "chamber" | "precision" | "discount" => 1,
        "moves" | "vote_pays" => 3,
        _ => 2,
    };
    parts[..n.min(parts.len())].join(".")
}
