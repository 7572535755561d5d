//! What several tests use.

use evidence::gazetteer::{Aliases, Gazetteer};
use evidence::read::{Format, sha256};
use evidence::record::{Basis, Document, Stamp};
use jiff::civil::{Date, date};
use std::path::{Path, PathBuf};

pub const HERE: &str = env!("CARGO_MANIFEST_DIR");

pub fn stamp() -> Stamp {
    Stamp { at: "2030-05-01T10:00:00Z".into(), by: "tester".into() }
}

pub fn document(text: &str, published: Option<Date>) -> Document {
    Document {
        id: sha256(text.as_bytes()),
        file_sha256: sha256(text.as_bytes()),
        format: Format::Text,
        title: Some("A report".into()),
        outlet: Some("Marn Courier".into()),
        author: None,
        address: None,
        source: None,
        published,
        basis: if published.is_some() { Basis::Stated } else { Basis::Unknown },
        characters: text.chars().count(),
        flags: Vec::new(),
    }
}

pub const SPRING: Option<Date> = Some(date(2030, 4, 18));

/// The case every new user begins with.
pub fn valdoria() -> case::model::Case {
    let folder = Path::new(HERE).join("../formateur/templates/small");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the template is there");
    let sources = case::Sources::new(read("case.toml")).with_pack("valdoria", read("packs/valdoria.toml"));
    let checked = case::read("small", &sources);
    checked.case.expect("the template has no errors")
}

pub fn names() -> Gazetteer {
    let text = std::fs::read_to_string(Path::new(HERE).join("tests/valdoria/aliases.toml")).expect("there");
    let case = valdoria();
    let extra: Vec<(String, String)> =
        case.labels.iter().filter(|(_, name)| name.starts_with(char::is_uppercase)).cloned().collect();
    Gazetteer::of_case(&case, &extra, &Aliases::parse(&text).expect("valid")).expect("few names")
}

/// The five articles, where they are.
pub fn articles() -> Option<PathBuf> {
    let folder = Path::new(HERE).join("../../../shared/documents");
    if folder.join("claims.csv").exists() {
        return Some(folder);
    }
    println!("passed over: the five articles are not here");
    None
}
