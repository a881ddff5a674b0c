//! Setting up: API clients, authorisation, the tenant behind an address.

use async_trait::async_trait;
use domain::{
    AppError,
    consent::{ApiClientView, AttemptView, Authorization},
    delegation::{DelegationView, LinkFacts},
    ids::{ApiClientId, AttemptId, DelegationId},
    workspace::{Me, SetupFacts},
};

#[async_trait]
pub trait Setup: Send + Sync {
    /// The frame of the console: workspace, delegations, slots.
    async fn me(&self) -> Result<Me, AppError>;

    /// What is on record about the link to a tenant.
    async fn link_facts(&self, delegation: DelegationId) -> Result<LinkFacts, AppError>;

    /// What the Setup page shows for copying.
    async fn facts(&self) -> Result<SetupFacts, AppError>;

    /// Entries of *User management*, oldest first.
    async fn api_clients(&self) -> Result<Vec<ApiClientView>, AppError>;

    /// Reads what was pasted into *Add new* and keeps it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `client_id` or `scopes`, naming what is wrong.
    async fn add_api_client(&self, client_id: &str, scopes: &str) -> Result<ApiClientView, AppError>;

    /// Starts an authorisation: a single-use address that leads to Microsoft.
    async fn authorize(&self, client: ApiClientId) -> Result<Authorization, AppError>;

    /// A link for an administrator who has no account here; for the first API client, which is added when there is
    /// none. A link that was out before stops working.
    async fn invite(&self) -> Result<Authorization, AppError>;

    /// Takes such a link back.
    async fn revoke_invitation(&self, attempt: AttemptId) -> Result<AttemptView, AppError>;

    async fn attempt(&self, attempt: AttemptId) -> Result<AttemptView, AppError>;

    /// Takes the link to an organisation away, with its runs, slots and directory. Returns how many of its mailboxes
    /// were connected.
    async fn remove_delegation(&self, delegation: DelegationId) -> Result<u32, AppError>;

    /// *Admin email* + *Connect*: finds the tenant, demands the proof of control, starts checking and syncing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] or [`AppError::Refused`] with the reason that stands in the way.
    async fn connect_tenant(&self, admin_email: &str) -> Result<DelegationView, AppError>;
}
