//! `formateur coalitions`: every coalition of a case's chamber with its chance, by what past governments teach.

use crate::{Ended, load, print, print_json, report, view};
use case::diagnostic::{Diagnostic, Severity};
use case::expr::{Expr, Value as Constant};
use case::model::{Case, Elector, Law, Voice};
use case::past::{FAMILIES, Past};
use clap::Args;
use fit::cases::{CaseParty, LeftOut, Ranking, Situation, rank};
use fit::model::Fit;
use fit::records::Family;
use serde_json::{Value, json};
use std::error::Error;
use std::path::PathBuf;

/// The fit that comes with the program.
pub const FIT: &str = include_str!("../../../data/formation/fit/best.json");

/// Who could govern together.
#[derive(Args)]
pub struct Coalitions {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// Another fit than the one that comes with the program, written by `history fit`.
    #[arg(long)]
    fit: Option<PathBuf>,
    /// How many coalitions a page shows.
    #[arg(long, default_value_t = 15)]
    top: usize,
    /// One JSON object on standard output, with all coalitions.
    #[arg(long)]
    json: bool,
}

/// Reads the case, ranks its coalitions, prints.
pub fn run(args: &Coalitions) -> Result<Ended, Box<dyn Error>> {
    let loaded = load::load(&args.case)?;
    let Some(case) = &loaded.checked.case else {
        report(&loaded.checked.diagnostics, &loaded.checked.sources, args.json)?;
        return Ok(Ended::Wrong);
    };
    let refuse = |Unranked { code, message, help }: Unranked| {
        let found = Diagnostic { code, severity: Severity::Error, message, labels: Vec::new(), help };
        report(&[found], &loaded.checked.sources, args.json).map(|()| Ended::Wrong)
    };
    let text = match &args.fit {
        Some(path) => std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => FIT.to_owned(),
    };
    let fit = match Fit::read(&text) {
        Ok(fit) => fit,
        Err(error) => return refuse(Unranked { code: "no-fit", message: error.to_string(), help: None }),
    };
    let (situation, ranking) = match ranked(case, &loaded.checked.past, &fit) {
        Ok(ranked) => ranked,
        Err(why) => return refuse(why),
    };
    if args.json {
        print_json(&told(case, &loaded.hash, &fit, &situation, &ranking, usize::MAX))?;
    } else {
        print(&view::coalitions::page(case, &situation, &ranking, fit.n_core, args.top))?;
    }
    Ok(Ended::Good)
}

/// Why nothing is ranked.
pub struct Unranked {
    pub code: &'static str,
    pub message: String,
    pub help: Option<String>,
}

/// The fit that comes with the program.
pub fn shipped() -> Result<Fit, Unranked> {
    Fit::read(FIT).map_err(|error| Unranked { code: "no-fit", message: error.to_string(), help: None })
}

/// Every coalition of a case's chamber, likeliest first.
pub fn ranked(case: &Case, past: &Past, fit: &Fit) -> Result<(Situation, Ranking), Unranked> {
    let Some((situation, without_will)) = situation(case, past) else {
        return Err(Unranked {
            code: "no-chamber",
            message: "the case has no chamber that could carry a government".into(),
            help: Some("declare the blocs under `[chamber.seats]`".into()),
        });
    };
    let mut ranking = rank(fit, &situation).map_err(|error| Unranked {
        code: "no-choice",
        message: error.to_string(),
        help: None,
    })?;
    ranking.left_out.splice(0..0, without_will);
    Ok((situation, ranking))
}

/// The answer as the contract has it; no more than so many coalitions.
pub fn told(case: &Case, hash: &str, fit: &Fit, situation: &Situation, ranking: &Ranking, most: usize) -> Value {
    let calendar = &case.calendar;
    let coalitions = &ranking.coalitions[..ranking.coalitions.len().min(most)];
    json!({
            "formateur": { "version": env!("CARGO_PKG_VERSION"), "case_hash": hash, "seed": fit.seed, "draws": null, "effective_draws": null },
            "case": { "id": case.id, "title": case.title },
            "from": calendar.from, "now": calendar.now, "until": calendar.until,
            "chamber": { "seats": situation.chamber, "majority": situation.chamber / 2 + 1 },
            "fitted_on": fit.n_core,
            "coalitions": coalitions,
            "parties": ranking.parties,
            "days": ranking.days,
            "earlier_cabinets": ranking.earlier_cabinets,
            "missing": ranking.missing,
            "left_out": ranking.left_out,
    })
}

/// The chamber as the fit wants it, and the blocs that have no will of their own; `None` without a chamber.
fn situation(case: &Case, past: &Past) -> Option<(Situation, Vec<LeftOut>)> {
    let chamber = case.electorates.iter().find(|e| Some(&e.id) == past.chamber.as_ref())?;
    let mut left_out = Vec::new();
    let mut parties = Vec::new();
    for elector in &chamber.electors {
        if matches!(elector.voice, Voice::Habit { .. }) {
            left_out.push(LeftOut { party: elector.id.clone(), why: "a bloc with a habit joins nobody" });
            continue;
        }
        let said = past.party(&elector.id).cloned().unwrap_or_default();
        parties.push(CaseParty {
            id: elector.id.clone(),
            record: said.record,
            seats: seats(case, elector),
            seats_before: said.seats_before,
            positions: said.positions,
            family: said.family.as_deref().and_then(family),
            incumbent: past.cabinet.contains(&elector.id),
            premier: past.premier.as_ref() == Some(&elector.id),
            governed: said.governed,
        });
    }
    let situation = Situation {
        country: past.country.clone(),
        election: past.election.unwrap_or(case.calendar.from),
        now: case.calendar.now,
        post_election: !past.midterm,
        caretaker: past.caretaker,
        chamber: chamber.members,
        parties,
    };
    Some((situation, left_out))
}

/// A bloc's seats; in the middle where they are uncertain.
pub(crate) fn seats(case: &Case, elector: &Elector) -> u32 {
    let middle = match &elector.weight {
        Expr::Number(id) => match &case.numbers[id.index()].law {
            Law::Exact(x) => *x,
            Law::Normal { low, high } | Law::LogitNormal { low, high } => f64::midpoint(*low, *high),
            Law::LogNormal { low, high } => (low * high).sqrt(),
            Law::Pert { mode, .. } => *mode,
            Law::OneOf(values) => values.iter().sum::<f64>() / values.len().max(1) as f64,
        },
        Expr::Constant(Constant::Integer(n)) => *n as f64,
        Expr::Constant(Constant::Real(x)) => *x,
        _ => f64::from(elector.most),
    };
    middle.round().clamp(0.0, f64::from(elector.most)) as u32
}

/// The language's families are the record's, in its order.
fn family(name: &str) -> Option<Family> {
    const THEIRS: [Family; 9] = [
        Family::Communist,
        Family::Green,
        Family::Social,
        Family::Liberal,
        Family::Christian,
        Family::Agrarian,
        Family::Conservative,
        Family::Right,
        Family::Special,
    ];
    FAMILIES.iter().position(|known| *known == name).map(|at| THEIRS[at])
}
