//! Writes the covariates of every coalition as plain files, for checking and timing against other libraries.
use fit::{chamber::Chamber, features, history::History, records};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (data, out) = (&arguments[1], &arguments[2]);
    let set = match arguments.get(3).map(String::as_str) {
        Some("literature10") => features::Set::Literature10,
        Some("literature22") => features::Set::Literature22,
        _ => features::Set::Rich,
    };
    let sources = ["formations.csv", "parties.csv", "split.csv"].map(|name| case::diagnostic::Source {
        name: name.into(),
        text: std::fs::read_to_string(format!("{data}/{name}")).unwrap_or_default(),
    });
    let read = records::read(&sources);
    for d in read.diagnostics.iter().take(10) {
        eprintln!("{d:?}");
    }
    eprintln!("{} records {:?}", read.records.len(), records::exclusions(&read.records));
    let history = History::of(&read.records);
    let mut meta = std::fs::File::create(format!("{out}/meta.csv"))?;
    let mut matrix = std::io::BufWriter::new(std::fs::File::create(format!("{out}/x.f32"))?);
    writeln!(
        meta,
        "id,country,year,split,core,usable,post,n,k,chosen,incumbents,quota,premier,seats,days,caretaker_before,premiers,lr,ids"
    )?;
    let allowed = ["before_1945", "single_party_majority"];
    let start = std::time::Instant::now();
    for r in read.records.iter().filter(|r| r.reasons.iter().all(|x| allowed.contains(&x.as_str()))) {
        let Some(formed) = r.formed() else { continue };
        let past = history.before(&r.opportunity);
        let chamber = Chamber::of(&r.opportunity, &past);
        let x = features::describe(set, &chamber);
        let join = |v: Vec<String>| v.join(" ");
        writeln!(
            meta,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            r.opportunity.id,
            r.opportunity.country,
            r.outcome.start.year(),
            r.split,
            u8::from(r.core),
            u8::from(r.usable),
            u8::from(r.opportunity.post_election),
            chamber.n,
            x.names.len(),
            formed,
            r.incumbents(),
            chamber.quota,
            r.premier().map_or(-1, |p| p as i64),
            join(chamber.seats.iter().map(u32::to_string).collect()),
            r.outcome.days.map_or(String::new(), |d| d.to_string()),
            u8::from(chamber.caretaker_before),
            join(chamber.premier.iter().map(|&p| u8::from(p).to_string()).collect()),
            join(chamber.positions[0].iter().map(f64::to_string).collect()),
            join(chamber.ids.iter().map(|i| i.0.to_string()).collect())
        )?;
        for column in &x.columns {
            for v in column {
                matrix.write_all(&v.to_le_bytes())?;
            }
        }
        if r.opportunity.id.is_empty() {
            break;
        }
        std::fs::write(format!("{out}/names.txt"), x.names.join("\n"))?;
    }
    eprintln!("{:?}", start.elapsed());
    Ok(())
}
