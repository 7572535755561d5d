//! What each actor wants, how surely it gets its way with itself, and how much it discounts.

use crate::check::Checker;
use crate::check::express::Scope;
use crate::check::number::{Place, Sort};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{ActorId, Interest, Law, Payday, Reasons};
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

const WHEN_KEYS: [&str; 4] = ["if", "each", "while", "once"];

/// An interest of someone, before the nearer line is chosen.
struct Line {
    actor: ActorId,
    is_group: bool,
    owner: String,
    interest: Interest,
}

impl<'a> Checker<'a> {
    pub(crate) fn read_interests(&mut self) -> Vec<Interest> {
        let mut lines: Vec<Line> = Vec::new();
        for entry in self.section("interests") {
            let node = &entry.value;
            if !node.is_table() {
                self.wrong_type(node, "a table of interests");
                continue;
            }
            if node.get("columns").is_some() {
                self.read_columns(entry, &mut lines);
                continue;
            }
            let Some((members, is_group)) = self.wanting(&entry.key, entry.key_span) else { continue };
            for line in node.entries() {
                self.read_line(entry, line, &members, is_group, &mut lines);
            }
        }
        self.nearest_lines(lines)
    }

    /// Of lines with one name, the actor's own stands before its group's.
    fn nearest_lines(&mut self, lines: Vec<Line>) -> Vec<Interest> {
        let mut kept: Vec<Line> = Vec::new();
        for line in lines {
            let name = line.interest.id.rsplit('.').next().unwrap_or("").to_owned();
            let same = kept.iter().position(|other| {
                other.actor == line.actor
                    && other.interest.id.rsplit('.').next() == Some(name.as_str())
                    && is_same_table(other, &line)
            });
            let Some(at) = same else {
                kept.push(line);
                continue;
            };
            match (kept[at].is_group, line.is_group) {
                (true, false) => kept[at] = line,
                (false, true) => {}
                _ => {
                    let (other, owner) = (kept[at].interest.span, kept[at].owner.clone());
                    self.two_lines(line.interest.span, other, &owner, &line.owner);
                }
            }
        }
        kept.into_iter().map(|line| line.interest).collect()
    }

    fn read_line(
        &mut self,
        owner: &Entry,
        line: &'a Entry,
        members: &[ActorId],
        is_group: bool,
        lines: &mut Vec<Line>,
    ) {
        let node = &line.value;
        if !self.keys(node, &shapes::INTEREST) {
            return;
        }
        self.text_keys(node, &["says"]);
        let path = format!("interests.{}.{}", owner.key, line.key);
        let reasons = self.reasons(node, &Reasons::default());
        let Some(worth) = node.get("worth") else {
            self.missing(line.key_span, "an interest", "worth");
            return;
        };
        let worth = self.number(worth, Sort::Worth, &Place::new(path, &reasons), &Scope::numbers());
        let Some(when) = self.payday(node) else { return };
        let Some(worth) = worth else { return };
        for actor in members {
            let id = format!("{}.{}", self.actors[actor.index()].id, line.key);
            lines.push(Line {
                actor: *actor,
                is_group,
                owner: owner.key.clone(),
                interest: Interest { id, actor: *actor, worth: worth.clone(), when: when.clone(), span: line.key_span },
            });
        }
    }

    fn payday(&mut self, node: &Node) -> Option<Payday> {
        let state = Scope::state();
        let stated: Vec<&str> = ["if", "each", "once"].into_iter().filter(|key| node.get(key).is_some()).collect();
        if let [_, second, ..] = stated.as_slice() {
            let span = node.entry(second).map_or(node.span, |entry| entry.key_span);
            self.report.error(
                "two-ways",
                span,
                "an interest is paid in one way",
                "expected one of `if`, `each`, `once`",
            );
            return None;
        }
        if let (Some(scope), None) = (node.entry("while"), node.get("each")) {
            self.report.add(
                Diagnostic::new(
                    "missing-key",
                    Severity::Error,
                    scope.key_span,
                    "`while` belongs to what is paid over time",
                    "`each` is missing",
                )
                .help("add `each = \"week\"`; for the last state write `if`"),
            );
            return None;
        }
        if let Some(condition) = node.get("once") {
            return Some(Payday::Once(self.condition(condition, &state)?));
        }
        if let Some(each) = node.get("each") {
            let days = self.length(each);
            let scope = self.condition_at(node, "while", &state, Expr::TRUE);
            return Some(Payday::Flow { days: days?, scope: scope? });
        }
        Some(Payday::Last(self.condition_at(node, "if", &state, Expr::TRUE)?))
    }

    /// A table over one variable: a row per actor, a cell per value.
    fn read_columns(&mut self, entry: &'a Entry, lines: &mut Vec<Line>) {
        let node = &entry.value;
        let reasons = self.reasons(node, &Reasons::default());
        let Some(variable) = self.variable_of.get(&entry.key) else {
            let known: Vec<String> = self.variable_of.keys().cloned().collect();
            self.unknown("unknown-name", entry.key_span, "variable", &entry.key, &known);
            return;
        };
        if variable.index.is_some() {
            self.report.error(
                "missing-index",
                entry.key_span,
                format!("`{}` has one value for each of several", entry.key),
                "a table of interests is over one variable",
            );
            return;
        }
        let id = variable.ids[0];
        let values = self.variables[id.index()].values.clone();
        if let Some(draw) = node.get("draw")
            && !matches!(draw.text(), Some("together" | "apart"))
        {
            self.report.error(
                "wrong-value",
                draw.span,
                "cells are drawn `together` or `apart`",
                "expected \"together\" or \"apart\"",
            );
        }
        let Some(columns_node) = node.get("columns") else { return };
        let Kind::Array(items) = &columns_node.kind else {
            self.wrong_type(columns_node, "a list of values");
            return;
        };
        let shown: Vec<String> = values.iter().map(|value| self.show_value(*value)).collect();
        let mut columns: Vec<(String, Option<Value>)> = Vec::new();
        let mut sound = true;
        for item in items {
            let text = match &item.kind {
                Kind::Text(text) => text.content.clone(),
                Kind::Integer(n) => n.to_string(),
                _ => {
                    self.wrong_type(item, "a value");
                    sound = false;
                    continue;
                }
            };
            let value = shown.iter().position(|name| *name == text).map(|at| values[at]);
            if value.is_none() && text != "else" {
                self.unknown("not-a-value", item.span, "value", &text, &shown);
                sound = false;
            }
            if columns.iter().any(|(known, _)| *known == text) {
                self.report.error("twice", item.span, format!("`{text}` stands here twice"), "remove one");
                sound = false;
            }
            columns.push((text, value));
        }
        let missing: Vec<&str> =
            shown.iter().filter(|name| !columns.iter().any(|(known, _)| known == *name)).map(String::as_str).collect();
        if !missing.is_empty() && !columns.iter().any(|(name, _)| name == "else") && sound {
            self.report.add(
                Diagnostic::new(
                    "missing-cell",
                    Severity::Error,
                    columns_node.span,
                    format!("nothing is said for {}", crate::check::quoted(missing.into_iter())),
                    "every value needs a column",
                )
                .help("add the columns, or `else` for all others"),
            );
            sound = false;
        }
        let when = self.payday(node);
        for row in node.entries() {
            let key = row.key.as_str();
            if key == "columns"
                || key == "draw"
                || WHEN_KEYS.contains(&key)
                || crate::check::state::REASON_KEYS.contains(&key)
            {
                continue;
            }
            let Some((members, is_group)) = self.wanting(key, row.key_span) else { continue };
            if !sound {
                continue;
            }
            if let Some(prior) = row.value.get("prior") {
                self.keys(&row.value, &shapes::ROW);
                let Some(when) = when.clone() else { continue };
                for actor in members {
                    let Some(worth) = self.prior_row(prior, actor, id, &columns) else { continue };
                    lines.push(Line {
                        actor,
                        is_group,
                        owner: key.to_owned(),
                        interest: Interest {
                            id: format!("{}.{}", entry.key, self.actors[actor.index()].id),
                            actor,
                            worth,
                            when: when.clone(),
                            span: row.key_span,
                        },
                    });
                }
                continue;
            }
            let worth = self.read_row(entry, row, id, &columns, &reasons);
            let (Some(worth), Some(when)) = (worth, when.clone()) else { continue };
            for actor in members {
                let id = format!("{}.{}", entry.key, self.actors[actor.index()].id);
                lines.push(Line {
                    actor,
                    is_group,
                    owner: key.to_owned(),
                    interest: Interest { id, actor, worth: worth.clone(), when: when.clone(), span: row.key_span },
                });
            }
        }
    }

    fn read_row(
        &mut self,
        table: &'a Entry,
        row: &'a Entry,
        variable: crate::model::VariableId,
        columns: &[(String, Option<Value>)],
        reasons: &Reasons,
    ) -> Option<Expr> {
        let mut cells_node = &row.value;
        let mut reasons = reasons.clone();
        if row.value.is_table() {
            self.keys(&row.value, &shapes::ROW);
            reasons = self.reasons(&row.value, &reasons);
            let Some(worth) = row.value.get("worth") else {
                self.missing(row.key_span, "a row", "worth");
                return None;
            };
            cells_node = worth;
        }
        let Kind::Array(cells) = &cells_node.kind else {
            self.wrong_type(cells_node, "a list with a cell for each column");
            return None;
        };
        if cells.len() != columns.len() {
            let columns_span = table.value.get("columns").map_or(table.key_span, |node| node.span);
            self.report.add(
                Diagnostic::new(
                    "row-length",
                    Severity::Error,
                    cells_node.span,
                    format!("{} cells for {} columns", cells.len(), columns.len()),
                    "one cell for each column is needed",
                )
                .and(columns_span, "the columns"),
            );
            return None;
        }
        let mut arms = Vec::new();
        let mut otherwise = None;
        let mut sound = true;
        let together = table.value.get("draw").and_then(Node::text) == Some("together");
        let key = together.then(|| format!("interests.{}.{}", table.key, row.key));
        for (cell, (name, value)) in cells.iter().zip(columns) {
            let path = format!("interests.{}.{}.{name}", table.key, row.key);
            let place = Place { key: key.clone(), ..Place::new(path, &reasons) };
            match (self.number(cell, Sort::Worth, &place, &Scope::numbers()), value) {
                (Some(expr), Some(value)) => arms.push((*value, expr)),
                (Some(expr), None) => otherwise = Some(Box::new(expr)),
                (None, _) => sound = false,
            }
        }
        sound.then(|| Expr::Match { on: Box::new(Expr::Variable(variable)), arms, otherwise })
    }

    /// One precision per actor: a line of its own, its group's, or that for all.
    pub(crate) fn read_precision(&mut self) -> Vec<Expr> {
        let case: &'a Node = self.case;
        let scope = Scope::numbers();
        let count = self.actors.len();
        let Some(node) = case.get("precision") else {
            let reasons = Reasons {
                assume: Some("the language's own: nine times in ten right at a stake of 0.1 needs 22".into()),
                ..Reasons::default()
            };
            let place = Place::new("precision", &reasons);
            let id = self.add_number(
                &place,
                Law::LogNormal { low: 10.0, high: 40.0 },
                "lognormal(10 to 40)",
                Span::default(),
            );
            return vec![id.map_or(Expr::Constant(Value::Real(22.0)), Expr::Number); count];
        };
        let plain = !node.is_table() || node.get("value").is_some() || node.get("by").is_some();
        if plain {
            let reasons = Reasons::default();
            let expr = self.number(node, Sort::Positive, &Place::new("precision", &reasons), &scope);
            return vec![expr.unwrap_or(Expr::ONE); count];
        }
        let reasons = self.reasons(node, &Reasons::default());
        let mut found: Vec<Option<(Expr, bool)>> = vec![None; count];
        let mut rest = None;
        for entry in node.entries() {
            if crate::check::state::REASON_KEYS.contains(&entry.key.as_str()) {
                continue;
            }
            let place = Place::new(format!("precision.{}", entry.key), &reasons);
            if entry.key == "else" {
                rest = self.number(&entry.value, Sort::Positive, &place, &scope);
                continue;
            }
            let Some((members, is_group)) = self.wanting(&entry.key, entry.key_span) else { continue };
            let Some(expr) = self.number(&entry.value, Sort::Positive, &place, &scope) else { continue };
            for actor in members {
                if found[actor.index()].as_ref().is_none_or(|(_, other)| *other && !is_group) {
                    found[actor.index()] = Some((expr.clone(), is_group));
                }
            }
        }
        if rest.is_none() && node.get("else").is_none() && found.iter().any(Option::is_none) {
            self.missing(node.span, "a table of precisions that leaves out some actors", "else");
        }
        let rest = rest.unwrap_or(Expr::ONE);
        found.into_iter().map(|line| line.map_or_else(|| rest.clone(), |(expr, _)| expr)).collect()
    }

    pub(crate) fn read_discount(&mut self) -> Expr {
        let case: &'a Node = self.case;
        let Some(node) = case.get("discount") else { return Expr::ZERO };
        self.number(node, Sort::Share, &Place::new("discount", &Reasons::default()), &Scope::numbers())
            .unwrap_or(Expr::ZERO)
    }
}

/// Lines of interests replace one another within one table's name; a table over a variable is known by the variable.
fn is_same_table(a: &Line, b: &Line) -> bool {
    // `government.law` (a table's row) and `law.government` (a line) are different things.
    a.interest.id == b.interest.id
}
