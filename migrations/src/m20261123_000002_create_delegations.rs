//! Delegations, API clients and consent attempts.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_count, count, millis, millis_null, one_of, parent_foreign_key, text, text_null, uuid, uuid_null,
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
        manager
            .create_table(
                workspace_table("delegation")
                    .col(text("state"))
                    .col(text_null("reason"))
                    .col(text_null("organisation"))
                    .col(text_null("domain"))
                    .col(text_null("tid"))
                    .col(text_null("admin_email"))
                    .col(text("checklist").default("[]"))
                    .col(text_null("service_principal"))
                    .col(text_null("delta_link"))
                    .col(big_count("generation"))
                    .col(count("directory_size"))
                    .col(big_count("directory_rev"))
                    .col(millis_null("synced_at"))
                    // The counter behind the event log: advanced in the transaction of the change, so numbers are
                    // gap-free and in the order of commits.
                    .col(big_count("event_seq"))
                    .col(count("last_row_no"))
                    .col(millis("created_at"))
                    .check(one_of(
                        "state",
                        &[
                            "not_configured",
                            "awaiting_authorization",
                            "authorized",
                            "verifying",
                            "propagating",
                            "active",
                            "degraded",
                            "broken",
                            "removing",
                            "removed",
                        ],
                    ))
                    .foreign_key(&mut workspace_foreign_key("delegation"))
                    .to_owned(),
            )
            .await?;
        // A tenant belongs to one workspace.
        manager
            .create_index(
                Index::create()
                    .name("delegation_tid")
                    .table("delegation")
                    .col("tid")
                    .unique()
                    .and_where(Expr::col("tid").is_not_null().and(Expr::col("state").ne("removed")))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("api_client")
                    .col(text("client_id"))
                    .col(text("scopes"))
                    .col(uuid_null("delegation_id"))
                    .col(text("created_by"))
                    .col(millis("created_at"))
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "api_client"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("consent_attempt")
                    .col(uuid("delegation_id"))
                    .col(uuid("api_client_id"))
                    // SHA-256 of the token in the link that starts it.
                    .col(text("link_hash"))
                    // SHA-256 of the state that Microsoft returns next; single use, then replaced or cleared.
                    .col(text_null("state_hash"))
                    .col(text_null("nonce"))
                    .col(text_null("pkce_verifier"))
                    .col(text_null("expected_tid"))
                    .col(text_null("proven_tid"))
                    .col(text_null("proven_oid"))
                    .col(text_null("signed_in_as"))
                    .col(text("state"))
                    .col(text_null("reason"))
                    .col(text("created_by"))
                    .col(millis("created_at"))
                    .col(millis("expires_at"))
                    .check(one_of("state", &["waiting", "signed_in", "granted", "refused", "expired"]))
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "consent_attempt"))
                    .foreign_key(&mut parent_foreign_key("api_client", "api_client_id", "consent_attempt"))
                    .to_owned(),
            )
            .await?;
        for column in ["link_hash", "state_hash"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("consent_attempt_{column}"))
                        .table("consent_attempt")
                        .col(column)
                        .unique()
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["consent_attempt", "api_client", "delegation"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
