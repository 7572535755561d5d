//! Trees whose quantal response is known otherwise.

use exchange::{Meeting, Stop, Tree, Unsolved, read, solve};
use std::fmt::Write;

fn tree(text: &str) -> Tree {
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// A bimatrix game as a tree: the second player does not see what the first did.
fn matrix(rows: &[Vec<(f64, f64)>]) -> Tree {
    let labels = |n: usize| (0..n).flat_map(|i| ["\"".into(), i.to_string(), "\" ".into()]).collect::<String>();
    let mut text = format!("EFG 2 R \"\" {{ \"row\" \"column\" }}\np \"\" 1 1 \"\" {{ {}}} 0\n", labels(rows.len()));
    let mut outcome = 0;
    for row in rows {
        writeln!(text, "p \"\" 2 1 \"\" {{ {}}} 0", labels(row.len())).expect("memory");
        for (a, b) in row {
            outcome += 1;
            writeln!(text, "t \"\" {outcome} \"\" {{ {a} {b} }}").expect("memory");
        }
    }
    tree(&text)
}

/// A two-by-two game's logit equations, solved by bisection on the first player's chance: every root in (0, 1).
fn roots(rows: &[Vec<(f64, f64)>], lambda: f64) -> Vec<f64> {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let gap = |p: f64| {
        let second = p * (rows[0][0].1 - rows[0][1].1) + (1.0 - p) * (rows[1][0].1 - rows[1][1].1);
        let q = sigmoid(lambda * second);
        let first = q * (rows[0][0].0 - rows[1][0].0) + (1.0 - q) * (rows[0][1].0 - rows[1][1].0);
        sigmoid(lambda * first) - p
    };
    let n = 20_000;
    let mut found = Vec::new();
    for i in 0..n {
        let (mut low, mut high) = (f64::from(i) / f64::from(n), f64::from(i + 1) / f64::from(n));
        if gap(low) * gap(high) > 0.0 {
            continue;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if gap(low) * gap(middle) <= 0.0 { high = middle } else { low = middle }
        }
        found.push(0.5 * (low + high));
    }
    found
}

/// Matching pennies with unequal stakes: one equilibrium at every λ.
#[test]
fn unequal_pennies() {
    let rows = [vec![(9.0, 0.0), (0.0, 1.0)], vec![(0.0, 1.0), (1.0, 0.0)]];
    for lambda in [0.1, 1.0, 3.0, 10.0, 100.0] {
        let profile = solve(&matrix(&rows), lambda, Meeting::Stop).expect("solvable");
        assert_eq!((profile.stop, profile.lambda), (Stop::Converged, lambda));
        let roots = roots(&rows, lambda);
        assert_eq!(roots.len(), 1);
        assert!((profile.choices[0] - roots[0]).abs() < 1e-12, "{lambda}: {} {roots:?}", profile.choices[0]);
        assert!(profile.residual < 1e-10 * (1.0 + lambda), "{lambda}: {:e}", profile.residual);
        assert!(profile.bifurcations.is_empty());
    }
}

/// With two strict equilibria of unequal basins the branch ends at the one that is risk dominant, as Turocy (2005) shows;
/// the others lie on branches of their own.
#[test]
fn risk_dominance_is_selected() {
    let rows = [vec![(9.0, 9.0), (0.0, 8.0)], vec![(8.0, 0.0), (7.0, 7.0)]];
    let profile = solve(&matrix(&rows), 20.0, Meeting::Stop).expect("solvable");
    assert_eq!(profile.stop, Stop::Converged);
    let roots = roots(&rows, 20.0);
    assert_eq!(roots.len(), 3);
    assert!((profile.choices[0] - roots[0]).abs() < 1e-12, "{} {roots:?}", profile.choices[0]);
    assert!(profile.bifurcations.is_empty());
}

/// Pure coordination: everybody tosses coins for ever by symmetry, but from λ = 2 on two further branches exist (the
/// slope of 1/(1 + exp(−λ(2p − 1))) at ½ is λ/2): there the branch is left, unless one asks to go on.
#[test]
fn a_symmetric_game_meets_a_bifurcation() {
    let rows = [vec![(1.0, 1.0), (0.0, 0.0)], vec![(0.0, 0.0), (1.0, 1.0)]];
    let before = solve(&matrix(&rows), 1.9, Meeting::Stop).expect("solvable");
    assert!(before.bifurcations.is_empty());
    assert_eq!((before.stop, before.lambda), (Stop::Converged, 1.9));
    let at = solve(&matrix(&rows), 5.0, Meeting::Stop).expect("solvable");
    assert_eq!(at.stop, Stop::Bifurcation);
    assert!((at.lambda - 2.0).abs() < 1e-6, "{}", at.lambda);
    assert!((at.bifurcations[0] - 2.0).abs() < 1e-6, "{:?}", at.bifurcations);
    let on = solve(&matrix(&rows), 5.0, Meeting::GoOn).expect("solvable");
    assert_eq!((on.stop, on.lambda), (Stop::Converged, 5.0));
    assert_eq!(on.choices, [0.5; 4]);
    assert_eq!(on.bifurcations.len(), 1);
}

/// Payoffs times c and λ over c leave behaviour alone; a constant added to a player's payoffs too.
#[test]
fn units_and_zero_do_not_matter() {
    let rows = [vec![(9.0, 0.0), (0.0, 1.0)], vec![(0.0, 1.0), (1.0, 0.0)]];
    let base = solve(&matrix(&rows), 2.0, Meeting::Stop).expect("solvable");
    for scale in [1e-6, 1e5] {
        let scaled: Vec<Vec<(f64, f64)>> =
            rows.iter().map(|row| row.iter().map(|(a, b)| (a * scale + 3.0 * scale, b * scale)).collect()).collect();
        let profile = solve(&matrix(&scaled), 2.0 / scale, Meeting::Stop).expect("solvable");
        assert_eq!(profile.stop, Stop::Converged);
        for (a, b) in base.choices.iter().zip(&profile.choices) {
            assert!((a - b).abs() < 1e-12);
        }
    }
}

/// A set that is hardly ever reached still answers by what it would face there.
#[test]
fn rare_sets_keep_their_beliefs() {
    // The first player all but never enters; inside, pennies are matched. At λ = 900 entering has chance e⁻⁹⁰⁰·….
    let text = "EFG 2 R \"\" { \"a\" \"b\" }\n\
        p \"\" 1 1 \"\" { \"out\" \"in\" } 0\nt \"\" 1 \"\" { 10 0 }\n\
        p \"\" 1 2 \"\" { \"h\" \"t\" } 0\n\
        p \"\" 2 1 \"\" { \"h\" \"t\" } 0\nt \"\" 2 \"\" { 2 0 }\nt \"\" 3 \"\" { 0 1 }\n\
        p \"\" 2 1 \"\" { \"h\" \"t\" } 0\nt \"\" 4 \"\" { 0 1 }\nt \"\" 5 \"\" { 1 0 }\n";
    let rows = [vec![(2.0, 0.0), (0.0, 1.0)], vec![(0.0, 1.0), (1.0, 0.0)]];
    let profile = solve(&tree(text), 900.0, Meeting::Stop).expect("solvable");
    assert_eq!(profile.stop, Stop::Converged);
    let alone = roots(&rows, 900.0);
    assert!((profile.choices[2] - alone[0]).abs() < 1e-9, "{} {alone:?}", profile.choices[2]);
    assert_eq!(profile.choices[0], 1.0);
}

#[test]
fn forgetting_is_refused() {
    // The driver who does not know which crossing he is at (Piccione and Rubinstein 1997).
    let driver = "EFG 2 R \"\" { \"d\" } p \"\" 1 1 \"\" { \"on\" \"off\" } 0 p \"\" 1 1 0 t \"\" 1 \"\" { 1 } t \"\" 2 \"\" { 4 } t \"\" 0";
    assert!(matches!(solve(&tree(driver), 1.0, Meeting::Stop), Err(Unsolved::AbsentMinded { number: 1, .. })));
    // One who does not remember his own first move.
    let forgets = "EFG 2 R \"\" { \"d\" }\np \"\" 1 1 \"\" { \"x\" \"y\" } 0\np \"\" 1 2 \"\" { \"l\" \"r\" } 0\n\
        t \"\" 1 \"\" { 1 } t \"\" 0\np \"\" 1 2 0 t \"\" 0 t \"\" 1";
    let refusal = solve(&tree(forgets), 1.0, Meeting::Stop).expect_err("imperfect recall");
    assert!(matches!(refusal, Unsolved::Forgets { number: 2, line: 3, .. }), "{refusal}");
    // What chance did may be forgotten by nobody but known to nobody: that is no imperfect recall.
    let coin = "EFG 2 R \"\" { \"d\" }\nc \"\" 1 \"\" { \"h\" 1/2 \"t\" 1/2 } 0\np \"\" 1 1 \"\" { \"l\" \"r\" } 0\n\
        t \"\" 1 \"\" { 3 } t \"\" 0\np \"\" 1 1 0 t \"\" 0 t \"\" 2 \"\" { 1 }";
    let profile = solve(&tree(coin), 2.0, Meeting::Stop).expect("solvable");
    assert!((profile.choices[2] - 1.0 / (1.0 + (-2.0_f64).exp())).abs() < 1e-13);
    // A belief behind chances of 0 is nobody's business.
    let never = coin.replace("1/2 \"t\" 1/2", "1 \"t\" 0");
    assert!(solve(&tree(&never), 2.0, Meeting::Stop).is_ok());
    assert!(matches!(solve(&tree(coin), f64::NAN, Meeting::Stop), Err(Unsolved::Lambda(_))));
    assert!(matches!(solve(&tree(coin), -1.0, Meeting::Stop), Err(Unsolved::Lambda(_))));
}
