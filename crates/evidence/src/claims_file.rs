//! `claims.toml`: the claims of a case as a file that people can review, and whether store and file agree.

use crate::record::{Claim, Document, Status};
use crate::span::Span;
use crate::store::{Standing, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The file as data. What the checker of cases allows is read; it has checked the rest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ClaimsFile {
    pub documents: BTreeMap<String, FileDocument>,
    pub claims: BTreeMap<String, FileClaim>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FileDocument {
    pub title: String,
    pub outlet: Option<String>,
    pub author: Option<String>,
    published: Option<toml::Value>,
    pub basis: String,
    pub sha256: Option<String>,
    pub address: Option<String>,
    pub url: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FileClaim {
    pub document: String,
    pub start: Option<usize>,
    pub end: Option<usize>,
    /// Further passages that say the same, from and up to which code point.
    pub spans: Vec<[usize; 2]>,
    pub says: String,
    pub kind: Option<String>,
    speaker: Option<toml::Value>,
    pub modality: Option<String>,
    pub hedge: Option<String>,
    about: Option<toml::Value>,
    pub actors: Vec<String>,
    pub credibility: Option<u8>,
    pub origin: Option<String>,
    pub exact: Option<String>,
}

impl FileDocument {
    /// The day as written, or `unknown`.
    pub fn published(&self) -> String {
        self.published.as_ref().map_or_else(|| "unknown".into(), |value| value.to_string().trim_matches('"').to_owned())
    }

    /// Where it can be read.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref().or(self.url.as_deref())
    }
}

impl FileClaim {
    pub fn speaker(&self) -> Vec<String> {
        texts(self.speaker.as_ref())
    }

    pub fn about(&self) -> Vec<String> {
        texts(self.about.as_ref())
    }

    /// All passages, the first one first; none where only the document is named.
    pub fn places(&self) -> Vec<(usize, usize)> {
        let further = self.spans.iter().map(|[start, end]| (*start, *end));
        self.start.zip(self.end).into_iter().chain(further).collect()
    }
}

fn texts(value: Option<&toml::Value>) -> Vec<String> {
    match value {
        Some(toml::Value::String(text)) => vec![text.clone()],
        Some(toml::Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

impl ClaimsFile {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<ClaimsFile, toml::de::Error> {
        toml::from_str(text)
    }

    /// The name the file has for a document of the store.
    fn name_of(&self, document: &str) -> Option<&str> {
        self.documents.iter().find(|(_, d)| d.sha256.as_deref() == Some(document)).map(|(id, _)| id.as_str())
    }
}

/// A place where store and file do not say the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// A claim's or a document's id.
    pub id: String,
    pub what: String,
}

/// Everything store and file disagree about, by id. Documents whose text the store does not have are passed over.
pub fn compare(file: &ClaimsFile, store: &Store) -> Result<Vec<Difference>, StoreError> {
    let mut found = Vec::new();
    let mut say = |id: &str, what: String| found.push(Difference { id: id.to_owned(), what });
    let stored: BTreeMap<String, Document> =
        store.documents()?.into_iter().map(|s| (s.document.id.clone(), s.document)).collect();
    for (id, written) in &file.documents {
        let Some(document) = written.sha256.as_ref().and_then(|sha| stored.get(sha)) else { continue };
        let published = document.published.map_or_else(|| "unknown".into(), |date| date.to_string());
        if written.published() != published {
            say(id, format!("published {} in the file, {published} in the store", written.published()));
        }
        if written.basis != document.basis.word() {
            say(id, format!("its date is {} in the file, {} in the store", written.basis, document.basis.word()));
        }
    }
    let standing: BTreeMap<String, Standing> =
        store.claims(None, None)?.into_iter().map(|s| (s.claim.id.clone(), s)).collect();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (id, written) in &file.claims {
        let document = file.documents.get(&written.document).and_then(|d| d.sha256.clone());
        let Some(document) = document.filter(|sha| stored.contains_key(sha)) else { continue };
        for (k, (start, end)) in written.places().into_iter().enumerate() {
            if !texts.contains_key(&document) {
                texts.insert(document.clone(), store.text(&document)?);
            }
            match Span::of_points(&texts[&document], start, end) {
                None => say(id, format!("the document has no passage {start}–{end}")),
                Some(span) if k == 0 && written.exact.as_ref().is_some_and(|exact| *exact != span.exact) => {
                    say(
                        id,
                        format!(
                            "the document does not say `{}` at {start}–{end}",
                            written.exact.as_deref().unwrap_or("")
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        let Some(Standing { claim, status }) = standing.get(id) else {
            say(id, "in the file, not in the store".into());
            continue;
        };
        if *status != Status::Accepted {
            say(id, format!("in the file, {} in the store", status.word()));
        }
        if claim.document != document {
            say(id, "of another document in the store".into());
        }
        let places: Vec<(usize, usize)> = claim.spans.iter().map(|span| (span.start, span.end)).collect();
        if places != written.places() {
            say(id, "points at other passages in the store".into());
        }
        if claim.says != written.says {
            say(id, "worded otherwise in the store".into());
        }
        if written.kind.as_ref().is_some_and(|kind| *kind != claim.kind) {
            say(
                id,
                format!("of kind {} in the file, {} in the store", written.kind.as_deref().unwrap_or(""), claim.kind),
            );
        }
        if written.credibility != claim.credibility {
            say(id, "graded otherwise in the store".into());
        }
    }
    let cited: BTreeSet<&str> = file.documents.values().filter_map(|d| d.sha256.as_deref()).collect();
    for (id, Standing { claim, status }) in &standing {
        if *status == Status::Accepted && cited.contains(claim.document.as_str()) && !file.claims.contains_key(id) {
            say(id, "accepted in the store, not in the file".into());
        }
    }
    found.sort();
    Ok(found)
}

/// The claims of a file whose documents the store has, as the store keeps them.
pub fn as_claims(file: &ClaimsFile, store: &Store) -> Result<Vec<Claim>, StoreError> {
    let mut claims = Vec::new();
    for (id, written) in &file.claims {
        let Some(document) = file.documents.get(&written.document).and_then(|d| d.sha256.clone()) else { continue };
        let Ok(text) = store.text(&document) else { continue };
        let passage = |(start, end)| {
            Span::of_points(&text, start, end)
                .ok_or_else(|| StoreError::Refused(format!("claim {id}: the document has no passage {start}–{end}")))
        };
        let spans = written.places().into_iter().map(passage).collect::<Result<Vec<Span>, _>>()?;
        if spans.is_empty() {
            continue;
        }
        let mut modality = crate::cue::Modality::default();
        modality.hedges.extend(written.hedge.clone());
        match written.modality.as_deref() {
            Some("conditional") => modality.conditional = true,
            Some("future") => modality.future = true,
            Some("negated") => modality.negated = true,
            Some("prescription") => modality.prescription = true,
            Some("question") => modality.question = true,
            _ => {}
        }
        claims.push(Claim {
            id: id.clone(),
            document,
            spans,
            says: written.says.clone(),
            kind: written.kind.clone().unwrap_or_else(|| "actor position".into()),
            speaker: written.speaker(),
            modality,
            actors: written.actors.clone(),
            about: written.about(),
            date: None,
            number: None,
            attribution: None,
            credibility: written.credibility,
            origin: written.origin.clone(),
            event: None,
            foretold: None,
            extractor: "claims.toml".into(),
        });
    }
    Ok(claims)
}

/// Accepted claims as `claims.toml`, with their documents; paraphrases and places, no passage of any text.
///
/// - `file`: the present file, whose names for documents are kept.
pub fn write(store: &Store, file: &ClaimsFile) -> Result<String, StoreError> {
    let accepted = store.claims(None, Some(Status::Accepted))?;
    let used: BTreeSet<&str> = accepted.iter().map(|s| s.claim.document.as_str()).collect();
    let mut out = String::from("# Who says what, where. Places are code points of the text, half-open.\n");
    let name = |id: &str| file.name_of(id).map_or_else(|| format!("d-{}", &id[..8]), str::to_owned);
    for document in store.documents()?.into_iter().map(|s| s.document).filter(|d| used.contains(d.id.as_str())) {
        let _ = writeln!(out, "\n[documents.{}]", key(&name(&document.id)));
        let or = |value: &Option<String>| text(value.as_deref().unwrap_or("not stated"));
        let _ = writeln!(out, "title     = {}", or(&document.title));
        let _ = writeln!(out, "outlet    = {}", or(&document.outlet));
        let _ = writeln!(out, "author    = {}", or(&document.author));
        let published = document.published.map_or_else(|| "\"unknown\"".into(), |date| date.to_string());
        let _ = writeln!(out, "published = {published}");
        let _ = writeln!(out, "basis     = \"{}\"", document.basis.word());
        let _ = writeln!(out, "sha256    = \"{}\"", document.id);
        if let Some(address) = &document.address {
            let _ = writeln!(out, "address   = {}", text(address));
        }
    }
    for Standing { claim, .. } in &accepted {
        let _ = writeln!(out, "\n[claims.{}]", key(&claim.id));
        let _ = writeln!(out, "document    = {}", text(&name(&claim.document)));
        if let Some(span) = claim.spans.first() {
            let _ = writeln!(out, "start       = {}\nend         = {}", span.start, span.end);
        }
        if let [_, further @ ..] = claim.spans.as_slice()
            && !further.is_empty()
        {
            let pairs: Vec<String> = further.iter().map(|span| format!("[{}, {}]", span.start, span.end)).collect();
            let _ = writeln!(out, "spans       = [{}]", pairs.join(", "));
        }
        let _ = writeln!(out, "says        = {}", text(&claim.says));
        let _ = writeln!(out, "kind        = {}", text(&claim.kind));
        let speakers: Vec<String> = claim.speaker.iter().map(|s| text(s)).collect();
        match speakers.as_slice() {
            [] => {}
            [one] => {
                let _ = writeln!(out, "speaker     = {one}");
            }
            many => {
                let _ = writeln!(out, "speaker     = [{}]", many.join(", "));
            }
        }
        if let Some(hedge) = claim.modality.hedges.first() {
            let _ = writeln!(out, "hedge       = {}", text(hedge));
        }
        let _ = writeln!(out, "modality    = \"{}\"", claim.modality.word());
        let list = |list: &[String]| list.iter().map(|s| text(s)).collect::<Vec<_>>().join(", ");
        if !claim.about.is_empty() {
            let _ = writeln!(out, "about       = [{}]", list(&claim.about));
        }
        if !claim.actors.is_empty() {
            let _ = writeln!(out, "actors      = [{}]", list(&claim.actors));
        }
        if let Some(grade) = claim.credibility {
            let _ = writeln!(out, "credibility = {grade}");
        }
        if let Some(origin) = &claim.origin {
            let _ = writeln!(out, "origin      = {}", text(origin));
        }
    }
    Ok(out)
}

/// A TOML string.
fn text(value: &str) -> String {
    toml::Value::String(value.replace(['\n', '\r'], " ")).to_string()
}

/// A TOML key, bare where it may be.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_owned() } else { text(name) }
}
