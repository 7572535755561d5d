//! Gambit's EFG text: every mistake with its line and column, and a [`Tree`] where there is none.
//!
//! ```text
//! file    = "EFG" "2" ("R" | "D") title "{" player … "}" [comment] node …
//! node    = "c" name number [name] ["{" (label probability) … "}"] outcome
//!         | "p" name player number [name] ["{" label … "}"] outcome
//!         | "t" name outcome
//! outcome = number [name] ["{" payoff … "}"]
//! ```
//!
//! Names, titles, labels are in double quotes, `\"` inside them being a quote; numbers are decimals or fractions of
//! decimals; commas may stand between the members of a list; white space is free. Nodes come in pre-order. Lists may be
//! left out where the set or the outcome has been given before. Outcome 0 is none; outcomes at nodes that do not end the
//! game are paid on the way.
//!
//! Source: the section on the EFG format of Gambit's manual (<https://gambitproject.readthedocs.io/en/latest/formats.html>).

use crate::tree::{Mover, Node, Set, Tree};
use rustc_hash::FxHashMap;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Byte of the text.
    pub at: usize,
    /// One sentence, lower case, the file's words in backticks.
    pub message: String,
}

/// Files with more nodes are refused.
pub const MOST_NODES: usize = 100_000_000;

/// After so many mistakes reading stops.
const MOST_MISTAKES: usize = 50;

/// Payoffs beyond this are refused, so that no sum of them overflows.
const LARGEST: f64 = 1e100;

/// How far the probabilities of a move of chance may be from 1 together: rounded decimals, which are scaled to 1.
const ROUNDING: f64 = 1e-5;

/// Reads a file.
///
/// # Errors
/// Every mistake found, in the order of the text, at least one.
pub fn read(text: &str) -> Result<Tree, Vec<Mistake>> {
    let mut reader = Reader { text, at: 0, found: Vec::new(), tree: Tree::default(), menus: FxHashMap::default() };
    if text.starts_with('\u{feff}') {
        reader.at = 3;
    }
    reader.file();
    let Reader { found, tree, .. } = reader;
    if found.is_empty() { Ok(tree) } else { Err(placed(text, found)) }
}

/// A mistake by its byte.
type Found = (usize, String);

/// Reading cannot go on here; the mistake has been noted.
struct Lost;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    found: Vec<Found>,
    tree: Tree,
    menus: FxHashMap<Vec<String>, u32>,
}

/// What nodes refer to.
#[derive(Default)]
struct Known {
    sets: FxHashMap<(Mover, i64), u32>,
    /// Row and place of the definition.
    outcomes: FxHashMap<i64, (u32, usize)>,
    /// Line of the byte up to which lines have been counted.
    line: u32,
    counted: usize,
}

impl Reader<'_> {
    fn file(&mut self) {
        if self.header().is_err() {
            return;
        }
        let mut known = Known { line: 1, ..Known::default() };
        self.tree.outcomes = vec![0.0; self.tree.players.len()];
        // Nodes whose branches are still to come: the node, and how many.
        let mut open: Vec<(u32, u32)> = Vec::new();
        let mut parents: Vec<u32> = Vec::new();
        let mut broken = false;
        loop {
            self.space();
            if self.at == self.text.len() || self.found.len() >= MOST_MISTAKES {
                break;
            }
            let start = self.at;
            let Ok(node) = self.node(&mut known) else {
                // What follows is still looked at for its own mistakes; the shape of the tree is not.
                broken = true;
                self.next_node(start);
                continue;
            };
            while open.last().is_some_and(|(_, left)| *left == 0) {
                open.pop();
            }
            let number = self.tree.nodes.len() as u32;
            match open.last_mut() {
                Some((parent, left)) => {
                    *left -= 1;
                    parents.push(*parent);
                }
                None if number == 0 => parents.push(0),
                None if broken => parents.push(0),
                None => {
                    self.note(start, "the tree is complete before this node: it is no branch of any other".into());
                    broken = true;
                    parents.push(0);
                }
            }
            if node.set != Node::TERMINAL {
                let set = &mut self.tree.sets[node.set as usize];
                if set.members == 0 {
                    set.node = number;
                }
                set.members += 1;
                open.push((number, self.tree.menus[set.menu as usize].len() as u32));
            }
            self.tree.nodes.push(node);
            if self.tree.nodes.len() > MOST_NODES {
                self.note(start, format!("the file has more than {MOST_NODES} nodes"));
                return;
            }
        }
        if self.tree.nodes.is_empty() && self.found.is_empty() {
            self.note(self.text.len(), "the file ends before the first node".into());
        }
        if let Some((_, left)) = open.iter().rev().find(|(_, left)| *left > 0)
            && !broken
        {
            let missing: u64 = open.iter().map(|(_, left)| u64::from(*left)).sum();
            let message = if missing == 1 {
                "the file ends before the tree is complete: one branch is missing".to_owned()
            } else {
                format!(
                    "the file ends before the tree is complete: {missing} branches are missing, {left} of the last node"
                )
            };
            self.note(self.text.len(), message);
        }
        if self.found.is_empty() {
            self.shape(&parents);
        }
    }

    /// Children in order, from each node's parent.
    fn shape(&mut self, parents: &[u32]) {
        let tree = &mut self.tree;
        let mut first = 0;
        for node in &mut tree.nodes {
            node.first = first;
            if node.set != Node::TERMINAL {
                first += tree.menus[tree.sets[node.set as usize].menu as usize].len() as u32;
            }
        }
        tree.children = vec![0; first as usize];
        let mut filled: Vec<u32> = tree.nodes.iter().map(|node| node.first).collect();
        for (node, &parent) in parents.iter().enumerate().skip(1) {
            let place = &mut filled[parent as usize];
            tree.children[*place as usize] = node as u32;
            *place += 1;
        }
    }

    fn header(&mut self) -> Result<(), Lost> {
        self.space();
        self.word("EFG", "the file of a game tree begins with `EFG 2 R`")?;
        let at = self.place();
        if self.number("the version, 2")? != 2.0 {
            return Err(self.lost(at, "only version 2 of the format is read".into()));
        }
        let at = self.place();
        match self.rest().as_bytes().first() {
            Some(b'R' | b'D') => self.at += 1,
            _ => return Err(self.lost(at, "expected `R` (or `D`) after the version".into())),
        }
        self.tree.title = self.name("the game's title")?;
        self.brace('{', "the list of players")?;
        while !self.closes() {
            let player = self.name("a player's name, or `}`")?;
            self.tree.players.push(player);
        }
        self.space();
        if self.rest().starts_with('"') {
            self.tree.comment = self.name("a comment")?;
        }
        Ok(())
    }

    fn node(&mut self, known: &mut Known) -> Result<Node, Lost> {
        let start = self.at;
        let letter = self.rest().chars().next().unwrap_or(' ');
        if !matches!(letter, 'c' | 'p' | 't') {
            let shown: String = self.rest().chars().take_while(|c| !c.is_whitespace()).take(20).collect();
            return Err(self.lost(
                start,
                format!(
                    "expected a node, which begins with `c` (chance), `p` (a player) or `t` (the end), found `{shown}`"
                ),
            ));
        }
        self.at += 1;
        known.line += self.text[known.counted..start].matches('\n').count() as u32;
        known.counted = start;
        self.name("the node's name (it may be empty: `\"\"`)")?;
        let set = match letter {
            't' => Node::TERMINAL,
            'c' => self.set(Mover::Chance, known)?,
            _ => {
                let at = self.place();
                let player = self.whole("the player's number")?;
                let n = self.tree.players.len() as i64;
                if !(1..=n).contains(&player) {
                    let message = match n {
                        0 => format!("player {player} of a game without players"),
                        n => format!("there is no player {player}: the file names {n}"),
                    };
                    return Err(self.lost(at, message));
                }
                self.set(Mover::Player(player as u32 - 1), known)?
            }
        };
        let outcome = self.outcome(known)?;
        Ok(Node { set, outcome, first: 0 })
    }

    fn set(&mut self, mover: Mover, known: &mut Known) -> Result<u32, Lost> {
        let at = self.place();
        let number = self.whole("the information set's number")?;
        let what = || match mover {
            Mover::Chance => format!("move {number} of chance"),
            Mover::Player(player) => format!("information set {number} of player {}", player + 1),
        };
        self.space();
        let named = self.rest().starts_with('"');
        if named {
            self.name("the information set's name")?;
            self.space();
        }
        let before = known.sets.get(&(mover, number)).copied();
        if !self.rest().starts_with('{') {
            return before.ok_or_else(|| {
                self.lost(at, format!("{} has not been given its actions yet: `{{ … }}` is missing", what()))
            });
        }
        self.at += 1;
        let list = self.at;
        let (mut labels, mut chances) = (Vec::new(), Vec::new());
        while !self.closes() {
            labels.push(self.name("an action's label, or `}`")?);
            if mover == Mover::Chance {
                let at = self.place();
                let chance = self.number("the action's probability")?;
                if chance < 0.0 {
                    self.note(at, format!("a probability of {chance}: none is below 0"));
                }
                chances.push(chance);
            }
        }
        if labels.is_empty() {
            return Err(self.lost(list, format!("{} has no actions; there must be at least one", what())));
        }
        if mover == Mover::Chance {
            let sum: f64 = chances.iter().sum();
            if (sum - 1.0).abs() > ROUNDING {
                self.note(list, format!("the probabilities of {} add up to {sum}, not 1", what()));
            }
            for chance in &mut chances {
                *chance /= sum;
            }
        } else {
            chances.resize(labels.len(), 0.0);
        }
        let menus = &mut self.tree.menus;
        let menu = *self.menus.entry(labels).or_insert_with_key(|labels| {
            menus.push(labels.clone());
            menus.len() as u32 - 1
        });
        if let Some(set) = before {
            let Set { menu: said, first_action, line, .. } = self.tree.sets[set as usize];
            if said != menu {
                self.note(list, format!("{} has other actions on line {line}", what()));
            } else if mover == Mover::Chance && self.tree.chances[first_action as usize..][..chances.len()] != chances {
                self.note(list, format!("{} has other probabilities on line {line}", what()));
            }
            return Ok(set);
        }
        let set = self.tree.sets.len() as u32;
        let first_action = self.tree.chances.len() as u32;
        self.tree.chances.extend(chances);
        self.tree.sets.push(Set { mover, number, menu, first_action, node: 0, members: 0, line: known.line });
        known.sets.insert((mover, number), set);
        Ok(set)
    }

    fn outcome(&mut self, known: &mut Known) -> Result<u32, Lost> {
        let at = self.place();
        let number = self.whole("the outcome's number (0 for none)")?;
        self.space();
        if self.rest().starts_with('"') {
            self.name("the outcome's name")?;
            self.space();
        }
        let before = known.outcomes.get(&number).copied();
        if !self.rest().starts_with('{') {
            return match before {
                Some((row, _)) => Ok(row),
                None if number == 0 => Ok(0),
                None => Err(self.lost(at, format!("outcome {number} has not been given its payoffs yet"))),
            };
        }
        self.at += 1;
        let list = self.at;
        let n = self.tree.players.len();
        let mut payoffs = Vec::with_capacity(n.min(64));
        while !self.closes() {
            let at = self.place();
            let payoff = self.number("a payoff, or `}`")?;
            if payoff.abs() > LARGEST {
                self.note(at, format!("a payoff of {payoff:e} is too large; {LARGEST:e} is the largest"));
            }
            payoffs.push(payoff);
        }
        if payoffs.len() != n {
            let given = count(payoffs.len(), "payoff");
            return Err(self.lost(list, format!("outcome {number} has {given} for {}", count(n, "player"))));
        }
        if number == 0 {
            return Err(self.lost(at, "outcome 0 stands for no outcome and cannot have payoffs".into()));
        }
        if let Some((row, defined)) = before {
            if self.tree.outcomes[row as usize * n..][..n] != payoffs {
                let line = 1 + self.text[..defined].matches('\n').count();
                self.note(list, format!("outcome {number} has other payoffs on line {line}"));
            }
            return Ok(row);
        }
        // Row 0 is there for players' sake even where there are none.
        let row = known.outcomes.len() as u32 + 1;
        self.tree.outcomes.extend(payoffs);
        known.outcomes.insert(number, (row, at));
        Ok(row)
    }

    /// After a mistake: the next line that looks like a node.
    fn next_node(&mut self, start: usize) {
        self.at = self.at.max(start);
        while let Some(end) = self.rest().find('\n') {
            self.at += end + 1;
            let line = self.rest().trim_start_matches([' ', '\t', '\r']).as_bytes();
            if matches!(line, [b'c' | b'p' | b't', b' ' | b'\t' | b'"', ..]) {
                return;
            }
        }
        self.at = self.text.len();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
        self.at += self.text.as_bytes()[self.at..].iter().take_while(|b| blank(b)).count();
    }

    /// The place of the next token.
    fn place(&mut self) -> usize {
        self.space();
        self.at
    }

    fn word(&mut self, word: &str, expected: &str) -> Result<(), Lost> {
        let at = self.place();
        if !self.rest().starts_with(word) {
            return Err(self.lost(at, expected.to_owned()));
        }
        self.at += word.len();
        Ok(())
    }

    fn brace(&mut self, brace: char, expected: &str) -> Result<(), Lost> {
        let at = self.place();
        if !self.rest().starts_with(brace) {
            return Err(self.lost(at, format!("expected `{brace}`: {expected}")));
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over commas, and over the end of a list where it comes next.
    fn closes(&mut self) -> bool {
        self.space();
        while self.rest().starts_with(',') {
            self.at += 1;
            self.space();
        }
        let closes = self.rest().starts_with('}');
        self.at += usize::from(closes);
        closes
    }

    fn name(&mut self, expected: &str) -> Result<String, Lost> {
        let at = self.place();
        if !self.rest().starts_with('"') {
            let message = if self.rest().is_empty() {
                format!("expected {expected}, in double quotes, but the file ends")
            } else {
                format!("expected {expected}, in double quotes")
            };
            return Err(self.lost(at, message));
        }
        let bytes = self.text.as_bytes();
        let mut end = at + 1;
        let mut escaped = false;
        loop {
            match bytes.get(end) {
                None => return Err(self.lost(at, "this quotation is not closed".into())),
                Some(b'\\') if bytes.get(end + 1) == Some(&b'"') => {
                    escaped = true;
                    end += 2;
                }
                Some(b'"') => break,
                Some(_) => end += 1,
            }
        }
        self.at = end + 1;
        let inside = &self.text[at + 1..end];
        Ok(if escaped { inside.replace("\\\"", "\"") } else { inside.to_owned() })
    }

    /// A decimal, or a fraction of two.
    fn number(&mut self, expected: &str) -> Result<f64, Lost> {
        let at = self.place();
        let part = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E' | b'/');
        let length = self.text.as_bytes()[at..].iter().take_while(|b| part(b)).count();
        let written = &self.text[at..at + length];
        if written.is_empty() {
            let message = if self.rest().is_empty() {
                format!("expected {expected}, but the file ends")
            } else {
                format!("expected {expected}")
            };
            return Err(self.lost(at, message));
        }
        let value = match written.split_once('/') {
            None => written.parse::<f64>().ok(),
            Some((above, below)) => match (above.parse::<f64>(), below.parse::<f64>()) {
                (Ok(above), Ok(below)) => Some(above / below),
                _ => None,
            },
        };
        match value {
            Some(value) if value.is_finite() => {
                self.at += length;
                Ok(value)
            }
            Some(_) => Err(self.lost(at, format!("`{}` is no finite number", clipped(written)))),
            None => Err(self.lost(at, format!("`{}` is not a number", clipped(written)))),
        }
    }

    fn whole(&mut self, expected: &str) -> Result<i64, Lost> {
        let at = self.place();
        let value = self.number(expected)?;
        if value.fract() != 0.0 || value.abs() > 9e15 {
            return Err(self.lost(at, format!("expected {expected}, a whole number, found {value}")));
        }
        Ok(value as i64)
    }

    fn note(&mut self, at: usize, message: String) {
        self.found.push((at, message));
    }

    fn lost(&mut self, at: usize, message: String) -> Lost {
        self.note(at, message);
        Lost
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn clipped(written: &str) -> String {
    if written.len() > 30 { format!("{}…", &written[..30]) } else { written.to_owned() }
}

/// Lines and columns of mistakes, in the order of the text.
fn placed(text: &str, mut found: Vec<Found>) -> Vec<Mistake> {
    found.sort_by_key(|(at, _)| *at);
    let (mut line, mut line_start, mut counted) = (1, 0, 0);
    found
        .into_iter()
        .map(|(at, message)| {
            for (i, byte) in text.as_bytes()[counted..at].iter().enumerate() {
                if *byte == b'\n' {
                    line += 1;
                    line_start = counted + i + 1;
                }
            }
            counted = at;
            Mistake { line, column: text[line_start..at].chars().count() + 1, at, message }
        })
        .collect()
}
