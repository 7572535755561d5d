//! Directions that any expert would insist on, on the shipped cases: signs, not sizes. Both sides of each comparison are run
//! over the same draws, so that what differs is the change and not the sample.

use answer::forecast::Answer;
use answer::{Forecast, Request};
use case::Sources;
use case::diagnostic::Source;
use game::{Drawing, Limits};
use std::path::Path;

const DRAWS: usize = 16;

/// A shipped case with passages of its text replaced, run over a few draws.
fn forecast(name: &str, changes: &[(&str, &str)]) -> Forecast {
    over(DRAWS, name, changes)
}

fn over(draws: usize, name: &str, changes: &[(&str, &str)]) -> Forecast {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: String| std::fs::read_to_string(root.join(path)).expect("a shipped file");
    let mut text = read(format!("cases/{name}/case.toml"));
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "`{old}` is not in the case once");
        text = text.replace(old, new);
    }
    // What was seen belongs to the day on which it was seen: a case moved to another day has no log.
    let moved = changes.iter().any(|(old, _)| old.starts_with("now "));
    let log = format!("cases/{name}/log.toml");
    let sources = Sources {
        case: Source::new("case.toml", text),
        claims: Some(Source::new("claims.toml", read(format!("cases/{name}/claims.toml")))),
        tables: Vec::new(),
        log: (!moved && root.join(&log).exists()).then(|| Source::new("log.toml", read(log))),
        packs: vec![("iraq-2005".into(), Source::new("packs/iraq-2005.toml", read("packs/iraq-2005.toml".into())))],
    };
    let checked = case::read_with(name, &sources, &[]);
    let case = checked.case.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let game = game::compile(&case, &Limits::default()).expect("the case compiles");
    let drawing = Drawing::of(&case).expect("few enough numbers");
    let request = Request { case_hash: String::new(), seed: 1, draws };
    answer::run(&case, &game, &drawing, &request, &|_| ()).expect("the log fits")
}

fn outcome(forecast: &Forecast, id: &str) -> f64 {
    forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
}

/// The mean of a value of a question.
fn answered(forecast: &Forecast, question: &str, value: &str) -> f64 {
    let answer = &forecast.questions.iter().find(|q| q.id == question).expect("a question of the case").answer;
    match answer {
        Answer::Chance(band) => band.mean,
        Answer::Values { values } => values.iter().find(|v| v.id == value).expect("a value of it").band.mean,
        Answer::Date { .. } => panic!("`{question}` asks for a date"),
    }
}

#[test]
fn surer_enforcement_does_not_help_the_vetoed_nominee() {
    let written = "chance = { value = \"0.4 to 0.9\", because = [\"s000-c036\", \"s000-c040\"]";
    let with = |chance: &str| {
        let new = written.replace("\"0.4 to 0.9\"", chance);
        outcome(&forecast("iraq-2026-veto", &[(written, &new)]), "maliki")
    };
    let (loose, sure) = (with("0.05"), with("0.95"));
    assert!(sure < loose, "{sure} when enforcement is sure, {loose} when it is not");
}

#[test]
fn a_higher_quorum_lengthens_formation() {
    let with = |quorum: &str| {
        let new = format!("sitting  = {{ quorum = \"{quorum}\" }}");
        let changes = [("sitting  = { quorum = \"2/3 of members\" }", new.as_str())];
        answered(&forecast("iraq-2026-paralysis", &changes), "lasts", "days")
    };
    let (low, high) = (with("majority of members"), with("3/4 of members"));
    assert!(high > low, "{high} days with a high quorum, {low} with a low one");
}

#[test]
fn a_patron_that_gains_from_deadlock_lengthens_it() {
    let with = |prior: &str| {
        let new = format!("stall = {prior}, install = \"rest\"");
        let changes = [("stall = \"0.25 to 0.55\", install = \"rest\"", new.as_str())];
        answered(&forecast("iraq-2026-paralysis", &changes), "lasts", "days")
    };
    let (install, stall) = (with("0.01"), with("0.99"));
    assert!(stall > install, "{stall} days if it gains, {install} if it does not");
}

#[test]
fn a_fallen_patron_weakens_its_clients() {
    let written = "holding = \"0.001 to 0.008 per month\", spreading = \"0.005 to 0.05 per month\"";
    let with = |chance: &str| {
        let new = format!("holding = \"{chance} per month\", spreading = \"{chance} per month\"");
        outcome(&forecast("iraq-2026-paralysis", &[(written, &new)]), "loyal")
    };
    let (stands, falls) = (with("0.001"), with("0.4"));
    assert!(falls < stands, "its friend governs with chance {falls} if it falls, {stands} if it stands");
}

/// Errors may help one side by luck; together, before the killing, they do not.
#[test]
fn correcting_beliefs_does_not_raise_the_joint_cost_of_conflict() {
    let before = forecast("iraq-2020-expulsion", &[("now       = 2020-01-27", "now       = 2019-12-30")]);
    assert!(!before.misperception.is_empty());
    let joint: f64 = before.misperception.iter().map(|m| m.band.mean).sum();
    assert!(joint < 0.0, "errors gain the actors {joint} together");
}

#[test]
fn a_refuted_belief_costs_nothing_more() {
    let after = forecast("iraq-2020-expulsion", &[]);
    assert!(after.misperception.iter().all(|m| m.band.mean.abs() < 1e-9), "{:?}", after.misperception);
}

#[test]
fn a_faster_exit_raises_the_danger_of_a_vacuum() {
    let now = forecast("iraq-2024-withdrawal", &[]);
    let [rushed, phased, north] = ["rushed", "phased", "north"].map(|exit| answered(&now, "vacuum", exit));
    assert!(rushed > phased && phased > north, "{rushed} rushed, {phased} phased, {north} to the north");
    // And who fears it more does not hurry.
    let surer = |chance: &str| {
        let new = format!(
            "rushed = \"{chance} per month\", draw = \"together\", because = [\"s002-c017\", \"s002-c018\", \"s002-c022\"]"
        );
        let old = "rushed = \"0.02 to 0.12 per month\", draw = \"together\", because = [\"s002-c017\", \"s002-c018\", \"s002-c022\"]";
        outcome(&forecast("iraq-2024-withdrawal", &[(old, &new)]), "rushed")
    };
    let (mild, grave) = (surer("0.021"), surer("0.3"));
    assert!(grave <= mild + 1e-9, "a graver vacuum makes haste no likelier: {grave}, {mild}");
}

#[test]
fn a_helper_easier_to_please_makes_show_likelier() {
    let with = |easy: &str| {
        let new = format!("easy       = {{ value = {easy}");
        let changes = [("easy       = { value = \"0.3 to 0.95\"", new.as_str())];
        answered(&forecast("iraq-2014-reform", &changes), "show", "")
    };
    let (hard, easy) = (with("0.1"), with("0.95"));
    assert!(easy > hard, "{easy} for one easy to please, {hard} for one hard to please");
}

/// Calm that follows a word from Tehran speaks for its control of the factions; a resolution after which nobody was asked to
/// leave, for a gesture. The one who holds the reading would say so, and so would his rival.
#[test]
fn rival_readings_move_with_what_was_seen() {
    for (case, hypothesis, reading) in
        [("iraq-2024-withdrawal", "control", "tight"), ("iraq-2020-expulsion", "vote_means", "gesture")]
    {
        let now = over(128, case, &[]);
        let found = now
            .hypotheses
            .iter()
            .find(|h| h.id.contains(hypothesis) && h.reading == reading)
            .unwrap_or_else(|| panic!("{case} has no reading `{reading}`: {:?}", now.hypotheses));
        assert!(found.posterior > found.prior, "{case}, {reading}: {} before, {} after", found.prior, found.posterior);
    }
}

/// A lever that hurts less at its first pull protects the man it is meant for.
#[test]
fn milder_listings_help_the_vetoed_nominee() {
    let written = "listed_share  = { value = \"0.2 to 0.6\"";
    let with = |share: &str| {
        let new = written.replace("\"0.2 to 0.6\"", share);
        outcome(&forecast("iraq-2026-veto", &[(written, &new)]), "maliki")
    };
    let (mild, grave) = (with("0.05"), with("1"));
    assert!(mild > grave, "{mild} where listings hardly hurt, {grave} where they hurt as much as dollars withheld");
}
