//! News: two actors and an event, small enough to be reckoned by hand.

use crate::read;
use answer::update::update;
use answer::{Contradiction, Forecast, Request};
use case::model::Case;
use game::{Drawing, Game, Limits};
use std::fmt::Write;

const CASE: &str = r#"
formateur = 1
title     = "Two doors"
question  = "Which door is opened?"
from      = 2030-01-01
now       = 2030-01-29
until     = 2030-03-26
period    = "1 week"
headline  = "door"
settled   = 'door != shut'
precision = 1

[actors]
ann = { name = "Ann", kind = "person" }
bob = { name = "Bob", kind = "person" }

[state]
door = { values = ["shut", "left", "right"], start = "shut" }
lamp = { values = ["off", "on"], start = "off" }
word = { values = ["unsaid", "said"], start = "unsaid" }
mood = { values = ["calm", "stormy"], start = "calm" }

[numbers]
eager = { value = "one of 1, 2, 4", assume = "how much Ann wants the lamp" }
quick = { value = "one of 0.05, 0.1", assume = "how often Bob comes" }

[pace]
ann = "1 per week"
bob = 'quick per week'

[moves.ann.light]
when = 'lamp == off'
then = { lamp = "on" }

[moves.ann.whisper]
when = 'word == unsaid and lamp == on'
seen = false
then = { word = "said" }

[moves.bob.open]
choose = { d = ["left", "right"] }
when   = 'door == shut'
then   = { door = "d" }

[events.storm]
when   = 'mood == calm'
chance = "0.1 per week"
then   = { mood = "stormy" }

[interests.ann.lamp]
worth = 'eager'
if    = 'lamp == on'

[interests.bob.door]
worth = 1
if    = 'door == left'
"#;

struct Built {
    case: Case,
    game: Game,
    drawing: Drawing,
}

fn built(case: &str, log: &str) -> Built {
    let checked = read(case, Some(log));
    let errors: Vec<_> =
        checked.diagnostics.iter().filter(|d| d.severity == case::diagnostic::Severity::Error).collect();
    let case = checked.case.unwrap_or_else(|| panic!("{errors:#?}"));
    let game = game::compile(&case, &Limits::default()).expect("small");
    let drawing = Drawing::of(&case).expect("few numbers");
    Built { case, game, drawing }
}

fn request(draws: usize) -> Request {
    Request { case_hash: String::new(), seed: 1, draws }
}

fn run(log: &str) -> Result<Forecast, Contradiction> {
    let Built { case, game, drawing } = built(CASE, log);
    answer::run(&case, &game, &drawing, &request(240), &|_| ())
}

fn entry(on: &str, who: &str, did: &str) -> String {
    format!("[[entry]]\non = {on}\nwho = \"{who}\"\ndid = \"{did}\"\n")
}

/// Ann's chance of lighting the lamp in a week in which she has not: she comes with 1 − 1/e, and lights it by the logit of
/// what it is worth to her now rather than a turn later, reckoned backwards over the weeks left.
fn lights(eager: f64, weeks: usize) -> f64 {
    let q = 1.0 - (-1.0_f64).exp();
    let mut worth = 0.0;
    let mut p = 0.0;
    for _ in 0..weeks {
        p = q / (1.0 + (-(eager - worth)).exp());
        worth = p * eager + (1.0 - p) * worth;
    }
    p
}

#[test]
fn a_posterior_is_the_prior_times_the_probability_of_what_was_seen() {
    let log = entry("2030-01-09", "ann", "light");
    let Built { case, game, drawing } = built(CASE, &log);
    let base = answer::standing::base(&case, &game, &drawing, (1, 480), &|_| ()).expect("possible");
    let eager = case.numbers.iter().position(|n| n.path == "numbers.eager").expect("a number");
    // Twelve weeks in all; she lit it in the second. Bob and the storm say nothing about her.
    let likelihood = |eager: f64| (1.0 - lights(eager, 12)) * lights(eager, 11);
    let all: f64 = [1.0, 2.0, 4.0].into_iter().map(likelihood).sum();
    let quick = case.numbers.iter().position(|n| n.path == "numbers.quick").expect("a number");
    let (draws, weights) = (&base.standing.draws, &base.standing.weights);
    // Draws that agree on Bob are weighed by what Ann did, exactly.
    for a in 0..60 {
        for b in (0..60).filter(|b| draws[*b].numbers[quick] == draws[a].numbers[quick]) {
            let [ours, exact] = [
                weights.of(a) / weights.of(b),
                likelihood(draws[a].numbers[eager]) / likelihood(draws[b].numbers[eager]),
            ];
            assert!((ours - exact).abs() < 1e-9, "{ours} and {exact}");
        }
    }
    for value in [1.0, 2.0, 4.0] {
        let share = weights.mean(|d| if draws[d].numbers[eager] == value { 1.0 } else { 0.0 });
        assert!((share - likelihood(value) / all).abs() < 0.03, "{value}: {share}");
    }
}

#[test]
fn silence_counts() {
    // Nothing was seen of Bob for four weeks: he comes the less often.
    let Built { case, game, drawing } = built(CASE, "");
    let base = answer::standing::base(&case, &game, &drawing, (1, 480), &|_| ()).expect("possible");
    let quick = case.numbers.iter().position(|n| n.path == "numbers.quick").expect("a number");
    let mean = |weights: &answer::Weights| weights.mean(|d| base.standing.draws[d].numbers[quick]);
    assert!(mean(&base.standing.weights) < mean(&base.standing.prior));
    assert!(base.heard.last().expect("silence").log_likelihood < 0.0);
}

#[test]
fn two_entries_on_one_day_stand_in_either_order() {
    let (ann, bob) = (entry("2030-01-09", "ann", "light"), entry("2030-01-09", "bob", "open(left)"));
    for log in [format!("{ann}{bob}"), format!("{bob}{ann}")] {
        let forecast = run(&log).expect("possible");
        let left = forecast.headline.outcomes.iter().find(|o| o.id == "left").expect("an outcome");
        assert!((left.band.mean - 1.0).abs() < 1e-9, "{log}");
        assert_eq!(forecast.when.median, Some(jiff::civil::date(2030, 1, 29)), "it is settled before now");
    }
}

#[test]
fn a_day_in_the_middle_of_a_period_is_a_day_like_any_other() {
    let log = format!("{}{}", entry("2030-01-09", "ann", "light"), entry("2030-01-22", "bob", "open(right)"));
    let mut built = built(CASE, &log);
    let mut opened = Vec::new();
    for day in [12, 17, 21, 22, 25] {
        built.case.calendar.now = jiff::civil::date(2030, 1, day);
        let game = game::compile(&built.case, &Limits::default()).expect("small");
        let forecast = answer::run(&built.case, &game, &built.drawing, &request(80), &|_| ()).expect("possible");
        let right = forecast.headline.outcomes.iter().find(|o| o.id == "right").expect("an outcome").band.mean;
        assert_eq!(forecast.head.now, jiff::civil::date(2030, 1, day));
        opened.push(right);
    }
    // The day itself counts.
    assert!(opened[..3].iter().all(|p| *p < 0.5), "{opened:?}");
    assert!(opened[3..].iter().all(|p| (p - 1.0).abs() < 1e-9), "{opened:?}");
}

#[test]
fn what_is_not_seen_is_reckoned_with_and_says_nothing_by_not_being_seen() {
    let Built { case, game, drawing } = built(CASE, &entry("2030-01-02", "ann", "light"));
    let base = answer::standing::base(&case, &game, &drawing, (1, 80), &|_| ()).expect("possible");
    let word = case.variables.iter().position(|v| v.id == "word").expect("a variable");
    let said = base.standing.weights.mean(|d| {
        let chances = &base.standing.draws[d].standing;
        chances.iter().zip(&base.standing.states).filter(|(_, s)| s[word] == 1).map(|(p, _)| p).sum()
    });
    // She has had three weeks after lighting it in which to whisper; whispering brings her nothing.
    let q = 1.0 - (-1.0_f64).exp();
    let exact = 1.0 - (1.0 - q / 2.0).powi(3);
    assert!((said - exact).abs() < 1e-9, "{said} and {exact}");
}

#[test]
fn what_tells_nothing_changes_nothing() {
    // The storm comes whatever the numbers are.
    let storm = "[[entry]]\non = 2030-01-15\ndid = \"storm\"\n";
    let Built { case, game, drawing } = built(CASE, storm);
    let with = answer::standing::base(&case, &game, &drawing, (1, 80), &|_| ()).expect("possible");
    let silent = built(CASE, "");
    let without =
        answer::standing::base(&silent.case, &silent.game, &silent.drawing, (1, 80), &|_| ()).expect("possible");
    for d in 0..80 {
        assert!((with.standing.weights.of(d) - without.standing.weights.of(d)).abs() < 1e-12);
        assert_eq!(with.readings[d].outcomes.len(), without.readings[d].outcomes.len());
        for (a, b) in with.readings[d].outcomes.iter().zip(&without.readings[d].outcomes) {
            assert!((a - b).abs() < 1e-12);
        }
    }
}

#[test]
fn what_cannot_be_is_named() {
    let log = format!("{}{}", entry("2030-01-09", "ann", "light"), entry("2030-01-16", "ann", "light"));
    match run(&log) {
        Err(found @ Contradiction::Entry { .. }) => {
            assert_eq!(found.entry(), Some(1));
            assert!(found.to_string().contains("ann: light"), "{found}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_log_without_a_past_is_named() {
    let text = CASE.replace("now       = 2030-01-29\n", "");
    let Built { case, game, drawing } = built(&text, &entry("2030-01-01", "ann", "light"));
    let answer = answer::run(&case, &game, &drawing, &request(8), &|_| ());
    assert!(matches!(answer, Err(Contradiction::NoPast { entry: 0, .. })), "{answer:?}");
}

#[test]
fn dates_outside_the_case_and_impossible_grades_are_mistakes_with_places() {
    let of = |log: &str| -> Vec<&'static str> { read(CASE, Some(log)).diagnostics.iter().map(|d| d.code).collect() };
    assert!(of(&entry("2029-12-31", "ann", "light")).contains(&"dates"));
    assert!(of(&entry("2030-03-27", "ann", "light")).contains(&"dates"));
    let report = |grade: &str| format!("{}reliability = {grade}\n", entry("2030-01-09", "ann", "light"));
    assert!(of(&report("7")).contains(&"out-of-range"));
    assert!(of(&report("1.2")).contains(&"out-of-range"));
    assert!(!of(&report("0.7")).contains(&"out-of-range"));
}

#[test]
fn the_last_step_of_an_update_is_the_run_and_the_first_knows_nothing() {
    let log = format!("{}{}", entry("2030-01-09", "ann", "light"), entry("2030-01-16", "bob", "open(left)"));
    let Built { case, game, drawing } = built(CASE, &log);
    let steps = update(&case, &game, &drawing, &request(80), &|_| ()).expect("possible").steps;
    let run = run_with(&case, &game, &drawing);
    assert_eq!(steps.len(), 4);
    assert_eq!((steps[0].entry.as_deref(), steps[0].log_likelihood), (None, 0.0));
    for (a, b) in steps[3].outcomes.iter().zip(&run.headline.outcomes) {
        assert_eq!((&a.id, a.band.mean), (&b.id, b.band.mean));
    }
    assert!(steps.windows(2).all(|pair| pair[1].log_likelihood < pair[0].log_likelihood));
    // That Bob came moves how often he comes.
    assert!(steps[2].moved.iter().any(|moved| moved.path == "numbers.quick" && moved.after > moved.before));
    // Nothing seen, the forecast is that of a case that begins on its first day.
    let text = CASE.replace("now       = 2030-01-29\n", "");
    let fresh = built(&text, "");
    let prior = run_with(&fresh.case, &fresh.game, &fresh.drawing);
    for (a, b) in steps[0].outcomes.iter().zip(&prior.headline.outcomes) {
        assert!((a.band.mean - b.band.mean).abs() < 1e-9, "{} and {}", a.band.mean, b.band.mean);
    }
}

fn run_with(case: &Case, game: &Game, drawing: &Drawing) -> Forecast {
    answer::run(case, game, drawing, &request(80), &|_| ()).expect("possible")
}

/// Three storms that hardly ever come, all seen in the first week, and a hundred numbers that tell nothing.
fn storms() -> Built {
    let mut text = String::from(
        r#"
formateur = 1
title     = "Three storms"
question  = "Which door is opened?"
from      = 2030-01-01
now       = 2030-01-15
until     = 2030-02-12
period    = "1 week"
headline  = "door"
settled   = 'door != shut'
precision = 1

[actors]
ann = { name = "Ann", kind = "person" }

[state]
door  = { values = ["shut", "left", "right"], start = "shut" }
one   = { values = ["calm", "stormy"], start = "calm" }
two   = { values = ["calm", "stormy"], start = "calm" }
three = { values = ["calm", "stormy"], start = "calm" }

[pace]
ann = "1 per week"

[moves.ann.open]
choose = { d = ["left", "right"] }
when   = 'door == shut'
seen   = false
then   = { door = "d" }

[interests.ann.door]
worth = 1
if    = 'door == left'
"#,
    );
    let mut log = String::new();
    for storm in STORMS {
        let _ = write!(
            text,
            "\n[events.{storm}]\nwhen = '{storm} == calm'\nchance = \"0.002 to 0.3 per week\"\nthen = {{ {storm} = \"stormy\" }}\n"
        );
        let _ = write!(log, "[[entry]]\non = 2030-01-03\ndid = \"{storm}\"\n");
    }
    text += "\n[numbers]\n";
    for k in 0..100 {
        let _ = writeln!(text, "idle{k} = {{ value = \"0 to 1\", assume = \"nothing\" }}");
    }
    built(&text, &log)
}

const STORMS: [&str; 3] = ["one", "two", "three"];

/// Mean of a storm's chance before it was seen, and of the logarithm of its odds after: integrals over the normal score.
fn by_hand() -> (f64, f64) {
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let (low, high) = (logit(0.002), logit(0.3));
    let odds = |z: f64| 0.5 * (low + high) + 0.5 * (high - low) * z / 1.644_853_626_951_472_2;
    let (mut all, mut chance, mut after) = (0.0, 0.0, 0.0);
    for k in -8000..=8000 {
        let z = f64::from(k) / 1000.0;
        let density = (-0.5 * z * z).exp();
        let p = 1.0 / (1.0 + (-odds(z)).exp());
        all += density;
        chance += density * p;
        after += density * p * odds(z);
    }
    (chance / all, after / chance)
}

#[test]
fn draws_taken_where_the_log_looks_are_draws_of_the_same_distribution() {
    let Built { case, game, drawing } = storms();
    let (chance, odds) = by_hand();
    let numbers = STORMS.map(|storm| {
        let path = format!("events.{storm}");
        case.numbers.iter().position(|number| number.path.starts_with(&path)).expect("a chance")
    });
    let (n, n_seeds) = (400, 24);
    let (mut likelihoods, mut means, mut effective) = (Vec::new(), Vec::new(), 0.0);
    for seed in 1..=n_seeds {
        let base = answer::standing::base(&case, &game, &drawing, (seed, n), &|_| ()).expect("possible");
        let standing = &base.standing;
        assert_eq!(standing.draws.len(), n, "no more are solved than were asked for");
        likelihoods.push(base.heard.last().expect("silence").log_likelihood.exp() / chance.powi(3));
        let of =
            |d: usize| numbers.iter().map(|k| standing.draws[d].numbers[*k]).map(|p| (p / (1.0 - p)).ln()).sum::<f64>();
        means.push(standing.weights.mean(of) / 3.0 - odds);
        effective += standing.weights.effective() / n_seeds as f64;
        // What is drawn again for a question is the draw.
        for d in [0, 99, 100, 250, 399] {
            let again = drawing.at(|dimension| standing.coordinate(d, dimension));
            assert_eq!(again.numbers, standing.draws[d].numbers);
        }
    }
    // As they come, the log would leave E[p]⁶ / E[p²]³ of them.
    assert!(effective > 0.1 * n as f64, "{effective}");
    let off = |values: &[f64], exact: f64| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        (mean - exact, (squares / (values.len() - 1) as f64 / values.len() as f64).sqrt())
    };
    // Neither how likely the log is nor what it says of the storms is off by more than its chance error, which is small: means
    // learned from the very draws that they then weigh would be.
    for (what, values, exact) in [("likelihood", &likelihoods, 1.0), ("odds", &means, 0.0)] {
        let (off, error) = off(values, exact);
        println!("{what}: off by {off:.4} ± {error:.4}; {effective:.0} effective");
        assert!(off.abs() < 3.0 * error, "{what}: {off} ± {error}");
        assert!(error < 0.03, "{what}: ± {error}");
    }
}

#[test]
fn few_draws_and_a_log_that_leaves_many_are_taken_as_they_come() {
    let plain = |built: &Built, n: usize| {
        let base = answer::standing::base(&built.case, &built.game, &built.drawing, (1, n), &|_| ()).expect("possible");
        (0..n).all(|d| base.standing.draws[d].numbers == built.drawing.draw(1, d as u32).numbers)
    };
    assert!(plain(&storms(), 80));
    assert!(!plain(&storms(), 96));
    assert!(plain(&built(CASE, &entry("2030-01-09", "ann", "light")), 400));
}
