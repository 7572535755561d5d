//! A small fictional case that snippets are put into, and Markdown files with input and expected output.

use case::diagnostic::{Diagnostic, FileId, Source, Span};
use case::{Checked, Sources};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const BASE: &str = include_str!("../base/case.toml");
/// What a record of past governments may say.
pub const RECORD: &str = include_str!("../base/history.toml");
const PACK: &str = include_str!("../base/ruritania.toml");

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text cut at its table headers: what stands before the first, then header and text of each.
fn sections(text: &str) -> (String, Vec<(String, String)>) {
    let mut top = String::new();
    let mut list: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let header = line.trim_end();
        if header.starts_with('[') && header.ends_with(']') && !header.contains('=') && !header.starts_with("[[") {
            list.push((header.to_owned(), String::new()));
        }
        match list.last_mut() {
            Some((_, section)) => section.push_str(line),
            None => top.push_str(line),
        }
    }
    (top, list)
}

/// A snippet within a base text: its keys and tables replace those of the same name.
///
/// - Returns the text, and the stretches of it that come from the snippet: (start in text, start in snippet, length).
fn put_into(base: &str, snippet: &str) -> (String, Vec<(usize, usize, usize)>) {
    let (base_top, base_sections) = sections(base);
    let (top, own) = sections(snippet);
    let without: Vec<&str> =
        snippet.lines().filter_map(|line| line.strip_prefix("# without ")).map(str::trim).collect();
    let key = |line: &str| line.split('=').next().unwrap_or("").trim().to_owned();
    let own_keys: Vec<String> = top.lines().map(key).filter(|key| !key.is_empty()).collect();
    let mut text = top.clone();
    let mut stretches = vec![(0, 0, top.len())];
    for line in base_top.split_inclusive('\n') {
        let key = key(line);
        if !own_keys.contains(&key) && !without.contains(&key.as_str()) {
            text.push_str(line);
        }
    }
    stretches.push((text.len(), top.len(), snippet.len() - top.len()));
    text.push_str(&snippet[top.len()..]);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    for (header, section) in base_sections {
        if !own.iter().any(|(known, _)| *known == header) && !without.contains(&header.as_str()) {
            text.push_str(&section);
        }
    }
    (text, stretches)
}

/// What a test's blocks of input add up to.
#[derive(Default)]
pub struct Input {
    pub case: Option<String>,
    pub pack: Option<String>,
    pub log: Option<String>,
    pub claims: Option<String>,
    /// A table beside the case: name and text.
    pub table: Option<(String, String)>,
    /// The text is the whole case, not a snippet.
    pub whole: bool,
}

/// Reads a snippet within the base, and moves the places of findings back into the snippet.
pub fn read(input: &Input) -> (Checked, Vec<Diagnostic>, Vec<Source>) {
    let case = input.case.clone().unwrap_or_default();
    let (case_text, case_parts) =
        if input.whole { (case.clone(), vec![(0, 0, case.len())]) } else { put_into(BASE, &case) };
    let pack = input.pack.clone().unwrap_or_default();
    let (pack_text, pack_parts) = put_into(PACK, &pack);
    let mut sources = Sources::new(case_text).with_pack("ruritania", pack_text);
    if !input.whole {
        // a whole case stands alone
        sources = sources.with_pack("history", RECORD);
    }
    if let Some(log) = &input.log {
        sources = sources.with_log(log.clone());
    }
    if let Some(claims) = &input.claims {
        sources = sources.with_claims(claims.clone());
    }
    if let Some((name, text)) = &input.table {
        sources = sources.with_table(name, text.clone());
    }
    let checked = case::read("ruritania", &sources);
    let mut shown = checked.sources.clone();
    let mut moved = checked.diagnostics.clone();
    let mut files = vec![(0, "case.toml", &case, &case_parts)];
    if let Some(at) = checked.sources.iter().position(|source| source.name == "packs/ruritania.toml") {
        files.push((at as u16, "packs/ruritania.toml", &pack, &pack_parts));
    }
    for (file, name, snippet, parts) in files {
        let own = FileId(shown.len() as u16);
        shown.push(Source::new(name, snippet));
        shown[usize::from(file)].name = format!("{name} (the rest)");
        for found in &mut moved {
            for label in &mut found.labels {
                if label.span.file.0 == file {
                    label.span = back(label.span, own, parts).unwrap_or(label.span);
                }
            }
        }
    }
    (checked, moved, shown)
}

fn back(span: Span, own: FileId, parts: &[(usize, usize, usize)]) -> Option<Span> {
    let start = span.start as usize;
    for (from, to, length) in parts {
        if *length > 0 && start >= *from && start <= from + length {
            let shift = |at: u32| (at as usize - from + to) as u32;
            return Some(Span { file: own, start: shift(span.start), end: shift(span.end) });
        }
    }
    None
}

/// A Markdown file cut into its fenced blocks and what stands between.
pub enum Part {
    Prose(String),
    Block { info: String, text: String },
}

pub fn parts(markdown: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut prose = String::new();
    let mut block: Option<(String, String)> = None;
    for line in markdown.split_inclusive('\n') {
        let fence = line.trim_end().strip_prefix("```");
        match (&mut block, fence) {
            (None, Some(info)) => {
                parts.push(Part::Prose(std::mem::take(&mut prose)));
                block = Some((info.to_owned(), String::new()));
            }
            (Some(_), Some("")) => {
                if let Some((info, text)) = block.take() {
                    parts.push(Part::Block { info, text });
                }
            }
            (Some((_, text)), _) => text.push_str(line),
            (None, None) => prose.push_str(line),
        }
    }
    assert!(block.is_none(), "a block is not closed");
    parts.push(Part::Prose(prose));
    parts
}

pub fn join(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Prose(prose) => text.push_str(prose),
            Part::Block { info, text: block } => {
                let _ = write!(text, "```{info}\n{block}```\n");
            }
        }
    }
    text
}

/// Whether expected outputs are written anew: `RECORD=1 cargo test -p case`.
pub fn recording() -> bool {
    std::env::var_os("RECORD").is_some()
}

pub fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|end| end == "md"));
    files.sort();
    files
}

/// Goes through a file's inputs; `output` makes what is expected in the `text` block after each.
pub fn check_file(path: &Path, output: &dyn Fn(&Input) -> String) -> usize {
    let markdown = std::fs::read_to_string(path).expect("readable");
    let mut parts = parts(&markdown);
    let mut input = Input::default();
    let mut count = 0;
    let mut wrong = String::new();
    for part in &mut parts {
        let Part::Block { info, text } = part else { continue };
        match info.as_str() {
            "toml" => input.case = Some(text.clone()),
            "toml whole" => {
                input.case = Some(text.clone());
                input.whole = true;
            }
            "toml pack" => input.pack = Some(text.clone()),
            "toml log" => input.log = Some(text.clone()),
            "toml claims" => input.claims = Some(text.clone()),
            "text" => {
                let found = output(&input);
                if *text != found {
                    let _ = write!(wrong, "--- expected\n{text}--- found\n{found}\n");
                    *text = found;
                }
                input = Input::default();
                count += 1;
            }
            _ => {}
        }
    }
    if recording() {
        std::fs::write(path, join(&parts)).expect("writable");
    } else {
        assert!(wrong.is_empty(), "{}:\n{wrong}", path.display());
    }
    count
}

/// The text of the base case with a snippet in it.
pub fn put(snippet: &str) -> String {
    put_into(BASE, snippet).0
}
