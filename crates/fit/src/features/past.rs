//! What the country's past says of parties, of pairs, and of the kinds of cabinets it has had.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use crate::chamber::Chamber;
use crate::chamber::Past;
use crate::coalitions::members;
use crate::num::ln;

pub fn party_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let masks = || b.all.masks();
    let per = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..c.n).map(f).collect() };
    let propensity = per(&|i| (p.governed[i] + 0.3) / (p.chances[i] + 1.0));
    let odds = per(&|i| ln((p.governed[i] + 0.4) / (p.chances[i] - p.governed[i] + 0.8)));
    let lifelong = per(&|i| ln((p.governed_all[i] + 0.5) / (p.chances_all[i] - p.governed_all[i] + 1.0)));
    out.put("propensity", b.all.sum(&propensity));
    out.put("odds", b.all.sum(&odds));
    out.put("lifelong_odds", b.all.sum(&lifelong));
    out.put("odds_weighted", b.all.sum(&per(&|i| odds[i] * c.share[i])));
    out.put("mean_odds", b.all.sum(&odds).iter().zip(&b.parties).map(|(x, &n)| x / f64::from(n)));
    let negated: Vec<f64> = odds.iter().map(|x| -x).collect();
    out.put("worst_odds", b.all.max(&negated).iter().map(|x| -x));
    let never = per(&|i| flag(p.governed_all[i] == 0.0) * ln(1.0 + p.chances_all[i]));
    out.put("never_governed", b.all.sum(&never));
    out.put("never_governed_seats", b.all.sum(&per(&|i| never[i] * c.share[i])));
    out.put("new_parties", b.all.sum(&per(&|i| flag(p.cabinets > 0 && p.chances_all[i] == 0.0))));
    out.put("new_seats", b.all.sum(&per(&|i| flag(p.cabinets > 0 && p.chances_all[i] == 0.0) * c.share[i])));
    let kept_out = set_of(&(0..c.n).map(|i| p.governed_all[i] == 0.0 && p.chances_all[i] >= 4.0).collect::<Vec<_>>());
    out.put("cordon", masks().map(|m| flag(m & kept_out != 0)));
    out.put("led", b.all.sum(&per(&|i| ln((p.led[i] + 0.2) / (p.chances[i] - p.led[i] + 1.0)))));
    out.put("best_leader", b.all.max(&per(&|i| (p.led[i] + 0.1) / (p.chances[i] + 0.5))));
    out.put("recent", b.all.sum(&per(&|i| libm::exp(-p.years_out[i] / 4.0))));
    out.put("years_out", b.all.sum(&per(&|i| ln(1.0 + p.years_out[i].min(30.0)))));
    out.put(
        "governed_10y_seats",
        b.all.sum(&per(&|i| c.governed_10y[i] * c.share[i])).iter().zip(b.share()).map(|(x, s)| x / s.max(1e-9)),
    );
    out.put("experience_squared", b.all.sum(&per(&|i| c.governed_10y[i].powi(2))));
    let anti = per(&|i| flag(c.anti_system(i)) * flag(p.governed_all[i] == 0.0));
    out.put("anti_system_never", b.all.sum(&anti));
}

pub fn pair_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let n = c.n;
    let at = |i: usize, j: usize| i * n + j;
    let together = |i: usize, j: usize| (p.both[at(i, j)] + 0.15) / (p.both[at(i, j)] + p.one[at(i, j)] + 0.6);
    let odds = |i: usize, j: usize| ln((p.both[at(i, j)] + 0.25) / (p.one[at(i, j)] + 1.0));
    let apart = |i: usize, j: usize| p.one[at(i, j)] / (p.both[at(i, j)] + p.one[at(i, j)] + p.neither[at(i, j)] + 1.0);
    // more or less often together than their separate records say
    let lift = |i: usize, j: usize| {
        let total = p.both[at(i, j)] + p.one[at(i, j)] + p.neither[at(i, j)];
        let rate = |k: usize| (p.governed[k] + 0.3) / (p.chances[k] + 1.0);
        ln((p.both[at(i, j)] + 0.3) / (total * rate(i) * rate(j) + 0.3))
    };
    let pairs = |k: u32| f64::from(k * (k - 1) / 2).max(1.0);
    out.put("together", b.all.pairs(together));
    out.put("together_mean", b.all.pairs(together).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("together_worst", b.all.worst_pair(0.5, together));
    out.put("together_odds", b.all.pairs(odds));
    out.put("together_odds_mean", b.all.pairs(odds).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("together_odds_worst", b.all.worst_pair(-0.5, odds));
    out.put("lift", b.all.pairs(lift));
    out.put("lift_mean", b.all.pairs(lift).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("lift_worst", b.all.worst_pair(0.0, lift));
    out.put("apart", b.all.pairs(apart));
    out.put(
        "lift_weighted",
        b.all
            .pairs(|i, j| lift(i, j) * c.share[i] * c.share[j])
            .iter()
            .zip(b.share())
            .map(|(x, s)| x / (s * s).max(1e-9)),
    );
    out.put("ever_together", b.all.pairs(|i, j| p.both_ever[at(i, j)]));
    let strangers =
        |i: usize, j: usize| flag(p.both_ever[at(i, j)] == 0.0 && p.governed_all[i] > 0.0 && p.governed_all[j] > 0.0);
    out.put("strangers", b.all.pairs(strangers));
    out.put("strangers_any", b.all.pairs(strangers).iter().map(|&x| flag(x > 0.0)));
    out.put(
        "all_together_before",
        b.all.pairs(|i, j| 1.0 - p.both_ever[at(i, j)]).iter().zip(&b.parties).map(|(&x, &k)| flag(x == 0.0 && k > 1)),
    );
    // parties left out that usually govern with those inside
    let full = (1u32 << n) - 1;
    out.put(
        "missed_partners",
        b.all.masks().map(|m| {
            let mut total = 0.0;
            for i in members(m) {
                let mut best: f64 = 0.0;
                for j in members(full & !m) {
                    best = best.max(together(i, j) - 0.25);
                }
                total += best * c.share[i];
            }
            total / b.share()[m as usize - 1].max(1e-9)
        }),
    );
    // likeness to cabinets of the past
    let likeness: Vec<(f64, f64, f64)> = b.all.masks().map(|m| likeness(p, m, b.share(), c.incumbents)).collect();
    out.put("seen_before", likeness.iter().map(|x| x.0));
    out.put("likest_cabinet", likeness.iter().map(|x| x.1));
    out.put("mean_likeness", likeness.iter().map(|x| x.2));
}

pub fn country_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let share_of = |count: f64, base: f64| (count + 2.0 * base) / (p.weight + 2.0);
    let minority = ln(share_of(p.minority, 0.33) / (1.0 - share_of(p.minority, 0.33)));
    let oversized = ln(share_of(p.oversized, 0.22) / (1.0 - share_of(p.oversized, 0.22)));
    let single = ln(share_of(p.single, 0.3) / (1.0 - share_of(p.single, 0.3)));
    let parties = (p.mean_parties * p.weight + 2.0 * 2.3) / (p.weight + 2.0);
    let mean_share = (p.mean_share * p.weight + 2.0 * 0.54) / (p.weight + 2.0);
    out.put("minority_habit", b.majority.iter().map(|&m| flag(!m) * minority));
    out.put("oversized_habit", b.majority.iter().zip(&b.minimal).map(|(&m, &k)| flag(m && !k) * oversized));
    out.put("single_habit", b.parties.iter().map(|&k| flag(k == 1) * single));
    out.put("parties_habit", b.parties.iter().map(|&k| (f64::from(k) - parties).abs()));
    out.put("parties_habit_product", b.parties.iter().map(|&k| f64::from(k) * (parties - 2.3)));
    out.put("share_habit", b.share().iter().map(|s| (s - mean_share).abs()));
    out.put("share_habit_product", b.share().iter().map(|s| s * (mean_share - 0.54) * 10.0));
    out.put(
        "continuity_habit",
        b.all.masks().map(|m| flag(c.incumbents != 0 && m & c.incumbents == 0) * (p.continuity - 0.7)),
    );
    out.put("repeat_habit", b.all.masks().map(|m| flag(m == c.incumbents) * (p.repeated - 0.35)));
    out.put("largest_habit", b.all.masks().map(|m| flag(has(m, c.largest)) * (p.largest_led - 0.6)));
    out.put("incumbent_caretakers", b.all.masks().map(|m| flag(m == c.incumbents) * p.caretakers));
    out.put("incumbent_since_election", b.all.masks().map(|m| flag(m == c.incumbents) * p.since_election));
    out.put("incumbent_term", b.all.masks().map(|m| flag(m == c.incumbents) * p.term_so_far));
    out.put("parties_by_n", b.parties.iter().map(|&k| f64::from(k) * (c.n as f64 - 6.0)));
    out.put("minority_by_n", b.majority.iter().map(|&m| flag(!m) * (c.n as f64 - 6.0)));
    out.put("minority_by_lead", b.majority.iter().map(|&m| flag(!m) * (c.share[c.largest] - 0.35)));
}

/// Discounted count of the same set, discounted best likeness, and mean likeness to past cabinets other than the
/// incumbent's set.
fn likeness(p: &Past, mask: u32, share: &[f64], incumbents: u32) -> (f64, f64, f64) {
    let weight = |m: u32| if m == 0 { 0.0 } else { share[m as usize - 1] };
    let (mut same, mut best, mut sum, mut total) = (0.0, 0.0f64, 0.0, 0.3);
    for &(set, age, _) in &p.sets {
        let like = weight(mask & set) / weight(mask | set).max(1e-9);
        sum += age * like;
        total += age;
        if set != incumbents {
            best = best.max((0.3 + 0.7 * age) * like);
        }
        if set == mask {
            same += age;
        }
    }
    (ln(1.0 + same), best, sum / total)
}
