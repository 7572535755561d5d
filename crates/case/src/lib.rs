//! What is written: text in, a checked [`Case`](model::Case) out.
//!
//! ```text
//! text → syntax → Case        (this room)        → Game → Solution → Forecast
//! ```
//!
//! Nothing here reads a file, a clock or the environment: sources arrive as text, and every mistake of the
//! author comes back as a [`Diagnostic`](diagnostic::Diagnostic) with its place.
//!
//! ```
//! let sources = case::Sources::new("formateur = 1\ntitle = 3");
//! let checked = case::read("small", &sources);
//! assert!(checked.case.is_none());
//! assert!(checked.diagnostics.iter().any(|d| d.code == "wrong-type"));
//! ```

pub mod diagnostic;
pub mod expr;
pub mod model;
pub mod past;
pub mod schema;
pub mod show;

mod check;
mod format;
mod render;
mod syntax;

pub use format::format;

use diagnostic::{Diagnostic, FileId, Severity, Source, Span};

/// The texts a case is read from. The name of each is what diagnostics show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// `case.toml`: the situation.
    pub case: Source,
    /// `claims.toml`: what it rests on.
    pub claims: Option<Source>,
    /// `log.toml`: what has been seen.
    pub log: Option<Source>,
    /// Procedure packs by the name that `rules` gives them.
    pub packs: Vec<(String, Source)>,
    /// Tables beside the case by their file's name: seats of a chamber.
    pub tables: Vec<(String, Source)>,
}

impl Sources {
    /// A case of one file, shown as `case.toml`.
    pub fn new(text: impl Into<String>) -> Sources {
        Sources { case: Source::new("case.toml", text), ..Sources::default() }
    }

    /// The same with a procedure pack added, shown as `packs/NAME.toml`.
    #[must_use]
    pub fn with_pack(mut self, name: &str, text: impl Into<String>) -> Sources {
        self.packs.push((name.to_owned(), Source::new(format!("packs/{name}.toml"), text)));
        self
    }

    /// The same with a table beside it, shown by its name.
    #[must_use]
    pub fn with_table(mut self, name: &str, text: impl Into<String>) -> Sources {
        self.tables.push((name.to_owned(), Source::new(name, text)));
        self
    }

    /// The same with a `log.toml`.
    #[must_use]
    pub fn with_log(mut self, text: impl Into<String>) -> Sources {
        self.log = Some(Source::new("log.toml", text));
        self
    }

    /// The same with a `claims.toml`.
    #[must_use]
    pub fn with_claims(mut self, text: impl Into<String>) -> Sources {
        self.claims = Some(Source::new("claims.toml", text));
        self
    }
}

/// What reading gave: the case, if nothing forbids it, and everything found on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Present exactly where no diagnostic is an error.
    pub case: Option<model::Case>,
    /// Errors, warnings and notes in order of file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// What a span's file refers to: the case, then its tables, replaced values, pack, claims and log.
    pub sources: Vec<Source>,
    /// The procedure pack among the sources, where there is one.
    pub pack: Option<FileId>,
    /// What the case says of its parties' past.
    pub past: past::Past,
}

impl Checked {
    /// Whether the case cannot be run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }
}

/// Reads a case: never fails, never panics; what is wrong is in the diagnostics, all of it at once.
///
/// - `id`: the folder's name.
pub fn read(id: &str, sources: &Sources) -> Checked {
    read_with(id, sources, &[])
}

/// The same with values replaced: each pair is the path of a number or a top-level key, and the text to stand there.
pub fn read_with(id: &str, sources: &Sources, replaced: &[(String, String)]) -> Checked {
    check::check(id, sources, replaced)
}

/// Line and column of a place, from 1; columns count characters.
///
/// - Returns (1, 1) for a place outside the sources.
pub fn locate(sources: &[Source], span: Span) -> (usize, usize) {
    sources.get(usize::from(span.file.0)).map_or((1, 1), |source| source.locate(span.start as usize))
}

/// The file a place is in, as the user knows it.
pub fn file_name(sources: &[Source], file: FileId) -> &str {
    sources.get(usize::from(file.0)).map_or("", |source| source.name.as_str())
}
