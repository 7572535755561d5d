//! The ten-covariate logit on the core training formations with at most 8 parties; used by
//! `tests/slow/discrete_choice.py`.
use fit::{features, history::History, logit, members, records, task};

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
            let r = &read.records[i];
            r.core && r.split == "train" && r.actors().len() <= 8
        })
        .collect();
    let tasks = task::prepare(features::Set::Literature10, &read.records, &wanted, &history);
    let choices: Vec<_> = tasks.iter().map(|t| members::narrow(&t.choice, &(0..10).collect::<Vec<_>>())).collect();
    let estimate = logit::fit(&choices, &[0.0; 10], None, false);
    println!(
        "{{\"n\": {}, \"log_likelihood\": {}, \"beta\": {:?}}}",
        choices.len(),
        estimate.log_likelihood,
        estimate.beta
    );
}
