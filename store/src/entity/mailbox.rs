use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub delegation_id: Uuid,
    pub row_no: i32,
    pub entra_id: String,
    pub name: String,
    pub name_norm: String,
    pub address: String,
    pub address_norm: String,
    pub department: Option<String>,
    pub kind: String,
    pub licensed: bool,
    pub on_premises: bool,
    pub licensed_at: Option<i64>,
    pub connection: String,
    pub reason: Option<String>,
    pub pool: Option<String>,
    pub run_id: Option<Uuid>,
    pub checked_at: Option<i64>,
    pub connected_at: Option<i64>,
    pub obstacle: Option<String>,
    pub excluded_from: Option<String>,
    pub excluded_reason: Option<String>,
    pub exclusion_id: Option<Uuid>,
    pub excluded_at: Option<i64>,
    pub aliases: Option<String>,
    pub domain: Option<String>,
    pub search_norm: Option<String>,
    pub department_norm: Option<String>,
    /// Whether the columns for searching and sorting have the form that this version writes.
    pub folded: bool,
    pub rev: i64,
    pub seen_generation: i64,
    pub created_at: i64,
    pub suspected_at: Option<i64>,
    pub left_at: Option<i64>,
    /// Microsoft's answer to the last request, if it failed.
    pub answer_code: Option<String>,
    pub answer_request: Option<String>,
    /// What Exchange says, and when it is to be asked (again).
    pub purpose: Option<String>,
    pub purpose_due_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
