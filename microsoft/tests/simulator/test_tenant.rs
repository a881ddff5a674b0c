//! A simulator of its own for every test, with a client and a browser.

use microsoft::{Cloud, Credential, Microsoft, Registration, Tenant, TenantId};
use reqwest::{Method, Response, header, redirect::Policy};
use serde_json::{Value, json};
use simulator::{Options, Running};
use url::Url;

pub struct TestTenant {
    pub base: Url,
    client_id: String,
    pub microsoft: Microsoft,
    browser: reqwest::Client,
    // Dropping it stops the simulator.
    _running: Running,
}

fn client_of(base: &Url, client_id: &str, credentials: Vec<Credential>) -> Microsoft {
    let registration = Registration { client_id: client_id.to_owned(), credentials };
    Microsoft::new(Cloud::at(base.clone(), base.clone()), registration).unwrap()
}

pub fn redirect() -> Url {
    Url::parse("http://localhost:3000/callback").unwrap()
}

impl TestTenant {
    pub async fn new() -> Self {
        Self::with_secret(Options::CLIENT_SECRET).await
    }

    pub async fn with_secret(secret: &str) -> Self {
        let options = Options { mailboxes: 300, ..Options::default() };
        let client_id = options.client_id.to_string();
        let running = simulator::start(options).await.unwrap();
        let base = Url::parse(&running.base_url).unwrap();
        let microsoft = client_of(&base, &client_id, vec![Credential::secret(secret)]);
        let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { base, client_id, microsoft, browser, _running: running }
    }

    /// Another client of the same simulator, with these credentials.
    pub fn client(&self, credentials: Vec<Credential>) -> Microsoft {
        client_of(&self.base, &self.client_id, credentials)
    }

    /// As [`TestTenant::new`], with everything granted at contoso.com.
    pub async fn consented() -> (Self, Tenant) {
        let test_env = Self::new().await;
        test_env.control("tenants/contoso.com/consent", json!({"granted": true})).await;
        let tenant = test_env.tenant("contoso.com").await;
        (test_env, tenant)
    }

    pub async fn tid(&self, domain: &str) -> TenantId {
        self.microsoft.discover(domain).await.unwrap()
    }

    pub async fn tenant(&self, domain: &str) -> Tenant {
        self.microsoft.tenant(&self.tid(domain).await)
    }

    /// `POST /_sim/{path}`
    pub async fn control(&self, path: &str, body: Value) -> Value {
        self.request(Method::POST, path, body).await
    }

    pub async fn request(&self, method: Method, path: &str, body: Value) -> Value {
        let url = self.base.join(&format!("_sim/{path}")).unwrap();
        let answer = self.browser.request(method, url).body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    /// All users of contoso.com with their real kinds and mailboxes, from the simulator.
    pub async fn truth(&self) -> Vec<Value> {
        let truth = self.request(Method::GET, "tenants/contoso.com/truth", json!({})).await;
        truth["users"].as_array().unwrap().clone()
    }

    /// Signs in on the page at `url` as `account`, and returns the parameters of the redirect.
    pub async fn sign_in(&self, url: &Url, account: &str) -> Vec<(String, String)> {
        let answer = self.browser.post(url.clone()).form(&[("account", account)]).send().await.unwrap();
        returned(&answer)
    }

    /// As [`TestTenant::sign_in`], for an account that is not redirected; returns the status of the page.
    pub async fn sign_in_page(&self, url: &Url, account: &str) -> u16 {
        self.browser.post(url.clone()).form(&[("account", account)]).send().await.unwrap().status().as_u16()
    }

    /// Signs in on the consent page at `url` as `account`, decides, and returns the parameters of the
    /// redirect.
    pub async fn decide(&self, url: &Url, account: &str, decision: &str) -> Vec<(String, String)> {
        let signed_in = self.browser.post(url.clone()).form(&[("account", account)]).send().await.unwrap();
        let cookie = signed_in.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let decided = self.browser.post(url.clone()).header(header::COOKIE, cookie);
        returned(&decided.form(&[("decision", decision)]).send().await.unwrap())
    }
}

fn returned(answer: &Response) -> Vec<(String, String)> {
    let location = answer.headers().get(header::LOCATION).expect("a redirect").to_str().unwrap();
    assert!(location.starts_with(redirect().as_str()), "{location}");
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}
