//! A case becomes a game: states are found by playing every possibility from the start.

use crate::calendar;
use crate::explore::{Builder, Origin};
use crate::fragment::Beginning;
use crate::graph::{ActionRef, Game, Opening, Payments, PaymentsId, Period, Segment, TurnNames, View};
use crate::noted::Noted;
use crate::refusal::{Limits, Refusal};
use crate::shared::{Distinct, Shared};
use crate::state::{Layout, States};
use crate::table::{Table, Term};
use crate::tools::{self, Tools};
use case::model::{self, Case};
use jiff::ToSpan;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Compiles a case from `from` on.
///
/// # Errors
/// [`Refusal`] where the game would be larger than `limits`, or an effect leads out of a variable's domain.
pub fn compile(case: &Case, limits: &Limits) -> Result<Game, Refusal> {
    explored((case, None, None, limits), Compiler::compile)
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
    explored((case, Some(standing), plan, limits), Compiler::compile)
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
    let (noted, layout) = explored((case, Some(standing), None, limits), Compiler::note)?;
    let row = |state: u32| layout.unpack(noted.states.state(state as usize));
    let mut changes: Vec<Change> = noted
        .changes
        .iter()
        .filter_map(|&(from, to, action)| Some(Change { from: row(from), to: row(to), action: action? }))
        .collect();
    changes.sort_unstable();
    Ok(changes)
}

/// Actions after which, somewhere, the state before cannot be come to again, in order.
///
/// # Errors
/// As [`compile`].
pub fn irreversible(case: &Case, limits: &Limits) -> Result<Vec<ActionRef>, Refusal> {
    Ok(explored((case, None, None, limits), Compiler::note)?.0.irreversible())
}

/// What a compiler starts from: case, where play may stand, plan, limits.
type From<'c> = (&'c Case, Option<&'c [Vec<u8>]>, Option<&'c model::Plan>, &'c Limits);

/// What a compiler makes. Where an effect leads out of a domain, it is done again with an eye on the path there.
fn explored<'c, T>(from: From<'c>, make: impl Fn(&mut Compiler<'c>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    let (case, standing, plan, limits) = from;
    let made = make(&mut Compiler::new(case, standing, plan, limits)?);
    if !matches!(made, Err(Refusal::OutOfDomain { .. })) {
        return made;
    }
    let mut compiler = Compiler::new(case, standing, plan, limits)?;
    compiler.shared.tracing = true;
    make(&mut compiler)
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
    layout: Rc<Layout>,
    shared: Shared<'c>,
}

impl<'c> Compiler<'c> {
    /// Without `standing` play begins at `from`, in the case's start.
    fn new(
        case: &'c Case,
        standing: Option<&[Vec<u8>]>,
        plan: Option<&'c model::Plan>,
        limits: &'c Limits,
    ) -> Result<Compiler<'c>, Refusal> {
        if let Some(variable) = case.variables.iter().find(|variable| variable.values.len() > 255) {
            return Err(Refusal::Domain { variable: variable.id.clone(), values: variable.values.len() });
        }
        let layout = Rc::new(Layout::of(case).map_err(|bits| Refusal::Variables { bits })?);
        // The plan binds up to this day.
        let bound_until = plan
            .and_then(|plan| plan.days)
            .and_then(|days| case.calendar.now.checked_add((days.round() as i64).days()).ok());
        let calendar = calendar::plan(case, bound_until, standing.is_none());
        let mut table = Table::new();
        // Numbers first, so that slots of numbers do not depend on what is met where.
        for n in 0..case.numbers.len() {
            table.term(Term::Number(n as u32));
        }
        let until = plan.and_then(|plan| plan.until.as_ref()).map(crate::lookup::variables).unwrap_or_default();
        let builders = calendar
            .kinds
            .iter()
            .enumerate()
            .map(|(k, kind)| {
                let tools = Tools::new(case, &layout, kind.begins, &kind.today);
                let binds = plan.is_some() && bound_until.is_none_or(|until| kind.begins < until);
                Builder::new(case, k, tools, kind.days, binds, &until)
            })
            .collect();
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
            layout,
            shared: Shared {
                case,
                plan,
                limits,
                table,
                payments: Payments::default(),
                tallies: Distinct::of([]),
                answers: Distinct::of([]),
                shapes: Distinct::of([]),
                weights: FxHashMap::default(),
                // Nothing is the first of these.
                dues: Distinct::of([Vec::new()]),
                shifts: Distinct::of([Vec::new()]),
                boundary: States::default(),
                tracing: false,
                come_to: Vec::new(),
                stuck: None,
                n_places: 0,
                n_edges: 0,
                noted: None,
                offered: BTreeSet::new(),
                aliases: BTreeSet::new(),
            },
        })
    }

    fn compile(&mut self) -> Result<Game, Refusal> {
        self.explore()?;
        Ok(self.finish())
    }

    /// The same, noting which changes of state there are.
    fn note(&mut self) -> Result<(Noted, Rc<Layout>), Refusal> {
        self.shared.noted = Some(Noted::default());
        self.explore()?;
        Ok((self.shared.noted.take().unwrap_or_default(), Rc::clone(&self.layout)))
    }

    fn explore(&mut self) -> Result<(), Refusal> {
        self.open()?;
        let n_kinds = self.builders.len();
        let mut open: Vec<Vec<u32>> = vec![Vec::new(); n_kinds];
        open[self.periods[0].segment] = self.openings.iter().map(|opening| opening.state).collect();
        while let Some(kind) = (0..n_kinds).find(|&kind| !open[kind].is_empty()) {
            let mut begins = std::mem::take(&mut open[kind]);
            begins.sort_unstable();
            begins.dedup();
            begins.retain(|boundary| !self.builders[kind].roots.contains_key(boundary));
            let played = self.builders[kind].play(&begins, &mut self.shared);
            played.map_err(|refusal| self.explained(refusal))?;
            // Where this kind of period can end, the next ones begin.
            for boundary in std::mem::take(&mut self.builders[kind].new_ends) {
                self.followers[kind].iter().for_each(|&next| open[next].push(boundary));
            }
        }
        Ok(())
    }

    /// Where play begins.
    fn open(&mut self) -> Result<(), Refusal> {
        let first = self.periods[0].segment;
        let mut starts = Vec::with_capacity(self.standing.len());
        for row in &self.standing {
            let state = self.builders[first].tools.normalised(self.layout.pack(row));
            starts.push(self.shared.boundary.insert(state).0);
        }
        let forced = self.shared.plan.and_then(|plan| plan.first.as_ref().map(|act| (plan, act)));
        let (mut possible, mut refused) = (forced.is_none(), None);
        for (position, &state) in starts.iter().enumerate() {
            let shared = &mut self.shared;
            let stands =
                if starts.len() == 1 { Table::ONE } else { shared.table.term(Term::Standing(position as u32)) };
            let unforced = Opening { probability: Table::ONE, state, payments: PaymentsId::NONE };
            let openings = match forced {
                None => vec![unforced],
                Some((plan, act)) => {
                    let at = shared.boundary.state(state as usize);
                    match self.builders[first].beginnings(plan, act, at, shared) {
                        Ok(beginnings) => {
                            possible = true;
                            let boundary = &mut shared.boundary;
                            let opening = |(probability, state, payments): Beginning| Opening {
                                probability,
                                state: boundary.insert(state).0,
                                payments,
                            };
                            beginnings.into_iter().map(opening).collect()
                        }
                        Err(refusal @ Refusal::NotPossible { .. }) => {
                            refused = Some(refusal);
                            vec![unforced]
                        }
                        Err(refusal) => return Err(refusal),
                    }
                }
            };
            for opening in openings {
                let probability = shared.table.product(opening.probability, stands);
                self.openings.push(Opening { probability, ..opening });
            }
        }
        match refused.filter(|_| !possible) {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    /// A refusal with what only the whole knows: how a state was come to from the start, and what multiplies the states.
    fn explained(&self, refusal: Refusal) -> Refusal {
        let case = self.case;
        match refusal {
            Refusal::OutOfDomain { what, variable, value, span, .. } => {
                let mut path = Vec::new();
                let mut from =
                    self.shared.stuck.filter(|_| self.shared.tracing).map(|(kind, at)| (kind, at, Origin::Stay));
                while let Some((kind, at, origin)) = from {
                    let boundary = self.builders[kind].path((at, origin), case, &mut path);
                    from = self.shared.come_to.get(boundary as usize).copied().flatten();
                }
                path.reverse();
                Refusal::OutOfDomain { what, variable, value, path, span }
            }
            Refusal::TooLarge { what, limit, .. } => {
                let mut met = vec![[false; 256]; case.variables.len()];
                self.builders.iter().for_each(|builder| builder.met(&mut met));
                let mut causes: Vec<(String, usize)> = met
                    .iter()
                    .zip(&case.variables)
                    .map(|(met, variable)| (variable.id.clone(), met.iter().filter(|m| **m).count()))
                    .filter(|(_, values)| *values > 1)
                    .collect();
                causes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                Refusal::TooLarge { what, limit, causes }
            }
            other => other,
        }
    }

    fn finish(&mut self) -> Game {
        // The start is the first boundary state, also where a forced move leaves it at once.
        let case = self.case;
        let shared = &mut self.shared;
        let n = case.variables.len();
        let n_boundary = shared.boundary.len();
        let last_kind = self.periods.last().map_or(0, |p| p.segment);
        let mut states = Vec::with_capacity(n_boundary * n);
        let mut last = Vec::with_capacity(n_boundary);
        let mut ended = Vec::with_capacity(n_boundary);
        // The last state is read on the day after the last period, which is no period of its own.
        let until = self.periods.last().map_or(case.calendar.until, |p| p.ends);
        let mut end = Tools::new(case, &self.layout, until, &vec![false; case.events.len()]);
        for state in shared.boundary.iter() {
            let mut paid = Vec::new();
            for interest in &mut end.last {
                if interest.condition.holds(&end.reader, state) {
                    paid.push((interest.actor, interest.worth.slot(&end.reader, state, &mut shared.table)));
                }
            }
            let tools = &mut self.builders[last_kind].tools;
            last.push(shared.payments.intern(paid, &mut shared.table));
            ended.push(tools.ends.holds(&tools.reader, state));
            states.extend(self.layout.unpack(state));
        }
        let start_row = states[..n].to_vec();
        let start_state = self.layout.pack(&start_row);
        let reader_begins = self.periods.first().map_or(case.calendar.now, |p| p.begins);
        let reader = crate::lookup::Reader { case, begins: reader_begins };
        let precision = case.precision.iter().map(|e| reader.slot(e, &start_row, &mut shared.table)).collect();
        let watched = tools::watched(case)
            .map(|condition| {
                let truths = |begins| {
                    let reader = crate::lookup::Reader { case, begins };
                    states.chunks_exact(n).map(|row| crate::lookup::truth(reader.value(condition, row))).collect()
                };
                self.builders
                    .iter()
                    .map(|builder| truths(builder.tools.reader.reader.begins))
                    .chain([truths(until)])
                    .collect()
            })
            .collect();
        let mut segments = Vec::with_capacity(self.builders.len());
        for builder in std::mem::take(&mut self.builders) {
            let days = builder.days;
            let (mut tools, nodes, edges, roots) = builder.into_graph(n_boundary);
            let discount = tools.discount.slot(&tools.reader, start_state, &mut shared.table);
            let discount = shared.table.term(Term::Discount(discount, (days / 365.25).to_bits()));
            segments.push(Segment { days, nodes, edges, roots, discount });
        }
        let Shared { table, payments, tallies, answers, offered, aliases, .. } = shared;
        let (tallies, answers) = (tallies.take_list(), answers.take_list());
        Game {
            actors: case.actors.iter().map(|a| a.id.clone()).collect(),
            precision,
            states,
            n_variables: n,
            start: 0,
            openings: std::mem::take(&mut self.openings),
            last,
            ended,
            segments,
            periods: std::mem::take(&mut self.periods),
            payments: std::mem::take(payments),
            tallies,
            answers,
            table: std::mem::take(table),
            offered: std::mem::take(offered),
            watched,
            aliases: std::mem::take(aliases),
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
