//! What a menu makes of a state whose effects lead to given places: a few nodes, whose open ends are these places.
//!
//! A fragment knows places by number alone, so that states whose menus are the same and whose effects lead to as many
//! different places in the same way share it.

use crate::content::Shape;
use crate::explore::{Builder, Onwards};
use crate::graph::{ActionRef, Answering, By, Cause, Child, Edge, IDLE_TWIN, Kind, Mark, NO_TWIN, PaymentsId, Step};
use crate::menu::{Decider, Form, Menu, Offer, OfferedForm, Open, Way, is_of, is_own};
use crate::refusal::Refusal;
use crate::rules;
use crate::shared::Shared;
use crate::state::State;
use crate::table::{Slot, Table, Term};
use crate::tally::{Counting, Suffices};
use case::expr::Comparison;
use case::model::{Plan, Round};

/// Nodes with open ends, children first.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    pub nodes: Vec<Part>,
    /// Per edge: a node of the fragment ([`Child::Node`]) or one of its exits ([`Child::Next`]).
    pub to: Vec<Step>,
    pub labels: Vec<(Slot, u32)>,
    pub root: Step,
    /// The places it leads to, by number; 0 is the state it begins in.
    pub exits: Vec<u16>,
    /// Whether its decider chooses as at another node: that of the state it believes in.
    pub has_twin: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub shape: Shape,
    /// Whether nothing is left of it where all its edges lead to the same.
    pub settles: bool,
    pub first: u32,
    pub count: u32,
}

/// A fragment being made.
struct Draft<'a> {
    fragment: Fragment,
    about: usize,
    onwards: &'a Onwards,
}

/// One way an action can turn out, with everything paid.
#[derive(Clone, Copy, PartialEq)]
struct Branch {
    weight: Slot,
    exit: u16,
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
struct Prepared<'m> {
    /// What is paid for putting it to the ballot, whatever comes of it.
    due: PaymentsId,
    ballot: Option<PreparedBallot<'m>>,
    results: Branches,
    failed: Branches,
}

#[derive(PartialEq)]
struct PreparedBallot<'m> {
    /// Counting and answers of the sitting.
    sitting: Option<(u32, u32)>,
    form: PreparedForm<'m>,
}

#[derive(PartialEq)]
enum PreparedForm<'m> {
    YesNo(u32, u32),
    Names { answers: &'m [Answering], results: Vec<Branches> },
}

/// An enabled action.
struct Choice<'c, 'm> {
    action: usize,
    move_id: &'c str,
    weight: Option<Slot>,
    obliged: bool,
    idle: bool,
    prepared: Prepared<'m>,
}

/// Where a turn is played.
#[derive(Clone, Copy)]
struct Here {
    turn: usize,
    slot: usize,
    at: State,
}

impl<'c> Builder<'c> {
    /// The fragment of a menu in a state. `paced`: the turn comes up by its pace (and not because it reacts); `twin`: its
    /// decider errs about facts here. `about`: whose nodes they are.
    ///
    /// # Errors
    /// [`crate::Refusal::TooLarge`].
    pub fn fragment(
        &mut self,
        (turn, about): (Option<usize>, usize),
        (paced, twin): (bool, bool),
        menu: &Menu,
        at: State,
        onwards: &Onwards,
        shared: &mut Shared<'c>,
    ) -> Fragment {
        let mut draft = Draft { fragment: Fragment::passing(), about, onwards };
        let (comes, chance) = (menu.comes, about as u16);
        let root = match &menu.form {
            Form::Nothing => draft.go(0),
            Form::Turn(open) => {
                let turn = turn.expect("turns have menus of turns");
                let act = self.act(&mut draft, open, Here { turn, slot: open.slot, at }, twin, shared);
                if paced { draft.perhaps(Cause::Turn(turn as u16), comes, act, shared) } else { act }
            }
            Form::Event(ways) => {
                let event = (usize::from(chance) - self.tools.turns.len()) as u16;
                let steps = draft.follow(ways, By::Event(event), shared);
                let happens = draft.chance(Cause::EventResult(event), &steps, shared);
                draft.perhaps(Cause::Event(event), comes, happens, shared)
            }
            Form::Tick(ways) => {
                let clock = self.clock_of(about);
                let passed = draft.follow(ways, By::Clock(clock), shared)[0].1;
                draft.perhaps(Cause::Clock(clock), comes, passed, shared)
            }
            Form::Lapse { breach, follows } => {
                let clock = self.clock_of(about);
                let steps = draft.follow(breach, By::Clock(clock), shared);
                let passed = draft.chance(Cause::Breach(clock), &steps, shared);
                let cause = if *follows { Cause::Lapse(clock) } else { Cause::Clock(clock) };
                draft.perhaps(cause, comes, passed, shared)
            }
        };
        draft.fragment.root = root;
        draft.fragment
    }

    /// What happens when a turn has come up.
    fn act(&mut self, draft: &mut Draft, open: &Open, here: Here, twin: bool, shared: &mut Shared<'c>) -> Step {
        let Here { turn, slot, at } = here;
        let choices = self.choices(draft, open, here, shared);
        if choices.is_empty() {
            return draft.go(0);
        }
        let is_nature = matches!(open.who, Decider::Nature);
        let mut edges = Vec::with_capacity(choices.len() + 1);
        let unweighed = |choice: &&Choice| choice.weight.is_none();
        let n_moves = match choices.iter().filter(unweighed).count() {
            few @ 0..=1 => few,
            _ => choices.iter().filter(unweighed).map(|c| c.move_id).collect::<std::collections::BTreeSet<_>>().len(),
        };
        let obliged = self.tools.turns[turn].slots[slot].obliged || choices.iter().any(|c| c.obliged);
        if !obliged && !is_nature {
            edges.push(Edge { to: draft.go(0), weight: Table::ONE, label: Edge::HOLD });
        }
        for choice in &choices {
            let action = ActionRef { turn: turn as u16, slot: slot as u16, action: choice.action as u16 };
            let to = self.put(draft, action, &choice.prepared, at, shared);
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
                edges.push(Edge { to: draft.go(0), weight: idle, label: Edge::HOLD });
            }
        }
        match &open.who {
            Decider::Nature => {
                draft.settle(Kind::Chance { cause: Cause::Nature(turn as u16, slot as u16) }, &edges, shared)
            }
            Decider::Actor(actor, view) => {
                draft.fragment.has_twin = twin;
                // Filled in where it is known: nodes alike but for it are told apart by it.
                let twin = if twin { IDLE_TWIN } else { NO_TWIN };
                let kind = Kind::Decide { actor: *actor, turn: turn as u16, slot: slot as u16, view: *view, twin };
                draft.settle(kind, &edges, shared)
            }
            Decider::Body(proposers) => propose(draft, proposers, here, &edges, shared),
        }
    }

    /// Enabled actions, aliases and actions without effect dropped.
    fn choices<'m>(
        &mut self,
        draft: &Draft,
        open: &'m Open,
        here: Here,
        shared: &mut Shared<'c>,
    ) -> Vec<Choice<'c, 'm>> {
        let spec = &shared.case.turns[here.turn].slots[here.slot];
        let mut choices: Vec<Choice<'c, 'm>> = Vec::new();
        for offer in &open.offers {
            let action = &spec.menu[offer.action];
            let reference = ActionRef { turn: here.turn as u16, slot: here.slot as u16, action: offer.action as u16 };
            let prepared = draft.prepare(offer, shared);
            if let Some(first) = choices.iter_mut().find(|choice| choice.prepared == prepared) {
                // Holding is not offered while an obliged action is enabled, whichever of its likes stands for it.
                first.obliged |= action.obliged;
                shared.aliases.insert((ActionRef { action: first.action as u16, ..reference }, reference));
                continue;
            }
            choices.push(Choice {
                action: offer.action,
                move_id: &action.move_id,
                weight: offer.weight,
                obliged: action.obliged,
                idle: prepared.is_idle(shared),
                prepared,
            });
        }
        let obliged = spec.obliged || choices.iter().any(|c| c.obliged);
        if !obliged && !matches!(open.who, Decider::Nature) {
            choices.retain(|choice| !choice.idle);
        }
        if self.bind(draft.onwards, &mut choices, here, shared) {
            choices.iter_mut().for_each(|choice| choice.obliged = true);
        }
        shared.offered.extend(choices.iter().map(|choice| ActionRef {
            turn: here.turn as u16,
            slot: here.slot as u16,
            action: choice.action as u16,
        }));
        choices
    }

    /// Takes off the menu what would break the condition a plan keeps. Whether what is left must be done.
    fn bind(&self, onwards: &Onwards, choices: &mut Vec<Choice>, here: Here, shared: &Shared<'c>) -> bool {
        let Some(plan) = shared.plan.filter(|_| self.binds) else { return false };
        if plan.keep.is_none() || self.is_over(plan, here.at) {
            return false;
        }
        let menu = &shared.case.turns[here.turn].slots[here.slot].menu;
        let stays = |branches: &Branches| branches.0.iter().all(|branch| onwards.keeps(branch.exit));
        // What has no ballot cannot fail.
        let keeps = |choice: &Choice| {
            stays(&choice.prepared.results) && (choice.prepared.ballot.is_none() || stays(&choice.prepared.failed))
        };
        let restores = |choice: &Choice| stays(&choice.prepared.results);
        let own = |choice: &Choice| is_own(plan, &menu[choice.action]);
        if onwards.keeps(0) {
            choices.retain(|choice| !own(choice) || keeps(choice));
            return false;
        }
        // Broken by others: what restores it is done, if anything does.
        if choices.iter().any(|choice| own(choice) && restores(choice)) {
            choices.retain(|choice| own(choice) && restores(choice));
            return true;
        }
        false
    }

    /// An action put into effect: to the ballot first where it has one.
    fn put(
        &mut self,
        draft: &mut Draft,
        action: ActionRef,
        prepared: &Prepared,
        at: State,
        shared: &mut Shared<'c>,
    ) -> Step {
        let Some(ballot) = &prepared.ballot else { return draft.outcome(&prepared.results, action, true, shared) };
        let failed = draft.outcome(&prepared.failed, action, false, shared);
        let vote = match &ballot.form {
            PreparedForm::YesNo(tally, answers) => {
                let passed = draft.outcome(&prepared.results, action, true, shared);
                let kind = Kind::Ballot { tally: *tally, answers: *answers, action, sitting: false };
                draft.poll(kind, &[(passed, 0), (failed, 1)], shared)
            }
            PreparedForm::Names { answers, results } => {
                let wins: Vec<Step> = results.iter().map(|r| draft.outcome(r, action, true, shared)).collect();
                let standing: Vec<usize> = (0..wins.len()).collect();
                let contest = Contest { action, wins: &wins, answers, failed, at };
                self.round(draft, 0, &standing, contest, shared)
            }
        };
        let step = match ballot.sitting {
            None => vote,
            Some((tally, answers)) => {
                let inquorate = draft.go(0);
                draft.poll(Kind::Ballot { tally, answers, action, sitting: true }, &[(vote, 0), (inquorate, 1)], shared)
            }
        };
        paying(step, prepared.due, shared)
    }

    /// A round of a ballot among the names standing.
    fn round(
        &mut self,
        draft: &mut Draft,
        round: usize,
        standing: &[usize],
        contest: Contest,
        shared: &mut Shared<'c>,
    ) -> Step {
        let case = shared.case;
        let Contest { action: a, wins, answers, failed, at } = contest;
        let spec = case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)]
            .ballot
            .as_ref()
            .expect("only actions with a ballot have rounds");
        let case::model::Form::Names { rounds, .. } = &spec.form else { return failed };
        let Some(this) = rounds.get(round) else { return failed };
        let mut steps: Vec<(Step, u32)> = standing.iter().map(|&name| (wins[name], name as u32)).collect();
        let mut pairs = false;
        let counting = match this {
            Round::Reach(rule) | Round::RunOffReach(rule) => {
                let narrowed = matches!(rounds.get(round + 1), Some(Round::RunOff | Round::RunOffReach(_)));
                if narrowed && standing.len() > 2 {
                    pairs = true;
                    for (i, &a) in standing.iter().enumerate() {
                        for &b in &standing[i + 1..] {
                            steps.push((self.round(draft, round + 1, &[a, b], contest, shared), Edge::AGAIN));
                        }
                    }
                } else {
                    let last = rounds.get(round + 1).is_none();
                    let again = self.round(draft, round + 1, standing, contest, shared);
                    steps.push((again, if last { Edge::HOLD } else { Edge::AGAIN }));
                }
                rules::countings(rule, spec.electorate, case, self.tools.reader.reader.begins)
            }
            Round::RunOff | Round::Plurality => (None, vec![Counting { what: Suffices::Better, negative: false }]),
        };
        let unpaid = |answering: &Answering| standing.iter().all(|&name| answering.pays[name] == Table::ZERO);
        if standing.len() == 1 && matches!(this, Round::RunOff | Round::Plurality) && answers.iter().all(unpaid) {
            return steps[0].0;
        }
        let mut menu = std::mem::take(&mut self.tools.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu);
        let tools = menu[usize::from(a.action)].ballot.as_mut().expect("only actions with a ballot have rounds");
        let tally = self.tally(tools, counting, answers, at, shared);
        self.tools.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu = menu;
        let answers = answers
            .iter()
            .map(|answering| Answering {
                voice: answering.voice,
                view: answering.view,
                pays: standing.iter().map(|&name| answering.pays[name]).collect(),
            })
            .collect();
        let answers = shared.answers.number(answers);
        let kind = Kind::Names { tally, answers, action: a, names: standing.len() as u16, pairs };
        draft.poll(kind, &steps, shared)
    }
}

/// A way play can begin after a move made for its owner: chance, state, payments.
pub(crate) type Beginning = (Slot, State, PaymentsId);

impl<'c> Builder<'c> {
    /// What a forced first move makes of a state.
    ///
    /// # Errors
    /// [`Refusal::NotPossible`]; and an effect that leads out of a variable's domain.
    pub fn beginnings(
        &mut self,
        plan: &Plan,
        act: &str,
        at: State,
        shared: &mut Shared<'c>,
    ) -> Result<Vec<Beginning>, Refusal> {
        let mut why = "no such move";
        for turn in 0..self.tools.turns.len() {
            for slot in 0..self.tools.turns[turn].slots.len() {
                let menu = &mut self.tools.turns[turn].slots[slot].menu;
                let Some(position) = menu.iter().position(|tools| is_of(plan, tools.action, act)) else { continue };
                let enabled = menu[position].when.holds(&self.tools.reader, at);
                if !enabled || !self.tools.turns[turn].slots[slot].when.holds(&self.tools.reader, at) {
                    why = "its condition does not hold";
                    continue;
                }
                let action = ActionRef { turn: turn as u16, slot: slot as u16, action: position as u16 };
                let (menu, offer) = self.menu_of_action(action, at, shared);
                let onwards = self.follow_first(&menu, at, shared)?;
                let mut draft = Draft { fragment: Fragment::passing(), about: turn, onwards: &onwards };
                let results = draft.prepare(&offer, shared).results;
                let steps = draft.steps(&results, By::Action(action), shared);
                let exits = results.0.iter().map(|branch| branch.exit);
                return Ok(steps
                    .into_iter()
                    .zip(exits)
                    .map(|((weight, step), exit)| (weight, onwards.state(exit), step.payments))
                    .collect());
            }
        }
        Err(Refusal::NotPossible { action: act.to_owned(), why })
    }
}

/// A ballot among names: what each one's election leads to, who answers, what follows nobody's election.
#[derive(Clone, Copy)]
struct Contest<'a> {
    action: ActionRef,
    wins: &'a [Step],
    answers: &'a [Answering],
    failed: Step,
    at: State,
}

/// One of the members proposes, in proportion to weights.
fn propose(draft: &mut Draft, proposers: &[(u16, u16, Slot)], here: Here, edges: &[Edge], shared: &mut Shared) -> Step {
    let hold = draft.go(0);
    let total = proposers.iter().map(|p| p.2).reduce(|a, b| shared.table.sum(a, b));
    let Some(total) = total else { return hold };
    let mut branches = Vec::with_capacity(proposers.len() + 1);
    for &(actor, view, weight) in proposers {
        let share = shared.table.term(Term::Arithmetic(case::expr::Arithmetic::Divide, weight, total));
        let kind = Kind::Decide { actor, turn: here.turn as u16, slot: here.slot as u16, view, twin: NO_TWIN };
        branches.push((share, draft.settle(kind, edges, shared)));
    }
    // Nobody proposes where all weights are 0 in a draw.
    let nobody = shared.table.term(Term::Compare(Comparison::Equal, total, Table::ZERO));
    branches.push((nobody, hold));
    draft.chance(Cause::Proposer(here.turn as u16), &branches, shared)
}

fn paying(step: Step, payments: PaymentsId, shared: &mut Shared) -> Step {
    let payments = shared.payments.merge(payments, step.payments, &mut shared.table);
    Step { child: step.child, payments }
}

impl Fragment {
    /// Play goes on where it stands.
    pub fn passing() -> Fragment {
        let root = Step { child: Child::Next(0), payments: PaymentsId::NONE };
        Fragment { nodes: Vec::new(), to: Vec::new(), labels: Vec::new(), root, exits: Vec::new(), has_twin: false }
    }
}

impl Draft<'_> {
    /// Play goes on at one of the places.
    fn go(&mut self, exit: u16) -> Step {
        let exits = &mut self.fragment.exits;
        let position = exits.iter().position(|e| *e == exit).unwrap_or_else(|| {
            exits.push(exit);
            exits.len() - 1
        });
        Step { child: Child::Next(position as u32), payments: PaymentsId::NONE }
    }

    /// The node, or what follows where all edges lead to the same.
    fn settle(&mut self, kind: Kind, edges: &[Edge], shared: &mut Shared) -> Step {
        if edges.iter().all(|edge| edge.to == edges[0].to) && !edges.is_empty() {
            return edges[0].to;
        }
        let steps: Vec<(Step, Slot, u32)> = edges.iter().map(|edge| (edge.to, edge.weight, edge.label)).collect();
        self.part(kind, true, &steps, shared)
    }

    fn part(&mut self, kind: Kind, settles: bool, edges: &[(Step, Slot, u32)], shared: &mut Shared) -> Step {
        let labels: Vec<(Slot, u32)> = edges.iter().map(|&(_, weight, label)| (weight, label)).collect();
        let fragment = &mut self.fragment;
        let first = fragment.to.len() as u32;
        fragment.to.extend(edges.iter().map(|edge| edge.0));
        fragment.labels.extend_from_slice(&labels);
        let number = shared.shapes.number((kind, labels));
        let shape = Shape { number, kind, about: self.about };
        fragment.nodes.push(Part { shape, settles, first, count: edges.len() as u32 });
        Step { child: Child::Node(fragment.nodes.len() as u32 - 1), payments: PaymentsId::NONE }
    }

    fn chance(&mut self, cause: Cause, branches: &[(Slot, Step)], shared: &mut Shared) -> Step {
        let mut edges: Vec<Edge> = Vec::with_capacity(branches.len());
        for (position, &(weight, to)) in branches.iter().enumerate() {
            if weight != Table::ZERO {
                edges.push(Edge { to, weight, label: position as u32 });
            }
        }
        self.settle(Kind::Chance { cause }, &edges, shared)
    }

    /// Something comes up with a chance; else play goes on where it stands.
    fn perhaps(&mut self, cause: Cause, comes: Slot, then: Step, shared: &mut Shared) -> Step {
        // Where it surely comes, what would follow without it is not looked at: it might even lead out of a domain.
        if comes == Table::ONE {
            return then;
        }
        let without = self.go(0);
        let branches = [(comes, then), (shared.table.complement(comes), without)];
        self.chance(cause, &branches, shared)
    }

    /// A ballot's node.
    fn poll(&mut self, kind: Kind, steps: &[(Step, u32)], shared: &mut Shared) -> Step {
        let edges: Vec<(Step, Slot, u32)> = steps.iter().map(|&(to, label)| (to, Table::ONE, label)).collect();
        self.part(kind, false, &edges, shared)
    }

    fn prepare<'m>(&self, offer: &'m Offer, shared: &mut Shared) -> Prepared<'m> {
        let results = self.branches(&offer.results, &offer.passing, shared);
        let failed = self.branches(&offer.failed, &[], shared);
        let ballot = offer.ballot.as_ref().map(|ballot| PreparedBallot {
            sitting: ballot.sitting,
            form: match &ballot.form {
                OfferedForm::YesNo(tally, answers) => PreparedForm::YesNo(*tally, *answers),
                OfferedForm::Names { answers, results } => {
                    let results = results.iter().map(|ways| self.branches(ways, &offer.passing, shared)).collect();
                    PreparedForm::Names { answers, results }
                }
            },
        });
        let due = shared.payments.intern(offer.due.clone(), &mut shared.table);
        Prepared { due, ballot, results, failed }
    }

    /// The ways something can turn out, everything paid; equal ones together.
    fn branches(&self, ways: &[Way], paid: &[(u16, Slot)], shared: &mut Shared) -> Branches {
        let mut branches: Vec<Branch> = Vec::with_capacity(ways.len());
        for way in ways {
            let exit = self.onwards.exit_of(way.effect);
            let once = shared.dues.get(self.onwards.due(exit));
            let payments = if paid.is_empty() && way.pays.is_empty() && once.is_empty() {
                PaymentsId::NONE
            } else {
                let all = [paid, &way.pays, once].concat();
                shared.payments.intern(all, &mut shared.table)
            };
            match branches.iter_mut().find(|b| b.exit == exit && b.payments == payments) {
                Some(same) => same.weight = shared.table.sum(same.weight, way.weight),
                None => branches.push(Branch { weight: way.weight, exit, payments }),
            }
        }
        // However a chance was split, what all of it comes to is sure.
        if let [only] = branches.as_mut_slice() {
            only.weight = Table::ONE;
        }
        Branches(branches)
    }

    /// Where the ways something can turn out lead, with what is paid and marked on the way.
    fn follow(&mut self, ways: &[Way], by: By, shared: &mut Shared) -> Vec<(Slot, Step)> {
        let branches = self.branches(ways, &[], shared);
        self.steps(&branches, by, shared)
    }

    fn steps(&mut self, Branches(branches): &Branches, by: By, shared: &mut Shared) -> Vec<(Slot, Step)> {
        let mut steps = Vec::with_capacity(branches.len());
        for branch in branches {
            let marks: Vec<Mark> = shared
                .shifts
                .get(self.onwards.shift(branch.exit))
                .iter()
                .map(|&(watch, held)| Mark { watch, ended_by: held.then_some(by) })
                .collect();
            let payments = shared.payments.marked(branch.payments, &marks);
            steps.push((branch.weight, Step { payments, ..self.go(branch.exit) }));
        }
        steps
    }

    fn outcome(&mut self, branches: &Branches, action: ActionRef, passed: bool, shared: &mut Shared) -> Step {
        let by = if passed { By::Action(action) } else { By::Failed(action) };
        let steps = self.steps(branches, by, shared);
        self.chance(Cause::Result(action), &steps, shared)
    }
}

impl Prepared<'_> {
    /// Whether nothing can come of it: no change, nothing paid.
    fn is_idle(&self, shared: &Shared) -> bool {
        let idle =
            |Branches(branches): &Branches| branches.iter().all(|b| b.exit == 0 && b.payments == PaymentsId::NONE);
        let silent = |answers: &[Answering]| answers.iter().all(|a| a.pays.iter().all(|p| *p == Table::ZERO));
        let ballot = self.ballot.as_ref().is_none_or(|ballot| {
            ballot.sitting.is_none_or(|(_, answers)| silent(shared.answers.get(answers)))
                && match &ballot.form {
                    PreparedForm::YesNo(_, answers) => silent(shared.answers.get(*answers)),
                    PreparedForm::Names { answers, results } => silent(answers) && results.iter().all(idle),
                }
        });
        ballot && self.due == PaymentsId::NONE && idle(&self.results) && idle(&self.failed)
    }
}
