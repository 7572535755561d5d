//! Every chart's structure on one small answer: what is drawn, that it can be read aloud, that text stays text.

use chart::data::{Chamber, Options, Run, Update, WhatIf, Why};
use chart::{Chart, NARROW, Style, WIDE};
use serde_json::{Value, json};

fn band(mean: f64) -> Value {
    json!({ "mean": mean, "p10": (mean - 0.1).max(0.0), "p90": (mean + 0.1).min(1.0), "error": 0.01 })
}

fn outcome(id: &str, label: &str, mean: f64) -> Value {
    let mut row = band(mean);
    row["id"] = json!(id);
    row["label"] = json!(label);
    row
}

fn outcomes() -> Value {
    json!([outcome("a", "Anna & <Co>", 0.6), outcome("b", "Bert", 0.3), outcome("none", "none", 0.1)])
}

fn when() -> Value {
    json!({ "median": "2026-03-10", "p10": "2026-01-20", "p25": "2026-02-10", "p75": "2026-05-01", "p90": null, "never": 0.1,
            "by_month": [{ "until": "2026-01-31", "probability": 0.2, "p10": 0.1, "p90": 0.3 },
                         { "until": "2026-02-28", "probability": 0.4, "p10": 0.2, "p90": 0.6 },
                         { "until": "2026-06-30", "probability": 0.9, "p10": 0.8, "p90": 0.95 }] })
}

fn run_json() -> Value {
    json!({ "case": { "id": "small", "title": "Small" }, "now": "2026-01-01", "until": "2026-06-30",
            "headline": { "variable": "government", "outcomes": outcomes() }, "when": when() })
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an answer in the contract's form")
}

fn all(width: f64) -> Vec<(&'static str, Chart)> {
    let run: Run = of(run_json());
    let update: Update = of(json!({ "steps": [
        { "date": "2026-01-01", "entry": null, "outcomes": outcomes(), "effective_draws": 8.0, "moved": [] },
        { "date": "2026-01-09", "entry": "council: name(anna)", "outcomes": outcomes(), "effective_draws": 4.0, "moved": [] }] }));
    let options: Options = of(json!({ "actor": "anna", "impossible": [], "options": [
        { "id": "go", "label": "go \"now\"", "outcomes": outcomes(), "when": when(), "own": band(0.2), "noise": band(0.0), "likelier": null,
          "others": [], "best_share": 0.7, "max_regret": 0.3, "best_if": [], "coverage": null, "density": null },
        { "id": "stay", "label": "stay", "outcomes": outcomes(), "when": when(), "own": { "mean": -0.2, "p10": -0.3, "p90": -0.1, "error": 0.0 },
          "noise": band(0.0), "likelier": null, "others": [], "best_share": 0.3, "max_regret": 0.5, "best_if": [], "coverage": null, "density": null }] }));
    let why: Why = of(json!({ "outcome": "a", "label": "Anna & <Co>", "probability": 0.6, "sampled": 100,
        "paths": [{ "probability": 0.3, "steps": [{ "date": "2026-02-01", "who": "council", "did": "name(anna)" }, { "date": "2026-03-01", "who": "chamber", "did": "ballot(vote) passed" }] },
                  { "probability": 0.1, "steps": [{ "date": "2026-02-01", "who": "council", "did": "name(anna)" }] }],
        "swings": [], "levers": [],
        "sensitivity": [{ "path": "interests.x", "first_order": 0.4, "total": 0.5, "error": 0.1, "cell": "interests.x.anna", "low": 0.4, "high": 0.8 },
                        { "path": "pace.y", "first_order": 0.1, "total": 0.2, "error": 0.1, "cell": "pace.y", "low": 0.65, "high": 0.7 }] }));
    let whatif: WhatIf = of(
        json!({ "base": run_json(), "changed": run_json(), "difference": [{ "id": "a", "mean": 0.02, "error": 0.01 }] }),
    );
    let chamber: Chamber = of(json!({ "name": "House", "members": 101,
        "blocs": [{ "id": "a", "label": "A", "seats": 60 }, { "id": "b", "label": "B", "seats": 41 }], "marks": [{ "label": "majority", "seats": 51 }] }));
    vec![
        ("outcomes", chart::outcomes(&run, width)),
        ("when", chart::when(&run, width)),
        ("trajectory", chart::trajectory(&update, width)),
        ("options", chart::options(&options, width)),
        ("tornado", chart::tornado(&why, width)),
        ("change", chart::change(&whatif, width)),
        ("chamber", chart::chamber(&chamber, width)),
        ("flow", chart::flow(&why, width)),
    ]
}

/// Elements of a picture by name, and that each is closed: the writer knows no entity but the five and no comment.
fn elements(svg: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let mut names = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_ref(), Some(&name), "closed in order");
        } else {
            names.push(name.clone());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
    names
}

fn count(names: &[String], name: &str) -> usize {
    names.iter().filter(|n| *n == name).count()
}

#[test]
fn every_chart_is_well_formed_and_can_be_read_aloud() {
    for width in [WIDE, chart::HALF, NARROW] {
        for (kind, chart) in all(width) {
            for style in [Style::Alone, Style::Page, Style::Light] {
                let svg = chart.svg(style);
                let names = elements(&svg);
                assert!(svg.contains("role=\"img\"") && svg.contains("viewBox=\"0 0 "), "{kind}");
                assert!(svg.contains(&format!("aria-labelledby=\"t-{kind} d-{kind}\"")), "{kind}");
                assert!(!chart.title.is_empty() && chart.description.len() > 20, "{kind}: {}", chart.description);
                assert_eq!(count(&names, "style"), usize::from(style != Style::Page), "{kind}");
                assert!(!svg.contains("<Co>") && !svg.contains("NaN") && !svg.contains("inf"), "{kind}");
                assert!(!svg.contains(" style="), "{kind}: nothing inline, or a strict content policy refuses it");
            }
        }
    }
}

#[test]
fn every_chart_draws_its_uncertainty() {
    for (kind, chart) in all(WIDE) {
        let svg = chart.svg(Style::Page);
        let names = elements(&svg);
        match kind {
            // Per outcome three lines of a whisker, twice for its halo; five upright rules.
            "outcomes" => assert_eq!((count(&names, "rect"), count(&names, "line")), (6, 5 + 3 * 6)),
            "when" => assert_eq!((count(&names, "polygon"), count(&names, "polyline")), (1, 1)),
            // Three outcomes at two steps, each with an upright line beside the rules.
            "trajectory" => assert!(svg.matches(" mid\"/>").count() >= 6, "{svg}"),
            "options" => assert_eq!((count(&names, "circle"), svg.matches("bold\"/>").count()), (2, 6)),
            "tornado" => assert_eq!(svg.matches("±").count(), 2),
            "change" => assert_eq!(count(&names, "circle"), 6),
            "chamber" => assert_eq!(count(&names, "circle"), 101 + 2),
            "flow" => assert!(svg.contains("± ") && count(&names, "path") == 4, "{svg}"),
            other => panic!("no test for {other}"),
        }
    }
}

#[test]
fn pictures_alone_have_dark_and_print_and_light_ones_have_not() {
    let (_, chart) = all(WIDE).remove(0);
    let alone = chart.svg(Style::Alone);
    assert!(alone.contains("prefers-color-scheme:dark") && alone.contains("@media print"));
    assert!(!chart.svg(Style::Light).contains("@media"));
}

#[test]
fn charts_of_one_kind_on_a_page_have_names_of_their_own() {
    let (_, chart) = all(WIDE).remove(0);
    let svg = chart.named("one\" onload=\"x").svg(Style::Page);
    assert!(svg.contains("id=\"t-outcomes-oneonloadx\"") && !svg.contains("onload="));
}

#[test]
fn pixels_need_no_font_of_the_machine_and_come_out_the_same() {
    let run: chart::data::Run = serde_json::from_value(serde_json::json!({
        "case": { "id": "small", "title": "Small" }, "now": "2026-01-01", "until": "2026-06-30",
        "headline": { "variable": "government", "outcomes": [
            { "id": "a", "label": "Ägypten & Ελλάς", "mean": 0.6, "p10": 0.4, "p90": 0.8, "error": 0.01 },
            { "id": "none", "label": "none", "mean": 0.4, "p10": 0.2, "p90": 0.6, "error": 0.01 } ] },
        "when": { "median": null, "p10": null, "p25": null, "p75": null, "p90": null, "never": 0.4, "by_month": [] }
    }))
    .expect("a run");
    let drawn = chart::outcomes(&run, chart::WIDE);
    let picture = drawn.png(1.0).expect("a picture");
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(picture, drawn.png(1.0).expect("a picture"));
    let size = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((size(&picture, 16), size(&picture, 20)), (860, drawn.height.ceil() as u32));
    assert_eq!(size(&drawn.png(2.0).expect("a picture"), 16), 1720);
    // Without its labels the picture is another one: the type was found.
    let mut bare = run;
    for outcome in &mut bare.headline.outcomes {
        outcome.label = String::new();
    }
    assert_ne!(picture, chart::outcomes(&bare, chart::WIDE).png(1.0).expect("a picture"));
    assert!(drawn.png(1e6).is_err() && drawn.png(f64::NAN).is_err());
}

#[test]
fn an_act_of_a_flow_can_be_followed_and_read_aloud() {
    let why: chart::data::Why = serde_json::from_value(serde_json::json!({
        "outcome": "a", "label": "A", "probability": 0.5, "sampled": 100,
        "paths": [{ "probability": 0.5, "steps": [{ "date": "2026-01-02", "who": "body.x", "did": "agree(\"a\")" }] }],
        "swings": [], "levers": [], "sensitivity": []
    }))
    .expect("an answer");
    let to = |who: &str, did: &str| format!("?who={who}&did={did}#why");
    let linked =
        chart::flow_with(&why, 860.0, Some(&chart::Links { to: &to, chosen: Some(("body.x", "agree(\"a\")")) }));
    let svg = linked.svg(chart::Style::Page);
    assert!(svg.contains(r#"<a href="?who=body.x&amp;did=agree(&quot;a&quot;)#why""#), "{svg}");
    assert!(svg.contains(r#"role="group""#) && svg.contains(r#"aria-current="true""#));
    assert!(chart::flow(&why, 860.0).svg(chart::Style::Page).contains(r#"role="img""#));
}

#[test]
fn what_was_said_and_what_happened_stand_beside_each_other() {
    let found = chart::data::Reliability {
        of: "parties".into(),
        bins: vec![
            chart::data::Bin { n: 40, forecast: 0.1, happened: 0.125 },
            chart::data::Bin { n: 0, forecast: 0.0, happened: 0.0 },
        ],
    };
    let drawn = chart::reliability(&found, 480.0);
    assert!(drawn.description.contains("said 10\u{a0}%"), "{}", drawn.description);
    assert_eq!(drawn.svg(chart::Style::Page).matches("<circle").count(), 1, "nothing is drawn where nothing was said");
}
