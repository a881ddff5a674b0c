//! One user of the directory, with all properties that Graph can return.

use uuid::Uuid;

use super::kind::Kind;
use super::oddity::Oddity;
use super::plans::{Licence, LicenceStatus};
use super::roles::AdminRole;

/// Whether a user exists or is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Here,
    /// Deleted, restorable for thirty days: delta reports `"reason": "changed"`.
    SoftDeleted,
    /// Permanently deleted: delta reports `"reason": "deleted"`.
    Gone,
}

/// A user. `None` means that the property was never set: listings return `null`, delta omits it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) index: u32,
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    pub(crate) given_name: Option<String>,
    pub(crate) surname: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) user_principal_name: String,
    /// Addresses besides `mail`.
    pub(crate) aliases: Vec<String>,
    pub(crate) account_enabled: bool,
    pub(crate) kind: Kind,
    pub(crate) licence: Licence,
    pub(crate) licence_status: LicenceStatus,
    /// Unix seconds.
    pub(crate) licence_since: i64,
    /// Unix seconds.
    pub(crate) created: i64,
    pub(crate) department: Option<String>,
    pub(crate) job_title: Option<String>,
    pub(crate) office: Option<String>,
    pub(crate) language: Option<&'static str>,
    pub(crate) synced: Option<bool>,
    pub(crate) role: AdminRole,
    pub(crate) presence: Presence,
    /// When the user was soft-deleted, virtual Unix seconds.
    pub(crate) deleted_at: Option<i64>,
    /// Properties that are null in every answer, whatever their value here.
    pub(crate) nulls: u64,
    /// Whether the plans include one of an earlier product, with the status `Deleted`.
    pub(crate) former_plan: bool,
    /// Properties that were set and then cleared: delta returns `null` for them instead of omitting them.
    pub(crate) cleared: u64,
    /// How answers about this user differ from the documented form.
    pub(crate) oddity: Option<Box<Oddity>>,
}

impl Record {
    /// The address: `mail`, else the sign-in name.
    pub(crate) fn address(&self) -> &str {
        self.mail.as_deref().unwrap_or(&self.user_principal_name)
    }

    /// Whether the inbox probe succeeds if the mailbox has no fault.
    pub(crate) fn has_mailbox(&self) -> bool {
        self.presence == Presence::Here && self.kind.has_mailbox() && !self.is_suspended()
    }

    /// Whether the mailbox is closed because the subscription ended. Only people need a licence.
    fn is_suspended(&self) -> bool {
        self.kind == Kind::User && self.licence_status == LicenceStatus::Suspended
    }

    pub(crate) fn is_guest(&self) -> bool {
        self.kind == Kind::Guest
    }
}
