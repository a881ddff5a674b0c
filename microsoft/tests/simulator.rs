//! The client against the simulator: all steps of connecting an organisation, and its failures.

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
#[path = "simulator/test_tenant.rs"]
mod test_tenant;
#[path = "simulator/throttling.rs"]
mod throttling;
