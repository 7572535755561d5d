//! A chamber of 24 blocs and 329 seats that votes in every period: what one ballot costs.

use crate::write::{action, case, is, last, real, set, slot, turn, value, variable};
use case::diagnostic::Span;
use case::expr::Expr;
use case::model::{
    ActorId, Ballot, Case, Elector, Electorate, ElectorateId, Form, Holder, Law, Number, NumberId, Of, Outcome,
    Reasons, Rule, Voice, Who,
};

/// Seats of the blocs: sizes like those of a fragmented chamber, 329 together.
const SEATS: [u32; 24] = [46, 40, 33, 29, 27, 26, 20, 18, 15, 12, 10, 9, 8, 7, 6, 5, 4, 4, 3, 2, 2, 1, 1, 1];

/// The case. Every period a motion is put to the vote: to open what is closed, or to close what is open, by a majority of
/// members. Each bloc's worth of having it open is a number of its own of the size `stake`; members follow the line with
/// chance 0.95. Everybody's precision is `precision`.
pub fn case_of(periods: u32, stake: f64, precision: f64) -> Case {
    let actors: Vec<String> = (0..SEATS.len()).map(|i| format!("bloc{i}")).collect();
    let mut case = case(&actors, periods, precision);
    let door = variable(&mut case, "door", &["closed".to_owned(), "open".to_owned()]);
    case.electorates.push(Electorate {
        id: "chamber".into(),
        name: "chamber".into(),
        members: SEATS.iter().sum(),
        electors: SEATS
            .iter()
            .enumerate()
            .map(|(i, &seats)| Elector {
                id: format!("bloc{i}"),
                weight: real(f64::from(seats)),
                most: seats,
                present: Expr::ONE,
                voice: Voice::Actor(Holder::Actor(ActorId(i as u32))),
            })
            .collect(),
        cohesion: real(0.95),
        span: Span::default(),
    });
    let menu = [("open", 0, 1), ("close", 1, 0)]
        .into_iter()
        .map(|(id, from, to)| {
            let mut motion = action(id, is(&case, door, from), vec![set(door, value(&case, door, to))]);
            motion.ballot = Some(Ballot {
                id: id.into(),
                electorate: ElectorateId(0),
                sitting: None,
                form: Form::YesNo { rule: Rule::Share { part: (1, 2), strict: true, of: Of::Members } },
                pays: Vec::new(),
            });
            motion.results =
                vec![Outcome { chance: None, then: vec![set(door, value(&case, door, to))], pays: Vec::new() }];
            motion
        })
        .collect();
    turn(&mut case, "agenda", vec![slot(Expr::TRUE, Who::Nature, menu, false)]);
    for i in 0..SEATS.len() {
        let path = format!("open.bloc{i}");
        case.numbers.push(Number {
            path: path.clone(),
            law: Law::Normal { low: -stake, high: stake },
            key: path,
            written: String::new(),
            reasons: Reasons::default(),
            span: Span::default(),
        });
        let worth =
            Expr::If(Box::new(is(&case, door, 1)), Box::new(Expr::Number(NumberId(i as u32))), Box::new(Expr::ZERO));
        last(&mut case, ActorId(i as u32), worth.clone());
        // Paid on the way too, so that what is at stake does not fade with the distance from the end.
        case.interests.push(case::model::Interest {
            id: format!("flow.bloc{i}"),
            actor: ActorId(i as u32),
            worth,
            when: case::model::Payday::Flow { days: 70.0, scope: Expr::TRUE },
            span: Span::default(),
        });
    }
    case
}
