//! Finds the mailboxes of a pasted list of addresses.

use std::collections::HashMap;

use domain::{
    addresses::{Found, Match},
    connection::Connection,
    ids::{DelegationId, RowNumber},
    purpose::Purpose,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{Mailboxes, StoreError, entity::mailbox};

/// Mailboxes of one read.
const PAGE: u64 = 5_000;

#[derive(FromQueryResult)]
struct Candidate {
    row_no: i32,
    connection: String,
    reason: Option<String>,
    busy: bool,
    address_norm: String,
    aliases: Option<String>,
    left_at: Option<i64>,
}

impl Mailboxes<'_> {
    /// Finds mailboxes by address, in lower case, and which of them can be selected. A primary address takes precedence
    /// over an alias, and a departed mailbox counts only if no present one has the address.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn find_addresses(
        self,
        id: DelegationId,
        addresses: &[String],
        purpose: Purpose,
    ) -> Result<Found, StoreError> {
        let ctx = self.ctx;
        use mailbox::Column as C;
        self.delegation_row(&self.db.read_in(ctx), id).await?;
        let mut wanted: HashMap<&str, Option<(u8, Match)>> =
            addresses.iter().map(|address| (address.as_str(), None)).collect();
        // One pass over all mailboxes: for thousands of addresses, each primary or an alias, an index is not faster.
        let mut after = 0;
        loop {
            let candidates = mailbox::Entity::find()
                .select_only()
                .columns([C::RowNo, C::Connection, C::Reason, C::AddressNorm, C::Aliases, C::LeftAt])
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
                row.offer_to(&mut wanted)?;
            }
            if (candidates.len() as u64) < PAGE {
                break;
            }
        }
        let best = |address: &String| wanted.get(address.as_str()).copied().flatten().map(|(_, found)| found);
        Ok(Found::sort_out(purpose, addresses.iter().map(|address| (address.as_str(), best(address)))))
    }
}

impl Candidate {
    /// Becomes the match of each wanted address that it has and for which there is no better match.
    fn offer_to(&self, wanted: &mut HashMap<&str, Option<(u8, Match)>>) -> Result<(), StoreError> {
        let aliases = self.aliases.as_deref().into_iter().flat_map(str::lines).map(|alias| (1, alias));
        for (rank, address) in std::iter::once((0, self.address_norm.as_str())).chain(aliases) {
            let Some(best) = wanted.get_mut(address) else { continue };
            let found = self.as_match()?;
            // Somebody recreated has the address of the account that left.
            let rank = match (found.connection, self.left_at) {
                (Connection::Removed, _) => 3,
                (_, Some(_)) => 2,
                (_, None) => rank,
            };
            if best.is_none_or(|(before, _)| rank < before) {
                *best = Some((rank, found));
            }
        }
        Ok(())
    }

    fn as_match(&self) -> Result<Match, StoreError> {
        Ok(Match {
            row: RowNumber(u32::try_from(self.row_no).map_err(StoreError::corrupt)?),
            connection: self.connection.parse().map_err(StoreError::corrupt)?,
            reason: self.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
            busy: self.busy,
        })
    }
}
