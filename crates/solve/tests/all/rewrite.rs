//! Changes made to a case in every place of a kind.

use case::expr::{Arithmetic, Expr};
use case::model::{Case, Form, Holder, Outcome, Slot, Voice, Who};

/// Every list of outcomes.
pub fn outcomes(case: &mut Case, change: &mut dyn FnMut(&mut Vec<Outcome>)) {
    for action in case.turns.iter_mut().flat_map(|turn| &mut turn.slots).flat_map(|slot| &mut slot.menu) {
        change(&mut action.results);
        change(&mut action.failed);
        if let Some(Form::Names { names, .. }) = action.ballot.as_mut().map(|ballot| &mut ballot.form) {
            for name in names {
                change(&mut name.results);
            }
        }
    }
    case.events.iter_mut().for_each(|event| change(&mut event.results));
    case.clocks.iter_mut().for_each(|clock| change(&mut clock.breach));
}

/// Every slot.
pub fn slots(case: &mut Case, change: &mut dyn FnMut(&mut Slot)) {
    case.turns.iter_mut().flat_map(|turn| &mut turn.slots).for_each(change);
}

/// Every post: who acts, who votes, who is paid.
pub fn holders(case: &mut Case, change: &mut dyn FnMut(&mut Holder)) {
    for elector in case.electorates.iter_mut().flat_map(|electorate| &mut electorate.electors) {
        if let Voice::Actor(holder) = &mut elector.voice {
            change(holder);
        }
    }
    slots(case, &mut |slot| {
        if let Who::Holder(holder) = &mut slot.who {
            change(holder);
        }
        slot.menu.iter_mut().flat_map(|action| &mut action.pays).for_each(|pay| change(&mut pay.to));
    });
    outcomes(case, &mut |outcomes| {
        outcomes.iter_mut().flat_map(|outcome| &mut outcome.pays).for_each(|pay| change(&mut pay.to));
    });
}

/// Everything that is paid: by actions, outcomes, answers and interests.
pub fn amounts(case: &mut Case, change: &mut dyn FnMut(&mut Expr)) {
    slots(case, &mut |slot| {
        for action in &mut slot.menu {
            action.pays.iter_mut().for_each(|pay| change(&mut pay.amount));
            let ballot = action.ballot.iter_mut();
            ballot.flat_map(|ballot| &mut ballot.pays).for_each(|pay| change(&mut pay.amount));
        }
    });
    outcomes(case, &mut |outcomes| {
        outcomes.iter_mut().flat_map(|outcome| &mut outcome.pays).for_each(|pay| change(&mut pay.amount));
    });
    case.interests.iter_mut().for_each(|interest| change(&mut interest.worth));
}

/// The expression times a constant.
pub fn times(expr: &Expr, factor: f64) -> Expr {
    let factor = Box::new(crate::build::real(factor));
    Expr::Arithmetic(Arithmetic::Multiply, Box::new(expr.clone()), factor)
}
