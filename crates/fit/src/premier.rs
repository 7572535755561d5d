//! Whose party leads: a logit over parties, within a coalition or within the whole chamber.

use serde::{Deserialize, Serialize};

use crate::chamber::Chamber;
use crate::coalitions::members;
use crate::logit::{self, Choice};
use crate::num::{ln, softmax};
use crate::task::Task;

/// Covariates of a party as a leader, in the order of [`describe`].
pub const COVARIATES: [&str; 20] = [
    "share",
    "largest",
    "second",
    "lead",
    "premier",
    "premier_midterm",
    "premier_gain",
    "premier_caretaker",
    "incumbent",
    "incumbent_midterm",
    "gain",
    "led",
    "governed",
    "distance_to_median",
    "median",
    "anti_system",
    "premier_regular",
    "governed_10y",
    "share_of_rest",
    "premier_largest",
];

/// Coefficients of the choice among a coalition's members and of the choice among all parties.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leaders {
    pub within: Vec<f64>,
    pub among_all: Vec<f64>,
}

/// Penalty per unit of variance; chosen by cross-validation inside the training rows.
const PENALTY: f64 = 1.0;

impl Leaders {
    /// Fits both choices on the rows whose prime minister is known.
    pub fn fit(tasks: &[Task]) -> Self {
        let fit = |whole: bool| {
            let choices: Vec<Choice> = tasks
                .iter()
                .filter_map(|task| {
                    let premier = task.premier?;
                    let mask = if whole { (1 << task.chamber.n) - 1 } else { task.choice.chosen as u32 + 1 };
                    let mut choice = choice(&task.chamber, mask);
                    choice.chosen = members(mask).position(|i| i == premier)?;
                    choice.weight = task.choice.weight;
                    (choice.rows > 1).then_some(choice)
                })
                .collect();
            logit::fit(&choices, &[PENALTY; COVARIATES.len()], None, false).beta
        };
        Self { within: fit(false), among_all: fit(true) }
    }

    /// Who leads this coalition: `[n]` over the chamber's actors, zero outside.
    pub fn of_coalition(&self, chamber: &Chamber, mask: u32) -> Vec<f64> {
        spread(chamber, mask, &self.within)
    }

    /// Who is asked first: `[n]` over the chamber's actors.
    pub fn of_chamber(&self, chamber: &Chamber) -> Vec<f64> {
        spread(chamber, (1 << chamber.n) - 1, &self.among_all)
    }
}

fn spread(chamber: &Chamber, mask: u32, beta: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; chamber.n];
    let mut u = choice(chamber, mask).utilities(beta);
    softmax(&mut u);
    for (i, p) in members(mask).zip(u) {
        out[i] = p;
    }
    out
}

fn choice(chamber: &Chamber, mask: u32) -> Choice {
    let described: Vec<_> = members(mask).map(|i| describe(chamber, mask, i)).collect();
    let columns = (0..COVARIATES.len()).flat_map(|k| described.iter().map(move |d| d[k] as f32)).collect();
    Choice { rows: described.len(), columns, chosen: 0, weight: 1.0, cluster: 0, offset: Vec::new() }
}

fn describe(c: &Chamber, mask: u32, i: usize) -> [f64; COVARIATES.len()] {
    let flag = |yes: bool| f64::from(u8::from(yes));
    let p = &c.past;
    let top = members(mask).map(|j| c.share[j]).fold(0.0, f64::max);
    let other = members(mask).filter(|&j| j != i).map(|j| c.share[j]).fold(0.0, f64::max);
    let rank = members(mask).filter(|&j| c.share[j] > c.share[i]).count();
    let total: f64 = members(mask).map(|j| c.share[j]).sum();
    let midterm = !c.post_election;
    [
        10.0 * c.share[i] / total.max(1e-9),
        flag(c.share[i] >= top),
        flag(rank == 1),
        10.0 * (c.share[i] - other).max(0.0),
        flag(c.premier[i]),
        flag(c.premier[i] && midterm),
        flag(c.premier[i]) * 10.0 * c.gain[i],
        flag(c.premier[i] && c.caretaker_before),
        flag(c.incumbent[i]),
        flag(c.incumbent[i] && midterm),
        10.0 * c.gain[i],
        ln((p.led[i] + 0.2) / (p.chances[i] - p.led[i] + 1.0)),
        ln((p.governed[i] + 0.4) / (p.chances[i] - p.governed[i] + 0.8)),
        (c.positions[0][i] - c.positions[0][c.median[0]]).abs(),
        flag(i == c.median[0]),
        flag(c.anti_system(i)),
        flag(c.premier_regular[i]),
        c.governed_10y[i],
        10.0 * c.share[i],
        flag(c.premier[i] && c.share[i] >= top),
    ]
}
