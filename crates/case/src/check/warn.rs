//! What is legal but probably not meant.

use crate::check::Checker;
use crate::check::chamber::bounds;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::expr::{Expr, Value};
use crate::model::{Assigned, Case, Holder, Law, Number, NumberId, Outcome, Payday, Reasons, VariableId, Voice, Who};
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(crate) fn warn(&mut self, case: &Case) {
        self.warn_reasons(&case.numbers);
        self.warn_interests(case);
        self.warn_paces(case);
        self.warn_deadlines(case);
        self.warn_dead(case);
        self.warn_signs(case);
        self.warn_cohesion(case);
    }

    fn warning(&mut self, code: &'static str, span: Span, message: String, label: &str, help: &str) {
        self.report.add(Diagnostic::new(code, Severity::Warning, span, message, label).help(help));
    }

    /// Numbers without claim or reason, together where they stand together.
    fn warn_reasons(&mut self, numbers: &[Number]) {
        let mut groups: Vec<(String, Vec<&Number>)> = Vec::new();
        for number in numbers {
            if number.reasons != Reasons::default() || number.law == crate::model::Law::Exact(0.0) {
                continue;
            }
            let table = number.path.rsplit_once('.').map_or(number.path.as_str(), |(table, _)| table);
            match groups.last_mut() {
                Some((known, list)) if known == table => list.push(number),
                _ => groups.push((table.to_owned(), vec![number])),
            }
        }
        for (table, list) in groups {
            let message = match list.as_slice() {
                [one] => format!("`{}` has neither a claim nor a reason", one.path),
                many => format!("{} numbers of `{table}` have neither a claim nor a reason", many.len()),
            };
            self.report.add(
                Diagnostic::new("no-reason", Severity::Note, list[0].span, message, "on what does this rest?")
                    .help("add `because = [\"claim\"]` or `assume = \"why\"` to the table"),
            );
        }
    }

    fn warn_interests(&mut self, case: &Case) {
        let mut deciding: BTreeSet<usize> = BTreeSet::new();
        let mut add = |holder: &Holder| match holder {
            Holder::Actor(actor) => {
                deciding.insert(actor.index());
            }
            Holder::Cases(cases) => {
                deciding.extend(cases.iter().filter_map(|(_, actor)| actor.map(crate::model::ActorId::index)));
            }
        };
        for turn in &case.turns {
            for slot in turn.slots.iter().filter(|slot| !slot.menu.is_empty()) {
                if let Who::Holder(holder) = &slot.who {
                    add(holder);
                }
            }
        }
        for electorate in &case.electorates {
            for elector in &electorate.electors {
                if let Voice::Actor(holder) = &elector.voice {
                    add(holder);
                }
            }
        }
        for at in deciding {
            let actor = &case.actors[at];
            let own: Vec<_> = case.interests.iter().filter(|interest| interest.actor.index() == at).collect();
            if own.is_empty() {
                let message = format!("`{}` decides but wants nothing", actor.id);
                self.warning(
                    "no-interest",
                    actor.span,
                    message,
                    "it tosses a coin wherever nothing else pays it",
                    "add `[interests]` for it, or a `habit` for its bloc",
                );
            } else if let Some(headline) = case.headline
                && !own.iter().any(|interest| reads(&interest.worth, headline) || when_reads(&interest.when, headline))
            {
                let message = format!("`{}` does not care about the outcome", actor.id);
                let help = format!(
                    "give it a line on `{}`; a zero that is meant can be written",
                    case.variables[headline.index()].id
                );
                self.warning("no-stake", actor.span, message, "none of its interests reads the headline", &help);
            }
        }
    }

    /// Turns that come up too often for the period: the forecast then depends on its length.
    /// A deadline no longer than a period is over in the period in which its stage begins.
    fn warn_deadlines(&mut self, case: &Case) {
        let longest = case.calendar.steps.iter().map(|step| step.days).fold(0.0, f64::max);
        let Some(stage) = case.stage else { return };
        let stages: Vec<String> =
            case.variables[stage.index()].values.iter().map(|value| self.show_value(*value)).collect();
        for clock in case.clocks.iter().filter(|clock| stages.contains(&clock.id)) {
            let bites = clock.breach.iter().any(|outcome| !outcome.then.is_empty());
            let Some(days) = most_days(&clock.days, case) else { continue };
            if bites && days <= longest {
                self.warning(
                    "short-deadline",
                    clock.span,
                    format!("the stage `{}` lasts {days} days at most, and a period of this case {longest}", clock.id),
                    "time is up before anybody comes to act",
                    "shorten `period`",
                );
            }
        }
    }

    fn warn_paces(&mut self, case: &Case) {
        let longest = case.calendar.steps.iter().map(|step| step.days).fold(0.0, f64::max);
        for turn in &case.turns {
            let mut fastest = 0.0_f64;
            middle_rates(&turn.pace, case, &mut fastest);
            let chance = 1.0 - (-fastest * longest).exp();
            if chance > 0.3 {
                let message = format!("`{}` comes to act with chance {chance:.2} in a period", turn.id);
                self.warning(
                    "fast-turn",
                    turn.span,
                    message,
                    "more than 0.3 per period",
                    "shorten `period`, or accept that the forecast depends on its length",
                );
            }
        }
    }

    /// Prices whose sign is open though nobody says why.
    fn warn_signs(&mut self, case: &Case) {
        let mut paid: BTreeSet<NumberId> = BTreeSet::new();
        let outcome_pays = |outcomes: &[Outcome], paid: &mut BTreeSet<NumberId>| {
            outcomes.iter().flat_map(|outcome| &outcome.pays).for_each(|pay| numbers_in(&pay.amount, paid));
        };
        for action in case.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu) {
            action.pays.iter().for_each(|pay| numbers_in(&pay.amount, &mut paid));
            outcome_pays(&action.results, &mut paid);
            outcome_pays(&action.failed, &mut paid);
            if let Some(ballot) = &action.ballot {
                ballot.pays.iter().for_each(|pay| numbers_in(&pay.amount, &mut paid));
            }
        }
        case.events.iter().for_each(|event| outcome_pays(&event.results, &mut paid));
        for interest in &case.interests {
            if !matches!(interest.when, Payday::Last(_)) {
                numbers_in(&interest.worth, &mut paid);
            }
        }
        for id in paid {
            let number = &case.numbers[id.index()];
            let (Law::Normal { low, high } | Law::Pert { low, high, .. }) = number.law else { continue };
            if low < 0.0 && high > 0.0 && number.reasons == Reasons::default() {
                let message = format!("`{}` may be a cost or a gain", number.path);
                self.warning(
                    "sign-flips",
                    number.span,
                    message,
                    "its sign changes within the interval",
                    "is a minus sign missing? Else say why it may be either",
                );
            }
        }
    }

    /// Cohesion of which less than half remains: probably the share that does not follow.
    fn warn_cohesion(&mut self, case: &Case) {
        for number in &case.numbers {
            let high = match number.law {
                Law::Exact(x) => x,
                Law::LogitNormal { high, .. } => high,
                _ => continue,
            };
            if number.path.ends_with(".cohesion") && high < 0.5 {
                let message = format!("fewer than half follow: `{}`", number.path);
                self.warning(
                    "wrong-side",
                    number.span,
                    message,
                    "the share that follows its bloc's line",
                    "is this the share that does not? Then write what is left of 1",
                );
            }
        }
    }

    /// Moves that can never be made, and values that nothing leads to.
    fn warn_dead(&mut self, case: &Case) {
        let mut reached: Vec<BTreeSet<usize>> =
            case.variables.iter().map(|variable| BTreeSet::from([variable.start as usize])).collect();
        let mut open = vec![false; case.variables.len()];
        let mut note = |outcomes: &[Outcome]| {
            for assignment in outcomes.iter().flat_map(|outcome| &outcome.then) {
                let at = assignment.variable.index();
                match &assignment.value {
                    Assigned::Value(Expr::Constant(value)) => {
                        if let Some(position) = case.variables[at].values.iter().position(|known| known == value) {
                            reached[at].insert(position);
                        }
                    }
                    _ => open[at] = true,
                }
            }
        };
        for action in case.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu) {
            note(&action.results);
            note(&action.failed);
            if let Some(crate::model::Ballot { form: crate::model::Form::Names { names, .. }, .. }) = &action.ballot {
                for name in names {
                    note(&name.results);
                }
            }
        }
        case.events.iter().for_each(|event| note(&event.results));
        case.clocks.iter().for_each(|clock| note(&clock.breach));
        for clock in &case.clocks {
            open[clock.variable.index()] = true;
        }
        // A value that nothing assigns is never seen: conditions that need it never hold.
        let possible = |variable: VariableId, value: &Value| {
            open[variable.index()]
                || case.variables[variable.index()]
                    .values
                    .iter()
                    .position(|known| known == value)
                    .is_some_and(|at| reached[variable.index()].contains(&at))
        };
        let mut dead: Vec<(Span, String)> = Vec::new();
        for turn in &case.turns {
            for slot in &turn.slots {
                if turn.id != "procedure" && never(&slot.when, &possible) {
                    continue;
                }
                let mut moves: Vec<(&str, bool, Span, &str)> = Vec::new();
                for action in &slot.menu {
                    let alive = !never(&action.when, &possible);
                    match moves.iter_mut().find(|(id, ..)| *id == action.move_id) {
                        Some((_, known, ..)) => *known |= alive,
                        None => moves.push((&action.move_id, alive, action.span, &action.id)),
                    }
                }
                for (id, alive, span, _) in moves {
                    if !alive {
                        dead.push((span, format!("`{id}` can never be made")));
                    }
                }
            }
        }
        for event in &case.events {
            if never(&event.when, &possible) {
                dead.push((event.span, format!("the event `{}` can never happen", event.id)));
            }
        }
        for (span, message) in dead {
            self.warning(
                "never",
                span,
                message,
                "its condition never holds",
                "nothing leads to a state in which it would",
            );
        }
    }
}

/// The largest rate per day at the numbers' middles; turns that come up surely are meant.
fn middle_rates(expr: &Expr, case: &Case, most: &mut f64) {
    match expr {
        Expr::Match { arms, otherwise, .. } => {
            for (_, arm) in arms {
                middle_rates(arm, case, most);
            }
            if let Some(other) = otherwise {
                middle_rates(other, case, most);
            }
        }
        Expr::If(_, yes, no) => {
            middle_rates(yes, case, most);
            middle_rates(no, case, most);
        }
        expr => {
            let (low, high) = bounds(expr, &case.numbers, &case.variables);
            if high.is_finite() && low >= 0.0 {
                *most = most.max(if low > 0.0 { (low * high).sqrt() } else { high / 2.0 });
            }
        }
    }
}

/// Whether a condition fails in every state made of possible values.
fn never(expr: &Expr, possible: &dyn Fn(VariableId, &Value) -> bool) -> bool {
    match expr {
        Expr::Constant(Value::Boolean(truth)) => !truth,
        Expr::All(parts) => parts.iter().any(|part| never(part, possible)),
        Expr::Any(parts) => parts.iter().all(|part| never(part, possible)),
        Expr::Compare(crate::expr::Comparison::Equal, left, right) => match (left.as_ref(), right.as_ref()) {
            (Expr::Variable(variable), Expr::Constant(value)) | (Expr::Constant(value), Expr::Variable(variable)) => {
                !possible(*variable, value)
            }
            _ => false,
        },
        _ => false,
    }
}

fn when_reads(when: &Payday, variable: VariableId) -> bool {
    match when {
        Payday::Last(expr) | Payday::Once(expr) => reads(expr, variable),
        Payday::Flow { scope, .. } => reads(scope, variable),
    }
}

/// The numbers an expression is made of.
fn numbers_in(expr: &Expr, found: &mut BTreeSet<NumberId>) {
    match expr {
        Expr::Number(id) => {
            found.insert(*id);
        }
        Expr::Constant(_) | Expr::Reading(_) | Expr::Since(_) | Expr::Variable(_) | Expr::Rank(_) => {}
        Expr::Not(inner) | Expr::Negate(inner) => numbers_in(inner, found),
        Expr::Hazard { chance, .. } => numbers_in(chance, found),
        Expr::All(parts) | Expr::Any(parts) | Expr::Minimum(parts) | Expr::Maximum(parts) => {
            for part in parts {
                numbers_in(part, found);
            }
        }
        Expr::Compare(_, left, right) | Expr::Arithmetic(_, left, right) => {
            numbers_in(left, found);
            numbers_in(right, found);
        }
        Expr::If(_, yes, no) => {
            numbers_in(yes, found);
            numbers_in(no, found);
        }
        Expr::Match { arms, otherwise, .. } => {
            for (_, arm) in arms {
                numbers_in(arm, found);
            }
            if let Some(other) = otherwise {
                numbers_in(other, found);
            }
        }
    }
}

/// Whether an expression reads a variable.
pub(crate) fn reads(expr: &Expr, variable: VariableId) -> bool {
    match expr {
        Expr::Variable(id) | Expr::Rank(id) => *id == variable,
        Expr::Constant(_) | Expr::Number(_) | Expr::Reading(_) | Expr::Since(_) => false,
        Expr::Not(inner) | Expr::Negate(inner) => reads(inner, variable),
        Expr::Hazard { chance, .. } => reads(chance, variable),
        Expr::All(parts) | Expr::Any(parts) | Expr::Minimum(parts) | Expr::Maximum(parts) => {
            parts.iter().any(|part| reads(part, variable))
        }
        Expr::Compare(_, left, right) | Expr::Arithmetic(_, left, right) => {
            reads(left, variable) || reads(right, variable)
        }
        Expr::If(condition, yes, no) => reads(condition, variable) || reads(yes, variable) || reads(no, variable),
        Expr::Match { on, arms, otherwise } => {
            reads(on, variable)
                || arms.iter().any(|(_, arm)| reads(arm, variable))
                || otherwise.as_ref().is_some_and(|other| reads(other, variable))
        }
    }
}

/// The most days a deadline can have, where that is written exactly.
fn most_days(days: &Expr, case: &Case) -> Option<f64> {
    match days {
        Expr::Constant(Value::Real(days)) => Some(*days),
        #[allow(clippy::cast_precision_loss, reason = "days are few")]
        Expr::Constant(Value::Integer(days)) => Some(*days as f64),
        Expr::Number(id) => match case.numbers[id.index()].law {
            Law::Exact(days) => Some(days),
            _ => None,
        },
        Expr::Match { arms, otherwise, .. } => {
            let arms = arms.iter().map(|(_, arm)| arm).chain(otherwise.as_deref());
            arms.map(|arm| most_days(arm, case)).try_fold(0.0, |most, days| days.map(|days| f64::max(most, days)))
        }
        _ => None,
    }
}
