//! Expressions as written: a Pratt parser with the place of every part.

use crate::diagnostic::Span;
use crate::syntax::tree::Text;
use jiff::civil::Date;

/// Nesting beyond this is refused: no reader follows it, and recursion stays bounded.
const DEEPEST: usize = 40;
/// So is an expression of more words; a chain of operators nests too.
const MOST_WORDS: usize = 1_000;
const LONGEST_CHAIN: usize = 100;

/// A part of an expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ast {
    pub(crate) span: Span,
    pub(crate) kind: AstKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AstKind {
    Number { value: f64, whole: bool },
    Name(String),
    Index { name: String, name_span: Span, index: Box<Ast> },
    Call { name: String, name_span: Span, arguments: Vec<Ast> },
    Date(Date),
    Not(Box<Ast>),
    Negate(Box<Ast>),
    Binary(Operator, Box<Ast>, Box<Ast>),
    In { item: Box<Ast>, list: Vec<Ast>, negated: bool },
    If(Box<Ast>, Box<Ast>, Box<Ast>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Operator {
    pub(crate) fn written(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
        }
    }

    fn binding(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Subtract => 5,
            Operator::Multiply | Operator::Divide => 6,
            _ => 4,
        }
    }
}

/// What is wrong with a text, where, and what was expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) label: String,
}

/// A word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Word {
    Number { value: f64, whole: bool },
    Name(String),
    Date(Date),
    Sign(&'static str),
}

/// Words with their stretch of the text.
pub(crate) type Words = Vec<(Word, usize, usize)>;

const SIGNS: [&str; 17] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ",", "=", ".."];

/// Cuts a text into words.
pub(crate) fn words(text: &Text) -> Result<Words, Fault> {
    let source = text.content.as_str();
    let bytes = source.as_bytes();
    let mut words = Words::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
        } else if byte.is_ascii_digit() {
            let start = at;
            if let Some(date) = date_at(source, at) {
                at += 10;
                words.push((Word::Date(date), start, at));
                continue;
            }
            while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b'_') {
                at += 1;
            }
            let mut whole = true;
            if at + 1 < bytes.len() && bytes[at] == b'.' && bytes[at + 1].is_ascii_digit() {
                whole = false;
                at += 1;
                while at < bytes.len() && bytes[at].is_ascii_digit() {
                    at += 1;
                }
            }
            if at < bytes.len() && (bytes[at] == b'e' || bytes[at] == b'E') {
                let mut ahead = at + 1;
                if ahead < bytes.len() && (bytes[ahead] == b'-' || bytes[ahead] == b'+') {
                    ahead += 1;
                }
                if ahead < bytes.len() && bytes[ahead].is_ascii_digit() {
                    whole = false;
                    while ahead < bytes.len() && bytes[ahead].is_ascii_digit() {
                        ahead += 1;
                    }
                    at = ahead;
                }
            }
            let written = source[start..at].replace('_', "");
            match written.parse::<f64>() {
                Ok(value) if value.is_finite() => words.push((Word::Number { value, whole }, start, at)),
                _ => return Err(fault(text, start, at, "this number cannot be read", "too large")),
            }
        } else if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 {
            let start = at;
            let rest = &source[start..];
            let long =
                rest.char_indices().find(|(_, c)| !(c.is_alphanumeric() || *c == '_')).map_or(rest.len(), |(n, _)| n);
            if long == 0 {
                let odd = rest.chars().next().map_or(1, char::len_utf8);
                return Err(fault(
                    text,
                    start,
                    start + odd,
                    "this character has no meaning in an expression",
                    "unexpected",
                ));
            }
            at += long;
            words.push((Word::Name(source[start..at].to_owned()), start, at));
        } else if let Some(sign) = SIGNS.iter().find(|sign| source[at..].starts_with(**sign)) {
            words.push((Word::Sign(sign), at, at + sign.len()));
            at += sign.len();
        } else {
            return Err(fault(
                text,
                at,
                at + 1,
                format!("`{}` has no meaning in an expression", byte as char),
                "unexpected character",
            ));
        }
    }
    Ok(words)
}

fn date_at(source: &str, at: usize) -> Option<Date> {
    let written = source.get(at..at + 10)?;
    let bytes = written.as_bytes();
    let shape = bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if shape { written.parse().ok() } else { None }
}

fn fault(text: &Text, start: usize, end: usize, message: impl Into<String>, label: impl Into<String>) -> Fault {
    Fault { span: text.place(start, end), message: message.into(), label: label.into() }
}

/// Parses a whole text as one expression.
pub(crate) fn parse(text: &Text) -> Result<Ast, Fault> {
    let words = words(text)?;
    parse_words(text, &words)
}

/// Parses a text whose place does not matter; nothing where it is no expression.
pub(crate) fn parse_text(text: &str) -> Option<Ast> {
    parse(&Text::loose(text)).ok()
}

/// Parses words as one expression.
pub(crate) fn parse_words(text: &Text, words: &[(Word, usize, usize)]) -> Result<Ast, Fault> {
    if let Some((_, start, _)) = words.get(MOST_WORDS) {
        return Err(fault(text, *start, *start, "the expression is too long", format!("more than {MOST_WORDS} words")));
    }
    let mut parser = Parser { text, words, at: 0, depth: 0 };
    let ast = parser.expression(0)?;
    if let Some((word, start, end)) = words.get(parser.at) {
        let (message, label) = match word {
            Word::Sign("=") => ("a single `=` does not compare".to_owned(), "write `==` to compare".to_owned()),
            Word::Sign("<" | ">" | "<=" | ">=" | "==" | "!=") => {
                ("comparisons do not chain".to_owned(), "join two comparisons with `and`".to_owned())
            }
            Word::Name(name) => {
                (format!("`{name}` does not belong here"), "expected an operator or the end".to_owned())
            }
            _ => ("the expression should end here".to_owned(), "expected an operator or the end".to_owned()),
        };
        return Err(fault(text, *start, *end, message, label));
    }
    Ok(ast)
}

struct Parser<'t> {
    text: &'t Text,
    words: &'t [(Word, usize, usize)],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at).map(|(word, ..)| word)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Word::Sign(s)) if *s == sign)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), Some(Word::Name(s)) if s == name)
    }

    /// The place of the next word, or of the end.
    fn here(&self) -> Span {
        match self.words.get(self.at) {
            Some((_, start, end)) => self.text.place(*start, *end),
            None => match self.words.last() {
                Some((_, _, end)) => self.text.place(*end, *end),
                None => self.text.whole,
            },
        }
    }

    fn expected(&self, what: &str) -> Fault {
        let message = if self.words.is_empty() {
            "the expression is empty".to_owned()
        } else if self.at >= self.words.len() {
            "the expression ends too early".to_owned()
        } else {
            "this expression cannot be read".to_owned()
        };
        Fault { span: self.here(), message, label: format!("expected {what}") }
    }

    fn sign(&mut self, sign: &str) -> Result<(), Fault> {
        if self.is_sign(sign) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(&format!("`{sign}`")))
        }
    }

    fn keyword(&mut self, name: &str) -> Result<(), Fault> {
        if self.is_name(name) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(&format!("`{name}`")))
        }
    }

    fn operator(&self) -> Option<Operator> {
        Some(match self.peek()? {
            Word::Name(name) if name == "or" => Operator::Or,
            Word::Name(name) if name == "and" => Operator::And,
            Word::Sign(sign) => match *sign {
                "==" => Operator::Equal,
                "!=" => Operator::NotEqual,
                "<" => Operator::Less,
                "<=" => Operator::LessOrEqual,
                ">" => Operator::Greater,
                ">=" => Operator::GreaterOrEqual,
                "+" => Operator::Add,
                "-" => Operator::Subtract,
                "*" => Operator::Multiply,
                "/" => Operator::Divide,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn expression(&mut self, least: u8) -> Result<Ast, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault {
                span: self.here(),
                message: "the expression is nested too deep".into(),
                label: format!("more than {DEEPEST} levels"),
            });
        }
        let mut left = self.prefix()?;
        let mut links = 0;
        loop {
            links += 1;
            if links > LONGEST_CHAIN {
                return Err(Fault {
                    span: self.here(),
                    message: "the expression is too long".into(),
                    label: format!("more than {LONGEST_CHAIN} terms in a row"),
                });
            }
            let negated = self.is_name("not")
                && matches!(self.words.get(self.at + 1), Some((Word::Name(name), ..)) if name == "in");
            if (negated || self.is_name("in")) && least <= 4 {
                self.at += if negated { 2 } else { 1 };
                left = self.membership(left, negated)?;
                continue;
            }
            let Some(operator) = self.operator() else { break };
            let binding = operator.binding();
            if binding < least {
                break;
            }
            self.at += 1;
            // Comparisons do not associate: the right side is anything tighter, and a second one is an error.
            let right = self.expression(binding + 1)?;
            let span = join(left.span, right.span);
            left = Ast { span, kind: AstKind::Binary(operator, Box::new(left), Box::new(right)) };
            if binding == 4 && self.operator().is_some_and(|next| next.binding() == 4) {
                return Err(Fault {
                    span: self.here(),
                    message: "comparisons do not chain".into(),
                    label: "join two comparisons with `and`".into(),
                });
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn membership(&mut self, item: Ast, negated: bool) -> Result<Ast, Fault> {
        self.sign("[")?;
        let mut list = Vec::new();
        while !self.is_sign("]") {
            list.push(self.expression(5)?);
            if self.is_sign(",") {
                self.at += 1;
            } else if !self.is_sign("]") {
                return Err(self.expected("`,` or `]`"));
            }
        }
        let span = join(item.span, self.here());
        self.sign("]")?;
        Ok(Ast { span, kind: AstKind::In { item: Box::new(item), list, negated } })
    }

    fn prefix(&mut self) -> Result<Ast, Fault> {
        let start = self.here();
        let Some(word) = self.peek().cloned() else {
            return Err(self.expected("a name or a number"));
        };
        match word {
            Word::Number { value, whole } => {
                self.at += 1;
                Ok(Ast { span: start, kind: AstKind::Number { value, whole } })
            }
            Word::Date(date) => {
                self.at += 1;
                Ok(Ast { span: start, kind: AstKind::Date(date) })
            }
            Word::Sign("-") => {
                self.at += 1;
                let inner = self.expression(7)?;
                Ok(Ast { span: join(start, inner.span), kind: AstKind::Negate(Box::new(inner)) })
            }
            Word::Sign("(") => {
                self.at += 1;
                let mut inner = self.expression(0)?;
                inner.span = join(start, self.here());
                self.sign(")")?;
                Ok(inner)
            }
            Word::Sign(_) => Err(self.expected("a name or a number")),
            Word::Name(name) => self.name(name, start),
        }
    }

    fn name(&mut self, name: String, start: Span) -> Result<Ast, Fault> {
        match name.as_str() {
            "not" => {
                self.at += 1;
                let inner = self.expression(3)?;
                return Ok(Ast { span: join(start, inner.span), kind: AstKind::Not(Box::new(inner)) });
            }
            "if" => {
                self.at += 1;
                let condition = self.expression(0)?;
                self.keyword("then")?;
                let yes = self.expression(0)?;
                self.keyword("else")?;
                let no = self.expression(0)?;
                let span = join(start, no.span);
                return Ok(Ast { span, kind: AstKind::If(Box::new(condition), Box::new(yes), Box::new(no)) });
            }
            "and" | "or" | "then" | "else" | "in" => return Err(self.expected("a name or a number")),
            _ => {}
        }
        self.at += 1;
        if self.is_sign("[") {
            self.at += 1;
            let index = self.expression(0)?;
            let span = join(start, self.here());
            self.sign("]")?;
            return Ok(Ast { span, kind: AstKind::Index { name, name_span: start, index: Box::new(index) } });
        }
        if self.is_sign("(") {
            self.at += 1;
            let mut arguments = Vec::new();
            while !self.is_sign(")") {
                arguments.push(self.expression(0)?);
                if self.is_sign(",") {
                    self.at += 1;
                } else if !self.is_sign(")") {
                    return Err(self.expected("`,` or `)`"));
                }
            }
            let span = join(start, self.here());
            self.sign(")")?;
            return Ok(Ast { span, kind: AstKind::Call { name, name_span: start, arguments } });
        }
        Ok(Ast { span: start, kind: AstKind::Name(name) })
    }
}

fn join(a: Span, b: Span) -> Span {
    Span { file: a.file, start: a.start.min(b.start), end: a.end.max(b.end) }
}
