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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}
