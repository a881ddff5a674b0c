//! The client against a scripted server: answers that are late, unusual, hostile or broken.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there; helpers are not `#[test]`s"
)]

#[path = "scripted/answers.rs"]
mod answers;
#[path = "scripted/batches.rs"]
mod batches;
#[path = "scripted/credentials.rs"]
mod credentials;
#[path = "scripted/links.rs"]
mod links;
#[path = "scripted/pauses.rs"]
mod pauses;
#[path = "scripted/script.rs"]
mod script;
#[path = "scripted/secrecy.rs"]
mod secrecy;
#[path = "scripted/sign_in.rs"]
mod sign_in;
#[path = "scripted/tokens.rs"]
mod tokens;
