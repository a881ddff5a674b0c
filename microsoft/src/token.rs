//! App-only access tokens: one per tenant, not one per mailbox.

pub(crate) mod cache;
pub(crate) mod endpoint;

use std::time::Duration;

use jsonwebtoken::dangerous::insecure_decode_claims;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use crate::{
    Microsoft, TenantId,
    failure::{Class, Failure},
};
use endpoint::TokenAnswer;

/// How long a token without permissions or identity is cached. Entra issues such tokens in the first minutes after a
/// consent, and they never change; this time is only long enough for simultaneous calls to share one request.
const INCOMPLETE_LIFETIME: Duration = Duration::from_secs(5);
/// The lifetime if `expires_in` is missing: the value in the documentation and in every observed answer.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3599);
/// The longest lifetime that is accepted. Real tokens live an hour or a day; a longer lifetime is an error, and the
/// cache does not support an unlimited one.
const MAX_LIFETIME: Duration = Duration::from_secs(48 * 60 * 60);
const RENEWAL_MARGIN: Duration = Duration::from_secs(5 * 60);

/// An app-only token for Graph in one tenant. The token itself stays inside this crate.
#[derive(Clone, Debug)]
pub struct AppToken {
    /// The application permissions granted in the tenant (`Mail.Send`, …), sorted. Incomplete: Exchange's RBAC for
    /// Applications grants permissions that never appear here
    /// ([RBAC for Applications](https://learn.microsoft.com/exchange/permissions-exo/application-rbac)).
    pub roles: Vec<String>,
    /// Whether the token could be read. Graph's tokens are formally opaque: of an unreadable one nothing is known, and
    /// only calls show what is granted.
    pub is_readable: bool,
    /// Object id of our service principal in the customer's tenant; `None` while consent still propagates.
    pub service_principal: Option<String>,
    pub(crate) secret: SecretString,
    pub(crate) cache_for: Duration,
    pub(crate) fetched: Instant,
}

/// The claims we read ([reference](https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference)).
#[derive(Default, Deserialize)]
#[serde(default)]
struct AccessTokenClaims {
    tid: Option<String>,
    oid: Option<String>,
    idtyp: Option<String>,
    roles: Vec<String>,
}

impl Microsoft {
    /// The app-only token of a tenant: from the cache, or fetched once for all waiting callers. Removed from the
    /// cache five minutes before it expires. Do not retry at once: the call itself makes three attempts.
    ///
    /// Right after a consent, permissions are missing or the call fails with [`Class::ConsentMissing`] for up to some
    /// minutes: call [`invalidate_token`](Self::invalidate_token) and retry every few seconds.
    ///
    /// # Errors
    /// Of the tenant: [`Class::ConsentMissing`], [`Class::AppDisabled`], [`Class::TenantUnknown`],
    /// [`Class::PolicyBlocked`], [`Class::NationalCloud`]. Ours: [`Class::OurCredential`], [`Class::OurBug`].
    /// Temporary: [`Class::Throttled`], [`Class::Unavailable`].
    pub async fn app_token(&self, tid: &TenantId) -> Result<AppToken, Failure> {
        let generation = self.limits(tid).generation();
        let late = |_| Failure::new(Class::Unavailable, "app token: out of time");
        let token = timeout(self.inner.http.limits().call, self.token_of(tid, generation)).await;
        Ok(token.map_err(late)??.as_ref().clone())
    }
}

impl AppToken {
    /// Reads an answer of the token endpoint. Graph's tokens are formally opaque to us, so an unreadable one is used
    /// all the same; only readable claims that contradict the request are an error.
    pub(crate) fn read(answer: TokenAnswer, tid: &TenantId) -> Result<Self, Failure> {
        let invalid = |detail: &str| Failure::new(Class::Unknown, detail);
        let secret = answer.access_token.ok_or_else(|| invalid("token: the answer has no access_token"))?;
        let lifetime = answer.expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs).min(MAX_LIFETIME);
        let claims: Option<AccessTokenClaims> = insecure_decode_claims(secret.expose_secret()).ok();
        let readable = claims.is_some();
        let AccessTokenClaims { tid: of, oid, idtyp, mut roles } = claims.unwrap_or_default();
        if of.is_some_and(|of| !of.eq_ignore_ascii_case(tid.as_str())) {
            return Err(invalid("token: it is for another tenant"));
        }
        if idtyp.is_some_and(|kind| kind != "app") {
            return Err(invalid("token: it is not app-only"));
        }
        roles.sort_unstable();
        let incomplete = readable && (roles.is_empty() || oid.is_none());
        let cache_for = lifetime.saturating_sub(RENEWAL_MARGIN.min(lifetime / 5));
        let cache_for = if incomplete { cache_for.min(INCOMPLETE_LIFETIME) } else { cache_for };
        Ok(Self {
            roles,
            is_readable: readable,
            service_principal: oid,
            secret,
            cache_for,
            fetched: Instant::now(),
        })
    }

    /// Whether one of these permissions was granted in Entra.
    pub(crate) fn has_any(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|own| roles.iter().any(|role| role.eq_ignore_ascii_case(own)))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;

    fn answer(claims: &Value, expires_in: u64) -> TokenAnswer {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        TokenAnswer { access_token: Some(token.into()), id_token: None, expires_in: Some(expires_in) }
    }

    const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

    #[test]
    fn a_complete_token_is_cached_until_shortly_before_it_expires() {
        let claims =
            json!({"tid": TENANT, "oid": "sp", "idtyp": "app", "roles": ["User.Read.All", "Mail.Send"]});
        let token = AppToken::read(answer(&claims, 3599), &TENANT.parse().unwrap()).unwrap();
        assert_eq!(token.roles, ["Mail.Send", "User.Read.All"]);
        assert_eq!(token.service_principal.as_deref(), Some("sp"));
        assert_eq!(token.cache_for, Duration::from_secs(3299));
        assert!(token.has_any(&["mail.send"]) && !token.has_any(&["Mail.Read"]));
        assert!(!format!("{token:?}").contains("c2ln"), "the token shows in Debug");
    }

    #[test]
    fn a_token_of_any_lifetime_is_renewed_before_it_expires() {
        let claims = json!({"tid": TENANT, "oid": "sp", "roles": ["Mail.Send"]});
        for (lifetime, cache_for) in
            [(24 * 3600, 24 * 3600 - 300), (1500, 1200), (600, 480), (60, 48), (1, 1), (0, 0)]
        {
            let token = AppToken::read(answer(&claims, lifetime), &TENANT.parse().unwrap()).unwrap();
            assert_eq!(token.cache_for.as_secs_f32().ceil() as u64, cache_for, "{lifetime} s");
            assert!(token.cache_for <= Duration::from_secs(lifetime));
        }
    }

    #[test]
    fn a_token_from_before_the_consent_propagated_is_cached_briefly() {
        for claims in [json!({"tid": TENANT}), json!({"tid": TENANT, "roles": ["Mail.Send"]})] {
            let token = AppToken::read(answer(&claims, 3599), &TENANT.parse().unwrap()).unwrap();
            assert_eq!(token.cache_for, INCOMPLETE_LIFETIME, "{claims}");
        }
    }

    #[test]
    fn a_token_for_another_tenant_or_a_user_is_refused_and_an_opaque_one_is_not() {
        let tid: TenantId = TENANT.parse().unwrap();
        for claims in [json!({"tid": "ffff"}), json!({"tid": TENANT, "idtyp": "user"})] {
            assert_eq!(AppToken::read(answer(&claims, 60), &tid).unwrap_err().class, Class::Unknown);
        }
        let opaque = TokenAnswer { access_token: Some("opaque".to_owned().into()), ..TokenAnswer::default() };
        let opaque = AppToken::read(opaque, &tid).unwrap();
        assert_eq!((opaque.cache_for, opaque.is_readable), (Duration::from_secs(3299), false));
    }
}
