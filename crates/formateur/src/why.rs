//! Why an outcome is as likely as it is.

use crate::progress::Progress;
use crate::{Common, Ended, contradicted, print, print_json, ready, report, threads, view};
use answer::Request;
use answer::why::{Ask, WhyError};
use case::diagnostic::{Diagnostic, Severity};
use clap::Args;
use game::Limits;
use std::error::Error;
use std::path::PathBuf;

#[derive(Args)]
pub struct Why {
    /// A case: a folder with a case.toml.
    case: PathBuf,
    /// The outcome to explain; the likeliest where nothing is said.
    #[arg(long, value_name = "ID")]
    outcome: Option<String>,
    /// Single numbers instead of tables of numbers.
    #[arg(long)]
    cells: bool,
    #[command(flatten)]
    common: Common,
}

pub fn why(args: &Why) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    let progress = Progress::new(answer::why::solutions(case, request.draws), "solutions", common.quiet);
    let ask = Ask { outcome: args.outcome.as_deref(), cells: args.cells };
    let answer =
        answer::why::why(case, &ready.game, &ready.drawing, &request, &ask, &Limits::default(), &|n| progress.add(n));
    progress.finish();
    match answer {
        Ok(answer) if common.json => print_json(&answer)?,
        Ok(answer) => print(&view::why::page(&answer, case))?,
        Err(WhyError::Contradicted(found)) => return contradicted(&found, &ready.loaded, common.json),
        Err(error) => {
            let wrong = Diagnostic {
                code: "no-outcome",
                severity: Severity::Error,
                message: error.to_string(),
                labels: Vec::new(),
                help: None,
            };
            report(std::slice::from_ref(&wrong), &ready.loaded.checked.sources, common.json)?;
            return Ok(if matches!(error, WhyError::Refused(_)) { Ended::Refused } else { Ended::Wrong });
        }
    }
    Ok(Ended::Good)
}
