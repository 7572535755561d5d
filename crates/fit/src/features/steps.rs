//! By which step the old cabinet would become this one: who would have to leave, who to join.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use crate::chamber::Chamber;
use crate::coalitions::members;

/// What is special about the one who leaves or joins, and how the steps go in mid-term.
pub fn steps(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let (inc, n) = (c.incumbents, c.n);
    let midterm = !c.post_election;
    let premier = set_of(&c.premier);
    let seats: u32 = members(inc).map(|i| c.seats[i]).sum();
    let still = seats >= c.quota;
    let left = |m: u32| inc & !m;
    let joined = |m: u32| m & !inc;
    let one_left = |m: u32| left(m).is_power_of_two() && joined(m) == 0;
    let one_joined = |m: u32| inc != 0 && left(m) == 0 && joined(m).is_power_of_two();
    let leader = (premier != 0).then(|| c.positions[0][premier.trailing_zeros() as usize]);
    let share: f64 = members(inc).map(|i| c.share[i]).sum();
    let centre = members(inc).map(|i| c.share[i] * c.positions[0][i]).sum::<f64>() / share.max(1e-9);
    let from = leader.unwrap_or(centre);
    let rank = |i: usize| c.share.iter().filter(|s| **s > c.share[i]).count() as f64;
    let leaver: [(&'static str, &dyn Fn(usize) -> f64); 5] = [
        ("leaver_needed", &|i| flag(seats - c.seats[i] < c.quota)),
        ("leaver_share", &|i| c.share[i]),
        ("leaver_rank", &rank),
        ("leaver_premier", &|i| flag(has(premier, i))),
        ("leaver_distance", &|i| (c.positions[0][i] - from).abs()),
    ];
    for (name, of) in leaver {
        out.put(name, b.all.masks().map(|m| if one_left(m) { of(left(m).trailing_zeros() as usize) } else { 0.0 }));
    }
    // how often the one who joins sat with those who stay
    let familiar = |j: usize| {
        let with = |i: usize| {
            let k = j * n + i;
            (c.past.both[k] + 0.15) / (c.past.both[k] + c.past.one[k] + 0.6)
        };
        members(inc).map(with).sum::<f64>() / f64::from(inc.count_ones().max(1))
    };
    out.put(
        "joiner_familiar",
        b.all.masks().map(|m| if one_joined(m) { familiar(joined(m).trailing_zeros() as usize) } else { 0.0 }),
    );
    let mut put = |name: &'static str, of: &dyn Fn(u32) -> bool| out.put(name, b.all.masks().map(|m| flag(of(m))));
    put("one_for_one", &|m| left(m).is_power_of_two() && joined(m).is_power_of_two());
    put("midterm_smaller", &|m| midterm && left(m) != 0 && joined(m) == 0);
    put("midterm_larger", &|m| midterm && left(m) == 0 && joined(m) != 0);
    put("midterm_other", &|m| midterm && left(m) != 0 && joined(m) != 0);
    put("midterm_one_left", &|m| midterm && one_left(m));
    put("midterm_one_left_majority", &|m| midterm && one_left(m) && still);
    put("midterm_one_joined", &|m| midterm && one_joined(m));
    put("midterm_one_joined_majority", &|m| midterm && one_joined(m) && still);
    put("midterm_one_joined_minority", &|m| midterm && one_joined(m) && !still);
    put("midterm_premier_alone", &|m| midterm && m == premier && left(m) != 0);
}
