//! HTTP: routes and what surrounds them.

mod connect;
mod connections;
mod csv;
mod downloads;
mod enter;
mod health;
mod host;
mod pages;
mod router;
mod session;
mod styleguide;

pub use connections::Counted;
pub use router::router;
pub use session::SessionKey;
