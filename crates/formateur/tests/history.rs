//! `formateur history` and `formateur coalitions` at the command line.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const NETHERLANDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/netherlands-2006");

fn formateur(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_formateur")).current_dir(ROOT).args(args).output().expect("the program starts")
}

fn good(args: &[&str]) -> String {
    let output = formateur(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&good(args)).expect("one JSON object")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("formateur-history-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

/// A few countries of the shipped data, with the files changed by `edit`.
fn few(name: &str, edit: impl Fn(&str, String) -> Option<String>) -> PathBuf {
    let out = folder(name);
    for file in ["formations.csv", "parties.csv", "split.csv"] {
        let text = std::fs::read_to_string(Path::new(ROOT).join("data/formation").join(file)).expect("shipped");
        let kept: String = text
            .split_inclusive('\n')
            .enumerate()
            .filter(|(n, line)| *n == 0 || ["IRL-", "NOR-", "AUT-"].iter().any(|c| line.starts_with(c)))
            .map(|(_, line)| line)
            .collect();
        match edit(file, kept) {
            Some(text) => std::fs::write(out.join(file), text).expect("written"),
            None => drop(std::fs::remove_file(out.join(file))),
        }
    }
    out
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain name")
}

#[test]
fn coalitions_of_a_chamber_in_the_record() {
    let answer = json(&["coalitions", NETHERLANDS, "--json"]);
    let list = answer["coalitions"].as_array().expect("a list");
    assert_eq!(list.len(), (1 << 10) - 1);
    assert!((list.iter().map(|c| number(&c["probability"])).sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(list.windows(2).all(|w| number(&w[0]["probability"]) >= number(&w[1]["probability"])));
    for coalition in list {
        let seats = coalition["seats"].as_u64().expect("seats");
        let kind = coalition["kind"].as_str().expect("a kind");
        assert_eq!(kind == "minority", seats < 76, "{coalition}");
        let leads: f64 =
            coalition["prime_minister"].as_array().expect("leaders").iter().map(|l| number(&l["probability"])).sum();
        assert!((leads - 1.0).abs() < 1e-9);
        let unplaced = coalition["parties"].as_array().expect("parties").contains(&Value::from("pvdd"));
        assert_eq!(coalition["range"].is_null(), unplaced);
    }
    assert!(answer["earlier_cabinets"].as_u64() > Some(20));
    let missing: Vec<&str> = answer["missing"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(missing.iter().any(|m| m.contains("`pvdd`")), "{missing:?}");
    assert!(!missing.iter().any(|m| m.contains("families") || m.contains("earlier cabinets")), "{missing:?}");
    for key in ["formateur", "case", "from", "now", "until"] {
        assert!(!answer[key].is_null(), "{key}");
    }
    let page = good(&["coalitions", NETHERLANDS]);
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    assert!(page.contains("ChristenUnie") && page.contains("Not known"));
}

#[test]
fn coalitions_of_a_case_that_says_nothing_of_the_past() {
    let answer = json(&["coalitions", "cases/iraq-2026-veto", "--json"]);
    let list = answer["coalitions"].as_array().expect("a list");
    assert_eq!(list.len(), (1 << 13) - 1);
    assert!((list.iter().map(|c| number(&c["probability"])).sum::<f64>() - 1.0).abs() < 1e-9);
    let missing = answer["missing"].as_array().expect("a list");
    assert!(missing.contains(&Value::from("incumbent parties")) && missing.contains(&Value::from("party families")));
    assert_eq!(answer["left_out"].as_array().map(Vec::len), Some(6));
    assert_eq!(number(&answer["earlier_cabinets"]), 0.0);
    // nothing but seats is known, so the largest bloc is the likeliest member
    assert_eq!(answer["parties"][0]["party"], "growth");
}

#[test]
fn a_case_without_a_chamber_is_told_so() {
    let case = folder("no-chamber");
    let text_of = std::fs::read_to_string(Path::new(NETHERLANDS).join("case.toml")).expect("the case");
    let cut = |text: &str, from: &str, to: &str| {
        let (a, b) = (text.find(from).expect("there"), text.find(to).expect("there"));
        format!("{}{}", &text[..a], &text[b..])
    };
    let short = cut(&cut(&text_of, "[chamber]", "[history]"), "[history]", "[candidates.cabinet]");
    let short = short.replace("table = { prior = \"history\" }", "table = \"1 per month\"");
    let short = short.replace("{ prior = \"history\" }", "[0.5, 0.1, 0.2, 0]");
    std::fs::write(case.join("case.toml"), short).expect("written");
    let output = formateur(&["coalitions", text(&case)]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no chamber"));
}

/// Numbers from history are numbers like others: they have a path, a reason, and can be set.
#[test]
fn numbers_from_history_carry_their_reason() {
    let check = json(&["check", NETHERLANDS, "--json"]);
    let assumptions = check["assumptions"].as_array().expect("a list");
    assert!(!assumptions.iter().any(|a| a.as_str().is_some_and(|a| a.starts_with("history.") || a == "pace.table")));
    let base = json(&["run", NETHERLANDS, "--draws", "50", "--json", "--quiet"]);
    let slow =
        json(&["whatif", NETHERLANDS, "--set", "pace.table=0.05 per month", "--draws", "50", "--json", "--quiet"]);
    assert!(number(&slow["changed"]["when"]["never"]) > number(&base["when"]["never"]) + 0.3);
    let page = good(&["show", "case", NETHERLANDS]);
    assert!(page.contains("rests on history") || page.contains("history"), "{page}");
}

#[test]
fn a_fit_is_scored_on_any_folder_of_the_form() {
    let (data, out) = (few("plain", |_, text| Some(text)), folder("fits"));
    let (fit, record) = (out.join("fit.json"), out.join("record.toml"));
    let fitted = json(&[
        "history",
        "fit",
        "--data",
        text(&data),
        "--model",
        "literature10",
        "--out",
        text(&fit),
        "--record",
        text(&record),
        "--json",
    ]);
    assert_eq!(fitted["coefficients"].as_array().map(Vec::len), Some(10));
    assert!(fitted["excluded"].as_array().is_some_and(|e| e.iter().all(|e| number(&e["count"]) > 0.0)));
    assert!(std::fs::read_to_string(&record).expect("a record").contains("kind      = \"record\""));
    let whole = json(&["history", "score", "--data", text(&data), "--fit", text(&fit), "--json"]);
    assert_eq!(whole["split"], "valid");
    // another name for the split, and none at all
    let renamed =
        few("renamed", |file, text| Some(if file == "split.csv" { text.replace(",valid,", ",aside,") } else { text }));
    let other = json(&["history", "score", "--data", text(&renamed), "--fit", text(&fit), "--json"]);
    assert_eq!(other["all"], whole["all"]);
    let named =
        json(&["history", "score", "--data", text(&renamed), "--fit", text(&fit), "--split", "aside", "--json"]);
    assert_eq!(named["all"], whole["all"]);
    assert_eq!(named["duration"], whole["duration"]);
    let one = few("one", |file, text| (file != "split.csv").then_some(text));
    let all = json(&["history", "score", "--data", text(&one), "--fit", text(&fit), "--json"]);
    let both = json(&["history", "score", "--data", text(&data), "--fit", text(&fit), "--split", "all", "--json"]);
    assert_eq!(all["all"]["n"], both["all"]["n"]);
    assert!(number(&all["all"]["n"]) > number(&whole["all"]["n"]));
    let output = formateur(&["history", "score", "--data", text(&data), "--fit", text(&fit), "--split", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("train"));
}

#[test]
fn mistakes_are_named_with_row_and_column_and_counted() {
    // a cabinet party of a core row loses its seats
    let spoilt = few("spoilt", |file, text| {
        if file != "parties.csv" {
            return Some(text);
        }
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
        let place = |name: &str| header.iter().position(|c| *c == name).expect(name);
        let (seats, member, id) = (place("seats"), place("in_cabinet"), place("formation_id"));
        let split = std::fs::read_to_string(Path::new(ROOT).join("data/formation/split.csv")).expect("shipped");
        let core = |id: &str| split.lines().any(|l| l.starts_with(id) && l.contains(",valid,1,"));
        let row = (1..lines.len())
            .find(|&n| {
                let cells: Vec<&str> = lines[n].split(',').collect();
                cells[member] == "1" && core(cells[id])
            })
            .expect("a party of a cabinet");
        let mut cells: Vec<String> = lines[row].split(',').map(str::to_owned).collect();
        "0".clone_into(&mut cells[seats]);
        lines[row] = cells.join(",");
        Some(lines.join("\n") + "\n")
    });
    let out = folder("spoilt-fit");
    let fit = out.join("fit.json");
    let output = formateur(&[
        "history",
        "fit",
        "--data",
        text(&spoilt),
        "--model",
        "literature10",
        "--out",
        text(&fit),
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = said["diagnostics"].as_array().expect("a list");
    let seatless = found.iter().find(|d| d["code"] == "cabinet-party-without-seats").expect("named");
    assert_eq!(seatless["file"], "parties.csv");
    assert!(number(&seatless["line"]) > 1.0 && number(&seatless["column"]) > 1.0);
    assert!(said["excluded"].as_array().expect("a list").iter().any(|e| e["reason"] == "cabinet-party-without-seats"));
    // the others can still be scored: the row is left out, and counted
    let scores =
        json(&["history", "score", "--data", text(&spoilt), "--fit", "data/formation/fit/best.json", "--json"]);
    assert!(
        scores["excluded"].as_array().expect("a list").iter().any(|e| e["reason"] == "cabinet-party-without-seats")
    );
    let whole = few("whole", |_, text| Some(text));
    let all = json(&["history", "score", "--data", text(&whole), "--fit", "data/formation/fit/best.json", "--json"]);
    assert_eq!(number(&scores["all"]["n"]) + 1.0, number(&all["all"]["n"]));
    // a column that is missing
    let short = few("short", |file, text| {
        Some(if file == "formations.csv" { text.replacen("majority_quota", "quota", 1) } else { text })
    });
    let output =
        formateur(&["history", "score", "--data", text(&short), "--fit", "data/formation/fit/best.json", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["diagnostics"][0]["code"], "missing-column");
}

/// The table of the manual's page is what the program says, and the record is the fit's.
#[test]
fn what_ships_is_what_the_manual_says() {
    let page = good(&["history", "score", "--data", "data/formation", "--fit", "data/formation/fit/best.json"]);
    let manual = std::fs::read_to_string(Path::new(ROOT).join("docs/history.md")).expect("the page");
    for line in page.lines().filter(|line| !line.trim().is_empty()) {
        assert!(manual.contains(line), "docs/history.md does not say\n{line}\n\n{page}");
    }
    let fit = std::fs::read_to_string(Path::new(ROOT).join("data/formation/fit/best.json")).expect("the fit");
    let fit = fit::model::Fit::read(&fit).expect("a fit of this program");
    let record = std::fs::read_to_string(Path::new(ROOT).join("data/formation/fit/record.toml")).expect("the record");
    assert_eq!(fit.priors.write(), record);
}

/// A case of the templates, looked back on from May, with a log.
fn watched(name: &str, log: &str) -> PathBuf {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/small"), folder(name));
    let case = std::fs::read_to_string(from.join("case.toml")).expect("the template");
    let line = case.lines().find(|line| line.starts_with("now ")).expect("a present");
    std::fs::write(to.join("case.toml"), case.replace(line, "now = 2030-05-06")).expect("written");
    std::fs::create_dir_all(to.join("packs")).expect("a folder");
    std::fs::copy(from.join("packs/valdoria.toml"), to.join("packs/valdoria.toml")).expect("copied");
    std::fs::write(to.join("log.toml"), log).expect("written");
    to
}

const WARNED: &str = "[[entry]]\non = 2030-03-20\nwho = \"borea\"\ndid = \"warn\"\nbecause = [\"report:1\"]\n\n\
    [[entry]]\non = 2030-04-10\nwho = \"kostka\"\ndid = \"designation(vega)\"\nbecause = [\"report:2\"]\n";

#[test]
fn logs_of_several_cases_are_profiled_together() {
    let (one, other) = (watched("one-log", WARNED), watched("no-log", ""));
    let args = |cases: &[&Path]| -> Vec<String> {
        let mut args = vec!["calibrate".to_owned()];
        args.extend(cases.iter().map(|c| text(c).to_owned()));
        args.extend(["--draws", "60", "--json", "--quiet"].map(str::to_owned));
        args
    };
    let run = |cases: &[&Path]| {
        let args = args(cases);
        json(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (alone, both, twice) = (run(&[&one]), run(&[&one, &other]), run(&[&one, &one]));
    let points = |answer: &Value| -> Vec<f64> {
        let list = answer["numbers"][0]["points"].as_array().expect("points");
        list.iter().map(|p| number(&p["log_likelihood"])).collect()
    };
    assert_eq!(alone["numbers"][0]["path"], "precision");
    // a log in which nothing stands says nothing; the same log twice says twice as much
    assert_eq!(points(&alone), points(&both));
    for (single, double) in points(&alone).iter().zip(points(&twice)) {
        assert!((2.0 * single - double).abs() < 1e-9);
    }
    assert!(points(&alone).iter().all(|ll| *ll < 0.0));
    let found = &alone["numbers"][0];
    assert_eq!(found["identified"], "no");
    assert!(found["low"].is_null() && found["high"].is_null());
    let output = formateur(&["calibrate", text(&one), "--of", "numbers.nothing"]);
    assert_eq!(output.status.code(), Some(2));
}
