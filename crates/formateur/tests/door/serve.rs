//! The workbench's server: its answers are the commands', and nothing hostile gets past it.

use super::{Folder, code, good, json};
use serde_json::{Value, json as object};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    pub child: Child,
    pub host: String,
    pub folder: Folder,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        json(&self.body)
    }
}

impl Server {
    /// A server of one small case of its own.
    pub fn new() -> Server {
        let folder = Folder::new();
        good(&["new", &folder.path("small")]);
        Server::of(folder, &["--draws", "16"])
    }

    pub fn of(folder: Folder, more: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_formateur"))
            .args(["serve", &folder.path("small"), "--port", "0", "--forget", "--store", &folder.path("evidence.db")])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("the address");
        let host = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { child, host, folder }
    }

    pub fn file(&self, name: &str) -> std::path::PathBuf {
        Path::new(&self.folder.path("small")).join(name)
    }

    pub fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.host).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        // A server that has refused may close while we still write.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let text = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "Host") {
            text.push_str(&format!("Host: {}\r\n", self.host));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        if !body.is_empty() && headers.iter().all(|(name, _)| *name != "Content-Type") {
            text.push_str("Content-Type: application/json\r\n");
        }
        if !body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&body);
        self.raw(text.as_bytes()).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn version(&self, name: &str) -> String {
        let found = self.get(&format!("/api/cases/small/files/{name}")).json();
        found["version"].as_str().expect("a version").to_owned()
    }
}

#[test]
fn the_api_gives_what_the_commands_print() {
    let server = Server::new();
    let folder = server.folder.path("small");
    let api = server.get("/api/cases/small/ask/run?draws=16&seed=3");
    assert_eq!(api.status, 200, "{}", api.body);
    assert_eq!(api.json(), json(&good(&["run", &folder, "--draws", "16", "--seed", "3", "--json", "--quiet"])));
    let check = server.get("/api/cases/small/ask/check").json();
    let printed = json(&good(&["check", &folder, "--json"]));
    assert_eq!(check["size"]["states"], printed["size"]["states"]);
    assert_eq!(check["assumptions"], printed["assumptions"]);
    let why = server.get("/api/cases/small/ask/why?draws=16").json();
    let printed = json(&good(&["why", &folder, "--draws", "16", "--json", "--quiet"]));
    assert_eq!(why["sensitivity"], printed["sensitivity"]);
}

#[test]
fn every_page_shows_itself_and_carries_no_inline_code() {
    let server = Server::new();
    for page in ["", "/options", "/whatif", "/paths", "/chamber", "/evidence", "/news", "/trust", "/files"] {
        let shown = server.get(&format!("/case/small{page}"));
        assert_eq!(shown.status, 200, "{page}: {}", shown.body);
        assert!(shown.head.contains("content-security-policy: default-src 'none'"), "{}", shown.head);
        assert!(
            shown.body.contains("<main") && !shown.body.contains(" style=") && !shown.body.contains("<style"),
            "{page}"
        );
        assert!(!shown.body.contains("onclick") && shown.body.matches("<script").count() == 1, "{page}");
    }
    assert!(server.get("/case/small").body.contains("<svg"));
    assert_eq!(server.get("/assets/app.js").status, 200);
    assert_eq!(server.get("/assets/../Cargo.toml").status, 404);
}

#[test]
fn who_may_not_ask_is_turned_away() {
    let server = Server::new();
    let asks = "/api/cases/small/ask/run?draws=8";
    let status = |method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>| {
        server.send(method, path, headers, body).status
    };
    assert_eq!(status("GET", asks, &[("Host", "evil.example")], None), 421);
    assert_eq!(status("GET", asks, &[("Host", "localhost:1")], None), 421);
    assert_eq!(status("GET", asks, &[("Origin", "https://evil.example")], None), 403);
    assert_eq!(status("GET", asks, &[("Origin", "null")], None), 403);
    assert_eq!(status("GET", asks, &[("Sec-Fetch-Site", "cross-site")], None), 403);
    let body = object!({ "ask": "run", "draws": 8 });
    let job = "/api/cases/small/jobs";
    assert_eq!(status("POST", job, &[("Content-Type", "text/plain")], Some(&body)), 415);
    assert_eq!(status("POST", job, &[("Origin", &format!("http://{}", server.host))], Some(&body)), 202);
    let saved = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let text = object!({ "text": "formateur = 1" });
    assert_eq!(
        status(
            "PUT",
            "/api/cases/small/files/case.toml",
            &[("Origin", "http://evil.example"), ("If-Match", "x")],
            Some(&text)
        ),
        403
    );
    assert_eq!(std::fs::read_to_string(server.file("case.toml")).expect("the case"), saved);
}

#[test]
fn beyond_this_machine_only_with_the_token() {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    let mut server = Server::of(folder, &["--bind", "0.0.0.0"]);
    let (host, token) =
        server.host.split_once("/?token=").map(|(h, t)| (h.to_owned(), t.to_owned())).expect("a token is printed");
    server.host = host;
    assert_eq!(token.len(), 64);
    assert_eq!(server.get("/api/cases").status, 401);
    assert_eq!(server.send("GET", "/api/cases", &[("Authorization", "Bearer wrong")], None).status, 401);
    assert_eq!(server.send("GET", "/api/cases", &[("Authorization", &format!("Bearer {token}"))], None).status, 200);
    let first = server.get(&format!("/?token={token}"));
    assert_eq!(first.status, 303);
    assert!(
        first.head.contains("httponly; samesite=strict") && first.head.contains("location: /\r\n"),
        "{}",
        first.head
    );
    assert_eq!(server.send("GET", "/api/cases", &[("Cookie", &format!("formateur={token}"))], None).status, 200);
}

#[test]
fn nonsense_gets_a_clear_no_and_the_server_stays() {
    let server = Server::new();
    for bytes in [
        &b"\0\0\0\xff\xfe"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/cases/small/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\n",
        b"GET",
    ] {
        let mut stream = TcpStream::connect(&server.host).expect("the server listens");
        let _ = stream.write_all(bytes);
        drop(stream);
    }
    let huge = format!(
        "PUT /api/cases/small/files/case.toml HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nIf-Match: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n",
        server.host
    );
    assert_eq!(server.raw(huge.as_bytes()).map(|a| a.status), Some(413));
    for (path, status) in [
        ("/api/cases/nobody/ask/run", 404),
        ("/api/cases/small/ask/nothing", 400),
        ("/api/cases/small/ask/run?draws=0", 400),
        ("/api/cases/small/ask/run?draws=999999999", 400),
        ("/api/cases/small/ask/run?as_of=soon", 400),
        ("/api/cases/small/ask/options?actor=nobody", 422),
        ("/api/cases/small/ask/why?outcome=nothing", 422),
        ("/api/cases/small/files/..%2f..%2fetc%2fpasswd", 404),
        ("/api/cases/small/files/packs/..%2f..%2fcase.toml", 404),
        ("/api/cases/small/files/Cargo.toml", 404),
        ("/api/jobs/99999", 404),
        ("/nowhere", 404),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.json()["error"].is_string(), "{path}");
    }
    for body in
        [object!([1, 2]), object!({ "ask": "run", "draws": "many" }), object!({ "ask": { "x": 1 } }), object!("run")]
    {
        assert_eq!(server.send("POST", "/api/cases/small/jobs", &[], Some(&body)).status, 400, "{body}");
    }
    assert_eq!(server.get("/api/cases").status, 200);
}

#[test]
fn two_tabs_do_not_lose_each_others_edits() {
    let server = Server::new();
    let path = "/api/cases/small/files/case.toml";
    let text = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let seen = server.version("case.toml");
    let mine = object!({ "text": format!("{text}\n# one\n") });
    assert_eq!(server.send("PUT", path, &[], Some(&mine)).status, 428);
    let saved = server.send("PUT", path, &[("If-Match", &format!("\"{seen}\""))], Some(&mine));
    assert_eq!(saved.status, 200, "{}", saved.body);
    let theirs = server.send(
        "PUT",
        path,
        &[("If-Match", &format!("\"{seen}\""))],
        Some(&object!({ "text": format!("{text}\n# two\n") })),
    );
    assert_eq!(theirs.status, 412);
    assert!(theirs.json()["text"].as_str().is_some_and(|t| t.ends_with("# one\n")), "the other's text comes along");
    assert!(std::fs::read_to_string(server.file("case.toml")).expect("the case").ends_with("# one\n"));
    let leftovers = std::fs::read_dir(server.folder.path("small")).expect("the folder");
    assert!(
        leftovers.filter_map(Result::ok).all(|e| !e.file_name().to_string_lossy().starts_with('.')),
        "nothing half written"
    );
}

#[test]
fn a_broken_case_is_said_and_can_be_mended_here() {
    let server = Server::new();
    let path = "/api/cases/small/files/case.toml";
    let text = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let broken = object!({ "text": text.replacen("title", "titel", 1) });
    let checked = server.send("POST", path, &[], Some(&broken)).json();
    assert!(
        checked["diagnostics"]
            .as_array()
            .is_some_and(|d| d.iter().any(|d| d["severity"] == "error" && d["file"] == "case.toml"))
    );
    assert_eq!(std::fs::read_to_string(server.file("case.toml")).expect("the case"), text, "checking saves nothing");
    let version = server.version("case.toml");
    let saved = server.send("PUT", path, &[("If-Match", &version)], Some(&broken));
    assert_eq!(saved.status, 200);
    for page in ["", "/options", "/trust"] {
        let shown = server.get(&format!("/case/small{page}"));
        assert_eq!(shown.status, 422);
        assert!(shown.body.contains("titel"), "{}", shown.body);
    }
    assert_eq!(server.get("/api/cases/small/ask/run?draws=8").status, 422);
    assert_eq!(server.get("/case/small/files").status, 200);
    std::fs::write(server.file("case.toml"), [0xff, 0xfe, 0x00]).expect("written");
    assert!([422, 500].contains(&server.get("/case/small").status));
    std::fs::write(server.file("case.toml"), &text).expect("written");
    assert_eq!(server.get("/case/small").status, 200);
}

#[test]
fn text_of_a_case_stays_text() {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    let file = Path::new(&folder.path("small")).join("case.toml");
    let text = std::fs::read_to_string(&file).expect("the case");
    let line = text.lines().find(|l| l.starts_with("question")).expect("a question");
    std::fs::write(&file, text.replace(line, "question = \"<script>alert(1)</script>\"")).expect("written");
    let server = Server::of(folder, &["--draws", "8"]);
    let shown = server.get("/case/small");
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("&lt;script&gt;alert(1)") && !shown.body.contains("<script>alert"));
}

#[test]
fn news_is_added_and_taken_out_without_a_trace() {
    let server = Server::new();
    let before = std::fs::read_to_string(server.file("log.toml")).ok();
    let case = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let from =
        case.lines().find_map(|l| l.strip_prefix("from")).and_then(|l| l.split('=').nth(1)).expect("a first day");
    let day = from.split('#').next().unwrap_or("").trim().to_owned();
    let version = server.version("log.toml");
    let entry = object!({ "on": day, "who": "nobody", "did": "nothing_known" });
    let refused = server.send("POST", "/api/cases/small/news", &[("If-Match", &version)], Some(&entry));
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(std::fs::read_to_string(server.file("log.toml")).ok(), before);
    assert_eq!(server.send("POST", "/api/cases/small/news", &[("If-Match", "old")], Some(&entry)).status, 412);
    let none = server.send("DELETE", "/api/cases/small/news/last", &[("If-Match", &version)], None);
    assert_eq!(none.status, if before.is_some() { 200 } else { 409 });
    // An act the page itself offers.
    let page = server.get("/case/small/news").body;
    let offered = page.split("<option value=\"").nth(1).and_then(|o| o.split('"').next()).expect("an act is offered");
    let (who, did) = offered.split_once('\n').expect("who and what");
    let entry = object!({ "on": day, "who": who, "did": did });
    let added = server.send("POST", "/api/cases/small/news", &[("If-Match", &version)], Some(&entry));
    assert_eq!(added.status, 201, "{}", added.body);
    let log = std::fs::read_to_string(server.file("log.toml")).expect("a log");
    assert!(log.contains("[[entry]]") && log.contains(did));
    let newer = server.version("log.toml");
    assert_eq!(server.send("DELETE", "/api/cases/small/news/last", &[("If-Match", &newer)], None).status, 200);
    assert_eq!(std::fs::read_to_string(server.file("log.toml")).unwrap_or_default(), before.unwrap_or_default());
}

#[test]
fn a_stopped_run_really_stops() {
    let server = Server::new();
    let begun = server.send("POST", "/api/cases/small/jobs", &[], Some(&object!({ "ask": "run", "draws": 100_000 })));
    assert_eq!(begun.status, 202, "{}", begun.body);
    let job = format!("/api/jobs/{}", begun.json()["job"]);
    let until = Instant::now() + Duration::from_secs(30);
    while server.get(&job).json()["done"].as_u64() < Some(8) {
        assert!(Instant::now() < until, "the run begins");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.send("DELETE", &job, &[], None).status, 204);
    assert_eq!(server.get(&job).json()["state"], "stopped");
    std::thread::sleep(Duration::from_millis(400));
    let done = server.get(&job).json()["done"].clone();
    std::thread::sleep(Duration::from_millis(400));
    let after = server.get(&job).json();
    assert_eq!(after["done"], done, "nothing is solved any more");
    assert!(after["done"].as_u64() < Some(100_000), "{after}");
    // The one long run at a time is free again.
    assert_eq!(server.get("/api/cases/small/ask/run?draws=80").status, 200);
}

#[test]
fn progress_comes_as_events_and_ends() {
    let server = Server::new();
    let begun = server.send("POST", "/api/cases/small/jobs", &[], Some(&object!({ "ask": "run", "draws": 64 })));
    let events = server.get(&format!("/api/jobs/{}/events", begun.json()["job"]));
    assert!(events.head.contains("content-type: text/event-stream"), "{}", events.head);
    assert!(events.body.contains("event: done"), "{}", events.body);
}

#[test]
fn the_description_and_the_routes_agree() {
    let spec = json(include_str!("../../../../docs/json/openapi.json"));
    let source = include_str!("../../src/serve/mod.rs");
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, methods) in spec["paths"].as_object().expect("paths") {
        described.extend(methods.as_object().expect("methods").keys().map(|m| (path.clone(), m.clone())));
    }
    let mut routed: Vec<(String, String)> = Vec::new();
    for call in source.split(".route(").skip(1) {
        let path = call.split('"').nth(1).expect("a path").replace("{*", "{");
        let handlers = call.split('"').nth(2).expect("handlers").split("\n").next().expect("a line");
        for method in ["get", "post", "put", "delete"] {
            if path.starts_with("/api") && handlers.contains(&format!("{method}(")) {
                routed.push((path.clone(), method.to_owned()));
            }
        }
    }
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
    let server = Server::new();
    assert_eq!(server.get("/api/openapi.json").json(), spec);
    for (path, method) in described {
        let filled = path
            .replace("{case}", "small")
            .replace("{question}", "chamber")
            .replace("{name}", "case.toml")
            .replace("{job}", "1")
            .replace("{picture}", "outcomes.svg")
            .replace("{claim}", "c-none");
        let body = ["post", "put"].contains(&method.as_str()).then(|| object!({}));
        let status = server.send(&method.to_uppercase(), &filled, &[], body.as_ref()).status;
        assert!(status != 405 && status < 500, "{method} {path}: {status}");
        assert!(spec["paths"][&path][&method]["responses"].as_object().is_some_and(|r| !r.is_empty()));
    }
}

#[test]
fn a_report_is_one_file_that_needs_nothing_else() {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    let file = folder.path("brief.html");
    good(&["report", &folder.path("small"), "-o", &file, "--draws", "16", "--quiet"]);
    let page = std::fs::read_to_string(&file).expect("the brief");
    for needed in ["<svg", "How to reproduce it", "and its limits", "What it rests on", "@media print"] {
        assert!(page.contains(needed), "{needed}");
    }
    assert!(!page.contains("<script") && !page.contains("<link") && !page.contains("src="), "nothing is fetched");
    assert_eq!(code(&["report", &folder.path("nowhere"), "-o", &file]), Some(4));
    assert_eq!(std::fs::read_to_string(&file).expect("the brief"), page, "a failure leaves the old brief");
}

#[test]
fn plots_are_pictures_or_a_clear_no() {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    let file = folder.path("picture.svg");
    for kind in ["outcomes", "when", "tornado", "flow"] {
        good(&["plot", &folder.path("small"), kind, "-o", &file, "--draws", "16", "--quiet"]);
        let picture = std::fs::read_to_string(&file).expect("the picture");
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"), "{kind}");
    }
    assert_eq!(code(&["plot", &folder.path("small"), "options", "-o", &file]), Some(2));
    assert_eq!(code(&["plot", &folder.path("small"), "outcomes", "-o", &folder.path("x.gif")]), Some(2));
}
