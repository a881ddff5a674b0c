//! Short forms that the migrations share.

use sea_orm_migration::prelude::*;

/// A table with the key `(workspace_id, id)`; columns follow.
pub(crate) fn workspace_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(uuid("workspace_id"))
        .col(uuid("id"))
        .primary_key(Index::create().col("workspace_id").col("id"))
        .to_owned()
}

/// A foreign key to a parent in the same workspace. A parent with children cannot be deleted by accident.
pub(crate) fn parent_foreign_key(
    parent: &'static str,
    column: &'static str,
    of: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{of}_{column}"))
        .from_tbl(of)
        .from_col("workspace_id")
        .from_col(column)
        .to_tbl(parent)
        .to_col("workspace_id")
        .to_col("id")
        .to_owned()
}

/// A foreign key from `workspace_id` to the workspace itself.
pub(crate) fn workspace_foreign_key(of: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{of}_workspace"))
        .from(of, "workspace_id")
        .to("workspace", "id")
        .to_owned()
}

pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub(crate) fn uuid_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub(crate) fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// Unix milliseconds.
pub(crate) fn millis(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// Unix milliseconds or null.
pub(crate) fn millis_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

pub(crate) fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().default(0).take()
}

pub(crate) fn big_count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().default(0).take()
}

pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}

/// `column IN ('a', 'b', …)`, as a check of the table.
pub(crate) fn one_of(column: &'static str, values: &[&'static str]) -> SimpleExpr {
    Expr::col(column).is_in(values.iter().copied())
}

/// Adds columns one by one: SQLite accepts only one per statement.
pub(crate) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
    }
    Ok(())
}

/// Drops the columns of [`add_columns`].
pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        let name = column.get_column_name();
        manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
    }
    Ok(())
}
