//! The nomination-and-vote family of `../shared/reference/games/gen.py`, as a case of successive moves.
//!
//! In round t the proposing bloc (t mod B) nominates somebody not yet rejected; the patron allows or vetoes; the blocs say
//! yes or no in order; enough votes elect. If not, the game is dissolved with some chance, else the name is struck off
//! and the next round begins. All rounds lie in one period, so that a state is looked at once.

use crate::write::{action, at_least, by, case, counter, is, last, outcome, real, set, slot, turn, value, variable};
use case::diagnostic::Span;
use case::expr::{Arithmetic, Expr, Value};
use case::model::{ActorId, Assigned, Assignment, Case, Holder, Law, Number, NumberId, Reasons, Who};
use exchange::drawn::Marks;
use game::graph::{Child, Game, Kind};
use game::{Draw, Drawing, Limits};
use std::collections::BTreeSet;

/// A member of the family.
#[derive(Debug, Clone)]
pub struct Params {
    pub blocs: usize,
    pub candidates: usize,
    pub rounds: usize,
    pub quota: usize,
    pub dissolves: f64,
    pub weights: Vec<usize>,
    /// `[round][candidate][player]`, blocs then the patron.
    pub pay: Vec<Vec<Vec<f64>>>,
    /// `[round][player]`, one round more than there are.
    pub dissolved: Vec<Vec<f64>>,
}

impl Params {
    /// Reads a `params_B_C_T.txt`.
    pub fn read(text: &str) -> Params {
        let rows: Vec<Vec<f64>> =
            text.lines().map(|line| line.split_whitespace().map(|x| x.parse().expect("a number")).collect()).collect();
        let [blocs, candidates, rounds, quota] = [0, 1, 2, 3].map(|i| rows[0][i] as usize);
        let pay = (0..rounds).map(|t| rows[2 + t * candidates..][..candidates].to_vec()).collect();
        Params {
            blocs,
            candidates,
            rounds,
            quota,
            dissolves: rows[0][4],
            weights: rows[1].iter().map(|w| *w as usize).collect(),
            pay,
            dissolved: rows[2 + rounds * candidates..].to_vec(),
        }
    }

    /// The case with a precision that is a number of the draw, the only one.
    pub fn case_with_precision_drawn(&self) -> Case {
        let mut case = self.case(5.0);
        case.numbers.push(Number {
            path: "precision".into(),
            law: Law::LogNormal { low: 5.0, high: 20.0 },
            key: "precision".into(),
            written: String::new(),
            reasons: Reasons::default(),
            span: Span::default(),
        });
        case.precision.fill(Expr::Number(NumberId(0)));
        case
    }

    /// The case; everybody's precision is `lambda`.
    pub fn case(&self, lambda: f64) -> Case {
        let (b, c, t) = (self.blocs, self.candidates, self.rounds);
        let mut actors: Vec<String> = (0..b).map(|i| format!("bloc{i}")).collect();
        actors.push("patron".into());
        let actor = |i: usize| ActorId(u32::try_from(i).expect("few actors"));
        let holder = |i: usize| Who::Holder(Holder::Actor(actor(i)));
        let mut case = case(&actors, 1, lambda);
        let stage = variable(&mut case, "stage", &["open", "passed", "dissolved"].map(String::from));
        let mut names = vec!["none".to_owned()];
        names.extend((0..c).map(|i| format!("x{i}")));
        let nominee = variable(&mut case, "nominee", &names);
        let veto = counter(&mut case, "veto", 1);
        let votes = counter(&mut case, "votes", self.weights.iter().sum());
        let round = counter(&mut case, "round", t);
        let rejected: Vec<_> = (0..c).map(|i| counter(&mut case, &format!("rejected{i}"), 1)).collect();
        let open = is(&case, stage, 0);

        let clear = [set(votes, value(&case, votes, 0)), set(veto, value(&case, veto, 0))];
        let mut passed = clear.to_vec();
        passed.push(set(stage, value(&case, stage, 1)));
        let mut ends = clear.to_vec();
        ends.extend([set(stage, value(&case, stage, 2)), set(nominee, value(&case, nominee, 0))]);
        let mut goes_on = clear.to_vec();
        goes_on.push(set(nominee, value(&case, nominee, 0)));
        goes_on.push(Assignment { variable: round, value: Assigned::Up, span: Span::default() });
        for (i, &r) in rejected.iter().enumerate() {
            let now = Expr::If(
                Box::new(is(&case, nominee, i + 1)),
                Box::new(value(&case, r, 1)),
                Box::new(Expr::Variable(r)),
            );
            goes_on.push(set(r, now));
        }
        let enough = Expr::All(vec![open.clone(), is(&case, veto, 0), at_least(votes, self.quota)]);
        let voting = Expr::All(vec![open.clone(), is(&case, veto, 0)]);
        for r in 0..t {
            let menu = (0..c)
                .map(|i| {
                    let then = vec![set(nominee, value(&case, nominee, i + 1))];
                    action(&format!("nominate(x{i})"), is(&case, rejected[i], 0), then)
                })
                .collect();
            turn(&mut case, &format!("nomination{r}"), vec![slot(open.clone(), holder(r % b), menu, true)]);
            let menu = vec![action("veto", Expr::TRUE, vec![set(veto, value(&case, veto, 1))])];
            turn(&mut case, &format!("patron{r}"), vec![slot(open.clone(), holder(b), menu, false)]);
            for (i, &weight) in self.weights.iter().enumerate() {
                let more = Expr::Arithmetic(
                    Arithmetic::Add,
                    Box::new(Expr::Variable(votes)),
                    Box::new(Expr::Constant(Value::Integer(weight as i64))),
                );
                let menu = vec![action("yes", Expr::TRUE, vec![set(votes, more)])];
                turn(&mut case, &format!("vote{r}.{i}"), vec![slot(voting.clone(), holder(i), menu, false)]);
            }
            let elected = action("elected", Expr::TRUE, passed.clone());
            let mut failed = action("failed", Expr::TRUE, Vec::new());
            failed.results = vec![outcome(Some(self.dissolves), ends.clone()), outcome(None, goes_on.clone())];
            let slots = vec![
                slot(enough.clone(), Who::Nature, vec![elected], false),
                slot(open.clone(), Who::Nature, vec![failed], false),
            ];
            turn(&mut case, &format!("count{r}"), slots);
        }
        for player in 0..=b {
            // The last round has no pay: nobody is elected after it.
            let of_round = |i: usize| (0..=t).map(|r| real(if r < t { self.pay[r][i][player] } else { 0.0 })).collect();
            let mut cells = vec![Expr::ZERO];
            cells.extend((0..c).map(|i| by(&case, round, of_round(i))));
            let elected = by(&case, nominee, cells);
            let not = by(&case, round, (0..=t).map(|r| real(self.dissolved[r][player])).collect());
            let worth = Expr::If(Box::new(is(&case, stage, 1)), Box::new(elected), Box::new(not));
            last(&mut case, actor(player), worth);
        }
        case.settled = is(&case, stage, 1);
        case.headline = Some(nominee);
        case.stage = Some(stage);
        case.ends = Expr::Not(Box::new(open));
        case
    }
}

/// The outcome of each state: who is elected, else `dis`.
pub fn marks(case: &Case, game: &Game) -> Marks {
    let settled: Vec<bool> =
        (0..game.n_states()).map(|s| game::holds(case, &case.settled, game.state(s), case.calendar.until)).collect();
    let candidates = case.variables[1].values.len() - 1;
    let mut outcomes: Vec<String> = (0..candidates).map(|i| format!("x{i}")).collect();
    outcomes.push("dis".into());
    let outcome_of = (0..game.n_states())
        // A state that is settled without a nominee is met while exploring but cannot be come to.
        .map(|s| usize::from(game.state(s)[1]).checked_sub(1).filter(|_| settled[s]).unwrap_or(candidates))
        .collect();
    Marks { outcomes, outcome_of, settled }
}

/// The compiled case with its only draw.
pub fn compiled(case: &Case) -> (Game, Draw) {
    let game = game::compile(case, &Limits::default()).expect("small");
    (game, Drawing::of(case).expect("no numbers").middle())
}

/// What a coalition can make sure of: the probability of an outcome where the coalition's members all want it (or, with
/// `most` false, all want to avoid it) and everybody else the contrary.
pub fn coalition(
    game: &Game,
    drawn: &exchange::drawn::Drawn,
    wanted: &[bool],
    coalition: &BTreeSet<usize>,
    most: bool,
) -> f64 {
    let mut next: Vec<f64> = wanted.iter().map(|w| f64::from(u8::from(*w))).collect();
    for period in (0..game.periods.len()).rev() {
        let segment = &game.segments[game.periods[period].segment];
        let mut values: Vec<f64> = Vec::with_capacity(segment.nodes.len());
        for (i, node) in segment.nodes.iter().enumerate() {
            let (_, edges) = drawn.node(period, i as u32);
            let worth = |child: Child| match child {
                Child::Node(node) => values[node as usize],
                Child::Next(state) => next[state as usize],
            };
            let worths = edges.iter().map(|edge| worth(edge.to.child));
            values.push(match node.kind {
                Kind::Decide { actor, .. } if coalition.contains(&usize::from(actor)) == most => {
                    worths.fold(0.0, f64::max)
                }
                Kind::Decide { .. } => worths.fold(1.0, f64::min),
                Kind::Chance { .. } => edges.iter().map(|edge| drawn.value(edge.weight) * worth(edge.to.child)).sum(),
                Kind::Ballot { .. } | Kind::Names { .. } => panic!("the family has no ballots"),
            });
        }
        next = segment
            .roots
            .iter()
            .map(|root| match root.map(|root| root.child) {
                Some(Child::Node(node)) => values[node as usize],
                Some(Child::Next(state)) => next[state as usize],
                None => f64::NAN,
            })
            .collect();
    }
    next[game.start as usize]
}
