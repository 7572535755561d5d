//! The procedure: stages, their exits and deadlines, and motions that may come at any stage.

use crate::check::act::{Known, Owner, is_among_names, nothing};
use crate::check::express::{Binding, Scope, all_of, any_of, equals};
use crate::check::number::{Place, Sort};
use crate::check::{Checker, mentions};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{
    Action, Assigned, Assignment, Elector, Holder, Outcome, Reasons, Slot, Turn, Variable, VariableId, Voice, Who,
};
use crate::syntax::expression;
use crate::syntax::shapes;
use crate::syntax::tree::{Entry, Kind, Node};
use std::collections::BTreeSet;

const EXITS: [&str; 4] = ["passed", "failed", "returned", "lapsed"];

impl<'a> Checker<'a> {
    /// The one turn of the procedure: a slot for each stage that can be reached.
    pub(crate) fn read_procedure(&mut self, pace: Option<(Expr, Vec<VariableId>, Span)>) {
        let stages = self.section("stages");
        let reachable = self.reachable(&stages);
        let mut slots = Vec::new();
        let mut surely = Vec::new();
        for entry in stages {
            if !self.keys(&entry.value, &shapes::STAGE) {
                continue;
            }
            self.text_keys(&entry.value, &shapes::CITED_TEXTS);
            if let Some(says) = entry.value.get("says").and_then(Node::text) {
                self.label(&format!("stages.{}", entry.key), says);
            }
            self.label(&entry.key, &entry.key.replace('_', " "));
            if !reachable.contains(&entry.key) {
                continue;
            }
            self.note_addition("stages", entry);
            if self.truth(entry.value.get("terminal"), false) {
                for key in ["agenda", "ballot", "passed", "deadline", "consent"] {
                    if let Some(extra) = entry.value.entry(key) {
                        self.report.error(
                            "terminal",
                            extra.key_span,
                            format!("the stage `{}` is an end and has no `{key}`", entry.key),
                            "remove one of the two",
                        );
                    }
                }
                continue;
            }
            match self.read_stage(entry) {
                Some((slot, hurried)) => {
                    slots.push(slot);
                    surely.extend(hurried);
                }
                None => {
                    self.broken.insert(entry.key.clone());
                }
            }
        }
        self.ways_out(&reachable);
        let Some((rate, reacts_to, span)) = pace else {
            if !slots.is_empty() {
                self.report.add(
                    Diagnostic::new(
                        "no-pace",
                        Severity::Error,
                        self.case.get("pace").map_or(self.case.span, |node| node.span),
                        "the procedure never comes up",
                        "no line `procedure` in `[pace]`",
                    )
                    .help("add `procedure = \"0.2 to 0.5 per week\"` or the like to `[pace]`"),
                );
            }
            return;
        };
        if self.stage.is_none() {
            if self.is_echo("stage") {
                return;
            }
            self.report.error(
                "no-stage",
                span,
                "there is no procedure",
                "name a pack under `rules`, or remove this line",
            );
            return;
        }
        // When time runs out the agenda holder surely gets a turn.
        let pace = match any_of(surely) {
            Expr::Constant(Value::Boolean(false)) => rate,
            condition => Expr::If(Box::new(condition), Box::new(Expr::ALWAYS), Box::new(rate)),
        };
        self.turns.push(Turn { id: "procedure".into(), pace, slots, reacts_to, span });
        self.read_unless("stages");
    }

    /// A case that adds to its pack says so.
    fn note_addition(&mut self, section: &str, entry: &Entry) {
        let has_pack = !self.pack.entries().is_empty();
        let in_pack = self.pack.get(section).is_some_and(|list| list.get(&entry.key).is_some());
        let in_case = self.case.get(section).is_some_and(|list| list.get(&entry.key).is_some());
        if has_pack && in_case && !in_pack {
            let message = format!("`{section}.{}` is the case's own, beside the procedure pack", entry.key);
            self.report.add(Diagnostic::new(
                "adds-to-pack",
                Severity::Note,
                entry.key_span,
                message,
                "not in the pack",
            ));
        }
    }

    /// Stages that some chain of exits, moves, motions or events can lead to from the start.
    fn reachable(&mut self, stages: &[&'a Entry]) -> BTreeSet<String> {
        let Some((id, domain)) = self.stage_values() else { return BTreeSet::new() };
        let names: BTreeSet<String> = domain.iter().map(|value| self.show_value(*value)).collect();
        let mut reached = BTreeSet::new();
        for section in ["moves", "motions", "events", "timers"] {
            for file in [self.pack, self.case] {
                if let Some(node) = file.get(section) {
                    stage_targets(node, &names, &mut reached);
                }
            }
        }
        let start = self.variables[id.index()].start as usize;
        reached.insert(self.show_value(domain[start]));
        loop {
            let before = reached.len();
            for stage in stages {
                if reached.contains(&stage.key) {
                    stage_targets(&stage.value, &names, &mut reached);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// Stages from which no chain of exits, motions, moves, events or timers leads to an end.
    ///
    /// A `when` that names stages is taken to hold in these alone, unless it says `not` or `!=`; a motion that never comes up is no
    /// way out.
    fn ways_out(&mut self, reachable: &BTreeSet<String>) {
        let Some((_, domain)) = self.stage_values() else { return };
        let names: BTreeSet<String> = domain.iter().map(|value| self.show_value(*value)).collect();
        let stages = self.section("stages");
        let mut ends: BTreeSet<String> = names.iter().filter(|name| reachable.contains(*name)).cloned().collect();
        for entry in &stages {
            if !self.truth(entry.value.get("terminal"), false) {
                ends.remove(&entry.key);
            }
        }
        if ends.is_empty() {
            return;
        }
        let mut steps: Vec<(Option<BTreeSet<String>>, BTreeSet<String>)> = Vec::new();
        let mut add = |node: &Node, from: Option<BTreeSet<String>>| {
            let mut to = BTreeSet::new();
            stage_targets(node, &names, &mut to);
            if !to.is_empty() {
                steps.push((from, to));
            }
        };
        for entry in &stages {
            add(&entry.value, Some(BTreeSet::from([entry.key.clone()])));
        }
        for section in ["motions", "events", "timers"] {
            for entry in self.section(section) {
                let paced = entry.value.get("rate").is_some()
                    || self.case.get("pace").is_some_and(|pace| pace.get(&entry.key).is_some());
                if section != "motions" || paced {
                    add(&entry.value, stages_named(entry.value.get("when"), &names));
                }
            }
        }
        for owner in self.section("moves") {
            for entry in owner.value.entries() {
                add(&entry.value, stages_named(entry.value.get("when"), &names));
            }
        }
        // Whoever can leave: the ends, then what leads to them.
        let mut leaving = ends;
        loop {
            let before = leaving.len();
            for (from, to) in &steps {
                if to.iter().any(|stage| leaving.contains(stage)) {
                    match from {
                        Some(from) => leaving.extend(from.iter().cloned()),
                        None => leaving.extend(names.iter().cloned()),
                    }
                }
            }
            if leaving.len() == before {
                break;
            }
        }
        for entry in stages {
            let has_exit =
                EXITS.iter().any(|exit| entry.value.get(exit).is_some()) || entry.value.get("deadline").is_some();
            if reachable.contains(&entry.key) && !leaving.contains(&entry.key) && has_exit {
                self.report.add(
                    Diagnostic::new(
                        "no-way-out",
                        Severity::Warning,
                        entry.key_span,
                        format!("from the stage `{}` nothing leads to an end of the procedure", entry.key),
                        "nobody gets out",
                    )
                    .help("let an exit, a motion or a deadline lead on, or make a stage `terminal = true`"),
                );
            }
        }
    }

    fn read_stage(&mut self, entry: &'a Entry) -> Option<(Slot, Option<Expr>)> {
        let node = &entry.value;
        let path = format!("stages.{}", entry.key);
        let reasons = self.reasons(node, &Reasons::default());
        if !EXITS.iter().any(|exit| node.get(exit).is_some()) && node.get("deadline").is_none() {
            self.report.add(
                Diagnostic::new(
                    "no-exit",
                    Severity::Warning,
                    entry.key_span,
                    format!("nobody leaves the stage `{}`", entry.key),
                    "no exit",
                )
                .help("add `passed = { stage = … }`, or `terminal = true`"),
            );
        }
        let obliged = match node.get("obliged").map(|node| (&node.kind, node)) {
            None | Some((Kind::Text(_), _)) => false,
            Some((Kind::Boolean(truth), _)) => *truth,
            Some((_, other)) => {
                self.wrong_type(other, "true, false, or a text that says why not");
                false
            }
        };
        let who = self.agenda(entry, "agenda");
        let deadline = self.deadline(entry, &path, &reasons);
        let held = deadline.as_ref().is_some_and(|(_, held)| *held);
        let owner = match &who {
            Some((_, owner, _)) => owner.clone(),
            None => Owner::Role(Holder::Cases(Vec::new())),
        };
        let by = who.as_ref().map(|(.., by)| by.clone()).unwrap_or_default();
        let menu = self.steps(entry, &path, &entry.key, "procedure", &owner, &reasons, &by);
        let (who, ..) = who?;
        let hurried = deadline.map(|(condition, _)| condition);
        let slot = Slot { when: self.in_stage(&entry.key, Expr::TRUE), who, menu: menu?, obliged };
        if !held {
            return Some((slot, hurried));
        }
        // When its time is up the step is brought without fail: only then is it obliged.
        let up = hurried.clone().unwrap_or(Expr::TRUE);
        let mut menu = Vec::new();
        for action in &slot.menu {
            let mut forced = action.clone();
            forced.obliged = true;
            forced.when = all_of(vec![action.when.clone(), up.clone()]);
            let mut free = action.clone();
            free.when = all_of(vec![action.when.clone(), crate::check::express::not(up.clone())]);
            if slot.obliged || free.when == Expr::FALSE {
                forced.when = action.when.clone();
                menu.push(forced);
            } else {
                menu.push(free);
                menu.push(forced);
            }
        }
        Some((Slot { menu, ..slot }, hurried))
    }

    /// Who brings a step: decider, owner for ballots, and names for the options.
    fn agenda(&mut self, entry: &'a Entry, key: &str) -> Option<(Who, Owner<'a>, Vec<String>)> {
        let Some(node) = entry.value.get(key) else {
            let what = if key == "agenda" { "a stage" } else { "a motion" };
            self.report.add(
                Diagnostic::new(
                    "missing-key",
                    Severity::Error,
                    entry.key_span,
                    format!("{what} needs `{key}`: who brings it?"),
                    format!("`{key}` is missing"),
                )
                .help("an actor, a role, a chamber or body, or \"nobody\" where it comes by itself"),
            );
            return None;
        };
        let Some(text) = node.text() else {
            self.wrong_type(node, "an actor, a role, a chamber or body, or \"nobody\"");
            return None;
        };
        let nobody = Owner::Role(Holder::Cases(Vec::new()));
        if text == "nobody" || self.roles.get(text).is_some_and(|role| role.state == crate::check::RoleState::Nobody) {
            return Some((Who::Nature, nobody, Vec::new()));
        }
        if let Some(id) = self.electorate_of.get(text).copied() {
            let by = self.electorates[id.index()].electors.iter().map(|elector| elector.id.clone()).collect();
            return Some((Who::Body(id), nobody, by));
        }
        let holder = self.holder_text(text, node.span)?;
        Some((Who::Holder(holder.clone()), Owner::Role(holder), vec![text.to_owned()]))
    }

    /// The actions of a stage or motion: the step for each binding, and giving back.
    #[allow(clippy::too_many_arguments)]
    fn steps(
        &mut self,
        entry: &'a Entry,
        path: &str,
        stem: &str,
        turn: &str,
        owner: &Owner<'a>,
        reasons: &Reasons,
        by: &[String],
    ) -> Option<Vec<Action>> {
        let node = &entry.value;
        let mut menu = Vec::new();
        let has_step = node.get("passed").is_some() || node.get("ballot").is_some();
        let mut sound = true;
        if has_step {
            for bindings in self.bindings(node)? {
                if let Some(action) = self.step(entry, path, stem, owner, reasons, &bindings) {
                    menu.push(action);
                } else {
                    sound = false;
                    break;
                }
            }
        }
        if let Some(returned) = node.get("returned") {
            let results = self.exit(returned, &format!("{path}.returned"), reasons, &[]);
            match results {
                Some(results) => menu.push(Action {
                    id: format!("{stem}.returned"),
                    move_id: format!("{path}.returned"),
                    bindings: Vec::new(),
                    when: Expr::TRUE,
                    weight: None,
                    pays: Vec::new(),
                    ballot: None,
                    results,
                    failed: Vec::new(),
                    seen: true,
                    obliged: false,
                    span: entry.key_span,
                }),
                None => sound = false,
            }
        }
        for action in &menu {
            let known = Known { owner: turn.to_owned(), stem: stem.to_owned(), id: action.id.clone(), by: by.to_vec() };
            self.moves.push(known);
        }
        sound.then_some(menu)
    }

    fn step(
        &mut self,
        entry: &'a Entry,
        path: &str,
        stem: &str,
        owner: &Owner<'a>,
        reasons: &Reasons,
        bindings: &[Binding],
    ) -> Option<Action> {
        let node = &entry.value;
        let when = self.condition_at(node, "when", &Scope::with(bindings, false), Expr::TRUE);
        let pays = self.pays(node, path, reasons, bindings);
        let weight = match node.get("weight") {
            Some(weight) => Some(self.number(
                weight,
                Sort::Positive,
                &Place::new(format!("{path}.weight"), reasons),
                &Scope::with(bindings, true),
            )?),
            None => None,
        };
        let has_ballot = node.get("ballot").is_some() || node.get("consent").is_some();
        let mut results = if is_among_names(node) {
            vec![nothing()]
        } else {
            match node.get("passed") {
                Some(passed) => self.exit(passed, &format!("{path}.passed"), reasons, bindings)?,
                None => vec![nothing()],
            }
        };
        let failed = match node.get("failed") {
            Some(failed) if !has_ballot => {
                self.report.error(
                    "no-ballot",
                    failed.span,
                    "a step without a ballot cannot fail",
                    "add `ballot` or `consent`",
                );
                return None;
            }
            Some(failed) => self.exit(failed, &format!("{path}.failed"), reasons, bindings)?,
            None => Vec::new(),
        };
        if node.get("unless").is_some()
            && let Some(pending) = self.pending(entry, path)
        {
            // What passes waits until whoever may avert it has spoken.
            results = vec![Outcome {
                chance: None,
                then: vec![Assignment {
                    variable: pending,
                    value: Assigned::Value(Expr::Constant(Value::Integer(1))),
                    span: entry.key_span,
                }],
                pays: Vec::new(),
            }];
        }
        let id = self.action_id(stem, bindings);
        let keys = vec![stem.to_owned(), id.clone()];
        let ballot = self.step_ballot(node, path, reasons, &id, keys, bindings, owner)?;
        Some(Action {
            id,
            move_id: path.to_owned(),
            bindings: bindings.iter().map(|binding| binding.value).collect(),
            when: when?,
            weight,
            pays,
            ballot,
            results,
            failed,
            seen: self.truth(node.get("seen"), true),
            obliged: false,
            span: entry.key_span,
        })
    }

    /// The variable that is 1 while an effect waits to be averted.
    fn pending(&mut self, entry: &Entry, path: &str) -> Option<VariableId> {
        let name = format!("unless.{}", entry.key);
        if let Some(at) = self.variables.iter().position(|variable| variable.id == name) {
            return Some(VariableId(at as u32));
        }
        if entry.value.get("choose").is_some() || is_among_names(&entry.value) {
            let span = entry.value.get("unless")?.span;
            self.report.error(
                "two-ways",
                span,
                format!("`{path}` has a choice, so that what is averted would be forgotten"),
                "`unless` and `choose` do not go together",
            );
            return None;
        }
        let id = VariableId(self.variables.len() as u32);
        self.variables.push(Variable {
            id: name,
            values: vec![Value::Integer(0), Value::Integer(1)],
            start: 0,
            scope: None,
            span: entry.key_span,
        });
        Some(id)
    }

    /// Turns of those who may avert what has passed, right after it.
    fn read_unless(&mut self, section: &str) {
        for entry in self.section(section) {
            let Some(unless) = entry.value.get("unless") else { continue };
            let name = format!("unless.{}", entry.key);
            let Some(at) = self.variables.iter().position(|variable| variable.id == name) else { continue };
            let pending = VariableId(at as u32);
            if !self.keys(unless, &shapes::UNLESS) {
                continue;
            }
            let path = format!("{section}.{}", entry.key);
            let reasons = self.reasons(unless, &Reasons::default());
            let who = if let Some((Some(text), span)) = unless.get("who").map(|who| (who.text(), who.span)) {
                self.holder_text(text, span)
            } else {
                self.missing(unless.span, "`unless`", "who");
                None
            };
            let averted = if let Some(then) = unless.get("then") {
                self.exit(then, &format!("{path}.unless"), &reasons, &[])
            } else {
                self.missing(unless.span, "`unless`", "then");
                None
            };
            let passed = entry
                .value
                .get("passed")
                .and_then(|passed| self.exit(passed, &format!("{path}.passed"), &reasons, &[]));
            let (Some(who), Some(averted), Some(passed)) = (who, averted, passed) else { continue };
            let done = Assignment {
                variable: pending,
                value: Assigned::Value(Expr::Constant(Value::Integer(0))),
                span: entry.key_span,
            };
            let action = |word: &str, mut results: Vec<Outcome>| {
                for outcome in &mut results {
                    outcome.then.push(done.clone());
                }
                Action {
                    move_id: format!("{path}.{word}"),
                    id: format!("{}.{word}", entry.key),
                    bindings: Vec::new(),
                    when: Expr::TRUE,
                    weight: None,
                    pays: Vec::new(),
                    ballot: None,
                    results,
                    failed: Vec::new(),
                    seen: true,
                    obliged: true,
                    span: entry.key_span,
                }
            };
            let menu = vec![action("let", passed), action("avert", averted)];
            self.turns.push(Turn {
                id: name,
                pace: Expr::ALWAYS,
                slots: vec![Slot {
                    when: equals(pending, Value::Integer(1)),
                    who: Who::Holder(who),
                    menu,
                    obliged: true,
                }],
                reacts_to: Vec::new(),
                span: entry.key_span,
            });
        }
    }

    /// A clock for the deadline of a stage, where its breach does something.
    ///
    /// - Returns when time has all but run out, and whether the step is then brought without fail.
    fn deadline(&mut self, entry: &'a Entry, path: &str, reasons: &Reasons) -> Option<(Expr, bool)> {
        let node = entry.value.get("deadline")?;
        if !self.keys(node, &shapes::DEADLINE) {
            return None;
        }
        self.text_keys(node, &["from"]);
        self.text_keys(node, &shapes::CITED_TEXTS);
        let reasons = self.reasons(node, reasons);
        let place = Place::new(format!("{path}.deadline.days"), &reasons);
        if let Some(days) = node.get("days").filter(|days| is_not_after(days)) {
            self.report.add(
                Diagnostic::new(
                    "deadline-before-start",
                    Severity::Error,
                    days.span,
                    format!("the deadline of `{}` lies before its start", entry.key),
                    "no time is left",
                )
                .help("a deadline runs for more than 0 days; what happens at once is an event without a chance"),
            );
            return None;
        }
        let days = if let Some(days) = node.get("days") {
            self.number_of_days(days, &place)
        } else {
            self.missing(node.span, "a deadline", "days");
            None
        };
        let Some(breach) = node.get("breach") else {
            self.missing(node.span, "a deadline", "breach");
            return None;
        };
        if breach.text() == Some("nothing") {
            return None;
        }
        if let Some(from) = node.get("from")
            && from.text().is_some_and(|text| text != "stage")
        {
            self.report.add(
                Diagnostic::new(
                    "deadline-from",
                    Severity::Error,
                    from.span,
                    "a deadline that bites runs from the stage's beginning",
                    "expected \"stage\"",
                )
                .help("for a clock that starts elsewhere, set a variable there and use `[timers]`"),
            );
            return None;
        }
        let held = breach.text() == Some("held");
        let outcomes = match breach.text() {
            Some("held") => Some(vec![nothing()]),
            Some(exit @ ("passed" | "failed" | "lapsed" | "returned")) => {
                if let Some(target) = entry.value.get(exit) {
                    self.exit(target, &format!("{path}.{exit}"), &reasons, &[])
                } else {
                    self.report.error(
                        "missing-exit",
                        breach.span,
                        format!("the stage `{}` has no exit `{exit}`", entry.key),
                        format!("expected `{exit} = {{ … }}` in the stage"),
                    );
                    None
                }
            }
            Some(other) => {
                self.report.error(
                    "missing-exit",
                    breach.span,
                    format!("`{other}` is no exit"),
                    "expected \"nothing\", \"held\", \"lapsed\", \"failed\", \"returned\", or effects",
                );
                None
            }
            None => self.exit(breach, &format!("{path}.deadline.breach"), &reasons, &[]),
        };
        let running = self.in_stage(&entry.key, Expr::TRUE);
        let (variable, phases) = self.add_clock(&entry.key, running.clone(), days?, node, outcomes?, entry.key_span);
        let last = if phases == 1 { Expr::TRUE } else { equals(variable, Value::Integer(i64::from(phases) - 1)) };
        Some((all_of(vec![running, last]), held))
    }

    fn number_of_days(&mut self, node: &'a Node, place: &Place) -> Option<Expr> {
        if let Some(text) = node.text()
            && !text.split_whitespace().any(|word| crate::check::number::unit_days(word).is_some())
        {
            // `days` says the unit.
            return self.number(node, Sort::Positive, place, &Scope::numbers());
        }
        let sort = if node.is_table() { Sort::Positive } else { Sort::Duration };
        self.number(node, sort, place, &Scope::numbers())
    }

    /// A motion: a ballot that may come at any stage.
    pub(crate) fn read_motion(&mut self, name: &str, pace: Option<(Expr, Span)>) {
        let Some(entry) = self.section("motions").into_iter().find(|entry| entry.key == name) else { return };
        let node = &entry.value;
        if !self.keys(node, &shapes::MOTION) {
            return;
        }
        self.usable_name(&entry.key, entry.key_span);
        self.note_addition("motions", entry);
        self.text_keys(node, &shapes::CITED_TEXTS);
        if let Some(says) = node.get("says").and_then(Node::text) {
            self.label(&format!("motions.{}", entry.key), says);
        }
        self.label(&entry.key, &entry.key.replace('_', " "));
        let path = format!("motions.{}", entry.key);
        let reasons = self.reasons(node, &Reasons::default());
        let pace = match (pace, node.get("rate")) {
            (Some((rate, _)), _) => rate,
            (None, Some(rate)) => {
                match self.number(rate, Sort::Rate, &Place::new(path.clone(), &reasons), &Scope::numbers()) {
                    Some(rate) => rate,
                    None => return,
                }
            }
            (None, None) => return,
        };
        let obliged = self.truth(node.get("obliged"), false);
        let menu = self.sponsor(entry).and_then(|(who, owner, by)| {
            Some((who, self.steps(entry, &path, &entry.key, &entry.key, &owner, &reasons, &by)?))
        });
        let Some((who, menu)) = menu else {
            self.broken.insert(entry.key.clone());
            return;
        };
        self.turns.push(Turn {
            id: entry.key.clone(),
            pace,
            slots: vec![Slot { when: Expr::TRUE, who, menu, obliged }],
            reacts_to: Vec::new(),
            span: entry.key_span,
        });
        self.read_unless("motions");
    }

    fn sponsor(&mut self, entry: &'a Entry) -> Option<(Who, Owner<'a>, Vec<String>)> {
        let Some(node) = entry.value.get("sponsor") else { return self.agenda(entry, "sponsor") };
        if let Some(text) = node.text()
            && crate::check::rule::parse_rule(text).is_none()
            && (!self.groups.contains_key(text) || self.electorate_of.contains_key(text))
        {
            return self.agenda(entry, "sponsor");
        }
        let chamber = match entry.value.get("ballot").and_then(|ballot| ballot.get("body")) {
            Some(body) => self.electorate(body)?,
            None => {
                if let Some(chamber) = self.electorate_of.get("chamber") {
                    *chamber
                } else {
                    self.report.error(
                        "unknown-body",
                        entry.key_span,
                        "this motion has no chamber to vote in",
                        "no `[chamber]` in the case",
                    );
                    return None;
                }
            }
        };
        let nobody = Owner::Role(Holder::Cases(Vec::new()));
        if let Some(rule) = node.text().and_then(crate::check::rule::parse_rule) {
            self.within_members(&rule, node.span, chamber);
            let by = self.electorates[chamber.index()].electors.iter().map(|elector| elector.id.clone()).collect();
            return Some((Who::Body(chamber), nobody, by));
        }
        // Several sponsors: one comes forward, in proportion to seats.
        let names: Vec<(String, Span)> = match node.text().and_then(|text| self.groups.get(text)) {
            Some(group) => group
                .members
                .clone()
                .into_iter()
                .map(|actor| (self.actors[actor.index()].id.clone(), node.span))
                .collect(),
            None => self.text_list(node),
        };
        let mut electors: Vec<Elector> = Vec::new();
        for (name, span) in &names {
            let found = self.electorates[chamber.index()].electors.iter().find(|elector| elector.id == *name).cloned();
            match found {
                Some(elector) if matches!(elector.voice, Voice::Actor(_)) => electors.push(elector),
                Some(_) => self.report.error(
                    "no-sponsor",
                    *span,
                    format!("the bloc `{name}` has only a habit and brings nothing"),
                    "expected a bloc that is an actor",
                ),
                None => {
                    let known: Vec<String> =
                        self.electorates[chamber.index()].electors.iter().map(|elector| elector.id.clone()).collect();
                    self.unknown("no-sponsor", *span, "bloc", name, &known);
                }
            }
        }
        if electors.len() != names.len() || electors.is_empty() {
            return None;
        }
        let id = self.add_small_body(&format!("motions.{}.sponsors", entry.key), electors, node.span);
        Some((Who::Body(id), nobody, names.into_iter().map(|(name, _)| name).collect()))
    }
}

/// The stages that assignments within a table may lead to.
fn stage_targets(node: &Node, names: &BTreeSet<String>, reached: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Table(entries) => {
            for entry in entries {
                if entry.key == "stage" {
                    targets(&entry.value, names, reached);
                } else {
                    stage_targets(&entry.value, names, reached);
                }
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| stage_targets(item, names, reached)),
        _ => {}
    }
}

fn targets(node: &Node, names: &BTreeSet<String>, reached: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Text(text) => {
            if matches!(text.content.as_str(), "up" | "down") {
                reached.extend(names.iter().cloned());
            } else if let Ok(ast) = expression::parse(text) {
                let mut found = BTreeSet::new();
                mentions(&ast, &mut found);
                reached.extend(found.into_iter().filter(|name| names.contains(name)));
            }
        }
        Kind::Table(entries) => entries.iter().for_each(|entry| targets(&entry.value, names, reached)),
        Kind::Array(items) => items.iter().for_each(|item| targets(item, names, reached)),
        _ => {}
    }
}

/// Whether a number of days written out is not above 0.
fn is_not_after(days: &Node) -> bool {
    match &days.kind {
        Kind::Integer(n) => *n <= 0,
        Kind::Float(x) => *x <= 0.0,
        Kind::Text(text) => {
            text.content.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).is_some_and(|x| x <= 0.0)
        }
        _ => false,
    }
}

/// The stages that a condition names, where it holds in these alone.
fn stages_named(when: Option<&Node>, names: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let Kind::Text(text) = &when?.kind else { return None };
    if text.content.contains("!=") || text.content.contains("not ") {
        return None;
    }
    let mut found = BTreeSet::new();
    mentions(&expression::parse(text).ok()?, &mut found);
    let found: BTreeSet<String> = found.into_iter().filter(|name| names.contains(name)).collect();
    (!found.is_empty()).then_some(found)
}
