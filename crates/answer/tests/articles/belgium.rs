//! Constitution of Belgium: 150 members, a majority is 76.

use super::{Small, about, small};

fn chamber(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    let mut case = small("belgium", starts_at, 150, ayes, noes);
    case.candidates = "[candidates.coalition]\nann = { party = \"ayes\", parties = [\"ayes\", \"third\"] }\nbob = { party = \"noes\" }\n";
    case.blocs = vec![("ayes", ayes, "ann", "bob"), ("noes", noes, "bob", "ann"), ("third", 0, "ann", "bob")];
    case.with(
        "[roles]\nking = \"head\"\ncaretaker = \"noes\"\n[interests.head.end]\nworth = 1\nif = 'government == ann'\n\
         [state]\ntalks = { values = \"candidates.coalition or none\", start = \"ann\", while = 'stage in [negotiation, confidence]' }\n",
    )
}

fn under_bob(ayes: u32, noes: u32, motion: &'static str) -> Small {
    let mut case = chamber("formed", ayes, noes)
        .with("[state.government]\nvalues = \"candidates.coalition or none\"\nstart = \"bob\"\n");
    case.procedure = motion;
    case
}

#[test]
fn custom_a_coalition_needs_the_agreement_of_all_its_parties() {
    let mut case = chamber("negotiation", 80, 70);
    assert!(case.ends_in("ann"));
    // One of them without a seat, and unwilling: no majority can outvote it.
    case.blocs[2].2 = "none";
    case.blocs[2].3 = "ann";
    assert!(!case.ends_in("ann"));
}

#[test]
fn custom_since_1919_more_yes_than_no_is_confidence() {
    let first = |ayes, noes| {
        let mut case = chamber("confidence", ayes, noes);
        case.procedure = "{ by = \"stage\", confidence = \"always\", else = 0 }";
        case
    };
    assert!(first(60, 59).ends_in("ann"), "31 away");
    assert!(!first(60, 60).ends_in("ann"));
}

#[test]
fn article_96_a_constructive_motion_takes_a_majority_of_the_members() {
    let motion = "0\nconstructive_motion = \"always\"";
    assert!(under_bob(76, 74, motion).ends_in("ann"));
    assert!(!under_bob(75, 0, motion).ends_in("ann"));
}

#[test]
fn article_46_a_question_of_confidence_is_lost_only_to_a_majority_of_the_members() {
    // The Prime Minister, of the noes, asks because he would like new elections; the ayes are against him.
    let asked = |ayes, noes| {
        let mut case = under_bob(ayes, noes, "0\nquestion_of_confidence = \"always\"");
        case.blocs = vec![
            ("ayes", ayes, "nothing", "bob"),
            ("noes", noes, "new_election", "nothing"),
            ("third", 0, "nothing", "nothing"),
        ];
        case
    };
    assert!(asked(75, 0).ends_in("bob"), "75 of 150 against, nobody for");
    assert!(asked(76, 0).ends_in("new_election"));
}

#[test]
fn article_46_the_chamber_has_three_days_to_name_a_successor() {
    let mut late = under_bob(75, 75, "\"always\"");
    late.starts_at = "successor";
    about(late.days("stage == successor"), 3.0);
    assert!(late.ends_in("new_election"));
    let mut named = under_bob(76, 74, "\"always\"");
    named.starts_at = "successor";
    // The proposer is drawn by seats every day: one of the 76 in the three days.
    assert!((0.8..0.95).contains(&named.chance("government == ann")));
}

#[test]
fn article_46_a_motion_without_a_successor_opens_the_way_to_elections() {
    let motion = "0\nmotion_of_no_confidence = \"always\"";
    let wants = |ayes, noes| {
        let mut case = under_bob(ayes, noes, motion);
        case.blocs[0].2 = "new_election";
        case
    };
    assert!(wants(76, 74).ends_in("new_election"));
    assert!(!wants(75, 0).ends_in("new_election"));
}

#[test]
fn article_46_after_a_resignation_dissolution_needs_a_majority_of_the_members() {
    let asked = |noes, ayes| {
        let mut case = chamber("consultation", ayes, noes);
        case.blocs[1].2 = "new_election";
        case.procedure = "0\ndissolve = \"always\"";
        case
    };
    assert!(asked(76, 74).ends_in("new_election"));
    assert!(!asked(75, 0).ends_in("new_election"));
}
