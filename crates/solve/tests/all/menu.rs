//! What may be done at a turn, and which actions count as one.

use crate::ballot::Elector;
use crate::expression::{Draw, View, equal};
use crate::outcome::{Lottery, amounts, lottery, unpaid};
use case::expr::Expr;
use case::model::{Action, Answer, Case, Form, Slot, Who};

/// What may be done, with prior weights; `None` is holding.
///
/// `probes` are other draws: actions are the same if they are the same in every draw, not by accident in one.
///
/// A weight of 0 or less in every draw removes the action before anything else is looked at; one that is so in
/// this draw only makes it impossible, and changes nothing else: what is offered does not depend on the draw. Where that
/// leaves nothing to do, there is holding.
pub fn menu<'a>(view: &View, slot: &'a Slot, probes: &[Probe]) -> Vec<(Option<&'a Action>, f64)> {
    let body = matches!(slot.who, Who::Body(_));
    let never = |weight: &Expr| in_every_draw(view, probes, &|view| view.number(weight) <= 0.0);
    let offered = |action: &&Action| view.holds(&action.when) && !action.weight.as_ref().is_some_and(never);
    let enabled: Vec<&Action> = slot.menu.iter().filter(offered).collect();
    let obliged = slot.obliged || enabled.iter().any(|action| action.obliged);
    let holding = !matches!(slot.who, Who::Nature) && (!obliged || enabled.is_empty());
    let mut kept: Vec<&Action> = Vec::new();
    for action in enabled {
        let counted = kept.iter().any(|first| same(first, action, body, view, probes));
        let holds = holding && without_effect(action, body, view, probes);
        if !counted && !holds {
            kept.push(action);
        }
    }
    let mut moves: Vec<&str> = kept.iter().filter(|a| a.weight.is_none()).map(|a| a.move_id.as_str()).collect();
    moves.sort_unstable();
    moves.dedup();
    let mut menu: Vec<(Option<&Action>, f64)> = Vec::new();
    if holding {
        menu.push((None, 1.0));
    }
    for action in &kept {
        let siblings = kept.iter().filter(|a| a.weight.is_none() && a.move_id == action.move_id).count();
        let share = 1.0 / moves.len() as f64 / siblings as f64;
        menu.push((Some(action), action.weight.as_ref().map_or(share, |weight| view.number(weight))));
    }
    if !matches!(slot.who, Who::Nature) {
        menu.retain(|(_, weight)| *weight > 0.0);
        if menu.is_empty() {
            menu.push((None, 1.0));
        }
    }
    menu
}

/// A draw to try sameness on.
#[derive(Debug, Clone)]
pub struct Probe {
    numbers: Vec<f64>,
    readings: Vec<usize>,
}

/// Two generic draws for every combination of readings. No two numbers are alike in them.
pub fn probes(case: &Case) -> Vec<Probe> {
    let mut readings = vec![Vec::new()];
    for hypothesis in &case.hypotheses {
        let longer =
            |list: &Vec<usize>| (0..hypothesis.readings.len()).map(move |r| (list.clone(), r)).collect::<Vec<_>>();
        readings = readings.iter().flat_map(longer).map(|(list, r)| [list, vec![r]].concat()).collect();
    }
    let with = |step: f64, size: f64| {
        let number = move |i: usize| size * (0.2 + 0.6 * (i as f64 * step).fract());
        (1..=case.numbers.len()).map(number).collect::<Vec<f64>>()
    };
    let mut probes = Vec::new();
    // Small numbers too: stated chances that add up to 1 leave nothing to the others.
    for (step, size) in [(0.618_033_988_749_895, 0.5), (0.414_213_562_373_095, 0.01)] {
        probes.extend(readings.iter().map(|readings| Probe { numbers: with(step, size), readings: readings.clone() }));
    }
    probes
}

fn same(left: &Action, right: &Action, body: bool, view: &View, probes: &[Probe]) -> bool {
    in_every_draw(view, probes, &|view| alike(&effects(left, body, view), &effects(right, body, view)))
}

/// Whether an action leaves the state as it is and pays nothing.
fn without_effect(action: &Action, body: bool, view: &View, probes: &[Probe]) -> bool {
    in_every_draw(view, probes, &|view| {
        let effects = effects(action, body, view);
        let still = |lottery: &Lottery| lottery.iter().all(|(_, next, paid)| next == view.state && zero(paid));
        effects.ways.iter().all(still) && zero(&effects.due) && effects.answers.iter().all(|pays| zero(pays))
    })
}

fn in_every_draw(view: &View, probes: &[Probe], holds: &dyn Fn(&View) -> bool) -> bool {
    let probe =
        |probe: &Probe| holds(&View { draw: Draw { numbers: &probe.numbers, readings: &probe.readings }, ..*view });
    holds(view) && probes.iter().all(probe)
}

/// All that an action does.
struct Effects<'a> {
    action: &'a Action,
    /// What is paid whether its ballot passes or not.
    due: Vec<f64>,
    /// What follows if it passes (each name, if there are several), and if it fails.
    ways: Vec<Lottery>,
    /// What each answer pays each elector.
    answers: Vec<Vec<f64>>,
}

fn effects<'a>(action: &'a Action, body: bool, view: &View) -> Effects<'a> {
    let pays = amounts(view, &action.pays);
    let none = unpaid(view.case);
    let Some(ballot) = &action.ballot else {
        return Effects {
            action,
            due: none,
            ways: vec![merged(lottery(view, &action.results, &[], &pays))],
            answers: vec![],
        };
    };
    let (due, on_passing) = if body { (none, pays) } else { (pays, none) };
    // A habit, or nobody, cannot be paid.
    let electors = Elector::list(view, &view.case.electorates[ballot.electorate.index()]);
    let paid = |answer: Answer| {
        let of = |i: usize| ballot.pays.iter().filter(move |pay| pay.elector == i && said(pay.answer, answer));
        let paid = |i: usize| electors[i].actor().map_or(0.0, |_| of(i).map(|pay| view.number(&pay.amount)).sum());
        (0..electors.len()).map(paid).collect::<Vec<f64>>()
    };
    let mut ways = Vec::new();
    let mut answers = vec![paid(Answer::Attend), paid(Answer::StayAway)];
    match &ballot.form {
        Form::YesNo { .. } => {
            ways.push(merged(lottery(view, &action.results, &[], &on_passing)));
            answers.extend([paid(Answer::Yes), paid(Answer::No)]);
        }
        Form::Names { names, .. } => {
            ways.extend(names.iter().map(|name| merged(lottery(view, &name.results, &[], &on_passing))));
            answers.extend(names.iter().map(|name| paid(Answer::Name(name.value))));
        }
    }
    ways.push(merged(lottery(view, &action.failed, &[], &unpaid(view.case))));
    Effects { action, due, ways, answers }
}

/// Whether one answer is the other.
pub fn said(left: Answer, right: Answer) -> bool {
    match (left, right) {
        (Answer::Name(left), Answer::Name(right)) => equal(left, right),
        (left, right) => left == right,
    }
}

/// The same lottery with equal outcomes added up, impossible ones left out, in order of states.
fn merged(lottery: Lottery) -> Lottery {
    let mut list: Lottery = Vec::new();
    for (chance, next, paid) in lottery.into_iter().filter(|(chance, _, _)| *chance > 0.0) {
        match list.iter_mut().find(|(_, n, p)| *n == next && near(p, &paid)) {
            Some(entry) => entry.0 += chance,
            None => list.push((chance, next, paid)),
        }
    }
    list
}

fn alike(left: &Effects, right: &Effects) -> bool {
    let within = |left: &Lottery, right: &Lottery| {
        let matched = |l: &(f64, Vec<usize>, Vec<f64>)| {
            right.iter().any(|r| (l.0 - r.0).abs() < 1e-12 && l.1 == r.1 && near(&l.2, &r.2))
        };
        left.len() == right.len() && left.iter().all(matched)
    };
    let ballots = match (&left.action.ballot, &right.action.ballot) {
        (None, None) => true,
        (Some(left), Some(right)) => {
            let forms = match (&left.form, &right.form) {
                (Form::YesNo { rule: left }, Form::YesNo { rule: right }) => left == right,
                (Form::Names { names: l, rounds: left }, Form::Names { names: r, rounds: right }) => {
                    left == right && l.iter().map(|n| n.value).eq(r.iter().map(|n| n.value))
                }
                _ => false,
            };
            forms && left.electorate == right.electorate && left.sitting == right.sitting
        }
        _ => false,
    };
    let near_all = |left: &[Vec<f64>], right: &[Vec<f64>]| left.iter().zip(right).all(|(l, r)| near(l, r));
    ballots
        && left.ways.len() == right.ways.len()
        && left.ways.iter().zip(&right.ways).all(|(l, r)| within(l, r))
        && near(&left.due, &right.due)
        && near_all(&left.answers, &right.answers)
}

fn near(left: &[f64], right: &[f64]) -> bool {
    left.iter().zip(right).all(|(l, r)| (l - r).abs() < 1e-12)
}

fn zero(amounts: &[f64]) -> bool {
    amounts.iter().all(|amount| amount.abs() < 1e-12)
}
