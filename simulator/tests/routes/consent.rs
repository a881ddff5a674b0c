use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CONTOSO, GRAPH_SCOPE, REPLY, TestSimulator, cookie, location, parameter};

fn admin_consent(tenant: &str, scope: &str) -> String {
    format!(
        "/{tenant}/v2.0/adminconsent?client_id={CLIENT_ID}&scope={scope}&redirect_uri={REPLY}&state=the%20state"
    )
}

async fn post(test_env: &TestSimulator, path: &str, cookie: &str, field: (&str, &str)) -> Response {
    test_env.request(Method::POST, path).header("cookie", cookie).form(&[field]).send().await.unwrap()
}

/// Signs an account in on the consent page; returns its cookie.
async fn signed_in(test_env: &TestSimulator, path: &str, account: &str) -> String {
    let response = post(test_env, path, "", ("account", account)).await;
    assert_eq!(response.status(), StatusCode::FOUND);
    cookie(&response)
}

async fn consent_of(test_env: &TestSimulator) -> Value {
    test_env.get("/_sim/tenants/contoso.com").await.1["consent"].clone()
}

#[tokio::test]
async fn an_administrator_reads_the_permissions_and_accepts() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("contoso.com", GRAPH_SCOPE);
    let first = test_env.request(Method::GET, &path).send().await.unwrap().text().await.unwrap();
    assert!(first.contains("Pick an account"));

    for account in ["admin@contoso.com", "privileged@contoso.com"] {
        let cookie = signed_in(&test_env, &path, account).await;
        let page = test_env.request(Method::GET, &path).header("cookie", &cookie).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains("Permissions requested") && page.contains("Send mail as any user"));
        assert!(page.contains("Use another account"));

        let back = location(&post(&test_env, &path, &cookie, ("decision", "accept")).await);
        assert_eq!(parameter(&back, "admin_consent").as_deref(), Some("True"));
        assert_eq!(parameter(&back, "tenant").as_deref(), Some(CONTOSO));
        assert_eq!(parameter(&back, "state").as_deref(), Some("the state"));
        assert!(parameter(&back, "scope").unwrap().contains("https://graph.microsoft.com/Mail.Send"));
        assert_eq!(parameter(&back, "error"), None);
    }
    assert_eq!(consent_of(&test_env).await["roles"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn cancelling_grants_nothing_and_sends_the_error_that_microsoft_really_sends() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("contoso.com", GRAPH_SCOPE);
    let cookie = signed_in(&test_env, &path, "admin@contoso.com").await;
    let response = post(&test_env, &path, &cookie, ("decision", "cancel")).await;
    let raw = response.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        raw.contains("error_description=AADSTS65004%3a+User+declined") && raw.contains("%0d%0aTrace+ID%3a+")
    );
    assert!(raw.ends_with('#'), "{raw}");
    let back = location(&response);
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back, "admin_consent").as_deref(), Some("True"));
    assert_eq!(parameter(&back, "state").as_deref(), Some("the state"));
    assert_eq!(parameter(&back, "tenant"), None);
    assert_eq!(consent_of(&test_env).await["granted"], false);
}

#[tokio::test]
async fn other_users_see_an_error_page_without_a_redirect() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("contoso.com", GRAPH_SCOPE);
    for account in ["adele.vance@contoso.com", "appadmin@contoso.com"] {
        let cookie = signed_in(&test_env, &path, account).await;
        let page = test_env.request(Method::GET, &path).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::FORBIDDEN);
        let page = page.text().await.unwrap();
        assert!(page.contains("Need admin approval") && page.contains("AADSTS90094"));
        // Posting the decision that the page does not offer is refused too.
        let forced = post(&test_env, &path, &cookie, ("decision", "accept")).await;
        assert_eq!(forced.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(consent_of(&test_env).await["granted"], false);
}

#[tokio::test]
async fn an_administrator_of_another_tenant_is_sent_back_with_an_error() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("contoso.com", GRAPH_SCOPE);
    let back = location(&post(&test_env, &path, "", ("account", "admin@fabrikam.com")).await);
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert!(parameter(&back, "error_description").unwrap().starts_with("AADSTS50020: User account"));
    assert_eq!(parameter(&back, "tenant"), None);
}

#[tokio::test]
async fn organizations_consents_for_the_tenant_of_the_signed_in_administrator() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("organizations", GRAPH_SCOPE);
    let cookie = signed_in(&test_env, &path, "admin@fabrikam.com").await;
    let back = location(&post(&test_env, &path, &cookie, ("decision", "accept")).await);
    let (_, fabrikam) = test_env.get("/_sim/tenants/fabrikam.com").await;
    assert_eq!(parameter(&back, "tenant").as_deref(), fabrikam["tid"].as_str());
}

#[tokio::test]
async fn common_fails_as_it_does_at_microsoft() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("common", GRAPH_SCOPE);
    let back = location(&test_env.request(Method::GET, &path).send().await.unwrap());
    assert_eq!(parameter(&back, "error").as_deref(), Some("invalid_request"));
    assert!(parameter(&back, "error_description").unwrap().contains("'response_type' input parameter"));
}

#[tokio::test]
async fn scopes_listed_one_by_one_are_answered_as_success_and_grant_nothing() {
    let test_env = TestSimulator::start().await;
    let path = admin_consent("contoso.com", "https://graph.microsoft.com/Mail.Send");
    let cookie = signed_in(&test_env, &path, "admin@contoso.com").await;
    let back = location(&post(&test_env, &path, &cookie, ("decision", "accept")).await);
    assert_eq!(parameter(&back, "admin_consent").as_deref(), Some("True"));
    let consent = consent_of(&test_env).await;
    assert_eq!((&consent["granted"], &consent["roles"]), (&json!(true), &json!([])));
}

#[tokio::test]
async fn the_older_address_needs_no_scope_and_returns_none() {
    let test_env = TestSimulator::start().await;
    let path = format!("/contoso.com/adminconsent?client_id={CLIENT_ID}&redirect_uri={REPLY}&state=s");
    let cookie = signed_in(&test_env, &path, "admin@contoso.com").await;
    let back = location(&post(&test_env, &path, &cookie, ("decision", "accept")).await);
    assert_eq!(parameter(&back, "tenant").as_deref(), Some(CONTOSO));
    assert_eq!(parameter(&back, "scope"), None);
    assert_eq!(consent_of(&test_env).await["roles"].as_array().unwrap().len(), 5);
}
