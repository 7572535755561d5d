//! Who votes together: chambers with their blocs, bodies with their members.

use crate::check::Checker;
use crate::check::express::{Scope, constant};
use crate::check::number::{Place, Sort};
use crate::check::state::REASON_KEYS;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Arithmetic, Expr, Value};
use crate::model::{Elector, Electorate, ElectorateId, Holder, Law, Number, Reasons, Rule, Variable, Voice};
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

/// No parliament is larger; the tables of sums grow with it.
const MOST_MEMBERS: i64 = 10_000;
/// Nor has any more blocs than this that decide apart.
const MOST_BLOCS: usize = 200;

/// Stands among the broken names where some elector could not be read, so that nobody is told to have no vote.
pub(crate) const INCOMPLETE: &str = "chamber.seats";

/// A declared body.
#[derive(Debug, Clone)]
pub(crate) struct Body<'a> {
    pub(crate) electorate: ElectorateId,
    pub(crate) pass: Option<Rule>,
    pub(crate) span: Span,
    pub(crate) node: &'a Node,
}

impl<'a> Checker<'a> {
    pub(crate) fn read_chambers(&mut self) {
        let case: &'a Node = self.case;
        if let Some(entry) = case.entry("chamber") {
            self.read_chamber("chamber", "chamber", entry);
        }
        if let Some(chambers) = case.get("chambers") {
            if !chambers.is_table() {
                self.wrong_type(chambers, "a table of chambers");
            }
            for entry in chambers.entries() {
                self.usable_name(&entry.key, entry.key_span);
                self.read_chamber(&entry.key, &format!("chambers.{}", entry.key), entry);
            }
        }
    }

    fn read_chamber(&mut self, id: &str, path: &str, entry: &'a Entry) {
        let node = &entry.value;
        self.broken.insert(id.to_owned());
        if !self.keys(node, &shapes::CHAMBER) {
            return;
        }
        self.text_keys(node, &["name", "source"]);
        let reasons = self.reasons(node, &Reasons::default());
        let scope = Scope::numbers();
        let cohesion = node.get("cohesion").and_then(|cohesion| {
            self.number(cohesion, Sort::Share, &Place::new(format!("{path}.cohesion"), &reasons), &scope)
        });
        let cohesion = cohesion.unwrap_or(Expr::ONE);
        let present = node.get("present").and_then(|present| {
            self.number(present, Sort::Share, &Place::new(format!("{path}.present"), &reasons), &scope)
        });
        let present = present.unwrap_or(Expr::ONE);
        let Some(seats) = node.get("seats") else {
            self.missing(entry.key_span, "a chamber", "seats");
            return;
        };
        if !seats.is_table() {
            self.report.add(
                Diagnostic::new(
                    "wrong-type",
                    Severity::Error,
                    seats.span,
                    "`seats` says how many each bloc has",
                    format!("this is {}", seats.what()),
                )
                .help("all members together stand under `members`; a table of blocs may be a file, \"seats.csv\""),
            );
            return;
        }
        let seat_reasons = self.reasons(seats, &reasons);
        let mut whole = true;
        let mut electors = Vec::new();
        let mut own_cohesion: Vec<Option<Expr>> = Vec::new();
        for bloc in seats.entries() {
            if REASON_KEYS.contains(&bloc.key.as_str()) {
                continue;
            }
            if electors.len() == MOST_BLOCS {
                self.report.error(
                    "too-large",
                    bloc.key_span,
                    format!("a chamber of more than {MOST_BLOCS} blocs"),
                    "join blocs that vote alike",
                );
                return;
            }
            if let Some((elector, cohesion)) = self.read_bloc(bloc, path, &seat_reasons, &present) {
                electors.push(elector);
                own_cohesion.push(cohesion);
            } else {
                self.broken.insert(INCOMPLETE.into());
                whole = false;
            }
        }
        let members = self.read_members(node, &electors, whole, entry.key_span, seats.span);
        // A bloc with a cohesion of its own: since absence and defection thin it alike, both go into `present`.
        let cohesion = if own_cohesion.iter().any(Option::is_some) {
            for (elector, own) in electors.iter_mut().zip(own_cohesion) {
                let follows = own.unwrap_or_else(|| cohesion.clone());
                let present = std::mem::replace(&mut elector.present, Expr::ONE);
                elector.present = product(present, follows);
            }
            Expr::ONE
        } else {
            cohesion
        };
        self.broken.remove(id);
        let name = node.get("name").and_then(Node::text).unwrap_or(id).to_owned();
        self.add_electorate(Electorate { id: id.to_owned(), name, members, electors, cohesion, span: entry.key_span });
    }

    fn add_electorate(&mut self, electorate: Electorate) -> ElectorateId {
        let id = ElectorateId(self.electorates.len() as u32);
        let (name, shown, span) = (electorate.id.clone(), electorate.name.clone(), electorate.span);
        if let Some(other) = self.electorate_of.get(&name) {
            let other = self.electorates[other.index()].span;
            self.two_of_a_name(&name, span, "a body", other, "another body");
        }
        self.label(&name, &shown);
        self.electorate_of.insert(name, id);
        self.electorates.push(electorate);
        id
    }

    /// Electors that no table of the case declares: those who must consent, sponsors of a motion.
    pub(crate) fn add_small_body(&mut self, id: &str, electors: Vec<Elector>, span: Span) -> ElectorateId {
        if let Some(known) = self.electorate_of.get(id) {
            return *known;
        }
        let members = electors.iter().map(|elector| elector.most).sum();
        let at = ElectorateId(self.electorates.len() as u32);
        self.electorate_of.insert(id.to_owned(), at);
        self.electorates.push(Electorate {
            id: id.to_owned(),
            name: id.to_owned(),
            members,
            electors,
            cohesion: Expr::ONE,
            span,
        });
        at
    }

    fn read_bloc(
        &mut self,
        bloc: &'a Entry,
        path: &str,
        reasons: &Reasons,
        present: &Expr,
    ) -> Option<(Elector, Option<Expr>)> {
        let node = &bloc.value;
        let scope = Scope::numbers();
        let base = format!("{path}.seats.{}", bloc.key);
        let plain = !node.is_table() || node.get("by").is_some() || node.get("value").is_some();
        let mut reasons = reasons.clone();
        let seats = if plain {
            node
        } else {
            self.keys(node, &shapes::BLOC);
            self.text_keys(node, &["name", "source"]);
            reasons = self.reasons(node, &reasons);
            let Some(seats) = node.get("seats") else {
                self.missing(bloc.key_span, "a bloc", "seats");
                return None;
            };
            seats
        };
        let weight = self.number(seats, Sort::Weight, &Place::new(base.clone(), &reasons), &scope);
        let own = |checker: &mut Self, key: &str| {
            node.get(key).filter(|_| !plain).and_then(|value| {
                checker.number(value, Sort::Share, &Place::new(format!("{base}.{key}"), &reasons), &scope)
            })
        };
        let own_present = own(self, "present");
        let cohesion = own(self, "cohesion");
        let habit = node.get("habit").filter(|_| !plain);
        let voice = self.read_voice(&bloc.key, bloc.key_span, habit, &base, &reasons);
        if let Some(named) = node.get("name").and_then(Node::text) {
            self.label(&bloc.key, named);
        } else {
            self.label(&bloc.key, &bloc.key.replace('_', " "));
        }
        let weight = weight?;
        let most = self.most(&weight, bloc.key_span)?;
        let elector = Elector {
            id: bloc.key.clone(),
            weight,
            most,
            present: own_present.unwrap_or_else(|| present.clone()),
            voice: voice?,
        };
        Some((elector, cohesion))
    }

    fn read_voice(
        &mut self,
        name: &str,
        span: Span,
        habit: Option<&'a Node>,
        base: &str,
        reasons: &Reasons,
    ) -> Option<Voice> {
        let Some(habit) = habit else {
            if let Some(actor) = self.actor_of.get(name) {
                return Some(Voice::Actor(Holder::Actor(*actor)));
            }
            if self.roles.contains_key(name) {
                return self.holder_text(name, span).map(Voice::Actor);
            }
            let known: Vec<String> = self.actor_of.keys().cloned().collect();
            let mut diagnostic = Diagnostic::new(
                "bloc-without-will",
                Severity::Error,
                span,
                format!("the bloc `{name}` is no actor and has no habit"),
                "how does it vote?",
            );
            diagnostic = match crate::check::nearest(name, known.iter().map(String::as_str)) {
                Some(like) => diagnostic
                    .help(format!("did you mean the actor `{like}`? Else add `habit = {{ attend = …, yes = … }}`")),
                None => diagnostic.help(
                    "declare it in `[actors]`, or add `habit = { attend = \"0.6 to 0.9\", yes = \"0.4 to 0.7\" }`",
                ),
            };
            self.report.add(diagnostic);
            return None;
        };
        if !self.keys(habit, &shapes::HABIT) {
            return None;
        }
        let reasons = self.reasons(habit, reasons);
        let scope = Scope::numbers();
        let chance = |checker: &mut Self, key: &str| {
            if let Some(value) = habit.get(key) {
                checker.number(value, Sort::Share, &Place::new(format!("{base}.habit.{key}"), &reasons), &scope)
            } else {
                checker.missing(habit.span, "a habit", key);
                None
            }
        };
        let attend = chance(self, "attend");
        let yes = chance(self, "yes");
        Some(Voice::Habit { attend: attend?, yes: yes? })
    }

    /// The largest whole weight that a weight's law allows for.
    fn most(&mut self, weight: &Expr, span: Span) -> Option<u32> {
        let (_, high) = self.bounds(weight);
        let high = high.round();
        if !(0.0..=MOST_MEMBERS as f64).contains(&high) {
            self.report.error(
                "too-large",
                span,
                format!("a weight of {high}"),
                format!("at most {MOST_MEMBERS} are possible"),
            );
            return None;
        }
        Some(high as u32)
    }

    fn read_members(&mut self, node: &Node, electors: &[Elector], whole: bool, span: Span, seats_span: Span) -> u32 {
        let (mut low, mut high) = (0.0, 0.0);
        for elector in electors {
            let (l, h) = self.bounds(&elector.weight);
            low += l.max(0.0).round();
            high += h.round();
        }
        let Some(members) = node.get("members") else {
            if low != high {
                self.missing(span, "a chamber with uncertain seats", "members");
            }
            return high as u32;
        };
        let Kind::Integer(count) = members.kind else {
            self.wrong_type(members, "a whole number");
            return high as u32;
        };
        if !(1..=MOST_MEMBERS).contains(&count) {
            self.report.error(
                "too-large",
                members.span,
                format!("a chamber of {count} members"),
                format!("expected 1 to {MOST_MEMBERS}"),
            );
            return high as u32;
        }
        let difference = if !whole {
            None
        } else if count as f64 > high {
            Some((
                format!("the seats add up to {high}, of {count} members"),
                "the others count as absent from every ballot",
                Severity::Warning,
            ))
        } else if (count as f64) < low {
            Some((
                format!("the seats add up to {low}, more than the {count} members"),
                "too many seats",
                Severity::Error,
            ))
        } else {
            None
        };
        if let Some((message, label, severity)) = difference {
            let both = if high == low { message } else { message.replace("add up to", "add up at most to") };
            self.report.add(Diagnostic::new("seats", severity, members.span, both, label).and(seats_span, "the seats"));
        }
        count as u32
    }

    pub(crate) fn read_bodies(&mut self) {
        for entry in self.section("bodies") {
            self.usable_name(&entry.key, entry.key_span);
            let node = &entry.value;
            self.broken.insert(entry.key.clone());
            if !self.keys(node, &shapes::BODY) {
                continue;
            }
            if let Some(actor) = self.actor_of.get(&entry.key) {
                let other = self.actors[actor.index()].span;
                self.two_of_a_name(&entry.key, entry.key_span, "a body", other, "an actor");
                continue;
            }
            self.text_keys(node, &["name", "source"]);
            let path = format!("bodies.{}", entry.key);
            let reasons = self.reasons(node, &Reasons::default());
            if let Some(proposer) = node.get("proposer")
                && proposer.text() != Some("in proportion to weights")
            {
                self.report.error(
                    "wrong-value",
                    proposer.span,
                    "this way to name a proposer is not known",
                    "expected \"in proportion to weights\"",
                );
            }
            let Some(weights) = node.get("weights") else {
                self.missing(entry.key_span, "a body", "weights");
                continue;
            };
            if !weights.is_table() {
                self.wrong_type(weights, "a table with a weight for each member");
                continue;
            }
            let mut electors = Vec::new();
            for member in weights.entries() {
                match self.read_member(member, &path, &reasons) {
                    Some(elector) => electors.push(elector),
                    None => {
                        self.broken.insert(INCOMPLETE.into());
                    }
                }
            }
            if weights.entries().is_empty() {
                self.report.error("wrong-value", weights.span, "a body needs members", "nobody is named");
            }
            let members = electors.iter().map(|elector| elector.most).sum();
            let name = node.get("name").and_then(Node::text).unwrap_or(&entry.key).to_owned();
            let electorate = Electorate {
                id: entry.key.clone(),
                name,
                members,
                electors,
                cohesion: Expr::ONE,
                span: entry.key_span,
            };
            let electorate = self.add_electorate(electorate);
            self.broken.remove(&entry.key);
            let pass = node.get("pass").and_then(|rule| self.rule(rule, &format!("{path}.pass"), &reasons));
            self.body_of.insert(entry.key.clone(), Body { electorate, pass, span: entry.key_span, node });
        }
    }

    fn read_member(&mut self, member: &'a Entry, path: &str, reasons: &Reasons) -> Option<Elector> {
        let node = &member.value;
        let base = format!("{path}.weights.{}", member.key);
        let plain = !node.is_table() || node.get("by").is_some() || node.get("value").is_some();
        let mut reasons = reasons.clone();
        let mut weight_node = node;
        let mut habit = None;
        if !plain {
            self.keys(node, &shapes::MEMBER);
            reasons = self.reasons(node, &reasons);
            habit = node.get("habit");
            weight_node = if let Some(weight) = node.get("weight") {
                weight
            } else {
                self.missing(member.key_span, "a member", "weight");
                return None;
            };
        }
        let weight = self.number(weight_node, Sort::Weight, &Place::new(base.clone(), &reasons), &Scope::numbers());
        let voice =
            if habit.is_none() && !self.actor_of.contains_key(&member.key) && !self.roles.contains_key(&member.key) {
                let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
                known.extend(self.roles.keys().cloned());
                self.unknown("unknown-actor", member.key_span, "actor or role", &member.key, &known);
                None
            } else {
                self.read_voice(&member.key, member.key_span, habit, &base, &reasons)
            };
        let weight = weight?;
        let most = self.most(&weight, member.key_span)?;
        Some(Elector { id: member.key.clone(), weight, most, present: Expr::ONE, voice: voice? })
    }

    /// Bounds of an expression over states and draws.
    pub(crate) fn bounds(&self, expr: &Expr) -> (f64, f64) {
        bounds(expr, &self.numbers, &self.variables)
    }
}

/// Bounds of an expression over states and draws; laws without end are cut at three standard deviations.
pub(crate) fn bounds(expr: &Expr, numbers: &[Number], variables: &[Variable]) -> (f64, f64) {
    const WHOLE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    match expr {
        Expr::Number(id) => match numbers[id.index()].law.clone() {
            Law::Exact(x) => (x, x),
            Law::Normal { low, high } => {
                // 5 % below `low` and above `high`: 1.645 standard deviations each.
                let reach = (high - low) / 2.0 * (3.0 / 1.645);
                let middle = f64::midpoint(low, high);
                (middle - reach, middle + reach)
            }
            Law::LogitNormal { .. } => (0.0, 1.0),
            Law::LogNormal { low, high } => {
                let (a, b) = (low.ln(), high.ln());
                let reach = (b - a) / 2.0 * (3.0 / 1.645);
                let middle = f64::midpoint(a, b);
                ((middle - reach).exp(), (middle + reach).exp())
            }
            Law::Pert { low, high, .. } => (low, high),
            Law::OneOf(values) => {
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(*x), h.max(*x)))
            }
        },
        Expr::Constant(Value::Boolean(_) | Value::Name(_)) | Expr::Reading(_) => WHOLE,
        Expr::Constant(_) => constant(expr).map_or(WHOLE, |x| (x, x)),
        Expr::Variable(id) => {
            let values = &variables[id.index()].values;
            match (values.first(), values.last()) {
                (Some(Value::Integer(low)), Some(Value::Integer(high))) => (*low as f64, *high as f64),
                _ => WHOLE,
            }
        }
        Expr::Negate(inner) => {
            let (l, h) = bounds(inner, numbers, variables);
            (-h, -l)
        }
        Expr::Arithmetic(arithmetic, a, b) => {
            let ((al, ah), (bl, bh)) = (bounds(a, numbers, variables), bounds(b, numbers, variables));
            let spread = |values: [f64; 4]| {
                let low = values.iter().copied().fold(f64::INFINITY, f64::min);
                let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                if values.iter().any(|x| x.is_nan()) { WHOLE } else { (low, high) }
            };
            match arithmetic {
                Arithmetic::Add => (al + bl, ah + bh),
                Arithmetic::Subtract => (al - bh, ah - bl),
                Arithmetic::Multiply => spread([al * bl, al * bh, ah * bl, ah * bh]),
                Arithmetic::Divide if bl > 0.0 || bh < 0.0 => spread([al / bl, al / bh, ah / bl, ah / bh]),
                Arithmetic::Divide => WHOLE,
            }
        }
        Expr::Minimum(parts) => parts
            .iter()
            .map(|part| bounds(part, numbers, variables))
            .fold((f64::INFINITY, f64::INFINITY), |a, b| (a.0.min(b.0), a.1.min(b.1))),
        Expr::Maximum(parts) => parts
            .iter()
            .map(|part| bounds(part, numbers, variables))
            .fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |a, b| (a.0.max(b.0), a.1.max(b.1))),
        Expr::If(_, yes, no) => hull(bounds(yes, numbers, variables), bounds(no, numbers, variables)),
        Expr::Match { arms, otherwise, .. } => {
            let mut both = (f64::INFINITY, f64::NEG_INFINITY);
            for (_, arm) in arms {
                both = hull(both, bounds(arm, numbers, variables));
            }
            if let Some(other) = otherwise {
                both = hull(both, bounds(other, numbers, variables));
            }
            both
        }
        _ => WHOLE,
    }
}

fn hull(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.min(b.0), a.1.max(b.1))
}

fn product(a: Expr, b: Expr) -> Expr {
    match (constant(&a), constant(&b)) {
        (Some(1.0), _) => b,
        (_, Some(1.0)) => a,
        _ => Expr::Arithmetic(Arithmetic::Multiply, Box::new(a), Box::new(b)),
    }
}
