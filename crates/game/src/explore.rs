//! What exploring keeps in mind: where play goes on, which turns a state passes by, and what has changed into what.

use crate::from_case::Shared;
use crate::graph::{ActionRef, Step};
use crate::lookup::{Positions, variables};
use crate::tools::Tools;
use case::model::{Case, VariableId};
use rustc_hash::FxHashMap;

/// A state met while exploring, within a period or between two.
pub(crate) type StateId = u32;

pub(crate) const NONE: u32 = u32::MAX;

/// Play from a position (turns, then events, then the close) in a state: few positions per state, in a list of its own.
#[derive(Default)]
pub(crate) struct Memo {
    /// By state: its newest entry.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

struct Entry {
    position: u32,
    /// The state's entry before, or [`NONE`].
    before: u32,
    step: Step,
}

impl Memo {
    pub fn get(&self, position: usize, state: StateId) -> Option<Step> {
        let mut at = *self.heads.get(state as usize)?;
        while at != NONE {
            let entry = &self.entries[at as usize];
            if entry.position as usize == position {
                return Some(entry.step);
            }
            at = entry.before;
        }
        None
    }

    pub fn insert(&mut self, position: usize, state: StateId, step: Step) {
        let state = state as usize;
        if self.heads.len() <= state {
            self.heads.resize(state + 1, NONE);
        }
        self.entries.push(Entry { position: position as u32, before: self.heads[state], step });
        self.heads[state] = self.entries.len() as u32 - 1;
    }
}

/// Which turns and events a state has anything to do with: those with a condition that holds in it.
pub(crate) struct Activity {
    /// The variables that the conditions read, with strides of their combinations; `None` where there are too many of these
    /// to number.
    reads: Option<Vec<(usize, u64)>>,
    /// Combination → its list.
    known: FxHashMap<u64, u32>,
    /// Next position with something to do, from each on: `[list][position]`.
    lists: Vec<Vec<u16>>,
    index: FxHashMap<Vec<u16>, u32>,
    /// By state: its list.
    of: Vec<u32>,
}

impl Activity {
    pub fn of(case: &Case) -> Activity {
        let slots = case.turns.iter().flat_map(|turn| turn.slots.iter().map(|slot| &slot.when));
        let mut read: Vec<VariableId> =
            slots.chain(case.events.iter().map(|event| &event.when)).flat_map(variables).collect();
        read.sort_unstable();
        read.dedup();
        let mut stride = Some(1_u64);
        let reads = read
            .iter()
            .map(|v| {
                let here = stride?;
                stride = here.checked_mul(case.variables[v.index()].values.len() as u64);
                Some((v.index(), here))
            })
            .collect::<Option<Vec<_>>>()
            .filter(|_| stride.is_some());
        Activity { reads, known: FxHashMap::default(), lists: Vec::new(), index: FxHashMap::default(), of: Vec::new() }
    }

    /// The first position from this one on with something to do in the state; the close of the period if none has.
    pub fn next(&mut self, position: usize, state: StateId, tools: &mut Tools, shared: &Shared) -> usize {
        let Some(reads) = &self.reads else { return position };
        let at = state as usize;
        if self.of.len() <= at {
            self.of.resize(at + 1, NONE);
        }
        if self.of[at] == NONE {
            let row = shared.row(state);
            let key = reads.iter().fold(0, |key, &(v, stride)| key + u64::from(row[v]) * stride);
            self.of[at] = match self.known.get(&key) {
                Some(&list) => list,
                None => {
                    let list = nexts(tools, row);
                    let n = self.lists.len() as u32;
                    let number = *self.index.entry(list.clone()).or_insert(n);
                    if number == n {
                        self.lists.push(list);
                    }
                    self.known.insert(key, number);
                    number
                }
            };
        }
        usize::from(self.lists[self.of[at] as usize][position])
    }
}

/// The next position with something to do, from each on.
fn nexts(tools: &mut Tools, row: &Positions) -> Vec<u16> {
    let reader = &tools.reader;
    let turns = tools.turns.iter_mut().map(|turn| turn.slots.iter_mut().any(|slot| slot.when.holds(reader, row)));
    let mut active: Vec<bool> = turns.collect();
    active.extend(tools.events.iter_mut().map(|event| event.when.holds(reader, row)));
    let mut next = active.len() as u16;
    let mut nexts = vec![next; active.len() + 1];
    for (position, active) in active.into_iter().enumerate().rev() {
        if active {
            next = position as u16;
        }
        nexts[position] = next;
    }
    nexts
}

/// Changes of state met while exploring, with the action that made them, if one did; some more than once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes(Vec<(StateId, StateId, Option<ActionRef>)>);

/// In a game with more changes of state than this, which actions cannot be undone is not worked out.
const MOST_CHANGES: usize = 4_000_000;

impl Changes {
    pub fn note(&mut self, from: StateId, to: StateId, by: Option<ActionRef>) {
        if self.0.len() < MOST_CHANGES {
            self.0.push((from, to, by));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &(StateId, StateId, Option<ActionRef>)> {
        self.0.iter()
    }

    /// Actions after which, somewhere, the state before cannot be come to again, in order.
    pub fn irreversible(&self) -> Vec<ActionRef> {
        let mut changes: Vec<(StateId, StateId)> = self.0.iter().map(|&(from, to, _)| (from, to)).collect();
        changes.sort_unstable();
        changes.dedup();
        let graph = petgraph::graph::DiGraph::<(), (), StateId>::from_edges(changes);
        let mut component = vec![0; graph.node_count()];
        for (number, nodes) in petgraph::algo::kosaraju_scc(&graph).into_iter().enumerate() {
            nodes.into_iter().for_each(|node| component[node.index()] = number);
        }
        let mut found: Vec<ActionRef> = self
            .0
            .iter()
            .filter_map(|&(from, to, action)| action.filter(|_| component[from as usize] != component[to as usize]))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
