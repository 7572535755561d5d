//! Ballots: when one has passed, who votes, and what answers cost.

use crate::check::express::{Binding, Scope};
use crate::check::number::{Place, Sort};
use crate::check::{Checker, Read, nearest, quoted};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{
    ActorId, Answer, Ballot, ElectorateId, Form, Holder, Of, Reading, Reasons, Round, Rule, Sitting, Voice, VotePay,
};
use crate::syntax::shapes;
use crate::syntax::tree::{Kind, Node};

/// How a run-off that must reach something is written: `"run-off by majority of members"`.
const RUN_OFF_BY: &str = "run-off by ";

/// A line of `[vote_pays]`, kept until the ballots are known.
#[derive(Debug, Clone)]
pub(crate) struct VotePayLine<'a> {
    pub(crate) owner: String,
    /// The actors meant; a line of an actor or role alone is nearer than a group's.
    pub(crate) members: Vec<ActorId>,
    pub(crate) is_group: bool,
    pub(crate) ballot: String,
    pub(crate) ballot_span: Span,
    pub(crate) answer: String,
    pub(crate) answer_span: Span,
    pub(crate) node: &'a Node,
    pub(crate) reasons: Reasons,
    pub(crate) used: bool,
}

/// A ballot that exists, for looking up names.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: String,
    /// What `[vote_pays]` and options may call it.
    pub(crate) keys: Vec<String>,
    pub(crate) electorate: ElectorateId,
    pub(crate) has_sitting: bool,
    pub(crate) names: Vec<Value>,
}

/// What a ballot is made of before its pays are looked up.
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) keys: Vec<String>,
    pub(crate) electorate: ElectorateId,
    pub(crate) sitting: Option<Sitting>,
    pub(crate) form: Form,
}

impl<'a> Checker<'a> {
    /// A rule: a text, a dated one, or a disputed one.
    pub(crate) fn rule(&mut self, node: &'a Node, path: &str, reasons: &Reasons) -> Option<Rule> {
        match &node.kind {
            Kind::Text(text) => self.rule_text(&text.content, node.span),
            Kind::Table(_) if node.get("readings").is_some() => self.disputed(node, path, reasons),
            Kind::Table(_) if node.get("by").is_some() => self.rule_by(node, path, reasons),
            Kind::Table(_) => {
                self.keys(node, &shapes::DATED_RULE);
                let reasons = self.reasons(node, reasons);
                if let Some(rule) = node.get("rule") {
                    self.dated(node, rule, path, &reasons)
                } else {
                    self.missing(node.span, "a rule", "rule");
                    None
                }
            }
            _ => {
                self.wrong_type(node, "a rule, such as \"majority of members\"");
                None
            }
        }
    }

    /// A rule with `since` and `before` beside it, settled here where the case lies on one side of the date.
    fn dated(&mut self, table: &'a Node, rule: &'a Node, path: &str, reasons: &Reasons) -> Option<Rule> {
        let after = self.rule(rule, path, reasons);
        let Some(since) = table.get("since") else {
            if let Some(before) = table.get("before") {
                self.report.error(
                    "missing-key",
                    before.span,
                    "`before` needs the date until which it held",
                    "`since` is missing",
                );
            }
            return after;
        };
        let date = self.date_of(since)?;
        if let Some(inner) = table.get("before").and_then(|before| before.get("since"))
            && let Kind::Date(earlier) = inner.kind
            && earlier >= date
        {
            self.report.error(
                "dates",
                inner.span,
                format!("this reading begins on {earlier}, when it has ended: the next one holds since {date}"),
                "expected an earlier date",
            );
            return None;
        }
        let before = table.get("before").map(|before| self.rule(before, path, reasons));
        if self.calendar.from >= date {
            return after;
        }
        let Some(before) = before else {
            self.report.add(
                Diagnostic::new(
                    "missing-reading",
                    Severity::Error,
                    since.span,
                    format!("the case begins before {date}: what held until then?"),
                    "this reading came later",
                )
                .help("add `before = \"…\"`"),
            );
            return None;
        };
        if self.calendar.until <= date {
            return before;
        }
        Some(Rule::Since { date, before: Box::new(before?), after: Box::new(after?) })
    }

    fn disputed(&mut self, node: &'a Node, path: &str, reasons: &Reasons) -> Option<Rule> {
        self.keys(node, &shapes::DISPUTED_RULE);
        let reasons = self.reasons(node, reasons);
        let readings = node.get("readings")?;
        if !readings.is_table() || readings.entries().len() < 2 {
            self.report.error(
                "few-readings",
                readings.span,
                "a disputed rule has at least two named readings",
                "expected `{ one = \"…\", other = \"…\" }`",
            );
            return None;
        }
        let Some(prior) = node.get("prior") else {
            self.missing(node.span, "a disputed rule", "prior");
            return None;
        };
        let names: Vec<&str> = readings.entries().iter().map(|entry| entry.key.as_str()).collect();
        for entry in prior.entries() {
            if !names.contains(&entry.key.as_str()) {
                let known: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                self.unknown("unknown-reading", entry.key_span, "reading", &entry.key, &known);
            }
        }
        let mut rules = Vec::new();
        let mut hypothesis = Vec::new();
        for entry in readings.entries() {
            self.usable_name(&entry.key, entry.key_span);
            let name = self.names.intern(&entry.key);
            let chance = if let Some(value) = prior.get(&entry.key) {
                let place = Place::new(format!("{path}.prior.{}", entry.key), &reasons);
                self.chance_or_rest(value, &place, &Scope::state())?
            } else {
                self.missing(prior.span, "`prior`", &entry.key);
                None
            };
            hypothesis.push(Reading { name, prior: chance });
            rules.push(self.rule(&entry.value, path, &reasons));
        }
        let id = if let Some((id, _)) = self.hypothesis_of.get(path) {
            *id
        } else {
            let id = self.add_hypothesis(path, hypothesis, node.span);
            self.hypotheses[id.index()].reasons = reasons;
            id
        };
        Some(Rule::Readings(id, rules.into_iter().collect::<Option<_>>()?))
    }

    fn rule_by(&mut self, node: &'a Node, path: &str, reasons: &Reasons) -> Option<Rule> {
        let by = node.get("by")?;
        let name = by.text().unwrap_or("");
        let Some((id, _)) = self.hypothesis_of.get(name).copied() else {
            let known: Vec<String> = self.hypothesis_of.keys().filter(|id| !id.contains('.')).cloned().collect();
            self.unknown("unknown-hypothesis", by.span, "hypothesis", name, &known);
            return None;
        };
        let reasons = self.reasons(node, reasons);
        let subject = self.subject(by, &Scope::numbers())?;
        let cells =
            self.cells(&subject, node, &["by", "because", "against", "assume", "note", "article", "source"], false)?;
        let mut rules = Vec::new();
        for reading in self.hypotheses[id.index()].readings.clone() {
            let value = Value::Name(reading.name);
            let cell = cells.arms.iter().find(|(arm, _)| *arm == value).map(|(_, cell)| *cell).or(cells.otherwise)?;
            rules.push(self.rule(cell, path, &reasons)?);
        }
        Some(Rule::Readings(id, rules))
    }

    fn rule_text(&mut self, text: &str, span: Span) -> Option<Rule> {
        let found = parse_rule(text);
        if found.is_none() {
            let mut diagnostic = Diagnostic::new(
                "bad-rule",
                Severity::Error,
                span,
                format!("`{text}` is no rule"),
                "expected for example \"majority of members\"",
            );
            diagnostic = diagnostic.help(
                "rules are \"majority of members\" (or `present`, `votes`), \"2/3 of members\", \"at least 1/2 of present\", \"more than 1/3 of members\", \"165 of members\", \"all\"",
            );
            self.report.add(diagnostic);
        }
        found
    }

    /// The sitting before a ballot: under `sitting` of the step or of its ballot.
    pub(crate) fn sitting(&mut self, step: &'a Node, path: &str, reasons: &Reasons) -> Read<Option<Sitting>> {
        let ballot = step.get("ballot");
        let nodes: Vec<&'a Node> =
            [step.get("sitting"), ballot.and_then(|ballot| ballot.get("sitting"))].into_iter().flatten().collect();
        let Some(node) = nodes.first().copied() else { return Some(None) };
        if let Some(second) = nodes.get(1) {
            self.report.error("two-ways", second.span, "a step has one sitting", "said twice");
        }
        let path = format!("{path}.sitting");
        let quorum = if node.is_table() && node.get("quorum").is_some() {
            self.keys(node, &shapes::SITTING);
            let reasons = self.reasons(node, reasons);
            self.dated(node, node.get("quorum")?, &path, &reasons)
        } else {
            self.rule(node, &path, reasons)
        };
        quorum.map(|quorum| Some(Sitting { quorum }))
    }

    /// Reports a rule that more would have to meet than there are members.
    pub(crate) fn within_members(&mut self, rule: &Rule, span: Span, electorate: ElectorateId) {
        let members = self.electorates[electorate.index()].members;
        match rule {
            Rule::Count(n) if *n > members => {
                let name = self.electorates[electorate.index()].name.clone();
                self.report.add(
                    Diagnostic::new(
                        "quota",
                        Severity::Error,
                        span,
                        format!("{n} is more than the {members} members of {name}"),
                        "nobody can reach this",
                    )
                    .help("a share, such as \"2/3 of members\", goes with the chamber"),
                );
            }
            Rule::Share { part: (n, d), strict: true, .. } if n >= d => {
                self.report.error("quota", span, "more than all is asked for", "nobody can reach this")
            }
            Rule::Negative(rule) => self.within_members(rule, span, electorate),
            Rule::Readings(_, rules) => rules.iter().for_each(|rule| self.within_members(rule, span, electorate)),
            Rule::Since { before, after, .. } => {
                self.within_members(before, span, electorate);
                self.within_members(after, span, electorate);
            }
            _ => {}
        }
    }

    /// The rounds of a ballot among names.
    pub(crate) fn rounds(&mut self, node: &'a Node, path: &str, reasons: &Reasons) -> Option<Vec<Round>> {
        let list: Vec<&'a Node> = match &node.kind {
            Kind::Array(items) => items.iter().collect(),
            _ => vec![node],
        };
        let mut rounds = Vec::new();
        let mut sound = true;
        for (n, item) in list.iter().enumerate() {
            let last = n + 1 == list.len();
            let round = match item.text() {
                Some("run-off" | "run off" | "runoff") => Some(Round::RunOff),
                Some("plurality" | "most votes") => Some(Round::Plurality),
                Some(text) if text.starts_with(RUN_OFF_BY) => {
                    self.rule_text(&text[RUN_OFF_BY.len()..], item.span).map(Round::RunOffReach)
                }
                _ => self.rule(item, &format!("{path}.rounds.{}", n + 1), reasons).map(Round::Reach),
            };
            match &round {
                Some(Round::RunOff | Round::RunOffReach(_)) if n == 0 => {
                    self.report.error(
                        "bad-round",
                        item.span,
                        "a run-off needs a round before it",
                        "the two best placed of which round?",
                    );
                    sound = false;
                }
                Some(Round::RunOff | Round::Plurality) if !last => {
                    self.report.error(
                        "bad-round",
                        item.span,
                        "this round always elects someone",
                        "no round can follow it",
                    );
                    sound = false;
                }
                Some(Round::Reach(rule) | Round::RunOffReach(rule)) if !reaches_half(rule) => {
                    self.report.add(
                        Diagnostic::new(
                            "bad-round",
                            Severity::Error,
                            item.span,
                            "two names could reach this at once",
                            "expected a share of at least one half",
                        )
                        .help("where the best placed wins, write \"plurality\""),
                    );
                    sound = false;
                }
                _ => {}
            }
            match round {
                Some(round) => rounds.push(round),
                None => sound = false,
            }
        }
        if list.is_empty() {
            self.report.error("bad-round", node.span, "a ballot among names needs a round", "none is given");
            return None;
        }
        sound.then_some(rounds)
    }

    pub(crate) fn electorate(&mut self, node: &Node) -> Option<ElectorateId> {
        let Some(text) = node.text() else {
            self.wrong_type(node, "the name of a chamber or body");
            return None;
        };
        if let Some(id) = self.electorate_of.get(text) {
            return Some(*id);
        }
        let known: Vec<String> = self.electorate_of.keys().filter(|id| !id.contains('.')).cloned().collect();
        self.unknown("unknown-body", node.span, "chamber or body", text, &known);
        None
    }

    /// Reads `[vote_pays]`; the lines are spread over the ballots as these are made.
    pub(crate) fn read_vote_pays(&mut self) {
        for owner in self.section("vote_pays") {
            if !owner.value.is_table() {
                self.wrong_type(&owner.value, "a table of ballots");
                continue;
            }
            let Some((members, is_group)) = self.wanting(&owner.key, owner.key_span) else { continue };
            for ballot in owner.value.entries() {
                if !ballot.value.is_table() {
                    self.wrong_type(&ballot.value, "a table of answers, such as `yes = -0.1`");
                    continue;
                }
                let reasons = self.reasons(&ballot.value, &Reasons::default());
                for answer in ballot.value.entries() {
                    if crate::check::state::REASON_KEYS.contains(&answer.key.as_str()) {
                        continue;
                    }
                    self.vote_pays.push(VotePayLine {
                        owner: owner.key.clone(),
                        members: members.clone(),
                        is_group,
                        ballot: ballot.key.clone(),
                        ballot_span: ballot.key_span,
                        answer: answer.key.clone(),
                        answer_span: answer.key_span,
                        node: &answer.value,
                        reasons: reasons.clone(),
                        used: false,
                    });
                }
            }
        }
    }

    /// Who is meant by a line of interests or vote pays: an actor, or a group's members.
    pub(crate) fn wanting(&mut self, name: &str, span: Span) -> Option<(Vec<ActorId>, bool)> {
        if let Some(actor) = self.actor_of.get(name) {
            return Some((vec![*actor], false));
        }
        if let Some(group) = self.groups.get(name) {
            return Some((group.members.clone(), true));
        }
        let mut known: Vec<String> = self.actor_of.keys().cloned().collect();
        known.extend(self.groups.keys().cloned());
        if self.body_of.contains_key(name) {
            self.report.add(
                Diagnostic::new(
                    "unknown-actor",
                    Severity::Error,
                    span,
                    format!("the body `{name}` wants nothing of its own"),
                    "expected an actor or a group",
                )
                .help("its members do; declare them as a group"),
            );
            return None;
        }
        self.unknown("unknown-actor", span, "actor or group", name, &known);
        None
    }

    /// Completes a ballot with what answers cost those who give them.
    pub(crate) fn ballot(&mut self, draft: Draft, bindings: &[Binding]) -> Ballot {
        let names: Vec<Value> = match &draft.form {
            Form::Names { names, .. } => names.iter().map(|name| name.value).collect(),
            Form::YesNo { .. } => Vec::new(),
        };
        let has_sitting = draft.sitting.is_some();
        let mut pays: Vec<VotePay> = Vec::new();
        // Who may answer for each elector, and in which states: of a post whoever holds it there.
        let electors: Vec<(usize, Option<Expr>, ActorId)> = self.electorates[draft.electorate.index()]
            .electors
            .iter()
            .enumerate()
            .flat_map(|(at, elector)| match &elector.voice {
                Voice::Actor(Holder::Actor(actor)) => vec![(at, None, *actor)],
                Voice::Actor(Holder::Cases(cases)) => {
                    holders(cases).into_iter().map(|(actor, while_so)| (at, Some(while_so), actor)).collect()
                }
                Voice::Habit { .. } => Vec::new(),
            })
            .collect();
        let scope = Scope::with(bindings, true);
        for (at, while_so, actor) in electors {
            for answer in self.answers(&draft.keys, &[actor]) {
                let line = self.vote_pays[answer].clone();
                self.vote_pays[answer].used = true;
                let place =
                    Place::new(format!("vote_pays.{}.{}.{}", line.owner, line.ballot, line.answer), &line.reasons);
                let answers: Vec<Answer> = match line.answer.as_str() {
                    "yes" if !names.is_empty() => names.iter().map(|name| Answer::Name(*name)).collect(),
                    "yes" => vec![Answer::Yes],
                    "no" if names.is_empty() => vec![Answer::No],
                    "attend" | "stay_away" if !has_sitting => {
                        let message = format!("`{}` has no sitting that one could attend", line.ballot);
                        self.report.error(
                            "no-sitting",
                            line.answer_span,
                            message,
                            "add `sitting` to it, or remove this",
                        );
                        continue;
                    }
                    "attend" => vec![Answer::Attend],
                    "stay_away" => vec![Answer::StayAway],
                    other => {
                        let found = names.iter().find(|name| self.show_value(**name) == other).copied();
                        if let Some(name) = found {
                            vec![Answer::Name(name)]
                        } else {
                            self.unknown_answer(&line, &names);
                            continue;
                        }
                    }
                };
                if let Some(amount) = self.number(line.node, Sort::Worth, &place, &scope) {
                    let amount = match &while_so {
                        None => amount,
                        Some(holds) => Expr::If(Box::new(holds.clone()), Box::new(amount), Box::new(Expr::ZERO)),
                    };
                    pays.extend(answers.into_iter().map(|answer| VotePay {
                        elector: at,
                        answer,
                        amount: amount.clone(),
                    }));
                }
            }
        }
        self.ballots.push(Known {
            id: draft.id.clone(),
            keys: draft.keys,
            electorate: draft.electorate,
            has_sitting,
            names,
        });
        Ballot { id: draft.id, electorate: draft.electorate, sitting: draft.sitting, form: draft.form, pays }
    }

    fn unknown_answer(&mut self, line: &VotePayLine<'_>, names: &[Value]) {
        let mut known: Vec<String> =
            ["yes", "no", "attend", "stay_away"].iter().map(|name| (*name).to_owned()).collect();
        if !names.is_empty() {
            known.retain(|name| name != "no");
            known.extend(names.iter().map(|name| self.show_value(*name)));
        }
        let mut diagnostic = Diagnostic::new(
            "unknown-answer",
            Severity::Error,
            line.answer_span,
            format!("`{}` is no answer to `{}`", line.answer, line.ballot),
            "expected an answer",
        );
        diagnostic = match nearest(&line.answer, known.iter().map(String::as_str)) {
            Some(like) => diagnostic.help(format!("did you mean `{like}`?")),
            None => diagnostic.help(format!("the answers are {}", quoted(known.iter().map(String::as_str)))),
        };
        self.report.add(diagnostic);
    }

    /// The lines that apply to an elector: for each answer an actor's own, else its group's.
    fn answers(&mut self, keys: &[String], actors: &[ActorId]) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        let applying: Vec<usize> = (0..self.vote_pays.len())
            .filter(|n| {
                let line = &self.vote_pays[*n];
                keys.contains(&line.ballot) && actors.iter().any(|actor| line.members.contains(actor))
            })
            .collect();
        for n in applying {
            let line = self.vote_pays[n].clone();
            let same = chosen.iter().position(|m| {
                let other = &self.vote_pays[*m];
                other.answer == line.answer && other.ballot == line.ballot
            });
            let Some(at) = same else {
                chosen.push(n);
                continue;
            };
            let other = self.vote_pays[chosen[at]].clone();
            match (other.is_group, line.is_group) {
                (true, false) => {
                    self.vote_pays[chosen[at]].used = true;
                    chosen[at] = n;
                }
                (false, true) => self.vote_pays[n].used = true,
                _ => {
                    self.vote_pays[n].used = true;
                    self.two_lines(line.answer_span, other.answer_span, &other.owner, &line.owner);
                }
            }
        }
        chosen
    }

    pub(crate) fn two_lines(&mut self, span: Span, other: Span, other_owner: &str, owner: &str) {
        self.report.add(
            Diagnostic::new(
                "two-lines",
                Severity::Error,
                span,
                format!("an actor is in both `{other_owner}` and `{owner}`: which line holds?"),
                "one line",
            )
            .and(other, "the other")
            .help("give the actor a line of its own"),
        );
    }

    /// Reports lines of `[vote_pays]` that no ballot knows.
    pub(crate) fn check_vote_pays(&mut self) {
        let mut known: Vec<String> = Vec::new();
        for ballot in &self.ballots {
            known.extend(ballot.keys.iter().cloned());
        }
        known.sort();
        known.dedup();
        let stages: Vec<String> = self.section("stages").iter().map(|entry| entry.key.clone()).collect();
        for line in self.vote_pays.clone() {
            if line.used || self.is_echo(&line.ballot) || self.is_echo(&line.owner) {
                continue;
            }
            if known.contains(&line.ballot) {
                if self.is_echo(crate::check::chamber::INCOMPLETE) {
                    continue;
                }
                let message = format!("`{}` has no vote in `{}`", line.owner, line.ballot);
                self.report.error("no-vote", line.ballot_span, message, "this line never applies");
            } else if !stages.contains(&line.ballot) {
                self.unknown("unknown-ballot", line.ballot_span, "ballot", &line.ballot, &known);
            }
        }
    }
}

fn reaches_half(rule: &Rule) -> bool {
    match rule {
        Rule::Share { part: (n, d), strict, .. } => {
            2 * u64::from(*n) > u64::from(*d) || (2 * u64::from(*n) == u64::from(*d) && *strict)
        }
        Rule::Count(_) | Rule::Consent => true,
        Rule::Negative(_) => false,
        Rule::Readings(_, rules) => rules.iter().all(reaches_half),
        Rule::Since { before, after, .. } => reaches_half(before) && reaches_half(after),
    }
}

/// A rule as text, or nothing.
pub(crate) fn parse_rule(text: &str) -> Option<Rule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if matches!(words.as_slice(), ["all"] | ["consent", "of", "all"]) {
        return Some(Rule::Consent);
    }
    let (share, of) = match words.as_slice() {
        [share @ .., "of", of] => (share, *of),
        [share @ .., "of", "those", "present"] => (share, "present"),
        _ => return None,
    };
    let of = match of {
        "members" => Of::Members,
        "present" => Of::Present,
        "votes" => Of::Votes,
        _ => return None,
    };
    let fraction = |text: &str| -> Option<(u32, u32)> {
        let (n, d) = text.split_once('/')?;
        let (n, d): (u32, u32) = (n.parse().ok()?, d.parse().ok()?);
        (n > 0 && d > 0 && n <= d && d <= 1_000).then_some((n, d))
    };
    let part_of = |text: &str| if text == "half" { Some((1, 2)) } else { fraction(text) };
    match share {
        ["majority"] => Some(Rule::Share { part: (1, 2), strict: true, of }),
        ["more", "than", part] => Some(Rule::Share { part: part_of(part)?, strict: true, of }),
        ["at", "least", part] | [part] if part_of(part).is_some() => {
            Some(Rule::Share { part: part_of(part)?, strict: false, of })
        }
        [count] if of == Of::Members => Some(Rule::Count(count.parse().ok().filter(|n| *n > 0 && *n <= 10_000)?)),
        _ => None,
    }
}

/// Each actor that may hold a post, in written order, and where it does: where one of its cases is the first that holds.
fn holders(cases: &[(Expr, Option<ActorId>)]) -> Vec<(ActorId, Expr)> {
    let mut holders: Vec<(ActorId, Vec<Expr>)> = Vec::new();
    for (at, (condition, actor)) in cases.iter().enumerate() {
        let Some(actor) = actor else { continue };
        let mut first: Vec<Expr> =
            cases[..at].iter().map(|(earlier, _)| Expr::Not(Box::new(earlier.clone()))).collect();
        first.push(condition.clone());
        match holders.iter_mut().find(|(known, _)| known == actor) {
            Some((_, all)) => all.push(Expr::All(first)),
            None => holders.push((*actor, vec![Expr::All(first)])),
        }
    }
    holders.into_iter().map(|(actor, all)| (actor, Expr::Any(all))).collect()
}
