//! Proposals: sentences worth a look, as claims nobody has accepted yet.

use crate::extract::{Extract, RULES, extract, kind};
use crate::gazetteer::Gazetteer;
use crate::record::{Claim, Document, Happened};
use crate::span::Points;
use jiff::civil::Date;

/// Longest passage of a proposal, in bytes: a "sentence" longer than this is a table or a joke.
const LONGEST: usize = 2000;

/// What the rules propose of a document: a claim per sentence that names an actor of the case.
///
/// Without a day of publication relative dates stay unread, and offices belong to nobody.
pub fn proposals(document: &Document, text: &str, gazetteer: &Gazetteer) -> Vec<Claim> {
    let published = document.published.unwrap_or(Date::MIN);
    let mut extract = extract(text, gazetteer, published);
    if document.published.is_none() {
        forget_relative(&mut extract);
    }
    let points = Points::of(text);
    let mut claims = Vec::new();
    for sentence in &extract.sentences {
        if sentence.actors.is_empty() || sentence.bytes.len() > LONGEST {
            continue;
        }
        let Some(span) = points.span(sentence.bytes.clone()) else { continue };
        let kind = kind(sentence);
        let mut speaker = vec!["author".to_owned()];
        if let Some(attribution) = &sentence.attribution {
            speaker.push(attribution.actor.clone().unwrap_or_else(|| attribution.speaker.clone()));
        }
        let event = sentence.coded.as_ref().map(|coded| Happened {
            coded: Some(coded.clone()),
            source: sentence.source.clone(),
            recipients: sentence.recipients.clone(),
            did: None,
        });
        let spans = vec![span];
        claims.push(Claim {
            id: Claim::id_of(&document.id, &spans, kind),
            document: document.id.clone(),
            spans,
            says: String::new(),
            kind: kind.to_owned(),
            speaker,
            modality: sentence.modality.clone(),
            actors: sentence.actors.clone(),
            about: Vec::new(),
            date: extract.when(sentence),
            number: extract.quantity(sentence).cloned(),
            attribution: sentence.attribution.clone(),
            credibility: None,
            origin: None,
            event,
            foretold: None,
            extractor: RULES.to_owned(),
        });
    }
    claims
}

/// Drops dates that only a day of publication would tell.
fn forget_relative(extract: &mut Extract) {
    let mut kept = Vec::with_capacity(extract.dates.len() + 1);
    let mut dates = Vec::new();
    for dated in std::mem::take(&mut extract.dates) {
        kept.push(dates.len());
        if !dated.relative {
            dates.push(dated);
        }
    }
    kept.push(dates.len());
    for sentence in &mut extract.sentences {
        sentence.dates = kept[sentence.dates.start]..kept[sentence.dates.end];
    }
    extract.dates = dates;
}
