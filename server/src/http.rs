//! HTTP: routes and what surrounds them.

mod alerts;
mod client;
mod connect;
mod connections;
mod csv;
mod downloads;
mod embed;
mod enter;
mod functions;
mod health;
mod host;
mod join;
mod limits;
mod pages;
mod rendering;
mod router;
mod security;
mod session;
mod sign_in;
mod styleguide;
mod welcome;

pub use connections::{Counted, Peer};
pub use embed::{HostKeys, HostKeysError};
pub use limits::Limits;
pub use router::{Guard, Route, router, routes};
pub use session::SessionKey;
