//! The distribution that a text states.

use crate::check::number::Sort;
use crate::model::Law;
use crate::syntax::expression::{Fault, Word};
use crate::syntax::tree::Text;

/// The law that words state; `None` for an expression. True where the law follows from the use of the number.
pub(crate) fn law(text: &Text, words: &[(Word, usize, usize)], sort: Sort) -> Result<Option<(Law, bool)>, Fault> {
    let fault = |n: usize, message: &str, label: &str| {
        let (start, end) = words
            .get(n)
            .map_or_else(|| words.last().map_or((0, 0), |(_, _, end)| (*end, *end)), |(_, start, end)| (*start, *end));
        Fault { span: text.place(start, end), message: message.into(), label: label.into() }
    };
    // A number with its sign, and where the next word is.
    let signed = |at: usize| -> Option<(f64, usize)> {
        match (words.get(at).map(|w| &w.0), words.get(at + 1).map(|w| &w.0)) {
            (Some(Word::Number { value, .. }), _) => Some((*value, at + 1)),
            (Some(Word::Sign("-")), Some(Word::Number { value, .. })) => Some((-value, at + 2)),
            (Some(Word::Sign("+")), Some(Word::Number { value, .. })) => Some((*value, at + 2)),
            _ => None,
        }
    };
    let is_sign = |n: usize, sign: &str| matches!(words.get(n), Some((Word::Sign(word), ..)) if *word == sign);
    let interval = |at: usize| -> Result<Option<(f64, f64, usize)>, Fault> {
        let Some((low, next)) = signed(at) else { return Ok(None) };
        if !matches!(words.get(next), Some((Word::Name(name), ..)) if name == "to") {
            return Ok(None);
        }
        match signed(next + 1) {
            Some((high, after)) if low < high => Ok(Some((low, high, after))),
            Some((high, _)) if low > high => {
                Err(fault(at, "the lower end of an interval stands first", &format!("{low} lies above {high}")))
            }
            Some(_) => Err(fault(at, "both ends of this interval are the same", "write one number")),
            None => Err(fault(next + 1, "the interval has no upper end", "expected a number")),
        }
    };
    if let Some((value, next)) = signed(0)
        && next == words.len()
    {
        return Ok(Some((Law::Exact(value), false)));
    }
    if let Some((low, high, next)) = interval(0)? {
        if next != words.len() {
            return Err(fault(next, "this does not belong to the interval", "expected the end, or `per` and a unit"));
        }
        let law = match sort {
            Sort::Share | Sort::Hazard => Law::LogitNormal { low, high },
            Sort::Rate | Sort::Duration | Sort::Positive => Law::LogNormal { low, high },
            Sort::Worth | Sort::Weight | Sort::Shared => Law::Normal { low, high },
        };
        return Ok(Some((law, true)));
    }
    let Some((Word::Name(name), ..)) = words.first() else { return Ok(None) };
    match name.as_str() {
        "normal" | "lognormal" | "logitnormal" if is_sign(1, "(") => {
            let Some((low, high, next)) = interval(2)? else {
                return Err(fault(2, "expected an interval", "such as `10 to 40`"));
            };
            if !is_sign(next, ")") || next + 1 != words.len() {
                return Err(fault(next, "this does not belong to the interval", "expected `)` and the end"));
            }
            if name == "lognormal" && low <= 0.0 {
                return Err(fault(2, "a lognormal number is greater than 0", "both ends must lie above 0"));
            }
            if name == "logitnormal" && !(low > 0.0 && high < 1.0) {
                return Err(fault(
                    2,
                    "a logit-normal number lies between 0 and 1",
                    "both ends must lie strictly between",
                ));
            }
            Ok(Some((
                match name.as_str() {
                    "normal" => Law::Normal { low, high },
                    "lognormal" => Law::LogNormal { low, high },
                    _ => Law::LogitNormal { low, high },
                },
                false,
            )))
        }
        "pert" if is_sign(1, "(") => {
            let mut values = Vec::new();
            let mut at = 2;
            while let Some((value, next)) = signed(at) {
                values.push(value);
                at = next;
                if is_sign(at, ",") {
                    at += 1;
                } else {
                    break;
                }
            }
            if values.len() != 3 || !is_sign(at, ")") || at + 1 != words.len() {
                return Err(fault(
                    at.min(words.len() - 1),
                    "`pert` takes three numbers",
                    "expected `pert(low, mode, high)`",
                ));
            }
            let (low, mode, high) = (values[0], values[1], values[2]);
            if !(low <= mode && mode <= high && low < high) {
                return Err(fault(2, "`pert` takes its numbers in order", "expected low ≤ mode ≤ high"));
            }
            Ok(Some((Law::Pert { low, mode, high }, false)))
        }
        "one" if matches!(words.get(1), Some((Word::Name(of), ..)) if of == "of") => {
            let mut values = Vec::new();
            let mut at = 2;
            loop {
                let Some((value, next)) = signed(at) else {
                    return Err(fault(at, "`one of` needs numbers", "expected a number"));
                };
                values.push(value);
                at = next;
                if at == words.len() {
                    break;
                }
                if !is_sign(at, ",") {
                    return Err(fault(at, "this does not belong to the list", "expected `,`"));
                }
                at += 1;
            }
            Ok(Some((Law::OneOf(values), false)))
        }
        _ => Ok(None),
    }
}

/// The lowest and highest figure that a law names.
pub(crate) fn ends(law: &Law) -> (f64, f64) {
    match law {
        Law::Exact(x) => (*x, *x),
        Law::Normal { low, high }
        | Law::LogitNormal { low, high }
        | Law::LogNormal { low, high }
        | Law::Pert { low, high, .. } => (*low, *high),
        Law::OneOf(values) => {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (low, high)
        }
    }
}
