//! The words of a folded text, each with its place in the original.

use crate::fold::Folded;
use std::ops::Range;

/// A word of a folded text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub start: u32,
    pub end: u32,
    /// A mark stands between this word and the one before.
    pub after_mark: bool,
}

/// A folded text as words.
pub(crate) struct Words<'a> {
    pub original: &'a str,
    pub folded: &'a Folded,
    pub list: Vec<Word>,
}

impl<'a> Words<'a> {
    pub fn of(original: &'a str, folded: &'a Folded) -> Words<'a> {
        let bytes = folded.text.as_bytes();
        let mut list = Vec::with_capacity(bytes.len() / 6);
        let (mut at, mut after_mark) = (0, true);
        while at < bytes.len() {
            match bytes[at] {
                b' ' => at += 1,
                b'|' => {
                    after_mark = true;
                    at += 1;
                }
                _ => {
                    let start = at;
                    while at < bytes.len() && !matches!(bytes[at], b' ' | b'|') {
                        at += 1;
                    }
                    list.push(Word { start: start as u32, end: at as u32, after_mark });
                    after_mark = false;
                }
            }
        }
        Words { original, folded, list }
    }

    /// The word at a position; empty beyond the end.
    pub fn at(&self, i: usize) -> &'a str {
        self.list.get(i).map_or("", |word| &self.folded.text[word.start as usize..word.end as usize])
    }

    /// The word before a position.
    pub fn before(&self, i: usize, back: usize) -> &'a str {
        i.checked_sub(back).map_or("", |i| self.at(i))
    }

    /// Whether no mark stands before the word at a position.
    pub fn joined(&self, i: usize) -> bool {
        self.list.get(i).is_some_and(|word| !word.after_mark)
    }

    /// Bytes of the original from one word to another, both included.
    pub fn bytes(&self, first: usize, last: usize) -> Range<usize> {
        let (first, last) = (self.list[first], self.list[last]);
        self.folded.original(first.start as usize..last.end as usize)
    }

    /// Whether the word begins with a capital in the original.
    pub fn is_capital(&self, i: usize) -> bool {
        i < self.list.len() && self.original[self.bytes(i, i)].starts_with(char::is_uppercase)
    }

    /// What stands in the original between a word and the next.
    pub fn gap(&self, i: usize) -> &'a str {
        if i + 1 >= self.list.len() {
            return "";
        }
        &self.original[self.bytes(i, i).end..self.bytes(i + 1, i + 1).start]
    }

    /// The first word at or after a byte of the original.
    pub fn index_of(&self, byte: usize) -> usize {
        self.list.partition_point(|word| self.folded.original(word.start as usize..word.end as usize).end <= byte)
    }
}

/// A small number in words: `a`, `three`, `twenty`.
pub(crate) fn small_number(word: &str) -> Option<u32> {
    const WORDS: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some(n) = WORDS.iter().position(|known| *known == word) {
        return Some(n as u32);
    }
    TENS.iter().position(|known| *known == word).map(|n| 30 + 10 * n as u32)
}
