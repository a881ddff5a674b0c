//! Deletes events that are too old to resume from.

use domain::ids::{DelegationId, Millis};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Store, StoreError,
    db::{in_write, sql},
    entity::delegation,
};

/// The maximum number of events that one transaction deletes, so that other writers do not wait long for it.
const AT_ONCE: i64 = 1_000;
/// The key of the sweep's advisory lock in PostgreSQL.
const LOCK: i64 = 0x5741_524d_5953_5750;

impl Store {
    /// The next delegations by id, at most 200: a page of all delegations.
    pub async fn delegations_after(
        &self,
        last: Option<DelegationId>,
    ) -> Result<Vec<DelegationId>, StoreError> {
        let mut found = delegation::Entity::find().select_only().column(delegation::Column::Id);
        if let Some(last) = last {
            found = found.filter(delegation::Column::Id.gt(last.0));
        }
        let ids: Vec<uuid::Uuid> =
            found.order_by_asc(delegation::Column::Id).limit(200).into_tuple().all(self.db.read()).await?;
        Ok(ids.into_iter().map(DelegationId).collect())
    }

    /// Deletes events of a delegation that are older than `before`, oldest first, at most 1,000. Returns how many;
    /// `None` while another replica deletes events.
    pub async fn prune_events(
        &self,
        delegation: DelegationId,
        before: Millis,
    ) -> Result<Option<u64>, StoreError> {
        in_write!(self.db, |tx| {
            if self.db.is_postgres() {
                let locked = tx
                    .query_one_raw(sql(tx, "SELECT pg_try_advisory_xact_lock($1) AS mine", [LOCK.into()]))
                    .await?
                    .is_some_and(|row| row.try_get("", "mine").unwrap_or(false));
                if !locked {
                    return Ok(None);
                }
            }
            // Always from the start, so that the rest has no gap; the primary key finds them without an index on the
            // time.
            let done = tx
                .execute_raw(sql(
                    tx,
                    "DELETE FROM event WHERE delegation_id = $1 AND seq <= (SELECT MAX(seq) FROM \
                     (SELECT seq, created_at FROM event WHERE delegation_id = $1 ORDER BY seq LIMIT $3) AS oldest \
                     WHERE created_at < $2)",
                    [delegation.0.into(), before.into(), AT_ONCE.into()],
                ))
                .await?;
            Ok(Some(done.rows_affected()))
        })
    }
}
