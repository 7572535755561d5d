//! What the machine can do at most, on one core: what measurements are held against.

use game::real::exp;
use std::hint::black_box;
use std::time::Instant;

/// One core's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Bytes read and written per second, copying blocks far larger than the caches.
    pub bandwidth: f64,
    /// Exponentials per second, of the one `exp` that forecasts use.
    pub exponentials: f64,
    /// Multiplications each followed by an addition, unfused as the solver's are, per second.
    pub multiply_adds: f64,
    /// Fused multiply-adds per second, where the machine has them; what the solver does without.
    pub fused: Option<f64>,
}

/// Measures each for a fraction of a second and takes the best of several times.
pub fn measure() -> Limits {
    Limits { bandwidth: bandwidth(), exponentials: exponentials(), multiply_adds: multiply_adds(), fused: fused() }
}

/// The best of a number of runs, as work per second.
fn best(work: f64, runs: usize, mut run: impl FnMut()) -> f64 {
    let mut shortest = f64::INFINITY;
    for _ in 0..runs {
        let begun = Instant::now();
        run();
        shortest = shortest.min(begun.elapsed().as_secs_f64());
    }
    work / shortest
}

fn bandwidth() -> f64 {
    let n = 32 << 20;
    let from = vec![1_u64; n / 8];
    let mut to = vec![0_u64; n / 8];
    best(2.0 * n as f64, 12, || {
        to.copy_from_slice(black_box(&from));
        black_box(&mut to);
    })
}

const LANES: usize = 64;
const ROUNDS: usize = 20_000;

macro_rules! widest {
    ($(#[$doc:meta])* $name:ident, $plain:ident, $wide:ident, $argument:ty) => {
        $(#[$doc])*
        fn $name(values: $argument) {
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512dq") {
                #[allow(unsafe_code, reason = "the features were just detected")]
                return unsafe { $wide(values) };
            }
            $plain(values);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
        fn $wide(values: $argument) {
            $plain(values);
        }
    };
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's vectors")]
fn exp_lanes(values: &mut [f64; LANES]) {
    for _ in 0..ROUNDS {
        for value in values.iter_mut() {
            *value = exp(*value) - 1.0;
        }
    }
}
widest!(
    /// Exponentials of all lanes, again and again.
    exp_widest, exp_lanes, exp_wide, &mut [f64; LANES]
);

fn exponentials() -> f64 {
    best((LANES * ROUNDS) as f64, 8, || {
        let mut values = [-0.5; LANES];
        exp_widest(black_box(&mut values));
        black_box(&values);
    })
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's vectors")]
fn add_lanes(values: &mut [f64; LANES]) {
    let factor = black_box(0.999);
    let term = black_box(1e-3);
    let mut all = *values;
    for _ in 0..ROUNDS {
        for value in &mut all {
            *value = *value * factor + term;
        }
    }
    *values = all;
}
widest!(
    /// Multiplications and additions of all lanes, again and again.
    add_widest, add_lanes, add_wide, &mut [f64; LANES]
);

fn multiply_adds() -> f64 {
    best((LANES * ROUNDS) as f64, 8, || {
        let mut values = [0.5; LANES];
        add_widest(black_box(&mut values));
        black_box(&values);
    })
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,fma")]
fn fused_wide(values: &mut [f64; LANES]) {
    let factor = black_box(0.999);
    let term = black_box(1e-3);
    let mut all = *values;
    for _ in 0..ROUNDS {
        for value in &mut all {
            *value = value.mul_add(factor, term);
        }
    }
    *values = all;
}

fn fused() -> Option<f64> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("fma") {
        return Some(best((LANES * ROUNDS) as f64, 8, || {
            let mut values = [0.5; LANES];
            #[allow(unsafe_code, reason = "the features were just detected")]
            unsafe {
                fused_wide(black_box(&mut values));
            }
            black_box(&values);
        }));
    }
    None
}
