//! Every code that a file of this room can get stands on the manual's page.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the room") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push(path);
        }
    }
}

#[test]
fn every_code_is_in_the_manual() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(room.join("../../docs/classic-mistakes.md")).expect("the page");
    let mut files = Vec::new();
    sources(&room.join("src"), &mut files);
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("readable");
        // A code is the first text that a finding is made with.
        for rest in text.split("error(").skip(1) {
            let Some(code) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            count += 1;
            assert!(page.contains(&format!("| `{code}` |")), "{}: `{code}` is not on the page", file.display());
        }
    }
    assert!(count > 60, "only {count} places");
}
