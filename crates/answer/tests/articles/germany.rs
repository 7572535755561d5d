//! Basic Law (GG) of Germany: 630 members, a majority is 316.

use super::{Small, about, hurried, small};

/// Three blocs, each with a candidate of its own and in a hurry; what the Federal President wants is in the test.
fn chamber(starts_at: &'static str, ann: u32, bob: u32, president_wants: &str) -> Small {
    let mut case = small("germany", starts_at, 630, ann, bob);
    case.absent = 0;
    case.blocs = vec![("ayes", ann, "ann", "bob"), ("noes", bob, "bob", "ann")];
    let third = 630 - ann - bob;
    if third > 0 {
        case.blocs.push(("third", third, "carl", "nothing"));
        case = case.with("[candidates.premier.carl]\nparty = \"third\"\n");
    }
    case.with(&format!(
        "[roles]\npresident = \"head\"\n[interests.head.end]\nworth = 1\nif = '{president_wants}'\n\
         [interests.ayes.soon]\nworth = 1\neach = \"week\"\nwhile = 'government == ann'\n\
         [interests.noes.soon]\nworth = 1\neach = \"week\"\nwhile = 'government == bob'\n"
    ))
}

/// The same, remembering the last phase of article 63 that was reached.
fn phases(starts_at: &'static str, ann: u32, bob: u32, president_wants: &str) -> Small {
    chamber(starts_at, ann, bob, president_wants).with(
        "[state]\nproposed = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage == first_ballot' }\n\
         reached = { values = [\"first\", \"second\", \"third\", \"most\"], start = \"first\" }\n\
         [events.second]\nwhen = 'stage == second_phase and reached == first'\nthen = { reached = \"second\" }\n\
         [events.third]\nwhen = 'stage == third_ballot and reached == second'\nthen = { reached = \"third\" }\n\
         [events.most]\nwhen = 'stage == presidents_choice and reached != most'\nthen = { reached = \"most\" }\n",
    )
}

#[test]
fn gg_63_2_a_majority_of_the_members_elects_the_one_proposed() {
    assert!(phases("first_ballot", 316, 314, "government == ann").finally("government == ann and reached == first"));
    // 315 for, 315 against: not in the first phase.
    assert!(!phases("first_ballot", 315, 315, "stage == new_election").finally("reached == first"));
    // Of the members, not of those who vote: 315 for and nobody against elects nobody.
    let mut alone = phases("first_ballot", 315, 1, "stage == new_election");
    alone.blocs.truncate(2);
    alone.absent = 314;
    alone.more = alone.more.replace("[candidates.premier.carl]\nparty = \"third\"\n", "");
    assert!(!alone.finally("reached == first"));
}

#[test]
fn gg_63_1_only_the_president_names_the_first_candidate() {
    // A majority wants Bob; the President names Ann, and Bob has to wait for the second phase.
    let mut case = phases("proposal", 200, 316, "government == bob");
    case.more = case.more.replace("start = \"ann\", while", "start = \"none\", while");
    let named =
        |who: &str| case.clone().with(&format!("[interests.head.names]\nworth = 5\nonce = 'proposed == {who}'\n"));
    assert!(!named("ann").finally("government == bob and reached == first"));
    assert!(named("bob").finally("government == bob and reached == first"));
}

#[test]
fn gg_63_3_for_fourteen_days_a_majority_of_the_members_may_elect_somebody_else() {
    assert!(
        phases("first_ballot", 200, 316, "stage == new_election").finally("government == bob and reached == second")
    );
    assert!(!phases("first_ballot", 200, 315, "stage == new_election").finally("reached == second"));
    about(chamber("second_phase", 315, 315, "stage == new_election").days("stage == second_phase"), 14.0);
}

#[test]
fn gg_63_4_then_the_most_votes_are_enough_and_the_president_chooses() {
    // Nobody has a majority; Ann has the most votes.
    let most = |wants| phases("third_ballot", 300, 200, wants);
    assert!(most("government == ann").finally("government == ann and reached == most"));
    assert!(most("stage == new_election").ends_in("new_election"));
    // With a majority of the members the President must appoint, whatever he wants.
    assert!(phases("third_ballot", 316, 184, "stage == new_election").ends_in("ann"));
}

#[test]
fn gg_63_4_the_president_has_seven_days() {
    let mut case = chamber("presidents_choice", 300, 200, "stage == presidents_choice").with(
        "[state]\nleading = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage == presidents_choice' }\n",
    );
    case.procedure = "0";
    hurried(case.days("stage == presidents_choice"), 7.0);
}

/// Bob governs.
fn under_bob(ann: u32, bob: u32, motion: &'static str) -> Small {
    let mut case = chamber("formed", ann, bob, "stage == new_election")
        .with("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"bob\" }\n");
    case.procedure = motion;
    case
}

#[test]
fn gg_67_confidence_is_withdrawn_only_by_electing_a_successor_with_a_majority_of_the_members() {
    let motion = "0\nconstructive_vote = \"always\"";
    assert!(under_bob(316, 314, motion).ends_in("ann"));
    assert!(!under_bob(315, 315, motion).ends_in("ann"));
}

#[test]
fn gg_68_without_a_majority_for_the_chancellor_the_president_may_dissolve() {
    let asked = |ayes: u32| {
        let mut case = small("germany", "formed", 630, ayes, 630 - ayes);
        // The Chancellor's own bloc wants new elections, the others want him to stay.
        case.blocs = vec![("ayes", ayes, "bob", "new_election"), ("noes", 630 - ayes, "new_election", "nothing")];
        case.procedure = "\"always\"\nquestion_of_confidence = \"always\"";
        case.with(
            "[roles]\npresident = \"head\"\n[interests.head.end]\nworth = 1\nif = 'stage == new_election'\n\
             [state]\ngovernment = { values = \"candidates.premier or none\", start = \"bob\" }\n",
        )
    };
    assert!(asked(315).ends_in("new_election"));
    assert!(!asked(316).finally("stage == new_election"));
}

#[test]
fn gg_68_the_right_to_dissolve_lapses_after_21_days() {
    let mut case = under_bob(300, 330, "0");
    case.starts_at = "dissolution";
    case.more = case.more.replace("if = 'stage == new_election'", "if = 'government == bob and stage != new_election'");
    about(case.days("stage == dissolution"), 21.0);
    assert!(case.ends_in("bob"));
}
