//! The case, its procedure and its syntax as text, for the base case.

use crate::support::{Input, read, recording, root};

#[test]
fn the_base_case_is_shown_as_recorded() {
    let (checked, _, _) = read(&Input::default());
    for (name, text) in [
        ("case", case::show::prose(&checked)),
        ("procedure", case::show::procedure_of(&checked)),
        ("syntax", case::show::syntax(&checked)),
        ("ground", case::show::ground(checked.case.as_ref().expect("a case"))),
    ] {
        let path = root().join(format!("tests/show/{name}.txt"));
        if recording() {
            std::fs::write(&path, &text).expect("writable");
        }
        let recorded = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, recorded, "{name}: `RECORD=1 cargo test -p case` records it anew");
    }
}
