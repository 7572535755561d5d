//! What the scrambled points are for: even filling, honest error, stable dimensions.

use game::sobol::{DIMENSIONS, TooManyKeys, coordinate, dimensions};

/// Paths as a case of some size has them.
fn paths(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("interests.actor_{}.matter_{}", i % 17, i / 17)).collect()
}

fn refer(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

/// Mean and standard deviation.
fn spread(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

#[test]
fn every_block_has_a_point_in_every_interval() {
    for dimension in (0..DIMENSIONS).step_by(7).chain([DIMENSIONS - 1]) {
        for (k, block) in [(0, 3), (1, 5), (3, 0), (6, 1), (8, 11)] {
            let n = 1_u32 << k;
            let mut seen = vec![false; n as usize];
            for index in block * n..(block + 1) * n {
                seen[(coordinate(dimension, index, 5, block) * f64::from(n)) as usize] = true;
            }
            assert!(seen.iter().all(|&s| s), "dimension {dimension}, block {block} of {n}");
        }
    }
}

#[test]
fn coordinates_stay_inside_the_interval() {
    for dimension in [0, 1, 77, DIMENSIONS - 1] {
        for index in [0, 1, 999, 1 << 31, u32::MAX] {
            for seed in [0, 1, u64::MAX] {
                for replicate in [0, 1, u32::MAX] {
                    let u = coordinate(dimension, index, seed, replicate);
                    assert!(u > 0.0 && u < 1.0, "{dimension} {index} {seed} {replicate}: {u}");
                }
            }
        }
    }
}

#[test]
fn replicates_and_dimensions_are_independent() {
    // The first point of a scramble is uniform on its own; over many scrambles its mean and its correlations vanish.
    let n = 20_000;
    let first =
        |dimension: u32, seed: u64| -> Vec<f64> { (0..n).map(|r| coordinate(dimension, 0, seed, r) - 0.5).collect() };
    let of = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| 12.0 * x * y).sum::<f64>() / f64::from(n);
    let (a, b, c) = (first(3, 1), first(4, 1), first(3, 2));
    let five_sigma = 5.0 / f64::from(n).sqrt();
    for x in [&a, &b, &c] {
        assert!((spread(x).0 * 12_f64.sqrt()).abs() < five_sigma);
        assert!((of(x, x) - 1.0).abs() < five_sigma);
        assert!(of(&x[1..], x).abs() < five_sigma, "replicate and the next");
    }
    assert!(of(&a, &b).abs() < five_sigma, "two dimensions");
    assert!(of(&a, &c).abs() < five_sigma, "two seeds");
}

/// How many times smaller the error of 16 scrambles of 64 points is than that of 1,024 independent ones, and the error
/// claimed from the spread of the scrambles over the true error; each over 40 seeds and five numbers.
fn gain(f: impl Fn(&[f64]) -> f64, mean: f64, variance: f64) -> (f64, f64) {
    let keys = paths(5);
    let five = dimensions(&refer(&keys)).expect("five keys");
    let (replicates, points, seeds) = (16, 64, 40);
    let (mut square, mut claimed) = (0.0, 0.0);
    for seed in 0..seeds {
        let means: Vec<f64> = (0..replicates)
            .map(|r| {
                let value = |i| f(&five.iter().map(|&d| coordinate(d, i, seed, r)).collect::<Vec<f64>>());
                (0..points).map(value).sum::<f64>() / f64::from(points)
            })
            .collect();
        let (estimate, sd) = spread(&means);
        square += (estimate - mean).powi(2) / seeds as f64;
        claimed += sd * sd / f64::from(replicates) / seeds as f64;
    }
    ((variance / f64::from(replicates * points) / square).sqrt(), (claimed / square).sqrt())
}

#[test]
fn integrates_better_than_chance() {
    // Nearly a sum: what one number does hardly depends on the others. exp(Σu/5) has mean m⁵ with m = 5(e^0.2 − 1).
    let m = |k: f64| (5.0 / k) * ((k / 5.0).exp() - 1.0);
    let (mean, second) = (m(1.0).powi(5), m(2.0).powi(5));
    let (factor, honest) = gain(|u| (u.iter().sum::<f64>() / 5.0).exp(), mean, second - mean * mean);
    println!("exp(Σu/5): {factor:.1} times better than independent draws; claimed error over true error {honest:.2}");
    assert!(factor > 8.0, "only {factor} times better");
    assert!((0.7..1.4).contains(&honest), "claimed error over true error {honest}");

    // Much interplay: ∏(½ + u) has a variance of (13/12)⁵ − 1, 15 % of it from numbers acting together.
    let variance = (13.0_f64 / 12.0).powi(5) - 1.0;
    let (factor, honest) = gain(|u| u.iter().map(|u| 0.5 + u).product(), 1.0, variance);
    println!("∏(½ + u): {factor:.1} times better than independent draws; claimed error over true error {honest:.2}");
    assert!(factor > 1.5, "only {factor} times better");
    assert!((0.7..1.4).contains(&honest), "claimed error over true error {honest}");
}

#[test]
fn replicates_break_up_chance_correlations() {
    let keys = paths(120);
    let dimensions = dimensions(&refer(&keys)).expect("120 keys");
    let largest = |replicates: u32, points: u32| {
        let columns: Vec<Vec<f64>> = dimensions
            .iter()
            .map(|&d| (0..replicates).flat_map(|r| (0..points).map(move |i| coordinate(d, i, 1, r) - 0.5)).collect())
            .collect();
        let n = f64::from(replicates * points);
        let mut largest: f64 = 0.0;
        for (i, a) in columns.iter().enumerate() {
            for b in &columns[..i] {
                largest = largest.max((a.iter().zip(b).map(|(x, y)| 12.0 * x * y).sum::<f64>() / n).abs());
            }
        }
        largest
    };
    let (one, eight) = (largest(1, 512), largest(8, 64));
    println!("largest correlation of 120 numbers over 512 draws: {one:.2} in one replicate, {eight:.2} in eight");
    assert!(eight < 0.4 && one > 0.7);
}

#[test]
fn a_new_number_leaves_the_others_alone() {
    let keys = paths(200);
    let before = dimensions(&refer(&keys)).expect("200 keys");
    let trials = 500;
    let (mut moved, mut most) = (0, 0);
    for i in 0..trials {
        let new = format!("events.event_{i}");
        let mut more = refer(&keys);
        more.insert(i % 200, &new);
        let mut after = dimensions(&more).expect("201 keys");
        after.remove(i % 200);
        let n = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        moved += n;
        most = most.max(n);
    }
    println!("{moved} of 200 numbers moved in {trials} additions, at most {most} in one");
    assert!(moved * 20 < trials && most <= 2, "{moved} moved, at most {most}");
}

#[test]
fn dimensions_depend_on_the_set_of_keys_alone() {
    let keys = paths(3000);
    let forward = dimensions(&refer(&keys)).expect("3,000 keys");
    let reversed: Vec<&str> = refer(&keys).into_iter().rev().collect();
    let mut backward = dimensions(&reversed).expect("3,000 keys");
    backward.reverse();
    assert_eq!(forward, backward);
    let mut sorted = forward.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), keys.len(), "no two share a dimension");
    assert_eq!(dimensions(&["a", "b", "a"]).map(|d| d[0] == d[2] && d[0] != d[1]), Ok(true));
    assert_eq!(dimensions(&[]), Ok(vec![]));
}

#[test]
fn all_dimensions_can_be_used_and_no_more() {
    let keys = paths(DIMENSIONS as usize + 1);
    let mut all = dimensions(&refer(&keys)[..DIMENSIONS as usize]).expect("as many keys as dimensions");
    all.sort_unstable();
    assert!(all.into_iter().eq(0..DIMENSIONS));
    assert_eq!(dimensions(&refer(&keys)), Err(TooManyKeys { keys: 4097 }));
    let message = TooManyKeys { keys: 4097 }.to_string();
    assert_eq!(message, "4097 numbers that vary; the draws tell at most 4096 apart");
}

#[test]
fn bits_are_the_same_everywhere() {
    let hash = (0..20_000_u32)
        .map(|i| coordinate(i.wrapping_mul(2_654_435_761) % DIMENSIONS, i, u64::from(i % 7), i % 16).to_bits())
        .fold(0_u64, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0000_01b3).rotate_left(23));
    assert_eq!(hash, 0x3dff_8ba4_dfdc_c930, "{hash:#x}");
    assert_eq!(dimensions(&["precision", "numbers.sanction_pain"]), Ok(vec![2493, 589]));
}
