//! Seats from votes: divisor methods and largest remainders, hurdles, ties that are said and not silently broken, and
//! the seats behind a poll.
//!
//! Source: Balinski and Young (2001), *Fair Representation*, 2nd edition (the methods and their names).

pub mod parse;
pub mod poll;

use crate::decimal::Decimal;
use crate::text::put;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use rand::{Rng, RngExt};
use serde::Serialize;

/// How seats follow from votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Divisors 1, 2, 3, … (Jefferson).
    DHondt,
    /// Divisors 1, 3, 5, … (Webster).
    SainteLague,
    /// Divisors f, 3, 5, …; f is 1.4 in Norway and was in Sweden (now 1.2), 1.7 in Iraq.
    Modified { first: Decimal },
    /// Quotas of votes/seats, then largest remainders (Hamilton).
    Hare,
    /// Quotas of votes/(seats + 1), rounded down and one added, then largest remainders.
    Droop,
}

/// What to do when quotients tie for the last seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// Leave the tied seats open and say between whom.
    #[default]
    Report,
    /// The party with more votes; parties with equally many stay tied.
    MoreVotes,
    /// By lot, from the seed.
    Lot,
}

/// Seats, as far as votes decide them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub seats: Vec<u64>,
    /// Parties that passed the hurdle.
    pub passed: Vec<bool>,
    pub tie: Option<Tie>,
}

/// Seats that votes alone do not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tie {
    pub seats: u64,
    /// Parties, by place.
    pub among: Vec<usize>,
}

/// The most seats of one allocation.
pub const MOST_SEATS: u64 = 100_000;

/// Allocates `seats` seats.
///
/// - `votes`: per party, in common units, each below 2^80.
/// - `exempt`: parties to which the hurdle does not apply.
/// - `hurdle`: the share of all votes that is needed and enough.
/// - Fails, with a sentence, where nobody passes or nobody has a vote.
///
/// ```
/// use classic::seats::{Method, Ties, allocate};
/// let got = allocate(&[360, 280], &[false; 2], 15, Method::DHondt, None, Ties::Report, &mut classic::seats::lots(1));
/// let got = got.unwrap();
/// assert_eq!(got.seats, [8, 6]); // 360/9 = 280/7: the last seat is tied
/// assert_eq!(got.tie.unwrap().among, [0, 1]);
/// ```
pub fn allocate(
    votes: &[u128],
    exempt: &[bool],
    seats: u64,
    method: Method,
    hurdle: Option<&BigRational>,
    ties: Ties,
    lots: &mut impl Rng,
) -> Result<Allocation, String> {
    let total: u128 = votes.iter().sum();
    if total == 0 {
        return Err("nobody has a vote".into());
    }
    let needed = hurdle.map(|h| h * BigRational::from(BigInt::from(total)));
    let passed: Vec<bool> = votes
        .iter()
        .zip(exempt)
        .map(|(&v, &exempt)| {
            v > 0 && (exempt || needed.as_ref().is_none_or(|n| BigRational::from(BigInt::from(v)) >= *n))
        })
        .collect();
    if !passed.contains(&true) {
        return Err("no party passes the hurdle".into());
    }
    let counted: Vec<u128> = votes.iter().zip(&passed).map(|(&v, &p)| if p { v } else { 0 }).collect();
    let (seats, tie) = match method {
        Method::Hare | Method::Droop => remainders(&counted, seats, method == Method::Droop, ties, lots),
        _ => averages(&counted, seats, method, ties, lots),
    };
    Ok(Allocation { seats, passed, tie })
}

/// A generator for drawing lots.
pub fn lots(seed: u64) -> impl Rng {
    use rand::SeedableRng;
    rand_pcg::Pcg64::seed_from_u64(seed)
}

/// Highest averages: seat after seat to the largest quotient of votes and divisor, compared as whole numbers.
fn averages(votes: &[u128], seats: u64, method: Method, ties: Ties, lots: &mut impl Rng) -> (Vec<u64>, Option<Tie>) {
    let mut won = vec![0u64; votes.len()];
    // Divisors in whole units: 1.4, 3, 5, … become 14, 30, 50, ….
    let unit = if let Method::Modified { first } = method { 10u128.pow(first.scale) } else { 1 };
    let divisor = |won: u64| -> u128 {
        let won = u128::from(won);
        match method {
            Method::DHondt => won + 1,
            Method::Modified { first } if won == 0 => first.digits,
            _ => (2 * won + 1) * unit,
        }
    };
    let mut left = seats;
    while left > 0 {
        let mut best: Vec<usize> = Vec::new();
        for party in (0..votes.len()).filter(|&p| votes[p] > 0) {
            let order = best.first().map_or(std::cmp::Ordering::Greater, |&b| {
                (votes[party] * divisor(won[b])).cmp(&(votes[b] * divisor(won[party])))
            });
            match order {
                std::cmp::Ordering::Greater => best = vec![party],
                std::cmp::Ordering::Equal => best.push(party),
                std::cmp::Ordering::Less => {}
            }
        }
        match settle(best, left, votes, ties, lots) {
            Ok(winners) => {
                left -= winners.len() as u64;
                for p in winners {
                    won[p] += 1;
                }
            }
            Err((winners, tie)) => {
                for p in winners {
                    won[p] += 1;
                }
                return (won, Some(tie));
            }
        }
    }
    (won, None)
}

fn remainders(votes: &[u128], seats: u64, droop: bool, ties: Ties, lots: &mut impl Rng) -> (Vec<u64>, Option<Tie>) {
    let total: u128 = votes.iter().sum();
    let big = |x: u128| BigRational::from(BigInt::from(x));
    let quota = if droop { big(total / (u128::from(seats) + 1) + 1) } else { big(total) / big(u128::from(seats)) };
    let shares: Vec<BigRational> = votes.iter().map(|&v| big(v) / &quota).collect();
    let mut won: Vec<u64> = shares.iter().map(|s| s.floor().to_integer().to_u64().unwrap_or(0)).collect();
    let mut rest: Vec<BigRational> = shares.iter().map(BigRational::fract).collect();
    let mut left = seats.saturating_sub(won.iter().sum());
    while left > 0 {
        let most = rest.iter().max().cloned().unwrap_or_else(BigRational::zero);
        let best: Vec<usize> = (0..votes.len()).filter(|&p| votes[p] > 0 && rest[p] == most).collect();
        match settle(best, left, votes, ties, lots) {
            Ok(winners) => {
                left -= winners.len() as u64;
                for p in winners {
                    won[p] += 1;
                    rest[p] = BigRational::from(BigInt::from(-1));
                }
            }
            Err((winners, tie)) => {
                for p in winners {
                    won[p] += 1;
                }
                return (won, Some(tie));
            }
        }
    }
    (won, None)
}

/// Who of the equally placed gets one of the seats left; on a tie, the sure winners and the tie.
fn settle(
    mut best: Vec<usize>,
    left: u64,
    votes: &[u128],
    ties: Ties,
    lots: &mut impl Rng,
) -> Result<Vec<usize>, (Vec<usize>, Tie)> {
    let places = usize::try_from(left).unwrap_or(usize::MAX);
    if best.len() <= places {
        return Ok(best);
    }
    match ties {
        Ties::Report => Err((Vec::new(), Tie { seats: left, among: best })),
        Ties::Lot => {
            for k in 0..places {
                let other = lots.random_range(k..best.len());
                best.swap(k, other);
            }
            best.truncate(places);
            Ok(best)
        }
        Ties::MoreVotes => {
            best.sort_by(|&a, &b| votes[b].cmp(&votes[a]).then(a.cmp(&b)));
            let cut = votes[best[places - 1]];
            if votes[best[places]] < cut {
                best.truncate(places);
                return Ok(best);
            }
            let sure: Vec<usize> = best.iter().copied().filter(|&p| votes[p] > cut).collect();
            let among: Vec<usize> = best.iter().copied().filter(|&p| votes[p] == cut).collect();
            Err((sure.clone(), Tie { seats: left - sure.len() as u64, among }))
        }
    }
}

/// One party's result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartySeats {
    pub id: String,
    pub votes: f64,
    /// Of all votes.
    pub share: f64,
    /// Of the votes for parties past the hurdle, `null` for the others.
    pub share_of_passing: Option<f64>,
    /// Without seats that are tied.
    pub seats: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub method: String,
    pub total: u64,
    pub seats: Vec<PartySeats>,
    /// Seats that votes alone do not decide, and between whom.
    pub tie: Option<TieShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<poll::Poll>,
}

/// A tie by the parties' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieShown {
    pub seats: u64,
    pub among: Vec<String>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub seats: u64,
    pub method: Method,
    pub hurdle: Option<BigRational>,
    pub ties: Ties,
    pub seed: u64,
    pub poll: Option<poll::Request>,
}

/// Allocates seats for a file's votes.
pub fn answer(votes: &parse::Votes, request: &Request) -> Result<Answer, String> {
    if request.seats == 0 || request.seats > MOST_SEATS {
        return Err(format!("between 1 and {MOST_SEATS} seats can be allocated, not {}", request.seats));
    }
    if let Method::Modified { first } = request.method
        && (first.digits == 0 || first.digits >= 3 * 10u128.pow(first.scale.min(30)) || first.scale > 6)
    {
        return Err(format!("the first divisor must be between 0 and 3, with at most 6 decimals, not {first}"));
    }
    let units = votes.units()?;
    let mut generator = lots(request.seed);
    let got = allocate(
        &units,
        &votes.exempt,
        request.seats,
        request.method,
        request.hurdle.as_ref(),
        request.ties,
        &mut generator,
    )?;
    let total: f64 = units.iter().map(|&u| u as f64).sum();
    let passing: f64 = units.iter().zip(&got.passed).filter(|(_, p)| **p).map(|(&u, _)| u as f64).sum();
    let parties = (0..votes.ids.len())
        .map(|p| PartySeats {
            id: votes.ids[p].clone(),
            votes: votes.votes[p].to_f64(),
            share: units[p] as f64 / total,
            share_of_passing: got.passed[p].then(|| units[p] as f64 / passing),
            seats: got.seats[p],
        })
        .collect();
    let tie =
        got.tie.map(|t| TieShown { seats: t.seats, among: t.among.iter().map(|&p| votes.ids[p].clone()).collect() });
    let poll = match &request.poll {
        Some(asked) => Some(poll::poll(votes, &units, request, asked)?),
        None => None,
    };
    Ok(Answer { method: request.method.in_words(), total: request.seats, seats: parties, tie, poll })
}

impl Method {
    /// The method with its divisors or quota.
    pub fn in_words(self) -> String {
        match self {
            Self::DHondt => "D'Hondt (divisors 1, 2, 3, …)".into(),
            Self::SainteLague => "Sainte-Laguë (divisors 1, 3, 5, …)".into(),
            Self::Modified { first } => format!("modified Sainte-Laguë (divisors {first}, 3, 5, …)"),
            Self::Hare => "largest remainders, Hare quota".into(),
            Self::Droop => "largest remainders, Droop quota".into(),
        }
    }
}

/// `[chamber.seats]` for a case, parties without a seat left out.
pub fn chamber(answer: &Answer) -> String {
    let mut out = String::from("[chamber]\n");
    put!(out, "members = {}\n\n[chamber.seats]\n", answer.total);
    for p in answer.seats.iter().filter(|p| p.seats > 0) {
        put!(out, "{} = {}\n", key(&p.id), p.seats);
    }
    if let Some(tie) = &answer.tie {
        let seats = if tie.seats == 1 { "1 seat is" } else { &format!("{} seats are", tie.seats) };
        put!(out, "# {seats} tied between {} and not given out here\n", tie.among.join(", "));
    }
    out
}

fn key(id: &str) -> String {
    let bare = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { id.to_owned() } else { toml::Value::String(id.to_owned()).to_string() }
}
