//! Graph: the error envelope of directory and mailbox calls, alone or inside a batch.
//!
//! Envelope: [errors](https://learn.microsoft.com/graph/errors). Codes come in any case, may nest under
//! `innerError` (the deepest is the most precise), may be empty, and a body may be missing altogether.

use serde_json::Value;

use crate::{
    failure::{Class, Failure},
    http::{Answer, plain},
};

/// Deeper nesting than this is not an error envelope any more.
const DEEPEST: usize = 8;

/// The failure that this answer of Graph is; `what` names the call for the log.
pub(crate) fn failure(answer: &Answer, what: &str) -> Failure {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&Value::Null);
    let codes = codes(error);
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    Failure {
        class: class(answer.status, &codes, message),
        status: Some(answer.status),
        // The outermost code is what people search for.
        code: codes.last().and_then(|code| plain(code)),
        request_id: Some(answer.request_id.clone()),
        retry_after: answer.retry_after,
        detail: what.to_owned(),
    }
}

/// The codes of an envelope, the most precise (deepest) first.
fn codes(error: &Value) -> Vec<&str> {
    let levels = std::iter::successors(Some(error), |level| inner(level)).take(DEEPEST);
    let mut codes: Vec<&str> =
        levels.filter_map(|level| level.get("code")?.as_str()).filter(|code| !code.is_empty()).collect();
    codes.reverse();
    codes
}

/// The next level; both spellings occur.
fn inner(level: &Value) -> Option<&Value> {
    level.get("innerError").or_else(|| level.get("innererror"))
}

/// The class of an error answer: the first code that has one, else the status.
pub(crate) fn class(status: u16, codes: &[&str], message: &str) -> Class {
    if let Some(class) = codes.iter().find_map(|code| of_code(&code.to_ascii_lowercase(), message)) {
        return class;
    }
    match status {
        429 | 509 => Class::Throttled,
        410 => Class::DeltaExpired,
        400 | 405 | 406 | 411..=417 | 501 => Class::OurBug,
        408 | 500.. => Class::Unavailable,
        _ => Class::Unknown,
    }
}

/// The class of a code, which is given in lower case.
fn of_code(code: &str, message: &str) -> Option<Class> {
    let says = |words: &str| message.to_ascii_lowercase().contains(words);
    Some(match code {
        "toomanyrequests" | "activitylimitreached" | "applicationthrottled" | "errortoomanyrequests" => {
            Class::Throttled
        }
        "nopermissionsinaccesstoken" | "authorization_requestdenied" | "accessdenied" => {
            Class::PermissionMissing
        }
        // Some mailboxes refuse their settings with this, whatever is granted: nothing follows from it.
        "erroraccessdenied" if says("failed to get the correct properties") => Class::Unknown,
        "erroraccessdenied"
            if says("[raop]") || says("apponly accesspolicy") || says("odata is disabled") =>
        {
            Class::OutOfScope
        }
        // Missing or out of scope: the caller, who knows the token's roles, refines it.
        "erroraccessdenied" => Class::PermissionMissing,
        "authorization_identitynotfound" => Class::NotPropagated,
        "authorization_identitydisabled" => Class::AppDisabled,
        "organizationfromtenantguidnotfound" => Class::NoExchangeInTenant,
        "request_resourcenotfound" => Class::UserNotFound,
        // We ask by directory id, so this is not a distribution list or a typing error.
        "errorinvaliduser" => Class::UserNotFound,
        "resourcenotfound" if says("user") => Class::UserNotFound,
        "resourcenotfound" => Class::MailboxNotEnabled,
        "mailboxnotenabledforrestapi" if says("on-premise") && !says("inactive") => Class::MailboxOnPremises,
        // A catch-all that names three causes, or (AuthenticationError) users without a licence.
        "mailboxnotenabledforrestapi"
        | "mailboxnotsupportedforrestapi"
        | "errornonexistentmailbox"
        | "erroraccountdisabled"
        | "authenticationerror" => Class::MailboxNotEnabled,
        "mailboxnothostedinexchangeonline" => Class::MailboxOnPremises,
        "errormailboxmoveinprogress" => Class::MailboxMoving,
        "errormailboxstoreunavailable" | "errormailboxfailover" | "errorserverbusy" => {
            Class::MailboxUnavailable
        }
        "syncstatenotfound" | "syncstateinvalid" | "resyncrequired" | "directory_expiredpagetoken" => {
            Class::DeltaExpired
        }
        "errorsendasdenied"
        | "request_unsupportedquery"
        | "request_badrequest"
        | "badrequest"
        | "inefficientfilter"
        | "errorinvalididmalformed" => Class::OurBug,
        // Not the tenant's pace although some answer 429: a full mailbox, a spent daily limit.
        "errorquotaexceeded" | "quotalimitreached" | "errorexceededmessagelimit" => Class::Unknown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
