//! Help for authors: a case to begin with, and one way to lay files out.

use crate::load::{self, LoadError};
use crate::{Ended, report, write};
use case::diagnostic::Source;
use clap::{Args, ValueEnum};
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct New {
    /// The folder to make; its last part names the case.
    #[arg(value_parser = folder_name)]
    name: PathBuf,
    /// What to begin with.
    #[arg(long, value_enum, default_value_t = Template::Small)]
    from: Template,
}

#[derive(Clone, Copy, ValueEnum)]
enum Template {
    /// Three parties, a president who designates, a vote, and a patron with a loan.
    Small,
    /// A chamber and its rules, nothing from outside.
    ProcedureOnly,
    /// No office is sought: two sides, a ladder, and talks.
    Escalation,
}

impl Template {
    /// The files, with their places in the case's folder.
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Template::Small => &[
                ("case.toml", include_str!("../templates/small/case.toml")),
                ("packs/valdoria.toml", include_str!("../templates/small/packs/valdoria.toml")),
            ],
            Template::ProcedureOnly => &[("case.toml", include_str!("../templates/procedure-only/case.toml"))],
            Template::Escalation => &[("case.toml", include_str!("../templates/escalation/case.toml"))],
        }
    }
}

fn folder_name(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.file_name().map(|name| name.to_string_lossy().into_owned()) {
        Some(name) if !name.starts_with(['.', '-']) => Ok(path),
        _ => Err("a case is a folder with a name of its own, such as `my-case`".into()),
    }
}

/// Writes a small complete case into a folder that is not there yet.
pub fn new(args: &New) -> Result<Ended, Box<dyn Error>> {
    let name = args.name.display();
    match write::folder(&args.name, args.from.files()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(format!("{name} is there already, and is left as it is").into());
        }
        Err(error) => return Err(format!("cannot make {name}: {error}").into()),
    }
    let mut text = String::new();
    for (file, _) in args.from.files() {
        text.push_str(&format!("wrote {}\n", args.name.join(file).display()));
    }
    text.push_str(&format!("next: formateur check {name}; formateur run {name}\n"));
    crate::print(&text)?;
    Ok(Ended::Good)
}

#[derive(Args)]
pub struct Fmt {
    /// A case's folder, or one TOML file of a case.
    case: PathBuf,
    /// Write nothing; say which files would change, with exit code 1 if any would.
    #[arg(long)]
    check: bool,
}

/// Lays a case's files out: what they say, and their comments, stay.
pub fn fmt(args: &Fmt) -> Result<Ended, Box<dyn Error>> {
    let mut changes = Vec::new();
    let mut ended = Ended::Good;
    for path in files(&args.case)? {
        let text = load::text(&path)?;
        match case::format(&text) {
            Some(laid_out) if laid_out == text => {}
            Some(laid_out) => changes.push((path, laid_out)),
            None => {
                unreadable(&path, text)?;
                ended = Ended::Wrong;
            }
        }
    }
    if matches!(ended, Ended::Wrong) {
        return Ok(ended); // All files or none.
    }
    let mut said = String::new();
    for (path, laid_out) in &changes {
        let shown = path.display();
        if args.check {
            said.push_str(&format!("would lay out {shown}\n"));
            ended = Ended::Wrong;
        } else {
            write::replace(path, laid_out).map_err(|error| format!("cannot write {shown}: {error}"))?;
            said.push_str(&format!("laid out {shown}\n"));
        }
    }
    crate::print(&said)?;
    Ok(ended)
}

/// The files of a case that are there.
fn files(path: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.join("case.toml").exists() {
        return Err(LoadError::NoCase { path: path.to_path_buf() }.into());
    }
    let mut files: Vec<PathBuf> = ["case.toml", "claims.toml", "log.toml"]
        .iter()
        .map(|name| path.join(name))
        .filter(|file| file.exists())
        .collect();
    files.extend(load::own_packs(path)?);
    Ok(files)
}

/// Says why a file cannot be laid out.
fn unreadable(path: &Path, text: String) -> Result<(), Box<dyn Error>> {
    let checked =
        case::read("file", &case::Sources { case: Source::new(path.to_string_lossy(), text), ..Default::default() });
    let reasons: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|found| ["syntax", "too-large", "twice"].contains(&found.code))
        .cloned()
        .collect();
    if reasons.is_empty() {
        return Err(format!("{} is left as it is: laying it out would change what it says", path.display()).into());
    }
    report(&reasons, &checked.sources, false)
}
