//! Stay or change first: whether the old cabinet's parties go on, then which others if not.
//!
//! A single logit over all coalitions ties the chance of a repeat to the number of alternatives; here it is a binary
//! choice of its own, and the coalitions that replace the old one are learned from changes alone.

use serde::{Deserialize, Serialize};

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::logit::{self, Choice};
use crate::num::{exp, ln};
use crate::task::Task;

/// Coefficients of both steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Turnover {
    pub stay: Vec<f64>,
    pub change: Vec<f64>,
}

/// Covariates of staying, in the order of [`describe`].
pub const COVARIATES: [&str; 22] = [
    "constant",
    "midterm",
    "majority",
    "majority_midterm",
    "seat_gain",
    "loss_of_majority",
    "caretaker",
    "caretaker_midterm",
    "parties",
    "range",
    "share",
    "minimal",
    "oversized",
    "repeats_before",
    "repeats_midterm",
    "since_election",
    "term",
    "actors",
    "premier_gain",
    "premier_largest",
    "largest_in",
    "history",
];
const PENALTY: f64 = 3.0;

impl Turnover {
    /// Fits both steps; `penalty` `[n_covariates]` belongs to the coalitions' covariates.
    pub fn fit(tasks: &[Task], penalty: &[f64], start: Option<&[f64]>) -> Self {
        let (mut stays, mut changes) = (Vec::new(), Vec::new());
        for task in tasks {
            let incumbent = task.chamber.incumbents;
            if incumbent == 0 {
                changes.push(task.choice.clone());
                continue;
            }
            let stayed = task.choice.chosen + 1 == incumbent as usize;
            let described = describe(&task.chamber);
            stays.push(Choice {
                rows: 2,
                columns: described.iter().flat_map(|&x| [x as f32, 0.0]).collect(),
                chosen: usize::from(!stayed),
                weight: task.choice.weight,
                cluster: task.choice.cluster,
                offset: Vec::new(),
            });
            if !stayed {
                changes.push(without(&task.choice, incumbent as usize - 1));
            }
        }
        let mut own = [PENALTY; COVARIATES.len()];
        own[0] = 0.0;
        Self {
            stay: logit::fit(&stays, &own, None, false).beta,
            change: logit::fit(&changes, penalty, start, false).beta,
        }
    }

    /// Chance of every coalition `[2ⁿ − 1]`.
    pub fn probabilities(&self, chamber: &Chamber, choice: &Choice) -> Vec<f64> {
        let mut u = Choice { offset: Vec::new(), ..choice.clone() }.utilities(&self.change);
        let incumbent = chamber.incumbents as usize;
        if incumbent == 0 {
            crate::num::softmax(&mut u);
            return u;
        }
        u[incumbent - 1] = f64::NEG_INFINITY;
        crate::num::softmax(&mut u);
        let stay: f64 = describe(chamber).iter().zip(&self.stay).map(|(x, b)| x * b).sum();
        let stay = 1.0 / (1.0 + exp(-stay));
        for p in &mut u {
            *p *= 1.0 - stay;
        }
        u[incumbent - 1] = stay;
        u
    }
}

/// The choice without one of its alternatives, which was not chosen.
fn without(choice: &Choice, gone: usize) -> Choice {
    let columns = (0..choice.covariates())
        .flat_map(|k| {
            let column = choice.column(k);
            column[..gone].iter().chain(&column[gone + 1..]).copied()
        })
        .collect();
    let chosen = choice.chosen - usize::from(choice.chosen > gone);
    Choice { rows: choice.rows - 1, columns, chosen, offset: Vec::new(), ..*choice }
}

fn describe(c: &Chamber) -> [f64; COVARIATES.len()] {
    let flag = |yes: bool| f64::from(u8::from(yes));
    let inc = c.incumbents;
    let seats: u32 = members(inc).map(|i| c.seats[i]).sum();
    let share: f64 = members(inc).map(|i| c.share[i]).sum();
    let gain: f64 = members(inc).map(|i| c.gain[i]).sum();
    let majority = seats >= c.quota;
    let spare = majority && members(inc).any(|i| seats - c.seats[i] >= c.quota);
    let midterm = !c.post_election;
    let (low, high) = (inc.trailing_zeros() as usize, 31 - inc.leading_zeros() as usize);
    let premier = (0..c.n).find(|&i| c.premier[i]);
    [
        1.0,
        flag(midterm),
        flag(majority),
        flag(majority && midterm),
        10.0 * gain,
        flag(!majority) * 10.0 * (-gain).max(0.0),
        flag(c.caretaker_before),
        flag(c.caretaker_before && midterm),
        f64::from(inc.count_ones()) / 2.0,
        (c.positions[0][high] - c.positions[0][low]) / 3.0,
        5.0 * share,
        flag(majority && !spare),
        flag(spare),
        5.0 * (c.past.repeated - 0.35),
        flag(midterm) * 5.0 * (c.past.repeated - 0.35),
        c.past.since_election.min(4.0),
        c.past.term_so_far,
        (c.n as f64 - 6.0) / 2.0,
        premier.map_or(0.0, |i| 10.0 * c.gain[i]),
        flag(premier == Some(c.largest)),
        flag(inc >> c.largest & 1 == 1),
        ln(1.0 + c.past.weight),
    ]
}
