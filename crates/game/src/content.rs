//! The nodes of a period's graph: equal ones are one, children come before parents.

use crate::graph::{Child, Edge, Kind, NO_TWIN, Node, PaymentsId, Step};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::table::Slot;
use hashbrown::HashTable;

/// The distinct nodes of one kind of period.
#[derive(Default)]
pub(crate) struct Content {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Each node's shape and hash.
    marks: Vec<(u32, u64)>,
    /// Nodes by their content, apart by what they are about, since no two of these can be equal.
    tables: Vec<HashTable<u32>>,
}

/// A node but for where its edges lead: whatever has the same kind, weights and labels has the same number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub number: u32,
    pub kind: Kind,
    /// What it is about: a turn, an event, a clock.
    pub about: usize,
}

fn word(step: Step) -> u64 {
    let child = match step.child {
        Child::Node(node) => u64::from(node) << 1,
        Child::Next(state) => u64::from(state) << 1 | 1,
    };
    child ^ u64::from(step.payments.0) << 33
}

fn hash(shape: Shape, to: &[Step]) -> u64 {
    let twin = if let Kind::Decide { twin, .. } = shape.kind { twin } else { NO_TWIN };
    let first = u64::from(shape.number) << 32 | u64::from(twin);
    to.iter().map(|step| word(*step)).fold(first, |hash, word| {
        let product = u128::from(hash ^ 0x9e37_79b9_7f4a_7c15) * 0x2d35_8dcc_aa6c_78a5_u128;
        (product as u64) ^ ((product >> 64) as u64) ^ word.wrapping_mul(0xd6e8_feb8_6659_fd93)
    })
}

impl Content {
    pub fn kind(&self, node: u32) -> Kind {
        self.nodes[node as usize].kind
    }

    /// The node of this shape whose edges lead there.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] where there are more edges than there may be.
    pub fn node(
        &mut self,
        shape: Shape,
        labels: &[(Slot, u32)],
        to: &[Step],
        shared: &mut Shared,
    ) -> Result<Step, Refusal> {
        if self.tables.len() <= shape.about {
            self.tables.resize_with(shape.about + 1, HashTable::new);
        }
        let hashed = mixed(hash(shape, to));
        let Content { nodes, edges, marks, tables } = self;
        let table = &mut tables[shape.about];
        let is_same = |&node: &u32| {
            let Node { kind, first, count } = nodes[node as usize];
            marks[node as usize].0 == shape.number
                && kind == shape.kind
                && edges[first as usize..][..count as usize].iter().map(|edge| edge.to).eq(to.iter().copied())
        };
        let found = table.find(hashed, is_same).copied();
        let node = if let Some(node) = found {
            node
        } else {
            shared.edges(to.len())?;
            let node = nodes.len() as u32;
            nodes.push(Node { kind: shape.kind, first: edges.len() as u32, count: to.len() as u32 });
            edges.extend(to.iter().zip(labels).map(|(&to, &(weight, label))| Edge { to, weight, label }));
            marks.push((shape.number, hashed));
            table.insert_unique(hashed, node, |&node| marks[node as usize].1);
            node
        };
        Ok(Step { child: Child::Node(node), payments: PaymentsId::NONE })
    }

    /// The nodes that can be come to from these steps, numbered as one meets them when looking deep first, so that what a
    /// node needs lies close before it.
    pub fn in_order(self, roots: &mut [Option<Step>]) -> (Vec<Node>, Vec<Edge>) {
        const NEW: u32 = u32::MAX;
        const OPEN: u32 = u32::MAX - 1;
        let Content { nodes, edges, .. } = self;
        let mut numbers = vec![NEW; nodes.len()];
        let (mut ordered, mut ordered_edges) = (Vec::with_capacity(nodes.len()), Vec::with_capacity(edges.len()));
        let mut stack: Vec<u32> = Vec::new();
        for root in roots.iter_mut().flatten() {
            let Child::Node(top) = root.child else { continue };
            stack.push(top);
            while let Some(&at) = stack.last() {
                let node = nodes[at as usize];
                let own = &edges[node.first as usize..][..node.count as usize];
                if numbers[at as usize] == NEW {
                    numbers[at as usize] = OPEN;
                    let needed = stack.len();
                    let new = |child: u32| numbers[child as usize] == NEW;
                    if let Kind::Decide { twin, .. } = node.kind
                        && (twin as usize) < nodes.len()
                        && new(twin)
                    {
                        stack.push(twin);
                    }
                    for edge in own {
                        if let Child::Node(child) = edge.to.child
                            && new(child)
                        {
                            stack.push(child);
                        }
                    }
                    stack[needed..].reverse();
                    continue;
                }
                stack.pop();
                // Met twice before it was looked at.
                if numbers[at as usize] != OPEN {
                    continue;
                }
                numbers[at as usize] = ordered.len() as u32;
                let renumbered = |node: u32| numbers.get(node as usize).copied().unwrap_or(node);
                let kind = match node.kind {
                    Kind::Decide { actor, turn, slot, view, twin } => {
                        Kind::Decide { actor, turn, slot, view, twin: renumbered(twin) }
                    }
                    kind => kind,
                };
                ordered.push(Node { kind, first: ordered_edges.len() as u32, count: node.count });
                ordered_edges.extend(own.iter().map(|edge| {
                    let child = if let Child::Node(child) = edge.to.child {
                        Child::Node(renumbered(child))
                    } else {
                        edge.to.child
                    };
                    Edge { to: Step { child, ..edge.to }, ..*edge }
                }));
            }
            root.child = Child::Node(numbers[top as usize]);
        }
        (ordered, ordered_edges)
    }
}

/// All bits of a hash in the high and the low ones.
fn mixed(hash: u64) -> u64 {
    let product = u128::from(hash) * 0x9fb2_1c65_1e98_df25_u128;
    (product as u64) ^ ((product >> 64) as u64)
}
