//! What happens when something is done: chances of outcomes, the state after them, what is paid.

use crate::expression::{View, equal};
use case::model::{Assigned, Case, Outcome, Pay, Payday};

/// What doing something comes to: chance, next state, what each actor is paid.
pub type Lottery = Vec<(f64, Vec<usize>, Vec<f64>)>;

/// Nothing for anybody.
pub fn unpaid(case: &Case) -> Vec<f64> {
    vec![0.0; case.actors.len()]
}

/// The state with every variable whose scope does not hold at its start again: in declared order, once.
pub fn put_back(view: &View) -> Vec<usize> {
    let mut state = view.state.to_vec();
    for (i, variable) in view.case.variables.iter().enumerate() {
        let out_of_scope = variable.scope.as_ref().is_some_and(|scope| !View { state: &state, ..*view }.holds(scope));
        if out_of_scope {
            state[i] = variable.start as usize;
        }
    }
    state
}

/// The state after a set of assignments, and what falls due once because of it.
///
/// No assignment is no set of assignments, so that scopes are not looked at.
pub fn assign(view: &View, assignments: &[(usize, usize)]) -> (Vec<usize>, Vec<f64>) {
    let mut next = view.state.to_vec();
    for (variable, position) in assignments {
        next[*variable] = *position;
    }
    if !assignments.is_empty() {
        next = put_back(&View { state: &next, ..*view });
    }
    let reached = View { state: &next, ..*view };
    let mut paid = unpaid(view.case);
    for interest in &view.case.interests {
        if let Payday::Once(condition) = &interest.when
            && !view.holds(condition)
            && reached.holds(condition)
        {
            paid[interest.actor.index()] += reached.number(&interest.worth);
        }
    }
    (next, paid)
}

/// Positions that an outcome assigns, read in the state before.
pub fn assignments(view: &View, outcome: &Outcome) -> Vec<(usize, usize)> {
    let mut list = Vec::new();
    for assignment in &outcome.then {
        let i = assignment.variable.index();
        let values = &view.case.variables[i].values;
        let position = match &assignment.value {
            Assigned::Up => (view.state[i] + 1).min(values.len() - 1),
            Assigned::Down => view.state[i].saturating_sub(1),
            Assigned::Value(expr) => {
                let value = view.value(expr);
                values.iter().position(|v| equal(*v, value)).expect("a value of the domain")
            }
        };
        list.push((i, position));
    }
    list
}

/// What each actor is paid, read in the state before; a vacant post is paid nothing.
pub fn amounts(view: &View, pays: &[Pay]) -> Vec<f64> {
    let mut amounts = unpaid(view.case);
    for pay in pays {
        if let Some(actor) = view.holder(&pay.to) {
            amounts[actor.index()] += view.number(&pay.amount);
        }
    }
    amounts
}

/// Chances of outcomes: stated ones are scaled to 1 where they add up to more, the others share what is left.
///
/// Where nobody takes what is left, nothing happens with that chance.
pub fn chances(view: &View, outcomes: &[Outcome]) -> Vec<f64> {
    let stated: Vec<Option<f64>> =
        outcomes.iter().map(|outcome| outcome.chance.as_ref().map(|chance| view.number(chance).max(0.0))).collect();
    let sum: f64 = stated.iter().flatten().sum();
    let scale = if sum > 1.0 { 1.0 / sum } else { 1.0 };
    let sharing = stated.iter().filter(|chance| chance.is_none()).count() as f64;
    stated.iter().map(|chance| chance.map_or((1.0 - sum).max(0.0) / sharing, |chance| chance * scale)).collect()
}

/// What outcomes come to, with `also` assigned beforehand and `due` paid whatever happens.
pub fn lottery(view: &View, outcomes: &[Outcome], also: &[(usize, usize)], due: &[f64]) -> Lottery {
    let chances = chances(view, outcomes);
    let mut lottery = Vec::new();
    for (outcome, chance) in outcomes.iter().zip(&chances) {
        let list = [also, &assignments(view, outcome)].concat();
        let (next, mut paid) = assign(view, &list);
        for (i, amount) in amounts(view, &outcome.pays).iter().enumerate() {
            paid[i] += amount + due[i];
        }
        lottery.push((*chance, next, paid));
    }
    let left = 1.0 - chances.iter().sum::<f64>();
    if left > 1e-12 {
        let (next, mut paid) = assign(view, also);
        paid.iter_mut().zip(due).for_each(|(paid, due)| *paid += due);
        lottery.push((left, next, paid));
    }
    lottery
}
