//! Errors of the store.

mod outage;

use std::borrow::Cow;

use crate::{clock::Sources, secrets::KeyError};
use domain::{AppError, slots::Shortfall};
use sea_orm::{DbErr, RuntimeErr};

use self::outage::Outage;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// The connection broke in COMMIT: the change may be stored.
    #[error("it is not known whether this was stored: {0}")]
    Uncertain(DbErr),
    #[error("a stored value is not readable: {0}")]
    Corrupt(String),
    #[error("not found")]
    NotFound,
    /// The caller is no member (any more).
    #[error("not a member any more")]
    SignedOut,
    #[error("not allowed for this role")]
    Forbidden,
    /// The workspace would lose its last owner.
    #[error("the workspace would lose its last owner")]
    LastOwner,
    #[error("{0}")]
    Slots(#[from] Shortfall),
    #[error("{requested} selected, at most {limit}")]
    LimitExceeded { requested: u32, limit: u32 },
    #[error("nothing to do")]
    NothingToDo,
    #[error("idempotency key reused")]
    KeyReused,
    #[error("the plan is not active")]
    PlanInactive,
    /// The disconnect that was to be undone has begun or is finished.
    #[error("too late to undo a disconnect")]
    Disconnected,
    /// The exclusion that was to be undone is older than [`domain::undo::UNDO`].
    #[error("too late to undo an exclusion")]
    TooLateToInclude,
    /// Another workspace has the tenant.
    #[error("the tenant is linked to another workspace")]
    LinkedElsewhere,
    /// The lease was lost: another process may have claimed the row.
    #[error("the lease was lost")]
    Fenced,
    #[error("data folder: {0}")]
    Folder(String),
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
}

impl StoreError {
    /// An error about a stored value that does not parse.
    pub(crate) fn corrupt(error: impl std::fmt::Display) -> Self {
        Self::Corrupt(error.to_string())
    }

    /// Whether PostgreSQL refused a text with NUL. Texts are cleaned before; this is for one that was overlooked.
    fn is_unstorable_text(&self) -> bool {
        self.code().is_some_and(|code| code == "22021")
    }

    /// Whether the same transaction can be retried at once.
    pub(crate) fn is_retryable(&self) -> bool {
        // PostgreSQL: serialisation failure and deadlock. SQLite: busy, and its extended codes.
        self.code().is_some_and(|code| matches!(code.as_ref(), "40001" | "40P01" | "5" | "261" | "517"))
    }

    /// The database's own code of an error.
    fn code(&self) -> Option<Cow<'_, str>> {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e))) =
            self
        else {
            return None;
        };
        e.as_database_error()?.code()
    }

    /// The error of a COMMIT.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        match outage::of(&error) {
            Some(Outage::Away) => Self::Uncertain(error),
            Some(Outage::DiskFull | Outage::Unwritable) | None => Self::Database(error),
        }
    }

    /// Why the database can do nothing at the moment, if that is so: a later retry can succeed.
    fn outage(&self) -> Option<Outage> {
        match self {
            Self::Database(error) | Self::Uncertain(error) => outage::of(error),
            _ => None,
        }
    }

    /// Whether the database was unreachable or could not write, or the connection to it broke: a later retry can
    /// succeed.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        self.outage().is_some()
    }
}

/// The error for the browser. Internal errors are logged with a reference that the browser's error contains too.
impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        if let Some(outage) = error.outage() {
            tracing::error!(%error, "the database is unavailable");
            return match (&error, outage) {
                (StoreError::Uncertain(_), _) => Self::Uncertain,
                (_, Outage::DiskFull) => Self::DiskFull,
                (_, Outage::Unwritable | Outage::Away) => Self::DatabaseAway,
            };
        }
        if error.is_unstorable_text() {
            return Self::unstorable_text();
        }
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::SignedOut => Self::SignedOut,
            StoreError::Forbidden => Self::Forbidden,
            StoreError::LastOwner => Self::last_owner(),
            StoreError::Slots(short) => Self::Slots(short),
            StoreError::LimitExceeded { requested, limit } => Self::LimitExceeded { requested, limit },
            StoreError::NothingToDo => Self::NothingToDo,
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Disconnected => Self::disconnect_is_final(),
            StoreError::TooLateToInclude => Self::exclusion_is_final(),
            StoreError::PlanInactive => Self::plan_inactive(),
            StoreError::LinkedElsewhere => Self::linked_elsewhere(),
            StoreError::Database(_)
            | StoreError::Uncertain(_)
            | StoreError::Corrupt(_)
            | StoreError::Fenced
            | StoreError::Folder(_)
            | StoreError::Keys(_) => {
                let reference = Sources::system().id().to_string();
                tracing::error!(%error, %reference, "request failed in the store");
                Self::Internal { reference }
            }
        }
    }
}
