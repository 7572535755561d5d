//! A ground case as a page one can read: what a failing comparison prints.

use crate::generate::Game;
use crate::oracle::{Answer as Oracle, Choice, Vote, periods};
use case::expr::{Arithmetic, Comparison, Expr, Value};
use case::model::{
    Action, Answer, Assigned, Ballot, Case, Form, Holder, Of, Outcome, Pay, Payday, Round, Rule, Timing, VariableId,
    Voice, Who,
};
use std::fmt::Write;

/// The game, a line for each thing in it.
pub fn page(game: &Game) -> String {
    let case = &game.case;
    let show = Show { case };
    let mut page = String::new();
    let mut line = |text: String| writeln!(page, "{text}").expect("memory");
    line(format!("seed {}", game.seed));
    for period in periods(case) {
        line(format!("period of {} days from day {}", period.days, period.begin));
    }
    for (hypothesis, reading) in case.hypotheses.iter().zip(&game.readings) {
        line(format!("{} is {}", hypothesis.id, case.names[hypothesis.readings[*reading].name.index()]));
    }
    for (actor, precision) in case.actors.iter().zip(&case.precision) {
        line(format!("actor {} λ {}{}", actor.id, show.expr(precision), show.scope(actor.scope.as_ref())));
    }
    for variable in &case.variables {
        let values: Vec<String> = variable.values.iter().map(|value| show.value(*value)).collect();
        let start = &values[variable.start as usize];
        let scope = show.scope(variable.scope.as_ref());
        line(format!("variable {} in [{}] from {start}{scope}", variable.id, values.join(", ")));
    }
    for electorate in &case.electorates {
        line(format!("{} of {}, cohesion {}", electorate.id, electorate.members, show.expr(&electorate.cohesion)));
        for elector in &electorate.electors {
            let voice = match &elector.voice {
                Voice::Actor(holder) => show.holder(holder),
                Voice::Habit { attend, yes } => format!("attend {} yes {}", show.expr(attend), show.expr(yes)),
            };
            let (weight, present) = (show.expr(&elector.weight), show.expr(&elector.present));
            line(format!("  {weight} seats (most {}), present {present}: {voice}", elector.most));
        }
    }
    for turn in &case.turns {
        let watched: Vec<&str> = turn.reacts_to.iter().map(|v| show.variable(*v)).collect();
        line(format!("turn {} pace {} reacts to {watched:?}", turn.id, show.expr(&turn.pace)));
        for slot in &turn.slots {
            let who = match &slot.who {
                Who::Holder(holder) => show.holder(holder),
                Who::Body(electorate) => format!("body {}", case.electorates[electorate.index()].id),
                Who::Nature => "nature".into(),
            };
            line(format!("  {who}{} when {}", if slot.obliged { " obliged" } else { "" }, show.expr(&slot.when)));
            slot.menu.iter().for_each(|action| line(show.action(action)));
        }
    }
    for event in &case.events {
        let timing = match &event.timing {
            Timing::Rate(rate) => format!("rate {}", show.expr(rate)),
            Timing::On(date, chance) => format!("on {date} with {}", show.expr(chance)),
        };
        line(format!("event {} {timing} when {}{}", event.id, show.expr(&event.when), show.outcomes(&event.results)));
    }
    for clock in &case.clocks {
        let (running, days) = (show.expr(&clock.running), show.expr(&clock.days));
        let breach = show.outcomes(&clock.breach);
        line(format!("clock {} of {} phases, {days} days, while {running}{breach}", clock.id, clock.phases));
    }
    for interest in &case.interests {
        let when = match &interest.when {
            Payday::Last(condition) => format!("at the end if {}", show.expr(condition)),
            Payday::Flow { days, scope } => format!("each {days} days while {}", show.expr(scope)),
            Payday::Once(condition) => format!("once {}", show.expr(condition)),
        };
        line(format!("{} wants {} {when}", case.actors[interest.actor.index()].id, show.expr(&interest.worth)));
    }
    line(format!("ends {}", show.expr(&case.ends)));
    line(format!("discount {}", show.expr(&case.discount)));
    let met: Vec<&str> = page.split(|c: char| !c.is_alphanumeric()).collect();
    let numbers = game.numbers.iter().enumerate().filter(|(i, _)| met.contains(&format!("k{i}").as_str()));
    let numbers: Vec<String> = numbers.map(|(i, number)| format!("k{i} = {number:?}")).collect();
    page + &numbers.join("\n")
}

/// What the slow solver says of it.
pub fn answer(answer: &Oracle) -> String {
    let mut page = format!("payoffs {:?}\nlast {:?}\n", answer.payoffs, answer.last);
    for choice in answer.first.iter().filter(|choice| choice.actions.len() > 1) {
        let Choice { turn, slot, decider, state, reacts, actions, reach, .. } = choice;
        let turn = format!("{turn}.{slot} {reacts:?} actor {} in {state:?}", decider.index());
        writeln!(page, "choice at {turn}: {actions:?} (reached {reach:e})").expect("memory");
    }
    for vote in &answer.ballots {
        let Vote { turn, slot, action, state, stage, answers, results, reach, .. } = vote;
        let turn = format!("{turn}.{slot} {action} in {state:?}, {stage}");
        writeln!(page, "ballot at {turn}: {results:?} from {answers:?} (reached {reach:e})").expect("memory");
    }
    page
}

struct Show<'a> {
    case: &'a Case,
}

impl Show<'_> {
    fn variable(&self, variable: VariableId) -> &str {
        &self.case.variables[variable.index()].id
    }

    fn value(&self, value: Value) -> String {
        match value {
            Value::Name(name) => self.case.names[name.index()].clone(),
            Value::Integer(n) => n.to_string(),
            Value::Real(x) => format!("{x:?}"),
            Value::Boolean(b) => b.to_string(),
        }
    }

    fn scope(&self, scope: Option<&Expr>) -> String {
        scope.map_or(String::new(), |scope| format!(" while {}", self.expr(scope)))
    }

    fn list(&self, parts: &[Expr], between: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.expr(part)).collect();
        format!("({})", parts.join(between))
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Constant(value) => self.value(*value),
            Expr::Variable(variable) => self.variable(*variable).into(),
            Expr::Rank(variable) => format!("rank({})", self.variable(*variable)),
            Expr::Number(number) => format!("k{}", number.index()),
            Expr::Reading(hypothesis) => self.case.hypotheses[hypothesis.index()].id.clone(),
            Expr::Since(date) => format!("since({date})"),
            Expr::Not(inner) => format!("not {}", self.expr(inner)),
            Expr::All(parts) => self.list(parts, " and "),
            Expr::Any(parts) => self.list(parts, " or "),
            Expr::Compare(comparison, left, right) => {
                let sign = match comparison {
                    Comparison::Equal => "==",
                    Comparison::NotEqual => "!=",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                };
                format!("{} {sign} {}", self.expr(left), self.expr(right))
            }
            Expr::Arithmetic(operation, left, right) => {
                let sign = match operation {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                    Arithmetic::Divide => "/",
                };
                format!("({} {sign} {})", self.expr(left), self.expr(right))
            }
            Expr::Negate(inner) => format!("-{}", self.expr(inner)),
            Expr::Minimum(parts) => format!("min{}", self.list(parts, ", ")),
            Expr::Maximum(parts) => format!("max{}", self.list(parts, ", ")),
            Expr::If(condition, then, otherwise) => {
                format!("(if {} then {} else {})", self.expr(condition), self.expr(then), self.expr(otherwise))
            }
            Expr::Match { on, arms, otherwise } => {
                let mut arms: Vec<String> =
                    arms.iter().map(|(value, arm)| format!("{} = {}", self.value(*value), self.expr(arm))).collect();
                arms.extend(otherwise.as_ref().map(|otherwise| format!("else = {}", self.expr(otherwise))));
                format!("{{by {}: {}}}", self.expr(on), arms.join(", "))
            }
            Expr::Hazard { chance, days } => format!("{} per {days} days", self.expr(chance)),
        }
    }

    fn holder(&self, holder: &Holder) -> String {
        let name = |actor: &Option<case::model::ActorId>| {
            actor.map_or("nobody".to_string(), |actor| self.case.actors[actor.index()].id.clone())
        };
        match holder {
            Holder::Actor(actor) => name(&Some(*actor)),
            Holder::Cases(cases) => {
                let cases: Vec<String> =
                    cases.iter().map(|(when, actor)| format!("{} if {}", name(actor), self.expr(when))).collect();
                format!("[{}]", cases.join("; "))
            }
        }
    }

    fn pays(&self, pays: &[Pay]) -> String {
        let pays: Vec<String> =
            pays.iter().map(|pay| format!(" pays {} {}", self.holder(&pay.to), self.expr(&pay.amount))).collect();
        pays.concat()
    }

    fn outcomes(&self, outcomes: &[Outcome]) -> String {
        let one = |outcome: &Outcome| {
            let chance = outcome.chance.as_ref().map_or("rest".to_string(), |chance| self.expr(chance));
            let then: Vec<String> = outcome
                .then
                .iter()
                .map(|assignment| {
                    let to = match &assignment.value {
                        Assigned::Value(value) => self.expr(value),
                        Assigned::Up => "up".into(),
                        Assigned::Down => "down".into(),
                    };
                    format!("{} = {to}", self.variable(assignment.variable))
                })
                .collect();
            format!("\n        → {chance}: {}{}", then.join(", "), self.pays(&outcome.pays))
        };
        outcomes.iter().map(one).collect()
    }

    fn action(&self, action: &Action) -> String {
        let mut text = format!("    {} of {} when {}", action.id, action.move_id, self.expr(&action.when));
        if let Some(weight) = &action.weight {
            write!(text, " weight {}", self.expr(weight)).expect("memory");
        }
        if action.obliged {
            text.push_str(" obliged");
        }
        text.push_str(&self.pays(&action.pays));
        if let Some(ballot) = &action.ballot {
            text.push_str(&self.ballot(ballot));
        }
        text.push_str(&self.outcomes(&action.results));
        if !action.failed.is_empty() {
            write!(text, "\n      failed:{}", self.outcomes(&action.failed)).expect("memory");
        }
        text
    }

    fn ballot(&self, ballot: &Ballot) -> String {
        let mut text = format!("\n      ballot of {}", self.case.electorates[ballot.electorate.index()].id);
        if let Some(sitting) = &ballot.sitting {
            write!(text, ", quorum {}", self.rule(&sitting.quorum)).expect("memory");
        }
        match &ballot.form {
            Form::YesNo { rule } => write!(text, ", passes with {}", self.rule(rule)).expect("memory"),
            Form::Names { names, rounds } => {
                for round in rounds {
                    let round = match round {
                        Round::Reach(rule) => self.rule(rule),
                        Round::RunOff => "run-off".into(),
                        Round::RunOffReach(rule) => format!("run-off by {}", self.rule(rule)),
                        Round::Plurality => "plurality".into(),
                    };
                    write!(text, ", round: {round}").expect("memory");
                }
                for name in names {
                    let results = self.outcomes(&name.results);
                    write!(text, "\n      name {}{results}", self.value(name.value)).expect("memory");
                }
            }
        }
        for pay in &ballot.pays {
            let answer = match pay.answer {
                Answer::Name(value) => self.value(value),
                answer => format!("{answer:?}"),
            };
            write!(text, "\n      elector {} gets {} for {answer}", pay.elector, self.expr(&pay.amount))
                .expect("memory");
        }
        text
    }

    fn rule(&self, rule: &Rule) -> String {
        match rule {
            Rule::Share { part, strict, of } => {
                let of = match of {
                    Of::Members => "members",
                    Of::Present => "present",
                    Of::Votes => "votes",
                };
                format!("{} {}/{} of {of}", if *strict { "more than" } else { "at least" }, part.0, part.1)
            }
            Rule::Count(number) => format!("{number} yes"),
            Rule::Consent => "consent".into(),
            Rule::Negative(rule) => format!("not against {}", self.rule(rule)),
            Rule::Readings(hypothesis, rules) => {
                let rules: Vec<String> = rules.iter().map(|rule| self.rule(rule)).collect();
                format!("by {} ({})", self.case.hypotheses[hypothesis.index()].id, rules.join(" | "))
            }
            Rule::Since { date, before, after } => {
                format!("(since {date} {} before {})", self.rule(after), self.rule(before))
            }
        }
    }
}
