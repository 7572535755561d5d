//! Who is meant by a name, and on which day.

use crate::fold::{Folded, key};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use thiserror::Error;

/// Names of actors, dated offices and dated occasions, compiled into one automaton.
pub struct Gazetteer {
    automaton: Option<AhoCorasick>,
    entries: Vec<Entry>,
}

struct Entry {
    /// Capitals in the original decide: an acronym that is also a word.
    acronym: bool,
    /// A name, as against a word that could be one: begins with a capital.
    capital: bool,
    means: Vec<Means>,
}

#[derive(Debug, Clone, PartialEq)]
struct Means {
    who: Meaning,
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    Actor(String),
    /// A word that looks like a name and is none: `Iraqi` of no actor.
    Nobody,
    /// Something that happened on known days.
    Occasion(Date, Date),
}

/// What a name in a text stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    Actor(String),
    Occasion { from: Date, to: Date },
}

/// A name found.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Bytes of the original text, without a possessive.
    pub bytes: Range<usize>,
    pub named: Named,
}

/// `aliases.toml` of a case: what else its actors are called.
///
/// ```toml
/// [names]
/// harbour = ["the League"]
///
/// [offices.premier]
/// names   = ["the prime minister"]
/// holders = [{ actor = "vega", from = 2028-01-01, until = 2030-02-10 }]
///
/// [occasions.vote]
/// names = ["the last election"]
/// on    = [2030-02-10]
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Aliases {
    /// Actor (or candidate, body, or an id of one's own) → further names.
    pub names: BTreeMap<String, Vec<String>>,
    /// Posts, whose holder depends on the day of publication.
    pub offices: BTreeMap<String, Office>,
    /// "the last election": the latest of these days before publication.
    pub occasions: BTreeMap<String, Occasion>,
    /// Names that mean none of the actors, however alike.
    pub nobody: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    pub names: Vec<String>,
    pub holders: Vec<Tenure>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenure {
    pub actor: String,
    #[serde(default, deserialize_with = "crate::day::optional")]
    pub from: Option<Date>,
    #[serde(default, deserialize_with = "crate::day::optional")]
    pub until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occasion {
    pub names: Vec<String>,
    #[serde(deserialize_with = "crate::day::list")]
    pub on: Vec<Date>,
}

/// What is wrong with an `aliases.toml`.
#[derive(Debug, Error)]
pub enum AliasError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("too many names: {0}")]
    TooMany(String),
}

impl Aliases {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Aliases, AliasError> {
        Ok(toml::from_str(text)?)
    }
}

/// Words of Arabic, Persian, Kurdish and Turkish names that are written many ways.
const FAMILIES: [&[&str]; 16] = [
    &["mohammed", "muhammad", "mohammad", "mohamed", "muhammed"],
    &["hezbollah", "hizballah", "hizbullah", "hizbollah", "hezbullah"],
    &["kataib", "kataeb", "ketaib", "kata ib"],
    &["shia", "shiite", "shii", "shi ite"],
    &["abdul", "abd al", "abdel", "abd el", "abdal"],
    &["nouri", "nuri", "noori"],
    &["muqtada", "moqtada", "muktada"],
    &["qassem", "qasem", "qasim", "qassim", "kassem"],
    &["ameri", "amiri"],
    &["hussein", "husayn", "hussain", "husain", "huseyin"],
    &["sudani", "soudani"],
    &["halbousi", "halbusi", "halboosi"],
    &["asaib", "asaeb"],
    &["masoud", "massoud", "masud"],
    &["harakat", "harakah"],
    &["yousef", "yusuf", "youssef", "yousuf"],
];

/// Every way a folded name is commonly written: variants of its words, with and without the article.
fn variants(name: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([name.to_owned()]);
    for family in FAMILIES {
        for known in family {
            let with: Vec<String> = all.iter().filter(|n| has_word(n, known)).cloned().collect();
            for found in with {
                for other in family {
                    all.insert(
                        format!(" {found} ").replace(&format!(" {known} "), &format!(" {other} ")).trim().to_owned(),
                    );
                }
            }
        }
    }
    // `al Maliki`, `el Maliki`, `almaliki`; with given names before it also without the article.
    let with: Vec<String> = all.iter().filter(|n| has_word(n, "al")).cloned().collect();
    for found in with {
        let padded = format!(" {found} ");
        all.insert(padded.replace(" al ", " el ").trim().to_owned());
        all.insert(padded.replace(" al ", " al").trim().to_owned());
        if !found.starts_with("al ") || found.matches(' ').count() > 1 {
            all.insert(padded.replace(" al ", " ").trim().to_owned());
        }
    }
    all
}

fn has_word(name: &str, word: &str) -> bool {
    format!(" {name} ").contains(&format!(" {word} "))
}

/// Titles and articles that do not belong to a name.
const NOT_NAMES: [&str; 12] =
    ["a", "an", "the", "of", "and", "others", "premier", "president", "party", "single", "list", "lists"];

impl Gazetteer {
    /// The names of a case's actors, their leaders, candidates and bodies, and what `aliases.toml` adds.
    ///
    /// - An id serves as a name where it is a word of its own (`tehran` finds `Tehran`, not `tehran`).
    /// - Of a person also the surname; of `X (Y, Z)` each of the three.
    pub fn of_case(
        case: &case::model::Case,
        extra: &[(String, String)],
        aliases: &Aliases,
    ) -> Result<Gazetteer, AliasError> {
        let mut names: Vec<(String, String)> = Vec::new();
        for actor in &case.actors {
            names.push((actor.id.clone(), actor.id.clone()));
            names.push((actor.id.clone(), actor.name.clone()));
            if actor.kind == "person" {
                surname(&actor.id, &actor.name, &mut names);
            }
        }
        for body in &case.electorates {
            names.push((body.id.clone(), body.name.clone()));
        }
        for (id, name) in extra {
            names.push((id.clone(), name.clone()));
            surname(id, name, &mut names);
        }
        Gazetteer::new(&names, aliases)
    }

    /// Compiles `(id, name)` pairs and aliases. Names are split at brackets and commas.
    pub fn new(names: &[(String, String)], aliases: &Aliases) -> Result<Gazetteer, AliasError> {
        let mut table: BTreeMap<String, (bool, bool, Vec<Means>)> = BTreeMap::new();
        let mut add = |name: &str, means: Means, whole: bool| {
            let folded = key(name);
            let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
            if letters < 2 || NOT_NAMES.contains(&folded.as_str()) {
                return;
            }
            let capitals: String = name.chars().filter(|c| c.is_alphabetic()).collect();
            let acronym =
                !capitals.is_empty() && capitals.chars().count() <= 5 && capitals.chars().all(char::is_uppercase);
            // Written with a capital (or as an id, which has none): then a capital is asked for in the text.
            let capital = !whole || name.starts_with(char::is_uppercase);
            for variant in variants(&folded) {
                let entry = table.entry(variant).or_insert((acronym, capital, Vec::new()));
                entry.0 &= acronym;
                entry.1 &= capital;
                if !entry.2.contains(&means) {
                    entry.2.push(means.clone());
                }
            }
        };
        let always = |who: Meaning| Means { who, from: None, until: None };
        for (id, name) in names {
            for part in name.split(['(', ')', ',', ';']).map(str::trim) {
                add(part, always(Meaning::Actor(id.clone())), false);
            }
        }
        for (id, list) in &aliases.names {
            for name in list {
                add(name, always(Meaning::Actor(id.clone())), true);
            }
        }
        for name in &aliases.nobody {
            add(name, always(Meaning::Nobody), true);
        }
        for office in aliases.offices.values() {
            for name in &office.names {
                for holder in &office.holders {
                    let means =
                        Means { who: Meaning::Actor(holder.actor.clone()), from: holder.from, until: holder.until };
                    add(name, means, true);
                }
                add(name, always(Meaning::Nobody), true);
            }
        }
        for occasion in aliases.occasions.values() {
            let mut days = occasion.on.clone();
            days.sort();
            for name in &occasion.names {
                for (k, day) in days.iter().enumerate() {
                    add(
                        name,
                        Means { who: Meaning::Occasion(*day, *day), from: Some(*day), until: days.get(k + 1).copied() },
                        true,
                    );
                }
                add(name, always(Meaning::Nobody), true);
            }
        }
        let patterns: Vec<String> = table.keys().cloned().collect();
        let entries = table.into_values().map(|(acronym, capital, means)| Entry { acronym, capital, means }).collect();
        let automaton = if patterns.is_empty() {
            None
        } else {
            let built = AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(&patterns);
            Some(built.map_err(|error| AliasError::TooMany(error.to_string()))?)
        };
        Ok(Gazetteer { automaton, entries })
    }

    /// The names in a text, left to right, the longest at each place.
    ///
    /// - `published`: offices and occasions are read as of that day.
    pub fn find(&self, text: &str, folded: &Folded, published: Date) -> Vec<Mention> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut found: Vec<Mention> = Vec::new();
        let mut at = 0;
        while at < folded.text.len() {
            let Some(hit) = automaton.find(aho_corasick::Input::new(&folded.text).range(at..)) else { break };
            let entry = &self.entries[hit.pattern().as_usize()];
            let range = hit.range();
            if !folded.is_whole(range.clone()) {
                // A word inside a word: go on behind its first letter's word.
                at = next_word(&folded.text, range.start);
                continue;
            }
            let mut bytes = folded.original(range.clone());
            let written = &text[bytes.clone()];
            let letters = || written.chars().filter(|c| c.is_alphabetic());
            let right = if entry.acronym {
                letters().all(char::is_uppercase)
            } else {
                !entry.capital
                    || letters().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase())
                    || written.starts_with("al-")
            };
            if !right {
                at = next_word(&folded.text, range.start);
                continue;
            }
            let meant = entry
                .means
                .iter()
                .filter(|means| {
                    means.from.is_none_or(|from| from <= published) && means.until.is_none_or(|until| published < until)
                })
                .min_by_key(|means| {
                    (means.from.is_none() && means.until.is_none(), matches!(means.who, Meaning::Nobody))
                });
            if written.contains('.') && text[bytes.end..].starts_with('.') {
                bytes.end += 1;
            }
            match meant.map(|means| &means.who) {
                Some(Meaning::Actor(id)) => found.push(Mention { bytes, named: Named::Actor(id.clone()) }),
                Some(Meaning::Occasion(from, to)) => {
                    found.push(Mention { bytes, named: Named::Occasion { from: *from, to: *to } });
                }
                Some(Meaning::Nobody) | None => {}
            }
            at = range.end;
        }
        found
    }
}

fn surname(id: &str, name: &str, names: &mut Vec<(String, String)>) {
    for person in name.split([',', '(', ')']) {
        let parts: Vec<&str> = person.split_whitespace().collect();
        if (2..=4).contains(&parts.len())
            && parts.iter().all(|p| p.starts_with(|c: char| c.is_uppercase()) || p.starts_with("al-"))
        {
            let last = parts[parts.len() - 1];
            names.push((id.to_owned(), last.to_owned()));
            if let Some(bare) = last.strip_prefix("al-") {
                names.push((id.to_owned(), bare.to_owned()));
            }
        }
    }
}

fn next_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    while at < bytes.len() && !matches!(bytes[at], b' ' | b'|') {
        at += 1;
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::{Aliases, Gazetteer, Named};
    use crate::fold::fold;
    use jiff::civil::{Date, date};

    fn gazetteer(aliases: &str) -> Gazetteer {
        Gazetteer::new(&[], &Aliases::parse(aliases).expect("valid")).expect("few names")
    }

    fn found(gazetteer: &Gazetteer, text: &str, on: Date) -> Vec<(String, String)> {
        gazetteer
            .find(text, &fold(text), on)
            .into_iter()
            .map(|m| {
                let who = match m.named {
                    Named::Actor(id) => id,
                    Named::Occasion { from, .. } => from.to_string(),
                };
                (text[m.bytes].to_owned(), who)
            })
            .collect()
    }

    #[test]
    fn us_is_not_us() {
        let g = gazetteer("[names]\nusa = [\"US\", \"United States\"]");
        let texts = found(&g, "It left us; the US and the U.S. did, U.S.-led. Us too.", date(2026, 1, 1));
        assert_eq!(texts, [("US".into(), "usa".into()), ("U.S.".into(), "usa".into()), ("U.S.".into(), "usa".into())]);
    }

    #[test]
    fn five_spellings_and_the_article() {
        let g = gazetteer("[names]\nkh = [\"Kata'ib Hezbollah\"]\nmaliki = [\"Nouri al-Maliki\", \"al-Maliki\"]");
        for spelling in [
            "Kata'ib Hezbollah",
            "Kata’ib Hezbollah",
            "Kataʾib Hizballah",
            "Kataib Hezbollah",
            "Kata-ib Hizbullah",
            "Kataeb Hezbollah",
        ] {
            assert_eq!(found(&g, spelling, date(2026, 1, 1)), [(spelling.to_owned(), "kh".to_owned())]);
        }
        for spelling in
            ["Nouri al-Maliki", "Nuri Al Maliki", "Nouri Maliki", "al-Maliki", "Al-Maliki", "Nuri el-Maliki"]
        {
            assert_eq!(found(&g, spelling, date(2026, 1, 1)), [(spelling.to_owned(), "maliki".to_owned())]);
        }
    }

    #[test]
    fn possessives_are_cut_off_and_the_longest_name_wins() {
        let g = gazetteer("nobody = []\n[names]\niran = [\"Iran\"]\niraq = [\"Iraqi\"]\nmilitia = [\"Iraqi militia\"]");
        assert_eq!(
            found(&g, "Iran’s plan, the Iraqi militia's camp", date(2026, 1, 1)),
            [("Iran".to_owned(), "iran".to_owned()), ("Iraqi militia".to_owned(), "militia".to_owned())]
        );
        assert_eq!(found(&g, "Iranian, Tirana, iran", date(2026, 1, 1)), []);
    }

    #[test]
    fn an_office_is_whoever_holds_it_on_the_day() {
        let g = gazetteer(
            "[offices.pm]\nnames = [\"the prime minister\"]\nholders = [{ actor = \"a\", until = 2014-09-08 }, { actor = \"b\", from = 2022-10-27, until = 2026-01-01 }]",
        );
        let text = "Then the prime minister left.";
        assert_eq!(found(&g, text, date(2014, 6, 1)), [("the prime minister".to_owned(), "a".to_owned())]);
        assert_eq!(found(&g, text, date(2024, 2, 1)), [("the prime minister".to_owned(), "b".to_owned())]);
        assert_eq!(found(&g, text, date(2018, 2, 1)), [], "nobody known held it");
        assert_eq!(found(&g, text, date(2026, 1, 1)), []);
    }

    #[test]
    fn the_last_election_depends_on_the_day_as_well() {
        let g = gazetteer("[occasions.vote]\nnames = [\"the last election\"]\non = [2010-03-07, 2014-04-30]");
        let text = "Since the last election nothing";
        assert_eq!(found(&g, text, date(2014, 1, 1))[0].1, "2010-03-07");
        assert_eq!(found(&g, text, date(2014, 6, 1))[0].1, "2014-04-30");
        assert_eq!(found(&g, text, date(2009, 6, 1)), []);
    }
}
