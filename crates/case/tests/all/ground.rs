//! What the constructs of the language become in the kernel.

use crate::support::{Input, check_file, markdown_files, read, root};
use case::diagnostic::Severity;
use case::diagnostic::{Style, render};
use std::collections::BTreeSet;

/// The lines of the ground case that an input adds to the base, with the lines above that say whose they are.
fn added(input: &Input) -> String {
    let (checked, diagnostics, sources) = read(input);
    let errors: Vec<_> = diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}", render(&errors, &sources, Style::Plain));
    let base = blocks(&case::show::ground(&read(&Input::default()).0.case.expect("a base")));
    let base: BTreeSet<&String> = base.iter().collect();
    let mut text = String::new();
    for block in blocks(&case::show::ground(&checked.case.expect("a case"))) {
        if !base.contains(&block) {
            text.push_str(&block);
        }
    }
    text
}

/// Lines with what is indented under them.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => block.push_str(line),
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks
}

#[test]
fn constructs_become_what_is_recorded() {
    let mut count = 0;
    for path in markdown_files(&root().join("tests/case")) {
        count += check_file(&path, &added);
    }
    assert!(count >= 20, "only {count} constructs");
}
