//! Finding every place of play in one kind of period: forwards, step by step, each state once at each step; then backwards,
//! putting nodes together.
//!
//! Steps are turns, then events, then what flows, then clocks. All states at a step are looked at before the next one, so
//! that what is being looked up stays small, and nothing is played twice.

use crate::activity::Activity;
use crate::content::Content;
use crate::fragment::Fragment;
use crate::graph::{ActionRef, Child, IDLE_TWIN, Kind, PaymentsId, Step};
use crate::lookup::{Lookup, same, truth};
use crate::menu::{Decider, Form, Menu, Menus};
use crate::refusal::{Refusal, written};
use crate::shared::Shared;
use crate::state::{Layout, State, States};
use crate::table::Table;
use crate::tools::{OutOfDomain, Tools};
use case::model::{Case, VariableId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

const NONE: u32 = u32::MAX;

/// What led to a state, for the path in an error.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// Nothing: the state is the one before.
    Stay,
    Action(ActionRef),
    Event(u16),
    Clock(u16),
}

/// Where in a period play stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// At a step of the period.
    Step(usize),
    /// Turns that react to what came of the turn at this step, by bit; the lowest is played next.
    Reaction { step: usize, pending: u64 },
    /// A turn in a state that somebody believes in; what follows it, and whether it sets off reactions.
    Imagined { turn: usize, step: usize, pending: u64, triggers: bool },
}

impl Place {
    /// Places that can be come to from others come after these.
    fn order(self) -> (usize, u32) {
        match self {
            Place::Step(step) => (step, 0),
            Place::Imagined { step, triggers: true, .. } => (step, 1),
            Place::Reaction { step, pending } => (step, 200 - 2 * pending.count_ones()),
            Place::Imagined { step, pending, .. } => (step, 199 - 2 * pending.count_ones()),
        }
    }
}

/// The states at one place.
struct Site {
    place: Place,
    states: States,
    /// Per state: its fragment and where its exits begin.
    fragments: Vec<u32>,
    first_exit: Vec<u32>,
    /// Per state: how it was first come to; kept where paths are traced.
    origins: Vec<(Exit, Origin)>,
    exits: Vec<Exit>,
    /// Per state, once it is known: what play there comes to.
    steps: Vec<Step>,
}

/// A state at a site; or, at site [`Exit::BETWEEN`], a boundary state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit {
    site: u32,
    state: u32,
}

impl Exit {
    const BETWEEN: u32 = NONE;
}

/// Where the effects of a menu lead from a state: places by number, each state once, the first the state itself.
#[derive(Default)]
pub(crate) struct Onwards {
    states: Vec<State>,
    /// Per place: what led there; kept where paths are traced.
    by: Vec<Origin>,
    /// Per place: what falls due on the way, what shifts, and whether what is kept holds there.
    dues: Vec<u32>,
    shifts: Vec<u32>,
    keeps: Vec<bool>,
    /// All that a fragment depends on: how it is come to, the place of each effect but the first, and the above per place.
    signature: Vec<u32>,
}

impl Onwards {
    /// Play goes on in a state, and nowhere else.
    fn stay(&mut self, at: State) {
        let Onwards { states, by, dues, shifts, keeps, signature } = self;
        states.clear();
        states.push(at);
        by.clear();
        dues.clear();
        shifts.clear();
        keeps.clear();
        signature.clear();
        signature.push(0);
    }

    fn by(&self, exit: u16) -> Origin {
        usize::from(exit).checked_sub(1).and_then(|e| self.by.get(e)).copied().unwrap_or(Origin::Stay)
    }

    /// The place that an effect of the menu leads to.
    pub fn exit_of(&self, effect: u16) -> u16 {
        if effect == 0 { 0 } else { self.signature[usize::from(effect)] as u16 }
    }

    /// What falls due once on the way: a list in [`Shared::dues`].
    pub fn due(&self, exit: u16) -> u32 {
        self.dues.get(usize::from(exit)).copied().unwrap_or(0)
    }

    /// What changes on the way of that which is watched: a list in [`Shared::shifts`].
    pub fn shift(&self, exit: u16) -> u32 {
        self.shifts.get(usize::from(exit)).copied().unwrap_or(0)
    }

    pub fn keeps(&self, exit: u16) -> bool {
        self.keeps.get(usize::from(exit)).copied().unwrap_or(true)
    }

    pub fn state(&self, exit: u16) -> State {
        self.states[usize::from(exit)]
    }
}

/// One kind of period being built.
pub(crate) struct Builder<'c> {
    /// Whether the plan binds in periods of this kind.
    pub binds: bool,
    pub tools: Tools<'c>,
    pub days: f64,
    /// Which kind of period.
    kind: usize,
    activity: Activity,
    /// Menus by what they are of: turns, events, what flows, clocks.
    menus: Vec<Menus>,
    flowing: Lookup<PaymentsId>,
    /// Once-interests and watched conditions, by the variables they read.
    falls_due: Vec<Vec<u16>>,
    watches: Vec<Vec<u16>>,
    sites: Vec<Site>,
    /// By step, and by other places.
    steps: Vec<u32>,
    others: FxHashMap<Place, u32>,
    /// How many states are being looked at: about so many go on to each site that is new.
    room: usize,
    /// Sites with states that have not been looked at, in the order in which they may be.
    open: BTreeSet<((usize, u32), u32)>,
    fragments: Vec<Fragment>,
    /// Those of the step at which things flow, by what flows.
    flow_fragments: FxHashMap<PaymentsId, u32>,
    content: Content,
    /// Room that is used again from state to state.
    resolved: Vec<Step>,
    leads: Vec<Step>,
    /// What a period that begins in a state comes to, by boundary state.
    pub roots: FxHashMap<u32, Step>,
    /// Boundary states in which a period of this kind can end, and those of them not yet passed on.
    ends: Vec<bool>,
    pub new_ends: Vec<u32>,
}

/// The fragment of a state with nothing to do.
const PASSING: u32 = 0;

impl<'c> Builder<'c> {
    pub fn new(
        case: &'c Case,
        kind: usize,
        tools: Tools<'c>,
        days: f64,
        binds: bool,
        until: &[VariableId],
    ) -> Builder<'c> {
        let layout = &tools.reader.layout;
        let (n_turns, n_events) = (case.turns.len(), case.events.len());
        // Whose view somebody decides by, and whether a plan is over, may change what a turn offers.
        let refuted = case.beliefs.iter().filter_map(|belief| belief.refuted.map(VariableId::index));
        let also: Vec<usize> = refuted.chain(until.iter().map(|v| v.index()).filter(|_| binds)).collect();
        let with = |mut reads: Vec<usize>| {
            reads.extend(&also);
            Menus::over(case, layout, reads)
        };
        let turns = (0..n_turns).map(|turn| with(tools.read_by_turn(turn)));
        let events = (0..n_events).map(|event| Menus::over(case, layout, tools.read_by_event(event)));
        let clocks = (0..case.clocks.len()).map(|clock| Menus::over(case, layout, tools.read_by_clock(clock)));
        // What flows has no menu.
        let menus = turns.chain(events).chain([Menus::over(case, layout, Vec::new())]).chain(clocks).collect();
        let by_variable = |read: &mut dyn Iterator<Item = (usize, Vec<usize>)>| {
            let mut by = vec![Vec::new(); case.variables.len()];
            read.for_each(|(i, reads)| reads.into_iter().for_each(|v| by[v].push(i as u16)));
            by
        };
        let falls_due = by_variable(&mut tools.once.iter().map(|i| i.condition.reads().collect()).enumerate());
        let watches = by_variable(&mut tools.watched.iter().map(|w| w.reads().collect()).enumerate());
        let mut flowing = tools.read_by_flows();
        flowing.sort_unstable();
        flowing.dedup();
        let flowing: Vec<VariableId> = flowing.into_iter().map(|v| VariableId(v as u32)).collect();
        Builder {
            binds,
            days,
            kind,
            activity: Activity::of(case, &tools),
            menus,
            flowing: Lookup::over(case, layout, &flowing),
            falls_due,
            watches,
            sites: Vec::new(),
            steps: vec![NONE; n_turns + n_events + 1 + case.clocks.len()],
            others: FxHashMap::default(),
            room: 1,
            open: BTreeSet::new(),
            fragments: vec![Fragment { exits: vec![0], ..Fragment::passing() }],
            flow_fragments: FxHashMap::default(),
            content: Content::default(),
            resolved: Vec::new(),
            leads: Vec::new(),
            roots: FxHashMap::default(),
            ends: Vec::new(),
            new_ends: Vec::new(),
            tools,
        }
    }

    /// The clock at a step.
    pub fn clock_of(&self, step: usize) -> u16 {
        (step - self.step_of_flows() - 1) as u16
    }

    fn step_of_flows(&self) -> usize {
        self.tools.turns.len() + self.tools.events.len()
    }

    /// Plays periods that begin in these states.
    ///
    /// # Errors
    /// [`Refusal`] where there are more places or edges than there may be, or an effect leads out of a variable's domain.
    pub fn play(&mut self, begins: &[u32], shared: &mut Shared<'c>) -> Result<(), Refusal> {
        let mut entries = Vec::with_capacity(begins.len());
        for &boundary in begins {
            let at = shared.boundary.state(boundary as usize);
            if self.tools.ends.holds(&self.tools.reader, at) {
                let payments = self.flows(at, shared);
                self.end(boundary);
                self.roots.insert(boundary, Step { child: Child::Next(boundary), payments });
            } else {
                let origin = (Exit { site: Exit::BETWEEN, state: boundary }, Origin::Stay);
                entries.push((boundary, self.enter(Place::Step(0), at, origin, shared)?));
            }
        }
        let mut looked_at = Vec::new();
        let mut onwards = Onwards::default();
        while let Some((_, site)) = self.open.pop_first() {
            let site = site as usize;
            let (from, to) = (self.sites[site].fragments.len(), self.sites[site].states.len());
            self.room = 2 * (to - from);
            for state in from..to {
                self.visit(site, state, &mut onwards, shared)?;
            }
            looked_at.push((site, from..to));
        }
        for (site, states) in looked_at.into_iter().rev() {
            for state in states {
                self.resolve(site, state, shared)?;
            }
        }
        for (boundary, entry) in entries {
            let step = self.step_at(entry);
            self.roots.insert(boundary, step);
        }
        Ok(())
    }

    /// A state is come to at a place, or where play goes on from there if it has nothing to do with the state.
    #[inline]
    fn enter(
        &mut self,
        place: Place,
        state: State,
        origin: (Exit, Origin),
        shared: &mut Shared<'c>,
    ) -> Result<Exit, Refusal> {
        let site = match place {
            Place::Step(step) => {
                let step = self.activity.next(step, state, &mut self.tools);
                if step == self.steps.len() {
                    let (state, new) = shared.boundary.insert(state);
                    if new {
                        shared.states()?;
                    }
                    if new && shared.tracing {
                        shared.come_to.resize(state as usize, None);
                        shared.come_to.push(Some((self.kind, origin.0, origin.1)));
                    }
                    self.end(state);
                    return Ok(Exit { site: Exit::BETWEEN, state });
                }
                if self.steps[step] == NONE {
                    self.steps[step] = self.site(Place::Step(step));
                }
                self.steps[step]
            }
            _ => {
                if let Some(&site) = self.others.get(&place) {
                    site
                } else {
                    let site = self.site(place);
                    self.others.insert(place, site);
                    site
                }
            }
        };
        let at = &mut self.sites[site as usize];
        let (state, new) = at.states.insert(state);
        if new {
            if at.states.len() == at.fragments.len() + 1 {
                self.open.insert((at.place.order(), site));
            }
            if shared.tracing {
                at.origins.push(origin);
            }
            shared.place()?;
        }
        Ok(Exit { site, state })
    }

    fn site(&mut self, place: Place) -> u32 {
        self.sites.push(Site {
            place,
            states: States::with_room(self.room),
            fragments: Vec::new(),
            first_exit: Vec::new(),
            origins: Vec::new(),
            exits: Vec::new(),
            steps: Vec::new(),
        });
        self.sites.len() as u32 - 1
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

    /// What follows in a state at a site: its fragment, and where this one's exits lead.
    fn visit(
        &mut self,
        site: usize,
        state: usize,
        onwards: &mut Onwards,
        shared: &mut Shared<'c>,
    ) -> Result<(), Refusal> {
        let at = self.sites[site].states.state(state);
        let here = Exit { site: site as u32, state: state as u32 };
        let place = self.sites[site].place;
        let (turn, about, step, pending, triggers) = match place {
            Place::Step(step) => ((step < self.tools.turns.len()).then_some(step), step, step, 0, true),
            Place::Reaction { step, pending } => {
                let turn = pending.trailing_zeros() as usize;
                (Some(turn), turn, step, pending & (pending - 1), false)
            }
            Place::Imagined { turn, step, pending, triggers } => (Some(turn), turn, step, pending, triggers),
        };
        let imagined = matches!(place, Place::Imagined { .. });
        let paced = matches!(place, Place::Step(_));
        let (fragment, believed) = self.look((turn, about), (paced, imagined), (at, here), onwards, shared)?;
        let at = &mut self.sites[site];
        at.fragments.push(fragment);
        at.first_exit.push(at.exits.len() as u32);
        let n_exits = self.fragments[fragment as usize].exits.len();
        for position in 0..n_exits {
            let exit = self.fragments[fragment as usize].exits[position];
            let pending = if triggers && exit != 0 {
                pending | self.reactions(turn, onwards.state(0), onwards.state(exit))
            } else {
                pending
            };
            let place = if pending == 0 { Place::Step(step + 1) } else { Place::Reaction { step, pending } };
            let exit = self.enter(place, onwards.state(exit), (here, onwards.by(exit)), shared)?;
            self.sites[site].exits.push(exit);
        }
        if let (true, Some(turn), Some(believed)) = (self.fragments[fragment as usize].has_twin, turn, believed) {
            let place = Place::Imagined { turn, step, pending, triggers };
            let exit = self.enter(place, believed, (here, Origin::Stay), shared)?;
            self.sites[site].exits.push(exit);
        }
        Ok(())
    }

    /// The turns that react to what has changed, by bit.
    fn reactions(&self, turn: Option<usize>, from: State, to: State) -> u64 {
        let Some(turn) = turn.filter(|_| self.activity.reacting) else { return 0 };
        let mut pending = 0;
        for (t, tools) in self.tools.turns.iter().enumerate().take(64) {
            let layout = &self.tools.reader.layout;
            let moved = |v: &VariableId| layout.get(from, v.index()) != layout.get(to, v.index());
            if t != turn && tools.turn.reacts_to.iter().any(moved) {
                pending |= 1 << t;
            }
        }
        pending
    }

    /// The fragment of a state, and which state its decider believes in, if another. `onwards` then says where it leads.
    fn look(
        &mut self,
        (turn, about): (Option<usize>, usize),
        (paced, imagined): (bool, bool),
        (at, here): (State, Exit),
        onwards: &mut Onwards,
        shared: &mut Shared<'c>,
    ) -> Result<(u32, Option<State>), Refusal> {
        onwards.stay(at);
        if about == self.step_of_flows() {
            return Ok((self.flowing(at, shared), None));
        }
        let class = if let Some(class) = self.menus[about].known(at) {
            class
        } else {
            let menu = match turn {
                // What cannot be come to is not looked at: it might even lead out of a domain.
                Some(turn) if paced && self.comes(turn, at, shared) == Table::ZERO => return Ok((PASSING, None)),
                Some(turn) => self.menu_of_turn(turn, at, shared),
                None if about < self.step_of_flows() => self.menu_of_event(about - self.tools.turns.len(), at, shared),
                None => self.menu_of_clock(usize::from(self.clock_of(about)), at, shared),
            };
            self.menus[about].add(at, menu)
        };
        let menu = Rc::clone(self.menus[about].menu(class));
        if matches!(menu.form, Form::Nothing) || (paced && turn.is_some() && menu.comes == Table::ZERO) {
            return Ok((PASSING, None));
        }
        self.follow(&menu, (at, here), onwards, shared)?;
        let believed = match &menu.form {
            Form::Turn(open) if !imagined => match open.who {
                Decider::Actor(_, view) => self.believed(view, at),
                Decider::Body(_) | Decider::Nature => None,
            },
            _ => None,
        };
        onwards.signature[0] |= u32::from(paced) | u32::from(believed.is_some()) << 1;
        if let Some(fragment) = self.menus[about].fragment(class, &onwards.signature) {
            return Ok((fragment, believed));
        }
        let fragment = self.fragment((turn, about), (paced, believed.is_some()), &menu, at, onwards, shared);
        if fragment.to.len() > shared.limits.edges {
            shared.edges(fragment.to.len())?;
        }
        let number = self.fragments.len() as u32;
        self.fragments.push(fragment);
        self.menus[about].add_fragment(class, &onwards.signature, number);
        Ok((number, believed))
    }

    /// Where a menu's effects lead from a state.
    fn follow(
        &mut self,
        menu: &Menu,
        (at, here): (State, Exit),
        onwards: &mut Onwards,
        shared: &mut Shared<'c>,
    ) -> Result<(), Refusal> {
        let keep = shared.plan.filter(|_| self.binds).and_then(|plan| plan.keep.as_ref());
        onwards.stay(at);
        let Onwards { states, by, dues, shifts, keeps, signature } = onwards;
        for &(effect, origin) in &menu.effects[1..] {
            let after = match self.tools.effects[effect as usize].apply(&self.tools.reader, at) {
                Ok(after) => self.tools.normalised(after),
                Err(out) => {
                    shared.stuck = Some((self.kind, here));
                    return Err(out_of_domain(&out, origin, shared.case));
                }
            };
            if let Some(noted) = &mut shared.noted {
                noted.note(at, after, origin);
            }
            let exit = states.iter().position(|state| *state == after).unwrap_or_else(|| {
                states.push(after);
                states.len() - 1
            });
            if shared.tracing && exit == by.len() + 1 {
                by.push(origin);
            }
            signature.push(exit as u32);
        }
        if !self.tools.once.is_empty() {
            dues.clear();
            dues.extend(states.iter().map(|state| due(&mut self.tools, &self.falls_due, at, *state, shared)));
            signature.extend_from_slice(dues);
        }
        if !self.tools.watched.is_empty() {
            shifts.clear();
            shifts.extend(states.iter().map(|state| shift(&mut self.tools, &self.watches, at, *state, shared)));
            signature.extend_from_slice(shifts);
        }
        if let Some(keep) = keep {
            keeps.clear();
            keeps.extend(states.iter().map(|state| truth(self.tools.reader.value(keep, *state))));
            signature.extend(keeps.iter().map(|keeps| u32::from(*keeps)));
        }
        Ok(())
    }

    /// Where a menu's effects lead from a boundary state, before anything else is played.
    ///
    /// # Errors
    /// As [`Builder::play`].
    pub fn follow_first(&mut self, menu: &Menu, at: State, shared: &mut Shared<'c>) -> Result<Onwards, Refusal> {
        let mut onwards = Onwards::default();
        self.follow(menu, (at, Exit { site: Exit::BETWEEN, state: 0 }), &mut onwards, shared)?;
        Ok(onwards)
    }

    /// The state that one believes to be in who errs about facts, where that is another.
    fn believed(&mut self, view: u16, at: State) -> Option<State> {
        let reader = &self.tools.reader;
        let belief = reader.case().beliefs.get(usize::from(view))?;
        let mut believed = at;
        for (variable, fact) in &belief.facts {
            let value = reader.value(fact, at);
            let values = &reader.case().variables[variable.index()].values;
            if let Some(position) = values.iter().position(|v| same(*v, value)) {
                believed = reader.layout.set(believed, variable.index(), position as u8);
            }
        }
        let believed = self.tools.normalised(believed);
        (believed != at).then_some(believed)
    }

    /// The fragment of a state at the step at which things flow.
    fn flowing(&mut self, at: State, shared: &mut Shared<'c>) -> u32 {
        let payments = if let Some(payments) = self.flowing.known(at) {
            payments
        } else {
            let payments = self.flows(at, shared);
            self.flowing.at(at, || payments)
        };
        if payments == PaymentsId::NONE {
            return PASSING;
        }
        let Builder { flow_fragments, fragments, .. } = self;
        *flow_fragments.entry(payments).or_insert_with(|| {
            let root = Step { child: Child::Next(0), payments };
            fragments.push(Fragment { root, exits: vec![0], ..Fragment::passing() });
            fragments.len() as u32 - 1
        })
    }

    /// What play comes to in a state, now that it is known where its exits come to.
    fn resolve(&mut self, site: usize, state: usize, shared: &mut Shared<'c>) -> Result<(), Refusal> {
        let at = &self.sites[site];
        let fragment = &self.fragments[at.fragments[state] as usize];
        let exits = &at.exits[at.first_exit[state] as usize..];
        let sites = &self.sites;
        let step_at = |exit: Exit| match exit.site {
            Exit::BETWEEN => Step { child: Child::Next(exit.state), payments: PaymentsId::NONE },
            site => sites[site as usize].steps[exit.state as usize],
        };
        let (steps, to) = (&mut self.resolved, &mut self.leads);
        steps.clear();
        for part in &fragment.nodes {
            to.clear();
            for step in &fragment.to[part.first as usize..][..part.count as usize] {
                to.push(resolved(*step, steps, exits, &step_at, shared));
            }
            if part.settles && !to.is_empty() && to.iter().all(|step| *step == to[0]) {
                steps.push(to[0]);
                continue;
            }
            let mut shape = part.shape;
            if let Kind::Decide { twin: twin @ IDLE_TWIN, actor, .. } = &mut shape.kind {
                let there = step_at(exits[fragment.exits.len()]);
                if let Child::Node(node) = there.child
                    && matches!(self.content.kind(node), Kind::Decide { actor: a, .. } if a == *actor)
                {
                    *twin = node;
                }
            }
            let labels = &fragment.labels[part.first as usize..][..part.count as usize];
            steps.push(self.content.node(shape, labels, to, shared)?);
        }
        let step = resolved(fragment.root, steps, exits, &step_at, shared);
        self.sites[site].steps.push(step);
        Ok(())
    }

    fn step_at(&self, exit: Exit) -> Step {
        match exit.site {
            Exit::BETWEEN => Step { child: Child::Next(exit.state), payments: PaymentsId::NONE },
            site => self.sites[site as usize].steps[exit.state as usize],
        }
    }

    /// The nodes of this kind of period, and where a period that begins in each boundary state enters them.
    pub fn into_graph(
        self,
        n_boundary: usize,
    ) -> (Tools<'c>, Vec<crate::graph::Node>, Vec<crate::graph::Edge>, Vec<Option<Step>>) {
        let mut roots = vec![None; n_boundary];
        for (boundary, root) in self.roots {
            roots[boundary as usize] = Some(root);
        }
        let (nodes, edges) = self.content.in_order(&mut roots);
        (self.tools, nodes, edges, roots)
    }

    /// Adds what was done in this period before a state was come to, the last first. The boundary state it began in.
    pub fn path(&self, from: (Exit, Origin), case: &Case, path: &mut Vec<String>) -> u32 {
        let (mut at, mut origin) = from;
        loop {
            match origin {
                Origin::Stay => {}
                Origin::Action(a) => {
                    let turn = &case.turns[usize::from(a.turn)];
                    let action = &turn.slots[usize::from(a.slot)].menu[usize::from(a.action)];
                    path.push(format!("{}: {}", turn.id, action.id));
                }
                Origin::Event(e) => path.push(case.events[usize::from(e)].id.clone()),
                Origin::Clock(c) => path.push(case.clocks[usize::from(c)].id.clone()),
            }
            if at.site == Exit::BETWEEN {
                return at.state;
            }
            (at, origin) = self.sites[at.site as usize].origins[at.state as usize];
        }
    }

    /// Adds to `met` which positions each variable has been met at.
    pub fn met(&self, met: &mut [[bool; 256]]) {
        for site in &self.sites {
            for state in site.states.iter() {
                for (v, met) in met.iter_mut().enumerate() {
                    met[usize::from(self.tools.reader.get(state, v))] = true;
                }
            }
        }
    }
}

/// The refusal of an effect; how it was come to is added by who knows.
fn out_of_domain(out: &OutOfDomain, origin: Origin, case: &Case) -> Refusal {
    let (what, span) = match origin {
        Origin::Action(a) => {
            let action = &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
            (action.id.clone(), action.span)
        }
        Origin::Event(e) => (case.events[usize::from(e)].id.clone(), case.events[usize::from(e)].span),
        Origin::Clock(c) => (case.clocks[usize::from(c)].id.clone(), case.clocks[usize::from(c)].span),
        Origin::Stay => ("start".into(), case.variables[out.variable].span),
    };
    Refusal::OutOfDomain {
        what,
        variable: case.variables[out.variable].id.clone(),
        value: out.value.map_or_else(String::new, |v| written(case, v)),
        path: Vec::new(),
        span,
    }
}

#[inline]
fn resolved(step: Step, steps: &[Step], exits: &[Exit], step_at: &impl Fn(Exit) -> Step, shared: &mut Shared) -> Step {
    let then = match step.child {
        Child::Node(node) => steps[node as usize],
        Child::Next(exit) => step_at(exits[exit as usize]),
    };
    let payments = shared.payments.merge(step.payments, then.payments, &mut shared.table);
    Step { child: then.child, payments }
}

/// What falls due once between two states: a list in [`Shared::dues`].
fn due(tools: &mut Tools, by_variable: &[Vec<u16>], from: State, to: State, shared: &mut Shared) -> u32 {
    let mut due = Vec::new();
    for i in concerned(&tools.reader.layout, by_variable, from, to) {
        let interest = &mut tools.once[usize::from(i)];
        if !interest.condition.holds(&tools.reader, from) && interest.condition.holds(&tools.reader, to) {
            due.push((interest.actor, interest.worth.slot(&tools.reader, to, &mut shared.table)));
        }
    }
    if due.is_empty() { 0 } else { shared.dues.number(due) }
}

/// What changes between two states of that which questions watch: a list in [`Shared::shifts`].
fn shift(tools: &mut Tools, by_variable: &[Vec<u16>], from: State, to: State, shared: &mut Shared) -> u32 {
    let mut shift = Vec::new();
    for i in concerned(&tools.reader.layout, by_variable, from, to) {
        let condition = &mut tools.watched[usize::from(i)];
        let held = condition.holds(&tools.reader, from);
        if held != condition.holds(&tools.reader, to) {
            shift.push((i, held));
        }
    }
    if shift.is_empty() { 0 } else { shared.shifts.number(shift) }
}

/// What reads a variable that differs, in order.
fn concerned(layout: &Layout, by_variable: &[Vec<u16>], from: State, to: State) -> Vec<u16> {
    let differs = |v: usize| layout.get(from, v) != layout.get(to, v);
    let differing = by_variable.iter().enumerate().filter(|(v, by)| !by.is_empty() && differs(*v));
    let mut concerned: Vec<u16> = differing.flat_map(|(_, by)| by).copied().collect();
    concerned.sort_unstable();
    concerned.dedup();
    concerned
}
