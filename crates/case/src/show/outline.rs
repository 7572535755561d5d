//! The syntax stage: every value with its place, as it was read.

use crate::Checked;
use crate::diagnostic::{FileId, Report, Source};
use crate::syntax::tree::{self, Kind, Node};
use std::fmt::Write;

/// An outline of all files: a line per value with its line number, key and kind.
pub fn syntax(checked: &Checked) -> String {
    let mut text = String::new();
    for source in &checked.sources {
        let _ = writeln!(text, "{}", source.name);
        let tree = tree::parse(source, FileId(0), &mut Report::default());
        outline(&tree, source, 1, &mut text);
    }
    text
}

fn outline(node: &Node, source: &Source, depth: usize, text: &mut String) {
    for entry in node.entries() {
        let line = source.locate(entry.key_span.start as usize).0;
        let _ = writeln!(text, "{line:>5} {:indent$}{}{}", "", entry.key, shown(&entry.value), indent = depth * 2);
        inner(&entry.value, source, depth + 1, text);
    }
}

fn inner(node: &Node, source: &Source, depth: usize, text: &mut String) {
    match &node.kind {
        Kind::Table(_) => outline(node, source, depth, text),
        Kind::Array(items) if items.iter().any(Node::is_table) => {
            for item in items {
                let line = source.locate(item.span.start as usize).0;
                let _ = writeln!(text, "{line:>5} {:indent$}-{}", "", shown(item), indent = depth * 2);
                inner(item, source, depth + 1, text);
            }
        }
        _ => {}
    }
}

fn shown(node: &Node) -> String {
    match &node.kind {
        Kind::Table(_) => String::new(),
        Kind::Array(items) if items.iter().any(Node::is_table) => String::new(),
        Kind::Array(items) => {
            let items: Vec<String> =
                items.iter().map(|item| shown(item).trim_start_matches(" = ").to_owned()).collect();
            format!(" = [{}]", items.join(", "))
        }
        Kind::Text(value) => format!(" = {:?}", value.content),
        Kind::Integer(value) => format!(" = {value}"),
        Kind::Float(value) => format!(" = {value}"),
        Kind::Boolean(value) => format!(" = {value}"),
        Kind::Date(value) => format!(" = {value}"),
        Kind::Other => " = ?".into(),
    }
}
