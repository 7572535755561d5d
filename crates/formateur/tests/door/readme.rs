//! What the README shows is what the program prints.

use super::good;

#[test]
fn the_excerpt_is_the_answer() {
    let readme = include_str!("../../../../README.md");
    let excerpt = readme
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("\n```").next())
        .expect("the README shows an excerpt");
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/iraq-2026-veto");
    let printed = good(&["run", case, "--quiet"]);
    assert!(printed.contains(excerpt), "the README's excerpt is not what `run` prints:\n{printed}");
}
