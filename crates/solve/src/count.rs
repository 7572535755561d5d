//! Counting votes: from each elector's chance of saying yes to the ballot's chance of passing.
//!
//! An elector's members move together except for presence and cohesion, so the votes are a sum of independent blocks:
//! one convolution over the sums of members. Cohesion thins the sum, not its parts: a member of any bloc on the line
//! follows it with one and the same chance. The chance of sufficing is therefore a table over the sum, made once per draw.

use game::binomial;
use game::tally::{Counting, Suffices, Tally};

/// A tally in `L` draws.
pub struct Count<const L: usize> {
    /// Electors in the order they are added: position and members.
    electors: Vec<(usize, Block<L>)>,
    /// Largest sum of members who may say yes, and of members who may cast no vote (0 where that does not matter).
    most: usize,
    most_absent: usize,
    /// Chance that a sum suffices, `[absent][sum]`, one row where absence does not matter.
    suffices: Vec<[f64; L]>,
    /// Draws in which the *no* side is counted.
    negative: [bool; L],
}

/// The members of an elector who come.
enum Block<const L: usize> {
    All(usize),
    /// Chance of each number from 0 up.
    Some(Vec<[f64; L]>),
}

impl<const L: usize> Count<L> {
    /// The tally with the numbers of `L` draws: `values` of all slots, `readings` of all hypotheses per draw.
    pub fn new(tally: &Tally, values: &[[f64; L]], readings: &[&[usize]; L], comes_fully: bool) -> Count<L> {
        let rule = |lane: usize| -> Counting {
            let reading = tally.hypothesis.map_or(0, |h| readings[lane][h as usize]);
            tally.rules[reading.min(tally.rules.len() - 1)]
        };
        let consents = (0..L).all(|lane| rule(lane).what == Suffices::Consent);
        let mut electors: Vec<(usize, Block<L>)> = tally
            .members
            .iter()
            .enumerate()
            .map(|(position, members)| {
                let block = match members.uncertain {
                    Some((weight, present)) if !consents => {
                        Block::Some(coming(members.most, &values[weight.index()], &values[present.index()]))
                    }
                    _ => Block::All(members.most as usize),
                };
                (position, block)
            })
            .collect();
        // Small blocs first keep the sums short for longest.
        electors.sort_by_key(|(position, _)| (tally.members[*position].most, *position));
        let most = tally.total() as usize;
        let counts_cast = tally.counts_cast();
        let flexible: usize = electors
            .iter()
            .map(|(position, block)| match block {
                Block::Some(_) => tally.members[*position].most as usize,
                Block::All(_) => 0,
            })
            .sum();
        let most_absent = match (counts_cast, comes_fully) {
            (false, _) => 0,
            (true, true) if flexible == 0 => 0,
            (true, true) => flexible + tally.silent as usize,
            (true, false) => most,
        };
        let width = most + 1;
        let mut suffices = vec![[0.0; L]; width * (most_absent + 1)];
        let mut negative = [false; L];
        for lane in 0..L {
            let counting = rule(lane);
            negative[lane] = counting.negative;
            fill(tally, counting, values[tally.cohesion.index()][lane], most_absent, lane, &mut suffices);
        }
        Count { electors, most, most_absent, suffices, negative }
    }

    /// Chance of passing in each draw.
    ///
    /// - `yes`, `no` `[n_electors][L]`: chances of each line; what is left casts no vote.
    /// - `sums`: room for the convolution.
    #[inline(always)]
    pub fn passes(&self, yes: &[[f64; L]], no: &[[f64; L]], sums: &mut Vec<[f64; L]>) -> [f64; L] {
        let mut passed = if self.most_absent == 0 {
            self.suffices_along(yes, no, sums)
        } else {
            self.suffices_with_absent(yes, no, sums)
        };
        for lane in 0..L {
            if self.negative[lane] {
                passed[lane] = 1.0 - passed[lane];
            }
        }
        passed
    }

    /// Chance that a side with so many members on its line suffices, out of `cast` members in the room.
    pub fn reaches(&self, members: usize, cast: usize) -> [f64; L] {
        let absent = self.most.saturating_sub(cast).min(self.most_absent);
        self.suffices[absent * (self.most + 1) + members]
    }

    #[inline(always)]
    fn counted(&self, yes: [f64; L], no: [f64; L]) -> [f64; L] {
        let mut counted = yes;
        for lane in 0..L {
            if self.negative[lane] {
                counted[lane] = no[lane];
            }
        }
        counted
    }

    #[inline(always)]
    fn suffices_along(&self, yes: &[[f64; L]], no: &[[f64; L]], sums: &mut Vec<[f64; L]>) -> [f64; L] {
        sums.clear();
        sums.resize(self.most + 1, [0.0; L]);
        sums[0] = [1.0; L];
        let mut top = 0;
        for (position, block) in &self.electors {
            let p = self.counted(yes[*position], no[*position]);
            match block {
                Block::All(w) => {
                    let w = *w;
                    let mut q = [0.0; L];
                    for lane in 0..L {
                        q[lane] = 1.0 - p[lane];
                    }
                    top += w;
                    if w == 0 {
                        continue;
                    }
                    let mut k = top;
                    while k >= w {
                        let below = sums[k - w];
                        let at = &mut sums[k];
                        for lane in 0..L {
                            at[lane] = at[lane] * q[lane] + below[lane] * p[lane];
                        }
                        if k == w {
                            break;
                        }
                        k -= 1;
                    }
                    for at in &mut sums[..w] {
                        for lane in 0..L {
                            at[lane] *= q[lane];
                        }
                    }
                }
                Block::Some(chances) => {
                    let m = chances.len() - 1;
                    top += m;
                    for k in (0..=top).rev() {
                        let mut sum = [0.0; L];
                        for (j, chance) in chances.iter().enumerate().take(k + 1) {
                            let below = sums[k - j];
                            for lane in 0..L {
                                sum[lane] += below[lane] * chance[lane];
                            }
                        }
                        let at = &mut sums[k];
                        for lane in 0..L {
                            at[lane] = at[lane] * (1.0 - p[lane]) + sum[lane] * p[lane];
                        }
                    }
                }
            }
        }
        let mut passed = [0.0; L];
        for (sum, suffices) in sums.iter().zip(&self.suffices) {
            for lane in 0..L {
                passed[lane] += sum[lane] * suffices[lane];
            }
        }
        passed
    }

    /// The same with a second sum: members who cast no vote.
    fn suffices_with_absent(&self, yes: &[[f64; L]], no: &[[f64; L]], sums: &mut Vec<[f64; L]>) -> [f64; L] {
        let width = self.most + 1;
        let size = width * (self.most_absent + 1);
        sums.clear();
        sums.resize(size, [0.0; L]);
        sums[0] = [1.0; L];
        let mut next = vec![[0.0; L]; size];
        for (position, block) in &self.electors {
            let p = self.counted(yes[*position], no[*position]);
            let r = self.counted(no[*position], yes[*position]);
            next.fill([0.0; L]);
            let (whole, chances): ([[f64; L]; 1], &[[f64; L]]) = match block {
                Block::All(_) => ([[1.0; L]], &[]),
                Block::Some(chances) => ([[0.0; L]], chances),
            };
            let m = match block {
                Block::All(w) => *w,
                Block::Some(chances) => chances.len() - 1,
            };
            for absent in 0..=self.most_absent {
                for sum in 0..width {
                    let here = sums[absent * width + sum];
                    if here.iter().all(|x| *x == 0.0) {
                        continue;
                    }
                    let mut add = |absent: usize, sum: usize, chance: &[f64; L], of: &[f64; L]| {
                        let to = &mut next[absent.min(self.most_absent) * width + sum];
                        for lane in 0..L {
                            to[lane] += here[lane] * chance[lane] * of[lane];
                        }
                    };
                    let mut away = [0.0; L];
                    for lane in 0..L {
                        away[lane] = (1.0 - p[lane] - r[lane]).max(0.0);
                    }
                    add(absent + m, sum, &[1.0; L], &away);
                    if chances.is_empty() {
                        add(absent, sum + m, &whole[0], &p);
                        add(absent, sum, &whole[0], &r);
                    } else {
                        for (j, chance) in chances.iter().enumerate() {
                            add(absent + m - j, sum + j, chance, &p);
                            add(absent + m - j, sum, chance, &r);
                        }
                    }
                }
            }
            std::mem::swap(sums, &mut next);
        }
        let mut passed = [0.0; L];
        for (sum, suffices) in sums.iter().zip(&self.suffices) {
            for lane in 0..L {
                passed[lane] += sum[lane] * suffices[lane];
            }
        }
        passed
    }
}

/// Chance of each number of members coming, in each draw: the weight rounded to a whole number, then a binomial.
fn coming<const L: usize>(most: u32, weight: &[f64; L], present: &[f64; L]) -> Vec<[f64; L]> {
    let mut chances = vec![[0.0; L]; most as usize + 1];
    let mut pmf = Vec::new();
    for lane in 0..L {
        let n = (weight[lane].round().max(0.0) as u32).min(most);
        binomial::pmf_into(n, present[lane].clamp(0.0, 1.0), &mut pmf);
        for (chance, p) in chances.iter_mut().zip(&pmf) {
            chance[lane] = *p;
        }
    }
    chances
}

/// One draw's column of the table of sufficing sums.
fn fill<const L: usize>(
    tally: &Tally,
    counting: Counting,
    cohesion: f64,
    most_absent: usize,
    lane: usize,
    suffices: &mut [[f64; L]],
) {
    let most = tally.total();
    let width = most as usize + 1;
    let cohesion = cohesion.clamp(0.0, 1.0);
    match counting.what {
        Suffices::Votes(needed) => {
            let tails = binomial::tails(most, cohesion, needed);
            for row in suffices.chunks_mut(width) {
                for (cell, tail) in row.iter_mut().zip(&tails) {
                    cell[lane] = *tail;
                }
            }
        }
        Suffices::Consent => {
            let all = (most - tally.silent) as usize;
            for row in suffices.chunks_mut(width) {
                row[all][lane] = 1.0;
            }
        }
        Suffices::Cast { part: (numerator, denominator), strict } => {
            let (numerator, rest) = (u64::from(numerator), u64::from(denominator.saturating_sub(numerator)));
            // yes·rest > no·numerator, or ≥: how many values of `no` from 0 up satisfy it. Nobody voting decides nothing.
            compare(tally, cohesion, most_absent, lane, suffices, |yes| {
                let beaten = match (yes, numerator) {
                    (0, _) => 0,
                    (_, 0) => u64::MAX,
                    (yes, n) if strict => (u64::from(yes) * rest).div_ceil(n),
                    (yes, n) => u64::from(yes) * rest / n + 1,
                };
                (beaten.min(u64::from(u32::MAX)) as usize, None)
            });
        }
        Suffices::Better => compare(tally, cohesion, most_absent, lane, suffices, |a| (a as usize, Some(a as usize))),
    }
}

/// Chance of sufficing where two sides are compared, both thinned by cohesion. `beats` gives, for the votes of the
/// counted side, how many values of the other side from 0 up they beat, and the value with which they tie.
fn compare<const L: usize>(
    tally: &Tally,
    cohesion: f64,
    most_absent: usize,
    lane: usize,
    suffices: &mut [[f64; L]],
    beats: impl Fn(u32) -> (usize, Option<usize>),
) {
    let most = tally.total() as usize;
    // Where absence is counted, electors without a voice are counted with it.
    let room = if most_absent == 0 { most - tally.silent as usize } else { most };
    let width = most + 1;
    // Chances of each number of votes out of n, and of fewer than each.
    let (mut pmf, mut below) = (Vec::with_capacity(room + 1), Vec::with_capacity(room + 1));
    for n in 0..=room {
        let mut row = Vec::new();
        binomial::pmf_into(n as u32, cohesion, &mut row);
        let mut reached = 0.0;
        let mut sums = Vec::with_capacity(n + 2);
        sums.push(0.0);
        for p in &row {
            reached += p;
            sums.push(reached);
        }
        pmf.push(row);
        below.push(sums);
    }
    for absent in 0..=most_absent {
        for side in 0..width {
            // Sums that cannot be, given who is away, are never asked for.
            let Some(other) = room.checked_sub(absent + side) else { continue };
            let mut chance = 0.0;
            for (votes, p) in pmf[side].iter().enumerate() {
                let (beaten, tied) = beats(votes as u32);
                let won = below[other][beaten.min(other + 1)];
                let halved = tied.and_then(|t| pmf[other].get(t)).map_or(0.0, |tie| 0.5 * tie);
                chance += p * (won + halved);
            }
            suffices[absent * width + side][lane] = chance;
        }
    }
}
