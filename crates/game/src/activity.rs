//! Which steps of a period a state passes by.

use crate::lookup::Lookup;
use crate::state::State;
use crate::tools::Tools;
use case::model::{Case, VariableId};
use rustc_hash::FxHashMap;

/// Which steps a state has anything to do with: those with a condition that holds in it.
pub(crate) struct Activity {
    /// Combination of what the conditions read → its list.
    known: Lookup<u32>,
    /// Next step with something to do, from each on: `[list][step]`.
    lists: Vec<Vec<u16>>,
    index: FxHashMap<Vec<u16>, u32>,
    /// Whether any turn reacts to changes.
    pub reacting: bool,
}

impl Activity {
    pub fn of(case: &Case, tools: &Tools) -> Activity {
        let turns = tools.turns.iter().flat_map(|turn| turn.slots.iter().map(|slot| &slot.when));
        let events = tools.events.iter().map(|event| &event.when);
        let guards = turns.chain(events).chain(tools.clocks.iter().map(|clock| &clock.running));
        let mut reads: Vec<usize> = guards.flat_map(|guard| guard.reads().collect::<Vec<_>>()).collect();
        reads.sort_unstable();
        reads.dedup();
        let reads: Vec<VariableId> = reads.into_iter().map(|v| VariableId(v as u32)).collect();
        let reacting = case.turns.iter().any(|turn| !turn.reacts_to.is_empty());
        Activity {
            known: Lookup::over(case, &tools.reader.layout, &reads),
            lists: Vec::new(),
            index: FxHashMap::default(),
            reacting,
        }
    }

    /// The first step from this one on with something to do in the state; the number of steps if none has.
    #[inline]
    pub fn next(&mut self, step: usize, at: State, tools: &mut Tools) -> usize {
        let Activity { known, lists, index, .. } = self;
        let list = known.at(at, || {
            let list = nexts(tools, at);
            let n = lists.len() as u32;
            let number = *index.entry(list.clone()).or_insert(n);
            if number == n {
                lists.push(list);
            }
            number
        });
        usize::from(lists[list as usize][step])
    }
}

/// The next step with something to do, from each on.
fn nexts(tools: &mut Tools, at: State) -> Vec<u16> {
    let reader = &tools.reader;
    let turns = tools.turns.iter_mut().map(|turn| turn.slots.iter_mut().any(|slot| slot.when.holds(reader, at)));
    let mut active: Vec<bool> = turns.collect();
    active.extend(tools.events.iter_mut().map(|event| event.when.holds(reader, at)));
    active.push(!tools.flows.is_empty());
    active.extend(tools.clocks.iter_mut().map(|clock| clock.running.holds(reader, at)));
    let mut next = active.len() as u16;
    let mut nexts = vec![next; active.len() + 1];
    for (step, active) in active.into_iter().enumerate().rev() {
        if active {
            next = step as u16;
        }
        nexts[step] = next;
    }
    nexts
}
