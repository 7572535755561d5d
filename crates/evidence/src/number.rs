//! Numbers with their units.

use crate::words::{Words, small_number};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How a number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    Exactly,
    About,
    AtLeast,
    AtMost,
}

/// A quantity as the text gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The number; of "a few thousand" the middle of `low` and `high`.
    pub value: f64,
    /// Ends of what vague words can mean; equal to `value` where a number is given.
    pub low: f64,
    pub high: f64,
    /// The word counted, `percent`, or a currency sign.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub meant: Meant,
    /// "67 of 120": the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<f64>,
}

/// A number found.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Bytes of the original text, qualifying words and unit included.
    pub bytes: Range<usize>,
    pub quantity: Quantity,
}

/// Finds numbers in words that are free, left to right, not overlapping.
///
/// - `taken[i]`: the word belongs to a date or a name.
pub(crate) fn numbers(words: &Words, taken: &[bool]) -> Vec<Counted> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.list.len() {
        if taken[i] {
            i += 1;
            continue;
        }
        match at(words, i, taken) {
            Some((counted, next)) => {
                found.push(counted);
                i = next;
            }
            None => i += 1,
        }
    }
    found
}

fn at(words: &Words, i: usize, taken: &[bool]) -> Option<(Counted, usize)> {
    let (low, high, mut last, digits) = amount(words, i)?;
    if !digits && high == low && low < 2.0 {
        return None;
    }
    let range = words.bytes(i, last);
    let before = words.original[..range.start].chars().next_back();
    let mut first_byte = range.start;
    let mut unit = None;
    if let Some(sign @ ('$' | '€' | '£' | '¥')) = before {
        unit = Some(sign.to_string());
        first_byte -= sign.len_utf8();
    }
    let mut end_byte = range.end;
    let rest = &words.original[end_byte..];
    if rest.trim_start().starts_with('%') {
        unit = Some("percent".into());
        end_byte += rest.len() - rest.trim_start().len() + 1;
    } else if words.joined(last + 1) && words.at(last + 1) == "percent" {
        unit = Some("percent".into());
        last += 1;
        end_byte = words.bytes(last, last).end;
    } else if words.joined(last + 2) && (words.at(last + 1), words.at(last + 2)) == ("per", "cent") {
        unit = Some("percent".into());
        last += 2;
        end_byte = words.bytes(last, last).end;
    }
    let mut of = None;
    if words.at(last + 1) == "of" {
        let whole = if words.at(last + 2) == "the" { last + 3 } else { last + 2 };
        if let Some((whole_low, _, whole_last, true)) = amount(words, whole) {
            of = Some(whole_low);
            last = whole_last;
            end_byte = words.bytes(last, last).end;
        }
    }
    let (meant, first) = qualifier(words, i);
    if first < i && !taken[first] {
        first_byte = first_byte.min(words.bytes(first, first).start);
    }
    if unit.is_none()
        && let Some(noun) = counted_noun(words, last + 1, taken)
    {
        unit = Some(words.at(noun).to_owned());
        last = noun;
        end_byte = words.bytes(last, last).end;
    } else if unit.is_none() && !digits && low < 13.0 && of.is_none() {
        return None; // "two of them", "one": words that count nothing that could be named.
    }
    let vague = if low < high && meant == Meant::Exactly { Meant::About } else { meant };
    let quantity = Quantity { value: f64::midpoint(low, high), low, high, unit, meant: vague, of };
    Some((Counted { bytes: first_byte..end_byte, quantity }, last + 1))
}

/// A number in digits or words with its magnitude: low end, high end, last word, whether in digits.
fn amount(words: &Words, i: usize) -> Option<(f64, f64, usize, bool)> {
    let word = words.at(i);
    let mut last = i;
    let (mut low, mut high, digits) = match word {
        "dozens" => (24.0, 96.0, false),
        "hundreds" => (200.0, 900.0, false),
        "thousands" => (2000.0, 9000.0, false),
        "dozen" => (12.0, 12.0, false),
        "" | "half" | "hundred" | "thousand" | "million" | "billion" => return None,
        "few" | "several" if scale(words.at(i + 1)).is_some() => (2.0, 9.0, false),
        _ if word.as_bytes()[0].is_ascii_digit() => {
            let (value, end, glued) = in_digits(words, i)?;
            last = end;
            (value * glued, value * glued, true)
        }
        _ => {
            let mut n = f64::from(small_number(word)?);
            if n >= 20.0
                && words.gap(i) == "-"
                && let Some(small) = small_number(words.at(i + 1)).filter(|n| *n < 10)
            {
                n += f64::from(small);
                last = i + 1;
            }
            (n, n, false)
        }
    };
    while words.joined(last + 1)
        && let Some(by) = scale(words.at(last + 1))
    {
        (low, high) = (low * by, high * by);
        last += 1;
    }
    Some((low, high, last, digits))
}

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" | "mn" => 1e6,
        "billion" | "bn" => 1e9,
        "trillion" | "tn" => 1e12,
        _ => return None,
    })
}

/// `2,400.5`, `2.4bn`, `12`: the value, its last word, and a magnitude written onto it.
fn in_digits(words: &Words, i: usize) -> Option<(f64, usize, f64)> {
    let word = words.at(i);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let tail = &word[digits..];
    let mut text = word[..digits].to_owned();
    let mut last = i;
    let mut tail = tail.to_owned();
    // Thousands in threes, then decimals: marks of the folded text, looked up in the original.
    while tail.is_empty() && text.len() < 24 {
        let next = words.at(last + 1);
        let n = next.bytes().take_while(u8::is_ascii_digit).count();
        match words.gap(last) {
            "," if n == 3 && next.len() == 3 => text.push_str(next),
            "." if n > 0 && !text.contains('.') => {
                text.push('.');
                text.push_str(&next[..n]);
                next[n..].clone_into(&mut tail);
            }
            _ => break,
        }
        last += 1;
    }
    let glued = match tail.as_str() {
        "" => 1.0,
        "k" => 1e3,
        "m" | "mn" => 1e6,
        "bn" | "b" => 1e9,
        "tn" => 1e12,
        _ => return None, // `3rd`, `4x4`
    };
    text.parse().ok().filter(|value: &f64| value.is_finite()).map(|value| (value, last, glued))
}

/// What the words before say of a number, and where they begin.
fn qualifier(words: &Words, i: usize) -> (Meant, usize) {
    let two = (words.before(i, 2), words.before(i, 1));
    match two {
        ("more" | "fewer" | "less", "than") => {
            return (if two.0 == "more" { Meant::AtLeast } else { Meant::AtMost }, i - 2);
        }
        ("at", "least") => return (Meant::AtLeast, i - 2),
        ("at", "most") | ("up", "to") => return (Meant::AtMost, i - 2),
        _ => {}
    }
    match two.1 {
        "about" | "around" | "approximately" | "roughly" | "some" | "nearly" | "almost" | "circa" => {
            (Meant::About, i - 1)
        }
        "over" => (Meant::AtLeast, i - 1),
        "under" | "only" if two.1 == "under" => (Meant::AtMost, i - 1),
        "a" => (Meant::Exactly, i - 1),
        _ => (Meant::Exactly, i),
    }
}

/// The noun counted: at most two words on, a plural or one of the usual units.
fn counted_noun(words: &Words, i: usize, taken: &[bool]) -> Option<usize> {
    for noun in i..i + 3 {
        if !words.joined(noun) || taken.get(noun).copied().unwrap_or(true) {
            return None;
        }
        let word = words.at(noun);
        if is_noun(word) {
            return Some(noun);
        }
        if STOP.contains(&word) || !word.as_bytes()[0].is_ascii_lowercase() {
            return None;
        }
    }
    None
}

const STOP: [&str; 30] = [
    "and", "or", "in", "on", "at", "of", "to", "for", "by", "with", "from", "the", "a", "an", "is", "are", "was",
    "were", "has", "have", "had", "will", "would", "that", "which", "who", "but", "as", "than", "said",
];

fn is_noun(word: &str) -> bool {
    const UNITS: [&str; 16] = [
        "men",
        "women",
        "people",
        "troops",
        "personnel",
        "percent",
        "police",
        "km",
        "euro",
        "yen",
        "lira",
        "dinar",
        "staff",
        "times",
        "dead",
        "hours",
    ];
    UNITS.contains(&word)
        || word.len() > 3
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !matches!(word, "this" | "was" | "says" | "thus" | "plus" | "does")
}

#[cfg(test)]
mod tests {
    use super::{Meant, numbers};
    use crate::fold::fold;
    use crate::words::Words;

    fn found(text: &str) -> Vec<(String, f64, Option<String>, Meant)> {
        let folded = fold(text);
        let words = Words::of(text, &folded);
        numbers(&words, &vec![false; words.list.len()])
            .into_iter()
            .map(|n| (text[n.bytes].to_owned(), n.quantity.value, n.quantity.unit, n.quantity.meant))
            .collect()
    }

    #[test]
    fn numbers_come_with_what_they_count() {
        let one = |text: &str, exact: &str, value: f64, unit: Option<&str>, meant: Meant| {
            assert_eq!(found(text), [(exact.to_owned(), value, unit.map(str::to_owned), meant)], "{text}");
        };
        one("of approximately 5,000 members of", "approximately 5,000 members", 5000.0, Some("members"), Meant::About);
        one("won 48 seats", "48 seats", 48.0, Some("seats"), Meant::Exactly);
        one("worth 2.4 billion crowns.", "2.4 billion crowns", 2.4e9, Some("crowns"), Meant::Exactly);
        one("a loan of 2.4bn crowns", "2.4bn crowns", 2.4e9, Some("crowns"), Meant::Exactly);
        one("fell by 12% in", "12%", 12.0, Some("percent"), Meant::Exactly);
        one("more than $300 million was", "more than $300 million", 3e8, Some("$"), Meant::AtLeast);
        one("twenty-four deputies left", "twenty-four deputies", 24.0, Some("deputies"), Meant::Exactly);
        one("a few thousand gunmen", "a few thousand", 5500.0, None, Meant::About);
        one("some 800 armed men moved", "some 800 armed men", 800.0, Some("men"), Meant::About);
    }

    #[test]
    fn a_part_of_a_whole_is_one_number() {
        let text = "hold 67 of 120 seats";
        let folded = fold(text);
        let words = Words::of(text, &folded);
        let found = numbers(&words, &[false; 5]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].quantity.value, found[0].quantity.of), (67.0, Some(120.0)));
    }

    #[test]
    fn words_that_count_nothing_are_left_alone() {
        for text in ["one of them", "two of them", "the 3rd time", "half the house"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
