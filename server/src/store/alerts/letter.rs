//! One letter to one address: everything that waits, as it is now. What is over by then is not told any more.

use std::collections::BTreeMap;

use domain::{
    alerts::Matter,
    cadence::{DAY, HOUR, MINUTE},
    connection::Connection,
    delegation::DelegationState,
    ids::{AlertAddressId, DelegationId, Millis, WorkspaceId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::outbox::{WELCOME, due};
use crate::store::{
    Store, StoreError, Topic, WorkspaceCtx,
    db::{in_write, sql},
    entity::{alert, alert_address, delegation, mailbox},
};

/// Addresses that a look considers: others may be faster.
const CANDIDATES: u64 = 20;
/// So long a process has a letter in hand before another one may send it.
const IN_HAND: Millis = 2 * MINUTE;
/// Matters of one letter: more than a workspace ever has.
const MATTERS: u64 = 500;
/// A sync lasts no longer than this; who came in it came before its end was told.
const SYNC: Millis = HOUR;
/// The longest wait for company is half of it.
const KEPT: Millis = 14 * DAY;
/// Waits after failures: half of how long it has been failing, within these.
const WAIT: (Millis, Millis) = (5 * MINUTE, 6 * HOUR);

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same when it is sent again.
    pub id: Uuid,
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub address: AlertAddressId,
    pub to: String,
    pub added_by: String,
    pub stop_token: String,
    /// At least one.
    pub matters: Vec<Matter>,
    /// What it answers in the outbox.
    pub said: Vec<Uuid>,
}

impl Store {
    /// Takes the next letter that is due, so that no other process sends it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn next_letter(&self) -> Result<Option<Letter>, StoreError> {
        use alert_address::Column as C;
        let now = self.now();
        let due = alert_address::Entity::find()
            .filter(C::NextAt.lte(now))
            .filter(C::BusyUntil.is_null().or(C::BusyUntil.lte(now)))
            .order_by_asc(C::NextAt)
            .limit(CANDIDATES)
            .all(self.db.read())
            .await?;
        for row in due {
            if let Some(letter) = self.take_letter(&row, now).await? {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    async fn take_letter(
        &self,
        row: &alert_address::Model,
        now: Millis,
    ) -> Result<Option<Letter>, StoreError> {
        let workspace = WorkspaceId(row.workspace_id);
        let ctx = &WorkspaceCtx::new(workspace, "Warmy");
        let name = self.workspace_name(ctx).await?;
        in_write!(self.db, ctx, |tx| {
            let text = "UPDATE alert_address SET busy_until = $3 WHERE workspace_id = $1 AND id = $2 \
                        AND (busy_until IS NULL OR busy_until <= $4) AND next_at <= $4";
            let values = [workspace.0.into(), row.id.into(), (now + IN_HAND).into(), now.into()];
            if tx.execute_raw(sql(tx, text, values)).await?.rows_affected() == 0 {
                return Ok(None);
            }
            let waiting = waiting(tx, row).await?;
            let matters = self.matters(tx, ctx, row, &waiting).await?;
            let said: Vec<Uuid> = waiting.iter().map(|alert| alert.id).collect();
            let (Some(first), false) = (said.first(), matters.is_empty()) else {
                // All of it is over by now.
                forget(tx, ctx, &said).await?;
                release(tx, row, None, None, None).await?;
                return Ok(None);
            };
            Ok(Some(Letter {
                id: *first,
                workspace,
                workspace_name: name.clone(),
                address: AlertAddressId(row.id),
                to: row.address.clone(),
                added_by: row.added_by.clone(),
                stop_token: row.stop_token.clone(),
                matters,
                said,
            }))
        })
    }

    /// Writes what the mail server said. What it has not taken for a day is dropped.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn letter_sent(&self, letter: &Letter, outcome: Result<(), String>) -> Result<(), StoreError> {
        let now = self.now();
        let ctx = &WorkspaceCtx::new(letter.workspace, "Warmy");
        in_write!(self.db, ctx, |tx| {
            let key = (letter.workspace.0, letter.address.0);
            // Locked: whatever is queued meanwhile finds the row as it is left here. Removed meanwhile, there is none.
            let found = alert_address::Entity::find_by_id(key).lock_exclusive().one(tx).await?;
            let Some(row) = found else { return Ok(()) };
            let since = row.failing_since.unwrap_or(now);
            let over = outcome.is_ok() || now - since >= DAY;
            let (failing, answer) = ((!over).then_some(since), outcome.as_ref().err().map(String::as_str));
            if over {
                forget(tx, ctx, &letter.said).await?;
            }
            let soonest = waiting(tx, &row)
                .await?
                .iter()
                .map(|alert| due(&alert.topic, &data(alert), alert.created_at))
                .min();
            let wait = Ord::clamp((now - since) / 2, WAIT.0, WAIT.1);
            let next = soonest.map(|soonest| if failing.is_some() { now + wait } else { soonest });
            release(tx, &row, next, failing, answer).await
        })
    }

    /// Forgets what was never sent: without a mail server nothing is, and after a fortnight it is no news. Returns how
    /// many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn forget_alerts(&self) -> Result<u64, StoreError> {
        let before = self.now() - KEPT;
        in_write!(self.db, |tx| {
            let gone =
                alert::Entity::delete_many().filter(alert::Column::CreatedAt.lt(before)).exec(tx).await?;
            Ok(gone.rows_affected)
        })
    }

    /// What there is to say now.
    async fn matters(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        row: &alert_address::Model,
        waiting: &[alert::Model],
    ) -> Result<Vec<Matter>, StoreError> {
        let mut matters = Vec::new();
        if waiting.iter().any(|alert| alert.topic == WELCOME) {
            matters.push(Matter::Welcome { by: row.added_by.clone() });
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
                matters.push(Matter::Credential { name, days });
            }
        }
        for (id, told) in organisations {
            // Removed meanwhile.
            let Ok(organisation) = self.delegation_row(tx, ctx, DelegationId(id)).await else { continue };
            self.of_organisation(tx, ctx, organisation, &told, &mut matters).await?;
        }
        for pool in Self::pools_in(tx, ctx).await? {
            if let Some(limit) = pool.limit
                && pools.contains(&pool.plan_type_id)
                && pool.share() >= Some(80)
            {
                matters.push(Matter::Slots { taken: pool.taken(), limit, name: pool.name });
            }
        }
        Ok(matters)
    }

    async fn of_organisation(
        &self,
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        row: delegation::Model,
        told: &[(Topic, Millis)],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        let since = |topic| told.iter().filter(|(told, _)| *told == topic).map(|(_, at)| *at).min();
        let broken = row.state == DelegationState::Broken.as_str();
        let id = DelegationId(row.id);
        let organisation = row.organisation.or(row.domain).unwrap_or_else(|| "Your organisation".to_owned());
        match (broken, since(Topic::OrganisationBroken), since(Topic::OrganisationRecovered)) {
            (true, Some(_), _) => {
                let reason = row.reason.as_deref().and_then(|reason| reason.parse().ok());
                matters.push(Matter::Broken { organisation, reason });
                return Ok(());
            }
            (false, None, Some(_)) => {
                matters.push(Matter::Recovered { organisation: organisation.clone() });
            }
            _ => {}
        }
        if since(Topic::MailboxesAttention).is_some() && !broken {
            let reasons: Vec<_> = Self::causes_in(tx, ctx, id)
                .await?
                .into_iter()
                .filter(|cause| cause.connection == Connection::NeedsAttention)
                .map(|cause| (Some(cause.reason), cause.count))
                .collect();
            if !reasons.is_empty() {
                let organisation = organisation.clone();
                matters.push(Matter::Attention { organisation, delegation: id, reasons });
            }
        }
        if let Some(since) = since(Topic::DirectoryChanged) {
            let people = mailbox::Entity::find()
                .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(mailbox::Column::DelegationId.eq(id.0))
                .filter(mailbox::Column::Connection.eq(Connection::Available.as_str()))
                .filter(mailbox::Column::CreatedAt.gte(since - SYNC))
                .count(tx)
                .await?;
            if people > 0 {
                let people = u32::try_from(people).unwrap_or(u32::MAX);
                matters.push(Matter::Newcomers { organisation, delegation: id, people });
            }
        }
        Ok(())
    }
}

fn data(alert: &alert::Model) -> Value {
    serde_json::from_str(&alert.data).unwrap_or_default()
}

/// The oldest first.
async fn waiting(
    tx: &DatabaseTransaction,
    row: &alert_address::Model,
) -> Result<Vec<alert::Model>, StoreError> {
    let waiting = alert::Entity::find()
        .filter(alert::Column::WorkspaceId.eq(row.workspace_id))
        .filter(alert::Column::AddressId.eq(row.id))
        .order_by_asc(alert::Column::Id)
        .limit(MATTERS);
    Ok(waiting.all(tx).await?)
}

async fn forget(tx: &DatabaseTransaction, ctx: &WorkspaceCtx, said: &[Uuid]) -> Result<(), StoreError> {
    alert::Entity::delete_many()
        .filter(alert::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(alert::Column::Id.is_in(said.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn release(
    tx: &DatabaseTransaction,
    row: &alert_address::Model,
    next_at: Option<Millis>,
    failing_since: Option<Millis>,
    answer: Option<&str>,
) -> Result<(), StoreError> {
    let text = "UPDATE alert_address SET busy_until = NULL, next_at = $3, failing_since = $4, answer = $5 \
                WHERE workspace_id = $1 AND id = $2";
    let values =
        [row.workspace_id.into(), row.id.into(), next_at.into(), failing_since.into(), answer.into()];
    tx.execute_raw(sql(tx, text, values)).await?;
    Ok(())
}
