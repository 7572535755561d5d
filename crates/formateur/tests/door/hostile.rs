//! The server under ill will and bad luck: killed while it saves, asked nonsense, given broken files, left waiting.

use super::serve::Server;
use super::{Folder, formateur, good};
use serde_json::{Value, json as object};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// A small generator: the same seed, the same requests.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        // xorshift64*, Vigna 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides.max(1)
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.throw(list.len())]
    }
}

#[test]
fn killed_while_it_saves_it_leaves_the_old_file_or_the_new_one() {
    let mut dice = Dice(11);
    let mut replaced = 0;
    for round in 0..8_u64 {
        let mut server = Server::new();
        let file = server.file("case.toml");
        let first = std::fs::read_to_string(&file).expect("the case");
        // Long enough that writing takes a moment.
        let text = |n: u64| format!("{first}{}# {round} {n}\n", "# filling\n".repeat(60_000));
        let mut seen = server.version("case.toml");
        let saved = server.send(
            "PUT",
            "/api/cases/small/files/case.toml",
            &[("If-Match", &seen)],
            Some(&object!({ "text": text(0) })),
        );
        assert_eq!(saved.status, 200, "{}", saved.body);
        seen = saved.json()["version"].as_str().expect("a version").to_owned();
        let body = object!({ "text": text(1) }).to_string();
        let request = format!(
            "PUT /api/cases/small/files/case.toml HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIf-Match: {seen}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            server.host,
            body.len()
        );
        let mut stream = TcpStream::connect(&server.host).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("sent");
        std::thread::sleep(Duration::from_micros(200 * dice.throw(60) as u64));
        server.child.kill().expect("killed");
        server.child.wait().expect("gone");
        let left = std::fs::read_to_string(&file).expect("there is a file");
        assert!(left == text(0) || left == text(1), "round {round}: {} bytes", left.len());
        replaced += usize::from(left == text(1));
    }
    // Whether any kill came late enough is the machine's affair; that none left half a file is ours.
    println!("{replaced} of 8 were saved before the end");
}

#[test]
fn killed_while_it_decides_it_leaves_a_whole_ledger() {
    let mut dice = Dice(5);
    for _ in 0..4 {
        let mut server = Server::new();
        let body = |n: usize| object!({ "text": format!("Borea said in report {n} that it would withhold the loan. ").repeat(400), "title": n.to_string() });
        assert_eq!(server.send("POST", "/api/cases/small/evidence/documents", &[], Some(&body(0))).status, 201);
        let second = body(1).to_string();
        let request = format!(
            "POST /api/cases/small/evidence/documents HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{second}",
            server.host,
            second.len()
        );
        let mut stream = TcpStream::connect(&server.host).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("sent");
        std::thread::sleep(Duration::from_micros(300 * dice.throw(60) as u64));
        server.child.kill().expect("killed");
        server.child.wait().expect("gone");
        let store = server.folder.path("evidence.db");
        assert!(formateur(&["evidence", "replay", "--store", &store]).status.success());
    }
}

/// Requests of every kind, most of them wrong; `FORMATEUR_FUZZ=N` asks N times instead of 2,000.
#[test]
fn no_request_brings_it_down() {
    let n: usize = std::env::var("FORMATEUR_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(2000);
    let server = Server::new();
    let whole = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let mut dice = Dice(2026);
    let mut answered = 0;
    for i in 0..n {
        if i % 200 == 0 {
            std::fs::write(server.file("case.toml"), &whole).expect("written");
        }
        let (bytes, whole_request) = request(&mut dice, &server);
        let Ok(mut stream) = TcpStream::connect(&server.host) else { panic!("request {i}: nobody listens any more") };
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        let _ = stream.write_all(&bytes);
        if dice.throw(20) == 0 {
            continue; // gone before the answer
        }
        if !whole_request {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut head = [0_u8; 64];
        let got = stream.read(&mut head).unwrap_or(0);
        let head = String::from_utf8_lossy(&head[..got]).into_owned();
        if let Some(status) = head.split(' ').nth(1).and_then(|s| s.parse::<u16>().ok()) {
            answered += 1;
            let asked = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
            assert!(status < 500 || status == 503, "request {i} got {status}: {asked}");
        }
    }
    assert!(answered * 2 > n, "{answered} of {n} were answered at all");
    std::fs::write(server.file("case.toml"), &whole).expect("written");
    assert_eq!(server.get("/case/small").status, 200, "the server stays");
}

/// A request, and whether its end can be told.
fn request(dice: &mut Dice, server: &Server) -> (Vec<u8>, bool) {
    const PATHS: [&str; 34] = [
        "/",
        "/case/small",
        "/case/small/options",
        "/case/small/whatif",
        "/case/small/paths",
        "/case/small/chamber",
        "/case/small/evidence",
        "/case/small/news",
        "/case/small/trust",
        "/case/small/files",
        "/assets/app.js",
        "/api/cases",
        "/api/openapi.json",
        "/api/cases/small/ask/run",
        "/api/cases/small/ask/options",
        "/api/cases/small/ask/why",
        "/api/cases/small/ask/power",
        "/api/cases/small/ask/coalitions",
        "/api/cases/small/ask/check",
        "/api/cases/small/whatif",
        "/api/cases/small/jobs",
        "/api/jobs/1",
        "/api/cases/small/files",
        "/api/cases/small/files/case.toml",
        "/api/cases/small/files/packs/x.toml",
        "/api/cases/small/plot/when.png",
        "/api/cases/small/plot/flow.svg",
        "/api/cases/small/scenario",
        "/api/cases/small/coalition",
        "/api/cases/small/evidence",
        "/api/cases/small/evidence/documents",
        "/api/cases/small/evidence/claims/c-1",
        "/api/cases/small/evidence/put-down",
        "/api/cases/small/news/last",
    ];
    const QUERIES: [&str; 18] = [
        "",
        "?draws=4",
        "?draws=-1",
        "?draws=8&seed=99999999999999999999",
        "?actor=borea&draws=4",
        "?actor=%00",
        "?outcome=brandt&draws=4",
        "?set=numbers.loan_worth%3D0.2&draws=4",
        "?set=x",
        "?set==",
        "?set=numbers.loan_worth%3D1e999&draws=4&part=1",
        "?remove=borea.warn&draws=4",
        "?in=harvest&in=hill",
        "?in=%ff%fe",
        "?file=..%2f..%2fetc%2fpasswd",
        "?document=ffff",
        "?q=%22%28%22",
        "?who=a&did=%3Cscript%3E&draws=4",
    ];
    const BODIES: [&str; 17] = [
        "",
        "{}",
        "[]",
        "null",
        "{\"text\":\"\"}",
        "{\"text\":\"formateur = 1\"}",
        "{\"text\":\"[scenarios.a]\\nset = {}\"}",
        "{\"ask\":\"run\",\"draws\":4}",
        "{\"ask\":\"why\",\"draws\":1e9}",
        "{\"set\":{\"numbers.loan_worth\":\"0.2\"},\"draws\":4}",
        "{\"set\":{\"now\":\"9999-99-99\"}}",
        "{\"on\":\"2030-03-04\",\"who\":\"borea\",\"did\":\"warn\"}",
        "{\"status\":\"accepted\",\"seen\":\"proposed\"}",
        "{\"text\":\"Borea said it would withhold the loan.\"}",
        "{\"a\":{\"a\":{\"a\":{\"a\":[[[[[[[[1]]]]]]]]}}}}",
        "{\"text\":\"\\u202e\\u0000\"}",
        "\u{0}\u{1}{{{{",
    ];
    const HEADERS: [&str; 10] = [
        "Accept: */*",
        "If-Match: \"none\"",
        "If-Match: *",
        "Origin: https://evil.example",
        "Sec-Fetch-Site: cross-site",
        "Cookie: formateur=x; ;;",
        "Authorization: Bearer",
        "Transfer-Encoding: chunked",
        "Content-Type: text/plain",
        "Range: bytes=0-99999999999",
    ];
    let method = dice.of(&["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"]);
    let mut path = format!("{}{}", dice.of(&PATHS), dice.of(&QUERIES));
    if dice.throw(6) == 0 {
        let at = dice.throw(path.len());
        path.insert_str(at, dice.of(&["/", "..", "%2e%2e", "%00", "//", "?", "&", "%", "{", "ü"]));
    }
    let body = dice.of(&BODIES);
    let host = if dice.throw(12) == 0 { "evil.example" } else { &server.host };
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    if dice.throw(3) > 0 {
        text.push_str("Content-Type: application/json\r\n");
    }
    for _ in 0..dice.throw(3) {
        text.push_str(dice.of(&HEADERS));
        text.push_str("\r\n");
    }
    let mut whole = !text.contains("chunked");
    match dice.throw(12) {
        0 => {
            whole &= body.len() >= 7;
            text.push_str("Content-Length: 7\r\n");
        }
        1 => text.push_str("Content-Length: 18446744073709551616\r\n"),
        _ => text.push_str(&format!("Content-Length: {}\r\n", body.len())),
    }
    text.push_str("\r\n");
    text.push_str(body);
    let mut bytes = text.into_bytes();
    if dice.throw(10) == 0 {
        whole = false;
        for _ in 0..=dice.throw(4) {
            let at = dice.throw(bytes.len());
            bytes[at] = dice.throw(256) as u8;
        }
    }
    if dice.throw(25) == 0 {
        whole = false;
        bytes.truncate(dice.throw(bytes.len()));
    }
    (bytes, whole)
}

#[test]
fn no_broken_file_brings_it_down() {
    let folder = Folder::new();
    good(&["new", &folder.path("small")]);
    std::fs::write(folder.path("evidence.db"), b"this is no store").expect("written");
    let server = Server::of(folder, &["--draws", "8"]);
    let whole = std::fs::read_to_string(server.file("case.toml")).expect("the case");
    let half = &whole[..whole.len() / 2];
    let deep = format!("x = {}1{}", "[".repeat(5000), "]".repeat(5000));
    let long = "# filling\n".repeat(600_000);
    let broken: [&[u8]; 8] = [
        b"",
        b"\xff\xfe\x00",
        half.as_bytes(),
        deep.as_bytes(),
        long.as_bytes(),
        b"formateur = 1\n[[[",
        b"\0\0\0",
        b"title = \"\\ud800\"",
    ];
    for name in ["case.toml", "claims.toml", "log.toml", "outcome.toml", "packs/valdoria.toml"] {
        let file = server.file(name);
        let before = std::fs::read(&file).ok();
        for bytes in broken {
            std::fs::write(&file, bytes).expect("written");
            for page in ["", "/options", "/whatif", "/paths", "/chamber", "/evidence", "/news", "/trust", "/files"] {
                let status = server.get(&format!("/case/small{page}")).status;
                assert!((200..=599).contains(&status), "{name} {page}");
            }
            assert_eq!(server.get("/api/cases").status, 200, "{name}");
        }
        match before {
            Some(bytes) => std::fs::write(&file, bytes).expect("written"),
            None => std::fs::remove_file(&file).expect("removed"),
        }
    }
    assert_eq!(server.get("/case/small").status, 200);
    let store = server.get("/api/cases/small/evidence");
    assert!(store.status >= 400 && store.body.contains("not a store"), "{}", store.body);
}

#[test]
fn who_goes_away_stops_the_run() {
    let server = Server::new();
    for ask in [object!({ "ask": "run", "draws": 100_000 }), object!({ "ask": "why", "draws": 20_000 })] {
        let begun = server.send("POST", "/api/cases/small/jobs", &[], Some(&ask));
        assert_eq!(begun.status, 202, "{}", begun.body);
        let job = format!("/api/jobs/{}", begun.json()["job"]);
        let watching = TcpStream::connect(&server.host).expect("the server listens");
        let asked = format!("GET {job}/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.host);
        (&watching).write_all(asked.as_bytes()).expect("sent");
        let wait = |what: &str, there: &dyn Fn(&Value) -> bool| {
            let until = Instant::now() + Duration::from_secs(60);
            loop {
                let at = server.get(&job).json();
                if there(&at) {
                    return at;
                }
                assert!(Instant::now() < until, "{what}: {at}");
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        wait("it begins", &|at| at["done"].as_u64() > Some(0));
        watching.shutdown(Shutdown::Both).expect("gone");
        // Fifteen seconds are granted to whoever begins a run and does not watch it yet.
        let stopped = wait("it stops", &|at| at["state"] != "running");
        assert_eq!(stopped["state"], "stopped", "{stopped}");
        std::thread::sleep(Duration::from_millis(300));
        let done = server.get(&job).json()["done"].clone();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(server.get(&job).json()["done"], done, "nothing is solved any more");
    }
}
