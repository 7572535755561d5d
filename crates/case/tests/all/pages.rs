//! The page of each code: its wrong example gets the code, its right example does not.

use crate::golden::findings;
use crate::support::{Input, Part, join, parts, read, recording, root};
use case::diagnostic::{CODES, Severity, Style, render};
use std::fmt::Write as _;

/// The examples of a page: wrong, right.
fn examples(markdown: &mut [Part]) -> (Input, Input) {
    let (mut wrong, mut right) = (Input::default(), Input::default());
    let mut is_right = false;
    for part in markdown {
        match part {
            Part::Prose(prose) => is_right |= prose.contains("## Right"),
            Part::Block { info, text } => {
                let input = if is_right { &mut right } else { &mut wrong };
                match info.as_str() {
                    "toml" => input.case = Some(text.clone()),
                    "toml whole" => {
                        input.case = Some(text.clone());
                        input.whole = true;
                    }
                    "toml pack" => input.pack = Some(text.clone()),
                    "toml log" => input.log = Some(text.clone()),
                    "toml claims" => input.claims = Some(text.clone()),
                    _ => {}
                }
            }
        }
    }
    (wrong, right)
}

#[test]
fn every_code_has_a_page_whose_examples_hold() {
    let mut wrong_pages = String::new();
    for code in CODES {
        let path = root().join("docs/diagnostics").join(format!("{code}.md"));
        let markdown = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no page for {code}"));
        assert!(markdown.starts_with(&format!("# {code}\n")), "{code}: another title");
        let mut parts = parts(&markdown);
        let (wrong, right) = examples(&mut parts);
        let found = findings(&wrong);
        if !found.contains(&format!("[{code}]")) {
            let _ = write!(wrong_pages, "--- {code}: the wrong example gets\n{found}\n");
        }
        for part in &mut parts {
            if let Part::Block { info, text } = part
                && info == "text"
            {
                if recording() {
                    text.clone_from(&found);
                } else if *text != found {
                    let _ = write!(wrong_pages, "--- {code}: expected\n{text}--- found\n{found}\n");
                }
            }
        }
        let (_, diagnostics, sources) = read(&right);
        let bad: Vec<_> = diagnostics.into_iter().filter(|d| d.code == code || d.severity == Severity::Error).collect();
        if !bad.is_empty() {
            let drawn = render(&bad, &sources, Style::Plain);
            let _ = write!(wrong_pages, "--- {code}: the right example gets\n{drawn}\n");
        }
        if recording() {
            std::fs::write(&path, join(&parts)).expect("writable");
        }
    }
    assert!(wrong_pages.is_empty(), "{wrong_pages}");
}

#[test]
fn every_page_is_of_a_code() {
    for path in crate::support::markdown_files(&root().join("docs/diagnostics")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Codes of Gambit files are the room `exchange`'s.
        let elsewhere = name.starts_with("efg");
        assert!(name == "README" || elsewhere || CODES.contains(&name.as_str()), "{name} is no code");
    }
}
