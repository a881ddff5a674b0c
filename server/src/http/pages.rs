//! The pages outside the console: small, without scripts, in light and dark colours.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use domain::{
    Reason,
    consent::{AttemptState, AttemptView},
    ids::{AttemptId, Millis, SessionId},
    permissions::REQUIRED,
};

use store::{AlertRequest, ApprovalRequest, EnterRequest, JoinRequest, WorkspaceCtx};

/// Makes text safe inside HTML and inside quoted attributes.
pub(super) fn escape(text: &str) -> String {
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
            format!(
                "<p>You are signed in as <b>{}</b>. Opening the console here signs you out there.</p>",
                escape(ctx.who())
            ),
            ctx.session().map(|id| field("instead_of", &id.to_string())).unwrap_or_default(),
        ),
        None => Default::default(),
    };
    let form = format!(
        "<p>You are about to enter the workspace <b>{}</b> as <b>{}</b> ({}).</p>{ends}\
         <form method=post action=\"/enter\">{}{session}<p><button class=button>Open the console</button></p></form>\
         <p><small>The link works once. Not you? Close this page; the link stays unused.</small></p>",
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
    let until = day_and_time(request.expires_at);
    let body = format!(
        "<p><b>{by}</b> invites you to the workspace <b>{workspace}</b> as <b>{}</b>. {}</p>\
         <form method=post action=\"/sign-in/microsoft\"><input type=hidden name=invitation value=\"{}\">\
         <p><button class=button>Accept with Microsoft</button></p></form>\
         <p><small>You sign in with a Microsoft account, and use the same one later. The link works once, until {until} (UTC).</small></p>",
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
        "<p><b>{by}</b> wants the alerts of the workspace <b>{workspace}</b> to go to <b>{}</b>: at once when an organisation \
         stops working or works again, when most or all slots are taken, and when Warmy’s credential is about to expire; once \
         a day about mailboxes that need attention, and once a week about new people who are not connected.</p>\
         <form method=post action=\"/alerts/confirm/{}\"><p><button class=button>Get these alerts</button></p></form>\
         <p><small>You don’t know {by}? Close the page: no e-mail comes.</small></p>",
        escape(&request.address),
        escape(token)
    );
    document("Alerts of Warmy by e-mail", &body)
}

/// The page behind the last line of an alert e-mail.
pub(super) fn stop_alerts(request: &AlertRequest, token: &str) -> String {
    let body = format!(
        "<p><b>{}</b> gets the alerts of the workspace <b>{}</b>.</p>\
         <form method=post action=\"/alerts/stop/{}\"><button class=button>Stop these e-mails</button></form>",
        escape(&request.address),
        escape(&request.workspace),
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
    // Without brand and links: the host's page is around it, and the console follows in a moment.
    html("Warmy", &format!("<main><h1>Warmy</h1>{body}</main>"))
}

/// The page behind a link to approve Warmy: who asks, for which workspace, and for what. `own`: the reader asks.
pub(super) fn approval(request: &ApprovalRequest, link: &str, own: bool) -> String {
    let permissions: String = REQUIRED
        .iter()
        .map(|p| {
            let (name, text, why) = (escape(p.name), escape(p.consent_text), escape(p.why));
            format!("<li><b>{name}</b><br>Microsoft says: “{text}”. {why}</li>")
        })
        .collect();
    let (by, workspace) = (escape(&request.by), escape(&request.workspace));
    let asks = match own {
        true => format!(
            "<p>You are about to approve Warmy for your workspace <b>{workspace}</b>, so that mailboxes of your organisation \
             can be connected for e-mail warm-up.</p>"
        ),
        false => format!(
            "<p><b>{by}</b> asks you to approve Warmy for the workspace <b>{workspace}</b>, so that mailboxes of your \
             organisation can be connected for e-mail warm-up. You need no account here.</p>\
             <p>You don’t know {by}? Close the page: nothing will change.</p>"
        ),
    };
    let body = format!(
        "{asks}<form method=post action=\"/connect/microsoft\">{}<p><button class=button>Continue to Microsoft</button></p></form>\
         <p>Only a Global or Privileged Role Administrator can approve. Warmy does not get your password. You can withdraw \
         the approval at any time: Microsoft Entra › Enterprise applications › Warmy › Delete.</p>\
         <h2>What Warmy asks for, and why</h2><ul>{permissions}</ul>\
         <p><small>Microsoft’s page may call Warmy “unverified”; that is about its publisher and changes no permission. This \
         link works once, until {} (UTC).</small></p>",
        field("link", link),
        day_and_time(request.expires_at),
    );
    document("Approve Warmy for your organisation", &body)
}

/// The page after Microsoft's: the last word before the organisation belongs to the workspace.
pub(super) fn confirm_approval(request: &ApprovalRequest, attempt: AttemptId, own: bool) -> String {
    let (by, workspace) = (escape(&request.by), escape(&request.workspace));
    let whose = request.signed_in_as.as_deref().map_or_else(
        || "your organisation".to_owned(),
        |name| format!("the organisation of <b>{}</b>", escape(name)),
    );
    let (asked, stranger) = match own {
        true => (format!("Connect {whose} to your workspace <b>{workspace}</b>?"), String::new()),
        false => (
            format!("<b>{by}</b> asks you to connect {whose} to the workspace <b>{workspace}</b>."),
            format!("<p>You don’t know {by}? Choose <b>Do not connect</b>.</p>"),
        ),
    };
    let id = field("attempt", &attempt.to_string());
    let body = format!(
        "<p>Microsoft has your approval. It is not used yet.</p><p>{asked} The members of the workspace then see the names and \
         addresses of the organisation’s users, and can connect mailboxes.</p>{stranger}\
         <form method=post action=\"/connect/microsoft/finish\">{id}\
         <p><button class=button>Connect to this workspace</button></p></form>\
         <form method=post action=\"/connect/microsoft/finish\">{id}<input type=hidden name=decline value=true>\
         <p><button class=\"button quiet\">Do not connect</button></p></form>"
    );
    document("Connect your organisation?", &body)
}

/// The page with the result of an approval. It can be opened again.
pub(super) fn approval_result(view: &AttemptView) -> String {
    let reason = view.reason.filter(|_| view.state == AttemptState::Refused);
    let (title, text) = match (view.state, reason) {
        (AttemptState::Granted, _) if view.invited => {
            ("Approved", "Thank you, that is all. The person who sent you the link sees it already. You can close this page.".to_owned())
        }
        (AttemptState::Granted, _) => {
            ("Approved", "Thank you. Go back to the Warmy tab to continue. You can close this one.".to_owned())
        }
        (AttemptState::Expired, _) => {
            ("This approval is over", "It is too old, or it was taken back. Ask for a new link, or press Authorize again in Warmy; nothing was connected.".to_owned())
        }
        (_, Some(reason)) => {
            let account = view.signed_in_as.as_deref().filter(|_| reason != Reason::ConsentNotUsed);
            let who = account.map(|name| format!("You signed in as {name}. ")).unwrap_or_default();
            (reason.title(), format!("{who}{}", reason.help().meaning))
        }
        (_, None) => ("Not finished", "This approval was begun and not finished. Start again; nothing was connected.".to_owned()),
    };
    let mut body = format!("<p>{}</p>", escape(&text));
    if reason == Some(Reason::ConsentNotUsed) {
        body.push_str("<p>To withdraw it: Microsoft Entra › Enterprise applications › Warmy › Delete.</p>");
    }
    if !view.state.is_over() || view.state == AttemptState::Refused {
        let words = if reason == Some(Reason::NotAdmin) { "Use another account" } else { "Start again" };
        body.push_str(&format!(
            "<form method=post action=\"/connect/microsoft/again\">{}<p><button class=button>{words}</button></p></form>",
            field("attempt", &view.id.to_string())
        ));
    }
    document(title, &body)
}

/// `1 December 2026, 03:40`, in UTC.
fn day_and_time(at: Millis) -> String {
    let Ok(when) = time::OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)) else {
        return String::new();
    };
    format!("{} {} {}, {:02}:{:02}", when.day(), when.month(), when.year(), when.hour(), when.minute())
}

/// A page with the product's name and mark, and where to ask.
fn document(title: &str, body: &str) -> String {
    html(
        title,
        &format!(
            "<main><p class=brand><img src=\"/favicon.svg\" alt=\"\" width=28 height=28><span><b>Warmy</b> Domain Delegation</span></p>\
             <h1>{}</h1>{body}</main><footer><a href=\"/support\">Support</a> <a href=\"/privacy\">Privacy</a></footer>",
            escape(title)
        ),
    )
}

fn html(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta name=robots content=noindex><link rel=icon href=\"/favicon.svg\"><title>{title} · Warmy Domain Delegation</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>",
        title = escape(title),
    )
}

pub(super) const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-content:center;justify-items:center;font:400 1rem/1.5 Inter,system-ui,'Segoe UI',sans-serif;\
background:light-dark(#f7f6f4,#14130f);color:light-dark(#1f1c17,#f3f0ea)}\
.brand{display:flex;align-items:center;gap:.6rem;margin:0 0 1.5rem;font-size:.875rem}footer{display:flex;gap:1.5rem;margin:0 0 1.5rem;font-size:.875rem}\
footer a{color:light-dark(#5c554b,#b8b0a4);padding:.25rem}footer a:focus-visible{outline:2px solid light-dark(#b93c0b,#ff9b66)}\
main{max-width:30rem;margin:1.5rem;padding:2rem;border-radius:14px;background:light-dark(#fff,#1d1b17);border:1px solid light-dark(#e4e0da,#35322c)}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .75rem;letter-spacing:-.01em}p{margin:0 0 1.25rem;color:light-dark(#5c554b,#b8b0a4)}main>p:last-child{margin:0}form+form{margin-top:-.5rem}\
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
        let request = ApprovalRequest {
            by: "<script>alert(1)</script>".into(),
            member: None,
            workspace_id: domain::ids::WorkspaceId(uuid::Uuid::nil()),
            workspace: "\"><script>".into(),
            invited: false,
            expires_at: 1_796_096_419_000,
            signed_in_as: Some("<script>".into()),
        };
        let confirm = confirm_approval(&request, AttemptId(uuid::Uuid::nil()), false);
        for html in [approval(&request, "\"><script>", false), confirm] {
            assert!(!html.contains("<script"), "{html}");
        }
        assert!(approval(&request, "l", true).contains("until 1 December 2026, 03:40 (UTC)"));
        assert!(!field("token", "\"><script>alert(1)</script>").contains("<script"));
        assert!(!page("<b>", "a & b", &[("\" onclick=\"x", "y")]).contains("\" onclick"));
    }
}
