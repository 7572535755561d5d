//! The store: what it keeps, refuses, finds and replays.

use crate::support::{SPRING, document, names, stamp};
use evidence::combine::{Answer, Assessment, Method, Report};
use evidence::propose::proposals;
use evidence::record::{Claim, Edit, Entry, Grade, Source, Status};
use evidence::store::{Store, StoreError};
use jiff::civil::date;
use std::collections::BTreeSet;

const TEXT: &str = "Borea may withhold the loan, Lindholm said on Monday. “Never,” Ada Brandt replied. The Harbour League boycotted the sitting yesterday.";

fn filled() -> (Store, Vec<Claim>) {
    let mut store = Store::in_memory().expect("memory");
    let document = document(TEXT, SPRING);
    let claims = proposals(&document, TEXT, &names());
    store.add(&stamp(), document, TEXT).expect("added");
    let entries: Vec<Entry> = claims.iter().cloned().map(Entry::Claim).collect();
    assert_eq!(store.append(&stamp(), &entries).expect("proposed"), claims.len());
    (store, claims)
}

fn decide(claim: &str, status: Status, why: &str) -> [Entry; 1] {
    [Entry::Decide { claim: claim.into(), status, why: why.into() }]
}

fn assert_same(store: &Store) {
    let (stored, replayed) = store.replay().expect("replayed");
    assert_eq!(stored, replayed);
}

#[test]
fn proposals_say_what_the_sentences_say() {
    let (store, claims) = filled();
    assert_eq!(claims.len(), 3);
    assert_eq!(claims[0].kind, "forecast");
    assert_eq!(claims[0].modality.hedges, ["may"]);
    assert_eq!(claims[0].speaker, ["author", "borea"]);
    assert_eq!(claims[0].date.map(|d| d.from), Some(date(2030, 4, 15)));
    assert_eq!(claims[1].speaker, ["author", "brandt"]);
    assert_eq!(claims[2].kind, "event");
    let event = claims[2].event.as_ref().expect("an event");
    assert_eq!(event.coded.as_ref().and_then(|c| c.plover.as_deref()), Some("PROTEST-boycott"));
    assert_eq!((event.source.as_deref(), claims[2].date.map(|d| d.from)), (Some("harbour"), Some(date(2030, 4, 17))));
    for claim in &claims {
        assert!(claim.spans[0].holds(TEXT));
    }
    assert_same(&store);
}

#[test]
fn a_proposal_is_made_once_and_a_rejection_stays() {
    let (mut store, claims) = filled();
    store.append(&stamp(), &decide(&claims[0].id, Status::Rejected, "")).expect("rejected");
    let again: Vec<Entry> = claims.iter().cloned().map(Entry::Claim).collect();
    assert_eq!(store.append(&stamp(), &again).expect("nothing new"), 0);
    assert_eq!(store.claim(&claims[0].id).expect("there").status, Status::Rejected);
    assert_eq!(store.claims(None, Some(Status::Proposed)).expect("listed").len(), 2);
}

#[test]
fn decisions_follow_each_other() {
    let (mut store, claims) = filled();
    let id = &claims[0].id;
    let refused =
        |outcome: Result<usize, StoreError>| assert!(matches!(outcome, Err(StoreError::Refused(_))), "{outcome:?}");
    refused(store.append(&stamp(), &decide(id, Status::Retracted, "")));
    store.append(&stamp(), &decide(id, Status::Accepted, "")).expect("accepted");
    refused(store.append(&stamp(), &decide(id, Status::Rejected, "")));
    store.append(&stamp(), &decide(id, Status::Retracted, "the paper withdrew it")).expect("retracted");
    refused(store.append(&stamp(), &decide(id, Status::Accepted, "")));
    store.append(&stamp(), &decide(id, Status::Accepted, "it was right after all")).expect("with a reason");
    assert!(matches!(store.append(&stamp(), &decide("c-none", Status::Accepted, "")), Err(StoreError::Unknown { .. })));
    assert_same(&store);
}

#[test]
fn several_rows_are_all_or_none() {
    let (mut store, claims) = filled();
    let before = store.fingerprint().expect("read");
    let rows = [decide(&claims[0].id, Status::Accepted, ""), decide("c-none", Status::Accepted, "")].concat();
    assert!(store.append(&stamp(), &rows).is_err());
    assert_eq!(store.fingerprint().expect("read"), before);
}

#[test]
fn a_passage_that_does_not_match_is_an_orphan_and_is_refused() {
    let (mut store, claims) = filled();
    let mut moved = claims[0].clone();
    moved.id = "c-moved".into();
    moved.spans[0].exact = moved.spans[0].exact.replace("Borea", "Valdo");
    let outcome = store.append(&stamp(), &[Entry::Claim(moved)]);
    assert!(matches!(&outcome, Err(StoreError::Refused(why)) if why.contains("does not say this")), "{outcome:?}");
    let mut bad = claims[0].clone();
    bad.id = "c-bad".into();
    bad.credibility = Some(7);
    assert!(store.append(&stamp(), &[Entry::Claim(bad)]).is_err());
}

#[test]
fn edits_change_what_they_name() {
    let (mut store, claims) = filled();
    let to = Edit { says: Some("Borea could hold the loan back".into()), credibility: Some(3), ..Edit::default() };
    store.append(&stamp(), &[Entry::Edit { claim: claims[0].id.clone(), to }]).expect("edited");
    let now = store.claim(&claims[0].id).expect("there").claim;
    assert_eq!((now.says.as_str(), now.credibility), ("Borea could hold the loan back", Some(3)));
    assert_eq!(now.spans, claims[0].spans);
    assert_same(&store);
}

#[test]
fn every_spelling_finds_every_other() {
    let mut store = Store::in_memory().expect("memory");
    for (k, text) in ["Kata’ib Hizballah left.", "Kataʾib Hezbollah stayed.", "Nothing of the kind."].iter().enumerate()
    {
        let mut document = document(text, SPRING);
        document.title = Some(format!("Report {k}"));
        store.add(&stamp(), document, text).expect("added");
    }
    let hits =
        |words: &str| store.search(words, 10).expect("searched").into_iter().map(|h| h.around).collect::<Vec<_>>();
    assert_eq!(hits("kata'ib").len(), 2);
    assert_eq!(hits("\"kataib hezbollah\""), ["Kataʾib Hezbollah stayed."]);
    assert_eq!(hits("noth*"), ["Nothing of the kind."]);
    assert_eq!(hits("report nothing"), ["Nothing of the kind."], "the title counts");
    assert_eq!(hits("absent").len(), 0);
    let found = &store.search("Hizballah", 10).expect("searched")[0];
    assert_eq!((found.start, found.end), (8, 17), "code points, not bytes");
}

#[test]
fn copies_of_one_report_are_one_origin() {
    let mut store = Store::in_memory().expect("memory");
    let body = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/valdoria/heldout/analysis.txt"))
        .expect("there");
    let other = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/valdoria/heldout/wire.txt"))
        .expect("there");
    let copied = format!("As our sister paper reports:\n\n{}", &body[25..]);
    let first = store.add(&stamp(), document(&body, SPRING), &body).expect("added");
    assert_eq!(first.copy_of, None);
    assert_eq!(store.add(&stamp(), document(&other, SPRING), &other).expect("added").copy_of, None);
    let copy = store.add(&stamp(), document(&copied, SPRING), &copied).expect("added");
    let (of, share) = copy.copy_of.expect("a copy");
    assert!(of == first.id && share > 0.8, "{share}");
    assert_eq!(store.document(&copy.id).expect("there").origin, first.id);
    assert!(!store.add(&stamp(), document(&body, SPRING), &body).expect("known").new);
    assert_same(&store);
}

#[test]
fn a_source_has_the_grade_of_the_day() {
    let mut store = Store::in_memory().expect("memory");
    let source = |since, reliability| {
        let grades = vec![Grade { since, reliability, why: "as known then".into() }];
        Entry::Source(Source { id: "courier".into(), name: "Marn Courier".into(), kind: None, interests: None, grades })
    };
    store.append(&stamp(), &[source(date(2028, 1, 1), 'B'), source(date(2030, 1, 1), 'D')]).expect("graded");
    let known = &store.sources().expect("listed")[0];
    assert_eq!(known.reliability(date(2029, 1, 1)).map(|g| g.reliability), Some('B'));
    assert_eq!(known.reliability(date(2030, 1, 1)).map(|g| g.reliability), Some('D'));
    assert_eq!(known.reliability(date(2027, 1, 1)), None);
    assert!(store.append(&stamp(), &[source(date(2028, 1, 1), 'G')]).is_err());
}

fn reports(claims: &[Claim]) -> Method {
    let reports = claims
        .iter()
        .enumerate()
        .map(|(k, c)| Report {
            claim: c.id.clone(),
            origin: format!("o{k}"),
            reliability: 0.8,
            given: vec![0.7, 0.3],
            anyway: 0.4,
        })
        .collect();
    Method::Reports { readings: vec!["yes".into(), "no".into()], prior: vec![0.35, 0.65], reports, between: 0.2 }
}

#[test]
fn retraction_is_replay_without_the_claim() {
    let (mut store, claims) = filled();
    let method = reports(&claims[..2]);
    let result = method.answer(&BTreeSet::new()).expect("valid");
    let assess = |method: &Method, result: &Answer| {
        Entry::Assess(Assessment {
            id: "a-1".into(),
            path: "hypotheses.h".into(),
            method: method.clone(),
            note: String::new(),
            result: result.clone(),
        })
    };
    assert!(
        store.append(&stamp(), &[assess(&method, &Answer::Posterior(vec![0.5, 0.5]))]).is_err(),
        "a result nobody computed"
    );
    for claim in &claims[..2] {
        store.append(&stamp(), &decide(&claim.id, Status::Accepted, "")).expect("accepted");
    }
    store.append(&stamp(), &[assess(&method, &result)]).expect("assessed");
    let now = |store: &Store| {
        store.assessments().expect("listed")[0].method.answer(&store.not_standing().expect("listed")).expect("valid")
    };
    assert_eq!(now(&store), result);
    store.append(&stamp(), &decide(&claims[1].id, Status::Retracted, "wrong")).expect("retracted");
    // Exactly what is computed where the second report never was.
    let Method::Reports { readings, prior, reports: only, .. } = reports(&claims[..1]) else {
        unreachable!("as made above")
    };
    let without =
        Method::Reports { readings, prior, reports: only, between: 0.2 }.answer(&BTreeSet::new()).expect("valid");
    assert_eq!(now(&store), without);
    assert_ne!(without, result);
    assert_same(&store);
}

#[test]
fn lines_out_are_lines_in() {
    let (mut store, claims) = filled();
    store.append(&stamp(), &decide(&claims[0].id, Status::Accepted, "seen")).expect("accepted");
    let mut lines = Vec::new();
    store.write_lines(&mut lines).expect("written");
    let mut other = Store::in_memory().expect("memory");
    let imported = other.read_lines(&lines[..]).expect("read");
    assert_eq!((imported.texts, imported.known), (1, 0));
    assert_eq!(other.fingerprint().expect("read"), store.fingerprint().expect("read"));
    let mut again = Vec::new();
    other.write_lines(&mut again).expect("written");
    assert_eq!(again, lines, "byte for byte");
    assert_eq!(other.read_lines(&lines[..]).expect("read").rows, 0, "a second time nothing is new");
    assert_same(&other);
}

#[test]
fn hostile_lines_change_nothing() {
    let (mut store, _) = filled();
    let before = store.fingerprint().expect("read");
    let mut lines = Vec::new();
    store.write_lines(&mut lines).expect("written");
    let text = String::from_utf8(lines).expect("UTF-8");
    for bad in [
        "{".to_owned(),
        "{\"sha256\":\"00\",\"text\":\"x\"}".to_owned(),
        "{\"at\":\"x\",\"by\":\"y\",\"entry\":{\"row\":\"decide\",\"claim\":\"c-none\",\"status\":\"accepted\"}}"
            .to_owned(),
        "{\"at\":\"x\",\"by\":\"y\",\"entry\":{\"row\":\"nonsense\"}}".to_owned(),
        text.replace("\"start\":0", "\"start\":1").replace("c-", "d-"),
    ] {
        let outcome = store.read_lines(bad.as_bytes());
        assert!(matches!(&outcome, Err(StoreError::Refused(why)) if why.starts_with("line ")), "{outcome:?}");
        assert_eq!(store.fingerprint().expect("read"), before);
    }
}
