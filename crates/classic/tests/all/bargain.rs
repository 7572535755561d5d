use super::shared::reference;
use classic::bargain::answer::RunShown;
use classic::bargain::parse::parse;
use classic::bargain::{Issue, Request, answer};
use serde_json::Value;

fn issues(text: &str) -> Vec<Issue> {
    let (issues, findings) = parse(text);
    assert!(!findings.any_error(), "{findings:?}");
    issues
}

fn near(got: &[f64], expected: &Value, tolerance: f64, what: &str) {
    let expected: Vec<f64> = expected.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert_eq!(got.len(), expected.len(), "{what}: {got:?} against {expected:?}");
    for (k, (a, b)) in got.iter().zip(&expected).enumerate() {
        assert!((a - b).abs() <= tolerance, "{what}[{k}]: {a} against {b}");
    }
}

fn check(run: &RunShown, expected: &Value, what: &str) {
    // The reference stops after its own number of rounds; runs are compared as far as both go.
    let rounds = expected["positions"].as_array().unwrap().len();
    assert!(run.positions.len() >= rounds, "{what}: {} rounds of {rounds}", run.positions.len());
    for (k, row) in expected["positions"].as_array().unwrap().iter().enumerate() {
        near(&run.positions[k], row, 1e-9, &format!("{what} positions of round {k}"));
    }
    near(&run.weighted_mean[..rounds], &expected["weighted_mean"], 1e-9, &format!("{what} weighted mean"));
    near(&run.median[..rounds], &expected["median"], 1e-9, &format!("{what} median"));
    near(&run.risk_exponent_round1, &expected["risk_exponent_round1"], 1e-9, &format!("{what} risk"));
    let moves = serde_json::to_value(&run.moves_round1).unwrap();
    for (got, want) in moves.as_array().unwrap().iter().zip(expected["moves_round1"].as_array().unwrap()) {
        assert_eq!(got.as_array().unwrap()[..3], want.as_array().unwrap()[..3], "{what}");
    }
    assert_eq!(moves.as_array().unwrap().len(), expected["moves_round1"].as_array().unwrap().len(), "{what}");
}

#[test]
fn the_expected_utility_rounds_are_reproduced() {
    let Some(reference) = reference("bdm-eum.json") else { return };
    let read = issues(&reference.to_string());
    for (issue, expected) in read.iter().zip(reference["cases"].as_array().unwrap()) {
        let got = answer(issue, &Request::default());
        assert!((got.initial_weighted_mean - expected["initial_weighted_mean"].as_f64().unwrap()).abs() < 1e-9);
        let c = got.challenge.unwrap();
        let id = &expected["id"];
        check(&c.run_scholz, &expected["run_scholz"], &format!("{id} scholz"));
        check(&c.run_scholz_no_capitulation, &expected["run_scholz_no_capitulation"], &format!("{id} no capitulation"));
        check(&c.run_paper, &expected["run_paper"], &format!("{id} paper"));
    }
}

#[test]
fn the_reference_lines_of_ktab_are_reproduced() {
    let Some(reference) = reference("ktab-smp.json") else { return };
    let read = issues(&reference.to_string());
    for (issue, expected) in read.iter().zip(reference["cases"].as_array().unwrap()) {
        let got = answer(issue, &Request::default()).condorcet.unwrap();
        let want = &expected["reference"];
        if want.is_string() {
            println!("no reference for {}", expected["id"]);
            continue;
        }
        // printed with four decimals
        near(&got.fractional_change_by_turn, &want["fractional_change_by_turn"], 5.1e-5, "fractional change");
        for (name, row) in want["winner_probability_by_turn"].as_object().unwrap() {
            near(got.winner_probability_by_turn.at(name).unwrap(), row, 5.1e-5, name);
        }
    }
}
