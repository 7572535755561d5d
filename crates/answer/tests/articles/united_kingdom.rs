//! Cabinet Manual, Fixed-term Parliaments Act 2011, Dissolution and Calling of Parliament Act 2022. 650 seats.

use super::{Small, about, small};

fn house(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    small("united-kingdom", starts_at, 650, ayes, noes).with("[roles]\nincumbent = \"ayes\"\n")
}

fn hung(ayes: u32, noes: u32) -> Small {
    house("hung", ayes, noes).with(
        "[state]\nin_office = { values = \"candidates.premier or none\", start = \"ann\", while = 'stage == hung' }\n",
    )
}

fn governed(ayes: u32, noes: u32, from: &'static str, until: &'static str, motion: &'static str) -> Small {
    let mut case = house("formed", ayes, noes)
        .with("[state]\ngovernment = { values = \"candidates.premier or none\", start = \"ann\" }\n");
    (case.from, case.until, case.procedure) = (from, until, motion);
    case
}

#[test]
fn manual_2_12_the_incumbent_stays_until_the_new_house_has_met() {
    let mut case = hung(300, 299).waiting("ayes", "hung");
    case.procedure = "{ by = \"stage\", hung = 0, else = \"always\" }";
    about(case.days("stage == hung"), 19.0);
    assert!(case.ends_in("ann"), "and stays if the House lets him");
    let mut beaten = hung(299, 300);
    beaten.procedure = "{ by = \"stage\", hung = 0, else = \"always\" }";
    assert!(!beaten.ends_in("ann"));
}

#[test]
fn convention_a_government_needs_no_vote_to_begin_and_a_majority_of_votes_to_go_on() {
    // The incumbent would rather go: Bob is in office at once, before any vote.
    let mut case = hung(299, 300).with("[interests.ayes.clear]\nworth = 2\nif = 'government == bob'\n");
    case.blocs[1] = ("noes", 300, "bob", "ann");
    case.procedure = "{ by = \"stage\", hung = \"always\", else = 0 }";
    case.until = "2025-01-20";
    assert!(case.days("government == bob") > 15.0);
    // 51 members are away; 300 of 599 who vote are enough.
    let mut tested = case;
    tested.procedure = "\"always\"";
    tested.until = "2025-06-01";
    assert!(tested.ends_in("bob"));
}

#[test]
fn act_of_2011_section_2_3_fourteen_days_after_a_lost_vote_there_is_an_election() {
    let mut case = house("lost", 299, 300).waiting("ayes", "lost").waiting("noes", "lost");
    case.from = "2015-01-01";
    case.until = "2015-06-01";
    case.procedure = "0";
    about(case.days("stage == lost"), 14.0);
    assert!(case.ends_in("new_election"));
}

#[test]
fn act_of_2011_section_2_1_two_thirds_of_all_seats_for_an_early_election_while_it_was_in_force() {
    let early = |ayes, from, until| {
        governed(ayes, 650 - ayes, from, until, "0\nearly_election = \"always\"")
            .with("[interests.ayes.rather]\nworth = 4\nif = 'stage == new_election'\n")
            .with("[interests.noes.fear]\nworth = -4\nif = 'stage == new_election'\n")
    };
    assert!(early(434, "2015-01-01", "2015-02-01").ends_in("new_election"));
    assert!(!early(433, "2015-01-01", "2015-02-01").ends_in("new_election"));
    assert!(!early(434, "2010-06-01", "2010-07-01").ends_in("new_election"), "not before the Act");
    assert!(!early(434, "2023-01-01", "2023-02-01").ends_in("new_election"), "nor after it");
}

#[test]
fn act_of_2022_the_prime_minister_asks_for_dissolution_as_before_2011() {
    let asks = |from, until| {
        governed(300, 350, from, until, "0\ndissolution = \"always\"")
            .with("[interests.ayes.rather]\nworth = 4\nif = 'stage == new_election'\n")
    };
    assert!(asks("2010-06-01", "2010-07-01").ends_in("new_election"));
    assert!(!asks("2015-01-01", "2015-02-01").ends_in("new_election"));
    assert!(asks("2023-01-01", "2023-02-01").ends_in("new_election"));
}

#[test]
fn convention_a_majority_of_votes_takes_confidence_back() {
    let motion = "0\nno_confidence = \"always\"";
    assert!(!governed(299, 300, "2015-01-01", "2015-02-01", motion).ends_in("ann"));
    assert!(governed(300, 299, "2015-01-01", "2015-02-01", motion).ends_in("ann"));
}
