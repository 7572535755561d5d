//! Axes: from values to pixels, and where to put the marks.

/// A straight scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Scale {
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Scale {
        Scale { low, high: if high > low { high } else { low + 1.0 }, from, to }
    }

    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// Round values from `low` to `high`, about so many.
pub fn ticks(low: f64, high: f64, about: usize) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let raw = span / about.max(1) as f64;
    let power = 10.0_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw).unwrap_or(10.0 * power);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// Heights moved apart so that neighbours are at least `gap` apart, in the same order, within the bounds as far as they fit.
pub fn apart(wanted: &[f64], gap: f64, (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed = wanted.to_vec();
    let mut least = top;
    for &i in &order {
        placed[i] = placed[i].max(least);
        least = placed[i] + gap;
    }
    let mut most = bottom;
    for &i in order.iter().rev() {
        placed[i] = placed[i].min(most);
        most = placed[i] - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::{apart, ticks};

    #[test]
    fn marks_are_round() {
        assert_eq!(ticks(0.0, 1.0, 4), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(ticks(-0.3, 0.3, 3), [-0.2, 0.0, 0.2]);
    }

    #[test]
    fn labels_do_not_overlap() {
        let placed = apart(&[10.0, 11.0, 12.0], 5.0, (0.0, 100.0));
        assert!(placed[1] - placed[0] >= 5.0 && placed[2] - placed[1] >= 5.0);
        assert!(apart(&[99.0, 99.5], 5.0, (0.0, 100.0)).iter().all(|y| *y <= 100.0));
    }
}
