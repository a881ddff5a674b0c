//! Consent: API clients that the administrator has entered, and the attempts to approve them.

pub(crate) mod api_clients;
pub(crate) mod attempts;
pub(crate) mod invitations;
mod progress;
mod requests;

pub use attempts::{AttemptStep, NewAttempt};
pub use requests::ApprovalRequest;
