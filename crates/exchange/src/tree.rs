//! A game tree as Gambit's files state it: players, information sets, outcomes, and nodes in the order of the file.

/// A game in extensive form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    pub title: String,
    pub comment: String,
    pub players: Vec<String>,
    /// In pre-order: a node stands before its children, the first child's branch before the second's.
    pub nodes: Vec<Node>,
    /// Children of all nodes, each node's in the order of its actions.
    pub children: Vec<u32>,
    /// Information sets, and chance's moves, in the order in which the file names them first.
    pub sets: Vec<Set>,
    /// The distinct lists of actions' labels.
    pub menus: Vec<Vec<String>>,
    /// Probability of each action of chance; other sets' places are not used. By [`Set::first_action`].
    pub chances: Vec<f64>,
    /// Payoffs of each outcome, `[n_outcomes][n_players]`, row by row; the first row, all 0, is no outcome.
    pub outcomes: Vec<f64>,
}

/// A node. It ends the game where its set is [`Node::TERMINAL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub set: u32,
    /// What is paid on arriving here, by its row in [`Tree::outcomes`].
    pub outcome: u32,
    /// Where its children begin in [`Tree::children`].
    pub first: u32,
}

impl Node {
    /// The set of a node at which nobody moves.
    pub const TERMINAL: u32 = u32::MAX;
}

/// An information set, or a move of chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set {
    pub mover: Mover,
    /// The number the file gives it, unique for its mover.
    pub number: i64,
    /// Labels of its actions, by the position in [`Tree::menus`].
    pub menu: u32,
    /// Place of its first action among all sets' actions.
    pub first_action: u32,
    /// Its first node.
    pub node: u32,
    /// How many nodes it has.
    pub members: u32,
    /// Line of the file that defines it.
    pub line: u32,
}

/// Who moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mover {
    Chance,
    /// By the position in [`Tree::players`].
    Player(u32),
}

impl Tree {
    /// The labels of a set's actions.
    pub fn actions(&self, set: usize) -> &[String] {
        &self.menus[self.sets[set].menu as usize]
    }

    /// A node's children in the order of its actions; none at the end of the game.
    pub fn children_of(&self, node: usize) -> &[u32] {
        let Node { set, first, .. } = self.nodes[node];
        if set == Node::TERMINAL { &[] } else { &self.children[first as usize..][..self.actions(set as usize).len()] }
    }

    /// What is paid on arriving at a node, per player.
    pub fn paid(&self, node: usize) -> &[f64] {
        let n = self.players.len();
        &self.outcomes[self.nodes[node].outcome as usize * n..][..n]
    }

    /// Actions of all sets together.
    pub fn n_actions(&self) -> usize {
        self.chances.len()
    }

    /// Whether every player always knows everything that has happened: no information set has two nodes.
    pub fn is_perfect(&self) -> bool {
        self.sets.iter().all(|set| set.mover == Mover::Chance || set.members == 1)
    }

    /// Each node's parent and which of its children it is; the root has itself and 0.
    pub fn parents(&self) -> Vec<(u32, u32)> {
        let mut parents = vec![(0, 0); self.nodes.len()];
        for node in 0..self.nodes.len() {
            for (action, &child) in self.children_of(node).iter().enumerate() {
                parents[child as usize] = (node as u32, action as u32);
            }
        }
        parents
    }

    /// Labels that tell a set's actions apart: as written where they do, else followed by their number from 1.
    pub fn labels(&self, set: usize) -> Vec<String> {
        distinct(self.actions(set))
    }

    /// Names that tell the players apart, like [`Tree::labels`].
    pub fn player_names(&self) -> Vec<String> {
        distinct(&self.players)
    }
}

/// The labels, each that is empty or stands twice followed by its number.
fn distinct(labels: &[String]) -> Vec<String> {
    let mut seen = rustc_hash::FxHashMap::default();
    for label in labels {
        *seen.entry(label).or_insert(0_u32) += 1;
    }
    let mut distinct: Vec<String> = labels
        .iter()
        .enumerate()
        .map(
            |(i, label)| if label.is_empty() || seen[label] > 1 { format!("{label}#{}", i + 1) } else { label.clone() },
        )
        .collect();
    // A label written like a numbered one is the rare case in which numbers alone must do.
    let all: rustc_hash::FxHashSet<&String> = distinct.iter().collect();
    if all.len() < labels.len() {
        distinct = (1..=labels.len()).map(|i| format!("#{i}")).collect();
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn labels_are_told_apart() {
        let of = |labels: &[&str]| distinct(&labels.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(of(&["yes", "no"]), ["yes", "no"]);
        assert_eq!(of(&["", "a", "a"]), ["#1", "a#2", "a#3"]);
        assert_eq!(of(&["a", "a", "a#1"]), ["#1", "#2", "#3"]);
    }
}
