//! A round among several names: who is said, who wins, who stands again.

use crate::count::Sums;
use crate::kernel::{Lanes, add_edge, edge_worth, pay};
use crate::rows::Rows;
use game::graph::{Answering, Child, Edge, Game, Kind, Node, Voicing};
use game::real;
use game::tally::Suffices;
use std::collections::BTreeMap;

/// Adds a round's value to `out` and stores the chance of each of its edges. `room`: for what is said, and for sums.
#[allow(clippy::too_many_arguments, reason = "one node's share of the sweep: the graph, the numbers, the room")]
#[inline(always)]
pub fn poll<'v, const L: usize>(
    game: &Game,
    node: &Node,
    edges: &[Edge],
    lanes: &Lanes<L>,
    out: &mut [[f64; L]],
    policy: &mut [[f64; L]],
    with_answers: bool,
    (said, sums): (&mut Rows<L>, &mut Sums<L>),
    values: impl Fn(Child) -> &'v [[f64; L]],
) {
    let Kind::Names { answers, names, .. } = node.kind else { return };
    let names = usize::from(names);
    let answers = &game.answers[answers as usize];
    said.resize(answers.len() * names);
    for (answering, row) in answers.iter().zip(said.chunks_exact_mut(names.max(1))) {
        says(game, answering, edges, lanes, row, &values);
    }
    result(game, node, edges, lanes, out, policy, with_answers, said, sums, values);
}

/// How likely an elector is to say each name, by these values and numbers, into `row` `[n_names]`.
#[inline(always)]
pub fn says<'v, const L: usize>(
    game: &Game,
    answering: &Answering,
    edges: &[Edge],
    lanes: &Lanes<L>,
    row: &mut [[f64; L]],
    values: &impl Fn(Child) -> &'v [[f64; L]],
) {
    match answering.voice {
        Voicing::Actor(actor) => {
            for ((edge, pays), worth) in edges.iter().zip(&answering.pays).zip(&mut *row) {
                *worth = edge_worth(edge, actor, values(edge.to.child), game, lanes);
                pay(worth, &[1.0; L], *pays, lanes);
            }
            logit(row, &lanes.precision[usize::from(actor)]);
        }
        Voicing::Habit { .. } => {
            let each = 1.0 / row.len() as f64;
            row.fill([each; L]);
        }
        Voicing::Silent => row.fill([0.0; L]),
    }
}

/// What follows from what is said: a round's value into `out`, the chance of each of its edges into `policy`, from its
/// beginning.
///
/// - `said` `[n_electors · n_names]`, elector by elector.
#[allow(clippy::too_many_arguments, reason = "one node's share of the sweep: the graph, the numbers, the room")]
#[inline(always)]
pub fn result<'v, const L: usize>(
    game: &Game,
    node: &Node,
    edges: &[Edge],
    lanes: &Lanes<L>,
    out: &mut [[f64; L]],
    policy: &mut [[f64; L]],
    with_answers: bool,
    said: &[[f64; L]],
    sums: &mut Sums<L>,
    values: impl Fn(Child) -> &'v [[f64; L]],
) {
    let Kind::Names { answers, names, .. } = node.kind else { return };
    let (chances, stored) = policy.split_at_mut(edges.len());
    exits(game, node.kind, lanes.settled.of(answers, true), said, lanes, sums, chances);
    for (edge, chance) in edges.iter().zip(&*chances) {
        add_edge(out, chance, values(edge.to.child), edge, game, lanes);
    }
    for (answering, said) in game.answers[answers as usize].iter().zip(said.chunks_exact(usize::from(names).max(1))) {
        if let Voicing::Actor(actor) = answering.voice {
            for (chance, pays) in said.iter().zip(&answering.pays) {
                pay(&mut out[usize::from(actor)], chance, *pays, lanes);
            }
        }
    }
    if with_answers {
        stored[..said.len()].copy_from_slice(said);
    }
}

/// How far each elector can move the result of a round: the largest total-variation distance between the chances of its
/// exits if it says one name and if it says another, the others' answers being as they are.
///
/// - `said` `[n_electors][n_names]`: chances of saying each name.
pub fn pivots<const L: usize>(
    game: &Game,
    kind: Kind,
    n_edges: usize,
    said: &[Vec<f64>],
    lane: usize,
    lanes: &Lanes<L>,
) -> Vec<f64> {
    let Kind::Names { tally, names, pairs, .. } = kind else { return Vec::new() };
    let (tally, names) = (tally as usize, usize::from(names));
    let count = &lanes.counts[tally];
    let better = game.tallies[tally].rules[0].what == Suffices::Better;
    let mut most = vec![0.0_f64; said.len()];
    if names < 2 {
        return most;
    }
    if (better && names == 2) || !(better || (pairs && names > 2)) {
        // Two answers a and b differ in whether a and whether b is elected: by the larger of the two pivots.
        for name in 0..names {
            let yes: Vec<f64> = said.iter().map(|row| row[name]).collect();
            let no: Vec<f64> = said.iter().map(|row| row.iter().sum::<f64>() - row[name]).collect();
            for (most, pivot) in most.iter_mut().zip(count.pivots(lane, &yes, &no)) {
                *most = most.max(pivot);
            }
        }
        return most;
    }
    let mut rows: Vec<[f64; L]> = said.iter().flatten().map(|p| [*p; L]).collect();
    let mut sums = Sums::default();
    for (elector, most) in most.iter_mut().enumerate() {
        let own = elector * names..(elector + 1) * names;
        let usual = rows[own.clone()].to_vec();
        let results: Vec<Vec<[f64; L]>> = (0..names)
            .map(|name| {
                rows[own.clone()].fill([0.0; L]);
                rows[own.start + name] = [1.0; L];
                let mut chances = vec![[0.0; L]; n_edges];
                exits(game, kind, 0, &rows, lanes, &mut sums, &mut chances);
                chances
            })
            .collect();
        rows[own].copy_from_slice(&usual);
        for (i, a) in results.iter().enumerate() {
            for b in &results[i + 1..] {
                let apart: f64 = a.iter().zip(b).map(|(x, y)| (x[lane] - y[lane]).abs()).sum();
                *most = most.max(apart / 2.0);
            }
        }
    }
    most
}

/// Utilities become chances.
#[inline(always)]
fn logit<const L: usize>(row: &mut [[f64; L]], precision: &[f64; L]) {
    let (mut best, mut total, precision) = ([f64::NEG_INFINITY; L], [0.0; L], *precision);
    for utility in &*row {
        real::whole_lanes();
        for lane in 0..L {
            best[lane] = if utility[lane] > best[lane] { utility[lane] } else { best[lane] };
        }
    }
    for utility in &mut *row {
        real::whole_lanes();
        let mut weight = *utility;
        for lane in 0..L {
            weight[lane] = real::exp(precision[lane] * (weight[lane] - best[lane]));
        }
        for lane in 0..L {
            total[lane] += weight[lane];
        }
        *utility = weight;
    }
    for chance in row {
        real::whole_lanes();
        for lane in 0..L {
            chance[lane] /= total[lane];
        }
    }
}

/// Chance of each exit into `chances`: every name, then the fallbacks.
///
/// - `settled`: whose answers are those that follow from the draw; 0 for none.
#[inline(always)]
fn exits<const L: usize>(
    game: &Game,
    kind: Kind,
    settled: u32,
    said: &[[f64; L]],
    lanes: &Lanes<L>,
    sums: &mut Sums<L>,
    chances: &mut [[f64; L]],
) {
    let Kind::Names { tally, names, pairs, .. } = kind else { return };
    let (tally, names) = (tally as usize, usize::from(names));
    let count = &lanes.counts[tally];
    let better = game.tallies[tally].rules[0].what == Suffices::Better;
    if (better && names != 2) || (pairs && names > 2) {
        placed(game, tally, names, better, said, lanes, chances);
        return;
    }
    // Who is not the better of two is the other.
    let asked = if better { 1 } else { names };
    let mut none = [1.0; L];
    for (name, chosen) in chances[..asked].iter_mut().enumerate() {
        let others = |elector: usize| {
            let mut sum = [0.0; L];
            for (other, chance) in said[elector * names..][..names].iter().enumerate() {
                if other != name {
                    for lane in 0..L {
                        sum[lane] += chance[lane];
                    }
                }
            }
            sum
        };
        *chosen = count.passes(settled, |elector| said[elector * names + name], others, sums);
        for lane in 0..L {
            none[lane] -= chosen[lane];
        }
    }
    if better {
        chances[1] = none;
    } else if let Some(again) = chances.get_mut(names) {
        *again = none.map(|p| p.max(0.0));
    }
}

/// Combinations of the names' votes up to which they are all gone through.
const COMBINATIONS: f64 = 20_000.0;

/// Three names or more, where it matters who is best placed: every division of the votes among them.
///
/// In an electorate so large that there are too many of these, electors count as wholes: who is best placed is read off
/// their lines, and presence plays no part; whether a name reaches the rule still depends on cohesion.
fn placed<const L: usize>(
    game: &Game,
    tally: usize,
    names: usize,
    better: bool,
    said: &[[f64; L]],
    lanes: &Lanes<L>,
    chances: &mut [[f64; L]],
) {
    let count = &lanes.counts[tally];
    let tally = &game.tallies[tally];
    // Of so many votes or fewer among so many names there are (votes + names choose names) divisions.
    let combinations: f64 = (1..=names).map(|i| (tally.total() as usize + i) as f64 / i as f64).product();
    let consent = tally.rules.iter().any(|rule| rule.what == Suffices::Consent);
    let exact = combinations <= COMBINATIONS && !consent;
    let cast = if exact {
        count.cast()
    } else {
        let whole = |most: u32| (0..=most).map(|votes| [f64::from(u8::from(votes == most)); L]).collect();
        tally.members.iter().map(|members| whole(members.most)).collect()
    };
    let divisions = divisions(names, said, &cast);
    chances.fill([0.0; L]);
    for (division, chance) in &divisions {
        if better {
            let best = division.iter().max().copied().unwrap_or(0);
            let tied = division.iter().filter(|votes| **votes == best).count() as f64;
            for (name, votes) in division.iter().enumerate() {
                if *votes == best {
                    for lane in 0..L {
                        chances[name][lane] += chance[lane] / tied;
                    }
                }
            }
            continue;
        }
        let all = division.iter().sum();
        let mut none = *chance;
        for (name, votes) in division.iter().enumerate() {
            let reaches = if exact { count.reached(*votes, all) } else { count.reaches(*votes) };
            for lane in 0..L {
                chances[name][lane] += chance[lane] * reaches[lane];
                none[lane] -= chance[lane] * reaches[lane];
            }
        }
        let shares = pair_shares(division);
        for (pair, share) in shares.iter().enumerate() {
            for lane in 0..L {
                chances[names + pair][lane] += none[lane] * share;
            }
        }
    }
}

/// Every division of the votes among the names with its chance, in order, so that sums are too.
fn divisions<const L: usize>(
    names: usize,
    said: &[[f64; L]],
    cast: &[Vec<[f64; L]>],
) -> BTreeMap<Vec<usize>, [f64; L]> {
    let mut divisions: BTreeMap<Vec<usize>, [f64; L]> = std::iter::once((vec![0; names], [1.0; L])).collect();
    for (row, cast) in said.chunks_exact(names).zip(cast) {
        let possible: Vec<(usize, &[f64; L])> =
            cast.iter().enumerate().filter(|(_, chance)| chance.iter().any(|p| *p > 0.0)).collect();
        let mut next = BTreeMap::new();
        for (division, chance) in &divisions {
            let mut away = [1.0; L];
            for (name, p) in row.iter().enumerate() {
                for (votes, q) in &possible {
                    let mut to = division.clone();
                    to[name] += votes;
                    let at = next.entry(to).or_insert([0.0; L]);
                    for lane in 0..L {
                        at[lane] += chance[lane] * p[lane] * q[lane];
                    }
                }
                for lane in 0..L {
                    away[lane] -= p[lane];
                }
            }
            // A silent elector says no name.
            if away.iter().any(|p| *p > 0.5) {
                let at = next.entry(division.clone()).or_insert([0.0; L]);
                for lane in 0..L {
                    at[lane] += chance[lane] * away[lane];
                }
            }
        }
        divisions = next;
    }
    divisions
}

/// How likely each pair of names (in order 01, 02, …, 12, …) is to be the two best placed, ties by lot.
fn pair_shares(division: &[usize]) -> Vec<f64> {
    let names = division.len();
    let mut sorted = division.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let (first, second) = (sorted[0], sorted[1]);
    let above = division.iter().filter(|v| **v > second).count();
    let level = division.iter().filter(|v| **v == second).count();
    let mut shares = Vec::new();
    for i in 0..names {
        for j in i + 1..names {
            let (a, b) = (division[i], division[j]);
            let share = if first == second {
                // Both places are drawn among those level at the top.
                if a == second && b == second { 2.0 / (level * (level - 1)) as f64 } else { 0.0 }
            } else {
                debug_assert_eq!(above, 1);
                let (high, low) = (a.max(b), a.min(b));
                if high == first && low == second { 1.0 / level as f64 } else { 0.0 }
            };
            shares.push(share);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::pair_shares;

    #[test]
    fn two_best_placed() {
        assert_eq!(pair_shares(&[5, 3, 1]), [1.0, 0.0, 0.0]);
        assert_eq!(pair_shares(&[5, 3, 3]), [0.5, 0.5, 0.0]);
        assert_eq!(pair_shares(&[2, 2, 2]), [1.0 / 3.0; 3]);
        assert_eq!(pair_shares(&[1, 4, 4]), [0.0, 0.0, 1.0]);
    }
}
