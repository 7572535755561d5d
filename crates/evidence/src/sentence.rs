//! Sentences.
//!
//! Our own rules rather than Unicode's: the standard's boundaries cut after `U.S.` and `Gen.`, and a list of exceptions put on
//! top of them is all that these rules are.

use std::ops::Range;

const ABBREVIATIONS: [&str; 46] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "maj", "capt", "adm", "sen", "rep", "gov", "pres",
    "st", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "no", "vs", "etc",
    "e.g", "i.e", "a.m", "p.m", "approx", "dept", "est", "inc", "ltd", "co", "corp", "art", "fig", "vol",
];

/// Words that begin a sentence rather than go on with a name after `U.S.`
const STARTERS: [&str; 30] = [
    "The", "A", "An", "In", "On", "At", "But", "And", "It", "Its", "He", "She", "They", "We", "This", "That", "These",
    "Those", "However", "If", "As", "For", "When", "While", "Since", "After", "Before", "No", "There", "Their",
];

/// The sentences of a text as ranges of bytes, blanks at their ends left out, in order.
///
/// A line ends a sentence unless the text is set in short lines, or the next one goes on in lower case.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let wrapped = is_wrapped(text);
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\n' {
            let rest = &text[at + 1..];
            let line = rest.trim_start_matches([' ', '\t', '\r']);
            let blank = line.is_empty() || line.starts_with('\n');
            let goes_on = line.starts_with(char::is_lowercase) || (wrapped && !blank);
            if !goes_on {
                close(text, start..at, &mut found);
                start = at + 1;
            }
            at += 1;
            continue;
        }
        let stop = matches!(byte, b'.' | b'!' | b'?') || byte == 0xE2 && text[at..].starts_with('…');
        if !stop {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            continue;
        }
        let mut end = at;
        for c in text[at..].chars() {
            if matches!(c, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '\'' | ')' | ']' | '»') {
                end += c.len_utf8();
            } else {
                break;
            }
        }
        let rest = &text[end..];
        let follows = rest.trim_start_matches([' ', '\t', '\u{a0}', '\r', '\n']);
        let gap = follows.len() < rest.len();
        let begins = follows.chars().next().is_some_and(|c| {
            c.is_uppercase()
                || c.is_numeric()
                || matches!(c, '"' | '“' | '‘' | '«' | '(' | '[' | '—' | '–' | '\'')
                || !c.is_lowercase() && c.is_alphabetic()
        });
        let plain_dot = end == at + 1 && byte == b'.';
        if gap && begins && !(plain_dot && continues(&text[start..at], follows)) {
            close(text, start..end, &mut found);
            start = end;
        }
        at = end;
    }
    close(text, start..bytes.len(), &mut found);
    found
}

/// Whether the dot after `before` belongs to an abbreviation or an initial.
fn continues(before: &str, follows: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '-')).next().unwrap_or("");
    let next: String = follows.chars().take_while(|c| c.is_alphanumeric()).collect();
    let single =
        word.rsplit('.').next().is_some_and(|last| last.chars().count() == 1 && last.chars().all(char::is_alphabetic));
    if single {
        return !(word.len() > 1 && STARTERS.contains(&next.as_str()));
    }
    let lower = word.to_lowercase();
    if lower == "no" || lower == "mar" || lower == "art" || lower == "fig" || lower == "vol" {
        return next.starts_with(char::is_numeric);
    }
    ABBREVIATIONS.contains(&lower.as_str()) && word.starts_with(char::is_alphabetic)
}

/// Whether a text is broken into lines of even length, as mail and extracted pages are.
fn is_wrapped(text: &str) -> bool {
    let (mut lines, mut middling) = (0, 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(400) {
        if line.len() > 160 {
            return false;
        }
        lines += 1;
        middling += usize::from(line.len() > 50);
    }
    lines >= 6 && middling * 10 >= lines * 6
}

fn close(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let kept = part.trim();
    if kept.chars().any(char::is_alphanumeric) {
        let start = range.start + (part.len() - part.trim_start().len());
        found.push(start..start + kept.len());
    }
}

#[cfg(test)]
mod tests {
    use super::sentences;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn abbreviations_do_not_end_sentences() {
        assert_eq!(cut("Gen. Brandt left on Jan. 5. He won."), ["Gen. Brandt left on Jan. 5.", "He won."]);
        assert_eq!(
            cut("Pro-U.S. Kurdish blocs stay. In the U.S. The vote"),
            ["Pro-U.S. Kurdish blocs stay.", "In the U.S.", "The vote"]
        );
        assert_eq!(
            cut("“Never.” She left!  Why? (No one knows.)"),
            ["“Never.”", "She left!", "Why?", "(No one knows.)"]
        );
        assert_eq!(cut("It cost 2.4 billion. No. 5 did not."), ["It cost 2.4 billion.", "No. 5 did not."]);
    }

    #[test]
    fn a_heading_is_a_sentence_and_a_wrapped_line_is_not() {
        assert_eq!(cut("A heading\nThe text."), ["A heading", "The text."]);
        assert_eq!(cut("it goes\non here."), ["it goes\non here."]);
        assert!(cut("").is_empty() && cut(" \n.\n").is_empty());
    }
}
