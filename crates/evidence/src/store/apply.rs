//! What follows from a row of the ledger. One function, used when a row is written and when it is replayed.

use super::StoreError;
use crate::combine::Answer;
use crate::fold::{fold, key};
use crate::near::sketch;
use crate::record::{Claim, Entry, KINDS, Source, Status};
use crate::words::Words;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

pub(super) fn apply(transaction: &Transaction, seq: i64, entry: &Entry) -> Result<(), StoreError> {
    match entry {
        Entry::Document(document) => {
            let (row, text): (i64, String) = transaction
                .query_row("SELECT id, text FROM texts WHERE sha256 = ?1", [&document.id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?
                .ok_or_else(|| StoreError::Unknown { what: "text", id: document.id.clone() })?;
            let published = document.published.map(|date| date.to_string());
            let mut insert = transaction.prepare_cached("INSERT INTO documents VALUES (?1, ?2, ?3, ?1, ?4)")?;
            insert.execute(params![document.id, row, published, serde_json::to_string(document)?])?;
            let folded = fold(&text);
            let hashes = sketch(&Words::of(&text, &folded));
            let mut insert = transaction.prepare_cached("INSERT INTO sketches VALUES (?1, ?2)")?;
            insert.execute(params![row, pack(&hashes)])?;
            let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO smallest VALUES (?1, ?2)")?;
            for hash in hashes.iter().take(super::LOOKED_UP) {
                insert.execute(params![*hash as i64, row])?;
            }
            let mut insert =
                transaction.prepare_cached("INSERT INTO passages (rowid, title, text) VALUES (?1, ?2, ?3)")?;
            insert.execute(params![row, key(document.title.as_deref().unwrap_or("")), folded.text])?;
        }
        Entry::Source(source) => source_row(transaction, source)?,
        Entry::Claim(claim) => {
            check_claim(transaction, claim)?;
            let mut insert =
                transaction.prepare_cached("INSERT INTO claims VALUES (?1, ?2, 'proposed', ?3, ?4, ?5)")?;
            insert.execute(params![claim.id, claim.document, claim.extractor, serde_json::to_string(claim)?, seq])?;
        }
        Entry::Decide { claim, status, why } => {
            let before: Option<String> = transaction
                .query_row("SELECT status FROM claims WHERE id = ?1", [claim], |row| row.get(0))
                .optional()?;
            let before = before.ok_or_else(|| StoreError::Unknown { what: "claim", id: claim.clone() })?;
            let fits = match status {
                Status::Proposed => false,
                Status::Retracted => before == "accepted",
                Status::Accepted => before != "retracted" || !why.is_empty(),
                Status::Rejected => before == "proposed" || before == "rejected",
            };
            if !fits {
                let hint = if before == "accepted" && *status == Status::Rejected { ": retract it" } else { "" };
                return Err(StoreError::Refused(format!(
                    "claim {claim} is {before} and cannot become {}{hint}",
                    status.word()
                )));
            }
            transaction.execute("UPDATE claims SET status = ?2 WHERE id = ?1", [claim.as_str(), status.word()])?;
        }
        Entry::Edit { claim: id, to } => {
            let body: Option<String> =
                transaction.query_row("SELECT body FROM claims WHERE id = ?1", [id], |row| row.get(0)).optional()?;
            let body = body.ok_or_else(|| StoreError::Unknown { what: "claim", id: id.clone() })?;
            let mut claim: Claim = serde_json::from_str(&body)?;
            to.on(&mut claim);
            check_claim(transaction, &claim)?;
            transaction.execute("UPDATE claims SET body = ?2 WHERE id = ?1", [id, &serde_json::to_string(&claim)?])?;
        }
        Entry::Origin { document, origin, .. } => {
            let known = transaction.execute("UPDATE documents SET origin = ?2 WHERE id = ?1", [document, origin])?;
            if known == 0 {
                return Err(StoreError::Unknown { what: "document", id: document.clone() });
            }
        }
        Entry::Assess(assessment) => {
            let answer: Answer =
                assessment.method.answer(&BTreeSet::new()).map_err(|error| StoreError::Refused(error.to_string()))?;
            if serde_json::to_string(&answer)? != serde_json::to_string(&assessment.result)? {
                return Err(StoreError::Refused(format!("assessment {} does not give what it says", assessment.id)));
            }
            for claim in assessment.method.claims() {
                let there: bool =
                    transaction
                        .query_row("SELECT EXISTS (SELECT 1 FROM claims WHERE id = ?1)", [claim], |row| row.get(0))?;
                if !there {
                    return Err(StoreError::Unknown { what: "claim", id: claim.to_owned() });
                }
            }
            transaction.execute(
                "INSERT OR REPLACE INTO assessments VALUES (?1, ?2, ?3)",
                params![assessment.id, assessment.path, serde_json::to_string(assessment)?],
            )?;
        }
        Entry::Asked(asked) => {
            transaction.execute("INSERT INTO asked VALUES (?1, ?2)", params![seq, serde_json::to_string(asked)?])?;
        }
    }
    Ok(())
}

fn source_row(transaction: &Transaction, source: &Source) -> Result<(), StoreError> {
    if let Some(grade) = source.grades.iter().find(|grade| !('A'..='F').contains(&grade.reliability)) {
        return Err(StoreError::Refused(format!("reliability is a letter from A to F, not `{}`", grade.reliability)));
    }
    let mut grades = source.grades.clone();
    let before: Option<String> =
        transaction.query_row("SELECT body FROM sources WHERE id = ?1", [&source.id], |row| row.get(0)).optional()?;
    let mut merged = source.clone();
    if let Some(before) = before {
        let before: Source = serde_json::from_str(&before)?;
        let kept =
            before.grades.into_iter().filter(|old| grades.iter().all(|new| new.since != old.since)).collect::<Vec<_>>();
        grades.extend(kept);
        merged.kind = merged.kind.or(before.kind);
        merged.interests = merged.interests.or(before.interests);
    }
    grades.sort_by_key(|grade| grade.since);
    merged.grades = grades;
    transaction.execute(
        "INSERT OR REPLACE INTO sources VALUES (?1, ?2)",
        params![merged.id, serde_json::to_string(&merged)?],
    )?;
    Ok(())
}

/// A claim points at passages that are there, and its grades are grades.
fn check_claim(transaction: &Transaction, claim: &Claim) -> Result<(), StoreError> {
    let refused = |message: String| Err(StoreError::Refused(message));
    let known: bool =
        transaction
            .query_row("SELECT EXISTS (SELECT 1 FROM documents WHERE id = ?1)", [&claim.document], |row| row.get(0))?;
    if !known {
        return Err(StoreError::Unknown { what: "document", id: claim.document.clone() });
    }
    if !claim.spans.is_empty() {
        let mut query = transaction.prepare_cached("SELECT text FROM texts WHERE sha256 = ?1")?;
        let text: String = query.query_row([&claim.document], |row| row.get(0))?;
        if let Some(orphan) = claim.spans.iter().find(|span| !span.holds(&text)) {
            return refused(format!(
                "claim {}: the document does not say this at {}–{}",
                claim.id, orphan.start, orphan.end
            ));
        }
    }
    if !KINDS.contains(&claim.kind.as_str()) {
        return refused(format!(
            "claim {}: `{}` is no kind of claim; expected one of: {}",
            claim.id,
            claim.kind,
            KINDS.join(", ")
        ));
    }
    if claim.credibility.is_some_and(|grade| !(1..=6).contains(&grade)) {
        return refused(format!("claim {}: credibility is a grade from 1 to 6", claim.id));
    }
    if claim.foretold.as_ref().is_some_and(|f| !(f.probability > 0.0 && f.probability < 1.0)) {
        return refused(format!("claim {}: a foretold chance lies between 0 and 1", claim.id));
    }
    if claim.id.is_empty() || claim.id.len() > 200 || claim.id.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return refused(format!("`{}` is no name for a claim", claim.id));
    }
    Ok(())
}

fn pack(hashes: &[u64]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

pub(super) fn unpack(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks_exact(8).map(|chunk| u64::from_le_bytes(chunk.try_into().expect("eight bytes"))).collect()
}
