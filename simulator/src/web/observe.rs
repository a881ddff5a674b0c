//! Middleware of the sign-in service and of Graph: the request log, and the waits that answers announce.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::request_details::{Damage, RequestDetails};
use super::waiting;
use crate::directory::throttle::Target;
use crate::entropy::{instant, iso};
use crate::request_log::Entry;
use crate::state::Simulator;

/// Request extension: when the request arrived, to detect early calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived(pub(crate) Instant);

/// Logs the request and delays the answer.
pub(crate) async fn observe(
    State(simulator): State<Simulator>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(Arrived(instant()));
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let client_request_id = client_request_id(request.headers());
    let named = request.uri().path().split('/').nth(1).and_then(|segment| simulator.tenants.find(segment));
    let mut response = next.run(request).await;
    protect_pages(&mut response);
    let details = response.extensions().get::<RequestDetails>().cloned().unwrap_or_default();
    let tenant = details.tenant.clone().or_else(|| named.map(|tenant| tenant.tid.to_string()));
    if !details.waited {
        let slow = tenant.as_deref().and_then(|tid| simulator.tenants.find(tid));
        waiting::wait(&simulator, slow.as_deref(), 1).await;
    }
    // A damaged answer does not arrive completely or in time, so its wait does not count.
    if details.damage.is_none() {
        announce(&simulator, tenant.as_deref(), &details.announced);
    }
    let dropped = matches!(details.damage, Some(Damage::Dropped));
    simulator.log.push(Entry {
        n: 0,
        at: iso(simulator.clock.now()),
        method,
        path,
        tenant,
        mailbox: details.mailbox,
        status: if dropped { 0 } else { response.status().as_u16() },
        batch: None,
        client_request_id,
        retry_after: details.retry_after,
        early: details.early,
        chaos: details.chaos,
    });
    response
}

/// Starts the announced waits, during which calls are early.
fn announce(simulator: &Simulator, tenant: Option<&str>, announced: &[(Target, f64)]) {
    if announced.is_empty() {
        return;
    }
    let Some(tenant) = tenant.and_then(|tid| simulator.tenants.find(tid)) else { return };
    let (mut state, sent) = (tenant.write(), instant());
    for (target, seconds) in announced {
        state.announced.open(*target, *seconds, sent);
    }
}

/// Forbids framing of pages, as Microsoft's sign-in pages do; otherwise an embedded client would work only here.
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

/// The client's own id of a request, as sent.
pub(crate) fn client_request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("client-request-id")?.to_str().ok().map(str::to_owned)
}
