//! How large the drafts of the five cases become: the table of `docs/sizes.md`, measured anew.

use case::model::{Holder, Voice, Who};
use game::graph::{Cause, Edge, Kind};
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

fn compiled(id: &str) -> (case::model::Case, game::Game) {
    let text = file(&format!("{id}/case.toml"));
    let sources = case::Sources::new(text).with_pack("iraq-2005", file("packs/iraq-2005.toml"));
    let case = case::read(id, &sources).case.expect("the draft is read without errors");
    let game = game::compile(&case, &game::Limits::default()).expect("within the limits");
    (case, game)
}

/// What the edges of a period are, in the order of the page's table.
fn kinds(case: &case::model::Case, game: &game::Game) -> Vec<(&'static str, usize)> {
    let (mut turns, mut holds, mut acts, mut again) = (0, 0, 0, 0);
    let (mut proposers, mut ballots, mut chance) = (0, 0, 0);
    // Of the largest kind of period, as the first table counts.
    if let Some(segment) = game.segments.iter().max_by_key(|segment| segment.edges.len()) {
        for node in &segment.nodes {
            let edges = &segment.edges[node.first as usize..][..node.count as usize];
            match node.kind {
                Kind::Chance { cause: Cause::Turn(_) } => turns += edges.len(),
                Kind::Chance { cause: Cause::Proposer(_) } => proposers += edges.len(),
                Kind::Chance { .. } => chance += edges.len(),
                Kind::Ballot { .. } | Kind::Names { .. } => ballots += edges.len(),
                Kind::Decide { turn, slot, actor, .. } => {
                    let held = edges.iter().filter(|edge| edge.label == Edge::HOLD).count();
                    // A body's menu stands once for each member who may propose; the first stands for all.
                    let who = &case.turns[usize::from(turn)].slots[usize::from(slot)].who;
                    let first = match who {
                        Who::Body(body) => {
                            case.electorates[body.index()].electors.iter().find_map(|e| match &e.voice {
                                Voice::Actor(Holder::Actor(first)) => Some(first.0 == u32::from(actor)),
                                _ => None,
                            })
                        }
                        _ => Some(true),
                    };
                    if first == Some(true) {
                        holds += held;
                        acts += edges.len() - held;
                    } else {
                        again += edges.len();
                    }
                }
            }
        }
    }
    vec![
        ("whether a turn comes up", turns),
        ("doing nothing", holds),
        ("actions", acts),
        ("the same of a body's menu for each further member who may propose", again),
        ("who proposes", proposers),
        ("how ballots end", ballots),
        ("events, clocks, how they and actions turn out", chance),
    ]
}

/// `RECORD=1` writes the table anew.
#[test]
fn the_edges_of_the_veto_draft_are_what_the_manual_says() {
    let (case, game) = compiled("iraq-2026-veto");
    let kinds = kinds(&case, &game);
    assert_eq!(kinds.iter().map(|(_, n)| n).sum::<usize>(), game.edges_per_period(), "one kind of period");
    let rows: String = kinds.iter().map(|(what, n)| format!("| edge: {what} | {} |\n", thousands(*n))).collect();
    let path = root().join("docs/sizes.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let shown: String =
        page.lines().filter(|line| line.starts_with("| edge: ")).flat_map(|line| [line, "\n"]).collect();
    if std::env::var_os("RECORD").is_some() {
        std::fs::write(&path, page.replace(&shown, &rows)).expect("writable");
    } else {
        assert_eq!(shown, rows, "the second table of docs/sizes.md");
    }
}

/// `RECORD=1` writes the table anew.
#[test]
fn the_drafts_have_the_sizes_of_the_manual() {
    let mut rows = String::new();
    for id in DRAFTS {
        let (_, game) = compiled(id);
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
