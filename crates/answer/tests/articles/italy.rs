//! Constitution of the Italian Republic: two chambers of equal weight.

use super::{Small, hurried, small};

/// Seats for and against Ann in each chamber, and absent.
fn chambers(deputies: (u32, u32, u32), senate: (u32, u32, u32)) -> Small {
    let chamber = |id: &str, (ayes, noes, away): (u32, u32, u32)| {
        let empty = if away > 0 {
            format!("{id}_empty = {{ seats = {away}, habit = {{ attend = 0, yes = 0.5 }} }}\n")
        } else {
            String::new()
        };
        format!(
            "[chambers.{id}]\nmembers = {}\n[chambers.{id}.seats]\nayes = {ayes}\nnoes = {noes}\n{empty}",
            ayes + noes + away
        )
    };
    small("italy", "consultations", 0, 0, 0).with(&format!(
        "[roles]\npresident = \"head\"\n[interests.head.end]\nworth = 1\nif = 'government == ann'\n{}{}",
        chamber("deputies", deputies),
        chamber("senate", senate)
    ))
}

#[test]
fn article_94_both_chambers_must_give_confidence() {
    assert!(chambers((2, 1, 0), (2, 1, 0)).ends_in("ann"));
    assert!(!chambers((2, 1, 0), (1, 2, 0)).ends_in("ann"), "the Senate refuses");
    assert!(!chambers((1, 2, 0), (2, 1, 0)).ends_in("ann"), "the Chamber refuses");
}

#[test]
fn article_64_a_majority_of_those_who_vote_is_enough() {
    assert!(chambers((2, 1, 7), (2, 1, 7)).ends_in("ann"));
}

#[test]
fn article_94_a_government_presents_itself_within_ten_days() {
    let mut case = chambers((2, 1, 0), (2, 1, 0))
        .with("[state]\ndesignate = { values = \"candidates.premier or none\", start = \"ann\" }\n");
    case.starts_at = "deputies";
    case.procedure = "0";
    hurried(case.days("stage == deputies"), 10.0);
    hurried(case.days("stage == senate"), 10.0);
    assert!(case.ends_in("ann"), "when time is up the vote is held");
}

#[test]
fn article_92_a_charge_given_back_goes_to_somebody_else() {
    // Ann, charged, would rather not: the President turns to Bob, whom both chambers have.
    let mut case = chambers((1, 2, 0), (1, 2, 0)).with("[interests.noes.bob]\nworth = 2\nif = 'government == bob'\n");
    case.starts_at = "mandate";
    case.more.push_str(
        "[interests.head.second]\nworth = 0.5\nif = 'government == bob'\n\
         [state]\ndesignate = { values = \"candidates.premier or none\", start = \"ann\" }\n",
    );
    assert!(case.ends_in("bob"));
}

#[test]
fn article_88_the_president_dissolves_but_not_in_the_last_six_months_of_his_term() {
    let dissolving = |from, until| {
        let mut case =
            chambers((1, 2, 0), (1, 2, 0)).with("[interests.head.rather]\nworth = 2\nif = 'stage == new_election'\n");
        case.procedure = "\"always\"\ndissolve = \"always\"";
        (case.from, case.until) = (from, until);
        case
    };
    assert!(dissolving("2018-04-14", "2018-06-14").ends_in("new_election"));
    assert!(!dissolving("2021-08-04", "2022-02-01").ends_in("new_election"));
    assert!(dissolving("2021-08-04", "2022-02-10").ends_in("new_election"));
}

#[test]
fn article_94_either_chamber_may_take_its_confidence_back() {
    let governed = |deputies, senate, motion| {
        let mut case = chambers(deputies, senate)
            .with("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"ann\" }\n");
        case.starts_at = "formed";
        case.until = "2025-02-01";
        case.procedure = motion;
        case
    };
    let (firm, lost) = ((2, 1, 0), (1, 2, 0));
    for motion in ["0\nno_confidence_deputies = \"always\"", "0\nno_confidence_senate = \"always\""] {
        assert!(governed(firm, firm, motion).ends_in("ann"));
        assert!(!governed(lost, lost, motion).ends_in("ann"));
    }
    assert!(!governed(firm, lost, "0\nno_confidence_senate = \"always\"").ends_in("ann"));
    assert!(governed(firm, lost, "0\nno_confidence_deputies = \"always\"").ends_in("ann"));
}
