use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulator::{Cloud, Options};

use crate::support::{CLIENT_ID, CONTOSO, SECRET, TestSimulator, code};

const CLOUDS: [(Cloud, &str, &str, &str); 5] = [
    (Cloud::Global, "adatum.example", "login.microsoftonline.com", "graph.microsoft.com"),
    (Cloud::GccHigh, "treyresearch.us", "login.microsoftonline.us", "graph.microsoft.us"),
    (Cloud::Dod, "proseware.mil", "login.microsoftonline.us", "dod-graph.microsoft.us"),
    (Cloud::China, "wingtiptoys.cn", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
    (Cloud::Sovereign, "vanarsdel.example", "login.sovcloud-identity.fr", "graph.svc.sovcloud.fr"),
];

async fn document(test_env: &TestSimulator, domain: &str) -> Value {
    test_env.get(&format!("/{domain}/v2.0/.well-known/openid-configuration")).await.1
}

async fn token_for(test_env: &TestSimulator, scope: &str) -> (StatusCode, Value) {
    let fields = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", scope),
        ("grant_type", "client_credentials"),
    ];
    test_env.try_token(CONTOSO, &fields).await
}

#[tokio::test]
async fn discovery_names_the_hosts_of_each_tenants_cloud() {
    for (cloud, ..) in CLOUDS {
        let test_env = TestSimulator::with(Options { mailboxes: 4, cloud, ..Options::default() }).await;
        let home = document(&test_env, "contoso.com").await;
        assert!(home["token_endpoint"].as_str().unwrap().starts_with(&test_env.base), "{cloud:?}");
        for (other, domain, login, graph) in CLOUDS.iter().filter(|(other, ..)| *other != cloud) {
            let document = document(&test_env, domain).await;
            let endpoint = document["token_endpoint"].as_str().unwrap();
            assert!(endpoint.starts_with(&format!("https://{login}/")), "{endpoint}");
            assert_eq!(document["msgraph_host"], *graph, "{cloud:?} names {other:?}");
        }
    }
}

#[tokio::test]
async fn the_government_clouds_differ_in_their_sub_scope() {
    let test_env = TestSimulator::start().await;
    assert_eq!(document(&test_env, "contoso.com").await["tenant_region_sub_scope"], Value::Null);
    assert_eq!(document(&test_env, "treyresearch.us").await["tenant_region_sub_scope"], "DODCON");
    assert_eq!(document(&test_env, "proseware.mil").await["tenant_region_sub_scope"], "DOD");
    let test_env =
        TestSimulator::with(Options { mailboxes: 4, cloud: Cloud::Dod, ..Options::default() }).await;
    assert_eq!(document(&test_env, "contoso.com").await["tenant_region_sub_scope"], "DOD");
}

#[tokio::test]
async fn tokens_are_for_the_graph_of_their_own_cloud() {
    for (cloud, _, _, graph) in CLOUDS {
        let test_env = TestSimulator::with(Options { mailboxes: 4, cloud, ..Options::default() }).await;
        test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
        for (other, _, _, theirs) in &CLOUDS {
            let (status, body) = token_for(&test_env, &format!("https://{theirs}/.default")).await;
            if *other == cloud {
                let token = body["access_token"].as_str().unwrap();
                let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
                let claims: Value = serde_json::from_slice(&claims).unwrap();
                assert_eq!(claims["aud"], format!("https://{graph}"));
                assert_eq!(test_env.graph(token, "/organization").await.0, StatusCode::OK);
            } else {
                assert_eq!((status, &body["error_codes"]), (StatusCode::BAD_REQUEST, &json!([500_011])));
            }
        }
    }
}

#[tokio::test]
async fn a_tenant_can_be_made_in_another_cloud_and_is_refused_here() {
    let test_env = TestSimulator::start().await;
    let made = json!({ "domain": "far.example", "mailboxes": 3, "cloud": "china" });
    let made = test_env.control("/tenants", made).await;
    assert_eq!(
        (&made["cloud"], &made["initial_domain"]),
        (&json!("china"), &json!("far.partner.onmschina.cn"))
    );
    let (_, refused) = test_env.try_app_token("far.example").await;
    assert_eq!(refused["error_codes"], json!([900_382]));
    assert_eq!(code(&test_env.graph("", "/organization").await), "InvalidAuthenticationToken");
}
