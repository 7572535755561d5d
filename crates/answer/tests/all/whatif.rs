//! What a change changes: a change of numbers alone, which keeps the game, against the same change compiled anew.

use answer::Request;
use answer::whatif::{AsIs, Side, WhatIf, against};
use case::Sources;
use case::model::{Case, Law};
use game::{Drawing, Limits};

/// A board that may adopt a law in each of eight weeks; what it is worth to one member, and how often the board meets, is drawn.
fn case() -> Case {
    let text = "formateur = 1\ntitle = \"Small\"\nquestion = \"Does it pass?\"\nfrom = 2030-01-07\nnow = 2030-01-07\n\
                until = 2030-03-04\nperiod = \"1 week\"\nheadline = \"law\"\nsettled = 'law == yes'\nprecision = 20\n\
                [actors]\na = { name = \"A\", kind = \"party\" }\nb = { name = \"B\", kind = \"party\" }\n\
                [bodies.board]\nname = \"Board\"\nweights = { a = 2, b = 1 }\npass = \"2 of members\"\n\
                [state]\nlaw = { values = [\"no\", \"yes\"], start = \"no\" }\n\
                [pace]\nboard = { value = \"0.1 to 0.5 per week\", assume = \"for the test\" }\n\
                [moves.board.adopt]\nwhen = 'law == no'\nthen = { law = \"yes\" }\n\
                [interests.law]\ncolumns = [\"no\", \"yes\"]\na = [0, { value = \"-0.1 to 0.1\", assume = \"for the test\" }]\n\
                b = [0, -0.05]\n[questions]\nadopted = { chance = 'law == yes' }\n";
    let checked = case::read("small", &Sources::new(text.to_owned()));
    let shown = case::diagnostic::render(&checked.diagnostics, &checked.sources, case::diagnostic::Style::Plain);
    checked.case.unwrap_or_else(|| panic!("{shown}"))
}

fn with(mut case: Case, path: &str, law: Law) -> Case {
    let number = case.numbers.iter_mut().find(|n| n.path == path);
    number.unwrap_or_else(|| panic!("no number {path}")).law = law;
    case
}

fn side<'c>(case: &'c Case, drawing: &'c Drawing) -> Side<'c> {
    Side { case, drawing, request: Request { case_hash: String::new(), seed: 1, draws: 24 } }
}

fn mean(answer: &WhatIf, id: &str) -> (f64, f64) {
    let of =
        |outcomes: &[answer::forecast::OutcomeBand]| outcomes.iter().find(|o| o.id == id).map_or(0.0, |o| o.band.mean);
    (of(&answer.base.headline.outcomes), of(&answer.changed.headline.outcomes))
}

#[test]
fn a_change_of_numbers_alone_is_the_change_compiled() {
    let base = case();
    let drawn = Drawing::of(&base).expect("few numbers");
    let game = game::compile(&base, &Limits::default()).expect("small");
    let paths: Vec<String> =
        base.numbers.iter().filter(|n| !matches!(n.law, Law::Exact(_))).map(|n| n.path.clone()).collect();
    assert_eq!(paths.len(), 2, "{paths:?}");
    let as_is = AsIs::solve(&side(&base, &drawn), &game, &|_| ()).expect("no log");
    for path in &paths {
        for value in [0.0, 0.02, 0.3] {
            let changed = with(base.clone(), path, Law::Exact(value));
            let drawing = Drawing::of(&changed).expect("few numbers");
            let kept = as_is.against(&base, &side(&changed, &drawing), &Limits::default(), &|_| ()).expect("small");
            // Another title is another case, which is compiled.
            let anew = Case { title: "Other".into(), ..changed.clone() };
            let anew = against(&side(&base, &drawn), &game, &[side(&anew, &drawing)], &Limits::default(), &|_| ());
            let anew = anew.expect("small").pop().expect("one change");
            for outcome in ["yes", "none"] {
                let (a, b) = (mean(&kept, outcome), mean(&anew, outcome));
                assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12, "{path} = {value}: {a:?} {b:?}");
            }
            for (a, b) in kept.difference.iter().zip(&anew.difference) {
                assert!(a.id == b.id && (a.mean - b.mean).abs() < 1e-12, "{path} = {value}: {a:?} {b:?}");
            }
        }
    }
    // The change is felt.
    let changed = with(base.clone(), &paths[0], Law::Exact(0.0));
    let drawing = Drawing::of(&changed).expect("few numbers");
    let (before, after) =
        mean(&as_is.against(&base, &side(&changed, &drawing), &Limits::default(), &|_| ()).expect("small"), "yes");
    assert!((before - after).abs() > 1e-3, "{before} {after}");
}
