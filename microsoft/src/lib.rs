//! Microsoft Entra ID and Microsoft Graph, app-only: discovery, consent, tokens, directory, mailboxes.
//!
//! One multi-tenant application asks, tenant by tenant, with application permissions that an administrator
//! of the tenant approved. This crate speaks Microsoft's words only: it knows no database, no plan, no state
//! of a mailbox. Every failure is a [`Failure`] with a [`Class`] to decide by.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use microsoft::{Cloud, Credential, DeltaFrom, Microsoft, Registration};
//!
//! let client_id = "00001111-aaaa-2222-bbbb-3333cccc4444".to_owned();
//! let registration = Registration { client_id, credentials: vec![Credential::secret("…")] };
//! let microsoft = Microsoft::new(Cloud::global(), registration)?;
//!
//! let tid = microsoft.discover("contoso.com").await?;
//! let tenant = microsoft.tenant(&tid);
//! let mut round = tenant.round(DeltaFrom::Start);
//! while let Some(page) = round.next().await? {
//!     println!("{} users, {} left", page.users.len(), page.removed.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The steps of one call
//!
//! `tenant/call.rs`, from the outside in:
//!
//! 1. **deadline**: 60 s for everything below, all attempts and waits included ([`Limits`]);
//! 2. **token**: from the cache, or fetched once for all who wait (`token/cache.rs`), with the first of our
//!    credentials that Microsoft takes (`token/endpoint.rs`, `registration/rotation.rs`). A token that Graph
//!    calls invalid is dropped and fetched again, once per call;
//! 3. **tenant gate** (`gate.rs`): one pause for the whole tenant, set by an answer that says 429, or 503
//!    with `Retry-After`, unless it concerns one mailbox. Calls wait here as long as their deadline allows, and
//!    otherwise fail at once as [`Class::Throttled`] with the time left: the caller reschedules, holding nothing;
//! 4. **rate** (`limits/rate.rs`): requests to the directory stay within its quota for the smallest tenants;
//! 5. **concurrency** (`limits/concurrency.rs`): at first eight calls in flight per tenant, more after successful
//!    calls, half as many after each pause; and at most two to one mailbox (`limits/mailboxes.rs`);
//! 6. **attempt** (`http.rs`): no redirects, 30 s, 32 MB, a `client-request-id` of its own;
//! 7. **classification** (`classify.rs`): every answer becomes data or a [`Failure`]. Temporary failures, and answers
//!    that cannot be read, are retried, up to three attempts in all.
//!
//! A batch (`tenant/batch.rs`) is one such call; its parts are classified one by one, and only those that
//! failed temporarily are sent again, unless they have to wait for long.
//!
//! # How to add a Graph call
//!
//! 1. Add a method to [`Tenant`] in `tenant/{noun}.rs`: build the address with `Cloud::graph_url` (never by
//!    hand: ids must be escaped), name it for the log without ids, and hand both to `fetch` as a `Call`.
//! 2. Give it a private `Deserialize` struct with only what is used; return a type of `directory.rs`. Check a
//!    link of an answer with `link::checked` before following it.
//! 3. If it can fail in a new way, add a row to `classify/graph.rs` *and* to its table test.
//! 4. A call that changes something must not go through `send`, which may make it twice.
//! 5. Test it against the simulator in `tests/`.

mod class;
mod classify;
mod client;
mod clock;
mod cloud;
mod consent;
mod directory;
mod discover;
mod eligibility;
mod failure;
#[cfg(test)]
mod fuzz;
mod gate;
mod http;
mod limits;
mod link;
pub mod plans;
mod privilege;
mod registration;
mod sign_in;
mod spread;
mod tenant;
mod tenant_id;
mod token;

pub use class::{Class, Party, Retry};
pub use client::{Microsoft, SetupError};
pub use clock::Clock;
pub use cloud::{Cloud, CloudKind, CloudKindError};
pub use consent::{AnswerError, ConsentAnswer, SignInAnswer, read_consent_answer, read_sign_in_answer};
pub use directory::{
    AssignedPlan, DirectoryUser, Field, Organization, Purpose, Removed, RemovedReason, VerifiedDomain,
};
pub use eligibility::{Eligibility, Exchange, Facts, License, eligibility, is_unclear};
pub use failure::Failure;
pub use http::Limits;
pub use privilege::is_privileged;
pub use registration::{
    Certificate, CertificateError, CertificateFacts, Credential, CredentialInfo, CredentialKind, Registration,
};
pub use sign_in::{Authority, SignInStart, SignedIn};
pub use tenant::{DeltaFrom, MAX_BATCH_PARTS, Next, Probe, Round, Tenant, UsersPage};
pub use tenant_id::{TenantId, TenantIdError};
pub use token::AppToken;
