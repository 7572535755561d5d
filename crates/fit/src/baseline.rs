//! The rules and models every fit is compared to.

use crate::chamber::Chamber;
use crate::features::{Basic, LITERATURE10, LITERATURE22};
use crate::logit::Choice;
use crate::members::narrow;
use crate::model::Baselines;
use crate::task::Task;

/// Names, in the order of [`probabilities`].
pub const NAMES: [&str; 6] =
    ["uniform", "minimal_winning", "least_range_with_largest", "same_again", "literature10", "literature22"];

/// How often each rule held in these rows.
pub fn shares(tasks: &[&Task]) -> Baselines {
    let mut held = [0.0; 3];
    for task in tasks {
        for (sum, named) in held.iter_mut().zip(rules(&task.chamber)) {
            let count = named.iter().filter(|n| **n).count();
            *sum += f64::from(u8::from(count > 0 && named[task.choice.chosen]));
        }
    }
    let share = |i: usize| (held[i] + 1.0) / (tasks.len() as f64 + 2.0);
    Baselines {
        minimal_winning: share(0),
        least_range: share(1),
        same_again: share(2),
        literature10: Vec::new(),
        literature22: Vec::new(),
    }
}

/// Every baseline's chances `[n_baselines][2ⁿ − 1]`.
pub fn probabilities(baselines: &Baselines, chamber: &Chamber, choice: &Choice) -> Vec<Vec<f64>> {
    let uniform = vec![1.0 / choice.rows as f64; choice.rows];
    let mut out = vec![uniform];
    let shares = [baselines.minimal_winning, baselines.least_range, baselines.same_again];
    for (named, share) in rules(chamber).iter().zip(shares) {
        let count = named.iter().filter(|n| **n).count();
        let share = if count == 0 { 0.0 } else { share };
        let (inside, everywhere) = (share / count.max(1) as f64, (1.0 - share) / choice.rows as f64);
        out.push(named.iter().map(|&n| everywhere + if n { inside } else { 0.0 }).collect());
    }
    for (beta, k) in [(&baselines.literature10, LITERATURE10), (&baselines.literature22, LITERATURE22)] {
        out.push(narrow(choice, &(0..k).collect::<Vec<_>>()).probabilities(beta));
    }
    out
}

/// Which coalitions each rule names: any minimal winning one, the minimal winning one of least range with the largest
/// party, the incumbents.
fn rules(chamber: &Chamber) -> [Vec<bool>; 3] {
    let basic = Basic::of(chamber);
    let with_largest = |m: u32| m >> chamber.largest & 1 == 1;
    let least = basic
        .all
        .masks()
        .filter(|&m| basic.minimal[m as usize - 1] && with_largest(m))
        .map(|m| basic.range[m as usize - 1])
        .fold(f64::INFINITY, f64::min);
    let nearest = basic
        .all
        .masks()
        .map(|m| basic.minimal[m as usize - 1] && with_largest(m) && basic.range[m as usize - 1] <= least + 1e-9)
        .collect();
    let same = basic.all.masks().map(|m| m == chamber.incumbents).collect();
    [basic.minimal.clone(), nearest, same]
}
