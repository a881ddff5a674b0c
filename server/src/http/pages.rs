//! The few pages outside the console: small, without a script, readable in light and dark.

use domain::permissions::REQUIRED;

use crate::store::Invitation;

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

/// A title, a paragraph and links (address, words).
pub(super) fn page(title: &str, text: &str, links: &[(&str, &str)]) -> String {
    let links: String = links
        .iter()
        .map(|(href, words)| {
            format!("<p><a class=button href=\"{}\">{}</a></p>", escape(href), escape(words))
        })
        .collect();
    document(title, &format!("<p>{}</p>{links}", escape(text)))
}

/// The page behind a one-time link.
pub(super) fn enter(token: &str) -> String {
    let form = format!(
        "<p>You are about to enter the console as the owner of a workspace. The link works once.</p>\
         <form method=post action=\"/enter\"><input type=hidden name=token value=\"{}\">\
         <button class=button>Open the console</button></form>",
        escape(token)
    );
    document("Welcome to Warmy", &form)
}

/// The page behind a link for an administrator.
pub(super) fn invitation(invitation: &Invitation, link: &str) -> String {
    let permissions: String =
        REQUIRED.iter().map(|p| format!("<li><b>{}</b><br>{}</li>", escape(p.name), escape(p.why))).collect();
    let (by, workspace) = (escape(&invitation.by), escape(&invitation.workspace));
    let until = super::csv::moment(invitation.expires_at);
    let body = format!(
        "<p><b>{by}</b> asks you to approve Warmy for the workspace <b>{workspace}</b>, so that mailboxes of your \
         organisation can be connected for e-mail warm-up. You need no account here, and nobody gets your password.</p>\
         <h2>What Warmy asks for, and why</h2><ul>{permissions}</ul>\
         <p>Microsoft shows the same list before anything happens. It takes a Global or Privileged Role Administrator. \
         You can withdraw it at any time: Microsoft Entra › Enterprise applications › Warmy › Delete.</p>\
         <p><a class=button href=\"/connect/microsoft/{}\">Continue to Microsoft</a></p>\
         <p><small>You don’t know who sent this? Close the page: nothing has happened. The link works once, until {until} UTC.</small></p>",
        escape(link)
    );
    document("Approve Warmy for your organisation", &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <meta name=robots content=noindex><link rel=icon href=\"/favicon.svg\"><title>{title} · Warmy</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>",
        title = escape(title),
    )
}

const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:400 1rem/1.5 Inter,system-ui,'Segoe UI',sans-serif;\
background:light-dark(#f7f6f4,#14130f);color:light-dark(#1f1c17,#f3f0ea)}\
main{max-width:26rem;margin:1.5rem;padding:2rem;border-radius:14px;background:light-dark(#fff,#1d1b17);border:1px solid light-dark(#e4e0da,#35322c)}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .75rem;letter-spacing:-.01em}p{margin:0 0 1.25rem;color:light-dark(#5c554b,#b8b0a4)}p:last-child{margin:0}\
h2{font-size:1rem;margin:0 0 .5rem}ul{margin:0 0 1.25rem;padding-inline-start:1.2em;color:light-dark(#5c554b,#b8b0a4)}li{margin-bottom:.5rem}b{color:light-dark(#1f1c17,#f3f0ea)}\
.button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:6px;cursor:pointer;text-decoration:none;\
background:light-dark(#c2410c,#e8612a);color:light-dark(#fff,#190a02)}\
.button:focus-visible{outline:2px solid light-dark(#b93c0b,#ff9b66);outline-offset:3px}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_caller_sends_becomes_html() {
        let html = enter("\"><script>alert(1)</script>");
        assert!(!html.contains("<script"), "{html}");
        assert!(!page("<b>", "a & b", &[("\" onclick=\"x", "y")]).contains("\" onclick"));
    }
}
