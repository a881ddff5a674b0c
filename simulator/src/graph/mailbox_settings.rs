//! Mailbox settings, above all the purpose of the mailbox.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-get-mailboxsettings>

use serde_json::{Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::mailbox;

/// `GET /users/{id}/mailboxSettings`
pub(crate) fn get(context: &Context<'_>, request: &GraphRequest, key: &str) -> Result<Answer, GraphError> {
    let record = mailbox::open(context, key, true)?;
    let mut body = json!({
        "archiveFolder": Value::Null,
        "timeZone": "W. Europe Standard Time",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": record.kind.purpose(),
        "automaticRepliesSetting": { "status": "disabled", "externalAudience": "all" },
        "language": { "locale": record.language.unwrap_or("en-US"), "displayName": Value::Null },
    });
    if let (Some(names), Value::Object(all)) = (request.option("select"), &mut body) {
        all.retain(|name, _| names.split(',').any(|it| it.trim().eq_ignore_ascii_case(name)));
    }
    let named = format!("{}/v1.0/$metadata#users('{}')/mailboxSettings", context.base, record.id);
    body["@odata.context"] = json!(named);
    Answer::of(&body)
}

/// `GET /users/{id}/mailboxSettings/userPurpose`
pub(crate) fn purpose(context: &Context<'_>, key: &str) -> Result<Answer, GraphError> {
    let record = mailbox::open(context, key, true)?;
    let named = format!("{}/v1.0/$metadata#users('{}')/mailboxSettings/userPurpose", context.base, record.id);
    Answer::of(&json!({ "@odata.context": named, "value": record.kind.purpose() }))
}
