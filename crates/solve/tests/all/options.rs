//! An actor that has bound itself, against the slow solver on a case from which what it may not do has been taken.

use crate::generate::{Game, make};
use crate::oracle::{Answer, solve_within};
use crate::rewrite::slots;
use case::diagnostic::Span;
use case::expr::{Expr, Value};
use case::model::{Action, Answer as Said, Assigned, Assignment, Case, Holder, Plan, Voice, VotePay};
use game::{Draw, Limits};

const GAMES: u64 = 400;
const STEPS: u64 = 20_000;
const TOLERANCE: f64 = 1e-12;

fn plan(first: Option<String>, never: Vec<String>) -> Plan {
    Plan {
        owner: "someone".into(),
        members: Vec::new(),
        acts_as: vec!["someone".into()],
        id: "plan".into(),
        label: "plan".into(),
        first,
        never,
        keep: None,
        stay_away: Vec::new(),
        days: None,
        until: None,
        span: Span::default(),
    }
}

/// Every action belongs to one owner, so that a plan can speak of it.
fn owned(case: &mut Case) {
    slots(case, &mut |slot| {
        for action in &mut slot.menu {
            action.move_id = format!("someone.{}", action.move_id);
        }
    });
}

fn menu(case: &Case) -> Vec<&Action> {
    case.turns.iter().flat_map(|turn| &turn.slots).flat_map(|slot| &slot.menu).collect()
}

fn bound(game: &Game, plan: &Plan) -> Result<(Vec<f64>, Vec<(Vec<u8>, f64)>), game::Refusal> {
    let compiled = game::compile_at(&game.case, &game::start(&game.case), Some(plan), &Limits::default())?;
    let draw = Draw { numbers: game.numbers.clone(), readings: game.readings.clone(), standing: Vec::new() };
    Ok(::solve::solve(&compiled, &draw, |solved| (solved.payoffs(), solved.last().into_iter().collect())))
}

#[track_caller]
fn same(seed: u64, what: &str, (payoffs, last): &(Vec<f64>, Vec<(Vec<u8>, f64)>), slow: &Answer) {
    let size = slow.payoffs.iter().fold(1.0, |size: f64, payoff| size.max(payoff.abs()));
    for (fast, slow) in payoffs.iter().zip(&slow.payoffs) {
        assert!((fast - slow).abs() <= TOLERANCE * size, "{what}, seed {seed}: {fast} and {slow}");
    }
    for (state, p) in last {
        let state: Vec<usize> = state.iter().map(|position| usize::from(*position)).collect();
        let slow = slow.last.get(&state).copied().unwrap_or(0.0);
        assert!((p - slow).abs() <= TOLERANCE, "{what}, seed {seed}: {state:?} with {p} and {slow}");
    }
}

#[test]
fn never_is_the_case_without_the_move() {
    let mut tried = 0;
    for seed in 0..GAMES {
        let mut game = make(seed, 0);
        owned(&mut game.case);
        let actions = menu(&game.case);
        let Some(gone) = actions.get(seed as usize % actions.len().max(1)).map(|action| action.id.clone()) else {
            continue;
        };
        let mut without = game.case.clone();
        slots(&mut without, &mut |slot| slot.menu.retain(|action| action.id != gone));
        let Some(slow) = solve_within(&without, game.draw(), STEPS) else { continue };
        let Ok(fast) = bound(&game, &plan(None, vec![gone])) else { continue };
        same(seed, "never", &fast, &slow);
        tried += 1;
    }
    assert!(tried > 60, "only {tried} games were tried");
}

#[test]
fn first_is_the_case_that_begins_after_it() {
    let mut tried = 0;
    for seed in 0..GAMES {
        let mut game = make(seed, 0);
        owned(&mut game.case);
        // Where play begins is also what variables out of scope go back to.
        if game.case.variables.iter().any(|variable| variable.scope.is_some()) {
            continue;
        }
        let sure = |action: &&Action| {
            let constant = |a: &Assignment| matches!(&a.value, Assigned::Value(case::expr::Expr::Constant(_)));
            action.results.len() == 1
                && !action.results[0].then.is_empty()
                && action.results[0].then.iter().all(constant)
                && action.results[0].pays.is_empty()
                && action.pays.is_empty()
        };
        let Some(action) = menu(&game.case).into_iter().find(sure).cloned() else { continue };
        let mut after = game.case.clone();
        for assignment in &action.results[0].then {
            let Assigned::Value(case::expr::Expr::Constant(value)) = assignment.value else { continue };
            let variable = &mut after.variables[assignment.variable.index()];
            variable.start = variable.values.iter().position(|v| *v == value).expect("a value of it") as u32;
        }
        // What falls due once at the change itself is not part of the case that begins after it.
        after.interests.retain(|interest| !matches!(interest.when, case::model::Payday::Once(_)));
        game.case.interests = after.interests.clone();
        let Some(slow) = solve_within(&after, game.draw(), STEPS) else { continue };
        match bound(&game, &plan(Some(action.id.clone()), Vec::new())) {
            Ok(fast) => same(seed, "first", &fast, &slow),
            Err(_) => continue,
        }
        tried += 1;
    }
    assert!(tried > 15, "only {tried} games were tried");
}

/// Nobody attends who would lose this by it.
const RUIN: f64 = -1e9;

#[test]
fn staying_away_is_the_case_in_which_attending_is_ruin() {
    let mut tried = 0;
    for seed in 0..4 * GAMES {
        let mut game = make(seed, 0);
        owned(&mut game.case);
        // The first ballot with a sitting, and the first actor who speaks in it.
        let found = menu(&game.case).into_iter().find_map(|action| {
            let ballot = action.ballot.as_ref().filter(|ballot| ballot.sitting.is_some())?;
            let electors = &game.case.electorates[ballot.electorate.index()].electors;
            let actor = electors.iter().find_map(|elector| match &elector.voice {
                Voice::Actor(Holder::Actor(actor)) => Some(*actor),
                _ => None,
            })?;
            let changes = electors.iter().any(|elector| matches!(&elector.voice, Voice::Actor(Holder::Cases(_))));
            (!changes).then(|| (action.move_id.clone(), actor))
        });
        let Some((name, actor)) = found else { continue };
        // A vote without a sitting is another matter.
        let sits = |action: &&Action| action.ballot.as_ref().is_none_or(|ballot| ballot.sitting.is_some());
        if !menu(&game.case).iter().filter(|action| action.move_id == name).all(sits) {
            continue;
        }
        let electorates = game.case.electorates.clone();
        let say = |case: &mut Case, answer: Said, amount: f64| {
            slots(case, &mut |slot| {
                for action in slot.menu.iter_mut().filter(|action| action.move_id == name) {
                    let Some(ballot) = &mut action.ballot else { continue };
                    for (elector, of) in electorates[ballot.electorate.index()].electors.iter().enumerate() {
                        if of.voice == Voice::Actor(Holder::Actor(actor)) {
                            let amount = Expr::Constant(Value::Real(amount));
                            ballot.pays.push(VotePay { elector, answer, amount });
                        }
                    }
                }
            });
        };
        // Staying away costs something too, so that a ballot nobody comes to is not without effect.
        say(&mut game.case, Said::StayAway, -0.07);
        let mut ruined = game.case.clone();
        say(&mut ruined, Said::Attend, RUIN);
        let away = Plan { members: vec![actor], stay_away: vec![name.clone()], ..plan(None, Vec::new()) };
        let Some(slow) = solve_within(&ruined, game.draw(), STEPS) else { continue };
        let Ok(fast) = bound(&game, &away) else { continue };
        same(seed, "stay_away", &fast, &slow);
        tried += 1;
    }
    assert!(tried > 15, "only {tried} games were tried");
}
