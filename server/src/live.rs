//! The live stream: the event log as server-sent events.
//!
//! - The log is the only source. A signal says only that the log has grown: a lost signal loses nothing, because the
//!   next read finds everything.
//! - The store signals after a commit ([`store::Signals`]). Other replicas receive the signal through `pg_notify`
//!   (PostgreSQL), and `poll` compares the heads of the logs every two seconds in case a signal was lost.
//! - [`Hub`] has one feed for each delegation with a stream. The feed reads the log once for all its streams, which
//!   pull frames (shared bytes) at their own pace: nothing is queued for a slow client.

mod feed;
mod frame;
mod hub;
mod pg_notify;
mod poll;
mod run;
mod window;

pub use feed::{FeedReader, Next};
pub use hub::Hub;
pub use run::{Options, run};
