//! Numbers and days as charts write them.

use jiff::civil::Date;

/// A share in percent: `41 %`, `<1 %`.
pub fn percent(share: f64) -> String {
    let points = share * 100.0;
    if points > 0.0 && points < 0.95 {
        return "<1\u{a0}%".into();
    }
    if points > 99.05 && points < 100.0 {
        return ">99\u{a0}%".into();
    }
    format!("{points:.0}\u{a0}%")
}

/// A difference with its sign and a true minus: `+0.12`, `−0.31`.
pub fn signed(value: f64, digits: usize) -> String {
    let size = format!("{:.digits$}", value.abs());
    if size.chars().all(|c| "0.".contains(c)) {
        size
    } else {
        format!("{}{size}", if value < 0.0 { '−' } else { '+' })
    }
}

/// `9 February 2026`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `9 Feb`, for axes.
pub fn short_day(date: Date) -> String {
    date.strftime("%-d %b").to_string()
}

/// What an entry says, for people: `framework: nominate(maliki)` without brackets and underscores.
pub fn plain(text: &str) -> String {
    let text = text.replace("ballot(", "").replace('_', " ").replace('(', " ").replace(')', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text broken at spaces into lines of at most so many pixels, and at most so many lines; what is left is cut with `…`.
pub fn wrap(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + size * 0.3 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let more = lines.len() > most;
    lines.truncate(most.max(1));
    if let Some(last) = lines.last_mut() {
        if more {
            last.push('…');
        }
        *last = fit(last, size, width);
    }
    lines
}

/// The text cut with `…` to at most so many pixels.
pub fn fit(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut cut: Vec<char> = text.trim_end_matches('…').chars().collect();
    while cut.len() > 1 && text_width(&cut.iter().collect::<String>(), size) + size * 0.8 > width {
        cut.pop();
    }
    let mut cut: String = cut.into_iter().collect::<String>().trim_end().to_owned();
    cut.push('…');
    cut
}

/// About how wide a text is in a sans serif, pixels: there is no font to ask, so it errs to the wide side.
pub fn text_width(text: &str, size: f64) -> f64 {
    let of = |c: char| match c {
        'i' | 'l' | 'j' | '.' | ',' | ':' | '\'' | '|' | ' ' | '\u{a0}' | 'I' | 't' | 'f' | 'r' | '(' | ')' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '—' | '…' => 0.92,
        'A'..='Z' => 0.74,
        c if c as u32 >= 0x1100 => 1.0,
        _ => 0.62,
    };
    text.chars().map(of).sum::<f64>() * size
}

/// The same set in bold.
pub fn bold_width(text: &str, size: f64) -> f64 {
    text_width(text, size) * 1.12
}

#[cfg(test)]
mod tests {
    use super::{fit, percent, signed, wrap};

    #[test]
    fn numbers() {
        assert_eq!(percent(0.004), "<1\u{a0}%");
        assert_eq!(percent(0.414), "41\u{a0}%");
        assert_eq!(percent(0.9999), ">99\u{a0}%");
        assert_eq!(percent(0.0), "0\u{a0}%");
        assert_eq!(signed(-0.314, 2), "−0.31");
        assert_eq!(signed(-0.001, 2), "0.00");
    }

    #[test]
    fn long_texts_are_broken_and_cut() {
        assert_eq!(wrap("one two three four", 10.0, 50.0, 2).len(), 2);
        assert!(wrap("one two three four five six", 10.0, 50.0, 2)[1].ends_with('…'));
        assert!(fit("antidisestablishmentarianism", 10.0, 60.0).ends_with('…'));
        assert_eq!(wrap("", 10.0, 50.0, 2).len(), 0);
    }
}
