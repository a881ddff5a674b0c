//! One mailbox: its properties, and its history as far as the log goes back.

use domain::{
    evidence::Evidence,
    ids::{DelegationId, MailboxId, Millis, Seq},
    live::Change,
    mailbox::{HISTORY_PAGE, History, MailboxDetail, StateChange},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Mailboxes, StoreError,
    entity::{event, mailbox},
    mailboxes::list::row_view,
};

/// Events of one read: most of them are changes.
const EVENTS: u64 = 100;

impl Mailboxes<'_> {
    /// A mailbox with the first page of its history.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the delegation has no such mailbox.
    pub async fn mailbox_detail(
        self,
        delegation: DelegationId,
        id: MailboxId,
    ) -> Result<MailboxDetail, StoreError> {
        let ctx = self.ctx;
        let row = mailbox::Entity::find_by_id((ctx.workspace.0, id.0))
            .filter(mailbox::Column::DelegationId.eq(delegation.0))
            .one(&self.db.read_in(ctx))
            .await?
            .ok_or(StoreError::NotFound)?;
        let (licensed, on_premises) = (row.licensed, row.on_premises);
        let history = self.mailbox_history(delegation, id, None).await?;
        let evidence = Evidence::new(row.answer_code.clone(), row.answer_request.clone());
        Ok(MailboxDetail { row: row_view(row)?, licensed, on_premises, evidence, history })
    }

    /// Changes of a mailbox's state before a position in the log, newest first, at most [`HISTORY_PAGE`].
    ///
    /// An event that did not change the state (a check that found no difference) is left out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the delegation has no such mailbox; [`StoreError::Corrupt`] when this version of
    /// the server cannot read an event of another version.
    pub async fn mailbox_history(
        self,
        delegation: DelegationId,
        id: MailboxId,
        before: Option<Seq>,
    ) -> Result<History, StoreError> {
        let ctx = self.ctx;
        mailbox::Entity::find_by_id((ctx.workspace.0, id.0))
            .filter(mailbox::Column::DelegationId.eq(delegation.0))
            .one(&self.db.read_in(ctx))
            .await?
            .ok_or(StoreError::NotFound)?;
        let mut history = History::default();
        // The state before the next one read; it is a change if the next older one differs, or there is no older one.
        let mut newer: Option<StateChange> = None;
        let mut from = before.map_or(i64::MAX, |seq| seq.0);
        loop {
            let rows: Vec<(i64, Millis, String)> = event::Entity::find()
                .select_only()
                .columns([event::Column::Seq, event::Column::CreatedAt, event::Column::Payload])
                .filter(event::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(event::Column::DelegationId.eq(delegation.0))
                .filter(event::Column::MailboxId.eq(id.0))
                .filter(event::Column::Seq.lt(from))
                .order_by_desc(event::Column::Seq)
                .limit(EVENTS)
                .into_tuple()
                .all(&self.db.read_in(ctx))
                .await?;
            let more = rows.len() as u64 == EVENTS;
            for (seq, at, payload) in rows {
                from = seq;
                let Change::Mailbox(row) = serde_json::from_str(&payload).map_err(StoreError::corrupt)?
                else {
                    continue;
                };
                let older = StateChange { seq: Seq(seq), at, connection: row.connection, reason: row.reason };
                let Some(change) = newer.replace(older).filter(|change| differs(change, &older)) else {
                    continue;
                };
                history.changes.push(change);
                if history.changes.len() == HISTORY_PAGE {
                    history.before = Some(change.seq);
                    return Ok(history);
                }
            }
            if !more {
                history.changes.extend(newer);
                return Ok(history);
            }
        }
    }
}

fn differs(one: &StateChange, other: &StateChange) -> bool {
    (one.connection, one.reason) != (other.connection, other.reason)
}
