//! The simulator as its clients see it: over a real socket, with an independent HTTP client and JWT library.

#![expect(clippy::unwrap_used, reason = "a failed step of a test should end it, in its helpers as well")]

mod assertions;
mod batch;
mod consent;
mod control;
mod delta;
mod discovery;
mod faults;
mod federation;
mod lifecycle;
mod mailboxes;
mod organization;
mod recording;
mod sign_in;
mod signer;
mod support;
mod throttling;
mod tls;
mod token;
mod users;
