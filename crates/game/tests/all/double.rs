//! Arithmetic in twice the precision, to hold the functions of `game::real` against.
//!
//! A number is the sum of two floats that do not overlap: about 32 digits. Slow, obvious, and by another way than the code
//! it checks (a Taylor series and repeated squaring; a Newton step).

/// `high + low`, `low` at most half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy)]
pub struct Double {
    pub high: f64,
    pub low: f64,
}

impl From<f64> for Double {
    fn from(high: f64) -> Self {
        Double { high, low: 0.0 }
    }
}

impl Double {
    pub fn plus(self, other: Double) -> Double {
        let (sum, slip) = two_sum(self.high, other.high);
        let (low, rest) = two_sum(self.low, other.low);
        let (sum, slip) = quick_two_sum(sum, slip + low);
        let (high, low) = quick_two_sum(sum, slip + rest);
        Double { high, low }
    }

    pub fn minus(self, other: Double) -> Double {
        self.plus(Double { high: -other.high, low: -other.low })
    }

    pub fn times(self, other: Double) -> Double {
        let (product, slip) = two_product(self.high, other.high);
        let (high, low) = quick_two_sum(product, slip + (self.high * other.low + self.low * other.high));
        Double { high, low }
    }

    pub fn over(self, other: Double) -> Double {
        let first = self.high / other.high;
        let rest = self.minus(other.times(first.into()));
        let second = rest.high / other.high;
        let rest = rest.minus(other.times(second.into()));
        Double::from(first).plus(second.into()).plus((rest.high / other.high).into())
    }

    /// Exact multiplication by a power of two, in two halves so that no factor leaves the range.
    pub fn scaled(self, power: i32) -> Double {
        let half = power / 2;
        let (one, two) = (power_of_two(half), power_of_two(power - half));
        Double { high: self.high * one * two, low: self.low * one * two }
    }

    /// How far `value` is from this, in units in the last place of this.
    pub fn ulps(self, value: f64) -> f64 {
        let unit =
            (self.high.abs().max(f64::MIN_POSITIVE).to_bits() & 0x7ff0_0000_0000_0000).max(53 << 52) - (52 << 52);
        ((value - self.high) - self.low).abs() / f64::from_bits(unit)
    }
}

/// eˣ for results well inside the range.
pub fn exp(x: Double) -> Double {
    let (mantissa, power) = exp_parts(x);
    mantissa.scaled(power)
}

/// eˣ = mantissa · 2ᵖᵒʷᵉʳ: at the ends of the range the low half would lose its digits.
pub fn exp_parts(x: Double) -> (Double, i32) {
    let n = (x.high / std::f64::consts::LN_2).round();
    let r = x.minus(LN_2.times(n.into())).minus((LN_2_REST * n).into()).scaled(-9);
    // eʳ − 1, so that what is squared up does not lose the digits below 1.
    let mut term = r;
    let mut sum = r;
    for i in 2..=14 {
        term = term.times(r).over(f64::from(i).into());
        sum = sum.plus(term);
    }
    for _ in 0..9 {
        sum = sum.plus(sum).plus(sum.times(sum));
    }
    (sum.plus(1.0.into()), n as i32)
}

/// eˣ − 1.
pub fn exp_m1(x: f64) -> Double {
    if x.abs() > 0.1 {
        return exp(x.into()).minus(1.0.into());
    }
    let mut term = Double::from(x);
    let mut sum = term;
    for i in 2..=24 {
        term = term.times(x.into()).over(f64::from(i).into());
        sum = sum.plus(term);
    }
    sum
}

/// ln x for x > 0.
pub fn ln(x: Double) -> Double {
    let power = if x.high < 1e-280 {
        120
    } else if x.high > 1e280 {
        -120
    } else {
        0
    };
    let x = x.scaled(power);
    let mut y = Double::from(x.high.ln());
    for _ in 0..2 {
        // ln x = y + ln(1 + d), d = x e⁻ʸ − 1.
        let d = x.times(exp(Double { high: -y.high, low: -y.low })).minus(1.0.into());
        y = y.plus(d).minus(d.times(d).scaled(-1));
    }
    y.minus(LN_2.times(f64::from(power).into()))
}

const LN_2: Double = Double { high: f64::from_bits(0x3fe6_2e42_fefa_39ef), low: f64::from_bits(0x3c7a_bc9e_3b39_803f) };
/// What ln 2 has beyond `LN_2`, times at most 1,100.
const LN_2_REST: f64 = 5.707_708_438_416_212e-34;

fn power_of_two(power: i32) -> f64 {
    f64::from_bits(u64::try_from(power + 1023).expect("a normal power of two") << 52)
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}
