//! SeaORM entities of the tables. They are private to the store.

pub(crate) mod alert;
pub(crate) mod alert_address;
pub(crate) mod api_client;
pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod background_loop;
pub(crate) mod consent_attempt;
pub(crate) mod delegation;
pub(crate) mod enter_link;
pub(crate) mod event;
pub(crate) mod mailbox;
pub(crate) mod member;
pub(crate) mod member_invitation;
pub(crate) mod removed_account;
pub(crate) mod rule;
pub(crate) mod run;
pub(crate) mod run_item;
pub(crate) mod session;
pub(crate) mod setup_token;
pub(crate) mod sign_in_attempt;
pub(crate) mod slot_account;
pub(crate) mod used_launch;
pub(crate) mod webhook;
pub(crate) mod webhook_message;
pub(crate) mod workspace;
