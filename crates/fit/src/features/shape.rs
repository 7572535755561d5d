//! Size and make-up of a coalition: seats, parties, who could leave.

use super::Covariates;
use super::basic::{Basic, flag, has, pivotality};
use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::num::ln;

pub fn shape(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let quota_share = f64::from(c.quota) / f64::from(c.chamber.max(1));
    for (name, cut) in [
        ("share_over_20", 0.2),
        ("share_over_30", 0.3),
        ("share_over_40", 0.4),
        ("share_over_60", 0.6),
        ("share_over_70", 0.7),
        ("share_over_80", 0.8),
    ] {
        out.put(name, b.share().iter().map(|s| (s - cut).max(0.0)));
    }
    out.put("short_of_majority", b.share().iter().map(|s| (quota_share - s).max(0.0)));
    out.put("nearly_majority", b.share().iter().map(|s| flag(*s < quota_share && *s >= quota_share - 0.04)));
    out.put("bare_majority", b.seats.iter().map(|&s| flag(s >= c.quota && s <= c.quota + c.chamber / 50)));
    out.put("minority_single", b.parties.iter().zip(&b.majority).map(|(&p, &m)| flag(p == 1 && !m)));
    out.put("minority_parties", b.parties.iter().zip(&b.majority).map(|(&p, &m)| if m { 0.0 } else { f64::from(p) }));
    // how many members could leave a majority
    out.put(
        "spare_parties",
        masks().zip(&b.seats).map(|(m, &s)| {
            if s < c.quota { 0.0 } else { members(m).filter(|&i| s - c.seats[i] >= c.quota).count() as f64 }
        }),
    );
    out.put(
        "spare_share",
        masks().zip(&b.seats).map(|(m, &s)| {
            if s < c.quota { 0.0 } else { members(m).filter(|&i| s - c.seats[i] >= c.quota).map(|i| c.share[i]).sum() }
        }),
    );
    out.put("two_parties", b.parties.iter().map(|&p| flag(p == 2)));
    out.put("parties_over_3", b.parties.iter().map(|&p| f64::from(p.saturating_sub(3))));
    out.put("parties_over_5", b.parties.iter().map(|&p| f64::from(p.saturating_sub(5))));
    out.put("all_parties", b.parties.iter().map(|&p| flag(p as usize == c.n)));
    out.put("smallest_member", b.smallest().iter().copied());
    out.put("biggest_member", b.biggest().iter().copied());
    out.put("lead_in", masks().map(|m| flag(has(m, c.largest)) * (c.share[c.largest] - c.share[c.second])));
    out.put("largest_share_in", masks().map(|m| flag(has(m, c.largest)) * c.share[c.largest]));
    out.put("top_two", masks().map(|m| flag(has(m, c.largest) && has(m, c.second))));
    out.put("only_top_two", masks().map(|m| flag(m == (1 << c.largest | 1 << c.second))));
    // the largest party left out
    let full = (1u32 << c.n) - 1;
    let biggest = b.biggest();
    out.put("biggest_left_out", masks().map(|m| if m == full { 0.0 } else { biggest[(full & !m) as usize - 1] }));
    out.put("small_members", b.all.sum(&c.share.iter().map(|&s| flag(s < 0.05)).collect::<Vec<_>>()));
    out.put("log_share", b.share().iter().map(|s| ln(s.max(0.005))));
    // Banzhaf-like decisiveness: share of all coalitions in which the party is pivotal, summed over members
    let swings = pivotality(c, b);
    out.put("voting_power", b.all.sum(&swings));
    let extra: Vec<f64> = (0..c.n).map(|i| swings[i] - c.share[i]).collect();
    out.put("power_minus_seats", b.all.sum(&extra));
}
