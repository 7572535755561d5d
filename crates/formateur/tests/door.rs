//! The command line as a user meets it: exit codes, what is printed, what is written.

#[path = "door/author.rs"]
mod author;
#[path = "door/evidence.rs"]
mod evidence_commands;
#[path = "door/hostile.rs"]
mod hostile;
#[path = "door/hour.rs"]
mod hour;
#[path = "door/readme.rs"]
mod readme;
#[path = "door/serve.rs"]
mod serve;
#[path = "door/shards.rs"]
mod shards;
#[path = "door/workbench.rs"]
mod workbench;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const VETO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/iraq-2026-veto");

fn formateur_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_formateur")).current_dir(folder).args(args).output().expect("the program starts")
}

fn formateur(args: &[&str]) -> Output {
    formateur_in(Path::new("."), args)
}

fn code(args: &[&str]) -> Option<i32> {
    formateur(args).status.code()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Standard output of a command that ends well.
fn good(args: &[&str]) -> String {
    let output = formateur(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}\n{}", err(&output));
    out(&output)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON object")
}

/// A folder of a test's own that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("formateur-door-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    /// A case of one file.
    fn case(&self, text: impl AsRef<[u8]>) -> String {
        let folder = self.0.join("case");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("case.toml"), text).expect("writable");
        self.path("case")
    }

    /// All names in it, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0)
            .expect("readable")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Fit for a pipe and a terminal of 80 columns.
fn assert_plain(text: &str, what: &str) {
    assert!(!text.contains('\u{1b}'), "{what}: escape codes");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{what}: {} columns: {line}", line.chars().count());
        assert!(line.trim_end() == line, "{what}: blanks at the end: {line:?}");
    }
}

/// The table holds these keys.
fn assert_keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "no `{key}` in {value}");
    }
}

const COMMON: [&str; 5] = ["formateur", "case", "from", "now", "until"];
const BAND: [&str; 4] = ["mean", "p10", "p90", "error"];

fn assert_common(answer: &Value) {
    assert_keys(answer, &COMMON);
    assert_keys(&answer["formateur"], &["version", "case_hash", "seed", "draws", "effective_draws"]);
    assert_eq!(answer["case"]["id"], "iraq-2026-veto");
    assert_eq!(answer["case"]["title"], "Iraq after the veto");
    assert_eq!(answer["formateur"]["case_hash"].as_str().map(str::len), Some(64));
}

#[test]
fn a_run_says_who_and_when() {
    let text = good(&["run", VETO, "--draws", "16"]);
    assert_plain(&text, "run");
    for part in ["Iraq after the veto", "Who governs on", "When it is settled", "The case's questions", "16 draws"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let uncoloured = Command::new(env!("CARGO_BIN_EXE_formateur"))
        .args(["run", VETO, "--draws", "16"])
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts");
    assert_eq!(out(&uncoloured), text);
    assert_plain(&err(&uncoloured), "progress");
}

#[test]
fn a_run_in_json_has_the_published_keys() {
    let answer = json(&good(&["run", VETO, "--draws", "16", "--seed", "7", "--json", "--quiet"]));
    assert_common(&answer);
    assert_eq!((&answer["formateur"]["seed"], &answer["formateur"]["draws"]), (&Value::from(7), &Value::from(16)));
    assert_eq!((&answer["now"], &answer["until"]), (&Value::from("2026-01-28"), &Value::from("2026-12-31")));
    assert_keys(&answer, &["headline", "when", "questions", "assumptions", "hypotheses", "misperception"]);
    assert_eq!(answer["headline"]["variable"], "government");
    let outcomes = answer["headline"]["outcomes"].as_array().expect("a list");
    let mut sum = 0.0;
    for outcome in outcomes {
        assert_keys(outcome, &["id", "label"]);
        assert_keys(outcome, &BAND);
        let mean = outcome["mean"].as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&mean));
        sum += mean;
    }
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    assert_keys(&answer["when"], &["median", "p10", "p25", "p75", "p90", "never", "by_month"]);
    let months = answer["when"]["by_month"].as_array().expect("a list");
    let chances: Vec<f64> = months.iter().map(|m| m["probability"].as_f64().expect("a number")).collect();
    assert!(chances.is_sorted() && months.iter().all(|m| m["until"].as_str().is_some_and(|date| date.len() == 10)));
    let questions = answer["questions"].as_array().expect("a list");
    assert!(!questions.is_empty());
    for question in questions {
        assert_keys(question, &["id", "kind"]);
        let banded = ["chance", "given"].contains(&question["kind"].as_str().expect("a text"));
        assert_keys(question, if banded { &BAND } else { &["values"] });
    }
    for hypothesis in answer["hypotheses"].as_array().expect("a list") {
        assert_keys(hypothesis, &["id", "reading", "prior", "posterior"]);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let run = |threads: &str, seed: &str| {
        good(&["run", VETO, "--draws", "16", "--threads", threads, "--seed", seed, "--json", "--quiet"])
    };
    let one = run("1", "1");
    assert_eq!(one, run("2", "1"));
    assert_ne!(one, run("2", "2"));
}

#[test]
fn a_check_says_what_the_case_costs_and_rests_on() {
    let text = good(&["check", VETO]);
    // Before the count stand findings, which quote the author's lines at their length.
    let from = text.find("0 errors").expect("a count of findings");
    assert_plain(&text[from..], "check");
    let answer = json(&good(&["check", VETO, "--json"]));
    assert_common(&answer);
    assert_keys(&answer, &["diagnostics", "size", "irreversible", "assumptions", "sharpness"]);
    assert_keys(
        &answer["size"],
        &["states", "edges_per_period", "periods", "actors", "bytes", "seconds_per_1000_draws"],
    );
    assert!(answer["size"]["edges_per_period"].as_u64().is_some_and(|edges| (1..40_000).contains(&edges)));
    for act in answer["irreversible"].as_array().expect("a list") {
        assert_keys(act, &["move", "per_year_if_free", "per_year_if_quarter", "per_year_if_half"]);
    }
    assert_keys(&answer["sharpness"][0], &["kind", "mean_lambda_stake"]);
    for found in answer["diagnostics"].as_array().expect("a list") {
        assert_keys(found, &["code", "severity", "file", "line", "column", "message", "help"]);
        assert_ne!(found["severity"], "error");
    }
}

#[test]
fn every_stage_can_be_shown() {
    for stage in ["syntax", "case", "game", "solution", "procedure"] {
        let text = good(&["show", stage, VETO]);
        assert!(text.lines().count() > 10 && !text.contains('\u{1b}'), "{stage}:\n{text}");
        assert!(json(&good(&["show", stage, VETO, "--json"])).is_object(), "{stage}");
    }
    assert!(good(&["show", "procedure", "iraq-2005"]).contains("President"));
}

/// Four mistakes in one small case.
const WRONG: &str = r#"formateur = 1
title     = "Small"
question  = "Who?"
from      = 2030-01-07
until     = 2030-06-30
period    = "1 week"
headline  = "government"
settled   = 'government != none'
ends      = 'government == nobody'
precision = { value = "lognormal(10 to 40)", assume = "a test" }
colour    = "red"

[actors]
red = { name = "Red", kind = "party" }

[state]
government = { values = ["red", "none"], start = "none" }

[pace]
red    = { value = "1 per month", assume = "a test" }
purple = { value = "1 per month", assume = "a test" }

[moves.red.govern]
when = 'government == none'
then = { government = "blue" }

[interests.government]
columns = ["red", "none"]
red     = [1, 0]
assume  = "a test"
"#;

#[test]
fn a_wrong_case_has_all_its_mistakes_listed() {
    let folder = Folder::new();
    let case = folder.case(WRONG);
    for command in ["run", "check"] {
        let output = formateur(&[command, &case]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = out(&output) + &err(&output);
        for part in ["`nobody`", "`colour`", "`purple`", "`blue`", ":9:", ":11:", ":21:", ":25:"] {
            assert!(said.contains(part), "{command}: no {part} in\n{said}");
        }
        assert!(!said.contains('\u{1b}'));
        let answer = formateur(&[command, &case, "--json"]);
        assert_eq!(answer.status.code(), Some(1));
        let answer = json(&out(&answer));
        let errors: Vec<&Value> =
            answer["diagnostics"].as_array().expect("a list").iter().filter(|d| d["severity"] == "error").collect();
        let lines: Vec<u64> = errors.iter().filter_map(|d| d["line"].as_u64()).collect();
        assert_eq!(lines, [9, 11, 21, 25], "{command}");
    }
    let aloud = out(&formateur(&["check", &case, "--aloud"]));
    assert!(!aloud.contains('^') && !aloud.contains('│') && aloud.contains("line 25"), "{aloud}");
    let right = WRONG
        .replace("nobody", "red")
        .replace("colour    = \"red\"\n", "")
        .replace("\"blue\"", "\"red\"")
        .replace("purple = { value = \"1 per month\", assume = \"a test\" }\n", "");
    let case = folder.case(right);
    assert_eq!(code(&["check", &case]), Some(0));
    assert_eq!(code(&["run", &case, "--draws", "16", "--quiet"]), Some(0));
}

#[test]
fn files_that_cannot_be_read_are_said() {
    let folder = Folder::new();
    for command in [&["run"] as &[&str], &["check"], &["show", "case"], &["show", "game"], &["fmt"]] {
        let with = |path: &str| code(&[command, &[path]].concat());
        assert_eq!(with(&folder.path("nowhere")), Some(4), "{command:?}");
        assert_eq!(with(&folder.path("")), Some(4), "{command:?}: a folder without a case.toml");
    }
    let said = err(&formateur(&["run", &folder.path("nowhere")]));
    assert!(said.contains("nowhere") && said.lines().count() <= 3, "{said}");
    let case = folder.case(b"title = \"\xff\"");
    let said = formateur(&["check", &case]);
    assert_eq!(said.status.code(), Some(1));
    assert!(err(&said).contains("UTF-8"));
    assert_eq!(code(&["check", &folder.case("")]), Some(1));
}

#[test]
fn wrong_usage_is_said() {
    for args in [
        &["rum", VETO] as &[&str],
        &["run"],
        &["run", VETO, "--draws", "0"],
        &["run", VETO, "--draws", "many"],
        &["run", VETO, "--threads", "0"],
        &["run", VETO, "--seed", "-1"],
        &["show", "nothing", VETO],
        &["new", "x", "--from", "nothing"],
        &["new", ".."],
    ] {
        let output = formateur(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    assert!(good(&["--help"]).contains("Exit codes"));
}

#[test]
fn a_state_space_that_explodes_is_refused_soon() {
    let mut text = WRONG
        .replace("nobody", "red")
        .replace("colour    = \"red\"\n", "")
        .replace("\"blue\"", "\"red\"")
        .replace("purple = { value = \"1 per month\", assume = \"a test\" }\n", "");
    let mut state = String::from("[state]\n");
    for n in 0..30 {
        state.push_str(&format!("v{n} = {{ range = \"0..9\" }}\n"));
        text.push_str(&format!("\n[moves.red.m{n}]\nwhen = 'v{n} < 9'\nthen = {{ v{n} = \"up\" }}\n"));
    }
    let folder = Folder::new();
    let case = folder.case(text.replace("[state]\n", &state));
    let start = Instant::now();
    let output = formateur(&["check", &case]);
    assert_eq!(output.status.code(), Some(3));
    assert!(out(&output).contains("too-large") && out(&output).contains("v0"), "{}", out(&output));
    let answer = formateur(&["run", &case, "--json"]);
    assert_eq!(answer.status.code(), Some(3));
    assert_eq!(json(&out(&answer))["diagnostics"][0]["code"], "too-large");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_reader_may_close_the_pipe_early() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_formateur"))
        .args(["show", "syntax", VETO])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases");

#[test]
fn a_case_runs_under_another_countrys_rules_where_offices_match() {
    let case = format!("{CASES}/bulgaria-2023-third-in-a-row");
    let set = ["--rules", "israel", "--set", "starts_at=consult", "--draws", "20", "--quiet", "--json"];
    let answer = json(&good(&[&["whatif", case.as_str()], set.as_slice()].concat()));
    let outcomes = |side: &str| {
        answer[side]["headline"]["outcomes"].as_array().expect("outcomes").iter().map(|o| o["id"].to_string()).collect()
    };
    let (base, changed): (Vec<String>, Vec<String>) = (outcomes("base"), outcomes("changed"));
    assert!(base.contains(&"\"of_gerb\"".to_owned()) && changed.contains(&"\"of_gerb\"".to_owned()));
    let moved = answer["difference"]
        .as_array()
        .expect("differences")
        .iter()
        .any(|d| d["mean"].as_f64().expect("a number").abs() > 0.05);
    assert!(moved, "other rules, another forecast: {}", answer["difference"]);
}

#[test]
fn where_rules_do_not_fit_it_is_said_what_and_where() {
    let case = format!("{CASES}/sweden-2018-after-the-first-vote");
    let output = formateur(&["whatif", &case, "--rules", "italy", "--draws", "20", "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    for part in [
        "error[rules-differ]: the case does not fit the rules `italy`: 1 office, 2 chambers, 1 stage, 1 ballot",
        "nobody is said to hold `president`",
        "no chamber or body `senate`",
        "there is no stage `sounding`",
        "there is no ballot `vote`",
        "packs/italy.toml:",
        "sweden-2018-after-the-first-vote/case.toml:",
    ] {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
    let output = formateur(&["whatif", &case, "--rules", "italy", "--draws", "20", "--quiet", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told = json(&out(&output));
    let places = told["diagnostics"].as_array().expect("diagnostics");
    assert_eq!(places[0]["code"], "rules-differ");
    assert!(
        places[1..].iter().filter(|d| d["severity"] == "error").all(|d| d["line"].is_u64() && d["file"].is_string())
    );
}

/// Folders under `cases/` and `cases/past/` that hold a case.
fn shipped() -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = [CASES.to_owned(), format!("{CASES}/past")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("cases").map(|entry| entry.expect("an entry").path()))
        .filter(|folder| folder.join("case.toml").exists())
        .collect();
    found.sort();
    found
}

/// The manual's table of scores has a line for every case whose outcome is known, and for no other.
#[test]
fn the_table_of_backtests_lists_every_case_that_can_be_scored() {
    let manual = include_str!("../../../docs/backtests.md");
    let table = manual.split("cases run blind").nth(1).and_then(|rest| rest.split("Had:").next()).expect("a table");
    let mut listed: Vec<String> =
        table.lines().skip(2).filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect();
    listed.sort();
    let mut scored: Vec<String> = shipped()
        .iter()
        .filter(|folder| folder.join("outcome.toml").exists())
        .filter_map(|folder| folder.file_name().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    scored.sort();
    assert_eq!(listed, scored);
}

#[test]
fn a_backtest_names_formations_and_baselines() {
    let cases: Vec<String> =
        ["2010-month", "2014-month"].iter().map(|name| format!("{CASES}/past/iraq-{name}")).collect();
    let asked = ["backtest", &cases[0], &cases[1], "--draws", "20", "--quiet", "--json"];
    let answer = json(&good(&asked));
    assert_eq!((answer["n"].as_u64(), answer["formations"].as_u64()), (Some(2), Some(2)));
    assert_eq!(answer["cases"][0]["formation"], "iraq-2010");
    let told: Vec<&str> =
        answer["against"].as_array().expect("baselines").iter().filter_map(|a| a["baseline"].as_str()).collect();
    assert_eq!(told, ["uniform", "base rate", "largest list"]);
    // In November 2010 nobody of the largest list stands any more.
    assert_eq!(answer["against"][2]["n"], 1);
    assert_eq!(answer["days"]["n"], 2);
    let page = good(&asked[..6]);
    assert!(page.contains("2 cases run blind, of 2 formations") && page.contains("largest list"), "{page}");
}

#[test]
fn every_shipped_case_reads_without_errors_and_every_pack_is_embedded() {
    for case in shipped() {
        let output = formateur(&["check", &case.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(0), "{}\n{}", case.display(), out(&output));
    }
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")).expect("packs") {
        let pack = entry.expect("an entry").path();
        let name = pack.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(good(&["show", "procedure", &name]).contains("article"), "{name}");
    }
}
