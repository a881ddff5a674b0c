//! The calls of Graph, each with the permissions that allow it.

use axum::http::Method;

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::{delta, groups, mailbox, mailbox_settings, organization, user, users};

const USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];
const USERS_OR_BASIC: &[&str] =
    &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "User.ReadBasic.All"];
const ORGANIZATION: &[&str] = &["Organization.Read.All", "Directory.Read.All"];
const GROUPS: &[&str] = &["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"];
const MAIL: &[&str] = &["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"];
const SETTINGS: &[&str] = &["MailboxSettings.Read", "MailboxSettings.ReadWrite"];

/// Dispatches a call after checking its permission.
pub(super) fn dispatch(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    if request.method != Method::GET {
        return Err(GraphError::bad_request("The simulator answers GET requests and POST /$batch only."));
    }
    match segments.as_slice() {
        ["organization"] => {
            context.need(ORGANIZATION)?;
            organization::list(context, request)
        }
        ["organization", id] => {
            context.need(ORGANIZATION)?;
            organization::get(context, request, id)
        }
        ["groups"] => {
            context.need(GROUPS)?;
            groups::list(context, request)
        }
        ["groups", id, "transitiveMembers"] => {
            context.need(GROUPS)?;
            groups::members(context, request, id)
        }
        ["users"] => {
            context.need(USERS_OR_BASIC)?;
            users::list(context, request)
        }
        ["users", "$count"] => {
            context.need(USERS_OR_BASIC)?;
            users::count(context, request)
        }
        ["users", "delta" | "delta()" | "microsoft.graph.delta()"] => {
            context.need(USERS)?;
            delta::get(context, request)
        }
        ["users", id] => {
            context.need(USERS_OR_BASIC)?;
            user::get(context, request, id)
        }
        ["users", id, "mailFolders"] => {
            context.need_mail(MAIL, id)?;
            mailbox::list(context, request, id)
        }
        ["users", id, "mailFolders", name] => {
            context.need_mail(MAIL, id)?;
            mailbox::folder(context, request, id, name)
        }
        ["users", id, "mailboxSettings"] => {
            context.need_mail(SETTINGS, id)?;
            mailbox_settings::get(context, request, id)
        }
        ["users", id, "mailboxSettings", "userPurpose"] => {
            context.need_mail(SETTINGS, id)?;
            mailbox_settings::purpose(context, id)
        }
        // A version inside a batch, for example.
        [first, ..] if !["users", "groups", "organization"].contains(first) => Err(no_segment(first)),
        [.., last] => Err(no_segment(last)),
        [] => Err(GraphError::bad_request("Invalid request.")),
    }
}

fn no_segment(segment: &str) -> GraphError {
    GraphError::bad_request(format!("Resource not found for the segment '{segment}'."))
}
