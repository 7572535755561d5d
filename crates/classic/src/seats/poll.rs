//! The seats behind a poll: shares drawn from a Dirichlet posterior, seats allocated in every draw.
//!
//! With a poll of n answers and shares vₖ, the true shares have the distribution Dirichlet(n·vₖ + 1/2): a multinomial sample
//! with Jeffreys' prior. Source: Bauer, Bender, Klima and Küchenhoff (2020), *`AStA` Advances in Statistical Analysis* 104 (seats and coalition
//! chances from poll posteriors). House effects and sampling other than at random are not in it.

use super::{Request as Seats, Ties, allocate};
use crate::seats::parse::Votes;
use rand::SeedableRng;
use rand_distr::{Distribution, Gamma};
use rand_pcg::Pcg64;
use serde::Serialize;

/// What is asked of a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Answers behind the shares.
    pub answers: f64,
    pub draws: u32,
    /// Coalitions whose chance of a majority is wanted, by ids.
    pub coalitions: Vec<Vec<String>>,
}

/// Seats behind a poll.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Poll {
    pub answers: f64,
    pub draws: u32,
    pub seed: u64,
    pub parties: Vec<PartyBand>,
    pub coalitions: Vec<Majority>,
}

/// A party's seats over draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartyBand {
    pub id: String,
    pub mean: f64,
    pub p10: f64,
    pub p90: f64,
    /// Monte-Carlo standard error of the mean.
    pub error: f64,
    /// The chance to get any seat.
    pub enters: f64,
}

/// A coalition's chance of more than half the seats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Majority {
    pub parties: Vec<String>,
    pub probability: f64,
    pub error: f64,
}

/// Draws shares and allocates seats.
pub(super) fn poll(votes: &Votes, units: &[u128], seats: &Seats, asked: &Request) -> Result<Poll, String> {
    if !(asked.answers.is_finite() && asked.answers > 0.0) || asked.draws == 0 {
        return Err("a poll has a positive number of answers, and at least one draw is needed".into());
    }
    let total: f64 = units.iter().map(|&u| u as f64).sum();
    let gammas: Vec<Gamma<f64>> = units
        .iter()
        .map(|&u| Gamma::new(u as f64 / total * asked.answers + 0.5, 1.0).map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    let members: Vec<Vec<usize>> = asked
        .coalitions
        .iter()
        .map(|ids| {
            ids.iter()
                .map(|id| {
                    votes
                        .ids
                        .iter()
                        .position(|v| v == id)
                        .ok_or_else(|| format!("there is no party `{id}` in the file"))
                })
                .collect()
        })
        .collect::<Result<_, String>>()?;
    let mut by_party: Vec<Vec<u64>> = vec![Vec::with_capacity(asked.draws as usize); units.len()];
    let mut majorities = vec![0u32; members.len()];
    for draw in 0..asked.draws {
        // Each draw has its own generator, so that draws do not depend on one another's number.
        let mut rng =
            Pcg64::seed_from_u64(seats.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(u64::from(draw)));
        let shares: Vec<u128> = gammas.iter().map(|g| (g.sample(&mut rng) * 1e12) as u128).collect();
        let hurdle = seats.hurdle.as_ref();
        // Where a draw leaves nobody past the hurdle, nobody has seats in it.
        let won = allocate(&shares, &votes.exempt, seats.seats, seats.method, hurdle, Ties::Lot, &mut rng)
            .map_or_else(|_| vec![0; units.len()], |a| a.seats);
        for (list, &w) in by_party.iter_mut().zip(&won) {
            list.push(w);
        }
        for (count, parties) in majorities.iter_mut().zip(&members) {
            *count += u32::from(2 * parties.iter().map(|&p| won[p]).sum::<u64>() > seats.seats);
        }
    }
    let n = f64::from(asked.draws);
    let parties = by_party
        .into_iter()
        .zip(&votes.ids)
        .map(|(mut list, id)| {
            let mean = list.iter().map(|&s| s as f64).sum::<f64>() / n;
            let variance = list.iter().map(|&s| (s as f64 - mean).powi(2)).sum::<f64>() / n;
            let enters = list.iter().filter(|&&s| s > 0).count() as f64 / n;
            list.sort_unstable();
            let quantile = |q: f64| list[((q * n).ceil() as usize).clamp(1, list.len()) - 1] as f64;
            PartyBand {
                id: id.clone(),
                mean,
                p10: quantile(0.1),
                p90: quantile(0.9),
                error: (variance / n).sqrt(),
                enters,
            }
        })
        .collect();
    let coalitions = majorities
        .into_iter()
        .zip(&asked.coalitions)
        .map(|(count, ids)| {
            let p = f64::from(count) / n;
            Majority { parties: ids.clone(), probability: p, error: (p * (1.0 - p) / n).sqrt() }
        })
        .collect();
    Ok(Poll { answers: asked.answers, draws: asked.draws, seed: seats.seed, parties, coalitions })
}
