//! The state of background loops, written by each process for `server doctor`.

use std::time::Duration;

use domain::ids::Millis;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{Store, StoreError, db::in_write, entity::background_loop};

/// Reports of processes that have not reported for this long are deleted.
const RETENTION: Millis = 24 * 60 * 60 * 1_000;

/// A background loop of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopState {
    pub name: String,
    /// The longest time between two activations, in milliseconds.
    pub period: Millis,
    pub started_at: Option<Millis>,
    pub succeeded_at: Option<Millis>,
    /// Since the start of the process.
    pub failures: i32,
    pub panics: i32,
    pub last_error: Option<String>,
}

/// A [`LoopState`] as a process has reported it.
#[derive(Clone, Debug)]
pub struct LoopReport {
    pub process: String,
    pub reported_at: Millis,
    pub state: LoopState,
}

impl LoopState {
    #[must_use]
    pub fn new(name: &str, period: Duration) -> Self {
        Self {
            name: name.to_owned(),
            period: Millis::try_from(period.as_millis()).unwrap_or(Millis::MAX),
            started_at: None,
            succeeded_at: None,
            failures: 0,
            panics: 0,
            last_error: None,
        }
    }
}

impl Store {
    /// Writes the states of a process, and deletes reports of processes that have not reported for 24 h.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn report_loops(&self, process: &str, states: &[LoopState]) -> Result<(), StoreError> {
        use background_loop::Column as C;
        let now = self.now();
        let rows: Vec<background_loop::ActiveModel> =
            states.iter().map(|state| row(process, state, now)).collect();
        in_write!(self.db, |tx| {
            background_loop::Entity::delete_many().filter(C::ReportedAt.lt(now - RETENTION)).exec(tx).await?;
            let replace = OnConflict::columns([C::Process, C::Name])
                .update_columns([
                    C::StartedAt,
                    C::SucceededAt,
                    C::Failures,
                    C::Panics,
                    C::LastError,
                    C::ReportedAt,
                ])
                .to_owned();
            background_loop::Entity::insert_many(rows.clone())
                .on_conflict(replace)
                .exec_without_returning(tx)
                .await?;
            Ok(())
        })
    }

    /// The reports of the last `within` milliseconds, by process and name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn loop_reports(&self, within: Millis) -> Result<Vec<LoopReport>, StoreError> {
        use background_loop::Column as C;
        let rows = background_loop::Entity::find()
            .filter(C::ReportedAt.gte(self.now() - within))
            .order_by_asc(C::Process)
            .order_by_asc(C::Name)
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(report).collect())
    }
}

fn row(process: &str, state: &LoopState, now: Millis) -> background_loop::ActiveModel {
    use sea_orm::ActiveValue::Set;
    background_loop::ActiveModel {
        process: Set(process.to_owned()),
        name: Set(state.name.clone()),
        period: Set(state.period),
        started_at: Set(state.started_at),
        succeeded_at: Set(state.succeeded_at),
        failures: Set(state.failures),
        panics: Set(state.panics),
        last_error: Set(state.last_error.clone()),
        reported_at: Set(now),
    }
}

fn report(row: background_loop::Model) -> LoopReport {
    LoopReport {
        process: row.process,
        reported_at: row.reported_at,
        state: LoopState {
            name: row.name,
            period: row.period,
            started_at: row.started_at,
            succeeded_at: row.succeeded_at,
            failures: row.failures,
            panics: row.panics,
            last_error: row.last_error,
        },
    }
}
