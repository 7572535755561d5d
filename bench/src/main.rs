//! Measurements that `bench/run` puts together; each prints one JSON object.
//!
//! ```text
//! bench limits                    what the machine can do at most
//! bench efg FILE LAMBDA           one quantal response of a tree
//! bench family PARAMS DRAWS       a member of the nomination-and-vote family: compile, values, policy, one draw
//! bench compile PARAMS             the same, compiled again and again
//! bench ballot                    a chamber of 24 blocs and 329 seats
//! ```

use bench::family::Params;
use bench::{chamber, limits};
use exchange::Meeting;
use game::graph::{Game, Kind};
use game::{Draw, Drawing};
use serde_json::{Value, json};
use solve::{Solver, Want};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let answer = match words[..] {
        ["limits"] => {
            let limits = limits::measure();
            json!({
                "bandwidth": limits.bandwidth, "exponentials": limits.exponentials, "multiply_adds": limits.multiply_adds,
                "fused": limits.fused,
            })
        }
        ["efg", file, lambda] => efg(file, lambda.parse().expect("a number")),
        ["family", file, draws] => family(file, draws.parse().expect("a number")),
        ["compile", file] => compile(file),
        ["ballot"] => ballot(),
        _ => {
            eprintln!("usage: bench limits | efg FILE LAMBDA | family PARAMS DRAWS | compile PARAMS | ballot");
            std::process::exit(2);
        }
    };
    println!("{answer}");
}

/// Seconds of the fastest of several runs that together take about so long.
fn seconds(about: f64, mut run: impl FnMut()) -> f64 {
    let (mut shortest, mut spent, mut runs) = (f64::INFINITY, 0.0, 0);
    while runs < 3 || (spent < about && runs < 100_000) {
        let begun = Instant::now();
        run();
        let took = begun.elapsed().as_secs_f64();
        shortest = shortest.min(took);
        spent += took;
        runs += 1;
    }
    shortest
}

fn efg(file: &str, lambda: f64) -> Value {
    let text = std::fs::read_to_string(file).expect("a readable file");
    let tree = exchange::read(&text).expect("a tree");
    let read = seconds(0.2, || {
        exchange::read(&text).expect("a tree");
    });
    let solved = exchange::solve(&tree, lambda, Meeting::Stop).expect("solvable");
    let solve = seconds(0.5, || {
        std::hint::black_box(exchange::solve(&tree, lambda, Meeting::Stop).expect("solvable"));
    });
    json!({ "nodes": tree.nodes.len(), "read": read, "solve": solve, "payoffs": solved.payoffs })
}

fn in_one_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread").install(work)
}

fn solving(game: &Game, draws: &[Draw], want: Want) -> f64 {
    let solver = Solver::new(game, want);
    seconds(1.0, || {
        std::hint::black_box(solver.each(draws, &|_| (), |_, solved| solved.payoffs()[0]));
    })
}

fn family(file: &str, n: u32) -> Value {
    let params = Params::read(&std::fs::read_to_string(file).expect("a readable file"));
    // The same precisions as the solver in NumPy takes: from 5 upwards.
    let case = params.case_with_precision_drawn();
    let limits = game::Limits { states: 50_000_000, places: 50_000_000, edges: 200_000_000 };
    let compile = seconds(1.0, || {
        std::hint::black_box(game::compile(&case, &limits).expect("within limits"));
    });
    let game = game::compile(&case, &limits).expect("within limits");
    let middle = Drawing::of(&case).expect("one number").middle();
    let draws: Vec<Draw> = (0..n)
        .map(|i| Draw {
            numbers: vec![5.0 + 0.25 * f64::from(i)],
            readings: middle.readings.clone(),
            standing: Vec::new(),
        })
        .collect();
    let nodes: usize = game.periods.iter().map(|p| game.segments[p.segment].nodes.len()).sum();
    let edges: usize = game.periods.iter().map(|p| game.segments[p.segment].edges.len()).sum();
    let (values, policy, one) = in_one_thread(|| {
        (
            solving(&game, &draws, Want::Payoffs),
            solving(&game, &draws, Want::Policy),
            solving(&game, &draws[..1], Want::Payoffs),
        )
    });
    let both = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .expect("two threads")
        .install(|| solving(&game, &draws, Want::Payoffs));
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough in its lifetime"
    )]
    let payoffs = solve::solve(&game, &draws[0], |solved| solved.payoffs());
    json!({
        "states": game.n_states(), "nodes": nodes, "edges": edges, "draws": n, "compile": compile, "values": values,
        "policy": policy, "one_draw": one, "two_threads": both, "payoffs": payoffs,
    })
}

fn compile(file: &str) -> Value {
    let case = Params::read(&std::fs::read_to_string(file).expect("a readable file")).case_with_precision_drawn();
    let limits = game::Limits { states: 50_000_000, places: 50_000_000, edges: 200_000_000 };
    let took = seconds(3.0, || {
        std::hint::black_box(game::compile(&case, &limits).expect("within limits"));
    });
    json!({ "compile": took })
}

fn ballot() -> Value {
    let of = |stake: f64, precision: f64| {
        let case = chamber::case_of(400, stake, precision);
        let game = game::compile(&case, &game::Limits::default()).expect("small");
        let drawing = Drawing::of(&case).expect("few numbers");
        let draws: Vec<Draw> = (0..64).map(|index| drawing.draw(1, index)).collect();
        let ballots: usize = game
            .periods
            .iter()
            .map(|p| game.segments[p.segment].nodes.iter().filter(|n| matches!(n.kind, Kind::Ballot { .. })).count())
            .sum();
        let took = in_one_thread(|| solving(&game, &draws, Want::Payoffs));
        json!({ "ballots": ballots, "per_draw": took / (64 * ballots) as f64 })
    };
    // Stakes of several nats for most blocs, and of almost nothing for all.
    json!({ "decided": of(0.5, 20.0), "in_doubt": of(0.02, 2.0) })
}
