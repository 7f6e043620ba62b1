//! Who may ask? Who calls the server by a name that is its own, from no foreign page, and knows the token where there is one.
//!
//! A page from elsewhere can make a browser call any address, under a name that leads to this machine (DNS rebinding); the name it
//! used is in `Host`, and the page in `Origin`. Both have to be ours.

use super::ServeOptions;
use super::api::JSON;
use super::app::App;
use super::log::Entry;
use super::page::told_to_people;
use super::problem::Problem;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// How large the body of a request may be, in bytes: that of an assistant's message.
pub(super) const MOST_BODY: usize = 256 << 10;
/// Below how many bytes an answer is not worth compressing.
const LEAST_COMPRESSED: u64 = 512;
/// How much longer than a question a request may take as a whole.
const SLACK: Duration = Duration::from_secs(10);

/// What needs neither name nor token: it tells nothing but that somebody is there.
pub(super) const HEALTH: &str = "/health";

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Knows who may ask.
#[derive(Clone)]
pub(super) struct Guard {
    /// The names that lead here.
    hosts: Arc<[String]>,
    /// The address that is listened on.
    address: IpAddr,
    /// What `Authorization` has to be proved with.
    token: Option<Arc<str>>,
}

impl Guard {
    pub(super) fn new(address: SocketAddr, options: &ServeOptions) -> Self {
        // A port makes no difference: who forwards one may forward it from another.
        let names = options.hosts.iter().map(|host| name_and_port(host));
        let hosts = names.flatten().map(|(name, _)| name);
        Self {
            hosts: hosts.collect(),
            address: address.ip().to_canonical(),
            token: options.token.as_deref().map(Arc::from),
        }
    }

    /// # Errors
    /// Where this request is not to be answered.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let misdirected = |host: &str| {
            Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                format!("this server does not go by the name {host:?}; --allow-host NAME lets it"),
            )
        };
        let host = match (uri.authority(), single(headers, &header::HOST)?) {
            // RFC 9112, 3.2.2: what the address says goes before the header.
            (Some(authority), _) => authority.as_str(),
            (None, Some(host)) => host,
            (None, None) => return Err(Problem::bad_request("the request has no Host")),
        };
        let (name, port) = name_and_port(host).ok_or_else(|| misdirected(host))?;
        if !self.is_ours(&name) {
            return Err(misdirected(host));
        }
        if let Some(origin) = single(headers, &header::ORIGIN)? {
            let foreign = || {
                Problem::new(
                    StatusCode::FORBIDDEN,
                    format!("pages of {origin:?} may not ask this server"),
                )
            };
            let (scheme, authority) = origin.split_once("://").ok_or_else(foreign)?;
            let (from, from_port) = name_and_port(authority).ok_or_else(foreign)?;
            let usual = if scheme == "https" { 443 } else { 80 };
            // Behind a proxy the port that the page was loaded from may be in neither.
            let same_port = port.unwrap_or(usual) == from_port.unwrap_or(usual);
            if !matches!(scheme, "http" | "https") || from != name || !same_port {
                return Err(foreign());
            }
        }
        Ok(())
    }

    fn is_ours(&self, name: &str) -> bool {
        if self.hosts.iter().any(|host| host == name) {
            return true;
        }
        if name == "localhost" {
            return self.address.is_loopback() || self.address.is_unspecified();
        }
        // A name can be made to lead anywhere, an address cannot.
        let literal = name.trim_start_matches('[').trim_end_matches(']');
        literal.parse::<IpAddr>().is_ok_and(|address| {
            let address = address.to_canonical();
            address == self.address
                || self.address.is_unspecified()
                || (address.is_loopback() && self.address.is_loopback())
        })
    }

    /// Whether who asks knows the token: as a bearer (RFC 6750), or as the password that a browser asks for (RFC 7617).
    fn knows_token(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let stated = headers.get(header::AUTHORIZATION);
        let stated = stated.and_then(|value| value.to_str().ok());
        let Some((scheme, credentials)) = stated.and_then(|stated| stated.split_once(' ')) else {
            return false;
        };
        let credentials = credentials.trim();
        let given = if scheme.eq_ignore_ascii_case("bearer") {
            credentials.as_bytes().to_vec()
        } else if scheme.eq_ignore_ascii_case("basic") {
            let decoded = STANDARD.decode(credentials).unwrap_or_default();
            match decoded.iter().position(|byte| *byte == b':') {
                Some(colon) => decoded[colon + 1..].to_vec(),
                None => return false,
            }
        } else {
            return false;
        };
        // Hashes are of one length, so that not even the token's shows in the time it takes.
        let (given, token) = (blake3::hash(&given), blake3::hash(token.as_bytes()));
        given.as_bytes().ct_eq(token.as_bytes()).into()
    }
}

/// The value of a header that may be there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Problem::bad_request(format!("{name} is there twice")));
    }
    let unreadable = |_| Problem::bad_request(format!("{name} cannot be read"));
    value.to_str().map(Some).map_err(unreadable)
}

/// The parts of `name:port`, in lower case.
fn name_and_port(host: &str) -> Option<(String, Option<u16>)> {
    let authority: axum::http::uri::Authority = host.parse().ok()?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let name = authority.host().trim_end_matches('.').to_lowercase();
    Some((name, authority.port_u16()))
}

/// Puts all that holds for every request around the routes.
pub(super) fn around(routes: Router<()>, guard: Guard, app: Arc<App>) -> Router {
    let compressed = DefaultPredicate::new().and(SizeAbove::new(LEAST_COMPRESSED));
    let limit = app.options.timeout + SLACK;
    let late = StatusCode::REQUEST_TIMEOUT;
    routes
        .layer(CompressionLayer::new().gzip(true).compress_when(compressed))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(RequestBodyLimitLayer::new(MOST_BODY))
        .layer(TimeoutLayer::with_status_code(late, limit))
        .layer(from_fn_with_state(guard, admit))
        .layer(from_fn(told_as_problems))
        .layer(from_fn(told_to_people))
        .layer(from_fn(with_safe_headers))
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                let detail =
                    "this could not be answered because of a defect in ibid; please report it";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
            },
        ))
        .layer(from_fn_with_state(app, logged))
}

/// Makes problem details of what a layer or a library has refused in its own words, or in none.
async fn told_as_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_told = response.extensions().get::<Problem>().is_some()
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(JSON.as_bytes()));
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let detail = match status {
        StatusCode::REQUEST_TIMEOUT => "the request took too long".to_owned(),
        StatusCode::PAYLOAD_TOO_LARGE => {
            format!("the body of a request is at most {MOST_BODY} bytes long")
        }
        _ => "the request cannot be answered as it is".to_owned(),
    };
    let mut told = Problem::new(status, detail).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        for value in response.headers().get_all(&name) {
            told.headers_mut().append(&name, value.clone());
        }
    }
    told
}

async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if request.uri().path() == HEALTH {
        return next.run(request).await;
    }
    if let Err(problem) = guard.check(request.uri(), request.headers()) {
        return problem.into_response();
    }
    if !guard.knows_token(request.headers()) {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "a token is needed, and not given");
        let mut response = problem.into_response();
        for scheme in [
            "Bearer realm=\"ibid\"",
            "Basic realm=\"ibid\", charset=\"UTF-8\"",
        ] {
            let scheme = HeaderValue::from_static(scheme);
            response
                .headers_mut()
                .append(header::WWW_AUTHENTICATE, scheme);
        }
        return response;
    }
    next.run(request).await
}

/// What a page may do: show what came from here, and ask here. Nothing that stands in an article can run, or tell anybody.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Tells browsers to take each answer for what it says it is, and for no more.
async fn with_safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ] {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn logged(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !app.log.is_on() {
        return next.run(request).await;
    }
    let begun = Instant::now();
    let time = jiff::Timestamp::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let client = request.extensions().get::<Peer>().copied();
    let response = next.run(request).await;
    app.log.request(&Entry {
        time: format!("{time:.3}"),
        client: client.map_or_else(String::new, |Peer(client)| client.ip().to_string()),
        method: method.as_str(),
        route: route.as_ref().map_or("", MatchedPath::as_str),
        status: response.status().as_u16(),
        bytes: response
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok()),
        ms: (begun.elapsed().as_secs_f64() * 1e6).round() / 1e3,
    });
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(address: &str, hosts: &[&str], token: Option<&str>) -> Guard {
        let options = ServeOptions {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            token: token.map(str::to_owned),
            ..ServeOptions::default()
        };
        Guard::new(address.parse().expect("an address"), &options)
    }

    fn status(guard: &Guard, headers: &[(HeaderName, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).expect("a value"));
        }
        match guard.check(&Uri::from_static("/"), &map) {
            Ok(()) => 200,
            Err(problem) => problem.status.as_u16(),
        }
    }

    fn called(guard: &Guard, host: &str) -> u16 {
        status(guard, &[(header::HOST, host)])
    }

    #[test]
    fn only_names_of_this_server_lead_to_it() {
        let local = guard("127.0.0.1:80", &["Kb.example:8443"], None);
        for ours in [
            "localhost:8017",
            "LOCALHOST",
            "127.0.0.1",
            "127.0.0.1:9",
            "[::1]:80",
            "kb.example",
            "KB.example.:443",
        ] {
            assert_eq!(called(&local, ours), 200, "{ours}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "192.0.2.1",
            "me@localhost",
            "",
            "a b",
        ] {
            assert_eq!(called(&local, foreign), 421, "{foreign}");
        }
        assert_eq!(status(&local, &[]), 400);
        let twice = [(header::HOST, "localhost"), (header::HOST, "evil.example")];
        assert_eq!(status(&local, &twice), 400);
        let public = guard("0.0.0.0:80", &[], None);
        assert_eq!(called(&public, "192.0.2.1:80"), 200);
        assert_eq!(called(&public, "evil.example"), 421);
        let one = guard("192.0.2.1:80", &[], None);
        assert_eq!(called(&one, "192.0.2.1"), 200);
        assert_eq!(called(&one, "localhost"), 421);
    }

    #[test]
    fn pages_from_elsewhere_may_not_ask() {
        let guard = guard("127.0.0.1:8017", &["kb.example"], None);
        let from = |host: &str, origin: &str| {
            status(&guard, &[(header::HOST, host), (header::ORIGIN, origin)])
        };
        assert_eq!(from("localhost:8017", "http://localhost:8017"), 200);
        assert_eq!(from("kb.example", "https://kb.example"), 200);
        assert_eq!(from("kb.example:443", "https://kb.example"), 200);
        for foreign in [
            "http://localhost:3000",
            "http://evil.example",
            "http://127.0.0.1:8017",
            "null",
            "file://",
            "https://localhost.evil.example:8017",
        ] {
            assert_eq!(from("localhost:8017", foreign), 403, "{foreign}");
        }
    }

    #[test]
    fn a_token_is_asked_for_where_there_is_one() {
        let knows = |guard: &Guard, stated: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(stated) = stated {
                let value = HeaderValue::from_str(stated).expect("a value");
                headers.insert(header::AUTHORIZATION, value);
            }
            guard.knows_token(&headers)
        };
        let open = guard("127.0.0.1:80", &[], None);
        assert!(knows(&open, None));
        let closed = guard("127.0.0.1:80", &[], Some("secret"));
        assert!(knows(&closed, Some("Bearer secret")));
        assert!(knows(&closed, Some("bearer secret")));
        let basic = STANDARD.encode("anybody:secret");
        assert!(knows(&closed, Some(&format!("Basic {basic}"))));
        for wrong in [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer secre"),
            Some("Bearer secrets"),
            Some("Basic c2VjcmV0"),
            Some("Basic !"),
            Some("Digest secret"),
            Some("secret"),
        ] {
            assert!(!knows(&closed, wrong), "{wrong:?}");
        }
    }
}
