//! The controls of the simulation, under `/_sim/`: JSON in, JSON out, nothing of Microsoft's in it.

mod access;
mod application;
mod chaos;
mod clock;
mod consent;
mod error;
mod expire;
mod faults;
mod groups;
mod latency;
mod licences;
mod limits;
mod mailboxes;
mod requests;
mod reset;
mod scenarios;
mod tenants;
mod throttle;
mod truth;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use self::error::ControlError;
use crate::directory::tenant::Tenant;
use crate::state::Simulator;

/// Every control, and its words for the index page.
pub(crate) const CONTROLS: &[(&str, &str)] = &[
    ("GET /_sim/tenants", "all tenants"),
    ("POST /_sim/tenants", "make one: {\"domain\", \"display_name\", \"mailboxes\", \"extras\", \"seed\"}"),
    ("GET /_sim/tenants/{t}", "one tenant"),
    ("POST /_sim/tenants/{t}/consent", "{\"granted\", \"roles\", \"disabled\", \"blocked\"}"),
    ("POST /_sim/tenants/{t}/propagation", "{\"seconds\"}: how long consent takes to spread, virtual"),
    ("POST /_sim/tenants/{t}/throttle", "{\"seconds\", \"retry_after\", \"for\"}, real time"),
    ("POST /_sim/tenants/{t}/latency", "{\"ms\"} or {\"uniform\": […]} or {\"median\", \"p99\"}"),
    ("GET /_sim/tenants/{t}/limits", "Microsoft's throttling limits, on unless lifted"),
    (
        "POST /_sim/tenants/{t}/limits",
        "{\"identity_units\", \"mailbox_requests\", \"mailbox_concurrency\", \"exchange_per_second\", …}; null lifts",
    ),
    ("GET /_sim/chaos", "every kind of misfortune"),
    ("GET /_sim/tenants/{t}/chaos", "what has struck so far"),
    (
        "POST /_sim/tenants/{t}/chaos",
        "{\"seed\", \"rate\", \"kinds\": […], \"times\", \"max_wait_ms\"}: seeded misfortune; rate 0 ends it",
    ),
    (
        "POST /_sim/tenants/{t}/scope",
        "{\"roles\": […], \"mailboxes\": […]}: RBAC for Applications; null lifts it",
    ),
    ("POST /_sim/tenants/{t}/policy", "{\"only\": […]}: an application access policy; null lifts it"),
    (
        "POST /_sim/tenants/{t}/licences",
        "{\"status\": \"enabled\" | \"warning\" | \"suspended\", \"users\": […]}; everybody's without users",
    ),
    ("POST /_sim/tenants/{t}/expire", "{\"what\": \"delta\" | \"pages\"}: links handed out so far end now"),
    (
        "POST /_sim/tenants/{t}/mailboxes/{m}/break",
        "{\"code\", \"status\", \"message\", \"retry_after\", \"times\", \"for_seconds\"}",
    ),
    ("POST /_sim/tenants/{t}/mailboxes/{m}/mend", ""),
    ("POST /_sim/tenants/{t}/mailboxes/break", "many: {\"mailboxes\": […] or \"all\": true, \"code\", …}"),
    ("POST /_sim/tenants/{t}/mailboxes/mend", "all of them"),
    ("POST /_sim/tenants/{t}/users", "hire: {\"displayName\", \"local_part\", \"kind\", …}"),
    (
        "POST /_sim/tenants/{t}/users/{u}",
        "change: {\"displayName\", \"department\", \"accountEnabled\", \"licensed\", \"kind\", …}",
    ),
    ("DELETE /_sim/tenants/{t}/users/{u}", "soft; ?permanent=true for good"),
    ("POST /_sim/tenants/{t}/users/{u}/restore", ""),
    ("POST /_sim/tenants/{t}/groups", "make one: {\"displayName\", \"members\": […]}"),
    ("POST /_sim/tenants/{t}/groups/{g}", "{\"add\": […], \"remove\": […]}"),
    ("GET /_sim/tenants/{t}/truth", "?after=&limit=&kind=&has_mailbox="),
    ("GET /_sim/application", "registered certificates, trusted issuers"),
    ("POST /_sim/application", "{\"refuse_reused_assertions\", \"secret_expired\"}"),
    (
        "POST /_sim/application/certificates",
        "register: {\"pem\"}, or {\"make\": name} for a new one with its key",
    ),
    ("DELETE /_sim/application/certificates", "?thumbprint=, or all of them"),
    ("POST /_sim/application/federated", "trust: {\"issuer\", \"subject\", \"jwks\"}"),
    ("DELETE /_sim/application/federated", "all of them"),
    ("GET /_sim/clock", ""),
    ("POST /_sim/clock", "{\"advance_seconds\"}"),
    ("GET /_sim/requests", "?tenant=&path=&after=&mailbox=&method=&status=&early=&chaos=&limit="),
    ("DELETE /_sim/requests", ""),
    ("GET /_sim/scenarios", "situations with a name"),
    ("POST /_sim/scenario", "{\"name\"}, or also {\"calls\": [{\"call\", \"body\"}]}"),
    ("POST /_sim/reset", "back to the first moment"),
];

/// The routes, to be nested under `/_sim`.
pub(crate) fn routes() -> Router<Simulator> {
    let tenant = Router::new()
        .route("/", get(tenants::show))
        .route("/consent", post(consent::set))
        .route("/propagation", post(consent::set_propagation))
        .route("/throttle", post(throttle::set))
        .route("/latency", post(latency::set))
        .route("/limits", get(limits::show).post(limits::set))
        .route("/chaos", get(chaos::show).post(chaos::set))
        .route("/scope", post(access::set_scope))
        .route("/policy", post(access::set_policy))
        .route("/licences", post(licences::set))
        .route("/expire", post(expire::expire))
        .route("/mailboxes/break", post(mailboxes::break_many))
        .route("/mailboxes/mend", post(mailboxes::mend_all))
        .route("/mailboxes/{mailbox}/break", post(faults::break_one))
        .route("/mailboxes/{mailbox}/mend", post(faults::mend))
        .route("/users", post(users::hire))
        .route("/users/{user}", post(users::change).patch(users::change).delete(users::delete))
        .route("/users/{user}/restore", post(users::restore))
        .route("/groups", post(groups::make))
        .route("/groups/{group}", post(groups::change))
        .route("/truth", get(truth::show));
    Router::new()
        .route("/tenants", get(tenants::list).post(tenants::create))
        .nest("/tenants/{tenant}", tenant)
        .route("/chaos", get(chaos::kinds))
        .route("/application", get(application::show).post(application::set))
        .route("/application/certificates", post(application::register).delete(application::remove))
        .route("/application/federated", post(application::trust).delete(application::trust_nobody))
        .route("/clock", get(clock::show).post(clock::advance))
        .route("/requests", get(requests::list).delete(requests::clear))
        .route("/scenarios", get(scenarios::list))
        .route("/scenario", post(scenarios::apply))
        .route("/reset", post(reset::reset))
}

/// The tenant named in a path, by id or domain.
fn tenant(simulator: &Simulator, key: &str) -> Result<Arc<Tenant>, ControlError> {
    simulator.tenants.find(key).ok_or_else(|| ControlError::missing(format!("no tenant '{key}'")))
}
