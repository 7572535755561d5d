//! A case becomes a game: states are found by playing every possibility from the start.

use crate::explore::{Activity, Changes, Memo, NONE, StateId};
use crate::graph::{
    ActionRef, Answering, By, Cause, Child, Edge, Game, IDLE_TWIN, Kind, Mark, NO_TWIN, NO_VIEW, Node, Opening,
    Payments, PaymentsId, Period, Segment, Step, TurnNames, View, Voicing,
};
use crate::refusal::{Limits, Refusal};
use crate::table::{Slot, Table, Term};
use crate::tally::{Counting, Members, Suffices, Tally};
use crate::tools::{
    ActionTools, BallotTools, ElectorTools, EventTiming, FormTools, NOBODY, OutcomeTools, Payment, Quantity, Setting,
    Tools, VoiceTools, WhoTools,
};
use crate::{calendar, rules};
use case::expr::{Comparison, Value};
use case::model::{self, Case, Round};
use jiff::ToSpan;
use rustc_hash::FxHashMap;
use std::hash::{Hash, Hasher};

/// Compiles a case from `from` on.
///
/// # Errors
/// [`Refusal`] where the game would be larger than `limits`, or an effect leads out of a variable's domain.
pub fn compile(case: &Case, limits: &Limits) -> Result<Game, Refusal> {
    Compiler::new(case, None, None, limits)?.compile()
}

/// The same from `now` on, where play stands in one of these states (positions of the variables' values; a draw says with
/// what chance in which), and where an actor has bound itself to a plan, if there is one, which everybody knows.
///
/// - `never`: its moves without these; `keep`: without those that would break the condition, and, where others have
///   broken it, nothing but what restores it, if anything does; `stay_away`: its electors do not attend.
/// - `first` is done at `now`, before anything else (a body's passes); what follows from it is where play begins. In a state
///   in which it cannot be done nothing is.
/// - The plan binds for its number of days from `now`, and not in states where its `until` holds.
///
/// # Errors
/// As [`compile`]; and [`Refusal::NotPossible`] where `first` is enabled in none of the states.
pub fn compile_at(
    case: &Case,
    standing: &[Vec<u8>],
    plan: Option<&model::Plan>,
    limits: &Limits,
) -> Result<Game, Refusal> {
    Compiler::new(case, Some(standing), plan, limits)?.compile()
}

/// The states a case begins in, as [`compile_at`] takes them: one, at `from`.
pub fn start(case: &Case) -> Vec<Vec<u8>> {
    vec![case.variables.iter().map(|variable| variable.start as u8).collect()]
}

/// A change of state that an action can make: positions of the variables' values before and after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub from: Vec<u8>,
    pub to: Vec<u8>,
    pub action: ActionRef,
}

/// Every change that an action can make in a state that can be reached from these at `now`, within a period too, in order.
///
/// # Errors
/// As [`compile_at`].
pub fn changes(case: &Case, standing: &[Vec<u8>], limits: &Limits) -> Result<Vec<Change>, Refusal> {
    let mut compiler = Compiler::new(case, Some(standing), None, limits)?;
    compiler.explore()?;
    let shared = &compiler.shared;
    let mut changes: Vec<Change> = shared
        .changes
        .iter()
        .filter_map(|&(from, to, action)| {
            Some(Change { from: shared.row(from).to_vec(), to: shared.row(to).to_vec(), action: action? })
        })
        .collect();
    changes.sort_unstable();
    changes.dedup();
    Ok(changes)
}

struct Compiler<'c> {
    case: &'c Case,
    /// Where play may stand when it begins.
    standing: Vec<Vec<u8>>,
    before: usize,
    openings: Vec<Opening>,
    periods: Vec<Period>,
    /// Which kinds of period can follow each.
    followers: Vec<Vec<usize>>,
    builders: Vec<Builder<'c>>,
    shared: Shared<'c>,
}

/// What all kinds of period share.
pub(crate) struct Shared<'c> {
    case: &'c Case,
    plan: Option<&'c model::Plan>,
    limits: &'c Limits,
    table: Table,
    payments: Payments,
    tallies: Vec<Tally>,
    tally_index: FxHashMap<Tally, u32>,
    answers: Vec<Vec<Answering>>,
    answers_index: FxHashMap<Vec<Answering>, u32>,
    /// The chances of outcomes by those stated: [`Builder::weights`].
    weights: FxHashMap<Vec<Option<Slot>>, Vec<Slot>>,
    /// Shift and width of each variable in a packed state.
    layout: Vec<(u32, u32)>,
    index: FxHashMap<u128, StateId>,
    /// Positions of all states, row by row.
    rows: Vec<u8>,
    /// How a state was first reached: from which, by what.
    origins: Vec<(StateId, Origin)>,
    /// Position among the states a period can begin in.
    boundary: Vec<u32>,
    boundary_states: Vec<StateId>,
    n_edges: usize,
    changes: Changes,
    /// Conditions whose end a question asks about.
    watched: Vec<&'c case::expr::Expr>,
    aliases: std::collections::BTreeSet<(ActionRef, ActionRef)>,
}

/// What led to a state, for the path in an error.
#[derive(Clone, Copy)]
enum Origin {
    Start,
    Action(ActionRef),
    Event(u16),
    Clock(u16),
}

/// One kind of period being built.
struct Builder<'c> {
    /// Whether the plan binds in periods of this kind.
    binds: bool,
    tools: Tools<'c>,
    days: f64,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Nodes by the hash of their content, and the next one with the same hash.
    by_content: FxHashMap<u64, u32>,
    next_alike: Vec<u32>,
    /// Play from a position (turns, then events, then the close) in a state.
    memo: Memo,
    activity: Activity,
    reactions: FxHashMap<(usize, u64, StateId), Step>,
    /// Turns in states that somebody believes in.
    imagined: FxHashMap<(usize, usize, u64, bool, StateId), Step>,
    /// Whether the next turn is one of these.
    imagining: bool,
    /// Truth of each `once` condition, per state.
    once: FxHashMap<StateId, Vec<bool>>,
    /// Truth of each watched condition, per state.
    watched: FxHashMap<StateId, Vec<bool>>,
    roots: FxHashMap<u32, Step>,
    /// Boundary states in which a period of this kind can end, and those of them not yet passed on.
    ends: Vec<bool>,
    new_ends: Vec<u32>,
}

/// Where play goes on after an outcome.
#[derive(Clone, Copy)]
struct Onward {
    /// The position that was played.
    position: usize,
    /// Reacting turns still to come, by bit.
    pending: u64,
    /// Whether changes may set off reactions.
    triggers: bool,
}

/// One way an action can turn out, with everything paid.
#[derive(Clone, Copy, PartialEq)]
struct Branch {
    weight: Slot,
    state: StateId,
    payments: PaymentsId,
}

/// All the ways something can turn out, no two leading to the same; equal in whatever order they are written.
struct Branches(Vec<Branch>);

impl PartialEq for Branches {
    fn eq(&self, other: &Branches) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|branch| other.0.contains(branch))
    }
}

/// An action as it stands in a state: what it would do, ready for comparison with others.
#[derive(PartialEq)]
struct Prepared {
    /// What is paid for putting it to the ballot, whatever comes of it.
    due: PaymentsId,
    ballot: Option<PreparedBallot>,
    results: Branches,
    failed: Branches,
}

#[derive(PartialEq)]
struct PreparedBallot {
    /// Counting and answers of the sitting.
    sitting: Option<(u32, u32)>,
    form: PreparedForm,
}

#[derive(PartialEq)]
enum PreparedForm {
    YesNo(u32, u32),
    Names { answers: Vec<Answering>, results: Vec<Branches> },
}

impl<'c> Compiler<'c> {
    /// Without `standing` play begins at `from`, in the case's start.
    fn new(
        case: &'c Case,
        standing: Option<&[Vec<u8>]>,
        plan: Option<&'c model::Plan>,
        limits: &'c Limits,
    ) -> Result<Compiler<'c>, Refusal> {
        let mut layout = Vec::with_capacity(case.variables.len());
        let mut shift = 0;
        for variable in &case.variables {
            if variable.values.len() > 255 {
                return Err(Refusal::Domain { variable: variable.id.clone(), values: variable.values.len() });
            }
            let width = usize::BITS - (variable.values.len() - 1).leading_zeros();
            layout.push((shift, width));
            shift += width;
        }
        if shift > 128 {
            return Err(Refusal::Variables { bits: shift });
        }
        // The plan binds up to this day.
        let bound_until = plan
            .and_then(|plan| plan.days)
            .and_then(|days| case.calendar.now.checked_add((days.round() as i64).days()).ok());
        let calendar = calendar::plan(case, bound_until, standing.is_none());
        let mut table = Table::new();
        let builders = calendar
            .kinds
            .iter()
            .map(|kind| {
                let tools = Tools::new(case, kind.begins, &kind.today);
                let binds = plan.is_some() && bound_until.is_none_or(|until| kind.begins < until);
                Builder {
                    binds,
                    memo: Memo::default(),
                    activity: Activity::of(case),
                    tools,
                    days: kind.days,
                    nodes: Vec::new(),
                    edges: Vec::new(),
                    by_content: FxHashMap::default(),
                    next_alike: Vec::new(),
                    reactions: FxHashMap::default(),
                    imagined: FxHashMap::default(),
                    imagining: false,
                    once: FxHashMap::default(),
                    watched: FxHashMap::default(),
                    roots: FxHashMap::default(),
                    ends: Vec::new(),
                    new_ends: Vec::new(),
                }
            })
            .collect();
        // Numbers first, so that slots of numbers do not depend on what is met where.
        for n in 0..case.numbers.len() {
            table.term(Term::Number(n as u32));
        }
        let followers = (0..calendar.kinds.len())
            .map(|kind| {
                let mut next: Vec<usize> = calendar
                    .periods
                    .windows(2)
                    .filter(|pair| pair[0].segment == kind)
                    .map(|pair| pair[1].segment)
                    .collect();
                next.sort_unstable();
                next.dedup();
                next
            })
            .collect();
        Ok(Compiler {
            case,
            standing: standing.map_or_else(|| start(case), <[Vec<u8>]>::to_vec),
            before: calendar.before,
            openings: Vec::new(),
            periods: calendar.periods,
            followers,
            builders,
            shared: Shared {
                case,
                plan,
                limits,
                table,
                payments: Payments::default(),
                tallies: Vec::new(),
                tally_index: FxHashMap::default(),
                answers: Vec::new(),
                answers_index: FxHashMap::default(),
                weights: FxHashMap::default(),
                layout,
                index: FxHashMap::default(),
                rows: Vec::new(),
                origins: Vec::new(),
                boundary: Vec::new(),
                boundary_states: Vec::new(),
                n_edges: 0,
                changes: Changes::default(),
                watched: case
                    .questions
                    .iter()
                    .filter_map(|q| if let model::QuestionKind::EndedBy(ended) = &q.kind { Some(ended) } else { None })
                    .collect(),
                aliases: std::collections::BTreeSet::new(),
            },
        })
    }

    fn compile(mut self) -> Result<Game, Refusal> {
        self.explore()?;
        Ok(self.finish())
    }

    fn explore(&mut self) -> Result<(), Refusal> {
        let first = self.periods[0].segment;
        let mut starts = Vec::with_capacity(self.standing.len());
        for row in &self.standing {
            let row = self.builders[first].normalise(row.clone());
            let state = self.shared.state(&row, (0, Origin::Start))?;
            self.shared.boundary(state);
            starts.push(state);
        }
        let forced = self.shared.plan.and_then(|plan| plan.first.as_ref().map(|act| (plan, act)));
        let (mut possible, mut refused) = (forced.is_none(), None);
        for (position, &state) in starts.iter().enumerate() {
            let stands =
                if starts.len() == 1 { Table::ONE } else { self.shared.table.term(Term::Standing(position as u32)) };
            let unforced =
                Opening { probability: Table::ONE, state: self.shared.boundary(state), payments: PaymentsId::NONE };
            let openings = match forced {
                None => vec![unforced],
                Some((plan, act)) => match self.builders[first].opening(plan, act, state, &mut self.shared) {
                    Ok(openings) => {
                        possible = true;
                        openings
                    }
                    Err(refusal @ Refusal::NotPossible { .. }) => {
                        refused = Some(refusal);
                        vec![unforced]
                    }
                    Err(refusal) => return Err(refusal),
                },
            };
            for opening in openings {
                let probability = self.shared.table.product(opening.probability, stands);
                self.openings.push(Opening { probability, ..opening });
            }
        }
        if let (false, Some(refusal)) = (possible, refused) {
            return Err(refusal);
        }
        let mut open: Vec<(usize, u32)> = self.openings.iter().map(|opening| (first, opening.state)).collect();
        while let Some((kind, boundary)) = open.pop() {
            if self.builders[kind].roots.contains_key(&boundary) {
                continue;
            }
            let state = self.shared.boundary_states[boundary as usize];
            let root = self.builders[kind].root(state, boundary, &mut self.shared)?;
            self.builders[kind].roots.insert(boundary, root);
            // Where this kind of period can end, the next ones begin.
            for boundary in std::mem::take(&mut self.builders[kind].new_ends) {
                open.extend(self.followers[kind].iter().map(|&next| (next, boundary)));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Game {
        // The start is the first boundary state, also where a forced move leaves it at once.
        let case = self.case;
        let shared = &mut self.shared;
        let n = case.variables.len();
        let last_kind = self.periods.last().map_or(0, |p| p.segment);
        let mut states = Vec::with_capacity(shared.boundary_states.len() * n);
        let mut last = Vec::with_capacity(shared.boundary_states.len());
        let mut ended = Vec::with_capacity(shared.boundary_states.len());
        // The last state is read on the day after the last period, which is no period of its own.
        let until = self.periods.last().map_or(case.calendar.until, |p| p.ends);
        let mut end = Tools::new(case, until, &vec![false; case.events.len()]);
        for &state in &shared.boundary_states {
            let row = shared.rows[state as usize * n..][..n].to_vec();
            let mut paid = Vec::new();
            for interest in &mut end.last {
                if interest.condition.holds(&end.reader, &row) {
                    paid.push((interest.actor, interest.worth.slot(&end.reader, &row, &mut shared.table)));
                }
            }
            let tools = &mut self.builders[last_kind].tools;
            last.push(shared.payments.intern(paid, &mut shared.table));
            ended.push(tools.ends.holds(&tools.reader, &row));
            states.extend_from_slice(&row);
        }
        let start_row = states[..n].to_vec();
        let reader_begins = self.periods.first().map_or(case.calendar.now, |p| p.begins);
        let reader = crate::lookup::Reader { case, begins: reader_begins };
        let precision = case.precision.iter().map(|e| reader.slot(e, &start_row, &mut shared.table)).collect();
        let n_boundary = shared.boundary_states.len();
        let watched = shared
            .watched
            .iter()
            .map(|condition| {
                let truths = |begins| {
                    let reader = crate::lookup::Reader { case, begins };
                    states.chunks_exact(n).map(|row| crate::lookup::truth(reader.value(condition, row))).collect()
                };
                self.builders.iter().map(|builder| truths(builder.tools.reader.begins)).chain([truths(until)]).collect()
            })
            .collect();
        let mut segments = Vec::with_capacity(self.builders.len());
        let mut offered = std::collections::BTreeSet::new();
        for mut builder in self.builders {
            offered.extend(builder.tools.offered());
            let discount = builder.tools.discount.slot(&builder.tools.reader, &start_row, &mut shared.table);
            let discount = shared.table.term(Term::Discount(discount, (builder.days / 365.25).to_bits()));
            let mut roots = vec![None; n_boundary];
            for (boundary, root) in builder.roots {
                roots[boundary as usize] = Some(root);
            }
            segments.push(Segment { days: builder.days, nodes: builder.nodes, edges: builder.edges, roots, discount });
        }
        Game {
            actors: case.actors.iter().map(|a| a.id.clone()).collect(),
            precision,
            states,
            n_variables: n,
            start: 0,
            openings: self.openings,
            last,
            ended,
            segments,
            periods: self.periods,
            payments: std::mem::take(&mut shared.payments),
            tallies: std::mem::take(&mut shared.tallies),
            answers: std::mem::take(&mut shared.answers),
            table: std::mem::take(&mut shared.table),
            changes: std::mem::take(&mut shared.changes),
            offered,
            watched,
            aliases: std::mem::take(&mut shared.aliases),
            views: case
                .beliefs
                .iter()
                .map(|belief| View {
                    actor: belief.actor.0 as u16,
                    numbers: belief.numbers.iter().map(|(number, expr)| (number.0, expr.clone())).collect(),
                    known: belief.known,
                })
                .collect(),
            now: self.before,
            turns: case
                .turns
                .iter()
                .map(|turn| TurnNames {
                    id: turn.id.clone(),
                    slots: turn.slots.iter().map(|s| s.menu.iter().map(|a| a.id.clone()).collect()).collect(),
                })
                .collect(),
            events: case.events.iter().map(|e| e.id.clone()).collect(),
            clocks: case.clocks.iter().map(|c| c.id.clone()).collect(),
        }
    }
}

impl Shared<'_> {
    pub(crate) fn row(&self, state: StateId) -> &[u8] {
        let n = self.layout.len();
        &self.rows[state as usize * n..][..n]
    }

    /// The number of a state that something leads to; new ones remember how they were reached.
    fn state(&mut self, row: &[u8], origin: (StateId, Origin)) -> Result<StateId, Refusal> {
        let state = self.number(row, origin)?;
        let cause = if let Origin::Action(action) = origin.1 { Some(action) } else { None };
        if state != origin.0 {
            self.changes.note(origin.0, state, cause);
        }
        Ok(state)
    }

    fn number(&mut self, row: &[u8], origin: (StateId, Origin)) -> Result<StateId, Refusal> {
        let packed =
            row.iter().zip(&self.layout).fold(0_u128, |packed, (&p, &(shift, _))| packed | u128::from(p) << shift);
        if let Some(&state) = self.index.get(&packed) {
            return Ok(state);
        }
        let state = self.origins.len() as StateId;
        if self.origins.len() >= self.limits.states {
            return Err(self.too_large("states", self.limits.states));
        }
        self.index.insert(packed, state);
        self.rows.extend_from_slice(row);
        self.origins.push(origin);
        self.boundary.push(NONE);
        Ok(state)
    }

    fn boundary(&mut self, state: StateId) -> u32 {
        if self.boundary[state as usize] == NONE {
            self.boundary[state as usize] = self.boundary_states.len() as u32;
            self.boundary_states.push(state);
        }
        self.boundary[state as usize]
    }

    /// The refusal, with the variables that multiply the states, those with most values met first.
    fn too_large(&self, what: &'static str, limit: usize) -> Refusal {
        let n = self.layout.len();
        let mut causes: Vec<(String, usize)> = (0..n)
            .map(|v| {
                let mut met = [false; 256];
                self.rows.iter().skip(v).step_by(n.max(1)).for_each(|&p| met[usize::from(p)] = true);
                (self.case.variables[v].id.clone(), met.iter().filter(|m| **m).count())
            })
            .filter(|(_, values)| *values > 1)
            .collect();
        causes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Refusal::TooLarge { what, limit, causes }
    }

    /// How a state was reached, from the start on.
    fn path(&self, state: StateId) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = state;
        loop {
            let (before, origin) = self.origins[at as usize];
            match origin {
                Origin::Start => break,
                Origin::Action(a) => {
                    let turn = &self.case.turns[usize::from(a.turn)];
                    path.push(format!(
                        "{}: {}",
                        turn.id,
                        turn.slots[usize::from(a.slot)].menu[usize::from(a.action)].id
                    ));
                }
                Origin::Event(e) => path.push(self.case.events[usize::from(e)].id.clone()),
                Origin::Clock(c) => path.push(self.case.clocks[usize::from(c)].id.clone()),
            }
            at = before;
        }
        path.reverse();
        path
    }

    fn tally(&mut self, tally: Tally) -> u32 {
        if let Some(&id) = self.tally_index.get(&tally) {
            return id;
        }
        let id = self.tallies.len() as u32;
        self.tallies.push(tally.clone());
        self.tally_index.insert(tally, id);
        id
    }

    fn answers(&mut self, answers: Vec<Answering>) -> u32 {
        if let Some(&id) = self.answers_index.get(&answers) {
            return id;
        }
        let id = self.answers.len() as u32;
        self.answers.push(answers.clone());
        self.answers_index.insert(answers, id);
        id
    }
}

impl<'c> Builder<'c> {
    /// What a forced first move makes of the start.
    fn opening(
        &mut self,
        plan: &model::Plan,
        act: &str,
        start: StateId,
        shared: &mut Shared<'c>,
    ) -> Result<Vec<Opening>, Refusal> {
        let row = shared.row(start).to_vec();
        let mut why = "no such move";
        for turn in 0..self.tools.turns.len() {
            for slot in 0..self.tools.turns[turn].slots.len() {
                let mut menu = std::mem::take(&mut self.tools.turns[turn].slots[slot].menu);
                let found =
                    menu.iter_mut().enumerate().find(|(_, tools)| is_of(plan, tools.action, act)).map(|(a, tools)| {
                        let enabled = tools.when.holds(&self.tools.reader, &row);
                        let action = ActionRef { turn: turn as u16, slot: slot as u16, action: a as u16 };
                        enabled.then(|| (a, self.prepare(action, tools, start, &row, shared)))
                    });
                let here = self.tools.turns[turn].slots[slot].when.holds(&self.tools.reader, &row);
                self.tools.turns[turn].slots[slot].menu = menu;
                match found {
                    Some(Some((position, prepared))) if here => {
                        let action = ActionRef { turn: turn as u16, slot: slot as u16, action: position as u16 };
                        let mut openings = Vec::new();
                        for branch in prepared?.results.0 {
                            let marks = self.marks(start, branch.state, By::Action(action), shared);
                            openings.push(Opening {
                                probability: branch.weight,
                                state: shared.boundary(branch.state),
                                payments: shared.payments.marked(branch.payments, &marks),
                            });
                        }
                        return Ok(openings);
                    }
                    Some(_) => why = "its condition does not hold",
                    None => {}
                }
            }
        }
        Err(Refusal::NotPossible { action: act.to_owned(), why })
    }

    /// Whether a plan that binds takes an action off the menu by name.
    fn forbids(&self, action: &model::Action, row: &[u8], shared: &Shared<'c>) -> bool {
        let Some(plan) = shared.plan.filter(|_| self.binds) else { return false };
        let over = plan.until.as_ref().is_some_and(|until| crate::lookup::truth(self.tools.reader.value(until, row)));
        !over && plan.never.iter().any(|never| is_of(plan, action, never))
    }

    /// Takes off the menu what would break the condition a plan keeps. Whether what is left must be done.
    fn bind(
        &mut self,
        choices: &mut Vec<Choice<'c>>,
        turn: usize,
        slot: usize,
        state: StateId,
        row: &[u8],
        shared: &Shared<'c>,
    ) -> bool {
        let Some(plan) = shared.plan.filter(|_| self.binds) else { return false };
        let reader = &self.tools.reader;
        let holds = |condition: &case::expr::Expr, row: &[u8]| crate::lookup::truth(reader.value(condition, row));
        if plan.until.as_ref().is_some_and(|until| holds(until, row)) {
            return false;
        }
        let menu = &self.tools.turns[turn].turn.slots[slot].menu;
        let Some(keep) = &plan.keep else { return false };
        let keeps = |choice: &Choice| {
            choice
                .prepared
                .results
                .0
                .iter()
                .chain(&choice.prepared.failed.0)
                .all(|branch| holds(keep, shared.row(branch.state)))
        };
        let own = |choice: &Choice| is_own(plan, &menu[choice.action]);
        if holds(keep, shared.row(state)) {
            choices.retain(|choice| !own(choice) || keeps(choice));
            return false;
        }
        // Broken by others: what restores it is done, if anything does.
        if choices.iter().any(|choice| own(choice) && keeps(choice)) {
            choices.retain(|choice| own(choice) && keeps(choice));
            return true;
        }
        false
    }

    /// Puts variables out of scope back to their start.
    fn normalise(&mut self, mut row: Vec<u8>) -> Vec<u8> {
        for (variable, scope) in &mut self.tools.scopes {
            if !scope.holds(&self.tools.reader, &row) {
                row[*variable] = self.tools.reader.case.variables[*variable].start as u8;
            }
        }
        // A belief once refuted stays so.
        for belief in &self.tools.reader.case.beliefs {
            if let (Some(until), Some(refuted)) = (&belief.until, belief.refuted)
                && crate::lookup::truth(self.tools.reader.value(until, &row))
            {
                row[refuted.index()] = 1;
            }
        }
        row
    }

    /// Notes a state in which a period of this kind can end.
    fn end(&mut self, boundary: u32) {
        let at = boundary as usize;
        if self.ends.len() <= at {
            self.ends.resize(at + 1, false);
        }
        if !std::mem::replace(&mut self.ends[at], true) {
            self.new_ends.push(boundary);
        }
    }

    /// Play from the beginning of a period.
    fn root(&mut self, state: StateId, boundary: u32, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        if self.tools.ends.holds(&self.tools.reader, shared.row(state)) {
            let payments = self.flows(state, shared);
            self.end(boundary);
            return Ok(Step { child: Child::Next(boundary), payments });
        }
        self.play(0, state, shared)
    }

    fn play(&mut self, position: usize, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        // What has nothing to do with the state is passed by.
        let position = self.activity.next(position, state, &mut self.tools, shared);
        if let Some(step) = self.memo.get(position, state) {
            return Ok(step);
        }
        let n_turns = self.tools.turns.len();
        let step = if position < n_turns {
            self.turn(position, state, shared)?
        } else if position < n_turns + self.tools.events.len() {
            self.event(position - n_turns, state, shared)?
        } else {
            self.close(state, shared)?
        };
        self.memo.insert(position, state, step);
        Ok(step)
    }

    fn go(&mut self, onward: Onward, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        if onward.pending == 0 {
            return self.play(onward.position + 1, state, shared);
        }
        let key = (onward.position, onward.pending, state);
        if let Some(&step) = self.reactions.get(&key) {
            return Ok(step);
        }
        let turn = onward.pending.trailing_zeros() as usize;
        let rest = Onward { pending: onward.pending & (onward.pending - 1), triggers: false, ..onward };
        let step = self.act(turn, state, rest, shared)?;
        self.reactions.insert(key, step);
        Ok(step)
    }

    /// Play after an outcome: turns that react to what has changed come up first.
    fn after(
        &mut self,
        onward: Onward,
        turn: usize,
        from: StateId,
        to: StateId,
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let mut onward = onward;
        if onward.triggers && from != to {
            for (t, tools) in self.tools.turns.iter().enumerate().take(64) {
                let moved = |v: &case::model::VariableId| shared.row(from)[v.index()] != shared.row(to)[v.index()];
                if t != turn && tools.turn.reacts_to.iter().any(moved) {
                    onward.pending |= 1 << t;
                }
            }
        }
        self.go(onward, to, shared)
    }

    fn turn(&mut self, turn: usize, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let tools = &mut self.tools;
        let at = state as usize * shared.layout.len();
        let row = &shared.rows[at..at + shared.layout.len()];
        let pace = tools.turns[turn].pace.slot(&tools.reader, row, &mut shared.table);
        let comes = shared.table.term(Term::Comes(pace, self.days.to_bits()));
        if comes == Table::ZERO {
            return self.play(turn + 1, state, shared);
        }
        let onward = Onward { position: turn, pending: 0, triggers: true };
        if comes == Table::ONE {
            // What cannot be come to is not looked at: it might even lead out of a domain.
            return self.act(turn, state, onward, shared);
        }
        let next = self.play(turn + 1, state, shared)?;
        let act = self.act(turn, state, onward, shared)?;
        self.chance(Cause::Turn(turn as u16), &[(comes, act), (shared.table.complement(comes), next)], shared)
    }

    /// What happens when a turn has come up.
    fn act(&mut self, turn: usize, state: StateId, onward: Onward, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let imagined = std::mem::take(&mut self.imagining);
        // What follows holding is asked for where it can follow: where it cannot, it might even lead out of a domain.
        let row = shared.row(state).to_vec();
        let reader = &self.tools.reader;
        let slots = &mut self.tools.turns[turn].slots;
        let Some(slot) = slots.iter_mut().position(|slot| slot.when.holds(reader, &row)) else {
            return self.go(onward, state, shared);
        };
        let decider = match &mut slots[slot].who {
            WhoTools::Holder(post) => {
                let actor = post.actor(reader, &row);
                if actor == NOBODY {
                    return self.go(onward, state, shared);
                }
                Some(actor)
            }
            WhoTools::Body(_) | WhoTools::Nature => None,
        };
        // Taken out for the time being, so that the rest of the tools can be used beside it.
        let mut menu = std::mem::take(&mut slots[slot].menu);
        let choices = self.choices(turn, slot, &mut menu, state, &row, shared);
        self.tools.turns[turn].slots[slot].menu = menu;
        let choices = choices?;
        if choices.is_empty() {
            return self.go(onward, state, shared);
        }
        let mut edges = Vec::with_capacity(choices.len() + 1);
        let unweighed = |choice: &&Choice| choice.weight.is_none();
        let n_moves = match choices.iter().filter(unweighed).count() {
            few @ 0..=1 => few,
            _ => choices.iter().filter(unweighed).map(|c| c.move_id).collect::<std::collections::BTreeSet<_>>().len(),
        };
        let obliged = self.tools.turns[turn].slots[slot].obliged || choices.iter().any(|c| c.obliged);
        let is_nature = matches!(self.tools.turns[turn].slots[slot].who, WhoTools::Nature);
        if !obliged && !is_nature {
            let hold = self.go(onward, state, shared)?;
            edges.push(Edge { to: hold, weight: Table::ONE, label: Edge::HOLD });
        }
        for choice in &choices {
            let action = ActionRef { turn: turn as u16, slot: slot as u16, action: choice.action as u16 };
            let to = self.put(action, &choice.prepared, turn, state, onward, shared)?;
            let weight = if is_nature {
                shared.table.constant(1.0 / choices.len() as f64)
            } else {
                choice.weight.unwrap_or_else(|| {
                    let siblings = choices.iter().filter(|c| c.weight.is_none() && c.move_id == choice.move_id).count();
                    shared.table.constant(1.0 / (n_moves * siblings) as f64)
                })
            };
            edges.push(Edge { to, weight, label: choice.action as u32 });
        }
        if obliged && !is_nature {
            // In a draw whose weights leave nothing to do, there is holding.
            let uncertain = |weight: Slot| shared.table.known(weight).is_none();
            if choices.iter().all(|choice| choice.weight.is_some_and(uncertain)) {
                let most = shared.table.term(Term::Maximum(edges.iter().map(|edge| edge.weight).collect()));
                let idle = shared.table.term(Term::Compare(Comparison::LessOrEqual, most, Table::ZERO));
                let hold = self.go(onward, state, shared)?;
                edges.push(Edge { to: hold, weight: idle, label: Edge::HOLD });
            }
        }
        if is_nature {
            return self.settle(Kind::Chance { cause: Cause::Nature(turn as u16, slot as u16) }, &edges, shared);
        }
        if let Some(actor) = decider {
            // In the state it believes in one errs about nothing more.
            let twin = if imagined { NO_TWIN } else { self.twin(actor, turn, state, onward, shared)? };
            return self.decide(actor, turn, slot, (view(shared.case, actor, &row), twin), &edges, shared);
        }
        let hold = self.go(onward, state, shared)?;
        self.propose(turn, slot, &edges, hold, &row, shared)
    }

    /// One of the members proposes, in proportion to weights.
    fn propose(
        &mut self,
        turn: usize,
        slot: usize,
        edges: &[Edge],
        hold: Step,
        row: &[u8],
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let tools = &mut self.tools;
        let WhoTools::Body(members) = &mut tools.turns[turn].slots[slot].who else { return Ok(hold) };
        let mut proposers = Vec::with_capacity(members.len());
        for (post, weight, most) in members {
            let actor = post.as_mut().map_or(NOBODY, |post| post.actor(&tools.reader, row));
            if actor != NOBODY {
                let weight = weight.slot(&tools.reader, row, &mut shared.table);
                proposers.push((actor, shared.table.term(Term::Whole(weight, *most))));
            }
        }
        let total = proposers.iter().map(|p| p.1).reduce(|a, b| shared.table.sum(a, b));
        let Some(total) = total else { return Ok(hold) };
        let mut branches = Vec::with_capacity(proposers.len() + 1);
        for (actor, weight) in proposers {
            let share = shared.table.term(Term::Arithmetic(case::expr::Arithmetic::Divide, weight, total));
            branches.push((share, {
                let sight = (view(shared.case, actor, row), NO_TWIN);
                self.decide(actor, turn, slot, sight, edges, shared)?
            }));
        }
        // Nobody proposes where all weights are 0 in a draw.
        let nobody = shared.table.term(Term::Compare(Comparison::Equal, total, Table::ZERO));
        branches.push((nobody, hold));
        self.chance(Cause::Proposer(turn as u16), &branches, shared)
    }

    fn decide(
        &mut self,
        actor: u16,
        turn: usize,
        slot: usize,
        sight: (u16, u32),
        edges: &[Edge],
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let (view, twin) = sight;
        self.settle(Kind::Decide { actor, turn: turn as u16, slot: slot as u16, view, twin }, edges, shared)
    }

    /// Where one that errs about facts would choose: the node of the same turn in the state it believes in, if it
    /// chooses there.
    fn twin(
        &mut self,
        actor: u16,
        turn: usize,
        state: StateId,
        onward: Onward,
        shared: &mut Shared<'c>,
    ) -> Result<u32, Refusal> {
        let case = shared.case;
        let row = shared.row(state).to_vec();
        let Some(belief) = case.beliefs.get(usize::from(view(case, actor, &row))) else { return Ok(NO_TWIN) };
        let mut believed = row.clone();
        for (variable, fact) in &belief.facts {
            let value = self.tools.reader.value(fact, &row);
            let values = &case.variables[variable.index()].values;
            if let Some(position) = values.iter().position(|v| crate::lookup::same(*v, value)) {
                believed[variable.index()] = position as u8;
            }
        }
        let believed = self.normalise(believed);
        if believed == row {
            return Ok(NO_TWIN);
        }
        let there = shared.number(&believed, (state, Origin::Start))?;
        let key = (turn, onward.position, onward.pending, onward.triggers, there);
        let step = match self.imagined.get(&key) {
            Some(&step) => step,
            None => {
                self.imagining = true;
                let step = self.act(turn, there, onward, shared)?;
                self.imagined.insert(key, step);
                step
            }
        };
        match step.child {
            Child::Node(node) if matches!(self.nodes[node as usize].kind, Kind::Decide { actor: a, .. } if a == actor) => {
                Ok(node)
            }
            _ => Ok(IDLE_TWIN),
        }
    }

    /// The node, or what follows where all edges lead to the same.
    fn settle(&mut self, kind: Kind, edges: &[Edge], shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        if edges.iter().all(|edge| edge.to == edges[0].to) && !edges.is_empty() {
            return Ok(edges[0].to);
        }
        self.node(kind, edges, shared)
    }

    /// Enabled actions, aliases and actions without effect dropped.
    fn choices(
        &mut self,
        turn: usize,
        slot: usize,
        menu: &mut [ActionTools<'c>],
        state: StateId,
        row: &[u8],
        shared: &mut Shared<'c>,
    ) -> Result<Vec<Choice<'c>>, Refusal> {
        let mut choices: Vec<Choice<'c>> = Vec::new();
        for (position, tools) in menu.iter_mut().enumerate() {
            if !tools.when.holds(&self.tools.reader, row) || self.forbids(tools.action, row, shared) {
                continue;
            }
            let weight = tools.weight.as_mut().map(|w| w.slot(&self.tools.reader, row, &mut shared.table));
            if weight.and_then(|w| shared.table.known(w)).is_some_and(|w| w <= 0.0) {
                continue;
            }
            let action = ActionRef { turn: turn as u16, slot: slot as u16, action: position as u16 };
            let prepared = self.prepare(action, tools, state, row, shared)?;
            if let Some(first) = choices.iter_mut().find(|choice| choice.prepared == prepared) {
                // Holding is not offered while an obliged action is enabled, whichever of its likes stands for it.
                first.obliged |= tools.action.obliged;
                shared.aliases.insert((ActionRef { action: first.action as u16, ..action }, action));
                continue;
            }
            choices.push(Choice {
                action: position,
                move_id: &tools.action.move_id,
                weight,
                obliged: tools.action.obliged,
                idle: prepared.is_idle(state, shared),
                prepared,
            });
        }
        let obliged = self.tools.turns[turn].slots[slot].obliged || choices.iter().any(|c| c.obliged);
        let is_nature = matches!(self.tools.turns[turn].slots[slot].who, WhoTools::Nature);
        if !obliged && !is_nature {
            choices.retain(|choice| !choice.idle);
        }
        if self.bind(&mut choices, turn, slot, state, row, shared) {
            choices.iter_mut().for_each(|choice| choice.obliged = true);
        }
        for choice in &choices {
            menu[choice.action].offered = true;
        }
        Ok(choices)
    }

    fn prepare(
        &mut self,
        action: ActionRef,
        tools: &mut ActionTools<'c>,
        state: StateId,
        row: &[u8],
        shared: &mut Shared<'c>,
    ) -> Result<Prepared, Refusal> {
        let origin = Origin::Action(action);
        let pays = self.pays(&mut tools.pays, row, shared);
        // A body's action is paid for if it passes, anybody else's whether or not it does.
        let slots = &self.tools.turns[usize::from(action.turn)].slots;
        let of_body = matches!(slots[usize::from(action.slot)].who, WhoTools::Body(_));
        let (due, passing) = if tools.ballot.is_none() || of_body { (vec![], pays) } else { (pays, vec![]) };
        let due = shared.payments.intern(due, &mut shared.table);
        let results = self.branches(&mut tools.results, &passing, state, row, origin, shared)?;
        let failed = self.branches(&mut tools.failed, &[], state, row, origin, shared)?;
        let ballot = match &mut tools.ballot {
            None => None,
            Some(ballot) => Some(self.ballot(ballot, &passing, state, row, origin, shared)?),
        };
        Ok(Prepared { due, ballot, results, failed })
    }

    fn pays(&mut self, pays: &mut [Payment<'c>], row: &[u8], shared: &mut Shared<'c>) -> Vec<(u16, Slot)> {
        let reader = &self.tools.reader;
        pays.iter_mut()
            .filter_map(|pay| {
                let actor = pay.to.actor(reader, row);
                (actor != NOBODY).then(|| (actor, pay.amount.slot(reader, row, &mut shared.table)))
            })
            .collect()
    }

    /// The outcomes of a list in a state: chances scaled, assignments made, everything paid; equal ones together.
    fn branches(
        &mut self,
        outcomes: &mut [OutcomeTools<'c>],
        paid: &[(u16, Slot)],
        state: StateId,
        row: &[u8],
        origin: Origin,
        shared: &mut Shared<'c>,
    ) -> Result<Branches, Refusal> {
        self.branches_from(outcomes, paid, state, row, None, origin, shared)
    }

    /// The same with one more assignment in every outcome, before its own: a variable put back to its start.
    #[allow(clippy::too_many_arguments, reason = "what outcomes need, each once")]
    fn branches_from(
        &mut self,
        outcomes: &mut [OutcomeTools<'c>],
        paid: &[(u16, Slot)],
        state: StateId,
        row: &[u8],
        reset: Option<usize>,
        origin: Origin,
        shared: &mut Shared<'c>,
    ) -> Result<Branches, Refusal> {
        // What surely comes of something has no chances to weigh.
        let sure = outcomes.len() == 1 && outcomes[0].chance.is_none();
        let weights = if sure { vec![Table::ONE] } else { self.weights(outcomes, row, shared) };
        let mut branches: Vec<Branch> = Vec::with_capacity(weights.len());
        for (position, weight) in weights.into_iter().enumerate() {
            if weight == Table::ZERO {
                continue;
            }
            // Chances that leave something to nobody, or no outcome at all, leave it to nothing happening.
            let (to, pays) = match outcomes.get_mut(position) {
                Some(outcome) => {
                    let to = self.assign(&mut outcome.then, state, row, reset, origin, shared)?;
                    (to, self.pays(&mut outcome.pays, row, shared))
                }
                None => (self.assign(&mut [], state, row, reset, origin, shared)?, Vec::new()),
            };
            let once = self.once(state, to, shared);
            let payments = if paid.is_empty() && pays.is_empty() && once.is_empty() {
                PaymentsId::NONE
            } else {
                shared.payments.intern([paid, &pays, &once].concat(), &mut shared.table)
            };
            let branch = Branch { weight, state: to, payments };
            match branches.iter_mut().find(|b| b.state == branch.state && b.payments == branch.payments) {
                Some(same) => same.weight = shared.table.sum(same.weight, branch.weight),
                None => branches.push(branch),
            }
        }
        // However a chance was split, what all of it comes to is sure.
        if let [only] = branches.as_mut_slice() {
            only.weight = Table::ONE;
        }
        Ok(Branches(branches))
    }

    /// The chance of each outcome of a list, and of none of them where that is left over.
    fn weights(&self, outcomes: &mut [OutcomeTools<'c>], row: &[u8], shared: &mut Shared<'c>) -> Vec<Slot> {
        let stated: Vec<Option<Slot>> = outcomes
            .iter_mut()
            .map(|o| o.chance.as_mut().map(|c| c.slot(&self.tools.reader, row, &mut shared.table)))
            .collect();
        if let Some(weights) = shared.weights.get(&stated) {
            return weights.clone();
        }
        let all: Vec<Slot> = stated.iter().flatten().copied().collect();
        let n_rest = stated.iter().filter(|s| s.is_none()).count();
        let mut weights: Vec<Slot> = stated
            .iter()
            .map(|stated| match stated {
                Some(chance) => shared.table.term(Term::Scaled(*chance, all.clone())),
                None if all.is_empty() && n_rest == 1 => Table::ONE,
                None => shared.table.term(Term::Rest(all.clone(), n_rest as u32)),
            })
            .collect();
        if n_rest == 0 {
            weights.push(shared.table.term(Term::Rest(all, 1)));
        }
        shared.weights.insert(stated, weights.clone());
        weights
    }

    fn assign(
        &mut self,
        then: &mut [Setting<'c>],
        state: StateId,
        row: &[u8],
        reset: Option<usize>,
        origin: Origin,
        shared: &mut Shared<'c>,
    ) -> Result<StateId, Refusal> {
        if then.is_empty() && reset.is_none() {
            return Ok(state);
        }
        let mut after = row.to_vec();
        if let Some(variable) = reset {
            after[variable] = self.tools.reader.case.variables[variable].start as u8;
        }
        for setting in then {
            match setting.position(&self.tools.reader, row) {
                Some(position) => after[setting.variable] = position,
                None => {
                    let value = setting.value(&self.tools.reader, row);
                    return Err(self.out_of_domain(setting.variable, value, state, origin, shared));
                }
            }
        }
        let after = self.normalise(after);
        shared.state(&after, (state, origin))
    }

    fn out_of_domain(
        &self,
        variable: usize,
        value: Option<Value>,
        state: StateId,
        origin: Origin,
        shared: &Shared<'c>,
    ) -> Refusal {
        let case = shared.case;
        let (what, span) = match origin {
            Origin::Action(a) => {
                let action = &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
                (action.id.clone(), action.span)
            }
            Origin::Event(e) => (case.events[usize::from(e)].id.clone(), case.events[usize::from(e)].span),
            Origin::Clock(c) => (case.clocks[usize::from(c)].id.clone(), case.clocks[usize::from(c)].span),
            Origin::Start => ("start".into(), case.variables[variable].span),
        };
        Refusal::OutOfDomain {
            what,
            variable: case.variables[variable].id.clone(),
            value: value.map_or_else(String::new, |v| crate::refusal::written(case, v)),
            path: shared.path(state),
            span,
        }
    }

    /// What falls due once between two states.
    fn once(&mut self, from: StateId, to: StateId, shared: &mut Shared<'c>) -> Vec<(u16, Slot)> {
        if from == to || self.tools.once.is_empty() {
            return Vec::new();
        }
        let before = self.once_truths(from, shared);
        let after = self.once_truths(to, shared);
        let row = shared.row(to).to_vec();
        let reader = &self.tools.reader;
        self.tools
            .once
            .iter_mut()
            .zip(before.iter().zip(&after))
            .filter(|(_, (before, after))| !**before && **after)
            .map(|(interest, _)| (interest.actor, interest.worth.slot(reader, &row, &mut shared.table)))
            .collect()
    }

    /// What changes between two states of that which questions watch.
    fn marks(&mut self, from: StateId, to: StateId, by: By, shared: &Shared<'c>) -> Vec<Mark> {
        if from == to || shared.watched.is_empty() {
            return Vec::new();
        }
        let mut truths = |state: StateId| -> Vec<bool> {
            let reader = &self.tools.reader;
            let row = shared.row(state);
            let holds = || shared.watched.iter().map(|c| crate::lookup::truth(reader.value(c, row))).collect();
            self.watched.entry(state).or_insert_with(holds).clone()
        };
        let (before, after) = (truths(from), truths(to));
        before
            .iter()
            .zip(&after)
            .enumerate()
            .filter(|(_, (before, after))| before != after)
            .map(|(watch, (before, _))| Mark { watch: watch as u16, ended_by: before.then_some(by) })
            .collect()
    }

    /// A step with what the change of state before it pays and marks.
    fn changing(
        &mut self,
        step: Step,
        payments: PaymentsId,
        change: (StateId, StateId, By),
        shared: &mut Shared<'c>,
    ) -> Step {
        let marks = self.marks(change.0, change.1, change.2, shared);
        let payments = shared.payments.marked(payments, &marks);
        self.paying(step, payments, shared)
    }

    fn once_truths(&mut self, state: StateId, shared: &Shared<'c>) -> Vec<bool> {
        if let Some(truths) = self.once.get(&state) {
            return truths.clone();
        }
        let row = shared.row(state);
        let reader = &self.tools.reader;
        let truths: Vec<bool> = self.tools.once.iter_mut().map(|i| i.condition.holds(reader, row)).collect();
        self.once.insert(state, truths.clone());
        truths
    }

    fn flows(&mut self, state: StateId, shared: &mut Shared<'c>) -> PaymentsId {
        let row = shared.row(state).to_vec();
        let mut paid = Vec::new();
        for flow in &mut self.tools.flows {
            if flow.condition.holds(&self.tools.reader, &row) {
                let worth = flow.worth.slot(&self.tools.reader, &row, &mut shared.table);
                let share = shared.table.constant(self.days / flow.days);
                paid.push((flow.actor, shared.table.product(worth, share)));
            }
        }
        shared.payments.intern(paid, &mut shared.table)
    }

    fn event(&mut self, event: usize, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let position = self.tools.turns.len() + event;
        let row = shared.row(state).to_vec();
        let tools = &mut self.tools.events[event];
        if !tools.when.holds(&self.tools.reader, &row) {
            return self.play(position + 1, state, shared);
        }
        let comes = match &mut tools.timing {
            EventTiming::Rate(rate) => {
                let rate = rate.slot(&self.tools.reader, &row, &mut shared.table);
                shared.table.term(Term::Comes(rate, self.days.to_bits()))
            }
            EventTiming::On { today: true, chance } => {
                let chance = chance.slot(&self.tools.reader, &row, &mut shared.table);
                shared.table.term(Term::Scaled(chance, vec![chance]))
            }
            EventTiming::On { today: false, .. } => Table::ZERO,
        };
        if comes == Table::ZERO {
            return self.play(position + 1, state, shared);
        }
        // Where the event surely happens, what would come without it is not looked at.
        let next = if comes == Table::ONE { None } else { Some(self.play(position + 1, state, shared)?) };
        let mut results = std::mem::take(&mut self.tools.events[event].results);
        let branches = self.branches(&mut results, &[], state, &row, Origin::Event(event as u16), shared);
        self.tools.events[event].results = results;
        let mut steps = Vec::new();
        for branch in branches?.0 {
            let step = self.play(position + 1, branch.state, shared)?;
            let change = (state, branch.state, By::Event(event as u16));
            steps.push((branch.weight, self.changing(step, branch.payments, change, shared)));
        }
        let happens = self.chance(Cause::EventResult(event as u16), &steps, shared)?;
        let Some(next) = next else { return Ok(happens) };
        self.chance(Cause::Event(event as u16), &[(comes, happens), (shared.table.complement(comes), next)], shared)
    }

    /// Flows, clocks, and the state the next period begins in.
    fn close(&mut self, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let flows = self.flows(state, shared);
        let step = self.tick(0, state, shared)?;
        Ok(self.paying(step, flows, shared))
    }

    fn tick(&mut self, clock: usize, state: StateId, shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        if clock == self.tools.clocks.len() {
            let boundary = shared.boundary(state);
            self.end(boundary);
            return Ok(Step { child: Child::Next(boundary), payments: PaymentsId::NONE });
        }
        let next = self.tick(clock + 1, state, shared)?;
        let row = shared.row(state).to_vec();
        let tools = &mut self.tools.clocks[clock];
        if !tools.running.holds(&self.tools.reader, &row) {
            return Ok(next);
        }
        let (variable, phases) = (tools.clock.variable.index(), tools.clock.phases);
        let days = tools.days.slot(&self.tools.reader, &row, &mut shared.table);
        let passes = shared.table.term(Term::Passes(days, (f64::from(phases) * self.days).to_bits()));
        let origin = Origin::Clock(clock as u16);
        let is_last = u32::from(row[variable]) + 1 >= phases;
        let lapses = is_last && tools.clock.breach.iter().any(|outcome| !outcome.then.is_empty());
        let passed = if !is_last {
            let mut after = row;
            after[variable] += 1;
            let after = self.normalise(after);
            let to = shared.state(&after, (state, origin))?;
            let due = self.once(state, to, shared);
            let payments = shared.payments.intern(due, &mut shared.table);
            let step = self.tick(clock + 1, to, shared)?;
            self.changing(step, payments, (state, to, By::Clock(clock as u16)), shared)
        } else {
            let mut breach = std::mem::take(&mut self.tools.clocks[clock].breach);
            // A clock that still runs after its breach begins anew.
            let branches = self.branches_from(&mut breach, &[], state, &row, Some(variable), origin, shared);
            self.tools.clocks[clock].breach = breach;
            let mut steps = Vec::new();
            for branch in branches?.0 {
                let step = self.tick(clock + 1, branch.state, shared)?;
                let change = (state, branch.state, By::Clock(clock as u16));
                steps.push((branch.weight, self.changing(step, branch.payments, change, shared)));
            }
            self.chance(Cause::Breach(clock as u16), &steps, shared)?
        };
        let cause = if lapses { Cause::Lapse(clock as u16) } else { Cause::Clock(clock as u16) };
        self.chance(cause, &[(passes, passed), (shared.table.complement(passes), next)], shared)
    }

    /// An action put into effect: to the ballot first where it has one.
    fn put(
        &mut self,
        action: ActionRef,
        prepared: &Prepared,
        turn: usize,
        state: StateId,
        onward: Onward,
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let place = Place { action, turn, state, onward };
        let Some(ballot) = &prepared.ballot else { return self.outcome(&prepared.results, place, true, shared) };
        let failed = self.outcome(&prepared.failed, place, false, shared)?;
        let vote = match &ballot.form {
            PreparedForm::YesNo(tally, answers) => {
                let passed = self.outcome(&prepared.results, place, true, shared)?;
                let kind = Kind::Ballot { tally: *tally, answers: *answers, action, sitting: false };
                self.poll(kind, [(passed, 0), (failed, 1)], shared)?
            }
            PreparedForm::Names { answers, results } => {
                let wins =
                    results.iter().map(|r| self.outcome(r, place, true, shared)).collect::<Result<Vec<_>, _>>()?;
                let standing: Vec<usize> = (0..wins.len()).collect();
                self.round(0, &standing, &wins, answers, failed, place, shared)?
            }
        };
        let step = match ballot.sitting {
            None => vote,
            Some((tally, answers)) => {
                let inquorate = self.go(onward, state, shared)?;
                self.poll(Kind::Ballot { tally, answers, action, sitting: true }, [(vote, 0), (inquorate, 1)], shared)?
            }
        };
        Ok(self.paying(step, prepared.due, shared))
    }

    fn outcome(
        &mut self,
        Branches(branches): &Branches,
        place: Place,
        passed: bool,
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let mut steps = Vec::with_capacity(branches.len());
        let by = if passed { By::Action(place.action) } else { By::Failed(place.action) };
        for branch in branches {
            let step = self.after(place.onward, place.turn, place.state, branch.state, shared)?;
            let change = (place.state, branch.state, by);
            steps.push((branch.weight, self.changing(step, branch.payments, change, shared)));
        }
        self.chance(Cause::Result(place.action), &steps, shared)
    }

    /// A round of a ballot among the names standing.
    #[allow(clippy::too_many_arguments, reason = "what a round needs, each once")]
    fn round(
        &mut self,
        round: usize,
        standing: &[usize],
        wins: &[Step],
        answers: &[Answering],
        failed: Step,
        place: Place,
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let case = shared.case;
        let a = place.action;
        let spec = case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)]
            .ballot
            .as_ref()
            .expect("only actions with a ballot have rounds");
        let case::model::Form::Names { rounds, .. } = &spec.form else { return Ok(failed) };
        let Some(this) = rounds.get(round) else { return Ok(failed) };
        let mut steps: Vec<(Step, u32)> = standing.iter().map(|&name| (wins[name], name as u32)).collect();
        let mut pairs = false;
        let counting = match this {
            Round::Reach(rule) | Round::RunOffReach(rule) => {
                let narrowed = matches!(rounds.get(round + 1), Some(Round::RunOff | Round::RunOffReach(_)));
                if narrowed && standing.len() > 2 {
                    pairs = true;
                    for (i, &a) in standing.iter().enumerate() {
                        for &b in &standing[i + 1..] {
                            let again = self.round(round + 1, &[a, b], wins, answers, failed, place, shared)?;
                            steps.push((again, Edge::AGAIN));
                        }
                    }
                } else {
                    let last = rounds.get(round + 1).is_none();
                    let again = self.round(round + 1, standing, wins, answers, failed, place, shared)?;
                    steps.push((again, if last { Edge::HOLD } else { Edge::AGAIN }));
                }
                rules::countings(rule, spec.electorate, case, self.tools.reader.begins)
            }
            Round::RunOff | Round::Plurality => (None, vec![Counting { what: Suffices::Better, negative: false }]),
        };
        let unpaid = |answering: &Answering| standing.iter().all(|&name| answering.pays[name] == Table::ZERO);
        if standing.len() == 1 && matches!(this, Round::RunOff | Round::Plurality) && answers.iter().all(unpaid) {
            return Ok(steps[0].0);
        }
        let row = shared.row(place.state).to_vec();
        let mut menu = std::mem::take(&mut self.tools.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu);
        let tools = menu[usize::from(a.action)].ballot.as_mut().expect("only actions with a ballot have rounds");
        let tally = self.tally(tools, counting, answers, &row, shared);
        self.tools.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu = menu;
        let answers = answers
            .iter()
            .map(|answering| Answering {
                voice: answering.voice,
                view: answering.view,
                pays: standing.iter().map(|&name| answering.pays[name]).collect(),
            })
            .collect();
        let answers = shared.answers(answers);
        let kind = Kind::Names { tally, answers, action: a, names: standing.len() as u16, pairs };
        self.poll(kind, steps, shared)
    }

    /// A ballot's node.
    fn poll(
        &mut self,
        kind: Kind,
        steps: impl IntoIterator<Item = (Step, u32)>,
        shared: &mut Shared<'c>,
    ) -> Result<Step, Refusal> {
        let edges: Vec<Edge> = steps.into_iter().map(|(to, label)| Edge { to, weight: Table::ONE, label }).collect();
        self.node(kind, &edges, shared)
    }

    fn ballot(
        &mut self,
        tools: &mut BallotTools<'c>,
        passing: &[(u16, Slot)],
        state: StateId,
        row: &[u8],
        origin: Origin,
        shared: &mut Shared<'c>,
    ) -> Result<PreparedBallot, Refusal> {
        let case = shared.case;
        let begins = self.tools.reader.begins;
        let with_sitting = tools.sitting.is_some();
        let sitting = tools.sitting.map(|rule| {
            let mut answers = self.answerings(tools, Asked::Attendance, row, shared);
            self.keep_away(&mut answers, origin, row, shared);
            let tally =
                self.tally(tools, rules::countings(rule, tools.electorate, case, begins), &answers, row, shared);
            (tally, shared.answers(answers))
        });
        let asked = if with_sitting { Asked::VoteInSitting } else { Asked::Vote };
        let form = match &mut tools.form {
            FormTools::YesNo(rule) => {
                let rule = *rule;
                let answers = self.answerings(tools, asked, row, shared);
                let tally =
                    self.tally(tools, rules::countings(rule, tools.electorate, case, begins), &answers, row, shared);
                PreparedForm::YesNo(tally, shared.answers(answers))
            }
            FormTools::Names { results, .. } => {
                let mut taken = std::mem::take(results);
                let prepared: Result<Vec<_>, _> =
                    taken.iter_mut().map(|r| self.branches(r, passing, state, row, origin, shared)).collect();
                if let FormTools::Names { results, .. } = &mut tools.form {
                    *results = taken;
                }
                PreparedForm::Names { answers: self.answerings(tools, Asked::Name, row, shared), results: prepared? }
            }
        };
        Ok(PreparedBallot { sitting, form })
    }

    /// Electors bound to stay away do.
    fn keep_away(&self, answers: &mut [Answering], origin: Origin, row: &[u8], shared: &Shared<'c>) {
        let (Some(plan), Origin::Action(a)) = (shared.plan.filter(|_| self.binds), origin) else { return };
        let spec = &shared.case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
        let id = spec.ballot.as_ref().map_or("", |ballot| ballot.id.as_str());
        let named = |name: &String| name == id || name == &spec.move_id || id.split('(').next() == Some(name);
        let over = plan.until.as_ref().is_some_and(|u| crate::lookup::truth(self.tools.reader.value(u, row)));
        if over || !plan.stay_away.iter().any(named) {
            return;
        }
        for answering in answers {
            if let Voicing::Actor(actor) = answering.voice
                && plan.members.iter().any(|member| member.0 == u32::from(actor))
            {
                answering.voice = Voicing::Habit { comes: Table::ONE, yes: Table::ZERO };
                answering.pays.fill(Table::ZERO);
            }
        }
    }

    fn answerings(
        &mut self,
        tools: &mut BallotTools<'c>,
        asked: Asked,
        row: &[u8],
        shared: &mut Shared<'c>,
    ) -> Vec<Answering> {
        let reader = &self.tools.reader;
        let sum = |quantities: &mut [Quantity<'c>], shared: &mut Shared<'c>| {
            quantities.iter_mut().fold(Table::ZERO, |sum, q| {
                let slot = q.slot(reader, row, &mut shared.table);
                shared.table.sum(sum, slot)
            })
        };
        tools
            .electors
            .iter_mut()
            .map(|ElectorTools { voice, yes, no, attend, stay_away, names, .. }| {
                let voice = match voice {
                    VoiceTools::Actor(post) => match post.actor(reader, row) {
                        NOBODY => Voicing::Silent,
                        actor => Voicing::Actor(actor),
                    },
                    VoiceTools::Habit { attend, yes } => {
                        let (attend, yes) =
                            (attend.slot(reader, row, &mut shared.table), yes.slot(reader, row, &mut shared.table));
                        match asked {
                            Asked::Attendance => Voicing::Habit { comes: Table::ONE, yes: attend },
                            Asked::VoteInSitting => Voicing::Habit { comes: Table::ONE, yes },
                            Asked::Vote => Voicing::Habit { comes: attend, yes },
                            Asked::Name => Voicing::Habit { comes: Table::ONE, yes: Table::ONE },
                        }
                    }
                };
                // What an answer would pay matters only to those who weigh it.
                let weighs = matches!(voice, Voicing::Actor(_));
                let pays = match asked {
                    Asked::Attendance if weighs => vec![sum(attend, shared), sum(stay_away, shared)],
                    Asked::Vote | Asked::VoteInSitting if weighs => vec![sum(yes, shared), sum(no, shared)],
                    Asked::Name if weighs => names.iter_mut().map(|name| sum(name, shared)).collect(),
                    Asked::Name => vec![Table::ZERO; names.len()],
                    _ => vec![Table::ZERO; 2],
                };
                let view = match voice {
                    Voicing::Actor(actor) => view(shared.case, actor, row),
                    Voicing::Habit { .. } | Voicing::Silent => NO_VIEW,
                };
                Answering { voice, view, pays }
            })
            .collect()
    }

    fn tally(
        &mut self,
        tools: &mut BallotTools<'c>,
        (hypothesis, countings): (Option<u32>, Vec<Counting>),
        answers: &[Answering],
        row: &[u8],
        shared: &mut Shared<'c>,
    ) -> u32 {
        let reader = &self.tools.reader;
        let weights: Vec<(u32, Slot, Slot)> = tools
            .electors
            .iter_mut()
            .map(|elector| {
                let weight = elector.weight.slot(reader, row, &mut shared.table);
                (elector.most, weight, elector.present.slot(reader, row, &mut shared.table))
            })
            .collect();
        let mut cohesion = tools.cohesion.slot(reader, row, &mut shared.table);
        let certain = |(most, weight, _): &(u32, Slot, Slot)| shared.table.known(*weight) == Some(f64::from(*most));
        // Members of all blocs who come with one and the same chance are thinned like those who follow the line.
        let alike = weights.iter().all(|w| certain(w) && w.2 == weights[0].2);
        let members: Vec<Members> = weights
            .iter()
            .map(|w| {
                let plain = alike || (certain(w) && w.2 == Table::ONE);
                Members { most: w.0, uncertain: if plain { None } else { Some((w.1, w.2)) } }
            })
            .collect();
        if let (true, Some((_, _, present))) = (alike, weights.first()) {
            cohesion = shared.table.product(cohesion, *present);
        }
        let silent_matters = countings.iter().any(|c| !matches!(c.what, Suffices::Votes(_)));
        let silent = if silent_matters {
            members.iter().zip(answers).filter(|(_, a)| a.voice == Voicing::Silent).map(|(m, _)| m.most).sum()
        } else {
            0
        };
        shared.tally(Tally { members, cohesion, rules: countings, hypothesis, silent })
    }

    fn paying(&mut self, step: Step, payments: PaymentsId, shared: &mut Shared<'c>) -> Step {
        let payments = shared.payments.merge(payments, step.payments, &mut shared.table);
        Step { child: step.child, payments }
    }

    fn chance(&mut self, cause: Cause, branches: &[(Slot, Step)], shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let mut edges: Vec<Edge> = Vec::with_capacity(branches.len());
        for (position, &(weight, to)) in branches.iter().enumerate() {
            if weight != Table::ZERO {
                edges.push(Edge { to, weight, label: position as u32 });
            }
        }
        self.settle(Kind::Chance { cause }, &edges, shared)
    }

    /// The node with this content; equal ones are one.
    fn node(&mut self, kind: Kind, edges: &[Edge], shared: &mut Shared<'c>) -> Result<Step, Refusal> {
        let mut hasher = rustc_hash::FxHasher::default();
        (kind, edges).hash(&mut hasher);
        let hash = hasher.finish();
        let step = |node: u32| Step { child: Child::Node(node), payments: PaymentsId::NONE };
        let mut candidate = self.by_content.get(&hash).copied().unwrap_or(NONE);
        while candidate != NONE {
            let node = self.nodes[candidate as usize];
            if node.kind == kind && &self.edges[node.first as usize..][..node.count as usize] == edges {
                return Ok(step(candidate));
            }
            candidate = self.next_alike[candidate as usize];
        }
        shared.n_edges += edges.len();
        if shared.n_edges > shared.limits.edges {
            return Err(shared.too_large("edges", shared.limits.edges));
        }
        let node = self.nodes.len() as u32;
        self.nodes.push(Node { kind, first: self.edges.len() as u32, count: edges.len() as u32 });
        self.edges.extend_from_slice(edges);
        self.next_alike.push(self.by_content.insert(hash, node).unwrap_or(NONE));
        Ok(step(node))
    }
}

/// By which view an actor decides in a state: the position of its belief, while that lasts.
fn view(case: &Case, actor: u16, row: &[u8]) -> u16 {
    let lasts = |belief: &model::Belief| belief.refuted.is_none_or(|refuted| row[refuted.index()] == 0);
    let held = case.beliefs.iter().position(|belief| belief.actor.0 == u32::from(actor) && lasts(belief));
    held.map_or(NO_VIEW, |belief| belief as u16)
}

/// Whether an action is the owner's own.
fn is_own(plan: &model::Plan, action: &model::Action) -> bool {
    action.move_id.split_once('.').is_some_and(|(owner, _)| plan.acts_as.iter().any(|name| name == owner))
}

/// Whether an action is the owner's and goes by this name: its own (`nominate(sudani)`) or its move's (`nominate`).
fn is_of(plan: &model::Plan, action: &model::Action, name: &str) -> bool {
    let id_of_move = action.move_id.split_once('.').map_or(action.move_id.as_str(), |(_, id)| id);
    is_own(plan, action) && (action.id == name || id_of_move == name)
}

/// What electors are asked.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Attendance,
    Vote,
    VoteInSitting,
    Name,
}

/// Which action is put into effect where.
#[derive(Clone, Copy)]
struct Place {
    action: ActionRef,
    turn: usize,
    state: StateId,
    onward: Onward,
}

/// An enabled action.
struct Choice<'c> {
    action: usize,
    move_id: &'c str,
    weight: Option<Slot>,
    obliged: bool,
    idle: bool,
    prepared: Prepared,
}

impl Prepared {
    /// Whether nothing can come of it: no change, nothing paid.
    fn is_idle(&self, state: StateId, shared: &Shared) -> bool {
        let idle =
            |Branches(branches): &Branches| branches.iter().all(|b| b.state == state && b.payments == PaymentsId::NONE);
        let silent =
            |answers: u32| shared.answers[answers as usize].iter().all(|a| a.pays.iter().all(|p| *p == Table::ZERO));
        let ballot = self.ballot.as_ref().is_none_or(|ballot| {
            ballot.sitting.is_none_or(|(_, answers)| silent(answers))
                && match &ballot.form {
                    PreparedForm::YesNo(_, answers) => silent(*answers),
                    PreparedForm::Names { answers, results } => {
                        answers.iter().all(|a| a.pays.iter().all(|p| *p == Table::ZERO)) && results.iter().all(idle)
                    }
                }
        });
        ballot && self.due == PaymentsId::NONE && idle(&self.results) && idle(&self.failed)
    }
}
