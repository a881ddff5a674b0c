//! The error type of all server functions.

use serde::{Deserialize, Serialize};

use crate::{Reason, slots::Shortfall, text};

/// A refusal or a failure, in a form the browser can show. It never carries sources or secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    #[error("You are signed out. Sign in again; nothing was changed.")]
    SignedOut,
    #[error("You don’t have permission to do that. Nothing was changed.")]
    Forbidden,
    #[error("That isn’t here (any more).")]
    NotFound,
    /// The input of a field is not valid; the form keeps it.
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// Refused for a reason that has an entry in Help.
    #[error("{message}")]
    Refused { reason: Reason, message: String },
    #[error("{}", shortfall(.0))]
    Slots(Shortfall),
    #[error("{} were selected, and one run takes at most {}. Nothing was changed.", text::mailboxes(u64::from(*.requested)), text::number(u64::from(*.limit)))]
    #[serde(rename = "too_many")]
    LimitExceeded { requested: u32, limit: u32 },
    #[error(
        "This action no longer applies to any of the selected mailboxes: they have changed meanwhile. Nothing was changed."
    )]
    NothingToDo,
    /// The action can no longer be undone.
    #[error("{message}")]
    TooLate { message: String },
    #[error("This was sent before with another selection. Nothing was changed; start again.")]
    KeyReused,
    /// An error on our side; the log has it under the reference.
    #[error("Something went wrong on our side. Nothing was changed. Reference {reference}.")]
    Internal { reference: String },
    #[error(
        "The server’s disk is full, so nothing can be saved at the moment. Nothing was changed; try again later."
    )]
    DiskFull,
    /// The database cannot be reached, or cannot write.
    #[error(
        "The server’s database is not available at the moment. Nothing was changed; try again in a moment."
    )]
    DatabaseAway,
    /// The connection to the database broke while the change was saved.
    #[error(
        "The connection to the server’s database broke while this was saved. Look whether it was done before you try again."
    )]
    Uncertain,
    /// The server could not be reached.
    #[error("The server can’t be reached. Check your connection and try again; nothing was lost.")]
    Transport,
}

fn shortfall(short: &Shortfall) -> String {
    format!(
        "{} requested and {} free. Nothing was changed.",
        text::counted(u64::from(short.requested), "slot was", "slots were"),
        text::counted(u64::from(short.free), "is", "are"),
    )
}

impl AppError {
    /// The reason to look up in Help.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            Self::Slots(_) => Some(Reason::SlotsExhausted),
            _ => None,
        }
    }

    /// Whether the server, its disk or its database could not be reached or used: the same request may work later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Transport | Self::DatabaseAway | Self::DiskFull | Self::Internal { .. })
    }

    /// The form field that it concerns.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }

    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), message: message.into() }
    }

    /// The workspace would have no owner.
    #[must_use]
    pub fn last_owner() -> Self {
        Self::invalid(
            "role",
            "This is the only owner. Make another member an owner first; nothing was changed.",
        )
    }

    /// A text has a character that cannot be stored, and was not cleaned.
    #[must_use]
    pub fn unstorable_text() -> Self {
        Self::invalid(
            "text",
            "A text has a character that cannot be stored. Type it again; nothing was changed.",
        )
    }

    /// A disconnect that is under way or done cannot be undone.
    #[must_use]
    pub fn disconnect_is_final() -> Self {
        Self::TooLate {
            message: "Too late to undo: the disconnect has started. Reconnect the mailboxes once it has ended. Undo works for 10 seconds.".to_owned(),
        }
    }

    /// An exclusion that is older than [`crate::undo::UNDO`] cannot be undone.
    #[must_use]
    pub fn exclusion_is_final() -> Self {
        Self::TooLate {
            message: "Too late to undo: include them again instead. Undo works for 10 seconds.".to_owned(),
        }
    }

    #[must_use]
    pub fn plan_inactive() -> Self {
        Self::refused(
            Reason::PlanInactive,
            "Your plan is not active, so nothing new connects. Nothing was changed.",
        )
    }

    /// Another workspace is linked to the tenant; the message does not name it.
    #[must_use]
    pub fn linked_elsewhere() -> Self {
        Self::refused(
            Reason::AlreadyConnectedElsewhere,
            "This organisation is already linked to a Warmy workspace. Ask your colleagues, or write to our support.",
        )
    }

    #[must_use]
    pub fn refused(reason: Reason, message: impl Into<String>) -> Self {
        Self::Refused { reason, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortfall_contains_both_numbers() {
        let error = AppError::Slots(Shortfall { requested: 200, free: 100 });
        assert_eq!(error.to_string(), "200 slots were requested and 100 are free. Nothing was changed.");
    }

    #[test]
    fn a_limit_error_contains_the_limit() {
        let error = AppError::LimitExceeded { requested: 1_001, limit: 1_000 };
        assert!(
            error.to_string().starts_with("1,001 mailboxes were selected, and one run takes at most 1,000.")
        );
    }

    #[test]
    fn errors_round_trip_through_json() {
        let error = AppError::refused(Reason::WrongTenant, "x");
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<AppError>(&json).unwrap(), error);
    }
}
