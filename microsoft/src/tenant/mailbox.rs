//! Mailboxes in Exchange: whether a user has one, whether we may use it, and its kind.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Tenant,
    call::{Call, read},
};
use crate::{
    classify::graph,
    directory::Purpose,
    failure::{Class, Failure},
    http::Answer,
    token::AppToken,
};

/// A token younger than this contains the current permissions.
const RECENT: Duration = Duration::from_secs(60);

/// A GET request for a user or their mailbox, and how its answer is read.
pub(super) struct UserRequest<T> {
    pub(super) shape: Shape,
    pub(super) read: fn(Result<Answer, Failure>) -> Result<T, Failure>,
}

/// The form of a request, to be sent alone or as part of a batch.
pub(super) struct Shape {
    pub(super) what: &'static str,
    pub(super) path: &'static [&'static str],
    pub(super) query: &'static str,
    /// Whether Exchange answers it, and not the directory.
    pub(super) uses_exchange: bool,
    /// The permissions of which one is required.
    pub(super) roles: &'static [&'static str],
}

/// The definitive test of a mailbox
/// ([mailFolder](https://learn.microsoft.com/graph/api/mailfolder-get)).
pub(super) const INBOX: UserRequest<()> = UserRequest {
    shape: Shape {
        what: "GET users/{id}/mailFolders/inbox",
        path: &["mailFolders", "inbox"],
        query: "$select=id",
        uses_exchange: true,
        roles: &["Mail.ReadWrite", "Mail.Read", "Mail.ReadBasic.All", "Mail.ReadBasic"],
    },
    read: |answer| {
        #[derive(Deserialize)]
        struct Folder {
            id: String,
        }
        let answer = answer?;
        // A success whose body holds an error, or no folder, proves no mailbox.
        if serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body.get("error").is_some()) {
            return Err(graph::failure(&answer, INBOX.shape.what));
        }
        read::<Folder>(&answer, INBOX.shape.what).and_then(|folder| match folder.id.is_empty() {
            true => Err(Failure::new(Class::Unknown, format!("{}: no folder", INBOX.shape.what))),
            false => Ok(()),
        })
    },
};

/// The kind of a mailbox
/// ([mailboxSettings](https://learn.microsoft.com/graph/api/user-get-mailboxsettings)).
pub(super) const SETTINGS: UserRequest<Purpose> = UserRequest {
    shape: Shape {
        what: "GET users/{id}/mailboxSettings",
        path: &["mailboxSettings"],
        query: "$select=userPurpose",
        uses_exchange: true,
        roles: &["MailboxSettings.Read", "MailboxSettings.ReadWrite"],
    },
    read: |answer| {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Settings {
            user_purpose: Option<String>,
        }
        let answer = match answer {
            Err(refused) if refused.status == Some(403) && refused.class == Class::Unknown => {
                return Ok(Purpose::Unknown);
            }
            answer => answer?,
        };
        let settings: Settings = read(&answer, SETTINGS.shape.what)?;
        Ok(settings.user_purpose.as_deref().map_or(Purpose::Unknown, Purpose::read))
    },
};

impl Tenant {
    /// Whether the inbox of a user can be read, which proves both the mailbox and the permission. Needs a
    /// `Mail.Read…` permission, in Entra or by Exchange's RBAC for Applications.
    ///
    /// # Errors
    /// Of the mailbox: [`Class::UserNotFound`], [`Class::MailboxNotEnabled`],
    /// [`Class::MailboxOnPremises`], [`Class::MailboxMoving`], [`Class::MailboxUnavailable`],
    /// [`Class::OutOfScope`]. Of the tenant: [`Class::PermissionMissing`], [`Class::NoExchangeInTenant`], and
    /// the classes of [`app_token`](crate::Microsoft::app_token).
    pub async fn inbox(&self, id: &str) -> Result<(), Failure> {
        self.send_one(id, &INBOX).await
    }

    /// The kind of a user's mailbox. Needs `MailboxSettings.Read`. Some mailboxes refuse access without a reason
    /// although it is granted: their kind is [`Purpose::Unknown`].
    ///
    /// # Errors
    /// As [`inbox`](Self::inbox).
    pub async fn mailbox_settings(&self, id: &str) -> Result<Purpose, Failure> {
        self.send_one(id, &SETTINGS).await
    }

    async fn send_one<T>(&self, id: &str, request: &UserRequest<T>) -> Result<T, Failure> {
        check_id(id, request.shape.what)?;
        let mut path = vec!["users", id];
        path.extend(request.shape.path);
        let url = self.microsoft.cloud().graph_url(&path, request.shape.query);
        let call = Call { mailboxes: vec![id.to_owned()], units: 0, ..Call::get(request.shape.what, url) };
        let reply = self.send(&call, self.deadline()).await;
        let answer = match reply {
            Ok(reply) => Ok(reply.answer),
            Err(failure) => Err(self.refine(failure, request.shape.roles).await),
        };
        (request.read)(answer)
    }

    /// Refines `ErrorAccessDenied`, which means "not granted" or "not for this mailbox". If the token contains the
    /// permission, it means the second; but a token may contain permissions that have been revoked since, so one that
    /// is not recent is renewed first.
    pub(super) async fn refine(&self, failure: Failure, roles: &[&str]) -> Failure {
        if !is_access_denied(&failure) {
            return failure;
        }
        let generation = self.limits.generation();
        let mut token = self.microsoft.token_of(&self.id, generation).await;
        let granted_once = |token: &AppToken| token.has_any(roles) && token.fetched.elapsed() > RECENT;
        if token.as_deref().is_ok_and(granted_once) {
            self.limits.invalidate_token_of(generation);
            token = self.microsoft.token_of(&self.id, self.limits.generation()).await;
        }
        match token {
            Ok(token) if token.has_any(roles) => Failure { class: Class::OutOfScope, ..failure },
            Err(token_failure) if !token_failure.class.is_transient() => token_failure,
            _ => failure,
        }
    }
}

/// Whether the failure has the code that does not distinguish a missing permission from a missing scope.
pub(super) fn is_access_denied(failure: &Failure) -> bool {
    failure.class == Class::PermissionMissing && failure.is("ErrorAccessDenied")
}

/// Refuses ids that would change the address instead of being a part of it.
pub(super) fn check_id(id: &str, what: &str) -> Result<(), Failure> {
    if id.is_empty() || id.chars().all(|char| char == '.') {
        return Err(Failure::new(Class::UserNotFound, format!("{what}: not an id, not sent")));
    }
    Ok(())
}
