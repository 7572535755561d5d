//! What-ifs: a value put in the place of another, by the path of a number.

use crate::syntax::tree::{Entry, Kind, Node};

/// Puts a value in the place of another. Returns whether the path leads anywhere.
pub(crate) fn replace(tree: &mut Node, path: &str, value: &Node, top_level: bool) -> bool {
    const DROPPED: [&str; 4] = ["worth", "chance", "value", "rate"];
    // Where a table's own number stands, if the path ends at the table.
    const OWN: [&str; 7] = ["worth", "chance", "value", "rate", "seats", "weight", "after"];
    fn descend<'n>(node: &'n mut Node, parts: &[&str]) -> Option<&'n mut Node> {
        let Some((first, rest)) = parts.split_first() else {
            let own = OWN.iter().find(|key| node.get(key).is_some()).copied();
            return match own {
                Some(key) => descend_entry(node, key, &[]),
                None => Some(node),
            };
        };
        if node.get(first).is_some() {
            return descend_entry(node, first, rest);
        }
        let by_column = match node.get("columns").map(|columns| &columns.kind) {
            Some(Kind::Array(_)) => None,
            _ => DROPPED.iter().find(|key| node.get(key).is_some()).copied(),
        };
        if let Some(key) = by_column {
            return descend_entry(node, key, parts);
        }
        if let (Kind::Array(items), Ok(n)) = (&mut node.kind, first.parse::<usize>()) {
            return descend(items.get_mut(n.checked_sub(1)?)?, rest);
        }
        None
    }
    fn descend_entry<'n>(node: &'n mut Node, key: &str, rest: &[&str]) -> Option<&'n mut Node> {
        let columns: Option<Vec<String>> = match node.get("columns").map(|columns| &columns.kind) {
            Some(Kind::Array(items)) => Some(items.iter().map(|item| item.text().unwrap_or("").to_owned()).collect()),
            _ => None,
        };
        let Kind::Table(entries) = &mut node.kind else { return None };
        let entry = entries.iter_mut().find(|entry| entry.key == key)?;
        if let (Some(columns), [column]) = (columns, rest) {
            let mut row = &mut entry.value;
            if row.get("worth").is_some() {
                row = descend_entry(row, "worth", &[])?;
            }
            if let Kind::Array(items) = &mut row.kind {
                return items.get_mut(columns.iter().position(|name| name == column)?);
            }
            return None;
        }
        descend(&mut entry.value, rest)
    }
    let parts: Vec<&str> = path.split('.').collect();
    // A quoted key may contain dots; pressed[kurds] and the like need none.
    if let Some(target) = descend(tree, &parts) {
        *target = value.clone();
        return true;
    }
    if top_level
        && parts.len() == 1
        && let Kind::Table(entries) = &mut tree.kind
        && matches!(path, "now" | "discount" | "precision" | "ends" | "settled" | "starts_at" | "rules" | "period")
    {
        entries.push(Entry { key: path.to_owned(), key_span: value.span, value: value.clone() });
        return true;
    }
    false
}
