//! Who decides in play: for each kind of ballot how often it is held, how it ends, and how often each elector's own answer
//! changes the result while the others answer as they do in equilibrium.

use crate::band::{Band, Weights};
use crate::head::{Head, Request, label};
use crate::standing::{Base, Contradiction, ahead, base};
use case::model::Case;
use game::draw::Drawing;
use game::graph::{Game, Kind};
use game::tally::{Counting, Suffices};
use game::{Limits, Refusal};
use serde::Serialize;
use solve::{Solved, Solver, Want};
use std::collections::BTreeMap;
use thiserror::Error;

/// Every kind of ballot that can still be held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Power {
    #[serde(flatten)]
    pub head: Head,
    pub ballots: Vec<Occasion>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PowerError {
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Which part of a ballot it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Who attends.
    Sitting,
    /// Yes or no.
    Vote,
    /// A round in which a name must reach the rule.
    Round,
    /// A round in which the best placed wins.
    RunOff,
}

/// One kind of ballot: all ballots of one move or step, whatever it is bound to, under one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Occasion {
    /// `president.sitting`, `framework.nominate`.
    pub id: String,
    pub part: Part,
    /// Ballots put together here, by their ids.
    pub of: Vec<String>,
    /// Who votes.
    pub electorate: String,
    pub electorate_name: String,
    /// The rule in words.
    pub rule: String,
    /// Readings of a hypothesis under which this rule holds; empty where nothing is disputed.
    pub readings: Vec<String>,
    /// What passes it, where everybody comes, by the weights at their medians; `None` where nothing can.
    pub quota: Option<u32>,
    /// Everybody must agree: weights count for nothing.
    pub consent: bool,
    /// How often it is held on a path.
    pub held: Band,
    /// How often it passes (is quorate, elects somebody) where it is held.
    pub passes: Band,
    pub electors: Vec<Elector>,
}

/// An elector in play.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Elector {
    pub id: String,
    pub label: String,
    /// Its weight over draws.
    pub weight: Band,
    /// The weight at its median: what the indices are counted from.
    pub median: u32,
    /// How often it says yes (attends); `None` among names.
    pub yes: Option<Band>,
    /// How often its own answer changes the result, where the ballot is held.
    pub decides: Band,
    /// How many ballots of the kind it decides on a path.
    pub occasions: Band,
}

/// What of the ballots held is looked at: the others are the least likely ones.
pub const COVERED: f64 = 0.99;

/// What a kind of ballot is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'c> {
    /// First turn and slot it comes up in, so that kinds stand in the order of play.
    at: (u16, u16),
    id: &'c str,
    part: Part,
    electorate: u32,
}

/// A kind while it is put together.
struct Gathered<'c> {
    place: Place<'c>,
    counting: Counting,
    readings: Vec<usize>,
    hypothesis: Option<u32>,
    of: Vec<&'c str>,
    /// A tally of the kind: whose weights are shown.
    tally: u32,
}

/// What one draw says of one kind.
#[derive(Debug, Clone, PartialEq, Default)]
struct Told {
    held: f64,
    passed: f64,
    /// The part of `held` that was looked at, and what was found there.
    covered: f64,
    decides: Vec<f64>,
    yes: Vec<f64>,
    weights: Vec<f64>,
}

/// Solves the draws and reads every ballot. `covered`: the share of each kind's ballots, the likeliest first, that is
/// looked at ([`COVERED`]; 1 for all): no chance given is off by more than what is left out.
///
/// How often elector *b* decides a kind of ballot is, over all periods *t* and ballots *n* of the kind,
///
/// ```text
/// Σ r(t,n) d_b(t,n) / Σ r(t,n)
/// ```
///
/// with r the chance of coming to the ballot on the path and d the most that b's own answer can move the chances of its
/// results (total variation); of yes and no that is P(pass | b says yes) − P(pass | b says no), the chance that the ballot
/// passes with its yes and fails with its no. The others' answers are those of the equilibrium.
///
/// # Errors
/// [`PowerError`] where the log contradicts the case, or the game from `now` on is refused.
pub fn power(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    covered: f64,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Power, PowerError> {
    let Base { standing, .. } = base(case, game, drawing, (request.seed, request.draws), done)?;
    let game = &ahead(case, &standing, None, &Limits::default())?;
    let (kinds, kind_of) = kinds(case, game);
    let (draws, weights) = (&standing.draws, &standing.weights);
    let solver = Solver::new(game, Want::Answers);
    let told = solver.each(draws, done, |draw, solved| {
        let reading = |h: u32| draws[draw].readings[h as usize];
        tell(game, solved, &kinds, &kind_of, &reading, covered)
    });
    let ballots = kinds
        .iter()
        .enumerate()
        .map(|(k, kind)| {
            let of: Vec<&Told> = told.iter().map(|draw| &draw[k]).collect();
            occasion(case, kind, &of, weights)
        })
        .collect();
    Ok(Power { head: Head::of(case, request, weights), ballots })
}

/// The kinds of ballot in the game, and those of each node: one per reading of a disputed rule.
fn kinds<'c>(case: &'c Case, game: &Game) -> (Vec<Gathered<'c>>, Vec<Vec<Vec<usize>>>) {
    let mut kinds: Vec<Gathered> = Vec::new();
    let mut known: BTreeMap<(Place, Option<u32>, String), usize> = BTreeMap::new();
    let kind_of = game
        .segments
        .iter()
        .map(|segment| {
            segment
                .nodes
                .iter()
                .map(|node| {
                    let (tally, action, sitting) = match node.kind {
                        Kind::Ballot { tally, action, sitting, .. } => (tally, action, sitting),
                        Kind::Names { tally, action, .. } => (tally, action, false),
                        Kind::Decide { .. } | Kind::Chance { .. } => return Vec::new(),
                    };
                    let slot = &case.turns[usize::from(action.turn)].slots[usize::from(action.slot)];
                    let Some(ballot) = &slot.menu[usize::from(action.action)].ballot else { return Vec::new() };
                    let rules = &game.tallies[tally as usize];
                    let mut of_node = Vec::new();
                    for (reading, counting) in rules.rules.iter().enumerate() {
                        let part = match node.kind {
                            _ if sitting => Part::Sitting,
                            Kind::Names { .. } if counting.what == Suffices::Better => Part::RunOff,
                            Kind::Names { .. } => Part::Round,
                            _ => Part::Vote,
                        };
                        let place = Place {
                            at: (action.turn, action.slot),
                            id: ballot.id.split('(').next().unwrap_or(&ballot.id),
                            part,
                            electorate: ballot.electorate.0,
                        };
                        let key = (place, rules.hypothesis, format!("{counting:?}"));
                        let kind = *known.entry(key).or_insert_with(|| {
                            kinds.push(Gathered {
                                place,
                                counting: *counting,
                                readings: Vec::new(),
                                hypothesis: rules.hypothesis,
                                of: Vec::new(),
                                tally,
                            });
                            kinds.len() - 1
                        });
                        if !kinds[kind].readings.contains(&reading) {
                            kinds[kind].readings.push(reading);
                        }
                        if !kinds[kind].of.contains(&ballot.id.as_str()) {
                            kinds[kind].of.push(&ballot.id);
                        }
                        of_node.push(kind);
                    }
                    of_node.sort_unstable();
                    of_node.dedup();
                    of_node
                })
                .collect::<Vec<Vec<usize>>>()
        })
        .collect::<Vec<_>>();
    // In the order of play, whatever order nodes were made in.
    let mut order: Vec<usize> = (0..kinds.len()).collect();
    order.sort_by_key(|k| (kinds[*k].place, kinds[*k].readings.clone(), *k));
    let mut rank = vec![0; kinds.len()];
    order.iter().enumerate().for_each(|(to, from)| rank[*from] = to);
    let mut sorted: Vec<(usize, Gathered)> = kinds.into_iter().enumerate().map(|(k, kind)| (rank[k], kind)).collect();
    sorted.sort_by_key(|(to, _)| *to);
    let kind_of = kind_of
        .into_iter()
        .map(|nodes: Vec<Vec<usize>>| {
            nodes.into_iter().map(|kinds| kinds.into_iter().map(|k| rank[k]).collect()).collect()
        })
        .collect();
    let mut kinds: Vec<Gathered> = sorted.into_iter().map(|(_, kind)| kind).collect();
    kinds.iter_mut().for_each(|kind| {
        kind.readings.sort_unstable();
        kind.of.sort_unstable();
    });
    (kinds, kind_of)
}

fn tell(
    game: &Game,
    solved: &Solved,
    kinds: &[Gathered],
    kind_of: &[Vec<Vec<usize>>],
    reading: &dyn Fn(u32) -> usize,
    covered: f64,
) -> Vec<Told> {
    let holds = |kind: &Gathered| kind.hypothesis.is_none_or(|h| kind.readings.contains(&reading(h)));
    let mut told: Vec<Told> = kinds
        .iter()
        .map(|kind| {
            let members = &game.tallies[kind.tally as usize].members;
            let n = members.len();
            let weight = |m: &game::tally::Members| match m.uncertain {
                None => f64::from(m.most),
                Some((weight, _)) => solved.value(weight).round().clamp(0.0, f64::from(m.most)),
            };
            Told {
                decides: vec![0.0; n],
                yes: vec![0.0; n],
                weights: members.iter().map(weight).collect(),
                ..Told::default()
            }
        })
        .collect();
    let mut met: Vec<Vec<(f64, usize, usize)>> = vec![Vec::new(); kinds.len()];
    let mut states = vec![0.0; game.n_states()];
    for opening in &game.openings {
        states[opening.state as usize] += solved.value(opening.probability);
    }
    let mut reach = Vec::new();
    for (t, period) in game.periods.iter().enumerate() {
        states = solved.step(t, &states, &mut reach);
        for (node, of) in kind_of[period.segment].iter().enumerate() {
            if reach[node] > 0.0 {
                for kind in of.iter().filter(|kind| holds(&kinds[**kind])) {
                    met[*kind].push((reach[node], t, node));
                }
            }
        }
    }
    for (told, mut met) in told.iter_mut().zip(met) {
        met.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        told.held = met.iter().map(|m| m.0).sum();
        for (reach, t, node) in met {
            let segment = &game.segments[game.periods[t].segment];
            told.passed += reach
                * match segment.nodes[node].kind {
                    Kind::Names { names, .. } => {
                        (0..usize::from(names)).map(|edge| solved.probability(t, node, edge)).sum()
                    }
                    _ => solved.probability(t, node, 0),
                };
            if told.covered >= covered * told.held && covered < 1.0 {
                continue;
            }
            told.covered += reach;
            for (sum, decides) in told.decides.iter_mut().zip(solved.decisive(t, node)) {
                *sum += reach * decides;
            }
            for (sum, yes) in told.yes.iter_mut().zip(solved.answers(t, node)) {
                *sum += reach * yes;
            }
        }
    }
    told
}

fn occasion(case: &Case, kind: &Gathered, told: &[&Told], weights: &Weights) -> Occasion {
    let electorate = &case.electorates[kind.place.electorate as usize];
    let column = |of: &dyn Fn(&Told) -> f64| -> Vec<f64> { told.iter().map(|t| of(t)).collect() };
    let (held, covered) = (column(&|t| t.held), column(&|t| t.covered));
    let electors: Vec<Elector> = electorate
        .electors
        .iter()
        .enumerate()
        .map(|(e, elector)| {
            let decides = column(&|t| t.decides[e]);
            let weight = column(&|t| t.weights[e]);
            let mut sorted: Vec<(f64, f64)> = weight.iter().enumerate().map(|(d, w)| (*w, weights.of(d))).collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            let yes = matches!(kind.place.part, Part::Sitting | Part::Vote)
                .then(|| Band::of_ratio(&column(&|t| t.yes[e]), &covered, weights));
            Elector {
                id: elector.id.clone(),
                label: label(case, &elector.id),
                weight: Band::of(&weight, weights),
                median: crate::band::quantile(&sorted, 0.5).round() as u32,
                yes,
                decides: Band::of_ratio(&decides, &covered, weights),
                occasions: Band::of(
                    &column(&|t| if t.covered > 0.0 { t.decides[e] * t.held / t.covered } else { 0.0 }),
                    weights,
                ),
            }
        })
        .collect();
    // Where all readings agree on the rule nothing is disputed.
    let disputed = kind.hypothesis.filter(|h| kind.readings.len() < case.hypotheses[*h as usize].readings.len());
    let readings: Vec<String> = disputed.map_or_else(Vec::new, |h| {
        let of = |r: &usize| case.names[case.hypotheses[h as usize].readings[*r].name.index()].clone();
        kind.readings.iter().map(of).collect()
    });
    let suffix = match kind.place.part {
        Part::Sitting => ".sitting",
        Part::RunOff => ".run_off",
        Part::Vote | Part::Round => "",
    };
    let reading = if readings.is_empty() { String::new() } else { format!(" [{}]", readings.join(", ")) };
    let total = electors.iter().map(|elector| elector.median).sum();
    Occasion {
        id: format!("{}{suffix}{reading}", kind.place.id),
        part: kind.place.part,
        of: kind.of.iter().map(|id| (*id).to_owned()).collect(),
        electorate: electorate.id.clone(),
        electorate_name: electorate.name.clone(),
        rule: words(kind.counting, electorate.members),
        readings,
        quota: needed(kind.counting, total, electors.len() as u32),
        consent: kind.counting.what == Suffices::Consent,
        held: Band::of(&held, weights),
        passes: Band::of_ratio(&column(&|t| t.passed), &held, weights),
        electors,
    }
}

fn words(counting: Counting, members: u32) -> String {
    let part = |(n, d): (u32, u32)| if (n, d) == (1, 2) { "half".to_owned() } else { format!("{n}/{d}") };
    let side = match counting.what {
        Suffices::Votes(n) => format!("{n} of {members} members"),
        Suffices::Cast { part: share, strict: true } => format!("more than {} of the votes cast", part(share)),
        Suffices::Cast { part: share, strict: false } => format!("at least {} of the votes cast", part(share)),
        Suffices::Consent if counting.negative => "everybody".to_owned(),
        Suffices::Consent => "consent of all".to_owned(),
        Suffices::Better => "the best placed".to_owned(),
    };
    if counting.negative { format!("passes unless {side} are against") } else { side }
}

/// The weight that passes a ballot at which everybody votes; `None` where even all together cannot, or nobody is needed.
fn needed(counting: Counting, total: u32, electors: u32) -> Option<u32> {
    let least = |(n, d): (u32, u32), strict: bool| game::votes((n, d), strict, u64::from(total));
    let side = match counting.what {
        Suffices::Votes(n) => n,
        Suffices::Cast { part, strict } => least(part, strict).max(1),
        Suffices::Consent => electors,
        Suffices::Better => least((1, 2), true),
    };
    let all = if counting.what == Suffices::Consent { electors } else { total };
    let needed = if counting.negative { (all + 1).saturating_sub(side) } else { side };
    (1..=all).contains(&needed).then_some(needed)
}

#[cfg(test)]
mod tests {
    use super::{needed, words};
    use game::tally::{Counting, Suffices};

    #[test]
    fn what_passes_where_everybody_votes() {
        let counting = |what, negative| Counting { what, negative };
        assert_eq!(needed(counting(Suffices::Votes(165), false), 329, 20), Some(165));
        // Two thirds of the members are beyond a chamber that is half empty.
        assert_eq!(needed(counting(Suffices::Votes(220), false), 200, 20), None);
        // Passes unless 165 are against: 329 - 165 + 1 are enough.
        assert_eq!(needed(counting(Suffices::Votes(165), true), 329, 20), Some(165));
        assert_eq!(needed(counting(Suffices::Cast { part: (1, 2), strict: true }, false), 10, 3), Some(6));
        assert_eq!(needed(counting(Suffices::Consent, false), 10, 3), Some(3));
        assert_eq!(
            words(counting(Suffices::Cast { part: (2, 3), strict: false }, false), 9),
            "at least 2/3 of the votes cast"
        );
    }
}
