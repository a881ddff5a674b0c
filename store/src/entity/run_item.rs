use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_item")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mailbox_id: Uuid,
    pub state: String,
    pub reason: Option<String>,
    pub attempt: i32,
    pub retry_at: Option<i64>,
    pub settled_at: Option<i64>,
    /// State and reason of the mailbox when the run took it.
    pub found_connection: Option<String>,
    pub found_reason: Option<String>,
    /// Microsoft's answer, of a failure.
    pub answer_code: Option<String>,
    pub answer_request: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
