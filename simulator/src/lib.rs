//! A Microsoft 365 over real HTTP.
//!
//! One origin serves what Microsoft spreads over several: the sign-in service at `/{tenant}/…`, Microsoft
//! Graph at `/v1.0/…`, and the controls of the simulation at `/_sim/…`. Clients need no test mode: they are
//! pointed at another login and Graph host, as for a national cloud.
//!
//! ```no_run
//! # async fn example() -> Result<(), simulator::StartError> {
//! let running = simulator::start(simulator::Options::default()).await?;
//! println!("{}", running.base_url);
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! | folder | is |
//! |---|---|
//! | `login` | discovery, sign-in pages, admin consent, tokens |
//! | `graph` | the Graph calls, one file each; batch parts run through the same code |
//! | `directory` | tenants and people, computed rather than stored |
//! | `chaos` | seeded misfortune |
//! | `control` | everything a test or a person can do to the simulation |
//! | `../scenarios` | situations with a name, as data |
//! | `web` | the router, the request log, the index page |
//!
//! To add a Graph call: write a file in `graph/`, name it in `graph::route`, and say which permission it
//! needs there.

mod chaos;
mod control;
mod directory;
mod entropy;
mod graph;
mod keys;
mod login;
mod mix;
mod options;
mod recorder;
mod request_log;
mod running;
mod scenario;
mod state;
mod tls;
mod web;

pub use directory::cloud::Cloud;
pub use keys::KeyError;
pub use login::credentials::CertificateError;
pub use options::Options;
pub use running::{Running, StartError, start};
pub use scenario::{Call, Scenario, ScenarioError};
pub use state::Simulator;
pub use tls::TlsError;
pub use web::router;
