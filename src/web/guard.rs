//! Who may ask: stands before every page, and sets what every answer says about itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::web::Site;
use crate::web::assets;
use crate::web::failure::{Client, Trouble};
use crate::web::token::Token;

/// Longest body that is read, in bytes. A remark is the longest thing that anybody sends.
pub(super) const LONGEST_BODY: usize = 64 * 1024;

/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 4 * 1024;

/// What a page may load and where it may send to: only here, and nothing written into the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Said with every answer. The referrer goes to this page alone: without one, browsers leave the origin out of plain forms as well.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// What the guard knows.
#[derive(Debug)]
pub(super) struct Guard {
    token: Token,
    hosts: Hosts,
    /// Cookies know no ports, so each port has its own.
    cookie: String,
    longest_request: Duration,
}

/// Under which names the page may be asked for. A name of somebody else's that leads here is an attack: their page could read ours.
#[derive(Debug)]
enum Hosts {
    /// These, each with the port.
    Named(Vec<String>),
    /// Any address in figures, and localhost: a name cannot be told apart from an attack.
    Figures { port: u16 },
}

impl Hosts {
    fn of(address: SocketAddr) -> Self {
        let port = address.port();
        match address.ip() {
            ip if ip.is_unspecified() => Self::Figures { port },
            ip if ip.is_loopback() => {
                let mut names = vec![format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")];
                names.push(SocketAddr::new(ip, port).to_string());
                // Browsers leave out the port that http has anyway.
                names.extend((port == 80).then(|| ["localhost".into(), ip.to_string()]).into_iter().flatten());
                Self::Named(names)
            }
            ip => Self::Named(vec![SocketAddr::new(ip, port).to_string()]),
        }
    }

    fn know(&self, host: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| name.eq_ignore_ascii_case(host)),
            Self::Figures { port } => {
                let in_figures = host.parse::<SocketAddr>().is_ok_and(|address| address.port() == *port);
                in_figures || host.eq_ignore_ascii_case(&format!("localhost:{port}"))
            }
        }
    }
}

/// What becomes of a request.
enum Admitted {
    /// It brings the token: it gets the cookie.
    Enters,
    /// It may go on.
    GoesOn,
}

impl Guard {
    /// Returns the guard of a server at `address`.
    pub(super) fn new(token: Token, address: SocketAddr, longest_request: Duration) -> Self {
        let cookie = format!("hotseat-{}", address.port());
        Self { token, hosts: Hosts::of(address), cookie, longest_request }
    }

    /// Returns the way in.
    pub(super) fn address(&self, address: SocketAddr) -> String {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            ip => ip,
        };
        format!("http://{}/?token={}", SocketAddr::new(ip, address.port()), self.token.as_str())
    }

    fn admit(&self, request: &Request) -> Result<Admitted, Trouble> {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        self.check_host(uri, headers)?;
        check_size(uri, headers)?;
        if ![Method::GET, Method::HEAD, Method::POST].contains(method) {
            return Err(Trouble::of_status(StatusCode::METHOD_NOT_ALLOWED));
        }
        // What the page looks like is no secret, and whoever is turned away sees it too.
        if assets::is_one(uri.path()) && *method != Method::POST {
            return Ok(Admitted::GoesOn);
        }
        check_where_from(method, headers)?;
        if uri.path() == "/" && said_token(uri).is_some_and(|said| self.token.is(said)) {
            return Ok(Admitted::Enters);
        }
        if !self.knows_cookie(headers) {
            return Err(not_let_in());
        }
        if *method == Method::POST {
            self.check_origin(headers)?;
        }
        Ok(Admitted::GoesOn)
    }

    fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Trouble> {
        let mut said = headers.get_all(header::HOST).iter();
        let is_known = match (said.next().and_then(|host| host.to_str().ok()), said.next()) {
            (Some(host), None) => self.hosts.know(host),
            _ => false,
        };
        if is_known && uri.authority().is_none_or(|authority| self.hosts.know(authority.as_str())) {
            return Ok(());
        }
        Err(Trouble::new(
            StatusCode::MISDIRECTED_REQUEST,
            "This page does not go by that name",
            "Open the address that Hotseat printed in the terminal.",
        ))
    }

    fn knows_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut named = cookies.flat_map(|all| all.split(';')).filter_map(|one| one.trim().split_once('='));
        named.any(|(name, value)| name == self.cookie && self.token.is(value))
    }

    /// A form of another page may be sent here with our cookie; its origin gives it away.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Trouble> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let is_ours = text(header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| Some(origin) == text(header::HOST) && self.hosts.know(origin));
        if is_ours { Ok(()) } else { Err(from_elsewhere()) }
    }
}

fn check_size(uri: &Uri, headers: &HeaderMap) -> Result<(), Trouble> {
    if uri.path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        let what = "The address is too long";
        return Err(Trouble::new(StatusCode::URI_TOO_LONG, what, "Search for fewer words."));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LONGEST_BODY as u64) {
        return Err(Trouble::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    Ok(())
}

/// Browsers say which page a request comes from. Other pages may lead here by a link, and may embed or send nothing.
fn check_where_from(method: &Method, headers: &HeaderMap) -> Result<(), Trouble> {
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = said("sec-fetch-site");
    let is_ours = site.is_none_or(|site| site == "same-origin" || (site == "none" && *method != Method::POST));
    let is_link = *method == Method::GET && said("sec-fetch-mode") == Some("navigate");
    if is_ours || is_link { Ok(()) } else { Err(from_elsewhere()) }
}

fn said_token(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

fn not_let_in() -> Trouble {
    Trouble::new(
        StatusCode::UNAUTHORIZED,
        "This page needs the key of today's start",
        "Open the whole address that `hotseat web` printed in the terminal. It holds a key that is new for each start, \
        so that nobody else on this computer or network reads your sessions.",
    )
}

fn from_elsewhere() -> Trouble {
    Trouble::new(
        StatusCode::FORBIDDEN,
        "This came from another page",
        "Nothing was changed. Open Hotseat's own page and do it there.",
    )
}

/// Lets a request through or words why not, and sets the headers of the answer.
pub(super) async fn watch(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let client = Client::of(request.headers());
    let asked = format!("{} {}", request.method(), request.uri().path());
    let mut response = match site.guard.admit(&request) {
        Ok(Admitted::Enters) => entered(&site.guard),
        Ok(Admitted::GoesOn) => match tokio::time::timeout(site.guard.longest_request, next.run(request)).await {
            Ok(response) => response,
            Err(_) => too_slow().into_response(),
        },
        Err(trouble) => trouble.into_response(),
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response = worded(&site, client, &asked, response);
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn entered(guard: &Guard) -> Response {
    let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", guard.cookie, guard.token.as_str());
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

fn too_slow() -> Trouble {
    let advice = "Nothing was changed by what had not arrived. Try again.";
    Trouble::new(StatusCode::REQUEST_TIMEOUT, "That took too long", advice)
}

/// Says in words what an answer only has a status for. Headers such as the length of a recording stay.
fn worded(site: &Site, client: Client, asked: &str, response: Response) -> Response {
    let trouble = response.extensions().get::<Trouble>().cloned();
    let trouble = trouble.unwrap_or_else(|| Trouble::of_status(response.status()));
    if let Some(detail) = trouble.detail() {
        (site.tell)(&format!("{asked}: {detail}"));
    }
    let mut told = trouble.told_to(client);
    for name in [header::ALLOW, header::CONTENT_RANGE, header::ACCEPT_RANGES] {
        if let Some(value) = response.headers().get(&name) {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}
