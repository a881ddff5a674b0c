//! Mail folders; reading them proves that a mailbox exists and that the application has access.
//!
//! <https://learn.microsoft.com/en-us/graph/api/mailfolder-get>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::links::link;
use crate::directory::fault::NO_MAILBOX;
use crate::directory::kind::Kind;
use crate::directory::record::{Presence, Record};
use crate::mix::{mix, of_text};

/// Well-known folders and their English names.
const FOLDERS: [(&str, &str); 6] = [
    ("inbox", "Inbox"),
    ("drafts", "Drafts"),
    ("sentitems", "Sent Items"),
    ("deleteditems", "Deleted Items"),
    ("junkemail", "Junk Email"),
    ("archive", "Archive"),
];

/// Exchange's own page size and its largest one.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 1000;

/// `GET /users/{id}/mailFolders`. Pages by `$top` and `$skip`, unlike the directory.
pub(crate) fn list(context: &Context<'_>, request: &GraphRequest, key: &str) -> Result<Answer, GraphError> {
    let record = open(context, key, false)?;
    let (top, skip) = (number(request, "top", PAGE)?.clamp(1, LARGEST_PAGE), number(request, "skip", 0)?);
    let page = FOLDERS.iter().skip(skip).take(top);
    let value: Vec<_> =
        page.map(|(name, title)| selected(folder_json(&record, name, title), request)).collect();
    let named = format!("{}/v1.0/$metadata#users('{}')/mailFolders", context.base, record.id);
    let mut body = json!({ "@odata.context": named, "value": value });
    if skip.saturating_add(top) < FOLDERS.len() {
        let (top, skip) = (top.to_string(), (skip + top).to_string());
        let mut query = vec![("$top", top.as_str()), ("$skip", skip.as_str())];
        query.extend(request.option("select").map(|names| ("$select", names)));
        body["@odata.nextLink"] =
            json!(link(context.base, &format!("users/{}/mailFolders", record.id), &query));
    }
    Answer::of(&body)
}

fn number(request: &GraphRequest, name: &str, absent: usize) -> Result<usize, GraphError> {
    let Some(text) = request.option(name) else { return Ok(absent) };
    text.parse().map_err(|_| {
        let text = format!("Invalid value '{text}' for ${name} query option found.");
        GraphError::new(400, "ErrorInvalidUrlQuery", text)
    })
}

/// `GET /users/{id}/mailFolders/{name}`
pub(crate) fn folder(
    context: &Context<'_>,
    request: &GraphRequest,
    key: &str,
    name: &str,
) -> Result<Answer, GraphError> {
    let record = open(context, key, false)?;
    let known = FOLDERS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name) || folder_id(&record, known) == name)
        .ok_or_else(|| {
            let text = "The specified object was not found in the store.";
            GraphError::new(404, "ErrorItemNotFound", text)
        })?;
    let mut body = selected(folder_json(&record, known.0, known.1), request);
    let named = format!("{}/v1.0/$metadata#users('{}')/mailFolders/$entity", context.base, record.id);
    body["@odata.context"] = json!(named);
    Answer::of(&body)
}

/// The mailbox with this id or address, if the application can access it.
///
/// # Errors
/// In Microsoft's order: no Exchange in the tenant, no such user, a fault, no mailbox.
pub(crate) fn open(context: &Context<'_>, key: &str, settings: bool) -> Result<Record, GraphError> {
    let tenant = &context.caller.tenant;
    if !tenant.population.exchange {
        let text = format!("The tenant for tenant guid '{}' does not exist.", tenant.tid);
        let mut error = GraphError::new(401, "OrganizationFromTenantGuidNotFound", text);
        error.inner.push(("errorUrl", "https://aka.ms/autherrors#error-InvalidTenant".to_owned()));
        return Err(error);
    }
    let state = tenant.read();
    let record = tenant.find_recipient(&state, key).filter(|record| record.presence == Presence::Here);
    let record = record.ok_or_else(|| {
        GraphError::new(404, "ErrorInvalidUser", format!("The requested user '{key}' is invalid."))
    })?;
    let fault = state.faults.get(&record.index);
    let now = context.simulator.clock.now();
    let fault = fault
        .filter(|fault| fault.is_on(now) && fault.remaining != Some(0) && (settings || !fault.settings_only))
        .cloned();
    drop(state);
    if let Some(fault) = fault {
        spend(context, record.index, fault.remaining);
        return Err(GraphError::from(&fault));
    }
    match record.kind {
        Kind::OnPremises => {
            let text = "REST API is not yet supported for this mailbox.";
            Err(GraphError::new(404, "MailboxNotEnabledForRESTAPI", text))
        }
        _ if record.has_mailbox() => Ok(record),
        _ => Err(GraphError::new(404, "MailboxNotEnabledForRESTAPI", NO_MAILBOX)),
    }
}

/// Counts down a fault that ends after a number of answers.
fn spend(context: &Context<'_>, index: u32, remaining: Option<u32>) {
    let Some(remaining) = remaining else { return };
    let mut state = context.caller.tenant.write();
    if remaining <= 1 {
        state.faults.remove(&index);
    } else if let Some(fault) = state.faults.get_mut(&index) {
        fault.remaining = Some(remaining - 1);
    }
}

fn folder_id(record: &Record, name: &str) -> String {
    let (high, low) = record.id.as_u64_pair();
    let mut bytes = vec![0, 0];
    for part in 0..5 {
        bytes.extend(mix(&[high, low, of_text(name), part]).to_be_bytes());
    }
    format!("AAMk{}", URL_SAFE.encode(bytes))
}

fn folder_json(record: &Record, name: &str, title: &str) -> Value {
    let (high, low) = record.id.as_u64_pair();
    let items = mix(&[high, low, of_text(name), 9]) % 400;
    json!({
        "id": folder_id(record, name),
        "displayName": title,
        "parentFolderId": folder_id(record, "msgfolderroot"),
        "childFolderCount": 0,
        "unreadItemCount": items / 9,
        "totalItemCount": items,
        "isHidden": false,
    })
}

/// Keeps the selected properties; Exchange returns `id` in any case.
fn selected(mut folder: Value, request: &GraphRequest) -> Value {
    if let (Some(names), Value::Object(all)) = (request.option("select"), &mut folder) {
        all.retain(|name, _| name == "id" || names.split(',').any(|it| it.trim().eq_ignore_ascii_case(name)));
    }
    folder
}
