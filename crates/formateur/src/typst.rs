//! The brief for paper: the same sections as Typst source, and from it, where Typst is at hand, a tagged PDF.
//!
//! The source is made from the brief's own HTML, so there is one text of the brief. Every piece of text goes in as a string,
//! so nothing written in a case becomes markup.

use crate::write;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How it looks.
const HEAD: &str = r#"#set page(paper: "a4", margin: (x: 18mm, top: 18mm, bottom: 20mm), footer: context align(right, text(8pt, luma(40%))[#counter(page).display("1 / 1", both: true)]))
#set text(font: ("Source Sans 3", "Libertinus Serif"), size: 9.5pt, lang: "en", hyphenate: false)
#set par(leading: 0.55em, spacing: 0.8em)
#show heading.where(level: 1): it => block(below: 0.5em, text(20pt, weight: 600, it.body))
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.5em, sticky: true, width: 100%, stroke: (top: 1.2pt), inset: (top: 5pt), text(13pt, weight: 600, it.body))
#show heading.where(level: 3): it => block(above: 1.2em, below: 0.4em, sticky: true, text(10.5pt, weight: 600, it.body))
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(75%)), inset: (x: 3pt, y: 3.5pt), align: left + top)
#set list(spacing: 0.5em)
#show raw: set text(font: "DejaVu Sans Mono", size: 8pt)
#let answer(body) = block(above: 0.8em, below: 1em, text(13pt, body))
#let note(body) = block(above: 0.4em, below: 0.5em, text(8.5pt, luma(35%), body))
#let soft(body) = text(luma(35%), body)
#let cell(body) = text(8.5pt, body)
"#;

/// An element of the brief that is open.
struct Open {
    name: String,
    class: String,
    /// What is written when it ends.
    end: &'static str,
}

/// Rows of a table while it is read.
#[derive(Default)]
struct Table {
    head: usize,
    rows: Vec<Vec<String>>,
}

/// The Typst source of a brief.
///
/// - `html`: what [`crate::report::html`] gives; `title`: the document's.
pub fn source(html: &str, title: &str) -> String {
    let mut out = format!("#set document(title: {}, date: none)\n{HEAD}", string(title));
    let body = html.split_once("<main>").map_or(html, |(_, rest)| rest);
    let mut rest = body.split_once("</main>").map_or(body, |(body, _)| body);
    let mut open: Vec<Open> = Vec::new();
    let mut table: Option<Table> = None;
    // A cell is written apart and put into its row when it ends.
    let mut kept: Vec<String> = Vec::new();
    let mut hidden = 0_usize;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, more) = rest.split_at(at);
        let raw = open.iter().any(|o| o.name == "pre" || o.name == "code");
        if hidden == 0 && table.is_none() | !kept.is_empty() {
            words(&mut out, text, raw, table.is_some());
        }
        if let Some(svg) = more.strip_prefix("<svg") {
            let end = svg.find("</svg>").map_or(svg.len(), |end| end + "</svg>".len());
            if hidden == 0 {
                picture(&mut out, &format!("<svg{}", &svg[..end]));
            }
            rest = &svg[end..];
            continue;
        }
        let Some(end) = more.find('>') else { break };
        let tag = &more[..end];
        rest = &more[end + 1..];
        if let Some(name) = tag.strip_prefix("</") {
            let Some(closed) = open.pop() else { continue };
            if closed.class.split(' ').any(|c| c == "narrow") {
                hidden -= 1;
            }
            if hidden > 0 {
                continue;
            }
            match name {
                "th" | "td" => {
                    let cell = std::mem::replace(&mut out, kept.pop().unwrap_or_default());
                    let strong = name == "th";
                    if let Some(row) = table.as_mut().and_then(|t| t.rows.last_mut()) {
                        row.push(if strong { format!("strong(cell[{cell}])") } else { format!("cell[{cell}]") });
                    }
                }
                "thead" => {
                    if let Some(table) = &mut table {
                        table.head = table.rows.len();
                    }
                }
                "table" => {
                    if let Some(table) = table.take() {
                        laid(&mut out, &table);
                    }
                }
                _ => out.push_str(closed.end),
            }
            continue;
        }
        let (name, attributes) = tag[1..].split_once(' ').unwrap_or((&tag[1..], ""));
        let of = |key: &str| {
            let value = attributes.split_once(&format!("{key}=\""))?.1;
            value.split_once('"').map(|(value, _)| plain(value))
        };
        if name == "br" {
            if hidden == 0 {
                out.push_str("#linebreak();");
            }
            continue;
        }
        let class = of("class").unwrap_or_default();
        hidden += usize::from(class.split(' ').any(|c| c == "narrow"));
        let (begin, end) = match (name, class.as_str()) {
            ("h1", _) => ("#heading(level: 1)[".to_owned(), "]\n"),
            ("h2", _) => ("#heading(level: 2)[".to_owned(), "]\n"),
            ("h3", _) => ("#heading(level: 3)[".to_owned(), "]\n"),
            ("p", "answer") => ("#answer[".to_owned(), "]\n"),
            ("p", "note" | "k") => ("#note[".to_owned(), "]\n"),
            ("p", _) => ("#block[".to_owned(), "]\n"),
            ("li", _) => ("#list.item[".to_owned(), "]\n"),
            ("pre", _) => ("#raw(block: true, ".to_owned(), ")\n"),
            ("code", _) => ("#raw(".to_owned(), ");"),
            ("b" | "em" | "strong", _) => ("#strong[".to_owned(), "];"),
            ("span", "soft") => ("#soft[".to_owned(), "];"),
            ("a", _) => match of("href").filter(|href| href.starts_with("http")) {
                Some(href) => (format!("#link({})[", string(&href)), "];"),
                None => ("#[".to_owned(), "];"),
            },
            _ => (String::new(), ""),
        };
        if hidden == 0 {
            match name {
                "table" => table = Some(Table::default()),
                "tr" => {
                    if let Some(table) = &mut table {
                        table.rows.push(Vec::new());
                    }
                }
                "th" | "td" => kept.push(std::mem::take(&mut out)),
                _ => out.push_str(&begin),
            }
        }
        open.push(Open { name: name.to_owned(), class, end });
    }
    out
}

/// A run of text.
fn words(out: &mut String, text: &str, raw: bool, breakable: bool) {
    let text = plain(text);
    if raw {
        out.push_str(&string(&text));
    } else if text.trim().is_empty() {
        out.push_str(if text.is_empty() { "" } else { " " });
    } else {
        // Paths of numbers and addresses may break where a word of them ends.
        let text = if breakable || text.contains("://") {
            text.replace('.', ".\u{200b}").replace('_', "_\u{200b}").replace('/', "/\u{200b}")
        } else {
            text
        };
        let _ = write!(out, "#{};", string(&text));
    }
}

fn laid(out: &mut String, table: &Table) {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return;
    }
    // Wider where there is more to read, by the root so that figures keep their room.
    let width = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column)).map(String::len);
        let (sum, n) = cells.fold((0_usize, 0_u32), |(sum, n), len| (sum + len, n + 1));
        (sum as f64 / f64::from(n.max(1))).clamp(24.0, 600.0).sqrt()
    };
    let widths: String = (0..columns).map(|column| format!("{:.1}fr, ", width(column))).collect();
    let widths = format!("({widths})");
    let _ = writeln!(out, "#table(columns: {widths},");
    let row = |row: &Vec<String>| {
        let missing = columns - row.len();
        format!("{}{}", row.join(", "), ", []".repeat(missing))
    };
    if table.head > 0 {
        let heads: Vec<String> = table.rows[..table.head].iter().map(row).collect();
        let _ = writeln!(out, "  table.header({}),", heads.join(", "));
    }
    for line in &table.rows[table.head..] {
        if !line.is_empty() {
            let _ = writeln!(out, "  {},", row(line));
        }
    }
    out.push_str(")\n");
}

/// A chart: its page form has no colours of its own, so the sheet goes in.
fn picture(out: &mut String, svg: &str) {
    let between = |tag: &str| {
        let (_, rest) = svg.split_once(&format!("<{tag} "))?;
        let (_, rest) = rest.split_once('>')?;
        rest.split_once(&format!("</{tag}>")).map(|(text, _)| plain(text))
    };
    let alt = [between("title"), between("desc")].into_iter().flatten().collect::<Vec<_>>().join(". ");
    let wide = svg.split_once("viewBox=\"0 0 ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<f64>().ok());
    let width = if wide.is_some_and(|w| w < 600.0) { "62%" } else { "100%" };
    let styled = svg.replacen("</desc>", &format!("</desc><style>{}</style>", chart::plain_css()), 1);
    let _ = writeln!(
        out,
        "#block(breakable: false, image(bytes({}), format: \"svg\", width: {width}, alt: {}))",
        string(&styled),
        string(&alt)
    );
}

/// Text as it stands between tags.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// A string of Typst.
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// For Python where the program `typst` is not at hand; 3 says that the module is not there either.
const SCRIPT: &str = "import sys\ntry:\n    import typst\nexcept ImportError:\n    sys.exit(3)\nf = sys.argv[1]\n\
                      typst.compile(f + '/brief.typ', output=f + '/brief.pdf', font_paths=[f], ignore_system_fonts=True, pdf_standards=['ua-1'])\n";

/// Sets the source and writes the PDF (PDF/UA-1), whole or not at all.
///
/// - Uses the program `typst`, else the Python package of that name (with `FORMATEUR_PYTHON`, else `python3`).
/// - Errors say what is missing, or what Typst says.
pub fn pdf(source: &str, to: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("formateur-pdf-{}", std::process::id()));
    let cannot = |error: std::io::Error| format!("cannot write in {}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(cannot)?;
    let done = std::fs::write(folder.join("brief.typ"), source)
        .and_then(|()| std::fs::write(folder.join("regular.ttf"), chart::REGULAR))
        .and_then(|()| std::fs::write(folder.join("semibold.ttf"), chart::SEMIBOLD))
        .map_err(cannot)
        .and_then(|()| set(&folder))
        .and_then(|file| std::fs::read(file).map_err(|error| format!("Typst wrote nothing: {error}")))
        .and_then(|bytes| write::whole(to, bytes).map_err(|error| format!("cannot write {}: {error}", to.display())));
    let _ = std::fs::remove_dir_all(&folder);
    done
}

fn set(folder: &Path) -> Result<PathBuf, String> {
    let file = folder.join("brief.pdf");
    let mut program = Command::new("typst");
    program.args(["compile", "--ignore-system-fonts", "--pdf-standard", "ua-1", "--font-path"]);
    let mut tried = program.arg(folder).arg(folder.join("brief.typ")).arg(&file).output();
    if tried.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        let python = std::env::var_os("FORMATEUR_PYTHON").unwrap_or_else(|| "python3".into());
        tried = Command::new(python).arg("-c").arg(SCRIPT).arg(folder).output();
    }
    let missing = "a PDF needs Typst, as a program or as a Python package (`pip install typst`); \
                   without it write the brief as .html and print it, or as .typ and set it elsewhere";
    match tried {
        Ok(output) if output.status.success() => Ok(file),
        Ok(output) if output.status.code() == Some(3) && output.stderr.is_empty() => Err(missing.into()),
        Ok(output) => Err(format!("Typst: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(_) => Err(missing.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn text_stays_text_and_rows_are_whole() {
        let html = "<main><h1>A &amp; #let x = 1</h1><p class=\"answer\">so \"it\" <em>is</em></p>\
                    <div class=\"narrow\"><svg viewBox=\"0 0 360 10\"></svg><p>hidden</p></div>\
                    <table><thead><tr><th scope=\"col\">a</th><th>b</th></tr></thead><tbody><tr><td>1<br>2</td></tr></tbody></table></main>";
        let typ = source(html, "t\"");
        assert!(typ.contains("#set document(title: \"t\\\"\""));
        assert!(typ.contains("#heading(level: 1)[#\"A & #let x = 1\";]"), "{typ}");
        assert!(typ.contains("#answer[#\"so \\\"it\\\" \";#strong[#\"is\";];]"), "{typ}");
        assert!(!typ.contains("hidden") && !typ.contains("360"));
        assert!(typ.contains("table.header(strong(cell[#\"a\";]), strong(cell[#\"b\";]))"), "{typ}");
        assert!(typ.contains("cell[#\"1\";#linebreak();#\"2\";], [],"), "{typ}");
    }
}
