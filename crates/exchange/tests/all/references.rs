//! Other tools' results, from `../shared/reference/games`; what is quoted here stands there with its source.

use exchange::profile::Answer;
use exchange::{Meeting, Tree, read, solve};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder of reference games, if it is there; says so if not.
pub fn games() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/games");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: ../shared/reference/games is not there");
    None
}

fn parse(name: &str, text: &str) -> Tree {
    read(text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"))
}

/// Compares with one entry of a `.qre.json`: largest difference of payoffs, and of probabilities.
pub fn compare(tree: &Tree, entry: &Value) -> (f64, f64) {
    let lambda = entry["lambda"].as_f64().expect("a number");
    let profile = solve(tree, lambda, Meeting::Stop).expect("solvable");
    assert_eq!(profile.lambda, lambda);
    assert_eq!(profile.stop.id(), "converged");
    let ours = serde_json::to_value(Answer { tree, profile: &profile, version: "test" }).expect("JSON");
    let mut payoffs = 0.0_f64;
    for (player, value) in entry["payoffs"].as_object().expect("an object") {
        let ours = ours["payoffs"][player].as_f64().expect("a payoff");
        payoffs = payoffs.max((ours - value.as_f64().expect("a number")).abs());
    }
    let mut probabilities = 0.0_f64;
    let theirs = entry["infosets"].as_object().expect("an object");
    assert_eq!(theirs.len(), ours["infosets"].as_object().expect("an object").len());
    for (player, sets) in theirs {
        let (sets, own) = (sets.as_array().expect("a list"), ours["infosets"][player].as_array().expect("a list"));
        assert_eq!(sets.len(), own.len(), "{player}");
        for (theirs, own) in sets.iter().zip(own) {
            assert_eq!(theirs["path"], own["path"]);
            let probs = theirs["probs"].as_object().expect("an object");
            assert_eq!(probs.len(), own["probs"].as_object().expect("an object").len());
            for (label, p) in probs {
                let difference = own["probs"][label].as_f64().expect("a probability") - p.as_f64().expect("a number");
                probabilities = probabilities.max(difference.abs());
            }
        }
    }
    (payoffs, probabilities)
}

/// Every game that Gambit solved: its payoffs and its choice probabilities at the λ it reached.
#[test]
fn gambits_quantal_response() {
    let Some(folder) = games() else { return };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("readable")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".qre.json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let text = std::fs::read_to_string(folder.join(format!("{name}.efg"))).expect("readable");
        let tree = parse(&name, &text);
        let stored = std::fs::read_to_string(folder.join(format!("{name}.qre.json"))).expect("readable");
        let stored: Value = serde_json::from_str(&stored).expect("JSON");
        assert_eq!(stored["tree_nodes"], tree.nodes.len(), "{name}");
        for entry in stored["qre"].as_array().expect("a list") {
            let (payoffs, probabilities) = compare(&tree, entry);
            println!("{name} at {}: payoffs {payoffs:.1e}, probabilities {probabilities:.1e}", entry["lambda"]);
            assert!(payoffs < 1e-12, "{name}: {payoffs:e}");
            assert!(probabilities < 1e-11, "{name}: {probabilities:e}");
        }
    }
}

/// As λ grows the quantal response tends to the subgame-perfect equilibrium.
#[test]
fn limits_are_subgame_perfect() {
    let Some(folder) = games() else { return };
    let stored = std::fs::read_to_string(folder.join("nv_spe.json")).expect("readable");
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    let mut compared = 0;
    for (name, entry) in stored.as_object().expect("an object") {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else { continue };
        compared += 1;
        let tree = parse(name, &text);
        let profile = solve(&tree, 1e6, Meeting::Stop).expect("solvable");
        for (ours, exact) in
            profile.payoffs.iter().zip(entry["python_backward_induction_spe"].as_array().expect("a list"))
        {
            assert!((ours - exact.as_f64().expect("a number")).abs() < 1e-9, "{name}: {:?}", profile.payoffs);
        }
        for (player, ours) in tree.players.iter().zip(&profile.payoffs) {
            // Gambit's own limit stops at a regret of 1e-8.
            let gambit = entry["gambit_logit_limit_payoffs"][player].as_f64().expect("a number");
            assert!((ours - gambit).abs() < 1e-7, "{name}: {player} {ours} {gambit}");
        }
    }
    assert!(compared >= 4);
}

/// A small game and what pygambit 17.0.0b2 makes of it, quoted from `nv_2_2_1.qre.json`.
#[test]
fn gambits_response_quoted() {
    let tree = parse("nv_2_2_1", include_str!("../data/nv_2_2_1.efg"));
    let profile = solve(&tree, 4.999_999_999_769_924_5, Meeting::Stop).expect("solvable");
    let gambit = [0.262_429_922_486_744_46, 0.269_153_323_814_689_26, 0.214_695_773_522_421_09];
    for (ours, theirs) in profile.payoffs.iter().zip(gambit) {
        assert!((ours - theirs).abs() < 1e-14, "{ours} {theirs}");
    }
    // The first nomination, and the patron's answer to it.
    assert!((profile.choices[0] - 0.420_182_350_365_226_2).abs() < 1e-14);
    assert!((profile.choices[2] - 0.609_726_341_332_237_2).abs() < 1e-14);
}
