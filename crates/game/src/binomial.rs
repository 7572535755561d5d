pub fn pmf_into(n: u32, p: f64, out: &mut Vec<f64>) {
    out.clear();
    out.resize(n as usize + 1, 0.0);
    out[0] = 1.0;
    for i in 1..=n as usize {
        for k in (0..=i).rev() {
            let below = if k > 0 { out[k - 1] } else { 0.0 };
            out[k] = out[k] * (1.0 - p) + below * p;
        }
    }
}
pub fn tails(n_max: u32, p: f64, k: u32) -> Vec<f64> {
    let mut pmf = Vec::new();
    (0..=n_max)
        .map(|n| {
            pmf_into(n, p, &mut pmf);
            pmf.iter().skip(k as usize).sum()
        })
        .collect()
}
