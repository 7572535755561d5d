//! Times building every coalition with its covariates, and fitting; prints seconds as JSON. Used by `bench/history.py`.
use fit::{chamber::Chamber, features, history::History, logit, members, records, task};

fn best_of(n: usize, mut f: impl FnMut()) -> f64 {
    (0..n)
        .map(|_| {
            let start = std::time::Instant::now();
            f();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let data = std::env::args().nth(1).unwrap_or_else(|| "data/formation".to_owned());
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("{data}/{name}")).unwrap_or_default(),
    });
    let read = records::read(&sources);
    let history = History::of(&read.records);
    let core: Vec<usize> =
        (0..read.records.len()).filter(|&i| read.records[i].core && read.records[i].split == "train").collect();
    let chambers: Vec<Chamber> = core
        .iter()
        .map(|&i| Chamber::of(&read.records[i].opportunity, &history.before(&read.records[i].opportunity)))
        .collect();
    let mut rows = 0;
    let build = best_of(50, || {
        rows = chambers
            .iter()
            .map(|c| features::describe(features::Set::Literature10, c).columns.first().map_or(0, Vec::len))
            .sum();
    });
    let tasks = task::prepare(features::Set::Literature22, &read.records, &core, &history);
    let choices: Vec<_> =
        tasks.iter().map(|t| members::narrow(&t.choice, &(0..features::LITERATURE22).collect::<Vec<_>>())).collect();
    let mut log_likelihood = 0.0;
    let fit = best_of(7, || {
        log_likelihood = logit::fit(&choices, &[1e-6; features::LITERATURE22], None, false).log_likelihood;
    });
    let spread = task::spreads(&task::prepare(features::Set::Rich, &read.records, &core, &history));
    let rich: Vec<_> = task::prepare(features::Set::Rich, &read.records, &core, &history)
        .into_iter()
        .map(|t| logit::Choice { weight: 1.0, ..t.choice })
        .collect();
    let penalty = members::penalty(&spread, 70.0);
    let mut whole =
        logit::Estimate { beta: Vec::new(), error: Vec::new(), log_likelihood: 0.0, iterations: 0, converged: false };
    let fit_rich = best_of(1, || whole = logit::fit(&rich, &penalty, None, false));
    let penalised: f64 =
        whole.log_likelihood - 0.5 * whole.beta.iter().zip(&penalty).map(|(b, p)| p * b * b).sum::<f64>();
    println!("{{\"penalised\": {penalised}, \"fit_rich\": {fit_rich}, \"penalty\": {penalty:?},");
    println!("\"coalitions\": {rows}, \"build\": {build}, \"fit\": {fit}, \"log_likelihood\": {log_likelihood}}}");
}
