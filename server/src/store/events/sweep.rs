//! Throwing away what is too old to resume from.

use domain::ids::{DelegationId, Millis};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::store::{
    Store, StoreError,
    db::{in_write, sql},
    entity::delegation,
};

/// How many events one transaction deletes at most, so that nobody waits long behind it.
const AT_ONCE: i64 = 1_000;
/// "Warmy: sweep", as PostgreSQL's advisory locks are named.
const LOCK: i64 = 0x5741_524d_5953_5750;

impl Store {
    /// The delegations that come after this one by id, at most 200; for going through all of them.
    pub(crate) async fn delegations_after(
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
    /// `None` while another replica is at it.
    pub(crate) async fn forget_events(
        &self,
        delegation: DelegationId,
        before: Millis,
    ) -> Result<Option<u64>, StoreError> {
        in_write!(self.db, |tx| {
            if self.db.is_postgres() {
                let mine = tx
                    .query_one_raw(sql(tx, "SELECT pg_try_advisory_xact_lock($1) AS mine", [LOCK.into()]))
                    .await?
                    .is_some_and(|row| row.try_get("", "mine").unwrap_or(false));
                if !mine {
                    return Ok(None);
                }
            }
            // Always from the start, so that what is left has no hole; the primary key finds it without an index
            // on the time.
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
