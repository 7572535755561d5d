//! The procedure as a diagram: a box per stage in the order of its values, who brings it, what quorum and majority it needs, its
//! clock, and a line from each exit to where it leads.

use crate::Checked;
use crate::diagnostic::Source;
use crate::show::prose::{Book, rule};
use crate::show::words::{choice, effects, expression, quantity, values};
use crate::syntax::expression as parser;
use crate::syntax::tree::{Entry, Kind, Node};
use std::collections::BTreeSet;
use std::fmt::Write;

const BOX: i32 = 660;
const LINE: i32 = 18;
const PAD: i32 = 12;
const GAP: i32 = 26;
const LANE: i32 = 16;
const MARGIN: i32 = 20;
/// Characters in a line of a box.
const WIDE: usize = 96;

/// A pack as an SVG drawing that stands alone: readable without colour, with a title and a description.
pub fn diagram(pack: &Source) -> String {
    draw(&Book::of_pack(pack))
}

/// The procedure that a case follows, with what it replaces or adds.
pub fn diagram_of(checked: &Checked) -> String {
    draw(&Book::open(checked))
}

/// How a line is drawn: each exit has a pattern of its own, so that no colour is needed.
#[derive(Clone, Copy, PartialEq)]
enum Exit {
    Passed,
    Failed,
    Returned,
    Lapsed,
}

impl Exit {
    fn class(self) -> &'static str {
        match self {
            Exit::Passed => "passed",
            Exit::Failed => "failed",
            Exit::Returned => "returned",
            Exit::Lapsed => "lapsed",
        }
    }
}

/// A row of text in a box; an exit's row is where lines to other boxes begin.
struct Row {
    text: String,
    class: &'static str,
    /// The exit it stands for, with the boxes that it leads to.
    exit: Option<(Exit, Vec<usize>)>,
}

struct Block {
    title: String,
    article: String,
    rows: Vec<Row>,
    terminal: bool,
    top: i32,
    height: i32,
}

/// A line from a row of one box to another box.
struct Edge {
    from: usize,
    y: i32,
    to: usize,
    exit: Exit,
    lane: usize,
}

fn draw(book: &Book) -> String {
    let stages = ordered(book);
    let names: Vec<&str> = stages.iter().map(|stage| stage.0.as_str()).collect();
    let mut blocks: Vec<Block> = stages.iter().map(|(key, entry)| stage(book, key, *entry, &names)).collect();
    let beside = besides(book);
    let note_top = MARGIN + 64 + 3 * LINE;
    let mut y = note_top;
    for block in &mut blocks {
        place(block, &mut y);
    }
    let edges = edges(&blocks);
    let lanes = |forward: bool| {
        edges.iter().filter(|edge| (edge.to > edge.from) == forward).map(|edge| edge.lane + 1).max().unwrap_or(0)
    };
    let left = MARGIN + 14 + LANE * lanes(false) as i32;
    let width = left + BOX + 14 + LANE * lanes(true) as i32 + MARGIN;
    let mut body = String::new();
    for edge in &edges {
        line(&mut body, edge, &edges, &blocks, left);
    }
    for block in &blocks {
        rectangle(&mut body, block, left);
    }
    if !beside.is_empty() {
        y += 18;
        let _ = writeln!(body, "<text class=\"section\" x=\"{left}\" y=\"{y}\">Beside the stages</text>");
        y += 14;
        for mut block in beside {
            place(&mut block, &mut y);
            rectangle(&mut body, &block, left);
        }
    }
    page(book, &body, width, y + MARGIN - GAP + 8, left)
}

fn page(book: &Book, body: &str, width: i32, height: i32, left: i32) -> String {
    let title = book.pack.get("title").or(book.case.get("title")).and_then(Node::text).unwrap_or("Procedure");
    let legal = book.pack.get("legal").and_then(|legal| legal.text().or(legal.get("text").and_then(Node::text)));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" \
         font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\" font-size=\"12\">\n"
    );
    let _ = writeln!(svg, "<title id=\"title\">{}</title>", escape(title));
    let _ = writeln!(
        svg,
        "<desc id=\"desc\">A box for each stage of the procedure, from top to bottom: who brings it, what quorum and majority it \
         needs, its clock, and where each exit leads. Lines on the right lead onwards, lines on the left back.</desc>"
    );
    svg.push_str(
        "<style>\n\
         .box { fill: #ffffff; stroke: #333333; stroke-width: 1.2 }\n\
         .end { fill: #eeeeee; stroke: #333333; stroke-width: 2 }\n\
         .beside { fill: #ffffff; stroke: #333333; stroke-width: 1; stroke-dasharray: 1 3 }\n\
         text { fill: #111111 }\n\
         .name { font-weight: bold; font-size: 14px }\n\
         .heading { font-weight: bold; font-size: 18px }\n\
         .section { font-weight: bold; font-size: 14px }\n\
         .article { font-style: italic; fill: #444444 }\n\
         .says { fill: #333333 }\n\
         .doubt { font-style: italic; fill: #444444 }\n\
         path { fill: none; stroke-width: 1.6 }\n\
         path.passed { stroke: #0072b2 }\n\
         path.failed { stroke: #d55e00; stroke-dasharray: 9 4 }\n\
         path.returned { stroke: #444444; stroke-dasharray: 2 3 }\n\
         path.lapsed { stroke: #7a4a9e; stroke-dasharray: 10 3 2 3 }\n\
         .head { stroke: none }\n\
         .head.passed { fill: #0072b2 } .head.failed { fill: #d55e00 } .head.returned { fill: #444444 } .head.lapsed { fill: #7a4a9e }\n\
         </style>\n",
    );
    let _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
    let mut y = MARGIN + 16;
    let _ = writeln!(svg, "<text class=\"heading\" x=\"{left}\" y=\"{y}\">{}</text>", escape(title));
    for text in wrap(legal.unwrap_or(""), WIDE + 6).into_iter().take(2) {
        y += LINE;
        let _ = writeln!(svg, "<text class=\"article\" x=\"{left}\" y=\"{y}\">{}</text>", escape(&text));
    }
    let y = MARGIN + 64 + LINE;
    let mut x = left;
    for (exit, word) in [
        (Exit::Passed, "passed"),
        (Exit::Failed, "fails"),
        (Exit::Returned, "given back"),
        (Exit::Lapsed, "time is up"),
    ] {
        let class = exit.class();
        let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x} {} h44\"/>", y - 4);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y}\">{word}</text>", x + 52);
        x += 150;
    }
    svg.push_str(body);
    svg.push_str("</svg>\n");
    svg
}

/// Stages in the order of the variable's values, those without a table too.
fn ordered<'b>(book: &'b Book) -> Vec<(String, Option<&'b Entry>)> {
    let stages = book.section("stages");
    let state = book.section("state").into_iter().find(|entry| entry.key == "stage");
    let domain =
        state.and_then(|entry| entry.value.get("values")).map_or_else(Vec::new, |list| values(list, &book.candidates));
    let mut ordered: Vec<(String, Option<&Entry>)> =
        domain.iter().map(|name| (name.clone(), stages.iter().find(|entry| entry.key == *name).copied())).collect();
    for entry in stages {
        if !domain.contains(&entry.key) {
            ordered.push((entry.key.clone(), Some(entry)));
        }
    }
    ordered
}

fn place(block: &mut Block, y: &mut i32) {
    block.top = *y;
    block.height = 2 * PAD + LINE + LINE * block.rows.len() as i32 - 4;
    *y += block.height + GAP;
}

fn stage(book: &Book, key: &str, entry: Option<&Entry>, names: &[&str]) -> Block {
    let terminal = entry.is_none_or(|entry| is_true(entry.value.get("terminal")));
    let mut block = Block {
        title: capital(&key.replace('_', " ")),
        article: String::new(),
        rows: Vec::new(),
        terminal,
        top: 0,
        height: 0,
    };
    if let Some(entry) = entry {
        facts(book, &entry.value, "agenda", &mut block);
        exits(book, key, &entry.value, names, &mut block);
    }
    block
}

/// What a step says of itself: words, who brings it, quorum, majority, clock.
fn facts(book: &Book, node: &Node, key: &str, block: &mut Block) {
    let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or("");
    // A long list of articles stands on lines of its own: nothing is cut off.
    if block.title.chars().count() * 5 / 4 + text("article").chars().count() <= 78 {
        text("article").clone_into(&mut block.article);
    } else {
        block.say("article", &format!("article {}", text("article")));
    }
    block.say("says", text("says"));
    if !text("unverified").is_empty() {
        block.say("doubt", &format!("Not verified: {}.", text("unverified")));
    }
    if is_true(node.get("terminal")) {
        return;
    }
    if let Some(who) = node.get(key) {
        let names: Vec<String> = values(who, &book.candidates).iter().map(|id| book.labels.of(id)).collect();
        let names = crate::show::words::join(&names, "or");
        let mut line = match (names.as_str(), is_true(node.get("obliged"))) {
            ("nobody", _) => "Brought by nobody: it comes by itself".to_owned(),
            ("chamber", _) => "Brought by: a bloc of the chamber".to_owned(),
            (names, true) => format!("Brought by: {names}, who must"),
            (names, false) => format!("Brought by: {names}"),
        };
        if let Some(chosen) = node.get("choose") {
            let _ = write!(line, " (choosing {})", choice(chosen, &book.labels, &book.candidates));
        }
        if let Some(when) = node.get("when") {
            let _ = write!(line, ", while {}", expression(when, &book.labels));
        }
        block.say("fact", &line);
    } else if let Some(when) = node.get("when") {
        block.say("fact", &format!("While {}", expression(when, &book.labels)));
    }
    let ballot = node.get("ballot");
    if let Some(sitting) = node.get("sitting").or(ballot.and_then(|ballot| ballot.get("sitting"))) {
        block.say("fact", &format!("Quorum: {}", rule(sitting)));
    }
    if let Some(ballot) = ballot {
        let body = ballot
            .get("body")
            .and_then(Node::text)
            .map_or_else(String::new, |body| format!(" in {}", book.labels.of(body)));
        let mut line = format!("Decided{body} by: ");
        if let Some(pass) = ballot.get("pass") {
            line.push_str(&rule(pass));
        }
        if let Some(against) = ballot.get("against") {
            let _ = write!(line, "passes unless {} is against", rule(against));
        }
        if let Some(rounds) = ballot.get("rounds") {
            let rounds: Vec<String> = match &rounds.kind {
                Kind::Array(items) => items.iter().map(rule).collect(),
                _ => vec![rule(rounds)],
            };
            let _ = write!(line, "{}, among several names", rounds.join(", failing that "));
        }
        block.say("fact", &line);
    }
    if let Some(consent) = node.get("consent") {
        let who = consent.text().unwrap_or("?");
        let who = if who.contains(" of ") { format!("the {}", who.replace('_', " ")) } else { book.labels.of(who) };
        block.say("fact", &format!("Needs the consent of: {who}"));
    }
    if let Some(after) = node.get("after") {
        block.say("fact", &format!("Clock: {}", quantity(after, &book.labels)));
    }
    if let Some(deadline) = node.get("deadline") {
        let days = deadline.get("days").map_or_else(String::new, |days| quantity(days, &book.labels));
        let unit = if days == "1" { "day" } else { "days" };
        let from = deadline.get("from").and_then(Node::text).unwrap_or("stage");
        let from = if from == "stage" { "the stage's beginning" } else { from };
        let breach = match deadline.get("breach").and_then(Node::text) {
            Some("nothing") => "; no sanction",
            Some("held") => "; then it is held without fail",
            _ => "",
        };
        block.say("fact", &format!("Clock: {days} {unit} from {from}{breach}"));
    }
}

fn exits(book: &Book, own: &str, node: &Node, names: &[&str], block: &mut Block) {
    if block.terminal {
        return;
    }
    let breach = node.get("deadline").and_then(|deadline| deadline.get("breach"));
    let lapses_as = breach.and_then(Node::text);
    for (key, exit, word) in [
        ("passed", Exit::Passed, "Passed"),
        ("failed", Exit::Failed, "Fails"),
        ("returned", Exit::Returned, "Given back"),
        ("lapsed", Exit::Lapsed, "Time is up"),
    ] {
        if let Some(target) = node.get(key) {
            let word = if lapses_as == Some(key) && key != "lapsed" {
                format!("{word}, or time is up")
            } else {
                word.to_owned()
            };
            block.exit(book, own, &word, exit, target, names);
        }
    }
    if let Some(target) = breach.filter(|breach| breach.text().is_none()) {
        block.exit(book, own, "Time is up", Exit::Lapsed, target, names);
    }
    if let Some(unless) = node.get("unless") {
        averted(book, unless, block);
    }
}

fn averted(book: &Book, unless: &Node, block: &mut Block) {
    let who = unless.get("who").map_or_else(String::new, |who| expression(who, &book.labels));
    let then = unless.get("then").map_or_else(String::new, |then| outcome(book, then));
    block.say("fact", &format!("Unless {who} averts it: {then}"));
}

/// Motions, timers and events: boxes without lines, since they may come at several stages.
fn besides(book: &Book) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (section, kind, key) in
        [("motions", "Motion", "sponsor"), ("timers", "Clock", "sponsor"), ("events", "Of itself", "sponsor")]
    {
        for entry in book.section(section) {
            let in_case = book.case.get(section).is_some_and(|list| list.get(&entry.key).is_some());
            if in_case && section == "events" {
                continue;
            }
            let title = format!("{kind}: {}", entry.key.replace('_', " "));
            let mut block =
                Block { title, article: String::new(), rows: Vec::new(), terminal: false, top: 0, height: 0 };
            facts(book, &entry.value, key, &mut block);
            for (key, word) in [("passed", "Passed"), ("failed", "Fails"), ("then", "Then")] {
                if let Some(target) = entry.value.get(key) {
                    block.say("exit", &format!("{word} \u{2192} {}", outcome(book, target)));
                }
            }
            if let Some(unless) = entry.value.get("unless") {
                averted(book, unless, &mut block);
            }
            blocks.push(block);
        }
    }
    if let Some(node) = book.case.get("caretaker").or(book.pack.get("caretaker")) {
        let title = "Caretaker: the outgoing government".to_owned();
        let mut block = Block { title, article: String::new(), rows: Vec::new(), terminal: false, top: 0, height: 0 };
        facts(book, node, "sponsor", &mut block);
        let cannot: Vec<String> = node
            .get("cannot")
            .map_or_else(Vec::new, |list| values(list, &book.candidates))
            .iter()
            .map(|thing| thing.replace('_', " "))
            .collect();
        if !cannot.is_empty() {
            block.say("exit", &format!("Cannot: {}", crate::show::words::join(&cannot, "or")));
        }
        blocks.push(block);
    }
    blocks
}

/// What an exit does, stages first: `Formed; government becomes winner`.
fn outcome(book: &Book, target: &Node) -> String {
    if let Kind::Table(entries) = &target.kind {
        let stage = entries.iter().find(|entry| entry.key == "stage").and_then(|entry| entry.value.text());
        let rest: Vec<Entry> = entries.iter().filter(|entry| entry.key != "stage").cloned().collect();
        let simple = stage.is_some_and(|text| text.chars().all(|c| c.is_alphanumeric() || c == '_'));
        if simple {
            let name = capital(&stage.unwrap_or("").replace('_', " "));
            if rest.is_empty() {
                return name;
            }
            let rest = Node { span: target.span, kind: Kind::Table(rest) };
            return format!("{name}; {}", effects(&rest, &book.labels));
        }
    }
    effects(target, &book.labels)
}

impl Block {
    fn say(&mut self, class: &'static str, text: &str) {
        for text in wrap(text, WIDE) {
            self.rows.push(Row { text, class, exit: None });
        }
    }

    fn exit(&mut self, book: &Book, own: &str, word: &str, exit: Exit, target: &Node, names: &[&str]) {
        let mut found = BTreeSet::new();
        stage_names(target, &mut found);
        let to: Vec<usize> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| found.contains(**name) && **name != own)
            .map(|(at, _)| at)
            .collect();
        let back = if to.is_empty() { " (the stage goes on)" } else { "" };
        let mut rows = wrap(&format!("{word} \u{2192} {}{back}", outcome(book, target)), WIDE).into_iter();
        let first = rows.next().unwrap_or_default();
        self.rows.push(Row { text: first, class: "exit", exit: Some((exit, to)) });
        self.rows.extend(rows.map(|text| Row { text, class: "exit", exit: None }));
    }
}

/// Names that stand where a stage is assigned.
fn stage_names(node: &Node, found: &mut BTreeSet<String>) {
    fn within(node: &Node, found: &mut BTreeSet<String>) {
        match &node.kind {
            Kind::Text(text) => {
                if let Ok(ast) = parser::parse(text) {
                    crate::check::mentions(&ast, found);
                }
            }
            Kind::Table(entries) => entries.iter().for_each(|entry| within(&entry.value, found)),
            Kind::Array(items) => items.iter().for_each(|item| within(item, found)),
            _ => {}
        }
    }
    match &node.kind {
        Kind::Table(entries) => {
            for entry in entries {
                if entry.key == "stage" { within(&entry.value, found) } else { stage_names(&entry.value, found) }
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| stage_names(item, found)),
        _ => {}
    }
}

/// Lines with the lane each runs in: those on one side whose heights overlap have different lanes, short ones the inner.
fn edges(blocks: &[Block]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (from, block) in blocks.iter().enumerate() {
        for (n, row) in block.rows.iter().enumerate() {
            let Some((exit, targets)) = &row.exit else { continue };
            let y = row_y(block, n) - 4;
            edges.extend(targets.iter().map(|to| Edge { from, y, to: *to, exit: *exit, lane: 0 }));
        }
    }
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by_key(|at| (edges[*at].from.abs_diff(edges[*at].to), edges[*at].from, *at));
    let mut taken: Vec<(bool, usize, i32, i32)> = Vec::new();
    for at in order {
        let edge = &edges[at];
        let forward = edge.to > edge.from;
        let end = blocks[edge.to].top;
        let (low, high) = (edge.y.min(end) - 6, edge.y.max(end + PAD + LINE) + 6);
        let mut lane = 0;
        while taken.iter().any(|(side, used, l, h)| *side == forward && *used == lane && *l < high && low < *h) {
            lane += 1;
        }
        taken.push((forward, lane, low, high));
        edges[at].lane = lane;
    }
    edges
}

fn row_y(block: &Block, n: usize) -> i32 {
    block.top + PAD + 14 + LINE * (n as i32 + 1)
}

fn line(svg: &mut String, edge: &Edge, all: &[Edge], blocks: &[Block], left: i32) {
    let forward = edge.to > edge.from;
    let target = &blocks[edge.to];
    // Lines that end at one box on one side arrive below each other.
    // The inner lane ends first, so that no line crosses another's end.
    let mut arriving: Vec<&Edge> =
        all.iter().filter(|other| other.to == edge.to && (other.to > other.from) == forward).collect();
    arriving.sort_by_key(|other| if forward { other.lane as i32 } else { -(other.lane as i32) });
    let rank = arriving.iter().position(|other| std::ptr::eq(*other, edge)).unwrap_or(0);
    let room = (target.height - 12).max(8);
    let end = target.top + 10 + (rank as i32 * 9) % room;
    let class = edge.exit.class();
    let lane = 14 + LANE * edge.lane as i32;
    let (start, lane_x, tip) =
        if forward { (left + BOX, left + BOX + lane, left + BOX + 7) } else { (left, left - lane, left - 7) };
    let y = edge.y;
    let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{start} {y} H{lane_x} V{end} H{tip}\"/>");
    let base = if forward { tip + 2 } else { tip - 2 };
    let point = if forward { left + BOX } else { left };
    let _ = writeln!(
        svg,
        "<polygon class=\"head {class}\" points=\"{point},{end} {base},{} {base},{}\"/>",
        end - 5,
        end + 5
    );
}

fn rectangle(svg: &mut String, block: &Block, left: i32) {
    let class = if block.terminal {
        "end"
    } else if block.title.contains(": ") {
        "beside"
    } else {
        "box"
    };
    let round = if block.terminal { 14 } else { 3 };
    let _ = writeln!(
        svg,
        "<g><rect class=\"{class}\" x=\"{left}\" y=\"{}\" width=\"{BOX}\" height=\"{}\" rx=\"{round}\"/>",
        block.top, block.height
    );
    let x = left + PAD;
    let y = block.top + PAD + 12;
    let _ = writeln!(svg, "<text class=\"name\" x=\"{x}\" y=\"{y}\">{}</text>", escape(&block.title));
    let article = &block.article;
    if !article.is_empty() {
        let x = left + BOX - PAD;
        let _ = writeln!(
            svg,
            "<text class=\"article\" text-anchor=\"end\" x=\"{x}\" y=\"{y}\">article {}</text>",
            escape(article)
        );
    }
    for (n, row) in block.rows.iter().enumerate() {
        let y = row_y(block, n);
        if let Some((exit, targets)) = &row.exit {
            let class = exit.class();
            // The row is tied to its line by the same pattern on the side on which it leaves.
            let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x} {} h26\"/>", y - 4);
            let _ = targets;
        }
        let indent = if row.class == "exit" && class != "beside" { 34 } else { 0 };
        let _ =
            writeln!(svg, "<text class=\"{}\" x=\"{}\" y=\"{y}\">{}</text>", row.class, x + indent, escape(&row.text));
    }
    svg.push_str("</g>\n");
}

fn is_true(node: Option<&Node>) -> bool {
    matches!(node.map(|node| &node.kind), Some(Kind::Boolean(true)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn wrap(text: &str, wide: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= wide => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
