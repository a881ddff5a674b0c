//! Around every request of the sign-in service and of Graph: the log, and the configured latency.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::entropy::iso;
use crate::request_log::Entry;
use crate::state::Simulator;

/// What Graph learned about a request: put into the response for the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noted {
    pub(crate) tenant: Option<String>,
    pub(crate) mailbox: Option<String>,
    /// How often the tenant's latency applies: a batch sends four parts at a time to Exchange.
    pub(crate) turns: u32,
}

/// Logs the request and delays the answer.
pub(crate) async fn observe(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let client_request_id = client_request_id(request.headers());
    let named = request.uri().path().split('/').nth(1).and_then(|segment| simulator.tenants.find(segment));
    let mut response = next.run(request).await;
    protect_pages(&mut response);
    let mut noted = response.extensions().get::<Noted>().cloned().unwrap_or_default();
    noted.tenant = noted.tenant.or_else(|| named.map(|tenant| tenant.tid.to_string()));
    delay(&simulator, &noted).await;
    simulator.log.push(Entry {
        n: 0,
        at: iso(simulator.clock.now()),
        method,
        path,
        tenant: noted.tenant,
        mailbox: noted.mailbox,
        status: response.status().as_u16(),
        batch: None,
        client_request_id,
    });
    response
}

/// Microsoft's sign-in pages refuse to be framed; so do these, or an embedded client would only work here.
fn protect_pages(response: &mut Response) {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("text/html")) {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

async fn delay(simulator: &Simulator, noted: &Noted) {
    let tenant = noted.tenant.as_deref().and_then(|tid| simulator.tenants.find(tid));
    let own = tenant.map_or(0, |tenant| tenant.read().latency_ms);
    let once = simulator.options.latency + Duration::from_millis(own);
    if !once.is_zero() {
        tokio::time::sleep(once * noted.turns.max(1)).await;
    }
}

/// The client's own id of a request, as sent.
pub(crate) fn client_request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("client-request-id")?.to_str().ok().map(str::to_owned)
}
