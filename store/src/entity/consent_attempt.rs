use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_attempt")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub delegation_id: Uuid,
    pub api_client_id: Uuid,
    pub link_hash: String,
    pub state_hash: Option<String>,
    pub browser_hash: Option<String>,
    pub nonce: Option<String>,
    pub pkce_verifier: Option<String>,
    pub expected_tid: Option<String>,
    pub proven_tid: Option<String>,
    pub proven_oid: Option<String>,
    pub signed_in_as: Option<String>,
    pub state: String,
    pub reason: Option<String>,
    pub created_by: String,
    pub created_by_member: Option<Uuid>,
    pub created_at: i64,
    pub expires_at: i64,
    pub consented_at: Option<i64>,
    pub invited: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
