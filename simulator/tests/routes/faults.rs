use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator, code};

const INBOX: &str = "/users/adele.vance@contoso.com/mailFolders/inbox";
const SETTINGS: &str = "/users/adele.vance@contoso.com/mailboxSettings";
const ADELE: &str = "/tenants/contoso.com/mailboxes/adele.vance@contoso.com";

#[tokio::test]
async fn a_broken_mailbox_answers_with_its_error_until_repaired() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for (name, expected, status) in [
        ("MailboxNotEnabledForRESTAPI", "MailboxNotEnabledForRESTAPI", 404),
        ("ErrorAccessDenied", "ErrorAccessDenied", 403),
        ("ErrorAccessDenied:RAOP", "ErrorAccessDenied", 403),
        ("ErrorMailboxMoveInProgress", "ErrorMailboxMoveInProgress", 503),
        ("ErrorQuotaExceeded", "ErrorQuotaExceeded", 507),
    ] {
        test_env.control(&format!("{ADELE}/break"), json!({ "code": name })).await;
        for path in [INBOX, SETTINGS] {
            let answer = test_env.graph(&token, path).await;
            assert_eq!((answer.0.as_u16(), code(&answer)), (status, expected), "{name}");
        }
        let text = test_env.graph(&token, INBOX).await.1["error"]["message"].to_string();
        assert_eq!(text.contains("[RAOP]"), name.ends_with(":RAOP"));
        test_env.control(&format!("{ADELE}/mend"), json!({})).await;
        assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_error_has_the_whole_envelope() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(&format!("{ADELE}/break"), json!({ "code": "ErrorAccessDenied" })).await;
    let request = test_env.request(reqwest::Method::GET, &format!("/v1.0{INBOX}")).bearer_auth(&token);
    let response = request.header("client-request-id", "mine-1").send().await.unwrap();
    assert_eq!(response.headers()["client-request-id"], "mine-1");
    let request_id = response.headers()["request-id"].to_str().unwrap().to_owned();
    let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["error"]["innerError"]["request-id"], request_id);
    assert_eq!(body["error"]["innerError"]["client-request-id"], "mine-1");
}

#[tokio::test]
async fn a_fault_can_end_by_itself_or_affect_the_settings_only() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(&format!("{ADELE}/break"), json!({ "code": "ErrorServerBusy", "times": 2 })).await;
    for expected in [503, 503, 200] {
        assert_eq!(test_env.graph(&token, INBOX).await.0.as_u16(), expected);
    }
    test_env.control(&format!("{ADELE}/break"), json!({ "code": "ErrorAccessDenied:mailboxSettings" })).await;
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
    assert_eq!(test_env.graph(&token, SETTINGS).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn status_and_message_can_be_set_and_all_mailboxes_broken_at_once() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let fault = json!({ "all": true, "code": "Whatever", "status": 418, "message": "short and stout" });
    let broken = test_env.control("/tenants/contoso.com/mailboxes/break", fault).await;
    assert_eq!(broken["broken"], 65);
    let answer = test_env.graph(&token, INBOX).await;
    assert_eq!((answer.0.as_u16(), answer.1["error"]["message"].as_str()), (418, Some("short and stout")));
    test_env.control("/tenants/contoso.com/mailboxes/mend", json!({})).await;
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
}
