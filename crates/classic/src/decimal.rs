//! Numbers as written, kept exact: `165`, `82.038`, `5.04e6`.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use std::fmt;

/// A non-negative number exactly as written: `digits · 10^-scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub digits: u128,
    pub scale: u32,
}

/// Why a text is not a usable number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotANumber {
    Empty,
    Negative,
    Malformed,
    /// More than 30 significant digits or an exponent beyond ±30.
    TooLong,
}

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no number here",
            Self::Negative => "must not be negative",
            Self::Malformed => "is not a number",
            Self::TooLong => "has more digits than can be counted exactly (30)",
        })
    }
}

impl Decimal {
    /// Reads digits with an optional point and exponent; spaces around are ignored.
    ///
    /// ```
    /// use classic::decimal::{Decimal, NotANumber};
    /// assert_eq!(Decimal::parse(" 82.0380 ").unwrap().to_string(), "82.038");
    /// assert_eq!(Decimal::parse("5.04e6").unwrap().digits, 5_040_000);
    /// assert_eq!(Decimal::parse("-1"), Err(NotANumber::Negative));
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotANumber::Empty);
        }
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
            return match Self::parse(rest) {
                Ok(d) if d.digits == 0 => Ok(d),
                Ok(_) | Err(NotANumber::TooLong) => Err(NotANumber::Negative),
                Err(_) => Err(NotANumber::Malformed),
            };
        }
        let text = text.strip_prefix('+').unwrap_or(text);
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) => (m, e.parse::<i64>().map_err(|_| NotANumber::Malformed)?),
            None => (text, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && part.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(NotANumber::Malformed);
        }
        if !(-30..=30).contains(&exponent) {
            return Err(NotANumber::TooLong);
        }
        let all: String = whole.chars().chain(part.chars()).collect();
        let trimmed = all.trim_start_matches('0');
        let kept = trimmed.trim_end_matches('0');
        if kept.is_empty() {
            return Ok(Self { digits: 0, scale: 0 });
        }
        let power = exponent - part.len() as i64 + (trimmed.len() - kept.len()) as i64;
        if kept.len() > 30 || kept.len() as i64 + power > 30 || power < -30 {
            return Err(NotANumber::TooLong);
        }
        let digits: u128 = kept.parse().map_err(|_| NotANumber::Malformed)?;
        Ok(if power >= 0 {
            Self { digits: digits * 10u128.pow(power as u32), scale: 0 }
        } else {
            Self { digits, scale: power.unsigned_abs() as u32 }
        })
    }

    /// The number in units of `10^-scale`, or `None` where that overflows.
    pub fn in_units(self, scale: u32) -> Option<u128> {
        let up = scale.checked_sub(self.scale)?;
        self.digits.checked_mul(10u128.checked_pow(up)?)
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The number as a fraction.
    pub fn to_ratio(self) -> BigRational {
        BigRational::new(BigInt::from(self.digits), BigInt::from(10).pow(self.scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return f.write_str(&digits);
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = padded.split_at(padded.len() - scale);
        let part = part.trim_end_matches('0');
        if part.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{part}") }
    }
}

/// A fraction as text in lowest terms, whole numbers too: `7/30`, `0/1`.
pub fn fraction(ratio: &BigRational) -> String {
    format!("{}/{}", ratio.numer(), ratio.denom())
}

/// The nearest float of a fraction, also where numerator and denominator are beyond any float.
pub fn ratio_to_f64(ratio: &BigRational) -> f64 {
    if ratio.is_zero() {
        return 0.0;
    }
    let (mut n, mut d) = (ratio.numer().clone(), ratio.denom().clone());
    let mut power = 0i32;
    while n.bits() < d.bits() + 80 {
        n *= 10;
        power -= 1;
    }
    while n.bits() > d.bits() + 120 {
        d *= 10;
        power += 1;
    }
    format!("{}e{power}", &n / &d).parse().unwrap_or(f64::NAN)
}
