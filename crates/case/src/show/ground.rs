//! The ground case as text: every turn, action, clock and interest as the game will play it.

use crate::expr::{Arithmetic, Comparison, Expr, Value};
use crate::model::{
    Action, Answer, Assigned, Ballot, Case, Form, Holder, Law, Of, Outcome, Pay, Payday, Round, Rule, Timing, Voice,
    Who,
};
use std::fmt::Write;

/// Everything the kernel holds, in its order; ids as written in the case.
pub fn ground(case: &Case) -> String {
    let ground = Ground { case };
    let mut text = String::new();
    for variable in &case.variables {
        let values: Vec<String> = variable.values.iter().map(|value| ground.value(*value)).collect();
        let start = variable.values.get(variable.start as usize).map_or_else(String::new, |value| ground.value(*value));
        let scope = variable.scope.as_ref().map_or_else(String::new, |scope| format!(" while {}", ground.expr(scope)));
        let _ = writeln!(text, "variable {} in [{}] from {start}{scope}", variable.id, values.join(", "));
    }
    for number in &case.numbers {
        let key = if number.key == number.path { String::new() } else { format!(" drawn with {}", number.key) };
        let _ = writeln!(text, "number {} = {}{key}", number.path, law(&number.law));
    }
    for hypothesis in &case.hypotheses {
        let readings: Vec<String> = hypothesis
            .readings
            .iter()
            .map(|reading| {
                let prior = reading.prior.as_ref().map_or_else(|| "rest".to_owned(), |prior| ground.expr(prior));
                format!("{} {prior}", ground.name(reading.name.index()))
            })
            .collect();
        let _ = writeln!(text, "hypothesis {}: {}", hypothesis.id, readings.join(", "));
    }
    for electorate in &case.electorates {
        let _ = writeln!(
            text,
            "electorate {} of {}, cohesion {}",
            electorate.id,
            electorate.members,
            ground.expr(&electorate.cohesion)
        );
        for elector in &electorate.electors {
            let voice = match &elector.voice {
                Voice::Actor(holder) => ground.holder(holder),
                Voice::Habit { attend, yes } => {
                    format!("habit attend {} yes {}", ground.expr(attend), ground.expr(yes))
                }
            };
            let _ = writeln!(
                text,
                "  {} {} (at most {}), present {}: {voice}",
                elector.id,
                ground.expr(&elector.weight),
                elector.most,
                ground.expr(&elector.present)
            );
        }
    }
    for turn in &case.turns {
        let reacts: Vec<&str> = turn.reacts_to.iter().map(|id| case.variables[id.index()].id.as_str()).collect();
        let reacts = if reacts.is_empty() { String::new() } else { format!(", reacts to {}", reacts.join(", ")) };
        let _ = writeln!(text, "turn {} at {}{reacts}", turn.id, ground.expr(&turn.pace));
        for slot in &turn.slots {
            let who = match &slot.who {
                Who::Holder(holder) => ground.holder(holder),
                Who::Body(id) => format!("body {}", case.electorates[id.index()].id),
                Who::Nature => "nature".into(),
            };
            let obliged = if slot.obliged { ", obliged" } else { "" };
            let _ = writeln!(text, "  slot {who} when {}{obliged}", ground.expr(&slot.when));
            for action in &slot.menu {
                ground.action(action, &mut text);
            }
        }
    }
    for event in &case.events {
        let timing = match &event.timing {
            Timing::Rate(rate) => format!("at {}", ground.expr(rate)),
            Timing::On(date, chance) => format!("on {date} with {}", ground.expr(chance)),
        };
        let _ = writeln!(text, "event {} {timing} when {}", event.id, ground.expr(&event.when));
        ground.outcomes("", &event.results, 2, &mut text);
    }
    for clock in &case.clocks {
        let _ = writeln!(
            text,
            "clock {} of {} phases in {} days while {}",
            clock.id,
            clock.phases,
            ground.expr(&clock.days),
            ground.expr(&clock.running)
        );
        ground.outcomes("", &clock.breach, 2, &mut text);
    }
    for interest in &case.interests {
        let when = match &interest.when {
            Payday::Last(condition) => format!("at last if {}", ground.expr(condition)),
            Payday::Flow { days, scope } => format!("per {days} days while {}", ground.expr(scope)),
            Payday::Once(condition) => format!("once {}", ground.expr(condition)),
        };
        let _ = writeln!(
            text,
            "interest {} of {}: {} {when}",
            interest.id,
            case.actors[interest.actor.index()].id,
            ground.expr(&interest.worth)
        );
    }
    let _ = writeln!(text, "settled {}", ground.expr(&case.settled));
    let _ = writeln!(text, "ends {}", ground.expr(&case.ends));
    text
}

struct Ground<'c> {
    case: &'c Case,
}

impl Ground<'_> {
    fn name(&self, at: usize) -> &str {
        self.case.names.get(at).map_or("?", String::as_str)
    }

    fn value(&self, value: Value) -> String {
        match value {
            Value::Name(name) => self.name(name.index()).to_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(x) if x == f64::INFINITY => "always".into(),
            Value::Real(x) => x.to_string(),
            Value::Boolean(truth) => truth.to_string(),
        }
    }

    fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Actor(actor) => self.case.actors[actor.index()].id.clone(),
            Holder::Cases(cases) => {
                let cases: Vec<String> = cases
                    .iter()
                    .map(|(condition, actor)| {
                        let who = actor.map_or("nobody", |actor| self.case.actors[actor.index()].id.as_str());
                        if *condition == Expr::TRUE {
                            who.to_owned()
                        } else {
                            format!("{who} if {}", self.expr(condition))
                        }
                    })
                    .collect();
                if cases.is_empty() { "nobody".into() } else { format!("({})", cases.join(", else ")) }
            }
        }
    }

    fn action(&self, action: &Action, text: &mut String) {
        let mut line = format!("    {} of {} when {}", action.id, action.move_id, self.expr(&action.when));
        if let Some(weight) = &action.weight {
            let _ = write!(line, ", weight {}", self.expr(weight));
        }
        if action.obliged {
            line.push_str(", obliged");
        }
        if !action.seen {
            line.push_str(", unseen");
        }
        let _ = writeln!(text, "{line}{}", self.pays(&action.pays));
        if let Some(ballot) = &action.ballot {
            self.ballot(ballot, text);
        }
        self.outcomes("", &action.results, 6, text);
        self.outcomes("failed: ", &action.failed, 6, text);
    }

    fn ballot(&self, ballot: &Ballot, text: &mut String) {
        let electorate = &self.case.electorates[ballot.electorate.index()];
        let mut line = format!("      ballot {} in {}", ballot.id, electorate.id);
        if let Some(sitting) = &ballot.sitting {
            let _ = write!(line, ", quorum {}", self.rule(&sitting.quorum));
        }
        match &ballot.form {
            Form::YesNo { rule } => {
                let _ = writeln!(text, "{line}, passes by {}", self.rule(rule));
            }
            Form::Names { names, rounds } => {
                let rounds: Vec<String> = rounds
                    .iter()
                    .map(|round| match round {
                        Round::Reach(rule) => self.rule(rule),
                        Round::RunOff => "run-off".into(),
                        Round::RunOffReach(rule) => format!("run-off by {}", self.rule(rule)),
                        Round::Plurality => "plurality".into(),
                    })
                    .collect();
                let _ = writeln!(text, "{line}, rounds {}", rounds.join(" then "));
                for name in names {
                    self.outcomes(&format!("{}: ", self.value(name.value)), &name.results, 8, text);
                }
            }
        }
        for pay in &ballot.pays {
            let answer = match pay.answer {
                Answer::Yes => "yes".to_owned(),
                Answer::No => "no".into(),
                Answer::Attend => "attend".into(),
                Answer::StayAway => "stay away".into(),
                Answer::Name(value) => self.value(value),
            };
            let _ =
                writeln!(text, "        {} {answer}: {}", electorate.electors[pay.elector].id, self.expr(&pay.amount));
        }
    }

    fn rule(&self, rule: &Rule) -> String {
        match rule {
            Rule::Share { part: (n, d), strict, of } => {
                let of = match of {
                    Of::Members => "members",
                    Of::Present => "present",
                    Of::Votes => "votes",
                };
                format!("{} {n}/{d} of {of}", if *strict { "more than" } else { "at least" })
            }
            Rule::Count(count) => format!("{count} yes"),
            Rule::Consent => "consent of all".into(),
            Rule::Negative(inner) => format!("unless noes reach {}", self.rule(inner)),
            Rule::Readings(id, rules) => {
                let hypothesis = &self.case.hypotheses[id.index()];
                let readings: Vec<String> = hypothesis
                    .readings
                    .iter()
                    .zip(rules)
                    .map(|(reading, rule)| format!("{}: {}", self.name(reading.name.index()), self.rule(rule)))
                    .collect();
                format!("{{{} by {}}}", readings.join("; "), hypothesis.id)
            }
            Rule::Since { date, before, after } => {
                format!("{{{} until {date}, then {}}}", self.rule(before), self.rule(after))
            }
        }
    }

    fn outcomes(&self, label: &str, outcomes: &[Outcome], indent: usize, text: &mut String) {
        for outcome in outcomes {
            let chance = match &outcome.chance {
                Some(chance) => format!("{}: ", self.expr(chance)),
                None if outcomes.len() > 1 => "rest: ".into(),
                None => String::new(),
            };
            let then: Vec<String> = outcome
                .then
                .iter()
                .map(|assignment| {
                    let variable = &self.case.variables[assignment.variable.index()].id;
                    match &assignment.value {
                        Assigned::Value(value) => format!("{variable} = {}", self.expr(value)),
                        Assigned::Up => format!("{variable} up"),
                        Assigned::Down => format!("{variable} down"),
                    }
                })
                .collect();
            let then = if then.is_empty() { "nothing".to_owned() } else { then.join(", ") };
            let _ = writeln!(text, "{:indent$}{label}{chance}{then}{}", "", self.pays(&outcome.pays));
        }
    }

    fn pays(&self, pays: &[Pay]) -> String {
        pays.iter().fold(String::new(), |mut text, pay| {
            let _ = write!(text, ", {} gets {}", self.holder(&pay.to), self.expr(&pay.amount));
            text
        })
    }

    fn expr(&self, expr: &Expr) -> String {
        let list = |parts: &[Expr], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.expr(part)).collect();
            format!("({})", parts.join(word))
        };
        match expr {
            Expr::Constant(value) => self.value(*value),
            Expr::Variable(id) => self.case.variables[id.index()].id.clone(),
            Expr::Rank(id) => format!("rank {}", self.case.variables[id.index()].id),
            Expr::Number(id) => format!("<{}>", self.case.numbers[id.index()].path),
            Expr::Reading(id) => format!("<{}>", self.case.hypotheses[id.index()].id),
            Expr::Since(date) => format!("since {date}"),
            Expr::Not(inner) => format!("not {}", self.expr(inner)),
            Expr::All(parts) => list(parts, " and "),
            Expr::Any(parts) => list(parts, " or "),
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
            Expr::Arithmetic(arithmetic, left, right) => {
                let sign = match arithmetic {
                    Arithmetic::Add => "+",
                    Arithmetic::Subtract => "-",
                    Arithmetic::Multiply => "*",
                    Arithmetic::Divide => "/",
                };
                format!("({} {sign} {})", self.expr(left), self.expr(right))
            }
            Expr::Negate(inner) => format!("-{}", self.expr(inner)),
            Expr::Minimum(parts) => format!("min{}", list(parts, ", ")),
            Expr::Maximum(parts) => format!("max{}", list(parts, ", ")),
            Expr::If(condition, yes, no) => {
                format!("(if {} then {} else {})", self.expr(condition), self.expr(yes), self.expr(no))
            }
            Expr::Match { on, arms, otherwise } => {
                let mut arms: Vec<String> =
                    arms.iter().map(|(value, arm)| format!("{}: {}", self.value(*value), self.expr(arm))).collect();
                if let Some(other) = otherwise {
                    arms.push(format!("else: {}", self.expr(other)));
                }
                format!("{{{} | {}}}", self.expr(on), arms.join(", "))
            }
            Expr::Hazard { chance, days } => format!("hazard({} in {days} days)", self.expr(chance)),
        }
    }
}

fn law(law: &Law) -> String {
    match law {
        Law::Exact(x) => x.to_string(),
        Law::Normal { low, high } => format!("normal {low} to {high}"),
        Law::LogitNormal { low, high } => format!("logit-normal {low} to {high}"),
        Law::LogNormal { low, high } => format!("lognormal {low} to {high}"),
        Law::Pert { low, mode, high } => format!("pert {low}, {mode}, {high}"),
        Law::OneOf(values) => format!("one of {}", values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")),
    }
}
