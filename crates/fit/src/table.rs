//! A comma-separated table whose every cell knows its place, so that a mistake can be named by row and column.

use case::diagnostic::{Diagnostic, FileId, Label, Severity, Source, Span};
use jiff::civil::Date;

/// A parsed table: header and rows, with the byte at which each row begins.
#[derive(Debug)]
pub struct Table<'a> {
    file: FileId,
    source: &'a Source,
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'t, 'a> {
    table: &'t Table<'a>,
    index: usize,
}

impl<'a> Table<'a> {
    /// Splits `source` into rows and checks that every `needed` column is there. Rows of the wrong length are named and
    /// left out. Blank cells are kept as empty text.
    pub fn parse(file: FileId, source: &'a Source, needed: &[&str], found: &mut Vec<Diagnostic>) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).from_reader(source.text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let mut table = Self { file, source, header, rows: Vec::new() };
        for column in needed {
            if table.column(column).is_none() {
                let close = table.header.iter().find(|have| have.eq_ignore_ascii_case(column));
                found.push(Diagnostic {
                    code: "missing-column",
                    severity: Severity::Error,
                    message: format!("`{}` has no column `{column}`", source.name),
                    labels: vec![Label {
                        span: Span { file, start: 0, end: end_of_line(&source.text, 0) },
                        text: "expected in this header".to_owned(),
                    }],
                    help: close.map(|name| format!("rename `{name}` to `{column}`")),
                });
            }
        }
        for record in reader.into_records() {
            match record {
                Ok(record) if record.len() == table.header.len() => table.rows.push(record),
                Ok(record) => {
                    let start = record.position().map_or(0, |p| p.byte() as u32);
                    found.push(Diagnostic {
                        code: "row-length",
                        severity: Severity::Error,
                        message: format!("this row has {} cells, the header {}", record.len(), table.header.len()),
                        labels: vec![Label {
                            span: Span { file, start, end: end_of_line(&source.text, start) },
                            text: "left out".to_owned(),
                        }],
                        help: Some("a cell with a comma in it stands in double quotes".to_owned()),
                    });
                }
                Err(error) => found.push(Diagnostic {
                    code: "unreadable-row",
                    severity: Severity::Error,
                    message: format!("`{}` cannot be read on: {error}", source.name),
                    labels: vec![Label {
                        span: Span { file, start: error.position().map_or(0, |p| p.byte() as u32), end: 0 },
                        text: "here".to_owned(),
                    }],
                    help: None,
                }),
            }
        }
        table
    }

    /// The rows, in the file's order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        (0..self.rows.len()).map(|index| Row { table: self, index })
    }

    /// The row with this index.
    pub fn row(&self, index: usize) -> Row<'_, 'a> {
        Row { table: self, index }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|have| have == name)
    }
}

impl<'t> Row<'t, '_> {
    /// Where the row stands in its table, from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// The cell's text; empty where it is blank or the column is missing.
    pub fn text(self, column: &str) -> &'t str {
        self.table.column(column).and_then(|c| self.table.rows[self.index].get(c)).unwrap_or("").trim()
    }

    /// The cell as a finite number; `None` where blank, and a diagnostic where it is something else.
    pub fn number(self, column: &str, found: &mut Vec<Diagnostic>) -> Option<f64> {
        self.read(column, "a number", found, |text| text.parse::<f64>().ok().filter(|x| x.is_finite()))
    }

    /// The cell as a whole number from 0; `None` where blank, and a diagnostic where it is something else.
    pub fn count(self, column: &str, found: &mut Vec<Diagnostic>) -> Option<u32> {
        self.read(column, "a whole number from 0", found, |text| text.parse::<u32>().ok())
    }

    /// The cell as a date; `None` where blank, and a diagnostic where it is something else.
    pub fn date(self, column: &str, found: &mut Vec<Diagnostic>) -> Option<Date> {
        self.read(column, "a date such as 1999-06-13", found, |text| text.parse::<Date>().ok())
    }

    /// The cell as a flag, 0 or 1; blank is no.
    pub fn flag(self, column: &str, found: &mut Vec<Diagnostic>) -> bool {
        self.read(column, "0 or 1", found, |text| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
        .unwrap_or(false)
    }

    /// A finding that points at one cell of this row.
    pub fn finding(self, severity: Severity, code: &'static str, column: &str, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message,
            labels: vec![Label { span: self.span(column), text: format!("column `{column}`") }],
            help: None,
        }
    }

    fn read<T>(
        self,
        column: &str,
        expected: &str,
        found: &mut Vec<Diagnostic>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let value = parse(text);
        if value.is_none() {
            let message = format!("column `{column}` holds `{text}`, expected {expected}");
            found.push(self.finding(Severity::Error, "unreadable-cell", column, message));
        }
        value
    }

    /// The cell's bytes in the file. Rescans the row, since places are wanted only when something is wrong.
    fn span(self, column: &str) -> Span {
        let file = self.table.file;
        let text = self.table.source.text.as_bytes();
        let start = self.table.rows[self.index].position().map_or(0, |p| p.byte() as usize);
        let wanted = self.table.column(column).unwrap_or(0);
        let (mut seen, mut quoted, mut from, mut at) = (0, false, start, start);
        while at < text.len() {
            match text[at] {
                b'"' => quoted = !quoted,
                b',' if !quoted => {
                    if seen == wanted {
                        break;
                    }
                    seen += 1;
                    from = at + 1;
                }
                b'\n' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        Span { file, start: from as u32, end: at as u32 }
    }
}

fn end_of_line(text: &str, start: u32) -> u32 {
    let rest = text.get(start as usize..).unwrap_or("");
    start + rest.find('\n').unwrap_or(rest.len()) as u32
}
