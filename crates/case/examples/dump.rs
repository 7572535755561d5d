fn main() {
    let folder = std::env::args().nth(1).unwrap_or_default();
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).ok();
    let mut sources = case::Sources::new(read("case.toml").unwrap_or_default());
    if let Some(packs) = std::env::args().nth(2) {
        for file in std::fs::read_dir(packs).into_iter().flatten().flatten() {
            let name = file.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
            sources = sources.with_pack(&name, std::fs::read_to_string(file.path()).unwrap_or_default());
        }
    }
    let c = case::read("x", &sources).case.unwrap();
    println!("names {:?}", c.names.iter().enumerate().collect::<Vec<_>>());
    for (i, v) in c.variables.iter().enumerate() {
        println!("var {i} {} {:?} start {} scope {:?}", v.id, v.values.len(), v.start, v.scope);
    }
    for e in &c.electorates {
        println!(
            "{} members {} electors {:?}",
            e.id,
            e.members,
            e.electors.iter().map(|x| (x.id.clone(), x.most)).collect::<Vec<_>>()
        );
    }
    for t in &c.turns {
        println!("TURN {} pace {:?} reacts {:?}", t.id, t.pace, t.reacts_to);
        for s in &t.slots {
            println!("  SLOT when {:?} who {:?} obliged {}", s.when, s.who, s.obliged);
            for a in &s.menu {
                println!(
                    "    {} [{}] when {:?}\n       results {:?}\n       failed {:?} pays {:?}",
                    a.id,
                    a.move_id,
                    a.when,
                    a.results
                        .iter()
                        .map(|o| o.then.iter().map(|t| (t.variable, t.value.clone())).collect::<Vec<_>>())
                        .collect::<Vec<_>>(),
                    a.failed.len(),
                    a.pays.len()
                );
                if let Some(b) = &a.ballot {
                    println!(
                        "       BALLOT {} el {:?} sitting {:?} pays {} form {}",
                        b.id,
                        b.electorate,
                        b.sitting,
                        b.pays.len(),
                        format!("{:?}", b.form).chars().take(300).collect::<String>()
                    );
                }
            }
        }
    }
    for k in &c.clocks {
        println!("{k:?}");
    }
    for e in &c.events {
        println!("{e:?}");
    }
    for h in &c.hypotheses {
        println!("{h:?}");
    }
    println!("numbers: {}", c.numbers.iter().map(|n| format!("{} {:?}\n", n.path, n.law)).collect::<String>());
    println!("{:?}", c.plans);
}
