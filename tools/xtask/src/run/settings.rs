//! Configuration of the programs that `run` starts, and its welcome text.

use anyhow::{Context as _, Result};

/// A number that nobody has, for the link in Help.
const WHATSAPP: &str = "12025550123";

/// The Entra application: registered in the simulator, used by the server.
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const CLIENT_SECRET: &str = "simulated-secret";

/// The ports of one run.
pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) simulator_port: u16,
    pub(crate) host_port: u16,
}

/// The console's settings for the web app that embeds it.
const ISSUER: &str = "https://host.example";
const HOST_API_KEY: &str = "simulated-host-key";
const JWKS: &str = "data/demo/host-keys.json";

impl Settings {
    pub(crate) fn new(port: u16) -> Result<Self> {
        let host_port = port.checked_add(2).context("--port must be below 65534")?;
        Ok(Self { port, simulator_port: port + 1, host_port })
    }

    /// The simulator's command line.
    pub(crate) fn simulator_arguments(&self, mailboxes: u32) -> Vec<String> {
        let mailboxes = mailboxes.to_string();
        let listen = self.simulator_listen();
        let pairs = [
            ("--listen", listen.as_str()),
            ("--mailboxes", &mailboxes),
            ("--client-id", CLIENT_ID),
            ("--client-secret", CLIENT_SECRET),
        ];
        pairs.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect()
    }

    fn simulator_listen(&self) -> String {
        format!("127.0.0.1:{}", self.simulator_port)
    }

    fn simulator_url(&self) -> String {
        format!("http://{}", self.simulator_listen())
    }

    /// The command line of the web app that embeds the console.
    pub(crate) fn host_arguments(&self) -> Vec<String> {
        let (port, console) = (self.host_port.to_string(), self.console_url());
        let pairs = [
            ("--port", port.as_str()),
            ("--console", &console),
            ("--jwks", JWKS),
            ("--issuer", ISSUER),
            ("--api-key", HOST_API_KEY),
        ];
        pairs.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect()
    }

    fn host_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.host_port)
    }

    fn console_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The server's configuration, in the environment.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let listen = format!("127.0.0.1:{}", self.port);
        vec![
            ("DWD_PUBLIC_URL", self.console_url()),
            ("LEPTOS_SITE_ADDR", listen.clone()),
            ("DWD_LISTEN", listen),
            ("DWD_DATABASE_URL", "sqlite://data/demo/warmy.db".to_owned()),
            ("DWD_MICROSOFT_LOGIN_URL", self.simulator_url()),
            ("DWD_MICROSOFT_GRAPH_URL", self.simulator_url()),
            ("DWD_MICROSOFT_CLIENT_ID", CLIENT_ID.to_owned()),
            ("DWD_MICROSOFT_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("DWD_EMBED_ORIGINS", self.host_url()),
            ("DWD_HOST_JWKS", JWKS.to_owned()),
            ("DWD_HOST_ISSUER", ISSUER.to_owned()),
            ("DWD_HOST_API_KEY", HOST_API_KEY.to_owned()),
            ("DWD_DEMO", "true".to_owned()),
            ("DWD_WHATSAPP", WHATSAPP.to_owned()),
            ("DWD_STYLEGUIDE", "true".to_owned()),
        ]
    }

    /// Prints the next step, set apart from the log lines.
    pub(crate) fn print_welcome(&self, open: Option<&str>) {
        let line = "─".repeat(72);
        println!("\n{line}");
        match open {
            Some(link) => {
                println!("  Open   {link}\n         (signs you in as the owner of the demo workspace, once)")
            }
            None => println!("  Open   {}", self.console_url()),
        }
        println!("\n  In another company’s web app, with a workspace of its own");
        println!("         {}", self.host_url());
        println!("\n  At Microsoft's pages sign in as");
        println!("         admin@contoso.com         may consent for the whole organisation");
        println!("         adele.vance@contoso.com   may not: shows the console's message for this case");
        println!("         (no password; all other accounts and controls: {})", self.simulator_url());
        println!(
            "\n  Ctrl-C stops everything; the next demo starts anew (--keep keeps its database, in `data/demo/`)"
        );
        println!("{line}\n");
    }
}
