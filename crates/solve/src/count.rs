//! Counting votes: from each elector's chance of saying yes to the ballot's chance of passing.
//!
//! An elector's members move together except for presence and cohesion, so the votes are a sum of independent blocks.
//! Cohesion thins the sum, not its parts: a member of any bloc on the line follows it with one and the same chance. The
//! chance of sufficing is therefore a table over the sum, made once per draw; so is what becomes of it by electors whose
//! answers follow from the draw alone. What is left is to go through the sums that the others can make, in [`diagram`].

mod diagram;
mod pivot;

use crate::rows::Rows;
use crate::settled::Settled;
use diagram::{Diagram, asked};
use game::binomial;
use game::real::whole_lanes;
use game::tally::{Counting, Suffices, Tally};

/// A tally in `L` draws.
pub struct Count<const L: usize> {
    /// Electors in the order they are added: position and members.
    electors: Vec<(usize, Block<L>)>,
    /// Electors who may cast no vote where that matters, added before all others: position and members.
    away: Vec<(usize, usize)>,
    /// By how many members are away: none, or any number that can be where it matters, from none up.
    parts: Vec<Part<L>>,
    /// What is left to go through, by [`Settled`] and part; nothing for the settled of other tallies.
    diagrams: Vec<Vec<Diagram<L>>>,
    /// The rule in each draw, and whether the *no* side is counted under it.
    rules: [Counting; L],
    negative: [bool; L],
    /// Chance that a member who came follows the line.
    cohesion: [f64; L],
    /// Where the two sides are weighed against each other and members may be away: the second way of counting, one for
    /// each share that some draw asks for, and the draws in which it is the one that counts.
    balances: Vec<Balance<L>>,
}

/// What suffices when so many members are away.
struct Part<const L: usize> {
    away: usize,
    /// Sums from here on suffice in every draw, to within [`ROUNDING`].
    sure: usize,
    /// Chance that a sum suffices, `[sum]`.
    suffices: Rows<L>,
}

/// Up to so many numbers of members away the sums are made for each; beyond, votes for and against are weighed as they come.
const MOST_PARTS: usize = 16;

/// A chance this close to 0 is taken for it.
const SURE: f64 = 1e-16;

/// A chance this close to 1 is taken for it: chances of sufficing add up to 1 only to within rounding (less than 1e-15 in
/// chambers of up to 720 members).
const ROUNDING: f64 = 3e-15;

/// The members of an elector who come.
enum Block<const L: usize> {
    All(usize),
    /// Chance of each number from 0 up.
    Some(Vec<[f64; L]>),
}

/// Room for sums.
#[derive(Default)]
pub struct Sums<const L: usize> {
    chances: Rows<L>,
    now: Rows<L>,
    next: Rows<L>,
    /// `[part][sum]` of electors who may be away.
    first: Rows<L>,
}

/// Votes for and against weighed: each yes counts `up`, each no `down`, and what is above nothing suffices.
struct Balance<const L: usize> {
    /// Chance of each number of votes an elector casts on its line, in the order of positions.
    votes: Vec<Vec<[f64; L]>>,
    up: usize,
    down: usize,
    /// How much of a draw itself suffices: none, all (an even balance with votes cast), or half (by lot).
    even: [Even; L],
    counts: [bool; L],
}

#[derive(Clone, Copy, PartialEq)]
enum Even {
    Fails,
    Passes,
    ByLot,
}

impl<const L: usize> Count<L> {
    /// The tally with the numbers of `L` draws: `values` of all slots, `readings` of all hypotheses per draw.
    ///
    /// - `may_be_away` `[n_electors]`: which electors with a voice may cast no vote at all.
    /// - `settled`: whose answers follow from the draw; `None` for those of other tallies.
    pub fn new(
        tally: &Tally,
        values: &[[f64; L]],
        readings: &[&[usize]; L],
        may_be_away: &[bool],
        settled: &[Option<&Settled>],
    ) -> Count<L> {
        let rules: [Counting; L] = std::array::from_fn(|lane| {
            let reading = tally.hypothesis.map_or(0, |h| readings[lane][h as usize]);
            tally.rules[reading.min(tally.rules.len() - 1)]
        });
        let consents = rules.map(|rule| rule.what == Suffices::Consent);
        let block = |members: &game::tally::Members| match members.uncertain {
            Some((weight, present)) if consents != [true; L] => {
                Block::Some(coming(members.most, &values[weight.index()], &values[present.index()], &consents))
            }
            _ => Block::All(members.most as usize),
        };
        let mut electors: Vec<(usize, Block<L>)> =
            tally.members.iter().enumerate().map(|(position, members)| (position, block(members))).collect();
        let flexible = electors.iter().any(|(_, block)| matches!(block, Block::Some(_)));
        let cohesion = &values[tally.cohesion.index()];
        let weighs = tally.counts_cast() && (flexible || may_be_away.contains(&true));
        let members = |position: usize| tally.members[position].most as usize;
        let mut away: Vec<(usize, usize)> = Vec::new();
        let mut numbers = vec![0];
        if weighs && !flexible {
            away = (0..electors.len()).filter(|p| may_be_away[*p]).map(|p| (p, members(p))).collect();
            for (_, more) in &away {
                numbers.extend(numbers.clone().iter().map(|number| number + more));
                numbers.sort_unstable();
                numbers.dedup();
                if numbers.len() > MOST_PARTS {
                    (away, numbers) = (Vec::new(), vec![0]);
                    break;
                }
            }
        }
        let mut shares: Vec<(u32, u32)> =
            rules.iter().filter(|_| weighs && away.is_empty()).filter_map(weighed).collect();
        shares.sort_unstable();
        shares.dedup();
        let balances: Vec<Balance<L>> =
            shares.iter().map(|share| Balance::new(&electors, &rules, *share, cohesion)).collect();
        // Small blocs first keep the sums short for longest.
        electors.retain(|(position, _)| away.iter().all(|(other, _)| other != position));
        electors.sort_by_key(|(position, _)| (members(*position), *position));
        let most = tally.total() as usize;
        let mut parts: Vec<Part<L>> =
            numbers.into_iter().map(|away| Part { away, sure: 0, suffices: Rows::zeros(most + 1) }).collect();
        for (lane, rule) in rules.iter().enumerate() {
            fill(tally, rule.what, cohesion[lane], lane, &mut parts);
        }
        for part in &mut parts {
            let is_sure = |chances: &&[f64; L]| chances.iter().all(|chance| *chance >= 1.0 - ROUNDING);
            part.sure = most + 1 - part.suffices.iter().rev().take_while(is_sure).count();
        }
        let negative = rules.map(|rule| rule.negative);
        // Sums that those who may be away can make.
        let mut found = vec![false; 1 + away.iter().map(|(_, members)| members).sum::<usize>()];
        found[0] = true;
        for (_, members) in &away {
            for sum in (*members..found.len()).rev() {
                found[sum] |= found[sum - members];
            }
        }
        let diagrams = settled
            .iter()
            .map(|settled| {
                let Some(settled) = settled else { return Vec::new() };
                // Where those who are away count, or are weighed as they come, nobody is taken out.
                let takes = away.is_empty() && balances.is_empty();
                let of = |position: usize| if takes { settled.share(position) } else { None };
                let left: Vec<_> = electors.iter().filter(|(position, _)| of(*position).is_none()).map(asked).collect();
                let done = |part: &Part<L>| {
                    let mut worth = part.suffices.clone();
                    let mut top = most + 1;
                    for (block, share) in electors.iter().filter_map(|(p, block)| Some((block, of(*p)?))) {
                        let (yes, no) = share.chances(values);
                        top -= settle(&mut worth[..top], block, &counted(&negative, 0, |_| yes, |_| no));
                    }
                    Diagram::new(&left, &found, &worth[..top])
                };
                parts.iter().map(done).collect()
            })
            .collect();
        Count { electors, away, parts, diagrams, rules, negative, cohesion: *cohesion, balances }
    }

    /// Chance of each number of votes each elector casts on its line, in the order of positions.
    pub fn cast(&self) -> Vec<Vec<[f64; L]>> {
        let mut votes = vec![Vec::new(); self.electors.len() + self.away.len()];
        for (position, block) in &self.electors {
            votes[*position] = cast(block, &self.cohesion);
        }
        for (position, members) in &self.away {
            votes[*position] = cast(&Block::All(*members), &self.cohesion);
        }
        votes
    }

    /// Whether so many of all votes cast reach the rule, in each draw; under consent that is not to be told from votes.
    pub fn reached(&self, votes: usize, all: usize) -> [f64; L] {
        self.rules.map(|rule| {
            let side = (if rule.negative { all - votes } else { votes }) as u64;
            let reached = match rule.what {
                Suffices::Votes(needed) => side >= u64::from(needed),
                Suffices::Cast { part: (part, whole), strict } => {
                    let (ours, needed) = (side * u64::from(whole), u64::from(part) * all as u64);
                    side > 0 && if strict { ours > needed } else { ours >= needed }
                }
                Suffices::Consent | Suffices::Better => false,
            };
            f64::from(u8::from(reached != rule.negative))
        })
    }

    /// Chance that a side with so many members on its line suffices, where everybody is on some line.
    pub fn reaches(&self, members: usize) -> [f64; L] {
        self.parts[0].suffices[members]
    }

    /// Chance of passing in each draw.
    ///
    /// - `settled`: which electors' answers are those that follow from the draw; 0 for none.
    /// - `yes`, `no`: chances of an elector's each line, by its position; what is left casts no vote.
    /// - `sums`: room for sums.
    #[inline(always)]
    pub fn passes(
        &self,
        settled: u32,
        yes: impl Fn(usize) -> [f64; L],
        no: impl Fn(usize) -> [f64; L],
        sums: &mut Sums<L>,
    ) -> [f64; L] {
        let Sums { chances, now, next, first } = sums;
        let chance = |position: usize| counted(&self.negative, position, &yes, &no);
        let mut passed = [0.0; L];
        if self.away.is_empty() {
            for diagram in &self.diagrams[settled as usize] {
                passed = diagram.value(&[[1.0; L]], chance, (chances, now, next));
            }
        } else {
            let width = self.begin(&yes, &no, first);
            for (diagram, begins) in self.diagrams[settled as usize].iter().zip(first.chunks_exact(width)) {
                let share = diagram.value(begins, chance, (chances, now, next));
                for lane in 0..L {
                    passed[lane] += share[lane];
                }
            }
        }
        for balance in &self.balances {
            let weighed = balance.passes(&yes, &no, &self.negative, sums);
            for lane in 0..L {
                if balance.counts[lane] {
                    passed[lane] = weighed[lane];
                }
            }
        }
        if self.negative != [false; L] {
            for lane in 0..L {
                if self.negative[lane] {
                    passed[lane] = 1.0 - passed[lane];
                }
            }
        }
        passed
    }

    /// Sums of electors who may be away, `[part][sum]`; how many sums a part has.
    #[inline(always)]
    fn begin(&self, yes: &impl Fn(usize) -> [f64; L], no: &impl Fn(usize) -> [f64; L], first: &mut Rows<L>) -> usize {
        let width = 1 + self.away.iter().map(|(_, members)| members).sum::<usize>();
        first.reset(self.parts.len() * width);
        first[0] = [1.0; L];
        for (position, members) in &self.away {
            let p = counted(&self.negative, *position, yes, no);
            let r = counted(&self.negative, *position, no, yes);
            // From above down, so that what is read has not yet been written.
            for (i, part) in self.parts.iter().enumerate().rev() {
                let without = part.away.checked_sub(*members).and_then(|a| self.parts.iter().position(|p| p.away == a));
                for k in (0..width).rev() {
                    let below = if k >= *members { first[i * width + k - members] } else { [0.0; L] };
                    let other = without.map_or([0.0; L], |from| first[from * width + k]);
                    let at = &mut first[i * width + k];
                    for lane in 0..L {
                        let stays = 1.0 - p[lane] - r[lane];
                        at[lane] = at[lane] * r[lane] + below[lane] * p[lane] + other[lane] * stays.max(0.0);
                    }
                }
            }
        }
        width
    }
}

/// What sums are worth once a further elector has been asked, from what they are worth after it: as many fewer as it has
/// members.
fn settle<const L: usize>(worth: &mut [[f64; L]], block: &Block<L>, p: &[f64; L]) -> usize {
    let members = match block {
        Block::All(members) => *members,
        Block::Some(coming) => coming.len() - 1,
    };
    for sum in 0..worth.len() - members {
        let mut with = [0.0; L];
        match block {
            Block::All(_) => with = worth[sum + members],
            Block::Some(coming) => {
                for (row, chance) in worth[sum..].iter().zip(coming) {
                    for lane in 0..L {
                        with[lane] += row[lane] * chance[lane];
                    }
                }
            }
        }
        for lane in 0..L {
            worth[sum][lane] = worth[sum][lane] * (1.0 - p[lane]) + with[lane] * p[lane];
        }
    }
    members
}

/// The chance of the counted side: *no* where the rule is negative.
#[inline(always)]
fn counted<const L: usize>(
    negative: &[bool; L],
    elector: usize,
    yes: impl Fn(usize) -> [f64; L],
    no: impl Fn(usize) -> [f64; L],
) -> [f64; L] {
    let mut counted = yes(elector);
    // Rules are rarely negative, and looking at each lane costs more than the rest.
    if *negative == [false; L] {
        return counted;
    }
    let no = no(elector);
    for lane in 0..L {
        if negative[lane] {
            counted[lane] = no[lane];
        }
    }
    counted
}

/// Chance of each number of votes that an elector casts on its line.
fn cast<const L: usize>(block: &Block<L>, cohesion: &[f64; L]) -> Vec<[f64; L]> {
    let most = match block {
        Block::All(members) => *members,
        Block::Some(chances) => chances.len() - 1,
    };
    let mut votes = vec![[0.0; L]; most + 1];
    let mut pmf = Vec::new();
    for lane in 0..L {
        for coming in 0..=most {
            let chance = match block {
                Block::All(_) => f64::from(u8::from(coming == most)),
                Block::Some(chances) => chances[coming][lane],
            };
            if chance == 0.0 {
                continue;
            }
            binomial::pmf_into(coming as u32, cohesion[lane].clamp(0.0, 1.0), &mut pmf);
            for (vote, p) in votes.iter_mut().zip(&pmf) {
                vote[lane] += chance * p;
            }
        }
    }
    votes
}

/// The share of the votes cast that a rule asks for, if it weighs yes against no; the better of two has a half.
fn weighed(rule: &Counting) -> Option<(u32, u32)> {
    match rule.what {
        Suffices::Cast { part, .. } => Some(part),
        Suffices::Better => Some((1, 2)),
        Suffices::Votes(_) | Suffices::Consent => None,
    }
}

impl<const L: usize> Balance<L> {
    fn new(
        electors: &[(usize, Block<L>)],
        rules: &[Counting; L],
        share: (u32, u32),
        cohesion: &[f64; L],
    ) -> Balance<L> {
        Balance::between(electors.iter().map(|(_, block)| cast(block, cohesion)).collect(), rules, share)
    }

    /// `votes`: chance of each number of votes an elector casts on its line, in the order of positions.
    fn between(votes: Vec<Vec<[f64; L]>>, rules: &[Counting; L], share: (u32, u32)) -> Balance<L> {
        let (down, up) = (share.0 as usize, share.1.saturating_sub(share.0) as usize);
        Balance {
            votes,
            up,
            down,
            even: rules.map(|rule| match rule.what {
                Suffices::Cast { strict: false, .. } => Even::Passes,
                Suffices::Better => Even::ByLot,
                _ => Even::Fails,
            }),
            counts: rules.map(|rule| weighed(&rule) == Some(share)),
        }
    }

    fn passes(
        &self,
        yes: &impl Fn(usize) -> [f64; L],
        no: &impl Fn(usize) -> [f64; L],
        negative: &[bool; L],
        sums: &mut Sums<L>,
    ) -> [f64; L] {
        let most: usize = self.votes.iter().map(|votes| votes.len() - 1).sum();
        let zero = most * self.down;
        let size = zero + most * self.up + 1;
        sums.now.resize(size);
        sums.next.resize(size);
        let (mut sums, mut next) = (&mut sums.now[..], &mut sums.next[..]);
        sums[zero] = [1.0; L];
        let (mut low, mut high) = (zero, zero);
        // Chance that nobody casts a vote: an even balance of nothing decides nothing.
        let mut nobody = [1.0; L];
        for (position, votes) in self.votes.iter().enumerate() {
            let p = counted(negative, position, yes, no);
            let r = counted(negative, position, no, yes);
            let m = votes.len() - 1;
            for lane in 0..L {
                nobody[lane] *= (1.0 - p[lane] - r[lane]).max(0.0) + (p[lane] + r[lane]) * votes[0][lane];
            }
            next[low - m * self.down..=high + m * self.up].fill([0.0; L]);
            for k in low..=high {
                let here = sums[k];
                for lane in 0..L {
                    next[k][lane] += here[lane] * (1.0 - p[lane] - r[lane]);
                }
                for (j, chance) in votes.iter().enumerate() {
                    whole_lanes();
                    for lane in 0..L {
                        next[k + j * self.up][lane] += here[lane] * p[lane] * chance[lane];
                        next[k - j * self.down][lane] += here[lane] * r[lane] * chance[lane];
                    }
                }
            }
            low -= m * self.down;
            high += m * self.up;
            std::mem::swap(&mut sums, &mut next);
        }
        let mut passed = [0.0; L];
        for above in &sums[zero + 1..=high] {
            for lane in 0..L {
                passed[lane] += above[lane];
            }
        }
        for lane in 0..L {
            passed[lane] += match self.even[lane] {
                Even::Fails => 0.0,
                Even::Passes => (sums[zero][lane] - nobody[lane]).max(0.0),
                Even::ByLot => 0.5 * sums[zero][lane],
            };
        }
        passed
    }
}

/// Chance of each number of members coming, in each draw: the weight rounded to a whole number, then a binomial. Where
/// the draw reads the rule as consent, weight and presence play no part.
fn coming<const L: usize>(most: u32, weight: &[f64; L], present: &[f64; L], consents: &[bool; L]) -> Vec<[f64; L]> {
    let mut chances = vec![[0.0; L]; most as usize + 1];
    let mut pmf = Vec::new();
    for lane in 0..L {
        if consents[lane] {
            chances[most as usize][lane] = 1.0;
            continue;
        }
        let n = (weight[lane].round().max(0.0) as u32).min(most);
        binomial::pmf_into(n, present[lane].clamp(0.0, 1.0), &mut pmf);
        for (chance, p) in chances.iter_mut().zip(&pmf) {
            chance[lane] = *p;
        }
    }
    chances
}

/// One draw's column of the tables of sufficing sums.
fn fill<const L: usize>(tally: &Tally, what: Suffices, cohesion: f64, lane: usize, parts: &mut [Part<L>]) {
    let most = tally.total();
    let cohesion = cohesion.clamp(0.0, 1.0);
    match what {
        Suffices::Votes(needed) => {
            let tails = binomial::tails(most, cohesion, needed);
            for part in parts {
                for (cell, tail) in part.suffices.iter_mut().zip(&tails) {
                    cell[lane] = *tail;
                }
            }
        }
        Suffices::Consent => {
            for part in parts {
                part.suffices[(most - tally.silent) as usize][lane] = 1.0;
            }
        }
        Suffices::Cast { part: (numerator, denominator), strict } => {
            let (numerator, rest) = (u64::from(numerator), u64::from(denominator.saturating_sub(numerator)));
            // yes·rest > no·numerator, or ≥: how many values of `no` from 0 up satisfy it. Nobody voting decides nothing.
            compare(tally, cohesion, lane, parts, (rest, numerator), |yes| {
                let beaten = match (yes, numerator) {
                    (0, _) => 0,
                    (_, 0) => u64::MAX,
                    (yes, n) if strict => (u64::from(yes) * rest).div_ceil(n),
                    (yes, n) => u64::from(yes) * rest / n + 1,
                };
                (beaten.min(u64::from(u32::MAX)) as usize, None)
            });
        }
        Suffices::Better => compare(tally, cohesion, lane, parts, (1, 1), |a| (a as usize, Some(a as usize))),
    }
}

/// Chance of sufficing where two sides are compared, everybody with a voice who is there on one of them, both thinned by
/// cohesion.
///
/// - `each`: what a vote on either side counts; the side that counts more is ahead.
/// - `beats` gives, for the votes of the counted side, how many values of the other side from 0 up they beat, and the value
///   with which they tie.
fn compare<const L: usize>(
    tally: &Tally,
    cohesion: f64,
    lane: usize,
    parts: &mut [Part<L>],
    each: (u64, u64),
    beats: impl Fn(u32) -> (usize, Option<usize>),
) {
    let room = (tally.total() - tally.silent) as usize;
    // Chances of each number of votes out of n, and of fewer than each.
    let mut chances: Vec<Option<Chances>> = (0..=room).map(|_| None).collect();
    for part in parts {
        let Some(room) = room.checked_sub(part.away) else { continue };
        for (side, cell) in part.suffices.iter_mut().enumerate().take(room + 1) {
            let other = room - side;
            if let Some(sure) = foregone((side, other), each, cohesion) {
                cell[lane] = sure;
                continue;
            }
            for n in [side, other] {
                chances[n].get_or_insert_with(|| Chances::of(n, cohesion));
            }
            let (Some(ours), Some(theirs)) = (&chances[side], &chances[other]) else { continue };
            let mut chance = 0.0;
            for (votes, p) in ours.exactly.iter().enumerate() {
                let (beaten, tied) = beats(votes as u32);
                let won = theirs.fewer[beaten.min(other + 1)];
                let halved = tied.and_then(|t| theirs.exactly.get(t)).map_or(0.0, |tie| 0.5 * tie);
                chance += p * (won + halved);
            }
            cell[lane] = chance;
        }
        // More than are there cannot be counted; were they, they would suffice as all who are there do.
        let all = part.suffices[room][lane];
        part.suffices[room + 1..].iter_mut().for_each(|cell| cell[lane] = all);
    }
}

/// Chances of each number of votes out of some, and of fewer than each.
struct Chances {
    exactly: Vec<f64>,
    fewer: Vec<f64>,
}

impl Chances {
    fn of(n: usize, cohesion: f64) -> Chances {
        let mut exactly = Vec::new();
        binomial::pmf_into(n as u32, cohesion, &mut exactly);
        let mut reached = 0.0;
        let mut fewer = Vec::with_capacity(n + 2);
        fewer.push(0.0);
        for p in &exactly {
            reached += p;
            fewer.push(reached);
        }
        Chances { exactly, fewer }
    }
}

/// Whether so many on either side surely beat each other, to within [`SURE`]: that a sum of independent terms falls short of
/// its mean by t has at most the chance exp(−2t²/Σr²), r being their ranges (Hoeffding 1963, *JASA* 58, theorem 2).
fn foregone((ours, theirs): (usize, usize), each: (u64, u64), cohesion: f64) -> Option<f64> {
    let (up, down) = (each.0 as f64, each.1 as f64);
    let (ours, theirs) = (ours as f64, theirs as f64);
    let mean = cohesion * (ours * up - theirs * down);
    let ranges = ours * up * up + theirs * down * down;
    // −ln of SURE, rounded up.
    (2.0 * mean * mean > 37.0 * ranges).then_some(if mean > 0.0 { 1.0 } else { 0.0 })
}
