//! HTTP: routes and what surrounds them.

mod connect;
mod enter;
mod health;
mod host;
mod pages;
mod router;
mod session;

pub use router::router;
pub use session::SessionKey;
