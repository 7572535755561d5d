//! Games that somebody sees otherwise than they are.
//!
//! Versions of the game are swept side by side, one state's value in each: every view that somebody has, in which all share
//! it; the game as it is; the game as it is with those whose error is known doing what they will do; and what happens.
//! One that errs decides in each version by what its decision is worth in another: in what happens, by its own view.

use crate::count::Sums;
use crate::kernel::{Lanes, add, answer, child_values, edge_worth, pay, pay_list};
use crate::names;
use crate::program::SegmentProgram;
use crate::wide::widest;
use game::choice::logit_lanes;
use game::draw::{Draw, perceived};
use game::graph::{Child, Edge, Game, IDLE_TWIN, Kind, NO_TWIN, NO_VIEW, Node, Segment, Voicing};
use game::real;

type Values<const L: usize> = Vec<[f64; L]>;

/// The versions of a block of draws.
pub struct Views<const L: usize> {
    /// Each view's numbers.
    perceived: Vec<Lanes<L>>,
    known: Vec<bool>,
    /// `[version]`: what states are worth in the next period, and in this one.
    next: Vec<Values<L>>,
    now: Vec<Values<L>>,
    /// `[version]`: values of nodes, and this period's choices.
    nodes: Vec<Values<L>>,
    policy: Vec<Values<L>>,
}

widest! {
    /// One period backwards: `values` of what happens, at its end and then at its beginning; its choices into `policy`.
    pub fn sweep<const L: usize>(
        views: &mut Views<L>,
        game: &Game,
        segment: &Segment,
        program: &SegmentProgram,
        truth: &Lanes<L>,
        values: &mut [[f64; L]],
        policy: &mut [[f64; L]],
    ) {
        views.plain_sweep(game, segment, program, truth, values, policy);
    }
}

impl<const L: usize> Views<L> {
    pub fn new(game: &Game, draws: &[&Draw; L], lanes_of: &dyn Fn(&[&Draw; L]) -> Lanes<L>) -> Views<L> {
        let perceived: Vec<Lanes<L>> = game
            .views
            .iter()
            .map(|view| {
                let seen: [Draw; L] = std::array::from_fn(|lane| perceived(draws[lane], view));
                lanes_of(&std::array::from_fn(|lane| &seen[lane]))
            })
            .collect();
        let versions = game.views.len() + 3;
        Views {
            perceived,
            known: game.views.iter().map(|view| view.known).collect(),
            next: Vec::new(),
            now: vec![Vec::new(); versions],
            nodes: vec![Vec::new(); versions],
            policy: vec![Vec::new(); versions],
        }
    }

    /// Versions: the views, the game as it is, the game as the others see it who know of errors, what happens.
    fn versions(&self) -> usize {
        self.perceived.len() + 3
    }

    /// By which version's worth one with this view decides in a version.
    fn source(&self, version: usize, view: u16) -> usize {
        let truth = self.perceived.len();
        match version.checked_sub(truth) {
            // In a view all share it; in the game as it is everybody does what it should.
            None | Some(0) => version,
            Some(1) if view != NO_VIEW && self.known[usize::from(view)] => usize::from(view),
            Some(1) => version,
            _ if view != NO_VIEW => usize::from(view),
            _ => truth + 1,
        }
    }

    fn lanes<'l>(&'l self, version: usize, truth: &'l Lanes<L>) -> &'l Lanes<L> {
        self.perceived.get(version).unwrap_or(truth)
    }

    #[inline(always)]
    fn plain_sweep(
        &mut self,
        game: &Game,
        segment: &Segment,
        program: &SegmentProgram,
        truth: &Lanes<L>,
        values: &mut [[f64; L]],
        policy: &mut [[f64; L]],
    ) {
        let (actors, versions) = (game.actors.len(), self.versions());
        if self.next.is_empty() {
            // At the end of the calendar: every version by its own numbers.
            self.next = (0..versions)
                .map(|version| {
                    let mut last = vec![[0.0; L]; game.n_states() * actors];
                    for (state, worth) in game.last.iter().enumerate() {
                        for (actor, slot) in game.payments.list(*worth) {
                            last[state * actors + usize::from(*actor)] =
                                self.lanes(version, truth).values[slot.index()];
                        }
                    }
                    if segment.discount != game::table::Table::ONE {
                        discount(&mut last, &self.lanes(version, truth).values[segment.discount.index()]);
                    }
                    last
                })
                .collect();
        } else if segment.discount != game::table::Table::ONE {
            for version in 0..versions {
                let by = self.lanes(version, truth).values[segment.discount.index()];
                discount(&mut self.next[version], &by);
            }
        }
        for version in 0..versions {
            self.now[version].clear();
            self.now[version].resize(game.n_states() * actors, [0.0; L]);
            self.nodes[version].resize(program.n_places * actors, [0.0; L]);
            self.policy[version].resize(program.n_policy, [0.0; L]);
        }
        let mut sums = Sums::default();
        let mut roots = program.roots.iter().peekable();
        for (i, node) in segment.nodes.iter().enumerate() {
            let edges = &segment.edges[node.first as usize..][..node.count as usize];
            // A loop, since a closure would not be compiled for wide vectors.
            let mut outs: Vec<Values<L>> = Vec::with_capacity(versions);
            for version in 0..versions {
                outs.push(self.node(game, segment, program, truth, (i, node, edges), version, &mut sums));
            }
            while let Some(&(_, boundary, payments)) = roots.next_if(|root| root.0 as usize == i) {
                for (version, out) in outs.iter().enumerate() {
                    let lanes = self.perceived.get(version).unwrap_or(truth);
                    let to = &mut self.now[version][boundary as usize * actors..][..actors];
                    add(to, &[1.0; L], out, payments, game, lanes);
                }
            }
            for (version, out) in outs.into_iter().enumerate() {
                self.nodes[version][program.place[i] as usize * actors..][..actors].copy_from_slice(&out);
            }
        }
        for &(boundary, from, payments) in &program.passing {
            for version in 0..versions {
                let lanes = self.perceived.get(version).unwrap_or(truth);
                let value = &self.next[version][from as usize * actors..][..actors];
                add(
                    &mut self.now[version][boundary as usize * actors..][..actors],
                    &[1.0; L],
                    value,
                    payments,
                    game,
                    lanes,
                );
            }
        }
        std::mem::swap(&mut self.next, &mut self.now);
        values.copy_from_slice(&self.next[versions - 1]);
        policy.copy_from_slice(&self.policy[versions - 1]);
    }

    /// A node's value in a version, its choice stored there.
    #[inline(always)]
    fn node(
        &mut self,
        game: &Game,
        segment: &Segment,
        program: &SegmentProgram,
        truth: &Lanes<L>,
        (i, node, edges): (usize, &Node, &[Edge]),
        version: usize,
        sums: &mut Sums<L>,
    ) -> Values<L> {
        let actors = game.actors.len();
        let at = program.policy[i] as usize;
        let mut out = vec![[0.0; L]; actors];
        let mut policy = std::mem::take(&mut self.policy[version]);
        let values = |of: usize, child: Child| child_values(child, actors, program, &self.nodes[of], &self.next[of]);
        let lanes = self.lanes(version, truth);
        match node.kind {
            Kind::Chance { .. } => {
                for edge in edges {
                    let weight = &lanes.values[edge.weight.index()];
                    add(&mut out, weight, values(version, edge.to.child), edge.to.payments, game, lanes);
                }
            }
            Kind::Decide { actor, view, twin, .. } => {
                let source = self.source(version, view);
                let chosen = &mut policy[at..at + edges.len()];
                if twin != NO_TWIN && source != version {
                    self.as_elsewhere(segment, program, source, twin, edges, chosen);
                } else {
                    let by = self.lanes(source, truth);
                    let worths: Values<L> =
                        edges.iter().map(|e| edge_worth(e, actor, values(source, e.to.child), game, by)).collect();
                    let priors: Values<L> = edges.iter().map(|edge| by.values[edge.weight.index()]).collect();
                    logit_lanes(&priors, &worths, &by.precision[usize::from(actor)], chosen);
                }
                for (edge, p) in edges.iter().zip(chosen.iter()) {
                    add(&mut out, p, values(version, edge.to.child), edge.to.payments, game, lanes);
                }
            }
            Kind::Ballot { tally, answers, .. } => {
                let answers = &game.answers[answers as usize];
                let whole = |of: usize| -> [Values<L>; 2] {
                    std::array::from_fn(|k| {
                        let mut whole = values(of, edges[k].to.child).to_vec();
                        pay_list(&mut whole, edges[k].to.payments, game, self.lanes(of, truth));
                        whole
                    })
                };
                let [passed, failed] = whole(version);
                let mut elsewhere: Vec<Option<[Values<L>; 2]>> = vec![None; self.versions()];
                let (yes, no): (Values<L>, Values<L>) = answers
                    .iter()
                    .map(|answering| {
                        let source = self.source(version, answering.view);
                        if source == version {
                            return answer(answering, &passed, &failed, lanes);
                        }
                        let [passed, failed] = elsewhere[source].get_or_insert_with(|| whole(source));
                        answer(answering, passed, failed, self.lanes(source, truth))
                    })
                    .unzip();
                let pass = lanes.counts[tally as usize].passes(0, |k| yes[k], |k| no[k], sums);
                policy[at] = pass;
                if program.answers {
                    policy[at + 1..][..yes.len()].copy_from_slice(&yes);
                }
                for ((out, passed), failed) in out.iter_mut().zip(&passed).zip(&failed) {
                    real::whole_lanes();
                    for lane in 0..L {
                        out[lane] = pass[lane] * passed[lane] + (1.0 - pass[lane]) * failed[lane];
                    }
                }
                for (elector, answering) in answers.iter().enumerate() {
                    if let Voicing::Actor(actor) = answering.voice {
                        pay(&mut out[usize::from(actor)], &yes[elector], answering.pays[0], lanes);
                        pay(&mut out[usize::from(actor)], &no[elector], answering.pays[1], lanes);
                    }
                }
            }
            Kind::Names { answers, names, .. } => {
                let answers = &game.answers[answers as usize];
                let names = usize::from(names);
                let mut said: Values<L> = vec![[0.0; L]; answers.len() * names];
                for (answering, row) in answers.iter().zip(said.chunks_exact_mut(names.max(1))) {
                    let source = self.source(version, answering.view);
                    let by = self.lanes(source, truth);
                    names::says(game, answering, edges, by, row, &|child| values(source, child));
                }
                let here = |child| values(version, child);
                let stored = &mut policy[at..];
                names::result(game, node, edges, lanes, &mut out, stored, program.answers, &said, sums, here);
            }
        }
        self.policy[version] = policy;
        out
    }

    /// Choices as in another node, by the labels of what is possible here; nothing of it possible, all alike.
    fn as_elsewhere(
        &self,
        segment: &Segment,
        program: &SegmentProgram,
        source: usize,
        twin: u32,
        edges: &[Edge],
        chosen: &mut [[f64; L]],
    ) {
        let there = (twin != IDLE_TWIN).then(|| {
            let other = segment.nodes[twin as usize];
            let labels = &segment.edges[other.first as usize..][..other.count as usize];
            labels.iter().zip(&self.policy[source][program.policy[twin as usize] as usize..][..labels.len()])
        });
        for lane in 0..L {
            let share = |edge: &Edge| -> f64 {
                match &there {
                    Some(there) => {
                        there.clone().filter(|(other, _)| other.label == edge.label).map(|(_, p)| p[lane]).sum()
                    }
                    None => f64::from(u8::from(edge.label == Edge::HOLD)),
                }
            };
            let total: f64 = edges.iter().map(share).sum();
            for (edge, chosen) in edges.iter().zip(chosen.iter_mut()) {
                chosen[lane] = if total > 0.0 { share(edge) / total } else { 1.0 / edges.len() as f64 };
            }
        }
    }
}

fn discount<const L: usize>(values: &mut Values<L>, by: &[f64; L]) {
    for value in values {
        for lane in 0..L {
            value[lane] *= by[lane];
        }
    }
}
