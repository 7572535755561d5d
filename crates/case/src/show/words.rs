//! Expressions, effects and quantities in words.

use crate::syntax::expression::{self, Ast, AstKind, Operator};
use crate::syntax::tree::{Kind, Node};
use std::collections::BTreeMap;

/// How ids read: names of actors, candidates, bodies.
#[derive(Default)]
pub(super) struct Labels(pub(super) BTreeMap<String, String>);

impl Labels {
    pub(super) fn of(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| id.replace('_', " "))
    }

    fn list(&self, ids: &[String]) -> String {
        join(&ids.iter().map(|id| self.of(id)).collect::<Vec<_>>(), "or")
    }
}

/// `a, b or c`
pub(super) fn join(items: &[String], word: &str) -> String {
    match items.split_last() {
        None => "nothing".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// A condition or a quantity; text that cannot be read stands as it is.
pub(super) fn expression(node: &Node, labels: &Labels) -> String {
    match &node.kind {
        Kind::Text(text) => match expression::parse(text) {
            Ok(ast) => words(&ast, labels, 0),
            Err(_) => text.content.clone(),
        },
        Kind::Integer(n) => n.to_string(),
        Kind::Float(x) => x.to_string(),
        Kind::Boolean(truth) => truth.to_string(),
        _ => "?".into(),
    }
}

fn words(ast: &Ast, labels: &Labels, outer: u8) -> String {
    let bracket = |text: String, own: u8| if own < outer { format!("({text})") } else { text };
    match &ast.kind {
        AstKind::Number { value, .. } => value.to_string(),
        AstKind::Date(date) => day(*date),
        AstKind::Name(name) => labels.of(name),
        AstKind::Index { name, index, .. } => format!("{} of {}", labels.of(name), words(index, labels, 7)),
        AstKind::Call { name, arguments, .. } => {
            let arguments: Vec<String> = arguments.iter().map(|argument| words(argument, labels, 0)).collect();
            let which = if name == "min" { "the smaller" } else { "the larger" };
            format!("{which} of {}", join(&arguments, "and"))
        }
        AstKind::Not(inner) => format!("not {}", words(inner, labels, 6)),
        AstKind::Negate(inner) => format!("minus {}", words(inner, labels, 6)),
        AstKind::In { item, list, negated } => {
            let list: Vec<String> = list.iter().map(|value| words(value, labels, 4)).collect();
            let not = if *negated { "not " } else { "" };
            bracket(format!("{} is {not}{}", words(item, labels, 4), join(&list, "or")), 3)
        }
        AstKind::If(condition, yes, no) => bracket(
            format!("{} if {}, else {}", words(yes, labels, 1), words(condition, labels, 1), words(no, labels, 0)),
            0,
        ),
        AstKind::Binary(operator, left, right) => {
            let (sign, own) = match operator {
                Operator::Or => ("or", 1),
                Operator::And => ("and", 2),
                Operator::Equal => ("is", 3),
                Operator::NotEqual => ("is not", 3),
                Operator::Less => ("is less than", 3),
                Operator::LessOrEqual => ("is at most", 3),
                Operator::Greater => ("is more than", 3),
                Operator::GreaterOrEqual => ("is at least", 3),
                Operator::Add => ("plus", 4),
                Operator::Subtract => ("minus", 4),
                Operator::Multiply => ("times", 5),
                Operator::Divide => ("divided by", 5),
            };
            if let (AstKind::Name(name), AstKind::Date(date)) = (&left.kind, &right.kind)
                && name == "date"
            {
                let word = if *operator == Operator::Less { "before" } else { "from" };
                return format!("it is {word} {}", day(*date));
            }
            bracket(
                format!("{} {sign} {}", words(left, labels, own), words(right, labels, own + u8::from(own > 3))),
                own,
            )
        }
    }
}

pub(super) fn day(date: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    format!("{} {} {}", date.day(), month.unwrap_or(&"?"), date.year())
}

/// A quantity: `0.2 to 0.6`, or one for each value of what it depends on.
pub(super) fn quantity(node: &Node, labels: &Labels) -> String {
    match &node.kind {
        Kind::Text(text) if is_plain(&text.content) => text.content.replace('-', "−"),
        Kind::Text(text) => {
            let (value, unit) =
                text.content.split_once(" per ").map_or((text.content.as_str(), ""), |(value, unit)| (value, unit));
            let inner = expression::parse_text(value).map_or_else(|| value.to_owned(), |ast| words(&ast, labels, 0));
            if unit.is_empty() { inner } else { format!("{inner} per {unit}") }
        }
        Kind::Integer(n) => n.to_string().replace('-', "−"),
        Kind::Float(x) => x.to_string().replace('-', "−"),
        Kind::Table(entries) => {
            if let Some(value) = node.get("value") {
                return quantity(value, labels);
            }
            let by = match node.get("by").map(|by| &by.kind) {
                Some(Kind::Text(text)) => labels.of(&text.content),
                Some(Kind::Array(items)) => {
                    join(&items.iter().map(|item| labels.of(item.text().unwrap_or("?"))).collect::<Vec<_>>(), "and")
                }
                _ => String::new(),
            };
            let cells: Vec<String> = entries
                .iter()
                .filter(|entry| {
                    !matches!(entry.key.as_str(), "by" | "draw" | "because" | "against" | "assume" | "note")
                })
                .map(|entry| {
                    let key = if entry.key == "else" { "otherwise".to_owned() } else { labels.of(&entry.key) };
                    format!("{key}: {}", quantity(&entry.value, labels))
                })
                .collect();
            let cells = cells.join("; ");
            if by.is_empty() { format!("({cells})") } else { format!("by {by} ({cells})") }
        }
        Kind::Array(items) => items.iter().map(|item| quantity(item, labels)).collect::<Vec<_>>().join(", "),
        _ => "?".into(),
    }
}

/// Figures and the words of an interval only.
fn is_plain(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic()).all(|word| {
        matches!(
            word,
            "" | "to"
                | "per"
                | "day"
                | "days"
                | "week"
                | "weeks"
                | "month"
                | "months"
                | "year"
                | "years"
                | "rest"
                | "always"
                | "one"
                | "of"
                | "pert"
                | "normal"
                | "lognormal"
                | "logitnormal"
                | "e"
        )
    })
}

/// A table of assignments: `the threat becomes stated`.
pub(super) fn effects(node: &Node, labels: &Labels) -> String {
    if let Kind::Array(items) = &node.kind {
        return results(items, labels);
    }
    let parts: Vec<String> = node
        .entries()
        .iter()
        .map(|entry| {
            let variable = labels.of(&entry.key.replace('[', " of ").replace(']', ""));
            match entry.value.text() {
                Some("up") => format!("{variable} goes one step up"),
                Some("down") => format!("{variable} goes one step down"),
                Some(_) => format!("{variable} becomes {}", expression(&entry.value, labels)),
                None => format!("{variable} becomes {}", quantity(&entry.value, labels)),
            }
        })
        .collect();
    if parts.is_empty() { "nothing changes".into() } else { join(&parts, "and") }
}

/// Results with their chances.
pub(super) fn results(items: &[Node], labels: &Labels) -> String {
    let parts: Vec<String> = items
        .iter()
        .map(|item| {
            let chance = match item.get("chance") {
                Some(chance) if chance.text() == Some("rest") => "otherwise".to_owned(),
                Some(chance) => format!("with chance {}", quantity(chance, labels)),
                None => "possibly".into(),
            };
            let then = item.get("then").map_or_else(|| "nothing changes".to_owned(), |then| effects(then, labels));
            let pays = item.get("pays").map_or_else(String::new, |pays| format!(" ({})", pays_words(pays, labels)));
            format!("{chance} {then}{pays}")
        })
        .collect();
    parts.join("; ")
}

pub(super) fn pays_words(node: &Node, labels: &Labels) -> String {
    let parts: Vec<String> = node
        .entries()
        .iter()
        .map(|entry| format!("{} {}", labels.of(&entry.key), quantity(&entry.value, labels)))
        .collect();
    format!("pays {}", join(&parts, "and"))
}

/// What a table rests on.
pub(super) fn reasons(node: &Node) -> String {
    let list = |key: &str| -> Vec<String> {
        match node.get(key).map(|list| &list.kind) {
            Some(Kind::Text(text)) => vec![text.content.clone()],
            Some(Kind::Array(items)) => items.iter().filter_map(|item| item.text().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    };
    let mut parts = Vec::new();
    let (because, against) = (list("because"), list("against"));
    if !because.is_empty() {
        parts.push(format!("rests on {}", because.join(", ")));
    }
    if !against.is_empty() {
        parts.push(format!("against it {}", against.join(", ")));
    }
    if let Some(assume) = node.get("assume").and_then(Node::text) {
        parts.push(format!("assumed: {}", assume.trim_end_matches('.')));
    }
    if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join("; ")) }
}

/// Who stands under a list's names: `choose = { c = "candidates.premier" }`.
pub(super) fn choice(node: &Node, labels: &Labels, candidates: &BTreeMap<String, Vec<String>>) -> String {
    let parts: Vec<String> = node
        .entries()
        .iter()
        .map(|entry| {
            let values = values(&entry.value, candidates);
            format!("{}: {}", entry.key, labels.list(&values))
        })
        .collect();
    parts.join("; ")
}

/// The values of a list, with candidates written out.
pub(super) fn values(node: &Node, candidates: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let names: Vec<String> = match &node.kind {
        Kind::Text(text) => text.content.split(" or ").map(|part| part.trim().to_owned()).collect(),
        Kind::Array(items) => items.iter().map(|item| item.text().map_or_else(|| "?".into(), str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for name in names {
        match name.strip_prefix("candidates.").and_then(|office| candidates.get(office)) {
            Some(list) => all.extend(list.iter().cloned()),
            None => match name.strip_prefix("candidates.") {
                Some(office) => all.push(format!("the candidates for {}", office.replace('_', " "))),
                None => all.push(name),
            },
        }
    }
    all
}
