//! The Netherlands: 150 members; no vote of investiture, a coalition of all who agreed, confidence until the contrary shows.

use super::{Small, small};

/// Ann's coalition is of ayes and third, Bob's of the noes.
fn chamber(starts_at: &'static str, ayes: u32, third: u32, noes: u32, explored: &str) -> Small {
    let mut case = small("netherlands", starts_at, 150, ayes, noes);
    case.candidates = "[candidates.coalition]\nann = { party = \"ayes\", parties = [\"ayes\", \"third\"] }\nbob = { party = \"noes\" }\n";
    case.blocs = vec![("ayes", ayes, "ann", "bob"), ("third", third, "ann", "bob"), ("noes", noes, "bob", "ann")];
    case.absent = 150 - ayes - third - noes;
    case.with(&format!(
        "[roles]\ncaretaker = \"head\"\n[interests.head.end]\nworth = 1\nif = 'government != none'\n\
         [state]\nexplored = {{ values = \"candidates.coalition or none\", start = \"{explored}\", while = 'stage in [information, formation]' }}\n"
    ))
}

#[test]
fn rules_of_procedure_11_1_the_chamber_says_by_a_majority_of_votes_which_coalition_is_explored() {
    let assigned = |ayes, noes| {
        let mut case = chamber("assignment", ayes, 1, noes, "none");
        case.procedure = "{ by = \"stage\", assignment = \"always\", else = 0 }";
        case.with("[interests.ayes.way]\nworth = 1\nif = 'explored == ann'\n[interests.third.way]\nworth = 1\nif = 'explored == ann'\n[interests.noes.way]\nworth = -1\nif = 'explored == ann'\n")
    };
    assert!(assigned(50, 50).finally("explored == ann"), "51 against 50, 49 away");
    assert!(!assigned(49, 50).finally("explored == ann"), "50 against 50");
}

#[test]
fn information_needs_the_agreement_of_every_party_of_the_coalition() {
    let mut case = chamber("information", 75, 1, 74, "ann");
    assert!(case.ends_in("ann"));
    // The one seat that will not: no majority can outvote it.
    case.blocs[1].2 = "none";
    case.blocs[1].3 = "ann";
    assert!(!case.ends_in("ann"));
}

#[test]
fn constitution_43_a_cabinet_is_appointed_without_a_vote() {
    assert!(chamber("formation", 1, 1, 148, "ann").ends_in("ann"), "two seats of 150");
}

#[test]
fn rule_of_confidence_a_majority_of_votes_and_no_less_brings_a_cabinet_down() {
    let standing = |ayes, noes| {
        let mut case = chamber("formed", ayes, 1, noes, "none")
            .with("[state.government]\nvalues = \"candidates.coalition or none\"\nstart = \"ann\"\n");
        case.procedure = "0\nno_confidence = \"always\"";
        case
    };
    assert!(standing(50, 51).ends_in("ann"), "51 against 51");
    assert!(!standing(50, 52).ends_in("ann"), "52 against 51");
}

#[test]
fn constitution_64_a_cabinet_without_confidence_may_turn_to_the_voters() {
    let fallen = |wish: &str| {
        let mut case = chamber("formed", 50, 1, 52, "none")
            .with("[state.government]\nvalues = \"candidates.coalition or none\"\nstart = \"ann\"\n")
            .with(&format!("[interests.ayes.wish]\nworth = 5\nif = '{wish}'\n"));
        case.procedure = "0\nno_confidence = \"always\"";
        case
    };
    assert!(fallen("stage == new_election").ends_in("new_election"));
    assert!(fallen("stage == assignment").finally("stage == assignment and government == none"));
}
