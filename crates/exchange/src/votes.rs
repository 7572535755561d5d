//! What follows once everybody has answered: presence and cohesion thin the lines, the rule decides.
//!
//! For a single draw and given answers, from the definition in `DESIGN.md`: a member of an elector comes with chance
//! `present` and follows the line with chance `cohesion`, all independently.

use crate::drawn::Drawn;
use game::binomial;
use game::graph::{Answering, Voicing};
use game::tally::{Counting, Suffices, Tally};

/// What an elector's members do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Line {
    /// They say this: 0 is yes (or attending), 1 no; or the position of a name.
    Says(usize),
    /// They are not in the room.
    Away,
    /// A habit: chances of yes and of no.
    Habit(f64, f64),
}

/// The line of an elector nobody decides for.
pub fn habit(drawn: &Drawn, answering: &Answering) -> Line {
    match answering.voice {
        Voicing::Habit { comes, yes } => {
            let (comes, yes) = (drawn.value(comes), drawn.value(yes));
            Line::Habit(comes * yes, comes * (1.0 - yes))
        }
        Voicing::Actor(_) | Voicing::Silent => Line::Away,
    }
}

/// Chance that a ballot of yes and no, or on attendance, passes.
pub fn passes(drawn: &Drawn, tally: &Tally, lines: &[Line]) -> f64 {
    let counting = rule(drawn, tally);
    let (counted, other) = if counting.negative { (1, 0) } else { (0, 1) };
    let suffices = suffices(drawn, tally, counting, lines, counted, &|line| line == other);
    if counting.negative { 1.0 - suffices } else { suffices }
}

/// Chance of each exit of a round among names: every name; then, where nobody need win, each pair that may stand again, or
/// the one way on. No line is a habit's.
pub fn poll(drawn: &Drawn, tally: &Tally, lines: &[Line], names: usize, pairs: bool, exits: usize) -> Vec<f64> {
    let counting = rule(drawn, tally);
    let mut chances = vec![0.0; exits];
    let mut division = vec![0_u32; names];
    for (line, members) in lines.iter().zip(&tally.members) {
        if let Line::Says(name) = line {
            division[*name] += members.most;
        }
    }
    if counting.what == Suffices::Better {
        if names == 2 {
            chances[0] = suffices(drawn, tally, counting, lines, 0, &|line| line == 1);
            chances[1] = 1.0 - chances[0];
            return chances;
        }
        // Of three or more the best placed is read off the lines; a tie is decided by lot.
        let best = division.iter().max().copied().unwrap_or(0);
        let tied = division.iter().filter(|votes| **votes == best).count() as f64;
        for (chance, votes) in chances.iter_mut().zip(&division) {
            *chance = if *votes == best { 1.0 / tied } else { 0.0 };
        }
        return chances;
    }
    let mut none = 1.0;
    for (name, chance) in chances[..names].iter_mut().enumerate() {
        *chance = suffices(drawn, tally, counting, lines, name, &|line| line != name);
        none -= *chance;
    }
    let none = none.max(0.0);
    if exits > names {
        if pairs && names > 2 {
            for (chance, share) in chances[names..].iter_mut().zip(pair_shares(&division)) {
                *chance = none * share;
            }
        } else {
            chances[names] = none;
        }
    }
    chances
}

fn rule(drawn: &Drawn, tally: &Tally) -> Counting {
    let reading = tally.hypothesis.map_or(0, |hypothesis| drawn.readings[hypothesis as usize]);
    tally.rules[reading.min(tally.rules.len() - 1)]
}

/// Chance that the members on the line `counted` suffice; `other` tells the lines that count against them.
fn suffices(
    drawn: &Drawn,
    tally: &Tally,
    counting: Counting,
    lines: &[Line],
    counted: usize,
    other: &dyn Fn(usize) -> bool,
) -> f64 {
    // Chances of an elector's members being on the counted line, and on the other.
    let sides = |line: &Line| match *line {
        Line::Says(said) => (f64::from(u8::from(said == counted)), f64::from(u8::from(other(said)))),
        Line::Away => (0.0, 0.0),
        Line::Habit(yes, no) if counted == 0 => (yes, no),
        Line::Habit(yes, no) => (no, yes),
    };
    if counting.what == Suffices::Consent {
        // Who has no voice is not asked, and an elector without members neither.
        return lines
            .iter()
            .zip(&tally.members)
            .filter(|(line, members)| **line != Line::Away && members.most > 0)
            .map(|(line, _)| sides(line).0)
            .product();
    }
    let cohesion = drawn.value(tally.cohesion).clamp(0.0, 1.0);
    let (mut pmf, mut most) = (Vec::new(), 0);
    // Chances of `[votes against][votes for]`; votes against stay at 0 where the rule does not ask for them.
    let compares = tally.counts_cast();
    let mut sums = vec![vec![1.0]];
    for (line, members) in lines.iter().zip(&tally.members) {
        let (on, against) = sides(line);
        let (weight, present) = match members.uncertain {
            Some((weight, present)) => {
                let weight = (drawn.value(weight).round().max(0.0) as u32).min(members.most);
                (weight, drawn.value(present).clamp(0.0, 1.0))
            }
            None => (members.most, 1.0),
        };
        binomial::pmf_into(weight, present * cohesion, &mut pmf);
        let n = weight as usize;
        let rows = sums.len() + if compares { n } else { 0 };
        let mut next = vec![vec![0.0; most + n + 1]; rows];
        for (against_before, row) in sums.iter().enumerate() {
            for (before, &chance) in row.iter().enumerate() {
                if chance == 0.0 {
                    continue;
                }
                for (votes, p) in pmf.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    next[against_before][before + votes] += chance * on * p;
                    if compares {
                        next[against_before + votes][before] += chance * against * p;
                    } else {
                        next[against_before][before] += chance * against * p;
                    }
                }
                next[against_before][before] += chance * (1.0 - on - against).max(0.0);
            }
        }
        sums = next;
        most += n;
    }
    let mut chance = 0.0;
    for (against, row) in sums.iter().enumerate() {
        for (votes, p) in row.iter().enumerate() {
            chance += p * won(counting.what, votes as u64, against as u64);
        }
    }
    chance.clamp(0.0, 1.0)
}

/// 1 where so many votes suffice against so many, ½ where lots are drawn.
fn won(what: Suffices, votes: u64, against: u64) -> f64 {
    let truth = |won: bool| f64::from(u8::from(won));
    match what {
        Suffices::Votes(needed) => truth(votes >= u64::from(needed)),
        Suffices::Cast { part: (numerator, denominator), strict } => {
            let (left, right) = (votes * u64::from(denominator), u64::from(numerator) * (votes + against));
            // Nobody voting for it decides nothing.
            truth(votes > 0 && (left > right || (!strict && left == right)))
        }
        Suffices::Better if votes == against => 0.5,
        Suffices::Better => truth(votes > against),
        Suffices::Consent => 0.0,
    }
}

/// How likely each pair of names (in order 01, 02, …, 12, …) is to be the two best placed, ties by lot.
fn pair_shares(division: &[u32]) -> Vec<f64> {
    let names = division.len();
    // Every order of the names that their votes allow is equally likely: count those in which the pair comes first.
    let ahead = |name: usize| division.iter().filter(|votes| **votes > division[name]).count();
    let level = |name: usize| division.iter().filter(|votes| **votes == division[name]).count() as f64;
    let mut shares = Vec::new();
    for i in 0..names {
        for j in i + 1..names {
            let (first, second) = if division[i] >= division[j] { (i, j) } else { (j, i) };
            let share = match (ahead(first), ahead(second)) {
                (0, 0) => 2.0 / (level(first) * (level(first) - 1.0)),
                (0, 1) => 1.0 / level(second),
                _ => 0.0,
            };
            shares.push(share);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::pair_shares;

    #[test]
    fn two_best_placed() {
        assert_eq!(pair_shares(&[5, 3, 1]), [1.0, 0.0, 0.0]);
        assert_eq!(pair_shares(&[5, 3, 3]), [0.5, 0.5, 0.0]);
        assert_eq!(pair_shares(&[2, 2, 2]), [1.0 / 3.0; 3]);
        assert_eq!(pair_shares(&[1, 4, 4]), [0.0, 0.0, 1.0]);
    }
}
