//! The case's expressions made ready for one kind of period: every guard, amount, holder and assignment is a lookup.

use crate::lookup::{Lookup, Reader, same, truth, variables};
use crate::state::{Layout, State, StateReader};
use crate::table::{Slot, Table};
use case::expr::Expr;
use case::model::{
    Action, Answer, Assigned, Assignment, Ballot, Case, Clock, ElectorateId, Event, Form, Holder, Interest, Outcome,
    Pay, Payday, QuestionKind, Rule, Timing, Turn, VariableId, Voice, Who,
};
use jiff::civil::Date;
use std::rc::Rc;

/// No actor: a vacant post, or one whose holder has left the game.
pub(crate) const NOBODY: u16 = u16::MAX;

/// What every lookup is made from.
#[derive(Clone, Copy)]
struct Base<'a, 'c> {
    case: &'c Case,
    layout: &'a Layout,
}

impl Base<'_, '_> {
    fn lookup<T: Copy>(&self, reads: &[VariableId]) -> Lookup<T> {
        Lookup::over(self.case, self.layout, reads)
    }
}

/// A condition.
pub(crate) struct Guard<'c> {
    expr: &'c Expr,
    lookup: Lookup<bool>,
}

impl<'c> Guard<'c> {
    fn new(base: Base, expr: &'c Expr) -> Guard<'c> {
        Guard { expr, lookup: base.lookup(&variables(expr)) }
    }

    #[inline]
    pub fn holds(&mut self, reader: &StateReader, at: State) -> bool {
        self.lookup.at(at, || truth(reader.value(self.expr, at)))
    }

    /// The variables it reads, by position.
    pub fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        self.lookup.reads()
    }
}

/// A number.
pub(crate) struct Quantity<'c> {
    expr: &'c Expr,
    lookup: Lookup<Slot>,
}

impl<'c> Quantity<'c> {
    fn new(base: Base, expr: &'c Expr) -> Quantity<'c> {
        Quantity { expr, lookup: base.lookup(&variables(expr)) }
    }

    pub fn slot(&mut self, reader: &StateReader, at: State, table: &mut Table) -> Slot {
        self.lookup.at(at, || reader.slot(self.expr, at, table))
    }

    fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        self.lookup.reads()
    }
}

/// Who holds a post.
pub(crate) struct Post<'c> {
    holder: &'c Holder,
    /// Whether one who has left the game still counts.
    leavers: bool,
    lookup: Lookup<u16>,
}

impl<'c> Post<'c> {
    /// Who decides: a holder who is in the game.
    fn new(base: Base, holder: &'c Holder) -> Post<'c> {
        Post::of(base, holder, false)
    }

    /// Who is paid: one who has left the game takes no turns and has no vote, but still has payoffs.
    fn paid(base: Base, holder: &'c Holder) -> Post<'c> {
        Post::of(base, holder, true)
    }

    fn of(base: Base, holder: &'c Holder, leavers: bool) -> Post<'c> {
        let mut reads = Vec::new();
        let scope = |actor: &case::model::ActorId, reads: &mut Vec<VariableId>| {
            if let Some(scope) = &base.case.actors[actor.index()].scope {
                reads.extend(variables(scope));
            }
        };
        match holder {
            Holder::Actor(actor) => scope(actor, &mut reads),
            Holder::Cases(cases) => {
                for (condition, actor) in cases {
                    reads.extend(variables(condition));
                    if let Some(actor) = actor {
                        scope(actor, &mut reads);
                    }
                }
            }
        }
        reads.sort_unstable();
        reads.dedup();
        Post { holder, leavers, lookup: base.lookup(&reads) }
    }

    fn reads(&self) -> impl Iterator<Item = usize> + '_ {
        self.lookup.reads()
    }

    pub fn actor(&mut self, reader: &StateReader, at: State) -> u16 {
        self.lookup.at(at, || {
            let holder = match self.holder {
                Holder::Actor(actor) => Some(*actor),
                Holder::Cases(cases) => {
                    cases.iter().find(|(condition, _)| truth(reader.value(condition, at))).and_then(|(_, actor)| *actor)
                }
            };
            let Some(actor) = holder else { return NOBODY };
            let scope = reader.case().actors[actor.index()].scope.as_ref();
            let counts = self.leavers || scope.is_none_or(|s| truth(reader.value(s, at)));
            if counts { actor.0 as u16 } else { NOBODY }
        })
    }
}

/// A payment.
pub(crate) struct Payment<'c> {
    pub to: Post<'c>,
    pub amount: Quantity<'c>,
}

impl<'c> Payment<'c> {
    fn new(base: Base, pay: &'c Pay) -> Payment<'c> {
        Payment { to: Post::paid(base, &pay.to), amount: Quantity::new(base, &pay.amount) }
    }
}

/// What follows from something for the state: assignments, each read from the state before all of them.
pub(crate) struct Effect<'c> {
    /// A variable that is put back to its start before.
    reset: Option<usize>,
    groups: Vec<Group<'c>>,
}

/// Assignments whose variables have few combinations, tabulated together.
struct Group<'c> {
    settings: Settings<'c>,
    lookup: Lookup<Cell>,
}

/// Variables, by position, and what they are set to.
type Settings<'c> = Vec<(usize, &'c Assigned)>;

#[derive(Clone, Copy)]
enum Cell {
    /// What changes, and into what.
    Sets(State, State),
    /// This setting has no position for its value.
    Leads(u16),
}

/// Assignments are tabulated together up to so many combinations of what they read.
const GROUPED: u128 = 1 << 12;

/// Put up by one.
static UP: Assigned = Assigned::Up;

/// An assignment whose value is not in its variable's domain: the variable, and what it was to be.
pub(crate) struct OutOfDomain {
    pub variable: usize,
    pub value: Option<case::expr::Value>,
}

impl<'c> Effect<'c> {
    fn new(base: Base, then: &'c [Assignment], reset: Option<usize>) -> Effect<'c> {
        let reads_of = |assignment: &'c Assignment| match &assignment.value {
            Assigned::Value(expr) => variables(expr),
            Assigned::Up | Assigned::Down => vec![assignment.variable],
        };
        let values = |v: &VariableId| base.case.variables[v.index()].values.len() as u128;
        let few = |reads: &[VariableId]| reads.iter().map(values).fold(1, u128::saturating_mul) <= GROUPED;
        let mut groups: Vec<(Vec<VariableId>, Settings<'c>)> = Vec::new();
        for assignment in then {
            let setting = (assignment.variable.index(), &assignment.value);
            let own = reads_of(assignment);
            if let Some((reads, settings)) = groups.last_mut() {
                let mut together: Vec<VariableId> = reads.iter().chain(&own).copied().collect();
                together.sort_unstable();
                together.dedup();
                if few(&together) {
                    *reads = together;
                    settings.push(setting);
                    continue;
                }
            }
            groups.push((own, vec![setting]));
        }
        let groups = groups.into_iter().map(|(reads, settings)| Group { settings, lookup: base.lookup(&reads) });
        Effect { reset, groups: groups.collect() }
    }

    /// A variable goes up by one.
    fn up(base: Base, variable: VariableId) -> Effect<'c> {
        let settings = vec![(variable.index(), &UP)];
        Effect { reset: None, groups: vec![Group { settings, lookup: base.lookup(&[variable]) }] }
    }

    /// Whether it leaves every state as it is.
    fn is_nothing(&self) -> bool {
        self.reset.is_none() && self.groups.is_empty()
    }

    /// The state after the assignments.
    ///
    /// # Errors
    /// The first assignment that leads out of its variable's domain.
    #[inline]
    pub fn apply(&mut self, reader: &StateReader, at: State) -> Result<State, OutOfDomain> {
        let mut after = at;
        if let Some(variable) = self.reset {
            after = reader.layout.set(after, variable, reader.case().variables[variable].start as u8);
        }
        for Group { settings, lookup } in &mut self.groups {
            match lookup.at(at, || tabulate(settings, reader, at)) {
                Cell::Sets(mask, bits) => after = after.with(mask, bits),
                Cell::Leads(setting) => {
                    let (variable, assigned) = settings[usize::from(setting)];
                    let value = if let Assigned::Value(expr) = assigned { Some(reader.value(expr, at)) } else { None };
                    return Err(OutOfDomain { variable, value });
                }
            }
        }
        Ok(after)
    }
}

fn tabulate(settings: &[(usize, &Assigned)], reader: &StateReader, at: State) -> Cell {
    let (mut mask, mut bits) = (State([0; 2]), State([0; 2]));
    for (s, &(variable, assigned)) in settings.iter().enumerate() {
        let values = &reader.case().variables[variable].values;
        let before = reader.get(at, variable);
        let position = match assigned {
            Assigned::Up => Some((before + 1).min((values.len() - 1) as u8)),
            Assigned::Down => Some(before.saturating_sub(1)),
            Assigned::Value(expr) => {
                let value = reader.value(expr, at);
                values.iter().position(|v| same(*v, value)).map(|p| p as u8)
            }
        };
        let Some(position) = position else { return Cell::Leads(s as u16) };
        let own = reader.layout.mask(variable);
        mask = mask.with(own, own);
        bits = reader.layout.set(bits, variable, position);
    }
    Cell::Sets(mask, bits)
}

/// One way something can turn out.
pub(crate) struct OutcomeTools<'c> {
    pub chance: Option<Quantity<'c>>,
    /// Its effect, by position.
    pub then: u32,
    pub pays: Vec<Payment<'c>>,
}

/// The effects of a case; the first is none.
struct Effects<'a, 'c> {
    base: Base<'a, 'c>,
    all: Vec<Effect<'c>>,
}

impl<'c> Effects<'_, 'c> {
    fn add(&mut self, effect: Effect<'c>) -> u32 {
        if effect.is_nothing() {
            return NOTHING;
        }
        self.all.push(effect);
        self.all.len() as u32 - 1
    }

    /// With a variable that every outcome puts back to its start before.
    fn outcomes(&mut self, list: &'c [Outcome], reset: Option<usize>) -> Vec<OutcomeTools<'c>> {
        let base = self.base;
        list.iter()
            .map(|outcome| OutcomeTools {
                chance: outcome.chance.as_ref().map(|chance| Quantity::new(base, chance)),
                then: self.add(Effect::new(base, &outcome.then, reset)),
                pays: outcome.pays.iter().map(|pay| Payment::new(base, pay)).collect(),
            })
            .collect()
    }
}

/// The effect that leaves a state as it is.
pub(crate) const NOTHING: u32 = 0;

/// An action.
pub(crate) struct ActionTools<'c> {
    pub action: &'c Action,
    pub when: Guard<'c>,
    pub weight: Option<Quantity<'c>>,
    pub pays: Vec<Payment<'c>>,
    pub ballot: Option<BallotTools<'c>>,
    pub results: Vec<OutcomeTools<'c>>,
    pub failed: Vec<OutcomeTools<'c>>,
}

/// A ballot.
pub(crate) struct BallotTools<'c> {
    pub electorate: ElectorateId,
    pub electors: Vec<ElectorTools<'c>>,
    pub cohesion: Quantity<'c>,
    pub sitting: Option<&'c Rule>,
    pub form: FormTools<'c>,
}

pub(crate) enum FormTools<'c> {
    YesNo(&'c Rule),
    Names { results: Vec<Vec<OutcomeTools<'c>>> },
}

/// An elector of a ballot and what answering pays it.
pub(crate) struct ElectorTools<'c> {
    pub voice: VoiceTools<'c>,
    pub most: u32,
    pub weight: Quantity<'c>,
    pub present: Quantity<'c>,
    pub yes: Vec<Quantity<'c>>,
    pub no: Vec<Quantity<'c>>,
    pub attend: Vec<Quantity<'c>>,
    pub stay_away: Vec<Quantity<'c>>,
    /// Per name.
    pub names: Vec<Vec<Quantity<'c>>>,
}

pub(crate) enum VoiceTools<'c> {
    Actor(Post<'c>),
    Habit { attend: Quantity<'c>, yes: Quantity<'c> },
}

fn ballot<'c>(effects: &mut Effects<'_, 'c>, ballot: &'c Ballot) -> BallotTools<'c> {
    let base = effects.base;
    let case = base.case;
    let electorate = &case.electorates[ballot.electorate.index()];
    let names: &[case::model::NameOption] = if let Form::Names { names, .. } = &ballot.form { names } else { &[] };
    let electors = electorate
        .electors
        .iter()
        .enumerate()
        .map(|(position, elector)| {
            let pays = |wanted: &dyn Fn(&Answer) -> bool| -> Vec<Quantity<'c>> {
                ballot
                    .pays
                    .iter()
                    .filter(|pay| pay.elector == position && wanted(&pay.answer))
                    .map(|pay| Quantity::new(base, &pay.amount))
                    .collect()
            };
            ElectorTools {
                voice: match &elector.voice {
                    Voice::Actor(holder) => VoiceTools::Actor(Post::new(base, holder)),
                    Voice::Habit { attend, yes } => {
                        VoiceTools::Habit { attend: Quantity::new(base, attend), yes: Quantity::new(base, yes) }
                    }
                },
                most: elector.most,
                weight: Quantity::new(base, &elector.weight),
                present: Quantity::new(base, &elector.present),
                yes: pays(&|answer| *answer == Answer::Yes),
                no: pays(&|answer| *answer == Answer::No),
                attend: pays(&|answer| *answer == Answer::Attend),
                stay_away: pays(&|answer| *answer == Answer::StayAway),
                names: names
                    .iter()
                    .map(|name| pays(&|answer| matches!(answer, Answer::Name(value) if same(*value, name.value))))
                    .collect(),
            }
        })
        .collect();
    BallotTools {
        electorate: ballot.electorate,
        electors,
        cohesion: Quantity::new(base, &electorate.cohesion),
        sitting: ballot.sitting.as_ref().map(|sitting| &sitting.quorum),
        form: match &ballot.form {
            Form::YesNo { rule } => FormTools::YesNo(rule),
            Form::Names { names, .. } => {
                FormTools::Names { results: names.iter().map(|name| effects.outcomes(&name.results, None)).collect() }
            }
        },
    }
}

/// A turn.
pub(crate) struct TurnTools<'c> {
    pub turn: &'c Turn,
    pub pace: Quantity<'c>,
    pub slots: Vec<SlotTools<'c>>,
}

pub(crate) struct SlotTools<'c> {
    pub when: Guard<'c>,
    pub who: WhoTools<'c>,
    pub obliged: bool,
    pub menu: Vec<ActionTools<'c>>,
}

pub(crate) enum WhoTools<'c> {
    Holder(Post<'c>),
    /// Members that may propose, with their weights and the most these can be.
    Body(Vec<(Option<Post<'c>>, Quantity<'c>, u32)>),
    Nature,
}

fn turn<'c>(effects: &mut Effects<'_, 'c>, turn: &'c Turn) -> TurnTools<'c> {
    let base = effects.base;
    let slots = turn
        .slots
        .iter()
        .map(|slot| SlotTools {
            when: Guard::new(base, &slot.when),
            who: match &slot.who {
                Who::Holder(holder) => WhoTools::Holder(Post::new(base, holder)),
                Who::Nature => WhoTools::Nature,
                Who::Body(body) => WhoTools::Body(
                    base.case.electorates[body.index()]
                        .electors
                        .iter()
                        .map(|elector| {
                            let post = match &elector.voice {
                                Voice::Actor(holder) => Some(Post::new(base, holder)),
                                Voice::Habit { .. } => None,
                            };
                            (post, Quantity::new(base, &elector.weight), elector.most)
                        })
                        .collect(),
                ),
            },
            obliged: slot.obliged,
            menu: slot
                .menu
                .iter()
                .map(|action| ActionTools {
                    action,
                    when: Guard::new(base, &action.when),
                    weight: action.weight.as_ref().map(|weight| Quantity::new(base, weight)),
                    pays: action.pays.iter().map(|pay| Payment::new(base, pay)).collect(),
                    ballot: action.ballot.as_ref().map(|b| ballot(effects, b)),
                    results: effects.outcomes(&action.results, None),
                    failed: effects.outcomes(&action.failed, None),
                })
                .collect(),
        })
        .collect();
    TurnTools { turn, pace: Quantity::new(base, &turn.pace), slots }
}

/// An event.
pub(crate) struct EventTools<'c> {
    pub when: Guard<'c>,
    pub timing: EventTiming<'c>,
    pub results: Vec<OutcomeTools<'c>>,
}

pub(crate) enum EventTiming<'c> {
    Rate(Quantity<'c>),
    /// A dated event and whether this kind of period holds its date.
    On {
        today: bool,
        chance: Quantity<'c>,
    },
}

/// A clock.
pub(crate) struct ClockTools<'c> {
    pub clock: &'c Clock,
    pub running: Guard<'c>,
    pub days: Quantity<'c>,
    /// What a phase that passes does, but for the last.
    pub tick: u32,
    /// What the last does: the clock begins anew if it still runs.
    pub breach: Vec<OutcomeTools<'c>>,
    /// What it does where the breach's chances leave something over.
    pub over: u32,
}

/// An interest that is paid as the game goes.
pub(crate) struct InterestTools<'c> {
    pub actor: u16,
    pub condition: Guard<'c>,
    pub worth: Quantity<'c>,
    /// Days to which a flow's worth refers; 1 otherwise.
    pub days: f64,
}

/// Everything for one kind of period.
pub(crate) struct Tools<'c> {
    pub reader: StateReader<'c>,
    pub turns: Vec<TurnTools<'c>>,
    pub events: Vec<EventTools<'c>>,
    pub clocks: Vec<ClockTools<'c>>,
    pub effects: Vec<Effect<'c>>,
    pub scopes: Vec<(usize, Guard<'c>)>,
    pub ends: Guard<'c>,
    pub once: Vec<InterestTools<'c>>,
    /// Conditions whose end a question asks about.
    pub watched: Vec<Guard<'c>>,
    pub flows: Vec<InterestTools<'c>>,
    pub last: Vec<InterestTools<'c>>,
    pub discount: Quantity<'c>,
}

impl<'c> Tools<'c> {
    /// For periods that begin on this day (or on another that no date of the case tells from it) and hold these events.
    pub fn new(case: &'c Case, layout: &Rc<Layout>, begins: Date, today: &[bool]) -> Tools<'c> {
        let base = Base { case, layout };
        let interests = |wanted: &dyn Fn(&'c Interest) -> Option<(&'c Expr, f64)>| -> Vec<InterestTools<'c>> {
            case.interests
                .iter()
                .filter_map(|interest| {
                    wanted(interest).map(|(condition, days)| InterestTools {
                        actor: interest.actor.0 as u16,
                        condition: Guard::new(base, condition),
                        worth: Quantity::new(base, &interest.worth),
                        days,
                    })
                })
                .collect()
        };
        let mut effects = Effects { base, all: vec![Effect::new(base, &[], None)] };
        let mut tools = Tools {
            reader: StateReader { reader: Reader { case, begins }, layout: Rc::clone(layout) },
            turns: case.turns.iter().map(|t| turn(&mut effects, t)).collect(),
            events: case.events.iter().zip(today).map(|(e, &today)| event(&mut effects, e, today)).collect(),
            effects: Vec::new(),
            clocks: case
                .clocks
                .iter()
                .map(|clock| {
                    let variable = clock.variable;
                    ClockTools {
                        clock,
                        running: Guard::new(base, &clock.running),
                        days: Quantity::new(base, &clock.days),
                        tick: effects.add(Effect::up(base, variable)),
                        breach: effects.outcomes(&clock.breach, Some(variable.index())),
                        over: effects.add(Effect::new(base, &[], Some(variable.index()))),
                    }
                })
                .collect(),
            scopes: case
                .variables
                .iter()
                .enumerate()
                .filter_map(|(v, variable)| variable.scope.as_ref().map(|scope| (v, Guard::new(base, scope))))
                .collect(),
            ends: Guard::new(base, &case.ends),
            once: interests(&|i| if let Payday::Once(c) = &i.when { Some((c, 1.0)) } else { None }),
            watched: watched(case).map(|condition| Guard::new(base, condition)).collect(),
            flows: interests(&|i| if let Payday::Flow { days, scope } = &i.when { Some((scope, *days)) } else { None }),
            last: interests(&|i| if let Payday::Last(c) = &i.when { Some((c, 1.0)) } else { None }),
            discount: Quantity::new(base, &case.discount),
        };
        tools.effects = effects.all;
        tools
    }
}

/// Conditions whose end a question asks about, in order.
pub(crate) fn watched(case: &Case) -> impl Iterator<Item = &Expr> {
    case.questions.iter().filter_map(|q| if let QuestionKind::EndedBy(ended) = &q.kind { Some(ended) } else { None })
}

impl Tools<'_> {
    /// The state with variables out of scope put back to their start.
    #[inline]
    pub fn normalised(&mut self, mut state: State) -> State {
        let reader = &self.reader;
        for (variable, scope) in &mut self.scopes {
            if !scope.holds(reader, state) {
                state = reader.layout.set(state, *variable, reader.case().variables[*variable].start as u8);
            }
        }
        // A belief once refuted stays so.
        for belief in &reader.case().beliefs {
            if let (Some(until), Some(refuted)) = (&belief.until, belief.refuted)
                && truth(reader.value(until, state))
            {
                state = reader.layout.set(state, refuted.index(), 1);
            }
        }
        state
    }

    /// The variables that what a turn offers depends on, but for where it leads.
    pub fn read_by_turn(&self, turn: usize) -> Vec<usize> {
        let TurnTools { pace, slots, .. } = &self.turns[turn];
        let mut reads: Vec<usize> = pace.reads().collect();
        for slot in slots {
            reads.extend(slot.when.reads());
            match &slot.who {
                WhoTools::Holder(post) => reads.extend(post.reads()),
                WhoTools::Body(members) => {
                    for (post, weight, _) in members {
                        reads.extend(post.iter().flat_map(Post::reads).chain(weight.reads()));
                    }
                }
                WhoTools::Nature => {}
            }
            for action in &slot.menu {
                reads.extend(action.when.reads());
                reads.extend(action.weight.iter().flat_map(Quantity::reads));
                read_by_payments(&action.pays, &mut reads);
                read_by_outcomes(&action.results, &mut reads);
                read_by_outcomes(&action.failed, &mut reads);
                if let Some(ballot) = &action.ballot {
                    ballot.read(&mut reads);
                }
            }
        }
        reads
    }

    /// The same of an event.
    pub fn read_by_event(&self, event: usize) -> Vec<usize> {
        let EventTools { when, timing, results } = &self.events[event];
        let mut reads: Vec<usize> = when.reads().collect();
        match timing {
            EventTiming::Rate(amount) | EventTiming::On { chance: amount, .. } => reads.extend(amount.reads()),
        }
        read_by_outcomes(results, &mut reads);
        reads
    }

    /// The same of a clock.
    pub fn read_by_clock(&self, clock: usize) -> Vec<usize> {
        let ClockTools { clock, running, days, breach, .. } = &self.clocks[clock];
        let mut reads: Vec<usize> = running.reads().chain(days.reads()).chain([clock.variable.index()]).collect();
        read_by_outcomes(breach, &mut reads);
        reads
    }

    /// The variables that what flows depends on.
    pub fn read_by_flows(&self) -> Vec<usize> {
        self.flows.iter().flat_map(|flow| flow.condition.reads().chain(flow.worth.reads())).collect()
    }
}

impl BallotTools<'_> {
    fn read(&self, reads: &mut Vec<usize>) {
        reads.extend(self.cohesion.reads());
        for elector in &self.electors {
            match &elector.voice {
                VoiceTools::Actor(post) => reads.extend(post.reads()),
                VoiceTools::Habit { attend, yes } => reads.extend(attend.reads().chain(yes.reads())),
            }
            reads.extend(elector.weight.reads().chain(elector.present.reads()));
            let answers = [&elector.yes, &elector.no, &elector.attend, &elector.stay_away];
            let amounts = answers.into_iter().flatten().chain(elector.names.iter().flatten());
            reads.extend(amounts.flat_map(Quantity::reads));
        }
        if let FormTools::Names { results } = &self.form {
            results.iter().for_each(|outcomes| read_by_outcomes(outcomes, reads));
        }
    }
}

fn read_by_payments(pays: &[Payment], reads: &mut Vec<usize>) {
    reads.extend(pays.iter().flat_map(|pay| pay.to.reads().chain(pay.amount.reads())));
}

fn read_by_outcomes(outcomes: &[OutcomeTools], reads: &mut Vec<usize>) {
    for outcome in outcomes {
        reads.extend(outcome.chance.iter().flat_map(Quantity::reads));
        read_by_payments(&outcome.pays, reads);
    }
}

fn event<'c>(effects: &mut Effects<'_, 'c>, event: &'c Event, today: bool) -> EventTools<'c> {
    let base = effects.base;
    EventTools {
        when: Guard::new(base, &event.when),
        timing: match &event.timing {
            Timing::Rate(rate) => EventTiming::Rate(Quantity::new(base, rate)),
            Timing::On(_, chance) => EventTiming::On { today, chance: Quantity::new(base, chance) },
        },
        results: effects.outcomes(&event.results, None),
    }
}
