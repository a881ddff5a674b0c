//! The console: pages and components, the server functions they call, and the ports that the server implements.
//!
//! A page calls a function of [`api`]. The function's body runs on the server, takes the `Caller` from the context and
//! calls one use case of [`ports`]. Live changes arrive over the event stream and update only the mounted rows.

#![recursion_limit = "512"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod ports;

mod root;
mod shell;
mod startup;
#[cfg(feature = "ssr")]
mod styleguide;
mod ui;

pub use root::App;
pub use shell::shell;
#[cfg(feature = "hydrate")]
pub use startup::start;
#[cfg(feature = "ssr")]
pub use styleguide::styleguide;
pub use ui::{host::EmbeddedIn, links, read_only::ReadOnly, theme::Theme};
