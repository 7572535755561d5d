//! The reader: the whole grammar, every mistake with its place, no panic on any text.
use exchange::read;

#[test]
fn reads() {
    assert!(read("").is_err());
}
