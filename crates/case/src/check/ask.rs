//! What is asked of a case: its headline, questions, options, and what actors wrongly believe.

use crate::check::Checker;
use crate::check::express::Scope;
use crate::check::number::{Place, Sort};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::Expr;
use crate::model::{ActorId, Belief, NumberId, Plan, Question, QuestionKind, Reasons, Value, Variable, VariableId};
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};

impl<'a> Checker<'a> {
    pub(crate) fn read_headline(&mut self) -> Option<VariableId> {
        let case: &'a Node = self.case;
        if let Some(node) = case.get("headline") {
            if case.get("settled").is_none() {
                self.report.add(
                    Diagnostic::new(
                        "missing-key",
                        Severity::Error,
                        node.span,
                        "a case with a headline says when it is settled",
                        "`settled` is missing",
                    )
                    .help("add for example settled = 'stage == formed'"),
                );
            }
            return self.variable_named(node);
        }
        if let Some(settled) = case.get("settled") {
            self.report.error("missing-key", settled.span, "what is settled is the headline", "`headline` is missing");
        }
        None
    }

    pub(crate) fn read_questions(&mut self) -> Vec<Question> {
        const KINDS: [&str; 5] = ["chance", "shares", "date_of", "how_long", "ended_by"];
        let mut questions = Vec::new();
        for entry in self.section("questions") {
            let node = &entry.value;
            self.usable_name(&entry.key, entry.key_span);
            if !self.keys(node, &shapes::QUESTION) {
                continue;
            }
            self.text_keys(node, &["name", "note"]);
            self.label(
                &format!("questions.{}", entry.key),
                node.get("name").and_then(Node::text).unwrap_or(&entry.key.replace('_', " ")),
            );
            let stated: Vec<&str> = KINDS.into_iter().filter(|kind| node.get(kind).is_some()).collect();
            let [kind] = stated.as_slice() else {
                let message =
                    if stated.is_empty() { "this question asks nothing" } else { "a question asks one thing" };
                self.report.error(
                    "question",
                    entry.key_span,
                    message,
                    "expected one of `chance`, `shares`, `date_of`, `how_long`, `ended_by`",
                );
                continue;
            };
            let state = Scope::state();
            let Some(asked) = node.get(kind) else { continue };
            let kind = if *kind == "shares" {
                self.variable_named(asked).map(QuestionKind::Shares)
            } else {
                self.condition(asked, &state).map(|condition| match *kind {
                    "chance" => QuestionKind::Chance(condition),
                    "date_of" => QuestionKind::DateOf(condition),
                    "how_long" => QuestionKind::HowLong(condition),
                    _ => QuestionKind::EndedBy(condition),
                })
            };
            let given = node.get("given").map(|given| self.condition(given, &state));
            let by = node.get("by").map(|by| self.variable_named(by));
            let (Some(kind), given, by) = (kind, given, by) else { continue };
            if matches!(given, Some(None)) || matches!(by, Some(None)) {
                continue;
            }
            let name = entry.value.get("name").and_then(Node::text);
            questions.push(Question {
                id: entry.key.clone(),
                label: name.map_or_else(|| entry.key.replace('_', " "), str::to_owned),
                kind,
                given: given.flatten(),
                by: by.flatten(),
                span: entry.key_span,
            });
        }
        questions
    }

    /// What someone is known by when options or the log speak of it: those who decide in its name.
    pub(crate) fn deciders(&self, owner: &str) -> Vec<String> {
        let mut names = vec![owner.to_owned()];
        if let Some(group) = self.groups.get(owner) {
            names.extend(group.members.iter().map(|member| self.actors[member.index()].id.clone()));
        }
        // Someone may act through the posts held and the groups belonged to.
        if let Some(actor) = self.actor_of.get(owner) {
            for (name, role) in &self.roles {
                let holds = match &role.holder {
                    Some(crate::model::Holder::Actor(holder)) => holder == actor,
                    Some(crate::model::Holder::Cases(cases)) => cases.iter().any(|(_, holder)| *holder == Some(*actor)),
                    None => false,
                };
                if holds {
                    names.push(name.clone());
                }
            }
        }
        names
    }

    /// The actors an owner of options consists of.
    fn members_of(&self, owner: &str) -> Vec<ActorId> {
        if let Some(actor) = self.actor_of.get(owner) {
            return vec![*actor];
        }
        if let Some(body) = self.electorates.iter().find(|electorate| electorate.id == owner) {
            let voices = body.electors.iter().map(|elector| &elector.voice);
            return voices
                .filter_map(|voice| match voice {
                    crate::model::Voice::Actor(crate::model::Holder::Actor(actor)) => Some(*actor),
                    _ => None,
                })
                .collect();
        }
        self.groups.get(owner).map_or_else(Vec::new, |group| group.members.clone())
    }

    /// Checks that an owner has a move or action of this name; `action`: only a concrete action will do.
    fn check_act(&mut self, owner: &str, written: &str, span: Span, action: bool) -> Option<String> {
        let wanted: String = written.split(',').map(str::trim).collect::<Vec<_>>().join(", ");
        let wanted = wanted.replace("( ", "(").replace(" )", ")").replace(" (", "(");
        let deciders = self.deciders(owner);
        let mine: Vec<(String, String)> = self
            .moves
            .iter()
            .filter(|known| deciders.contains(&known.owner) || known.by.iter().any(|by| deciders.contains(by)))
            .map(|known| (known.stem.clone(), known.id.clone()))
            .collect();
        if mine.iter().any(|(stem, id)| *id == wanted || (!action && *stem == wanted)) {
            return Some(wanted);
        }
        if self.is_echo(owner) || self.is_echo(wanted.split('(').next().unwrap_or("")) {
            return None;
        }
        let mut known: Vec<String> = mine.iter().map(|(_, id)| id.clone()).collect();
        if !action {
            known.extend(mine.iter().map(|(stem, _)| stem.clone()));
        }
        known.sort();
        known.dedup();
        let of_it: Vec<&str> =
            mine.iter().filter(|(stem, id)| *stem == wanted && id != stem).map(|(_, id)| id.as_str()).collect();
        if !of_it.is_empty() {
            let examples = crate::check::quoted(of_it.into_iter().take(4));
            self.report.add(
                Diagnostic::new(
                    "unknown-move",
                    Severity::Error,
                    span,
                    format!("which `{wanted}`?"),
                    "the move has a choice",
                )
                .help(format!("write for example {examples}")),
            );
            return None;
        }
        self.unknown_move(owner, &wanted, span, &known);
        None
    }

    pub(crate) fn unknown_move(&mut self, owner: &str, wanted: &str, span: Span, known: &[String]) {
        if self.is_echo(wanted.split('(').next().unwrap_or("")) {
            return;
        }
        let mut diagnostic = Diagnostic::new(
            "unknown-move",
            Severity::Error,
            span,
            format!("`{owner}` has no move `{wanted}`"),
            "expected one of its moves",
        );
        diagnostic = match crate::check::nearest(wanted, known.iter().map(String::as_str)) {
            Some(like) => diagnostic.help(format!("did you mean `{like}`?")),
            None if known.is_empty() => diagnostic.help("it has none"),
            None if known.len() <= 20 => {
                diagnostic.help(format!("its moves are {}", crate::check::quoted(known.iter().map(String::as_str))))
            }
            None => diagnostic,
        };
        self.report.add(diagnostic);
    }

    pub(crate) fn read_plans(&mut self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for owner in self.section("options") {
            let key = owner.key.as_str();
            if !owner.value.is_table() {
                self.wrong_type(&owner.value, "a table of options");
                continue;
            }
            let is_known = self.actor_of.contains_key(key)
                || self.groups.contains_key(key)
                || self.body_of.contains_key(key)
                || self.roles.contains_key(key);
            if !is_known {
                let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
                known.extend(self.groups.keys().cloned());
                known.extend(self.body_of.keys().cloned());
                known.extend(self.roles.keys().cloned());
                self.unknown("unknown-actor", owner.key_span, "actor, group, body or role", key, &known);
                continue;
            }
            for entry in owner.value.entries() {
                if let Some(plan) = self.read_plan(key, entry) {
                    plans.push(plan);
                }
            }
        }
        plans
    }

    fn read_plan(&mut self, owner: &str, entry: &'a Entry) -> Option<Plan> {
        let node = &entry.value;
        self.usable_name(&entry.key, entry.key_span);
        if !self.keys(node, &shapes::OPTION) {
            return None;
        }
        self.text_keys(node, &["name", "note"]);
        if !["first", "never", "keep", "stay_away"].iter().any(|key| node.get(key).is_some()) {
            self.report.error(
                "empty-option",
                entry.key_span,
                format!("the option `{}` binds nobody to anything", entry.key),
                "expected `first`, `never`, `keep` or `stay_away`",
            );
            return None;
        }
        let first = match node.get("first") {
            Some(first) => {
                if let Some(text) = first.text() {
                    Some(self.check_act(owner, text, first.span, true)?)
                } else {
                    self.wrong_type(first, "a move with its choice, such as \"nominate(sudani)\"");
                    return None;
                }
            }
            None => None,
        };
        let mut never = Vec::new();
        if let Some(list) = node.get("never") {
            for (name, span) in self.text_list(list) {
                never.extend(self.check_act(owner, &name, span, false));
            }
        }
        let mut stay_away = Vec::new();
        if let Some(list) = node.get("stay_away") {
            for (name, span) in self.text_list(list) {
                stay_away.extend(self.check_stay_away(owner, &name, span));
            }
        }
        let state = Scope::state();
        let keep = match node.get("keep") {
            Some(keep) => Some(self.condition(keep, &state)?),
            None => None,
        };
        let until = match node.get("until") {
            Some(until) => Some(self.condition(until, &state)?),
            None => None,
        };
        let days = match node.get("for") {
            Some(length) => Some(self.length(length)?),
            None => None,
        };
        let label = node.get("name").and_then(Node::text).map_or_else(|| entry.key.replace('_', " "), str::to_owned);
        Some(Plan {
            owner: owner.to_owned(),
            members: self.members_of(owner),
            acts_as: self.deciders(owner),
            id: entry.key.clone(),
            label,
            first,
            never,
            keep,
            stay_away,
            days,
            until,
            span: entry.key_span,
        })
    }

    fn check_stay_away(&mut self, owner: &str, name: &str, span: Span) -> Option<String> {
        let deciders = self.deciders(owner);
        let found = self.ballots.iter().find(|ballot| ballot.keys.iter().any(|key| key == name)).cloned();
        let Some(ballot) = found else {
            let mut known: Vec<String> = self
                .ballots
                .iter()
                .filter(|ballot| ballot.has_sitting)
                .flat_map(|ballot| ballot.keys.clone())
                .collect();
            known.sort();
            known.dedup();
            self.unknown("unknown-ballot", span, "ballot", name, &known);
            return None;
        };
        if !ballot.has_sitting {
            self.report.error(
                "no-sitting",
                span,
                format!("`{name}` has no sitting that one could stay away from"),
                "decided by yes and no alone",
            );
            return None;
        }
        if !self.is_echo(crate::check::chamber::INCOMPLETE)
            && !self.electorates[ballot.electorate.index()]
                .electors
                .iter()
                .any(|elector| deciders.contains(&elector.id))
        {
            self.report.error(
                "no-vote",
                span,
                format!("`{owner}` has no vote in `{name}`"),
                "cannot stay away from it",
            );
            return None;
        }
        Some(name.to_owned())
    }

    pub(crate) fn read_beliefs(&mut self) -> Vec<Belief> {
        let mut beliefs = Vec::new();
        for entry in self.section("believes") {
            let Some(actor) = self.actor(&entry.key, entry.key_span) else { continue };
            if !entry.value.is_table() {
                self.wrong_type(&entry.value, "a table of beliefs");
                continue;
            }
            let reasons = self.reasons(&entry.value, &Reasons::default());
            let mut belief = Belief {
                actor,
                numbers: Vec::new(),
                facts: Vec::new(),
                until: None,
                refuted: None,
                known: false,
                span: entry.key_span,
            };
            for line in entry.value.entries() {
                let key = line.key.as_str();
                match key {
                    "until" => belief.until = self.condition(&line.value, &Scope::state()),
                    "known" => belief.known = self.truth(Some(&line.value), false),
                    "because" | "against" | "assume" | "note" => {}
                    _ => {
                        if let Some(variable) = key.strip_prefix("state.") {
                            self.believed_fact(variable, line, &mut belief);
                        } else {
                            self.believed_numbers(&entry.key, line, &reasons, &mut belief);
                        }
                    }
                }
            }
            if belief.until.is_some() {
                belief.refuted = Some(VariableId(self.variables.len() as u32));
                self.variables.push(Variable {
                    id: format!("believes.{}", entry.key),
                    values: vec![Value::Integer(0), Value::Integer(1)],
                    start: 0,
                    scope: None,
                    span: entry.key_span,
                });
            }
            beliefs.push(belief);
        }
        beliefs
    }

    fn believed_fact(&mut self, name: &str, line: &'a Entry, belief: &mut Belief) {
        let Some(variable) = self.variable_of.get(name).filter(|variable| variable.index.is_none()) else {
            let known: Vec<String> = self.variable_of.keys().map(|name| format!("state.{name}")).collect();
            self.unknown("unknown-path", line.key_span, "fact", &format!("state.{name}"), &known);
            return;
        };
        let id = variable.ids[0];
        if let Some(expr) = self.assigned_expr(id, &line.value, &[]) {
            belief.facts.push((id, expr));
        }
    }

    /// Replaces the numbers at a path: one number, or the cells below it.
    fn believed_numbers(&mut self, owner: &str, line: &'a Entry, reasons: &Reasons, belief: &mut Belief) {
        let path: Vec<&str> =
            line.key.split('.').filter(|part| !matches!(*part, "worth" | "chance" | "value" | "rate")).collect();
        let path = path.join(".");
        let below = format!("{path}.");
        let targets: Vec<(NumberId, String)> = self
            .numbers
            .iter()
            .enumerate()
            .filter(|(_, number)| number.path == path || number.path.starts_with(&below))
            .map(|(n, number)| (NumberId(n as u32), number.path.clone()))
            .collect();
        if targets.is_empty() {
            let known: Vec<String> = self.numbers.iter().map(|number| number.path.clone()).collect();
            let like = crate::check::nearest(&path, known.iter().map(String::as_str)).map(str::to_owned);
            let mut diagnostic = Diagnostic::new(
                "unknown-path",
                Severity::Error,
                line.key_span,
                format!("there is no number at `{path}`"),
                "expected the path of a number",
            );
            if let Some(like) = like {
                diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
            }
            self.report.add(diagnostic);
            return;
        }
        let place = Place::new(format!("believes.{owner}.{path}"), reasons);
        self.believed_cells(&line.value, &path, &targets, &place, belief);
    }

    fn believed_cells(
        &mut self,
        node: &'a Node,
        path: &str,
        targets: &[(NumberId, String)],
        place: &Place,
        belief: &mut Belief,
    ) {
        if let Some((id, _)) = targets.iter().find(|(_, known)| known == path) {
            let sort = self.sort_of(*id);
            if let Some(expr) = self.believed_number(node, sort, place) {
                belief.numbers.push((*id, expr));
            }
            return;
        }
        if !node.is_table() || node.get("value").is_some() {
            // One number for all cells of a table.
            for (id, known) in targets {
                let place = Place::new(format!("{}{}", place.path, &known[path.len()..]), &place.reasons);
                let sort = self.sort_of(*id);
                if let Some(expr) = self.believed_number(node, sort, &place) {
                    belief.numbers.push((*id, expr));
                }
            }
            return;
        }
        let reasons = self.reasons(node, &place.reasons);
        for cell in node.entries() {
            if matches!(cell.key.as_str(), "by" | "because" | "against" | "assume" | "note" | "draw") {
                continue;
            }
            let inner = format!("{path}.{}", cell.key);
            let prefix = format!("{inner}.");
            let below: Vec<(NumberId, String)> =
                targets.iter().filter(|(_, known)| *known == inner || known.starts_with(&prefix)).cloned().collect();
            if below.is_empty() {
                let known: Vec<String> = targets
                    .iter()
                    .filter_map(|(_, known)| known[path.len()..].split('.').nth(1).map(str::to_owned))
                    .collect();
                self.unknown("unknown-cell", cell.key_span, "cell", &cell.key, &known);
                continue;
            }
            let place = Place::new(format!("{}.{}", place.path, cell.key), &reasons);
            self.believed_cells(&cell.value, &inner, &below, &place, belief);
        }
    }

    /// A believed number is in the unit of the one it replaces, so a unit is neither needed nor allowed.
    fn believed_number(&mut self, node: &'a Node, sort: Sort, place: &Place) -> Option<Expr> {
        if let Kind::Text(text) = &node.kind
            && text.content.contains(" per ")
        {
            self.report.error(
                "wrong-unit",
                node.span,
                "a belief is stated in the unit of the number it replaces",
                "remove the unit",
            );
            return None;
        }
        self.number(node, sort, place, &Scope::numbers())
    }

    /// What kind of quantity a number is, told by its law.
    fn sort_of(&self, id: NumberId) -> Sort {
        use crate::model::Law;
        match self.numbers[id.index()].law {
            Law::LogitNormal { .. } => Sort::Share,
            Law::LogNormal { .. } => Sort::Positive,
            _ => Sort::Worth,
        }
    }
}
