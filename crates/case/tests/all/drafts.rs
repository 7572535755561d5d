//! The drafts of five cases and five packs, in the language as it is now.

use crate::support::root;
use case::diagnostic::Severity;
use case::diagnostic::{Style, render};
use case::{Checked, Sources};

const CASES: [&str; 5] =
    ["iraq-2014-reform", "iraq-2020-expulsion", "iraq-2024-withdrawal", "iraq-2026-paralysis", "iraq-2026-veto"];

fn file(path: &str) -> String {
    std::fs::read_to_string(root().join("tests/drafts").join(path)).expect(path)
}

fn without_errors(checked: &Checked, what: &str) {
    let errors: Vec<_> =
        checked.diagnostics.iter().filter(|found| found.severity == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{what}:\n{}", render(&errors, &checked.sources, Style::Plain));
    assert!(checked.case.is_some(), "{what}");
}

#[test]
fn the_five_cases_are_read_without_errors() {
    for id in CASES {
        let sources =
            Sources::new(file(&format!("{id}/case.toml"))).with_pack("iraq-2005", file("packs/iraq-2005.toml"));
        let checked = case::read(id, &sources);
        without_errors(&checked, id);
        let prose = case::show::prose(&checked);
        assert!(prose.lines().all(|line| line.chars().count() <= 140), "{id}");
    }
}

#[test]
fn the_packs_are_read_without_errors() {
    for (pack, roles) in [
        ("sweden", "speaker = \"head\"\ncaretaker = \"red\"\nincumbent = \"red\""),
        ("israel", "president = \"head\"\ncaretaker = \"red\""),
        ("lebanon", "speaker = \"green\"\ncaretaker = \"red\""),
        ("spain", "king = \"head\""),
    ] {
        let mut text = file("any.toml").replace("PACK", pack).replace("ROLES", roles);
        if pack == "sweden" {
            text = text.replace("incumbent = \"red\"", "");
            text.push_str("\n[state]\nincumbent = { values = \"candidates.premier\", start = \"ann\" }\n");
        }
        let sources = Sources::new(text).with_pack(pack, file(&format!("packs/{pack}.toml")));
        let checked = case::read(pack, &sources);
        without_errors(&checked, pack);
        assert!(case::show::procedure_of(&checked).contains("STAGES"), "{pack}");
    }
}

/// The shipped cases and packs of the repository, where there are any yet.
#[test]
fn shipped_cases_are_read_without_errors() {
    let packs: Vec<_> = std::fs::read_dir(root().join("packs")).into_iter().flatten().flatten().collect();
    let Ok(cases) = std::fs::read_dir(root().join("cases")) else {
        println!("no cases yet: nothing to read");
        return;
    };
    let past = std::fs::read_dir(root().join("cases/past")).into_iter().flatten();
    for folder in cases.chain(past).flatten() {
        let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).ok();
        let Some(case_text) = text("case.toml") else { continue };
        let mut sources = Sources::new(case_text);
        for pack in &packs {
            let name = pack.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
            sources = sources.with_pack(&name, std::fs::read_to_string(pack.path()).expect("a pack"));
        }
        if let Some(claims) = text("claims.toml") {
            sources = sources.with_claims(claims);
        }
        if let Some(log) = text("log.toml") {
            sources = sources.with_log(log);
        }
        let id = folder.file_name().to_string_lossy().into_owned();
        without_errors(&case::read(&id, &sources), &id);
    }
}

/// Laying a file out keeps what it says, and does nothing the second time.
#[test]
fn files_are_laid_out_once() {
    let mut count = 0;
    for folder in ["tests/drafts", "cases", "cases/past"] {
        for entry in std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten() {
            for name in ["case.toml", "claims.toml", "log.toml"] {
                let Ok(text) = std::fs::read_to_string(entry.path().join(name)) else { continue };
                let once = case::format(&text).expect("readable");
                assert_eq!(case::format(&once).as_deref(), Some(once.as_str()), "{}", entry.path().display());
                assert_eq!(once.matches('#').count(), text.matches('#').count());
                count += 1;
            }
        }
    }
    assert!(count >= 5);
}
