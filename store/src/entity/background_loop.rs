use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "background_loop")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub process: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub period: i64,
    pub started_at: Option<i64>,
    pub succeeded_at: Option<i64>,
    pub failures: i32,
    pub panics: i32,
    pub last_error: Option<String>,
    pub reported_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
