//! The fitted model on a chamber outside the data: every coalition with its chance, for a case.

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::features::Basic;
use crate::history::{History, PastCabinet};
use crate::model::Fit;
use crate::records::{Family, MAX_ACTORS, Opportunity, Party, PartyId, Previous};
use jiff::ToSpan;
use jiff::civil::Date;

/// A chamber as a case knows it, before a government formed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Situation {
    /// The country as the record names it, where it is to count.
    pub country: Option<String>,
    /// The election before, and the day from which the chamber is looked at: earlier cabinets of the country count.
    pub election: Date,
    pub now: Date,
    pub post_election: bool,
    /// The outgoing cabinet only takes care.
    pub caretaker: bool,
    /// Seats in the chamber; a majority is more than half of them.
    pub chamber: u32,
    pub parties: Vec<CaseParty>,
}

/// A party as a case knows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CaseParty {
    pub id: String,
    /// Its number in the record, where it is a party of the record.
    pub record: Option<u32>,
    pub seats: u32,
    pub seats_before: Option<u32>,
    /// Left-right, state-market, liberty-authority, Europe: from 0 to 10, where the case gives them.
    pub positions: [Option<f64>; 4],
    pub family: Option<Family>,
    /// Sits in the outgoing cabinet; holds the post of prime minister in it.
    pub incumbent: bool,
    pub premier: bool,
    /// Share of the cabinets of the last ten years it sat in.
    pub governed: Option<f64>,
}

/// What kind of government a coalition would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoalitionKind {
    MinimalWinning,
    Minority,
    Oversized,
}

/// A coalition with what the model says of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RankedCoalition {
    pub parties: Vec<String>,
    pub seats: u32,
    pub probability: f64,
    /// Left-right distance of its outermost members; `None` where a member's position is not known.
    pub range: Option<f64>,
    pub kind: CoalitionKind,
    pub prime_minister: Vec<Leader>,
}

/// A party's chance to lead a coalition.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Leader {
    pub party: String,
    pub probability: f64,
}

/// Every coalition of a chamber, likeliest first, and what the model had to do without.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Ranking {
    pub coalitions: Vec<RankedCoalition>,
    /// Chance of each party to sit in the government, and to lead it.
    pub parties: Vec<Chances>,
    /// Median days from the election; `None` in mid-term.
    pub days: Option<f64>,
    /// Features that the case does not give; the model reads neutral values for them.
    pub missing: Vec<String>,
    /// Parties that no coalition was made with, and why.
    pub left_out: Vec<LeftOut>,
    /// Earlier cabinets of the country that counted.
    pub earlier_cabinets: usize,
}

/// A party's chances.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Chances {
    pub party: String,
    pub governs: f64,
    pub leads: f64,
}

/// A party of the chamber that is not in the choice set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    pub party: String,
    pub why: &'static str,
}

/// Why there is no ranking.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RankError {
    #[error("{0} parties with seats that could govern; coalitions need at least 2")]
    TooFew(usize),
}

/// Parties with a smaller share of the chamber are outside the choice set, as in the data.
const LEAST_SHARE: f64 = 0.01;
/// Numbers of parties that are not in the record: above any of its own.
const OUTSIDE: u32 = 1 << 30;

/// Ranks every coalition of the parties with at least 1 % of the seats (of the 16 largest, where there are more).
///
/// A party without a position is read as standing at the seat-weighted mean of the others, and named in `missing`.
pub fn rank(fit: &Fit, situation: &Situation) -> Result<Ranking, RankError> {
    let (seated, left_out) = choice_set(situation);
    if seated.len() < 2 {
        return Err(RankError::TooFew(seated.len()));
    }
    let opportunity = opportunity(situation, &seated);
    let history = history(fit, situation, &opportunity);
    let forecast = fit.forecast_opportunity(&opportunity, &history);
    let actors = opportunity.actors();
    let before = history.before(&opportunity);
    let described = Chamber::of(&opportunity, &before);
    let basic = Basic::of(&described);
    let name = |bit: usize| seated[actors[bit]].id.clone();
    let mut order: Vec<usize> = (0..forecast.probabilities.len()).collect();
    order.sort_by(|&a, &b| forecast.probabilities[b].total_cmp(&forecast.probabilities[a]).then(a.cmp(&b)));
    let mut governs = vec![0.0; actors.len()];
    for (index, p) in forecast.probabilities.iter().enumerate() {
        members(index as u32 + 1).for_each(|bit| governs[bit] += p);
    }
    let coalitions = order
        .into_iter()
        .map(|index| {
            let mask = index as u32 + 1;
            let placed = members(mask).all(|bit| seated[actors[bit]].positions[0].is_some());
            let of = fit.leaders.of_coalition(&described, mask);
            let mut leaders: Vec<Leader> =
                members(mask).map(|bit| Leader { party: name(bit), probability: of[bit] }).collect();
            leaders.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            RankedCoalition {
                parties: members(mask).map(name).collect(),
                seats: basic.seats[index],
                probability: forecast.probabilities[index],
                range: placed.then_some(basic.range[index]),
                kind: match (basic.majority[index], basic.minimal[index]) {
                    (false, _) => CoalitionKind::Minority,
                    (true, true) => CoalitionKind::MinimalWinning,
                    (true, false) => CoalitionKind::Oversized,
                },
                prime_minister: leaders,
            }
        })
        .collect();
    let mut parties: Vec<Chances> = (0..actors.len())
        .map(|bit| Chances { party: name(bit), governs: governs[bit], leads: forecast.premier[bit] })
        .collect();
    parties.sort_by(|a, b| b.governs.total_cmp(&a.governs));
    let known = fit.history.before(&opportunity).len();
    Ok(Ranking {
        coalitions,
        parties,
        days: forecast.days,
        missing: missing(situation, &seated, known),
        left_out,
        earlier_cabinets: known,
    })
}

fn choice_set(situation: &Situation) -> (Vec<&CaseParty>, Vec<LeftOut>) {
    let least = LEAST_SHARE * f64::from(situation.chamber);
    let mut left_out = Vec::new();
    let mut seated = Vec::new();
    for party in &situation.parties {
        if party.seats == 0 || f64::from(party.seats) < least {
            left_out.push(LeftOut { party: party.id.clone(), why: "less than 1 % of the seats" });
        } else {
            seated.push(party);
        }
    }
    while seated.len() > MAX_ACTORS {
        let smallest = (0..seated.len()).min_by_key(|&i| (seated[i].seats, usize::MAX - i)).unwrap_or(0);
        let party = seated.remove(smallest);
        left_out.push(LeftOut { party: party.id.clone(), why: "only the 16 largest are combined" });
    }
    (seated, left_out)
}

fn opportunity(situation: &Situation, seated: &[&CaseParty]) -> Opportunity {
    let known: Vec<(f64, f64)> = seated.iter().filter_map(|p| Some((p.positions[0]?, f64::from(p.seats)))).collect();
    let weight: f64 = known.iter().map(|k| k.1).sum();
    let middle = if weight > 0.0 { known.iter().map(|(x, w)| x * w).sum::<f64>() / weight } else { 5.0 };
    Opportunity {
        id: String::new(),
        country: situation.country.clone().unwrap_or_default(),
        election: situation.election,
        post_election: situation.post_election,
        previous: Some(Previous { cabinet: u32::MAX, start: situation.now, caretaker: situation.caretaker }),
        chamber: situation.chamber,
        quota: situation.chamber / 2 + 1,
        parties: seated
            .iter()
            .enumerate()
            .map(|(i, p)| {
                let mut positions = p.positions.map(|x| x.map(|x| x.clamp(0.0, 10.0)));
                positions[0] = Some(positions[0].unwrap_or(middle).clamp(0.0, 10.0));
                Party {
                    id: number(p, i),
                    short: p.id.clone(),
                    family: p.family.unwrap_or_default(),
                    seats: p.seats,
                    positions,
                    actor: true,
                    incumbent: p.incumbent,
                    incumbent_regular: p.incumbent,
                    premier: p.premier,
                    premier_regular: p.premier,
                    governed_10y: p.governed,
                }
            })
            .collect(),
    }
}

fn number(party: &CaseParty, index: usize) -> PartyId {
    PartyId(party.record.unwrap_or(OUTSIDE + index as u32))
}

/// The country's cabinets in the record, and the outgoing one of the case where the record does not end with it.
fn history(fit: &Fit, situation: &Situation, opportunity: &Opportunity) -> History {
    let mut cabinet: Vec<PartyId> = Vec::new();
    let mut parties: Vec<(PartyId, u32)> = Vec::new();
    for party in &opportunity.parties {
        let of_case = situation.parties.iter().find(|p| p.id == party.short);
        parties.push((party.id, of_case.and_then(|p| p.seats_before).unwrap_or(party.seats)));
        if party.incumbent {
            cabinet.push(party.id);
        }
    }
    let known = fit.history.before(opportunity);
    let same = known.last().is_some_and(|last| {
        let mut members = last.members.clone();
        members.sort_unstable();
        let mut ours = cabinet.clone();
        ours.sort_unstable();
        members == ours && last.start.until(situation.now).is_ok_and(|span| span.get_days() < 6 * 366)
    });
    if cabinet.is_empty() || same {
        return fit.history.clone();
    }
    let earlier = |years: i64| situation.election.checked_sub(years.years()).unwrap_or(situation.election);
    let outgoing = PastCabinet {
        country: opportunity.country.clone(),
        cabinet: u32::MAX,
        start: earlier(2),
        election: earlier(4),
        caretaker: situation.caretaker,
        chamber: situation.chamber,
        quota: opportunity.quota,
        parties,
        members: cabinet,
        premier: opportunity.parties.iter().find(|p| p.premier).map(|p| p.id),
        days: None,
    };
    fit.history.with(&History::from_cabinets(vec![outgoing]))
}

fn missing(situation: &Situation, parties: &[&CaseParty], known: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (dimension, name) in ["left-right", "state-market", "liberty-authority", "Europe"].into_iter().enumerate() {
        let without: Vec<&str> =
            parties.iter().filter(|p| p.positions[dimension].is_none()).map(|p| p.id.as_str()).collect();
        if without.len() == parties.len() {
            out.push(format!("{name} positions"));
        } else if !without.is_empty() {
            out.push(format!("{name} position of `{}`", without.join("`, `")));
        }
    }
    let mut none = |absent: bool, what: &str| {
        if absent {
            out.push(what.to_owned());
        }
    };
    none(parties.iter().all(|p| p.family.is_none()), "party families");
    none(!parties.iter().any(|p| p.incumbent), "incumbent parties");
    none(!parties.iter().any(|p| p.premier), "previous prime minister's party");
    none(parties.iter().all(|p| p.governed.is_none()), "parties' record in government");
    let recorded = parties.iter().any(|p| p.record.is_some());
    none(known == 0 || !recorded, "who governed with whom");
    none(parties.iter().all(|p| p.seats_before.is_none()) && (known == 0 || !recorded), "change of seats");
    none(known == 0, "the country's earlier cabinets");
    none(situation.country.is_none(), "country");
    out
}
