//! The author's mistakes as values: code, place, what was expected, a suggestion.

pub use crate::render::{Style, render, render_one};
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

/// Every code there is, in order; each has a page under `docs/diagnostics/`.
pub const CODES: [&str; 93] = [
    "adds-to-pack",
    "ambiguous-name",
    "bad-name",
    "bad-number",
    "bad-round",
    "bad-rule",
    "bloc-without-will",
    "chances",
    "circular",
    "dates",
    "deadline-before-start",
    "deadline-from",
    "division-by-zero",
    "draw-in-condition",
    "empty",
    "empty-option",
    "empty-reason",
    "expression",
    "fast-turn",
    "few-readings",
    "log-order",
    "missing-cell",
    "missing-exit",
    "missing-index",
    "missing-key",
    "missing-reading",
    "missing-unit",
    "never",
    "never-equal",
    "no-ballot",
    "no-exit",
    "no-index",
    "no-interest",
    "no-order",
    "no-pace",
    "no-party",
    "no-prior",
    "no-reason",
    "no-record",
    "no-sitting",
    "no-sponsor",
    "no-stage",
    "no-stake",
    "no-vote",
    "no-way-out",
    "not-a-case",
    "not-a-condition",
    "not-a-pack",
    "not-a-value",
    "one-name",
    "out-of-range",
    "question",
    "quota",
    "replaces-pack",
    "row-length",
    "same-name",
    "same-path",
    "seats",
    "short-deadline",
    "sign-flips",
    "syntax",
    "terminal",
    "too-large",
    "twice",
    "two-lines",
    "two-turns",
    "two-ways",
    "unbound-role",
    "unknown-actor",
    "unknown-answer",
    "unknown-ballot",
    "unknown-bloc",
    "unknown-body",
    "unknown-candidates",
    "unknown-cell",
    "unknown-claim",
    "unknown-document",
    "unknown-event",
    "unknown-function",
    "unknown-hypothesis",
    "unknown-key",
    "unknown-move",
    "unknown-name",
    "unknown-pack",
    "unknown-path",
    "unknown-reading",
    "unknown-result",
    "unknown-stage",
    "version",
    "wrong-side",
    "wrong-type",
    "wrong-unit",
    "wrong-value",
];

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
        debug_assert!(CODES.contains(&diagnostic.code), "`{}` has no page", diagnostic.code);
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

    /// Where a file could not be read at all.
    pub(crate) fn damaged(&self) -> Vec<Span> {
        self.found.iter().filter(|found| is_damage(found.code)).map(Diagnostic::place).collect()
    }

    /// Drops what follows from text that could not be read: names and keys that are missing or unknown only because of
    /// it, and anything said of the same line.
    pub(crate) fn drop_echoes(&mut self, damaged: &[Span], sources: &[Source]) {
        if damaged.is_empty() {
            return;
        }
        let line = |span: Span| {
            let source = sources.get(usize::from(span.file.0));
            (span.file, source.map_or(1, |source| source.locate(span.start as usize).0))
        };
        let lines: Vec<(FileId, usize)> = damaged.iter().map(|span| line(*span)).collect();
        self.found.retain(|found| {
            let place = found.place();
            is_damage(found.code)
                || !(found.code.starts_with("unknown-")
                    || found.code.starts_with("missing-")
                    || found.code.starts_with("no-")
                    || lines.contains(&line(place)))
        });
    }

    /// In order of file, place and code.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| a.place().cmp(&b.place()).then(a.code.cmp(b.code)));
        self.found
    }
}

/// Text that could not be read, so that what follows is guesswork.
fn is_damage(code: &str) -> bool {
    matches!(code, "syntax" | "too-large")
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
