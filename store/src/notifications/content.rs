//! What is delivered, to which destination, and with which outcome.

use domain::{
    alerts::AlertContent,
    ids::{AlertAddressId, Millis, WebhookId, WebhookMessageId, WorkspaceId},
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::leases::LeaseProof;

/// The destinations for which a process can deliver now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destinations {
    pub webhooks: bool,
    pub email: bool,
}

/// A delivery that this process has leased.
#[derive(Debug)]
pub struct Delivery {
    pub content: DeliveryContent,
    pub(super) lease: LeaseProof,
}

impl Delivery {
    /// The id of the message, which stays the same when it is sent again.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match &self.content {
            DeliveryContent::Webhook(message) => message.id.0,
            DeliveryContent::Email(email) => email.id,
        }
    }
}

/// The content of a delivery.
#[derive(Debug)]
pub enum DeliveryContent {
    Webhook(WebhookMessage),
    Email(AlertEmail),
}

/// The outcome of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// With the receiver's answer in words, and the wait that it requests, in milliseconds.
    Failed {
        answer: String,
        retry_after: Option<Millis>,
    },
    /// The receiver says that it does not exist any more (410): it is switched off at once.
    Gone,
}

/// A message to be sent, and the secrets that sign it.
#[derive(Debug)]
pub struct WebhookMessage {
    pub(super) workspace: WorkspaceId,
    pub(super) webhook: WebhookId,
    pub id: WebhookMessageId,
    pub url: String,
    pub payload: String,
    /// Newest first; two of them during a rotation.
    pub secrets: Vec<SecretString>,
}

/// An e-mail to be sent.
#[derive(Clone, Debug)]
pub struct AlertEmail {
    /// Stays the same when the e-mail is sent again.
    pub id: Uuid,
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub address: AlertAddressId,
    pub to: String,
    pub added_by: String,
    pub stop_token: SecretString,
    /// At least one.
    pub contents: Vec<AlertContent>,
    /// The queued alerts that it reports.
    pub alerts: Vec<Uuid>,
}
