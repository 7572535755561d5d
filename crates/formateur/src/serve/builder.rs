//! Coalitions put together by hand: seats against what the rules ask for, who is needed, and what history says of their kind.

use super::api::{No, hash};
use super::{Bench, Shown};
use crate::coalitions::{ranked, shipped};
use crate::load;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use case::model::Case;
use chart::data::{Chamber, Mark};
use classic::power::{Criterion, Game, Request, answer};
use fit::cases::{Ranking, Situation};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Chambers looked at lately.
const KEPT: usize = 6;

/// A chamber with all that does not depend on who joins.
pub struct Assembly {
    pub chamber: Chamber,
    /// Every coalition by what past governments teach, or why there is none.
    pub history: Result<(Situation, Ranking), String>,
    /// Place in the ranking by the members' ids.
    places: BTreeMap<Vec<String>, usize>,
    pub power: Vec<Power>,
}

/// What each bloc's votes are worth where so many members are needed, whatever anybody wants.
pub struct Power {
    pub mark: Mark,
    /// By bloc in the chamber's order.
    pub blocs: Vec<Worth>,
}

/// A bloc's share of power.
#[derive(Clone, Copy)]
pub struct Worth {
    /// Its share of all swings (Banzhaf 1965).
    pub banzhaf: Option<f64>,
    /// Its chance to be the one who turns the vote, over all orders (Shapley and Shubik 1954).
    pub shapley: Option<f64>,
}

/// Assemblies by case and digest.
#[derive(Default)]
pub struct Assemblies(Mutex<Vec<(String, Arc<Assembly>)>>);

impl Assemblies {
    /// The assembly of a case as its files are now; `None` where nobody votes.
    pub async fn of(&self, case: &Shown) -> Result<Option<Arc<Assembly>>, No> {
        let key = hash(case).await?;
        let found = self.held().iter().find(|(known, _)| *known == key).map(|(_, assembly)| assembly.clone());
        if found.is_some() {
            return Ok(found);
        }
        let folder = case.folder.clone();
        let made = tokio::task::spawn_blocking(move || {
            let loaded = load::load(&folder).ok()?;
            let case = loaded.checked.case.as_ref()?;
            assemble(case, &loaded.checked.past)
        })
        .await;
        let made = made.map_err(|_| No::new(StatusCode::INTERNAL_SERVER_ERROR, "the chamber cannot be counted"))?;
        let Some(made) = made.map(Arc::new) else { return Ok(None) };
        let mut held = self.held();
        held.push((key, made.clone()));
        if held.len() > KEPT {
            held.remove(0);
        }
        Ok(Some(made))
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<(String, Arc<Assembly>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn assemble(case: &Case, past: &case::past::Past) -> Option<Assembly> {
    let mut chamber = crate::chamber::chamber(case)?;
    let majority = chamber.members / 2 + 1;
    if chamber.marks.iter().all(|m| m.seats != majority) {
        chamber.marks.push(Mark { label: "majority of members".into(), seats: majority });
        chamber.marks.sort_by_key(|m| m.seats);
    }
    let history = shipped().and_then(|fit| ranked(case, past, &fit)).map_err(|why| why.message);
    let mut places = BTreeMap::new();
    if let Ok((_, ranking)) = &history {
        for (place, coalition) in ranking.coalitions.iter().enumerate() {
            let mut parties = coalition.parties.clone();
            parties.sort();
            places.insert(parties, place);
        }
    }
    let power = chamber.marks.iter().map(|mark| power(&chamber, mark)).collect();
    Some(Assembly { chamber, history, places, power })
}

fn power(chamber: &Chamber, mark: &Mark) -> Power {
    let total: u32 = chamber.blocs.iter().map(|b| b.seats).sum();
    let counted = (mark.seats <= total && mark.seats > 0).then(|| {
        let game = Game {
            ids: chamber.blocs.iter().map(|b| b.id.clone()).collect(),
            criteria: vec![Criterion {
                name: chamber.name.clone(),
                weights: chamber.blocs.iter().map(|b| u128::from(b.seats)).collect(),
                quota: u128::from(mark.seats),
                scale: 0,
                rule: mark.label.clone(),
            }],
        };
        answer(&game, &Request { list: 0, ..Request::default() })
    });
    let worth = |i: usize| {
        let player = counted.as_ref().and_then(|ballot| ballot.players.get(i));
        Worth {
            banzhaf: player.and_then(|p| p.banzhaf.value()),
            shapley: player.and_then(|p| p.shapley_shubik.value()),
        }
    };
    Power { mark: mark.clone(), blocs: (0..chamber.blocs.len()).map(worth).collect() }
}

/// A coalition as the builder shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Built {
    /// Who is in, in the chamber's order.
    pub parties: Vec<Member>,
    pub seats: u32,
    pub members: u32,
    pub marks: Vec<Reached>,
    pub history: Option<Said>,
    /// Why history says nothing; empty where it does.
    pub silent: String,
}

/// A party of a coalition.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    pub id: String,
    pub label: String,
    pub seats: u32,
    /// Without it the coalition has no majority of members; `None` where it has none anyway.
    pub needed: Option<bool>,
}

/// How far a coalition is from what a rule asks for.
#[derive(Debug, Clone, Serialize)]
pub struct Reached {
    pub label: String,
    pub seats: u32,
    /// Members missing; 0 where it is reached.
    pub short: u32,
}

/// What past governments teach about a coalition.
#[derive(Debug, Clone, Serialize)]
pub struct Said {
    pub probability: f64,
    /// From 1, the likeliest.
    pub rank: usize,
    pub of: usize,
    /// `minimal_winning`, `minority`, `oversized`.
    pub kind: Value,
    /// Left-right distance of its outermost members, 0 to 10.
    pub range: Option<f64>,
    pub prime_minister: Vec<Leads>,
}

/// A party's chance to lead it.
#[derive(Debug, Clone, Serialize)]
pub struct Leads {
    pub label: String,
    pub probability: f64,
}

impl Assembly {
    /// The coalition of these blocs; names that are no bloc's are passed over.
    pub fn built(&self, within: &BTreeSet<&str>) -> Built {
        let chamber = &self.chamber;
        let blocs: Vec<_> = chamber.blocs.iter().filter(|b| within.contains(b.id.as_str())).collect();
        let seats: u32 = blocs.iter().map(|b| b.seats).sum();
        let majority = chamber.members / 2 + 1;
        let mut ids: Vec<String> = blocs.iter().map(|b| b.id.clone()).collect();
        ids.sort();
        let history = self.history.as_ref().ok().and_then(|(_, ranking)| {
            let place = *self.places.get(&ids)?;
            let found = &ranking.coalitions[place];
            Some(Said {
                probability: found.probability,
                rank: place + 1,
                of: ranking.coalitions.len(),
                kind: json!(found.kind),
                range: found.range,
                prime_minister: found
                    .prime_minister
                    .iter()
                    .take(3)
                    .map(|leader| Leads { label: self.label(&leader.party), probability: leader.probability })
                    .collect(),
            })
        });
        let silent = match (&history, &self.history) {
            (Some(_), _) => String::new(),
            (None, Err(why)) => why.clone(),
            (None, Ok(_)) if ids.is_empty() => "nobody is in".into(),
            (None, Ok((_, ranking))) => ids
                .iter()
                .find_map(|id| {
                    let left = ranking.left_out.iter().find(|left| left.party == *id)?;
                    Some(format!("{}: {}", self.label(id), left.why))
                })
                .unwrap_or_else(|| "it is not among the coalitions that are ranked".into()),
        };
        Built {
            parties: blocs
                .iter()
                .map(|b| Member {
                    id: b.id.clone(),
                    label: b.label.clone(),
                    seats: b.seats,
                    needed: (seats >= majority).then(|| seats - b.seats < majority),
                })
                .collect(),
            seats,
            members: chamber.members,
            marks: chamber
                .marks
                .iter()
                .map(|m| Reached { label: m.label.clone(), seats: m.seats, short: m.seats.saturating_sub(seats) })
                .collect(),
            history,
            silent,
        }
    }

    pub fn label(&self, id: &str) -> String {
        self.chamber.blocs.iter().find(|b| b.id == id).map_or_else(|| id.to_owned(), |b| b.label.clone())
    }
}

/// The coalition of the blocs named `in`.
pub async fn coalition(
    State(bench): State<Arc<Bench>>,
    Path(case): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let assembly = bench.assemblies.of(case).await?;
    let assembly = assembly.ok_or_else(|| No::new(StatusCode::NOT_FOUND, "nobody votes in this case"))?;
    let within: BTreeSet<&str> = asked.iter().filter(|(key, _)| key == "in").map(|(_, id)| id.as_str()).collect();
    if let Some(stranger) = within.iter().find(|id| assembly.chamber.blocs.iter().all(|b| b.id != **id)) {
        return Err(No::new(StatusCode::NOT_FOUND, &format!("there is no bloc `{stranger}`")));
    }
    Ok(Json(json!(assembly.built(&within))))
}
