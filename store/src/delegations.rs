//! Delegations: the links between workspaces and Microsoft 365 tenants.

mod link_facts;
mod purge;
mod remove;
pub(crate) mod rules;
mod suspicion;

use domain::{
    Reason,
    delegation::{Check, DelegationState, DelegationView},
    ids::{DelegationId, Seq, WorkspaceId},
    live::Change,
    run::RunKind,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use serde_json::json;

pub use rules::{Newcomer, Rule};

use crate::row_security::{InWorkspace, ScopedTx};
use crate::{
    Delegations, Lease, LeasedRun, Store, StoreError, Topic, WorkspaceCtx,
    db::{in_write, read_ids},
    entity::{
        delegation::{self, GONE},
        run,
    },
    events::Log,
};

/// A delegation with fields that only the server needs.
#[derive(Clone, Debug)]
pub struct Delegation {
    pub view: DelegationView,
    /// Where the next directory sync starts: Microsoft's delta link.
    pub delta_link: Option<String>,
    /// Directory ids of users that the last sync could not read.
    pub unreadable: Vec<String>,
    pub generation: i64,
}

/// The result of checking a delegation.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub state: DelegationState,
    pub reason: Option<Reason>,
    pub checklist: Option<Vec<Check>>,
    pub organisation: Option<String>,
    pub service_principal: Option<String>,
}

impl Verdict {
    /// Whether mailboxes can be read, as far as the checklist says.
    #[must_use]
    pub fn reads_mail(&self) -> bool {
        let mut mail = self.checklist.iter().flatten().filter(|check| check.permission == "Mail.ReadWrite");
        mail.all(Check::is_good)
    }
}

impl Delegations<'_> {
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn delegation(self, id: DelegationId) -> Result<Delegation, StoreError> {
        let ctx = self.ctx;
        let row = self.delegation_row(&self.db.read_in(ctx), id).await?;
        self.delegation_with(&self.db.read_in(ctx), row).await
    }

    /// All delegations of the workspace, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn list(self) -> Result<Vec<DelegationView>, StoreError> {
        let ctx = self.ctx;
        let rows = delegation::Entity::find()
            .filter(delegation::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(delegation::Column::State.is_not_in(GONE))
            .order_by_asc(delegation::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(self.delegation_with(&self.db.read_in(ctx), row).await?.view);
        }
        Ok(views)
    }

    /// The delegation that an administrator of this tenant has authorised, if the workspace has one.
    ///
    /// # Errors
    /// [`StoreError::LinkedElsewhere`] when another workspace has the tenant; the error does not name it.
    pub async fn delegation_of_tenant(self, tid: &str) -> Result<Option<Delegation>, StoreError> {
        let ctx = self.ctx;
        let row = delegation::Entity::find()
            .filter(delegation::Column::Tid.eq(tid))
            .filter(delegation::Column::State.is_not_in(GONE))
            .one(self.db.read())
            .await?;
        match row {
            None => Ok(None),
            Some(row) if row.workspace_id != ctx.workspace.0 => Err(StoreError::LinkedElsewhere),
            Some(row) => Ok(Some(self.delegation_with(self.db.read(), row).await?)),
        }
    }

    /// Stores the admin e-mail with which the tenant was connected.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn name_delegation(
        self,
        id: DelegationId,
        domain: &str,
        admin_email: &str,
    ) -> Result<(), StoreError> {
        self.change_delegation(id, None, |row| {
            row.domain = Set(Some(domain.to_owned()));
            row.admin_email = Set(Some(admin_email.to_owned()));
            row.state = Set(DelegationState::Verifying.as_str().to_owned());
            row.reason = Set(None);
        })
        .await
    }

    /// Changes a delegation, with its event and its notification. With `lease`, only if the lease is still held.
    async fn change_delegation(
        self,
        id: DelegationId,
        lease: Option<&Lease>,
        change: impl Fn(&mut delegation::ActiveModel),
    ) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let now = self.now();
        let head = in_write!(self.db, ctx, |tx| {
            let log = Log::open(tx, id, now).await?;
            if let Some(lease) = lease {
                self.fence(tx, lease, now).await?;
            }
            let row = self.delegation_row(tx, id).await?;
            let before: DelegationState = row.state.parse().map_err(StoreError::corrupt)?;
            let mut row = row.into_active_model();
            change(&mut row);
            let row = row.update(tx).await?;
            let head = self.log_delegation(tx, id, log).await?;
            self.announce_state(tx, before, &row).await?;
            Ok(head)
        })?;
        self.signals.notify(id, head);
        Ok(())
    }
}

impl LeasedRun<'_> {
    /// Writes the result of checking the delegation of the leased run.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub async fn record_verdict(self, verdict: &Verdict) -> Result<(), StoreError> {
        let lease = self.lease;
        let checklist =
            verdict.checklist.as_ref().map(serde_json::to_string).transpose().map_err(StoreError::corrupt)?;
        let soon = self.soon();
        self.delegations(&lease.ctx)
            .change_delegation(lease.delegation, Some(lease), |row| {
                // The next sync finds out whether it works again.
                if verdict.state == DelegationState::Broken {
                    row.next_sync_at = Set(Some(soon));
                }
                row.state = Set(verdict.state.as_str().to_owned());
                row.reason = Set(verdict.reason.map(|r| r.code().to_owned()));
                if let Some(checklist) = &checklist {
                    row.checklist = Set(checklist.clone());
                }
                if let Some(name) = &verdict.organisation {
                    row.organisation = Set(Some(name.clone()));
                }
                if let Some(principal) = &verdict.service_principal {
                    row.service_principal = Set(Some(principal.clone()));
                }
            })
            .await
    }
}

impl Store {
    pub(crate) async fn delegation_row(
        &self,
        on: &impl InWorkspace,
        id: DelegationId,
    ) -> Result<delegation::Model, StoreError> {
        let ctx = on.ctx();
        let found = delegation::Entity::find_by_id((ctx.workspace.0, id.0)).one(on).await?;
        found.filter(|row| !GONE.contains(&row.state.as_str())).ok_or(StoreError::NotFound)
    }

    /// Creates a delegation that waits for its authorisation.
    pub(crate) async fn insert_delegation(&self, tx: &ScopedTx<'_>) -> Result<DelegationId, StoreError> {
        let ctx = tx.ctx();
        let id = self.sources.id();
        delegation::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(id),
            state: Set(DelegationState::AwaitingAuthorization.as_str().to_owned()),
            checklist: Set("[]".to_owned()),
            created_at: Set(self.now()),
            ..Default::default()
        }
        .insert(tx)
        .await?;
        Ok(DelegationId(id))
    }

    /// The newest linked delegation of all workspaces, with a context to read it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn newest_linked(&self) -> Result<Option<(WorkspaceCtx, DelegationView)>, StoreError> {
        let linked = DelegationState::ALL.into_iter().filter(|state| state.is_linked());
        let row = delegation::Entity::find()
            .filter(delegation::Column::State.is_in(linked.map(DelegationState::as_str)))
            .order_by_desc(delegation::Column::CreatedAt)
            .one(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let ctx = WorkspaceCtx::new(WorkspaceId(row.workspace_id), "doctor");
        Ok(Some((ctx, self.delegation_with(self.db.read(), row).await?.view)))
    }

    pub(crate) async fn delegation_with(
        &self,
        on: &impl ConnectionTrait,
        row: delegation::Model,
    ) -> Result<Delegation, StoreError> {
        let syncing = run::Entity::find()
            .filter(run::Column::DelegationId.eq(row.id))
            .filter(run::Column::Kind.eq(RunKind::Sync.as_str()))
            .filter(run::Column::FinishedAt.is_null())
            .one(on)
            .await?
            .is_some();
        Ok(Delegation {
            view: DelegationView {
                id: DelegationId(row.id),
                state: row.state.parse().map_err(StoreError::corrupt)?,
                reason: row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
                organisation: row.organisation,
                domain: row.domain,
                tid: row.tid,
                admin_email: row.admin_email,
                service_principal: row.service_principal,
                checklist: serde_json::from_str(&row.checklist).map_err(StoreError::corrupt)?,
                directory_size: u32::try_from(row.directory_size).unwrap_or(0),
                synced_at: row.synced_at,
                syncing,
                directory_rev: row.directory_rev,
                seq: Seq(row.event_seq),
            },
            unreadable: read_ids(row.unreadable.as_deref())?
                .into_iter()
                .filter(|id| !id.is_empty())
                .collect(),
            delta_link: row.delta_link,
            generation: row.generation,
        })
    }

    /// Queues a notification when an organisation breaks or recovers.
    async fn announce_state(
        &self,
        tx: &ScopedTx<'_>,
        before: DelegationState,
        row: &delegation::Model,
    ) -> Result<(), StoreError> {
        let broken = DelegationState::Broken;
        let topic = match row.state.parse().map_err(StoreError::corrupt)? {
            now if now == broken && before != broken => Topic::OrganisationBroken,
            DelegationState::Active | DelegationState::Degraded if before == broken => {
                Topic::OrganisationRecovered
            }
            _ => return Ok(()),
        };
        let data = json!({ "organisation": row.id, "domain": row.domain, "reason": row.reason });
        self.announce(tx, topic, data).await
    }

    /// Logs the delegation's own state, and closes the log.
    pub(crate) async fn log_delegation(
        &self,
        tx: &ScopedTx<'_>,
        id: DelegationId,
        log: Log<'_>,
    ) -> Result<Seq, StoreError> {
        let row = self.delegation_row(tx, id).await?;
        self.log_delegation_row(tx, row, log).await
    }

    /// The same for a row that was read already.
    async fn log_delegation_row(
        &self,
        tx: &ScopedTx<'_>,
        row: delegation::Model,
        mut log: Log<'_>,
    ) -> Result<Seq, StoreError> {
        let mut view = self.delegation_with(tx, row).await?.view;
        view.seq = log.next();
        log.push(&Change::Delegation(Box::new(view)))?;
        log.close().await
    }
}
