//! The client against the simulator: the whole way an organisation is connected, and what can happen to it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there; helpers are no `#[test]`s")]

#[path = "simulator/consent.rs"]
mod consent;
#[path = "simulator/credentials.rs"]
mod credentials;
#[path = "simulator/directory.rs"]
mod directory;
#[path = "simulator/discovery.rs"]
mod discovery;
#[path = "simulator/groups.rs"]
mod groups;
#[path = "simulator/mailboxes.rs"]
mod mailboxes;
#[path = "simulator/sign_in.rs"]
mod sign_in;
#[path = "simulator/throttling.rs"]
mod throttling;
#[path = "simulator/world.rs"]
mod world;
