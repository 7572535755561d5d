//! The few things every view draws with: headings, bars, percentages, dates, wrapped lines.

use anstyle::{AnsiColor, Style};
use jiff::civil::Date;
use std::fmt::Write;

/// Columns of a page.
pub const WIDTH: usize = 80;

/// Emphasis; the stream drops it where there is no colour to be had (`NO_COLOR`, a pipe).
pub const STRONG: Style = Style::new().bold();
pub const QUIET: Style = Style::new().dimmed();
const BAR: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue)));

/// A heading on a line of its own, after an empty one.
pub fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{STRONG}{text}{STRONG:#}");
}

/// A quiet line of explanation.
pub fn note(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH - 2) {
        let _ = writeln!(out, "  {QUIET}{line}{QUIET:#}");
    }
}

/// A bar of a share, in eighths of a column.
pub fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    let full = "█".repeat(eighths / 8);
    let part = EIGHTHS[eighths % 8];
    let used = eighths / 8 + usize::from(!part.is_empty());
    format!("{BAR}{full}{part}{BAR:#}{}", " ".repeat(width - used.min(width)))
}

/// `41 %`; `<1 %` and `>99 %` where rounding would say that something cannot or must be.
pub fn percent(p: f64) -> String {
    if p > 0.0 && p < 0.005 {
        "<1 %".into()
    } else if p < 1.0 && p > 0.995 {
        ">99 %".into()
    } else {
        format!("{:.0} %", p * 100.0)
    }
}

/// `25–58`, in percent.
pub fn range(low: f64, high: f64) -> String {
    format!("{:.0}–{:.0}", low * 100.0, high * 100.0)
}

/// `14 May 2026`.
pub fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `1,000`.
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text broken at spaces into lines of at most `width` columns; a longer word stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}

/// Text cut or filled up to a width.
pub fn cell(text: &str, width: usize) -> String {
    let n = text.chars().count();
    if n > width {
        let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
        cut.push('…');
        cut
    } else {
        format!("{text}{}", " ".repeat(width - n))
    }
}

#[cfg(test)]
mod tests {
    use super::{cell, percent, thousands, wrap};

    #[test]
    fn small_chances_are_not_rounded_away() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.002), "<1 %");
        assert_eq!(percent(0.999), ">99 %");
        assert_eq!(percent(0.41), "41 %");
    }

    #[test]
    fn text_fits() {
        assert_eq!(wrap("who can govern and when", 10), ["who can", "govern and", "when"]);
        assert_eq!(cell("Reconstruction", 6), "Recon…");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
