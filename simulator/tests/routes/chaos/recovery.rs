use std::collections::{BTreeSet, HashMap};

use reqwest::Method;
use serde_json::{Value, json};

use super::{CHAOS, part};
use crate::support::{CLIENT_ID, CONTOSO, GRAPH_SCOPE, SECRET, TestSimulator};

const BATCH: &str = "/v1.0/$batch";

/// A client that retries until every call succeeds.
struct Patient<'a> {
    test_env: &'a TestSimulator,
    token: String,
}

impl Patient<'_> {
    async fn renew(&mut self) {
        let form = [
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("scope", GRAPH_SCOPE),
            ("grant_type", "client_credentials"),
        ];
        loop {
            let path = format!("/{CONTOSO}/oauth2/v2.0/token");
            let Ok(response) = self.test_env.request(Method::POST, &path).form(&form).send().await else {
                continue;
            };
            let Ok(text) = response.text().await else { continue };
            let Ok(body) = serde_json::from_str::<Value>(&text) else { continue };
            if let Some(token) = body["access_token"].as_str() {
                token.clone_into(&mut self.token);
                return;
            }
        }
    }

    /// Retries until success, 400 or 410, which a retry does not change; returns status and body.
    async fn call(&mut self, method: &Method, path: &str, body: &Value) -> (u16, Value) {
        loop {
            let request = self.test_env.request(method.clone(), path).bearer_auth(&self.token);
            let request = if body.is_null() { request } else { request.json(body) };
            let Ok(response) = request.send().await else { continue };
            let status = response.status().as_u16();
            let Ok(text) = response.text().await else { continue };
            match (status, serde_json::from_str(&text)) {
                (200 | 400 | 410, Ok(body)) => return (status, body),
                (401, _) => self.renew().await,
                _ => {}
            }
        }
    }

    async fn all_users(&mut self, path: &str) -> BTreeSet<String> {
        let (mut seen, mut next) = (BTreeSet::new(), path.to_owned());
        loop {
            let (status, page) = self.call(&Method::GET, &next, &Value::Null).await;
            if status != 200 {
                path.clone_into(&mut next);
                continue;
            }
            seen.extend(
                page["value"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()),
            );
            match page["@odata.nextLink"].as_str() {
                Some(link) => link.clone_into(&mut next),
                None => return seen,
            }
        }
    }

    async fn opened(&mut self, users: &BTreeSet<String>) -> usize {
        let mut known: HashMap<String, bool> = HashMap::new();
        loop {
            let open: Vec<&String> = users.iter().filter(|id| !known.contains_key(*id)).take(20).collect();
            if open.is_empty() {
                return known.values().filter(|opened| **opened).count();
            }
            let parts: Vec<_> = open.iter().enumerate().map(|(index, user)| part(index, user)).collect();
            let (_, body) = self.call(&Method::POST, BATCH, &json!({ "requests": parts })).await;
            for part in body["responses"].as_array().unwrap() {
                let user = open[part["id"].as_str().unwrap().parse::<usize>().unwrap()];
                match part["status"].as_u64().unwrap() {
                    429 => {}
                    status => assert_eq!(
                        known.insert(user.clone(), status == 200).unwrap_or(status == 200),
                        status == 200
                    ),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_retries_gets_all_data() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, before) = test_env.get("/_sim/tenants/contoso.com/truth").await;
    test_env.control("/tenants/contoso.com/limits", json!({ "identity_units": null })).await;
    for seed in [1, 2, 3] {
        test_env.control(CHAOS, json!({ "seed": seed, "rate": 0.4, "max_wait_ms": 60 })).await;
        let mut client = Patient { test_env: &test_env, token: token.clone() };
        let listed = client.all_users("/v1.0/users?$select=id&$top=10").await;
        let synced = client.all_users("/v1.0/users/delta?$select=id").await;
        assert_eq!((listed.len(), &listed), (65, &synced));
        assert_eq!(client.opened(&listed).await, 60);
    }
    let (_, log) = test_env.get("/_sim/requests?chaos=any").await;
    assert!(log["count"].as_u64().unwrap() > 10);
    assert_eq!(test_env.get("/_sim/tenants/contoso.com/truth").await.1, before);
}
