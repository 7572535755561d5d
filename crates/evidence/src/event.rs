//! Which event a sentence reports: a PLOVER code and our own act, proposed from the verb.
//!
//! The vocabulary is PLOVER's (event types and modes); the word lists and the acts are ours. Verbs of commentary mean many
//! things, so a code is proposed only where an actor stands before the verb and nothing hedges, denies or puts off.

use crate::words::Words;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// PLOVER's event types with their conflict–cooperation scores, from the manual.
pub const PLOVER: [(&str, f64); 16] = [
    ("AGREE", 2.5),
    ("CONSULT", 2.5),
    ("SUPPORT", 5.0),
    ("CONCEDE", 4.5),
    ("COOPERATE", 9.5),
    ("AID", 10.0),
    ("RETREAT", 6.5),
    ("REQUEST", 0.0),
    ("ACCUSE", -3.0),
    ("REJECT", -2.0),
    ("THREATEN", -3.5),
    ("PROTEST", -5.0),
    ("SANCTION", -6.0),
    ("MOBILIZE", -5.5),
    ("COERCE", -7.0),
    ("ASSAULT", -9.0),
];

/// Our own acts of government formation, each with the PLOVER code an outsider would read it as (none for a caretaker who
/// stays on, and for a deadline that lapses: nobody does that).
pub const ACTS: [(&str, Option<&str>); 19] = [
    ("nominate", Some("SUPPORT")),
    ("designate", Some("SUPPORT")),
    ("endorse", Some("SUPPORT")),
    ("veto", Some("REJECT-change")),
    ("withdraw-candidacy", Some("RETREAT-resign")),
    ("switch-bloc", Some("SANCTION-withdraw")),
    ("form-alliance", Some("AGREE")),
    ("hold-session", Some("SUPPORT")),
    ("elect-speaker", Some("SUPPORT")),
    ("elect-president", Some("SUPPORT")),
    ("confidence-vote", Some("SUPPORT")),
    ("deny-quorum", Some("PROTEST-boycott")),
    ("postpone", Some("REJECT-meet")),
    ("court-ruling", Some("SUPPORT")),
    ("deadline-lapse", None),
    ("promise-post", Some("AGREE")),
    ("threaten-sanction", Some("THREATEN-relations")),
    ("resign", Some("RETREAT-resign")),
    ("caretaker-extend", None),
];

/// What happened, as far as the verb says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// `REJECT-change`: type and mode.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plover: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub act: Option<String>,
}

/// The verb as it stands, what a word near behind it must begin with (one of several, or nothing), code, act.
const VERBS: &[(&str, &str, &str, &str)] = &[
    ("nominated", "", "SUPPORT", "nominate"),
    ("named", "candidate", "SUPPORT", "nominate"),
    ("designated", "", "SUPPORT", "designate"),
    ("tasked", "", "SUPPORT", "designate"),
    ("charged", "forming", "SUPPORT", "designate"),
    ("endorsed", "", "SUPPORT", "endorse"),
    ("backed", "down", "CONCEDE", ""),
    ("backed", "", "SUPPORT", "endorse"),
    ("vetoed", "", "REJECT-change", "veto"),
    ("rejected", "", "REJECT-change", "veto"),
    ("refused", "", "REJECT-change", ""),
    ("ruled", "out", "REJECT-change", ""),
    ("withdrew", "candida", "RETREAT-resign", "withdraw-candidacy"),
    ("withdrew", "bid", "RETREAT-resign", "withdraw-candidacy"),
    ("withdrew", "", "RETREAT-withdraw", ""),
    ("resigned", "", "RETREAT-resign", "resign"),
    ("stepped", "down", "RETREAT-resign", "resign"),
    ("defected", "", "SANCTION-withdraw", "switch-bloc"),
    ("quit", "alliance", "SANCTION-withdraw", "switch-bloc"),
    ("signed", "", "AGREE", "form-alliance"),
    ("allied", "", "AGREE", "form-alliance"),
    ("agreed", "", "AGREE", ""),
    ("boycotted", "", "PROTEST-boycott", "deny-quorum"),
    ("stayed", "away", "PROTEST-boycott", "deny-quorum"),
    ("walked", "out", "PROTEST-boycott", "deny-quorum"),
    ("postponed", "", "REJECT-meet", "postpone"),
    ("adjourned", "", "REJECT-meet", "postpone"),
    ("put", "off", "REJECT-meet", "postpone"),
    ("elected", "speaker", "SUPPORT", "elect-speaker"),
    ("elected", "president", "SUPPORT", "elect-president"),
    ("ruled", "", "SUPPORT", "court-ruling"),
    ("threatened", "sanction", "THREATEN-relations", "threaten-sanction"),
    ("threatened", "", "THREATEN", ""),
    ("warned", "", "THREATEN", ""),
    ("vowed", "", "THREATEN", ""),
    ("offered", "ministr", "AGREE", "promise-post"),
    ("promised", "ministr", "AGREE", "promise-post"),
    ("promised", "", "AGREE", ""),
    ("pledged", "", "AGREE", ""),
    ("met", "", "CONSULT-visit", ""),
    ("visited", "", "CONSULT-visit", ""),
    ("phoned", "", "CONSULT-phone", ""),
    ("consulted", "", "CONSULT", ""),
    ("asked", "", "REQUEST-change", ""),
    ("urged", "", "REQUEST-change", ""),
    ("urging", "", "REQUEST-change", ""),
    ("demanded", "", "REQUEST-change", ""),
    ("called", "on", "REQUEST-change", ""),
    ("blamed", "", "ACCUSE-disapprove", ""),
    ("accused", "", "ACCUSE-allege", ""),
    ("accuses", "", "ACCUSE-allege", ""),
    ("criticised", "", "ACCUSE-disapprove", ""),
    ("criticized", "", "ACCUSE-disapprove", ""),
    ("condemned", "", "ACCUSE-disapprove", ""),
    ("sanctioned", "", "SANCTION-discontinue", ""),
    ("imposed", "sanction", "SANCTION-discontinue", ""),
    ("suspended", "", "SANCTION-discontinue", ""),
    ("expelled", "", "SANCTION-expel", ""),
    ("deployed", "", "MOBILIZE-troops", ""),
    ("amassing", "", "MOBILIZE-troops", ""),
    ("mobilised", "", "MOBILIZE-troops", ""),
    ("mobilized", "", "MOBILIZE-troops", ""),
    ("moved", "men", "MOBILIZE-militia", ""),
    ("arrested", "", "COERCE-arrest", ""),
    ("seized", "", "COERCE-seize", ""),
    ("banned", "", "COERCE-restrict", ""),
    ("attacked", "", "ASSAULT", ""),
    ("killed", "", "ASSAULT", ""),
    ("assassinated", "", "ASSAULT-targeted", ""),
    ("shelled", "", "ASSAULT-heavy-weapons", ""),
    ("protested", "", "PROTEST-demo", ""),
    ("demonstrated", "", "PROTEST-demo", ""),
    ("paid", "", "AID", ""),
    ("released", "", "RETREAT-release", ""),
    ("disarmed", "", "RETREAT-disarm", ""),
    ("threw", "weight", "SUPPORT", "endorse"),
    ("supported", "", "SUPPORT", ""),
    ("recognised", "", "SUPPORT", ""),
    ("recognized", "", "SUPPORT", ""),
    ("praised", "", "SUPPORT", ""),
    ("welcomed", "", "SUPPORT", ""),
    ("approved", "", "SUPPORT", ""),
    ("hailed", "", "SUPPORT", ""),
    ("received", "envoy|minister|delegation|ambassador", "CONSULT-visit", ""),
    ("hosted", "", "CONSULT-visit", ""),
    ("negotiated", "", "CONSULT", ""),
    ("talked", "with|to", "CONSULT", ""),
    ("spoke", "with", "CONSULT", ""),
    ("convened", "", "CONSULT", ""),
    ("gave", "way|in", "CONCEDE", ""),
    ("conceded", "", "CONCEDE", ""),
    ("yielded", "", "CONCEDE", ""),
    ("relented", "", "CONCEDE", ""),
    ("apologised", "", "CONCEDE", ""),
    ("apologized", "", "CONCEDE", ""),
    ("cooperated", "", "COOPERATE", ""),
    ("exchanged", "", "COOPERATE", ""),
    ("shared", "", "COOPERATE", ""),
    ("donated", "", "AID", ""),
    ("supplied", "", "AID", ""),
    ("funded", "", "AID", ""),
    ("sent", "aid|grain|food|medicine|tonnes|relief", "AID", ""),
    ("pulled", "back|out", "RETREAT-withdraw", ""),
    ("retreated", "", "RETREAT-withdraw", ""),
    ("pardoned", "", "RETREAT-release", ""),
    ("freed", "", "RETREAT-release", ""),
    ("lifted", "ban|siege|blockade|sanction", "RETREAT-access", ""),
    ("requested", "", "REQUEST-change", ""),
    ("appealed", "", "REQUEST-change", ""),
    ("lobbied", "", "REQUEST-change", ""),
    ("pressed", "", "REQUEST-change", ""),
    ("denounced", "", "ACCUSE-disapprove", ""),
    ("alleged", "", "ACCUSE-allege", ""),
    ("investigated", "", "ACCUSE-investigate", ""),
    ("turned", "down", "REJECT-change", ""),
    ("declined", "", "REJECT-change", ""),
    ("blocked", "", "REJECT-change", ""),
    ("opposed", "", "REJECT-change", ""),
    ("marched", "", "PROTEST-demo", ""),
    ("rallied", "", "PROTEST-demo", ""),
    ("rioted", "", "PROTEST-riot", ""),
    ("left", "chamber|hall|sitting|session", "PROTEST-boycott", "deny-quorum"),
    ("recalled", "ambassador|envoy", "SANCTION-withdraw", ""),
    ("froze", "", "SANCTION-discontinue", ""),
    ("halted", "", "SANCTION-discontinue", ""),
    ("cut", "off|ties|relations", "SANCTION-discontinue", ""),
    ("broke", "off|ties|relations", "SANCTION-discontinue", ""),
    ("announced", "sanction", "SANCTION-discontinue", ""),
    ("sacked", "", "SANCTION-expel", ""),
    ("ousted", "", "SANCTION-expel", ""),
    ("called", "up", "MOBILIZE-troops", ""),
    ("massed", "", "MOBILIZE-troops", ""),
    ("moved", "troops|forces|regiment|soldiers|ships", "MOBILIZE-troops", ""),
    ("sent", "troops|forces|soldiers|ships|fighters", "MOBILIZE-troops", ""),
    ("detained", "", "COERCE-arrest", ""),
    ("jailed", "", "COERCE-arrest", ""),
    ("imprisoned", "", "COERCE-arrest", ""),
    ("deported", "", "COERCE-deport", ""),
    ("censored", "", "COERCE-censor", ""),
    ("suppressed", "", "COERCE", ""),
    ("forced", "", "COERCE", ""),
    ("opened", "fire", "ASSAULT-firearms", ""),
    ("fired", "missile|rocket|shell|shots|on", "ASSAULT-heavy-weapons", ""),
    ("launched", "attack|strike|missile|rocket|assault", "ASSAULT", ""),
    ("bombed", "", "ASSAULT-explosives", ""),
    ("stormed", "", "ASSAULT", ""),
    ("ambushed", "", "ASSAULT", ""),
    ("kidnapped", "", "ASSAULT-abduct", ""),
    ("abducted", "", "ASSAULT-abduct", ""),
    ("tortured", "", "ASSAULT-torture", ""),
    ("wounded", "", "ASSAULT", ""),
    ("targeting", "troops|forces|base|soldiers|embassy", "ASSAULT", ""),
];

/// Codes the words of a sentence: the first verb with an actor before it.
///
/// - `actors`: word positions at which actors are named, in order.
/// - Returns the verb's word as well.
pub(crate) fn code(words: &Words, range: Range<usize>, actors: &[usize]) -> Option<(Coded, usize)> {
    let first = *actors.first()?;
    for i in first + 1..range.end {
        let word = words.at(i);
        let passive = matches!(words.before(i, 1), "was" | "were" | "been" | "be" | "being" | "is" | "are");
        if passive {
            continue;
        }
        for (verb, near, plover, act) in VERBS {
            let behind = |start: &str| (i + 1..(i + 9).min(range.end)).any(|k| words.at(k).starts_with(start));
            if word == *verb && (near.is_empty() || near.split('|').any(behind)) {
                let act = (!act.is_empty()).then(|| (*act).to_owned());
                return Some((Coded { plover: Some((*plover).to_owned()), act }, i));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ACTS, PLOVER, VERBS};

    #[test]
    fn every_code_is_of_the_vocabulary() {
        let known = |code: &str| PLOVER.iter().any(|(name, _)| code.split('-').next() == Some(name));
        for (verb, _, plover, act) in VERBS {
            assert!(known(plover), "{verb}: {plover}");
            assert!(act.is_empty() || ACTS.iter().any(|(name, _)| name == act), "{verb}: {act}");
        }
        for (act, plover) in ACTS {
            assert!(plover.is_none_or(known), "{act}");
        }
    }
}
