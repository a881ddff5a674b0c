use microsoft::{Authority, Class, SignInAnswer, SignInStart, SignedIn, is_privileged, read_sign_in_answer};
use serde_json::json;

use crate::test_tenant::{TestTenant, redirect};

struct SignInFlow {
    start: SignInStart,
    authority: Authority,
    code: String,
}

impl SignInFlow {
    async fn new(test_env: &TestTenant, authority: Authority, account: &str) -> Self {
        let start = test_env.microsoft.start_sign_in(authority.clone(), &redirect(), Some(account));
        let answer = read_sign_in_answer(&test_env.sign_in(&start.url, account).await).unwrap();
        let SignInAnswer::Code { code, state } = answer else { panic!("{answer:?}") };
        assert_eq!(state.as_deref(), Some(start.state.as_str()));
        Self { start, authority, code }
    }

    async fn finish(&self, test_env: &TestTenant) -> Result<SignedIn, microsoft::Failure> {
        let SignInStart { pkce_verifier, nonce, .. } = &self.start;
        test_env
            .microsoft
            .finish_sign_in(&self.code, pkce_verifier, nonce, &redirect(), &self.authority)
            .await
    }
}

#[tokio::test]
async fn an_administrator_is_identified() {
    let test_env = TestTenant::new().await;
    let contoso = test_env.tid("contoso.com").await;
    for authority in [Authority::Organizations, Authority::Tenant(contoso.clone())] {
        let flow = SignInFlow::new(&test_env, authority, "admin@contoso.com").await;
        let person = flow.finish(&test_env).await.unwrap();
        assert_eq!((&person.tid, person.name.as_str()), (&contoso, "Ada Admin"));
        assert_eq!(person.username, "admin@contoso.com");
        assert!(is_privileged(&person.wids.unwrap()));
    }
}

#[tokio::test]
async fn roles_that_may_not_consent_are_not_privileged() {
    let test_env = TestTenant::new().await;
    for (account, privileged) in [("privileged", true), ("appadmin", false), ("adele.vance", false)] {
        let account = format!("{account}@contoso.com");
        let flow = SignInFlow::new(&test_env, Authority::Organizations, &account).await;
        let person = flow.finish(&test_env).await.unwrap();
        assert_eq!(is_privileged(&person.wids.unwrap_or_default()), privileged, "{account}");
    }
}

#[tokio::test]
async fn a_person_of_another_tenant_is_recognised() {
    let test_env = TestTenant::new().await;
    let (contoso, fabrikam) = (test_env.tid("contoso.com").await, test_env.tid("fabrikam.com").await);
    let flow = SignInFlow::new(&test_env, Authority::Organizations, "admin@fabrikam.com").await;
    assert_eq!(flow.finish(&test_env).await.unwrap().tid, fabrikam);

    // The sign-in page of a tenant refuses the person, and its token endpoint does not accept the code.
    let start = test_env.microsoft.start_sign_in(Authority::Tenant(contoso.clone()), &redirect(), None);
    assert_eq!(test_env.sign_in_page(&start.url, "admin@fabrikam.com").await, 400);
    let mut flow = SignInFlow::new(&test_env, Authority::Organizations, "admin@fabrikam.com").await;
    flow.authority = Authority::Tenant(contoso);
    assert!(flow.finish(&test_env).await.is_err());
}

#[tokio::test]
async fn a_code_works_once_with_its_own_verifier_and_nonce() {
    let test_env = TestTenant::new().await;
    let account = "admin@contoso.com";
    let spent = SignInFlow::new(&test_env, Authority::Organizations, account).await;
    spent.finish(&test_env).await.unwrap();
    assert_eq!(spent.finish(&test_env).await.unwrap_err().class, Class::Unknown);

    let other = test_env.microsoft.start_sign_in(Authority::Organizations, &redirect(), None);
    let mut flow = SignInFlow::new(&test_env, Authority::Organizations, account).await;
    flow.start.pkce_verifier = other.pkce_verifier;
    assert!(flow.finish(&test_env).await.is_err());

    let mut flow = SignInFlow::new(&test_env, Authority::Organizations, account).await;
    flow.start.nonce = other.nonce;
    let failure = flow.finish(&test_env).await.unwrap_err();
    assert_eq!(
        (failure.class, failure.detail.as_str()),
        (Class::Unknown, "id_token: it was made for another sign-in")
    );
}

#[tokio::test]
async fn a_wrong_secret_is_our_credential() {
    let test_env = TestTenant::with_secret("wrong").await;
    let flow = SignInFlow::new(&test_env, Authority::Organizations, "admin@contoso.com").await;
    assert_eq!(flow.finish(&test_env).await.unwrap_err().class, Class::OurCredential);
}

#[tokio::test]
async fn the_registration_is_checked_without_a_person() {
    let test_env = TestTenant::new().await;
    let code = async || {
        let checked = test_env.microsoft.check_redirect(&redirect()).await;
        checked.err().map(|failure| failure.code.unwrap_or_default())
    };
    assert_eq!(code().await, None);
    test_env.control("application", json!({ "redirect_uris": ["http://localhost:3000/other"] })).await;
    assert_eq!(code().await.as_deref(), Some("AADSTS50011"));
    test_env.control("application", json!({ "redirect_uris": [redirect()], "single_tenant": true })).await;
    assert_eq!(code().await.as_deref(), Some("AADSTS50194"));
    test_env.control("application", json!({ "single_tenant": false })).await;
    assert_eq!(code().await, None);
}
