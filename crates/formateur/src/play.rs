//! `power CASE` and `conflict CASE`: the older questions of crate `classic` asked about a case.

use crate::classic::{Conflict as ConflictArgs, Power as Args};
use crate::progress::Progress;
use crate::{Ended, print, print_json, ready, view};
use ::classic::{conflict, power as indices, text};
use answer::conflict::{ConflictError, Reduction};
use answer::power::{COVERED, Elector, Occasion, Part, Power, PowerError};
use answer::{Band, Request};
use case::diagnostic::{Diagnostic, Severity};
use case::model::Case;
use game::Limits;
use serde::Serialize;
use serde_json::json;
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
    let ready = match ready(path, None, args.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    crate::threads(args.threads)?;
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    let draws = args.draws.unwrap_or(1000) as usize;
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: args.seed, draws };
    let progress = Progress::new(2 * draws, "solutions", args.quiet);
    let played = answer::power::power(case, &ready.game, &ready.drawing, &request, COVERED, &|n| progress.add(n));
    progress.finish();
    let played = match played {
        Ok(played) => played,
        Err(PowerError::Contradicted(found)) => return crate::contradicted(&found, &ready.loaded, args.json),
        Err(PowerError::Refused(refusal)) => {
            crate::report(std::slice::from_ref(&crate::refused(&refusal)), &ready.loaded.checked.sources, args.json)?;
            return Ok(Ended::Refused);
        }
    };
    let ballots = beside(&played, args.list, args.seed, args.banzhaf_only);
    if args.json {
        print_json(&ballots)?
    } else {
        print(&view::power::page(&ballots, &played, &case.question))?
    }
    Ok(Ended::Good)
}

/// Indices beside play; equal electorates under equal rules are counted once.
pub fn beside(played: &Power, list: usize, seed: u64, banzhaf_only: bool) -> Ballots<'_> {
    let mut known: Vec<(indices::Game, indices::Ballot)> = Vec::new();
    let ballots = played
        .ballots
        .iter()
        .map(|occasion| {
            let counted = game_of(occasion).map(|game| {
                let found = known.iter().find(|(other, _)| *other == game).map(|(_, ballot)| ballot.clone());
                let mut ballot = found.unwrap_or_else(|| {
                    let request = indices::Request { list, seed, banzhaf_only, ..indices::Request::default() };
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
            let counted = match counted {
                Some(ballot) => Counted::Indices(Box::new(ballot)),
                None => Counted::Nothing {
                    id: &occasion.id,
                    quota: None,
                    players: occasion
                        .electors
                        .iter()
                        .map(|e| Player { id: &e.id, weight: e.median, decides: e.decides.mean })
                        .collect(),
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

/// A case in options form, and what is stable in it.
pub fn conflict(args: &ConflictArgs, path: &Path) -> Result<Ended, Box<dyn Error>> {
    let ready = match ready(path, None, args.json)? {
        Ok(ready) => ready,
        Err(ended) => return Ok(ended),
    };
    let case = ready.loaded.checked.case.as_ref().expect("a ready case has been read");
    // Draws serve only to tell, where there is a log, in which state the case is now.
    let request = Request { case_hash: ready.loaded.hash.clone(), seed: 1, draws: 100 };
    let reduced =
        answer::conflict::reduce(case, &ready.game, &ready.drawing, &request, &args.variables, &Limits::default());
    let reduction = match reduced {
        Ok(reduction) => reduction,
        Err(error) => {
            let message = error.to_string();
            let (code, ended) = match error {
                ConflictError::Contradicted(found) => {
                    return crate::contradicted(&found, &ready.loaded, args.json);
                }
                ConflictError::TooLarge { .. } | ConflictError::Refused(_) => ("too-large", Ended::Refused),
                ConflictError::Unknown { .. } | ConflictError::NoMoves { .. } => ("no-conflict", Ended::Wrong),
            };
            let found = Diagnostic { code, severity: Severity::Error, message, labels: Vec::new(), help: None };
            crate::report(std::slice::from_ref(&found), &ready.loaded.checked.sources, args.json)?;
            return Ok(ended);
        }
    };
    let whole = in_options_form(case, &reduction);
    let place = |number: Option<u64>| number.map(|n| whole.states.iter().position(|state| state.number == n));
    for number in [args.status_quo, args.wanted] {
        if let (Some(number), Some(None)) = (number, place(number)) {
            use std::io::Write;
            writeln!(
                crate::call::stderr(),
                "error: there is no state {number}; there are 1 to {}",
                whole.states.len()
            )?;
            return Ok(Ended::Usage);
        }
    }
    let request = conflict::Request {
        conventions: args.conventions(),
        status_quo: place(args.status_quo).flatten(),
        wanted: place(args.wanted).flatten(),
        coalitions: args.coalitions,
        sentences_up_to: if args.sentences { usize::MAX } else { 256 },
    };
    let answer = conflict::answer(&whole, &request);
    let ids: Vec<&str> = reduction.variables.iter().map(|v| case.variables[v.index()].id.as_str()).collect();
    if args.json {
        let request = Request { case_hash: ready.loaded.hash.clone(), seed: 0, draws: 1 };
        let mut all = serde_json::to_value(answer::Head::of(case, &request, &answer::Weights::equal(1)))?;
        let mut shown = serde_json::to_value(&answer)?;
        // The case's own name stands under `case`.
        if let Some(shown) = shown.as_object_mut() {
            shown.remove("id");
            shown.remove("title");
        }
        crate::merge(&mut all, shown);
        let worth: Vec<_> = reduction.movers.iter().map(|m| json!({ "dm": m.name, "by_state": m.worth })).collect();
        crate::merge(&mut all, json!({ "variables": ids, "states_behind": reduction.behind, "worth": worth }));
        print_json(&all)?;
    } else {
        let mut page = text::conflict(&answer, args.sentences);
        let legend = format!(
            "A state is {}, whatever else is the case. What it is worth to an actor is what the last interests come to if what \
             stands is carried through: on average over the settled states that agree with it (where there are none, over \
             the states it stands for), at the middle of every number. Nothing is solved, and what flows on the way does \
             not count: `formateur run` and `options` say what is likely. The case is at state {} now; other variables: \
             --variables.",
            ids.join(" · "),
            whole.states[reduction.now].number
        );
        page.push('\n');
        for line in view::paint::wrap(&legend, view::paint::WIDTH) {
            page.push_str(&line);
            page.push('\n');
        }
        print(&page)?;
    }
    Ok(Ended::Good)
}

fn in_options_form(case: &Case, reduction: &Reduction) -> conflict::Conflict {
    let mut options = Vec::new();
    let mut decision_makers = Vec::new();
    for mover in &reduction.movers {
        let first = options.len();
        for (name, stays) in &mover.options {
            let direction = if *stays { conflict::Direction::OnlyOn } else { conflict::Direction::Both };
            options.push(conflict::Choice { name: name.clone(), direction });
        }
        decision_makers
            .push(conflict::DecisionMaker { name: mover.name.clone(), options: (first..options.len()).collect() });
    }
    let n = reduction.configurations.len();
    conflict::Conflict {
        id: Some(case.id.clone()),
        title: Some(format!("{} as a conflict", case.title)),
        decision_makers,
        options,
        infeasible: Vec::new(),
        states: (0..n)
            .map(|s| conflict::State { number: s as u64 + 1, taken: None, name: Some(reduction.name(case, s)) })
            .collect(),
        moves: reduction.movers.iter().map(|mover| mover.moves.clone()).collect(),
        payoffs: (0..reduction.movers.len()).map(|m| reduction.ranks(m)).collect(),
        status_quo: Some(reduction.now),
    }
}
