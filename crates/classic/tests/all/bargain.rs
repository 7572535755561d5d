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

const SMALL: &str = "id,capability,position,salience\nA,1,0,0.9\nB,1,10,0.6\nC,0.5,4,0.3\n";

/// Worked by hand: weights 0.9, 0.6, 0.15; mean (6 + 0.6)/1.65 = 4; half the weight, 0.825, lies at A already.
#[test]
fn a_small_issue_settles_as_worked_by_hand() {
    let got = answer(&issues(SMALL)[0], &Request::default());
    let point = |method: &str| got.settlements.iter().find(|s| s.method == method).unwrap().point[0];
    assert!((point("weighted_mean") - 4.0).abs() < 1e-12);
    assert_eq!(point("weighted_median"), 0.0);
    assert!(got.settlements.iter().all(|s| s.band.is_none()) && got.draws == 0);
    // two equal actors at the ends: Nash bargaining halves the difference
    let even = "id,capability,position,salience\nA,1,0,0.5\nB,1,10,0.5\n";
    let nash = &answer(&issues(even)[0], &Request::default()).settlements[2];
    assert!((nash.point[0] - 5.0).abs() < 1e-6, "{}", nash.point[0]);
}

#[test]
fn every_model_stays_on_the_scale_and_turns_with_it() {
    let turned =
        SMALL.replace("A,1,0", "A,1,x").replace("B,1,10", "B,1,0").replace("A,1,x", "A,1,10").replace(",4,", ",6,");
    let (a, b) = (answer(&issues(SMALL)[0], &Request::default()), answer(&issues(&turned)[0], &Request::default()));
    for (x, y) in a.settlements.iter().zip(&b.settlements) {
        assert!((0.0..=10.0).contains(&x.point[0]), "{}", x.method);
        // Scholz's choice among compromises looks at positions as they stand and is not symmetric; the rest are.
        if x.method != "challenge" {
            assert!((x.point[0] - (10.0 - y.point[0])).abs() < 2e-3, "{}: {} {}", x.method, x.point[0], y.point[0]);
        }
    }
}

#[test]
fn doubt_in_the_inputs_is_doubt_in_the_answer() {
    let text = SMALL.replace("C,0.5,4,", "C,0.5,3 to 5,");
    let request = Request { draws: 400, ..Request::default() };
    let got = answer(&issues(&text)[0], &request);
    let mean = got.settlements[0].band.as_ref().unwrap()[0];
    assert!((mean.mean - 4.0).abs() < 5.0 * mean.error + 1e-3 && mean.p10 < mean.p90);
    // 90 % of a position lies between 3 and 5; C has a weight of 0.15/1.65
    let spread = (mean.p90 - mean.p10) / (2.0 * 1.2816) * (1.65 / 0.15);
    assert!((spread - 1.0 / 1.6449).abs() < 0.08, "{spread}");
    assert_eq!(answer(&issues(&text)[0], &request), got, "same seed, same answer");
}

#[test]
fn files_of_every_form_say_the_same() {
    let json = r#"{"actors": [{"name": "A", "capability": 1, "position": 0, "salience": 90},
        {"name": "B", "capability": 1, "position": 10, "salience": 60},
        {"name": "C", "capability": 0.5, "position": "4", "salience": 30}]}"#;
    let toml = "actors = [{ name = \"A\", power = 1, position = 0, salience = 0.9 },
        { name = \"B\", power = 1, position = 10, salience = 0.6 },
        { name = \"C\", power = 0.5, position = 4, salience = 0.3 }]";
    let first = issues(SMALL);
    for text in [json, toml, &format!("\u{feff}{}", SMALL.replace('\n', "\r\n"))] {
        let other = issues(text);
        assert_eq!(other[0].parties.len(), 3);
        for (a, b) in first[0].middle().iter().zip(other[0].middle()) {
            assert!((a.salience[0] - b.salience[0]).abs() < 1e-12 && a.position == b.position);
        }
    }
    let two = "id,power,position.tax,salience.tax,position.border,salience.border\nA,1,0,0.5,3,0.5\nB,2,9,0.2,8,0.6\n";
    let got = answer(&issues(two)[0], &Request::default());
    assert_eq!(got.dimensions, ["tax", "border"]);
    assert_eq!(got.challenge_by_dimension.len(), 2);
    let page = classic::text::bargain(&got);
    assert!(page.lines().all(|l| l.chars().count() <= classic::text::WIDTH), "{page}");
}

#[test]
fn mistakes_about_actors_are_named() {
    for (text, code) in [
        ("", "empty-file"),
        ("id,capability,position\nA,1,2\n", "no-header"),
        ("id,capability,position,salience\nA,1,2,0.5\n", "too-few-actors"),
        ("id,capability,position,salience\nA,1,2,0.5\nB,1,x,0.5\n", "bad-number"),
        ("id,capability,position,salience\nA,1,2,0.5\nB,1,3 to 1,0.5\n", "bad-number"),
        ("id,capability,position,salience\nA,1,2,0.5\nB,0,3,0.5\n", "bad-capability"),
        ("id,capability,position,salience\nA,1,2,0.5\nB,1,3,-0.5\n", "bad-salience"),
        ("id,capability,position,salience\nA,1,2,0.5\nA,1,3,0.5\n", "duplicate-id"),
        ("id,capability,position,salience\nA,1,2,0.5\nB,1,2,0.5\n", "no-disagreement"),
        ("{\"cases\": [{\"id\": \"x\"}]}", "no-actors"),
        ("{\"actors\": [{\"name\": \"A\"}]}", "missing-key"),
    ] {
        let (read, findings) = parse(text);
        assert!(read.is_empty(), "{text:?}");
        assert_eq!(findings.0[0].code, code, "{text:?}");
    }
}

/// Emission standards for medium cars, Bueno de Mesquita (1994), p. 78 (inputs); medians of ten rounds as in the public
/// replication of Scholz, Calbert and Smith (2011), in which this case has no capitulation.
#[test]
fn the_emission_standards_case_goes_through_its_ten_rounds() {
    let actors = "id,capability,position,salience\nNetherlands,0.08,4,0.8\nBelgium,0.08,7,0.4\nLuxembourg,0.03,4,0.2\n\
                  Germany,0.16,4,0.8\nFrance,0.16,10,0.6\nItaly,0.16,10,0.6\nUK,0.16,10,0.9\nIreland,0.05,7,0.1\n\
                  Denmark,0.05,4,1\nGreece,0.08,7,0.7\n";
    let got = answer(&issues(actors)[0], &Request::default()).challenge.unwrap();
    let medians = [7.0, 8.4159, 9.6109, 9.9620, 9.9620, 9.9620, 7.4720, 8.8246, 9.6711, 9.6711, 7.0];
    for (a, b) in got.run_scholz.median.iter().zip(medians) {
        assert!((a - b).abs() < 5e-5, "{a} {b}");
    }
    assert_eq!(got.run_scholz.median.len(), medians.len());
    assert_eq!(got.run_paper.end, "settled");
}

/// KTAB's example `dummyData_3Dim` and its reference run of 30 May 2017 (MIT licence, (c) 2015 KAPSARC).
#[test]
fn ktabs_example_in_three_dimensions_is_reproduced() {
    let csv = "DummyData_3Dim ,\"Dummy scenario to test reading format\",7,3,\n\
        Actor,Description,Power,Pstn1,Sal1,Pstn2,Sal2,Pstn3,Sal3,\n\
        SActor-00, x, 102.543, 75.79, 49.53,  6.37,  5.91, 70.45, 28.15,\n\
        SActor-01, x,  53.393, 82.72, 30.33, 73.50, 21.22, 64.00, 24.79,\n\
        SActor-02, x, 129.643, 82.45, 48.47, 90.89, 13.55,  0.07, 34.62,\n\
        SActor-03, x,  75.920, 62.52, 20.76, 50.82, 39.24, 62.33, 22.21,\n\
        SActor-04, x,  63.224, 82.34, 40.96, 45.77, 25.43, 73.31, 22.59,\n\
        SActor-05, x, 120.048, 84.48, 22.92, 33.70, 39.35, 88.11, 15.42,\n\
        SActor-06, x,  54.178, 70.96, 31.75, 33.46, 27.93, 90.36, 26.03,\n";
    let got = answer(&issues(csv)[0], &Request::default()).condorcet.unwrap();
    let changes = [0.9999, 0.7631, 0.178, 0.0801, 0.0853, 0.0686, 0.0639, 0.1058, 0.0398, 0.0045];
    assert_eq!(got.fractional_change_by_turn.len(), changes.len());
    for (a, b) in got.fractional_change_by_turn.iter().zip(changes) {
        assert!((a - b).abs() < 5.1e-5, "{a} {b}");
    }
    let first: Vec<f64> = got.winner_probability_by_turn.0.iter().map(|(_, row)| row[0]).collect();
    for (a, b) in first.iter().zip([0.0047, 0.0302, 0.0054, 0.1492, 0.6001, 0.1447, 0.0656]) {
        assert!((a - b).abs() < 5.1e-5, "{a} {b}");
    }
}
