//! Seeded random numbers for the room: a small permuted congruential generator, the same on every machine.

/// A stream of random numbers, given by a seed and an index.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
    step: u64,
}

impl Random {
    /// The stream with this seed and index.
    pub fn of(seed: u64, index: u64) -> Self {
        let mut random = Self { state: 0, step: (index << 1) | 1 };
        random.next();
        random.state = random.state.wrapping_add(seed);
        random.next();
        random
    }

    /// 32 random bits: PCG-XSH-RR 64/32 (O'Neill 2014).
    pub fn next(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(self.step);
        let shifted = (((old >> 18) ^ old) >> 27) as u32;
        shifted.rotate_right((old >> 59) as u32)
    }

    /// Strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        (f64::from(self.next()) + 0.5) / 4_294_967_296.0
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * crate::num::ln(u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
    }

    /// `count` different numbers below `n`.
    pub fn pick(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        for i in 0..count.min(n) {
            let j = i + (self.uniform() * (n - i) as f64) as usize;
            all.swap(i, j.min(n - 1));
        }
        all.truncate(count.min(n));
        all
    }
}
