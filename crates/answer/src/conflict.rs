//! A case seen as a conflict in options form: who can move from which configuration to which, and what each would like.
//!
//! ```text
//! reachable states → configurations of a few variables → moves of each decision maker, worth of each configuration
//! ```

use crate::forecast::written;
use crate::head::{Request, label};
use crate::standing::{Base, Contradiction, ahead, base};
use case::model::{ActorId, Case, ElectorateId, Holder, VariableId, Voice, Who};
use game::draw::{Draw, Drawing};
use game::graph::{ActionRef, Game};
use game::{Change, Limits, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// A case in options form.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduction {
    /// The variables whose values make a configuration.
    pub variables: Vec<VariableId>,
    /// Positions of these variables' values, one list per configuration; in order.
    pub configurations: Vec<Vec<u8>>,
    /// The configuration at `now`; the likeliest, where the log leaves several.
    pub now: usize,
    pub movers: Vec<Mover>,
    /// How many of the reachable states stand behind each configuration.
    pub behind: Vec<usize>,
}

/// A decision maker: an actor, or those who vote together.
#[derive(Debug, Clone, PartialEq)]
pub struct Mover {
    pub id: String,
    pub name: String,
    /// What it can do, with whether nobody's moves ever lead back behind it.
    pub options: Vec<(String, bool)>,
    /// `[configuration]`: where it can move from there, ascending.
    pub moves: Vec<Vec<u32>>,
    /// `[configuration]`: what it would be worth to it if carried through, utils, in the middle draw.
    pub worth: Vec<f64>,
}

/// Why there is no reduction.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ConflictError {
    #[error("this case has no variable `{name}`; it has {known}")]
    Unknown { name: String, known: String },
    #[error("nobody can change any of these variables by a move: {chosen}")]
    NoMoves { chosen: String },
    /// More configurations than are looked at.
    #[error(
        "{configurations} configurations are more than {most}: {causes}; choose fewer, for instance --variables {proposal}"
    )]
    TooLarge { configurations: usize, most: usize, causes: String, proposal: String },
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// The most configurations a conflict is made of.
pub const MOST_CONFIGURATIONS: usize = 4096;

/// Reduces a case to the variables named, or, without any, to those that some move of an actor or body changes by itself and
/// that are not at their start in every settled state.
///
/// - *Configurations*: the values these variables have together in some state that can be reached at the end of a period.
/// - *Decision makers*: whoever can change one: the actor (or the holder of a role, in that state) whose move it is; of a
///   move or step put to a ballot those who vote, as one.
/// - *Moves*: from one configuration to another if in some reachable state with the first an action leads, at least in one
///   of its results, to a state with the second.
/// - *Worth*: what the `last` interests come to, at the middle of every number, if what stands is carried through: as a
///   plain mean over the reachable settled states that agree with the configuration in all variables but those that are at their
///   start in every settled state; where there are none, over the reachable states behind it, as if it stayed so. Of those who
///   vote it is the mean of their actors by weight. Nothing is solved: neither what flows on the way nor what others would
///   do then counts.
///
/// # Errors
/// [`ConflictError`]: unknown names, nothing to move, too many configurations.
pub fn reduce(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: &Request,
    names: &[String],
    limits: &Limits,
) -> Result<Reduction, ConflictError> {
    let Base { standing, .. } = base(case, game, drawing, (request.seed, request.draws), &|_| ())?;
    let game = &ahead(case, &standing, None, limits)?;
    let stands =
        |state: usize| standing.weights.mean(|d| standing.draws[d].standing.get(state).copied().unwrap_or(0.0));
    let likeliest = (0..standing.states.len()).max_by(|a, b| stands(*a).total_cmp(&stands(*b)).then(b.cmp(a)));
    let changes = game::changes(case, &standing.states, limits)?;
    let end = game.periods.last().map_or(case.calendar.until, |p| p.ends);
    let settled: Vec<usize> =
        (0..game.n_states()).filter(|s| game::holds(case, &case.settled, game.state(*s), end)).collect();
    // What every settled state has at its start has been put back there, or has not mattered.
    let varies = |v: &VariableId| {
        let start = case.variables[v.index()].start;
        settled.iter().any(|s| u32::from(game.state(*s)[v.index()]) != start)
    };
    let variables = if names.is_empty() { usual(case, &changes, &varies) } else { named(case, names)? };
    let project = |row: &[u8]| -> Vec<u8> { variables.iter().map(|v| row[v.index()]).collect() };
    let mut behind_of: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for state in 0..game.n_states() {
        behind_of.entry(project(game.state(state))).or_default().push(state);
    }
    if behind_of.len() > MOST_CONFIGURATIONS {
        return Err(too_large(case, &variables, behind_of.keys(), behind_of.len()));
    }
    let configurations: Vec<Vec<u8>> = behind_of.keys().cloned().collect();
    let behind: Vec<Vec<usize>> = behind_of.into_values().collect();
    let valued: Vec<Vec<usize>> = configurations
        .iter()
        .zip(&behind)
        .map(|(configuration, behind)| {
            let alike = |s: &usize| {
                let mut all = variables.iter().zip(configuration);
                all.all(|(v, position)| !varies(v) || game.state(*s)[v.index()] == *position)
            };
            let ends: Vec<usize> = settled.iter().copied().filter(alike).collect();
            if ends.is_empty() { behind.clone() } else { ends }
        })
        .collect();
    let place = |row: &[u8]| configurations.binary_search(&project(row)).ok();
    let middle = Draw { standing: (0..standing.states.len()).map(stands).collect(), ..drawing.middle() };
    let values = game.table.evaluate(&[&middle]);
    let worth_of = |actor: ActorId| -> Vec<f64> {
        let last = |state: usize| -> f64 {
            let paid = game.payments.list(game.last[state]).iter().filter(|(to, _)| u32::from(*to) == actor.0);
            paid.map(|(_, slot)| values[slot.index()][0]).sum()
        };
        valued.iter().map(|states| states.iter().map(|s| last(*s)).sum::<f64>() / states.len() as f64).collect()
    };
    let mut found: BTreeMap<Decides, Found> = BTreeMap::new();
    for change in &changes {
        let (Some(from), Some(to)) = (place(&change.from), place(&change.to)) else { continue };
        if from == to {
            continue;
        }
        let Some(who) = decider(case, change) else { continue };
        let found = found
            .entry(who)
            .or_insert_with(|| Found { moves: vec![BTreeSet::new(); configurations.len()], options: BTreeMap::new() });
        found.moves[from].insert(to as u32);
        found.options.entry(change.action).or_default().insert((from as u32, to as u32));
    }
    if found.is_empty() {
        let chosen = variables.iter().map(|v| case.variables[v.index()].id.clone()).collect::<Vec<_>>().join(", ");
        return Err(ConflictError::NoMoves { chosen });
    }
    let edges = found.values().flat_map(|found| &found.moves).enumerate();
    let n = configurations.len();
    let edges = edges.flat_map(|(at, to)| to.iter().map(move |to| ((at % n) as u32, *to)));
    let component = components(n, edges);
    let movers = found
        .into_iter()
        .map(|(who, found)| {
            let (id, worth) = match who {
                Decides::Actor(actor) => (case.actors[actor as usize].id.clone(), worth_of(ActorId(actor))),
                Decides::Electorate(e) => {
                    let shares = shares(case, ElectorateId(e));
                    let all: Vec<(f64, Vec<f64>)> = shares.iter().map(|(a, w)| (*w, worth_of(*a))).collect();
                    let mean = |c: usize| all.iter().map(|(w, worth)| w * worth[c]).sum();
                    (case.electorates[e as usize].id.clone(), (0..configurations.len()).map(mean).collect())
                }
            };
            Mover {
                name: name(case, who),
                id,
                options: options(case, &found.options, &component),
                moves: found.moves.into_iter().map(|to| to.into_iter().collect()).collect(),
                worth,
            }
        })
        .collect();
    let now = likeliest.and_then(|state| place(&standing.states[state])).unwrap_or(0);
    Ok(Reduction { variables, now, movers, behind: behind.iter().map(Vec::len).collect(), configurations })
}

impl Reduction {
    /// A configuration in words: `maliki · stated`, in the order of the variables.
    pub fn name(&self, case: &Case, configuration: usize) -> String {
        let value = |(v, position): (&VariableId, &u8)| {
            written(case, case.variables[v.index()].values[usize::from(*position)]).replace('_', " ")
        };
        self.variables.iter().zip(&self.configurations[configuration]).map(value).collect::<Vec<_>>().join(" · ")
    }

    /// A mover's order of the configurations, 1 the worst; alike within a billionth of a util is alike.
    pub fn ranks(&self, mover: usize) -> Vec<i64> {
        let worth = &self.movers[mover].worth;
        let mut sorted: Vec<f64> = worth.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        worth.iter().map(|w| sorted.partition_point(|s| *s < w - 1e-9) as i64 + 1).collect()
    }
}

/// Who makes a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decides {
    Actor(u32),
    Electorate(u32),
}

struct Found {
    moves: Vec<BTreeSet<u32>>,
    /// The moves each action makes.
    options: BTreeMap<ActionRef, BTreeSet<(u32, u32)>>,
}

fn decider(case: &Case, change: &Change) -> Option<Decides> {
    let slot = &case.turns[usize::from(change.action.turn)].slots[usize::from(change.action.slot)];
    if let Some(ballot) = &slot.menu[usize::from(change.action.action)].ballot {
        return Some(Decides::Electorate(ballot.electorate.0));
    }
    match &slot.who {
        Who::Holder(Holder::Actor(actor)) => Some(Decides::Actor(actor.0)),
        Who::Holder(Holder::Cases(cases)) => cases
            .iter()
            .find(|(condition, _)| game::holds(case, condition, &change.from, case.calendar.now))
            .and_then(|(_, actor)| actor.map(|actor| Decides::Actor(actor.0))),
        Who::Body(electorate) => Some(Decides::Electorate(electorate.0)),
        Who::Nature => None,
    }
}

fn name(case: &Case, who: Decides) -> String {
    match who {
        Decides::Actor(actor) => case.actors[actor as usize].name.clone(),
        Decides::Electorate(electorate) => case.electorates[electorate as usize].name.clone(),
    }
}

/// The actors among an electorate's electors with their share of the weight of all of these.
fn shares(case: &Case, electorate: ElectorateId) -> Vec<(ActorId, f64)> {
    let mut shares: Vec<(ActorId, f64)> = Vec::new();
    for elector in &case.electorates[electorate.index()].electors {
        if let Voice::Actor(Holder::Actor(actor)) = &elector.voice {
            shares.push((*actor, f64::from(elector.most)));
        }
    }
    let all: f64 = shares.iter().map(|(_, w)| w).sum();
    shares.iter_mut().for_each(|(_, w)| *w /= if all > 0.0 { all } else { 1.0 });
    shares
}

/// Configurations that moves lead to and fro between have one number.
fn components(n: usize, edges: impl Iterator<Item = (u32, u32)>) -> Vec<usize> {
    let mut graph = petgraph::graph::DiGraph::<(), (), u32>::from_edges(edges);
    while graph.node_count() < n {
        graph.add_node(());
    }
    let mut component = vec![0; n];
    for (number, nodes) in petgraph::algo::kosaraju_scc(&graph).into_iter().enumerate() {
        nodes.into_iter().for_each(|node| component[node.index()] = number);
    }
    component
}

fn options(
    case: &Case,
    actions: &BTreeMap<ActionRef, BTreeSet<(u32, u32)>>,
    component: &[usize],
) -> Vec<(String, bool)> {
    let mut options: Vec<(String, bool)> = Vec::new();
    for (action, moves) in actions {
        let spec =
            &case.turns[usize::from(action.turn)].slots[usize::from(action.slot)].menu[usize::from(action.action)];
        let stays = moves.iter().all(|(from, to)| component[*from as usize] != component[*to as usize]);
        let (what, bindings) = spec.id.split_once('(').unwrap_or((&spec.id, ""));
        let bound: Vec<String> = bindings
            .trim_end_matches(')')
            .split(',')
            .filter(|b| !b.is_empty())
            .map(|b| label(case, b.trim()))
            .collect();
        let bound = if bound.is_empty() { String::new() } else { format!(": {}", bound.join(", ")) };
        let name = format!("{}{bound}", what.replace('_', " "));
        match options.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known &= stays,
            None => options.push((name, stays)),
        }
    }
    options
}

/// What some move of an actor or body changes by itself, as far as it is still to be seen when the case is settled; stages,
/// clocks and the headline are the procedure's. Where nothing is left of that: all of it, and the headline.
fn usual(case: &Case, changes: &[Change], varies: &dyn Fn(&VariableId) -> bool) -> Vec<VariableId> {
    let mut procedure: Vec<usize> = case.clocks.iter().map(|clock| clock.variable.index()).collect();
    procedure.extend(case.stage.iter().chain(&case.headline).map(|v| v.index()));
    let mut chosen: BTreeSet<VariableId> = BTreeSet::new();
    for change in changes {
        let slot = &case.turns[usize::from(change.action.turn)].slots[usize::from(change.action.slot)];
        let move_id = &slot.menu[usize::from(change.action.action)].move_id;
        if move_id.starts_with("stages.") || move_id.starts_with("motions.") {
            continue;
        }
        let changed: Vec<usize> =
            (0..change.from.len()).filter(|v| change.from[*v] != change.to[*v] && !procedure.contains(v)).collect();
        if let [only] = changed.as_slice() {
            chosen.insert(VariableId(*only as u32));
        }
    }
    if chosen.iter().any(varies) {
        chosen.retain(varies);
    } else {
        chosen.extend(case.headline);
    }
    chosen.into_iter().collect()
}

fn named(case: &Case, names: &[String]) -> Result<Vec<VariableId>, ConflictError> {
    let mut chosen = Vec::new();
    for name in names {
        let found = case.variables.iter().position(|variable| variable.id == *name);
        let Some(v) = found else {
            let known = case.variables.iter().map(|v| v.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(ConflictError::Unknown { name: name.clone(), known });
        };
        let variable = VariableId(v as u32);
        if !chosen.contains(&variable) {
            chosen.push(variable);
        }
    }
    Ok(chosen)
}

fn too_large<'k>(
    case: &Case,
    variables: &[VariableId],
    configurations: impl Iterator<Item = &'k Vec<u8>>,
    number: usize,
) -> ConflictError {
    let mut met = vec![BTreeSet::new(); variables.len()];
    for configuration in configurations {
        for (met, position) in met.iter_mut().zip(configuration) {
            met.insert(*position);
        }
    }
    let mut counts: Vec<(usize, &str)> =
        met.iter().zip(variables).map(|(met, v)| (met.len(), case.variables[v.index()].id.as_str())).collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let causes = counts.iter().map(|(n, id)| format!("`{id}` has {n} values")).collect::<Vec<_>>().join(", ");
    // As many of the smaller ones as surely fit, the headline first.
    let mut proposal: Vec<&str> = case.headline.iter().map(|v| case.variables[v.index()].id.as_str()).collect();
    let mut product = case.headline.map_or(1, |v| case.variables[v.index()].values.len());
    for (n, id) in counts.iter().rev() {
        if !proposal.contains(id) && product * n <= MOST_CONFIGURATIONS / 16 {
            product *= n;
            proposal.push(id);
        }
    }
    ConflictError::TooLarge { configurations: number, most: MOST_CONFIGURATIONS, causes, proposal: proposal.join(",") }
}
