//! Configuration: environment variables or flags, documented at their fields. `server serve --help` prints
//! them, and `docs/configuration.md` is generated from them (`cli/reference.rs`).

mod credentials;
mod host_api;
mod mail;
mod microsoft;
mod webhook_targets;

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

pub use self::{
    credentials::{CredentialsConfig, log as log_credentials},
    host_api::HostApiKey,
    mail::MailConfig,
    microsoft::MicrosoftConfig,
    webhook_targets::{Refusal, Targets},
};
pub(crate) use webhook_targets::is_public;

const ADDRESSES: &str = "Listening and addresses";
const DATABASE: &str = "Database and keys";
const HOST: &str = "Host and embedding";
const LIMITS: &str = "Limits and retention";
const DEVELOPMENT: &str = "Development";

/// All settings of the server. The headings group them in `--help` and in `docs/configuration.md`.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address to listen on.
    #[arg(long, env = "DWD_LISTEN", default_value = "127.0.0.1:3000", help_heading = ADDRESSES)]
    pub listen: std::net::SocketAddr,

    /// The address under which browsers reach the server. Microsoft sends administrators back to it, so it is
    /// part of the redirect URIs registered in Entra. With https, cookies are `Secure` and begin with `__Host-`.
    /// Default: http:// and the listening address.
    #[arg(long, env = "DWD_PUBLIC_URL", help_heading = ADDRESSES)]
    pub public_url: Option<Url>,

    /// Number of proxies in front of the server, each of which appends the sender's address to X-Forwarded-For. With
    /// a wrong number, rate limits apply to the proxy's address, or to any address that a client makes up.
    #[arg(long, env = "DWD_TRUSTED_PROXIES", default_value = "0", help_heading = ADDRESSES)]
    pub trusted_proxies: u8,

    /// `sqlite://path/to/file.db` (embedded, one process) or `postgres://user:password@host/database`. The
    /// PostgreSQL user must not be a superuser: row-level security does not apply to superusers.
    #[arg(
        long,
        env = "DWD_DATABASE_URL",
        default_value = "sqlite://data/warmy.db",
        hide_env_values = true,
        help_heading = DATABASE
    )]
    pub database_url: String,

    /// Keys that encrypt secrets in the database, `ID:KEY,ID:KEY`: the first encrypts, all of them decrypt. `server
    /// keys new` prints one. Every server on a database must have the same keys. With PostgreSQL they are required;
    /// with SQLite the server creates them in a file beside the database.
    #[arg(long, env = "DWD_KEYS", hide_env_values = true, help_heading = DATABASE)]
    pub keys: Option<SecretString>,

    #[command(flatten)]
    pub microsoft: MicrosoftConfig,

    #[command(flatten)]
    pub mail: MailConfig,

    /// Keys with which the host (the Warmy back end) creates workspaces and sets their slots, `NAME:HASH,NAME:HASH`, as
    /// bearer tokens. `server host-key NAME` prints a new key and its entry. To change a key add the new entry, give
    /// the host its key, and take the old entry out. Without a key the host interface is off.
    #[arg(long, env = "DWD_HOST_API_KEYS", value_delimiter = ',', help_heading = HOST)]
    pub host_api_keys: Vec<HostApiKey>,

    /// One such key in plain text, for development.
    #[arg(long, env = "DWD_HOST_API_KEY", hide_env_values = true, help_heading = HOST)]
    pub host_api_key: Option<SecretString>,

    /// Origins of web pages that may show the console in a frame, separated by commas, e.g. https://app.warmy.io. By
    /// default no page may.
    #[arg(long, env = "DWD_EMBED_ORIGINS", value_delimiter = ',', value_parser = origin, help_heading = HOST)]
    pub embed_origins: Vec<String>,

    /// Partition the session cookie: needed when the host's pages and the console are on different sites
    /// (app.example.com and console.warmy.io). Leave it off when both share a domain.
    #[arg(long, env = "DWD_EMBED_CROSS_SITE", help_heading = HOST)]
    pub embed_cross_site: bool,

    /// The host's public keys (a JWKS document, EdDSA or ES256), which verify launch tokens: a file, or an https
    /// address, which is fetched again every five minutes and when a token names a new key.
    #[arg(long, env = "DWD_HOST_JWKS", help_heading = HOST)]
    pub host_jwks: Option<String>,

    /// The `iss` of the host's launch tokens.
    #[arg(long, env = "DWD_HOST_ISSUER", help_heading = HOST)]
    pub host_issuer: Option<String>,

    /// Seconds after which another server takes over a run whose server has not renewed its lease. Every server on a
    /// database must have the same value.
    #[arg(
        long,
        env = "DWD_LEASE_SECONDS",
        default_value = "30",
        value_parser = clap::value_parser!(u16).range(1..),
        help_heading = LIMITS
    )]
    pub lease_seconds: u16,

    /// Days for which a mailbox keeps its slot after its user has left the organisation. Microsoft 365 keeps deleted
    /// accounts for 30 days.
    #[arg(long, env = "DWD_LEAVER_DAYS", default_value = "30", help_heading = LIMITS)]
    pub leaver_days: u16,

    /// Factor by which every rate limit is multiplied, for networks where many people share one address.
    #[arg(
        long,
        env = "DWD_RATE_FACTOR",
        default_value = "1",
        value_parser = clap::value_parser!(u16).range(1..),
        help_heading = LIMITS
    )]
    pub rate_factor: u16,

    #[command(flatten)]
    pub support: SupportConfig,

    /// Create a demo workspace with 2,000 slots and print a one-time link to it.
    #[arg(long, env = "DWD_DEMO", help_heading = DEVELOPMENT)]
    pub demo: bool,

    /// Serve /styleguide: every component of the console in every state. For development and tests.
    #[arg(long, env = "DWD_STYLEGUIDE", help_heading = DEVELOPMENT)]
    pub styleguide: bool,

    /// Hosts (`host` or `host:port`, separated by commas) to which webhooks may go although they are private or use
    /// plain http. For development: all other webhooks must go to https addresses of the public internet.
    #[arg(long, env = "DWD_WEBHOOK_ALLOW_HOST", value_delimiter = ',', help_heading = DEVELOPMENT)]
    pub webhook_allow_host: Vec<String>,
}

/// Parses an origin and writes it exactly as browsers do.
fn origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|error| error.to_string())?;
    if !url.origin().is_tuple() || url.path() != "/" || url.query().is_some() {
        return Err("an origin is a scheme and a host, e.g. https://app.warmy.io".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

/// The support contacts that users see.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Support")]
pub struct SupportConfig {
    /// Address of the support page that Help and the pages outside the console link to.
    #[arg(long, env = "DWD_SUPPORT_URL")]
    pub support_url: Option<String>,

    /// Address of the privacy policy that the pages outside the console link to. Without it they link to a page that
    /// says what is stored.
    #[arg(long, env = "DWD_PRIVACY_URL")]
    pub privacy_url: Option<String>,

    /// WhatsApp number of the support: country code and digits only.
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

    /// The addresses to which webhooks may go.
    #[must_use]
    pub fn webhook_targets(&self) -> Targets {
        Targets::allowing(&self.webhook_allow_host)
    }

    /// The keys that the host may use.
    pub fn host_keys(&self) -> impl Iterator<Item = HostApiKey> {
        let plain = self.host_api_key.as_ref().filter(|key| !key.expose_secret().is_empty());
        self.host_api_keys.iter().cloned().chain(plain.map(HostApiKey::plain))
    }

    /// Whether a host runs the product.
    #[must_use]
    pub fn has_host(&self) -> bool {
        self.host_keys().next().is_some()
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }
}
