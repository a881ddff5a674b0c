use microsoft::{Authority, Class, SignInAnswer, SignInStart, SignedIn, is_privileged, read_sign_in_answer};

use crate::world::{World, redirect};

struct Visit {
    start: SignInStart,
    authority: Authority,
    code: String,
}

impl Visit {
    async fn new(world: &World, authority: Authority, account: &str) -> Self {
        let start = world.microsoft.start_sign_in(authority.clone(), &redirect(), Some(account));
        let answer = read_sign_in_answer(&world.sign_in(&start.url, account).await).unwrap();
        let SignInAnswer::Code { code, state } = answer else { panic!("{answer:?}") };
        assert_eq!(state.as_deref(), Some(start.state.as_str()));
        Self { start, authority, code }
    }

    async fn finish(&self, world: &World) -> Result<SignedIn, microsoft::Failure> {
        let SignInStart { pkce_verifier, nonce, .. } = &self.start;
        world.microsoft.finish_sign_in(&self.code, pkce_verifier, nonce, &redirect(), &self.authority).await
    }
}

#[tokio::test]
async fn an_administrator_proves_who_they_are() {
    let world = World::new().await;
    let contoso = world.tid("contoso.com").await;
    for authority in [Authority::Organizations, Authority::Tenant(contoso.clone())] {
        let person = Visit::new(&world, authority, "admin@contoso.com").await.finish(&world).await.unwrap();
        assert_eq!((&person.tid, person.name.as_str()), (&contoso, "Ada Admin"));
        assert_eq!(person.username, "admin@contoso.com");
        assert!(is_privileged(&person.wids.unwrap()));
    }
}

#[tokio::test]
async fn roles_that_may_not_consent_are_not_privileged() {
    let world = World::new().await;
    for (account, privileged) in [("privileged", true), ("appadmin", false), ("adele.vance", false)] {
        let visit = Visit::new(&world, Authority::Organizations, &format!("{account}@contoso.com")).await;
        let person = visit.finish(&world).await.unwrap();
        assert_eq!(is_privileged(&person.wids.unwrap_or_default()), privileged, "{account}");
    }
}

#[tokio::test]
async fn somebody_of_another_tenant_is_recognised() {
    let world = World::new().await;
    let (contoso, fabrikam) = (world.tid("contoso.com").await, world.tid("fabrikam.com").await);
    let visit = Visit::new(&world, Authority::Organizations, "admin@fabrikam.com").await;
    assert_eq!(visit.finish(&world).await.unwrap().tid, fabrikam);

    // The sign-in page of a tenant does not even let them through, and its token endpoint takes no such code.
    let start = world.microsoft.start_sign_in(Authority::Tenant(contoso.clone()), &redirect(), None);
    assert_eq!(world.sign_in_page(&start.url, "admin@fabrikam.com").await, 400);
    let mut visit = Visit::new(&world, Authority::Organizations, "admin@fabrikam.com").await;
    visit.authority = Authority::Tenant(contoso);
    assert!(visit.finish(&world).await.is_err());
}

#[tokio::test]
async fn a_code_works_once_with_its_own_verifier_and_nonce() {
    let world = World::new().await;
    let account = "admin@contoso.com";
    let spent = Visit::new(&world, Authority::Organizations, account).await;
    spent.finish(&world).await.unwrap();
    assert_eq!(spent.finish(&world).await.unwrap_err().class, Class::Unknown);

    let other = world.microsoft.start_sign_in(Authority::Organizations, &redirect(), None);
    let mut visit = Visit::new(&world, Authority::Organizations, account).await;
    visit.start.pkce_verifier = other.pkce_verifier;
    assert!(visit.finish(&world).await.is_err());

    let mut visit = Visit::new(&world, Authority::Organizations, account).await;
    visit.start.nonce = other.nonce;
    let failure = visit.finish(&world).await.unwrap_err();
    assert_eq!(
        (failure.class, failure.detail.as_str()),
        (Class::Unknown, "id_token: it was made for another sign-in")
    );
}

#[tokio::test]
async fn our_wrong_secret_is_our_fault() {
    let world = World::with_secret("wrong").await;
    let visit = Visit::new(&world, Authority::Organizations, "admin@contoso.com").await;
    assert_eq!(visit.finish(&world).await.unwrap_err().class, Class::OurCredential);
}
