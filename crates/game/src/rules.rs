//! A decision rule as a number of votes.

use crate::tally::{Counting, Suffices};
use case::model::{Case, ElectorateId, Of, Rule};
use jiff::civil::Date;

/// What suffices under a rule in a period that begins on a day: one counting, or one per reading of a hypothesis.
pub fn countings(rule: &Rule, electorate: ElectorateId, case: &Case, begins: Date) -> (Option<u32>, Vec<Counting>) {
    let members = u64::from(case.electorates[electorate.index()].members);
    let plain = |what| (None, vec![Counting { what, negative: false }]);
    match rule {
        Rule::Share { part, strict, of: Of::Members } => plain(Suffices::Votes(votes(*part, *strict, members))),
        Rule::Share { part, strict, of: Of::Present | Of::Votes } => {
            plain(Suffices::Cast { part: *part, strict: *strict })
        }
        Rule::Count(n) => plain(Suffices::Votes(*n)),
        Rule::Consent => plain(Suffices::Consent),
        Rule::Negative(inner) => {
            let (hypothesis, mut all) = countings(inner, electorate, case, begins);
            all.iter_mut().for_each(|counting| counting.negative = !counting.negative);
            (hypothesis, all)
        }
        Rule::Readings(hypothesis, rules) => {
            let all =
                rules.iter().flat_map(|rule| countings(rule, electorate, case, begins).1.into_iter().take(1)).collect();
            (Some(hypothesis.0), all)
        }
        Rule::Since { date, before, after } => {
            countings(if begins >= *date { after } else { before }, electorate, case, begins)
        }
    }
}

/// More than a share of the members is ⌊xM⌋ + 1 of them; at least a share is ⌈xM⌉.
pub fn votes((numerator, denominator): (u32, u32), strict: bool, members: u64) -> u32 {
    let product = u64::from(numerator) * members;
    let denominator = u64::from(denominator.max(1));
    let needed = if strict { product / denominator + 1 } else { product.div_ceil(denominator) };
    u32::try_from(needed).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::votes;

    #[test]
    fn iraqs_chamber() {
        // Council of Representatives, 329 members: absolute majority 165, two thirds 220 (constitution, articles 55, 70).
        assert_eq!(votes((1, 2), true, 329), 165);
        assert_eq!(votes((2, 3), false, 329), 220);
        assert_eq!(votes((1, 2), true, 328), 165);
    }
}
