//! Errors: a patron that takes its friend for stronger than he is.

use crate::read;
use answer::{Forecast, Request};
use case::model::Case;
use game::{Drawing, Limits};

const CASE: &str = r#"
formateur = 1
title     = "The bluff"
question  = "Does the patron call it?"
from      = 2030-01-01
until     = 2030-03-05
period    = "1 week"
headline  = "quarrel"
settled   = 'quarrel != open'
precision = 8

[actors]
patron = { name = "the patron", kind = "state" }
rebel  = { name = "the rebel", kind = "party" }

[state]
quarrel = { values = ["open", "fought", "yielded"], start = "open" }
pressed = { values = ["no", "yes"], start = "no" }

[numbers]
pride = { value = 0.5, assume = "what the rebel feels of yielding" }
pain  = { value = "0.2 to 0.6", assume = "what a fight costs both" }

[pace]
patron = "2 per week"
rebel  = "2 per week"

[moves.patron.press]
when = 'quarrel == open and pressed == no'
then = { pressed = "yes" }

[moves.rebel.fight]
when = 'quarrel == open and pressed == yes'
then = { quarrel = "fought" }

[moves.rebel.yield]
when = 'quarrel == open and pressed == yes'
then = { quarrel = "yielded" }

[interests.quarrel]
columns = ["open", "fought", "yielded"]
patron  = [0, "-1.5 to -0.5", 1]
rebel   = [-1, '-pain', '-pride']
"#;

fn case(believes: &str) -> Case {
    let checked = read(&format!("{CASE}{believes}"), None);
    checked.case.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

fn run(case: &Case) -> Forecast {
    let game = game::compile(case, &Limits::default()).expect("small");
    let drawing = Drawing::of(case).expect("few numbers");
    answer::run(case, &game, &drawing, &Request { case_hash: String::new(), seed: 1, draws: 80 }, &|_| ())
        .expect("no log")
}

fn mean(forecast: &Forecast, id: &str) -> f64 {
    forecast.headline.outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean)
}

fn cost(forecast: &Forecast, actor: &str) -> f64 {
    forecast.misperception.iter().find(|m| m.actor == actor).expect("an actor").band.mean
}

#[test]
fn an_error_that_is_none_changes_no_bit() {
    let plain = run(&case(""));
    for known in ["true", "false"] {
        let same = case(&format!("[believes.patron]\n\"numbers.pride\" = 0.5\nknown = {known}\nassume = \"right\"\n"));
        let same = run(&same);
        assert_eq!(plain.headline, same.headline);
        assert_eq!(plain.when, same.when);
        assert!(same.misperception.iter().all(|m| m.band.mean == 0.0 && m.band.p90 == 0.0), "{:?}", same.misperception);
    }
}

#[test]
fn one_who_takes_the_other_for_meek_presses_and_pays() {
    let plain = run(&case(""));
    let errs = run(&case("[believes.patron]\n\"numbers.pride\" = -0.5\nassume = \"hears only friends\"\n"));
    // It presses because it expects the rebel to yield, and he fights.
    assert!(mean(&errs, "fought") > mean(&plain, "fought") + 0.1, "{:?} {:?}", errs.headline, plain.headline);
    assert!(cost(&errs, "patron") < -0.05);
    let without = |id: &str| errs.without_misperception.iter().find(|o| o.id == id).expect("an outcome").band.mean;
    assert!((without("fought") - mean(&plain, "fought")).abs() < 1e-12);
}

#[test]
fn a_belief_refuted_before_it_matters_costs_nothing() {
    let errs =
        case("[believes.patron]\n\"numbers.pride\" = -0.5\nuntil = 'quarrel == open'\nassume = \"refuted at once\"\n");
    let (plain, errs) = (run(&case("")), run(&errs));
    for id in ["open", "fought", "yielded"] {
        assert!((mean(&plain, id) - mean(&errs, id)).abs() < 1e-12);
    }
}

#[test]
fn one_who_errs_about_a_fact_acts_as_where_it_believes_to_be() {
    // The rebel believes that he is not pressed: there he has no move, so that he can only hold.
    let eager = |believes: &str| {
        let text = CASE.replace("\"-1.5 to -0.5\", 1]", "0.5, 1]") + believes;
        run(&read(&text, None).case.expect("a case"))
    };
    let blind = eager("[believes.rebel]\n\"state.pressed\" = \"no\"\nassume = \"nobody tells him\"\n");
    let plain = eager("");
    assert!(mean(&plain, "fought") + mean(&plain, "yielded") > 0.5, "{:?}", plain.headline);
    assert!(blind.misperception.iter().any(|m| m.band.mean.abs() > 0.01), "{:?}", blind.misperception);
    assert!(mean(&blind, "none") > 0.99, "{:?}", blind.headline);
}

#[test]
fn others_answer_an_error_they_know_of() {
    // The rebel takes a fight for free, and fights; a patron that knows leaves him alone.
    let errs = |known: bool| {
        run(&case(&format!("[believes.rebel]\n\"numbers.pain\" = -2\nknown = {known}\nassume = \"drunk\"\n")))
    };
    let (hidden, known) = (errs(false), errs(true));
    assert!(mean(&known, "fought") < mean(&hidden, "fought") - 0.1, "{:?} {:?}", known.headline, hidden.headline);
    assert!(cost(&known, "patron") > cost(&hidden, "patron"));
}
