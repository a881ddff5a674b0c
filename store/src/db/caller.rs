//! Whether the caller of a write may still act: a request begins, and its member may be removed or demoted before its
//! transaction does.

use domain::Role;
use sea_orm::{EntityTrait as _, QuerySelect as _};

use crate::{StoreError, entity::member, row_security::ScopedTx};

/// Checks that a member who calls is still one, in the same role or a higher one, and keeps it so until the end of the
/// transaction. Programs and the server itself are no members.
///
/// # Errors
/// [`StoreError::SignedOut`] without the member, [`StoreError::Forbidden`] with a lower role.
pub(super) async fn must_still_be(tx: &ScopedTx<'_>) -> Result<(), StoreError> {
    let ctx = tx.ctx();
    let Some(member) = ctx.member else { return Ok(()) };
    let row = member::Entity::find_by_id((ctx.workspace.0, member.0)).lock_shared().one(tx).await?;
    let role = row.ok_or(StoreError::SignedOut)?.role;
    let role: Role = role.parse().map_err(StoreError::corrupt)?;
    // The greater role may less.
    if role <= ctx.role { Ok(()) } else { Err(StoreError::Forbidden) }
}
