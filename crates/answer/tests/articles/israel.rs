//! Basic Law: The Government (2001), sections 7 to 13 and 28; Basic Law: The Knesset, section 34. 120 members.

use super::{Small, about, small};

fn knesset(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    small("israel", starts_at, 120, ayes, noes)
        .with("[roles]\npresident = \"head\"\n[interests.head.end]\nworth = 1\nif = 'government != none'\n")
}

/// Ann holds the mandate of this stage.
fn holding(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    knesset(starts_at, ayes, noes)
        .with("[state]\nholder = { values = \"candidates.premier or none\", start = \"ann\" }\n")
}

#[test]
fn section_8_the_first_mandate_has_28_days_and_42_with_the_extension() {
    let lasting = |extended: &str| {
        let mut case = holding("first", 60, 60).with(extended).waiting("ayes", "first");
        case.procedure = "0";
        case.days("stage == first")
    };
    about(lasting(""), 28.0);
    about(lasting("extended = { values = \"no or yes\", start = \"yes\", while = 'stage == first' }\n"), 42.0);
}

#[test]
fn section_8_the_president_gives_the_extension() {
    let mut case = holding("first", 60, 60).waiting("ayes", "first");
    case.procedure = "0\nextend = \"always\"";
    case.more.push_str("[interests.head.longer]\nworth = 1\neach = \"week\"\nwhile = 'stage == first'\n");
    about(case.days("stage == first"), 42.0);
}

#[test]
fn section_9_three_days_for_the_second_choice_and_28_for_the_second_mandate() {
    let mut choice = knesset("second_choice", 60, 60).waiting("head", "second_choice");
    choice.procedure = "0";
    about(choice.days("stage == second_choice"), 3.0);
    let mut second = holding("second", 60, 60).waiting("ayes", "second");
    second.procedure = "0";
    about(second.days("stage == second"), 28.0);
}

#[test]
fn section_9_whoever_had_the_first_mandate_does_not_get_the_second() {
    let chosen = |first: &str| {
        knesset("second_choice", 60, 20).with(&format!(
            "[state]\nfirst_held = {{ values = \"candidates.premier or none\", start = \"{first}\", while = 'stage in [first, second_choice]' }}\n"
        ))
    };
    // 60 of 80 who vote are enough for confidence, and too few to be named by the members.
    assert!(chosen("bob").ends_in("ann"));
    assert!(!chosen("ann").ends_in("ann"));
}

#[test]
fn section_10_61_members_name_whom_they_want_within_21_days() {
    assert!(knesset("members", 61, 59).ends_in("ann"));
    // Confidence itself needs fewer, but naming needs 61 of all 120.
    assert!(!knesset("members", 60, 20).ends_in("ann"));
    let mut idle = knesset("members", 60, 20).waiting("ayes", "members").waiting("noes", "members");
    idle.procedure = "0";
    about(idle.days("stage == members"), 21.0);
    assert!(idle.ends_in("new_election"));
}

#[test]
fn section_10_and_11_the_last_mandate_has_14_days_and_then_there_are_elections() {
    let mut case = holding("members_mandate", 60, 60).waiting("ayes", "members_mandate");
    case.procedure = "0";
    about(case.days("stage == members_mandate"), 14.0);
    assert!(case.ends_in("new_election"));
}

#[test]
fn section_13_confidence_is_a_majority_of_those_voting() {
    assert!(holding("first", 21, 20).ends_in("ann"));
    assert!(!holding("members_mandate", 20, 21).ends_in("ann"));
}

#[test]
fn section_28_a_government_falls_only_to_61_who_name_another() {
    let governed = |ayes, noes| {
        let mut case = knesset("formed", ayes, noes)
            .with("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"ann\" }\n");
        case.procedure = "0\nno_confidence = \"always\"";
        case.until = "2025-02-01";
        case.more.push_str("[interests.noes.bob]\nworth = 1\nif = 'government == bob'\n");
        case
    };
    assert!(governed(59, 61).ends_in("bob"));
    assert!(governed(20, 60).ends_in("ann"));
}

#[test]
fn knesset_34_a_majority_of_all_members_dissolves() {
    let tired = |noes| {
        let mut case = knesset("consult", 20, noes);
        case.procedure = "0\ndisperse = \"always\"";
        case.until = "2025-02-01";
        case.more.push_str("[interests.noes.rather]\nworth = 3\nif = 'stage == new_election'\n");
        case
    };
    assert!(tired(61).ends_in("new_election"));
    assert!(!tired(60).ends_in("new_election"));
}
