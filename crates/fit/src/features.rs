//! What is said of every coalition before one of them forms: the covariates of the choice models.

use crate::chamber::Chamber;
use crate::coalitions::{Coalitions, connected, members};
use crate::num::ln;

/// Covariates of every coalition of a chamber, one array per covariate.
#[derive(Debug, Clone, Default)]
pub struct Covariates {
    pub names: Vec<&'static str>,
    /// `[n_covariates][2ⁿ − 1]`
    pub columns: Vec<Vec<f32>>,
}

/// A named set of covariates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// Ten of the literature.
    Literature10,
    /// Those and twelve more.
    Literature22,
    /// All of ours.
    Rich,
}

/// How many covariates the literature's sets have; they stand first in [`RICH`].
pub const LITERATURE10: usize = 10;
pub const LITERATURE22: usize = 22;

/// Where a covariate stands in [`RICH`].
pub fn place_of(name: &str) -> Option<usize> {
    RICH.iter().position(|have| *have == name)
}

/// Describes every coalition of a chamber.
pub fn describe(set: Set, chamber: &Chamber) -> Covariates {
    let basic = Basic::of(chamber);
    let mut out = Covariates::default();
    match set {
        Set::Literature10 => literature10(chamber, &basic, &mut out),
        Set::Literature22 => {
            literature10(chamber, &basic, &mut out);
            literature22(chamber, &basic, &mut out);
        }
        Set::Rich => {
            literature10(chamber, &basic, &mut out);
            literature22(chamber, &basic, &mut out);
            rich(chamber, &basic, &mut out);
        }
    }
    out
}

impl Covariates {
    fn put(&mut self, name: &'static str, values: impl IntoIterator<Item = f64>) {
        self.names.push(name);
        self.columns.push(values.into_iter().map(|x| x as f32).collect());
    }
}

/// What nearly every covariate starts from.
pub struct Basic {
    pub all: Coalitions,
    pub seats: Vec<u32>,
    pub share: Vec<f64>,
    pub parties: Vec<u32>,
    pub majority: Vec<bool>,
    /// A majority that no member can leave.
    pub minimal: Vec<bool>,
    /// Left-right distance of the outermost members.
    pub range: Vec<f64>,
    /// Smallest member's share of seats.
    pub smallest: Vec<f64>,
    /// Largest member's share of seats.
    pub biggest: Vec<f64>,
}

impl Basic {
    pub fn of(chamber: &Chamber) -> Self {
        let all = chamber.coalitions();
        let seats = all.count(&chamber.seats);
        let share = all.sum(&chamber.share);
        let parties = all.masks().map(u32::count_ones).collect();
        let majority: Vec<bool> = seats.iter().map(|&s| s >= chamber.quota).collect();
        let negated: Vec<f64> = chamber.share.iter().map(|s| -s).collect();
        let smallest: Vec<f64> = all.max(&negated).into_iter().map(|s| -s).collect();
        let biggest = all.max(&chamber.share);
        let least = min_count(&all, &chamber.seats);
        let minimal = seats.iter().zip(&least).map(|(&s, &l)| s >= chamber.quota && s - l < chamber.quota).collect();
        let place = &chamber.positions[0];
        let range =
            all.masks().map(|m| place[31 - m.leading_zeros() as usize] - place[m.trailing_zeros() as usize]).collect();
        Self { all, seats, share, parties, majority, minimal, range, smallest, biggest }
    }
}

fn min_count(all: &Coalitions, seats: &[u32]) -> Vec<u32> {
    let negated: Vec<f64> = seats.iter().map(|&s| -f64::from(s)).collect();
    all.max(&negated).into_iter().map(|s| (-s) as u32).collect()
}

fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

fn has(mask: u32, bit: usize) -> bool {
    mask >> bit & 1 == 1
}

fn set_of(flags: &[bool]) -> u32 {
    flags.iter().enumerate().filter(|(_, f)| **f).map(|(i, _)| 1 << i).sum()
}

/// The ten of the literature (after Martin and Stevenson 2001).
fn literature10(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let premier = set_of(&c.premier);
    let anti = set_of(&(0..c.n).map(|i| c.anti_system(i)).collect::<Vec<_>>());
    out.put("minority", b.majority.iter().map(|&m| flag(!m)));
    out.put("minimal_winning", b.minimal.iter().map(|&m| flag(m)));
    out.put("parties", b.parties.iter().map(|&p| f64::from(p)));
    out.put("range", b.range.iter().copied());
    out.put("largest_in", masks().map(|m| flag(has(m, c.largest))));
    out.put("median_in", masks().map(|m| flag(has(m, c.median[0]))));
    out.put("incumbent_coalition", masks().map(|m| flag(m == c.incumbents)));
    out.put("incumbent_parties", masks().map(|m| f64::from((m & c.incumbents).count_ones())));
    out.put("previous_premier_in", masks().map(|m| flag(m & premier != 0)));
    out.put("anti_system_in", masks().map(|m| flag(m & anti != 0)));
}

/// Range in one dimension.
fn range_in(c: &Chamber, b: &Basic, d: usize) -> Vec<f64> {
    let negated: Vec<f64> = c.positions[d].iter().map(|x| -x).collect();
    let (high, low) = (b.all.max(&c.positions[d]), b.all.max(&negated));
    high.iter().zip(&low).map(|(h, l)| h + l).collect()
}

/// Twelve more.
fn literature22(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let least = b
        .all
        .masks()
        .zip(b.minimal.iter().zip(&b.range))
        .filter(|(_, (minimal, _))| **minimal)
        .map(|(_, (_, range))| *range)
        .fold(f64::INFINITY, f64::min);
    out.put("single_party", b.parties.iter().map(|&p| flag(p == 1)));
    out.put("seat_share", b.share.iter().copied());
    out.put(
        "surplus_seats",
        b.seats.iter().map(|&s| f64::from(s.saturating_sub(c.quota)) / f64::from(c.chamber.max(1))),
    );
    out.put("connected", masks().map(|m| flag(connected(m))));
    out.put("minimal_connected_winning", masks().map(|m| flag(minimal_connected(c, b, m))));
    out.put("least_range_minimal", b.minimal.iter().zip(&b.range).map(|(&m, &r)| flag(m && r <= least + 1e-9)));
    out.put("state_market_range", range_in(c, b, 1));
    out.put("liberty_authority_range", range_in(c, b, 2));
    let place = &c.positions[0];
    let mass: Vec<f64> = (0..c.n).map(|i| c.share[i] * place[i]).collect();
    let middle = place[c.median[0]];
    out.put("distance_to_median", b.all.sum(&mass).iter().zip(&b.share).map(|(m, s)| (m / s.max(1e-9) - middle).abs()));
    out.put("dominance", b.biggest.iter().zip(&b.share).map(|(big, s)| big / s.max(1e-9)));
    out.put("experience", b.all.sum(&c.governed_10y));
    out.put("second_in", masks().map(|m| flag(has(m, c.second))));
}

fn minimal_connected(c: &Chamber, b: &Basic, mask: u32) -> bool {
    let seats = b.seats[mask as usize - 1];
    if !connected(mask) || seats < c.quota {
        return false;
    }
    let low = c.seats[mask.trailing_zeros() as usize];
    let high = c.seats[31 - mask.leading_zeros() as usize];
    seats - low < c.quota && seats - high < c.quota
}

/// Ours.
fn rich(c: &Chamber, b: &Basic, out: &mut Covariates) {
    shape(c, b, out);
    ideology(c, b, out);
    incumbency(c, b, out);
    party_history(c, b, out);
    pair_history(c, b, out);
    country_history(c, b, out);
    alternatives(c, b, out);
    crowds(c, b, out);
    context(c, b, out);
}

fn shape(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let quota_share = f64::from(c.quota) / f64::from(c.chamber.max(1));
    for (name, cut) in [
        ("share_over_20", 0.2),
        ("share_over_30", 0.3),
        ("share_over_40", 0.4),
        ("share_over_60", 0.6),
        ("share_over_70", 0.7),
        ("share_over_80", 0.8),
    ] {
        out.put(name, b.share.iter().map(|s| (s - cut).max(0.0)));
    }
    out.put("short_of_majority", b.share.iter().map(|s| (quota_share - s).max(0.0)));
    out.put("nearly_majority", b.share.iter().map(|s| flag(*s < quota_share && *s >= quota_share - 0.04)));
    out.put("bare_majority", b.seats.iter().map(|&s| flag(s >= c.quota && s <= c.quota + c.chamber / 50)));
    out.put("minority_single", b.parties.iter().zip(&b.majority).map(|(&p, &m)| flag(p == 1 && !m)));
    out.put("minority_parties", b.parties.iter().zip(&b.majority).map(|(&p, &m)| if m { 0.0 } else { f64::from(p) }));
    // how many members could leave a majority
    out.put(
        "spare_parties",
        masks().zip(&b.seats).map(|(m, &s)| {
            if s < c.quota { 0.0 } else { members(m).filter(|&i| s - c.seats[i] >= c.quota).count() as f64 }
        }),
    );
    out.put(
        "spare_share",
        masks().zip(&b.seats).map(|(m, &s)| {
            if s < c.quota { 0.0 } else { members(m).filter(|&i| s - c.seats[i] >= c.quota).map(|i| c.share[i]).sum() }
        }),
    );
    out.put("two_parties", b.parties.iter().map(|&p| flag(p == 2)));
    out.put("parties_over_3", b.parties.iter().map(|&p| f64::from(p.saturating_sub(3))));
    out.put("parties_over_5", b.parties.iter().map(|&p| f64::from(p.saturating_sub(5))));
    out.put("all_parties", b.parties.iter().map(|&p| flag(p as usize == c.n)));
    out.put("smallest_member", b.smallest.iter().copied());
    out.put("biggest_member", b.biggest.iter().copied());
    out.put("lead_in", masks().map(|m| flag(has(m, c.largest)) * (c.share[c.largest] - c.share[c.second])));
    out.put("largest_share_in", masks().map(|m| flag(has(m, c.largest)) * c.share[c.largest]));
    out.put("top_two", masks().map(|m| flag(has(m, c.largest) && has(m, c.second))));
    out.put("only_top_two", masks().map(|m| flag(m == (1 << c.largest | 1 << c.second))));
    // the largest party left out
    let full = (1u32 << c.n) - 1;
    let biggest = &b.biggest;
    out.put("biggest_left_out", masks().map(|m| if m == full { 0.0 } else { biggest[(full & !m) as usize - 1] }));
    out.put("small_members", b.all.sum(&c.share.iter().map(|&s| flag(s < 0.05)).collect::<Vec<_>>()));
    out.put("log_share", b.share.iter().map(|s| ln(s.max(0.005))));
    // Banzhaf-like decisiveness: share of all coalitions in which the party is pivotal, summed over members
    let swings = pivotality(c, b);
    out.put("voting_power", b.all.sum(&swings));
    let extra: Vec<f64> = (0..c.n).map(|i| swings[i] - c.share[i]).collect();
    out.put("power_minus_seats", b.all.sum(&extra));
}

/// Each party's share of all swings (the normalised Banzhaf index).
pub fn pivotality(c: &Chamber, b: &Basic) -> Vec<f64> {
    let mut swings = vec![0u64; c.n];
    for (mask, &seats) in b.all.masks().zip(&b.seats) {
        if seats >= c.quota {
            for i in members(mask) {
                swings[i] += u64::from(seats - c.seats[i] < c.quota);
            }
        }
    }
    let total: u64 = swings.iter().sum();
    swings.iter().map(|&s| s as f64 / total.max(1) as f64).collect()
}

fn ideology(c: &Chamber, b: &Basic, out: &mut Covariates) {
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
        .zip(&b.share)
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
    let centre: Vec<f64> = mass.iter().zip(&b.share).map(|(m, s)| m / s.max(1e-9)).collect();
    out.put(
        "spread",
        square.iter().zip(&b.share).zip(&centre).map(|((q, s), m)| (q / s.max(1e-9) - m * m).max(0.0).sqrt()),
    );
    out.put("distance_to_mean", centre.iter().map(|x| (x - mean).abs()));
    for (name, d) in [("distance_to_median_economic", 1), ("distance_to_median_liberty", 2)] {
        let m: Vec<f64> = (0..c.n).map(|i| c.share[i] * c.positions[d][i]).collect();
        let at = c.positions[d][c.median[d]];
        out.put(name, b.all.sum(&m).iter().zip(&b.share).map(|(x, s)| (x / s.max(1e-9) - at).abs()));
    }
    out.put("range_squared", b.range.iter().map(|r| r * r / 10.0));
    let far = |i: usize, j: usize| (0..3).map(|d| (c.positions[d][i] - c.positions[d][j]).powi(2)).sum::<f64>().sqrt();
    out.put(
        "pair_distance",
        b.all.pairs(|i, j| far(i, j)).iter().zip(&b.parties).map(|(x, &p)| x / f64::from(p * (p - 1) / 2).max(1.0)),
    );
    out.put(
        "pair_distance_weighted",
        b.all.pairs(|i, j| far(i, j) * c.share[i] * c.share[j]).iter().zip(&b.share).map(|(x, s)| x / (s * s)),
    );
    out.put("worst_distance", b.all.worst_pair(0.0, |i, j| -far(i, j)).iter().map(|x| -x));
    let side: Vec<bool> = place.iter().map(|&x| x < mean).collect();
    let left_side = set_of(&side);
    out.put("one_side", masks().map(|m| flag(m & left_side == 0 || m & !left_side == 0)));
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share[m as usize - 1] };
    out.put(
        "lesser_side_share",
        masks().zip(&b.share).map(|(m, s)| weight(m & left_side).min(weight(m & !left_side)) / s.max(1e-9)),
    );
    out.put("left_share", masks().zip(&b.share).map(|(m, s)| weight(m & left_side) / s.max(1e-9)));
    let five = set_of(&place.iter().map(|&x| x < 5.0).collect::<Vec<_>>());
    let whole_left = b.share[(1usize << c.n) - 2].min(weight(five));
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

fn incumbency(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let inc = c.incumbents;
    let regular = set_of(&c.incumbent_regular);
    let premier = set_of(&c.premier);
    let premier_regular = set_of(&c.premier_regular);
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share[m as usize - 1] };
    let wins = |m: u32| m != 0 && b.majority[m as usize - 1];
    let inc_share = weight(inc);
    let inc_gain: f64 = members(inc).map(|i| c.gain[i]).sum();
    let still = wins(inc);
    out.put("incumbent_still_majority", masks().map(|m| flag(m == inc && still)));
    out.put("incumbent_gain", masks().map(|m| flag(m == inc) * inc_gain));
    out.put("incumbent_caretaker", masks().map(|m| flag(m == inc && c.caretaker_before)));
    out.put("incumbent_range", masks().zip(&b.range).map(|(m, r)| flag(m == inc) * r));
    out.put("incumbent_parties_n", masks().map(|m| flag(m == inc) * f64::from(m.count_ones())));
    out.put("incumbent_minimal", masks().zip(&b.minimal).map(|(m, &x)| flag(m == inc && x)));
    out.put("regular_incumbent_coalition", masks().map(|m| flag(m == regular && regular != inc)));
    out.put("within_incumbent", masks().map(|m| flag(inc != 0 && m != inc && m & !inc == 0)));
    out.put("beyond_incumbent", masks().map(|m| flag(inc != 0 && m != inc && m & inc == inc)));
    out.put("swapped", masks().map(|m| flag(m & inc != 0 && m & !inc != 0 && inc & !m != 0)));
    out.put("added", masks().map(|m| f64::from((m & !inc).count_ones())));
    out.put("dropped", masks().map(|m| f64::from((inc & !m).count_ones())));
    out.put("added_share", masks().map(|m| weight(m & !inc)));
    out.put("dropped_share", masks().map(|m| weight(inc & !m)));
    out.put("one_dropped", masks().map(|m| flag((inc & !m).count_ones() == 1 && m & !inc == 0)));
    out.put("one_added", masks().map(|m| flag((m & !inc).count_ones() == 1 && inc != 0 && inc & !m == 0)));
    out.put("alternation", masks().map(|m| flag(inc != 0 && m & inc == 0)));
    out.put("alternation_lost", masks().map(|m| flag(inc != 0 && m & inc == 0) * inc_gain.min(0.0)));
    out.put("alternation_still", masks().map(|m| flag(inc != 0 && m & inc == 0 && still)));
    out.put("overlap", masks().map(|m| if inc == 0 { 0.0 } else { weight(m & inc) / weight(m | inc).max(1e-9) }));
    out.put(
        "incumbent_share_kept",
        masks().map(|m| if inc == 0 { 0.0 } else { weight(m & inc) / inc_share.max(1e-9) }),
    );
    out.put("dropped_needed", masks().map(|m| flag(inc != 0 && m != inc && m & !inc == 0 && still && !wins(m))));
    out.put("regular_incumbents", masks().map(|m| f64::from((m & regular).count_ones())));
    out.put("regular_dropped", masks().map(|m| f64::from((regular & !m).count_ones())));
    out.put("regular_premier_in", masks().map(|m| flag(m & premier_regular != 0)));
    // the largest member is the last prime minister's party
    out.put(
        "premier_leads",
        masks().zip(&b.biggest).map(|(m, big)| {
            flag(premier != 0 && m & premier != 0 && c.share[premier.trailing_zeros() as usize] >= *big)
        }),
    );
    let gained: Vec<f64> = c.gain.iter().map(|g| g.max(0.0)).collect();
    let lost: Vec<f64> = c.gain.iter().map(|g| (-g).max(0.0)).collect();
    out.put("gains", b.all.sum(&gained));
    out.put("losses", b.all.sum(&lost));
    let entering: Vec<f64> = (0..c.n).map(|i| flag(!has(inc, i)) * c.gain[i]).collect();
    let staying: Vec<f64> = (0..c.n).map(|i| flag(has(inc, i)) * c.gain[i]).collect();
    out.put("gain_of_entrants", b.all.sum(&entering));
    out.put("gain_of_stayers", b.all.sum(&staying));
    let winner = (0..c.n).max_by(|&a, &b| c.gain[a].total_cmp(&c.gain[b])).unwrap_or(0);
    out.put("winner_in", masks().map(|m| flag(has(m, winner) && c.gain[winner] > 0.02)));
    // the old opposition that could replace the incumbents whole
    let opposition: u32 = !inc & ((1 << c.n) - 1);
    out.put("whole_opposition", masks().map(|m| flag(inc != 0 && m == opposition)));
    // a mid-term change that mends a lost majority
    out.put("mends_majority", masks().map(|m| flag(inc != 0 && !still && wins(m) && m & inc == inc && m != inc)));
    let near: Vec<f64> = (0..c.n)
        .map(|i| {
            if inc == 0 {
                return 0.0;
            }
            let s: f64 = members(inc).map(|k| c.share[k]).sum();
            let at = members(inc).map(|k| c.share[k] * c.positions[0][k]).sum::<f64>() / s.max(1e-9);
            (c.positions[0][i] - at).abs()
        })
        .collect();
    let added: Vec<f64> = (0..c.n).map(|i| flag(!has(inc, i)) * near[i]).collect();
    let dropped: Vec<f64> = (0..c.n).map(|i| -flag(has(inc, i)) * near[i]).collect();
    out.put("distance_of_added", b.all.sum(&added));
    out.put("distance_of_kept", b.all.sum(&dropped));
    out.put(
        "premier_range",
        masks().map(|m| {
            if m & premier == 0 || premier == 0 {
                return 0.0;
            }
            let p = premier.trailing_zeros() as usize;
            members(m).map(|i| (c.positions[0][i] - c.positions[0][p]).abs()).fold(0.0, f64::max)
        }),
    );
}

fn party_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let masks = || b.all.masks();
    let per = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..c.n).map(f).collect() };
    let propensity = per(&|i| (p.governed[i] + 0.3) / (p.chances[i] + 1.0));
    let odds = per(&|i| ln((p.governed[i] + 0.4) / (p.chances[i] - p.governed[i] + 0.8)));
    let lifelong = per(&|i| ln((p.governed_all[i] + 0.5) / (p.chances_all[i] - p.governed_all[i] + 1.0)));
    out.put("propensity", b.all.sum(&propensity));
    out.put("odds", b.all.sum(&odds));
    out.put("lifelong_odds", b.all.sum(&lifelong));
    out.put("odds_weighted", b.all.sum(&per(&|i| odds[i] * c.share[i])));
    out.put("mean_odds", b.all.sum(&odds).iter().zip(&b.parties).map(|(x, &n)| x / f64::from(n)));
    let negated: Vec<f64> = odds.iter().map(|x| -x).collect();
    out.put("worst_odds", b.all.max(&negated).iter().map(|x| -x));
    let never = per(&|i| flag(p.governed_all[i] == 0.0) * ln(1.0 + p.chances_all[i]));
    out.put("never_governed", b.all.sum(&never));
    out.put("never_governed_seats", b.all.sum(&per(&|i| never[i] * c.share[i])));
    out.put("new_parties", b.all.sum(&per(&|i| flag(p.cabinets > 0 && p.chances_all[i] == 0.0))));
    out.put("new_seats", b.all.sum(&per(&|i| flag(p.cabinets > 0 && p.chances_all[i] == 0.0) * c.share[i])));
    let kept_out = set_of(&(0..c.n).map(|i| p.governed_all[i] == 0.0 && p.chances_all[i] >= 4.0).collect::<Vec<_>>());
    out.put("cordon", masks().map(|m| flag(m & kept_out != 0)));
    out.put("led", b.all.sum(&per(&|i| ln((p.led[i] + 0.2) / (p.chances[i] - p.led[i] + 1.0)))));
    out.put("best_leader", b.all.max(&per(&|i| (p.led[i] + 0.1) / (p.chances[i] + 0.5))));
    out.put("recent", b.all.sum(&per(&|i| libm::exp(-p.years_out[i] / 4.0))));
    out.put("years_out", b.all.sum(&per(&|i| ln(1.0 + p.years_out[i].min(30.0)))));
    out.put(
        "governed_10y_seats",
        b.all.sum(&per(&|i| c.governed_10y[i] * c.share[i])).iter().zip(&b.share).map(|(x, s)| x / s.max(1e-9)),
    );
    out.put("experience_squared", b.all.sum(&per(&|i| c.governed_10y[i].powi(2))));
    let anti = per(&|i| flag(c.anti_system(i)) * flag(p.governed_all[i] == 0.0));
    out.put("anti_system_never", b.all.sum(&anti));
}

fn pair_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let n = c.n;
    let at = |i: usize, j: usize| i * n + j;
    let together = |i: usize, j: usize| (p.both[at(i, j)] + 0.15) / (p.both[at(i, j)] + p.one[at(i, j)] + 0.6);
    let odds = |i: usize, j: usize| ln((p.both[at(i, j)] + 0.25) / (p.one[at(i, j)] + 1.0));
    let apart = |i: usize, j: usize| p.one[at(i, j)] / (p.both[at(i, j)] + p.one[at(i, j)] + p.neither[at(i, j)] + 1.0);
    // more or less often together than their separate records say
    let lift = |i: usize, j: usize| {
        let total = p.both[at(i, j)] + p.one[at(i, j)] + p.neither[at(i, j)];
        let rate = |k: usize| (p.governed[k] + 0.3) / (p.chances[k] + 1.0);
        ln((p.both[at(i, j)] + 0.3) / (total * rate(i) * rate(j) + 0.3))
    };
    let pairs = |k: u32| f64::from(k * (k - 1) / 2).max(1.0);
    out.put("together", b.all.pairs(together));
    out.put("together_mean", b.all.pairs(together).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("together_worst", b.all.worst_pair(0.5, together));
    out.put("together_odds", b.all.pairs(odds));
    out.put("together_odds_mean", b.all.pairs(odds).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("together_odds_worst", b.all.worst_pair(-0.5, odds));
    out.put("lift", b.all.pairs(lift));
    out.put("lift_mean", b.all.pairs(lift).iter().zip(&b.parties).map(|(x, &k)| x / pairs(k)));
    out.put("lift_worst", b.all.worst_pair(0.0, lift));
    out.put("apart", b.all.pairs(apart));
    out.put(
        "lift_weighted",
        b.all
            .pairs(|i, j| lift(i, j) * c.share[i] * c.share[j])
            .iter()
            .zip(&b.share)
            .map(|(x, s)| x / (s * s).max(1e-9)),
    );
    out.put("ever_together", b.all.pairs(|i, j| p.both_ever[at(i, j)]));
    let strangers =
        |i: usize, j: usize| flag(p.both_ever[at(i, j)] == 0.0 && p.governed_all[i] > 0.0 && p.governed_all[j] > 0.0);
    out.put("strangers", b.all.pairs(strangers));
    out.put("strangers_any", b.all.pairs(strangers).iter().map(|&x| flag(x > 0.0)));
    out.put(
        "all_together_before",
        b.all.pairs(|i, j| 1.0 - p.both_ever[at(i, j)]).iter().zip(&b.parties).map(|(&x, &k)| flag(x == 0.0 && k > 1)),
    );
    // parties left out that usually govern with those inside
    let full = (1u32 << n) - 1;
    out.put(
        "missed_partners",
        b.all.masks().map(|m| {
            let mut total = 0.0;
            for i in members(m) {
                let mut best: f64 = 0.0;
                for j in members(full & !m) {
                    best = best.max(together(i, j) - 0.25);
                }
                total += best * c.share[i];
            }
            total / b.share[m as usize - 1].max(1e-9)
        }),
    );
    // likeness to cabinets of the past
    let likeness: Vec<(f64, f64, f64)> = b.all.masks().map(|m| likeness(p, m, &b.share, c.incumbents)).collect();
    out.put("seen_before", likeness.iter().map(|x| x.0));
    out.put("likest_cabinet", likeness.iter().map(|x| x.1));
    out.put("mean_likeness", likeness.iter().map(|x| x.2));
}

/// Discounted count of the same set, discounted best likeness, and mean likeness to past cabinets other than the
/// incumbent's set.
fn likeness(p: &crate::chamber::Past, mask: u32, share: &[f64], incumbents: u32) -> (f64, f64, f64) {
    let weight = |m: u32| if m == 0 { 0.0 } else { share[m as usize - 1] };
    let (mut same, mut best, mut sum, mut total) = (0.0, 0.0f64, 0.0, 0.3);
    for &(set, age, _) in &p.sets {
        let like = weight(mask & set) / weight(mask | set).max(1e-9);
        sum += age * like;
        total += age;
        if set != incumbents {
            best = best.max((0.3 + 0.7 * age) * like);
        }
        if set == mask {
            same += age;
        }
    }
    (ln(1.0 + same), best, sum / total)
}

fn country_history(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let share_of = |count: f64, base: f64| (count + 2.0 * base) / (p.weight + 2.0);
    let minority = ln(share_of(p.minority, 0.33) / (1.0 - share_of(p.minority, 0.33)));
    let oversized = ln(share_of(p.oversized, 0.22) / (1.0 - share_of(p.oversized, 0.22)));
    let single = ln(share_of(p.single, 0.3) / (1.0 - share_of(p.single, 0.3)));
    let parties = (p.mean_parties * p.weight + 2.0 * 2.3) / (p.weight + 2.0);
    let mean_share = (p.mean_share * p.weight + 2.0 * 0.54) / (p.weight + 2.0);
    out.put("minority_habit", b.majority.iter().map(|&m| flag(!m) * minority));
    out.put("oversized_habit", b.majority.iter().zip(&b.minimal).map(|(&m, &k)| flag(m && !k) * oversized));
    out.put("single_habit", b.parties.iter().map(|&k| flag(k == 1) * single));
    out.put("parties_habit", b.parties.iter().map(|&k| (f64::from(k) - parties).abs()));
    out.put("parties_habit_product", b.parties.iter().map(|&k| f64::from(k) * (parties - 2.3)));
    out.put("share_habit", b.share.iter().map(|s| (s - mean_share).abs()));
    out.put("share_habit_product", b.share.iter().map(|s| s * (mean_share - 0.54) * 10.0));
    out.put(
        "continuity_habit",
        b.all.masks().map(|m| flag(c.incumbents != 0 && m & c.incumbents == 0) * (p.continuity - 0.7)),
    );
    out.put("repeat_habit", b.all.masks().map(|m| flag(m == c.incumbents) * (p.repeated - 0.35)));
    out.put("largest_habit", b.all.masks().map(|m| flag(has(m, c.largest)) * (p.largest_led - 0.6)));
    out.put("incumbent_caretakers", b.all.masks().map(|m| flag(m == c.incumbents) * p.caretakers));
    out.put("incumbent_since_election", b.all.masks().map(|m| flag(m == c.incumbents) * p.since_election));
    out.put("incumbent_term", b.all.masks().map(|m| flag(m == c.incumbents) * p.term_so_far));
    out.put("parties_by_n", b.parties.iter().map(|&k| f64::from(k) * (c.n as f64 - 6.0)));
    out.put("minority_by_n", b.majority.iter().map(|&m| flag(!m) * (c.n as f64 - 6.0)));
    out.put("minority_by_lead", b.majority.iter().map(|&m| flag(!m) * (c.share[c.largest] - 0.35)));
}

/// How a coalition stands against the others one could form.
fn alternatives(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let masks = || b.all.masks();
    let full = (1u32 << c.n) - 1;
    let premier = set_of(&c.premier);
    let largest = 1u32 << c.largest;
    let median = 1u32 << c.median[0];
    // extra range, parties and seats over the best majority that has the same key party
    for (key, range, parties, seats) in [
        (largest, "range_over_best_with_largest", "parties_over_best_with_largest", "seats_over_best_with_largest"),
        (premier, "range_over_best_with_premier", "parties_over_best_with_premier", "seats_over_best_with_premier"),
        (median, "range_over_best_with_median", "parties_over_best_with_median", "seats_over_best_with_median"),
    ] {
        let winning = || masks().filter(|&m| key != 0 && m & key == key && b.majority[m as usize - 1]);
        let least = |f: &dyn Fn(u32) -> f64| winning().map(f).fold(f64::INFINITY, f64::min);
        let at = |m: u32| m as usize - 1;
        for (name, of) in [
            (range, &(|m: u32| b.range[at(m)]) as &dyn Fn(u32) -> f64),
            (parties, &|m: u32| f64::from(b.parties[at(m)])),
            (seats, &|m: u32| b.share[at(m)]),
        ] {
            let best = least(of);
            out.put(
                name,
                masks().map(
                    |m| {
                        if best.is_finite() && m & key == key && b.majority[at(m)] { of(m) - best } else { 0.0 }
                    },
                ),
            );
        }
    }
    // parties left out that stand nearer to the coalition's centre than its farthest member, in two dimensions
    let (x, y) = (&c.positions[0], &c.positions[2]);
    let (sx, sy) = (b.all.sum(&weighted(&c.share, x)), b.all.sum(&weighted(&c.share, y)));
    let mut crowd = Vec::with_capacity(b.all.len());
    for m in masks() {
        let at = m as usize - 1;
        let (cx, cy) = (sx[at] / b.share[at].max(1e-9), sy[at] / b.share[at].max(1e-9));
        let far = |i: usize| (x[i] - cx).powi(2) + 0.5 * (y[i] - cy).powi(2);
        let edge = members(m).map(far).fold(0.0, f64::max);
        crowd.push(members(full & !m).filter(|&i| far(i) < edge).map(|i| c.share[i]).sum::<f64>());
    }
    out.put("nearer_left_out", crowd);
    // minority cabinets: seats it could lean on beyond its flanks
    let total: f64 = c.share.iter().sum();
    let half = f64::from(c.quota) / f64::from(c.chamber.max(1));
    let reach = |m: u32| {
        let (low, high) = (m.trailing_zeros() as usize, 31 - m.leading_zeros() as usize);
        let left: f64 = c.share[..=high].iter().sum();
        let right: f64 = total - c.share[..low].iter().sum::<f64>();
        (left, right)
    };
    out.put(
        "minority_flank_majority",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let (l, r) = reach(m);
            flag(!maj && (l >= half || r >= half))
        }),
    );
    out.put(
        "minority_both_flanks",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let (l, r) = reach(m);
            flag(!maj && l >= half && r >= half)
        }),
    );
    out.put(
        "minority_larger_than_rest",
        masks().zip(&b.majority).map(|(m, &maj)| {
            let rest = full & !m;
            let other = members(rest).map(|i| c.share[i]).fold(0.0, f64::max);
            flag(!maj && b.share[m as usize - 1] > other)
        }),
    );
    // pairs that sat in opposition together
    let p = &c.past;
    let n = c.n;
    let opposed = |i: usize, j: usize| {
        let k = i * n + j;
        p.neither[k] / (p.both[k] + p.one[k] + p.neither[k] + 1.0)
    };
    out.put("opposed_together", b.all.pairs(opposed));
    let bench = |i: usize, j: usize| flag(c.incumbents != 0 && !has(c.incumbents, i) && !has(c.incumbents, j));
    out.put("bench_pairs", b.all.pairs(bench));
    out.put("bench_pairs_near", b.all.pairs(|i, j| bench(i, j) * (2.5 - (x[i] - x[j]).abs()).max(0.0)));
    out.put(
        "kept_pairs_far",
        b.all.pairs(|i, j| flag(has(c.incumbents, i) && has(c.incumbents, j)) * (x[i] - x[j]).abs()),
    );
    // the last cabinet of other parties, and who left or joined since
    let sets = &p.sets;
    let other = sets.iter().rev().map(|s| s.0).find(|&s| s != c.incumbents).unwrap_or(0);
    let weight = |m: u32| if m == 0 { 0.0 } else { b.share[m as usize - 1] };
    out.put("return_of_other", masks().map(|m| flag(m == other)));
    out.put(
        "likeness_to_other",
        masks().map(|m| if other == 0 { 0.0 } else { weight(m & other) / weight(m | other).max(1e-9) }),
    );
    out.put("quitters", masks().map(|m| f64::from((m & other & !c.incumbents).count_ones())));
    out.put("joiners", masks().map(|m| f64::from((m & c.incumbents & !other).count_ones())));
    out.put(
        "never_out",
        b.all.sum(
            &(0..n)
                .map(|i| flag(p.chances_all[i] >= 3.0 && p.governed_all[i] >= 0.8 * p.chances_all[i]))
                .collect::<Vec<_>>(),
        ),
    );
    let led: Vec<f64> = (0..n).map(|i| flag(p.led[i] > 0.05)).collect();
    out.put("leaders", b.all.sum(&led));
    out.put(
        "leader_largest",
        masks().map(|m| {
            let top = members(m).max_by(|&i, &j| c.share[i].total_cmp(&c.share[j])).unwrap_or(0);
            led[top]
        }),
    );
}

fn weighted(share: &[f64], x: &[f64]) -> Vec<f64> {
    share.iter().zip(x).map(|(s, x)| s * x).collect()
}

/// How many coalitions are of the same kind, as logarithms.
///
/// A logit over 2ⁿ − 1 coalitions lets a kind win by its numbers alone: one more small party doubles the alternatives and
/// halves the chance of the old cabinet. With a coefficient of −1 on the logarithm of a kind's number the kind's chance
/// does not depend on it (a nest whose inclusive value counts nothing); what the truth is, the data say.
fn crowds(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let inc = c.incumbents;
    let kind = |m: u32| match (b.majority[m as usize - 1], b.minimal[m as usize - 1]) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let relation = |m: u32| match m {
        m if m == inc => 0,
        _ if inc == 0 => 5,
        m if m & !inc == 0 => 1,
        m if m & inc == inc => 2,
        m if m & inc == 0 => 3,
        _ => 4,
    };
    let largest = |m: u32| usize::from(has(m, c.largest));
    let median = |m: u32| usize::from(has(m, c.median[0]));
    let mut put = |name: &'static str, of: &dyn Fn(u32) -> usize| {
        let mut count = [0u32; 128];
        for m in b.all.masks() {
            count[of(m)] += 1;
        }
        let logs: Vec<f64> = count.iter().map(|&n| ln(f64::from(n.max(1)))).collect();
        out.put(name, b.all.masks().map(|m| logs[of(m)]));
    };
    let size = |m: u32| m.count_ones() as usize;
    put("crowd_kind", &kind);
    put("crowd_size", &size);
    put("crowd_relation", &relation);
    put("crowd_kind_size", &|m| kind(m) * 32 + size(m));
    put("crowd_kind_largest", &|m| kind(m) * 2 + largest(m));
    put("crowd_relation_kind", &|m| relation(m) * 3 + kind(m));
    put("crowd_kind_largest_median", &|m| kind(m) * 4 + largest(m) * 2 + median(m));
    let all = ln(b.all.len() as f64);
    out.put("crowd_incumbent", b.all.masks().map(|m| flag(m == inc) * all));
}

/// What is the same for all coalitions of a chamber. A logit cannot use it; trees can.
fn context(c: &Chamber, b: &Basic, out: &mut Covariates) {
    let p = &c.past;
    let inc = c.incumbents;
    let incumbent_share = if inc == 0 { 0.0 } else { b.share[inc as usize - 1] };
    let incumbent_gain: f64 = members(inc).map(|i| c.gain[i]).sum();
    let per_weight = |x: f64| x / (p.weight + 1.0);
    for (name, value) in [
        ("at_post_election", flag(c.post_election)),
        ("at_actors", c.n as f64),
        ("at_incumbents", f64::from(inc.count_ones())),
        ("at_incumbent_share", incumbent_share),
        ("at_incumbent_gain", incumbent_gain),
        ("at_caretaker", flag(c.caretaker_before)),
        ("at_largest", c.share[c.largest]),
        ("at_lead", c.share[c.largest] - c.share[c.second]),
        ("at_minority_habit", per_weight(p.minority)),
        ("at_oversized_habit", per_weight(p.oversized)),
        ("at_history", p.weight),
        ("at_repeated", p.repeated),
        ("at_continuity", p.continuity),
        ("at_since_election", p.since_election),
        ("at_term", p.term_so_far),
    ] {
        out.put(name, std::iter::repeat_n(value, b.all.len()));
    }
}

/// Names of all covariates, in order.
pub const RICH: [&str; 223] = [
    "minority",
    "minimal_winning",
    "parties",
    "range",
    "largest_in",
    "median_in",
    "incumbent_coalition",
    "incumbent_parties",
    "previous_premier_in",
    "anti_system_in",
    "single_party",
    "seat_share",
    "surplus_seats",
    "connected",
    "minimal_connected_winning",
    "least_range_minimal",
    "state_market_range",
    "liberty_authority_range",
    "distance_to_median",
    "dominance",
    "experience",
    "second_in",
    "share_over_20",
    "share_over_30",
    "share_over_40",
    "share_over_60",
    "share_over_70",
    "share_over_80",
    "short_of_majority",
    "nearly_majority",
    "bare_majority",
    "minority_single",
    "minority_parties",
    "spare_parties",
    "spare_share",
    "two_parties",
    "parties_over_3",
    "parties_over_5",
    "all_parties",
    "smallest_member",
    "biggest_member",
    "lead_in",
    "largest_share_in",
    "top_two",
    "only_top_two",
    "biggest_left_out",
    "small_members",
    "log_share",
    "voting_power",
    "power_minus_seats",
    "left_out_inside",
    "holes",
    "opposition_on_larger_side",
    "opposition_on_smaller_side",
    "minority_divided_opposition",
    "minority_larger_side",
    "minority_median_in",
    "median_economic_in",
    "median_liberty_in",
    "europe_range",
    "spread",
    "distance_to_mean",
    "distance_to_median_economic",
    "distance_to_median_liberty",
    "range_squared",
    "pair_distance",
    "pair_distance_weighted",
    "worst_distance",
    "one_side",
    "lesser_side_share",
    "left_share",
    "winning_bloc_only",
    "winning_bloc_exactly",
    "extreme_members",
    "extreme_seats",
    "anti_system_seats",
    "communists",
    "greens",
    "social_democrats",
    "liberals",
    "christian_democrats",
    "agrarians",
    "conservatives",
    "far_right",
    "special_issue",
    "same_family_pairs",
    "eurosceptics",
    "incumbent_still_majority",
    "incumbent_gain",
    "incumbent_caretaker",
    "incumbent_range",
    "incumbent_parties_n",
    "incumbent_minimal",
    "regular_incumbent_coalition",
    "within_incumbent",
    "beyond_incumbent",
    "swapped",
    "added",
    "dropped",
    "added_share",
    "dropped_share",
    "one_dropped",
    "one_added",
    "alternation",
    "alternation_lost",
    "alternation_still",
    "overlap",
    "incumbent_share_kept",
    "dropped_needed",
    "regular_incumbents",
    "regular_dropped",
    "regular_premier_in",
    "premier_leads",
    "gains",
    "losses",
    "gain_of_entrants",
    "gain_of_stayers",
    "winner_in",
    "whole_opposition",
    "mends_majority",
    "distance_of_added",
    "distance_of_kept",
    "premier_range",
    "propensity",
    "odds",
    "lifelong_odds",
    "odds_weighted",
    "mean_odds",
    "worst_odds",
    "never_governed",
    "never_governed_seats",
    "new_parties",
    "new_seats",
    "cordon",
    "led",
    "best_leader",
    "recent",
    "years_out",
    "governed_10y_seats",
    "experience_squared",
    "anti_system_never",
    "together",
    "together_mean",
    "together_worst",
    "together_odds",
    "together_odds_mean",
    "together_odds_worst",
    "lift",
    "lift_mean",
    "lift_worst",
    "apart",
    "lift_weighted",
    "ever_together",
    "strangers",
    "strangers_any",
    "all_together_before",
    "missed_partners",
    "seen_before",
    "likest_cabinet",
    "mean_likeness",
    "minority_habit",
    "oversized_habit",
    "single_habit",
    "parties_habit",
    "parties_habit_product",
    "share_habit",
    "share_habit_product",
    "continuity_habit",
    "repeat_habit",
    "largest_habit",
    "incumbent_caretakers",
    "incumbent_since_election",
    "incumbent_term",
    "parties_by_n",
    "minority_by_n",
    "minority_by_lead",
    "range_over_best_with_largest",
    "parties_over_best_with_largest",
    "seats_over_best_with_largest",
    "range_over_best_with_premier",
    "parties_over_best_with_premier",
    "seats_over_best_with_premier",
    "range_over_best_with_median",
    "parties_over_best_with_median",
    "seats_over_best_with_median",
    "nearer_left_out",
    "minority_flank_majority",
    "minority_both_flanks",
    "minority_larger_than_rest",
    "opposed_together",
    "bench_pairs",
    "bench_pairs_near",
    "kept_pairs_far",
    "return_of_other",
    "likeness_to_other",
    "quitters",
    "joiners",
    "never_out",
    "leaders",
    "leader_largest",
    "crowd_kind",
    "crowd_size",
    "crowd_relation",
    "crowd_kind_size",
    "crowd_kind_largest",
    "crowd_relation_kind",
    "crowd_kind_largest_median",
    "crowd_incumbent",
    "at_post_election",
    "at_actors",
    "at_incumbents",
    "at_incumbent_share",
    "at_incumbent_gain",
    "at_caretaker",
    "at_largest",
    "at_lead",
    "at_minority_habit",
    "at_oversized_habit",
    "at_history",
    "at_repeated",
    "at_continuity",
    "at_since_election",
    "at_term",
];
