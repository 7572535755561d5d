//! Both solvers on the same games: payoffs, last states, choices and ballots of the first period.

use crate::generate::{self, Game};
use crate::oracle::{Answer, solve, solve_within};
use crate::shrink::shrink;
use crate::{build, oracle, show};
use case::expr::Expr;
use case::model::{ActorId, Of, Payday, Rule, Who};
use game::graph::{ActionRef, By, Edge, Kind};
use game::{Draw, Limits};
use std::collections::BTreeMap;

/// How far apart two answers may be. Payoffs are compared relative to the largest payoff of the game, at least one util;
/// probabilities as they are.
const TOLERANCE: f64 = 1e-12;

/// Games compared: `FORMATEUR_ORACLE_GAMES` of them, from seed `FORMATEUR_ORACLE_SEED` on.
fn games() -> (u64, u64) {
    let set = |name: &str, default| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    (set("FORMATEUR_ORACLE_SEED", 0), set("FORMATEUR_ORACLE_GAMES", 300))
}

/// Steps the slow solver may take on a game.
const STEPS: u64 = 20_000;

#[test]
fn both_solvers_agree_on_generated_games() {
    let (first, number) = games();
    let mut worst: BTreeMap<&'static str, (f64, u64)> = BTreeMap::new();
    let (mut choices, mut ballots) = (0, 0);
    for seed in first..first + number {
        let (game, slow) = generate::game(seed, STEPS);
        choices += slow.first.len();
        ballots += slow.ballots.len();
        let apart = apart_in_both(&game, &slow);
        if let Some((what, by)) = apart.iter().find(|(_, by)| **by > TOLERANCE) {
            report(game, what, *by);
        }
        for (what, by) in apart {
            let entry = worst.entry(what).or_insert((0.0, seed));
            if by > entry.0 {
                *entry = (by, seed);
            }
        }
    }
    println!("{number} games from seed {first}, {choices} choices and {ballots} ballots of first periods");
    for (what, (by, seed)) in worst {
        println!("{what}: at most {by:.1e} apart (seed {seed})");
    }
}

/// Says what is wrong with the smallest game in which the same thing is.
fn report(game: Game, what: &str, by: f64) -> ! {
    let seed = game.seed;
    println!("seed {seed}: {what} {by:e} apart; looking for the smallest game where it is");
    let apart = |game: &Game| apart_in_both(game, &solve(&game.case, game.draw()));
    let small = shrink(game, |game| apart(game).get(what).is_some_and(|by| *by > TOLERANCE));
    let slow = solve(&small.case, small.draw());
    let [fast, other_fast] = real(&small).expect("it compiled before");
    let (page, slow) = (show::page(&small), show::answer(&slow));
    let other_slow = show::answer(&solve(&small.case, small.otherwise().draw()));
    panic!(
        "seed {seed}: {what} {by:e} apart; the smallest game where it is:\n{page}\n\nslow: {slow}\nfast: {fast}\n\n\
         in the other draw\nslow: {other_slow}\nfast: {other_fast}"
    );
}

/// The largest difference of each kind in a game's two draws, which the real solver solves side by side.
fn apart_in_both(game: &Game, slow: &Answer) -> BTreeMap<&'static str, f64> {
    let [fast, other_fast] = match real(game) {
        Ok(both) => both,
        Err(refusal) => panic!("{refusal}\n{}", show::page(game)),
    };
    let mut apart = differences(game, slow, &fast);
    // What is impossible in one draw may open a tree too large in the other.
    if let Some(other) = solve_within(&game.case, game.otherwise().draw(), 20 * STEPS) {
        for (what, by) in differences(game, &other, &other_fast) {
            apart.entry(what).and_modify(|worst| *worst = worse(*worst, by));
        }
    }
    apart
}

/// What the real solver says.
#[derive(Debug)]
pub struct Fast {
    pub payoffs: Vec<f64>,
    pub last: BTreeMap<Vec<usize>, f64>,
    choices: Vec<Chosen>,
    ballots: Vec<Balloted>,
    ended: BTreeMap<String, f64>,
}

impl std::fmt::Display for Fast {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        writeln!(f, "payoffs {:?}\nlast {:?}", self.payoffs, self.last)?;
        for Chosen { at, actions, reach, .. } in &self.choices {
            writeln!(f, "choice at {at:?}: {actions:?} (reached {reach:e})")?;
        }
        for Balloted { at, results, reach, .. } in &self.ballots {
            writeln!(f, "ballot at {at:?}: {results:?} (reached {reach:e})")?;
        }
        Ok(())
    }
}

/// A decision with more than one way out: turn, slot, decider, probabilities by action, chance of coming to it.
#[derive(Debug, Clone)]
struct Chosen {
    at: (String, usize, usize),
    actions: BTreeMap<String, f64>,
    reach: f64,
    /// The decider does not care: a choice of nothing, which need not be a node.
    indifferent: bool,
}

/// A ballot: action and kind, chances of its results, chance of coming to it.
#[derive(Debug, Clone)]
struct Balloted {
    at: (String, usize, String, &'static str),
    results: Vec<f64>,
    /// How far each elector decides it.
    decides: Vec<f64>,
    reach: f64,
}

/// A game in its own draw and the other.
pub fn real(game: &Game) -> Result<[Fast; 2], game::Refusal> {
    let compiled = game::compile(&game.case, &Limits::default())?;
    let draw =
        |game: &Game| Draw { numbers: game.numbers.clone(), readings: game.readings.clone(), standing: Vec::new() };
    let draws = [draw(game), draw(&game.otherwise())];
    let solver = ::solve::Solver::new(&compiled, ::solve::Want::Answers);
    let both = solver.each(&draws, &|_| (), |_, solved| read(&compiled, solved));
    Ok(both.try_into().expect("two draws, two answers"))
}

fn read(compiled: &game::Game, solved: &::solve::Solved) -> Fast {
    let mut states = vec![0.0; compiled.last.len()];
    states[compiled.start as usize] = 1.0;
    let mut fast = Fast {
        payoffs: solved.payoffs(),
        last: BTreeMap::new(),
        choices: vec![],
        ballots: vec![],
        ended: BTreeMap::new(),
    };
    for watch in 0..compiled.watched.len() {
        for (by, p) in solved.ended_by(watch) {
            let action = |a: ActionRef| format!("{}: {}", compiled.turns[usize::from(a.turn)].id, solved.action_id(a));
            let by = match by {
                By::Action(a) => action(a),
                By::Failed(a) => format!("{} failed", action(a)),
                By::Event(event) => format!("event {}", compiled.events[usize::from(event)]),
                By::Clock(clock) => format!("clock {}", compiled.clocks[usize::from(clock)]),
                By::Date => "date".to_string(),
            };
            *fast.ended.entry(by).or_insert(0.0) += p;
        }
    }
    for (state, p) in solved.last() {
        fast.last.insert(state.iter().map(|position| usize::from(*position)).collect(), p);
    }
    let turn = |turn: u16| compiled.turns[usize::from(turn)].id.clone();
    let mut met = Vec::new();
    solved.step(0, &states, &mut met);
    let first = &compiled.segments[compiled.periods[0].segment];
    let numbers: Vec<usize> = (0..met.len())
        .filter(|node| met[*node] > 0.0 && !matches!(first.nodes[*node].kind, Kind::Chance { .. }))
        .collect();
    for (number, node) in numbers.into_iter().zip(solved.choices(0, &states)) {
        let decides = solved.decisive(0, number);
        match node.kind {
            Kind::Decide { actor, turn: t, slot, .. } => {
                let name = |label: u32| match label {
                    Edge::HOLD => "hold".to_string(),
                    action => {
                        let action = u16::try_from(action).expect("a position in a menu");
                        solved.action_id(ActionRef { turn: t, slot, action }).to_string()
                    }
                };
                fast.choices.push(Chosen {
                    at: (turn(t), usize::from(slot), usize::from(actor)),
                    // A weight of 0 takes an action off the menu in this draw; the other solver does not list it.
                    actions: node.edges.iter().filter(|(_, p)| *p != 0.0).map(|(l, p)| (name(*l), *p)).collect(),
                    reach: node.reach,
                    indifferent: false,
                });
            }
            Kind::Ballot { action, sitting, .. } => fast.ballots.push(Balloted {
                at: (
                    turn(action.turn),
                    usize::from(action.slot),
                    solved.action_id(action).to_string(),
                    if sitting { "sitting" } else { "vote" },
                ),
                results: vec![node.edges[0].1],
                decides,
                reach: node.reach,
            }),
            Kind::Names { action, names, .. } => fast.ballots.push(Balloted {
                at: (turn(action.turn), usize::from(action.slot), solved.action_id(action).to_string(), "names"),
                results: node.edges[..usize::from(names)].iter().map(|(_, p)| *p).collect(),
                decides,
                reach: node.reach,
            }),
            Kind::Chance { .. } => {}
        }
    }
    fast.choices.retain(|choice| choice.actions.len() > 1);
    fast.ballots.retain(|vote| vote.at.3 != "names" || vote.results.len() > 1 || vote.results[0] <= 1.0 - TOLERANCE);
    fast
}

/// The largest difference of each kind; infinite where one has what the other lacks.
fn differences(game: &Game, slow: &Answer, fast: &Fast) -> BTreeMap<&'static str, f64> {
    let size = slow.payoffs.iter().fold(1.0, |size: f64, payoff| size.max(payoff.abs()));
    let payoffs = slow.payoffs.iter().zip(&fast.payoffs).map(|(slow, fast)| (slow - fast).abs() / size);
    let mut states: Vec<&Vec<usize>> = slow.last.keys().chain(fast.last.keys()).collect();
    states.dedup();
    let chance = |last: &BTreeMap<Vec<usize>, f64>, state: &Vec<usize>| last.get(state).copied().unwrap_or(0.0);
    let mut causes: Vec<&String> = slow.ended.keys().chain(fast.ended.keys()).collect();
    causes.dedup();
    let share = |ended: &BTreeMap<String, f64>, by: &String| ended.get(by).copied().unwrap_or(0.0);
    let ended = causes.iter().map(|by| (share(&slow.ended, by) - share(&fast.ended, by)).abs());
    let last = states.iter().map(|state| (chance(&slow.last, state) - chance(&fast.last, state)).abs());
    let (mut choices, votes) = (chosen(game, slow), balloted(slow));
    let cares = |choice: &&Chosen| !choices.iter().any(|other| other.indifferent && other.at == choice.at);
    let often = frequencies(choices.iter().filter(cares), fast.choices.iter().filter(cares));
    let known = |choice: &Chosen| fast.choices.iter().any(|other| apart(choice, other) < TOLERANCE);
    choices.retain(|choice| !choice.indifferent || known(choice));
    BTreeMap::from([
        ("payoffs", payoffs.fold(0.0, worse)),
        ("last states", last.fold(0.0, worse)),
        ("ends", ended.fold(0.0, worse)),
        ("choices", matched(&choices, &fast.choices, |choice| choice.reach, apart)),
        ("choices' frequency", often),
        (
            "ballots",
            matched(
                &votes,
                &fast.ballots,
                |vote| vote.reach,
                |l, r| {
                    if l.at == r.at {
                        let results = l.results.iter().zip(&r.results).chain(l.decides.iter().zip(&r.decides));
                        let whole = if l.decides.len() == r.decides.len() { 0.0 } else { f64::INFINITY };
                        results.map(|(l, r)| (l - r).abs()).fold(whole, worse)
                    } else {
                        f64::INFINITY
                    }
                },
            ),
        ),
    ])
}

/// The larger of two differences, and anything rather than a NaN.
fn worse(left: f64, right: f64) -> f64 {
    if right.is_nan() || right > left { if right.is_nan() { f64::INFINITY } else { right } } else { left }
}

fn chosen(game: &Game, slow: &Answer) -> Vec<Chosen> {
    let open = slow.first.iter().filter(|choice| choice.actions.len() > 1);
    open.map(|choice| {
        let actor = game.case.actors[choice.decider.index()].id.clone();
        let actor = game.case.actors.iter().position(|a| a.id == actor).expect("an actor");
        Chosen {
            at: (choice.turn.clone(), choice.slot, actor),
            actions: choice.actions.iter().cloned().collect(),
            reach: choice.reach,
            indifferent: {
                let sum: f64 = choice.weights.iter().sum();
                choice.actions.iter().zip(&choice.weights).all(|((_, p), weight)| (p - weight / sum).abs() < TOLERANCE)
            },
        }
    })
    .collect()
}

fn balloted(slow: &Answer) -> Vec<Balloted> {
    let vote = |vote: &oracle::Vote| {
        let kind = match vote.stage.as_str() {
            "sitting" => "sitting",
            "vote" => "vote",
            _ => "names",
        };
        Balloted {
            at: (vote.turn.clone(), vote.slot, vote.action.clone(), kind),
            results: vote.results.clone(),
            decides: vote.decides.clone(),
            reach: vote.reach,
        }
    };
    // One name that is elected whoever says it need not be a node.
    let sure = |vote: &&oracle::Vote| {
        vote.stage.starts_with("round") && vote.results.len() == 1 && vote.results[0] > 1.0 - TOLERANCE
    };
    slow.ballots.iter().filter(|vote| !sure(vote)).map(vote).collect()
}

fn apart(left: &Chosen, right: &Chosen) -> f64 {
    if left.at != right.at || !left.actions.keys().eq(right.actions.keys()) {
        return f64::INFINITY;
    }
    left.actions.iter().map(|(action, p)| (p - right.actions[action]).abs()).fold(0.0, worse)
}

/// How far the worst of either list is from its nearest in the other; what is all but never come to need not be there.
fn matched<T>(left: &[T], right: &[T], reach: impl Fn(&T) -> f64, apart: impl Fn(&T, &T) -> f64) -> f64 {
    let mut worst = 0.0;
    for one in left.iter().filter(|one| reach(one) > TOLERANCE) {
        worst = worse(worst, right.iter().map(|other| apart(one, other)).fold(f64::INFINITY, f64::min));
    }
    for one in right.iter().filter(|one| reach(one) > TOLERANCE) {
        worst = worse(worst, left.iter().map(|other| apart(other, one)).fold(f64::INFINITY, f64::min));
    }
    worst
}

/// How often each action is taken in the first period: both solvers must come to the same choices as often. Left out are
/// slots in which somebody does not care, whose choice need not be a node.
fn frequencies<'a>(left: impl Iterator<Item = &'a Chosen>, right: impl Iterator<Item = &'a Chosen>) -> f64 {
    let mut sums: BTreeMap<_, f64> = BTreeMap::new();
    for (choice, sign) in left.map(|choice| (choice, 1.0)).chain(right.map(|choice| (choice, -1.0))) {
        for (action, p) in &choice.actions {
            *sums.entry((&choice.at, action)).or_insert(0.0) += sign * p * choice.reach;
        }
    }
    sums.values().map(|difference| difference.abs()).fold(0.0, worse)
}

/// Chambers too large for the slow solver, counted another way: 2¹⁰ profiles of ten blocs' answers, and for each the
/// chance that enough of those on the line follow it, as a plain sum of binomial chances.
#[test]
fn large_chambers_are_counted_right() {
    let seats = [46, 39, 31, 29, 28, 22, 18, 15, 8, 5];
    let (all, members) = (seats.iter().sum::<u32>(), 329);
    let stakes: Vec<f64> = (0..seats.len()).map(|i| 0.3 * (i as f64 - 3.7)).collect();
    let share = |part, strict, of| Rule::Share { part, strict, of };
    let rules = [
        share((1, 2), true, Of::Members),
        share((2, 3), false, Of::Members),
        share((1, 2), true, Of::Votes),
        share((2, 3), false, Of::Present),
        Rule::Negative(Box::new(share((1, 3), true, Of::Members))),
        Rule::Count(75),
    ];
    let binomials = |cohesion: f64| -> Vec<Vec<f64>> {
        let mut rows = vec![vec![1.0]];
        for n in 0..all as usize {
            let last: &Vec<f64> = &rows[n];
            let from = |k: usize| last.get(k).copied().unwrap_or(0.0);
            let row =
                (0..=n + 1).map(|k| (1.0 - cohesion) * from(k) + cohesion * if k > 0 { from(k - 1) } else { 0.0 });
            rows.push(row.collect());
        }
        rows
    };
    let mut worst: f64 = 0.0;
    for cohesion in [0.5, 0.93, 0.999, 1.0] {
        let chance = binomials(cohesion);
        for rule in &rules {
            let reaches = |yes: usize, no: usize| match rule {
                Rule::Share { part: (1, 2), of: Of::Members, .. } => 2 * yes > members,
                Rule::Share { of: Of::Members, .. } => 3 * yes >= 2 * members,
                Rule::Share { part: (1, 2), .. } => yes > no,
                Rule::Share { .. } => yes > 0 && 3 * yes >= 2 * (yes + no),
                Rule::Negative(_) => 3 * no <= members,
                Rule::Count(number) => yes >= *number as usize,
                _ => unreachable!("not among the rules"),
            };
            let mut suffices: BTreeMap<usize, f64> = BTreeMap::new();
            let mut expected = 0.0;
            for profile in 0..1_u32 << seats.len() {
                let says = |i: &usize| profile >> i & 1 == 1;
                let line: u32 = (0..seats.len()).filter(says).map(|i| seats[i]).sum();
                let answers = (0..seats.len()).map(|i| {
                    let yes = 1.0 / (1.0 + (-3.0 * stakes[i]).exp());
                    if says(&i) { yes } else { 1.0 - yes }
                });
                let (line, rest) = (line as usize, (all - line) as usize);
                let passes = suffices.entry(line).or_insert_with(|| {
                    let with = |yes: usize| -> f64 {
                        (0..=rest).filter(|no| reaches(yes, *no)).map(|no| chance[rest][no]).sum::<f64>()
                            * chance[line][yes]
                    };
                    (0..=line).map(with).sum()
                });
                expected += answers.product::<f64>() * *passes;
            }
            let game = chamber(&seats, members as u32, cohesion, rule.clone(), &stakes);
            let [fast, _] = real(&game).expect("a small game");
            let passes: f64 = fast.last.iter().filter(|(state, _)| state[0] == 1).map(|(_, p)| p).sum();
            assert!((passes - expected).abs() < TOLERANCE, "{rule:?}, cohesion {cohesion}: {passes} for {expected}");
            worst = worst.max((passes - expected).abs());
        }
    }
    println!("large chambers: at most {worst:.1e} apart");
}

/// One motion before a chamber of actors with these seats and stakes, at precision 3.
fn chamber(seats: &[u32], members: u32, cohesion: f64, rule: Rule, stakes: &[f64]) -> Game {
    let ids: Vec<String> = (0..seats.len()).map(|i| format!("a{i}")).collect();
    let mut case = build::case(&ids.iter().map(String::as_str).collect::<Vec<_>>(), 1, 7);
    case.precision = vec![build::real(3.0); seats.len()];
    let v = build::variable(&mut case, "v", &["no", "yes"]);
    let voices = seats.iter().zip(0..).map(|(seats, i)| (*seats, build::voice(ActorId(i)))).collect();
    let electorate = build::electorate(&mut case, "chamber", members, voices);
    case.electorates[0].cohesion = build::real(cohesion);
    let mut motion = build::action("motion", build::then(vec![build::to(&case, v, 1)]));
    motion.ballot = Some(build::yes_or_no(electorate, rule));
    build::turn(&mut case, "n", Expr::ALWAYS, Who::Nature, vec![motion]);
    for (stake, i) in stakes.iter().zip(0..) {
        let passed = build::at(&case, v, 1);
        build::interest(&mut case, ActorId(i), build::real(*stake), Payday::Last(passed));
    }
    Game { seed: 0, case, numbers: vec![], readings: vec![] }
}
