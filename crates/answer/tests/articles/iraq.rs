//! Constitution of Iraq: 329 members; a majority is 165, two thirds are 220, one third 110.

use super::{Small, about, small};

fn chamber(starts_at: &'static str, ayes: u32, noes: u32) -> Small {
    let mut case = small("iraq-2005", starts_at, 329, ayes, noes);
    case.absent = 0;
    case.blocs = vec![("ayes", ayes, "ann", "new_election"), ("noes", noes, "none", "ann")];
    if ayes + noes < 329 {
        case.absent = 329 - ayes - noes;
    }
    case.with(
        "[roles]\nspeaker = \"head\"\ncaretaker = \"noes\"\n[candidates.president]\neve = { party = \"ayes\" }\nida = { party = \"noes\" }\n\
         [candidates.cabinet]\nnames = \"names\"\n\
         [interests.ayes.eve]\nworth = 1\neach = \"week\"\nwhile = 'head_of_state == eve'\n\
         [interests.noes.eve]\nworth = -1\neach = \"week\"\nwhile = 'head_of_state == eve'\n\
         [interests.head.done]\nworth = 1\neach = \"week\"\nwhile = 'head_of_state != none'\n\
         [state]\nnominee = { values = \"candidates.premier or none\", start = \"ann\" }\n",
    )
}

fn president(from: &'static str, until: &'static str, ayes: u32) -> Small {
    let mut case = chamber("president", ayes, 329 - ayes);
    case.from = from;
    case.until = until;
    case.procedure = "{ by = \"stage\", president = \"always\", else = 0 }";
    case
}

#[test]
fn article_70_two_thirds_must_sit_since_the_ruling_of_3_february_2022() {
    // The others stay away.
    assert!(president("2025-01-01", "2025-03-01", 220).finally("head_of_state == eve"));
    assert!(!president("2025-01-01", "2025-03-01", 219).finally("head_of_state == eve"));
}

#[test]
fn article_59_before_the_ruling_a_majority_sat_and_a_run_off_elected() {
    assert!(president("2021-01-01", "2021-03-01", 165).finally("head_of_state == eve"));
    assert!(!president("2021-01-01", "2021-03-01", 164).finally("head_of_state == eve"));
}

#[test]
fn article_76_the_president_charges_the_nominee() {
    let mut case = chamber("designation", 165, 164)
        .with("[state.head_of_state]\nvalues = \"candidates.president or none\"\nstart = \"eve\"\n");
    case.procedure = "{ by = \"stage\", designation = \"always\", else = 0 }";
    assert!(case.finally("designate == ann"), "Ann is nominated, Bob is not");
}

#[test]
fn article_76_within_thirty_days_the_cabinet_has_confidence_or_the_designate_has_failed() {
    let cabinet = |ayes, noes| {
        let mut case = chamber("cabinet", ayes, noes)
            .with("[state.designate]\nvalues = \"candidates.premier or none\"\nstart = \"ann\"\n");
        case.procedure = "{ by = \"stage\", cabinet = \"always\", else = 0 }";
        case
    };
    // A majority of the members is enough under either reading.
    assert!(cabinet(165, 164).ends_in("ann"));
    // 164 cannot sit without the others, who do not care to come.
    let stopped = cabinet(164, 165).with("[vote_pays.noes.cabinet]\nattend = -1\n");
    assert!(stopped.finally("stage == designation and spent == ann"));
    about(stopped.days("stage == cabinet"), 30.0);
}

#[test]
fn article_61_a_majority_of_the_members_removes_the_government() {
    let asked = |noes| {
        let mut case = chamber("formed", 329 - noes, noes)
            .with("[state.government]\nvalues = \"candidates.premier or none\"\nstart = \"ann\"\n");
        case.procedure = "0\nno_confidence = \"always\"";
        case
    };
    assert!(asked(165).finally("stage == designation and government == none"));
    assert!(asked(164).ends_in("ann"));
}

#[test]
fn article_64_the_chamber_dissolves_itself_by_a_majority_of_its_members() {
    let asked = |noes| {
        let mut case = chamber("designation", 329 - noes, noes);
        case.blocs[1].2 = "new_election";
        case.procedure = "0\ndissolve = \"always\"";
        case
    };
    assert!(asked(165).ends_in("new_election"));
    assert!(!asked(164).ends_in("new_election"));
}
