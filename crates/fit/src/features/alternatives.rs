//! How a coalition stands against the others one could form, and how many are of its kind.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::num::ln;

/// How a coalition stands against the others one could form.
pub fn alternatives(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let full = (1u32 << c.n) - 1;
    let premier = set_of(&c.premier);
    let largest = 1u32 << c.largest;
    let median = 1u32 << c.median[0];
    // extra range, parties and seats over the best majority that has the same key party
    for (key, range, parties, seats) in [
        (largest, "range_over_best_with_largest", "parties_over_best_with_largest", "seats_over_best_with_largest"),
        (premier, "range_over_best_with_premier", "parties_over_best_with_premier", "seats_over_best_with_premier"),
        (median, "range_over_best_with_median", "parties_over_best_with_median", "seats_over_best_with_median"),
    ] {
        let winning = || masks().filter(|&m| key != 0 && m & key == key && b.majority[m as usize - 1]);
        let least = |f: &dyn Fn(u32) -> f64| winning().map(f).fold(f64::INFINITY, f64::min);
        let at = |m: u32| m as usize - 1;
        for (name, of) in [
            (range, &(|m: u32| b.range[at(m)]) as &dyn Fn(u32) -> f64),
            (parties, &|m: u32| f64::from(b.parties[at(m)])),
            (seats, &|m: u32| b.share()[at(m)]),
        ] {
            let best = least(of);
            out.put(
                name,
                masks().map(
                    |m| {
                        if best.is_finite() && m & key == key && b.majority[at(m)] { of(m) - best } else { 0.0 }
                    },
                ),
            );
        }
    }
    // parties left out that stand nearer to the coalition's centre than its farthest member, in two dimensions
    let (x, y) = (&c.positions[0], &c.positions[2]);
    let (sx, sy) = (b.all.sum(&weighted(&c.share, x)), b.all.sum(&weighted(&c.share, y)));
    let mut crowd = Vec::with_capacity(b.all.len());
    for m in masks() {
        let at = m as usize - 1;
        let (cx, cy) = (sx[at] / b.share()[at].max(1e-9), sy[at] / b.share()[at].max(1e-9));
        let far = |i: usize| (x[i] - cx).powi(2) + 0.5 * (y[i] - cy).powi(2);
        let edge = members(m).map(far).fold(0.0, f64::max);
        crowd.push(members(full & !m).filter(|&i| far(i) < edge).map(|i| c.share[i]).sum::<f64>());
    }
    out.put("nearer_left_out", crowd);
    // minority cabinets: seats it could lean on beyond its flanks
    let total: f64 = c.share.iter().sum();
    let half = f64::from(c.quota) / f64::from(c.chamber.max(1));
    let reach = |m: u32| {
        let (low, high) = (m.trailing_zeros() as usize, 31 - m.leading_zeros() as usize);
        let left: f64 = c.share[..=high].iter().sum();
        let right: f64 = total - c.share[..low].iter().sum::<f64>();
        (left, right)
    };
    out.put(
        "minority_flank_majority",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let (l, r) = reach(m);
            flag(!maj && (l >= half || r >= half))
        }),
    );
    out.put(
        "minority_both_flanks",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let (l, r) = reach(m);
            flag(!maj && l >= half && r >= half)
        }),
    );
    out.put(
        "minority_larger_than_rest",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let rest = full & !m;
            let other = members(rest).map(|i| c.share[i]).fold(0.0, f64::max);
            flag(!maj && b.share()[m as usize - 1] > other)
        }),
    );
    // pairs that sat in opposition together
    let p = &c.past;
    let n = c.n;
    let opposed = |i: usize, j: usize| {
        let k = i * n + j;
        p.neither[k] / (p.both[k] + p.one[k] + p.neither[k] + 1.0)
    };
    out.put("opposed_together", b.all.pairs(opposed));
    let bench = |i: usize, j: usize| flag(c.incumbents != 0 && !has(c.incumbents, i) && !has(c.incumbents, j));
    out.put("bench_pairs", b.all.pairs(bench));
    out.put("bench_pairs_near", b.all.pairs(|i, j| bench(i, j) * (2.5 - (x[i] - x[j]).abs()).max(0.0)));
    out.put(
        "kept_pairs_far",
        b.all.pairs(|i, j| flag(has(c.incumbents, i) && has(c.incumbents, j)) * (x[i] - x[j]).abs()),
    );
    // the last cabinet of other parties, and who left or joined since
    let sets = &p.sets;
    let other = sets.iter().rev().map(|s| s.0).find(|&s| s != c.incumbents).unwrap_or(0);
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share()[m as usize - 1] };
    out.put("return_of_other", masks().map(|m| flag(m == other)));
    out.put(
        "likeness_to_other",
        masks().map(|m| if other == 0 { 0.0 } else { weight(m & other) / weight(m | other).max(1e-9) }),
    );
    out.put("quitters", masks().map(|m| f64::from((m & other & !c.incumbents).count_ones())));
    out.put("joiners", masks().map(|m| f64::from((m & c.incumbents & !other).count_ones())));
    out.put(
        "never_out",
        b.all.sum(
            &(0..n)
                .map(|i| flag(p.chances_all[i] >= 3.0 && p.governed_all[i] >= 0.8 * p.chances_all[i]))
                .collect::<Vec<_>>(),
        ),
    );
    let led: Vec<f64> = (0..n).map(|i| flag(p.led[i] > 0.05)).collect();
    out.put("leaders", b.all.sum(&led));
    out.put(
        "leader_largest",
        masks().map(|m| {
            let top = members(m).max_by(|&i, &j| c.share[i].total_cmp(&c.share[j])).unwrap_or(0);
            led[top]
        }),
    );
}

/// How many coalitions are of the same kind, as logarithms.
///
/// A logit over 2ⁿ − 1 coalitions lets a kind win by its numbers alone: one more small party doubles the alternatives and
/// halves the chance of the old cabinet. With a coefficient of −1 on the logarithm of a kind's number the kind's chance
/// does not depend on it (a nest whose inclusive value counts nothing); what the truth is, the data say.
pub fn crowds(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let inc = c.incumbents;
    let kind = |m: u32| match (b.majority[m as usize - 1], b.minimal[m as usize - 1]) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let relation = |m: u32| match m {
        m if m == inc => 0,
        _ if inc == 0 => 5,
        m if m & !inc == 0 => 1,
        m if m & inc == inc => 2,
        m if m & inc == 0 => 3,
        _ => 4,
    };
    let largest = |m: u32| usize::from(has(m, c.largest));
    let median = |m: u32| usize::from(has(m, c.median[0]));
    let mut put = |name: &'static str, of: &dyn Fn(u32) -> usize| {
        let mut count = [0u32; 128];
        for m in b.all.masks() {
            count[of(m)] += 1;
        }
        let logs: Vec<f64> = count.iter().map(|&n| ln(f64::from(n.max(1)))).collect();
        out.put(name, b.all.masks().map(|m| logs[of(m)]));
    };
    let size = |m: u32| m.count_ones() as usize;
    put("crowd_kind", &kind);
    put("crowd_size", &size);
    put("crowd_relation", &relation);
    put("crowd_kind_size", &|m| kind(m) * 32 + size(m));
    put("crowd_kind_largest", &|m| kind(m) * 2 + largest(m));
    put("crowd_relation_kind", &|m| relation(m) * 3 + kind(m));
    put("crowd_kind_largest_median", &|m| kind(m) * 4 + largest(m) * 2 + median(m));
    let all = ln(b.all.len() as f64);
    out.put("crowd_incumbent", b.all.masks().map(|m| flag(m == inc) * all));
}

fn weighted(share: &[f64], x: &[f64]) -> Vec<f64> {
    share.iter().zip(x).map(|(s, x)| s * x).collect()
}
