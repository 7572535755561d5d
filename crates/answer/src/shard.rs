//! One run in parts, on as many machines as there are: what each part says of its draws is put together to the same answer,
//! bit for bit.
//!
//! A run takes some rounds, each of which can be divided: all draws, where there is no log; where there is one the first
//! quarter of them, and then the rest as they come, or quarter by quarter where the log looks; and at last all of them without
//! anybody's errors. A round needs what the rounds before it said in full, for that decides where the next draws are taken and
//! where play may stand in the last.

use crate::aim::PARTS;
use crate::forecast::{Forecast, QuestionReading, Reading, Seeing, Survey};
use crate::head::Request;
use crate::standing::{Base, Contradiction, Watched, Watching, Weighed};
use case::model::Case;
use game::draw::{Draw, Drawing};
use game::graph::Game;
use solve::LANES;
use std::ops::Range;
use thiserror::Error;

/// A part of a run that can be divided over draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// Some of the draws, or all, by how many rounds of them there have been with this one.
    Draws(u8),
    /// All draws, in the case without errors.
    Seeing,
}

impl Round {
    /// The last round's number, whether or not there are all of those before it.
    pub const LAST: u8 = PARTS as u8 + 1;

    /// From 1 to [`Round::LAST`], which is [`Round::Seeing`].
    pub fn number(self) -> u8 {
        match self {
            Round::Draws(number) => number,
            Round::Seeing => Round::LAST,
        }
    }
}

/// What rounds solved elsewhere said: each whole, in the order of draws.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Of all rounds of draws, one after the other.
    pub draws: Vec<Watched>,
    pub seeing: Vec<Reading>,
}

/// Why parts make no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PartsError {
    #[error(transparent)]
    Contradicted(#[from] Contradiction),
    /// Another case, or a file that was tampered with.
    #[error("what was solved elsewhere is not of this case: {0}")]
    Misfit(&'static str),
    /// The round needs an earlier one, or is not called for.
    #[error("{0}")]
    NotNow(&'static str),
}

/// The draws of a part: number `part` of `parts`, from 1, of a round over `n` draws. Parts are whole blocks of draws solved
/// side by side and differ by one block at most; where there are more parts than blocks some are empty.
pub fn range(part: usize, parts: usize, n: usize) -> Range<usize> {
    let blocks = n.div_ceil(LANES);
    // In wider numbers, so that no product overflows.
    let bound = |k: usize| n.min(LANES * (k as u128 * blocks as u128 / parts as u128) as usize);
    bound(part - 1)..bound(part)
}

/// A case ready to be run in parts.
pub struct Parts<'c> {
    pub case: &'c Case,
    pub game: &'c Game,
    pub drawing: &'c Drawing,
    pub request: &'c Request,
}

/// How a run stands after the rounds known.
enum Now {
    /// These draws come next, the round being the so-manieth.
    Draws(u8, Vec<Draw>),
    /// All draws have been solved.
    Weighed(Box<Whole>),
}

struct Whole {
    survey: Survey,
    weighed: Weighed<()>,
    seeing: Option<Seeing>,
}

impl Parts<'_> {
    /// The round to solve next, with its number of draws; `None` where all is known.
    ///
    /// # Errors
    /// [`PartsError`] where the log contradicts the case, or what is known is of another.
    pub fn next(&self, known: &Known) -> Result<Option<(Round, usize)>, PartsError> {
        Ok(match self.now(known, None)? {
            Now::Draws(number, draws) => Some((Round::Draws(number), draws.len())),
            Now::Weighed(whole) if whole.seeing.is_some() && known.seeing.is_empty() => {
                Some((Round::Seeing, whole.weighed.standing.draws.len()))
            }
            Now::Weighed(_) => None,
        })
    }

    /// Solves some draws of a round. `done` is told how many have been finished.
    ///
    /// # Errors
    /// As [`Parts::next`]; and where the round is not the next one.
    pub fn solve(
        &self,
        round: Round,
        range: Range<usize>,
        known: &Known,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Watched>, PartsError> {
        match (round, self.now(known, None)?) {
            (Round::Draws(asked), Now::Draws(number, draws)) if asked == number => {
                let watching = Watching::of(self.case, self.game)?;
                Ok(watching.solve(self.game, &draws[range], false, done, |_, _| ()))
            }
            (Round::Seeing, Now::Weighed(whole)) => {
                let Some(seeing) = &whole.seeing else {
                    return Err(PartsError::NotNow("nobody errs in this case"));
                };
                let blank =
                    |reading| Watched { reading, likelihood: 1.0, standing: Vec::new(), reached: Vec::new(), more: () };
                Ok(seeing.solve(&whole.weighed.standing.draws[range], done).into_iter().map(blank).collect())
            }
            _ => Err(PartsError::NotNow("this round is not called for")),
        }
    }

    /// The answer; rounds that are called for and not known are solved here.
    ///
    /// # Errors
    /// As [`Parts::next`].
    pub fn answer(&self, known: &Known, done: &(dyn Fn(usize) + Sync)) -> Result<(Forecast, Base), PartsError> {
        let Now::Weighed(whole) = self.now(known, Some(done))? else {
            return Err(PartsError::NotNow("draws are missing"));
        };
        let Whole { survey, weighed, seeing } = *whole;
        let readings = match &seeing {
            Some(seeing) if known.seeing.is_empty() => seeing.solve(&weighed.standing.draws, done),
            Some(_) => known.seeing.clone(),
            None => Vec::new(),
        };
        let (base, _) = weighed.into_base(survey);
        let forecast =
            crate::forecast::whole(self.case, self.game, self.drawing, self.request, &base, seeing.as_ref(), &readings);
        Ok((forecast, base))
    }

    /// How the run stands. Draws that are not known are solved where `done` is given.
    fn now(&self, known: &Known, done: Option<&(dyn Fn(usize) + Sync)>) -> Result<Now, PartsError> {
        let (case, game, n) = (self.case, self.game, self.request.draws);
        let watching = Watching::of(case, game)?;
        self.check(known, &watching)?;
        let mut course = watching.course(self.request.seed, n);
        let mut rest = known.draws.as_slice();
        while let Some(draws) = course.next(self.drawing) {
            let watched = match (rest.split_at_checked(draws.len()), done) {
                (Some((watched, after)), _) => {
                    rest = after;
                    watched.to_vec()
                }
                (None, _) if !rest.is_empty() => return Err(PartsError::Misfit("how many draws its rounds have")),
                (None, Some(done)) => watching.solve(game, &draws, false, done, |_, _| ()),
                (None, None) => return Ok(Now::Draws(course.round() as u8, draws)),
            };
            course.take(draws, watched);
        }
        if !rest.is_empty() {
            return Err(PartsError::Misfit("how many draws its rounds have"));
        }
        let weighed = course.weighed(case, game)?;
        let seeing = Seeing::of(case, &weighed.standing);
        let fits = |reading| seeing.as_ref().is_some_and(|seeing| seeing.fits(reading));
        let n_seeing = known.seeing.len();
        if n_seeing > 0 && (n_seeing != n || !known.seeing.iter().all(fits)) {
            return Err(PartsError::Misfit("its round without errors"));
        }
        Ok(Now::Weighed(Box::new(Whole { survey: watching.survey, weighed, seeing })))
    }

    /// Refuses what no game of this case can have said.
    fn check(&self, known: &Known, watching: &Watching) -> Result<(), PartsError> {
        let n_entries = watching.sightings.as_ref().map_or(0, |sightings| sightings.seen.len());
        let fits = |w: &Watched| {
            watching.survey.fits(self.game, &w.reading)
                && w.reached.len() == n_entries
                && w.likelihood.is_finite()
                && w.standing.iter().all(|(state, _)| (*state as usize) < self.game.n_states())
        };
        if known.draws.iter().all(fits) { Ok(()) } else { Err(PartsError::Misfit("the shape of its draws")) }
    }
}

/// Adds a draw's words to bytes: 64-bit floats and 32-bit counts, least byte first.
pub fn encode(watched: &Watched, to: &mut Vec<u8>) {
    let list = |to: &mut Vec<u8>, values: &[f64]| {
        to.extend((values.len() as u32).to_le_bytes());
        values.iter().for_each(|x| to.extend(x.to_le_bytes()));
    };
    let Reading { outcomes, settled, questions, payoffs } = &watched.reading;
    list(to, outcomes);
    list(to, settled);
    list(to, payoffs);
    to.extend((questions.len() as u32).to_le_bytes());
    for question in questions {
        match question {
            QuestionReading::Cells { above, below } => {
                to.push(0);
                list(to, above);
                list(to, below);
            }
            QuestionReading::Dates(by) => {
                to.push(1);
                list(to, by);
            }
            QuestionReading::Days(days) => {
                to.push(2);
                to.extend(days.to_le_bytes());
            }
        }
    }
    to.extend(watched.likelihood.to_le_bytes());
    list(to, &watched.reached);
    to.extend((watched.standing.len() as u32).to_le_bytes());
    for (state, chance) in &watched.standing {
        to.extend(state.to_le_bytes());
        to.extend(chance.to_le_bytes());
    }
}

/// Takes the next draw's words from bytes; `None` where they end too soon or say nothing known.
pub fn decode(from: &mut &[u8]) -> Option<Watched> {
    let (outcomes, settled, payoffs) = (list(from)?, list(from)?, list(from)?);
    let mut questions = Vec::new();
    for _ in 0..u32::from_le_bytes(take(from)?) {
        questions.push(match take::<1>(from)? {
            [0] => QuestionReading::Cells { above: list(from)?, below: list(from)? },
            [1] => QuestionReading::Dates(list(from)?),
            [2] => QuestionReading::Days(f64::from_le_bytes(take(from)?)),
            _ => return None,
        });
    }
    let likelihood = f64::from_le_bytes(take(from)?);
    let reached = list(from)?;
    let mut standing = Vec::new();
    for _ in 0..u32::from_le_bytes(take(from)?) {
        standing.push((u32::from_le_bytes(take(from)?), f64::from_le_bytes(take(from)?)));
    }
    Some(Watched {
        reading: Reading { outcomes, settled, questions, payoffs },
        likelihood,
        standing,
        reached,
        more: (),
    })
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*head)
}

fn list(from: &mut &[u8]) -> Option<Vec<f64>> {
    let n = u32::from_le_bytes(take(from)?) as usize;
    // What is not there takes no memory.
    let bytes = from.get(..n.checked_mul(8)?)?;
    *from = &from[8 * n..];
    Some(bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap_or_default())).collect())
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, range};
    use crate::forecast::{QuestionReading, Reading};
    use crate::standing::Watched;

    #[test]
    fn words_come_back_bit_by_bit_and_a_cut_is_noticed() {
        let watched = Watched {
            reading: Reading {
                outcomes: vec![0.1, 1.0 / 3.0],
                settled: vec![0.0, f64::MIN_POSITIVE],
                questions: vec![
                    QuestionReading::Cells { above: vec![0.3], below: vec![0.9] },
                    QuestionReading::Dates(vec![0.25; 3]),
                    QuestionReading::Days(17.5),
                ],
                payoffs: vec![-0.0],
            },
            likelihood: 1e-300,
            standing: vec![(7, 0.5), (9, 0.5)],
            reached: vec![1.0, 1e-10],
            more: (),
        };
        let mut bytes = Vec::new();
        encode(&watched, &mut bytes);
        let back = decode(&mut bytes.as_slice());
        assert_eq!(back, Some(watched));
        assert!((0..bytes.len()).all(|cut| decode(&mut &bytes[..cut]).is_none()));
    }

    #[test]
    fn parts_cover_every_draw_once() {
        for (parts, n) in [(1, 7), (3, 100), (8, 3), (7, 1000)] {
            let all: Vec<usize> = (1..=parts).flat_map(|part| range(part, parts, n)).collect();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }
}
