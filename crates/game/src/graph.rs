//! What can happen: one period's graph for each kind of period, over the states a period can begin in.

use crate::table::{Slot, Table};
use crate::tally::Tally;
use jiff::civil::Date;

/// A compiled case: structure once, numbers in a [`Table`].
#[derive(Debug, Clone)]
pub struct Game {
    /// Actors' ids, in the case's order; columns of every value.
    pub actors: Vec<String>,
    pub table: Table,
    /// Each actor's precision, 1/utils.
    pub precision: Vec<Slot>,
    /// States a period can begin in, as positions of the variables' values: `[n_states][n_variables]`, row by row.
    pub states: Vec<u8>,
    pub n_variables: usize,
    /// The first state play begins in.
    pub start: u32,
    /// Where play begins: the start, or what a forced first move makes of it; probabilities sum to 1.
    pub openings: Vec<Opening>,
    /// What each state is worth as the last one.
    pub last: Vec<PaymentsId>,
    /// Whether the case is over in a state.
    pub ended: Vec<bool>,
    /// Graphs of the distinct kinds of period.
    pub segments: Vec<Segment>,
    /// The calendar, from `from` on, or from `now` on where the game begins there.
    pub periods: Vec<Period>,
    /// The period that begins at `now`.
    pub now: usize,
    pub payments: Payments,
    pub tallies: Vec<Tally>,
    /// Who answers a ballot and what answering pays, one list per kind of ballot met.
    pub answers: Vec<Vec<Answering>>,
    /// Turns' ids, with the ids of each slot's actions: what labels refer to.
    pub turns: Vec<TurnNames>,
    /// Actions that are possible, and do something, in some state that can be reached.
    pub offered: std::collections::BTreeSet<ActionRef>,
    /// How those see the game who see it otherwise than it is.
    pub views: Vec<View>,
    /// Actions that somewhere stood for another of the same menu, with the other.
    pub aliases: std::collections::BTreeSet<(ActionRef, ActionRef)>,
    pub events: Vec<String>,
    pub clocks: Vec<String>,
    /// Conditions whose end is asked about: for each, whether it holds in each state, by kind of period and, last, at the
    /// end: `[condition][kind of period, or end][state]`.
    pub watched: Vec<Vec<Vec<bool>>>,
}

impl Game {
    /// A state a period can begin in: positions of the variables' values.
    pub fn state(&self, state: usize) -> &[u8] {
        &self.states[state * self.n_variables..][..self.n_variables]
    }

    /// How many states a period can begin in.
    pub fn n_states(&self) -> usize {
        self.last.len()
    }

    /// Whether play that has come to one of these states at the beginning of a period stays among them.
    pub fn is_closed(&self, states: &[bool]) -> bool {
        self.segments.iter().all(|segment| {
            let stays = |child: Child, nodes: &[bool]| match child {
                Child::Node(node) => nodes[node as usize],
                Child::Next(state) => states[state as usize],
            };
            let mut nodes = Vec::with_capacity(segment.nodes.len());
            for node in &segment.nodes {
                let edges = &segment.edges[node.first as usize..][..node.count as usize];
                nodes.push(edges.iter().all(|edge| stays(edge.to.child, &nodes)));
            }
            segment
                .roots
                .iter()
                .zip(states)
                .all(|(root, within)| !within || root.is_none_or(|root| stays(root.child, &nodes)))
        })
    }

    /// Edges of one period, the largest kind.
    pub fn edges_per_period(&self) -> usize {
        self.segments.iter().map(|segment| segment.edges.len()).max().unwrap_or(0)
    }
}

/// An actor's own view of the game.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub actor: u16,
    /// Numbers it takes to be otherwise: position, and what it takes them to be, read from the numbers of the draw.
    pub numbers: Vec<(u32, case::expr::Expr)>,
    /// Whether the others know.
    pub known: bool,
}

/// One state play can begin in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opening {
    pub probability: Slot,
    pub state: u32,
    pub payments: PaymentsId,
}

/// What a turn is called and what it offers.
#[derive(Debug, Clone)]
pub struct TurnNames {
    pub id: String,
    /// Per slot, per action: its id.
    pub slots: Vec<Vec<String>>,
}

/// One step of the calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    pub begins: Date,
    /// The day after its last.
    pub ends: Date,
    pub days: f64,
    /// Which graph.
    pub segment: usize,
}

/// One period's graph: nodes in an order in which children come first.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    pub days: f64,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// Where a period that begins in a state enters the graph; `None` where no period of this kind begins so.
    pub roots: Vec<Option<Step>>,
    /// By what a payoff of the next period is multiplied.
    pub discount: Slot,
}

impl Default for Slot {
    fn default() -> Slot {
        Table::ONE
    }
}

/// A node; its edges are `edges[first..first + count]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    pub kind: Kind,
    pub first: u32,
    pub count: u32,
}

/// What decides at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An actor chooses; edges carry prior weights. One that errs chooses by its own view ([`Game::views`], or
    /// [`NO_VIEW`]); where it errs about facts, as at `twin`, the node of the state it believes in (or [`NO_TWIN`], or
    /// [`IDLE_TWIN`]).
    Decide { actor: u16, turn: u16, slot: u16, view: u16, twin: u32 },
    /// Chance; edges carry probabilities that sum to 1.
    Chance { cause: Cause },
    /// A ballot of yes and no, or on attendance: the first edge if it passes, the second if not.
    Ballot { tally: u32, answers: u32, action: ActionRef, sitting: bool },
    /// A round among names: an edge per name, then, where the round can elect nobody, one per pair that may stand
    /// again (two names: one), or one if the ballot fails.
    Names { tally: u32, answers: u32, action: ActionRef, names: u16, pairs: bool },
}

/// The view of one who sees the game as it is.
pub const NO_VIEW: u16 = u16::MAX;
/// No other node to choose as at.
pub const NO_TWIN: u32 = u32::MAX;
/// It believes to be where it has nothing to choose, and does nothing.
pub const IDLE_TWIN: u32 = u32::MAX - 1;

/// What a chance node is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Whether a turn comes up (first edge: it does).
    Turn(u16),
    /// Who proposes in a body.
    Proposer(u16),
    /// How an action turns out.
    Result(ActionRef),
    /// Whether an event happens (first edge: it does).
    Event(u16),
    /// How an event turns out.
    EventResult(u16),
    /// Whether a clock's phase passes (first edge: it does).
    Clock(u16),
    /// Whether a clock's last phase passes, from which something follows (first edge: it does).
    Lapse(u16),
    /// How a breach turns out.
    Breach(u16),
    /// Which of several enabled actions of a turn's slot happens where nobody decides.
    Nature(u16, u16),
}

/// An action of a turn's slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionRef {
    pub turn: u16,
    pub slot: u16,
    pub action: u16,
}

/// Where an edge leads, what is paid on the way, and its prior weight or probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edge {
    pub to: Step,
    /// Prior weight (of a decision) or probability (of chance); not used at ballots.
    pub weight: Slot,
    /// What choosing it is: an action of the slot (also where chance picks it), or [`Edge::HOLD`]; among names, the name by
    /// its position on the list, [`Edge::AGAIN`] or [`Edge::HOLD`]; position among results elsewhere.
    pub label: u32,
}

impl Edge {
    /// The label of doing nothing, and of electing nobody.
    pub const HOLD: u32 = u32::MAX;
    /// The label of a further round among names.
    pub const AGAIN: u32 = u32::MAX - 1;
}

/// A child and what is paid on the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    pub child: Child,
    pub payments: PaymentsId,
}

/// A node of the same period, or the beginning of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Child {
    Node(u32),
    /// A state (position in [`Game::states`]) in which the next period begins.
    Next(u32),
}

/// A list of payments, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct PaymentsId(pub u32);

impl PaymentsId {
    pub const NONE: PaymentsId = PaymentsId(0);
}

/// Something that a question watches changed on the way: a condition came to hold, or ceased to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// Which condition: position in [`Game::watched`].
    pub watch: u16,
    /// What made it cease to hold; `None`: it came to hold.
    pub ended_by: Option<By>,
}

/// What made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// An action, if it had a ballot one that passed.
    Action(ActionRef),
    /// An action whose ballot failed.
    Failed(ActionRef),
    Event(u16),
    /// A clock's phase or breach.
    Clock(u16),
    /// A date that the condition names.
    Date,
}

/// The distinct lists of payments: actor and amount, by actor, each at most once; with them what is marked on the way.
#[derive(Debug, Clone)]
pub struct Payments {
    lists: Vec<Vec<(u16, Slot)>>,
    /// What is marked, in the order in which it happens.
    marks: Vec<Vec<Mark>>,
    index: rustc_hash::FxHashMap<(Vec<(u16, Slot)>, Vec<Mark>), PaymentsId>,
    merged: rustc_hash::FxHashMap<(PaymentsId, PaymentsId), PaymentsId>,
}

impl Default for Payments {
    fn default() -> Payments {
        Payments {
            lists: vec![Vec::new()],
            marks: vec![Vec::new()],
            index: std::iter::once(((Vec::new(), Vec::new()), PaymentsId::NONE)).collect(),
            merged: rustc_hash::FxHashMap::default(),
        }
    }
}

impl Payments {
    /// What a list pays: `(actor, amount)`.
    pub fn list(&self, id: PaymentsId) -> &[(u16, Slot)] {
        &self.lists[id.0 as usize]
    }

    /// What is marked on the way, in the order in which it happens.
    pub fn marks(&self, id: PaymentsId) -> &[Mark] {
        &self.marks[id.0 as usize]
    }

    /// The same payments with these marks after those there are.
    pub fn marked(&mut self, id: PaymentsId, marks: &[Mark]) -> PaymentsId {
        if marks.is_empty() {
            return id;
        }
        self.insert(self.list(id).to_vec(), [self.marks(id), marks].concat())
    }

    pub fn len(&self) -> usize {
        self.lists.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lists.len() == 1
    }

    /// The list of these payments; several to one actor are added, zeros left out.
    pub fn intern(&mut self, paid: Vec<(u16, Slot)>, table: &mut Table) -> PaymentsId {
        self.intern_marked(paid, Vec::new(), table)
    }

    fn intern_marked(&mut self, mut paid: Vec<(u16, Slot)>, marks: Vec<Mark>, table: &mut Table) -> PaymentsId {
        paid.sort_by_key(|(actor, _)| *actor);
        let mut list: Vec<(u16, Slot)> = Vec::with_capacity(paid.len());
        for (actor, slot) in paid {
            match list.last_mut() {
                Some((last, sum)) if *last == actor => *sum = table.sum(*sum, slot),
                _ => list.push((actor, slot)),
            }
        }
        list.retain(|(_, slot)| *slot != Table::ZERO);
        self.insert(list, marks)
    }

    fn insert(&mut self, list: Vec<(u16, Slot)>, marks: Vec<Mark>) -> PaymentsId {
        let key = (list, marks);
        if let Some(&id) = self.index.get(&key) {
            return id;
        }
        let id = PaymentsId(u32::try_from(self.lists.len()).expect("fewer than 2^32 lists of payments"));
        self.lists.push(key.0.clone());
        self.marks.push(key.1.clone());
        self.index.insert(key, id);
        id
    }

    /// Both lists together; what the first marks comes first.
    pub fn merge(&mut self, a: PaymentsId, b: PaymentsId, table: &mut Table) -> PaymentsId {
        if a == PaymentsId::NONE {
            return b;
        }
        if b == PaymentsId::NONE {
            return a;
        }
        if let Some(&id) = self.merged.get(&(a, b)) {
            return id;
        }
        let both = self.list(a).iter().chain(self.list(b)).copied().collect();
        let marks = [self.marks(a), self.marks(b)].concat();
        let id = self.intern_marked(both, marks, table);
        self.merged.insert((a, b), id);
        id
    }
}

/// How an elector answers a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Answering {
    pub voice: Voicing,
    /// By whose view it is weighed: of one that errs, or [`NO_VIEW`].
    pub view: u16,
    /// What each answer pays it: yes and no; attending and staying away; or one per name.
    pub pays: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voicing {
    /// This actor weighs what the ballot brings it.
    Actor(u16),
    /// A habit: chance of coming at all, and of saying yes (or attending) if it has come.
    Habit { comes: Slot, yes: Slot },
    /// Nobody speaks for it: neither attends nor says yes.
    Silent,
}
