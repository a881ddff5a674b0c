//! Groups by name, and the members of a group.
//!
//! <https://learn.microsoft.com/en-us/graph/api/group-list>,
//! <https://learn.microsoft.com/en-us/graph/api/group-list-transitivemembers>

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::links::link;
use super::token::{Kind, PageToken};
use super::users::{expired_page, page_size};
use crate::directory::group::Group;
use crate::directory::record::Presence;

/// `GET /groups`, optionally filtered by `displayName eq '…'`.
pub(crate) fn list(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    request.refuse(&["search", "orderby", "skip", "expand", "skiptoken"])?;
    let name = request.option("filter").map(display_name).transpose()?;
    let top = page_size(request)?;
    let tenant = &context.caller.tenant;
    let state = tenant.read();
    let value: Vec<Value> = state
        .groups
        .iter()
        .filter(|group| {
            name.as_ref().is_none_or(|name| group.display_name.to_lowercase() == name.to_lowercase())
        })
        .take(top)
        .map(|group| Value::Object(selected(group, request)))
        .collect();
    Answer::of(
        &json!({ "@odata.context": format!("{}/v1.0/$metadata#groups", context.base), "value": value }),
    )
}

/// `GET /groups/{id}/transitiveMembers`
pub(crate) fn members(context: &Context<'_>, request: &GraphRequest, id: &str) -> Result<Answer, GraphError> {
    request.refuse(&["filter", "search", "orderby", "skip", "expand"])?;
    let top = page_size(request)?;
    let tenant = &context.caller.tenant;
    let state = tenant.read();
    let group = state.groups.iter().find(|group| group.id.to_string().eq_ignore_ascii_case(id));
    let group = group.ok_or_else(|| GraphError::no_such_user(id))?;
    let position = match request.option("skiptoken") {
        None => 0,
        Some(text) => {
            let token = PageToken::decode(text, tenant).filter(|token| token.kind == Kind::Listing);
            token.filter(|token| token.epoch == state.expired.pages).ok_or_else(expired_page)?.position
        }
    };
    let start = usize::try_from(position).unwrap_or(usize::MAX);
    let value: Vec<Value> = group
        .members
        .iter()
        .skip(start)
        .take(top)
        .map(|index| tenant.record(&state, *index))
        .filter(|record| record.presence == Presence::Here)
        .map(|record| {
            let id = tenant.population.ids.id_of(record.index);
            json!({ "@odata.type": "#microsoft.graph.user", "id": id })
        })
        .collect();
    let mut page = Map::new();
    page.insert(
        "@odata.context".to_owned(),
        json!(format!("{}/v1.0/$metadata#directoryObjects(id)", context.base)),
    );
    if start + top < group.members.len() {
        let next = PageToken {
            kind: Kind::Listing,
            position: (start + top) as u64,
            from: 0,
            to: 0,
            select: 0,
            issued: context.simulator.clock.now(),
            epoch: state.expired.pages,
        };
        let (text, size) = (next.encode(tenant), top.to_string());
        let query = [("$select", "id"), ("$top", size.as_str()), ("$skiptoken", text.as_str())];
        let path = format!("groups/{id}/transitiveMembers");
        page.insert("@odata.nextLink".to_owned(), json!(link(context.base, &path, &query)));
    }
    page.insert("value".to_owned(), Value::Array(value));
    Answer::of(&page)
}

/// The name in `displayName eq '…'`, the only supported filter.
fn display_name(filter: &str) -> Result<String, GraphError> {
    let quoted = filter.trim().strip_prefix("displayName eq ").map(str::trim);
    let name = quoted.and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    name.map(|name| name.replace("''", "'")).ok_or_else(|| {
        GraphError::new(
            400,
            "Request_UnsupportedQuery",
            format!("Unsupported or invalid query filter clause '{filter}'."),
        )
    })
}

fn selected(group: &Group, request: &GraphRequest) -> Map<String, Value> {
    let all = [("id", json!(group.id)), ("displayName", json!(group.display_name))];
    let wanted = |name: &str| {
        request
            .option("select")
            .is_none_or(|names| names.split(',').any(|it| it.trim().eq_ignore_ascii_case(name)))
    };
    all.into_iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.to_owned(), value)).collect()
}
