//! Instrument of Government (RF), numbering of 2011: 349 members, more than half is 175.

use super::{Small, hurried, small};

/// The Speaker proposes Ann, or goes on to an election: what he wants is in the test.
fn sounding(ayes: u32, noes: u32, speaker_wants: &str) -> Small {
    small("sweden", "sounding", 349, ayes, noes).with(&format!(
        "[roles]\nspeaker = \"head\"\ncaretaker = \"noes\"\n[interests.head.end]\nworth = 1\nif = '{speaker_wants}'\n"
    ))
}

#[test]
fn rf_6_4_a_proposal_falls_only_if_more_than_half_of_all_members_vote_against() {
    // One vote for, 174 against, 174 away: more against than for, yet approved.
    assert!(sounding(1, 174, "government == ann").ends_in("ann"));
    // 175 against 174 for: rejected.
    assert!(!sounding(174, 175, "government == ann").ends_in("ann"));
}

#[test]
fn rf_6_5_four_rejections_lead_to_an_extra_election() {
    let rejected = sounding(174, 175, "stage == new_election")
        .with("[interests.head.haste]\nworth = -1\neach = \"week\"\nwhile = 'stage == sounding'\n");
    assert!(rejected.ends_in("new_election"));
    // The Speaker may propose Bob as well, whom the ayes let pass or not; against Ann and Bob alike there is no majority
    // of 175 but that of the noes. A day to propose and a day to vote: four rejections take eight days, one takes two.
    let one_left = rejected
        .clone()
        .with("[state]\nrejections = { range = \"0..4\", start = 3, while = 'stage in [sounding, vote]' }\n");
    let (all, one) = (rejected.day("stage == new_election").unwrap(), one_left.day("stage == new_election").unwrap());
    let days = |a: jiff::civil::Date, b: jiff::civil::Date| (a - b).get_days();
    assert_eq!(days(all, one), 6, "three more rejections, two days each: {one} and {all}");
}

#[test]
fn rf_6_3_the_prime_minister_in_office_falls_to_more_than_half_of_all_members() {
    let standing = |ayes, noes| {
        let mut case = sounding(ayes, noes, "government != none")
            .with("[state]\nincumbent = { values = \"candidates.premier or none\", start = \"ann\" }\n");
        case.starts_at = "standing";
        case
    };
    assert!(standing(1, 174).ends_in("ann"));
    assert!(!standing(174, 175).ends_in("ann"));
    // By pace alone the vote would not come; after two weeks it does.
    let mut waiting = standing(1, 174);
    waiting.procedure = "0";
    hurried(waiting.days("stage == standing"), 14.0);
}

#[test]
fn rf_6_4_the_vote_comes_by_the_fourth_day() {
    let mut case = sounding(1, 174, "government != none");
    case.starts_at = "vote";
    case.procedure = "0";
    case.more.push_str(
        "[state]\nproposed = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage == vote' }\n",
    );
    hurried(case.days("stage == vote"), 4.0);
    assert!(case.ends_in("ann"));
}

/// A government of Ann's, and a motion of no confidence that comes up daily.
fn governed(ayes: u32, noes: u32, more: &str) -> Small {
    let mut case = sounding(ayes, noes, "government != none").with(more);
    case.starts_at = "formed";
    case.until = "2025-02-01";
    case.procedure = "0\nno_confidence = \"always\"";
    case.more.push_str("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"ann\" }\n");
    case
}

#[test]
fn rf_13_4_no_confidence_needs_more_than_half_of_all_members() {
    assert!(governed(1, 174, "").ends_in("ann"));
    // 175 are enough; the Prime Minister, who fears an election, is discharged.
    let fears = "[interests.ayes.fears]\nworth = -3\nif = 'stage == new_election'\n";
    assert!(governed(174, 175, fears).finally("stage == sounding"));
}

#[test]
fn rf_6_7_a_government_averts_its_discharge_by_an_extra_election() {
    let rather = "[interests.ayes.rather]\nworth = 3\nif = 'stage == new_election'\n";
    assert!(governed(174, 175, rather).ends_in("new_election"));
}

#[test]
fn rf_3_11_only_a_government_in_office_orders_an_extra_election() {
    let rather = "[interests.ayes.rather]\nworth = 3\nif = 'stage == new_election'\n";
    let mut case = governed(200, 149, rather);
    case.procedure = "0\nextra_election = \"always\"";
    assert!(case.ends_in("new_election"));
    // A caretaker, here Ann's party before anybody is named, cannot.
    let mut caretaker = sounding(200, 149, "government != none").with(rather);
    caretaker.more = caretaker.more.replace("caretaker = \"noes\"", "caretaker = \"ayes\"");
    caretaker.procedure = "0\nextra_election = \"always\"";
    caretaker.until = "2025-02-01";
    assert!(!caretaker.ends_in("new_election"));
}
