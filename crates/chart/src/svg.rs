//! A small writer of SVG: shapes with classes, escaped text, a title and a description.

use crate::style::{css, plain_css};
use std::fmt::Write;

/// A finished chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    kind: &'static str,
    /// Tells charts of one kind on one page apart.
    name: String,
    pub width: f64,
    pub height: f64,
    /// What it is, in a line.
    pub title: String,
    /// What it shows, figures included: what is read aloud.
    pub description: String,
    /// Parts of it can be followed, so it is a group rather than an image.
    followed: bool,
    body: String,
}

/// Where a chart's colours come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// From a style sheet inside the picture, with dark and print.
    Alone,
    /// From the page, which carries [`css`]; nothing inline, so that a strict content policy holds.
    Page,
    /// Inside the picture, light only: for what knows no media queries.
    Light,
}

/// Where a text's point lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Start,
    Middle,
    End,
}

impl Chart {
    pub(crate) fn new(kind: &'static str, width: f64, height: f64) -> Chart {
        Chart {
            kind,
            name: String::new(),
            width,
            height,
            title: String::new(),
            description: String::new(),
            followed: false,
            body: String::new(),
        }
    }

    /// The same, told apart from others of its kind on a page; only letters, digits and `-` are kept.
    #[must_use]
    pub fn named(mut self, name: &str) -> Chart {
        self.name = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        self
    }

    pub(crate) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let _ = writeln!(
            self.body,
            r#"<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>"#,
            n(x),
            n(y),
            n(width),
            n(height),
            escape(class)
        );
    }

    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(
            self.body,
            r#"<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>"#,
            n(x1),
            n(y1),
            n(x2),
            n(y2),
            escape(class)
        );
    }

    pub(crate) fn dot(&mut self, (x, y): (f64, f64), radius: f64, class: &str) {
        let _ =
            writeln!(self.body, r#"<circle cx="{}" cy="{}" r="{}" class="{}"/>"#, n(x), n(y), n(radius), escape(class));
    }

    pub(crate) fn polyline(&mut self, points: &[(f64, f64)], class: &str) {
        let _ =
            writeln!(self.body, r#"<polyline points="{}" class="{}"/>"#, pairs(points.iter().copied()), escape(class));
    }

    pub(crate) fn polygon(&mut self, points: &[(f64, f64)], class: &str) {
        let _ =
            writeln!(self.body, r#"<polygon points="{}" class="{}"/>"#, pairs(points.iter().copied()), escape(class));
    }

    /// A band between two heights, its ends level: a ribbon of a flow.
    pub(crate) fn ribbon(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), thick: f64, class: &str, hint: &str) {
        let middle = f64::midpoint(x1, x2);
        let _ = writeln!(
            self.body,
            r#"<path d="M{a} {b}C{m} {b} {m} {d} {c} {d}L{c} {e}C{m} {e} {m} {f} {a} {f}Z" class="{}"><title>{}</title></path>"#,
            escape(class),
            escape(hint),
            a = n(x1),
            b = n(y1),
            c = n(x2),
            d = n(y2),
            e = n(y2 + thick),
            f = n(y1 + thick),
            m = n(middle),
        );
    }

    pub(crate) fn text(&mut self, (x, y): (f64, f64), class: &str, at: At, text: &str) {
        let anchor = match at {
            At::Start => "",
            At::Middle => r#" text-anchor="middle""#,
            At::End => r#" text-anchor="end""#,
        };
        let _ = writeln!(
            self.body,
            r#"<text x="{}" y="{}" class="{}"{anchor}>{}</text>"#,
            n(x),
            n(y),
            escape(class),
            escape(text)
        );
    }

    /// What is drawn until [`Chart::unlink`] leads to an address.
    ///
    /// - Its texts are what is read aloud; `chosen`: it is where one is.
    pub(crate) fn link(&mut self, address: &str, chosen: bool) {
        self.followed = true;
        let current = if chosen { r#" aria-current="true""# } else { "" };
        let _ = writeln!(self.body, r#"<a href="{}"{current}>"#, escape(address));
    }

    pub(crate) fn unlink(&mut self) {
        self.body.push_str("</a>\n");
    }

    /// A level line from `low` to `high` with ends, through `y`: the spread of something.
    pub(crate) fn whisker(&mut self, (low, high): (f64, f64), y: f64, half: f64, class: &str) {
        self.line((low, y), (high, y), class);
        self.line((low, y - half), (low, y + half), class);
        self.line((high, y - half), (high, y + half), class);
    }

    /// The picture as text.
    pub fn svg(&self, style: Style) -> String {
        let id = if self.name.is_empty() { self.kind.to_owned() } else { format!("{}-{}", self.kind, self.name) };
        let (width, height) = (n(self.width), n(self.height));
        let size = if style == Style::Page { String::new() } else { format!(r#" width="{width}" height="{height}""#) };
        let sheet = match style {
            Style::Alone => format!("<style>{}</style>\n", css()),
            Style::Light => format!("<style>{}</style>\n", plain_css()),
            Style::Page => String::new(),
        };
        let role = if self.followed { "group" } else { "img" };
        let paper = if style == Style::Page {
            String::new()
        } else {
            format!("<rect width=\"{width}\" height=\"{height}\" class=\"paper\"/>\n")
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"{size} class=\"chart {}\" role=\"{role}\" \
             aria-labelledby=\"t-{id} d-{id}\">\n<title id=\"t-{id}\">{}</title>\n<desc id=\"d-{id}\">{}</desc>\n{sheet}{paper}{}</svg>\n",
            self.kind,
            escape(&self.title),
            escape(&self.description),
            self.body
        )
    }
}

/// A text as XML and HTML take it; characters XML has no place for are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if (c as u32) < 0x20 => {}
            c => out.push(c),
        }
    }
    out
}

/// A length with at most one decimal.
fn n(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.to_owned() }
}

fn pairs(points: impl Iterator<Item = (f64, f64)>) -> String {
    points.map(|(x, y)| format!("{},{}", n(x), n(y))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Chart, Style, escape, n};

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<script>&\"'\u{0}\n"), "&lt;script&gt;&amp;&quot;&#39; ");
        let mut chart = Chart::new("x", 10.0, 10.0);
        chart.title = "</title><script>".into();
        assert!(!chart.svg(Style::Page).contains("<script"));
    }

    #[test]
    fn lengths_are_short_and_finite() {
        assert_eq!((n(3.0), n(-0.01), n(f64::NAN), n(2.26)), ("3".into(), "0".into(), "0".into(), "2.3".into()));
    }
}
