//! Hostile text: a clear refusal in bounded time, never a panic.

use case::Sources;
use std::time::{Duration, Instant};

const BASE: &str = include_str!("../base/case.toml");
const PACK: &str = include_str!("../base/ruritania.toml");

fn refused_quickly(text: String) {
    let before = Instant::now();
    let checked = case::read("x", &Sources::new(text).with_pack("ruritania", PACK));
    assert!(checked.case.is_none());
    assert!(!checked.diagnostics.is_empty());
    assert!(checked.diagnostics.len() <= 1_000);
    // Generous for a machine under load and a build without optimisation.
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
}

#[test]
fn empty_and_garbage() {
    refused_quickly(String::new());
    refused_quickly("\0\0\0".into());
    refused_quickly("]]]]{{{{====".into());
    refused_quickly("\u{feff}\u{202e}= = =".into());
}

#[test]
fn large_files_are_refused_before_they_are_parsed() {
    refused_quickly("x".repeat(100 << 20));
    refused_quickly("a = 1\n".repeat(1 << 20));
}

#[test]
fn deep_nesting_is_refused() {
    refused_quickly(format!("a = {}", "[".repeat(200_000)));
    refused_quickly(format!("a = {}{}", "{ b = ".repeat(100_000), "}".repeat(100_000)));
    refused_quickly(format!("a = [\n{}", "[\n".repeat(100_000)));
    refused_quickly(format!("a{} = 1", ".a".repeat(30_000)));
    refused_quickly(format!("ends = '{}x{}'", "(".repeat(20_000), ")".repeat(20_000)));
    refused_quickly(format!("ends = '{}'", vec!["a"; 20_000].join(" + ")));
    refused_quickly(format!("ends = '{}'", "not ".repeat(10_000)));
    refused_quickly(format!("ends = '{}'", "-".repeat(30_000)));
}

#[test]
fn many_names_and_many_mistakes() {
    let mut text = BASE.replace("[actors]", "").replace("crown = { name", "[actors]\ncrown = { name");
    for n in 0..20_000 {
        text.push_str(&format!("\n[moves.nobody{n}.act]\nthen = {{ nothing{n} = 1 }}\n"));
    }
    refused_quickly(text);
}

#[test]
fn huge_domains_and_choices_are_refused() {
    refused_quickly(BASE.replace("range = \"0..3\"", "range = \"0..9223372036854775807\""));
    refused_quickly(BASE.replace(
        "choose = { c = \"candidates.premier\" }",
        "choose = { c = \"0..999\", d = \"0..999\", e = \"0..999\", f = \"0..999\" }",
    ));
    refused_quickly(BASE.replace("members  = 100", "members = 4000000000"));
    refused_quickly(BASE.replace("red   = 40", "red = 1e300"));
}
