//! What the fitting room promises, checked.

mod data;
mod derivatives;
mod features;
mod recovery;
mod whole;

use case::diagnostic::Source;
use fit::logit::Choice;
use fit::random::Random;

/// The shipped tables.
fn shipped() -> [Source; 3] {
    ["formations.csv", "parties.csv", "split.csv"].map(|name| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/formation/").to_owned() + name;
        Source { name: name.to_owned(), text: std::fs::read_to_string(&path).expect(&path) }
    })
}

/// The shipped tables with the rows of some countries alone.
fn countries(wanted: &[&str]) -> [Source; 3] {
    shipped().map(|source| {
        let mut lines = source.text.lines();
        let mut text = lines.next().unwrap_or_default().to_owned() + "\n";
        for line in lines.filter(|line| wanted.iter().any(|w| line.starts_with(w))) {
            text.push_str(line);
            text.push('\n');
        }
        Source { name: source.name, text }
    })
}

/// Choices among `rows` alternatives with `k` normal covariates, drawn from a logit with these coefficients.
fn simulate(n: usize, rows: usize, beta: &[f64], seed: u64) -> Vec<Choice> {
    (0..n)
        .map(|i| {
            let mut random = Random::of(seed, i as u64);
            let columns = (0..rows * beta.len()).map(|_| random.normal() as f32).collect();
            let mut choice = Choice { rows, columns, chosen: 0, weight: 1.0, cluster: i % 25, offset: Vec::new() };
            choice.chosen = pick(&choice.probabilities(beta), random.uniform());
            choice
        })
        .collect()
}

fn pick(p: &[f64], u: f64) -> usize {
    let mut sum = 0.0;
    p.iter()
        .position(|p| {
            sum += p;
            u < sum
        })
        .unwrap_or(p.len() - 1)
}
