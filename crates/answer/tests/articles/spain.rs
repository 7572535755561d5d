//! Constitution of Spain of 1978: 350 deputies, an absolute majority is 176.

use super::{Small, about, small};

/// Ann has been proposed; what the King wants afterwards is in the test.
fn vote(starts_at: &'static str, ayes: u32, noes: u32, king_wants: &str) -> Small {
    let mut case = small("spain", starts_at, 350, ayes, noes);
    case.until = "2025-04-01";
    case.with(&format!(
        "[roles]\nking = \"head\"\n[interests.head.end]\nworth = 1\nif = '{king_wants}'\n\
         [interests.ayes.soon]\nworth = 1\neach = \"week\"\nwhile = 'government == ann'\n\
         [interests.noes.late]\nworth = -1\neach = \"week\"\nwhile = 'government == ann'\n\
         [state]\nproposed = {{ values = \"candidates.premier or none\", start = \"ann\", while = 'stage in [first_vote, second_vote]' }}\n\
         second = {{ values = \"no or yes\" }}\n\
         [events.second]\nwhen = 'stage == second_vote and second == no'\nthen = {{ second = \"yes\" }}\n"
    ))
}

#[test]
fn ce_99_3_the_first_vote_needs_an_absolute_majority_of_the_members() {
    assert!(vote("first_vote", 176, 174, "government == ann").finally("government == ann and second == no"));
    // 175 for and nobody against is not enough, 48 hours later it is.
    assert!(vote("first_vote", 175, 0, "government == ann").finally("government == ann and second == yes"));
}

#[test]
fn ce_99_3_in_the_second_vote_more_yes_than_no_is_enough() {
    assert!(vote("second_vote", 101, 100, "stage == new_election").ends_in("ann"));
    assert!(!vote("second_vote", 100, 100, "stage == new_election").ends_in("ann"));
}

#[test]
fn ce_99_5_two_months_after_the_first_vote_the_chambers_are_dissolved() {
    let refused = vote("first_vote", 170, 180, "stage == new_election");
    assert!(refused.ends_in("new_election"));
    about(refused.days("stage in [round, first_vote, second_vote]"), 61.0);
}

#[test]
fn ce_99_5_before_a_first_vote_no_clock_runs() {
    // The King would rather propose nobody: there is no vote and no dissolution.
    let waiting = vote("round", 170, 180, "stage == round");
    assert!(waiting.finally("stage == round"));
}

#[test]
fn ce_99_4_after_a_refusal_others_may_be_proposed() {
    let mut case = vote("first_vote", 170, 180, "government == bob");
    case.blocs = vec![("ayes", 170, "ann", "nothing"), ("noes", 180, "bob", "ann")];
    assert!(case.ends_in("bob"));
}

#[test]
fn ce_99_1_who_is_proposed_has_accepted() {
    let mut case = vote("round", 200, 150, "government != none");
    case.blocs = vec![("ayes", 200, "none", "ann"), ("noes", 150, "none", "bob")];
    case.more = case
        .more
        .replace("[interests.ayes.soon]\nworth = 1\n", "[interests.ayes.soon]\nworth = -1\n")
        .replace("start = \"ann\", while", "start = \"none\", while");
    // Each would rather not stand at all, whom the King may ask.
    let case = case.with(
        "[interests.ayes.stands]\nworth = -5\nonce = 'proposed == ann'\n[interests.noes.stands]\nworth = -5\nonce = 'proposed == bob'\n",
    );
    assert!(case.finally("stage == round"));
}

/// Bob governs.
fn under_bob(ayes: u32, noes: u32, motion: &'static str) -> Small {
    let mut case = vote("formed", ayes, noes, "government == ann");
    case.more = case
        .more
        .replace("second = {", "government = { values = \"candidates.premier or none\", start = \"bob\" }\nsecond = {");
    case.procedure = motion;
    case
}

#[test]
fn ce_113_censure_needs_an_absolute_majority_and_brings_its_candidate_in() {
    let motion = "0\ncensure = \"always\"";
    assert!(under_bob(176, 174, motion).ends_in("ann"));
    assert!(!under_bob(175, 0, motion).ends_in("ann"));
}

#[test]
fn ce_112_confidence_is_granted_by_more_yes_than_no_and_lost_otherwise() {
    // The President of the Government, of the noes, would like to be rid of his office, and asks.
    let asked = |ayes, noes| {
        let mut case = under_bob(ayes, noes, "0\nquestion_of_confidence = \"always\"");
        case.blocs = vec![("ayes", ayes, "bob", "nothing"), ("noes", noes, "none", "nothing")];
        case
    };
    assert!(asked(101, 100).ends_in("bob"));
    assert!(asked(100, 100).finally("stage == round and government == none"));
}

#[test]
fn ce_115_the_president_of_the_government_dissolves_and_a_caretaker_cannot() {
    let wants = |case: Small| {
        let mut case = case;
        case.blocs = vec![("ayes", 170, "ann", "nothing"), ("noes", 180, "new_election", "ann")];
        case.procedure = "0\ndissolve = \"always\"";
        case
    };
    assert!(wants(under_bob(170, 180, "0")).ends_in("new_election"));
    assert!(!wants(vote("round", 170, 180, "stage == round")).ends_in("new_election"));
}
