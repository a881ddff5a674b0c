//! A server on a free port with the answers of a test; it records all requests.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use microsoft::{Cloud, Credential, Microsoft, Registration, TenantId};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

pub const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

/// One recorded request.
#[derive(Clone, Debug)]
pub struct ScriptedRequest {
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    pub client_request_id: Option<String>,
    pub host: Option<String>,
    pub body: String,
    /// How many requests with this path came before.
    pub nth: usize,
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

pub fn reply(status: u16, body: impl Into<String>) -> Reply {
    Reply { status, headers: vec![], body: body.into() }
}

pub fn error(status: u16, code: &str) -> Reply {
    reply(status, json!({"error": {"code": code, "message": "about someone@contoso.com"}}).to_string())
}

impl Reply {
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub struct Script {
    pub microsoft: Microsoft,
    pub base: Url,
    requests: Arc<Mutex<Vec<ScriptedRequest>>>,
    in_flight: Arc<[AtomicUsize; 2]>,
}

impl Script {
    /// A server with these answers for all paths but the token endpoint, which issues a token with three permissions.
    pub async fn graph(answer: impl Fn(&ScriptedRequest) -> Reply + Clone + Send + Sync + 'static) -> Self {
        Self::all(move |request| match request.path.ends_with("/oauth2/v2.0/token") {
            true => token(request.nth, &["User.Read.All", "Mail.ReadWrite", "MailboxSettings.Read"]),
            false => answer(request),
        })
        .await
    }

    pub async fn all(answer: impl Fn(&ScriptedRequest) -> Reply + Clone + Send + Sync + 'static) -> Self {
        let log = Arc::new(Mutex::new(Vec::<ScriptedRequest>::new()));
        let requests = Arc::clone(&log);
        let counters = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let in_flight = Arc::clone(&counters);
        let handler = move |request: Request| {
            let (log, answer, counters) = (Arc::clone(&log), answer.clone(), Arc::clone(&counters));
            async move {
                let (parts, body) = request.into_parts();
                let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
                let header =
                    |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
                let mut request = ScriptedRequest {
                    path: parts.uri.path().to_owned(),
                    query: parts.uri.query().unwrap_or_default().to_owned(),
                    authorization: header("authorization"),
                    client_request_id: header("client-request-id"),
                    host: header("host"),
                    body,
                    nth: 0,
                };
                {
                    let mut log = log.lock().unwrap();
                    request.nth = log.iter().filter(|earlier| earlier.path == request.path).count();
                    log.push(request.clone());
                }
                let [now, most] = &*counters;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // Long enough for concurrent calls to overlap.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                let reply = answer(&request);
                let mut response = Response::builder().status(reply.status);
                for (name, value) in reply.headers {
                    response = response.header(name, value);
                }
                response.body(Body::from(reply.body)).unwrap()
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await.unwrap() });
        let microsoft = client(&base, vec![Credential::secret("the secret")]);
        Self { microsoft, base, requests, in_flight }
    }

    /// Another client of the same server, with other credentials.
    pub fn with_credentials(&self, credentials: Vec<Credential>) -> Microsoft {
        client(&self.base, credentials)
    }

    /// A client of an address without a server.
    pub async fn unreachable(credentials: Vec<Credential>) -> Microsoft {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        client(&Url::parse(&base).unwrap(), credentials)
    }

    pub fn tenant(&self) -> microsoft::Tenant {
        self.microsoft.tenant(&tid())
    }

    /// The maximum number of requests that were in flight at once.
    pub fn max_in_flight(&self) -> usize {
        self.in_flight[1].load(Ordering::SeqCst)
    }

    /// The requests so far whose path ends with `path`.
    pub fn requests(&self, path: &str) -> Vec<ScriptedRequest> {
        self.requests.lock().unwrap().iter().filter(|request| request.path.ends_with(path)).cloned().collect()
    }
}

fn client(base: &Url, credentials: Vec<Credential>) -> Microsoft {
    let registration = Registration { client_id: "client".to_owned(), credentials };
    Microsoft::new(Cloud::at(base.clone(), base.clone()), registration).unwrap()
}

pub fn tid() -> TenantId {
    TENANT.parse().unwrap()
}

/// A token that is different every time.
pub fn token(nth: usize, roles: &[&str]) -> Reply {
    let claims = json!({"tid": TENANT, "oid": "sp", "idtyp": "app", "roles": roles, "nth": nth});
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
    reply(200, json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token}).to_string())
}

/// Answers a batch: `part` maps the id and the address of a part to its answers, each a status and a body.
pub fn batch(request: &ScriptedRequest, part: impl Fn(&str, &str) -> Vec<(u16, Value)>) -> Reply {
    let content: Value = serde_json::from_str(&request.body).unwrap();
    let mut responses = Vec::new();
    for one in content["requests"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap();
        for (status, body) in part(id, one["url"].as_str().unwrap()) {
            let headers = if status == 429 { json!({"Retry-After": "1"}) } else { json!({}) };
            responses.push(json!({"id": id, "status": status, "headers": headers, "body": body}));
        }
    }
    responses.reverse();
    reply(200, json!({ "responses": responses }).to_string())
}
