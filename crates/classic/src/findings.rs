//! Mistakes of an author, gathered while reading a file.

use case::diagnostic::{Diagnostic, FileId, Label, Severity, Span};

/// The diagnostics found so far in one file (file 0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Diagnostic>);

impl Findings {
    /// Notes an error at a place; `message` in lower case with the user's words in backticks.
    pub fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: Option<String>) {
        self.push(Severity::Error, code, span, message.into(), help);
    }

    /// Notes something that probably is not what the author means.
    pub fn warning(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: Option<String>) {
        self.push(Severity::Warning, code, span, message.into(), help);
    }

    /// Notes something worth knowing.
    pub fn note(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: Option<String>) {
        self.push(Severity::Note, code, span, message.into(), help);
    }

    /// Whether anything found prevents an answer.
    pub fn any_error(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    fn push(&mut self, severity: Severity, code: &'static str, span: Span, message: String, help: Option<String>) {
        let labels = vec![Label { span, text: String::new() }];
        self.0.push(Diagnostic { code, severity, message, labels, help });
    }
}

/// A stretch of the file being read, from byte offsets.
pub fn span(start: usize, end: usize) -> Span {
    let clip = |x: usize| u32::try_from(x).unwrap_or(u32::MAX);
    Span { file: FileId(0), start: clip(start), end: clip(end) }
}

/// Line and column of a byte offset, both from 1, the column in characters; a leading byte-order mark has no width.
pub fn line_and_column(text: &str, offset: u32) -> (usize, usize) {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let column = before[line_start..].chars().filter(|&c| c != '\u{feff}').count() + 1;
    (line, column)
}

/// `name`, or the candidate that looks most like it, for "did you mean".
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&lower, &c.to_lowercase()), c))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}
