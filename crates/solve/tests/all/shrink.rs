//! The smallest game that still fails: parts are taken off one by one as long as the failure stays.

use crate::generate::Game;
use crate::oracle::{Draw, solve_within};
use case::expr::Expr;
use case::model::{Case, Form, Outcome, Slot, Who};

/// Takes parts off a game for as long as `fails` holds of what is left.
pub fn shrink(game: Game, fails: impl Fn(&Game) -> bool) -> Game {
    let mut game = game;
    loop {
        let smaller = simpler(&game.case).into_iter().map(|case| Game { case, ..game.clone() });
        let Some(next) = smaller.into_iter().find(|game| solvable(game) && fails(game)) else { return game };
        game = next;
    }
}

fn solvable(game: &Game) -> bool {
    solve_within(&game.case, Draw { numbers: &game.numbers, readings: &game.readings }, 100_000).is_some()
}

/// Cases with one thing less.
fn simpler(case: &Case) -> Vec<Case> {
    let mut list = Vec::new();
    let mut add = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        if smaller != *case {
            list.push(smaller);
        }
    };
    for i in (0..case.turns.len()).rev() {
        add(&|c| drop(c.turns.remove(i)));
    }
    for i in (0..case.events.len()).rev() {
        add(&|c| drop(c.events.remove(i)));
    }
    // A clock's variable stays, so that the others keep their positions.
    for i in (0..case.clocks.len()).rev() {
        add(&|c| drop(c.clocks.remove(i)));
    }
    for i in (0..case.interests.len()).rev() {
        add(&|c| drop(c.interests.remove(i)));
    }
    add(&|c| c.ends = Expr::FALSE);
    add(&|c| c.discount = Expr::ZERO);
    add(&|c| {
        c.calendar.steps.truncate(1);
        c.calendar.until = c.calendar.steps[0].until;
    });
    add(&|c| {
        c.calendar.steps[0].until = crate::build::day(c.calendar.steps[0].days.round() as i64);
        c.calendar.until = c.calendar.steps[c.calendar.steps.len() - 1].until;
    });
    for i in 0..case.actors.len() {
        add(&|c| c.actors[i].scope = None);
        add(&|c| c.precision[i] = Expr::ONE);
    }
    for i in 0..case.variables.len() {
        add(&|c| c.variables[i].scope = None);
    }
    for e in 0..case.electorates.len() {
        add(&|c| c.electorates[e].cohesion = Expr::ONE);
        for i in 0..case.electorates[e].electors.len() {
            add(&|c| c.electorates[e].electors[i].present = Expr::ONE);
            add(&|c| {
                let most = f64::from(c.electorates[e].electors[i].most);
                c.electorates[e].electors[i].weight = crate::build::real(most);
            });
        }
    }
    for t in 0..case.turns.len() {
        add(&|c| c.turns[t].pace = Expr::ALWAYS);
        add(&|c| c.turns[t].reacts_to.clear());
        for s in 0..case.turns[t].slots.len() {
            if case.turns[t].slots.len() > 1 {
                add(&|c| drop(c.turns[t].slots.remove(s)));
            }
            simpler_slot(&case.turns[t].slots[s], &mut |slot| add(&|c| c.turns[t].slots[s] = slot.clone()));
        }
    }
    for i in 0..case.events.len() {
        add(&|c| c.events[i].when = Expr::TRUE);
        simpler_outcomes(&case.events[i].results, &mut |results| add(&|c| c.events[i].results.clone_from(results)));
    }
    for i in 0..case.clocks.len() {
        simpler_outcomes(&case.clocks[i].breach, &mut |breach| add(&|c| c.clocks[i].breach.clone_from(breach)));
    }
    list
}

fn simpler_slot(slot: &Slot, add: &mut dyn FnMut(&Slot)) {
    let mut with = |change: &dyn Fn(&mut Slot)| {
        let mut smaller = slot.clone();
        change(&mut smaller);
        add(&smaller);
    };
    with(&|slot| slot.when = Expr::TRUE);
    with(&|slot| slot.obliged = false);
    with(&|slot| slot.who = Who::Nature);
    for i in 0..slot.menu.len() {
        with(&|slot| drop(slot.menu.remove(i)));
        with(&|slot| slot.menu[i].when = Expr::TRUE);
        with(&|slot| slot.menu[i].weight = None);
        with(&|slot| slot.menu[i].obliged = false);
        with(&|slot| slot.menu[i].pays.clear());
        with(&|slot| slot.menu[i].ballot = None);
        with(&|slot| slot.menu[i].failed.clear());
        simpler_outcomes(&slot.menu[i].results, &mut |results| with(&|slot| slot.menu[i].results.clone_from(results)));
        simpler_outcomes(&slot.menu[i].failed, &mut |failed| with(&|slot| slot.menu[i].failed.clone_from(failed)));
        let Some(ballot) = &slot.menu[i].ballot else { continue };
        let in_ballot = |change: &dyn Fn(&mut case::model::Ballot), slot: &mut Slot| {
            change(slot.menu[i].ballot.as_mut().expect("a ballot"));
        };
        with(&|slot| in_ballot(&|ballot| ballot.sitting = None, slot));
        with(&|slot| in_ballot(&|ballot| ballot.pays.clear(), slot));
        if let Form::Names { names, rounds } = &ballot.form {
            for n in (0..names.len()).filter(|_| names.len() > 1) {
                with(&|slot| {
                    in_ballot(
                        &|ballot| {
                            if let Form::Names { names, .. } = &mut ballot.form {
                                names.remove(n);
                            }
                        },
                        slot,
                    );
                });
            }
            for (n, name) in names.iter().enumerate() {
                simpler_outcomes(&name.results, &mut |results| {
                    with(&|slot| {
                        in_ballot(
                            &|ballot| {
                                if let Form::Names { names, .. } = &mut ballot.form {
                                    names[n].results.clone_from(results);
                                }
                            },
                            slot,
                        );
                    });
                });
            }
            if rounds.len() > 1 {
                with(&|slot| {
                    in_ballot(
                        &|ballot| {
                            if let Form::Names { rounds, .. } = &mut ballot.form {
                                rounds.pop();
                            }
                        },
                        slot,
                    );
                });
            }
        }
    }
}

fn simpler_outcomes(outcomes: &[Outcome], add: &mut dyn FnMut(&Vec<Outcome>)) {
    let mut with = |change: &dyn Fn(&mut Vec<Outcome>)| {
        let mut smaller = outcomes.to_vec();
        change(&mut smaller);
        add(&smaller);
    };
    for i in 0..outcomes.len() {
        if outcomes.len() > 1 {
            with(&|outcomes| {
                outcomes.remove(i);
                if outcomes.iter().all(|outcome| outcome.chance.is_some()) {
                    outcomes[0].chance = None;
                }
            });
        }
        with(&|outcomes| outcomes[i].pays.clear());
        for j in 0..outcomes[i].then.len() {
            with(&|outcomes| drop(outcomes[i].then.remove(j)));
        }
    }
}
