//! Names and departments in the form in which they are searched and sorted: without accents, alike on both databases.
//! Rows that are not in this form yet are converted by the server when it starts.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::columns::{add_columns, drop_columns, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Columns that a list reads, as in an earlier migration, with the new one.
const LIST: [&str; 12] = [
    "delegation_id",
    "name_norm",
    "row_no",
    "connection",
    "workspace_id",
    "run_id",
    "kind",
    "department",
    "department_norm",
    "domain",
    "reason",
    "search_norm",
];

/// Sorted by PostgreSQL as by SQLite: by code point, whatever the database's locale.
const SORTED: [&str; 3] = ["name_norm", "address_norm", "department_norm"];

fn columns() -> [ColumnDef; 2] {
    let folded = ColumnDef::new("folded").boolean().not_null().default(false).take();
    [text_null("department_norm"), folded]
}

fn list_index(columns: impl IntoIterator<Item = &'static str>) -> IndexCreateStatement {
    let mut index = Index::create().name("mailbox_list").table("mailbox").to_owned();
    for column in columns {
        index.col(column);
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "mailbox", columns()).await?;
        let on = manager.get_connection();
        on.execute_unprepared("CREATE INDEX ix_mailbox_unfolded ON mailbox (id) WHERE NOT folded").await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.drop_index(Index::drop().name("mailbox_list").table("mailbox").to_owned()).await?;
            return manager.create_index(list_index(LIST)).await;
        }
        for column in SORTED {
            let text = format!("ALTER TABLE mailbox ALTER COLUMN {column} TYPE text COLLATE \"C\"");
            on.execute_unprepared(&text).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = manager.get_connection();
        on.execute_unprepared("DROP INDEX ix_mailbox_unfolded").await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.drop_index(Index::drop().name("mailbox_list").table("mailbox").to_owned()).await?;
            manager.create_index(list_index(LIST.into_iter().filter(|it| *it != "department_norm"))).await?;
        } else {
            for column in SORTED {
                let text = format!("ALTER TABLE mailbox ALTER COLUMN {column} TYPE text COLLATE \"default\"");
                on.execute_unprepared(&text).await?;
            }
        }
        drop_columns(manager, "mailbox", columns()).await
    }
}
