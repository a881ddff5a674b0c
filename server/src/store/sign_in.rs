//! Ways in, and the sessions that they open.
//!
//! Every token is random (256 bits), leaves the server once and is kept as its SHA-256. Whatever is good for one use
//! is used up in the transaction that opens the session.

mod attach;
mod attempts;
mod launches;
mod links;
mod sessions;
mod set_up;

pub use attempts::{Account, Browser, Membership, SignInSecrets};
pub use launches::Launch;
pub use sessions::{Arrival, LIFE_IN_HOST, SignedIn};
