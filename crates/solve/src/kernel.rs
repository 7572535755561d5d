//! One period swept backwards: from what each state is worth when the next period begins to what it is worth now.
//!
//! `L` draws are solved side by side, draws innermost. Every lane does the same operations in the same order, without
//! fused multiply-adds, so that results do not depend on the width of the machine's vectors.

use crate::count::{Count, Sums};
use crate::names;
use crate::program::SegmentProgram;
use crate::rows::Rows;
use crate::settled::Settlements;
use crate::wide::widest;
use game::choice::logit_lanes;
use game::graph::{Answering, Child, Edge, Game, Kind, PaymentsId, Segment, Voicing};
use game::real;
use game::table::{Slot, Table};
use std::sync::Arc;

/// What sweeping needs besides the graph: the numbers of `L` draws.
pub struct Lanes<const L: usize> {
    /// Values of the table's slots.
    pub values: Rows<L>,
    /// Precision of each actor.
    pub precision: Rows<L>,
    /// Countings of the game's tallies.
    pub counts: Vec<Count<L>>,
    /// Whose answers follow from the draw.
    pub settled: Arc<Settlements>,
}

/// Room that is used again from node to node.
#[derive(Default)]
pub struct Room<const L: usize> {
    values: Rows<L>,
    out: Rows<L>,
    passed: Rows<L>,
    failed: Rows<L>,
    worths: Rows<L>,
    priors: Rows<L>,
    yes: Rows<L>,
    no: Rows<L>,
    said: Rows<L>,
    sums: Sums<L>,
}

/// Where a child's values are.
#[inline(always)]
pub fn child_values<'a, const L: usize>(
    child: Child,
    actors: usize,
    program: &SegmentProgram,
    values: &'a [[f64; L]],
    next: &'a [[f64; L]],
) -> &'a [[f64; L]] {
    match child {
        Child::Node(node) => &values[program.place[node as usize] as usize * actors..][..actors],
        Child::Next(state) => &next[state as usize * actors..][..actors],
    }
}

/// `out += weight × (values + payments)`.
#[inline(always)]
pub fn add<const L: usize>(
    out: &mut [[f64; L]],
    weight: &[f64; L],
    values: &[[f64; L]],
    payments: PaymentsId,
    game: &Game,
    lanes: &Lanes<L>,
) {
    for (out, value) in out.iter_mut().zip(values) {
        real::whole_lanes();
        let (mut sum, value) = (*out, *value);
        for lane in 0..L {
            sum[lane] += weight[lane] * value[lane];
        }
        *out = sum;
    }
    if payments != PaymentsId::NONE {
        for (actor, slot) in game.payments.list(payments) {
            real::whole_lanes();
            let paid = lanes.values[slot.index()];
            let out = &mut out[usize::from(*actor)];
            let mut sum = *out;
            for lane in 0..L {
                sum[lane] += weight[lane] * paid[lane];
            }
            *out = sum;
        }
    }
}

/// `out`: what edges lead to and pay, by their weights.
#[inline(always)]
fn blend<'v, 'w, const L: usize>(
    out: &mut [[f64; L]],
    edges: &[Edge],
    weight: impl Fn(usize) -> &'w [f64; L],
    values: impl Fn(Child) -> &'v [[f64; L]],
    game: &Game,
    lanes: &Lanes<L>,
) {
    // Two edges, as nearly always, are taken at once: everything is read and written once.
    let [one, other] = edges else {
        out.fill([0.0; L]);
        for (k, edge) in edges.iter().enumerate() {
            add(out, weight(k), values(edge.to.child), edge.to.payments, game, lanes);
        }
        return;
    };
    let (p, q) = (*weight(0), *weight(1));
    for ((out, a), b) in out.iter_mut().zip(values(one.to.child)).zip(values(other.to.child)) {
        real::whole_lanes();
        let (a, b) = (*a, *b);
        let mut sum = [0.0; L];
        for lane in 0..L {
            sum[lane] = p[lane] * a[lane] + q[lane] * b[lane];
        }
        *out = sum;
    }
    for (edge, weight) in [(one, &p), (other, &q)] {
        for (actor, slot) in game.payments.list(edge.to.payments) {
            pay(&mut out[usize::from(*actor)], weight, *slot, lanes);
        }
    }
}

/// What an edge is worth to one actor.
#[inline(always)]
fn worth<const L: usize>(edge: &Edge, actor: u16, values: &[[f64; L]], game: &Game, lanes: &Lanes<L>) -> [f64; L] {
    let mut worth = values[usize::from(actor)];
    if edge.to.payments != PaymentsId::NONE {
        let list = game.payments.list(edge.to.payments);
        if let Ok(at) = list.binary_search_by_key(&actor, |(actor, _)| *actor) {
            let paid = &lanes.values[list[at].1.index()];
            for lane in 0..L {
                worth[lane] += paid[lane];
            }
        }
    }
    worth
}

widest! {
    /// `now[state][actor]` from `next[state][actor]`; choice probabilities into `policy`.
    pub fn sweep<const L: usize>(
        game: &Game,
        segment: &Segment,
        program: &SegmentProgram,
        lanes: &Lanes<L>,
        room: &mut Room<L>,
        next: &[[f64; L]],
        now: &mut [[f64; L]],
        policy: &mut [[f64; L]],
    ) {
        let actors = game.actors.len();
        let Room { values: here, out, passed, failed, worths, priors, yes, no, said, sums } = room;
        here.resize(program.n_places * actors);
        out.resize(actors);
        passed.resize(actors);
        failed.resize(actors);
        let (here, out) = (&mut here[..], &mut out[..]);
        let mut roots = program.roots.iter().peekable();
        for (i, node) in segment.nodes.iter().enumerate() {
            let edges = &segment.edges[node.first as usize..][..node.count as usize];
            match node.kind {
                Kind::Chance { .. } => {
                    let weight = |k: usize| &lanes.values[edges[k].weight.index()];
                    blend(out, edges, weight, |child| child_values(child, actors, program, here, next), game, lanes);
                }
                Kind::Decide { actor, .. } => {
                    worths.resize(edges.len());
                    priors.resize(edges.len());
                    let (worths, priors) = (&mut worths[..], &mut priors[..]);
                    for ((edge, own), prior) in edges.iter().zip(&mut *worths).zip(&mut *priors) {
                        let values = child_values(edge.to.child, actors, program, here, next);
                        *own = worth(edge, actor, values, game, lanes);
                        *prior = lanes.values[edge.weight.index()];
                    }
                    let chosen = &mut policy[program.policy[i] as usize..][..edges.len()];
                    logit_lanes(priors, worths, &lanes.precision[usize::from(actor)], chosen);
                    let chosen = &*chosen;
                    blend(
                        out,
                        edges,
                        |k| &chosen[k],
                        |child| child_values(child, actors, program, here, next),
                        game,
                        lanes,
                    );
                }
                Kind::Ballot { tally, answers, .. } => {
                    let settled = lanes.settled.of(answers, false);
                    let answers = &game.answers[answers as usize];
                    yes.resize(answers.len());
                    no.resize(answers.len());
                    let (yes, no) = (&mut yes[..], &mut no[..]);
                    let values = |k: usize| child_values(edges[k].to.child, actors, program, here, next);
                    let passed = with_payments(values(0), edges[0].to.payments, &mut *passed, game, lanes);
                    let failed = with_payments(values(1), edges[1].to.payments, &mut *failed, game, lanes);
                    for ((answering, yes), no) in answers.iter().zip(&mut *yes).zip(&mut *no) {
                        real::whole_lanes();
                        (*yes, *no) = answer(answering, passed, failed, lanes);
                    }
                    let pass = lanes.counts[tally as usize].passes(settled, |k| yes[k], |k| no[k], sums);
                    policy[program.policy[i] as usize] = pass;
                    if program.answers {
                        policy[program.policy[i] as usize + 1..][..yes.len()].copy_from_slice(yes);
                    }
                    for ((out, passed), failed) in out.iter_mut().zip(passed).zip(failed) {
                        real::whole_lanes();
                        let (passed, failed) = (*passed, *failed);
                        let mut sum = [0.0; L];
                        for lane in 0..L {
                            sum[lane] = pass[lane] * passed[lane] + (1.0 - pass[lane]) * failed[lane];
                        }
                        *out = sum;
                    }
                    for (elector, answering) in answers.iter().enumerate() {
                        if let Voicing::Actor(actor) = answering.voice {
                            pay(&mut out[usize::from(actor)], &yes[elector], answering.pays[0], lanes);
                            pay(&mut out[usize::from(actor)], &no[elector], answering.pays[1], lanes);
                        }
                    }
                }
                Kind::Names { .. } => {
                    out.fill([0.0; L]);
                    let stored = &mut policy[program.policy[i] as usize..];
                    names::poll(game, node, edges, lanes, out, stored, program.answers, (said, sums), |child| {
                        child_values(child, actors, program, here, next)
                    });
                }
            }
            copy(&mut here[program.place[i] as usize * actors..][..actors], out);
            while let Some(&(_, boundary, payments)) = roots.next_if(|root| root.0 as usize == i) {
                let begins = &mut now[boundary as usize * actors..][..actors];
                begins.fill([0.0; L]);
                add(begins, &[1.0; L], out, payments, game, lanes);
            }
        }
        for &(boundary, from, payments) in &program.passing {
            let begins = &mut now[boundary as usize * actors..][..actors];
            begins.fill([0.0; L]);
            add(begins, &[1.0; L], &next[from as usize * actors..][..actors], payments, game, lanes);
        }
    }
}

/// Copies rows, of which there are too few to call for help.
#[inline(always)]
fn copy<const L: usize>(to: &mut [[f64; L]], from: &[[f64; L]]) {
    for (to, from) in to.iter_mut().zip(from) {
        real::whole_lanes();
        *to = *from;
    }
}

/// `out += chance × amount`.
#[inline(always)]
pub fn pay<const L: usize>(out: &mut [f64; L], chance: &[f64; L], amount: Slot, lanes: &Lanes<L>) {
    if amount != Table::ZERO {
        let (amount, chance) = (lanes.values[amount.index()], *chance);
        let mut sum = *out;
        for lane in 0..L {
            sum[lane] += chance[lane] * amount[lane];
        }
        *out = sum;
    }
}

/// Values with what is paid on the way to them, in `whole` if anything is.
#[inline(always)]
fn with_payments<'a, const L: usize>(
    values: &'a [[f64; L]],
    payments: PaymentsId,
    whole: &'a mut [[f64; L]],
    game: &Game,
    lanes: &Lanes<L>,
) -> &'a [[f64; L]] {
    if payments == PaymentsId::NONE {
        return values;
    }
    copy(whole, values);
    pay_list(whole, payments, game, lanes);
    whole
}

/// Adds a list of payments to values.
#[inline(always)]
pub fn pay_list<const L: usize>(values: &mut [[f64; L]], payments: PaymentsId, game: &Game, lanes: &Lanes<L>) {
    for (actor, slot) in game.payments.list(payments) {
        real::whole_lanes();
        let paid = lanes.values[slot.index()];
        let value = &mut values[usize::from(*actor)];
        let mut sum = *value;
        for lane in 0..L {
            sum[lane] += paid[lane];
        }
        *value = sum;
    }
}

/// An elector's chances of yes and of no.
#[inline(always)]
pub fn answer<const L: usize>(
    answering: &Answering,
    passed: &[[f64; L]],
    failed: &[[f64; L]],
    lanes: &Lanes<L>,
) -> ([f64; L], [f64; L]) {
    let (mut yes, mut no) = ([0.0; L], [0.0; L]);
    match answering.voice {
        Voicing::Actor(actor) => {
            let (passed, failed) = (passed[usize::from(actor)], failed[usize::from(actor)]);
            let (pay_yes, pay_no) = (lanes.values[answering.pays[0].index()], lanes.values[answering.pays[1].index()]);
            let precision = lanes.precision[usize::from(actor)];
            for lane in 0..L {
                let stake = (passed[lane] + pay_yes[lane]) - (failed[lane] + pay_no[lane]);
                yes[lane] = real::sigmoid(precision[lane] * stake);
            }
            for lane in 0..L {
                no[lane] = 1.0 - yes[lane];
            }
        }
        Voicing::Habit { comes, yes: says_yes } => {
            let (comes, says_yes) = (&lanes.values[comes.index()], &lanes.values[says_yes.index()]);
            for lane in 0..L {
                yes[lane] = comes[lane] * says_yes[lane];
                no[lane] = comes[lane] * (1.0 - says_yes[lane]);
            }
        }
        Voicing::Silent => {}
    }
    (yes, no)
}

/// What an edge is worth to an actor, for other modules.
#[inline(always)]
pub fn edge_worth<const L: usize>(
    edge: &Edge,
    actor: u16,
    values: &[[f64; L]],
    game: &Game,
    lanes: &Lanes<L>,
) -> [f64; L] {
    worth(edge, actor, values, game, lanes)
}

/// `out += weight × (values + payments)`, for other modules.
#[inline(always)]
pub fn add_edge<const L: usize>(
    out: &mut [[f64; L]],
    weight: &[f64; L],
    values: &[[f64; L]],
    edge: &Edge,
    game: &Game,
    lanes: &Lanes<L>,
) {
    add(out, weight, values, edge.to.payments, game, lanes);
}
