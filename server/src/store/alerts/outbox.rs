//! What is to be said by e-mail, and how long it may wait for company: a letter says everything that is waiting.

use domain::{
    cadence::{DAY, HOUR},
    ids::Millis,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use crate::store::{
    Store, StoreError, Topic, WorkspaceCtx,
    entity::{alert, alert_address},
};

/// Said to an address when it is added.
pub(super) const WELCOME: &str = "welcome";

/// `None` is no matter for a letter.
fn patience(topic: Topic, data: &Value) -> Option<Millis> {
    match topic {
        Topic::OrganisationBroken
        | Topic::OrganisationRecovered
        | Topic::SlotsFull
        | Topic::CredentialExpiring => Some(0),
        Topic::SlotsLow => Some(HOUR),
        Topic::MailboxesAttention => Some(DAY),
        Topic::DirectoryChanged => (data["new"].as_u64() > Some(0)).then_some(7 * DAY),
        Topic::RunEnded | Topic::Test => None,
    }
}

/// When an alert of these is due that came at `created_at`.
pub(super) fn due(topic: &str, data: &Value, created_at: Millis) -> Millis {
    let wait = topic.parse().ok().and_then(|topic| patience(topic, data));
    created_at + wait.unwrap_or(0)
}

impl Store {
    /// For every address of the workspace, if it is a matter for letters.
    pub(in crate::store) async fn queue_alert(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        topic: Topic,
        data: &Value,
    ) -> Result<(), StoreError> {
        let Some(wait) = patience(topic, data) else { return Ok(()) };
        let addresses = alert_address::Entity::find()
            .filter(alert_address::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(alert_address::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        for row in addresses {
            self.queue(tx, row, topic.as_str(), data.to_string(), wait).await?;
        }
        Ok(())
    }

    /// The first letter to an address says what will come, and how to end it.
    pub(super) async fn queue_welcome(
        &self,
        tx: &DatabaseTransaction,
        row: alert_address::Model,
    ) -> Result<(), StoreError> {
        self.queue(tx, row, WELCOME, "{}".to_owned(), 0).await
    }

    async fn queue(
        &self,
        tx: &DatabaseTransaction,
        row: alert_address::Model,
        topic: &str,
        data: String,
        wait: Millis,
    ) -> Result<(), StoreError> {
        let now = self.now();
        alert::ActiveModel {
            workspace_id: Set(row.workspace_id),
            id: Set(self.sources.id()),
            address_id: Set(row.id),
            topic: Set(topic.to_owned()),
            data: Set(data),
            created_at: Set(now),
        }
        .insert(tx)
        .await?;
        let next_at = match (row.next_at, row.failing_since) {
            // The mail server is left alone until its wait is over.
            (Some(planned), Some(_)) => planned,
            (Some(planned), None) => planned.min(now + wait),
            (None, _) => now + wait,
        };
        let mut row = row.into_active_model();
        row.next_at = Set(Some(next_at));
        row.update(tx).await?;
        self.letters.notify_one();
        Ok(())
    }
}
