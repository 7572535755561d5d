//! What a document says, by rules: a proposal per sentence in which somebody or some number of interest occurs.

use crate::cue::{Manner, Modality, attribution, modality};
use crate::date::{Dated, When, dates};
use crate::event::{Coded, code};
use crate::fold::fold;
use crate::gazetteer::{Gazetteer, Mention, Named};
use crate::number::{Counted, Quantity, numbers};
use crate::quote::quotes;
use crate::sentence::sentences;
use crate::words::Words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The name rules sign with.
pub const RULES: &str = "rules-1";

/// Everything the rules find in a text; all positions are bytes of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extract {
    pub mentions: Vec<Mention>,
    pub dates: Vec<Dated>,
    pub numbers: Vec<Counted>,
    /// Insides of quotations.
    pub quotes: Vec<Range<usize>>,
    pub sentences: Vec<Sentence>,
}

/// A sentence and how it is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    pub bytes: Range<usize>,
    pub modality: Modality,
    pub attribution: Option<Attribution>,
    pub coded: Option<Coded>,
    /// Actors named, each once, in order; those before the event's verb are its source.
    pub actors: Vec<String>,
    /// Of a coded event: the actor nearest before the verb, and those named after it.
    pub source: Option<String>,
    pub recipients: Vec<String>,
    /// Positions in [`Extract::dates`] and [`Extract::numbers`].
    pub dates: Range<usize>,
    pub numbers: Range<usize>,
}

/// Who is said to say something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribution {
    /// As the text names them.
    pub speaker: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actor: Option<String>,
    pub manner: Manner,
}

/// Reads a text by rules. Time is linear in its length.
///
/// - `published`: what relative dates and offices are read by.
pub fn extract(text: &str, gazetteer: &Gazetteer, published: Date) -> Extract {
    let folded = fold(text);
    let words = Words::of(text, &folded);
    let found = gazetteer.find(text, &folded, published);
    let quotes = quotes(text);
    let mut taken = vec![false; words.list.len()];
    let (mut mentions, mut dates_found) = (Vec::new(), Vec::new());
    for mention in found {
        if let Named::Occasion { from, to } = mention.named {
            let when = When { from, to, grain: crate::date::Grain::Day };
            dates_found.push(Dated { bytes: mention.bytes, when, relative: true });
        } else {
            mentions.push(mention);
        }
    }
    let mut at = 0;
    for bytes in mentions.iter().map(|m| &m.bytes).chain(dates_found.iter().map(|d: &Dated| &d.bytes)) {
        mark(&words, bytes, &mut taken, &mut at);
    }
    let occasions = !dates_found.is_empty();
    for (dated, range) in dates(&words, published) {
        if taken[range.clone()].iter().any(|taken| *taken) {
            continue;
        }
        taken[range].fill(true);
        dates_found.push(dated);
    }
    if occasions {
        dates_found.sort_by_key(|dated| dated.bytes.start);
    }
    let numbers = numbers(&words, &taken);
    let mut sentences_found = Vec::new();
    let (mut word, mut mention, mut date, mut number) = (0, 0, 0, 0);
    for bytes in sentences(text) {
        let first = word
            + words.list[word..]
                .partition_point(|w| folded.original(w.start as usize..w.end as usize).start < bytes.start);
        let last = first
            + words.list[first..]
                .partition_point(|w| folded.original(w.start as usize..w.end as usize).start < bytes.end);
        word = last;
        mention = advance(&mentions, mention, bytes.start, |m| m.bytes.start);
        let after = advance(&mentions, mention, bytes.end, |m| m.bytes.start);
        let own = &mentions[mention..after];
        mention = after;
        date = advance(&dates_found, date, bytes.start, |d| d.bytes.start);
        let dates = date..advance(&dates_found, date, bytes.end, |d| d.bytes.start);
        date = dates.end;
        number = advance(&numbers, number, bytes.start, |n| n.bytes.start);
        let numbers = number..advance(&numbers, number, bytes.end, |n| n.bytes.start);
        number = numbers.end;
        let range = first..last;
        let ends = text[bytes.clone()].trim_end_matches(['"', '”', ')', '’', ' ']);
        let modality = modality(&words, range.clone(), ends.ends_with('?'));
        let attributed = attribution(&words, range.clone(), bytes.clone(), &quotes);
        let attribution = attributed.map(|a| {
            let speaker = words.bytes(a.speaker.0, a.speaker.1);
            let close = own.iter().rev().find(|m| m.bytes.start >= speaker.start && m.bytes.end <= speaker.end + 1);
            Attribution { speaker: text[speaker].to_owned(), actor: close.and_then(actor), manner: a.manner }
        });
        let mut actors: Vec<String> = Vec::new();
        let mut positions = Vec::new();
        for mention in own {
            positions.push(words.index_of(mention.bytes.start));
            if let Some(id) = actor(mention)
                && !actors.contains(&id)
            {
                actors.push(id);
            }
        }
        let (mut coded, mut source, mut recipients) = (None, None, Vec::new());
        if modality.is_asserted()
            && let Some((found, verb)) = code(&words, range, &positions)
        {
            let before = positions.iter().rposition(|at| *at < verb);
            source = before.and_then(|k| actor(&own[k]));
            recipients =
                own.iter().zip(&positions).filter(|(_, at)| **at > verb).filter_map(|(m, _)| actor(m)).collect();
            recipients.dedup();
            coded = Some(found);
        }
        sentences_found.push(Sentence {
            bytes,
            modality,
            attribution,
            coded,
            actors,
            source,
            recipients,
            dates,
            numbers,
        });
    }
    Extract { mentions, dates: dates_found, numbers, quotes, sentences: sentences_found }
}

fn actor(mention: &Mention) -> Option<String> {
    match &mention.named {
        Named::Actor(id) => Some(id.clone()),
        Named::Occasion { .. } => None,
    }
}

fn advance<T>(list: &[T], from: usize, until: usize, start: impl Fn(&T) -> usize) -> usize {
    let mut at = from;
    while at < list.len() && start(&list[at]) < until {
        at += 1;
    }
    at
}

fn mark(words: &Words, bytes: &Range<usize>, taken: &mut [bool], at: &mut usize) {
    let first = words.index_of(bytes.start);
    *at = first;
    let mut i = first;
    while i < words.list.len() && words.bytes(i, i).start < bytes.end {
        taken[i] = true;
        i += 1;
    }
}

/// What a sentence is proposed as.
pub fn kind(sentence: &Sentence) -> &'static str {
    let meant = &sentence.modality;
    if sentence.coded.is_some() {
        "event"
    } else if meant.conditional {
        "causal claim"
    } else if meant.future
        || meant
            .hedges
            .iter()
            .any(|h| h.contains("likely") || h.contains("expected") || h == "may" || h == "might" || h == "could")
    {
        "forecast"
    } else if !sentence.numbers.is_empty() {
        "number"
    } else {
        "actor position"
    }
}

impl Extract {
    /// The first quantity of a sentence.
    pub fn quantity(&self, sentence: &Sentence) -> Option<&Quantity> {
        self.numbers.get(sentence.numbers.clone())?.first().map(|counted| &counted.quantity)
    }

    /// The first date of a sentence.
    pub fn when(&self, sentence: &Sentence) -> Option<When> {
        self.dates.get(sentence.dates.clone())?.first().map(|dated| dated.when)
    }
}
