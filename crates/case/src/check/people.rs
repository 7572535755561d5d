//! Who there is: actors, groups, candidates, offices and who holds them.

use crate::check::express::{Scope, all_of, equals};
use crate::check::state::is_value;
use crate::check::{Candidate, Checker, Group, Role, RoleState};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{Actor, ActorId, Holder};
use crate::syntax::shapes;
use crate::syntax::tree::{Kind, Node};

/// What a pack writes for a role that the case has to bind.
pub(crate) const LEFT_TO_THE_CASE: &str = "bound by the case";

/// Names with a meaning of their own, which nothing may bear.
const RESERVED: [&str; 21] = [
    "and",
    "or",
    "not",
    "in",
    "if",
    "then",
    "else",
    "up",
    "down",
    "min",
    "max",
    "date",
    "rest",
    "by",
    "to",
    "per",
    "procedure",
    "nobody",
    "columns",
    "state",
    "winner",
];

impl<'a> Checker<'a> {
    /// Whether a name can be used in expressions; reports it where not.
    pub(crate) fn usable_name(&mut self, name: &str, span: Span) -> bool {
        let shaped = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !shaped {
            self.report.add(
                Diagnostic::new(
                    "bad-name",
                    Severity::Error,
                    span,
                    format!("`{name}` cannot be used as a name"),
                    "expected letters, digits and `_`",
                )
                .help("a name begins with a letter; put how it reads into `name = \"…\"`"),
            );
            return false;
        }
        if RESERVED.contains(&name) {
            self.report.error("bad-name", span, format!("`{name}` has a meaning of its own"), "choose another name");
            return false;
        }
        true
    }

    pub(crate) fn read_actors(&mut self) {
        for entry in self.section("actors") {
            self.usable_name(&entry.key, entry.key_span);
            let node = &entry.value;
            let named = if let Kind::Text(text) = &node.kind {
                text.content.clone()
            } else {
                if !self.keys(node, &shapes::ACTOR) {
                    continue;
                }
                self.text_keys(node, &["name", "kind", "leader", "note"]);
                node.get("name").and_then(Node::text).unwrap_or(&entry.key).to_owned()
            };
            let id = ActorId(self.actors.len() as u32);
            self.names.intern(&entry.key);
            if self.truth(node.get("passive"), false) {
                self.passive.insert(id);
            }
            self.actor_of.insert(entry.key.clone(), id);
            self.actors.push(Actor {
                id: entry.key.clone(),
                name: named,
                kind: node.get("kind").and_then(Node::text).unwrap_or("actor").to_owned(),
                scope: None,
                span: entry.key_span,
            });
        }
        for entry in self.section("groups") {
            self.usable_name(&entry.key, entry.key_span);
            if let Some(actor) = self.actor_of.get(&entry.key) {
                let other = self.actors[actor.index()].span;
                self.two_of_a_name(&entry.key, entry.key_span, "a group", other, "an actor");
                continue;
            }
            let mut members = Vec::new();
            for (name, span) in self.text_list(&entry.value) {
                if let Some(actor) = self.actor(&name, span)
                    && !members.contains(&actor)
                {
                    members.push(actor);
                }
            }
            self.label(&entry.key, &entry.key.replace('_', " "));
            self.groups.insert(entry.key.clone(), Group { members });
        }
    }

    pub(crate) fn two_of_a_name(&mut self, name: &str, span: Span, what: &str, other: Span, other_what: &str) {
        self.report.add(
            Diagnostic::new(
                "same-name",
                Severity::Error,
                span,
                format!("`{name}` is both {what} and {other_what}"),
                what,
            )
            .and(other, other_what)
            .help("give one of the two another name"),
        );
    }

    pub(crate) fn actor(&mut self, name: &str, span: Span) -> Option<ActorId> {
        if let Some(actor) = self.actor_of.get(name) {
            return Some(*actor);
        }
        let known: Vec<String> = self.actor_of.keys().cloned().collect();
        self.unknown("unknown-actor", span, "actor", name, &known);
        None
    }

    pub(crate) fn read_candidates(&mut self) {
        for office in self.section("candidates") {
            self.usable_name(&office.key, office.key_span);
            if !office.value.is_table() {
                self.wrong_type(&office.value, "a table of candidates");
                continue;
            }
            let mut candidates = Vec::new();
            for entry in office.value.entries() {
                self.usable_name(&entry.key, entry.key_span);
                let node = &entry.value;
                let (named, party, parties) = if let Kind::Text(text) = &node.kind {
                    (text.content.clone(), None, Vec::new())
                } else {
                    if !self.keys(node, &shapes::CANDIDATE) {
                        continue;
                    }
                    self.text_keys(node, &["name", "note"]);
                    let named = node.get("name").and_then(Node::text).unwrap_or(&entry.key).to_owned();
                    let party = node.get("party").and_then(|node| {
                        if let Some(text) = node.text() {
                            self.actor(text, node.span)
                        } else {
                            self.wrong_type(node, "the name of an actor");
                            None
                        }
                    });
                    (named, party, self.parties(node, party))
                };
                self.label(&entry.key, &named);
                candidates.push(Candidate { name: self.names.intern(&entry.key), party, parties });
            }
            self.candidates.insert(office.key.clone(), candidates);
        }
    }

    /// Who would govern together under a candidate, each once, in the order written.
    fn parties(&mut self, node: &'a Node, party: Option<ActorId>) -> Vec<ActorId> {
        let Some(list) = node.get("parties") else { return party.into_iter().collect() };
        let mut parties: Vec<ActorId> = Vec::new();
        for (name, span) in self.text_list(list) {
            let Some(actor) = self.actor(&name, span) else { continue };
            if parties.contains(&actor) {
                self.report.error("twice", span, format!("`{name}` stands twice in the list"), "remove one of the two");
            } else {
                parties.push(actor);
            }
        }
        parties
    }

    /// Who must agree that this candidate governs.
    pub(crate) fn parties_of(&self, value: Value) -> Vec<ActorId> {
        let Value::Name(name) = value else { return Vec::new() };
        let found = self.candidates.values().flatten().find(|candidate| candidate.name == name);
        found.map_or_else(Vec::new, |candidate| candidate.parties.clone())
    }

    /// The party of a candidate, whatever the office.
    pub(crate) fn party_of(&self, value: Value) -> Option<ActorId> {
        let Value::Name(name) = value else { return None };
        self.candidates
            .values()
            .flatten()
            .find(|candidate| candidate.name == name)
            .and_then(|candidate| candidate.party)
    }

    pub(crate) fn declare_roles(&mut self) {
        for entry in self.section("offices") {
            let node = &entry.value;
            self.usable_name(&entry.key, entry.key_span);
            if !self.keys(node, &shapes::OFFICE) {
                continue;
            }
            self.text_keys(node, &["name", "convention", "article", "source", "note", "says"]);
            if let Some(named) = node.get("name").and_then(Node::text) {
                self.label(&entry.key, named);
            }
            let nobody = node.get("holder").and_then(Node::text) == Some("nobody");
            if let Some(holder) = node.get("holder")
                && !nobody
            {
                self.report.error(
                    "wrong-value",
                    holder.span,
                    "who holds an office is said in `[roles]`",
                    "only \"nobody\" can stand here",
                );
            }
            let role = Role {
                span: entry.key_span,
                node: None,
                vacant: node.get("vacant"),
                state: if nobody { RoleState::Nobody } else { RoleState::Unbound },
                holder: None,
            };
            self.roles.insert(entry.key.clone(), role);
        }
        for entry in self.section("roles") {
            self.usable_name(&entry.key, entry.key_span);
            if let Some(actor) = self.actor_of.get(&entry.key) {
                let other = self.actors[actor.index()].span;
                self.two_of_a_name(&entry.key, entry.key_span, "a role", other, "an actor");
                continue;
            }
            let vacant = self.roles.get(&entry.key).and_then(|role| role.vacant);
            let open = entry.value.text() == Some(LEFT_TO_THE_CASE);
            let state = if open { RoleState::Unbound } else { RoleState::Unread };
            let node = (!open).then_some(&entry.value);
            self.roles.insert(entry.key.clone(), Role { span: entry.key_span, node, vacant, state, holder: None });
            self.label(&entry.key, &entry.key.replace('_', " "));
        }
    }

    pub(crate) fn resolve_roles(&mut self) {
        let names: Vec<String> = self.roles.keys().cloned().collect();
        for name in names {
            let span = self.roles[&name].span;
            self.role(&name, span);
        }
    }

    /// Who holds a role; `None` where it is unbound or wrong (which is reported once).
    pub(crate) fn role(&mut self, name: &str, span: Span) -> Option<Holder> {
        let role = self.roles.get(name)?;
        match role.state {
            RoleState::Done => return role.holder.clone(),
            RoleState::Nobody | RoleState::Unbound => return None,
            RoleState::Reading => {
                self.report.error(
                    "circular",
                    span,
                    format!("who holds `{name}` depends on itself"),
                    "goes round in a circle",
                );
                return None;
            }
            RoleState::Unread => {}
        }
        let (node, vacant) = (role.node, role.vacant);
        self.roles.get_mut(name)?.state = RoleState::Reading;
        let mut holder = node.and_then(|node| self.holder(node));
        if let (Some(first), Some(vacant)) = (&holder, vacant)
            && let Some(second) = self.holder(vacant)
        {
            holder = Some(stand_in(first.clone(), &second));
        }
        let role = self.roles.get_mut(name)?;
        role.state = RoleState::Done;
        role.holder.clone_from(&holder);
        holder
    }

    /// Who is meant by the value of a role.
    pub(crate) fn holder(&mut self, node: &'a Node) -> Option<Holder> {
        match &node.kind {
            Kind::Text(text) => self.holder_text(&text.content, node.span),
            Kind::Table(_) if node.get("is").is_some() => {
                self.keys(node, &shapes::ROLE);
                let first = self.holder(node.get("is")?)?;
                match node.get("vacant") {
                    Some(vacant) => Some(stand_in(first, &self.holder(vacant)?)),
                    None => Some(first),
                }
            }
            Kind::Table(_) if node.get("by").is_some() => {
                let subject = self.subject(node.get("by")?, &Scope::state())?;
                let cells = self.cells(&subject, node, &["by", "else", "note"], false)?;
                let mut cases = Vec::new();
                for (value, cell) in cells.arms {
                    let holder = self.holder(cell)?;
                    push_cases(&mut cases, &is_value(&subject, value), &holder);
                }
                if let Some(cell) = cells.otherwise {
                    let holder = self.holder(cell)?;
                    push_cases(&mut cases, &Expr::TRUE, &holder);
                }
                Some(Holder::Cases(cases))
            }
            _ => {
                self.wrong_type(node, "an actor, a role, \"party of …\", or a table with `by`");
                None
            }
        }
    }

    pub(crate) fn holder_text(&mut self, text: &str, span: Span) -> Option<Holder> {
        if text == "nobody" {
            return Some(Holder::Cases(Vec::new()));
        }
        if let Some(variable) = text.strip_prefix("party of ") {
            let Some(entry) = self.variable_of.get(variable.trim()) else {
                let known: Vec<String> = self.variable_of.keys().cloned().collect();
                self.unknown("unknown-name", span, "variable", variable.trim(), &known);
                return None;
            };
            let id = entry.ids[0];
            let values = self.variables[id.index()].values.clone();
            let mut cases = Vec::new();
            for value in values {
                if let Some(party) = self.party_of(value) {
                    cases.push((equals(id, value), Some(party)));
                }
            }
            if cases.is_empty() {
                self.report.error(
                    "no-party",
                    span,
                    format!("no value of `{variable}` is a candidate with a party"),
                    "nobody would hold it",
                );
                return None;
            }
            return Some(Holder::Cases(cases));
        }
        if let Some(actor) = self.actor_of.get(text) {
            return Some(Holder::Actor(*actor));
        }
        if let Some(role) = self.roles.get(text) {
            if matches!(role.state, RoleState::Unbound) {
                let other = role.span;
                self.report.add(
                    Diagnostic::new(
                        "unbound-role",
                        Severity::Error,
                        span,
                        format!("nobody is said to hold `{text}`"),
                        "needed here",
                    )
                    .and(other, "left to the case")
                    .help(format!("add `{text} = \"…\"` to `[roles]`")),
                );
                return None;
            }
            if matches!(role.state, RoleState::Nobody) {
                return Some(Holder::Cases(Vec::new()));
            }
            return self.role(text, span);
        }
        let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
        known.extend(self.roles.keys().cloned());
        self.unknown("unknown-actor", span, "actor or role", text, &known);
        None
    }
}

/// The first where it is held, else the second.
fn stand_in(first: Holder, second: &Holder) -> Holder {
    let Holder::Cases(mut cases) = first else { return first };
    cases.retain(|(_, actor)| actor.is_some());
    push_cases(&mut cases, &Expr::TRUE, second);
    Holder::Cases(cases)
}

fn push_cases(cases: &mut Vec<(Expr, Option<ActorId>)>, when: &Expr, holder: &Holder) {
    match holder {
        Holder::Actor(actor) => cases.push((when.clone(), Some(*actor))),
        Holder::Cases(inner) => {
            for (condition, actor) in inner {
                cases.push((all_of(vec![when.clone(), condition.clone()]), *actor));
            }
            if *when != Expr::TRUE {
                cases.push((when.clone(), None));
            }
        }
    }
}
