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
