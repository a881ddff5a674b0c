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

/// A token without permissions or identity is what the first minutes after a consent give; it never
/// improves, so it is kept only long enough that a crowd of calls does not become a crowd of requests.
const KEEP_INCOMPLETE: Duration = Duration::from_secs(5);
/// What the documentation and every observed answer say; a missing `expires_in` is not worth failing for.
const USUAL_LIFE: Duration = Duration::from_secs(3599);
/// Real ones live an hour or a day; a longer life is a mistake, and the cache cannot count for ever.
const LONGEST_LIFE: Duration = Duration::from_secs(48 * 60 * 60);
const EARLY: Duration = Duration::from_secs(5 * 60);

/// An app-only token for Graph in one tenant. The token itself stays inside this crate.
#[derive(Clone, Debug)]
pub struct AppToken {
    /// The application permissions granted in the tenant (`Mail.Send`, …), sorted. Not the whole truth:
    /// Exchange's RBAC for Applications grants permissions that never show here
    /// ([RBAC for Applications](https://learn.microsoft.com/exchange/permissions-exo/application-rbac)).
    pub roles: Vec<String>,
    /// Object id of our service principal in the customer's tenant; `None` while consent still propagates.
    pub service_principal: Option<String>,
    pub(crate) secret: SecretString,
    pub(crate) keep: Duration,
    pub(crate) fetched: Instant,
}

/// The claims we read ([reference](https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference)).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    tid: Option<String>,
    oid: Option<String>,
    idtyp: Option<String>,
    roles: Vec<String>,
}

impl Microsoft {
    /// The app-only token of a tenant: from the cache, or fetched once however many callers want it. Expires
    /// from the cache five minutes early. Do not retry at once: the call itself tries three times.
    ///
    /// Right after a consent, permissions are missing or the call fails with [`Class::ConsentMissing`] for up
    /// to some minutes: call [`forget_token`](Self::forget_token) and ask again every few seconds.
    ///
    /// # Errors
    /// Of the tenant: [`Class::ConsentMissing`], [`Class::AppDisabled`], [`Class::TenantUnknown`],
    /// [`Class::PolicyBlocked`], [`Class::NationalCloud`]. Ours: [`Class::OurCredential`],
    /// [`Class::OurBug`]. Of the moment: [`Class::Throttled`], [`Class::Unavailable`].
    pub async fn app_token(&self, tid: &TenantId) -> Result<AppToken, Failure> {
        let generation = self.lane(tid).generation();
        let late = |_| Failure::new(Class::Unavailable, "app token: out of time");
        let token = timeout(self.inner.http.limits().call, self.token_of(tid, generation)).await;
        Ok(token.map_err(late)??.as_ref().clone())
    }
}

impl AppToken {
    /// Reads an answer of the token endpoint. Graph's tokens are formally opaque to us, so one that cannot be
    /// read is used all the same, and only a readable contradiction is an error.
    pub(crate) fn read(answer: TokenAnswer, tid: &TenantId) -> Result<Self, Failure> {
        let unlike = |detail: &str| Failure::new(Class::Unknown, detail);
        let secret = answer.access_token.ok_or_else(|| unlike("token: the answer has no access_token"))?;
        let life = answer.expires_in.map_or(USUAL_LIFE, Duration::from_secs).min(LONGEST_LIFE);
        let claims: Option<Claims> = insecure_decode_claims(secret.expose_secret()).ok();
        let readable = claims.is_some();
        let Claims { tid: of, oid, idtyp, mut roles } = claims.unwrap_or_default();
        if of.is_some_and(|of| !of.eq_ignore_ascii_case(tid.as_str())) {
            return Err(unlike("token: it is for another tenant"));
        }
        if idtyp.is_some_and(|kind| kind != "app") {
            return Err(unlike("token: it is not app-only"));
        }
        roles.sort_unstable();
        let incomplete = readable && (roles.is_empty() || oid.is_none());
        let keep = life.saturating_sub(EARLY.min(life / 5));
        let keep = if incomplete { keep.min(KEEP_INCOMPLETE) } else { keep };
        Ok(Self { roles, service_principal: oid, secret, keep, fetched: Instant::now() })
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
    fn a_complete_token_is_kept_until_shortly_before_it_expires() {
        let claims =
            json!({"tid": TENANT, "oid": "sp", "idtyp": "app", "roles": ["User.Read.All", "Mail.Send"]});
        let token = AppToken::read(answer(&claims, 3599), &TENANT.parse().unwrap()).unwrap();
        assert_eq!(token.roles, ["Mail.Send", "User.Read.All"]);
        assert_eq!(token.service_principal.as_deref(), Some("sp"));
        assert_eq!(token.keep, Duration::from_secs(3299));
        assert!(token.has_any(&["mail.send"]) && !token.has_any(&["Mail.Read"]));
        assert!(!format!("{token:?}").contains("c2ln"), "the token shows in Debug");
    }

    #[test]
    fn a_token_is_renewed_before_it_expires_however_long_it_lives() {
        let claims = json!({"tid": TENANT, "oid": "sp", "roles": ["Mail.Send"]});
        for (life, keep) in [(24 * 3600, 24 * 3600 - 300), (1500, 1200), (600, 480), (60, 48), (1, 1), (0, 0)]
        {
            let token = AppToken::read(answer(&claims, life), &TENANT.parse().unwrap()).unwrap();
            assert_eq!(token.keep.as_secs_f32().ceil() as u64, keep, "{life} s");
            assert!(token.keep <= Duration::from_secs(life));
        }
    }

    #[test]
    fn a_token_from_before_the_consent_arrived_everywhere_is_hardly_kept() {
        for claims in [json!({"tid": TENANT}), json!({"tid": TENANT, "roles": ["Mail.Send"]})] {
            let token = AppToken::read(answer(&claims, 3599), &TENANT.parse().unwrap()).unwrap();
            assert_eq!(token.keep, KEEP_INCOMPLETE, "{claims}");
        }
    }

    #[test]
    fn a_token_for_somebody_else_is_refused_and_an_opaque_one_is_not() {
        let tid: TenantId = TENANT.parse().unwrap();
        for claims in [json!({"tid": "ffff"}), json!({"tid": TENANT, "idtyp": "user"})] {
            assert_eq!(AppToken::read(answer(&claims, 60), &tid).unwrap_err().class, Class::Unknown);
        }
        let opaque = TokenAnswer { access_token: Some("opaque".to_owned().into()), ..TokenAnswer::default() };
        assert_eq!(AppToken::read(opaque, &tid).unwrap().keep, Duration::from_secs(3299));
    }
}
