//! Quantities: what may be written for one, what distribution it means, and what it rests on.

use crate::check::express::{Scope, Type, constant, real};
use crate::check::law::{ends, law};
use crate::check::state::REASON_KEYS;
use crate::check::{Checker, LazyState, Read};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Arithmetic, Expr, Value};
use crate::model::{Law, Number, NumberId, Reasons};
use crate::syntax::expression::{self, Ast, AstKind, Word};
use crate::syntax::shapes;
use crate::syntax::tree::{Kind, Node, Text};
use std::collections::BTreeSet;

/// What a quantity is where it stands: this decides its law and its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Utils, on the whole line.
    Worth,
    /// A chance or a share, between 0 and 1.
    Share,
    /// A chance per unit of time, as a rate per day.
    Hazard,
    /// Times per unit of time, as a rate per day.
    Rate,
    /// A length of time in days.
    Duration,
    /// How surely an actor does what suits it best, 1/utils; also prior weights.
    Positive,
    /// Seats or votes.
    Weight,
    /// A shared number: its use decides.
    Shared,
}

/// How a shared number is used, which decides its law.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Use {
    share: bool,
    rate: bool,
}

/// Where a number stands: its path, the reasons it inherits, and the key of its draw.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) reasons: Reasons,
    pub(crate) key: Option<String>,
}

impl Place {
    pub(crate) fn new(path: impl Into<String>, reasons: &Reasons) -> Place {
        Place { path: path.into(), reasons: reasons.clone(), key: None }
    }

    pub(crate) fn below(&self, cell: &str) -> Place {
        Place { path: format!("{}.{cell}", self.path), ..self.clone() }
    }
}

/// Where numbers written within an expression belong.
#[derive(Debug, Clone)]
pub(crate) struct Literals {
    place: Place,
    several: bool,
    next: usize,
}

const MONTH: f64 = 30.4375;
const YEAR: f64 = 365.25;

/// Days in a unit of time, singular or plural.
pub(crate) fn unit_days(unit: &str) -> Option<f64> {
    Some(match unit {
        "day" | "days" => 1.0,
        "week" | "weeks" => 7.0,
        "month" | "months" => MONTH,
        "year" | "years" => YEAR,
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    /// The reasons a table states, else those it inherits.
    pub(crate) fn reasons(&mut self, node: &Node, inherited: &Reasons) -> Reasons {
        let mut own = Reasons::default();
        let mut stated = false;
        for (key, is_for) in [("because", true), ("against", false)] {
            if let Some(list) = node.get(key) {
                stated = true;
                for (claim, span) in self.text_list(list) {
                    if claim.trim().is_empty() {
                        self.report.error("empty-reason", span, "a reason that says nothing", "name a claim");
                        continue;
                    }
                    if !claim.contains(':') {
                        self.cited.push((claim.clone(), span));
                    }
                    if is_for { own.because.push(claim) } else { own.against.push(claim) }
                }
            }
        }
        if let Some(assume) = node.get("assume") {
            stated = true;
            match assume.text() {
                Some(text) if !text.trim().is_empty() => own.assume = Some(text.to_owned()),
                Some(_) => self.report.error("empty-reason", assume.span, "an assumption that says nothing", "say why"),
                None => self.wrong_type(assume, "a text that says why"),
            }
        }
        if let Some(note) = node.get("note")
            && note.text().is_none()
        {
            self.wrong_type(note, "a text");
        }
        if let Some(article) = node.get("article") {
            match &article.kind {
                Kind::Text(text) if !stated => {
                    stated = true;
                    own.because.push(format!("article: {}", text.content));
                }
                Kind::Text(_) => {}
                _ => self.wrong_type(article, "a text"),
            }
        }
        if stated { own } else { inherited.clone() }
    }

    /// The rest of a chance, or a number.
    pub(crate) fn chance_or_rest(&mut self, node: &'a Node, place: &Place, scope: &Scope) -> Read<Option<Expr>> {
        if node.text() == Some("rest") {
            return Some(None);
        }
        self.number(node, Sort::Share, place, scope).map(Some)
    }

    /// Reads a quantity.
    ///
    /// - Returns an expression in the kernel's unit: rates per day, lengths in days.
    pub(crate) fn number(&mut self, node: &'a Node, sort: Sort, place: &Place, scope: &Scope) -> Option<Expr> {
        match &node.kind {
            Kind::Integer(n) => self.exact(*n as f64, node, sort, place),
            Kind::Float(x) => self.exact(*x, node, sort, place),
            Kind::Text(text) => self.number_text(text, sort, place, scope),
            Kind::Table(_) => self.number_table(node, sort, place, scope),
            _ => {
                self.wrong_type(node, "a number, or a text such as \"0.2 to 0.6\"");
                None
            }
        }
    }

    fn number_table(&mut self, node: &'a Node, sort: Sort, place: &Place, scope: &Scope) -> Option<Expr> {
        let reasons = self.reasons(node, &place.reasons);
        let place = Place { reasons, ..place.clone() };
        if node.get("by").is_none() {
            self.keys(node, &shapes::NUMBER);
            if let Some(prior) = node.get("prior") {
                return self.prior_pace(node, prior, sort, &place);
            }
            return if let Some(value) = node.get("value") {
                self.number(value, sort, &place, scope)
            } else {
                self.missing(node.span, "a number", "value");
                None
            };
        }
        self.by(node, &place, scope, &mut |checker, cell, place| checker.number(cell, sort, place, scope))
    }

    fn exact(&mut self, value: f64, node: &Node, sort: Sort, place: &Place) -> Option<Expr> {
        let written = match &node.kind {
            Kind::Integer(n) => n.to_string(),
            _ => value.to_string(),
        };
        match sort {
            Sort::Rate | Sort::Hazard if value != 0.0 => {
                let example = format!("\"{written} per week\"");
                self.missing_unit(node.span, &example);
                None
            }
            Sort::Duration => {
                self.in_range(value, value, sort, node.span)?;
                Some(Expr::Number(self.add_number(place, Law::Exact(value), &format!("{written} days"), node.span)?))
            }
            _ => {
                self.in_range(value, value, sort, node.span)?;
                Some(Expr::Number(self.add_number(place, Law::Exact(value), &written, node.span)?))
            }
        }
    }

    fn missing_unit(&mut self, span: Span, example: &str) {
        self.report.add(
            Diagnostic::new(
                "missing-unit",
                Severity::Error,
                span,
                "this needs a unit of time",
                "expected `per day`, `per week`, `per month` or `per year`",
            )
            .help(format!("write for example {example}")),
        );
    }

    fn number_text(&mut self, text: &Text, sort: Sort, place: &Place, scope: &Scope) -> Option<Expr> {
        let words = match expression::words(text) {
            Ok(words) => words,
            Err(fault) => {
                self.fault(fault);
                return None;
            }
        };
        if words.is_empty() {
            self.report.error(
                "expression",
                text.whole,
                "this number is empty",
                "expected a number, such as \"0.2 to 0.6\"",
            );
            return None;
        }
        if sort == Sort::Rate && text.content.trim() == "always" {
            return Some(Expr::ALWAYS);
        }
        let is_name = |n: usize, name: &str| matches!(words.get(n), Some((Word::Name(word), ..)) if word == name);
        let count = words.len();
        let timed = matches!(sort, Sort::Rate | Sort::Hazard);
        let (rest, days) = if count >= 2 && is_name(count - 2, "per") {
            let (word, start, end) = &words[count - 1];
            let unit = if let Word::Name(name) = word { unit_days(name) } else { None };
            let Some(days) = unit else {
                self.report.error(
                    "wrong-unit",
                    text.place(*start, *end),
                    "this unit of time is not known",
                    "expected `day`, `week`, `month` or `year`",
                );
                return None;
            };
            if !timed {
                let message = match sort {
                    Sort::Shared => "a shared number has no unit; the unit stands where it is used",
                    Sort::Share => "a chance or share that is not spread over time has no unit",
                    _ => "this has no unit of time",
                };
                self.report.error("wrong-unit", text.place(words[count - 2].1, *end), message, "remove the unit");
                return None;
            }
            (&words[..count - 2], days)
        } else if sort == Sort::Duration {
            let (word, start, end) = &words[count - 1];
            match word {
                Word::Name(name) if unit_days(name).is_some() => (&words[..count - 1], unit_days(name).unwrap_or(1.0)),
                _ => {
                    self.report.error(
                        "missing-unit",
                        text.place(*start, *end),
                        "a length of time needs its unit",
                        "expected `days`, `weeks`, `months` or `years`",
                    );
                    return None;
                }
            }
        } else {
            (&words[..], 1.0)
        };
        let has_unit = rest.len() < count;
        if rest.is_empty() {
            self.report.error("expression", text.whole, "there is a unit but no number", "expected a number before it");
            return None;
        }
        let law = match law(text, rest, sort) {
            Ok(law) => law,
            Err(fault) => {
                self.report.error("bad-number", fault.span, fault.message, fault.label);
                return None;
            }
        };
        let expr = if let Some((law, open)) = law {
            let span = text.place(rest[0].1, words[count - 1].2);
            if timed && !has_unit && law != Law::Exact(0.0) {
                let example = format!("\"{} per week\"", text.content.trim());
                self.missing_unit(span, &example);
                return None;
            }
            let (low, high) = ends(&law);
            self.in_range(low, high, sort, span)?;
            let id = self.add_number(place, law, text.content.trim(), span)?;
            if open && sort == Sort::Shared {
                self.open_laws.insert(id, Use::default());
            }
            Expr::Number(id)
        } else {
            if timed && !has_unit {
                self.missing_unit(text.whole, &format!("'{} per week'", text.content.trim()));
                return None;
            }
            let ast = match expression::parse_words(text, rest) {
                Ok(ast) => ast,
                Err(fault) => {
                    self.fault(fault);
                    return None;
                }
            };
            self.number_expression(&ast, text, sort, place, scope)?
        };
        Some(match sort {
            Sort::Rate | Sort::Duration if days == 1.0 => expr,
            Sort::Rate => {
                Expr::Arithmetic(Arithmetic::Divide, Box::new(expr), Box::new(Expr::Constant(Value::Real(days))))
            }
            Sort::Duration => {
                Expr::Arithmetic(Arithmetic::Multiply, Box::new(expr), Box::new(Expr::Constant(Value::Real(days))))
            }
            Sort::Hazard => Expr::Hazard { chance: Box::new(expr), days },
            _ => expr,
        })
    }

    fn number_expression(&mut self, ast: &Ast, text: &Text, sort: Sort, place: &Place, scope: &Scope) -> Option<Expr> {
        let mut named = BTreeSet::new();
        crate::check::mentions(ast, &mut named);
        let scope = Scope { drawn: true, steps: None, ..scope.clone() };
        if named.is_empty() {
            // Only figures: they make one exact number.
            let (expr, _) = self.elaborate(ast, &scope, None)?;
            let value = constant(&expr)?;
            self.in_range(value, value, sort, ast.span)?;
            return Some(Expr::Number(self.add_number(place, Law::Exact(value), text.content.trim(), ast.span)?));
        }
        let count = count_literals(ast);
        let outer = self.literals.take();
        self.literals = Some(Literals { place: place.clone(), several: count > 1, next: 0 });
        let elaborated = self.elaborate(ast, &scope, None);
        self.literals = outer;
        let (expr, found) = elaborated?;
        if !matches!(found, Type::Number { .. }) {
            self.report.error("wrong-type", ast.span, "expected a number", "this is none");
            return None;
        }
        if matches!(sort, Sort::Share | Sort::Hazard | Sort::Rate | Sort::Positive) {
            for name in &named {
                if let Some(parts) = self.parts_of.get(name) {
                    for part in parts.clone() {
                        if let Some(used) = self.open_laws.get_mut(&part) {
                            used.share |= matches!(sort, Sort::Share | Sort::Hazard);
                            used.rate |= matches!(sort, Sort::Rate | Sort::Positive);
                        }
                    }
                }
            }
        }
        Some(real(expr))
    }

    /// A number written within an expression, as a number of its own; 0 and 1 are structure.
    pub(crate) fn literal(&mut self, value: f64, span: Span) -> Option<Expr> {
        let literals = self.literals.as_mut()?;
        if value == 0.0 || value.abs() == 1.0 {
            return None;
        }
        literals.next += 1;
        let place =
            if literals.several { literals.place.below(&literals.next.to_string()) } else { literals.place.clone() };
        self.add_number(&place, Law::Exact(value), &value.to_string(), span).map(Expr::Number)
    }

    fn in_range(&mut self, low: f64, high: f64, sort: Sort, span: Span) -> Option<()> {
        let exact = low == high;
        let problem = match sort {
            Sort::Share | Sort::Hazard if exact && !(0.0..=1.0).contains(&low) => {
                let help =
                    if low > 1.0 && low <= 100.0 { Some(format!("for {low} % write {}", low / 100.0)) } else { None };
                Some(("a chance or share lies between 0 and 1", "expected a number from 0 to 1", help))
            }
            Sort::Share | Sort::Hazard if !exact && (low <= 0.0 || high >= 1.0) => {
                let help = if high > 1.0 && low > 0.0 && high < 100.0 {
                    Some(format!("for {low} % to {high} % write \"{} to {}\"", low / 100.0, high / 100.0))
                } else {
                    Some("an uncertain chance is never 0 or 1; write 0.001 or 0.999, or one exact number".to_owned())
                };
                Some((
                    "an uncertain chance or share lies strictly between 0 and 1",
                    "0 and 1 are not allowed as ends",
                    help,
                ))
            }
            Sort::Rate if low < 0.0 || (!exact && low <= 0.0) => {
                Some(("how often is never negative", "both ends must lie above 0", None))
            }
            Sort::Duration if low <= 0.0 => Some(("a length of time is greater than 0", "must lie above 0", None)),
            Sort::Positive if low <= 0.0 => Some(("this must be greater than 0", "must lie above 0", None)),
            Sort::Weight if low < 0.0 => Some(("seats and votes are never negative", "must not lie below 0", None)),
            _ => None,
        };
        let Some((message, label, help)) = problem else { return Some(()) };
        let mut diagnostic = Diagnostic::new("out-of-range", Severity::Error, span, message, label);
        diagnostic.help = help;
        self.report.add(diagnostic);
        None
    }

    /// Registers a number under its path; the same line read again (for another binding or member) is the same number.
    pub(crate) fn add_number(&mut self, place: &Place, law: Law, written: &str, span: Span) -> Option<NumberId> {
        if let Some(id) = self.number_of.get(&place.path).copied() {
            let other = self.numbers[id.index()].span;
            if other != span {
                self.report.add(
                    Diagnostic::new(
                        "same-path",
                        Severity::Error,
                        span,
                        format!("two numbers are both called `{}`", place.path),
                        "the second",
                    )
                    .and(other, "the first"),
                );
                return None;
            }
            self.note_part(id);
            return Some(id);
        }
        let id = NumberId(self.numbers.len() as u32);
        self.numbers.push(Number {
            path: place.path.clone(),
            law,
            key: place.key.clone().unwrap_or_else(|| place.path.clone()),
            written: written.to_owned(),
            reasons: place.reasons.clone(),
            span,
        });
        self.number_of.insert(place.path.clone(), id);
        self.note_part(id);
        Some(id)
    }

    fn note_part(&mut self, id: NumberId) {
        for name in &self.reading_shared {
            self.parts_of.entry(name.clone()).or_default().insert(id);
        }
    }

    /// A shared number where it is used.
    pub(crate) fn shared_number(&mut self, name: &str, span: Span) -> Option<Expr> {
        let lazy = self.shared.get_mut(name)?;
        match &lazy.state {
            LazyState::Done(expr) => {
                let expr = expr.clone();
                let parts = self.parts_of.get(name).cloned().unwrap_or_default();
                for part in parts {
                    self.note_part(part);
                }
                return expr;
            }
            LazyState::Reading => {
                lazy.state = LazyState::Done(None);
                self.report.error(
                    "circular",
                    span,
                    format!("the number `{name}` depends on itself"),
                    "goes round in a circle",
                );
                return None;
            }
            LazyState::Unread => lazy.state = LazyState::Reading,
        }
        let node = lazy.node;
        let literals = self.literals.take();
        self.reading_shared.push(name.to_owned());
        let place = Place::new(format!("numbers.{name}"), &Reasons::default());
        let expr = self.number(node, Sort::Shared, &place, &Scope::numbers());
        self.reading_shared.pop();
        self.literals = literals;
        if let Some(lazy) = self.shared.get_mut(name)
            && matches!(lazy.state, LazyState::Reading)
        {
            lazy.state = LazyState::Done(expr.clone());
        }
        expr
    }

    pub(crate) fn read_shared(&mut self) {
        let names: Vec<(String, Span)> = self.shared.iter().map(|(name, lazy)| (name.clone(), lazy.span)).collect();
        for (name, span) in names {
            self.shared_number(&name, span);
        }
    }

    /// Gives shared numbers the law that follows from their use.
    pub(crate) fn settle_laws(&mut self) {
        for (id, used) in std::mem::take(&mut self.open_laws) {
            let number = &mut self.numbers[id.index()];
            let Law::Normal { low, high } = number.law else { continue };
            if used.share && low > 0.0 && high < 1.0 {
                number.law = Law::LogitNormal { low, high };
            } else if used.rate && low > 0.0 {
                number.law = Law::LogNormal { low, high };
            } else if used.share && (low < 0.0 || high > 1.0) {
                let span = number.span;
                self.report.error(
                    "out-of-range",
                    span,
                    "this number serves as a chance somewhere",
                    "a chance lies between 0 and 1",
                );
            }
        }
    }

    pub(crate) fn read_hypotheses(&mut self) {
        for entry in self.section("hypotheses") {
            let Some((id, _)) = self.hypothesis_of.get(&entry.key).copied() else { continue };
            let reasons = self.reasons(&entry.value, &Reasons::default());
            let place = Place::new(format!("hypotheses.{}", entry.key), &reasons);
            let mut at = 0;
            for reading in entry.value.entries() {
                if REASON_KEYS.contains(&reading.key.as_str()) {
                    continue;
                }
                let place = place.below(&reading.key);
                let prior = self.chance_or_rest(&reading.value, &place, &Scope::state()).flatten();
                self.hypotheses[id.index()].readings[at].prior = prior;
                at += 1;
            }
            self.hypotheses[id.index()].reasons = reasons;
        }
    }

    /// A length of time that must be exact: a period, a unit of flow, a limit of an option.
    pub(crate) fn length(&mut self, node: &Node) -> Option<f64> {
        let text = self.text_of(node, "a length of time, such as \"2 weeks\"")?;
        let mut parts = text.content.split_whitespace();
        let (first, second, third) = (parts.next(), parts.next(), parts.next());
        let found = match (first, second, third) {
            (Some(unit), None, None) => unit_days(unit),
            (Some(count), Some(unit), None) => count
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n > 0.0)
                .zip(unit_days(unit))
                .map(|(n, days)| n * days),
            _ => None,
        };
        match found {
            Some(days) if days < 40_000.0 => Some(days),
            _ => {
                self.report.error(
                    "wrong-unit",
                    node.span,
                    "this is not a length of time",
                    "expected for example \"1 week\", \"2 days\", \"12 weeks\"",
                );
                None
            }
        }
    }
}

/// Figures that are not conditions, other than 0 and 1.
fn count_literals(ast: &Ast) -> usize {
    match &ast.kind {
        AstKind::Number { value, .. } => usize::from(*value != 0.0 && *value != 1.0),
        AstKind::Negate(inner) => count_literals(inner),
        AstKind::Binary(_, left, right) => count_literals(left) + count_literals(right),
        AstKind::Call { arguments, .. } => arguments.iter().map(count_literals).sum(),
        AstKind::If(_, yes, no) => count_literals(yes) + count_literals(no),
        AstKind::Name(_) | AstKind::Index { .. } | AstKind::Date(_) | AstKind::Not(_) | AstKind::In { .. } => 0,
    }
}
