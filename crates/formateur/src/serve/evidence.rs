//! Documents, claims and decisions over HTTP: the store that `formateur evidence` keeps, one change at a time.
//!
//! Nothing a document says changes anything by itself: rules propose, a person accepts, and only what stands in the case's own
//! files reaches a forecast.

use super::api::No;
use super::files::{seen, text, unchanged, version, write};
use super::{Bench, Shown};
use crate::evidence::{CaseFiles, gazetteer};
use crate::load;
use ::evidence::claims_file::{self, ClaimsFile};
use ::evidence::propose::proposals;
use ::evidence::read::{MOST_BYTES, read, sha256};
use ::evidence::record::{Basis, Claim, Document, Edit, Entry, Stamp, Status};
use ::evidence::review::{self, Checkup};
use ::evidence::span::Span;
use ::evidence::store::{Hit, Standing, Store, StoreError, Stored};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

type App = State<Arc<Bench>>;

/// Where documents and claims are kept, and as whom one decides.
pub struct Shelf {
    pub store: PathBuf,
    pub by: String,
    /// Held while a change is compared and made.
    deciding: tokio::sync::Mutex<()>,
}

impl Shelf {
    pub fn new(store: PathBuf, by: String) -> Shelf {
        Shelf { store, by, deciding: tokio::sync::Mutex::default() }
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: jiff::Timestamp::now().to_string(), by: self.by.clone() }
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> No {
        let status = match error {
            StoreError::Unknown { .. } => StatusCode::NOT_FOUND,
            StoreError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        No::new(status, &error.to_string())
    }
}

/// What a page needs of a case's evidence.
pub struct Desk {
    pub files: CaseFiles,
    /// None is there yet.
    pub store: Option<Store>,
    pub documents: Vec<Stored>,
    /// Claims of the store by id.
    pub claims: BTreeMap<String, Standing>,
    pub checkup: Checkup,
}

/// A document as text, with the passages that claims point at.
pub struct Reading {
    pub document: Document,
    pub text: String,
    pub marks: Vec<Mark>,
}

/// A passage that a claim points at.
pub struct Mark {
    pub claim: String,
    pub says: String,
    /// `proposed`, `accepted`, …, or `file` where only `claims.toml` has the claim.
    pub status: &'static str,
    pub span: Span,
}

impl Desk {
    /// Reads case, claims file and store; `None` where the case has errors.
    pub fn open(case: &Shown, shelf: &Shelf) -> Result<Option<Desk>, No> {
        let failed = |error: &dyn std::fmt::Display| No::new(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string());
        let loaded = load::load(&case.folder).map_err(|error| failed(&error))?;
        if loaded.checked.case.is_none() {
            return Ok(None);
        }
        let files = CaseFiles::of(loaded).map_err(|error| failed(&error))?;
        let store = if shelf.store.exists() { Some(Store::open(&shelf.store)?) } else { None };
        let documents = store.as_ref().map(Store::documents).transpose()?.unwrap_or_default();
        let claims = store.as_ref().map(|store| store.claims(None, None)).transpose()?.unwrap_or_default();
        let checkup = review::check(files.case(), &files.claims, store.as_ref())?;
        let claims = claims.into_iter().map(|s| (s.claim.id.clone(), s)).collect();
        Ok(Some(Desk { files, store, documents, claims, checkup }))
    }

    /// A document by its digest, with all that points into it.
    pub fn reading(&self, document: &str) -> Result<Reading, No> {
        let store = self.store.as_ref().ok_or_else(|| No::new(StatusCode::NOT_FOUND, "there is no store yet"))?;
        let document = store.document(document)?.document;
        let text = store.text(&document.id)?;
        let mut marks: Vec<Mark> = Vec::new();
        for standing in self.claims.values().filter(|s| s.claim.document == document.id) {
            for span in standing.claim.spans.iter().filter(|span| span.holds(&text)) {
                marks.push(Mark {
                    claim: standing.claim.id.clone(),
                    says: standing.claim.says.clone(),
                    status: standing.status.word(),
                    span: span.clone(),
                });
            }
        }
        let file = &self.files.claims;
        for (id, claim) in file.claims.iter().filter(|(id, _)| !self.claims.contains_key(*id)) {
            let of = file.documents.get(&claim.document).and_then(|d| d.sha256.as_deref());
            if of == Some(document.id.as_str())
                && let (Some(start), Some(end)) = (claim.start, claim.end)
                && let Some(span) = Span::of_points(&text, start, end)
            {
                marks.push(Mark { claim: id.clone(), says: claim.says.clone(), status: "file", span });
            }
        }
        marks.sort_by(|a, b| (a.span.start, a.span.end, &a.claim).cmp(&(b.span.start, b.span.end, &b.claim)));
        Ok(Reading { document, text, marks })
    }

    pub fn proposed(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values().filter(|s| s.status == Status::Proposed).map(|s| &s.claim)
    }

    /// Accepted claims that `claims.toml` does not have.
    pub fn unwritten(&self) -> usize {
        let written = |id: &str| self.files.claims.claims.contains_key(id);
        self.claims.values().filter(|s| s.status == Status::Accepted && !written(&s.claim.id)).count()
    }

    /// Documents found by words.
    pub fn search(&self, words: &str, most: usize) -> Result<Vec<Hit>, No> {
        Ok(self.store.as_ref().map(|store| store.search(words, most)).transpose()?.unwrap_or_default())
    }
}

/// Runs what reads files and store where it holds up nobody.
pub async fn apart<T: Send + 'static>(
    bench: Arc<Bench>,
    case: String,
    work: impl FnOnce(&Shown, &Shelf) -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    let done = tokio::task::spawn_blocking(move || {
        let shown = bench.case(&case).ok_or_else(No::no_case)?;
        work(shown, &bench.shelf)
    })
    .await;
    done.map_err(|_| No::new(StatusCode::INTERNAL_SERVER_ERROR, "the evidence cannot be read"))?
}

fn errors() -> No {
    No::new(StatusCode::UNPROCESSABLE_ENTITY, "the case has errors")
}

fn listed(claim: &Claim, status: Status) -> Value {
    let span = claim.spans.first();
    json!({
        "id": claim.id, "status": status, "document": claim.document, "says": claim.says, "kind": claim.kind,
        "actors": claim.actors, "start": span.map(|s| s.start), "end": span.map(|s| s.end),
        "exact": span.map(|s| s.exact.as_str()), "hedge": claim.modality.hedges.first(), "extractor": claim.extractor,
    })
}

/// Documents, claims and what does not fit.
pub async fn all(State(bench): App, Path(case): Path<String>) -> Result<Json<Value>, No> {
    apart(bench, case, |case, shelf| {
        let desk = Desk::open(case, shelf)?.ok_or_else(errors)?;
        let documents: Vec<Value> = desk.documents.iter().map(|s| json!(s.document)).collect();
        let claims: Vec<Value> = desk.claims.values().map(|s| listed(&s.claim, s.status)).collect();
        Ok(Json(json!({
            "documents": documents, "claims": claims, "orphans": desk.checkup.orphans,
            "conflicts": desk.checkup.conflicts, "unsupported": desk.checkup.unsupported,
        })))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    text: String,
    title: Option<String>,
    outlet: Option<String>,
    author: Option<String>,
    address: Option<String>,
    /// None: unknown.
    published: Option<String>,
    basis: Option<Basis>,
}

/// Takes a text in; the same text twice is one document.
pub async fn add(State(bench): App, Path(case): Path<String>, Json(paper): Json<Paper>) -> Result<Response, No> {
    let bad = |why: &str| No::new(StatusCode::BAD_REQUEST, why);
    let published: Option<Date> = match paper.published.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(text.parse().map_err(|_| bad("`published` is a date, YYYY-MM-DD"))?),
        None => None,
    };
    let basis = match (published, paper.basis) {
        (Some(_), Some(basis @ (Basis::Stated | Basis::Inferred))) => basis,
        (None, None | Some(Basis::Unknown)) => Basis::Unknown,
        (Some(_), _) => return Err(bad("`basis` says how the day is known: stated or inferred")),
        (None, Some(_)) => return Err(bad("a day that is stated or inferred goes into `published`")),
    };
    if paper.text.trim().is_empty() || paper.text.len() > MOST_BYTES {
        return Err(bad("`text` is empty or too long"));
    }
    let _deciding = bench.shelf.deciding.lock().await;
    let word = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let (title, outlet, author, address) =
        (word(paper.title), word(paper.outlet), word(paper.author), word(paper.address));
    let text = paper.text;
    apart(bench.clone(), case, move |_, shelf| {
        let found = read("pasted.txt", text.as_bytes())
            .map_err(|error| No::new(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()))?;
        let document = Document {
            id: sha256(found.text.as_bytes()),
            file_sha256: found.file_sha256,
            format: found.format,
            title: title.or(found.title),
            outlet,
            author,
            address,
            source: None,
            published,
            basis,
            characters: found.text.chars().count(),
            flags: found.flags.clone(),
        };
        let characters = document.characters;
        let added = Store::open(&shelf.store)?.add(&shelf.stamp(), document, &found.text)?;
        let said = json!({
            "document": added.id, "characters": characters, "flags": found.flags, "new": added.new,
            "copy_of": added.copy_of.map(|(id, share)| json!({ "document": id, "share": share })),
        });
        Ok((StatusCode::CREATED, Json(said)).into_response())
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only this document; all of them without.
    #[serde(default)]
    document: Option<String>,
}

/// What the rules propose of the documents; nothing is accepted.
pub async fn propose(
    State(bench): App,
    Path(case): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Value>, No> {
    let _deciding = bench.shelf.deciding.lock().await;
    apart(bench.clone(), case, move |case, shelf| {
        let desk = Desk::open(case, shelf)?.ok_or_else(errors)?;
        let Some(mut store) = desk.store else {
            return Err(No::new(StatusCode::NOT_FOUND, "there is no store yet: add a document first"));
        };
        let (names, _) = gazetteer(&case.folder, &desk.files)
            .map_err(|error| No::new(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()))?;
        let documents = match &wanted.document {
            Some(id) => vec![store.document(id)?],
            None => desk.documents,
        };
        let mut new = 0;
        for stored in &documents {
            let text = store.text(&stored.document.id)?;
            let entries: Vec<Entry> =
                proposals(&stored.document, &text, &names).into_iter().map(Entry::Claim).collect();
            new += store.append(&shelf.stamp(), &entries)?;
        }
        let waiting: Vec<Value> = store
            .claims(None, Some(Status::Proposed))?
            .iter()
            .map(|standing| listed(&standing.claim, standing.status))
            .collect();
        Ok(Json(json!({ "new": new, "proposals": waiting })))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `accepted` or `rejected`.
    status: Status,
    /// Where it stood when one decided; if it stands elsewhere by now, nothing is changed.
    seen: Status,
    /// The paraphrase.
    #[serde(default)]
    says: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    why: String,
}

/// Accepts or rejects a claim.
pub async fn decide(
    State(bench): App,
    Path((case, claim)): Path<(String, String)>,
    Json(decision): Json<Decision>,
) -> Result<Json<Value>, No> {
    if !matches!(decision.status, Status::Accepted | Status::Rejected) {
        return Err(No::new(StatusCode::BAD_REQUEST, "`status` is accepted or rejected"));
    }
    let _deciding = bench.shelf.deciding.lock().await;
    apart(bench.clone(), case, move |_, shelf| {
        if !shelf.store.exists() {
            return Err(No::new(StatusCode::NOT_FOUND, "there is no store yet"));
        }
        let mut store = Store::open(&shelf.store)?;
        let now = store.claim(&claim)?;
        if now.status != decision.seen {
            let why = format!("somebody else decided meanwhile: it is {}", now.status.word());
            let body = json!({ "error": why, "diagnostics": [], "status": now.status });
            return Err(No::with(StatusCode::PRECONDITION_FAILED, body));
        }
        let says = decision.says.map(|says| says.trim().to_owned()).filter(|says| !says.is_empty());
        let edit = Edit {
            says: says.filter(|says| *says != now.claim.says),
            kind: decision.kind.filter(|kind| *kind != now.claim.kind),
            ..Edit::default()
        };
        let mut entries = Vec::new();
        if edit != Edit::default() {
            entries.push(Entry::Edit { claim: claim.clone(), to: edit });
        }
        entries.push(Entry::Decide { claim: claim.clone(), status: decision.status, why: decision.why });
        store.append(&shelf.stamp(), &entries)?;
        let now = store.claim(&claim)?;
        Ok(Json(listed(&now.claim, now.status)))
    })
    .await
}

/// Puts accepted claims that `claims.toml` lacks at its end; what is there stays as it is, comments included.
pub async fn put_down(State(bench): App, Path(id): Path<String>, headers: HeaderMap) -> Result<Json<Value>, No> {
    let seen = seen(&headers)?;
    let case = bench.case(&id).ok_or_else(No::no_case)?;
    let _writing = case.writing.lock().await;
    apart(bench.clone(), id.clone(), move |case, shelf| {
        let before = text(case, "claims.toml")?;
        unchanged(before.as_deref(), &seen)?;
        if !shelf.store.exists() {
            return Err(No::new(StatusCode::CONFLICT, "there is no store, so nothing is accepted in it"));
        }
        let store = Store::open(&shelf.store)?;
        let before = before.unwrap_or_default();
        let unread = |error: toml::de::Error| No::new(StatusCode::UNPROCESSABLE_ENTITY, error.message());
        let present = ClaimsFile::parse(&before).map_err(unread)?;
        let whole = claims_file::write(&store, &present)?;
        let all = ClaimsFile::parse(&whole).map_err(unread)?;
        let missing: Vec<&String> = all.claims.keys().filter(|id| !present.claims.contains_key(*id)).collect();
        let cites = |name: &str| missing.iter().any(|id| all.claims[*id].document == name);
        // Tables come one after the other, an empty line between them.
        let lacks = |block: &&str| {
            let parsed = ClaimsFile::parse(block).unwrap_or_default();
            parsed.documents.keys().any(|name| !present.documents.contains_key(name) && cites(name))
                || parsed.claims.keys().any(|id| missing.contains(&id))
        };
        let new: Vec<&str> = whole.split("\n\n").filter(lacks).map(str::trim_end).collect();
        if new.is_empty() {
            return Err(No::new(StatusCode::CONFLICT, "all accepted claims are in claims.toml already"));
        }
        let mut after = before.trim_end().to_owned();
        if !after.is_empty() {
            after.push_str("\n\n");
        }
        after.push_str(&new.join("\n\n"));
        after.push('\n');
        let (diagnostics, wrong) = super::files::judged(case, "claims.toml", &after)?;
        if wrong {
            let body = json!({ "error": "with these claims the case would not read", "diagnostics": diagnostics });
            return Err(No::with(StatusCode::UNPROCESSABLE_ENTITY, body));
        }
        write(case, "claims.toml", &after)?;
        Ok(Json(json!({ "version": version(Some(&after)), "claims": missing.len(), "diagnostics": diagnostics })))
    })
    .await
}
