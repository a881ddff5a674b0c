//! Exchange's answers about mailboxes whose kind the directory does not show.

use std::collections::{HashMap, HashSet};

use domain::{
    Reason,
    ids::{DelegationId, MailboxId, Millis},
    live::Change,
    mailbox::Kind,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    DirectoryEntry, LeasedRun, Mailboxes, Store, StoreError,
    db::{in_write, sql, stored},
    entity::mailbox,
    events::Log,
};

/// A mailbox of which Exchange is to be asked, with the facts that decide with its answer.
#[derive(Clone, Debug)]
pub struct UnclearMailbox {
    pub id: MailboxId,
    pub entra_id: String,
    pub guest: bool,
    pub on_premises: bool,
}

/// Exchange's answer about a mailbox.
#[derive(Clone, Debug)]
pub struct PurposeAnswer {
    pub id: MailboxId,
    /// The stored name of the answer; `None` if there was none, to be asked again at `again`.
    pub purpose: Option<&'static str>,
    pub kind: Kind,
    pub obstacle: Option<Reason>,
    pub again: Option<Millis>,
}

impl Mailboxes<'_> {
    /// The stored answers about these users, by their directory ids.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn purposes(
        self,
        delegation: DelegationId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let ctx = self.ctx;
        let rows: Vec<(String, Option<String>)> = mailbox::Entity::find()
            .select_only()
            .columns([mailbox::Column::EntraId, mailbox::Column::Purpose])
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(delegation.0))
            .filter(mailbox::Column::EntraId.is_in(ids))
            .filter(mailbox::Column::Purpose.is_not_null())
            .into_tuple()
            .all(&self.db.read_in(ctx))
            .await?;
        Ok(rows.into_iter().filter_map(|(id, purpose)| Some((id, purpose?))).collect())
    }
}

impl LeasedRun<'_> {
    /// Mailboxes of which Exchange is to be asked now, those that wait longest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn unclear_mailboxes(self, limit: u64) -> Result<Vec<UnclearMailbox>, StoreError> {
        let lease = self.lease;
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::WorkspaceId.eq(lease.ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(lease.delegation.0))
            .filter(mailbox::Column::PurposeDueAt.lte(self.now()))
            .order_by_asc(mailbox::Column::PurposeDueAt)
            .order_by_asc(mailbox::Column::RowNo)
            .limit(limit)
            .all(&self.db.read_in(&lease.ctx))
            .await?;
        let unclear = |row: mailbox::Model| UnclearMailbox {
            id: MailboxId(row.id),
            entra_id: row.entra_id,
            guest: row.kind == Kind::Guest.as_str(),
            on_premises: row.on_premises,
        };
        Ok(rows.into_iter().map(unclear).collect())
    }

    /// Writes Exchange's answers: kind and obstacle of each mailbox, and when it is to be asked again.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the run's lease was lost.
    pub async fn record_purposes(self, answers: &[PurposeAnswer]) -> Result<(), StoreError> {
        let lease = self.lease;
        let (id, now) = (lease.delegation, self.now());
        let head = in_write!(self.db, &lease.ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            self.fence(tx, lease, now).await?;
            let (mut moved, mut addresses) = (false, HashSet::new());
            for answer in answers {
                let found = mailbox::Entity::find_by_id((lease.ctx.workspace.0, answer.id.0)).one(tx).await?;
                let Some(mut row) = found else { continue };
                if let Some(purpose) = answer.purpose {
                    row.purpose = Some(purpose.to_owned());
                    addresses.insert(row.address_norm.clone());
                    let (entry, generation) = (entry_of(&row, answer), row.seen_generation);
                    moved |= self.update_entry(tx, &mut log, row, &entry, generation).await?;
                }
                let text = "UPDATE mailbox SET purpose = COALESCE($3, purpose), purpose_due_at = $4 \
                            WHERE workspace_id = $1 AND id = $2";
                let values = [
                    lease.ctx.workspace.0.into(),
                    answer.id.0.into(),
                    answer.purpose.into(),
                    answer.again.into(),
                ];
                tx.execute_raw(sql(tx, text, values)).await?;
            }
            moved |= Store::update_conflicts(tx, id, &mut log, addresses).await? > 0;
            if moved {
                let counts = Store::counts(tx, id).await?;
                let text = "UPDATE delegation SET directory_rev = directory_rev + 1, directory_size = $3 \
                            WHERE workspace_id = $1 AND id = $2";
                let values = [lease.ctx.workspace.0.into(), id.0.into(), stored(counts.all).into()];
                tx.execute_raw(sql(tx, text, values)).await?;
                log.push(&Change::Counts(counts))?;
            }
            self.log_delegation(tx, id, log).await
        })?;
        self.signals.notify(id, head);
        Ok(())
    }
}

/// The directory's entry as stored, with Exchange's answer.
fn entry_of(row: &mailbox::Model, answer: &PurposeAnswer) -> DirectoryEntry {
    DirectoryEntry {
        entra_id: row.entra_id.clone(),
        name: row.name.clone(),
        address: row.address.clone(),
        department: row.department.clone(),
        aliases: row.aliases.iter().flat_map(|aliases| aliases.lines()).map(str::to_owned).collect(),
        kind: answer.kind,
        licensed: row.licensed,
        on_premises: row.on_premises,
        licensed_at: row.licensed_at,
        obstacle: answer.obstacle,
        unclear: true,
    }
}
