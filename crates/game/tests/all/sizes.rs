//! How large the drafts of the five cases become: the table of `docs/sizes.md`, measured anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The drafts, with the states and edges per period that their author counted by hand, where he did.
const DRAFTS: [(&str, &str); 5] = [
    ("iraq-2014-reform", ""),
    ("iraq-2020-expulsion", ""),
    ("iraq-2024-withdrawal", ""),
    ("iraq-2026-paralysis", ""),
    ("iraq-2026-veto", ""),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn file(path: &str) -> String {
    std::fs::read_to_string(root().join("tests/drafts").join(path)).expect(path)
}

#[test]
fn the_drafts_have_the_sizes_of_the_manual() {
    let mut table = String::new();
    for (id, _) in DRAFTS {
        let sources = case::Sources::new(file(&format!("{id}/case.toml")))
            .with_pack("iraq-2005", file("packs/iraq-2005.toml"));
        let checked = case::read(id, &sources);
        let case = checked.case.expect("the draft is read without errors");
        match game::compile(&case, &game::Limits::default()) {
            Ok(game) => {
                let edges: usize = game.segments.iter().map(|s| s.edges.len()).max().unwrap_or(0);
                let nodes: usize = game.segments.iter().map(|s| s.nodes.len()).max().unwrap_or(0);
                let _ = writeln!(
                    table,
                    "| `{id}` | {} | {nodes} | {edges} | {} | {} |",
                    game.n_states(),
                    game.periods.len(),
                    game.segments.len()
                );
            }
            Err(refusal) => {
                let _ = writeln!(table, "| `{id}` | refused: {refusal} |");
            }
        }
    }
    println!("{table}");
}
