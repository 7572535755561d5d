//! Answers as tables and sentences for a terminal of 80 columns. Pure functions from data to text.

/// Writes at the end of a string, which cannot fail.
macro_rules! put {
    ($out:expr, $($argument:tt)*) => {{
        let _ = std::fmt::Write::write_fmt(&mut $out, format_args!($($argument)*));
    }};
}
pub(crate) use put;

mod bargain;
mod conflict;
mod power;
mod seats;

pub use bargain::bargain;
pub use conflict::conflict;
pub use power::power;
pub use seats::seats;

/// Columns of a page.
pub const WIDTH: usize = 80;

/// Text broken at spaces into lines of at most [`WIDTH`] columns, the later ones indented.
pub(crate) fn wrap(text: &str, indent: usize) -> String {
    let pad = format!("\n{}", " ".repeat(indent));
    wrap_to(text, WIDTH - indent).join(&pad) + "\n"
}

fn wrap_to(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// An item of a list: two columns in, its later lines four.
pub(crate) fn item(text: &str) -> String {
    let mut out = String::new();
    for (k, line) in wrap_to(text, WIDTH - 4).iter().enumerate() {
        out += if k == 0 { "  " } else { "    " };
        out += line;
        out.push('\n');
    }
    out
}

/// Text cut or filled up to a width, numbers to the right.
pub(crate) fn left(text: &str, width: usize) -> String {
    let n = text.chars().count();
    if n > width {
        text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
    } else {
        format!("{text}{}", " ".repeat(width - n))
    }
}

pub(crate) fn right(text: &str, width: usize) -> String {
    let n = text.chars().count();
    if n >= width { text.to_owned() } else { format!("{}{text}", " ".repeat(width - n)) }
}

/// `41.2 %`; never 0 or 100 where something is left.
pub(crate) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0005 {
        "<0.1 %".into()
    } else if share < 1.0 && share > 0.9995 {
        ">99.9 %".into()
    } else {
        format!("{:.1} %", share * 100.0)
    }
}

/// Digits in groups of three: `2,718,751`.
pub(crate) fn grouped(digits: &str) -> String {
    let n = digits.len();
    digits
        .chars()
        .enumerate()
        .flat_map(|(k, c)| (k > 0 && (n - k).is_multiple_of(3)).then_some(',').into_iter().chain([c]))
        .collect()
}

/// A whole number written out, in digits up to 15 of them, else as a power: `2.72e30`.
pub(crate) fn count(digits: &str) -> String {
    if digits.len() <= 15 {
        return grouped(digits);
    }
    format!("{}.{}e{}", &digits[..1], &digits[1..3], digits.len() - 1)
}

/// A number with as many decimals as are worth reading.
pub(crate) fn plain(x: f64) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `a, b and c`; more than `most` are counted.
pub(crate) fn list(names: &[&str], most: usize) -> String {
    match names {
        [] => "nobody".into(),
        [one] => (*one).into(),
        _ if names.len() > most => format!("{} and {} more", names[..most].join(", "), names.len() - most),
        _ => format!("{} and {}", names[..names.len() - 1].join(", "), names[names.len() - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_read_well() {
        assert_eq!(grouped("2718751"), "2,718,751");
        assert_eq!(count("123456789012345678"), "1.23e17");
        assert_eq!(percent(0.0001), "<0.1 %");
        assert_eq!(list(&["a", "b", "c"], 5), "a, b and c");
        assert_eq!(list(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(plain(2.500), "2.5");
        assert!(wrap(&"word ".repeat(60), 2).lines().all(|l| l.chars().count() <= WIDTH));
    }
}
