//! The rule a ballot is decided by: `165`, `50%`, `2/3`, `more than 60%`.

use crate::decimal::Decimal;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use serde::Serialize;

/// How much is needed to win, of one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// As written.
    pub text: String,
    pub strictness: Strictness,
    pub amount: Amount,
}

/// Whether reaching the amount is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    AtLeast,
    MoreThan,
}

/// An amount of weight, or a share of the total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    Weight(BigRational),
    Share(BigRational),
}

impl Quota {
    /// Reads a quota.
    ///
    /// A plain number is weight and enough when reached. A percentage or fraction is a share of the total and enough
    /// when reached, except one half (`50%`, `1/2`), which must be exceeded: otherwise two opposed halves would both
    /// win. `>` or `more than`, `>=` or `at least` in front say it expressly.
    ///
    /// ```
    /// use classic::power::quota::Quota;
    /// assert_eq!(Quota::parse("50%").unwrap().needed(70, 0), Ok(36));
    /// assert_eq!(Quota::parse(">= 50%").unwrap().needed(70, 0), Ok(35));
    /// assert_eq!(Quota::parse("2/3").unwrap().needed(100, 0), Ok(67));
    /// assert_eq!(Quota::parse("> 2/3").unwrap().needed(99, 0), Ok(67));
    /// assert_eq!(Quota::parse("165").unwrap().needed(329, 0), Ok(165));
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let (strictness, body) = strip_strictness(trimmed);
        let wrong = || {
            format!("`{trimmed}` is not a quota; write `165`, `50%` (more than), `2/3`, `85%` (at least) or `> 60%`")
        };
        let amount = if let Some(percent) = body.strip_suffix('%') {
            let share = Decimal::parse(percent).map_err(|_| wrong())?.to_ratio();
            Amount::Share(share / BigRational::from(BigInt::from(100)))
        } else if let Some((over, under)) = body.split_once('/') {
            let over = Decimal::parse(over).map_err(|_| wrong())?.to_ratio();
            let under = Decimal::parse(under).map_err(|_| wrong())?.to_ratio();
            if under.is_zero() {
                return Err(wrong());
            }
            Amount::Share(over / under)
        } else {
            Amount::Weight(Decimal::parse(body).map_err(|_| wrong())?.to_ratio())
        };
        let half = BigRational::new(BigInt::from(1), BigInt::from(2));
        let strictness = strictness.unwrap_or(match &amount {
            Amount::Share(share) if *share == half => Strictness::MoreThan,
            _ => Strictness::AtLeast,
        });
        Ok(Self { text: trimmed.to_owned(), strictness, amount })
    }

    /// The smallest whole number of units that wins, given the total in units of `10^-scale`.
    ///
    /// Fails, with a sentence, where no coalition or every coalition would win.
    pub fn needed(&self, total: u128, scale: u32) -> Result<u128, String> {
        let unit = BigRational::from(BigInt::from(10).pow(scale));
        let exact = match &self.amount {
            Amount::Weight(weight) => weight * &unit,
            Amount::Share(share) => share * BigRational::from(BigInt::from(total)),
        };
        let needed = match self.strictness {
            Strictness::AtLeast => exact.ceil().to_integer(),
            Strictness::MoreThan => exact.floor().to_integer() + 1,
        };
        if needed > BigInt::from(total) {
            let shown = show_units(total, scale);
            return Err(format!("the quota `{}` is above the total of {shown}: nothing could ever pass", self.text));
        }
        if needed <= BigInt::zero() {
            return Err(format!("the quota `{}` is met by nobody at all: everything would pass", self.text));
        }
        needed.to_u128().ok_or_else(|| format!("the quota `{}` is too large", self.text))
    }

    /// The rule in words: `more than 50% of 329`, `at least 165 of 329`.
    pub fn in_words(&self, total: &str) -> String {
        let strictness = match self.strictness {
            Strictness::AtLeast => "at least",
            Strictness::MoreThan => "more than",
        };
        format!("{strictness} {} of {total}", strip_strictness(&self.text).1)
    }
}

/// A count of units of `10^-scale` as a decimal number.
pub fn show_units(units: u128, scale: u32) -> String {
    Decimal { digits: units, scale }.to_string()
}

fn strip_strictness(text: &str) -> (Option<Strictness>, &str) {
    let lower = text.to_lowercase();
    let words = [
        (">=", Strictness::AtLeast),
        ("\u{2265}", Strictness::AtLeast),
        ("at least", Strictness::AtLeast),
        (">", Strictness::MoreThan),
        ("more than", Strictness::MoreThan),
        ("over", Strictness::MoreThan),
    ];
    for (word, strictness) in words {
        if lower.starts_with(word) && text.is_char_boundary(word.len()) {
            return (Some(strictness), text[word.len()..].trim());
        }
    }
    (None, text)
}
