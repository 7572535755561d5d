//! Electors whose answers follow from the draw alone, whatever is at stake: habits, and those nobody speaks for.

use game::graph::{Answering, Game, Kind, Voicing};
use game::table::Slot;
use std::collections::BTreeMap;

/// Those of a ballot, with what they say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Settled(Vec<(usize, Share)>);

/// How often an elector says yes, or one of several names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// It comes, and then says yes.
    Habit(Slot, Slot),
    /// Each of so many names alike.
    Names(u16),
    Silent,
}

impl Settled {
    fn of(answers: &[Answering], names: Option<u16>) -> Settled {
        let share = |answering: &Answering| match answering.voice {
            Voicing::Actor(_) => None,
            Voicing::Habit { comes, yes } => Some(names.map_or(Share::Habit(comes, yes), Share::Names)),
            Voicing::Silent => Some(Share::Silent),
        };
        Settled(answers.iter().enumerate().filter_map(|(position, answer)| Some((position, share(answer)?))).collect())
    }

    /// What an elector says, by position, if that is settled.
    pub fn share(&self, position: usize) -> Option<Share> {
        self.0.iter().find(|(known, _)| *known == position).map(|(_, share)| *share)
    }
}

impl Share {
    /// Chances of yes and of no (or of a name, and of the others).
    pub fn chances<const L: usize>(self, values: &[[f64; L]]) -> ([f64; L], [f64; L]) {
        match self {
            Share::Habit(comes, says_yes) => {
                let (comes, says_yes) = (values[comes.index()], values[says_yes.index()]);
                let yes = std::array::from_fn(|lane| comes[lane] * says_yes[lane]);
                (yes, std::array::from_fn(|lane| comes[lane] * (1.0 - says_yes[lane])))
            }
            Share::Names(names) => {
                let each = 1.0 / f64::from(names);
                ([each; L], [f64::from(names - 1) * each; L])
            }
            Share::Silent => ([0.0; L], [0.0; L]),
        }
    }
}

/// All of a game. The first is nobody.
pub struct Settlements {
    kinds: Vec<Settled>,
    /// By list of answers: which of them at ballots of yes and no, and which among names.
    of: Vec<[u32; 2]>,
    /// `[tally][kind]`: whether ballots of the tally need it.
    needed: Vec<Vec<bool>>,
}

impl Settlements {
    pub fn new(game: &Game) -> Settlements {
        let mut known: BTreeMap<Settled, u32> = std::iter::once((Settled::default(), 0)).collect();
        let mut all = Settlements {
            kinds: vec![Settled::default()],
            of: vec![[0; 2]; game.answers.len()],
            needed: vec![vec![true]; game.tallies.len()],
        };
        for node in game.segments.iter().flat_map(|segment| &segment.nodes) {
            let (tally, answers, names) = match node.kind {
                Kind::Ballot { tally, answers, .. } => (tally, answers, None),
                Kind::Names { tally, answers, names, .. } => (tally, answers, Some(names)),
                Kind::Decide { .. } | Kind::Chance { .. } => continue,
            };
            let (tally, answers) = (tally as usize, answers as usize);
            let of = &mut all.of[answers][usize::from(names.is_some())];
            if *of == 0 {
                let settled = Settled::of(&game.answers[answers], names);
                *of = *known.entry(settled.clone()).or_insert_with(|| {
                    all.kinds.push(settled);
                    all.kinds.len() as u32 - 1
                });
            }
            let kind = *of as usize;
            if all.needed[tally].len() <= kind {
                all.needed[tally].resize(kind + 1, false);
            }
            all.needed[tally][kind] = true;
        }
        all
    }

    /// Which electors are settled at ballots with these answers, of yes and no or among names.
    pub fn of(&self, answers: u32, names: bool) -> u32 {
        self.of[answers as usize][usize::from(names)]
    }

    /// Those that ballots of a tally need, by their numbers.
    pub fn needed(&self, tally: usize) -> Vec<Option<&Settled>> {
        self.kinds.iter().zip(&self.needed[tally]).map(|(kind, needed)| needed.then_some(kind)).collect()
    }
}
