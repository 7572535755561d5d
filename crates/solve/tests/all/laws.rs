//! What must hold of the real solver in every game, whatever the numbers.

use crate::build::{
    action, at, case, clock, electorate, event, interest, not, number, real, then, to, turn, variable, voice, yes_or_no,
};
use crate::generate::{Game, make};
use crate::oracle::periods;
use crate::rewrite::{amounts, holders, outcomes, slots, times};
use ::solve::{Solver, Want};
use case::diagnostic::Span;
use case::expr::Expr;
use case::model::{ActorId, Case, Holder, Law, Of, Outcome, Payday, Rule, Slot, Timing, Turn, Who};
use game::{Draw, Limits};
use std::collections::BTreeMap;

/// Games each law is tried on.
const GAMES: u64 = 60;

/// How far two answers that should be one may be apart, relative to the largest payoff or 1.
const TOLERANCE: f64 = 1e-12;

type Answer = (Vec<f64>, BTreeMap<Vec<u8>, f64>);

fn solved(case: &Case, game: &Game) -> Answer {
    let compiled = game::compile(case, &Limits::default()).expect("a small game");
    let draw = Draw { numbers: game.numbers.clone(), readings: game.readings.clone(), standing: Vec::new() };
    ::solve::solve(&compiled, &draw, |solved| (solved.payoffs(), solved.last()))
}

/// Holds that two answers are one.
#[track_caller]
fn same(law: &str, seed: u64, left: &Answer, right: &Answer) {
    let size = left.0.iter().fold(1.0, |size: f64, payoff| size.max(payoff.abs()));
    for (actor, (l, r)) in left.0.iter().zip(&right.0).enumerate() {
        assert!((l - r).abs() <= TOLERANCE * size, "{law}, seed {seed}: actor {actor} gets {l} and {r}");
    }
    for state in left.1.keys().chain(right.1.keys()) {
        let p = |last: &BTreeMap<Vec<u8>, f64>| last.get(state).copied().unwrap_or(0.0);
        let (l, r) = (p(&left.1), p(&right.1));
        assert!((l - r).abs() <= TOLERANCE, "{law}, seed {seed}: {state:?} with {l} and {r}");
    }
}

/// Tries a change of the case that must change nothing; at least half of the games must be touched by it.
fn changes_nothing(law: &str, change: impl Fn(&mut Case)) {
    let mut touched = 0;
    for seed in 0..GAMES {
        let game = make(seed, 0);
        let mut changed = game.case.clone();
        change(&mut changed);
        touched += u64::from(changed != game.case);
        same(law, seed, &solved(&game.case, &game), &solved(&changed, &game));
    }
    assert!(2 * touched > GAMES, "{law} was tried on {touched} games only");
}

#[test]
fn payoffs_follow_the_actors_whatever_their_order() {
    for seed in 0..GAMES {
        let game = make(seed, 0);
        let count = game.case.actors.len();
        let turned = |actor: ActorId| ActorId((count - 1 - actor.index()) as u32);
        let mut case = game.case.clone();
        case.actors.reverse();
        case.precision.reverse();
        case.interests.iter_mut().for_each(|interest| interest.actor = turned(interest.actor));
        holders(&mut case, &mut |holder| match holder {
            Holder::Actor(actor) => *actor = turned(*actor),
            Holder::Cases(cases) => {
                cases.iter_mut().filter_map(|(_, actor)| actor.as_mut()).for_each(|actor| *actor = turned(*actor));
            }
        });
        let mut answer = solved(&case, &game);
        answer.0.reverse();
        same("relabelling actors", seed, &solved(&game.case, &game), &answer);
    }
}

#[test]
fn a_payoff_that_comes_anyway_moves_nobody() {
    for seed in 0..GAMES {
        let game = make(seed, 0);
        let mut case = game.case.clone();
        let (shift, actor) = (0.75, (seed % game.case.actors.len() as u64) as usize);
        interest(&mut case, ActorId(actor as u32), real(shift), Payday::Last(Expr::TRUE));
        let mut expected = solved(&game.case, &game);
        // A payoff at the end counts less by the discount of all periods.
        let kept = match &game.case.discount {
            Expr::Number(number) => 1.0 - game.numbers[number.index()],
            _ => 1.0,
        };
        let length: f64 = periods(&game.case).iter().map(|period| period.days).sum();
        expected.0[actor] += shift * kept.powf(length / 365.25);
        same("shifting payoffs", seed, &expected, &solved(&case, &game));
    }
}

#[test]
fn only_precision_times_payoff_counts() {
    for (seed, factor) in (0..GAMES).zip([0.5, 3.0, 7.25].into_iter().cycle()) {
        let game = make(seed, 0);
        let mut case = game.case.clone();
        amounts(&mut case, &mut |amount| *amount = times(amount, factor));
        case.precision.iter_mut().for_each(|precision| *precision = times(precision, 1.0 / factor));
        let mut answer = solved(&case, &game);
        answer.0.iter_mut().for_each(|payoff| *payoff /= factor);
        same("scaling payoffs by c and precision by 1/c", seed, &solved(&game.case, &game), &answer);
    }
}

#[test]
fn what_cannot_happen_changes_nothing() {
    changes_nothing("an unreachable branch", |case| {
        let never = Expr::All(vec![at(case, case::model::VariableId(0), 0), at(case, case::model::VariableId(0), 1)]);
        let results = then(vec![to(case, case::model::VariableId(0), 1)]);
        let forbidden = case::model::Action { when: never.clone(), ..action("forbidden", results.clone()) };
        slots(case, &mut |slot| slot.menu.insert(0, forbidden.clone()));
        outcomes(case, &mut |outcomes| {
            if let Some(first) = outcomes.first().cloned() {
                outcomes.insert(0, Outcome { chance: Some(Expr::ZERO), then: results[0].then.clone(), ..first });
            }
        });
        let who = Who::Nature;
        let menu = vec![action("nothing", results.clone())];
        turn(case, "never", Expr::ZERO, who.clone(), menu.clone());
        let slots = vec![Slot { when: never.clone(), who, menu, obliged: true }];
        case.turns
            .insert(0, Turn { id: "not".into(), pace: Expr::ALWAYS, slots, reacts_to: vec![], span: Span::default() });
        event(case, "not", never, Timing::Rate(Expr::ALWAYS), results);
    });
}

#[test]
fn a_chance_may_be_split() {
    changes_nothing("splitting a chance", |case| {
        outcomes(case, &mut |outcomes| {
            let Some(last) = outcomes.iter_mut().rfind(|outcome| outcome.chance.is_some()) else { return };
            let chance = last.chance.take().expect("a stated chance");
            last.chance = Some(times(&chance, 0.25));
            let rest = Outcome { chance: Some(times(&chance, 0.75)), ..last.clone() };
            outcomes.push(rest);
        });
        // What surely follows is two halves that share everything.
        for event in &mut case.events {
            if event.results.len() == 1 {
                event.results = vec![event.results[0].clone(), event.results[0].clone()];
                event.results.iter_mut().for_each(|outcome| outcome.chance = None);
            }
        }
    });
}

#[test]
fn an_alias_changes_nothing() {
    changes_nothing("an alias", |case| {
        slots(case, &mut |slot| {
            for mut alias in slot.menu.clone() {
                alias.id = format!("alias of {}", alias.id);
                alias.move_id = format!("alias of {}", alias.move_id);
                slot.menu.push(alias);
            }
        });
    });
    // A binding of the same move with the same effects likewise.
    changes_nothing("an alias among bindings", |case| {
        slots(case, &mut |slot| {
            for mut alias in slot.menu.clone() {
                alias.id = format!("alias of {}", alias.id);
                slot.menu.push(alias);
            }
        });
    });
}

#[test]
fn a_move_without_effect_changes_nothing() {
    changes_nothing("a move without effect", |case| {
        let idle = action("idle", vec![Outcome { chance: None, then: vec![], pays: vec![] }]);
        slots(case, &mut |slot| {
            let obliged = slot.obliged || slot.menu.iter().any(|action| action.obliged);
            if !obliged && !matches!(slot.who, Who::Nature) {
                slot.menu.insert(0, idle.clone());
            }
        });
    });
}

/// The answers of a draw alone, then at four places among twenty-one draws, the others all of another kind.
fn alone_and_in_a_crowd(case: &Case, one: &Draw, other: &Draw) -> (Answer, Vec<Answer>) {
    let compiled = game::compile(case, &Limits::default()).expect("a small game");
    let solver = Solver::new(&compiled, Want::Policy);
    let all = |draws: &[Draw]| solver.each(draws, &|_| (), |_, solved| (solved.payoffs(), solved.last()));
    let mut crowd = vec![other.clone(); 21];
    for place in [0, 6, 11, 20] {
        crowd[place] = one.clone();
    }
    let answers = all(&crowd);
    assert_eq!(all(&crowd), answers, "the same draws again");
    let placed = [0, 6, 11, 20].map(|place| answers[place].clone()).to_vec();
    (all(std::slice::from_ref(one)).remove(0), placed)
}

#[test]
fn a_draw_has_the_same_bits_wherever_it_stands() {
    let draw =
        |game: &Game| Draw { numbers: game.numbers.clone(), readings: game.readings.clone(), standing: Vec::new() };
    for seed in 0..GAMES {
        let game = make(seed, 0);
        let (alone, crowd) = alone_and_in_a_crowd(&game.case, &draw(&game), &draw(&game.otherwise()));
        assert!(crowd.iter().all(|answer| *answer == alone), "seed {seed}: {alone:?} alone, {crowd:?} among others");
    }
}

/// A chamber so large that most sums of seats are as good as certain, with a cohesion that differs between draws: which
/// sums are left out depends on the draws side by side, which moves an answer by rounding, and by no more.
#[test]
fn a_large_chamber_differs_by_rounding_wherever_it_stands() {
    let seats = [46, 31, 29, 28, 27, 26, 22, 18, 18, 15, 12, 11, 10, 9, 8, 6, 5, 4, 3, 1];
    let actors: Vec<String> = (0..seats.len()).map(|i| format!("a{i}")).collect();
    let mut case = case(&actors.iter().map(String::as_str).collect::<Vec<_>>(), 4, 7);
    let v = variable(&mut case, "v", &["no", "yes"]);
    let electors = seats.iter().enumerate().map(|(i, seats)| (*seats, voice(ActorId(i as u32)))).collect();
    let chamber = electorate(&mut case, "chamber", 329, electors);
    case.electorates[0].cohesion = number(&mut case, "cohesion", Law::LogitNormal { low: 0.9, high: 0.98 });
    for rule in [
        Rule::Share { part: (1, 2), strict: true, of: Of::Members },
        Rule::Share { part: (2, 3), strict: false, of: Of::Votes },
    ] {
        let mut motion = action("motion", then(vec![to(&case, v, 1)]));
        motion.ballot = Some(yes_or_no(chamber, rule));
        turn(&mut case, "n", real(0.1), Who::Nature, vec![motion]);
    }
    for i in 0..seats.len() {
        let passed = at(&case, v, 1);
        interest(&mut case, ActorId(i as u32), real(0.5 * (i as f64 - 7.0)), Payday::Last(passed));
    }
    let draw = |cohesion: f64| Draw { numbers: vec![cohesion], readings: vec![], standing: vec![] };
    for (one, other) in [(0.95, 0.5), (0.95, 0.999), (0.9, 0.1), (1.0, 0.9)] {
        let (alone, crowd) = alone_and_in_a_crowd(&case, &draw(one), &draw(other));
        for answer in crowd {
            same(&format!("cohesion {one} among {other}"), 0, &alone, &answer);
        }
    }
}

/// A government may form within a deadline of twelve weeks, after which the chamber is dissolved: the chance that it is
/// not, and the caretaker's payoff, who may hasten things.
fn deadline(phases: u32, weekly: f64) -> (f64, f64) {
    let mut case = case(&["caretaker"], 26, 7);
    case.precision[0] = real(8.0);
    let stage = variable(&mut case, "stage", &["forming", "formed", "dissolved"]);
    let forming = at(&case, stage, 0);
    let caretaker = Who::Holder(Holder::Actor(ActorId(0)));
    let mut yields = action("yield", then(vec![to(&case, stage, 1)]));
    yields.when = forming.clone();
    turn(&mut case, "caretaker", real(0.02), caretaker, vec![yields]);
    let formed = then(vec![to(&case, stage, 1)]);
    event(&mut case, "formed", forming.clone(), Timing::Rate(real(-(1.0 - weekly).ln() / 7.0)), formed);
    let dissolved = then(vec![to(&case, stage, 2)]);
    clock(&mut case, "deadline", forming.clone(), phases, real(84.0), dissolved);
    case.ends = not(forming.clone());
    interest(&mut case, ActorId(0), real(0.02), Payday::Flow { days: 7.0, scope: forming });
    let lost = at(&case, stage, 2);
    interest(&mut case, ActorId(0), real(-0.5), Payday::Last(lost));
    let game = Game { seed: 0, case, numbers: vec![], readings: vec![] };
    let (payoffs, last) = solved(&game.case, &game);
    let dissolved: f64 = last.iter().filter(|(state, _)| state[0] == 2).map(|(_, p)| p).sum();
    (dissolved, payoffs[0])
}

/// The mean of the delay is the same; what differs comes from its variance, 24 weeks² with four phases of which each
/// passes with a third a week, none with twelve. Were the chance h of forming the same in every week, the chance of
/// dissolution would differ by ½h²·24 at most; more phases have less variance and are nearer.
#[test]
fn four_phases_are_near_the_exact_clock() {
    for weekly in [0.02, 0.05, 0.1] {
        let [four, six, exact] = [4, 6, 12].map(|phases| deadline(phases, weekly));
        let apart = |phases: (f64, f64)| ((phases.0 - exact.0).abs(), (phases.1 - exact.1).abs());
        println!("forming with {weekly} a week: dissolved {four:?} {six:?} {exact:?}");
        assert!(apart(four).0 < 0.05 && apart(four).1 < 0.05);
        assert!(apart(six).0 < apart(four).0);
    }
}

/// A race between two events and a turn of nature's, in closed form at the limit: the chance that the first comes first is
/// a/(a + b)·(1 − exp(−(a + b)·T)). Halving the period halves the error, about.
#[test]
fn halving_the_period_halves_the_error() {
    let (won, lost, days): (f64, f64, f64) = (0.01 + 0.005, 0.03, 64.0);
    let limit = won / (won + lost) * (1.0 - (-(won + lost) * days).exp());
    let error = |periods: u32| {
        let mut case = case(&["a"], 1, 64);
        case.calendar.steps[0].days = days / f64::from(periods);
        let v = variable(&mut case, "v", &["open", "won", "lost"]);
        let open = at(&case, v, 0);
        let (won, lost) = (then(vec![to(&case, v, 1)]), then(vec![to(&case, v, 2)]));
        let mut act = action("win", won.clone());
        act.when = open.clone();
        turn(&mut case, "chance", real(0.005), Who::Nature, vec![act]);
        event(&mut case, "won", open.clone(), Timing::Rate(real(0.01)), won);
        event(&mut case, "lost", open, Timing::Rate(real(0.03)), lost);
        let won = at(&case, v, 1);
        interest(&mut case, ActorId(0), Expr::ONE, Payday::Last(won));
        let game = Game { seed: 0, case, numbers: vec![], readings: vec![] };
        (solved(&game.case, &game).0[0] - limit).abs()
    };
    let errors: Vec<f64> = [4, 8, 16, 32, 64, 128].map(error).to_vec();
    println!("{errors:?}");
    for pair in errors.windows(2) {
        assert!((0.4..0.6).contains(&(pair[1] / pair[0])), "{errors:?}");
    }
}
