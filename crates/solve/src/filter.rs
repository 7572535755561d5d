//! What was seen before `now`: its probability in each draw, and where play stands given it.
//!
//! Mass<L> flows forwards in layers, one per entry of the log seen so far. An edge that shows the entry awaited leads to the
//! next layer; any other edge that somebody would have seen ends the matter, since nobody did: so silence counts. What
//! is not seen flows on. Beside it, from each entry on, the same mass flows freely: the forecast as of that entry.

use crate::count::Sums;
use crate::forwards::{Mass, flow};
use crate::kernel::Lanes;
use crate::program::Program;
use crate::rows::Rows;
use crate::solution::Run;
use game::graph::{Child, Game, Kind, Segment, Voicing};
use game::sight::{Sighting, Sightings};

/// Where play stands.
pub struct Filtered<const L: usize> {
    /// At `now`, given the whole log and the silence around it.
    pub now: Run<L>,
    /// After each entry, at the beginning of the next period.
    pub entries: Vec<Run<L>>,
}

/// Masses of one period's nodes, per layer.
struct Layers<'s, const L: usize> {
    /// Entries awaited in this period, in order.
    awaited: &'s [Sighting],
    /// Mass<L> that saw so many of them.
    held: Vec<Vec<Mass<L>>>,
    /// Mass<L> that goes on freely from each of them.
    free: Vec<Vec<Mass<L>>>,
    /// What comes out at the end of the period of the last layer, and of each free one.
    held_after: Vec<Mass<L>>,
    free_after: Vec<Vec<Mass<L>>>,
    /// Probability of everything up to each entry.
    reached: Vec<Mass<L>>,
}

impl<const L: usize> Layers<'_, L> {
    /// Mass<L> comes to a child, having seen so many entries. A report that may be false splits it: true, and still to be
    /// seen; or false, and done with.
    fn enter(&mut self, layer: usize, child: Child, mass: &Mass<L>) {
        let mut mass = *mass;
        if let Some(next) = self.awaited.get(layer)
            && next.reliability < 1.0
        {
            let doubted = mass.map(|m| m * (1.0 - next.reliability));
            mass = mass.map(|m| m * next.reliability);
            self.seen(layer, child, &doubted);
        }
        self.hold(layer, child, &mass);
    }

    /// Mass<L> comes to a child within its layer.
    fn hold(&mut self, layer: usize, child: Child, mass: &Mass<L>) {
        match child {
            Child::Node(node) => flow(&mut self.held[layer][node as usize], mass, &[1.0; L]),
            // Whoever has not seen everything by the end of the period has seen something else.
            Child::Next(state) if layer == self.awaited.len() => {
                flow(&mut self.held_after[state as usize], mass, &[1.0; L]);
            }
            Child::Next(_) => {}
        }
    }

    /// The entry awaited in a layer has been seen on the way to this child.
    fn seen(&mut self, layer: usize, child: Child, mass: &Mass<L>) {
        flow(&mut self.reached[layer], mass, &[1.0; L]);
        if let Some(free) = self.free.get_mut(layer) {
            match child {
                Child::Node(node) => flow(&mut free[node as usize], mass, &[1.0; L]),
                Child::Next(state) => flow(&mut self.free_after[layer][state as usize], mass, &[1.0; L]),
            }
        }
        self.enter(layer + 1, child, mass);
    }
}

/// Watches play from its start up to `now`. `steps`: whether to go on freely from each entry.
pub fn filter<const L: usize>(
    game: &Game,
    program: &Program,
    lanes: &Lanes<L>,
    policy: &[Rows<L>],
    sightings: &Sightings,
    start: &[Mass<L>],
    steps: bool,
) -> Filtered<L> {
    let mut states = start.to_vec();
    let mut entries: Vec<Run<L>> = Vec::new();
    let mut sums = Sums::default();
    for (t, period) in game.periods[..game.now].iter().enumerate() {
        let segment = &game.segments[period.segment];
        let program = &program.segments[period.segment];
        let visible = &sightings.visible[period.segment];
        let begins = sightings.seen.partition_point(|sighting| sighting.period < t);
        let ends = sightings.seen.partition_point(|sighting| sighting.period <= t);
        let awaited = &sightings.seen[begins..ends];
        // What happened before an entry that says so need not have been seen.
        let unobserved: Vec<bool> =
            (begins..=ends).map(|entry| sightings.seen.get(entry).is_some_and(|s| s.unobserved)).collect();
        let n_free = if steps { awaited.len() } else { 0 };
        let empty = vec![[0.0; L]; segment.nodes.len()];
        let mut layers = Layers {
            awaited,
            held: vec![empty.clone(); awaited.len() + 1],
            free: vec![empty; n_free],
            held_after: vec![[0.0; L]; states.len()],
            free_after: vec![vec![[0.0; L]; states.len()]; n_free],
            reached: vec![[0.0; L]; awaited.len()],
        };
        for &(node, boundary, _) in &program.roots {
            layers.enter(0, Child::Node(node), &states[boundary as usize]);
        }
        for &(boundary, next, _) in &program.passing {
            layers.enter(0, Child::Next(next), &states[boundary as usize]);
        }
        for (i, node) in segment.nodes.iter().enumerate().rev() {
            let reached = |mass: &Mass<L>| mass.iter().any(|m| *m != 0.0);
            let held: Vec<usize> = (0..layers.held.len()).filter(|layer| reached(&layers.held[*layer][i])).collect();
            let free: Vec<usize> = (0..n_free).filter(|layer| reached(&layers.free[*layer][i])).collect();
            if held.is_empty() && free.is_empty() {
                continue;
            }
            let stored = program.policy[i] as usize;
            let chances = chances(segment, i, lanes, &policy[t], stored);
            for layer in held {
                let mass = layers.held[layer][i];
                let awaited = layers.awaited.get(layer);
                let known =
                    awaited.and_then(|sighting| known(game, node.kind, sighting, lanes, &policy[t], stored, &mut sums));
                let chances = known.as_ref().unwrap_or(&chances);
                for (k, chance) in chances.iter().enumerate() {
                    let edge = node.first as usize + k;
                    let child = segment.edges[edge].to.child;
                    let mut moved = [0.0; L];
                    flow(&mut moved, &mass, chance);
                    if awaited.is_some_and(|sighting| sighting.edges[edge]) {
                        layers.seen(layer, child, &moved);
                    } else if !visible[edge] || unobserved[layer] {
                        layers.hold(layer, child, &moved);
                    }
                }
            }
            for layer in free {
                let mass = layers.free[layer][i];
                for (edge, chance) in segment.edges[node.first as usize..][..node.count as usize].iter().zip(&chances) {
                    match edge.to.child {
                        Child::Node(to) => flow(&mut layers.free[layer][to as usize], &mass, chance),
                        Child::Next(to) => flow(&mut layers.free_after[layer][to as usize], &mass, chance),
                    }
                }
            }
        }
        states = layers.held_after;
        let mut after = layers.free_after.into_iter();
        entries.extend(
            layers.reached.into_iter().map(|likelihood| given(t + 1, after.next().unwrap_or_default(), likelihood)),
        );
    }
    let mut likelihood = [0.0; L];
    for mass in &states {
        flow(&mut likelihood, mass, &[1.0; L]);
    }
    Filtered { now: given(game.now, states, likelihood), entries }
}

fn given<const L: usize>(from: usize, mut start: Vec<Mass<L>>, likelihood: Mass<L>) -> Run<L> {
    for mass in &mut start {
        for lane in 0..L {
            mass[lane] = if likelihood[lane] > 0.0 { mass[lane] / likelihood[lane] } else { 0.0 };
        }
    }
    Run { from, likelihood, start: Rows::from(&*start), after: Vec::new() }
}

/// Probability of each of a node's edges.
fn chances<const L: usize>(
    segment: &Segment,
    node: usize,
    lanes: &Lanes<L>,
    policy: &[Mass<L>],
    stored: usize,
) -> Vec<Mass<L>> {
    let spec = segment.nodes[node];
    let edges = &segment.edges[spec.first as usize..][..spec.count as usize];
    match spec.kind {
        Kind::Chance { .. } => edges.iter().map(|edge| lanes.values[edge.weight.index()]).collect(),
        Kind::Decide { .. } | Kind::Names { .. } => policy[stored..][..edges.len()].to_vec(),
        Kind::Ballot { .. } => vec![policy[stored], policy[stored].map(|p| 1.0 - p)],
    }
}

/// The same at a ballot of which the entry awaited says how some answered: together with these answers.
fn known<const L: usize>(
    game: &Game,
    kind: Kind,
    sighting: &Sighting,
    lanes: &Lanes<L>,
    policy: &[Mass<L>],
    stored: usize,
    sums: &mut Sums<L>,
) -> Option<Vec<Mass<L>>> {
    let Kind::Ballot { tally, answers, action, sitting } = kind else { return None };
    let mut said = sighting.answers.iter().filter(|said| said.sitting == sitting).peekable();
    if said.peek().is_none() || !sighting.actions.contains(&action) {
        return None;
    }
    let electors = &game.answers[answers as usize];
    let mut yes = policy[stored + 1..][..electors.len()].to_vec();
    let mut no: Vec<Mass<L>> = electors
        .iter()
        .zip(&yes)
        .map(|(answering, yes)| match answering.voice {
            Voicing::Actor(_) => yes.map(|p| 1.0 - p),
            Voicing::Habit { comes, .. } => std::array::from_fn(|lane| lanes.values[comes.index()][lane] - yes[lane]),
            Voicing::Silent => [0.0; L],
        })
        .collect();
    let mut both = [1.0; L];
    for answer in said {
        for lane in 0..L {
            both[lane] *= if answer.yes { yes[answer.elector][lane] } else { no[answer.elector][lane] };
        }
        yes[answer.elector] = [f64::from(u8::from(answer.yes)); L];
        no[answer.elector] = [f64::from(u8::from(!answer.yes)); L];
    }
    let pass = lanes.counts[tally as usize].passes(0, |k| yes[k], |k| no[k], sums);
    let product = |p: &dyn Fn(usize) -> f64| std::array::from_fn(|lane| both[lane] * p(lane));
    Some(vec![product(&|lane| pass[lane]), product(&|lane| 1.0 - pass[lane])])
}
