//! Cross-validation inside the training rows.
use fit::logit::{self, Choice};
use fit::trees::{Forest, Growth};
use fit::{chamber::Chamber, features, history::History, records};
use rayon::prelude::*;

struct Item { country: String, year: i16, core: bool, train: bool, choice: Choice }

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("data/formation/{name}")).unwrap(),
    });
    let read = records::read(&sources);
    let history = History::of(&read.records);
    let mut names = Vec::new();
    let allowed = ["before_1945", "single_party_majority"];
    let mut items: Vec<Item> = Vec::new();
    for r in read.records.iter().filter(|r| r.reasons.iter().all(|x| allowed.contains(&x.as_str()))) {
        let Some(formed) = r.formed() else { continue };
        let chamber = Chamber::of(&r.opportunity, &history.before(&r.opportunity));
        let x = features::describe(features::Set::Rich, &chamber);
        let rows = x.columns[0].len();
        names = x.names.clone();
        items.push(Item { country: r.opportunity.country.clone(), year: r.outcome.start.year(), core: r.core, train: r.split == "train",
            choice: Choice { rows, columns: x.columns.concat(), chosen: formed as usize - 1, weight: if r.core { 1.0 } else { 0.5 }, cluster: 0, offset: vec![] } });
    }
    let k = names.len();
    println!("{k} covariates");
    let mut countries: Vec<_> = items.iter().map(|i| i.country.clone()).collect();
    countries.dedup();
    let fold = |c: &str| countries.iter().position(|x| x == c).unwrap() * 7 % 5;
    let mut splits: Vec<(bool, Vec<usize>, Vec<usize>)> = Vec::new();
    for f in 0..5 {
        splits.push((false, (0..items.len()).filter(|&i| items[i].train && fold(&items[i].country) != f).collect(),
            (0..items.len()).filter(|&i| items[i].train && items[i].core && fold(&items[i].country) == f).collect()));
    }
    for a in [1980, 1990] {
        splits.push((true, (0..items.len()).filter(|&i| items[i].train && items[i].year < a).collect(),
            (0..items.len()).filter(|&i| items[i].train && items[i].core && items[i].year >= a && items[i].year < a + 10).collect()));
    }
    if arguments.iter().any(|a| a == "valid") {
        splits = vec![(true, (0..items.len()).filter(|&i| items[i].train).collect(), (0..items.len()).filter(|&i| !items[i].train && items[i].core).collect())];
    }
    let sd = spreads(&items, k);
    let drop: Vec<bool> = names.iter().map(|n| arguments.iter().any(|a| a.strip_prefix("drop=").is_some_and(|d| d.split(',').any(|p| n.starts_with(p))))).collect();
    let number = |key: &str, default: f64| arguments.iter().find_map(|a| a.strip_prefix(&format!("{key}="))?.parse().ok()).unwrap_or(default);
    let (lam, lam2) = (number("lam", 100.0), number("lam2", 1000.0));
    let growth = Growth { rounds: number("rounds", 200.0) as usize, leaves: number("leaves", 8.0) as usize, rate: number("rate", 0.05), ridge: number("ridge", 5.0),
        columns: number("columns", 0.15), least_curvature: number("minh", 1.0), least_rows: 20, faint: number("faint", 1e-4) };
    let bags = number("bags", 1.0) as u64;
    let start = std::time::Instant::now();
    let results: Vec<(bool, Vec<Vec<[f64; 3]>>)> = splits.iter().map(|(time, train, test)| {
        let mut choices: Vec<Choice> = train.iter().map(|&i| items[i].choice.clone()).collect();
        let penalty = |l: f64| -> Vec<f64> { sd.iter().zip(&drop).map(|(s, d)| if *d { 1e9 } else { l * s * s }).collect() };
        let strong = logit::fit(&choices, &penalty(lam), None, false);
        let weak = logit::fit(&choices, &penalty(lam2), None, false);
        for c in &mut choices {
            c.offset = c.utilities(&weak.beta);
            for (i, d) in drop.iter().enumerate() { if *d { let r = c.rows; c.columns[i * r..(i + 1) * r].fill(0.0); } }
        }
        let forests: Vec<Forest> = (0..bags).map(|b| Forest::grow(&choices, growth, 1 + b)).collect();
        let rows: Vec<Vec<[f64; 3]>> = test.par_iter().map(|&i| {
            let c = &items[i].choice;
            let p1 = c.probabilities(&strong.beta);
            let u0 = c.utilities(&weak.beta);
            let mut out = vec![measure(&p1, c.chosen)];
            let mut u = u0.clone();
            let step = growth.rounds / 4;
            for q in 0..4 {
                for f in &forests {
                    let part = Forest { trees: f.trees[q * step..(q + 1) * step].to_vec() };
                    for (u, x) in u.iter_mut().zip(part.utilities(c)) { *u += x / bags as f64; }
                }
                let mut p = u.clone();
                fit::num::softmax(&mut p);
                out.push(measure(&p, c.chosen));
                if q == 3 {
                    let mix: Vec<f64> = p.iter().zip(&p1).map(|(a, b)| 0.7 * a + 0.3 * b).collect();
                    out.push(measure(&mix, c.chosen));
                }
            }
            out
        }).collect();
        (*time, rows)
    }).collect();
    for time in [false, true] {
        let rows: Vec<_> = results.iter().filter(|r| r.0 == time).flat_map(|r| r.1.iter()).collect();
        if rows.is_empty() { continue }
        print!("{} n {}", if time { "time   " } else { "country" }, rows.len());
        for m in 0..rows[0].len() {
            let mean = |j: usize| rows.iter().map(|r| r[m][j]).sum::<f64>() / rows.len() as f64;
            print!(" | {:.3} {:.1} {:.1}", mean(0), 100.0 * mean(1), 100.0 * mean(2));
        }
        println!();
    }
    println!("{:?}", start.elapsed());
}

fn measure(p: &[f64], chosen: usize) -> [f64; 3] {
    let better = p.iter().filter(|x| **x > p[chosen]).count();
    [-p[chosen].ln(), f64::from(u8::from(better == 0)), f64::from(u8::from(better < 5))]
}

fn spreads(items: &[Item], k: usize) -> Vec<f64> {
    let mut sum = vec![0.0; k];
    let mut n = 0.0;
    for item in items.iter().filter(|i| i.train && i.core) {
        n += 1.0;
        for (i, s) in sum.iter_mut().enumerate() {
            let x = item.choice.column(i);
            let mean = x.iter().map(|x| f64::from(*x)).sum::<f64>() / x.len() as f64;
            *s += x.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / x.len() as f64;
        }
    }
    sum.iter().map(|s| (s / n).sqrt() + 1e-3).collect()
}
