//! What a coalition shares with the cabinet before.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use crate::chamber::Chamber;
use crate::coalitions::members;

pub fn incumbency(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let inc = c.incumbents;
    let regular = set_of(&c.incumbent_regular);
    let premier = set_of(&c.premier);
    let premier_regular = set_of(&c.premier_regular);
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share()[m as usize - 1] };
    let wins = |m: u32| m != 0 && b.majority[m as usize - 1];
    let inc_share = weight(inc);
    let inc_gain: f64 = members(inc).map(|i| c.gain[i]).sum();
    let still = wins(inc);
    out.put("incumbent_still_majority", masks().map(|m| flag(m == inc && still)));
    out.put("incumbent_gain", masks().map(|m| flag(m == inc) * inc_gain));
    out.put("incumbent_caretaker", masks().map(|m| flag(m == inc && c.caretaker_before)));
    out.put("incumbent_range", masks().zip(&b.range).map(|(m, r)| flag(m == inc) * r));
    out.put("incumbent_parties_n", masks().map(|m| flag(m == inc) * f64::from(m.count_ones())));
    out.put("incumbent_minimal", masks().zip(&b.minimal).map(|(m, &x)| flag(m == inc && x)));
    out.put("regular_incumbent_coalition", masks().map(|m| flag(m == regular && regular != inc)));
    out.put("within_incumbent", masks().map(|m| flag(inc != 0 && m != inc && m & !inc == 0)));
    out.put("beyond_incumbent", masks().map(|m| flag(inc != 0 && m != inc && m & inc == inc)));
    out.put("swapped", masks().map(|m| flag(m & inc != 0 && m & !inc != 0 && inc & !m != 0)));
    out.put("added", masks().map(|m| f64::from((m & !inc).count_ones())));
    out.put("dropped", masks().map(|m| f64::from((inc & !m).count_ones())));
    out.put("added_share", masks().map(|m| weight(m & !inc)));
    out.put("dropped_share", masks().map(|m| weight(inc & !m)));
    out.put("one_dropped", masks().map(|m| flag((inc & !m).is_power_of_two() && m & !inc == 0)));
    out.put("one_added", masks().map(|m| flag((m & !inc).is_power_of_two() && inc != 0 && inc & !m == 0)));
    out.put("alternation", masks().map(|m| flag(inc != 0 && m & inc == 0)));
    out.put("alternation_lost", masks().map(|m| flag(inc != 0 && m & inc == 0) * inc_gain.min(0.0)));
    out.put("alternation_still", masks().map(|m| flag(inc != 0 && m & inc == 0 && still)));
    out.put("overlap", masks().map(|m| if inc == 0 { 0.0 } else { weight(m & inc) / weight(m | inc).max(1e-9) }));
    out.put(
        "incumbent_share_kept",
        masks().map(|m| if inc == 0 { 0.0 } else { weight(m & inc) / inc_share.max(1e-9) }),
    );
    out.put("dropped_needed", masks().map(|m| flag(inc != 0 && m != inc && m & !inc == 0 && still && !wins(m))));
    out.put("regular_incumbents", masks().map(|m| f64::from((m & regular).count_ones())));
    out.put("regular_dropped", masks().map(|m| f64::from((regular & !m).count_ones())));
    out.put("regular_premier_in", masks().map(|m| flag(m & premier_regular != 0)));
    // the largest member is the last prime minister's party
    out.put(
        "premier_leads",
        masks().zip(b.biggest()).map(|(m, big)| {
            flag(premier != 0 && m & premier != 0 && c.share[premier.trailing_zeros() as usize] >= *big)
        }),
    );
    let gained: Vec<f64> = c.gain.iter().map(|g| g.max(0.0)).collect();
    let lost: Vec<f64> = c.gain.iter().map(|g| (-g).max(0.0)).collect();
    out.put("gains", b.all.sum(&gained));
    out.put("losses", b.all.sum(&lost));
    let entering: Vec<f64> = (0..c.n).map(|i| flag(!has(inc, i)) * c.gain[i]).collect();
    let staying: Vec<f64> = (0..c.n).map(|i| flag(has(inc, i)) * c.gain[i]).collect();
    out.put("gain_of_entrants", b.all.sum(&entering));
    out.put("gain_of_stayers", b.all.sum(&staying));
    let winner = (0..c.n).max_by(|&a, &b| c.gain[a].total_cmp(&c.gain[b])).unwrap_or(0);
    out.put("winner_in", masks().map(|m| flag(has(m, winner) && c.gain[winner] > 0.02)));
    // the old opposition that could replace the incumbents whole
    let opposition: u32 = !inc & ((1 << c.n) - 1);
    out.put("whole_opposition", masks().map(|m| flag(inc != 0 && m == opposition)));
    // a mid-term change that mends a lost majority
    out.put("mends_majority", masks().map(|m| flag(inc != 0 && !still && wins(m) && m & inc == inc && m != inc)));
    let near: Vec<f64> = (0..c.n)
        .map(|i| {
            if inc == 0 {
                return 0.0;
            }
            let s: f64 = members(inc).map(|k| c.share[k]).sum();
            let at = members(inc).map(|k| c.share[k] * c.positions[0][k]).sum::<f64>() / s.max(1e-9);
            (c.positions[0][i] - at).abs()
        })
        .collect();
    let added: Vec<f64> = (0..c.n).map(|i| flag(!has(inc, i)) * near[i]).collect();
    let dropped: Vec<f64> = (0..c.n).map(|i| -flag(has(inc, i)) * near[i]).collect();
    out.put("distance_of_added", b.all.sum(&added));
    out.put("distance_of_kept", b.all.sum(&dropped));
    out.put(
        "premier_range",
        masks().map(|m| {
            if m & premier == 0 || premier == 0 {
                return 0.0;
            }
            let p = premier.trailing_zeros() as usize;
            members(m).map(|i| (c.positions[0][i] - c.positions[0][p]).abs()).fold(0.0, f64::max)
        }),
    );
}
