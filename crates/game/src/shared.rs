//! What all kinds of period share while a case becomes a game.

use crate::explore::{Exit, Origin};
use crate::graph::{ActionRef, Answering, Kind, Payments};
use crate::noted::Noted;
use crate::refusal::{Limits, Refusal};
use crate::state::States;
use crate::table::{Slot, Table};
use crate::tally::Tally;
use case::model::{self, Case};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::hash::Hash;

pub(crate) struct Shared<'c> {
    pub case: &'c Case,
    pub plan: Option<&'c model::Plan>,
    pub limits: &'c Limits,
    pub table: Table,
    pub payments: Payments,
    pub tallies: Distinct<Tally>,
    pub answers: Distinct<Vec<Answering>>,
    /// Nodes but for where they lead: kind, weights and labels.
    pub shapes: Distinct<(Kind, Vec<(Slot, u32)>)>,
    /// The chances of outcomes by those stated.
    pub weights: FxHashMap<Vec<Option<Slot>>, Vec<Slot>>,
    /// Lists of what falls due once when a state becomes another: actor and amount.
    pub dues: Distinct<Vec<(u16, Slot)>>,
    /// Lists of what changes of that which questions watch: which condition, and whether it held.
    pub shifts: Distinct<Vec<(u16, bool)>>,
    /// States a period can begin in.
    pub boundary: States,
    /// Whether it is kept how each place was first come to, for the path in an error.
    pub tracing: bool,
    /// Per boundary state: the kind of period that ended in it first, and where there, and by what, if any did.
    pub come_to: Vec<Option<(usize, Exit, Origin)>>,
    /// Where something could not be put into effect: kind of period and place.
    pub stuck: Option<(usize, Exit)>,
    pub n_places: usize,
    pub n_edges: usize,
    pub noted: Option<Noted>,
    /// Actions that were on a menu somewhere.
    pub offered: BTreeSet<ActionRef>,
    pub aliases: BTreeSet<(ActionRef, ActionRef)>,
}

/// Distinct things, numbered as they come.
pub(crate) struct Distinct<T> {
    list: Vec<T>,
    index: FxHashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    pub fn of(first: impl IntoIterator<Item = T>) -> Distinct<T> {
        let mut distinct = Distinct { list: Vec::new(), index: FxHashMap::default() };
        first.into_iter().for_each(|thing| {
            distinct.number(thing);
        });
        distinct
    }

    pub fn number(&mut self, thing: T) -> u32 {
        if let Some(&number) = self.index.get(&thing) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(thing.clone());
        self.index.insert(thing, number);
        number
    }

    pub fn get(&self, number: u32) -> &T {
        &self.list[number as usize]
    }

    pub fn take_list(&mut self) -> Vec<T> {
        self.index.clear();
        std::mem::take(&mut self.list)
    }
}

impl Shared<'_> {
    /// One more place of play.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] without causes: whoever knows the places adds them.
    pub fn place(&mut self) -> Result<(), Refusal> {
        self.n_places += 1;
        within(self.n_places, self.limits.places, "places of play")
    }

    /// One more state that a period can begin in.
    ///
    /// # Errors
    /// As [`Shared::place`].
    pub fn states(&mut self) -> Result<(), Refusal> {
        within(self.boundary.len(), self.limits.states, "states")
    }

    /// So many more edges.
    ///
    /// # Errors
    /// As [`Shared::place`].
    pub fn edges(&mut self, n: usize) -> Result<(), Refusal> {
        self.n_edges += n;
        within(self.n_edges, self.limits.edges, "edges")
    }
}

fn within(n: usize, limit: usize, what: &'static str) -> Result<(), Refusal> {
    if n > limit { Err(Refusal::TooLarge { what, limit, causes: Vec::new() }) } else { Ok(()) }
}
