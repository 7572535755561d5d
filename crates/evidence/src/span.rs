//! Passages: where exactly a text says something.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Code points of context kept on either side of a passage.
const CONTEXT: usize = 32;

/// A passage of an immutable text, with both selectors of the W3C Web Annotation model: position and quote.
///
/// Positions are half-open. `start` and `end` count Unicode code points (the contract's offsets), `byte_start` and `byte_end`
/// bytes of the UTF-8 text. A passage whose `exact` words do not stand at its place is an orphan: it is never moved to
/// text that looks alike, because that once silently turned people's notes into notes on something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub byte_start: usize,
    pub byte_end: usize,
    /// The words themselves.
    pub exact: String,
    /// Up to 32 code points before them.
    pub prefix: String,
    /// Up to 32 code points after them.
    pub suffix: String,
}

impl Span {
    /// The passage between two byte positions; `None` outside the text, inside a character, or where nothing lies between.
    pub fn of_bytes(text: &str, bytes: Range<usize>) -> Option<Span> {
        let start = text.get(..bytes.start)?.chars().count();
        Span::at(text, bytes, start)
    }

    /// The passage between two code-point positions; `None` outside the text or where nothing lies between.
    pub fn of_points(text: &str, start: usize, end: usize) -> Option<Span> {
        if end <= start {
            return None;
        }
        let byte_start = byte_of(text, start)?;
        let byte_end = byte_start + byte_of(&text[byte_start..], end - start)?;
        Span::at(text, byte_start..byte_end, start)
    }

    fn at(text: &str, bytes: Range<usize>, start: usize) -> Option<Span> {
        let exact = text.get(bytes.clone())?;
        if exact.is_empty() {
            return None;
        }
        let before = &text[..bytes.start];
        let from = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
        Some(Span {
            start,
            end: start + exact.chars().count(),
            byte_start: bytes.start,
            byte_end: bytes.end,
            exact: exact.to_owned(),
            prefix: before[from..].to_owned(),
            suffix: text[bytes.end..].chars().take(CONTEXT).collect(),
        })
    }

    /// Whether the text still says this at this place, by either count.
    pub fn holds(&self, text: &str) -> bool {
        text.get(self.byte_start..self.byte_end) == Some(self.exact.as_str())
            && Span::of_points(text, self.start, self.end).is_some_and(|found| found.exact == self.exact)
    }
}

/// The byte at which a code point begins; the end of the text is one past the last.
fn byte_of(text: &str, point: usize) -> Option<usize> {
    let mut points = 0;
    for (at, _) in text.char_indices() {
        if points == point {
            return Some(at);
        }
        points += 1;
    }
    (points == point).then_some(text.len())
}

/// Code points counted up to places all over a text, so that many spans of a long text cost no more than reading it twice.
pub struct Points<'a> {
    text: &'a str,
    /// Code points before byte `k · STEP`, counting characters by their first byte.
    marks: Vec<usize>,
}

const STEP: usize = 512;

impl<'a> Points<'a> {
    pub fn of(text: &'a str) -> Points<'a> {
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(STEP) {
            marks.push(count);
            count += firsts(block);
        }
        marks.push(count);
        Points { text, marks }
    }

    /// How many code points lie before a byte position.
    pub fn before(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let block = byte / STEP;
        self.marks[block] + firsts(&self.text.as_bytes()[block * STEP..byte])
    }

    /// The passage between two byte positions.
    pub fn span(&self, bytes: Range<usize>) -> Option<Span> {
        self.text.get(bytes.clone())?;
        Span::at(self.text, bytes.clone(), self.before(bytes.start))
    }
}

fn firsts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::{Points, Span};

    #[test]
    fn curly_quotes_make_bytes_and_code_points_differ() {
        let text = "He said “no” – twice.";
        let at = text.find("twice").expect("there");
        let span = Span::of_bytes(text, at..at + 5).expect("inside");
        assert_eq!((span.start, span.end), (15, 20));
        assert_eq!((span.byte_start, span.byte_end), (21, 26));
        assert_eq!(Span::of_points(text, 15, 20), Some(span.clone()));
        assert_eq!(Points::of(text).span(at..at + 5), Some(span.clone()));
        assert!(span.holds(text));
        assert!(!span.holds("He said \"no\" – twice."), "the same words at another byte are another place");
    }

    #[test]
    fn nothing_is_found_inside_a_character_or_beyond_the_end() {
        assert_eq!(Span::of_bytes("é", 1..2), None);
        assert_eq!(Span::of_bytes("e", 0..2), None);
        assert_eq!(Span::of_points("e", 1, 1), None);
        assert_eq!(Span::of_points("e", 1, 2), None);
        assert_eq!(Span::of_points("é", 0, 1).map(|s| s.byte_end), Some(2));
    }

    #[test]
    fn long_texts_are_counted_alike() {
        let text = "añ“x”".repeat(700);
        let points = Points::of(&text);
        for (n, (at, c)) in text.char_indices().enumerate() {
            assert_eq!(points.before(at), n);
            assert_eq!(points.span(at..at + c.len_utf8()).map(|s| s.start), Some(n));
        }
    }
}
