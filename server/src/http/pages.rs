//! The pages outside the console: small, without scripts, in light and dark colours.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use domain::{
    ids::{AttemptId, SessionId},
    permissions::REQUIRED,
};

use store::{AlertRequest, ApprovalRequest, EnterRequest, JoinRequest, WorkspaceCtx};

/// Makes text safe inside HTML and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page with a title, a paragraph and links (address, text).
pub(super) fn page(title: &str, text: &str, links: &[(&str, &str)]) -> String {
    let links: String = links
        .iter()
        .map(|(href, words)| {
            format!("<p><a class=button href=\"{}\">{}</a></p>", escape(href), escape(words))
        })
        .collect();
    document(title, &format!("<p>{}</p>{links}", escape(text)))
}

/// The answer for a link that does not work any more.
pub(super) fn link_expired(title: &str, text: &str) -> Response {
    (StatusCode::GONE, Html(page(title, text, &[]))).into_response()
}

/// The answer for a failure on our side; `again` says what to try.
pub(super) fn internal_error(again: &str) -> Response {
    let text = format!("Something went wrong on our side. {again}");
    (StatusCode::INTERNAL_SERVER_ERROR, Html(page("That did not work", &text, &[]))).into_response()
}

/// The page behind a one-time link: whom it signs in, and whose session ends for that.
pub(super) fn enter(request: &EnterRequest, token: &str, instead_of: Option<&WorkspaceCtx>) -> String {
    let (ends, session) = match instead_of {
        Some(ctx) => (
            format!("<p>You are signed in as <b>{}</b>. That session ends.</p>", escape(ctx.who())),
            ctx.session().map(|id| field("instead_of", &id.to_string())).unwrap_or_default(),
        ),
        None => Default::default(),
    };
    let form = format!(
        "<p>You are about to enter the workspace <b>{}</b> as <b>{}</b> ({}). The link works once.</p>{ends}\
         <form method=post action=\"/enter\">{}{session}<button class=button>Open the console</button></form>\
         <p><small>You are not this person? Close the page: the link is not used up.</small></p>",
        escape(&request.workspace_name),
        escape(&request.member_name),
        request.role.label().to_lowercase(),
        field("token", token),
    );
    document("Welcome to Warmy", &form)
}

fn field(name: &str, value: &str) -> String {
    format!("<input type=hidden name={name} value=\"{}\">", escape(value))
}

/// The sign-in page.
pub(super) fn sign_in() -> String {
    let form = "<p>Use the Microsoft account with which you were invited to a workspace. Warmy does not see your password.</p>\
         <form method=post action=\"/sign-in/microsoft\"><button class=button>Sign in with Microsoft</button></form>";
    document("Sign in to Warmy", form)
}

/// The page for a user of several workspaces: (name, token of a one-time link). `instead_of` is the browser's session,
/// which ends.
pub(super) fn choose(choices: &[(&str, String)], instead_of: Option<SessionId>) -> String {
    let session = instead_of.map(|id| field("instead_of", &id.to_string())).unwrap_or_default();
    let forms: String = choices
        .iter()
        .map(|(name, token)| {
            format!(
                "<form method=post action=\"/enter\">{}{session}<p><button class=button>{}</button></p></form>",
                field("token", token),
                escape(name)
            )
        })
        .collect();
    document("Choose a workspace", &forms)
}

/// An invitation to become a member.
pub(super) fn join(request: &JoinRequest, token: &str) -> String {
    let (by, workspace, role) = (escape(&request.by), escape(&request.workspace), request.role);
    let until = super::csv::moment(request.expires_at);
    let body = format!(
        "<p><b>{by}</b> invites you to the workspace <b>{workspace}</b> as <b>{}</b>. {}</p>\
         <form method=post action=\"/sign-in/microsoft\"><input type=hidden name=invitation value=\"{}\">\
         <p><button class=button>Accept with Microsoft</button></p></form>\
         <p><small>You sign in with a Microsoft account, and use the same one later. The link works once, until {until} UTC.</small></p>",
        role.label().to_lowercase(),
        role.meaning(),
        escape(token)
    );
    document("Join a workspace", &body)
}

/// The page that asks the owner of an address.
pub(super) fn confirm_alerts(request: &AlertRequest, token: &str) -> String {
    let (by, workspace) = (escape(&request.added_by), escape(&request.workspace));
    let body = format!(
        "<p><b>{by}</b> wants the alerts of the workspace <b>{workspace}</b> to go to <b>{}</b>: at once when an organisation’s \
         approval is gone or all slots are taken, once a day about mailboxes that need attention, and once a week about \
         new people who are not connected.</p>\
         <form method=post action=\"/alerts/confirm/{}\"><button class=button>Get these alerts</button></form>\
         <p><small>You don’t know {by}? Close the page: no e-mail comes.</small></p>",
        escape(&request.address),
        escape(token)
    );
    document("Alerts of Warmy by e-mail", &body)
}

/// The page behind the last line of an alert e-mail.
pub(super) fn stop_alerts(address: &str, token: &str) -> String {
    let body = format!(
        "<p><b>{}</b> gets the alerts of a workspace at Warmy.</p>\
         <form method=post action=\"/alerts/stop/{}\"><button class=button>Stop these e-mails</button></form>",
        escape(address),
        escape(token)
    );
    document("Stop alerts", &body)
}

/// The set-up page of a new installation: `wrong` is an error to show, `typed` the entered (workspace, person).
pub(super) fn welcome(token: &str, wrong: Option<&str>, typed: (&str, &str)) -> String {
    let wrong = wrong.map(|text| format!("<p role=alert><b>{}</b></p>", escape(text))).unwrap_or_default();
    let body = format!(
        "<p>This installation has no workspace yet. You create the first one and own it; others join by invitation.</p>{wrong}\
         <form method=post action=\"/welcome\"><input type=hidden name=token value=\"{}\">\
         <p><label>Workspace<input name=workspace required maxlength=100 value=\"{}\" autocomplete=organization></label></p>\
         <p><label>Your name<input name=name required maxlength=100 value=\"{}\" autocomplete=name></label></p>\
         <button class=button>Create the workspace</button></form>",
        escape(token),
        escape(typed.0),
        escape(typed.1)
    );
    document("Welcome to Warmy", &body)
}

/// The first page in a host's frame; its script requests a launch token from the host.
pub(super) fn embed(host: &str) -> String {
    let body = format!(
        "<p role=status id=embed data-host=\"{}\">Opening the console…</p>\
         <noscript><p>The console in this page needs JavaScript.</p></noscript>\
         <script src=\"/embed-frame.js\" defer></script>",
        escape(host)
    );
    document("Warmy", &body)
}

/// The page behind a link to approve Warmy: who asks, for which workspace, and for what.
pub(super) fn approval(request: &ApprovalRequest, link: &str) -> String {
    let permissions: String =
        REQUIRED.iter().map(|p| format!("<li><b>{}</b><br>{}</li>", escape(p.name), escape(p.why))).collect();
    let (by, workspace) = (escape(&request.by), escape(&request.workspace));
    let until = super::csv::moment(request.expires_at);
    let no_account = if request.invited { " You need no account here, and" } else { "" };
    let body = format!(
        "<p><b>{by}</b> asks you to approve Warmy for the workspace <b>{workspace}</b>, so that mailboxes of your \
         organisation can be connected for e-mail warm-up.{no_account} Warmy does not get your password.</p>\
         <form method=post action=\"/connect/microsoft\">{}<p><button class=button>Continue to Microsoft</button></p></form>\
         <p>Only a Global or Privileged Role Administrator can approve. You can withdraw the approval at any time: Microsoft \
         Entra › Enterprise applications › Warmy › Delete.</p>\
         <h2>What Warmy asks for, and why</h2><ul>{permissions}</ul>\
         <p><small>You don’t know {by}? Close the page: nothing has happened. The link works once, until {until} UTC.</small></p>",
        field("link", link)
    );
    document("Approve Warmy for your organisation", &body)
}

/// The page after Microsoft's: the last word before the organisation belongs to the workspace.
pub(super) fn confirm_approval(request: &ApprovalRequest, attempt: AttemptId) -> String {
    let (by, workspace) = (escape(&request.by), escape(&request.workspace));
    let who = request.signed_in_as.as_deref().map_or_else(
        || "You approved Warmy for your organisation.".to_owned(),
        |name| format!("You approved Warmy as <b>{}</b>.", escape(name)),
    );
    let id = field("attempt", &attempt.to_string());
    let body = format!(
        "<p>{who} One step is left: your organisation is not connected yet.</p>\
         <p><b>{by}</b> asked for this for the workspace <b>{workspace}</b>. Its members will see the names and addresses of \
         your organisation’s users, and can connect mailboxes.</p>\
         <form method=post action=\"/connect/microsoft/finish\">{id}\
         <p><button class=button>Connect to this workspace</button></p></form>\
         <form method=post action=\"/connect/microsoft/finish\">{id}<input type=hidden name=decline value=true>\
         <p><button class=\"button quiet\">Do not connect</button></p></form>\
         <p><small>You don’t know {by}? Do not connect, and withdraw the approval in Microsoft Entra › Enterprise applications › Warmy › Delete.</small></p>"
    );
    document("Connect your organisation?", &body)
}

/// The page after an approval that was refused, with a button to use another account.
pub(super) fn approve_again(title: &str, text: &str, attempt: AttemptId) -> String {
    let body = format!(
        "<p>{}</p><form method=post action=\"/connect/microsoft/again\">{}\
         <button class=button>Use another account</button></form>",
        escape(text),
        field("attempt", &attempt.to_string())
    );
    document(title, &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta name=robots content=noindex><link rel=icon href=\"/favicon.svg\"><title>{title} · Warmy</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        title = escape(title),
    )
}

pub(super) const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:400 1rem/1.5 Inter,system-ui,'Segoe UI',sans-serif;\
background:light-dark(#f7f6f4,#14130f);color:light-dark(#1f1c17,#f3f0ea)}\
main{max-width:26rem;margin:1.5rem;padding:2rem;border-radius:14px;background:light-dark(#fff,#1d1b17);border:1px solid light-dark(#e4e0da,#35322c)}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .75rem;letter-spacing:-.01em}p{margin:0 0 1.25rem;color:light-dark(#5c554b,#b8b0a4)}p:last-child{margin:0}\
h2{font-size:1rem;margin:0 0 .5rem}ul{margin:0 0 1.25rem;padding-inline-start:1.2em;color:light-dark(#5c554b,#b8b0a4)}li{margin-bottom:.5rem}\
label{display:block;font-weight:600;color:light-dark(#1f1c17,#f3f0ea)}\
input:not([type=hidden]){display:block;width:100%;box-sizing:border-box;margin-top:.25rem;font:inherit;padding:.55rem .7rem;border-radius:6px;\
border:1px solid light-dark(#8a8175,#7d766a);background:light-dark(#fff,#14130f);color:inherit}\
input:focus-visible{outline:2px solid light-dark(#b93c0b,#ff9b66);outline-offset:1px}b{color:light-dark(#1f1c17,#f3f0ea)}\
.button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:6px;cursor:pointer;text-decoration:none;\
background:light-dark(#c2410c,#e8612a);color:light-dark(#fff,#190a02)}\
.quiet{background:none;color:inherit;box-shadow:inset 0 0 0 1px light-dark(#8a8175,#7d766a)}\
.button:focus-visible{outline:2px solid light-dark(#b93c0b,#ff9b66);outline-offset:3px}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_callers_is_escaped() {
        let html = approve_again("<b>", "\"><script>alert(1)</script>", AttemptId(uuid::Uuid::nil()));
        assert!(!html.contains("<script") && !html.contains("<h1><b>"), "{html}");
        assert!(!field("token", "\"><script>alert(1)</script>").contains("<script"));
        assert!(!page("<b>", "a & b", &[("\" onclick=\"x", "y")]).contains("\" onclick"));
    }
}
