//! Seats from a table beside the case: `seats = "seats.csv"` with a bloc per line.
//!
//! The table is put in the place of the text, as if its blocs had been written there; a mistake in a cell is shown in the
//! table.

use crate::check::nearest;
use crate::diagnostic::{Diagnostic, FileId, Report, Severity, Source, Span};
use crate::syntax::tree::{Entry, Kind, Node, cell};

/// What a column may say of a bloc, beside `id`.
const COLUMNS: [&str; 9] = ["seats", "name", "present", "cohesion", "attend", "yes", "because", "against", "assume"];

/// Puts the blocs of tables in the place of their names, in the chamber and all further chambers.
///
/// - `open` gives the file of a name and its place among the sources; `known` are the names there are.
pub(crate) fn spread(
    case: &mut Node,
    known: &[String],
    open: &mut dyn FnMut(&str) -> Option<(FileId, Source)>,
    report: &mut Report,
) {
    let Kind::Table(entries) = &mut case.kind else { return };
    for entry in entries {
        match (entry.key.as_str(), &mut entry.value.kind) {
            ("chamber", _) => fill(&mut entry.value, known, open, report),
            ("chambers", Kind::Table(chambers)) => {
                for chamber in chambers {
                    fill(&mut chamber.value, known, open, report);
                }
            }
            _ => {}
        }
    }
}

fn fill(
    chamber: &mut Node,
    known: &[String],
    open: &mut dyn FnMut(&str) -> Option<(FileId, Source)>,
    report: &mut Report,
) {
    let Kind::Table(entries) = &mut chamber.kind else { return };
    let Some(seats) = entries.iter_mut().find(|entry| entry.key == "seats") else { return };
    let Some(name) = seats.value.text().map(str::to_owned) else { return };
    let Some((file, source)) = open(&name) else {
        let mut diagnostic = Diagnostic::new(
            "wrong-value",
            Severity::Error,
            seats.value.span,
            format!("there is no table `{name}` beside the case"),
            "expected the name of a CSV file in the case's folder",
        );
        if let Some(like) = nearest(&name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
        }
        report.add(diagnostic);
        seats.value.kind = Kind::Table(Vec::new());
        return;
    };
    seats.value.kind = Kind::Table(blocs(&source.text, file, report));
}

/// A cell: its content and where it begins and ends.
type Cell = (String, usize, usize);

fn blocs(text: &str, file: FileId, report: &mut Report) -> Vec<Entry> {
    let span = |start: usize, end: usize| Span { file, start: start as u32, end: end as u32 };
    let mut lines = lines(text).into_iter().filter(|cells| cells.len() > 1 || !cells[0].0.is_empty());
    let Some(header) = lines.next() else {
        report.error("missing-key", span(0, 0), "the table has no header", "expected `id,seats`");
        return Vec::new();
    };
    let mut whole = true;
    for wanted in ["id", "seats"] {
        if !header.iter().any(|(name, ..)| name == wanted) {
            let (start, end) = (header[0].1, header[header.len() - 1].2);
            let message = format!("the table has no column `{wanted}`");
            report.error("missing-key", span(start, end), message, "expected `id,seats` and what else is known");
            whole = false;
        }
    }
    for (at, (name, start, end)) in header.iter().enumerate() {
        if header[..at].iter().any(|(other, ..)| other == name) {
            report.error("twice", span(*start, *end), format!("the column `{name}` stands here twice"), "again");
            whole = false;
        } else if name != "id" && !COLUMNS.contains(&name.as_str()) {
            let mut diagnostic = Diagnostic::new(
                "unknown-key",
                Severity::Error,
                span(*start, *end),
                format!("a table of seats has no column `{name}`"),
                format!("expected one of `id`, `{}`", COLUMNS.join("`, `")),
            );
            if let Some(like) = nearest(name, COLUMNS.iter().copied()) {
                diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
            }
            report.add(diagnostic);
            whole = false;
        }
    }
    if !whole {
        return Vec::new();
    }
    let mut blocs: Vec<Entry> = Vec::new();
    for cells in lines {
        let (start, end) = (cells[0].1, cells[cells.len() - 1].2);
        if cells.len() != header.len() {
            let message = format!("this line has {} cells, the header {}", cells.len(), header.len());
            report.error("row-length", span(start, end), message, "a cell too many or too few");
            continue;
        }
        let at = |column: &str| {
            let place = header.iter().position(|(name, ..)| name == column)?;
            Some(&cells[place]).filter(|(content, ..)| !content.is_empty())
        };
        let Some((id, id_start, id_end)) = at("id") else {
            report.error("missing-key", span(start, end), "this line names no bloc", "the cell under `id` is empty");
            continue;
        };
        if let Some(first) = blocs.iter().find(|bloc| bloc.key == *id) {
            let message = format!("the bloc `{id}` stands here twice");
            let again = Diagnostic::new("twice", Severity::Error, span(*id_start, *id_end), message, "again");
            report.add(again.and(first.key_span, "first here"));
            continue;
        }
        let Some(seats) = at("seats") else {
            let message = format!("the bloc `{id}` has no seats");
            report.error("missing-key", span(start, end), message, "the cell under `seats` is empty");
            continue;
        };
        let value = |(content, start, _): &Cell| cell(content, file, *start);
        let key =
            |key: &str, from: &Cell| Entry { key: key.to_owned(), key_span: span(from.1, from.2), value: value(from) };
        let mut entries = vec![key("seats", seats)];
        for column in ["name", "present", "cohesion", "assume"] {
            entries.extend(at(column).map(|cell| key(column, cell)));
        }
        for column in ["because", "against"] {
            // Several claims in one cell are parted by spaces.
            entries.extend(at(column).map(|(content, start, end)| {
                let begins = |word: &str| start + (word.as_ptr() as usize - content.as_ptr() as usize);
                let list = content.split_whitespace().map(|word| cell(word, file, begins(word))).collect();
                let value = Node { span: span(*start, *end), kind: Kind::Array(list) };
                Entry { key: column.to_owned(), key_span: span(*start, *end), value }
            }));
        }
        let habit: Vec<Entry> =
            ["attend", "yes"].into_iter().filter_map(|column| at(column).map(|cell| key(column, cell))).collect();
        if let Some(first) = habit.first() {
            let key_span = first.key_span;
            let value = Node { span: key_span, kind: Kind::Table(habit) };
            entries.push(Entry { key: "habit".into(), key_span, value });
        }
        let plain = entries.len() == 1;
        let value = if plain { value(seats) } else { Node { span: span(start, end), kind: Kind::Table(entries) } };
        blocs.push(Entry { key: id.clone(), key_span: span(*id_start, *id_end), value });
    }
    blocs
}

/// Lines of cells parted by commas; a cell in double quotes may hold commas. `#` begins a line that is a comment.
fn lines(text: &str) -> Vec<Vec<Cell>> {
    let mut all = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let (begin, next) = (start, start + line.len() + 1);
        start = next;
        // A file saved by a spreadsheet may begin with a mark of its encoding.
        let (begin, line) = match line.strip_prefix('\u{feff}') {
            Some(rest) if begin == 0 => ('\u{feff}'.len_utf8(), rest),
            _ => (begin, line),
        };
        if line.trim_start().starts_with('#') {
            continue;
        }
        let mut cells = Vec::new();
        let (mut from, mut quoted) = (0, false);
        for (at, byte) in line.bytes().enumerate().chain([(line.len(), b',')]) {
            if byte == b'"' {
                quoted = !quoted;
            }
            if (byte == b',' && !quoted) || at == line.len() {
                cells.push(trimmed(&line[from..at], begin + from));
                from = at + 1;
            }
        }
        all.push(cells);
    }
    all
}

fn trimmed(raw: &str, start: usize) -> Cell {
    let lead = raw.len() - raw.trim_start().len();
    let content = raw.trim();
    let inside = content.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (content, lead) = inside.map_or((content, lead), |inside| (inside, lead + 1));
    (content.to_owned(), start + lead, start + lead + content.len())
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn cells_keep_their_places() {
        let all = lines("id,seats\r\na, \"pert(1, 2, 3)\"\n# no bloc\n");
        assert_eq!(all[0], [("id".to_owned(), 0, 2), ("seats".to_owned(), 3, 8)]);
        assert_eq!(all[1], [("a".to_owned(), 10, 11), ("pert(1, 2, 3)".to_owned(), 14, 27)]);
        assert_eq!(all.len(), 3);
    }
}
