//! Hostile text: a clear refusal in bounded time, never a panic.

use case::Sources;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const BASE: &str = include_str!("../base/case.toml");
const PACK: &str = include_str!("../base/ruritania.toml");

fn refused_quickly(text: String) {
    let before = Instant::now();
    let checked = case::read("x", &Sources::new(text).with_pack("ruritania", PACK));
    assert!(checked.case.is_none());
    assert!(!checked.diagnostics.is_empty());
    assert!(checked.diagnostics.len() <= 1_000);
    // Generous for a machine under load and a build without optimisation.
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
}

#[test]
fn empty_and_garbage() {
    refused_quickly(String::new());
    refused_quickly("\0\0\0".into());
    refused_quickly("]]]]{{{{====".into());
    refused_quickly("\u{feff}\u{202e}= = =".into());
}

#[test]
fn large_files_are_refused_before_they_are_parsed() {
    refused_quickly("x".repeat(100 << 20));
    refused_quickly("a = 1\n".repeat(1 << 20));
}

#[test]
fn deep_nesting_is_refused() {
    refused_quickly(format!("a = {}", "[".repeat(200_000)));
    refused_quickly(format!("a = {}{}", "{ b = ".repeat(100_000), "}".repeat(100_000)));
    refused_quickly(format!("a = [\n{}", "[\n".repeat(100_000)));
    refused_quickly(format!("a{} = 1", ".a".repeat(30_000)));
    refused_quickly(format!("ends = '{}x{}'", "(".repeat(20_000), ")".repeat(20_000)));
    refused_quickly(format!("ends = '{}'", vec!["a"; 20_000].join(" + ")));
    refused_quickly(format!("ends = '{}'", "not ".repeat(10_000)));
    refused_quickly(format!("ends = '{}'", "-".repeat(30_000)));
}

#[test]
fn many_names_and_many_mistakes() {
    let mut text = BASE.replace("[actors]", "").replace("crown = { name", "[actors]\ncrown = { name");
    for n in 0..20_000 {
        let _ = write!(text, "\n[moves.nobody{n}.act]\nthen = {{ nothing{n} = 1 }}\n");
    }
    refused_quickly(text);
}

#[test]
fn huge_domains_and_choices_are_refused() {
    refused_quickly(BASE.replace("range = \"0..3\"", "range = \"0..9223372036854775807\""));
    refused_quickly(BASE.replace(
        "choose = { c = \"candidates.premier\" }",
        "choose = { c = \"0..999\", d = \"0..999\", e = \"0..999\", f = \"0..999\" }",
    ));
    refused_quickly(BASE.replace("members  = 100", "members = 4000000000"));
    refused_quickly(BASE.replace("red   = 40", "red = 1e300"));
}

/// Ways to spoil a text.
fn spoilt(text: &str, cuts: &[(usize, u8)]) -> String {
    const SCRAPS: [&str; 24] = [
        "",
        "=",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "\n",
        "none",
        "stage",
        " or ",
        "0",
        "-1",
        "1e9",
        "2030-01-01",
        "true",
        " to ",
        " per week",
        "by",
        "else",
        ".",
        "crown",
        "\u{0661}",
    ];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, how) in cuts {
        if lines.is_empty() {
            break;
        }
        let n = at % lines.len();
        match how % 6 {
            0 => {
                lines.remove(n);
            }
            1 => lines.swap(n, (at / 7) % text.lines().count().min(n + 1)),
            2 => {
                let line = lines[n].clone();
                lines.push(line);
            }
            _ => {
                let chars: Vec<char> = lines[n].chars().collect();
                let from = (at / 3) % (chars.len() + 1);
                let to = (from + usize::from(*how) % 7).min(chars.len());
                let mut line: String = chars[..from].iter().collect();
                line.push_str(SCRAPS[(at / 11) % SCRAPS.len()]);
                line.extend(&chars[to..]);
                lines[n] = line;
            }
        }
    }
    lines.join("\n")
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: std::env::var("SPOIL").ok().and_then(|n| n.parse().ok()).unwrap_or(300), failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,400}") {
        let checked = case::read("x", &Sources::new(text));
        proptest::prop_assert!(checked.case.is_none());
    }

    #[test]
    fn any_expression_is_read_without_panic(text in "[a-z0-9_ ()<>=!+*/,.\\[\\]-]{0,60}") {
        case::read("x", &Sources::new(BASE.replace("anger >= 2", &text)).with_pack("ruritania", PACK));
    }

    #[test]
    fn spoilt_cases_are_read_without_panic(
        cuts in proptest::collection::vec((0_usize..100_000, 0_u8..=255), 1..6),
        pack_cuts in proptest::collection::vec((0_usize..100_000, 0_u8..=255), 0..3),
    ) {
        let text = spoilt(BASE, &cuts);
        let pack = spoilt(PACK, &pack_cuts);
        let sources = Sources::new(text.clone()).with_pack("ruritania", pack).with_log("[[entry]]\non = 2030-02-01\nwho = 'crown'\ndid = 'warn'");
        let checked = case::read("x", &sources);
        let errors = checked.diagnostics.iter().any(|found| found.severity == case::diagnostic::Severity::Error);
        proptest::prop_assert_eq!(checked.case.is_none(), errors);
        // Drawing never fails either, whatever the places.
        case::diagnostic::render(&checked.diagnostics, &checked.sources, case::diagnostic::Style::Plain);
        case::diagnostic::render(&checked.diagnostics, &checked.sources, case::diagnostic::Style::Aloud);
        case::show::prose(&checked);
        case::show::procedure_of(&checked);
        case::show::syntax(&checked);
        if let Some(laid_out) = case::format(&text) {
            proptest::prop_assert_eq!(case::format(&laid_out), Some(laid_out.clone()));
        }
        // Nothing that is written is lost in silence.
        if let Some(built) = &checked.case {
            let moves: std::collections::BTreeSet<&str> =
                built.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu).map(|action| action.move_id.as_str()).collect();
            for header in text.lines().filter_map(|line| line.strip_prefix("[moves.")?.strip_suffix(']')) {
                proptest::prop_assert!(moves.contains(header), "{} is lost", header);
            }
            for header in text.lines().filter_map(|line| line.strip_prefix("[events.")?.strip_suffix(']')) {
                proptest::prop_assert!(built.events.iter().any(|event| event.id == header), "{} is lost", header);
            }
            proptest::prop_assert!(built.turns.iter().any(|turn| turn.id == "procedure"));
        }
    }
}

#[test]
fn a_case_less_one_line_is_read_or_refused() {
    let (mut read, mut refused) = (0, 0);
    for n in 0..BASE.lines().count() {
        let text: String =
            BASE.lines().enumerate().filter(|(at, _)| *at != n).flat_map(|(_, line)| [line, "\n"]).collect();
        let checked = case::read("x", &Sources::new(text).with_pack("ruritania", PACK));
        if checked.case.is_some() {
            read += 1;
        } else {
            refused += 1;
        }
    }
    assert!(read >= 30 && refused >= 30, "{read} read, {refused} refused");
}
