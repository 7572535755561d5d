//! Who may ask: this machine's browser, from these very pages, in measure.
//!
//! - `Host` must be ours: another name that leads here is a page elsewhere that has its name changed under it (rebinding).
//! - `Origin` and `Sec-Fetch-Site` must not say that another page asks; what changes something must be JSON besides, which no
//!   form of another page can send.
//! - Beyond this machine, only with the token, by header or by the cookie that the printed address sets.
//! - Bodies are bounded in size and in time. Pages may load nothing but what this server serves.

use super::Bench;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The largest body: a case file.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// How long a body may take.
const LONGEST: Duration = Duration::from_secs(10);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub struct Safety {
    hosts: Vec<String>,
    token: Option<String>,
}

/// A token nobody guesses: 32 random bytes.
pub fn token() -> std::io::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Safety {
    pub fn new(address: SocketAddr, named: &[String], token: Option<String>) -> Safety {
        let port = address.port();
        let mut hosts = vec![
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}"),
            format!("[::1]:{port}"),
            address.to_string(),
        ];
        hosts.extend(named.iter().map(|host| host.to_ascii_lowercase()));
        Safety { hosts, token }
    }

    fn knows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.hosts.contains(&host)
    }

    /// Compared by digest, so that the time it takes tells nothing.
    fn opens(&self, given: &str) -> bool {
        self.token.as_ref().is_none_or(|token| Sha256::digest(token.as_bytes()) == Sha256::digest(given.as_bytes()))
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Why a request is turned away.
fn refused(safety: &Safety, request: &Request) -> Option<(StatusCode, &'static str)> {
    let headers = request.headers();
    let host = text(headers, "host").unwrap_or("");
    if headers.get_all(header::HOST).iter().count() != 1 || !safety.knows(host) {
        return Some((StatusCode::MISDIRECTED_REQUEST, "this server does not go by that name"));
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = text(headers, "origin").unwrap_or("null");
        let ours = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !ours.is_some_and(|ours| ours.eq_ignore_ascii_case(host)) {
            return Some((StatusCode::FORBIDDEN, "another page may not ask"));
        }
    }
    let elsewhere = text(headers, "sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
    let asked_by_a_link = request.method() == Method::GET && !request.uri().path().starts_with("/api");
    if elsewhere && !asked_by_a_link {
        return Some((StatusCode::FORBIDDEN, "another page may not ask"));
    }
    let changes = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    let json = text(headers, "content-type")
        .is_some_and(|kind| kind.split(';').next().unwrap_or("").trim() == "application/json");
    if changes && !json {
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"));
    }
    None
}

/// Whether the token was given: by header, or by the cookie.
fn admitted(safety: &Safety, headers: &HeaderMap) -> bool {
    if safety.token.is_none() {
        return true;
    }
    let bearer = text(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    let cookie =
        text(headers, "cookie").and_then(|all| all.split(';').find_map(|pair| pair.trim().strip_prefix("formateur=")));
    [bearer, cookie].into_iter().flatten().any(|given| safety.opens(given))
}

/// The token in the address: a cookie is set in its place, so that it stays in no history and in no link.
fn exchanged(safety: &Safety, request: &Request) -> Option<Response> {
    safety.token.as_ref()?;
    let given = request.uri().query()?.split('&').find_map(|pair| pair.strip_prefix("token="))?;
    if !safety.opens(given) {
        return None;
    }
    let cookie = format!("formateur={given}; HttpOnly; SameSite=Strict; Path=/");
    Some(
        (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, request.uri().path().to_owned())])
            .into_response(),
    )
}

pub async fn guard(State(bench): State<Arc<Bench>>, request: Request, next: Next) -> Response {
    let mut response = answered(&bench, request, next).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answered(bench: &Bench, request: Request, next: Next) -> Response {
    if let Some((status, why)) = refused(&bench.safety, &request) {
        return say(status, why);
    }
    if !admitted(&bench.safety, request.headers()) {
        return exchanged(&bench.safety, &request).unwrap_or_else(|| {
            say(StatusCode::UNAUTHORIZED, "the token is missing: use the address the server printed")
        });
    }
    let (parts, body) = request.into_parts();
    let declared = text(&parts.headers, "content-length").and_then(|n| n.parse::<usize>().ok());
    if declared.is_some_and(|n| n > MOST_BYTES) {
        return say(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
    }
    let body: Bytes = match tokio::time::timeout(LONGEST, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return say(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Err(_) => return say(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
    };
    next.run(Request::from_parts(parts, Body::from(body))).await
}

fn say(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(serde_json::json!({ "error": why, "diagnostics": [] }))).into_response()
}
