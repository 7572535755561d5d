//! Writes the covariates of every coalition as plain files, for checking and timing against other libraries:
//! `design_matrix DATA OUT [literature10|literature22|rich]` writes `meta.csv` (a row per formation), `names.txt` and
//! `x.f32` (formation after formation, covariate after covariate, little-endian).
use fit::{chamber::Chamber, features, history::History, records, task};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, out, rest @ ..] = arguments.as_slice() else { return Err("design_matrix DATA OUT [SET]".into()) };
    let set = match rest.first().map(String::as_str) {
        Some("literature10") => features::Set::Literature10,
        Some("literature22") => features::Set::Literature22,
        _ => features::Set::Rich,
    };
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("{data}/{name}")).unwrap_or_default(),
    });
    let read = records::read(&sources);
    let history = History::of(&read.records);
    let mut meta = std::fs::File::create(format!("{out}/meta.csv"))?;
    let mut matrix = std::io::BufWriter::new(std::fs::File::create(format!("{out}/x.f32"))?);
    let mut names = Vec::new();
    writeln!(meta, "id,country,year,split,core,post,n,k,chosen,incumbents")?;
    for r in read.records.iter().filter(|r| task::teaches(r)) {
        let chamber = Chamber::of(&r.opportunity, &history.before(&r.opportunity));
        let x = features::describe(set, &chamber);
        writeln!(
            meta,
            "{},{},{},{},{},{},{},{},{},{}",
            r.opportunity.id,
            r.opportunity.country,
            r.outcome.start.year(),
            r.split,
            u8::from(r.core),
            u8::from(r.opportunity.post_election),
            chamber.n,
            x.names.len(),
            r.formed().unwrap_or(0),
            r.incumbents()
        )?;
        for value in x.columns.iter().flatten() {
            matrix.write_all(&value.to_le_bytes())?;
        }
        names = x.names;
    }
    std::fs::write(format!("{out}/names.txt"), names.join("\n"))?;
    Ok(())
}
