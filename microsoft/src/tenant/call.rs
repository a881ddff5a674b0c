//! How one call travels: deadline → token → gate → pace → place → attempt → classification, and round again.

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
    http::Answer,
    lane::UNSAID,
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
    /// The mailboxes that are called, by whatever names the address has them; none for the directory.
    pub(super) mailboxes: Vec<String>,
}

/// A success, and the generation of the token it was asked with.
pub(super) struct Reply {
    pub(super) answer: Answer,
    pub(super) generation: u64,
}

impl Call {
    pub(super) fn get(what: &'static str, url: Url) -> Self {
        Self { what, url, body: None, mailboxes: Vec::new() }
    }
}

impl Tenant {
    /// Makes the call and reads its answer.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Failure> {
        let answer = self.send(call, self.deadline()).await?.answer;
        read(&answer, call.what)
    }

    /// By when a call that begins now must have ended.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.microsoft.inner.http.limits().call
    }

    /// Makes the call until it succeeds, fails for good, or runs out of attempts or time.
    pub(super) async fn send(&self, call: &Call, deadline: Instant) -> Result<Reply, Failure> {
        let (mut attempt, mut refreshed) = (1, false);
        loop {
            let generation = self.lane.generation();
            let failure = match self.attempt(call, generation, deadline).await {
                Ok(answer) => return Ok(Reply { answer, generation }),
                Err(failure) => failure,
            };
            tracing::debug!(tenant = %self.id, attempt, %failure, "a call failed");
            if is_stale_token(&failure) && !refreshed {
                // Not an attempt of its own: Microsoft did not even look at the question.
                refreshed = true;
                self.lane.forget_token_of(generation);
                continue;
            }
            if attempt == ATTEMPTS || !is_worth_another(&failure) {
                return Err(failure);
            }
            self.wait(attempt, failure, deadline).await?;
            attempt += 1;
        }
    }

    /// Waits between attempts; gives the failure back if the next one would be too late.
    pub(super) async fn wait(
        &self,
        attempt: u32,
        failure: Failure,
        deadline: Instant,
    ) -> Result<(), Failure> {
        if let Err(left) = self.lane.gate.pass(deadline).await {
            return Err(failure.retry_after(left));
        }
        if pause(&failure).is_none() {
            let wait = FIRST_WAIT * 2_u32.pow(attempt - 1);
            let wait = spread(failure.retry_after.map_or(wait, |asked| asked.max(wait)));
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
        let entered = self.lane.mailboxes.enter(call.mailboxes.clone());
        let _entered = timeout_at(deadline, entered).await.map_err(late)?;
        let place = loop {
            self.lane.gate.pass(deadline).await.map_err(|left| {
                Failure::new(Class::Throttled, format!("{what}: not asked, the tenant is paused"))
                    .retry_after(left)
            })?;
            if call.mailboxes.is_empty() {
                timeout_at(deadline, self.lane.pace.wait()).await.map_err(late)?;
            }
            let place = timeout_at(deadline, self.lane.places.take()).await.map_err(late)?;
            // The gate may have been closed while this call queued for a place.
            if self.lane.gate.left().is_none() {
                break place;
            }
        };
        let exchange = self.microsoft.inner.http.exchange(self.request(call, &token), what);
        let answer = timeout_at(deadline, exchange).await;
        drop(place);
        let answer = answer.map_err(late)??;
        if (200..300).contains(&answer.status) {
            self.lane.places.worked();
            return Ok(answer);
        }
        let failure = graph::failure(&answer, what);
        self.heed(&failure);
        Err(failure)
    }

    /// Closes the tenant's gate if this failure asks for it.
    pub(super) fn heed(&self, failure: &Failure) {
        if let Some(wait) = pause(failure) {
            tracing::debug!(tenant = %self.id, seconds = wait.as_secs_f32(), "Microsoft asks us to wait");
            self.lane.pause(wait);
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

/// How long this failure keeps the whole tenant waiting, if it does. A mailbox that is busy or moving may
/// send `Retry-After` as well, which is nobody else's business.
fn pause(failure: &Failure) -> Option<Duration> {
    match failure.class {
        Class::Throttled => Some(failure.retry_after.unwrap_or(UNSAID)),
        Class::Unavailable => failure.retry_after,
        _ => None,
    }
}

/// Reads a successful answer; one that cannot be read is Microsoft's failure, not a panic.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer, what: &str) -> Result<T, Failure> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        // Only the place: `error` quotes the answer.
        let (line, column) = (error.line(), error.column());
        let detail = format!("{what}: the answer cannot be read (line {line}, column {column})");
        let failure = Failure::new(Class::Unknown, detail).request_id(answer.request_id.clone());
        Failure { status: Some(answer.status), ..failure }
    })
}

pub(super) fn is_stale_token(failure: &Failure) -> bool {
    failure.class == Class::TokenRefused && failure.status == Some(401)
}

/// Whether another attempt within this call may help. `AuthenticationError` is Exchange's catch-all: usually
/// no mailbox, sometimes a hiccup.
pub(super) fn is_worth_another(failure: &Failure) -> bool {
    matches!(failure.class, Class::Throttled | Class::Unavailable | Class::MailboxUnavailable)
        || failure.is("AuthenticationError")
}
