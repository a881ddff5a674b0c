use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub delegation_id: Uuid,
    pub kind: String,
    pub state: String,
    pub reason: Option<String>,
    pub waiting_until: Option<i64>,
    pub pool: Option<String>,
    pub priority: i32,
    pub total: i32,
    pub succeeded: i32,
    pub failed: i32,
    pub skipped: i32,
    pub cancelled: i32,
    pub cancel_requested: bool,
    pub paused_by: Option<String>,
    pub cursor: Option<String>,
    pub attempt: i32,
    pub next_wake_at: i64,
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    pub epoch: i64,
    pub idempotency_key: Option<String>,
    pub request_hash: Option<String>,
    pub started_by: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub scheduled: Option<String>,
    pub found_new: i32,
    pub found_left: i32,
    pub found_changed: i32,
    pub rule_id: Option<Uuid>,
    /// Users that a sync could not read.
    pub found_unreadable: i32,
    /// The ids of the first of them, as a JSON list.
    pub unreadable: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
