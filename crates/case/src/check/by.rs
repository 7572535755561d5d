//! `by`: one cell for each value of a variable, role, term, hypothesis or binding.

use crate::check::express::{Scope, Type};
use crate::check::number::Place;
use crate::check::{Checker, Domain};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expr::{Expr, Value};
use crate::syntax::expression::{self, AstKind};
use crate::syntax::tree::{Kind, Node};

/// What `by` chooses among.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// A binding: the choice is made here and now.
    Bound { value: Value, domain: Domain },
    /// A term: `yes` or `no`.
    Truth(Expr),
    /// A variable, role or hypothesis.
    Name { on: Expr, domain: Domain },
}

/// The cells of a `by` table.
pub(crate) struct Cells<'n> {
    pub(crate) arms: Vec<(Value, &'n Node)>,
    pub(crate) otherwise: Option<&'n Node>,
}

impl<'a> Checker<'a> {
    /// A `by` table of whatever `cell` reads.
    pub(crate) fn by(
        &mut self,
        node: &'a Node,
        place: &Place,
        scope: &Scope,
        cell: &mut dyn FnMut(&mut Checker<'a>, &'a Node, &Place) -> Option<Expr>,
    ) -> Option<Expr> {
        let by = node.get("by")?;
        let mut place = place.clone();
        if let Some(draw) = node.get("draw") {
            match draw.text() {
                Some("together") => place.key = Some(place.path.clone()),
                Some("apart") => {}
                _ => self.report.error(
                    "wrong-value",
                    draw.span,
                    "cells are drawn `together` or `apart`",
                    "expected \"together\" or \"apart\"",
                ),
            }
        }
        let subjects: Vec<Option<Subject>> = match &by.kind {
            Kind::Array(items) if !items.is_empty() => items.iter().map(|item| self.subject(item, scope)).collect(),
            Kind::Text(_) => vec![self.subject(by, scope)],
            _ => {
                self.wrong_type(by, "the name of a variable, or a list of names");
                return None;
            }
        };
        let subjects: Vec<Subject> = subjects.into_iter().collect::<Option<_>>()?;
        self.by_subjects(&subjects, node, true, &place, cell)
    }

    fn by_subjects(
        &mut self,
        subjects: &[Subject],
        node: &'a Node,
        outer: bool,
        place: &Place,
        cell: &mut dyn FnMut(&mut Checker<'a>, &'a Node, &Place) -> Option<Expr>,
    ) -> Option<Expr> {
        let Some((first, rest)) = subjects.split_first() else { return cell(self, node, place) };
        // A cell that is no table of cells stands for all values of the variables still to come.
        let nested = node.is_table() && node.get("value").is_none() && node.get("by").is_none();
        if !outer && !nested {
            return cell(self, node, place);
        }
        let reasons = if outer { place.reasons.clone() } else { self.reasons(node, &place.reasons) };
        let place = Place { reasons, ..place.clone() };
        let cells =
            self.cells(first, node, &["by", "draw", "because", "against", "assume", "note", "until", "else"], false)?;
        let mut arms = Vec::new();
        let mut sound = true;
        for (value, cell_node) in &cells.arms {
            let shown = self.show_cell(*value);
            match self.by_subjects(rest, cell_node, false, &place.below(&shown), cell) {
                Some(expr) => arms.push((*value, expr)),
                None => sound = false,
            }
        }
        let otherwise = match cells.otherwise {
            None => None,
            Some(cell_node) => {
                if let Some(expr) = self.by_subjects(rest, cell_node, false, &place.below("else"), cell) {
                    Some(expr)
                } else {
                    sound = false;
                    None
                }
            }
        };
        sound.then(|| choose(first, arms, otherwise))
    }

    fn show_cell(&self, value: Value) -> String {
        match value {
            Value::Boolean(true) => "yes".into(),
            Value::Boolean(false) => "no".into(),
            value => self.show_value(value),
        }
    }

    /// What the name after `by` chooses among.
    pub(crate) fn subject(&mut self, node: &Node, scope: &Scope) -> Option<Subject> {
        let text = self.text_of(node, "the name of a variable")?;
        let ast = match expression::parse(&text) {
            Ok(ast) => ast,
            Err(fault) => {
                self.fault(fault);
                return None;
            }
        };
        if let AstKind::Name(name) = &ast.kind
            && let Some(binding) = scope.bindings.iter().rev().find(|binding| &binding.name == name)
        {
            return Some(Subject::Bound { value: binding.value, domain: binding.domain.clone() });
        }
        let literals = self.literals.take();
        let elaborated = self.elaborate(&ast, scope, None);
        self.literals = literals;
        match elaborated? {
            (condition, Type::Boolean) => Some(Subject::Truth(condition)),
            (on, Type::Name(domain)) => Some(Subject::Name { on, domain }),
            (Expr::Variable(id), Type::Number { .. }) => {
                let domain: Domain = self.variables[id.index()].values.as_slice().into();
                Some(Subject::Name { on: Expr::Variable(id), domain })
            }
            _ => {
                self.report.error(
                    "wrong-value",
                    node.span,
                    "`by` needs something with named values",
                    "a variable, role, term, hypothesis or binding",
                );
                None
            }
        }
    }

    /// The cells of a table, one for each value; what is missing or does not belong is reported.
    ///
    /// - `partial`: missing cells are fine (in beliefs they are inherited).
    pub(crate) fn cells(
        &mut self,
        subject: &Subject,
        node: &'a Node,
        other_keys: &[&str],
        partial: bool,
    ) -> Option<Cells<'a>> {
        let domain: Domain = match subject {
            Subject::Bound { domain, .. } | Subject::Name { domain, .. } => domain.clone(),
            Subject::Truth(_) => vec![Value::Boolean(false), Value::Boolean(true)].into(),
        };
        let mut arms = Vec::new();
        let mut otherwise = None;
        let mut sound = true;
        let shown: Vec<String> = domain.iter().map(|value| self.show_cell(*value)).collect();
        for entry in node.entries() {
            if entry.key == "else" {
                otherwise = Some(&entry.value);
                continue;
            }
            if let Some(at) = shown.iter().position(|name| *name == entry.key) {
                arms.push((domain[at], &entry.value));
                continue;
            }
            if other_keys.contains(&entry.key.as_str()) {
                continue;
            }
            sound = false;
            let mut diagnostic = Diagnostic::new(
                "unknown-cell",
                Severity::Error,
                entry.key_span,
                format!("`{}` is not a value of what `by` names", entry.key),
                "no such value",
            );
            diagnostic = match crate::check::nearest(&entry.key, shown.iter().map(String::as_str)) {
                Some(like) => diagnostic.help(format!("did you mean `{like}`?")),
                None => diagnostic
                    .help(format!("expected {}", crate::check::quoted(shown.iter().take(20).map(String::as_str)))),
            };
            self.report.add(diagnostic);
        }
        let missing: Vec<&str> = domain
            .iter()
            .zip(&shown)
            .filter(|(value, _)| !arms.iter().any(|(arm, _)| arm == *value))
            .map(|(_, name)| name.as_str())
            .take(20)
            .collect();
        if !missing.is_empty() && otherwise.is_none() && !partial {
            let span = node.get("by").map_or(node.span, |by| by.span);
            self.report.add(
                Diagnostic::new(
                    "missing-cell",
                    Severity::Error,
                    span,
                    format!("nothing is said for {}", crate::check::quoted(missing.iter().copied())),
                    "every value needs a cell",
                )
                .help("add the cells, or `else` for all others"),
            );
            sound = false;
        }
        sound.then_some(Cells { arms, otherwise })
    }
}

/// The arm that a binding has, or a choice among all of them.
fn choose(subject: &Subject, arms: Vec<(Value, Expr)>, otherwise: Option<Expr>) -> Expr {
    match subject {
        Subject::Bound { value, .. } => {
            arms.into_iter().find(|(arm, _)| arm == value).map(|(_, expr)| expr).or(otherwise).unwrap_or(Expr::ZERO)
        }
        Subject::Truth(condition) => {
            let mut yes = otherwise.clone();
            let mut no = otherwise;
            for (value, expr) in arms {
                if value == Value::Boolean(true) { yes = Some(expr) } else { no = Some(expr) }
            }
            match (yes, no) {
                (Some(yes), Some(no)) => Expr::If(Box::new(condition.clone()), Box::new(yes), Box::new(no)),
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => Expr::ZERO,
            }
        }
        Subject::Name { on, .. } => Expr::Match { on: Box::new(on.clone()), arms, otherwise: otherwise.map(Box::new) },
    }
}
