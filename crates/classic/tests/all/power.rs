use super::shared::reference;
use classic::power::answer::{Ballot, Count, Figure, Label, QuotaShown};
use classic::power::quota::Quota;
use classic::power::{Criterion, Game, Request, answer, weights};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use serde_json::Value;

fn ballot(csv: &str, quotas: &[&str]) -> Ballot {
    let (weights, findings) = weights::parse(csv);
    let weights = weights.unwrap_or_else(|| panic!("{findings:?}"));
    let quotas: Vec<Quota> = quotas.iter().map(|q| Quota::parse(q).expect(q)).collect();
    let request = Request { unions: weights.unions.clone(), ..Request::default() };
    answer(&weights.game(&quotas).expect("a game"), &request)
}

fn csv(weights: &[u64]) -> String {
    let rows: Vec<String> = weights.iter().enumerate().map(|(i, w)| format!("p{i},{w}")).collect();
    format!("id,weight\n{}\n", rows.join("\n"))
}

fn fractions(figures: impl Iterator<Item = Figure>) -> Vec<String> {
    figures.map(|f| if let Figure::Fraction(text) = f { text } else { format!("{f:?}") }).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

#[test]
fn small_games_of_the_reference_are_reproduced() {
    let Some(reference) = reference("power-small.json") else { return };
    for game in reference["games"].as_array().unwrap() {
        let weights: Vec<u64> = game["weights"].as_array().unwrap().iter().map(|w| w.as_u64().unwrap()).collect();
        let b = ballot(&csv(&weights), &[&game["quota"].to_string()]);
        let name = &game["name"];
        let players = || b.players.iter();
        assert_eq!(fractions(players().map(|p| p.shapley_shubik.clone())), texts(&game["shapley_shubik"]), "{name}");
        assert_eq!(fractions(players().map(|p| p.banzhaf.clone())), texts(&game["banzhaf_normalised"]), "{name}");
        assert_eq!(
            fractions(players().map(|p| p.banzhaf_absolute.clone())),
            texts(&game["banzhaf_absolute"]),
            "{name}"
        );
        assert_eq!(fractions(players().map(|p| p.deegan_packel.clone())), texts(&game["deegan_packel"]), "{name}");
        assert_eq!(
            fractions(players().map(|p| p.public_good_holler.clone())),
            texts(&game["public_good_holler"]),
            "{name}"
        );
        assert_eq!(fractions(players().map(|p| p.johnston.clone())), texts(&game["johnston"]), "{name}");
        let raw: Vec<u64> = players().map(|p| p.swings.as_ref().unwrap().parse().unwrap()).collect();
        let expected: Vec<u64> = game["banzhaf_raw"].as_array().unwrap().iter().map(|w| w.as_u64().unwrap()).collect();
        assert_eq!(raw, expected, "{name}");
        assert_eq!(b.minimal_winning.count, Count::Number(game["minimal_winning_count"].as_u64().unwrap()), "{name}");
        assert!(players().all(|p| p.exact));
    }
}

/// Published: Holler and Illing, *Einführung in die Spieltheorie*, 6.3.3: Deegan–Packel 18/60, 9/60 and three times 11/60.
/// UN Security Council: Shapley–Shubik 421/2145 and 4/2145 (textbook). EEC 1958: Luxembourg has none.
#[test]
fn textbook_games_have_their_textbook_indices() {
    let b = ballot(&csv(&[35, 20, 15, 15, 15]), &["51"]);
    assert_eq!(
        fractions(b.players.iter().map(|p| p.deegan_packel.clone())),
        ["3/10", "3/20", "11/60", "11/60", "11/60"]
    );
    let council: Vec<u64> = [vec![7; 5], vec![1; 10]].concat();
    let b = ballot(&csv(&council), &["39"]);
    assert_eq!(b.players[0].shapley_shubik, Figure::Fraction("421/2145".into()));
    assert_eq!(b.players[14].shapley_shubik, Figure::Fraction("4/2145".into()));
    assert_eq!(b.players[0].swings.as_deref(), Some("848"));
    // the same council by its real rule: nine votes of fifteen, five of them vetoes
    let (weights, _) = weights::parse(&csv(&[1; 15]));
    let game = weights.unwrap().game(&[Quota::parse("9").unwrap()]).unwrap();
    let request = Request { vetoes: (0..5).collect(), ..Request::default() };
    let with_vetoes = answer(&game, &request);
    assert_eq!(with_vetoes.players[0].shapley_shubik, Figure::Fraction("421/2145".into()));
    assert_eq!(with_vetoes.minimal_winning.count, Count::Number(210));
    let eec = ballot(&csv(&[4, 4, 4, 2, 2, 1]), &["12"]);
    assert_eq!(eec.players[5].swings.as_deref(), Some("0"));
    assert_eq!(eec.players[5].shapley_shubik, Figure::Fraction("0/1".into()));
}

#[test]
fn the_council_of_nice_needs_three_majorities() {
    let Some(reference) = reference("power-eu27-nice.json") else { return };
    let members = reference["members"].as_array().unwrap();
    let rows: Vec<String> = members
        .iter()
        .map(|m| format!("{},{},1,{}", m["name"].as_str().unwrap(), m["weight"], m["population_thousands"]))
        .collect();
    let b = ballot(&format!("id,weight,members,population\n{}\n", rows.join("\n")), &["255", "14", "62%"]);
    assert_eq!(b.winning.coalitions.as_deref(), Some("2718751"));
    for (player, member) in b.players.iter().zip(members) {
        assert_eq!(player.swings.as_ref().unwrap(), &member["swings"].to_string());
        let got: BigRational = fractions(std::iter::once(player.shapley_shubik.clone()))[0].parse().unwrap();
        let expected: BigRational = member["shapley_shubik_exact"].as_str().unwrap().parse().unwrap();
        assert_eq!(got, expected, "{}", player.id);
        assert!((player.banzhaf.value().unwrap() - member["banzhaf_normalised"].as_f64().unwrap()).abs() < 1e-15);
    }
    let votes_only = ballot(
        &format!("id,weight\n{}\n", {
            let rows: Vec<String> =
                members.iter().map(|m| format!("{},{}", m["name"].as_str().unwrap(), m["weight"])).collect();
            rows.join("\n")
        }),
        &["255"],
    );
    assert_eq!(votes_only.winning.coalitions.as_deref(), Some("2718774"));
}

#[test]
fn the_electoral_college_is_exact() {
    let Some(reference) = reference("power-us-electoral-college-2024.json") else { return };
    let members = reference["members"].as_array().unwrap();
    let rows: Vec<String> =
        members.iter().map(|m| format!("{},{}", m["name"].as_str().unwrap(), m["weight"])).collect();
    let b = ballot(&format!("id,weight\n{}\n", rows.join("\n")), &["270"]);
    for (player, member) in b.players.iter().zip(members) {
        assert_eq!(player.swings.as_deref(), member["swings"].as_str());
        assert!((player.shapley_shubik.value().unwrap() - member["shapley_shubik"].as_f64().unwrap()).abs() < 1e-15);
        assert!(
            (player.banzhaf_absolute.value().unwrap() - member["banzhaf_absolute"].as_f64().unwrap()).abs() < 1e-15
        );
    }
    let all: BigRational = fractions(b.players.iter().map(|p| p.shapley_shubik.clone()))
        .iter()
        .map(|t| t.parse::<BigRational>().unwrap())
        .sum();
    assert!(all.is_one());
}

/// What the definitions say, coalition by coalition.
struct Oracle {
    swings: Vec<u64>,
    shapley: Vec<BigRational>,
    winning: u64,
    minimal_winning: u64,
    minimal_blocking: u64,
}

fn oracle(game: &Game, vetoes: &[usize]) -> Oracle {
    let n = game.players();
    let wins = |mask: u32| {
        vetoes.iter().all(|&v| mask >> v & 1 == 1)
            && game
                .criteria
                .iter()
                .all(|c| (0..n).filter(|&i| mask >> i & 1 == 1).map(|i| c.weights[i]).sum::<u128>() >= c.quota)
    };
    let blocks = |mask: u32| !wins(!mask & ((1 << n) - 1));
    let mut out = Oracle {
        swings: vec![0; n],
        shapley: vec![BigRational::zero(); n],
        winning: 0,
        minimal_winning: 0,
        minimal_blocking: 0,
    };
    let factorial = |k: usize| (1..=k).fold(BigInt::one(), |a, b| a * b);
    for mask in 0..1u32 << n {
        let members = (0..n).filter(|&i| mask >> i & 1 == 1);
        out.winning += u64::from(wins(mask));
        out.minimal_winning += u64::from(wins(mask) && members.clone().all(|i| !wins(mask & !(1 << i))));
        out.minimal_blocking += u64::from(blocks(mask) && members.clone().all(|i| !blocks(mask & !(1 << i))));
        for i in members {
            if wins(mask) && !wins(mask & !(1 << i)) {
                let size = mask.count_ones() as usize;
                out.swings[i] += 1;
                out.shapley[i] += BigRational::new(factorial(size - 1) * factorial(n - size), factorial(n));
            }
        }
    }
    out
}

fn random_game() -> impl Strategy<Value = (Game, Vec<usize>)> {
    (1usize..=9, 1usize..=3).prop_flat_map(|(n, criteria)| {
        let one = proptest::collection::vec(0u128..12, n).prop_flat_map(|weights| {
            let total: u128 = weights.iter().sum::<u128>().max(1);
            (Just(weights), 1..=total)
        });
        (proptest::collection::vec(one, criteria), proptest::collection::vec(0..n, 0..=2)).prop_map(
            move |(columns, mut vetoes)| {
                vetoes.sort_unstable();
                vetoes.dedup();
                let criteria = columns
                    .into_iter()
                    .map(|(mut weights, quota)| {
                        if weights.iter().all(|&w| w == 0) {
                            weights[0] = 1;
                        }
                        Criterion { name: "w".into(), weights, quota, scale: 0, rule: String::new() }
                    })
                    .collect();
                (Game { ids: (0..n).map(|i| format!("p{i}")).collect(), criteria }, vetoes)
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn counting_agrees_with_enumeration((game, vetoes) in random_game()) {
        let slow = oracle(&game, &vetoes);
        let request = Request { vetoes, ..Request::default() };
        let fast = answer(&game, &request);
        prop_assert_eq!(fast.winning.coalitions.clone().unwrap(), slow.winning.to_string());
        for (i, p) in fast.players.iter().enumerate() {
            prop_assert_eq!(p.swings.clone().unwrap(), slow.swings[i].to_string());
            let shapley: BigRational = fractions(std::iter::once(p.shapley_shubik.clone()))[0].parse().unwrap();
            prop_assert_eq!(&shapley, &slow.shapley[i]);
        }
        prop_assert_eq!(fast.minimal_winning.count, Count::Number(slow.minimal_winning));
        prop_assert_eq!(fast.minimal_blocking.count, Count::Number(slow.minimal_blocking));
    }

    /// The table and the decision diagram are independent ways to the same counts.
    #[test]
    fn table_diagram_and_search_agree(weights in proptest::collection::vec(0u64..60, 2..14), share in 1u64..100) {
        use classic::power::{dense, layers, minimal};
        let total: u64 = weights.iter().sum();
        prop_assume!(total > 0);
        let quota = (total * share / 100).max(1);
        let criterion = Criterion {
            name: "w".into(),
            weights: weights.iter().map(|&w| u128::from(w)).collect(),
            quota: u128::from(quota),
            scale: 0,
            rule: String::new(),
        };
        let game = Game { ids: Vec::new(), criteria: vec![criterion] };
        let table = dense::swings(&weights, quota, &weights).unwrap();
        let diagram = layers::count(&game, 1_000_000).unwrap();
        for (a, b) in table.swings.iter().zip(&diagram.swings_by_size) {
            prop_assert_eq!(a, &b.iter().sum());
        }
        prop_assert_eq!(table.winning, diagram.winning);
        let found = minimal::search(&minimal::Wins::passing(&game), weights.len(), u64::MAX, 5).unwrap();
        prop_assert_eq!(minimal::count(&weights, quota).unwrap(), found.count.into());
        let by_player = minimal::count_by_player(&weights, quota).unwrap();
        for (a, b) in by_player.iter().zip(&found.by_player_and_size) {
            let b: Vec<num_bigint::BigUint> = b.iter().map(|&x| x.into()).collect();
            prop_assert_eq!(a, &b);
        }
        let (approximate, bound) = classic::power::approximate::shapley_by_quadrature(&weights, quota, &weights, 1e-9);
        let exact = answer(&game_with_ids(&game), &Request::default());
        for (x, p) in approximate.iter().zip(&exact.players) {
            prop_assert!((x - p.shapley_shubik.value().unwrap()).abs() <= bound);
        }
    }

    #[test]
    fn laws_hold((game, _) in random_game()) {
        let n = game.players();
        let base = answer(&game, &Request::default());
        // turning the players round turns the answers round
        let mut turned = game.clone();
        for c in &mut turned.criteria {
            c.weights.reverse();
        }
        let back = answer(&turned, &Request::default());
        for i in 0..n {
            prop_assert_eq!(&base.players[i].swings, &back.players[n - 1 - i].swings);
            prop_assert_eq!(&base.players[i].johnston, &back.players[n - 1 - i].johnston);
            for j in 0..n {
                if game.criteria.iter().all(|c| c.weights[i] == c.weights[j]) {
                    prop_assert_eq!(&base.players[i].shapley_shubik, &base.players[j].shapley_shubik);
                }
            }
            if game.criteria.iter().all(|c| c.weights[i] == 0) {
                prop_assert_eq!(base.players[i].swings.as_deref(), Some("0"));
            }
        }
        // one more player without weight changes nobody's index
        let mut larger = game.clone();
        larger.ids.push("dummy".into());
        for c in &mut larger.criteria {
            c.weights.push(0);
        }
        let with_dummy = answer(&larger, &Request::default());
        for i in 0..n {
            prop_assert_eq!(&base.players[i].shapley_shubik, &with_dummy.players[i].shapley_shubik);
            prop_assert_eq!(&base.players[i].banzhaf_absolute, &with_dummy.players[i].banzhaf_absolute);
            prop_assert_eq!(&base.players[i].deegan_packel, &with_dummy.players[i].deegan_packel);
        }
        // unions of one, and one union of all, are no unions
        for name in ["", "all"] {
            let unions = Some(vec![name.to_owned(); n]);
            let united = answer(&game, &Request { unions, ..Request::default() });
            for (a, b) in base.players.iter().zip(&united.players) {
                prop_assert_eq!(Some(&a.shapley_shubik), b.owen.as_ref());
                prop_assert_eq!(Some(&a.banzhaf_absolute), b.banzhaf_owen.as_ref());
            }
        }
    }
}

fn game_with_ids(game: &Game) -> Game {
    Game { ids: (0..game.players()).map(|i| format!("p{i}")).collect(), ..game.clone() }
}

/// Worked by hand: of [51; 40, 31, 20, 9] the second and third are united. Their union of 51 wins alone, so it is a dictator
/// among unions; within, neither suffices without the other (31 + 9 and 20 + 9 lose against 40), so they share equally.
#[test]
fn a_union_with_a_majority_takes_all_power() {
    let b = ballot("id,weight,union\na,40,\nb,31,u\nc,20,u\nd,9,\n", &["51"]);
    let owen: Vec<Figure> = b.players.iter().map(|p| p.owen.clone().unwrap()).collect();
    assert_eq!(fractions(owen.into_iter()), ["0/1", "1/2", "1/2", "0/1"]);
}

#[test]
fn huge_weights_and_many_players_stay_exact_or_say_not() {
    // 20 players with weights beyond any table: the diagram counts them
    let rows: Vec<String> = (0..20u32).map(|i| format!("p{i},{}", 10u128.pow(20) + 7u128.pow(i))).collect();
    let b = ballot(&format!("id,weight\n{}\n", rows.join("\n")), &["50%"]);
    assert_eq!(b.figures["banzhaf"], Label::Exact);
    let sum: BigRational = fractions(b.players.iter().map(|p| p.shapley_shubik.clone()))
        .iter()
        .map(|t| t.parse::<BigRational>().unwrap())
        .sum();
    assert!(sum.is_one());
    // 100 players: every swing is above 2^64, and symmetric players have what combinatorics says: C(99, 50)
    let b = ballot(&csv(&[3; 100]), &["50%"]);
    assert_eq!(b.players[7].swings.as_deref(), Some("50445672272782096667406248628"));
    assert_eq!(b.players[7].shapley_shubik, Figure::Fraction("1/100".into()));
    // several criteria with hundreds of players and fine weights: sampled, and it says so
    let rows: Vec<String> = (0..300u64).map(|i| format!("p{i},{},{}", 1_000_003 + 7919 * i, i * i + 1)).collect();
    let b = ballot(&format!("id,weight,other\n{}\n", rows.join("\n")), &["50%", "60%"]);
    assert_eq!(b.figures["banzhaf"], Label::Sampled);
    assert!(b.error.unwrap() < 0.002 && b.players.iter().all(|p| !p.exact && p.swings.is_none()));
}

#[test]
fn decimals_and_quotas_are_read_exactly() {
    let b = ballot("id,weight\na,0.1\nb,0.2\nc,0.3\n", &["50%"]);
    // 0.3 is exactly half and does not pass alone
    let QuotaShown::One(quota) = b.quota else { panic!("one criterion") };
    assert!((quota.value() - 0.4).abs() < 1e-12, "smallest sum above 0.3 in tenths");
    assert_eq!(b.minimal_winning.coalitions.unwrap(), [["a", "c"], ["b", "c"]]);
}

#[test]
fn mistakes_in_a_file_are_named_with_their_place() {
    let places = |text: &str| -> Vec<(String, usize, usize)> {
        let (weights, findings) = weights::parse(text);
        assert!(weights.is_none(), "{text:?} was accepted");
        findings
            .0
            .iter()
            .map(|d| {
                let (line, column) = classic::findings::line_and_column(text, d.labels[0].span.start);
                (d.code.to_owned(), line, column)
            })
            .collect()
    };
    let at = |code: &str, line, column| vec![(code.to_owned(), line, column)];
    assert_eq!(places(""), at("empty-file", 1, 1));
    assert_eq!(places("\u{feff}"), at("empty-file", 1, 1));
    assert_eq!(places("id,weight\r\n"), at("no-players", 1, 1));
    assert_eq!(places("a,4\nb,5\n"), at("no-header", 1, 1));
    assert_eq!(places("\u{feff}id,weight\r\na,4\r\nb,-5\r\n"), at("bad-weight", 3, 3));
    assert_eq!(places("id,weight\na,4\na,5\n"), at("duplicate-id", 3, 1));
    assert_eq!(places("id,weight\n\"é\",x\n"), at("bad-weight", 2, 5));
    assert_eq!(places("id,weight\na\n"), at("missing-cell", 2, 1));
    assert_eq!(places("id,weight\na,1,2\n"), at("too-many-cells", 2, 5));
    assert_eq!(places("id,weight\n,1\n"), at("no-id", 2, 1));
    assert_eq!(places("id,weight\na,1e400\n"), at("bad-weight", 2, 3));
    assert_eq!(places("id\na\n"), at("no-weights", 1, 1));
    assert_eq!(places("id,weight,weight\na,1,1\n"), at("duplicate-column", 1, 11));
    assert_eq!(places("id,weight\na,-1\nb,?\n").len(), 2, "all mistakes in one go");
}

#[test]
fn quotas_that_cannot_be_are_refused() {
    let (weights, _) = weights::parse("id,weight\na,3\nb,4\n");
    let weights = weights.unwrap();
    for (quota, part) in [("8", "above the total of 7"), ("101%", "above the total"), ("0", "everything would pass")] {
        let error = weights.game(&[Quota::parse(quota).unwrap()]).unwrap_err();
        assert!(error[0].contains(part), "{error:?}");
    }
    assert!(weights.game(&[]).unwrap_err()[0].contains("once per criterion"));
    for wrong in ["", "abc", "-3", "1/0", "%", "5%%"] {
        assert!(Quota::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_quorum_names_who_can_deny_it() {
    let (weights, _) = weights::parse("id,weight\na,40\nb,35\nc,25\n");
    let game = weights.unwrap().game(&[Quota::parse("50%").unwrap()]).unwrap();
    let b = answer(&game, &Request { quorum: Some(67), ..Request::default() });
    let quorum = b.quorum.unwrap();
    assert_eq!((quorum.fewest, quorum.alone), (1, vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(quorum.minimal_blocking.coalitions.unwrap(), [["a"], ["b"]]);
}

#[test]
fn pages_fit_a_terminal() {
    let b = ballot("id,weight,union\na rather long name for a player,40,\nb,31,u\nc,20,u\nd,9,\n", &["51"]);
    let page = classic::text::power(&b);
    assert!(page.lines().all(|l| l.chars().count() <= classic::text::WIDTH), "{page}");
    assert!(page.contains("d never matters"), "{page}");
}
