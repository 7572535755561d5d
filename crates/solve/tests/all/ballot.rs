//! Votes counted the long way: every profile of answers, every number of members who turn up and follow the line.

use crate::expression::View;
use crate::menu::said;
use case::model::{ActorId, Answer, Ballot, Electorate, Of, Round, Rule, Voice};

/// An elector as a ballot finds it.
pub struct Elector {
    pub weight: u32,
    pub present: f64,
    pub speaker: Speaker,
}

/// Who answers for it in this state.
pub enum Speaker {
    /// An actor with its precision.
    Actor(ActorId, f64),
    Habit {
        attend: f64,
        yes: f64,
    },
    /// A vacant post, or an actor that has left the game.
    Nobody,
}

impl Elector {
    pub fn list(view: &View, electorate: &Electorate) -> Vec<Elector> {
        let speaker = |voice: &Voice| match voice {
            Voice::Habit { attend, yes } => Speaker::Habit { attend: view.share(attend), yes: view.share(yes) },
            Voice::Actor(holder) => view.decider(holder).map_or(Speaker::Nobody, |actor| {
                Speaker::Actor(actor, view.number(&view.case.precision[actor.index()]))
            }),
        };
        let elector = |elector: &case::model::Elector| Elector {
            weight: view.number(&elector.weight).round().clamp(0.0, f64::from(elector.most)) as u32,
            present: view.share(&elector.present),
            speaker: speaker(&elector.voice),
        };
        electorate.electors.iter().map(elector).collect()
    }

    pub fn actor(&self) -> Option<ActorId> {
        match self.speaker {
            Speaker::Actor(actor, _) => Some(actor),
            _ => None,
        }
    }

    /// Position, actor and weight of a possible proposer.
    ///
    /// A habit has no interests to choose by, so that it does not propose.
    pub fn proposes(&self, position: usize) -> Option<(usize, ActorId, f64)> {
        self.actor().filter(|_| self.weight > 0).map(|actor| (position, actor, f64::from(self.weight)))
    }
}

/// All that a ballot needs to be counted in one state.
pub struct Tables<'a> {
    view: &'a View<'a>,
    pub ballot: &'a Ballot,
    electorate: &'a Electorate,
    pub electors: Vec<Elector>,
    /// Per elector: chance of each number of votes it casts.
    cast: Vec<Vec<f64>>,
}

impl<'a> Tables<'a> {
    pub fn new(view: &'a View<'a>, ballot: &'a Ballot) -> Tables<'a> {
        let electorate = &view.case.electorates[ballot.electorate.index()];
        let electors = Elector::list(view, electorate);
        let cohesion = view.share(&electorate.cohesion);
        let cast = electors.iter().map(|elector| cast(elector.weight, elector.present, cohesion)).collect();
        Tables { view, ballot, electorate, electors, cast }
    }

    /// What an answer pays elector `i`.
    pub fn pay(&self, i: usize, answer: Answer) -> f64 {
        let pays = self.ballot.pays.iter().filter(|pay| pay.elector == i && said(pay.answer, answer));
        pays.map(|pay| self.view.number(&pay.amount)).sum()
    }

    /// Per elector the chances of each answer, and last of none; `worths` is what an actor gets if its answer decides.
    ///
    /// A habit's chance of attending plays no part among names: it "says each with equal chance".
    pub fn chances(&self, answers: &[Answer], votes: bool, worths: &dyn Fn(ActorId) -> Vec<f64>) -> Vec<Vec<f64>> {
        let names = matches!(answers[0], Answer::Name(_));
        let of = |(i, elector): (usize, &Elector)| {
            let (line, here) = match elector.speaker {
                Speaker::Actor(actor, precision) => {
                    let pays = answers.iter().map(|answer| self.pay(i, *answer));
                    let worths: Vec<f64> = worths(actor).iter().zip(pays).map(|(worth, pay)| worth + pay).collect();
                    (logit(precision, &worths), 1.0)
                }
                Speaker::Habit { attend, .. } if !votes => (vec![attend, 1.0 - attend], 1.0),
                Speaker::Habit { .. } if names => (vec![1.0 / answers.len() as f64; answers.len()], 1.0),
                Speaker::Habit { attend, yes } => {
                    (vec![yes, 1.0 - yes], if self.ballot.sitting.is_none() { attend } else { 1.0 })
                }
                Speaker::Nobody => (vec![0.0; answers.len()], 0.0),
            };
            line.iter().map(|chance| here * chance).chain([1.0 - here]).collect()
        };
        self.electors.iter().enumerate().map(of).collect()
    }

    /// Chance that the sitting is quorate if the electors answer so: 0 attends.
    pub fn quorate(&self, answers: &[usize], spend: &dyn Fn(u64)) -> f64 {
        let quorum = &self.ballot.sitting.as_ref().expect("a sitting").quorum;
        // Who stays away is not in the room: there is no other side.
        self.reached(quorum, answers, 1, spend)
    }

    /// Chance that it passes if the electors answer so: 0 is yes, 1 is no, 2 nothing.
    pub fn passes(&self, answers: &[usize], spend: &dyn Fn(u64)) -> f64 {
        let case::model::Form::YesNo { rule } = &self.ballot.form else { unreachable!("yes or no") };
        self.reached(rule, answers, 2, spend)
    }

    fn reached(&self, rule: &Rule, answers: &[usize], sides: usize, spend: &dyn Fn(u64)) -> f64 {
        let mut chance = 0.0;
        self.counted(answers, sides, spend, &mut |votes, p| {
            let yes = Side { votes: votes[0], all: self.all(answers, 0) };
            let no = Side { votes: votes.get(1).copied().unwrap_or(0), all: self.all(answers, 1) };
            chance += if reaches(self.view, self.electorate, rule, yes, no) { p } else { 0.0 };
        });
        chance
    }

    /// Whether every elector with a voice gave this answer.
    fn all(&self, answers: &[usize], answer: usize) -> bool {
        let agrees =
            |(elector, given): (&Elector, &usize)| matches!(elector.speaker, Speaker::Nobody) || *given == answer;
        self.electors.iter().zip(answers).all(agrees)
    }

    /// Calls `visit` with the votes for each of `sides` answers, for every number of members who turn up and follow.
    fn counted(&self, answers: &[usize], sides: usize, spend: &dyn Fn(u64), visit: &mut dyn FnMut(&[u32], f64)) {
        let table = |(i, answer): (usize, &usize)| if *answer < sides { self.cast[i].clone() } else { vec![1.0] };
        let tables: Vec<Vec<f64>> = answers.iter().enumerate().map(table).collect();
        every(&tables, &mut |cast, chance| {
            spend(1);
            let mut votes = vec![0; sides];
            for (answer, number) in answers.iter().zip(cast) {
                if *answer < sides {
                    votes[*answer] += *number as u32;
                }
            }
            visit(&votes, chance);
        });
    }

    /// Whom a round elects if the electors answer so: `wins` with the place of the name among those standing, or
    /// `next` with the places of those who stand again.
    #[expect(clippy::too_many_arguments, reason = "one call, two ways out")]
    pub fn elects(
        &self,
        round: &Round,
        standing: usize,
        answers: &[usize],
        run_off: bool,
        wins: &mut dyn FnMut(usize, f64),
        next: &mut dyn FnMut(&[usize], f64),
        spend: &dyn Fn(u64),
    ) {
        self.counted(answers, standing, spend, &mut |votes, p| {
            let all: u32 = votes.iter().sum();
            let side = |name: usize| Side { votes: votes[name], all: self.all(answers, name) };
            let others = |name: usize| Side { votes: all - votes[name], all: false };
            let reaching: Vec<usize> = match round {
                Round::Reach(rule) | Round::RunOffReach(rule) => (0..standing)
                    .filter(|name| reaches(self.view, self.electorate, rule, side(*name), others(*name)))
                    .collect(),
                Round::RunOff | Round::Plurality => (0..standing).collect(),
            };
            if reaching.is_empty() && run_off {
                for (pair, lot) in two_by_lot(votes) {
                    next(&pair, p * lot);
                }
            } else if reaching.is_empty() {
                next(&(0..standing).collect::<Vec<_>>(), p);
            } else {
                // Shares are at least one half, so that at most one name reaches the rule; should two, the better placed wins.
                let votes: Vec<u32> = reaching.iter().map(|name| votes[*name]).collect();
                for (place, lot) in first_by_lot(&votes) {
                    wins(reaching[place], p * lot);
                }
            }
        });
    }
}

/// Calls `visit` for every combination of one entry from each table, with the product of their chances.
pub fn every(tables: &[Vec<f64>], visit: &mut dyn FnMut(&[usize], f64)) {
    fn go(tables: &[Vec<f64>], picked: &mut Vec<usize>, chance: f64, visit: &mut dyn FnMut(&[usize], f64)) {
        let Some(table) = tables.get(picked.len()) else {
            visit(picked, chance);
            return;
        };
        for (entry, p) in table.iter().enumerate() {
            if *p != 0.0 {
                picked.push(entry);
                go(tables, picked, chance * p, visit);
                picked.pop();
            }
        }
    }
    go(tables, &mut Vec::new(), 1.0, visit);
}

/// Chance of each number of votes a bloc of `weight` members casts as its line has it: each comes with chance
/// `present`, each who came follows with chance `cohesion`; a defector is out of the room.
pub fn cast(weight: u32, present: f64, cohesion: f64) -> Vec<f64> {
    let mut chances = vec![0.0; weight as usize + 1];
    for came in 0..=weight {
        for followed in 0..=came {
            chances[followed as usize] += binomial(weight, came, present) * binomial(came, followed, cohesion);
        }
    }
    chances
}

/// Chance that `k` of `n` happen, each with chance `p`.
pub fn binomial(n: u32, k: u32, p: f64) -> f64 {
    let ways = (0..k).fold(1.0, |ways, i| ways * f64::from(n - i) / f64::from(i + 1));
    ways * p.powi(k.cast_signed()) * (1.0 - p).powi((n - k).cast_signed())
}

/// One side of a vote: what it cast, and whether every elector with a voice said so.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    pub votes: u32,
    pub all: bool,
}

/// Whether `side` reaches the rule against `other`.
///
/// A side without a vote does not reach a share of the votes, though 0 ≥ x·0: nobody voting decides nothing.
pub fn reaches(view: &View, electorate: &Electorate, rule: &Rule, side: Side, other: Side) -> bool {
    match view.rule(rule) {
        Rule::Share { part: (part, whole), strict, of } => {
            let all = match of {
                Of::Members => electorate.members,
                Of::Present | Of::Votes => side.votes + other.votes,
            };
            // votes > x·M exactly where votes ≥ ⌊xM⌋ + 1, and votes ≥ x·M where votes ≥ ⌈xM⌉.
            let (ours, needed) = (u64::from(side.votes) * u64::from(*whole), u64::from(*part) * u64::from(all));
            let nobody = *of != Of::Members && side.votes == 0;
            !nobody && if *strict { ours > needed } else { ours >= needed }
        }
        Rule::Count(number) => side.votes >= *number,
        Rule::Consent => side.all,
        Rule::Negative(rule) => !reaches(view, electorate, rule, other, side),
        Rule::Readings(..) | Rule::Since { .. } => unreachable!("resolved above"),
    }
}

/// Who is best placed: each position that a lot could put first, with its chance.
pub fn first_by_lot(votes: &[u32]) -> Vec<(usize, f64)> {
    let most = votes.iter().max().expect("at least one name");
    let best: Vec<usize> = (0..votes.len()).filter(|i| votes[*i] == *most).collect();
    best.iter().map(|i| (*i, 1.0 / best.len() as f64)).collect()
}

/// The two best placed, in the order of the ballot: each pair that lots could put first and second, with its chance.
pub fn two_by_lot(votes: &[u32]) -> Vec<(Vec<usize>, f64)> {
    if votes.len() <= 2 {
        return vec![((0..votes.len()).collect(), 1.0)];
    }
    let mut pairs = Vec::new();
    for (first, p) in first_by_lot(votes) {
        let rest: Vec<usize> = (0..votes.len()).filter(|i| *i != first).collect();
        let votes: Vec<u32> = rest.iter().map(|i| votes[*i]).collect();
        for (second, q) in first_by_lot(&votes) {
            let second = rest[second];
            pairs.push((vec![first.min(second), first.max(second)], p * q));
        }
    }
    pairs
}

/// Chances of the answers of a logit with equal weights: exp(λ·worth) over their sum.
pub fn logit(precision: f64, worths: &[f64]) -> Vec<f64> {
    weighted_logit(precision, worths, &vec![1.0; worths.len()])
}

/// Chances of the answers of a logit with prior weights: μ·exp(λ·worth) over their sum.
pub fn weighted_logit(precision: f64, worths: &[f64], weights: &[f64]) -> Vec<f64> {
    let top = worths.iter().map(|worth| precision * worth).fold(f64::NEG_INFINITY, f64::max);
    let raised: Vec<f64> = worths.iter().zip(weights).map(|(worth, mu)| mu * (precision * worth - top).exp()).collect();
    let sum: f64 = raised.iter().sum();
    raised.iter().map(|r| r / sum).collect()
}
