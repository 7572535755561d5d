//! Finding documents by words.

use super::{Store, StoreError};
use crate::fold::{fold, key};
use crate::record::Document;
use rusqlite::params;
use serde::Serialize;
use std::fmt::Write;

/// Above so many documents words rank nothing: the latest added are shown, with score 0.
const MOST_RANKED: i64 = 5000;

/// A document found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    pub document: Document,
    /// Code points of the first of the words searched for; 0 where only the title has them.
    pub start: usize,
    pub end: usize,
    /// The words around it, on one line.
    pub around: String,
    /// Better is larger (the negated bm25 of `SQLite`); 0 where more than 5,000 documents match, which are not ranked.
    pub score: f64,
}

impl Store {
    /// Documents that hold all the words, best first; words in quotation marks stand together, `word*` is a beginning.
    ///
    /// Words are compared folded, so every spelling of `Kata'ib` finds every other.
    ///
    /// - `most`: no more than so many.
    pub fn search(&self, words: &str, most: usize) -> Result<Vec<Hit>, StoreError> {
        let (query, first) = query(words);
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let many: i64 = self.connection.query_row(
            "SELECT count(*) FROM (SELECT 1 FROM passages WHERE passages MATCH ?1 LIMIT ?2)",
            params![query, MOST_RANKED + 1],
            |row| row.get(0),
        )?;
        let inner = if many > MOST_RANKED {
            "SELECT rowid, 0.0 AS rank FROM passages WHERE passages MATCH ?1 ORDER BY rowid DESC LIMIT ?2"
        } else {
            "SELECT rowid, rank FROM passages WHERE passages MATCH ?1 ORDER BY rank LIMIT ?2"
        };
        let mut statement = self.connection.prepare(&format!(
            "SELECT d.body, t.text, p.rank FROM ({inner}) p
             JOIN documents d ON d.text = p.rowid JOIN texts t ON t.id = p.rowid ORDER BY p.rank, p.rowid DESC",
        ))?;
        let mut rows = statement.query(params![query, most as i64])?;
        let mut hits = Vec::new();
        while let Some(row) = rows.next()? {
            let document = serde_json::from_str(&row.get::<_, String>(0)?)?;
            let text: String = row.get(1)?;
            let (start, end, around) = place(&text, &first);
            hits.push(Hit { document, start, end, around, score: -row.get::<_, f64>(2)? });
        }
        Ok(hits)
    }
}

/// The words as a full-text query, nothing in them left to mean anything else; and the first of them.
fn query(words: &str) -> (String, String) {
    let (mut query, mut first) = (String::new(), String::new());
    for (i, part) in words.split(['"', '“', '”']).enumerate() {
        let groups: Vec<&str> = if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() };
        for group in groups {
            let prefix = i % 2 == 0 && group.ends_with('*');
            let folded = key(group).replace('|', " ");
            let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
            if folded.is_empty() {
                continue;
            }
            if first.is_empty() {
                first.clone_from(&folded);
            }
            let _ = write!(
                query,
                "{}\"{}\"{}",
                if query.is_empty() { "" } else { " " },
                folded,
                if prefix { "*" } else { "" }
            );
        }
    }
    (query, first)
}

fn place(text: &str, word: &str) -> (usize, usize, String) {
    let folded = fold(text);
    let mut from = 0;
    while let Some(at) = folded.text[from..].find(word).map(|at| at + from) {
        let bytes = folded.text.as_bytes();
        if at == 0 || matches!(bytes[at - 1], b' ' | b'|') {
            let range = folded.original(at..at + word.len());
            let start = text[..range.start].chars().count();
            let end = start + text[range.clone()].chars().count();
            let before: String =
                text[..range.start].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
            let after: String = text[range.end..].chars().take(60).collect();
            let line = format!("{before}{}{after}", &text[range]);
            return (start, end, line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        from = at + 1;
    }
    (0, 0, text.chars().take(120).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn what_is_typed_is_words_and_nothing_else() {
        assert_eq!(
            query("Kata’ib OR  \"two words\" qu*"),
            ("\"kataib\" \"or\" \"two words\" \"qu\"*".into(), "kataib".into())
        );
        assert_eq!(query("\"; DROP TABLE -- NEAR(").0, "\"drop table near\"");
        assert_eq!(query(" -- ").0, "");
    }
}
