//! Reads a case folder and prints what is wrong with it.
fn main() {
    let folder = std::env::args().nth(1).unwrap_or_default();
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).ok();
    let mut sources = case::Sources::new(read("case.toml").unwrap_or_default());
    sources.claims = read("claims.toml").map(|text| case::diagnostic::Source::new("claims.toml", text));
    sources.log = read("log.toml").map(|text| case::diagnostic::Source::new("log.toml", text));
    if let Some(packs) = std::env::args().nth(2) {
        for file in std::fs::read_dir(packs).into_iter().flatten().flatten() {
            let name = file.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
            sources = sources.with_pack(&name, std::fs::read_to_string(file.path()).unwrap_or_default());
        }
    }
    let checked = case::read("x", &sources);
    for found in &checked.diagnostics {
        if found.severity == case::diagnostic::Severity::Note && std::env::args().nth(3).is_none() {
            continue;
        }
        let (line, column) = case::locate(&checked.sources, found.place());
        println!(
            "{:?}[{}] {}:{line}:{column} {} -- {} -- {:?}",
            found.severity,
            found.code,
            case::file_name(&checked.sources, found.place().file),
            found.message,
            found.labels[0].text,
            found.help
        );
    }
    if let Some(case) = checked.case {
        println!(
            "ok: {} actors {} variables {} numbers {} turns {} events {} clocks {} interests {} plans",
            case.actors.len(),
            case.variables.len(),
            case.numbers.len(),
            case.turns.len(),
            case.events.len(),
            case.clocks.len(),
            case.interests.len(),
            case.plans.len()
        );
    }
}
