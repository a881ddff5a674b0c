//! The live stream: the event log told as server-sent events.
//!
//! - The log is the only source. A bell says that it has grown and nothing else, so a ring that gets lost loses
//!   nothing: whoever looks next finds everything.
//! - [`Hub`] has a bell for each delegation that somebody watches. The store rings it after a commit; in other
//!   replicas the `doorbell` does (PostgreSQL's NOTIFY), and the `net` every two seconds whatever else is lost.
//! - One reader a delegation reads the log for all streams. They pull frames, which are shared bytes, each at its own
//!   pace: nothing is queued for anybody.

mod doorbell;
mod feed;
mod frame;
mod hub;
mod keep;
mod net;
mod retention;
mod rings;
mod sse;
mod window;

pub use hub::Hub;
pub use keep::{Options, keep};
pub use retention::sweep;
pub use rings::WorkBell;
pub use sse::stream;
