//! The tutorial of the manual, done as it says: its commands are typed, its changes made, its answers compared.

use crate::{Folder, err, formateur_in, out};
use std::path::Path;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/first-hour.md");

/// A fenced block: its info string and its lines; or what stands between.
enum Part {
    Prose(String),
    Block(String, Vec<String>),
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut block: Option<(String, Vec<String>)> = None;
    for line in text.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(info)) => block = Some((info.to_owned(), Vec::new())),
            (Some(_), Some("")) => parts.extend(block.take().map(|(info, lines)| Part::Block(info, lines))),
            (Some((_, lines)), _) => lines.push(line.to_owned()),
            (None, None) => parts.push(Part::Prose(line.to_owned())),
        }
    }
    assert!(block.is_none(), "a block is not closed");
    parts
}

fn join(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Prose(line) => text.push_str(&format!("{line}\n")),
            Part::Block(info, lines) => text.push_str(&format!("```{info}\n{}\n```\n", lines.join("\n"))),
        }
    }
    text
}

/// What a command prints, without figures of time; a page of more than `shown` lines ends in `…`.
fn typed(folder: &Path, command: &str) -> Vec<String> {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("formateur"), "{command}");
    let args: Vec<&str> = words.collect();
    let output = formateur_in(folder, &args);
    let text = if output.status.success() { out(&output) } else { err(&output) + &out(&output) };
    text.lines().filter(|line| !line.contains("1,000 draws")).map(str::to_owned).collect()
}

/// The stretch of an answer that the page shows: from the line that the shown one begins with to the one it ends with.
fn stretch(answer: &[String], shown: &[String]) -> Option<Vec<String>> {
    let (first, last) = (shown.first()?, shown.last()?);
    let named = |line: &String| line.trim_start().split("  ").next().unwrap_or("").to_owned();
    // Figures may have changed; what a line is called has not.
    let is = |line: &String, shown: &String| !line.is_empty() && named(line).starts_with(&named(shown));
    let from = answer.iter().position(|line| is(line, first))?;
    let to = from + answer[from..].iter().position(|line| is(line, last))?;
    Some(answer[from..=to].to_vec())
}

/// Lines with `-` are replaced by those with `+`, in the one file that has them.
fn change(file: &Path, lines: &[String]) {
    let text = std::fs::read_to_string(file).expect("the file the page speaks of");
    let with = |sign: char| {
        lines
            .iter()
            .filter_map(|line| line.strip_prefix(sign))
            .map(|line| format!("{}\n", line.trim()))
            .collect::<String>()
    };
    let (before, after) = (with('-'), with('+'));
    assert_eq!(text.matches(&before).count(), 1, "the page changes lines that are not there: {before}");
    std::fs::write(file, text.replace(&before, &after)).expect("writable");
}

#[test]
fn the_first_hour_goes_as_the_manual_says() {
    let page = std::fs::read_to_string(PAGE).expect("the page");
    let mut parts = parts(&page);
    let folder = Folder::new();
    let (mut commands, mut wrong) = (0, String::new());
    for part in &mut parts {
        let Part::Block(info, lines) = part else { continue };
        match info.as_str() {
            "console" => {
                let command = lines[0].strip_prefix("$ ").expect("a command").to_owned();
                let answer = typed(&folder.0, &command);
                commands += 1;
                let shown = lines[1..].to_vec();
                if shown.is_empty() {
                    continue;
                }
                let found = stretch(&answer, &shown);
                if found.as_ref() != Some(&shown) {
                    let found = found.unwrap_or(answer);
                    wrong.push_str(&format!("$ {command}\n{}\n", found.join("\n")));
                    lines.truncate(1);
                    lines.extend(found);
                }
            }
            "diff" => change(&folder.0.join("valdoria/case.toml"), lines),
            other => assert!(other.is_empty() || other == "text", "a block of the kind `{other}` is not tried"),
        }
    }
    assert!(commands >= 8, "only {commands} commands");
    if std::env::var_os("RECORD").is_some() {
        std::fs::write(PAGE, join(&parts)).expect("writable");
    } else {
        assert!(wrong.is_empty(), "the page shows another answer than these:\n{wrong}");
    }
}
