//! What the workbench's pages do: pictures to keep, scenarios, coalitions, evidence, tables, why.

use super::serve::Server;
use super::{Folder, formateur, good, json};
use serde_json::{Value, json as object};

fn small() -> Folder {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    folder
}

#[test]
fn charts_can_be_kept_as_vectors_and_as_pixels() {
    let server = Server::new();
    let svg = server.get("/api/cases/small/plot/outcomes.svg?draws=16");
    assert_eq!(svg.status, 200, "{}", svg.body);
    assert!(svg.head.contains("content-type: image/svg+xml") && svg.body.starts_with("<svg"));
    let written = server.folder.path("outcomes.svg");
    good(&["plot", &server.folder.path("small"), "outcomes", "-o", &written, "--draws", "16", "--quiet"]);
    assert_eq!(std::fs::read_to_string(&written).expect("a picture"), svg.body, "the command's picture");
    let png = server.get("/api/cases/small/plot/when.png?draws=16&width=480&scale=1");
    assert!(png.status == 200 && png.head.contains("content-type: image/png"), "{}", png.head);
    for (path, status) in [
        ("outcomes.gif", 404),
        ("nothing.svg", 404),
        ("outcomes", 404),
        ("options.svg", 400),
        ("outcomes.svg?width=1", 400),
        ("outcomes.png?scale=99", 400),
        ("outcomes.svg?draws=0", 400),
        ("outcomes.svg?what=1", 400),
        ("options.svg?actor=nobody&draws=8", 422),
    ] {
        let answer = server.get(&format!("/api/cases/small/plot/{path}"));
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    let file = server.folder.path("outcomes.png");
    good(&["plot", &server.folder.path("small"), "outcomes", "-o", &file, "--draws", "16", "--quiet"]);
    assert!(std::fs::read(&file).expect("a picture").starts_with(b"\x89PNG"));
}

#[test]
fn a_scenario_goes_out_as_a_file_and_comes_in_again() {
    let server = Server::new();
    let first = server.get("/api/cases/small/ask/leading?draws=16").json()["numbers"][0].clone();
    let path = first.as_str().expect("a number");
    let file = server.get(&format!("/api/cases/small/scenario?set={path}%3D0.3&name=If%20%22so%22"));
    assert_eq!(file.status, 200);
    assert!(file.head.contains("content-disposition: attachment"), "{}", file.head);
    let back = server.send("POST", "/api/cases/small/scenario", &[], Some(&object!({ "text": file.body }))).json();
    assert_eq!(back["scenarios"][0]["set"][0], format!("{path}=0.3"));
    assert_eq!(back["scenarios"][0]["name"], "If \"so\"");
    let kept = server.folder.path("scenario.toml");
    std::fs::write(&kept, &file.body).expect("written");
    let case = server.folder.path("small");
    let told = json(&good(&["whatif", &case, "--scenarios", &kept, "--draws", "16", "--json", "--quiet"]));
    assert_eq!(told["scenarios"][0]["label"], "If \"so\"", "the command reads what the page wrote");
    for text in ["", "x", "[scenarios]", "[scenarios.a]\nunknown = 1"] {
        let answer = server.send("POST", "/api/cases/small/scenario", &[], Some(&object!({ "text": text })));
        assert_eq!(answer.status, 422, "{text}: {}", answer.body);
    }
}

#[test]
fn a_coalition_is_counted_and_history_says_what_it_knows() {
    let server = Server::new();
    let chamber = server.get("/api/cases/small/ask/chamber").json();
    let blocs = chamber["blocs"].as_array().expect("blocs");
    let all: Vec<String> = blocs.iter().map(|b| format!("in={}", b["id"].as_str().expect("an id"))).collect();
    let seats: u64 = blocs.iter().filter_map(|b| b["seats"].as_u64()).sum();
    let nobody = server.get("/api/cases/small/coalition").json();
    assert_eq!(nobody["seats"], 0);
    assert!(nobody["marks"].as_array().is_some_and(|marks| marks.iter().all(|m| m["short"] == m["seats"])));
    let everybody = server.get(&format!("/api/cases/small/coalition?{}", all.join("&"))).json();
    assert_eq!(everybody["seats"], seats);
    assert!(everybody["marks"].as_array().is_some_and(|marks| marks.iter().all(|m| m["short"] == 0)));
    let told = server.get("/api/cases/small/ask/coalitions?top=3");
    if told.status == 200 {
        let first = &told.json()["coalitions"][0];
        let within: Vec<String> = first["parties"]
            .as_array()
            .expect("parties")
            .iter()
            .map(|p| format!("in={}", p.as_str().expect("id")))
            .collect();
        let built = server.get(&format!("/api/cases/small/coalition?{}", within.join("&"))).json();
        assert_eq!(built["history"]["probability"], first["probability"]);
        assert_eq!(built["history"]["rank"], 1);
    } else {
        assert!(!everybody["silent"].as_str().unwrap_or("").is_empty(), "it says why it is silent");
    }
    assert_eq!(server.get("/api/cases/small/coalition?in=nobody").status, 404);
    let power = server.get("/api/cases/small/ask/power?draws=16");
    assert_eq!(power.status, 200, "{}", power.body);
    let printed = json(&good(&["power", &server.folder.path("small"), "--draws", "16", "--json", "--quiet"]));
    assert_eq!(power.json()["ballots"][0]["play"], printed["ballots"][0]["play"]);
    let part = server.get(&format!("/case/small/chamber?part=1&{}", all[0]));
    assert!(part.status == 200 && part.body.contains("id=\"together\"") && !part.body.contains("<html"));
}

/// A document that names somebody of the small case.
fn paper(server: &Server) -> (String, String) {
    let case = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let name = case.split("name = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("an actor's name");
    (format!("{name} said on Monday that it would reject the proposal. <script>alert(1)</script>\n"), name.to_owned())
}

#[test]
fn a_claim_goes_from_a_document_to_the_case_by_a_persons_hand_alone() {
    let server = Server::new();
    let (text, _) = paper(&server);
    let claims_before = std::fs::read_to_string(server.file("claims.toml")).ok();
    let add = |body: &Value| server.send("POST", "/api/cases/small/evidence/documents", &[], Some(body));
    assert_eq!(add(&object!({ "text": text, "published": "2026-01-05" })).status, 400, "how the day is known");
    assert_eq!(add(&object!({ "text": " " })).status, 400);
    let added = add(&object!({ "text": text, "title": "A report", "published": "2026-01-05", "basis": "stated" }));
    assert_eq!(added.status, 201, "{}", added.body);
    let id = added.json()["document"].as_str().expect("a digest").to_owned();
    assert_eq!(add(&object!({ "text": text })).json()["new"], false, "the same text is one document");
    let forecast = server.get("/api/cases/small/ask/run?draws=16").json();
    let proposed = server.send("POST", "/api/cases/small/evidence/propose", &[], Some(&object!({}))).json();
    let claim = proposed["proposals"][0]["id"].as_str().expect("a proposal").to_owned();
    let page = server.get("/case/small/evidence").body;
    assert!(page.contains("Waiting for a decision") && page.contains(&claim));
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"));
    let reading = server.get(&format!("/case/small/evidence?document={}", &id[..16]));
    assert!(reading.status == 200 && reading.body.contains(&format!("id=\"m-{claim}\"")), "{}", reading.body);
    assert!(reading.body.contains("<mark") && !reading.body.contains("<script>alert"));
    let decide = |claim: &str, body: &Value| {
        server.send("POST", &format!("/api/cases/small/evidence/claims/{claim}"), &[], Some(body))
    };
    assert_eq!(decide("c-none", &object!({ "status": "accepted", "seen": "proposed" })).status, 404);
    assert_eq!(decide(&claim, &object!({ "status": "retracted", "seen": "proposed" })).status, 400);
    let accepted = object!({ "status": "accepted", "seen": "proposed", "says": "It would reject the proposal." });
    let done = decide(&claim, &accepted);
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["says"], "It would reject the proposal.");
    let again = decide(&claim, &object!({ "status": "rejected", "seen": "proposed" }));
    assert_eq!(again.status, 412, "another tab has decided: {}", again.body);
    assert_eq!(
        std::fs::read_to_string(server.file("claims.toml")).ok(),
        claims_before,
        "no file has changed by itself"
    );
    assert_eq!(server.get("/api/cases/small/ask/run?draws=16").json(), forecast, "nor has the forecast");
    let put = "/api/cases/small/evidence/put-down";
    assert_eq!(server.send("POST", put, &[], Some(&object!({}))).status, 428);
    assert_eq!(server.send("POST", put, &[("If-Match", "old")], Some(&object!({}))).status, 412);
    let version = server.version("claims.toml");
    let written = server.send("POST", put, &[("If-Match", &version)], Some(&object!({})));
    assert_eq!(written.status, 200, "{}", written.body);
    let file = std::fs::read_to_string(server.file("claims.toml")).expect("written");
    assert!(file.starts_with(claims_before.as_deref().unwrap_or("").trim_end()), "what was there stays");
    assert!(file.contains(&claim) && file.contains("It would reject the proposal."));
    assert_eq!(
        server.send("POST", put, &[("If-Match", &server.version("claims.toml"))], Some(&object!({}))).status,
        409
    );
    let store = server.folder.path("evidence.db");
    assert!(formateur(&["evidence", "replay", "--store", &store]).status.success(), "the ledger is whole");
}

#[test]
fn a_table_of_seats_is_edited_like_any_file_of_the_case() {
    let folder = small();
    let file = std::path::Path::new(&folder.path("small")).join("case.toml");
    let text = std::fs::read_to_string(&file).expect("the case");
    let begin = text.find("[chamber.seats]").expect("seats in the small case");
    let rest = &text[begin + "[chamber.seats]".len()..];
    let end = rest.find("\n[").map_or(text.len(), |at| begin + "[chamber.seats]".len() + at);
    let csv = "id,seats,name,attend,yes\nharvest,48,,,\nharbour,43,,,\nhill,24,,,\nsingle,5,single deputies,0.7 to 0.95,0.4 to 0.7\n";
    let chamber = text.find("[chamber]").expect("a chamber") + "[chamber]".len();
    let without = format!("{}{}", &text[..begin], &text[end..]);
    let with = format!("{}\nseats = \"seats.csv\"{}", &without[..chamber], &without[chamber..]);
    std::fs::write(&file, with).expect("written");
    std::fs::write(file.with_file_name("seats.csv"), csv).expect("written");
    std::fs::write(file.with_file_name("secret.csv"), "id,seats\n").expect("written");
    let server = Server::of(folder, &["--draws", "16"]);
    let listed = server.get("/api/cases/small/files").json();
    let names: Vec<&str> =
        listed["files"].as_array().expect("files").iter().filter_map(|f| f["name"].as_str()).collect();
    assert!(names.contains(&"seats.csv") && !names.contains(&"secret.csv"), "{names:?}");
    assert_eq!(server.get("/api/cases/small/files/secret.csv").status, 404);
    let address = "/api/cases/small/files/seats.csv";
    let broken = object!({ "text": csv.replacen("seats", "saets", 1) });
    let found = server.send("POST", address, &[], Some(&broken)).json();
    let named = |d: &Value| d["file"] == "seats.csv" && d["severity"] == "error";
    assert!(found["diagnostics"].as_array().is_some_and(|d| d.iter().any(named)), "{found}");
    let fewer = csv.replace("hill,24", "hill,20");
    let seen = server.version("seats.csv");
    let saved = server.send("PUT", address, &[("If-Match", &seen)], Some(&object!({ "text": fewer })));
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert_eq!(std::fs::read_to_string(server.file("seats.csv")).expect("the table"), fewer);
    assert!(server.get("/case/small/chamber").body.contains("file=seats.csv"));
}

#[test]
fn an_act_of_a_way_says_why() {
    let server = Server::new();
    let why = server.get("/api/cases/small/ask/why?draws=16").json();
    assert_eq!(why["outcome"].as_str().map(str::is_empty), Some(false));
    let page = server.get("/case/small/paths?draws=16");
    assert_eq!(page.status, 200);
    let link =
        page.body.split("<a href=\"?").find_map(|rest| rest.split("#why\"").next().filter(|l| l.contains("who=")));
    let link = link.expect("an act that can be followed").replace("&amp;", "&");
    let shown = server.get(&format!("/case/small/paths?draws=16&{link}"));
    assert!(shown.body.contains("id=\"why\"") && shown.body.contains("It is done on ways"), "{}", shown.body);
    assert_eq!(
        server.get("/case/small/paths?draws=16&who=no&did=thing").status,
        200,
        "an act that is none harms nothing"
    );
}

#[test]
fn trust_sets_cases_whose_outcome_is_known_against_it() {
    let server = Server::new();
    let page = server.get("/case/small/trust").body;
    assert!(page.contains("How such forecasts have done") && page.contains("nothing can be scored yet"), "{page}");
    assert!(page.contains("svg") && page.contains("The model of past governments"));
    let run = server.get("/api/cases/small/ask/run?draws=64").json();
    let first = run["headline"]["outcomes"][0]["id"].as_str().expect("an outcome");
    std::fs::write(server.file("outcome.toml"), format!("headline = \"{first}\"\n")).expect("written");
    let page = server.get("/case/small/trust").body;
    let given = run["headline"]["outcomes"][0]["mean"].as_f64().expect("a chance");
    assert!(page.contains("(this case)") && page.contains(&chart::percent(given)), "{page}");
    std::fs::write(server.file("outcome.toml"), "headline = ").expect("written");
    assert_eq!(server.get("/case/small/trust").status, 200, "an outcome that does not read is no outcome");
}

#[test]
fn the_brief_can_be_set_for_paper() {
    let folder = small();
    let file = folder.path("brief.typ");
    let case = folder.path("small");
    good(&["report", &case, "-o", &file, "--draws", "16", "--quiet"]);
    let typ = std::fs::read_to_string(&file).expect("the source");
    for needed in ["#heading(level: 1)", "#image", "alt: ", "table.header", "How to reproduce it"] {
        assert!(typ.contains(needed) || typ.contains(&needed.replace('#', "")), "{needed}");
    }
    assert!(!typ.contains("<p>") && !typ.contains("<td"), "no page is left in it");
    assert_eq!(formateur(&["report", &case, "-o", &folder.path("brief.doc")]).status.code(), Some(2));
    let pdf = folder.path("brief.pdf");
    let done = formateur(&["report", &case, "-o", &pdf, "--draws", "16", "--quiet"]);
    if super::err(&done).contains("needs Typst") {
        assert_eq!(done.status.code(), Some(4));
        assert!(!std::path::Path::new(&pdf).exists());
        eprintln!(
            "skipped: no Typst here, so no PDF was set (pip install typst; FORMATEUR_PYTHON names another Python)"
        );
        return;
    }
    assert_eq!(done.status.code(), Some(0), "{}", super::err(&done));
    let first = std::fs::read(&pdf).expect("the PDF");
    assert!(first.starts_with(b"%PDF-"));
    good(&["report", &case, "-o", &pdf, "--draws", "16", "--quiet"]);
    assert_eq!(std::fs::read(&pdf).expect("the PDF"), first, "the same brief, the same bytes");
}
