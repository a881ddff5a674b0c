//! Security headers: browsers allow only what the console needs.

use std::sync::LazyLock;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::pages;
use crate::{config::Config, state::AppState};

/// The hash of the style sheet inside the small pages, as a policy source.
static STYLE: LazyLock<String> = LazyLock::new(|| hash_of(pages::STYLE));

/// The source by which a policy allows a style sheet inside a page.
pub(super) fn hash_of(style: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style.as_bytes())))
}

/// The policy value for framing: the configured hosts only.
fn frame_ancestors(config: &Config) -> String {
    if config.embed_origins.is_empty() { "'none'".to_owned() } else { config.embed_origins.join(" ") }
}

/// The policy of a console page. Scripts are our files or carry the nonce of this answer; forms may lead to Microsoft's
/// sign-in, because browsers apply the policy to redirects also.
pub(super) fn console_policy(state: &AppState, nonce: &str) -> String {
    let (config, microsoft) = (&state.config, state.microsoft.cloud().login_origin());
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self' {microsoft}; \
         base-uri 'none'; \
         frame-ancestors {}",
        frame_ancestors(config)
    )
}

/// The policy of the style guide: the console's style sheet and images, and no script.
pub(super) fn guide_policy(config: &Config) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors {}",
        frame_ancestors(config)
    )
}

/// The policy of a page for paper: its style sheet, inside a frame of the console, which a host may frame in turn.
pub(super) fn print_policy(config: &Config, style: &str) -> String {
    let hosts = config.embed_origins.join(" ");
    format!("default-src 'none'; style-src {style}; base-uri 'none'; frame-ancestors 'self' {hosts}")
}

/// The policy of all other answers: no script. Forms may lead to Microsoft's sign-in.
fn plain_policy(state: &AppState) -> String {
    let (config, microsoft) = (&state.config, state.microsoft.cloud().login_origin());
    format!(
        "default-src 'none'; style-src {}; img-src 'self'; form-action 'self' {microsoft}; base-uri 'none'; \
         frame-ancestors {}",
        *STYLE,
        frame_ancestors(config)
    )
}

/// The policy of the first page in a host's frame: our script, and its requests to us.
pub(super) fn frame_policy(state: &AppState) -> String {
    format!("script-src 'self'; connect-src 'self'; {}", plain_policy(state))
}

/// Refuses changes from a page of our host under another scheme: `http` pages can be written by anybody in between.
/// Browsers that say where a request comes from (`Sec-Fetch-Site`) are checked by the layer before.
pub(super) async fn refuse_other_scheme(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if let (Some((scheme, host)), false) =
        (origin.and_then(|origin| origin.split_once("://")), request.method().is_safe())
    {
        let public = state.config.public();
        let (ours, our_host) = public.split_once("://").unwrap_or_default();
        if host.eq_ignore_ascii_case(our_host) && !scheme.eq_ignore_ascii_case(ours) {
            return StatusCode::FORBIDDEN.into_response();
        }
    }
    next.run(request).await
}

/// Adds the security headers that an answer does not set itself.
pub(super) async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let config = &state.config;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| add(headers, name, value);
    set(header::CONTENT_SECURITY_POLICY, &plain_policy(&state));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-site");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)",
    );
    if config.embed_origins.is_empty() {
        set(HeaderName::from_static("x-frame-options"), "DENY");
    }
    if config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    // Pages and answers belong to one user at one moment: they are not cached.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") || kind.starts_with("application/json") || kind.starts_with("text/csv") {
        add(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}
