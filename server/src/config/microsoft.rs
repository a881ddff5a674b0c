//! Our Entra application, and the addresses of Microsoft.

use anyhow::Context;
use clap::Args;
use microsoft::{Cloud, CloudKind, Microsoft, Registration};
use url::Url;

use super::CredentialsConfig;

/// Our Entra application, and the addresses of Microsoft.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Microsoft")]
pub struct MicrosoftConfig {
    /// Application (client) id of our multi-tenant Entra application. The default is the simulator's.
    #[arg(
        long = "microsoft-client-id",
        env = "DWD_MICROSOFT_CLIENT_ID",
        default_value = "00001111-aaaa-2222-bbbb-3333cccc4444"
    )]
    pub client_id: String,

    #[command(flatten)]
    pub credentials: CredentialsConfig,

    /// The cloud in which the application is registered and whose customers can connect: global (also for GCC),
    /// gcc-high, dod or china.
    #[arg(long = "microsoft-cloud", env = "DWD_MICROSOFT_CLOUD", default_value_t = CloudKind::Global)]
    pub cloud: CloudKind,

    /// Microsoft's sign-in service, by default the cloud's; only a simulator or a proxy needs another.
    #[arg(long = "microsoft-login-url", env = "DWD_MICROSOFT_LOGIN_URL")]
    pub login_url: Option<Url>,

    /// Microsoft Graph, by default the cloud's; only a simulator or a proxy needs another.
    #[arg(long = "microsoft-graph-url", env = "DWD_MICROSOFT_GRAPH_URL")]
    pub graph_url: Option<Url>,

    /// Hosts (`host` or `host:port`, separated by commas) that are allowed in the addresses of the sign-in service and
    /// of Graph besides Microsoft's own and this machine. They see our credentials and every customer's tokens.
    #[arg(long = "microsoft-allow-host", env = "DWD_MICROSOFT_ALLOW_HOST", value_delimiter = ',')]
    pub allow_host: Vec<String>,
}

impl MicrosoftConfig {
    /// The client for Microsoft. Reads the certificates; sends nothing.
    ///
    /// # Errors
    /// The problem, in words for the operator. A missing credential is an error unless `without_credentials`.
    pub fn client(&self, without_credentials: bool) -> anyhow::Result<Microsoft> {
        let credentials = self.credentials.load()?;
        anyhow::ensure!(
            without_credentials || !credentials.is_empty(),
            "no credential to prove our identity to Microsoft: set DWD_MICROSOFT_CERTIFICATE (recommended; `server \
             cert new` makes one), DWD_MICROSOFT_TOKEN_FILE or DWD_MICROSOFT_CLIENT_SECRET"
        );
        let cloud = Cloud::of(self.cloud)
            .based_at(self.login_url.clone(), self.graph_url.clone())
            .allowing(self.allow_host.iter().map(String::as_str));
        let registration = Registration { client_id: self.client_id.clone(), credentials };
        Microsoft::new(cloud, registration).context(
            "DWD_MICROSOFT_CLOUD, DWD_MICROSOFT_LOGIN_URL, DWD_MICROSOFT_GRAPH_URL and \
             DWD_MICROSOFT_ALLOW_HOST do not go together",
        )
    }
}
