//! What rests on what: from a number to passages and sources, from a claim to the numbers that would move.

use crate::claims_file::{ClaimsFile, compare};
use crate::combine::Answer;
use crate::record::{Grade, Status};
use crate::span::Span;
use crate::store::{Standing, Store, StoreError};
use case::model::{Case, Law, Reasons};
use serde::Serialize;
use std::collections::BTreeSet;

/// A number or hypothesis of a case, with all it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    pub path: String,
    /// As the case writes it.
    pub written: String,
    pub supporting: Vec<Reason>,
    pub opposing: Vec<Reason>,
    pub assume: Option<String>,
    /// What the store's assessments of this path say, all claims that do not stand left out.
    pub assessments: Vec<Judged>,
}

/// A claim as a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    pub claim: String,
    pub says: String,
    pub kind: Option<String>,
    pub speaker: Vec<String>,
    /// `accepted`, `retracted`…; `file` where only `claims.toml` has it; `unknown` where nobody has.
    pub status: String,
    pub credibility: Option<u8>,
    /// Claims of one origin are one observation.
    pub origin: Option<String>,
    pub document: Option<Origin>,
    /// The passages; empty where the text is not kept.
    pub passages: Vec<Span>,
}

/// Where a claim comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    pub id: String,
    pub title: String,
    pub outlet: Option<String>,
    pub author: Option<String>,
    pub published: String,
    pub basis: String,
    pub address: Option<String>,
    /// The source's grade on the day of publication.
    pub reliability: Option<Grade>,
    pub flags: Vec<String>,
}

/// An assessment and what it gives now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    pub id: String,
    pub path: String,
    pub answer: Answer,
    pub note: String,
}

/// The numbers and hypotheses of a case with their reasons: (path, as written, reasons).
pub fn numbers(case: &Case) -> Vec<(String, String, Reasons)> {
    let mut all: Vec<_> = case.numbers.iter().map(|n| (n.path.clone(), n.written.clone(), n.reasons.clone())).collect();
    for hypothesis in &case.hypotheses {
        let names: Vec<&str> = hypothesis.readings.iter().map(|r| case.names[r.name.0 as usize].as_str()).collect();
        all.push((format!("hypotheses.{}", hypothesis.id), names.join(" or "), hypothesis.reasons.clone()));
    }
    all
}

/// Everything a path rests on; a path of a table gives every number below it.
pub fn trace(case: &Case, file: &ClaimsFile, store: Option<&Store>, path: &str) -> Result<Vec<Trace>, StoreError> {
    let below = format!("{path}.");
    let mut traces = Vec::new();
    let gone = store.map(Store::not_standing).transpose()?.unwrap_or_default();
    let assessments = store.map(Store::assessments).transpose()?.unwrap_or_default();
    for (own, written, reasons) in numbers(case) {
        if own != path && !own.starts_with(&below) {
            continue;
        }
        let reason =
            |list: &[String]| list.iter().map(|claim| reason(claim, file, store)).collect::<Result<Vec<_>, _>>();
        let mut judged = Vec::new();
        for assessment in assessments.iter().filter(|a| a.path == own) {
            let answer = assessment.method.answer(&gone).map_err(|e| StoreError::Refused(e.to_string()))?;
            judged.push(Judged { id: assessment.id.clone(), path: own.clone(), answer, note: assessment.note.clone() });
        }
        traces.push(Trace {
            path: own,
            written,
            supporting: reason(&reasons.because)?,
            opposing: reason(&reasons.against)?,
            assume: reasons.assume,
            assessments: judged,
        });
    }
    Ok(traces)
}

fn reason(claim: &str, file: &ClaimsFile, store: Option<&Store>) -> Result<Reason, StoreError> {
    let stored = match store.map(|store| store.claim(claim)) {
        Some(Ok(standing)) => Some(standing),
        Some(Err(StoreError::Unknown { .. })) | None => None,
        Some(Err(error)) => return Err(error),
    };
    let written = file.claims.get(claim);
    let mut found = Reason {
        claim: claim.to_owned(),
        says: String::new(),
        kind: None,
        speaker: Vec::new(),
        status: "unknown".into(),
        credibility: None,
        origin: None,
        document: None,
        passages: Vec::new(),
    };
    if let Some(written) = written {
        found.says.clone_from(&written.says);
        found.kind.clone_from(&written.kind);
        found.speaker = written.speaker();
        found.status = "file".into();
        found.credibility = written.credibility;
        found.origin.clone_from(&written.origin);
        if let Some(document) = file.documents.get(&written.document) {
            found.document = Some(Origin {
                id: written.document.clone(),
                title: document.title.clone(),
                outlet: document.outlet.clone(),
                author: document.author.clone(),
                published: document.published(),
                basis: document.basis.clone(),
                address: document.address().map(str::to_owned),
                reliability: None,
                flags: Vec::new(),
            });
            if let (Some(store), Some(sha)) = (store, &document.sha256)
                && let Ok(text) = store.text(sha)
            {
                let places = written.places();
                found.passages.extend(places.into_iter().filter_map(|(start, end)| Span::of_points(&text, start, end)));
            }
        }
    }
    if let (Some(Standing { claim, status }), Some(store)) = (stored, store) {
        found.status = status.word().into();
        found.says = claim.says;
        found.kind = Some(claim.kind);
        found.speaker = claim.speaker;
        found.credibility = claim.credibility;
        found.passages = claim.spans;
        let document = store.document(&claim.document)?;
        found.origin = claim.origin.or(Some(document.origin));
        let document = document.document;
        let source = document.source.clone().or(document.outlet.clone());
        let reliability = store
            .sources()?
            .into_iter()
            .find(|known| source.as_ref().is_some_and(|s| *s == known.id || *s == known.name))
            .and_then(|known| document.published.and_then(|day| known.reliability(day).cloned()));
        found.document = Some(Origin {
            id: document.id.clone(),
            title: document.title.unwrap_or_default(),
            outlet: document.outlet,
            author: document.author,
            published: document.published.map_or_else(|| "unknown".into(), |day| day.to_string()),
            basis: document.basis.word().into(),
            address: document.address,
            reliability,
            flags: document.flags,
        });
    }
    Ok(found)
}

/// What is wrong between a case, its claims file and the store.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Checkup {
    /// Claims whose passage does not stand where they say.
    pub orphans: Vec<Finding>,
    /// Where two say different things.
    pub conflicts: Vec<Finding>,
    /// Numbers with neither a standing claim nor a stated assumption.
    pub unsupported: Vec<Finding>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// A claim's, document's or number's name.
    pub id: String,
    pub message: String,
}

/// Checks a case against its claims file and the store.
pub fn check(case: &Case, file: &ClaimsFile, store: Option<&Store>) -> Result<Checkup, StoreError> {
    let mut checkup = Checkup::default();
    let finding = |id: &str, message: String| Finding { id: id.to_owned(), message };
    let mut gone = BTreeSet::new();
    if let Some(store) = store {
        for difference in compare(file, store)? {
            let orphan = difference.what.starts_with("the document ");
            let list = if orphan { &mut checkup.orphans } else { &mut checkup.conflicts };
            list.push(finding(&difference.id, difference.what));
        }
        for Standing { claim, status } in store.claims(None, None)? {
            let text = store.text(&claim.document)?;
            for span in claim.spans.iter().filter(|span| !span.holds(&text)) {
                checkup
                    .orphans
                    .push(finding(&claim.id, format!("the document does not say this at {}–{}", span.start, span.end)));
            }
            if matches!(status, Status::Rejected | Status::Retracted) {
                gone.insert(claim.id.clone());
            }
            if status == Status::Accepted
                && let Some(odd) = odd_grades(&claim.id, file, store)?
            {
                checkup.conflicts.push(finding(&claim.id, odd));
            }
        }
        let not_standing = store.not_standing()?;
        for assessment in store.assessments()? {
            let Some(number) = case.numbers.iter().find(|n| n.path == assessment.path) else {
                if !case.hypotheses.iter().any(|h| format!("hypotheses.{}", h.id) == assessment.path) {
                    checkup.conflicts.push(finding(
                        &assessment.path,
                        format!("assessment {} is of no number of the case", assessment.id),
                    ));
                }
                continue;
            };
            let answer = assessment.method.answer(&not_standing).map_err(|e| StoreError::Refused(e.to_string()))?;
            if let Some(told) = differs(&number.law, &answer) {
                checkup.conflicts.push(finding(
                    &assessment.path,
                    format!("the case says `{}`, assessment {} {told}", number.written, assessment.id),
                ));
            }
        }
    }
    for (path, _, reasons) in numbers(case) {
        let mut standing = 0;
        for claim in &reasons.because {
            if gone.contains(claim) {
                checkup.conflicts.push(finding(&path, format!("rests on claim {claim}, which no longer stands")));
            } else {
                standing += 1;
            }
        }
        if let Some(both) = reasons.because.iter().find(|claim| reasons.against.contains(claim)) {
            checkup.conflicts.push(finding(&path, format!("claim {both} stands for and against it")));
        }
        if standing == 0 && reasons.assume.is_none() {
            let why = if reasons.because.is_empty() {
                "neither a claim nor an assumption"
            } else {
                "no claim left that stands"
            };
            checkup.unsupported.push(finding(&path, why.into()));
        }
    }
    for list in [&mut checkup.orphans, &mut checkup.conflicts, &mut checkup.unsupported] {
        list.sort();
        list.dedup();
    }
    Ok(checkup)
}

/// A reliable source with an improbable item, or the other way round: readers stumble over the pair.
fn odd_grades(claim: &str, file: &ClaimsFile, store: &Store) -> Result<Option<String>, StoreError> {
    let reason = reason(claim, file, Some(store))?;
    let letter = reason.document.and_then(|d| d.reliability).map(|g| g.reliability);
    Ok(match (letter, reason.credibility) {
        (Some(letter @ 'A'), Some(grade @ 5)) | (Some(letter @ 'E'), Some(grade @ 1)) => {
            Some(format!("graded {letter}{grade}: say which of the two is meant"))
        }
        _ => None,
    })
}

/// How an assessment differs from a case's number by more than rounding.
fn differs(law: &Law, answer: &Answer) -> Option<String> {
    let (Law::Normal { low, high } | Law::LogitNormal { low, high } | Law::LogNormal { low, high }) = law else {
        return None;
    };
    match answer {
        Answer::Interval { low: a, high: b } => {
            let width = (high - low).abs();
            ((a - low).abs() > 0.02 * width || (b - high).abs() > 0.02 * width)
                .then(|| format!("gives {}", answer.text()))
        }
        Answer::Nothing => Some("has nothing left to go by".into()),
        Answer::Posterior(_) => None,
    }
}

/// What a retraction would change, said before it is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consequences {
    pub claim: String,
    pub numbers: Vec<Loses>,
    /// Entries of the log that rest on it: `2026-01-27 washington reject`.
    pub log: Vec<String>,
    pub assessments: Vec<Moves>,
}

/// A number that loses a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loses {
    pub path: String,
    pub written: String,
    /// `for` or `against`.
    pub side: &'static str,
    /// Claims for it that are left.
    pub left: usize,
    pub assumed: bool,
}

/// An assessment that moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moves {
    pub id: String,
    pub path: String,
    pub before: Answer,
    pub after: Answer,
}

/// What moves when a claim no longer counts.
pub fn without(case: &Case, store: &Store, claim: &str) -> Result<Consequences, StoreError> {
    let gone = store.not_standing()?;
    let mut numbers_found = Vec::new();
    for (path, written, reasons) in numbers(case) {
        for (side, list) in [("for", &reasons.because), ("against", &reasons.against)] {
            if list.iter().any(|c| c == claim) {
                let rejected = |c: &&String| {
                    *c == claim || gone.contains(*c) && store.claim(c).is_ok_and(|s| s.status != Status::Proposed)
                };
                let left = reasons.because.iter().filter(|c| !rejected(c)).count();
                numbers_found.push(Loses {
                    path: path.clone(),
                    written: written.clone(),
                    side,
                    left,
                    assumed: reasons.assume.is_some(),
                });
            }
        }
    }
    let log = case
        .log
        .iter()
        .filter(|entry| entry.because.iter().any(|c| c == claim))
        .map(|entry| {
            let did = match &entry.what {
                case::model::Seen::Action(id) | case::model::Seen::Event(id) => id.clone(),
                case::model::Seen::Ballot { ballot, result, .. } => format!("ballot({ballot}) {result}"),
            };
            format!("{} {} {did}", entry.on, entry.who)
        })
        .collect();
    let mut with = gone.clone();
    with.insert(claim.to_owned());
    let mut assessments = Vec::new();
    for assessment in store.assessments()? {
        let say =
            |gone: &BTreeSet<String>| assessment.method.answer(gone).map_err(|e| StoreError::Refused(e.to_string()));
        let (before, after) = (say(&gone)?, say(&with)?);
        if before != after {
            assessments.push(Moves { id: assessment.id.clone(), path: assessment.path.clone(), before, after });
        }
    }
    Ok(Consequences { claim: claim.to_owned(), numbers: numbers_found, log, assessments })
}

/// A copy of a case's `log` without the entries that rest on a claim.
pub fn log_without(case: &Case, claim: &str) -> Vec<case::model::Entry> {
    case.log.iter().filter(|entry| entry.because.iter().all(|c| c != claim)).cloned().collect()
}
