//! Σ w x xᵀ over rows: what nearly all the time of fitting goes into.
//!
//! Rows are padded to whole vectors and taken eight at a time, so that a sum is loaded and stored once for eight of them. Wider
//! registers do the same operations in the same order (products are not fused), so that the result has the same bits whatever
//! the processor.

/// Elements a row is padded to a multiple of.
pub const LANES: usize = 8;

/// Adds Σᵣ wᵣ xᵣ xᵣᵀ to the upper triangle of `sum` (what stands left of the diagonal's vector is not touched).
///
/// - `rows` `[n · stride]`, `weights` `[n]`, `sum` `[stride · stride]`; `stride` a multiple of [`LANES`].
pub fn add(rows: &[f64], weights: &[f64], stride: usize, sum: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::add_512(rows, weights, stride, sum) };
        }
        if is_x86_feature_detected!("avx2") {
            #[allow(unsafe_code, reason = "the feature was just detected")]
            return unsafe { wide::add_256(rows, weights, stride, sum) };
        }
    }
    plain(rows, weights, stride, sum);
}

#[cfg(target_arch = "x86_64")]
mod wide {
    #[target_feature(enable = "avx512f")]
    pub fn add_512(rows: &[f64], weights: &[f64], stride: usize, sum: &mut [f64]) {
        super::plain(rows, weights, stride, sum);
    }

    #[target_feature(enable = "avx2")]
    pub fn add_256(rows: &[f64], weights: &[f64], stride: usize, sum: &mut [f64]) {
        super::plain(rows, weights, stride, sum);
    }
}

#[inline(always)]
fn plain(rows: &[f64], weights: &[f64], stride: usize, sum: &mut [f64]) {
    const TOGETHER: usize = 8;
    let n = weights.len();
    let whole = n / TOGETHER * TOGETHER;
    let row = |r: usize| &rows[r * stride..(r + 1) * stride];
    for first in (0..whole).step_by(TOGETHER) {
        let mut parts: [&[f64]; TOGETHER] = [&[]; TOGETHER];
        for (r, part) in parts.iter_mut().enumerate() {
            *part = row(first + r);
        }
        for i in 0..stride {
            let from = i / LANES * LANES;
            let (to, _) = sum[i * stride + from..(i + 1) * stride].as_chunks_mut::<LANES>();
            let mut scale = [0.0; TOGETHER];
            let mut columns: [&[[f64; LANES]]; TOGETHER] = [&[]; TOGETHER];
            for r in 0..TOGETHER {
                scale[r] = weights[first + r] * parts[r][i];
                columns[r] = &parts[r][from..].as_chunks::<LANES>().0[..to.len()];
            }
            for (j, to) in to.iter_mut().enumerate() {
                let mut total = *to;
                for (scale, column) in scale.iter().zip(&columns) {
                    for (t, x) in total.iter_mut().zip(&column[j]) {
                        *t += scale * x;
                    }
                }
                *to = total;
            }
        }
    }
    for (r, weight) in weights.iter().enumerate().skip(whole) {
        let x = row(r);
        for i in 0..stride {
            let scale = weight * x[i];
            let from = i / LANES * LANES;
            for (t, x) in sum[i * stride + from..(i + 1) * stride].iter_mut().zip(&x[from..]) {
                *t += scale * x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, add, plain};

    #[test]
    fn agrees_with_the_definition_and_to_the_bit_across_widths() {
        let (n, stride) = (21, 3 * LANES);
        let rows: Vec<f64> = (0..n * stride).map(|i| ((i * 7919 % 1009) as f64 - 500.0) / 77.0).collect();
        let weights: Vec<f64> = (0..n).map(|r| 1.0 / (r as f64 + 0.3)).collect();
        let (mut wide, mut narrow) = (vec![0.5; stride * stride], vec![0.5; stride * stride]);
        add(&rows, &weights, stride, &mut wide);
        plain(&rows, &weights, stride, &mut narrow);
        assert_eq!(wide, narrow);
        for i in 0..stride {
            for j in i..stride {
                let sum: f64 = (0..n).map(|r| weights[r] * rows[r * stride + i] * rows[r * stride + j]).sum();
                assert!((wide[i * stride + j] - 0.5 - sum).abs() < 1e-9);
            }
        }
    }
}
