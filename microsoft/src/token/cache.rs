//! The token cache, with a single fetch per tenant for all calls that wait for it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::{Expiry, future::Cache};
use tokio::time::sleep;

use super::AppToken;
use crate::{
    Microsoft, TenantId,
    failure::{Class, Failure},
    limits::DEFAULT_PAUSE,
    spread::spread,
};

/// More tenants than one process serves; a token is about 2 kB.
const MAX_TOKENS: u64 = 20_000;
const ATTEMPTS: u32 = 3;
/// The longest requested wait before another attempt. For a longer one, the failure is returned to the caller, which
/// holds no resources meanwhile.
const MAX_WAIT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Tokens by tenant and [generation](crate::limits::TenantLimits::generation). In memory only, never stored.
pub(crate) struct Tokens(Cache<(TenantId, u64), Arc<AppToken>>);

struct TokenExpiry;

impl Expiry<(TenantId, u64), Arc<AppToken>> for TokenExpiry {
    fn expire_after_create(
        &self,
        _: &(TenantId, u64),
        token: &Arc<AppToken>,
        _: Instant,
    ) -> Option<Duration> {
        Some(token.cache_for)
    }
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(MAX_TOKENS).expire_after(TokenExpiry).build())
    }
}

impl Microsoft {
    /// The token of one generation. A failure is returned to all waiting calls and is not cached.
    pub(crate) async fn token_of(&self, tid: &TenantId, generation: u64) -> Result<Arc<AppToken>, Failure> {
        let key = (tid.clone(), generation);
        let fetch = async { self.fetch_token(tid).await.map(Arc::new) };
        // Boxed: the future of a fetch is large, and nearly every call finds its token in the cache.
        self.inner
            .tokens
            .0
            .try_get_with(key, Box::pin(fetch))
            .await
            .map_err(|failure| failure.as_ref().clone())
    }

    async fn fetch_token(&self, tid: &TenantId) -> Result<AppToken, Failure> {
        let scope = self.inner.cloud.default_scope();
        let fields = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
        let mut attempt = 1;
        loop {
            let answer = self.request_token(tid.as_str(), &fields, "app token").await;
            match answer.and_then(|answer| AppToken::read(answer, tid)) {
                Ok(token) => return Ok(token),
                Err(failure) => {
                    tracing::debug!(%tid, attempt, %failure, "no app token");
                    if failure.class == Class::Throttled {
                        self.limits(tid).pause(failure.retry_after.unwrap_or(DEFAULT_PAUSE));
                    }
                    let requested = failure.retry_after.unwrap_or_default();
                    // An unknown answer, e.g. of a proxy, may be one of a kind.
                    let again = matches!(failure.class, Class::Unavailable | Class::Unknown);
                    if !again || attempt == ATTEMPTS || requested > MAX_WAIT {
                        return Err(failure);
                    }
                    sleep(spread(requested.max(FIRST_WAIT * 2_u32.pow(attempt - 1)))).await;
                    attempt += 1;
                }
            }
        }
    }
}
