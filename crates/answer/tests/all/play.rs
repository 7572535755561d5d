//! Who decides, what ends what, and the case as a conflict: against what is written out by hand.

use answer::Request;
use answer::power::{Power, power};
use case::Sources;
use case::model::Case;
use game::{Drawing, Limits};

/// Three members, weights 2, 1 and 1, three of four votes needed; one week, one ballot at most.
fn small(weights: &str) -> Case {
    let text = format!(
        "formateur = 1\ntitle = \"Small\"\nquestion = \"Does it pass?\"\nfrom = 2030-01-07\nnow = 2030-01-07\nuntil = 2030-01-14\n\
         period = \"1 week\"\nheadline = \"law\"\nsettled = 'law == yes'\nprecision = 20\n\
         [actors]\na = {{ name = \"A\", kind = \"party\" }}\nb = {{ name = \"B\", kind = \"party\" }}\nc = {{ name = \"C\", kind = \"party\" }}\n\
         [bodies.board]\nname = \"Board\"\nweights = {weights}\npass = \"3 of members\"\n\
         [state]\nlaw = {{ values = [\"no\", \"yes\"], start = \"no\" }}\n\
         [pace]\nboard = \"5 per week\"\n\
         [moves.board.adopt]\nwhen = 'law == no'\nthen = {{ law = \"yes\" }}\n\
         [interests.law]\ncolumns = [\"no\", \"yes\"]\na = [0, 0.1]\nb = [0, -0.05]\nc = [0, 0.02]\n\
         [questions]\nends = {{ ended_by = 'law == no' }}\nadopted = {{ chance = 'law == yes' }}\n"
    );
    let checked = case::read("small", &Sources::new(text));
    let shown = case::diagnostic::render(&checked.diagnostics, &checked.sources, case::diagnostic::Style::Plain);
    checked.case.unwrap_or_else(|| panic!("{shown}"))
}

fn request() -> Request {
    Request { case_hash: String::new(), seed: 1, draws: 10 }
}

fn played(case: &Case, covered: f64) -> Power {
    let game = game::compile(case, &Limits::default()).expect("small");
    let drawing = Drawing::of(case).expect("few numbers");
    power(case, &game, &drawing, &request(), covered, &|_| ()).expect("no log")
}

fn says_yes(stake: f64) -> f64 {
    1.0 / (1.0 + (-20.0 * stake).exp())
}

#[test]
fn who_decides_is_what_enumeration_says() {
    let (a, b, c) = (says_yes(0.1), says_yes(-0.05), says_yes(0.02));
    let expected = [("a", 1.0 - (1.0 - b) * (1.0 - c)), ("b", a * (1.0 - c)), ("c", a * (1.0 - b))];
    // In whatever order the members are written.
    for weights in ["{ a = 2, b = 1, c = 1 }", "{ c = 1, a = 2, b = 1 }"] {
        let power = played(&small(weights), 1.0);
        let [ballot] = power.ballots.as_slice() else { panic!("one kind of ballot: {:?}", power.ballots) };
        assert_eq!((ballot.id.as_str(), ballot.quota), ("board.adopt", Some(3)));
        assert!((ballot.passes.mean - a * (1.0 - (1.0 - b) * (1.0 - c))).abs() < 1e-12);
        assert!(ballot.held.mean > 0.3 && ballot.held.mean < 1.0);
        for (id, decides) in expected {
            let elector = ballot.electors.iter().find(|e| e.id == id).expect("a member");
            assert!((elector.decides.mean - decides).abs() < 1e-12, "{id}: {} for {decides}", elector.decides.mean);
            assert!((elector.occasions.mean - decides * ballot.held.mean).abs() < 1e-12);
        }
    }
}

#[test]
fn what_ends_it_is_the_only_thing_that_can() {
    let case = small("{ a = 2, b = 1, c = 1 }");
    let game = game::compile(&case, &Limits::default()).expect("small");
    let drawing = Drawing::of(&case).expect("few numbers");
    let forecast = answer::run(&case, &game, &drawing, &request(), &|_| ()).expect("no log");
    let answer = |id: &str| &forecast.questions.iter().find(|q| q.id == id).expect("asked").answer;
    let (answer::forecast::Answer::Values { values }, answer::forecast::Answer::Chance(adopted)) =
        (answer("ends"), answer("adopted"))
    else {
        panic!("answers of their kinds")
    };
    let ids: Vec<&str> = values.iter().map(|v| v.id.as_str()).collect();
    assert_eq!(ids, ["board.adopt", "none"]);
    assert!(adopted.mean > 0.1);
    assert!((values[0].band.mean - adopted.mean).abs() < 1e-12);
    assert!((values.iter().map(|v| v.band.mean).sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn a_case_in_options_form() {
    let case = small("{ a = 2, b = 1, c = 1 }");
    let game = game::compile(&case, &Limits::default()).expect("small");
    let drawing = Drawing::of(&case).expect("few numbers");
    let reduce =
        |names: &[String]| answer::conflict::reduce(&case, &game, &drawing, &request(), names, &Limits::default());
    let conflict = reduce(&[]).expect("a conflict");
    assert_eq!(conflict.configurations, [vec![0], vec![1]]);
    let [board] = conflict.movers.as_slice() else { panic!("the board alone moves") };
    assert_eq!(board.moves, [vec![1], vec![]]);
    assert_eq!(board.options, [("adopt".to_owned(), true)]);
    // By weight: (2 × 0.1 − 0.05 + 0.02) / 4.
    assert!((board.worth[1] - 0.0425).abs() < 1e-12 && board.worth[0].abs() < 1e-12);
    assert_eq!(conflict.ranks(0), [1, 2]);
    let unknown = reduce(&["lore".into()]).expect_err("no such variable");
    assert_eq!(unknown.to_string(), "this case has no variable `lore`; it has law");
}

/// A level that its owner and another move up and down; `moves` are the owner's.
fn level(moves: &str, options: &str) -> Case {
    let text = format!(
        "formateur = 1\ntitle = \"Level\"\nquestion = \"Where?\"\nfrom = 2030-01-07\nnow = 2030-01-07\nuntil = 2030-03-11\n\
         period = \"1 week\"\nheadline = \"x\"\nsettled = 'x == high'\nprecision = 5\n\
         [actors]\na = {{ name = \"A\", kind = \"party\" }}\nb = {{ name = \"B\", kind = \"party\" }}\n\
         [state]\nx = {{ values = [\"low\", \"middle\", \"high\"], start = \"low\" }}\n\
         [pace]\na = \"2 per week\"\nb = \"0.5 per week\"\n\
         [moves.a.lift]\nwhen = 'x == low'\nthen = {{ x = \"middle\" }}\npays = {{ a = -0.01 }}\n\
         [moves.a.sink]\nwhen = 'x == middle'\nthen = {{ x = \"low\" }}\n{moves}\
         [moves.b.push]\nwhen = 'x == middle'\nthen = {{ x = \"high\" }}\n\
         [interests.x]\ncolumns = [\"low\", \"middle\", \"high\"]\na = [0, 0.1, 0.4]\nb = [0.1, 0, 0.2]\n{options}\
         [questions]\nhigh = {{ chance = 'x == high' }}\n"
    );
    let checked = case::read("level", &Sources::new(text));
    let shown = case::diagnostic::render(&checked.diagnostics, &checked.sources, case::diagnostic::Style::Plain);
    checked.case.unwrap_or_else(|| panic!("{shown}"))
}

#[test]
fn a_condition_kept_is_the_case_without_what_breaks_it_and_with_what_restores_it_done() {
    let free = "[moves.a.rise]\nwhen = 'x == middle'\nthen = { x = \"high\" }\n\
                [moves.a.fall]\nwhen = 'x == high'\nthen = { x = \"middle\" }\n\
                [moves.a.smile]\nwhen = 'x == high'\nthen = { x = \"high\" }\npays = { a = 0.02 }\n";
    let bound = "[moves.a.fall]\nwhen = 'x == high'\nthen = { x = \"middle\" }\nobliged = true\n";
    let solved = |case: &Case, plan: Option<&case::model::Plan>| {
        let game = game::compile_at(case, &game::start(case), plan, &Limits::default()).expect("small");
        let mut draw = Drawing::of(case).expect("few numbers").middle();
        draw.standing = vec![1.0];
        solve::solve(&game, &draw, |solved| (solved.payoffs(), solved.last()))
    };
    let case = level(free, "[options.a]\ncalm = { keep = 'x != high' }\n");
    let ((payoffs, last), (by_hand, last_by_hand)) =
        (solved(&case, Some(&case.plans[0])), solved(&level(bound, ""), None));
    for (a, b) in payoffs.iter().zip(&by_hand) {
        assert!((a - b).abs() < 1e-12, "{payoffs:?} {by_hand:?}");
    }
    for (state, chance) in &last {
        assert!((chance - last_by_hand[state]).abs() < 1e-12, "{last:?} {last_by_hand:?}");
    }
    // It binds: free, its owner goes up.
    assert!(solved(&case, None).0[0] > payoffs[0] + 0.05);
}
