//! The veto case as a test: what issue and design ask of a shipped case, not what its forecast happens to be.

use answer::{Forecast, Request};
use case::diagnostic::{Severity, Source};
use case::model::{Case, Voice};
use case::{Checked, Sources};
use game::{Drawing, Limits};
use std::path::Path;

fn checked(replaced: &[(&str, &str)]) -> Checked {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).expect("a shipped file");
    let folder = "cases/iraq-2026-veto";
    let log = root
        .join(folder)
        .join("log.toml")
        .exists()
        .then(|| Source::new("log.toml", read(&format!("{folder}/log.toml"))));
    let sources = Sources {
        case: Source::new("case.toml", read(&format!("{folder}/case.toml"))),
        claims: Some(Source::new("claims.toml", read(&format!("{folder}/claims.toml")))),
        log,
        packs: vec![("iraq-2005".into(), Source::new("packs/iraq-2005.toml", read("packs/iraq-2005.toml")))],
        ..Sources::default()
    };
    let replaced: Vec<(String, String)> = replaced.iter().map(|(p, v)| ((*p).to_owned(), (*v).to_owned())).collect();
    case::read_with("iraq-2026-veto", &sources, &replaced)
}

fn run(case: &Case, draws: usize) -> Forecast {
    let game = game::compile(case, &Limits::default()).expect("the case compiles");
    let drawing = Drawing::of(case).expect("few enough numbers");
    answer::run(case, &game, &drawing, &Request { case_hash: String::new(), seed: 1, draws }, &|_| ())
        .expect("the log fits")
}

fn mean(forecast: &Forecast, id: &str) -> f64 {
    forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
}

#[test]
fn every_number_has_a_reason_and_nothing_is_wrong() {
    let checked = checked(&[]);
    let bad: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error || d.code == "no-reason")
        .map(|d| d.message.clone())
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn the_chamber_is_whole() {
    let checked = checked(&[]);
    let case = checked.case.expect("the case reads");
    let chamber = case.electorates.iter().find(|e| e.members == 329).expect("a chamber of 329");
    assert!(chamber.electors.len() >= 15, "{} blocs", chamber.electors.len());
    assert_eq!(chamber.electors.iter().map(|e| e.most).sum::<u32>(), 329);
    assert!(chamber.electors.iter().any(|e| matches!(e.voice, Voice::Habit { .. })));
}

#[test]
fn the_game_is_small_and_its_choices_are_no_coin_tosses() {
    let checked = checked(&[]);
    let case = checked.case.expect("the case reads");
    let game = game::compile(&case, &Limits::default()).expect("the case compiles");
    let checkup =
        answer::check::check(&case, &game, &Drawing::of(&case).expect("few enough numbers"), &game::Limits::default());
    assert!(checkup.size.edges_per_period < 40_000, "{} edges per period", checkup.size.edges_per_period);
    for row in &checkup.irreversible {
        assert!(row.per_year_if_half < 0.1, "{} is taken by mistake with chance {}", row.action, row.per_year_if_half);
    }
    for row in checkup.sharpness.iter().filter(|row| row.kind.ends_with("(vote)") || row.kind.ends_with("(sitting)")) {
        assert!(row.mean_lambda_stake > 1.0, "{} is noise: {}", row.kind, row.mean_lambda_stake);
    }
}

#[test]
fn outcomes_sum_to_one_and_dates_are_in_order() {
    let checked = checked(&[]);
    let forecast = run(&checked.case.expect("the case reads"), 16);
    let total: f64 = forecast.headline.outcomes.iter().map(|o| o.band.mean).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    let when = &forecast.when;
    let dates = [when.p10, when.p25, when.median, when.p75, when.p90];
    assert!(dates.iter().flatten().is_sorted(), "{dates:?}");
    let months: Vec<f64> = when.by_month.iter().map(|m| m.probability).collect();
    assert!(months.is_sorted(), "{months:?}");
    assert!((1.0 - when.never - months[months.len() - 1]).abs() < 1e-9);
}

/// Design 4.3: a rate is a rate whatever the period, so that halving it moves the forecast by an error that shrinks.
#[test]
fn halving_the_period_moves_the_forecast_less_each_time() {
    let forecast = |period: &str| {
        let checked = checked(&[("period", period)]);
        run(&checked.case.expect("the case reads under any period"), 8)
    };
    let (week, half, quarter) = (forecast("1 week"), forecast("3.5 days"), forecast("1.75 days"));
    let moved = |a: &Forecast, b: &Forecast| -> f64 {
        a.headline.outcomes.iter().map(|o| (o.band.mean - mean(b, &o.id)).abs()).sum::<f64>() / 2.0
    };
    let (first, second) = (moved(&week, &half), moved(&half, &quarter));
    assert!(second < first, "total variation {first} from a week to half, then {second}");
    assert!(first < 0.1, "a week is too coarse: half of it moves {first} of the forecast");
}

/// Signs any expert would insist on: surer enforcement of the threat does not help the man it hangs over.
#[test]
fn surer_enforcement_does_not_help_the_vetoed_nominee() {
    let with = |chance: &str| {
        let checked = checked(&[("moves.washington.enforce.results.1", chance)]);
        let case = checked.case.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        mean(&run(&case, 64), "maliki")
    };
    assert!(with("0.95") <= with("0.05") + 1e-9);
}
