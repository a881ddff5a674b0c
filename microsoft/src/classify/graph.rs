//! Graph: the error envelope of directory and mailbox calls, alone or inside a batch.
//!
//! Envelope: [errors](https://learn.microsoft.com/graph/errors). Codes come in any case, may nest under
//! `innerError` (the deepest is the most precise), may be empty, and a body may be missing altogether.

use serde_json::Value;

use crate::{
    failure::{Class, Failure},
    http::{Answer, plain},
};

/// The number of nested levels that are read; an error envelope has fewer.
const DEEPEST: usize = 8;

/// Converts an error answer of Graph into a failure; `what` names the call for the log.
pub(crate) fn failure(answer: &Answer, what: &str) -> Failure {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&Value::Null);
    let codes = codes(error);
    let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
    Failure {
        class: class(answer.status, &codes, message),
        status: Some(answer.status),
        // The outermost code is the one that people search for.
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

/// The next level of an envelope; both spellings occur.
fn inner(level: &Value) -> Option<&Value> {
    level.get("innerError").or_else(|| level.get("innererror"))
}

/// A code and its class. The first row that matches decides.
struct Row {
    /// In lower case; `""` matches any code.
    code: &'static str,
    /// Phrases in lower case, of which the message must contain one; empty for any message. Messages are read only
    /// where the code alone is ambiguous.
    phrases: &'static [&'static str],
    class: Class,
}

const fn row(code: &'static str, class: Class) -> Row {
    Row { code, phrases: &[], class }
}

const CODES: &[Row] = &[
    // Occurs with several codes, when the customer has stopped paying Microsoft.
    Row {
        code: "",
        phrases: &["a subscription within the tenant has lapsed"],
        class: Class::SubscriptionLapsed,
    },
    // The token.
    row("invalidauthenticationtoken", Class::TokenRefused),
    row("nopermissionsinaccesstoken", Class::PermissionMissing),
    row("authorization_identitynotfound", Class::NotPropagated),
    row("authorization_identitydisabled", Class::AppDisabled),
    row("authorization_requestdenied", Class::PermissionMissing),
    row("accessdenied", Class::PermissionMissing),
    row("insufficient_claims", Class::PolicyBlocked),
    row("organizationfromtenantguidnotfound", Class::NoExchangeInTenant),
    // Some mailboxes refuse access to their settings with this, whatever is granted: it proves nothing.
    Row {
        code: "erroraccessdenied",
        phrases: &["failed to get the correct properties"],
        class: Class::Unknown,
    },
    Row {
        code: "erroraccessdenied",
        phrases: &["[raop]", "apponly accesspolicy", "odata is disabled"],
        class: Class::OutOfScope,
    },
    // Missing or out of scope: the caller knows the token's roles and refines the class.
    row("erroraccessdenied", Class::PermissionMissing),
    // The user.
    row("request_resourcenotfound", Class::UserNotFound),
    // Our requests use directory ids, so this is not a distribution list or a typing error.
    row("errorinvaliduser", Class::UserNotFound),
    Row { code: "resourcenotfound", phrases: &["user"], class: Class::UserNotFound },
    // The mailbox. Most of these messages name several causes in one sentence, so they do not identify the cause.
    row("resourcenotfound", Class::MailboxNotEnabled),
    Row {
        code: "mailboxnotenabledforrestapi",
        phrases: &["inactive", "soft-deleted"],
        class: Class::MailboxNotEnabled,
    },
    Row { code: "mailboxnotenabledforrestapi", phrases: &["on-premise"], class: Class::MailboxOnPremises },
    row("mailboxnotenabledforrestapi", Class::MailboxNotEnabled),
    row("mailboxnotsupportedforrestapi", Class::MailboxNotEnabled),
    row("errornonexistentmailbox", Class::MailboxNotEnabled),
    row("erroraccountdisabled", Class::MailboxNotEnabled),
    // Exchange's catch-all, mostly for users without a licence.
    row("authenticationerror", Class::MailboxNotEnabled),
    row("mailboxnothostedinexchangeonline", Class::MailboxOnPremises),
    row("errormailboxmoveinprogress", Class::MailboxMoving),
    row("errormailboxstoreunavailable", Class::MailboxUnavailable),
    row("errormailboxfailover", Class::MailboxUnavailable),
    row("errorserverbusy", Class::MailboxUnavailable),
    // Not throttling of the tenant, although some of these have status 429.
    row("errorquotaexceeded", Class::MailboxFull),
    row("quotalimitreached", Class::MailboxFull),
    row("errorexceededmessagelimit", Class::SendingLimited),
    row("errormessagesubmissionblocked", Class::SendingBlocked),
    row("erroraccountsuspend", Class::SendingBlocked),
    row("erroritemnotfound", Class::ItemNotFound),
    row("errorfoldernotfound", Class::ItemNotFound),
    row("errorsyncfoldernotfound", Class::ItemNotFound),
    // The request.
    row("errorsendasdenied", Class::OurBug),
    row("errormessagesizeexceeded", Class::OurBug),
    row("errorinvalidrecipients", Class::OurBug),
    row("errorinvalididmalformed", Class::OurBug),
    row("errormimecontentinvalidbase64string", Class::OurBug),
    row("requestbodyread", Class::OurBug),
    row("request_unsupportedquery", Class::OurBug),
    row("request_badrequest", Class::OurBug),
    row("badrequest", Class::OurBug),
    row("inefficientfilter", Class::OurBug),
    // Links.
    row("syncstatenotfound", Class::DeltaExpired),
    row("syncstateinvalid", Class::DeltaExpired),
    row("resyncrequired", Class::DeltaExpired),
    row("directory_expiredpagetoken", Class::DeltaExpired),
    // Throttling and temporary failures.
    // Exchange's limit of one mailbox, which does not concern the others.
    Row { code: "", phrases: &["mailboxconcurrency limit"], class: Class::MailboxThrottled },
    row("toomanyrequests", Class::Throttled),
    row("activitylimitreached", Class::Throttled),
    row("applicationthrottled", Class::Throttled),
    row("errortoomanyrequests", Class::Throttled),
    row("servicenotavailable", Class::Unavailable),
    row("gatewaytimeout", Class::Unavailable),
    row("generalexception", Class::Unavailable),
];

/// The class of an error answer: that of the first known code, else that of the status.
pub(crate) fn class(status: u16, codes: &[&str], message: &str) -> Class {
    let message = message.to_ascii_lowercase();
    let known = codes.iter().chain(&[""]).find_map(|code| of_code(&code.to_ascii_lowercase(), &message));
    match (known, status) {
        // With status 429, an unavailable mailbox means throttling, whatever the code.
        (Some(Class::MailboxUnavailable), 429) => Class::Throttled,
        (Some(class), _) => class,
        (None, 429 | 509) => Class::Throttled,
        (None, 410) => Class::DeltaExpired,
        (None, 400 | 405 | 406 | 411..=417 | 501) => Class::OurBug,
        (None, 408 | 500..) => Class::Unavailable,
        (None, _) => Class::Unknown,
    }
}

/// The class of a code; both arguments are in lower case.
fn of_code(code: &str, message: &str) -> Option<Class> {
    let fits = |row: &&Row| {
        (row.code.is_empty() || row.code == code)
            && (row.phrases.is_empty() || row.phrases.iter().any(|words| message.contains(words)))
    };
    CODES.iter().find(fits).map(|row| row.class)
}

#[cfg(test)]
mod tests;
