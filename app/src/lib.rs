//! The console: pages and components, the server functions they call, and the ports that the server fills.
//!
//! A page calls a function of [`api`]; its body runs on the server, takes the caller's desk from the context and
//! calls one use case of [`ports`]. What comes back live arrives over the event stream and changes only the rows
//! that are mounted.

#![recursion_limit = "512"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod ports;

mod root;
mod shell;
#[cfg(feature = "ssr")]
mod styleguide;
mod ui;

pub use root::App;
pub use shell::shell;
#[cfg(feature = "ssr")]
pub use styleguide::styleguide;
pub use ui::{host::EmbeddedIn, links, looker::MayOnlyLook, theme::Theme};
