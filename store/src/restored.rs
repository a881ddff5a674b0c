//! After a restore: what was ended, used or revoked since the backup must not come back to life.

use domain::{consent::AttemptState, ids::Millis};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::{
    Store, StoreError,
    db::{in_write, sql},
};

/// What was ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub sessions: u64,
    /// One-time links, sign-ins in progress, and the set-up token.
    pub links: u64,
    pub invitations: u64,
    /// Links for administrators, and approvals in progress.
    pub approvals: u64,
    /// API keys that wait for an owner's confirmation.
    pub keys: u64,
    /// Webhooks that wait until the host enables them.
    pub webhooks: u64,
}

/// A member as of the backup, who can sign in.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RestoredMember {
    pub workspace: String,
    pub name: String,
    pub role: String,
}

impl Store {
    /// Ends all sessions, links, invitations and approvals in progress, suspends API keys until an owner confirms them, and
    /// webhooks until the host enables them: a database as of an earlier time does not know which of them have ended since.
    ///
    /// # Errors
    /// [`StoreError::Database`]; then nothing was ended.
    pub async fn end_after_restore(&self) -> Result<Ended, StoreError> {
        let now = self.now();
        in_write!(self.db, |tx| {
            let over = format!("state NOT IN ('{}', '{}')", AttemptState::Granted, AttemptState::Expired);
            let approvals = format!(
                "UPDATE consent_attempt SET state = '{}', expires_at = $1, state_hash = NULL, nonce = NULL, \
                 pkce_verifier = NULL, browser_hash = NULL WHERE {over}",
                AttemptState::Expired
            );
            let mut links = 0;
            for table in ["enter_link", "sign_in_attempt", "setup_token"] {
                links += run(tx, &format!("DELETE FROM {table}"), None).await?;
            }
            let suspend =
                "UPDATE api_key SET suspended_at = $1 WHERE revoked_at IS NULL AND suspended_at IS NULL";
            let disable = "UPDATE webhook SET disabled_at = $1, disabled_why = 'restored from a backup' \
                           WHERE disabled_at IS NULL";
            Ok(Ended {
                sessions: run(tx, "DELETE FROM session", None).await?,
                links,
                invitations: run(tx, "DELETE FROM member_invitation WHERE accepted_at IS NULL", None).await?,
                approvals: run(tx, &approvals, Some(now)).await?,
                keys: run(tx, suspend, Some(now)).await?,
                webhooks: run(tx, disable, Some(now)).await?,
            })
        })
    }

    /// All members, for an operator who knows who has left since.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn restored_members(&self) -> Result<Vec<RestoredMember>, StoreError> {
        let db = self.db.read();
        let text = "SELECT workspace.name AS workspace, member.name, member.role FROM member \
                    JOIN workspace ON workspace.id = member.workspace_id ORDER BY 1, 2";
        let rows = db.query_all_raw(sql(db, text, [])).await?;
        Ok(rows.iter().map(|row| RestoredMember::from_query_result(row, "")).collect::<Result<_, DbErr>>()?)
    }
}

/// Runs a statement. Returns the number of its rows.
async fn run(tx: &impl ConnectionTrait, text: &str, at: Option<Millis>) -> Result<u64, StoreError> {
    Ok(tx.execute_raw(sql(tx, text, at.map(Into::into))).await?.rows_affected())
}
