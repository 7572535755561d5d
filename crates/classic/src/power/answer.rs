//! The answer about one ballot, as plain data.

use super::approximate::{Sampled, sample, shapley_by_quadrature};
use super::minimal::{self, Found, Wins};
use super::unions;
use super::{Game, dense, layers};
use crate::decimal::{Decimal, fraction, ratio_to_f64};
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is asked besides the game itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: String,
    /// Players without whom nothing passes, by number.
    pub vetoes: Vec<usize>,
    /// The weight (first criterion, in its units) that must be present, if there is a quorum.
    pub quorum: Option<u128>,
    /// Each player's union, by name; an empty name is a union of one's own.
    pub unions: Option<Vec<String>>,
    /// Coalitions are listed when there are at most this many.
    pub list: usize,
    /// For sampled figures.
    pub seed: u64,
    pub samples: u32,
    /// Only the Banzhaf figures (the others take longer where weights are large).
    pub banzhaf_only: bool,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            id: "ballot".into(),
            vetoes: Vec::new(),
            quorum: None,
            unions: None,
            list: 20,
            seed: 1,
            samples: 200_000,
            banzhaf_only: false,
        }
    }
}

/// How sure a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Counted in whole numbers.
    Exact,
    /// A float whose error is at most the bound given.
    Bounded,
    /// An estimate with the standard error given.
    Sampled,
    /// Would take too long, or was not asked for.
    NotComputed,
}

/// A figure: a fraction as text where exact, else a number, else nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    Fraction(String),
    Number(f64),
    None,
}

/// A number of the file: whole where it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    Whole(u64),
    Real(f64),
}

/// One quota, or one per criterion.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum QuotaShown {
    One(Amount),
    Several(Vec<Amount>),
}

/// Every ballot asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub ballots: Vec<Ballot>,
}

/// Power in one ballot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ballot {
    pub id: String,
    /// The least weight that wins, per criterion.
    pub quota: QuotaShown,
    pub criteria: Vec<CriterionShown>,
    /// Players declared to have a veto.
    pub vetoes: Vec<String>,
    pub players: Vec<Player>,
    pub winning: Winning,
    pub minimal_winning: Coalitions,
    pub minimal_blocking: Coalitions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Quorum>,
    /// How each kind of figure was come by.
    pub figures: BTreeMap<&'static str, Label>,
    /// Largest error of figures that are not exact: a bound, or a standard error.
    pub error: Option<f64>,
    /// Coalitions and orders drawn, where anything is sampled.
    pub samples: Option<u32>,
    pub seed: Option<u64>,
    pub conventions: Vec<String>,
}

/// A criterion as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionShown {
    pub name: String,
    pub quota: Amount,
    pub total: Amount,
    pub rule: String,
}

/// How easily the ballot passes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Winning {
    /// The number of winning coalitions, as text.
    pub coalitions: Option<String>,
    /// Coleman's power of the collectivity to act: the share of coalitions that win.
    pub power_to_act: Figure,
}

/// Minimal coalitions: counted, and listed when few.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coalitions {
    /// A number up to 2^53, as text beyond; `null` where counting would take too long.
    pub count: Count,
    /// Fewest members first.
    pub coalitions: Option<Vec<Vec<String>>>,
}

/// A count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Count {
    Number(u64),
    Text(String),
    None,
}

/// Who can deny a quorum by staying away.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quorum {
    /// The weight that must be present.
    pub needed: Amount,
    /// The weight whose absence is enough.
    pub deny: Amount,
    /// The fewest players who can deny it.
    pub fewest: usize,
    /// Players who can deny it alone.
    pub alone: Vec<String>,
    /// Minimal coalitions that can deny it.
    pub minimal_blocking: Coalitions,
}

/// One player's power.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Player {
    pub id: String,
    /// By the first criterion.
    pub weight: Amount,
    /// By all criteria, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<Amount>>,
    /// Raw Banzhaf index: coalitions of the others that win with the player and lose without, as text.
    pub swings: Option<String>,
    /// Normalised Banzhaf index: the player's share of all swings.
    pub banzhaf: Figure,
    /// Absolute Banzhaf (Penrose) index: swings over 2^(n−1).
    pub banzhaf_absolute: Figure,
    pub shapley_shubik: Figure,
    /// Coleman's power to prevent: swings over winning coalitions.
    pub coleman_prevent: Figure,
    /// Coleman's power to initiate: swings over losing coalitions.
    pub coleman_initiate: Figure,
    pub deegan_packel: Figure,
    pub public_good_holler: Figure,
    pub johnston: Figure,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owen: Option<Figure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub banzhaf_owen: Option<Figure>,
    /// Whether every figure given is exact.
    pub exact: bool,
    /// How often the bloc decides in equilibrium; only for the ballots of a case.
    pub decides: Option<f64>,
}

/// Power in one ballot.
pub fn answer(game: &Game, request: &Request) -> Ballot {
    let reduced = game.reduced(&request.vetoes);
    let n = game.players();
    let mut tally = count(&reduced, request);
    let (minimal_winning, searched) = minimal_coalitions(&Wins::passing(&reduced), n, request.list, || {
        let (weights, quota) = single(&reduced)?;
        counting_is_cheap(&weights, quota).then(|| minimal::count(&weights, quota)).flatten()
    });
    let by_player = by_player(&reduced, searched.as_ref(), request);
    let johnston = if n <= 20 && !request.banzhaf_only { Some(johnston(&reduced)) } else { None };
    let owen = request.unions.as_ref().map(|u| unions::values(&reduced, &numbered(u)));
    let label = |known: bool| if known { Label::Exact } else { Label::NotComputed };
    tally.labels.insert("deegan_packel", label(by_player.is_some()));
    tally.labels.insert("public_good_holler", label(by_player.is_some()));
    tally.labels.insert("johnston", label(johnston.is_some()));
    tally.labels.insert("minimal_winning", label(minimal_winning.is_some()));
    let blocking = blocking(&reduced, game, request.list);
    tally.labels.insert("minimal_blocking", label(blocking.count != Count::None));
    if let Some(values) = &owen {
        tally.labels.insert("owen", label(values.is_some()));
    }
    let players = (0..n)
        .map(|i| {
            let mut player = tally.player(game, i);
            if let Some((deegan_packel, holler)) = &by_player {
                player.deegan_packel = exact(&deegan_packel[i]);
                player.public_good_holler = exact(&holler[i]);
            }
            if let Some(values) = &johnston {
                player.johnston = exact(&values[i]);
            }
            if let Some(values) = &owen {
                let value = values.as_ref().map(|v| &v[i]);
                player.owen = Some(value.map_or(Figure::None, |v| exact(&v.owen)));
                player.banzhaf_owen = Some(value.map_or(Figure::None, |v| exact(&v.banzhaf_owen)));
            }
            player
        })
        .collect();
    let criteria: Vec<CriterionShown> = game
        .criteria
        .iter()
        .map(|c| CriterionShown {
            name: c.name.clone(),
            quota: amount(c.quota, c.scale),
            total: amount(c.total(), c.scale),
            rule: c.rule.clone(),
        })
        .collect();
    Ballot {
        id: request.id.clone(),
        quota: match criteria.as_slice() {
            [one] => QuotaShown::One(one.quota),
            several => QuotaShown::Several(several.iter().map(|c| c.quota).collect()),
        },
        criteria,
        vetoes: request.vetoes.iter().map(|&i| game.ids[i].clone()).collect(),
        players,
        winning: tally.winning(n),
        minimal_winning: Coalitions {
            count: shown_count(minimal_winning.as_ref()),
            coalitions: searched.and_then(|f| f.listed).map(|l| named(game, &l)),
        },
        minimal_blocking: blocking,
        quorum: request.quorum.map(|needed| quorum(game, needed, request.list)),
        figures: tally.labels,
        error: tally.error,
        samples: tally.samples,
        seed: tally.samples.map(|_| request.seed),
        conventions: conventions(),
    }
}

fn conventions() -> Vec<String> {
    [
        "a coalition wins if it reaches the quota of every criterion",
        "50% and 1/2 must be exceeded; other shares and plain numbers are enough when reached",
        "banzhaf is the normalised index, banzhaf_absolute swings over 2^(n-1)",
        "deegan_packel and public_good_holler are over minimal winning coalitions, johnston over vulnerable ones",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What has been counted or estimated about swings.
struct Tally {
    swings: Option<Vec<BigUint>>,
    winning: Option<BigUint>,
    shapley: Vec<Figure>,
    sampled: Option<Sampled>,
    labels: BTreeMap<&'static str, Label>,
    error: Option<f64>,
    samples: Option<u32>,
    players: usize,
}

/// One criterion whose weights fit 64 bits with room to add.
fn single(game: &Game) -> Option<(Vec<u64>, u64)> {
    let [only] = game.criteria.as_slice() else { return None };
    (only.total() < 1 << 62).then(|| (only.weights.iter().map(|&w| w as u64).collect(), only.quota as u64))
}

/// Steps after which the search for minimal coalitions gives up (under a second).
const SEARCH_STEPS: u64 = 10_000_000;

/// Cell updates up to which a table is counted (a few tens of seconds at worst), and its bytes.
const MOST_WORK: u128 = 20_000_000_000;
const MOST_BYTES: u128 = 3 << 30;

fn limbs(n: usize) -> u128 {
    (n as u128 + 1).div_ceil(64)
}

fn counting_is_cheap(weights: &[u64], quota: u64) -> bool {
    let limbs = limbs(weights.len());
    let total: u64 = weights.iter().sum();
    let largest = quota.max(total - quota + 1);
    u128::from(largest) * limbs * 8 <= MOST_BYTES
        && u128::from(largest) * weights.len() as u128 * limbs <= MOST_WORK / 4
}

fn count(game: &Game, request: &Request) -> Tally {
    let n = game.players();
    let mut tally = Tally {
        swings: None,
        winning: None,
        shapley: vec![Figure::None; n],
        sampled: None,
        labels: BTreeMap::from([("banzhaf", Label::NotComputed), ("shapley_shubik", Label::NotComputed)]),
        error: None,
        samples: None,
        players: n,
    };
    if let Some((weights, quota)) = single(game)
        && by_table(&mut tally, &weights, quota, request)
    {
        return tally;
    }
    // Nodes that fit in memory and time: each holds a count per size, and is multiplied out by size.
    let per_node = n as u128 * limbs(n);
    let limit = (MOST_BYTES / (8 * per_node)).min(4 * MOST_WORK / (per_node * per_node)).min(5_000_000);
    if n <= 2_000
        && let Ok(layers) = layers::count(game, limit as usize)
    {
        tally.shapley = layers.swings_by_size.iter().map(|s| exact(&shapley(s))).collect();
        tally.swings = Some(layers.swings_by_size.iter().map(|s| s.iter().sum()).collect());
        tally.winning = Some(layers.winning);
        tally.labels.insert("banzhaf", Label::Exact);
        tally.labels.insert("shapley_shubik", Label::Exact);
        return tally;
    }
    let sampled = sample(game, request.samples, request.seed);
    tally.error = Some(sampled.error);
    tally.samples = Some(sampled.samples);
    tally.shapley = sampled.shapley_shubik.iter().map(|&x| Figure::Number(x)).collect();
    tally.sampled = Some(sampled);
    tally.labels.insert("banzhaf", Label::Sampled);
    tally.labels.insert("shapley_shubik", Label::Sampled);
    tally
}

/// Counts by generating functions if that is within limits.
fn by_table(tally: &mut Tally, weights: &[u64], quota: u64, request: &Request) -> bool {
    let n = weights.len();
    let table = u128::from(dense::smaller_quota(weights, quota)) * limbs(n) * 8;
    if table > MOST_BYTES || dense::cells(weights, quota) * limbs(n) > MOST_WORK {
        return false;
    }
    let mut distinct = weights.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let place = |w: u64| distinct.partition_point(|&d| d < w);
    let Some(counted) = dense::swings(weights, quota, &distinct) else { return false };
    tally.swings = Some(weights.iter().map(|&w| counted.swings[place(w)].clone()).collect());
    tally.winning = Some(counted.winning);
    tally.labels.insert("banzhaf", Label::Exact);
    if request.banzhaf_only {
        return true;
    }
    let (bytes, work) = dense::by_size_cost(weights, quota);
    if bytes <= MOST_BYTES / 2 && work <= MOST_WORK / 4 {
        if let Some(by_size) = dense::swings_by_size(weights, quota, &distinct) {
            let values: Vec<Figure> = by_size.iter().map(|s| exact(&shapley(s))).collect();
            tally.shapley = weights.iter().map(|&w| values[place(w)].clone()).collect();
            tally.labels.insert("shapley_shubik", Label::Exact);
        }
    } else {
        let (values, bound) = shapley_by_quadrature(weights, quota, &distinct, 1e-9);
        tally.shapley = weights.iter().map(|&w| Figure::Number(values[place(w)])).collect();
        tally.labels.insert("shapley_shubik", Label::Bounded);
        tally.error = Some(bound);
    }
    true
}

impl Tally {
    fn player(&self, game: &Game, i: usize) -> Player {
        let weights: Vec<Amount> = game.criteria.iter().map(|c| amount(c.weights[i], c.scale)).collect();
        let mut player = Player {
            id: game.ids[i].clone(),
            weight: weights[0],
            weights: (weights.len() > 1).then_some(weights),
            swings: None,
            banzhaf: Figure::None,
            banzhaf_absolute: Figure::None,
            shapley_shubik: self.shapley[i].clone(),
            coleman_prevent: Figure::None,
            coleman_initiate: Figure::None,
            deegan_packel: Figure::None,
            public_good_holler: Figure::None,
            johnston: Figure::None,
            owen: None,
            banzhaf_owen: None,
            exact: !self.labels.values().any(|l| matches!(l, Label::Bounded | Label::Sampled)),
            decides: None,
        };
        if let (Some(swings), Some(winning)) = (&self.swings, &self.winning) {
            let own = &swings[i];
            let all: BigUint = swings.iter().sum();
            let coalitions = BigUint::one() << self.players;
            player.swings = Some(own.to_string());
            player.banzhaf = exact(&ratio(own, &all));
            player.banzhaf_absolute = exact(&ratio(own, &(&coalitions >> 1)));
            player.coleman_prevent = exact(&ratio(own, winning));
            player.coleman_initiate = exact(&ratio(own, &(coalitions - winning)));
        } else if let Some(sampled) = &self.sampled {
            let own = sampled.banzhaf_absolute[i];
            let all: f64 = sampled.banzhaf_absolute.iter().sum();
            let share = |x: f64| Figure::Number(if x.is_finite() { x } else { 0.0 });
            player.banzhaf = share(own / all);
            player.banzhaf_absolute = share(own);
            player.coleman_prevent = share(own / (2.0 * sampled.winning_share));
            player.coleman_initiate = share(own / (2.0 * (1.0 - sampled.winning_share)));
        }
        player
    }

    fn winning(&self, n: usize) -> Winning {
        match (&self.winning, &self.sampled) {
            (Some(winning), _) => Winning {
                coalitions: Some(winning.to_string()),
                power_to_act: exact(&ratio(winning, &(BigUint::one() << n))),
            },
            (None, Some(s)) => Winning { coalitions: None, power_to_act: Figure::Number(s.winning_share) },
            (None, None) => Winning { coalitions: None, power_to_act: Figure::None },
        }
    }
}

/// Shapley and Shubik's index from swings by size of the coalition joined: `Σ s!(n−s−1)!/n! · swings(s)`.
///
/// Source: Shapley and Shubik (1954), *American Political Science Review* 48.
fn shapley(swings_by_size: &[BigUint]) -> BigRational {
    let n = swings_by_size.len();
    // Over the common denominator n!, so that there is one reduction at the end.
    let factorials: Vec<BigInt> = std::iter::once(BigInt::one())
        .chain((1..=n).scan(BigInt::one(), |f, k| {
            *f *= k;
            Some(f.clone())
        }))
        .collect();
    let sum: BigInt = swings_by_size
        .iter()
        .enumerate()
        .filter(|(_, s)| !s.is_zero())
        .map(|(k, s)| BigInt::from(s.clone()) * &factorials[k] * &factorials[n - k - 1])
        .sum();
    BigRational::new(sum, factorials[n].clone())
}

/// Deegan and Packel's and Holler's indices, where minimal winning coalitions can be counted by player.
///
/// Sources: Deegan and Packel (1978), *International Journal of Game Theory* 7; Holler (1982), *Political Studies* 30.
fn by_player(game: &Game, found: Option<&Found>, request: &Request) -> Option<(Vec<BigRational>, Vec<BigRational>)> {
    let tally: Vec<Vec<BigUint>> = match (found, single(game)) {
        (Some(found), _) => {
            found.by_player_and_size.iter().map(|row| row.iter().map(|&c| BigUint::from(c)).collect()).collect()
        }
        (None, Some((weights, quota)))
            if !request.banzhaf_only
                && minimal::count_by_player_cost(&weights, quota) * limbs(weights.len()) <= MOST_WORK / 4 =>
        {
            minimal::count_by_player(&weights, quota)?
        }
        _ => return None,
    };
    let sizes = tally.first().map_or(0, Vec::len);
    // Every coalition of size s is counted once for each of its s members.
    let of_size = |s: usize| -> BigUint { tally.iter().map(|row| &row[s]).sum::<BigUint>() / (s + 1) };
    let total: BigUint = (0..sizes).map(of_size).sum();
    let members: BigUint = tally.iter().flatten().sum();
    let deegan_packel = tally.iter().map(|row| {
        let own: BigRational = row.iter().enumerate().map(|(s, c)| ratio(c, &BigUint::from(s + 1))).sum();
        own / BigRational::from(BigInt::from(total.clone()))
    });
    let holler = tally.iter().map(|row| ratio(&row.iter().sum(), &members));
    Some((deegan_packel.collect(), holler.collect()))
}

/// Johnston's index: each vulnerable coalition is shared equally among those it cannot spare.
///
/// Source: Johnston (1978), *Environment and Planning A* 10.
fn johnston(game: &Game) -> Vec<BigRational> {
    let n = game.players();
    // shares[i][k]: coalitions in which i is one of k + 1 who cannot be spared
    let mut shares = vec![vec![0u64; n]; n];
    let mut vulnerable = 0u64;
    let mut critical = Vec::with_capacity(n);
    for mask in 0u32..1 << n {
        let inside = |i: usize| mask >> i & 1 == 1;
        let sums: Vec<u128> =
            game.criteria.iter().map(|c| (0..n).filter(|&i| inside(i)).map(|i| c.weights[i]).sum()).collect();
        if !game.wins(&sums) {
            continue;
        }
        critical.clear();
        critical.extend(
            (0..n)
                .filter(|&i| inside(i))
                .filter(|&i| game.criteria.iter().zip(&sums).any(|(c, &s)| s - c.weights[i] < c.quota)),
        );
        vulnerable += u64::from(!critical.is_empty());
        for &i in &critical {
            shares[i][critical.len() - 1] += 1;
        }
    }
    shares
        .iter()
        .map(|row| {
            let own: BigRational =
                row.iter().enumerate().map(|(k, &c)| ratio(&BigUint::from(c), &BigUint::from(k + 1))).sum();
            own / BigRational::from(BigInt::from(vulnerable))
        })
        .collect()
}

fn quorum(game: &Game, needed: u128, list: usize) -> Quorum {
    let first = &game.criteria[0];
    let deny = first.total() - needed + 1;
    let alone = Game { ids: game.ids.clone(), criteria: vec![super::Criterion { quota: needed, ..first.clone() }] };
    let reduced = alone.reduced(&[]);
    let mut heaviest = first.weights.clone();
    heaviest.sort_unstable_by(|a, b| b.cmp(a));
    let mut missing = 0u128;
    let fewest = 1 + heaviest.iter().take_while(|&&w| (missing += w, missing < deny).1).count();
    Quorum {
        needed: amount(needed, first.scale),
        deny: amount(deny, first.scale),
        fewest,
        alone: first.weights.iter().zip(&game.ids).filter(|(w, _)| **w >= deny).map(|(_, id)| id.clone()).collect(),
        minimal_blocking: blocking(&reduced, game, list),
    }
}

/// The minimal coalitions without which nothing passes.
fn blocking(reduced: &Game, game: &Game, list: usize) -> Coalitions {
    let (count, found) = minimal_coalitions(&Wins::blocking(reduced), game.players(), list, || {
        let (weights, quota) = single(reduced)?;
        let total: u64 = weights.iter().sum();
        counting_is_cheap(&weights, quota).then(|| minimal::count(&weights, total - quota + 1)).flatten()
    });
    Coalitions { count: shown_count(count.as_ref()), coalitions: found.and_then(|f| f.listed).map(|l| named(game, &l)) }
}

/// Minimal coalitions counted: by table where that can be, and searched where they are not too many.
fn minimal_coalitions(
    wins: &Wins,
    players: usize,
    list: usize,
    table: impl Fn() -> Option<BigUint>,
) -> (Option<BigUint>, Option<Found>) {
    let counted = table();
    let many = counted.as_ref().is_some_and(|c| c.bits() > 20);
    let found = if many { None } else { minimal::search(wins, players, SEARCH_STEPS, list) };
    (counted.or_else(|| found.as_ref().map(|f| BigUint::from(f.count))), found)
}

fn named(game: &Game, coalitions: &[Vec<usize>]) -> Vec<Vec<String>> {
    coalitions.iter().map(|c| c.iter().map(|&i| game.ids[i].clone()).collect()).collect()
}

fn numbered(unions: &[String]) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut next = 0;
    unions
        .iter()
        .map(|name| {
            let own = *known.get(name.as_str()).unwrap_or(&next);
            if own == next {
                next += 1;
                if !name.is_empty() {
                    known.insert(name, own);
                }
            }
            own
        })
        .collect()
}

fn shown_count(count: Option<&BigUint>) -> Count {
    match count {
        None => Count::None,
        Some(c) => match c.to_u64().filter(|&c| c <= 1 << 53) {
            Some(small) => Count::Number(small),
            None => Count::Text(c.to_string()),
        },
    }
}

fn ratio(over: &BigUint, under: &BigUint) -> BigRational {
    if under.is_zero() {
        return BigRational::zero();
    }
    BigRational::new(BigInt::from(over.clone()), BigInt::from(under.clone()))
}

fn exact(value: &BigRational) -> Figure {
    Figure::Fraction(fraction(value))
}

fn amount(units: u128, scale: u32) -> Amount {
    let decimal = Decimal { digits: units, scale };
    let text = decimal.to_string();
    match text.parse::<u64>() {
        Ok(whole) if whole <= 1 << 53 => Amount::Whole(whole),
        _ => Amount::Real(decimal.to_f64()),
    }
}

impl Figure {
    /// The figure as a float, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Fraction(text) => text.parse::<BigRational>().ok().map(|r| ratio_to_f64(&r)),
            Self::Number(x) => Some(*x),
            Self::None => None,
        }
    }
}

impl Amount {
    /// As a float.
    pub fn value(self) -> f64 {
        match self {
            Self::Whole(x) => x as f64,
            Self::Real(x) => x,
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(x) => write!(f, "{x}"),
            Self::Real(x) => write!(f, "{x}"),
        }
    }
}
