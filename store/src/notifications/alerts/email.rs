//! Alert e-mails: one e-mail reports all queued alerts of an address, with the state at the time of the claim. Alerts
//! that are not true any more are dropped.

use std::collections::BTreeMap;

use domain::{
    alerts::AlertContent,
    connection::Connection,
    delegation::DelegationState,
    ids::{AlertAddressId, DelegationId, Millis, WorkspaceId},
    schedule::{DAY, HOUR, MINUTE},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError, Topic, WorkspaceCtx,
    db::in_write,
    entity::{alert, alert_address, delegation, mailbox},
    leases::{ALERT_ADDRESSES, LeaseProof},
    notifications::{
        alerts::confirmation::sealed_for,
        content::{AlertEmail, Delivery, DeliveryContent, Outcome},
        outbox::{CONFIRM, due},
        retry::Failed,
    },
};

/// Due addresses of one read: other processes may claim some of them.
const CANDIDATES: u64 = 20;
/// Longer than the time limit of a mail server (1 min).
pub(crate) const LEASE: Millis = 2 * MINUTE;
/// Alerts of one e-mail: more than a workspace ever has.
const MAX_ALERTS: u64 = 500;
/// The longest time of a sync: its new mailboxes are created at most this long before its notification.
const MAX_SYNC: Millis = HOUR;
/// Twice the longest delay of an alert.
const RETENTION: Millis = 14 * DAY;

impl Store {
    pub(in crate::notifications) async fn settle_email(
        &self,
        lease: &LeaseProof,
        email: &AlertEmail,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let ctx = &WorkspaceCtx::new(email.workspace, "Warmy");
        in_write!(self.db, ctx, |tx| {
            // Locks the row: an alert that is queued meanwhile reads the row after this transaction.
            ALERT_ADDRESSES.prove(tx, lease).await?;
            let found =
                alert_address::Entity::find_by_id((email.workspace.0, email.address.0)).one(tx).await?;
            let row = found.ok_or(StoreError::NotFound)?;
            let since = row.failing_since.unwrap_or(now);
            let (wait, answer) = match outcome {
                Outcome::Delivered | Outcome::Gone => (None, None),
                Outcome::Failed { answer, .. } => (Failed::Email.wait(now - since), Some(answer.as_str())),
            };
            if wait.is_none() {
                delete_alerts(tx, &email.alerts).await?;
            }
            let soonest = waiting(tx, &row)
                .await?
                .iter()
                .map(|alert| due(&alert.topic, &data(alert), alert.created_at))
                .min();
            let next = soonest.map(|soonest| wait.map_or(soonest, |wait| now + wait));
            set_next(tx, &row, next, wait.map(|_| since), answer).await?;
            ALERT_ADDRESSES.release(tx, lease).await
        })
    }
}

impl Store {
    pub(in crate::notifications) async fn next_email(
        &self,
        owner: &str,
    ) -> Result<Option<Delivery>, StoreError> {
        use alert_address::Column as C;
        let now = self.now();
        let due = alert_address::Entity::find()
            .filter(C::NextAt.lte(now))
            .filter(C::LeaseUntil.is_null().or(C::LeaseUntil.lte(now)))
            .order_by_asc(C::NextAt)
            .limit(CANDIDATES)
            .all(self.db.read())
            .await?;
        for row in due {
            match self.claim_email(&row, owner, now).await {
                Ok(Some(delivery)) => return Ok(Some(delivery)),
                Ok(None) => {}
                // The others are not to wait for this one.
                Err(StoreError::Keys(error)) => {
                    tracing::error!(address.id = %row.id, %error, "an alert e-mail cannot be written");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn claim_email(
        &self,
        row: &alert_address::Model,
        owner: &str,
        now: Millis,
    ) -> Result<Option<Delivery>, StoreError> {
        let workspace = WorkspaceId(row.workspace_id);
        let ctx = &WorkspaceCtx::new(workspace, "Warmy");
        let name = self.workspace(ctx).workspace_name().await?;
        let token = self.keys.open(&row.stop_token, &sealed_for(row.id))?;
        in_write!(self.db, ctx, |tx| {
            let (key, due) = ((row.workspace_id, row.id), format!("next_at <= {now}"));
            let Some(lease) = ALERT_ADDRESSES.claim(tx, key, owner, (now, now + LEASE), &due).await? else {
                return Ok(None);
            };
            let waiting = waiting(tx, row).await?;
            if let Some(asks) = waiting.iter().find(|alert| alert.topic == CONFIRM)
                && row.confirmed_at.is_none()
                && let Some(next) = self.confirmation_waits_until(tx, &row.address, asks.id).await?
            {
                set_next(tx, row, Some(next), row.failing_since, row.answer.as_deref()).await?;
                ALERT_ADDRESSES.release(tx, &lease).await?;
                return Ok(None);
            }
            let contents = self.contents(tx, row, &waiting).await?;
            let alerts: Vec<Uuid> = waiting.iter().map(|alert| alert.id).collect();
            let (Some(first), false) = (alerts.first(), contents.is_empty()) else {
                // None of them is true any more.
                delete_alerts(tx, &alerts).await?;
                set_next(tx, row, None, None, None).await?;
                ALERT_ADDRESSES.release(tx, &lease).await?;
                return Ok(None);
            };
            let email = AlertEmail {
                id: *first,
                workspace,
                workspace_name: name.clone(),
                address: AlertAddressId(row.id),
                to: row.address.clone(),
                added_by: row.added_by.clone(),
                stop_token: token.clone(),
                contents,
                alerts,
            };
            Ok(Some(Delivery { content: DeliveryContent::Email(email), lease }))
        })
    }

    /// Deletes alerts that were not sent within two weeks, for example without a mail server. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn prune_alerts(&self) -> Result<u64, StoreError> {
        let before = self.now() - RETENTION;
        in_write!(self.db, |tx| {
            let gone =
                alert::Entity::delete_many().filter(alert::Column::CreatedAt.lt(before)).exec(tx).await?;
            Ok(gone.rows_affected)
        })
    }

    /// The contents that are true now.
    async fn contents(
        &self,
        tx: &ScopedTx<'_>,
        row: &alert_address::Model,
        waiting: &[alert::Model],
    ) -> Result<Vec<AlertContent>, StoreError> {
        let mut contents = Vec::new();
        if row.confirmed_at.is_none() {
            // Nothing but the question before it is answered.
            if waiting.iter().any(|alert| alert.topic == CONFIRM) {
                contents.push(AlertContent::Confirm);
            }
            return Ok(contents);
        }
        let mut organisations: BTreeMap<Uuid, Vec<(Topic, Millis)>> = BTreeMap::new();
        let mut pools: Vec<String> = Vec::new();
        for alert in waiting {
            let (data, Ok(topic)) = (data(alert), alert.topic.parse::<Topic>()) else { continue };
            if let Some(id) = data["organisation"].as_str().and_then(|id| id.parse().ok()) {
                organisations.entry(id).or_default().push((topic, alert.created_at));
            }
            if let Some(pool) = data["plan_type_id"].as_str() {
                pools.push(pool.to_owned());
            }
            if topic == Topic::CredentialExpiring {
                let days = (data["ends_at"].as_i64().unwrap_or(0) - self.now()) / DAY;
                let name = data["name"].as_str().unwrap_or_default().to_owned();
                contents.push(AlertContent::Credential { name, days });
            }
        }
        for (id, queued) in organisations {
            let organisation = match self.delegation_row(tx, DelegationId(id)).await {
                Ok(organisation) => organisation,
                // Removed meanwhile.
                Err(StoreError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            self.organisation_contents(tx, organisation, &queued, &mut contents).await?;
        }
        for pool in Self::pools_in(tx).await? {
            if let Some(limit) = pool.limit
                && pools.contains(&pool.plan_type_id)
                && pool.share() >= Some(80)
            {
                contents.push(AlertContent::Slots { taken: pool.taken(), limit, name: pool.name });
            }
        }
        Ok(contents)
    }

    /// Adds the contents about one organisation.
    async fn organisation_contents(
        &self,
        tx: &ScopedTx<'_>,
        row: delegation::Model,
        queued: &[(Topic, Millis)],
        contents: &mut Vec<AlertContent>,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let since = |topic| queued.iter().filter(|(queued, _)| *queued == topic).map(|(_, at)| *at).min();
        let broken = row.state == DelegationState::Broken.as_str();
        let id = DelegationId(row.id);
        let organisation = row.organisation.or(row.domain).unwrap_or_else(|| "Your organisation".to_owned());
        match (broken, since(Topic::OrganisationBroken), since(Topic::OrganisationRecovered)) {
            (true, Some(_), _) => {
                let reason = row.reason.as_deref().and_then(|reason| reason.parse().ok());
                contents.push(AlertContent::Broken { organisation, reason });
                return Ok(());
            }
            (false, None, Some(_)) => {
                contents.push(AlertContent::Recovered { organisation: organisation.clone() });
            }
            _ => {}
        }
        if since(Topic::MailboxesAttention).is_some() && !broken {
            let reasons: Vec<_> = Self::attention_groups_in(tx, id)
                .await?
                .into_iter()
                .filter(|group| group.connection == Connection::NeedsAttention)
                .map(|group| (Some(group.reason), group.count))
                .collect();
            if !reasons.is_empty() {
                let organisation = organisation.clone();
                contents.push(AlertContent::Attention { organisation, delegation: id, reasons });
            }
        }
        if let Some(since) = since(Topic::DirectoryChanged) {
            let people = mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::DelegationId.eq(id.0))
                .filter(mailbox::Column::Connection.eq(Connection::Available.as_str()))
                .filter(mailbox::Column::CreatedAt.gte(since - MAX_SYNC))
                .count(tx)
                .await?;
            if people > 0 {
                let people = u32::try_from(people).unwrap_or(u32::MAX);
                contents.push(AlertContent::Newcomers { organisation, delegation: id, people });
            }
        }
        Ok(())
    }
}

fn data(alert: &alert::Model) -> Value {
    serde_json::from_str(&alert.data).unwrap_or_default()
}

/// The queued alerts of an address, oldest first.
async fn waiting(tx: &ScopedTx<'_>, row: &alert_address::Model) -> Result<Vec<alert::Model>, StoreError> {
    let waiting = alert::Entity::find()
        .filter(alert::Column::WorkspaceId.eq(row.workspace_id))
        .filter(alert::Column::AddressId.eq(row.id))
        .order_by_asc(alert::Column::Id)
        .limit(MAX_ALERTS);
    Ok(waiting.all(tx).await?)
}

async fn delete_alerts(tx: &ScopedTx<'_>, alerts: &[Uuid]) -> Result<(), StoreError> {
    let ctx = tx.ctx();
    alert::Entity::delete_many()
        .filter(alert::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(alert::Column::Id.is_in(alerts.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn set_next(
    tx: &ScopedTx<'_>,
    row: &alert_address::Model,
    next_at: Option<Millis>,
    failing_since: Option<Millis>,
    answer: Option<&str>,
) -> Result<(), StoreError> {
    let change = alert_address::ActiveModel {
        workspace_id: Set(row.workspace_id),
        id: Set(row.id),
        next_at: Set(next_at),
        failing_since: Set(failing_since),
        answer: Set(answer.map(str::to_owned)),
        ..Default::default()
    };
    alert_address::Entity::update(change).exec(tx).await?;
    Ok(())
}
