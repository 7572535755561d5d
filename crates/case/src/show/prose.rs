//! The case and its procedure as prose: who may do what when, what each wants, what rests on what.

use crate::Checked;
use crate::diagnostic::{FileId, Report, Source, Span};
use crate::show::words::{
    Labels, choice, day, effects, expression, join, pays_words, quantity, reasons, results, values,
};
use crate::syntax::tree::{self, Entry, Kind, Node};
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: usize = 96;

/// Text under headings, wrapped.
struct Page {
    text: String,
}

impl Page {
    fn heading(&mut self, text: &str) {
        let _ = write!(self.text, "\n{}\n\n", text.to_uppercase());
    }

    /// A paragraph; later lines hang under its first by `indent` more columns.
    fn line(&mut self, indent: usize, text: &str) {
        let mut column = 0;
        for word in text.split_whitespace() {
            let long = word.chars().count();
            if column == 0 {
                let _ = write!(self.text, "{:indent$}{word}", "");
                column = indent + long;
            } else if column + 1 + long > WIDTH {
                let hang = indent + 2;
                let _ = write!(self.text, "\n{:hang$}{word}", "");
                column = hang + long;
            } else {
                let _ = write!(self.text, " {word}");
                column += 1 + long;
            }
        }
        self.text.push('\n');
    }
}

/// What is needed to put ids into words.
pub(super) struct Book {
    pub(super) case: Node,
    pub(super) pack: Node,
    pub(super) labels: Labels,
    pub(super) candidates: BTreeMap<String, Vec<String>>,
}

impl Book {
    pub(super) fn open(checked: &Checked) -> Book {
        let read = |source: Option<&Source>| {
            source.map_or(Node { span: Span::default(), kind: Kind::Table(Vec::new()) }, |source| {
                tree::parse(source, FileId(0), &mut Report::default())
            })
        };
        let pack = checked.pack.and_then(|file| checked.sources.get(usize::from(file.0)));
        let mut case = read(checked.sources.first());
        let mut table = |name: &str| {
            let found = checked.sources.iter().find(|source| source.name.rsplit('/').next() == Some(name));
            found.map(|source| (FileId(0), source.clone()))
        };
        crate::check::seats::spread(&mut case, &[], &mut table, &mut Report::default());
        Book::new(case, read(pack))
    }

    /// A pack without a case.
    pub(super) fn of_pack(pack: &Source) -> Book {
        let pack = tree::parse(pack, FileId(0), &mut Report::default());
        Book::new(Node { span: Span::default(), kind: Kind::Table(Vec::new()) }, pack)
    }

    fn new(case: Node, pack: Node) -> Book {
        let mut labels = BTreeMap::new();
        let mut candidates = BTreeMap::new();
        for (section, file) in [("offices", &pack), ("bodies", &case), ("bodies", &pack), ("actors", &case)] {
            for entry in file.get(section).map_or(&[][..], Node::entries) {
                if let Some(name) = entry.value.get("name").and_then(Node::text) {
                    let reads = if section == "offices" { format!("the {name}") } else { name.to_owned() };
                    labels.insert(entry.key.clone(), reads);
                }
            }
        }
        for office in case.get("candidates").map_or(&[][..], Node::entries) {
            let mut list = Vec::new();
            for entry in office.value.entries() {
                list.push(entry.key.clone());
                let name = entry.value.get("name").and_then(Node::text).or(entry.value.text());
                if let Some(name) = name {
                    labels.insert(entry.key.clone(), name.to_owned());
                }
            }
            candidates.insert(office.key.clone(), list);
        }
        // Variables and stages read as themselves, whatever else bears their name.
        for file in [&pack, &case] {
            for section in ["state", "stages"] {
                for entry in file.get(section).map_or(&[][..], Node::entries) {
                    labels.remove(&entry.key);
                }
            }
        }
        Book { case, pack, labels: Labels(labels), candidates }
    }

    /// Entries of a section: the pack's that the case does not replace, then the case's.
    pub(super) fn section(&self, name: &str) -> Vec<&Entry> {
        let own = self.case.get(name).map_or(&[][..], Node::entries);
        let pack = self.pack.get(name).map_or(&[][..], Node::entries);
        pack.iter().filter(|entry| !own.iter().any(|known| known.key == entry.key)).chain(own).collect()
    }
}

/// The case as prose. What cannot be read is left out; `check` says what that is.
pub fn prose(checked: &Checked) -> String {
    let book = Book::open(checked);
    let mut page = Page { text: String::new() };
    top(&book, &mut page);
    actors(&book, &mut page);
    state(&book, &mut page);
    acts(&book, &mut page);
    wants(&book, &mut page);
    chance(&book, &mut page);
    voters(&book, &mut page);
    asked(&book, &mut page);
    page.text
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::text).unwrap_or("")
}

fn date(node: &Node, key: &str) -> String {
    match node.get(key).map(|node| &node.kind) {
        Some(Kind::Date(date)) => day(*date),
        _ => "an unknown day".into(),
    }
}

fn top(book: &Book, page: &mut Page) {
    let case = &book.case;
    page.line(0, text(case, "title"));
    page.line(0, text(case, "question"));
    page.text.push('\n');
    let mut about = format!("The case runs from {} to {}", date(case, "from"), date(case, "until"));
    if case.get("now").is_some() {
        let _ = write!(about, "; the present is {}", date(case, "now"));
    }
    match case.get("period").map(|period| &period.kind) {
        Some(Kind::Text(period)) => {
            let _ = write!(about, ". One step is {}", period.content);
        }
        Some(Kind::Array(steps)) => {
            let steps: Vec<String> = steps
                .iter()
                .map(|step| match step.get("until") {
                    Some(_) => format!("{} until {}", text(step, "step"), date(step, "until")),
                    None => text(step, "step").to_owned(),
                })
                .collect();
            let _ = write!(about, ". Its steps are {}", steps.join(", then "));
        }
        _ => {}
    }
    about.push('.');
    if !text(case, "rules").is_empty() {
        let _ = write!(about, " It follows the procedure \"{}\"", text(&book.pack, "title"));
        if !text(case, "starts_at").is_empty() {
            let _ = write!(about, ", from the stage {} on", book.labels.of(text(case, "starts_at")));
        }
        about.push('.');
    }
    if let Some(settled) = case.get("settled") {
        let _ = write!(
            about,
            " The answer is {}, when {}.",
            book.labels.of(text(case, "headline")),
            expression(settled, &book.labels)
        );
    }
    if let Some(ends) = case.get("ends") {
        let _ = write!(about, " Nothing more is played once {}.", expression(ends, &book.labels));
    }
    page.line(0, &about);
    if let Some(precision) = case.get("precision") {
        page.line(
            0,
            &format!(
                "Precision (how surely each does what suits it best): {}.{}",
                quantity(precision, &book.labels),
                reasons(precision)
            ),
        );
    }
}

fn actors(book: &Book, page: &mut Page) {
    page.heading("Who there is");
    for entry in book.section("actors") {
        let mut line = format!("{} ({})", book.labels.of(&entry.key), text(&entry.value, "kind"));
        if !text(&entry.value, "leader").is_empty() {
            let _ = write!(line, ", led by {}", text(&entry.value, "leader"));
        }
        if let Some(scope) = entry.value.get("while") {
            let _ = write!(line, ", while {}", expression(scope, &book.labels));
        }
        page.line(0, &format!("{line}."));
    }
    for entry in book.section("groups") {
        let members: Vec<String> = values(&entry.value, &book.candidates).iter().map(|id| book.labels.of(id)).collect();
        page.line(0, &format!("\"{}\" means {}.", entry.key.replace('_', " "), join(&members, "and")));
    }
    for entry in book.section("roles") {
        let holder = match &entry.value.kind {
            Kind::Text(text) => book.labels.of(&text.content),
            _ => quantity(entry.value.get("is").unwrap_or(&entry.value), &book.labels),
        };
        page.line(0, &format!("The {} is {holder}.", entry.key.replace('_', " ")));
    }
}

fn state(book: &Book, page: &mut Page) {
    page.heading("What can change");
    for entry in book.section("state") {
        let node = &entry.value;
        let values = match (node.get("values"), node.get("range")) {
            (Some(list), _) => {
                join(&values(list, &book.candidates).iter().map(|id| book.labels.of(id)).collect::<Vec<_>>(), "or")
            }
            (None, Some(range)) => range.text().unwrap_or("").replace("..", " to "),
            _ => String::new(),
        };
        let mut line = format!("{}: {values}", entry.key.replace('_', " "));
        let start =
            if entry.key == "stage" { book.case.get("starts_at").or(node.get("start")) } else { node.get("start") };
        if let Some(start) = start {
            let _ = write!(line, "; at first {}", expression(start, &book.labels));
        }
        if let Some(scope) = node.get("while") {
            let _ = write!(line, "; only while {}", expression(scope, &book.labels));
        }
        page.line(0, &format!("{line}.{}", reasons(node)));
    }
    for entry in book.section("terms") {
        page.line(
            0,
            &format!("\"{}\" means that {}.", entry.key.replace('_', " "), expression(&entry.value, &book.labels)),
        );
    }
    for entry in book.section("hypotheses") {
        let readings: Vec<String> = entry
            .value
            .entries()
            .iter()
            .filter(|reading| !matches!(reading.key.as_str(), "because" | "against" | "assume" | "note"))
            .map(|reading| format!("{} ({})", reading.key.replace('_', " "), quantity(&reading.value, &book.labels)))
            .collect();
        page.line(
            0,
            &format!(
                "It is not known which holds of {}: {}.{}",
                entry.key.replace('_', " "),
                join(&readings, "or"),
                reasons(&entry.value)
            ),
        );
    }
    for entry in book.section("numbers") {
        page.line(
            0,
            &format!(
                "{} is {}.{}",
                entry.key.replace('_', " "),
                quantity(&entry.value, &book.labels),
                reasons(&entry.value)
            ),
        );
    }
}

fn acts(book: &Book, page: &mut Page) {
    page.heading("Who may do what");
    let pace = book.case.get("pace").map_or(&[][..], Node::entries);
    if let Some(node) = book.case.get("pace")
        && !reasons(node).is_empty()
    {
        page.line(0, &format!("How often each comes to act{}.", reasons(node)));
    }
    let moves = book.section("moves");
    let mut told: Vec<&str> = Vec::new();
    let mut order: Vec<&str> = pace.iter().map(|entry| entry.key.as_str()).collect();
    order.extend(moves.iter().map(|entry| entry.key.as_str()));
    for key in order {
        if told.contains(&key) || matches!(key, "because" | "against" | "assume" | "note") {
            continue;
        }
        told.push(key);
        let mut line = if key == "procedure" { "The procedure".to_owned() } else { capital(&book.labels.of(key)) };
        match pace.iter().find(|entry| entry.key == key) {
            Some(entry) => {
                let _ = write!(line, " comes to act {}.{}", times(&entry.value, &book.labels), reasons(&entry.value));
            }
            None => line.push(':'),
        }
        page.line(0, &line);
        for table in moves.iter().filter(|table| table.key == key) {
            for entry in table.value.entries() {
                act(book, entry, page);
            }
        }
    }
}

/// How often: `1 to 4 times per month`.
fn times(node: &Node, labels: &Labels) -> String {
    let text = quantity(node, labels);
    if text == "0" || node.get("value").is_some_and(|value| matches!(value.kind, Kind::Integer(0))) {
        return "only where a move has a rate of its own".into();
    }
    match text.strip_prefix("1 per ") {
        Some(unit) => format!("once per {unit}"),
        None => text.replace(" per ", " times per "),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn act(book: &Book, entry: &Entry, page: &mut Page) {
    let node = &entry.value;
    let mut line = format!("may {}", entry.key.replace('_', " "));
    if let Some(chosen) = node.get("choose") {
        let _ = write!(line, " ({})", choice(chosen, &book.labels, &book.candidates));
    }
    if let Some(when) = node.get("when") {
        let _ = write!(line, " while {}", expression(when, &book.labels));
    }
    if let Some(rate) = node.get("rate") {
        let _ = write!(line, ", asked by itself {}", quantity(rate, &book.labels));
    }
    if let Some(consent) = node.get("consent") {
        let _ = write!(line, ", if {} agrees", expression(consent, &book.labels));
    }
    if let Some(ballot) = node.get("ballot") {
        let _ = write!(line, ", by ballot ({})", ballot_words(book, node, ballot));
    }
    let _ = write!(line, ": {}.", consequences(book, node));
    if !text(node, "says").is_empty() {
        let _ = write!(line, " That is: {}.", text(node, "says").trim_end_matches('.'));
    }
    if let Some(failed) = node.get("failed") {
        let _ = write!(line, " If it fails, {}.", effects(failed, &book.labels));
    }
    if matches!(node.get("seen").map(|seen| &seen.kind), Some(Kind::Boolean(false))) {
        line.push_str(" Others do not see it.");
    }
    page.line(2, &format!("{line}{}", reasons(node)));
}

fn consequences(book: &Book, node: &Node) -> String {
    let mut line = match (node.get("then").or(node.get("passed")), node.get("results").map(|results| &results.kind)) {
        (Some(then), _) => effects(then, &book.labels),
        (None, Some(Kind::Array(items))) => results(items, &book.labels),
        _ => "nothing changes".into(),
    };
    if let Some(pays) = node.get("pays") {
        let _ = write!(line, "; it {}", pays_words(pays, &book.labels));
    }
    line
}

fn wants(book: &Book, page: &mut Page) {
    page.heading("What each wants");
    for table in book.section("interests") {
        if let Some(columns) = table.value.get("columns") {
            let columns = values(columns, &book.candidates);
            page.line(0, &format!("By the last value of {}:{}", table.key.replace('_', " "), reasons(&table.value)));
            for row in table.value.entries() {
                let cells = row.value.get("worth").unwrap_or(&row.value);
                let Kind::Array(cells) = &cells.kind else { continue };
                if row.key == "columns" || cells.len() != columns.len() {
                    continue;
                }
                let cells: Vec<String> = cells
                    .iter()
                    .zip(&columns)
                    .map(|(cell, column)| format!("{} {}", book.labels.of(column), quantity(cell, &book.labels)))
                    .collect();
                page.line(2, &format!("{}: {}.{}", book.labels.of(&row.key), cells.join("; "), reasons(&row.value)));
            }
            continue;
        }
        page.line(0, &format!("{}:", capital(&book.labels.of(&table.key))));
        for entry in table.value.entries() {
            let node = &entry.value;
            let mut line = format!(
                "{}: {}",
                entry.key.replace('_', " "),
                node.get("worth").map_or_else(String::new, |worth| quantity(worth, &book.labels))
            );
            if let Some(when) = node.get("if") {
                let _ = write!(line, " if in the end {}", expression(when, &book.labels));
            }
            if let Some(each) = node.get("each") {
                let _ = write!(line, " each {}", each.text().unwrap_or(""));
            }
            if let Some(scope) = node.get("while") {
                let _ = write!(line, " while {}", expression(scope, &book.labels));
            }
            if let Some(once) = node.get("once") {
                let _ = write!(line, " whenever it comes about that {}", expression(once, &book.labels));
            }
            page.line(2, &format!("{line}.{}", reasons(node)));
        }
    }
    for owner in book.section("vote_pays") {
        for ballot in owner.value.entries() {
            let answers: Vec<String> = ballot
                .value
                .entries()
                .iter()
                .filter(|answer| !matches!(answer.key.as_str(), "because" | "against" | "assume" | "note"))
                .map(|answer| {
                    format!("{} is worth {}", book.labels.of(&answer.key), quantity(&answer.value, &book.labels))
                })
                .collect();
            page.line(
                0,
                &format!(
                    "In the vote on {}, to {}: {}.{}",
                    ballot.key.replace('_', " "),
                    book.labels.of(&owner.key),
                    answers.join("; "),
                    reasons(&ballot.value)
                ),
            );
        }
    }
}

fn chance(book: &Book, page: &mut Page) {
    let (events, timers) = (book.section("events"), book.section("timers"));
    if events.is_empty() && timers.is_empty() {
        return;
    }
    page.heading("What happens by chance");
    for entry in events {
        let node = &entry.value;
        let mut line = capital(&entry.key.replace('_', " "));
        if !text(node, "says").is_empty() {
            let _ = write!(line, " ({})", text(node, "says").trim_end_matches('.'));
        }
        if let Some(when) = node.get("when") {
            let _ = write!(line, ", while {}", expression(when, &book.labels));
        }
        match (node.get("on"), node.get("chance"), node.get("rate")) {
            (Some(_), chance, _) => {
                let _ = write!(line, ", on {}", date(node, "on"));
                if let Some(chance) = chance {
                    let _ = write!(line, " with chance {}", quantity(chance, &book.labels));
                }
            }
            (None, Some(chance), _) => {
                let _ = write!(line, ", with chance {}", quantity(chance, &book.labels));
            }
            (None, None, Some(rate)) => {
                let _ = write!(line, ", {}", quantity(rate, &book.labels));
            }
            (None, None, None) => line.push_str(", at once"),
        }
        page.line(0, &format!("{line}: {}.{}", consequences(book, node), reasons(node)));
    }
    for entry in timers {
        let node = &entry.value;
        let after = node.get("after").map_or_else(String::new, |after| quantity(after, &book.labels));
        let when = node.get("when").map_or_else(String::new, |when| expression(when, &book.labels));
        page.line(
            0,
            &format!(
                "{}: after {after} during which {when}: {}.{}",
                capital(&entry.key.replace('_', " ")),
                consequences(book, node),
                reasons(node)
            ),
        );
    }
}

fn voters(book: &Book, page: &mut Page) {
    page.heading("Who votes");
    let mut chambers: Vec<&Node> = book.case.get("chamber").into_iter().collect();
    chambers.extend(book.case.get("chambers").map_or(&[][..], Node::entries).iter().map(|entry| &entry.value));
    for chamber in chambers {
        let members = chamber
            .get("members")
            .map_or_else(String::new, |members| format!(" of {} members", quantity(members, &book.labels)));
        page.line(
            0,
            &format!(
                "{}{members}; a bloc's members follow its line with chance {}.{}",
                text(chamber, "name"),
                chamber.get("cohesion").map_or_else(|| "1".into(), |share| quantity(share, &book.labels)),
                reasons(chamber)
            ),
        );
        let blocs: Vec<String> = chamber
            .get("seats")
            .map_or(&[][..], Node::entries)
            .iter()
            .filter(|entry| !matches!(entry.key.as_str(), "because" | "against" | "assume" | "note"))
            .map(|entry| {
                let seats = entry.value.get("seats").unwrap_or(&entry.value);
                let habit = entry.value.get("habit").map_or_else(String::new, |habit| {
                    let share =
                        |key: &str| habit.get(key).map_or_else(String::new, |share| quantity(share, &book.labels));
                    format!(" (by habit attends with chance {}, says yes with {})", share("attend"), share("yes"))
                });
                format!("{} {}{habit}", book.labels.of(&entry.key), quantity(seats, &book.labels))
            })
            .collect();
        page.line(2, &format!("{}.", blocs.join("; ")));
    }
    for body in book.section("bodies") {
        let members: Vec<String> = body
            .value
            .get("weights")
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|entry| {
                format!(
                    "{} {}",
                    book.labels.of(&entry.key),
                    quantity(entry.value.get("weight").unwrap_or(&entry.value), &book.labels)
                )
            })
            .collect();
        let pass = body.value.get("pass").map_or_else(|| "a rule of each move".to_owned(), rule);
        page.line(
            0,
            &format!(
                "{} decides by {pass}: {}.{}",
                capital(&book.labels.of(&body.key)),
                members.join("; "),
                reasons(&body.value)
            ),
        );
    }
}

/// A rule in words.
pub(super) fn rule(node: &Node) -> String {
    if let Some(text) = node.text() {
        return text.to_owned();
    }
    if let Some(readings) = node.get("readings") {
        let readings: Vec<String> = readings
            .entries()
            .iter()
            .map(|entry| format!("{} (reading \"{}\")", rule(&entry.value), entry.key.replace('_', " ")))
            .collect();
        return join(&readings, "or");
    }
    if let Some(by) = node.get("by") {
        let cells: Vec<String> = node
            .entries()
            .iter()
            .filter(|entry| {
                !matches!(entry.key.as_str(), "by" | "because" | "against" | "assume" | "note" | "article" | "source")
            })
            .map(|entry| format!("{} (if {})", rule(&entry.value), entry.key.replace('_', " ")))
            .collect();
        return format!("{}, by {}", join(&cells, "or"), by.text().unwrap_or("").replace('_', " "));
    }
    let main = node.get("rule").or(node.get("quorum")).map_or_else(|| "?".to_owned(), rule);
    match (node.get("since").map(|since| &since.kind), node.get("before")) {
        (Some(Kind::Date(since)), Some(before)) => format!("{main} since {} (before, {})", day(*since), rule(before)),
        (Some(Kind::Date(since)), None) => format!("{main} since {}", day(*since)),
        _ => main,
    }
}

fn ballot_words(book: &Book, step: &Node, ballot: &Node) -> String {
    let body = ballot.get("body").and_then(Node::text).unwrap_or("chamber");
    let mut line = format!("in the {}", book.labels.of(body));
    if let Some(sitting) = step.get("sitting").or(ballot.get("sitting")) {
        let _ = write!(line, ", with {} present", rule(sitting));
    }
    if let Some(pass) = ballot.get("pass") {
        let _ = write!(line, ", by {}", rule(pass));
    }
    if let Some(against) = ballot.get("against") {
        let _ = write!(line, ", unless {} is against", rule(against));
    }
    if let Some(rounds) = ballot.get("rounds") {
        let rounds: Vec<String> = match &rounds.kind {
            Kind::Array(items) => items.iter().map(rule).collect(),
            _ => vec![rule(rounds)],
        };
        let names = ballot.get("names").map_or_else(Vec::new, |names| values(names, &book.candidates));
        let names: Vec<String> = names.iter().map(|id| book.labels.of(id)).collect();
        let _ = write!(line, ", among {}, by {}", join(&names, "and"), rounds.join(", failing that "));
    }
    line
}

fn asked(book: &Book, page: &mut Page) {
    let questions = book.section("questions");
    if !questions.is_empty() {
        page.heading("What is asked");
    }
    for entry in questions {
        let node = &entry.value;
        let mut line = node.get("name").and_then(Node::text).map_or_else(|| entry.key.replace('_', " "), str::to_owned);
        for (key, word) in [
            ("chance", "the chance that in the end"),
            ("shares", "the last value of"),
            ("date_of", "the day from which"),
            ("how_long", "for how long"),
            ("ended_by", "what ends it that"),
        ] {
            if let Some(asked) = node.get(key) {
                let _ = write!(line, ": {word} {}", expression(asked, &book.labels));
            }
        }
        if let Some(given) = node.get("given") {
            let _ = write!(line, ", given that {}", expression(given, &book.labels));
        }
        if let Some(by) = node.get("by") {
            let _ = write!(line, ", by {}", expression(by, &book.labels));
        }
        page.line(0, &format!("{}.", capital(&line)));
    }
    let options = book.section("options");
    if !options.is_empty() {
        page.heading("Options");
    }
    for owner in options {
        for entry in owner.value.entries() {
            let node = &entry.value;
            let mut parts = Vec::new();
            if let Some(first) = node.get("first") {
                parts.push(format!("does at once: {}", first.text().unwrap_or("")));
            }
            if let Some(never) = node.get("never") {
                parts.push(format!("never does {}", join(&values(never, &book.candidates), "or")));
            }
            if let Some(keep) = node.get("keep") {
                parts.push(format!("sees to it that {}", expression(keep, &book.labels)));
            }
            if let Some(stay) = node.get("stay_away") {
                parts.push(format!("stays away from {}", join(&values(stay, &book.candidates), "and")));
            }
            if let Some(length) = node.get("for") {
                parts.push(format!("for {}", length.text().unwrap_or("")));
            }
            if let Some(until) = node.get("until") {
                parts.push(format!("until {}", expression(until, &book.labels)));
            }
            let name = node.get("name").and_then(Node::text).map_or_else(|| entry.key.replace('_', " "), str::to_owned);
            page.line(0, &format!("{}, \"{name}\": {}.", capital(&book.labels.of(&owner.key)), parts.join(", ")));
        }
    }
    let beliefs = book.section("believes");
    if !beliefs.is_empty() {
        page.heading("Who errs");
    }
    for entry in beliefs {
        let lines: Vec<String> = entry
            .value
            .entries()
            .iter()
            .filter(|line| line.key.contains('.'))
            .map(|line| format!("{} to be {}", line.key, quantity(&line.value, &book.labels)))
            .collect();
        let until = entry
            .value
            .get("until")
            .map_or_else(String::new, |until| format!(", until {}", expression(until, &book.labels)));
        page.line(
            0,
            &format!(
                "{} takes {}{until}.{}",
                capital(&book.labels.of(&entry.key)),
                lines.join("; "),
                reasons(&entry.value)
            ),
        );
    }
}

/// A pack as prose, with the article beside each rule.
pub fn procedure(pack: &Source) -> String {
    procedure_page(&Book::of_pack(pack))
}

/// The procedure that a case follows, with what it replaces or adds marked as its own.
pub fn procedure_of(checked: &Checked) -> String {
    procedure_page(&Book::open(checked))
}

fn procedure_page(book: &Book) -> String {
    let mut page = Page { text: String::new() };
    page.line(0, text(&book.pack, "title"));
    page.line(0, text(&book.pack, "note"));
    page.heading("Offices");
    for entry in book.section("offices") {
        let convention = text(&entry.value, "convention");
        let convention = if convention.is_empty() { String::new() } else { format!(", by convention {convention}") };
        page.line(0, &format!("{}{convention}.{}", capital(&book.labels.of(&entry.key)), cited(&entry.value)));
    }
    page.heading("Stages");
    for entry in book.section("stages") {
        step(book, entry, "agenda", &mut page);
    }
    let motions = book.section("motions");
    if !motions.is_empty() {
        page.heading("Motions");
    }
    for entry in motions {
        step(book, entry, "sponsor", &mut page);
    }
    let timers = book.section("timers");
    if !timers.is_empty() {
        page.heading("Clocks");
    }
    for entry in timers {
        let node = &entry.value;
        let name = capital(&entry.key.replace('_', " "));
        page.line(0, &format!("{name}. {}{}", text(node, "says"), cited(node)));
        let after = node.get("after").map_or_else(String::new, |after| quantity(after, &book.labels));
        let when =
            node.get("when").map_or_else(String::new, |when| format!(" while {}", expression(when, &book.labels)));
        let then = node.get("then").map_or_else(String::new, |then| format!("; then {}", effects(then, &book.labels)));
        page.line(2, &format!("It runs for {after}{when}{then}."));
        practice(node, &mut page);
    }
    let caretaker = book.case.get("caretaker").or(book.pack.get("caretaker"));
    if let Some(node) = caretaker {
        page.heading("Caretaker");
        let when =
            node.get("when").map_or_else(String::new, |when| format!("While {}, ", expression(when, &book.labels)));
        let cannot: Vec<String> = node
            .get("cannot")
            .map_or_else(Vec::new, |list| values(list, &book.candidates))
            .iter()
            .map(|thing| thing.replace('_', " "))
            .collect();
        page.line(0, &capital(&format!("{when}the caretaker cannot {}.{}", join(&cannot, "or"), cited(node))));
    }
    page.text
}

/// What practice makes of a rule, where the pack says so.
fn practice(node: &Node, page: &mut Page) {
    if !text(node, "note").is_empty() {
        page.line(2, &format!("Note: {}", text(node, "note")));
    }
}

/// Where a rule is written, and what of it could not be checked.
fn cited(node: &Node) -> String {
    let article = text(node, "article");
    let article = if article.is_empty() { String::new() } else { format!("article {article}") };
    let copy = text(node, "copy");
    let source = match (text(node, "source"), copy) {
        ("", _) => String::new(),
        (source, "") => source.to_owned(),
        (source, copy) => format!("{source}, copy: {copy}"),
    };
    let place: Vec<String> = [article, source].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if place.is_empty() { String::new() } else { format!(" [{}]", place.join("; ")) };
    match text(node, "unverified") {
        "" => place,
        doubt => format!("{place} Not verified: {doubt}"),
    }
}

fn step(book: &Book, entry: &Entry, key: &str, page: &mut Page) {
    let node = &entry.value;
    let own =
        book.case.get("stages").or(book.case.get("motions")).is_some_and(|stages| stages.get(&entry.key).is_some());
    let by_case = if own { " (the case's own)" } else { "" };
    page.line(0, &format!("{}{by_case}. {}{}", capital(&entry.key.replace('_', " ")), text(node, "says"), cited(node)));
    if matches!(node.get("terminal").map(|terminal| &terminal.kind), Some(Kind::Boolean(true))) {
        page.line(2, "The procedure ends here.");
        practice(node, page);
        return;
    }
    if let Some(who) = node.get(key) {
        let names: Vec<String> = values(who, &book.candidates).iter().map(|id| book.labels.of(id)).collect();
        let must = if matches!(node.get("obliged").map(|obliged| &obliged.kind), Some(Kind::Boolean(true))) {
            "must"
        } else {
            "may"
        };
        let mut line = format!("{} {must} bring it", capital(&join(&names, "or")));
        if let Some(chosen) = node.get("choose") {
            let _ = write!(line, " ({})", choice(chosen, &book.labels, &book.candidates));
        }
        if let Some(when) = node.get("when") {
            let _ = write!(line, " while {}", expression(when, &book.labels));
        }
        page.line(2, &format!("{line}."));
    }
    if let Some(ballot) = node.get("ballot") {
        page.line(2, &format!("It is decided {}.", ballot_words(book, node, ballot)));
    }
    if let Some(consent) = node.get("consent") {
        page.line(2, &format!("It needs the consent of {}.", expression(consent, &book.labels)));
    }
    for (exit, word) in [
        ("passed", "When it has passed"),
        ("failed", "If it fails"),
        ("returned", "If it is given back"),
        ("lapsed", "If time runs out"),
    ] {
        if let Some(target) = node.get(exit) {
            page.line(2, &format!("{word}, {}.", effects(target, &book.labels)));
        }
    }
    if let Some(unless) = node.get("unless") {
        let who = unless.get("who").map_or_else(String::new, |who| expression(who, &book.labels));
        let then = unless.get("then").map_or_else(String::new, |then| effects(then, &book.labels));
        page.line(2, &format!("Unless {who} sees to it that {then} instead.{}", cited(unless)));
    }
    if let Some(deadline) = node.get("deadline") {
        let days = deadline.get("days").map_or_else(String::new, |days| quantity(days, &book.labels));
        let breach = match deadline.get("breach") {
            Some(breach) => match breach.text() {
                Some("nothing") => "nothing follows from a breach".to_owned(),
                Some("held") => "then it is held without fail".to_owned(),
                Some(exit) => format!("then as if {exit}"),
                None => format!("then {}", effects(breach, &book.labels)),
            },
            None => String::new(),
        };
        let unit = if days == "1" { "day" } else { "days" };
        let from = text(deadline, "from");
        let from = if from.is_empty() { String::new() } else { format!(" from {from}") };
        page.line(2, &format!("Within {days} {unit}{from}; {breach}."));
    }
    practice(node, page);
}
