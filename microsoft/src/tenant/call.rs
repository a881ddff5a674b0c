//! The steps of one call: deadline → token → gate → rate → concurrency → attempt → classification, with retries.

use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::Tenant;
use crate::{
    classify::graph,
    failure::{Class, Failure},
    http::{Answer, Observer, TOO_LARGE},
    limits::DEFAULT_PAUSE,
    spread::spread,
    token::AppToken,
};

pub(super) const ATTEMPTS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// A call that may safely be made twice (a GET, or a batch of them).
pub(super) struct Call {
    /// The address with its ids left out, for logs and failures.
    pub(super) what: &'static str,
    pub(super) url: Url,
    /// `None` is a GET, else a POST.
    pub(super) body: Option<Value>,
    /// The mailboxes that are called, by their ids in the address; empty for the directory.
    pub(super) mailboxes: Vec<String>,
    /// The directory's resource units that the call costs; none for Exchange.
    pub(super) units: u32,
    /// Sees the beginning of a successful answer, of a large one before the rest has arrived.
    pub(super) head: Option<Box<Observer>>,
}

/// A successful answer, and the generation of the token it was requested with.
pub(super) struct Reply {
    pub(super) answer: Answer,
    pub(super) generation: u64,
}

/// The calls that have to wait when an answer requests it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All calls of the tenant.
    Tenant,
    /// Only the call itself, e.g. of one mailbox.
    Call,
}

impl Call {
    /// The calls that have to wait when this one is throttled.
    fn scope(&self) -> Scope {
        // A batch is refused as a whole only for the tenant.
        if self.body.is_none() && !self.mailboxes.is_empty() { Scope::Call } else { Scope::Tenant }
    }

    /// A call to the directory that costs one unit, like most.
    pub(super) fn get(what: &'static str, url: Url) -> Self {
        Self { what, url, body: None, mailboxes: Vec::new(), units: 1, head: None }
    }
}

impl Tenant {
    /// Makes the call and reads its answer.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Failure> {
        self.fetch_with(call, |answer| read(answer, call.what)).await
    }

    /// The same with a reader of its own. An answer that cannot be read is requested again, like a temporary failure.
    pub(super) async fn fetch_with<T>(
        &self,
        call: &Call,
        read: impl Fn(&Answer) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let deadline = self.deadline();
        let mut attempt = 1;
        loop {
            let answer = self.send(call, deadline).await?.answer;
            match read(&answer) {
                Err(failure) if failure.class == Class::Unknown && attempt < ATTEMPTS => {
                    tracing::debug!(tenant = %self.id, attempt, %failure, "an answer cannot be used");
                    self.wait(attempt, failure, Scope::Call, deadline).await?;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// The deadline of a call that begins now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.microsoft.inner.http.limits().call
    }

    /// Repeats the call until it succeeds, fails permanently, or runs out of attempts or time.
    pub(super) async fn send(&self, call: &Call, deadline: Instant) -> Result<Reply, Failure> {
        let (mut attempt, mut refreshed) = (1, false);
        loop {
            let generation = self.limits.generation();
            let failure = match self.attempt(call, generation, deadline).await {
                Ok(answer) => return Ok(Reply { answer, generation }),
                Err(failure) => failure,
            };
            tracing::debug!(tenant = %self.id, attempt, %failure, "a call failed");
            if is_stale_token(&failure) && !refreshed {
                // Not counted as an attempt: Microsoft did not process the request.
                refreshed = true;
                self.limits.invalidate_token_of(generation);
                continue;
            }
            // An unknown answer may be one of a kind.
            let again = is_retryable(&failure) || failure.class == Class::Unknown && !failure.is(TOO_LARGE);
            if attempt == ATTEMPTS || !again {
                return Err(failure);
            }
            self.wait(attempt, failure, call.scope(), deadline).await?;
            attempt += 1;
        }
    }

    /// Waits between attempts; returns the failure if the next attempt would be after the deadline.
    pub(super) async fn wait(
        &self,
        attempt: u32,
        failure: Failure,
        scope: Scope,
        deadline: Instant,
    ) -> Result<(), Failure> {
        if let Err(left) = self.limits.gate.pass(deadline).await {
            return Err(failure.retry_after(left));
        }
        if scope == Scope::Call || pause(&failure).is_none() {
            let wait = FIRST_WAIT * 2_u32.pow(attempt - 1);
            let wait = spread(failure.retry_after.map_or(wait, |requested| requested.max(wait)));
            if Instant::now() + wait > deadline {
                return Err(failure);
            }
            sleep(wait).await;
        }
        Ok(())
    }

    async fn attempt(&self, call: &Call, generation: u64, deadline: Instant) -> Result<Answer, Failure> {
        let what = call.what;
        let late = |_| Failure::new(Class::Unavailable, format!("{what}: out of time"));
        let token = self.microsoft.token_of(&self.id, generation);
        let token = timeout_at(deadline, token).await.map_err(late)??;
        let permits = self.limits.mailboxes.acquire(call.mailboxes.clone());
        let _permits = timeout_at(deadline, permits).await.map_err(late)?;
        let permit = loop {
            self.limits.gate.pass(deadline).await.map_err(|left| {
                Failure::new(Class::Throttled, format!("{what}: not sent, the tenant is paused"))
                    .retry_after(left)
            })?;
            timeout_at(deadline, self.limits.rate.wait(call.units)).await.map_err(late)?;
            let permit = timeout_at(deadline, self.limits.concurrency.acquire()).await.map_err(late)?;
            // The gate may have been closed while this call waited for a permit.
            if self.limits.gate.left().is_none() {
                break permit;
            }
        };
        let (http, head) = (&self.microsoft.inner.http, call.head.as_deref());
        let exchange = http.exchange_observed(self.request(call, &token), what, head);
        let answer = timeout_at(deadline, exchange).await;
        drop(permit);
        let answer = answer.map_err(late)??;
        if (200..300).contains(&answer.status) {
            self.limits.concurrency.record_success();
            return Ok(answer);
        }
        let failure = graph::failure(&answer, what);
        match call.scope() {
            Scope::Tenant => self.pause_if_requested(&failure),
            Scope::Call if failure.class == Class::Throttled => {
                return Err(Failure { class: Class::MailboxThrottled, ..failure });
            }
            Scope::Call => {}
        }
        Err(failure)
    }

    /// Closes the tenant's gate if this failure of the tenant requests a pause.
    pub(super) fn pause_if_requested(&self, failure: &Failure) {
        if let Some(wait) = pause(failure) {
            tracing::debug!(tenant = %self.id, seconds = wait.as_secs_f32(), "Microsoft requested a pause");
            self.limits.pause(wait);
        }
    }

    fn request(&self, call: &Call, token: &AppToken) -> reqwest::RequestBuilder {
        let method = if call.body.is_some() { Method::POST } else { Method::GET };
        let pool = self.microsoft.inner.http.pool(self.id.as_str());
        let request = pool.request(method, call.url.clone());
        // `bearer_auth` marks the header as sensitive, which keeps it out of every log.
        let request = request.bearer_auth(token.secret.expose_secret()).header("accept", "application/json");
        match &call.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

/// The pause of the whole tenant that this failure requests, if any. `Retry-After` of a busy, moving or throttled
/// mailbox does not concern the other mailboxes.
fn pause(failure: &Failure) -> Option<Duration> {
    match failure.class {
        Class::Throttled => Some(failure.retry_after.unwrap_or(DEFAULT_PAUSE)),
        Class::Unavailable => failure.retry_after,
        _ => None,
    }
}

/// Reads a successful answer; an unreadable one is a failure of Microsoft, not a panic.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer, what: &str) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        // Only the position: the text of `error` quotes the answer.
        let (line, column) = (error.line(), error.column());
        let detail = format!("{what}: the answer cannot be read (line {line}, column {column})");
        let failure = Failure::new(Class::Unknown, detail).request_id(answer.request_id.clone());
        Failure { status: Some(answer.status), ..failure }
    })
}

pub(super) fn is_stale_token(failure: &Failure) -> bool {
    failure.class == Class::TokenRefused && failure.status == Some(401)
}

/// Whether another attempt within this call may help. `AuthenticationError` is Exchange's catch-all: usually no
/// mailbox, sometimes a temporary failure.
pub(super) fn is_retryable(failure: &Failure) -> bool {
    matches!(
        failure.class,
        Class::Throttled | Class::MailboxThrottled | Class::Unavailable | Class::MailboxUnavailable
    ) || failure.is("AuthenticationError")
}
