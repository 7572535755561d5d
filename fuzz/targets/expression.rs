//! Any text as an expression, in each kind of place that takes one: a condition, an effect, a quantity.

#![no_main]

use case::Sources;
use case::diagnostic::{Severity, Style, render};

const CASE: &str = include_str!("../../crates/case/tests/base/case.toml");
const PACK: &str = include_str!("../../crates/case/tests/base/ruritania.toml");
/// A condition, an effect and a quantity of the base case.
const PLACES: [&str; 3] = ["'anger >= 2'", "\"up\"", "'-pain'"];

libfuzzer_sys::fuzz_target!(|text: &str| {
    // As it stands within literal quotes, so that places are offsets.
    let quoted = format!("'{}'", text.replace(['\'', '\n', '\r'], " "));
    for place in PLACES {
        let checked = case::read("fuzz", &Sources::new(CASE.replace(place, &quoted)).with_pack("ruritania", PACK));
        let wrong = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
        assert_eq!(checked.case.is_none(), wrong);
        render(&checked.diagnostics, &checked.sources, Style::Plain);
        case::show::prose(&checked);
    }
});
