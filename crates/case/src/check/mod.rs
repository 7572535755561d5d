//! Syntax to case: names resolved, groups and bindings written out, every mistake found in one go.

mod act;
mod ask;
mod by;
mod chamber;
mod effect;
mod express;
mod law;
mod number;
mod past;
mod people;
mod procedure;
mod replaced;
mod rule;
pub(crate) mod seats;
mod seen;
mod state;
mod want;
mod warn;

use crate::diagnostic::{Diagnostic, FileId, Report, Severity, Source, Span};
use crate::expr::{Expr, Value};
use crate::model::{self, ActorId, Calendar, Case, Holder, HypothesisId, Name, NumberId, Step, VariableId};
use crate::past::Past;
use crate::syntax::expression::Ast;
use crate::syntax::shapes::{self, Shape};
use crate::syntax::tree::{self, Entry, Kind, Node};
use crate::{Checked, Sources};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The values a name may have where it stands, in order.
pub(crate) type Domain = Rc<[Value]>;

/// What was read; nothing where a mistake was found and reported.
pub(crate) type Read<T> = Option<T>;

/// Names, each once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    at: BTreeMap<String, Name>,
}

impl Names {
    pub(crate) fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.at.get(text) {
            return *name;
        }
        let name = Name(self.list.len() as u32);
        self.list.push(text.to_owned());
        self.at.insert(text.to_owned(), name);
        name
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        &self.list[name.index()]
    }
}

/// A declared variable; one with `per` stands for several of the kernel.
#[derive(Debug, Clone)]
pub(crate) struct VariableEntry<'a> {
    pub(crate) span: Span,
    pub(crate) node: &'a Node,
    pub(crate) index: Option<Domain>,
    pub(crate) ids: Vec<VariableId>,
}

/// A term or a shared number, worked out when it is first used.
#[derive(Debug, Clone)]
pub(crate) struct Lazy<'a> {
    pub(crate) node: &'a Node,
    pub(crate) span: Span,
    pub(crate) state: LazyState,
}

#[derive(Debug, Clone)]
pub(crate) enum LazyState {
    Unread,
    Reading,
    Done(Option<Expr>),
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) members: Vec<ActorId>,
}

#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) name: Name,
    pub(crate) party: Option<ActorId>,
    /// Who would govern together under it, its `party` where nothing else is said.
    pub(crate) parties: Vec<ActorId>,
}

#[derive(Debug, Clone)]
pub(crate) struct Role<'a> {
    pub(crate) span: Span,
    pub(crate) node: Option<&'a Node>,
    /// Who stands in while it is vacant, as written with its place.
    pub(crate) vacant: Option<&'a Node>,
    pub(crate) state: RoleState,
    pub(crate) holder: Option<Holder>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleState {
    Unread,
    Reading,
    Done,
    /// A step on this office's agenda comes by pace alone.
    Nobody,
    /// The pack leaves it to the case, and the case says nothing.
    Unbound,
}

/// Everything known while a case is checked.
pub(crate) struct Checker<'a> {
    pub(crate) report: Report,
    pub(crate) case: &'a Node,
    pub(crate) pack: &'a Node,
    /// What the record of past governments says, where it is at hand.
    pub(crate) record: Option<&'a Node>,
    pub(crate) past: Past,
    pub(crate) names: Names,
    pub(crate) actors: Vec<model::Actor>,
    pub(crate) passive: BTreeSet<ActorId>,
    pub(crate) actor_of: BTreeMap<String, ActorId>,
    pub(crate) groups: BTreeMap<String, Group>,
    /// Candidates by office, in written order.
    pub(crate) candidates: BTreeMap<String, Vec<Candidate>>,
    pub(crate) roles: BTreeMap<String, Role<'a>>,
    pub(crate) variables: Vec<model::Variable>,
    pub(crate) variable_of: BTreeMap<String, VariableEntry<'a>>,
    pub(crate) terms: BTreeMap<String, Lazy<'a>>,
    pub(crate) shared: BTreeMap<String, Lazy<'a>>,
    pub(crate) hypotheses: Vec<model::Hypothesis>,
    pub(crate) hypothesis_of: BTreeMap<String, (HypothesisId, Span)>,
    pub(crate) numbers: Vec<model::Number>,
    pub(crate) number_of: BTreeMap<String, NumberId>,
    /// Numbers whose law follows from their use: shared ones without a named distribution.
    pub(crate) open_laws: BTreeMap<NumberId, number::Use>,
    /// Which numbers a shared number is made of.
    pub(crate) parts_of: BTreeMap<String, BTreeSet<NumberId>>,
    pub(crate) reading_shared: Vec<String>,
    pub(crate) literals: Option<number::Literals>,
    pub(crate) electorates: Vec<model::Electorate>,
    pub(crate) electorate_of: BTreeMap<String, model::ElectorateId>,
    pub(crate) body_of: BTreeMap<String, chamber::Body<'a>>,
    pub(crate) vote_pays: Vec<rule::VotePayLine<'a>>,
    pub(crate) ballots: Vec<rule::Known>,
    pub(crate) turns: Vec<model::Turn>,
    pub(crate) events: Vec<model::Event>,
    pub(crate) clocks: Vec<model::Clock>,
    pub(crate) labels: Vec<(String, String)>,
    /// Claims named as reasons, to be looked up.
    pub(crate) cited: Vec<(String, Span)>,
    pub(crate) calendar: Calendar,
    pub(crate) stage: Option<VariableId>,
    pub(crate) moves: Vec<act::Known>,
    /// Names whose declaration failed: what refers to them is not reported again.
    pub(crate) broken: BTreeSet<String>,
    /// The pack could not be read, so that any name may be one of its own.
    pub(crate) blind: bool,
}

/// Checks a case and its pack.
pub(crate) fn check(id: &str, sources: &Sources, replaced: &[(String, String)]) -> Checked {
    let mut report = Report::default();
    let mut files = vec![sources.case.clone()];
    let mut case = tree::parse(&sources.case, FileId(0), &mut report);
    let known: Vec<String> = sources.tables.iter().map(|(name, _)| name.clone()).collect();
    let mut open = |name: &str| {
        let (_, source) = sources.tables.iter().find(|(known, _)| known == name)?;
        let file = FileId(files.len() as u16);
        files.push(source.clone());
        Some((file, source.clone()))
    };
    seats::spread(&mut case, &known, &mut open, &mut report);
    let mut values = Vec::new();
    for (path, text) in replaced {
        let file = FileId(files.len() as u16);
        let source = Source::new(format!("--set {path}"), text.clone());
        let node = tree::parse_value(&source, file);
        files.push(source);
        values.push((path.clone(), node, Span { file, start: 0, end: text.len() as u32 }));
    }
    let mut pending = Vec::new();
    for (path, node, span) in values {
        if !replaced::replace(&mut case, &path, &node, true) {
            pending.push((path, node, span));
        }
    }
    let mut pack = Node { span: Span::default(), kind: Kind::Table(Vec::new()) };
    let mut pack_file = None;
    let rules = case.get("rules").map(|node| (node.span, node.text().map(str::to_owned)));
    if let Some((span, Some(name))) = rules.clone() {
        if let Some((_, source)) = sources.packs.iter().find(|(known, _)| *known == name) {
            let file = FileId(files.len() as u16);
            files.push(source.clone());
            pack_file = Some(file);
            pack = tree::parse(source, file, &mut report);
            if pack.entries().is_empty() && !report.has_errors() {
                report.error(
                    "not-a-pack",
                    span,
                    format!("the procedure pack `{name}` is empty"),
                    "nothing to read there",
                );
            }
        } else {
            let known = sources.packs.iter().map(|(name, _)| name.as_str());
            let mut diagnostic = Diagnostic::new(
                "unknown-pack",
                Severity::Error,
                span,
                format!("there is no procedure pack `{name}`"),
                "expected the name of a pack",
            );
            if let Some(like) = nearest(&name, known.clone()) {
                diagnostic = diagnostic.help(format!("did you mean `{like}`?"));
            } else if sources.packs.is_empty() {
                diagnostic = diagnostic.help("no packs are at hand");
            } else {
                diagnostic = diagnostic.help(format!("the packs are {}", quoted(known)));
            }
            report.add(diagnostic);
        }
    }
    for (path, node, span) in pending {
        if !replaced::replace(&mut pack, &path, &node, false) {
            report.add(
                Diagnostic::new(
                    "unknown-path",
                    Severity::Error,
                    span,
                    format!("there is no number and no key at `{path}`"),
                    "nothing to replace",
                )
                .help("`formateur check` lists the paths of all numbers"),
            );
        }
    }
    let mut extra = |source: &Option<Source>, report: &mut Report| {
        source.as_ref().map(|source| {
            let file = FileId(files.len() as u16);
            files.push(source.clone());
            tree::parse(source, file, report)
        })
    };
    let claims = extra(&sources.claims, &mut report);
    let log = extra(&sources.log, &mut report);
    let record = if past::is_asked(&case) {
        let known = sources.packs.iter().find(|(name, _)| name == past::RECORD).map(|(_, source)| source.clone());
        extra(&known, &mut report)
    } else {
        None
    };
    let has_case = !case.entries().is_empty();
    let damaged = report.damaged();
    let mut checker = Checker::new(report, &case, &pack);
    checker.record = record.as_ref();
    checker.blind = (rules.is_some() || case.get("use").is_some()) && pack.entries().is_empty();
    let built = if has_case { checker.build(id, claims.as_ref(), log.as_ref()) } else { None };
    if !has_case && !checker.report.has_errors() {
        checker.report.error(
            "empty",
            Span::default(),
            "the case is empty",
            "expected `formateur = 1` and the rest of a case",
        );
    }
    let past = std::mem::take(&mut checker.past);
    let mut report = checker.report;
    report.drop_echoes(&damaged, &files);
    let sound = !report.has_errors();
    Checked { case: built.filter(|_| sound), diagnostics: report.finish(), sources: files, pack: pack_file, past }
}

impl<'a> Checker<'a> {
    /// Candidates and the actor each is of.
    fn sides(&self) -> Vec<(String, String)> {
        let actor = |id: ActorId| self.actors.get(id.index()).map(|actor| actor.id.clone());
        let candidates = self.candidates.values().flatten();
        candidates.filter_map(|c| Some((self.names.text(c.name).to_owned(), actor(c.party?)?))).collect()
    }

    fn new(report: Report, case: &'a Node, pack: &'a Node) -> Checker<'a> {
        let day = Date::constant(2000, 1, 1);
        Checker {
            report,
            case,
            pack,
            record: None,
            past: Past::default(),
            names: Names::default(),
            actors: Vec::new(),
            passive: BTreeSet::new(),
            actor_of: BTreeMap::new(),
            groups: BTreeMap::new(),
            candidates: BTreeMap::new(),
            roles: BTreeMap::new(),
            variables: Vec::new(),
            variable_of: BTreeMap::new(),
            terms: BTreeMap::new(),
            shared: BTreeMap::new(),
            hypotheses: Vec::new(),
            hypothesis_of: BTreeMap::new(),
            numbers: Vec::new(),
            number_of: BTreeMap::new(),
            open_laws: BTreeMap::new(),
            parts_of: BTreeMap::new(),
            reading_shared: Vec::new(),
            literals: None,
            electorates: Vec::new(),
            electorate_of: BTreeMap::new(),
            body_of: BTreeMap::new(),
            vote_pays: Vec::new(),
            ballots: Vec::new(),
            turns: Vec::new(),
            events: Vec::new(),
            clocks: Vec::new(),
            labels: Vec::new(),
            cited: Vec::new(),
            calendar: Calendar { from: day, now: day, until: day, steps: vec![Step { days: 7.0, until: day }] },
            stage: None,
            moves: Vec::new(),
            broken: BTreeSet::new(),
            blind: false,
        }
    }

    /// The river within the room: who there is, what can change, who votes, what can be done, what is wanted, what is asked.
    fn build(&mut self, id: &str, claims: Option<&'a Node>, log: Option<&'a Node>) -> Option<Case> {
        let case = self.case;
        self.top_level();
        let calendar = self.read_calendar();
        self.read_actors();
        self.read_candidates();
        self.declare_hypotheses();
        self.declare_variables();
        self.declare_lazies();
        self.declare_roles();
        self.resolve_roles();
        self.read_scopes();
        self.read_hypotheses();
        self.read_shared();
        self.read_terms();
        self.read_chambers();
        self.read_bodies();
        self.read_past();
        self.past.candidates = self.sides();
        self.read_vote_pays();
        self.read_turns();
        self.read_events();
        self.read_timers();
        self.check_vote_pays();
        let interests = self.read_interests();
        let precision = self.read_precision();
        let discount = self.read_discount();
        let headline = self.read_headline();
        let settled = self.condition_at(case, "settled", &express::Scope::state(), Expr::FALSE);
        let ends = self.condition_at(case, "ends", &express::Scope::state(), Expr::FALSE);
        let questions = self.read_questions();
        let beliefs = self.read_beliefs();
        let plans = self.read_plans();
        let log = self.read_log(log);
        self.check_claims(claims);
        self.settle_laws();
        let text = |key: &str| case.get(key).and_then(Node::text).unwrap_or_default().to_owned();
        let (title, question) = (text("title"), text("question"));
        let built = Case {
            id: id.to_owned(),
            title,
            question,
            calendar: calendar?,
            names: Vec::new(),
            actors: std::mem::take(&mut self.actors),
            variables: std::mem::take(&mut self.variables),
            numbers: std::mem::take(&mut self.numbers),
            hypotheses: std::mem::take(&mut self.hypotheses),
            electorates: std::mem::take(&mut self.electorates),
            turns: std::mem::take(&mut self.turns),
            events: std::mem::take(&mut self.events),
            clocks: std::mem::take(&mut self.clocks),
            interests,
            precision,
            discount,
            headline,
            stage: self.stage,
            settled: settled?,
            ends: ends?,
            questions,
            beliefs,
            plans,
            log,
            labels: std::mem::take(&mut self.labels),
        };
        if !self.report.has_errors() {
            // What a mistake leaves out would only give false alarms.
            self.warn(&built);
        }
        Some(Case { names: std::mem::take(&mut self.names.list), ..built })
    }

    fn top_level(&mut self) {
        self.keys(self.case, &shapes::CASE);
        if let Some(kind) = self.case.get("kind") {
            if kind.text() == Some("procedure") {
                self.report.error(
                    "not-a-case",
                    kind.span,
                    "this file is a procedure pack, not a case",
                    "a case has no `kind`",
                );
            } else {
                self.report.error("unknown-key", kind.span, "a case has no `kind`", "remove this");
            }
        }
        for (file, what) in [(self.case, "case"), (self.pack, "pack")] {
            if file.entries().is_empty() {
                continue;
            }
            match file.get("formateur") {
                None => self.report.add(Diagnostic::new(
                    "version",
                    Severity::Error,
                    file.span,
                    format!("the {what} does not say its version"),
                    "expected `formateur = 1`",
                )),
                Some(Node { kind: Kind::Integer(1), .. }) => {}
                Some(node) => {
                    self.report.error("version", node.span, "this version of the language is not known", "expected 1");
                }
            }
        }
        if !self.pack.entries().is_empty() {
            self.keys(self.pack, &shapes::PACK);
            match self.pack.get("kind") {
                Some(kind) if kind.text() == Some("procedure") => {}
                Some(kind) => self.report.error(
                    "not-a-pack",
                    kind.span,
                    "`rules` names a procedure pack",
                    "expected `kind = \"procedure\"`",
                ),
                None => self.report.error(
                    "not-a-pack",
                    self.pack.span,
                    "`rules` names a procedure pack",
                    "expected `kind = \"procedure\"`",
                ),
            }
            self.text_keys(self.pack, &["title", "note"]);
        }
        self.text_keys(self.case, &["title", "question", "note", "rules", "starts_at", "headline"]);
        for key in ["title", "question"] {
            if self.case.get(key).is_none() {
                self.missing(self.case.span, "a case", key);
            }
        }
    }

    fn date_at(&mut self, key: &str) -> Option<Date> {
        let node = self.case.get(key)?;
        if let Kind::Date(date) = node.kind {
            Some(date)
        } else {
            self.wrong_type(node, "a date, such as 2026-01-28 (without quotes)");
            None
        }
    }

    fn read_calendar(&mut self) -> Option<Calendar> {
        for key in ["from", "until", "period"] {
            if self.case.get(key).is_none() {
                self.missing(self.case.span, "a case", key);
            }
        }
        let from = self.date_at("from");
        let until = self.date_at("until");
        let now = if self.case.get("now").is_some() { self.date_at("now") } else { from };
        let place = |key: &str| self.case.get(key).map_or(self.case.span, |node| node.span);
        let places = [place("from"), place("now"), place("until")];
        if let (Some(from), Some(now)) = (from, now)
            && now < from
        {
            self.report.add(
                Diagnostic::new("dates", Severity::Error, places[1], "`now` lies before `from`", "too early")
                    .and(places[0], "the case begins here"),
            );
        }
        if let (Some(now), Some(until)) = (now.or(from), until)
            && until <= now
        {
            self.report.add(
                Diagnostic::new("dates", Severity::Error, places[2], "`until` does not lie after `now`", "too early")
                    .and(if now == from.unwrap_or(now) { places[0] } else { places[1] }, "the present"),
            );
            return None;
        }
        let steps = self.read_period(until?)?;
        let calendar = Calendar { from: from?, now: now?, until: until?, steps };
        self.calendar = calendar.clone();
        Some(calendar)
    }

    fn read_period(&mut self, until: Date) -> Option<Vec<Step>> {
        let node = self.case.get("period")?;
        let Kind::Array(items) = &node.kind else {
            let days = self.length(node)?;
            return Some(vec![Step { days, until }]);
        };
        let mut steps = Vec::new();
        let mut before: Option<Date> = None;
        for (n, item) in items.iter().enumerate() {
            if !self.keys(item, &shapes::PERIOD) {
                continue;
            }
            let Some(step) = item.get("step") else {
                self.missing(item.span, "a step of the period", "step");
                continue;
            };
            let days = self.length(step);
            let end = match item.get("until") {
                Some(Node { kind: Kind::Date(date), .. }) => *date,
                Some(other) => {
                    self.wrong_type(other, "a date");
                    continue;
                }
                None if n + 1 == items.len() => until,
                None => {
                    self.missing(item.span, "every step of the period but the last", "until");
                    continue;
                }
            };
            if before.is_some_and(|before| end <= before) {
                self.report.error(
                    "dates",
                    item.span,
                    "the steps of the period must follow one another",
                    "ends before the one above",
                );
            }
            before = Some(end);
            if let Some(days) = days {
                steps.push(Step { days, until: end });
            }
        }
        if items.is_empty() {
            self.report.error("missing-key", node.span, "a case needs a period", "expected \"1 week\" or the like");
        }
        if let Some(last) = steps.last_mut() {
            last.until = until;
        }
        (steps.len() == items.len() && !steps.is_empty()).then_some(steps)
    }

    /// The entries of a section: the pack's, then the case's; one of the same name in the case replaces the pack's.
    pub(crate) fn section(&mut self, name: &str) -> Vec<&'a Entry> {
        let (pack, case): (&'a Node, &'a Node) = (self.pack, self.case);
        let mut merged: Vec<&'a Entry> = Vec::new();
        for (file, is_case) in [(pack, false), (case, true)] {
            let Some(section) = file.get(name) else { continue };
            if !section.is_table() {
                self.wrong_type(section, "a table");
                continue;
            }
            for entry in section.entries() {
                if is_case && let Some(at) = merged.iter().position(|known| known.key == entry.key) {
                    let known = merged[at];
                    let left_open = name == "roles" && known.value.text() == Some(people::LEFT_TO_THE_CASE);
                    if !left_open {
                        self.report.add(
                            Diagnostic::new(
                                "replaces-pack",
                                Severity::Note,
                                entry.key_span,
                                format!("`{name}.{}` replaces what the procedure pack says", entry.key),
                                "the case's own",
                            )
                            .and(known.key_span, "the pack's"),
                        );
                    }
                    merged[at] = entry;
                } else {
                    merged.push(entry);
                }
            }
        }
        merged
    }

    /// Reports the keys of a table that do not belong there. Returns false where it is no table at all.
    pub(crate) fn keys(&mut self, node: &Node, shape: &Shape) -> bool {
        let what = shape.what;
        let known: Vec<&str> = shape.all().map(|(key, _)| *key).collect();
        if !node.is_table() {
            self.wrong_type(node, &format!("a table that describes {what}"));
            return false;
        }
        for entry in node.entries() {
            if known.contains(&entry.key.as_str()) {
                continue;
            }
            let mut diagnostic = Diagnostic::new(
                "unknown-key",
                Severity::Error,
                entry.key_span,
                format!("{what} has no key `{}`", entry.key),
                "unknown key",
            );
            let like = older(&entry.key).iter().copied().find(|like| known.contains(like));
            diagnostic = match like.or_else(|| nearest(&entry.key, known.iter().copied())) {
                Some(like) => diagnostic.help(format!("did you mean `{like}`?")),
                None if known.len() > 24 => diagnostic.help("`docs/language-notes.md` lists the keys"),
                None => diagnostic.help(format!("the keys are {}", quoted(known.iter().copied()))),
            };
            self.report.add(diagnostic);
        }
        true
    }

    /// Sees to it that these keys, where present, are texts.
    pub(crate) fn text_keys(&mut self, node: &Node, keys: &[&str]) {
        for key in keys {
            if let Some(value) = node.get(key)
                && value.text().is_none()
            {
                self.wrong_type(value, "a text");
            }
        }
    }

    pub(crate) fn wrong_type(&mut self, node: &Node, expected: &str) {
        let what = node.what();
        self.report.error("wrong-type", node.span, format!("expected {expected}"), format!("this is {what}"));
    }

    pub(crate) fn missing(&mut self, span: Span, what: &str, key: &str) {
        self.report.error("missing-key", span, format!("{what} needs `{key}`"), format!("`{key}` is missing"));
    }

    /// Whether a name is unknown only because of a mistake that is reported elsewhere.
    pub(crate) fn is_echo(&self, name: &str) -> bool {
        self.blind || self.broken.contains(name)
    }

    pub(crate) fn unknown(&mut self, code: &'static str, span: Span, what: &str, name: &str, known: &[String]) {
        if self.is_echo(name) {
            return;
        }
        let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let mut diagnostic = Diagnostic::new(
            code,
            Severity::Error,
            span,
            format!("there is no {what} `{name}`"),
            format!("expected {article} {what}"),
        );
        diagnostic = match nearest(name, known.iter().map(String::as_str)) {
            Some(like) => diagnostic.help(format!("did you mean `{like}`?")),
            None if known.is_empty() => diagnostic.help(format!("no {what} is declared")),
            None if known.len() <= 20 => {
                diagnostic.help(format!("known: {}", quoted(known.iter().map(String::as_str))))
            }
            None => diagnostic,
        };
        self.report.add(diagnostic);
    }

    pub(crate) fn truth(&mut self, node: Option<&Node>, otherwise: bool) -> bool {
        match node {
            None => otherwise,
            Some(Node { kind: Kind::Boolean(truth), .. }) => *truth,
            Some(node) => {
                self.wrong_type(node, "true or false (without quotes)");
                otherwise
            }
        }
    }

    pub(crate) fn date_of(&mut self, node: &Node) -> Option<Date> {
        if let Kind::Date(date) = node.kind {
            Some(date)
        } else {
            self.wrong_type(node, "a date, such as 2026-01-28 (without quotes)");
            None
        }
    }

    /// A list of texts; one text alone counts as a list of one.
    pub(crate) fn text_list(&mut self, node: &Node) -> Vec<(String, Span)> {
        match &node.kind {
            Kind::Text(text) => vec![(text.content.clone(), node.span)],
            Kind::Array(items) => {
                let mut texts = Vec::new();
                for item in items {
                    match item.text() {
                        Some(text) => texts.push((text.to_owned(), item.span)),
                        None => self.wrong_type(item, "a text"),
                    }
                }
                texts
            }
            _ => {
                self.wrong_type(node, "a list of texts");
                Vec::new()
            }
        }
    }

    pub(crate) fn label(&mut self, id: &str, label: &str) {
        if !self.labels.iter().any(|(known, _)| known == id) {
            self.labels.push((id.to_owned(), label.to_owned()));
        }
    }

    /// The stage's variable, where the case has a procedure.
    pub(crate) fn stage_values(&self) -> Option<(VariableId, Domain)> {
        let id = self.variable_of.get("stage")?.ids.first().copied()?;
        Some((id, Rc::from(self.variables[id.index()].values.as_slice())))
    }
}

/// What a key of the language's first sketch is called now.
fn older(key: &str) -> &'static [&'static str] {
    match key {
        "use" => &["rules"],
        "turns" => &["pace"],
        "payoffs" | "stakes" => &["interests"],
        "votes" => &["vote_pays", "weights"],
        "of" => &["values", "party"],
        "answer" => &["habit"],
        "sees" => &["believes"],
        "blocs" => &["seats"],
        "quorum" => &["sitting"],
        "who" => &["shares"],
        "steps" => &["phases"],
        _ => &[],
    }
}

/// The likeliest of the known names, if one is alike.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let mut best: Option<(&str, f64)> = None;
    // A hostile file has many names; the first few thousand are enough to help an author.
    for candidate in known.take(4_000) {
        let likeness = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if likeness > 0.8 && candidate != name && best.is_none_or(|(_, most)| likeness > most) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// Names in backticks, joined by commas.
pub(crate) fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "none".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The names an expression speaks of, for what can be told without resolving it.
pub(crate) fn mentions(ast: &Ast, found: &mut BTreeSet<String>) {
    use crate::syntax::expression::AstKind;
    match &ast.kind {
        AstKind::Name(name) => {
            found.insert(name.clone());
        }
        AstKind::Index { name, index, .. } => {
            found.insert(name.clone());
            mentions(index, found);
        }
        AstKind::Call { arguments, .. } => arguments.iter().for_each(|part| mentions(part, found)),
        AstKind::Not(inner) | AstKind::Negate(inner) => mentions(inner, found),
        AstKind::Binary(_, left, right) => {
            mentions(left, found);
            mentions(right, found);
        }
        AstKind::In { item, list, .. } => {
            mentions(item, found);
            for part in list {
                mentions(part, found);
            }
        }
        AstKind::If(condition, yes, no) => {
            mentions(condition, found);
            mentions(yes, found);
            mentions(no, found);
        }
        AstKind::Number { .. } | AstKind::Date(_) => {}
    }
}
