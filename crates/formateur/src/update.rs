//! What the log changed.

use crate::progress::Progress;
use crate::{Common, Ended, contradicted, print, print_json, ready, threads, view};
use answer::Request;
use clap::Args;
use std::error::Error;
use std::path::PathBuf;

#[derive(Args)]
pub struct Update {
    /// A case: a folder with a case.toml and a log.toml.
    case: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub fn update(args: &Update) -> Result<Ended, Box<dyn Error>> {
    let common = &args.common;
    threads(common.threads)?;
    let ready = match ready(&args.case, common.as_of, common.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: common.seed, draws: common.draws as usize };
    let progress = Progress::new(request.draws, "draws", common.quiet);
    let answer = answer::update::update(case, &ready.game, &ready.drawing, &request, &|n| progress.add(n));
    progress.finish();
    match answer {
        Ok(answer) if common.json => print_json(&answer)?,
        Ok(answer) => print(&view::update::page(&answer, &case.question))?,
        Err(found) => return contradicted(&found, &ready.loaded, common.json),
    }
    Ok(Ended::Good)
}
