//! The pages of admin consent.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::error::{ErrorContext, StsError};
use super::permissions;
use super::scopes::Scope;
use super::sign_in::Person;
use crate::state::Simulator;
use crate::web::html::{self, escape};

/// "Permissions requested": the requested permissions with Microsoft's texts, and Accept and Cancel.
pub(crate) fn show(simulator: &Simulator, person: &Person, scope: &Scope) -> Response {
    let permissions = match scope {
        Scope::Listed(names) => names.iter().filter_map(|name| permissions::named(name)).collect(),
        _ => simulator.requested(),
    };
    let mut list = String::new();
    for permission in permissions {
        list.push_str(&format!(
            "<li><details><summary>{}</summary><p>{}</p><p><code>{}</code></p></details></li>",
            escape(permission.title),
            escape(permission.text),
            escape(permission.name)
        ));
    }
    let body = format!(
        "{}<h1>Permissions requested</h1><p>Review for your organization <strong>{}</strong></p>\
         <p class=\"app\"><strong>{}</strong><br><span class=\"address\">{}</span></p>\
         <p>This app would like to:</p><ul class=\"permissions\">{list}</ul>\
         <p>If you accept, this app will get access to the specified resources for all users in your organization. \
         No one else will be prompted to review these permissions.</p>\
         <form method=\"post\" class=\"row end\"><button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"primary\" name=\"decision\" value=\"accept\">Accept</button></form>",
        account_header(person),
        escape(&person.tenant.display_name),
        escape(&simulator.options.app_name),
        simulator.options.client_id,
    );
    Html(html::page("Permissions requested", &body)).into_response()
}

/// "Need admin approval": a page without a redirect to the application, as at Microsoft.
pub(crate) fn need_approval(simulator: &Simulator, person: &Person, context: ErrorContext<'_>) -> Response {
    let text = format!(
        "{} needs permission to access resources in your organization that only an admin can grant. Please ask an \
         admin to grant permission to this app before you can use it.",
        simulator.options.app_name
    );
    let error = StsError { status: StatusCode::FORBIDDEN, ..StsError::new("access_denied", 90_094, text) };
    let more = format!(
        "{}<p>Have an admin account? Use another account to sign in with it.</p>",
        account_header(person)
    );
    error.page(context, "Need admin approval", &more)
}

fn account_header(person: &Person) -> String {
    format!(
        "<p class=\"who\"><span class=\"address\">{}</span> <span class=\"role\">{}</span> \
         <button form=\"again\" class=\"link\">Use another account</button></p>{AGAIN}",
        escape(person.record.address()),
        person.record.role.title()
    )
}

/// Form that requests the account picker at the same address.
const AGAIN: &str =
    "<form method=\"post\" id=\"again\"><input type=\"hidden\" name=\"again\" value=\"1\"></form>";
