//! HTTP: the routes, and the middleware around them.

mod admission;
mod alerts;
mod client;
mod connect;
mod connections;
mod contact;
mod csv;
mod downloads;
mod embed;
mod enter;
mod functions;
mod health;
mod host;
mod join;
mod limits;
mod live;
mod logged;
mod pages;
mod print;
mod rendering;
mod return_to;
mod router;
mod security;
mod session;
mod sign_in;
mod styleguide;
mod welcome;

pub use admission::{Guard, HostKey, Route, SessionCaller, SessionKey};
pub use connections::{Connections, Limits, serve};
pub use router::{router, routes};
