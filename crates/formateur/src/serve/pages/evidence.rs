//! The page *Evidence*: what waits for a decision, claims, what does not fit, documents with their marked passages.

use super::{App, Asked, Open, one};
use crate::page::evidence as claims;
use crate::serve::api::No;
use crate::serve::evidence::{Desk, Mark, Reading, apart};
use crate::serve::files;
use ::evidence::record::{Claim, KINDS, Status};
use ::evidence::review::{Checkup, Finding};
use ::evidence::store::{Hit, Stored};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Proposals and documents a page lists; what is left is counted.
const LISTED: usize = 40;
/// Proposals shown at once: as many as one decides in a sitting.
const AT_ONCE: usize = 6;

/// What the page shows, read at once.
struct Seen {
    documents: Vec<Stored>,
    proposed: Vec<Claim>,
    statuses: BTreeMap<String, &'static str>,
    unwritten: usize,
    checkup: Checkup,
    hits: Option<Vec<Hit>>,
    reading: Option<Reading>,
    has_store: bool,
}

pub async fn evidence(State(bench): App, Path(id): Path<String>, Query(asked): Asked) -> Response {
    let open = match Open::new(&bench, &id, &asked).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let (words, document) = (one(&asked, "q").map(str::to_owned), one(&asked, "document").map(str::to_owned));
    let look = (words.clone(), document.clone());
    let seen = apart(bench.clone(), id.clone(), move |case, shelf| {
        let desk =
            Desk::open(case, shelf)?.ok_or_else(|| No::new(StatusCode::UNPROCESSABLE_ENTITY, "the case has errors"))?;
        let (words, document) = look;
        let hits = words.map(|words| desk.search(&words, LISTED)).transpose()?;
        let reading = document.map(|document| desk.reading(&document)).transpose()?;
        Ok(Seen {
            proposed: desk.proposed().cloned().collect(),
            statuses: desk.claims.iter().map(|(id, s)| (id.clone(), s.status.word())).collect(),
            unwritten: desk.unwritten(),
            has_store: desk.store.is_some(),
            documents: desk.documents,
            checkup: desk.checkup,
            hits,
            reading,
        })
    })
    .await;
    let seen = match seen {
        Ok(seen) => seen,
        Err(no) => return open.failed("/evidence", &no),
    };
    if let Some(reading) = &seen.reading {
        let body = html! { (open.title(None)) (text(&id, reading)) };
        return open.page("/evidence", &body);
    }
    let found = match claims::read(&open.case.folder) {
        Ok(found) => found,
        Err(error) => return open.failed("/evidence", &No::new(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())),
    };
    let version = files::version(files::text(open.case, "claims.toml").ok().flatten().as_deref());
    let kept: Vec<&str> = seen.documents.iter().map(|s| s.document.id.as_str()).collect();
    let place =
        |sha: &str| kept.contains(&sha).then(|| format!("/case/{id}/evidence?document={}", &sha[..sha.len().min(16)]));
    let body = html! {
        (open.title(None))
        p #said role="status" aria-live="polite" {}
        (waiting(&id, &seen))
        (documents(&id, &seen, words.as_deref()))
        section {
            h2 { "Claims" }
            p .note { "Credibility from 1 (confirmed) to 5 (improbable); 6 says nothing. Paraphrases; where the text is kept, the claim leads to its passage." }
            @if found.is_empty() { p { "No claims are written down: every number of this case is its author's assumption." } }
            @else { (found.table_with(open.read(), &place, &seen.statuses)) }
            @if seen.unwritten > 0 {
                div .row {
                    span { (seen.unwritten) @if seen.unwritten == 1 { " claim is" } @else { " claims are" } " accepted and not yet in claims.toml, so no number can name " @if seen.unwritten == 1 { "it" } @else { "them" } "." }
                    button #put-down data-version=(version) { "Write into claims.toml" }
                }
            }
        }
        (misfits(&seen.checkup))
        section { h2 { "Sources" } (found.sources()) }
        section { h2 { "Numbers without a claim" } (claims::assumed(open.read())) }
    };
    open.page("/evidence", &body)
}

/// Proposals, each with its passage, to accept or reject.
fn waiting(case: &str, seen: &Seen) -> Markup {
    let title = |id: &str| {
        let stored = seen.documents.iter().find(|s| s.document.id == id);
        stored.and_then(|s| s.document.title.clone()).unwrap_or_else(|| format!("document {}", &id[..id.len().min(8)]))
    };
    html! {
        @if !seen.proposed.is_empty() {
            section {
                h2 { "Waiting for a decision" }
                p .note { (seen.proposed.len()) " proposed by rules. Nothing counts before somebody accepts it; what it says is put in one's own words." }
                @for claim in seen.proposed.iter().take(AT_ONCE) {
                    form .proposal id=(claim.id) data-claim=(claim.id) data-seen=(Status::Proposed.word()) {
                        @for span in &claim.spans {
                            blockquote { span .soft { (readable(&span.prefix)) } mark { (readable(&span.exact)) } span .soft { (readable(&span.suffix)) } }
                        }
                        p .note {
                            (title(&claim.document)) ": " a href=(format!("/case/{case}/evidence?document={}#m-{}", &claim.document[..16], claim.id)) { "in its place" }
                            @if !claim.actors.is_empty() { " · " (claim.actors.join(", ")) }
                            @if let Some(hedge) = claim.modality.hedges.first() { " · hedged: “" (readable(hedge)) "”" }
                            " · " (claim.modality.word()) @if claim.speaker.len() > 1 { " · said by " (readable(&claim.speaker[1..].join(", "))) }
                        }
                        div .row {
                            label { "It says" input type="text" name="says" size="60" value=(claim.says); }
                            label { "Kind" select name="kind" { @for kind in KINDS { option value=(kind) selected[kind == claim.kind] { (kind) } } } }
                            button .first type="submit" name="status" value="accepted" { "Accept" }
                            button type="submit" name="status" value="rejected" { "Reject" }
                        }
                    }
                }
                @if seen.proposed.len() > AT_ONCE { p .note { "and " (seen.proposed.len() - AT_ONCE) " more, shown as these are decided" } }
            }
        }
    }
}

/// What case, claims file and store disagree about.
fn misfits(checkup: &Checkup) -> Markup {
    let list = |title: &str, note: &str, found: &[Finding]| {
        html! {
            @if !found.is_empty() {
                h3 { (title) }
                p .note { (note) }
                ul { @for f in found.iter().take(AT_ONCE) { li { b { (f.id) } ": " (f.message) } } }
                @if found.len() > AT_ONCE {
                    details { summary { "and " (found.len() - AT_ONCE) " more" } ul { @for f in &found[AT_ONCE..] { li { b { (f.id) } ": " (f.message) } } } }
                }
            }
        }
    };
    let clean = checkup.orphans.is_empty() && checkup.conflicts.is_empty() && checkup.unsupported.is_empty();
    html! {
        section {
            h2 { "What does not fit" }
            @if clean { p .note { "Nothing: case, claims and documents agree, and every number gives a reason." } }
            (list("Orphans", "Their passage does not stand where they say; a passage is never moved to text that looks alike.", &checkup.orphans))
            (list("Conflicts", "Two places say different things.", &checkup.conflicts))
            (list("Without support", "Numbers with neither a claim that stands nor a stated assumption.", &checkup.unsupported))
        }
    }
}

/// Documents of the store, a search, and the way in for another.
fn documents(case: &str, seen: &Seen, words: Option<&str>) -> Markup {
    let line = |s: &Stored| {
        html! {
            li .source {
                a href=(format!("/case/{case}/evidence?document={}", &s.document.id[..16])) { (s.document.title.as_deref().unwrap_or("untitled")) }
                @if let Some(outlet) = &s.document.outlet { ", " (outlet) }
                ", " @match s.document.published { Some(day) => { (day) " (" (s.document.basis.word()) ")" } None => { "day unknown" } }
                span .soft { " · " (s.document.characters) " characters" @if !s.document.flags.is_empty() { " · odd: " (s.document.flags.join(", ")) } @if s.origin != s.document.id { " · a copy of another" } }
            }
        }
    };
    html! {
        section {
            h2 { "Documents" }
            @if seen.has_store {
                form .row method="get" role="search" {
                    label { "Search" input type="search" name="q" value=[words]; }
                    button { "Find" }
                }
            } @else { p .note { "No text is kept yet. Texts stay on this machine, in a store of their own beside the cases." } }
            @if let Some(hits) = &seen.hits {
                @if hits.is_empty() { p .note { "No document has all these words." } }
                ul .plain { @for hit in hits { li .source {
                    a href=(format!("/case/{case}/evidence?document={}", &hit.document.id[..16])) { (hit.document.title.as_deref().unwrap_or("untitled")) }
                    br; span .soft { (readable(&hit.around)) }
                } } }
            } @else {
                ul .plain { @for s in seen.documents.iter().take(LISTED) { (line(s)) } }
                @if seen.documents.len() > LISTED { p .note { "and " (seen.documents.len() - LISTED) " more: search for them" } }
            }
            @if !seen.documents.is_empty() { div .row { button #propose type="button" { "Look for claims in them" } } }
            details {
                summary { "Add a document" }
                form #paper {
                    div .row {
                        label { "Title" input type="text" name="title"; }
                        label { "Outlet" input type="text" name="outlet"; }
                        label { "Author" input type="text" name="author"; }
                        label { "Address" input type="url" name="address"; }
                        label { "Published on" input type="date" name="published"; }
                        label { "Known how" select name="basis" { option value="stated" { "the text says so" } option value="inferred" { "inferred" } option value="unknown" { "unknown" } } }
                    }
                    label .soft for="paper-text" { "Text" }
                    textarea .file .short #paper-text name="text" required {}
                    div .row { button .first { "Add" } }
                }
            }
        }
    }
}

/// A document as text, its passages marked.
fn text(case: &str, reading: &Reading) -> Markup {
    let document = &reading.document;
    html! {
        section {
            h2 { (document.title.as_deref().unwrap_or("untitled")) }
            p .note {
                @if let Some(outlet) = &document.outlet { (outlet) " · " }
                @if let Some(author) = &document.author { (author) " · " }
                @match document.published { Some(day) => { "published " (day) " (" (document.basis.word()) ")" } None => { "day of publication unknown" } }
                " · " (document.characters) " characters · SHA-256 " code { (document.id[..16]) "…" }
                @if !document.flags.is_empty() { " · odd: " (document.flags.join(", ")) }
            }
            p .row { a href=(format!("/case/{case}/evidence")) { "Back to the claims" } @if let Some(address) = document.address.as_deref().filter(|a| a.starts_with("https://") || a.starts_with("http://")) { a href=(address) rel="noreferrer noopener" { "Where it was read" } } }
            div .reading {
                div .document tabindex="0" role="region" aria-label="The document's text" { (marked(&reading.text, &reading.marks)) }
                aside aria-label="Claims in this document" {
                    h3 { (reading.marks.len()) " marked" }
                    @if reading.marks.is_empty() { p .note { "No claim points into it yet." } }
                    ul .plain { @for mark in &reading.marks { li {
                        a href=(format!("#m-{}", mark.claim)) { @if mark.says.is_empty() { "“" (cut(&readable(&mark.span.exact), 80)) "”" } @else { (mark.says) } }
                        br; span .soft { (mark.claim) ", " (mark.status) ", " (mark.span.start) "–" (mark.span.end) }
                        @if mark.status == "proposed" { " " a href=(format!("/case/{case}/evidence#{}", mark.claim)) { "decide" } }
                    } } }
                }
            }
        }
    }
}

/// The text with its passages marked; where passages overlap, the piece belongs to all of them.
fn marked(text: &str, marks: &[Mark]) -> Markup {
    let mut cuts: Vec<usize> = marks.iter().flat_map(|m| [m.span.byte_start, m.span.byte_end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let pieces: Vec<(&str, Vec<&Mark>)> = cuts
        .windows(2)
        .map(|w| {
            let within = marks.iter().filter(|m| m.span.byte_start <= w[0] && w[1] <= m.span.byte_end).collect();
            (text.get(w[0]..w[1]).unwrap_or(""), within)
        })
        .collect();
    let mut named: Vec<&str> = Vec::new();
    html! {
        @for (piece, within) in &pieces {
            @let piece = spelled(piece, true);
            @if within.is_empty() { (piece) } @else {
                @for m in within { @if !named.contains(&m.claim.as_str()) { @let _ = named.push(&m.claim); span id=(format!("m-{}", m.claim)) {} } }
                mark .open[within.iter().any(|m| m.status == "proposed")] .gone[within.iter().all(|m| ["rejected", "retracted"].contains(&m.status))]
                    title=(within.iter().map(|m| if m.says.is_empty() { m.claim.clone() } else { m.says.clone() }).collect::<Vec<_>>().join("; ")) { (piece) }
            }
        }
    }
}

/// Invisible characters shown as what they are: they must not turn or hide what a person decides by.
fn readable(text: &str) -> String {
    spelled(text, false)
}

/// The same; with `lines` they are kept.
fn spelled(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' && lines {
            out.push(c);
        } else if c == '\n' || c == '\t' || c == '\r' {
            out.push(' ');
        } else if c.is_control() || ::evidence::fold::is_invisible(c) {
            let _ = write!(out, "[U+{:04X}]", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).collect::<String>() + "…" }
}

#[cfg(test)]
mod tests {
    use super::{marked, readable};
    use crate::serve::evidence::Mark;
    use evidence::span::Span;

    fn mark(text: &str, claim: &str, start: usize, end: usize) -> Mark {
        let span = Span::of_points(text, start, end).expect("inside");
        Mark { claim: claim.into(), says: String::new(), status: "accepted", span }
    }

    #[test]
    fn passages_that_overlap_are_marked_piece_by_piece_and_the_text_stays() {
        let text = "<b>one</b> two & three";
        let shown = marked(text, &[mark(text, "a", 0, 14), mark(text, "b", 11, 22)]).into_string();
        assert_eq!(shown.matches("<mark").count(), 3);
        assert!(shown.contains("&lt;b&gt;one&lt;/b&gt;") && !shown.contains("<b>"), "text is never markup: {shown}");
        assert!(shown.contains("id=\"m-a\"") && shown.contains("id=\"m-b\""));
        let bare: String = shown.split('<').map(|p| p.split_once('>').map_or(p, |(_, rest)| rest)).collect();
        assert_eq!(bare, "&lt;b&gt;one&lt;/b&gt; two &amp; three");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(readable("a\u{202e}b\nc"), "a[U+202E]b c");
    }
}
