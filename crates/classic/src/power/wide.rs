//! Whole numbers modulo 2^(64·L).
//!
//! Counts of coalitions of n players are below 2^n, and adding, subtracting and multiplying modulo 2^(64·L) keeps
//! every such count exact as long as n ≤ 64·L, whatever overflows on the way. So nothing can silently overflow: the
//! limb count is chosen from the number of players.

use num_bigint::BigUint;

/// A number modulo 2^(64·L), least significant limb first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wide<const L: usize>([u64; L]);

impl<const L: usize> Wide<L> {
    pub const ZERO: Self = Self([0; L]);
    pub const ONE: Self = {
        let mut limbs = [0; L];
        limbs[0] = 1;
        Self(limbs)
    };

    /// Sum modulo 2^(64·L).
    #[inline]
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mut out = [0; L];
        let mut carry = false;
        let mut k = 0;
        while k < L {
            let (a, c1) = self.0[k].overflowing_add(other.0[k]);
            let (b, c2) = a.overflowing_add(u64::from(carry));
            out[k] = b;
            carry = c1 | c2;
            k += 1;
        }
        Self(out)
    }

    /// Difference modulo 2^(64·L).
    #[inline]
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let mut out = [0; L];
        let mut borrow = false;
        let mut k = 0;
        while k < L {
            let (a, b1) = self.0[k].overflowing_sub(other.0[k]);
            let (b, b2) = a.overflowing_sub(u64::from(borrow));
            out[k] = b;
            borrow = b1 | b2;
            k += 1;
        }
        Self(out)
    }

    /// Product modulo 2^(64·L).
    #[inline]
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let mut out = [0u64; L];
        for i in 0..L {
            let mut carry = 0u128;
            for j in 0..L - i {
                let sum = u128::from(self.0[i]) * u128::from(other.0[j]) + u128::from(out[i + j]) + carry;
                out[i + j] = sum as u64;
                carry = sum >> 64;
            }
        }
        Self(out)
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0.iter().all(|&limb| limb == 0)
    }

    /// As a big integer.
    pub fn to_big(self) -> BigUint {
        let digits: Vec<u32> = self.0.iter().flat_map(|&l| [l as u32, (l >> 32) as u32]).collect();
        BigUint::from_slice(&digits)
    }
}

/// Calls a function with the limb count that `bits` need; gives `None` above 2,048 bits.
macro_rules! with_limbs {
    ($bits:expr, $function:ident ( $($argument:expr),* )) => {{
        match $bits {
            0..=64 => Some($function::<1>($($argument),*)),
            65..=128 => Some($function::<2>($($argument),*)),
            129..=192 => Some($function::<3>($($argument),*)),
            193..=256 => Some($function::<4>($($argument),*)),
            257..=512 => Some($function::<8>($($argument),*)),
            513..=1024 => Some($function::<16>($($argument),*)),
            1025..=2048 => Some($function::<32>($($argument),*)),
            _ => None,
        }
    }};
}
pub(crate) use with_limbs;
