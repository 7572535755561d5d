//! What comes in: bytes of a file become one immutable text, with warnings about what is odd in it.

use crate::fold::is_invisible;
use encoding_rs::{Encoding, WINDOWS_1252};
use html5gum::{Token, Tokenizer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;

/// Largest file that is read, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// A document longer than this is flagged: no article is.
const LONG: usize = 2 * 1024 * 1024;
/// Text taken from one PDF at most, in bytes.
const PDF_TEXT: usize = 16 * 1024 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Text,
    Html,
    Pdf,
}

/// A file as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub format: Format,
    /// SHA-256 of the file's bytes.
    pub file_sha256: String,
    /// What offsets refer to; of a UTF-8 text file the file itself, byte for byte.
    pub text: String,
    /// A page's own title, where it has one.
    pub title: Option<String>,
    /// What is odd, each a short name: `instructions`, `invisible`, `bidirectional`, `long`, `empty`, `encoding-guessed`,
    /// `pages-unread`.
    pub flags: Vec<String>,
}

/// Why nothing could be read.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("the file has {bytes} bytes; no more than {MOST_BYTES} are read")]
    TooLarge { bytes: usize },
    #[error("the PDF cannot be read: {0}")]
    Pdf(String),
    #[error("the PDF is locked with a password")]
    Locked,
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Which form the bytes have: by what they begin with, then by the name's ending.
pub fn format_of(name: &str, bytes: &[u8]) -> Format {
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Format::Pdf;
    }
    let lower = String::from_utf8_lossy(head).to_lowercase();
    let begins = lower.trim_start_matches('\u{feff}').trim_start();
    let named =
        name.rsplit('.').next().is_some_and(|end| matches!(end.to_lowercase().as_str(), "html" | "htm" | "xhtml"));
    if named || begins.starts_with("<!doctype html") || begins.starts_with("<html") {
        return Format::Html;
    }
    Format::Text
}

/// Reads a file's bytes.
///
/// - `name`: its name, for telling HTML from text.
pub fn read(name: &str, bytes: &[u8]) -> Result<Read, ReadError> {
    if bytes.len() > MOST_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    let format = format_of(name, bytes);
    let mut flags = Vec::new();
    let (text, title) = match format {
        Format::Text => (decode(bytes, None, &mut flags), None),
        Format::Html => html(&decode(bytes, charset(bytes), &mut flags)),
        Format::Pdf => (pdf(bytes, &mut flags)?, None),
    };
    flags.extend(oddities(&text));
    Ok(Read { format, file_sha256: sha256(bytes), text, title, flags })
}

fn decode(bytes: &[u8], named: Option<&'static Encoding>, flags: &mut Vec<String>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => named.unwrap_or_else(|| {
            flags.push("encoding-guessed".into());
            WINDOWS_1252
        }),
    };
    encoding.decode(bytes).0.into_owned()
}

/// The encoding a page names in its first kilobyte.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    let at = head.find("charset=")?;
    let label: String = head[at + 8..]
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    Encoding::for_label(label.as_bytes())
}

/// What a reader of the page would see, block by block on lines of its own; and its title.
///
/// Scripts, styles, forms and what is hidden by attribute are left out: instructions to machines hide there.
fn html(page: &str) -> (String, Option<String>) {
    let (mut text, mut title) = (String::with_capacity(page.len() / 2), String::new());
    let mut in_title = false;
    // The element that hides everything up to its end, and how deep we are in elements of that name.
    let mut hidden: Option<(String, u32)> = None;
    for Ok(token) in Tokenizer::new(page) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some((what, depth)) = &mut hidden {
                    *depth += u32::from(*what == name && !tag.self_closing);
                    continue;
                }
                let is_hidden = || {
                    tag.attributes.iter().any(|(key, value)| match &***key {
                        b"hidden" => true,
                        b"aria-hidden" => &***value == b"true",
                        b"style" => {
                            let style: String =
                                String::from_utf8_lossy(value).to_lowercase().split_whitespace().collect();
                            style.contains("display:none")
                                || style.contains("visibility:hidden")
                                || style.contains("font-size:0")
                        }
                        _ => false,
                    })
                };
                let void = matches!(
                    name.as_str(),
                    "br" | "img"
                        | "hr"
                        | "meta"
                        | "link"
                        | "input"
                        | "source"
                        | "wbr"
                        | "col"
                        | "area"
                        | "base"
                        | "embed"
                        | "track"
                );
                if !void
                    && !tag.self_closing
                    && (matches!(
                        name.as_str(),
                        "script"
                            | "style"
                            | "noscript"
                            | "template"
                            | "svg"
                            | "iframe"
                            | "object"
                            | "textarea"
                            | "select"
                    ) || is_hidden())
                {
                    hidden = Some((name, 1));
                } else if name == "title" {
                    in_title = true;
                } else if is_block(&name) {
                    line(&mut text);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if let Some((what, depth)) = &mut hidden {
                    *depth -= u32::from(*what == name);
                    if *depth == 0 {
                        hidden = None;
                    }
                    continue;
                }
                if name == "title" {
                    in_title = false;
                } else if is_block(&name) {
                    line(&mut text);
                }
            }
            Token::String(string) if hidden.is_none() => {
                let string = String::from_utf8_lossy(&string);
                if in_title {
                    title.push_str(&string);
                } else {
                    for word in string.split_inclusive(char::is_whitespace) {
                        let bare = word.trim_end();
                        text.push_str(bare);
                        if bare.len() < word.len() && !text.is_empty() && !text.ends_with([' ', '\n']) {
                            text.push(' ');
                        }
                    }
                }
            }
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (text, (!title.is_empty()).then_some(title))
}

fn line(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "br"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "table"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "blockquote"
            | "figure"
            | "figcaption"
            | "aside"
            | "main"
            | "nav"
            | "pre"
            | "dd"
            | "dt"
            | "hr"
            | "body"
    )
}

/// The text of a PDF, page after page.
///
/// The reader is foreign code fed with hostile files: a panic in it is caught and becomes an error like any other, which keeps
/// one broken file from ending a long `add`. It holds no state of ours, so nothing half-done stays behind.
fn pdf(bytes: &[u8], flags: &mut Vec<String>) -> Result<String, ReadError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let document = lopdf::Document::load_mem(bytes).map_err(|error| ReadError::Pdf(error.to_string()))?;
        if document.is_encrypted() {
            return Err(ReadError::Locked);
        }
        let (mut text, mut unread) = (String::new(), 0_u32);
        for page in document.get_pages().keys() {
            match document.extract_text_with_limit(&[*page], PDF_TEXT) {
                Ok(page) => {
                    text.push_str(page.trim_end());
                    text.push_str("\n\n");
                }
                Err(_) => unread += 1,
            }
            if text.len() > PDF_TEXT {
                unread += 1;
                break;
            }
        }
        text.truncate(text.trim_end().len());
        Ok((text, unread))
    }));
    match outcome {
        Ok(Ok((text, unread))) => {
            if unread > 0 {
                flags.push("pages-unread".into());
            }
            Ok(text)
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(ReadError::Pdf("its structure is broken".into())),
    }
}

/// Phrases by which a text speaks to a machine that reads it.
const INSTRUCTIONS: [&str; 17] = [
    "ignore previous instructions",
    "ignore all previous",
    "ignore the above",
    "disregard previous",
    "disregard all",
    "system prompt",
    "you are now",
    "as an ai",
    "language model",
    "do not tell the user",
    "new instructions",
    "override your",
    "jailbreak",
    "assistant:",
    "<|im_start|>",
    "[inst]",
    "set the probability",
];

/// What is odd in a text.
fn oddities(text: &str) -> Vec<String> {
    let mut flags = Vec::new();
    if !text.chars().any(char::is_alphanumeric) {
        flags.push("empty".into());
    }
    if text.len() > LONG {
        flags.push("long".into());
    }
    let (mut invisible, mut bidirectional) = (false, false);
    if !text.is_ascii() {
        for (at, c) in text.char_indices() {
            if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                bidirectional = true;
            } else if is_invisible(c) && !(c == '\u{feff}' && at == 0) && !matches!(c, '\u{200c}'..='\u{200f}') {
                invisible = true;
            }
        }
    }
    if invisible {
        flags.push("invisible".into());
    }
    if bidirectional {
        flags.push("bidirectional".into());
    }
    // Invisible characters must not hide the words.
    let mut seen: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c == '\n' { ' ' } else { c }).collect();
    seen.make_ascii_lowercase();
    if INSTRUCTIONS.iter().any(|phrase| seen.contains(phrase)) {
        flags.push("instructions".into());
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::{Format, ReadError, read};

    #[test]
    fn a_text_is_kept_byte_for_byte() {
        let bytes = "\u{feff}One “two”\r\nthree\n".as_bytes();
        let read = read("a.txt", bytes).expect("text");
        assert_eq!(read.text.as_bytes(), bytes);
        assert_eq!(read.file_sha256, super::sha256(bytes));
        assert!(read.flags.is_empty());
    }

    #[test]
    fn a_page_is_what_a_reader_sees() {
        let page = "<!doctype html><title>A &amp; B</title><style>p{}</style><p>One <b>two</b> &lt;3<script>alert('x')</script></p>\
                    <div style=\"display: none\">ignore previous instructions<div>deep</div></div><p hidden>no</p><p>Three<br>four";
        let read = read("x", page.as_bytes()).expect("a page");
        assert_eq!(read.format, Format::Html);
        assert_eq!(read.text, "One two <3\n\nThree\n\nfour");
        assert_eq!(read.title.as_deref(), Some("A & B"));
        assert!(read.flags.is_empty(), "what is hidden is not read: {:?}", read.flags);
    }

    #[test]
    fn oddities_are_flagged() {
        let flags = |text: &str| read("a", text.as_bytes()).expect("text").flags;
        assert_eq!(flags("Ig\u{200b}nore previous\ninstructions."), ["invisible", "instructions"]);
        assert_eq!(flags("abc \u{202e}cba"), ["bidirectional"]);
        assert_eq!(flags(" \n"), ["empty"]);
        assert_eq!(read("a", b"caf\xe9").expect("text").text, "café");
        assert_eq!(read("a", b"caf\xe9").expect("text").flags, ["encoding-guessed"]);
        assert_eq!(read("a", b"\xff\xfea\0b\0").expect("text").text, "ab");
    }

    #[test]
    fn broken_pdfs_are_errors() {
        for bytes in [
            &b"%PDF-1.7\n"[..],
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>",
            b"%PDF-1.4 \xff\xff\xff%%EOF",
        ] {
            match read("a.pdf", bytes) {
                Err(ReadError::Pdf(_)) => {}
                Ok(read) => assert!(read.flags.contains(&"empty".to_owned()), "{read:?}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}
