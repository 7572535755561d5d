//! The sums of a ballot that still leave it open, electors asked one after the other.
//!
//! What a sum is worth (the chance of passing from there) follows from what it is worth once the next elector has been
//! asked, with its members added and without: from the last elector back to the first. Sums from which nothing can
//! suffice any more are worth 0 and sums that surely suffice 1, whoever is still to be asked; neither is stored. Two
//! electors are asked in one step, and where few sums can come about at all, only these are looked at.

use super::{Block, ROUNDING, SURE};
use crate::rows::Rows;
use crate::wide::widest;
use game::real::whole_lanes;

/// A ballot's open sums, ready to be valued for any answers.
pub struct Diagram<const L: usize> {
    /// What sums are worth when everybody has been asked, from row [`FIRST`].
    worth: Rows<L>,
    /// Positions of the electors to be asked.
    asked: Vec<usize>,
    /// From the last elector back.
    steps: Vec<Step<L>>,
    /// Rows of the sums that the first electors find, from 0 up.
    roots: Vec<u32>,
    /// Rows of the largest step.
    n_rows: usize,
}

/// Rows that every step has: of sums worth nothing, and of sums that suffice. Open sums come after them.
const NOTHING: u32 = 0;
const ENOUGH: u32 = 1;
const FIRST: usize = 2;

enum Step<const L: usize> {
    One {
        elector: usize,
        sums: Sums<2>,
    },
    Two {
        electors: [usize; 2],
        sums: Sums<4>,
    },
    /// An elector of whom any number of members may come. The sums before from `low` on, so many; after it, open ones
    /// begin at `next_low` and suffice from `sure` on.
    Some {
        elector: usize,
        coming: Vec<[f64; L]>,
        low: usize,
        count: usize,
        next_low: usize,
        sure: usize,
    },
}

/// The open sums before a step, each with the rows of its `N` sums after it, by how much is added, least first.
enum Sums<const N: usize> {
    /// Neighbours, in stretches.
    Dense(Vec<Stretch<N>>),
    /// Few.
    Sparse(Vec<[u32; N]>),
}

/// Neighbouring sums: after the step, the first `nothing` are worth nothing and the last `enough` suffice, of the others
/// `rows` begins the neighbours.
struct Stretch<const N: usize> {
    len: usize,
    nothing: usize,
    enough: usize,
    rows: [usize; N],
}

/// An elector to be asked: position, members, and the chance of each number of them coming where that is open.
pub type Asked<'b, const L: usize> = (usize, usize, Option<&'b Vec<[f64; L]>>);

/// An elector as it is asked.
pub fn asked<const L: usize>((position, block): &(usize, Block<L>)) -> Asked<'_, L> {
    match block {
        Block::All(members) => (*position, *members, None),
        Block::Some(coming) => (*position, coming.len() - 1, Some(coming)),
    }
}

/// Relative costs: of a sum in a stretch, of one by itself, of a stretch.
const COST_DENSE: usize = 1;
const COST_SPARSE: usize = 2;
const COST_STRETCH: usize = 8;

impl<const L: usize> Diagram<L> {
    /// - `electors`: those to be asked, in any order.
    /// - `found` `[sum]`: sums that they may find.
    /// - `worth` `[sum]`: chance of sufficing in each draw, up to the largest sum there can be.
    pub fn new(electors: &[Asked<L>], found: &[bool], worth: &[[f64; L]]) -> Diagram<L> {
        let certain: Vec<(usize, usize)> =
            electors.iter().filter(|e| e.2.is_none() && e.1 > 0).map(|e| (e.0, e.1)).collect();
        let open: Vec<(usize, &Vec<[f64; L]>)> = electors.iter().filter_map(|e| e.2.map(|c| (e.0, c))).collect();
        let never = worth.iter().take_while(|c| c.iter().all(|p| *p <= SURE)).count();
        let sure = worth.len() - worth.iter().rev().take_while(|c| c.iter().all(|p| *p >= 1.0 - ROUNDING)).count();
        let mut last = Rows::default();
        last.resize(FIRST + sure - never);
        (last[0], last[1]) = ([0.0; L], [1.0; L]);
        last[FIRST..].copy_from_slice(&worth[never..sure]);
        let build = |order: &[(usize, usize)]| Builder::new(order, &open, found, never, sure).build();
        // Small ones first keep sums low for longest; those that reach few sums first keep them few.
        let mut rising = certain.clone();
        rising.sort_by_key(|(position, members)| (*members, *position));
        let few = few_first(&rising, found);
        let one = build(&rising);
        let built = if few == rising { one } else { Some(build(&few)).filter(|b| b.cost < one.cost).unwrap_or(one) };
        let asked = electors.iter().map(|elector| elector.0).collect();
        Diagram { worth: last, asked, steps: built.steps, roots: built.roots, n_rows: built.n_rows }
    }

    /// The chance of passing.
    ///
    /// - `begins` `[sum]`: chance of each sum that the first electors find.
    /// - `chance`: of an elector's members being on the side that is counted, by position.
    #[inline(always)]
    pub fn value(
        &self,
        begins: &[[f64; L]],
        chance: impl Fn(usize) -> [f64; L],
        (chances, now, next): (&mut Rows<L>, &mut Rows<L>, &mut Rows<L>),
    ) -> [f64; L] {
        chances.resize(self.asked.iter().max().map_or(0, |last| last + 1));
        for position in &self.asked {
            chances[*position] = chance(*position);
        }
        let mut passed = [0.0; L];
        value(self, begins, chances, now, next, &mut passed);
        passed
    }
}

widest! {
    /// The chance of passing into `passed`, a function of its own so that its few loops have all registers to themselves.
    ///
    /// - `chances` `[position]`: of an elector's members being on the side that is counted.
    fn value<const L: usize>(
        diagram: &Diagram<L>,
        begins: &[[f64; L]],
        chances: &[[f64; L]],
        now: &mut Rows<L>,
        next: &mut Rows<L>,
        passed: &mut [f64; L],
    ) {
        now.resize(diagram.n_rows);
        next.resize(diagram.n_rows);
        let (mut now, mut next) = (&mut now[..], &mut next[..]);
        (now[0], now[1], next[0], next[1]) = ([0.0; L], [1.0; L], [0.0; L], [1.0; L]);
        for (k, step) in diagram.steps.iter().enumerate() {
            let from = if k == 0 { &diagram.worth[..] } else { &*now };
            let to = &mut next[FIRST..];
            match step {
                Step::One { elector, sums } => {
                    let p = chances[*elector];
                    sums.blend(&[less(&p), p], from, to);
                }
                Step::Two { electors: [one, other], sums } => {
                    let (p, r) = (chances[*one], chances[*other]);
                    let (q, s) = (less(&p), less(&r));
                    sums.blend(&[product(&q, &s), product(&p, &s), product(&q, &r), product(&p, &r)], from, to);
                }
                Step::Some { elector, coming, low, count, next_low, sure } => {
                    let p = chances[*elector];
                    let q = less(&p);
                    for (k, to) in to[..*count].iter_mut().enumerate() {
                        let sum = low + k;
                        let at = |sum: usize| if sum < *next_low { 0 } else { FIRST + sum - next_low };
                        let enough = sure.saturating_sub(sum).min(coming.len());
                        let begins = next_low.saturating_sub(sum).min(enough);
                        let mut worth = total(&coming[enough..]);
                        let open = &from[at(sum + begins)..][..enough - begins];
                        for (chance, row) in coming[begins..enough].iter().zip(open) {
                            whole_lanes();
                            for lane in 0..L {
                                worth[lane] += chance[lane] * row[lane];
                            }
                        }
                        let none = from[if sum >= *sure { ENOUGH as usize } else { at(sum) }];
                        for lane in 0..L {
                            to[lane] = q[lane] * none[lane] + p[lane] * worth[lane];
                        }
                    }
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        let first = if diagram.steps.is_empty() { &diagram.worth[..] } else { &*now };
        for (chance, row) in begins.iter().zip(&diagram.roots) {
            let worth = first[*row as usize];
            for lane in 0..L {
                passed[lane] += chance[lane] * worth[lane];
            }
        }
    }
}

impl<const N: usize> Sums<N> {
    /// What each sum is worth: that of its sums after the step, by the chances of coming to them.
    #[inline(always)]
    fn blend<const L: usize>(&self, chances: &[[f64; L]; N], from: &[[f64; L]], to: &mut [[f64; L]]) {
        match self {
            Sums::Sparse(sums) => {
                let chances = *chances;
                for (rows, to) in sums.iter().zip(to) {
                    whole_lanes();
                    let worths = rows.map(|row| from[row as usize]);
                    *to = weighed(&chances, &worths);
                }
            }
            Sums::Dense(stretches) => {
                let mut to = to;
                for Stretch { len, nothing, enough, rows } in stretches {
                    let (here, rest) = to.split_at_mut(*len);
                    to = rest;
                    let mut sure = [0.0; L];
                    for chance in &chances[N - enough..] {
                        for lane in 0..L {
                            sure[lane] += chance[lane];
                        }
                    }
                    let open = &chances[*nothing..N - enough];
                    let row = |k: usize| &from[rows[k]..][..*len];
                    match *open {
                        [] => here.fill(sure),
                        [a] => {
                            for (to, x) in here.iter_mut().zip(row(0)) {
                                whole_lanes();
                                let x = *x;
                                let mut sum = sure;
                                for lane in 0..L {
                                    sum[lane] += a[lane] * x[lane];
                                }
                                *to = sum;
                            }
                        }
                        [a, b] => {
                            for ((to, x), y) in here.iter_mut().zip(row(0)).zip(row(1)) {
                                whole_lanes();
                                let (x, y) = (*x, *y);
                                let mut sum = sure;
                                for lane in 0..L {
                                    sum[lane] += a[lane] * x[lane] + b[lane] * y[lane];
                                }
                                *to = sum;
                            }
                        }
                        [a, b, c] => {
                            for (((to, x), y), z) in here.iter_mut().zip(row(0)).zip(row(1)).zip(row(2)) {
                                whole_lanes();
                                let (x, y, z) = (*x, *y, *z);
                                let mut sum = sure;
                                for lane in 0..L {
                                    sum[lane] += (a[lane] * x[lane] + b[lane] * y[lane]) + c[lane] * z[lane];
                                }
                                *to = sum;
                            }
                        }
                        [a, b, c, d, ..] => {
                            for ((((to, w), x), y), z) in
                                here.iter_mut().zip(row(0)).zip(row(1)).zip(row(2)).zip(row(3))
                            {
                                whole_lanes();
                                let (w, x, y, z) = (*w, *x, *y, *z);
                                let mut sum = [0.0; L];
                                for lane in 0..L {
                                    sum[lane] = (a[lane] * w[lane] + b[lane] * x[lane])
                                        + (c[lane] * y[lane] + d[lane] * z[lane]);
                                }
                                *to = sum;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Σ chance × worth, in pairs.
#[inline(always)]
fn weighed<const L: usize, const N: usize>(chances: &[[f64; L]; N], worths: &[[f64; L]; N]) -> [f64; L] {
    let mut sum = [0.0; L];
    let mut k = 0;
    while k + 1 < N {
        for lane in 0..L {
            let pair = chances[k][lane] * worths[k][lane] + chances[k + 1][lane] * worths[k + 1][lane];
            sum[lane] = if k == 0 { pair } else { sum[lane] + pair };
        }
        k += 2;
    }
    sum
}

#[inline(always)]
fn less<const L: usize>(p: &[f64; L]) -> [f64; L] {
    let mut q = [0.0; L];
    for lane in 0..L {
        q[lane] = 1.0 - p[lane];
    }
    q
}

#[inline(always)]
fn product<const L: usize>(a: &[f64; L], b: &[f64; L]) -> [f64; L] {
    let mut product = *a;
    for lane in 0..L {
        product[lane] *= b[lane];
    }
    product
}

#[inline(always)]
fn total<const L: usize>(rows: &[[f64; L]]) -> [f64; L] {
    let mut sum = [0.0; L];
    for row in rows {
        for lane in 0..L {
            sum[lane] += row[lane];
        }
    }
    sum
}

/// An order in which the sums that can have come about stay few: next comes who adds fewest, of these who has most like it,
/// of these the largest.
fn few_first(electors: &[(usize, usize)], found: &[bool]) -> Vec<(usize, usize)> {
    let mut left = electors.to_vec();
    let mut reached = found.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let alike = |members: usize| left.iter().filter(|e| e.1 == members).count();
        let added = |members: usize| {
            reached.iter().enumerate().filter(|(s, is)| **is && !reached.get(s + members).is_some_and(|is| *is)).count()
        };
        let mut sizes: Vec<usize> = left.iter().map(|e| e.1).collect();
        sizes.dedup();
        let Some(next) = sizes.into_iter().min_by_key(|size| (added(*size), std::cmp::Reverse((alike(*size), *size))))
        else {
            break;
        };
        while let Some(at) = left.iter().position(|e| e.1 == next) {
            reached = further(&reached, next);
            order.push(left.remove(at));
        }
    }
    order
}

/// Sums that can have come about with one elector more.
fn further(reached: &[bool], members: usize) -> Vec<bool> {
    let mut after = reached.to_vec();
    after.resize(reached.len() + members, false);
    for (sum, _) in reached.iter().enumerate().filter(|(_, is)| **is) {
        after[sum + members] = true;
    }
    after
}

struct Builder<'b, const L: usize> {
    order: &'b [(usize, usize)],
    open: &'b [(usize, &'b Vec<[f64; L]>)],
    /// `[asked][sum]`, of those who surely come.
    reached: Vec<Vec<bool>>,
    /// The largest sum at this point.
    most: usize,
    /// Sums below are worth nothing, from `sure` on they suffice.
    low: usize,
    sure: usize,
    /// Row of each open sum where not all are looked at.
    rows: Option<Vec<u32>>,
    built: Built<L>,
}

struct Built<const L: usize> {
    steps: Vec<Step<L>>,
    roots: Vec<u32>,
    n_rows: usize,
    cost: usize,
}

impl<'b, const L: usize> Builder<'b, L> {
    fn new(
        order: &'b [(usize, usize)],
        open: &'b [(usize, &'b Vec<[f64; L]>)],
        found: &[bool],
        low: usize,
        sure: usize,
    ) -> Builder<'b, L> {
        let mut reached = vec![found.to_vec()];
        for (_, members) in order {
            reached.push(further(&reached[reached.len() - 1], *members));
        }
        let most = reached[order.len()].len() - 1 + open.iter().map(|(_, coming)| coming.len() - 1).sum::<usize>();
        let built = Built { steps: Vec::new(), roots: Vec::new(), n_rows: FIRST, cost: 0 };
        Builder { order, open, reached, most, low, sure, rows: None, built }
    }

    fn build(mut self) -> Built<L> {
        for (elector, coming) in self.open.iter().rev() {
            let (next_low, members) = (self.low, coming.len() - 1);
            let (low, end) = self.before(members);
            let count = end.saturating_sub(low);
            self.built.cost += COST_DENSE * count * coming.len();
            let coming = (*coming).clone();
            self.built.steps.push(Step::Some { elector: *elector, coming, low, count, next_low, sure: self.sure });
            self.most -= members;
            self.enter(low, count, None);
        }
        let mut asked = self.order.len();
        if asked % 2 == 1 {
            asked -= 1;
            let (elector, members) = self.order[asked];
            let sums = self.sums([0, members], asked);
            self.built.steps.push(Step::One { elector, sums });
        }
        while asked > 0 {
            asked -= 2;
            let [mut one, mut other] = [self.order[asked], self.order[asked + 1]];
            if one.1 > other.1 {
                (one, other) = (other, one);
            }
            let sums = self.sums([0, one.1, other.1, one.1 + other.1], asked);
            self.built.steps.push(Step::Two { electors: [one.0, other.0], sums });
        }
        self.built.roots =
            self.reached[0].iter().enumerate().map(|(sum, is)| if *is { self.row(sum) } else { 0 }).collect();
        self.built
    }

    /// The stretch of sums that are open before electors with so many members.
    fn before(&self, members: usize) -> (usize, usize) {
        (self.low.saturating_sub(members), self.sure.min(self.most - members + 1))
    }

    fn enter(&mut self, low: usize, count: usize, rows: Option<Vec<u32>>) {
        self.built.n_rows = self.built.n_rows.max(FIRST + count);
        (self.low, self.rows) = (low, rows);
    }

    /// Row of a sum after the step that is being made.
    fn row(&self, sum: usize) -> u32 {
        if sum < self.low {
            NOTHING
        } else if sum >= self.sure {
            ENOUGH
        } else {
            self.rows.as_ref().map_or((FIRST + sum - self.low) as u32, |rows| rows[sum])
        }
    }

    /// The open sums before a step that adds so much, and what they lead to.
    fn sums<const N: usize>(&mut self, adds: [usize; N], asked: usize) -> Sums<N> {
        let members = adds[N - 1];
        let (low, end) = self.before(members);
        let reached: Vec<usize> =
            (low..end.max(low)).filter(|sum| self.reached[asked].get(*sum).is_some_and(|is| *is)).collect();
        let stretches = self.stretches(adds, low, end);
        let dense = COST_DENSE * end.saturating_sub(low) + COST_STRETCH * stretches.len();
        let sparse = COST_SPARSE * reached.len();
        self.most -= members;
        if self.rows.is_none() && dense <= sparse {
            self.built.cost += dense * N;
            self.enter(low, end.saturating_sub(low), None);
            return Sums::Dense(stretches);
        }
        self.built.cost += sparse * N;
        let leads = reached.iter().map(|sum| adds.map(|add| self.row(sum + add))).collect();
        let mut rows = vec![NOTHING; end.max(low)];
        for (k, sum) in reached.iter().enumerate() {
            rows[*sum] = (FIRST + k) as u32;
        }
        self.enter(low, reached.len(), Some(rows));
        Sums::Sparse(leads)
    }

    fn stretches<const N: usize>(&self, adds: [usize; N], low: usize, end: usize) -> Vec<Stretch<N>> {
        // Where one of the sums after the step begins to be open, or to suffice.
        let mut ends: Vec<usize> = adds
            .iter()
            .flat_map(|add| [self.low.saturating_sub(*add), self.sure.saturating_sub(*add)])
            .filter(|at| low < *at && *at < end)
            .collect();
        ends.push(end);
        ends.sort_unstable();
        ends.dedup();
        let mut stretches = Vec::with_capacity(ends.len());
        let mut from = low;
        for to in ends {
            if from >= to {
                continue;
            }
            let nothing = adds.iter().filter(|add| from + **add < self.low).count();
            let enough = adds.iter().filter(|add| from + **add >= self.sure).count();
            let mut rows = [0; N];
            for (row, add) in rows.iter_mut().zip(&adds[nothing..N - enough]) {
                *row = FIRST + from + add - self.low;
            }
            stretches.push(Stretch { len: to - from, nothing, enough, rows });
            from = to;
        }
        stretches
    }
}
