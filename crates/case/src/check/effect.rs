//! What follows from an act: assignments, chances, payments.

use crate::check::Checker;
use crate::check::express::{Binding, Scope, Type};
use crate::check::number::{Place, Sort};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expr::{Expr, Value};
use crate::model::{Assigned, Assignment, Holder, Outcome, Pay, Reasons, VariableId};
use crate::syntax::expression::{self, AstKind};
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

impl<'a> Checker<'a> {
    /// A table of assignments.
    pub(crate) fn effects(&mut self, node: &'a Node, bindings: &[Binding]) -> Option<Vec<Assignment>> {
        if !node.is_table() {
            self.wrong_type(node, "a table of effects, such as `{ stage = \"formed\" }`");
            return None;
        }
        let mut assignments: Vec<Assignment> = Vec::new();
        let mut sound = true;
        for entry in node.entries() {
            match self.assignment(entry, bindings) {
                Some(assignment) => {
                    if assignments.iter().any(|other| other.variable == assignment.variable) {
                        let id = self.variables[assignment.variable.index()].id.clone();
                        self.report.error("twice", entry.key_span, format!("`{id}` is assigned twice"), "remove one");
                        sound = false;
                    }
                    assignments.push(assignment);
                }
                None => sound = false,
            }
        }
        sound.then_some(assignments)
    }

    /// The variable on the left of an assignment: a name, or `name[index]`.
    fn assigned_variable(&mut self, entry: &Entry, bindings: &[Binding]) -> Option<VariableId> {
        let text = entry.key.trim();
        if let Some((name, index)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            let (name, index) = (name.trim(), index.trim());
            let Some(variable) = self.variable_of.get(name) else {
                let known: Vec<String> = self.variable_of.keys().cloned().collect();
                self.unknown("unknown-name", entry.key_span, "variable", name, &known);
                return None;
            };
            let Some(keys) = variable.index.clone() else {
                self.report.error("no-index", entry.key_span, format!("`{name}` has only one value"), "takes no index");
                return None;
            };
            let ids = variable.ids.clone();
            let bound = bindings.iter().rev().find(|binding| binding.name == index).map(|binding| binding.value);
            let at =
                keys.iter().position(|key| bound.map_or_else(|| self.show_value(*key) == index, |value| value == *key));
            if let Some(at) = at {
                return Some(ids[at]);
            }
            let shown = self.show_domain(&keys);
            self.report.error(
                "not-a-value",
                entry.key_span,
                format!("`{name}` has nothing for `{index}`"),
                format!("expected {shown}, or a name that `choose` gives"),
            );
            return None;
        }
        let Some(variable) = self.variable_of.get(text) else {
            let mut known: Vec<String> = self.variable_of.keys().cloned().collect();
            known.extend(["up", "down"].map(str::to_owned));
            self.unknown("unknown-name", entry.key_span, "variable", text, &known);
            return None;
        };
        if variable.index.is_some() {
            self.report.error(
                "missing-index",
                entry.key_span,
                format!("`{text}` has one value for each of several"),
                format!("say which: \"{text}[…]\""),
            );
            return None;
        }
        Some(variable.ids[0])
    }

    fn assignment(&mut self, entry: &'a Entry, bindings: &[Binding]) -> Option<Assignment> {
        let variable = self.assigned_variable(entry, bindings)?;
        let value = self.assigned(variable, &entry.value, bindings)?;
        Some(Assignment { variable, value, span: entry.key_span })
    }

    /// The value assigned to a variable.
    fn assigned(&mut self, variable: VariableId, node: &'a Node, bindings: &[Binding]) -> Option<Assigned> {
        if let Some(text @ ("up" | "down")) = node.text()
            && !self.variables[variable.index()].values.iter().any(|value| self.show_value(*value) == text)
        {
            return Some(if text == "up" { Assigned::Up } else { Assigned::Down });
        }
        self.assigned_expr(variable, node, bindings).map(Assigned::Value)
    }

    pub(crate) fn assigned_expr(&mut self, variable: VariableId, node: &'a Node, bindings: &[Binding]) -> Option<Expr> {
        let scope = Scope { bindings: bindings.to_vec(), drawn: false, steps: Some(variable) };
        match &node.kind {
            Kind::Integer(n) => {
                self.fits(variable, &Expr::Constant(Value::Integer(*n)), node)?;
                Some(Expr::Constant(Value::Integer(*n)))
            }
            Kind::Text(text) => {
                let ast = match expression::parse(text) {
                    Ok(ast) => ast,
                    Err(fault) => {
                        self.fault(fault);
                        return None;
                    }
                };
                let kind = self.variable_type(variable);
                let domain = if let Type::Name(domain) = &kind { Some(domain.clone()) } else { None };
                // `"2"` in a table of texts means the number.
                let (expr, found) = self.elaborate(&ast, &scope, domain.as_ref())?;
                let id = self.variables[variable.index()].id.clone();
                match (&kind, &found) {
                    (Type::Name(own), Type::Name(other)) if own.iter().any(|value| other.contains(value)) => {}
                    (Type::Name(own), Type::Name(other)) => {
                        let (own, other) = (self.show_domain(own), self.show_domain(other));
                        self.report.error(
                            "not-a-value",
                            ast.span,
                            format!("`{id}` is {own}"),
                            format!("this is {other}"),
                        );
                        return None;
                    }
                    (Type::Number { .. }, Type::Number { whole: true }) => {}
                    (Type::Number { .. }, Type::Number { whole: false }) => {
                        self.report.error(
                            "wrong-type",
                            ast.span,
                            format!("`{id}` holds whole numbers"),
                            "this need not be one",
                        );
                        return None;
                    }
                    _ => {
                        let own = self.show_domain(&self.variables[variable.index()].values.clone());
                        let mut diagnostic = Diagnostic::new(
                            "wrong-type",
                            Severity::Error,
                            ast.span,
                            format!("`{id}` is {own}"),
                            "this is something else",
                        );
                        if matches!(ast.kind, AstKind::Binary(..)) && matches!(found, Type::Boolean) {
                            diagnostic = diagnostic.help("an effect assigns a value; a condition stands under `when`");
                        }
                        self.report.add(diagnostic);
                        return None;
                    }
                }
                self.fits(variable, &expr, node)?;
                Some(expr)
            }
            Kind::Table(_) if node.get("by").is_some() => {
                let place = Place::new("", &Reasons::default());
                self.by(node, &place, &scope, &mut |checker, cell, _| checker.assigned_expr(variable, cell, bindings))
            }
            Kind::Table(_) if node.get("if").is_some() => {
                self.report.add(
                    Diagnostic::new(
                        "wrong-type",
                        Severity::Error,
                        node.span,
                        "a condition within an effect stands in an expression",
                        "not a table",
                    )
                    .help("write 'if … then … else …'"),
                );
                None
            }
            _ => {
                self.wrong_type(node, "a value, an expression, or a table with `by`");
                None
            }
        }
    }

    /// Reports a constant outside a variable's domain.
    fn fits(&mut self, variable: VariableId, expr: &Expr, node: &Node) -> Option<()> {
        let Expr::Constant(value) = expr else { return Some(()) };
        let known = &self.variables[variable.index()];
        if known.values.contains(value) {
            return Some(());
        }
        let (id, values) = (known.id.clone(), known.values.clone());
        let shown = self.show_domain(&values);
        let value = self.show_value(*value);
        self.report.error(
            "not-a-value",
            node.span,
            format!("`{value}` is no value of `{id}`"),
            format!("expected {shown}"),
        );
        None
    }

    /// `then` with `pays`, or `results`: what can come of an act.
    pub(crate) fn outcomes(
        &mut self,
        node: &'a Node,
        what: &str,
        path: &str,
        reasons: &Reasons,
        bindings: &[Binding],
    ) -> Option<Vec<Outcome>> {
        match (node.get("then"), node.get("results")) {
            (Some(then), None) => {
                Some(vec![Outcome { chance: None, then: self.effects(then, bindings)?, pays: Vec::new() }])
            }
            (None, Some(results)) => self.results(results, &format!("{path}.results"), reasons, bindings),
            (Some(_), Some(results)) => {
                self.report.error(
                    "two-ways",
                    results.span,
                    format!("{what} has either `then` or `results`"),
                    "remove one of the two",
                );
                None
            }
            (None, None) => {
                self.missing(node.span, what, "then");
                None
            }
        }
    }

    /// An exit of a step: assignments, or a list of results.
    pub(crate) fn exit(
        &mut self,
        node: &'a Node,
        path: &str,
        reasons: &Reasons,
        bindings: &[Binding],
    ) -> Option<Vec<Outcome>> {
        if matches!(node.kind, Kind::Array(_)) {
            return self.results(node, path, reasons, bindings);
        }
        Some(vec![Outcome { chance: None, then: self.effects(node, bindings)?, pays: Vec::new() }])
    }

    pub(crate) fn results(
        &mut self,
        node: &'a Node,
        path: &str,
        reasons: &Reasons,
        bindings: &[Binding],
    ) -> Option<Vec<Outcome>> {
        let Kind::Array(items) = &node.kind else {
            self.wrong_type(
                node,
                "a list of results, such as `[{ chance = 0.3, then = { … } }, { chance = \"rest\" }]`",
            );
            return None;
        };
        let mut outcomes = Vec::new();
        let mut sound = true;
        let mut least = 0.0;
        let mut rest = 0;
        for (n, item) in items.iter().enumerate() {
            if !self.keys(item, &shapes::RESULT) {
                sound = false;
                continue;
            }
            let path = format!("{path}.{}", n + 1);
            let reasons = self.reasons(item, reasons);
            let chance = if let Some(chance) = item.get("chance") {
                self.chance_or_rest(chance, &Place::new(path.clone(), &reasons), &Scope::with(bindings, true))
            } else {
                self.missing(item.span, "a result", "chance");
                None
            };
            let then = match item.get("then") {
                Some(then) => self.effects(then, bindings),
                None => Some(Vec::new()),
            };
            let pays = self.pays(item, &path, &reasons, bindings);
            match (chance, then) {
                (Some(chance), Some(then)) => {
                    match &chance {
                        Some(chance) => least += self.bounds(chance).0.max(0.0),
                        None => rest += 1,
                    }
                    outcomes.push(Outcome { chance, then, pays });
                }
                _ => sound = false,
            }
        }
        if items.is_empty() {
            self.report.error("wrong-value", node.span, "at least one result must follow", "this list is empty");
            return None;
        }
        if sound && least > 1.0 + 1e-9 {
            self.report.add(Diagnostic::new(
                "chances",
                Severity::Warning,
                node.span,
                "these chances add up to more than 1",
                "they are scaled to 1",
            ));
        } else if sound && rest == 0 {
            let most: f64 =
                outcomes.iter().filter_map(|outcome| outcome.chance.as_ref()).map(|chance| self.bounds(chance).1).sum();
            if most < 1.0 - 1e-9
                || outcomes.iter().all(|outcome| matches!(outcome.chance, Some(Expr::Number(_))))
                    && (least - 1.0).abs() > 1e-9
            {
                self.report.add(
                    Diagnostic::new(
                        "chances",
                        Severity::Warning,
                        node.span,
                        "these chances need not add up to 1",
                        "what is missing has no result",
                    )
                    .help("give one of them `chance = \"rest\"`"),
                );
            }
        }
        sound.then_some(outcomes)
    }

    /// `pays` of a table: who gets or loses what.
    pub(crate) fn pays(&mut self, node: &'a Node, path: &str, reasons: &Reasons, bindings: &[Binding]) -> Vec<Pay> {
        let Some(pays) = node.get("pays") else { return Vec::new() };
        if !pays.is_table() {
            self.wrong_type(pays, "a table of payments, such as `{ washington = -0.02 }`");
            return Vec::new();
        }
        let scope = Scope::with(bindings, true);
        let mut list = Vec::new();
        for entry in pays.entries() {
            let place = Place::new(format!("{path}.pays.{}", entry.key), reasons);
            let to: Vec<Holder> = if let Some(group) = self.groups.get(&entry.key) {
                group.members.iter().map(|member| Holder::Actor(*member)).collect()
            } else {
                match self.holder_text(&entry.key, entry.key_span) {
                    Some(holder) => vec![holder],
                    None => continue,
                }
            };
            if let Some(amount) = self.number(&entry.value, Sort::Worth, &place, &scope) {
                list.extend(to.into_iter().map(|to| Pay { to, amount: amount.clone() }));
            }
        }
        list
    }
}
