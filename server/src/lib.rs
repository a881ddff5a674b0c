//! The server: thin, one way in and one way out.
//!
//! A request: page → server function (in `app`) → [`services`] (one use case a file) → [`store`] or `microsoft`.
//! A change: [`store`] (rows and events in one transaction) → [`live`] hub → server-sent events → the page.
//! News: [`store`] queues it in the transaction that it is about, [`webhooks`] and [`alerts`] deliver it.
//! Bulk work: [`runs`] claim a run by lease, ask Microsoft, and settle results through the store.

pub mod alerts;
pub mod cert;
pub mod cli;
pub mod config;
pub mod directory;
pub mod doctor;
pub mod http;
pub mod keys;
pub mod live;
pub mod redirects;
pub mod runs;
pub mod services;
pub mod sources;
pub mod state;
pub mod store;
pub mod webhooks;

/// Many threads allocate small things at once: rows, events, batches.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
