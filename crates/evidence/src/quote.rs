//! What stands between quotation marks.

use std::ops::Range;

/// Longest quotation, in bytes: a mark that is never closed does not swallow the page.
const LONGEST: usize = 4000;

/// The insides of quotations as bytes of the text, in order, not overlapping; a quotation ends with its paragraph.
///
/// Curly, straight and angle marks; single marks are too often apostrophes.
pub fn quotes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices() {
        if !matches!(c, '\n' | '"' | '“' | '”' | '„' | '«' | '»') {
            continue;
        }
        if c == '\n' {
            if text[at + 1..].starts_with(['\n', '\r', '"', '“']) || open.is_some_and(|(start, _)| at - start > LONGEST)
            {
                open = None;
            }
            continue;
        }
        match open {
            Some((start, closing)) if c == closing || closing == '”' && c == '"' || closing == '“' && c == '”' => {
                let inside = text[start..at].trim();
                if inside.chars().any(char::is_alphanumeric) && at - start <= LONGEST {
                    let from = start + (text[start..at].len() - text[start..at].trim_start().len());
                    found.push(from..from + inside.len());
                }
                open = None;
            }
            // An apostrophe-like or nested mark inside is part of what is said.
            Some((_, closing)) if c == '”' || closing == '»' => {}
            _ => {
                open = match c {
                    '"' => Some((at + 1, '"')),
                    '“' => Some((at + 3, '”')),
                    '„' => Some((at + 3, '“')),
                    '«' => Some((at + 2, '»')),
                    _ => None,
                };
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::quotes;

    fn found(text: &str) -> Vec<&str> {
        quotes(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn marks_of_several_kinds() {
        assert_eq!(found("He said “no” and \"never.\" «Jamais», „nie“."), ["no", "never.", "Jamais", "nie"]);
        assert_eq!(found("“Don’t,” she said"), ["Don’t,"]);
    }

    #[test]
    fn a_mark_never_closed_ends_with_its_paragraph() {
        assert_eq!(found("an \"open\n\n\"Closed\" mark"), ["Closed"]);
        assert!(found(&format!("“{}", "x".repeat(10_000))).is_empty());
        assert!(found("\"\" “ ”").is_empty());
    }
}
