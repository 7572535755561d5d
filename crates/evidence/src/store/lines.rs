//! The record as JSON Lines, out and in.

use super::{Store, StoreError, put_text, write};
use crate::read::sha256;
use crate::record::{Entry, Stamp};
use rusqlite::TransactionBehavior;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{BufRead, Write};

/// A line: a text, or a row of the ledger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum Line {
    Text { sha256: String, text: String },
    Row { at: String, by: String, entry: Box<Entry> },
}

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub texts: usize,
    pub rows: usize,
    /// Rows that were there already.
    pub known: usize,
}

/// Longest line: a document of the largest size, escaped.
const LONGEST: u64 = 512 * 1024 * 1024;

impl Store {
    /// Writes the record: each text before the row that first names it, rows in their order. Imported into an empty store it
    /// gives the same record again.
    pub fn write_lines(&self, out: &mut impl Write) -> Result<(), StoreError> {
        let io = |error: std::io::Error| StoreError::Refused(format!("cannot write: {error}"));
        let mut query = self.connection.prepare("SELECT at, by, body FROM ledger ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let entry: Entry = serde_json::from_str(&row.get::<_, String>(2)?)?;
            if let Entry::Document(document) = &entry {
                let text = Line::Text { sha256: document.id.clone(), text: self.text(&document.id)? };
                writeln!(out, "{}", serde_json::to_string(&text)?).map_err(io)?;
            }
            let line = Line::Row { at: row.get(0)?, by: row.get(1)?, entry: Box::new(entry) };
            writeln!(out, "{}", serde_json::to_string(&line)?).map_err(io)?;
        }
        Ok(())
    }

    /// Reads lines as written by [`Store::write_lines`], adding what is not there yet: all or nothing.
    ///
    /// Whose decision a row was stays on it; a row that does not fit the store as it is (a passage that does not stand in the
    /// text, a decision about an unknown claim) refuses the whole file, with its line.
    pub fn read_lines(&mut self, lines: impl BufRead) -> Result<Imported, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut known = HashSet::new();
        {
            let mut query = transaction.prepare("SELECT at || char(10) || by || char(10) || body FROM ledger")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                known.insert(sha256(row.get::<_, String>(0)?.as_bytes()));
            }
        }
        let mut imported = Imported { texts: 0, rows: 0, known: 0 };
        for (n, line) in lines.take(LONGEST).lines().enumerate() {
            let wrong = |message: String| StoreError::Refused(format!("line {}: {message}", n + 1));
            let line = line.map_err(|error| wrong(error.to_string()))?;
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))? {
                Line::Text { sha256: id, text } => {
                    if sha256(text.as_bytes()) != id {
                        return Err(wrong("the text does not have the SHA-256 it says".into()));
                    }
                    put_text(&transaction, &id, &text)?;
                    imported.texts += 1;
                }
                Line::Row { at, by, entry } => {
                    let body = serde_json::to_string(&entry)?;
                    let there = known.contains(&sha256(format!("{at}\n{by}\n{body}").as_bytes()));
                    let known_document = match entry.as_ref() {
                        Entry::Document(document) => transaction.query_row(
                            "SELECT EXISTS (SELECT 1 FROM documents WHERE id = ?1)",
                            [&document.id],
                            |row| row.get(0),
                        )?,
                        _ => false,
                    };
                    if there
                        || known_document
                        || !write(&transaction, &Stamp { at, by }, &entry).map_err(|error| wrong(error.to_string()))?
                    {
                        imported.known += 1;
                    } else {
                        imported.rows += 1;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(imported)
    }
}
