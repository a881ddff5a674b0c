//! One row that is written to check that the database can write.

use sea_orm_migration::prelude::*;

use crate::columns::millis;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = ColumnDef::new("id").integer().not_null().primary_key().take();
        let table = Table::create().table("write_check").col(id).col(millis("written_at")).to_owned();
        manager.create_table(table).await?;
        manager.get_connection().execute_unprepared("INSERT INTO write_check VALUES (1, 0)").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("write_check").to_owned()).await
    }
}
