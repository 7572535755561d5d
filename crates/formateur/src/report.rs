//! The brief one sends: one page that needs neither the program nor a network.

use crate::ask::{Depth, Failure, Meter, Question, ask};
use crate::page::{self, evidence};
use crate::plot::{said, save, watched};
use crate::{Ended, load, threads, typst};
use case::model::Case;
use chart::data::{Run, Why};
use clap::Args;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Report {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// The brief's file: a page, a PDF (where Typst is at hand), or Typst source.
    #[arg(short, long, value_name = "FILE.html|.pdf|.typ")]
    out: PathBuf,
    /// Whose options; without it those of the first whose options the case names.
    #[arg(long)]
    actor: Option<String>,
    #[command(flatten)]
    common: crate::Common,
}

/// Everything a brief says.
pub struct Brief {
    pub run: Value,
    pub update: Option<Value>,
    pub options: Option<(String, Value)>,
    pub why: Value,
    pub chamber: Value,
}

pub fn report(args: &Report) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let end = args.out.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    if !["html", "htm", "pdf", "typ"].contains(&end.as_str()) {
        writeln!(crate::call::stderr(), "error: {} ends neither in .html nor in .pdf or .typ", args.out.display())?;
        return Ok(Ended::Usage);
    }
    let depth = Depth { draws: common.draws as usize, seed: common.seed, as_of: common.as_of };
    let answered = brief(&args.case, args.actor.as_deref(), &depth, common.quiet);
    let brief = match answered {
        Ok(brief) => brief,
        Err(failure) => return said(&failure),
    };
    let loaded = load::load(&args.case)?;
    let Some(case) = &loaded.checked.case else { return said(&Failure::wrong("the case has errors")) };
    let html = html(&brief, case, &args.case)?;
    match end.as_str() {
        "pdf" => typst::pdf(&typst::source(&html, &case.title), &args.out)?,
        "typ" => save(&args.out, typst::source(&html, &case.title))?,
        _ => save(&args.out, html)?,
    }
    Ok(Ended::Good)
}

fn brief(folder: &Path, actor: Option<&str>, depth: &Depth, quiet: bool) -> Result<Brief, Failure> {
    let asked = |question: Question| watched(folder, &question, depth, quiet);
    let run = asked(Question::Run)?;
    let loaded = load::load(folder)?;
    let case = loaded.checked.case.as_ref().ok_or_else(|| Failure::wrong("the case has errors"))?;
    let actor = actor.map(str::to_owned).or_else(|| case.plans.first().map(|plan| plan.owner.clone()));
    let update = if case.log.is_empty() { None } else { Some(asked(Question::Update)?) };
    let options = match actor {
        Some(actor) => Some((who(case, &actor), asked(Question::Options { actor })?)),
        None => None,
    };
    let why = asked(Question::Why { outcome: None })?;
    let chamber = ask(folder, &Question::Chamber, depth, &Meter::default())?;
    Ok(Brief { run, update, options, why, chamber })
}

/// An actor, body, role or group as people read it.
pub fn who(case: &Case, id: &str) -> String {
    let actor = case.actors.iter().find(|a| a.id == id).map(|a| a.name.clone());
    let body = case.electorates.iter().find(|e| e.id == id).map(|e| e.name.clone());
    actor.or(body).unwrap_or_else(|| page::named(&answer::head::label(case, id)))
}

/// The page as text.
pub fn html(brief: &Brief, case: &Case, folder: &Path) -> Result<String, Box<dyn Error>> {
    let claims = evidence::read(folder)?;
    let run: Option<Run> = page::data(&brief.run);
    let why: Option<Why> = page::data(&brief.why);
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("formateur ", env!("CARGO_PKG_VERSION")));
                title { (case.title) }
                style { (PreEscaped(page::CSS)) (PreEscaped(chart::css())) }
            }
            body {
                main {
                    h1 { (case.title) }
                    p .k { (case.question) " · " (page::provenance(&brief.run, case.numbers.len())) }
                    @if let Some(run) = &run { (page::sentence(run, why.as_ref())) }
                    (page::outlook(&brief.run, Some(&brief.chamber)))
                    @if let Some((who, options)) = &brief.options { (page::options(options, who)) }
                    (page::drivers(&brief.why))
                    (page::ways(&brief.why))
                    @if let Some(update) = &brief.update { (page::history(update)) }
                    section {
                        h2 { "What it rests on" }
                        @if claims.is_empty() { p { "No claims are written down: every number of this case is its author's assumption." } }
                        @else {
                            (claims.table(case))
                            h3 { "Sources" }
                            (claims.sources())
                        }
                        h3 { "Numbers without a claim" }
                        (evidence::assumed(case))
                    }
                    (method(&brief.run, case))
                    (reproduce(&brief.run, case))
                }
            }
        }
    }
    .into_string())
}

/// Method and limits in plain words.
pub fn method(run: &Value, case: &Case) -> Markup {
    let assumed = run["assumptions"].as_array().map_or(0, Vec::len);
    html! {
        section {
            h2 { "How it was made, and its limits" }
            p {
                "The case states who acts, what each may do and when, what the rules ask for, what each wants, and how likely things beyond anybody's hand are. "
                "Every number is a range. Many times one value is drawn from each range; in each draw all actors look ahead and choose, more surely the more is at stake for them; "
                "the figures here are averages over the draws, weighted by how well each fits what has been seen."
            }
            ul {
                li { "A range of 80 % of draws says what is not known about the numbers. It says nothing about what the case leaves out: other moves, other actors, surprises nobody thought of." }
                li { (assumed) " of " (case.numbers.len()) " numbers rest on assumption rather than on a claim or a fact." }
                li { "Actors are taken to know the game and to expect the others to choose as they do; where the case says that an actor errs, it does so in that respect alone." }
                li { "Those who vote answer as if their vote decided; nobody votes against interest to mislead." }
                li { "A probability is no prediction. That something of 20 % happens is no sign that the forecast was wrong; only many forecasts together can be scored." }
            }
        }
    }
}

/// How to get the same figures.
pub fn reproduce(run: &Value, case: &Case) -> Markup {
    let head = &run["formateur"];
    let (draws, seed) = (head["draws"].as_u64().unwrap_or(0), head["seed"].as_u64().unwrap_or(0));
    html! {
        section {
            h2 { "How to reproduce it" }
            p { "formateur " (head["version"].as_str().unwrap_or("")) ", case " code { (case.id) } " with digest " code { (head["case_hash"].as_str().unwrap_or("")) } ":" }
            pre tabindex="0" { "formateur run " (case.id) " --draws " (draws) " --seed " (seed) "\nformateur report " (case.id) " -o brief.html --draws " (draws) " --seed " (seed) }
            p .note { "The same case, version, seed and number of draws give the same figures on every machine." }
        }
    }
}
