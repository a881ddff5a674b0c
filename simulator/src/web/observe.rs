//! Around every request of the sign-in service and of Graph: the log, and the waits that answers announce.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::broken_answer::Damage;
use super::waiting;
use crate::directory::throttle::Target;
use crate::entropy::{instant, iso};
use crate::request_log::Entry;
use crate::state::Simulator;

/// When a request arrived: put into the request for whoever asks whether it came too early.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived(pub(crate) Instant);

/// What is known about a request: put into the response for the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noted {
    pub(crate) tenant: Option<String>,
    pub(crate) mailbox: Option<String>,
    /// The wait of this answer, if it announced one: seconds.
    pub(crate) retry_after: Option<f64>,
    /// The waits that concern a whole service of the tenant, those of batch parts included.
    pub(crate) announced: Vec<(Target, f64)>,
    /// It came within such a wait.
    pub(crate) early: bool,
    /// The name of the chaos that struck.
    pub(crate) chaos: Option<&'static str>,
    /// What happens to the answer on its way.
    pub(crate) damage: Option<Damage>,
    /// The latency has been waited for already.
    pub(crate) waited: bool,
}

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
    let noted = response.extensions().get::<Noted>().cloned().unwrap_or_default();
    let tenant = noted.tenant.clone().or_else(|| named.map(|tenant| tenant.tid.to_string()));
    if !noted.waited {
        let slow = tenant.as_deref().and_then(|tid| simulator.tenants.find(tid));
        waiting::wait(&simulator, slow.as_deref(), 1).await;
    }
    // Nobody is told by an answer that does not arrive, or not in time.
    if noted.damage.is_none() {
        announce(&simulator, tenant.as_deref(), &noted.announced);
    }
    let dropped = matches!(noted.damage, Some(Damage::Dropped));
    simulator.log.push(Entry {
        n: 0,
        at: iso(simulator.clock.now()),
        method,
        path,
        tenant,
        mailbox: noted.mailbox,
        status: if dropped { 0 } else { response.status().as_u16() },
        batch: None,
        client_request_id,
        retry_after: noted.retry_after,
        early: noted.early,
        chaos: noted.chaos,
    });
    response
}

/// From now on, calls are early until the announced waits are over.
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

/// The client's own id of a request, as sent.
pub(crate) fn client_request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("client-request-id")?.to_str().ok().map(str::to_owned)
}
