//! The older questions as a user asks them: files in, exit codes and JSON out.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn formateur(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_formateur"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // One that finds its arguments wrong ends without reading.
    match child.stdin.take().expect("a pipe").write_all(input.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => panic!("{error}"),
        _ => {}
    }
    child.wait_with_output().expect("the program ends")
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

const WEIGHTS: &str = "id,weight\na,50\nb,49\nc,1\n";
const DILEMMA: &str = r#"{"decision_makers": [{"name": "one", "options": [0]}, {"name": "two", "options": [1]}],
    "options": [{"name": "x", "direction": "both"}, {"name": "y", "direction": "both"}], "infeasible": [],
    "payoff_ordinal": [{"dm": "one", "by_state": [2, 1, 4, 3]}, {"dm": "two", "by_state": [2, 4, 1, 3]}]}"#;

#[test]
fn each_command_answers_in_the_published_form() {
    let power = json(&formateur(&["power", "--weights", "-", "--quota", "51", "--json"], WEIGHTS));
    let first = &power["ballots"][0]["players"][0];
    assert_eq!((first["id"].as_str(), first["swings"].as_str()), (Some("a"), Some("3")));
    assert_eq!((first["banzhaf"].as_str(), first["shapley_shubik"].as_str()), (Some("3/5"), Some("2/3")));
    assert_eq!((first["exact"].as_bool(), &first["decides"]), (Some(true), &Value::Null));
    assert_eq!(power["ballots"][0]["quota"], 51);
    assert_eq!(power["ballots"][0]["minimal_winning"]["count"], 2);
    assert!(power["formateur"]["version"].is_string());

    let conflict = json(&formateur(&["conflict", "-", "--json"], DILEMMA));
    assert_eq!(conflict["equilibria"]["SEQ"], serde_json::json!([1, 4]));
    assert_eq!(conflict["reachable"][0]["moves"]["1"], serde_json::json!([2]));
    let listed = json(&formateur(&["conflict", "-", "--json"], &format!("{{\"conflicts\": [{DILEMMA}]}}")));
    assert_eq!(listed["conflicts"][0]["equilibria"], conflict["equilibria"]);

    let votes = "id,votes\na,4160\nb,3380\nc,2460\n";
    let seats = json(&formateur(&["seats", "--votes", "-", "--seats", "10", "--method", "dhondt", "--json"], votes));
    let got: Vec<u64> = seats["seats"].as_array().unwrap().iter().map(|p| p["seats"].as_u64().unwrap()).collect();
    assert_eq!(got, [4, 4, 2]);

    let actors = "id,capability,position,salience\nA,1,0,0.9\nB,1,10,0.6\n";
    let bargain = json(&formateur(&["bargain", "-", "--json"], actors));
    assert_eq!(bargain["cases"][0]["settlements"][0]["method"], "weighted_mean");
    assert!(bargain["cases"][0]["run_scholz"]["median"].is_array());
}

#[test]
fn mistakes_are_said_with_their_place_and_code() {
    let bad = "id,weight\na,50\nb,-1\n";
    let said = formateur(&["power", "--weights", "-", "--quota", "51"], bad);
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1));
    assert!(text.contains("error[bad-weight]") && text.contains("-:3:3"), "{text}");
    let said = formateur(&["power", "--weights", "-", "--quota", "51", "--json"], bad);
    let value: Value = serde_json::from_slice(&said.stdout).unwrap();
    let d = &value["diagnostics"][0];
    assert_eq!((said.status.code(), d["line"].as_u64(), d["column"].as_u64()), (Some(1), Some(3), Some(3)));
    let code = |args: &[&str], input: &str| formateur(args, input).status.code();
    assert_eq!(code(&["power", "--weights", "-", "--quota", "200"], WEIGHTS), Some(1), "above the total");
    assert_eq!(code(&["power", "--weights", "-", "--quota", "many"], WEIGHTS), Some(2));
    assert_eq!(code(&["power", "--weights", "-"], WEIGHTS), Some(2));
    assert_eq!(code(&["power", "--weights", "/nowhere/at/all.csv", "--quota", "5"], ""), Some(4));
    let options: Vec<String> = (0..40).map(|o| format!("\"o{o}\"")).collect();
    let huge = format!(r#"{{"decision_makers": ["a"], "options": [{}], "payoff_ordinal": []}}"#, options.join(","));
    assert_eq!(code(&["conflict", "-"], &huge), Some(3));
}

/// The manual's pages of the older questions show files that are read.
#[test]
fn the_example_of_the_manual_is_read() {
    let page = include_str!("../../../docs/conflict.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let answer = json(&formateur(&["conflict", "-", "--json"], example));
    assert_eq!(answer["decision_makers"].as_array().map(Vec::len), Some(2), "{answer}");
}
