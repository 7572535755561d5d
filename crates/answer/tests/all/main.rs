//! What answers must be, on small cases whose answer is known and on a shipped one.

mod directions;
mod log;
mod perception;
mod play;
mod veto;
mod whatif;

use case::diagnostic::Source;
use case::{Checked, Sources};

/// Reads a case from its text and its log's.
fn read(case: &str, log: Option<&str>) -> Checked {
    let sources = Sources {
        case: Source::new("case.toml", case),
        claims: None,
        tables: Vec::new(),
        log: log.map(|log| Source::new("log.toml", log)),
        packs: Vec::new(),
    };
    case::read_with("test", &sources, &[])
}
