//! What an onlooker sees of play: which edges are acts in the open, and which of them an entry of the log speaks of.
//!
//! Seen are moves (unless they say otherwise), what a body has agreed, the result of every other ballot, events, and
//! deadlines that run out with consequences. Unseen are turns that come up, holding, proposals that fail inside a body,
//! how a move turns out, and a clock's phases.

use crate::graph::{ActionRef, Cause, Edge, Game, Kind};
use case::model::{Case, Form, Seen, Who};
use rustc_hash::FxHashMap;

/// Something seen to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// A move, or what a body has agreed.
    Act(ActionRef),
    /// How a ballot went.
    Ballot(ActionRef, Result),
    /// An event, by its position in the case.
    Event(u16),
    /// A clock that ran out, by its position in the case.
    Lapse(u16),
}

/// How a ballot went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Result {
    Passed,
    Failed,
    Inquorate,
    /// A name by its position on the list.
    Name(u16),
}

/// What can be seen in each kind of period of a game.
#[derive(Debug, Clone)]
pub struct Sights {
    /// The distinct sights, in order.
    pub all: Vec<Sight>,
    /// Per segment and edge: position in `all`, or [`Sights::NONE`].
    pub of_edge: Vec<Vec<u32>>,
}

impl Sights {
    /// An edge nobody sees.
    pub const NONE: u32 = u32::MAX;

    pub fn of(case: &Case, game: &Game) -> Sights {
        let mut all = Vec::new();
        let mut index: FxHashMap<Sight, u32> = FxHashMap::default();
        let of_edge = game
            .segments
            .iter()
            .map(|segment| {
                let mut edges = vec![Sights::NONE; segment.edges.len()];
                for node in &segment.nodes {
                    for at in node.first as usize..(node.first + node.count) as usize {
                        let position = at - node.first as usize;
                        if let Some(sight) = sight(case, node.kind, &segment.edges[at], position) {
                            edges[at] = *index.entry(sight).or_insert_with(|| {
                                all.push(sight);
                                all.len() as u32 - 1
                            });
                        }
                    }
                }
                edges
            })
            .collect();
        Sights { all, of_edge }
    }
}

/// What an edge of a node shows.
fn sight(case: &Case, kind: Kind, edge: &Edge, position: usize) -> Option<Sight> {
    let action = |a: ActionRef| &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
    let of_body = |a: ActionRef| matches!(case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].who, Who::Body(_));
    let chosen = |a: ActionRef| {
        // What is put to a ballot shows in the ballot.
        let spec = action(a);
        (spec.seen && spec.ballot.is_none()).then_some(Sight::Act(a))
    };
    match kind {
        Kind::Decide { .. } | Kind::Chance { cause: Cause::Nature(..) } if edge.label == Edge::HOLD => None,
        Kind::Decide { turn, slot, .. } => chosen(ActionRef { turn, slot, action: edge.label as u16 }),
        Kind::Chance { cause: Cause::Nature(turn, slot) } => {
            chosen(ActionRef { turn, slot, action: edge.label as u16 })
        }
        Kind::Chance { cause: Cause::Event(event) } if position == 0 => Some(Sight::Event(event)),
        Kind::Chance { cause: Cause::Lapse(clock) } if position == 0 => Some(Sight::Lapse(clock)),
        Kind::Chance { .. } => None,
        Kind::Ballot { action: a, sitting: true, .. } => {
            (position == 1 && !of_body(a)).then_some(Sight::Ballot(a, Result::Inquorate))
        }
        Kind::Ballot { action: a, .. } if of_body(a) => (position == 0 && action(a).seen).then_some(Sight::Act(a)),
        Kind::Ballot { action: a, .. } => {
            Some(Sight::Ballot(a, if position == 0 { Result::Passed } else { Result::Failed }))
        }
        Kind::Names { .. } if edge.label == Edge::AGAIN => None,
        Kind::Names { action: a, .. } if edge.label == Edge::HOLD => {
            (!of_body(a)).then_some(Sight::Ballot(a, Result::Failed))
        }
        Kind::Names { action: a, .. } => Some(Sight::Ballot(a, Result::Name(edge.label as u16))),
    }
}

/// An entry of the log as play shows it.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Position in the case's log.
    pub entry: usize,
    /// The period it is found in.
    pub period: usize,
    /// Edges of the period's segment that are it, by position; empty where the case never shows it there.
    pub edges: Vec<bool>,
    /// The actions whose ballots it speaks of.
    pub actions: Vec<ActionRef>,
    /// What electors are known to have answered in these ballots.
    pub answers: Vec<Said>,
    /// Chance that the report is true.
    pub reliability: f64,
    /// Whether what happened since the entry before is not known.
    pub unobserved: bool,
}

/// A known answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Position in the electorate.
    pub elector: usize,
    /// Whether it is about attending.
    pub sitting: bool,
    /// Whether it attended, or said yes.
    pub yes: bool,
}

/// A log, laid over the periods before `now`.
#[derive(Debug, Clone)]
pub struct Sightings {
    pub seen: Vec<Sighting>,
    /// Per segment and edge: whether it would have been seen.
    pub visible: Vec<Vec<bool>>,
    /// Entries of things that change nothing in the case, so that nobody could tell from it: position in the log.
    pub idle: Vec<usize>,
}

impl Sightings {
    /// Each entry goes to the period that holds its date, one of the day of `now` to the last before it. Where its mover
    /// has had the turn before the entry before it, it takes the next one, in the following period.
    pub fn of(case: &Case, game: &Game) -> Sightings {
        let sights = Sights::of(case, game);
        let visible = sights.of_edge.iter().map(|edges| edges.iter().map(|s| *s != Sights::NONE).collect()).collect();
        let (mut seen, mut idle): (Vec<Sighting>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut before = (0, None);
        for (position, entry) in case.log.iter().enumerate() {
            if game.now == 0 || entry.on > case.calendar.now {
                continue;
            }
            let wanted = wanted(case, game, &entry.what, &entry.who);
            if wanted.is_empty() {
                idle.push(position);
                continue;
            }
            let dated =
                game.periods[..game.now].iter().position(|period| entry.on < period.ends).unwrap_or(game.now - 1);
            // One who reacts may come up again in the same period.
            let place = wanted.iter().map(|sight| place(case, *sight)).max().unwrap_or(0);
            let reacts = wanted.iter().any(|sight| reacts(case, *sight));
            let late = before.0 >= dated && before.1.is_some_and(|turn| place <= turn) && !reacts;
            let period = (before.0.max(dated) + usize::from(late)).min(game.now - 1);
            before = (period, Some(place));
            let edges = matching(game, &sights, game.periods[period].segment, &wanted);
            let answers = match &entry.what {
                Seen::Ballot { answers, .. } => answered(case, &wanted, answers),
                Seen::Action(_) | Seen::Event(_) => Vec::new(),
            };
            seen.push(Sighting {
                entry: position,
                period,
                edges,
                actions: wanted
                    .iter()
                    .filter_map(|sight| match sight {
                        Sight::Act(a) | Sight::Ballot(a, _) => Some(*a),
                        Sight::Event(_) | Sight::Lapse(_) => None,
                    })
                    .collect(),
                answers,
                reliability: entry.reliability.unwrap_or(1.0),
                unobserved: entry.unobserved,
            });
        }
        Sightings { seen, visible, idle }
    }
}

/// What an entry may look like: an action may stand in several turns and slots.
fn wanted(case: &Case, game: &Game, what: &Seen, who: &str) -> Vec<Sight> {
    let mut wanted = Vec::new();
    match what {
        Seen::Event(id) => {
            wanted.extend(case.events.iter().position(|e| e.id == *id).map(|e| Sight::Event(e as u16)));
            wanted.extend(case.clocks.iter().position(|c| c.id == *id).map(|c| Sight::Lapse(c as u16)));
        }
        Seen::Action(id) => {
            for (action, spec) in actions(case) {
                let owner = spec.move_id.split_once('.').map_or("", |(owner, _)| owner);
                if spec.id != *id || !(owner == who || acts_for(case, who, action)) || is_idle(spec) {
                    continue;
                }
                let of_body =
                    matches!(case.turns[usize::from(action.turn)].slots[usize::from(action.slot)].who, Who::Body(_));
                wanted.push(match (&spec.ballot, of_body) {
                    (Some(_), false) => Sight::Ballot(action, Result::Passed),
                    _ => Sight::Act(action),
                });
            }
        }
        Seen::Ballot { ballot, result, .. } => {
            for (action, spec) in actions(case) {
                let Some(held) = spec.ballot.as_ref().filter(|held| held.id == *ballot) else { continue };
                let name = match &held.form {
                    Form::Names { names, .. } => names
                        .iter()
                        .position(|name| crate::refusal::written(case, name.value) == *result)
                        .map(|name| Result::Name(name as u16)),
                    Form::YesNo { .. } => None,
                };
                let by_result = match (result.as_str(), name) {
                    (_, Some(name)) => vec![name],
                    ("passed", None) => match &held.form {
                        Form::Names { names, .. } => (0..names.len() as u16).map(Result::Name).collect(),
                        Form::YesNo { .. } => vec![Result::Passed],
                    },
                    ("inquorate", None) => vec![Result::Inquorate],
                    _ => vec![Result::Failed],
                };
                wanted.extend(by_result.into_iter().map(|result| Sight::Ballot(action, result)));
                let of_body =
                    matches!(case.turns[usize::from(action.turn)].slots[usize::from(action.slot)].who, Who::Body(_));
                if of_body && result == "passed" {
                    wanted.push(Sight::Act(action));
                }
            }
        }
    }
    // What was on the menu only under another's name.
    let others: Vec<Sight> = game
        .aliases
        .iter()
        .flat_map(|(first, alias)| {
            wanted.iter().filter_map(move |sight| match sight {
                Sight::Act(a) if a == alias => Some(Sight::Act(*first)),
                Sight::Ballot(a, result) if a == alias => Some(Sight::Ballot(*first, *result)),
                _ => None,
            })
        })
        .collect();
    wanted.extend(others);
    wanted
}

/// Every action of a case, with its place.
pub fn actions(case: &Case) -> impl Iterator<Item = (ActionRef, &case::model::Action)> {
    case.turns.iter().enumerate().flat_map(|(turn, spec)| {
        spec.slots.iter().enumerate().flat_map(move |(slot, spec)| {
            spec.menu.iter().enumerate().map(move |(action, spec)| {
                (ActionRef { turn: turn as u16, slot: slot as u16, action: action as u16 }, spec)
            })
        })
    })
}

/// Whether doing it changes and pays nothing, whatever the state.
fn is_idle(action: &case::model::Action) -> bool {
    let nothing = |outcomes: &[case::model::Outcome]| outcomes.iter().all(|o| o.then.is_empty() && o.pays.is_empty());
    action.ballot.is_none() && action.pays.is_empty() && nothing(&action.results) && nothing(&action.failed)
}

/// Whether an actor decides at an action's slot: it may act through a post it holds.
fn acts_for(case: &Case, who: &str, action: ActionRef) -> bool {
    use case::model::Holder;
    let Who::Holder(holder) = &case.turns[usize::from(action.turn)].slots[usize::from(action.slot)].who else {
        return false;
    };
    let is = |actor: &case::model::ActorId| case.actors[actor.index()].id == who;
    match holder {
        Holder::Actor(actor) => is(actor),
        Holder::Cases(cases) => cases.iter().any(|(_, actor)| actor.as_ref().is_some_and(is)),
    }
}

/// Where in a period something comes up: turns in order, then events, then clocks.
fn place(case: &Case, sight: Sight) -> usize {
    match sight {
        Sight::Act(a) | Sight::Ballot(a, _) => usize::from(a.turn),
        Sight::Event(event) => case.turns.len() + usize::from(event),
        Sight::Lapse(clock) => case.turns.len() + case.events.len() + usize::from(clock),
    }
}

fn reacts(case: &Case, sight: Sight) -> bool {
    match sight {
        Sight::Act(a) | Sight::Ballot(a, _) => !case.turns[usize::from(a.turn)].reacts_to.is_empty(),
        Sight::Event(_) | Sight::Lapse(_) => false,
    }
}

/// The edges of a segment that show one of these; where a node shows the thing itself, what stands for it elsewhere is
/// something else there.
fn matching(game: &Game, sights: &Sights, segment: usize, wanted: &[Sight]) -> Vec<bool> {
    let of_edge = &sights.of_edge[segment];
    let rank = |edge: usize| -> Option<usize> {
        let sight = sights.all.get(of_edge[edge] as usize)?;
        wanted.iter().position(|w| w == sight)
    };
    let firsts = wanted.len() - aliased(game, wanted);
    let mut edges = vec![false; of_edge.len()];
    for node in &game.segments[segment].nodes {
        let range = node.first as usize..(node.first + node.count) as usize;
        let own = range.clone().any(|edge| rank(edge).is_some_and(|r| r < firsts));
        for edge in range {
            edges[edge] = rank(edge).is_some_and(|r| !own || r < firsts);
        }
    }
    edges
}

/// How many of the wanted, at the end, are there as another's stand-in.
fn aliased(game: &Game, wanted: &[Sight]) -> usize {
    let is_first = |sight: &Sight| {
        let (Sight::Act(a) | Sight::Ballot(a, _)) = sight else { return false };
        game.aliases.iter().any(|(first, alias)| {
            first == a && wanted.iter().any(|w| matches!(w, Sight::Act(b) | Sight::Ballot(b, _) if b == alias))
        })
    };
    wanted.iter().rev().take_while(|sight| is_first(sight)).count()
}

/// The answers known, by the electors' positions.
fn answered(case: &Case, wanted: &[Sight], answers: &[(String, String)]) -> Vec<Said> {
    let Some(Sight::Act(a) | Sight::Ballot(a, _)) = wanted.first() else { return Vec::new() };
    let spec = &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
    let Some(ballot) = &spec.ballot else { return Vec::new() };
    let electors = &case.electorates[ballot.electorate.index()].electors;
    answers
        .iter()
        .filter_map(|(bloc, answer)| {
            let elector = electors.iter().position(|elector| elector.id == *bloc)?;
            match answer.as_str() {
                "yes" | "no" | "abstain" => Some(Said { elector, sitting: false, yes: answer == "yes" }),
                "attend" | "stay_away" => Some(Said { elector, sitting: true, yes: answer == "attend" }),
                _ => None,
            }
        })
        .collect()
}
