//! `new` and `fmt`.

use crate::{Folder, code, err, formateur, formateur_in, good, json, out};
use serde_json::Value;

const TEMPLATES: [&str; 3] = ["small", "procedure-only", "escalation"];

#[test]
fn every_template_is_a_complete_case() {
    let folder = Folder::new();
    for template in TEMPLATES {
        let case = folder.path(template);
        let said = good(&["new", &case, "--from", template]);
        assert!(said.contains("case.toml") && said.contains("formateur run"), "{said}");
        let checked = json(&good(&["check", &case, "--json"]));
        let found: Vec<&Value> =
            checked["diagnostics"].as_array().expect("a list").iter().filter(|d| d["severity"] != "note").collect();
        assert!(found.is_empty(), "{template}: {found:?}");
        let ran = json(&good(&["run", &case, "--draws", "16", "--json", "--quiet"]));
        let outcomes = ran["headline"]["outcomes"].as_array().expect("a list");
        let open = outcomes.iter().filter(|o| (0.05..0.95).contains(&o["mean"].as_f64().expect("a number"))).count();
        assert!(open >= 2, "{template}: nothing is open: {outcomes:?}");
        assert!(!ran["questions"].as_array().expect("a list").is_empty());
        good(&["show", "case", &case]);
        good(&["fmt", &case, "--check"]);
    }
    assert_eq!(folder.names(), ["escalation", "procedure-only", "small"]);
}

#[test]
fn small_is_what_one_gets_without_asking() {
    let folder = Folder::new();
    let output = formateur_in(&folder.0, &["new", "mine"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = std::fs::read_to_string(folder.path("mine/case.toml")).expect("there");
    assert!(text.contains("rules     = \"valdoria\""));
    assert!(std::fs::metadata(folder.path("mine/packs/valdoria.toml")).is_ok());
}

#[test]
fn nothing_is_overwritten_and_nothing_left_half_written() {
    let folder = Folder::new();
    std::fs::write(folder.path("file"), "mine").expect("writable");
    std::fs::create_dir(folder.path("empty")).expect("a folder");
    for name in ["file", "empty"] {
        let said = formateur(&["new", &folder.path(name)]);
        assert_eq!(said.status.code(), Some(4), "{name}");
        assert!(err(&said).contains("there already"), "{}", err(&said));
    }
    assert_eq!(code(&["new", &folder.path("nowhere/deep")]), Some(4));
    assert_eq!(std::fs::read_to_string(folder.path("file")).expect("there"), "mine");
    assert_eq!(folder.names(), ["empty", "file"]);
    assert_eq!(std::fs::read_dir(folder.path("empty")).expect("readable").count(), 0);
}

#[test]
fn files_are_laid_out_with_their_comments() {
    let folder = Folder::new();
    let case = folder.path("mine");
    good(&["new", &case]);
    let path = folder.path("mine/case.toml");
    let right = std::fs::read_to_string(&path).expect("there");
    let untidy = right.replace("title     =", "title =").replace("[actors]", "\n\n[actors]");
    assert_ne!(untidy, right);
    std::fs::write(&path, &untidy).expect("writable");

    let said = formateur(&["fmt", &case, "--check"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(out(&said).contains("case.toml") && !out(&said).contains("valdoria.toml"));
    assert_eq!(std::fs::read_to_string(&path).expect("there"), untidy, "--check writes nothing");

    assert!(good(&["fmt", &case]).contains("case.toml"));
    assert_eq!(std::fs::read_to_string(&path).expect("there"), right);
    assert_eq!(good(&["fmt", &case]), "", "the second time there is nothing to do");
    good(&["fmt", &path]);
}

#[test]
fn what_cannot_be_read_is_left_as_it_is() {
    let folder = Folder::new();
    let text = "title = \"a\nfrom =\n";
    let case = folder.case(text);
    let said = formateur(&["fmt", &case]);
    assert_eq!(said.status.code(), Some(1));
    assert!(err(&said).contains("case.toml:1"), "{}", err(&said));
    assert_eq!(std::fs::read_to_string(folder.path("case/case.toml")).expect("there"), text);
    let names = std::fs::read_dir(folder.path("case")).expect("readable").count();
    assert_eq!(names, 1, "nothing is left beside it");
}
