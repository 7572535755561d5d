//! Every example of the manual is read: those under one heading together, fragments within the base case.

use crate::support::{Input, Part, markdown_files, parts, read, root};
use case::diagnostic::{Severity, Style, render};
use std::fmt::Write as _;

/// Adds a block to what stands under its heading.
fn add(input: &mut Input, info: &str, text: &str) -> bool {
    if let Some(name) = info.strip_prefix("csv ") {
        input.table = Some((name.to_owned(), text.to_owned()));
        return true;
    }
    let into = match info {
        "toml" | "toml whole" => &mut input.case,
        "toml pack" => &mut input.pack,
        "toml log" => &mut input.log,
        "toml claims" => &mut input.claims,
        _ => return false,
    };
    input.whole |= info == "toml whole";
    into.get_or_insert_default().push_str(text);
    true
}

/// The headings of a page with the examples under each.
fn examples(markdown: &str) -> Vec<(String, Input)> {
    let mut list: Vec<(String, Input)> = Vec::new();
    let mut heading = String::new();
    let mut open = false;
    for part in parts(markdown) {
        match part {
            Part::Prose(prose) => {
                if let Some(line) = prose.lines().rfind(|line| line.starts_with('#')) {
                    line.trim_start_matches(['#', ' ']).clone_into(&mut heading);
                    open = false;
                }
            }
            Part::Block { info, text } => {
                if !open {
                    list.push((heading.clone(), Input::default()));
                    open = true;
                }
                let (_, input) = list.last_mut().expect("just added");
                assert!(
                    add(input, &info, &text)
                        || info.is_empty()
                        || ["text", "sh", "python", "json"].contains(&info.as_str()),
                    "`{heading}`: `{info}` is not tried"
                );
            }
        }
    }
    list
}

/// Errors and warnings fail: what the manual shows is what one should write.
#[test]
fn every_example_of_the_manual_is_right() {
    let (mut count, mut wrong) = (0, String::new());
    for path in markdown_files(&root().join("docs")) {
        // The first is typed as a whole by the tests of the door; the file of the second is no case.
        if path.ends_with("first-hour.md") || path.ends_with("conflict.md") {
            continue;
        }
        for (heading, input) in examples(&std::fs::read_to_string(&path).expect("readable")) {
            if [&input.case, &input.pack, &input.log, &input.claims].iter().all(|text| text.is_none()) {
                continue;
            }
            count += 1;
            let (checked, found, sources) = read(&input);
            let found: Vec<_> = found.into_iter().filter(|d| d.severity != Severity::Note).collect();
            if !found.is_empty() || checked.case.is_none() {
                let drawn = render(&found, &sources, Style::Plain);
                let _ = write!(wrong, "--- {}: {heading}\n{drawn}\n", path.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 30, "only {count} examples");
}

/// Where a page points to another, there is one; and the table of contents has them all.
#[test]
fn the_pages_of_the_manual_hang_together() {
    let docs = root().join("docs");
    let mut pages = markdown_files(&docs);
    pages.extend(markdown_files(&docs.join("diagnostics")));
    let contents = std::fs::read_to_string(docs.join("SUMMARY.md")).expect("readable");
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("readable");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let to = link.split('#').next().unwrap_or_default();
            if !link.contains(':') && to.ends_with(".md") {
                assert!(page.with_file_name("").join(to).is_file(), "{}: no {link}", page.display());
            }
        }
        let name = page.strip_prefix(&docs).expect("below docs").to_string_lossy().replace('\\', "/");
        assert!(name == "SUMMARY.md" || contents.contains(&format!("({name})")), "{name} is not in the contents");
    }
}

/// The manual names every table of the language, and every key of each.
#[test]
fn the_manual_names_every_key() {
    let page = std::fs::read_to_string(root().join("docs/language.md")).expect("readable");
    let words: std::collections::BTreeSet<&str> =
        page.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let mut missing = std::collections::BTreeSet::new();
    for schema in [case::schema::case(), case::schema::pack(), case::schema::log(), case::schema::claims()] {
        names(&schema, &mut |key| {
            if !words.contains(key) {
                missing.insert(key.to_owned());
            }
        });
    }
    assert!(missing.is_empty(), "the manual does not speak of {missing:?}");
}

fn names(schema: &serde_json::Value, each: &mut impl FnMut(&str)) {
    match schema {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                if key == "properties" {
                    value.as_object().into_iter().flatten().for_each(|(name, _)| each(name));
                }
                names(value, each);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| names(value, each)),
        _ => {}
    }
}
