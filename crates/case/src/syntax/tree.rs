//! A TOML file as a tree of values with their places, in written order.

use crate::diagnostic::{Diagnostic, FileId, Report, Severity, Source, Span};
use jiff::civil::Date;
use toml::de::{DeArray, DeTable, DeValue};

/// A file larger than this is refused before it is parsed.
pub(crate) const MOST_BYTES: usize = 4 << 20;
/// So is a longer line: the parser's work on one line may grow faster than its length.
const LONGEST_LINE: usize = 1 << 16;
/// And deeper brackets.
const DEEPEST: usize = 64;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Entries in the order in which their keys first occur.
    Table(Vec<Entry>),
    Array(Vec<Node>),
    Text(Text),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(Date),
    /// A number too large, a time of day: nothing the language knows.
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

/// A string's content, and where it begins in the file if the file holds it character by character (no escapes).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) whole: Span,
    inner: Option<u32>,
}

impl Text {
    /// A text that stands nowhere.
    pub(crate) fn loose(text: &str) -> Text {
        Text { content: text.to_owned(), whole: Span::default(), inner: None }
    }

    /// The place of a stretch of the content; the whole string where escapes shift it.
    pub(crate) fn place(&self, start: usize, end: usize) -> Span {
        match self.inner {
            Some(at) => Span { file: self.whole.file, start: at + start as u32, end: at + end as u32 },
            None => self.whole,
        }
    }
}

impl Node {
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The value under a key of a table.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(&text.content),
            _ => None,
        }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Table(_))
    }

    /// What it is, in words.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind {
            Kind::Table(_) => "a table",
            Kind::Array(_) => "a list",
            Kind::Text(_) => "a text",
            Kind::Integer(_) => "a whole number",
            Kind::Float(_) => "a number",
            Kind::Boolean(_) => "true or false",
            Kind::Date(_) => "a date",
            Kind::Other => "a value that has no use here",
        }
    }
}

/// Parses a file; what cannot be read is reported and left out.
pub(crate) fn parse(source: &Source, file: FileId, report: &mut Report) -> Node {
    let whole = Span { file, start: 0, end: 0 };
    let empty = Node { span: whole, kind: Kind::Table(Vec::new()) };
    if let Err((start, message, label)) = within_limits(&source.text) {
        let span = Span { file, start: start as u32, end: start as u32 };
        report.error("too-large", span, message, label);
        return empty;
    }
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let (start, end) = (range.start.min(source.text.len()), range.end.min(source.text.len()));
        let span = Span { file, start: start as u32, end: end as u32 };
        let message = error.message().lines().next().unwrap_or("unreadable").to_owned();
        report.add(
            Diagnostic::new("syntax", Severity::Error, span, format!("this is not TOML: {message}"), "here")
                .help("see https://toml.io for the form of a TOML file"),
        );
    }
    Node { span: whole, kind: Kind::Table(entries(table.get_ref(), &source.text, file)) }
}

/// Parses one value, as `--set` has it; anything that is no TOML value is a text.
pub(crate) fn parse_value(source: &Source, file: FileId) -> Node {
    let text = &source.text;
    let as_text = || {
        let whole = Span { file, start: 0, end: text.len() as u32 };
        Node { span: whole, kind: Kind::Text(Text { content: text.clone(), whole, inner: Some(0) }) }
    };
    if within_limits(text).is_err() {
        return as_text();
    }
    let mut node = match DeValue::parse(text) {
        Ok(value) => convert(value.get_ref(), value.span(), text, file),
        Err(_) => return as_text(),
    };
    if node.kind == Kind::Other {
        node = as_text();
    }
    node
}

/// The value of a table's cell that begins at this byte: a number, or a text.
pub(crate) fn cell(content: &str, file: FileId, start: usize) -> Node {
    let whole = Span { file, start: start as u32, end: (start + content.len()) as u32 };
    let kind = match (content.parse::<i64>(), content.parse::<f64>()) {
        (Ok(number), _) => Kind::Integer(number),
        (_, Ok(number)) if number.is_finite() => Kind::Float(number),
        _ => Kind::Text(Text { content: content.to_owned(), whole, inner: Some(start as u32) }),
    };
    Node { span: whole, kind }
}

fn within_limits(text: &str) -> Result<(), (usize, String, String)> {
    if text.len() > MOST_BYTES {
        let message = format!("the file has {} bytes; at most {MOST_BYTES} are read", text.len());
        return Err((0, message, "this file is too large".into()));
    }
    let mut start = 0;
    for line in text.split('\n') {
        if line.len() > LONGEST_LINE {
            let message = format!("a line of {} bytes; at most {LONGEST_LINE} are read", line.len());
            return Err((start, message, "this line is too long".into()));
        }
        // Brackets in texts and comments count too: more than enough for any real line.
        let mut depth = 0_usize;
        for (at, byte) in line.bytes().enumerate() {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err((start + at, format!("brackets nested more than {DEEPEST} deep"), "here".into()));
            }
        }
        start += line.len() + 1;
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST * 4 {
            return Err((at, "brackets nested too deep".into(), "here".into()));
        }
    }
    Ok(())
}

fn entries(table: &DeTable<'_>, text: &str, file: FileId) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: place(key.span(), file),
            value: convert(value.get_ref(), value.span(), text, file),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn place(range: std::ops::Range<usize>, file: FileId) -> Span {
    Span { file, start: range.start as u32, end: range.end as u32 }
}

fn convert(value: &DeValue<'_>, range: std::ops::Range<usize>, source: &str, file: FileId) -> Node {
    let span = place(range.clone(), file);
    let kind = match value {
        DeValue::String(text) => {
            let raw = source.get(range.clone()).unwrap_or("");
            let quotes = raw.len() - raw.trim_start_matches(['"', '\'']).len();
            let open = if quotes >= 3 { 3 } else { 1 };
            let rest = raw.get(open..).unwrap_or("");
            let skipped = rest.len() - rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')).unwrap_or(rest).len();
            let skipped = if open == 3 { skipped } else { 0 };
            let inner = rest.get(skipped..).unwrap_or("").starts_with(text.as_ref());
            let inner = inner.then(|| (range.start + open + skipped) as u32);
            Kind::Text(Text { content: text.to_string(), whole: span, inner })
        }
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Kind::Other, Kind::Integer)
        }
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Kind::Float(number),
            _ => Kind::Other,
        },
        DeValue::Boolean(truth) => Kind::Boolean(*truth),
        DeValue::Datetime(when) => match (when.date, when.time) {
            (Some(date), None) => i16::try_from(date.year)
                .ok()
                .and_then(|year| Date::new(year, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok())
                .map_or(Kind::Other, Kind::Date),
            _ => Kind::Other,
        },
        DeValue::Array(array) => Kind::Array(items(array, source, file)),
        DeValue::Table(table) => Kind::Table(entries(table, source, file)),
    };
    Node { span, kind }
}

fn items(array: &DeArray<'_>, source: &str, file: FileId) -> Vec<Node> {
    array.iter().map(|item| convert(item.get_ref(), item.span(), source, file)).collect()
}
