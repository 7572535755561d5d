//! `power CASE`: the indices of crate `classic` beside what the solved game says.

use crate::classic::Power as Args;
use crate::progress::Progress;
use crate::{Ended, print, print_json, ready, view};
use ::classic::power as indices;
use answer::power::{COVERED, Elector, Occasion, Part, Power};
use answer::{Band, Request};
use serde::Serialize;
use std::error::Error;
use std::path::Path;

/// The answer: a-priori indices, and the same electors in play.
#[derive(Serialize)]
pub struct Ballots<'p> {
    #[serde(flatten)]
    head: &'p answer::Head,
    pub ballots: Vec<Ballot<'p>>,
}

/// One kind of ballot.
#[derive(Serialize)]
pub struct Ballot<'p> {
    pub part: Part,
    of: &'p [String],
    electorate: &'p str,
    pub rule: &'p str,
    readings: &'p [String],
    pub held: Band,
    pub passes: Band,
    #[serde(flatten)]
    counted: Counted<'p>,
    /// The same electors in equilibrium.
    pub play: &'p [Elector],
    /// Electors whose weight is uncertain: the indices are of its median.
    pub uncertain: Vec<&'p str>,
}

/// What is counted from the weights alone.
#[derive(Serialize)]
#[serde(untagged)]
enum Counted<'p> {
    Indices(Box<indices::Ballot>),
    /// Nothing, or everything, would pass: there is nothing to count.
    Nothing {
        id: &'p str,
        quota: Option<u32>,
        players: Vec<Player<'p>>,
    },
}

#[derive(Serialize)]
struct Player<'p> {
    id: &'p str,
    weight: u32,
    decides: f64,
}

impl Ballot<'_> {
    /// The a-priori indices, where there are any.
    pub fn indices(&self) -> Option<&indices::Ballot> {
        match &self.counted {
            Counted::Indices(indices) => Some(indices),
            Counted::Nothing { .. } => None,
        }
    }
}

/// Answers for a case.
pub fn power(args: &Args, path: &Path) -> Result<Ended, Box<dyn Error>> {
    let ready = match ready(path, args.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    crate::threads(args.threads)?;
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let draws = args.draws.unwrap_or(1000) as usize;
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: args.seed, draws };
    let progress = Progress::new(draws, "draws", args.quiet);
    let played = answer::power::power(case, &ready.game, &ready.drawing, &request, COVERED, &|n| progress.add(n));
    progress.finish();
    let ballots = beside(&played, args);
    if args.json {
        print_json(&ballots)?
    } else {
        print(&view::power::page(&ballots, &played, &case.question))?
    }
    Ok(Ended::Good)
}

/// Indices beside play; equal electorates under equal rules are counted once.
fn beside<'p>(played: &'p Power, args: &Args) -> Ballots<'p> {
    let mut known: Vec<(indices::Game, indices::Ballot)> = Vec::new();
    let ballots = played
        .ballots
        .iter()
        .map(|occasion| {
            let counted = game_of(occasion).map(|game| {
                let found = known.iter().find(|(other, _)| *other == game).map(|(_, ballot)| ballot.clone());
                let mut ballot = found.unwrap_or_else(|| {
                    let request = indices::Request {
                        list: args.list,
                        seed: args.seed,
                        banzhaf_only: args.banzhaf_only,
                        ..indices::Request::default()
                    };
                    let ballot = indices::answer(&game, &request);
                    known.push((game, ballot.clone()));
                    ballot
                });
                ballot.id.clone_from(&occasion.id);
                for (player, elector) in ballot.players.iter_mut().zip(&occasion.electors) {
                    player.decides = Some(elector.decides.mean);
                }
                ballot
            });
            let player = |e: &'p Elector| Player { id: &e.id, weight: e.median, decides: e.decides.mean };
            let counted = match counted {
                Some(ballot) => Counted::Indices(Box::new(ballot)),
                None => Counted::Nothing {
                    id: &occasion.id,
                    quota: None,
                    players: occasion.electors.iter().map(player).collect(),
                },
            };
            Ballot {
                part: occasion.part,
                of: &occasion.of,
                electorate: &occasion.electorate,
                rule: &occasion.rule,
                readings: &occasion.readings,
                held: occasion.held,
                passes: occasion.passes,
                counted,
                play: &occasion.electors,
                uncertain: occasion
                    .electors
                    .iter()
                    .filter(|elector| elector.weight.p90 > elector.weight.p10)
                    .map(|elector| elector.id.as_str())
                    .collect(),
            }
        })
        .collect();
    Ballots { head: &played.head, ballots }
}

fn game_of(occasion: &Occasion) -> Option<indices::Game> {
    let weight = |elector: &Elector| if occasion.consent { 1 } else { u128::from(elector.median) };
    Some(indices::Game {
        ids: occasion.electors.iter().map(|elector| elector.id.clone()).collect(),
        criteria: vec![indices::Criterion {
            name: occasion.electorate_name.clone(),
            weights: occasion.electors.iter().map(weight).collect(),
            quota: u128::from(occasion.quota?),
            scale: 0,
            rule: occasion.rule.clone(),
        }],
    })
}
