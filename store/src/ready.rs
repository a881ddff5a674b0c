//! Whether the database answers and can write.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DbErr};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{
    Store, StoreError,
    db::{in_write, sql},
};

/// A database that takes longer than this to answer or to write counts as unavailable: a load balancer can choose another
/// server meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);
/// A write that succeeded proves for this long that the database can write, however often it is asked.
const PROOF: Duration = Duration::from_secs(1);

/// The time of the last successful write of a check.
pub(crate) type LastWrite = Arc<Mutex<Option<Instant>>>;

impl Store {
    /// Checks that the database answers and can write.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it does not.
    pub async fn check_ready(&self) -> Result<(), StoreError> {
        let late = |_| StoreError::from(DbErr::Custom(format!("no answer in {PATIENCE:?}")));
        timeout(PATIENCE, self.db.read().ping()).await.map_err(late)??;
        timeout(PATIENCE, self.check_write()).await.map_err(late)?
    }

    async fn check_write(&self) -> Result<(), StoreError> {
        let mut last = self.last_write.lock().await;
        if last.is_some_and(|last| last.elapsed() < PROOF) {
            return Ok(());
        }
        in_write!(self.db, |tx| {
            let now = self.now().into();
            tx.execute_raw(sql(tx, "UPDATE write_check SET written_at = $1 WHERE id = 1", [now])).await?;
            Ok(())
        })?;
        *last = Some(Instant::now());
        Ok(())
    }
}
