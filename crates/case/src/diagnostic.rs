//! The author's mistakes as values: code, place, what was expected, a suggestion.

use serde::Serialize;

/// A file of the case, as an index into the sources it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct FileId(pub u16);

/// A stretch of a source file: byte offsets, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The case cannot be run.
    Error,
    /// The case runs, but probably does not say what its author means.
    Warning,
    /// Worth knowing.
    Note,
}

/// One finding about a case file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable kebab-case code; each has a page under `docs/diagnostics/`.
    pub code: &'static str,
    pub severity: Severity,
    /// One sentence, lower case, the user's words in backticks.
    pub message: String,
    /// Where; the first label is the primary one. Further labels show the other places that matter.
    pub labels: Vec<Label>,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

/// A place and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One source text with its name as the user knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset, from 1; columns count characters. Offsets past the end or inside a character
    /// are taken back to the nearest place before.
    pub fn locate(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The text of a line, from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        self.text.split('\n').nth(line.saturating_sub(1)).unwrap_or("").trim_end_matches('\r')
    }
}

/// Findings as they are made, up to a limit that keeps garbage from filling memory.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) found: Vec<Diagnostic>,
}

/// More findings than anyone reads; the rest of a hostile file is dropped.
const MOST_FINDINGS: usize = 1_000;

impl Report {
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MOST_FINDINGS && !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.add(Diagnostic::new(code, Severity::Error, span, message, label));
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }

    /// In order of file, place and code.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| a.place().cmp(&b.place()).then(a.code.cmp(b.code)));
        self.found
    }
}

impl Diagnostic {
    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message: message.into(),
            labels: vec![Label { span, text: label.into() }],
            help: None,
        }
    }

    pub(crate) fn and(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The primary place.
    pub fn place(&self) -> Span {
        self.labels.first().map_or(Span::default(), |label| label.span)
    }
}
#[derive(Clone, Copy)]
pub enum Style {
    Plain,
    Aloud,
}
pub fn render(d: &[Diagnostic], sources: &[Source], _: Style) -> String {
    d.iter()
        .map(|d| {
            let (l, c) = d.labels.first().map_or((0, 0), |x| crate::locate(sources, x.span));
            let f = d.labels.first().map_or("", |x| crate::file_name(sources, x.span.file));
            format!("{:?}[{}]: {} {f}:{l}:{c} {:?}\n", d.severity, d.code, d.message, d.help)
        })
        .collect()
}
