//! Pages for paper: a list or a run with all its rows, as a plain table. The console mounts only the rows in sight, so it
//! prints these pages instead of its own.

mod sheet;

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use domain::{
    ids::{DelegationId, Millis, RowNumber, RunId},
    list::{Filter, ListQuery},
    mailbox::MailboxRow,
    reason::Reason,
    run::{RunItem, RunKind},
    text,
};
use store::StoreError;

use super::{
    admission::SessionCaller,
    csv::moment,
    downloads::{Which, refusal},
};
use crate::state::AppState;
use sheet::{Sheet, line};

/// Rows per query.
const PAGE: usize = 500;

/// `GET /mailboxes/print?d=&tab=&q=…`: every mailbox of a list, in its order. 404 without a delegation of the workspace.
pub(super) async fn mailboxes(
    SessionCaller { ctx, .. }: SessionCaller,
    State(state): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let named = pairs.iter().find(|(key, _)| key == "d").and_then(|(_, id)| id.parse().ok());
    let Some(id): Option<DelegationId> = named else { return refusal(&StoreError::NotFound) };
    let pairs = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let query = ListQuery::from_pairs(pairs).cleaned();
    // Read before the first byte is sent: afterwards the status cannot change.
    let organisation = match state.store.delegations(&ctx).delegation(id).await {
        Ok(delegation) => delegation.view.title().to_owned(),
        Err(error) => return refusal(&error),
    };
    let order = match state.store.mailboxes(&ctx).list_order(id, &query).await {
        Ok(list) => list.order,
        Err(error) => return refusal(&error),
    };
    let mut facts = vec![text::mailboxes(order.len() as u64)];
    facts.extend(filters(&query));
    let sheet = Sheet {
        title: format!("{organisation} · {}", query.tab.label()),
        facts,
        heading: &["Name", "Address", "Department", "Kind", "Status", "Connected (UTC)", "Checked (UTC)"],
        at: state.store.now(),
    };
    let store = state.store.clone();
    let rows = async_stream::try_stream! {
        for numbers in order.chunks(PAGE) {
            let rows = store.mailboxes(&ctx).rows(id, numbers).await?;
            let rows: HashMap<RowNumber, MailboxRow> = rows.into_iter().map(|row| (row.row, row)).collect();
            yield numbers.iter().filter_map(|number| rows.get(number)).map(mailbox).collect::<String>();
        }
    };
    sheet.answer(&state.config, rows)
}

/// `GET /runs/{run}/print?result=`: every mailbox of a run with its result.
pub(super) async fn run(
    SessionCaller { ctx, .. }: SessionCaller,
    State(state): State<AppState>,
    Path(id): Path<RunId>,
    Query(which): Query<Which>,
) -> Response {
    let result = which.state();
    let run = match state.store.runs(&ctx).run_detail(id).await {
        Ok(detail) => detail.run,
        Err(error) => return refusal(&error),
    };
    let kind = run.kind;
    let mut facts = vec![format!("Started by {} on {} (UTC)", run.started_by, moment(run.created_at))];
    facts.extend(result.map(|result| format!("Result: {}", result.words(kind))));
    let sheet = Sheet {
        title: format!("{} · {}", run.title(), run.state.label()),
        facts,
        heading: &["Name", "Address", "Result", "Reason", "Microsoft’s answer", "Finished (UTC)"],
        at: state.store.now(),
    };
    let store = state.store.clone();
    let rows = async_stream::try_stream! {
        let mut after = None;
        loop {
            let page = store.runs(&ctx).run_items(id, result, after.as_ref(), PAGE as u64).await?;
            yield page.items.iter().map(|found| item(kind, found)).collect::<String>();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    };
    sheet.answer(&state.config, rows)
}

/// "Search: ann", "Kind: Shared": what the list is limited to.
fn filters(query: &ListQuery) -> Vec<String> {
    let search =
        Some(&query.search).filter(|search| !search.is_empty()).map(|search| format!("Search: {search}"));
    let chosen = Filter::ALL.into_iter().filter_map(|filter| {
        let words = match filter {
            Filter::Status => query.status.map(|status| status.label().to_owned()),
            Filter::Kind => query.kind.map(|kind| kind.label().to_owned()),
            Filter::Reason => query.reason.map(|reason| reason.title().to_owned()),
            Filter::Department | Filter::Domain => query.filter(filter).map(str::to_owned),
        };
        words.map(|words| format!("{}: {words}", filter.label()))
    });
    search.into_iter().chain(chosen).collect()
}

fn mailbox(row: &MailboxRow) -> String {
    let status = match row.reason {
        Some(reason) => format!("{} · {}", row.connection.label(), reason.title()),
        None => row.connection.label().to_owned(),
    };
    line(&[
        &row.name,
        &row.address,
        row.department.as_deref().unwrap_or_default(),
        row.kind.label(),
        &status,
        &time(row.connected_at),
        &time(row.checked_at),
    ])
}

fn item(kind: RunKind, item: &RunItem) -> String {
    line(&[
        &item.name,
        &item.address,
        item.outcome.words(kind),
        item.reason.map_or("", Reason::title),
        &item.evidence.as_ref().map(ToString::to_string).unwrap_or_default(),
        &time(item.settled_at),
    ])
}

fn time(at: Option<Millis>) -> String {
    at.map(moment).unwrap_or_default()
}
