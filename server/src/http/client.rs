//! The client of a request: its network address and browser, and the id of the request.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use domain::people::{Method, agent_text};

use super::{connections::Peer, session};
use crate::state::AppState;
use store::{Arrival, Origin};

/// The response header with the request's id.
const REQUEST_ID: &str = "x-request-id";

/// The client of a request.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) origin: Arc<Origin>,
    agent: String,
    /// The session token in the browser's cookie.
    session: Option<String>,
}

impl Client {
    /// Describes the sign-in by `method` that opens a session.
    pub(super) fn arrives(&self, method: Method) -> Arrival<'_> {
        Arrival {
            method,
            agent: &self.agent,
            address: &self.origin.address,
            before: self.session.as_deref(),
            host: None,
        }
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let origin = parts.extensions.get::<Arc<Origin>>().cloned().unwrap_or_default();
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let cookies = CookieJar::from_headers(&parts.headers);
        let session = cookies.get(session::cookie_name(state)).map(|cookie| cookie.value().to_owned());
        Ok(Self { origin, agent: agent_text(agent.unwrap_or_default()), session })
    }
}

/// Adds an id and the origin to the request, and the id to the response.
pub(super) async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = state.reference();
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(Peer(peer))| *peer);
    let address = address(request.headers(), peer, state.config.trusted_proxies);
    request.extensions_mut().insert(Arc::new(Origin { address, request: id.clone() }));
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The client's address. Each proxy in front of us appends the address it got the request from, so with `proxies` of
/// them the client's is that many entries from the end; entries further left may be forged by the client.
fn address(headers: &HeaderMap, peer: Option<SocketAddr>, proxies: u8) -> String {
    let peer = || peer.map(|peer| peer.ip().to_string()).unwrap_or_default();
    let Some(back) = usize::from(proxies).checked_sub(1) else { return peer() };
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let entries: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let named = entries.iter().rev().nth(back).and_then(|entry| entry.parse::<std::net::IpAddr>().ok());
    named.map_or_else(peer, |address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn entries_written_by_the_client_are_ignored() {
        let peer = Some(SocketAddr::from(([10, 0, 0, 1], 4711)));
        let headers = forwarded(&["1.1.1.1, 203.0.113.7", "10.0.0.9"]);
        assert_eq!(address(&headers, peer, 0), "10.0.0.1");
        assert_eq!(address(&headers, peer, 1), "10.0.0.9");
        assert_eq!(address(&headers, peer, 2), "203.0.113.7");
        // With fewer entries than proxies, or an unreadable one, the peer's address counts.
        assert_eq!(address(&headers, peer, 9), "10.0.0.1");
        assert_eq!(address(&forwarded(&["nonsense"]), peer, 1), "10.0.0.1");
    }
}
