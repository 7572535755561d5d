//! The weights file: `id,weight`, one further column per further criterion, and `union` for a-priori unions.

use super::quota::{Quota, show_units};
use super::{Criterion, Game};
use crate::decimal::{Decimal, NotANumber};
use crate::findings::{Findings, nearest, span};
use crate::table::{self, Row, row_span};
use case::diagnostic::Span;
use std::collections::BTreeMap;

/// What a weights file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    pub ids: Vec<String>,
    /// Column by column; every column is a criterion.
    pub columns: Vec<Column>,
    /// Each player's union where the file has a `union` column; an empty cell is a union of one's own.
    pub unions: Option<Vec<String>>,
}

/// One criterion's weights, in the units of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub weights: Vec<Decimal>,
}

/// The most players a file may have.
pub const MOST_PLAYERS: usize = 2_000;

/// Reads a weights file; every mistake is reported with its row and column.
pub fn parse(text: &str) -> (Option<Weights>, Findings) {
    let (rows, mut findings) = table::read(text);
    let Some((header, body)) = rows.split_first() else {
        findings.error("empty-file", span(0, 0), "the file is empty", Some("begin with the line `id,weight`".into()));
        return (None, findings);
    };
    let Some(shape) = shape(header, &mut findings) else { return (None, findings) };
    if body.is_empty() {
        findings.error("no-players", row_span(header), "there is a header but no player", None);
    }
    let mut weights = Weights {
        ids: Vec::new(),
        columns: shape.weights.iter().map(|(_, name)| Column { name: name.clone(), weights: Vec::new() }).collect(),
        unions: shape.union.map(|_| Vec::new()),
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (number, row) in body.iter().enumerate() {
        read_row(row, number + 2, header.len(), &shape, &mut weights, &mut seen, &mut findings);
    }
    if weights.ids.len() > MOST_PLAYERS {
        let message = format!("{} players are more than the {MOST_PLAYERS} that can be counted", weights.ids.len());
        findings.error("too-many-players", row_span(&body[MOST_PLAYERS]), message, None);
    }
    (Some(weights).filter(|_| !findings.any_error()), findings)
}

struct Shape {
    id: usize,
    union: Option<usize>,
    weights: Vec<(usize, String)>,
}

fn shape(header: &Row, findings: &mut Findings) -> Option<Shape> {
    let find = |name: &str| header.iter().position(|c| c.text.eq_ignore_ascii_case(name));
    let id = find("id").or_else(|| find("name"));
    let Some(id) = id else {
        let looks = header.first().and_then(|c| nearest(&c.text, ["id"])).is_some();
        let help = if looks { "the first column is called `id`" } else { "begin with the line `id,weight`" };
        findings.error("no-header", row_span(header), "the header does not name a column `id`", Some(help.into()));
        return None;
    };
    let union = find("union");
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for cell in header {
        if let Some(_before) = names.insert(&cell.text, cell.span) {
            findings.error("duplicate-column", cell.span, format!("the column `{}` comes twice", cell.text), None);
        }
    }
    let weights: Vec<(usize, String)> = header
        .iter()
        .enumerate()
        .filter(|(k, cell)| *k != id && Some(*k) != union && !(cell.text.is_empty() && *k + 1 == header.len()))
        .map(|(k, cell)| (k, cell.text.clone()))
        .collect();
    if weights.is_empty() {
        findings.error("no-weights", row_span(header), "there is no column of weights", Some("add `weight`".into()));
    }
    if weights.len() > super::layers::MOST_CRITERIA {
        let most = super::layers::MOST_CRITERIA;
        findings.error("too-many-criteria", row_span(header), format!("at most {most} criteria can be counted"), None);
    }
    (!findings.any_error()).then_some(Shape { id, union, weights })
}

fn read_row(
    row: &Row,
    number: usize,
    width: usize,
    shape: &Shape,
    weights: &mut Weights,
    seen: &mut BTreeMap<String, usize>,
    findings: &mut Findings,
) {
    let spare = row.get(width..).unwrap_or_default();
    if let Some(cell) = spare.iter().find(|c| !c.text.is_empty()) {
        let message = format!("row {number} has more cells than the header ({} instead of {width})", row.len());
        let help = Some("write decimals with a point and no thousands separators".into());
        findings.error("too-many-cells", cell.span, message, help);
    }
    let id = row.get(shape.id).map(|c| c.text.clone()).unwrap_or_default();
    if id.is_empty() {
        findings.error("no-id", row_span(row), format!("row {number} has no id"), None);
    } else if let Some(before) = seen.insert(id.clone(), number) {
        let message = format!("`{id}` stands in row {number} and already in row {before}");
        findings.error("duplicate-id", row[shape.id].span, message, Some("give every player an id of its own".into()));
    }
    for (column, &(at, ref name)) in weights.columns.iter_mut().zip(&shape.weights) {
        let Some(cell) = row.get(at) else {
            let message = format!("row {number} (`{id}`) has no `{name}`");
            findings.error("missing-cell", row_span(row), message, None);
            continue;
        };
        match Decimal::parse(&cell.text) {
            Ok(weight) => column.weights.push(weight),
            Err(why) => {
                let message = match why {
                    NotANumber::Empty => format!("row {number} (`{id}`) has no `{name}`"),
                    why => format!("`{name}` of `{id}` (row {number}): `{}` {why}", cell.text),
                };
                findings.error("bad-weight", cell.span, message, None);
            }
        }
    }
    if let (Some(unions), Some(at)) = (&mut weights.unions, shape.union) {
        unions.push(row.get(at).map(|c| c.text.clone()).unwrap_or_default());
    }
    weights.ids.push(id);
}

impl Weights {
    /// The game under one quota per criterion.
    ///
    /// Fails with sentences: a quota missing or too many, above the total, weights beyond exact counting.
    pub fn game(&self, quotas: &[Quota]) -> Result<Game, Vec<String>> {
        if quotas.len() != self.columns.len() {
            let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
            return Err(vec![format!(
                "the file has {} (`{}`) but {} given; write --quota once per criterion, in the order of the columns",
                plural(names.len(), "criterion", "criteria"),
                names.join("`, `"),
                if quotas.len() == 1 { "1 quota is".to_owned() } else { format!("{} quotas are", quotas.len()) },
            )]);
        }
        let mut criteria = Vec::new();
        let mut errors = Vec::new();
        for (column, quota) in self.columns.iter().zip(quotas) {
            match criterion(column, quota) {
                Ok(criterion) => criteria.push(criterion),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Game { ids: self.ids.clone(), criteria }) } else { Err(errors) }
    }
}

fn criterion(column: &Column, quota: &Quota) -> Result<Criterion, String> {
    // Beyond 2^100 sums and quotas of several criteria, and of vetoes folded in, would not be safe in 128 bits.
    const MOST: u128 = 1 << 100;
    let scale = column.weights.iter().map(|w| w.scale).max().unwrap_or(0);
    let too_large = || format!("the weights of `{}` are too large or too fine to be counted exactly", column.name);
    let weights: Vec<u128> = column
        .weights
        .iter()
        .map(|w| w.in_units(scale).filter(|u| *u < MOST))
        .collect::<Option<_>>()
        .ok_or_else(too_large)?;
    let total: u128 = weights.iter().sum();
    if total >= MOST {
        return Err(too_large());
    }
    if total == 0 {
        return Err(format!("every `{}` is 0: nobody has a vote", column.name));
    }
    let needed = quota.needed(total, scale).map_err(|e| format!("{e} (`{}`)", column.name))?;
    let rule = quota.in_words(&show_units(total, scale));
    Ok(Criterion { name: column.name.clone(), weights, quota: needed, scale, rule })
}

fn plural(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
