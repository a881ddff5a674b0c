//! Setup: API clients, authorisation, the tenant of an address.

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
    /// Data for the console's frame: workspace, delegations, slots.
    async fn me(&self) -> Result<Me, AppError>;

    /// Stored facts about the link to a tenant.
    async fn link_facts(&self, delegation: DelegationId) -> Result<LinkFacts, AppError>;

    /// Values that the Setup page shows for copying.
    async fn facts(&self) -> Result<SetupFacts, AppError>;

    /// Entries of *User management*, oldest first.
    async fn api_clients(&self) -> Result<Vec<ApiClientView>, AppError>;

    /// Parses the values pasted into *Add new* and stores the API client.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `client_id` or `scopes`, with the problem.
    async fn add_api_client(&self, client_id: &str, scopes: &str) -> Result<ApiClientView, AppError>;

    /// Starts an authorisation: a single-use address that leads to Microsoft.
    async fn authorize(&self, client: ApiClientId) -> Result<Authorization, AppError>;

    /// Creates a link for an administrator who has no account here; for the first API client, which is added when there
    /// is none. An earlier link stops working.
    async fn invite(&self) -> Result<Authorization, AppError>;

    /// Revokes such a link.
    async fn revoke_invitation(&self, attempt: AttemptId) -> Result<AttemptView, AppError>;

    async fn attempt(&self, attempt: AttemptId) -> Result<AttemptView, AppError>;

    /// Removes the link to an organisation, with its runs, slots and directory. Returns how many of its mailboxes were
    /// connected.
    async fn remove_delegation(&self, delegation: DelegationId) -> Result<u32, AppError>;

    /// Connects a tenant (*Connect*): finds it by the admin email, requires proof of control, starts checking and
    /// syncing.
    ///
    /// # Errors
    /// [`AppError::Invalid`], or [`AppError::Refused`] with the reason.
    async fn connect_tenant(&self, admin_email: &str) -> Result<DelegationView, AppError>;
}
