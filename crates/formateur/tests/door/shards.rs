//! A run in parts is the run, byte for byte; draws as rows.

use super::{Folder, VETO, err, formateur, good, json};
use parquet::file::reader::{FileReader, SerializedFileReader};

/// The tutorial's kind of case with a log that leaves few draws and an actor who errs.
const RARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/door/rare");
/// A case without a log, and one whose log leaves most of its draws.
const PLAIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/germany-2025-chancellor");
const LOGGED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/iraq-2024-withdrawal");

fn parts(case: &str, draws: &str, folder: &Folder, round: u64, n: usize, before: &[String]) -> Vec<String> {
    (1..=n)
        .map(|part| {
            let file = folder.0.join(format!("{round}-{part}.shard")).to_string_lossy().into_owned();
            let shard = format!("{part}/{n}");
            let mut args = vec!["run", case, "--draws", draws, "--shard", &shard, "--out", &file, "--quiet"];
            if !before.is_empty() {
                args.push("--after");
                args.extend(before.iter().map(String::as_str));
            }
            good(&args);
            file
        })
        .collect()
}

fn merged(files: &[String], more: &[&str]) -> String {
    let mut args = vec!["merge"];
    args.extend(files.iter().map(String::as_str));
    args.extend(more);
    good(&args)
}

#[test]
fn parts_put_together_are_the_run_in_every_round() {
    let folder = Folder::new();
    let whole = good(&["run", RARE, "--draws", "200", "--json", "--quiet"]);
    assert!(json(&whole)["formateur"]["effective_draws"].as_f64().expect("a number") < 100.0);
    let mut files = parts(RARE, "200", &folder, 1, 3, &[]);
    // Without the further rounds, merging solves them.
    assert_eq!(merged(&files, &["--json"]), whole);
    let mut rounds = vec![(1, 48)];
    loop {
        let next = json(&merged(&files, &["--next"]));
        let (Some(round), Some(draws)) = (next["round"].as_u64(), next["draws"].as_u64()) else { break };
        rounds.push((round, draws));
        assert!(rounds.len() < 6, "{rounds:?}");
        let more = parts(RARE, "200", &folder, round, 2, &files);
        files.extend(more);
        assert_eq!(merged(&files, &["--json"]), whole);
    }
    assert_eq!(rounds, [(1, 48), (2, 48), (3, 48), (4, 56), (5, 200)], "the case is there to need all of them");
    // A round in the middle cannot be missing.
    let gap: Vec<&str> = files.iter().filter(|file| !file.contains("2-")).map(String::as_str).collect();
    let output = formateur(&[&["merge"], gap.as_slice()].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("the parts of round 2 are missing"), "{}", err(&output));
}

#[test]
fn a_log_that_leaves_many_draws_takes_two_rounds_and_no_log_one() {
    let folder = Folder::new();
    for (case, rounds) in [(PLAIN, vec![]), (LOGGED, vec![(2, 72)])] {
        let whole = good(&["run", case, "--draws", "96", "--json", "--quiet"]);
        let mut files = parts(case, "96", &folder, 1, 2, &[]);
        for (round, draws) in rounds {
            let next = json(&merged(&files, &["--next"]));
            assert_eq!((next["round"].as_u64(), next["draws"].as_u64()), (Some(round), Some(draws)));
            let more = parts(case, "96", &folder, round, 2, &files);
            files.extend(more);
        }
        assert!(json(&merged(&files, &["--next"]))["round"].is_null());
        assert_eq!(merged(&files, &["--json"]), whole);
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let folder = Folder::new();
    let files = parts(VETO, "40", &folder, 1, 2, &[]);
    let refused = |files: &[&str]| {
        let mut args = vec!["merge"];
        args.extend(files);
        let output = formateur(&args);
        assert_eq!(output.status.code(), Some(1));
        err(&output)
    };
    assert!(refused(&[&files[0]]).contains("missing: 2"));
    assert!(refused(&[&files[0], &files[1], &files[0]]).contains("part 1 is there twice"));
    let other = folder.0.join("other.shard").to_string_lossy().into_owned();
    good(&["run", VETO, "--draws", "40", "--seed", "2", "--shard", "2/2", "--out", &other, "--quiet"]);
    assert!(refused(&[&files[0], &other]).contains("the seed is 1 and 2"));
    let mut bytes = std::fs::read(&files[1]).expect("a shard");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&other, bytes).expect("a file");
    assert!(refused(&[&files[0], &other]).contains("is no shard, or is damaged"));
}

#[test]
fn wrong_parts_are_wrong_usage() {
    for shard in ["0/2", "3/2", "1", "a/b", "1/0"] {
        let output = formateur(&["run", VETO, "--shard", shard, "--out", "never.shard"]);
        assert_eq!(output.status.code(), Some(2), "{shard}");
    }
    assert_eq!(formateur(&["run", VETO, "--shard", "1/2"]).status.code(), Some(2));
}

#[test]
fn draws_are_rows_with_what_they_are_of() {
    let folder = Folder::new();
    let file = folder.0.join("draws.csv").to_string_lossy().into_owned();
    let answer = json(&good(&["run", RARE, "--draws", "40", "--json", "--quiet", "--draws-out", &file]));
    let text = std::fs::read_to_string(&file).expect("the draws");
    let hash = answer["formateur"]["case_hash"].as_str().expect("a hash");
    assert!(text.contains(&format!("# formateur.case_hash = {hash}\n")));
    let mut rows = text.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = rows.next().expect("a header").split(',').collect();
    let at = |name: &str| names.iter().position(|n| *n == name).expect(name);
    let outcome = &answer["headline"]["outcomes"][0];
    let column = at(&format!("outcome.{}", outcome["id"].as_str().expect("an id")));
    let mean: f64 = rows
        .map(|row| {
            let cells: Vec<f64> = row.split(',').map(|cell| cell.parse().unwrap_or(0.0)).collect();
            cells[at("weight")] * cells[column]
        })
        .sum();
    assert!((mean - outcome["mean"].as_f64().expect("a mean")).abs() < 1e-12);
    let other = formateur(&["run", RARE, "--draws-out", "draws.doc"]);
    assert_eq!(other.status.code(), Some(2));
}

#[test]
fn draws_as_parquet_say_what_the_table_says() {
    let folder = Folder::new();
    let written = |name: &str| {
        let file = folder.0.join(name).to_string_lossy().into_owned();
        good(&["run", RARE, "--draws", "40", "--quiet", "--draws-out", &file]);
        std::fs::read(&file).expect("the draws")
    };
    let (table, bytes) = (written("draws.csv"), written("draws.parquet"));
    assert_eq!(bytes, written("again.parquet"), "the same draws are the same bytes");
    let table = String::from_utf8(table).expect("text");
    let (about, rows): (Vec<&str>, Vec<&str>) = table.lines().partition(|line| line.starts_with('#'));
    let names: Vec<&str> = rows[0].split(',').collect();
    std::fs::write(folder.0.join("copy.parquet"), bytes).expect("writable");
    let read = SerializedFileReader::try_from(folder.0.join("copy.parquet").as_path()).expect("Parquet");
    let file = read.metadata().file_metadata();
    let said: Vec<String> = file
        .key_value_metadata()
        .expect("metadata")
        .iter()
        .map(|one| format!("# {} = {}", one.key, one.value.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(said, about);
    let columns: Vec<&str> = file.schema_descr().columns().iter().map(|column| column.name()).collect();
    assert_eq!(columns, names);
    assert_eq!(file.num_rows() as usize, rows.len() - 1);
    for (row, line) in read.get_row_iter(None).expect("rows").zip(&rows[1..]) {
        let row = row.expect("a row");
        let cells = row.get_column_iter().map(|(_, field)| match field {
            parquet::record::Field::Null => String::new(),
            parquet::record::Field::Double(value) => value.to_string(),
            parquet::record::Field::Str(word) => word.clone(),
            other => other.to_string(),
        });
        assert_eq!(cells.collect::<Vec<_>>().join(","), **line);
    }
}
