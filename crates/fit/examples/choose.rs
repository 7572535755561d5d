//! Compares settings by cross-validation inside the training rows: five folds of countries, two of time.
//!
//! `cargo run --release -p fit --example choose -- DIR [members] [key=value …]`
use fit::members::{self, Kind, Settings};
use fit::memory::{Belief, Memory};
use fit::premier::Leaders;
use fit::{features, history::History, records, task};
use rayon::prelude::*;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("{}/{name}", arguments[1])).unwrap_or_default(),
    });
    let number = |key: &str, default: f64| {
        arguments.iter().find_map(|a| a.strip_prefix(&format!("{key}="))?.parse().ok()).unwrap_or(default)
    };
    let has = |key: &str| arguments.iter().any(|a| a == key);
    let read = records::read(&sources);
    let history = History::of(&read.records);
    let wanted: Vec<usize> = (0..read.records.len()).filter(|&i| task::teaches(&read.records[i])).collect();
    let mut tasks = task::prepare(features::Set::Rich, &read.records, &wanted, &history);
    if let Some(list) = arguments.iter().find_map(|a| a.strip_prefix("drop=")) {
        for (k, name) in features::RICH.iter().enumerate() {
            if list.split(',').any(|d| name.starts_with(d)) {
                for t in &mut tasks {
                    let r = t.choice.rows;
                    t.choice.columns[k * r..(k + 1) * r].fill(0.0);
                }
            }
        }
    }
    let train = |i: usize| read.records[tasks[i].record].split == "train";
    let year = |i: usize| read.records[tasks[i].record].outcome.start.year();
    let mut countries: Vec<_> = tasks.iter().map(|t| t.country.clone()).collect();
    countries.dedup();
    let fold = |i: usize| countries.iter().position(|x| *x == tasks[i].country).unwrap_or(0) * 7 % 5;
    let all = || 0..tasks.len();
    let mut splits: Vec<(&str, Vec<usize>, Vec<usize>)> = Vec::new();
    if has("country") {
        for f in 0..5 {
            splits.push((
                "country",
                all().filter(|&i| train(i) && fold(i) != f).collect(),
                all().filter(|&i| train(i) && tasks[i].core && fold(i) == f).collect(),
            ));
        }
    }
    if has("time") {
        for a in [1980, 1990] {
            splits.push((
                "time",
                all().filter(|&i| train(i) && year(i) < a).collect(),
                all().filter(|&i| train(i) && tasks[i].core && year(i) >= a && year(i) < a + 10).collect(),
            ));
        }
    }
    if has("valid") {
        splits.push((
            "valid",
            all().filter(|&i| train(i)).collect(),
            all().filter(|&i| !train(i) && tasks[i].core).collect(),
        ));
    }
    let mut settings = Settings::default();
    settings.rich = number("rich", settings.rich);
    settings.weak = number("weak", settings.weak);
    settings.formateur = number("formateur", settings.formateur);
    settings.turnover = number("turnover", settings.turnover);
    settings.mixed = number("mixed", settings.mixed);
    settings.mixed_draws = number("draws", settings.mixed_draws as f64) as usize;
    settings.growth.rounds = number("rounds", settings.growth.rounds as f64) as usize;
    settings.growth.leaves = number("leaves", settings.growth.leaves as f64) as usize;
    settings.growth.rate = number("rate", settings.growth.rate);
    settings.growth.ridge = number("ridge", settings.growth.ridge);
    settings.growth.columns = number("columns", settings.growth.columns);
    settings.growth.least_curvature = number("minh", settings.growth.least_curvature);
    settings.growth.faint = number("faint", settings.growth.faint);
    settings.forests = number("forests", settings.forests as f64) as u64;
    let names = [
        ("rich", Kind::Rich),
        ("mixed", Kind::Mixed),
        ("formateur_first", Kind::FormateurFirst),
        ("turnover", Kind::Turnover),
        ("learned", Kind::Learned),
        ("literature10", Kind::Literature10),
        ("literature22", Kind::Literature22),
    ];
    let kinds: Vec<_> = names.iter().filter(|(n, _)| has(n)).copied().collect();
    let mut rows: std::collections::BTreeMap<&str, Vec<(usize, Vec<Vec<f64>>)>> = std::collections::BTreeMap::new();
    let mut leading: std::collections::BTreeMap<&str, Vec<Vec<(f64, f64)>>> = std::collections::BTreeMap::new();
    for (name, train, test) in &splits {
        let mut set: Vec<_> = train.iter().map(|&i| tasks[i].clone()).collect();
        let half = number("half", 0.0);
        if half > 0.0 {
            let newest = train.iter().map(|&i| year(i)).max().unwrap_or(0);
            for (t, &i) in set.iter_mut().zip(train) {
                t.choice.weight *= (-f64::from(newest - year(i)) / half).exp2();
            }
        }
        let floor = number("floor", 0.0);
        let spreads: Vec<f64> = task::spreads(&set).iter().map(|s| (s * s + floor * floor).sqrt()).collect();
        let leaders = Leaders::fit(&set);
        let models: Vec<_> = kinds
            .iter()
            .map(|&(n, k)| {
                let start = std::time::Instant::now();
                let m = members::fit(k, &set, &spreads, &settings, 1);
                if has("times") {
                    eprintln!("{name} {n} {:.1}s", start.elapsed().as_secs_f64());
                }
                m
            })
            .collect();
        let last = number("last", 1.0 / models.len() as f64);
        let mut weights = vec![(1.0 - last) / (models.len() as f64 - 1.0).max(1.0); models.len()];
        if let Some(w) = weights.last_mut() {
            *w = last;
        }
        // predictions for the test rows and, for the memory, everything else of their countries
        let memory_on = has("memory");
        let predicted: Vec<Option<Vec<Vec<f64>>>> = all()
            .into_par_iter()
            .map(|i| {
                (test.contains(&i) || memory_on && test.iter().any(|&t| tasks[t].country == tasks[i].country)).then(
                    || models.iter().map(|m| m.probabilities(&leaders, &tasks[i].chamber, &tasks[i].choice)).collect(),
                )
            })
            .collect();
        let mut found: Vec<(usize, Vec<Vec<f64>>)> =
            test.iter().map(|&i| (i, predicted[i].clone().unwrap_or_default())).collect();
        for f in &mut found {
            let pooled = pool(&f.1, &weights);
            let mean = mean(&f.1, &weights);
            f.1.push(mean);
            f.1.push(pooled);
        }
        if memory_on {
            let covariates: Vec<(usize, f64)> = (0..features::LITERATURE22)
                .chain(
                    (features::LITERATURE22..spreads.len())
                        .filter(|&k| !features::RICH[k].starts_with("at_") && (k % 4 == 0)),
                )
                .map(|k| (k, spreads[k]))
                .collect();
            for (party, pair, taste, keep) in GRID {
                let memory = Memory { party, pair, taste, covariates: covariates.clone(), keep };
                let bent: Vec<(usize, Vec<f64>)> = countries
                    .par_iter()
                    .flat_map_iter(|c| {
                        let mut belief = Belief::default();
                        let mut out = Vec::new();
                        for i in all().filter(|&i| tasks[i].country == *c) {
                            if let Some(p) = &predicted[i] {
                                let general = mean(p, &weights);
                                if test.contains(&i) {
                                    out.push((i, memory.predict(&belief, &tasks[i], &general)));
                                }
                                memory.learn(&mut belief, &tasks[i], &general);
                            }
                        }
                        out
                    })
                    .collect();
                for f in &mut found {
                    if let Some(b) = bent.iter().find(|b| b.0 == f.0) {
                        f.1.push(b.1.clone());
                    }
                }
            }
        }
        let mixes = found.iter().filter_map(|(i, p)| premiers(&leaders, &tasks[*i], &p[models.len()]));
        leading.entry(*name).or_default().extend(mixes);
        rows.entry(*name).or_default().extend(found);
    }
    for (name, rows) in &leading {
        println!("{name} premier's party, n {}", rows.len());
        for (m, share) in SHARES.iter().enumerate() {
            let n = rows.len() as f64;
            let sum = rows.iter().fold((0.0, 0.0), |s, r| (s.0 + r[m].0, s.1 + r[m].1));
            println!("  share of the direct model {share}: right {:.1}, log-loss {:.3}", 100.0 * sum.0 / n, sum.1 / n);
        }
    }
    let mut labels: Vec<String> = kinds.iter().map(|k| k.0.to_owned()).collect();
    labels.push("mean".into());
    labels.push("pool".into());
    if has("memory") {
        labels.extend(GRID.iter().map(|g| format!("{g:?}")));
    }
    for (name, rows) in &rows {
        println!("{name} n {}", rows.len());
        for (m, label) in labels.iter().enumerate() {
            let score: Vec<[f64; 5]> = rows
                .iter()
                .map(|(i, p)| {
                    let c = tasks[*i].choice.chosen;
                    let repeat = c + 1 == tasks[*i].chamber.incumbents as usize;
                    let better = p[m].iter().filter(|x| **x > p[m][c]).count();
                    [
                        -p[m][c].ln(),
                        f64::from(u8::from(better == 0)),
                        f64::from(u8::from(better < 5)),
                        if repeat { f64::NAN } else { f64::from(u8::from(better == 0)) },
                        if repeat { f64::from(u8::from(better == 0)) } else { f64::NAN },
                    ]
                })
                .collect();
            let mean = |j: usize| {
                let v: Vec<f64> = score.iter().map(|s| s[j]).filter(|x| !x.is_nan()).collect();
                v.iter().sum::<f64>() / v.len() as f64
            };
            println!(
                "  {label:16} {:.3}  top1 {:.1} top5 {:.1}  changed {:.1} repeats {:.1}",
                mean(0),
                100.0 * mean(1),
                100.0 * mean(2),
                100.0 * mean(3),
                100.0 * mean(4)
            );
        }
        let k = kinds.len();
        let mut w = vec![1.0 / k as f64; k];
        for _ in 0..300 {
            let mut next = vec![0.0; k];
            for (i, p) in rows {
                let c = tasks[*i].choice.chosen;
                let t: f64 = (0..k).map(|m| w[m] * p[m][c]).sum();
                for m in 0..k {
                    next[m] += w[m] * p[m][c] / t;
                }
            }
            for (w, n) in w.iter_mut().zip(next) {
                *w = n / rows.len() as f64;
            }
        }
        let ll: f64 = rows
            .iter()
            .map(|(i, p)| -(0..k).map(|m| w[m] * p[m][tasks[*i].choice.chosen]).sum::<f64>().ln())
            .sum::<f64>()
            / rows.len() as f64;
        println!("  best weights {:?} {ll:.3}", w.iter().map(|w| (w * 100.0).round() / 100.0).collect::<Vec<_>>());
    }
}

const GRID: [(f64, f64, f64, f64); 6] = [
    (0.3, 0.3, 0.05, 1.0),
    (0.3, 0.3, 0.08, 0.95),
    (0.3, 0.3, 0.12, 0.95),
    (0.4, 0.4, 0.1, 0.93),
    (0.3, 0.3, 0.12, 0.9),
    (0.45, 0.3, 0.08, 0.95),
];

const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Whether the likeliest leader was right, and its log-loss, for each share that the direct model has beside the coalitions' sum.
fn premiers(leaders: &Leaders, task: &task::Task, p: &[f64]) -> Option<Vec<(f64, f64)>> {
    let actual = task.premier?;
    let mut sum = vec![0.0; task.chamber.n];
    for (index, p) in p.iter().enumerate().filter(|(_, p)| **p > 1e-6) {
        for (to, share) in sum.iter_mut().zip(leaders.of_coalition(&task.chamber, index as u32 + 1)) {
            *to += p * share;
        }
    }
    let direct = leaders.of_chamber(&task.chamber);
    let judge = |share: f64| {
        let mixed: Vec<f64> = sum.iter().zip(&direct).map(|(s, d)| (1.0 - share) * s + share * d).collect();
        (fit::score::among_top(&mixed, actual, 1), -mixed[actual].max(1e-12).ln())
    };
    Some(SHARES.iter().map(|&s| judge(s)).collect())
}

/// Weighted mean of logarithms.
fn pool(p: &[Vec<f64>], w: &[f64]) -> Vec<f64> {
    let mut u: Vec<f64> =
        (0..p[0].len()).map(|j| p.iter().zip(w).map(|(p, w)| w * p[j].max(1e-12).ln()).sum()).collect();
    fit::num::softmax(&mut u);
    u
}

fn mean(p: &[Vec<f64>], w: &[f64]) -> Vec<f64> {
    (0..p[0].len()).map(|j| p.iter().zip(w).map(|(p, w)| w * p[j]).sum()).collect()
}
