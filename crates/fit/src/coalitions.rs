//! Every coalition of a chamber, as a bit set: 2ⁿ − 1 of them, built by doubling.
//!
//! Bits stand for parties from left to right, so that a coalition's ends are its lowest and highest bit and a connected
//! coalition is a run of ones. Sums over members are built by doubling: what holds for the coalitions of the first h
//! parties gives those with party h by one addition each, in order, without a branch.

/// The coalitions of `n` parties: index `a` is the bit set `a + 1`.
#[derive(Debug, Clone)]
pub struct Coalitions {
    n: usize,
}

impl Coalitions {
    /// All coalitions of `n` parties, 1 to 31.
    pub fn of(n: usize) -> Self {
        debug_assert!((1..32).contains(&n));
        Self { n }
    }

    /// Number of parties.
    pub fn parties(&self) -> usize {
        self.n
    }

    /// Number of coalitions, 2ⁿ − 1.
    pub fn len(&self) -> usize {
        (1 << self.n) - 1
    }

    /// Never: there is at least one party.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The bit sets, in index order.
    pub fn masks(&self) -> std::ops::RangeInclusive<u32> {
        1..=((1u32 << self.n) - 1)
    }

    /// Σ xᵢ over members. `x` `[n]`; returns `[2ⁿ − 1]`.
    pub fn sum(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; 1 << self.n];
        for (bit, &value) in x.iter().enumerate() {
            let (low, high) = out.split_at_mut(1 << bit);
            for (to, from) in high.iter_mut().zip(low.iter()) {
                *to = from + value;
            }
        }
        out.remove(0);
        out
    }

    /// Σ xᵢ over members, whole numbers. `x` `[n]`; returns `[2ⁿ − 1]`.
    pub fn count(&self, x: &[u32]) -> Vec<u32> {
        let mut out = vec![0; 1 << self.n];
        for (bit, &value) in x.iter().enumerate() {
            let (low, high) = out.split_at_mut(1 << bit);
            for (to, from) in high.iter_mut().zip(low.iter()) {
                *to = from + value;
            }
        }
        out.remove(0);
        out
    }

    /// The smallest xᵢ among members, whole numbers. `x` `[n]`; returns `[2ⁿ − 1]`.
    pub fn least(&self, x: &[u32]) -> Vec<u32> {
        let mut out = vec![u32::MAX; 1 << self.n];
        for (bit, &value) in x.iter().enumerate() {
            let (low, high) = out.split_at_mut(1 << bit);
            for (to, from) in high.iter_mut().zip(low.iter()) {
                *to = value.min(*from);
            }
        }
        out.remove(0);
        out
    }

    /// The largest xᵢ among members. `x` `[n]`; returns `[2ⁿ − 1]`.
    pub fn max(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NEG_INFINITY; 1 << self.n];
        for (bit, &value) in x.iter().enumerate() {
            let (low, high) = out.split_at_mut(1 << bit);
            for (to, from) in high.iter_mut().zip(low.iter()) {
                *to = from.max(value);
            }
        }
        out.remove(0);
        out
    }

    /// Σ wᵢⱼ over pairs of members, i < j. `w(i, j)` is asked once per pair; returns `[2ⁿ − 1]`.
    pub fn pairs(&self, w: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let mut out = vec![0.0; 1 << self.n];
        let mut row = vec![0.0; 1 << self.n.saturating_sub(1)];
        for high in 1..self.n {
            for bit in 0..high {
                let value = w(bit, high);
                let (low, up) = row.split_at_mut(1 << bit);
                for (to, from) in up.iter_mut().zip(low.iter()) {
                    *to = from + value;
                }
            }
            let (low, up) = out.split_at_mut(1 << high);
            for ((to, from), add) in up.iter_mut().zip(low.iter()).zip(&row) {
                *to = from + add;
            }
        }
        out.remove(0);
        out
    }

    /// The smallest wᵢⱼ among pairs of members; `empty` for a single party. Returns `[2ⁿ − 1]`.
    pub fn worst_pair(&self, empty: f64, w: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let mut out = vec![f64::INFINITY; 1 << self.n];
        let mut row = vec![f64::INFINITY; 1 << self.n.saturating_sub(1)];
        for high in 1..self.n {
            for bit in 0..high {
                let value = w(bit, high);
                let (low, up) = row.split_at_mut(1 << bit);
                for (to, from) in up.iter_mut().zip(low.iter()) {
                    *to = from.min(value);
                }
            }
            let (low, up) = out.split_at_mut(1 << high);
            for ((to, from), add) in up.iter_mut().zip(low.iter()).zip(&row) {
                *to = from.min(*add);
            }
        }
        out.remove(0);
        out.iter_mut().filter(|x| x.is_infinite()).for_each(|x| *x = empty);
        out
    }
}

/// The members of a bit set, lowest first.
pub fn members(mask: u32) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            bit
        })
    })
}

/// Whether the parties of a bit set stand next to each other from left to right.
pub fn connected(mask: u32) -> bool {
    let run = mask >> mask.trailing_zeros();
    run & (run + 1) == 0
}
