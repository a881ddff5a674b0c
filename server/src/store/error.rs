//! What the store can answer instead of a result.

use crate::keys::KeyError;
use domain::{AppError, Reason, slots::Shortfall};
use sea_orm::{DbErr, RuntimeErr, SqlxError};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    #[error("a stored value is not readable: {0}")]
    Corrupt(String),
    #[error("not found")]
    NotFound,
    #[error("not allowed to this role")]
    Forbidden,
    /// The workspace would have no owner any more.
    #[error("the last owner")]
    LastOwner,
    #[error("{0}")]
    Slots(#[from] Shortfall),
    #[error("{requested} selected, at most {limit}")]
    TooMany { requested: u32, limit: u32 },
    #[error("nothing to do")]
    NothingToDo,
    #[error("idempotency key reused")]
    KeyReused,
    #[error("the plan is not active")]
    PlanInactive,
    /// The disconnect that was to be undone is under way or through.
    #[error("too late to undo a disconnect")]
    Disconnected,
    /// The exclusion that was to be undone is older than [`domain::undo::UNDO`].
    #[error("too late to undo an exclusion")]
    ExcludedForGood,
    /// Another workspace has the tenant.
    #[error("linked elsewhere")]
    LinkedElsewhere,
    /// The lease was lost: whoever has it now does the work.
    #[error("fenced out")]
    Fenced,
    #[error("data folder: {0}")]
    Folder(String),
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
}

impl StoreError {
    /// A stored text that no type knows.
    pub(in crate::store) fn corrupt(error: impl std::fmt::Display) -> Self {
        Self::Corrupt(error.to_string())
    }

    /// Whether the same transaction can simply be tried again.
    pub(in crate::store) fn is_retryable(&self) -> bool {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e))) =
            self
        else {
            return false;
        };
        // PostgreSQL: serialisation failure and deadlock. SQLite: busy, and its extended codes.
        e.as_database_error()
            .and_then(|e| {
                e.code().map(|code| matches!(code.as_ref(), "40001" | "40P01" | "5" | "261" | "517"))
            })
            .unwrap_or(false)
    }

    /// Whether the database could not be asked at all, or went away while it was: whoever waits will be answered.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let (DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))) = error
        else {
            return matches!(error, DbErr::ConnectionAcquire(_));
        };
        match error.as_ref() {
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed => true,
            SqlxError::Database(error) => error.code().is_some_and(|code| {
                // PostgreSQL: a transaction that lay still for too long; too many connections; shutting down, starting.
                matches!(code.as_ref(), "25P03" | "53300" | "57P01" | "57P02" | "57P03")
                    || code.starts_with("08")
            }),
            _ => false,
        }
    }

    /// What the browser is told. Faults of ours get a reference that is in the log as well.
    #[must_use]
    pub fn into_app(self, reference: impl FnOnce() -> String) -> AppError {
        match self {
            Self::NotFound => AppError::NotFound,
            Self::Forbidden => AppError::Forbidden,
            Self::LastOwner => AppError::invalid(
                "role",
                "This is the only owner. Make somebody else an owner first; nothing was changed.",
            ),
            Self::Slots(short) => AppError::Slots(short),
            Self::TooMany { requested, limit } => AppError::TooMany { requested, limit },
            Self::NothingToDo => AppError::NothingToDo,
            Self::KeyReused => AppError::KeyReused,
            Self::Disconnected => AppError::TooLate {
                message: "Already disconnected; connect again. Undo works for 10 seconds.".to_owned(),
            },
            Self::ExcludedForGood => AppError::TooLate {
                message: "Too late to undo: include them again instead. Undo works for 10 seconds."
                    .to_owned(),
            },
            Self::PlanInactive => AppError::refused(
                Reason::PlanInactive,
                "Your plan is not active, so nothing new connects. Nothing was changed.",
            ),
            Self::LinkedElsewhere => AppError::refused(
                Reason::AlreadyConnectedElsewhere,
                "This organisation is already linked to a Warmy workspace. Ask your colleagues, or write to our support.",
            ),
            Self::Database(_) | Self::Corrupt(_) | Self::Fenced | Self::Folder(_) | Self::Keys(_) => {
                let reference = reference();
                tracing::error!(error = %self, %reference, "request failed in the store");
                AppError::Internal { reference }
            }
        }
    }
}
