//! The settings of a simulator.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::directory::cloud::Cloud;
use url::Url;
use uuid::{Uuid, uuid};

/// Settings of a simulator. [`Options::default`] suits tests: any free port, 1,200 mailboxes at contoso.com.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on; port 0 takes any free port.
    pub listen: SocketAddr,
    /// The number of mailboxes of contoso.com.
    pub mailboxes: u32,
    /// The seed of the generated people: the same seed gives the same directory.
    pub seed: u64,
    /// The base of every link in answers. Without it, links use the host that the request was sent to.
    pub public_url: Option<Url>,
    /// Added to every answer of the sign-in service and of Graph.
    pub latency: Duration,
    /// The registered multi-tenant application.
    pub client_id: Uuid,
    /// The application's client secret.
    pub client_secret: String,
    /// The application's name, as the consent page shows it.
    pub app_name: String,
    /// The application's registered reply addresses, compared exactly. When empty, every loopback address is accepted.
    pub redirect_uris: Vec<String>,
    /// The Graph application permissions that the application requests.
    pub permissions: Vec<String>,
    /// The number of users on a page of a delta query.
    pub delta_page: usize,
    /// The Microsoft cloud to simulate.
    pub cloud: Cloud,
    /// Names or files of scenarios that `start` applies, in order.
    pub scenarios: Vec<String>,
    /// Serves `https` with a certificate of an authority generated at start; see [`crate::Running::ca_pem`].
    pub tls: bool,
    /// The application's registered certificates, PEM.
    pub certificates: Vec<String>,
    /// A file to which every answer of Graph is appended as a line of JSON.
    pub record: Option<PathBuf>,
}

impl Options {
    /// Default client id of the registered application.
    pub const CLIENT_ID: Uuid = uuid!("00001111-aaaa-2222-bbbb-3333cccc4444");
    /// Default client secret of the registered application.
    pub const CLIENT_SECRET: &'static str = "simulated-secret";
    /// Default name of the registered application.
    pub const APP_NAME: &'static str = "Warmy Domain Delegation";
    /// Default permissions that the registered application requests.
    pub const PERMISSIONS: [&'static str; 5] =
        ["User.Read.All", "Organization.Read.All", "Mail.Send", "Mail.ReadWrite", "MailboxSettings.Read"];
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            mailboxes: 1200,
            seed: 1,
            public_url: None,
            latency: Duration::ZERO,
            client_id: Self::CLIENT_ID,
            client_secret: Self::CLIENT_SECRET.to_owned(),
            app_name: Self::APP_NAME.to_owned(),
            redirect_uris: Vec::new(),
            permissions: Self::PERMISSIONS.map(str::to_owned).to_vec(),
            delta_page: 200,
            cloud: Cloud::Global,
            scenarios: Vec::new(),
            tls: false,
            certificates: Vec::new(),
            record: None,
        }
    }
}
