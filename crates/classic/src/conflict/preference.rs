//! Preferences from statements about options, most important first (option prioritising).
//!
//! ```text
//! not attack          "do not attack" matters most
//! withdraw if blockade
//! (blockade or strike) and not escalate
//! ```
//!
//! A state that satisfies an earlier statement is better than any that does not, whatever the later ones say: statement j of
//! k is worth 2^(k−j). Options are named, or numbered as in the file (from 0); `-3` and `!3` mean "not 3".
//!
//! Source: Peng, Hipel, Kilgour and Fang (1997), *IEEE Int. Conf. on Systems, Man and Cybernetics* (option prioritising).

/// A condition on the options taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    Taken(usize),
    Not(Box<Statement>),
    And(Box<Statement>, Box<Statement>),
    Or(Box<Statement>, Box<Statement>),
    /// The first holds if the second does.
    If(Box<Statement>, Box<Statement>),
    Iff(Box<Statement>, Box<Statement>),
}

impl Statement {
    /// Whether it holds where these options are taken (option 0 the lowest bit).
    pub fn holds(&self, taken: u64) -> bool {
        match self {
            Self::Taken(o) => taken >> o & 1 == 1,
            Self::Not(a) => !a.holds(taken),
            Self::And(a, b) => a.holds(taken) && b.holds(taken),
            Self::Or(a, b) => a.holds(taken) || b.holds(taken),
            Self::If(a, b) => a.holds(taken) || !b.holds(taken),
            Self::Iff(a, b) => a.holds(taken) == b.holds(taken),
        }
    }
}

/// The most statements of one decision maker.
pub const MOST_STATEMENTS: usize = 120;

/// Ordinal payoffs, 1 the worst, of states by the options taken; at most [`MOST_STATEMENTS`] statements.
pub fn payoffs(statements: &[Statement], taken: &[u64]) -> Vec<i64> {
    let scores: Vec<u128> =
        taken.iter().map(|&t| statements.iter().fold(0u128, |score, s| score << 1 | u128::from(s.holds(t)))).collect();
    let mut ranks = scores.clone();
    ranks.sort_unstable();
    ranks.dedup();
    scores.iter().map(|s| ranks.partition_point(|r| r < s) as i64 + 1).collect()
}

/// Reads a statement; `names` are the options' names. On failure, where (byte offset) and why.
pub fn parse(text: &str, names: &[String]) -> Result<Statement, (usize, String)> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, names, end: text.len(), depth: 0 };
    let statement = parser.conditional()?;
    match parser.tokens.get(parser.at) {
        None => Ok(statement),
        Some((place, token)) => Err((*place, format!("`{token}` is not expected here"))),
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, String)>, (usize, String)> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(at, c)) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
        } else if "()&|!-".contains(c) {
            chars.next();
            out.push((at, c.to_string()));
        } else if c == '"' || c == '\'' {
            chars.next();
            let rest = &text[at + 1..];
            let Some(len) = rest.find(c) else { return Err((at, "this quote is never closed".into())) };
            out.push((at, rest[..len].to_owned()));
            while chars.peek().is_some_and(|&(i, _)| i <= at + 1 + len) {
                chars.next();
            }
        } else if c.is_alphanumeric() || c == '_' {
            let len = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
            out.push((at, text[at..at + len].to_owned()));
            while chars.peek().is_some_and(|&(i, _)| i < at + len) {
                chars.next();
            }
        } else {
            return Err((at, format!("`{c}` is not understood")));
        }
    }
    Ok(out)
}

struct Parser<'a> {
    tokens: &'a [(usize, String)],
    at: usize,
    names: &'a [String],
    end: usize,
    depth: usize,
}

type Parsed = Result<Statement, (usize, String)>;

impl Parser<'_> {
    fn next_is(&mut self, words: &[&str]) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|(_, t)| words.contains(&t.to_lowercase().as_str()));
        self.at += usize::from(found);
        found
    }

    fn conditional(&mut self) -> Parsed {
        let first = self.either()?;
        if self.next_is(&["iff"]) {
            Ok(Statement::Iff(Box::new(first), Box::new(self.either()?)))
        } else if self.next_is(&["if"]) {
            Ok(Statement::If(Box::new(first), Box::new(self.either()?)))
        } else {
            Ok(first)
        }
    }

    fn either(&mut self) -> Parsed {
        let mut first = self.both()?;
        while self.next_is(&["or", "|"]) {
            first = Statement::Or(Box::new(first), Box::new(self.both()?));
        }
        Ok(first)
    }

    fn both(&mut self) -> Parsed {
        let mut first = self.single()?;
        while self.next_is(&["and", "&"]) {
            first = Statement::And(Box::new(first), Box::new(self.single()?));
        }
        Ok(first)
    }

    fn single(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > 200 {
            return Err((0, "this statement is nested too deep".into()));
        }
        let statement = if self.next_is(&["not", "!", "-"]) {
            Statement::Not(Box::new(self.single()?))
        } else if self.next_is(&["("]) {
            let inside = self.conditional()?;
            if !self.next_is(&[")"]) {
                return Err((self.place(), "a closing bracket is missing".into()));
            }
            inside
        } else {
            Statement::Taken(self.option()?)
        };
        self.depth -= 1;
        Ok(statement)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(place, _)| *place)
    }

    fn option(&mut self) -> Result<usize, (usize, String)> {
        let Some((place, token)) = self.tokens.get(self.at) else {
            return Err((self.end, "an option is expected here".into()));
        };
        self.at += 1;
        option(token, self.names).map_err(|why| (*place, why))
    }
}

/// The option that a name or number means; names match without regard to case, `_` standing for a space.
pub fn option(word: &str, names: &[String]) -> Result<usize, String> {
    if let Ok(number) = word.parse::<usize>() {
        return if number < names.len() {
            Ok(number)
        } else {
            Err(format!("there is no option {number}; they are numbered 0 to {}", names.len().saturating_sub(1)))
        };
    }
    let plain = |s: &str| s.to_lowercase().replace([' ', '-'], "_");
    let matches: Vec<usize> = (0..names.len()).filter(|&o| plain(&names[o]) == plain(word)).collect();
    match matches.as_slice() {
        [one] => Ok(*one),
        [] => {
            let near = crate::findings::nearest(word, names.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
            Err(format!("there is no option `{word}`{hint}"))
        }
        several => Err(format!(
            "`{word}` is the name of several options; use a number: {}",
            several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        )),
    }
}
