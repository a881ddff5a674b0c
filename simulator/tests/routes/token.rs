use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CONTOSO, GRAPH_SCOPE, SECRET, World, code, read};

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_consented_tenant_gets_a_token_with_its_roles() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let (status, body) = world.ask_app_token(CONTOSO).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&body["expires_in"], &body["ext_expires_in"]), (&json!(3599), &json!(3599)));
    let claims = claims(body["access_token"].as_str().unwrap());
    assert_eq!(claims["aud"], "https://graph.microsoft.com");
    assert_eq!(claims["iss"], format!("{}/{CONTOSO}/", world.base));
    assert_eq!((&claims["appid"], &claims["idtyp"]), (&json!(CLIENT_ID), &json!("app")));
    assert_eq!((&claims["tid"], &claims["ver"]), (&json!(CONTOSO), &json!("1.0")));
    assert_eq!(claims["oid"], claims["sub"]);
    assert_eq!(claims["roles"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn basic_authentication_and_foreign_query_parameters_are_fine() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let path =
        format!("/{CONTOSO}/oauth2/v2.0/token?client-request-id=0774b819-134d-4815-9573-a31a98397420&x=1");
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE)];
    let request = world.request(Method::POST, &path).basic_auth(CLIENT_ID, Some(SECRET)).form(&form);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let request = world.request(Method::POST, &path).basic_auth(CLIENT_ID, Some("wrong")).form(&form);
    let (_, error) = read(request.send().await.unwrap()).await;
    assert_eq!(error["correlation_id"], "0774b819-134d-4815-9573-a31a98397420");
}

#[tokio::test]
async fn every_refusal_has_its_code_and_the_whole_envelope() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
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
        let (answered, body) = world.ask_token(tenant, &fields).await;
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
async fn disabling_and_deleting_the_application_show_at_the_next_token() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/consent", json!({ "disabled": true })).await;
    assert_eq!(world.ask_app_token(CONTOSO).await.1["error_codes"], json!([7_000_112]));
    world.control("/tenants/contoso.com/consent", json!({ "granted": false })).await;
    assert_eq!(world.ask_app_token(CONTOSO).await.1["error_codes"], json!([7_000_229]));
    // What was handed out before keeps working until it expires.
    assert_eq!(world.graph(&token, "/organization").await.0, StatusCode::OK);
    world.control("/clock", json!({ "advance_seconds": 3601 })).await;
    let expired = world.graph(&token, "/organization").await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
}

#[tokio::test]
async fn a_fresh_consent_needs_time_to_spread() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/propagation", json!({ "seconds": 60 })).await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    assert_eq!(world.ask_app_token(CONTOSO).await.1["error_codes"], json!([7_000_229]));

    world.control("/clock", json!({ "advance_seconds": 40 })).await;
    let nameless = world.app_token(CONTOSO).await;
    assert!(claims(&nameless)["roles"].is_null() && claims(&nameless)["oid"].is_null());
    let refused = world.graph(&nameless, "/organization").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::UNAUTHORIZED, "Authorization_IdentityNotFound"));

    world.control("/clock", json!({ "advance_seconds": 30 })).await;
    assert_eq!(claims(&world.app_token(CONTOSO).await)["roles"].as_array().unwrap().len(), 5);

    // A later change of roles spreads as slowly; until then tokens hold the old ones.
    world.control("/tenants/contoso.com/consent", json!({ "granted": true, "roles": ["Mail.Send"] })).await;
    assert_eq!(claims(&world.app_token(CONTOSO).await)["roles"].as_array().unwrap().len(), 5);
    world.control("/clock", json!({ "advance_seconds": 61 })).await;
    assert_eq!(claims(&world.app_token(CONTOSO).await)["roles"], json!(["Mail.Send"]));
}

#[tokio::test]
async fn graph_refuses_what_it_did_not_sign() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let mut forged = claims(&token);
    forged["tid"] = json!("00000000-0000-0000-0000-000000000000");
    let forged = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(forged.to_string()));
    assert_ne!(payload, "");
    for token in [forged.as_str(), "rubbish", "a.b.c", ""] {
        let refused = world.graph(token, "/organization").await;
        assert_eq!((refused.0, code(&refused)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
    }
}

#[tokio::test]
async fn without_a_role_each_service_refuses_in_its_own_words() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true, "roles": [] })).await;
    let none = world.app_token(CONTOSO).await;
    let mail = world.graph(&none, "/users/admin@contoso.com/mailFolders/inbox").await;
    assert_eq!((mail.0, code(&mail)), (StatusCode::UNAUTHORIZED, "NoPermissionsInAccessToken"));
    let users = world.graph(&none, "/users").await;
    assert_eq!((users.0, code(&users)), (StatusCode::FORBIDDEN, "Authorization_RequestDenied"));

    let roles = json!({ "granted": true, "roles": ["User.ReadBasic.All"] });
    world.control("/tenants/contoso.com/consent", roles).await;
    let basic = world.app_token(CONTOSO).await;
    let mail = world.graph(&basic, "/users/admin@contoso.com/mailFolders/inbox").await;
    assert_eq!((mail.0, code(&mail)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"));
    assert_eq!(world.graph(&basic, "/users").await.0, StatusCode::OK);
    assert_eq!(code(&world.graph(&basic, "/users/delta").await), "Authorization_RequestDenied");
    assert_eq!(code(&world.graph(&basic, "/organization").await), "Authorization_RequestDenied");
}
