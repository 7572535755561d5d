//! Constitution of Lebanon: 128 deputies; a majority is 65, two thirds are 86.

use super::{Small, about, small};

/// Without dissolution, which the pack leaves out: three blocs, three premiers, two presidents.
fn chamber(starts_at: &'static str, ayes: u32, noes: u32, head: &str, designate: &str) -> Small {
    let mut case = small("lebanon", starts_at, 128, ayes, noes);
    case.blocs = vec![("ayes", ayes, "ann", "nothing"), ("noes", noes, "bob", "nothing")];
    case.ends = "stage == formed";
    let third = 128 - ayes - noes;
    case.absent = 0;
    if third > 0 {
        case.blocs.push(("third", third, "carl", "nothing"));
        case = case.with("[candidates.premier.carl]\nparty = \"third\"\n");
    }
    case.with(&format!(
        "[roles]\nspeaker = \"head\"\ncaretaker = \"noes\"\n[candidates.president]\neve = {{ party = \"ayes\" }}\nida = {{ party = \"noes\" }}\n\
         [state]\nhead = {{ values = \"candidates.president or none\", start = \"{head}\" }}\n\
         designate = {{ values = \"candidates.premier or none\", start = \"{designate}\" }}\n\
         [interests.ayes.eve]\nworth = 1\neach = \"week\"\nwhile = 'head == eve'\n\
         [interests.noes.eve]\nworth = -1\neach = \"week\"\nwhile = 'head == eve'\n\
         [interests.ayes.named]\nworth = 1\neach = \"week\"\nwhile = 'designate == ann'\n\
         [interests.noes.named]\nworth = 1\neach = \"week\"\nwhile = 'designate == bob'\n\
         [interests.head.done]\nworth = 1\neach = \"week\"\nwhile = 'head != none'\n"
    ))
}

/// The presidency alone.
fn election(ayes: u32) -> Small {
    let mut case = chamber("president", ayes, 128 - ayes, "none", "none");
    case.procedure = "{ by = \"stage\", president = \"always\", president_again = \"always\", else = 0 }";
    case
}

#[test]
fn c_49_2_two_thirds_elect_in_the_first_ballot() {
    let again = |case: Small| {
        case.with(
            "[state.again]\nvalues = \"no or yes\"\n[events.again]\nwhen = 'stage == president_again and again == no'\nthen = { again = \"yes\" }\n",
        )
    };
    assert!(again(election(86)).finally("head == eve and again == no"));
    // 85 are enough to sit only if one of the others comes; nobody does.
    assert!(!again(election(85)).finally("head == eve and again == no"));
}

#[test]
fn c_49_2_later_a_majority_of_the_members_is_enough_if_two_thirds_stay() {
    // 65 for, and the others must sit: they earn more by sitting than they lose.
    let sitting = |ayes| {
        election(ayes).with("[vote_pays.noes.president]\nattend = 99\n[vote_pays.noes.president_again]\nattend = 99\n")
    };
    assert!(sitting(65).finally("head == eve"));
    assert!(!sitting(64).finally("head == eve"));
}

#[test]
fn c_34_and_49_staying_away_stops_the_second_ballot_under_the_speakers_reading() {
    // They come to the first ballot and walk out before the second: with 85 for, whether Eve is elected is a matter of
    // the reading of the quorum, and with 86 of nothing.
    let walkout = |ayes| election(ayes).with("[vote_pays.noes.president]\nattend = 99\n");
    let mut disputed = walkout(85);
    disputed.draws = 200;
    let chance = disputed.chance("head == eve");
    assert!((0.03..0.15).contains(&chance), "only under the other reading, 3 to 15 in a hundred: {chance}");
    assert!(walkout(86).finally("head == eve"));
}

#[test]
fn c_53_2_the_one_most_named_is_designated_majority_or_not() {
    let mut named = chamber("designation", 40, 30, "eve", "none");
    named.procedure = "{ by = \"stage\", designation = \"always\", else = 0 }";
    let named = named.with("[interests.third.named]\nworth = 1\neach = \"week\"\nwhile = 'designate == carl'\n");
    assert!(named.finally("designate == carl"), "58 of 128, against the president's own bloc");
}

#[test]
fn c_53_4_no_cabinet_without_the_presidents_signature() {
    assert!(chamber("cabinet", 65, 63, "eve", "ann").ends_in("ann"));
    // The same majority, and a president of the others, who would rather have none.
    let mut refused = chamber("cabinet", 65, 63, "ida", "ann");
    refused.blocs[1] = ("noes", 63, "none", "ann");
    assert!(!refused.ends_in("ann"));
}

#[test]
fn c_64_2_confidence_needs_a_quorum_of_members_and_a_majority_of_votes_within_thirty_days() {
    let programme = |ayes: u32, noes: u32| {
        let mut case = chamber("programme", ayes, noes, "eve", "ann");
        case.blocs.truncate(2);
        case.blocs[1] = ("noes", noes, "none", "ann");
        case.absent = 128 - ayes - noes;
        case.more = case.more.replace("[candidates.premier.carl]\nparty = \"third\"\n", "");
        case.procedure = "{ by = \"stage\", programme = \"always\", else = 0 }";
        case
    };
    assert!(programme(65, 63).ends_in("ann"));
    // 64 would win against 50, but cannot sit alone: who is against stays away, and after thirty days the designate has
    // failed.
    let stopped = programme(64, 50);
    assert!(stopped.finally("stage == designation and designate == none"));
    about(stopped.days("stage == programme"), 30.0);
}

#[test]
fn c_69_the_chamber_withdraws_its_confidence_by_a_majority_of_votes() {
    let fall = |ayes: u32| {
        let mut case = chamber("formed", ayes, 128 - ayes, "eve", "ann");
        case.blocs[1].2 = "none";
        case.ends = "stage == designation";
        case.procedure = "0\nno_confidence = \"always\"";
        case.with("[state.government]\nvalues = \"candidates.premier or none\"\nstart = \"ann\"\n")
    };
    assert!(fall(63).finally("government == none"));
    assert!(fall(65).finally("government == ann"));
}
