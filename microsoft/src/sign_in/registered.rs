//! Whether Microsoft knows our application and a reply address of it.

use url::Url;

use crate::{
    Microsoft,
    classify::entra,
    failure::{Class, Failure},
    http::Answer,
};

const WHAT: &str = "GET organizations/oauth2/v2.0/authorize?prompt=none";

impl Microsoft {
    /// Asks Microsoft's sign-in page, without a person, whether it would send browsers to `redirect`. Nobody is signed
    /// in, so a silent sign-in fails; Microsoft reports that to the address if it is registered, and otherwise shows a
    /// page with the error ([silent requests](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow)).
    ///
    /// # Errors
    /// [`Class::OurBug`] with code `AADSTS50011` for an address that is not registered, or `AADSTS50194` for an
    /// application of a single tenant; [`Class::ConsentMissing`] with code `AADSTS700016` for an unknown client id;
    /// [`Class::Unknown`] for an answer that says none of it; temporary classes.
    pub async fn check_redirect(&self, redirect: &Url) -> Result<(), Failure> {
        let mut url = self.inner.cloud.login_url(&["organizations", "oauth2", "v2.0", "authorize"]);
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id())
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("scope", "openid profile")
            .append_pair("prompt", "none");
        let http = &self.inner.http;
        let answer = http.exchange(http.pool(self.client_id()).get(url), WHAT).await?;
        read(&answer, redirect)
    }
}

fn read(answer: &Answer, redirect: &Url) -> Result<(), Failure> {
    let target = answer.location.as_deref().and_then(|location| Url::parse(location).ok());
    let reaches = |target: &Url| target.origin() == redirect.origin() && target.path() == redirect.path();
    if (300..400).contains(&answer.status) && target.as_ref().is_some_and(reaches) {
        return Ok(());
    }
    let code = number(&answer.body);
    let class = match answer.status {
        429 => Class::Throttled,
        500.. => Class::Unavailable,
        _ => code.and_then(entra::of_code).unwrap_or(Class::Unknown),
    };
    let mut failure = Failure::new(class, WHAT).request_id(answer.request_id.clone());
    failure.status = Some(answer.status);
    failure.code = code.map(|code| format!("AADSTS{code}"));
    Err(failure)
}

/// The first AADSTS number on a page.
fn number(page: &[u8]) -> Option<u64> {
    let page = String::from_utf8_lossy(page);
    let (_, rest) = page.split_once("AADSTS")?;
    rest.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, location: Option<&str>, body: &str) -> Answer {
        let location = location.map(str::to_owned);
        Answer { status, location, body: body.into(), ..Answer::empty("r") }
    }

    #[test]
    fn a_redirect_to_the_address_proves_it_and_a_page_names_the_error() {
        let redirect = Url::parse("https://warmy.example/sign-in/microsoft/back").unwrap();
        let back = "https://warmy.example/sign-in/microsoft/back?error=login_required&state=#";
        assert!(read(&answer(302, Some(back), ""), &redirect).is_ok());
        for (page, class, code) in [
            ("<p>AADSTS50011: The redirect URI …</p>", Class::OurBug, Some("AADSTS50011")),
            (
                "\"strServiceExceptionMessage\":\"AADSTS700016: …\"",
                Class::ConsentMissing,
                Some("AADSTS700016"),
            ),
            ("AADSTS50194", Class::OurBug, Some("AADSTS50194")),
            ("AADSTS: none", Class::Unknown, None),
            ("<html>Sign in</html>", Class::Unknown, None),
        ] {
            let failure = read(&answer(200, None, page), &redirect).unwrap_err();
            assert_eq!((failure.class, failure.code.as_deref()), (class, code), "{page}");
        }
        for elsewhere in [
            "https://warmy.example/other",
            "https://evil.example/sign-in/microsoft/back",
            "http://warmy.example/sign-in/microsoft/back",
            "/sign-in/microsoft/back",
        ] {
            assert!(read(&answer(302, Some(elsewhere), ""), &redirect).is_err(), "{elsewhere}");
        }
        assert_eq!(read(&answer(503, None, ""), &redirect).unwrap_err().class, Class::Unavailable);
    }
}
