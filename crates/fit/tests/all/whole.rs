//! From records to scores, on a few countries.

use crate::countries;
use fit::cases::{CaseParty, CoalitionKind, Situation, rank};
use fit::members::Settings;
use fit::model::{Fit, Model, fit, scored};
use fit::records::{Record, read};
use fit::score::score;

fn few() -> Vec<Record> {
    read(&countries(&["IRL", "NOR", "AUT", "CAN"])).records
}

fn quick() -> Settings {
    let mut settings = Settings::default();
    settings.growth.rounds = 12;
    settings.forests = 1;
    settings.mixed_draws = 10;
    settings
}

fn in_pool<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(f)
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let records = few();
    let of = |threads| {
        in_pool(threads, || {
            let fitted = fit(&records, Model::Best, &quick(), 1).expect("a fit");
            let scores = score(&fitted, &records, &scored(&records, "valid"));
            (fitted.write().expect("text"), serde_json::to_string(&scores).expect("text"))
        })
    };
    let (one, three) = (of(1), of(3));
    assert_eq!(one.0, three.0);
    assert_eq!(one.1, three.1);
}

#[test]
fn a_fit_is_complete_in_itself() {
    let records = few();
    let fitted = fit(&records, Model::Best, &quick(), 1).expect("a fit");
    let again = Fit::read(&fitted.write().expect("text")).expect("readable");
    assert!(again == fitted, "a fit reads back as it was");
    let wanted = scored(&records, "valid");
    assert_eq!(again.forecast(&records, &wanted), fitted.forecast(&records, &wanted));
    assert!((fitted.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    let other = fitted.write().expect("text").replacen("\"version\":2", "\"version\":99", 1);
    assert!(Fit::read(&other).expect_err("another version").to_string().contains("99"));
}

/// What formed in a row, and in every later one, leaves that row's forecast as it is.
#[test]
fn a_forecast_does_not_know_its_outcome() {
    let records = few();
    let fitted = fit(&records, Model::Best, &quick(), 1).expect("a fit");
    let wanted = scored(&records, "valid");
    let before = fitted.forecast(&records, &wanted);
    for (&index, before) in wanted.iter().zip(&before) {
        let mut changed = records.clone();
        for (i, record) in changed.iter_mut().enumerate() {
            if i >= index && record.opportunity.country == records[index].opportunity.country {
                let n = record.outcome.members.len();
                record.outcome.members.rotate_right(1);
                record.outcome.premier = Some(n - 1);
                record.outcome.days = Some(1.0);
                record.outcome.caretaker = !record.outcome.caretaker;
            }
        }
        changed[index].outcome.start = changed[index].outcome.start.tomorrow().expect("a date");
        let after = fitted.forecast(&changed, &[index]).remove(0);
        assert_eq!(&after, before, "{}", records[index].opportunity.id);
    }
    for forecast in before.iter().flatten() {
        assert!((forecast.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((forecast.premier.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

/// Outcomes of other splits do not reach the fit.
#[test]
fn a_fit_learns_from_train_alone() {
    let records = few();
    let mut changed = records.clone();
    for record in changed.iter_mut().filter(|r| r.split != "train") {
        record.outcome.members.rotate_right(1);
        record.outcome.days = Some(7.0);
    }
    let of = |r: &[Record]| fit(r, Model::Rich, &quick(), 1).and_then(|f| f.write()).expect("a fit");
    assert_eq!(of(&records), of(&changed));
}

#[test]
fn scores_add_up() {
    let records = few();
    let fitted = fit(&records, Model::Literature10, &quick(), 1).expect("a fit");
    assert_eq!(fitted.coefficients.len(), 10);
    assert!(fitted.coefficients.iter().all(|c| c.error.is_some()));
    let scores = score(&fitted, &records, &scored(&records, "valid"));
    assert_eq!(scores.all.n, scores.post_election.n + scores.midterm.n);
    assert_eq!(scores.all.n, scores.changed.n + scores.repeats.n);
    let same = scores.against.iter().find(|a| a.baseline == "literature10").expect("a baseline");
    assert!(same.log_loss_difference.is_some_and(|d| d.abs() < 1e-12));
    assert!(scores.changed.top1_struck >= scores.changed.top1);
    assert!(fit(&[], Model::Best, &quick(), 1).is_err());
}

#[test]
fn a_country_never_seen_and_parties_without_positions_are_scored() {
    let mut records = few();
    let fitted = fit(&records, Model::Best, &quick(), 1).expect("a fit");
    for record in &mut records {
        record.opportunity.country = "XYZ".to_owned();
        for party in &mut record.opportunity.parties {
            party.id.0 += 100_000;
            party.positions[1] = None;
            party.positions[2] = None;
            party.positions[3] = None;
            party.governed_10y = None;
        }
    }
    let wanted = scored(&records, "valid");
    let scores = score(&fitted, &records, &wanted);
    assert_eq!(scores.all.n, wanted.len());
    assert!(scores.all.log_loss.is_some_and(|l| l.is_finite() && l < 6.0));
}

#[test]
fn a_case_gets_every_coalition() {
    let fitted = fit(&few(), Model::Best, &quick(), 1).expect("a fit");
    let party = |id: &str, seats, position, incumbent, premier| CaseParty {
        id: id.to_owned(),
        seats,
        positions: [position, None, None, None],
        incumbent,
        premier,
        ..CaseParty::default()
    };
    let parties = [
        party("left", 40, Some(3.0), true, true),
        party("centre", 15, Some(5.0), true, false),
        party("right", 38, Some(7.5), false, false),
        party("unplaced", 7, None, false, false),
        party("outside", 0, Some(1.0), false, false),
    ];
    let situation = |parties: &[CaseParty]| Situation {
        election: jiff::civil::date(2030, 1, 6),
        now: jiff::civil::date(2030, 1, 7),
        post_election: true,
        chamber: 100,
        parties: parties.to_vec(),
        ..Situation::default()
    };
    let ranking = rank(&fitted, &situation(&parties)).expect("a ranking");
    assert_eq!(ranking.left_out.iter().map(|l| l.party.as_str()).collect::<Vec<_>>(), ["outside"]);
    assert_eq!(ranking.coalitions.len(), 15);
    assert!((ranking.coalitions.iter().map(|c| c.probability).sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(ranking.coalitions.windows(2).all(|w| w[0].probability >= w[1].probability));
    for c in &ranking.coalitions {
        assert!((c.prime_minister.iter().map(|l| l.probability).sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(c.range.is_none(), c.parties.contains(&"unplaced".to_owned()));
        let has = |p: &str| c.parties.iter().any(|x| x == p);
        if has("left") && has("centre") && c.parties.len() == 2 {
            assert_eq!((c.kind, c.seats, c.range), (CoalitionKind::MinimalWinning, 55, Some(2.0)));
        }
        if c.parties.len() == 4 {
            assert_eq!(c.kind, CoalitionKind::Oversized);
        }
    }
    assert!(ranking.missing.iter().any(|m| m.contains("`unplaced`")));
    assert!(rank(&fitted, &situation(&parties[..1])).is_err());
    // of more than sixteen the largest are combined, and the others named
    let many: Vec<CaseParty> =
        (0..20).map(|i| party(&format!("p{i}"), 5 + u32::from(i == 3), None, false, false)).collect();
    let ranking = rank(&fitted, &situation(&many)).expect("a ranking");
    assert_eq!((ranking.coalitions.len(), ranking.left_out.len()), ((1 << 16) - 1, 4));
    assert!(ranking.parties.iter().any(|p| p.party == "p3"));
}
