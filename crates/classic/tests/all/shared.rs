//! Known answers kept outside the repository; where they are absent, what is skipped is said.

use serde_json::Value;
use std::path::Path;

/// A reference file's data, or `None` (and a line saying so) where the references are not at hand.
pub fn reference(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/politics").join(name);
    let path = if path.exists() {
        path
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/reference/politics").join(name)
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).expect("a reference file is JSON")),
        Err(_) => {
            println!("skipped: reference {name} is not here");
            None
        }
    }
}
