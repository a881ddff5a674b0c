//! Sign-in: members by their Microsoft account or the host's id, sessions that can be listed and ended, invitations,
//! API keys, and the single-use rows of each sign-in method. The audit log becomes append-only.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

use crate::columns::{
    add_columns, drop_columns, millis, millis_null, one_of, parent_foreign_key, text, text_null, uuid,
    workspace_foreign_key, workspace_table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Microsoft's ids of the tenant and of the person in it; an address is never an identity.
        add_columns(manager, "member", accounts()).await?;
        index(manager, "member_account", "member", &["tid", "oid", "workspace_id"], "tid").await?;
        index(manager, "member_host_user", "member", &["workspace_id", "host_user"], "host_user").await?;
        // All sessions end: they lack the values of the new columns.
        manager.drop_table(Table::drop().table("session").to_owned()).await?;
        manager
            .create_table(
                workspace_table("session")
                    .col(text("token_hash").unique_key())
                    .col(uuid("member_id"))
                    .col(text("method"))
                    // The origin of the host's page around the console.
                    .col(text_null("host"))
                    // The browser's name and network address, for the list of sessions.
                    .col(text("agent"))
                    .col(text("address"))
                    .col(millis("created_at"))
                    .col(millis("seen_at"))
                    .col(millis("expires_at"))
                    .check(one_of("method", &["link", "microsoft", "host", "set_up"]))
                    .foreign_key(&mut parent_foreign_key("member", "member_id", "session"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("member_invitation")
                    .col(text("token_hash").unique_key())
                    .col(text("name"))
                    .col(text("role"))
                    .col(text("created_by"))
                    .col(millis("created_at"))
                    .col(millis("expires_at"))
                    .col(millis_null("accepted_at"))
                    .check(one_of("role", &["owner", "member", "viewer"]))
                    .foreign_key(&mut workspace_foreign_key("member_invitation"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("api_key")
                    .col(text("key_hash").unique_key())
                    .col(text("name"))
                    // The last characters, to distinguish keys.
                    .col(text("hint"))
                    .col(text("scopes"))
                    .col(text("created_by"))
                    .col(millis("created_at"))
                    .col(millis_null("used_at"))
                    .col(millis_null("revoked_at"))
                    .foreign_key(&mut workspace_foreign_key("api_key"))
                    .to_owned(),
            )
            .await?;
        single_use(manager).await?;
        for statement in append_only(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let triggers: &[&str] = match manager.get_database_backend() {
            DatabaseBackend::Postgres => {
                &["DROP TRIGGER audit_append_only ON audit", "DROP FUNCTION audit_is_append_only"]
            }
            _ => &["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
        };
        for statement in triggers {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        let tables =
            ["setup_token", "used_launch", "sign_in_attempt", "api_key", "member_invitation", "session"];
        for table in tables {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(text("token_hash").primary_key())
                    .col(uuid("workspace_id"))
                    .col(uuid("member_id"))
                    .col(millis("created_at"))
                    .col(millis("expires_at"))
                    .foreign_key(&mut parent_foreign_key("member", "member_id", "session"))
                    .to_owned(),
            )
            .await?;
        for name in ["member_host_user", "member_account"] {
            manager.drop_index(Index::drop().name(name).table("member").to_owned()).await?;
        }
        drop_columns(manager, "member", accounts()).await
    }
}

fn accounts() -> [ColumnDef; 3] {
    [text_null("tid"), text_null("oid"), text_null("host_user")]
}

/// Creates the tables of single-use rows.
async fn single_use(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("sign_in_attempt")
                .col(text("state_hash").primary_key())
                // Hash of the cookie of the browser that began: another browser cannot complete it.
                .col(text("browser_hash"))
                .col(text("nonce"))
                .col(text("pkce_verifier"))
                // The invitation that is being accepted.
                .col(text_null("invitation_hash"))
                .col(millis("created_at"))
                .col(millis("expires_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("used_launch")
                .col(text("jti_hash").primary_key())
                .col(millis("expires_at"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("setup_token")
                .col(text("token_hash").primary_key())
                .col(millis("created_at"))
                .to_owned(),
        )
        .await
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
    present: &'static str,
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(name).table(table).unique();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index.and_where(Expr::col(present).is_not_null()).to_owned()).await
}

/// Statements with which the database refuses to change or delete entries of the audit log.
fn append_only(backend: DatabaseBackend) -> &'static [&'static str] {
    match backend {
        DatabaseBackend::Postgres => &[
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit \
             FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
        ],
        _ => &[
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit \
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit \
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        ],
    }
}
