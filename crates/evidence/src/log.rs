//! Event claims as entries of a log: offered, never entered.

use crate::record::Status;
use crate::store::{Store, StoreError};
use case::model::{Case, Who};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// An accepted event claim as a log entry somebody may take over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Offer {
    pub claim: String,
    /// The first day it can have been.
    pub on: Option<String>,
    pub who: Option<String>,
    /// What the case calls it, where a person has said so.
    pub did: Option<String>,
    /// Moves of that actor in the case, to choose from.
    pub could_be: Vec<String>,
    pub plover: Option<String>,
    pub act: Option<String>,
    /// Source's letter and item's grade, as `B2`; `?` where there is none.
    pub graded: String,
}

/// Accepted claims of kind event that no log entry cites yet, in the order they were entered.
pub fn offers(case: &Case, store: &Store) -> Result<Vec<Offer>, StoreError> {
    let cited: BTreeSet<&str> = case.log.iter().flat_map(|entry| entry.because.iter().map(String::as_str)).collect();
    let sources = store.sources()?;
    let mut offers = Vec::new();
    for standing in store.claims(None, Some(Status::Accepted))? {
        let claim = standing.claim;
        let Some(event) = &claim.event else { continue };
        if claim.kind != "event" || cited.contains(claim.id.as_str()) {
            continue;
        }
        let document = store.document(&claim.document)?.document;
        let source = document.source.or(document.outlet);
        let letter = sources
            .iter()
            .find(|s| source.as_ref().is_some_and(|name| *name == s.id || *name == s.name))
            .and_then(|s| document.published.and_then(|day| s.reliability(day)))
            .map_or('?', |grade| grade.reliability);
        let grade = claim.credibility.map_or('?', |n| char::from(b'0' + n));
        let could_be = event.source.as_ref().map(|who| moves_of(case, who)).unwrap_or_default();
        offers.push(Offer {
            claim: claim.id,
            on: claim.date.map(|when| when.from.to_string()),
            who: event.source.clone(),
            did: event.did.clone(),
            could_be,
            plover: event.coded.as_ref().and_then(|c| c.plover.clone()),
            act: event.coded.as_ref().and_then(|c| c.act.clone()),
            graded: format!("{letter}{grade}"),
        });
    }
    Ok(offers)
}

fn moves_of(case: &Case, who: &str) -> Vec<String> {
    let mut all = BTreeSet::new();
    for slot in case.turns.iter().flat_map(|turn| &turn.slots) {
        if matches!(slot.who, Who::Nature) {
            continue;
        }
        for action in &slot.menu {
            if action.move_id.split('.').next() == Some(who) {
                all.insert(action.id.clone());
            }
        }
    }
    all.into_iter().collect()
}

/// Offers as `[[entry]]` tables, ready to be read over and pasted into `log.toml`. What is not known is a comment.
///
/// A letter is not a probability, so `reliability` is left to whoever takes the entry over.
pub fn write(offers: &[Offer]) -> String {
    let mut out = String::new();
    for offer in offers {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let _ = writeln!(out, "[[entry]]");
        match &offer.on {
            Some(day) => {
                let _ = writeln!(out, "on      = {day}");
            }
            None => out.push_str("# on    = which day?\n"),
        }
        match &offer.who {
            Some(who) => {
                let _ = writeln!(out, "who     = {}", quoted(who));
            }
            None => out.push_str("# who   = whose act?\n"),
        }
        match &offer.did {
            Some(did) => {
                let _ = writeln!(out, "did     = {}", quoted(did));
            }
            None => {
                let _ = writeln!(out, "# did   = one of: {}", offer.could_be.join(", "));
            }
        }
        let _ = writeln!(out, "because = [{}]", quoted(&offer.claim));
        let code = [offer.plover.as_deref(), offer.act.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "# reliability = how likely is the report true? Graded {}; {code}.\n", offer.graded);
    }
    out
}
