//! The chamber's past, and numbers taken from the record of past governments.

use crate::check::Checker;
use crate::check::express::Scope;
use crate::check::number::{Place, Sort};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Arithmetic, Expr, Value};
use crate::model::{ActorId, Holder, Reasons, VariableId, Voice};
use crate::past::{FAMILIES, Party, Past};
use crate::syntax::shapes;
use crate::syntax::tree::{Kind, Node};

/// What the record is called among the packs, what `prior` says, and the reason its numbers carry.
pub(crate) const RECORD: &str = "history";

/// Parties with less of the chamber do not count where the record counts parties.
const SMALL: f64 = 0.01;

/// Whether some number of this file is to come from the record.
pub(crate) fn is_asked(node: &Node) -> bool {
    match &node.kind {
        Kind::Table(entries) => entries
            .iter()
            .any(|entry| entry.key == "prior" && entry.value.text() == Some(RECORD) || is_asked(&entry.value)),
        Kind::Array(items) => items.iter().any(is_asked),
        _ => false,
    }
}

fn reason() -> Reasons {
    Reasons { because: vec![RECORD.to_owned()], ..Reasons::default() }
}

impl<'a> Checker<'a> {
    /// Reads `[history]`; to be called once the chambers are known.
    pub(crate) fn read_past(&mut self) {
        let case: &'a Node = self.case;
        let chambers: Vec<String> = self
            .electorates
            .iter()
            .map(|electorate| electorate.id.clone())
            .filter(|id| !self.body_of.contains_key(id))
            .collect();
        self.past.chamber = chambers.iter().find(|id| *id == "chamber").or(chambers.first()).cloned();
        let Some(entry) = case.entry("history") else { return };
        let node = &entry.value;
        if !self.keys(node, &shapes::HISTORY) {
            return;
        }
        self.text_keys(node, &["chamber", "country", "premier", "source", "note"]);
        self.reasons(node, &Reasons::default());
        if let Some(named) = node.get("chamber")
            && let Some(text) = named.text()
        {
            if chambers.iter().any(|id| id == text) {
                self.past.chamber = Some(text.to_owned());
            } else {
                self.unknown("unknown-name", named.span, "chamber", text, &chambers);
                return;
            }
        }
        let Some(chamber) = self.past.chamber.clone() else {
            self.missing(entry.key_span, "a case with `[history]`", "chamber");
            return;
        };
        let blocs: Vec<String> = self
            .electorate_of
            .get(&chamber)
            .map_or_else(Vec::new, |id| self.electorates[id.index()].electors.iter().map(|e| e.id.clone()).collect());
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let mut past = Past {
            chamber: Some(chamber),
            country: text("country"),
            election: node.get("election").and_then(|date| self.date_of(date)),
            midterm: self.truth(node.get("midterm"), false),
            caretaker: self.truth(node.get("caretaker"), false),
            span: Some(entry.key_span),
            ..Past::default()
        };
        if let Some(list) = node.get("cabinet") {
            for (name, span) in self.text_list(list) {
                if self.is_bloc(&name, span, &blocs) && !past.cabinet.contains(&name) {
                    past.cabinet.push(name);
                }
            }
        }
        if let Some(premier) = node.get("premier")
            && let Some(name) = premier.text()
            && self.is_bloc(name, premier.span, &blocs)
        {
            past.premier = Some(name.to_owned());
        }
        if let Some(parties) = node.get("parties") {
            if !parties.is_table() {
                self.wrong_type(parties, "a table with a line for each bloc");
            }
            for line in parties.entries() {
                if self.is_bloc(&line.key, line.key_span, &blocs)
                    && let Some(party) = self.read_party(&line.key, &line.value)
                {
                    past.parties.push(party);
                }
            }
        }
        self.past = past;
    }

    fn is_bloc(&mut self, name: &str, span: Span, blocs: &[String]) -> bool {
        let known = blocs.iter().any(|bloc| bloc == name);
        if !known {
            self.unknown("unknown-name", span, "bloc", name, blocs);
        }
        known
    }

    fn read_party(&mut self, bloc: &str, node: &Node) -> Option<Party> {
        if !self.keys(node, &shapes::PARTY) {
            return None;
        }
        self.text_keys(node, &["family", "source", "note"]);
        self.reasons(node, &Reasons::default());
        let positions =
            ["position", "economy", "liberty", "europe"].map(|key| self.figure(node, key, 10.0, "from 0 to 10"));
        let mut whole = |key: &str| self.figure(node, key, f64::from(u32::MAX), "from 0").map(|x| x as u32);
        let (record, seats_before) = (whole("record"), whole("seats_before"));
        let governed = self.figure(node, "governed", 1.0, "from 0 to 1");
        let family = node.get("family").and_then(|family| {
            let text = family.text()?;
            if FAMILIES.contains(&text) {
                return Some(text.to_owned());
            }
            let known: Vec<String> = FAMILIES.iter().map(|&name| name.to_owned()).collect();
            self.unknown("unknown-name", family.span, "family of parties", text, &known);
            None
        });
        Some(Party { bloc: bloc.to_owned(), record, positions, family, governed, seats_before })
    }

    /// A plain figure from 0 to `most`; a fact of the record, not a number of the case.
    fn figure(&mut self, node: &Node, key: &str, most: f64, range: &str) -> Option<f64> {
        let node = node.get(key)?;
        let value = match node.kind {
            Kind::Integer(n) => n as f64,
            Kind::Float(x) => x,
            _ => {
                self.wrong_type(node, "a plain figure");
                return None;
            }
        };
        if (0.0..=most).contains(&value) {
            return Some(value);
        }
        self.report.error("out-of-range", node.span, format!("`{key}` is a figure {range}"), "not in that range");
        None
    }

    /// What an actor wants of each value of a variable, as past governments tell: office, how near the government
    /// stands, and going on where it governs already.
    ///
    /// ```text
    /// worth = office (if b governs)  +  closeness · |x_b − x̄|  +  incumbency (if b governs on)
    /// ```
    pub(crate) fn prior_row(
        &mut self,
        prior: &'a Node,
        actor: ActorId,
        variable: VariableId,
        columns: &[(String, Option<Value>)],
    ) -> Option<Expr> {
        let record = self.record_for(prior)?;
        let seats = self.chamber_seats();
        let id = self.actors[actor.index()].id.clone();
        let bloc_of = |actor: ActorId| seats.iter().find(|(_, known, _)| *known == actor);
        let Some((own, _, _)) = bloc_of(actor).cloned() else {
            self.no_prior(
                prior.span,
                format!("`{id}` has no seats, and history knows parties of a chamber"),
                "say what it wants",
            );
            return None;
        };
        let mut arms = Vec::new();
        let mut governed = false;
        for value in self.variables[variable.index()].values.clone() {
            let named = if let Value::Name(name) = value { Some(name) } else { None };
            let candidate = self.candidates.values().flatten().find(|c| Some(c.name) == named).cloned();
            let mut members: Vec<ActorId> = Vec::new();
            if let Some(candidate) = candidate {
                members.extend(candidate.party);
                members.extend(candidate.parties.iter().filter(|other| Some(**other) != candidate.party));
            }
            let blocs: Vec<(String, f64)> =
                members.iter().filter_map(|m| bloc_of(*m).map(|(bloc, _, seats)| (bloc.clone(), *seats))).collect();
            governed |= !blocs.is_empty();
            let within = members.contains(&actor);
            let place = |bloc: &str| self.past.party(bloc).and_then(|party| party.positions[0]);
            let placed: Vec<(f64, f64)> =
                blocs.iter().filter_map(|(bloc, seats)| place(bloc).map(|x| (x, *seats))).collect();
            let weight: f64 = placed.iter().map(|(_, w)| w).sum();
            let distance = match place(&own) {
                Some(x) if weight > 0.0 && placed.len() == blocs.len() => {
                    (x - placed.iter().map(|(x, w)| x * w).sum::<f64>() / weight).abs()
                }
                _ => 0.0,
            };
            let office = if within { 1.0 } else { 0.0 };
            let going_on = if within && self.past.cabinet.contains(&own) { 1.0 } else { 0.0 };
            let mut worth: Option<Expr> = None;
            for (key, amount) in [("office", office), ("closeness", distance), ("incumbency", going_on)] {
                if amount == 0.0 {
                    continue;
                }
                let Some(written) = record.get("interests").and_then(|table| table.get(key)) else {
                    self.no_record(prior.span, &format!("`interests.{key}` is missing from it"));
                    return None;
                };
                let place = Place::new(format!("{RECORD}.{key}"), &reason());
                let number = self.number(written, Sort::Worth, &place, &Scope::numbers())?;
                let term = Expr::Arithmetic(
                    Arithmetic::Multiply,
                    Box::new(number),
                    Box::new(Expr::Constant(Value::Real(amount))),
                );
                worth = Some(match worth {
                    Some(sum) => Expr::Arithmetic(Arithmetic::Add, Box::new(sum), Box::new(term)),
                    None => term,
                });
            }
            arms.push((value, worth.unwrap_or(Expr::ZERO)));
        }
        if !governed {
            let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
            self.no_prior(
                prior.span,
                format!("nothing says which parties would govern under {}", crate::check::quoted(names.into_iter())),
                "give the candidates a `party`, and those who govern beside it under `with`",
            );
            return None;
        }
        Some(Expr::Match { on: Box::new(Expr::Variable(variable)), arms, otherwise: None })
    }

    /// How often a government's formation comes to its end: the record's rate for a chamber of so many parties, times the
    /// number of steps it is made of.
    pub(crate) fn prior_pace(&mut self, node: &'a Node, prior: &'a Node, sort: Sort, place: &Place) -> Option<Expr> {
        if prior.text() != Some(RECORD) {
            self.report.error("wrong-value", prior.span, "this prior is not known", "expected \"history\"");
            return None;
        }
        if sort != Sort::Rate {
            self.no_prior(
                prior.span,
                "history gives a pace, or a row in a table of interests".to_owned(),
                "write the number itself",
            );
            return None;
        }
        let steps = match node.get("steps").map(|steps| &steps.kind) {
            None => 1.0,
            Some(Kind::Integer(n)) if (1..=100).contains(n) => *n as f64,
            Some(_) => {
                let span = node.get("steps").map_or(node.span, |steps| steps.span);
                self.report.error("out-of-range", span, "`steps` is a whole number from 1 to 100", "not in that range");
                return None;
            }
        };
        let record = self.record_for(prior)?;
        let pace = record.get("pace");
        let figure = |key: &str| match pace.and_then(|pace| pace.get(key)).map(|node| &node.kind) {
            Some(Kind::Integer(n)) => Some(*n as f64),
            Some(Kind::Float(x)) => Some(*x),
            _ => None,
        };
        let (Some(rate), Some(parties), Some(power)) =
            (pace.and_then(|pace| pace.get("rate")), figure("parties"), figure("power"))
        else {
            self.no_record(prior.span, "its `pace` does not say `rate`, `parties` and `power`");
            return None;
        };
        let seats = self.all_seats();
        let total: f64 = seats.iter().sum();
        let count = seats.iter().filter(|s| **s >= SMALL * total).count();
        let factor = if count > 1 { steps * (count as f64 / parties).powf(power) } else { steps };
        let place = Place { reasons: reason(), ..place.clone() };
        let rate = self.number(rate, Sort::Rate, &place, &Scope::numbers())?;
        Some(Expr::Arithmetic(Arithmetic::Multiply, Box::new(rate), Box::new(Expr::Constant(Value::Real(factor)))))
    }

    /// The record, where it is at hand and `prior` names it.
    fn record_for(&mut self, prior: &Node) -> Option<&'a Node> {
        if prior.text() != Some(RECORD) {
            self.report.error("wrong-value", prior.span, "this prior is not known", "expected \"history\"");
            return None;
        }
        let record = self.record;
        if record.is_none_or(|record| record.entries().is_empty()) {
            self.no_record(prior.span, "it is not at hand");
            return None;
        }
        record
    }

    fn no_record(&mut self, span: Span, why: &str) {
        self.report.add(
            Diagnostic::new(
                "no-record",
                Severity::Error,
                span,
                "the record of past governments cannot be read",
                why.to_owned(),
            )
            .help("`formateur history fit --record FILE` writes one; it belongs at `packs/history.toml`"),
        );
    }

    fn no_prior(&mut self, span: Span, message: String, help: &str) {
        self.report.add(
            Diagnostic::new("no-prior", Severity::Error, span, message, "history says nothing here")
                .help(help.to_owned()),
        );
    }

    /// Blocs of the chamber that an actor speaks for, with their seats (in the middle, where these are uncertain).
    fn chamber_seats(&self) -> Vec<(String, ActorId, f64)> {
        self.electors()
            .filter_map(|elector| match &elector.voice {
                Voice::Actor(Holder::Actor(actor)) => Some((elector.id.clone(), *actor, self.middle(&elector.weight))),
                _ => None,
            })
            .collect()
    }

    fn all_seats(&self) -> Vec<f64> {
        self.electors().map(|elector| self.middle(&elector.weight)).collect()
    }

    fn electors(&self) -> impl Iterator<Item = &crate::model::Elector> {
        let chamber = self.past.chamber.as_ref().and_then(|id| self.electorate_of.get(id));
        chamber.into_iter().flat_map(|id| &self.electorates[id.index()].electors)
    }

    fn middle(&self, weight: &Expr) -> f64 {
        let (low, high) = self.bounds(weight);
        f64::midpoint(low.max(0.0), high)
    }
}
