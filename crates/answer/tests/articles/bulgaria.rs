//! Constitution of Bulgaria: 240 members; more than half of them is 121.

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

/// Those against Ann are in the room and say no: what is missing is away.
fn counted(ayes: u32, noes: u32) -> Small {
    let mut case = charged("third_mandate", ayes, 0).with("");
    case.blocs[1].1 = 0;
    case.absent = 0;
    let away = 240 - ayes - noes;
    let empty = if away > 0 {
        format!("empty = {{ seats = {away}, habit = {{ attend = 0, yes = 0.5 }} }}\n")
    } else {
        String::new()
    };
    case.more = format!(
        "\n[chamber.seats]\nayes = {ayes}\nsit = {{ seats = {noes}, habit = {{ attend = 1, yes = 0 }} }}\n{empty}{}",
        case.more
    );
    case
}

#[test]
fn article_81_a_government_needs_121_in_the_room_and_a_majority_of_them() {
    // The chamber's table is written by the test itself.
    let text = |ayes, noes| {
        let mut case = counted(ayes, noes);
        case.members = 0;
        case.more = format!("\n[chamber]\nmembers = 240\n{}", case.more);
        case
    };
    assert!(text(61, 60).ends_in("ann"), "61 of 121");
    assert!(!text(60, 60).ends_in("ann"), "120 are no quorum");
    assert!(!text(60, 61).ends_in("ann"), "60 of 121");
}

#[test]
fn article_99_a_mandate_lasts_seven_days() {
    for stage in ["first_mandate", "second_mandate", "third_mandate"] {
        let mut case = charged(stage, 100, 140);
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
