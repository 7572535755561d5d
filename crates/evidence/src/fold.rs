//! Text made comparable: case, accents, apostrophes and hyphens put aside, every place remembered.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in its comparable form, with the way back.
///
/// Letters are lower case without accents; apostrophes and transliteration marks are gone (`Kata'ib`, `Kata’ib`, `Kataʾib` and
/// `Kataib` are one), but a possessive `'s` stands apart; blanks and hyphens are one blank; `U.S.` is `us`, to be told from the
/// pronoun by the capitals of the original; any other mark is `|`, across which no name reaches. Invisible characters are
/// dropped, so that nobody hides a name behind them.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    pub text: String,
    /// For each byte of `text` the byte of the original at which the character behind it begins.
    from: Vec<u32>,
    /// For each byte of `text` the byte of the original at which that character ends.
    to: Vec<u32>,
}

impl Folded {
    /// The bytes of the original behind a non-empty range of bytes of the folded text.
    pub fn original(&self, folded: std::ops::Range<usize>) -> std::ops::Range<usize> {
        self.from[folded.start] as usize..self.to[folded.end - 1] as usize
    }

    /// Whether a range of the folded text is made of whole words.
    pub fn is_whole(&self, folded: std::ops::Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let edge = |byte: u8| matches!(byte, b' ' | b'|');
        (folded.start == 0 || edge(bytes[folded.start - 1])) && (folded.end == bytes.len() || edge(bytes[folded.end]))
    }

    fn push(&mut self, c: char, from: usize, to: usize) {
        self.text.push(c);
        for _ in 0..c.len_utf8() {
            self.from.push(from as u32);
            self.to.push(to as u32);
        }
    }
}

/// Folds a text of less than 4 GiB.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded {
        text: String::with_capacity(text.len()),
        from: Vec::with_capacity(text.len()),
        to: Vec::with_capacity(text.len()),
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    // Whether the last characters read are one letter that stands alone: what makes a dot part of an acronym.
    let (mut before, mut last) = (' ', ' ');
    while at < bytes.len() {
        let byte = bytes[at];
        let (c, size) = if byte < 0x80 {
            (byte as char, 1)
        } else {
            let c = text[at..].chars().next().expect("at a character");
            (c, c.len_utf8())
        };
        let end = at + size;
        let next = || text[end..].chars().next().unwrap_or(' ');
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase(), at, end);
        } else if is_apostrophe(c) {
            let following = next();
            let possessive = last.is_alphanumeric() && matches!(following, 's' | 'S') && {
                let mut rest = text[end..].chars();
                rest.next();
                !rest.next().is_some_and(char::is_alphanumeric)
            };
            if possessive {
                folded.push(' ', at, end);
            } else if !last.is_alphanumeric() && !is_letter_mark(c) {
                folded.push('|', at, end);
            }
        } else if c == '.' && last.is_alphabetic() && !before.is_alphanumeric() {
            // `U.S.`: the dots after single letters go; `plan B.` loses a dot that nobody misses.
        } else if c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '_' | '\u{ad}') {
            if c != '\u{ad}' && !folded.text.ends_with(' ') {
                folded.push(' ', at, end);
            }
        } else if is_invisible(c) || is_combining_mark(c) {
        } else if c.is_alphanumeric() {
            match plain(c) {
                Some(letters) => letters.chars().for_each(|letter| folded.push(letter, at, end)),
                None => {
                    for part in std::iter::once(c).nfkd().filter(|part| !is_combining_mark(*part)) {
                        for letter in part.to_lowercase() {
                            folded.push(letter, at, end);
                        }
                    }
                }
            }
        } else {
            folded.push('|', at, end);
        }
        if !is_invisible(c) {
            (before, last) = (last, c);
        }
        at = end;
    }
    folded
}

/// The folded text alone, blanks and marks at the ends cut off: what two names are compared by.
pub fn key(text: &str) -> String {
    fold(text).text.trim_matches([' ', '|']).to_owned()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | '′') || is_letter_mark(c)
}

/// Marks that transliterations put for letters: ayn, hamza, glottal stop.
fn is_letter_mark(c: char) -> bool {
    matches!(c, 'ʿ' | 'ʾ' | 'ʼ' | 'ʻ' | 'ʽ' | 'ˈ')
}

/// Characters that take no room: joiners, bidirectional controls, tags.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{180e}' | '\u{61c}' | '\u{e0000}'..='\u{e007f}')
}

/// Letters that Unicode does not take apart.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' | 'Ł' => "l",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ı' | 'İ' => "i",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' => "ss",
        'þ' | 'Þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, key};

    #[test]
    fn five_spellings_are_one() {
        for spelling in
            ["Kata'ib Hezbollah", "Kata’ib Hezbollah", "Kataʾib Hezbollah", "KATAIB-HEZBOLLAH", "Katāʼib  Hezbollah"]
        {
            assert_eq!(key(spelling), "kataib hezbollah", "{spelling}");
        }
        assert_eq!(key("Şükrü Łódź Bjørn"), "sukru lodz bjorn");
    }

    #[test]
    fn possessives_stand_apart() {
        assert_eq!(key("Iran’s allies' plans"), "iran s allies plans");
        assert_eq!(key("Mohammed Shia’ al-Sudani"), "mohammed shia al sudani");
        assert_eq!(key("'Quoted'"), "quoted");
    }

    #[test]
    fn acronyms_lose_their_dots_and_words_their_sentence() {
        assert_eq!(key("the U.S. and us"), "the us and us");
        assert_eq!(key("the U.S is"), "the us is");
        assert_eq!(key("Baghdad. Tehran"), "baghdad| tehran");
    }

    #[test]
    fn the_way_back_is_exact() {
        let text = "«Kata’ib»\u{200b} Łódź’s";
        let folded = fold(text);
        let at = folded.text.find("kataib").expect("there");
        assert_eq!(&text[folded.original(at..at + 6)], "Kata’ib");
        let at = folded.text.find("lodz").expect("there");
        assert_eq!(&text[folded.original(at..at + 4)], "Łódź");
        assert!(folded.is_whole(at..at + 4) && !folded.is_whole(at..at + 3));
    }
}
