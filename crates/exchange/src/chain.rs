//! What happens in a draw once everybody does as solved: a chain of states with probabilities, payoffs and labels.

use crate::drawn::{Drawn, Marks, TooLarge};
use game::choice::logit;
use game::graph::{Answering, Child, Edge, Kind, Voicing};
use game::real::sigmoid;
use solve::Solved;

/// A Markov chain. State 0 is the start; the last state, absorbing, is the end.
///
/// A state is the beginning of a period in some state of the game, a node within a period, or the end of the calendar in
/// some state of the game; only states of positive probability are there. From each end of the calendar one more step leads
/// to the last state, so that what the last state of the game is worth is paid before the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Where each state's steps begin; one more than states.
    pub first: Vec<usize>,
    /// Steps: the state they lead to, ascending per state, each once, and the probability.
    pub steps: Vec<(u32, f64)>,
    /// Ids of the actors, made identifiers.
    pub actors: Vec<String>,
    /// What each actor is paid in each state on average, discounted to the start, `[n_states][n_actors]`.
    pub rewards: Vec<f64>,
    /// `settled`, each outcome, and `end`: name, and stretches of states, half-open.
    pub labels: Vec<(String, Vec<(u32, u32)>)>,
}

impl Chain {
    pub fn n_states(&self) -> usize {
        self.first.len() - 1
    }

    pub fn steps_of(&self, state: usize) -> &[(u32, f64)] {
        &self.steps[self.first[state]..self.first[state + 1]]
    }

    /// What each actor is paid in a state.
    pub fn rewards_of(&self, state: usize) -> &[f64] {
        &self.rewards[state * self.actors.len()..][..self.actors.len()]
    }

    /// The chain of a solved draw; `drawn` is the draw that `solved` solves.
    ///
    /// # Errors
    /// [`TooLarge`] with the number of states, before any memory is taken for them.
    pub fn of(
        drawn: &Drawn,
        solved: &Solved,
        marks: &Marks,
        limit: usize,
        advice: &'static str,
    ) -> Result<Chain, TooLarge> {
        let reached = reached(drawn, solved);
        let states: usize = reached.iter().map(|r| r.begin.len() + r.nodes.len()).sum::<usize>() + 1;
        if states > limit || u32::try_from(states).is_err() {
            return Err(TooLarge::Chain { states, limit, advice });
        }
        Ok(build(drawn, solved, marks, &reached))
    }

    /// Probability of coming to each state: a step leads to a later one, or is the end's own.
    pub fn reach(&self) -> Vec<f64> {
        let mut reach = vec![0.0; self.n_states()];
        reach[0] = 1.0;
        for state in 0..self.n_states() - 1 {
            for &(to, p) in self.steps_of(state) {
                reach[to as usize] += reach[state] * p;
            }
        }
        reach
    }
}

/// What is met in a period, or at the end of the calendar.
struct Reached {
    /// States it begins in: those in which the case is settled last, so that labels are stretches.
    begin: Vec<u32>,
    /// Nodes, parents first.
    nodes: Vec<u32>,
}

fn reached(drawn: &Drawn, solved: &Solved) -> Vec<Reached> {
    let game = drawn.game;
    let mut states = vec![0.0; game.n_states()];
    states[game.start as usize] = 1.0;
    let met = |mass: &[f64]| -> Vec<u32> {
        mass.iter().enumerate().filter(|(_, p)| **p > 0.0).map(|(i, _)| i as u32).collect()
    };
    let mut reached = Vec::with_capacity(game.periods.len() + 1);
    let mut nodes = Vec::new();
    for period in 0..game.periods.len() {
        let after = solved.step(period, &states, &mut nodes);
        let mut within = met(&nodes);
        within.reverse();
        reached.push(Reached { begin: met(&states), nodes: within });
        states = after;
    }
    reached.push(Reached { begin: met(&states), nodes: Vec::new() });
    reached
}

fn build(drawn: &Drawn, solved: &Solved, marks: &Marks, reached: &[Reached]) -> Chain {
    let game = drawn.game;
    let n_actors = game.actors.len();
    let n_periods = game.periods.len();
    let mut labels: Vec<(String, Vec<(u32, u32)>)> = vec![("settled".into(), Vec::new())];
    labels.extend(identifiers(&marks.outcomes, &["init", "deadlock", "settled", "end"]).map(|name| (name, Vec::new())));
    // Numbers first: of every beginning and every node.
    let (mut begin_number, mut node_number): (Vec<Vec<u32>>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
    let mut begins: Vec<Vec<u32>> = Vec::new();
    let mut next = 0_u32;
    for (period, met) in reached.iter().enumerate() {
        let mut begin = met.begin.clone();
        let outcome = |state: u32| if period == n_periods { marks.outcome_of[state as usize] } else { 0 };
        begin.sort_by_key(|&state| (marks.settled[state as usize], outcome(state), state));
        let mut numbers = vec![u32::MAX; game.n_states()];
        for &state in &begin {
            numbers[state as usize] = next;
            if marks.settled[state as usize] {
                extend(&mut labels[0].1, next);
            }
            if period == n_periods {
                extend(&mut labels[1 + outcome(state)].1, next);
            }
            next += 1;
        }
        begin_number.push(numbers);
        begins.push(begin);
        let size = if period < n_periods { game.segments[game.periods[period].segment].nodes.len() } else { 0 };
        let mut numbers = vec![u32::MAX; size];
        for &node in &met.nodes {
            numbers[node as usize] = next;
            next += 1;
        }
        node_number.push(numbers);
    }
    labels.push(("end".into(), vec![(next, next + 1)]));
    let end = next;
    let n_states = end as usize + 1;
    let mut chain = Chain {
        first: Vec::with_capacity(n_states + 1),
        steps: Vec::new(),
        actors: identifiers(&game.actors, &[]).collect(),
        rewards: vec![0.0; n_states * n_actors],
        labels,
    };
    let pays = Pays::of(drawn, solved, reached);
    for (period, begin) in begins.iter().enumerate() {
        let discount = drawn.discounts[period];
        let number = |child: Child| match child {
            Child::Node(node) => node_number[period][node as usize],
            Child::Next(state) => begin_number[period + 1][state as usize],
        };
        for &state in begin {
            let reward = &mut chain.rewards[begin_number[period][state as usize] as usize * n_actors..][..n_actors];
            chain.first.push(chain.steps.len());
            if period == n_periods {
                drawn.pay(game.last[state as usize], discount, reward);
                chain.steps.push((end, 1.0));
                continue;
            }
            let root = game.segments[game.periods[period].segment].roots[state as usize]
                .expect("a state with probability in a period has a root in it");
            drawn.pay(root.payments, discount, reward);
            chain.steps.push((number(root.child), 1.0));
        }
        for &node in &reached[period].nodes {
            let (_, edges) = drawn.node(period, node);
            let place = node_number[period][node as usize] as usize;
            let reward = &mut chain.rewards[place * n_actors..][..n_actors];
            let from = chain.steps.len();
            chain.first.push(from);
            for (k, edge) in edges.iter().enumerate() {
                let p = solved.probability(period, node as usize, k);
                if p > 0.0 {
                    drawn.pay(edge.to.payments, discount * p, reward);
                    chain.steps.push((number(edge.to.child), p));
                }
            }
            for &(actor, paid) in pays.at(period, node) {
                reward[usize::from(actor)] += discount * paid;
            }
            chain.steps[from..].sort_by_key(|step| step.0);
            let mut kept = from;
            for i in from + 1..chain.steps.len() {
                if chain.steps[i].0 == chain.steps[kept].0 {
                    chain.steps[kept].1 += chain.steps[i].1;
                } else {
                    kept += 1;
                    chain.steps[kept] = chain.steps[i];
                }
            }
            chain.steps.truncate(kept + 1);
        }
    }
    chain.first.push(chain.steps.len());
    chain.steps.push((end, 1.0));
    chain.first.push(chain.steps.len());
    chain
}

/// Adds a state to stretches that grow upwards.
fn extend(stretches: &mut Vec<(u32, u32)>, state: u32) {
    match stretches.last_mut() {
        Some(last) if last.1 == state => last.1 += 1,
        _ => stretches.push((state, state + 1)),
    }
}

/// Names made of letters, digits and underscores, not beginning with a digit, each different from the others and from those
/// taken.
fn identifiers(names: &[String], taken: &[&str]) -> std::vec::IntoIter<String> {
    let mut made: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let mut name = identifier(name);
        while taken.contains(&name.as_str()) || made.contains(&name) {
            name.push('_');
        }
        made.push(name);
    }
    made.into_iter()
}

fn identifier(name: &str) -> String {
    let mut id: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if id.is_empty() || id.starts_with(|c: char| c.is_ascii_digit()) {
        id.insert(0, '_');
    }
    id
}

/// What ballots pay their electors for answering, on average.
struct Pays {
    /// Per period: nodes that pay, ascending, and what they pay whom.
    periods: Vec<Vec<(u32, Vec<Paid>)>>,
}

/// An actor and what it is paid.
type Paid = (u16, f64);

impl Pays {
    fn at(&self, period: usize, node: u32) -> &[Paid] {
        let pays = &self.periods[period];
        pays.binary_search_by_key(&node, |(node, _)| *node).map_or(&[], |at| pays[at].1.as_slice())
    }

    /// How each elector answers follows from what is at stake, and that from the values of the nodes: one sweep backwards.
    fn of(drawn: &Drawn, solved: &Solved, reached: &[Reached]) -> Pays {
        let game = drawn.game;
        let n_actors = game.actors.len();
        let mut periods = vec![Vec::new(); reached.len()];
        let paying =
            |answers: &[Answering]| answers.iter().any(|a| a.pays.iter().any(|slot| drawn.value(*slot) != 0.0));
        if !game.answers.iter().any(|answers| paying(answers)) {
            return Pays { periods };
        }
        let mut next = vec![0.0; game.n_states() * n_actors];
        for (state, worth) in game.last.iter().enumerate() {
            drawn.pay(*worth, 1.0, &mut next[state * n_actors..][..n_actors]);
        }
        for period in (0..game.periods.len()).rev() {
            let segment = &game.segments[game.periods[period].segment];
            let kept = drawn.value(segment.discount);
            for value in &mut next {
                *value *= kept;
            }
            let mut values = vec![0.0; segment.nodes.len() * n_actors];
            for &node in reached[period].nodes.iter().rev() {
                let (kind, edges) = drawn.node(period, node);
                let worth = |child: Child, actor: usize| match child {
                    Child::Node(node) => values[node as usize * n_actors + actor],
                    Child::Next(state) => next[state as usize * n_actors + actor],
                };
                let mut value = vec![0.0; n_actors];
                for (k, edge) in edges.iter().enumerate() {
                    let p = solved.probability(period, node as usize, k);
                    for (actor, value) in value.iter_mut().enumerate() {
                        *value += p * worth(edge.to.child, actor);
                    }
                    drawn.pay(edge.to.payments, p, &mut value);
                }
                if let Kind::Ballot { answers, .. } | Kind::Names { answers, .. } = kind.kind
                    && paying(&game.answers[answers as usize])
                {
                    let due = due(drawn, kind.kind, edges, &game.answers[answers as usize], worth);
                    for &(actor, paid) in &due {
                        value[usize::from(actor)] += paid;
                    }
                    periods[period].push((node, due));
                }
                values[node as usize * n_actors..][..n_actors].copy_from_slice(&value);
            }
            let mut now = vec![0.0; next.len()];
            for &state in &reached[period].begin {
                let root = segment.roots[state as usize].expect("a state with probability has a root");
                let here = &mut now[state as usize * n_actors..][..n_actors];
                for (actor, here) in here.iter_mut().enumerate() {
                    *here = match root.child {
                        Child::Node(node) => values[node as usize * n_actors + actor],
                        Child::Next(state) => next[state as usize * n_actors + actor],
                    };
                }
                drawn.pay(root.payments, 1.0, here);
            }
            next = now;
            periods[period].sort_unstable_by_key(|(node, _)| *node);
        }
        Pays { periods }
    }
}

/// What a ballot pays each elector's actor on average.
fn due(
    drawn: &Drawn,
    kind: Kind,
    edges: &[Edge],
    answers: &[Answering],
    worth: impl Fn(Child, usize) -> f64,
) -> Vec<Paid> {
    let mut due = Vec::new();
    for answering in answers {
        let Voicing::Actor(actor) = answering.voice else { continue };
        let precision = drawn.precision[usize::from(actor)];
        let stake = |edge: &Edge, answer: usize| {
            worth(edge.to.child, usize::from(actor))
                + drawn.paid_to(actor, edge.to.payments)
                + drawn.value(answering.pays[answer])
        };
        let chances = if let Kind::Names { names, .. } = kind {
            let stakes: Vec<f64> = (0..usize::from(names)).map(|name| stake(&edges[name], name)).collect();
            logit(&stakes, precision)
        } else {
            let yes = sigmoid(precision * (stake(&edges[0], 0) - stake(&edges[1], 1)));
            vec![yes, 1.0 - yes]
        };
        let paid: f64 = chances.iter().zip(&answering.pays).map(|(p, slot)| p * drawn.value(*slot)).sum();
        if paid != 0.0 {
            due.push((actor, paid));
        }
    }
    due
}
