//! What turns, events and clocks offer in a class of states: states alike in everything that is read for it, so that it is
//! put together once for all of them.

use crate::explore::{Builder, Origin};
use crate::graph::{ActionRef, Answering, NO_VIEW, Voicing};
use crate::lookup::{Lookup, truth};
use crate::rules;
use crate::shared::Shared;
use crate::state::{Layout, State, StateReader};
use crate::table::{Slot, Table, Term};
use crate::tally::{Counting, Members, Suffices, Tally};
use crate::tools::{
    ActionTools, BallotTools, ElectorTools, EventTiming, FormTools, NOBODY, NOTHING, OutcomeTools, Payment, Quantity,
    VoiceTools, WhoTools,
};
use case::model::{self, Case, VariableId};
use std::rc::Rc;

/// What there is in a class of states.
pub(crate) struct Menu {
    /// The chance that it comes up in a period.
    pub comes: Slot,
    pub form: Form,
    /// The effects that something here can have, each once, with what has them; the first is none.
    pub effects: Vec<(u32, Origin)>,
}

impl Menu {
    pub fn nothing() -> Menu {
        Menu { comes: Table::ZERO, form: Form::Nothing, effects: Vec::new() }
    }
}

pub(crate) enum Form {
    /// Play passes by.
    Nothing,
    Turn(Open),
    /// An event, with all the ways it can turn out.
    Event(Vec<Way>),
    /// A phase of a clock: how it passes, and what that is.
    Tick(Vec<Way>),
    /// A clock's last phase, from which something follows or not.
    Lapse {
        breach: Vec<Way>,
        follows: bool,
    },
}

/// The slot of a turn that is open.
pub(crate) struct Open {
    pub slot: usize,
    pub who: Decider,
    pub offers: Vec<Offer>,
}

#[derive(Clone)]
pub(crate) enum Decider {
    /// An actor, with the view it decides by.
    Actor(u16, u16),
    /// Members that may propose: actor, view, and the weight it is drawn by.
    Body(Vec<(u16, u16, Slot)>),
    Nature,
}

/// An enabled action, priced.
pub(crate) struct Offer {
    pub action: usize,
    pub weight: Option<Slot>,
    /// Paid for putting it to the ballot, whatever comes of it.
    pub due: Vec<(u16, Slot)>,
    /// Paid if it comes to pass.
    pub passing: Vec<(u16, Slot)>,
    pub results: Vec<Way>,
    pub failed: Vec<Way>,
    pub ballot: Option<OfferedBallot>,
}

/// One way something can turn out.
pub(crate) struct Way {
    pub weight: Slot,
    /// Which of the menu's effects.
    pub effect: u16,
    pub pays: Vec<(u16, Slot)>,
}

pub(crate) struct OfferedBallot {
    /// Counting and answers of the sitting.
    pub sitting: Option<(u32, u32)>,
    pub form: OfferedForm,
}

pub(crate) enum OfferedForm {
    YesNo(u32, u32),
    Names { answers: Vec<Answering>, results: Vec<Vec<Way>> },
}

/// The menus of a turn, an event or a clock, by class.
pub(crate) struct Menus {
    classes: Lookup<u32>,
    list: Vec<Rc<Menu>>,
    /// Per menu: what has been made of it, by where its effects lead.
    fragments: Vec<Fragments>,
}

type Fragments = Vec<(Box<[u32]>, u32)>;

/// So many menus are kept; of a turn that reads more than this the others are put together each time.
const MOST_KEPT: usize = 1 << 12;

impl Menus {
    /// For something that depends on these variables, by position, in any order and more than once.
    pub fn over(case: &Case, layout: &Layout, mut reads: Vec<usize>) -> Menus {
        reads.sort_unstable();
        reads.dedup();
        let reads: Vec<VariableId> = reads.into_iter().map(|v| VariableId(v as u32)).collect();
        Menus { classes: Lookup::over(case, layout, &reads), list: Vec::new(), fragments: Vec::new() }
    }

    /// Which menu is kept for a state, if one is.
    #[inline]
    pub fn known(&self, at: State) -> Option<usize> {
        self.classes.known(at).map(|class| class as usize)
    }

    pub fn add(&mut self, at: State, menu: Menu) -> usize {
        if self.list.len() > MOST_KEPT {
            self.list.pop();
            self.fragments.pop();
        } else if self.list.len() < MOST_KEPT {
            let class = self.list.len() as u32;
            self.classes.at(at, || class);
        }
        self.list.push(Rc::new(menu));
        self.fragments.push(Vec::new());
        self.list.len() - 1
    }

    #[inline]
    pub fn menu(&self, class: usize) -> &Rc<Menu> {
        &self.list[class]
    }

    /// What has been made of a menu whose effects lead there.
    #[inline]
    pub fn fragment(&self, class: usize, signature: &[u32]) -> Option<u32> {
        let is_it = |known: &[u32]| known.len() == signature.len() && known.iter().zip(signature).all(|(a, b)| a == b);
        self.fragments[class].iter().find(|(known, _)| is_it(known)).map(|(_, fragment)| *fragment)
    }

    pub fn add_fragment(&mut self, class: usize, signature: &[u32], fragment: u32) {
        self.fragments[class].push((signature.into(), fragment));
    }
}

/// What electors are asked.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Attendance,
    Vote,
    VoteInSitting,
    Name,
}

/// By which view an actor decides in a state: the position of its belief, while that lasts.
fn view(reader: &StateReader, actor: u16, at: State) -> u16 {
    let lasts = |belief: &model::Belief| belief.refuted.is_none_or(|refuted| reader.get(at, refuted.index()) == 0);
    let held = reader.case().beliefs.iter().position(|belief| belief.actor.0 == u32::from(actor) && lasts(belief));
    held.map_or(NO_VIEW, |belief| belief as u16)
}

/// Whether an action is the owner's own.
pub(crate) fn is_own(plan: &model::Plan, action: &model::Action) -> bool {
    action.move_id.split_once('.').is_some_and(|(owner, _)| plan.acts_as.iter().any(|name| name == owner))
}

/// Whether an action is the owner's and goes by this name: its own (`nominate(sudani)`) or its move's (`nominate`).
pub(crate) fn is_of(plan: &model::Plan, action: &model::Action, name: &str) -> bool {
    let id_of_move = action.move_id.split_once('.').map_or(action.move_id.as_str(), |(_, id)| id);
    is_own(plan, action) && (action.id == name || id_of_move == name)
}

impl<'c> Builder<'c> {
    /// The chance that a turn comes up in a period.
    pub fn comes(&mut self, turn: usize, at: State, shared: &mut Shared<'c>) -> Slot {
        let pace = self.tools.turns[turn].pace.slot(&self.tools.reader, at, &mut shared.table);
        shared.table.term(Term::Comes(pace, self.days.to_bits()))
    }

    /// What a turn offers in a state.
    pub fn menu_of_turn(&mut self, turn: usize, at: State, shared: &mut Shared<'c>) -> Menu {
        let comes = self.comes(turn, at, shared);
        let mut effects = vec![(NOTHING, Origin::Stay)];
        let form = self.open(turn, at, &mut effects, shared).map_or(Form::Nothing, Form::Turn);
        Menu { comes, form, effects }
    }

    fn open(
        &mut self,
        turn: usize,
        at: State,
        effects: &mut Vec<(u32, Origin)>,
        shared: &mut Shared<'c>,
    ) -> Option<Open> {
        let reader = &self.tools.reader;
        let slots = &mut self.tools.turns[turn].slots;
        let slot = slots.iter_mut().position(|slot| slot.when.holds(reader, at))?;
        let who = match &mut slots[slot].who {
            WhoTools::Holder(post) => {
                let actor = post.actor(reader, at);
                if actor == NOBODY {
                    return None;
                }
                Decider::Actor(actor, view(reader, actor, at))
            }
            WhoTools::Body(members) => {
                let mut proposers = Vec::with_capacity(members.len());
                for (post, weight, most) in members {
                    let actor = post.as_mut().map_or(NOBODY, |post| post.actor(reader, at));
                    if actor != NOBODY {
                        let weight = weight.slot(reader, at, &mut shared.table);
                        let whole = shared.table.term(Term::Whole(weight, *most));
                        proposers.push((actor, view(reader, actor, at), whole));
                    }
                }
                Decider::Body(proposers)
            }
            WhoTools::Nature => Decider::Nature,
        };
        let of_body = matches!(who, Decider::Body(_));
        // Taken out for the time being, so that the rest of the tools can be used beside it.
        let mut menu = std::mem::take(&mut slots[slot].menu);
        let mut offers = Vec::new();
        for (position, tools) in menu.iter_mut().enumerate() {
            if !tools.when.holds(&self.tools.reader, at) || self.forbids(tools.action, at, shared) {
                continue;
            }
            let weight = tools.weight.as_mut().map(|w| w.slot(&self.tools.reader, at, &mut shared.table));
            if weight.and_then(|w| shared.table.known(w)).is_some_and(|w| w <= 0.0) {
                continue;
            }
            let action = ActionRef { turn: turn as u16, slot: slot as u16, action: position as u16 };
            let offer = self.offer(action, tools, of_body, at, effects, shared);
            offers.push(Offer { weight, ..offer });
        }
        self.tools.turns[turn].slots[slot].menu = menu;
        (!offers.is_empty()).then_some(Open { slot, who, offers })
    }

    /// An action by itself, with a menu of its effects alone.
    pub fn menu_of_action(&mut self, action: ActionRef, at: State, shared: &mut Shared<'c>) -> (Menu, Offer) {
        let slot = &mut self.tools.turns[usize::from(action.turn)].slots[usize::from(action.slot)];
        let of_body = matches!(slot.who, WhoTools::Body(_));
        let mut menu = std::mem::take(&mut slot.menu);
        let mut effects = vec![(NOTHING, Origin::Stay)];
        let offer = self.offer(action, &mut menu[usize::from(action.action)], of_body, at, &mut effects, shared);
        self.tools.turns[usize::from(action.turn)].slots[usize::from(action.slot)].menu = menu;
        (Menu { effects, ..Menu::nothing() }, offer)
    }

    /// Whether a plan that binds takes an action off the menu by name.
    fn forbids(&self, action: &model::Action, at: State, shared: &Shared<'c>) -> bool {
        let Some(plan) = shared.plan.filter(|_| self.binds) else { return false };
        !self.is_over(plan, at) && plan.never.iter().any(|never| is_of(plan, action, never))
    }

    /// Whether a plan has come to its end.
    pub fn is_over(&self, plan: &model::Plan, at: State) -> bool {
        plan.until.as_ref().is_some_and(|until| truth(self.tools.reader.value(until, at)))
    }

    fn offer(
        &mut self,
        action: ActionRef,
        tools: &mut ActionTools<'c>,
        of_body: bool,
        at: State,
        effects: &mut Vec<(u32, Origin)>,
        shared: &mut Shared<'c>,
    ) -> Offer {
        let origin = Origin::Action(action);
        let pays = self.pays(&mut tools.pays, at, shared);
        // A body's action is paid for if it passes, anybody else's whether or not it does.
        let (due, passing) = if tools.ballot.is_none() || of_body { (vec![], pays) } else { (pays, vec![]) };
        let results = self.ways(&mut tools.results, NOTHING, at, origin, effects, shared);
        let failed = self.ways(&mut tools.failed, NOTHING, at, origin, effects, shared);
        let (ballot, missed) = match &mut tools.ballot {
            None => (None, Vec::new()),
            Some(ballot) => {
                let (ballot, missed) = self.ballot(ballot, at, action, effects, shared);
                (Some(ballot), missed)
            }
        };
        let due = [due, missed].concat();
        Offer { action: usize::from(action.action), weight: None, due, passing, results, failed, ballot }
    }

    fn pays(&mut self, pays: &mut [Payment<'c>], at: State, shared: &mut Shared<'c>) -> Vec<(u16, Slot)> {
        let reader = &self.tools.reader;
        pays.iter_mut()
            .filter_map(|pay| {
                let actor = pay.to.actor(reader, at);
                (actor != NOBODY).then(|| (actor, pay.amount.slot(reader, at, &mut shared.table)))
            })
            .collect()
    }

    /// The ways of a list of outcomes in a state, those without a chance left out. Chances that leave something to nobody,
    /// or no outcome at all, leave it to `over`.
    fn ways(
        &mut self,
        outcomes: &mut [OutcomeTools<'c>],
        over: u32,
        at: State,
        origin: Origin,
        effects: &mut Vec<(u32, Origin)>,
        shared: &mut Shared<'c>,
    ) -> Vec<Way> {
        // What surely comes of something has no chances to weigh.
        let sure = outcomes.len() == 1 && outcomes[0].chance.is_none();
        let weights = if sure { vec![Table::ONE] } else { self.weights(outcomes, at, shared) };
        let mut ways = Vec::with_capacity(weights.len());
        for (position, weight) in weights.into_iter().enumerate() {
            if weight == Table::ZERO {
                continue;
            }
            let (then, pays) = match outcomes.get_mut(position) {
                Some(outcome) => (outcome.then, self.pays(&mut outcome.pays, at, shared)),
                None => (over, Vec::new()),
            };
            let known = effects.iter().position(|(effect, _)| *effect == then);
            let effect = known.unwrap_or_else(|| {
                effects.push((then, origin));
                effects.len() - 1
            });
            ways.push(Way { weight, effect: effect as u16, pays });
        }
        ways
    }

    /// The chance of each outcome of a list, and of none of them where that is left over.
    fn weights(&self, outcomes: &mut [OutcomeTools<'c>], at: State, shared: &mut Shared<'c>) -> Vec<Slot> {
        let stated: Vec<Option<Slot>> = outcomes
            .iter_mut()
            .map(|o| o.chance.as_mut().map(|c| c.slot(&self.tools.reader, at, &mut shared.table)))
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

    /// A ballot as it stands in a state, and what electors bound to stay away pay for it.
    fn ballot(
        &mut self,
        tools: &mut BallotTools<'c>,
        at: State,
        action: ActionRef,
        effects: &mut Vec<(u32, Origin)>,
        shared: &mut Shared<'c>,
    ) -> (OfferedBallot, Vec<(u16, Slot)>) {
        let case = shared.case;
        let begins = self.tools.reader.reader.begins;
        let with_sitting = tools.sitting.is_some();
        let mut missed = Vec::new();
        let sitting = tools.sitting.map(|rule| {
            let mut answers = self.answerings(tools, Asked::Attendance, at, shared);
            missed = self.keep_away(&mut answers, Asked::Attendance, action, at, shared);
            let counting = rules::countings(rule, tools.electorate, case, begins);
            let tally = self.tally(tools, counting, &answers, at, shared);
            (tally, shared.answers.number(answers))
        });
        let asked = if with_sitting { Asked::VoteInSitting } else { Asked::Vote };
        let form = match &mut tools.form {
            FormTools::YesNo(rule) => {
                let rule = *rule;
                let mut answers = self.answerings(tools, asked, at, shared);
                if !with_sitting {
                    self.keep_away(&mut answers, asked, action, at, shared);
                }
                let counting = rules::countings(rule, tools.electorate, case, begins);
                let tally = self.tally(tools, counting, &answers, at, shared);
                OfferedForm::YesNo(tally, shared.answers.number(answers))
            }
            FormTools::Names { results } => {
                let origin = Origin::Action(action);
                let mut ways = |r: &mut Vec<OutcomeTools<'c>>| self.ways(r, NOTHING, at, origin, effects, shared);
                let results = results.iter_mut().map(&mut ways).collect();
                OfferedForm::Names { answers: self.answerings(tools, Asked::Name, at, shared), results }
            }
        };
        (OfferedBallot { sitting, form }, missed)
    }

    /// Electors bound to stay away do: from the sitting where there is one, else from the vote. What staying away pays them
    /// comes with it, whatever comes of the ballot.
    fn keep_away(
        &self,
        answers: &mut [Answering],
        asked: Asked,
        a: ActionRef,
        at: State,
        shared: &Shared<'c>,
    ) -> Vec<(u16, Slot)> {
        let mut missed = Vec::new();
        let Some(plan) = shared.plan.filter(|_| self.binds) else { return missed };
        let spec = &shared.case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
        let id = spec.ballot.as_ref().map_or("", |ballot| ballot.id.as_str());
        let named = |name: &String| name == id || name == &spec.move_id || id.split('(').next() == Some(name);
        if self.is_over(plan, at) || !plan.stay_away.iter().any(named) {
            return missed;
        }
        let attendance = asked == Asked::Attendance;
        for answering in answers {
            if let Voicing::Actor(actor) = answering.voice
                && plan.members.iter().any(|member| member.0 == u32::from(actor))
            {
                if attendance {
                    missed.push((actor, answering.pays[1]));
                }
                let comes = if attendance { Table::ONE } else { Table::ZERO };
                answering.voice = Voicing::Habit { comes, yes: Table::ZERO };
                answering.pays.fill(Table::ZERO);
            }
        }
        missed
    }

    fn answerings(
        &mut self,
        tools: &mut BallotTools<'c>,
        asked: Asked,
        at: State,
        shared: &mut Shared<'c>,
    ) -> Vec<Answering> {
        let reader = &self.tools.reader;
        let sum = |quantities: &mut [Quantity<'c>], shared: &mut Shared<'c>| {
            quantities.iter_mut().fold(Table::ZERO, |sum, q| {
                let slot = q.slot(reader, at, &mut shared.table);
                shared.table.sum(sum, slot)
            })
        };
        tools
            .electors
            .iter_mut()
            .map(|ElectorTools { voice, yes, no, attend, stay_away, names, .. }| {
                let voice = match voice {
                    VoiceTools::Actor(post) => match post.actor(reader, at) {
                        NOBODY => Voicing::Silent,
                        actor => Voicing::Actor(actor),
                    },
                    VoiceTools::Habit { attend, yes } => {
                        let (attend, yes) =
                            (attend.slot(reader, at, &mut shared.table), yes.slot(reader, at, &mut shared.table));
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
                    Voicing::Actor(actor) => view(reader, actor, at),
                    Voicing::Habit { .. } | Voicing::Silent => NO_VIEW,
                };
                Answering { voice, view, pays }
            })
            .collect()
    }

    pub fn tally(
        &mut self,
        tools: &mut BallotTools<'c>,
        (hypothesis, countings): (Option<u32>, Vec<Counting>),
        answers: &[Answering],
        at: State,
        shared: &mut Shared<'c>,
    ) -> u32 {
        let reader = &self.tools.reader;
        let weights: Vec<(u32, Slot, Slot)> = tools
            .electors
            .iter_mut()
            .map(|elector| {
                let weight = elector.weight.slot(reader, at, &mut shared.table);
                (elector.most, weight, elector.present.slot(reader, at, &mut shared.table))
            })
            .collect();
        let mut cohesion = tools.cohesion.slot(reader, at, &mut shared.table);
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
        shared.tallies.number(Tally { members, cohesion, rules: countings, hypothesis, silent })
    }

    /// What an event offers in a state.
    pub fn menu_of_event(&mut self, event: usize, at: State, shared: &mut Shared<'c>) -> Menu {
        let mut effects = vec![(NOTHING, Origin::Stay)];
        let tools = &mut self.tools.events[event];
        let comes = if tools.when.holds(&self.tools.reader, at) {
            match &mut tools.timing {
                EventTiming::Rate(rate) => {
                    let rate = rate.slot(&self.tools.reader, at, &mut shared.table);
                    shared.table.term(Term::Comes(rate, self.days.to_bits()))
                }
                EventTiming::On { today: true, chance } => {
                    let chance = chance.slot(&self.tools.reader, at, &mut shared.table);
                    shared.table.term(Term::Scaled(chance, vec![chance]))
                }
                EventTiming::On { today: false, .. } => Table::ZERO,
            }
        } else {
            Table::ZERO
        };
        let mut form = Form::Nothing;
        if comes != Table::ZERO {
            let mut results = std::mem::take(&mut self.tools.events[event].results);
            let origin = Origin::Event(event as u16);
            form = Form::Event(self.ways(&mut results, NOTHING, at, origin, &mut effects, shared));
            self.tools.events[event].results = results;
        }
        Menu { comes, form, effects }
    }

    /// What a clock does in a state.
    pub fn menu_of_clock(&mut self, clock: usize, at: State, shared: &mut Shared<'c>) -> Menu {
        let mut effects = vec![(NOTHING, Origin::Stay)];
        let tools = &mut self.tools.clocks[clock];
        if !tools.running.holds(&self.tools.reader, at) {
            return Menu { comes: Table::ZERO, form: Form::Nothing, effects };
        }
        let (variable, phases) = (tools.clock.variable.index(), tools.clock.phases);
        let days = tools.days.slot(&self.tools.reader, at, &mut shared.table);
        let comes = shared.table.term(Term::Passes(days, (f64::from(phases) * self.days).to_bits()));
        let origin = Origin::Clock(clock as u16);
        let form = if u32::from(self.tools.reader.get(at, variable)) + 1 < phases {
            effects.push((tools.tick, origin));
            Form::Tick(vec![Way { weight: Table::ONE, effect: 1, pays: Vec::new() }])
        } else {
            let follows = tools.clock.breach.iter().any(|outcome| !outcome.then.is_empty());
            let over = tools.over;
            let mut breach = std::mem::take(&mut self.tools.clocks[clock].breach);
            let ways = self.ways(&mut breach, over, at, origin, &mut effects, shared);
            self.tools.clocks[clock].breach = breach;
            Form::Lapse { breach: ways, follows }
        };
        Menu { comes, form, effects }
    }

    /// What flows while a period passes in a state.
    pub fn flows(&mut self, at: State, shared: &mut Shared<'c>) -> crate::graph::PaymentsId {
        let mut paid = Vec::new();
        for flow in &mut self.tools.flows {
            if flow.condition.holds(&self.tools.reader, at) {
                let worth = flow.worth.slot(&self.tools.reader, at, &mut shared.table);
                let share = shared.table.constant(self.days / flow.days);
                paid.push((flow.actor, shared.table.product(worth, share)));
            }
        }
        shared.payments.intern(paid, &mut shared.table)
    }
}
