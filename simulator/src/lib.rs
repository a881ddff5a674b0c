//! Simulates Microsoft 365 over real HTTP.
//!
//! One origin serves the services that Microsoft has on several: the sign-in service at `/{tenant}/…`, Microsoft Graph
//! at `/v1.0/…`, and also the controls of the simulation at `/_sim/…`. Clients need no test mode: they are configured
//! with another login and Graph host, as for a national cloud.
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
//! | folder | content |
//! |---|---|
//! | `login` | discovery, sign-in pages, admin consent, tokens |
//! | `graph` | the Graph calls, one file each; batch parts run through the same code |
//! | `directory` | tenants and people, computed rather than stored |
//! | `chaos` | seeded failures |
//! | `control` | the controls of the simulation, for tests and testers |
//! | `../scenarios` | named situations, as JSON files |
//! | `web` | the router, the request log, the index page |
//!
//! To add a Graph call: write a file in `graph/`, and add the call with its permission to `graph/route.rs`.

mod chaos;
mod control;
mod directory;
mod entropy;
mod graph;
mod keys;
mod lateness;
mod login;
mod mix;
mod options;
mod recorder;
mod request_log;
mod running;
mod scenario;
mod start_error;
mod state;
mod tls;
mod web;

pub use directory::cloud::Cloud;
pub use keys::KeyError;
pub use login::credentials::CertificateError;
pub use options::Options;
pub use running::{Running, start};
pub use scenario::{Call, Scenario, ScenarioError};
pub use start_error::StartError;
pub use state::Simulator;
pub use tls::TlsError;
pub use web::router;
