//! What the store keeps: documents, sources, claims, assessments, and the ledger's entries about them.

use crate::combine::Assessment;
use crate::cue::Modality;
use crate::date::When;
use crate::event::Coded;
use crate::extract::Attribution;
use crate::number::Quantity;
use crate::read::{Format, sha256};
use crate::span::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// How a publication date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The document says so.
    Stated,
    /// From what it knows and does not know.
    Inferred,
    Unknown,
}

impl Basis {
    pub fn word(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Inferred => "inferred",
            Basis::Unknown => "unknown",
        }
    }
}

/// An immutable text and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// SHA-256 of the text; claims point at it.
    pub id: String,
    /// SHA-256 of the file it was read from: the same for a text file.
    pub file_sha256: String,
    pub format: Format,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outlet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// Whose reliability counts for it: an id of the source register.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// The day of publication; none where nothing is known (`basis` is then `unknown`).
    pub published: Option<Date>,
    pub basis: Basis,
    /// Length in code points.
    pub characters: usize,
    /// What is odd in it (see `read`).
    pub flags: Vec<String>,
}

/// A letter of the Admiralty code given to a source on a day. F: cannot be judged, which is no information, not a middle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    pub since: Date,
    /// `A` (completely reliable) to `E` (unreliable), or `F`.
    pub reliability: char,
    pub why: String,
}

/// Who publishes or says things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// What it gains by being believed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interests: Option<String>,
    /// By day; a later entry of the same day replaces an earlier one.
    pub grades: Vec<Grade>,
}

impl Source {
    /// The grade in force on a day.
    pub fn reliability(&self, on: Date) -> Option<&Grade> {
        self.grades.iter().filter(|grade| grade.since <= on).max_by_key(|grade| grade.since)
    }
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Proposed,
    Accepted,
    Rejected,
    /// Accepted once and taken back.
    Retracted,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Proposed => "proposed",
            Status::Accepted => "accepted",
            Status::Rejected => "rejected",
            Status::Retracted => "retracted",
        }
    }
}

/// The kinds of claim.
pub const KINDS: [&str; 7] =
    ["institutional rule", "actor position", "lever", "event", "causal claim", "forecast", "number"];

/// A claim of kind event: what could stand in a log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happened {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coded: Option<Coded>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub recipients: Vec<String>,
    /// The case's move, ballot or event it is, as a person reads it: `reject`, `ballot(president)`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub did: Option<String>,
}

/// A forecast made in a document: scored when the day has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foretold {
    /// When it is known.
    pub resolves: Date,
    /// What the author's words are taken to mean, by an analyst; between 0 and 1.
    pub probability: f64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub came_true: Option<bool>,
}

/// Who says what, where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// `c-` and twelve hexadecimal digits of what it points at; or as a person called it.
    pub id: String,
    /// SHA-256 of the document's text.
    pub document: String,
    pub spans: Vec<Span>,
    /// A paraphrase; of a proposal empty until somebody writes one.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub says: String,
    pub kind: String,
    /// From the author to whoever is quoted: `["author", "informed sources"]`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub speaker: Vec<String>,
    #[serde(default)]
    pub modality: Modality,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub actors: Vec<String>,
    /// What of the model it bears on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub about: Vec<String>,
    /// The time it speaks of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
    /// Admiralty's other axis, the item's own: 1 (confirmed) to 5 (improbable); 6: cannot be judged, no information.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credibility: Option<u8>,
    /// Claims of one origin are one observation; none: the document's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event: Option<Happened>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub foretold: Option<Foretold>,
    /// What proposed it: `rules-1`, a model's name, a person.
    pub extractor: String,
}

impl Claim {
    /// The id of what a claim points at: the same passage proposed twice is one proposal.
    pub fn id_of(document: &str, spans: &[Span], kind: &str) -> String {
        let mut text = document.to_owned();
        for span in spans {
            let _ = write!(text, ":{}-{}", span.start, span.end);
        }
        text.push(':');
        text.push_str(kind);
        format!("c-{}", &sha256(text.as_bytes())[..12])
    }
}

/// What a person may change of a claim; what is absent stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Edit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actors: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<When>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credibility: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Happened>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foretold: Option<Foretold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modality: Option<Modality>,
    /// Further passages that say the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Span>,
}

impl Edit {
    /// The claim with this changed.
    pub fn on(&self, claim: &mut Claim) {
        let edit = self.clone();
        if let Some(says) = edit.says {
            claim.says = says;
        }
        if let Some(kind) = edit.kind {
            claim.kind = kind;
        }
        if let Some(speaker) = edit.speaker {
            claim.speaker = speaker;
        }
        if let Some(actors) = edit.actors {
            claim.actors = actors;
        }
        if let Some(about) = edit.about {
            claim.about = about;
        }
        if let Some(modality) = edit.modality {
            claim.modality = modality;
        }
        for span in edit.also {
            if !claim.spans.contains(&span) {
                claim.spans.push(span);
            }
        }
        claim.date = edit.date.or(claim.date);
        claim.credibility = edit.credibility.or(claim.credibility);
        claim.origin = edit.origin.or(claim.origin.take());
        claim.event = edit.event.or(claim.event.take());
        claim.foretold = edit.foretold.or(claim.foretold.take());
    }
}

/// One use of a language model, for the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub document: String,
    pub endpoint: String,
    pub model: String,
    pub prompt_sha256: String,
    pub answer_sha256: String,
    /// Items in the answer, and how many of them were dropped because their quote does not stand in the text.
    pub items: usize,
    pub dropped: usize,
}

/// A row of the ledger says one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "lowercase")]
pub enum Entry {
    Document(Document),
    Source(Source),
    Claim(Claim),
    Decide {
        claim: String,
        status: Status,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    Edit {
        claim: String,
        to: Edit,
    },
    /// Documents of one origin are copies of one report; `why` says how that is known.
    Origin {
        document: String,
        origin: String,
        why: String,
    },
    Assess(Assessment),
    Asked(Asked),
}

impl Entry {
    pub fn word(&self) -> &'static str {
        match self {
            Entry::Document(_) => "document",
            Entry::Source(_) => "source",
            Entry::Claim(_) => "claim",
            Entry::Decide { .. } => "decide",
            Entry::Edit { .. } => "edit",
            Entry::Origin { .. } => "origin",
            Entry::Assess(_) => "assess",
            Entry::Asked(_) => "asked",
        }
    }
}

/// Who wrote a row, and when (RFC 3339).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub at: String,
    pub by: String,
}
