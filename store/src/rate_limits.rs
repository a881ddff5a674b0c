//! Requests counted for all processes on one database, by the minute.

use domain::{ids::Millis, schedule::MINUTE};
use sea_orm::ConnectionTrait;

use crate::{
    Store, StoreError,
    clock::hash,
    db::{in_write, sql},
};

/// Minutes that are kept.
const KEPT: Millis = 10 * MINUTE;

impl Store {
    /// Counts a request of `caller` (a network address) in a bucket. Returns how many there were in this minute,
    /// this one included.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn count_request(&self, bucket: &str, caller: &str) -> Result<u32, StoreError> {
        let minute = self.now() / MINUTE * MINUTE;
        in_write!(self.db, |tx| {
            let text = "INSERT INTO rate_limit (bucket, caller, minute, requests) VALUES ($1, $2, $3, 1) \
                        ON CONFLICT (bucket, caller, minute) DO UPDATE SET requests = rate_limit.requests + 1 \
                        RETURNING requests";
            let values = [bucket.into(), hash(caller).into(), minute.into()];
            let row = tx.query_one_raw(sql(tx, text, values)).await?.ok_or(StoreError::NotFound)?;
            Ok(u32::try_from(row.try_get::<i32>("", "requests")?).unwrap_or(u32::MAX))
        })
    }

    /// How many requests of `caller` were counted in this minute.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn requests_counted(&self, bucket: &str, caller: &str) -> Result<u32, StoreError> {
        let (minute, db) = (self.now() / MINUTE * MINUTE, self.db.read());
        let text = "SELECT requests FROM rate_limit WHERE bucket = $1 AND caller = $2 AND minute = $3";
        let values = [bucket.into(), hash(caller).into(), minute.into()];
        let row = db.query_one_raw(sql(db, text, values)).await?;
        let counted = row.map_or(Ok(0), |row| row.try_get::<i32>("", "requests"))?;
        Ok(u32::try_from(counted).unwrap_or(0))
    }

    /// Deletes counts of past minutes. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn prune_rate_limits(&self) -> Result<u64, StoreError> {
        let before = self.now() - KEPT;
        in_write!(self.db, |tx| {
            // Also those of a clock that was ahead.
            let text = "DELETE FROM rate_limit WHERE minute < $1 OR minute > $2";
            let values = [before.into(), (before + 2 * KEPT).into()];
            Ok(tx.execute_raw(sql(tx, text, values)).await?.rows_affected())
        })
    }
}
