//! The covariates of the literature (after Martin and Stevenson 2001): ten, and twelve more.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use crate::chamber::Chamber;
use crate::coalitions::connected;

/// The ten of the literature (after Martin and Stevenson 2001).
pub fn literature10(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let premier = set_of(&c.premier);
    let anti = set_of(&(0..c.n).map(|i| c.anti_system(i)).collect::<Vec<_>>());
    out.put("minority", b.majority.iter().map(|&m| flag(!m)));
    out.put("minimal_winning", b.minimal.iter().map(|&m| flag(m)));
    out.put("parties", b.parties.iter().map(|&p| f64::from(p)));
    out.put("range", b.range.iter().copied());
    out.put("largest_in", masks().map(|m| flag(has(m, c.largest))));
    out.put("median_in", masks().map(|m| flag(has(m, c.median[0]))));
    out.put("incumbent_coalition", masks().map(|m| flag(m == c.incumbents)));
    out.put("incumbent_parties", masks().map(|m| f64::from((m & c.incumbents).count_ones())));
    out.put("previous_premier_in", masks().map(|m| flag(m & premier != 0)));
    out.put("anti_system_in", masks().map(|m| flag(m & anti != 0)));
}

/// Twelve more.
pub fn literature22(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let least = b
        .all
        .masks()
        .zip(b.minimal.iter().zip(&b.range))
        .filter(|(_, (minimal, _))| **minimal)
        .map(|(_, (_, range))| *range)
        .fold(f64::INFINITY, f64::min);
    out.put("single_party", b.parties.iter().map(|&p| flag(p == 1)));
    out.put("seat_share", b.share().iter().copied());
    out.put(
        "surplus_seats",
        b.seats.iter().map(|&s| f64::from(s.saturating_sub(c.quota)) / f64::from(c.chamber.max(1))),
    );
    out.put("connected", masks().map(|m| flag(connected(m))));
    out.put("minimal_connected_winning", masks().map(|m| flag(minimal_connected(c, b, m))));
    out.put("least_range_minimal", b.minimal.iter().zip(&b.range).map(|(&m, &r)| flag(m && r <= least + 1e-9)));
    out.put("state_market_range", range_in(c, b, 1));
    out.put("liberty_authority_range", range_in(c, b, 2));
    let place = &c.positions[0];
    let mass: Vec<f64> = (0..c.n).map(|i| c.share[i] * place[i]).collect();
    let middle = place[c.median[0]];
    out.put(
        "distance_to_median",
        b.all.sum(&mass).iter().zip(b.share()).map(|(m, s)| (m / s.max(1e-9) - middle).abs()),
    );
    out.put("dominance", b.biggest().iter().zip(b.share()).map(|(big, s)| big / s.max(1e-9)));
    out.put("experience", b.all.sum(&c.governed_10y));
    out.put("second_in", masks().map(|m| flag(has(m, c.second))));
}

/// Range in one dimension.
pub fn range_in(c: &Chamber, b: &Basic, d: usize) -> Vec<f64> {
    let negated: Vec<f64> = c.positions[d].iter().map(|x| -x).collect();
    let (high, low) = (b.all.max(&c.positions[d]), b.all.max(&negated));
    high.iter().zip(&low).map(|(h, l)| h + l).collect()
}

fn minimal_connected(c: &Chamber, b: &Basic, mask: u32) -> bool {
    let seats = b.seats[mask as usize - 1];
    if !connected(mask) || seats < c.quota {
        return false;
    }
    let low = c.seats[mask.trailing_zeros() as usize];
    let high = c.seats[31 - mask.leading_zeros() as usize];
    seats - low < c.quota && seats - high < c.quota
}
