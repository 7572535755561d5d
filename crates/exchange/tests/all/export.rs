//! Games of ours in other tools' forms, and other tools' figures from games of ours.

use crate::references::games;
use bench::family::{Params, coalition, compiled, marks};
use bench::write;
use case::diagnostic::Span;
use case::expr::Expr;
use case::model::{
    ActorId, Answer, Ballot, Case, Elector, Electorate, ElectorateId, Form, Holder, Of, Rule, Voice, VotePay, Who,
};
use exchange::chain::Chain;
use exchange::drawn::{Drawn, Marks, TooLarge};
use exchange::efg::Unfolded;
use exchange::tree::Node;
use exchange::{Meeting, drn, prism, read, solve as solve_tree};
use game::Draw;
use game::graph::{Game, Kind};
use serde_json::Value;
use solve::Solved;
use std::collections::BTreeSet;

/// `params_2_2_2.txt` of the reference games (gen.py, seed 1).
const PARAMS_2_2_2: &str = "2 2 2 5 0.1\n5 4\n0.94 0.86 0.01\n0.52 0.27 0.49\n0.846 0.774 0.009\n0.468 0.243 0.441\n\
                            0.24 0.39 0.29\n0.216 0.351 0.261\n0.1944 0.3159 0.2349\n";

fn params(name: &str) -> Option<Params> {
    let path = games()?.join(format!("params_{name}.txt"));
    Some(Params::read(&std::fs::read_to_string(path).expect("readable")))
}

fn solved<R: Send>(game: &Game, draw: &Draw, ask: impl Fn(&Solved) -> R + Sync) -> R {
    solve::solve(game, draw, ask)
}

fn efg(game: &Game, draw: &Draw, marks: &Marks) -> String {
    let drawn = Drawn::of(game, draw);
    let unfolded = Unfolded::of(&drawn, marks, 1_000_000).expect("small");
    let mut text = Vec::new();
    unfolded.write("a \"test\"", &["From a test.".into()], &mut text).expect("memory");
    let text = String::from_utf8(text).expect("text");
    let nodes = text.lines().filter(|line| ["c ", "p ", "t "].iter().any(|start| line.starts_with(start))).count();
    assert_eq!(unfolded.nodes, nodes as u64, "counted without building");
    text
}

fn close(a: f64, b: f64, tolerance: f64, what: &str) {
    assert!((a - b).abs() <= tolerance, "{what}: {a} and {b}");
}

/// Storm's probabilities of the outcomes, and the values at the root, at λ = 5.
#[test]
fn storms_outcomes() {
    for name in ["4_4_4", "4_8_8"] {
        let Some(params) = params(name) else { return };
        let stored = std::fs::read_to_string(games().expect("there").join("storm_outcomes.json")).expect("readable");
        let stored: Value = serde_json::from_str(&stored).expect("JSON");
        let stored = &stored["games"][name];
        let case = params.case(stored["lambda"].as_f64().expect("a number"));
        let (game, draw) = compiled(&case);
        let marks = marks(&case, &game);
        let drawn = Drawn::of(&game, &draw);
        let (payoffs, chain) = solved(&game, &draw, |solved| {
            (solved.payoffs(), Chain::of(&drawn, solved, &marks, 1_000_000, "").expect("small"))
        });
        for (ours, theirs) in payoffs.iter().zip(stored["python_root_values"].as_array().expect("a list")) {
            close(*ours, theirs.as_f64().expect("a number"), 1e-12, name);
        }
        let reach = chain.reach();
        let of = |label: &str| -> f64 {
            let (_, stretches) = chain.labels.iter().find(|(known, _)| known == label).expect("a label");
            stretches.iter().flat_map(|&(from, to)| &reach[from as usize..to as usize]).sum()
        };
        let outcomes = stored["outcome_probabilities"].as_object().expect("an object");
        assert_eq!(outcomes.len(), marks.outcomes.len());
        for (outcome, p) in outcomes {
            close(of(outcome), p.as_f64().expect("a number"), 1e-12, outcome);
        }
        close(of("end"), 1.0, 1e-12, "end");
        // What is paid in the chain is what everybody expects.
        for (actor, payoff) in payoffs.iter().enumerate() {
            let paid: f64 = (0..chain.n_states()).map(|s| reach[s] * chain.rewards_of(s)[actor]).sum();
            close(paid, *payoff, 1e-12, &chain.actors[actor]);
        }
    }
}

/// The coalition values of PRISM-games, whose properties name a coalition, `Pmax` or `Pmin`, and outcomes.
#[test]
fn prism_games_coalitions() {
    let Some(folder) = games() else { return };
    let stored = std::fs::read_to_string(folder.join("prism_games.json")).expect("readable");
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    for (file, entry) in stored["games"].as_object().expect("an object") {
        let params = match file.as_str() {
            // No parameters are kept of this one; payoffs do not bear on what can be brought about.
            "nv_smg_3_3_3.prism" => small_smg(),
            _ => params("4_4_4").expect("there"),
        };
        let results = entry["results"].as_array().expect("a list");
        assert!(results.len() >= 10);
        for result in results {
            let property = result["property"].as_str().expect("text");
            close(value_of(&params, property), result["value"].as_f64().expect("a number"), 1e-12, property);
        }
    }
}

/// Weights and quota of `nv_smg_3_3_3.prism`.
fn small_smg() -> Params {
    Params {
        blocs: 3,
        candidates: 3,
        rounds: 3,
        quota: 7,
        dissolves: 0.1,
        weights: vec![5, 4, 3],
        pay: vec![vec![vec![0.0; 4]; 3]; 3],
        dissolved: vec![vec![0.0; 4]; 4],
    }
}

/// A value quoted from `prism_games.json` (`PRISM-games` 3.2.5-dev), so that it is tested without the file.
#[test]
fn coalitions_quoted() {
    let params = small_smg();
    assert_eq!(value_of(&params, "<<bloc1,bloc2,patron>> Pmax=? [ F \"pass0\" ]"), 0.9);
    assert_eq!(value_of(&params, "<<bloc2,patron>> Pmax=? [ F \"dissolved\" ]"), 1.0);
    assert_eq!(value_of(&params, "<<bloc0,bloc1,bloc2,patron>> Pmin=? [ F \"dissolved\" ]"), 0.0);
}

fn value_of(params: &Params, property: &str) -> f64 {
    // Payoffs of 0 for everybody would merge nothing: states differ all the same.
    let case = params.case(1.0);
    let (game, draw) = compiled(&case);
    let marks = marks(&case, &game);
    let (members, rest) = property.trim_start_matches('<').split_once(">>").expect("a coalition");
    let members: BTreeSet<usize> =
        members.split(',').map(|name| game.actors.iter().position(|actor| actor == name).expect("an actor")).collect();
    let wanted: Vec<bool> = (0..game.n_states())
        .map(|state| {
            let outcome = marks.outcome_of[state];
            let label = if outcome < params.candidates { format!("\"pass{outcome}\"") } else { "\"dissolved\"".into() };
            rest.contains(&label)
        })
        .collect();
    coalition(&game, &Drawn::of(&game, &draw), &wanted, &members, rest.contains("Pmax"))
}

/// Our export read by our reader gives our solver's numbers, and Gambit's limit for the game (`nv_spe.json`, `nv_2_2_2`).
#[test]
fn a_tree_there_and_back() {
    let params = Params::read(PARAMS_2_2_2);
    for lambda in [0.5, 5.0, 40.0] {
        there_and_back(&params.case(lambda), lambda);
    }
    let payoffs = there_and_back(&params.case(1e5), 1e5);
    for (ours, gambit) in payoffs.iter().zip([0.52, 0.27, 0.49]) {
        close(*ours, gambit, 1e-9, "the limit");
    }
}

#[test]
fn larger_trees_there_and_back() {
    let Some(params) = params("3_3_2") else { return };
    there_and_back(&params.case(5.0), 5.0);
}

/// Payoffs, which are the same on both sides.
fn there_and_back(case: &Case, lambda: f64) -> Vec<f64> {
    let (game, draw) = compiled(case);
    let marks = marks(case, &game);
    let text = efg(&game, &draw, &marks);
    let tree = read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    assert!(tree.is_perfect());
    assert_eq!(tree.players, game.actors);
    assert!(tree.comment.starts_with("From a test.\n"));
    assert!(tree.comment.contains(&format!("Precision (lambda) of all actors: {lambda}.")));
    assert!(!tree.comment.contains("roll call") && !tree.comment.contains("prior weights"));
    let profile = solve_tree(&tree, lambda, Meeting::Stop).expect("solvable");
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough in its lifetime"
    )]
    let payoffs = solved(&game, &draw, |solved| solved.payoffs());
    for (a, b) in profile.payoffs.iter().zip(&payoffs) {
        close(*a, *b, 1e-12, "payoff");
    }
    payoffs
}

/// A tree of more nodes than wanted is refused with its count; one beyond counting too.
#[test]
fn what_explodes_is_refused() {
    let case = Params::read(PARAMS_2_2_2).case(1.0);
    let (game, draw) = compiled(&case);
    let marks = marks(&case, &game);
    let drawn = Drawn::of(&game, &draw);
    let nodes = Unfolded::of(&drawn, &marks, 10_000).expect("small").nodes;
    assert_eq!(Unfolded::of(&drawn, &marks, nodes).expect("just").nodes, nodes);
    let refusal = Unfolded::of(&drawn, &marks, nodes - 1).err().expect("one too many");
    assert_eq!(refusal, TooLarge::Tree { nodes: nodes as f64, limit: nodes as usize - 1, exact: true });
    assert!(refusal.to_string().contains(&format!("would have {nodes} nodes")), "{refusal}");
    let Some(params) = params("4_8_8") else { return };
    let case = params.case(1.0);
    let (game, draw) = compiled(&case);
    let marks = bench::family::marks(&case, &game);
    let drawn = Drawn::of(&game, &draw);
    let Err(TooLarge::Tree { nodes, .. }) = Unfolded::of(&drawn, &marks, 1_000_000) else { panic!("not refused") };
    assert!(nodes > 1e10, "{nodes}");
    let states = solved(&game, &draw, |solved| Chain::of(&drawn, solved, &marks, 1_000, "advice").err());
    assert!(matches!(states, Some(TooLarge::Chain { states, .. }) if states > 5_000), "{states:?}");
}

/// Rewards, labels, steps of a state in DRN.
type State<'t> = (Vec<f64>, Vec<&'t str>, Vec<(usize, f64)>);

/// Our DRN text, read line by line: rows sum to 1, and the labels' probabilities are the solver's.
#[test]
fn drn_text() {
    let case = Params::read(PARAMS_2_2_2).case(5.0);
    let (game, draw) = compiled(&case);
    let marks = marks(&case, &game);
    let drawn = Drawn::of(&game, &draw);
    let (chain, payoffs, last) = solved(&game, &draw, |solved| {
        (Chain::of(&drawn, solved, &marks, 10_000, "").expect("small"), solved.payoffs(), solved.last())
    });
    let mut text = Vec::new();
    drn::write(&chain, &["a line".into()], &mut text).expect("memory");
    let text = String::from_utf8(text).expect("text");
    assert!(text.starts_with("// a line\n@type: DTMC\n"));
    let mut states: Vec<State> = Vec::new();
    for line in text.split_once("@model\n").expect("a model").1.lines() {
        if let Some(head) = line.strip_prefix("state ") {
            let (number, rest) = head.split_once(" [").expect("rewards");
            assert_eq!(number.parse(), Ok(states.len()));
            let (rewards, labels) = rest.split_once(']').expect("rewards");
            let rewards = rewards.split(", ").map(|r| r.parse().expect("a number")).collect();
            states.push((rewards, labels.split_whitespace().collect(), Vec::new()));
        } else if let Some((to, p)) = line.trim().split_once(" : ") {
            let step = (to.parse().expect("a state"), p.parse().expect("a number"));
            states.last_mut().expect("a state").2.push(step);
        }
    }
    assert_eq!(text.matches("init").count(), 1);
    let mut reach = vec![0.0; states.len()];
    reach[0] = 1.0;
    for (state, (_, _, steps)) in states.iter().enumerate() {
        close(steps.iter().map(|s| s.1).sum(), 1.0, 1e-15, "a row");
        assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for &(to, p) in steps.iter().filter(|(to, _)| *to != state) {
            reach[to] += reach[state] * p;
        }
    }
    for (o, outcome) in marks.outcomes.iter().enumerate() {
        let theirs: f64 = states
            .iter()
            .zip(&reach)
            .filter(|((_, labels, _), _)| labels.contains(&outcome.as_str()))
            .map(|(_, p)| p)
            .sum();
        let ours: f64 = last
            .iter()
            .filter(|(row, _)| {
                (0..game.n_states()).any(|s| game.state(s) == row.as_slice() && marks.outcome_of[s] == o)
            })
            .map(|(_, p)| p)
            .sum();
        assert!(ours > 0.0);
        close(theirs, ours, 1e-14, outcome);
    }
    for (actor, payoff) in payoffs.iter().enumerate() {
        let paid: f64 = states.iter().zip(&reach).map(|((rewards, ..), p)| p * rewards[actor]).sum();
        close(paid, *payoff, 1e-14, "payoff");
    }
    // The same chain as a PRISM program.
    let mut program = Vec::new();
    prism::write(&chain, &[], &mut program).expect("memory");
    let program = String::from_utf8(program).expect("text");
    assert_eq!(program.matches("  [] s=").count(), states.len());
    assert!(program.contains("label \"x0\" = ") && program.contains("rewards \"patron_gain\""));
}

/// A ballot of three actors and a habit, with presence and cohesion, counted in one of these ways.
fn ballot(rule: Rule) -> Case {
    let mut case = write::case(&["a", "b", "c"].map(String::from), 1, 2.0);
    let door = write::variable(&mut case, "door", &["closed", "open"].map(String::from));
    let elector = |i: u32, seats: u32, present: f64| Elector {
        id: format!("bloc{i}"),
        weight: write::real(f64::from(seats)),
        most: seats,
        present: write::real(present),
        voice: Voice::Actor(Holder::Actor(ActorId(i))),
    };
    let habit = Voice::Habit { attend: write::real(0.7), yes: write::real(0.6) };
    case.electorates.push(Electorate {
        id: "chamber".into(),
        name: "chamber".into(),
        members: 10,
        electors: vec![
            elector(0, 3, 0.9),
            Elector { voice: habit, ..elector(3, 2, 1.0) },
            elector(1, 2, 1.0),
            elector(2, 2, 0.5),
        ],
        cohesion: write::real(0.8),
        span: Span::default(),
    });
    let mut motion = write::action("open", Expr::TRUE, vec![write::set(door, write::value(&case, door, 1))]);
    motion.ballot = Some(Ballot {
        id: "open".into(),
        electorate: ElectorateId(0),
        sitting: None,
        form: Form::YesNo { rule },
        pays: vec![VotePay { elector: 0, answer: Answer::Yes, amount: write::real(-0.25) }],
    });
    write::turn(&mut case, "agenda", vec![write::slot(Expr::TRUE, Who::Nature, vec![motion], false)]);
    for (actor, worth) in [(0, 1.0), (1, -0.5), (2, 0.25)] {
        let worth = Expr::If(Box::new(write::is(&case, door, 1)), Box::new(write::real(worth)), Box::new(Expr::ZERO));
        write::last(&mut case, ActorId(actor), worth);
    }
    case.settled = write::is(&case, door, 1);
    case.headline = Some(door);
    case
}

/// A roll call's end has the chance of passing that our own counting gives to the same answers; what a vote pays is paid.
#[test]
fn roll_calls_are_counted_as_ballots_are() {
    let share = |of| Rule::Share { part: (1, 2), strict: true, of };
    let rules = [
        share(Of::Members),
        share(Of::Votes),
        Rule::Share { part: (2, 3), strict: false, of: Of::Present },
        Rule::Count(3),
        Rule::Consent,
        Rule::Negative(Box::new(share(Of::Votes))),
    ];
    for rule in rules {
        let case = ballot(rule.clone());
        let (game, draw) = compiled(&case);
        let marks = Marks {
            outcomes: vec!["open".into(), "closed".into()],
            outcome_of: (0..game.n_states()).map(|s| usize::from(game.state(s)[0] == 0)).collect(),
            settled: (0..game.n_states()).map(|s| game.state(s)[0] == 1).collect(),
        };
        let text = efg(&game, &draw, &marks);
        let tree = read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert!(tree.comment.contains("roll calls") && tree.comment.contains("not an agent quantal response"));
        let (tally, answers) = game.segments[0]
            .nodes
            .iter()
            .find_map(|node| match node.kind {
                Kind::Ballot { tally, answers, .. } => Some((tally, answers)),
                _ => None,
            })
            .expect("a ballot");
        for combination in 0..8_usize {
            let no = [4, 2, 1].map(|bit| usize::from(combination & bit > 0));
            // Someone who stands to gain a fortune says yes.
            let ours = solved(&game, &draw, |solved| {
                solved.passes(tally, answers, |actor| if no[usize::from(actor)] == 1 { -1e6 } else { 1e6 })
            });
            let end = no.iter().fold(0, |node, &answer| tree.children_of(node)[answer] as usize);
            let (theirs, passed) = match tree.nodes[end].set {
                Node::TERMINAL => (f64::from(u8::from(tree.paid(end)[1] == -0.5)), end),
                set => (tree.chances[tree.sets[set as usize].first_action as usize], tree.children_of(end)[0] as usize),
            };
            close(theirs, ours, 1e-13, &format!("{rule:?} {no:?}"));
            if theirs > 0.0 {
                assert_eq!(tree.paid(passed)[0], if no[0] == 0 { 0.75 } else { 1.0 });
            }
        }
        // In the chain everybody is paid what the solver expects, votes' own pays included.
        let drawn = Drawn::of(&game, &draw);
        let (payoffs, chain) = solved(&game, &draw, |solved| {
            (solved.payoffs(), Chain::of(&drawn, solved, &marks, 1_000, "").expect("small"))
        });
        let reach = chain.reach();
        for (actor, payoff) in payoffs.iter().enumerate() {
            let paid: f64 = (0..chain.n_states()).map(|s| reach[s] * chain.rewards_of(s)[actor]).sum();
            close(paid, *payoff, 1e-14, &chain.actors[actor]);
        }
    }
}
