//! Values replaced by path: what `--set` does.

use case::model::{Law, Number};
use case::{Checked, Sources};

fn read_with(replaced: &[(&str, &str)]) -> Checked {
    let sources = Sources::new(include_str!("../base/case.toml"))
        .with_pack("ruritania", include_str!("../base/ruritania.toml"))
        .with_pack("other", include_str!("../base/ruritania.toml").replace("days = 90", "days = 60"));
    let replaced: Vec<(String, String)> =
        replaced.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    case::read_with("ruritania", &sources, &replaced)
}

fn number(checked: &Checked, path: &str) -> Number {
    let case = checked.case.as_ref().unwrap_or_else(|| panic!("{path}: {:?}", checked.diagnostics));
    case.numbers.iter().find(|number| number.path == path).unwrap_or_else(|| panic!("no number {path}")).clone()
}

#[test]
fn every_path_of_a_number_can_be_replaced() {
    for (path, text, law) in [
        ("interests.government.crown.ann", "0.3", Law::Exact(0.3)),
        ("interests.government.left.none", "-0.2 to 0.1", Law::Normal { low: -0.2, high: 0.1 }),
        ("numbers.pain", "0.5 to 0.6", Law::Normal { low: 0.5, high: 0.6 }),
        ("events.unrest", "0.1 to 0.2 per year", Law::LogitNormal { low: 0.1, high: 0.2 }),
        ("pace.procedure.cabinet", "1 to 2 per month", Law::LogNormal { low: 1.0, high: 2.0 }),
        ("pace.crown", "3 per year", Law::Exact(3.0)),
        ("precision", "20 to 30", Law::LogNormal { low: 20.0, high: 30.0 }),
        ("moves.crown.enforce", "1 per year", Law::Exact(1.0)),
        ("moves.crown.enforce.results.1", "0.1", Law::Exact(0.1)),
        ("moves.crown.warn.pays.crown", "-0.5", Law::Exact(-0.5)),
        ("chamber.seats.red", "30", Law::Exact(30.0)),
        ("chamber.seats.rest", "9", Law::Exact(9.0)),
        ("chamber.seats.rest.habit.yes", "0.5", Law::Exact(0.5)),
        ("chamber.cohesion", "0.99", Law::Exact(0.99)),
        ("bodies.alliance.weights.red", "3", Law::Exact(3.0)),
        ("hypotheses.crown_wants.order", "0.9", Law::Exact(0.9)),
        ("stages.cabinet.deadline.days", "45", Law::Exact(45.0)),
        ("vote_pays.green.cabinet.yes", "0.2", Law::Exact(0.2)),
        ("discount", "0.05", Law::Exact(0.05)),
    ] {
        let checked = read_with(&[(path, text)]);
        assert_eq!(number(&checked, path).law, law, "{path}");
    }
}

#[test]
fn what_is_not_replaced_stays() {
    let (before, after) = (read_with(&[]), read_with(&[("chamber.seats.rest", "9")]));
    assert_eq!(number(&before, "chamber.seats.rest.habit.yes").law, number(&after, "chamber.seats.rest.habit.yes").law);
    assert_eq!(number(&after, "chamber.seats.red").law, Law::Exact(40.0));
}

#[test]
fn top_level_keys_can_be_replaced() {
    let checked = read_with(&[("rules", "other"), ("now", "2030-02-04"), ("ends", "stage == formed")]);
    assert_eq!(number(&checked, "stages.cabinet.deadline.days").law, Law::Exact(60.0));
    let case = checked.case.expect("a case");
    assert_eq!(case.calendar.now, "2030-02-04".parse().expect("a date"));
}

#[test]
fn mistakes_in_replaced_values_are_shown_in_them() {
    let checked = read_with(&[("numbers.pain", "0.6 to 0.5")]);
    assert!(checked.case.is_none());
    let found = &checked.diagnostics[0];
    assert_eq!(found.code, "bad-number");
    assert_eq!(case::file_name(&checked.sources, found.place().file), "--set numbers.pain");
    let checked = read_with(&[("numbers.pian", "0.5")]);
    assert!(checked.case.is_none());
    assert_eq!(checked.diagnostics[0].code, "unknown-path");
}
