//! Perfect information: backwards from the ends, each choice by the one formula.

use crate::profile::{Profile, Stop};
use crate::tree::{Mover, Node, Tree};
use game::choice::logit_lanes;

/// The quantal response of a tree of perfect information; exact at every precision.
///
/// Nodes are taken from last to first, so that a node's children are the topmost of the values not yet used: memory
/// follows the tree's depth, not its size, and nothing recurses.
pub fn solve(tree: &Tree, lambda: f64) -> Profile {
    let n = tree.players.len();
    let mut choices = tree.chances.clone();
    let mut values: Vec<f64> = Vec::new();
    let mut value = vec![0.0; n];
    let most = tree.menus.iter().map(Vec::len).max().unwrap_or(0);
    let prior = vec![[1.0]; most];
    let (mut utilities, mut chosen) = (vec![[0.0]; most], vec![[0.0]; most]);
    for (i, node) in tree.nodes.iter().enumerate().rev() {
        value.copy_from_slice(tree.paid(i));
        if node.set != Node::TERMINAL {
            let set = tree.sets[node.set as usize];
            let actions = tree.actions(node.set as usize).len();
            let first = set.first_action as usize;
            // The first child is on top.
            let child = |action: usize| values.len() - (action + 1) * n;
            if let Mover::Player(player) = set.mover {
                for (action, utility) in utilities[..actions].iter_mut().enumerate() {
                    utility[0] = values[child(action) + player as usize];
                }
                let chosen = &mut chosen[..actions];
                logit_lanes(&prior[..actions], &utilities[..actions], &[lambda], chosen);
                for (place, chance) in choices[first..].iter_mut().zip(chosen) {
                    *place = chance[0];
                }
            }
            for (action, &chance) in choices[first..first + actions].iter().enumerate() {
                let child = child(action);
                for (value, paid) in value.iter_mut().zip(&values[child..child + n]) {
                    *value += chance * paid;
                }
            }
            values.truncate(values.len() - actions * n);
        }
        values.extend_from_slice(&value);
    }
    Profile {
        lambda,
        stop: Stop::Converged,
        payoffs: value,
        choices,
        bifurcations: Vec::new(),
        steps: 0,
        residual: 0.0,
    }
}
