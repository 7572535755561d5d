//! The slow solver: plain recursion over the whole tree of a ground case, as `DESIGN.md` defines it.
//!
//! Nothing is shared, merged or remembered: every path from a state is walked anew, every profile of a ballot is
//! written out.

use crate::ballot::{Elector, Speaker, Tables, every, weighted_logit};
pub use crate::expression::Draw;
use crate::expression::{View, days_to};
use crate::menu::{Probe, menu, probes};
use crate::outcome::{amounts, lottery, put_back, unpaid};
use case::model::{
    Action, ActorId, Answer as Said, Case, Form, Outcome, Payday, QuestionKind, Round, Timing, VariableId, Who,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// What a game is worth and where it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Per actor, utils.
    pub payoffs: Vec<f64>,
    /// Chance of each last state.
    pub last: BTreeMap<Vec<usize>, f64>,
    /// Every decision that may be met in the first period, once.
    pub first: Vec<Choice>,
    /// Every ballot that may be met in the first period, once.
    pub ballots: Vec<Vote>,
    /// What first ends the condition asked about, by `turn: action`, `turn: action failed`, `event e` or `clock c`.
    pub ended: BTreeMap<String, f64>,
}

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub turn: String,
    /// Position of the slot that acts.
    pub slot: usize,
    /// The turn that set it off, where it reacts, and how many react after it; `None` at its own place.
    pub reacts: Option<(String, usize)>,
    pub state: Vec<usize>,
    pub decider: ActorId,
    /// The elector that proposes, at a body's turn.
    pub proposer: Option<usize>,
    /// Action ids with their probabilities; `hold` where holding is offered.
    pub actions: Vec<(String, f64)>,
    /// Prior weights of the same.
    pub weights: Vec<f64>,
    /// Chance of coming to it.
    pub reach: f64,
}

/// One ballot, if it comes to that.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    pub turn: String,
    /// Position of the slot that acts.
    pub slot: usize,
    pub reacts: Option<(String, usize)>,
    pub action: String,
    pub state: Vec<usize>,
    /// `sitting`, `vote`, or `round 1 of 0 2`: the round and the names that stand.
    pub stage: String,
    /// Per elector: chances of yes, no, nothing; of attending, not; of each standing name, nothing.
    pub answers: Vec<Vec<f64>>,
    /// Chance that it passes, is quorate, elects each standing name.
    pub results: Vec<f64>,
    /// Per elector: how far apart, in total variation, two answers of its own bring the chances of the results.
    pub decides: Vec<f64>,
    /// Chance of coming to it.
    pub reach: f64,
}

/// Solves a case in a draw, however long it takes.
pub fn solve(case: &Case, draw: Draw) -> Answer {
    solve_within(case, draw, u64::MAX).expect("no limit")
}

/// Solves a case in a draw, or gives up after so many steps: places in the tree plus combinations in ballots.
pub fn solve_within(case: &Case, draw: Draw, steps: u64) -> Option<Answer> {
    let periods = periods(case);
    let end = periods.last().map_or(0.0, |period| period.begin + period.days);
    let walk = Walk {
        case,
        draw,
        periods,
        end,
        probes: probes(case),
        left: Cell::new(steps),
        known: RefCell::default(),
        first: RefCell::default(),
        ballots: RefCell::default(),
    };
    let start = put_back(&walk.view(0, &starts(case)));
    let worth = walk.go(0, &Place::Begin, &start);
    if walk.left.get() == 0 {
        return None;
    }
    let (mut choices, mut votes) = (walk.first.into_inner(), walk.ballots.into_inner());
    let (mut first, mut ballots) = (Vec::new(), Vec::new());
    for number in walk.known.into_inner().into_values() {
        let reach = worth.met.get(&number).copied().unwrap_or(0.0);
        first.extend(choices.remove(&number).map(|choice| Choice { reach, ..choice }));
        ballots.extend(votes.remove(&number).map(|vote| Vote { reach, ..vote }));
    }
    Some(Answer { payoffs: worth.payoffs, last: worth.last, ended: worth.ended, first, ballots })
}

/// A period: when it begins, in days from `now`, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    pub begin: f64,
    pub days: f64,
}

/// The calendar from `now` on. A step is counted from where the one before really ended, so that the
/// differences do not add up; one of which nothing is left is left out.
pub fn periods(case: &Case) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut start = 0.0;
    for step in &case.calendar.steps {
        let left = days_to(case, step.until) - start;
        if left <= 0.0 {
            continue;
        }
        let count = (left / step.days).round().max(1.0);
        periods.extend((0..count as usize).map(|i| Period { begin: start + i as f64 * step.days, days: step.days }));
        start += count * step.days;
    }
    periods
}

fn starts(case: &Case) -> Vec<usize> {
    case.variables.iter().map(|variable| variable.start as usize).collect()
}

/// What follows from a place on: everybody's payoff, and the chances of the last state.
#[derive(Debug, Clone)]
struct Worth {
    payoffs: Vec<f64>,
    last: BTreeMap<Vec<usize>, f64>,
    /// Chances of coming to the choices and ballots of the first period, by their numbers.
    met: BTreeMap<usize, f64>,
    /// Chances of what is first to end the condition asked about, from here on.
    ended: BTreeMap<String, f64>,
}

impl Worth {
    fn nothing(case: &Case) -> Worth {
        Worth { payoffs: unpaid(case), last: BTreeMap::new(), met: BTreeMap::new(), ended: BTreeMap::new() }
    }

    fn add(&mut self, chance: f64, other: &Worth) {
        for (mine, theirs) in self.payoffs.iter_mut().zip(&other.payoffs) {
            *mine += chance * theirs;
        }
        for (state, p) in &other.last {
            *self.last.entry(state.clone()).or_insert(0.0) += chance * p;
        }
        for (number, p) in &other.met {
            *self.met.entry(*number).or_insert(0.0) += chance * p;
        }
        for (by, p) in &other.ended {
            *self.ended.entry(by.clone()).or_insert(0.0) += chance * p;
        }
    }

    fn pay(&mut self, amounts: &[f64]) {
        for (payoff, amount) in self.payoffs.iter_mut().zip(amounts) {
            *payoff += amount;
        }
    }
}

/// Where in a period the game stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Begin,
    Turn(usize),
    /// Turns that react, in order, and the turn that set them off.
    React {
        waiting: Vec<usize>,
        after: usize,
    },
    Event(usize),
    Flows,
    Clock(usize),
}

/// A turn that has come up: where, and in which state.
#[derive(Clone, Copy)]
struct Scene<'s> {
    t: usize,
    turn: usize,
    slot: usize,
    place: &'s Place,
    state: &'s [usize],
    /// A body acts: `pays` of its actions fall due only if they pass.
    body: bool,
}

/// A choice or ballot of the first period: where, in which state, whose proposal, on what.
type Met = (Place, Vec<usize>, Option<usize>, String);

struct Walk<'a> {
    case: &'a Case,
    draw: Draw<'a>,
    periods: Vec<Period>,
    end: f64,
    probes: Vec<Probe>,
    left: Cell<u64>,
    /// Numbers of the choices and ballots of the first period.
    known: RefCell<BTreeMap<Met, usize>>,
    first: RefCell<BTreeMap<usize, Choice>>,
    ballots: RefCell<BTreeMap<usize, Vote>>,
}

impl Walk<'_> {
    fn view<'v>(&'v self, t: usize, state: &'v [usize]) -> View<'v> {
        let day = self.periods.get(t).map_or(self.end, |period| period.begin);
        View { case: self.case, draw: self.draw, state, day }
    }

    fn spend(&self, steps: u64) {
        self.left.set(self.left.get().saturating_sub(steps));
    }

    /// Everything that follows from a place in period `t` on.
    fn go(&self, t: usize, place: &Place, state: &[usize]) -> Worth {
        self.spend(1);
        if self.left.get() == 0 {
            return Worth::nothing(self.case);
        }
        let view = self.view(t, state);
        match place {
            Place::Begin if t == self.periods.len() => self.last(state),
            Place::Begin if view.holds(&self.case.ends) => self.over(t, state),
            Place::Begin => self.go(t, &Place::Turn(0), state),
            Place::Turn(i) if *i == self.case.turns.len() => self.go(t, &Place::Event(0), state),
            Place::Turn(i) => {
                let chance = view.comes_up(&self.case.turns[*i].pace, self.periods[t].days);
                let passed_over = || self.go(t, &Place::Turn(i + 1), state);
                self.by_chance(chance, || self.turn(t, *i, place, state), passed_over)
            }
            Place::React { waiting, after } => match waiting.first() {
                Some(turn) => self.turn(t, *turn, place, state),
                None => self.go(t, &Place::Turn(after + 1), state),
            },
            Place::Event(i) if *i == self.case.events.len() => self.go(t, &Place::Flows, state),
            Place::Event(i) => {
                let event = &self.case.events[*i];
                let chance = if view.holds(&event.when) { self.falls(t, &event.timing, &view) } else { 0.0 };
                let next = |state: &[usize]| self.go(t, &Place::Event(i + 1), state);
                let by = format!("event {}", event.id);
                let comes = || self.happen(&view, &event.results, &[], &unpaid(self.case), &by, &next);
                self.by_chance(chance, comes, || next(state))
            }
            Place::Flows => {
                let mut worth = self.go(t, &Place::Clock(0), state);
                worth.pay(&self.flows(t, state));
                worth
            }
            Place::Clock(i) if *i == self.case.clocks.len() => self.counted(t, self.go(t + 1, &Place::Begin, state)),
            Place::Clock(i) => {
                let clock = &self.case.clocks[*i];
                let next = |state: &[usize]| self.go(t, &Place::Clock(i + 1), state);
                if !view.holds(&clock.running) {
                    return next(state);
                }
                let passes = (f64::from(clock.phases) * self.periods[t].days / view.number(&clock.days)).min(1.0);
                self.by_chance(passes, || self.phase_passes(&view, *i, &next), || next(state))
            }
        }
    }

    fn by_chance(&self, chance: f64, comes: impl Fn() -> Worth, stays_away: impl Fn() -> Worth) -> Worth {
        let mut worth = Worth::nothing(self.case);
        if chance > 0.0 {
            worth.add(chance, &comes());
        }
        if chance < 1.0 {
            worth.add(1.0 - chance, &stays_away());
        }
        worth
    }

    /// Chance that an event comes up in period `t`.
    fn falls(&self, t: usize, timing: &Timing, view: &View) -> f64 {
        let period = self.periods[t];
        match timing {
            Timing::Rate(rate) => view.comes_up(rate, period.days),
            Timing::On(date, chance) => {
                // A period begins on the day in whose course it begins, and the next one likewise.
                let whole = |day: f64| (day + 1e-6).floor();
                let days = whole(period.begin)..whole(period.begin + period.days);
                if days.contains(&days_to(self.case, *date)) { view.share(chance) } else { 0.0 }
            }
        }
    }

    /// The horizon is reached.
    fn last(&self, state: &[usize]) -> Worth {
        let view = self.view(self.periods.len(), state);
        let mut worth = Worth::nothing(self.case);
        for interest in &self.case.interests {
            if let Payday::Last(condition) = &interest.when
                && view.holds(condition)
            {
                worth.payoffs[interest.actor.index()] += view.number(&interest.worth);
            }
        }
        worth.last.insert(state.to_vec(), 1.0);
        worth
    }

    /// `ends` holds: flows to `until` in this state, then what the last state is worth.
    fn over(&self, t: usize, state: &[usize]) -> Worth {
        if t == self.periods.len() {
            return self.last(state);
        }
        let mut worth = self.counted(t, self.over(t + 1, state));
        worth.pay(&self.flows(t, state));
        worth
    }

    /// What the payoffs of the next period count in this one.
    fn counted(&self, t: usize, mut worth: Worth) -> Worth {
        let discount = self.view(t, &starts(self.case)).number(&self.case.discount);
        let kept = (1.0 - discount).powf(self.periods[t].days / 365.25);
        worth.payoffs.iter_mut().for_each(|payoff| *payoff *= kept);
        worth
    }

    fn flows(&self, t: usize, state: &[usize]) -> Vec<f64> {
        let view = self.view(t, state);
        let mut flows = unpaid(self.case);
        for interest in &self.case.interests {
            if let Payday::Flow { days, scope } = &interest.when
                && view.holds(scope)
            {
                flows[interest.actor.index()] += view.number(&interest.worth) * self.periods[t].days / days;
            }
        }
        flows
    }

    /// Outcomes by their chances, `also` assigned with them and `due` paid whatever happens.
    fn happen(
        &self,
        view: &View,
        outcomes: &[Outcome],
        also: &[(usize, usize)],
        due: &[f64],
        by: &str,
        next: &dyn Fn(&[usize]) -> Worth,
    ) -> Worth {
        let mut worth = Worth::nothing(self.case);
        let asked = self.case.questions.iter().find_map(|question| match &question.kind {
            QuestionKind::EndedBy(condition) => Some(condition),
            _ => None,
        });
        for (chance, after, paid) in lottery(view, outcomes, also, due) {
            if chance > 0.0 {
                let mut follows = next(&after);
                follows.pay(&paid);
                let ends = |condition| view.holds(condition) && !View { state: &after, ..*view }.holds(condition);
                if asked.is_some_and(ends) {
                    follows.ended = BTreeMap::from([(by.to_owned(), 1.0)]);
                }
                worth.add(chance, &follows);
            }
        }
        worth
    }

    /// A phase of a clock passes. With the breach the clock starts anew, unless the breach says otherwise.
    fn phase_passes(&self, view: &View, i: usize, next: &dyn Fn(&[usize]) -> Worth) -> Worth {
        let clock = &self.case.clocks[i];
        let variable = clock.variable.index();
        let phase = view.state[variable];
        let (none, by) = (unpaid(self.case), format!("clock {}", clock.id));
        if phase + 1 < clock.phases as usize {
            return self.happen(view, &[], &[(variable, phase + 1)], &none, &by, next);
        }
        let start = self.case.variables[variable].start as usize;
        self.happen(view, &clock.breach, &[(variable, start)], &none, &by, next)
    }

    /// A turn comes up, by chance or because it reacts.
    fn turn(&self, t: usize, turn: usize, place: &Place, state: &[usize]) -> Worth {
        let view = self.view(t, state);
        let acts = self.case.turns[turn].slots.iter().position(|slot| view.holds(&slot.when));
        let scene = |body: bool| Scene { t, turn, slot: acts.unwrap_or(0), place, state, body };
        let Some(acts) = acts else { return self.after(scene(false), state) };
        let slot = &self.case.turns[turn].slots[acts];
        let menu = menu(&view, slot, &self.probes);
        match &slot.who {
            Who::Nature => {
                let mut worth = Worth::nothing(self.case);
                for (action, _) in &menu {
                    worth.add(1.0 / menu.len() as f64, &self.follow(scene(false), *action));
                }
                if menu.is_empty() { self.after(scene(false), state) } else { worth }
            }
            Who::Holder(holder) => {
                let Some(actor) = view.decider(holder) else { return self.after(scene(false), state) };
                let worths: Vec<Worth> = menu.iter().map(|(action, _)| self.follow(scene(false), *action)).collect();
                self.choose(scene(false), actor, None, &menu, &worths)
            }
            Who::Body(electorate) => {
                let electors = Elector::list(&view, &self.case.electorates[electorate.index()]);
                let proposers: Vec<(usize, ActorId, f64)> =
                    electors.iter().enumerate().filter_map(|(i, elector)| elector.proposes(i)).collect();
                if proposers.is_empty() {
                    return self.after(scene(true), state);
                }
                let sum: f64 = proposers.iter().map(|(_, _, weight)| weight).sum();
                let worths: Vec<Worth> = menu.iter().map(|(action, _)| self.follow(scene(true), *action)).collect();
                let mut worth = Worth::nothing(self.case);
                for (elector, actor, weight) in proposers {
                    worth.add(weight / sum, &self.choose(scene(true), actor, Some(elector), &menu, &worths));
                }
                worth
            }
        }
    }

    /// What follows once a turn has led to a state: reactions first, then the next turn.
    fn after(&self, scene: Scene, state: &[usize]) -> Worth {
        let turns = &self.case.turns;
        let next = if let Place::React { waiting, after } = scene.place {
            Place::React { waiting: waiting[1..].to_vec(), after: *after }
        } else {
            let changed = |variable: &VariableId| scene.state[variable.index()] != state[variable.index()];
            let reacts = |turn: &usize| *turn != scene.turn && turns[*turn].reacts_to.iter().any(changed);
            Place::React { waiting: (0..turns.len()).filter(reacts).collect(), after: scene.turn }
        };
        self.go(scene.t, &next, state)
    }

    /// One decider picks from a menu.
    fn choose(
        &self,
        scene: Scene,
        actor: ActorId,
        proposer: Option<usize>,
        menu: &[(Option<&Action>, f64)],
        worths: &[Worth],
    ) -> Worth {
        let precision = self.view(scene.t, scene.state).number(&self.case.precision[actor.index()]);
        let own: Vec<f64> = worths.iter().map(|worth| worth.payoffs[actor.index()]).collect();
        let weights: Vec<f64> = menu.iter().map(|(_, weight)| *weight).collect();
        let chances = weighted_logit(precision, &own, &weights);
        let mut worth = Worth::nothing(self.case);
        for (chance, follows) in chances.iter().zip(worths) {
            worth.add(*chance, follows);
        }
        if scene.t == 0 && menu.iter().any(|(action, _)| action.is_some()) {
            let names = menu.iter().map(|(action, _)| action.map_or("hold".to_string(), |action| action.id.clone()));
            let number = self.number(scene, proposer, String::new());
            let choice = Choice {
                turn: self.case.turns[scene.turn].id.clone(),
                slot: scene.slot,
                reacts: self.reacts(scene),
                state: scene.state.to_vec(),
                decider: actor,
                proposer,
                actions: names.zip(chances).collect(),
                weights,
                reach: 0.0,
            };
            self.first.borrow_mut().insert(number, choice);
            worth.met.insert(number, 1.0);
        }
        worth
    }

    /// The number of a choice or ballot of the first period: the same each time it is met.
    fn number(&self, scene: Scene, proposer: Option<usize>, on: String) -> usize {
        let mut known = self.known.borrow_mut();
        let next = known.len();
        *known.entry((scene.place.clone(), scene.state.to_vec(), proposer, on)).or_insert(next)
    }

    fn reacts(&self, scene: Scene) -> Option<(String, usize)> {
        match scene.place {
            Place::React { waiting, after } => Some((self.case.turns[*after].id.clone(), waiting.len() - 1)),
            _ => None,
        }
    }

    /// What follows from doing something, or from holding.
    fn follow(&self, scene: Scene, action: Option<&Action>) -> Worth {
        let Some(action) = action else { return self.after(scene, scene.state) };
        let view = self.view(scene.t, scene.state);
        let next = |state: &[usize]| self.after(scene, state);
        let (pays, none) = (amounts(&view, &action.pays), unpaid(self.case));
        let by = format!("{}: {}", self.case.turns[scene.turn].id, action.id);
        let Some(ballot) = &action.ballot else {
            return self.happen(&view, &action.results, &[], &pays, &by, &next);
        };
        let (due, on_passing) = if scene.body { (none.clone(), pays) } else { (pays, none.clone()) };
        let passed = |outcomes: &[Outcome]| self.happen(&view, outcomes, &[], &on_passing, &by, &next);
        let failed = self.happen(&view, &action.failed, &[], &none, &format!("{by} failed"), &next);
        let tables = Tables::new(&view, ballot);
        let noted = Noted { scene, action: &action.id };
        // Of a ballot among names the results of the name follow, not those of the action.
        let vote = match &ballot.form {
            Form::YesNo { .. } => self.yes_or_no(noted, &tables, &passed(&action.results), &failed),
            Form::Names { names, .. } => {
                let won: Vec<Worth> = names.iter().map(|name| passed(&name.results)).collect();
                let standing: Vec<usize> = (0..names.len()).collect();
                self.round(noted, &tables, 0, &standing, &won, &failed)
            }
        };
        let mut worth =
            if ballot.sitting.is_some() { self.sitting(noted, &tables, &vote, &next(scene.state)) } else { vote };
        worth.pay(&due);
        worth
    }

    /// Attend or stay away; a quorate sitting votes.
    fn sitting(&self, noted: Noted, tables: &Tables, quorate: &Worth, inquorate: &Worth) -> Worth {
        let chances = tables.chances(&[Said::Attend, Said::StayAway], false, &|actor| {
            vec![quorate.payoffs[actor.index()], inquorate.payoffs[actor.index()]]
        });
        let mut held = 0.0;
        let mut worth =
            self.paid_by_answers(tables, &[Said::Attend, Said::StayAway], &chances, &mut |answers, chance| {
                held += chance * tables.quorate(answers, &|steps| self.spend(steps));
            });
        let decides = decides(noted, tables, &chances, 2, &|answers, chance, results| {
            let quorate = tables.quorate(answers, &|_| ());
            results.extend([(vec![0], chance * quorate), (vec![1], chance * (1.0 - quorate))]);
        });
        self.note(&mut worth, noted, "sitting".to_string(), &chances, &[held], decides);
        worth.add(held, quorate);
        worth.add(1.0 - held, inquorate);
        worth
    }

    /// Yes or no.
    fn yes_or_no(&self, noted: Noted, tables: &Tables, passed: &Worth, failed: &Worth) -> Worth {
        let chances = tables.chances(&[Said::Yes, Said::No], true, &|actor| {
            vec![passed.payoffs[actor.index()], failed.payoffs[actor.index()]]
        });
        let mut passes = 0.0;
        let mut worth = self.paid_by_answers(tables, &[Said::Yes, Said::No], &chances, &mut |answers, chance| {
            passes += chance * tables.passes(answers, &|steps| self.spend(steps));
        });
        let decides = decides(noted, tables, &chances, 2, &|answers, chance, results| {
            let passes = tables.passes(answers, &|_| ());
            results.extend([(vec![0], chance * passes), (vec![1], chance * (1.0 - passes))]);
        });
        self.note(&mut worth, noted, "vote".to_string(), &chances, &[passes], decides);
        worth.add(passes, passed);
        worth.add(1.0 - passes, failed);
        worth
    }

    /// One round among several names, and what follows where it elects nobody.
    fn round(
        &self,
        noted: Noted,
        tables: &Tables,
        round: usize,
        standing: &[usize],
        won: &[Worth],
        failed: &Worth,
    ) -> Worth {
        let Form::Names { names, rounds } = &tables.ballot.form else { unreachable!("a ballot among names") };
        let said: Vec<Said> = standing.iter().map(|name| Said::Name(names[*name].value)).collect();
        let chances = tables
            .chances(&said, true, &|actor| standing.iter().map(|name| won[*name].payoffs[actor.index()]).collect());
        let run_off = matches!(rounds.get(round + 1), Some(Round::RunOff | Round::RunOffReach(_)));
        let mut elected = vec![0.0; standing.len()];
        let mut again: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        let mut worth = self.paid_by_answers(tables, &said, &chances, &mut |answers, chance| {
            let mut next = |pair: &[usize], p: f64| *again.entry(pair.to_vec()).or_insert(0.0) += chance * p;
            let mut wins = |name: usize, p: f64| elected[name] += chance * p;
            tables.elects(&rounds[round], standing.len(), answers, run_off, &mut wins, &mut next, &|n| self.spend(n));
        });
        let label = standing.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let decides = decides(noted, tables, &chances, standing.len(), &|answers, chance, results| {
            let ways = RefCell::new(Vec::new());
            let mut wins = |name: usize, p: f64| ways.borrow_mut().push((vec![name], chance * p));
            let mut next = |again: &[usize], p: f64| {
                ways.borrow_mut().push(([&[usize::MAX], again].concat(), chance * p));
            };
            tables.elects(&rounds[round], standing.len(), answers, run_off, &mut wins, &mut next, &|_| ());
            results.extend(ways.into_inner());
        });
        self.note(&mut worth, noted, format!("round {} of {label}", round + 1), &chances, &elected, decides);
        for (name, chance) in standing.iter().zip(&elected) {
            worth.add(*chance, &won[*name]);
        }
        for (pair, chance) in again {
            let left: Vec<usize> = pair.iter().map(|place| standing[*place]).collect();
            if round + 1 == rounds.len() {
                worth.add(chance, failed);
            } else {
                worth.add(chance, &self.round(noted, tables, round + 1, &left, won, failed));
            }
        }
        worth
    }

    /// Goes through every profile of answers; what comes back is what the answers pay those who give them.
    fn paid_by_answers(
        &self,
        tables: &Tables,
        said: &[Said],
        chances: &[Vec<f64>],
        visit: &mut dyn FnMut(&[usize], f64),
    ) -> Worth {
        let mut worth = Worth::nothing(self.case);
        every(chances, &mut |answers, chance| {
            self.spend(1);
            for (i, answer) in answers.iter().enumerate() {
                if let (Some(actor), Some(said)) = (tables.electors[i].actor(), said.get(*answer)) {
                    worth.payoffs[actor.index()] += chance * tables.pay(i, *said);
                }
            }
            visit(answers, chance);
        });
        worth
    }

    #[expect(clippy::too_many_arguments, reason = "what is noted, each once")]
    fn note(
        &self,
        worth: &mut Worth,
        noted: Noted,
        stage: String,
        answers: &[Vec<f64>],
        results: &[f64],
        decides: Vec<f64>,
    ) {
        let scene = noted.scene;
        if scene.t == 0 {
            let number = self.number(scene, None, format!("{} {stage}", noted.action));
            let vote = Vote {
                turn: self.case.turns[scene.turn].id.clone(),
                slot: scene.slot,
                reacts: self.reacts(scene),
                action: noted.action.to_string(),
                state: scene.state.to_vec(),
                stage,
                answers: answers.to_vec(),
                results: results.to_vec(),
                decides,
                reach: 0.0,
            };
            self.ballots.borrow_mut().insert(number, vote);
            worth.met.insert(number, 1.0);
        }
    }
}

/// What each elector can bring about by itself, written out: for each of its answers the chances of all results over every
/// profile of the others, and the largest distance between two of them.
fn decides(
    noted: Noted,
    tables: &Tables,
    chances: &[Vec<f64>],
    answers: usize,
    results: &dyn Fn(&[usize], f64, &mut Vec<(Vec<usize>, f64)>),
) -> Vec<f64> {
    if noted.scene.t > 0 {
        return Vec::new();
    }
    let of = |i: usize| -> f64 {
        if matches!(tables.electors[i].speaker, Speaker::Nobody) {
            return 0.0;
        }
        let mut by_answer = Vec::new();
        for answer in 0..answers {
            let mut forced = chances.to_vec();
            forced[i] = (0..=answer).map(|a| f64::from(u8::from(a == answer))).collect();
            let mut all = Vec::new();
            every(&forced, &mut |profile, chance| results(profile, chance, &mut all));
            let mut sums: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
            for (result, chance) in all {
                *sums.entry(result).or_insert(0.0) += chance;
            }
            by_answer.push(sums);
        }
        let mut most: f64 = 0.0;
        for (a, one) in by_answer.iter().enumerate() {
            for other in &by_answer[a + 1..] {
                let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
                let at = |sums: &BTreeMap<Vec<usize>, f64>, key: &Vec<usize>| sums.get(key).copied().unwrap_or(0.0);
                most = most.max(keys.iter().map(|key| (at(one, key) - at(other, key)).abs()).sum::<f64>() / 2.0);
            }
        }
        most
    };
    (0..chances.len()).map(of).collect()
}

/// A ballot that is to be noted: where, and on what.
#[derive(Clone, Copy)]
struct Noted<'n> {
    scene: Scene<'n>,
    action: &'n str,
}
