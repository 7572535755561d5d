//! The case, its procedure and its syntax as text, for the base case.

use crate::support::{Input, read, recording, root};

#[test]
fn the_base_case_is_shown_as_recorded() {
    let (checked, _, _) = read(&Input::default());
    for (name, text) in [
        ("case", case::show::prose(&checked)),
        ("procedure", case::show::procedure_of(&checked)),
        ("syntax", case::show::syntax(&checked)),
        ("ground", case::show::ground(checked.case.as_ref().expect("a case"))),
    ] {
        let path = root().join(format!("tests/show/{name}.txt"));
        if recording() {
            std::fs::write(&path, &text).expect("writable");
        }
        let recorded = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, recorded, "{name}: `RECORD=1 cargo test -p case` records it anew");
    }
}

/// Every shipped pack as a drawing: it names itself, its stages and their articles, and leads a line from each exit to each stage
/// that it names.
#[test]
fn every_pack_is_drawn() {
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("packs")).expect("packs").flatten() {
        let text = std::fs::read_to_string(entry.path()).expect("a pack");
        let read: toml::Table = text.parse().expect("TOML");
        let source = case::diagnostic::Source::new("packs/a.toml", text.clone());
        let svg = case::show::diagram(&source);
        assert_eq!(svg, case::show::diagram(&source), "the same bytes");
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
        for part in ["role=\"img\"", "<title id=\"title\">", "<desc id=\"desc\">"] {
            assert!(svg.contains(part), "{}: no {part}", entry.path().display());
        }
        let stages = read["stages"].as_table().expect("stages");
        let mut leads = 0;
        for (name, stage) in stages {
            let shown = name.replace('_', " ");
            let shown = format!(">{}{}</text>", shown[..1].to_uppercase(), &shown[1..]);
            assert!(svg.contains(&shown), "{}: no box for {name}", entry.path().display());
            for exit in ["passed", "failed", "returned", "lapsed"] {
                let target = stage.get(exit).and_then(|exit| exit.get("stage")).and_then(toml::Value::as_str);
                leads += usize::from(target.is_some_and(|target| target != name));
            }
        }
        let heads = svg.matches("<polygon class=\"head ").count();
        assert!(heads >= leads, "{}: {heads} lines for {leads} exits", entry.path().display());
        count += 1;
    }
    assert!(count >= 6);
}
