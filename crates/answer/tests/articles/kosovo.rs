//! Constitution of Kosovo with rulings KO 29/11, KO 103/14, KO 72/20: 120 deputies, 61 are a majority, 80 two thirds.

use super::{Small, about, hurried, small};

fn assembly(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    small("kosovo", starts_at, 120, ayes, noes).with(
        "[roles]\npresident = \"head\"\nlargest = \"ayes\"\n[interests.head.end]\nworth = 1\nif = 'government != none'\n\
         [candidates.president]\nvera = { party = \"ayes\" }\nwim = { party = \"noes\" }\n",
    )
}

fn designated(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    assembly(starts_at, ayes, noes).with(
        "[state]\ndesignate = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage in [government_vote, second_vote]' }\n",
    )
}

#[test]
fn article_95_3_a_government_needs_61_of_all_deputies() {
    assert!(designated("second_vote", 61, 59).ends_in("ann"));
    assert!(!designated("second_vote", 60, 10).ends_in("ann"), "more for than against is not enough");
}

#[test]
fn article_95_2_the_candidate_has_fifteen_days() {
    for stage in ["government_vote", "second_vote"] {
        let mut case = designated(stage, 60, 60).waiting("ayes", stage);
        case.procedure = "0";
        about(case.days(&format!("stage == {stage}")), 15.0);
    }
}

#[test]
fn ruling_ko_103_14_the_party_with_most_seats_names_first_and_the_president_second() {
    // Ann's party has most seats and 60 votes, Bob 61 with others: first Ann, then the President charges Bob.
    let mut case = assembly("mandate", 59, 61);
    case.blocs[1] = ("noes", 61, "bob", "ann");
    case.more.push_str("[interests.ayes.try]\nworth = 0.2\nonce = 'designate == ann'\n");
    assert!(case.ends_in("bob"));
    assert!(case.days("first_tried == ann") > 0.5);
}

#[test]
fn article_95_4_two_refusals_lead_to_elections() {
    assert!(designated("second_vote", 59, 61).ends_in("new_election"));
    let mut idle = assembly("second_mandate", 59, 61);
    idle.blocs[1] = ("noes", 61, "bob", "ann");
    idle.procedure = "0";
    hurried(idle.days("stage == second_mandate"), 10.0);
}

/// The presidency: who attends because he must, and whom each wants.
fn presidency(ayes: u32, noes: u32, attends: bool) -> Small {
    let pull = if attends { 10 } else { -10 };
    let mut case = assembly("presidency", ayes, noes).with(&format!(
        "[vote_pays.ayes.presidency]\nattend = 10\nvera = 1\n[vote_pays.noes.presidency]\nattend = {pull}\nwim = 1\n\
         [state]\ngovernment = {{ values = \"candidates.premier or none\", start = \"ann\" }}\nacting = {{ values = \"no or yes\", start = \"yes\" }}\n"
    ));
    case.blocs = vec![("ayes", ayes, "nothing", "nothing"), ("noes", noes, "nothing", "nothing")];
    case.absent = 120 - ayes - noes;
    case
}

#[test]
fn ruling_ko_29_11_eighty_deputies_must_take_part() {
    assert!(presidency(80, 40, false).ends_in("ann"));
    assert!(!presidency(79, 41, false).ends_in("ann"));
    let mut boycott = presidency(79, 41, false);
    boycott.procedure = "\"0.9 per day\"";
    about(boycott.days("stage == presidency"), 60.0);
    assert!(boycott.ends_in("new_election"), "82(1.3): sixty days without a President");
}

#[test]
fn article_86_5_the_third_ballot_is_between_the_two_best_and_needs_61() {
    assert!(presidency(61, 59, true).ends_in("ann"), "two thirds fail twice, 61 are enough in the third");
    let missed = presidency(60, 60, true);
    assert!(missed.ends_in("new_election"), "86(6): the better placed with 60 is not elected");
}

#[test]
fn article_82_two_thirds_dissolve_the_assembly() {
    let tired = |noes| {
        let mut case = assembly("mandate", 10, noes);
        case.procedure = "0\ndissolve = \"always\"";
        case.until = "2025-02-01";
        case.more.push_str("[interests.noes.rather]\nworth = 3\nif = 'stage == new_election'\n");
        case
    };
    assert!(tired(80).ends_in("new_election"));
    assert!(!tired(79).ends_in("new_election"));
}

#[test]
fn article_67_the_assembly_elects_its_president_by_61() {
    let mut case = assembly("constitution", 61, 20);
    case.more.push_str("[vote_pays.ayes.constitution]\nyes = 1\n");
    assert!(case.days("stage == constitution") < 5.0);
    let mut stuck = assembly("constitution", 60, 20);
    stuck.until = "2025-02-01";
    stuck.more.push_str("[vote_pays.ayes.constitution]\nyes = 1\n[vote_pays.noes.constitution]\nno = 1\n");
    assert!(stuck.finally("stage == constitution"));
}

#[test]
fn article_100_and_ruling_ko_72_20_no_confidence_leaves_dissolution_to_the_president() {
    let governed = |ayes, noes, wants: &str| {
        let mut case = small("kosovo", "formed", 120, ayes, noes).with(&format!(
            "[roles]\npresident = \"head\"\nlargest = \"ayes\"\n[candidates.president]\nvera = {{ party = \"ayes\" }}\nwim = {{ party = \"noes\" }}\n\
             [interests.head.end]\nworth = 1\nif = '{wants}'\n\
             [state]\ngovernment = {{ values = \"candidates.premier or none\", start = \"ann\" }}\n"
        ));
        case.procedure = "0\nno_confidence = \"always\"";
        case.until = "2025-02-01";
        case
    };
    assert!(governed(10, 60, "stage != new_election").ends_in("ann"), "60 are not enough");
    assert!(
        governed(59, 61, "stage != new_election").finally("stage == mandate"),
        "a new government without elections"
    );
    assert!(governed(59, 61, "stage == new_election").ends_in("new_election"), "or dissolution");
}
