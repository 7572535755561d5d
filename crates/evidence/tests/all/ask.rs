//! A model behind an endpoint: a server of our own that answers well, badly, and with malice.

use crate::support::{SPRING, document};
use evidence::ask::{Answered, AskError, Endpoint, ask};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const TEXT: &str = "Borea may withhold the loan. “Never,” Ada Brandt replied.";

/// Answers one request after the other with the bodies given, status 200 unless a body begins with three digits.
fn serve(bodies: Vec<String>) -> (Endpoint, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/v1", listener.local_addr().expect("bound"));
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for body in bodies {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while let Ok(n) = stream.read(&mut buffer) {
                request.extend(&buffer[..n]);
                let text = String::from_utf8_lossy(&request);
                let length = text
                    .to_lowercase()
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|t| t.split("\r\n").next().and_then(|n| n.parse::<usize>().ok()));
                if n == 0
                    || text.split_once("\r\n\r\n").is_some_and(|(_, body)| length.is_some_and(|l| body.len() >= l))
                {
                    break;
                }
            }
            let _ = sender.send(String::from_utf8_lossy(&request).into_owned());
            let (status, body) = match body.get(..3).filter(|s| s.bytes().all(|b| b.is_ascii_digit())) {
                Some(status) => (status.to_owned(), body[3..].to_owned()),
                None => ("200".into(), body),
            };
            let extra = if status == "302" { "location: http://127.0.0.1:1/elsewhere\r\n" } else { "" };
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{extra}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (
        Endpoint { address, model: "small".into(), token: Some("secret".into()), timeout: Duration::from_secs(5) },
        receiver,
    )
}

fn message(content: &str) -> String {
    json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] }).to_string()
}

fn item(sentence: u64, quote: &str, kind: &str, actors: &[&str], speaker: &str) -> Value {
    json!({ "sentence": sentence, "quote": quote, "kind": kind, "actors": actors, "speaker": speaker })
}

fn asked(endpoint: &Endpoint) -> Result<Answered, AskError> {
    ask(endpoint, &document(TEXT, SPRING), TEXT, &["borea".into(), "brandt".into()], "nonce-4711")
}

#[test]
fn good_answers_are_proposals() {
    let content = json!({ "claims": [item(1, "Borea may  withhold the loan", "forecast", &["borea"], ""), item(2, "\"Never,\"", "actor position", &["brandt"], "Ada Brandt")] });
    let (endpoint, requests) = serve(vec![message(&format!("```json\n{content}\n```"))]);
    let answered = asked(&endpoint).expect("answered");
    assert_eq!(answered.dropped, Vec::<String>::new());
    assert_eq!(answered.claims.len(), 2);
    assert_eq!(answered.claims[0].spans[0].exact, "Borea may withhold the loan");
    assert_eq!(answered.claims[1].spans[0].exact, "“Never,”");
    assert_eq!(answered.claims[1].speaker, ["author", "Ada Brandt"]);
    assert_eq!(answered.claims[0].extractor, "model:small");
    assert!(
        answered
            .claims
            .iter()
            .all(|c| c.spans[0].holds(TEXT) && c.number.is_none() && c.credibility.is_none() && c.foretold.is_none())
    );
    assert_eq!((answered.record.items, answered.record.dropped), (2, 0));
    let request = requests.recv().expect("seen");
    assert!(
        request.contains("POST /v1/chat/completions")
            && request.to_lowercase().contains("authorization: bearer secret")
    );
    assert!(
        request.contains("nonce-4711")
            && request.contains("1 Borea may withhold")
            && request.contains("\"temperature\":0")
    );
}

#[test]
fn what_is_not_in_the_text_is_dropped() {
    let content = json!({ "claims": [
        item(1, "Borea will withhold the loan", "forecast", &["borea"], ""),
        item(2, "Borea may withhold the loan", "forecast", &["borea"], ""),
        item(9, "Borea", "forecast", &["borea"], ""),
        item(1, "Borea may withhold", "opinion", &["borea"], ""),
        item(1, "Borea may withhold", "forecast", &["vega"], ""),
        item(1, "Borea may withhold", "forecast", &["borea"], "The President"),
        item(1, "", "forecast", &["borea"], ""),
        item(1, &"x".repeat(400), "forecast", &["borea"], ""),
    ] });
    let (endpoint, _requests) = serve(vec![message(&content.to_string())]);
    let answered = asked(&endpoint).expect("answered");
    assert!(answered.claims.is_empty(), "{:?}", answered.claims);
    assert_eq!(answered.dropped.len(), 8);
}

#[test]
fn no_number_can_be_said() {
    for key in ["probability", "weight", "credibility", "number"] {
        let mut said = item(1, "Borea may withhold", "forecast", &["borea"], "");
        said[key] = json!(0.99);
        let (endpoint, _requests) = serve(vec![message(&json!({ "claims": [said] }).to_string())]);
        assert!(matches!(asked(&endpoint), Err(AskError::Malformed(_))), "{key}");
    }
}

#[test]
fn hostile_answers_are_errors() {
    let many = json!({ "claims": vec![item(1, "Borea", "forecast", &[], ""); 5000] }).to_string();
    for body in [
        String::new(),
        "not json".into(),
        "{}".into(),
        "null".into(),
        message(""),
        message("I am sorry"),
        message("{\"claims\": \"all\"}"),
        message("{\"claims\": [{\"sentence\": -1}]}"),
        message("{\"claims\": [], \"run\": \"rm\"}"),
        message(&many),
        message(&"[".repeat(200_000)),
        format!("{{\"choices\": [{{\"message\": {{\"content\": \"{}\"}}}}]}}", "x".repeat(3_000_000)),
        "500oops".into(),
        "302".into(),
    ] {
        let (endpoint, _requests) = serve(vec![body.clone()]);
        let outcome = asked(&endpoint);
        assert!(matches!(outcome, Err(AskError::Malformed(_) | AskError::Silent(_))), "{body:.60}: {outcome:?}");
    }
}

#[test]
fn only_plain_addresses_are_asked() {
    for address in ["", "file:///x", "ftp://x", "http://", "http://u:p@127.0.0.1", "https://example.org", "http://a b"]
    {
        let endpoint =
            Endpoint { address: address.into(), model: "m".into(), token: None, timeout: Duration::from_secs(1) };
        assert!(matches!(asked(&endpoint), Err(AskError::Address)), "{address}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let endpoint = Endpoint { address, model: "m".into(), token: None, timeout: Duration::from_millis(300) };
    assert!(matches!(asked(&endpoint), Err(AskError::Silent(_))), "a server that never answers");
}
