//! Tests of the simulator over a real socket, with an independent HTTP client and JWT library.

#![expect(clippy::unwrap_used, reason = "a failed step should end the test, in helpers too")]

mod assertions;
mod batch;
mod chaos;
mod clouds;
mod consent;
mod control;
mod delta;
mod discovery;
mod early_calls;
mod expire;
mod faults;
mod federation;
mod latency;
mod licences;
mod lifecycle;
mod limits;
mod mailbox_access;
mod mailboxes;
mod organization;
mod recording;
mod scenarios;
mod sign_in;
mod signer;
mod size;
mod support;
mod throttling;
mod tls;
mod token;
mod users;
