//! Names and types: an expression as written becomes one over the state and the draw.

use crate::check::{Checker, Domain};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Arithmetic, Comparison, Expr, Value};
use crate::model::{Holder, VariableId};
use crate::syntax::expression::{self, Ast, AstKind, Fault, Operator};
use crate::syntax::tree::{Node, Text};
use std::rc::Rc;

/// A name that `choose` has given a value.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) domain: Domain,
    pub(crate) span: Span,
}

/// What a name may mean where an expression stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) bindings: Vec<Binding>,
    /// Numbers and hypotheses may be read.
    pub(crate) drawn: bool,
    /// `up` and `down` step along this variable.
    pub(crate) steps: Option<VariableId>,
}

impl Scope {
    pub(crate) fn state() -> Scope {
        Scope::default()
    }

    pub(crate) fn numbers() -> Scope {
        Scope { drawn: true, ..Scope::default() }
    }

    pub(crate) fn with(bindings: &[Binding], drawn: bool) -> Scope {
        Scope { bindings: bindings.to_vec(), drawn, steps: None }
    }
}

/// What an expression is worth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Boolean,
    Number { whole: bool },
    Name(Domain),
}

impl Type {
    fn what(&self) -> String {
        match self {
            Type::Boolean => "true or false".into(),
            Type::Number { .. } => "a number".into(),
            Type::Name(_) => "a name".into(),
        }
    }
}

type Typed = Option<(Expr, Type)>;

impl Checker<'_> {
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.report.error("expression", fault.span, fault.message, fault.label);
    }

    /// A condition over the state.
    pub(crate) fn condition(&mut self, node: &Node, scope: &Scope) -> Option<Expr> {
        let text = self.text_of(node, "a condition, such as 'stage == formed'")?;
        let ast = match expression::parse(&text) {
            Ok(ast) => ast,
            Err(fault) => {
                self.fault(fault);
                return None;
            }
        };
        self.boolean(&ast, scope)
    }

    /// The condition under a key of a table; absent, `otherwise`.
    pub(crate) fn condition_at(&mut self, table: &Node, key: &str, scope: &Scope, otherwise: Expr) -> Option<Expr> {
        match table.get(key) {
            None => Some(otherwise),
            Some(node) => self.condition(node, scope),
        }
    }

    pub(crate) fn text_of(&mut self, node: &Node, what: &str) -> Option<Text> {
        if let crate::syntax::tree::Kind::Text(text) = &node.kind {
            Some(text.clone())
        } else {
            self.wrong_type(node, what);
            None
        }
    }

    pub(crate) fn boolean(&mut self, ast: &Ast, scope: &Scope) -> Option<Expr> {
        // Figures in a condition are part of the structure, no numbers of their own.
        let literals = self.literals.take();
        let elaborated = self.elaborate(ast, scope, None);
        self.literals = literals;
        let (expr, found) = elaborated?;
        if found == Type::Boolean {
            return Some(expr);
        }
        let mut diagnostic = Diagnostic::new(
            "not-a-condition",
            Severity::Error,
            ast.span,
            "a condition is either true or false",
            format!("this is {}", found.what()),
        );
        if let (Type::Name(domain), AstKind::Name(name)) = (&found, &ast.kind) {
            let value = domain.last().map_or(String::new(), |value| self.show_value(*value));
            diagnostic = diagnostic.help(format!("compare it with a value: `{name} == {value}`"));
        }
        self.report.add(diagnostic);
        None
    }

    /// Resolves and types an expression; `expect` is the domain it is compared with or assigned to.
    pub(crate) fn elaborate(&mut self, ast: &Ast, scope: &Scope, expect: Option<&Domain>) -> Typed {
        match &ast.kind {
            AstKind::Number { value, whole } => {
                if let Some(number) = self.literal(*value, ast.span) {
                    return Some((number, Type::Number { whole: false }));
                }
                let expr = if *whole && value.abs() < 9e15 {
                    Expr::Constant(Value::Integer(*value as i64))
                } else {
                    Expr::Constant(Value::Real(*value))
                };
                Some((expr, Type::Number { whole: *whole }))
            }
            AstKind::Date(_) => {
                self.report.error(
                    "expression",
                    ast.span,
                    "a date stands only in a comparison with `date`",
                    "write `date >= …` or `date < …`",
                );
                None
            }
            AstKind::Name(name) => self.name(name, ast.span, scope, expect),
            AstKind::Index { name, name_span, index } => self.index(name, *name_span, index, scope),
            AstKind::Call { name, name_span, arguments } => self.call(name, *name_span, ast.span, arguments, scope),
            AstKind::Not(inner) => Some((not(self.boolean(inner, scope)?), Type::Boolean)),
            AstKind::Negate(inner) => {
                if let AstKind::Number { value, .. } = inner.kind
                    && let Some(number) = self.literal(-value, ast.span)
                {
                    return Some((number, Type::Number { whole: false }));
                }
                let (expr, whole) = self.numeric(inner, scope)?;
                let expr = match expr {
                    Expr::Constant(Value::Integer(n)) => Expr::Constant(Value::Integer(-n)),
                    Expr::Constant(Value::Real(x)) => Expr::Constant(Value::Real(-x)),
                    expr => Expr::Negate(Box::new(expr)),
                };
                Some((expr, Type::Number { whole }))
            }
            AstKind::In { item, list, negated } => {
                let (left, left_type) = self.elaborate(item, scope, None)?;
                let mut any = Vec::new();
                let mut sound = true;
                for element in list {
                    match self.compare_with(Comparison::Equal, &left, &left_type, item.span, element, scope) {
                        Some(expr) => any.push(expr),
                        None => sound = false,
                    }
                }
                let expr = sound.then(|| any_of(any))?;
                Some((if *negated { not(expr) } else { expr }, Type::Boolean))
            }
            AstKind::If(condition, yes, no) => {
                let condition = self.boolean(condition, scope);
                let (first, second) = if self.stands_alone(yes, scope) || !self.stands_alone(no, scope) {
                    let first = self.elaborate(yes, scope, expect);
                    let domain = first.as_ref().and_then(|(_, found)| domain_of(found)).or(expect.cloned());
                    (first, self.elaborate(no, scope, domain.as_ref()))
                } else {
                    let second = self.elaborate(no, scope, expect);
                    let domain = second.as_ref().and_then(|(_, found)| domain_of(found)).or(expect.cloned());
                    (self.elaborate(yes, scope, domain.as_ref()), second)
                };
                let ((yes_expr, yes_type), (no_expr, no_type)) = (first?, second?);
                let both = match (&yes_type, &no_type) {
                    (Type::Boolean, Type::Boolean) => Type::Boolean,
                    (Type::Number { whole: a }, Type::Number { whole: b }) => Type::Number { whole: *a && *b },
                    (Type::Name(a), Type::Name(b)) => Type::Name(union(a, b)),
                    _ => {
                        let message = "both ways of an `if` must be of one kind";
                        let (a, b) = (yes_type.what(), no_type.what());
                        self.report.add(
                            Diagnostic::new("wrong-type", Severity::Error, no.span, message, format!("this is {b}"))
                                .and(yes.span, format!("and this is {a}")),
                        );
                        return None;
                    }
                };
                let expr = Expr::If(Box::new(condition?), Box::new(yes_expr), Box::new(no_expr));
                Some((expr, both))
            }
            AstKind::Binary(operator, left, right) => self.binary(*operator, left, right, ast.span, scope),
        }
    }

    fn binary(&mut self, operator: Operator, left: &Ast, right: &Ast, span: Span, scope: &Scope) -> Typed {
        let comparison = match operator {
            Operator::And | Operator::Or => {
                let (a, b) = (self.boolean(left, scope), self.boolean(right, scope));
                let parts = vec![a?, b?];
                return Some((if operator == Operator::And { all_of(parts) } else { any_of(parts) }, Type::Boolean));
            }
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                let (a, b) = (self.numeric(left, scope), self.numeric(right, scope));
                let ((a, a_whole), (b, b_whole)) = (a?, b?);
                let arithmetic = match operator {
                    Operator::Add => Arithmetic::Add,
                    Operator::Subtract => Arithmetic::Subtract,
                    Operator::Multiply => Arithmetic::Multiply,
                    _ => Arithmetic::Divide,
                };
                if arithmetic == Arithmetic::Divide && is_number(&b, 0.0) {
                    self.report.error("division-by-zero", right.span, "this divides by zero", "always 0");
                }
                let whole = a_whole && b_whole && arithmetic != Arithmetic::Divide;
                let (a, b) = if whole { (a, b) } else { (real(a), real(b)) };
                return Some((fold_arithmetic(arithmetic, a, b), Type::Number { whole }));
            }
            Operator::Equal => Comparison::Equal,
            Operator::NotEqual => Comparison::NotEqual,
            Operator::Less => Comparison::Less,
            Operator::LessOrEqual => Comparison::LessOrEqual,
            Operator::Greater => Comparison::Greater,
            Operator::GreaterOrEqual => Comparison::GreaterOrEqual,
        };
        if let (AstKind::Name(name), AstKind::Date(date)) = (&left.kind, &right.kind)
            && name == "date"
        {
            let since = Expr::Since(*date);
            return match comparison {
                Comparison::GreaterOrEqual => Some((since, Type::Boolean)),
                Comparison::Less => Some((not(since), Type::Boolean)),
                _ => {
                    let message = format!("a date is not compared with `{}`", operator.written());
                    self.report.error("expression", span, message, "write `date >= …` or `date < …`");
                    None
                }
            };
        }
        if self.stands_alone(left, scope) || !self.stands_alone(right, scope) {
            let (left_expr, left_type) = self.elaborate(left, scope, None)?;
            let expr = self.compare_with(comparison, &left_expr, &left_type, left.span, right, scope)?;
            Some((expr, Type::Boolean))
        } else {
            let (right_expr, right_type) = self.elaborate(right, scope, None)?;
            let turned = match comparison {
                Comparison::Less => Comparison::Greater,
                Comparison::LessOrEqual => Comparison::GreaterOrEqual,
                Comparison::Greater => Comparison::Less,
                Comparison::GreaterOrEqual => Comparison::LessOrEqual,
                same => same,
            };
            let expr = self.compare_with(turned, &right_expr, &right_type, right.span, left, scope)?;
            Some((expr, Type::Boolean))
        }
    }

    /// `left` compared with what is written at `right`, read in the domain of `left`.
    fn compare_with(
        &mut self,
        comparison: Comparison,
        left: &Expr,
        left_type: &Type,
        left_span: Span,
        right: &Ast,
        scope: &Scope,
    ) -> Option<Expr> {
        let domain = domain_of(left_type);
        let (right_expr, right_type) = self.elaborate(right, scope, domain.as_ref())?;
        match (left_type, &right_type) {
            (Type::Number { .. }, Type::Number { .. }) => {
                if let (Expr::Variable(variable), Expr::Constant(Value::Integer(n))) = (left, &right_expr)
                    && matches!(comparison, Comparison::Equal)
                    && !self.variables[variable.index()].values.contains(&Value::Integer(*n))
                {
                    let range = self.show_domain(&self.variables[variable.index()].values.clone());
                    let id = self.variables[variable.index()].id.clone();
                    self.report.error(
                        "not-a-value",
                        right.span,
                        format!("`{id}` is never {n}"),
                        format!("its values are {range}"),
                    );
                    return None;
                }
                Some(fold_compare(comparison, left.clone(), right_expr))
            }
            (Type::Name(a), Type::Name(b)) => {
                if !a.iter().any(|value| b.contains(value)) {
                    let (a, b) = (self.show_domain(a), self.show_domain(b));
                    self.report.add(
                        Diagnostic::new(
                            "never-equal",
                            Severity::Error,
                            right.span,
                            "these two have no value in common",
                            format!("one of {b}"),
                        )
                        .and(left_span, format!("one of {a}")),
                    );
                    return None;
                }
                if matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
                    return Some(fold_compare(comparison, left.clone(), right_expr));
                }
                let order = if matches!(right_expr, Expr::Constant(_)) { a } else { b };
                let one_order = a == b || matches!(right_expr, Expr::Constant(_)) || matches!(left, Expr::Constant(_));
                if let (Some(l), Some(r)) = (rank(left, order).filter(|_| one_order), rank(&right_expr, order)) {
                    Some(fold_compare(comparison, l, r))
                } else {
                    self.report.error(
                        "no-order",
                        right.span,
                        "these two cannot be put in order",
                        "compare a variable with one of its values",
                    );
                    None
                }
            }
            _ => {
                let (a, b) = (left_type.what(), right_type.what());
                self.report.add(
                    Diagnostic::new(
                        "wrong-type",
                        Severity::Error,
                        right.span,
                        format!("{a} is compared with {b}"),
                        format!("this is {b}"),
                    )
                    .and(left_span, format!("this is {a}")),
                );
                None
            }
        }
    }

    fn numeric(&mut self, ast: &Ast, scope: &Scope) -> Option<(Expr, bool)> {
        match self.elaborate(ast, scope, None)? {
            (expr, Type::Number { whole }) => Some((expr, whole)),
            (_, found) => {
                let what = found.what();
                self.report.error(
                    "wrong-type",
                    ast.span,
                    "only numbers can be calculated with",
                    format!("this is {what}"),
                );
                None
            }
        }
    }

    fn call(&mut self, name: &str, name_span: Span, span: Span, arguments: &[Ast], scope: &Scope) -> Typed {
        if name != "min" && name != "max" {
            let mut diagnostic = Diagnostic::new(
                "unknown-function",
                Severity::Error,
                name_span,
                format!("there is no function `{name}`"),
                "the functions are `min` and `max`",
            );
            if let Some(like) = crate::check::nearest(name, ["min", "max"].into_iter()) {
                diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
            }
            self.report.add(diagnostic);
            return None;
        }
        if arguments.is_empty() {
            self.report.error("expression", span, format!("`{name}` of nothing"), "expected at least one number");
            return None;
        }
        let parts: Vec<_> = arguments.iter().map(|argument| self.numeric(argument, scope)).collect();
        let parts: Vec<(Expr, bool)> = parts.into_iter().collect::<Option<_>>()?;
        let whole = parts.iter().all(|(_, whole)| *whole);
        let exprs = parts.into_iter().map(|(expr, _)| if whole { expr } else { real(expr) }).collect();
        let expr = if name == "min" { Expr::Minimum(exprs) } else { Expr::Maximum(exprs) };
        Some((expr, Type::Number { whole }))
    }

    /// Whether an expression has a type without knowing what it is compared with.
    fn stands_alone(&self, ast: &Ast, scope: &Scope) -> bool {
        match &ast.kind {
            AstKind::Name(name) => scope.bindings.iter().any(|binding| &binding.name == name) || self.is_declared(name),
            AstKind::If(_, yes, no) => self.stands_alone(yes, scope) || self.stands_alone(no, scope),
            _ => true,
        }
    }

    fn is_declared(&self, name: &str) -> bool {
        self.variable_of.contains_key(name)
            || self.terms.contains_key(name)
            || self.shared.contains_key(name)
            || self.hypothesis_of.contains_key(name)
            || self.roles.contains_key(name)
    }

    fn name(&mut self, name: &str, span: Span, scope: &Scope, expect: Option<&Domain>) -> Typed {
        let as_value = expect.and_then(|domain| {
            domain.iter().copied().find(|value| matches!(value, Value::Name(n) if self.names.text(*n) == name))
        });
        if (name == "up" || name == "down")
            && as_value.is_none()
            && let Some(variable) = scope.steps
        {
            return Some(self.neighbour(variable, name == "up"));
        }
        let binding = scope.bindings.iter().rev().find(|binding| binding.name == name).cloned();
        if let (Some(value), Some(domain)) = (as_value, expect) {
            let other = binding
                .as_ref()
                .map(|binding| (binding.span, "a name that `choose` gives"))
                .or_else(|| self.variable_of.get(name).map(|variable| (variable.span, "a variable")))
                .or_else(|| self.hypothesis_of.get(name).map(|(_, span)| (*span, "a hypothesis")));
            if let Some((other, what)) = other {
                self.report.add(
                    Diagnostic::new(
                        "ambiguous-name",
                        Severity::Error,
                        span,
                        format!("`{name}` is both a value and {what}"),
                        "which of the two is meant here?",
                    )
                    .and(other, format!("{what} of this name"))
                    .help("give one of the two another name"),
                );
                return None;
            }
            return Some((Expr::Constant(value), Type::Name(domain.clone())));
        }
        if let Some(binding) = binding {
            let found = match binding.value {
                Value::Name(_) => Type::Name(binding.domain.clone()),
                Value::Integer(_) => Type::Number { whole: true },
                Value::Real(_) => Type::Number { whole: false },
                Value::Boolean(_) => Type::Boolean,
            };
            return Some((Expr::Constant(binding.value), found));
        }
        if let Some(variable) = self.variable_of.get(name) {
            if variable.index.is_some() {
                let message = format!("`{name}` has one value for each of several");
                self.report.error("missing-index", span, message, format!("say which: `{name}[…]`"));
                return None;
            }
            let id = variable.ids[0];
            return Some((Expr::Variable(id), self.variable_type(id)));
        }
        if self.terms.contains_key(name) {
            return Some((self.term(name, span)?, Type::Boolean));
        }
        if self.shared.contains_key(name) {
            if !scope.drawn {
                self.drawn_in_guard(name, span, "a number");
                return None;
            }
            return Some((self.shared_number(name, span)?, Type::Number { whole: false }));
        }
        if let Some((id, _)) = self.hypothesis_of.get(name).copied() {
            if !scope.drawn {
                self.drawn_in_guard(name, span, "a hypothesis");
                return None;
            }
            let domain: Domain = self.hypotheses[id.index()].readings.iter().map(|r| Value::Name(r.name)).collect();
            return Some((Expr::Reading(id), Type::Name(domain)));
        }
        if let Some(holder) = self.roles.get(name).and_then(|role| role.holder.clone()) {
            return Some(self.holder_name(&holder));
        }
        self.unknown_name(name, span, scope, expect);
        None
    }

    fn drawn_in_guard(&mut self, name: &str, span: Span, what: &str) {
        self.report.add(
            Diagnostic::new(
                "draw-in-condition",
                Severity::Error,
                span,
                format!("`{name}` is {what}, and a condition reads only the state"),
                "differs from draw to draw",
            )
            .help("what may happen must not depend on a draw; let a chance or a worth depend on it instead"),
        );
    }

    fn unknown_name(&mut self, name: &str, span: Span, scope: &Scope, expect: Option<&Domain>) {
        if self.is_echo(name) {
            return;
        }
        let (message, label, candidates) = if let Some(domain) = expect {
            let shown = self.show_domain(domain);
            let values: Vec<String> = domain.iter().map(|value| self.show_value(*value)).collect();
            (format!("there is no value `{name}` here"), format!("expected {shown}"), values)
        } else {
            let mut known: Vec<String> = scope.bindings.iter().map(|binding| binding.name.clone()).collect();
            known.extend(self.variable_of.keys().cloned());
            known.extend(self.terms.keys().cloned());
            known.extend(self.roles.keys().cloned());
            if scope.drawn {
                known.extend(self.shared.keys().cloned());
                known.extend(self.hypothesis_of.keys().cloned());
            }
            let what = if scope.drawn { "a variable, a number or a hypothesis" } else { "a variable or a term" };
            (format!("there is nothing named `{name}`"), format!("expected {what}"), known)
        };
        let mut diagnostic = Diagnostic::new("unknown-name", Severity::Error, span, message, label);
        if let Some(like) = crate::check::nearest(name, candidates.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
        }
        self.report.add(diagnostic);
    }

    pub(crate) fn variable_type(&self, id: VariableId) -> Type {
        let values = &self.variables[id.index()].values;
        if matches!(values.first(), Some(Value::Integer(_))) {
            Type::Number { whole: true }
        } else {
            Type::Name(Rc::from(values.as_slice()))
        }
    }

    /// The next or the last value along a variable's domain.
    fn neighbour(&mut self, id: VariableId, up: bool) -> (Expr, Type) {
        let values = self.variables[id.index()].values.clone();
        let last = values.len().saturating_sub(1);
        let arms = values
            .iter()
            .enumerate()
            .map(|(n, value)| {
                let next = if up { (n + 1).min(last) } else { n.saturating_sub(1) };
                (*value, Expr::Constant(values[next]))
            })
            .collect();
        let expr = Expr::Match { on: Box::new(Expr::Variable(id)), arms, otherwise: None };
        (expr, self.variable_type(id))
    }

    fn index(&mut self, name: &str, name_span: Span, index: &Ast, scope: &Scope) -> Typed {
        let Some(entry) = self.variable_of.get(name) else {
            let known: Vec<String> =
                self.variable_of.iter().filter(|(_, v)| v.index.is_some()).map(|(name, _)| name.clone()).collect();
            let message = format!("there is no variable `{name}`");
            let mut diagnostic =
                Diagnostic::new("unknown-name", Severity::Error, name_span, message, "expected a variable with `per`");
            if let Some(like) = crate::check::nearest(name, known.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
            }
            self.report.add(diagnostic);
            return None;
        };
        let Some(keys) = entry.index.clone() else {
            let declared = entry.span;
            self.report.add(
                Diagnostic::new(
                    "no-index",
                    Severity::Error,
                    name_span,
                    format!("`{name}` has only one value"),
                    "takes no index",
                )
                .and(declared, "declared without `per`"),
            );
            return None;
        };
        let ids = entry.ids.clone();
        let (expr, found) = self.elaborate(index, scope, Some(&keys))?;
        if let Expr::Constant(value) = &expr {
            let Some(at) = keys.iter().position(|key| key == value) else {
                let shown = self.show_domain(&keys);
                let value = self.show_value(*value);
                self.report.error(
                    "not-a-value",
                    index.span,
                    format!("`{name}` has nothing for `{value}`"),
                    format!("expected {shown}"),
                );
                return None;
            };
            return Some((Expr::Variable(ids[at]), self.variable_type(ids[at])));
        }
        if !matches!(&found, Type::Name(domain) if domain.iter().any(|value| keys.contains(value))) {
            let shown = self.show_domain(&keys);
            self.report.error(
                "not-a-value",
                index.span,
                format!("`{name}` has nothing for this"),
                format!("expected {shown}"),
            );
            return None;
        }
        let arms = keys.iter().zip(&ids).map(|(key, id)| (*key, Expr::Variable(*id))).collect();
        let first = &self.variables[ids[0].index()];
        let otherwise = Expr::Constant(first.values[first.start as usize]);
        let expr = Expr::Match { on: Box::new(expr), arms, otherwise: Some(Box::new(otherwise)) };
        Some((expr, self.variable_type(ids[0])))
    }

    /// Who holds a post, as a name; `none` where nobody does.
    fn holder_name(&mut self, holder: &Holder) -> (Expr, Type) {
        let none = self.names.intern("none");
        let mut domain: Vec<Value> = Vec::new();
        let expr = match holder {
            Holder::Actor(actor) => {
                let name = Value::Name(self.names.intern(&self.actors[actor.index()].id.clone()));
                domain.push(name);
                Expr::Constant(name)
            }
            Holder::Cases(cases) => {
                let mut expr = Expr::Constant(Value::Name(none));
                for (condition, actor) in cases.iter().rev() {
                    let name = match actor {
                        Some(actor) => self.names.intern(&self.actors[actor.index()].id.clone()),
                        None => none,
                    };
                    domain.push(Value::Name(name));
                    expr = if *condition == Expr::TRUE {
                        Expr::Constant(Value::Name(name))
                    } else {
                        Expr::If(
                            Box::new(condition.clone()),
                            Box::new(Expr::Constant(Value::Name(name))),
                            Box::new(expr),
                        )
                    };
                }
                domain.push(Value::Name(none));
                expr
            }
        };
        let mut unique: Vec<Value> = Vec::new();
        for value in domain {
            if !unique.contains(&value) {
                unique.push(value);
            }
        }
        (expr, Type::Name(unique.into()))
    }

    pub(crate) fn show_value(&self, value: Value) -> String {
        match value {
            Value::Name(name) => self.names.text(name).to_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(x) => x.to_string(),
            Value::Boolean(truth) => truth.to_string(),
        }
    }

    pub(crate) fn show_domain(&self, domain: &[Value]) -> String {
        let shown: Vec<String> = domain.iter().take(12).map(|value| format!("`{}`", self.show_value(*value))).collect();
        let more = if domain.len() > 12 { ", …" } else { "" };
        match shown.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) if more.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => format!("{}{more}", shown.join(", ")),
        }
    }
}

fn domain_of(found: &Type) -> Option<Domain> {
    match found {
        Type::Name(domain) => Some(domain.clone()),
        _ => None,
    }
}

fn union(a: &Domain, b: &Domain) -> Domain {
    let mut all = a.to_vec();
    for value in b.iter() {
        if !all.contains(value) {
            all.push(*value);
        }
    }
    all.into()
}

fn rank(expr: &Expr, order: &Domain) -> Option<Expr> {
    Some(match expr {
        Expr::Variable(id) => Expr::Rank(*id),
        Expr::Constant(value) => {
            let at = order.iter().position(|other| other == value)?;
            Expr::Constant(Value::Integer(i64::try_from(at).ok()?))
        }
        Expr::If(condition, yes, no) => {
            Expr::If(condition.clone(), Box::new(rank(yes, order)?), Box::new(rank(no, order)?))
        }
        Expr::Match { on, arms, otherwise } => Expr::Match {
            on: on.clone(),
            arms: arms.iter().map(|(value, arm)| Some((*value, rank(arm, order)?))).collect::<Option<_>>()?,
            otherwise: match otherwise {
                Some(other) => Some(Box::new(rank(other, order)?)),
                None => None,
            },
        },
        _ => return None,
    })
}

/// An integer constant as a real one.
pub(crate) fn real(expr: Expr) -> Expr {
    match expr {
        Expr::Constant(Value::Integer(n)) => Expr::Constant(Value::Real(n as f64)),
        expr => expr,
    }
}

fn is_number(expr: &Expr, x: f64) -> bool {
    constant(expr) == Some(x)
}

/// The number an expression is in every state and draw, where it is one.
pub(crate) fn constant(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Constant(Value::Integer(n)) => Some(*n as f64),
        Expr::Constant(Value::Real(x)) => Some(*x),
        _ => None,
    }
}

fn fold_arithmetic(arithmetic: Arithmetic, a: Expr, b: Expr) -> Expr {
    match (&a, &b) {
        (Expr::Constant(Value::Real(x)), Expr::Constant(Value::Real(y))) => {
            Expr::Constant(Value::Real(match arithmetic {
                Arithmetic::Add => x + y,
                Arithmetic::Subtract => x - y,
                Arithmetic::Multiply => x * y,
                Arithmetic::Divide if *y == 0.0 => 0.0,
                Arithmetic::Divide => x / y,
            }))
        }
        (Expr::Constant(Value::Integer(x)), Expr::Constant(Value::Integer(y))) => {
            let folded = match arithmetic {
                Arithmetic::Add => x.checked_add(*y),
                Arithmetic::Subtract => x.checked_sub(*y),
                Arithmetic::Multiply => x.checked_mul(*y),
                Arithmetic::Divide => None,
            };
            match folded {
                Some(n) => Expr::Constant(Value::Integer(n)),
                None => Expr::Arithmetic(arithmetic, Box::new(a), Box::new(b)),
            }
        }
        _ => Expr::Arithmetic(arithmetic, Box::new(a), Box::new(b)),
    }
}

fn fold_compare(comparison: Comparison, a: Expr, b: Expr) -> Expr {
    let order = match (&a, &b) {
        (Expr::Constant(Value::Name(x)), Expr::Constant(Value::Name(y))) => Some(x.cmp(y)),
        (Expr::Constant(Value::Integer(x)), Expr::Constant(Value::Integer(y))) => Some(x.cmp(y)),
        _ => None,
    };
    let Some(order) = order else { return Expr::Compare(comparison, Box::new(a), Box::new(b)) };
    let truth = match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    };
    Expr::Constant(Value::Boolean(truth))
}

/// The opposite; constants are folded.
pub(crate) fn not(expr: Expr) -> Expr {
    match expr {
        Expr::Constant(Value::Boolean(truth)) => Expr::Constant(Value::Boolean(!truth)),
        Expr::Not(inner) => *inner,
        expr => Expr::Not(Box::new(expr)),
    }
}

/// True where all are; constants and nested lists are folded.
pub(crate) fn all_of(parts: Vec<Expr>) -> Expr {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Expr::Constant(Value::Boolean(true)) => {}
            Expr::Constant(Value::Boolean(false)) => return Expr::FALSE,
            Expr::All(inner) => kept.extend(inner),
            part => kept.push(part),
        }
    }
    match kept.len() {
        0 => Expr::TRUE,
        1 => kept.remove(0),
        _ => Expr::All(kept),
    }
}

/// True where any is; constants and nested lists are folded.
pub(crate) fn any_of(parts: Vec<Expr>) -> Expr {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Expr::Constant(Value::Boolean(false)) => {}
            Expr::Constant(Value::Boolean(true)) => return Expr::TRUE,
            Expr::Any(inner) => kept.extend(inner),
            part => kept.push(part),
        }
    }
    match kept.len() {
        0 => Expr::FALSE,
        1 => kept.remove(0),
        _ => Expr::Any(kept),
    }
}

/// `variable == value`.
pub(crate) fn equals(variable: VariableId, value: Value) -> Expr {
    Expr::Compare(Comparison::Equal, Box::new(Expr::Variable(variable)), Box::new(Expr::Constant(value)))
}
