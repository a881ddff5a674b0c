//! Leases: exclusive work on a row by one process at a time.
//!
//! A leasable table has the columns `lease_owner`, `lease_until` (Unix milliseconds) and `epoch`. Claiming a row counts
//! its epoch up; owner and epoch together are the proof. A process that was overtaken (stalled, or partitioned) holds
//! an old epoch: each of its later statements changes no row and fails with [`StoreError::Fenced`]. An expired lease is
//! still valid until another process claims the row, so that finished work need not be repeated.
//!
//! Claims run in the caller's transaction, so that reads of the claim, and later writes of the work, commit together
//! with the lease.

use domain::ids::Millis;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use uuid::Uuid;

use crate::{StoreError, db::sql};

/// A table whose rows can be leased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leasable {
    pub(crate) table: &'static str,
}

pub(crate) const RUNS: Leasable = Leasable { table: "run" };
pub(crate) const WEBHOOKS: Leasable = Leasable { table: "webhook" };
pub(crate) const ALERT_ADDRESSES: Leasable = Leasable { table: "alert_address" };
pub(crate) const DELEGATIONS: Leasable = Leasable { table: "delegation" };

/// The key of a row: workspace and id.
pub(crate) type RowKey = (Uuid, Uuid);

/// Proof of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeaseProof {
    pub(crate) key: RowKey,
    pub(crate) owner: String,
    pub(crate) epoch: i64,
}

impl Leasable {
    /// Locks a row for this transaction unless another transaction has it locked (`SKIP LOCKED` on PostgreSQL; an
    /// SQLite write transaction is alone). Returns whether the row is locked now.
    pub(crate) async fn try_lock(self, tx: &impl ConnectionTrait, key: RowKey) -> Result<bool, StoreError> {
        let (table, lock) = (self.table, skip_locked(tx));
        let text = format!("SELECT 1 AS one FROM {table} WHERE workspace_id = $1 AND id = $2{lock}");
        Ok(tx.query_one_raw(sql(tx, &text, [key.0.into(), key.1.into()])).await?.is_some())
    }

    /// Claims a row until `until`, if its lease is free at `now` and `condition` holds. `condition` is SQL over the row
    /// without parameters. Returns the proof, or `None` when another process has the row.
    pub(crate) async fn claim(
        self,
        tx: &impl ConnectionTrait,
        key: RowKey,
        owner: &str,
        (now, until): (Millis, Millis),
        condition: &str,
    ) -> Result<Option<LeaseProof>, StoreError> {
        let (table, lock) = (self.table, skip_locked(tx));
        let text = format!(
            "UPDATE {table} SET lease_owner = $3, lease_until = $4, epoch = epoch + 1 \
             WHERE workspace_id = $1 AND id = $2 AND id IN (SELECT id FROM {table} WHERE workspace_id = $1 AND id = $2 \
             AND (lease_until IS NULL OR lease_until <= $5) AND {condition}{lock}) RETURNING epoch"
        );
        let values: [Value; 5] = [key.0.into(), key.1.into(), owner.into(), until.into(), now.into()];
        let Some(row) = tx.query_one_raw(sql(tx, &text, values)).await? else { return Ok(None) };
        Ok(Some(LeaseProof { key, owner: owner.to_owned(), epoch: row.try_get("", "epoch")? }))
    }

    /// Proves the lease and locks the row for the rest of the transaction.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another process has claimed the row since, or the row is gone.
    pub(crate) async fn prove(self, tx: &impl ConnectionTrait, proof: &LeaseProof) -> Result<(), StoreError> {
        self.update(tx, proof, "lease_owner = lease_owner").await
    }

    /// Proves the lease and extends it to `until`. `condition` is more SQL over the row, with parameters from `$5` on;
    /// `returning` names the columns of the result.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub(crate) async fn renew(
        self,
        tx: &impl ConnectionTrait,
        proof: &LeaseProof,
        until: Millis,
        (condition, values): (&str, &[Value]),
        returning: &str,
    ) -> Result<QueryResult, StoreError> {
        let text = format!(
            "UPDATE {} SET lease_until = $5 WHERE workspace_id = $1 AND id = $2 AND lease_owner = $3 AND epoch = $4\
             {condition} RETURNING {returning}",
            self.table
        );
        let mut all = proof.values().to_vec();
        all.push(until.into());
        all.extend_from_slice(values);
        tx.query_one_raw(sql(tx, &text, all)).await?.ok_or(StoreError::Fenced)
    }

    /// Proves the lease and gives it up.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease was lost.
    pub(crate) async fn release(
        self,
        tx: &impl ConnectionTrait,
        proof: &LeaseProof,
    ) -> Result<(), StoreError> {
        self.update(tx, proof, "lease_owner = NULL, lease_until = NULL").await
    }

    /// Revokes a lease: its holder, if any, is fenced out.
    pub(crate) async fn revoke(self, tx: &impl ConnectionTrait, key: RowKey) -> Result<(), StoreError> {
        let text = format!(
            "UPDATE {} SET lease_owner = NULL, lease_until = NULL WHERE workspace_id = $1 AND id = $2",
            self.table
        );
        tx.execute_raw(sql(tx, &text, [key.0.into(), key.1.into()])).await?;
        Ok(())
    }

    async fn update(
        self,
        tx: &impl ConnectionTrait,
        proof: &LeaseProof,
        set: &str,
    ) -> Result<(), StoreError> {
        let text = format!(
            "UPDATE {} SET {set} WHERE workspace_id = $1 AND id = $2 AND lease_owner = $3 AND epoch = $4",
            self.table
        );
        match tx.execute_raw(sql(tx, &text, proof.values())).await?.rows_affected() {
            0 => Err(StoreError::Fenced),
            _ => Ok(()),
        }
    }

    /// Frees every lease of a database that only this process can have open (SQLite): a former process is gone.
    pub(crate) async fn free_all(self, tx: &impl ConnectionTrait) -> Result<u64, StoreError> {
        let text = format!(
            "UPDATE {} SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL",
            self.table
        );
        Ok(tx.execute_raw(sql(tx, &text, [])).await?.rows_affected())
    }
}

impl LeaseProof {
    fn values(&self) -> [Value; 4] {
        [self.key.0.into(), self.key.1.into(), self.owner.clone().into(), self.epoch.into()]
    }
}

fn skip_locked(on: &impl ConnectionTrait) -> &'static str {
    match on.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}
