//! Delta queries: the changes among the users.
//!
//! <https://learn.microsoft.com/en-us/graph/delta-query-overview>. A first round lists all users; its last page has a
//! delta link, and following it lists the changes since the round began.

use std::collections::HashSet;

use uuid::Uuid;

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::links::{Page, link};
use super::select;
use super::token::{Kind, PageToken};
use super::user_json::{Style, UserJson};
use crate::chaos::kind::Kind as Chaos;
use crate::directory::changes::EVERYTHING;
use crate::directory::property::{Property, mask};
use crate::directory::record::Presence;
use crate::directory::tenant::{Tenant, TenantState};

/// Lifetime of the directory's delta links: seven days, in seconds.
const LIFETIME: i64 = 7 * 86_400;

/// Maximum number of ids in a filter.
const MAX_IDS: usize = 50;

/// `GET /users/delta`
pub(crate) fn get(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    request.refuse(&["top", "search", "orderby", "expand", "count", "skip"])?;
    let tenant = &context.caller.tenant;
    let state = tenant.read();
    let only = request.option("filter").map(|filter| filtered(tenant, &state, filter)).transpose()?;
    let start = |select: u64, kind| PageToken {
        kind,
        position: 0,
        from: 0,
        to: state.log.position() as u64,
        select,
        issued: context.simulator.clock.now(),
        epoch: epoch(&state, kind),
    };
    let mut token = match (request.option("skiptoken"), request.option("deltatoken")) {
        (None, None) => start(mask(&select::properties(request)?), Kind::Everything),
        (None, Some(text)) if text.eq_ignore_ascii_case("latest") => {
            let end = start(mask(&select::properties(request)?), Kind::Delta);
            return page(context, &state, request, end, Links { next: None, linked: true }, Vec::new());
        }
        (Some(text), _) => {
            continued(context, &state, text, |kind| matches!(kind, Kind::Everything | Kind::Changes))?
        }
        (None, Some(text)) => {
            let token = continued(context, &state, text, |kind| kind == Kind::Delta)?;
            PageToken { from: token.to, ..start(token.select, Kind::Changes) }
        }
    };
    let (mut entries, mut next) = match token.kind {
        Kind::Everything => all_users(context, &state, token),
        _ => changed(context, &state, token),
    };
    if let Some(only) = only {
        entries.retain(|(index, _)| only.contains(index));
    }
    match context.injection.map(|injection| (injection.kind, injection.random)) {
        // The next link has the same position but another text, so that no page links to itself.
        Some((Chaos::EmptyPage, _)) => {
            (entries, next) = (Vec::new(), Some(token.position));
            token.issued -= 1;
        }
        // The current state of a user of an earlier page.
        Some((Chaos::UserRepeated, random)) if token.position > 0 => {
            let earlier = PageToken { position: random % token.position, ..token };
            let (known, _) = match token.kind {
                Kind::Everything => all_users(context, &state, earlier),
                _ => changed(context, &state, earlier),
            };
            entries.splice(0..0, known.first().copied());
        }
        _ => {}
    }
    let linked = context.injection.is_none_or(|injection| injection.kind != Chaos::LinkMissing);
    page(context, &state, request, token, Links { next, linked }, entries)
}

fn epoch(state: &TenantState, kind: Kind) -> u64 {
    if kind == Kind::Delta { state.expired.delta } else { state.expired.pages }
}

/// An index in the directory, with the properties to report of the user there.
type Entry = (u32, u64);

fn all_users(context: &Context<'_>, state: &TenantState, token: PageToken) -> (Vec<Entry>, Option<u64>) {
    let count = u64::from(context.caller.tenant.index_count(state)).min(state.listed.unwrap_or(u64::MAX));
    let end = (token.position + context.simulator.options.delta_page as u64).min(count);
    let entries = (token.position..end).filter_map(|index| Some((u32::try_from(index).ok()?, EVERYTHING)));
    (entries.collect(), (end < count).then_some(end))
}

fn changed(context: &Context<'_>, state: &TenantState, token: PageToken) -> (Vec<Entry>, Option<u64>) {
    let as_position = |word: u64| usize::try_from(word).unwrap_or(usize::MAX);
    let all = state.log.between(as_position(token.from), as_position(token.to), token.select);
    let start = as_position(token.position).min(all.len());
    let end = (start + context.simulator.options.delta_page).min(all.len());
    (all[start..end].to_vec(), (end < all.len()).then_some(end as u64))
}

/// The links of a page.
#[derive(Clone, Copy)]
struct Links {
    /// The position of the next page; the last page has a delta link.
    next: Option<u64>,
    /// Whether the page has a link at all.
    linked: bool,
}

fn page(
    context: &Context<'_>,
    state: &TenantState,
    request: &GraphRequest,
    token: PageToken,
    Links { next, linked: has_link }: Links,
    entries: Vec<Entry>,
) -> Result<Answer, GraphError> {
    let tenant = &context.caller.tenant;
    let properties: Vec<Property> =
        Property::ALL.iter().copied().filter(|it| token.select & it.bit() != 0).collect();
    let prefer = request.headers.get("prefer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let minimal = prefer.contains("return=minimal");
    let value = entries
        .into_iter()
        .map(|(index, changed)| {
            let style = Style::Delta { mask: if minimal { changed } else { EVERYTHING } };
            UserJson { record: tenant.record(state, index), properties: &properties, style }
        })
        // A first round omits users that were permanently deleted.
        .filter(|user| token.kind != Kind::Everything || user.record.presence != Presence::Gone)
        .collect();
    let resource = context.simulator.options.cloud.resource();
    let base = if state.microsofts_links { resource.as_str() } else { context.base };
    let linked = |name: &str, token: PageToken| {
        let text = token.encode(tenant);
        let mut query = vec![(name, text.as_str())];
        query.extend(request.option("filter").map(|filter| ("$filter", filter)));
        link(base, "users/delta", &query)
    };
    let names: Vec<_> = properties.iter().map(|property| property.name()).collect();
    let mut answer = Answer::of(&Page {
        context: format!("{}/v1.0/$metadata#users({})", context.base, names.join(",")),
        count: None,
        next_link: next
            .filter(|_| has_link)
            .map(|position| linked("$skiptoken", PageToken { position, ..token })),
        delta_link: (next.is_none() && has_link).then(|| {
            linked(
                "$deltatoken",
                PageToken { kind: Kind::Delta, position: 0, epoch: state.expired.delta, ..token },
            )
        }),
        value,
    })?;
    if minimal {
        answer.headers.push(("Preference-Applied", "return=minimal".to_owned()));
    }
    Ok(answer)
}

/// The users that a filter by id names; the only filter of a delta query.
fn filtered(tenant: &Tenant, state: &TenantState, filter: &str) -> Result<HashSet<u32>, GraphError> {
    let refused = || {
        let text = format!("Unsupported or invalid query filter clause '{filter}'.");
        GraphError::new(400, "Request_UnsupportedQuery", text)
    };
    let mut only = HashSet::new();
    if filter.split(" or ").count() > MAX_IDS {
        return Err(refused());
    }
    for clause in filter.split(" or ") {
        let id = clause.trim().strip_prefix("id eq ").map(str::trim);
        let id = id.and_then(|id| id.strip_prefix('\'')?.strip_suffix('\'')).ok_or_else(refused)?;
        let id: Uuid = id.parse().map_err(|_| refused())?;
        only.extend(tenant.find(state, &id.to_string()).map(|record| record.index));
    }
    Ok(only)
}

/// Decodes a token. For every invalid token, the client gets the same error: it must start over.
fn continued(
    context: &Context<'_>,
    state: &TenantState,
    text: &str,
    expected: impl Fn(Kind) -> bool,
) -> Result<PageToken, GraphError> {
    let token = PageToken::decode(text, &context.caller.tenant).filter(|token| expected(token.kind));
    let now = context.simulator.clock.now();
    token
        .filter(|it| now - it.issued <= LIFETIME && it.epoch == epoch(state, it.kind))
        .ok_or_else(|| sync_state_not_found(context))
}

/// The error for a link that is no longer valid.
pub(crate) fn sync_state_not_found(context: &Context<'_>) -> GraphError {
    let text = "The sync state generation is not found; continue from a full synchronization.";
    let mut error = GraphError::new(410, "SyncStateNotFound", text);
    error.headers.push(("Location", format!("{}/v1.0/users/delta?$deltatoken=", context.base)));
    error
}
