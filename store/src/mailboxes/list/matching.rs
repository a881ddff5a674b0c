//! The filter of a list.

use domain::{addresses::Pasted, connection::Connection, ids::DelegationId, list::ListQuery};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

use super::search::fold;
use crate::{WorkspaceCtx, entity::mailbox};

/// The condition for mailboxes that a list shows.
pub(crate) fn matching(ctx: &WorkspaceCtx, id: DelegationId, query: &ListQuery) -> Condition {
    use mailbox::Column as C;
    let states = Connection::ALL.into_iter().filter(|state| query.lists(*state));
    let mut filter = Condition::all()
        .add(C::WorkspaceId.eq(ctx.workspace.0))
        .add(C::DelegationId.eq(id.0))
        .add(C::Connection.is_in(states.map(Connection::as_str)));
    if !query.search.is_empty() {
        let pattern = LikeExpr::new(format!("%{}%", escape_like(&searched(&query.search)))).escape('\\');
        filter = filter.add(Expr::col(C::SearchNorm).like(pattern));
    }
    if let Some(kind) = query.kind {
        filter = filter.add(C::Kind.eq(kind.as_str()));
    }
    if let Some(department) = &query.department {
        filter = filter.add(C::Department.eq(department.as_str()));
    }
    if let Some(domain) = &query.domain {
        filter = filter.add(C::Domain.eq(domain.as_str()));
    }
    if let Some(reason) = query.reason {
        filter = filter.add(C::Reason.eq(reason.code()));
    }
    filter
}

/// The text to look for. Of a pasted address only the address: `Ann <ann@contoso.com>`, `mailto:ann@contoso.com`.
fn searched(typed: &str) -> String {
    let pasted = Pasted::read(typed);
    match (pasted.addresses.as_slice(), pasted.unreadable.is_empty()) {
        ([one], true) => fold(one),
        _ => fold(typed),
    }
}

/// Escapes `LIKE`'s special characters, so that the input is searched literally.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
