//! Information sets of several nodes: the agent quantal response along the principal branch.
//!
//! An information set answers by logit in its *conditional* payoffs, each node weighed by how likely it is once the set has
//! been reached. That is a fixed point, not a recursion. At λ = 0 everybody tosses coins, and from there a curve of
//! solutions leads upwards; it is followed by predictor and corrector with the arc's length as the parameter, so that it may
//! turn back in λ on its way.
//!
//! Unknowns are the logarithms of probabilities, which stay ordinary numbers however rare an action becomes; sets of one
//! node are no unknowns, since theirs follow backwards. Equations, per set with actions 0, 1, …:
//!
//! ```text
//! Σₐ exp(xₐ) = 1          xₐ − x₀ = λ (uₐ − u₀)
//! ```
//!
//! Sources: Turocy (2005), *Games and Economic Behavior* 51, for the branch in normal form; Turocy (2010), *Economic Theory*
//! 42, for trees and logarithms; Allgower and Georg (1990), *Numerical Continuation Methods*, for following it.

use crate::linear::Factors;
use crate::profile::{Profile, Stop, Unsolved};
use crate::tree::{Mover, Node, Tree};
use game::real::{exp, ln};

/// More unknowns than this take too long: a step costs their cube.
const MOST_UNKNOWNS: usize = 1_500;

/// Steps along the branch at most.
const MOST_STEPS: usize = 20_000;

/// Directions differentiated together.
const LANES: usize = 8;

const NONE: u32 = u32::MAX;

/// What to do where other branches meet the one followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meeting {
    /// Stop there: from there on several branches have an equal claim.
    #[default]
    Stop,
    /// Go on in the same direction; in a symmetric game that is the symmetric branch.
    GoOn,
}

/// Follows the principal branch from λ = 0 up to `lambda`.
pub fn follow(tree: &Tree, lambda: f64, meeting: Meeting) -> Result<Profile, Unsolved> {
    recall(tree)?;
    let mut system = System::of(tree)?;
    let trace = trace(&mut system, lambda, meeting);
    Ok(system.profile(trace))
}

/// Where the branch was left.
struct Trace {
    x: Vec<f64>,
    lambda: f64,
    stop: Stop,
    bifurcations: Vec<f64>,
    steps: usize,
}

/// Perfect recall: all nodes of a set have behind them the same last set and action of their player, and none twice.
fn recall(tree: &Tree) -> Result<(), Unsolved> {
    /// The player's last action before, for each node met; `NONE` stands for not met yet, 0 for none.
    struct Frame {
        node: usize,
        next: usize,
        saved: u32,
    }
    let mut before = vec![NONE; tree.sets.len()];
    let mut on_path = vec![false; tree.sets.len()];
    let mut last = vec![0_u32; tree.players.len()];
    let mut frames: Vec<Frame> = Vec::new();
    let player_of = |node: usize| match tree.sets[tree.nodes[node].set as usize].mover {
        Mover::Player(player) => Some(player as usize),
        Mover::Chance => None,
    };
    for node in 0..tree.nodes.len() {
        // Go up to the node this one is a child of, and take its next action.
        while let Some(frame) = frames.last_mut() {
            let set = tree.nodes[frame.node].set as usize;
            if frame.next < tree.actions(set).len() {
                if let Some(player) = player_of(frame.node) {
                    last[player] = tree.sets[set].first_action + frame.next as u32 + 1;
                }
                frame.next += 1;
                break;
            }
            if let Some(player) = player_of(frame.node) {
                last[player] = frame.saved;
                on_path[set] = false;
            }
            frames.pop();
        }
        let set = tree.nodes[node].set;
        if set == Node::TERMINAL {
            continue;
        }
        let set = set as usize;
        let mut saved = 0;
        if let Some(player) = player_of(node) {
            let name = || tree.player_names()[player].clone();
            let (number, line) = (tree.sets[set].number, tree.sets[set].line);
            if on_path[set] {
                return Err(Unsolved::AbsentMinded { player: name(), number, line });
            }
            saved = last[player];
            if before[set] != NONE && before[set] != saved {
                return Err(Unsolved::Forgets { player: name(), number, line });
            }
            before[set] = saved;
            on_path[set] = true;
        }
        frames.push(Frame { node, next: 0, saved });
    }
    Ok(())
}

/// The equations.
struct System<'t> {
    tree: &'t Tree,
    parents: Vec<(u32, u32)>,
    /// Sets of several nodes: the set, its player, its first unknown, its nodes.
    joint: Vec<Joint>,
    /// First unknown of each set; `NONE` where the set has none.
    unknown: Vec<u32>,
    n: usize,
    /// Payoffs are divided by this, so that λ is of the size of the other unknowns whatever the unit of payoff.
    spread: f64,
    /// Per node and player: expected payoff from there on.
    values: Vec<f64>,
    /// Per edge (by its place among the children): probability and its logarithm.
    chances: Vec<f64>,
    logs: Vec<f64>,
    /// Per node: logarithm of the chance of coming there, and its share in its set.
    reach: Vec<f64>,
    beliefs: Vec<f64>,
    /// Conditional payoff of each action of joint sets, by unknown.
    payoffs: Vec<f64>,
    /// Per node and player, per edge, per node: derivatives in some directions.
    d_values: Vec<[f64; LANES]>,
    d_logs: Vec<[f64; LANES]>,
    d_reach: Vec<[f64; LANES]>,
}

struct Joint {
    set: usize,
    player: usize,
    unknown: usize,
    actions: usize,
    nodes: Vec<u32>,
}

impl System<'_> {
    fn of(tree: &Tree) -> Result<System<'_>, Unsolved> {
        let mut unknown = vec![NONE; tree.sets.len()];
        let (mut joint, mut n) = (Vec::new(), 0);
        let mut of_set = vec![usize::MAX; tree.sets.len()];
        for (s, set) in tree.sets.iter().enumerate() {
            if let Mover::Player(player) = set.mover
                && set.members > 1
            {
                let actions = tree.actions(s).len();
                unknown[s] = n as u32;
                of_set[s] = joint.len();
                joint.push(Joint { set: s, player: player as usize, unknown: n, actions, nodes: Vec::new() });
                n += actions;
            }
        }
        if n > MOST_UNKNOWNS {
            return Err(Unsolved::TooLarge { unknowns: n, limit: MOST_UNKNOWNS });
        }
        for (i, node) in tree.nodes.iter().enumerate() {
            if node.set != Node::TERMINAL && of_set[node.set as usize] != usize::MAX {
                joint[of_set[node.set as usize]].nodes.push(i as u32);
            }
        }
        let n_players = tree.players.len();
        let mut system = System {
            parents: tree.parents(),
            joint,
            unknown,
            n,
            spread: 1.0,
            values: vec![0.0; tree.nodes.len() * n_players],
            chances: vec![0.0; tree.children.len()],
            logs: vec![0.0; tree.children.len()],
            reach: vec![0.0; tree.nodes.len()],
            beliefs: vec![0.0; tree.nodes.len()],
            payoffs: vec![0.0; n],
            d_values: vec![[0.0; LANES]; tree.nodes.len() * n_players],
            d_logs: vec![[0.0; LANES]; tree.children.len()],
            d_reach: vec![[0.0; LANES]; tree.nodes.len()],
            tree,
        };
        // What a player can gain or lose at most along a path bounds the differences of payoffs.
        system.spread = system.range();
        let start = system.start();
        system.evaluate(&start, 0.0);
        for joint in &system.joint {
            if joint.nodes.iter().all(|&node| system.reach[node as usize] == f64::NEG_INFINITY) {
                let set = &tree.sets[joint.set];
                let player = tree.player_names()[joint.player].clone();
                return Err(Unsolved::Unreached { player, number: set.number, line: set.line });
            }
        }
        Ok(system)
    }

    /// The largest difference between what two paths pay a player; 1 where all pay the same.
    fn range(&self) -> f64 {
        let (tree, n) = (self.tree, self.tree.players.len());
        let mut paid = vec![0.0; tree.nodes.len() * n];
        let mut bounds = vec![(f64::INFINITY, f64::NEG_INFINITY); n];
        for node in 0..tree.nodes.len() {
            let parent = self.parents[node].0 as usize;
            for player in 0..n {
                let so_far = if node == 0 { 0.0 } else { paid[parent * n + player] };
                let here = so_far + tree.paid(node)[player];
                paid[node * n + player] = here;
                if tree.nodes[node].set == Node::TERMINAL {
                    let bound = &mut bounds[player];
                    *bound = (bound.0.min(here), bound.1.max(here));
                }
            }
        }
        let spread = bounds.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        if spread > 0.0 { spread } else { 1.0 }
    }

    /// Everybody tosses coins.
    fn start(&self) -> Vec<f64> {
        let mut x = vec![0.0; self.n];
        for joint in &self.joint {
            x[joint.unknown..][..joint.actions].fill(-ln(joint.actions as f64));
        }
        x
    }

    /// Values, beliefs and conditional payoffs at a point; `lambda` per util.
    fn evaluate(&mut self, x: &[f64], lambda: f64) {
        let (tree, n) = (self.tree, self.tree.players.len());
        for i in (0..tree.nodes.len()).rev() {
            let node = tree.nodes[i];
            let (head, tail) = self.values.split_at_mut((i + 1) * n);
            let value = &mut head[i * n..];
            value.copy_from_slice(tree.paid(i));
            if node.set == Node::TERMINAL {
                continue;
            }
            let children = tree.children_of(i);
            let first = node.first as usize;
            let set = &tree.sets[node.set as usize];
            let worth = |child: u32, player: usize| tail[(child as usize - i - 1) * n + player];
            match (set.mover, self.unknown[node.set as usize]) {
                (Mover::Chance, _) => {
                    for a in 0..children.len() {
                        self.chances[first + a] = tree.chances[set.first_action as usize + a];
                        self.logs[first + a] = ln(self.chances[first + a]);
                    }
                }
                (Mover::Player(player), NONE) => {
                    let best = children.iter().map(|&c| worth(c, player as usize)).fold(f64::NEG_INFINITY, f64::max);
                    let mut sum = 0.0;
                    for (a, &child) in children.iter().enumerate() {
                        let log = lambda * (worth(child, player as usize) - best);
                        self.logs[first + a] = log;
                        self.chances[first + a] = exp(log);
                        sum += self.chances[first + a];
                    }
                    let log_sum = ln(sum);
                    for a in 0..children.len() {
                        self.chances[first + a] /= sum;
                        self.logs[first + a] -= log_sum;
                    }
                }
                (Mover::Player(_), unknown) => {
                    for a in 0..children.len() {
                        self.logs[first + a] = x[unknown as usize + a];
                        self.chances[first + a] = exp(x[unknown as usize + a]);
                    }
                }
            }
            for (a, &child) in children.iter().enumerate() {
                let chance = self.chances[first + a];
                for (player, value) in value.iter_mut().enumerate() {
                    *value += chance * worth(child, player);
                }
            }
        }
        self.reach[0] = 0.0;
        for i in 1..tree.nodes.len() {
            let (parent, action) = self.parents[i];
            let edge = tree.nodes[parent as usize].first + action;
            self.reach[i] = self.reach[parent as usize] + self.logs[edge as usize];
        }
        for joint in &self.joint {
            let top = joint.nodes.iter().map(|&node| self.reach[node as usize]).fold(f64::NEG_INFINITY, f64::max);
            let mut sum = 0.0;
            for &node in &joint.nodes {
                let share = exp(self.reach[node as usize] - top);
                self.beliefs[node as usize] = share;
                sum += share;
            }
            self.payoffs[joint.unknown..][..joint.actions].fill(0.0);
            for &node in &joint.nodes {
                self.beliefs[node as usize] /= sum;
                let belief = self.beliefs[node as usize];
                for (a, &child) in tree.children_of(node as usize).iter().enumerate() {
                    self.payoffs[joint.unknown + a] += belief * self.values[child as usize * n + joint.player];
                }
            }
        }
    }

    /// The equations' left sides minus their right sides.
    fn residual(&self, x: &[f64], lambda: f64) -> Vec<f64> {
        let mut residual = vec![0.0; self.n];
        for joint in &self.joint {
            let (x, u) = (&x[joint.unknown..][..joint.actions], &self.payoffs[joint.unknown..][..joint.actions]);
            residual[joint.unknown] = x.iter().map(|x| exp(*x)).sum::<f64>() - 1.0;
            for a in 1..joint.actions {
                residual[joint.unknown + a] = (x[a] - x[0]) - lambda * (u[a] - u[0]);
            }
        }
        residual
    }

    /// Derivatives of the equations, a row each, in the unknowns and, last, in λ·spread; after [`System::evaluate`].
    fn jacobian(&mut self, x: &[f64], lambda: f64) -> Vec<f64> {
        let width = self.n + 1;
        let mut rows = vec![0.0; self.n * width];
        for from in (0..width).step_by(LANES) {
            self.differentiate(lambda, from);
            let n = self.tree.players.len();
            for joint in &self.joint {
                // Derivatives of the conditional payoffs.
                let mut mean = [0.0; LANES];
                for &node in &joint.nodes {
                    for (mean, d) in mean.iter_mut().zip(&self.d_reach[node as usize]) {
                        *mean += self.beliefs[node as usize] * d;
                    }
                }
                let mut slopes = vec![[0.0; LANES]; joint.actions];
                for &node in &joint.nodes {
                    let belief = self.beliefs[node as usize];
                    for (a, &child) in self.tree.children_of(node as usize).iter().enumerate() {
                        let at = child as usize * n + joint.player;
                        for (lane, slope) in slopes[a].iter_mut().enumerate() {
                            let d_log = self.d_reach[node as usize][lane] - mean[lane];
                            *slope += belief * (self.d_values[at][lane] + d_log * self.values[at]);
                        }
                    }
                }
                for column in from..width.min(from + LANES) {
                    let lane = column - from;
                    let own = column.checked_sub(joint.unknown).filter(|a| *a < joint.actions && column < self.n);
                    if let Some(a) = own {
                        rows[joint.unknown * width + column] = exp(x[column]);
                        if a > 0 {
                            rows[column * width + column] += 1.0;
                        }
                    }
                    for a in 1..joint.actions {
                        let row = joint.unknown + a;
                        let d = &mut rows[row * width + column];
                        if own == Some(0) {
                            *d -= 1.0;
                        }
                        *d -= lambda * (slopes[a][lane] - slopes[0][lane]);
                        if column == self.n {
                            *d -= (self.payoffs[row] - self.payoffs[joint.unknown]) / self.spread;
                        }
                    }
                }
            }
        }
        rows
    }

    /// Derivatives of values and of logarithms of reach in the directions `from`, `from` + 1, ….
    fn differentiate(&mut self, lambda: f64, from: usize) {
        let (tree, n) = (self.tree, self.tree.players.len());
        let lane_of = |column: usize| column.checked_sub(from).filter(|lane| *lane < LANES);
        let precision = lane_of(self.n);
        for i in (0..tree.nodes.len()).rev() {
            let node = tree.nodes[i];
            let (head, tail) = self.d_values.split_at_mut((i + 1) * n);
            let d_value = &mut head[i * n..];
            d_value.fill([0.0; LANES]);
            if node.set == Node::TERMINAL {
                continue;
            }
            let children = tree.children_of(i);
            let first = node.first as usize;
            let d_logs = &mut self.d_logs[first..first + children.len()];
            d_logs.fill([0.0; LANES]);
            match (tree.sets[node.set as usize].mover, self.unknown[node.set as usize]) {
                (Mover::Chance, _) => {}
                (Mover::Player(player), NONE) => {
                    let player = player as usize;
                    let mut mean = [0.0; LANES];
                    for (a, &child) in children.iter().enumerate() {
                        let d = &tail[(child as usize - i - 1) * n + player];
                        for lane in 0..LANES {
                            d_logs[a][lane] = lambda * d[lane];
                        }
                        if let Some(lane) = precision {
                            d_logs[a][lane] += self.values[child as usize * n + player] / self.spread;
                        }
                        for lane in 0..LANES {
                            mean[lane] += self.chances[first + a] * d_logs[a][lane];
                        }
                    }
                    for d_log in d_logs.iter_mut() {
                        for lane in 0..LANES {
                            d_log[lane] -= mean[lane];
                        }
                    }
                }
                (Mover::Player(_), unknown) => {
                    for (a, d_log) in d_logs.iter_mut().enumerate() {
                        if let Some(lane) = lane_of(unknown as usize + a) {
                            d_log[lane] = 1.0;
                        }
                    }
                }
            }
            for (a, &child) in children.iter().enumerate() {
                let chance = self.chances[first + a];
                if chance == 0.0 {
                    continue;
                }
                for (player, d_value) in d_value.iter_mut().enumerate() {
                    let value = self.values[child as usize * n + player];
                    let d = &tail[(child as usize - i - 1) * n + player];
                    for lane in 0..LANES {
                        d_value[lane] += chance * (d[lane] + d_logs[a][lane] * value);
                    }
                }
            }
        }
        self.d_reach[0] = [0.0; LANES];
        for i in 1..tree.nodes.len() {
            let (parent, action) = self.parents[i];
            let edge = (tree.nodes[parent as usize].first + action) as usize;
            for lane in 0..LANES {
                self.d_reach[i][lane] = self.d_reach[parent as usize][lane] + self.d_logs[edge][lane];
            }
        }
    }

    fn profile(mut self, trace: Trace) -> Profile {
        let Trace { x, lambda, stop, bifurcations, steps } = trace;
        self.evaluate(&x, lambda);
        let residual = self.residual(&x, lambda).iter().fold(0.0_f64, |most, r| most.max(r.abs()));
        let tree = self.tree;
        let mut choices = tree.chances.clone();
        for set in tree.sets.iter().filter(|set| set.mover != Mover::Chance) {
            let first = tree.nodes[set.node as usize].first as usize;
            let n = tree.actions(tree.nodes[set.node as usize].set as usize).len();
            let sum: f64 = self.chances[first..first + n].iter().sum();
            for a in 0..n {
                choices[set.first_action as usize + a] = self.chances[first + a] / sum;
            }
        }
        let payoffs = self.values[..tree.players.len()].to_vec();
        Profile { lambda, stop, payoffs, choices, bifurcations, steps, residual }
    }
}

/// A point of the curve with its direction.
struct Point {
    /// Unknowns and, last, λ·spread.
    y: Vec<f64>,
    tangent: Vec<f64>,
    /// Sign of the determinant of the equations with the direction as a last row: it changes where branches cross.
    sign: f64,
}

fn trace(system: &mut System, lambda: f64, meeting: Meeting) -> Trace {
    let (n, spread) = (system.n, system.spread);
    let goal = lambda * spread;
    let mut y = system.start();
    y.push(0.0);
    let mut bifurcations = Vec::new();
    let leave = |y: &[f64], stop: Stop, bifurcations: Vec<f64>, steps: usize| Trace {
        x: y[..n].to_vec(),
        lambda: if stop == Stop::Converged { lambda } else { y[n] / spread },
        stop,
        bifurcations,
        steps,
    };
    if goal == 0.0 {
        return leave(&y, Stop::Converged, bifurcations, 0);
    }
    let mut up = vec![0.0; n + 1];
    up[n] = 1.0;
    let Some(mut at) = point(system, y.clone(), &up) else {
        return leave(&y, Stop::Bifurcation, bifurcations, 0);
    };
    let mut length = 0.03_f64;
    for step in 0..MOST_STEPS {
        // Much smaller steps than the machine's numbers can tell apart lead nowhere.
        let smallest = 1e-11 * (1.0 + at.y.iter().fold(0.0_f64, |most, y| most.max(y.abs())));
        if length < smallest {
            // A determinant that all but vanishes tells a meeting of branches from mere trouble with digits.
            let stop = if near_singular(system, &at) { Stop::Bifurcation } else { Stop::StepLimit };
            return leave(&at.y, stop, bifurcations, step);
        }
        let Some((next, iterations)) = correct(system, &at, length) else {
            length *= 0.5;
            continue;
        };
        let Some(next) = point(system, next, &at.tangent) else {
            length *= 0.5;
            continue;
        };
        let cosine: f64 = next.tangent.iter().zip(&at.tangent).map(|(a, b)| a * b).sum();
        if cosine < 0.9 && length > 1e3 * smallest {
            length *= 0.5;
            continue;
        }
        if next.sign != at.sign {
            let (before, sigma) = crossing(system, &at, length);
            if sigma <= goal {
                bifurcations.push(sigma / spread);
                if meeting == Meeting::Stop {
                    return leave(&before, Stop::Bifurcation, bifurcations, step + 1);
                }
            }
        }
        if next.y[n] >= goal {
            match land(system, &at, &next, goal) {
                Some(x) => return leave(&x, Stop::Converged, bifurcations, step + 1),
                None if length > 1e3 * smallest => {
                    // The shorter step meets the crossing again.
                    if next.sign != at.sign && bifurcations.last().is_some_and(|b| b * spread >= at.y[n]) {
                        bifurcations.pop();
                    }
                    length *= 0.5;
                    continue;
                }
                None => return leave(&next.y, Stop::StepLimit, bifurcations, step + 1),
            }
        }
        at = next;
        length *= match iterations {
            0..=3 if cosine > 0.99 => 2.0,
            0..=4 => 1.2,
            _ => 0.7,
        };
    }
    leave(&at.y, Stop::IterationLimit, bifurcations, MOST_STEPS)
}

/// The point with the direction of the curve there, turned the way of `along`.
fn point(system: &mut System, y: Vec<f64>, along: &[f64]) -> Option<Point> {
    let n = system.n;
    let lambda = y[n] / system.spread;
    system.evaluate(&y[..n], lambda);
    let mut matrix = system.jacobian(&y[..n], lambda);
    matrix.extend_from_slice(along);
    let mut right = vec![0.0; n + 1];
    right[n] = 1.0;
    let factors = Factors::of(matrix, n + 1);
    let mut tangent = factors.solve(&right)?;
    let size = tangent.iter().map(|t| t * t).sum::<f64>().sqrt();
    for t in &mut tangent {
        *t /= size;
    }
    // With the direction itself as the last row the determinant keeps the sign it has with any row at an acute angle.
    Some(Point { y, tangent, sign: factors.sign })
}

/// Predictor and corrector: a step along the direction, then Newton's method across it.
fn correct(system: &mut System, from: &Point, length: f64) -> Option<(Vec<f64>, usize)> {
    let n = system.n;
    let predicted: Vec<f64> = from.y.iter().zip(&from.tangent).map(|(y, t)| y + length * t).collect();
    let mut y = predicted.clone();
    let mut before = f64::INFINITY;
    for iteration in 1..=8 {
        let lambda = y[n] / system.spread;
        system.evaluate(&y[..n], lambda);
        let mut right = system.residual(&y[..n], lambda);
        right.push(from.tangent.iter().zip(y.iter().zip(&predicted)).map(|(t, (y, p))| t * (y - p)).sum());
        let mut matrix = system.jacobian(&y[..n], lambda);
        matrix.extend_from_slice(&from.tangent);
        let change = Factors::of(matrix, n + 1).solve(&right)?;
        let size = change.iter().map(|c| c * c).sum::<f64>().sqrt();
        // Far from the curve, or hardly nearer than before: another curve may be closer by.
        if (iteration == 1 && size > 0.5 * length) || size > 0.7 * before {
            return None;
        }
        y.iter_mut().zip(&change).for_each(|(y, c)| *y -= c);
        let scale = 1.0 + y.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
        if size < 1e-10 * scale {
            return Some((y, iteration));
        }
        before = size;
    }
    None
}

/// The last point before the determinant changes its sign within a step, and λ·spread where it does: by halving as far
/// as the corrector goes along, since at the very point it has no unique answer.
fn crossing(system: &mut System, from: &Point, length: f64) -> (Vec<f64>, f64) {
    let n = system.n;
    let (mut low, mut high) = (0.0, length);
    let (mut before, mut sigma) = (from.y.clone(), from.y[n]);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let Some((y, _)) = correct(system, from, middle) else { break };
        sigma = y[n];
        match point(system, y, &from.tangent) {
            Some(point) if point.sign == from.sign => {
                low = middle;
                before = point.y;
            }
            _ => high = middle,
        }
    }
    (before, sigma)
}

/// Newton's method at the λ wanted, between two points on either side of it.
fn land(system: &mut System, from: &Point, to: &Point, goal: f64) -> Option<Vec<f64>> {
    let n = system.n;
    let share = (goal - from.y[n]) / (to.y[n] - from.y[n]);
    let mut y: Vec<f64> = from.y.iter().zip(&to.y).map(|(a, b)| a + share * (b - a)).collect();
    y[n] = goal;
    let apart = from.y.iter().zip(&to.y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    let guess = y.clone();
    let lambda = goal / system.spread;
    let mut before = f64::INFINITY;
    for _ in 0..20 {
        system.evaluate(&y[..n], lambda);
        let right = system.residual(&y[..n], lambda);
        let with_lambda = system.jacobian(&y[..n], lambda);
        let matrix: Vec<f64> = with_lambda.chunks_exact(n + 1).flat_map(|row| row[..n].iter().copied()).collect();
        let change = Factors::of(matrix, n).solve(&right)?;
        let size = change.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        let scale = 1.0 + y.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
        if size >= before {
            // No nearer: either there already, as near as the digits allow, or lost.
            let moved = y.iter().zip(&guess).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
            return (before < 1e-9 * scale && moved <= apart).then_some(y);
        }
        y.iter_mut().zip(&change).for_each(|(y, c)| *y -= c);
        if size < 1e-15 * scale {
            let moved = y.iter().zip(&guess).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
            return (moved <= apart).then_some(y);
        }
        before = size;
    }
    None
}

/// Whether a small step across the curve almost solves the equations too.
fn near_singular(system: &mut System, at: &Point) -> bool {
    let n = system.n;
    let lambda = at.y[n] / system.spread;
    system.evaluate(&at.y[..n], lambda);
    let mut matrix = system.jacobian(&at.y[..n], lambda);
    matrix.extend_from_slice(&at.tangent);
    let factors = Factors::of(matrix, n + 1);
    // One step of inverse iteration from a fixed start estimates the smallest singular value.
    let start: Vec<f64> = (0..=n).map(|i| if i % 2 == 0 { 1.0 } else { 0.7 }).collect();
    let size = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    factors.solve(&start).is_none_or(|x| size(&x) > 1e6 * size(&start))
}
