//! The slow solver against games whose answer is written out beside them.

use crate::build::{
    NOW, action, among, assigned, at, case, clock, counter, day, electorate, event, interest, maybe, name, not, number,
    pay, real, then, to, turn, variable, voice, vote_pay, yes_or_no,
};
use crate::oracle::{Answer, Draw, Period, periods, solve};
use case::expr::{Expr, Value};
use case::model::{
    ActorId, Answer as Said, Assigned, Case, Holder, Hypothesis, HypothesisId, Law, Of, Outcome, Pay, Payday, Reading,
    Reasons, Round, Rule, Sitting, Slot, Step, Timing, VariableId, Voice, Who,
};

const A: ActorId = ActorId(0);
const B: ActorId = ActorId(1);
const C: ActorId = ActorId(2);

fn solved(case: &Case) -> Answer {
    solve(case, Draw { numbers: &[], readings: &[] })
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
}

/// Chance that the case ends with this variable at this position.
fn ends_at(answer: &Answer, variable: VariableId, position: usize) -> f64 {
    answer.last.iter().filter(|(state, _)| state[variable.index()] == position).map(|(_, p)| p).sum()
}

fn holder(actor: ActorId) -> Who {
    Who::Holder(Holder::Actor(actor))
}

/// 1/(1 + e^−x).
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn last(case: &Case, actor: ActorId, variable: VariableId, position: usize, worth: f64) -> (ActorId, Expr, Payday) {
    (actor, real(worth), Payday::Last(at(case, variable, position)))
}

fn wants(case: &mut Case, list: &[(ActorId, VariableId, usize, f64)]) {
    for (actor, variable, position, worth) in list {
        let (actor, worth, when) = last(case, *actor, *variable, *position, *worth);
        interest(case, actor, worth, when);
    }
}

#[test]
fn holding_weighs_as_much_as_all_moves_and_bindings_share_their_moves_part() {
    let mut game = case(&["a"], 1, 10);
    game.precision[0] = real(2.0);
    let v = variable(&mut game, "v", &["none", "one", "two", "three", "four"]);
    let mut menu: Vec<_> = ["name(one)", "name(two)", "drop", "grave"]
        .iter()
        .enumerate()
        .map(|(i, id)| action(id, then(vec![to(&game, v, i + 1)])))
        .collect();
    menu[3].weight = Some(real(0.1));
    turn(&mut game, "a", Expr::ALWAYS, holder(A), menu);
    wants(&mut game, &[(A, v, 1, 0.6), (A, v, 2, -0.2), (A, v, 3, 0.1), (A, v, 4, 0.9)]);
    // hold 1; `name` and `drop` a half each, `name`'s two bindings a quarter each; `grave` a tenth.
    let raised = [1.0, 0.25 * 1.2f64.exp(), 0.25 * (-0.4f64).exp(), 0.5 * 0.2f64.exp(), 0.1 * 1.8f64.exp()];
    let sum: f64 = raised.iter().sum();
    let answer = solved(&game);
    for (position, raised) in raised.iter().enumerate() {
        close(ends_at(&answer, v, position), raised / sum);
        close(answer.first[0].actions[position].1, raised / sum);
    }
    let worth = [0.0, 0.6, -0.2, 0.1, 0.9];
    close(answer.payoffs[0], raised.iter().zip(worth).map(|(r, w)| r / sum * w).sum());
    assert_eq!(answer.first[0].actions[0].0, "hold");
}

#[test]
fn actions_alike_count_once_and_those_without_effect_are_holding() {
    let mut game = case(&["a"], 1, 10);
    let v = variable(&mut game, "v", &["none", "one"]);
    let mut menu = vec![
        action("first", then(vec![to(&game, v, 1)])),
        action("again", then(vec![assigned(v, Assigned::Up)])),
        action("idle", then(vec![to(&game, v, 0)])),
        action("idle_too", then(vec![])),
    ];
    turn(&mut game, "a", Expr::ALWAYS, holder(A), menu.clone());
    close(ends_at(&solved(&game), v, 1), 0.5);
    assert_eq!(solved(&game).first[0].actions.len(), 2);
    // A payment makes an action of it: two moves share 1, and one of them costs 0.3.
    menu[2].pays = vec![pay(A, real(-0.3))];
    game.turns[0].slots[0].menu = menu.clone();
    close(ends_at(&solved(&game), v, 1), 0.5 / (1.0 + 0.5 + 0.5 * (-0.3f64).exp()));
    // Obliged: holding goes, what has no effect stays and counts once.
    menu[2].pays.clear();
    game.turns[0].slots[0] = Slot { menu, obliged: true, ..game.turns[0].slots[0].clone() };
    let choice = &solved(&game).first[0];
    assert_eq!(choice.actions, [("first".to_string(), 0.5), ("idle".to_string(), 0.5)]);
}

#[test]
fn paces_and_events_have_their_chance_whatever_the_period() {
    for (count, days) in [(1, 28), (2, 14), (4, 7)] {
        let mut game = case(&["a"], count, days);
        let v = variable(&mut game, "v", &["no", "yes"]);
        let w = variable(&mut game, "w", &["no", "yes"]);
        let results = then(vec![to(&game, v, 1)]);
        let menu = vec![action("do", then(vec![to(&game, w, 1)]))];
        event(&mut game, "e", Expr::TRUE, Timing::Rate(real(0.03)), results);
        turn(&mut game, "n", real(0.02), Who::Nature, menu);
        close(ends_at(&solved(&game), v, 1), 1.0 - (-0.03 * 28.0f64).exp());
        close(ends_at(&solved(&game), w, 1), 1.0 - (-0.02 * 28.0f64).exp());
    }
    // A chance p per 30.4375 days over two months and as a hazard: 1 − (1 − p)².
    let mut game = case(&["a"], 1, 10);
    game.calendar.steps[0].days = 2.0 * 30.4375;
    let v = variable(&mut game, "v", &["no", "yes"]);
    let results = then(vec![to(&game, v, 1)]);
    let rate = Expr::Hazard { chance: Box::new(real(0.2)), days: 30.4375 };
    event(&mut game, "e", Expr::TRUE, Timing::Rate(rate), results);
    close(ends_at(&solved(&game), v, 1), 1.0 - 0.8 * 0.8);
}

#[test]
fn two_blocs_with_defectors_pass_what_their_sums_pass() {
    let mut game = case(&["a", "b"], 1, 10);
    game.precision = vec![real(2.0), real(3.0)];
    let v = variable(&mut game, "v", &["no", "yes"]);
    let chamber = electorate(&mut game, "chamber", 5, vec![(3, voice(A)), (2, voice(B))]);
    game.electorates[0].cohesion = real(0.9);
    game.electorates[0].electors[1].present = real(0.8);
    let mut motion = action("motion", then(vec![to(&game, v, 1)]));
    let rule = Rule::Share { part: (1, 2), strict: true, of: Of::Members };
    motion.ballot = Some(yes_or_no(chamber, rule));
    motion.ballot.as_mut().unwrap().pays =
        vec![vote_pay(0, Said::Yes, real(-0.1)), vote_pay(1, Said::No, real(0.05)), vote_pay(0, Said::No, real(0.02))];
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![motion]);
    wants(&mut game, &[(A, v, 1, 0.5), (B, v, 1, 0.2)]);
    // Stakes: a 0.5 − 0.1 − 0.02, b 0.2 − 0.05. Three of five votes are needed.
    let (a, b) = (logistic(2.0 * 0.38), logistic(3.0 * 0.15));
    let follow = 0.8 * 0.9;
    let (b1, b2) = (2.0 * follow * (1.0 - follow), follow * follow);
    let (a1, a2, a3) = (3.0 * 0.9 * 0.1 * 0.1, 3.0 * 0.9 * 0.9 * 0.1, 0.9f64.powi(3));
    let together = a3 + a2 * (b1 + b2) + a1 * b2;
    let passes = a * (1.0 - b) * a3 + a * b * together;
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), passes);
    close(answer.payoffs[0], 0.5 * passes - 0.1 * a + 0.02 * (1.0 - a));
    close(answer.payoffs[1], 0.2 * passes + 0.05 * (1.0 - b));
    close(answer.ballots[0].results[0], passes);
}

/// A chamber of two actors with 2 and 1 of 4 seats and a habit with 1, and a motion that pays the actors `a`, `b`.
fn motion(rule: Rule, sitting: Option<Rule>, a: f64, b: f64) -> (Case, VariableId) {
    let mut game = case(&["a", "b"], 1, 10);
    let v = variable(&mut game, "v", &["no", "yes"]);
    let habit = Voice::Habit { attend: real(0.6), yes: real(0.7) };
    let chamber = electorate(&mut game, "chamber", 4, vec![(2, voice(A)), (1, voice(B)), (1, habit)]);
    let mut motion = action("motion", then(vec![to(&game, v, 1)]));
    motion.ballot = Some(yes_or_no(chamber, rule));
    motion.ballot.as_mut().unwrap().sitting = sitting.map(|quorum| Sitting { quorum });
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![motion]);
    wants(&mut game, &[(A, v, 1, a), (B, v, 1, b)]);
    (game, v)
}

#[test]
fn rules_count_as_they_say() {
    let (a, b) = (logistic(0.4), logistic(-0.7));
    let passes = |rule: Rule| {
        let (game, v) = motion(rule, None, 0.4, -0.7);
        ends_at(&solved(&game), v, 1)
    };
    let share = |part: (u32, u32), strict: bool, of: Of| Rule::Share { part, strict, of };
    let habit_yes = 0.6 * 0.7;
    let habit_no = 0.6 * 0.3;
    // Of four members more than half is three: a and one of the others.
    close(passes(share((1, 2), true, Of::Members)), a * (1.0 - (1.0 - b) * (1.0 - habit_yes)));
    // At least half is two.
    let half = a + (1.0 - a) * b * habit_yes;
    close(passes(share((1, 2), false, Of::Members)), half);
    close(passes(Rule::Count(2)), half);
    // Of votes: a's two against one, unless both others are against; or both for while a is against, which ties.
    close(passes(share((1, 2), true, Of::Votes)), a * (1.0 - (1.0 - b) * habit_no));
    close(passes(share((1, 2), false, Of::Present)), a + (1.0 - a) * b * habit_yes);
    close(passes(Rule::Consent), a * b * habit_yes);
    // Negative: falls if two of four say no.
    let falls = (1.0 - a) + a * (1.0 - b) * habit_no;
    close(passes(Rule::Negative(Box::new(Rule::Count(2)))), 1.0 - falls);
    let since =
        |days| Rule::Since { date: day(days), before: Box::new(Rule::Count(2)), after: Box::new(Rule::Consent) };
    close(passes(since(0)), a * b * habit_yes);
    close(passes(since(1)), half);
}

#[test]
fn a_reading_of_a_rule_is_fixed_by_the_draw() {
    let rules = vec![Rule::Consent, Rule::Count(2)];
    let (mut game, v) = motion(Rule::Readings(HypothesisId(0), rules), None, 0.4, -0.7);
    let reading = |name| Reading { name, prior: None };
    let readings = vec![reading(name(&mut game, "strict")), reading(name(&mut game, "lax"))];
    game.hypotheses.push(Hypothesis {
        id: "rule".into(),
        readings,
        reasons: Reasons::default(),
        span: case::diagnostic::Span::default(),
    });
    let (a, b, habit) = (logistic(0.4), logistic(-0.7), 0.6 * 0.7);
    for (reading, expected) in [(0, a * b * habit), (1, a + (1.0 - a) * b * habit)] {
        close(ends_at(&solve(&game, Draw { numbers: &[], readings: &[reading] }), v, 1), expected);
    }
}

#[test]
fn a_quorate_sitting_votes_and_attendance_is_forgotten() {
    let quorum = Rule::Count(3);
    let (mut game, v) = motion(Rule::Count(2), Some(quorum), 0.4, -0.7);
    let ballot = game.turns[0].slots[0].menu[0].ballot.as_mut().unwrap();
    ballot.pays = vec![vote_pay(1, Said::Attend, real(-0.2)), vote_pay(1, Said::Yes, real(0.1))];
    // The vote: b's yes is worth 0.1 − 0.7; the habit says yes with 0.7, for it attends.
    let (a, b) = (logistic(0.4), logistic(-0.6));
    let passes = a + (1.0 - a) * b * 0.7;
    let worth = [0.4 * passes, -0.7 * passes + 0.1 * b];
    // The sitting: three of four seats, so a's two and one more.
    let (a, b_here) = (logistic(worth[0]), logistic(worth[1] - 0.2));
    let quorate = a * (1.0 - (1.0 - b_here) * 0.4);
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), quorate * passes);
    close(answer.payoffs[0], quorate * worth[0]);
    close(answer.payoffs[1], quorate * worth[1] - 0.2 * b_here);
}

#[test]
fn a_run_off_is_between_the_two_best_placed() {
    let mut game = case(&["a", "b", "c"], 1, 10);
    let v = variable(&mut game, "v", &["none", "x", "y", "z"]);
    let body = electorate(&mut game, "body", 6, vec![(3, voice(A)), (2, voice(B)), (1, voice(C))]);
    let names = (1..=3).map(|i| (game.variables[0].values[i], then(vec![to(&game, v, i)]))).collect();
    let rule = Rule::Share { part: (1, 2), strict: true, of: Of::Members };
    let mut elect = action("elect", then(vec![]));
    elect.ballot = Some(among(body, names, vec![Round::Reach(rule), Round::RunOff]));
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![elect]);
    // Everybody is sure: a says x, b says y, c says z; x and y stand again, and c prefers y to x: three against three.
    game.precision = vec![real(1000.0); 3];
    wants(&mut game, &[(A, v, 1, 1.0), (B, v, 2, 1.0), (C, v, 3, 1.0), (C, v, 2, 0.5)]);
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), 0.5);
    close(ends_at(&answer, v, 2), 0.5);
    // Nobody cares: each name by a third in the first round, a half in the second.
    game.precision = vec![real(0.0); 3];
    // x, y and z are alike; elected at once where a and another agree: 3 + 2, 3 + 1, or all: 1 − (2/3)².
    let at_once = 1.0 - 4.0 / 9.0;
    let answer = solved(&game);
    (1..=3).for_each(|i| close(ends_at(&answer, v, i), 1.0 / 3.0));
    let round = answer.ballots.iter().find(|vote| vote.stage == "round 1 of 0 1 2").unwrap();
    close(round.results.iter().sum(), at_once);
}

#[test]
fn a_run_off_may_have_to_reach_a_majority() {
    let elected = |second_choice: usize| {
        let mut game = case(&["a", "b", "c"], 1, 10);
        let v = variable(&mut game, "v", &["none", "x", "y", "z", "failed"]);
        let body = electorate(&mut game, "body", 6, vec![(3, voice(A)), (2, voice(B)), (1, voice(C))]);
        let names = (1..=3).map(|i| (game.variables[0].values[i], then(vec![to(&game, v, i)]))).collect();
        let rule = Rule::Share { part: (1, 2), strict: true, of: Of::Members };
        let mut elect = action("elect", then(vec![]));
        elect.ballot = Some(among(body, names, vec![Round::Reach(rule.clone()), Round::RunOffReach(rule)]));
        elect.failed = then(vec![to(&game, v, 4)]);
        turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![elect]);
        game.precision = vec![real(1000.0); 3];
        wants(&mut game, &[(A, v, 1, 1.0), (B, v, 2, 1.0), (C, v, 3, 1.0), (C, v, second_choice, 0.5)]);
        let answer = solved(&game);
        (1..=4).map(|i| ends_at(&answer, v, i)).collect::<Vec<_>>()
    };
    // x and y stand again. With c for x there are four of six; with c for y three against three, and nobody has four.
    elected(1).into_iter().zip([1.0, 0.0, 0.0, 0.0]).for_each(|(chance, expected)| close(chance, expected));
    elected(2).into_iter().zip([0.0, 0.0, 0.0, 1.0]).for_each(|(chance, expected)| close(chance, expected));
}

#[test]
fn lots_decide_between_the_equally_placed() {
    let mut game = case(&["a", "b"], 1, 10);
    game.precision = vec![real(1.0), real(2.0)];
    let v = variable(&mut game, "v", &["none", "x", "y"]);
    let habit = Voice::Habit { attend: real(0.5), yes: real(0.9) };
    let body = electorate(&mut game, "body", 3, vec![(1, voice(A)), (1, voice(B)), (1, habit)]);
    let names = (1..=2).map(|i| (game.variables[0].values[i], then(vec![to(&game, v, i)]))).collect();
    let mut elect = action("elect", then(vec![]));
    elect.ballot = Some(among(body, names, vec![Round::Plurality]));
    elect.ballot.as_mut().unwrap().pays = vec![vote_pay(0, Said::Name(Value::Name(name(&mut game, "y"))), real(0.3))];
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![elect]);
    wants(&mut game, &[(A, v, 1, 1.0), (B, v, 2, 0.4)]);
    let (a, b) = (logistic(1.0 - 0.3), logistic(-2.0 * 0.4));
    // a and b agree on x, or they differ and the habit decides.
    let split = a * (1.0 - b) + b * (1.0 - a);
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), a * b + split * 0.5);
    close(answer.payoffs[0], ends_at(&answer, v, 1) + 0.3 * (1.0 - a));
    // Without the habit a lot does.
    game.electorates[0].electors.pop();
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), a * b + split * 0.5);
    close(answer.payoffs[0], ends_at(&answer, v, 1) + 0.3 * (1.0 - a));
}

#[test]
fn a_clock_lasts_its_days_on_average() {
    // Two phases of a delay of four periods: each passes with chance 2·7/28 = ½, so the mean is four periods.
    let mut game = case(&["a"], 36, 7);
    let v = variable(&mut game, "v", &["runs", "over"]);
    let (running, over) = (at(&game, v, 0), then(vec![to(&game, v, 1)]));
    clock(&mut game, "deadline", running.clone(), 2, real(28.0), over);
    game.ends = not(running.clone());
    interest(&mut game, A, real(1.0), Payday::Flow { days: 1.0, scope: running });
    // Days that run, from the sum of P(not over before period k) = (k + 1)/2^k over the 36 periods.
    let expected: f64 = (0..36).map(|k| 7.0 * f64::from(k + 1) / 2.0f64.powi(k)).sum();
    assert!((expected - 28.0).abs() < 1e-7, "the tail beyond the horizon is small");
    close(solved(&game).payoffs[0] / 28.0, expected / 28.0);
    // With as many phases as periods the delay is exact: four periods run.
    let mut exact = case(&["a"], 6, 7);
    let v = variable(&mut exact, "v", &["runs", "over"]);
    let (running, over) = (at(&exact, v, 0), then(vec![to(&exact, v, 1)]));
    clock(&mut exact, "deadline", running.clone(), 4, real(28.0), over);
    interest(&mut exact, A, real(1.0), Payday::Flow { days: 1.0, scope: running });
    close(solved(&exact).payoffs[0], 28.0);
}

#[test]
fn flows_run_to_the_horizon_and_later_counts_less() {
    let mut game = case(&["a"], 3, 10);
    game.discount = real(0.2);
    let v = variable(&mut game, "v", &["no", "yes"]);
    let results = then(vec![to(&game, v, 1)]);
    event(&mut game, "e", Expr::TRUE, Timing::Rate(Expr::ALWAYS), results);
    game.ends = at(&game, v, 1);
    let scope = game.ends.clone();
    interest(&mut game, A, real(0.7), Payday::Flow { days: 30.0, scope });
    interest(&mut game, A, real(5.0), Payday::Last(Expr::TRUE));
    let kept = 0.8f64.powf(10.0 / 365.25);
    let flow = 0.7 / 3.0;
    close(solved(&game).payoffs[0], flow * (1.0 + kept + kept * kept) + 5.0 * kept.powi(3));
}

#[test]
fn once_is_paid_at_each_change_and_never_at_the_start() {
    let mut game = case(&["a"], 3, 10);
    let v = counter(&mut game, "v", 3);
    let odd = Expr::Any(vec![at(&game, v, 1), at(&game, v, 3)]);
    event(&mut game, "e", Expr::TRUE, Timing::Rate(Expr::ALWAYS), then(vec![assigned(v, Assigned::Up)]));
    let worth = Expr::Variable(v);
    interest(&mut game, A, worth, Payday::Once(odd));
    // 0, 1, 2, 3: the condition comes to hold at 1 and at 3, and the worth is read there.
    close(solved(&game).payoffs[0], 1.0 + 3.0);
    game.variables[0].start = 1;
    close(solved(&game).payoffs[0], 3.0);
}

#[test]
fn scopes_put_back_in_order_once() {
    let mut game = case(&["a"], 2, 10);
    let first = variable(&mut game, "first", &["no", "yes"]);
    let second = variable(&mut game, "second", &["no", "yes"]);
    let third = variable(&mut game, "third", &["no", "yes"]);
    game.variables[first.index()].scope = Some(at(&game, second, 1));
    game.variables[second.index()].scope = Some(at(&game, third, 1));
    let up = then(vec![to(&game, first, 1), to(&game, second, 1), to(&game, third, 1)]);
    let down = then(vec![to(&game, third, 0)]);
    event(&mut game, "up", Expr::TRUE, Timing::On(day(0), Expr::ONE), up);
    event(&mut game, "down", Expr::TRUE, Timing::On(day(19), Expr::ONE), down);
    let answer = solved(&game);
    // `first` is looked at before `second` is put back.
    assert_eq!(answer.last.keys().collect::<Vec<_>>(), [&vec![1, 0, 0]]);
}

#[test]
fn a_turn_that_reacts_comes_up_once_more_and_sets_off_nobody() {
    let mut game = case(&["a", "b", "c"], 1, 10);
    let x = counter(&mut game, "x", 5);
    let y = counter(&mut game, "y", 5);
    let up = |variable| vec![action("up", then(vec![assigned(variable, Assigned::Up)]))];
    turn(&mut game, "b", Expr::ZERO, Who::Nature, up(y));
    turn(&mut game, "a", Expr::ALWAYS, Who::Nature, up(x));
    turn(&mut game, "c", Expr::ALWAYS, Who::Nature, up(x));
    game.turns[0].reacts_to = vec![x];
    game.turns[2].reacts_to = vec![x, y];
    // a: x 1, then b (y 1) and c (x 2) react; then c's own turn: x 3, b reacts again (y 2).
    let answer = solved(&game);
    assert_eq!(answer.last.keys().collect::<Vec<_>>(), [&vec![3, 2]]);
}

#[test]
fn a_body_proposes_by_weight_and_pays_only_what_passes() {
    let mut game = case(&["a", "b"], 1, 10);
    let v = variable(&mut game, "v", &["no", "yes"]);
    let body = electorate(&mut game, "body", 4, vec![(3, voice(A)), (1, voice(B))]);
    let mut propose = action("propose", then(vec![to(&game, v, 1)]));
    propose.ballot = Some(yes_or_no(body, Rule::Consent));
    propose.pays = vec![pay(B, real(0.5))];
    propose.failed =
        vec![Outcome { pays: vec![pay(A, real(-0.2))], ..maybe(Some(real(0.5)), vec![]) }, maybe(None, vec![])];
    turn(&mut game, "body", Expr::ALWAYS, Who::Body(body), vec![propose]);
    wants(&mut game, &[(A, v, 1, 1.0), (B, v, 1, -0.8)]);
    // Failed, a loses 0.2 half of the time: a stakes 1 + 0.1, b −0.8 + 0.5.
    let passes = logistic(1.1) * logistic(-0.3);
    let worth = [passes - 0.1 * (1.0 - passes), -0.3 * passes];
    let (a, b) = (logistic(worth[0]), logistic(worth[1]));
    let answer = solved(&game);
    let proposed = 0.75 * a + 0.25 * b;
    close(ends_at(&answer, v, 1), proposed * passes);
    close(answer.payoffs[0], proposed * worth[0]);
    close(answer.payoffs[1], proposed * worth[1]);
    assert_eq!(answer.first.iter().map(|choice| choice.proposer).collect::<Vec<_>>(), [Some(0), Some(1)]);
}

#[test]
fn vacant_posts_do_nothing_and_leavers_neither_vote_nor_propose() {
    let mut game = case(&["a", "b"], 1, 10);
    let v = variable(&mut game, "v", &["no", "yes"]);
    let w = variable(&mut game, "w", &["no", "yes"]);
    game.actors[1].scope = Some(at(&game, w, 1));
    let post = Holder::Cases(vec![(at(&game, w, 1), Some(A)), (Expr::TRUE, None)]);
    let menu = vec![action("do", then(vec![to(&game, v, 1)]))];
    turn(&mut game, "post", Expr::ALWAYS, Who::Holder(post.clone()), menu.clone());
    turn(&mut game, "b", Expr::ALWAYS, holder(B), menu.clone());
    let body = electorate(&mut game, "body", 2, vec![(1, Voice::Actor(post)), (1, voice(B))]);
    let mut propose = menu[0].clone();
    propose.ballot = Some(yes_or_no(body, Rule::Count(1)));
    turn(&mut game, "body", Expr::ALWAYS, Who::Body(body), vec![propose.clone()]);
    // Nobody has a voice, so nobody says yes; nobody says no either.
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![propose]);
    close(ends_at(&solved(&game), v, 1), 0.0);
    game.variables[w.index()].start = 1;
    // Indifferent all: 1 − ½ · ½ · (1 − ½ · ¾) · (1 − ¾).
    close(ends_at(&solved(&game), v, 1), 1.0 - 0.25 * (1.0 - 0.375) * 0.25);
    // A pay to a vacant post goes nowhere; one to a leaver arrives.
    let mut gift = case(&["a", "b"], 1, 10);
    let w = variable(&mut gift, "w", &["no", "yes"]);
    gift.actors[1].scope = Some(at(&gift, w, 1));
    let vacant = Holder::Cases(vec![(at(&gift, w, 1), Some(A))]);
    let pays = vec![Pay { to: vacant, amount: real(1.0) }, pay(B, real(2.0))];
    let outcome = Outcome { chance: None, then: vec![to(&gift, w, 1)], pays };
    event(&mut gift, "e", Expr::TRUE, Timing::Rate(Expr::ALWAYS), vec![outcome]);
    assert_eq!(solved(&gift).payoffs, [0.0, 2.0]);
}

#[test]
fn chances_beyond_one_are_scaled_and_the_rest_is_shared() {
    let spread = |chances: [Option<f64>; 4]| {
        let mut game = case(&["a"], 1, 10);
        let v = counter(&mut game, "v", 4);
        let results = (1..=4).map(|i| maybe(chances[i - 1].map(real), vec![to(&game, v, i)])).collect();
        event(&mut game, "e", Expr::TRUE, Timing::Rate(Expr::ALWAYS), results);
        let answer = solved(&game);
        (1..=4).map(|i| ends_at(&answer, v, i)).collect::<Vec<f64>>()
    };
    let expect = |chances, expected: [f64; 4]| spread(chances).iter().zip(expected).for_each(|(f, e)| close(*f, e));
    expect([Some(0.2), None, Some(0.3), None], [0.2, 0.25, 0.3, 0.25]);
    expect([Some(0.8), Some(0.5), None, Some(0.3)], [0.5, 0.3125, 0.0, 0.1875]);
}

#[test]
fn the_calendar_is_cut_into_whole_periods() {
    let mut game = case(&["a"], 1, 10);
    game.calendar.steps = vec![Step { days: 7.0, until: day(17) }, Step { days: 30.4375, until: day(100) }];
    // 17/7 is nearest to two periods, which end on day 14; from there 86 days are nearest to three months.
    let begins = [0.0, 7.0, 14.0, 14.0 + 30.4375, 14.0 + 60.875];
    assert_eq!(periods(&game).iter().map(|period| period.begin).collect::<Vec<_>>(), begins);
    assert_eq!(periods(&game)[1], Period { begin: 7.0, days: 7.0 });
    // Day 44 is the day on which the fourth period begins; day 45 is not.
    for (days, expected) in [(44, 2.0), (45, 1.0)] {
        let mut game = game.clone();
        interest(&mut game, A, real(1.0 / 30.4375), Payday::Flow { days: 1.0, scope: Expr::Since(day(days)) });
        close(solved(&game).payoffs[0], expected);
    }
    assert_eq!(day(0), NOW);
}

#[test]
fn a_dated_event_falls_into_one_period() {
    let mut game = case(&["a"], 3, 10);
    let v = counter(&mut game, "v", 5);
    let up = || then(vec![assigned(v, Assigned::Up)]);
    for days in [9, 10, 29, 30] {
        event(&mut game, &format!("e{days}"), Expr::TRUE, Timing::On(day(days), real(0.5)), up());
    }
    // Flows are paid on the state after the events: ½ in the first period, 1 in the second, 1½ in the third.
    interest(&mut game, A, Expr::Variable(v), Payday::Flow { days: 10.0, scope: Expr::TRUE });
    close(solved(&game).payoffs[0], 0.5 + 1.0 + 1.5);
}

#[test]
fn a_number_counts_as_it_is_drawn() {
    let mut game = case(&["a"], 1, 10);
    let v = variable(&mut game, "v", &["no", "yes"]);
    let precision = number(&mut game, "precision", Law::LogNormal { low: 1.0, high: 2.0 });
    let worth = number(&mut game, "worth", Law::Normal { low: -1.0, high: 1.0 });
    game.precision[0] = precision;
    let menu = vec![action("do", then(vec![to(&game, v, 1)]))];
    turn(&mut game, "a", Expr::ALWAYS, holder(A), menu);
    let done = at(&game, v, 1);
    interest(&mut game, A, worth, Payday::Last(done));
    let answer = solve(&game, Draw { numbers: &[1.5, 0.8], readings: &[] });
    close(ends_at(&answer, v, 1), logistic(1.2));
}

/// The four-move centipede game: 0.40 and 0.10 on the table, doubled with each pass. Its logit agent quantal response
/// equilibrium is the recursion below. Source: McKelvey and Palfrey (1992), "An experimental study of the centipede
/// game", *Econometrica* 60, for the game; the same (1998), *Experimental Economics* 1, for the equilibrium.
#[test]
fn the_centipede_is_solved_from_its_end() {
    let lambda = 0.9;
    let mut game = case(&["a", "b"], 1, 10);
    game.precision = vec![real(lambda); 2];
    let place = counter(&mut game, "passes", 4);
    let over = variable(&mut game, "over", &["no", "yes"]);
    let on = |game: &Case, passes| Expr::All(vec![at(game, place, passes), at(game, over, 0)]);
    for (i, actor) in [A, B, A, B].into_iter().enumerate() {
        let take = action("take", then(vec![to(&game, over, 1)]));
        let pass = action("pass", then(vec![assigned(place, Assigned::Up)]));
        let when = on(&game, i);
        let slot = Slot { when, who: holder(actor), menu: vec![take, pass], obliged: true };
        let i = turn(&mut game, &format!("move{i}"), Expr::ALWAYS, Who::Nature, vec![]);
        game.turns[i].slots = vec![slot];
    }
    let table = [(0.40, 0.10), (0.20, 0.80), (1.60, 0.40), (0.80, 3.20), (6.40, 1.60)];
    for (i, (a, b)) in table.into_iter().enumerate() {
        wants(&mut game, &[(A, place, i, a), (B, place, i, b)]);
    }
    let (mut a, mut b) = table[4];
    let mut takes = Vec::new();
    for i in (0..4).rev() {
        let (mine, passed) = if i % 2 == 0 { (table[i].0, a) } else { (table[i].1, b) };
        let take = logistic(lambda * (mine - passed));
        (a, b) = (take * table[i].0 + (1.0 - take) * a, take * table[i].1 + (1.0 - take) * b);
        takes.push(take);
    }
    let answer = solved(&game);
    close(answer.payoffs[0], a);
    close(answer.payoffs[1], b);
    for (choice, take) in answer.first.iter().zip(takes.iter().rev()) {
        close(choice.actions[0].1, *take);
    }
    assert!(takes.iter().all(|take| (0.05..0.95).contains(take)));
}

#[test]
fn a_ballot_among_names_that_elects_nobody_fails() {
    let mut game = case(&["a", "b"], 1, 10);
    let v = variable(&mut game, "v", &["none", "x", "y", "nobody"]);
    let body = electorate(&mut game, "body", 2, vec![(1, voice(A)), (1, voice(B))]);
    let names = (1..=2).map(|i| (game.variables[0].values[i], then(vec![to(&game, v, i)]))).collect();
    let reach = || Round::Reach(Rule::Share { part: (1, 2), strict: true, of: Of::Members });
    let mut elect = action("elect", then(vec![]));
    elect.ballot = Some(among(body, names, vec![reach(), reach()]));
    elect.failed = then(vec![to(&game, v, 3)]);
    turn(&mut game, "n", Expr::ALWAYS, Who::Nature, vec![elect]);
    wants(&mut game, &[(A, v, 1, 0.5), (B, v, 2, 0.8)]);
    let (a, b) = (logistic(0.5), logistic(-0.8));
    let split = 1.0 - a * b - (1.0 - a) * (1.0 - b);
    let answer = solved(&game);
    close(ends_at(&answer, v, 1), a * b * (1.0 + split));
    close(ends_at(&answer, v, 3), split * split);
}
