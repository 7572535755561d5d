//! Small games that are hard: every construct of a ground case, stakes of the size of the noise.

use crate::build::{
    action, actor, assigned, at, case, clock, counter, day, electorate, event, interest, name, not, number, real, to,
    value, variable, vote_pay,
};
use crate::expression::View;
use crate::oracle::{Answer, Draw, solve_within};
use crate::outcome::put_back;
use case::diagnostic::Span;
use case::expr::{Arithmetic, Comparison, Expr, Value};
use case::model::{
    Action, ActorId, Answer as Said, Assigned, Assignment, Ballot, Case, ElectorateId, Form, Holder, Hypothesis,
    HypothesisId, Law, NameOption, Of, Outcome, Pay, Payday, Question, QuestionKind, Reading, Reasons, Round, Rule,
    Sitting, Slot, Step, Timing, Turn, VariableId, Voice, Who,
};

/// A case and one draw of its numbers.
#[derive(Debug, Clone)]
pub struct Game {
    pub seed: u64,
    pub case: Case,
    pub numbers: Vec<f64>,
    pub readings: Vec<usize>,
}

impl Game {
    pub fn draw(&self) -> Draw<'_> {
        Draw { numbers: &self.numbers, readings: &self.readings }
    }

    /// The same case in another draw: every hypothesis read otherwise, every number somewhat nearer to 0.
    pub fn otherwise(&self) -> Game {
        let readings = self.case.hypotheses.iter().zip(&self.readings);
        let readings = readings.map(|(hypothesis, reading)| (reading + 1) % hypothesis.readings.len()).collect();
        let numbers = self.numbers.iter().map(|number| 0.8 * number).collect();
        Game { numbers, readings, ..self.clone() }
    }
}

/// A game of this seed that the slow solver solves within so many steps, and its answer: periods are taken off the end
/// until it does. If one is too long, another game is made, and in every other seed also if one is all that is left.
pub fn game(seed: u64, steps: u64) -> (Game, Answer) {
    for attempt in 0.. {
        let mut game = make(seed, attempt);
        loop {
            if let Some(answer) = solve_within(&game.case, game.draw(), steps) {
                return (game, answer);
            }
            let periods = crate::oracle::periods(&game.case).len();
            if (periods == 2 && seed % 2 == 1) || !shorten(&mut game.case) {
                break;
            }
        }
    }
    unreachable!("some game is small enough")
}

/// Takes the last period off.
fn shorten(case: &mut Case) -> bool {
    let periods = crate::oracle::periods(case);
    if periods.len() == 1 {
        return false;
    }
    let last = periods[periods.len() - 1];
    let until = day(last.begin.round() as i64);
    case.calendar.steps.retain(|step| step.until <= until);
    let kept = crate::oracle::periods(case).len();
    if kept < periods.len() - 1 {
        case.calendar.steps.push(Step { days: last.days, until });
    }
    case.calendar.until = case.calendar.steps.last().expect("a step").until;
    crate::oracle::periods(case).len() == periods.len() - 1
}

/// Numbers that look random and are the same on every machine (SplitMix64; Steele, Lea and Flood 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64, attempt: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ attempt.wrapping_mul(0xD1B5_4A32_D192_ED03));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `n` − 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// From `low` to `high`.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }

    /// True so often of a hundred times.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

struct Maker {
    dice: Dice,
    case: Case,
    numbers: Vec<f64>,
    /// Length of the first period: rates are made to matter in it.
    days: f64,
    /// Days from `now` to the end.
    length: i64,
}

/// The game of a seed and an attempt, of whatever size it comes.
pub fn make(seed: u64, attempt: u64) -> Game {
    let mut dice = Dice::new(seed, attempt);
    let days = dice.pick(&[7.0, 14.0, 30.4375, 10.0, 3.5]);
    let mut maker = Maker { dice, case: case(&[], 1, 1), numbers: Vec::new(), days, length: 0 };
    maker.calendar();
    maker.hypotheses();
    maker.actors_and_variables();
    maker.electorates();
    maker.clocks();
    maker.turns();
    maker.events();
    maker.interests();
    let Maker { mut dice, case, numbers, .. } = maker;
    let readings = case.hypotheses.iter().map(|hypothesis| dice.below(hypothesis.readings.len())).collect();
    let mut game = Game { seed, case, numbers, readings };
    // Few games are over before they begin.
    if dice.percent(90) && over(&game) {
        game.case.ends = not(game.case.ends);
    }
    ask_what_ends(&mut game.case, seed);
    game
}

/// Asks what ends a variable's being at a position: half the time at its start. No dice are thrown for it, so that games keep
/// their seeds.
fn ask_what_ends(case: &mut Case, seed: u64) {
    let asked = seed as usize % case.variables.len();
    let variable = &case.variables[asked];
    let position = (variable.start as usize + seed as usize / 7 % 2) % variable.values.len();
    let held = at(case, VariableId(asked as u32), position);
    case.questions.push(Question {
        id: "ends".into(),
        label: String::new(),
        kind: QuestionKind::EndedBy(held),
        given: None,
        by: None,
        span: Span::default(),
    });
}

/// Whether a game is over at the start.
fn over(game: &Game) -> bool {
    let start: Vec<usize> = game.case.variables.iter().map(|variable| variable.start as usize).collect();
    let view = View { case: &game.case, draw: game.draw(), state: &start, day: 0.0 };
    View { state: &put_back(&view), ..view }.holds(&game.case.ends)
}

impl Maker {
    fn calendar(&mut self) {
        let periods = 2 + self.dice.below(2);
        let first = if self.dice.percent(40) { 1 } else { periods };
        let mut end = 0.0;
        self.case.calendar.steps.clear();
        for (count, days) in [(first, self.days), (periods - first, self.days * self.dice.pick(&[0.5, 2.0, 1.3]))] {
            if count > 0 {
                // The step ends up to a third of a period off, which must not change the number of periods.
                let off = self.dice.real(-0.33, 0.33) * days;
                let until = day((end + count as f64 * days + off).round().max(end + 1.0) as i64);
                self.case.calendar.steps.push(Step { days, until });
                end += count as f64 * days;
            }
        }
        self.case.calendar.until = self.case.calendar.steps.last().expect("a step").until;
        self.length = end as i64;
    }

    fn hypotheses(&mut self) {
        for i in 0..self.dice.below(3) {
            let reading = |case: &mut Case, j: usize| Reading { name: name(case, &format!("h{i}r{j}")), prior: None };
            let readings = vec![reading(&mut self.case, 0), reading(&mut self.case, 1)];
            let (id, reasons, span) = (format!("h{i}"), Reasons::default(), Span::default());
            self.case.hypotheses.push(Hypothesis { id, readings, reasons, span });
        }
    }

    fn actors_and_variables(&mut self) {
        for i in 0..2 + self.dice.below(3) {
            let most = if self.dice.percent(10) { 40.0 } else { 6.0 };
            let value = self.dice.real(1.0, most);
            let mut precision = self.number(Law::LogNormal { low: 1.0, high: 6.0 }, value);
            if !self.case.hypotheses.is_empty() && self.dice.percent(15) {
                precision = self.by_reading(precision, real(2.5));
            }
            actor(&mut self.case, &format!("a{i}"), precision);
        }
        for i in 0..2 + self.dice.below(2) {
            let size = 2 + self.dice.below(2);
            if self.dice.percent(25) {
                counter(&mut self.case, &format!("n{i}"), size as i64 - 1);
            } else {
                let values: Vec<String> = (0..size).map(|j| format!("v{}", (i + j) % 4)).collect();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                variable(&mut self.case, &format!("x{i}"), &values);
            }
            let start = if self.dice.percent(25) { self.dice.below(size) } else { 0 };
            self.case.variables[i].start = start as u32;
        }
        for i in 0..self.case.variables.len() {
            if self.dice.percent(15) {
                let scope = self.guard_or_date();
                self.case.variables[i].scope = Some(scope);
            }
        }
        for i in 0..self.case.actors.len() {
            if self.dice.percent(15) {
                self.case.actors[i].scope = Some(self.guard_or_date());
            }
        }
        if self.dice.percent(40) {
            self.case.ends = if self.dice.percent(90) { self.guard() } else { Expr::Since(self.date()) };
        }
        if self.dice.percent(30) {
            let value = self.dice.real(0.05, 0.5);
            self.case.discount = self.number(Law::LogitNormal { low: 0.05, high: 0.5 }, value);
        }
    }

    fn electorates(&mut self) {
        let mut electors = Vec::new();
        for _ in 0..2 + self.dice.below(2) {
            let voice = if self.dice.percent(25) {
                Voice::Habit { attend: self.share(), yes: self.share() }
            } else {
                Voice::Actor(self.holder())
            };
            electors.push((1 + self.dice.below(3) as u32, voice));
        }
        let chamber = electorate(&mut self.case, "chamber", 0, electors);
        for i in 0..self.case.electorates[chamber.index()].electors.len() {
            if self.dice.percent(25) {
                let value = self.dice.real(0.4, 3.6);
                let weight = self.number(Law::Normal { low: 1.0, high: 3.0 }, value);
                let otherwise = real((1 + self.dice.below(3)) as f64);
                let by_state = Expr::If(Box::new(self.guard()), Box::new(weight.clone()), Box::new(otherwise));
                let weight = if self.dice.percent(20) { by_state } else { weight };
                let elector = &mut self.case.electorates[chamber.index()].electors[i];
                elector.most = 3;
                elector.weight = weight;
            }
            if self.dice.percent(30) {
                self.case.electorates[chamber.index()].electors[i].present = self.share();
            }
        }
        let seats: u32 = self.case.electorates[chamber.index()].electors.iter().map(|elector| elector.most).sum();
        self.case.electorates[chamber.index()].members = seats + self.dice.below(2) as u32;
        if self.dice.percent(50) {
            self.case.electorates[chamber.index()].cohesion = self.share();
        }
        let mut leaders: Vec<(u32, Voice)> = Vec::new();
        for i in 0..2 + self.dice.below(2).min(self.case.actors.len() - 2) {
            let holder = Holder::Actor(ActorId(i as u32));
            let holder = if self.dice.percent(20) { self.holder() } else { holder };
            leaders.push((1 + self.dice.below(2) as u32, Voice::Actor(holder)));
        }
        let members = leaders.iter().map(|(weight, _)| weight).sum();
        electorate(&mut self.case, "body", members, leaders);
    }

    fn clocks(&mut self) {
        for i in 0..self.dice.pick(&[0, 0, 0, 1, 1, 2]) {
            let (running, phases) = (self.guard_or_date(), 1 + self.dice.below(3) as u32);
            let value = self.days * f64::from(phases) * self.dice.real(0.8, 3.0);
            let mut days = self.number(Law::LogNormal { low: 5.0, high: 50.0 }, value);
            if self.dice.percent(10) {
                days = Expr::If(Box::new(self.guard()), Box::new(days), Box::new(real(self.days * 2.0)));
            }
            let breach = if self.dice.percent(85) { self.outcomes() } else { Vec::new() };
            clock(&mut self.case, &format!("clock{i}"), running, phases, days, breach);
        }
    }

    fn turns(&mut self) {
        for i in 0..2 + self.dice.below(2) {
            let pace = match self.dice.below(10) {
                0..3 => Expr::ALWAYS,
                3 => {
                    let otherwise = self.rate();
                    Expr::If(Box::new(self.guard()), Box::new(Expr::ZERO), Box::new(otherwise))
                }
                _ => self.rate(),
            };
            let mut slots = vec![self.slot(i)];
            if self.dice.percent(30) {
                slots[0].when = self.guard_or_date();
                slots.push(self.slot(i));
            }
            let reacts_to = if self.dice.percent(25) { vec![self.variable()] } else { Vec::new() };
            self.case.turns.push(Turn { id: format!("t{i}"), pace, slots, reacts_to, span: Span::default() });
        }
    }

    fn slot(&mut self, turn: usize) -> Slot {
        let (body, chamber) = (ElectorateId(1), ElectorateId(0));
        let (who, size) = match self.dice.below(10) {
            0..5 => (Who::Holder(self.holder()), 1 + self.dice.below(3)),
            5..8 => (Who::Body(self.dice.pick(&[body, body, chamber])), 1 + self.dice.below(2)),
            _ => (Who::Nature, 1 + self.dice.below(2)),
        };
        let mut menu: Vec<Action> = Vec::new();
        for i in 0..size {
            let id = format!("t{turn}m{}(b{i})", self.dice.below(2));
            let mut action = self.action(&id);
            let ballot = match who {
                Who::Body(electorate) => self.dice.percent(90).then_some(electorate),
                Who::Nature => self.dice.percent(80).then_some(chamber),
                Who::Holder(_) => self.dice.percent(20).then_some(chamber),
            };
            if let Some(electorate) = ballot {
                let ballot = self.ballot(electorate, &action.id);
                if matches!(ballot.form, Form::Names { .. }) {
                    // Of a ballot among names the names' results follow.
                    action.results = vec![Outcome { chance: None, then: vec![], pays: vec![] }];
                }
                action.ballot = Some(ballot);
                if self.dice.percent(30) {
                    action.failed = self.outcomes();
                }
            }
            if !matches!(who, Who::Nature) && self.dice.percent(20) {
                action.weight = Some(match self.dice.below(5) {
                    3 if !self.case.hypotheses.is_empty() => self.by_reading(Expr::ZERO, real(0.8)),
                    0 => Expr::If(Box::new(self.guard()), Box::new(Expr::ZERO), Box::new(real(0.7))),
                    1 => real(1.5),
                    2 => Expr::ZERO,
                    _ => {
                        let value = self.dice.real(0.1, 2.0);
                        self.number(Law::LogNormal { low: 0.1, high: 2.0 }, value)
                    }
                });
            }
            menu.push(action);
        }
        if self.dice.percent(25) {
            let mut alias = self.dice.pick(&menu);
            alias.id = format!("{}'", alias.id);
            alias.move_id = format!("{}'", alias.move_id);
            let at = self.dice.below(menu.len() + 1);
            menu.insert(at, alias);
        }
        if self.dice.percent(15) {
            menu.push(action(&format!("t{turn}idle(b)"), vec![Outcome { chance: None, then: vec![], pays: vec![] }]));
        }
        Slot { when: Expr::TRUE, who, menu, obliged: self.dice.percent(15) }
    }

    fn action(&mut self, id: &str) -> Action {
        let results = self.outcomes();
        let mut action = action(id, results);
        if self.dice.percent(40) {
            action.when = self.guard_or_date();
        }
        for _ in 0..self.dice.below(2) {
            let pay = Pay { to: self.holder(), amount: self.worth(0.3) };
            action.pays.push(pay);
        }
        action.obliged = self.dice.percent(8);
        action
    }

    fn ballot(&mut self, electorate: ElectorateId, id: &str) -> Ballot {
        let mut answers = vec![Said::Yes, Said::No];
        let form = if self.dice.percent(35) {
            let count = self.dice.pick(&[1, 2, 2, 2, 2, 3, 3, 3, 3]);
            let option = |maker: &mut Maker, i: usize| {
                let value = Value::Name(name(&mut maker.case, &format!("c{i}")));
                NameOption { value, results: maker.outcomes() }
            };
            let names: Vec<NameOption> = (0..count).map(|i| option(self, i)).collect();
            answers = names.iter().map(|name| Said::Name(name.value)).collect();
            let reach = |maker: &mut Maker| Round::Reach(maker.majority());
            let rounds = match self.dice.below(8) {
                0 => vec![reach(self)],
                1 => vec![reach(self), reach(self)],
                2 => vec![Round::Plurality],
                3 => vec![reach(self), Round::Plurality],
                4 => vec![reach(self), reach(self), Round::RunOff],
                5 => vec![reach(self), Round::RunOffReach(self.majority())],
                _ => vec![reach(self), Round::RunOff],
            };
            Form::Names { names, rounds }
        } else {
            Form::YesNo { rule: self.rule(2) }
        };
        let sitting = self.dice.percent(35).then(|| Sitting { quorum: self.quorum() });
        if sitting.is_some() {
            answers.extend([Said::Attend, Said::StayAway]);
        }
        let electors = self.case.electorates[electorate.index()].electors.len();
        let mut pays = Vec::new();
        for _ in 0..self.dice.below(3) {
            let amount = self.worth(0.3);
            pays.push(vote_pay(self.dice.below(electors), self.dice.pick(&answers), amount));
        }
        Ballot { id: id.into(), electorate, sitting, form, pays }
    }

    fn rule(&mut self, depth: usize) -> Rule {
        let inner = |maker: &mut Maker| Box::new(maker.rule(depth - 1));
        match self.dice.below(if depth > 0 { 10 } else { 6 }) {
            0..4 => Rule::Share {
                part: self.dice.pick(&[(1, 2), (1, 2), (2, 3), (1, 3), (3, 5)]),
                strict: self.dice.percent(60),
                of: self.dice.pick(&[Of::Members, Of::Members, Of::Present, Of::Votes]),
            },
            4 => Rule::Count(1 + self.dice.below(4) as u32),
            5 => Rule::Consent,
            6 | 7 => Rule::Negative(inner(self)),
            // A reading of a reading is nothing an author can write.
            8 => self.readings(|maker, _| maker.rule(0), 0),
            _ => Rule::Since { date: self.date(), before: inner(self), after: inner(self) },
        }
    }

    fn quorum(&mut self) -> Rule {
        match self.dice.below(8) {
            0..5 => {
                Rule::Share { part: self.dice.pick(&[(1, 2), (2, 3)]), strict: self.dice.percent(50), of: Of::Members }
            }
            5 if self.dice.percent(30) => Rule::Consent,
            5 => Rule::Count(1 + self.dice.below(3) as u32),
            6 => self.readings(|maker, _| Rule::Count(1 + maker.dice.below(3) as u32), 0),
            _ => {
                let count = |maker: &mut Maker| Box::new(Rule::Count(1 + maker.dice.below(3) as u32));
                Rule::Since { date: self.date(), before: count(self), after: count(self) }
            }
        }
    }

    /// A rule that at most one name can reach.
    fn majority(&mut self) -> Rule {
        let of = self.dice.pick(&[Of::Members, Of::Members, Of::Present, Of::Votes]);
        let part = self.dice.pick(&[(1, 2), (1, 2), (2, 3)]);
        let strict = part == (1, 2) || of != Of::Members || self.dice.percent(50);
        Rule::Share { part, strict, of }
    }

    fn readings(&mut self, rule: impl Fn(&mut Maker, usize) -> Rule, depth: usize) -> Rule {
        if self.case.hypotheses.is_empty() {
            return rule(self, depth);
        }
        let hypothesis = HypothesisId(self.dice.below(self.case.hypotheses.len()) as u32);
        Rule::Readings(hypothesis, vec![rule(self, depth), rule(self, depth)])
    }

    fn events(&mut self) {
        for i in 0..self.dice.below(3) {
            let timing = if self.dice.percent(30) {
                Timing::On(self.date(), self.share())
            } else if self.dice.percent(10) {
                Timing::Rate(Expr::ALWAYS)
            } else {
                Timing::Rate(self.rate())
            };
            let (when, results) = (self.guard_or_date(), self.outcomes());
            event(&mut self.case, &format!("e{i}"), when, timing, results);
        }
    }

    fn interests(&mut self) {
        for i in 0..self.case.actors.len() {
            let actor = ActorId(i as u32);
            // What decisions are about: a worth for each value of a variable, then more of every kind.
            let on = self.variable();
            let worth = self.by_variable(on, 1.0);
            interest(&mut self.case, actor, worth, Payday::Last(Expr::TRUE));
            for _ in 0..=self.dice.below(3) {
                let condition = if self.dice.percent(80) { self.guard() } else { self.guard_or_date() };
                let (worth, when) = match self.dice.below(4) {
                    0 => (self.worth(0.4), Payday::Flow { days: self.days, scope: condition }),
                    1 => (self.worth(0.5), Payday::Once(condition)),
                    _ => {
                        let on = self.variable();
                        (self.by_variable(on, 0.8), Payday::Last(condition))
                    }
                };
                interest(&mut self.case, actor, worth, when);
            }
        }
    }

    fn outcomes(&mut self) -> Vec<Outcome> {
        let chances = match self.dice.below(10) {
            0..6 => vec![None],
            6 => vec![Some(self.share()), None],
            7 => vec![Some(self.share()), Some(self.share()), None],
            8 => vec![None, None],
            _ => vec![Some(Expr::ONE)],
        };
        let outcome = |maker: &mut Maker, chance| {
            let mut then = vec![maker.assignment()];
            if maker.dice.percent(25) {
                then.push(maker.assignment());
            }
            let quiet = maker.dice.percent(10);
            let paid = maker.dice.percent(25);
            let pays = if paid { vec![Pay { to: maker.holder(), amount: maker.worth(0.3) }] } else { vec![] };
            Outcome { chance, then: if quiet { vec![] } else { then }, pays }
        };
        chances.into_iter().map(|chance| outcome(self, chance)).collect()
    }

    fn assignment(&mut self) -> Assignment {
        let variable = self.variable();
        let size = self.case.variables[variable.index()].values.len();
        let alike = self.case.variables.iter().position(|other| {
            other.id != self.case.variables[variable.index()].id
                && other.values == self.case.variables[variable.index()].values
        });
        match self.dice.below(12) {
            0 => assigned(variable, Assigned::Up),
            1 => assigned(variable, Assigned::Down),
            2 if alike.is_some() => {
                assigned(variable, Assigned::Value(Expr::Variable(VariableId(alike.unwrap_or(0) as u32))))
            }
            3 => {
                let (left, right) = (self.dice.below(size), self.dice.below(size));
                let (left, right) = (value(&self.case, variable, left), value(&self.case, variable, right));
                let either = Expr::If(Box::new(self.guard()), Box::new(left), Box::new(right));
                assigned(variable, Assigned::Value(either))
            }
            _ => to(&self.case, variable, self.dice.below(size)),
        }
    }

    /// Any variable but a clock's: clocks come last.
    fn variable(&mut self) -> VariableId {
        let free = self.case.variables.len() - self.case.clocks.len();
        VariableId(self.dice.below(free) as u32)
    }

    /// Any variable; a condition may read a clock.
    fn readable(&mut self) -> VariableId {
        VariableId(self.dice.below(self.case.variables.len()) as u32)
    }

    fn date(&mut self) -> jiff::civil::Date {
        day(self.dice.below(self.length as usize + 1) as i64)
    }

    fn guard_or_date(&mut self) -> Expr {
        match self.dice.below(10) {
            0 => Expr::Since(self.date()),
            1 => not(Expr::Since(self.date())),
            2 => Expr::TRUE,
            _ => self.guard(),
        }
    }

    fn guard(&mut self) -> Expr {
        let variable = self.readable();
        let size = self.case.variables[variable.index()].values.len();
        let position = self.dice.below(size);
        match self.dice.below(10) {
            0..5 => at(&self.case, variable, position),
            5 => not(at(&self.case, variable, position)),
            6 => {
                let (rank, bound) = (Expr::Rank(variable), Expr::Constant(Value::Integer(position as i64)));
                let order =
                    [Comparison::Less, Comparison::GreaterOrEqual, Comparison::Greater, Comparison::LessOrEqual];
                Expr::Compare(self.dice.pick(&order), Box::new(rank), Box::new(bound))
            }
            7 => Expr::All(vec![self.guard(), self.guard()]),
            8 => Expr::Any(vec![self.guard(), self.guard()]),
            _ => {
                let value = value(&self.case, variable, position);
                Expr::Compare(Comparison::NotEqual, Box::new(Expr::Variable(variable)), Box::new(value))
            }
        }
    }

    fn holder(&mut self) -> Holder {
        let actors = self.case.actors.len();
        let any = |maker: &mut Maker| ActorId(maker.dice.below(actors) as u32);
        match self.dice.below(10) {
            0..8 => Holder::Actor(any(self)),
            8 => Holder::Cases(vec![(self.guard(), Some(any(self))), (Expr::TRUE, Some(any(self)))]),
            _ => Holder::Cases(vec![
                (self.guard(), Some(any(self))),
                (self.guard(), None),
                (Expr::TRUE, Some(any(self))),
            ]),
        }
    }

    fn number(&mut self, law: Law, value: f64) -> Expr {
        self.numbers.push(value);
        number(&mut self.case, &format!("k{}", self.numbers.len() - 1), law)
    }

    /// A rate that comes up in a period now and then.
    fn rate(&mut self) -> Expr {
        if self.dice.percent(20) {
            return Expr::Hazard { chance: Box::new(self.share()), days: self.days };
        }
        let value = self.dice.real(0.3, 2.5) / self.days;
        self.number(Law::LogNormal { low: 0.01, high: 0.3 }, value)
    }

    /// A chance that is neither 0 nor 1.
    fn share(&mut self) -> Expr {
        let value = self.dice.real(0.1, 0.9);
        let share = self.number(Law::LogitNormal { low: 0.1, high: 0.9 }, value);
        match self.dice.below(10) {
            0 => real(self.dice.below(11) as f64 / 10.0),
            1 => Expr::If(Box::new(self.guard()), Box::new(share), Box::new(real(0.35))),
            2 if !self.case.hypotheses.is_empty() => self.by_reading(share, real(0.6)),
            _ => share,
        }
    }

    /// A payoff up to about `scale`, of either sign.
    fn worth(&mut self, scale: f64) -> Expr {
        let value = self.dice.real(-scale, scale);
        let worth = self.number(Law::Normal { low: -scale, high: scale }, value);
        let sign = self.dice.below(3) as f64 / 2.0 - 0.5;
        match self.dice.below(12) {
            0 => real(scale * sign),
            1 => {
                let on = self.variable();
                self.by_variable(on, scale)
            }
            2 => Expr::If(Box::new(self.guard_or_date()), Box::new(worth), Box::new(real(0.5 * scale))),
            3 if !self.case.hypotheses.is_empty() => self.by_reading(worth, real(-0.5 * scale)),
            4 => {
                let share = Box::new(self.share());
                let times = Expr::Arithmetic(Arithmetic::Multiply, share, Box::new(worth));
                Expr::Arithmetic(Arithmetic::Add, Box::new(times), Box::new(real(0.3 * scale)))
            }
            5 => Expr::Minimum(vec![worth, real(0.4 * scale)]),
            6 => Expr::Maximum(vec![Expr::Negate(Box::new(worth)), real(-0.4 * scale)]),
            _ => worth,
        }
    }

    fn by_variable(&mut self, variable: VariableId, scale: f64) -> Expr {
        let values = self.case.variables[variable.index()].values.clone();
        let mut arms = Vec::new();
        for value in &values[1..] {
            let worth = self.dice.real(-scale, scale);
            arms.push((*value, self.number(Law::Normal { low: -scale, high: scale }, worth)));
        }
        Expr::Match { on: Box::new(Expr::Variable(variable)), arms, otherwise: Some(Box::new(Expr::ZERO)) }
    }

    fn by_reading(&mut self, first: Expr, second: Expr) -> Expr {
        let hypothesis = HypothesisId(self.dice.below(self.case.hypotheses.len()) as u32);
        let readings = &self.case.hypotheses[hypothesis.index()].readings;
        let arms = vec![(Value::Name(readings[0].name), first), (Value::Name(readings[1].name), second)];
        Expr::Match { on: Box::new(Expr::Reading(hypothesis)), arms, otherwise: None }
    }
}

#[cfg(test)]
mod hard {
    use super::game;
    use std::collections::BTreeMap;

    /// What is undecided in the games: an easy generator would prove nothing.
    #[test]
    fn generated_games_are_hard() {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut count = |what, yes: bool| {
            let entry = counts.entry(what).or_default();
            entry.0 += usize::from(yes);
            entry.1 += 1;
        };
        for seed in 0..200 {
            let (game, answer) = game(seed, 20_000);
            count("games of several periods", crate::oracle::periods(&game.case).len() > 1);
            count("games with several last states", answer.last.values().filter(|p| **p > 0.01).count() > 2);
            count("games with choices", !answer.first.is_empty());
            count("games with ballots", !answer.ballots.is_empty());
            count("games with sittings", answer.ballots.iter().any(|vote| vote.stage == "sitting"));
            count("games with names", answer.ballots.iter().any(|vote| vote.stage.starts_with("round 1")));
            count("games with second rounds", answer.ballots.iter().any(|vote| vote.stage.starts_with("round 2")));
            count("games with reactions", answer.first.iter().any(|choice| choice.reacts.is_some()));
            count("games with bodies", answer.first.iter().any(|choice| choice.proposer.is_some()));
            count("games with clocks", !game.case.clocks.is_empty());
            for choice in answer.first.iter().filter(|choice| choice.actions.len() > 1) {
                let most = choice.actions.iter().map(|(_, p)| *p).fold(0.0, f64::max);
                let sum: f64 = choice.weights.iter().sum();
                let moved = choice.actions.iter().zip(&choice.weights).any(|((_, p), w)| (p - w / sum).abs() > 0.02);
                count("choices neither sure nor indifferent", most < 0.95 && moved);
            }
            for vote in &answer.ballots {
                count("ballots undecided", vote.results.iter().any(|p| (0.05..0.95).contains(p)));
            }
        }
        for (what, (yes, all)) in &counts {
            println!("{what}: {yes} of {all}");
        }
        let share = |what: &str| counts[what].0 as f64 / counts[what].1 as f64;
        assert!(share("choices neither sure nor indifferent") > 0.5);
        assert!(share("ballots undecided") > 0.5);
        assert!(share("games with choices") > 0.7);
        assert!(share("games of several periods") > 0.6);
        for what in ["ballots", "sittings", "names", "second rounds", "reactions", "bodies", "clocks"] {
            assert!(share(&format!("games with {what}")) > 0.05, "too few games with {what}");
        }
    }
}
