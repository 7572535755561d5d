//! The periods from `now` on, and which of them are of one kind.

use crate::graph::Period;
use case::expr::Expr;
use case::model::{Case, Form, Holder, Outcome, Payday, Round, Rule, Timing, Voice, Who};
use jiff::ToSpan;
use jiff::civil::Date;

/// The calendar of a case.
pub struct Plan {
    pub periods: Vec<Period>,
    /// How many of them lie before `now`.
    pub before: usize,
    /// The distinct kinds of period, by first appearance.
    pub kinds: Vec<PeriodKind>,
}

/// What periods of one kind have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodKind {
    pub days: f64,
    /// Beginning of the first of them.
    pub begins: Date,
    /// Which of the dates the case mentions have been reached.
    reached: Vec<bool>,
    /// Which dated events fall into it.
    pub today: Vec<bool>,
}

/// Cuts the time from `now` to `until` into periods and, with `past`, that from `from` to `now`: counted from `now`
/// backwards, so that the first of a step takes what is left.
/// `also`: a further date on which something changes.
pub fn plan(case: &Case, also: Option<Date>, past: bool) -> Plan {
    let calendar = &case.calendar;
    let mut dates: Vec<Date> = also.into_iter().collect();
    dates_of(case, &mut |date| dates.push(date));
    dates.sort_unstable();
    dates.dedup();
    let days = |a: Date, b: Date| f64::from(a.until(b).map_or(0, |span| span.get_days()));
    // Bounds in days from `now`, so that fractions of a day do not add up; each with the length of the period it ends.
    let mut lengths: Vec<(f64, f64)> = Vec::new();
    if past {
        let mut begins = calendar.from;
        for step in &calendar.steps {
            let ends = step.until.min(calendar.now);
            let length = days(begins, ends);
            if length <= 0.0 {
                continue;
            }
            let n = (length / step.days).round().max(1.0) as u32;
            let offset = days(calendar.now, ends);
            lengths.push((-days(begins, calendar.now), length - f64::from(n - 1) * step.days));
            lengths.extend((1..n).rev().map(|i| (offset - f64::from(i) * step.days, step.days)));
            begins = ends;
        }
    }
    let before = lengths.len();
    let mut offset = 0.0;
    for step in &calendar.steps {
        let left = days(calendar.now, step.until) - offset;
        if left <= 0.0 {
            continue;
        }
        let n = (left / step.days).round().max(1.0) as u32;
        lengths.extend((0..n).map(|i| (offset + f64::from(i) * step.days, step.days)));
        offset += f64::from(n) * step.days;
    }
    let mut periods = Vec::new();
    let mut kinds: Vec<PeriodKind> = Vec::new();
    for (offset, length) in lengths {
        let (begins, ends) = (day(calendar.now, offset), day(calendar.now, offset + length));
        let kind = PeriodKind {
            days: length,
            begins,
            reached: dates.iter().map(|date| begins >= *date).collect(),
            today: case
                .events
                .iter()
                .map(|event| matches!(event.timing, Timing::On(date, _) if date >= begins && date < ends))
                .collect(),
        };
        let alike = |k: &PeriodKind| k.days == kind.days && k.reached == kind.reached && k.today == kind.today;
        let segment = kinds.iter().position(alike).unwrap_or_else(|| {
            kinds.push(kind);
            kinds.len() - 1
        });
        periods.push(Period { begins, ends, days: length, segment });
    }
    Plan { periods, before, kinds }
}

fn day(from: Date, offset: f64) -> Date {
    // Far beyond the calendar's end only for cases the checker refuses.
    from.checked_add((offset.floor() as i64).days()).unwrap_or(Date::MAX)
}

/// Every date a rule or a condition turns on.
fn dates_of(case: &Case, found: &mut dyn FnMut(Date)) {
    for variable in &case.variables {
        variable.scope.iter().for_each(|e| in_expr(e, found));
    }
    case.actors.iter().filter_map(|a| a.scope.as_ref()).for_each(|e| in_expr(e, found));
    for electorate in &case.electorates {
        in_expr(&electorate.cohesion, found);
        for elector in &electorate.electors {
            in_expr(&elector.weight, found);
            in_expr(&elector.present, found);
            match &elector.voice {
                Voice::Actor(holder) => in_holder(holder, found),
                Voice::Habit { attend, yes } => {
                    in_expr(attend, found);
                    in_expr(yes, found);
                }
            }
        }
    }
    for turn in &case.turns {
        in_expr(&turn.pace, found);
        for slot in &turn.slots {
            in_expr(&slot.when, found);
            if let Who::Holder(holder) = &slot.who {
                in_holder(holder, found);
            }
            for action in &slot.menu {
                in_expr(&action.when, found);
                action.weight.iter().for_each(|e| in_expr(e, found));
                action.pays.iter().for_each(|pay| {
                    in_holder(&pay.to, found);
                    in_expr(&pay.amount, found);
                });
                in_outcomes(&action.results, found);
                in_outcomes(&action.failed, found);
                let Some(ballot) = &action.ballot else { continue };
                ballot.sitting.iter().for_each(|sitting| in_rule(&sitting.quorum, found));
                ballot.pays.iter().for_each(|pay| in_expr(&pay.amount, found));
                match &ballot.form {
                    Form::YesNo { rule } => in_rule(rule, found),
                    Form::Names { names, rounds } => {
                        names.iter().for_each(|name| in_outcomes(&name.results, found));
                        rounds.iter().for_each(|round| {
                            if let Round::Reach(rule) | Round::RunOffReach(rule) = round {
                                in_rule(rule, found);
                            }
                        });
                    }
                }
            }
        }
    }
    for event in &case.events {
        in_expr(&event.when, found);
        match &event.timing {
            Timing::Rate(e) | Timing::On(_, e) => in_expr(e, found),
        }
        in_outcomes(&event.results, found);
    }
    for clock in &case.clocks {
        in_expr(&clock.running, found);
        in_expr(&clock.days, found);
        in_outcomes(&clock.breach, found);
    }
    for interest in &case.interests {
        in_expr(&interest.worth, found);
        match &interest.when {
            Payday::Last(e) | Payday::Once(e) | Payday::Flow { scope: e, .. } => in_expr(e, found),
        }
    }
    in_expr(&case.ends, found);
}

fn in_outcomes(outcomes: &[Outcome], found: &mut dyn FnMut(Date)) {
    for outcome in outcomes {
        outcome.chance.iter().for_each(|e| in_expr(e, found));
        for assignment in &outcome.then {
            if let case::model::Assigned::Value(e) = &assignment.value {
                in_expr(e, found);
            }
        }
        outcome.pays.iter().for_each(|pay| {
            in_holder(&pay.to, found);
            in_expr(&pay.amount, found);
        });
    }
}

fn in_holder(holder: &Holder, found: &mut dyn FnMut(Date)) {
    if let Holder::Cases(cases) = holder {
        cases.iter().for_each(|(condition, _)| in_expr(condition, found));
    }
}

fn in_rule(rule: &Rule, found: &mut dyn FnMut(Date)) {
    match rule {
        Rule::Since { date, before, after } => {
            found(*date);
            in_rule(before, found);
            in_rule(after, found);
        }
        Rule::Negative(inner) => in_rule(inner, found),
        Rule::Readings(_, rules) => rules.iter().for_each(|r| in_rule(r, found)),
        Rule::Share { .. } | Rule::Count(_) | Rule::Consent => {}
    }
}

fn in_expr(expr: &Expr, found: &mut dyn FnMut(Date)) {
    match expr {
        Expr::Since(date) => found(*date),
        Expr::Constant(_) | Expr::Variable(_) | Expr::Rank(_) | Expr::Number(_) | Expr::Reading(_) => {}
        Expr::Not(a) | Expr::Negate(a) | Expr::Hazard { chance: a, .. } => in_expr(a, found),
        Expr::All(parts) | Expr::Any(parts) | Expr::Minimum(parts) | Expr::Maximum(parts) => {
            parts.iter().for_each(|part| in_expr(part, found));
        }
        Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => {
            in_expr(a, found);
            in_expr(b, found);
        }
        Expr::If(a, b, c) => [a, b, c].into_iter().for_each(|e| in_expr(e, found)),
        Expr::Match { on, arms, otherwise } => {
            in_expr(on, found);
            arms.iter().for_each(|(_, arm)| in_expr(arm, found));
            otherwise.iter().for_each(|e| in_expr(e, found));
        }
    }
}
