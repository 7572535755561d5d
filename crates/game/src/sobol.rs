//! Points that fill the unit cube evenly: a scrambled Sobol sequence, one coordinate at a time.
//!
//! Draws taken at such points estimate a mean with far less error than independent ones, and stay unbiased because each
//! scramble is a random one; several scrambles (*replicates*) tell the error. Every coordinate is a function of its four
//! arguments alone, so that draws can be made in any order, on any number of threads, or on several machines.
//!
//! **Take at least eight replicates.** Among 2ᵏ points a dimension has only 2ᵏ⁻¹ ways to place its first digit, so that of
//! a few hundred dimensions some pairs share it in any Sobol sequence, and are correlated by ¾ (up or down, as the
//! scramble has it). Each replicate therefore deals the columns of the table out anew: with 200 numbers and 1,000 draws the
//! largest chance correlation is about 0.75 in one replicate, 0.25 in 8 × 125, 0.20 in 16 × 64 (independent draws: 0.13).

use std::sync::LazyLock;

/// How many dimensions there are; more distinct keys than this cannot be told apart.
pub const DIMENSIONS: u32 = 4096;

/// More keys than dimensions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{keys} numbers that vary; the draws tell at most {DIMENSIONS} apart")]
pub struct TooManyKeys {
    /// How many different keys there were.
    pub keys: usize,
}

/// Which dimension each key has: found by a hash of the key, so that adding a number leaves the others' draws alone.
///
/// - `keys`: up to [`DIMENSIONS`] different ones, in any order; equal keys share a dimension.
/// - Returns a dimension below [`DIMENSIONS`] per key, in the order of `keys`.
///
/// Keys whose hashes fall on one dimension are served in the order of their hashes, the later going on along a sequence of
/// its own: what a key gets depends on the set of keys, never on their order. A new key moves another only where it takes
/// the other's place, which 3 or 4 in 100 new keys do among 200.
///
/// ```
/// use game::sobol::dimensions;
/// let before = dimensions(&["pace.tehran", "precision"])?;
/// let after = dimensions(&["precision", "numbers.sanction_pain", "pace.tehran"])?;
/// assert_eq!(before, [after[2], after[0]]);
/// # Ok::<(), game::sobol::TooManyKeys>(())
/// ```
pub fn dimensions(keys: &[&str]) -> Result<Vec<u32>, TooManyKeys> {
    let mut queue: Vec<(u64, &str)> = keys.iter().map(|&key| (hash(key), key)).collect();
    queue.sort_unstable();
    queue.dedup();
    if queue.len() > DIMENSIONS as usize {
        return Err(TooManyKeys { keys: queue.len() });
    }
    let mut taken = vec![false; DIMENSIONS as usize];
    let dimension_of: Vec<u32> = queue
        .iter()
        .map(|&(hash, _)| {
            // An odd step reaches every dimension of a power of two.
            let step = (hash >> 32) as u32 | 1;
            let mut dimension = hash as u32 % DIMENSIONS;
            while taken[dimension as usize] {
                dimension = dimension.wrapping_add(step) % DIMENSIONS;
            }
            taken[dimension as usize] = true;
            dimension
        })
        .collect();
    let place = |&key: &&str| queue.binary_search(&(hash(key), key)).map_or(0, |at| dimension_of[at]);
    Ok(keys.iter().map(place).collect())
}

/// Coordinate of a point of the sequence in one dimension, strictly between 0 and 1.
///
/// - `dimension` below [`DIMENSIONS`], as [`dimensions`] gives it; another is a mistake of the caller and panics.
/// - `index`: which point, from 0; all 2³² are different. The first 2ᵏ points, and every later run of 2ᵏ from a multiple of
///   2ᵏ, have one coordinate in each of 2ᵏ equal intervals.
/// - `seed`, `replicate`: which scramble; dimensions and replicates are scrambled independently of each other. A replicate
///   also deals the table's columns to the dimensions.
///
/// ```
/// use game::sobol::coordinate;
/// let quarter = |i| (coordinate(7, i, 1, 0) * 4.0) as usize;
/// let mut quarters = [quarter(0), quarter(1), quarter(2), quarter(3)];
/// quarters.sort_unstable();
/// assert_eq!(quarters, [0, 1, 2, 3]);
/// ```
///
/// Source: direction numbers of Joe and Kuo (2008), *SIAM Journal on Scientific Computing* 30 (see `data/README.md`);
/// nested uniform scrambling (Owen 1995) by a hash of the reversed digits (Laine and Karras 2011; Burley 2020, "Practical
/// Hash-based Owen Scrambling", *Journal of Computer Graphics Techniques* 9(4)), with the multipliers of Vegdahl (2021),
/// "Building a Better LK Hash".
pub fn coordinate(dimension: u32, index: u32, seed: u64, replicate: u32) -> f64 {
    assert!(dimension < DIMENSIONS, "dimension {dimension} of {DIMENSIONS}");
    // The last argument is no dimension, so that the deal is independent of the scrambles.
    let deal = scramble_seed(seed, replicate, DIMENSIONS) % DIMENSIONS;
    let digits = scrambled(digits(dimension ^ deal, index), scramble_seed(seed, replicate, dimension));
    (f64::from(digits) + 0.5) / 4_294_967_296.0
}

/// The point before scrambling, in one column of the table: its 32 binary digits, the first on top.
fn digits(column: u32, index: u32) -> u32 {
    let directions = &DIRECTIONS[column as usize];
    let mut rest = index;
    let mut digits = 0;
    while rest != 0 {
        digits ^= directions[rest.trailing_zeros() as usize];
        rest &= rest - 1;
    }
    digits
}

/// Each digit flipped or not by chance, depending on all digits before it.
///
/// In reversed order "before" is "below", and multiplications carry only upwards. Even multipliers of x ^= x·c leave a digit
/// out of its own sum, so that each line is a bijection.
fn scrambled(digits: u32, seed: u32) -> u32 {
    let mut x = digits.reverse_bits();
    x ^= x.wrapping_mul(0x3d20_adea);
    x = x.wrapping_add(seed);
    x = x.wrapping_mul((seed >> 16) | 1);
    x ^= x.wrapping_mul(0x0552_6c56);
    x ^= x.wrapping_mul(0x53a2_2864);
    x.reverse_bits()
}

fn scramble_seed(seed: u64, replicate: u32, dimension: u32) -> u32 {
    // Two rounds, so that neighbouring seeds with neighbouring replicates never meet.
    let which = u64::from(replicate) << 32 | u64::from(dimension);
    (mix(mix(seed.wrapping_add(GOLDEN)) ^ which) >> 32) as u32
}

/// FNV-1a, mixed once more because its upper bits hardly know short keys apart.
fn hash(key: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(key.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// One step of `SplitMix64` (Steele, Lea and Flood 2014): a bijection of 64 bits in which every bit depends on every other.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(GOLDEN);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// 32 direction numbers per dimension, half a megabyte, worked out on first use.
static DIRECTIONS: LazyLock<Vec<[u32; 32]>> = LazyLock::new(|| {
    let mut words =
        include_bytes!("../data/joe-kuo-4096.bin").as_chunks::<2>().0.iter().map(|&pair| u16::from_le_bytes(pair));
    let van_der_corput = std::array::from_fn(|i| 1 << (31 - i));
    let mut table = vec![van_der_corput];
    while let Some(polynomial) = words.next() {
        let degree = 16 - polynomial.leading_zeros() as usize;
        let mut directions = [0; 32];
        for (i, m) in words.by_ref().take(degree).enumerate() {
            directions[i] = u32::from(m) << (31 - i);
        }
        for i in degree..32 {
            let last = directions[i - degree];
            let chosen = (1..degree).filter(|k| polynomial >> (degree - 1 - k) & 1 == 1);
            directions[i] = chosen.fold(last ^ (last >> degree), |sum, k| sum ^ directions[i - k]);
        }
        table.push(directions);
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unscrambled_points_are_those_of_scipy() {
        // scipy 1.17.1, `qmc.Sobol(4096, scramble=False, bits=32).random(16)`, in sixteenths; it goes through the points in
        // the order of the Gray code.
        let points: [(u32, [u32; 16]); 9] = [
            (0, [0, 8, 12, 4, 6, 14, 10, 2, 3, 11, 15, 7, 5, 13, 9, 1]),
            (1, [0, 8, 4, 12, 6, 14, 2, 10, 5, 13, 1, 9, 3, 11, 7, 15]),
            (2, [0, 8, 4, 12, 10, 2, 14, 6, 15, 7, 11, 3, 5, 13, 1, 9]),
            (3, [0, 8, 4, 12, 14, 6, 10, 2, 7, 15, 3, 11, 9, 1, 13, 5]),
            (4, [0, 8, 12, 4, 6, 14, 10, 2, 9, 1, 5, 13, 15, 7, 3, 11]),
            (9, [0, 8, 12, 4, 10, 2, 6, 14, 5, 13, 9, 1, 15, 7, 3, 11]),
            (99, [0, 8, 12, 4, 14, 6, 2, 10, 15, 7, 3, 11, 1, 9, 13, 5]),
            (1000, [0, 8, 4, 12, 14, 6, 10, 2, 13, 5, 9, 1, 3, 11, 7, 15]),
            (4095, [0, 8, 4, 12, 6, 14, 2, 10, 11, 3, 15, 7, 13, 5, 9, 1]),
        ];
        for (dimension, expected) in points {
            for (i, sixteenths) in (0..).zip(expected) {
                assert_eq!(digits(dimension, i ^ (i >> 1)), sixteenths << 28, "point {i} in dimension {dimension}");
            }
        }
        // Point 123,456 of the same, times 2³².
        let point = 123_456;
        let code = point ^ (point >> 1);
        let far = [
            (0, 113_803_264),
            (1, 784_891_904),
            (2, 1_319_665_664),
            (3, 1_934_065_664),
            (4, 726_630_400),
            (9, 1_069_711_360),
            (99, 3_976_167_424),
            (1000, 3_068_821_504),
            (4095, 2_524_217_344),
        ];
        for (dimension, expected) in far {
            assert_eq!(digits(dimension, code), expected, "dimension {dimension}");
        }
        // All 4,096 coordinates of that point, the sum taken times 1,000,003 before each is added.
        let all = (0..DIMENSIONS).map(|d| u64::from(digits(d, code)));
        assert_eq!(all.fold(0, |sum: u64, x| sum.wrapping_mul(1_000_003).wrapping_add(x)), 0x757b_6c5a_0864_0000);
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(DIRECTIONS.len(), DIMENSIONS as usize);
        for (dimension, directions) in DIRECTIONS.iter().enumerate() {
            for (i, v) in directions.iter().enumerate() {
                assert_eq!(
                    v.trailing_zeros() as usize,
                    31 - i,
                    "dimension {dimension}: number {i} is odd and below 2ⁱ⁺¹"
                );
            }
        }
    }

    #[test]
    fn scrambling_is_nested_and_one_to_one() {
        // Points that share their first k digits share them after scrambling, and no more than that.
        for seed in [0, 1, 0xffff_ffff, 0x1234_5678, 0x8000_0000] {
            for a in [0_u32, 1, 0xdead_beef, 0x7fff_ffff, 0x0f0f_0f0f] {
                for k in 0..32 {
                    let b = a ^ (1 << (31 - k));
                    assert_eq!((scrambled(a, seed) ^ scrambled(b, seed)).leading_zeros(), k, "{seed:x} {a:x} {b:x}");
                }
            }
        }
    }

    #[test]
    fn scrambling_keeps_nets() {
        // Scrambling moves the boxes of every partition about: each holds as many points as some box did before, none
        // split or joined. The first two columns have one point in every box.
        let m = 8;
        let count = |split: u32, points: &dyn Fn(u32) -> (u32, u32)| {
            let mut boxes = vec![0; 1 << m];
            for (x, y) in (0..1 << m).map(points) {
                let across = u64::from(x) >> (32 - split);
                let up = u64::from(y) >> (32 - (m - split));
                boxes[(across << (m - split) | up) as usize] += 1;
            }
            boxes.sort_unstable();
            boxes
        };
        for (a, b) in [(0, 1), (0, 2), (1, 2), (2, 5), (3, 40), (700, 4000)] {
            for split in 0..=m {
                let plain = count(split, &|i| (digits(a, i), digits(b, i)));
                for replicate in 0..4 {
                    let (s, t) = (scramble_seed(9, replicate, a), scramble_seed(9, replicate, b));
                    let moved = count(split, &|i| (scrambled(digits(a, i), s), scrambled(digits(b, i), t)));
                    assert_eq!(plain, moved, "columns {a} and {b}, {split} digits of the first");
                }
                assert!((a, b) != (0, 1) || plain.iter().all(|&n| n == 1), "{split} digits of the first: {plain:?}");
            }
        }
    }

    #[test]
    fn scrambles_flip_every_digit_half_the_time() {
        let n = 4000;
        for digits in [0, 0x0000_0001, 0xaaaa_aaaa, 0xffff_ffff] {
            for bit in 0..32 {
                let flips =
                    (0..n).filter(|&d| (scrambled(digits, scramble_seed(1, 0, d)) ^ digits) >> bit & 1 == 1).count();
                // Six standard deviations of a fair coin.
                assert!((flips as f64 - 2000.0).abs() < 6.0 * 31.6, "digit {bit} of {digits:x}: {flips} of {n}");
            }
        }
    }
}
