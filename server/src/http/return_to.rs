//! The page that a visitor wanted before signing in. A cookie keeps it until then, because Microsoft brings the browser
//! back to one fixed address.

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use url::Url;

use crate::state::AppState;

/// Sent to `/enter` also, where somebody with several workspaces ends up.
const COOKIE: &str = "return-to";

/// How long a sign-in may take.
const MAX_AGE: time::Duration = time::Duration::minutes(15);

/// The longest address, in bytes. Browsers drop cookies above 4 kB.
const MAX_LEN: usize = 2_000;

/// Keeps the page to return to, or forgets an earlier one.
pub(super) fn remember(state: &AppState, jar: CookieJar, wanted: Option<&str>) -> CookieJar {
    let Some(page) = wanted.and_then(own_page) else { return forget(jar) };
    let cookie = Cookie::build((COOKIE, page))
        .path("/")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(MAX_AGE);
    jar.add(cookie.build())
}

/// The page to go to after sign-in, `/` without another one. The cookie is used up.
pub(super) fn take(jar: CookieJar) -> (CookieJar, String) {
    let page = jar.get(COOKIE).and_then(|cookie| own_page(cookie.value()));
    (forget(jar), page.unwrap_or_else(|| "/".to_owned()))
}

fn forget(jar: CookieJar) -> CookieJar {
    jar.remove(Cookie::build(COOKIE).path("/"))
}

/// Path and query of one of our own pages; nothing for an address that leads elsewhere.
fn own_page(address: &str) -> Option<String> {
    // The host is only a base, to see whether the address stays on it.
    let base = Url::parse("https://console.invalid").ok()?;
    let url = base.join(address).ok().filter(|url| url.origin() == base.origin())?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let page = format!("{}{query}", url.path());
    // `/.//host` is on our host, and its path alone, `//host`, is not.
    (address.starts_with('/') && !page.starts_with("//") && page.len() <= MAX_LEN).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_returned_to() {
        for (address, page) in [
            ("/mailboxes?tab=failed&q=\u{e9}", Some("/mailboxes?tab=failed&q=%C3%A9")),
            ("/runs/7#x", Some("/runs/7")),
            ("/", Some("/")),
            ("//evil.example/", None),
            ("/\\evil.example", None),
            ("\\\\evil.example", None),
            ("/.//evil.example", None),
            ("/\t/evil.example", None),
            ("https://evil.example/", None),
            ("https://console.invalid/", None),
            ("javascript:alert(1)", None),
            ("mailboxes", None),
            ("", None),
        ] {
            assert_eq!(own_page(address).as_deref(), page, "{address:?}");
        }
        assert_eq!(own_page(&format!("/{}", "a".repeat(2_000))), None);
    }
}
