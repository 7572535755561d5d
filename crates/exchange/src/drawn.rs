//! A game with the numbers of one draw put in.

use game::Draw;
use game::graph::{Edge, Game, Node, PaymentsId};
use game::table::Slot;

/// A game and one draw.
pub struct Drawn<'g> {
    pub game: &'g Game,
    /// Value of each slot of the table.
    pub values: Vec<f64>,
    /// Precision of each actor, 1/utils.
    pub precision: Vec<f64>,
    /// Position of each hypothesis's reading.
    pub readings: Vec<usize>,
    /// What a payoff in each period counts at the start; last, what the last state's worth counts.
    pub discounts: Vec<f64>,
}

impl<'g> Drawn<'g> {
    pub fn of(game: &'g Game, draw: &Draw) -> Drawn<'g> {
        let values: Vec<f64> = game.table.evaluate(&[draw]).into_iter().map(|[value]| value).collect();
        let mut discounts = vec![1.0];
        for period in &game.periods {
            let kept = values[game.segments[period.segment].discount.index()];
            discounts.push(discounts[discounts.len() - 1] * kept);
        }
        Drawn {
            game,
            precision: game.precision.iter().map(|slot| values[slot.index()]).collect(),
            readings: draw.readings.clone(),
            discounts,
            values,
        }
    }

    pub fn value(&self, slot: Slot) -> f64 {
        self.values[slot.index()]
    }

    /// A node of the graph that a period uses, with its edges.
    pub fn node(&self, period: usize, node: u32) -> (&'g Node, &'g [Edge]) {
        let segment = &self.game.segments[self.game.periods[period].segment];
        let node = &segment.nodes[node as usize];
        (node, &segment.edges[node.first as usize..][..node.count as usize])
    }

    /// Adds `factor` × a list of payments to what each actor has.
    pub fn pay(&self, payments: PaymentsId, factor: f64, to: &mut [f64]) {
        for (actor, slot) in self.game.payments.list(payments) {
            to[usize::from(*actor)] += factor * self.value(*slot);
        }
    }

    /// What a list of payments pays one actor.
    pub fn paid_to(&self, actor: u16, payments: PaymentsId) -> f64 {
        let list = self.game.payments.list(payments);
        list.iter().filter(|(to, _)| *to == actor).map(|(_, slot)| self.value(*slot)).sum()
    }
}

/// What a reader of an exported file can do with each last state.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// Ids of the outcomes.
    pub outcomes: Vec<String>,
    /// Outcome of each state, by its position.
    pub outcome_of: Vec<usize>,
    /// Whether the case is settled in each state.
    pub settled: Vec<bool>,
}

/// Why a file is not written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TooLarge {
    #[error(
        "the tree would have {} nodes, more than {limit}: every path of play is a branch of its own in this format, and each \
         ballot is written out voter by voter; shorten `until`, lengthen `period`, or take `--to drn`, whose states are \
         merged",
        counted(*.nodes, *.exact)
    )]
    Tree {
        /// A floating-point number, since it may be beyond any other; infinite where it is beyond that.
        nodes: f64,
        limit: usize,
        /// False where some roll call was too long to count its ends: then there are at least so many.
        exact: bool,
    },
    #[error("the chain has {states} states, more than {limit}: {advice}")]
    Chain { states: usize, limit: usize, advice: &'static str },
}

fn counted(nodes: f64, exact: bool) -> String {
    if nodes.is_infinite() {
        return "more than 1e308".into();
    }
    let least = if exact { "" } else { "at least " };
    if nodes < 1e15 { format!("{least}{nodes}") } else { format!("{least}about {nodes:.1e}") }
}
