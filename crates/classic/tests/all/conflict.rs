use super::shared::reference;
use classic::conflict::parse::{Refusal, parse};
use classic::conflict::stability::{Concept, Conventions, JointMoves, Sanction};
use classic::conflict::{Answer, Conflict, Request, answer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Conflict {
    let (file, findings) = parse(text);
    file.unwrap_or_else(|_| panic!("{findings:?}")).conflicts.remove(0)
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect()
}

fn check_against(answer: &Answer, expected: &Value) {
    let id = &expected["id"];
    for concept in ["Nash", "GMR", "SMR", "SEQ"] {
        assert_eq!(
            answer.equilibria.at(concept).unwrap(),
            &numbers(&expected["equilibria"][concept]),
            "{id} {concept}"
        );
        for (row, want) in
            answer.stability.at(concept).unwrap().iter().zip(expected["stability"][concept].as_array().unwrap())
        {
            assert_eq!(row.dm, want["dm"].as_str().unwrap());
            assert_eq!(row.stable_states, numbers(&want["stable_states"]), "{id} {concept} {}", row.dm);
        }
    }
    let shown = serde_json::to_value(answer).unwrap();
    assert_eq!(shown["states"], expected["states"], "{id}");
    assert_eq!(shown["payoff_ordinal"], expected["payoff_ordinal"], "{id}");
    if expected["reachable"].is_array() {
        assert_eq!(shown["reachable"], expected["reachable"], "{id}");
    }
}

#[test]
fn the_reference_conflicts_are_reproduced() {
    let Some(reference) = reference("gmcr-conflicts.json") else { return };
    for expected in reference["conflicts"].as_array().unwrap() {
        // as given, and with everything derivable left out
        let mut bare = expected.clone();
        for key in ["states", "reachable", "stability", "equilibria", "peer_disagreement"] {
            bare.as_object_mut().unwrap().remove(key);
        }
        for text in [expected.to_string(), bare.to_string()] {
            check_against(&answer(&read(&text), &Request::default()), expected);
        }
    }
    let (file, _) = parse(&reference.to_string());
    // the wrapper's own keys (licence, definitions) are no mistake
    assert_eq!(file.unwrap().conflicts.len(), reference["conflicts"].as_array().unwrap().len());
}

#[test]
fn the_disputed_conflict_is_reproduced_under_each_convention() {
    let Some(reference) = reference("gmcr-conflicts.json") else { return };
    let garrison = reference["conflicts"].as_array().unwrap().iter().find(|c| c["id"] == "garrison").unwrap();
    let conflict = read(&garrison.to_string());
    let dispute = &garrison["peer_disagreement"];
    let gmr = |joint_moves| {
        let request =
            Request { conventions: Conventions { joint_moves, ..Conventions::default() }, ..Request::default() };
        answer(&conflict, &request).equilibria.at("GMR").unwrap().clone()
    };
    let closure = "definition (opponents may move any number of times, none twice in a row)";
    assert_eq!(gmr(JointMoves::Closure), numbers(&dispute[closure]["GMR"]));
    assert_eq!(gmr(JointMoves::Once), numbers(&dispute["gmcr-py logical solver (HEAD 502a12c)"]["GMR"]));
    println!("single: {:?}", gmr(JointMoves::Single));
}
