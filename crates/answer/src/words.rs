//! Probability words with their ranges.

/// The ICD 203 word for a probability and the range it stands for, in percent.
///
/// Source: Intelligence Community Directive 203, *Analytic Standards* (2015), first column of its table. Below 1 % and
/// above 99 % the directive has no word; "no chance" and "certain" are left to the reader's eye on the number.
pub fn word(probability: f64) -> (&'static str, u8, u8) {
    const WORDS: [(&str, u8, u8); 7] = [
        ("almost no chance", 1, 5),
        ("very unlikely", 5, 20),
        ("unlikely", 20, 45),
        ("roughly even chance", 45, 55),
        ("likely", 55, 80),
        ("very likely", 80, 95),
        ("almost certain", 95, 99),
    ];
    WORDS.into_iter().find(|(_, _, high)| probability * 100.0 < f64::from(*high)).unwrap_or(WORDS[WORDS.len() - 1])
}

/// The same as text: `likely (55–80 %)`.
pub fn phrase(probability: f64) -> String {
    let (word, low, high) = word(probability);
    if probability * 100.0 < f64::from(low) {
        return format!("{word} (under {low} %)");
    }
    if probability * 100.0 > f64::from(high) {
        return format!("{word} (over {high} %)");
    }
    format!("{word} ({low}–{high} %)")
}

#[cfg(test)]
mod tests {
    use super::{phrase, word};

    #[test]
    fn words_of_the_directive() {
        assert_eq!(word(0.03), ("almost no chance", 1, 5));
        assert_eq!(word(0.05), ("very unlikely", 5, 20));
        assert_eq!(word(0.5), ("roughly even chance", 45, 55));
        assert_eq!(word(0.79), ("likely", 55, 80));
        assert_eq!(phrase(0.999), "almost certain (over 99 %)");
        assert_eq!(phrase(0.0), "almost no chance (under 1 %)");
        assert_eq!(phrase(0.3), "unlikely (20–45 %)");
    }
}
