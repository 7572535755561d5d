//! What has become of what: the changes of state that are met while exploring.

use crate::explore::Origin;
use crate::graph::ActionRef;
use crate::state::{State, States};
use rustc_hash::FxHashSet;

/// Changes of state met while exploring, with the action that made them, if one did.
#[derive(Default)]
pub(crate) struct Noted {
    pub states: States,
    pub changes: FxHashSet<(u32, u32, Option<ActionRef>)>,
}

impl Noted {
    pub fn note(&mut self, from: State, to: State, origin: Origin) {
        if from != to {
            let by = if let Origin::Action(action) = origin { Some(action) } else { None };
            let change = (self.states.insert(from).0, self.states.insert(to).0, by);
            self.changes.insert(change);
        }
    }

    /// Actions after which, somewhere, the state before cannot be come to again, in order.
    pub fn irreversible(&self) -> Vec<ActionRef> {
        let mut changes: Vec<(u32, u32)> = self.changes.iter().map(|&(from, to, _)| (from, to)).collect();
        changes.sort_unstable();
        changes.dedup();
        let graph = petgraph::graph::DiGraph::<(), (), u32>::from_edges(changes);
        let mut component = vec![0; graph.node_count()];
        for (number, nodes) in petgraph::algo::kosaraju_scc(&graph).into_iter().enumerate() {
            nodes.into_iter().for_each(|node| component[node.index()] = number);
        }
        let mut found: Vec<ActionRef> = self
            .changes
            .iter()
            .filter_map(|&(from, to, action)| action.filter(|_| component[from as usize] != component[to as usize]))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
