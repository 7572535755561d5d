//! A probabilistic Condorcet election with bargains, turn by turn (the spatial model of politics of KTAB).
//!
//! Each turn: every actor infers the others' readiness for risk from how likely each position is to beat all others; picks
//! the actor whom it would gain most by challenging, and proposes a bargain between the two positions, weighted by salience
//! and the chance to win, both squared; then each actor puts the bargains that concern it to an election in which an
//! option's chance is the chance that it beats every other option, given that one does; the likeliest is carried out.
//!
//! Conventions, those of the reference runs: proportional voting, linear chances, conditional election, the likeliest
//! bargain taken, risk from −1/2 to 1, others' risk two thirds one's own and one third theirs, third parties commit half
//! way, only the initiator's bargain is proposed. Stops when a turn moves less than 2 % of the first, or after 100 turns.
//!
//! Source: Wise, Lester and Efird (2015), KAPSARC discussion papers on KTAB; KTAB, MIT licence, (c) 2015 KAPSARC.

use super::Actor;

/// A run, the first entry being the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// How far a turn moved all positions together, against the first turn.
    pub fractional_change: Vec<f64>,
    /// `[turn][actor]`: the chance that the actor's position wins the election at the beginning of the turn.
    pub winner_probability: Vec<Vec<f64>>,
    /// `[turn][actor][dimension]`, on a scale of 0 to 1.
    pub positions: Vec<Vec<Vec<f64>>>,
    /// The mean of the last turn's distinct positions, weighted by their chance to win, on a scale of 0 to 1.
    pub expected: Vec<f64>,
    /// Whether it stopped because little moved.
    pub quiet: bool,
}

/// The most turns.
pub const MOST_TURNS: usize = 100;

/// Positions nearer than this count as one in the election.
const SAME: f64 = 1e-3;

/// Runs the model.
///
/// - `actors`: positions on a scale of 0 to 1; saliences positive, adding up to at most 1 per actor.
pub fn run(actors: &[Actor], turns: usize) -> Run {
    let mut positions: Vec<Vec<f64>> = actors.iter().map(|a| a.position.clone()).collect();
    let mut view = View::new(actors, &positions);
    let mut run = Run {
        fractional_change: Vec::new(),
        winner_probability: vec![view.winner(&positions)],
        positions: vec![positions.clone()],
        expected: Vec::new(),
        quiet: false,
    };
    let mut first = None;
    for turn in 1..=turns {
        let next = view.bargain(&positions);
        let moved: f64 = positions.iter().zip(&next).map(|(a, b)| distance(a, b)).sum();
        let reference = *first.get_or_insert(moved) + 1e-4;
        positions = next;
        view = View::new(actors, &positions);
        run.fractional_change.push(moved / reference);
        run.winner_probability.push(view.winner(&positions));
        run.positions.push(positions.clone());
        if turn >= 2 && moved / reference < 0.02 {
            run.quiet = true;
            break;
        }
    }
    let chance = run.winner_probability.last().map_or(&[][..], Vec::as_slice);
    let distinct = distinct(&positions);
    let dimensions = positions.first().map_or(0, Vec::len);
    run.expected = (0..dimensions).map(|k| distinct.iter().map(|&i| chance[i] * positions[i][k]).sum()).collect();
    run
}

/// The actors and what they think of each other's positions at one turn.
struct View<'a> {
    actors: &'a [Actor],
    /// Each actor's readiness for risk.
    risk: Vec<f64>,
    /// `[h][i][j]`: h's estimate of what j's position is worth to i.
    utility: Vec<Vec<Vec<f64>>>,
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

/// The first actor at each distinct position.
fn distinct(positions: &[Vec<f64>]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for i in 0..positions.len() {
        if !out.iter().any(|&u| distance(&positions[i], &positions[u]) < SAME) {
            out.push(i);
        }
    }
    out
}

/// Distance weighted by salience, 0 to 1.
fn felt_distance(a: &[f64], b: &[f64], salience: &[f64]) -> f64 {
    let (mut far, mut all) = (0.0, 0.0);
    for ((x, y), s) in a.iter().zip(b).zip(salience) {
        let d = (x - y) * s;
        far += d * d;
        all += s * s;
    }
    (far / all).sqrt()
}

/// What a distance is worth under a readiness for risk between −1 and 1.
fn worth(distance: f64, risk: f64) -> f64 {
    if distance <= 1.0 { (1.0 - distance) * (1.0 + distance * risk) } else { (1.0 - distance) * (1.0 + risk) }
}

/// The chance that each option beats all others, given that one does; `utility[actor][option]`.
fn election(weights: &[f64], utility: &[Vec<f64>]) -> Vec<f64> {
    const LEAST: f64 = 1e-8;
    let options = utility.first().map_or(0, Vec::len);
    let mut beats = vec![vec![0.5; options]; options];
    for i in 0..options {
        for j in 0..i {
            let (mut with, mut against) = (LEAST, LEAST);
            for (w, u) in weights.iter().zip(utility) {
                let vote = w * (u[i] - u[j]);
                if vote > 0.0 {
                    with += vote;
                }
                if vote < 0.0 {
                    against -= vote;
                }
            }
            beats[i][j] = with / (with + against);
            beats[j][i] = against / (with + against);
        }
    }
    let all: Vec<f64> = beats.iter().map(|row| row.iter().fold(1.0, |p, b| p * b)).collect();
    let one: f64 = all.iter().sum();
    all.iter().map(|p| p / one).collect()
}

impl<'a> View<'a> {
    fn new(actors: &'a [Actor], positions: &[Vec<f64>]) -> Self {
        let n = actors.len();
        let weights: Vec<f64> = actors.iter().map(|a| a.capability).collect();
        let far: Vec<Vec<f64>> = (0..n)
            .map(|i| (0..n).map(|j| felt_distance(&positions[i], &positions[j], &actors[i].salience)).collect())
            .collect();
        let neutral: Vec<Vec<f64>> = far.iter().map(|row| row.iter().map(|&d| worth(d, 0.0)).collect()).collect();
        let chance = election(&weights, &neutral);
        let most = chance.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = chance.iter().copied().fold(f64::INFINITY, f64::min);
        let spread = most - least;
        let risk: Vec<f64> = chance
            .iter()
            .map(|p| if spread > 0.0 { (3.0 * p - (most + 2.0 * least)) / (2.0 * spread) } else { 0.0 })
            .collect();
        let utility = (0..n)
            .map(|h| {
                (0..n)
                    .map(|i| {
                        let r = (2.0 * risk[h] + risk[i]) / 3.0;
                        far[i].iter().map(|&d| worth(d, r)).collect()
                    })
                    .collect()
            })
            .collect();
        Self { actors, risk, utility }
    }

    /// The chance that each actor's position wins.
    fn winner(&self, positions: &[Vec<f64>]) -> Vec<f64> {
        let n = self.actors.len();
        let same = |i: usize, j: usize| distance(&positions[i], &positions[j]) < SAME;
        let unique = distinct(positions);
        let weights: Vec<f64> = self.actors.iter().map(|a| a.capability).collect();
        let utility: Vec<Vec<f64>> = (0..n).map(|i| unique.iter().map(|&j| self.utility[i][i][j]).collect()).collect();
        let chance = election(&weights, &utility);
        (0..n).map(|i| unique.iter().rposition(|&u| same(i, u)).map_or(0.0, |k| chance[k])).collect()
    }

    /// Positions after one turn of bargains.
    fn bargain(&self, positions: &[Vec<f64>]) -> Vec<Vec<f64>> {
        struct Bargain {
            from: usize,
            to: usize,
            terms: [Vec<f64>; 2],
        }
        let n = self.actors.len();
        let mut bargains: Vec<Vec<std::rc::Rc<Bargain>>> = vec![Vec::new(); n];
        for (i, own) in bargains.iter_mut().enumerate() {
            let stay = Bargain { from: i, to: i, terms: [positions[i].clone(), positions[i].clone()] };
            own.push(std::rc::Rc::new(stay));
        }
        for i in 0..n {
            let Some((j, chance)) = self.best_target(i) else { continue };
            let mut terms = [Vec::new(), Vec::new()];
            for k in 0..positions[i].len() {
                let (a, b) = self.terms(i, j, k, positions, chance);
                terms[0].push(a);
                terms[1].push(b);
            }
            let bargain = std::rc::Rc::new(Bargain { from: i, to: j, terms });
            bargains[i].push(bargain.clone());
            bargains[j].push(bargain);
        }
        let weights: Vec<f64> = self.actors.iter().map(|a| a.capability).collect();
        (0..n)
            .map(|k| {
                let utility: Vec<Vec<f64>> = (0..n)
                    .map(|a| {
                        bargains[k]
                            .iter()
                            .map(|b| {
                                if b.from == b.to {
                                    return self.utility[a][a].iter().sum::<f64>() / n as f64;
                                }
                                let place = |p: &[f64]| {
                                    let d = felt_distance(&positions[a], p, &self.actors[a].salience);
                                    worth(d, self.risk[a])
                                };
                                let mut sum = place(&b.terms[0]);
                                sum += place(&b.terms[1]);
                                for other in (0..n).filter(|&o| o != b.from && o != b.to) {
                                    sum += self.utility[a][a][other];
                                }
                                sum / n as f64
                            })
                            .collect()
                    })
                    .collect();
                let chance = election(&weights, &utility);
                let mut best = 0;
                for (m, p) in chance.iter().enumerate() {
                    if *p > chance[best] {
                        best = m;
                    }
                }
                let taken = &bargains[k][best];
                if taken.from == k { taken.terms[0].clone() } else { taken.terms[1].clone() }
            })
            .collect()
    }

    /// The two ends' new places in dimension k: each drawn to the other by salience and chance to win, both squared,
    /// rounded to four decimals.
    fn terms(&self, i: usize, j: usize, k: usize, positions: &[Vec<f64>], chance: f64) -> (f64, f64) {
        const LEAST: f64 = 1e-6;
        let round = |x: f64| (0.5 + x * 10_000.0).trunc() / 10_000.0;
        let (ti, tj) = (positions[i][k], positions[j][k]);
        let wi = self.actors[i].salience[k].powi(2) * chance.powi(2);
        let wj = self.actors[j].salience[k].powi(2) * (1.0 - chance).powi(2);
        let all = wi + LEAST + wj;
        (round(((wi + LEAST) * ti + wj * tj) / all), round((wi * ti + (LEAST + wj) * tj) / all))
    }

    /// Whom actor i gains most by challenging, and its chance to win, if it gains at all.
    fn best_target(&self, i: usize) -> Option<(usize, f64)> {
        const LEAST_GAIN: f64 = 1e-5;
        let mut best: Option<(usize, f64, f64)> = None;
        for j in (0..self.actors.len()).filter(|&j| j != i) {
            let (chance, gain) = self.challenge(i, j);
            if gain > LEAST_GAIN && best.is_none_or(|(_, _, g)| gain > g) {
                best = Some((j, chance, gain));
            }
        }
        best.map(|(j, chance, _)| (j, chance))
    }

    /// i's estimate of its chance to win against j and of what it gains by trying.
    fn challenge(&self, i: usize, j: usize) -> (f64, f64) {
        const LEAST: f64 = 1e-10;
        let u = &self.utility[i];
        let weight = |a: usize| self.actors[a].salience.iter().sum::<f64>() * self.actors[a].capability;
        let (mut with, mut against) = (LEAST, LEAST);
        for vote in [weight(i) * (u[i][i] - u[i][j]), weight(j) * (u[j][i] - u[j][j])] {
            if vote > 0.0 {
                with += vote;
            } else {
                against -= vote;
            }
        }
        let (principal, opposed) = (with, against);
        for n in (0..self.actors.len()).filter(|&n| n != i && n != j) {
            let (ui, uj, own) = (u[n][i], u[n][j], u[n][n]);
            let vote = weight(n) * (ui - uj);
            let a = principal + vote.max(0.0);
            let b = opposed - vote.min(0.0);
            let p = a / (a + b);
            let q = 1.0 - p;
            let joins_i = p * (2.0 * ui + own) + q * (3.0 * uj);
            let joins_j = p * (3.0 * ui) + q * (2.0 * uj + own);
            let vote = weight(n) * (joins_i - joins_j);
            if vote > 0.0 {
                with += vote;
            } else {
                against -= vote;
            }
        }
        let p = with / (with + against);
        let cares: f64 = self.actors[j].salience.iter().sum();
        let victory = 2.0 * u[i][i];
        let contest = p * victory + (1.0 - p) * 2.0 * u[i][j];
        let gain = (1.0 - cares) * victory + cares * contest - (u[i][i] + u[i][j]);
        (p, gain)
    }
}
