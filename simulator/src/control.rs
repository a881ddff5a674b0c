//! The controls of the simulation, under `/_sim/`: JSON in, JSON out. They imitate no Microsoft API.

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
mod listing;
mod mailboxes;
mod requests;
mod reset;
mod scenarios;
mod tenant;
mod tenants;
mod throttle;
mod truth;
mod users;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Simulator;

/// Every control, with its text on the index page.
pub(crate) const CONTROLS: &[(&str, &str)] = &[
    ("GET /_sim/tenants", "all tenants"),
    (
        "POST /_sim/tenants",
        "create one: {\"domain\", \"display_name\", \"mailboxes\", \"extras\", \"seed\", \"few_plans\"}",
    ),
    ("GET /_sim/tenants/{t}", "one tenant"),
    ("POST /_sim/tenants/{t}/consent", "{\"granted\", \"roles\", \"disabled\", \"blocked\"}"),
    ("POST /_sim/tenants/{t}/propagation", "{\"seconds\"}: virtual time that a consent takes to propagate"),
    ("POST /_sim/tenants/{t}/throttle", "{\"seconds\", \"retry_after\", \"for\"}, real time"),
    ("POST /_sim/tenants/{t}/latency", "{\"ms\"} or {\"uniform\": […]} or {\"median\", \"p99\"}"),
    ("GET /_sim/tenants/{t}/limits", "Microsoft's throttling limits, on by default"),
    (
        "POST /_sim/tenants/{t}/limits",
        "{\"identity_units\", \"mailbox_requests\", \"mailbox_concurrency\", \"exchange_per_second\", …}; null removes",
    ),
    ("GET /_sim/chaos", "every kind of chaos"),
    ("GET /_sim/tenants/{t}/chaos", "settings, and injections so far"),
    (
        "POST /_sim/tenants/{t}/chaos",
        "{\"seed\", \"rate\", \"kinds\": […], \"times\", \"max_wait_ms\"}: seeded failures; rate 0 ends them",
    ),
    (
        "POST /_sim/tenants/{t}/scope",
        "{\"roles\": […], \"mailboxes\": […]}: RBAC for Applications; null removes it",
    ),
    ("POST /_sim/tenants/{t}/policy", "{\"only\": […]}: an application access policy; null removes it"),
    (
        "POST /_sim/tenants/{t}/licences",
        "{\"status\": \"enabled\" | \"warning\" | \"suspended\", \"users\": […]}; all users when missing",
    ),
    ("POST /_sim/tenants/{t}/expire", "{\"what\": \"delta\" | \"pages\"}: links issued so far expire now"),
    (
        "POST /_sim/tenants/{t}/mailboxes/{m}/break",
        "{\"code\", \"status\", \"message\", \"retry_after\", \"times\", \"for_seconds\", \"null_headers\"}",
    ),
    ("POST /_sim/tenants/{t}/mailboxes/{m}/mend", ""),
    ("POST /_sim/tenants/{t}/mailboxes/break", "many: {\"mailboxes\": […] or \"all\": true, \"code\", …}"),
    ("POST /_sim/tenants/{t}/mailboxes/mend", "all of them"),
    ("POST /_sim/tenants/{t}/users", "create a user: {\"displayName\", \"local_part\", \"kind\", …}"),
    (
        "POST /_sim/tenants/{t}/users/{u}",
        "change: {\"displayName\", \"department\", \"accountEnabled\", \"licensed\", \"kind\", …}",
    ),
    ("DELETE /_sim/tenants/{t}/users/{u}", "soft deletion; ?permanent=true: permanent deletion"),
    ("POST /_sim/tenants/{t}/users/{u}/odd", "undocumented form: {\"set\": {…}, \"omit\": […]}"),
    (
        "POST /_sim/tenants/{t}/listing",
        "delta rounds with some users only, or with Microsoft's own links: {\"limit\", \"microsofts_links\"}",
    ),
    ("POST /_sim/tenants/{t}/users/{u}/restore", ""),
    ("POST /_sim/tenants/{t}/groups", "create one: {\"displayName\", \"members\": […]}"),
    ("POST /_sim/tenants/{t}/groups/{g}", "{\"add\": […], \"remove\": […]}"),
    ("GET /_sim/tenants/{t}/truth", "?after=&limit=&kind=&has_mailbox="),
    ("GET /_sim/application", "registered certificates, trusted issuers, and other settings"),
    (
        "POST /_sim/application",
        "{\"refuse_reused_assertions\", \"secret_expired\", \"redirect_uris\", \"single_tenant\", \"directory_roles\"}",
    ),
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
    ("GET /_sim/scenarios", "named situations"),
    ("POST /_sim/scenario", "{\"name\"}, for a custom one also {\"calls\": [{\"call\", \"body\"}]}"),
    ("POST /_sim/reset", "back to the initial state"),
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
        .route("/listing", post(listing::set))
        .route("/mailboxes/break", post(mailboxes::break_many))
        .route("/mailboxes/mend", post(mailboxes::mend_all))
        .route("/mailboxes/{mailbox}/break", post(faults::break_one))
        .route("/mailboxes/{mailbox}/mend", post(faults::mend))
        .route("/users", post(users::hire))
        .route("/users/{user}", post(users::change).patch(users::change).delete(users::delete))
        .route("/users/{user}/odd", post(users::make_odd))
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
        .route("/application/federated", post(application::trust).delete(application::clear_federated))
        .route("/clock", get(clock::show).post(clock::advance))
        .route("/requests", get(requests::list).delete(requests::clear))
        .route("/scenarios", get(scenarios::list))
        .route("/scenario", post(scenarios::apply))
        .route("/reset", post(reset::reset))
}
