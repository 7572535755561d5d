//! Comma-separated tables with a place for every cell.
//!
//! Own code because readers of CSV give the place of a record at best, and a mistake is to be shown at its cell.

use crate::findings::{Findings, span};
use case::diagnostic::Span;

/// One cell: its text without quotes and without spaces around, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub span: Span,
}

/// The cells of one line; a quoted cell may run over several lines.
pub type Row = Vec<Cell>;

/// Reads comma-separated text (RFC 4180): quotes, CRLF, a byte-order mark; blank lines are skipped.
///
/// The separator is `;` or a tab where the first line has one of these and no comma.
pub fn read(text: &str) -> (Vec<Row>, Findings) {
    let mut findings = Findings::default();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let separator = separator(text[start..].lines().find(|l| !l.trim().is_empty()).unwrap_or_default());
    let mut rows = Vec::new();
    let mut row: Row = Vec::new();
    let mut at = start;
    loop {
        let (cell, next) = cell(text, at, separator, &mut findings);
        row.push(cell);
        at = next;
        match text[at..].chars().next() {
            Some(c) if c == separator => at += c.len_utf8(),
            other => {
                if row.len() > 1 || !row[0].text.is_empty() {
                    rows.push(std::mem::take(&mut row));
                }
                row.clear();
                match other {
                    None => break,
                    Some('\r') if text[at..].starts_with("\r\n") => at += 2,
                    Some(_) => at += 1,
                }
                if at >= text.len() {
                    break;
                }
            }
        }
    }
    (rows, findings)
}

/// The whole row's place.
pub fn row_span(row: &[Cell]) -> Span {
    match (row.first(), row.last()) {
        (Some(a), Some(b)) => Span { end: b.span.end, ..a.span },
        _ => Span::default(),
    }
}

fn separator(line: &str) -> char {
    if line.contains(',') {
        ','
    } else if line.contains(';') {
        ';'
    } else if line.contains('\t') {
        '\t'
    } else {
        ','
    }
}

/// One cell from `at`; returns it and the offset of the separator or line end behind it.
fn cell(text: &str, at: usize, separator: char, findings: &mut Findings) -> (Cell, usize) {
    let ends = |c: char| c == separator || c == '\n' || c == '\r';
    let body = text[at..].trim_start_matches(|c: char| c.is_whitespace() && !ends(c));
    let begin = text.len() - body.len();
    if !body.starts_with('"') {
        let end = body.find(ends).map_or(text.len(), |i| begin + i);
        let raw = text[begin..end].trim_end();
        return (Cell { text: raw.to_owned(), span: span(begin, begin + raw.len()) }, end);
    }
    let mut content = String::new();
    let mut chars = body.char_indices().skip(1).peekable();
    let mut close = None;
    while let Some((i, c)) = chars.next() {
        if c == '"' {
            if chars.peek().is_some_and(|&(_, next)| next == '"') {
                chars.next();
            } else {
                close = Some(begin + i + 1);
                break;
            }
        }
        content.push(c);
    }
    let Some(close) = close else {
        let help = Some("write a quote inside a quoted cell as two quotes".to_owned());
        findings.error("unclosed-quote", span(begin, begin + 1), "this quote is never closed", help);
        return (Cell { text: content.trim().to_owned(), span: span(begin, text.len()) }, text.len());
    };
    let end = text[close..].find(ends).map_or(text.len(), |i| close + i);
    if !text[close..end].trim().is_empty() {
        let stray = text[close..end].trim();
        findings.error("text-after-quote", span(close, end), format!("`{stray}` stands after the closing quote"), None);
    }
    (Cell { text: content.trim().to_owned(), span: span(begin, close) }, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_ends_and_marks_are_read() {
        let (rows, findings) = read("\u{feff}id,weight\r\n\"a, \"\"b\"\"\", 4 \r\n\r\nc,5");
        assert!(findings.0.is_empty());
        let texts: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(texts, [vec!["id", "weight"], vec!["a, \"b\"", "4"], vec!["c", "5"]]);
        let (rows, findings) = read("id,weight\n\"a,4\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(findings.0[0].code, "unclosed-quote");
        assert_eq!(read("").0.len(), 0);
    }
}
