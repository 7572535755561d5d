//! The fitted model on a chamber outside the data: every coalition with its chance, for a case.

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::features::Basic;
use crate::history::History;
use crate::model::Fit;
use crate::records::{MAX_ACTORS, Opportunity, Party, PartyId};
use jiff::civil::Date;

/// A party as a case knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseParty {
    pub id: String,
    pub seats: u32,
    /// Left-right position from 0 to 10, where the case gives one.
    pub position: Option<f64>,
    /// Sits in the outgoing cabinet.
    pub incumbent: bool,
    /// Holds the post of prime minister in it.
    pub premier: bool,
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
    /// Features that the case does not give; the model reads neutral values for them.
    pub missing: Vec<String>,
}

/// Why there is no ranking.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RankError {
    #[error("{0} parties with seats; coalitions need at least 2")]
    TooFew(usize),
    #[error("{0} parties with seats make more than 2^{MAX_ACTORS} coalitions; merge those that act together")]
    TooMany(usize),
}

/// Ranks every coalition of the parties with seats.
///
/// - `chamber`: seats in the chamber; a majority is more than half of them.
/// - A party without a position is read as standing at the seat-weighted mean of the others, and named in `missing`.
pub fn rank(fit: &Fit, parties: &[CaseParty], chamber: u32, post_election: bool) -> Result<Ranking, RankError> {
    let seated: Vec<&CaseParty> = parties.iter().filter(|p| p.seats > 0).collect();
    match seated.len() {
        n if n < 2 => return Err(RankError::TooFew(n)),
        n if n > MAX_ACTORS => return Err(RankError::TooMany(n)),
        _ => {}
    }
    let known: Vec<(f64, f64)> = seated.iter().filter_map(|p| Some((p.position?, f64::from(p.seats)))).collect();
    let weight: f64 = known.iter().map(|k| k.1).sum();
    let middle = if weight > 0.0 { known.iter().map(|(x, w)| x * w).sum::<f64>() / weight } else { 5.0 };
    let opportunity = Opportunity {
        id: String::new(),
        country: String::new(),
        election: Date::default(),
        post_election,
        previous: None,
        chamber,
        quota: chamber / 2 + 1,
        parties: seated
            .iter()
            .enumerate()
            .map(|(i, p)| Party {
                id: PartyId(i as u32),
                short: p.id.clone(),
                seats: p.seats,
                positions: [Some(p.position.unwrap_or(middle).clamp(0.0, 10.0)), None, None, None],
                actor: true,
                incumbent: p.incumbent,
                incumbent_regular: p.incumbent,
                premier: p.premier,
                premier_regular: p.premier,
                ..Party::default()
            })
            .collect(),
    };
    let forecast = fit.forecast_opportunity(&opportunity, &History::default());
    let actors = opportunity.actors();
    let described = Chamber::of(&opportunity, &[]);
    let basic = Basic::of(&described);
    let name = |bit: usize| seated[actors[bit]].id.clone();
    let mut order: Vec<usize> = (0..forecast.probabilities.len()).collect();
    order.sort_by(|&a, &b| forecast.probabilities[b].total_cmp(&forecast.probabilities[a]).then(a.cmp(&b)));
    let coalitions = order
        .into_iter()
        .map(|index| {
            let mask = index as u32 + 1;
            let placed = members(mask).all(|bit| seated[actors[bit]].position.is_some());
            let mut leaders: Vec<Leader> = fit
                .leaders
                .of_coalition(&described, mask)
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| mask >> bit & 1 == 1)
                .map(|(bit, probability)| Leader { party: name(bit), probability })
                .collect();
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
    Ok(Ranking { coalitions, missing: missing(&seated) })
}

fn missing(parties: &[&CaseParty]) -> Vec<String> {
    let mut out: Vec<String> =
        parties.iter().filter(|p| p.position.is_none()).map(|p| format!("left-right position of `{}`", p.id)).collect();
    if !parties.iter().any(|p| p.incumbent) {
        out.push("incumbent parties".to_owned());
    }
    if !parties.iter().any(|p| p.premier) {
        out.push("previous prime minister's party".to_owned());
    }
    out.extend(
        [
            "other dimensions of position",
            "party families",
            "parties' record in government",
            "who governed with whom",
            "change of seats",
            "the country's earlier cabinets",
        ]
        .map(str::to_owned),
    );
    out
}
