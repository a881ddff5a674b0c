//! Configuration: environment variables or flags, documented where they are read. `server serve --help` prints
//! this table; the README repeats it.

mod credentials;
mod mail;
mod microsoft;

use clap::Args;
use secrecy::SecretString;
use url::Url;

use crate::webhooks::Targets;

pub use self::{
    credentials::{CredentialsConfig, log as log_credentials},
    mail::MailConfig,
    microsoft::MicrosoftConfig,
};

/// Everything the server can be told.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "DWD_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: std::net::SocketAddr,

    /// The address under which browsers reach the server. Microsoft sends administrators back to it, so it is
    /// part of the redirect URIs registered in Entra. Default: http:// and the listening address.
    #[arg(long, env = "DWD_PUBLIC_URL")]
    pub public_url: Option<Url>,

    /// `sqlite://path/to/file.db` (embedded, one process) or `postgres://user:password@host/database`.
    #[arg(long, env = "DWD_DATABASE_URL", default_value = "sqlite://data/warmy.db", hide_env_values = true)]
    pub database_url: String,

    /// Keys that encrypt secrets in the database, `ID:KEY,ID:KEY`: the first seals, all of them open. `server keys new`
    /// prints one. Every server on a database must have the same. With SQLite they are made in a file beside the
    /// database.
    #[arg(long, env = "DWD_KEYS", hide_env_values = true)]
    pub keys: Option<SecretString>,

    #[command(flatten)]
    pub microsoft: MicrosoftConfig,

    #[command(flatten)]
    pub mail: MailConfig,

    #[command(flatten)]
    pub support: SupportConfig,

    /// Key with which the host (the Warmy back end) makes workspaces and states slots, as a bearer token. Without
    /// it the host interface is off.
    #[arg(long, env = "DWD_HOST_API_KEY", hide_env_values = true)]
    pub host_api_key: Option<String>,

    /// After so many seconds without a word from the server that works on a run, another one takes the run over. Every
    /// server on a database must have the same.
    #[arg(long, env = "DWD_LEASE_SECONDS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    pub lease_seconds: u16,

    /// Who has left the organisation keeps the slot for so many days. Microsoft 365 keeps deleted accounts for 30.
    #[arg(long, env = "DWD_LEAVER_DAYS", default_value = "30")]
    pub leaver_days: u16,

    /// Proxies in front of the server, each of which appends to X-Forwarded-For whom it got the request from. With the
    /// wrong number, limits by network address count for the proxy, or for whatever a client claims.
    #[arg(long, env = "DWD_TRUSTED_PROXIES", default_value = "0")]
    pub trusted_proxies: u8,

    /// Origins of web pages that may show the console in a frame, with commas between them, e.g.
    /// https://app.warmy.io. Without any, nobody may.
    #[arg(long, env = "DWD_EMBED_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub embed_origins: Vec<String>,

    /// The host's pages are of another site than the console's own address (app.example.com and console.warmy.io): the
    /// session's cookie is then partitioned. Leave it off when both share a domain.
    #[arg(long, env = "DWD_EMBED_CROSS_SITE")]
    pub embed_cross_site: bool,

    /// Hosts (`host` or `host:port`, separated by commas) to which webhooks may go although they are private or speak
    /// plain http. For development: elsewhere webhooks go to https addresses of the public internet only.
    #[arg(long, env = "DWD_WEBHOOK_ALLOW_HOST", value_delimiter = ',')]
    pub webhook_allow_host: Vec<String>,

    /// The host's public keys (a JWKS document, EdDSA or ES256), by which it signs launch tokens: a file, or an https
    /// address, which is asked again every ten minutes and when a token names a new key.
    #[arg(long, env = "DWD_HOST_JWKS")]
    pub host_jwks: Option<String>,

    /// The `iss` of the host's launch tokens.
    #[arg(long, env = "DWD_HOST_ISSUER")]
    pub host_issuer: Option<String>,

    /// Makes every limit on how often somebody may ask so many times as large: behind one address sit many people.
    #[arg(long, env = "DWD_RATE_FACTOR", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    pub rate_factor: u16,

    /// Serve /styleguide: every component of the console in every state. For development and tests.
    #[arg(long, env = "DWD_STYLEGUIDE")]
    pub styleguide: bool,

    /// Make a demo workspace with 2,000 slots and print a one-time link to it.
    #[arg(long, env = "DWD_DEMO")]
    pub demo: bool,
}

/// An origin exactly as a browser writes it.
fn origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|error| error.to_string())?;
    if !url.origin().is_tuple() || url.path() != "/" || url.query().is_some() {
        return Err("an origin is a scheme and a host, e.g. https://app.warmy.io".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

/// Where people turn to for help.
#[derive(Clone, Debug, Args)]
pub struct SupportConfig {
    /// Support page.
    #[arg(long, env = "DWD_SUPPORT_URL")]
    pub support_url: Option<String>,

    /// WhatsApp number of the support, digits with country code.
    #[arg(long, env = "DWD_WHATSAPP")]
    pub whatsapp: Option<String>,
}

impl Config {
    /// The public address, without a trailing slash.
    #[must_use]
    pub fn public(&self) -> String {
        let address =
            self.public_url.as_ref().map_or_else(|| format!("http://{}", self.listen), ToString::to_string);
        address.trim_end_matches('/').to_owned()
    }

    /// Where webhooks may go.
    #[must_use]
    pub fn webhook_targets(&self) -> Targets {
        Targets::allowing(&self.webhook_allow_host)
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}
