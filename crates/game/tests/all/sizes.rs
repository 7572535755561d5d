//! How large the drafts of the five cases become: the table of `docs/sizes.md`, measured anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const DRAFTS: [&str; 5] =
    ["iraq-2014-reform", "iraq-2020-expulsion", "iraq-2024-withdrawal", "iraq-2026-paralysis", "iraq-2026-veto"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn file(path: &str) -> String {
    std::fs::read_to_string(root().join("tests/drafts").join(path)).expect(path)
}

/// A whole number with commas.
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `RECORD=1` writes the table anew.
#[test]
fn the_drafts_have_the_sizes_of_the_manual() {
    let mut rows = String::new();
    for id in DRAFTS {
        let text = file(&format!("{id}/case.toml"));
        let sources = case::Sources::new(text).with_pack("iraq-2005", file("packs/iraq-2005.toml"));
        let case = case::read(id, &sources).case.expect("the draft is read without errors");
        let game = game::compile(&case, &game::Limits::default()).expect("within the limits");
        let nodes = game.segments.iter().map(|segment| segment.nodes.len()).max().unwrap_or(0);
        let cells =
            [game.n_states(), nodes, game.edges_per_period(), game.periods.len(), game.segments.len()].map(thousands);
        let _ = writeln!(rows, "| `{id}` | {} |", cells.join(" | "));
    }
    let path = root().join("docs/sizes.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let is_row = |line: &&str| line.starts_with("| `iraq");
    let shown: String = page.lines().filter(is_row).flat_map(|line| [line, "\n"]).collect();
    if std::env::var_os("RECORD").is_some() {
        std::fs::write(&path, page.replace(&shown, &rows)).expect("writable");
    } else {
        assert_eq!(shown, rows, "the table of docs/sizes.md");
    }
}
