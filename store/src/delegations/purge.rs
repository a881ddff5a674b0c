//! Deletes the directory of a removed organisation: names and addresses of people, in transactions so small that other
//! writers do not wait for them. The rows stay without names, because results of runs refer to them.

use domain::{
    delegation::DelegationState,
    ids::{DelegationId, Millis},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic as _, Iterable as _, QueryFilter};

use crate::{
    Store, StoreError,
    db::{in_write, sql},
    entity::{delegation, mailbox},
};

/// Mailboxes of one transaction.
const AT_ONCE: i64 = 500;
/// The value of a cleared `entra_id`, which is unique in a delegation.
const NO_ENTRA_ID: &str = "CAST(row_no AS TEXT)";

/// The SQL value that replaces the personal data in a column; `None` for a column that has none.
///
/// It lists every column, so that a new one does not compile without a decision.
const fn cleared(column: mailbox::Column) -> Option<&'static str> {
    use mailbox::Column as C;
    match column {
        C::EntraId => Some(NO_ENTRA_ID),
        C::Name | C::NameNorm | C::Address | C::AddressNorm => Some("''"),
        C::Department | C::DepartmentNorm | C::Aliases | C::Domain | C::SearchNorm => Some("NULL"),
        // Microsoft's answers about the mailbox
        C::AnswerCode | C::AnswerRequest | C::Purpose => Some("NULL"),
        // Our own ids and numbers
        C::WorkspaceId | C::Id | C::DelegationId | C::RowNo | C::RunId | C::ExclusionId | C::Pool => None,
        C::Rev | C::SeenGeneration | C::Folded => None,
        // States, reasons and kinds
        C::Kind | C::Licensed | C::OnPremises | C::Connection | C::Reason | C::Obstacle => None,
        C::ExcludedFrom | C::ExcludedReason => None,
        // Times
        C::LicensedAt | C::CheckedAt | C::ConnectedAt | C::ExcludedAt | C::CreatedAt | C::SuspectedAt => None,
        C::LeftAt => None,
        C::PurposeDueAt => None,
    }
}

/// The assignments that clear the personal data of a mailbox.
fn clearing() -> String {
    let assignments = mailbox::Column::iter()
        .filter_map(|column| Some(format!("{} = {}", column.as_str(), cleared(column)?)));
    assignments.collect::<Vec<_>>().join(", ")
}

impl Store {
    /// Deletes the data of delegations that are being removed. Returns how many of them are removed now. Several
    /// replicas may do it at a time, and a call that is stopped in the middle is continued by the next one.
    ///
    /// # Errors
    /// [`StoreError::Database`]; rows that were deleted before it stay deleted.
    pub async fn purge_removed(&self) -> Result<usize, StoreError> {
        let removing = delegation::Entity::find()
            .filter(delegation::Column::State.eq(DelegationState::Removing.as_str()))
            .all(self.db.read())
            .await?;
        let mut done = 0;
        for row in removing {
            while self.prune_people(&row).await? > 0 {}
            loop {
                match self.prune_events(DelegationId(row.id), Millis::MAX).await? {
                    Some(0) => break,
                    Some(_) => {}
                    // Another replica deletes events and completes this removal as well.
                    None => return Ok(done),
                }
            }
            self.prune_organisation(&row).await?;
            done += 1;
        }
        Ok(done)
    }

    /// Clears names and addresses of up to 500 mailboxes. Returns how many; 0 when none is left.
    async fn prune_people(&self, of: &delegation::Model) -> Result<u64, StoreError> {
        in_write!(self.db, |tx| {
            let done = tx
                .execute_raw(sql(
                    tx,
                    &format!(
                        "UPDATE mailbox SET {} WHERE workspace_id = $1 AND id IN (SELECT id FROM mailbox \
                         WHERE workspace_id = $1 AND delegation_id = $2 AND entra_id <> {NO_ENTRA_ID} LIMIT $3)",
                        clearing()
                    ),
                    [of.workspace_id.into(), of.id.into(), AT_ONCE.into()],
                ))
                .await?;
            Ok(done.rows_affected())
        })
    }

    async fn prune_organisation(&self, of: &delegation::Model) -> Result<(), StoreError> {
        in_write!(self.db, |tx| {
            tx.execute_raw(sql(
                tx,
                "UPDATE delegation SET state = $3, unreadable = NULL, organisation = NULL, domain = NULL, admin_email = NULL, \
                 service_principal = NULL, checklist = '[]' WHERE workspace_id = $1 AND id = $2",
                [of.workspace_id.into(), of.id.into(), DelegationState::Removed.as_str().into()],
            ))
            .await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_a_mailbox_is_cleared_or_has_no_personal_data() {
        let without = [
            "workspace_id",
            "id",
            "delegation_id",
            "row_no",
            "kind",
            "licensed",
            "on_premises",
            "licensed_at",
            "connection",
            "reason",
            "pool",
            "run_id",
            "checked_at",
            "connected_at",
            "obstacle",
            "excluded_from",
            "excluded_reason",
            "exclusion_id",
            "excluded_at",
            "rev",
            "seen_generation",
            "created_at",
            "suspected_at",
            "left_at",
            "purpose_due_at",
            "folded",
        ];
        let clearing = clearing();
        let names: Vec<_> = clearing.split(", ").filter_map(|one| Some(one.split_once(" = ")?.0)).collect();
        for column in mailbox::Column::iter() {
            let name = column.as_str();
            assert_ne!(names.contains(&name), without.contains(&name), "clear {name} or list it here");
        }
        assert_eq!(names.len() + without.len(), mailbox::Column::iter().count());
    }
}
