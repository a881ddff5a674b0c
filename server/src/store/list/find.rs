//! Whose the addresses of a pasted list are.

use std::collections::HashMap;

use domain::{
    addresses::{Found, Match},
    connection::Connection,
    ids::{DelegationId, RowNo},
    purpose::Purpose,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::store::{Store, StoreError, WorkspaceCtx, entity::mailbox};

/// People read at a time.
const PAGE: u64 = 5_000;

#[derive(FromQueryResult)]
struct Candidate {
    row_no: i32,
    connection: String,
    reason: Option<String>,
    busy: bool,
    address_norm: String,
    aliases: Option<String>,
}

impl Store {
    /// Looks addresses up, in lower case, and sorts out what can be selected. An address of one's own goes before an
    /// alias; whoever has left counts only where nobody who is here has the address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn find_addresses(
        &self,
        ctx: &WorkspaceCtx,
        id: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, StoreError> {
        use mailbox::Column as C;
        self.delegation_row(&self.db.read_in(ctx), ctx, id).await?;
        let mut wanted: HashMap<&str, Option<(u8, Match)>> =
            addresses.iter().map(|address| (address.as_str(), None)).collect();
        // One pass over everybody: thousands of addresses, each by itself or as an alias, are no quicker by index.
        let mut after = 0;
        loop {
            let candidates = mailbox::Entity::find()
                .select_only()
                .columns([C::RowNo, C::Connection, C::Reason, C::AddressNorm, C::Aliases])
                .column_as(Expr::col(C::RunId).is_not_null(), "busy")
                .filter(C::WorkspaceId.eq(ctx.workspace.0))
                .filter(C::DelegationId.eq(id.0))
                .filter(C::RowNo.gt(after))
                .order_by_asc(C::RowNo)
                .limit(PAGE)
                .into_model::<Candidate>()
                .all(&self.db.read_in(ctx))
                .await?;
            for row in &candidates {
                after = row.row_no;
                row.stand_for(&mut wanted)?;
            }
            if (candidates.len() as u64) < PAGE {
                break;
            }
        }
        let answer =
            |address: &String| wanted.get(address.as_str()).copied().flatten().map(|(_, found)| found);
        Ok(Found::sort_out(purpose, addresses.iter().map(|address| (address.as_str(), answer(address)))))
    }
}

impl Candidate {
    /// Takes the places of those wanted that nobody better has.
    fn stand_for(&self, wanted: &mut HashMap<&str, Option<(u8, Match)>>) -> Result<(), StoreError> {
        let aliases = self.aliases.as_deref().into_iter().flat_map(str::lines).map(|alias| (1, alias));
        for (rank, address) in std::iter::once((0, self.address_norm.as_str())).chain(aliases) {
            let Some(place) = wanted.get_mut(address) else { continue };
            let found = self.as_match()?;
            let rank = if found.connection == Connection::Removed { 2 } else { rank };
            if place.is_none_or(|(before, _)| rank < before) {
                *place = Some((rank, found));
            }
        }
        Ok(())
    }

    fn as_match(&self) -> Result<Match, StoreError> {
        Ok(Match {
            row: RowNo(u32::try_from(self.row_no).map_err(StoreError::corrupt)?),
            connection: self.connection.parse().map_err(StoreError::corrupt)?,
            reason: self.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
            busy: self.busy,
        })
    }
}
