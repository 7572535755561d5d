//! Where the analyst stands at `now`: which draws the log leaves likely, and where play may stand in each.

use crate::aim::Aims;
use crate::band::Weights;
use crate::forecast::{Reading, Survey};
use case::model::Case;
use game::draw::{Draw, Drawing};
use game::graph::Game;
use game::sight::Sightings;
use game::{Limits, Refusal};
use jiff::civil::Date;
use solve::{Solver, Want};
use thiserror::Error;

/// Draws with what they count, and where play stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// With the chance of each of `states` at `now`.
    pub draws: Vec<Draw>,
    /// What each draw counts, given the log.
    pub weights: Weights,
    /// What each would count without it: alike, but for draws taken where the log looks.
    pub prior: Weights,
    /// States play may stand in at `now`, as positions of the variables' values.
    pub states: Vec<Vec<u8>>,
    /// Each draw's number in the sequence.
    places: Vec<u32>,
    aims: Aims,
}

/// The case as it is, watched up to `now` and gone on from there.
pub struct Base {
    pub survey: Survey,
    /// Per draw, from `now` on.
    pub readings: Vec<Reading>,
    pub standing: Standing,
    /// What the log and the silence around it said.
    pub heard: Vec<Heard>,
}

/// How an entry of the log, or the silence after the last, fits the case.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Position in the log; `None`: nothing more seen up to `now`.
    pub entry: Option<usize>,
    pub on: Date,
    /// Logarithm of the probability, over draws, of everything up to it.
    pub log_likelihood: f64,
    /// Effective number of draws after it.
    pub effective: f64,
    /// Period the forecast after it begins with.
    pub from: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Contradiction {
    #[error("no draw of the case can show this: {what}, on {on}, after what was seen before it")]
    Entry { entry: usize, on: Date, what: String },
    #[error("no draw of the case can show that nothing more was seen up to {now}")]
    Silence { now: Date },
    #[error(
        "the log speaks of {on}, but the case begins on {from} and has no past to look back on: let `from` be earlier"
    )]
    NoPast { entry: usize, on: Date, from: Date },
}

impl Contradiction {
    /// The entry of the log it is about, by position.
    pub fn entry(&self) -> Option<usize> {
        match self {
            Contradiction::Entry { entry, .. } | Contradiction::NoPast { entry, .. } => Some(*entry),
            Contradiction::Silence { .. } => None,
        }
    }
}

impl Standing {
    /// Draws of a run that saw nothing, with play at the start.
    pub fn fresh(case: &Case, drawing: &Drawing, seed: u64, n: usize) -> Standing {
        Standing {
            draws: crate::forecast::draws(drawing, seed, n),
            weights: Weights::equal(n),
            prior: Weights::equal(n),
            states: game::start(case),
            places: (0..n as u32).collect(),
            aims: Aims::plain(seed, n),
        }
    }

    /// The same draws of another version of the case: numbers keep their dimensions; where play stands is carried over by
    /// the names of variables and values.
    ///
    /// # Errors
    /// The variable that has no place, or no such value, in the other version.
    pub fn of_version(&self, case: &Case, version: &Case, drawing: &Drawing) -> Result<Standing, String> {
        let draws = (0..self.draws.len())
            .map(|d| Draw { standing: self.draws[d].standing.clone(), ..self.draw(drawing, d) })
            .collect();
        let states = self.states.iter().map(|state| carried(case, version, state)).collect::<Result<_, _>>()?;
        Ok(Standing { draws, states, ..self.clone() })
    }

    fn draw(&self, drawing: &Drawing, d: usize) -> Draw {
        self.aims.draw(drawing, self.places[d])
    }

    /// The coordinate of a draw in a dimension.
    pub fn coordinate(&self, d: usize, dimension: u32) -> f64 {
        self.aims.coordinate(self.places[d], dimension)
    }

    /// So many draws, each as often as it counts, spread evenly (systematic resampling); in no order.
    pub fn sample(&self, n: usize) -> Vec<usize> {
        // From low digits to high, so that neighbours in the list are far apart in the draws.
        let place = |k: usize| (k as f64 * 0.618_033_988_749_894_9).fract();
        let (mut cumulative, mut sum) = (Vec::with_capacity(self.draws.len()), 0.0);
        for d in 0..self.draws.len() {
            sum += self.weights.of(d);
            cumulative.push(sum);
        }
        (0..n).map(|k| cumulative.partition_point(|c| *c <= place(k) * sum).min(self.draws.len() - 1)).collect()
    }

    /// The seed of the draws.
    pub fn seed(&self) -> u64 {
        self.aims.seed()
    }
}

/// A state of one version of a case in another.
fn carried(case: &Case, version: &Case, state: &[u8]) -> Result<Vec<u8>, String> {
    let mut carried: Vec<u8> = version.variables.iter().map(|variable| variable.start as u8).collect();
    for (variable, &position) in case.variables.iter().zip(state) {
        let value = crate::forecast::written(case, variable.values[usize::from(position)]);
        let place = version.variables.iter().position(|other| other.id == variable.id);
        let found = place.and_then(|place| {
            let values = &version.variables[place].values;
            let at = values.iter().position(|v| crate::forecast::written(version, *v) == value)?;
            Some((place, at as u8))
        });
        match found {
            Some((place, at)) => carried[place] = at,
            // What stands where it began says nothing that another version would have to know.
            None if u32::from(position) == variable.start => {}
            None => {
                return Err(format!("`{}` may stand at `{value}`, which the other version does not know", variable.id));
            }
        }
    }
    Ok(carried)
}

/// Solves the case as it is, watched up to `now`. `done` is told how many draws have been finished.
///
/// # Errors
/// [`Contradiction`] where what was seen is impossible in every draw, with the entry that makes it so.
pub fn base(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    (seed, n): (u64, usize),
    done: &(dyn Fn(usize) + Sync),
) -> Result<Base, Contradiction> {
    watch(case, game, drawing, (seed, n), false, done, |_, _| ()).map(|(base, _)| base)
}

impl Base {
    /// Fewer draws that say nearly the same: where a log leaves few with weight, those that hardly count are thinned out, so
    /// that what is solved again costs by what it tells. Weights at least as large as a threshold stay; of the others some
    /// are kept, each in proportion to its weight, and count the threshold (Fearnhead and Clifford 2003, *JRSS B* 65), so that
    /// means stay unbiased. Without a log every draw counts alike and stays.
    pub fn thinned(self) -> Base {
        let Base { survey, readings, standing, heard } = self;
        let n = standing.draws.len();
        let asked = standing.aims.len() as f64;
        let wanted = (2.0 * standing.weights.effective()).ceil().max(100.0).min(asked);
        if wanted >= n as f64 {
            return Base { survey, readings, standing, heard };
        }
        let threshold = threshold(&standing.weights, wanted);
        let (mut kept, mut weights) = (Vec::new(), Vec::new());
        let mut passed = 0.5;
        for d in 0..n {
            let weight = standing.weights.of(d);
            if weight >= threshold {
                kept.push(d);
                weights.push(weight);
                continue;
            }
            passed += weight / threshold;
            if passed >= 1.0 {
                passed -= 1.0;
                kept.push(d);
                weights.push(threshold);
            }
        }
        let places: Vec<u32> = kept.iter().map(|d| standing.places[*d]).collect();
        let prior: Vec<f64> = kept.iter().map(|d| standing.prior.of(*d)).collect();
        let standing = Standing {
            draws: kept.iter().map(|d| standing.draws[*d].clone()).collect(),
            prior: Weights::proportional(&prior).at(&places),
            weights: Weights::proportional(&weights).at(&places),
            places,
            ..standing
        };
        let readings = kept.iter().map(|d| readings[*d].clone()).collect();
        Base { survey, readings, standing, heard }
    }
}

/// The c for which Σ min(w/c, 1) is so many.
fn threshold(weights: &Weights, wanted: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let c = 0.5 * (low + high);
        let many: f64 = (0..weights.len()).map(|d| (weights.of(d) / c).min(1.0)).sum();
        if many > wanted { low = c } else { high = c }
    }
    high
}

/// One draw as watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched<R = ()> {
    pub reading: Reading,
    /// Of everything seen up to `now`; 1 where there is nothing to see.
    pub likelihood: f64,
    /// States play may stand in at `now`, by their position in the game, with their chances above 0.
    pub standing: Vec<(u32, f64)>,
    /// Likelihood up to each entry.
    pub reached: Vec<f64>,
    pub more: R,
}

/// What draws are watched for: the classes of states that answers speak of, and what the log says of the game.
pub(crate) struct Watching {
    pub survey: Survey,
    pub sightings: Option<Sightings>,
}

impl Watching {
    /// # Errors
    /// Where the log speaks of days before the case begins.
    pub fn of(case: &Case, game: &Game) -> Result<Watching, Contradiction> {
        if let (0, Some((entry, first))) =
            (game.now, case.log.iter().enumerate().find(|(_, entry)| entry.on <= case.calendar.now))
        {
            return Err(Contradiction::NoPast { entry, on: first.on, from: case.calendar.from });
        }
        let sightings = (game.now > 0).then(|| Sightings::of(case, game));
        Ok(Watching { survey: Survey::of(case, game), sightings })
    }

    /// Solves draws and takes down what they say. `steps` lets a solution go on from each entry.
    pub fn solve<R: Send>(
        &self,
        game: &Game,
        draws: &[Draw],
        steps: bool,
        done: &(dyn Fn(usize) + Sync),
        more: impl Fn(&Survey, &solve::Solved) -> R + Sync,
    ) -> Vec<Watched<R>> {
        let knows_answers = self.sightings.as_ref().is_some_and(|s| s.seen.iter().any(|seen| !seen.answers.is_empty()));
        let mut solver = Solver::new(game, if knows_answers { Want::Answers } else { Want::Policy });
        if let Some(sightings) = &self.sightings {
            solver = solver.seeing(sightings, steps);
        }
        solver.each(draws, done, |_, solved| Watched {
            reading: self.survey.read(solved),
            likelihood: solved.likelihood(),
            standing: if self.sightings.is_some() { met(&solved.standing()) } else { Vec::new() },
            reached: solved.reached(),
            more: more(&self.survey, solved),
        })
    }

    /// A run of `n` draws, none of which has been solved yet.
    pub fn course<R>(&self, seed: u64, n: usize) -> Course<'_, R> {
        Course { watching: self, n, aims: Aims::of(seed), draws: Vec::new(), watched: Vec::new() }
    }
}

/// A run under way: the draws that have been solved, and what they tell about where to take the next.
pub(crate) struct Course<'w, R> {
    watching: &'w Watching,
    n: usize,
    aims: Aims,
    draws: Vec<Draw>,
    watched: Vec<Watched<R>>,
}

impl<R> Course<'_, R> {
    /// The draws to be solved next; they are to be given to [`Course::take`]. `None` where all have been.
    pub fn next(&mut self, drawing: &Drawing) -> Option<Vec<Draw>> {
        let from = self.aims.len();
        if self.watching.sightings.is_none() {
            if from == 0 {
                self.aims = Aims::plain(self.aims.seed(), self.n);
            }
        } else {
            let likelihoods: Vec<f64> = self.watched.iter().map(|w| w.likelihood).collect();
            self.aims.go_on(drawing, self.n, &likelihoods);
        }
        let draws: Vec<Draw> = (from..self.aims.len()).map(|d| self.aims.draw(drawing, d as u32)).collect();
        (!draws.is_empty()).then_some(draws)
    }

    /// How often draws have been asked for.
    pub fn round(&self) -> usize {
        self.aims.n_stretches()
    }

    /// Takes draws in with what they said.
    pub fn take(&mut self, draws: Vec<Draw>, watched: Vec<Watched<R>>) {
        self.draws.extend(draws);
        self.watched.extend(watched);
    }

    /// All draws, weighed by the log.
    pub fn weighed(self, case: &Case, game: &Game) -> Result<Weighed<R>, Contradiction> {
        let Course { watching, n, aims, draws, watched } = self;
        let prior = if aims.is_plain() { Weights::equal(n) } else { Weights::proportional(&aims.priors()) };
        let mut standing = Standing {
            draws,
            weights: prior.clone(),
            prior,
            states: game::start(case),
            places: (0..n as u32).collect(),
            aims,
        };
        let Some(sightings) = &watching.sightings else {
            return Ok(Weighed { standing, watched, heard: Vec::new() });
        };
        if watched.iter().all(|w| w.likelihood == 0.0) {
            return Err(contradiction(case, sightings, &watched));
        }
        let posterior: Vec<f64> = standing.aims.priors().iter().zip(&watched).map(|(p, w)| p * w.likelihood).collect();
        standing.weights = Weights::proportional(&posterior);
        // The states play may stand in, in the order of the game's.
        let mut place: Vec<Option<usize>> = vec![None; game.n_states()];
        watched.iter().flat_map(|w| &w.standing).for_each(|(state, _)| place[*state as usize] = Some(0));
        for (position, place) in place.iter_mut().flatten().enumerate() {
            *place = position;
        }
        standing.states =
            (0..game.n_states()).filter(|s| place[*s].is_some()).map(|s| game.state(s).to_vec()).collect();
        for (draw, w) in standing.draws.iter_mut().zip(&watched) {
            draw.standing = vec![0.0; standing.states.len()];
            for (state, chance) in &w.standing {
                if let Some(place) = place[*state as usize] {
                    draw.standing[place] = *chance;
                }
            }
        }
        let heard = heard(case, game, sightings, &watched, &standing.prior);
        Ok(Weighed { standing, watched, heard })
    }
}

/// Draws weighed by the log.
pub(crate) struct Weighed<R> {
    pub standing: Standing,
    pub watched: Vec<Watched<R>>,
    pub heard: Vec<Heard>,
}

impl<R> Weighed<R> {
    /// As the base of an answer.
    pub fn into_base(self, survey: Survey) -> (Base, Vec<R>) {
        let (readings, more) = self.watched.into_iter().map(|w| (w.reading, w.more)).unzip();
        (Base { survey, readings, standing: self.standing, heard: self.heard }, more)
    }
}

fn met(standing: &[f64]) -> Vec<(u32, f64)> {
    standing.iter().enumerate().filter(|(_, chance)| **chance > 0.0).map(|(s, chance)| (s as u32, *chance)).collect()
}

/// The same, taking down more of each solution; `steps` lets it go on from each entry.
pub fn watch<R: Send>(
    case: &Case,
    game: &Game,
    drawing: &Drawing,
    request: (u64, usize),
    steps: bool,
    done: &(dyn Fn(usize) + Sync),
    more: impl Fn(&Survey, &solve::Solved) -> R + Sync,
) -> Result<(Base, Vec<R>), Contradiction> {
    let watching = Watching::of(case, game)?;
    let mut course = watching.course(request.0, request.1);
    while let Some(draws) = course.next(drawing) {
        let watched = watching.solve(game, &draws, steps, done, &more);
        course.take(draws, watched);
    }
    let weighed = course.weighed(case, game)?;
    Ok(weighed.into_base(watching.survey))
}

fn heard<R>(case: &Case, game: &Game, sightings: &Sightings, watched: &[Watched<R>], prior: &Weights) -> Vec<Heard> {
    let step = |entry: Option<usize>, on: Date, from: usize, likelihood: &dyn Fn(usize) -> f64| {
        let weights: Vec<f64> = (0..watched.len()).map(|d| prior.of(d) * likelihood(d)).collect();
        Heard {
            entry,
            on,
            log_likelihood: weights.iter().sum::<f64>().ln(),
            effective: Weights::proportional(&weights).effective(),
            from,
        }
    };
    let mut heard: Vec<Heard> = sightings
        .seen
        .iter()
        .enumerate()
        .map(|(k, seen)| step(Some(seen.entry), case.log[seen.entry].on, seen.period + 1, &|d| watched[d].reached[k]))
        .collect();
    heard.push(step(None, case.calendar.now, game.now, &|d| watched[d].likelihood));
    heard
}

/// The first thing that no draw can show.
fn contradiction<R>(case: &Case, sightings: &Sightings, watched: &[Watched<R>]) -> Contradiction {
    let impossible = |k: usize| watched.iter().all(|w| w.reached[k] == 0.0);
    match (0..sightings.seen.len()).find(|k| impossible(*k)) {
        Some(k) => {
            let entry = sightings.seen[k].entry;
            Contradiction::Entry { entry, on: case.log[entry].on, what: words(case, entry) }
        }
        None => Contradiction::Silence { now: case.calendar.now },
    }
}

/// An entry as the author wrote it.
pub fn words(case: &Case, entry: usize) -> String {
    use case::model::Seen;
    let entry = &case.log[entry];
    let who = |what: &str| if entry.who.is_empty() { what.to_owned() } else { format!("{}: {what}", entry.who) };
    match &entry.what {
        Seen::Action(id) | Seen::Event(id) => who(id),
        Seen::Ballot { ballot, result, .. } => who(&format!("ballot({ballot}) {result}")),
    }
}

/// The game from `now` on, for everything that is forced or changed from there.
///
/// # Errors
/// As [`game::compile_at`].
pub fn ahead(
    case: &Case,
    standing: &Standing,
    plan: Option<&case::model::Plan>,
    limits: &Limits,
) -> Result<Game, Refusal> {
    game::compile_at(case, &standing.states, plan, limits)
}
