use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use simulator::{Cloud, Options};

use crate::support::{CLIENT_ID, CONTOSO, SECRET, World, code};

const CLOUDS: [(Cloud, &str, &str, &str); 4] = [
    (Cloud::Global, "adatum.example", "login.microsoftonline.com", "graph.microsoft.com"),
    (Cloud::GccHigh, "treyresearch.us", "login.microsoftonline.us", "graph.microsoft.us"),
    (Cloud::Dod, "proseware.mil", "login.microsoftonline.us", "dod-graph.microsoft.us"),
    (Cloud::China, "wingtiptoys.cn", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
];

async fn document(world: &World, domain: &str) -> Value {
    world.get(&format!("/{domain}/v2.0/.well-known/openid-configuration")).await.1
}

async fn ask(world: &World, scope: &str) -> (StatusCode, Value) {
    let fields = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("scope", scope),
        ("grant_type", "client_credentials"),
    ];
    world.ask_token(CONTOSO, &fields).await
}

#[tokio::test]
async fn discovery_sends_tenants_of_every_other_cloud_to_its_hosts() {
    for (cloud, ..) in CLOUDS {
        let world = World::with(Options { mailboxes: 4, cloud, ..Options::default() }).await;
        let home = document(&world, "contoso.com").await;
        assert!(home["token_endpoint"].as_str().unwrap().starts_with(&world.base), "{cloud:?}");
        for (other, domain, login, graph) in CLOUDS.iter().filter(|(other, ..)| *other != cloud) {
            let document = document(&world, domain).await;
            let endpoint = document["token_endpoint"].as_str().unwrap();
            assert!(endpoint.starts_with(&format!("https://{login}/")), "{endpoint}");
            assert_eq!(document["msgraph_host"], *graph, "{cloud:?} names {other:?}");
        }
    }
}

#[tokio::test]
async fn the_government_clouds_are_told_apart_by_their_sub_scope() {
    let world = World::start().await;
    assert_eq!(document(&world, "contoso.com").await["tenant_region_sub_scope"], Value::Null);
    assert_eq!(document(&world, "treyresearch.us").await["tenant_region_sub_scope"], "DODCON");
    assert_eq!(document(&world, "proseware.mil").await["tenant_region_sub_scope"], "DOD");
    let world = World::with(Options { mailboxes: 4, cloud: Cloud::Dod, ..Options::default() }).await;
    assert_eq!(document(&world, "contoso.com").await["tenant_region_sub_scope"], "DOD");
}

#[tokio::test]
async fn tokens_are_for_the_graph_of_their_own_cloud() {
    for (cloud, _, _, graph) in CLOUDS {
        let world = World::with(Options { mailboxes: 4, cloud, ..Options::default() }).await;
        world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
        for (other, _, _, theirs) in &CLOUDS {
            let (status, body) = ask(&world, &format!("https://{theirs}/.default")).await;
            if *other == cloud {
                let token = body["access_token"].as_str().unwrap();
                let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
                let claims: Value = serde_json::from_slice(&claims).unwrap();
                assert_eq!(claims["aud"], format!("https://{graph}"));
                assert_eq!(world.graph(token, "/organization").await.0, StatusCode::OK);
            } else {
                assert_eq!((status, &body["error_codes"]), (StatusCode::BAD_REQUEST, &json!([500_011])));
            }
        }
    }
}

#[tokio::test]
async fn a_tenant_can_be_made_in_another_cloud_and_is_refused_here() {
    let world = World::start().await;
    let made = json!({ "domain": "far.example", "mailboxes": 3, "cloud": "china" });
    let made = world.control("/tenants", made).await;
    assert_eq!(
        (&made["cloud"], &made["initial_domain"]),
        (&json!("china"), &json!("far.partner.onmschina.cn"))
    );
    let (_, refused) = world.ask_app_token("far.example").await;
    assert_eq!(refused["error_codes"], json!([900_382]));
    assert_eq!(code(&world.graph("", "/organization").await), "InvalidAuthenticationToken");
}
