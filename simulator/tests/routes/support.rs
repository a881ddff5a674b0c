//! A running simulator and a client for it.

use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use simulator::{Options, Running};
use url::Url;

pub(crate) const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub(crate) const SECRET: &str = "simulated-secret";
pub(crate) const CONTOSO: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub(crate) const REPLY: &str = "http://localhost:3000/callback";
pub(crate) const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";

/// The simulator of one test, with an HTTP client.
pub(crate) struct TestSimulator {
    pub(crate) base: String,
    http: Client,
    _running: Option<Running>,
}

/// A status with its JSON body.
pub(crate) type Answer = (StatusCode, Value);

impl TestSimulator {
    pub(crate) async fn start() -> Self {
        Self::with(Options { mailboxes: 60, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let running = simulator::start(options).await.unwrap();
        let base = running.base_url.clone();
        let ca = running.ca_pem.clone();
        Self { _running: Some(running), ..Self::trusting(base, ca.as_deref()) }
    }

    /// A simulator that is already running at this address.
    pub(crate) fn at(base: String) -> Self {
        Self::trusting(base, None)
    }

    fn trusting(base: String, ca: Option<&str>) -> Self {
        let mut http = Client::builder().redirect(Policy::none()).no_proxy();
        if let Some(pem) = ca {
            http = http.tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()]);
        }
        Self { base, http: http.build().unwrap(), _running: None }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.http.request(method, url)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let response = self.request(Method::POST, &format!("/_sim{path}")).json(&body).send().await.unwrap();
        let (status, body) = read(response).await;
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// Creates a tenant with this number of mailboxes and the default users without one; returns its id.
    pub(crate) async fn tenant(&self, domain: &str, mailboxes: u32) -> String {
        let made = self.control("/tenants", json!({ "domain": domain, "mailboxes": mailboxes })).await;
        made["tid"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn try_token(&self, tenant: &str, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/{tenant}/oauth2/v2.0/token");
        read(self.request(Method::POST, &path).form(fields).send().await.unwrap()).await
    }

    pub(crate) async fn try_app_token(&self, tenant: &str) -> Answer {
        let fields = [
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("scope", GRAPH_SCOPE),
            ("grant_type", "client_credentials"),
        ];
        self.try_token(tenant, &fields).await
    }

    pub(crate) async fn app_token(&self, tenant: &str) -> String {
        let (status, body) = self.try_app_token(tenant).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// Grants all requested permissions and returns a token.
    pub(crate) async fn consented(&self, tenant: &str) -> String {
        self.control(&format!("/tenants/{tenant}/consent"), json!({ "granted": true })).await;
        self.app_token(tenant).await
    }

    pub(crate) async fn graph(&self, token: &str, path: &str) -> Answer {
        let path = if path.starts_with("http") { path.to_owned() } else { format!("/v1.0{path}") };
        read(self.request(Method::GET, &path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn batch(&self, token: &str, requests: Value) -> Answer {
        let body = json!({ "requests": requests });
        let request = self.request(Method::POST, "/v1.0/$batch").bearer_auth(token).json(&body);
        read(request.send().await.unwrap()).await
    }

    /// Follows next links from `path`; returns all users, the last page and the number of pages.
    pub(crate) async fn pages(&self, token: &str, path: &str) -> (Vec<Value>, Value, usize) {
        let (mut users, mut next, mut count) = (Vec::new(), path.to_owned(), 0);
        loop {
            let (status, page) = self.graph(token, &next).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            count += 1;
            users.extend(page["value"].as_array().unwrap().iter().cloned());
            match page["@odata.nextLink"].as_str() {
                Some(link) => {
                    assert!(link.starts_with(&self.base), "{link}");
                    link.clone_into(&mut next);
                }
                None => return (users, page, count),
            }
        }
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The target of a redirect.
pub(crate) fn location(response: &Response) -> Url {
    assert_eq!(response.status(), StatusCode::FOUND);
    let text = response.headers()["location"].to_str().unwrap();
    Url::parse(text).unwrap_or_else(|_| panic!("not an absolute address: {text}"))
}

/// A parameter of an address.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The sign-in cookie that a response sets.
pub(crate) fn cookie(response: &Response) -> String {
    let text = response.headers()["set-cookie"].to_str().unwrap();
    text.split(';').next().unwrap().to_owned()
}

pub(crate) fn code(answer: &Answer) -> &str {
    answer.1["error"]["code"].as_str().unwrap_or_default()
}
