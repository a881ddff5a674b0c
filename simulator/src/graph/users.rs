//! Listing and counting users.
//!
//! <https://learn.microsoft.com/en-us/graph/api/user-list>

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::links::{Page, link};
use super::select;
use super::token::{Kind, PageToken};
use super::user_json::{Style, UserJson};
use crate::chaos::kind::Kind as Chaos;
use crate::directory::record::{Presence, Record};
use crate::directory::tenant::{Tenant, TenantState};

const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 999;
/// Virtual seconds after which a page token is too old to continue.
const TOKEN_LIFETIME: i64 = 8 * 3600;

/// `GET /users`
pub(crate) fn list(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    request.refuse(&["filter", "search", "orderby", "skip", "expand"])?;
    let properties = select::properties(request)?;
    let top = page_size(request)?;
    let tenant = &context.caller.tenant;
    let state = tenant.read();
    let token = skip_token(context, &state, request)?;
    let (mut index, end) = (token.map_or(0, |token| token.position), u64::from(tenant.index_count(&state)));
    let mut value = Vec::with_capacity(top);
    let injection = context.injection.map(|injection| (injection.kind, injection.random));
    if let Some((Chaos::UserRepeated, random)) = injection
        && let Some(record) = earlier_user(tenant, &state, index, random)
    {
        value.push(UserJson { record, properties: &properties, style: Style::Listing });
    }
    // The next link of an empty page has the same position but another text, so that no page links to itself.
    let empty = matches!(injection, Some((Chaos::EmptyPage, _)));
    while value.len() < top && index < end && !empty {
        let record = tenant.record(&state, u32::try_from(index).unwrap_or(u32::MAX));
        index += 1;
        if record.presence == Presence::Here {
            value.push(UserJson { record, properties: &properties, style: Style::Listing });
        }
    }
    let next = PageToken {
        kind: Kind::Listing,
        position: index,
        from: 0,
        to: 0,
        select: 0,
        issued: token.map_or(context.simulator.clock.now(), |token| token.issued) - i64::from(empty),
        epoch: state.expired.pages,
    };
    // Without the header, the count is omitted without an error; later pages never have it.
    let counted = token.is_none() && request.is_eventual() && request.option("count") == Some("true");
    Answer::of(&Page {
        context: format!("{}/v1.0/$metadata#users{}", context.base, select::context(request, &properties)),
        count: counted.then(|| tenant.counts(&state).0),
        next_link: (index < end).then(|| {
            let mut query: Vec<(&str, &str)> = request
                .query
                .iter()
                .filter(|(name, _)| !name.eq_ignore_ascii_case("$skiptoken"))
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let text = next.encode(tenant);
            query.push(("$skiptoken", &text));
            link(context.base, "users", &query)
        }),
        delta_link: None,
        value,
    })
}

/// `GET /users/$count`: text, and only for callers who accept eventual consistency.
pub(crate) fn count(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    request.refuse(&["filter", "search"])?;
    if !request.is_eventual() {
        return Err(GraphError::new(400, "Request_BadRequest", "$count is not currently supported."));
    }
    let tenant = &context.caller.tenant;
    Ok(Answer::text(tenant.counts(&tenant.read()).0.to_string()))
}

/// A user of an earlier page.
fn earlier_user(tenant: &Tenant, state: &TenantState, index: u64, random: u64) -> Option<Record> {
    let start = random.checked_rem(index)?;
    (0..=start)
        .rev()
        .map(|index| tenant.record(state, u32::try_from(index).unwrap_or(u32::MAX)))
        .find(|record| record.presence == Presence::Here)
}

/// The page size of a directory listing (`$top`).
pub(crate) fn page_size(request: &GraphRequest) -> Result<usize, GraphError> {
    let Some(text) = request.option("top") else { return Ok(DEFAULT_PAGE) };
    text.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size)).ok_or_else(|| {
        let text =
            format!("Invalid page size specified: '{text}'. Must be between 1 and {LARGEST_PAGE} inclusive.");
        GraphError::new(400, "Request_UnsupportedQuery", text)
    })
}

/// The error for a page token that is too old.
pub(crate) fn expired_page() -> GraphError {
    let text = "The specified page token value has expired and can no longer be included in your request.";
    GraphError::new(400, "Directory_ExpiredPageToken", text)
}

fn skip_token(
    context: &Context<'_>,
    state: &TenantState,
    request: &GraphRequest,
) -> Result<Option<PageToken>, GraphError> {
    let Some(text) = request.option("skiptoken") else { return Ok(None) };
    let token = PageToken::decode(text, &context.caller.tenant).filter(|token| token.kind == Kind::Listing);
    let token = token.ok_or_else(|| {
        GraphError::new(400, "Request_BadRequest", "The specified page token value is invalid.")
    })?;
    let age = context.simulator.clock.now() - token.issued;
    if age > TOKEN_LIFETIME || token.epoch != state.expired.pages {
        return Err(expired_page());
    }
    Ok(Some(token))
}
