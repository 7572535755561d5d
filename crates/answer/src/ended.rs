//! What first ends something, by name.

use crate::head;
use case::model::Case;
use game::graph::{By, Game};
use solve::Solved;
use std::collections::BTreeSet;

/// Everything marked as an end of a watched condition, and the ids of these and of `none`.
pub(crate) fn causes(case: &Case, game: &Game, watch: usize) -> (Vec<By>, Vec<String>) {
    let mut all: BTreeSet<By> = (0..game.payments.len())
        .flat_map(|list| game.payments.marks(game::graph::PaymentsId(list as u32)))
        .filter(|mark| usize::from(mark.watch) == watch)
        .filter_map(|mark| mark.ended_by)
        .collect();
    all.insert(By::Date);
    let causes: Vec<By> = all.into_iter().collect();
    let mut ids: Vec<String> = causes.iter().map(|by| id(case, *by)).collect();
    ids.push("none".into());
    (causes, ids)
}

/// Chance of each cause, and last of never.
pub(crate) fn read(solved: &Solved, watch: usize, causes: &[By], shares: &mut [f64]) {
    let ended = solved.ended_by(watch);
    for (share, cause) in shares.iter_mut().zip(causes) {
        *share = ended.get(cause).copied().unwrap_or(0.0);
    }
    let all: f64 = shares[..causes.len()].iter().sum();
    shares[causes.len()] = (1.0 - all).max(0.0);
}

/// `framework.nominate(sudani)`, `cabinet(without) failed`, `tehran_falls`, `clock.cabinet`, `date`.
fn id(case: &Case, by: By) -> String {
    match by {
        By::Action(a) | By::Failed(a) => {
            let action = &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
            let owner = match action.move_id.split_once('.') {
                Some((owner, _)) if owner != "stages" && owner != "motions" => format!("{owner}."),
                _ => String::new(),
            };
            format!("{owner}{}{}", action.id, if matches!(by, By::Failed(_)) { " failed" } else { "" })
        }
        By::Event(event) => case.events[usize::from(event)].id.clone(),
        By::Clock(clock) => format!("clock.{}", case.clocks[usize::from(clock)].id),
        By::Date => "date".into(),
    }
}

/// The same as people read it.
pub(crate) fn label(case: &Case, by: By) -> String {
    match by {
        By::Action(a) | By::Failed(a) => {
            let action = &case.turns[usize::from(a.turn)].slots[usize::from(a.slot)].menu[usize::from(a.action)];
            let failed = if matches!(by, By::Failed(_)) { " fails" } else { "" };
            let (what, bindings) = action.id.split_once('(').unwrap_or((&action.id, ""));
            let bound: Vec<String> = bindings
                .trim_end_matches(')')
                .split(',')
                .filter(|b| !b.is_empty())
                .map(|b| head::label(case, b.trim()))
                .collect();
            let bound = if bound.is_empty() { String::new() } else { format!(" ({})", bound.join(", ")) };
            match action.move_id.split_once('.') {
                Some((owner, _)) if owner != "stages" && owner != "motions" => {
                    format!("{}: {}{bound}{failed}", head::label(case, owner), head::label(case, what))
                }
                _ => format!("{}{bound}{failed}", head::label(case, what)),
            }
        }
        By::Event(event) => head::label(case, &case.events[usize::from(event)].id),
        By::Clock(clock) => format!("deadline of {}", case.clocks[usize::from(clock)].id.replace('_', " ")),
        By::Date => "a date".into(),
    }
}
