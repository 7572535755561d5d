//! The expected-utility challenge model: who could make whom give way, round by round.
//!
//! Each actor works out what it and every other would gain by challenging, given how hard the rest would throw their weight
//! in and how ready for risk it is itself; then takes the best of the settlements forced on or open to it. There is no rule to
//! stop: rounds are shown one by one, and cycles occur.
//!
//! Two readings of the model are offered, because programs differ in them without saying so ([`Reading`]), and capitulation
//! can be switched off. Sources: Bueno de Mesquita (1994), in *European Community Decision Making*; Scholz, Calbert and Smith
//! (2011), *Journal of Theoretical Politics* 23:4 (the equations as replicated).

use super::Actor;
use serde::Serialize;

/// How the published equations are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// As Scholz and others' program: a win's probability is out of all votes over all pairs of positions; among compromises
    /// the one with the lowest utility-weighted mean position is taken.
    #[default]
    Scholz,
    /// As their paper: out of the votes between the two positions; the settlement that moves the actor least is taken.
    Paper,
}

/// The model's switches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    pub reading: Reading,
    /// Whether one that loses more than the other gains gives in.
    pub capitulation: bool,
    pub rounds: usize,
    /// The chance that the status quo goes on if one does not challenge.
    pub status_quo: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { reading: Reading::Scholz, capitulation: true, rounds: 10, status_quo: 1.0 }
    }
}

/// How an actor came to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Offer {
    /// It loses a confrontation.
    #[serde(rename = "conf")]
    Confrontation,
    /// It meets the other part of the way.
    #[serde(rename = "comp")]
    Compromise,
    /// It gives in.
    #[serde(rename = "cap")]
    Capitulation,
}

/// One actor's move in a round: who, how, towards whom, to where. Written as a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    pub actor: usize,
    pub offer: Offer,
    pub towards: usize,
    pub position: f64,
}

/// A run, the first entries being the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The weighted median before each round and after the last.
    pub median: Vec<f64>,
    pub weighted_mean: Vec<f64>,
    /// `[round][actor]`.
    pub positions: Vec<Vec<f64>>,
    /// `[round][actor]`, 0.5 (risk-seeking) to 2 (risk-averse).
    pub risk: Vec<Vec<f64>>,
    pub moves: Vec<Vec<Move>>,
    /// Whether the last round began where everybody is equally secure, so that risk and with it the model is undefined.
    pub settled: bool,
}

/// Runs the model in one dimension.
pub fn run(actors: &[Actor], dimension: usize, rules: Rules) -> Run {
    let mut model = Model {
        capability: actors.iter().map(|a| a.capability).collect(),
        salience: actors.iter().map(|a| a.salience[dimension]).collect(),
        position: actors.iter().map(|a| a.position[dimension]).collect(),
        risk: vec![1.0; actors.len()],
        range: 0.0,
        votes: 0.0,
        rules,
    };
    let most = model.position.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    model.range = most - model.position.iter().copied().fold(f64::INFINITY, f64::min);
    let mut run = Run {
        median: vec![model.median()],
        weighted_mean: vec![model.mean()],
        positions: vec![model.position.clone()],
        risk: Vec::new(),
        moves: Vec::new(),
        settled: false,
    };
    for _ in 0..rules.rounds {
        if !model.take_risks() {
            run.settled = true;
            break;
        }
        run.risk.push(model.risk.clone());
        let moves: Vec<Move> = (0..actors.len()).filter_map(|i| model.best_offer(i)).collect();
        for m in &moves {
            model.position[m.actor] = m.position;
        }
        run.moves.push(moves);
        run.median.push(model.median());
        run.weighted_mean.push(model.mean());
        run.positions.push(model.position.clone());
    }
    run
}

struct Model {
    capability: Vec<f64>,
    salience: Vec<f64>,
    position: Vec<f64>,
    risk: Vec<f64>,
    /// Of the positions at the start.
    range: f64,
    /// All votes over all pairs of positions, for Scholz's reading.
    votes: f64,
    rules: Rules,
}

impl Model {
    fn actors(&self) -> std::ops::Range<usize> {
        0..self.position.len()
    }

    /// How much weight actor k throws behind a against b, negative against.
    fn vote(&self, k: usize, a: f64, b: f64, risk: f64) -> f64 {
        let far = |x: f64| ((self.position[k] - x).abs() / self.range).powf(risk);
        self.capability[k] * self.salience[k] * (far(b) - far(a))
    }

    fn mean(&self) -> f64 {
        let weight = |k: usize| self.capability[k] * self.salience[k];
        self.actors().map(|k| weight(k) * self.position[k]).sum::<f64>() / self.actors().map(weight).sum::<f64>()
    }

    fn median(&self) -> f64 {
        let actors: Vec<Actor> = self
            .actors()
            .map(|k| Actor {
                capability: self.capability[k],
                position: vec![self.position[k]],
                salience: vec![self.salience[k]],
            })
            .collect();
        super::compromise::weighted_median(&actors, 0)
    }

    fn count_votes(&mut self) {
        if self.rules.reading == Reading::Paper {
            return;
        }
        let mut votes = 0.0;
        for k in self.actors() {
            let far: Vec<f64> =
                self.position.iter().map(|x| ((self.position[k] - x).abs() / self.range).powf(self.risk[k])).collect();
            for a in &far {
                for b in &far {
                    votes += (self.capability[k] * self.salience[k] * (b - a)).abs();
                }
            }
        }
        self.votes = votes;
    }

    /// The chance that i wins against j.
    fn wins(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.position[i], self.position[j]);
        if a == b {
            return 0.0;
        }
        let votes = self.actors().map(|k| self.vote(k, a, b, self.risk[k]));
        match self.rules.reading {
            Reading::Scholz => votes.map(|v| v.max(0.0)).sum::<f64>() / self.votes,
            Reading::Paper => {
                let (with, all) = votes.fold((0.0, 0.0), |(w, a), v| (w + v.max(0.0), a + v.abs()));
                if all > 0.0 { with / all } else { 0.0 }
            }
        }
    }

    /// What actor i gains by challenging j, as `observer` with its readiness for risk sees it.
    fn gain(&self, observer: usize, i: usize, j: usize) -> f64 {
        let r = self.risk[observer];
        let far = (self.position[i] - self.position[j]).abs() / self.range;
        let success = 2.0 - 4.0 * (0.5 - 0.5 * far).powf(r);
        let failure = 2.0 - 4.0 * (0.5 + 0.5 * far).powf(r);
        let status_quo = 2.0 - 4.0 * 0.5f64.powf(r);
        let p = self.wins(i, j);
        let resists = self.salience[j];
        resists * (p * success + (1.0 - p) * failure) + (1.0 - resists) * success - self.rules.status_quo * status_quo
    }

    /// Sets everybody's readiness for risk from how threatened its position is; false where all are equally so.
    fn take_risks(&mut self) -> bool {
        self.risk.fill(1.0);
        self.count_votes();
        let danger: Vec<f64> =
            self.actors().map(|i| self.actors().filter(|&j| j != i).map(|j| self.gain(i, j, i)).sum()).collect();
        let most = danger.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = danger.iter().copied().fold(f64::INFINITY, f64::min);
        if !(most - least > 0.0 && (most - least).is_finite()) {
            return false;
        }
        self.risk = danger
            .iter()
            .map(|d| {
                let acceptance = (2.0 * d - most - least) / (most - least);
                (1.0 - acceptance / 3.0) / (1.0 + acceptance / 3.0)
            })
            .collect();
        self.count_votes();
        true
    }

    fn best_offer(&self, i: usize) -> Option<Move> {
        // (settlement, how good: lower is taken, in order of actors where equal)
        let mut best: [Option<(Move, f64)>; 3] = [None, None, None];
        let here = self.position[i];
        for j in self.actors().filter(|&j| self.position[j] != here) {
            let (mine, its) = (self.gain(i, i, j), self.gain(i, j, i));
            let there = self.position[j];
            let (offer, position) = if its > mine && mine > 0.0 {
                (Offer::Confrontation, there)
            } else if its > 0.0 && 0.0 > mine && its > mine.abs() {
                (Offer::Compromise, here + (there - here) * (mine / its).abs())
            } else if self.rules.capitulation && its > 0.0 && 0.0 > mine && its < mine.abs() {
                (Offer::Capitulation, there)
            } else {
                continue;
            };
            let key = if offer == Offer::Compromise && self.rules.reading == Reading::Scholz {
                (mine.abs() * here + its.abs() * there) / (mine.abs() + its.abs())
            } else {
                (here - position).abs()
            };
            let slot = &mut best[offer as usize];
            if slot.as_ref().is_none_or(|(_, k)| key < *k) {
                *slot = Some((Move { actor: i, offer, towards: j, position }, key));
            }
        }
        best.into_iter().flatten().next().map(|(m, _)| m)
    }
}
