//! Solving draws: backwards for payoffs and choices, forwards for what happens.

use crate::count::{Count, Sums};
use crate::ended::{self, Ended};
use crate::filter::{self, Filtered};
use crate::forwards::{self, Way, flow};
use crate::kernel::{self, Lanes, Room};
use crate::perceive::{self, Views};
use crate::program::{Program, SegmentProgram};
use crate::rows::Rows;
use crate::settled::Settlements;
use game::draw::Draw;
use game::graph::{ActionRef, By, Child, Game, Kind, PaymentsId, Segment, Voicing};
use game::sight::Sightings;
use game::table::Table;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

/// Draws solved side by side, as they come, but for a last one that is left alone: what is so in all of them is not counted
/// out, so that the last bits of a draw's solution depend on its neighbours. Who divides draws divides them between blocks of
/// so many.
pub const LANES: usize = 8;

/// What a caller needs of a solution; less is faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Payoffs at the start only.
    Payoffs,
    /// Choices too, so that one can go forwards.
    Policy,
    /// Electors' answers too.
    Answers,
}

/// A game ready to be solved for any number of draws.
pub struct Solver<'g> {
    game: &'g Game,
    want: Want,
    program: Program,
    /// Electors of each tally who may cast no vote at all.
    may_be_away: Vec<Vec<bool>>,
    settled: Arc<Settlements>,
    /// What was seen before `now`, and whether to go on from each entry as well.
    sightings: Option<(&'g Sightings, bool)>,
    /// Room that blocks are solved in, one for each at a time, used again from block to block.
    rooms: Mutex<Vec<Buffers<LANES>>>,
    rooms_of_one: Mutex<Vec<Buffers<1>>>,
}

/// One draw of a solved block.
#[derive(Clone, Copy)]
pub struct Solved<'s> {
    game: &'s Game,
    program: &'s Program,
    block: Width<'s>,
    lane: usize,
    /// Which way forwards: 0 from `now`, with all that was seen; then nothing seen; then up to each entry of the log.
    run: usize,
}

struct Block<const L: usize> {
    lanes: Lanes<L>,
    /// `[actor]` at the start, or at `now` where play was watched up to there.
    payoffs: Vec<[f64; L]>,
    /// `[period][stored]`.
    policy: Vec<Rows<L>>,
    runs: Vec<Run<L>>,
    /// What one draw was asked and all of them were answered.
    told: RefCell<Told<L>>,
}

/// A block as wide as its draws: a single one is solved by itself, so that nothing is moved or computed for lanes that nobody
/// looks at.
#[derive(Clone, Copy)]
enum Width<'s> {
    One(&'s Block<1>),
    All(&'s Block<LANES>),
}

/// The same of a block, however wide it is.
macro_rules! of {
    ($width:expr, $block:ident => $found:expr) => {
        match $width {
            Width::One($block) => $found,
            Width::All($block) => $found,
        }
    };
}

/// Answers that cost hardly more for all draws of a block than for one: asked again for each.
#[derive(Default)]
struct Told<const L: usize> {
    /// By way forwards and set of states.
    first_times: Vec<(usize, Vec<bool>, Rc<Rows<L>>)>,
    /// By way forwards and condition.
    ended: Vec<(usize, usize, Rc<Ended<L>>)>,
}

/// A way forwards.
pub(crate) struct Run<const L: usize> {
    /// The period it begins with.
    pub from: usize,
    /// Probability, given the draw, of all that was seen up to there.
    pub likelihood: [f64; L],
    /// Probability of every state at its beginning; sums to 1 where what was seen is possible.
    pub start: Rows<L>,
    /// The same at the beginning of each further period and at the end, where that is not too much to keep.
    pub after: Vec<Rows<L>>,
}

/// Up to this many numbers per draw are kept on the way forwards; beyond, each draw goes forwards by itself.
const KEPT_MASSES: usize = 1 << 19;

/// A choice as it stands in one draw and one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: Kind,
    /// `(label, probability)` per edge; at ballots 0 is passing, 1 failing.
    pub edges: Vec<(u32, f64)>,
    /// At ballots, each elector's chance of a yes (or of attending). Only with [`Want::Answers`].
    pub answers: Vec<f64>,
    /// Prior weight of each edge of a decision.
    pub priors: Vec<f64>,
    /// Chance of coming to the node in the period.
    pub reach: f64,
}

impl<'g> Solver<'g> {
    /// A solver that can give `want` and anything less.
    pub fn new(game: &'g Game, want: Want) -> Solver<'g> {
        let mut may_be_away: Vec<Vec<bool>> =
            game.tallies.iter().map(|tally| vec![false; tally.members.len()]).collect();
        for segment in &game.segments {
            for node in &segment.nodes {
                if let Kind::Ballot { tally, answers, .. } | Kind::Names { tally, answers, .. } = node.kind {
                    for (away, answering) in may_be_away[tally as usize].iter_mut().zip(&game.answers[answers as usize])
                    {
                        *away |= matches!(answering.voice, Voicing::Habit { comes, .. } if comes != Table::ONE);
                    }
                }
            }
        }
        Solver {
            game,
            want,
            program: Program::of(game, want == Want::Answers),
            may_be_away,
            settled: Arc::new(Settlements::new(game)),
            sightings: None,
            rooms: Mutex::default(),
            rooms_of_one: Mutex::default(),
        }
    }

    /// The same for a game watched up to `now`: what was seen weighs the draws and says where play stands.
    /// `steps`: whether solutions also go forwards from each entry ([`Solved::runs`]). Needs [`Want::Policy`], and
    /// [`Want::Answers`] where answers to ballots are known.
    pub fn seeing(mut self, sightings: &'g Sightings, steps: bool) -> Solver<'g> {
        self.sightings = Some((sightings, steps));
        self
    }

    /// Solves draws on all cores and hands each solution to `read`; answers come back in the order of the draws,
    /// whatever the number of threads. `done` is told, from any thread, how many draws have just been finished, and 0 before
    /// each block of draws, so that who unwinds out of it ends the work before more is begun.
    pub fn each<R: Send>(
        &self,
        draws: &[Draw],
        done: &(dyn Fn(usize) + Sync),
        read: impl Fn(usize, &Solved) -> R + Sync,
    ) -> Vec<R> {
        let blocks: Vec<Vec<R>> = draws
            .par_chunks(LANES)
            .enumerate()
            .map(|(chunk, draws)| {
                // Whoever listens may want to stop: then nothing more is solved.
                done(0);
                let read = |lane: usize, block: Width| {
                    let solved = Solved { game: self.game, program: &self.program, block, lane, run: 0 };
                    read(chunk * LANES + lane, &solved)
                };
                let answers = if draws.len() == 1 {
                    self.together(draws, &self.rooms_of_one, |lane, block| read(lane, Width::One(block)))
                } else {
                    self.together(draws, &self.rooms, |lane, block| read(lane, Width::All(block)))
                };
                done(draws.len());
                answers
            })
            .collect();
        blocks.into_iter().flatten().collect()
    }

    /// Solves a block and reads each of its draws.
    fn together<const L: usize, R>(
        &self,
        draws: &[Draw],
        rooms: &Mutex<Vec<Buffers<L>>>,
        read: impl Fn(usize, &Block<L>) -> R,
    ) -> Vec<R> {
        let mut buffers = rooms.lock().map_or_else(|_| None, |mut rooms| rooms.pop()).unwrap_or_default();
        let block = self.block(draws, &mut buffers);
        let answers = (0..draws.len()).map(|lane| read(lane, &block)).collect();
        buffers.policy = block.policy;
        buffers.masses.extend(block.runs.into_iter().flat_map(|run| run.after));
        if let Ok(mut rooms) = rooms.lock() {
            rooms.push(buffers);
        }
        answers
    }

    fn block<const L: usize>(&self, draws: &[Draw], buffers: &mut Buffers<L>) -> Block<L> {
        // A last, shorter block repeats its last draw.
        let draws: [&Draw; L] = std::array::from_fn(|lane| &draws[lane.min(draws.len() - 1)]);
        let game = self.game;
        let lanes = self.lanes(&draws);
        let actors = game.actors.len();
        let n_states = game.last.len();
        let next = &mut buffers.next;
        next.reset(n_states * actors);
        for (state, worth) in game.last.iter().enumerate() {
            for (actor, slot) in game.payments.list(*worth) {
                next[state * actors + usize::from(*actor)] = lanes.values[slot.index()];
            }
        }
        buffers.now.reset(n_states * actors);
        let keep = self.want != Want::Payoffs;
        let mut policy = std::mem::take(&mut buffers.policy);
        policy.resize_with(if keep { game.periods.len() } else { 1 }, Rows::default);
        let mut standing: Rows<L> = Rows::default();
        // Where somebody errs, its view is solved beside the game, and so is what the others make of it.
        let mut views = (!game.views.is_empty()).then(|| Views::new(game, &draws, &|draws| self.lanes(draws)));
        for (t, period) in game.periods.iter().enumerate().rev() {
            if t + 1 == game.now && self.sightings.is_some() {
                standing.clone_from(&buffers.next);
            }
            let segment = &game.segments[period.segment];
            let program = &self.program.segments[period.segment];
            if segment.discount != Table::ONE {
                let discount = lanes.values[segment.discount.index()];
                for value in buffers.next.iter_mut() {
                    for lane in 0..L {
                        value[lane] *= discount[lane];
                    }
                }
            }
            let stored = &mut policy[if keep { t } else { 0 }];
            stored.resize(program.n_policy);
            if let Some(views) = &mut views {
                perceive::sweep(views, game, segment, program, &lanes, &mut buffers.next, stored);
                continue;
            }
            let Buffers { room, next, now, .. } = buffers;
            kernel::sweep(game, segment, program, &lanes, room, next, now, stored);
            std::mem::swap(&mut buffers.next, &mut buffers.now);
        }
        let mut payoffs = vec![[0.0; L]; actors];
        for opening in &game.openings {
            let at = opening.state as usize * actors;
            let probability = lanes.values[opening.probability.index()];
            kernel::add(&mut payoffs, &probability, &buffers.next[at..at + actors], opening.payments, game, &lanes);
        }
        let mut runs = Vec::new();
        if keep {
            let mut start = Rows::zeros(n_states);
            for opening in &game.openings {
                flow(&mut start[opening.state as usize], &[1.0; L], &lanes.values[opening.probability.index()]);
            }
            if let Some((sightings, steps)) = self.sightings {
                let Filtered { now, entries } =
                    filter::filter(game, &self.program, &lanes, &policy, sightings, &start, steps);
                if game.now > 0 {
                    payoffs.fill([0.0; L]);
                    for (state, probability) in now.start.iter().enumerate() {
                        let values = &standing[state * actors..][..actors];
                        kernel::add(&mut payoffs, probability, values, PaymentsId::NONE, game, &lanes);
                    }
                }
                runs.push(now);
                runs.push(Run { from: 0, likelihood: [1.0; L], start, after: Vec::new() });
                runs.extend(entries);
            } else {
                runs.push(Run { from: 0, likelihood: [1.0; L], start, after: Vec::new() });
            }
            if n_states * (game.periods.len() + 1) <= KEPT_MASSES {
                let wanted = if self.sightings.is_some_and(|(_, steps)| steps) { runs.len() } else { 1 };
                for run in &mut runs[..wanted] {
                    let from = run.from;
                    run.after = (from..game.periods.len()).map(|_| buffers.masses.pop().unwrap_or_default()).collect();
                    let mut before = &run.start;
                    for (t, after) in (from..).zip(&mut run.after) {
                        after.reset(n_states);
                        let (segment, program) = self.segment(t);
                        forwards::period(segment, program, &lanes, &policy[t], before, after, &mut buffers.nodes);
                        before = after;
                    }
                }
            }
        }
        Block { lanes, payoffs, policy, runs, told: RefCell::default() }
    }

    /// The numbers of a block of draws.
    fn lanes<const L: usize>(&self, draws: &[&Draw; L]) -> Lanes<L> {
        let game = self.game;
        let values = Rows::from(&*game.table.evaluate(draws));
        let readings: [&[usize]; L] = std::array::from_fn(|lane| draws[lane].readings.as_slice());
        let counts = game
            .tallies
            .iter()
            .enumerate()
            .map(|(k, tally)| Count::new(tally, &values, &readings, &self.may_be_away[k], &self.settled.needed(k)))
            .collect();
        let mut precision = Rows::zeros(game.precision.len());
        for (own, slot) in precision.iter_mut().zip(&game.precision) {
            *own = values[slot.index()];
        }
        Lanes { values, precision, counts, settled: self.settled.clone() }
    }

    /// The graph of a period and its program.
    fn segment(&self, period: usize) -> (&Segment, &SegmentProgram) {
        let kind = self.game.periods[period].segment;
        (&self.game.segments[kind], &self.program.segments[kind])
    }
}

/// Room to solve a block in.
#[derive(Default)]
struct Buffers<const L: usize> {
    room: Room<L>,
    next: Rows<L>,
    now: Rows<L>,
    policy: Vec<Rows<L>>,
    nodes: Rows<L>,
    masses: Vec<Rows<L>>,
}

impl Solved<'_> {
    /// Expected payoff of each actor at the start.
    pub fn payoffs(&self) -> Vec<f64> {
        of!(self.block, block => block.payoffs.iter().map(|p| p[self.lane]).collect())
    }

    /// Value of a slot in this draw.
    pub fn value(&self, slot: game::table::Slot) -> f64 {
        of!(self.block, block => block.lanes.values[slot.index()][self.lane])
    }

    /// What is stored of a period's choices at a place.
    fn stored(&self, period: usize, at: usize) -> f64 {
        of!(self.block, block => block.policy[period][at][self.lane])
    }

    /// The ways forwards of a solution that goes on from each entry: nothing seen, then with each entry of the log in
    /// order, from the beginning of the period after it.
    pub fn runs(&self) -> impl Iterator<Item = Solved<'_>> {
        (1..of!(self.block, block => block.runs.len())).map(|run| Solved { run, ..*self })
    }

    /// Probability, in this draw, of what was seen; 1 where nothing was to be seen.
    pub fn likelihood(&self) -> f64 {
        of!(self.block, block => block.runs[self.run].likelihood[self.lane])
    }

    /// Probability, in this draw, of everything up to each entry of the log.
    pub fn reached(&self) -> Vec<f64> {
        of!(self.block, block => block.runs.iter().skip(2).map(|run| run.likelihood[self.lane]).collect())
    }

    /// The period play goes forwards from: that of `now` where what was before is known.
    pub fn from(&self) -> usize {
        of!(self.block, block => block.runs[self.run].from)
    }

    /// Probability of every state where play goes forwards from.
    pub fn standing(&self) -> Vec<f64> {
        of!(self.block, block => block.runs[self.run].start.iter().map(|mass| mass[self.lane]).collect())
    }

    /// Goes forwards, telling `visit` the probability of every state at the beginning of each period (from
    /// [`Solved::from`] on) and, last, at the end.
    pub fn forward(&self, mut visit: impl FnMut(usize, &[f64])) {
        let mut states = self.standing();
        let mut nodes = Vec::new();
        let from = self.from();
        for t in from..self.game.periods.len() {
            visit(t, &states);
            let kept = of!(self.block, block => block.runs[self.run].after.get(t - from).is_some_and(|masses| {
                states.clear();
                states.extend(masses.iter().map(|mass| mass[self.lane]));
                true
            }));
            if !kept {
                states = self.step(t, &states, &mut nodes);
            }
        }
        visit(self.game.periods.len(), &states);
    }

    /// Chance of having been in a set of states by the beginning of each period (from [`Solved::from`] on) and, last, by the
    /// end.
    ///
    /// - `set` `[n_states]`.
    pub fn first_time(&self, set: &[bool]) -> Vec<f64> {
        of!(self.block, block => {
            let of_it = |known: &&(usize, Vec<bool>, Rc<_>)| known.0 == self.run && known.1 == set;
            let known = block.told.borrow().first_times.iter().find(of_it).map(|known| known.2.clone());
            let by = known.unwrap_or_else(|| {
                let by = Rc::new(forwards::first_time(&self.way(block), set));
                block.told.borrow_mut().first_times.push((self.run, set.to_vec(), by.clone()));
                by
            });
            by.iter().map(|by| by[self.lane]).collect()
        })
    }

    /// Chance of each thing by which a watched condition first ceases to hold, over all paths from where play goes forwards.
    /// Where it does not hold at the start it must first come to; a path on which it never ends is in none of them.
    ///
    /// - `watch`: position in [`game::Game::watched`].
    pub fn ended_by(&self, watch: usize) -> BTreeMap<By, f64> {
        of!(self.block, block => {
            let of_it = |known: &&(usize, usize, Rc<_>)| (known.0, known.1) == (self.run, watch);
            let known = block.told.borrow().ended.iter().find(of_it).map(|known| known.2.clone());
            let ended = known.unwrap_or_else(|| {
                let ended = Rc::new(ended::by(&self.way(block), watch));
                block.told.borrow_mut().ended.push((self.run, watch, ended.clone()));
                ended
            });
            let chances = ended.iter().map(|(by, chance)| (*by, chance[self.lane]));
            chances.filter(|(_, chance)| *chance > 0.0).collect()
        })
    }

    /// The way forwards, all draws of the block.
    fn way<'b, const L: usize>(&'b self, block: &'b Block<L>) -> Way<'b, L> {
        let Block { lanes, policy, runs, .. } = block;
        Way { game: self.game, program: self.program, lanes, policy, run: &runs[self.run] }
    }

    /// One period forwards; `nodes` gets the probability of coming to each node.
    pub fn step(&self, period: usize, states: &[f64], nodes: &mut Vec<f64>) -> Vec<f64> {
        let kind = self.game.periods[period].segment;
        let segment = &self.game.segments[kind];
        let mut after = vec![0.0; states.len()];
        nodes.clear();
        nodes.resize(segment.nodes.len(), 0.0);
        for (state, &mass) in states.iter().enumerate() {
            if mass == 0.0 {
                continue;
            }
            match segment.roots[state].map(|root| root.child) {
                Some(Child::Node(node)) => nodes[node as usize] += mass,
                Some(Child::Next(next)) => after[next as usize] += mass,
                None => unreachable!("a state with probability in a period has a root in it"),
            }
        }
        let program = &self.program.segments[kind];
        for i in (0..segment.nodes.len()).rev() {
            let mass = nodes[i];
            if mass == 0.0 {
                continue;
            }
            let node = segment.nodes[i];
            let stored = program.policy[i] as usize;
            for (k, edge) in segment.edges[node.first as usize..][..node.count as usize].iter().enumerate() {
                let probability = match node.kind {
                    Kind::Chance { .. } => self.value(edge.weight),
                    Kind::Decide { .. } | Kind::Names { .. } => self.stored(period, stored + k),
                    Kind::Ballot { .. } if k == 0 => self.stored(period, stored),
                    Kind::Ballot { .. } => 1.0 - self.stored(period, stored),
                };
                match edge.to.child {
                    Child::Node(child) => nodes[child as usize] += mass * probability,
                    Child::Next(next) => after[next as usize] += mass * probability,
                }
            }
        }
        after
    }

    /// Probability of every state at the end if nodes chose otherwise, everybody else as before, from where play stands.
    ///
    /// - `touched`: per segment and node, whether it chooses otherwise.
    /// - `otherwise`: told the segment and the node, changes the probabilities of its edges.
    pub fn end_if(&self, touched: &[Vec<bool>], otherwise: impl Fn(usize, usize, &mut [f64])) -> Vec<f64> {
        let mut states = self.standing();
        let (mut nodes, mut chances) = (Vec::new(), Vec::new());
        for (t, period) in self.game.periods.iter().enumerate().skip(self.from()) {
            let segment = &self.game.segments[period.segment];
            let mut after = vec![0.0; states.len()];
            nodes.clear();
            nodes.resize(segment.nodes.len(), 0.0);
            for (state, &mass) in states.iter().enumerate().filter(|(_, mass)| **mass != 0.0) {
                match segment.roots[state].map(|root| root.child) {
                    Some(Child::Node(node)) => nodes[node as usize] += mass,
                    Some(Child::Next(next)) => after[next as usize] += mass,
                    None => {}
                }
            }
            let program = &self.program.segments[period.segment];
            for i in (0..segment.nodes.len()).rev() {
                let mass: f64 = nodes[i];
                if mass == 0.0 {
                    continue;
                }
                let node = segment.nodes[i];
                let stored = program.policy[i] as usize;
                let edges = &segment.edges[node.first as usize..][..node.count as usize];
                chances.clear();
                match node.kind {
                    Kind::Chance { .. } => chances.extend(edges.iter().map(|e| self.value(e.weight))),
                    Kind::Decide { .. } | Kind::Names { .. } => {
                        chances.extend((0..edges.len()).map(|k| self.stored(t, stored + k)));
                    }
                    Kind::Ballot { .. } => {
                        let passed = self.stored(t, stored);
                        chances.extend([passed, 1.0 - passed]);
                    }
                }
                if touched[period.segment][i] {
                    otherwise(period.segment, i, &mut chances);
                }
                for (edge, chance) in edges.iter().zip(&chances) {
                    match edge.to.child {
                        Child::Node(child) => nodes[child as usize] += mass * chance,
                        Child::Next(next) => after[next as usize] += mass * chance,
                    }
                }
            }
            states = after;
        }
        states
    }

    /// One way play may go from where it stands: `uniform` is asked for numbers between 0 and 1. Tells `visit` the period,
    /// the segment and the edge (by position) of each step, and gives the last state.
    pub fn wander(&self, mut uniform: impl FnMut() -> f64, mut visit: impl FnMut(usize, usize, usize)) -> usize {
        let pick = |chances: &mut dyn Iterator<Item = f64>, u: f64| -> usize {
            let (mut left, mut last) = (u, 0);
            for (k, p) in chances.enumerate() {
                if p > 0.0 {
                    last = k;
                    if left < p {
                        break;
                    }
                    left -= p;
                }
            }
            last
        };
        let mut state = pick(&mut self.standing().into_iter(), uniform());
        for (t, period) in self.game.periods.iter().enumerate().skip(self.from()) {
            let segment = &self.game.segments[period.segment];
            let Some(root) = segment.roots[state] else { break };
            let mut child = root.child;
            while let Child::Node(node) = child {
                let node = node as usize;
                let count = segment.nodes[node].count as usize;
                let k = pick(&mut (0..count).map(|k| self.probability(t, node, k)), uniform());
                let edge = segment.nodes[node].first as usize + k;
                visit(t, period.segment, edge);
                child = segment.edges[edge].to.child;
            }
            if let Child::Next(next) = child {
                state = next as usize;
            }
        }
        state
    }

    /// Probability of a node's edge in a period. Only with [`Want::Policy`].
    pub fn probability(&self, period: usize, node: usize, edge: usize) -> f64 {
        let kind = self.game.periods[period].segment;
        let segment = &self.game.segments[kind];
        let (n, stored_at) = (segment.nodes[node], self.program.segments[kind].policy[node] as usize);
        match n.kind {
            Kind::Chance { .. } => {
                let slot = segment.edges[n.first as usize + edge].weight;
                self.value(slot)
            }
            Kind::Decide { .. } | Kind::Names { .. } => self.stored(period, stored_at + edge),
            Kind::Ballot { .. } if edge == 0 => self.stored(period, stored_at),
            Kind::Ballot { .. } => 1.0 - self.stored(period, stored_at),
        }
    }

    /// Every decision and ballot of a period that can be come to from these states, with its choice probabilities.
    pub fn choices(&self, period: usize, states: &[f64]) -> Vec<Node> {
        let mut reach = Vec::new();
        self.step(period, states, &mut reach);
        let segment = &self.game.segments[self.game.periods[period].segment];
        segment
            .nodes
            .iter()
            .enumerate()
            .filter(|(i, node)| reach[*i] > 0.0 && !matches!(node.kind, Kind::Chance { .. }))
            .map(|(i, node)| Node {
                kind: node.kind,
                answers: self.answers(period, i),
                priors: match node.kind {
                    Kind::Decide { .. } => segment.edges[node.first as usize..][..node.count as usize]
                        .iter()
                        .map(|edge| self.value(edge.weight))
                        .collect(),
                    _ => Vec::new(),
                },
                edges: segment.edges[node.first as usize..][..node.count as usize]
                    .iter()
                    .enumerate()
                    .map(|(k, edge)| (edge.label, self.probability(period, i, k)))
                    .collect(),
                reach: reach[i],
            })
            .collect()
    }

    /// How far each elector of a ballot decides it: by how much its own answer can move the chances of the results (in
    /// total variation), the others answering as they do in this draw. Of yes and no (or attending and not) that is the
    /// chance that the ballot passes with its yes and fails with its no. Only with [`Want::Answers`].
    ///
    /// - Returns `[n_electors]`, each in 0–1; an elector without a voice decides nothing. Empty for what is no ballot.
    pub fn decisive(&self, period: usize, node: usize) -> Vec<f64> {
        let segment = self.game.periods[period].segment;
        let program = &self.program.segments[segment];
        let game::graph::Node { kind, count, .. } = self.game.segments[segment].nodes[node];
        let (Kind::Ballot { answers, .. } | Kind::Names { answers, .. }) = kind else { return Vec::new() };
        if !program.answers {
            return Vec::new();
        }
        let voices = &self.game.answers[answers as usize];
        let stored = program.policy[node] as usize;
        let mut decisive = match kind {
            Kind::Ballot { tally, .. } => {
                let yes: Vec<f64> = (1..=voices.len()).map(|k| self.stored(period, stored + k)).collect();
                let no: Vec<f64> = voices
                    .iter()
                    .zip(&yes)
                    .map(|(answering, yes)| match answering.voice {
                        Voicing::Actor(_) => 1.0 - yes,
                        Voicing::Habit { comes, .. } => self.value(comes) - yes,
                        Voicing::Silent => 0.0,
                    })
                    .collect();
                of!(self.block, block => block.lanes.counts[tally as usize].pivots(self.lane, &yes, &no))
            }
            Kind::Names { names, .. } => {
                let (from, names) = (stored + count as usize, usize::from(names));
                let said: Vec<Vec<f64>> = (0..voices.len())
                    .map(|voice| (0..names).map(|name| self.stored(period, from + voice * names + name)).collect())
                    .collect();
                of!(self.block, block => {
                    crate::names::pivots(self.game, kind, count as usize, &said, self.lane, &block.lanes)
                })
            }
            Kind::Decide { .. } | Kind::Chance { .. } => Vec::new(),
        };
        for (decisive, answering) in decisive.iter_mut().zip(voices) {
            if answering.voice == Voicing::Silent {
                *decisive = 0.0;
            }
        }
        decisive
    }

    /// Each elector's chance of a yes (or of attending) at a ballot of yes and no. Only with [`Want::Answers`]; empty for
    /// anything else.
    pub fn answers(&self, period: usize, node: usize) -> Vec<f64> {
        let kind = self.game.periods[period].segment;
        let program = &self.program.segments[kind];
        match self.game.segments[kind].nodes[node].kind {
            Kind::Ballot { answers, .. } if program.answers => {
                let n = self.game.answers[answers as usize].len();
                let at = program.policy[node] as usize + 1;
                (at..at + n).map(|at| self.stored(period, at)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Chance that a ballot passes if each actor stands to gain this much from a yes (or from attending) in this draw.
    pub fn passes(&self, tally: u32, answers: u32, gain: impl Fn(u16) -> f64) -> f64 {
        let (yes, no): (Vec<f64>, Vec<f64>) = self.game.answers[answers as usize]
            .iter()
            .map(|answering| {
                let (yes, no) = match answering.voice {
                    Voicing::Actor(actor) => {
                        let p = game::real::sigmoid(self.precision(usize::from(actor)) * gain(actor));
                        (p, 1.0 - p)
                    }
                    Voicing::Habit { comes, yes } => {
                        let (comes, yes) = (self.value(comes), self.value(yes));
                        (comes * yes, comes * (1.0 - yes))
                    }
                    Voicing::Silent => (0.0, 0.0),
                };
                (yes, no)
            })
            .unzip();
        of!(self.block, block => {
            block.lanes.counts[tally as usize].passes(0, |k| [yes[k]; _], |k| [no[k]; _], &mut Sums::default())[self.lane]
        })
    }

    /// An actor's precision in this draw.
    pub fn precision(&self, actor: usize) -> f64 {
        of!(self.block, block => block.lanes.precision[actor][self.lane])
    }

    /// Distribution over the last states: positions of the variables' values, with probability.
    pub fn last(&self) -> BTreeMap<Vec<u8>, f64> {
        let mut last = BTreeMap::new();
        let n = self.game.n_variables;
        let end = self.game.periods.len();
        self.forward(|t, states| {
            if t == end {
                for (state, &p) in states.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    *last.entry(self.game.states[state * n..][..n].to_vec()).or_insert(0.0) += p;
                }
            }
        });
        last
    }

    /// Names of the actor and of what an edge of a decision stands for.
    pub fn action_id(&self, action: ActionRef) -> &str {
        &self.game.turns[usize::from(action.turn)].slots[usize::from(action.slot)][usize::from(action.action)]
    }

    /// The game this solves.
    pub fn game(&self) -> &Game {
        self.game
    }
}

/// Solves one draw and reads it.
pub fn solve<R: Send>(game: &Game, draw: &Draw, read: impl Fn(&Solved) -> R + Sync) -> R {
    let solver = Solver::new(game, Want::Answers);
    let mut answers = solver.each(std::slice::from_ref(draw), &|_| (), |_, solved| read(solved));
    answers.pop().expect("one draw, one answer")
}
