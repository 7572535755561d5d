//! What is the same for all coalitions of a chamber, and what changes with it.

use super::Covariates;
use super::basic::{Basic, flag};
use crate::chamber::Chamber;
use crate::coalitions::members;

/// What is the same for all coalitions of a chamber. A logit cannot use it; trees can.
pub fn context(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let inc = c.incumbents;
    let incumbent_share = if inc == 0 { 0.0 } else { b.share()[inc as usize - 1] };
    let incumbent_gain: f64 = members(inc).map(|i| c.gain[i]).sum();
    let per_weight = |x: f64| x / (p.weight + 1.0);
    for (name, value) in [
        ("at_post_election", flag(c.post_election)),
        ("at_actors", c.n as f64),
        ("at_incumbents", f64::from(inc.count_ones())),
        ("at_incumbent_share", incumbent_share),
        ("at_incumbent_gain", incumbent_gain),
        ("at_caretaker", flag(c.caretaker_before)),
        ("at_largest", c.share[c.largest]),
        ("at_lead", c.share[c.largest] - c.share[c.second]),
        ("at_minority_habit", per_weight(p.minority)),
        ("at_oversized_habit", per_weight(p.oversized)),
        ("at_history", p.weight),
        ("at_repeated", p.repeated),
        ("at_continuity", p.continuity),
        ("at_since_election", p.since_election),
        ("at_term", p.term_so_far),
    ] {
        out.put(name, std::iter::repeat_n(value, b.all.len()));
    }
}
