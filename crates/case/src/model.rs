//! The checked case: a small kernel language into which everything an author may write is put.
//!
//! Groups, bindings, roles, indexed variables, deadlines, readings and defaults are written out here: a *ground* case
//! has actors, variables, numbers, turns with menus of concrete actions, events, clocks and interests, and nothing
//! else. What the game does, and what the slow solver of the tests does, is defined on this form alone.

use crate::diagnostic::Span;
use crate::expr::Expr;
pub use crate::expr::Value;
use jiff::civil::Date;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// The position in the case's list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An interned name: position in [`Case::names`].
    Name,
    /// Position in [`Case::actors`].
    ActorId,
    /// Position in [`Case::variables`].
    VariableId,
    /// Position in [`Case::numbers`].
    NumberId,
    /// Position in [`Case::hypotheses`].
    HypothesisId,
    /// Position in [`Case::electorates`].
    ElectorateId,
}

/// One situation, checked and written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Folder name.
    pub id: String,
    pub title: String,
    pub question: String,
    pub calendar: Calendar,
    /// Every name that occurs as a value, once.
    pub names: Vec<String>,
    pub actors: Vec<Actor>,
    pub variables: Vec<Variable>,
    pub numbers: Vec<Number>,
    pub hypotheses: Vec<Hypothesis>,
    /// Chambers and bodies: who votes with what weight.
    pub electorates: Vec<Electorate>,
    /// What comes up in each period, in order.
    pub turns: Vec<Turn>,
    /// What happens by chance after the turns, in order.
    pub events: Vec<Event>,
    /// Deadlines and timers, which tick after the flows.
    pub clocks: Vec<Clock>,
    pub interests: Vec<Interest>,
    /// How surely each actor does what suits it best, 1/utils; one per actor.
    pub precision: Vec<Expr>,
    /// Share by which a payoff a year later counts less; 0 where the case says nothing.
    pub discount: Expr,
    /// The variable whose last value is the main answer.
    pub headline: Option<VariableId>,
    /// The procedure's stage, where a pack is used; its value names a case that ended unsettled.
    pub stage: Option<VariableId>,
    /// When the answer is reached.
    pub settled: Expr,
    /// Where the case stops being played; flows run on to `until`.
    pub ends: Expr,
    pub questions: Vec<Question>,
    pub beliefs: Vec<Belief>,
    pub plans: Vec<Plan>,
    pub log: Vec<Entry>,
    /// Names as people read them: `(id as written, label)` for values, candidates, bodies, roles, groups.
    pub labels: Vec<(String, String)>,
}

/// The time the case spans. Periods are counted from `now`, forwards and backwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    pub from: Date,
    pub now: Date,
    pub until: Date,
    /// Lengths of a period in order; the last runs to `until`.
    pub steps: Vec<Step>,
}

/// Periods of one length up to a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub days: f64,
    pub until: Date,
}

/// Who decides: a state, party, faction, movement or person.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// As written in the case; also a name in [`Case::names`].
    pub id: String,
    pub name: String,
    pub kind: String,
    /// The actor takes turns and votes only while this holds.
    pub scope: Option<Expr>,
    pub span: Span,
}

/// A finite-valued fact that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// As written; an indexed one is `pressed[kurds]`.
    pub id: String,
    /// The domain, in order; at least one value, no duplicates, all names or all integers.
    pub values: Vec<Value>,
    /// Position of the first value in `values`.
    pub start: u32,
    /// Where this does not hold the variable is reset to its start.
    pub scope: Option<Expr>,
    pub span: Span,
}

/// A quantity with a range and reasons (a *parameter*).
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Table path with `worth`, `chance`, `value`, `rate` dropped: what `--set`, `why` and the charts call it.
    pub path: String,
    pub law: Law,
    /// Numbers with one key share one quantile in every draw; the path unless drawn together.
    pub key: String,
    /// As the author wrote it, unit included.
    pub written: String,
    pub reasons: Reasons,
    pub span: Span,
}

/// Why a number is what it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reasons {
    /// Claims for it.
    pub because: Vec<String>,
    /// Claims against it.
    pub against: Vec<String>,
    /// The author's reasoned assumption, where there is no claim.
    pub assume: Option<String>,
}

/// The distribution of a number over draws. `low` and `high` have 5 % below and 5 % above them.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    Exact(f64),
    /// Interests and other quantities on the whole line.
    Normal {
        low: f64,
        high: f64,
    },
    /// Chances and shares: normal in log odds, strictly between 0 and 1.
    LogitNormal {
        low: f64,
        high: f64,
    },
    /// Paces, rates, precision: normal in logarithms.
    LogNormal {
        low: f64,
        high: f64,
    },
    /// Beta on `[low, high]` with mean (low + 4 mode + high)/6: PERT.
    Pert {
        low: f64,
        mode: f64,
        high: f64,
    },
    /// Each with equal chance.
    OneOf(Vec<f64>),
}

/// Rival readings of the situation; a draw fixes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    pub id: String,
    pub readings: Vec<Reading>,
    pub reasons: Reasons,
    pub span: Span,
}

/// One reading with its prior weight; `None` takes what the others leave. Weights that add up to more than 1 are
/// scaled to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub name: Name,
    pub prior: Option<Expr>,
}

/// Who votes together: the chamber, an alliance's leaders, two parties that must agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Electorate {
    pub id: String,
    pub name: String,
    /// All members, whether or not an elector speaks for them: what "of members" refers to.
    pub members: u32,
    pub electors: Vec<Elector>,
    /// Share of an elector's members who follow its line, one value per ballot; 1 for bodies.
    pub cohesion: Expr,
    pub span: Span,
}

/// A bloc in a chamber, or a member of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Elector {
    pub id: String,
    /// Seats or votes; rounded to a whole number in each draw, never above `most`.
    pub weight: Expr,
    /// The largest weight it can have: what tables are sized by. Equals the weight where that is exact.
    pub most: u32,
    /// Share of the members who come at all, whatever the line.
    pub present: Expr,
    pub voice: Voice,
}

/// Who answers for an elector.
#[derive(Debug, Clone, PartialEq)]
pub enum Voice {
    /// An actor weighs what the ballot brings it.
    Actor(Holder),
    /// No interests, only a habit: chances of attending a sitting and of saying yes.
    Habit { attend: Expr, yes: Expr },
}

/// Whoever decides in a state: an actor, or the holder of an office.
#[derive(Debug, Clone, PartialEq)]
pub enum Holder {
    Actor(ActorId),
    /// The first whose condition holds; `None`, or no condition met, is a vacant post.
    Cases(Vec<(Expr, Option<ActorId>)>),
}

/// Something that comes up in each period with some chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Key in `[pace]`, or the path of a move with a rate of its own.
    pub id: String,
    /// Rate per day; it comes up in a period of Δ days with chance 1 − exp(−rate·Δ). `Expr::ALWAYS`: surely.
    pub pace: Expr,
    /// The first slot whose `when` holds is the one that acts; none, nothing happens.
    pub slots: Vec<Slot>,
    /// An extra turn as soon as one of these variables has changed within the period.
    pub reacts_to: Vec<VariableId>,
    pub span: Span,
}

/// Who acts at a turn, and what they may do.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub when: Expr,
    pub who: Who,
    pub menu: Vec<Action>,
    /// Someone must act: holding is not offered while an action is enabled.
    pub obliged: bool,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// One decider; a vacant post does nothing.
    Holder(Holder),
    /// A body: a proposer in proportion to weights, then the members' ballot, which each action carries.
    Body(ElectorateId),
    /// Nobody decides: the enabled actions are equally likely, holding is not offered.
    Nature,
}

/// One concrete thing to do: a move with its bindings filled in, or a step of the procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// As logs and options name it: `nominate(sudani)`.
    pub id: String,
    /// The move it belongs to (`framework.nominate`, `stages.president`): bindings share the move's prior weight.
    pub move_id: String,
    pub bindings: Vec<Value>,
    pub when: Expr,
    /// Prior weight of this action where holding has 1; `None`: the moves without one share 1 equally.
    pub weight: Option<Expr>,
    /// What doing it costs or pays, whatever follows; of a body's action, only if it passes.
    pub pays: Vec<Pay>,
    /// The ballot it is put to, if any.
    pub ballot: Option<Ballot>,
    /// What follows (if the ballot passes). At least one.
    pub results: Vec<Outcome>,
    /// What follows if the ballot fails; empty: nothing.
    pub failed: Vec<Outcome>,
    /// Whether others see it done; a private word is not seen.
    pub seen: bool,
    /// Holding is not offered while this is enabled.
    pub obliged: bool,
    pub span: Span,
}

/// A payment to whoever holds a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Pay {
    pub to: Holder,
    pub amount: Expr,
}

/// One way something can turn out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// `None`: what the others leave. Chances that add up to more than 1 are scaled to 1.
    pub chance: Option<Expr>,
    pub then: Vec<Assignment>,
    pub pays: Vec<Pay>,
}

/// Simultaneous with the others of its outcome: values are read in the state before.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub variable: VariableId,
    pub value: Assigned,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Assigned {
    Value(Expr),
    /// One step along the domain, stopping at its ends.
    Up,
    Down,
}

/// A weighted vote with a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Ballot {
    /// `president`, `framework.nominate(maliki)`: what vote pays, the log and `power` call it.
    pub id: String,
    pub electorate: ElectorateId,
    /// The ballot on attendance before it.
    pub sitting: Option<Sitting>,
    pub form: Form,
    /// What answers cost or pay in themselves.
    pub pays: Vec<VotePay>,
}

/// Blocs attend or stay away; only a quorate sitting votes.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    pub quorum: Rule,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Yes or no; the action's `results` and `failed` follow.
    YesNo { rule: Rule },
    /// Each elector says one of several names.
    Names {
        names: Vec<NameOption>,
        /// In order within one sitting; a round that elects nobody is followed by the next, the last by `failed`.
        rounds: Vec<Round>,
    },
}

/// A name on the ballot and what follows if it wins.
#[derive(Debug, Clone, PartialEq)]
pub struct NameOption {
    pub value: Value,
    pub results: Vec<Outcome>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Round {
    /// The name that reaches the rule wins.
    Reach(Rule),
    /// The two best placed stand; the better of them wins (a tie is decided by lot).
    RunOff,
    /// The two best placed stand; the one that reaches the rule wins, and where neither does nobody is elected.
    RunOffReach(Rule),
    /// The best placed wins (a tie is decided by lot).
    Plurality,
}

/// When a ballot has passed.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// More than (`strict`) or at least `part.0 / part.1` of what `of` counts.
    Share { part: (u32, u32), strict: bool, of: Of },
    /// At least so many say yes.
    Count(u32),
    /// Every elector says yes.
    Consent,
    /// Passes unless the *no* side reaches the rule.
    Negative(Box<Rule>),
    /// A disputed rule: one per reading of the hypothesis, in its order.
    Readings(HypothesisId, Vec<Rule>),
    /// A rule that changes on a date.
    Since { date: Date, before: Box<Rule>, after: Box<Rule> },
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    Members,
    Present,
    /// Yes and no; abstentions aside.
    Votes,
}

/// What an elector's own answer costs or pays it; expressions may read the state.
#[derive(Debug, Clone, PartialEq)]
pub struct VotePay {
    /// Position in the electorate.
    pub elector: usize,
    pub answer: Answer,
    pub amount: Expr,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    Yes,
    No,
    Attend,
    StayAway,
    /// A name on the ballot.
    Name(Value),
}

/// What happens by chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: String,
    pub when: Expr,
    pub timing: Timing,
    pub results: Vec<Outcome>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Timing {
    /// Rate per day; `Expr::ALWAYS`: as soon as `when` holds.
    Rate(Expr),
    /// In the period that contains the date, with this chance.
    On(Date, Expr),
}

/// A deadline or a timer: phases that pass one after the other while it runs.
///
/// In each period at whose end `running` holds, one phase passes with chance min(1, phases·Δ/days): an Erlang delay of
/// mean `days`. After the last the breach follows. A clock that does not run is reset.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    pub id: String,
    /// Its state: an integer variable 0..phases−1 whose scope is `running`.
    pub variable: VariableId,
    pub running: Expr,
    pub phases: u32,
    pub days: Expr,
    pub breach: Vec<Outcome>,
    pub span: Span,
}

/// What an actor wants, one line for one actor.
#[derive(Debug, Clone, PartialEq)]
pub struct Interest {
    /// `tehran.deadlock`, `government.washington`: the table it comes from.
    pub id: String,
    pub actor: ActorId,
    pub worth: Expr,
    pub when: Payday,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Payday {
    /// Read on the last state, where the condition holds.
    Last(Expr),
    /// `worth` per `days` days, on the state after the events, where the condition holds.
    Flow { days: f64, scope: Expr },
    /// At each change of the condition from false to true; `worth` is read in the state reached.
    Once(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub id: String,
    /// The question in words.
    pub label: String,
    pub kind: QuestionKind,
    /// Counted only where this holds on the last state.
    pub given: Option<Expr>,
    /// Split by this variable's last value.
    pub by: Option<VariableId>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum QuestionKind {
    /// Chance that this holds on the last state.
    Chance(Expr),
    /// Distribution of a variable's last value.
    Shares(VariableId),
    /// When this first holds.
    DateOf(Expr),
    /// For how many days this holds.
    HowLong(Expr),
    /// What first ends this, as shares.
    EndedBy(Expr),
}

/// An actor's own version of numbers or facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    pub actor: ActorId,
    /// Numbers it takes to be otherwise.
    pub numbers: Vec<(NumberId, Expr)>,
    /// Facts it takes to be otherwise: read in the true state.
    pub facts: Vec<(VariableId, Expr)>,
    /// Refuted for good where this holds.
    pub until: Option<Expr>,
    /// Whether it has been refuted: a variable of its own, 0 or 1, where it can be.
    pub refuted: Option<VariableId>,
    /// Whether the others know that it errs.
    pub known: bool,
    pub span: Span,
}

/// A named option of an actor, a body or a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Actor, body, role or group as written.
    pub owner: String,
    /// The actors it binds: the actor, the body's or the group's members; none for a role, whose holder changes.
    pub members: Vec<ActorId>,
    /// Whose moves are its own: the owner, its members, and the roles an actor may hold.
    pub acts_as: Vec<String>,
    pub id: String,
    pub label: String,
    /// Actions (by their turn's owner and id) forced as of `now`.
    pub first: Option<String>,
    /// Moves (`nominate`) or actions (`nominate(sudani)`) taken off the menu.
    pub never: Vec<String>,
    /// A condition its own moves may not break and that it restores.
    pub keep: Option<Expr>,
    /// Ballots its electors stay away from.
    pub stay_away: Vec<String>,
    /// In force for so many days, or until this holds.
    pub days: Option<f64>,
    pub until: Option<Expr>,
    pub span: Span,
}

/// A dated thing seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub on: Date,
    pub who: String,
    pub what: Seen,
    pub because: Vec<String>,
    pub unobserved: bool,
    /// Chance that the report is true, where less than sure.
    pub reliability: Option<f64>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// An action by its id.
    Action(String),
    /// A ballot's result, with blocs' answers where known.
    Ballot {
        ballot: String,
        result: String,
        answers: Vec<(String, String)>,
    },
    Event(String),
}
