//! The sign-in service, as `login.microsoftonline.com` serves it under `/{tenant}/…`.

mod admin_consent;
mod assertion;
mod authorize;
pub(crate) mod certificate;
mod chaos_middleware;
mod client_auth;
pub(crate) mod codes;
mod consent_page;
pub(crate) mod credentials;
mod discovery;
mod error;
pub(crate) mod failure_page;
pub(crate) mod federated;
mod fields;
mod grant_client_credentials;
mod grant_code;
mod id_token;
mod jwt;
mod keys;
mod logout;
pub(crate) mod permissions;
mod picker;
pub(crate) mod registration;
mod reply_address;
mod scopes;
pub(crate) mod sessions;
mod sign_in;
mod tenant_ref;
mod token;
mod userinfo;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::state::Simulator;

/// Every route of the sign-in service.
pub(crate) fn routes(simulator: Simulator) -> Router<Simulator> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::v2))
        .route("/{tenant}/.well-known/openid-configuration", get(discovery::v1))
        .route("/{tenant}/discovery/v2.0/keys", get(keys::show))
        .route("/{tenant}/discovery/keys", get(keys::show))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::show).post(authorize::choose))
        .route("/{tenant}/oauth2/v2.0/token", post(token::issue))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::sign_out))
        .route("/{tenant}/v2.0/adminconsent", get(admin_consent::show_v2).post(admin_consent::decide_v2))
        .route("/{tenant}/adminconsent", get(admin_consent::show_v1).post(admin_consent::decide_v1))
        .route("/oidc/userinfo", get(userinfo::show))
        .layer(from_fn_with_state(simulator, chaos_middleware::inject_chaos))
}
