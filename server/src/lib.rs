//! The server: HTTP, use cases, background work and live events over the store.
//!
//! - A request: page → server function (in `app`) → [`services`] (one use case per file) → [`store`] or `microsoft`.
//! - A change: [`store`] (rows and events in one transaction) → signal → [`live`] → server-sent events → the page.
//! - Background work: [`worker`] runs the loops: bulk runs, scheduled checks, deliveries, retention.
//! - [`serve`] puts all of it together.

pub mod capacity;
pub mod cli;
pub mod config;
pub mod host_keys;
pub mod http;
pub mod live;
pub mod rate_limits;
pub mod redirects;
pub mod serve;
pub mod services;
pub mod state;
pub mod tenant;
pub mod worker;

/// Many threads allocate small values at once: rows, events, batches.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
