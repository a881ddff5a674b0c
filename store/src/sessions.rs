//! Sign-in methods, and the sessions that they open.
//!
//! Every token is random (256 bits), leaves the server once and is stored as its SHA-256. A single-use token is used up
//! in the transaction that opens the session.

mod attach;
pub(crate) mod attempts;
mod launches;
pub(crate) mod links;
pub(crate) mod session;
mod set_up;

pub use attempts::{Account, Membership, SignInSecrets};
pub use launches::Launch;
pub use links::EnterRequest;
pub use session::{Arrival, EMBEDDED_LIFE, SignedIn};
