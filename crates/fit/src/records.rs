//! What is known of past governments: opportunities to form one, and what came of them.
//!
//! An [`Opportunity`] holds only what was known before a government formed; its [`Outcome`] is kept apart, so that a
//! feature cannot look at it: [`features::describe`](crate::features::describe) never sees one.

use case::diagnostic::{Diagnostic, FileId, Severity, Source};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

use crate::table::{Row, Table};

/// A party of the data, as ParlGov numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct PartyId(pub u32);

/// The families ParlGov sorts parties into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Family {
    Communist,
    Green,
    Social,
    Liberal,
    Christian,
    Agrarian,
    Conservative,
    Right,
    Special,
    #[default]
    None,
}

/// A party in the chamber as it stood before the government formed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Party {
    pub id: PartyId,
    pub short: String,
    pub family: Family,
    /// Seats in the chamber.
    pub seats: u32,
    /// Left-right, state-market, liberty-authority, against-for European integration: 0 to 10, `None` where unknown.
    pub positions: [Option<f64>; 4],
    /// A real party with at least 1 % of the seats and a left-right position: a member of the choice set.
    pub actor: bool,
    /// In the previous cabinet, and in the previous one that was not a caretaker.
    pub incumbent: bool,
    pub incumbent_regular: bool,
    /// Held the post of prime minister in them.
    pub premier: bool,
    pub premier_regular: bool,
    /// Share of the regular cabinets of the previous ten years it sat in; `None` where there was none.
    pub governed_10y: Option<f64>,
}

/// The cabinet before.
#[derive(Debug, Clone, PartialEq)]
pub struct Previous {
    pub cabinet: u32,
    pub start: Date,
    pub caretaker: bool,
}

/// A moment at which a government could form, with nothing in it that was not known then.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunity {
    pub id: String,
    pub country: String,
    pub election: Date,
    /// The first regular cabinet after an election; otherwise one formed in mid-term.
    pub post_election: bool,
    pub previous: Option<Previous>,
    /// Seats in the chamber.
    pub chamber: u32,
    /// The smallest number of seats that is a majority.
    pub quota: u32,
    pub parties: Vec<Party>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub cabinet: u32,
    pub start: Date,
    pub caretaker: bool,
    /// `[n_parties]`: sat in the cabinet.
    pub members: Vec<bool>,
    /// The prime minister's party, as an index into the parties.
    pub premier: Option<usize>,
    /// Days from the election, for regular cabinets formed after one.
    pub days: Option<f64>,
}

/// One row of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub opportunity: Opportunity,
    pub outcome: Outcome,
    /// `train`, `valid`, or whatever `split.csv` calls it.
    pub split: String,
    pub core: bool,
    pub usable: bool,
    /// Why the row is left out of the core set; several reasons may hold.
    pub reasons: Vec<String>,
}

/// All rows, oldest first within a country, with what was found wrong in the files.
#[derive(Debug, Default)]
pub struct Records {
    pub records: Vec<Record>,
    pub diagnostics: Vec<Diagnostic>,
}

const FORMATIONS: &[&str] = &[
    "formation_id",
    "country",
    "parlgov_cabinet_id",
    "election_date",
    "cabinet_start_date",
    "opportunity",
    "previous_cabinet_id",
    "previous_cabinet_start",
    "previous_cabinet_caretaker",
    "formation_days",
    "caretaker",
    "chamber_size",
    "seats_listed",
    "majority_quota",
    "pm_party_id",
    "drop_reason",
];
const PARTIES: &[&str] = &[
    "formation_id",
    "party_id",
    "party_short",
    "family",
    "seats",
    "left_right",
    "state_market",
    "liberty_authority",
    "eu_anti_pro",
    "actor_1pct",
    "in_prev_cabinet",
    "pm_prev_cabinet",
    "in_prev_regular_cabinet",
    "pm_prev_regular_cabinet",
    "gov_share_10y",
    "in_cabinet",
    "pm",
];
/// The split of rows whose folder has no `split.csv`.
pub const ONE_SPLIT: &str = "all";

const SPLIT: &[&str] = &["formation_id", "split", "core", "usable"];

/// The most parties a choice set may have: 2¹⁶ − 1 coalitions.
pub const MAX_ACTORS: usize = 16;

impl Record {
    /// The parties of the choice set, as indices into `opportunity.parties`.
    pub fn actors(&self) -> Vec<usize> {
        self.opportunity.actors()
    }

    /// The coalition that formed, as a bit set over [`Record::actors`]; `None` where no actor sat in the cabinet or the
    /// choice set is too large.
    pub fn formed(&self) -> Option<u32> {
        let actors = self.actors();
        if actors.len() < 2 || actors.len() > MAX_ACTORS {
            return None;
        }
        let mask = actors.iter().enumerate().filter(|&(_, &p)| self.outcome.members[p]).map(|(bit, _)| 1 << bit).sum();
        (mask != 0).then_some(mask)
    }

    /// The prime minister's party as a bit position over [`Record::actors`].
    pub fn premier(&self) -> Option<usize> {
        let premier = self.outcome.premier?;
        self.actors().iter().position(|&p| p == premier)
    }

    /// The incumbent cabinet as a bit set over [`Record::actors`]; 0 where there is none.
    pub fn incumbents(&self) -> u32 {
        self.opportunity.incumbents()
    }
}

impl Party {
    /// Left-right position; the middle of the scale where it is unknown.
    pub fn left_right(&self) -> f64 {
        self.positions[0].unwrap_or(5.0)
    }
}

impl Opportunity {
    /// The parties of the choice set, as indices into `parties`, from left to right (equals by their number).
    pub fn actors(&self) -> Vec<usize> {
        let mut actors: Vec<usize> = (0..self.parties.len()).filter(|&p| self.parties[p].actor).collect();
        actors.sort_by(|&a, &b| {
            let (a, b) = (&self.parties[a], &self.parties[b]);
            a.left_right().total_cmp(&b.left_right()).then(a.id.cmp(&b.id))
        });
        actors
    }

    /// The incumbent cabinet as a bit set over [`Opportunity::actors`]; 0 where there is none.
    pub fn incumbents(&self) -> u32 {
        let actors = self.actors();
        actors.iter().take(32).enumerate().filter(|&(_, &p)| self.parties[p].incumbent).map(|(bit, _)| 1 << bit).sum()
    }
}

/// Reads the three tables of a data folder: `formations.csv`, `parties.csv`, `split.csv`, in this order.
///
/// Where the third has no name, since there is no such file, all rows are of split [`ONE_SPLIT`], and a row without a reason to be dropped is core.
///
/// Every mistake is named with its place. Errors: a column that is missing, a cell that cannot be read, an identifier
/// that stands twice or nowhere, seats that do not add up, and a row marked as usable that is not (a party of its
/// cabinet without seats, no actor in the cabinet).
pub fn read(sources: &[Source; 3]) -> Records {
    let mut found = Vec::new();
    let formations = Table::parse(FileId(0), &sources[0], FORMATIONS, &mut found);
    let parties = Table::parse(FileId(1), &sources[1], PARTIES, &mut found);
    let whole = sources[2].name.is_empty();
    let split = Table::parse(FileId(2), &sources[2], if whole { &[] } else { SPLIT }, &mut found);
    if found.iter().any(|d| d.code == "missing-column") {
        return Records { records: Vec::new(), diagnostics: found };
    }

    let mut row_of: HashMap<&str, usize> = HashMap::new();
    for row in formations.rows() {
        let id = row.text("formation_id");
        if row_of.insert(id, row.index()).is_some() {
            let message = format!("formation `{id}` stands twice");
            found.push(row.finding(Severity::Error, "duplicate-formation", "formation_id", message));
        }
    }
    let mut parties_of: HashMap<&str, Vec<usize>> = HashMap::new();
    for row in parties.rows() {
        let id = row.text("formation_id");
        if row_of.contains_key(id) {
            parties_of.entry(id).or_default().push(row.index());
        } else {
            let message = format!("`formations.csv` has no formation `{id}`");
            found.push(row.finding(Severity::Error, "unknown-formation", "formation_id", message));
        }
    }
    let mut split_of: HashMap<&str, usize> = HashMap::new();
    for row in split.rows() {
        let id = row.text("formation_id");
        if !row_of.contains_key(id) {
            let message = format!("`formations.csv` has no formation `{id}`");
            found.push(row.finding(Severity::Error, "unknown-formation", "formation_id", message));
        } else if split_of.insert(id, row.index()).is_some() {
            let message = format!("formation `{id}` stands twice");
            found.push(row.finding(Severity::Error, "duplicate-formation", "formation_id", message));
        }
    }

    let mut records = Vec::new();
    for row in formations.rows() {
        let id = row.text("formation_id");
        if row_of[id] != row.index() {
            continue;
        }
        let rows: Vec<_> =
            parties_of.get(id).map_or_else(Vec::new, |list| list.iter().map(|&r| parties.row(r)).collect());
        if whole {
            records.extend(read_record(row, &rows, None, &mut found));
            continue;
        }
        let Some(&split_row) = split_of.get(id) else {
            let message = format!("`split.csv` has no formation `{id}`");
            found.push(row.finding(Severity::Error, "unknown-formation", "formation_id", message));
            continue;
        };
        if let Some(record) = read_record(row, &rows, Some(split.row(split_row)), &mut found) {
            records.push(record);
        }
    }
    records.sort_by(|a, b| {
        let key = |r: &Record| (r.opportunity.country.clone(), r.outcome.start, r.outcome.cabinet);
        key(a).cmp(&key(b))
    });
    Records { records, diagnostics: found }
}

/// How many rows are left out of the core set, by reason, in the order of their names. A row may have several reasons.
pub fn exclusions<'a>(records: impl IntoIterator<Item = &'a Record>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in records {
        for reason in &record.reasons {
            *counts.entry(reason.clone()).or_insert(0) += 1;
        }
    }
    counts
}

fn read_record(row: Row, rows: &[Row], split: Option<Row>, found: &mut Vec<Diagnostic>) -> Option<Record> {
    let before = found.iter().filter(|d| d.severity == Severity::Error).count();
    let needed = |column: &str, found: &mut Vec<Diagnostic>| {
        if row.text(column).is_empty() {
            let message = format!("column `{column}` is blank");
            found.push(row.finding(Severity::Error, "blank-cell", column, message));
        }
    };
    for column in ["country", "election_date", "cabinet_start_date", "chamber_size", "majority_quota"] {
        needed(column, found);
    }
    let post_election = match row.text("opportunity") {
        "post_election" => true,
        "midterm" => false,
        other => {
            let message = format!("column `opportunity` holds `{other}`, expected `post_election` or `midterm`");
            found.push(row.finding(Severity::Error, "unreadable-cell", "opportunity", message));
            false
        }
    };
    let previous_cabinet = row.count("previous_cabinet_id", found);
    let previous_start = row.date("previous_cabinet_start", found);
    let previous_caretaker = row.flag("previous_cabinet_caretaker", found);
    let previous = previous_cabinet.zip(previous_start).map(|(cabinet, start)| Previous {
        cabinet,
        start,
        caretaker: previous_caretaker,
    });
    let chamber = row.count("chamber_size", found).unwrap_or(0);
    let quota = row.count("majority_quota", found).unwrap_or(0);
    let listed = row.count("seats_listed", found);
    let reasons: Vec<String> =
        row.text("drop_reason").split(';').filter(|r| !r.is_empty()).map(str::to_owned).collect();
    let core = split.map_or(reasons.is_empty(), |split| split.flag("core", found));
    let usable =
        split.map_or(reasons.iter().all(|r| r == "single_party_majority"), |split| split.flag("usable", found));

    let mut parties = Vec::with_capacity(rows.len());
    let (mut members, mut premier) = (Vec::with_capacity(rows.len()), None);
    for (index, party) in rows.iter().enumerate() {
        let seats = party.count("seats", found).unwrap_or(0);
        let member = party.flag("in_cabinet", found);
        if usable && member && seats == 0 {
            let message = format!(
                "`{}` sits in the cabinet of `{}` without a seat, in a row marked usable",
                party.text("party_short"),
                row.text("formation_id")
            );
            found.push(party.finding(Severity::Error, "cabinet-party-without-seats", "seats", message));
        }
        if party.flag("pm", found) {
            premier = Some(index);
        }
        members.push(member);
        let id = party.count("party_id", found).map(PartyId);
        if id.is_none() || parties.iter().any(|p: &Party| Some(p.id) == id) {
            let message = format!("party `{}` stands twice or nowhere in this chamber", party.text("party_id"));
            found.push(party.finding(Severity::Error, "duplicate-party", "party_id", message));
        }
        let positions = ["left_right", "state_market", "liberty_authority", "eu_anti_pro"]
            .map(|column| party.number(column, found));
        parties.push(Party {
            id: id.unwrap_or_default(),
            short: party.text("party_short").to_owned(),
            family: family(party.text("family")),
            seats,
            positions,
            actor: party.flag("actor_1pct", found) && seats > 0 && positions[0].is_some(),
            incumbent: party.flag("in_prev_cabinet", found),
            incumbent_regular: party.flag("in_prev_regular_cabinet", found),
            premier: party.flag("pm_prev_cabinet", found),
            premier_regular: party.flag("pm_prev_regular_cabinet", found),
            governed_10y: party.number("gov_share_10y", found),
        });
    }
    let total: u32 = parties.iter().map(|p| p.seats).sum();
    if listed.is_some_and(|listed| listed != total) {
        let message =
            format!("the parties' seats add up to {total}, column `seats_listed` says {}", row.text("seats_listed"));
        found.push(row.finding(Severity::Error, "seats-do-not-add-up", "seats_listed", message));
    } else if total > chamber {
        let message = format!("the parties' seats add up to {total} in a chamber of {chamber}");
        found.push(row.finding(Severity::Error, "seats-do-not-add-up", "chamber_size", message));
    } else if chamber > 0 && f64::from(total) < 0.5 * f64::from(chamber) {
        let message = format!("the parties' seats add up to {total}, less than half of a chamber of {chamber}");
        found.push(row.finding(Severity::Error, "seats-do-not-add-up", "chamber_size", message));
    }
    if quota != chamber / 2 + 1 {
        let message = format!("a majority of {chamber} is {}, column `majority_quota` says {quota}", chamber / 2 + 1);
        found.push(row.finding(Severity::Error, "quota-is-not-a-majority", "majority_quota", message));
    }
    let record = Record {
        opportunity: Opportunity {
            id: row.text("formation_id").to_owned(),
            country: row.text("country").to_owned(),
            election: row.date("election_date", found).unwrap_or_default(),
            post_election,
            previous,
            chamber,
            quota,
            parties,
        },
        outcome: Outcome {
            cabinet: row.count("parlgov_cabinet_id", found).unwrap_or(0),
            start: row.date("cabinet_start_date", found).unwrap_or_default(),
            caretaker: row.flag("caretaker", found),
            members,
            premier,
            days: row.number("formation_days", found).filter(|_| post_election),
        },
        split: split.map_or(ONE_SPLIT, |row| row.text("split")).to_owned(),
        core,
        usable,
        reasons,
    };
    if (core || usable) && record.formed().is_none() {
        let message = format!(
            "`{}` is marked usable, but its cabinet has no party of the choice set ({} actors, at least 2 and at most {MAX_ACTORS})",
            record.opportunity.id,
            record.actors().len()
        );
        found.push(row.finding(Severity::Error, "no-choice", "formation_id", message));
    }
    let after = found.iter().filter(|d| d.severity == Severity::Error).count();
    (before == after).then_some(record)
}

fn family(text: &str) -> Family {
    match text {
        "com" => Family::Communist,
        "eco" => Family::Green,
        "soc" => Family::Social,
        "lib" => Family::Liberal,
        "chr" => Family::Christian,
        "agr" => Family::Agrarian,
        "con" => Family::Conservative,
        "right" => Family::Right,
        "spec" => Family::Special,
        _ => Family::None,
    }
}
