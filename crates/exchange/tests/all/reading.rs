//! The reader: the whole grammar, every mistake with its place, no panic on any text.

use exchange::tree::{Mover, Node};
use exchange::{Meeting, Tree, read, solve};
use proptest::prelude::*;
use std::fmt::Write;

fn tree(text: &str) -> Tree {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// `line:column message` of each mistake.
fn mistakes(text: &str) -> Vec<String> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|m| format!("{}:{} {}", m.line, m.column, m.message)).collect(),
    }
}

#[test]
fn the_whole_grammar() {
    let text = "\u{feff}EFG 2 D \"a \\\"quoted\\\" title\"{\"Ann\" \"Bob\"}\n\"comment\nof two lines\"\n\
        c\t\"\" 7 \"nature\" { \"1G\" 1/3, \"1B\" 2/3 } 0\r\n\
        p \"n\" 1 1 \"(1,1)\" { \"H\" \"L\" } 3 \"toll\" { -1e-1, +.5 }\n\
        t \"\" 1 \"Outcome 1\" { 10, 2 } t\"\" 2 { 0 1/4 }\n\
        p \"\" 1 1 0 t \"\" 1 t \"\" 0";
    let tree = tree(text);
    assert_eq!(tree.title, "a \"quoted\" title");
    assert_eq!(tree.comment, "comment\nof two lines");
    assert_eq!(tree.players, ["Ann", "Bob"]);
    assert_eq!(tree.nodes.len(), 7);
    assert_eq!(tree.sets.len(), 2);
    assert_eq!((tree.sets[0].mover, tree.sets[0].number, tree.sets[0].members), (Mover::Chance, 7, 1));
    assert_eq!((tree.sets[1].mover, tree.sets[1].line, tree.sets[1].members), (Mover::Player(0), 5, 2));
    assert_eq!(&tree.chances[..2], [1.0 / 3.0, 2.0 / 3.0]);
    assert_eq!(tree.children_of(0), [1, 4]);
    assert_eq!(tree.children_of(1), [2, 3]);
    assert_eq!(tree.children_of(4), [5, 6]);
    assert_eq!(tree.paid(1), [-0.1, 0.5]);
    assert_eq!(tree.paid(3), [0.0, 0.25]);
    assert_eq!(tree.paid(6), [0.0, 0.0]);
    assert_eq!(tree.nodes[6].set, Node::TERMINAL);
}

/// A comment may be left out, and so may names of sets and outcomes.
#[test]
fn what_may_be_left_out() {
    let tree = tree("EFG 2 R \"\" { \"a\" } p \"\" 1 1 { \"x\" \"y\" } 0 t \"\" 1 { 1 } t \"\" 2 { 2 }");
    assert_eq!(tree.comment, "");
    assert_eq!(solve(&tree, 0.0, Meeting::Stop).expect("solvable").payoffs, [1.5]);
}

#[test]
fn payoffs_on_the_way_add_up() {
    // 1 on arriving, then 2 or 5 more.
    let tree = tree(
        "EFG 2 R \"\" { \"a\" } p \"\" 1 1 \"\" { \"x\" \"y\" } 1 \"\" { 1 } t \"\" 2 \"\" { 2 } t \"\" 3 \"\" { 5 }",
    );
    assert_eq!(solve(&tree, 1e6, Meeting::Stop).expect("solvable").payoffs, [6.0]);
    assert_eq!(solve(&tree, 0.0, Meeting::Stop).expect("solvable").payoffs, [4.5]);
}

#[test]
fn mistakes_have_places() {
    let head = "EFG 2 R \"t\" { \"a\" \"b\" }\n";
    let of = |rest: &str| mistakes(&format!("{head}{rest}"));
    assert_eq!(mistakes(""), ["1:1 the file of a game tree begins with `EFG 2 R`"]);
    assert_eq!(mistakes("EFG 1 R \"\" { }"), ["1:5 only version 2 of the format is read"]);
    assert_eq!(mistakes("EFG 2 Q"), ["1:7 expected `R` (or `D`) after the version"]);
    assert_eq!(mistakes("EFG 2 R \"open"), ["1:9 this quotation is not closed"]);
    assert_eq!(mistakes(head), ["2:1 the file ends before the first node"]);
    assert_eq!(of("t \"\" 1 \"\" { 1 }"), ["2:12 outcome 1 has 1 payoff for 2 players"]);
    assert_eq!(of("t \"é\" 1 \"\" { 1 x }"), ["2:16 expected a payoff, or `}`"]);
    assert_eq!(of("t \"\" 1 \"\" { 1 1/0 }"), ["2:15 `1/0` is no finite number"]);
    assert_eq!(of("t \"\" 1 \"\" { 1 1-2 }"), ["2:15 `1-2` is not a number"]);
    assert_eq!(of("t \"\" 4"), ["2:6 outcome 4 has not been given its payoffs yet"]);
    assert_eq!(of("t \"\" 0 { 1 2 }"), ["2:6 outcome 0 stands for no outcome and cannot have payoffs"]);
    assert_eq!(
        of("q \"\" 0"),
        ["2:1 expected a node, which begins with `c` (chance), `p` (a player) or `t` (the end), found `q`"]
    );
    assert_eq!(of("p \"\" 3 1 \"\" { \"x\" } 0\nt \"\" 0"), ["2:6 there is no player 3: the file names 2"]);
    assert_eq!(
        of("p \"\" 1.5 1 \"\" { \"x\" } 0\nt \"\" 0"),
        ["2:6 expected the player's number, a whole number, found 1.5"]
    );
    assert_eq!(
        of("p \"\" 1 1 \"\" { } 0"),
        ["2:14 information set 1 of player 1 has no actions; there must be at least one"]
    );
    assert_eq!(
        of("p \"\" 1 1 0"),
        ["2:8 information set 1 of player 1 has not been given its actions yet: `{ … }` is missing"]
    );
    assert_eq!(
        of("c \"\" 1 \"\" { \"x\" 1/2 \"y\" 1/3 } 0\nt \"\" 0\nt \"\" 0"),
        ["2:12 the probabilities of move 1 of chance add up to 0.8333333333333333, not 1"]
    );
    assert_eq!(
        of("c \"\" 1 \"\" { \"x\" -1 \"y\" 2 } 0\nt \"\" 0\nt \"\" 0"),
        ["2:17 a probability of -1: none is below 0"]
    );
    assert_eq!(
        of("p \"\" 1 1 \"\" { \"x\" \"y\" } 0\nt \"\" 0"),
        ["3:7 the file ends before the tree is complete: one branch is missing"]
    );
    assert_eq!(of("t \"\" 0\n t \"\" 0"), ["3:2 the tree is complete before this node: it is no branch of any other"]);
    // Several in one go; what is wrong after a mistake is still said.
    let several = of("p \"\" 1 1 \"\" { \"x\" \"y\" } 0\n\
        p \"\" 1 1 \"\" { \"x\" \"z\" } 0\n\
        t \"\" 1 \"\" { 1 1 }\n\
        t \"\" 1 \"\" { 2 1 }\n\
        t \"\" 2 \"\" { oops }\n\
        t \"\" 9\n");
    assert_eq!(
        several,
        [
            "3:14 information set 1 of player 1 has other actions on line 2",
            "5:12 outcome 1 has other payoffs on line 4",
            "6:13 expected a payoff, or `}`",
            "7:6 outcome 9 has not been given its payoffs yet",
        ]
    );
}

/// A tree as deep as the file is long is read and solved without a deep stack.
#[test]
fn depth_costs_no_stack() {
    let depth = 100_000;
    let mut text = String::from("EFG 2 R \"\" { \"a\" }\n");
    for i in 1..=depth {
        writeln!(text, "p \"\" 1 {i} \"\" {{ \"on\" \"off\" }} 0").expect("memory");
    }
    for _ in 0..=depth {
        text.push_str("t \"\" 1 \"\" { 1 }\n");
    }
    let tree = tree(&text);
    assert_eq!(tree.nodes.len(), 2 * depth + 1);
    assert_eq!(solve(&tree, 1.0, Meeting::Stop).expect("solvable").payoffs, [1.0]);
    // The same in one information set: the search for it being met twice on a path must not recurse either.
    let twice = text.replacen("p \"\" 1 2 ", "p \"\" 1 1 ", 1);
    assert!(solve(&self::tree(&twice), 1.0, Meeting::Stop).is_err());
}

/// Many nodes that name a long menu once do not each cost its length.
#[test]
fn long_menus_are_not_paid_for_twice() {
    let labels: String = (0..50_000).flat_map(|i| ["\"".into(), i.to_string(), "\" ".into()]).collect();
    let mut text = format!("EFG 2 R \"\" {{ \"a\" }}\np \"\" 1 1 \"\" {{ {labels} }} 0\n");
    for _ in 0..50_000 {
        text.push_str("p \"\" 1 1 0\n");
    }
    let found = read(&text).expect_err("incomplete");
    assert!(found[0].message.contains("branches are missing"), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = read(&text);
    }

    /// Texts made of the format's own pieces get further in; places lie within the text.
    #[test]
    fn any_order_of_the_pieces_is_read_or_refused(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "p \"\" 1 1", "c \"\" 1", "t \"\"", " 1 ", " 2 ", " 0\n", "\"a\" ", " { ", " } ", "1/2 ", "0.5 ", ",", "\"", "\\\"",
                "{ \"x\" \"y\" }", "{ \"x\" 0.5 \"y\" 0.5 }", "{ 1 2 }", "é", "1e999", "-", "\n",
            ]),
            0..40,
        ),
    ) {
        let text = format!("EFG 2 R \"t\" {{ \"a\" \"b\" }}\n{}", pieces.concat());
        let lines = text.split('\n').count();
        match read(&text) {
            Ok(tree) => {
                let _ = solve(&tree, 1.0, Meeting::Stop);
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                for mistake in found {
                    prop_assert!(mistake.line <= lines);
                    let line = text.split('\n').nth(mistake.line - 1).expect("a line");
                    prop_assert!(mistake.column <= line.chars().count() + 1);
                }
            }
        }
    }
}
