//! Where the members stand, and who stands between and beside them.

use super::Covariates;
use super::basic::{Basic, flag, has, set_of};
use super::literature::range_in;
use crate::chamber::Chamber;

pub fn ideology(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let place = &c.positions[0];
    let total: f64 = c.share.iter().sum();
    let mean: f64 = (0..c.n).map(|i| c.share[i] * place[i]).sum::<f64>() / total.max(1e-9);
    let cumulative: Vec<f64> = std::iter::once(0.0)
        .chain(c.share.iter().scan(0.0, |s, x| {
            *s += x;
            Some(*s)
        }))
        .collect();
    let ends = |m: u32| (m.trailing_zeros() as usize, 31 - m.leading_zeros() as usize);
    // seats of those who stand between members and are left out
    let inside: Vec<f64> = masks()
        .zip(b.share())
        .map(|(m, s)| {
            let (l, h) = ends(m);
            cumulative[h + 1] - cumulative[l] - s
        })
        .collect();
    out.put("left_out_inside", inside.iter().copied());
    out.put(
        "holes",
        masks().map(|m| {
            let (l, h) = ends(m);
            (h - l + 1) as f64 - f64::from(m.count_ones())
        }),
    );
    let left = |m: u32| cumulative[ends(m).0];
    let right = |m: u32| total - cumulative[ends(m).1 + 1];
    out.put("opposition_on_larger_side", masks().map(|m| left(m).max(right(m))));
    out.put("opposition_on_smaller_side", masks().map(|m| left(m).min(right(m))));
    out.put(
        "minority_divided_opposition",
        masks().zip(&b.majority).map(|(m, &maj)| flag(!maj) * left(m).min(right(m))),
    );
    out.put("minority_larger_side", masks().zip(&b.majority).map(|(m, &maj)| flag(!maj) * left(m).max(right(m))));
    out.put("minority_median_in", masks().zip(&b.majority).map(|(m, &maj)| flag(!maj && has(m, c.median[0]))));
    out.put("median_economic_in", masks().map(|m| flag(has(m, c.median[1]))));
    out.put("median_liberty_in", masks().map(|m| flag(has(m, c.median[2]))));
    out.put("europe_range", range_in(c, b, 3));
    let mass: Vec<f64> = (0..c.n).map(|i| c.share[i] * place[i]).collect();
    let square: Vec<f64> = (0..c.n).map(|i| c.share[i] * place[i] * place[i]).collect();
    let (mass, square) = (b.all.sum(&mass), b.all.sum(&square));
    let centre: Vec<f64> = mass.iter().zip(b.share()).map(|(m, s)| m / s.max(1e-9)).collect();
    out.put(
        "spread",
        square.iter().zip(b.share()).zip(&centre).map(|((q, s), m)| (q / s.max(1e-9) - m * m).max(0.0).sqrt()),
    );
    out.put("distance_to_mean", centre.iter().map(|x| (x - mean).abs()));
    for (name, d) in [("distance_to_median_economic", 1), ("distance_to_median_liberty", 2)] {
        let m: Vec<f64> = (0..c.n).map(|i| c.share[i] * c.positions[d][i]).collect();
        let at = c.positions[d][c.median[d]];
        out.put(name, b.all.sum(&m).iter().zip(b.share()).map(|(x, s)| (x / s.max(1e-9) - at).abs()));
    }
    out.put("range_squared", b.range.iter().map(|r| r * r / 10.0));
    let far = |i: usize, j: usize| (0..3).map(|d| (c.positions[d][i] - c.positions[d][j]).powi(2)).sum::<f64>().sqrt();
    out.put(
        "pair_distance",
        b.all.pairs(far).iter().zip(&b.parties).map(|(x, &p)| x / f64::from(p * (p - 1) / 2).max(1.0)),
    );
    out.put(
        "pair_distance_weighted",
        b.all.pairs(|i, j| far(i, j) * c.share[i] * c.share[j]).iter().zip(b.share()).map(|(x, s)| x / (s * s)),
    );
    out.put("worst_distance", b.all.worst_pair(0.0, |i, j| -far(i, j)).iter().map(|x| -x));
    let side: Vec<bool> = place.iter().map(|&x| x < mean).collect();
    let left_side = set_of(&side);
    out.put("one_side", masks().map(|m| flag(m & left_side == 0 || m & !left_side == 0)));
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share()[m as usize - 1] };
    out.put(
        "lesser_side_share",
        masks().zip(b.share()).map(|(m, s)| weight(m & left_side).min(weight(m & !left_side)) / s.max(1e-9)),
    );
    out.put("left_share", masks().zip(b.share()).map(|(m, s)| weight(m & left_side) / s.max(1e-9)));
    let five = set_of(&place.iter().map(|&x| x < 5.0).collect::<Vec<_>>());
    let whole_left = b.share()[(1usize << c.n) - 2].min(weight(five));
    let left_wins = whole_left > total / 2.0;
    out.put("winning_bloc_only", masks().map(|m| flag(if left_wins { m & !five == 0 } else { m & five == 0 })));
    out.put(
        "winning_bloc_exactly",
        masks().map(|m| flag(if left_wins { m == five } else { m == !five & ((1 << c.n) - 1) })),
    );
    out.put("extreme_members", b.all.sum(&place.iter().map(|x| ((x - 5.0).abs() - 2.5).max(0.0)).collect::<Vec<_>>()));
    out.put(
        "extreme_seats",
        b.all.sum(&(0..c.n).map(|i| ((place[i] - mean).abs() - 2.0).max(0.0) * c.share[i]).collect::<Vec<_>>()),
    );
    out.put("anti_system_seats", b.all.sum(&(0..c.n).map(|i| flag(c.anti_system(i)) * c.share[i]).collect::<Vec<_>>()));
    for (name, family) in [
        ("communists", crate::records::Family::Communist),
        ("greens", crate::records::Family::Green),
        ("social_democrats", crate::records::Family::Social),
        ("liberals", crate::records::Family::Liberal),
        ("christian_democrats", crate::records::Family::Christian),
        ("agrarians", crate::records::Family::Agrarian),
        ("conservatives", crate::records::Family::Conservative),
        ("far_right", crate::records::Family::Right),
        ("special_issue", crate::records::Family::Special),
    ] {
        out.put(name, b.all.sum(&c.family.iter().map(|&f| flag(f == family)).collect::<Vec<_>>()));
    }
    out.put("same_family_pairs", b.all.pairs(|i, j| flag(c.family[i] == c.family[j])));
    let europe_sceptic: Vec<f64> = c.positions[3].iter().map(|x| (4.0 - x).max(0.0)).collect();
    out.put("eurosceptics", b.all.sum(&europe_sceptic));
}
