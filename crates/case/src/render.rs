//! Findings as text: for a screen, for a pipe, and for being read aloud.

use crate::diagnostic::{Diagnostic, Label, Severity, Source};
use std::fmt::Write;

/// How findings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// With lines and carets.
    #[default]
    Plain,
    /// The same with ANSI colours.
    Colour,
    /// Sentences without drawing, for screen readers and speech.
    Aloud,
}

/// Characters of a source line shown at most; longer ones are cut around the place.
const WIDEST: usize = 110;

/// All findings, one after the other with an empty line between; empty for none.
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], style: Style) -> String {
    let drawn: Vec<String> = diagnostics.iter().map(|found| render_one(found, sources, style)).collect();
    drawn.join("\n")
}

/// One finding.
///
/// ```text
/// error[unknown-actor]: there is no actor `liberal`
///   ┌ case.toml:41:12
/// 41│   patron = "liberal"
///   │            ^^^^^^^^^ expected actor
///   = help: did you mean `liberals`?
/// ```
pub fn render_one(diagnostic: &Diagnostic, sources: &[Source], style: Style) -> String {
    match style {
        Style::Aloud => narrate(diagnostic, sources),
        Style::Plain => draw(diagnostic, sources, &Paint { on: false }),
        Style::Colour => draw(diagnostic, sources, &Paint { on: true }),
    }
}

struct Paint {
    on: bool,
}

impl Paint {
    fn put(&self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn word(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Note => ("note", "1;36"),
    }
}

/// Where a label stands: file, line, column, the line's text, and the length of the place in characters.
struct Shown<'s> {
    file: &'s str,
    line: usize,
    column: usize,
    text: &'s str,
    length: usize,
}

fn shown<'s>(label: &Label, sources: &'s [Source]) -> Option<Shown<'s>> {
    let source = sources.get(usize::from(label.span.file.0))?;
    let (line, column) = source.locate(label.span.start as usize);
    let text = source.line(line);
    let length = source.text.get(label.span.start as usize..label.span.end as usize).map_or(0, |place| {
        // A place over several lines is marked to the end of its first.
        place.split('\n').next().unwrap_or("").chars().count()
    });
    Some(Shown { file: &source.name, line, column, text, length: length.max(1) })
}

fn draw(diagnostic: &Diagnostic, sources: &[Source], paint: &Paint) -> String {
    let (severity, colour) = word(diagnostic.severity);
    let mut text = format!(
        "{}: {}\n",
        paint.put(colour, &format!("{severity}[{}]", diagnostic.code)),
        paint.put("1", &diagnostic.message)
    );
    let places: Vec<(&Label, Shown)> =
        diagnostic.labels.iter().filter_map(|label| Some((label, shown(label, sources)?))).collect();
    let gutter = places.iter().map(|(_, shown)| shown.line.to_string().len()).max().unwrap_or(1).max(2);
    for (n, (label, at)) in places.iter().enumerate() {
        let corner = if n == 0 { '┌' } else { '├' };
        let _ = writeln!(
            text,
            "{:gutter$}{} {}:{}:{}",
            "",
            paint.put("34", &corner.to_string()),
            at.file,
            at.line,
            at.column
        );
        let (line, column) = window(at.text, at.column);
        let bar = paint.put("34", "│");
        let _ = writeln!(text, "{:>gutter$}{bar} {line}", at.line);
        let room = line.chars().count().saturating_sub(column - 1).max(1);
        let mark = if n == 0 { "^" } else { "-" }.repeat(at.length.min(room));
        let marked = format!("{mark} {}", label.text);
        let _ = writeln!(
            text,
            "{:gutter$}{bar} {:indent$}{}",
            "",
            "",
            paint.put(if n == 0 { colour } else { "34" }, marked.trim_end()),
            indent = column - 1
        );
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "{:gutter$}{} help: {help}", "", paint.put("34", "="));
    }
    text
}

/// A line cut to what fits, and the column within it; tabs and control characters count as one blank.
fn window(line: &str, column: usize) -> (String, usize) {
    let plain: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.len() <= WIDEST {
        return (plain.into_iter().collect(), column);
    }
    let from = (column - 1).saturating_sub(WIDEST / 3);
    let to = (from + WIDEST).min(plain.len());
    let mut cut: String = plain[from..to].iter().collect();
    let mut at = column - from;
    if from > 0 {
        cut = format!("…{cut}");
        at += 1;
    }
    if to < plain.len() {
        cut.push('…');
    }
    (cut, at)
}

fn narrate(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let (severity, _) = word(diagnostic.severity);
    let mut text = format!("{severity}, {}: {}.\n", diagnostic.code.replace('-', " "), diagnostic.message);
    for (n, label) in diagnostic.labels.iter().enumerate() {
        let Some(at) = shown(label, sources) else { continue };
        let place: String = at.text.chars().skip(at.column - 1).take(at.length).collect();
        let see = if n == 0 { "In" } else { "See also" };
        let _ = writeln!(
            text,
            "{see} {}, line {}, column {}, at {}: {}.",
            at.file,
            at.line,
            at.column,
            place.trim(),
            label.text
        );
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "Help: {help}.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Span};

    fn example() -> (Diagnostic, Vec<Source>) {
        let text = "a = 1\npatron = \"liberal\"\n";
        let span = Span { file: FileId(0), start: 15, end: 24 };
        let diagnostic =
            Diagnostic::new("unknown-actor", Severity::Error, span, "there is no actor `liberal`", "expected actor")
                .and(Span { file: FileId(0), start: 0, end: 1 }, "declared here")
                .help("did you mean `liberals`?");
        (diagnostic, vec![Source::new("case.toml", text)])
    }

    #[test]
    fn a_finding_is_drawn_under_its_line() {
        let (diagnostic, sources) = example();
        let drawn = render_one(&diagnostic, &sources, Style::Plain);
        assert_eq!(
            drawn,
            "error[unknown-actor]: there is no actor `liberal`\n  ┌ case.toml:2:10\n 2│ patron = \"liberal\"\n  │          ^^^^^^^^^ expected actor\n  ├ case.toml:1:1\n 1│ a = 1\n  │ - declared here\n  = help: did you mean `liberals`?\n"
        );
    }

    #[test]
    fn a_narrated_finding_has_no_drawing() {
        let (diagnostic, sources) = example();
        let text = render_one(&diagnostic, &sources, Style::Aloud);
        assert!(
            text.starts_with("error, unknown actor: there is no actor `liberal`.\nIn case.toml, line 2, column 10")
        );
        assert!(!text.contains(['│', '^', '┌']));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let span = Span { file: FileId(0), start: 500, end: 501 };
        let diagnostic = Diagnostic::new("x", Severity::Warning, span, "m", "l");
        let drawn = render_one(&diagnostic, &[Source::new("f", text)], Style::Plain);
        assert!(drawn.lines().all(|line| line.chars().count() < WIDEST + 10));
        let (source, carets) = (drawn.lines().nth(2).unwrap(), drawn.lines().nth(3).unwrap());
        let at = carets.chars().position(|c| c == '^').unwrap();
        assert_eq!(source.chars().nth(at), Some('X'));
    }
}
