//! The account picker. The simulator needs no passwords.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::error::StsError;
use super::tenant_ref::TenantRef;
use crate::directory::people::WELL_KNOWN;
use crate::directory::record::Record;
use crate::state::Simulator;
use crate::web::html::{self, escape};

/// Number of tenants whose people are offered if any organisation may sign in.
const OFFERED_TENANTS: usize = 6;

/// The page on which a user picks or types an account. The form posts to the page's own address, to keep the query.
pub(crate) fn show(
    simulator: &Simulator,
    at: &TenantRef,
    hint: Option<&str>,
    error: Option<&StsError>,
) -> Response {
    let mut body = format!(
        "<h1>Pick an account</h1><p>to sign in to <strong>{}</strong> at <strong>{}</strong></p>",
        escape(&simulator.options.app_name),
        escape(at.title())
    );
    if let Some(error) = error {
        body.push_str(&format!(
            "<p role=\"alert\" id=\"problem\"><strong>AADSTS{}</strong>: {}</p>",
            error.code,
            escape(&error.message)
        ));
    }
    body.push_str("<form method=\"post\"><ul class=\"accounts\">");
    for person in offered(simulator, at) {
        body.push_str(&account_button(&person, hint));
    }
    body.push_str("</ul></form><form method=\"post\" class=\"other\"><label for=\"address\">Use another account</label>");
    body.push_str(&format!(
        "<div class=\"row\"><input id=\"address\" name=\"account\" type=\"text\" inputmode=\"email\" \
         autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required \
         placeholder=\"someone@example.com\" value=\"{}\"{}><button class=\"primary\">Next</button></div></form>",
        escape(hint.unwrap_or_default()),
        if error.is_some() { " aria-invalid=\"true\" aria-describedby=\"problem\"" } else { "" }
    ));
    let status = error.map_or(StatusCode::OK, |error| error.status);
    (status, Html(html::page("Sign in to your account", &body))).into_response()
}

/// The sample people of the tenant, or of the first few tenants.
fn offered(simulator: &Simulator, at: &TenantRef) -> Vec<Record> {
    let tenants = match at {
        TenantRef::One(tenant) => vec![tenant.clone()],
        _ => simulator.tenants.all().into_iter().filter(|it| at.admits(it)).take(OFFERED_TENANTS).collect(),
    };
    let people = tenants.iter().flat_map(|tenant| {
        let state = tenant.read();
        let sample = |index| tenant.record(&state, index);
        (0..u32::try_from(WELL_KNOWN.len()).unwrap_or(0)).map(sample).collect::<Vec<_>>()
    });
    people.filter(|record| record.account_enabled).collect()
}

fn account_button(record: &Record, hint: Option<&str>) -> String {
    let address = record.address();
    let hinted = hint.is_some_and(|hint| hint.eq_ignore_ascii_case(address));
    format!(
        "<li><button name=\"account\" value=\"{address}\"{}><span class=\"name\">{}</span>\
         <span class=\"address\">{address}</span><span class=\"role\">{}</span></button></li>",
        if hinted { " class=\"hinted\" autofocus" } else { "" },
        escape(&record.display_name),
        record.role.title(),
        address = escape(address),
    )
}
