//! How many of n members do what each does with the same chance, independently of the others.
//!
//! Only additions, multiplications and divisions: ratios of neighbouring probabilities from the most likely count outwards,
//! scaled to sum to 1. No logarithm of a factorial loses digits, and nothing depends on the machine.

/// The chance that at least `k` of `n` do, each with chance `p`: P(Bin(n, p) ≥ k).
///
/// - `p` is taken as the nearer of 0 and 1 outside them; not a number gives not a number.
/// - Absolute error below 1e-14 for n up to 2,000; a chance below ½ also to a relative 1e-12 while it is above 1e-290.
///   Work of order n.
///
/// ```
/// use game::binomial::tail;
/// assert_eq!(tail(3, 0.5, 2), 0.5);
/// assert_eq!(tail(10, 0.3, 0), 1.0);
/// ```
pub fn tail(n: u32, p: f64, k: u32) -> f64 {
    if p.is_nan() {
        return f64::NAN;
    }
    if k == 0 || k > n {
        return if k == 0 { 1.0 } else { 0.0 };
    }
    let mut pmf = Vec::new();
    pmf_into(n, p, &mut pmf);
    let (below, above) = pmf.split_at(k as usize);
    // The end that does not hold the most likely count is the small one, and adds up from its smallest term.
    if k as usize > mode(n, p) { above.iter().rev().sum() } else { 1.0 - below.iter().sum::<f64>() }
}

/// The chance of each count from 0 to `n`, where each of `n` does with chance `p`: P(Bin(n, p) = k) at position k of `out`.
///
/// - `out` is cleared and gets n + 1 probabilities that sum to 1 up to rounding.
/// - `p` is taken as the nearer of 0 and 1 outside them; not a number gives not a number throughout.
/// - Absolute error below 1e-15 for n up to 2,000; below 1e-300 they fade to 0.
///
/// ```
/// use game::binomial::pmf_into;
/// let mut pmf = Vec::new();
/// pmf_into(3, 0.5, &mut pmf);
/// assert_eq!(pmf, [0.125, 0.375, 0.375, 0.125]);
/// ```
pub fn pmf_into(n: u32, p: f64, out: &mut Vec<f64>) {
    out.clear();
    out.resize(n as usize + 1, if p.is_nan() { f64::NAN } else { 0.0 });
    if p.is_nan() {
        return;
    }
    let mode = mode(n, p);
    if p <= 0.0 || p >= 1.0 {
        out[mode] = 1.0;
        return;
    }
    let odds = p / (1.0 - p);
    out[mode] = 1.0;
    for k in mode..n as usize {
        out[k + 1] = out[k] * ((n as usize - k) as f64 / (k + 1) as f64 * odds);
    }
    for k in (0..mode).rev() {
        out[k] = out[k + 1] * ((k + 1) as f64 / ((n as usize - k) as f64 * odds));
    }
    let (below, above) = out.split_at(mode);
    let scale = 1.0 / (below.iter().sum::<f64>() + above.iter().rev().sum::<f64>());
    for probability in out {
        *probability *= scale;
    }
}

/// For every n from 0 to `n_max`, the chance that at least `k` of n do, each with chance `p`: P(Bin(n, p) ≥ k) at
/// position n.
///
/// - `p` is taken as the nearer of 0 and 1 outside them; not a number gives not a number throughout.
/// - Absolute error below 1e-14 for `n_max` up to 2,000. Work of order `n_max`.
///
/// ```
/// use game::binomial::tails;
/// assert_eq!(tails(3, 0.5, 2), [0.0, 0.0, 0.25, 0.5]);
/// ```
///
/// Method: with one member more, at least k do if they did before, or if k − 1 did and the new one does too; so the tails are
/// running sums of p·P(Bin(n, p) = k − 1), all positive, each found from its neighbour by a ratio.
pub fn tails(n_max: u32, p: f64, k: u32) -> Vec<f64> {
    let n_max = n_max as usize;
    if p.is_nan() || k == 0 || k as usize > n_max || p <= 0.0 || p >= 1.0 {
        let sure = |n: usize| k == 0 || (p >= 1.0 && n >= k as usize);
        return (0..=n_max).map(|n| if p.is_nan() { f64::NAN } else { f64::from(u8::from(sure(n))) }).collect();
    }
    let before = k as usize - 1;
    // `arrival[n]`: that exactly k − 1 of n do. The series starts where it is largest: anywhere else it may have faded to 0.
    let peak = (before as f64 / p).min((n_max - 1) as f64) as usize;
    let mut pmf = Vec::new();
    pmf_into(peak as u32, p, &mut pmf);
    let mut arrival = vec![0.0; n_max];
    arrival[peak] = pmf[before];
    // From ½ on 1 − p is exact. Below, it would be rounded the same way at every step, while what is taken off, or put on,
    // is rounded this way and that.
    let odds = p / (1.0 - p);
    let thinned = |chance: f64| if p < 0.5 { chance - p * chance } else { chance * (1.0 - p) };
    let restored = |chance: f64| if p < 0.5 { chance + odds * chance } else { chance / (1.0 - p) };
    for n in peak..n_max - 1 {
        arrival[n + 1] = thinned(arrival[n] * ((n + 1) as f64 / (n + 1 - before) as f64));
    }
    for n in (before..peak).rev() {
        arrival[n] = restored(arrival[n + 1] * ((n + 1 - before) as f64 / (n + 1) as f64));
    }
    let mut tail: f64 = 0.0;
    let mut tails = vec![0.0];
    for chance in arrival {
        tail += p * chance;
        tails.push(tail.min(1.0));
    }
    tails
}

/// The most likely count.
fn mode(n: u32, p: f64) -> usize {
    let mode = (f64::from(n) + 1.0) * p.clamp(0.0, 1.0);
    (mode as usize).min(n as usize)
}
