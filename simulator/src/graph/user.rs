//! One user.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-get>

use serde_json::{Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::select;
use super::user_json::{Style, UserJson};

/// `GET /users/{id | userPrincipalName}`
pub(crate) fn get(context: &Context<'_>, request: &GraphRequest, key: &str) -> Result<Answer, GraphError> {
    let properties = select::properties(request)?;
    let tenant = &context.caller.tenant;
    let record = tenant.find_present(&tenant.read(), key).ok_or_else(|| GraphError::no_such_user(key))?;
    let user = UserJson { record, properties: &properties, style: Style::Listing };
    let mut body = serde_json::to_value(&user).unwrap_or(Value::Null);
    let selected = select::context(request, &properties);
    body["@odata.context"] = json!(format!("{}/v1.0/$metadata#users{selected}/$entity", context.base));
    Answer::of(&body)
}
