//! The live stream: the event log told as server-sent events.

mod hub;
mod sse;

pub use hub::Hub;
pub use sse::stream;
