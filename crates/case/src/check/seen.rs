//! What has been seen, and what is said where: the log and the claims.

use crate::check::Checker;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Entry as Seen1, Seen};
use crate::syntax::shapes;
use crate::syntax::tree::{Kind, Node};
use std::collections::BTreeSet;

impl<'a> Checker<'a> {
    pub(crate) fn read_log(&mut self, log: Option<&'a Node>) -> Vec<Seen1> {
        let Some(log) = log else { return Vec::new() };
        self.keys(log, &shapes::LOG);
        let entries: &[Node] = match log.get("entry") {
            Some(Node { kind: Kind::Array(items), .. }) => items,
            Some(other) => {
                self.wrong_type(other, "entries, each under `[[entry]]`");
                &[]
            }
            None => &[],
        };
        let mut seen = Vec::new();
        let mut before = None;
        for node in entries {
            let Some(entry) = self.read_entry(node) else { continue };
            if let Some((date, span)) = before
                && entry.on < date
            {
                self.report.add(
                    Diagnostic::new(
                        "log-order",
                        Severity::Error,
                        entry.span,
                        "entries stand in order of their dates",
                        format!("{} comes before {date}", entry.on),
                    )
                    .and(span, "the entry above"),
                );
            }
            before = Some((entry.on, entry.span));
            seen.push(entry);
        }
        seen
    }

    fn read_entry(&mut self, node: &'a Node) -> Option<Seen1> {
        if !self.keys(node, &shapes::ENTRY) {
            return None;
        }
        self.text_keys(node, &["note", "result"]);
        let reasons = self.reasons(node, &crate::model::Reasons::default());
        for key in ["on", "did"] {
            if node.get(key).is_none() {
                self.missing(node.span, "an entry of the log", key);
            }
        }
        let on_node = node.get("on")?;
        let on = self.date_of(on_node)?;
        if on < self.calendar.from || on > self.calendar.until {
            self.report.error(
                "dates",
                on_node.span,
                "this date lies outside the case",
                format!("the case runs from {} to {}", self.calendar.from, self.calendar.until),
            );
        }
        let reliability = match node.get("reliability") {
            None => None,
            Some(Node { kind: Kind::Float(x), .. }) if (0.0..=1.0).contains(x) => Some(*x),
            Some(Node { kind: Kind::Integer(1), .. }) => Some(1.0),
            Some(other) => {
                self.report.error(
                    "out-of-range",
                    other.span,
                    "reliability is the chance that the report is true",
                    "expected a number from 0 to 1",
                );
                None
            }
        };
        let who = match node.get("who") {
            None => String::new(),
            Some(who) => {
                if let Some(text) = who.text() {
                    text.to_owned()
                } else {
                    self.wrong_type(who, "who acted");
                    String::new()
                }
            }
        };
        let did_node = node.get("did")?;
        let Some(did) = did_node.text() else {
            self.wrong_type(did_node, "what was done, such as \"nominate(sudani)\"");
            return None;
        };
        let what = self.read_did(node, &who, did, did_node)?;
        Some(Seen1 {
            on,
            who,
            what,
            because: reasons.because,
            unobserved: self.truth(node.get("unobserved"), false),
            reliability,
            span: did_node.span,
        })
    }

    fn read_did(&mut self, node: &'a Node, who: &str, did: &str, did_node: &Node) -> Option<Seen> {
        let span = did_node.span;
        if let Some(ballot) = did.strip_prefix("ballot(").and_then(|rest| rest.strip_suffix(')')) {
            let Some(known) = self
                .ballots
                .iter()
                .find(|known| known.id == ballot || known.keys.iter().any(|key| key == ballot))
                .cloned()
            else {
                let mut ids: Vec<String> = self.ballots.iter().map(|known| known.id.clone()).collect();
                ids.sort();
                ids.dedup();
                self.unknown("unknown-ballot", span, "ballot", ballot, &ids);
                return None;
            };
            let mut results: Vec<String> = known.names.iter().map(|name| self.show_value(*name)).collect();
            results.extend(["passed", "failed"].map(str::to_owned));
            if known.has_sitting {
                results.push("inquorate".into());
            }
            let result = if let Some((result, span)) =
                node.get("result").and_then(|result| Some((result.text()?.to_owned(), result.span)))
            {
                if !results.contains(&result) {
                    self.unknown("unknown-result", span, "result", &result, &results);
                }
                result
            } else {
                self.missing(node.span, "a ballot in the log", "result");
                return None;
            };
            let mut answers = Vec::new();
            if let Some(table) = node.get("answers") {
                if !table.is_table() {
                    self.wrong_type(table, "a table, such as `{ law = \"yes\" }`");
                }
                let electors: Vec<String> = self.electorates[known.electorate.index()]
                    .electors
                    .iter()
                    .map(|elector| elector.id.clone())
                    .collect();
                let mut allowed: Vec<String> =
                    ["yes", "no", "attend", "stay_away", "abstain"].map(str::to_owned).to_vec();
                allowed.extend(known.names.iter().map(|name| self.show_value(*name)));
                for answer in table.entries() {
                    if !electors.contains(&answer.key) {
                        self.unknown("unknown-bloc", answer.key_span, "bloc", &answer.key, &electors);
                    }
                    match answer.value.text() {
                        Some(text) if allowed.iter().any(|known| known == text) => {
                            answers.push((answer.key.clone(), text.to_owned()));
                        }
                        Some(text) => {
                            let text = text.to_owned();
                            self.unknown("unknown-answer", answer.value.span, "answer", &text, &allowed);
                        }
                        None => self.wrong_type(&answer.value, "an answer"),
                    }
                }
            }
            return Some(Seen::Ballot { ballot: known.id, result, answers });
        }
        for key in ["result", "answers"] {
            if let Some(extra) = node.entry(key) {
                self.report.error(
                    "wrong-value",
                    extra.key_span,
                    format!("`{key}` belongs to a ballot"),
                    "this entry is none",
                );
            }
        }
        if let Some(event) = self.events.iter().find(|event| event.id == did) {
            return Some(Seen::Event(event.id.clone()));
        }
        if self.clocks.iter().any(|clock| clock.id == did) {
            return Some(Seen::Event(did.to_owned()));
        }
        if who.is_empty() {
            let known: Vec<String> = self.events.iter().map(|event| event.id.clone()).collect();
            self.unknown("unknown-event", span, "event", did, &known);
            return None;
        }
        let wanted: String = did.split(',').map(str::trim).collect::<Vec<_>>().join(", ");
        // Someone acts through the posts held, too.
        let deciders = self.deciders(who);
        let mine: Vec<String> = self
            .moves
            .iter()
            .filter(|known| deciders.contains(&known.owner) || known.by.iter().any(|by| deciders.contains(by)))
            .map(|known| known.id.clone())
            .collect();
        if mine.is_empty() {
            let mut known: Vec<String> = self.moves.iter().map(|known| known.owner.clone()).collect();
            known.sort();
            known.dedup();
            let span = node.get("who").map_or(span, |who| who.span);
            self.unknown("unknown-actor", span, "actor, body or role with moves", who, &known);
            return None;
        }
        if !mine.contains(&wanted) {
            self.unknown_move(who, &wanted, span, &mine);
            return None;
        }
        Some(Seen::Action(wanted))
    }

    /// The claims file, and whether every claim named as a reason is in it.
    pub(crate) fn check_claims(&mut self, claims: Option<&'a Node>) {
        let Some(claims) = claims else { return };
        self.keys(claims, &shapes::CLAIMS);
        let mut documents = BTreeSet::new();
        if let Some(table) = claims.get("documents") {
            for entry in table.entries() {
                documents.insert(entry.key.clone());
                if !self.keys(&entry.value, &shapes::DOCUMENT) {
                    continue;
                }
                for key in ["title", "published", "basis"] {
                    if entry.value.get(key).is_none() {
                        self.missing(entry.key_span, "a document", key);
                    }
                }
                if let Some(published) = entry.value.get("published")
                    && published.text() != Some("unknown")
                {
                    self.date_of(published);
                }
                if let Some(basis) = entry.value.get("basis")
                    && !matches!(basis.text(), Some("stated" | "inferred" | "unknown"))
                {
                    self.report.error(
                        "wrong-value",
                        basis.span,
                        "a publication date is stated, inferred or unknown",
                        "expected one of the three",
                    );
                }
            }
        }
        let mut ids = BTreeSet::new();
        if let Some(table) = claims.get("claims") {
            for entry in table.entries() {
                ids.insert(entry.key.clone());
                self.check_claim(entry.key_span, &entry.value, &documents);
            }
        }
        let known: Vec<String> = ids.iter().cloned().collect();
        for (claim, span) in std::mem::take(&mut self.cited) {
            if !ids.contains(&claim) {
                self.unknown("unknown-claim", span, "claim", &claim, &known);
            }
        }
    }

    fn check_claim(&mut self, key_span: crate::diagnostic::Span, node: &'a Node, documents: &BTreeSet<String>) {
        if !self.keys(node, &shapes::CLAIM) {
            return;
        }
        for key in ["document", "says"] {
            if node.get(key).is_none() {
                self.missing(key_span, "a claim", key);
            }
        }
        if let Some(document) = node.get("document")
            && let Some(text) = document.text()
            && !documents.contains(text)
        {
            let known: Vec<String> = documents.iter().cloned().collect();
            let text = text.to_owned();
            self.unknown("unknown-document", document.span, "document", &text, &known);
        }
        if let (Some(Node { kind: Kind::Integer(start), .. }), Some(end)) = (node.get("start"), node.get("end"))
            && let Kind::Integer(last) = end.kind
            && (*start < 0 || last <= *start)
        {
            self.report.error("wrong-value", end.span, "a passage ends after it begins", format!("begins at {start}"));
        }
        if let Some(spans) = node.get("spans")
            && !are_passages(spans)
        {
            self.report.error(
                "wrong-value",
                spans.span,
                "further passages are pairs of places, each ending after it begins",
                "expected like `[[120, 180], [240, 260]]`",
            );
        }
        if let Some(credibility) = node.get("credibility")
            && !matches!(credibility.kind, Kind::Integer(1..=6))
        {
            self.report.error(
                "out-of-range",
                credibility.span,
                "credibility is a grade from 1 to 6",
                "6 means that it cannot be judged",
            );
        }
    }
}

/// `[[120, 180], [240, 260]]`.
fn are_passages(node: &Node) -> bool {
    let place = |node: &Node| match node.kind {
        Kind::Integer(at) if at >= 0 => Some(at),
        _ => None,
    };
    let Kind::Array(pairs) = &node.kind else { return false };
    pairs.iter().all(|pair| match &pair.kind {
        Kind::Array(ends) => {
            matches!(ends.as_slice(), [start, end] if place(start).zip(place(end)).is_some_and(|(a, b)| a < b))
        }
        _ => false,
    })
}
