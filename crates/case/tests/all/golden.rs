//! Mistakes and what is said about them.

use crate::support::{Input, check_file, markdown_files, read, root};
use case::diagnostic::Severity;
use case::diagnostic::{Style, render_one};

/// Everything found in an input, as it is drawn.
pub fn findings(input: &Input) -> String {
    let (_, diagnostics, sources) = read(input);
    let drawn: Vec<String> = diagnostics.iter().map(|found| render_one(found, &sources, Style::Plain)).collect();
    if drawn.is_empty() { "nothing to report\n".into() } else { drawn.join("\n") }
}

#[test]
fn the_base_case_has_nothing_to_report() {
    let (checked, _, _) = read(&Input::default());
    assert_eq!(checked.diagnostics, Vec::new());
    assert!(checked.case.is_some());
}

#[test]
fn every_mistake_is_reported_as_recorded() {
    let mut count = 0;
    for path in markdown_files(&root().join("tests/diagnostics")) {
        count += check_file(&path, &findings);
    }
    assert!(count >= 100, "only {count} kinds of mistake");
}

#[test]
fn a_case_is_there_exactly_where_nothing_is_an_error() {
    for path in markdown_files(&root().join("tests/diagnostics")) {
        check_file(&path, &|input| {
            let (checked, _, _) = read(input);
            let errors = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
            assert_eq!(checked.case.is_none(), errors);
            findings(input)
        });
    }
}
