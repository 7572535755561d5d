//! Who may do what, and when each comes to act.

use crate::check::chamber::Body;
use crate::check::express::{Binding, Scope, all_of};
use crate::check::number::{Place, Sort};
use crate::check::rule::Draft;
use crate::check::{Checker, Domain, Read};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{
    Action, ActorId, Ballot, Clock, Elector, ElectorateId, Event, Form, Holder, NameOption, Outcome, Reasons, Round,
    Rule, Slot, Timing, Turn, Variable, VariableId, Voice, Who,
};
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

/// An action that exists, for looking up what options and the log name.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// Whose: an actor, role or body, `procedure`, or a motion.
    pub(crate) owner: String,
    /// `nominate`
    pub(crate) stem: String,
    /// `nominate(sudani)`
    pub(crate) id: String,
    /// The actors and roles who decide it.
    pub(crate) by: Vec<String>,
}

/// Combinations of bindings beyond this are refused.
const MOST_BINDINGS: usize = 2_000;

impl<'a> Checker<'a> {
    /// Every combination of what `choose` offers, in written order; one empty combination where it is absent.
    pub(crate) fn bindings(&mut self, node: &'a Node) -> Option<Vec<Vec<Binding>>> {
        let Some(choose) = node.get("choose") else { return Some(vec![Vec::new()]) };
        if !choose.is_table() {
            self.wrong_type(choose, "a table, such as `{ c = \"candidates.premier\" }`");
            return None;
        }
        let mut all: Vec<Vec<Binding>> = vec![Vec::new()];
        for entry in choose.entries() {
            self.usable_name(&entry.key, entry.key_span);
            self.no_second(&entry.key, entry.key_span, "a name that `choose` gives");
            let domain: Domain = match entry.value.text() {
                Some(text) if self.variable_of.contains_key(text) => {
                    let id = self.variable_of[text].ids[0];
                    self.variables[id.index()].values.as_slice().into()
                }
                _ => self.read_domain(&entry.value)?.into(),
            };
            if all.len() * domain.len() > MOST_BINDINGS {
                self.report.error(
                    "too-large",
                    choose.span,
                    format!("`choose` offers more than {MOST_BINDINGS} combinations"),
                    "too many",
                );
                return None;
            }
            let mut next = Vec::new();
            for before in &all {
                for value in domain.iter() {
                    let mut combined = before.clone();
                    combined.push(Binding {
                        name: entry.key.clone(),
                        value: *value,
                        domain: domain.clone(),
                        span: entry.key_span,
                    });
                    next.push(combined);
                }
            }
            all = next;
        }
        Some(all)
    }

    /// `nominate(sudani)`
    pub(crate) fn action_id(&self, stem: &str, bindings: &[Binding]) -> String {
        if bindings.is_empty() {
            return stem.to_owned();
        }
        let values: Vec<String> = bindings.iter().map(|binding| self.show_value(binding.value)).collect();
        format!("{stem}({})", values.join(", "))
    }

    /// The turns of a period, in the order of `[pace]`, then what `[pace]` does not name.
    pub(crate) fn read_turns(&mut self) {
        let case: &'a Node = self.case;
        let pace: &'a [Entry] = match case.get("pace") {
            Some(node) if node.is_table() => node.entries(),
            Some(node) => {
                self.wrong_type(node, "a table that says how often each comes to act");
                &[]
            }
            None => &[],
        };
        let reasons = case.get("pace").map(|node| self.reasons(node, &Reasons::default())).unwrap_or_default();
        let owners = self.section("moves");
        let motions: Vec<String> = self.section("motions").iter().map(|entry| entry.key.clone()).collect();
        let mut seen_owners: Vec<String> = Vec::new();
        let mut acting: Vec<(ActorId, Span)> = Vec::new();
        let mut procedure_read = false;
        for entry in pace {
            if crate::check::state::REASON_KEYS.contains(&entry.key.as_str()) {
                continue;
            }
            let key = entry.key.as_str();
            let Some((rate, reacts_to)) = self.read_pace(entry, &reasons) else {
                // Whoever it is for has a line, if a wrong one.
                seen_owners.push(key.to_owned());
                if let Some(group) = self.groups.get(key) {
                    seen_owners.extend(group.members.iter().map(|member| self.actors[member.index()].id.clone()));
                }
                procedure_read |= key == "procedure";
                for owner in owners.iter().filter(|owner| owner.key == key) {
                    self.broken.extend(owner.value.entries().iter().map(|entry| entry.key.clone()));
                }
                continue;
            };
            if key == "procedure" {
                procedure_read = true;
                self.read_procedure(Some((rate, reacts_to, entry.key_span)));
            } else if motions.iter().any(|motion| motion == key) {
                self.read_motion(key, Some((rate, entry.key_span)));
            } else if let Some(body) = self.body_of.get(key).cloned() {
                seen_owners.push(key.to_owned());
                let (menu, apart) = self.menu(&owners, key, &Owner::Body(body.clone()));
                self.add_turn(key, rate, Who::Body(body.electorate), menu, reacts_to, entry.key_span);
                self.turns.extend(apart);
            } else if let Some((members, is_group)) = self.actors_named(key) {
                seen_owners.push(key.to_owned());
                for actor in members {
                    if let Some((_, other)) = acting.iter().find(|(known, _)| *known == actor) {
                        let (other, id) = (*other, self.actors[actor.index()].id.clone());
                        self.report.add(
                            Diagnostic::new(
                                "two-turns",
                                Severity::Error,
                                entry.key_span,
                                format!("`{id}` comes to act twice"),
                                "the second turn",
                            )
                            .and(other, "the first"),
                        );
                        continue;
                    }
                    acting.push((actor, entry.key_span));
                    let id = self.actors[actor.index()].id.clone();
                    seen_owners.push(id.clone());
                    if is_group {
                        seen_owners.push(key.to_owned());
                    }
                    let (menu, apart) = self.menu(&owners, &id, &Owner::Actor(actor));
                    self.add_turn(
                        &id,
                        rate.clone(),
                        Who::Holder(Holder::Actor(actor)),
                        menu,
                        reacts_to.clone(),
                        entry.key_span,
                    );
                    self.turns.extend(apart);
                }
            } else if self.roles.contains_key(key) {
                seen_owners.push(key.to_owned());
                let Some(holder) = self.holder_text(key, entry.key_span) else { continue };
                let (menu, apart) = self.menu(&owners, key, &Owner::Role(holder.clone()));
                self.add_turn(key, rate, Who::Holder(holder), menu, reacts_to, entry.key_span);
                self.turns.extend(apart);
            } else {
                let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
                known.extend(self.groups.keys().cloned());
                known.extend(self.body_of.keys().cloned());
                known.extend(self.roles.keys().cloned());
                known.extend(motions.clone());
                known.push("procedure".into());
                self.unknown("unknown-actor", entry.key_span, "actor, group, body, role or motion", key, &known);
            }
        }
        for owner in &owners {
            if !seen_owners.contains(&owner.key) {
                self.moves_without_pace(owner, &owners, &acting);
            }
        }
        if !procedure_read && self.stage.is_some() {
            self.read_procedure(None);
        }
        for motion in &motions {
            if !pace.iter().any(|entry| entry.key == *motion) {
                self.read_motion(motion, None);
            }
        }
    }

    /// An actor, or the members of a group.
    fn actors_named(&self, name: &str) -> Option<(Vec<ActorId>, bool)> {
        if let Some(actor) = self.actor_of.get(name) {
            return Some((vec![*actor], false));
        }
        self.groups.get(name).map(|group| (group.members.clone(), true))
    }

    fn moves_without_pace(&mut self, owner: &'a Entry, owners: &[&'a Entry], acting: &[(ActorId, Span)]) {
        let key = owner.key.as_str();
        let whose: Vec<(String, Owner<'a>)> = if let Some(body) = self.body_of.get(key).cloned() {
            vec![(key.to_owned(), Owner::Body(body))]
        } else if let Some((members, _)) = self.actors_named(key) {
            let left: Vec<ActorId> =
                members.into_iter().filter(|member| !acting.iter().any(|(known, _)| known == member)).collect();
            if left.is_empty() {
                return;
            }
            left.into_iter().map(|actor| (self.actors[actor.index()].id.clone(), Owner::Actor(actor))).collect()
        } else if self.roles.contains_key(key) {
            match self.holder_text(key, owner.key_span) {
                Some(holder) => vec![(key.to_owned(), Owner::Role(holder))],
                None => return,
            }
        } else {
            let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
            known.extend(self.groups.keys().cloned());
            known.extend(self.body_of.keys().cloned());
            known.extend(self.roles.keys().cloned());
            self.unknown("unknown-actor", owner.key_span, "actor, group, body or role", key, &known);
            return;
        };
        let mut idle = false;
        for (id, who) in whose {
            let (menu, apart) = self.menu(owners, &id, &who);
            idle |= !menu.is_empty();
            self.turns.extend(apart);
        }
        if idle {
            self.report.add(
                Diagnostic::new(
                    "no-pace",
                    Severity::Error,
                    owner.key_span,
                    format!("`{key}` has moves but never comes to act"),
                    "no line in `[pace]`",
                )
                .help(format!("add `{key} = \"1 per month\"` or the like to `[pace]`, or give its moves a `rate`")),
            );
        }
    }

    fn add_turn(&mut self, id: &str, pace: Expr, who: Who, menu: Vec<Action>, reacts_to: Vec<VariableId>, span: Span) {
        if menu.is_empty() {
            // Its moves, if any, have rates of their own.
            return;
        }
        let slots = vec![Slot { when: Expr::TRUE, who, menu, obliged: false }];
        self.turns.push(Turn { id: id.to_owned(), pace, slots, reacts_to, span });
    }

    fn read_pace(&mut self, entry: &'a Entry, reasons: &Reasons) -> Option<(Expr, Vec<VariableId>)> {
        let node = &entry.value;
        let place = Place::new(format!("pace.{}", entry.key), reasons);
        let scope = Scope::numbers();
        let mut reacts_to = Vec::new();
        if let Some(list) = node.get("reacts_to") {
            for (name, span) in self.text_list(list) {
                if let Some(variable) = self.variable_of.get(&name) {
                    reacts_to.extend(variable.ids.iter().copied());
                } else {
                    let known: Vec<String> = self.variable_of.keys().cloned().collect();
                    self.unknown("unknown-name", span, "variable", &name, &known);
                }
            }
            if node.get("by").is_none() {
                self.keys(node, &shapes::PACE);
                let reasons = self.reasons(node, reasons);
                let Some(value) = node.get("value") else {
                    self.missing(node.span, "a pace", "value");
                    return None;
                };
                let place = Place::new(format!("pace.{}", entry.key), &reasons);
                return Some((self.number(value, Sort::Rate, &place, &scope)?, reacts_to));
            }
            self.report.error(
                "two-ways",
                list.span,
                "`reacts_to` stands beside `value`",
                "write `{ value = { by = … }, reacts_to = … }`",
            );
            return None;
        }
        Some((self.number(node, Sort::Rate, &place, &scope)?, reacts_to))
    }

    /// The moves of an owner: its menu, and the turns of moves with a rate of their own.
    fn menu(&mut self, owners: &[&'a Entry], id: &str, owner: &Owner<'a>) -> (Vec<Action>, Vec<Turn>) {
        let mut tables: Vec<(&'a Entry, &'a str)> = Vec::new();
        // An actor's own line before its groups'.
        for is_own in [true, false] {
            for table in owners {
                let own = table.key == id;
                let through_group = match owner {
                    Owner::Actor(actor) => {
                        !own && !self.body_of.contains_key(&table.key)
                            && self.groups.get(&table.key).is_some_and(|group| group.members.contains(actor))
                    }
                    _ => false,
                };
                if !(if is_own { own } else { through_group }) {
                    continue;
                }
                if !table.value.is_table() {
                    self.wrong_type(&table.value, "a table of moves");
                    continue;
                }
                for entry in table.value.entries() {
                    if !tables.iter().any(|(known, _)| known.key == entry.key) {
                        tables.push((entry, table.key.as_str()));
                    }
                }
            }
        }
        let mut menu = Vec::new();
        let mut apart = Vec::new();
        for (entry, table) in tables {
            let Some((actions, rate)) = self.read_move(entry, table, id, owner) else {
                self.broken.insert(entry.key.clone());
                continue;
            };
            match rate {
                None => menu.extend(actions),
                Some(rate) => {
                    let who = match owner {
                        Owner::Actor(actor) => Who::Holder(Holder::Actor(*actor)),
                        Owner::Role(holder) => Who::Holder(holder.clone()),
                        Owner::Body(body) => Who::Body(body.electorate),
                    };
                    apart.push(Turn {
                        id: format!("{id}.{}", entry.key),
                        pace: rate,
                        slots: vec![Slot { when: Expr::TRUE, who, menu: actions, obliged: false }],
                        reacts_to: Vec::new(),
                        span: entry.key_span,
                    });
                }
            }
        }
        (menu, apart)
    }

    fn read_move(
        &mut self,
        entry: &'a Entry,
        table: &str,
        owner_id: &str,
        owner: &Owner<'a>,
    ) -> Option<(Vec<Action>, Option<Expr>)> {
        let node = &entry.value;
        self.usable_name(&entry.key, entry.key_span);
        if !self.keys(node, &shapes::MOVE) {
            return None;
        }
        self.text_keys(node, &["says", "note"]);
        let path = format!("moves.{table}.{}", entry.key);
        let reasons = self.reasons(node, &Reasons::default());
        let numbers = Scope::numbers();
        let rate = match node.get("rate") {
            Some(rate) => Some(self.number(rate, Sort::Rate, &Place::new(path.clone(), &reasons), &numbers)?),
            None => None,
        };
        let obliged = self.truth(node.get("obliged"), false);
        let seen = self.truth(node.get("seen"), true);
        if let Some(says) = node.get("says").and_then(Node::text) {
            self.label(&format!("{owner_id}.{}", entry.key), says);
        }
        if let (Some(failed), None, None, false) =
            (node.get("failed"), node.get("ballot"), node.get("consent"), matches!(owner, Owner::Body(_)))
        {
            self.report.error(
                "no-ballot",
                failed.span,
                "a move without a ballot cannot fail",
                "add `ballot` or `consent`, or use `results`",
            );
        }
        let combinations = self.bindings(node)?;
        let mut actions = Vec::new();
        let mut sound = true;
        for bindings in combinations {
            let before = self.report.found.len();
            if let Some(action) = self.read_action(entry, &path, owner_id, owner, &reasons, &bindings) {
                actions.push(Action { seen, obliged, ..action });
            } else {
                sound = false;
                // One binding shows the mistake; the others would repeat it.
                if self.report.found.len() > before {
                    break;
                }
            }
        }
        let ids: Vec<String> = actions.iter().map(|action| action.id.clone()).collect();
        for id in ids {
            self.moves.push(Known {
                owner: owner_id.to_owned(),
                stem: entry.key.clone(),
                id,
                by: vec![owner_id.to_owned()],
            });
        }
        sound.then_some((actions, rate))
    }

    fn read_action(
        &mut self,
        entry: &'a Entry,
        path: &str,
        owner_id: &str,
        owner: &Owner<'a>,
        reasons: &Reasons,
        bindings: &[Binding],
    ) -> Option<Action> {
        let node = &entry.value;
        let state = Scope::with(bindings, false);
        let drawn = Scope::with(bindings, true);
        let when = self.condition_at(node, "when", &state, Expr::TRUE);
        let weight = node
            .get("weight")
            .map(|weight| self.number(weight, Sort::Positive, &Place::new(format!("{path}.weight"), reasons), &drawn));
        let pays = self.pays(node, path, reasons, bindings);
        let results = if is_among_names(node) {
            Some(vec![nothing()])
        } else {
            self.outcomes(node, "a move", path, reasons, bindings)
        };
        let failed = match node.get("failed") {
            Some(failed) => self.exit(failed, &format!("{path}.failed"), reasons, bindings)?,
            None => Vec::new(),
        };
        let id = self.action_id(&entry.key, bindings);
        let keys = vec![entry.key.clone(), format!("{owner_id}.{}", entry.key), id.clone(), format!("{owner_id}.{id}")];
        let results = results?;
        let ballot = self.step_ballot(node, path, reasons, &format!("{owner_id}.{id}"), keys, bindings, owner);
        Some(Action {
            id,
            move_id: format!("{owner_id}.{}", entry.key),
            bindings: bindings.iter().map(|binding| binding.value).collect(),
            when: when?,
            weight: match weight {
                Some(weight) => Some(weight?),
                None => None,
            },
            pays,
            ballot: ballot?,
            results,
            failed,
            seen: true,
            obliged: false,
            span: entry.key_span,
        })
    }

    /// The ballot a move or step is put to, if any; among names, what follows from each goes into it.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn step_ballot(
        &mut self,
        node: &'a Node,
        path: &str,
        reasons: &Reasons,
        id: &str,
        keys: Vec<String>,
        bindings: &[Binding],
        owner: &Owner<'a>,
    ) -> Read<Option<Ballot>> {
        let body = match owner {
            Owner::Body(body) => Some(body),
            _ => None,
        };
        if let Some(consent) = node.get("consent") {
            if let Some(ballot) = node.get("ballot") {
                self.report.error(
                    "two-ways",
                    ballot.span,
                    "a step has either a ballot or someone's consent",
                    "remove one of the two",
                );
                return None;
            }
            if body.is_some() {
                self.report.error("two-ways", consent.span, "a body decides by ballot", "consent has no place here");
                return None;
            }
            let (electorate, rule) = self.consent(consent, bindings)?;
            let draft = Draft { id: id.to_owned(), keys, electorate, sitting: None, form: Form::YesNo { rule } };
            return Some(Some(self.ballot(draft, bindings)));
        }
        let Some(ballot) = node.get("ballot") else {
            let Some(body) = body else {
                for key in ["sitting", "pass"] {
                    if let Some(extra) = node.get(key) {
                        self.report.error(
                            "no-ballot",
                            extra.span,
                            format!("`{key}` belongs to a ballot, and there is none"),
                            "add `ballot`",
                        );
                    }
                }
                return Some(None);
            };
            let rule = match node.get("pass") {
                Some(rule) => self.rule(rule, &format!("{path}.pass"), reasons)?,
                None => {
                    if let Some(rule) = &body.pass {
                        rule.clone()
                    } else {
                        if body.node.get("pass").is_none() {
                            self.missing(body.span, "a body with moves", "pass");
                        }
                        return None;
                    }
                }
            };
            let sitting = self.sitting(node, path, reasons)?;
            let draft =
                Draft { id: id.to_owned(), keys, electorate: body.electorate, sitting, form: Form::YesNo { rule } };
            return Some(Some(self.ballot(draft, bindings)));
        };
        if !self.keys(ballot, &shapes::BALLOT) {
            return None;
        }
        let electorate = match ballot.get("body") {
            Some(body) => self.electorate(body)?,
            None => match (body, self.electorate_of.get("chamber")) {
                (Some(body), _) => body.electorate,
                (None, Some(chamber)) => *chamber,
                (None, None) => {
                    if self.is_echo("chamber") {
                        return None;
                    }
                    self.report.add(
                        Diagnostic::new(
                            "unknown-body",
                            Severity::Error,
                            ballot.span,
                            "this ballot has no chamber to vote in",
                            "no `[chamber]` in the case",
                        )
                        .help("add `[chamber]`, or name a `body`"),
                    );
                    return None;
                }
            },
        };
        let sitting = self.sitting(node, path, reasons);
        if let Some(Some(sitting)) = &sitting {
            let at = node.get("sitting").or(ballot.get("sitting")).map_or(ballot.span, |node| node.span);
            self.within_members(&sitting.quorum, at, electorate);
        }
        let rules = [ballot.get("pass"), ballot.get("against"), ballot.get("rounds")];
        if rules.iter().flatten().count() != 1 {
            self.report.error(
                "two-ways",
                ballot.span,
                "a ballot has one rule",
                "expected one of `pass`, `against`, or `names` with `rounds`",
            );
            return None;
        }
        let form = if let Some(rounds) = ballot.get("rounds") {
            let span = rounds.span;
            let rounds = self.rounds(rounds, path, reasons);
            for round in rounds.iter().flatten() {
                if let Round::Reach(rule) | Round::RunOffReach(rule) = round {
                    self.within_members(rule, span, electorate);
                }
            }
            let Some(names) = ballot.get("names") else {
                self.missing(ballot.span, "a ballot in rounds", "names");
                return None;
            };
            let names_span = names.span;
            let domain: Domain = self.read_domain(names)?.into();
            if domain.len() < 2 {
                self.report.add(Diagnostic::new(
                    "one-name",
                    Severity::Warning,
                    names_span,
                    "only one name stands on this ballot",
                    "it is elected without fail",
                ));
            }
            let mut options = Vec::new();
            for value in domain.iter() {
                let mut bindings = bindings.to_vec();
                bindings.push(Binding {
                    name: "winner".into(),
                    value: *value,
                    domain: domain.clone(),
                    span: names_span,
                });
                let results = match node.get("passed") {
                    Some(passed) => self.exit(passed, &format!("{path}.passed"), reasons, &bindings)?,
                    None => self.outcomes(node, "a move", path, reasons, &bindings)?,
                };
                options.push(NameOption { value: *value, results });
            }
            Form::Names { names: options, rounds: rounds? }
        } else {
            if let Some(names) = ballot.get("names") {
                self.report.error(
                    "two-ways",
                    names.span,
                    "a ballot among names goes in rounds",
                    "expected `rounds` in place of `pass`",
                );
                return None;
            }
            let rule = match (ballot.get("pass"), ballot.get("against")) {
                (Some(rule), _) => self.rule(rule, &format!("{path}.pass"), reasons)?,
                (None, Some(rule)) => Rule::Negative(Box::new(self.rule(rule, &format!("{path}.against"), reasons)?)),
                (None, None) => return None,
            };
            let at = ballot.get("pass").or(ballot.get("against")).map_or(ballot.span, |node| node.span);
            self.within_members(&rule, at, electorate);
            Form::YesNo { rule }
        };
        let draft = Draft { id: id.to_owned(), keys, electorate, sitting: sitting?, form };
        Some(Some(self.ballot(draft, bindings)))
    }

    /// A body of those who must agree: an actor, a role, the party or all parties of a candidate.
    fn consent(&mut self, node: &Node, bindings: &[Binding]) -> Option<(ElectorateId, Rule)> {
        let Some(text) = node.text() else {
            self.wrong_type(node, "an actor or a role");
            return None;
        };
        let asked = ["party of ", "parties of "].iter().find_map(|words| {
            let name = text.strip_prefix(words)?.trim();
            Some((*words, bindings.iter().rev().find(|binding| binding.name == name)?.value))
        });
        let Some((words, value)) = asked else {
            let holder = self.holder_text(text, node.span)?;
            let elector = agreeing(text, holder);
            return Some((self.add_small_body(&format!("consent.{text}"), vec![elector], node.span), Rule::Consent));
        };
        let actors =
            if words == "party of " { self.party_of(value).into_iter().collect() } else { self.parties_of(value) };
        if actors.is_empty() {
            let candidate = self.show_value(value);
            let message = format!("`{candidate}` is no candidate with a party");
            self.report.error("no-party", node.span, message, "whose consent?");
            return None;
        }
        let electors: Vec<Elector> =
            actors.iter().map(|actor| agreeing(&self.actors[actor.index()].id, Holder::Actor(*actor))).collect();
        let ids: Vec<&str> = electors.iter().map(|elector| elector.id.as_str()).collect();
        let id = format!("consent.{}", ids.join("+"));
        Some((self.add_small_body(&id, electors, node.span), Rule::Consent))
    }

    pub(crate) fn read_events(&mut self) {
        for entry in self.section("events") {
            self.usable_name(&entry.key, entry.key_span);
            let node = &entry.value;
            if !self.keys(node, &shapes::EVENT) {
                continue;
            }
            self.text_keys(node, &shapes::CITED_TEXTS);
            let path = format!("events.{}", entry.key);
            let reasons = self.reasons(node, &Reasons::default());
            if let Some(says) = node.get("says").and_then(Node::text) {
                self.label(&entry.key, says);
            } else {
                self.label(&entry.key, &entry.key.replace('_', " "));
            }
            let when = self.condition_at(node, "when", &Scope::state(), Expr::TRUE);
            let timing = self.timing(node, &path, &reasons);
            let results = self.outcomes(node, "an event", &path, &reasons, &[]);
            let pays = self.pays(node, &path, &reasons, &[]);
            if let (Some(when), Some(timing), Some(mut results)) = (when, timing, results) {
                for outcome in &mut results {
                    outcome.pays.extend(pays.iter().cloned());
                }
                self.events.push(Event { id: entry.key.clone(), when, timing, results, span: entry.key_span });
            }
        }
    }

    fn timing(&mut self, node: &'a Node, path: &str, reasons: &Reasons) -> Option<Timing> {
        let scope = Scope::numbers();
        let place = Place::new(path, reasons);
        if let (Some(_), Some(rate)) = (node.get("chance"), node.get("rate")) {
            self.report.error(
                "two-ways",
                rate.span,
                "an event has either a `chance` or a `rate`",
                "remove one of the two",
            );
            return None;
        }
        if let Some(on) = node.get("on") {
            let date = self.date_of(on)?;
            if date < self.calendar.from || date > self.calendar.until {
                self.report.add(Diagnostic::new(
                    "dates",
                    Severity::Warning,
                    on.span,
                    "this date lies outside the case",
                    "the event never happens",
                ));
            }
            if let Some(rate) = node.get("rate") {
                self.report.error("two-ways", rate.span, "an event on a date has a plain `chance`", "remove the rate");
                return None;
            }
            let chance = match node.get("chance") {
                Some(chance) => self.number(chance, Sort::Share, &place, &scope)?,
                None => Expr::ONE,
            };
            return Some(Timing::On(date, chance));
        }
        match (node.get("chance"), node.get("rate")) {
            (Some(chance), _) => Some(Timing::Rate(self.number(chance, Sort::Hazard, &place, &scope)?)),
            (None, Some(rate)) => Some(Timing::Rate(self.number(rate, Sort::Rate, &place, &scope)?)),
            (None, None) => {
                if node.get("when").is_none() {
                    self.missing(node.span, "an event", "chance");
                    return None;
                }
                Some(Timing::Rate(Expr::ALWAYS))
            }
        }
    }

    pub(crate) fn read_timers(&mut self) {
        for entry in self.section("timers") {
            self.usable_name(&entry.key, entry.key_span);
            let node = &entry.value;
            if !self.keys(node, &shapes::TIMER) {
                continue;
            }
            self.text_keys(node, &shapes::CITED_TEXTS);
            let path = format!("timers.{}", entry.key);
            let reasons = self.reasons(node, &Reasons::default());
            if let Some(says) = node.get("says").and_then(Node::text) {
                self.label(&entry.key, says);
            }
            let running = if let Some(when) = node.get("when") {
                self.condition(when, &Scope::state())
            } else {
                self.missing(entry.key_span, "a timer", "when");
                None
            };
            let days = if let Some(after) = node.get("after") {
                self.number(after, Sort::Duration, &Place::new(path.clone(), &reasons), &Scope::numbers())
            } else {
                self.missing(entry.key_span, "a timer", "after");
                None
            };
            let breach = self.outcomes(node, "a timer", &path, &reasons, &[]);
            if let (Some(running), Some(days), Some(breach)) = (running, days, breach) {
                self.add_clock(&entry.key, running, days, node, breach, entry.key_span);
            }
        }
    }

    /// A clock of phases, with the variable that counts them.
    pub(crate) fn add_clock(
        &mut self,
        id: &str,
        running: Expr,
        days: Expr,
        node: &Node,
        breach: Vec<Outcome>,
        span: Span,
    ) -> (VariableId, u32) {
        let longest = self.calendar.steps.iter().map(|step| step.days).fold(0.0, f64::max);
        let (least, _) = self.bounds(&days);
        let fit = (least / longest).floor().clamp(1.0, 400.0) as u32;
        let wanted = match node.get("phases") {
            Some(Node { kind: Kind::Integer(n), .. }) if (1..=400).contains(n) => *n as u32,
            Some(other) => {
                self.report.error("wrong-value", other.span, "a clock has 1 to 400 phases", "expected a whole number");
                4
            }
            None => 4,
        };
        let phases = if self.truth(node.get("exact"), false) { fit } else { wanted.min(fit) };
        let variable = VariableId(self.variables.len() as u32);
        self.variables.push(Variable {
            id: format!("clock.{id}"),
            values: (0..i64::from(phases)).map(Value::Integer).collect(),
            start: 0,
            scope: Some(running.clone()),
            span,
        });
        self.clocks.push(Clock { id: id.to_owned(), variable, running, phases, days, breach, span });
        (variable, phases)
    }

    /// A stage that holds and whatever else must.
    pub(crate) fn in_stage(&self, stage: &str, also: Expr) -> Expr {
        let Some((id, domain)) = self.stage_values() else { return also };
        let value = domain.iter().copied().find(|value| self.show_value(*value) == stage);
        match value {
            Some(value) => all_of(vec![crate::check::express::equals(id, value), also]),
            None => Expr::FALSE,
        }
    }
}

/// Whether a step is put to a ballot among names, each with its own consequences.
pub(crate) fn is_among_names(node: &Node) -> bool {
    node.get("ballot").is_some_and(|ballot| ballot.get("rounds").is_some())
}

/// The outcome that changes nothing.
pub(crate) fn nothing() -> Outcome {
    Outcome { chance: None, then: Vec::new(), pays: Vec::new() }
}

/// Whose move it is.
#[derive(Debug, Clone)]
pub(crate) enum Owner<'a> {
    Actor(ActorId),
    Role(Holder),
    Body(Body<'a>),
}

/// One who must agree.
fn agreeing(id: &str, holder: Holder) -> Elector {
    Elector { id: id.to_owned(), weight: Expr::ONE, most: 1, present: Expr::ONE, voice: Voice::Actor(holder) }
}
