//! What can change: variables, and the named conditions over them.

use crate::check::by::Subject;
use crate::check::express::{Scope, Type};
use crate::check::{Checker, Domain, Lazy, LazyState, VariableEntry};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{Hypothesis, HypothesisId, Reading, Reasons, Variable, VariableId};
use crate::syntax::expression;
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

/// A variable with more values is refused: the state space multiplies by each.
const MOST_VALUES: u16 = 1_000;

impl<'a> Checker<'a> {
    pub(crate) fn declare_variables(&mut self) {
        for entry in self.section("state") {
            self.usable_name(&entry.key, entry.key_span);
            if !self.keys(&entry.value, &shapes::VARIABLE) {
                self.broken.insert(entry.key.clone());
                continue;
            }
            let Some(mut values) = self.read_values(entry) else {
                self.broken.insert(entry.key.clone());
                continue;
            };
            if entry.key == "stage" {
                self.add_stages(&mut values);
            }
            let start = self.read_start(entry, &values);
            let index = entry.value.get("per").and_then(|node| self.read_index(node));
            if entry.value.get("per").is_some() && index.is_none() {
                self.broken.insert(entry.key.clone());
                continue;
            }
            let mut ids = Vec::new();
            let names: Vec<String> = match &index {
                None => vec![entry.key.clone()],
                Some(keys) => keys.iter().map(|key| format!("{}[{}]", entry.key, self.show_value(*key))).collect(),
            };
            for id in names {
                ids.push(VariableId(self.variables.len() as u32));
                self.variables.push(Variable { id, values: values.clone(), start, scope: None, span: entry.key_span });
            }
            if ids.is_empty() {
                continue;
            }
            let known = VariableEntry { span: entry.key_span, node: &entry.value, index, ids };
            self.variable_of.insert(entry.key.clone(), known);
        }
        self.stage = self.stage_values().map(|(id, _)| id);
        let has_stages = self.case.get("stages").is_some() || self.pack.get("stages").is_some();
        if self.stage.is_none() && has_stages && !self.broken.contains("stage") {
            self.broken.insert("stage".into());
            let span = self.pack.get("stages").or(self.case.get("stages")).map_or(self.case.span, |node| node.span);
            self.report.add(
                Diagnostic::new(
                    "no-stage",
                    Severity::Error,
                    span,
                    "a procedure needs a variable `stage`",
                    "stages without it",
                )
                .help("add `stage = { values = [\"first\", …, \"formed\"] }` to `[state]`"),
            );
        }
        self.read_starts_at();
    }

    fn read_starts_at(&mut self) {
        let Some(node) = self.case.get("starts_at") else { return };
        let Some(text) = node.text() else { return };
        let Some((id, domain)) = self.stage_values() else {
            if self.is_echo("stage") {
                return;
            }
            self.report.error(
                "no-stage",
                node.span,
                "there is no procedure to begin at a stage",
                "no variable `stage`",
            );
            return;
        };
        let at = domain.iter().position(|value| self.show_value(*value) == text);
        if let Some(at) = at {
            self.variables[id.index()].start = at as u32;
        } else {
            let known: Vec<String> = domain.iter().map(|value| self.show_value(*value)).collect();
            self.unknown("unknown-stage", node.span, "stage", text, &known);
        }
    }

    /// Stages with a table that the list of values does not know are added at its end.
    fn add_stages(&mut self, values: &mut Vec<Value>) {
        for file in [self.pack, self.case] {
            let Some(stages) = file.get("stages") else { continue };
            for stage in stages.entries() {
                let value = Value::Name(self.names.intern(&stage.key));
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
    }

    fn read_values(&mut self, entry: &Entry) -> Option<Vec<Value>> {
        let node = &entry.value;
        match (node.get("values"), node.get("range")) {
            (Some(values), None) => self.read_domain(values),
            (None, Some(range)) => self.read_range(range),
            (Some(_), Some(range)) => {
                self.report.error(
                    "two-ways",
                    range.span,
                    "a variable has either `values` or a `range`",
                    "remove one of the two",
                );
                None
            }
            (None, None) => {
                self.missing(entry.key_span, "a variable", "values");
                None
            }
        }
    }

    fn read_range(&mut self, node: &Node) -> Option<Vec<Value>> {
        let text = self.text_of(node, "a range, such as \"0..3\"")?;
        let ends = text
            .content
            .split_once("..")
            .and_then(|(low, high)| Some((low.trim().parse::<i64>().ok()?, high.trim().parse::<i64>().ok()?)));
        let Some((low, high)) = ends else {
            self.report.error(
                "wrong-value",
                node.span,
                "this is not a range",
                "expected two whole numbers, such as \"0..3\"",
            );
            return None;
        };
        if high < low || high.saturating_sub(low) >= i64::from(MOST_VALUES) {
            self.report.error(
                "wrong-value",
                node.span,
                "this range is empty or too long",
                format!("expected at most {MOST_VALUES} values, the lower end first"),
            );
            return None;
        }
        Some((low..=high).map(Value::Integer).collect())
    }

    /// A list of names, or names and lists joined by `or`.
    pub(crate) fn read_domain(&mut self, node: &Node) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        let mut places: Vec<(String, Span)> = Vec::new();
        match &node.kind {
            Kind::Text(text) if text.content.contains("..") => return self.read_range(node),
            Kind::Text(text) => {
                let mut at = 0;
                for part in text.content.split(" or ") {
                    let start = at + (part.len() - part.trim_start().len());
                    let trimmed = part.trim();
                    places.push((trimmed.to_owned(), text.place(start, start + trimmed.len())));
                    at += part.len() + 4;
                }
            }
            Kind::Array(items) => {
                for item in items {
                    match &item.kind {
                        Kind::Text(text) => places.push((text.content.clone(), item.span)),
                        Kind::Integer(n) => {
                            let value = Value::Integer(*n);
                            self.push_value(&mut values, value, item.span);
                        }
                        _ => self.wrong_type(item, "a name"),
                    }
                }
            }
            _ => {
                self.wrong_type(node, "a list of names, or a text such as \"candidates.premier or none\"");
                return None;
            }
        }
        for (name, span) in places {
            if let Some(office) = name.strip_prefix("candidates.") {
                let Some(candidates) = self.candidates.get(office) else {
                    let known: Vec<String> =
                        self.candidates.keys().map(|office| format!("candidates.{office}")).collect();
                    self.unknown("unknown-candidates", span, "list of candidates", &name, &known);
                    return None;
                };
                let list: Vec<Value> = candidates.iter().map(|candidate| Value::Name(candidate.name)).collect();
                for value in list {
                    self.push_value(&mut values, value, span);
                }
            } else if name == "actors" {
                let list: Vec<String> = self.actors.iter().map(|actor| actor.id.clone()).collect();
                for actor in list {
                    let value = Value::Name(self.names.intern(&actor));
                    self.push_value(&mut values, value, span);
                }
            } else if self.usable_name(&name, span) {
                let value = Value::Name(self.names.intern(&name));
                self.push_value(&mut values, value, span);
            }
        }
        if values.is_empty() {
            self.report.error("wrong-value", node.span, "there must be at least one value", "this list is empty");
            return None;
        }
        let names = values.iter().filter(|value| matches!(value, Value::Name(_))).count();
        if names != 0 && names != values.len() {
            self.report.error("wrong-value", node.span, "values are all names or all whole numbers", "both are here");
            return None;
        }
        if values.len() > usize::from(MOST_VALUES) {
            self.report.error(
                "wrong-value",
                node.span,
                format!("a variable has at most {MOST_VALUES} values"),
                "too many",
            );
            return None;
        }
        Some(values)
    }

    fn push_value(&mut self, values: &mut Vec<Value>, value: Value, span: Span) {
        if values.len() <= usize::from(MOST_VALUES) && values.contains(&value) {
            let shown = self.show_value(value);
            self.report.error("twice", span, format!("`{shown}` stands here twice"), "remove one");
        } else {
            values.push(value);
        }
    }

    fn read_start(&mut self, entry: &Entry, values: &[Value]) -> u32 {
        let Some(node) = entry.value.get("start") else { return 0 };
        let found = match &node.kind {
            Kind::Text(text) => values.iter().position(|value| self.show_value(*value) == text.content),
            Kind::Integer(n) => values.iter().position(|value| *value == Value::Integer(*n)),
            _ => {
                self.wrong_type(node, "one of the values");
                return 0;
            }
        };
        if let Some(at) = found {
            return at as u32;
        }
        let shown = self.show_domain(values);
        let written = node.text().map_or_else(|| "this".to_owned(), |text| format!("`{text}`"));
        let known: Vec<String> = values.iter().map(|value| self.show_value(*value)).collect();
        let mut diagnostic = Diagnostic::new(
            "not-a-value",
            Severity::Error,
            node.span,
            format!("{written} is no value of `{}`", entry.key),
            format!("expected {shown}"),
        );
        if let Some(like) = node.text().and_then(|text| crate::check::nearest(text, known.iter().map(String::as_str))) {
            diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
        }
        self.report.add(diagnostic);
        0
    }

    fn read_index(&mut self, node: &Node) -> Option<Domain> {
        Some(self.read_domain(node)?.into())
    }

    /// Registers terms and shared numbers, to be worked out when first used.
    pub(crate) fn declare_lazies(&mut self) {
        for (section, what) in [("terms", "a term"), ("numbers", "a number")] {
            for entry in self.section(section) {
                self.usable_name(&entry.key, entry.key_span);
                let lazy = Lazy { node: &entry.value, span: entry.key_span, state: LazyState::Unread };
                self.no_second(&entry.key, entry.key_span, what);
                if section == "terms" {
                    self.terms.insert(entry.key.clone(), lazy);
                } else {
                    self.shared.insert(entry.key.clone(), lazy);
                }
            }
        }
        self.declare_caretaker();
    }

    /// A name of an expression means one thing.
    pub(crate) fn no_second(&mut self, name: &str, span: Span, what: &str) {
        let other = self
            .variable_of
            .get(name)
            .map(|entry| (entry.span, "a variable"))
            .or_else(|| self.hypothesis_of.get(name).map(|(_, span)| (*span, "a hypothesis")))
            .or_else(|| self.terms.get(name).map(|lazy| (lazy.span, "a term")))
            .or_else(|| self.shared.get(name).map(|lazy| (lazy.span, "a number")));
        if let Some((other, other_what)) = other {
            self.two_of_a_name(name, span, what, other, other_what);
        }
    }

    /// What a caretaker cannot do: terms that hold while there is one.
    fn declare_caretaker(&mut self) {
        let case: &'a Node = self.case;
        let pack: &'a Node = self.pack;
        let Some(node) = case.get("caretaker").or(pack.get("caretaker")) else { return };
        if !self.keys(node, &shapes::CARETAKER) {
            return;
        }
        self.text_keys(node, &["article", "source", "says", "note"]);
        let things = node.get("cannot").map(|list| self.text_list(list)).unwrap_or_default();
        let Some(when) = node.get("when") else {
            if !things.is_empty() {
                self.missing(node.span, "`caretaker`", "when");
            }
            return;
        };
        for (thing, span) in things {
            if self.usable_name(&thing, span) {
                let name = format!("cannot_{thing}");
                self.no_second(&name, span, "a term");
                self.terms.insert(name, Lazy { node: when, span, state: LazyState::Unread });
            }
        }
    }

    pub(crate) fn term(&mut self, name: &str, span: Span) -> Option<Expr> {
        let lazy = self.terms.get_mut(name)?;
        match &lazy.state {
            LazyState::Done(expr) => return expr.clone(),
            LazyState::Reading => {
                lazy.state = LazyState::Done(None);
                self.report.error(
                    "circular",
                    span,
                    format!("the term `{name}` depends on itself"),
                    "goes round in a circle",
                );
                return None;
            }
            LazyState::Unread => lazy.state = LazyState::Reading,
        }
        let node = lazy.node;
        let literals = self.literals.take();
        let expr = self.condition(node, &Scope::state());
        self.literals = literals;
        self.terms.get_mut(name)?.state = LazyState::Done(expr.clone());
        expr
    }

    pub(crate) fn read_terms(&mut self) {
        let names: Vec<(String, Span)> = self.terms.iter().map(|(name, lazy)| (name.clone(), lazy.span)).collect();
        for (name, span) in names {
            self.term(&name, span);
        }
    }

    /// The conditions under which variables and actors are in play.
    pub(crate) fn read_scopes(&mut self) {
        let variables: Vec<(&'a Node, Vec<VariableId>)> =
            self.variable_of.values().map(|entry| (entry.node, entry.ids.clone())).collect();
        for (node, ids) in variables {
            if let Some(condition) = node.get("while") {
                let scope = self.condition(condition, &Scope::state());
                for id in ids {
                    self.variables[id.index()].scope.clone_from(&scope);
                }
            }
        }
        for entry in self.section("actors") {
            if let (Some(actor), Some(condition)) = (self.actor_of.get(&entry.key).copied(), entry.value.get("while")) {
                self.actors[actor.index()].scope = self.condition(condition, &Scope::state());
            }
        }
    }

    pub(crate) fn declare_hypotheses(&mut self) {
        for entry in self.section("hypotheses") {
            self.usable_name(&entry.key, entry.key_span);
            if !entry.value.is_table() {
                self.wrong_type(&entry.value, "a table of readings, each with its prior");
                continue;
            }
            let mut readings = Vec::new();
            for reading in entry.value.entries() {
                if !REASON_KEYS.contains(&reading.key.as_str()) {
                    self.usable_name(&reading.key, reading.key_span);
                    readings.push(Reading { name: self.names.intern(&reading.key), prior: None });
                }
            }
            if readings.len() < 2 {
                self.report.error(
                    "few-readings",
                    entry.key_span,
                    format!("`{}` has fewer than two readings", entry.key),
                    "a hypothesis has rivals",
                );
            }
            self.add_hypothesis(&entry.key, readings, entry.key_span);
        }
    }

    pub(crate) fn add_hypothesis(&mut self, id: &str, readings: Vec<Reading>, span: Span) -> HypothesisId {
        let at = HypothesisId(self.hypotheses.len() as u32);
        self.hypotheses.push(Hypothesis { id: id.to_owned(), readings, reasons: Reasons::default(), span });
        self.hypothesis_of.insert(id.to_owned(), (at, span));
        at
    }

    pub(crate) fn variable_named(&mut self, node: &Node) -> Option<VariableId> {
        let text = self.text_of(node, "the name of a variable")?;
        let ast = match expression::parse(&text) {
            Ok(ast) => ast,
            Err(fault) => {
                self.fault(fault);
                return None;
            }
        };
        if let (Expr::Variable(id), Type::Name(_) | Type::Number { .. }) =
            self.elaborate(&ast, &Scope::state(), None)?
        {
            Some(id)
        } else {
            self.report.error("wrong-value", node.span, "expected the name of a variable", "this is none");
            None
        }
    }
}

/// Keys that give reasons, wherever a table has numbers.
pub(crate) const REASON_KEYS: [&str; 4] = ["because", "against", "assume", "note"];

/// Whether a subject of `by` has a value.
pub(crate) fn is_value(subject: &Subject, value: Value) -> Expr {
    match subject {
        Subject::Bound { value: bound, .. } => Expr::Constant(Value::Boolean(*bound == value)),
        Subject::Truth(condition) => {
            let yes = matches!(value, Value::Boolean(true));
            if yes { condition.clone() } else { crate::check::express::not(condition.clone()) }
        }
        Subject::Name { on, .. } => {
            Expr::Compare(crate::expr::Comparison::Equal, Box::new(on.clone()), Box::new(Expr::Constant(value)))
        }
    }
}
