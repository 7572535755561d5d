//! Cross-validated error of each duration model inside the training rows: five folds of countries, three decades.
use fit::{duration, features, history::History, records, task};

fn main() {
    let data = std::env::args().nth(1).unwrap_or_else(|| "data/formation".to_owned());
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("{data}/{name}")).unwrap_or_default(),
    });
    let read = records::read(&sources);
    let history = History::of(&read.records);
    let wanted: Vec<usize> = (0..read.records.len())
        .filter(|&i| {
            read.records[i].split == "train"
                && read.records[i].outcome.days.is_some()
                && task::teaches(&read.records[i])
        })
        .collect();
    let tasks = task::prepare(features::Set::Literature10, &read.records, &wanted, &history);
    let spells: Vec<(i16, duration::Spell, Vec<f64>)> = tasks
        .iter()
        .map(|t| {
            let r = &read.records[t.record];
            let past: Vec<f64> = history.before(&r.opportunity).iter().filter_map(|c| c.days).collect();
            let x = duration::describe(&t.chamber, &past);
            (
                r.outcome.start.year(),
                duration::Spell {
                    x,
                    days: r.outcome.days.unwrap_or(0.0),
                    weight: t.choice.weight,
                    group: t.choice.cluster,
                },
                past,
            )
        })
        .collect();
    let mut folds: Vec<(&str, Vec<bool>)> =
        (0..5).map(|f| ("country", spells.iter().map(|s| s.1.group % 5 == f).collect())).collect();
    folds.extend([1970, 1980, 1990].map(|a| ("time", spells.iter().map(|s| s.0 >= a && s.0 < a + 10).collect())));
    // in time only what came before teaches
    let from = |name: &str, test: &[bool]| match name {
        "time" => spells.iter().zip(test).filter(|(_, t)| **t).map(|(s, _)| s.0).min().unwrap_or(0) / 10 * 10,
        _ => i16::MAX,
    };
    for name in ["country", "time"] {
        let (mut errors, mut n) = ([0.0; 7], 0.0);
        for (_, test) in folds.iter().filter(|f| f.0 == name) {
            let train: Vec<_> = spells
                .iter()
                .zip(test)
                .filter(|(s, t)| !**t && s.0 < from(name, test))
                .map(|(s, _)| s.1.clone())
                .collect();
            let mut fitted = duration::Duration::fit(&train);
            for (j, s) in spells.iter().enumerate().filter(|(j, s)| test[*j] && s.1.weight >= 1.0) {
                n += 1.0;
                let (x, days) = (&s.1.x, s.1.days);
                let of = |m: f64| (m - days).abs();
                errors[0] += of(fitted.hazard_median(x));
                errors[1] += of(fitted.log_linear_median(x));
                errors[4] += of(fitted.median(x));
                let foretold = fitted.foretell(x, &s.2);
                errors[5] += of(foretold);
                let misses: Vec<f64> = spells[..j]
                    .iter()
                    .filter(|e| e.1.group == s.1.group)
                    .map(|e| duration::miss(e.1.days, fitted.foretell(&e.1.x, &e.2)))
                    .collect();
                errors[6] += of(duration::mended(foretold, &misses));
                let kept = fitted.shares;
                fitted.shares = [0.0, 0.0, 1.0];
                errors[2] += of(fitted.median(x));
                fitted.shares = [1.0 / 3.0; 3];
                errors[3] += of(fitted.median(x));
                fitted.shares = kept;
            }
        }
        let means: Vec<String> = errors.iter().map(|e| format!("{:.2}", e / n)).collect();
        println!("{name} n {n}: hazard, mean, median, thirds, chosen, with own times, mended: {}", means.join(" "));
    }
}
