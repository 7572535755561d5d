//! What cannot become a game says why.

use crate::build::{action, actor, assigned, case, counter, real, then, turn};
use case::expr::{Arithmetic, Expr, Value};
use case::model::{Assigned, Case, Holder, Who};
use game::{Limits, Refusal};

/// A count that goes up by one, or to its start, each period, and has no value for 4.
fn counting() -> Case {
    let mut case = case(&[], 9, 7);
    let somebody = actor(&mut case, "somebody", real(1.0));
    let count = counter(&mut case, "count", 3);
    let more =
        Expr::Arithmetic(Arithmetic::Add, Box::new(Expr::Variable(count)), Box::new(Expr::Constant(Value::Integer(1))));
    let up = action("up", then(vec![assigned(count, Assigned::Value(more))]));
    let down = action("down", then(vec![assigned(count, Assigned::Value(Expr::Constant(Value::Integer(0))))]));
    turn(&mut case, "move", real(365.0), Who::Holder(Holder::Actor(somebody)), vec![down, up]);
    case
}

#[test]
fn an_effect_out_of_its_domain_tells_how_it_was_come_to() {
    let refusal = game::compile(&counting(), &Limits::default()).expect_err("leads to 4");
    let Refusal::OutOfDomain { what, variable, value, path, .. } = &refusal else { panic!("{refusal}") };
    assert_eq!((what.as_str(), variable.as_str(), value.as_str()), ("up", "count", "4"));
    // Over three periods.
    assert_eq!(path, &["move: up", "move: up", "move: up"]);
}

#[test]
fn what_would_be_too_large_names_what_multiplies_it() {
    let few = Limits { places: 3, ..Limits::default() };
    let refusal = game::compile(&counting(), &few).expect_err("four places");
    let Refusal::TooLarge { what, limit, causes } = refusal else { panic!("{refusal}") };
    assert_eq!((what, limit), ("places of play", 3));
    assert_eq!(causes, [("count".to_owned(), 4)]);
    let few = Limits { states: 2, ..Limits::default() };
    let refusal = game::compile(&counting(), &few).expect_err("more than two states");
    assert!(matches!(refusal, Refusal::TooLarge { what: "states", .. }), "{refusal}");
    let few = Limits { edges: 2, ..Limits::default() };
    let refusal = game::compile(&counting(), &few).expect_err("more than two edges");
    assert!(matches!(refusal, Refusal::TooLarge { what: "edges", .. }), "{refusal}");
}
