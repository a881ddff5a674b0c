use domain::delegation::DelegationState;
use sea_orm::entity::prelude::*;

/// States of a removed delegation: reads do not find it.
pub(crate) const GONE: [&str; 2] = [DelegationState::Removing.as_str(), DelegationState::Removed.as_str()];

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub state: String,
    pub reason: Option<String>,
    pub organisation: Option<String>,
    pub domain: Option<String>,
    pub tid: Option<String>,
    pub admin_email: Option<String>,
    pub checklist: String,
    pub service_principal: Option<String>,
    pub delta_link: Option<String>,
    pub generation: i64,
    pub directory_size: i32,
    pub directory_rev: i64,
    pub synced_at: Option<i64>,
    pub event_seq: i64,
    pub last_row_no: i32,
    pub created_at: i64,
    pub next_sync_at: Option<i64>,
    pub sync_failures: i32,
    pub next_check_at: Option<i64>,
    pub check_failures: i32,
    pub next_sweep_at: Option<i64>,
    /// When a sync first failed for a reason that one failure does not prove.
    pub suspected_at: Option<i64>,
    /// When a full sync first found less than half of the known people.
    pub shrunk_at: Option<i64>,
    /// Ids of users that the last sync could not read, as a JSON list.
    pub unreadable: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
