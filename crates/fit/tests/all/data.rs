//! Reading the tables, counting what is left out, and naming mistakes.

use crate::{countries, shipped};
use case::diagnostic::{Diagnostic, Severity, Source};
use fit::records::{exclusions, read};

/// Figures of `data/formation/README.md`, and reasons recounted from other columns than the one that lists them.
#[test]
fn the_shipped_data_are_what_their_readme_says() {
    let read = read(&shipped());
    assert_eq!(read.diagnostics, []);
    assert_eq!(read.records.len(), 1127);
    let mut countries: Vec<&str> = read.records.iter().map(|r| r.opportunity.country.as_str()).collect();
    countries.dedup();
    assert_eq!(countries.len(), 31);
    let mut with_core: Vec<&str> =
        read.records.iter().filter(|r| r.core).map(|r| r.opportunity.country.as_str()).collect();
    with_core.dedup();
    assert_eq!(with_core.len(), 29);
    let core = |split: &str| read.records.iter().filter(|r| r.core && r.split == split).count();
    assert_eq!((core("train"), core("valid")), (385, 111));
    let counted = exclusions(&read.records);
    let recount = |f: &dyn Fn(&fit::records::Record) -> bool| read.records.iter().filter(|r| f(r)).count();
    assert_eq!(counted["caretaker"], recount(&|r| r.outcome.caretaker));
    assert_eq!(counted["before_1945"], recount(&|r| r.outcome.start.year() < 1945));
    assert_eq!(counted["no_previous_cabinet"], recount(&|r| r.opportunity.previous.is_none()));
    // Named by 85 rows of the shipped file; rows for independents and the like are no parties.
    assert_eq!(counted["cabinet_party_without_seats"], 85);
    assert_eq!(counted["fewer_than_2_actors"], recount(&|r| r.actors().len() < 2));
    assert_eq!(counted["single_party_majority"], 149);
    assert!(read.records.iter().all(|r| r.core == r.reasons.is_empty()));
    assert_eq!(read.records.iter().map(|r| r.actors().len()).max(), Some(14));
}

fn edited(file: usize, edit: impl Fn(&str) -> String) -> Vec<Diagnostic> {
    let mut sources = countries(&["IRL"]);
    sources[file].text = edit(&sources[file].text);
    read(&sources).diagnostics
}

fn place(sources: &[Source; 3], found: &Diagnostic) -> (usize, String) {
    let span = found.labels[0].span;
    let text = &sources[span.file.0 as usize].text;
    let line = text[..span.start as usize].matches('\n').count() + 1;
    (line, text[span.start as usize..span.end as usize].to_owned())
}

#[test]
fn a_missing_column_is_named() {
    let found = edited(1, |text| text.replacen(",seats,", ",Seats,", 1));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "missing-column");
    assert!(found[0].message.contains("`seats`") && found[0].message.contains("parties.csv"));
    assert_eq!(found[0].help.as_deref(), Some("rename `Seats` to `seats`"));
}

/// Sets one cell of the first row that holds all of `marks`.
fn set_cell(sources: &mut [Source; 3], file: usize, column: &str, row: usize, value: &str) {
    let mut lines: Vec<String> = sources[file].text.lines().map(str::to_owned).collect();
    let place = lines[0].split(',').position(|c| c == column).expect(column);
    let mut cells: Vec<&str> = lines[row].split(',').collect();
    cells[place] = value;
    lines[row] = cells.join(",");
    sources[file].text = lines.join("\n") + "\n";
}

#[test]
fn a_cabinet_party_without_seats_is_named_with_row_and_column() {
    let mut sources = countries(&["IRL"]);
    let read_well = read(&sources);
    let usable: Vec<&str> = read_well.records.iter().filter(|r| r.core).map(|r| r.opportunity.id.as_str()).collect();
    let header: Vec<&str> = sources[1].text.lines().next().unwrap_or_default().split(',').collect();
    let member = header.iter().position(|c| *c == "in_cabinet").expect("column");
    let row = sources[1]
        .text
        .lines()
        .position(|l| usable.iter().any(|u| l.starts_with(u)) && l.split(',').nth(member) == Some("1"))
        .expect("a party of a cabinet");
    set_cell(&mut sources, 1, "seats", row, "0");
    let found = read(&sources).diagnostics;
    let seatless = found.iter().find(|d| d.code == "cabinet-party-without-seats").expect("named");
    assert_eq!(place(&sources, seatless), (row + 1, "0".to_owned()));
    assert_eq!(seatless.severity, Severity::Error);
    assert!(found.iter().any(|d| d.code == "seats-do-not-add-up"));
}

#[test]
fn chambers_that_do_not_add_up_are_named() {
    let mut sources = countries(&["IRL"]);
    set_cell(&mut sources, 0, "seats_listed", 7, "3");
    let found = read(&sources).diagnostics;
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["seats-do-not-add-up"]);
    assert_eq!(place(&sources, &found[0]), (8, "3".to_owned()));
}

#[test]
fn cells_that_cannot_be_read_and_rows_that_do_not_fit_are_named() {
    let mut sources = countries(&["IRL"]);
    set_cell(&mut sources, 1, "left_right", 3, "left");
    set_cell(&mut sources, 0, "election_date", 2, "1922-13-01");
    set_cell(&mut sources, 2, "split", 9, "train,1");
    let found = read(&sources).diagnostics;
    let codes: Vec<&str> = found.iter().map(|d| d.code).collect();
    assert!(
        codes.contains(&"row-length") && codes.iter().filter(|c| **c == "unreadable-cell").count() == 2,
        "{codes:?}"
    );
    let left = found.iter().find(|d| d.message.contains("`left`")).expect("named");
    assert_eq!(place(&sources, left), (4, "left".to_owned()));
}

#[test]
fn hostile_tables_are_refused_without_panic() {
    for text in ["", "\n\n", "formation_id\n\"", "a,b\n1,2,3\n", "\u{feff}formation_id,split\n"] {
        for file in 0..3 {
            let found = edited(file, |_| text.to_owned());
            assert!(found.iter().any(|d| d.severity == Severity::Error));
        }
    }
}
