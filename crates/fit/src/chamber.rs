//! A chamber as the features see it: its actors from left to right, with what history says of each and of each pair.

use crate::coalitions::Coalitions;
use crate::history::{PastCabinet, years};
use crate::records::{Family, Opportunity, PartyId};

/// Everything known of the actors before the choice.
#[derive(Debug, Clone)]
pub struct Chamber {
    pub n: usize,
    pub ids: Vec<PartyId>,
    pub seats: Vec<u32>,
    /// Seats over chamber size.
    pub share: Vec<f64>,
    /// Left-right, state-market, liberty-authority, Europe; unknown ones hold the left-right position.
    pub positions: [Vec<f64>; 4],
    pub family: Vec<Family>,
    pub incumbent: Vec<bool>,
    pub incumbent_regular: Vec<bool>,
    pub premier: Vec<bool>,
    pub premier_regular: Vec<bool>,
    pub governed_10y: Vec<f64>,
    pub incumbents: u32,
    pub chamber: u32,
    pub quota: u32,
    pub post_election: bool,
    pub caretaker_before: bool,
    /// Index of the actor with the median member of the chamber, in each dimension.
    pub median: [usize; 4],
    /// Index of the actor with most seats (the first from the left among equals) and of the second.
    pub largest: usize,
    pub second: usize,
    /// Change of the share of seats since the election before; 0 where that is not known.
    pub gain: Vec<f64>,
    pub past: Past,
}

/// What the country's earlier cabinets say; empty arrays of zeros where there are none.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Number of regular cabinets known.
    pub cabinets: usize,
    /// `[n]`: chances to govern and cabinets sat in, older ones counting less; the same undiscounted.
    pub chances: Vec<f64>,
    pub governed: Vec<f64>,
    pub chances_all: Vec<f64>,
    pub governed_all: Vec<f64>,
    /// `[n]`: cabinets led, discounted.
    pub led: Vec<f64>,
    /// `[n]`: years since it last sat in a cabinet (100 if never).
    pub years_out: Vec<f64>,
    /// `[n·n]`: discounted cabinets with both, with just one, and with neither of two parties that both had seats.
    pub both: Vec<f64>,
    pub one: Vec<f64>,
    pub neither: Vec<f64>,
    /// `[n·n]`: ever governed together; and in the last regular cabinet.
    pub both_ever: Vec<f64>,
    /// Past regular cabinets restricted to today's actors: (bit set, weight by age, whether all its parties are here).
    pub sets: Vec<(u32, f64, bool)>,
    /// Discounted weight of all cabinets, of minority, oversized, single-party and connected ones.
    pub weight: f64,
    pub minority: f64,
    pub oversized: f64,
    pub single: f64,
    /// Discounted means: parties and share of seats of cabinets.
    pub mean_parties: f64,
    pub mean_share: f64,
    /// Share of cabinets that were led by the largest party of their chamber.
    pub largest_led: f64,
    /// Share of changes of cabinet that kept at least one party.
    pub continuity: f64,
    /// Share of changes of cabinet that kept all parties.
    pub repeated: f64,
    /// Cabinets since the election, this opportunity not counted; years from the election to the last cabinet's start.
    pub since_election: f64,
    pub term_so_far: f64,
    /// Caretakers among the last three cabinets.
    pub caretakers: f64,
}

/// Years after which a past cabinet counts half.
pub const HALF_LIFE: f64 = 10.0;

impl Chamber {
    /// Describes an opportunity, given the country's earlier cabinets (oldest first).
    pub fn of(opportunity: &Opportunity, past: &[&PastCabinet]) -> Self {
        let actors = opportunity.actors();
        let n = actors.len();
        let of = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { actors.iter().map(|&p| f(p)).collect() };
        let parties = &opportunity.parties;
        let chamber = f64::from(opportunity.chamber.max(1));
        let share = of(&|p| f64::from(parties[p].seats) / chamber);
        let positions =
            [0, 1, 2, 3].map(|d| of(&|p| parties[p].positions[d].unwrap_or_else(|| parties[p].left_right())));
        let median = [0, 1, 2, 3].map(|d| median(&positions[d], &share));
        let mut by_size: Vec<usize> = (0..n).collect();
        by_size.sort_by(|&a, &b| share[b].total_cmp(&share[a]).then(a.cmp(&b)));
        let ids: Vec<PartyId> = actors.iter().map(|&p| parties[p].id).collect();
        let gain = gains(opportunity, &ids, &share, past);
        Self {
            n,
            seats: actors.iter().map(|&p| parties[p].seats).collect(),
            share,
            positions,
            family: actors.iter().map(|&p| parties[p].family).collect(),
            incumbent: actors.iter().map(|&p| parties[p].incumbent).collect(),
            incumbent_regular: actors.iter().map(|&p| parties[p].incumbent_regular).collect(),
            premier: actors.iter().map(|&p| parties[p].premier).collect(),
            premier_regular: actors.iter().map(|&p| parties[p].premier_regular).collect(),
            governed_10y: of(&|p| parties[p].governed_10y.unwrap_or(0.0)),
            incumbents: opportunity.incumbents(),
            chamber: opportunity.chamber,
            quota: opportunity.quota,
            post_election: opportunity.post_election,
            caretaker_before: opportunity.previous.as_ref().is_some_and(|p| p.caretaker),
            median,
            largest: by_size[0],
            second: by_size.get(1).copied().unwrap_or(0),
            gain,
            past: Past::of(opportunity, &ids, past),
            ids,
        }
    }

    /// Whether a party is one that democracies often keep out: communist or far right.
    pub fn anti_system(&self, i: usize) -> bool {
        matches!(self.family[i], Family::Communist | Family::Right)
    }

    /// The coalitions of this chamber.
    pub fn coalitions(&self) -> Coalitions {
        Coalitions::of(self.n)
    }
}

impl Past {
    fn of(opportunity: &Opportunity, ids: &[PartyId], cabinets: &[&PastCabinet]) -> Self {
        let n = ids.len();
        let now = opportunity.previous.as_ref().map_or(opportunity.election, |p| p.start.max(opportunity.election));
        let mut past = Self {
            chances: vec![0.0; n],
            governed: vec![0.0; n],
            chances_all: vec![0.0; n],
            governed_all: vec![0.0; n],
            led: vec![0.0; n],
            years_out: vec![100.0; n],
            both: vec![0.0; n * n],
            one: vec![0.0; n * n],
            neither: vec![0.0; n * n],
            both_ever: vec![0.0; n * n],
            ..Self::default()
        };
        let mut last: Option<&[PartyId]> = None;
        let (mut changes, mut largest_led) = (0.0, 0.0);
        for cabinet in cabinets.iter().filter(|c| !c.caretaker && !c.members.is_empty()) {
            let age = years(cabinet.start, now).max(0.0);
            let weight = libm::exp2(-age / HALF_LIFE);
            past.cabinets += 1;
            past.weight += weight;
            let seats = cabinet.cabinet_seats();
            if seats < cabinet.quota {
                past.minority += weight;
            } else if cabinet.oversized() {
                past.oversized += weight;
            }
            if cabinet.members.len() == 1 {
                past.single += weight;
            }
            past.mean_parties += weight * cabinet.members.len() as f64;
            past.mean_share += weight * f64::from(seats) / f64::from(cabinet.chamber.max(1));
            let top = cabinet.parties.iter().map(|p| p.1).max().unwrap_or(0);
            if cabinet.premier.is_some_and(|p| cabinet.seats(p) == top) {
                largest_led += weight;
            }
            let kept = |last: &[PartyId]| last.iter().filter(|p| cabinet.members.contains(p)).count();
            if let Some(last) = last {
                changes += weight;
                past.continuity += weight * f64::from(u8::from(kept(last) > 0));
                past.repeated +=
                    weight * f64::from(u8::from(kept(last) == last.len() && last.len() == cabinet.members.len()));
            }
            last = Some(&cabinet.members);
            let here: Vec<bool> = ids.iter().map(|&i| cabinet.seats(i) > 0).collect();
            let sat: Vec<bool> = ids.iter().map(|i| cabinet.members.contains(i)).collect();
            let mut set = 0u32;
            for i in 0..n {
                if sat[i] {
                    set |= 1 << i;
                    past.governed[i] += weight;
                    past.governed_all[i] += 1.0;
                    past.years_out[i] = past.years_out[i].min(age);
                    if cabinet.premier == Some(ids[i]) {
                        past.led[i] += weight;
                    }
                }
                if here[i] || sat[i] {
                    past.chances[i] += weight;
                    past.chances_all[i] += 1.0;
                }
                for j in 0..n {
                    if i != j && here[i] && here[j] {
                        let count = match (sat[i], sat[j]) {
                            (true, true) => &mut past.both,
                            (false, false) => &mut past.neither,
                            _ => &mut past.one,
                        };
                        count[i * n + j] += weight;
                    }
                    if i != j && sat[i] && sat[j] {
                        past.both_ever[i * n + j] = 1.0;
                    }
                }
            }
            if set != 0 {
                past.sets.push((set, weight, set.count_ones() as usize == cabinet.members.len()));
            }
        }
        if past.weight > 0.0 {
            past.mean_parties /= past.weight;
            past.mean_share /= past.weight;
        }
        past.largest_led = (largest_led + 0.6) / (past.weight + 1.0);
        past.continuity = (past.continuity + 0.7) / (changes + 1.0);
        past.repeated = (past.repeated + 0.35) / (changes + 1.0);
        let this_term: Vec<_> = cabinets.iter().filter(|c| c.start >= opportunity.election).collect();
        past.since_election = this_term.len() as f64;
        past.term_so_far = opportunity
            .previous
            .as_ref()
            .filter(|_| !opportunity.post_election)
            .map_or(0.0, |p| years(opportunity.election, p.start).max(0.0));
        past.caretakers = cabinets.iter().rev().take(3).filter(|c| c.caretaker).count() as f64;
        past
    }
}

/// The index whose party holds the median seat of the actors' seats.
fn median(positions: &[f64], share: &[f64]) -> usize {
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|&a, &b| positions[a].total_cmp(&positions[b]).then(a.cmp(&b)));
    let half = share.iter().sum::<f64>() / 2.0;
    let mut sum = 0.0;
    for &i in &order {
        sum += share[i];
        if sum >= half {
            // of those who stand at the same place the largest speaks for it
            return (0..positions.len())
                .filter(|&j| positions[j] == positions[i])
                .max_by(|&a, &b| share[a].total_cmp(&share[b]).then(b.cmp(&a)))
                .unwrap_or(i);
        }
    }
    0
}

fn gains(opportunity: &Opportunity, ids: &[PartyId], share: &[f64], past: &[&PastCabinet]) -> Vec<f64> {
    let Some(before) = past.iter().rev().find(|c| c.election < opportunity.election) else {
        return vec![0.0; ids.len()];
    };
    let chamber = f64::from(before.chamber.max(1));
    ids.iter().zip(share).map(|(&id, now)| now - f64::from(before.seats(id)) / chamber).collect()
}
