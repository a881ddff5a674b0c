use reqwest::{Method, StatusCode};
use serde_json::json;
use simulator::Options;

use crate::support::{CONTOSO, TestSimulator, code, read};

const ADMIN: &str = "/users/admin@contoso.com/mailFolders/inbox";

#[tokio::test]
async fn every_scenario_can_be_applied_and_is_on_the_front_page() {
    let test_env = TestSimulator::start().await;
    let (_, all) = test_env.get("/_sim/scenarios").await;
    let page = test_env.request(Method::GET, "/").send().await.unwrap().text().await.unwrap();
    let scenarios = all["scenarios"].as_array().unwrap();
    assert!(scenarios.len() >= 12);
    for scenario in scenarios {
        test_env.request(Method::POST, "/_sim/reset").send().await.unwrap();
        let done = test_env.control("/scenario", json!({ "name": scenario["name"] })).await;
        assert_eq!(done["calls"], scenario["calls"].as_array().unwrap().len());
        assert!(page.contains(scenario["name"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn the_scenarios_of_the_options_are_applied_at_start_and_after_a_reset() {
    let scenarios = vec!["access-policy".to_owned(), "licence-lapse".to_owned()];
    let test_env = TestSimulator::with(Options { mailboxes: 20, scenarios, ..Options::default() }).await;
    for _ in 0..2 {
        let token = test_env.app_token(CONTOSO).await;
        assert_eq!(code(&test_env.graph(&token, ADMIN).await), "ErrorAccessDenied");
        let suspended = test_env.graph(&token, "/users/adele.vance@contoso.com/mailFolders/inbox").await;
        assert_eq!(code(&suspended), "MailboxNotEnabledForRESTAPI");
        test_env.control("/tenants/contoso.com/policy", json!(null)).await;
        let reset = test_env.request(Method::POST, "/_sim/reset").send().await.unwrap();
        assert_eq!(reset.status(), StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn a_custom_scenario_needs_no_file() {
    let test_env = TestSimulator::start().await;
    let calls = json!([
        { "call": "POST /tenants", "body": { "domain": "own.example", "mailboxes": 2 } },
        { "call": "POST /_sim/tenants/own.example/consent", "body": { "granted": true } },
    ]);
    test_env.control("/scenario", json!({ "name": "mine", "calls": calls })).await;
    assert_eq!(test_env.try_app_token("own.example").await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_invalid_scenario_is_refused_with_a_reason() {
    let unknown = Options { scenarios: vec!["no-such-thing".to_owned()], ..Options::default() };
    let error = simulator::start(unknown).await.unwrap_err().to_string();
    assert!(error.contains("no-such-thing") && error.contains("throttled-afternoon"), "{error}");

    let test_env = TestSimulator::start().await;
    for wanted in [
        json!({ "name": "no-such-thing" }),
        json!({ "name": "x", "calls": [{ "call": "POST /tenants/nowhere/latency", "body": { "ms": 1 } }] }),
        json!({ "name": "x", "calls": [{ "call": "POST /scenario", "body": { "name": "x" } }] }),
    ] {
        let request = test_env.request(Method::POST, "/_sim/scenario").json(&wanted);
        let (status, body) = read(request.send().await.unwrap()).await;
        assert!(status.is_client_error() && body["error"].is_string(), "{body}");
    }
}
