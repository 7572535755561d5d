//! Coalitions and covariates against slow and obvious ways.

use crate::countries;
use fit::chamber::Chamber;
use fit::coalitions::{Coalitions, connected, members};
use fit::features::{Basic, RICH, Set, describe};
use fit::history::History;
use fit::records::{Record, read};

fn some_records() -> Vec<Record> {
    read(&countries(&["IRL", "NOR", "AUT"])).records
}

#[test]
fn doubling_gives_the_sums_that_counting_gives() {
    let x = [0.3, 0.1, 0.25, 0.05, 0.3];
    let w = |i: usize, j: usize| (i * 7 + j * 3) as f64 - 9.5;
    let all = Coalitions::of(5);
    let (sum, max, pairs, worst) = (all.sum(&x), all.max(&x), all.pairs(w), all.worst_pair(-1.0, w));
    assert_eq!(all.len(), 31);
    for (index, mask) in all.masks().enumerate() {
        let list: Vec<usize> = members(mask).collect();
        let s: f64 = list.iter().map(|&i| x[i]).sum();
        let m = list.iter().map(|&i| x[i]).fold(f64::MIN, f64::max);
        let mut p = 0.0;
        let mut least = f64::INFINITY;
        for (a, &i) in list.iter().enumerate() {
            for &j in &list[a + 1..] {
                p += w(i, j);
                least = least.min(w(i, j));
            }
        }
        assert!((sum[index] - s).abs() < 1e-12 && max[index] == m && (pairs[index] - p).abs() < 1e-12);
        assert_eq!(worst[index], if list.len() < 2 { -1.0 } else { least });
        let run = list.windows(2).all(|w| w[1] == w[0] + 1);
        assert_eq!(connected(mask), run);
    }
}

#[test]
fn minimal_winning_means_that_nobody_can_leave() {
    let records = some_records();
    let history = History::of(&records);
    for record in records.iter().filter(|r| r.core).take(20) {
        let chamber = Chamber::of(&record.opportunity, &history.before(&record.opportunity));
        let basic = Basic::of(&chamber);
        for (index, mask) in basic.all.masks().enumerate() {
            let seats = |m: u32| members(m).map(|i| chamber.seats[i]).sum::<u32>();
            let wins = |m: u32| seats(m) >= chamber.quota;
            let minimal = wins(mask) && members(mask).all(|i| !wins(mask & !(1 << i)));
            assert_eq!(basic.minimal[index], minimal);
            let places = || members(mask).map(|i| chamber.positions[0][i]);
            let range = places().fold(f64::MIN, f64::max) - places().fold(f64::MAX, f64::min);
            assert!((basic.range[index] - range).abs() < 1e-12);
        }
    }
}

#[test]
fn every_covariate_is_named_finite_and_in_its_place() {
    let records = some_records();
    let history = History::of(&records);
    for record in records.iter().filter(|r| r.formed().is_some()) {
        let chamber = Chamber::of(&record.opportunity, &history.before(&record.opportunity));
        let covariates = describe(Set::Rich, &chamber);
        assert_eq!(covariates.names, RICH);
        for (name, column) in covariates.names.iter().zip(&covariates.columns) {
            assert_eq!(column.len(), chamber.coalitions().len());
            assert!(column.iter().all(|x| x.is_finite() && x.abs() < 1e4), "{name} in {}", record.opportunity.id);
        }
    }
}

/// What later cabinets were, and what came of the row itself, does not reach a row's covariates.
#[test]
fn no_covariate_looks_at_its_own_outcome_or_ahead() {
    let records = some_records();
    let history = History::of(&records);
    for at in [30, 60, 95] {
        let opportunity = &records[at].opportunity;
        let before = describe(Set::Rich, &Chamber::of(opportunity, &history.before(opportunity)));
        let mut changed = records.clone();
        for (i, record) in changed.iter_mut().enumerate() {
            let later = record.opportunity.country == opportunity.country && i >= at;
            if later {
                record.outcome.members.iter_mut().for_each(|m| *m = !*m);
                record.outcome.premier = Some(0);
                record.outcome.caretaker = !record.outcome.caretaker;
                record.outcome.days = Some(999.0);
            }
        }
        let history = History::of(&changed);
        let after = describe(Set::Rich, &Chamber::of(opportunity, &history.before(opportunity)));
        assert_eq!(before.columns, after.columns, "{}", opportunity.id);
        // and the check can fail: an earlier cabinet does matter
        let mut earlier = records.clone();
        let previous = (0..at).rev().find(|&i| records[i].opportunity.country == opportunity.country);
        if let Some(previous) = previous {
            earlier[previous].outcome.members.iter_mut().for_each(|m| *m = !*m);
            let history = History::of(&earlier);
            let other = describe(Set::Rich, &Chamber::of(opportunity, &history.before(opportunity)));
            assert_ne!(before.columns, other.columns, "{}", opportunity.id);
        }
    }
}
