//! Where draws are taken: as they come, or nearer to where the log looks.
//!
//! The first quarter of a watched run's draws is taken as it comes. Where the log leaves few of them, each further quarter is
//! taken about other means of the numbers, which the quarters before it tell; the run solves as many draws as were asked for
//! either way. All draws count by the mixture they come from (the balance heuristic: Veach and Guibas 1995, *SIGGRAPH 95*;
//! with means learned on the way: Cornuet, Marin, Mira and Robert 2012, *Scand. J. Statist.* 39), in which the first quarter
//! keeps every weight below about four times its likelihood (Owen and Zhou 2000, *JASA* 95).
//!
//! A draw that helped to move the means would find itself the likelier to be taken for it, and count too little. Therefore
//! each scramble's means come from the draws of the other scrambles.

use crate::band::Weights;
use game::draw::{Draw, Drawing, SCRAMBLES, Tilt};
use game::normal::normal_quantile;
use game::real;
use solve::LANES;

/// A watched run is taken in so many parts.
pub(crate) const PARTS: usize = 4;

/// Where fewer effective draws than this share are left of the first quarter, the rest is taken elsewhere.
const FEW: f64 = 0.25;

/// With fewer draws in the first quarter, or fewer that the log leaves possible, nothing is learned from them.
const LEAST: usize = 20;

/// Means are learned from at least so many effective draws, or half of those that are possible: where the log leaves fewer, they
/// are learned from its likelihood to a power below 1, which moves them less far and more surely.
const ENOUGH: f64 = 100.0;

/// So many standard errors of a mean are not trusted.
const TRUST: f64 = 1.5;

/// The draws of a run, in stretches that were taken alike.
#[derive(Debug, Clone)]
pub(crate) struct Aims {
    seed: u64,
    /// First place after the stretch, and the tilt of each scramble; none: as they come.
    stretches: Vec<(u32, Vec<Tilt>)>,
}

impl Aims {
    /// No draws yet.
    pub fn of(seed: u64) -> Aims {
        Aims { seed, stretches: Vec::new() }
    }

    /// So many draws as they come.
    pub fn plain(seed: u64, n: usize) -> Aims {
        Aims { seed, stretches: vec![(n as u32, Vec::new())] }
    }

    /// Whether every draw is taken as it comes.
    pub fn is_plain(&self) -> bool {
        self.stretches.iter().all(|(_, tilts)| tilts.is_empty())
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many draws there are.
    pub fn len(&self) -> usize {
        self.stretches.last().map_or(0, |(until, _)| *until as usize)
    }

    /// How many stretches there are.
    pub fn n_stretches(&self) -> usize {
        self.stretches.len()
    }

    /// The draw at a place of the sequence.
    pub fn draw(&self, drawing: &Drawing, place: u32) -> Draw {
        match self.tilt(place) {
            None => drawing.draw(self.seed, place),
            Some(tilt) => drawing.tilted(self.seed, place, tilt),
        }
    }

    /// Its coordinate in a dimension.
    pub fn coordinate(&self, place: u32, dimension: u32) -> f64 {
        let u = Drawing::coordinate(self.seed, place, dimension);
        self.tilt(place).map_or(u, |tilt| tilt.moved(dimension, u))
    }

    fn tilt(&self, place: u32) -> Option<&Tilt> {
        let stretch = self.stretches.partition_point(|(until, _)| *until <= place);
        self.stretches.get(stretch)?.1.get((place % SCRAMBLES) as usize)
    }

    /// Its normal score in a dimension.
    fn score(&self, place: u32, dimension: u32) -> f64 {
        let score = normal_quantile(Drawing::coordinate(self.seed, place, dimension));
        self.tilt(place).map_or(score, |tilt| score + tilt.shift(dimension))
    }

    /// Density of the numbers at a draw over that of all draws of its scramble taken together.
    fn prior(&self, place: u32) -> f64 {
        let scramble = place % SCRAMBLES;
        // Places below a bound that are of the scramble.
        let count = |until: u32| f64::from((until + SCRAMBLES - 1 - scramble) / SCRAMBLES);
        let (mut from, mut together) = (0, 0.0);
        for (until, tilts) in &self.stretches {
            let density = match tilts.get(scramble as usize) {
                None => 1.0,
                Some(tilt) => tilt.density(|dimension| self.score(place, dimension)),
            };
            together += (count(*until) - count(from)) * density;
            from = *until;
        }
        count(from) / together
    }

    /// What each draw counts without the log.
    pub fn priors(&self) -> Vec<f64> {
        if self.is_plain() {
            return vec![1.0; self.len()];
        }
        (0..self.len() as u32).map(|place| self.prior(place)).collect()
    }

    /// Takes the next stretch of a watched run of `n` draws, `likelihoods` being those of the draws so far; `false` where all have been
    /// taken. Stretches are whole blocks of draws solved side by side, so that draws taken as they come are the same bits in
    /// one stretch or two.
    pub fn go_on(&mut self, drawing: &Drawing, n: usize, likelihoods: &[f64]) -> bool {
        let from = self.len();
        if from >= n {
            return false;
        }
        let bound = |k: usize| if k == PARTS { n } else { (k * n / PARTS) / LANES * LANES };
        let first = bound(1);
        let goes_elsewhere = match from {
            _ if first < LEAST => false,
            0 => {
                self.stretches.push((first as u32, Vec::new()));
                return true;
            }
            _ if self.is_plain() => Weights::proportional(likelihoods).effective() < FEW * from as f64,
            _ => true,
        };
        let (until, tilts) = match goes_elsewhere.then(|| self.learn(drawing, likelihoods)).flatten() {
            Some(tilts) => (bound(self.stretches.len() + 1), tilts),
            None => (n, Vec::new()),
        };
        self.stretches.push((until as u32, tilts));
        true
    }

    /// For each scramble, how far the log moved the numbers in the draws of the others: each mean less what may be chance, by a
    /// positive-part shrinkage. `None` where too few draws are possible to tell.
    fn learn(&self, drawing: &Drawing, likelihoods: &[f64]) -> Option<Vec<Tilt>> {
        let possible = likelihoods.iter().filter(|l| **l > 0.0).count();
        if possible < LEAST {
            return None;
        }
        let weights = tempered(&self.priors(), likelihoods, ENOUGH.min(0.5 * possible as f64));
        let mut dimensions: Vec<u32> = drawing.dimensions().collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        let n_scrambles = SCRAMBLES as usize;
        let mut tilts = vec![Tilt::default(); n_scrambles];
        for dimension in dimensions {
            // Per scramble the sums of w, wz, w², w²z and w²z².
            let mut sums = vec![[0.0; 5]; n_scrambles];
            for (place, w) in weights.iter().enumerate() {
                let z = self.score(place as u32, dimension);
                let terms = [*w, w * z, w * w, w * w * z, w * w * z * z];
                sums[place % n_scrambles].iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            }
            for (scramble, tilt) in tilts.iter_mut().enumerate() {
                let mut others = [0.0; 5];
                for (_, sums) in sums.iter().enumerate().filter(|(other, _)| *other != scramble) {
                    others.iter_mut().zip(sums).for_each(|(sum, term)| *sum += term);
                }
                let [all, first, squares, first_squares, second_squares] = others;
                let mean = first / all;
                let variance = (second_squares - mean * (2.0 * first_squares - mean * squares)) / (all * all);
                let kept = 1.0 - TRUST * TRUST * variance.max(0.0) / (mean * mean);
                if kept > 0.0 {
                    tilt.shifts.push((dimension, kept * mean));
                }
            }
        }
        Some(tilts)
    }
}

/// Weights prior × likelihood^power, with the largest power up to 1 that leaves so many effective draws; the largest is about 1.
fn tempered(priors: &[f64], likelihoods: &[f64], enough: f64) -> Vec<f64> {
    let top = real::ln(likelihoods.iter().copied().fold(0.0, f64::max));
    let logarithms: Vec<f64> = likelihoods.iter().map(|l| if *l > 0.0 { real::ln(*l) - top } else { 0.0 }).collect();
    let at = |power: f64| -> Vec<f64> {
        let weight = |d: usize| if likelihoods[d] > 0.0 { priors[d] * real::exp(power * logarithms[d]) } else { 0.0 };
        (0..priors.len()).map(weight).collect()
    };
    let leaves = |weights: &[f64]| Weights::proportional(weights).effective();
    let whole = at(1.0);
    if leaves(&whole) >= enough {
        return whole;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let power = 0.5 * (low + high);
        if leaves(&at(power)) >= enough { low = power } else { high = power }
    }
    at(low)
}
