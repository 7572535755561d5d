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
    assert_eq!(gmr(JointMoves::Single), numbers(&dispute["gmcr-py sparse solver and its stored test file"]["GMR"]));
}

fn two_by_two(one: [i64; 4], two: [i64; 4]) -> String {
    json!({
        "decision_makers": [{"name": "row", "options": [0]}, {"name": "column", "options": [1]}],
        "options": ["a", "b"],
        "payoff_ordinal": [{"dm": "row", "by_state": one}, {"dm": "column", "by_state": two}],
    })
    .to_string()
}

/// Fraser and Hipel (1984): in the prisoner's dilemma mutual defection is the Nash equilibrium, and mutual cooperation
/// is held up by sanctions. In Chicken both asymmetric outcomes are Nash, and swerving together is a sanctioned equilibrium.
#[test]
fn textbook_conflicts_are_as_in_the_textbook() {
    // states NN, YN, NY, YY; Y is to cooperate
    let dilemma = answer(&read(&two_by_two([2, 1, 4, 3], [2, 4, 1, 3])), &Request::default());
    assert_eq!(dilemma.equilibria.at("Nash").unwrap(), &[1]);
    for concept in ["GMR", "SMR", "SEQ"] {
        assert_eq!(dilemma.equilibria.at(concept).unwrap(), &[1, 4], "{concept}");
    }
    // Y is to drive on: both 1, one drives on 4 and the other 2, both swerve 3
    let chicken = answer(&read(&two_by_two([3, 4, 2, 1], [3, 2, 4, 1])), &Request::default());
    assert_eq!(chicken.equilibria.at("Nash").unwrap(), &[2, 3]);
    assert!(chicken.equilibria.at("GMR").unwrap().contains(&1));
    // leaving together ends in the crash, the worst for both
    assert!(chicken.equilibria.at("SIM").unwrap().contains(&1));
}

/// Cuban missile crisis as in Fraser and Hipel (1984): an air strike cannot be undone, withdrawing and escalating exclude each
/// other.
#[test]
fn the_cuban_missile_crisis_has_its_equilibria() {
    let text = json!({
        "decision_makers": [{"name": "US", "options": [0, 1]}, {"name": "USSR", "options": [2, 3]}],
        "options": [{"name": "Air Strike", "direction": "N->Y only"}, "Blockade", "Withdraw", "Escalate"],
        "infeasible": [[[2, true], [3, true]]],
        "payoff_ordinal": [
            {"dm": "US", "by_state": [5, 7, 8, 6, 12, 10, 11, 9, 1, 3, 2, 4]},
            {"dm": "USSR", "by_state": [12, 7, 9, 5, 11, 8, 10, 6, 1, 3, 2, 4]},
        ],
    });
    let got = answer(&read(&text.to_string()), &Request::default());
    assert_eq!(got.equilibria.at("Nash").unwrap(), &[6]);
    assert_eq!(got.equilibria.at("GMR").unwrap(), &[1, 2, 3, 5, 6, 7, 8]);
    assert_eq!(got.equilibria.at("SMR").unwrap(), &[1, 2, 3, 5, 6, 7, 8]);
    assert_eq!(got.equilibria.at("SEQ").unwrap(), &[5, 6, 7]);
}

/// The concepts word for word, by walking every sequence.
fn oracle(c: &Conflict, concept: Concept, d: usize, s: usize) -> bool {
    let pay = |t: usize| c.payoffs[d][t];
    c.improvements(d, s).all(|s1| {
        if concept == Concept::Nash {
            return false;
        }
        let mut reached = std::collections::BTreeSet::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut stack = vec![(s1, usize::MAX)];
        while let Some((at, last)) = stack.pop() {
            for who in (0..c.decision_makers.len()).filter(|&w| w != d && w != last) {
                for &t in &c.moves[who][at] {
                    let t = t as usize;
                    if concept == Concept::Seq && !c.prefers(who, t, at) {
                        continue;
                    }
                    reached.insert(t);
                    if seen.insert((t, who)) {
                        stack.push((t, who));
                    }
                }
            }
        }
        reached.iter().any(|&s2| {
            pay(s2) <= pay(s)
                && (concept != Concept::Smr || c.moves[d][s2].iter().all(|&s3| pay(s3 as usize) <= pay(s)))
        })
    })
}

fn random_conflict() -> impl Strategy<Value = String> {
    (2usize..=3, 1usize..=2).prop_flat_map(|(n, each)| {
        let options = n * each;
        let directions = proptest::collection::vec(0usize..5, options);
        let pairs = proptest::collection::vec((0..options, any::<bool>(), 0..options, any::<bool>()), 0..3);
        let pay = proptest::collection::vec(proptest::collection::vec(1i64..6, 1 << options), n);
        (directions, pairs, pay).prop_map(move |(directions, pairs, pay)| {
            let infeasible: Vec<_> = pairs.iter().map(|(a, x, b, y)| json!([[a, x], [b, y]])).collect();
            let excluded =
                |m: usize| pairs.iter().any(|&(a, x, b, y)| (m >> a & 1 == 1) == x && (m >> b & 1 == 1) == y);
            let states = (0..1usize << options).filter(|&m| !excluded(m)).count();
            let names = ["both", "both", "both", "N->Y only", "Y->N only"];
            json!({
                "decision_makers": (0..n).map(|d| json!({
                    "name": format!("d{d}"), "options": (d * each..(d + 1) * each).collect::<Vec<_>>()
                })).collect::<Vec<_>>(),
                "options": directions.iter().enumerate().map(|(o, &k)| json!({
                    "name": format!("o{o}"), "direction": names[k]
                })).collect::<Vec<_>>(),
                "infeasible": infeasible,
                "payoff_ordinal": (0..n).map(|d| json!({
                    "dm": format!("d{d}"), "by_state": pay[d][..states]
                })).collect::<Vec<_>>(),
            })
            .to_string()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn stability_is_what_the_definitions_say(text in random_conflict()) {
        let (file, _) = parse(&text);
        prop_assume!(file.is_ok());
        let conflict = read(&text);
        let got = answer(&conflict, &Request::default());
        for concept in [Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq] {
            for (d, row) in got.stability.at(concept.short()).unwrap().iter().enumerate() {
                let want: Vec<u64> = (0..conflict.states.len())
                    .filter(|&s| oracle(&conflict, concept, d, s))
                    .map(|s| conflict.states[s].number)
                    .collect();
                prop_assert_eq!(&row.stable_states, &want, "{} {}", concept.short(), d);
            }
        }
        // Nash is the strictest; SMR and SEQ imply GMR; what one can do in one move one can do in many
        let eq = |c: &str| got.equilibria.at(c).unwrap().clone();
        for (inner, outer) in [("Nash", "SMR"), ("Nash", "SEQ"), ("SMR", "GMR"), ("SEQ", "GMR"), ("Nash", "SIM")] {
            prop_assert!(eq(inner).iter().all(|s| eq(outer).contains(s)), "{inner} in {outer}");
        }
        let gmr = |joint_moves| {
            let conventions = Conventions { joint_moves, ..Conventions::default() };
            answer(&conflict, &Request { conventions, ..Request::default() }).equilibria.at("GMR").unwrap().clone()
        };
        let (single, once) = (gmr(JointMoves::Single), gmr(JointMoves::Once));
        prop_assert!(single.iter().all(|s| once.contains(s)) && once.iter().all(|s| eq("GMR").contains(s)));
        // only the order of payoffs counts
        let mut scaled = conflict.clone();
        scaled.payoffs.iter_mut().flatten().for_each(|p| *p = *p * 7 - 100);
        prop_assert_eq!(answer(&scaled, &Request::default()).equilibria, got.equilibria);
    }

    /// What the inverse analysis asks for is enough: with the wanted state raised so far, it is stable.
    #[test]
    fn the_inverse_analysis_asks_for_enough(text in random_conflict(), wanted in 0usize..16) {
        let (file, _) = parse(&text);
        prop_assume!(file.is_ok());
        let conflict = read(&text);
        prop_assume!(wanted < conflict.states.len());
        let got = answer(&conflict, &Request { wanted: Some(wanted), ..Request::default() });
        for r in got.inverse.unwrap().requirements {
            prop_assert_eq!(r.stable, r.rise_above.is_empty());
            let d = conflict.decision_makers.iter().position(|x| x.name == r.dm).unwrap();
            let above = r.rise_above.iter().map(|n| conflict.payoffs[d][(*n - 1) as usize]).max();
            let Some(above) = above else { continue };
            let mut raised = conflict.clone();
            raised.payoffs[d][wanted] = above;
            let after = answer(&raised, &Request::default());
            let stable = &after.stability.at(r.concept.short()).unwrap()[d].stable_states;
            prop_assert!(stable.contains(&conflict.states[wanted].number), "{:?}", r);
        }
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC{0,200}", cut in 0usize..400) {
        let _ = parse(&text);
        let whole = two_by_two([1, 2, 3, 4], [4, 3, 2, 1]);
        let _ = parse(whole.get(..cut.min(whole.len())).unwrap_or(""));
        let _ = classic::bargain::parse::parse(&text);
        let _ = classic::power::weights::parse(&text);
        let _ = classic::seats::parse::parse(&text);
        let _ = classic::power::quota::Quota::parse(&text);
        let _ = classic::seats::parse::hurdle(&text);
    }
}

#[test]
fn a_strict_sanction_is_stricter() {
    let text = two_by_two([3, 4, 2, 1], [3, 3, 4, 4]);
    let with = |sanction| {
        let conventions = Conventions { sanction, ..Conventions::default() };
        answer(&read(&text), &Request { conventions, ..Request::default() }).stability.at("GMR").unwrap()[0].clone()
    };
    let (weak, strict) = (with(Sanction::NoBetter), with(Sanction::Worse));
    assert!(strict.stable_states.iter().all(|s| weak.stable_states.contains(s)));
    let even = two_by_two([2, 3, 1, 2], [1, 1, 2, 2]);
    let conflict = read(&even);
    let gmr = |sanction| {
        let conventions = Conventions { sanction, ..Conventions::default() };
        answer(&conflict, &Request { conventions, ..Request::default() }).stability.at("GMR").unwrap()[0]
            .stable_states
            .contains(&1)
    };
    // from state 1 row gains by going to 2, from where column can go on to 4: as good as 1, not worse
    assert!(gmr(Sanction::NoBetter) && !gmr(Sanction::Worse));
}

#[test]
fn preferences_may_be_rankings_or_statements() {
    let by_statements = json!({
        "decision_makers": [{"name": "row", "options": ["strike"]}, {"name": "column", "options": [1]}],
        "options": [{"name": "strike"}, {"name": "give way"}],
        "preferences": [
            {"dm": "row", "statements": ["give_way", "not strike if give_way", "strike iff -1"]},
            {"dm": "column", "ranking": [[1], 3, [2, 4]]},
        ],
        "status_quo": 1,
    });
    let conflict = read(&by_statements.to_string());
    // NN, YN, NY, YY: give way 4, then not striking 2, then the last 1: NN 0+2+0, YN 0+2+1, NY 4+2+1, YY 4+0+0
    assert_eq!(conflict.payoffs, [[1, 2, 4, 3], [3, 1, 2, 1]]);
    let got = answer(&conflict, &Request::default());
    assert_eq!(got.status_quo.unwrap().state, 1);
    let toml = r#"
        decision_makers = [{ name = "row", options = [0] }, { name = "column", options = [1] }]
        options = ["a", "b"]
        infeasible = ["YY"]
        [[preferences]]
        dm = "row"
        statements = ["a"]
        [[preferences]]
        dm = "column"
        ranking = [[3], [1], [2]]
    "#;
    assert_eq!(read(toml).states.len(), 3);
}

#[test]
fn a_conflict_may_be_a_bare_graph() {
    let text = json!({
        "decision_makers": ["one", "two"],
        "states": [{"number": 1, "name": "talks"}, {"number": 2, "name": "war"}],
        "reachable": [{"dm": "one", "moves": {"1": [2]}}, {"dm": "two", "moves": {"1": [2]}}],
        "payoff_ordinal": [{"dm": "one", "by_state": [2, 1]}, {"dm": "two", "by_state": [1.5, 1.7]}],
    });
    let got = answer(&read(&text.to_string()), &Request { sentences_up_to: 100, ..Request::default() });
    assert_eq!(got.equilibria.at("Nash").unwrap(), &[2]);
    assert!(got.equilibria.at("SIM").is_none(), "moves cannot be put together without options");
    assert!(got.sentences.iter().any(|s| s.text.contains("two would leave 1 for 2 (war)")));
}

#[test]
fn mistakes_in_a_conflict_are_named_with_their_place() {
    let base = two_by_two([1, 2, 3, 4], [4, 3, 2, 1]);
    let place = |text: &str| -> Vec<(String, usize, usize)> {
        let (file, findings) = parse(text);
        assert_eq!(file.unwrap_err(), Refusal::Mistakes, "{text}");
        findings
            .0
            .iter()
            .filter(|d| d.severity == case::diagnostic::Severity::Error)
            .map(|d| {
                let (line, column) = classic::findings::line_and_column(text, d.labels[0].span.start);
                (d.code.to_owned(), line, column)
            })
            .collect()
    };
    let codes = |text: &str| place(text).into_iter().map(|(code, _, _)| code).collect::<Vec<_>>();
    assert_eq!(place("{\n  \"decision_makers\": [,]\n}")[0].0, "not-json");
    assert_eq!(place("{\n  \"decision_makers\": [,]\n}")[0].1, 2);
    assert_eq!(codes(""), ["empty-file"]);
    assert_eq!(codes("x = ["), ["not-toml"]);
    assert_eq!(codes(&"[".repeat(5000)), ["too-deep"]);
    assert_eq!(codes(&base.replace("[4,3,2,1]", "[4,3,2]")), ["wrong-length"]);
    assert_eq!(codes(&base.replace("\"dm\":\"row\"", "\"dm\":\"raw\"")), ["unknown-decision-maker", "no-preference"]);
    assert_eq!(codes(&base.replace("\"options\":[1]", "\"options\":[7]")), ["unknown-option"]);
    assert_eq!(codes(&base.replace("\"options\":[1]", "\"options\":[0]")), ["option-twice"]);
    assert_eq!(codes(&base.replace("\"options\":[\"a\"", "\"optoins\":[\"a\""))[0], "unknown-key");
    assert_eq!(codes(&base.replace("\"payoff_ordinal\"", "\"status_quo\":9,\"payoff_ordinal\"")), ["unknown-state"]);
}

#[test]
fn what_cannot_be_analysed_is_refused_before_memory_is_taken() {
    let options: Vec<String> = (0..40).map(|o| format!("o{o}")).collect();
    let text = json!({
        "decision_makers": [{"name": "a", "options": (0..20).collect::<Vec<_>>()}, {"name": "b", "options": (20..40).collect::<Vec<_>>()}],
        "options": options,
        "payoff_ordinal": [],
    });
    let (file, _) = parse(&text.to_string());
    assert!(matches!(file, Err(Refusal::TooLarge(_))));
}

#[test]
fn every_decision_maker_and_state_has_its_sentence() {
    let conflict = read(&two_by_two([2, 1, 4, 3], [2, 4, 1, 3]));
    let got = answer(&conflict, &Request { sentences_up_to: 10, coalitions: true, ..Request::default() });
    assert_eq!(got.sentences.len(), 8);
    let of = |dm: &str, state| got.sentences.iter().find(|s| s.dm == dm && s.state == state).unwrap();
    assert_eq!(of("row", 1).text, "row stays at 1: no move is better.");
    assert_eq!(
        of("row", 4).text,
        "row would gain by moving from 4 to 3, but then column can go on to 1, and would gain by that; that is no better \
         for row than 4."
    );
    assert_eq!(of("row", 2).text, "row would leave 2 for 1 (nothing done): nobody can make it regret that.");
    let coalitions = got.coalitions.as_ref().unwrap();
    // together both gain by going from mutual defection to mutual cooperation
    assert_eq!(coalitions.coalitions[0].improvements[0].to, [4]);
    assert!(coalitions.equilibria.nash.is_empty() && coalitions.equilibria.gmr.contains(&4));
    let page = classic::text::conflict(&got, true);
    assert!(page.lines().all(|l| l.chars().count() <= classic::text::WIDTH), "{page}");
}
