//! Seats from a file, and what a vote pays whoever holds a post.

use crate::support::{Input, read};
use case::diagnostic::{Style, render};
use case::expr::Expr;
use case::model::{Case, Law};

const CHAMBER: &str = "[chamber]\nname = \"Diet\"\nmembers = 100\ncohesion = \"0.9 to 0.98\"\nseats = \"seats.csv\"\n\
                       assume = \"as counted\"\n# without [chamber.seats]\n";

fn with(table: &str) -> Input {
    Input { case: Some(CHAMBER.into()), table: Some(("seats.csv".into(), table.into())), ..Input::default() }
}

fn case_of(table: &str) -> Case {
    let (checked, found, sources) = read(&with(table));
    checked.case.unwrap_or_else(|| panic!("{}", render(&found, &sources, Style::Plain)))
}

/// What is wrong, each with its line and column in the table.
fn wrong(table: &str) -> Vec<(&'static str, usize, usize)> {
    let (checked, found, sources) = read(&with(table));
    assert!(checked.case.is_none());
    let in_table = |span: case::diagnostic::Span| sources[usize::from(span.file.0)].name == "seats.csv";
    let places = found.iter().filter(|d| d.severity == case::diagnostic::Severity::Error && in_table(d.labels[0].span));
    places
        .map(|d| {
            let (line, column) = case::locate(&sources, d.labels[0].span);
            (d.code, line, column)
        })
        .collect()
}

#[test]
fn a_table_says_what_the_case_would() {
    let case = case_of("id,seats,attend,yes\nred,38 to 42,,\nblue,35,,\ngreen,15,,\nrest,10,0.6 to 0.9,0.4 to 0.7\n");
    let chamber = &case.electorates[0];
    assert_eq!(chamber.electors.iter().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["red", "blue", "green", "rest"]);
    let law = |path: &str| case.numbers.iter().find(|n| n.path == path).map(|n| n.law.clone());
    assert_eq!(law("chamber.seats.red"), Some(Law::Normal { low: 38.0, high: 42.0 }));
    assert_eq!(law("chamber.seats.rest.habit.yes"), Some(Law::LogitNormal { low: 0.4, high: 0.7 }));
    // Written out in the case itself it is the same case but for places.
    let written = "[chamber]\nname = \"Diet\"\nmembers = 100\ncohesion = \"0.9 to 0.98\"\nassume = \"as counted\"\n\
                   [chamber.seats]\nred = \"38 to 42\"\nblue = 35\ngreen = 15\n\
                   rest = { seats = 10, habit = { attend = \"0.6 to 0.9\", yes = \"0.4 to 0.7\" } }\n";
    let (checked, ..) = read(&Input { case: Some(written.into()), ..Input::default() });
    let other = checked.case.expect("read");
    let all = |case: &Case| case.numbers.iter().map(|n| (n.path.clone(), n.law.clone())).collect::<Vec<_>>();
    assert_eq!(all(&case), all(&other));
    assert_eq!(chamber.electors, other.electorates[0].electors);
}

#[test]
fn mistakes_are_shown_in_the_table() {
    assert_eq!(
        wrong("id,seats\nred,4x\nblue\ngreen,10\ngreen,12\n"),
        [("expression", 2, 6), ("row-length", 3, 1), ("twice", 5, 1)]
    );
    assert_eq!(wrong("id,seat\nred,40\n"), [("missing-key", 1, 1), ("unknown-key", 1, 4)]);
    assert_eq!(wrong("\u{feff}id,seats\n# a comment\n,40\n"), [("missing-key", 3, 1)]);
    assert_eq!(wrong(""), [("missing-key", 1, 1)]);
    // Nothing of this may panic, whatever stands there.
    for text in [
        "\"",
        "id,seats\n\",\n",
        "id,seats\r\nred,\r\n",
        "id,id,seats\na,b,1",
        "\u{feff}",
        ",\n,",
        "id,seats\nréd,\"1,2\n",
    ] {
        let (checked, ..) = read(&with(text));
        assert!(checked.case.is_none(), "{text:?}");
    }
}

#[test]
fn a_vote_pays_whoever_holds_the_post() {
    let text = "[bodies.alliance]\nname = \"Alliance\"\nweights = { red = 2, premier = 1 }\npass = \"majority of members\"\n\
                assume = \"by seats\"\n[vote_pays.blue.\"alliance.name\"]\nyes = -0.1\nassume = \"a price\"\n";
    let (checked, found, sources) = read(&Input { case: Some(text.into()), ..Input::default() });
    let case = checked.case.unwrap_or_else(|| panic!("{}", render(&found, &sources, Style::Plain)));
    let ballots = case.turns.iter().flat_map(|t| &t.slots).flat_map(|s| &s.menu).filter_map(|a| a.ballot.as_ref());
    let mut paid = 0;
    for ballot in ballots.filter(|b| case.electorates[b.electorate.index()].id == "alliance") {
        for pay in &ballot.pays {
            // Only in states in which blue, the party of the nominee, holds the post.
            assert_eq!(case.electorates[ballot.electorate.index()].electors[pay.elector].id, "premier");
            assert!(matches!(pay.amount, Expr::If(..)));
            paid += 1;
        }
    }
    assert!(paid > 0);
}
