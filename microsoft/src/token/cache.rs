//! The cache of tokens, with a single fetch per tenant however many calls wait for it.

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
    lane::UNSAID,
    spread::spread,
};

/// More tenants than one process serves; a token is about 2 kB.
const MOST: u64 = 20_000;
const ATTEMPTS: u32 = 3;
/// Whoever asks for a longer wait is told to the caller instead, who holds nothing meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Tokens by tenant and [generation](crate::lane::Lane::generation). In memory only, never stored.
pub(crate) struct Tokens(Cache<(TenantId, u64), Arc<AppToken>>);

struct WhileUsable;

impl Expiry<(TenantId, u64), Arc<AppToken>> for WhileUsable {
    fn expire_after_create(
        &self,
        _: &(TenantId, u64),
        token: &Arc<AppToken>,
        _: Instant,
    ) -> Option<Duration> {
        Some(token.keep)
    }
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(MOST).expire_after(WhileUsable).build())
    }
}

impl Microsoft {
    /// The token of one generation. Failures are shared by those who waited and are not cached.
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
            match self.ask_token(tid.as_str(), &fields, "app token").await {
                Ok(answer) => return AppToken::read(answer, tid),
                Err(failure) => {
                    tracing::debug!(%tid, attempt, %failure, "no app token");
                    if failure.class == Class::Throttled {
                        self.lane(tid).pause(failure.retry_after.unwrap_or(UNSAID));
                    }
                    let asked = failure.retry_after.unwrap_or_default();
                    if failure.class != Class::Unavailable || attempt == ATTEMPTS || asked > PATIENCE {
                        return Err(failure);
                    }
                    sleep(spread(asked.max(FIRST_WAIT * 2_u32.pow(attempt - 1)))).await;
                    attempt += 1;
                }
            }
        }
    }
}
