//! Constitution of Bulgaria: 240 members; more than half of them is 121.

use std::fmt::Write as _;

use super::{Small, about, chance_of, small};

/// Ann is of the largest group, Bob of the second; the President wants a government.
fn assembly(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    small("bulgaria", starts_at, 240, ayes, noes).with(
        "[roles]\npresident = \"head\"\nlargest = \"ayes\"\nsecond = \"noes\"\n\
         [interests.head.end]\nworth = 1\nif = 'government != none'\n",
    )
}

fn charged(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    assembly(starts_at, ayes, noes).with(
        "[state]\ndesignate = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage in [first_mandate, second_mandate, third_mandate]' }\n",
    )
}

/// Those who would all elect Ann: some come, some never do.
fn attending(comes: u32) -> Small {
    let mut case = charged("third_mandate", comes, 0);
    case.members = 0;
    let _ = write!(
        case.more,
        "[chamber]\nmembers = 240\n[chamber.seats]\nayes = {comes}\nempty = {{ seats = {}, habit = {{ attend = 0, yes = 1 }} }}\n",
        240 - comes
    );
    case
}

#[test]
fn article_81_a_government_needs_121_in_the_room_and_a_majority_of_them() {
    assert!(attending(121).ends_in("ann"));
    assert!(!attending(120).ends_in("ann"), "120 are no quorum, whatever they want");
    // Quorum aside, more yes than no; the noes come because it costs them to stay away.
    let voted = |ayes, noes| {
        charged("third_mandate", ayes, noes).with("[vote_pays.noes.third_mandate]\nattend = 5\n").ends_in("ann")
    };
    assert!(voted(121, 119));
    assert!(!voted(120, 120));
}

#[test]
fn article_99_a_mandate_lasts_seven_days() {
    for stage in ["first_mandate", "second_mandate", "third_mandate"] {
        let mut case = charged(stage, 100, 140).waiting("ayes", stage);
        case.procedure = "0";
        about(case.days(&format!("stage == {stage}")), 7.0);
    }
}

#[test]
fn article_99_1_to_3_the_mandate_goes_from_the_largest_to_the_second_to_one_of_the_others() {
    // The largest group's Ann has no majority; the second's Bob has.
    let mut second = assembly("first_nomination", 100, 140);
    second.blocs[1] = ("noes", 140, "bob", "ann");
    assert!(second.ends_in("bob"));
    // Neither has: a third, Cem of the others, whom both can bear.
    let third = assembly("second_mandate", 100, 140)
        .with(
            "[state]\ndesignate = { values = \"candidates.premier or none\", start = \"bob\", while = 'stage in [first_mandate, second_mandate, third_mandate]' }\n",
        )
        .with(
            "[interests.ayes.third]\nworth = 0.5\nif = 'government == cem'\n[interests.noes.third]\nworth = 2\nif = 'government == cem'\n\
             [interests.other.third]\nworth = 1\nif = 'government == cem'\n",
        );
    let text =
        third.text().replace("bob = { party = \"noes\" }", "bob = { party = \"noes\" }\ncem = { party = \"other\" }");
    let text = text.replace("[actors]\n", "[actors]\nother = { name = \"others\" }\n");
    assert!(text.contains("cem = "));
    assert!(chance_of("bulgaria", &text, "cem") > 0.98);
    // Who has had a mandate does not get the third, whatever the majority.
    let tried = assembly("third_choice", 140, 100).with(
        "[state]\ntried = { per = \"candidates.premier\", values = \"no or yes\", start = \"yes\", while = 'stage not in [formed, new_election]' }\n",
    );
    assert!(!tried.ends_in("ann"));
}

#[test]
fn article_99_5_after_three_mandates_there_is_an_election() {
    let mut case = charged("third_mandate", 100, 140);
    case.procedure = "0";
    assert!(case.ends_in("new_election"));
    assert!(charged("third_mandate", 100, 140).ends_in("new_election"), "refused, or given back");
}

#[test]
fn article_89_no_confidence_needs_121() {
    let governed = |ayes, noes| {
        let mut case = assembly("formed", ayes, noes)
            .with("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"ann\" }\n");
        case.procedure = "0\nno_confidence = \"always\"";
        case.until = "2025-02-01";
        case
    };
    assert!(governed(20, 120).ends_in("ann"));
    assert!(!governed(119, 121).ends_in("ann"));
}
