//! Copies of one report: documents that share their words.

use crate::words::Words;

/// Words per shingle.
const SHINGLE: usize = 5;
/// Shingles kept of a document.
pub const SKETCH: usize = 128;
/// Share of common shingles above which two documents are taken for copies of one report.
pub const COPY: f64 = 0.5;

/// The smallest hashes of all runs of five words, in order: what documents are compared by (bottom-k sketch).
///
/// Source: Broder (1997), On the resemblance and containment of documents.
pub(crate) fn sketch(words: &Words) -> Vec<u64> {
    let hashes: Vec<u64> = (0..words.list.len()).map(|i| hash(words.at(i))).collect();
    let mut all: Vec<u64> = hashes
        .windows(SHINGLE)
        .map(|run| run.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, word| mix(h.rotate_left(7) ^ word)))
        .collect();
    if all.len() > SKETCH * 2 {
        all.select_nth_unstable(SKETCH * 2);
        all.truncate(SKETCH * 2);
    }
    all.sort_unstable();
    all.dedup();
    all.truncate(SKETCH);
    all
}

/// Estimated share of shingles two documents have in common: of all their shingles, or of the shorter one's where it is
/// contained in the other. Between 0 and 1; 0 where one is too short to tell.
pub fn resemblance(a: &[u64], b: &[u64]) -> f64 {
    let k = a.len().min(b.len()).min(SKETCH);
    if k < 4 {
        return if a == b && !a.is_empty() { 1.0 } else { 0.0 };
    }
    let (mut i, mut j, mut common, mut union) = (0, 0, 0_u32, 0_u32);
    while (union as usize) < k && i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
        union += 1;
    }
    f64::from(common) / f64::from(union.max(1))
}

/// FNV-1a: stable from version to version, since sketches are stored.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The finaliser of SplitMix64.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::{COPY, resemblance, sketch};
    use crate::fold::fold;
    use crate::words::Words;

    fn of(text: &str) -> Vec<u64> {
        let folded = fold(text);
        sketch(&Words::of(text, &folded))
    }

    #[test]
    fn a_copy_with_another_heading_is_a_copy() {
        let body: String = (0..200).map(|i| format!("word{} ", i * i % 97)).collect::<Vec<_>>().concat();
        let other: String = (0..200).map(|i| format!("term{} ", i * 7 % 89)).collect::<Vec<_>>().concat();
        let near = resemblance(&of(&body), &of(&format!("Agency report. {body} Ends.")));
        assert!(near > 0.9, "{near}");
        assert!(resemblance(&of(&body), &of(&other)) < 0.05);
        assert!(resemblance(&of(&body), &of(&body)) >= COPY);
        assert!(resemblance(&of("a b"), &of("a b c")) < COPY);
    }
}
