//! How fast evidence is read and found: `cargo run --release -p bench --bin evidence [DOCUMENTS]`, one thread.

use evidence::extract::extract;
use evidence::gazetteer::{Aliases, Gazetteer};
use evidence::read::{Format, sha256};
use evidence::record::{Basis, Document, Stamp};
use evidence::store::Store;
use jiff::civil::date;
use std::time::Instant;

const WORDS: [&str; 48] = [
    "the",
    "government",
    "of",
    "a",
    "coalition",
    "and",
    "parties",
    "in",
    "parliament",
    "said",
    "that",
    "Borea",
    "may",
    "withhold",
    "loan",
    "before",
    "election",
    "Harbour",
    "League",
    "deputies",
    "on",
    "Monday",
    "would",
    "not",
    "vote",
    "for",
    "budget",
    "minister",
    "Ada",
    "Brandt",
    "two",
    "weeks",
    "ago",
    "48",
    "seats",
    "were",
    "lost",
    "to",
    "Hill",
    "List",
    "President",
    "Kostka",
    "will",
    "decide",
    "by",
    "June",
    "with",
    "leaders",
];

/// Text of so many words, the same for a seed.
fn text(seed: u64, words: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let mut out = String::with_capacity(words * 7);
    for k in 0..words {
        // One word in six is rare, as in any language.
        if next(6) == 0 {
            out.push_str(&format!("w{}", next(40_000)));
        } else {
            out.push_str(WORDS[next(WORDS.len())]);
        }
        out.push_str(if k % 18 == 17 { ". " } else { " " });
    }
    out
}

fn document(text: &str) -> Document {
    Document {
        id: sha256(text.as_bytes()),
        file_sha256: sha256(text.as_bytes()),
        format: Format::Text,
        title: None,
        outlet: None,
        author: None,
        address: None,
        source: None,
        published: Some(date(2030, 4, 18)),
        basis: Basis::Stated,
        characters: text.chars().count(),
        flags: Vec::new(),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n: usize = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let aliases = "[names]\nborea = [\"Borea\"]\nharbour = [\"Harbour League\"]\nhill = [\"Hill List\"]\nbrandt = [\"Ada Brandt\", \"Brandt\"]\nkostka = [\"President Kostka\"]";
    let names = Gazetteer::new(&[], &Aliases::parse(aliases)?)?;
    let long = text(1, 1_500_000);
    let begun = Instant::now();
    let found = extract(&long, &names, date(2030, 4, 18));
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "rules: {:.1} MB/s ({:.1} MB, {} names, {} sentences)",
        long.len() as f64 / 1e6 / seconds,
        long.len() as f64 / 1e6,
        found.mentions.len(),
        found.sentences.len()
    );

    let path = std::env::temp_dir().join(format!("formateur-bench-{}.db", std::process::id()));
    let mut store = Store::open(&path)?;
    let stamp = Stamp { at: "2030-05-01T10:00:00Z".into(), by: "bench".into() };
    let begun = Instant::now();
    for block in 0..n.div_ceil(500) {
        let documents = (block * 500..((block + 1) * 500).min(n)).map(|k| {
            let text = text(k as u64 + 7, 220);
            (document(&text), text)
        });
        store.add_all(&stamp, documents.collect())?;
    }
    println!("add: {:.0} documents a second ({n} of about 1.4 kB)", n as f64 / begun.elapsed().as_secs_f64());
    println!("store: {:.0} MB", std::fs::metadata(&path)?.len() as f64 / 1e6);
    for words in ["w31337", "w100 borea", "\"harbour league\"", "coalition loan", "government", "brand*"] {
        let mut times: Vec<f64> = Vec::new();
        let mut hits = 0;
        for _ in 0..5 {
            let begun = Instant::now();
            hits = store.search(words, 20)?.len();
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!("search {words:?}: median {:.1} ms, worst {:.1} ms ({hits} shown)", times[2], times[4]);
    }
    drop(store);
    std::fs::remove_file(&path)?;
    Ok(())
}
