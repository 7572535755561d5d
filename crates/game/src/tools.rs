//! The case's expressions made ready for one kind of period: every guard, amount, holder and assignment is a lookup.

use crate::graph::ActionRef;
use crate::lookup::{Lookup, Positions, Reader, same, truth, variables};
use crate::table::{Slot, Table};
use case::expr::Expr;
use case::model::{
    Action, Answer, Assigned, Ballot, Case, Clock, ElectorateId, Event, Form, Holder, Interest, Outcome, Pay, Payday,
    Rule, Timing, Turn, VariableId, Voice, Who,
};
use jiff::civil::Date;

/// No actor: a vacant post, or one whose holder has left the game.
pub(crate) const NOBODY: u16 = u16::MAX;

/// A condition.
pub(crate) struct Guard<'c> {
    expr: &'c Expr,
    lookup: Lookup<bool>,
}

impl<'c> Guard<'c> {
    fn new(case: &Case, expr: &'c Expr) -> Guard<'c> {
        Guard { expr, lookup: Lookup::over(case, &variables(expr)) }
    }

    pub fn holds(&mut self, reader: &Reader, at: &Positions) -> bool {
        self.lookup.at(at, || truth(reader.value(self.expr, at)))
    }
}

/// A number.
pub(crate) struct Quantity<'c> {
    expr: &'c Expr,
    lookup: Lookup<Slot>,
}

impl<'c> Quantity<'c> {
    fn new(case: &Case, expr: &'c Expr) -> Quantity<'c> {
        Quantity { expr, lookup: Lookup::over(case, &variables(expr)) }
    }

    pub fn slot(&mut self, reader: &Reader, at: &Positions, table: &mut Table) -> Slot {
        self.lookup.at(at, || reader.slot(self.expr, at, table))
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
    fn new(case: &Case, holder: &'c Holder) -> Post<'c> {
        Post::of(case, holder, false)
    }

    /// Who is paid: one who has left the game takes no turns and has no vote, but still has payoffs.
    fn paid(case: &Case, holder: &'c Holder) -> Post<'c> {
        Post::of(case, holder, true)
    }

    fn of(case: &Case, holder: &'c Holder, leavers: bool) -> Post<'c> {
        let mut reads = Vec::new();
        let scope = |actor: &case::model::ActorId, reads: &mut Vec<VariableId>| {
            if let Some(scope) = &case.actors[actor.index()].scope {
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
        Post { holder, leavers, lookup: Lookup::over(case, &reads) }
    }

    pub fn actor(&mut self, reader: &Reader, at: &Positions) -> u16 {
        self.lookup.at(at, || {
            let holder = match self.holder {
                Holder::Actor(actor) => Some(*actor),
                Holder::Cases(cases) => {
                    cases.iter().find(|(condition, _)| truth(reader.value(condition, at))).and_then(|(_, actor)| *actor)
                }
            };
            let Some(actor) = holder else { return NOBODY };
            let scope = reader.case.actors[actor.index()].scope.as_ref();
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
    fn new(case: &Case, pay: &'c Pay) -> Payment<'c> {
        Payment { to: Post::paid(case, &pay.to), amount: Quantity::new(case, &pay.amount) }
    }
}

/// The new position of a variable, or that there is none.
pub(crate) struct Setting<'c> {
    pub variable: usize,
    value: &'c Assigned,
    lookup: Lookup<Option<u8>>,
}

impl<'c> Setting<'c> {
    pub fn position(&mut self, reader: &Reader, at: &Positions) -> Option<u8> {
        let variable = self.variable;
        self.lookup.at(at, || {
            let values = &reader.case.variables[variable].values;
            match self.value {
                Assigned::Up => Some((at[variable] + 1).min((values.len() - 1) as u8)),
                Assigned::Down => Some(at[variable].saturating_sub(1)),
                Assigned::Value(expr) => {
                    let value = reader.value(expr, at);
                    values.iter().position(|v| same(*v, value)).map(|p| p as u8)
                }
            }
        })
    }

    /// The value that was to be assigned, for the error message.
    pub fn value(&self, reader: &Reader, at: &Positions) -> Option<case::expr::Value> {
        match self.value {
            Assigned::Value(expr) => Some(reader.value(expr, at)),
            Assigned::Up | Assigned::Down => None,
        }
    }
}

/// One way something can turn out.
pub(crate) struct OutcomeTools<'c> {
    pub chance: Option<Quantity<'c>>,
    pub then: Vec<Setting<'c>>,
    pub pays: Vec<Payment<'c>>,
}

fn outcomes<'c>(case: &Case, list: &'c [Outcome]) -> Vec<OutcomeTools<'c>> {
    list.iter()
        .map(|outcome| OutcomeTools {
            chance: outcome.chance.as_ref().map(|chance| Quantity::new(case, chance)),
            then: outcome
                .then
                .iter()
                .map(|assignment| {
                    let reads = match &assignment.value {
                        Assigned::Value(expr) => variables(expr),
                        Assigned::Up | Assigned::Down => vec![assignment.variable],
                    };
                    Setting {
                        variable: assignment.variable.index(),
                        value: &assignment.value,
                        lookup: Lookup::over(case, &reads),
                    }
                })
                .collect(),
            pays: outcome.pays.iter().map(|pay| Payment::new(case, pay)).collect(),
        })
        .collect()
}

/// An action.
pub(crate) struct ActionTools<'c> {
    pub action: &'c Action,
    /// Whether it was on a menu somewhere.
    pub offered: bool,
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

fn ballot<'c>(case: &'c Case, ballot: &'c Ballot) -> BallotTools<'c> {
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
                    .map(|pay| Quantity::new(case, &pay.amount))
                    .collect()
            };
            ElectorTools {
                voice: match &elector.voice {
                    Voice::Actor(holder) => VoiceTools::Actor(Post::new(case, holder)),
                    Voice::Habit { attend, yes } => {
                        VoiceTools::Habit { attend: Quantity::new(case, attend), yes: Quantity::new(case, yes) }
                    }
                },
                most: elector.most,
                weight: Quantity::new(case, &elector.weight),
                present: Quantity::new(case, &elector.present),
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
        cohesion: Quantity::new(case, &electorate.cohesion),
        sitting: ballot.sitting.as_ref().map(|sitting| &sitting.quorum),
        form: match &ballot.form {
            Form::YesNo { rule } => FormTools::YesNo(rule),
            Form::Names { names, .. } => {
                FormTools::Names { results: names.iter().map(|name| outcomes(case, &name.results)).collect() }
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

fn turn<'c>(case: &'c Case, turn: &'c Turn) -> TurnTools<'c> {
    let slots = turn
        .slots
        .iter()
        .map(|slot| SlotTools {
            when: Guard::new(case, &slot.when),
            who: match &slot.who {
                Who::Holder(holder) => WhoTools::Holder(Post::new(case, holder)),
                Who::Nature => WhoTools::Nature,
                Who::Body(body) => WhoTools::Body(
                    case.electorates[body.index()]
                        .electors
                        .iter()
                        .map(|elector| {
                            let post = match &elector.voice {
                                Voice::Actor(holder) => Some(Post::new(case, holder)),
                                Voice::Habit { .. } => None,
                            };
                            (post, Quantity::new(case, &elector.weight), elector.most)
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
                    offered: false,
                    when: Guard::new(case, &action.when),
                    weight: action.weight.as_ref().map(|weight| Quantity::new(case, weight)),
                    pays: action.pays.iter().map(|pay| Payment::new(case, pay)).collect(),
                    ballot: action.ballot.as_ref().map(|b| ballot(case, b)),
                    results: outcomes(case, &action.results),
                    failed: outcomes(case, &action.failed),
                })
                .collect(),
        })
        .collect();
    TurnTools { turn, pace: Quantity::new(case, &turn.pace), slots }
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
    pub breach: Vec<OutcomeTools<'c>>,
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
    pub reader: Reader<'c>,
    pub turns: Vec<TurnTools<'c>>,
    pub events: Vec<EventTools<'c>>,
    pub clocks: Vec<ClockTools<'c>>,
    pub scopes: Vec<(usize, Guard<'c>)>,
    pub ends: Guard<'c>,
    pub once: Vec<InterestTools<'c>>,
    pub flows: Vec<InterestTools<'c>>,
    pub last: Vec<InterestTools<'c>>,
    pub discount: Quantity<'c>,
}

impl<'c> Tools<'c> {
    /// For periods that begin on this day (or on another that no date of the case tells from it) and hold these events.
    pub fn new(case: &'c Case, begins: Date, today: &[bool]) -> Tools<'c> {
        let interests = |wanted: &dyn Fn(&'c Interest) -> Option<(&'c Expr, f64)>| -> Vec<InterestTools<'c>> {
            case.interests
                .iter()
                .filter_map(|interest| {
                    wanted(interest).map(|(condition, days)| InterestTools {
                        actor: interest.actor.0 as u16,
                        condition: Guard::new(case, condition),
                        worth: Quantity::new(case, &interest.worth),
                        days,
                    })
                })
                .collect()
        };
        Tools {
            reader: Reader { case, begins },
            turns: case.turns.iter().map(|t| turn(case, t)).collect(),
            events: case.events.iter().zip(today).map(|(e, &today)| event(case, e, today)).collect(),
            clocks: case
                .clocks
                .iter()
                .map(|clock| ClockTools {
                    clock,
                    running: Guard::new(case, &clock.running),
                    days: Quantity::new(case, &clock.days),
                    breach: outcomes(case, &clock.breach),
                })
                .collect(),
            scopes: case
                .variables
                .iter()
                .enumerate()
                .filter_map(|(v, variable)| variable.scope.as_ref().map(|scope| (v, Guard::new(case, scope))))
                .collect(),
            ends: Guard::new(case, &case.ends),
            once: interests(&|i| if let Payday::Once(c) = &i.when { Some((c, 1.0)) } else { None }),
            flows: interests(&|i| if let Payday::Flow { days, scope } = &i.when { Some((scope, *days)) } else { None }),
            last: interests(&|i| if let Payday::Last(c) = &i.when { Some((c, 1.0)) } else { None }),
            discount: Quantity::new(case, &case.discount),
        }
    }
}

impl Tools<'_> {
    /// Actions that were on a menu somewhere.
    pub fn offered(&self) -> impl Iterator<Item = ActionRef> {
        self.turns.iter().enumerate().flat_map(|(turn, tools)| {
            tools.slots.iter().enumerate().flat_map(move |(slot, tools)| {
                let on_menu = tools.menu.iter().enumerate().filter(|(_, action)| action.offered);
                on_menu.map(move |(a, _)| ActionRef { turn: turn as u16, slot: slot as u16, action: a as u16 })
            })
        })
    }
}

fn event<'c>(case: &'c Case, event: &'c Event, today: bool) -> EventTools<'c> {
    EventTools {
        when: Guard::new(case, &event.when),
        timing: match &event.timing {
            Timing::Rate(rate) => EventTiming::Rate(Quantity::new(case, rate)),
            Timing::On(_, chance) => EventTiming::On { today, chance: Quantity::new(case, chance) },
        },
        results: outcomes(case, &event.results),
    }
}
