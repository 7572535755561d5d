//! Words that say how something is meant: hedged, denied, conditional, to come, wished, asked.

use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How a sentence means what it says. Presence in the sentence, not scope: rules of this kind find scope unreliably.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // Each is there or not, independently of the others.
pub struct Modality {
    /// The hedging words as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hedges: Vec<String>,
    pub negated: bool,
    pub conditional: bool,
    pub future: bool,
    /// Says what ought to be.
    pub prescription: bool,
    pub question: bool,
}

impl Modality {
    /// Nothing takes the edge off: it is said to be so, now or then.
    pub fn is_asserted(&self) -> bool {
        self.hedges.is_empty()
            && !self.negated
            && !self.conditional
            && !self.future
            && !self.prescription
            && !self.question
    }

    /// The word of `claims.toml`: the strongest of what was found.
    pub fn word(&self) -> &'static str {
        if self.question {
            "question"
        } else if self.conditional {
            "conditional"
        } else if !self.hedges.is_empty() {
            "hedged"
        } else if self.prescription {
            "prescription"
        } else if self.future {
            "future"
        } else if self.negated {
            "negated"
        } else {
            "asserted"
        }
    }
}

/// Single words that hedge.
const HEDGES: [&str; 58] = [
    "might",
    "could",
    "likely",
    "unlikely",
    "probably",
    "perhaps",
    "possibly",
    "possible",
    "possibility",
    "reportedly",
    "allegedly",
    "alleged",
    "apparently",
    "seemingly",
    "seems",
    "seem",
    "seemed",
    "appears",
    "appear",
    "appeared",
    "suggests",
    "suggest",
    "suggested",
    "potential",
    "potentially",
    "presumably",
    "supposedly",
    "arguably",
    "uncertain",
    "unclear",
    "doubtful",
    "doubtfully",
    "maybe",
    "conceivably",
    "plausibly",
    "plausible",
    "purported",
    "purportedly",
    "rumoured",
    "rumored",
    "hints",
    "hint",
    "hinted",
    "suspect",
    "suspects",
    "suspected",
    "speculate",
    "speculation",
    "foreseeable",
    "predicted",
    "hopes",
    "hope",
    "indicates",
    "ostensibly",
    "would",
    "fears",
    "feared",
    "risk",
];

/// Groups of words that hedge.
const PHRASES: [&[&str]; 34] = [
    &["expected", "to"],
    &["is", "expected"],
    &["are", "expected"],
    &["was", "expected"],
    &["were", "expected"],
    &["widely", "expected"],
    &["said", "to"],
    &["thought", "to"],
    &["believed", "to"],
    &["is", "believed"],
    &["supposed", "to"],
    &["remains", "to", "be", "seen"],
    &["little", "chance"],
    &["no", "sign"],
    &["not", "clear"],
    &["isnt", "clear"],
    &["sure", "to"],
    &["bound", "to"],
    &["stand", "to"],
    &["a", "chance"],
    &["good", "chance"],
    &["no", "one", "can"],
    &["nobody", "can", "know"],
    &["hard", "to", "say"],
    &["difficult", "to", "construct"],
    &["we", "suspect"],
    &["can", "only", "expect"],
    &["reasonable", "to", "expect"],
    &["tends", "to"],
    &["tend", "to"],
    &["even", "if"],
    &["in", "doubt"],
    &["can", "break", "out"],
    &["analysts", "believe"],
];

const NEGATIONS: [&str; 12] =
    ["not", "no", "never", "neither", "nor", "none", "nobody", "nothing", "without", "cannot", "hardly", "denied"];

/// What the cues of a sentence are: words `range` of the text.
pub(crate) fn modality(words: &Words, range: Range<usize>, question: bool) -> Modality {
    let mut found = Modality { question, ..Modality::default() };
    let mut hedged = |words: &Words, first: usize, last: usize| {
        let text = words.original[words.bytes(first, last)].to_lowercase();
        if !found.hedges.contains(&text) {
            found.hedges.push(text);
        }
    };
    let (mut negated, mut conditional, mut future, mut prescription) = (false, false, false, false);
    for i in range.clone() {
        let word = words.at(i);
        let next = words.at(i + 1);
        match word {
            // The verb, not the month: small letters, and something follows that can be done.
            "may"
                if !words.is_capital(i)
                    || i == range.start
                        && words.is_capital(i + 1)
                        && !next.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                hedged(words, i, i);
            }
            "if" | "unless" | "provided" | "otherwise" => conditional = true,
            "should" if i == range.start => {
                conditional = true;
                hedged(words, i, i);
            }
            "should" | "ought" | "must" | "vital" | "imperative" => prescription = true,
            "needs" | "need" if next == "to" => prescription = true,
            "will" | "shall" | "wont" if !words.is_capital(i) || word == "wont" => future = true,
            "going" if next == "to" => future = true,
            "due" | "set" | "expected" if matches!(next, "to" | "by" | "in") => future = true,
            "likely" if matches!(words.before(i, 1), "the" | "a") && next.ends_with("est") => {}
            "hope" | "risk" | "hopes" | "fears" if matches!(words.before(i, 1), "the" | "no" | "of") => {}
            _ if HEDGES.contains(&word) => hedged(words, i, i),
            _ if NEGATIONS.contains(&word) || word.len() > 3 && word.ends_with("nt") && is_contracted(word) => {
                negated = true;
            }
            _ => {}
        }
        for phrase in PHRASES {
            if phrase[0] == word
                && phrase.iter().enumerate().all(|(k, part)| i + k < range.end && words.at(i + k) == *part)
            {
                hedged(words, i, i + phrase.len() - 1);
            }
        }
    }
    found.negated = negated;
    found.conditional = conditional;
    found.future = future;
    found.prescription = prescription;
    found
}

/// `don't` without its apostrophe.
fn is_contracted(word: &str) -> bool {
    matches!(
        word,
        "dont"
            | "doesnt"
            | "didnt"
            | "isnt"
            | "arent"
            | "wasnt"
            | "werent"
            | "hasnt"
            | "havent"
            | "hadnt"
            | "wouldnt"
            | "couldnt"
            | "shouldnt"
            | "cant"
            | "mustnt"
    )
}

/// How a sentence names who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// "X said": in so many words.
    Said,
    /// "according to X".
    According,
    /// "X believes", "X's expectation".
    Believed,
    /// A headline's "Officials: …".
    Heading,
}

/// Who is said to say it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attributed {
    /// Words that name the speaker, first and last.
    pub speaker: (usize, usize),
    pub manner: Manner,
    /// The word that says so.
    pub verb: usize,
}

const SAY: &[&str] = &[
    "said",
    "says",
    "told",
    "tells",
    "announced",
    "announces",
    "added",
    "adds",
    "claimed",
    "claims",
    "insisted",
    "insist",
    "insists",
    "replied",
    "warned",
    "warns",
    "vowed",
    "vows",
    "stated",
    "states",
    "declared",
    "declares",
    "denied",
    "denies",
    "confirmed",
    "reported",
    "acknowledged",
    "admitted",
    "asserted",
    "asserts",
    "noted",
    "wrote",
    "demanded",
    "urged",
    "urges",
    "promised",
    "pledged",
    "argued",
    "argues",
    "complained",
    "responded",
    "explained",
    "commented",
    "remarked",
    "stressed",
    "emphasized",
    "emphasised",
    "reiterated",
    "revealed",
    "disclosed",
    "accused",
    "criticized",
    "criticised",
    "condemned",
    "testified",
    "hinted",
    "threatened",
    "concluded",
    "tweeted",
    "posted",
    "recalled",
    "contended",
    "maintained",
    "maintains",
    "assured",
    "conceded",
    "confirms",
    "acknowledges",
    "admits",
    "writes",
    "complains",
    "responds",
    "explains",
    "stresses",
    "emphasizes",
    "emphasises",
    "reiterates",
    "reveals",
    "discloses",
    "accuses",
    "criticizes",
    "criticises",
    "condemns",
    "testifies",
    "threatens",
    "concludes",
    "contends",
    "assures",
    "concedes",
    "recalls",
    "replies",
];

/// The same of several speakers; after a helping verb they are something else ("could confirm").
const THEY_SAY: [&str; 14] = [
    "say",
    "tell",
    "announce",
    "warn",
    "admit",
    "acknowledge",
    "deny",
    "accuse",
    "confirm",
    "contend",
    "declare",
    "assert",
    "complain",
    "concede",
];

const BELIEVE: [&str; 20] = [
    "believe",
    "believes",
    "believed",
    "think",
    "thinks",
    "thought",
    "expect",
    "expects",
    "expected",
    "fear",
    "fears",
    "hope",
    "hopes",
    "hoped",
    "argue",
    "view",
    "views",
    "regard",
    "predicted",
    "suspect",
];

/// Between a speaker and the verb.
const FILLERS: [&str; 22] = [
    "has",
    "have",
    "had",
    "also",
    "later",
    "then",
    "now",
    "repeatedly",
    "publicly",
    "openly",
    "reportedly",
    "again",
    "recently",
    "already",
    "explicitly",
    "earlier",
    "since",
    "who",
    "however",
    "still",
    "have",
    "himself",
];

const CLAUSE: [&str; 16] = [
    "and", "but", "that", "which", "because", "while", "although", "though", "if", "when", "as", "where", "whether",
    "so", "since", "than",
];

/// Who says the sentence, if it says so: the first pattern that fits.
pub(crate) fn attribution(
    words: &Words,
    range: Range<usize>,
    text_range: Range<usize>,
    quotes: &[Range<usize>],
) -> Option<Attributed> {
    heading(words, &range, &text_range).or_else(|| {
        let mut believed = None;
        for i in range.clone() {
            let word = words.at(i);
            if word == "according" && words.at(i + 1) == "to" && i + 2 < range.end {
                let last = group_after(words, i + 2, range.end);
                return Some(Attributed { speaker: (i + 2, last), manner: Manner::According, verb: i });
            }
            let say =
                SAY.contains(&word) && !words.is_capital(i) && !(word.starts_with("insist") && words.at(i + 1) == "on")
                    || THEY_SAY.contains(&word) && !words.is_capital(i) && !is_helping(words.before(i, 1))
                    || word == "put" && words.at(i + 1) == "it"
                    || word == "ruled" && matches!((words.at(i + 1), words.at(i + 2)), ("out", _) | (_, "out"))
                    || word == "called" && (i + 1..(i + 6).min(range.end)).any(|k| quoted(words, k, quotes));
            let believe = !say && BELIEVE.contains(&word);
            if !say && !believe {
                continue;
            }
            if quoted(words, i, quotes) {
                continue;
            }
            // "is said to", "to be told", "declined to say".
            if matches!(words.at(i + 1), "to")
                && matches!(word, "said" | "thought" | "believed" | "expected" | "reported")
                || matches!(
                    words.before(i, 1),
                    "is" | "are"
                        | "was"
                        | "were"
                        | "be"
                        | "been"
                        | "to"
                        | "being"
                        | "the"
                        | "a"
                        | "of"
                        | "their"
                        | "its"
                        | "his"
                        | "her"
                        | "that"
                        | "our"
                        | "no"
                )
            {
                continue;
            }
            let speaker = inverted(words, i, &range, quotes).or_else(|| group_before(words, i, range.start));
            let Some(speaker) = speaker else { continue };
            let manner = if say { Manner::Said } else { Manner::Believed };
            let one = Attributed { speaker, manner, verb: i };
            if say {
                return Some(one);
            }
            believed = believed.or(Some(one));
        }
        believed
    })
}

/// Verbs that take another verb behind them.
fn is_helping(word: &str) -> bool {
    matches!(
        word,
        "can"
            | "cannot"
            | "could"
            | "will"
            | "would"
            | "shall"
            | "should"
            | "may"
            | "might"
            | "must"
            | "did"
            | "do"
            | "does"
            | "not"
            | "didnt"
            | "doesnt"
            | "dont"
            | "cant"
            | "couldnt"
            | "wouldnt"
            | "wont"
            | "never"
    )
}

fn quoted(words: &Words, i: usize, quotes: &[Range<usize>]) -> bool {
    if i >= words.list.len() {
        return false;
    }
    let at = words.bytes(i, i).start;
    let k = quotes.partition_point(|quote| quote.end <= at);
    quotes.get(k).is_some_and(|quote| quote.start <= at)
}

/// "Officials: the vote is off".
fn heading(words: &Words, range: &Range<usize>, text_range: &Range<usize>) -> Option<Attributed> {
    let text = &words.original[text_range.clone()];
    let colon = text.find(": ")?;
    if text.ends_with(['.', '!']) || colon > 40 {
        return None;
    }
    let last = (range.start..range.end).take_while(|i| words.bytes(*i, *i).start < text_range.start + colon).last()?;
    let plural = matches!(
        words.at(last),
        "officials"
            | "sources"
            | "minister"
            | "spokesman"
            | "report"
            | "president"
            | "ministry"
            | "analysts"
            | "experts"
            | "diplomats"
    );
    plural.then_some(Attributed { speaker: (range.start, last), manner: Manner::Heading, verb: last })
}

/// `," said Ada Brandt`: the speaker stands behind the verb, right after a quotation or a comma.
fn inverted(words: &Words, verb: usize, range: &Range<usize>, quotes: &[Range<usize>]) -> Option<(usize, usize)> {
    let previous = verb.checked_sub(1)?;
    if words.joined(verb) || previous < range.start && !quoted(words, previous, quotes) {
        return None;
    }
    let next = verb + 1;
    if next >= range.end || !words.joined(next) {
        return None;
    }
    let named = words.is_capital(next)
        || matches!(words.at(next), "the" | "a" | "an" | "one" | "another" | "his" | "her" | "its" | "their")
        || is_role(words.at(next));
    named.then(|| (next, group_after(words, next, range.end)))
}

fn group_after(words: &Words, first: usize, end: usize) -> usize {
    let mut last = first;
    while last + 1 < end && words.joined(last + 1) && last - first < 6 {
        let word = words.at(last + 1);
        if CLAUSE.contains(&word)
            || matches!(
                word,
                "on" | "in"
                    | "at"
                    | "to"
                    | "for"
                    | "after"
                    | "before"
                    | "by"
                    | "with"
                    | "would"
                    | "will"
                    | "is"
                    | "are"
                    | "was"
                    | "has"
                    | "had"
                    | "have"
            )
        {
            break;
        }
        last += 1;
    }
    last
}

/// The words just before a verb up to the clause's beginning, helping verbs left out; `None` where nothing could speak.
fn group_before(words: &Words, verb: usize, start: usize) -> Option<(usize, usize)> {
    let mut last = verb.checked_sub(1)?;
    // "Vega, for his part, has warned": helping verbs first, then the insertion.
    let mut at = verb;
    while last > start && words.joined(at) && FILLERS.contains(&words.at(last)) {
        at = last;
        last -= 1;
    }
    if !words.joined(at) {
        // "its leader, a former judge, said": what stands between the commas is skipped.
        let mut comma = last;
        while comma > start && words.joined(comma) {
            comma -= 1;
        }
        if comma <= start || last - comma > 30 || words.gap(last).contains(['.', '?', '!', ';', ':', '"', '”']) {
            return None;
        }
        last = comma - 1;
    }
    while last > start && words.joined(last) && FILLERS.contains(&words.at(last)) {
        last -= 1;
    }
    if FILLERS.contains(&words.at(last)) || last < start {
        return None;
    }
    let mut first = last;
    while first > start && words.joined(first) && last - first < 9 && !CLAUSE.contains(&words.at(first - 1)) {
        first -= 1;
    }
    let speaks = (first..=last).any(|i| {
        words.is_capital(i) && i > start
            || is_role(words.at(i))
            || matches!(
                words.at(i),
                "he" | "she" | "they" | "it" | "we" | "i" | "who" | "one" | "others" | "nobody" | "some"
            )
    }) || words.is_capital(first) && !CLAUSE.contains(&words.at(first));
    speaks.then_some((first, last))
}

/// Nouns for people and houses that make statements.
pub(crate) fn is_role(word: &str) -> bool {
    const ROLES: [&str; 46] = [
        "official",
        "officials",
        "source",
        "sources",
        "diplomat",
        "diplomats",
        "analyst",
        "analysts",
        "observer",
        "observers",
        "expert",
        "experts",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "minister",
        "ministry",
        "office",
        "leader",
        "leaders",
        "party",
        "government",
        "administration",
        "president",
        "premier",
        "envoy",
        "ambassador",
        "embassy",
        "paper",
        "newspaper",
        "agency",
        "commander",
        "commanders",
        "officers",
        "officer",
        "deputies",
        "deputy",
        "lawmakers",
        "members",
        "advisers",
        "statement",
        "report",
        "reports",
        "people",
        "bloc",
        "court",
    ];
    ROLES.contains(&word)
}
