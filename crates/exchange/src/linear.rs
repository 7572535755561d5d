//! Dense linear equations, a few hundred at most: elimination with row exchanges, and the sign of the determinant.

/// A square matrix taken apart.
pub struct Factors {
    n: usize,
    /// Row by row: below the diagonal the multipliers, on and above it what is left.
    matrix: Vec<f64>,
    rows: Vec<usize>,
    /// Sign of the determinant: −1, 0 or 1.
    pub sign: f64,
}

impl Factors {
    /// Takes a matrix of `n` × `n`, row by row, apart.
    pub fn of(mut matrix: Vec<f64>, n: usize) -> Factors {
        let mut rows: Vec<usize> = (0..n).collect();
        let mut sign = 1.0;
        for k in 0..n {
            let pivot = (k..n)
                .max_by(|&a, &b| matrix[a * n + k].abs().total_cmp(&matrix[b * n + k].abs()))
                .expect("at least the row itself");
            if pivot != k {
                for column in 0..n {
                    matrix.swap(k * n + column, pivot * n + column);
                }
                rows.swap(k, pivot);
                sign = -sign;
            }
            let diagonal = matrix[k * n + k];
            if diagonal == 0.0 || !diagonal.is_finite() {
                return Factors { n, matrix, rows, sign: 0.0 };
            }
            if diagonal < 0.0 {
                sign = -sign;
            }
            let (above, below) = matrix.split_at_mut((k + 1) * n);
            let top = &above[k * n..];
            for row in below.chunks_exact_mut(n) {
                let multiplier = row[k] / diagonal;
                row[k] = multiplier;
                if multiplier != 0.0 {
                    for (x, t) in row[k + 1..].iter_mut().zip(&top[k + 1..]) {
                        *x -= multiplier * t;
                    }
                }
            }
        }
        Factors { n, matrix, rows, sign }
    }

    /// The solution for a right-hand side; `None` where the matrix is singular.
    pub fn solve(&self, right: &[f64]) -> Option<Vec<f64>> {
        if self.sign == 0.0 {
            return None;
        }
        let n = self.n;
        let mut x: Vec<f64> = self.rows.iter().map(|&row| right[row]).collect();
        for i in 1..n {
            let sum: f64 = self.matrix[i * n..i * n + i].iter().zip(&x).map(|(m, x)| m * x).sum();
            x[i] -= sum;
        }
        for i in (0..n).rev() {
            let sum: f64 = self.matrix[i * n + i + 1..(i + 1) * n].iter().zip(&x[i + 1..]).map(|(m, x)| m * x).sum();
            x[i] = (x[i] - sum) / self.matrix[i * n + i];
        }
        x.iter().all(|x| x.is_finite()).then_some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::Factors;

    #[test]
    fn solves_with_exchanges() {
        let factors = Factors::of(vec![0.0, 2.0, 1.0, 3.0, 0.0, 1.0, 1.0, 1.0, 1.0], 3);
        // det = 0·(0−1) − 2·(3−1) + 1·(3−0) = −1
        assert_eq!(factors.sign, -1.0);
        let x = factors.solve(&[7.0, 6.0, 6.0]).expect("regular");
        for (x, expected) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((x - expected).abs() < 1e-14);
        }
        assert!(Factors::of(vec![1.0, 2.0, 2.0, 4.0], 2).solve(&[1.0, 1.0]).is_none());
    }
}
