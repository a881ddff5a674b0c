use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CONTOSO, GRAPH_SCOPE, SECRET, TestSimulator, code, read};

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_consented_tenant_gets_a_token_with_its_roles() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let (status, body) = test_env.try_app_token(CONTOSO).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&body["expires_in"], &body["ext_expires_in"]), (&json!(3599), &json!(3599)));
    let claims = claims(body["access_token"].as_str().unwrap());
    assert_eq!(claims["aud"], "https://graph.microsoft.com");
    assert_eq!(claims["iss"], format!("{}/{CONTOSO}/", test_env.base));
    assert_eq!((&claims["appid"], &claims["idtyp"]), (&json!(CLIENT_ID), &json!("app")));
    assert_eq!((&claims["tid"], &claims["ver"]), (&json!(CONTOSO), &json!("1.0")));
    assert_eq!(claims["oid"], claims["sub"]);
    assert_eq!(claims["roles"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn basic_authentication_and_unknown_query_parameters_are_accepted() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let path =
        format!("/{CONTOSO}/oauth2/v2.0/token?client-request-id=0774b819-134d-4815-9573-a31a98397420&x=1");
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE)];
    let request = test_env.request(Method::POST, &path).basic_auth(CLIENT_ID, Some(SECRET)).form(&form);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let request = test_env.request(Method::POST, &path).basic_auth(CLIENT_ID, Some("wrong")).form(&form);
    let (_, error) = read(request.send().await.unwrap()).await;
    assert_eq!(error["correlation_id"], "0774b819-134d-4815-9573-a31a98397420");
}

#[tokio::test]
async fn every_refusal_has_its_code_and_the_whole_envelope() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let good = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", GRAPH_SCOPE),
        ("grant_type", "client_credentials"),
    ];
    let other = "11111111-2222-3333-4444-555555555555";
    for (tenant, field, value, status, error, number) in [
        (CONTOSO, "client_secret", "wrong", 401, "invalid_client", 7_000_215),
        (CONTOSO, "client_secret", "", 401, "invalid_client", 7_000_218),
        (CONTOSO, "client_id", other, 400, "unauthorized_client", 700_016),
        (CONTOSO, "client_id", "", 400, "invalid_request", 900_144),
        (CONTOSO, "scope", "https://graph.microsoft.com/Mail.Send", 400, "invalid_scope", 1_002_012),
        (CONTOSO, "scope", "https%3A%2F%2Fgraph.microsoft.com%2F.default", 400, "invalid_scope", 1_002_012),
        (
            CONTOSO,
            "scope",
            "https://graph.microsoft.com/.default https://outlook.office365.com/.default",
            400,
            "invalid_scope",
            70_011,
        ),
        (CONTOSO, "scope", "https://outlook.office365.com/.default", 400, "invalid_resource", 500_011),
        (CONTOSO, "grant_type", "password", 400, "unsupported_grant_type", 70_003),
        ("common", "client_id", CLIENT_ID, 400, "invalid_request", 9_001_023),
        ("organizations", "client_id", CLIENT_ID, 400, "invalid_request", 50_059),
        ("nonexist.example", "client_id", CLIENT_ID, 400, "invalid_request", 90_002),
        ("treyresearch.us", "client_id", CLIENT_ID, 400, "invalid_request", 900_382),
        ("fabrikam.com", "client_id", CLIENT_ID, 401, "invalid_client", 7_000_229),
    ] {
        let fields = good.map(|(name, known)| (name, if name == field { value } else { known }));
        let (answered, body) = test_env.try_token(tenant, &fields).await;
        assert_eq!(answered.as_u16(), status, "{tenant} {field}={value}: {body}");
        assert_eq!(body["error"], error, "{tenant} {field}={value}");
        assert_eq!(body["error_codes"], json!([number]), "{tenant} {field}={value}");
        let text = body["error_description"].as_str().unwrap();
        assert!(text.starts_with(&format!("AADSTS{number}: ")), "{text}");
        for name in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
            assert!(body[name].is_string(), "{name} is missing");
        }
    }
}

#[tokio::test]
async fn disabling_and_deleting_the_application_affect_the_next_token() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/consent", json!({ "disabled": true })).await;
    assert_eq!(test_env.try_app_token(CONTOSO).await.1["error_codes"], json!([7_000_112]));
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": false })).await;
    assert_eq!(test_env.try_app_token(CONTOSO).await.1["error_codes"], json!([7_000_229]));
    // Tokens issued before stay valid until they expire.
    assert_eq!(test_env.graph(&token, "/organization").await.0, StatusCode::OK);
    test_env.control("/clock", json!({ "advance_seconds": 3601 })).await;
    let expired = test_env.graph(&token, "/organization").await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
}

#[tokio::test]
async fn a_new_consent_takes_time_to_propagate() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/propagation", json!({ "seconds": 60 })).await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    assert_eq!(test_env.try_app_token(CONTOSO).await.1["error_codes"], json!([7_000_229]));

    test_env.control("/clock", json!({ "advance_seconds": 40 })).await;
    let incomplete = test_env.app_token(CONTOSO).await;
    assert!(claims(&incomplete)["roles"].is_null() && claims(&incomplete)["oid"].is_null());
    let refused = test_env.graph(&incomplete, "/organization").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::UNAUTHORIZED, "Authorization_IdentityNotFound"));

    test_env.control("/clock", json!({ "advance_seconds": 30 })).await;
    assert_eq!(claims(&test_env.app_token(CONTOSO).await)["roles"].as_array().unwrap().len(), 5);

    // A later change of roles takes as long; until then, tokens hold the old ones.
    test_env
        .control("/tenants/contoso.com/consent", json!({ "granted": true, "roles": ["Mail.Send"] }))
        .await;
    assert_eq!(claims(&test_env.app_token(CONTOSO).await)["roles"].as_array().unwrap().len(), 5);
    test_env.control("/clock", json!({ "advance_seconds": 61 })).await;
    assert_eq!(claims(&test_env.app_token(CONTOSO).await)["roles"], json!(["Mail.Send"]));
}

#[tokio::test]
async fn graph_refuses_tokens_that_are_forged_or_malformed() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let mut forged = claims(&token);
    forged["tid"] = json!("00000000-0000-0000-0000-000000000000");
    let forged = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(forged.to_string()));
    assert_ne!(payload, "");
    for token in [forged.as_str(), "rubbish", "a.b.c", ""] {
        let refused = test_env.graph(token, "/organization").await;
        assert_eq!((refused.0, code(&refused)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
    }
}

#[tokio::test]
async fn without_a_role_each_service_refuses_with_its_own_code() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true, "roles": [] })).await;
    let none = test_env.app_token(CONTOSO).await;
    let mail = test_env.graph(&none, "/users/admin@contoso.com/mailFolders/inbox").await;
    assert_eq!((mail.0, code(&mail)), (StatusCode::UNAUTHORIZED, "NoPermissionsInAccessToken"));
    let users = test_env.graph(&none, "/users").await;
    assert_eq!((users.0, code(&users)), (StatusCode::FORBIDDEN, "Authorization_RequestDenied"));

    let roles = json!({ "granted": true, "roles": ["User.ReadBasic.All"] });
    test_env.control("/tenants/contoso.com/consent", roles).await;
    let basic = test_env.app_token(CONTOSO).await;
    let mail = test_env.graph(&basic, "/users/admin@contoso.com/mailFolders/inbox").await;
    assert_eq!((mail.0, code(&mail)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"));
    assert_eq!(test_env.graph(&basic, "/users").await.0, StatusCode::OK);
    assert_eq!(code(&test_env.graph(&basic, "/users/delta").await), "Authorization_RequestDenied");
    assert_eq!(code(&test_env.graph(&basic, "/organization").await), "Authorization_RequestDenied");
}
