//! A-priori unions: players bound to act within blocs before the ballot.
//!
//! Sources: Owen (1977), in Henn and Moeschlin (eds), *Mathematical Economics and Game Theory* (Owen value); Owen (1981), in
//! Holler (ed.), *Power, Voting, and Voting Power* (Banzhaf–Owen value).

use super::Game;
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// A player's power given the unions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnionPower {
    /// Shapley–Shubik between unions, then Shapley–Shubik within the union.
    pub owen: BigRational,
    /// Banzhaf between unions and within.
    pub banzhaf_owen: BigRational,
}

/// Coalition sums (criterion by criterion, cut off at the quota), with how many coalitions of each size have them.
type Sums = BTreeMap<Vec<u128>, Vec<BigUint>>;

/// Owen and Banzhaf–Owen values; `union_of[i]` numbers player i's union. `None` where the sums are too many to pair.
pub fn values(game: &Game, union_of: &[usize]) -> Option<Vec<UnionPower>> {
    let unions = union_of.iter().max().map_or(0, |m| m + 1);
    let members: Vec<Vec<usize>> =
        (0..unions).map(|u| (0..game.players()).filter(|&i| union_of[i] == u).collect()).collect();
    let weight = |i: usize| -> Vec<u128> { game.criteria.iter().map(|c| c.weights[i]).collect() };
    let union_weight: Vec<Vec<u128>> =
        members.iter().map(|m| game.criteria.iter().map(|c| m.iter().map(|&i| c.weights[i]).sum()).collect()).collect();
    let mut out = vec![UnionPower { owen: BigRational::zero(), banzhaf_owen: BigRational::zero() }; game.players()];
    for (u, own) in members.iter().enumerate() {
        let outer = sums(game, (0..unions).filter(|&v| v != u).map(|v| union_weight[v].clone()))?;
        let mut known: BTreeMap<Vec<u128>, UnionPower> = BTreeMap::new();
        for &i in own {
            let w = weight(i);
            if !known.contains_key(&w) {
                let inner = sums(game, own.iter().filter(|&&j| j != i).map(|&j| weight(j)))?;
                known.insert(w.clone(), value(game, &outer, &inner, &w, unions, own.len())?);
            }
            out[i] = known[&w].clone();
        }
    }
    Some(out)
}

fn sums(game: &Game, blocks: impl Iterator<Item = Vec<u128>>) -> Option<Sums> {
    const MOST: usize = 2_000_000;
    let mut all: Sums = BTreeMap::from([(vec![0; game.criteria.len()], vec![BigUint::one()])]);
    for block in blocks {
        let mut next = all.clone();
        for (sum, counts) in &all {
            let reached = sum.iter().zip(&block).zip(&game.criteria).map(|((s, b), c)| (s + b).min(c.quota)).collect();
            let cell = next.entry(reached).or_default();
            for (size, count) in counts.iter().enumerate() {
                if cell.len() <= size + 1 {
                    cell.resize(size + 2, BigUint::zero());
                }
                cell[size + 1] += count;
            }
        }
        if next.len() > MOST {
            return None;
        }
        all = next;
    }
    Some(all)
}

fn value(game: &Game, outer: &Sums, inner: &Sums, w: &[u128], unions: usize, partners: usize) -> Option<UnionPower> {
    const MOST_PAIRS: u128 = 20_000_000;
    if outer.len() as u128 * inner.len() as u128 > MOST_PAIRS {
        return None;
    }
    // tally[h][t]: swings with h other unions and t own partners already there
    let mut tally = vec![vec![BigUint::zero(); partners]; unions];
    for (x, by_union) in outer {
        for (y, by_partner) in inner {
            let without: Vec<u128> = x.iter().zip(y).map(|(a, b)| a + b).collect();
            let with: Vec<u128> = without.iter().zip(w).map(|(a, b)| a + b).collect();
            if game.wins(&without) || !game.wins(&with) {
                continue;
            }
            for (h, a) in by_union.iter().enumerate() {
                for (t, b) in by_partner.iter().enumerate().filter(|_| !a.is_zero()) {
                    tally[h][t] += a * b;
                }
            }
        }
    }
    let (mut owen, mut swings) = (BigRational::zero(), BigUint::zero());
    for (h, row) in tally.iter().enumerate() {
        for (t, count) in row.iter().enumerate().filter(|(_, c)| !c.is_zero()) {
            owen += BigRational::from(BigInt::from(count.clone())) * order_share(h, unions) * order_share(t, partners);
            swings += count;
        }
    }
    let coalitions = BigInt::one() << (unions - 1 + partners - 1).to_usize()?;
    Some(UnionPower { owen, banzhaf_owen: BigRational::new(BigInt::from(swings), coalitions) })
}

/// `k! (n − k − 1)! / n!`: the share of orders in which one comes right after k given others.
pub fn order_share(k: usize, n: usize) -> BigRational {
    // 1 / (n · C(n − 1, k))
    let mut choose = BigInt::one();
    for j in 0..k {
        choose = choose * BigInt::from(n - 1 - j) / BigInt::from(j + 1);
    }
    BigRational::new(BigInt::one(), choose * BigInt::from(n))
}
