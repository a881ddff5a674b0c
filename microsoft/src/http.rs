//! HTTP exchanges: limits, request ids, and errors without addresses. The meaning of an answer is not decided here.

mod limits;
mod retry_after;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use reqwest::{RequestBuilder, header::HeaderMap, redirect::Policy};
use uuid::Uuid;

use crate::failure::{Class, Failure};

pub use limits::Limits;
pub(crate) use retry_after::parse as parse_retry_after;

/// The code of an answer above the limit, which another attempt would only receive again.
pub(crate) const TOO_LARGE: &str = "too_large";

const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Holds a page of 999 users: with the usual 64 kB, every page would wait for the network several times.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

/// The bytes after which the head of an answer is shown to its observer: enough for everything before a list.
const HEAD: usize = 8 * 1024;

/// Number of connections per host, over which tenants are distributed. HTTP/2 sends all requests to one host over one
/// connection, which Microsoft's servers limit to a hundred requests at a time and which stalls as a whole.
const POOLS: usize = 4;

/// An answer of any status, with its body not parsed yet.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// The answer's `request-id`, else the id that we sent.
    pub(crate) request_id: String,
    /// The address of a redirect. Redirects are not followed.
    pub(crate) location: Option<String>,
    /// May be empty, plain text or HTML, whatever the request accepted.
    pub(crate) body: Vec<u8>,
}

#[cfg(test)]
impl Answer {
    /// A success without a body.
    pub(crate) fn empty(request_id: &str) -> Self {
        Self {
            status: 200,
            retry_after: None,
            request_id: request_id.to_owned(),
            location: None,
            body: Vec::new(),
        }
    }
}

/// Sees the beginning of an answer.
pub(crate) type Observer = dyn Fn(&[u8]) + Send + Sync;

/// Connections to Microsoft, and their limits.
#[derive(Debug)]
pub(crate) struct Http {
    pools: Vec<reqwest::Client>,
    limits: Limits,
}

impl Http {
    /// Builds the connections. Redirects are never followed: a token must not be sent to an address from an answer.
    pub(crate) fn new(limits: Limits) -> Result<Self, reqwest::Error> {
        let pool = |_| {
            reqwest::Client::builder()
                .user_agent(concat!("warmy-domain-delegation/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                .connect_timeout(limits.connect)
                .read_timeout(limits.silence)
                .timeout(limits.attempt)
                .http2_initial_stream_window_size(STREAM_WINDOW)
                .http2_initial_connection_window_size(CONNECTION_WINDOW)
                .http2_keep_alive_interval(KEEP_ALIVE)
                .build()
        };
        Ok(Self { pools: (0..POOLS).map(pool).collect::<Result<_, _>>()?, limits })
    }

    /// The connections for calls with this `key`, usually a tenant.
    pub(crate) fn pool(&self, key: &str) -> &reqwest::Client {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % POOLS as u64).unwrap_or_default();
        &self.pools[at]
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends one request with a `client-request-id` of its own. An error means that no complete answer was received.
    pub(crate) async fn exchange(&self, request: RequestBuilder, what: &str) -> Result<Answer, Failure> {
        self.exchange_observed(request, what, None).await
    }

    /// The same. `head` sees the beginning of a successful answer once, while the rest of a large one is under way.
    pub(crate) async fn exchange_observed(
        &self,
        request: RequestBuilder,
        what: &str,
        head: Option<&Observer>,
    ) -> Result<Answer, Failure> {
        exchange(request, what, self.limits.body, head).await
    }
}

async fn exchange(
    request: RequestBuilder,
    what: &str,
    largest: usize,
    head: Option<&Observer>,
) -> Result<Answer, Failure> {
    let id = request_id();
    let failed = |error: reqwest::Error| {
        let why = match () {
            () if error.is_timeout() => "timed out",
            () if error.is_connect() => "no connection",
            () if error.is_builder() => "not a request",
            () => "interrupted",
        };
        // The text of `error` is not used: it contains the address, which contains ids.
        Failure::new(Class::Unavailable, format!("{what}: {why}")).request_id(id.clone())
    };
    let request = request.header("client-request-id", &id).header("return-client-request-id", "true");
    let mut response = request.send().await.map_err(failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // Without its length, a body is copied whenever it outgrows its place.
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(length.unwrap_or_default().min(largest));
    let mut head = head.filter(|_| response.status().is_success());
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > largest {
            let detail = format!("{what}: the answer is larger than {largest} bytes");
            return Err(Failure { status: Some(status), ..Failure::new(Class::Unknown, detail) }
                .code(TOO_LARGE)
                .request_id(id));
        }
        body.extend_from_slice(&chunk);
        if body.len() >= HEAD
            && let Some(head) = head.take()
        {
            head(&body);
        }
    }
    if let Some(head) = head {
        head(&body);
    }
    let text = |name| text(&headers, name);
    Ok(Answer {
        status,
        retry_after: text("retry-after").and_then(|value| parse_retry_after(value, text("date"))),
        request_id: text("request-id").or(text("x-ms-request-id")).and_then(plain).unwrap_or(id),
        location: text("location").map(str::to_owned),
        body,
    })
}

/// A code or id from an answer, if it is short and plain enough to be stored, logged and shown.
pub(crate) fn plain(text: &str) -> Option<String> {
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    fits.then(|| text.to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a correlation id must differ between calls and decides nothing"
)]
fn request_id() -> String {
    Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_codes_are_accepted() {
        assert_eq!(plain("MailboxNotEnabledForRESTAPI").as_deref(), Some("MailboxNotEnabledForRESTAPI"));
        assert_eq!(plain(""), None);
        assert_eq!(plain("someone@contoso.com"), None);
        assert_eq!(plain(&"a".repeat(65)), None);
    }
}
