//! Any text as a case: read without panic, in bounded time; a case is there exactly where nothing is an error; laying
//! out is done once.

#![no_main]

use case::Sources;
use case::diagnostic::{Severity, Style, render};

const PACK: &str = include_str!("../../crates/case/tests/base/ruritania.toml");

libfuzzer_sys::fuzz_target!(|text: &str| {
    let checked = case::read("fuzz", &Sources::new(text).with_pack("ruritania", PACK));
    let wrong = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(checked.case.is_none(), wrong);
    render(&checked.diagnostics, &checked.sources, Style::Plain);
    render(&checked.diagnostics, &checked.sources, Style::Aloud);
    case::show::prose(&checked);
    case::show::syntax(&checked);
    if let Some(once) = case::format(text) {
        assert_eq!(case::format(&once).as_deref(), Some(once.as_str()), "laid out twice");
    }
});
