//! One way to lay out a case file: comments, order and every value stay as they are.

use crate::diagnostic::{FileId, Report, Source};
use crate::syntax::tree::{self, Kind, Node};

/// Keys longer than this are not waited for when signs are put under one another.
const LONGEST_KEY: usize = 28;

/// Lays a file out anew: one empty line before each table and never two, `=` under `=` within a run of keys, no blanks
/// at line ends.
///
/// - Returns nothing where the text cannot be read, or where laying it out would change what it says.
pub fn format(text: &str) -> Option<String> {
    let formatted = lay_out(text);
    let (before, after) = (meaning(text)?, meaning(&formatted)?);
    (before == after).then_some(formatted)
}

/// What a file says, without places.
fn meaning(text: &str) -> Option<String> {
    let mut report = Report::default();
    let tree = tree::parse(&Source::new("", text), FileId(0), &mut report);
    (!report.has_errors()).then(|| said(&tree))
}

fn said(node: &Node) -> String {
    match &node.kind {
        Kind::Table(entries) => {
            let inner: Vec<String> =
                entries.iter().map(|entry| format!("{:?}={}", entry.key, said(&entry.value))).collect();
            format!("{{{}}}", inner.join(","))
        }
        Kind::Array(items) => format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(",")),
        Kind::Text(text) => format!("{:?}", text.content),
        other => format!("{other:?}"),
    }
}

/// A line of the file and what it is.
enum Line<'t> {
    Blank,
    Comment(&'t str),
    Header(&'t str),
    /// A key, what stands after its `=`, and the further lines of its value, untouched.
    Entry {
        key: &'t str,
        value: &'t str,
        more: Vec<&'t str>,
    },
    Other(&'t str),
}

fn lay_out(text: &str) -> String {
    let lines = cut(text);
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match &lines[at] {
            Line::Blank => {
                if out.last().is_some_and(|line| !line.is_empty()) {
                    out.push(String::new());
                }
            }
            Line::Comment(comment) => {
                // A comment right above a table belongs to it.
                let header = lines[at..].iter().find(|line| !matches!(line, Line::Comment(_)));
                let first = at == 0 || !matches!(lines[at - 1], Line::Comment(_));
                if first && matches!(header, Some(Line::Header(_))) && out.last().is_some_and(|line| !line.is_empty()) {
                    out.push(String::new());
                }
                out.push((*comment).to_owned());
            }
            Line::Header(header) => {
                let after_comment = at > 0 && matches!(lines[at - 1], Line::Comment(_));
                if !after_comment && out.last().is_some_and(|line| !line.is_empty()) {
                    out.push(String::new());
                }
                out.push((*header).to_owned());
            }
            Line::Entry { .. } => {
                let run = lines[at..].iter().take_while(|line| matches!(line, Line::Entry { .. })).count();
                let width = lines[at..at + run]
                    .iter()
                    .filter_map(|line| match line {
                        Line::Entry { key, .. } => Some(key.chars().count()).filter(|long| *long <= LONGEST_KEY),
                        _ => None,
                    })
                    .max()
                    .unwrap_or(0);
                for line in &lines[at..at + run] {
                    let Line::Entry { key, value, more } = line else { continue };
                    let first = format!("{key:width$} = {value}");
                    // Within a text over several lines, blanks at the end of its first line count.
                    out.push(if more.is_empty() { first.trim_end().to_owned() } else { first });
                    out.extend(more.iter().map(|line| (*line).to_owned()));
                }
                at += run;
                continue;
            }
            Line::Other(line) => out.push((*line).to_owned()),
        }
        at += 1;
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    let mut text = out.join("\n");
    text.push('\n');
    text
}

fn cut(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = text.lines();
    while let Some(line) = rest.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            lines.push(Line::Blank);
        } else if trimmed.starts_with('#') {
            lines.push(Line::Comment(trimmed));
        } else if trimmed.starts_with('[') {
            lines.push(Line::Header(trimmed));
        } else if let Some((key, value)) = at_sign(trimmed) {
            let mut open = Open::default();
            open.read(value);
            let mut more = Vec::new();
            while !open.is_closed() {
                let Some(line) = rest.next() else { break };
                open.read(line);
                more.push(line);
            }
            let value = at_sign(line.trim_start()).map_or(value, |(_, value)| value);
            lines.push(Line::Entry { key, value, more });
        } else {
            lines.push(Line::Other(line));
        }
    }
    lines
}

/// A key and what stands after its `=`, the sign being outside of quotes.
fn at_sign(line: &str) -> Option<(&str, &str)> {
    let mut quote: Option<char> = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') => return Some((line[..at].trim_end(), line[at + 1..].trim_start())),
            _ => {}
        }
    }
    None
}

/// Brackets and texts that are still open.
#[derive(Default)]
struct Open {
    depth: usize,
    text: Option<&'static str>,
}

impl Open {
    fn is_closed(&self) -> bool {
        self.depth == 0 && self.text.is_none()
    }

    fn read(&mut self, line: &str) {
        let mut at = 0;
        while at < line.len() {
            let rest = &line[at..];
            if let Some(quote) = self.text {
                if quote.starts_with('"') && rest.starts_with('\\') {
                    at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                } else if rest.starts_with(quote) {
                    self.text = None;
                    at += quote.len();
                } else {
                    at += rest.chars().next().map_or(1, char::len_utf8);
                }
                continue;
            }
            let opens = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote));
            if let Some(quote) = opens {
                self.text = Some(quote);
                at += quote.len();
                continue;
            }
            match rest.as_bytes()[0] {
                b'#' => break,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        // A text on one line does not go on in the next.
        if self.text.is_some_and(|quote| quote.len() == 1) {
            self.text = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_lined_up_and_comments_stay() {
        let text = "title='a = b'   # why\nquestion   = \"c\"\n[state]  \n\n\n# about x\nx= { a = 1 }\nlonger = [\n  1,   # one\n]\n";
        let laid = "title    = 'a = b'   # why\nquestion = \"c\"\n\n[state]\n\n# about x\nx      = { a = 1 }\nlonger = [\n  1,   # one\n]\n";
        assert_eq!(format(text).as_deref(), Some(laid));
        assert_eq!(format(laid).as_deref(), Some(laid));
    }

    #[test]
    fn texts_over_several_lines_are_untouched() {
        let text = "a = '''  \n  x = 1  \n[no table]\n'''\nbee = 1\n";
        let laid = format(text).expect("readable");
        assert!(laid.contains("a   = '''  \n  x = 1  \n[no table]\n'''\n"), "{laid}");
    }

    #[test]
    fn what_cannot_be_read_is_not_laid_out() {
        assert_eq!(format("a = [1,"), None);
    }
}
