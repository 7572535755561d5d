//! What a case rests on, for reading: documents, claims, and the numbers that lean on them.

use crate::load::{self, LoadError};
use ::evidence::claims_file::ClaimsFile;
use case::model::{Case, Law};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::path::Path;

/// `claims.toml` as far as a page shows it.
#[derive(Debug, Clone, Default)]
pub struct Claims(ClaimsFile);

/// The claims of a case; none where the file is missing or is not what it should be (the checker says so).
pub fn read(folder: &Path) -> Result<Claims, LoadError> {
    let file = folder.join("claims.toml");
    if !file.exists() {
        return Ok(Claims::default());
    }
    Ok(Claims(ClaimsFile::parse(&load::text(&file)?).unwrap_or_default()))
}

impl Claims {
    pub fn is_empty(&self) -> bool {
        self.0.claims.is_empty()
    }

    /// The documents, with the address where there is one.
    pub fn sources(&self) -> Markup {
        html! {
            ul .plain {
                @for (id, d) in &self.0.documents {
                    li .source id=(format!("document-{id}")) {
                        (d.title) ". "
                        @if let Some(author) = stated(d.author.as_deref()) { (author) ", " }
                        @if let Some(outlet) = stated(d.outlet.as_deref()) { (outlet) ", " }
                        @if d.published() == "unknown" { "date unknown" } @else { (d.published()) " (date " (d.basis) ")" }
                        @if let Some(address) = d.address() {
                            @if address.starts_with("https://") || address.starts_with("http://") {
                                ". " a href=(address) rel="noreferrer noopener" { (address) }
                            } @else { ". " (address) }
                        }
                        " " span .soft { "[" (id) "]" }
                    }
                }
            }
        }
    }

    /// The claims, each with who says it, how surely, and which numbers lean on it.
    pub fn table(&self, case: &Case) -> Markup {
        self.table_with(case, &|_| None, &BTreeMap::new())
    }

    /// The same where texts are kept.
    ///
    /// - `place`: the address of a document's text, by its digest; `statuses`: where claims stand in the store.
    pub fn table_with(
        &self,
        case: &Case,
        place: &dyn Fn(&str) -> Option<String>,
        statuses: &BTreeMap<String, &'static str>,
    ) -> Markup {
        let leaning = |id: &str| -> (Vec<&str>, Vec<&str>) {
            let of = |pick: fn(&case::model::Reasons) -> &Vec<String>| {
                case.numbers
                    .iter()
                    .filter(|n| pick(&n.reasons).iter().any(|c| c == id))
                    .map(|n| n.path.as_str())
                    .collect()
            };
            (of(|r| &r.because), of(|r| &r.against))
        };
        html! {
            div .scroll tabindex="0" role="region" aria-label="Claims" {
                table {
                    thead { tr { th scope="col" { "Claim" } th scope="col" { "Who, how" } th scope="col" { "Credibility" } th scope="col" { "Numbers that lean on it" } } }
                    tbody { @for (id, claim) in &self.0.claims {
                        @let (supports, opposes) = leaning(id);
                        @let passage = self.0.documents.get(&claim.document).and_then(|d| place(d.sha256.as_deref()?)).filter(|_| claim.start.is_some());
                        tr id=(id) {
                            th scope="row" {
                                (claim.says) " "
                                @match &passage { Some(place) => { a href=(format!("{place}#m-{id}")) { "[" (id) "]" } } None => { span .soft { "[" (id) "]" } } }
                                @if let Some(status) = statuses.get(id).filter(|s| **s != "accepted") { " " span .bad { (status) } }
                            }
                            td .soft {
                                (claim.kind.as_deref().unwrap_or("claim")) @if !claim.speaker().is_empty() { ", " (claim.speaker().join(" → ")) }
                                @if let Some(m) = &claim.modality { ", " (m) }
                                @if let Some(h) = &claim.hedge { " (“" (h) "”)" }
                                @if !claim.document.is_empty() { br; a href=(format!("#document-{}", claim.document)) { (self.0.documents.get(&claim.document).map_or(claim.document.as_str(), |d| d.title.as_str())) } }
                            }
                            td .n { @if let Some(c) = claim.credibility { (c) } }
                            td .soft { (brief(&supports)) @if !opposes.is_empty() { br; "against: " (brief(&opposes)) } }
                        }
                    } }
                }
            }
        }
    }
}

/// What is said of an outlet or author, if it is.
fn stated(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty() && *text != "not stated")
}

fn brief(paths: &[&str]) -> String {
    match paths.len() {
        0 => "—".into(),
        n if n > 4 => format!("{} and {} more", paths[..4].join(", "), n - 4),
        _ => paths.join(", "),
    }
}

/// Numbers without a claim, with the reason they give, if any.
pub fn assumed(case: &Case) -> Markup {
    let bare = || case.numbers.iter().filter(|n| n.reasons.because.is_empty() && !matches!(n.law, Law::Exact(_)));
    html! {
        div .scroll tabindex="0" role="region" aria-label="Numbers without a claim" {
            table {
                thead { tr { th scope="col" { "Number" } th scope="col" { "Range" } th scope="col" { "Assumed because" } } }
                tbody { @for n in bare() { tr {
                    th scope="row" { (n.path) } td .n { (n.written) } td .soft { (n.reasons.assume.as_deref().unwrap_or("no reason given")) }
                } } }
            }
        }
    }
}
