//! An example of a host: another company's web app with the console in its page. `cargo xtask run` shows it on the port
//! after Microsoft's. Integrators can start from it: it has the page with the element, and the endpoint that signs
//! launch tokens (docs/embedding.md describes them).
//!
//! Its key is created at every start and written to a file for the console; its workspace is created through the host's
//! interface when the page is first opened.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Parser;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use store::clock::Sources;
use tokio::sync::OnceCell;

/// The key's id, in the tokens and in the published set.
const KEY: &str = "host-1";

/// Serves a page with the console in it.
#[derive(Debug, Parser)]
struct Options {
    #[arg(long)]
    port: u16,
    /// The console's public address
    #[arg(long)]
    console: String,
    /// The file for the public key: the console's `DWD_HOST_JWKS`
    #[arg(long)]
    jwks: PathBuf,
    /// The console's `DWD_HOST_ISSUER`
    #[arg(long)]
    issuer: String,
    /// The console's `DWD_HOST_API_KEY`
    #[arg(long)]
    api_key: String,
}

struct Host {
    options: Options,
    key: EncodingKey,
    sources: Sources,
    /// The id of the workspace whose members this host signs in.
    workspace: OnceCell<String>,
}

impl Host {
    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.options.port)
    }

    async fn workspace(&self) -> anyhow::Result<&String> {
        self.workspace
            .get_or_try_init(|| async {
                let pool = json!({ "plan_type_id": "warmup", "name": "Warm-up", "limit": 2_000, "used_elsewhere": 0 });
                let new = json!({ "name": "Workspace of a host", "owner_name": "Hanna Host", "pools": [pool] });
                let request = reqwest::Client::new()
                    .post(format!("{}/host/workspaces", self.options.console))
                    .bearer_auth(&self.options.api_key)
                    .json(&new);
                let made: Value = request.send().await?.error_for_status()?.json().await?;
                made["workspace_id"].as_str().map(str::to_owned).context("the answer has no workspace_id")
            })
            .await
    }

    /// Signs a token for the user of this app: here always Hanna.
    async fn launch_token(&self) -> anyhow::Result<String> {
        let now = self.sources.now() / 1_000;
        let claims = json!({
            "iss": self.options.issuer, "aud": self.options.console, "sub": "hanna", "name": "Hanna Host",
            "workspace_id": self.workspace().await?, "role": "owner", "parent_origin": self.origin(),
            "jti": self.sources.id(), "iat": now, "exp": now + 60,
        });
        let header = Header { kid: Some(KEY.to_owned()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let document =
        Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).context("creating a key")?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).context("reading the key")?;
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": KEY, "alg": "EdDSA", "use": "sig" });
    std::fs::write(&options.jwks, json!({ "keys": [key] }).to_string()).context("writing the public key")?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await?;
    let key = EncodingKey::from_ed_der(document.as_ref());
    let host = Host { options, key, sources: Sources::system(), workspace: OnceCell::new() };
    let app = Router::new().route("/", get(page)).route("/token", post(token)).with_state(Arc::new(host));
    Ok(axum::serve(listener, app).await?)
}

async fn token(State(host): State<Arc<Host>>) -> Response {
    match host.launch_token().await {
        Ok(token) => Json(json!({ "token": token })).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

async fn page(State(host): State<Arc<Host>>) -> Html<String> {
    Html(PAGE.replace("{console}", &host.options.console))
}

/// The page: the console on the left, and its events on the right.
const PAGE: &str = include_str!("host.html");
