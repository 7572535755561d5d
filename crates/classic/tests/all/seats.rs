use super::shared::reference;
use classic::decimal::Decimal;
use classic::seats::parse::{hurdle, parse};
use classic::seats::{Answer, Method, Request, Ties, answer, chamber, poll};
use proptest::prelude::*;

fn request(seats: u64, method: Method) -> Request {
    Request { seats, method, hurdle: None, ties: Ties::Report, seed: 1, poll: None }
}

fn csv(votes: &[String]) -> String {
    let rows: Vec<String> = votes.iter().enumerate().map(|(k, v)| format!("p{k},{v}")).collect();
    format!("id,votes\n{}\n", rows.join("\n"))
}

fn ask(text: &str, request: &Request) -> Answer {
    let (votes, findings) = parse(text);
    answer(&votes.unwrap_or_else(|| panic!("{findings:?}")), request).unwrap()
}

fn seats(answer: &Answer) -> Vec<u64> {
    answer.seats.iter().map(|p| p.seats).collect()
}

#[test]
fn the_reference_apportionments_are_reproduced() {
    let Some(reference) = reference("seat-apportionment.json") else { return };
    for case in reference["cases"].as_array().unwrap() {
        let list =
            |key: &str| -> Vec<String> { case[key].as_array().unwrap().iter().map(ToString::to_string).collect() };
        let method = case["method"].as_str().unwrap();
        if method.starts_with("hurdle") {
            let asked = Request { hurdle: Some(hurdle("5%").unwrap()), ..request(100, Method::DHondt) };
            let got = ask(&csv(&list("shares")), &asked);
            let passing: Vec<String> =
                got.seats.iter().filter_map(|p| p.share_of_passing).map(|s| format!("{s:.2}")).collect();
            let want: Vec<String> =
                case["result_2dp"].as_array().unwrap().iter().map(|v| format!("{:.2}", v.as_f64().unwrap())).collect();
            assert_eq!(passing, want);
            continue;
        }
        let method = if method == "DHondt" { Method::DHondt } else { Method::SainteLague };
        let got = ask(&csv(&list("votes")), &request(case["seats"].as_u64().unwrap(), method));
        match case["result"].as_array() {
            Some(want) => {
                assert_eq!(seats(&got), want.iter().map(|v| v.as_u64().unwrap()).collect::<Vec<_>>());
                assert!(got.tie.is_none());
            }
            None => assert_eq!(got.tie.unwrap().seats, 1, "{}", case["result"]),
        }
    }
}

/// Worked by hand: votes 53, 24, 23 (thousands) and 7 seats. D'Hondt quotients 53, 26.5, 24, 23, 17.7, 13.25, 12: 4, 2, 1;
/// Sainte-Laguë 53, 24, 23, 17.7, 10.6, 8, 7.7: 3, 2, 2.
#[test]
fn the_methods_do_what_their_divisors_say() {
    let votes = csv(&["53000".into(), "24000".into(), "23000".into()]);
    assert_eq!(seats(&ask(&votes, &request(7, Method::DHondt))), [4, 2, 1]);
    assert_eq!(seats(&ask(&votes, &request(7, Method::SainteLague))), [3, 2, 2]);
    // A first divisor of 1.4 puts off a small party's first seat: 9/1.4 = 6.4 < 20/3 = 6.7
    let votes = csv(&["20".into(), "9".into()]);
    let first = Decimal::parse("1.4").unwrap();
    assert_eq!(seats(&ask(&votes, &request(2, Method::SainteLague))), [1, 1]);
    assert_eq!(seats(&ask(&votes, &request(2, Method::Modified { first }))), [2, 0]);
    // Hare: 47, 16, 15.8, 12, 6.1, 3.1 thousand for 10 seats: 5, 2, 1, 1, 1, 0
    let votes = csv(&["47000".into(), "16000".into(), "15800".into(), "12000".into(), "6100".into(), "3100".into()]);
    assert_eq!(seats(&ask(&votes, &request(10, Method::Hare))), [5, 2, 1, 1, 1, 0]);
}

#[test]
fn ties_are_said_or_settled_as_asked() {
    let votes = csv(&["360".into(), "280".into()]);
    let open = ask(&votes, &request(15, Method::DHondt));
    assert_eq!((seats(&open), open.tie.unwrap().among), (vec![8, 6], vec!["p0".to_owned(), "p1".to_owned()]));
    let larger = ask(&votes, &Request { ties: Ties::MoreVotes, ..request(15, Method::DHondt) });
    assert_eq!((seats(&larger), larger.tie), (vec![9, 6], None));
    let lot = |seed| seats(&ask(&votes, &Request { ties: Ties::Lot, seed, ..request(15, Method::DHondt) }));
    assert_eq!(lot(1), lot(1));
    assert!((0..40).map(lot).any(|s| s == [9, 6]) && (0..40).map(lot).any(|s| s == [8, 7]));
}

#[test]
fn a_poll_spreads_around_its_shares() {
    let votes = csv(&["0.41".into(), "0.38".into(), "0.16".into(), "0.05".into()]);
    let asked = poll::Request { answers: 1000.0, draws: 2000, coalitions: vec![vec!["p0".into(), "p2".into()]] };
    let asked = Request { hurdle: Some(hurdle("5%").unwrap()), poll: Some(asked), ..request(100, Method::SainteLague) };
    let got = ask(&votes, &asked).poll.unwrap();
    assert!((got.parties[0].mean - 42.0).abs() < 1.0 && got.parties[0].p10 < 42.0 && got.parties[0].p90 > 42.0);
    // a party polling at the hurdle passes about every other time
    assert!((got.parties[3].enters - 0.5).abs() < 0.1, "{}", got.parties[3].enters);
    assert!(got.coalitions[0].probability > 0.99);
    assert_eq!(ask(&votes, &asked).poll.unwrap(), got, "same seed, same draws");
}

#[test]
fn mistakes_in_votes_are_named() {
    for (text, code) in [
        ("", "empty-file"),
        ("id,votes\n", "no-parties"),
        ("a,5\n", "no-header"),
        ("id,votes\na,-5\n", "bad-votes"),
        ("id,votes\na,5\na,6\n", "duplicate-id"),
        ("id,votes\na\n", "missing-cell"),
        ("id,votes\na,4,160\n", "too-many-cells"),
        ("id,votes,exempt\na,4,maybe\n", "bad-exempt"),
    ] {
        let (votes, findings) = parse(text);
        assert!(votes.is_none(), "{text:?}");
        assert_eq!(findings.0.iter().find(|d| d.code != "unknown-column").unwrap().code, code, "{text:?}");
    }
    assert!(hurdle("5").unwrap_err().contains("5%"));
    let (votes, _) = parse("id,votes\na,0\n");
    assert!(answer(&votes.unwrap(), &request(3, Method::DHondt)).is_err());
}

#[test]
fn a_chamber_is_toml() {
    let got = ask("id,votes\nlaw,60\n\"état, libre\",40\nnone,0\n", &request(5, Method::DHondt));
    let text = chamber(&got);
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table["chamber"]["members"].as_integer(), Some(5));
    assert_eq!(table["chamber"]["seats"]["état, libre"].as_integer(), Some(2));
    assert!(table["chamber"]["seats"].get("none").is_none());
}

proptest! {
    /// House monotonicity, quotients in order, and all seats given out or said to be tied.
    #[test]
    fn divisor_methods_keep_their_laws(votes in proptest::collection::vec(1u128..2000, 1..8), n in 1u64..60) {
        for method in [Method::DHondt, Method::SainteLague] {
            let mut lots = classic::seats::lots(7);
            let exempt = vec![false; votes.len()];
            let mut run = |n| classic::seats::allocate(&votes, &exempt, n, method, None, Ties::Report, &mut lots).unwrap();
            let (small, large) = (run(n), run(n + 1));
            for got in [&small, &large] {
                let open = got.tie.as_ref().map_or(0, |t| t.seats);
                let total: u64 = got.seats.iter().sum::<u64>() + open;
                prop_assert!(total == n || total == n + 1);
            }
            prop_assert!(small.seats.iter().zip(&large.seats).all(|(a, b)| a <= b));
            // no seat could go to anyone with a larger quotient
            let divisor = |s: u64| u128::from(if method == Method::DHondt { s + 1 } else { 2 * s + 1 });
            for (i, &s) in small.seats.iter().enumerate().filter(|(_, s)| **s > 0) {
                for (j, &t) in small.seats.iter().enumerate() {
                    prop_assert!(votes[i] * divisor(t) >= votes[j] * divisor(s - 1));
                }
            }
        }
    }
}
