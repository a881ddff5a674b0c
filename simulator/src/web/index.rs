//! The front page: tenants, accounts to sign in with, scenarios and controls.

use axum::extract::State;
use axum::response::Html;

use super::base::Base;
use super::html::{self, escape};
use crate::control::CONTROLS;
use crate::directory::people::WELL_KNOWN;
use crate::directory::tenant::Tenant;
use crate::entropy::iso;
use crate::scenario::Scenario;
use crate::state::Simulator;

/// `GET /`
pub(crate) async fn show(State(simulator): State<Simulator>, base: Base) -> Html<String> {
    let base = escape(base.as_str());
    let mut body = format!(
        "<div class=\"wide\"><h1>Microsoft 365 simulator</h1>\
         <p>Sign-in service and Microsoft Graph in one place. Point a client’s login host and Graph host at \
         <code>{base}</code>.</p><dl><dt>Client id</dt><dd><code>{}</code></dd><dt>Client secret</dt>\
         <dd><code>{}</code></dd><dt>Time in the simulation</dt><dd>{}</dd></dl>",
        simulator.options.client_id,
        escape(&simulator.options.client_secret),
        iso(simulator.clock.now()),
    );
    body.push_str("<h2 id=\"tenants\">Tenants</h2>");
    for tenant in simulator.tenants.all() {
        body.push_str(&section(&tenant));
    }
    body.push_str(
        "<h2 id=\"scenarios\">Scenarios</h2><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">What \
         happens</th></tr></thead><tbody>",
    );
    for Scenario { name, explanation, .. } in Scenario::built_in() {
        let (name, explanation) = (escape(&name), escape(&explanation));
        body.push_str(&format!("<tr><td><code>{name}</code></td><td>{explanation}</td></tr>"));
    }
    body.push_str("</tbody></table>");
    body.push_str(
        "<h2 id=\"controls\">Controls</h2><p>JSON in, JSON out. <code>{t}</code> is a tenant id or domain, \
         <code>{m}</code> and <code>{u}</code> an address or object id.</p><table><thead><tr><th scope=\"col\">Request\
         </th><th scope=\"col\">Takes</th></tr></thead><tbody>",
    );
    for (request, takes) in CONTROLS {
        body.push_str(&format!(
            "<tr><td><code>{}</code></td><td>{}</td></tr>",
            escape(request),
            escape(takes)
        ));
    }
    body.push_str(&format!(
        "</tbody></table><h2 id=\"examples\">Examples</h2><pre>\
         curl {base}/contoso.com/v2.0/.well-known/openid-configuration\n\
         curl -X POST {base}/_sim/tenants/contoso.com/consent -d '{{\"granted\":true}}'\n\
         curl -X POST {base}/_sim/tenants/contoso.com/throttle -d '{{\"seconds\":10,\"retry_after\":2,\"for\":\"mailboxes\"}}'\n\
         curl {base}/_sim/requests</pre></div>"
    ));
    Html(html::page("Overview", &body))
}

fn section(tenant: &Tenant) -> String {
    let state = tenant.read();
    let (users, mailboxes) = tenant.counts(&state);
    let consent = match (state.consent.granted(), state.consent.disabled()) {
        _ if state.consent.blocked() => "blocked by a policy".to_owned(),
        (false, _) => "not consented".to_owned(),
        (true, true) => "application disabled".to_owned(),
        (true, false) => format!("consented: {}", state.consent.roles().join(", ")),
    };
    let mut section = format!(
        "<h3>{} <code>{}</code></h3><p><code>{}</code> · {users} users, {mailboxes} mailboxes · {}</p><table><thead><tr>\
         <th scope=\"col\">Sign in as</th><th scope=\"col\">Name</th><th scope=\"col\">Role</th></tr></thead><tbody>",
        escape(&tenant.display_name),
        escape(&tenant.domain),
        tenant.tid,
        escape(&consent),
    );
    for index in 0..u32::try_from(WELL_KNOWN.len()).unwrap_or(0) {
        let record = tenant.record(&state, index);
        section.push_str(&format!(
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escape(record.address()),
            escape(&record.display_name),
            record.role.title()
        ));
    }
    section.push_str("</tbody></table>");
    section
}
