//! JSON or TOML as one kind of tree, with a place for every value.

use crate::findings::{Findings, nearest, span};
use case::diagnostic::Span;
use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

/// What a file can say in one place.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    /// In the order written; a key and its place, and the value.
    Table(Vec<(String, Span, Node)>),
}

/// Reads JSON (a text that begins with `{` or `[`) or else TOML.
pub fn parse(text: &str) -> Result<Node, Findings> {
    let mut findings = Findings::default();
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = &text[mark..];
    if body.trim().is_empty() {
        findings.error("empty-file", span(0, 0), "the file is empty", None);
        return Err(findings);
    }
    let json = body.trim_start().starts_with(['{']) || body.trim_start().starts_with('[') && !toml_header(body);
    let result = if json { from_json(body, mark, &mut findings) } else { from_toml(body, mark, &mut findings) };
    match result {
        Some(node) if !findings.any_error() => Ok(node),
        _ => Err(findings),
    }
}

/// `[word]` at the beginning is a TOML table, `[1, …` or `[{` a JSON list.
fn toml_header(body: &str) -> bool {
    let line = body.trim_start().lines().next().unwrap_or_default().trim();
    let inside = line.trim_start_matches('[').trim_end_matches(']');
    line.ends_with(']') && inside.starts_with(|c: char| c.is_alphabetic() || c == '_') && !inside.contains(',')
}

fn from_json(body: &str, mark: usize, findings: &mut Findings) -> Option<Node> {
    const DEEPEST: usize = 100;
    if let Some(at) = deeper_than(body, DEEPEST) {
        let place = span(mark + at, mark + at + 1);
        findings.error("too-deep", place, format!("brackets are nested deeper than {DEEPEST}"), None);
        return None;
    }
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match parse_to_ast(body, &CollectOptions::default(), &strict) {
        Ok(parsed) => parsed.value.map(|v| json_node(&v, mark)),
        Err(error) => {
            let range = error.range();
            let place = span(mark + range.start, mark + range.end);
            findings.error("not-json", place, format!("this is not JSON: {}", lower(&error.kind().to_string())), None);
            None
        }
    }
}

fn deeper_than(body: &str, most: usize) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, b) in body.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > most {
                    return Some(at);
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn json_node(value: &ast::Value, mark: usize) -> Node {
    let place = |r: jsonc_parser::common::Range| span(mark + r.start, mark + r.end);
    match value {
        ast::Value::NullKeyword(v) => Node { span: place(v.range), value: Value::Null },
        ast::Value::BooleanLit(v) => Node { span: place(v.range), value: Value::Bool(v.value) },
        ast::Value::NumberLit(v) => {
            Node { span: place(v.range), value: Value::Number(v.value.parse().unwrap_or(f64::NAN)) }
        }
        ast::Value::StringLit(v) => Node { span: place(v.range), value: Value::Text(v.value.to_string()) },
        ast::Value::Array(v) => {
            let items = v.elements.iter().map(|e| json_node(e, mark)).collect();
            Node { span: place(v.range), value: Value::List(items) }
        }
        ast::Value::Object(v) => {
            let items = v
                .properties
                .iter()
                .map(|p| {
                    let (name, range) = match &p.name {
                        ast::ObjectPropName::String(s) => (s.value.to_string(), s.range),
                        ast::ObjectPropName::Word(w) => (w.value.to_string(), w.range),
                    };
                    (name, place(range), json_node(&p.value, mark))
                })
                .collect();
            Node { span: place(v.range), value: Value::Table(items) }
        }
    }
}

fn from_toml(body: &str, mark: usize, findings: &mut Findings) -> Option<Node> {
    match DeTable::parse(body) {
        Ok(table) => {
            let place = table.span();
            Some(Node { span: span(mark + place.start, mark + place.end), value: toml_table(table.get_ref(), mark) })
        }
        Err(error) => {
            let place = error.span().unwrap_or(0..0);
            let message = format!("this is not TOML: {}", lower(error.message()));
            findings.error("not-toml", span(mark + place.start, mark + place.end), message, None);
            None
        }
    }
}

fn toml_table(table: &DeTable, mark: usize) -> Value {
    let mut items: Vec<(String, Span, Node)> = table
        .iter()
        .map(|(key, value)| {
            let (k, v) = (key.span(), value.span());
            let node = Node { span: span(mark + v.start, mark + v.end), value: toml_value(value.get_ref(), mark) };
            (key.get_ref().to_string(), span(mark + k.start, mark + k.end), node)
        })
        .collect();
    items.sort_by_key(|(_, place, _)| place.start);
    Value::Table(items)
}

fn toml_value(value: &DeValue, mark: usize) -> Value {
    match value {
        DeValue::String(s) => Value::Text(s.to_string()),
        DeValue::Integer(i) => {
            let whole = i64::from_str_radix(i.as_str(), i.radix()).map_or(f64::NAN, |x| x as f64);
            Value::Number(whole)
        }
        DeValue::Float(f) => Value::Number(f.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(d) => Value::Text(d.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| {
                    let place = item.span();
                    let value = toml_value(item.get_ref(), mark);
                    Node { span: span(mark + place.start, mark + place.end), value }
                })
                .collect(),
        ),
        DeValue::Table(table) => toml_table(table, mark),
    }
}

fn lower(message: &str) -> String {
    let mut chars = message.trim().chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

impl Node {
    /// The entry under a key, `null` counting as absent.
    pub fn at(&self, key: &str) -> Option<&Node> {
        let Value::Table(items) = &self.value else { return None };
        items.iter().find(|(name, _, _)| name == key).map(|(_, _, node)| node).filter(|n| n.value != Value::Null)
    }

    /// The text, noting an error where there is something else.
    pub fn text(&self, what: &str, findings: &mut Findings) -> Option<&str> {
        if let Value::Text(text) = &self.value {
            return Some(text);
        }
        findings.error("wrong-kind", self.span, format!("{what} is a text"), None);
        None
    }

    /// The items, noting an error where there is no list.
    pub fn list(&self, what: &str, findings: &mut Findings) -> Option<&[Node]> {
        if let Value::List(items) = &self.value {
            return Some(items);
        }
        findings.error("wrong-kind", self.span, format!("{what} is a list"), None);
        None
    }

    /// A finite number, noting an error where there is none.
    pub fn number(&self, what: &str, findings: &mut Findings) -> Option<f64> {
        match self.value {
            Value::Number(x) if x.is_finite() => Some(x),
            _ => {
                findings.error("wrong-kind", self.span, format!("{what} is a number"), None);
                None
            }
        }
    }

    /// A whole number from 0, noting an error where there is none.
    pub fn whole(&self, what: &str, findings: &mut Findings) -> Option<u64> {
        match self.value {
            Value::Number(x) if x >= 0.0 && x.fract() == 0.0 && x <= 9e15 => Some(x as u64),
            _ => {
                findings.error("wrong-kind", self.span, format!("{what} is a whole number, 0 or more"), None);
                None
            }
        }
    }

    /// A truth value, noting an error where there is none.
    pub fn bool(&self, what: &str, findings: &mut Findings) -> Option<bool> {
        if let Value::Bool(b) = self.value {
            return Some(b);
        }
        findings.error("wrong-kind", self.span, format!("{what} is true or false"), None);
        None
    }

    /// Notes an error at each key that is not among those known, and at keys that come twice.
    pub fn only(&self, known: &[&str], findings: &mut Findings) {
        let Value::Table(items) = &self.value else {
            findings.error("wrong-kind", self.span, "a table is expected here", None);
            return;
        };
        for (k, (name, place, _)) in items.iter().enumerate() {
            if items[..k].iter().any(|(before, _, _)| before == name) {
                findings.error("duplicate-key", *place, format!("`{name}` comes twice"), None);
            }
            if !known.contains(&name.as_str()) {
                let help = nearest(name, known.iter().copied()).map(|n| format!("did you mean `{n}`?"));
                findings.error("unknown-key", *place, format!("`{name}` is not known here"), help);
            }
        }
    }
}
