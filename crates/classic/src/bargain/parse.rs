//! Reading actors with position, salience and capability: a table, KTAB's table, JSON or TOML.
//!
//! Numbers may be ranges, `4 to 6`: 5 % of belief below, 5 % above. Saliences are shares (0–1), or percentages where any of
//! them is above 1.

use super::{Issue, Party, Range};
use crate::findings::{Findings, span};
use crate::node::{self, Node, Value};
use crate::table::{self, Cell, Row, row_span};
use case::diagnostic::Span;

/// The most actors of one issue.
pub const MOST_ACTORS: usize = 500;

/// Reads a file's issues; every mistake is reported with its place.
pub fn parse(text: &str) -> (Vec<Issue>, Findings) {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    let first = body.lines().next().unwrap_or_default();
    let tree = body.starts_with('{') || body.starts_with('[') || first.contains('=') || first.starts_with('#');
    let (issues, mut findings) = if tree { from_tree(text) } else { from_table(text) };
    for issue in &issues {
        if issue.parties.len() > MOST_ACTORS {
            let message = format!("{} actors are more than the {MOST_ACTORS} that can be handled", issue.parties.len());
            findings.error("too-many-actors", span(0, 0), message, None);
        }
    }
    if findings.any_error() { (Vec::new(), findings) } else { (issues, findings) }
}

/// A number or a range, `4` or `4 to 6`.
fn range(text: &str) -> Result<Range, String> {
    let number = |t: &str| {
        t.trim().parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| format!("`{}` is not a number", t.trim()))
    };
    match text.split_once(" to ") {
        None => number(text).map(Range::exact),
        Some((low, high)) => {
            let (low, high) = (number(low)?, number(high)?);
            if low < high { Ok(Range { low, high }) } else { Err(format!("`{}` does not go up", text.trim())) }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Skip,
    Name,
    Capability,
    Position(usize),
    Salience(usize),
}

fn from_table(text: &str) -> (Vec<Issue>, Findings) {
    let (rows, mut findings) = table::read(text);
    let Some(first) = rows.first() else {
        findings.error("empty-file", span(0, 0), "the file is empty", None);
        return (Vec::new(), findings);
    };
    let whole = |cell: Option<&Cell>| cell.and_then(|c| c.text.parse::<usize>().ok());
    let ktab = rows.get(1).is_some_and(|r| r[0].text.eq_ignore_ascii_case("actor"))
        && whole(first.get(2)).is_some()
        && whole(first.get(3)).is_some();
    let issue = if ktab { ktab_table(&rows, &mut findings) } else { plain_table(&rows, &mut findings) };
    (issue.into_iter().collect(), findings)
}

/// `id,capability,position,salience`, several issues as `position.tax,salience.tax,position.border,…`.
fn plain_table(rows: &[Row], findings: &mut Findings) -> Option<Issue> {
    let (header, body) = rows.split_first()?;
    let mut dimensions: Vec<String> = Vec::new();
    let mut columns = Vec::new();
    for cell in header {
        let lower = cell.text.to_lowercase();
        let (word, dimension) = lower.split_once('.').unwrap_or((&lower, ""));
        let mut place = || {
            dimensions.iter().position(|d| d == dimension).unwrap_or_else(|| {
                dimensions.push(dimension.to_owned());
                dimensions.len() - 1
            })
        };
        columns.push(match word {
            "id" | "name" | "actor" => Column::Name,
            "capability" | "power" | "influence" | "weight" => Column::Capability,
            "position" => Column::Position(place()),
            "salience" => Column::Salience(place()),
            "description" | "" => Column::Skip,
            _ => {
                findings.warning("unknown-column", cell.span, format!("the column `{}` is not used", cell.text), None);
                Column::Skip
            }
        });
    }
    let missing = [
        (Column::Name, "id"),
        (Column::Capability, "capability"),
        (Column::Position(0), "position"),
        (Column::Salience(0), "salience"),
    ];
    for (column, name) in missing {
        if !columns.contains(&column) {
            let help = Some("begin with the line `id,capability,position,salience`".into());
            findings.error("no-header", row_span(header), format!("the header does not name a column `{name}`"), help);
        }
    }
    for (k, d) in dimensions.iter().enumerate() {
        for (column, name) in [(Column::Position(k), "position"), (Column::Salience(k), "salience")] {
            if !columns.contains(&column) && !d.is_empty() {
                let message = format!("the issue `{d}` has no column `{name}.{d}`");
                findings.error("no-header", row_span(header), message, None);
            }
        }
    }
    if findings.any_error() {
        return None;
    }
    let names = dimensions.iter().map(|d| if d.is_empty() { "position".to_owned() } else { d.clone() }).collect();
    let parties =
        body.iter().enumerate().map(|(k, row)| read_row(row, k + 2, &columns, dimensions.len(), findings)).collect();
    finish(None, None, names, None, parties, header_span(rows), findings)
}

fn header_span(rows: &[Row]) -> Span {
    rows.first().map(|r| row_span(r)).unwrap_or_default()
}

/// KTAB's form: a line with name, description, numbers of actors and dimensions; a header; the actors.
fn ktab_table(rows: &[Row], findings: &mut Findings) -> Option<Issue> {
    let first = &rows[0];
    let (actors, dimensions): (usize, usize) = (first[2].text.parse().ok()?, first[3].text.parse().ok()?);
    if dimensions == 0 || dimensions > 100 {
        findings.error("bad-number", first[3].span, "there are between 1 and 100 dimensions", None);
        return None;
    }
    let mut columns = vec![Column::Name, Column::Skip, Column::Capability];
    for k in 0..dimensions {
        columns.extend([Column::Position(k), Column::Salience(k)]);
    }
    let names = (0..dimensions)
        .map(|k| rows[1].get(3 + 2 * k).map_or_else(|| format!("dimension {}", k + 1), |c| c.text.clone()))
        .collect();
    if rows.len() - 2 != actors {
        let message = format!("the first line says {actors} actors, but {} follow", rows.len() - 2);
        findings.error("wrong-length", first[2].span, message, None);
    }
    let parties =
        rows[2..].iter().enumerate().map(|(k, row)| read_row(row, k + 3, &columns, dimensions, findings)).collect();
    let scale = Some(vec![(0.0, 100.0); dimensions]);
    finish(Some(first[0].text.clone()), Some(first[1].text.clone()), names, scale, parties, row_span(first), findings)
}

fn read_row(row: &Row, number: usize, columns: &[Column], dimensions: usize, findings: &mut Findings) -> Draft {
    let mut party = Draft {
        place: row_span(row),
        party: Party {
            name: String::new(),
            capability: Range::exact(f64::NAN),
            positions: vec![Range::exact(f64::NAN); dimensions],
            saliences: vec![Range::exact(f64::NAN); dimensions],
        },
    };
    if let Some(extra) = row.get(columns.len()..).and_then(|r| r.iter().find(|c| !c.text.is_empty())) {
        findings.error("too-many-cells", extra.span, format!("row {number} has more cells than the header"), None);
    }
    for (k, column) in columns.iter().enumerate() {
        let cell = row.get(k).filter(|c| !c.text.is_empty());
        let Some(cell) = cell else {
            if *column != Column::Skip {
                findings.error("missing-cell", row_span(row), format!("row {number} has no column {}", k + 1), None);
            }
            continue;
        };
        let mut read = || match range(&cell.text) {
            Ok(r) => r,
            Err(why) => {
                findings.error("bad-number", cell.span, format!("row {number}: {why}"), None);
                Range::exact(f64::NAN)
            }
        };
        match *column {
            Column::Skip => {}
            Column::Name => party.party.name.clone_from(&cell.text),
            Column::Capability => party.party.capability = read(),
            Column::Position(d) => party.party.positions[d] = read(),
            Column::Salience(d) => party.party.saliences[d] = read(),
        }
    }
    party
}

struct Draft {
    place: Span,
    party: Party,
}

/// Checks what the numbers mean and puts the issue together.
fn finish(
    id: Option<String>,
    title: Option<String>,
    dimensions: Vec<String>,
    scale: Option<Vec<(f64, f64)>>,
    mut drafts: Vec<Draft>,
    place: Span,
    findings: &mut Findings,
) -> Option<Issue> {
    if drafts.len() < 2 {
        findings.error("too-few-actors", place, "at least two actors are needed", None);
    }
    if findings.any_error() {
        return None;
    }
    let percent = drafts.iter().flat_map(|d| &d.party.saliences).any(|s| s.high > 1.0);
    for d in &mut drafts {
        let name = d.party.name.clone();
        if d.party.capability.low <= 0.0 {
            let message = format!("the capability of `{name}` must be above 0");
            findings.error("bad-capability", d.place, message, None);
        }
        for s in &mut d.party.saliences {
            if percent {
                *s = Range { low: s.low / 100.0, high: s.high / 100.0 };
            }
            let inside = if s.is_exact() { (0.0..=1.0).contains(&s.low) } else { s.low > 0.0 && s.high < 1.0 };
            if !inside {
                let message = format!("the salience of `{name}` must lie between 0 and 1 (or 0 and 100)");
                findings.error("bad-salience", d.place, message, None);
            }
        }
        if d.party.saliences.iter().all(|s| s.high == 0.0) {
            findings.error("bad-salience", d.place, format!("`{name}` cares about nothing"), None);
        }
    }
    for (k, d) in drafts.iter().enumerate() {
        if drafts[..k].iter().any(|b| b.party.name == d.party.name) {
            let message = format!("`{}` stands in the file twice", d.party.name);
            findings.error("duplicate-id", d.place, message, None);
        }
    }
    let parties: Vec<Party> = drafts.into_iter().map(|d| d.party).collect();
    let scale = scale.unwrap_or_else(|| {
        (0..dimensions.len())
            .map(|k| {
                let low = parties.iter().map(|p| p.positions[k].low).fold(f64::INFINITY, f64::min);
                let high = parties.iter().map(|p| p.positions[k].high).fold(f64::NEG_INFINITY, f64::max);
                (low, high)
            })
            .collect()
    });
    for (k, (low, high)) in scale.iter().enumerate() {
        if low >= high {
            let message = format!("all actors hold the same position on `{}`: nothing is to be settled", dimensions[k]);
            findings.error("no-disagreement", place, message, None);
        }
        for p in &parties {
            if p.positions[k].low < *low || p.positions[k].high > *high {
                let message = format!("the position of `{}` lies outside the scale {low} to {high}", p.name);
                findings.error("off-scale", place, message, None);
            }
        }
    }
    (!findings.any_error()).then_some(Issue { id, title, dimensions, scale, parties })
}

fn from_tree(text: &str) -> (Vec<Issue>, Findings) {
    let root = match node::parse(text) {
        Ok(root) => root,
        Err(findings) => return (Vec::new(), findings),
    };
    let mut findings = Findings::default();
    let cases: Vec<&Node> = match (&root.value, root.at("cases")) {
        (Value::List(items), _) => items.iter().collect(),
        (_, Some(list)) => list.list("`cases`", &mut findings).unwrap_or_default().iter().collect(),
        _ => vec![&root],
    };
    let mut issues = Vec::new();
    for case in cases {
        issues.extend(tree_issue(case, &mut findings));
    }
    (issues, findings)
}

fn tree_issue(case: &Node, findings: &mut Findings) -> Option<Issue> {
    let text = |key: &str, findings: &mut Findings| case.at(key).and_then(|n| n.text(key, findings)).map(str::to_owned);
    let (id, title) = (text("id", findings), text("title", findings));
    if let Some(csv) = case.at("input_csv") {
        let (issues, inner) = from_table(csv.text("`input_csv`", findings)?);
        for d in inner.0 {
            findings.error("bad-table", csv.span, format!("in the table: {}", d.message), d.help);
        }
        let mut issue = issues.into_iter().next()?;
        issue.id = id.or(issue.id);
        issue.title = title.or(issue.title);
        return Some(issue);
    }
    let Some(list) = case.at("actors") else {
        findings.error("no-actors", case.span, "`actors` is missing", None);
        return None;
    };
    let mut dimensions: Option<Vec<String>> = None;
    let mut drafts = Vec::new();
    for item in list.list("`actors`", findings)? {
        item.only(&["name", "id", "capability", "power", "influence", "position", "salience", "description"], findings);
        let name = item.at("name").or_else(|| item.at("id")).and_then(|n| n.text("an actor's name", findings));
        let capability = ["capability", "power", "influence"].into_iter().find_map(|k| item.at(k));
        let (Some(name), Some(capability), Some(position), Some(salience)) =
            (name, capability, item.at("position"), item.at("salience"))
        else {
            let message = "an actor needs `name`, `capability`, `position` and `salience`";
            findings.error("missing-key", item.span, message, None);
            continue;
        };
        let own = axes(position);
        let axes_here = dimensions.get_or_insert_with(|| own.clone());
        if *axes_here != own || axes(salience) != own {
            let message = format!("`{name}` must have a position and a salience on the same issues as the others");
            findings.error("wrong-length", item.span, message, None);
            continue;
        }
        let party = Party {
            name: name.to_owned(),
            capability: number(capability, findings),
            positions: numbers(position, &own, findings),
            saliences: numbers(salience, &own, findings),
        };
        drafts.push(Draft { place: item.span, party });
    }
    let scale = case.at("scale").and_then(|n| {
        let ends = n.list("`scale`, [low, high]", findings)?;
        let [low, high] = ends else {
            findings.error("wrong-length", n.span, "`scale` is [low, high]", None);
            return None;
        };
        Some((low.number("the low end", findings)?, high.number("the high end", findings)?))
    });
    let dimensions = dimensions.unwrap_or_default();
    let scale = scale.map(|s| vec![s; dimensions.len()]);
    finish(id, title, dimensions, scale, drafts, list.span, findings)
}

/// The issues a value speaks of: one for a number, several for a list or a table.
fn axes(node: &Node) -> Vec<String> {
    match &node.value {
        Value::List(items) => (1..=items.len()).map(|k| format!("issue {k}")).collect(),
        Value::Table(items) => {
            let mut names: Vec<String> = items.iter().map(|(name, _, _)| name.clone()).collect();
            names.sort();
            names
        }
        _ => vec!["position".to_owned()],
    }
}

fn numbers(node: &Node, axes: &[String], findings: &mut Findings) -> Vec<Range> {
    match &node.value {
        Value::List(items) => items.iter().map(|n| number(n, findings)).collect(),
        Value::Table(_) => {
            axes.iter().map(|name| node.at(name).map_or(Range::exact(f64::NAN), |n| number(n, findings))).collect()
        }
        _ => vec![number(node, findings)],
    }
}

fn number(node: &Node, findings: &mut Findings) -> Range {
    let read = match &node.value {
        Value::Number(x) if x.is_finite() => Ok(Range::exact(*x)),
        Value::Text(text) => range(text),
        _ => Err("this is neither a number nor a range such as `4 to 6`".to_owned()),
    };
    read.unwrap_or_else(|why| {
        findings.error("bad-number", node.span, why, Some("write `4` or `\"4 to 6\"`".into()));
        Range::exact(f64::NAN)
    })
}
